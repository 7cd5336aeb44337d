/* Outlooks in words, as CSV and as JSON. */
#include "plan/report.h"

#include <math.h>

#include "codec/csv.h"
#include "codec/json.h"

/* ---- numbers ---- */

static void put_json(struct buf *b, double v)
{
	if (isfinite(v))
		buf_printf(b, "%.10g", v);
	else
		buf_puts(b, "null");
}

static void put_csv(struct csv_writer *w, double v)
{
	char text[40] = "";
	if (isfinite(v))
		snprintf(text, sizeof text, "%.10g", v);
	csv_put(w, str_of(text));
}

static bool is_share(enum outlook_measure m)
{
	return m == OUT_DELAYED || m == OUT_WITHIN || m == OUT_AWAY_SHARE || m == OUT_CARE_DELAYED ||
	       m == OUT_CARE_WITHIN || m == OUT_OCCUPANCY;
}

/* As people read it: shares in per cent, money in pounds, the rest with as many places as matter. */
static const char *say(enum outlook_measure m, double v, char out[32])
{
	if (!isfinite(v))
		snprintf(out, 32, "-");
	else if (is_share(m))
		snprintf(out, 32, "%.1f %%", 100 * v);
	else if (m == OUT_COST)
		snprintf(out, 32, "%.2f m", v / 1e6);
	else
		snprintf(out, 32, fabs(v) >= 1000 ? "%.0f" : fabs(v) >= 10 ? "%.1f" : "%.2f", v);
	return out;
}

static struct str name_of(const struct scenario *s, enum outlook_scope scope, int32_t i)
{
	static const char *const fifths[] = { "", "1 (most deprived)", "2", "3", "4", "5 (least deprived)" };
	switch (scope) {
	case OUTLOOK_AREA: return s->areas[i].name;
	case OUTLOOK_COUNTY: return s->areas[i].county;
	case OUTLOOK_FIFTH: return str_of(fifths[i]);
	case OUTLOOK_NEED: return s->needs[i].name;
	case OUTLOOK_SERVICE: return s->services[i].name;
	default: return STR("");
	}
}

static struct str id_of(const struct scenario *s, enum outlook_scope scope, int32_t i)
{
	static const char *const fifths[] = { "", "1", "2", "3", "4", "5" };
	switch (scope) {
	case OUTLOOK_AREA: return s->areas[i].id;
	case OUTLOOK_NEED: return s->needs[i].id;
	case OUTLOOK_SERVICE: return s->services[i].id;
	case OUTLOOK_FIFTH: return str_of(fifths[i]);
	default: return name_of(s, scope, i);
	}
}

/* ---- inputs ---- */

static const char *origin_of(const struct plan_input *in)
{
	return in->guess ? "guess" : "source";
}

void report_guesses(struct buf *b, const struct scenario *s)
{
	size_t guesses = scenario_guesses(s), told = 0;
	buf_printf(b, "%zu of %zu numbers are guesses", guesses, s->n_inputs);
	for (size_t i = 0; i < s->n_inputs && told < 8; i++)
		if (s->inputs[i].guess)
			buf_printf(b, "%s" STR_FMT, told++ ? ", " : ": ", STR_ARG(s->inputs[i].path));
	if (guesses > told)
		buf_printf(b, " and %zu more, listed at the end", guesses - told);
	buf_puts(b, ".\n");
}

static void inputs_table(struct buf *b, const struct scenario *s)
{
	buf_puts(b, "\nWhat this rests on\n");
	for (int guess = 1; guess >= 0; guess--)
		for (size_t i = 0; i < s->n_inputs; i++) {
			const struct plan_input *in = &s->inputs[i];
			if (in->guess != guess)
				continue;
			buf_printf(b, "  %-6s %-46.*s %10.6g", origin_of(in), STR_ARG(in->path), in->value);
			if (in->ranged)
				buf_printf(b, " (%.4g to %.4g)", in->low, in->high);
			buf_printf(b, "  %.*s%s%.*s%s%.*s\n", STR_ARG(in->source), in->source.n ? ", " : "",
				   STR_ARG(in->date), in->note.n ? "; " : "", STR_ARG(in->note));
		}
}

static void inputs_json(struct buf *b, const struct scenario *s)
{
	buf_puts(b, ",\n\"inputs\":[");
	for (size_t i = 0; i < s->n_inputs; i++) {
		const struct plan_input *in = &s->inputs[i];
		buf_puts(b, i ? ",\n{\"input\":" : "\n{\"input\":");
		json_put_string(b, in->path);
		buf_puts(b, ",\"value\":");
		put_json(b, in->value);
		buf_puts(b, ",\"low\":");
		put_json(b, in->low);
		buf_puts(b, ",\"high\":");
		put_json(b, in->high);
		buf_printf(b, ",\"guess\":%s,\"source\":", in->guess ? "true" : "false");
		json_put_string(b, in->source);
		buf_puts(b, ",\"date\":");
		json_put_string(b, in->date);
		buf_puts(b, ",\"note\":");
		json_put_string(b, in->note);
		buf_printf(b, ",\"file\":");
		json_put_string(b, str_of(in->file));
		buf_printf(b, ",\"line\":%d}", in->line);
	}
	buf_puts(b, "]");
}

/* ---- an outlook as JSON ---- */

static void head_json(struct buf *b, const struct outlook *o)
{
	const struct scenario *s = o->scenario;
	buf_puts(b, "\"scenario\":");
	json_put_string(b, s->name);
	buf_printf(b,
		   ",\"input_hash\":\"%s\",\"seed\":%" PRIu64 ",\"version\":\"%s\",\"replications\":%d,\"years\":%d,"
		   "\"warm_up_days\":%.10g,\"level\":%g,\"steady\":%s,\"growing_share\":%.10g,\"stopped\":%s,"
		   "\"guesses\":%zu,\"numbers\":%zu",
		   s->hash, o->seed, LINNET_VERSION, o->replications, o->years, o->warm_up, o->level,
		   o->steady ? "true" : "false", o->growing, o->stopped ? "true" : "false", scenario_guesses(s),
		   s->n_inputs);
}

static void number_json(struct buf *b, const struct outlook_number *n)
{
	buf_puts(b, "\"value\":");
	put_json(b, n->value);
	if (n->n < 2)
		return;
	buf_puts(b, ",\"lower\":");
	put_json(b, n->lower);
	buf_puts(b, ",\"upper\":");
	put_json(b, n->upper);
	buf_puts(b, ",\"low\":");
	put_json(b, n->low);
	buf_puts(b, ",\"high\":");
	put_json(b, n->high);
}

static void row_json(struct buf *b, const struct scenario *s, const struct outlook_row *r)
{
	buf_printf(b, "{\"scope\":\"%s\",\"of\":", outlook_scope_name(r->scope));
	json_put_string(b, id_of(s, r->scope, r->index));
	buf_printf(b, ",\"measure\":\"%s\",", outlook_measure_id(r->measure));
}

static void sizing_json(struct buf *b, const char *name, const struct sizing *z)
{
	buf_printf(b, ",\"%s\":{\"beds\":%d,\"delayed\":%.10g,\"occupancy\":%.10g,\"wait\":%.10g}", name, z->servers,
		   z->answer.delayed, z->answer.load, z->answer.wait);
}

static const char *verdict_name(enum load_verdict v)
{
	return v == LOAD_GROWS ? "grows" : v == LOAD_SHEDS ? "sheds" : "steady";
}

static void services_json(struct buf *b, const struct outlook *o)
{
	buf_puts(b, ",\n\"services\":[");
	for (size_t k = 0; k < o->scenario->n_services; k++) {
		const struct outlook_service *v = &o->services[k];
		buf_puts(b, k ? ",\n{\"id\":" : "\n{\"id\":");
		json_put_string(b, o->scenario->services[k].id);
		buf_puts(b, ",\"name\":");
		json_put_string(b, o->scenario->services[k].name);
		buf_printf(b, ",\"arrivals_a_week\":%.10g,\"load\":%.10g,\"verdict\":\"%s\",\"growth_a_week\":%.10g",
			   v->load.arrivals * 7, v->load.load, verdict_name(v->load.verdict), v->load.growth);
		if (v->formula != FORMULA_NONE) {
			buf_puts(b, ",\"formula\":");
			json_put_string(b, str_of(sim_formula_name(v->formula)));
			if (v->answer.lost > 0)
				buf_printf(b, ",\"formula_lost\":%.10g", v->answer.lost);
			buf_printf(b, ",\"formula_wait\":%.10g,\"formula_delayed\":%s%.10g", v->answer.wait,
				   v->answer.no_delayed ? "null,\"formula_load\":" : "",
				   v->answer.no_delayed ? v->answer.load : v->answer.delayed);
		}
		if (v->sized) {
			sizing_json(b, "for_1_in_10", &v->by_delay);
			sizing_json(b, "by_85_percent", &v->by_85);
		}
		buf_putc(b, '}');
	}
	buf_puts(b, "]");
	if (o->beds_sized) {
		buf_printf(b, ",\n\"sizing\":{\"load\":%.10g,\"beds_here\":%.10g", o->beds_load, o->beds_here);
		sizing_json(b, "for_1_in_10", &o->beds_by_delay);
		sizing_json(b, "by_square_root", &o->beds_by_root);
		sizing_json(b, "by_85_percent", &o->beds_by_85);
		buf_putc(b, '}');
	}
}

static void rest_json(struct buf *b, const struct outlook *o)
{
	const struct scenario *s = o->scenario;
	buf_puts(b, ",\n\"gaps\":[");
	for (size_t i = 0; i < o->n_gaps; i++) {
		const struct outlook_gap *g = &o->gaps[i];
		buf_printf(b, "%s{\"measure\":\"%s\",\"least\":", i ? ",\n" : "\n", outlook_measure_id(g->measure));
		json_put_string(b, s->areas[g->least].id);
		buf_puts(b, ",\"most\":");
		json_put_string(b, s->areas[g->most].id);
		buf_printf(b, ",\"gap\":%.10g,\"lower\":%.10g,\"upper\":%.10g}", g->gap, g->lower, g->upper);
	}
	buf_puts(b, "],\n\"published\":[");
	for (size_t i = 0; i < o->n_checks; i++) {
		const struct outlook_check *c = &o->checks[i];
		buf_puts(b, i ? ",\n{\"measure\":" : "\n{\"measure\":");
		json_put_string(b, yaml_text(c->published->at, "measure"));
		buf_printf(b, ",\"published\":%.10g,\"low\":%.10g,\"high\":%.10g,\"simulated\":", c->published->value,
			   c->published->low, c->published->high);
		put_json(b, c->value);
		buf_printf(b, ",\"reproduced\":%s}", c->holds ? "true" : "false");
	}
	buf_puts(b, "],\n\"beds_in_use\":[");
	for (size_t i = 0; i < o->n_fan; i++)
		buf_printf(b, "%s[%.6g,%.6g,%.6g,%.6g,%.6g]", i ? "," : "", o->fan[i].p5, o->fan[i].p25, o->fan[i].p50,
			   o->fan[i].p75, o->fan[i].p95);
	buf_puts(b, "]");
}

static void outlook_json(struct buf *b, const struct outlook *o)
{
	buf_putc(b, '{');
	head_json(b, o);
	buf_puts(b, ",\n\"results\":[");
	bool any = false;
	for (size_t i = 0; i < o->n_rows; i++) {
		if (isnan(o->rows[i].number.value))
			continue;
		buf_puts(b, any ? ",\n" : "\n");
		any = true;
		row_json(b, o->scenario, &o->rows[i]);
		number_json(b, &o->rows[i].number);
		buf_putc(b, '}');
	}
	buf_puts(b, "]");
	services_json(b, o);
	rest_json(b, o);
	inputs_json(b, o->scenario);
	buf_puts(b, "}\n");
}

/* ---- as CSV ---- */

static void outlook_csv(struct buf *b, const struct outlook *o)
{
	struct csv_writer w = { .b = b };
	buf_puts(b, "scope,of,name,measure,value,lower,upper,low,high,input_hash,seed,version\r\n");
	for (size_t i = 0; i < o->n_rows; i++) {
		const struct outlook_row *r = &o->rows[i];
		const struct outlook_number *n = &r->number;
		if (isnan(n->value))
			continue;
		csv_put(&w, str_of(outlook_scope_name(r->scope)));
		csv_put_safe(&w, id_of(o->scenario, r->scope, r->index));
		csv_put_safe(&w, name_of(o->scenario, r->scope, r->index));
		csv_put(&w, str_of(outlook_measure_id(r->measure)));
		put_csv(&w, n->value);
		const double more[] = { n->lower, n->upper, n->low, n->high };
		for (size_t k = 0; k < 4; k++)
			put_csv(&w, n->n < 2 ? (double)NAN : more[k]);
		csv_put(&w, str_of(o->scenario->hash));
		csv_put_int(&w, (int64_t)o->seed);
		csv_put(&w, str_of(LINNET_VERSION));
		csv_end_row(&w);
	}
}

/* ---- as a table ---- */

static void head_table(struct buf *b, const struct outlook *o)
{
	buf_printf(b, "\n" STR_FMT "\n%d runs of %d years, seed %" PRIu64 ", inputs %.12s, version %s.",
		   STR_ARG(o->scenario->name), o->replications, o->years, o->seed, o->scenario->hash, LINNET_VERSION);
	if (o->steady)
		buf_printf(b, " The first %.0f days of each run are left out%s.\n", ceil(o->warm_up),
			   o->warm_up_sure ? "" : " (the pilot runs showed no level stretch)");
	else
		buf_puts(b, "\n");
	if (o->stopped)
		buf_puts(b, "Stopped before all runs were done.\n");
	for (size_t k = 0; k < o->scenario->n_services; k++)
		if (o->services[k].load.verdict == LOAD_GROWS && o->services[k].load.growth < 0.005)
			buf_printf(b,
				   "GROWS: as many come to " STR_FMT " as it has room for (load %.2f): its queue grows "
								     "without end, ever more slowly. There is no "
				   "long run; what follows are %d years that begin with nobody there.\n",
				   STR_ARG(o->scenario->services[k].name), o->services[k].load.load, o->years);
		else if (o->services[k].load.verdict == LOAD_GROWS)
			buf_printf(b,
				   "GROWS: the queue at " STR_FMT
				   " grows by %.2f children a week for ever (load %.2f). There is no "
				   "long run; what follows are %d years that begin with nobody there.\n",
				   STR_ARG(o->scenario->services[k].name), o->services[k].load.growth,
				   o->services[k].load.load, o->years);
	if (o->steady && o->growing > 0)
		buf_printf(b, "In %.1f %% of the runs the inputs drawn let a queue grow without end.\n",
			   100 * o->growing);
}

static void rows_table(struct buf *b, const struct outlook *o, enum outlook_scope scope, int32_t index)
{
	char v[5][32];
	for (size_t i = 0; i < o->n_rows; i++) {
		const struct outlook_row *r = &o->rows[i];
		const struct outlook_number *n = &r->number;
		if (r->scope != scope || r->index != index || isnan(n->value))
			continue;
		buf_printf(b, "  %-50s %10s", outlook_measure_words(r->measure), say(r->measure, n->value, v[0]));
		if (n->n >= 2)
			buf_printf(b, "   %s to %s   %s to %s", say(r->measure, n->lower, v[1]),
				   say(r->measure, n->upper, v[2]), say(r->measure, n->low, v[3]),
				   say(r->measure, n->high, v[4]));
		buf_putc(b, '\n');
	}
}

static void scope_table(struct buf *b, const struct outlook *o, enum outlook_scope scope, const char *title)
{
	static const enum outlook_measure of[] = { OUT_ADMISSIONS, OUT_PER_100000, OUT_WAIT,
						   OUT_AWAY_SHARE, OUT_FAR_DAYS,   OUT_MILES,
						   OUT_STARTS,	   OUT_CARE_WAIT,  OUT_CARE_WITHIN };
	static const char *const heads[] = { "admitted", "per 100k", "wait", "away",   "far days",
					     "miles",	 "starts",   "wait", "in time" };
	char text[32];
	int32_t last = -1;
	bool any = false;
	for (size_t i = 0; i < o->n_rows; i++) {
		const struct outlook_row *r = &o->rows[i];
		if (r->scope != scope || r->index == last)
			continue;
		last = r->index;
		if (!any) {
			buf_printf(b, "\n%-32s", title);
			for (size_t k = 0; k < COUNT_OF(of); k++)
				if (outlook_find(o, scope, last, of[k]))
					buf_printf(b, " %9s", heads[k]);
			buf_putc(b, '\n');
		}
		any = true;
		buf_puts(b, "  ");
		struct str name = name_of(o->scenario, scope, last);
		buf_str(b, name);
		for (size_t n = utf8_length(name); n < 30; n++)
			buf_putc(b, ' ');
		for (size_t k = 0; k < COUNT_OF(of); k++) {
			const struct outlook_row *x = outlook_find(o, scope, last, of[k]);
			if (x)
				buf_printf(b, " %9s", say(of[k], x->number.value, text));
		}
		buf_putc(b, '\n');
	}
}

static void services_table(struct buf *b, const struct outlook *o)
{
	char busy[32], wait[32];
	buf_printf(b, "\n%-44s %8s %6s %10s %8s  %s\n", "Services", "begin/yr", "load", "occupancy", "wait",
		   "beside it");
	for (size_t k = 0; k < o->scenario->n_services; k++) {
		const struct plan_service *v = &o->scenario->services[k];
		const struct outlook_service *x = &o->services[k];
		bool beds = v->kind == SERVICE_BEDS;
		const struct outlook_row *n =
		    outlook_find(o, OUTLOOK_SERVICE, (int32_t)k, beds ? OUT_ADMISSIONS : OUT_STARTS);
		const struct outlook_row *f = outlook_find(o, OUTLOOK_SERVICE, (int32_t)k, OUT_OCCUPANCY);
		const struct outlook_row *w =
		    outlook_find(o, OUTLOOK_SERVICE, (int32_t)k, beds ? OUT_WAIT : OUT_CARE_WAIT);
		buf_printf(b, "  %-42.*s %8.1f %6.2f %10s %8s  ", STR_ARG(v->name), n ? n->number.value : 0,
			   x->load.load, f ? say(OUT_OCCUPANCY, f->number.value, busy) : "-",
			   w ? say(OUT_WAIT, w->number.value, wait) : "-");
		if (x->formula == FORMULA_NONE)
			buf_puts(b,
				 x->load.verdict == LOAD_GROWS ? "none: it grows" : "no exact formula for its rules");
		else
			buf_printf(b, "%s: wait %.2f, with inputs as written", sim_formula_name(x->formula),
				   x->answer.wait);
		if (x->formula != FORMULA_NONE && x->answer.lost > 0)
			buf_printf(b, "; %.1f %% not served here", 100 * x->answer.lost);
		buf_putc(b, '\n');
	}
}

static void sizing_table(struct buf *b, const struct outlook *o)
{
	if (!o->beds_sized)
		return;
	const struct sizing *d = &o->beds_by_delay, *f = &o->beds_by_85;
	buf_printf(b,
		   "\nHow many beds, if all were one unit (%.1f in use on average; %.0f here)\n"
		   "  so that at most 1 in 10 waits      %4d beds, %.0f %% full, %.0f %% wait\n"
		   "  by the rule of 85 %% occupancy      %4d beds, %.0f %% full, %.0f %% wait, mean wait %.1f days%s\n"
		   "  Split into units, by kind of need or sex, more are needed: see the waits above.\n",
		   o->beds_load, o->beds_here, d->servers, 100 * d->answer.load, 100 * d->answer.delayed, f->servers,
		   100 * f->answer.load, 100 * f->answer.delayed, f->answer.wait,
		   f->answer.delayed > 0.1   ? ": the rule fails here"
		   : f->servers > d->servers ? ": more than are needed"
					     : "");
}

static void gaps_table(struct buf *b, const struct outlook *o)
{
	char v[3][32];
	if (!o->n_gaps)
		return;
	buf_puts(b, "\nFairness: how far areas lie apart\n");
	for (size_t i = 0; i < o->n_gaps; i++) {
		const struct outlook_gap *g = &o->gaps[i];
		buf_printf(b, "  %-44s %9s (%s to %s)  least " STR_FMT ", most " STR_FMT "\n",
			   outlook_measure_words(g->measure), say(g->measure, g->gap, v[0]),
			   say(g->measure, g->lower, v[1]), say(g->measure, g->upper, v[2]),
			   STR_ARG(o->scenario->areas[g->least].name), STR_ARG(o->scenario->areas[g->most].name));
	}
}

static void checks_table(struct buf *b, const struct outlook *o)
{
	if (!o->n_checks)
		return;
	buf_puts(b, "\nDoes it reproduce what is published?\n");
	for (size_t i = 0; i < o->n_checks; i++) {
		const struct outlook_check *c = &o->checks[i];
		buf_printf(b, "  %-3s %-22.*s published %.6g (%.6g to %.6g), simulated %.4g; " STR_FMT "\n",
			   c->holds ? "yes" : "NO", STR_ARG(yaml_text(c->published->at, "measure")),
			   c->published->value, c->published->low, c->published->high, c->value,
			   STR_ARG(c->published->source));
	}
}

static void outlook_table(struct buf *b, const struct outlook *o)
{
	report_guesses(b, o->scenario);
	head_table(b, o);
	buf_printf(b, "\n%-52s %10s   %.0f %% interval of the mean   95 in 100 runs\n", "All", "mean", 100 * o->level);
	rows_table(b, o, OUTLOOK_ALL, 0);
	scope_table(b, o, OUTLOOK_AREA, "Areas");
	scope_table(b, o, OUTLOOK_COUNTY, "Counties");
	scope_table(b, o, OUTLOOK_FIFTH, "Fifths of deprivation");
	scope_table(b, o, OUTLOOK_NEED, "Needs");
	services_table(b, o);
	sizing_table(b, o);
	gaps_table(b, o);
	checks_table(b, o);
	inputs_table(b, o->scenario);
}

void report_outlook(struct buf *b, const struct outlook *o, enum report_form form)
{
	if (form == REPORT_JSON)
		outlook_json(b, o);
	else if (form == REPORT_CSV)
		outlook_csv(b, o);
	else
		outlook_table(b, o);
}

/* ---- comparisons ---- */

static const char *reading(const struct outlook_number *d)
{
	return d->n < 2 ? "" : d->lower > 0 ? "higher" : d->upper < 0 ? "lower" : "no difference shown";
}

/* A published change (in per cent) of the scenario against the first. */
static void changes_told(struct buf *b, const struct outlook *a, const struct outlook *o, bool json)
{
	bool any = false;
	for (size_t i = 0; i < o->scenario->n_published; i++) {
		const struct plan_published *x = &o->scenario->published[i];
		enum outlook_measure m = outlook_published(x->of);
		struct outlook_check k;
		if (!outlook_changed(a, o, x, &k))
			continue;
		if (json) {
			buf_printf(b,
				   "%s{\"measure\":\"%s\",\"published_change\":%.10g,\"simulated_change\":%.10g,"
				   "\"reproduced\":%s}",
				   any ? "," : "", outlook_measure_id(m), x->value, k.value,
				   k.holds ? "true" : "false");
		} else {
			if (!any)
				buf_puts(b, "\nDoes it reproduce the published change?\n");
			buf_printf(b,
				   "  %-3s %-32s published %+.0f %% (%+.0f to %+.0f), simulated %+.0f %%; " STR_FMT
				   "%s" STR_FMT "\n",
				   k.holds ? "yes" : "NO", outlook_measure_words(m), 100 * x->value, 100 * x->low,
				   100 * x->high, 100 * k.value, STR_ARG(x->source), x->note.n ? ". " : "",
				   STR_ARG(x->note));
		}
		any = true;
	}
}

static void pair_table(struct buf *b, const struct outlook *a, const struct outlook *o)
{
	char v[7][32];
	struct outlook_number d;
	enum outlook_scope scope = OUTLOOK_ALL;
	buf_printf(b, "\nA: " STR_FMT "\nB: " STR_FMT "\nSame children and the same draws in both. B less A.\n\n",
		   STR_ARG(a->scenario->name), STR_ARG(o->scenario->name));
	buf_printf(b, "%-50s %9s %9s %9s   %s\n", "All", "A", "B", "B less A", "interval of the mean; 95 in 100 runs");
	for (size_t i = 0; i < a->n_rows; i++) {
		const struct outlook_row *ra = &a->rows[i], *rb = outlook_same(a, ra, o);
		bool main =
		    ra->scope == OUTLOOK_ALL || ((ra->scope == OUTLOOK_AREA || ra->scope == OUTLOOK_FIFTH) &&
						 (ra->measure == OUT_ADMISSIONS || ra->measure == OUT_WAIT ||
						  ra->measure == OUT_FAR_DAYS || ra->measure == OUT_CARE_WITHIN));
		if (!main || !outlook_difference(a, ra, o, rb, &d))
			continue;
		if (ra->scope != scope) {
			scope = ra->scope;
			buf_printf(b, "\n%s\n",
				   scope == OUTLOOK_AREA ? "Areas" : "Fifths of deprivation, 1 the most deprived");
		}
		char words[64];
		snprintf(words, sizeof words, "%.*s%s%s", STR_ARG(name_of(a->scenario, ra->scope, ra->index)),
			 scope == OUTLOOK_ALL ? "" : ": ", outlook_measure_words(ra->measure));
		buf_printf(b, "  %-48.48s %9s %9s %9s", words, say(ra->measure, ra->number.value, v[0]),
			   say(ra->measure, rb->number.value, v[1]), say(ra->measure, d.value, v[2]));
		if (d.n >= 2)
			buf_printf(b, "   %s to %s; %s to %s; %s", say(ra->measure, d.lower, v[3]),
				   say(ra->measure, d.upper, v[4]), say(ra->measure, d.low, v[5]),
				   say(ra->measure, d.high, v[6]), reading(&d));
		buf_putc(b, '\n');
	}
	if (a->beds_sized && o->beds_sized)
		buf_printf(b, "  %-48s %9d %9d %9d   by formula, as one unit\n", "beds so that at most 1 in 10 waits",
			   a->beds_by_delay.servers, o->beds_by_delay.servers,
			   o->beds_by_delay.servers - a->beds_by_delay.servers);
	for (size_t i = 0; i < a->n_gaps; i++)
		for (size_t k = 0; k < o->n_gaps; k++)
			if (a->gaps[i].measure == o->gaps[k].measure) {
				char words[64];
				enum outlook_measure m = a->gaps[i].measure;
				snprintf(words, sizeof words, "gap between areas: %s", outlook_measure_words(m));
				buf_printf(b, "  %-48.48s %9s %9s %9s\n", words, say(m, a->gaps[i].gap, v[0]),
					   say(m, o->gaps[k].gap, v[1]), say(m, o->gaps[k].gap - a->gaps[i].gap, v[2]));
			}
	changes_told(b, a, o, false);
}

static void pair_csv(struct buf *b, const struct outlook *a, const struct outlook *o)
{
	struct csv_writer w = { .b = b };
	struct outlook_number d;
	for (size_t i = 0; i < a->n_rows; i++) {
		const struct outlook_row *ra = &a->rows[i], *rb = outlook_same(a, ra, o);
		if (!outlook_difference(a, ra, o, rb, &d))
			continue;
		csv_put_safe(&w, a->scenario->name);
		csv_put_safe(&w, o->scenario->name);
		csv_put(&w, str_of(outlook_scope_name(ra->scope)));
		csv_put_safe(&w, id_of(a->scenario, ra->scope, ra->index));
		csv_put(&w, str_of(outlook_measure_id(ra->measure)));
		const double v[] = { ra->number.value,
				     rb->number.value,
				     d.value,
				     d.n < 2 ? (double)NAN : d.lower,
				     d.n < 2 ? (double)NAN : d.upper,
				     d.n < 2 ? (double)NAN : d.low,
				     d.n < 2 ? (double)NAN : d.high };
		for (size_t k = 0; k < COUNT_OF(v); k++)
			put_csv(&w, v[k]);
		csv_end_row(&w);
	}
}

static void pair_json(struct buf *b, const struct outlook *a, const struct outlook *o)
{
	struct outlook_number d;
	bool any = false;
	buf_puts(b, "{\"against\":{");
	head_json(b, o);
	buf_puts(b, "},\"differences\":[");
	for (size_t i = 0; i < a->n_rows; i++) {
		const struct outlook_row *ra = &a->rows[i], *rb = outlook_same(a, ra, o);
		if (!outlook_difference(a, ra, o, rb, &d))
			continue;
		buf_puts(b, any ? ",\n" : "\n");
		any = true;
		row_json(b, a->scenario, ra);
		buf_puts(b, "\"a\":");
		put_json(b, ra->number.value);
		buf_puts(b, ",\"b\":");
		put_json(b, rb->number.value);
		buf_putc(b, ',');
		number_json(b, &d);
		buf_putc(b, '}');
	}
	buf_puts(b, "],\"published_changes\":[");
	changes_told(b, a, o, true);
	buf_puts(b, "]}");
}

void report_comparison(struct buf *b, const struct outlook *const *all, size_t n, enum report_form form)
{
	if (form == REPORT_JSON) {
		buf_puts(b, "{\"first\":{");
		head_json(b, all[0]);
		buf_puts(b, "},\n\"comparisons\":[");
	} else if (form == REPORT_CSV) {
		buf_puts(b, "a,b,scope,of,measure,value_a,value_b,difference,lower,upper,low,high\r\n");
	} else {
		for (size_t i = 0; i < n; i++)
			report_guesses(b, all[i]->scenario);
		for (size_t i = 0; i < n; i++)
			head_table(b, all[i]);
	}
	for (size_t i = 1; i < n; i++) {
		if (form == REPORT_JSON) {
			buf_puts(b, i > 1 ? ",\n" : "\n");
			pair_json(b, all[0], all[i]);
		} else if (form == REPORT_CSV) {
			pair_csv(b, all[0], all[i]);
		} else {
			pair_table(b, all[0], all[i]);
		}
	}
	if (form == REPORT_JSON)
		buf_puts(b, "]}\n");
}

/* ---- sizes, checks, mistakes ---- */

void report_size(struct buf *b, const struct scenario *s, int32_t service, double share, const struct outlook_size *z,
		 enum report_form form)
{
	const struct plan_service *v = &s->services[service];
	const char *kind = service_kind_name(v->kind);
	if (form == REPORT_JSON) {
		buf_puts(b, "{\"scenario\":");
		json_put_string(b, s->name);
		buf_printf(b, ",\"input_hash\":\"%s\",\"version\":\"%s\",\"service\":", s->hash, LINNET_VERSION);
		json_put_string(b, v->id);
		buf_printf(
		    b, ",\"kind\":\"%s\",\"target\":%.10g,\"working_days\":%s,\"share_wanted\":%.10g,\"needed\":%d,",
		    kind, v->targets[0], v->working ? "true" : "false", share, z->capacity);
		number_json(b, &z->share);
		buf_printf(b, ",\"one_less\":%.10g,\"guesses\":%zu,\"numbers\":%zu}\n", z->before.value,
			   scenario_guesses(s), s->n_inputs);
	} else if (form == REPORT_CSV) {
		buf_puts(b, "service,kind,target,working_days,share_wanted,needed,share,lower,upper,share_with_one_"
			    "less,input_hash\r\n");
		buf_printf(b, STR_FMT ",%s,%.10g,%s,%.10g,%d,%.10g,%.10g,%.10g,%.10g,%s\r\n", STR_ARG(v->id), kind,
			   v->targets[0], v->working ? "yes" : "no", share, z->capacity, z->share.value, z->share.lower,
			   z->share.upper, z->before.value, s->hash);
	} else {
		report_guesses(b, s);
		buf_printf(b, "\n" STR_FMT ": %d %s%s are needed so that %.0f %% begin within %g %sdays.\n",
			   STR_ARG(v->name), z->capacity, kind, v->kind == SERVICE_SLOTS ? " a week" : "", 100 * share,
			   v->targets[0], v->working ? "working " : "");
		buf_printf(b, "With %d: %.1f %% (%.1f to %.1f).", z->capacity, 100 * z->share.value,
			   100 * z->share.lower, 100 * z->share.upper);
		if (z->below > 0)
			buf_printf(b, " With %d: %.1f %%%s.", z->below, 100 * z->before.value,
				   z->before.n == 0 ? ", since the queue grows" : "");
		buf_printf(b, " %d sizes were played through, with the same children.\n", z->runs);
	}
}

void report_check(struct buf *b, const struct scenario *s, const char *file, enum report_form form)
{
	if (form == REPORT_JSON) {
		buf_puts(b, b->n && b->p[b->n - 1] == '}' ? ",\n{\"file\":" : "{\"file\":");
		json_put_string(b, str_of(file));
		buf_puts(b, ",\"right\":true,\"scenario\":");
		json_put_string(b, s->name);
		buf_printf(b, ",\"input_hash\":\"%s\",\"areas\":%zu,\"services\":%zu,\"guesses\":%zu,\"numbers\":%zu}",
			   s->hash, s->n_areas, s->n_services, scenario_guesses(s), s->n_inputs);
	} else if (form == REPORT_TABLE) {
		buf_printf(b, "%s: right. " STR_FMT ": %zu areas, %zu services, inputs %.12s.\n  ", file,
			   STR_ARG(s->name), s->n_areas, s->n_services, s->hash);
		report_guesses(b, s);
	}
}

void report_mistakes(struct buf *b, const struct mistakes *m, enum report_form form)
{
	struct csv_writer w = { .b = b };
	for (size_t i = 0; i < m->n; i++) {
		const struct mistake *x = &m->list[i];
		if (form == REPORT_CSV) {
			csv_put_safe(&w, str_of(x->file));
			csv_put_int(&w, x->line);
			csv_put_int(&w, x->column);
			csv_put_safe(&w, str_of(x->text));
			csv_end_row(&w);
		} else if (form == REPORT_JSON) {
			buf_puts(b, b->n && b->p[b->n - 1] == '}' ? ",\n{\"file\":" : "{\"file\":");
			json_put_string(b, str_of(x->file));
			buf_printf(b, ",\"right\":false,\"line\":%d,\"column\":%d,\"mistake\":", x->line, x->column);
			json_put_string(b, str_of(x->text));
			buf_putc(b, '}');
		} else {
			buf_printf(b, "%s:%d:%d: %s\n", x->file, x->line, x->column, x->text);
		}
	}
	if (m->more && form == REPORT_TABLE)
		buf_printf(b, "There are more than %d mistakes; correct these first.\n", MISTAKES_MAX);
}

/* ---- before and after ---- */

static void window_json(struct buf *b, const char *name, const struct window *w)
{
	char from[DAY_TEXT_MAX], to[DAY_TEXT_MAX];
	buf_printf(b,
		   ",\"%s\":{\"from\":\"%s\",\"to\":\"%s\",\"days\":%lld,\"count\":%lld,\"rate\":%.10g,\"lower\":%.10g,"
		   "\"upper\":%.10g}",
		   name, day_iso(w->from, from), day_iso(w->to, to), (long long)w->days, (long long)w->count, w->rate,
		   w->lower, w->upper);
}

static void ratio_json(struct buf *b, const char *name, const struct rate_ratio *x)
{
	buf_printf(b, ",\"%s\":{\"value\":", name);
	put_json(b, x->value);
	buf_printf(b, ",\"lower\":%.10g,\"upper\":", x->lower);
	put_json(b, x->upper);
	buf_putc(b, '}');
}

static void change_json(struct buf *b, const struct change_judged *c)
{
	buf_puts(b, "{\"name\":");
	json_put_string(b, c->name);
	window_json(b, "before", &c->before);
	window_json(b, "after", &c->after);
	ratio_json(b, "rate_ratio", &c->ratio);
	if (c->control) {
		window_json(b, "control_before", &c->control_before);
		window_json(b, "control_after", &c->control_after);
		ratio_json(b, "control_ratio", &c->control_ratio);
		ratio_json(b, "against_control", &c->against);
	}
	buf_printf(b, ",\"judged\":%s,\"verdict\":", c->n_reasons ? "false" : "true");
	json_put_string(b, str_of(c->verdict));
	buf_puts(b, ",\"reasons\":[");
	for (size_t i = 0; i < c->n_reasons; i++) {
		if (i)
			buf_putc(b, ',');
		json_put_string(b, str_of(c->reasons[i]));
	}
	buf_puts(b, "],\"source\":");
	json_put_string(b, c->source);
	buf_puts(b, "}\n");
}

static void window_table(struct buf *b, const char *name, const struct window *w)
{
	char from[DAY_TEXT_MAX], to[DAY_TEXT_MAX];
	buf_printf(b, "  %-15s %s to %s: %lld in %lld days, %.1f a year (%.1f to %.1f, exact)\n", name,
		   day_plain(w->from, from), day_plain(w->to, to), (long long)w->count, (long long)w->days, w->rate,
		   w->lower, w->upper);
}

static void ratio_table(struct buf *b, const char *words, const struct rate_ratio *x, const char *how)
{
	if (isnan(x->value))
		buf_printf(b, "  %s: cannot be told, since nothing was counted before\n", words);
	else
		buf_printf(b, "  %s: %.2f (%.2f to %.2f, %s)\n", words, x->value, x->lower, x->upper, how);
}

static void change_csv(struct buf *b, const struct change_judged *c)
{
	struct csv_writer w = { .b = b };
	const struct window *windows[] = { &c->before, &c->after, &c->control_before, &c->control_after };
	static const char *const names[] = { "before", "after", "control before", "control after" };
	buf_puts(b, "row,days,count,value,lower,upper,words\r\n");
	for (int i = 0; i < (c->control ? 4 : 2); i++)
		buf_printf(b, "%s,%lld,%lld,%.10g,%.10g,%.10g,a year\r\n", names[i], (long long)windows[i]->days,
			   (long long)windows[i]->count, windows[i]->rate, windows[i]->lower, windows[i]->upper);
	buf_puts(b, "rate ratio,,");
	const double v[] = { c->ratio.value, c->ratio.lower, c->ratio.upper };
	for (int i = 0; i < 3; i++)
		buf_printf(b, isfinite(v[i]) ? ",%.10g" : ",", v[i]);
	buf_puts(b, ",after over before\r\nverdict,,,,,,");
	csv_quote(b, str_of(c->verdict));
	buf_puts(b, "\r\n");
	for (size_t i = 0; i < c->n_reasons; i++) {
		buf_puts(b, "reason,,,,,,");
		csv_put_safe(&w, str_of(c->reasons[i]));
		csv_end_row(&w);
	}
}

void report_change(struct buf *b, const struct change_judged *c, enum report_form form)
{
	char day[DAY_TEXT_MAX];
	if (form == REPORT_JSON) {
		change_json(b, c);
		return;
	}
	if (form == REPORT_CSV) {
		change_csv(b, c);
		return;
	}
	buf_printf(b, STR_FMT ": " STR_FMT "\nChanged on %s.\n\n", STR_ARG(c->name), STR_ARG(c->counted),
		   day_plain(c->changed_on, day));
	window_table(b, "before", &c->before);
	window_table(b, "after", &c->after);
	ratio_table(b, "rate after over rate before", &c->ratio, "exact");
	if (c->control) {
		buf_printf(b, "\nControl: " STR_FMT "\n", STR_ARG(c->control_name));
		window_table(b, "before", &c->control_before);
		window_table(b, "after", &c->control_after);
		ratio_table(b, "rate after over rate before", &c->control_ratio, "exact");
		ratio_table(b, "change over that of the control", &c->against, "exact");
	}
	buf_printf(b, "\n%s\n", c->verdict);
	for (size_t i = 0; i < c->n_reasons; i++)
		buf_printf(b, "  %zu. %s\n", i + 1, c->reasons[i]);
	buf_printf(b, "\nSource: " STR_FMT "\n", STR_ARG(c->source));
}
