/* Demand as the record has it, written out. */
#include "work/plan/recorded.h"

#include <math.h>

#include "codec/csv.h"
#include "codec/json.h"

enum recorded_of recorded_of_word(struct str word)
{
	return str_is(word, "referrals")    ? RECORDED_REFERRALS
	       : str_is(word, "admissions") ? RECORDED_ADMISSIONS
					    : (enum recorded_of)0;
}

const char *recorded_word(enum recorded_of of)
{
	return of == RECORDED_REFERRALS ? "referrals" : "admissions";
}

const char *recorded_title(enum recorded_of of)
{
	return of == RECORDED_REFERRALS ? "Referrals to mental-health services, as recorded"
					: "Admissions to mental-health beds, as recorded";
}

bool recorded_is_for(const struct viewer *v)
{
	return viewer_may(v, ACT_PLAN) && !(v->withheld & data_bit(DATA_NUMBERS)) && role_sees_sensitive(v->role) &&
	       v->role != ROLE_CLINICIAN;
}

const struct recorded_year *recorded_newest(const struct recorded *r)
{
	for (size_t y = 0; y < r->n_years; y++)
		if (r->years[y].covered)
			return &r->years[y];
	return NULL;
}

/* ---- cells ---- */

static struct section_cell words(struct str text)
{
	return (struct section_cell){ .text = text };
}

static struct section_cell count_cell(const struct recorded_count *x, struct arena *a)
{
	if (x->hidden)
		return words(STR("hidden"));
	return (struct section_cell){ arena_printf(a, "%" PRId64, x->count), (double)x->count, true };
}

static struct section *begin(struct section *s, enum section_kind kind, const char *title, size_t rows, size_t columns,
			     struct arena *a)
{
	*s = (struct section){ .kind = kind, .title = str_of(title), .words = STR(""), .n_columns = columns };
	s->cells = arena_array(a, rows * columns + 1, sizeof *s->cells);
	return s;
}

static const char *year_title(const struct recorded_year *y, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	return arena_printf(a, "Year to %s", day_plain(day_add_months(y->from, 12) - 1, day)).p;
}

/* Rows by their name, a column for each covered year. */
static void years_table(struct section *s, const struct recorded *r, size_t rows,
			const struct recorded_count *(*row)(const struct recorded_year *y, size_t i), const char *first,
			struct arena *a)
{
	s->columns[0] = (struct section_column){ first, false };
	size_t c = 1;
	const struct recorded_year *named = NULL;
	for (size_t y = 0; y < r->n_years; y++)
		if (r->years[y].covered) {
			named = named ? named : &r->years[y];
			s->columns[c++] = (struct section_column){ year_title(&r->years[y], a), true };
		}
	s->n_columns = c;
	for (size_t i = 0; i < rows && named; i++) {
		struct section_cell *cell = &s->cells[i * c];
		size_t k = 0;
		cell[k++] = words(row(named, i)->name);
		for (size_t y = 0; y < r->n_years; y++)
			if (r->years[y].covered)
				cell[k++] = count_cell(row(&r->years[y], i), a);
		s->n_rows++;
	}
}

static const struct recorded_count *age_row(const struct recorded_year *y, size_t i)
{
	return &y->ages[i];
}

/* ---- tables ---- */

static void by_council(struct section *s, const struct recorded *r, struct arena *a)
{
	const struct recorded_year *y = recorded_newest(r);
	begin(s, SECTION_AREAS, "By council, the newest year", r->n_councils + 1, 5, a);
	s->columns[0] = (struct section_column){ "Council", false };
	s->columns[1] = (struct section_column){ "Counted", true };
	s->columns[2] = (struct section_column){ "Residents aged 0 to 17", true };
	s->columns[3] = (struct section_column){ "Of each 10,000 residents", true };
	s->columns[4] = (struct section_column){ "95% interval", true };
	for (size_t i = 0; i <= r->n_councils; i++) {
		const struct recorded_count *x = i < r->n_councils ? &y->councils[i] : &y->all;
		bool made = !x->hidden && x->rated;
		const struct section_cell cells[] = {
			words(x->name),
			count_cell(x, a),
			x->residents ? (struct section_cell){ arena_printf(a, "%" PRId64 ",%03" PRId64,
									   x->residents / 1000, x->residents % 1000),
							      (double)x->residents, true }
				     : words(STR("-")),
			made ? (struct section_cell){ arena_printf(a, "%.1f", x->rate.value), x->rate.value, true }
			     : words(x->hidden ? STR("hidden") : STR("-")),
			words(made	  ? arena_printf(a, "%.1f to %.1f", x->rate.lower, x->rate.upper)
			      : x->hidden ? STR("hidden")
					  : STR("-")),
		};
		memcpy(s->cells + s->n_rows++ * s->n_columns, cells, sizeof cells);
	}
	s->words =
	    STR("The record holds children it was told of: those in care, and those referred or placed here. It is "
		"not everybody who lives there, so these are no rates of illness.");
}

static void by_month(struct section *s, const struct recorded *r, struct arena *a)
{
	static const char *const names[] = { "April",	"May",	    "June",	"July",	   "August",   "September",
					     "October", "November", "December", "January", "February", "March" };
	begin(s, SECTION_BEDS, "By month", 12, RECORDED_YEARS + 2, a);
	years_table(s, r, 0, age_row, "Month", a);
	for (size_t i = 0; i < 12; i++) {
		size_t k = 0;
		struct section_cell *cell = &s->cells[i * s->n_columns];
		cell[k++] = words(str_of(names[i]));
		for (size_t y = 0; y < r->n_years; y++)
			if (r->years[y].covered)
				cell[k++] = count_cell(&r->years[y].months[i], a);
		s->n_rows++;
	}
}

static void season_of(struct section *s, const struct recorded *r, struct arena *a)
{
	static const char *const names[] = { "January", "February", "March",	 "April",   "May",	"June",
					     "July",	"August",   "September", "October", "November", "December" };
	const struct recorded_season *x = &r->season;
	begin(s, SECTION_WAITS, "Trend and season", 14, 3, a);
	s->columns[0] = (struct section_column){ "What", false };
	s->columns[1] = (struct section_column){ "Times", true };
	s->columns[2] = (struct section_column){ "95% interval", true };
	if (!r->has_season) {
		s->words = arena_printf(a, "No trend is told: " STR_FMT ".", STR_ARG(r->no_season));
		return;
	}
	for (int i = -1; i < (x->has_months ? 12 : 0); i++) {
		const struct recorded_rate *v = i < 0 ? &x->year : &x->month[i];
		const struct section_cell cells[] = {
			words(i < 0 ? STR("Each year, against the year before")
				    : arena_printf(a, "%s, against the mean month", names[i])),
			{ arena_printf(a, "%.2f", v->value), v->value, true },
			words(arena_printf(a, "%.2f to %.2f", v->lower, v->upper)),
		};
		memcpy(s->cells + s->n_rows++ * s->n_columns, cells, sizeof cells);
	}
	s->words = arena_printf(
	    a,
	    "%s Counts scatter %.1f times as much as chance alone would make them. If it goes on so, about %.0f are to "
	    "be expected in %04d-%02d. No cause is named by this: a change in what is recorded looks like a change in "
	    "need.%s",
	    x->year.lower <= 1 && x->year.upper >= 1 ? "No trend is shown: 1 lies in its interval."
						     : "There is a trend.",
	    x->dispersion, x->next, x->next_year, x->next_month,
	    x->has_months ? "" : " Under 24 months a trend may be the season.");
}

static void rests(struct section *s, const struct recorded *r, struct arena *a)
{
	struct str known[] = {
		STR("What is counted: each entry of the kind that is believed today, of children in your "
		    "organisation’s circle; "
		    "sealed entries are left out"),
		STR("Years to 31 March in which every council shown was covered from the first day; other years are "
		    "not known"),
		arena_printf(a,
			     "Counts from %" PRId64 " to %" PRId64
			     " are hidden, and others from which they could be worked out (data/sharing.yaml)",
			     r->hidden.from, r->hidden.to),
		STR("Residents by age: Office for National Statistics, mid-2023 as first published"),
		STR("Intervals: exact limits of counts under 10, Byar’s from 10 on; trend and season by Poisson "
		    "regression of the "
		    "counts, those that are hidden included"),
	};
	begin(s, SECTION_RESTS, "What this rests on", COUNT_OF(known), 2, a);
	s->columns[0] = (struct section_column){ "What was taken as given", false };
	s->columns[1] = (struct section_column){ "Known?", false };
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		s->cells[i * 2] = words(known[i]);
		s->cells[i * 2 + 1] = words(STR("from the record"));
		s->n_rows++;
	}
	s->cells[3 * 2 + 1] = words(STR("from a source"));
	s->cells[2 * 2 + 1] = s->cells[4 * 2 + 1] = words(STR("a rule"));
}

size_t recorded_sections(const struct recorded *r, struct arena *a, struct section out[RECORDED_SECTIONS_MAX])
{
	size_t n = 0;
	if (recorded_newest(r)) {
		by_council(&out[n++], r, a);
		begin(&out[n], SECTION_FAIR, "By age", RECORDED_BANDS, RECORDED_YEARS + 2, a);
		years_table(&out[n++], r, RECORDED_BANDS, age_row, "Age on the day", a);
		by_month(&out[n++], r, a);
		season_of(&out[n++], r, a);
	}
	rests(&out[n++], r, a);
	return n;
}

struct str recorded_headline(const struct recorded *r, struct arena *a)
{
	const struct recorded_year *y = recorded_newest(r);
	char day[DAY_TEXT_MAX];
	if (!y)
		return arena_printf(
		    a, "Not known: no whole year to 31 March has its %s loaded for every council of your team.",
		    recorded_word(r->of));
	const char *last = day_plain(day_add_months(y->from, 12) - 1, day);
	struct str trend = r->has_season
			       ? arena_printf(a, " Each year %.2f times as many as the year before (%.2f to %.2f).",
					      r->season.year.value, r->season.year.lower, r->season.year.upper)
			       : STR("");
	if (y->all.hidden)
		return arena_printf(a, "In the year to %s: hidden, because the number is small." STR_FMT, last,
				    STR_ARG(trend));
	return arena_printf(a, "%" PRId64 " %s in the year to %s." STR_FMT, y->all.count, recorded_word(r->of), last,
			    STR_ARG(trend));
}

/* ---- CSV and JSON: the same rows ---- */

struct row {
	const char *by;
	const struct recorded_year *y;
	const struct recorded_count *x;
};

static void csv_row(struct csv_writer *w, const char *of, const struct row *r)
{
	char day[DAY_TEXT_MAX], z[40];
	csv_put(w, str_of(of));
	csv_put(w, str_of(day_iso(r->y->from, day)));
	csv_put(w, str_of(day_iso(day_add_months(r->y->from, 12) - 1, day)));
	csv_put(w, str_of(r->by));
	csv_put(w, r->x->code);
	csv_put_safe(w, r->x->name);
	if (r->x->hidden)
		csv_put(w, STR("c"));
	else
		csv_put_int(w, r->x->count);
	bool made = !r->x->hidden && r->x->rated;
	const double v[] = { r->x->rate.value, r->x->rate.lower, r->x->rate.upper };
	for (size_t i = 0; i < 3; i++) {
		snprintf(z, sizeof z, "%.6g", v[i]);
		csv_put(w, made ? str_of(z) : STR(""));
	}
	csv_end_row(w);
}

static void json_row(struct buf *b, const struct row *r, bool first)
{
	char day[DAY_TEXT_MAX];
	buf_printf(b, "%s{\"from\":\"%s\",\"by\":\"%s\",\"code\":", first ? "\n" : ",\n", day_iso(r->y->from, day),
		   r->by);
	json_put_string(b, r->x->code);
	buf_puts(b, ",\"name\":");
	json_put_string(b, r->x->name);
	if (r->x->hidden)
		buf_puts(b, ",\"count\":\"c\"");
	else
		buf_printf(b, ",\"count\":%" PRId64, r->x->count);
	if (!r->x->hidden && r->x->rated)
		buf_printf(b, ",\"residents\":%" PRId64 ",\"per_10000\":%.6g,\"low\":%.6g,\"high\":%.6g",
			   r->x->residents, r->x->rate.value, r->x->rate.lower, r->x->rate.upper);
	buf_putc(b, '}');
}

/* Every row of the answer, one after the other; false: there is no such row. */
static bool row_at(const struct recorded *r, size_t at, struct row *out)
{
	for (size_t y = 0; y < r->n_years; y++) {
		const struct recorded_year *x = &r->years[y];
		size_t n = 1 + r->n_councils + RECORDED_BANDS + 12;
		if (!x->covered)
			continue;
		if (at >= n) {
			at -= n;
			continue;
		}
		if (at == 0)
			*out = (struct row){ "all", x, &x->all };
		else if (at <= r->n_councils)
			*out = (struct row){ "council", x, &x->councils[at - 1] };
		else if (at <= r->n_councils + RECORDED_BANDS)
			*out = (struct row){ "age", x, &x->ages[at - 1 - r->n_councils] };
		else
			*out = (struct row){ "month", x, &x->months[at - 1 - r->n_councils - RECORDED_BANDS] };
		return true;
	}
	return false;
}

void recorded_csv(struct buf *b, const struct recorded *r)
{
	struct csv_writer w = { .b = b };
	struct row x;
	buf_puts(b, "of,from,to,by,code,name,count,per_10000,low,high\r\n");
	for (size_t i = 0; row_at(r, i, &x); i++)
		csv_row(&w, recorded_word(r->of), &x);
}

void recorded_json(struct buf *b, const struct recorded *r)
{
	struct row x;
	buf_printf(b, "{\"of\":\"%s\",\"hidden\":[%" PRId64 ",%" PRId64 "],\"rows\":[", recorded_word(r->of),
		   r->hidden.from, r->hidden.to);
	for (size_t i = 0; row_at(r, i, &x); i++)
		json_row(b, &x, i == 0);
	buf_puts(b, "]");
	if (r->has_season)
		buf_printf(b, ",\"times_each_year\":{\"value\":%.3g,\"low\":%.3g,\"high\":%.3g}", r->season.year.value,
			   r->season.year.lower, r->season.year.upper);
	buf_puts(b, "}\n");
}
