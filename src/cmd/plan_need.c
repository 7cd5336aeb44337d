/* plan_need.c - how many children need something, and how sure we are. */
#include "cmd/plan.h"

#include <math.h>

#include "base/files.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "plan/need_print.h"
#include "record/region.h"
#include "stat/season.h"
#include "work/app.h"
#include "work/plan/recorded.h"

int cmd_plan_need(int argc, char **argv);

enum { FILE_MAX = 32 << 20, ROWS_MAX = 5000 };

struct asked {
	const char *region, *tier, *counts, *series, *recorded, *ages, *out;
	int64_t draws, seed, years;
};

struct ask {
	struct asked as;
	const struct common *c;
	const char *data;
	struct places *places;
	const struct place_area **areas;
	size_t n_areas;
	struct str region;
	struct arena *a;
	struct buf *b;
};

/* ---- areas ---- */

static bool in_region(const struct region *g, const struct place_area *p)
{
	for (size_t k = 0; k < g->n_councils; k++)
		if (str_eq(g->councils[k], p->code) || str_eq(g->councils[k], p->upper))
			return true;
	return false;
}

static enum rc areas_of(struct ask *q, struct err *e)
{
	struct region g;
	bool lower = q->as.tier && strcmp(q->as.tier, "districts") == 0;
	if (q->as.tier && !lower && strcmp(q->as.tier, "councils") != 0)
		return err_set(e, RC_BAD_INPUT, "--tier is councils or districts");
	enum rc rc = places_load(q->data, &q->places, e);
	if (rc == RC_OK)
		rc = region_read(q->data, str_of(q->as.region), q->a, &g, e);
	if (rc != RC_OK)
		return rc;
	q->region = g.name;
	q->areas = arena_array(q->a, places_count(q->places) + 1, sizeof *q->areas);
	for (size_t i = 0; i < places_count(q->places); i++) {
		const struct place_area *p = places_at(q->places, i);
		if ((lower ? p->tier != TIER_UPPER : p->tier != TIER_LOWER) && p->until == DAY_NONE && in_region(&g, p))
			q->areas[q->n_areas++] = p;
	}
	return q->n_areas ? RC_OK : err_set(e, RC_BAD_INPUT, "there is no area of that kind in %s", q->as.region);
}

/* ---- words ---- */

static struct str interval(double low, double high, struct arena *a)
{
	return arena_printf(a, STR_FMT " to " STR_FMT, STR_ARG(need_about(low, a)), STR_ARG(need_about(high, a)));
}

static void guesses(struct buf *b, size_t n, size_t all)
{
	buf_printf(b, "%zu of %zu inputs are guesses, or their intervals are%s\n", n, all,
		   n ? ": marked at the end" : "");
}

static const char *mark(const struct need_input *in)
{
	return in->guess ? " [a guess]" : in->guess_interval ? " [the interval is a guess]" : "";
}

static void input_line(struct buf *b, const char *what, const struct need_input *in)
{
	buf_printf(b, "  - %s: %g (%g to %g). " STR_FMT ", " STR_FMT "%s\n", what, in->value, in->low, in->high,
		   STR_ARG(in->source), STR_ARG(in->date), mark(in));
}

static void rests_on(struct buf *b, const struct need *n, const struct asked *as, struct arena *a)
{
	buf_puts(b, "\nRests on\n");
	for (size_t k = 0; k < n->n_parts; k++) {
		const struct need_part *p = &n->parts[k];
		const char *of = n->share ? "per cent" : arena_printf(a, "of each %.0f a year", n->per).p;
		input_line(b, arena_printf(a, "ages %d to %d, %s", p->from_age, p->to_age, of).p, &p->rate);
	}
	if (n->has_stay)
		input_line(b, "days of a stay", &n->stay);
	if (n->has_deprivation)
		input_line(b, "the most deprived fifth to the least, times", &n->deprivation);
	buf_puts(b, "  - residents by single year of age: ONS, mid-2023 as first published\n");
	if (n->has_deprivation)
		buf_puts(b, "  - deprivation: mean score of small areas, IMD 2025 (MHCLG)\n");
	buf_printf(b,
		   "Intervals are 95%%: %" PRId64 " draws of all inputs within their intervals (seed %" PRId64
		   "). They are of the expected number; what happens in one year scatters about that.\n",
		   as->draws, as->seed);
}

/* ---- one need by area ---- */

static void area_line(struct buf *b, struct str name, const struct need_area *r, struct arena *a)
{
	buf_puts(b, "  ");
	cmd_pad(b, name, 30);
	cmd_pad(b, arena_printf(a, "%" PRId64, r->people), 12);
	cmd_pad(b, need_about(r->value, a), 12);
	cmd_pad(b, interval(r->low, r->high, a), 22);
	cmd_pad(b, need_about(r->people > 0 ? 1000 * r->value / (double)r->people : 0, a), 12);
	buf_printf(b, "%.2f\n", r->relative);
}

static void one_table(struct ask *q, const struct need *n, const struct need_result *r)
{
	size_t guess, all = need_inputs(n, &guess);
	buf_printf(q->b, STR_FMT ", " STR_FMT ": " STR_FMT "\n", STR_ARG(n->title), STR_ARG(q->region),
		   STR_ARG(n->counts));
	guesses(q->b, guess, all);
	buf_puts(q->b, "\n  Area                          Residents   Expected    95% interval          Per 1,000   "
		       "Times England\n");
	for (size_t i = 0; i < r->n; i++)
		area_line(q->b, r->areas[i].area->name, &r->areas[i], q->a);
	area_line(q->b, STR("All"), &r->all, q->a);
	rests_on(q->b, n, &q->as, q->a);
}

static enum rc one_need(struct ask *q, const char *word, struct err *e)
{
	struct need n;
	struct need_result r;
	enum rc rc = need_read_file(q->data, str_of(word), q->a, &n, e);
	if (rc == RC_OK)
		rc = need_work_out(&n, q->places, q->areas, q->n_areas, (uint64_t)q->as.seed, (int)q->as.draws, q->a,
				   &r, e);
	if (rc != RC_OK)
		return rc;
	if (q->c->format == FORMAT_JSON)
		need_print_json(q->b, &n, &r, q->as.draws, q->as.seed, q->a);
	else if (q->c->format == FORMAT_CSV)
		need_print_csv(q->b, &n, &r);
	else
		one_table(q, &n, &r);
	return RC_OK;
}

/* ---- all needs, of the whole region ---- */

static enum rc all_needs(struct ask *q, struct err *e)
{
	struct need *n = arena_array(q->a, NEED_MAX, sizeof *n);
	struct csv_writer w = { .b = q->b };
	size_t count, guess = 0, all = 0;
	enum rc rc = need_list(q->data, q->a, n, NEED_MAX, &count, e);
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		size_t g;
		all += need_inputs(&n[i], &g);
		guess += g;
	}
	if (rc == RC_OK && q->c->format == FORMAT_TABLE) {
		buf_printf(q->b, "What is needed, " STR_FMT "\n", STR_ARG(q->region));
		guesses(q->b, guess, all);
		buf_puts(q->b, "\n  Need                    Expected    95% interval          What is counted\n");
	} else if (q->c->format == FORMAT_CSV)
		buf_puts(q->b, "need,title,counts,residents,expected,low,high\r\n");
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		struct need_result r;
		rc = need_work_out(&n[i], q->places, q->areas, q->n_areas, (uint64_t)q->as.seed, (int)q->as.draws, q->a,
				   &r, e);
		if (rc != RC_OK)
			break;
		if (q->c->format == FORMAT_TABLE) {
			buf_puts(q->b, "  ");
			cmd_pad(q->b, n[i].id, 24);
			cmd_pad(q->b, need_about(r.all.value, q->a), 12);
			cmd_pad(q->b, interval(r.all.low, r.all.high, q->a), 22);
			buf_printf(q->b, STR_FMT "\n", STR_ARG(n[i].counts));
		} else if (q->c->format == FORMAT_CSV) {
			csv_put(&w, n[i].id);
			csv_put_safe(&w, n[i].title);
			csv_put_safe(&w, n[i].counts);
			buf_printf(q->b, ",%" PRId64 ",%.6g,%.6g,%.6g\r\n", r.all.people, r.all.value, r.all.low,
				   r.all.high);
			w.in_row = false;
		} else {
			buf_puts(q->b, i ? "," : "[");
			need_print_json(q->b, &n[i], &r, q->as.draws, q->as.seed, q->a);
		}
	}
	if (rc == RC_OK && q->c->format == FORMAT_JSON)
		buf_puts(q->b, "]\n");
	if (rc == RC_OK && q->c->format == FORMAT_TABLE)
		buf_puts(q->b, "\nBy area, with sources and guesses: linnet plan need NEED\n");
	return rc;
}

/* ---- counted: referrals or admissions of a file ---- */

struct counted {
	struct ask *q;
	const char *file;
	int64_t *count; /* [n_areas]; -1: not there */
	int area_at, count_at;
	bool head;
};

static enum rc count_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct counted *k = arg;
	if (!k->head) {
		k->head = true;
		for (size_t i = 0; i < row->n; i++) {
			k->area_at = str_is_nocase(row->cells[i], "area") ? (int)i : k->area_at;
			k->count_at = str_is_nocase(row->cells[i], "count") ? (int)i : k->count_at;
		}
		return k->area_at >= 0 && k->count_at >= 0
			   ? RC_OK
			   : err_set(e, RC_BAD_INPUT, "%s:1: the columns \"area\" and \"count\" must be there",
				     k->file);
	}
	size_t i = 0;
	struct str area = (size_t)k->area_at < row->n ? row->cells[k->area_at] : (struct str){ 0 };
	struct str count = (size_t)k->count_at < row->n ? row->cells[k->count_at] : (struct str){ 0 };
	while (i < k->q->n_areas && !str_eq(k->q->areas[i]->code, area) && !str_eq(k->q->areas[i]->name, area))
		i++;
	if (i == k->q->n_areas)
		return err_set(e, RC_BAD_INPUT,
			       "%s:%" PRId64 ": column %d: \"" STR_FMT "\" is no area of " STR_FMT
			       " by code or name (see --region and --tier)",
			       k->file, row->line, k->area_at + 1, STR_ARG(area), STR_ARG(k->q->region));
	if (k->count[i] >= 0)
		return err_set(e, RC_BAD_INPUT, "%s:%" PRId64 ": \"" STR_FMT "\" is there twice: add its rows together",
			       k->file, row->line, STR_ARG(area));
	if (str_to_int(count, 0, 100000000, &k->count[i]) != RC_OK)
		return err_set(e, RC_BAD_INPUT,
			       "%s:%" PRId64 ": column %d: \"" STR_FMT "\" is not a whole number from 0 up", k->file,
			       row->line, k->count_at + 1, STR_ARG(count));
	return RC_OK;
}

static enum rc ages_of(const struct asked *as, int ages[2], struct err *e)
{
	struct str rest, from = str_cut(str_of(as->ages ? as->ages : "0-17"), '-', &rest);
	int64_t lo, hi;
	if (str_to_int(from, 0, PLACES_AGES - 1, &lo) != RC_OK || str_to_int(rest, lo, PLACES_AGES - 1, &hi) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "--ages is written 11-17, from 0 to %d", PLACES_AGES - 1);
	ages[0] = (int)lo;
	ages[1] = (int)hi;
	return RC_OK;
}

static void counted_line(struct ask *q, const struct place_area *p, int64_t count, int64_t people,
			 const struct estimate *r, const struct estimate *ratio)
{
	struct csv_writer w = { .b = q->b };
	struct str name = p ? p->name : STR("All");
	bool known = count >= 0;
	if (q->c->format == FORMAT_TABLE) {
		buf_puts(q->b, "  ");
		cmd_pad(q->b, name, 30);
		cmd_pad(q->b, known ? arena_printf(q->a, "%" PRId64, count) : STR("not given"), 12);
		cmd_pad(q->b, arena_printf(q->a, "%" PRId64, people), 12);
		if (known)
			cmd_pad(q->b, arena_printf(q->a, "%.2f (%.2f to %.2f)", r->value, r->lower, r->upper), 26);
		if (known && p && ratio->made == MADE)
			buf_printf(q->b, "%.2f (%.2f to %.2f)", ratio->value, ratio->lower, ratio->upper);
		buf_putc(q->b, '\n');
		return;
	}
	if (q->c->format == FORMAT_CSV) {
		csv_put(&w, p ? p->code : STR(""));
		csv_put_safe(&w, name);
		csv_put(&w, known ? arena_printf(q->a, "%" PRId64, count) : STR(""));
		csv_put_int(&w, people);
		for (int k = 0; k < 6; k++) {
			const struct estimate *x = k < 3 ? r : ratio;
			double v = k % 3 == 0 ? x->value : k % 3 == 1 ? x->lower : x->upper;
			csv_put(&w, known && x->made == MADE && (k < 3 || p) ? arena_printf(q->a, "%.6g", v) : STR(""));
		}
		csv_end_row(&w);
		return;
	}
	buf_puts(q->b, "{\"area\":");
	json_put_string(q->b, name);
	buf_printf(q->b, ",\"residents\":%" PRId64, people);
	if (known)
		buf_printf(q->b, ",\"count\":%" PRId64 ",\"per_1000\":%.6g,\"low\":%.6g,\"high\":%.6g", count, r->value,
			   r->lower, r->upper);
	buf_puts(q->b, "}");
}

static enum rc counted(struct ask *q, struct err *e)
{
	struct counted k = { .q = q, .file = q->as.counts, .area_at = -1, .count_at = -1 };
	struct str text;
	int ages[2] = { 0, 0 };
	int64_t all = 0, all_people = 0;
	enum rc rc = ages_of(&q->as, ages, e);
	k.count = arena_array(q->a, q->n_areas, sizeof *k.count);
	int64_t *people = arena_array(q->a, q->n_areas, sizeof *people);
	for (size_t i = 0; i < q->n_areas; i++)
		k.count[i] = -1;
	if (rc == RC_OK)
		rc = file_read(k.file, FILE_MAX, q->a, &text, e);
	if (rc == RC_OK)
		rc = csv_read_text(text, count_row, &k, e);
	for (size_t i = 0; rc == RC_OK && i < q->n_areas; i++) {
		if (!places_population(q->areas[i], ages[0], ages[1], &people[i]))
			return err_set(e, RC_BAD_INPUT, "the people of " STR_FMT " by age are not known",
				       STR_ARG(q->areas[i]->name));
		all += k.count[i] >= 0 ? k.count[i] : 0;
		all_people += k.count[i] >= 0 ? people[i] : 0;
	}
	if (rc != RC_OK)
		return rc;
	if (q->c->format == FORMAT_TABLE)
		buf_printf(q->b,
			   "Counted in %s, " STR_FMT ", residents aged %d to %d, %" PRId64
			   " year%s\n\n  Area                          "
			   "Counted     Residents   Per 1,000 a year (95%%)     Times the whole\n",
			   k.file, STR_ARG(q->region), ages[0], ages[1], q->as.years, q->as.years == 1 ? "" : "s");
	else
		buf_puts(q->b, q->c->format == FORMAT_CSV
				   ? "code,area,count,residents,per_1000,low,high,ratio,ratio_low,ratio_high\r\n"
				   : "[");
	for (size_t i = 0; rc == RC_OK && i <= q->n_areas; i++) {
		struct estimate r = { .made = MADE_TOO_FEW }, x = r;
		int64_t count = i < q->n_areas ? k.count[i] : all, of = i < q->n_areas ? people[i] : all_people;
		if (count >= 0)
			rc = rate(count, (double)of * (double)q->as.years, 0.95, 1000, &r, e);
		if (rc == RC_OK && count >= 0 && all > 0)
			rc = ratio(count, (double)all * (double)of / (double)all_people, 0.95, 1, &x, e);
		if (rc != RC_OK)
			break;
		if (q->c->format == FORMAT_JSON && i)
			buf_puts(q->b, ",\n");
		counted_line(q, i < q->n_areas ? q->areas[i] : NULL, count, of, &r, &x);
	}
	if (q->c->format == FORMAT_JSON)
		buf_puts(q->b, "]\n");
	if (q->c->format == FORMAT_TABLE)
		buf_puts(q->b, "\nIntervals: exact limits of the count under 10, Byar's from 10 on. Residents: ONS, "
			       "mid-2023 as first published.\n"
			       "Counts are those of the file: keep those under 5 to yourselves.\n");
	return rc;
}

/* ---- a series by month ---- */

struct series {
	const char *file;
	struct season_month *months;
	size_t n;
	bool head;
};

static enum rc series_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct series *s = arg;
	int64_t year, month, count;
	if (!s->head) {
		s->head = true;
		return row->n >= 2 && str_is_nocase(row->cells[0], "month") && str_is_nocase(row->cells[1], "count")
			   ? RC_OK
			   : err_set(e, RC_BAD_INPUT,
				     "%s:1: the columns are \"month\" (2026-01) and \"count\", in this order", s->file);
	}
	struct str rest = { 0 }, y = row->n >= 2 ? str_cut(row->cells[0], '-', &rest) : (struct str){ 0 };
	if (str_to_int(y, 1900, 2200, &year) != RC_OK || rest.n != 2 || str_to_int(rest, 1, 12, &month) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "%s:%" PRId64 ": column 1: a month is written 2026-01", s->file,
			       row->line);
	if (str_to_int(row->cells[1], 0, 100000000, &count) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "%s:%" PRId64 ": column 2: the count is not a whole number from 0 up",
			       s->file, row->line);
	if (s->n == SEASON_MONTHS_MAX)
		return err_set(e, RC_LIMIT, "%s: more than %d months", s->file, SEASON_MONTHS_MAX);
	s->months[s->n++] = (struct season_month){ (int)year, (int)month, count };
	return RC_OK;
}

static void series_table(struct buf *b, const struct series *s, const struct season *r)
{
	static const char *const names[] = { "January", "February", "March",	 "April",   "May",	"June",
					     "July",	"August",   "September", "October", "November", "December" };
	buf_printf(b, "Trend and season of %s, %zu months\n\n", s->file, s->n);
	buf_printf(b, "  Each year times %.3f (95%% interval %.3f to %.3f)%s\n", r->year.value, r->year.lower,
		   r->year.upper, r->year.lower <= 1 && r->year.upper >= 1 ? ": no trend is shown" : "");
	buf_printf(b, "  The counts scatter %.1f times as much as chance alone would make them\n", r->dispersion);
	if (!r->has_months)
		buf_printf(b, "  Months of the year can be told from %d months on; a trend over less may be season\n",
			   SEASON_MONTHS_FROM);
	for (int m = 0; r->has_months && m < 12; m++)
		buf_printf(b, "%s  %-10s times %.2f (%.2f to %.2f)\n",
			   m ? "" : "\n  Month of the year, against the mean month\n", names[m], r->month[m].value,
			   r->month[m].lower, r->month[m].upper);
	buf_puts(b, "\n  If it goes on so: expected, and where a count will be 19 times of 20\n");
	for (int k = 0; k < SEASON_AHEAD; k++)
		buf_printf(b, "  %04d-%02d    %.1f (%.0f to %.0f)\n", r->ahead[k].year, r->ahead[k].month,
			   r->ahead[k].value, floor(r->ahead[k].lower), ceil(r->ahead[k].upper));
	buf_puts(b, "\nNo cause is named by this: a change in what is counted looks like a change in need.\n");
}

static void estimate_json(struct buf *b, const char *name, const struct estimate *x)
{
	buf_printf(b, "\"%s\":{\"value\":%.6g,\"low\":%.6g,\"high\":%.6g}", name, x->value, x->lower, x->upper);
}

static enum rc series(struct ask *q, struct err *e)
{
	struct series s = { .file = q->as.series, .months = arena_array(q->a, SEASON_MONTHS_MAX, sizeof *s.months) };
	struct season r;
	struct str text;
	enum rc rc = file_read(s.file, FILE_MAX, q->a, &text, e);
	if (rc == RC_OK)
		rc = csv_read_text(text, series_row, &s, e);
	if (rc != RC_OK)
		return rc;
	rc = season_fit(s.months, s.n, 0.95, &r, e);
	if (rc != RC_OK)
		return err_prefix(e, "%s", s.file);
	if (r.made != MADE)
		return err_set(
		    e, RC_BAD_INPUT,
		    "%s: %zu months are too few, or a month of the year never had anybody: a trend needs %d months, a "
		    "season %d",
		    s.file, s.n, SEASON_TREND_FROM, SEASON_MONTHS_FROM);
	if (q->c->format == FORMAT_TABLE) {
		series_table(q->b, &s, &r);
		return RC_OK;
	}
	if (q->c->format == FORMAT_CSV) {
		buf_puts(q->b, "month,expected,low,high\r\n");
		for (int k = 0; k < SEASON_AHEAD; k++)
			buf_printf(q->b, "%04d-%02d,%.6g,%.6g,%.6g\r\n", r.ahead[k].year, r.ahead[k].month,
				   r.ahead[k].value, r.ahead[k].lower, r.ahead[k].upper);
		return RC_OK;
	}
	buf_puts(q->b, "{");
	estimate_json(q->b, "times_each_year", &r.year);
	buf_printf(q->b, ",\"dispersion\":%.6g,\"months\":[", r.dispersion);
	for (int m = 0; r.has_months && m < 12; m++) {
		buf_printf(q->b, "%s{", m ? "," : "");
		estimate_json(q->b, "times_the_mean", &r.month[m]);
		buf_puts(q->b, "}");
	}
	buf_puts(q->b, "],\"ahead\":[");
	for (int k = 0; k < SEASON_AHEAD; k++)
		buf_printf(q->b, "%s{\"month\":\"%04d-%02d\",\"expected\":%.6g,\"low\":%.6g,\"high\":%.6g}",
			   k ? "," : "", r.ahead[k].year, r.ahead[k].month, r.ahead[k].value, r.ahead[k].lower,
			   r.ahead[k].upper);
	buf_puts(q->b, "]}\n");
	return RC_OK;
}

/* ---- counted in the record ---- */

static void put_cell(struct buf *b, struct str text, size_t width)
{
	cmd_pad(b, text, width);
	if (utf8_length(text) >= width)
		buf_puts(b, "  ");
}

static void section_text(struct buf *b, const struct section *s)
{
	buf_printf(b, "\n" STR_FMT "\n", STR_ARG(s->title));
	if (s->words.n)
		buf_printf(b, "  " STR_FMT "\n", STR_ARG(s->words));
	for (size_t r = 0; s->kind == SECTION_RESTS && r < s->n_rows; r++)
		buf_printf(b, "  - " STR_FMT " [" STR_FMT "]\n", STR_ARG(s->cells[r * 2].text),
			   STR_ARG(s->cells[r * 2 + 1].text));
	for (size_t r = 0; s->kind != SECTION_RESTS && s->n_rows && r <= s->n_rows; r++) {
		buf_puts(b, "  ");
		for (size_t c = 0; c < s->n_columns; c++)
			put_cell(b, r ? s->cells[(r - 1) * s->n_columns + c].text : str_of(s->columns[c].title),
				 c ? 26 : 36);
		buf_putc(b, '\n');
	}
}

static enum rc recorded(struct ask *q, struct app *app, enum recorded_of of, struct err *e)
{
	struct recorded r;
	struct viewer v = app_operator(app);
	struct section s[RECORDED_SECTIONS_MAX];
	enum rc rc = recorded_see(app, &v, of, q->a, &r, e);
	if (rc != RC_OK)
		return rc;
	if (q->c->format == FORMAT_JSON) {
		recorded_json(q->b, &r);
	} else if (q->c->format == FORMAT_CSV) {
		recorded_csv(q->b, &r);
	} else {
		buf_printf(q->b, "%s\n" STR_FMT "\n", recorded_title(of), STR_ARG(recorded_headline(&r, q->a)));
		size_t n = recorded_sections(&r, q->a, s);
		for (size_t i = 0; i < n; i++)
			section_text(q->b, &s[i]);
	}
	return RC_OK;
}

static int count_recorded(struct ask *q, struct call *k, bool alone)
{
	enum recorded_of of = recorded_of_word(str_of(q->as.recorded));
	if (!of || !alone) {
		err_set(&k->e, RC_BAD_INPUT,
			of ? "ask for one thing: NEED, --counts, --series or --recorded"
			   : "--recorded is referrals or admissions");
		return cmd_fail(&k->e);
	}
	if (!cmd_open(k))
		return k->status;
	return recorded(q, k->app, of, &k->e) == RC_OK ? plan_answer(q->b, q->as.out, 0) : cmd_fail(&k->e);
}

/* ---- the command ---- */

static enum rc answer(struct ask *q, const char *word, struct err *e)
{
	if (q->as.draws < 100 || q->as.draws > NEED_DRAWS_MAX)
		return err_set(e, RC_BAD_INPUT, "--draws is 100 to %d", NEED_DRAWS_MAX);
	if (q->as.years < 1 || q->as.years > 50)
		return err_set(e, RC_BAD_INPUT, "--years is 1 to 50");
	if ((q->as.counts && q->as.series) || (word && (q->as.counts || q->as.series)))
		return err_set(e, RC_BAD_INPUT, "ask for one thing: NEED, --counts or --series");
	if (q->as.series)
		return series(q, e);
	enum rc rc = areas_of(q, e);
	if (rc == RC_OK)
		rc = q->as.counts ? counted(q, e) : word ? one_need(q, word, e) : all_needs(q, e);
	return rc;
}

int cmd_plan_need(int argc, char **argv)
{
	struct ask q = { .as = { .region = "east-midlands", .draws = NEED_DRAWS, .seed = 1, .years = 1 } };
	const struct option options[] = {
		{ "region", OPTION_TEXT, &q.as.region, "WORD", "of data/regions (east-midlands)" },
		{ "tier", OPTION_TEXT, &q.as.tier, "TIER", "councils or districts (councils)" },
		{ "draws", OPTION_NUMBER, &q.as.draws, "N", "of the inputs, for the intervals (2000)" },
		{ "seed", OPTION_NUMBER, &q.as.seed, "N", "of the draws (1)" },
		{ "counts", OPTION_TEXT, &q.as.counts, "FILE", "rates of what was counted: CSV with area,count" },
		{ "ages", OPTION_TEXT, &q.as.ages, "A-B", "with --counts: residents of these ages (0-17)" },
		{ "years", OPTION_NUMBER, &q.as.years, "N", "with --counts: how many years were counted (1)" },
		{ "series", OPTION_TEXT, &q.as.series, "FILE",
		  "trend and season of counts by month: CSV with month,count" },
		{ "recorded", OPTION_TEXT, &q.as.recorded, "WORD",
		  "referrals or admissions in the store, small counts hidden, with trend and season" },
		PLAN_OUT_OPTION(&q.as.out),
	};
	const struct usage u = {
		"linnet plan need [NEED] [options]",
		"How many children of each area need something: people by age times published rates, more where "
		"an area is more deprived, with intervals, sources and guesses. Without NEED: all of data/need.",
		"linnet plan need admissions --region east-midlands --tier districts",
		options,
		COUNT_OF(options),
		false,
		0,
		1
	};
	struct call k AUTO(cmd_end);
	char data[4096];
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	q.c = &k.c;
	q.a = &k.a;
	q.b = &k.b;
	q.data = cmd_data(&k.c, data);
	if (q.as.recorded)
		return count_recorded(&q, &k, !k.n_words && !q.as.counts && !q.as.series);
	enum rc rc = answer(&q, k.n_words ? k.words[0] : NULL, &k.e);
	places_free(q.places);
	return rc == RC_OK ? plan_answer(&k.b, q.as.out, 0) : cmd_fail(&k.e);
}
