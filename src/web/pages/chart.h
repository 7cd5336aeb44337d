/*
 * chart.h - charts as SVG, drawn on the server: months with their limits, and
 * councils in a funnel.
 *
 * Each chart is drawn twice by the same code, wide and narrow, so that text never
 * shrinks; the style sheet shows one. Title and description stand inside. Shape
 * and dash repeat colour. A table with the same numbers follows on the page.
 * What is drawn is escaped here; the result is markup for a template.
 */
#ifndef LINNET_WEB_PAGES_CHART_H
#define LINNET_WEB_PAGES_CHART_H

#include "codec/html.h"
#include "measure/reading.h"

enum { FUNNEL_AREAS_MAX = 300 };

struct chart_text { /* of a control chart */
	struct str title, description;
	const struct str *labels; /* of the points: "Oct", "Jan 26"; empty: none */
};
struct html chart_control(const struct reading *r, const struct chart_text *t, bool narrow, struct arena *a);

struct funnel_area {
	struct str name;
	int64_t yes, base;
	double value; /* per cent */
	bool ours;    /* drawn as a diamond, with its name */
};
struct funnel {
	const struct funnel_area *areas;
	size_t n;
	double average; /* per cent */
	struct str title, description;
};
struct html chart_funnel(const struct funnel *f, struct arena *a);

/* Words at a place of a picture, and its end: the picture, empty if it was too long. `o` is given back. */
void svg_words(struct html_out *o, double x, double y, const char *kind, const char *anchor, struct str s);
struct html svg_finish(struct html_out *o, struct arena *a);

#endif
