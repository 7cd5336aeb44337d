#include "web/pages/chart.h"

#include <math.h>

#include "stat/funnel.h"

enum { SVG_MAX = 512 * 1024, TOP = 14, BOTTOM = 286, LEFT = 40, NARROW_POINTS = 12 };

struct drawing {
	struct html_out o;
	double left, right, top, bottom; /* of the plot */
	double x0, x1, y0, y1;		 /* values at its edges */
	bool narrow;
};

static double px(const struct drawing *d, double x)
{
	return d->x1 > d->x0 ? d->left + (x - d->x0) / (d->x1 - d->x0) * (d->right - d->left) : d->left;
}

static double py(const struct drawing *d, double y)
{
	return d->bottom - (y - d->y0) / (d->y1 - d->y0) * (d->bottom - d->top);
}

static void begin(struct drawing *d, const char *kind, int width, int height, struct str title, struct str description)
{
	const char *id = kind;
	html_init(&d->o, SVG_MAX);
	buf_printf(&d->o.b,
		   "<svg class=\"ln-chart %s\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t %s-d\"><title "
		   "id=\"%s-t\">",
		   kind, width, height, id, id, id);
	html_str(&d->o, title);
	buf_printf(&d->o.b, "</title><desc id=\"%s-d\">", id);
	html_str(&d->o, description);
	buf_puts(&d->o.b, "</desc>");
}

struct html svg_finish(struct html_out *o, struct arena *a)
{
	buf_puts(&o->b, "</svg>");
	struct html h = { html_ok(o) ? arena_str(a, buf_view(&o->b)) : STR("") };
	html_release(o);
	return h;
}

void svg_words(struct html_out *o, double x, double y, const char *kind, const char *anchor, struct str s)
{
	buf_printf(&o->b, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", kind, x, y, anchor);
	html_str(o, s);
	buf_puts(&o->b, "</text>");
}

static void level(struct drawing *d, double y, const char *style)
{
	buf_printf(&d->o.b, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" %s/>", d->left, d->right, py(d, y),
		   py(d, y), style);
}

static void dot(struct drawing *d, double x, double y, bool diamond, const char *fill)
{
	if (diamond)
		buf_printf(&d->o.b, "<path d=\"M%.1f %.1fl7 7l-7 7l-7 -7Z\" fill=\"%s\" stroke=\"#fff\"/>", x, y - 7,
			   fill);
	else
		buf_printf(&d->o.b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" fill=\"%s\" stroke=\"%s\"/>", x, y, fill,
			   fill[1] == 'f' ? "#425563" : "#fff");
}

/* ---- months and their limits ---- */

/* Round steps for an axis of days. */
static double nice_top(double max)
{
	static const double tops[] = { 5,   10,	 20,  30,  40,	50,  60,   80,	 100, 120,
				       150, 200, 300, 400, 500, 800, 1000, 2000, 5000 };
	for (size_t i = 0; i < COUNT_OF(tops); i++)
		if (max <= tops[i])
			return tops[i];
	return ceil(max / 5000) * 5000;
}

static double highest(const struct reading *r)
{
	double max = r->m->goal > 0 ? r->m->goal : 1;
	for (size_t i = 0; i < r->n; i++) {
		max = r->points[i].n.value > max ? r->points[i].n.value : max;
		max = r->charted && r->points[i].x.upper > max ? r->points[i].x.upper : max;
	}
	return max;
}

static void grid(struct drawing *d, const struct reading *r, struct arena *a)
{
	for (int i = 0; i <= 5; i++) {
		double y = d->y0 + (d->y1 - d->y0) * i / 5;
		level(d, y, "class=\"g\"");
		svg_words(&d->o, d->left - 6, py(d, y) + 5, "t-s", "end",
		      arena_printf(a, measure_is_share(r->m) ? "%.0f%%" : "%.0f", y));
	}
}

struct tag { /* a line with its words; words keep their distance */
	double y, at;
	struct str s;
};

static void limits(struct drawing *d, const struct reading *r, struct arena *a)
{
	const struct xmr_point *x = &r->points[r->n - 1].x;
	struct tag t[4];
	size_t n = 0;
	level(d, x->upper, "stroke=\"#4c6272\" stroke-width=\"1.5\" stroke-dasharray=\"6 4\"");
	level(d, x->lower, "stroke=\"#4c6272\" stroke-width=\"1.5\" stroke-dasharray=\"6 4\"");
	level(d, x->mean, "stroke=\"#4c6272\" stroke-width=\"2\"");
	if (r->m->goal >= 0) {
		level(d, r->m->goal, "stroke=\"#b3190e\" stroke-width=\"1.5\" stroke-dasharray=\"2 3\"");
		t[n++] = (struct tag){ r->m->goal, 0,
				       arena_printf(a, "goal " STR_FMT, STR_ARG(reading_value(r->m, r->m->goal, a))) };
	}
	t[n++] = (struct tag){ x->upper, 0,
			       arena_printf(a, "upper limit " STR_FMT, STR_ARG(reading_value(r->m, x->upper, a))) };
	t[n++] =
	    (struct tag){ x->mean, 0, arena_printf(a, "average " STR_FMT, STR_ARG(reading_value(r->m, x->mean, a))) };
	t[n++] = (struct tag){ x->lower, 0,
			       arena_printf(a, "lower limit " STR_FMT, STR_ARG(reading_value(r->m, x->lower, a))) };
	for (size_t i = 1; i < n; i++) /* from the top of the picture down */
		for (size_t k = i; k > 0 && t[k].y > t[k - 1].y; k--) {
			struct tag swap = t[k];
			t[k] = t[k - 1];
			t[k - 1] = swap;
		}
	for (size_t i = 0; i < n; i++) {
		t[i].at = py(d, t[i].y) + (d->narrow ? -4 : 5);
		if (i && t[i].at < t[i - 1].at + 15)
			t[i].at = t[i - 1].at + 15;
		if (d->narrow)
			svg_words(&d->o, d->left + 4, t[i].at, "t-s halo", "start", t[i].s);
		else
			svg_words(&d->o, d->right + 8, t[i].at, "t-s", "start", t[i].s);
	}
}

static void points(struct drawing *d, const struct reading *r, const struct chart_text *t, size_t first)
{
	buf_puts(&d->o.b, "<path d=\"");
	for (size_t i = first; i < r->n; i++)
		buf_printf(&d->o.b, "%s%.1f %.1f", i == first ? "M" : "L", px(d, (double)(i - first)),
			   py(d, r->points[i].n.value));
	buf_puts(&d->o.b, "\" fill=\"none\" stroke=\"#768692\" stroke-width=\"1.5\"/>");
	for (size_t i = first; i < r->n; i++) {
		bool special = r->charted && r->n >= XMR_ENOUGH && r->points[i].x.cause != CAUSE_COMMON;
		double x = px(d, (double)(i - first));
		dot(d, x, py(d, r->points[i].n.value), special, special ? "#005eb8" : "#425563");
		if (t->labels[i].n)
			svg_words(&d->o, x, d->bottom + 20, "t-s", "middle", t->labels[i]);
	}
}

struct html chart_control(const struct reading *r, const struct chart_text *t, bool narrow, struct arena *a)
{
	struct drawing d = {
		.left = LEFT, .right = narrow ? 334 : 1040, .top = TOP, .bottom = BOTTOM, .narrow = narrow
	};
	size_t first = narrow && r->n > NARROW_POINTS ? r->n - NARROW_POINTS : 0;
	if (!r->n)
		return (struct html){ STR("") };
	begin(&d, narrow ? "ln-chart--narrow" : "ln-chart--wide", narrow ? 350 : 1180, 316, t->title, t->description);
	d.y1 = measure_is_share(r->m) ? 100 : nice_top(highest(r));
	d.x0 = -0.5;
	d.x1 = (double)(r->n - first) - 0.5;
	grid(&d, r, a);
	if (r->charted && r->n >= XMR_ENOUGH) /* limits of fewer would move with every month */
		limits(&d, r, a);
	points(&d, r, t, first);
	const struct reading_point *last = &r->points[r->n - 1];
	double x = px(&d, (double)(r->n - 1 - first)), y = py(&d, last->n.value);
	svg_words(&d.o, x + 12 > d.right ? d.right : x, y < 40 ? y + 26 : y - 14, "t-b halo", narrow ? "end" : "middle",
	      reading_value(r->m, last->n.value, a));
	return svg_finish(&d.o, a);
}

/* ---- councils in a funnel ---- */

static void funnel_line(struct drawing *d, const struct funnel *f, double to, double at_level, bool upper)
{
	const char *dash = at_level < 0.99 ? " stroke-dasharray=\"4 4\" stroke-width=\"1\"" : " stroke-width=\"1.5\"";
	bool begun = false;
	buf_puts(&d->o.b, "<path d=\"");
	for (int i = 1; i <= 120; i++) {
		double n = to * i / 120;
		struct limits l;
		if (n < 1 || funnel_proportion(f->average / 100, n, at_level, &l, NULL) != RC_OK)
			continue;
		double y = 100 * (upper ? l.upper : l.lower);
		if (y < d->y0)
			continue;
		buf_printf(&d->o.b, "%s%.1f %.1f", begun ? "L" : "M", px(d, n), py(d, y));
		begun = true;
	}
	buf_printf(&d->o.b, "%s\" fill=\"none\" stroke=\"#4c6272\"%s/>", begun ? "" : "M0 0", dash);
}

static void funnel_tags(struct drawing *d, const struct funnel *f, double to, struct arena *a)
{
	struct limits l;
	svg_words(&d->o, d->right + 6, py(d, f->average) + 5, "t-s", "start", arena_printf(a, "all %.0f%%", f->average));
	if (funnel_proportion(f->average / 100, to, FUNNEL_OUTER, &l, NULL) != RC_OK)
		return;
	double up = py(d, 100 * l.upper), down = py(d, 100 * l.lower), mid = py(d, f->average);
	svg_words(&d->o, d->right + 6, up > mid - 18 ? mid - 13 : up + 5, "t-s", "start", STR("99.8%"));
	svg_words(&d->o, d->right + 6, down < mid + 18 ? mid + 23 : down + 5, "t-s", "start", STR("99.8%"));
}

struct box {
	double x0, x1, y0, y1;
};

static bool overlap(const struct box *b, const struct box *others, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (b->x0 < others[i].x1 && b->x1 > others[i].x0 && b->y0 < others[i].y1 && b->y1 > others[i].y0)
			return true;
	return false;
}

enum { LABELS_MAX = 12, LETTER = 8 };

/* Beside its mark, where no other name stands yet; the first place if all are taken. */
static void name_mark(struct drawing *d, double x, double y, struct str s, struct box *taken, size_t *n)
{
	static const struct {
		int dx, dy;
		bool left;
	} places[] = { { 10, 5, false }, { -10, 5, true },  { 8, 22, false },  { 8, -12, false },
		       { -8, 22, true }, { -8, -12, true }, { 12, 39, false }, { 12, -29, false } };
	double width = LETTER * (double)utf8_length(s);
	if (*n == LABELS_MAX)
		return; /* the table has every name */
	for (size_t i = 0; i <= COUNT_OF(places); i++) {
		size_t k = i < COUNT_OF(places) ? i : 0;
		double at = x + places[k].dx, base = y + places[k].dy;
		struct box b = { places[k].left ? at - width : at, places[k].left ? at : at + width, base - 13,
				 base + 4 };
		bool inside = b.x0 > d->left && b.x1 < d->right + 8 && b.y0 > d->top && b.y1 < d->bottom;
		if (i < COUNT_OF(places) && (!inside || overlap(&b, taken, *n)))
			continue;
		taken[(*n)++] = b;
		svg_words(&d->o, at, base, "t-b halo", places[k].left ? "end" : "start", s);
		return;
	}
}

static void funnel_marks(struct drawing *d, const struct funnel *f, struct arena *a)
{
	struct box taken[LABELS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < f->n; i++)
		dot(d, px(d, (double)f->areas[i].base), py(d, f->areas[i].value), f->areas[i].ours,
		    f->areas[i].ours ? "#005eb8" : "#fff");
	for (size_t i = 0; i < f->n; i++) {
		const struct funnel_area *s = &f->areas[i];
		if (s->ours)
			name_mark(d, px(d, (double)s->base), py(d, s->value),
				  arena_printf(a, STR_FMT " %d%%", STR_ARG(s->name), per_cent_whole(s->value)), taken,
				  &n);
	}
}

struct html chart_funnel(const struct funnel *f, struct arena *a)
{
	struct drawing d = { .left = LEFT, .right = 290, .top = TOP, .bottom = BOTTOM };
	double most = 5;
	for (size_t i = 0; i < f->n; i++)
		most = (double)f->areas[i].base > most ? (double)f->areas[i].base : most;
	begin(&d, "ln-chart--funnel", 350, 336, f->title, f->description);
	d.y1 = 100;
	d.x1 = nice_top(most * 1.05);
	for (int i = 0; i <= 5; i++) {
		level(&d, 20 * i, "class=\"g\"");
		svg_words(&d.o, d.left - 6, py(&d, 20 * i) + 5, "t-s", "end", arena_printf(a, "%d%%", 20 * i));
		svg_words(&d.o, px(&d, d.x1 * i / 5), d.bottom + 20, "t-s", "middle", arena_printf(a, "%.0f", d.x1 * i / 5));
	}
	svg_words(&d.o, d.right, d.bottom + 40, "t-s", "end", STR("counted in the year"));
	level(&d, f->average, "stroke=\"#4c6272\" stroke-width=\"2\"");
	for (int k = 0; k < 4; k++)
		funnel_line(&d, f, d.x1, k < 2 ? FUNNEL_INNER : FUNNEL_OUTER, k % 2);
	funnel_tags(&d, f, d.x1, a);
	funnel_marks(&d, f, a);
	return svg_finish(&d.o, a);
}
