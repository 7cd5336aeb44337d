/*
 * bar.h - a clock's bar: whose days they were, the limit, today.
 *
 * Everything is worked out here in percent of the bar's width; the template
 * only draws. Each bar has its own scale: the days used or the limit,
 * whichever is longer. The label says the same in words.
 */
#ifndef LINNET_WEB_PAGES_BAR_H
#define LINNET_WEB_PAGES_BAR_H

#include "web/pages/show.h"

enum { BAR_SEGMENTS_MAX = 40 };

struct bar_segment {
	enum holder holder;
	int days;
	struct text64 x, w, mid; /* percent */
	bool room;		 /* wide enough for its number */
};

struct bar {
	bool drawn; /* false: there is nothing to draw */
	struct bar_segment segments[BAR_SEGMENTS_MAX];
	size_t n;
	int used, limit, left,
	    late; /* days of the standard's unit; limit 0: due on the first day, or has_due is false */
	bool has_due, running, limit_near_start, limit_near_end, start_hidden;
	struct text64 limit_x, limit_line_x, left_x, left_w, left_mid, late_x, late_w, now_x;
	struct text64 from, due, now; /* labels */
	struct str label;
	/* days of each holder, for the words below */
	int by_holder[HOLDER__COUNT];
};

struct bar bar_of(struct arena *a, const struct standard_info *s, const struct child_clock *c, const struct workdays *w,
		  day_t as_of);

#endif
