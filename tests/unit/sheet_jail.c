/* Spreadsheets made to do harm, read in the jail: each ends in one sentence, within its limits. */
#include "base/jail.h"
#include "codec/sheet_read.h"
#include "codec/xlsx_write.h"
#include "sheettold.h"
#include "zipmake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

/* What sheet_read.h says is enough; a sanitizer keeps what was freed, and is slower. */
#if defined(__SANITIZE_ADDRESS__)
enum { MEMORY_MB = 1536, SECONDS = 60 };
#else
enum { MEMORY_MB = 512, SECONDS = 10 };
#endif

static const struct jail_limits limits = {
	.memory_max = (size_t)MEMORY_MB << 20, .cpu_seconds = SECONDS, .wall_ms = 120000, .output_max = 1 << 20
};

struct answer {
	enum rc rc;
	size_t rows;
	char text[ERR_TEXT_MAX];
};

static enum rc count_row(void *arg, int64_t line, const struct cell *cells, size_t n, struct err *e)
{
	struct answer *a = arg;
	(void)line;
	(void)cells;
	(void)n;
	(void)e;
	a->rows++;
	return RC_OK;
}

static int read_inside(int out_fd, void *arg)
{
	struct answer a = { .rows = 0 };
	const struct sheet_listener l = { NULL, count_row, &a };
	struct err e = { .rc = RC_OK };
	a.rc = sheet_read(*(int *)arg, STR("list.xlsx"), &l, &e);
	memcpy(a.text, e.text, sizeof a.text);
	return write(out_fd, &a, sizeof a) == sizeof a ? 0 : 1;
}

static enum rc hear(void *arg, const void *p, size_t n, struct err *e)
{
	if (n != sizeof(struct answer))
		return err_set(e, RC_INTERNAL, "half an answer");
	memcpy(arg, p, n);
	return RC_OK;
}

static struct answer read_jailed(struct str file)
{
	struct answer a = { .rc = RC_INTERNAL };
	struct err e = { .rc = RC_OK };
	int fd = memfd_create("file", MFD_CLOEXEC);
	assert_true(fd >= 0 && write(fd, file.p, file.n) == (ssize_t)file.n && lseek(fd, 0, SEEK_SET) == 0);
	if (jail_run("The file", &limits, &fd, 1, read_inside, &fd, hear, &a, &e) != RC_OK)
		fail_msg("the jail had to end it: %s (%s)", e.text, e.detail);
	close(fd);
	return a;
}

static void refused(struct zipmake *z, enum rc rc, const char *words)
{
	struct answer a = read_jailed(zip_end(z));
	if (a.rc != rc || !strstr(a.text, words) || !str_starts(str_of(a.text), "list.xlsx: "))
		fail_msg("rc %d \"%s\", not %d \"%s\"", a.rc, a.text, rc, words);
	assert_true(strlen(a.text) < 300 && !strchr(a.text, '\n'));
	zip_release(z);
}

static void rows_told(struct zipmake *z, size_t rows)
{
	struct answer a = read_jailed(zip_end(z));
	if (a.rc != RC_OK)
		fail_msg("refused: %s", a.text);
	assert_int_equal(a.rows, rows);
	zip_release(z);
}

static void repeat(struct buf *b, const char *what, size_t n)
{
	size_t k = strlen(what);
	for (size_t i = 0; i < n; i++)
		buf_put(b, what, k);
}

/* So many GB of blanks in as many MB: packed once, then the packed bytes over and over. */
static void put_bomb(struct zipmake *z, const char *name, const char *before, int gb)
{
	enum { PIECE = 1 << 20 };
	int times = gb * 1024;
	struct buf b;
	char *blanks = xmalloc(PIECE);
	memset(blanks, ' ', PIECE);
	struct str first = zip_deflate(str_of(before), Z_FULL_FLUSH);
	struct str piece = zip_deflate((struct str){ blanks, PIECE }, Z_FULL_FLUSH);
	buf_init(&b, 128 << 20);
	buf_str(&b, first);
	for (int i = 0; i < times; i++)
		buf_str(&b, piece);
	zip_put_packed(z, name, buf_view(&b), 8, 0, (uint64_t)PIECE * (uint64_t)times);
	free((char *)(uintptr_t)first.p);
	free((char *)(uintptr_t)piece.p);
	free(blanks);
	buf_release(&b);
}

static void test_bombs(void **state)
{
	static const char before[] = "<worksheet xmlns='" OOXML_MAIN "'><sheetData>";
	struct zipmake z;
	(void)state;
	book_begin(&z, 1, "");
	z.zip64 = true;
	put_bomb(&z, "xl/worksheets/sheet1.xml", before, 20);
	z.zip64 = false;
	refused(&z, RC_LIMIT, "a part of it unpacks to more than 1024 MB");
	book_begin(&z, 1, "");
	z.lie_unpacked = 1 << 30;
	put_bomb(&z, "xl/worksheets/sheet1.xml", before, 20);
	refused(&z, RC_LIMIT, "a part of it unpacks to more than 1024 MB");
	book_begin(&z, 1, "");
	book_sheet(&z, 1, "");
	z.lie_unpacked = 1 << 20;
	put_bomb(&z, "xl/sharedStrings.xml", "<sst xmlns='" OOXML_MAIN "'><si><t>", 1);
	refused(
	    &z, RC_LIMIT,
	    "the workbook's list of texts cannot be read (open the workbook in your spreadsheet program and save it "
	    "again): line 1, column 262145: a text is longer");
	/* the sheet is looked through as bytes before it is read as XML */
	book_begin(&z, 1, "");
	put_bomb(&z, "xl/worksheets/sheet1.xml", before, 1);
	refused(&z, RC_LIMIT, "unpacks to more than 250 times its size");
}

static void test_nested(void **state)
{
	struct zipmake inner, z;
	(void)state;
	zip_begin(&inner);
	zip_put(&inner, "a", STR("x"));
	struct str file = zip_end(&inner);
	zip_begin(&z);
	zip_put(&z, "1.zip", file);
	zip_put(&z, "2.zip", file);
	refused(&z, RC_BAD_INPUT, "a ZIP file, not a workbook");
	book_begin(&z, 1, "");
	zip_put(&z, "xl/worksheets/sheet1.xml", file);
	refused(&z, RC_BAD_INPUT, "column 3: this is not XML");
	zip_release(&inner);
}

static void test_entities(void **state)
{
	static const char laughs[] =
	    "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>"
	    "<!ENTITY c '&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;'>]><x>&d;</x>";
	static const char outside[] = "<!DOCTYPE x [<!ENTITY p SYSTEM 'file:///etc/passwd'>]><x>&p;</x>";
	static const char *const parts[] = { "[Content_Types].xml",	   "_rels/.rels",	   "xl/workbook.xml",
					     "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml",
					     "xl/worksheets/sheet1.xml" };
	(void)state;
	for (size_t i = 0; i < 2 * COUNT_OF(parts); i++) {
		struct zipmake from, z;
		/* a whole workbook but for this part */
		zip_begin(&z);
		book_begin(&from, 1, "");
		zip_release(&from);
		const char *bad = parts[i / 2];
		if (i / 2 > 3) {
			zip_release(&z);
			book_begin(&z, 1, "");
			if (i / 2 != 6)
				book_sheet(&z, 1, "");
		} else if (i / 2 > 0) {
			book_part(&z, "[Content_Types].xml", book_types);
			if (i / 2 == 3)
				book_part(&z, "xl/workbook.xml", "<workbook xmlns='" OOXML_MAIN "'/>");
		}
		book_part(&z, bad, i % 2 ? laughs : outside);
		refused(&z, RC_BAD_INPUT, "it has a DOCTYPE, which is refused");
	}
}

static void test_sizes(void **state)
{
	struct zipmake z;
	struct buf b;
	(void)state;
	buf_init(&b, 128 << 20);
	/* a million empty rows, numbered and not, and dimensions and columns that promise the world */
	buf_puts(&b,
		 "<dimension ref='A1:XFD1048576'/><cols><col min='1' max='16384' width='1e308'/></cols><sheetData>");
	for (int i = 1; i <= SHEET_ROWS_MAX; i++)
		buf_printf(&b, i % 2 ? "<row r='%d'/>" : "<row r='%d' s='1' customFormat='1'></row>", i);
	buf_puts(&b, "</sheetData>");
	book_begin(&z, 1, "");
	book_sheet(&z, 1, b.p);
	rows_told(&z, 0);
	/* cells that are empty but for their format */
	buf_reset(&b);
	buf_puts(&b, "<sheetData>");
	for (int i = 0; i < 200; i++) {
		buf_puts(&b, "<row>");
		repeat(&b, "<c/>", 2000);
		buf_puts(&b, "</row>");
	}
	buf_puts(&b, "</sheetData>");
	book_begin(&z, 1, "");
	book_sheet(&z, 1, b.p);
	rows_told(&z, 0);
	/* deep */
	buf_reset(&b);
	repeat(&b, "<a>", 100000);
	book_begin(&z, 1, "");
	book_sheet(&z, 1, b.p);
	refused(&z, RC_LIMIT, "elements stand inside each other more than 32 deep");
	/* one text, one tag without end */
	buf_reset(&b);
	buf_puts(&b, "<sheetData><row><c t='str'><v>");
	for (int i = 0; i < 3 << 20; i++)
		buf_putc(&b, (char)('a' + i % 1009 * 7919 % 26));
	book_begin(&z, 1, "");
	book_sheet(&z, 1, b.p);
	refused(&z, RC_LIMIT, "a text is longer than 262144 bytes");
	buf_release(&b);
	book_begin(&z, 100000, "");
	refused(&z, RC_LIMIT, "list of parts cannot be read (open");
	book_begin(&z, 4000, "");
	refused(&z, RC_LIMIT, "the workbook has more than 200 sheets");
	zip_begin(&z);
	for (int i = 0; i < 50000; i++) {
		char name[16];
		snprintf(name, sizeof name, "%d", i);
		zip_put_packed(&z, name, STR(""), 0, 0, 0);
	}
	refused(&z, RC_LIMIT, "holds more than 4096 parts");
}

/* Relations that lead round and round: the package names itself, a sheet its own list. */
static void test_loops(void **state)
{
	struct zipmake z;
	(void)state;
	zip_begin(&z);
	book_part(&z, "[Content_Types].xml", book_types);
	book_part(&z, "_rels/.rels",
		  "<Relationships xmlns='" OOXML_PACKAGE "relationships'><Relationship Id='a' Type='" OOXML_RELS
		  "/officeDocument' Target='_rels/.rels'/></Relationships>");
	refused(&z, RC_BAD_INPUT, "<workbook> of a workbook is expected here");
	book_begin(&z, 1, "");
	book_sheet(&z, 1, "<sheetData/>");
	book_part(&z, "xl/worksheets/_rels/sheet1.xml.rels",
		  "<Relationships xmlns='" OOXML_PACKAGE "relationships'><Relationship Id='a' Type='" OOXML_RELS
		  "/comments' Target='sheet1.xml'/></Relationships>");
	refused(&z, RC_BAD_INPUT, "<comments> of a workbook is expected here");
}

static void test_stairs_of_merges(void **state)
{
	struct zipmake z;
	struct buf b;
	(void)state;
	buf_init(&b, 16 << 20);
	buf_puts(&b, "<sheetData>");
	repeat(&b, "<row><c><v>1</v></c></row>", 20000);
	buf_puts(&b, "</sheetData><mergeCells>");
	for (int i = 1; i <= 60000; i++)
		buf_printf(&b, "<mergeCell ref='A%d:SR1048576'/>", i);
	buf_puts(&b, "</mergeCells>");
	book_begin(&z, 1, "");
	book_sheet(&z, 1, b.p);
	refused(&z, RC_BAD_INPUT, "sheet 1, row 2: merged areas overlap");
	buf_release(&b);
}

/* ---- damage: every k-th byte changed, every k-th length ---- */

static struct str whole; /* what is damaged; the jail sees our memory */

static int damage_inside(int out_fd, void *arg)
{
	struct answer sum = { .rc = RC_OK };
	size_t step = *(size_t *)arg;
	char *copy = xmalloc(whole.n);
	for (size_t i = 0; i < 2 * whole.n; i += step) {
		struct answer a = { .rows = 0 };
		const struct sheet_listener l = { NULL, count_row, &a };
		struct err e = { .rc = RC_OK };
		size_t at = i % whole.n;
		memcpy(copy, whole.p, whole.n);
		copy[at] = (char)(copy[at] ^ (i < whole.n ? 0xFF : 0));
		enum rc rc = sheet_read_text((struct str){ copy, i < whole.n ? whole.n : at }, STR("f"), &l, &e);
		if (rc != RC_OK && !e.text[0])
			return 1;
		sum.rows += rc != RC_OK;
	}
	return write(out_fd, &sum, sizeof sum) == sizeof sum ? 0 : 1;
}

static void test_damage(void **state)
{
	static const struct xlsx_about about = { .title = "t", .created_ms = 1000 };
	static const struct xlsx_column columns[] = { { "A", 0, false }, { "B", 0, false } };
	struct xlsx_writer *w = xlsx_writer_new(&about);
	struct answer a = { .rows = 0 };
	struct err e = { .rc = RC_OK };
	struct buf file;
	size_t step = 7;
	(void)state;
	xlsx_sheet_begin(w, STR("S"), columns, 2);
	for (int i = 0; i < 20; i++) {
		xlsx_put_text(w, STR("text"));
		xlsx_put_day(w, i * 100, MINUTE_NONE);
		xlsx_row_end(w);
	}
	buf_init(&file, 1 << 20);
	assert_int_equal(xlsx_finish(w, &file, &e), RC_OK);
	xlsx_writer_free(w);
	whole = buf_view(&file);
	if (jail_run("The file", &limits, NULL, 0, damage_inside, &step, hear, &a, &e) != RC_OK)
		fail_msg("the jail had to end it: %s (%s)", e.text, e.detail);
	assert_true(a.rows > whole.n / step); /* every cut, and many of the changes */
	buf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bombs),  cmocka_unit_test(test_nested), cmocka_unit_test(test_entities),
		cmocka_unit_test(test_sizes),  cmocka_unit_test(test_loops),  cmocka_unit_test(test_stairs_of_merges),
		cmocka_unit_test(test_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
