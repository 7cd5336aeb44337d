#include "web/pages/child.h"

#include "pages/templates.h"

enum clock_group clock_group(const struct child_clock *c)
{
	switch (c->clock.state) {
	case CLOCK_NOT_KNOWN: return c->untold ? GROUP_UNTOLD : GROUP_NOT_KNOWN;
	case CLOCK_DONE: return GROUP_DONE;
	case CLOCK_MISSED:
	case CLOCK_STOPPED:
	case CLOCK_NOT_REQUIRED: return GROUP_CLOSED;
	default: return GROUP_OPEN;
	}
}

const struct standard_info *clock_standard(const struct app *known, const struct clock *c)
{
	return rulebook_info(app_rulebook(known), c->standard);
}

struct str clock_reason(const struct app *known, const struct clock *c)
{
	return c->reason ? rulebook_reason(app_rulebook(known), c->reason) : (struct str){ "", 0 };
}

const struct child_event *event_of(const struct child_page *c, int64_t id)
{
	for (size_t i = 0; i < c->n_events; i++)
		if (c->events[i].id == id)
			return &c->events[i];
	return NULL;
}

static void count_words(struct buf *b, size_t n, const char *one, const char *many)
{
	if (n)
		buf_printf(b, "%s%zu %s", b->n ? ", " : "", n, n == 1 ? one : many);
}

struct str child_sentence(const struct child_view *v)
{
	struct buf b;
	buf_init(&b, 400);
	size_t running = v->counts[GROUP_OPEN] - v->late;
	count_words(&b, v->late, "clock is late", "clocks are late");
	count_words(&b, running, v->late ? "is running" : "clock is running",
		    v->late ? "are running" : "clocks are running");
	count_words(&b, v->counts[GROUP_NOT_KNOWN], "is not known", "are not known");
	if (!b.n)
		buf_puts(&b, v->c->content_hidden ? "Not shown to your role" : "Nothing is due at this moment");
	buf_puts(&b, ".");
	struct str out = arena_str(v->page.v->a, buf_view(&b));
	buf_release(&b);
	return out;
}

struct str look_words(struct arena *a, const struct child_look *l)
{
	size_t act = str_is(l->act, "looked") ? l->act.n : 0; /* what begins with it */
	return act ? arena_printf(a, "looked at" STR_FMT, (int)(l->what.n - act), l->what.p + act) : l->what;
}

enum rc child_id(const struct visit *v, int64_t *out, struct err *e)
{
	if (id_parse(request_param(v->req, "id"), out) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such child.");
	return RC_OK;
}

static enum child_part part_of(const struct request *q)
{
	if (q->n_segments < 3)
		return PART_ALL;
	return str_is(q->segments[2], "looked") ? PART_LOOKED : PART_HAPPENED;
}

enum rc page_child(struct visit *v, struct err *e)
{
	struct child_page c;
	struct child_view view = { .page = { v, { NULL, 0 }, MENU_CHILDREN }, .c = &c, .part = part_of(v->req) };
	struct child_query q = { .with_looks = may(v, ACT_SEE_LOOKS) };
	enum rc rc = child_id(v, &q.person, e);
	if (rc == RC_OK)
		rc = query_when(v, &view.when, e);
	if (rc != RC_OK)
		return rc;
	q.as_of = view.when.as_of;
	q.known_ms = when_known_ms(view.when);
	q.all_looks = view.all_looks = view.part == PART_LOOKED && request_query(v->req, "all").n > 0;
	q.events_told = view.part == PART_HAPPENED ? 0 : EVENTS_SHOWN;
	view.saved = request_query(v->req, "saved").n > 0;
	rc = child_see(v->app, viewer_of(v), &q, v->a, &c, e);
	if (rc == RC_NOT_FOUND && view.saved) { /* an adoption, or the end of the team's part in it */
		err_clear(e);
		return page_redirect(v, link_children_saved());
	}
	if (rc != RC_OK)
		return rc;
	if (c.head.person != q.person) /* this record was joined to the child's main one */
		return page_redirect(
		    v,
		    view.part == PART_ALL
			? link_child(c.head.person, view.when)
			: link_child_part(c.head.person, view.part == PART_LOOKED ? "looked" : "happened", view.when));
	view.name = person_name(v->a, c.head.given, c.head.family);
	view.page.title = view.name;
	for (size_t i = 0; i < c.n_clocks; i++) {
		view.counts[clock_group(&c.clocks[i])]++;
		if (clock_group(&c.clocks[i]) == GROUP_OPEN) {
			view.holders[c.clocks[i].clock.holder] = true;
			for (size_t t = 0; t < c.clocks[i].n_turns; t++)
				view.holders[c.clocks[i].turns[t].holder] = true;
		}
		view.late += c.clocks[i].lateness == LATE_OVERDUE && c.clocks[i].clock.state == CLOCK_RUNNING;
	}
	child_html(&v->out, &view);
	return RC_OK;
}
