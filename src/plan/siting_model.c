#include "plan/siting_model.h"

#include <math.h>

bool siting_model_fits(const struct siting *s)
{
	return s->aim != SITING_WORST && (s->aim != SITING_GAP || !s->limited);
}

static bool can(const struct siting *s, size_t i, size_t j)
{
	double t = s->minutes[i * s->n_sites + j];
	return s->areas[i].demand > 0 && (s->sites[j].may & ~1u) && t < SITE_NEVER &&
	       (s->longest <= 0 || t <= s->longest);
}

/* A term; a line break now and then, since readers have a limit. */
static void term(struct buf *b, size_t *n, double factor, const char *name, size_t i, size_t j)
{
	if (factor == 0)
		return;
	buf_printf(b, " %s %.17g %s%zu_%zu%s", factor < 0 ? "-" : "+", fabs(factor), name, i, j, ++*n % 8 ? "" : "\n");
}

static void open_terms(const struct siting *s, struct buf *b, size_t *n, size_t j, double factor)
{
	for (size_t k = 0; k < s->n_sizes; k++)
		if (s->sites[j].may >> (k + 1) & 1)
			term(b, n, factor, "y", j, k);
}

static void aim(const struct siting *s, struct buf *b)
{
	size_t n = 0;
	buf_puts(b, "Minimize\n obj:");
	if (s->aim == SITING_GAP)
		buf_puts(b, " most - least");
	for (size_t i = 0; i < s->n_areas; i++)
		for (size_t j = 0; j < s->n_sites; j++) {
			double t = s->minutes[i * s->n_sites + j], d = s->areas[i].demand;
			if (can(s, i, j))
				term(b, &n,
				     s->aim == SITING_TRAVEL			? d * t
				     : s->aim == SITING_WITHIN && t > s->within ? d
										: 0,
				     "x", i, j);
		}
	for (size_t j = 0; j < s->n_sites && (s->aim == SITING_MONEY || s->travel_is_cost); j++)
		for (size_t k = 0; k < s->n_sizes; k++)
			if (s->sites[j].may >> (k + 1) & 1)
				term(b, &n, s->price[j * s->n_sizes + k], "y", j, k);
	buf_puts(b, "\nSubject To\n");
}

static void served(const struct siting *s, struct buf *b)
{
	for (size_t i = 0; i < s->n_areas; i++) {
		size_t n = 0;
		if (s->areas[i].demand <= 0)
			continue;
		for (size_t j = 0; j < s->n_sites; j++)
			if (can(s, i, j))
				term(b, &n, 1, "x", i, j);
		buf_puts(b, " = 1\n");
	}
	for (size_t j = 0; j < s->n_sites; j++) {
		size_t n = 0;
		for (size_t i = 0; i < s->n_areas; i++) {
			if (!can(s, i, j))
				continue;
			size_t one = 0;
			term(b, &one, 1, "x", i, j);
			open_terms(s, b, &one, j, -1);
			buf_puts(b, " <= 0\n");
		}
		for (size_t i = 0; s->limited && i < s->n_areas; i++)
			if (can(s, i, j))
				term(b, &n, s->areas[i].demand, "x", i, j);
		for (size_t k = 0; n && k < s->n_sizes; k++)
			if (s->sites[j].may >> (k + 1) & 1)
				term(b, &n, -s->capacity[j * s->n_sizes + k], "y", j, k);
		if (n)
			buf_puts(b, " <= 0\n");
	}
}

static void rules(const struct siting *s, struct buf *b)
{
	size_t n = 0;
	for (size_t j = 0; j < s->n_sites; j++) {
		if (!(s->sites[j].may & ~1u))
			continue;
		open_terms(s, b, &n, j, 1);
		buf_puts(b, s->sites[j].may & 1 ? " <= 1\n" : " = 1\n");
	}
	for (size_t j = 0; s->budget > 0 && j < s->n_sites; j++)
		for (size_t k = 0; k < s->n_sizes; k++)
			if (s->sites[j].may >> (k + 1) & 1)
				term(b, &n, s->price[j * s->n_sizes + k], "y", j, k);
	if (s->budget > 0)
		buf_printf(b, " <= %.17g\n", s->budget);
	for (int most = 0; most < 2; most++) {
		size_t limit = most ? s->open_most : s->open_least;
		for (size_t j = 0; limit && j < s->n_sites; j++)
			open_terms(s, b, &n, j, 1);
		if (limit)
			buf_printf(b, " %s %zu\n", most ? "<=" : ">=", limit);
	}
	for (size_t j = 0; s->keep && j < s->n_sites; j++)
		if (s->sites[j].today)
			open_terms(s, b, &n, j, 1);
	if (s->keep)
		buf_printf(b, " >= %zu\n", s->keep);
	for (size_t k = 0; k < s->n_pairs; k++) {
		open_terms(s, b, &n, s->pairs[k].a, 1);
		open_terms(s, b, &n, s->pairs[k].b, 1);
		buf_puts(b, s->pairs[k].one_of ? " >= 1\n" : " <= 1\n");
	}
}

/* Nobody goes past an open site; the means of groups lie between least and most. */
static void gap(const struct siting *s, struct buf *b)
{
	const size_t m = s->n_sites;
	for (size_t i = 0; i < s->n_areas; i++)
		for (size_t j = 0; j < m; j++) {
			size_t n = 0;
			if (!can(s, i, j))
				continue;
			for (size_t q = 0; q < m; q++)
				if (can(s, i, q) && s->minutes[i * m + q] > s->minutes[i * m + j])
					term(b, &n, 1, "x", i, q);
			if (!n)
				continue;
			open_terms(s, b, &n, j, 1);
			buf_puts(b, " <= 1\n");
		}
	for (size_t g = 0; g < s->n_groups; g++)
		for (int side = 0; side < 2; side++) {
			size_t n = 0;
			double people = 0;
			for (size_t i = 0; i < s->n_areas; i++)
				people += s->areas[i].group == (int)g ? s->areas[i].demand : 0;
			if (people <= 0)
				continue;
			for (size_t i = 0; i < s->n_areas; i++)
				for (size_t j = 0; j < m && s->areas[i].group == (int)g; j++)
					if (can(s, i, j))
						term(b, &n, s->areas[i].demand / people * s->minutes[i * m + j], "x", i,
						     j);
			buf_puts(b, side ? " - most <= 0\n" : " - least >= 0\n");
		}
}

void siting_model_write(const struct siting *s, struct buf *b)
{
	aim(s, b);
	served(s, b);
	rules(s, b);
	if (s->aim == SITING_GAP)
		gap(s, b);
	buf_puts(b, "Binaries\n");
	size_t n = 0;
	for (size_t j = 0; j < s->n_sites; j++)
		for (size_t k = 0; k < s->n_sizes; k++)
			if (s->sites[j].may >> (k + 1) & 1)
				buf_printf(b, " y%zu_%zu%s", j, k, ++n % 12 ? "" : "\n");
	buf_puts(b, "\nEnd\n");
}

/* ---- the answer ---- */

static bool said(struct str answer, const char *what, double *out)
{
	const char *at = memmem(answer.p, answer.n, what, strlen(what));
	if (!at)
		return false;
	struct str rest = { at + strlen(what), answer.n - (size_t)(at - answer.p) - strlen(what) };
	return siting_number_read(str_trim(str_cut(rest, '\n', &rest)), out) == RC_OK;
}

void siting_model_said(struct str answer, double *bound_out, bool *proven_out)
{
	double objective;
	*proven_out = memmem(answer.p, answer.n, "Result - Optimal", 16) != NULL;
	*bound_out = -SITE_NEVER;
	if (*proven_out && said(answer, "Objective value:", &objective))
		*bound_out = objective;
	else
		(void)said(answer, "Lower bound:", bound_out);
}

enum rc siting_model_read(const struct siting *s, struct str answer, uint8_t *open, double *bound_out, bool *proven_out,
			  struct err *e)
{
	siting_model_said(answer, bound_out, proven_out);
	if (memmem(answer.p, answer.n, "infeasible", 10) && !*proven_out)
		return err_set(e, RC_NOT_FOUND, "no plan keeps all rules (found by the solver)");
	memset(open, 0, s->n_sites);
	bool any = false;
	for (struct str rest = answer, line; rest.n;) {
		line = str_trim(str_cut(rest, '\n', &rest));
		unsigned long j, k;
		double v;
		char z[128];
		if (!line.n || line.n >= sizeof z)
			continue;
		memcpy(z, line.p, line.n);
		z[line.n] = 0;
		if (sscanf(z, "%*d y%lu_%lu %lf", &j, &k, &v) != 3 || v < 0.5 || j >= s->n_sites || k >= s->n_sizes)
			continue;
		open[j] = (uint8_t)(k + 1);
		any = true;
	}
	return any ? RC_OK : err_set(e, RC_LIMIT, "the solver found no plan in its time");
}

enum rc siting_model_solve(const struct siting *s, const struct siting_outside *outside, struct arena *a,
			   const struct siting_plan *have, double bound, struct siting_plan *out, struct err *e)
{
	struct buf model AUTO(buf_release), answer AUTO(buf_release);
	uint8_t *open = arena_array(a, s->n_sites, 1);
	double its = 0;
	bool proven = false;
	buf_init(&model, SITING_MODEL_MAX);
	buf_init(&answer, SITING_MODEL_MAX);
	siting_model_write(s, &model);
	if (!buf_ok(&model))
		return err_set(e, RC_LIMIT, "the problem is too large for the solver");
	enum rc rc = outside->run(outside->arg, buf_view(&model), outside->seconds, &answer, e);
	if (rc == RC_OK)
		rc = siting_model_read(s, buf_view(&answer), open, &its, &proven, e);
	struct siting_plan p;
	if (rc == RC_OK && !siting_allowed(s, open))
		rc = err_set(e, RC_INTERNAL, "the solver's plan breaks the rules: it is not used");
	if (rc == RC_OK)
		rc = siting_weigh(s, open, a, &p, e);
	if (rc != RC_OK)
		return rc;
	*out = !have || p.value < have->value ? p : *have;
	out->bound = fmin(fmax(bound, its), out->value);
	out->proven = out->bound >= out->value - 1e-6 * (1 + fabs(out->value));
	if (out->proven)
		out->bound = out->value;
	out->method = "CBC, its plan weighed again";
	return RC_OK;
}
