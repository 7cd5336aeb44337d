#include "web/pages/clock.h"

#include "pages/templates.h"
#include "web/pages/child.h"

/* The number that the calendar gives a day: the days of a pause have none. */
static int count_to(const struct clock_view *v, day_t d)
{
	const struct workdays *w = app_workdays(v->c->known);
	return calendar_number(v->c, w, d);
}

struct text64 turn_days(const struct clock_view *v, const struct turn *t)
{
	struct text64 s = { "-" };
	if (t->paused)
		return (struct text64){ "paused" };
	int first = count_to(v, t->from) + 1, last = count_to(v, t->to);
	if (v->c->standard->hours && last < first)
		snprintf(s.s, sizeof s.s, "0"); /* the day on which it started */
	if (last == first)
		snprintf(s.s, sizeof s.s, "%d", first);
	else if (last > first)
		snprintf(s.s, sizeof s.s, "%d to %d", first, last);
	return s;
}

struct text64 turn_length(const struct turn *t)
{
	struct text64 s;
	if (t->minutes >= 0)
		snprintf(s.s, sizeof s.s, "%d h %02d min", t->minutes / 60, t->minutes % 60);
	else
		snprintf(s.s, sizeof s.s, "%d", t->days);
	return s;
}

/* All turns together, in minutes where each is known so. */
static struct text64 length_of_all(const struct explanation *x)
{
	struct turn all = { .minutes = 0 };
	for (size_t i = 0; i < x->n_turns; i++) {
		all.days += x->turns[i].days;
		all.minutes = all.minutes < 0 || x->turns[i].minutes < 0 ? -1 : all.minutes + x->turns[i].minutes;
	}
	return turn_length(&all);
}

const char *turns_none(const struct clock_view *v)
{
	const struct clock *k = &v->c->clock.clock;
	if (k->state == CLOCK_NOT_KNOWN)
		return "Nobody’s days are counted: what happened is not known.";
	return k->start != DAY_NONE && v->c->as_of <= k->start ? "No day has passed yet."
							       : "This clock does not count days by whose turn it was.";
}

enum lateness reading_lateness(const struct clock_view *v, const struct clock *k, int *late_out)
{
	*late_out = 0;
	return clock_lateness(app_rulebook(v->c->known), app_workdays(v->c->known), k, v->c->as_of, late_out);
}

static struct str heading_of(struct arena *a, const struct clock_page *c)
{
	const struct clock *k = &c->clock.clock;
	switch (k->state) {
	case CLOCK_NOT_KNOWN: return STR("Why is it not known?");
	case CLOCK_NOT_REQUIRED: return STR("Why is it not required?");
	case CLOCK_STOPPED: return STR("Why did it stop?");
	case CLOCK_MISSED: return STR("Why was it not done?");
	default: break;
	}
	if (k->due == DAY_NONE)
		return k->state == CLOCK_DONE ? STR("Why had it no due date?") : STR("Why has it no due date?");
	const char *is = k->state == CLOCK_DONE || c->as_of > k->due ? "was it" : "is it";
	if (k->due_minute != MINUTE_NONE)
		return arena_printf(a, "Why %s due at %s on %s?", is, show_minute(k->due_minute).s,
				    show_day_long(k->due).s);
	return arena_printf(a, "Why %s due on %s?", is, show_day_long(k->due).s);
}

static const char *answer_class_of(enum lateness l)
{
	if (l == LATE_OVERDUE || l == LATE_DONE_LATE || l == LATE_MISSED)
		return "ln-answer ln-answer--late";
	return l == LATE_DONE_IN_TIME ? "ln-answer ln-answer--good" : "ln-answer";
}

enum rc page_clock(struct visit *v, struct err *e)
{
	struct clock_page c;
	struct clock_view *view = arena_alloc(v->a, sizeof *view);
	struct child_query q = { .with_looks = false };
	enum rc rc = child_id(v, &q.person, e);
	if (rc == RC_OK)
		rc = query_when(v, &view->when, e);
	if (rc != RC_OK)
		return rc;
	q.as_of = view->when.as_of;
	q.known_ms = when_known_ms(view->when);
	rc = clock_see(v->app, viewer_of(v), &q, request_param(v->req, "clock"), v->a, &c, e);
	if (rc != RC_OK)
		return rc;
	view->c = &c;
	view->name = person_name(v->a, c.head.given, c.head.family);
	view->heading = heading_of(v->a, &c);
	view->page = (struct page){ v,
				    arena_printf(v->a, STR_FMT " " STR_FMT " for " STR_FMT, STR_ARG(view->heading),
						 STR_ARG(c.standard->title), STR_ARG(view->name)),
				    MENU_CHILDREN };
	view->answer_class = answer_class_of(c.clock.lateness);
	struct child_clock k = c.clock;
	k.turns = c.why.turns;
	k.n_turns = c.why.n_turns;
	view->bar = bar_of(v->a, c.standard, &k, app_workdays(c.known), c.as_of);
	view->used = length_of_all(&c.why);
	if (!c.standard->hours) /* a day is no measure of hours */
		calendar_of(&c, app_workdays(c.known), &view->cal);
	clock_html(&v->out, view);
	return RC_OK;
}
