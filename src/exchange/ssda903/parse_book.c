/* parse_book.c - a return as a workbook: a table on each sheet, read as the CSV of that sheet. */
#include "exchange/ssda903/wire.h"

#include "base/text.h"
#include "codec/sheet_read.h"
#include "exchange/sheets/sheets.h"
#include "exchange/tables/cells.h"

enum { TITLE_LINES = 5, CELL_TEXT_MAX = 24 };

struct book {
	struct parser *p;
	struct str sheet; /* its name, ours while it is read */
	char name[200];
	struct str texts[SHEET_COLUMNS_MAX];
	char made[SHEET_COLUMNS_MAX][CELL_TEXT_MAX];
	size_t tables; /* sheets that held one */
};

/* A sheet of notes is told and passed over; the file is not refused for it. */
static void end_sheet(struct book *b)
{
	if (b->sheet.p && b->p->table == SIZE_MAX)
		parse_trouble(b->p, false, 0, STR(""), "unknown-sheet", b->sheet,
			      "This sheet has the headings of none of the return’s tables and was not read",
			      "Nothing, or give it the headings of its table in one of the first five rows");
	b->tables += b->sheet.p && b->p->table != SIZE_MAX;
}

static enum rc on_sheet(void *arg, struct str name, bool hidden, bool *skip_out, struct err *e)
{
	struct book *b = arg;
	(void)e;
	end_sheet(b);
	*skip_out = hidden;
	size_t n = name.n < sizeof b->name - 1 ? name.n : sizeof b->name - 1;
	memcpy(b->name, name.p, n);
	b->name[n] = '\0';
	b->sheet = hidden ? (struct str){ NULL, 0 } : (struct str){ b->name, n };
	b->p->table = SIZE_MAX;
	b->p->table_hint = b->name;
	b->p->last_child = 0;
	return RC_OK;
}

/* As the CSV would have it: days as 22/11/2026, yes as 1. */
static struct str cell_as_text(const struct cell *c, char *made)
{
	if (c->kind == CELL_DAY && c->day != DAY_NONE) {
		struct ymd d = day_ymd(c->day);
		int n = snprintf(made, CELL_TEXT_MAX, "%02d/%02d/%04d", d.day, d.month, d.year);
		return (struct str){ made, (size_t)n };
	}
	if (c->kind == CELL_YES_NO)
		return c->number != 0 ? STR("1") : STR("0");
	return c->text;
}

/* Read as empty it would say what nobody wrote: the file is refused, and each such cell is told. */
static void refuse_unworked(struct book *b, int64_t line, const struct cell *cells, size_t n)
{
	struct problem wrong;
	char words[ERR_TEXT_MAX];
	snprintf(words, sizeof words,
		 "On the sheet \"%s\" the cell holds a formula, and what it gives is not in the file, so none of the "
		 "workbook "
		 "was read",
		 b->name);
	for (size_t i = 0; i < n && i < b->p->n_cells; i++) {
		int c = b->p->columns[i];
		if (c < 0 || !cells[i].unworked || !sheets_cell_wrong(&cells[i], &wrong))
			continue;
		parse_trouble(b->p, !b->p->refused, line, b->p->s->tables[b->p->table].columns[c].name, wrong.rule,
			      b->sheet, words, wrong.fix);
	}
}

static enum rc on_row(void *arg, int64_t line, const struct cell *cells, size_t n, struct err *e)
{
	struct book *b = arg;
	size_t filled = 0;
	for (size_t i = 0; i < n; i++) {
		b->texts[i] = cell_as_text(&cells[i], b->made[i]);
		filled += b->texts[i].n > 0 || cells[i].unworked;
	}
	struct csv_row row = { .cells = b->texts, .n = n, .line = line };
	if (!filled || (b->p->table == SIZE_MAX && (line > TITLE_LINES || !parse_is_heading(b->p, &row))))
		return RC_OK;
	if (b->p->table != SIZE_MAX)
		refuse_unworked(b, line, cells, n);
	return parse_csv_row(b->p, &row, e);
}

enum rc parse_book(struct parser *p, struct err *e)
{
	struct book *b = xcalloc(1, sizeof *b);
	const struct sheet_listener l = { on_sheet, on_row, b };
	struct buf file AUTO(buf_release);
	char piece[65536];
	size_t got = 1;
	enum rc rc = RC_OK;
	b->p = p;
	buf_init(&file, SHEET_FILE_MAX + 1);
	while (rc == RC_OK && got && buf_ok(&file) && (rc = parse_source(p, piece, sizeof piece, &got, e)) == RC_OK)
		buf_put(&file, piece, got);
	if (rc == RC_OK && (!buf_ok(&file) || file.n > SHEET_FILE_MAX))
		rc = err_set(e, RC_LIMIT, "it is larger than %d MB: save its sheets as CSV", SHEET_FILE_MAX >> 20);
	if (rc == RC_OK)
		rc = sheet_read_text(buf_view(&file), STR(""), &l, e);
	if (rc == RC_OK) {
		end_sheet(b);
		if (!b->tables)
			rc = err_set(e, RC_BAD_INPUT, "no sheet has the headings of one of the return’s tables");
	}
	p->table_hint = NULL;
	free(b);
	return rc;
}
