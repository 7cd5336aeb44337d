#include "web/pages/map.h"

#include "base/text.h"

#include <math.h>

enum { SVG_MAX = 512 * 1024, WIDTH = 350, MARGIN = 6, TALLEST = 440, KEY_LINE = 22, LETTER = 8 };

/* Light to dark; text on the area has a white edge. */
static const char *const shades[MAP_STEPS] = { "#eef5fb", "#c6ddf1", "#8fbce4", "#4c8fcc", "#1d5c9e" };

struct drawing {
	const struct map *m;
	struct html_out o;
	struct map_steps steps;
	double x0, y1, scale; /* kilometres to units; north is up */
	double height;	      /* of the map, without its key */
};

/* ---- ranges ---- */

/* A width that people can say: 1, 2, 5, 10, 20, ... */
static double nice_width(double w)
{
	double ten = pow(10, floor(log10(w))), rest = w / ten;
	return (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10) * ten;
}

struct map_steps map_steps_of(const struct map_area *areas, size_t n)
{
	struct map_steps s = { .n = 0 };
	double low = INFINITY, high = -INFINITY;
	for (size_t i = 0; i < n; i++) {
		if (areas[i].state != MAP_VALUE)
			continue;
		low = fmin(low, areas[i].value);
		high = fmax(high, areas[i].value);
	}
	if (!(low <= high))
		return s;
	double width = fmax(1, nice_width((high - low) / MAP_STEPS)), first = floor(low / width) * width;
	while (first + MAP_STEPS * width < high) { /* the first edge fell too low for five */
		width = nice_width(width * 1.01);
		first = floor(low / width) * width;
	}
	/* The last range holds its upper edge too: 80% to 100%. */
	while (s.n < MAP_STEPS && (s.n == 0 || first + (double)s.n * width < high)) {
		s.edges[s.n] = first + (double)s.n * width;
		s.n++;
	}
	s.edges[s.n] = first + (double)s.n * width;
	return s;
}

size_t map_step(const struct map_steps *s, double value)
{
	size_t k = 0;
	while (k + 1 < s->n && value >= s->edges[k + 1])
		k++;
	return k;
}

struct str map_step_words(const struct map_steps *s, size_t step, const char *unit, struct arena *a)
{
	double from = s->edges[step], to = s->edges[step + 1];
	bool last = step + 1 == s->n;
	if (strcmp(unit, "%") == 0 && to >= 100)
		return arena_printf(a, "%.0f%% to 100%%", from >= 100 ? 99 : from);
	return arena_printf(a, "%.0f to %s%.0f%s", from, last ? "" : "under ", to, unit);
}

/* ---- the picture ---- */

static bool is_of(const struct drawing *d, const struct place_ring *r, size_t *at)
{
	const struct place_area *a = places_at(d->m->places, r->area);
	for (size_t i = 0; i < d->m->n; i++)
		if (str_eq(d->m->areas[i].code, a->code)) {
			*at = i;
			return true;
		}
	return false;
}

struct frame {
	double x0, y0, x1, y1;
};

static void widen(struct frame *f, const struct place_ring *r)
{
	for (size_t i = 0; i < r->n; i++) {
		f->x0 = fmin(f->x0, r->points[i].x);
		f->x1 = fmax(f->x1, r->points[i].x);
		f->y0 = fmin(f->y0, r->points[i].y);
		f->y1 = fmax(f->y1, r->points[i].y);
	}
}

static bool frame_all(struct drawing *d)
{
	const struct place_ring *r;
	struct frame f = { INFINITY, INFINITY, -INFINITY, -INFINITY };
	size_t n = places_rings(d->m->places, &r), at;
	for (size_t i = 0; i < n; i++)
		if (is_of(d, &r[i], &at) && d->m->areas[at].state != MAP_CONTEXT)
			widen(&f, &r[i]);
	if (!(f.x0 < f.x1))
		return false;
	d->scale = fmin((WIDTH - 2 * MARGIN) / (f.x1 - f.x0), (TALLEST - 2 * MARGIN) / (f.y1 - f.y0));
	d->height = (f.y1 - f.y0) * d->scale + 2 * MARGIN;
	d->x0 = f.x0 - (WIDTH / d->scale - (f.x1 - f.x0)) / 2;
	d->y1 = f.y1 + MARGIN / d->scale;
	return true;
}

static double px(const struct drawing *d, double x)
{
	return (x - d->x0) * d->scale;
}

static double py(const struct drawing *d, double y)
{
	return (d->y1 - y) * d->scale;
}

static void ring_path(struct drawing *d, const struct place_ring *r)
{
	double x = 0, y = 0;
	for (size_t i = 0; i + 1 < r->n; i++) {
		double nx = px(d, r->points[i].x), ny = py(d, r->points[i].y);
		if (i && fabs(nx - x) < 0.5 && fabs(ny - y) < 0.5)
			continue;
		buf_printf(&d->o.b, "%s%.1f %.1f", i ? "L" : "M", nx, ny);
		x = nx;
		y = ny;
	}
	buf_puts(&d->o.b, "Z");
}

static void patterns(struct drawing *d)
{
	static const char *const marks[MAP_STEPS] = { "", "<circle cx=\"4\" cy=\"4\" r=\"1\" fill=\"#1d5c9e\"/>",
						      "<path d=\"M0 8L8 0\" stroke=\"#1d5c9e\" stroke-width=\"1\"/>",
						      "<path d=\"M0 4H8\" stroke=\"#fff\" stroke-width=\"1.5\"/>", "" };
	buf_puts(&d->o.b, "<defs>");
	for (size_t i = 0; i < MAP_STEPS; i++)
		buf_printf(&d->o.b,
			   "<pattern id=\"map-%zu\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect "
			   "width=\"8\" height=\"8\" fill=\"%s\"/>%s</pattern>",
			   i, shades[i], marks[i]);
	buf_puts(&d->o.b, "<pattern id=\"map-hidden\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect "
			  "width=\"6\" height=\"6\" fill=\"#fff\"/><path d=\"M0 6L6 0M0 0L6 6\" stroke=\"#425563\" "
			  "stroke-width=\"0.8\"/></pattern></defs>");
}

static void begin_path(struct drawing *d, const struct map_area *a)
{
	switch (a ? a->state : MAP_CONTEXT) {
	case MAP_VALUE:
		buf_printf(&d->o.b, "<path class=\"ln-map-area\" fill=\"url(#map-%zu)\" d=\"",
			   map_step(&d->steps, a->value));
		break;
	case MAP_HIDDEN: buf_puts(&d->o.b, "<path class=\"ln-map-area\" fill=\"url(#map-hidden)\" d=\""); break;
	case MAP_NOBODY: buf_puts(&d->o.b, "<path class=\"ln-map-area\" fill=\"#fff\" d=\""); break;
	default: buf_puts(&d->o.b, "<path class=\"ln-map-other\" d=\""); break;
	}
}

static void end_path(struct drawing *d, const struct map_area *a)
{
	buf_puts(&d->o.b, "\" fill-rule=\"evenodd\">");
	if (a && a->words.n) {
		buf_puts(&d->o.b, "<title>");
		html_str(&d->o, a->name);
		buf_puts(&d->o.b, ": ");
		html_str(&d->o, a->words);
		buf_puts(&d->o.b, "</title>");
	}
	buf_puts(&d->o.b, "</path>");
}

/* Areas round about first, so that ours are on top. */
static void areas(struct drawing *d, bool ours)
{
	const struct place_ring *r;
	size_t n = places_rings(d->m->places, &r), at = 0;
	for (size_t i = 0; i < n;) {
		size_t end = i + 1;
		while (end < n && r[end].area == r[i].area)
			end++;
		bool named = is_of(d, &r[i], &at) && d->m->areas[at].state != MAP_CONTEXT;
		struct frame f = { INFINITY, INFINITY, -INFINITY, -INFINITY };
		for (size_t k = i; k < end; k++)
			widen(&f, &r[k]);
		bool seen = px(d, f.x1) > 0 && px(d, f.x0) < WIDTH && py(d, f.y0) > 0 && py(d, f.y1) < d->height;
		if (named == ours && seen) {
			const struct map_area *a = named ? &d->m->areas[at] : NULL;
			begin_path(d, a);
			for (size_t k = i; k < end; k++)
				ring_path(d, &r[k]);
			end_path(d, a);
		}
		i = end;
	}
}

/* ---- numbers on the map ---- */

struct box {
	double x0, y0, x1, y1;
};

/* The middle of the largest ring of an area, if the words fit into it. */
static bool middle_of(const struct drawing *d, size_t area, struct str label, double *x, double *y)
{
	const struct place_ring *r;
	size_t n = places_rings(d->m->places, &r), at;
	double best = 0;
	bool fits = false;
	for (size_t i = 0; i < n; i++) {
		double twice = 0, cx = 0, cy = 0;
		if (!is_of(d, &r[i], &at) || at != area)
			continue;
		for (size_t k = 1; k < r[i].n; k++) {
			const struct place_point *p = &r[i].points[k - 1], *q = &r[i].points[k];
			double c = p->x * q->y - q->x * p->y;
			twice += c;
			cx += (p->x + q->x) * c;
			cy += (p->y + q->y) * c;
		}
		if (fabs(twice) <= best)
			continue;
		struct frame f = { INFINITY, INFINITY, -INFINITY, -INFINITY };
		widen(&f, &r[i]);
		best = fabs(twice);
		*x = px(d, cx / (3 * twice));
		*y = py(d, cy / (3 * twice)) + 5;
		fits =
		    (f.x1 - f.x0) * d->scale > LETTER * (double)utf8_length(label) + 4 && (f.y1 - f.y0) * d->scale > 16;
	}
	return fits;
}

static void numbers(struct drawing *d)
{
	struct box *taken = xcalloc(d->m->n ? d->m->n : 1, sizeof *taken);
	size_t n = 0;
	for (size_t i = 0; i < d->m->n; i++) {
		const struct map_area *a = &d->m->areas[i];
		double x = 0, y = 0;
		if (a->state != MAP_VALUE || !a->label.n || !middle_of(d, i, a->label, &x, &y))
			continue;
		double half = LETTER * (double)utf8_length(a->label) / 2 + 2;
		struct box b = { x - half, y - 14, x + half, y + 4 };
		size_t k = 0;
		while (k < n && !(b.x0 < taken[k].x1 && b.x1 > taken[k].x0 && b.y0 < taken[k].y1 && b.y1 > taken[k].y0))
			k++;
		if (k < n || b.x0 < 0 || b.x1 > WIDTH || b.y0 < 0 || b.y1 > d->height)
			continue; /* the table has it */
		taken[n++] = b;
		buf_printf(&d->o.b, "<text class=\"t-b halo\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", x, y);
		html_str(&d->o, a->label);
		buf_puts(&d->o.b, "</text>");
	}
	free(taken);
}

/* ---- services and the ways to them ---- */

static void mark_shape(struct drawing *d, int kind, double x, double y)
{
	if (kind == MARK_SHUT)
		buf_printf(
		    &d->o.b,
		    "<path d=\"M%.1f %.1fl10 10m0 -10l-10 10\" stroke=\"#212b32\" stroke-width=\"2.5\" fill=\"none\"/>",
		    x - 5, y - 5);
	else if (kind == MARK_NEW)
		buf_printf(
		    &d->o.b,
		    "<path d=\"M%.1f %.1fl7 7l-7 7l-7 -7Z\" fill=\"#8a1538\" stroke=\"#fff\" stroke-width=\"1.5\"/>", x,
		    y - 7);
	else
		buf_printf(&d->o.b,
			   "<rect x=\"%.1f\" y=\"%.1f\" width=\"11\" height=\"11\" fill=\"#212b32\" stroke=\"#fff\" "
			   "stroke-width=\"1.5\"/>",
			   x - 5.5, y - 5.5);
}

static void ways(struct drawing *d)
{
	for (size_t i = 0; i < d->m->n_ways; i++) {
		struct place_point f = places_point(d->m->ways[i].from), t = places_point(d->m->ways[i].to);
		buf_printf(
		    &d->o.b,
		    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#212b32\" stroke-width=\"1\" "
		    "stroke-dasharray=\"3 2\"/>",
		    px(d, f.x), py(d, f.y), px(d, t.x), py(d, t.y));
	}
}

static void marks(struct drawing *d)
{
	struct box *taken = xcalloc(d->m->n_marks ? d->m->n_marks : 1, sizeof *taken);
	size_t n = 0;
	for (size_t i = 0; i < d->m->n_marks; i++) {
		const struct map_mark *k = &d->m->marks[i];
		struct place_point p = places_point(k->at);
		double x = px(d, p.x), y = py(d, p.y), half = LETTER * (double)utf8_length(k->name) / 2 + 2;
		buf_puts(&d->o.b, "<g><title>");
		html_str(&d->o, k->name);
		buf_puts(&d->o.b, "</title>");
		mark_shape(d, (int)k->kind, x, y);
		buf_puts(&d->o.b, "</g>");
		double mid = fmin(fmax(x, half), WIDTH - half);
		struct box b = { mid - half, y + 6, mid + half, y + 22 };
		size_t j = 0;
		while (j < n && !(b.x0 < taken[j].x1 && b.x1 > taken[j].x0 && b.y0 < taken[j].y1 && b.y1 > taken[j].y0))
			j++;
		if (j < n || k->kind == MARK_SHUT || b.y1 > d->height)
			continue; /* the table has it */
		taken[n++] = b;
		buf_printf(&d->o.b, "<text class=\"t-b halo\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", mid,
			   y + 20);
		html_str(&d->o, k->name);
		buf_puts(&d->o.b, "</text>");
	}
	free(taken);
}

/* ---- the key ---- */

static void key_line(struct drawing *d, size_t line, const char *fill, struct str words)
{
	double y = d->height + 10 + KEY_LINE * (double)line;
	buf_printf(&d->o.b,
		   "<rect class=\"ln-map-area\" x=\"%d\" y=\"%.1f\" width=\"26\" height=\"16\" fill=\"%s\"/>"
		   "<text class=\"t-s\" x=\"%d\" y=\"%.1f\">",
		   MARGIN, y, fill, MARGIN + 34, y + 13);
	html_str(&d->o, words);
	buf_puts(&d->o.b, "</text>");
}

static size_t count_state(const struct map *m, enum map_state s)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n; i++)
		n += m->areas[i].state == s;
	return n;
}

static size_t key(struct drawing *d, struct arena *a, bool draw)
{
	size_t line = 0;
	for (size_t k = d->steps.n; k-- > 0; line++) {
		size_t n = 0;
		for (size_t i = 0; i < d->m->n; i++)
			n += d->m->areas[i].state == MAP_VALUE && map_step(&d->steps, d->m->areas[i].value) == k;
		char fill[32];
		snprintf(fill, sizeof fill, "url(#map-%zu)", k);
		if (draw)
			key_line(d, line, fill,
				 arena_printf(a, STR_FMT ": %zu council%s",
					      STR_ARG(map_step_words(&d->steps, k, d->m->unit, a)), n,
					      n == 1 ? "" : "s"));
	}
	static const struct {
		enum map_state state;
		const char *fill, *words;
	} others[] = { { MAP_HIDDEN, "url(#map-hidden)", "hidden: small numbers" },
		       { MAP_NOBODY, "#fff", "nobody counted" } };
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		size_t n = count_state(d->m, others[i].state);
		if (n && draw)
			key_line(d, line, others[i].fill,
				 arena_printf(a, "%s: %zu council%s", others[i].words, n, n == 1 ? "" : "s"));
		line += n > 0;
	}
	static const char *const kinds[] = { "kept", "new", "closed" };
	for (int k = 0; k <= MARK_SHUT; k++) {
		size_t n = 0;
		for (size_t i = 0; i < d->m->n_marks; i++)
			n += (int)d->m->marks[i].kind == k;
		if (n && draw) {
			double y = d->height + 10 + KEY_LINE * (double)line;
			mark_shape(d, k, MARGIN + 13, y + 8);
			buf_printf(&d->o.b, "<text class=\"t-s\" x=\"%d\" y=\"%.1f\">%s: %zu site%s</text>",
				   MARGIN + 34, y + 13, kinds[k], n, n == 1 ? "" : "s");
		}
		line += n > 0;
	}
	return line;
}

struct html map_draw(const struct map *m, struct arena *a)
{
	struct drawing d = { .m = m, .steps = map_steps_of(m->areas, m->n) };
	if (m->n > MAP_AREAS_MAX || !frame_all(&d))
		return (struct html){ STR("") };
	html_init(&d.o, SVG_MAX);
	size_t lines = key(&d, a, false);
	buf_printf(&d.o.b,
		   "<svg class=\"ln-chart ln-chart--map\" viewBox=\"0 0 %d %.0f\" role=\"img\" aria-labelledby=\"map-t "
		   "map-d\"><title id=\"map-t\">",
		   WIDTH, ceil(d.height + 14 + KEY_LINE * (double)lines));
	html_str(&d.o, m->title);
	buf_puts(&d.o.b, "</title><desc id=\"map-d\">");
	html_str(&d.o, m->description);
	buf_puts(&d.o.b, "</desc>");
	patterns(&d);
	buf_printf(
	    &d.o.b,
	    "<clipPath id=\"map-clip\"><rect width=\"%d\" height=\"%.0f\"/></clipPath><g clip-path=\"url(#map-clip)\">",
	    WIDTH, ceil(d.height));
	areas(&d, false);
	areas(&d, true);
	ways(&d);
	if (m->n_marks)
		marks(&d);
	else
		numbers(&d);
	buf_puts(&d.o.b, "</g>");
	key(&d, a, true);
	buf_puts(&d.o.b, "</svg>");
	struct html h = { html_ok(&d.o) ? arena_str(a, buf_view(&d.o.b)) : STR("") };
	html_release(&d.o);
	return h;
}
