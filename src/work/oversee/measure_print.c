#include "work/oversee/measure_print.h"

#include "base/text.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "record/fold.h"
#include "work/app.h"
#include "work/core/shared.h"

static void line_of(const struct measure_answer *an, const struct measure_layout *l, const struct tally_row *row,
		    struct measure_line *out)
{
	*out = (struct measure_line){ .from = row->period, .to = DAY_NONE, .group = row->group, .row = row };
	measure_number(an->m, row, &out->n);
	if (l->totals && l->shared) {
		out->to = day_add_months(row->period, l->quarters ? 3 : 12) - 1;
	} else if (l->totals) {
		out->from = an->from;
		out->to = period_last(an->m, an->to);
	} else if (row->period != DAY_NONE) {
		out->to = period_last(an->m, row->period);
	}
}

static enum rc lines_shared(struct app *app, const struct measure_answer *an, const struct measure_layout *l,
			    struct arena *a, const struct measure_line **out, size_t *n_out, struct err *e)
{
	struct sharing *s;
	const struct tally_row *rows;
	if (l->totals && !measure_is_share(an->m))
		return err_set(e, RC_BAD_INPUT, "Totals of waits are not shared: leave out the totals.");
	enum rc rc = sharing_new(an->tally, an->m, app_sharing_rule(app), &s, e);
	if (rc != RC_OK)
		return rc;
	enum share_time time = !l->totals || an->m->yearly ? SHARE_PERIODS
			       : l->quarters		   ? SHARE_QUARTERS
							   : SHARE_YEARS;
	size_t n = time ? sharing_totals(s, l->by, time, a, &rows) : tally_rows(an->tally, l->by, true, a, &rows),
	       k = 0;
	struct measure_line *lines = arena_array(a, n, sizeof *lines);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].period == DAY_NONE)
			continue;
		line_of(an, l, &rows[i], &lines[k]);
		sharing_hide(s, l->by, time, &rows[i], &lines[k++].n);
	}
	sharing_free(s);
	*out = lines;
	*n_out = k;
	return RC_OK;
}

enum rc measure_lines(struct app *app, const struct measure_answer *an, const struct measure_layout *l, struct arena *a,
		      const struct measure_line **out, size_t *n_out, struct err *e)
{
	const struct tally_row *rows;
	if (l->shared)
		return lines_shared(app, an, l, a, out, n_out, e);
	size_t n = tally_rows(an->tally, l->by, !l->totals, a, &rows);
	struct measure_line *lines = arena_array(a, n, sizeof *lines);
	for (size_t i = 0; i < n; i++)
		line_of(an, l, &rows[i], &lines[i]);
	*out = lines;
	*n_out = n;
	return RC_OK;
}

struct str measure_why_out(const struct tally *t, const struct counts *n, struct arena *a)
{
	const struct str *reasons;
	size_t count = tally_reasons(t, &reasons);
	struct buf b AUTO(buf_release);
	buf_init(&b, 8192);
	for (size_t i = 0; i < count; i++)
		if (n->why[i])
			buf_printf(&b, "%s%" PRId64 " " STR_FMT, b.n ? ", " : "", n->why[i], STR_ARG(reasons[i]));
	return arena_str(a, buf_view(&b));
}

struct str measure_period_name(const struct measure *m, day_t period, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	if (period == DAY_NONE)
		return STR("no day known");
	const char *words = strchr(day_long(m->yearly ? period_last(m, period) : period, day), ' ') + 1;
	if (m->yearly)
		return arena_printf(a, "year to %s", words);
	return arena_printf(a, "%s", strchr(words, ' ') + 1); /* "October 2026" */
}

struct str measure_answer_words(const struct measure *m, const struct measure_hit *h, struct arena *a)
{
	if (!h)
		return STR("not counted");
	struct str period = measure_period_name(m, h->period, a);
	switch (h->outcome) {
	case OUTCOME_OUT: return arena_printf(a, STR_FMT ": left out, " STR_FMT, STR_ARG(period), STR_ARG(h->reason));
	case OUTCOME_NOT_YET: return arena_printf(a, STR_FMT ": not due yet", STR_ARG(period));
	default: break;
	}
	if (m->statistic == STATISTIC_AVERAGE)
		return arena_printf(a, STR_FMT ": %d", STR_ARG(period), h->days);
	if (m->kind == MEASURE_WAIT)
		return arena_printf(a, STR_FMT ": %d day%s", STR_ARG(period), h->days, h->days == 1 ? "" : "s");
	bool yes = h->outcome == OUTCOME_YES;
	const char *words = m->kind == MEASURE_CLOCK ? yes ? "in time" : "late or not done" : yes ? "yes" : "no";
	return arena_printf(a, STR_FMT ": %s", STR_ARG(period), words);
}

struct str measure_group_name(struct app *app, enum measure_group by, int64_t group)
{
	if (by == GROUP_NONE)
		return STR("All");
	if (by == GROUP_IN_AREA)
		return str_of(in_area_title((enum in_area)group));
	const struct organisation *o = app_organisation(app, group);
	return o ? (o->short_name.n ? o->short_name : o->name) : STR("Not known");
}

struct str measure_group_code(struct app *app, enum measure_group by, int64_t group)
{
	if (by == GROUP_IN_AREA)
		return str_of(in_area_id((enum in_area)group));
	const struct organisation *o = by == GROUP_NONE ? NULL : app_organisation(app, group);
	return o ? o->code : STR("");
}

bool measure_is_for(struct app *app, const struct viewer *v, const struct measure *m)
{
	if (!viewer_shown(v, measure_needs(app, m)))
		return false;
	if (!m->sensitive)
		return true;
	/* A cohort over all providers is no clinician's: theirs are their own referrals. */
	bool of_referrals = m->kind == MEASURE_CLOCK || m->kind == MEASURE_WAIT || m->kind == MEASURE_OPEN;
	return role_sees_sensitive(v->role) && (v->role != ROLE_CLINICIAN || of_referrals);
}

bool measure_is_whole(struct app *app, const struct viewer *v, const struct measure *m, bool numbers)
{
	return numbers ? !(v->withheld & data_bit(DATA_NUMBERS)) : !measure_withheld(app, v->withheld, m);
}

struct viewer measure_for_numbers(const struct viewer *v)
{
	struct viewer as = *v;
	as.withheld &= data_bit(DATA_NUMBERS);
	return as;
}

static const char *known_text(const struct measure_result *r, char out[DAY_TEXT_MAX])
{
	return r->known_ms == KNOWN_NOW ? "now" : instant_iso(r->known_ms, out);
}

/* ---- CSV ---- */

static void put_day(struct csv_writer *w, day_t d)
{
	char day[DAY_TEXT_MAX];
	csv_put(w, d == DAY_NONE ? STR("") : str_of(day_iso(d, day)));
}

/* One decimal is what a share of some hundreds can bear. */
static void put_tenths(struct csv_writer *w, bool has, double v)
{
	char text[40] = "";
	if (has)
		snprintf(text, sizeof text, "%.1f", v);
	csv_put(w, str_of(text));
}

static void csv_definition(struct csv_writer *w, const struct measure *m)
{
	const struct str words[] = {
		m->month_words, m->numerator, m->denominator, m->exclusions, m->source, m->checked
	};
	for (size_t i = 0; i < COUNT_OF(words); i++)
		csv_put(w, words[i]);
}

static void put_count(struct csv_writer *w, bool hidden, int64_t n)
{
	if (hidden)
		csv_put(w, STR("c"));
	else
		csv_put_int(w, n);
}

/* An average or a rate: in a column of its own, which only a report with such a measure has. */
static bool has_other_value(const struct measure *m)
{
	return m->statistic == STATISTIC_AVERAGE || m->statistic == STATISTIC_RATE;
}

static bool any_other_value(const struct measure_result *r)
{
	bool any = false;
	for (size_t i = 0; i < r->n; i++)
		any |= has_other_value(r->answers[i].m);
	return any;
}

static void csv_number(struct csv_writer *w, const struct measure *m, const struct measure_line *ln)
{
	const struct measure_number *n = &ln->n;
	bool share = measure_is_share(m), has = n->has && !n->hide_value, other = has_other_value(m);
	if (share || m->statistic == STATISTIC_RATE)
		put_count(w, n->hide_yes, n->yes);
	else
		csv_put(w, STR(""));
	put_count(w, n->hide_base, n->base);
	put_tenths(w, share && has, n->value);
	put_tenths(w, has && n->has_limits, n->lower);
	put_tenths(w, has && n->has_limits, n->upper);
	if (!share && has && !other)
		csv_put_int(w, (int64_t)n->value);
	else
		csv_put(w, STR(""));
	put_count(w, n->hide_out, n->out);
}

static enum rc csv_rows(struct app *app, const struct measure_result *r, const struct measure_answer *an,
			const struct measure_layout *l, struct arena *a, struct csv_writer *w, struct err *e)
{
	char text[DAY_TEXT_MAX];
	const struct measure_line *lines;
	size_t n;
	enum rc rc = measure_lines(r->known, an, l, a, &lines, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		const struct measure_line *ln = &lines[i];
		csv_put(w, an->m->id);
		csv_put_int(w, an->m->edition);
		csv_put(w, an->m->title);
		csv_put(w, an->m->reading);
		put_day(w, ln->from);
		put_day(w, ln->to);
		csv_put(w, str_of(measure_group_id(l->by)));
		csv_put(w, measure_group_code(app, l->by, ln->group));
		csv_put(w, measure_group_name(app, l->by, ln->group));
		csv_number(w, an->m, ln);
		if (l->shared)
			csv_put(w, STR(""));
		else
			csv_put_int(w, ln->n.not_yet);
		csv_put(w, l->shared ? STR("") : measure_why_out(an->tally, &ln->row->n, a));
		csv_definition(w, an->m);
		put_day(w, r->as_of);
		csv_put(w, str_of(known_text(r, text)));
		if (any_other_value(r))
			put_tenths(w, has_other_value(an->m) && ln->n.has && !ln->n.hide_value, ln->n.value);
		csv_end_row(w);
	}
	return rc;
}

static void csv_people(const struct measure_result *r, struct csv_writer *w)
{
	char id[ID_TEXT_MAX];
	for (size_t i = 0; i < r->n_people; i++) {
		const struct measure_person *p = &r->people[i];
		csv_put(w, r->answers[0].m->id);
		put_day(w, p->hit.period);
		csv_put(w, str_of(outcome_id((enum outcome)p->hit.outcome)));
		csv_put_safe(w, p->hit.reason);
		csv_put(w, str_of(id_text(p->person, id)));
		csv_put_safe(w, p->given);
		csv_put_safe(w, p->family);
		csv_put(w, p->council ? p->council->code : STR(""));
		csv_put_safe(w, p->ref);
		csv_put(w, str_of(in_area_id((enum in_area)p->hit.place.in_area)));
		put_day(w, p->start);
		put_day(w, p->due);
		put_day(w, p->done);
		csv_put_int(w, p->hit.days);
		csv_end_row(w);
	}
}

static void csv_heading(struct csv_writer *w, const char *const *names)
{
	for (; *names; names++)
		csv_put(w, str_of(*names));
	csv_end_row(w);
}

static enum rc fits(const struct buf *b, struct err *e)
{
	return buf_ok(b) ? RC_OK : err_set(e, RC_LIMIT, "The report is too long. Ask for fewer months.");
}

enum rc measure_print_csv(struct app *app, const struct measure_result *r, const struct measure_layout *l,
			  struct arena *a, struct buf *b, struct err *e)
{
	const char *const numbers[] = { "measure",
					       "edition",
					       "title",
					       "reading",
					       "from",
					       "to",
					       "by",
					       "group",
					       "group_name",
					       "numerator",
					       "denominator",
					       "per_cent",
					       "lower_95",
					       "upper_95",
					       "days",
					       "left_out",
					       "not_due_yet",
					       "left_out_why",
					       "month_means",
					       "numerator_means",
					       "denominator_means",
					       "left_out_means",
					       "source",
					       "not_checked",
					       "as_of",
					       "known_on",
					       any_other_value(r) ? "average_or_rate" : NULL,
					       NULL };
	static const char *const people[] = { "measure",    "from",	   "outcome", "why",	     "child",
					      "given_name", "family_name", "council", "council_ref", "area",
					      "start",	    "due",	   "done",    "days",	     NULL };
	struct csv_writer w = { .b = b };
	bool children = l->children && !l->shared;
	csv_heading(&w, children ? people : numbers);
	if (children)
		csv_people(r, &w);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && !children && i < r->n; i++)
		rc = csv_rows(app, r, &r->answers[i], l, a, &w, e);
	return rc == RC_OK ? fits(b, e) : rc;
}

/* ---- JSON ---- */

static void text(struct buf *b, const char *name, struct str value)
{
	buf_printf(b, ",\"%s\":", name);
	json_put_string(b, value);
}

static void day(struct buf *b, const char *name, day_t d)
{
	char t[DAY_TEXT_MAX];
	if (d == DAY_NONE)
		buf_printf(b, ",\"%s\":null", name);
	else
		buf_printf(b, ",\"%s\":\"%s\"", name, day_iso(d, t));
}

static void json_definition(struct buf *b, const struct measure *m)
{
	buf_puts(b, "{\"id\":");
	json_put_string(b, m->id);
	buf_printf(b, ",\"edition\":%d", m->edition);
	day(b, "in_force_from", m->from);
	text(b, "title", m->title);
	text(b, "reading", m->reading);
	text(b, "month", m->month_words);
	text(b, "numerator", m->numerator);
	text(b, "denominator", m->denominator);
	text(b, "left_out", m->exclusions);
	text(b, "source", m->source);
	text(b, "not_checked", m->checked);
	if (m->goal >= 0) {
		buf_printf(b, ",\"goal\":%d", m->goal);
		text(b, "goal_source", m->goal_source);
	}
	buf_putc(b, '}');
}

static void json_why(struct buf *b, const struct tally *t, const struct counts *n)
{
	const struct str *reasons;
	size_t count = tally_reasons(t, &reasons), shown = 0;
	buf_puts(b, ",\"left_out_why\":{");
	for (size_t i = 0; i < count; i++)
		if (n->why[i]) {
			if (shown++)
				buf_putc(b, ',');
			json_put_string(b, reasons[i]);
			buf_printf(b, ":%" PRId64, n->why[i]);
		}
	buf_putc(b, '}');
}

static void json_count(struct buf *b, const char *name, bool hidden, int64_t n)
{
	if (hidden)
		buf_printf(b, ",\"%s\":\"c\"", name);
	else
		buf_printf(b, ",\"%s\":%" PRId64, name, n);
}

static void json_line(struct app *app, struct buf *b, const struct measure_answer *an, const struct measure_layout *l,
		      const struct measure_line *ln)
{
	const struct measure_number *n = &ln->n;
	bool share = measure_is_share(an->m), has = n->has && !n->hide_value;
	buf_printf(b, "{\"by\":\"%s\"", measure_group_id(l->by));
	day(b, "from", ln->from);
	day(b, "to", ln->to);
	text(b, "group", measure_group_code(app, l->by, ln->group));
	text(b, "group_name", measure_group_name(app, l->by, ln->group));
	bool rate = an->m->statistic == STATISTIC_RATE, average = an->m->statistic == STATISTIC_AVERAGE;
	if (share || rate)
		json_count(b, "numerator", n->hide_yes, n->yes);
	json_count(b, "denominator", n->hide_base, n->base);
	if (has && share)
		buf_printf(b, ",\"per_cent\":%.1f,\"lower_95\":%.1f,\"upper_95\":%.1f", n->value, n->lower, n->upper);
	else if (has && (rate || average))
		buf_printf(b, ",\"%s\":%.1f", rate ? "rate" : "average", n->value);
	else if (has)
		buf_printf(b, ",\"days\":%d", (int)n->value);
	if (has && rate)
		buf_printf(b, ",\"per\":%d", an->m->per);
	if (has && (rate || average) && n->has_limits)
		buf_printf(b, ",\"lower_95\":%.1f,\"upper_95\":%.1f", n->lower, n->upper);
	json_count(b, "left_out", n->hide_out, n->out);
	if (!l->shared) {
		json_why(b, an->tally, &ln->row->n);
		buf_printf(b, ",\"not_due_yet\":%" PRId64, n->not_yet);
	}
	buf_putc(b, '}');
}

static void json_person(struct buf *b, const struct measure_person *p)
{
	char id[ID_TEXT_MAX];
	buf_printf(b, "{\"child\":\"%s\"", id_text(p->person, id));
	text(b, "given_name", p->given);
	text(b, "family_name", p->family);
	text(b, "council", p->council ? p->council->code : STR(""));
	text(b, "council_ref", p->ref);
	day(b, "from", p->hit.period);
	text(b, "outcome", str_of(outcome_id((enum outcome)p->hit.outcome)));
	text(b, "why", p->hit.reason);
	text(b, "clock", p->clock);
	text(b, "area", str_of(in_area_id((enum in_area)p->hit.place.in_area)));
	day(b, "start", p->start);
	day(b, "due", p->due);
	day(b, "done", p->done);
	buf_printf(b, ",\"days\":%d}", p->hit.days);
}

static enum rc json_answer(struct app *app, const struct measure_result *r, size_t i, const struct measure_layout *l,
			   struct arena *a, struct buf *b, struct err *e)
{
	const struct measure_line *lines;
	size_t n;
	enum rc rc = measure_lines(r->known, &r->answers[i], l, a, &lines, &n, e);
	if (rc != RC_OK)
		return rc;
	buf_puts(b, i ? ",{\"definition\":" : "{\"definition\":");
	json_definition(b, r->answers[i].m);
	buf_puts(b, ",\"rows\":[");
	for (size_t k = 0; k < n; k++) {
		if (k)
			buf_putc(b, ',');
		json_line(app, b, &r->answers[i], l, &lines[k]);
	}
	buf_puts(b, "]");
	if (i == 0 && l->children && !l->shared) {
		buf_puts(b, ",\"children\":[");
		for (size_t k = 0; k < r->n_people; k++) {
			if (k)
				buf_putc(b, ',');
			json_person(b, &r->people[k]);
		}
		buf_puts(b, "]");
	}
	buf_puts(b, "}");
	return RC_OK;
}

enum rc measure_print_json(struct app *app, const struct measure_result *r, const struct measure_layout *l,
			   struct arena *a, struct buf *b, struct err *e)
{
	char t[DAY_TEXT_MAX];
	enum rc rc = RC_OK;
	buf_printf(b, "{\"as_of\":\"%s\"", day_iso(r->as_of, t));
	text(b, "known_on", str_of(known_text(r, t)));
	buf_printf(b, ",\"shared\":%s,\"measures\":[", l->shared ? "true" : "false");
	for (size_t i = 0; rc == RC_OK && i < r->n; i++)
		rc = json_answer(app, r, i, l, a, b, e);
	buf_puts(b, "]}\n");
	return rc == RC_OK ? fits(b, e) : rc;
}
