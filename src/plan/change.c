/* Before and after. */
#include "plan/change.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "plan/scenario_inside.h"
#include "stat/dist.h"
#include "stat/estimate.h"

enum rc rate_ratio_exact(int64_t before, double time_before, int64_t after, double time_after, double level,
			 struct rate_ratio *out, struct err *e)
{
	double low = 0, high = 1, tail = (1 - level) / 2, x = (double)after, n = (double)(before + after);
	if (before < 0 || after < 0 || !(time_before > 0) || !(time_after > 0) || !(level > 0 && level < 1))
		return err_set(e, RC_BAD_INPUT,
			       "Counts must be 0 or more, times more than 0, the level between 0 and 1.");
	if (after > 0 && !dist_beta(tail, x, n - x + 1, &low))
		return err_set(e, RC_INTERNAL, "The lower limit could not be worked out.");
	if (before > 0 && !dist_beta(1 - tail, x + 1, n - x, &high))
		return err_set(e, RC_INTERNAL, "The upper limit could not be worked out.");
	double times = time_before / time_after;
	*out = (struct rate_ratio){ before ? x / (double)before * times : (double)NAN, low / (1 - low) * times,
				    before ? high / (1 - high) * times : (double)INFINITY };
	return RC_OK;
}

/* ---- reading ---- */

struct rule_set {
	double least_count, least_days, season, gap;
	bool control;
	struct {
		struct str name;
		day_t from, to;
	} disturbances[DISTURBANCES_MAX];
	size_t n;
};

static day_t day_field(struct reading *r, const struct yaml *map, const char *field)
{
	const struct yaml *n = yaml_get(map, field);
	day_t d = DAY_NONE;
	if (!n || n->type != YAML_SCALAR || day_parse_iso(n->text, &d) != RC_OK)
		mistake(r, n ? n : map, "\"%s\" needs a day such as 2019-11-04", field);
	return d;
}

static struct window window_of(struct reading *r, const struct yaml *map, double level)
{
	static const char *const fields[] = { "from", "to", "count", NULL };
	struct window w = { .count = -1 };
	if (!map || map->type != YAML_MAP) {
		mistake(r, map ? map : r->root, "before: and after: each need from:, to: and count:");
		return w;
	}
	only_fields(r, map, fields);
	w.from = day_field(r, map, "from");
	w.to = day_field(r, map, "to");
	w.count = whole_field(r, map, "count", 0, 1000000, -1);
	if (!yaml_get(map, "count"))
		mistake(r, map, "\"count\" is missing here");
	if (w.from == DAY_NONE || w.to == DAY_NONE || w.count < 0)
		return w;
	if (w.to < w.from) {
		mistake(r, yaml_get(map, "to"), "the window ends before it begins; write the earlier day as from:");
		return w;
	}
	struct limits l;
	w.days = w.to - w.from + 1;
	double years = (double)w.days / 365.25;
	w.rate = (double)w.count / years;
	if (exact_limits((double)w.count, level, &l, NULL) == RC_OK) {
		w.lower = l.lower / years;
		w.upper = l.upper / years;
	}
	return w;
}

static void read_rules(struct reading *r, const struct yaml *root, struct rule_set *out)
{
	const struct yaml *rules = yaml_get(root, "rules"), *list = yaml_get(root, "disturbances");
	for (const struct yaml *c = rules ? rules->child : NULL; c; c = c->next) {
		double v = 0;
		struct str id = yaml_text(c, "id");
		if (!plain_number(yaml_text(c, "value"), UNIT_PLAIN, &v))
			mistake(r, c, "a rule needs a value:");
		if (str_is(id, "least-count"))
			out->least_count = v;
		else if (str_is(id, "least-days"))
			out->least_days = v;
		else if (str_is(id, "season-difference"))
			out->season = v;
		else if (str_is(id, "gap-days"))
			out->gap = v;
		else if (str_is(id, "control"))
			out->control = v > 0;
		else
			mistake(r, c, "there is no rule \"" STR_FMT "\"", STR_ARG(id));
	}
	for (const struct yaml *c = list ? list->child : NULL; c && out->n < DISTURBANCES_MAX; c = c->next) {
		out->disturbances[out->n].name = text_field(r, c, "name", true);
		out->disturbances[out->n].from = day_field(r, c, "from");
		out->disturbances[out->n++].to = day_field(r, c, "to");
	}
}

/* ---- rules ---- */

PRINTF_LIKE(2, 3) static void reason(struct change_judged *c, const char *fmt, ...)
{
	va_list ap;
	if (c->n_reasons == CHANGE_REASONS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(c->reasons[c->n_reasons++], sizeof c->reasons[0], fmt, ap);
	va_end(ap);
}

/* The largest difference of the share of days that a month of the year has in each. */
static double season_difference(const struct window *a, const struct window *b, int *month)
{
	double share[2][13] = { { 0 } }, most = 0;
	const struct window *w[2] = { a, b };
	for (int i = 0; i < 2; i++)
		for (day_t d = w[i]->from; d <= w[i]->to; d++)
			share[i][day_ymd(d).month] += 1 / (double)w[i]->days;
	for (int m = 1; m <= 12; m++)
		if (fabs(share[0][m] - share[1][m]) > most) {
			most = fabs(share[0][m] - share[1][m]);
			*month = m;
		}
	return most;
}

static int64_t days_in_common(const struct window *w, day_t from, day_t to)
{
	day_t a = w->from > from ? w->from : from, b = w->to < to ? w->to : to;
	return b >= a ? b - a + 1 : 0;
}

static void judge_disturbances(struct change_judged *c, const struct rule_set *s)
{
	char from[DAY_TEXT_MAX], to[DAY_TEXT_MAX];
	for (size_t i = 0; i < s->n; i++) {
		int64_t before = days_in_common(&c->before, s->disturbances[i].from, s->disturbances[i].to);
		int64_t after = days_in_common(&c->after, s->disturbances[i].from, s->disturbances[i].to);
		if (before || after)
			reason(c, "the " STR_FMT " (%s to %s) fell into the window %s: %lld of its %lld days",
			       STR_ARG(s->disturbances[i].name), day_plain(s->disturbances[i].from, from),
			       day_plain(s->disturbances[i].to, to), after ? "after" : "before",
			       (long long)(after ? after : before),
			       (long long)(after ? c->after.days : c->before.days));
	}
}

/* By so many days whole years may differ in length: one, and one more for every four years. */
static int64_t leap_days(const struct change_judged *c)
{
	int64_t shorter = c->before.days < c->after.days ? c->before.days : c->after.days;
	return shorter < 365 ? 0 : 1 + shorter / 1461;
}

static void judge(struct change_judged *c, const struct rule_set *s)
{
	static const char *const months[] = { "",     "January", "February",  "March",	 "April",    "May",	"June",
					      "July", "August",	 "September", "October", "November", "December" };
	int month = 0;
	double season = season_difference(&c->before, &c->after, &month);
	const struct window *w[] = { &c->before, &c->after };
	static const char *const side[] = { "before", "after" };
	if (llabs(c->before.days - c->after.days) > leap_days(c))
		reason(c,
		       "the windows are of unequal length: %lld and %lld days (the rates allow for it, the seasons do "
		       "not)",
		       (long long)c->before.days, (long long)c->after.days);
	for (int i = 0; i < 2; i++) {
		if ((double)w[i]->count < s->least_count)
			reason(c, "%lld %s is too few: at least %g are needed", (long long)w[i]->count, side[i],
			       s->least_count);
		if ((double)w[i]->days < s->least_days)
			reason(c, "the window %s has %lld days: with less than %g it sees only some of the seasons",
			       side[i], (long long)w[i]->days, s->least_days);
	}
	if (season > s->season)
		reason(c, "the windows hold other seasons: %s is %.0f points more of the one than of the other",
		       months[month], 100 * season);
	if ((double)(c->changed_on - c->before.to) > s->gap)
		reason(c, "the window before ended %d days before the change; what happened in between is not seen",
		       (int)(c->changed_on - c->before.to));
	if ((double)(c->after.from - c->changed_on) > s->gap)
		reason(c, "the window after began %d days after the change", (int)(c->after.from - c->changed_on));
	judge_disturbances(c, s);
	if (s->control && !c->control)
		reason(
		    c,
		    "there is no control series, such as the other counties, to say what would have happened anyway");
	const struct rate_ratio *x = c->control ? &c->against : &c->ratio;
	if (c->n_reasons)
		snprintf(c->verdict, sizeof c->verdict, "Not judged: %zu reason%s stand%s against it.", c->n_reasons,
			 c->n_reasons == 1 ? "" : "s", c->n_reasons == 1 ? "s" : "");
	else
		snprintf(c->verdict, sizeof c->verdict, "%s",
			 x->upper < 1	? "It fell, by more than chance explains."
			 : x->lower > 1 ? "It rose, by more than chance explains."
					: "No difference shown: chance alone could explain it.");
}

/* Given how many were counted in all before, after and in the series, the later count of the series is hypergeometric,
 * tilted by the odds. Its chances to be at most x, and at least x, at these odds. */
static void tilted_tails(const struct change_judged *c, double log_odds, double *at_most_out, double *at_least_out)
{
	int64_t series = c->before.count + c->after.count, others = c->control_before.count + c->control_after.count;
	int64_t late = c->after.count + c->control_after.count, x = c->after.count;
	int64_t least = late > others ? late - others : 0, most = late < series ? late : series;
	double term = 0, sum = 0, low = 0, high = 0, highest = 0;
	for (int pass = 0; pass < 2; pass++) { /* first the largest term, so that none overflows */
		term = 0;
		for (int64_t k = least; k <= most; k++) {
			if (k > least)
				term += log_odds + num_log((double)(series - k + 1) / (double)k *
							   ((double)(late - k + 1) / (double)(others - late + k)));
			if (pass == 0) {
				highest = term > highest ? term : highest;
				continue;
			}
			double chance = num_exp(term - highest);
			sum += chance;
			low += k <= x ? chance : 0;
			high += k >= x ? chance : 0;
		}
	}
	*at_most_out = low / sum;
	*at_least_out = high / sum;
}

/* The odds at which the tail that holds what was counted is as likely as `tail`. */
static double tilted_limit(const struct change_judged *c, double tail, bool upper)
{
	double a = -60, b = 60, at_most, at_least;
	for (int i = 0; i < 70; i++) {
		double m = (a + b) / 2;
		tilted_tails(c, m, &at_most, &at_least);
		if (upper ? at_most > tail : at_least < tail)
			a = m;
		else
			b = m;
	}
	return num_exp((a + b) / 2);
}

static void compare_control(struct change_judged *c, double level)
{
	int64_t series = c->before.count + c->after.count, others = c->control_before.count + c->control_after.count;
	int64_t late = c->after.count + c->control_after.count;
	double tail = (1 - level) / 2;
	double times = (double)c->before.days / (double)c->after.days * (double)c->control_after.days /
		       (double)c->control_before.days;
	c->against = (struct rate_ratio){ (double)NAN, 0, (double)INFINITY };
	if (!isnan(c->ratio.value) && c->control_ratio.value > 0)
		c->against.value = c->ratio.value / c->control_ratio.value;
	if (c->after.count > (late > others ? late - others : 0))
		c->against.lower = tilted_limit(c, tail, false) * times;
	if (c->after.count < (late < series ? late : series))
		c->against.upper = tilted_limit(c, tail, true) * times;
}

static void read_control(struct reading *r, struct change_judged *c, double level)
{
	static const char *const fields[] = { "name", "before", "after", NULL };
	const struct yaml *n = yaml_get(r->root, "control");
	if (!n)
		return;
	if (n->type != YAML_MAP) {
		mistake(r, n, "\"control\" has name:, before: and after:, as the series itself");
		return;
	}
	only_fields(r, n, fields);
	c->control = true;
	c->control_name = text_field(r, n, "name", true);
	c->control_before = window_of(r, yaml_get(n, "before"), level);
	c->control_after = window_of(r, yaml_get(n, "after"), level);
}

static enum rc work_out(struct change_judged *c, double level, struct err *e)
{
	enum rc rc = rate_ratio_exact(c->before.count, (double)c->before.days, c->after.count, (double)c->after.days,
				      level, &c->ratio, e);
	if (rc == RC_OK && c->control)
		rc = rate_ratio_exact(c->control_before.count, (double)c->control_before.days, c->control_after.count,
				      (double)c->control_after.days, level, &c->control_ratio, e);
	if (rc == RC_OK && c->control)
		compare_control(c, level);
	return rc;
}

enum rc change_read(struct str text, const char *name, struct str rules, const char *rules_name, double level,
		    struct change_judged **out, struct mistakes *mistakes)
{
	static const char *const fields[] = { "name",  "about",	  "counted", "changed-on", "before",
					      "after", "control", "source",  NULL };
	struct change_judged *c = xcalloc(1, sizeof *c);
	struct reading r = { .a = &c->arena, .out = mistakes, .trail = { name }, .n_trail = 1 };
	struct rule_set set = { 0 };
	struct err e = { 0 };
	const struct yaml *rule_root = NULL;
	arena_init(&c->arena);
	mistakes->n = 0;
	mistakes->more = false;
	if (yaml_read(text, name, &c->arena, &r.root, &e) != RC_OK ||
	    yaml_read(rules, rules_name, &c->arena, &rule_root, &e) != RC_OK) {
		mistake_of(&r, NULL, &e);
	} else if (r.root->type != YAML_MAP) {
		mistake(&r, r.root, "a comparison has name:, changed-on:, before: and after:");
	} else {
		only_fields(&r, r.root, fields);
		c->name = text_field(&r, r.root, "name", true);
		c->counted = text_field(&r, r.root, "counted", true);
		c->source = text_field(&r, r.root, "source", true);
		c->changed_on = day_field(&r, r.root, "changed-on");
		c->before = window_of(&r, yaml_get(r.root, "before"), level);
		c->after = window_of(&r, yaml_get(r.root, "after"), level);
		read_control(&r, c, level);
		read_rules(&r, rule_root, &set);
		if (mistakes->n == 0 && c->before.to >= c->after.from)
			mistake(&r, yaml_get(r.root, "after"),
				"the windows overlap: after: must begin when before: has ended");
	}
	if (mistakes->n == 0 && work_out(c, level, &e) != RC_OK)
		mistake_of(&r, r.root, &e);
	if (mistakes->n) {
		change_free(c);
		return RC_BAD_INPUT;
	}
	judge(c, &set);
	*out = c;
	return RC_OK;
}

void change_free(struct change_judged *c)
{
	if (!c)
		return;
	arena_release(&c->arena);
	free(c);
}
