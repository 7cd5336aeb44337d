#include "web/pages/plan_chart.h"

#include <math.h>

#include "base/day.h"
#include "plan/sections.h"
#include "web/pages/chart.h"

enum { SVG_MAX = 512 * 1024, ROW = 34, NAME_LETTERS = 36, NARROW_LETTERS = 40 };

struct drawing {
	struct html_out o;
	double left, right, top, bottom, x0, x1, y0, y1;
	bool narrow;
};

static double px(const struct drawing *d, double x)
{
	return d->x1 > d->x0 ? d->left + (x - d->x0) / (d->x1 - d->x0) * (d->right - d->left) : d->left;
}

static double py(const struct drawing *d, double y)
{
	return d->y1 > d->y0 ? d->bottom - (y - d->y0) / (d->y1 - d->y0) * (d->bottom - d->top) : d->bottom;
}

static void begin(struct drawing *d, const char *id, double height, struct str title, struct str description)
{
	const char *kind = d->narrow ? "narrow" : "wide";
	html_init(&d->o, SVG_MAX);
	buf_printf(
	    &d->o.b,
	    "<svg class=\"ln-chart ln-chart--%s\" viewBox=\"0 0 %d %.0f\" role=\"img\" aria-labelledby=\"%s-%s-t "
	    "%s-%s-d\"><title id=\"%s-%s-t\">",
	    kind, d->narrow ? 350 : 1180, height, id, kind, id, kind, id, kind);
	html_str(&d->o, title);
	buf_printf(&d->o.b, "</title><desc id=\"%s-%s-d\">", id, kind);
	html_str(&d->o, description);
	buf_puts(&d->o.b, "</desc>");
}

static void line(struct drawing *d, double x0, double y0, double x1, double y1, const char *style)
{
	buf_printf(&d->o.b, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>", x0, y0, x1, y1, style);
}

/* 1, 2, 5, 10, 20 ..: so that about five of them reach `most`. */
static double step_of(double most)
{
	double w = most / 5, ten = pow(10, floor(log10(w))), rest = w / ten;
	return (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10) * ten;
}

/* ---- beds in use ---- */

double chart_fan_top(const struct outlook *o)
{
	double most = o->beds_sized ? o->beds_by_delay.servers : 1;
	for (size_t i = 0; i < o->n_fan; i++)
		most = fmax(most, o->fan[i].p95);
	return most;
}

static double band(const struct outlook_fan *f, int which)
{
	const double v[] = { f->p5, f->p25, f->p50, f->p75, f->p95 };
	return v[which];
}

static void area(struct drawing *d, const struct outlook *o, int low, int high, const char *fill)
{
	buf_puts(&d->o.b, "<path d=\"");
	for (size_t i = 0; i < o->n_fan; i++)
		buf_printf(&d->o.b, "%s%.1f %.1f", i ? "L" : "M", px(d, (double)i), py(d, band(&o->fan[i], high)));
	for (size_t i = o->n_fan; i-- > 0;)
		buf_printf(&d->o.b, "L%.1f %.1f", px(d, (double)i), py(d, band(&o->fan[i], low)));
	buf_printf(&d->o.b, "Z\" fill=\"%s\"/>", fill);
}

struct html chart_fan(const struct outlook *o, const char *id, double top, bool narrow, struct arena *a)
{
	struct drawing d = { .left = 40, .right = narrow ? 342 : 1040, .top = 16, .bottom = 250, .narrow = narrow };
	if (o->n_fan < 2 || !outlook_find(o, OUTLOOK_ALL, 0, OUT_ADMISSIONS))
		return (struct html){ STR("") };
	double most = top > 0 ? top : chart_fan_top(o), step = step_of(most);
	const struct outlook_fan *last = &o->fan[o->n_fan - 1];
	d.x1 = (double)(o->n_fan - 1);
	d.y1 = step * ceil(most / step + 0.001);
	begin(&d, id, 290, STR("Children in beds, by month"),
	      arena_printf(a,
			   "At the end the middle run has %.1f children in beds, half of the runs %.1f to %.1f, and 9 "
			   "in 10 runs %.1f to %.1f.",
			   last->p50, last->p25, last->p75, last->p5, last->p95));
	for (double y = 0; y <= d.y1 + step / 2; y += step) {
		line(&d, d.left, py(&d, y), d.right, py(&d, y), "class=\"g\"");
		svg_words(&d.o, d.left - 6, py(&d, y) + 5, "t-s", "end", arena_printf(a, "%.6g", y));
	}
	area(&d, o, 0, 4, "#d3e5f5");
	area(&d, o, 1, 3, "#8fbce4");
	buf_puts(&d.o.b, "<path d=\"");
	for (size_t i = 0; i < o->n_fan; i++)
		buf_printf(&d.o.b, "%s%.1f %.1f", i ? "L" : "M", px(&d, (double)i), py(&d, o->fan[i].p50));
	buf_puts(&d.o.b, "\" fill=\"none\" stroke=\"#003087\" stroke-width=\"2.5\"/>");
	int year = day_ymd(o->scenario->start).year, every = o->n_fan > 120 || narrow ? 2 : 1;
	for (size_t i = 0; i + 6 < o->n_fan; i += (size_t)(12 * every))
		svg_words(&d.o, px(&d, (double)i), d.bottom + 22, "t-s", "start",
		      arena_printf(a, "%d", year + (int)(i / 12)));
	if (o->beds_sized) {
		double y = py(&d, o->beds_by_delay.servers);
		line(&d, d.left, y, d.right, y, "stroke=\"#b3190e\" stroke-width=\"1.5\" stroke-dasharray=\"6 4\"");
		svg_words(&d.o, d.left + 6, y - 5, "t-s halo", "start",
		      arena_printf(a, "%d beds: 1 in 10 waits", o->beds_by_delay.servers));
	}
	if (!narrow) {
		double p5 = py(&d, last->p95), p25 = fmax(py(&d, last->p75), p5 + 16),
		       p50 = fmax(py(&d, last->p50), p25 + 16);
		svg_words(&d.o, d.right + 8, p5 + 5, "t-s", "start", STR("9 in 10 runs"));
		svg_words(&d.o, d.right + 8, p25 + 5, "t-s", "start", STR("half of the runs"));
		svg_words(&d.o, d.right + 8, p50 + 5, "t-b", "start", STR("middle run"));
	} else {
		svg_words(&d.o, d.left, d.bottom + 38, "t-s", "start", STR("Line: middle run. Dark: half. Light: 9 in 10"));
	}
	return svg_finish(&d.o, a);
}

/* ---- rows with a mark and a line ---- */

static struct str shorter(struct str s, size_t most, struct arena *a)
{
	if (utf8_length(s) <= most)
		return s;
	size_t n = 0, letters = 0;
	while (n < s.n && letters < most - 1) {
		n++;
		while (n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
			n++;
		letters++;
	}
	return arena_printf(a, "%.*s…", (int)n, s.p);
}

static double row_y(const struct drawing *d, size_t i)
{
	return d->top + (d->narrow ? 52.0 : ROW) * (double)i + (d->narrow ? 36 : ROW / 2);
}

static void row_name(struct drawing *d, size_t i, struct str name, struct arena *a)
{
	if (d->narrow)
		svg_words(&d->o, 4, row_y(d, i) - 18, "t-s", "start", shorter(name, NARROW_LETTERS, a));
	else
		svg_words(&d->o, d->left - 16, row_y(d, i) + 5, "t-s", "end", shorter(name, NAME_LETTERS, a));
}

static void axis(struct drawing *d, double step, const char *unit, struct arena *a)
{
	for (double x = ceil(d->x0 / step) * step; x <= d->x1 + step / 1000; x += step) {
		line(d, px(d, x), d->top, px(d, x), d->bottom, fabs(x) < step / 1000 ? "class=\"ax\"" : "class=\"g\"");
		svg_words(&d->o, px(d, x), d->bottom + 18, "t-s", "middle",
		      arena_printf(a, "%s%.6g%s", x < -step / 1000 ? "−" : "", fabs(x) < step / 1000 ? 0 : fabs(x),
				   unit));
	}
}

static struct drawing rows_drawing(size_t n, bool narrow)
{
	struct drawing d = { .left = narrow ? 14 : 320, .right = narrow ? 330 : 1120, .top = 8, .narrow = narrow };
	d.bottom = d.top + (narrow ? 52.0 : ROW) * (double)n + 8;
	return d;
}

struct waiting {
	struct str name;
	double p50, p90, p95;
};

static double of_service(const struct outlook *o, int32_t i, enum outlook_measure m)
{
	const struct outlook_row *r = outlook_find(o, OUTLOOK_SERVICE, i, m);
	return r && isfinite(r->number.value) ? r->number.value : NAN;
}

double chart_waits_top(const struct outlook *o)
{
	double most = 0;
	for (int32_t i = 0; i < (int32_t)o->scenario->n_services; i++) {
		const struct plan_service *v = &o->scenario->services[i];
		double x = of_service(o, i, v->kind == SERVICE_BEDS ? OUT_WAIT_P95 : OUT_CARE_P95);
		if ((v->capacity >= 0 || v->staff >= 0) && isfinite(x))
			most = fmax(most, x);
	}
	return most;
}

struct html chart_waits(const struct outlook *o, const char *id, double top, bool narrow, struct arena *a)
{
	struct waiting w[PLAN_SERVICES_MAX];
	size_t n = 0;
	double most = top > 0 ? top : chart_waits_top(o);
	struct buf said AUTO(buf_release);
	buf_init(&said, 20000);
	for (int32_t i = 0; i < (int32_t)o->scenario->n_services; i++) {
		const struct plan_service *v = &o->scenario->services[i];
		bool beds = v->kind == SERVICE_BEDS;
		struct waiting x = { v->name, of_service(o, i, beds ? OUT_WAIT_P50 : OUT_CARE_P50),
				     of_service(o, i, beds ? OUT_WAIT_P90 : OUT_CARE_P90),
				     of_service(o, i, beds ? OUT_WAIT_P95 : OUT_CARE_P95) };
		if ((v->capacity < 0 && v->staff < 0) || !isfinite(x.p95))
			continue;
		buf_printf(&said, STR_FMT ": middle %.1f days, 9 in 10 under %.1f. ", STR_ARG(v->name), x.p50, x.p90);
		w[n++] = x;
	}
	if (!n || most <= 0)
		return (struct html){ STR("") };
	struct drawing d = rows_drawing(n, narrow);
	double step = step_of(most);
	d.x1 = step * ceil(most / step + 0.001);
	begin(&d, id, d.bottom + 48, STR("Days waited, by service"), buf_view(&said));
	axis(&d, narrow ? 2 * step : step, "", a);
	for (size_t i = 0; i < n; i++) {
		double y = row_y(&d, i);
		row_name(&d, i, w[i].name, a);
		line(&d, px(&d, 0), y, px(&d, w[i].p95), y, "stroke=\"#8fbce4\" stroke-width=\"4\"");
		line(&d, px(&d, 0), y, px(&d, w[i].p90), y, "stroke=\"#005eb8\" stroke-width=\"8\"");
		buf_printf(
		    &d.o.b,
		    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"6\" fill=\"#fff\" stroke=\"#212b32\" stroke-width=\"2\"/>",
		    px(&d, w[i].p50), y);
	}
	svg_words(&d.o, narrow ? 4 : d.left, d.bottom + 38, "t-s", "start",
	      narrow ? STR("Circle: middle. Thick: 9 in 10. Days")
		     : STR("Days. Circle: the middle wait. Thick line: 9 in 10 wait less. Thin line: 19 in 20."));
	return svg_finish(&d.o, a);
}

struct differing {
	struct str name;
	double value, lower, upper; /* per cent of A */
};

struct html chart_differences(const struct outlook *a, const struct outlook *b, bool narrow, struct arena *arena)
{
	static const enum outlook_measure told[] = { OUT_ADMISSIONS, OUT_STAY,	    OUT_OCCUPIED,     OUT_BED_DAYS,
						     OUT_AWAY,	     OUT_AWAY_DAYS, OUT_FAR_DAYS,     OUT_MINUTES,
						     OUT_STARTS,     OUT_CARE_WAIT, OUT_CARE_MINUTES, OUT_COST };
	struct differing x[COUNT_OF(told)];
	size_t n = 0;
	double most = 1;
	struct buf said AUTO(buf_release);
	buf_init(&said, 20000);
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		const struct outlook_row *ra = outlook_find(a, OUTLOOK_ALL, 0, told[i]);
		struct outlook_number d;
		if (!ra || !(ra->number.value > 0) ||
		    !outlook_difference(a, ra, b, outlook_find(b, OUTLOOK_ALL, 0, told[i]), &d) || d.n < 2)
			continue;
		double whole = ra->number.value / 100;
		x[n] = (struct differing){ str_of(outlook_measure_words(told[i])), d.value / whole, d.lower / whole,
					   d.upper / whole };
		most = fmax(most, fmax(fabs(x[n].lower), fabs(x[n].upper)));
		buf_printf(&said, STR_FMT ": %+.0f%%, %+.0f to %+.0f. ", STR_ARG(x[n].name), x[n].value, x[n].lower,
			   x[n].upper);
		n++;
	}
	if (!n)
		return (struct html){ STR("") };
	most = fmin(most, 150);
	struct drawing d = rows_drawing(n, narrow);
	double step = step_of(most);
	d.x1 = step * ceil(most / step + 0.001);
	d.x0 = -d.x1;
	begin(&d, "changes", d.bottom + 26, STR("B less A, in per cent of A"), buf_view(&said));
	axis(&d, narrow ? 2 * step : step, "%", arena);
	for (size_t i = 0; i < n; i++) {
		double y = row_y(&d, i), from = fmax(x[i].lower, d.x0), to = fmin(x[i].upper, d.x1);
		row_name(&d, i, x[i].name, arena);
		line(&d, px(&d, from), y, px(&d, to), y, "stroke=\"#005eb8\" stroke-width=\"3\"");
		double at = px(&d, fmax(d.x0, fmin(d.x1, x[i].value)));
		buf_printf(&d.o.b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"12\" height=\"12\" fill=\"#005eb8\"/>", at - 6,
			   y - 6);
	}
	return svg_finish(&d.o, arena);
}

/* ---- cost against access ---- */

struct html chart_frontier(const struct frontier_point *points, size_t n, struct str what, bool narrow, struct arena *a)
{
	struct drawing d = { .left = 66, .right = narrow ? 318 : 1040, .top = 30, .bottom = 250, .narrow = narrow };
	if (n < 2)
		return (struct html){ STR("") };
	struct drawing f = { .x0 = points[0].cost, .x1 = points[0].cost, .y0 = points[0].value, .y1 = points[0].value };
	for (size_t i = 1; i < n; i++) {
		f.x0 = fmin(f.x0, points[i].cost);
		f.x1 = fmax(f.x1, points[i].cost);
		f.y0 = fmin(f.y0, points[i].value);
		f.y1 = fmax(f.y1, points[i].value);
	}
	double sx = step_of(fmax(f.x1 - f.x0, 1)), sy = step_of(fmax(f.y1 - f.y0, 0.1));
	d.x0 = sx * floor(f.x0 / sx);
	d.x1 = sx * ceil(f.x1 / sx + 0.001);
	d.y0 = sy * floor(f.y0 / sy);
	d.y1 = sy * ceil(f.y1 / sy + 0.001);
	begin(&d, "frontier", 300, STR("Cost against access"),
	      arena_printf(a, "%zu plans from %.2f to %.2f million pounds a year; " STR_FMT " from %.6g to %.6g.", n,
			   f.x0 / 1e6, f.x1 / 1e6, STR_ARG(what), f.y0, f.y1));
	for (double y = d.y0; y <= d.y1 + sy / 2; y += sy) {
		line(&d, d.left, py(&d, y), d.right, py(&d, y), "class=\"g\"");
		svg_words(&d.o, d.left - 6, py(&d, y) + 5, "t-s", "end", arena_printf(a, "%.6g", y));
	}
	int every = narrow ? 2 : 1;
	for (double x = d.x0; x <= d.x1 + sx / 2; x += sx * every)
		svg_words(&d.o, px(&d, x), d.bottom + 22, "t-s", "middle", arena_printf(a, "£%.6gm", x / 1e6));
	svg_words(&d.o, 4, 18, "t-s", "start", what);
	for (size_t i = 0; i + 1 < n; i++)
		line(&d, px(&d, points[i].cost), py(&d, points[i].value), px(&d, points[i + 1].cost),
		     py(&d, points[i + 1].value), "stroke=\"#768692\" stroke-width=\"1.5\"");
	for (size_t i = 0; i < n; i++) {
		double x = px(&d, points[i].cost), y = py(&d, points[i].value);
		if (points[i].chosen) {
			buf_printf(&d.o.b, "<path d=\"M%.1f %.1fl9 9l-9 9l-9 -9Z\" fill=\"#8a1538\"/>", x, y - 9);
			svg_words(&d.o, x + (x > d.right - 130 ? -14 : 14), y - 8, "t-b halo",
			      x > d.right - 130 ? "end" : "start", STR("this plan"));
		} else
			buf_printf(&d.o.b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"#003087\"/>", x, y);
	}
	return svg_finish(&d.o, a);
}
