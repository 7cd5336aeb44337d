/* A question about sites answered, as headed tables. */
#include "plan/siting_drawing.h"

#include <math.h>

/* ---- words ---- */

struct str siting_value_words(const struct siting *s, double v, struct arena *a)
{
	switch (s->aim) {
	case SITING_TRAVEL: return arena_printf(a, STR_FMT " minutes in all", STR_ARG(arena_thousands(a, v)));
	case SITING_WITHIN:
		return arena_printf(a, "%.6g of %.6g within %g minutes", s->demand - v, s->demand, s->within);
	case SITING_MONEY: return arena_printf(a, "£" STR_FMT " a year", STR_ARG(arena_thousands(a, v)));
	default: return arena_printf(a, "%.1f minutes", v);
	}
}

struct str siting_guesses(const struct siting *s, struct arena *a)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_notes; i++)
		n += s->guess[i];
	if (!n)
		return arena_printf(a, "All %zu things that this rests on have a source.", s->n_notes);
	return arena_printf(a, "%zu of %zu things that this rests on are guesses.", n, s->n_notes);
}

struct str siting_how_sure(const struct siting_answer *x, struct arena *a)
{
	const struct siting *s = &x->s;
	bool moves = x->what & SITING_THE_MOVES;
	const struct siting_plan *p = &x->plan;
	double value = moves ? x->reuse.value : p->value, bound = moves ? x->reuse.bound : p->bound;
	const char *over = x->stopped ? " It was stopped there." : "";
	if (moves ? x->reuse.proven : p->proven)
		return moves ? STR("Optimal: proven, nothing is better with what there is and today’s money.")
			     : STR("Optimal: proven, no plan that keeps the rules is better.");
	if (!moves && s->aim == SITING_WITHIN)
		return arena_printf(a, "Not proven: no plan reaches more than %.6g; this one reaches %.6g.%s",
				    s->demand - bound, s->demand - value, over);
	if (bound <= 0)
		return arena_printf(a, "Not proven, and nothing is known that no plan could be below.%s", over);
	return arena_printf(a, "Not proven: at most %.2f%% above the best, whichever that is.%s",
			    100 * (value - bound) / bound, over);
}

static struct str sites_words(const struct siting *s, const struct siting_plan *p, bool sizes, struct arena *a)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 20);
	size_t n = 0;
	for (size_t j = 0; j < s->n_sites; j++) {
		if (!p->open[j])
			continue;
		n++;
		buf_printf(&b, "%s" STR_FMT, n == 1 ? "" : n == p->n_open ? " and " : ", ", STR_ARG(s->sites[j].name));
		if (sizes && s->n_sizes > 1)
			buf_printf(&b, " (" STR_FMT ")", STR_ARG(s->sizes[p->open[j] - 1].name));
	}
	return arena_str(a, buf_view(&b));
}

struct str siting_headline(const struct siting_answer *x, struct arena *a)
{
	const struct siting *s = &x->s;
	const struct siting_plan *p = &x->plan;
	if (x->what & SITING_THE_MOVES)
		return reuse_headline(&x->s, &x->reuse, a);
	struct str cost =
	    s->priced ? arena_printf(a, " for £" STR_FMT " a year", STR_ARG(arena_thousands(a, p->price))) : STR("");
	return arena_printf(a,
			    "Open " STR_FMT STR_FMT
			    ". The mean way is %.1f minutes, the longest %.0f; %.0f%% are within 30 minutes.",
			    STR_ARG(sites_words(s, p, true, a)), STR_ARG(cost), p->mean, p->worst,
			    s->demand > 0 ? 100 * p->within30 / s->demand : 0);
}

double siting_way_today(const struct siting *s, size_t area)
{
	double least = SITE_NEVER;
	for (size_t j = 0; j < s->n_sites; j++)
		if (siting_stands_today(s, j))
			least = fmin(least, s->minutes[area * s->n_sites + j]);
	return least;
}

/* ---- cells ---- */

struct section *drawing_begin(struct drawing *d, enum section_kind kind, const char *title, size_t rows,
			      const struct section_column *columns, size_t n_columns)
{
	struct section *s = &d->out[d->n++];
	*s = (struct section){ .kind = kind, .title = str_of(title), .words = STR(""), .n_columns = n_columns };
	memcpy(s->columns, columns, n_columns * sizeof *columns);
	s->cells = arena_array(d->a, rows * n_columns + 1, sizeof *s->cells);
	return s;
}

struct section_cell drawing_words(struct str text)
{
	return (struct section_cell){ .text = text };
}

struct section_cell drawing_number(struct str text, double v)
{
	return (struct section_cell){ .text = text, .number = v, .is_number = true };
}

struct section_cell drawing_minutes(double v, struct arena *a)
{
	return v >= SITE_NEVER || v < 0 ? drawing_words(STR("-")) : drawing_number(arena_printf(a, "%.1f", v), v);
}

static struct section_cell change(double then, double now, struct arena *a)
{
	if (then >= SITE_NEVER || now >= SITE_NEVER || then < 0 || now < 0)
		return drawing_words(STR("-"));
	double v = then - now;
	if (fabs(v) < 0.05)
		return drawing_number(STR("0"), 0);
	return drawing_number(arena_printf(a, "%s%.1f", v > 0 ? "+" : "−", fabs(v)), v);
}

void drawing_row(struct section *s, const struct section_cell *cells)
{
	memcpy(s->cells + s->n_rows++ * s->n_columns, cells, s->n_columns * sizeof *cells);
}

/* ---- today beside the plan ---- */

static double cost_of(const struct drawing *d, const struct siting_plan *p)
{
	if (d->x->what & SITING_THE_MOVES)
		return p == d->today ? d->x->reuse.cost_before : d->x->reuse.cost_after;
	return p->price;
}

static double open_of(const struct siting_plan *p)
{
	return (double)p->n_open;
}
static double mean_of(const struct siting_plan *p)
{
	return p->mean;
}
static double worst_of(const struct siting_plan *p)
{
	return p->worst;
}
static double within30_of(const struct siting_plan *p)
{
	return p->within30;
}
static double within60_of(const struct siting_plan *p)
{
	return p->within60;
}
static double gap_of(const struct siting_plan *p)
{
	return p->gap;
}

static void both(struct drawing *d, struct section *s, const char *what, double (*of)(const struct siting_plan *p),
		 const char *unit, double times)
{
	double v = of(d->p) * times, was = d->today ? of(d->today) * times : 0;
	int digits = of == open_of ? 0 : 1;
	const struct section_cell cells[] = { drawing_words(str_of(what)),
					      d->today
						  ? drawing_number(arena_printf(d->a, "%.*f%s", digits, was, unit), was)
						  : drawing_words(STR("-")),
					      drawing_number(arena_printf(d->a, "%.*f%s", digits, v, unit), v) };
	drawing_row(s, cells);
}

static void gives(struct drawing *d)
{
	static const struct section_column columns[] = { { "What", false }, { "Today", true }, { "Then", true } };
	bool moves = d->x->what & SITING_THE_MOVES;
	struct section *s = drawing_begin(d, SECTION_DIFFERENCES, "What it gives", 10, columns, 3);
	double demand = moves ? d->x->reuse.demand : d->s->demand, share = demand > 0 ? 100 / demand : 0;
	if (!moves)
		both(d, s, "Sites open", open_of, "", 1);
	if (d->s->priced || moves) {
		double was = d->today ? cost_of(d, d->today) : 0, v = cost_of(d, d->p);
		const struct section_cell cells[] = { drawing_words(STR("Cost a year, £")),
						      d->today ? drawing_number(arena_thousands(d->a, was), was)
							       : drawing_words(STR("-")),
						      drawing_number(arena_thousands(d->a, v), v) };
		drawing_row(s, cells);
	}
	if (moves) {
		double was = d->x->reuse.unserved_before, v = d->x->reuse.unserved_after;
		const struct section_cell cells[] = { drawing_words(STR("Without a place")),
						      drawing_number(arena_printf(d->a, "%.1f", was), was),
						      drawing_number(arena_printf(d->a, "%.1f", v), v) };
		drawing_row(s, cells);
	}
	both(d, s, "Mean way, minutes", mean_of, "", 1);
	both(d, s, "Longest way, minutes", worst_of, "", 1);
	both(d, s, "Within 30 minutes", within30_of, "%", share);
	both(d, s, "Within 60 minutes", within60_of, "%", share);
	both(d, s, "Gap between groups, minutes", gap_of, "", 1);
	if (d->x->today_why.n)
		s->words = arena_printf(d->a, "Today’s sites as they are cannot serve everybody: " STR_FMT ".",
					STR_ARG(d->x->today_why));
}

/* ---- sites ---- */

static void sites(struct drawing *d)
{
	static const struct section_column columns[] = { { "Site", false },	   { "Today", false },
							 { "Then", false },	   { "Serves", true },
							 { "Has room for", true }, { "Cost a year, £", true } };
	const struct siting *q = d->s;
	struct section *s = drawing_begin(d, SECTION_SERVICES, "Sites and sizes", q->n_sites, columns, 6);
	for (size_t j = 0; j < q->n_sites; j++) {
		uint8_t k = d->p->open[j];
		if (!k && !q->sites[j].today)
			continue;
		double room = k ? q->capacity[j * q->n_sizes + k - 1] : 0,
		       price = k ? q->price[j * q->n_sizes + k - 1] : 0;
		const struct section_cell cells[] = {
			drawing_words(q->sites[j].name),
			drawing_words(q->sites[j].now ? q->sizes[q->sites[j].now - 1].name : STR("-")),
			drawing_words(k ? q->sizes[k - 1].name : STR("closed")),
			drawing_number(arena_printf(d->a, "%.1f", d->p->site_use[j]), d->p->site_use[j]),
			q->limited && k ? drawing_number(arena_printf(d->a, "%.1f", room), room)
					: drawing_words(STR("-")),
			q->priced && k ? drawing_number(arena_thousands(d->a, price), price) : drawing_words(STR("-")),
		};
		drawing_row(s, cells);
	}
}

/* ---- played through ---- */

static struct section_cell told(const struct outlook *o, int32_t service, enum outlook_measure m, struct arena *a)
{
	const struct outlook_row *r = outlook_find(o, OUTLOOK_SERVICE, service, m);
	if (!r || !isfinite(r->number.value))
		return drawing_words(STR("-"));
	const struct outlook_number *n = &r->number;
	struct str v = section_number(m, n->value, a);
	if (n->n >= 2 && isfinite(n->lower))
		v = arena_printf(a, STR_FMT " (" STR_FMT " to " STR_FMT ")", STR_ARG(v),
				 STR_ARG(section_number(m, fmax(0, n->lower), a)),
				 STR_ARG(section_number(m, n->upper, a)));
	return drawing_number(v, n->value);
}

static void played(struct drawing *d, const struct outlook *o)
{
	static const struct section_column columns[] = { { "Site", false },	      { "Load", true },
							 { "In use", true },	      { "Begin a year", true },
							 { "Mean wait, days", true }, { "Wait, 9 in 10", true } };
	const struct scenario *c = o->scenario;
	struct section *s = drawing_begin(d, SECTION_WAITS, "Played through: who waits", c->n_services, columns, 6);
	for (int32_t i = 0; i < (int32_t)c->n_services; i++) {
		bool beds = c->services[i].kind == SERVICE_BEDS;
		double load = o->services[i].load.load;
		bool grows = isfinite(load) && load >= 1;
		const struct section_cell cells[] = {
			drawing_words(c->services[i].name),
			drawing_number(arena_printf(d->a, "%.0f%%", 100 * load), load),
			told(o, i, OUT_OCCUPANCY, d->a),
			told(o, i, beds ? OUT_ADMISSIONS : OUT_STARTS, d->a),
			grows ? drawing_words(STR("the queue grows"))
			      : told(o, i, beds ? OUT_WAIT : OUT_CARE_WAIT, d->a),
			grows ? drawing_words(STR("the queue grows"))
			      : told(o, i, beds ? OUT_WAIT_P90 : OUT_CARE_P90, d->a),
		};
		drawing_row(s, cells);
	}
	s->words =
	    arena_printf(d->a,
			 "The plan as a scenario, %d runs of %d years: children come by chance and wait for a free "
			 "place. In brackets 95%% intervals of the mean. Load is what comes against what there is room "
			 "for; from 100%% on a queue grows for ever.",
			 o->replications, o->years);
}

/* ---- areas and groups ---- */

static struct str goes_to(const struct drawing *d, size_t i, double demand)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 100000);
	for (size_t j = 0; j < d->s->n_sites; j++) {
		double f = d->p->flow[i * d->s->n_sites + j];
		if (f <= 1e-9)
			continue;
		buf_printf(&b, "%s" STR_FMT, b.n ? "; " : "", STR_ARG(d->s->sites[j].name));
		if (f < demand - 1e-9)
			buf_printf(&b, " (%.0f%%)", 100 * f / demand);
	}
	return b.n ? arena_str(d->a, buf_view(&b)) : STR("nowhere: no room");
}

static void areas(struct drawing *d)
{
	static const struct section_column columns[] = { { "Area", false },	      { "Goes to", false },
							 { "Children a year", true }, { "Minutes today", true },
							 { "Minutes then", true },    { "Change", true } };
	bool moves = d->x->what & SITING_THE_MOVES;
	struct section *s = drawing_begin(d, SECTION_AREAS, "What each area gains or loses", d->s->n_areas, columns, 6);
	size_t gain = 0, lose = 0;
	for (size_t i = 0; i < d->s->n_areas; i++) {
		double now = d->today && moves ? d->today->area_mean[i] : siting_way_today(d->s, i);
		double then = d->p->area_mean[i];
		double demand = d->s->areas[i].demand * (moves ? d->x->reuse.demand / d->s->demand : 1);
		const struct section_cell cells[] = { drawing_words(d->s->areas[i].name),
						      drawing_words(goes_to(d, i, demand)),
						      drawing_number(arena_printf(d->a, "%.1f", demand), demand),
						      drawing_minutes(now, d->a),
						      drawing_minutes(then, d->a),
						      change(then, now, d->a) };
		bool both_known = now < SITE_NEVER && now >= 0 && then >= 0 && then < SITE_NEVER;
		gain += both_known && then < now - 0.05;
		lose += both_known && then > now + 0.05;
		drawing_row(s, cells);
	}
	s->words = arena_printf(
	    d->a, "%zu areas have a shorter way, %zu a longer one. Today: %s. A plus is a longer way.", gain, lose,
	    moves ? "as they are sent today" : "the way to the nearest of today’s sites, as if it had room");
}

/* Without today's column where today cannot be weighed. */
static void groups(struct drawing *d)
{
	static const struct section_column columns[] = { { "Group", false },
							 { "Mean minutes then", true },
							 { "Mean minutes today", true } };
	if (d->s->n_groups < 2 || d->s->n_groups > 60 || d->s->n_groups == d->s->n_areas)
		return;
	struct section *s = drawing_begin(d, SECTION_FAIR, "Between groups", d->s->n_groups, columns, d->today ? 3 : 2);
	for (size_t g = 0; g < d->s->n_groups; g++) {
		const struct section_cell cells[] = { drawing_words(d->s->groups[g]),
						      drawing_minutes(d->p->group_mean[g], d->a),
						      drawing_minutes(d->today ? d->today->group_mean[g] : -1, d->a) };
		if (d->p->group_mean[g] >= 0)
			drawing_row(s, cells);
	}
}

/* ---- frontier, and what it rests on ---- */

static void frontier(struct drawing *d)
{
	static const struct section_column columns[] = { { "Cost a year", true }, { "What is wanted", true },
							 { "Proven", false },	  { "Mean way", true },
							 { "Longest", true },	  { "Within 30 minutes", true },
							 { "Sites", false } };
	const struct siting_answer *x = d->x;
	struct section *s = drawing_begin(d, SECTION_SIZES, "Cost against access", x->n_frontier, columns, 7);
	for (size_t i = 0; i < x->n_frontier; i++) {
		const struct siting_plan *p = &x->frontier[i];
		double share = d->s->demand > 0 ? 100 * p->within30 / d->s->demand : 0;
		struct section_cell first =
		    drawing_number(arena_printf(d->a, "£" STR_FMT, STR_ARG(arena_thousands(d->a, p->price))), p->price);
		const struct section_cell cells[] = {
			first,
			drawing_number(siting_value_words(d->s, p->value, d->a), siting_shown(d->s, p->value)),
			drawing_words(p->proven ? STR("proven") : STR("not proven")),
			drawing_minutes(p->mean, d->a),
			drawing_minutes(p->worst, d->a),
			drawing_number(arena_printf(d->a, "%.1f%%", share), share),
			drawing_words(sites_words(d->s, p, true, d->a)),
		};
		drawing_row(s, cells);
	}
	s->words =
	    x->whole
		? STR("All plans of which none is both cheaper and better, dearest first.")
		: STR("None of these is both cheaper and better, dearest first; between them there may be others.");
}

static void rests(struct drawing *d)
{
	static const struct section_column columns[] = { { "What was taken as given, with its source", false },
							 { "Known?", false } };
	struct section *s = drawing_begin(d, SECTION_RESTS, "What this rests on", d->s->n_notes, columns, 2);
	for (int guess = 1; guess >= 0; guess--)
		for (size_t i = 0; i < d->s->n_notes; i++) {
			const struct section_cell cells[] = { drawing_words(d->s->notes[i]),
							      drawing_words(guess ? STR("a guess")
										  : STR("from a source")) };
			if (d->s->guess[i] == (bool)guess)
				drawing_row(s, cells);
		}
}

size_t siting_sections(const struct siting_answer *x, const struct outlook *o, struct arena *a,
		       struct section out[SITING_SECTIONS_MAX])
{
	bool moves = x->what & SITING_THE_MOVES;
	struct drawing d = { .x = x, .s = &x->s, .a = a, .out = out };
	d.p = moves ? &x->reuse.after : &x->plan;
	d.today = moves ? &x->reuse.before : x->has_today ? &x->today : NULL;
	gives(&d);
	if (moves)
		reuse_sections(&d);
	else
		sites(&d);
	if (o)
		played(&d, o);
	areas(&d);
	groups(&d);
	if (x->what & SITING_THE_FRONTIER && x->n_frontier > 1)
		frontier(&d);
	rests(&d);
	return d.n;
}
