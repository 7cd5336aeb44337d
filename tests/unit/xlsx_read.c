/* Workbooks: what is read from each way of writing one, and what is refused with which words. */
#include "codec/xlsx_read.h"

#include "codec/sheet_read.h"
#include "codec/xlsx_parts.h"
#include "sheettold.h"
#include "zipmake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>

static void reads_file(struct str file, const char *want)
{
	struct told t = { .rows = 0 };
	struct sheet_listener l = told_listener(&t);
	struct err e = { .rc = RC_OK };
	buf_init(&t.b, 16 << 20);
	if (sheet_read_text(file, (struct str){ NULL, 0 }, &l, &e) != RC_OK)
		fail_msg("refused: %s (%s)", e.text, e.detail);
	assert_string_equal(t.b.p ? t.b.p : "", want);
	buf_release(&t.b);
}

static void refuses_file(struct str file, enum rc rc, const char *words)
{
	struct told t = { .rows = 0 };
	struct sheet_listener l = told_listener(&t);
	struct err e = { .rc = RC_OK };
	buf_init(&t.b, 16 << 20);
	enum rc got = sheet_read_text(file, (struct str){ NULL, 0 }, &l, &e);
	if (got != rc || !strstr(e.text, words))
		fail_msg("rc %d \"%s\", not %d \"%s\"", got, e.text, rc, words);
	buf_release(&t.b);
}

static void reads(struct zipmake *z, const char *want)
{
	reads_file(zip_end(z), want);
	zip_release(z);
}

static void refuses(struct zipmake *z, enum rc rc, const char *words)
{
	refuses_file(zip_end(z), rc, words);
	zip_release(z);
}

static void rows_read(const char *rows, const char *want)
{
	struct zipmake z;
	reads_file(book_of_rows(&z, rows), want);
	zip_release(&z);
}

static void rows_refused(const char *rows, enum rc rc, const char *words)
{
	struct zipmake z;
	refuses_file(book_of_rows(&z, rows), rc, words);
	zip_release(&z);
}

/* As Excel writes: shared texts (in the ZIP behind the sheet), references everywhere, spans. */
static void test_excel(void **state)
{
	struct zipmake z;
	(void)state;
	book_begin(&z, 1, "<workbookPr defaultThemeVersion=\"166925\"/>");
	book_sheet(
	    &z, 1,
	    "<dimension ref=\"A1:C3\"/><sheetViews><sheetView workbookViewId=\"0\"/></sheetViews>"
	    "<sheetFormatPr defaultRowHeight=\"15\"/><cols><col min=\"1\" max=\"1\" width=\"9\"/></cols><sheetData>"
	    "<row r=\"1\" spans=\"1:3\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>"
	    "<row r=\"3\" spans=\"1:3\"><c r=\"A3\"><v>9434765919</v></c><c r=\"C3\" t=\"b\"><v>1</v></c></row>"
	    "</sheetData><pageMargins left=\"0.7\" right=\"0.7\"/>");
	book_strings(&z, "<si><t>Name</t></si><si><r><rPr><b/></rPr><t xml:space=\"preserve\">Zo\xC3\xAB </t></r><r>"
			 "<t>Quill</t></r><rPh sb=\"0\" eb=\"1\"><t>aid</t></rPh><phoneticPr fontId=\"1\"/></si>");
	book_styles(&z, "<cellXfs count=\"1\"><xf numFmtId=\"0\"/></cellXfs>");
	reads(&z, "[S1]1:TName|TZo\xC3\xAB Quill|;3:N9434765919|_|BTRUE|;");
}

/* Other writers: inline strings, no references, single quotes, a prefix on every name. */
static void test_other_writers(void **state)
{
	struct zipmake z;
	(void)state;
	rows_read(
	    "<row><c t='inlineStr'><is><t>a</t></is></c><c/><c><v>2</v></c></row><row/><row><c t='str'><v>x</v></c>"
	    "</row>",
	    "[S1]1:Ta|_|N2|;3:Tx|;");
	rows_read("<row r='2'><c r='B2'><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
		  "[S1]2:_|N1|N2|;3:N3|;");
	rows_read("<row r='1'><c r='C1'><v>3</v></c><c r='A1'><v>1</v></c></row>",
		  "[S1]1:N1|_|N3|;"); /* put in order */
	book_begin(&z, 1, "");
	book_part(&z, "XL/Worksheets/Sheet1.xml",
		  "<x:worksheet xmlns:x='" OOXML_MAIN
		  "' xmlns:o='urn:other'><x:sheetData><x:row r='1'><o:c><o:v>9</o:v></o:c>"
		  "<x:c r='A1'><o:v>8</o:v><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>");
	reads(&z, "[S1]1:N1|;");
}

/* As LibreOffice writes: every attribute said, blanks kept everywhere, truth as a formula. */
static void test_libreoffice(void **state)
{
	struct zipmake z;
	(void)state;
	book_begin(&z, 1, "<workbookPr backupFile='false' showObjects='all' date1904='false'/>");
	book_sheet(
	    &z, 1,
	    "<sheetPr filterMode='false'><pageSetUpPr fitToPage='false'/></sheetPr><dimension ref='A1:E2'/>"
	    "<sheetData><row r='1' customFormat='false' ht='12.8' hidden='false' customHeight='false' "
	    "outlineLevel='0' collapsed='false'><c r='A1' s='0' t='s'><v>0</v></c><c r='B1' s='1' "
	    "t='n'><v>40968</v></c>"
	    "<c r='C1' s='2' t='n'><v>46348.5868055556</v></c><c r='D1' s='0' t='b'><f aca='false'>TRUE()</f><v>1</v>"
	    "</c><c r='E1' s='0' t='str'><f aca='false'>A1&amp;&quot;x&quot;</f><v>Ax</v></c></row></sheetData>"
	    "<printOptions headings='false'/>");
	book_strings(&z, "<si><t xml:space='preserve'>A </t></si>");
	book_styles(
	    &z, "<numFmts count='3'><numFmt numFmtId='164' formatCode='General'/><numFmt numFmtId='165' "
		"formatCode='dd/mm/yy'/><numFmt numFmtId='166' formatCode='dd/mm/yyyy\\ hh:mm:ss'/></numFmts>"
		"<cellXfs count='3'><xf numFmtId='164' fontId='0'/><xf numFmtId='165'/><xf numFmtId='166'/></cellXfs>");
	reads(&z, "[S1]1:TA|D2012-02-29|D2026-11-22 14:05|B=TRUE|T=Ax|;");
}

static void test_strict(void **state)
{
	struct zipmake z;
	(void)state;
	zip_begin(&z);
	book_part(&z, "[Content_Types].xml", book_types);
	book_part(&z, "_rels/.rels",
		  "<Relationships xmlns='" OOXML_PACKAGE "relationships'><Relationship Id='a' "
		  "Type='http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument' "
		  "Target='/xl/workbook.xml'/></Relationships>");
	book_part(&z, "xl/workbook.xml",
		  "<workbook xmlns='http://purl.oclc.org/ooxml/spreadsheetml/main' "
		  "xmlns:q='http://purl.oclc.org/ooxml/officeDocument/relationships' conformance='strict'>"
		  "<sheets><sheet name='One' sheetId='1' q:id='x'/></sheets></workbook>");
	book_part(&z, "xl/_rels/workbook.xml.rels",
		  "<Relationships xmlns='" OOXML_PACKAGE "relationships'><Relationship Id='x' "
		  "Type='http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet' "
		  "Target='../xl/./worksheets/a.xml'/></Relationships>");
	book_part(&z, "xl/worksheets/a.xml",
		  "<worksheet xmlns='http://purl.oclc.org/ooxml/spreadsheetml/main'><sheetData><row r='1'>"
		  "<c r='A1' t='d'><v>2026-11-22</v></c><c r='B1' t='d'><v>2026-11-22T14:05:00</v></c>"
		  "<c r='C1' t='d'><v>14:05:00.000</v></c></row></sheetData></worksheet>");
	reads(&z, "[One]1:D2026-11-22|D2026-11-22 14:05|T14:05|;");
}

static void test_sheets(void **state)
{
	struct zipmake z;
	(void)state;
	zip_begin(&z);
	book_part(&z, "[Content_Types].xml", book_types);
	book_part(&z, "_rels/.rels", book_rels);
	book_part(&z, "xl/workbook.xml",
		  "<workbook xmlns='" OOXML_MAIN "' xmlns:r='" OOXML_RELS "'><sheets>"
		  "<sheet name='Second &amp; first' sheetId='7' r:id='b'/><sheet name='Chart' sheetId='9' r:id='c'/>"
		  "<sheet name='Kept' sheetId='2' state='veryHidden' r:id='a'/></sheets></workbook>");
	book_part(&z, "xl/_rels/workbook.xml.rels",
		  "<Relationships xmlns='" OOXML_PACKAGE "relationships'>"
		  "<Relationship Id='a' Type='" OOXML_RELS "/worksheet' Target='worksheets/sheet1.xml'/>"
		  "<Relationship Id='b' Type='" OOXML_RELS "/worksheet' Target='/xl/worksheets/sheet2.xml'/>"
		  "<Relationship Id='c' Type='" OOXML_RELS "/chartsheet' Target='chartsheets/sheet1.xml'/>"
		  "<Relationship Id='h' Type='" OOXML_RELS "/hyperlink' Target='file:///c:/x' TargetMode='External'/>"
		  "</Relationships>");
	book_sheet(&z, 1, "<sheetData><row r='1'><c r='A1'><v>1</v></c></row></sheetData>");
	book_sheet(&z, 2, "<sheetData><row r='1'><c r='A1'><v>2</v></c></row></sheetData>");
	reads(&z, "[Second & first]1:N2|;[Kept hidden]1:N1|;");
}

static void test_skip(void **state)
{
	struct zipmake z;
	struct told t = { .skip = "S1" };
	struct sheet_listener l = told_listener(&t);
	struct err e = { .rc = RC_OK };
	(void)state;
	book_begin(&z, 2, "");
	book_sheet(&z, 1, "<this is not looked at>");
	book_sheet(&z, 2, "<sheetData><row><c><v>2</v></c></row></sheetData>");
	buf_init(&t.b, 1 << 20);
	assert_int_equal(xlsx_read(zip_end(&z), &l, &e), RC_OK);
	assert_string_equal(t.b.p, "[S1][S2]1:N2|;");
	buf_release(&t.b);
	zip_release(&z);
}

static void test_numbers(void **state)
{
	(void)state;
	rows_read(
	    "<row><c><v>0.10000000000000001</v></c><c><v>1E3</v></c><c t='n'><v> -5 </v></c><c><v>1.5</v></c>"
	    "<c><v>12345678901234567890</v></c><c><v>1.2345678901234567E+19</v></c><c><v>0.30000000000000004</v></c>"
	    "</row>",
	    "[S1]1:N0.1|N1000|N-5|N1.5|N12345678901234567890|N1.23456789012346e+19|N0.3|;");
	rows_refused("<row r='4'><c r='AB4'><v>12x</v></c></row>", RC_BAD_INPUT,
		     "sheet 1, cell AB4: it should hold a number, and does not");
	rows_refused("<row><c><v>nan</v></c></row>", RC_BAD_INPUT, "should hold a number");
	rows_refused("<row><c><v>0x10</v></c></row>", RC_BAD_INPUT, "should hold a number");
	rows_refused("<row><c><v>1e999</v></c></row>", RC_BAD_INPUT, "should hold a number");
}

static void test_values(void **state)
{
	(void)state;
	rows_read("<row><c t='b'><v>0</v></c><c t='b'><v>true</v></c><c t='e'><v>#N/A</v></c><c><v/></c><c t='s'/>"
		  "<c t='str'><f>A1&amp;\"\"</f><v></v></c></row>",
		  "[S1]1:BFALSE|BTRUE|X#N/A|;");
	rows_read(
	    "<row><c><f>1+1</f><v>2</v></c><c><f t='shared' si='0'/><v>3</v></c><c t='str'><f>\"a\"</f><v>a b</v></c>"
	    "<c t='e'><f>1/0</f><v>#DIV/0!</v></c><c><f>NOW()</f></c></row>",
	    "[S1]1:N=2|N=3|T=a b|X=#DIV/0!|_=?|;");
	/* rows of formulas that give nothing are empty rows; a formula never worked out is told */
	rows_read("<row><c t='str'><f>IF(1,\"\")</f><v></v></c></row><row><c><f>A1</f></c></row>", "[S1]2:_=?|;");
	rows_refused("<row><c t='b'><v>2</v></c></row>", RC_BAD_INPUT,
		     "sheet 1, cell A1: it is neither true nor false");
	rows_refused("<row><c t='zz'><v>2</v></c></row>", RC_BAD_INPUT, "of a type that no spreadsheet has");
	rows_refused("<row><c t='s'><v>0</v></c></row>", RC_BAD_INPUT, "sheet 1, cell A1: its text is not in the file");
	rows_refused("<row><c t='s'><v>-1</v></c></row>", RC_BAD_INPUT, "cell A1: its text is not in the file");
	rows_refused("<row><c t='s'><v>99999999999999999999</v></c></row>", RC_BAD_INPUT, "its text is not in the file");
	rows_refused("<row><c><v>NaN</v></c></row>", RC_BAD_INPUT, "cell A1: it should hold a number");
	rows_refused("<row><c r='ZZZZZZZ1'><v>1</v></c></row>", RC_BAD_INPUT, "stands elsewhere, or nowhere");
	rows_refused("<row r='4294967297'><c><v>1</v></c></row>", RC_LIMIT, "a number above 1048576");
	rows_refused("<row><c><v>1</v><is><t>2</t></is></c></row>", RC_BAD_INPUT,
		     "sheet 1, cell A1: it holds two values");
	rows_refused("<row><c><v>1</v><v>2</v></c></row>", RC_BAD_INPUT, "it holds two values");
	rows_refused("<row><c s='3'><v>0</v></c></row>", RC_BAD_INPUT, "its format is not in the file");
	rows_refused("<row><c t='d'><v>2026-02-30</v></c></row>", RC_BAD_INPUT, "it should hold a day");
}

static void test_texts(void **state)
{
	(void)state;
	rows_read(
	    "<row><c t='inlineStr'><is><t>\n  a b\n</t></is></c><c t='inlineStr'><is><r><t xml:space='preserve'>c "
	    "</t></r><r><t xml:space='preserve'> d</t></r></is></c><c t='inlineStr'><is><t>   </t></is></c>"
	    "<c t='inlineStr'><is><t>x_x000D_y_x005F_x0041_z_xD83D__xDE00_!_x00_x0041</t></is></c></row>",
	    "[S1]1:Ta b|Tc  d|_|Tx\ry_x0041_z\xF0\x9F\x98\x80!_x00_x0041|;");
	rows_read("<row><c t='str'><v>_x0000__xD800_</v></c></row>", "[S1]1:T\xEF\xBF\xBD\xEF\xBF\xBD|;");
}

static void test_long_text(void **state)
{
	struct buf b;
	struct zipmake z;
	(void)state;
	buf_init(&b, 1 << 20);
	buf_puts(&b, "<si><t>");
	for (int i = 0; i < SHEET_CELL_MAX + 1; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "</t></si><si><t>short</t></si>");
	for (int used = 0; used < 2; used++) { /* too long a text matters only where a cell holds it */
		book_begin(&z, 1, "");
		book_sheet(&z, 1,
			   used ? "<sheetData><row><c t='s'><v>0</v></c></row></sheetData>"
				: "<sheetData><row><c t='s'><v>1</v></c></row></sheetData>");
		book_strings(&z, b.p);
		if (used)
			refuses(&z, RC_LIMIT, "sheet 1, cell A1: its text is longer than 32767 bytes");
		else
			reads(&z, "[S1]1:Tshort|;");
	}
	buf_release(&b);
}

static void test_places(void **state)
{
	(void)state;
	struct buf far;
	buf_init(&far, 4096);
	buf_puts(&far, "[S1]1048576:");
	for (int i = 1; i < SHEET_COLUMNS_MAX; i++)
		buf_puts(&far, "_|");
	buf_puts(&far, "N1|;");
	rows_read("<row r='1048576'><c r='SR1048576'><v>1</v></c></row>", far.p);
	buf_release(&far);
	/* formats far to the right and below are nothing */
	rows_read("<row r='1'><c r='A1'><v>1</v></c><c r='XFD1' s='0'/></row><row r='2'><c r='B2' s='0'/></row>",
		  "[S1]1:N1|;");
	rows_refused("<row r='2'><c r='SS2'><v>1</v></c></row>", RC_LIMIT,
		     "sheet 1, cell SS2: the sheet has more than 512 columns");
	rows_refused("<row r='1'><c r='ZZZ1'/></row>", RC_BAD_INPUT,
		     "sheet 1, row 1: a cell in it says that it stands");
	rows_refused("<row r='1'><c r='A2'/></row>", RC_BAD_INPUT, "stands elsewhere, or nowhere");
	rows_refused("<row r='1'><c r=''/></row>", RC_BAD_INPUT, "stands elsewhere, or nowhere");
	rows_refused("<row r='1'><c r='A99999999999999999999'/></row>", RC_BAD_INPUT, "stands elsewhere, or nowhere");
	rows_refused("<row r='1'><c r='B1'><v>1</v></c><c r='B1'/></row>", RC_BAD_INPUT,
		     "cell B1: the cell stands twice");
	rows_refused("<row r='5'/><row r='4'/>", RC_BAD_INPUT, "row 5: row 4 stands behind it");
	rows_refused("<row r='5'/><row r='5'/>", RC_BAD_INPUT, "row 5: row 5 stands behind it");
	rows_refused("<row r='1048577'/>", RC_LIMIT, "a number above 1048576");
	rows_refused("<row r='1048576'/><row/>", RC_LIMIT, "a number above 1048576");
	rows_refused("<row r='x'/>", RC_BAD_INPUT, "cannot be read");
	rows_refused("<row r='-1'/>", RC_BAD_INPUT, "cannot be read");
}

/* ---- days ---- */

/* Cells of one value under each format: 1 dd/mm/yyyy, 2 a time, 3 both, 4 a length, 5 noughts. */
static void day_read(const char *book_pr, const char *value, const char *want)
{
	struct zipmake z;
	struct buf b;
	book_begin(&z, 1, book_pr);
	buf_init(&b, 1 << 16);
	buf_puts(&b, "<sheetData><row>");
	for (int s = 1; s <= 5; s++)
		buf_printf(&b, "<c s='%d'><v>%s</v></c>", s, value);
	buf_puts(&b, "</row></sheetData>");
	book_sheet(&z, 1, b.p);
	book_styles(&z, "<numFmts><numFmt numFmtId='164' formatCode='dd\\/mm\\/yyyy;@'/><numFmt numFmtId='200' "
			"formatCode='[$-F400]h:mm:ss\\ AM/PM'/><numFmt numFmtId='165' formatCode='0000000'/></numFmts>"
			"<cellStyleXfs><xf numFmtId='22'/><xf numFmtId='22'/></cellStyleXfs>"
			"<cellXfs><xf numFmtId='0'/><xf numFmtId='164' applyNumberFormat='1'/><xf numFmtId='200'/>"
			"<xf numFmtId='22'/><xf numFmtId='46'/><xf numFmtId='165'/></cellXfs>");
	reads(&z, want);
	buf_release(&b);
}

static void test_days(void **state)
{
	static const char from_1904[] = "<workbookPr date1904='1'/>";
	(void)state;
	day_read("", "46348", "[S1]1:D2026-11-22|D2026-11-22 00:00|D2026-11-22 00:00|N46348|N0046348|;");
	day_read("", "46348.586805555555",
		 "[S1]1:D2026-11-22|D2026-11-22 14:05|D2026-11-22 14:05|N46348.5868055556|N46348.5868055556|;");
	day_read("", "0.58680555555555558",
		 "[S1]1:X0.586805555555556|T14:05|X0.586805555555556|N0.586805555555556|N0.586805555555556|;");
	/* the fault of 1900: 59 and 61 are one day apart, 60 is no day */
	day_read("", "1", "[S1]1:D1900-01-01|D1900-01-01 00:00|D1900-01-01 00:00|N1|N0000001|;");
	day_read("", "59", "[S1]1:D1900-02-28|D1900-02-28 00:00|D1900-02-28 00:00|N59|N0000059|;");
	day_read("", "60", "[S1]1:X60|X60|X60|N60|N0000060|;");
	day_read("", "61", "[S1]1:D1900-03-01|D1900-03-01 00:00|D1900-03-01 00:00|N61|N0000061|;");
	day_read("", "0", "[S1]1:X0|T00:00|X0|N0|N0000000|;");
	day_read("", "-1", "[S1]1:X-1|X-1|X-1|N-1|N-0000001|;");
	day_read("", "2958465", "[S1]1:D9999-12-31|D9999-12-31 00:00|D9999-12-31 00:00|N2958465|N2958465|;");
	day_read("", "2958466", "[S1]1:X2958466|X2958466|X2958466|N2958466|N2958466|;");
	day_read("", "1e300", "[S1]1:X1e+300|X1e+300|X1e+300|N1e+300|N1e+300|;");
	/* 1904: the same days four years and a day on */
	day_read(from_1904, "44886", "[S1]1:D2026-11-22|D2026-11-22 00:00|D2026-11-22 00:00|N44886|N0044886|;");
	day_read(from_1904, "0", "[S1]1:D1904-01-01|T00:00|D1904-01-01 00:00|N0|N0000000|;");
}

static void shows(const char *code, unsigned want)
{
	unsigned got = xlsx_format_of(str_of(code)).shows;
	if (got != want)
		fail_msg("%s shows %u, not %u", code, got, want);
}

static void test_formats(void **state)
{
	(void)state;
	shows("dd/mm/yyyy", SHOWS_DAY);
	shows("DD.MM.YY", SHOWS_DAY);
	shows("mmm-yy", SHOWS_DAY);
	shows("mmmm", SHOWS_DAY);
	shows("[$-809]d mmmm yyyy;@", SHOWS_DAY);
	shows("yyyy\\-mm\\-dd\\Thh:mm", SHOWS_DAY | SHOWS_TIME);
	shows("d/m/yy h:mm AM/PM", SHOWS_DAY | SHOWS_TIME);
	shows("mm:ss.0", SHOWS_TIME);
	shows("hh:mm", SHOWS_TIME);
	shows("[h]:mm:ss", SHOWS_LENGTH);
	shows("[mm]:ss", SHOWS_LENGTH);
	shows("General", 0);
	shows("General\" days\"", 0);
	shows("0.00E+00", 0);
	shows("#,##0.00_);[Red](#,##0.00)", 0);
	shows("0\" days\"", 0);
	shows("0\\d", 0);
	shows("_-* #,##0_-", 0);
	shows("_d0*m", 0);
	shows("[Red]0", 0);
	shows("[$USD-409]0", 0);
	shows("@", 0);
	shows("0\"", 0);
	shows("[h", 0);
	shows("\\", 0);
	shows("", 0);
	assert_int_equal(xlsx_format_of(STR("0000000000")).noughts, 10);
	assert_int_equal(xlsx_format_of(STR("0")).noughts, 0);
	assert_int_equal(xlsx_format_of(STR("000-000")).noughts, 0);
}

/* ---- merged areas and notes ---- */

static void test_merged(void **state)
{
	struct zipmake z;
	(void)state;
	book_begin(&z, 1, "");
	book_sheet(
	    &z, 1,
	    "<sheetData><row r='1'><c r='A1' t='str'><v>title</v></c></row>"
	    "<row r='2'><c r='A2' t='str'><v>a</v></c><c r='B2'><v>1</v></c></row>"
	    "<row r='3'><c r='B3'><v>2</v></c></row><row r='4'><c r='B4'/></row><row r='5'><c r='B5'><v>3</v></c>"
	    "</row></sheetData><mergeCells count='2'><mergeCell ref='A2:A4'/><mergeCell ref='A1:C1'/>"
	    "<mergeCell ref='nonsense'/><mergeCell ref='A9:XFD1048576'/></mergeCells>");
	reads(&z, "[S1]1:Ttitle|_^|_^|;2:Ta|N1|;3:_^|N2|;5:_|N3|;");
	book_begin(&z, 1, "");
	book_sheet(&z, 1,
		   "<sheetData><row r='2'><c r='A2'><v>1</v></c></row></sheetData><mergeCells><mergeCell "
		   "ref='A1:XFD9'/><mergeCell ref='B1:C9'/></mergeCells>");
	refuses(&z, RC_BAD_INPUT, "sheet 1, row 2: merged areas overlap");
}

/* A sheet in UTF-16, where the word that tells of merged areas looks otherwise. */
static void test_utf16(void **state)
{
	static const char text[] = "<worksheet xmlns='" OOXML_MAIN "'><sheetData><row><c><v>1</v></c></row></sheetData>"
				   "<mergeCells><mergeCell ref='A1:B1'/></mergeCells></worksheet>";
	char wide[2 * sizeof text] = "\xFF\xFE";
	struct zipmake z;
	(void)state;
	for (size_t i = 0; i + 1 < sizeof text; i++) {
		wide[2 + 2 * i] = text[i];
		wide[3 + 2 * i] = '\0';
	}
	book_begin(&z, 1, "");
	zip_put(&z, "xl/worksheets/sheet1.xml", (struct str){ wide, 2 * sizeof text });
	reads(&z, "[S1]1:N1|_^|;");
}

static void test_notes(void **state)
{
	struct zipmake z;
	(void)state;
	book_begin(&z, 1, "");
	book_sheet(&z, 1, "<sheetData><row r='2'><c r='A2'><v>1</v></c></row><row r='4'/></sheetData>");
	book_part(&z, "xl/worksheets/_rels/sheet1.xml.rels",
		  "<Relationships xmlns='" OOXML_PACKAGE "relationships'><Relationship Id='c' Type='" OOXML_RELS
		  "/comments' Target='../comments1.xml'/></Relationships>");
	book_part(
	    &z, "xl/comments1.xml",
	    "<comments xmlns='" OOXML_MAIN "'><authors><author>A</author></authors><commentList>"
	    "<comment ref='C4' authorId='0'><text><t>last</t></text></comment>"
	    "<comment ref='A2' authorId='0'><text><r><t xml:space='preserve'>Look: </t></r><r><t>here</t></r></text>"
	    "</comment><comment ref='B9'><text><t>lonely</t></text></comment>"
	    "<comment ref='A1'><text><t>first</t></text></comment></commentList></comments>");
	reads(&z, "[S1]1:_!first|;2:N1!Look: here|;4:_|_|_!last|;9:_|_!lonely|;");
}

/* ---- what is refused as a whole ---- */

static void test_kinds_refused(void **state)
{
	struct zipmake z;
	static const struct {
		const char *part, *words;
	} kinds[] = {
		{ "xl/vbaProject.bin", "holds macros (.xlsm), which are programs and are not taken: save it as .xlsx" },
		{ "xl/workbook.bin", "(.xlsb): save it as .xlsx" },
		{ "content.xml", "OpenDocument file (.ods): save it as .xlsx" },
		{ "Index/Document.iwa", "made by Numbers: export it" },
		{ "word/document.xml", "is a Word document" },
		{ "holiday.jpg", "a ZIP file, not a workbook: take the files out of it" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		zip_begin(&z);
		book_part(&z, kinds[i].part, "x");
		refuses(&z, RC_BAD_INPUT, kinds[i].words);
	}
	zip_begin(&z);
	book_part(&z, "[Content_Types].xml",
		  "<Types xmlns='" OOXML_PACKAGE "content-types'><Override PartName='/xl/workbook.xml' "
		  "ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/></Types>");
	refuses(&z, RC_BAD_INPUT, "holds macros (.xlsm)");
	refuses_file(STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 W\0o\0r\0k\0b\0o\0o\0k\0"), RC_BAD_INPUT,
		     "an old Excel workbook (.xls)");
	refuses_file(STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"),
		     RC_BAD_INPUT, "protected with a password");
	refuses_file(STR("%PDF-1.7"), RC_BAD_INPUT, "a PDF document");
	refuses_file(STR("\xEF\xBB\xBF \n<HTML><table>"), RC_BAD_INPUT, "a web page");
	refuses_file(STR("<?xml version='1.0'?><Workbook/>"), RC_BAD_INPUT, "an XML file, not a table");
	refuses_file(STR(""), RC_BAD_INPUT, "the file is empty");
}

static void book_refused(const char *sheets, const char *rels, const char *words)
{
	struct zipmake z;
	struct buf b;
	buf_init(&b, 1 << 16);
	zip_begin(&z);
	book_part(&z, "[Content_Types].xml", book_types);
	book_part(&z, "_rels/.rels", book_rels);
	buf_printf(&b, "<workbook xmlns='" OOXML_MAIN "' xmlns:r='" OOXML_RELS "'>%s</workbook>", sheets);
	book_part(&z, "xl/workbook.xml", b.p);
	buf_reset(&b);
	buf_printf(&b, "<Relationships xmlns='" OOXML_PACKAGE "relationships'>%s</Relationships>", rels);
	book_part(&z, "xl/_rels/workbook.xml.rels", b.p);
	buf_release(&b);
	refuses(&z, RC_BAD_INPUT, words);
}

#define SHEET_RELATION(id, target) "<Relationship Id='" id "' Type='" OOXML_RELS "/worksheet' Target='" target "'/>"

static void test_books_refused(void **state)
{
	struct zipmake z;
	(void)state;
	book_refused("", "", "the workbook is damaged: it has no sheets");
	book_refused("<sheets><sheet name='a' r:id='x'/></sheets>", "", "names a sheet that is not in the file");
	book_refused("<sheets><sheet name='a' r:id='x'/></sheets>", SHEET_RELATION("x", "none.xml"),
		     "names a sheet that is not in the file");
	book_refused("<sheets><sheet name='a' r:id='x'/></sheets>", SHEET_RELATION("x", "../../../etc/passwd"),
		     "names a sheet that is not in the file");
	/* a list that names itself as a sheet */
	book_refused("<sheets><sheet name='a' r:id='x'/></sheets>", SHEET_RELATION("x", "workbook.xml"),
		     "save it again): line 1, column 1: <worksheet> of a workbook is expected here");
	book_refused("<sheets><sheet name='a' r:id='x'/><sheet name='b' r:id='y'/></sheets>",
		     SHEET_RELATION("x", "workbook.xml") SHEET_RELATION("y", "./workbook.xml"),
		     "names one sheet twice");
	book_begin(&z, 201, "");
	refuses(&z, RC_LIMIT, "the workbook has more than 200 sheets");
	zip_begin(&z);
	book_part(&z, "[Content_Types].xml", book_types);
	refuses(&z, RC_BAD_INPUT, "its list of sheets is missing");
	book_begin(&z, 1, "<!-- -->");
	book_part(&z, "xl/worksheets/sheet1.xml", "<worksheet xmlns='" OOXML_MAIN "'><sheetData><row>");
	refuses(&z, RC_BAD_INPUT,
		"sheet 1 cannot be read (open the workbook in your spreadsheet program and save it again): line 1");
	book_begin(&z, 1, "");
	book_part(&z, "xl/worksheets/sheet1.xml",
		  "<!DOCTYPE worksheet [<!ENTITY a 'aaaa'>]><worksheet xmlns='" OOXML_MAIN "'>&a;</worksheet>");
	refuses(&z, RC_BAD_INPUT, "it has a DOCTYPE, which is refused");
	book_begin(&z, 1, "");
	book_part(&z, "xl/worksheets/sheet1.xml", "<worksheet xmlns='urn:something'/>");
	refuses(&z, RC_BAD_INPUT, "<worksheet> of a workbook is expected here");
}

static enum rc had_enough(void *arg, int64_t line, const struct cell *cells, size_t n, struct err *e)
{
	(void)arg;
	(void)cells;
	(void)n;
	return err_set(e, RC_CONFLICT, "row %" PRId64 " was enough", line);
}

static void test_listener_stops(void **state)
{
	const struct sheet_listener l = { NULL, had_enough, NULL };
	struct zipmake z;
	struct err e = { .rc = RC_OK };
	(void)state;
	struct str file = book_of_rows(&z, "<row r='3'><c><v>1</v></c></row><row><c><v>1</v></c></row>");
	assert_int_equal(sheet_read_text(file, STR("a.xlsx"), &l, &e), RC_CONFLICT);
	assert_string_equal(e.text, "a.xlsx: row 3 was enough");
	zip_release(&z);
}

/* A file without end of the wrong kind, a pipe, a file of both kinds through sheet_read. */
static void test_from_fd(void **state)
{
	struct zipmake z;
	struct told t = { .rows = 0 };
	struct sheet_listener l = told_listener(&t);
	struct err e = { .rc = RC_OK };
	int p[2];
	(void)state;
	struct str file = book_of_rows(&z, "<row><c><v>1</v></c></row>");
	buf_init(&t.b, 1 << 20);
	assert_int_equal(pipe(p), 0);
	assert_int_equal(write(p[1], file.p, file.n), (ssize_t)file.n);
	close(p[1]);
	assert_int_equal(sheet_read(p[0], STR("x.csv"), &l, &e), RC_OK);
	close(p[0]);
	assert_int_equal(pipe(p), 0);
	assert_int_equal(write(p[1], "a,b,\n\n,2\n,\n", 11), 11);
	close(p[1]);
	assert_int_equal(sheet_read(p[0], STR("x.xlsx"), &l, &e), RC_OK);
	close(p[0]);
	assert_string_equal(t.b.p, "[S1]1:N1|;[]1:Ta|Tb|;3:_|T2|;");
	zip_release(&z);
	buf_release(&t.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_excel),	       cmocka_unit_test(test_other_writers),
		cmocka_unit_test(test_strict),	       cmocka_unit_test(test_libreoffice),
		cmocka_unit_test(test_sheets),	       cmocka_unit_test(test_skip),
		cmocka_unit_test(test_numbers),	       cmocka_unit_test(test_values),
		cmocka_unit_test(test_texts),	       cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_places),	       cmocka_unit_test(test_days),
		cmocka_unit_test(test_formats),	       cmocka_unit_test(test_merged),
		cmocka_unit_test(test_notes),	       cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_kinds_refused),  cmocka_unit_test(test_books_refused),
		cmocka_unit_test(test_listener_stops), cmocka_unit_test(test_from_fd),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
