/* Workbooks: any bytes as a file, and any bytes as the parts of a sound ZIP. Rows only
 * go on, texts are UTF-8 and no longer than a cell, and what is refused says why. */
#include "fuzz/help.h"

#include "codec/sheet_read.h"
#include "zipmake.h"

struct seen {
	int64_t line;
	int sheets;
};

static enum rc on_sheet(void *arg, struct str name, bool hidden, bool *skip_out, struct err *e)
{
	struct seen *s = arg;
	(void)hidden;
	(void)e;
	if (++s->sheets > SHEETS_MAX || utf8_bad_at(name) != SIZE_MAX)
		abort();
	s->line = 0;
	*skip_out = false;
	return RC_OK;
}

static enum rc on_row(void *arg, int64_t line, const struct cell *cells, size_t n, struct err *e)
{
	struct seen *s = arg;
	(void)e;
	if (line <= s->line || n > SHEET_COLUMNS_MAX)
		abort();
	s->line = line;
	for (size_t i = 0; i < n; i++) {
		const struct cell *c = &cells[i];
		if (c->text.n > SHEET_CELL_MAX || utf8_bad_at(c->text) != SIZE_MAX ||
		    utf8_bad_at(c->note) != SIZE_MAX || c->minute < -1 || c->minute >= 1440 ||
		    (c->kind == CELL_DAY) != (c->day != DAY_NONE) || (c->kind != CELL_EMPTY && !c->text.n))
			abort();
	}
	return RC_OK;
}

static void read_it(struct str file)
{
	struct seen s = { .line = 0 };
	const struct sheet_listener l = { on_sheet, on_row, &s };
	struct err e = { .rc = RC_OK };
	if (sheet_read_text(file, STR("f"), &l, &e) != RC_OK && !e.text[0])
		abort();
}

/* Parts between bytes 0xFE, in this order; what is empty is as it should be. */
static void read_parts(const uint8_t *data, size_t size)
{
	static const char *const parts[] = { "xl/worksheets/sheet1.xml",
					     "xl/sharedStrings.xml",
					     "xl/styles.xml",
					     "xl/comments1.xml",
					     "xl/workbook.xml",
					     "xl/_rels/workbook.xml.rels",
					     "xl/worksheets/_rels/sheet1.xml.rels",
					     "[Content_Types].xml" };
	struct zipmake z;
	zip_begin(&z);
	z.store = true;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		struct str s = fuzz_piece(&data, &size);
		if (s.n)
			zip_put(&z, parts[i], s);
		else if (i == 4)
			book_part(&z, parts[i],
				  "<workbook xmlns='" OOXML_MAIN "' xmlns:r='" OOXML_RELS
				  "'><sheets><sheet name='S' sheetId='1' r:id='a'/></sheets></workbook>");
		else if (i == 5)
			book_part(
			    &z, parts[i],
			    "<Relationships xmlns='" OOXML_PACKAGE "relationships'>"
			    "<Relationship Id='a' Type='" OOXML_RELS "/worksheet' Target='worksheets/sheet1.xml'/>"
			    "<Relationship Id='b' Type='" OOXML_RELS "/sharedStrings' Target='sharedStrings.xml'/>"
			    "<Relationship Id='c' Type='" OOXML_RELS "/styles' Target='styles.xml'/></Relationships>");
		else if (i == 6)
			book_part(&z, parts[i],
				  "<Relationships xmlns='" OOXML_PACKAGE
				  "relationships'><Relationship Id='a' Type='" OOXML_RELS
				  "/comments' Target='/xl/comments1.xml'/></Relationships>");
		else if (i == 7)
			book_part(&z, parts[i], book_types);
	}
	book_part(&z, "_rels/.rels", book_rels);
	read_it(zip_end(&z));
	zip_release(&z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size >= 2 && memcmp(data, "PK", 2) == 0)
		read_it((struct str){ (const char *)data, size });
	else
		read_parts(data, size);
	return 0;
}
