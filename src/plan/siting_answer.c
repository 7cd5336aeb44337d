/* A question about sites answered, and the answer as JSON. */
#include "plan/siting_answer.h"

#include <math.h>

#include "codec/json.h"

/* ---- what went in ---- */

static void add_numbers(struct hash *h, const double *v, size_t n)
{
	char z[40];
	for (size_t i = 0; v && i < n; i++) {
		int k = snprintf(z, sizeof z, "%.17g;", v[i]);
		hash_add(h, z, (size_t)k);
	}
}

static void add_text(struct hash *h, struct str s)
{
	hash_add(h, s.p, s.n);
	hash_add(h, "\n", 1);
}

static void add_count(struct hash *h, size_t n)
{
	add_numbers(h, &(double){ (double)n }, 1);
}

static void add_sites(struct hash *h, const struct siting *s)
{
	for (size_t j = 0; j < s->n_sites; j++) {
		const struct siting_site *x = &s->sites[j];
		add_text(h, x->name);
		add_numbers(h, (double[]){ x->today, x->now, x->may, x->at.lat, x->at.lon }, 5);
	}
	for (size_t k = 0; k < s->n_pairs; k++)
		add_numbers(h, (double[]){ s->pairs[k].a, s->pairs[k].b, s->pairs[k].one_of }, 3);
}

static void add_play(struct hash *h, const struct yaml *v)
{
	if (!v)
		return;
	add_text(h, v->key);
	add_text(h, v->text);
	for (const struct yaml *c = v->child; c; c = c->next)
		add_play(h, c);
}

static void add_stock(struct hash *h, const struct siting_stock *k, size_t n_sites)
{
	if (!k)
		return;
	add_count(h, k->n_kinds);
	for (size_t i = 0; i < k->n_kinds; i++) {
		const struct reuse_kind *x = &k->kinds[i];
		add_text(h, x->name);
		add_numbers(h, (double[]){ x->cost, x->staff, (double)x->move_most }, 3);
		add_numbers(h, x->needs, k->n_kinds);
		add_play(h, x->play);
	}
	for (size_t q = 0; q < k->n_services; q++) {
		const struct reuse_service *x = &k->services[q];
		add_text(h, x->name);
		add_numbers(h, (double[]){ (double)x->kind, x->serves, x->times, x->longest, x->weight }, 5);
		add_play(h, x->stay);
	}
	for (size_t q = 0; q < k->n_conversions; q++) {
		const struct reuse_conversion *x = &k->conversions[q];
		add_numbers(h,
			    (double[]){ (double)x->from, (double)x->to, (double)x->of, (double)x->makes, x->cost,
					(double)x->most },
			    6);
	}
	for (size_t x = 0; x < n_sites * k->n_kinds; x++)
		add_numbers(h, (double[]){ (double)k->now[x], (double)k->least[x], (double)k->most[x], k->cost[x] }, 4);
	add_numbers(h, &k->budget, 1);
}

void siting_hash(const struct siting *s, char hex[HASH_HEX_MAX])
{
	struct hash h;
	hash_begin(&h);
	add_text(&h, s->title);
	add_text(&h, s->people);
	add_count(&h, s->n_areas);
	for (size_t i = 0; i < s->n_areas; i++) {
		add_text(&h, s->areas[i].code);
		add_numbers(&h, (double[]){ s->areas[i].demand, s->areas[i].group }, 2);
	}
	add_count(&h, s->n_sizes);
	for (size_t k = 0; k < s->n_sizes; k++)
		add_text(&h, s->sizes[k].name);
	add_sites(&h, s);
	for (size_t g = 0; g < s->n_groups; g++)
		add_text(&h, s->groups[g]);
	for (size_t i = 0; i < s->n_notes; i++)
		add_text(&h, s->notes[i]);
	add_numbers(&h, s->minutes, s->n_areas * s->n_sites);
	add_numbers(&h, s->capacity, s->n_sites * s->n_sizes);
	add_numbers(&h, s->price, s->n_sites * s->n_sizes);
	add_numbers(&h,
		    (double[]){ s->longest, s->budget, (double)s->open_least, (double)s->open_most, (double)s->keep,
				s->aim, s->within },
		    7);
	add_stock(&h, s->stock, s->n_sites);
	add_play(&h, s->play);
	add_numbers(&h, s->play_capacity, s->play_capacity ? s->n_sizes : 0);
	hash_end(&h, hex);
}

/* ---- answering ---- */

struct watching {
	const struct site_work *w;
	bool stopped;
};

static bool go_on(void *arg, double done)
{
	struct watching *x = arg;
	x->stopped = x->stopped || (x->w->ask && !x->w->ask(x->w->arg, done));
	return !x->stopped;
}

static void weigh_today(const struct siting *s, struct arena *a, struct siting_answer *x)
{
	struct err why = { 0 };
	uint8_t *open = arena_array(a, s->n_sites, 1);
	x->today_why = STR("");
	if (!siting_today(s, open))
		return;
	x->has_today = siting_weigh(s, open, a, &x->today, &why) == RC_OK;
	if (x->has_today)
		x->today.bound = x->today.value;
	else
		x->today_why = arena_str(a, str_of(why.text));
}

enum rc siting_answer(const struct siting *s, unsigned what, size_t points, const struct site_work *w,
		      const struct siting_outside *outside, struct arena *a, struct siting_answer *out, struct err *e)
{
	struct siting_answer x = { .s = *s };
	struct watching watch = { .w = w };
	struct site_work mine = { w->nodes_max, go_on, &watch };
	enum rc rc = RC_OK;
	siting_hash(s, x.hash);
	if (what & SITING_THE_PLAN) {
		rc = siting_solve(s, &mine, outside, a, &x.plan, e);
		if (rc == RC_OK)
			weigh_today(s, a, &x);
		x.what |= SITING_THE_PLAN;
	}
	if (rc == RC_OK && what & SITING_THE_MOVES) {
		rc = siting_reallocate(s, &mine, outside, a, &x.reuse, e);
		x.what |= SITING_THE_MOVES;
	}
	if (rc == RC_OK && what & SITING_THE_FRONTIER && !watch.stopped) {
		struct err why = { 0 };
		x.frontier = arena_array(a, SITING_FRONTIER_MAX, sizeof *x.frontier);
		enum rc found = siting_frontier(s, points, &mine, a, x.frontier, &x.n_frontier, &x.whole, &why);
		if (found == RC_OK)
			x.what |= SITING_THE_FRONTIER;
		else if (what == SITING_THE_FRONTIER) {
			*e = why;
			rc = found;
		}
	}
	x.stopped = watch.stopped;
	if (rc == RC_OK)
		*out = x;
	return rc;
}

/* ---- JSON ---- */

static double gap_of(const struct siting_plan *p)
{
	return fabs(p->value) > 0 ? 100 * (p->value - p->bound) / fabs(p->value) : 0;
}

static void put_plan(struct buf *b, const struct siting *s, const struct siting_plan *p)
{
	buf_printf(
	    b,
	    "{\"value\":%.10g,\"bound\":%.10g,\"gap_per_cent\":%.6g,\"proven\":%s,\"cost\":%.10g,\"mean_minutes\":%.6g,"
	    "\"longest_minutes\":%.6g,\"within_30\":%.10g,\"within_60\":%.10g,\"gap_minutes\":%.6g,\"open\":%zu,"
	    "\"kept\":%zu,\"method\":",
	    siting_shown(s, p->value), siting_shown(s, p->bound), gap_of(p), p->proven ? "true" : "false", p->price,
	    p->mean, p->worst, p->within30, p->within60, p->gap, p->n_open, p->n_kept);
	json_put_string(b, str_of(p->method ? p->method : "weighed"));
	buf_puts(b, ",\"sites\":[");
	bool any = false;
	for (size_t j = 0; j < s->n_sites; j++) {
		if (!p->open[j])
			continue;
		buf_puts(b, any ? ",{\"site\":" : "{\"site\":");
		json_put_string(b, s->sites[j].name);
		buf_puts(b, ",\"size\":");
		json_put_string(b, s->sizes[p->open[j] - 1].name);
		buf_printf(b, ",\"serves\":%.10g}", p->site_use[j]);
		any = true;
	}
	buf_puts(b, "]}");
}

static void put_flows(struct buf *b, const struct siting *s, const struct siting_plan *p)
{
	bool any = false;
	buf_puts(b, ",\"areas\":[");
	for (size_t i = 0; i < s->n_areas; i++)
		for (size_t j = 0; j < s->n_sites; j++) {
			double f = p->flow[i * s->n_sites + j];
			if (f <= 1e-9)
				continue;
			buf_puts(b, any ? ",\n{\"area\":" : "\n{\"area\":");
			json_put_string(b, s->areas[i].code);
			buf_puts(b, ",\"name\":");
			json_put_string(b, s->areas[i].name);
			buf_puts(b, ",\"site\":");
			json_put_string(b, s->sites[j].name);
			buf_printf(b, ",\"served\":%.10g,\"minutes\":%.6g}", f, s->minutes[i * s->n_sites + j]);
			any = true;
		}
	buf_puts(b, "]");
}

static void put_head(struct buf *b, const struct siting_answer *x)
{
	const struct siting *s = &x->s;
	buf_puts(b, "{\"title\":");
	json_put_string(b, s->title);
	buf_puts(b, ",\"aim\":");
	json_put_string(b, str_of(siting_aim_title(s->aim)));
	buf_printf(b, ",\"inputs\":\"%s\",\"version\":\"%s\",\"demand\":%.10g,\"rests_on\":[", x->hash, LINNET_VERSION,
		   s->demand);
	for (size_t i = 0; i < s->n_notes; i++) {
		buf_puts(b, i ? ",{\"words\":" : "{\"words\":");
		json_put_string(b, s->notes[i]);
		buf_printf(b, ",\"guess\":%s}", s->guess[i] ? "true" : "false");
	}
	buf_puts(b, "]");
}

void siting_answer_json(struct buf *b, const struct siting_answer *x, enum siting_what what)
{
	const struct siting *s = &x->s;
	put_head(b, x);
	if (what == SITING_THE_MOVES) {
		reuse_json(b, s, &x->reuse);
	} else if (what == SITING_THE_FRONTIER) {
		buf_printf(b, ",\"whole\":%s,\"plans\":[", x->whole ? "true" : "false");
		for (size_t i = 0; i < x->n_frontier; i++) {
			buf_puts(b, i ? ",\n" : "\n");
			put_plan(b, s, &x->frontier[i]);
		}
		buf_puts(b, "]");
	} else {
		if (x->has_today) {
			buf_puts(b, ",\"today\":");
			put_plan(b, s, &x->today);
		}
		buf_puts(b, ",\"plan\":");
		put_plan(b, s, &x->plan);
		put_flows(b, s, &x->plan);
	}
	buf_puts(b, "}\n");
}
