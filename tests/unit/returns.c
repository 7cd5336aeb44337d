/* The yearly return: every rule tells what it should and nothing else; CSV and XML say the
 * same, and a workbook; hostile files are refused in words; what cannot run says so. */
#include "base/hash.h"
#include "base/text.h"
#include "codec/xlsx_write.h"
#include "sheetgrid.h"
#include "exchange/ssda903/ssda903.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct return_spec *spec;
static char folder[] = "/tmp/linnet-returns-XXXXXX";
static struct err err;

#define assert_str(want, got) assert_true(str_is(got, want))
#define assert_ok(call)                                                                                                \
	do {                                                                                                           \
		if ((call) != RC_OK)                                                                                   \
			fail_msg("%s: %s [%s]", #call, err.text, err.detail);                                          \
	} while (0)

/* ---- every rule, by the table of tests/data/returns/rules.txt ---- */

static const struct {
	char letter;
	const char *table;
} letters[] = { { 'H', "Header" },   { 'E', "Episodes" }, { 'R', "Reviews" },	 { 'U', "UASC" },
		{ 'O', "OC2" },	     { 'C', "OC3" },	  { 'A', "AD1" },	 { 'P', "PlacedAdoption" },
		{ 'V', "PrevPerm" }, { 'M', "Missing" },  { 'S', "SWEpisodes" }, { 'D', "DoLo" } };

static struct return_frame *empty_frame(int year)
{
	struct return_frame *f = return_frame_new(spec, year);
	for (int when = 0; when < 2; when++)
		for (size_t t = 0; t < return_tables(spec); t++)
			if (return_table_in_year(spec, t, year))
				return_frame_table(f, when, t);
	return f;
}

static struct str cut_word(struct str *s, char c)
{
	struct str one = str_trim(str_cut(*s, c, s));
	*s = str_trim(*s);
	return one;
}

/* "lE a DECOM=01/05/2025 LS=C2"; a value goes on to the next NAME=. */
static void add_row(struct return_frame *f, struct str row)
{
	struct str cells[RETURN_COLUMNS_MAX] = { { NULL, 0 } };
	struct str table = cut_word(&row, ' '), child = cut_word(&row, ' ');
	int when = table.n > 1 && table.p[0] == 'l' ? RETURN_LAST : RETURN_NOW;
	size_t t = SIZE_MAX;
	for (size_t i = 0; i < COUNT_OF(letters); i++)
		if (letters[i].letter == table.p[table.n - 1])
			t = return_table_find(spec, str_of(letters[i].table));
	assert_true(t != SIZE_MAX);
	cells[0] = child;
	struct str *last = NULL;
	while (row.n) {
		struct str word = cut_word(&row, ' '), value;
		struct str name = str_cut(word, '=', &value);
		if (name.n == word.n) { /* the rest of a postcode */
			assert_non_null(last);
			last->n = (size_t)(word.p + word.n - last->p);
			continue;
		}
		size_t c = return_column_find(spec, t, name);
		if (c == SIZE_MAX)
			fail_msg("no column " STR_FMT, STR_ARG(name));
		cells[c] = value;
		last = &cells[c];
	}
	return_frame_row(f, when, t, cells, return_columns(spec, t));
}

static bool fired_once[RETURN_RULES_MAX];

static void one_case(struct str line, int number)
{
	char told[64] = "", want[64] = "", text[24];
	struct str rows;
	struct str head = cut_word(&line, '|');
	rows = cut_word(&line, '|');
	struct str year_word;
	struct str code = str_cut(head, '@', &year_word);
	int year = return_year(spec, year_word.n ? year_word : STR("2025-26"));
	assert_true(year >= 0);
	struct return_frame *f = empty_frame(year);
	while (rows.n)
		add_row(f, cut_word(&rows, ';'));
	return_frame_done(f);
	struct return_result *r;
	assert_ok(return_check(f, 1, &r, &err));
	bool known = false, children[26] = { false };
	for (size_t i = 0; i < return_rules(spec); i++) {
		if (!str_eq(return_rule(spec, i).code, code) || !r->rules[i].state)
			continue;
		known = true;
		if (r->rules[i].state == RETURN_NOT_RUN)
			fail_msg("line %d: rule " STR_FMT " was not run: " STR_FMT, number, STR_ARG(code),
				 STR_ARG(r->rules[i].why));
		fired_once[i] = fired_once[i] || r->rules[i].found;
	}
	if (!known)
		fail_msg("line %d: no rule " STR_FMT, number, STR_ARG(code));
	for (size_t i = 0; i < r->n_findings; i++) {
		struct return_rule_words w = return_rule(spec, r->findings[i].rule);
		if (str_eq(w.code, code))
			children[return_cell(f, RETURN_NOW, return_table_find(spec, w.table), r->findings[i].row, 0,
					     text)
				     .p[0] -
				 'a'] = true;
	}
	size_t n = 0;
	for (int c = 0; c < 26; c++)
		if (children[c])
			told[n++] = (char)('a' + c);
	for (size_t i = 0, k = 0; i < line.n; i++)
		if (line.p[i] >= 'a' && line.p[i] <= 'z')
			want[k++] = line.p[i];
	if (strcmp(told, want) != 0)
		fail_msg("line %d: rule " STR_FMT " tells \"%s\", not \"%s\"", number, STR_ARG(code), told, want);
	/* a case that cannot fail proves nothing: somebody is told, and somebody is not */
	assert_true(*want && strlen(want) < return_children(f));
	return_result_free(r);
	return_frame_free(f);
}

static void test_every_rule(void **state)
{
	(void)state;
	char line[4096];
	int n = 0;
	FILE *file AUTO(auto_fclose) = fopen("tests/data/returns/rules.txt", "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		n++;
		if (line[0] != '#' && line[0] != '\n')
			one_case(str_trim(str_of(line)), n);
	}
	for (size_t i = 0; i < return_rules(spec); i++) {
		struct return_rule_words w = return_rule(spec, i);
		if (!w.needs.n && !fired_once[i])
			fail_msg("no case for rule " STR_FMT " of " STR_FMT " (entry %zu)", STR_ARG(w.code),
				 STR_ARG(w.table), i);
	}
}

static void test_official_codes(void **state)
{
	(void)state;
	static const size_t official[] = { 312, 305, 311, 322 };
	for (int y = 0; y < 4; y++) {
		struct return_cover c = return_cover_of(spec, y);
		assert_int_equal(c.official, official[y]);
		assert_int_equal(c.none, 0);
		assert_int_equal(c.runs + c.needs_list, c.official);
		assert_true(c.needs_list >= 21 && c.needs_list <= 23);
	}
}

/* ---- files ---- */

static void put_bytes(const char *name, const void *p, size_t n)
{
	char path[300];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

static void empty_folder(void)
{
	char command[200];
	snprintf(command, sizeof command, "rm -rf %s/*", folder);
	assert_int_equal(system(command), 0);
}

static struct return_frame *read_path(const char *path, const char *year)
{
	struct return_input in = { .year = return_year(spec, str_of(year)), .now = { .path = path } };
	struct return_frame *f = NULL;
	assert_ok(return_read(spec, &in, NULL, NULL, &f, &err));
	return f;
}

static const struct return_trouble *trouble(const struct return_frame *f, const char *rule)
{
	for (size_t i = 0; i < return_troubles(f); i++)
		if (str_is(return_trouble(f, i)->rule, rule))
			return return_trouble(f, i);
	for (size_t i = 0; i < return_troubles(f); i++)
		print_message("  has " STR_FMT ": " STR_FMT "\n", STR_ARG(return_trouble(f, i)->rule),
			      STR_ARG(return_trouble(f, i)->message));
	fail_msg("no trouble %s", rule);
	return NULL;
}

#define HEADER	"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
#define ABLE	"E-1,F,14/03/2016,WBRI,A123456789012,0,\n"
#define EPISODE "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"

static size_t table(const char *name)
{
	return return_table_find(spec, str_of(name));
}

static void test_headings_in_any_order(void **state)
{
	(void)state;
	char text[24];
	empty_folder();
	put("anything.csv",
	    "dob,Sex,ETHNIC,notes,upn,mother,mc_dob,Child\n14/03/2016,f,wbri,hello,a123456789012,0,,E-1\n");
	struct return_frame *f = read_path(folder, "2025-26");
	assert_int_equal(return_rows(f, RETURN_NOW, table("Header")), 1);
	assert_true(str_is(return_cell(f, RETURN_NOW, table("Header"), 0, 0, text), "E-1"));
	assert_true(str_is(return_cell(f, RETURN_NOW, table("Header"), 0, 1, text), "F"));
	assert_true(str_is(return_cell(f, RETURN_NOW, table("Header"), 0, 4, text), "A123456789012"));
	assert_int_equal(return_day(f, RETURN_NOW, table("Header"), 0, 2), day_of(2016, 3, 14));
	assert_true(str_is(trouble(f, "extra-column")->column, "notes"));
	return_frame_free(f);
}

static void test_a_missing_column_and_a_missing_table_are_loud(void **state)
{
	(void)state;
	empty_folder();
	put("header.csv", "CHILD,SEX,DOB,UPN,MOTHER,MC_DOB\nE-1,F,14/03/2016,A123456789012,0,\n");
	struct return_frame *f = read_path(folder, "2025-26");
	assert_true(str_is(trouble(f, "missing-column")->column, "ETHNIC"));
	struct return_result *r;
	assert_ok(return_check(f, 1, &r, &err));
	size_t not_run = 0;
	for (size_t i = 0; i < return_rules(spec); i++) {
		struct str code = return_rule(spec, i).code;
		if (r->rules[i].state == RETURN_NOT_RUN) {
			not_run++;
			assert_true(r->rules[i].why.n > 10);
		}
		if (str_is(code, "103") || str_is(code, "356") || str_is(code, "203") || str_is(code, "219"))
			assert_true(r->rules[i].state == RETURN_NOT_RUN || !r->rules[i].state);
		if (str_is(code, "101") && r->rules[i].state)
			assert_int_equal(r->rules[i].state, RETURN_RAN);
		if (str_is(code, "199") && r->rules[i].state)
			assert_int_equal(r->rules[i].state, RETURN_NOT_RUN);
	}
	assert_true(not_run > 200);
	return_result_free(r);
	return_frame_free(f);
}

static void test_last_year_missing_is_loud(void **state)
{
	(void)state;
	struct return_frame *f = return_frame_new(spec, return_year(spec, STR("2025-26")));
	for (size_t t = 0; t < return_tables(spec); t++)
		return_frame_table(f, RETURN_NOW, t);
	add_row(f, STR("E a DECOM=01/05/2025"));
	return_frame_done(f);
	struct return_result *r;
	assert_ok(return_check(f, 2, &r, &err));
	for (size_t i = 0; i < return_rules(spec); i++) {
		if (str_is(return_rule(spec, i).code, "502"))
			assert_int_equal(r->rules[i].state, RETURN_NOT_RUN);
		if (str_is(return_rule(spec, i).code, "377"))
			assert_int_equal(r->rules[i].state, RETURN_RAN_ALONE);
	}
	return_result_free(r);
	return_frame_free(f);
}

static void refused(const char *name, const void *p, size_t n, const char *rule, const char *words)
{
	empty_folder();
	put("oc2.csv", "CHILD,DOB,SDQ_SCORE\nE-1,14/03/2016,3\n");
	put_bytes(name, p, n);
	struct return_frame *f = read_path(folder, "2025-26");
	const struct return_trouble *t = trouble(f, rule);
	assert_true(t->refuses);
	if (words && !memmem(t->message.p, t->message.n, words, strlen(words)))
		fail_msg("\"%s\" is not in: " STR_FMT, words, STR_ARG(t->message));
	assert_true(t->todo.n > 5);
	assert_int_equal(return_rows(f, RETURN_NOW, table("Header")), 0);
	assert_false(return_has(f, RETURN_NOW, table("Header")));
	return_frame_free(f);
}

static void test_hostile_files(void **state)
{
	(void)state;
	static const char wide[] = "C\0H\0I\0L\0D\0,\0S\0E\0X\0\n\0";
	static const char latin[] = HEADER "E-1,F,14/03/2016,WBRI,Zo\xEB,0,\n";
	refused("header.csv", wide, sizeof wide - 1, "unreadable", "UTF-16");
	refused("header.csv", latin, sizeof latin - 1, "unreadable", "UTF-8");
	refused("header.csv", "", 0, "unreadable", "empty");
	refused("header.csv", "PK\3\4aaaaaaaaaaaa", 16, "unreadable", "workbook");
	refused("header.csv", HEADER "E-1,\"F", strlen(HEADER) + 6, "unreadable", "quotation");
	char *cell = xmalloc(2 << 20);
	memset(cell, 'x', 2 << 20);
	memcpy(cell, HEADER, strlen(HEADER));
	refused("header.csv", cell, 2 << 20, "unreadable", "64 KiB");
	free(cell);
	refused("header.csv", "CHILD,SEX,CHILD,ETHNIC\n", 23, "column-twice", "Two headings");
	refused("list.csv", "A,B,C\n1,2,3\n", 12, "unknown-file", "none of the return");
	refused("header.csv", "SEX,DOB,ETHNIC,UPN\nF,,,\n", 24, "missing-column", "child");
	refused("DoLo.csv", "CHILD,DOB,DOLO_START,DOLO_END\n", 30, "not-in-this-year", "2026-27");
}

static void hostile_xml(const char *text, const char *words)
{
	empty_folder();
	put("return.xml", text);
	char path[300];
	snprintf(path, sizeof path, "%s/return.xml", folder);
	struct return_frame *f = read_path(path, "2025-26");
	const struct return_trouble *t = trouble(f, "unreadable");
	assert_true(t->refuses);
	if (!memmem(t->message.p, t->message.n, words, strlen(words)))
		fail_msg("\"%s\" is not in: " STR_FMT, words, STR_ARG(t->message));
	for (size_t i = 0; i < return_tables(spec); i++)
		assert_int_equal(return_rows(f, RETURN_NOW, i), 0);
	return_frame_free(f);
}

static void test_hostile_xml(void **state)
{
	(void)state;
	hostile_xml(
	    "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]><EXPSSDA903>&lol2;</EXPSSDA903>",
	    "DOCTYPE");
	hostile_xml("<EXPSSDA903><CHILD><HEADER><CHILDID>E-1</CHILDID>", "");
	hostile_xml("<Orders><CHILD/></Orders>", "EXPSSDA903");
	hostile_xml("<EXPSSDA903><PARENT/></EXPSSDA903>", "CHILD");
	hostile_xml(
	    "<EXPSSDA903><CHILD><a><b><c><d><e><f><g><h><i/></h></g></f></e></d></c></b></a></CHILD></EXPSSDA903>", "");
}

static void test_small_troubles_with_cells(void **state)
{
	(void)state;
	char text[24], long_cell[400];
	empty_folder();
	memset(long_cell, 'y', sizeof long_cell - 1);
	long_cell[sizeof long_cell - 1] = '\0';
	char csv[2000];
	snprintf(csv, sizeof csv,
		 HEADER ABLE "E-2,F,14/03/2016,%s,,0,\n,F,14/03/2016,WBRI,,0,\nE-3,F,14/03/2016,WBRI,,0,,more\n",
		 long_cell);
	put("header.csv", csv);
	put("x header.csv", HEADER ABLE);
	struct return_frame *f = read_path(folder, "2025-26");
	assert_int_equal(trouble(f, "too-long")->line, 3);
	assert_int_equal(trouble(f, "no-child")->line, 4);
	assert_int_equal(trouble(f, "too-many-cells")->line, 5);
	assert_true(trouble(f, "table-twice")->refuses);
	assert_true(
	    return_cell(f, RETURN_NOW, table("Header"), return_rows(f, RETURN_NOW, table("Header")) - 1, 3, text).n <=
	    100);
	return_frame_free(f);
}

/* Neither a number nor a value that a screen would obey is taken; what can be read of the row stays. */
static void test_control_signs_in_cells(void **state)
{
	(void)state;
	char text[24];
	empty_folder();
	put("header.csv", HEADER ABLE "E-2,F,14/03/2016\x1b[2J,WB\xc2\x9bRI,,0,\nE-3\x7f,F,14/03/2016,WBRI,,0,\n");
	struct return_frame *f = read_path(folder, "2025-26");
	size_t header = table("Header"), rows = return_rows(f, RETURN_NOW, header);
	assert_int_equal(trouble(f, "control-character")->line, 3);
	assert_int_equal(trouble(f, "no-child")->line, 4);
	assert_int_equal(return_troubles(f), 4); /* and of three cells one each */
	assert_int_equal(return_child_find(f, STR("E-3\x7f")), SIZE_MAX);
	assert_int_not_equal(return_child_find(f, STR("E-2")), SIZE_MAX);
	for (size_t i = 0; i < rows; i++)
		for (size_t c = 0; c < return_columns(return_frame_spec(f), header); c++)
			assert_false(text_has_control(return_cell(f, RETURN_NOW, header, i, c, text)));
	return_frame_free(f);
}

static void test_the_wrong_year(void **state)
{
	(void)state;
	empty_folder();
	put("episodes.csv", EPISODE
	    "E-1,01/05/2019,S,C2,N1,U6,PR1,01/06/2019,E4A,,,,\nE-2,01/05/2019,S,C2,N1,U6,PR1,01/06/2019,E4A,,,,\n"
	    "E-3,01/05/2019,S,C2,N1,U6,PR1,01/06/2019,E4A,,,,\nE-4,01/05/2019,S,C2,N1,U6,PR1,01/06/2019,E4A,,,,\n");
	struct return_frame *f = read_path(folder, "2025-26");
	assert_true(trouble(f, "wrong-year")->message.n > 20);
	return_frame_free(f);
	struct return_input in = { .year = 0, .now = { .path = "/nowhere/at/all" } };
	assert_int_equal(return_read(spec, &in, NULL, NULL, &f, &err), RC_NOT_FOUND);
	empty_folder();
	in.now.path = folder;
	assert_int_equal(return_read(spec, &in, NULL, NULL, &f, &err), RC_BAD_INPUT);
}

/* ---- CSV and XML of the same content ---- */

struct told {
	char rule[16], child[24], table[24];
};

static int by_told(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct told));
}

static struct told *findings_of(const struct return_frame *f, size_t *n_out)
{
	struct return_result *r;
	char text[24];
	assert_ok(return_check(f, 2, &r, &err));
	struct told *t = xcalloc(r->n_findings + 1, sizeof *t);
	for (size_t i = 0; i < r->n_findings; i++) {
		struct return_rule_words w = return_rule(spec, r->findings[i].rule);
		snprintf(t[i].rule, sizeof t[i].rule, STR_FMT, STR_ARG(w.code));
		snprintf(t[i].table, sizeof t[i].table, STR_FMT, STR_ARG(w.table));
		snprintf(
		    t[i].child, sizeof t[i].child, STR_FMT,
		    STR_ARG(return_cell(f, RETURN_NOW, return_table_find(spec, w.table), r->findings[i].row, 0, text)));
	}
	*n_out = r->n_findings;
	qsort(t, r->n_findings, sizeof *t, by_told);
	return_result_free(r);
	return t;
}

static void same_findings(const struct return_frame *a, const struct return_frame *b)
{
	size_t n, m;
	struct told *x = findings_of(a, &n), *y = findings_of(b, &m);
	for (size_t i = 0; i < n && i < m; i++)
		if (by_told(&x[i], &y[i]) != 0)
			fail_msg("%s %s %s is not %s %s %s", x[i].rule, x[i].table, x[i].child, y[i].rule, y[i].table,
				 y[i].child);
	assert_int_equal(n, m);
	free(x);
	free(y);
}

static void test_csv_and_xml_say_the_same(void **state)
{
	(void)state;
	struct return_frame *xml = read_path("tests/data/returns/fake.xml", "2023-24");
	assert_true(return_children(xml) >= 30);
	assert_true(return_rows(xml, RETURN_NOW, table("Episodes")) > 50);
	struct buf b AUTO(buf_release);
	buf_init(&b, 16 << 20);
	empty_folder();
	for (size_t t = 0; t < return_tables(spec); t++) {
		char name[60];
		if (!return_has(xml, RETURN_NOW, t))
			continue;
		buf_reset(&b);
		return_write_csv(xml, t, &b);
		snprintf(name, sizeof name, STR_FMT ".csv", STR_ARG(return_table_name(spec, t)));
		put_bytes(name, b.p, b.n);
	}
	struct return_frame *csv = read_path(folder, "2023-24");
	assert_int_equal(return_children(csv), return_children(xml));
	same_findings(xml, csv);
	buf_reset(&b);
	return_write_xml(csv, &b);
	empty_folder();
	put_bytes("again.xml", b.p, b.n);
	struct return_frame *again = read_path(folder, "2023-24");
	same_findings(csv, again);
	return_frame_free(again);
	return_frame_free(csv);
	return_frame_free(xml);
}

/* The tables of a return on sheets, days as real days; behind a title, beside notes. */
static void put_book(const struct return_frame *f, const char *name)
{
	struct xlsx_about about = { .title = "A return" };
	struct xlsx_writer *w = xlsx_writer_new(&about);
	struct buf b AUTO(buf_release);
	struct arena a AUTO(arena_release);
	arena_init(&a);
	xlsx_sheet_begin(w, STR("Read me"), &(struct xlsx_column){ .title = "Notes" }, 1);
	xlsx_put_text(w, STR("Sent by the team"));
	xlsx_row_end(w);
	for (size_t t = 0; t < return_tables(spec); t++) {
		struct xlsx_column columns[RETURN_COLUMNS_MAX] = { 0 };
		size_t n = return_columns(spec, t);
		if (!return_has(f, RETURN_NOW, t))
			continue;
		for (size_t c = 0; c < n; c++)
			columns[c].title = arena_str(&a, return_column(spec, t, c).name).p;
		xlsx_title(w, STR("A table of the return"));
		xlsx_sheet_begin(w, return_table_name(spec, t), columns, n);
		for (size_t i = 0; i < return_rows(f, RETURN_NOW, t); i++, xlsx_row_end(w))
			for (size_t c = 0; c < n; c++) {
				char text[24];
				day_t day;
				struct str cell = return_cell(f, RETURN_NOW, t, i, c, text);
				if (cell.n == 10 && day_parse(cell, &day) == RC_OK)
					xlsx_put_day(w, day, MINUTE_NONE);
				else
					xlsx_put_text(w, cell);
			}
	}
	buf_init(&b, 16 << 20);
	assert_ok(xlsx_finish(w, &b, &err));
	xlsx_writer_free(w);
	put_bytes(name, b.p, b.n);
}

static void test_a_workbook_says_the_same(void **state)
{
	(void)state;
	struct return_frame *xml = read_path("tests/data/returns/fake.xml", "2023-24");
	empty_folder();
	put_book(xml, "return.xlsx");
	struct return_frame *book = read_path(folder, "2023-24");
	assert_int_equal(return_children(book), return_children(xml));
	for (size_t t = 0; t < return_tables(spec); t++)
		assert_int_equal(return_rows(book, RETURN_NOW, t), return_rows(xml, RETURN_NOW, t));
	same_findings(xml, book);
	assert_true(str_is(trouble(book, "unknown-sheet")->found, "Read me")); /* the notes, and what the XML has too */
	assert_int_equal(return_troubles(book), return_troubles(xml) + 1);
	return_frame_free(book);
	/* A table that is there twice, a workbook of notes, and what is none. */
	put_book(xml, "return2.xlsx");
	struct return_frame *twice = read_path(folder, "2023-24");
	assert_true(return_file(twice, 1)->refused);
	return_frame_free(twice);
	empty_folder();
	put_bytes("return.xlsx", "PK\x03\x04 none", 9);
	struct return_frame *none = read_path(folder, "2023-24");
	assert_int_equal(return_children(none), 0);
	assert_true(return_file(none, 0)->refused);
	return_frame_free(none);
	return_frame_free(xml);
}

/* A formula whose result is not in the file is not read as empty: told by sheet, row and column. */
static void test_a_formula_that_was_never_worked_out(void **state)
{
	(void)state;
	const char *grid = "CHILD|SEX|DOB|ETHNIC|UPN|MOTHER|MC_DOB|Remark\nA|1|@2015-01-01|WBRI|UN1|||=?\n"
			   "B|2|=?|WBRI|=?|||\n=?|||||||\n";
	struct zipmake z;
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 20);
	grid_sheet(&b, grid, "");
	book_begin(&z, 1, "");
	book_styles(&z, "<cellXfs count='2'><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs>");
	book_sheet(&z, 1, b.p);
	struct str bytes = zip_end(&z);
	empty_folder();
	put_bytes("return.xlsx", bytes.p, bytes.n);
	zip_release(&z);
	struct return_frame *f = read_path(folder, "2024-25");
	assert_true(return_file(f, 0)->refused);
	assert_int_equal(return_children(f), 0);
	char told[400];
	size_t n = 0;
	for (size_t i = 0; i < return_troubles(f); i++) {
		const struct return_trouble *t = return_trouble(f, i);
		if (!str_is(t->rule, "not-worked-out"))
			continue;
		n += (size_t)snprintf(told + n, sizeof told - n, "%d " STR_FMT "; ", (int)t->line, STR_ARG(t->column));
		assert_true(str_is(t->found, "S1"));
		assert_non_null(memmem(t->message.p, t->message.n, "sheet \"S1\"", 10));
		assert_non_null(memmem(t->todo.p, t->todo.n, "save it again", 13));
	}
	assert_string_equal(told, "3 DOB; 3 UPN; 4 CHILD; "); /* a remark is not read, so it may be anything */
	return_frame_free(f);
}

/* The years are read by two parsers: what they say is the same return as one would make of it. */
static void test_two_years_beside_one_another(void **state)
{
	(void)state;
	static const char *const now = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nA,1,01/01/2015,WBRI,UN1,,\n"
				       "B,2,02/02/2016,WBRI,UN1,,\n";
	static const char *const last = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nC,1,32/01/2015,WBRI,UN9,,\n"
					"B,2,02/02/2016,AOTH,UN1,,\n";
	char before[300];
	empty_folder();
	put("header.csv", now);
	snprintf(before, sizeof before, "%s-last", folder);
	mkdir(before, 0755);
	char path[400];
	snprintf(path, sizeof path, "%s/header.csv", before);
	FILE *out = fopen(path, "w");
	fputs(last, out);
	fclose(out);
	struct return_input in = { .year = return_year(spec, STR("2024-25")),
				   .now = { .path = folder },
				   .last = { .path = before } };
	struct return_frame *f;
	assert_ok(return_read(spec, &in, NULL, NULL, &f, &err));
	unlink(path);
	rmdir(before);
	size_t t = table("Header"), dob = 2, ethnic = 3;
	char text[24];
	assert_int_equal(return_children(f), 3);
	assert_int_equal(return_files(f), 2);
	assert_str("B", return_cell(f, RETURN_LAST, t, 0, 0, text)); /* in order of children */
	assert_str("AOTH", return_cell(f, RETURN_LAST, t, 0, ethnic, text));
	assert_str("WBRI", return_cell(f, RETURN_NOW, t, 1, ethnic, text));
	assert_str("32/01/2015", return_cell(f, RETURN_LAST, t, 1, dob, text)); /* kept as it was written */
	assert_int_equal(return_day(f, RETURN_LAST, t, 0, dob), day_of(2016, 2, 2));
	assert_int_equal(return_file(f, 1)->rows, 2);
	assert_int_equal(return_file(f, 1)->when, RETURN_LAST);
	return_frame_free(f);
}

static void test_threads_find_the_same(void **state)
{
	(void)state;
	struct return_frame *f = read_path("tests/data/returns/fake.xml", "2023-24");
	struct return_result *one, *many;
	assert_ok(return_check(f, 1, &one, &err));
	assert_ok(return_check(f, 5, &many, &err));
	assert_int_equal(one->n_findings, many->n_findings);
	for (size_t i = 0; i < one->n_findings; i++) {
		assert_int_equal(one->findings[i].rule, many->findings[i].rule);
		assert_int_equal(one->findings[i].row, many->findings[i].row);
	}
	assert_int_equal(one->children, many->children);
	return_result_free(one);
	return_result_free(many);
	return_frame_free(f);
}

static int begin(void **state)
{
	(void)state;
	hash_ready();
	return mkdtemp(folder) && return_spec_load("data", &spec, &err) == RC_OK ? 0 : 1;
}

static int end(void **state)
{
	(void)state;
	empty_folder();
	rmdir(folder);
	return_spec_free(spec);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_rule),
		cmocka_unit_test(test_official_codes),
		cmocka_unit_test(test_headings_in_any_order),
		cmocka_unit_test(test_a_missing_column_and_a_missing_table_are_loud),
		cmocka_unit_test(test_last_year_missing_is_loud),
		cmocka_unit_test(test_hostile_files),
		cmocka_unit_test(test_hostile_xml),
		cmocka_unit_test(test_small_troubles_with_cells),
		cmocka_unit_test(test_control_signs_in_cells),
		cmocka_unit_test(test_the_wrong_year),
		cmocka_unit_test(test_csv_and_xml_say_the_same),
		cmocka_unit_test(test_a_workbook_says_the_same),
		cmocka_unit_test(test_a_formula_that_was_never_worked_out),
		cmocka_unit_test(test_two_years_beside_one_another),
		cmocka_unit_test(test_threads_find_the_same),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
