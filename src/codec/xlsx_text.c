#include "codec/xlsx_parts.h"

/* ---- characters that XML cannot hold are written _xHHHH_ (ECMA-376 part 1, 22.9.2.19) ---- */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The unit in "_x000D_" at p; -1 if there is none. */
static int32_t unit_at(const char *p, size_t n)
{
	int32_t v = 0;
	if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return -1;
	for (size_t i = 2; i < 6; i++) {
		int h = hex(p[i]);
		if (h < 0)
			return -1;
		v = v * 16 + h;
	}
	return v;
}

static void put_utf8(struct buf *to, uint32_t c)
{
	if (c == 0 || (c >= 0xD800 && c <= 0xDFFF))
		c = 0xFFFD; /* no character; not kept silently out */
	char b[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		b[i] = (char)(0x80 | (c & 0x3F));
	b[0] = (char)(first[n] | c);
	buf_put(to, b, n);
}

void xlsx_unescape(struct buf *to, struct str s)
{
	while (s.n) {
		const char *at = memmem(s.p, s.n, "_x", 2);
		size_t plain = at ? (size_t)(at - s.p) : s.n;
		buf_put(to, s.p, plain);
		s.p += plain;
		s.n -= plain;
		int32_t unit = at ? unit_at(s.p, s.n) : -1;
		size_t used = unit < 0 ? (s.n ? 1 : 0) : 7;
		if (unit >= 0xD800 && unit < 0xDC00) { /* the first half of a pair */
			int32_t second = unit_at(s.p + 7, s.n - 7);
			if (second >= 0xDC00 && second < 0xE000) {
				unit = 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00);
				used = 14;
			}
		}
		if (unit >= 0)
			put_utf8(to, (uint32_t)unit);
		else
			buf_put(to, s.p, used);
		s.p += used;
		s.n -= used;
	}
}

/* ---- rich text: <t>, or runs <r><t>, with reading aids <rPh> left out ---- */

void xlsx_rich_begin(struct xlsx_rich *r, struct buf *to)
{
	*r = (struct xlsx_rich){ .to = to, .begin = to->n };
}

void xlsx_rich_start(struct xlsx_rich *r, const struct xml_element *el)
{
	if (!r->phonetic && str_is(el->name, "rPh"))
		r->phonetic = el->depth;
	if (r->phonetic || r->depth || !str_is(el->name, "t"))
		return;
	r->depth = el->depth;
	r->keep_blanks = str_is(xml_value_in(el, "http://www.w3.org/XML/1998/namespace", "space"), "preserve");
}

/* Blanks at the ends of <t> are layout of the XML unless it says otherwise. */
void xlsx_rich_text(struct xlsx_rich *r, struct str text)
{
	if (!r->depth || r->to->n - r->begin > SHEET_CELL_MAX)
		return;
	static const char blanks[] = " \t\n\r";
	while (!r->keep_blanks && text.n && strchr(blanks, text.p[0])) {
		text.p++;
		text.n--;
	}
	while (!r->keep_blanks && text.n && strchr(blanks, text.p[text.n - 1]))
		text.n--;
	xlsx_unescape(r->to, text);
}

void xlsx_rich_end(struct xlsx_rich *r, int depth)
{
	if (depth == r->phonetic)
		r->phonetic = 0;
	if (depth == r->depth)
		r->depth = 0;
}

struct str xlsx_rich_finish(struct xlsx_rich *r)
{
	size_t n = r->to->n - r->begin;
	if (n > SHEET_CELL_MAX + 1)
		r->to->n = r->begin + (n = SHEET_CELL_MAX + 1);
	return (struct str){ r->to->p ? r->to->p + r->begin : "", n };
}

/* ---- the texts that cells share ---- */

enum { STRINGS_COUNT_MAX = 8 << 20 };

struct strings {
	struct xlsx *x;
	struct xlsx_part part;
	struct xlsx_rich rich;
	bool inside;
};

static enum rc strings_start(void *arg, struct xml *xml, const struct xml_element *el, struct err *e)
{
	struct strings *s = arg;
	(void)xml;
	(void)e;
	if (el->depth == 2 && xlsx_is(&s->part, el, "si")) {
		xlsx_rich_begin(&s->rich, &s->x->texts);
		s->inside = true;
	} else if (s->inside) {
		xlsx_rich_start(&s->rich, el);
	}
	return RC_OK;
}

static enum rc strings_text(void *arg, struct xml *xml, struct str text, struct err *e)
{
	struct strings *s = arg;
	if (s->inside)
		xlsx_rich_text(&s->rich, text);
	if (!buf_ok(&s->x->texts))
		return xml_refuse(xml, e, RC_LIMIT, "they are longer than %d MB. Divide the workbook",
				  XLSX_STRINGS_MAX >> 20);
	return RC_OK;
}

static enum rc strings_end(void *arg, struct xml *xml, struct str name, int depth, struct err *e)
{
	struct strings *s = arg;
	struct xlsx *x = s->x;
	(void)name;
	xlsx_rich_end(&s->rich, depth);
	if (depth != 2 || !s->inside)
		return RC_OK;
	s->inside = false;
	xlsx_rich_finish(&s->rich);
	if (x->n_texts == STRINGS_COUNT_MAX)
		return xml_refuse(xml, e, RC_LIMIT, "they are more than %d. Divide the workbook", STRINGS_COUNT_MAX);
	if (x->n_texts == x->cap_texts) {
		x->cap_texts = x->cap_texts ? 2 * x->cap_texts : 1024;
		x->text_ends = xrealloc(x->text_ends, x->cap_texts * sizeof *x->text_ends);
	}
	x->text_ends[x->n_texts++] = (uint32_t)x->texts.n;
	return RC_OK;
}

enum rc xlsx_strings_read(struct xlsx *x, struct err *e)
{
	struct strings s = { .x = x };
	const struct xml_listener l = { strings_start, strings_text, strings_end, &s };
	s.part = (struct xlsx_part){ .root = "sst", .main = true, .listener = &l };
	if (!x->strings_part.p)
		return RC_OK;
	enum rc rc = xlsx_part_read(x->zip, x->strings_part, &s.part, e);
	if (rc == RC_NOT_FOUND) /* a cell that needs one will be told */
		return RC_OK;
	return rc == RC_OK ? rc : xlsx_part_failed(e, "the workbook's list of texts");
}

bool xlsx_string(const struct xlsx *x, struct str number, struct str *out)
{
	int64_t i;
	if (str_to_int(number, 0, INT32_MAX, &i) != RC_OK || (uint64_t)i >= x->n_texts)
		return false;
	size_t from = i ? x->text_ends[i - 1] : 0;
	*out = (struct str){ x->texts.p ? x->texts.p + from : "", x->text_ends[i] - from };
	return true;
}

/* ---- notes ("comments") ---- */

enum { NOTES_BYTES_MAX = 16 << 20 };

struct notes {
	struct xlsx_notes *to;
	struct xlsx_part part;
	struct xlsx_rich rich;
	struct xlsx_note note;
	bool inside, text;
};

static enum rc notes_start(void *arg, struct xml *xml, const struct xml_element *el, struct err *e)
{
	struct notes *n = arg;
	(void)xml;
	(void)e;
	if (el->depth == 3 && xlsx_is(&n->part, el, "comment")) {
		n->inside = xlsx_address(xml_value(el, "ref"), &n->note.row, &n->note.column) &&
			    n->note.column < SHEET_COLUMNS_MAX;
		n->text = false;
	} else if (n->inside && el->depth == 4 && xlsx_is(&n->part, el, "text")) {
		xlsx_rich_begin(&n->rich, &n->to->text);
		n->text = true;
	} else if (n->inside && n->text) {
		xlsx_rich_start(&n->rich, el);
	}
	return RC_OK;
}

static enum rc notes_text(void *arg, struct xml *xml, struct str text, struct err *e)
{
	struct notes *n = arg;
	if (n->inside && n->text)
		xlsx_rich_text(&n->rich, text);
	if (!buf_ok(&n->to->text))
		return xml_refuse(xml, e, RC_LIMIT, "they are longer than %d MB in all", NOTES_BYTES_MAX >> 20);
	return RC_OK;
}

static enum rc notes_end(void *arg, struct xml *xml, struct str name, int depth, struct err *e)
{
	struct notes *n = arg;
	(void)name;
	xlsx_rich_end(&n->rich, depth);
	if (depth != 3 || !n->inside)
		return RC_OK;
	n->inside = false;
	struct str s = n->text ? xlsx_rich_finish(&n->rich) : (struct str){ NULL, 0 };
	if (s.n > SHEET_CELL_MAX)
		return xml_refuse(xml, e, RC_LIMIT, "one is longer than %d bytes", SHEET_CELL_MAX);
	n->note.from = n->rich.begin;
	n->note.n = s.n;
	if (!str_trim(s).n)
		return RC_OK;
	if (n->to->n == XLSX_NOTES_MAX)
		return xml_refuse(xml, e, RC_LIMIT, "they are more than %d", XLSX_NOTES_MAX);
	if (n->to->n == n->to->cap) {
		n->to->cap = n->to->cap ? 2 * n->to->cap : 64;
		n->to->list = xrealloc(n->to->list, n->to->cap * sizeof *n->to->list);
	}
	n->to->list[n->to->n++] = n->note;
	return RC_OK;
}

static int by_place(const void *a, const void *b)
{
	const struct xlsx_note *x = a, *y = b;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

enum rc xlsx_notes_read(struct unzip *zip, struct str part, struct xlsx_notes *notes, struct err *e)
{
	struct notes n = { .to = notes };
	const struct xml_listener l = { notes_start, notes_text, notes_end, &n };
	n.part = (struct xlsx_part){ .root = "comments", .main = true, .listener = &l };
	buf_init(&notes->text, NOTES_BYTES_MAX);
	enum rc rc = xlsx_part_read(zip, part, &n.part, e);
	if (notes->n)
		qsort(notes->list, notes->n, sizeof *notes->list, by_place);
	return rc == RC_NOT_FOUND ? RC_OK : rc; /* notes that are not there are none */
}

void xlsx_notes_release(struct xlsx_notes *notes)
{
	free(notes->list);
	buf_release(&notes->text);
}
