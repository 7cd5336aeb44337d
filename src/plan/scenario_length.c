/* Lengths of time in a scenario: so many days, a form and its numbers, a mixture, or what was observed. */
#include <math.h>

#include "codec/csv.h"
#include "plan/scenario_inside.h"

static enum length_kind form_named(struct reading *r, const struct yaml *n)
{
	static const struct {
		const char *word;
		enum length_kind kind;
	} forms[] = { { "constant", LENGTH_CONSTANT },	  { "exponential", LENGTH_EXPONENTIAL },
		      { "log-normal", LENGTH_LOGNORMAL }, { "gamma", LENGTH_GAMMA },
		      { "weibull", LENGTH_WEIBULL },	  { "phases", LENGTH_ERLANG } };
	for (size_t i = 0; i < COUNT_OF(forms); i++)
		if (n->type == YAML_SCALAR && str_is(n->text, forms[i].word))
			return forms[i].kind;
	mistake(r, n, "\"form\" is constant, exponential, log-normal, gamma, weibull or phases");
	return LENGTH_NONE;
}

static bool has(input_t i)
{
	return i >= 0;
}

static bool any_number(const struct plan_length *l)
{
	return has(l->mean) || has(l->sd) || has(l->cv) || has(l->median) || has(l->p90) || has(l->shape) ||
	       has(l->phases);
}

/* What a form needs, and that nothing else is said that it would not use. */
static const char *form_lacks(const struct plan_length *l)
{
	bool mean = has(l->mean), spread = has(l->sd) != has(l->cv), both = has(l->sd) && has(l->cv);
	bool quantiles = has(l->median) || has(l->p90), shape = has(l->shape), phases = has(l->phases);
	switch (l->kind) {
	case LENGTH_CONSTANT:
	case LENGTH_EXPONENTIAL:
		return mean && !spread && !both && !quantiles && !shape && !phases ? NULL : "mean: alone";
	case LENGTH_LOGNORMAL:
		return !shape && !phases && !both &&
			       ((mean && spread && !quantiles) || (has(l->median) && has(l->p90) && !mean && !spread))
			   ? NULL
			   : "mean: and sd: or cv:, or median: and p90:";
	case LENGTH_GAMMA: return mean && spread && !quantiles && !shape && !phases ? NULL : "mean: and sd: or cv:";
	case LENGTH_WEIBULL:
		return mean && shape && !spread && !both && !quantiles && !phases ? NULL : "mean: and shape:";
	case LENGTH_ERLANG:
		return mean && phases && !spread && !both && !quantiles && !shape ? NULL : "mean: and phases:";
	default: return "";
	}
}

static void check_form(struct reading *r, const struct yaml *node, const char *field, struct plan_length *l)
{
	static const char *const names[] = {
		"", "constant", "exponential", "log-normal", "gamma", "weibull", "phases"
	};
	bool said = l->kind != LENGTH_NONE;
	if (!said)
		l->kind = has(l->median) || has(l->p90) || has(l->sd) || has(l->cv) ? LENGTH_LOGNORMAL
			  : has(l->phases)					    ? LENGTH_ERLANG
			  : has(l->shape)					    ? LENGTH_WEIBULL
										    : LENGTH_EXPONENTIAL;
	const char *lacks = form_lacks(l);
	if (!lacks)
		return;
	if (said)
		mistake(r, node, "\"%s\" of form %s needs %s, and no other number of its form", field, names[l->kind],
			lacks);
	else
		mistake(
		    r, node,
		    "\"%s\" needs mean: alone (exponential), mean: and sd: or cv:, or median: and p90: (log-normal), "
		    "mean: and shape: (weibull), or mean: and phases:",
		    field);
	l->kind = LENGTH_NONE;
}

/* ---- mixtures: so many of them short, so many long ---- */

static void read_mixture(struct reading *r, const struct entry *en, const struct yaml *n, struct plan_length *l,
			 struct bounds above)
{
	static const char *const fields[] = { "share", "mean", "source", "date", "guess", "note", NULL };
	double sum = 0;
	if (n->type != YAML_LIST || n->n < 2 || n->n > BRANCHES_MAX) {
		mistake(r, n, "\"mixture\" is a list of 2 to %d parts: - { share: 70 %%, mean: 5 days }", BRANCHES_MAX);
		return;
	}
	for (const struct yaml *c = n->child; c; c = c->next) {
		struct entry part = { .map = c };
		if (c->type != YAML_MAP) {
			mistake(r, c, "a part of a mixture says share: and mean:");
			return;
		}
		only_fields(r, c, fields);
		part.prov = prov_of(r, c, en->prov);
		snprintf(part.path, sizeof part.path, "%.70s.part-%d", en->path, l->n_parts + 1);
		input_t share = number(r, &part, "share", UNIT_SHARE, (struct bounds){ 0, 1, "must be 0 to 1" }, true);
		input_t mean = number(r, &part, "mean", UNIT_DAYS, above, true);
		l->part_share[l->n_parts] = share;
		l->part_mean[l->n_parts++] = mean;
		sum += has(share) ? r->s->inputs[share].value : 0;
	}
	if (fabs(sum - 1) > 1e-6)
		mistake(r, n, "the shares of a mixture add up to %.4g; they must add up to 1", sum);
	l->kind = LENGTH_HYPER;
}

/* ---- observed stays ---- */

struct observed {
	struct reading *r;
	const char *file;
	double *days, *times;
	size_t n;
	int days_at, times_at;
	bool head;
};

static enum rc observed_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct observed *o = arg;
	if (!o->head) {
		o->head = true;
		for (size_t i = 0; i < row->n; i++) {
			o->days_at = str_is(row->cells[i], "days") ? (int)i : o->days_at;
			o->times_at = str_is(row->cells[i], "count") ? (int)i : o->times_at;
		}
		return o->days_at >= 0 ? RC_OK
				       : err_set(e, RC_BAD_INPUT,
						 "the heading needs the column days, and may have the column count");
	}
	if (o->n == OBSERVED_MAX)
		return err_set(e, RC_BAD_INPUT, "has more than %d lines; join equal lengths, with their count",
			       OBSERVED_MAX);
	struct yaml cell = { .type = YAML_SCALAR, .file = o->file, .line = (int)row->line, .column = o->days_at + 1 };
	double days = 0, times = 1;
	if ((size_t)o->days_at >= row->n || !plain_number(row->cells[o->days_at], UNIT_PLAIN, &days) ||
	    !(days >= 0 && days <= LENGTH_DAYS_MAX))
		mistake(o->r, &cell, "\"days\" needs a number from 0 to 36,500");
	cell.column = o->times_at + 1;
	if (o->times_at >= 0 &&
	    ((size_t)o->times_at >= row->n || !plain_number(row->cells[o->times_at], UNIT_PLAIN, &times) ||
	     !(times >= 0 && times <= 1e6)))
		mistake(o->r, &cell, "\"count\" needs a number from 0 to 1,000,000");
	o->days[o->n] = days;
	o->times[o->n++] = times;
	return RC_OK;
}

static void observed_list(const struct yaml *n, struct observed *o)
{
	for (const struct yaml *c = n->child; c && o->n < OBSERVED_MAX; c = c->next) {
		double days;
		if (c->type != YAML_SCALAR || !plain_number(c->text, UNIT_DAYS, &days) ||
		    !(days >= 0 && days <= LENGTH_DAYS_MAX)) {
			mistake(o->r, c,
				"an observed length is a length of time from 0 to 36,500 days, such as 40 days");
			continue;
		}
		o->times[o->n] = 1;
		o->days[o->n++] = days;
	}
}

static void read_observed(struct reading *r, const struct entry *en, const struct yaml *n, struct plan_length *l)
{
	struct observed o = { .r = r, .days_at = -1, .times_at = -1 };
	struct str text;
	size_t before = r->told;
	if (!en->prov.known)
		mistake(r, n,
			"\"observed\" says neither where it is from nor that it is a guess: add source: NAME or "
			"guess: yes");
	o.days = arena_array(r->a, OBSERVED_MAX, sizeof *o.days);
	o.times = arena_array(r->a, OBSERVED_MAX, sizeof *o.times);
	if (n->type == YAML_LIST)
		observed_list(n, &o);
	else if (file_named(r, n, "the observed lengths", &o.file, &text)) {
		struct err e = { 0 };
		if (csv_read_text(text, observed_row, &o, &e) != RC_OK)
			mistake(r, n, "the observed lengths \"%s\": %.200s", o.file, e.text);
	}
	double all = 0, most = 0;
	for (size_t i = 0; i < o.n; i++) {
		all += o.times[i];
		most = o.times[i] > 0 && o.days[i] > most ? o.days[i] : most;
	}
	if (r->told == before && !(all > 0 && most > 0))
		mistake(r, n, "\"observed\" needs one length at least that is more than 0");
	l->kind = LENGTH_TABLE;
	l->observed = o.days;
	l->counted = o.times;
	l->n_observed = o.n;
}

/* Next to nothing between the limits: whoever wrote them meant something else. */
static void check_cut(struct reading *r, const struct yaml *node, const struct plan_length *l)
{
	const struct plan_input *all = r->s->inputs;
	double mean = has(l->mean) ? all[l->mean].value : has(l->median) ? all[l->p90].value : 0;
	double sd = has(l->sd) ? all[l->sd].value : has(l->cv) ? all[l->cv].value * mean : 3 * mean;
	if (mean > 0 && has(l->at_least) && all[l->at_least].value > mean + 20 * sd)
		mistake(r, yaml_get(node, "at-least"), "\"at-least\" leaves nothing: hardly any are so long");
	if (l->kind == LENGTH_TABLE) {
		double most = has(l->at_most) ? all[l->at_most].value : LENGTH_DAYS_MAX;
		double least = has(l->at_least) ? all[l->at_least].value : 0;
		bool any = false;
		for (size_t i = 0; i < l->n_observed; i++)
			any |= l->counted[i] > 0 && l->observed[i] >= least && l->observed[i] <= most;
		if (!any)
			mistake(r, node, "none of the observed lengths lies between at-least and at-most");
	}
}

struct plan_length length_of(struct reading *r, const struct entry *en, const struct yaml *node, const char *field,
			     const char *what)
{
	static const char *const fields[] = { "mean",	"sd",	"cv",	   "median",   "p90",	   "shape",
					      "phases", "form", "mixture", "observed", "at-least", "at-most",
					      "source", "date", "guess",   "note",     NULL };
	struct plan_length l = NO_LENGTH;
	char words[120];
	snprintf(words, sizeof words, "must be 0 to 36,500 days: %s cannot be negative", what);
	struct bounds time = { 0, LENGTH_DAYS_MAX, words };
	size_t before = r->told;
	if (node->type == YAML_SCALAR || (node->type == YAML_MAP && yaml_get(node, "value"))) {
		l.mean = number_of(r, en, node, field, UNIT_DAYS, time);
		l.kind = has(l.mean) ? LENGTH_CONSTANT : LENGTH_NONE;
		if (has(l.mean) && strcmp(what, "a stay") == 0 && r->s->inputs[l.mean].value <= 0)
			mistake(r, node, "\"%s\" must be more than 0 days: everybody stays for a time", field);
		return l;
	}
	if (node->type != YAML_MAP) {
		mistake(r, node, "\"%s\" needs %s, or mean: and sd:", field, unit_words(UNIT_DAYS));
		return l;
	}
	only_fields(r, node, fields);
	struct entry in = { .map = node, .prov = prov_of(r, node, en->prov) };
	snprintf(in.path, sizeof in.path, "%.70s.%.24s", en->path, field);
	struct bounds above = { 1e-6, LENGTH_DAYS_MAX, words }, ratio = { 0.01, 20, "must be 0.01 to 20" };
	snprintf(words, sizeof words, "must be more than 0 days: %s cannot be negative", what);
	l.mean = number(r, &in, "mean", UNIT_DAYS, above, false);
	l.sd = number(r, &in, "sd", UNIT_DAYS, above, false);
	l.cv = number(r, &in, "cv", UNIT_PLAIN, ratio, false);
	l.median = number(r, &in, "median", UNIT_DAYS, above, false);
	l.p90 = number(r, &in, "p90", UNIT_DAYS, above, false);
	l.shape = number(r, &in, "shape", UNIT_PLAIN,
			 (struct bounds){ 0.2, 20,
					  "must be 0.2 to 20: under 1 many are short and few very long, 1 is "
					  "exponential, over 1 most are near the mean" },
			 false);
	l.phases = number(r, &in, "phases", UNIT_WHOLE,
			  (struct bounds){ 1, 100, "must be a whole number from 1 to 100" }, false);
	l.at_least = number(r, &in, "at-least", UNIT_DAYS, time, false);
	l.at_most = number(r, &in, "at-most", UNIT_DAYS, above, false);
	l.kind = yaml_get(node, "form") ? form_named(r, yaml_get(node, "form")) : LENGTH_NONE;
	const struct yaml *mixture = yaml_get(node, "mixture"), *observed = yaml_get(node, "observed");
	bool plain = !mixture && !observed, numbers = l.kind != LENGTH_NONE || any_number(&l);
	if ((mixture != NULL) + (observed != NULL) + numbers > 1)
		mistake(r, node, "\"%s\" is a mixture:, what was observed:, or a mean and its form: one of them",
			field);
	else if (mixture)
		read_mixture(r, &in, mixture, &l, above);
	else if (observed)
		read_observed(r, &in, observed, &l);
	if (r->told == before && plain)
		check_form(r, node, field, &l);
	const struct plan_input *all = r->s->inputs;
	if (has(l.median) && has(l.p90) && all[l.p90].value <= all[l.median].value)
		mistake(r, yaml_get(node, "p90"),
			"\"p90\" is what nine in ten stay under: it must be more than the median");
	if (has(l.at_least) && has(l.at_most) && all[l.at_most].value <= all[l.at_least].value)
		mistake(r, yaml_get(node, "at-most"), "\"at-most\" must be more than \"at-least\"");
	if (r->told != before)
		l.kind = LENGTH_NONE;
	else
		check_cut(r, node, &l);
	return l;
}

struct plan_length length_field(struct reading *r, const struct entry *en, const char *field, bool needed,
				const char *what)
{
	const struct yaml *n = yaml_get(en->map, field);
	if (!n && needed)
		mistake(r, en->map, "\"%s\" is missing here: how long %s is", field, what);
	return n ? length_of(r, en, n, field, what) : NO_LENGTH;
}
