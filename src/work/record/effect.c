#include "work/record/effect.h"

static bool same_opening(const struct folded *f, const struct clock *x, const struct folded *g, const struct clock *y)
{
	int64_t a = x->opened_by >= 0 ? f->fact_root[x->opened_by] : 0,
		b = y->opened_by >= 0 ? g->fact_root[y->opened_by] : 0;
	return x->standard == y->standard && x->ordinal == y->ordinal && a == b;
}

static bool looks_alike(const struct clock *x, const struct clock *y)
{
	return x->state == y->state && x->due == y->due && x->done == y->done && x->start == y->start &&
	       x->holder == y->holder && x->reason == y->reason;
}

static struct str state_words(struct app *app, const struct clock *c, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	struct str reason = rulebook_reason(app_rulebook(app), c->reason);
	switch (c->state) {
	case CLOCK_RUNNING:
		return c->due == DAY_NONE
			   ? STR("running, due day not known")
			   : arena_printf(a, "due %s, %s", day_long(c->due, day), holder_title((enum holder)c->holder));
	case CLOCK_DONE: return arena_printf(a, "done on %s", day_long(c->done, day));
	default:
		return reason.n ? arena_printf(a, "%s: " STR_FMT, clock_state_title((enum clock_state)c->state),
					       STR_ARG(reason))
				: str_of(clock_state_title((enum clock_state)c->state));
	}
}

static struct str change_words(struct app *app, const struct clock *before, const struct clock *after,
			       const struct workdays *w, struct arena *a)
{
	if (!before)
		return arena_printf(a, "Begins: " STR_FMT, STR_ARG(state_words(app, after, a)));
	if (!after)
		return arena_printf(a, "No longer applies (it was " STR_FMT ")", STR_ARG(state_words(app, before, a)));
	char from[DAY_TEXT_MAX], to[DAY_TEXT_MAX];
	if (before->state == CLOCK_RUNNING && after->state == CLOCK_RUNNING && before->due != after->due &&
	    before->due != DAY_NONE && after->due != DAY_NONE) {
		int days = workdays_between(w, before->due, after->due);
		return arena_printf(a, "Due moves from %s to %s, %d working %s %s", day_long(before->due, from),
				    day_long(after->due, to), days < 0 ? -days : days,
				    days == 1 || days == -1 ? "day" : "days", days < 0 ? "sooner" : "later");
	}
	if (before->state == CLOCK_RUNNING && after->state == CLOCK_RUNNING && before->holder != after->holder)
		return arena_printf(a, "The turn passes from %s to %s", holder_title((enum holder)before->holder),
				    holder_title((enum holder)after->holder));
	return arena_printf(a, "Was " STR_FMT ". Now " STR_FMT, STR_ARG(state_words(app, before, a)),
			    STR_ARG(state_words(app, after, a)));
}

struct changes {
	struct app *app;
	struct arena *a;
	struct clock_change *list;
	size_t n;
};

static void add_change(struct changes *c, const struct clock *before, const struct clock *after, struct str id,
		       const struct workdays *w)
{
	const struct clock *any = after ? after : before;
	const struct standard_info *info = rulebook_info(app_rulebook(c->app), any->standard);
	if (!info->on_worklist)
		return;
	struct clock_change *out = &c->list[c->n++];
	*out = (struct clock_change){ .id = id,
				      .standard = info,
				      .before_there = before != NULL,
				      .after_there = after != NULL,
				      .words = change_words(c->app, before, after, w, c->a) };
	if (before)
		out->before = *before;
	if (after)
		out->after = *after;
}

static size_t compare(struct app *app, const struct viewer *v, const struct child_view *was, const struct folded *will,
		      const struct clock *after, size_t n_after, struct arena *a, const struct clock_change **out)
{
	struct changes c = { app, a, arena_array(a, was->n_clocks + n_after, sizeof *c.list), 0 };
	for (size_t i = 0; i < was->n_clocks; i++) {
		const struct clock *same = NULL;
		for (size_t j = 0; j < n_after && !same; j++)
			if (same_opening(&was->f, &was->clocks[i], will, &after[j]))
				same = &after[j];
		bool hidden = !viewer_sees_clock(app, v, &was->f, &was->clocks[i]);
		if (!hidden && (!same || !looks_alike(&was->clocks[i], same)))
			add_change(&c, &was->clocks[i], same, clock_name(app, was, i, a), was->w);
	}
	for (size_t j = 0; j < n_after; j++) {
		bool there = !viewer_sees_clock(app, v, will, &after[j]);
		for (size_t i = 0; i < was->n_clocks && !there; i++)
			there = same_opening(&was->f, &was->clocks[i], will, &after[j]);
		if (!there)
			add_change(&c, NULL, &after[j], STR(""), was->w);
	}
	*out = c.list;
	return c.n;
}

size_t effect_of(struct app *app, const struct viewer *v, const struct child_view *cv, const struct event *ev, size_t n,
		 struct arena *a, const struct clock_change **out)
{
	struct history with = cv->h;
	struct folded will;
	const struct clock *after;
	with.events = arena_array(a, cv->h.n + n, sizeof *with.events);
	if (cv->h.n)
		memcpy(with.events, cv->h.events, cv->h.n * sizeof *with.events);
	if (n)
		memcpy(with.events + cv->h.n, ev, n * sizeof *ev);
	with.n = with.cap = cv->h.n + n;
	history_fold(app, &with, KNOWN_NOW, a, &will);
	size_t n_after = engine_run(cv->en, &will.child, cv->as_of, &after);
	return compare(app, v, cv, &will, after, n_after, a, out);
}
