/* Re-use told: in words, as JSON, as headed tables. */
#include <math.h>

#include "codec/json.h"
#include "plan/siting_drawing.h"

/* ---- words ---- */

struct str reuse_move_words(const struct siting *s, const struct siting_reuse *r, size_t i, struct arena *a)
{
	const struct reuse_move *v = &r->moves[i];
	struct str kind = s->stock->kinds[v->kind].name;
	if (v->from == SITING_SITES_MAX)
		return arena_printf(a, STR_FMT ": %zu new at " STR_FMT, STR_ARG(kind), v->units,
				    STR_ARG(s->sites[v->to].name));
	if (v->to == SITING_SITES_MAX)
		return arena_printf(a, STR_FMT ": %zu freed at " STR_FMT, STR_ARG(kind), v->units,
				    STR_ARG(s->sites[v->from].name));
	return arena_printf(a, STR_FMT ": %zu from " STR_FMT " to " STR_FMT, STR_ARG(kind), v->units,
			    STR_ARG(s->sites[v->from].name), STR_ARG(s->sites[v->to].name));
}

struct str reuse_conversion_words(const struct siting *s, const struct siting_reuse *r, size_t i, struct arena *a)
{
	const struct reuse_conversion *q = &s->stock->conversions[i];
	struct str from = s->stock->kinds[q->from].name;
	if (q->to == REUSE_KINDS_MAX)
		return arena_printf(a, "%zu of the " STR_FMT " close", q->of * r->made[i], STR_ARG(from));
	return arena_printf(a, "%zu of the " STR_FMT " become %zu " STR_FMT, q->of * r->made[i], STR_ARG(from),
			    q->makes * r->made[i], STR_ARG(s->stock->kinds[q->to].name));
}

static void listed(struct buf *b, struct str one)
{
	buf_printf(b, "%s" STR_FMT, b->n ? "; " : "", STR_ARG(one));
}

struct str reuse_headline(const struct siting *s, const struct siting_reuse *r, struct arena *a)
{
	const struct siting_stock *k = s->stock;
	struct buf b AUTO(buf_release), staff AUTO(buf_release);
	buf_init(&b, 10000);
	buf_init(&staff, 200);
	for (size_t i = 0; i < k->n_conversions; i++)
		if (r->made[i])
			listed(&b, reuse_conversion_words(s, r, i, a));
	for (size_t i = 0; i < k->n_kinds; i++)
		if (r->moved[i])
			listed(&b, arena_printf(a, "%zu of the " STR_FMT " move%s", r->moved[i],
						STR_ARG(k->kinds[i].name), r->moved[i] == 1 ? "s" : ""));
	if (!b.n)
		return STR("Nothing would be better elsewhere or as something else: it stands as well as it can.");
	if (r->staff > 0)
		buf_printf(&staff, ", with %.1f whole-time staff", r->staff);
	return arena_printf(a,
			    STR_FMT STR_FMT
			    ". The mean way is %.1f minutes instead of %.1f; %.6g instead of %.6g a year are without a "
			    "place. It costs £" STR_FMT " a year; today £" STR_FMT ".",
			    STR_ARG(buf_view(&b)), STR_ARG(buf_view(&staff)), r->after.mean, r->before.mean,
			    round(10 * r->unserved_after) / 10, round(10 * r->unserved_before) / 10,
			    STR_ARG(arena_thousands(a, r->cost_after)), STR_ARG(arena_thousands(a, r->cost_before)));
}

/* ---- JSON ---- */

static void put_site(struct buf *b, const struct siting *s, uint32_t site)
{
	json_put_string(b, site == SITING_SITES_MAX ? STR("conversion") : s->sites[site].name);
}

static void put_moves(struct buf *b, const struct siting *s, const struct siting_reuse *r)
{
	buf_puts(b, ",\"moves\":[");
	for (size_t i = 0; i < r->n_moves; i++) {
		buf_puts(b, i ? ",{\"kind\":" : "{\"kind\":");
		json_put_string(b, s->stock->kinds[r->moves[i].kind].name);
		buf_printf(b, ",\"units\":%zu,\"from\":", r->moves[i].units);
		put_site(b, s, r->moves[i].from);
		buf_puts(b, ",\"to\":");
		put_site(b, s, r->moves[i].to);
		buf_puts(b, "}");
	}
	buf_puts(b, "],\"conversions\":[");
	for (size_t i = 0; i < s->stock->n_conversions; i++) {
		const struct reuse_conversion *q = &s->stock->conversions[i];
		buf_puts(b, i ? ",{\"from\":" : "{\"from\":");
		json_put_string(b, s->stock->kinds[q->from].name);
		buf_puts(b, ",\"to\":");
		json_put_string(b, q->to == REUSE_KINDS_MAX ? STR("nothing") : s->stock->kinds[q->to].name);
		buf_printf(b, ",\"taken\":%zu,\"made\":%zu,\"cost\":%.10g}", q->of * r->made[i], q->makes * r->made[i],
			   q->cost * (double)r->made[i]);
	}
	buf_puts(b, "]");
}

static void put_told(struct buf *b, const char *key, const struct reuse_told *t)
{
	buf_printf(b,
		   ",\"%s\":{\"without\":%.6g,\"mean_minutes\":%.6g,\"longest_minutes\":%.6g,\"within_30\":%.10g,"
		   "\"within_60\":%.10g}",
		   key, t->unserved, t->mean, t->worst, t->within30, t->within60);
}

void reuse_json(struct buf *b, const struct siting *s, const struct siting_reuse *r)
{
	const struct siting_stock *k = s->stock;
	buf_printf(
	    b,
	    ",\"proven\":%s,\"value\":%.10g,\"bound\":%.10g,\"staff\":%.6g,\"cost_before\":%.10g,"
	    "\"cost_after\":%.10g,\"budget\":%.10g,\"without_before\":%.6g,\"without_after\":%.6g,\"mean_before\":"
	    "%.6g,\"mean_after\":%.6g,\"method\":",
	    r->proven ? "true" : "false", r->value, r->bound, r->staff, r->cost_before, r->cost_after, reuse_budget(s),
	    r->unserved_before, r->unserved_after, r->before.mean, r->after.mean);
	json_put_string(b, str_of(r->method));
	put_moves(b, s, r);
	buf_puts(b, ",\"kinds\":[");
	for (size_t i = 0; i < k->n_kinds; i++) {
		buf_puts(b, i ? ",\n{\"kind\":" : "\n{\"kind\":");
		json_put_string(b, k->kinds[i].name);
		buf_printf(b, ",\"moved\":%zu,\"sites\":[", r->moved[i]);
		for (size_t j = 0; j < s->n_sites; j++) {
			size_t at = j * k->n_kinds + i;
			buf_puts(b, j ? ",{\"site\":" : "{\"site\":");
			json_put_string(b, s->sites[j].name);
			buf_printf(b, ",\"today\":%zu,\"then\":%zu,\"least\":%zu,\"most\":%zu}", k->now[at],
				   r->then[at], k->least[at], k->most[at]);
		}
		buf_puts(b, "]}");
	}
	buf_puts(b, "],\"services\":[");
	for (size_t q = 0; q < k->n_services; q++) {
		buf_puts(b, q ? ",\n{\"service\":" : "\n{\"service\":");
		json_put_string(b, k->services[q].name);
		buf_printf(b, ",\"demand\":%.10g", r->told_after[q].demand);
		put_told(b, "before", &r->told_before[q]);
		put_told(b, "after", &r->told_after[q]);
		buf_puts(b, "}");
	}
	buf_puts(b, "]");
}

/* ---- tables ---- */

static struct section_cell count(double v, struct arena *a)
{
	return drawing_number(arena_thousands(a, v), v);
}

static struct section_cell signed_count(double v, struct arena *a)
{
	return drawing_number(v == 0 ? STR("0") : arena_printf(a, "%s%.0f", v > 0 ? "+" : "−", fabs(v)), v);
}

static void services(struct drawing *d)
{
	static const struct section_column columns[] = { { "Service", false },
							 { "Children a year", true },
							 { "Without a place today", true },
							 { "Without then", true },
							 { "Mean minutes today", true },
							 { "Mean minutes then", true },
							 { "Within 30 minutes today", true },
							 { "Within 30 then", true } };
	const struct siting_reuse *r = &d->x->reuse;
	const struct siting_stock *k = d->s->stock;
	struct section *s = drawing_begin(d, SECTION_SERVICES, "What each service gives", k->n_services, columns, 8);
	for (size_t q = 0; q < k->n_services; q++) {
		const struct reuse_told *was = &r->told_before[q], *then = &r->told_after[q];
		double share = then->demand > 0 ? 100 / then->demand : 0;
		const struct section_cell cells[] = {
			drawing_words(k->services[q].name),
			drawing_number(arena_printf(d->a, "%.1f", then->demand), then->demand),
			drawing_number(arena_printf(d->a, "%.1f", was->unserved), was->unserved),
			drawing_number(arena_printf(d->a, "%.1f", then->unserved), then->unserved),
			was->served > 0 ? drawing_minutes(was->mean, d->a) : drawing_words(STR("-")),
			then->served > 0 ? drawing_minutes(then->mean, d->a) : drawing_words(STR("-")),
			drawing_number(arena_printf(d->a, "%.1f%%", share * was->within30), share * was->within30),
			drawing_number(arena_printf(d->a, "%.1f%%", share * then->within30), share * then->within30),
		};
		drawing_row(s, cells);
	}
}

/* Kinds all together: how many, and what they cost. */
static void kinds(struct drawing *d)
{
	static const struct section_column columns[] = { { "What", false },	    { "Today", true },
							 { "Then", true },	    { "Change", true },
							 { "Cost today, £", true }, { "Cost then, £", true } };
	const struct siting_reuse *r = &d->x->reuse;
	const struct siting_stock *k = d->s->stock;
	struct section *s = drawing_begin(d, SECTION_SERVICES, "What there is, all together",
					  k->n_kinds + k->n_conversions, columns, 6);
	for (size_t i = 0; i < k->n_kinds; i++) {
		double now = 0, then = 0, was = 0, costs = 0;
		for (size_t x = i; x < d->s->n_sites * k->n_kinds; x += k->n_kinds) {
			now += (double)k->now[x];
			then += (double)r->then[x];
			was += (double)k->now[x] * k->cost[x];
			costs += (double)r->then[x] * k->cost[x];
		}
		const struct section_cell cells[] = {
			drawing_words(k->kinds[i].name), count(now, d->a), count(then, d->a),
			signed_count(then - now, d->a),	 count(was, d->a), count(costs, d->a)
		};
		drawing_row(s, cells);
	}
	for (size_t q = 0; q < k->n_conversions; q++) {
		double cost = k->conversions[q].cost * (double)r->made[q];
		const struct section_cell cells[] = { drawing_words(reuse_conversion_words(d->s, r, q, d->a)),
						      drawing_words(STR("-")),
						      drawing_words(STR("-")),
						      drawing_words(STR("-")),
						      drawing_words(STR("-")),
						      count(cost, d->a) };
		if (r->made[q])
			drawing_row(s, cells);
	}
	s->words =
	    STR("What is freed becomes something else only as the question says it can; all together costs no more "
		"than today.");
}

static void sites(struct drawing *d)
{
	static const struct section_column columns[] = { { "Site", false },  { "What", false },	 { "Today", true },
							 { "Then", true },   { "Change", true }, { "At least", true },
							 { "At most", true } };
	const struct siting_reuse *r = &d->x->reuse;
	const struct siting_stock *k = d->s->stock;
	struct section *s =
	    drawing_begin(d, SECTION_SERVICES, "Where they stand", d->s->n_sites * k->n_kinds, columns, 7);
	for (size_t x = 0; x < d->s->n_sites * k->n_kinds; x++) {
		double now = (double)k->now[x], then = (double)r->then[x];
		const struct section_cell cells[] = { drawing_words(d->s->sites[x / k->n_kinds].name),
						      drawing_words(k->kinds[x % k->n_kinds].name),
						      count(now, d->a),
						      count(then, d->a),
						      signed_count(then - now, d->a),
						      count((double)k->least[x], d->a),
						      count((double)k->most[x], d->a) };
		if (k->most[x])
			drawing_row(s, cells);
	}
}

void reuse_sections(struct drawing *d)
{
	if (d->s->stock->n_services > 1)
		services(d);
	if (d->s->stock->n_kinds > 1)
		kinds(d);
	sites(d);
}
