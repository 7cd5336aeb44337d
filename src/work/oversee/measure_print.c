#include "work/oversee/measure_print.h"

#include "base/text.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "record/fold.h"

size_t measure_lines(const struct measure_answer *an, const struct measure_layout *l, struct arena *a,
		     const struct measure_line **out)
{
	const struct tally_row *rows;
	size_t n = tally_rows(an->tally, l->by, !l->totals, a, &rows);
	struct measure_line *lines = arena_array(a, n, sizeof *lines);
	for (size_t i = 0; i < n; i++) {
		lines[i] = (struct measure_line){ .period = rows[i].period, .group = rows[i].group, .row = &rows[i] };
		measure_number(an->m, &rows[i], &lines[i].n);
	}
	*out = lines;
	return n;
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

static void csv_number(struct csv_writer *w, const struct measure *m, const struct measure_line *ln)
{
	const struct measure_number *n = &ln->n;
	bool share = measure_is_share(m);
	if (n->hidden) {
		for (int i = 0; i < 8; i++)
			csv_put(w, i == 0 ? STR("c") : STR(""));
		return;
	}
	if (share)
		csv_put_int(w, n->yes);
	else
		csv_put(w, STR(""));
	csv_put_int(w, n->base);
	put_tenths(w, share && n->has, n->value);
	put_tenths(w, share && n->has, n->lower);
	put_tenths(w, share && n->has, n->upper);
	if (!share && n->has)
		csv_put_int(w, (int64_t)n->value);
	else
		csv_put(w, STR(""));
	csv_put_int(w, n->out);
	csv_put_int(w, n->not_yet);
}

static void csv_rows(struct app *app, const struct measure_result *r, const struct measure_answer *an,
		     const struct measure_layout *l, struct arena *a, struct csv_writer *w)
{
	char text[DAY_TEXT_MAX];
	const struct measure_line *lines;
	size_t n = measure_lines(an, l, a, &lines);
	for (size_t i = 0; i < n; i++) {
		const struct measure_line *ln = &lines[i];
		bool none = !l->totals && ln->period == DAY_NONE;
		csv_put(w, an->m->id);
		csv_put_int(w, an->m->edition);
		csv_put(w, an->m->title);
		csv_put(w, an->m->reading);
		put_day(w, none ? DAY_NONE : l->totals ? an->from : ln->period);
		put_day(w, none ? DAY_NONE : period_last(an->m, l->totals ? an->to : ln->period));
		csv_put(w, str_of(measure_group_id(l->by)));
		csv_put(w, measure_group_code(app, l->by, ln->group));
		csv_put(w, measure_group_name(app, l->by, ln->group));
		csv_number(w, an->m, ln);
		csv_put(w, ln->n.hidden ? STR("") : measure_why_out(an->tally, &ln->row->n, a));
		csv_definition(w, an->m);
		put_day(w, r->as_of);
		csv_put(w, str_of(known_text(r, text)));
		csv_end_row(w);
	}
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
	static const char *const numbers[] = { "measure",
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
					       NULL };
	static const char *const people[] = { "measure",    "from",	   "outcome", "why",	     "child",
					      "given_name", "family_name", "council", "council_ref", "area",
					      "start",	    "due",	   "done",    "days",	     NULL };
	struct csv_writer w = { .b = b };
	bool children = l->children && !l->shared;
	csv_heading(&w, children ? people : numbers);
	if (children)
		csv_people(r, &w);
	for (size_t i = 0; !children && i < r->n; i++)
		csv_rows(app, r, &r->answers[i], l, a, &w);
	return fits(b, e);
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

static void json_line(struct app *app, struct buf *b, const struct measure_answer *an, const struct measure_layout *l,
		      const struct measure_line *ln)
{
	bool none = !l->totals && ln->period == DAY_NONE, share = measure_is_share(an->m);
	buf_printf(b, "{\"by\":\"%s\"", measure_group_id(l->by));
	day(b, "from", none ? DAY_NONE : l->totals ? an->from : ln->period);
	day(b, "to", none ? DAY_NONE : period_last(an->m, l->totals ? an->to : ln->period));
	text(b, "group", measure_group_code(app, l->by, ln->group));
	text(b, "group_name", measure_group_name(app, l->by, ln->group));
	if (ln->n.hidden) {
		buf_puts(b, ",\"hidden\":true}");
		return;
	}
	if (share)
		buf_printf(b, ",\"numerator\":%" PRId64, ln->n.yes);
	buf_printf(b, ",\"denominator\":%" PRId64, ln->n.base);
	if (ln->n.has && share)
		buf_printf(b, ",\"per_cent\":%.1f,\"lower_95\":%.1f,\"upper_95\":%.1f", ln->n.value, ln->n.lower,
			   ln->n.upper);
	else if (ln->n.has)
		buf_printf(b, ",\"days\":%d", (int)ln->n.value);
	buf_printf(b, ",\"left_out\":%" PRId64, ln->n.out);
	json_why(b, an->tally, &ln->row->n);
	buf_printf(b, ",\"not_due_yet\":%" PRId64 "}", ln->n.not_yet);
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

enum rc measure_print_json(struct app *app, const struct measure_result *r, const struct measure_layout *l,
			   struct arena *a, struct buf *b, struct err *e)
{
	char t[DAY_TEXT_MAX];
	buf_printf(b, "{\"as_of\":\"%s\"", day_iso(r->as_of, t));
	text(b, "known_on", str_of(known_text(r, t)));
	buf_printf(b, ",\"shared\":%s,\"measures\":[", l->shared ? "true" : "false");
	for (size_t i = 0; i < r->n; i++) {
		const struct measure_line *lines;
		size_t n = measure_lines(&r->answers[i], l, a, &lines);
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
	}
	buf_puts(b, "]}\n");
	return fits(b, e);
}
