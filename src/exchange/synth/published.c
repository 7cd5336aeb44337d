#include "exchange/synth/published.h"

#include "base/text.h"
#include "codec/csv.h"

enum { ROWS_MAX = 1000, HELP_MAX = 200, FIRST_FIGURE = 4, HEALTH_FIRST = 2 };

static const char *const figure_ids[F__COUNT] = { "looked_after",
						  "under_1",
						  "age_1_4",
						  "age_5_9",
						  "age_10_15",
						  "age_16_17",
						  "female",
						  "male",
						  "uasc",
						  "not_uasc",
						  "full_order",
						  "interim_order",
						  "placement_order",
						  "s20",
						  "youth_justice",
						  "detained",
						  "foster",
						  "secure_or_home",
						  "supported",
						  "with_parents",
						  "for_adoption",
						  "school",
						  "other_residential",
						  "other_placement",
						  "own_provision",
						  "other_council",
						  "other_public",
						  "private",
						  "voluntary",
						  "parents_provide",
						  "provider_not_said",
						  "n1",
						  "n2",
						  "n3",
						  "n4",
						  "n5",
						  "n6",
						  "n7",
						  "n8",
						  "inside_near",
						  "inside_far",
						  "inside_unknown",
						  "outside_near",
						  "outside_far",
						  "outside_unknown",
						  "inside",
						  "outside",
						  "others_placed_here",
						  "white",
						  "mixed",
						  "asian",
						  "black",
						  "other_ethnic",
						  "ethnic_not_said",
						  "started",
						  "ceased",
						  "three_placements",
						  "stability_base",
						  "long_term_same",
						  "long_term_base",
						  "two_year_base",
						  "ehc_plan_percent",
						  "ehc_in_time_percent" };
static const char *const health_ids[H__COUNT] = { "cohort",	"under_5",	  "age_5_16",	 "health",
						  "dental",	"immunisations",  "development", "sdq",
						  "sdq_normal", "sdq_borderline", "sdq_concern", "sdq_average" };
static const char *const marks[MARK__COUNT] = { "published", "hidden: a small number", "rounds to nothing",
						"does not apply", "not available" };

/* Cells that add up to another. */
static const struct {
	enum figure first, last, total;
} breakdowns[] = {
	{ F_UNDER_1, F_AGE_16_17, F_LOOKED_AFTER },
	{ F_FEMALE, F_MALE, F_LOOKED_AFTER },
	{ F_UASC, F_NOT_UASC, F_LOOKED_AFTER },
	{ F_FULL_ORDER, F_DETAINED, F_LOOKED_AFTER },
	{ F_FOSTER, F_OTHER_PLACEMENT, F_LOOKED_AFTER },
	{ F_OWN_PROVISION, F_PROVIDER_NOT_SAID, F_LOOKED_AFTER },
	{ F_N1, F_N8, F_LOOKED_AFTER },
	{ F_INSIDE, F_OUTSIDE, F_LOOKED_AFTER },
	{ F_INSIDE_NEAR, F_INSIDE_UNKNOWN, F_INSIDE },
	{ F_OUTSIDE_NEAR, F_OUTSIDE_UNKNOWN, F_OUTSIDE },
	{ F_WHITE, F_ETHNIC_NOT_SAID, F_LOOKED_AFTER },
};

struct published {
	struct arena arena;
	struct figures *rows;
	size_t n;
	struct help_figures *help;
	size_t n_help;
	int line; /* while reading: 0 before the heading */
};

const char *figure_id(enum figure f)
{
	return figure_ids[f];
}

const char *health_figure_id(enum health_figure f)
{
	return health_ids[f];
}

const char *mark_words(enum mark m)
{
	return marks[m];
}

/* ---- reading ---- */

static bool cell(struct str s, double *v, uint8_t *mark)
{
	char text[32], *end;
	*v = 0;
	if (s.n == 0 || str_is(s, "x") || str_is(s, ":") || str_is(s, "-"))
		*mark = MARK_MISSING;
	else if (str_is(s, "c"))
		*mark = MARK_HIDDEN;
	else if (str_is(s, "k"))
		*mark = MARK_ZERO;
	else if (str_is(s, "z"))
		*mark = MARK_NOT_APPLICABLE;
	else {
		if (s.n >= sizeof text)
			return false;
		snprintf(text, sizeof text, STR_FMT, STR_ARG(s));
		*v = strtod(text, &end);
		*mark = MARK_KNOWN;
		return *end == '\0' && *v >= 0 && *v < 1e9;
	}
	return true;
}

static enum rc check_heading(const struct csv_row *row, size_t first, const char *const *ids, size_t n, struct err *e)
{
	if (row->n != first + n)
		return err_set(e, RC_BAD_INPUT, "line 1: %zu columns are expected", first + n);
	for (size_t i = 0; i < n; i++)
		if (!str_is(row->cells[first + i], ids[i]))
			return err_set(e, RC_BAD_INPUT, "line 1: column %zu must be \"%s\"", first + i + 1, ids[i]);
	return RC_OK;
}

static enum rc on_figures(void *arg, const struct csv_row *row, struct err *e)
{
	struct published *p = arg;
	if (!p->line++)
		return check_heading(row, FIRST_FIGURE, figure_ids, F__COUNT, e);
	if (row->n != FIRST_FIGURE + F__COUNT || p->n == ROWS_MAX)
		return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": %d columns are expected, in at most %d lines",
			       row->line, FIRST_FIGURE + F__COUNT, ROWS_MAX);
	struct figures *f = &p->rows[p->n++];
	f->code = arena_str(&p->arena, row->cells[0]);
	f->name = arena_str(&p->arena, row->cells[2]);
	f->region = arena_str(&p->arena, row->cells[3]);
	for (size_t i = 0; i < F__COUNT; i++)
		if (!cell(row->cells[FIRST_FIGURE + i], &f->v[i], &f->mark[i]))
			return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": column %zu is not a figure", row->line,
				       FIRST_FIGURE + i + 1);
	return RC_OK;
}

static struct figures *find(const struct published *p, struct str code)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->rows[i].code, code))
			return &p->rows[i];
	return NULL;
}

static enum rc on_health(void *arg, const struct csv_row *row, struct err *e)
{
	struct published *p = arg;
	if (!p->line++)
		return check_heading(row, HEALTH_FIRST, health_ids, H__COUNT, e);
	int64_t year;
	struct figures *f = row->n == HEALTH_FIRST + H__COUNT ? find(p, row->cells[0]) : NULL;
	if (!f || str_to_int(row->cells[1], HEALTH_FIRST_YEAR, HEALTH_FIRST_YEAR + HEALTH_YEARS - 1, &year) != RC_OK)
		return err_set(e, RC_BAD_INPUT,
			       "line %" PRId64 ": an area of published_2025.csv and a year from %d to %d are expected",
			       row->line, HEALTH_FIRST_YEAR, HEALTH_FIRST_YEAR + HEALTH_YEARS - 1);
	for (size_t i = 0; i < H__COUNT; i++)
		if (!cell(row->cells[HEALTH_FIRST + i], &f->health[year - HEALTH_FIRST_YEAR][i],
			  &f->health_mark[year - HEALTH_FIRST_YEAR][i]))
			return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": column %zu is not a figure", row->line,
				       HEALTH_FIRST + i + 1);
	return RC_OK;
}

enum { P_BOARD, P_REFERRALS, P_CLOSED, P_HELPED, P_WITHIN, P_COLUMNS = 8 };

static enum rc on_help(void *arg, const struct csv_row *row, struct err *e)
{
	struct published *p = arg;
	double helped, within;
	uint8_t mark[2];
	if (row->n != P_COLUMNS || p->n_help == HELP_MAX)
		return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": %d columns are expected", row->line, P_COLUMNS);
	if (!p->line++)
		return RC_OK;
	struct help_figures *h = &p->help[p->n_help++];
	h->board = arena_str(&p->arena, row->cells[P_BOARD]);
	h->has_within = cell(row->cells[P_HELPED], &helped, &mark[0]) &&
			cell(row->cells[P_WITHIN], &within, &mark[1]) && mark[0] == MARK_KNOWN &&
			mark[1] == MARK_KNOWN && helped > 0 && within <= helped;
	h->within_4_weeks = h->has_within ? within / helped : 0;
	return RC_OK;
}

/* ---- what is hidden, filled ---- */

static const struct figures *around(const struct published *p, const struct figures *f)
{
	const struct figures *r = f->region.n ? find(p, f->region) : NULL;
	return r ? r : find(p, STR("E92000001"));
}

/* The total of a council that hides it: what its region's others leave, five at least. */
static void fill_total(const struct published *p, struct figures *f)
{
	const struct figures *r = around(p, f);
	double left = r ? r->v[F_LOOKED_AFTER] : 0;
	if (f->mark[F_LOOKED_AFTER] != MARK_HIDDEN)
		return;
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->rows[i].region, f->region))
			left -= p->rows[i].v[F_LOOKED_AFTER];
	f->v[F_LOOKED_AFTER] = left > 5 && left < 50 ? left : 5;
}

static double share_around(const struct figures *r, enum figure k)
{
	return r && r->mark[k] == MARK_KNOWN && r->v[k] > 0 ? r->v[k] : 0.1;
}

static void fill_breakdown(const struct published *p, struct figures *f, enum figure first, enum figure last,
			   enum figure total)
{
	const struct figures *r = around(p, f);
	double left = f->v[total], weights = 0;
	for (enum figure k = first; k <= last; k++) {
		if (f->mark[k] == MARK_KNOWN)
			left -= f->v[k];
		else if (f->mark[k] == MARK_HIDDEN || f->mark[k] == MARK_MISSING)
			weights += share_around(r, k);
	}
	for (enum figure k = first; k <= last && left > 0 && weights > 0; k++)
		if (f->mark[k] == MARK_HIDDEN || f->mark[k] == MARK_MISSING)
			f->v[k] = left * share_around(r, k) / weights;
}

/* As large a part of its base as around it. */
static void fill_part(const struct figures *r, struct figures *f, enum figure part, enum figure base)
{
	if (f->mark[part] != MARK_KNOWN && r && r->v[base] > 0)
		f->v[part] = f->v[base] * r->v[part] / r->v[base];
}

static void fill_health(const struct figures *r, struct figures *f)
{
	for (size_t y = 0; r && y < HEALTH_YEARS; y++) {
		double *v = f->health[y];
		const double *of = r->health[y];
		for (size_t i = H_COHORT; i <= H_SDQ_CONCERN; i++) {
			if (f->health_mark[y][i] == MARK_KNOWN)
				continue;
			size_t base = i <= H_AGE_5_16	   ? H_COHORT
				      : i == H_DEVELOPMENT ? H_UNDER_5
				      : i == H_SDQ	   ? H_AGE_5_16
				      : i >= H_SDQ_NORMAL  ? H_SDQ
							   : H_COHORT;
			if (i == H_COHORT)
				v[i] = r->v[F_LOOKED_AFTER] > 0
					   ? f->v[F_LOOKED_AFTER] * of[H_COHORT] / r->v[F_LOOKED_AFTER]
					   : 0;
			else
				v[i] = of[base] > 0 ? v[base] * of[i] / of[base] : 0;
		}
		if (f->health_mark[y][H_SDQ_MEAN] != MARK_KNOWN)
			v[H_SDQ_MEAN] = of[H_SDQ_MEAN];
	}
}

static void fill(const struct published *p, struct figures *f)
{
	const struct figures *r = around(p, f);
	fill_total(p, f);
	for (size_t i = 0; i < COUNT_OF(breakdowns); i++)
		fill_breakdown(p, f, breakdowns[i].first, breakdowns[i].last, breakdowns[i].total);
	fill_part(r, f, F_OTHERS_HERE, F_LOOKED_AFTER);
	fill_part(r, f, F_STABILITY_BASE, F_LOOKED_AFTER);
	fill_part(r, f, F_THREE_PLACEMENTS, F_STABILITY_BASE);
	fill_part(r, f, F_LONG_BASE, F_LOOKED_AFTER);
	fill_part(r, f, F_LONG_SAME, F_LONG_BASE);
	fill_part(r, f, F_TWO_YEARS, F_LOOKED_AFTER);
	for (enum figure k = F_EHC_PLAN; k <= F_EHC_IN_TIME; k++)
		if (f->mark[k] != MARK_KNOWN && r)
			f->v[k] = r->v[k];
	fill_health(r, f);
}

static enum rc read_file(struct published *p, const char *dir, const char *name, csv_row_fn *row, struct err *e)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/synth/%s", dir, name);
	p->line = 0;
	return csv_read_file(path, row, p, e);
}

enum rc published_load(const char *data_dir, struct published **out, struct err *e)
{
	struct published *p = xcalloc(1, sizeof *p);
	arena_init(&p->arena);
	p->rows = xcalloc(ROWS_MAX, sizeof *p->rows);
	p->help = xcalloc(HELP_MAX, sizeof *p->help);
	enum rc rc = read_file(p, data_dir, "published_2025.csv", on_figures, e);
	if (rc == RC_OK)
		rc = read_file(p, data_dir, "published_health.csv", on_health, e);
	if (rc == RC_OK)
		rc = read_file(p, data_dir, "published_help.csv", on_help, e);
	if (rc != RC_OK) {
		published_free(p);
		return rc;
	}
	for (int councils = 0; councils < 2; councils++) /* the country and its regions first */
		for (size_t i = 0; i < p->n; i++)
			if ((p->rows[i].region.n > 0) == (councils == 1))
				fill(p, &p->rows[i]);
	*out = p;
	return RC_OK;
}

void published_free(struct published *p)
{
	if (!p)
		return;
	free(p->rows);
	free(p->help);
	arena_release(&p->arena);
	free(p);
}

const struct figures *published_find(const struct published *p, struct str code)
{
	return find(p, code);
}

const struct help_figures *published_help(const struct published *p, struct str board)
{
	const struct help_figures *england = NULL;
	for (size_t i = 0; i < p->n_help; i++) {
		if (str_eq(p->help[i].board, board) && p->help[i].has_within)
			return &p->help[i];
		if (str_is(p->help[i].board, "England"))
			england = &p->help[i];
	}
	return england;
}

size_t published_year(int year)
{
	int at = year - HEALTH_FIRST_YEAR;
	return (size_t)(at < 0 ? 0 : at >= HEALTH_YEARS ? HEALTH_YEARS - 1 : at);
}
