#include "codec/xlsx_parts.h"

#include <stdarg.h>

/* Reads <sheetData>: rows of cells, each of which says its place, its type, its
 * format and its value, or leaves them out. A row is put together in `cells` and
 * handed over when it ends. */

enum value_type { TYPE_NUMBER, TYPE_SHARED, TYPE_FORMULA_TEXT, TYPE_INLINE, TYPE_YES_NO, TYPE_ERROR, TYPE_DAY };

enum { SEEN = 1 /* stands in the file */, TELL = 2 /* has a value, or should have */ };
enum place { OUTSIDE, IN_ROWS, IN_ROW, IN_CELL };

struct sheet {
	struct xlsx *x;
	size_t number; /* from 1 */
	struct xlsx_part part;
	struct xlsx_merges merges;
	struct xlsx_notes notes;
	size_t next_note;
	bool told; /* the error has its place in it already */

	enum place place;
	int32_t row;	     /* the row in hand, or the last one */
	int32_t next_column; /* of a cell that does not say its own */
	struct cell cells[SHEET_COLUMNS_MAX];
	uint8_t seen[SHEET_COLUMNS_MAX]; /* SEEN and TELL */
	size_t n;			 /* cells in use */
	size_t something;		 /* cells that are worth telling */
	struct arena texts;		 /* of this row */
	struct buf rich_text;

	/* the cell in hand */
	int32_t column;
	enum value_type type;
	struct xlsx_format format;
	bool formula, valued;
	bool in_value, in_rich;
	struct str value; /* text of <v>, until it ends */
	struct xlsx_rich rich;
	struct cell cell;
};

static enum rc refuse(struct sheet *s, enum rc rc, struct err *e, const char *fmt, ...) PRINTF_LIKE(4, 5);
static enum rc refuse(struct sheet *s, enum rc rc, struct err *e, const char *fmt, ...)
{
	char words[ERR_TEXT_MAX], letters[4] = "";
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	s->told = true;
	if (s->place != IN_CELL)
		return err_set(e, rc, "sheet %zu, row %d: %s", s->number, s->row, words);
	size_t n = s->column >= 26 * 27 ? 3 : s->column >= 26 ? 2 : 1;
	for (int32_t c = s->column, i = (int32_t)n; i > 0; c = c / 26 - 1)
		letters[--i] = (char)('A' + c % 26);
	return err_set(e, rc, "sheet %zu, cell %s%d: %s", s->number, letters, s->row, words);
}

static const struct cell no_cell = { .kind = CELL_EMPTY, .day = DAY_NONE, .minute = MINUTE_NONE };

static const char again[] = "Open the workbook in your spreadsheet program and save it again";

/* ---- rows ---- */

static void use_columns(struct sheet *s, size_t n)
{
	if (n > s->n)
		s->n = n;
}

static enum rc mark_merged(struct sheet *s, struct err *e)
{
	struct xlsx_merges *m = &s->merges;
	bool apart = xlsx_merges_reach(m, s->row);
	int32_t width = 0;
	for (size_t i = 0; i < m->n_active && apart; i++) {
		width += m->list[m->active[i]].right - m->list[m->active[i]].left + 1;
		apart = width <= SHEET_COLUMNS_MAX;
	}
	if (!apart)
		return refuse(s, RC_BAD_INPUT, e, "merged areas overlap, which no program writes. %s", again);
	for (size_t i = 0; i < m->n_active; i++) {
		const struct xlsx_area *a = &m->list[m->active[i]];
		for (int32_t c = a->left; c <= a->right; c++)
			s->cells[c].merged = s->cells[c].merged || c != a->left || s->row != a->top;
		use_columns(s, (size_t)a->right + 1);
	}
	return RC_OK;
}

static void put_notes(struct sheet *s)
{
	for (; s->next_note < s->notes.n; s->next_note++) {
		const struct xlsx_note *note = &s->notes.list[s->next_note];
		if (note->row > s->row)
			return;
		struct cell *c = &s->cells[note->column];
		if (note->row < s->row || c->note.n)
			continue;
		c->note = str_trim((struct str){ s->notes.text.p + note->from, note->n });
		s->something++;
		use_columns(s, (size_t)note->column + 1);
	}
}

static bool worth_telling(const struct sheet *s, size_t i)
{
	return s->seen[i] & TELL || s->cells[i].note.n || s->cells[i].merged;
}

static void clear_row(struct sheet *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s->cells[i] = no_cell;
	memset(s->seen, 0, n);
	s->n = s->something = 0;
	arena_reset(&s->texts);
}

static enum rc end_row(struct sheet *s, struct err *e)
{
	enum rc rc = RC_OK;
	size_t n = 0;
	s->place = IN_ROWS;
	put_notes(s);
	if (s->something) {
		rc = mark_merged(s, e);
		for (n = s->n; n && !worth_telling(s, n - 1);)
			n--;
	}
	if (rc == RC_OK && s->something) {
		const struct sheet_listener *l = s->x->listener;
		rc = l->row(l->arg, s->row, s->cells, n, e);
		s->told = s->told || rc != RC_OK;
	}
	clear_row(s, s->n);
	return rc;
}

/* Rows that hold only notes may be missing from the file. */
static enum rc rows_of_notes(struct sheet *s, int32_t before, struct err *e)
{
	enum rc rc = RC_OK;
	while (rc == RC_OK && s->next_note < s->notes.n && s->notes.list[s->next_note].row < before) {
		if (s->notes.list[s->next_note].row <= s->row) {
			s->next_note++;
			continue;
		}
		s->row = s->notes.list[s->next_note].row;
		rc = end_row(s, e);
	}
	return rc;
}

static enum rc begin_row(struct sheet *s, const struct xml_element *el, struct err *e)
{
	int64_t row = (int64_t)s->row + 1;
	struct str r = xml_value(el, "r");
	if (r.p && str_to_int(r, 1, INT64_MAX, &row) != RC_OK)
		return refuse(s, RC_BAD_INPUT, e, "the number of the row behind it cannot be read. %s", again);
	if (row > SHEET_ROWS_MAX)
		return refuse(s, RC_LIMIT, e, "a row with a number above %d follows, which no sheet has. %s",
			      SHEET_ROWS_MAX, again);
	if (row <= s->row)
		return refuse(s, RC_BAD_INPUT, e, "row %" PRId64 " stands behind it: the rows are not in order. %s",
			      row, again);
	if (s->next_note < s->notes.n) {
		enum rc rc = rows_of_notes(s, (int32_t)row, e);
		if (rc != RC_OK)
			return rc;
	}
	s->row = (int32_t)row;
	s->next_column = 0;
	s->place = IN_ROW;
	return RC_OK;
}

/* ---- cells ---- */

static bool type_of(struct str t, enum value_type *out)
{
	static const struct {
		const char *word;
		enum value_type type;
	} types[] = { { "s", TYPE_SHARED },
		      { "n", TYPE_NUMBER },
		      { "str", TYPE_FORMULA_TEXT },
		      { "inlineStr", TYPE_INLINE },
		      { "b", TYPE_YES_NO },
		      { "e", TYPE_ERROR },
		      { "d", TYPE_DAY } };
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_is(t, types[i].word)) {
			*out = types[i].type;
			return true;
		}
	return false;
}

static enum rc take_style(struct sheet *s, struct str number, struct err *e)
{
	int64_t i;
	if (str_to_int(number, 0, INT32_MAX, &i) != RC_OK || (i && (uint64_t)i >= s->x->n_formats))
		return refuse(s, RC_BAD_INPUT, e, "its format is not in the file. %s", again);
	s->format = s->x->n_formats ? s->x->formats[i] : (struct xlsx_format){ 0, 0 };
	return RC_OK;
}

static enum rc take_address(struct sheet *s, struct str r, struct err *e)
{
	int32_t row, column;
	if (!xlsx_address(r, &row, &column) || row != s->row) {
		s->place = IN_ROW; /* the cell has no place that could be told */
		return refuse(s, RC_BAD_INPUT, e, "a cell in it says that it stands elsewhere, or nowhere. %s", again);
	}
	s->column = column;
	return RC_OK;
}

static enum rc begin_cell(struct sheet *s, const struct xml_element *el, struct err *e)
{
	struct str style = { NULL, 0 };
	enum rc rc = RC_OK;
	bool known = true;
	s->place = IN_CELL;
	s->column = s->next_column;
	s->type = TYPE_NUMBER;
	s->format = (struct xlsx_format){ 0, 0 };
	s->formula = s->valued = false;
	s->cell = no_cell;
	for (size_t i = 0; i < el->n && rc == RC_OK; i++) {
		const struct xml_attribute *a = &el->attributes[i];
		if (a->name.n != 1 || a->space.n)
			continue;
		if (a->name.p[0] == 'r')
			rc = take_address(s, a->value, e);
		else if (a->name.p[0] == 't')
			known = type_of(a->value, &s->type);
		else if (a->name.p[0] == 's')
			style = a->value;
	}
	if (rc == RC_OK && !known)
		rc = refuse(s, RC_BAD_INPUT, e, "it is of a type that no spreadsheet has. %s", again);
	if (rc == RC_OK && style.p)
		rc = take_style(s, style, e);
	s->next_column = s->column + 1;
	return rc;
}

static enum rc take_text(struct sheet *s, struct str text, struct err *e)
{
	if (text.n > SHEET_CELL_MAX)
		return refuse(s, RC_LIMIT, e, "its text is longer than %d bytes. Shorten it", SHEET_CELL_MAX);
	s->cell.text = str_trim(text);
	s->cell.kind = s->cell.text.n ? CELL_TEXT : CELL_EMPTY;
	return RC_OK;
}

static enum rc take_shared(struct sheet *s, struct str number, struct err *e)
{
	struct str text;
	if (xlsx_string(s->x, number, &text))
		return take_text(s, text, e);
	return refuse(s, RC_BAD_INPUT, e, "its text is not in the file. %s", again);
}

static enum rc take_escaped(struct sheet *s, struct str text, struct err *e)
{
	s->rich_text.n = 0;
	xlsx_unescape(&s->rich_text, text);
	struct str plain = buf_view(&s->rich_text);
	return plain.n > SHEET_CELL_MAX ? take_text(s, plain, e) : take_text(s, arena_str(&s->texts, plain), e);
}

static enum rc take_yes_no(struct sheet *s, struct str v, struct err *e)
{
	bool yes = str_is(v, "1") || str_is_nocase(v, "true");
	if (!yes && !str_is(v, "0") && !str_is_nocase(v, "false"))
		return refuse(s, RC_BAD_INPUT, e, "it is neither true nor false. %s", again);
	s->cell.kind = CELL_YES_NO;
	s->cell.number = yes;
	s->cell.text = yes ? STR("TRUE") : STR("FALSE");
	return RC_OK;
}

static enum rc only_value(struct sheet *s, struct err *e)
{
	if (s->valued)
		return refuse(s, RC_BAD_INPUT, e, "it holds two values. %s", again);
	s->valued = true;
	return RC_OK;
}

/* What <v> held. */
static enum rc take_value(struct sheet *s, struct err *e)
{
	struct str v = s->value;
	if (only_value(s, e) != RC_OK)
		return e->rc;
	if (!str_trim(v).n)
		return RC_OK;
	switch (s->type) {
	case TYPE_SHARED: return take_shared(s, str_trim(v), e);
	case TYPE_FORMULA_TEXT:
	case TYPE_INLINE: return take_escaped(s, v, e);
	case TYPE_YES_NO: return take_yes_no(s, str_trim(v), e);
	case TYPE_ERROR:
		if (take_escaped(s, v, e) != RC_OK)
			return e->rc;
		s->cell.kind = CELL_ERROR;
		return RC_OK;
	case TYPE_DAY:
		if (xlsx_iso_day(v, s->format, &s->texts, &s->cell))
			return RC_OK;
		return refuse(s, RC_BAD_INPUT, e, "it should hold a day, and does not. %s", again);
	case TYPE_NUMBER:
	default:
		if (xlsx_number(v, s->format, s->x->from_1904, &s->texts, &s->cell))
			return RC_OK;
		return refuse(s, RC_BAD_INPUT, e, "it should hold a number, and does not. %s", again);
	}
}

static enum rc end_cell(struct sheet *s, struct err *e)
{
	bool unworked = s->formula && !s->valued;
	bool any = s->cell.kind != CELL_EMPTY || unworked;
	if (s->column >= SHEET_COLUMNS_MAX && any)
		return refuse(s, RC_LIMIT, e,
			      "the sheet has more than %d columns: delete what stands to the right of the table",
			      SHEET_COLUMNS_MAX);
	if (s->column < SHEET_COLUMNS_MAX) {
		if (s->seen[s->column])
			return refuse(s, RC_BAD_INPUT, e, "the cell stands twice in the file. %s", again);
		s->seen[s->column] = SEEN | (any ? TELL : 0);
		s->cell.formula = s->formula;
		s->cell.unworked = unworked;
		s->cells[s->column] = s->cell;
		s->something += any;
		use_columns(s, (size_t)s->column + 1);
	}
	s->place = IN_ROW;
	return RC_OK;
}

/* ---- the part ---- */

static enum rc on_start(void *arg, struct xml *xml, const struct xml_element *el, struct err *e)
{
	struct sheet *s = arg;
	(void)xml;
	if (s->in_rich) {
		xlsx_rich_start(&s->rich, el);
		return RC_OK;
	}
	switch (el->depth) {
	case 2:
		if (xlsx_is(&s->part, el, "sheetData"))
			s->place = IN_ROWS;
		return RC_OK;
	case 3: return s->place == IN_ROWS && xlsx_is(&s->part, el, "row") ? begin_row(s, el, e) : RC_OK;
	case 4: return s->place == IN_ROW && xlsx_is(&s->part, el, "c") ? begin_cell(s, el, e) : RC_OK;
	case 5: break;
	default: return RC_OK;
	}
	if (s->place != IN_CELL)
		return RC_OK;
	if (xlsx_is(&s->part, el, "v")) {
		s->in_value = true;
		s->value = (struct str){ NULL, 0 };
	} else if (xlsx_is(&s->part, el, "f")) {
		s->formula = true;
	} else if (xlsx_is(&s->part, el, "is")) {
		s->rich_text.n = 0;
		xlsx_rich_begin(&s->rich, &s->rich_text);
		s->in_rich = true;
	}
	return RC_OK;
}

static enum rc on_text(void *arg, struct xml *xml, struct str text, struct err *e)
{
	struct sheet *s = arg;
	(void)xml;
	(void)e;
	if (s->in_rich)
		xlsx_rich_text(&s->rich, text);
	else if (s->in_value)
		s->value = text;
	return RC_OK;
}

static enum rc on_end(void *arg, struct xml *xml, struct str name, int depth, struct err *e)
{
	struct sheet *s = arg;
	(void)xml;
	(void)name;
	if (s->in_rich) {
		xlsx_rich_end(&s->rich, depth);
		if (depth != 5)
			return RC_OK;
		s->in_rich = false;
		if (only_value(s, e) != RC_OK)
			return e->rc;
		struct str text = xlsx_rich_finish(&s->rich);
		return take_text(s, text.n > SHEET_CELL_MAX ? text : arena_str(&s->texts, text), e);
	}
	switch (depth) {
	case 5:
		if (!s->in_value)
			return RC_OK;
		s->in_value = false;
		return take_value(s, e);
	case 4: return s->place == IN_CELL ? end_cell(s, e) : RC_OK;
	case 3: return s->place == IN_ROW ? end_row(s, e) : RC_OK;
	case 2: s->place = OUTSIDE; return RC_OK;
	default: return RC_OK;
	}
}

static enum rc find_notes(struct sheet *s, struct str part, struct err *e)
{
	struct xlsx_relations relations;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	enum rc rc = xlsx_relations_read(s->x->zip, part, &a, &relations, e);
	for (size_t i = 0; rc == RC_OK && i < relations.n; i++)
		if (str_is(relations.list[i].type, "comments")) {
			rc = xlsx_notes_read(s->x->zip, relations.list[i].part, &s->notes, e);
			break;
		}
	return rc;
}

/* What part of the sheet could not be read, unless a cell's place is told already. */
static enum rc failed(const struct sheet *s, const char *part, struct err *e)
{
	char what[64];
	snprintf(what, sizeof what, "%s%zu", part, s->number);
	return s->told ? e->rc : xlsx_part_failed(e, what);
}

static enum rc read_rows(struct sheet *s, struct str part, struct err *e)
{
	const struct xml_listener l = { on_start, on_text, on_end, s };
	s->part = (struct xlsx_part){ .root = "worksheet", .main = true, .listener = &l };
	enum rc rc = find_notes(s, part, e);
	if (rc != RC_OK)
		return failed(s, "the notes of sheet ", e);
	rc = xlsx_merges_read(s->x->zip, part, &s->merges, e);
	if (rc == RC_OK)
		rc = xlsx_part_read(s->x->zip, part, &s->part, e);
	if (rc == RC_OK)
		rc = rows_of_notes(s, INT32_MAX, e);
	return rc == RC_OK ? rc : failed(s, "sheet ", e);
}

enum rc xlsx_sheet_read(struct xlsx *x, size_t i, struct err *e)
{
	struct sheet *s = xcalloc(1, sizeof *s);
	s->x = x;
	s->number = i + 1;
	arena_init(&s->texts);
	buf_init(&s->rich_text, (size_t)1 << 20);
	clear_row(s, SHEET_COLUMNS_MAX);
	enum rc rc = read_rows(s, x->sheets[i].part, e);
	xlsx_merges_release(&s->merges);
	xlsx_notes_release(&s->notes);
	buf_release(&s->rich_text);
	arena_release(&s->texts);
	free(s);
	return rc;
}
