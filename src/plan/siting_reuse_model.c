/* Re-use as a text that solvers of mixed integer programs read, and their answer weighed again. */
#include "plan/siting_reuse_inside.h"

#include <math.h>

#include "plan/siting_model.h"

/* A term; a line break now and then, since readers have a limit. */
static void term(struct buf *b, size_t *n, double factor, const char *name, size_t i, size_t j)
{
	if (factor != 0)
		buf_printf(b, " %s %.17g %s%zu_%zu%s", factor < 0 ? "-" : "+", fabs(factor), name, i, j,
			   ++*n % 8 ? "" : "\n");
}

/* Flows are of units: f ROW_SITE of each kind; their names go through all kinds. */
static void flows(const struct reuse_ground *g, struct buf *b)
{
	size_t n = 0, first = 0;
	buf_puts(b, "Minimize\n obj:");
	for (size_t i = 0; i < g->kinds; first += g->rows[i++].n)
		for (size_t x = 0; x < g->rows[i].n; x++)
			for (size_t j = 0; j <= g->m; j++)
				if (g->rows[i].cost[x * (g->m + 1) + j] < SITE_NEVER)
					term(b, &n, g->rows[i].cost[x * (g->m + 1) + j], "f", first + x, j);
	buf_puts(b, "\nSubject To\n");
	first = 0;
	for (size_t i = 0; i < g->kinds; first += g->rows[i++].n) {
		for (size_t x = 0; x < g->rows[i].n; x++) {
			n = 0;
			for (size_t j = 0; j <= g->m; j++)
				if (g->rows[i].cost[x * (g->m + 1) + j] < SITE_NEVER)
					term(b, &n, 1, "f", first + x, j);
			buf_printf(b, " = %.17g\n", g->rows[i].demand[x]);
		}
		for (size_t j = 0; j < g->m && g->rows[i].n; j++) {
			n = 0;
			for (size_t x = 0; x < g->rows[i].n; x++)
				if (g->rows[i].cost[x * (g->m + 1) + j] < SITE_NEVER)
					term(b, &n, 1, "f", first + x, j);
			term(b, &n, -1, "x", j, i);
			buf_puts(b, " <= 0\n");
		}
	}
}

static void rules(const struct reuse_ground *g, struct buf *b)
{
	const struct siting_stock *k = g->k;
	size_t n = 0;
	for (size_t i = 0; i < g->kinds; i++) { /* as many as there are, conversions made */
		for (size_t j = 0; j < g->m; j++)
			term(b, &n, 1, "x", j, i);
		for (size_t q = 0; q < k->n_conversions; q++) {
			double d = (k->conversions[q].from == i ? (double)k->conversions[q].of : 0) -
				   (k->conversions[q].to == i ? (double)k->conversions[q].makes : 0);
			term(b, &n, d, "c", q, 0);
		}
		buf_printf(b, " = %zu\n", g->all_now[i]);
		for (size_t q = 0; q < k->n_conversions; q++) /* no more taken than there were */
			if (k->conversions[q].from == i)
				term(b, &n, (double)k->conversions[q].of, "c", q, 0);
		if (n)
			buf_printf(b, " <= %zu\n", g->all_now[i]);
		n = 0;
	}
	for (size_t j = 0; j < g->m; j++)
		for (size_t l = 0; l < g->kinds; l++) {
			n = 0;
			for (size_t i = 0; i < g->kinds; i++)
				term(b, &n, k->kinds[i].needs[l], "x", j, i);
			if (!n)
				continue;
			term(b, &n, -1, "x", j, l);
			buf_puts(b, " <= 0\n");
		}
	for (size_t i = 0; i < g->kinds; i++) {
		if (k->kinds[i].move_most >= REUSE_UNITS_MAX)
			continue;
		for (size_t j = 0; j < g->m; j++)
			buf_printf(b, " x%zu_%zu - e%zu_%zu <= %zu\n", j, i, j, i, k->now[j * g->kinds + i]);
		n = 0;
		for (size_t j = 0; j < g->m; j++)
			term(b, &n, 1, "e", j, i);
		for (size_t q = 0; q < k->n_conversions; q++)
			term(b, &n, k->conversions[q].to == i ? -(double)k->conversions[q].makes : 0, "c", q, 0);
		buf_printf(b, " <= %zu\n", k->kinds[i].move_most);
	}
	n = 0;
	for (size_t x = 0; x < g->m * g->kinds; x++)
		term(b, &n, k->cost[x], "x", x / g->kinds, x % g->kinds);
	for (size_t q = 0; q < k->n_conversions; q++)
		term(b, &n, k->conversions[q].cost, "c", q, 0);
	if (n)
		buf_printf(b, " <= %.17g\n", g->budget);
}

void reuse_model_write(const struct reuse_ground *g, struct buf *b)
{
	flows(g, b);
	rules(g, b);
	buf_puts(b, "Bounds\n");
	for (size_t x = 0; x < g->m * g->kinds; x++)
		buf_printf(b, " %zu <= x%zu_%zu <= %zu\n", g->k->least[x], x / g->kinds, x % g->kinds, g->k->most[x]);
	for (size_t q = 0; q < g->k->n_conversions; q++)
		buf_printf(b, " 0 <= c%zu_0 <= %zu\n", q, g->k->conversions[q].most);
	buf_puts(b, "Generals\n");
	for (size_t x = 0; x < g->m * g->kinds; x++)
		buf_printf(b, " x%zu_%zu%s", x / g->kinds, x % g->kinds, x % 12 ? "" : "\n");
	for (size_t q = 0; q < g->k->n_conversions; q++)
		buf_printf(b, " c%zu_0", q);
	buf_puts(b, "\nEnd\n");
}

/* Its whole numbers; those that are 0 it does not name. */
static void read_choice(const struct reuse_ground *g, struct str answer, size_t *units, size_t *made)
{
	memset(units, 0, g->m * g->kinds * sizeof *units);
	memset(made, 0, REUSE_CONVERSIONS_MAX * sizeof *made);
	for (struct str rest = answer, line; rest.n;) {
		char z[128], what;
		unsigned long i, j;
		double v;
		line = str_trim(str_cut(rest, '\n', &rest));
		if (!line.n || line.n >= sizeof z)
			continue;
		memcpy(z, line.p, line.n);
		z[line.n] = 0;
		if (sscanf(z, "%*d %c%lu_%lu %lf", &what, &i, &j, &v) != 4 || v < 0.5 || v > 1e9)
			continue;
		if (what == 'x' && i < g->m && j < g->kinds)
			units[i * g->kinds + j] = (size_t)(v + 0.5);
		else if (what == 'c' && i < g->k->n_conversions)
			made[i] = (size_t)(v + 0.5);
	}
}

bool reuse_model_solve(const struct reuse_ground *g, const struct siting_outside *outside, struct reuse_best *best)
{
	struct buf model AUTO(buf_release), answer AUTO(buf_release);
	struct err e = { 0 };
	size_t *units = xcalloc(g->m * g->kinds, sizeof *units), made[REUSE_CONVERSIONS_MAX];
	bool proven = false;
	double bound = -SITE_NEVER, v = 0;
	buf_init(&model, SITING_MODEL_MAX);
	buf_init(&answer, SITING_MODEL_MAX);
	reuse_model_write(g, &model);
	enum rc rc =
	    buf_ok(&model) ? outside->run(outside->arg, buf_view(&model), outside->seconds, &answer, &e) : RC_LIMIT;
	if (rc == RC_OK) {
		siting_model_said(buf_view(&answer), &bound, &proven);
		read_choice(g, buf_view(&answer), units, made);
		best->bound = fmax(best->bound, bound);
		if (reuse_allowed(g->s, units, made)) {
			for (size_t i = 0; i < g->kinds; i++)
				v += reuse_value(g, i, units + i, g->kinds, NULL);
			if (v < best->value) {
				best->value = v;
				memcpy(best->units, units, g->m * g->kinds * sizeof *units);
				memcpy(best->made, made, sizeof made);
			}
		}
	}
	free(units);
	return rc == RC_OK;
}
