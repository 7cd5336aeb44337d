#include "measure/reading.h"

static enum better better_of(const struct measure *m)
{
	return m->polarity == HIGHER_IS_BETTER	? BETTER_HIGH
	       : m->polarity == LOWER_IS_BETTER ? BETTER_LOW
						: BETTER_NEITHER;
}

static void keep_within(const struct measure *m, struct xmr_point *x)
{
	if (x->lower < 0)
		x->lower = 0;
	if (measure_is_share(m) && x->upper > 100)
		x->upper = 100;
}

static bool has_kept_limits(const struct measure *m)
{
	return m->limits_source.n > 0;
}

static void chart(struct reading *r, struct arena *a)
{
	double *values = arena_array(a, r->n, sizeof *values);
	struct xmr_point *x = arena_array(a, r->n, sizeof *x);
	struct xmr_options options = { .better = better_of(r->m), .screen = true };
	for (size_t i = 0; i < r->n; i++) {
		values[i] = r->points[i].n.value;
		if (!has_kept_limits(r->m) || r->points[i].period < r->m->limits_from || r->points[i].period > r->m->limits_to)
			continue;
		options.base_from = options.base_n ? options.base_from : i;
		options.base_n++;
	}
	r->kept = options.base_n >= XMR_ENOUGH;
	if (!r->kept)
		options.base_from = options.base_n = 0;
	if (r->n < XMR_LEAST || xmr_chart(values, r->n, &options, x, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < r->n; i++) {
		keep_within(r->m, &x[i]);
		r->points[i].x = x[i];
	}
	r->charted = true;
}

static enum judgement judge(const struct reading *r)
{
	if (!r->charted || r->n < XMR_ENOUGH || r->points[r->n - 1].period != r->period)
		return JUDGED_TOO_FEW;
	const struct xmr_point *x = &r->points[r->n - 1].x;
	if (x->cause == CAUSE_COMMON)
		return JUDGED_NO_CHANGE;
	if (r->m->polarity == POLARITY_NEITHER)
		return JUDGED_CHANGED;
	return x->meaning == MEANS_IMPROVEMENT ? JUDGED_BETTER : JUDGED_WORSE;
}

void reading_of(const struct measure *m, const struct tally_row *rows, size_t n, day_t to, struct arena *a,
		struct reading *out)
{
	*out = (struct reading){ .m = m, .period = to };
	out->points = arena_array(a, n, sizeof *out->points);
	for (size_t i = 0; i < n; i++) {
		struct reading_point p = { .period = rows[i].period };
		measure_number(m, &rows[i], &p.n);
		if (p.period == to)
			out->last = p.n;
		if (p.period != DAY_NONE && p.period <= to && p.n.has && out->n < READING_POINTS_MAX)
			out->points[out->n++] = p;
	}
	chart(out, a);
	out->judgement = judge(out);
	if (out->judgement != JUDGED_TOO_FEW)
		out->goal = xmr_assurance(&out->points[out->n - 1].x, better_of(m), m->goal >= 0, m->goal);
}

/* ---- words ---- */

struct str reading_value(const struct measure *m, double v, struct arena *a)
{
	int n = per_cent_whole(v);
	if (measure_is_share(m))
		return arena_printf(a, "%d%%", n);
	if (m->statistic == STATISTIC_COUNT)
		return arena_printf(a, "%d", n);
	if (m->statistic == STATISTIC_AVERAGE)
		return arena_printf(a, "%.1f", v);
	if (m->statistic == STATISTIC_RATE)
		return arena_printf(a, "%d per %d", n, m->per);
	return arena_printf(a, "%d day%s", n, n == 1 ? "" : "s");
}

struct str reading_interval(const struct measure *m, const struct measure_number *n, struct arena *a)
{
	if (!n->has || !n->has_limits)
		return STR("");
	if (m->statistic == STATISTIC_AVERAGE)
		return arena_printf(a, " (%.1f to %.1f)", n->lower, n->upper);
	return arena_printf(a, " (%d to %d)", per_cent_whole(n->lower), per_cent_whole(n->upper));
}

const char *reading_heading(const struct measure *m)
{
	if (measure_is_share(m))
		return "% (95% interval)";
	switch (m->statistic) {
	case STATISTIC_AVERAGE: return "Average (95% interval)";
	case STATISTIC_RATE: return "Rate (95% interval)";
	case STATISTIC_COUNT: return "Number";
	default: return "Days";
	}
}

const char *reading_method(const struct measure *m)
{
	if (measure_is_share(m))
		return "Wilson, 95%";
	switch (m->statistic) {
	case STATISTIC_AVERAGE: return "Student's t, 95%; none of a single child";
	case STATISTIC_RATE: return "Byar, 95%; exact under 10 children";
	case STATISTIC_COUNT: return "None: a count";
	default: return "None: a middle or ninetieth value";
	}
}

struct str reading_counted(const struct measure *m, const struct measure_number *n, struct arena *a)
{
	if (measure_is_share(m))
		return arena_printf(a, "%" PRId64 " of %" PRId64, n->yes, n->base);
	if (m->statistic == STATISTIC_RATE && n->base)
		return arena_printf(a, "%" PRId64 " of %" PRId64 " people", n->yes, n->base);
	return arena_printf(a, "%" PRId64, m->statistic == STATISTIC_RATE ? n->yes : n->base);
}

static const char *goal_tail(const struct reading *r)
{
	bool better = r->judgement == JUDGED_BETTER;
	switch (r->goal) {
	case ASSURE_PASS: return ", and the goal is met as the work is done now";
	case ASSURE_FAIL:
		return better ? ", but not enough for the goal"
			      : ", and the goal cannot be met as the work is done now";
	case ASSURE_HIT_AND_MISS:
		return better ? ", but the goal is met only by chance" : ", and the goal is met or missed by chance";
	default: return "";
	}
}

static const char *judged(const struct reading *r)
{
	switch (r->judgement) {
	case JUDGED_BETTER: return "It is really getting better";
	case JUDGED_WORSE: return "It is really getting worse";
	case JUDGED_CHANGED: return "It has really changed";
	case JUDGED_NO_CHANGE: return "No real change";
	default: return "Too few months to tell a change from chance";
	}
}

struct str reading_headline(const struct reading *r, struct str period_name, struct arena *a)
{
	if (!r->last.has && r->m->statistic == STATISTIC_RATE && r->last.yes)
		return arena_printf(a,
				    "%" PRId64 " in " STR_FMT
				    ". Rates stand by council; of how many people all of these are is not known: "
				    "“People” below says what to do",
				    r->last.yes, STR_ARG(period_name));
	if (!r->last.has)
		return arena_printf(a, "Nobody was counted in " STR_FMT, STR_ARG(period_name));
	const char *words =
	    r->m->yearly && r->judgement == JUDGED_TOO_FEW ? "Too few years to tell a change from chance" : judged(r);
	struct str value = reading_value(r->m, r->last.value, a);
	bool plain = !measure_is_share(r->m) && r->m->statistic != STATISTIC_RATE;
	return arena_printf(a, STR_FMT " in " STR_FMT " (" STR_FMT "%s). %s%s", STR_ARG(value), STR_ARG(period_name),
			    STR_ARG(reading_counted(r->m, &r->last, a)), plain ? " counted" : "", words, goal_tail(r));
}

/* How many points up to the last lie on its side of the average, one after the other. */
static size_t run_length(const struct reading *r)
{
	size_t n = 0;
	bool above = r->points[r->n - 1].n.value > r->points[r->n - 1].x.mean;
	for (size_t i = r->n; i-- > 0 && r->points[i].n.value != r->points[i].x.mean &&
			      (r->points[i].n.value > r->points[i].x.mean) == above;)
		n++;
	return n;
}

static struct str why(const struct reading *r, struct arena *a)
{
	const struct xmr_point *x = &r->points[r->n - 1].x;
	struct str mean = reading_value(r->m, x->mean, a);
	bool up = x->side > 0;
	switch (x->cause) {
	case CAUSE_OUTSIDE:
		return arena_printf(a, "The last month lies %s what chance allows. ", up ? "above" : "below");
	case CAUSE_TWO_OF_THREE:
		return arena_printf(
		    a, "Two of the last three months lie close to the %s limit: that is more than chance. ",
		    up ? "upper" : "lower");
	case CAUSE_SHIFT:
		return arena_printf(a,
				    "%zu months in a row are %s the average of " STR_FMT ": that is more than chance. ",
				    run_length(r), up ? "above" : "below", STR_ARG(mean));
	case CAUSE_TREND:
		return arena_printf(a, "Seven months or more in a row have %s: that is more than chance. ",
				    up ? "risen" : "fallen");
	default:
		return arena_printf(a,
				    "Months differ from the average of " STR_FMT
				    " by chance alone; no month needs a reason of its own. ",
				    STR_ARG(mean));
	}
}

static struct str goal_words(const struct reading *r, struct arena *a)
{
	struct str goal = reading_value(r->m, r->m->goal, a);
	switch (r->goal) {
	case ASSURE_PASS:
		return arena_printf(a, " The goal of " STR_FMT " is met by the whole of that range.", STR_ARG(goal));
	case ASSURE_FAIL:
		return arena_printf(a,
				    " The goal of " STR_FMT
				    " lies outside that range, so it will not be met reliably unless "
				    "something else changes.",
				    STR_ARG(goal));
	case ASSURE_HIT_AND_MISS:
		return arena_printf(a,
				    " The goal of " STR_FMT
				    " lies inside that range: it is met in some months and missed in others.",
				    STR_ARG(goal));
	default: return STR("");
	}
}

/* On which months the limits are set, if the definition says so. */
static struct str limits_words(const struct reading *r, struct arena *a)
{
	char from[DAY_TEXT_MAX], to[DAY_TEXT_MAX];
	if (!has_kept_limits(r->m))
		return STR("");
	return arena_printf(a, " The limits are %s %s to %s" STR_FMT STR_FMT "%s",
			    r->kept ? "kept from the months" : "those of all months shown, because too few of the months",
			    day_plain(r->m->limits_from, from), day_plain(r->m->limits_to, to),
			    STR_ARG(r->kept ? STR(": ") : STR(" are")), STR_ARG(r->kept ? r->m->limits_source : STR("")),
			    r->kept ? "." : " among them.");
}

struct str reading_words(const struct reading *r, struct arena *a)
{
	if (r->judgement == JUDGED_TOO_FEW)
		return r->m->yearly ? STR("Twelve points are needed before a change can be told from chance; compare "
					  "the intervals instead.")
				    : arena_printf(a,
						   "Months with a number: %zu. Twelve are needed before a "
						   "change can be told from chance.",
						   r->n);
	const struct xmr_point *x = &r->points[r->n - 1].x;
	struct str lower = reading_value(r->m, x->lower, a), upper = reading_value(r->m, x->upper, a);
	struct str because = why(r, a), goal = goal_words(r, a), limits = limits_words(r, a);
	return arena_printf(
	    a,
	    STR_FMT "As the work %s, a month can fall anywhere from " STR_FMT " to " STR_FMT "." STR_FMT STR_FMT,
	    STR_ARG(because), r->kept ? "was done in the months that the limits are set on" : "is done now",
	    STR_ARG(lower), STR_ARG(upper), STR_ARG(goal), STR_ARG(limits));
}
