/* What can be seen to be impossible before anything is searched. */
#include "plan/siting_inside.h"

#include <math.h>

static enum rc at(const struct siting *s, int line, int column, struct err *e)
{
	(void)s;
	if (line && column)
		return err_prefix(e, "%s:%d:%d", s->file, line, column);
	if (line)
		return err_prefix(e, "%s:%d", s->file, line);
	return err_prefix(e, "%s", s->file);
}

static enum rc reached(const struct siting *s, struct err *e)
{
	for (size_t i = 0; i < s->n_areas; i++) {
		size_t near = SIZE_MAX;
		double least = SITE_NEVER;
		for (size_t j = 0; j < s->n_sites; j++)
			if ((s->sites[j].may & ~1u) && s->minutes[i * s->n_sites + j] < least) {
				least = s->minutes[i * s->n_sites + j];
				near = j;
			}
		if (s->areas[i].demand <= 0 || (least < SITE_NEVER && (s->longest <= 0 || least <= s->longest)))
			continue;
		if (near == SIZE_MAX)
			err_set(e, RC_BAD_INPUT,
				"the area \"" STR_FMT
				"\" has no way to any site that may be open: give its minutes, or "
				"another site",
				STR_ARG(s->areas[i].name));
		else
			err_set(
			    e, RC_BAD_INPUT,
			    "the area \"" STR_FMT "\" is out of reach: the nearest site that may be open is \"" STR_FMT
			    "\", %.0f minutes away, and the longest allowed is %.0f. Raise travel: longest, or add a "
			    "site nearer",
			    STR_ARG(s->areas[i].name), STR_ARG(s->sites[near].name), ceil(least), s->longest);
		return at(s, s->areas[i].line, s->areas[i].column, e);
	}
	return RC_OK;
}

static double largest(const struct siting *s, size_t j)
{
	double most = 0;
	for (size_t k = 0; k < s->n_sizes; k++)
		if (s->sites[j].may >> (k + 1) & 1)
			most = fmax(most, s->capacity[j * s->n_sizes + k]);
	return most;
}

static int downwards(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x < y) - (x > y);
}

static enum rc roomy(const struct siting *s, struct err *e)
{
	double *room = xcalloc(s->n_sites, sizeof *room), all = 0;
	size_t most = s->open_most ? s->open_most : s->n_sites;
	for (size_t j = 0; j < s->n_sites; j++)
		room[j] = largest(s, j);
	qsort(room, s->n_sites, sizeof *room, downwards);
	for (size_t j = 0; j < s->n_sites && j < most; j++)
		all += room[j];
	free(room);
	if (all >= s->demand * (1 - 1e-12))
		return RC_OK;
	err_set(e, RC_BAD_INPUT,
		"there is room for %.6g at most%s, but %.6g " STR_FMT " need it: add sites or larger sizes%s", all,
		s->open_most ? " in as many sites as may be open" : "", s->demand, STR_ARG(s->people),
		s->open_most ? ", or let more be open" : "");
	return at(s, s->rules_line, s->rules_column, e);
}

static enum rc numbers(const struct siting *s, struct err *e)
{
	size_t must = 0, may = 0, today = 0, stays = 0;
	for (size_t j = 0; j < s->n_sites; j++) {
		must += !(s->sites[j].may & 1);
		may += (s->sites[j].may & ~1u) != 0;
		today += s->sites[j].today;
		stays += s->sites[j].today && (s->sites[j].may & ~1u);
	}
	enum rc rc = RC_OK;
	if (s->keep > today)
		rc = err_set(
		    e, RC_BAD_INPUT,
		    "keep-existing is %zu, but %zu sites are there today: lower it, or say which sites are there "
		    "(now: SIZE)",
		    s->keep, today);
	else if (s->keep > stays)
		rc = err_set(e, RC_BAD_INPUT, "keep-existing is %zu, but only %zu of today's sites may stay open",
			     s->keep, stays);
	else if (s->open_most && must > s->open_most)
		rc = err_set(e, RC_BAD_INPUT, "%zu sites must stay or open, but at most %zu may be open", must,
			     s->open_most);
	else if (s->open_most && s->keep > s->open_most)
		rc = err_set(e, RC_BAD_INPUT, "keep-existing is %zu, but at most %zu may be open", s->keep,
			     s->open_most);
	else if (s->open_least > may)
		rc = err_set(e, RC_BAD_INPUT, "%zu sites are to be open, but %zu may be", s->open_least, may);
	else if (s->open_most && s->open_least > s->open_most)
		rc = err_set(e, RC_BAD_INPUT, "open-at-least is %zu and open-at-most %zu", s->open_least, s->open_most);
	return rc == RC_OK ? rc : at(s, s->rules_line, s->rules_column, e);
}

/* What must be open costs something already. */
static enum rc affordable(const struct siting *s, struct err *e)
{
	double least = 0;
	for (size_t j = 0; j < s->n_sites; j++) {
		double one = SITE_NEVER;
		for (size_t k = 0; k < s->n_sizes; k++)
			if (s->sites[j].may >> (k + 1) & 1)
				one = fmin(one, s->price[j * s->n_sizes + k]);
		least += s->sites[j].may & 1 ? 0 : one;
	}
	if (s->budget <= 0 || least <= s->budget)
		return RC_OK;
	err_set(
	    e, RC_BAD_INPUT,
	    "the budget is %.0f, but the sites that must stay or open cost %.0f already: raise it, or let some close",
	    s->budget, least);
	return at(s, s->budget_line, s->budget_column, e);
}

enum rc siting_check(const struct siting *s, struct err *e)
{
	enum rc rc = numbers(s, e);
	if (rc == RC_OK)
		rc = affordable(s, e);
	if (rc == RC_OK)
		rc = reached(s, e);
	return rc == RC_OK ? roomy(s, e) : rc;
}
