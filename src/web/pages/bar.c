#include "web/pages/bar.h"

enum { NUMBER_NEEDS = 6, LEFT_NEEDS = 14, NEAR = 22 }; /* percent of the width */

static struct text64 percent(int part, int whole)
{
	struct text64 t;
	snprintf(t.s, sizeof t.s, "%.2f%%", whole ? 100.0 * part / whole : 0.0);
	return t;
}

static int span(const struct standard_info *s, const struct workdays *w, day_t from, day_t to)
{
	return s->working_days ? workdays_between(w, from, to) : to - from;
}

static void add(struct bar *b, enum holder h, int days)
{
	if (days <= 0)
		return;
	b->by_holder[h] += days;
	b->used += days;
	if (b->n && b->segments[b->n - 1].holder == h)
		b->segments[b->n - 1].days += days;
	else if (b->n < BAR_SEGMENTS_MAX)
		b->segments[b->n++] = (struct bar_segment){ .holder = h, .days = days };
	else
		b->segments[b->n - 1].days += days;
}

static void place(struct bar *b)
{
	int scale = b->used > b->limit ? b->used : b->limit, at = 0;
	for (size_t i = 0; i < b->n; i++) {
		struct bar_segment *g = &b->segments[i];
		g->x = percent(at, scale);
		g->w = percent(g->days, scale);
		g->mid = percent(2 * at + g->days, 2 * scale);
		g->room = g->days * 100 >= NUMBER_NEEDS * scale;
		at += g->days;
	}
	b->now_x = percent(b->used, scale);
	if (!b->has_due)
		return;
	b->limit_x = percent(b->limit, scale);
	b->limit_line_x = b->limit == scale ? (struct text64){ "99.6%" } : b->limit_x;
	/* On a phone a date takes up to 40 of 100: the start gives way, then the limit's words turn round. */
	b->limit_near_start = b->limit * 100 < 50 * scale;
	b->start_hidden = b->limit * 100 < 75 * scale;
	b->limit_near_end = b->limit * 100 > (100 - NEAR / 2) * scale;
	b->left_x = percent(b->used, scale);
	b->left_w = percent(b->left, scale);
	b->left_mid = percent(2 * b->used + b->left, 2 * scale);
	b->late_x = b->limit_x;
	b->late_w = percent(b->late, scale);
}

static struct str label_of(struct arena *a, const struct bar *b, const struct standard_info *s)
{
	struct buf t;
	buf_init(&t, 1000);
	for (int h = 0; h < HOLDER__COUNT; h++)
		if (b->by_holder[h])
			buf_printf(&t, "%s%s %d", t.n ? ", " : "", h ? holder_title((enum holder)h) : "Nobody",
				   b->by_holder[h]);
	buf_printf(&t, "%s%sdays", t.n ? " " : "No ", s->working_days ? "working " : "");
	if (b->late)
		buf_printf(&t, "; %d past the limit of %d", b->late, b->limit);
	else if (b->left)
		buf_printf(&t, "; %d of %d left", b->left, b->limit);
	buf_printf(&t, ". From %s", b->from.s);
	if (b->has_due)
		buf_printf(&t, ", due %s", b->due.s);
	struct str out = arena_str(a, buf_view(&t));
	buf_release(&t);
	return out;
}

struct bar bar_of(struct arena *a, const struct standard_info *s, const struct child_clock *c, const struct workdays *w,
		  day_t as_of)
{
	struct bar b = { .drawn = false };
	const struct clock *k = &c->clock;
	if (k->start == DAY_NONE || k->start > as_of || k->state == CLOCK_NOT_KNOWN)
		return b;
	b.running = k->state == CLOCK_RUNNING;
	day_t end = k->done != DAY_NONE && !b.running ? k->done : as_of;
	for (size_t i = 0; i < c->n_turns; i++)
		add(&b, (enum holder)c->turns[i].holder, c->turns[i].days);
	if (!c->n_turns)
		add(&b, (enum holder)k->holder, span(s, w, k->start, end));
	b.has_due = k->due != DAY_NONE && k->due != DAY_NEVER;
	if (b.has_due)
		b.limit = span(s, w, k->start, k->due);
	if (b.limit < 0 || (!b.limit && !b.used))
		return b;
	b.drawn = true;
	b.late = b.has_due && b.used > b.limit ? b.used - b.limit : 0;
	b.left = b.running && b.used < b.limit ? b.limit - b.used : 0;
	b.from = show_day_near(k->start, as_of);
	b.due = show_day_near(k->due, as_of);
	b.now = b.running ? (struct text64){ "today" } : show_day_near(end, as_of);
	place(&b);
	b.label = label_of(a, &b, s);
	return b;
}
