/* The only file that sees cairo and pango: text laid out on pages, and its structure. */
#include "paper/pdf.h"

#include <pango/pangocairo.h>
#include <cairo-pdf.h>

#include "base/arena.h"
#include "paper/pdf_catalog.h"

#define PAGE_W	 595.28
#define PAGE_H	 841.89
#define LEFT	 56.0
#define WIDTH	 (PAGE_W - 2 * LEFT)
#define TOP	 56.0
#define BOTTOM	 (PAGE_H - 66.0)
#define INK	 0.129, 0.169, 0.196 /* #212b32 */
#define SOFT	 0.259, 0.333, 0.388 /* #425563 */
#define LINE	 0.682, 0.718, 0.741 /* #aeb7bd */
#define BLUE	 0.0, 0.369, 0.722   /* #005eb8 */
#define WASH	 0.941, 0.957, 0.961 /* #f0f4f5 */
#define FAMILY	 "Liberation Sans"
#define MONO	 "Liberation Mono"
#define CELL_PAD 3.0

struct font {
	const char *family;
	double size;
	bool bold, soft;
};
static const struct font styles[] = { { FAMILY, 10, false, false },
				      { FAMILY, 10, true, false },
				      { FAMILY, 8.5, false, true },
				      { FAMILY, 12, false, false },
				      { MONO, 9, false, false } };
static const struct font headings[] = { { FAMILY, 20, true, false },
					{ FAMILY, 14, true, false },
					{ FAMILY, 11, true, false },
					{ FAMILY, 10, true, false } };
static const struct font cell_font = { FAMILY, 8.5, false, false }, cell_bold = { FAMILY, 8.5, true, false };
static const double space_before[] = { 0, 18, 12, 8 }, space_after[] = { 10, 5, 4, 2 };

struct heading {
	struct str words;
	int level, page, outline;
	double y;
};

struct pdf {
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoFontMap *fonts;
	PangoContext *context;
	const struct pdf_about *about;
	struct arena arena; /* words of headings */
	struct heading *headings;
	size_t n_headings, n_now; /* of the round before; told in this round so far */
	int page, pages;	  /* this one, from 1; of the round before */
	double y;
	bool measuring, empty, full; /* empty: nothing stands on this page yet */
	/* the table that is open */
	double column[PDF_COLUMNS_MAX];
	size_t n_columns;
	struct str head[PDF_COLUMNS_MAX];
	bool has_head;
	struct buf *out;
};

/* ---- structure ---- */

static void tag(struct pdf *p, const char *name)
{
	if (!p->measuring)
		cairo_tag_begin(p->cr, name, "");
}

static void untag(struct pdf *p, const char *name)
{
	if (!p->measuring)
		cairo_tag_end(p->cr, name);
}

/* ---- text ---- */

static PangoLayout *layout(struct pdf *p, const struct font *f, struct str words, double width)
{
	PangoLayout *l = pango_layout_new(p->context);
	PangoFontDescription *d = pango_font_description_new();
	pango_font_description_set_family_static(d, f->family);
	pango_font_description_set_absolute_size(d, f->size * PANGO_SCALE);
	pango_font_description_set_weight(d, f->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(l, d);
	pango_font_description_free(d);
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_line_spacing(l, 1.25f);
	pango_layout_set_text(l, words.n ? words.p : "", (int)words.n);
	return l;
}

static double height(PangoLayout *l)
{
	int w, h;
	pango_layout_get_size(l, &w, &h);
	return (double)h / PANGO_SCALE;
}

static double natural_width(PangoLayout *l)
{
	int w, h;
	pango_layout_get_size(l, &w, &h);
	return (double)w / PANGO_SCALE;
}

static void show(struct pdf *p, PangoLayout *l, double x, double y)
{
	if (p->measuring)
		return;
	cairo_move_to(p->cr, x, y);
	pango_cairo_show_layout(p->cr, l);
}

static void colour(struct pdf *p, double r, double g, double b)
{
	cairo_set_source_rgb(p->cr, r, g, b);
}

static void box(struct pdf *p, double x, double y, double w, double h)
{
	if (p->measuring)
		return;
	cairo_rectangle(p->cr, x, y, w, h);
	cairo_fill(p->cr);
}

/* ---- pages ---- */

static void page_foot(struct pdf *p)
{
	static const struct font f = { FAMILY, 8, false, true };
	char number[60];
	if (p->measuring || p->page == 1)
		return;
	snprintf(number, sizeof number, "Page %d of %d", p->page, p->pages);
	PangoLayout *l = layout(p, &f, p->about->foot, WIDTH - 90), *r = layout(p, &f, str_of(number), 90);
	pango_layout_set_alignment(r, PANGO_ALIGN_RIGHT);
	colour(p, LINE);
	box(p, LEFT, PAGE_H - 48, WIDTH, 0.6);
	colour(p, SOFT);
	show(p, l, LEFT, PAGE_H - 42);
	show(p, r, LEFT + WIDTH - 90, PAGE_H - 42);
	g_object_unref(l);
	g_object_unref(r);
	colour(p, INK);
}

static void turn_page(struct pdf *p)
{
	page_foot(p);
	if (!p->measuring)
		cairo_show_page(p->cr);
	if (p->page < PDF_PAGES_MAX)
		p->page++;
	else
		p->full = true;
	p->y = TOP;
	p->empty = true;
}

void pdf_page(struct pdf *p)
{
	if (!p->empty)
		turn_page(p);
}

void pdf_need(struct pdf *p, double points)
{
	if (p->y + points > BOTTOM && !p->empty)
		turn_page(p);
}

void pdf_gap(struct pdf *p, double points)
{
	if (!p->empty)
		p->y += points;
}

/* The lines of a layout from *line on that fit above the foot; draws them. */
static bool lines_that_fit(struct pdf *p, PangoLayout *l, double x, int *line)
{
	PangoLayoutIter *it = pango_layout_get_iter(l);
	int at = 0;
	double from = -1;
	bool more = true;
	for (; more && at < *line; at++)
		more = pango_layout_iter_next_line(it);
	for (; more; at++) {
		int y0, y1;
		pango_layout_iter_get_line_yrange(it, &y0, &y1);
		if (from < 0)
			from = (double)y0 / PANGO_SCALE;
		double bottom = p->y + (double)y1 / PANGO_SCALE - from;
		if (bottom > BOTTOM && at > *line)
			break;
		if (!p->measuring) {
			double base = (double)pango_layout_iter_get_baseline(it) / PANGO_SCALE;
			cairo_move_to(p->cr, x, p->y + base - from);
			pango_cairo_show_layout_line(p->cr, pango_layout_iter_get_line_readonly(it));
		}
		more = pango_layout_iter_next_line(it);
		if (!more || at + 1 == pango_layout_get_line_count(l)) {
			p->y = bottom;
			more = false;
			at = pango_layout_get_line_count(l) - 1;
		}
	}
	pango_layout_iter_free(it);
	*line = at;
	return at >= pango_layout_get_line_count(l);
}

/* A paragraph under a tag; one that does not fit goes on over the page. */
static void paragraph(struct pdf *p, const char *name, const struct font *f, struct str words, double x, double width)
{
	if (!words.n)
		return;
	PangoLayout *l = layout(p, f, words, width);
	double h = height(l);
	if (h < 120)
		pdf_need(p, h);
	else
		pdf_need(p, 40);
	if (f->soft && !p->measuring)
		colour(p, SOFT);
	for (int line = 0; line < pango_layout_get_line_count(l);) {
		tag(p, name);
		lines_that_fit(p, l, x, &line);
		untag(p, name);
		p->empty = false;
		if (line < pango_layout_get_line_count(l))
			turn_page(p);
	}
	if (!p->measuring)
		colour(p, INK);
	g_object_unref(l);
}

void pdf_text(struct pdf *p, enum pdf_style style, struct str words)
{
	paragraph(p, "P", &styles[style], words, LEFT, WIDTH);
	p->y += style == PDF_SMALL ? 4 : 6;
}

void pdf_list(struct pdf *p, const struct str *items, size_t n)
{
	tag(p, "L");
	for (size_t i = 0; i < n; i++) {
		PangoLayout *l = layout(p, &styles[PDF_BODY], items[i], WIDTH - 14),
			    *dot = layout(p, &styles[PDF_BODY], STR("•"), 14);
		pdf_need(p, height(l) < 200 ? height(l) : 40);
		tag(p, "LI");
		tag(p, "Lbl");
		show(p, dot, LEFT + 2, p->y);
		untag(p, "Lbl");
		paragraph(p, "LBody", &styles[PDF_BODY], items[i], LEFT + 14, WIDTH - 14);
		untag(p, "LI");
		p->y += 2;
		g_object_unref(l);
		g_object_unref(dot);
	}
	untag(p, "L");
	p->y += 4;
}

void pdf_mark(struct pdf *p, enum pdf_colour c, struct str words)
{
	static const double fill[][3] = {
		{ 0.80, 0.898, 0.847 }, { 1.0, 0.965, 0.839 }, { 0.973, 0.843, 0.827 }, { 0.91, 0.929, 0.933 }
	};
	static const double edge[][3] = {
		{ 0.0, 0.486, 0.231 }, { 0.698, 0.51, 0.0 }, { 0.702, 0.098, 0.055 }, { 0.259, 0.333, 0.388 }
	};
	PangoLayout *l = layout(p, &cell_bold, words, WIDTH - 14);
	double h = height(l) + 6, w = natural_width(l) + 14;
	pdf_need(p, h);
	if (!p->measuring) {
		colour(p, fill[c][0], fill[c][1], fill[c][2]);
		box(p, LEFT, p->y, w, h);
		colour(p, edge[c][0], edge[c][1], edge[c][2]);
		box(p, LEFT, p->y, 3, h);
		colour(p, INK);
	}
	tag(p, "P");
	show(p, l, LEFT + 8, p->y + 3);
	untag(p, "P");
	g_object_unref(l);
	p->y += h + 6;
	p->empty = false;
}

/* ---- headings, contents, outline ---- */

static void outline(struct pdf *p, struct heading *h)
{
	char where[80];
	int parent = CAIRO_PDF_OUTLINE_ROOT;
	for (size_t i = p->n_now; i-- > 0;)
		if (p->headings[i].level < h->level && p->headings[i].level <= 3) {
			parent = p->headings[i].outline;
			break;
		}
	snprintf(where, sizeof where, "page=%d pos=[%.0f %.0f]", h->page, LEFT, h->y);
	cairo_pdf_outline_flags_t flags = h->level == 1 ? CAIRO_PDF_OUTLINE_FLAG_BOLD : 0;
	h->outline = cairo_pdf_surface_add_outline(p->surface, parent, h->words.p, where, flags);
}

static void note_heading(struct pdf *p, int level, struct str words)
{
	if (p->n_now == PDF_HEADINGS_MAX) {
		p->full = true;
		return;
	}
	struct heading *h = &p->headings[p->n_now];
	if (p->n_now >= p->n_headings) {
		h->words = arena_str(&p->arena, words);
		h->level = level;
		p->n_headings++;
	}
	h->page = p->page;
	h->y = p->y;
	if (!p->measuring && level <= 3)
		outline(p, h);
	p->n_now++;
}

/* So much must follow a heading on its page. */
static const double follows[] = { 80, 70, 60, 110 };

/* `listed`: it stands in the contents and the outline. */
static void heading(struct pdf *p, int level, struct str words, bool listed)
{
	static const char *const names[] = { "H1", "H2", "H3", "H4" };
	const struct font *f = &headings[level - 1];
	PangoLayout *l = layout(p, f, words, WIDTH);
	pdf_gap(p, space_before[level - 1]);
	pdf_need(p, height(l) + follows[level - 1]);
	if (listed)
		note_heading(p, level, words);
	if (!p->measuring && level <= 2)
		colour(p, BLUE);
	tag(p, names[level - 1]);
	show(p, l, LEFT, p->y);
	untag(p, names[level - 1]);
	p->y += height(l) + space_after[level - 1];
	if (level == 1) {
		box(p, LEFT, p->y - 4, WIDTH, 1.5);
		p->y += 6;
	}
	if (!p->measuring)
		colour(p, INK);
	p->empty = false;
	g_object_unref(l);
}

void pdf_heading(struct pdf *p, int level, struct str words)
{
	heading(p, level, words, true);
}

static void contents_line(struct pdf *p, const struct heading *h)
{
	char number[20], where[100];
	const struct font *f = h->level == 1 ? &styles[PDF_STRONG] : &styles[PDF_BODY];
	double indent = h->level == 1 ? 0 : 14;
	snprintf(number, sizeof number, "%d", h->page);
	PangoLayout *l = layout(p, f, h->words, WIDTH - indent - 40), *r = layout(p, f, str_of(number), 36);
	pango_layout_set_alignment(r, PANGO_ALIGN_RIGHT);
	pdf_gap(p, h->level == 1 ? 4 : 0);
	pdf_need(p, height(l));
	tag(p, "TOCI");
	if (!p->measuring) {
		snprintf(where, sizeof where, "page=%d pos=[%.0f %.0f]", h->page, LEFT, h->y - 10);
		cairo_tag_begin(p->cr, CAIRO_TAG_LINK, where);
	}
	show(p, l, LEFT + indent, p->y);
	show(p, r, LEFT + WIDTH - 36, p->y);
	untag(p, CAIRO_TAG_LINK);
	untag(p, "TOCI");
	p->y += height(l) + 2;
	p->empty = false;
	g_object_unref(l);
	g_object_unref(r);
}

void pdf_contents(struct pdf *p, struct str title)
{
	heading(p, 1, title, false);
	tag(p, "TOC");
	for (size_t i = 0; i < p->n_headings; i++)
		if (p->headings[i].level <= 2)
			contents_line(p, &p->headings[i]);
	untag(p, "TOC");
}

void pdf_title(struct pdf *p, struct str title, struct str below)
{
	static const struct font big = { FAMILY, 34, true, false }, under = { FAMILY, 16, false, false };
	PangoLayout *l = layout(p, &big, title, WIDTH), *b = layout(p, &under, below, WIDTH);
	double band = 150 + height(l) + height(b);
	if (!p->measuring)
		colour(p, BLUE);
	box(p, 0, 0, PAGE_W, band);
	if (!p->measuring)
		colour(p, 1, 1, 1);
	tag(p, "H1");
	show(p, l, LEFT, 90);
	untag(p, "H1");
	tag(p, "P");
	show(p, b, LEFT, 90 + height(l) + 12);
	untag(p, "P");
	if (!p->measuring)
		colour(p, INK);
	p->y = band + 30;
	p->empty = false;
	g_object_unref(l);
	g_object_unref(b);
}

/* ---- tables ---- */

void pdf_table(struct pdf *p, const double *shares, size_t n)
{
	p->n_columns = n < PDF_COLUMNS_MAX ? n : PDF_COLUMNS_MAX;
	for (size_t i = 0; i < p->n_columns; i++)
		p->column[i] = shares[i] * WIDTH;
	p->has_head = false;
	tag(p, "Table");
}

/* One row; returns its height. With `draw` false it is only measured. */
static double row(struct pdf *p, const struct str *cells, const char *first, const char *others, bool bold, bool draw)
{
	double x = LEFT, tallest = 0;
	for (size_t i = 0; i < p->n_columns; i++) {
		bool head = bold || (i == 0 && first && strcmp(first, "TH") == 0);
		PangoLayout *l = layout(p, head ? &cell_bold : &cell_font, cells[i], p->column[i] - 2 * CELL_PAD);
		double h = height(l) + 2 * CELL_PAD;
		const char *name = i == 0 ? first : others;
		tallest = h > tallest ? h : tallest;
		if (draw && name)
			tag(p, name);
		if (draw)
			show(p, l, x + CELL_PAD, p->y + CELL_PAD);
		if (draw && name)
			untag(p, name);
		x += p->column[i];
		g_object_unref(l);
	}
	return tallest;
}

static void rule_line(struct pdf *p, double y, double thick)
{
	if (p->measuring)
		return;
	colour(p, LINE);
	box(p, LEFT, y, WIDTH, thick);
	colour(p, INK);
}

/* The head once more, at the top of a page: not part of the structure. */
static void head_again(struct pdf *p)
{
	if (!p->has_head)
		return;
	double h = row(p, p->head, NULL, NULL, true, true);
	p->y += h;
	rule_line(p, p->y, 1);
	p->empty = false;
}

void pdf_head(struct pdf *p, const struct str *cells)
{
	for (size_t i = 0; i < p->n_columns; i++)
		p->head[i] = cells[i];
	double h = row(p, cells, "TH", "TH", true, false);
	pdf_need(p, h + 24);
	tag(p, "TR");
	row(p, cells, "TH", "TH", true, true);
	untag(p, "TR");
	p->y += h;
	rule_line(p, p->y, 1);
	p->has_head = true;
	p->empty = false;
}

void pdf_row(struct pdf *p, const struct pdf_row *r)
{
	static const double bars[][3] = {
		{ 0.0, 0.486, 0.231 }, { 0.698, 0.51, 0.0 }, { 0.702, 0.098, 0.055 }, { 0.259, 0.333, 0.388 }
	};
	const char *first = r->row_head ? "TH" : "TD";
	double h = row(p, r->cells, first, "TD", false, false);
	if (p->y + h > BOTTOM && !p->empty) {
		turn_page(p);
		head_again(p);
	}
	if (!p->measuring && r->shaded) {
		colour(p, WASH);
		box(p, LEFT, p->y + 0.5, WIDTH, h);
		colour(p, INK);
	}
	if (!p->measuring && r->mark >= 0) {
		colour(p, bars[r->mark][0], bars[r->mark][1], bars[r->mark][2]);
		box(p, LEFT - 4, p->y + 0.5, 2.5, h);
		colour(p, INK);
	}
	tag(p, "TR");
	row(p, r->cells, first, "TD", false, true);
	untag(p, "TR");
	p->y += h;
	rule_line(p, p->y, 0.5);
	p->empty = false;
}

void pdf_table_end(struct pdf *p)
{
	untag(p, "Table");
	p->n_columns = 0;
	p->y += 8;
}

void pdf_lines(struct pdf *p, const struct str *labels, size_t n)
{
	pdf_need(p, (double)n * 34 + 8);
	p->y += 8;
	for (size_t i = 0; i < n; i++) {
		PangoLayout *l = layout(p, &styles[PDF_STRONG], labels[i], 110);
		tag(p, "P");
		show(p, l, LEFT, p->y + 12);
		untag(p, "P");
		if (!p->measuring) {
			colour(p, SOFT);
			box(p, LEFT + 120, p->y + 26, WIDTH - 120, 0.8);
			colour(p, INK);
		}
		p->y += 34;
		g_object_unref(l);
	}
	p->empty = false;
}

/* ---- the document ---- */

static cairo_status_t write_bytes(void *arg, const unsigned char *bytes, unsigned n)
{
	struct pdf *p = arg;
	buf_put(p->out, bytes, n);
	return p->out->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* The fonts that this is made for, or the reason why not: a PDF in whatever
 * letters a machine has would not be the same PDF. */
static bool has_fonts(const struct pdf *p, const char *family)
{
	PangoFontFamily *f = pango_font_map_get_family(p->fonts, family);
	return f && strcmp(pango_font_family_get_name(f), family) == 0;
}

/* Letters stand where the font says, not where a screen of some resolution would
 * have them: even words on paper, and half the bytes. */
static void exact_positions(struct pdf *p)
{
	cairo_font_options_t *o = cairo_font_options_create();
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(p->context, o);
	cairo_font_options_destroy(o);
	pango_context_set_round_glyph_positions(p->context, FALSE);
	pango_cairo_update_context(p->cr, p->context);
}

static void one_round(struct pdf *p, pdf_draw_fn *draw, const void *arg)
{
	p->page = 1;
	p->y = TOP;
	p->empty = true;
	p->n_now = 0;
	draw(p, arg);
	page_foot(p);
	p->pages = p->page;
}

static void set_facts(struct pdf *p)
{
	char title[512], day[DAY_TEXT_MAX], when[DAY_TEXT_MAX + 12];
	snprintf(title, sizeof title, STR_FMT, STR_ARG(p->about->title));
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR, "Linnet");
	snprintf(when, sizeof when, "%sT00:00:00Z", day_iso(p->about->day == DAY_NONE ? 0 : p->about->day, day));
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, when);
}

/* Measures until page numbers no longer move, then draws. */
static void rounds(struct pdf *p, pdf_draw_fn *draw, const void *arg)
{
	enum { ROUNDS_MAX = 4 };
	p->measuring = true;
	int before = -1;
	for (int i = 0; i < ROUNDS_MAX && (i < 2 || p->pages != before); i++) {
		before = p->pages;
		one_round(p, draw, arg);
	}
	p->measuring = false;
	set_facts(p);
	cairo_tag_begin(p->cr, "Document", ""); /* open over all pages, or the structure falls apart */
	one_round(p, draw, arg);
	cairo_tag_end(p->cr, "Document");
	cairo_show_page(p->cr);
}

enum rc pdf_make(const struct pdf_about *about, pdf_draw_fn *draw, const void *arg, struct buf *out, struct err *e)
{
	struct pdf p = { .about = about, .out = out };
	arena_init(&p.arena);
	p.headings = xcalloc(PDF_HEADINGS_MAX, sizeof *p.headings);
	p.fonts = pango_cairo_font_map_new();
	p.context = pango_font_map_create_context(p.fonts);
	enum rc rc = RC_OK;
	if (!has_fonts(&p, FAMILY) || !has_fonts(&p, MONO)) {
		rc = err_set(e, RC_IO, "The fonts for printing are missing. Install the package fonts-liberation.");
	} else {
		p.surface = cairo_pdf_surface_create_for_stream(write_bytes, &p, PAGE_W, PAGE_H);
		p.cr = cairo_create(p.surface);
		exact_positions(&p);
		rounds(&p, draw, arg);
		cairo_status_t s = cairo_status(p.cr);
		cairo_destroy(p.cr);
		cairo_surface_finish(p.surface);
		if (s == CAIRO_STATUS_SUCCESS)
			s = cairo_surface_status(p.surface);
		cairo_surface_destroy(p.surface);
		if (p.full || out->full)
			rc = err_set(e, RC_LIMIT, "The document is too long to print.");
		else if (s != CAIRO_STATUS_SUCCESS) {
			rc = err_set(e, RC_INTERNAL, "The document could not be drawn.");
			err_detail(e, "cairo: %s", cairo_status_to_string(s));
		} else {
			rc = pdf_catalog_complete(out, STR("en-GB"), e);
		}
	}
	g_object_unref(p.context);
	g_object_unref(p.fonts);
	free(p.headings);
	arena_release(&p.arena);
	return rc;
}
