#include "work/see/standing.h"

#include "base/text.h"
#include "work/core/shared.h"
#include "work/core/write.h"
#include "work/see/head.h"

struct seeing {
	struct app *app;
	const struct viewer *v;
	const struct child_query *q;
	struct str standard;
	struct arena *a;
	struct standing_page *page;
	struct folded shown; /* of what this viewer sees: why there is no clock, in words, is said of that */
};

/* The latest clock of a standard, whatever its edition; SIZE_MAX if there is none for the viewer. */
static size_t latest(const struct rulebook *rb, const struct child_view *cv, struct str id)
{
	size_t found = SIZE_MAX;
	for (size_t i = 0; i < cv->n_clocks; i++)
		if (!cv->unseen[i] && str_eq(rulebook_info(rb, cv->clocks[i].standard)->id, id))
			found = i;
	return found;
}

/* "Wednesday 2 December 2026", where the limit is in hours "05:30 on Sunday 29 March 2026" */
static struct str due_words(const struct seeing *s, const struct clock *k)
{
	char day[DAY_TEXT_MAX];
	day_long(k->due, day);
	if (k->due_minute == MINUTE_NONE)
		return arena_printf(s->a, "%s", day);
	return arena_printf(s->a, "%02d:%02d on %s", k->due_minute / 60, k->due_minute % 60, day);
}

/* Without a last day in time: a pause moves it, or nobody has set the number. */
static struct str undated(const struct seeing *s, struct str reason)
{
	return reason.n ? arena_printf(s->a, "Paused: " STR_FMT ".", STR_ARG(reason))
			: STR("Running; no time is set for it.");
}

static struct str stands(const struct seeing *s, const struct child_clock *k)
{
	struct arena *a = s->a;
	char day[DAY_TEXT_MAX];
	struct str reason = rulebook_reason(app_rulebook(s->app), k->clock.reason);
	struct str due = k->clock.due == DAY_NONE ? STR("") : due_words(s, &k->clock);
	switch (k->clock.state) {
	case CLOCK_DONE:
		return arena_printf(a, "Done on %s%s.", day_long(k->clock.done, day),
				    !due.n			    ? ""
				    : k->lateness == LATE_DONE_LATE ? ", late"
								    : ", in time");
	case CLOCK_STOPPED:
		return arena_printf(a, "Stopped on %s: " STR_FMT ".", day_long(k->clock.done, day), STR_ARG(reason));
	case CLOCK_MISSED:
		return arena_printf(a, "Not done: " STR_FMT ".%s" STR_FMT "%s", STR_ARG(reason),
				    due.n ? " Last day in time: " : "", STR_ARG(due), due.n ? "." : "");
	case CLOCK_NOT_REQUIRED: return arena_printf(a, "Not required: " STR_FMT ".", STR_ARG(reason));
	case CLOCK_NOT_KNOWN: return arena_printf(a, "Not known: " STR_FMT ".", STR_ARG(reason));
	default:
		if (!due.n)
			return undated(s, reason);
		if (k->lateness == LATE_OVERDUE)
			return arena_printf(a, "Overdue: the last day in time was " STR_FMT ".", STR_ARG(due));
		return arena_printf(a, "Due on " STR_FMT ".", STR_ARG(due));
	}
}

static struct str list_of(const struct seeing *s, const struct child_clock *k, bool *listed)
{
	const struct standard_info *info = rulebook_info(app_rulebook(s->app), k->clock.standard);
	*listed = clock_on_worklist(app_rulebook(s->app), &k->clock);
	if (!info->on_worklist)
		return STR("On none: a reading for comparison only.");
	const struct organisation *mine = app_organisation(s->app, s->v->org);
	if (info->lists && mine && !(info->lists & lists_of(mine))) {
		*listed = false;
		return STR("On none of yours: it is for the lists of others.");
	}
	if (k->clock.state == CLOCK_NOT_KNOWN && !*listed)
		return STR("On none: no table that is sent here tells of it.");
	if (!*listed)
		return STR("On none: it is over.");
	if (k->clock.state == CLOCK_NOT_KNOWN)
		return str_of(work_list_title(LIST_NOT_KNOWN));
	if (!k->holder_org || k->holder_org->id != s->v->org)
		return str_of(work_list_title(LIST_WAITING));
	return str_of(work_list_title(k->lateness == LATE_OVERDUE    ? LIST_LATE
				      : k->lateness == LATE_DUE_SOON ? LIST_SOON
								     : LIST_LATER));
}

/* Of a rule about mental-health care only those who may see such clocks learn anything. */
static bool hidden(const struct seeing *s, size_t standard)
{
	uint16_t kind = rulebook_opens(app_rulebook(s->app), (uint16_t)standard);
	if (standard_withheld(s->app, withheld_now(s->v), standard))
		return true;
	return app_vocab(s->app)->kinds[kind].sensitive && !role_sees_sensitive(s->v->role);
}

static struct standing stand(const struct seeing *s, struct child_view *cv, size_t standard)
{
	const struct rulebook *rb = app_rulebook(s->app);
	struct standing out = { .standard = (uint16_t)standard, .list = STR("On none: there is no clock.") };
	size_t at = latest(rb, cv, rulebook_info(rb, (uint16_t)standard)->id);
	out.there = at != SIZE_MAX;
	if (!out.there) {
		out.words = engine_why_not(cv->en, &s->shown.child, cv->as_of, (uint16_t)standard, s->a);
		return out;
	}
	child_clock(s->app, NULL, cv, at, s->a, &out.clock);
	out.words = stands(s, &out.clock);
	out.list = list_of(s, &out.clock, &out.listed);
	return out;
}

static enum rc see(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct child_view cv = { 0 };
	const struct viewer *asked_by = s->v;
	struct viewer as;
	enum rc rc = child_check(s->app, db, s->v, s->q->person, s->a, &as, e);
	if (rc == RC_OK)
		rc = child_view_begin(s->app, db, &as, s->q, s->a, &cv, e);
	if (rc != RC_OK)
		return rc;
	s->v = &as;
	struct history shown = history_shown(s->app, &as, &cv.h, s->a);
	history_fold(s->app, &shown, cv.known_ms, s->a, &s->shown);
	const struct rulebook *rb = app_rulebook(s->app);
	struct standing *rules = arena_array(s->a, rulebook_count(rb), sizeof *rules);
	struct standing_page page = { .known = s->app, .as_of = cv.as_of, .known_ms = cv.known_ms, .rules = rules };
	child_head(s->app, s->v, &cv, s->a, &page.head);
	for (size_t i = 0; i < rulebook_count(rb); i++) {
		struct str id = rulebook_info(rb, (uint16_t)i)->id;
		if (rulebook_find(rb, id) != i || hidden(s, i) || (s->standard.n && !str_eq(s->standard, id)))
			continue;
		rules[page.n++] = stand(s, &cv, i);
	}
	child_view_end(s->app, &cv);
	s->v = asked_by;
	if (s->standard.n && !page.n)
		return err_set(e, RC_NOT_FOUND, "There is no standard \"" STR_FMT "\".", STR_ARG(s->standard));
	*s->page = page;
	return RC_OK;
}

enum rc standing_see(struct app *app, const struct viewer *v, const struct child_query *q, struct str standard,
		     struct arena *a, struct standing_page *out, struct err *e)
{
	struct standing_page page = { .n = 0 };
	struct seeing s = { .v = v, .q = q, .standard = standard, .a = a, .page = &page };
	enum rc rc = require_act(v, ACT_SEE_CHILD, e);
	if (rc == RC_OK && v->role == ROLE_GOVERNANCE)
		rc = err_set(e, RC_REFUSED, "Your role sees who has looked, and no clocks.");
	if (rc == RC_OK)
		rc = app_known(app, q->known_ms, &s.app, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see, &s, e);
	if (rc == RC_OK)
		rc = audit_look(app, v, q->person, STR("at every rule and this child"), q->reason, e);
	if (rc == RC_OK)
		*out = page;
	return rc;
}
