/* A weekly list with any headings: what its columns are taken for, what is asked, what is
 * read by its mapping, and what comes back to be corrected. */
#include "base/hash.h"
#include "base/text.h"
#include "exchange/sheets/sheets.h"
#include "exchange/weekly/weekly.h"
#include "sheetgrid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct vocab *vocab;
static struct weekly_spec *spec;
static struct tables_spec *tables;
static struct sheets_parts *parts, *workbooks;
static struct arena arena;
static struct err err;
static day_t today;
static struct sheets_file file;
static const struct survey *survey;
static struct mapping *mapping;

static int begin(void **state)
{
	(void)state;
	hash_ready();
	arena_init(&arena);
	today = day_of(2026, 3, 2);
	assert_int_equal(vocab_load("data", &vocab, &err), RC_OK);
	if (weekly_spec_load("data", vocab, &spec, &err) != RC_OK ||
	    sheets_list_load("data", spec->columns, &parts, &err) != RC_OK ||
	    tables_spec_load("data", vocab, &tables, &err) != RC_OK ||
	    sheets_parts_load("data", tables, &workbooks, &err) != RC_OK)
		fail_msg("%s", err.text);
	return 0;
}

static int end(void **state)
{
	(void)state;
	if (file.fd > 0)
		close(file.fd);
	sheets_parts_free(parts);
	sheets_parts_free(workbooks);
	tables_spec_free(tables);
	weekly_spec_free(spec);
	vocab_free(vocab);
	arena_release(&arena);
	return 0;
}

static void look_with(int fd, const struct mapping *const *known, size_t n)
{
	if (file.fd > 0)
		close(file.fd);
	assert_true(fd > 0);
	file = (struct sheets_file){ STR("essex list.xlsx"), fd };
	if (sheets_survey(parts, &file, today, known, n, NULL, 0, &arena, &survey, &err) != RC_OK)
		fail_msg("not looked over: %s", err.text);
	mapping = mapping_propose(parts, survey, known, n, NULL, 0, &arena);
}

static struct mapped_column *column(const char *heading)
{
	for (size_t k = 0; k < mapping->n_sheets; k++)
		for (size_t i = 0; i < mapping->sheets[k].n_columns; i++)
			if (str_is(mapping->sheets[k].columns[i].heading, heading))
				return &mapping->sheets[k].columns[i];
	fail_msg("no column %s", heading);
	return NULL;
}

static void assert_is(const char *heading, const char *target)
{
	const struct mapped_column *c = column(heading);
	struct str is = c->n_to ? target_text(parts, c->to[0], &arena) : STR("");
	if (!str_is(is, target))
		fail_msg("\"%s\" is \"%.*s\", not \"%s\" (%.*s)", heading, STR_ARG(is), target, STR_ARG(c->why));
}

static const char *asked(enum question_sort sort)
{
	const struct mapping_question *q;
	size_t n = mapping_questions(parts, survey, mapping, &arena, &q);
	struct buf b AUTO(buf_release);
	buf_init(&b, 4096);
	for (size_t i = 0; i < n; i++)
		if (q[i].sort == sort)
			buf_printf(&b, STR_FMT "\n", STR_ARG(q[i].words));
	return b.n ? arena_str(&arena, buf_view(&b)).p : "";
}

static struct weekly_list read_it(void)
{
	struct weekly_mapped by = { parts, survey, mapping };
	struct weekly_list l = { .n = 0 };
	if (weekly_read_mapped(spec, &by, file.fd, STR("E10000012"), today, &arena, &l, &err) != RC_OK)
		fail_msg("not read: %s", err.text);
	return l;
}

static const char *cell(const struct weekly_list *l, const char *child, enum weekly_field f)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_is(l->rows[i].cell[WEEKLY_CHILD], child))
			return l->rows[i].cell[f].n ? arena_str(&arena, l->rows[i].cell[f]).p : "";
	fail_msg("no child %s", child);
	return "";
}

#define OWN_WORDS                                                                                                      \
	"Children in our care, Monday||||||||||\n"                                                                     \
	"Produced by the performance team|2 March 2026|||||||||\n"                                                     \
	"System ID|Forename|Surname|D.O.B|Date became LAC|Legal basis|Placed on|Type of placement|Where placed|Case "  \
	"notes|Age\n"
#define WREN "E-1|Wren|Brambleby-Example|14/03/2016|@2026-01-06|Section 20|@2026-02-20|foster care|Essex|long story|#9\n"
#define ZOE  "E-2|Zoe|OFern|02/02/2020|@2026-02-20|ICO|@2026-02-20|kinship|Thurrock||#6\n"

static void any_headings(void **state)
{
	(void)state;
	for (int xlsx = 0; xlsx < 2; xlsx++) {
		const char *grid = OWN_WORDS WREN ZOE;
		look_with(xlsx ? grid_xlsx(&grid, 1, NULL) : grid_csv(grid), NULL, 0);
		assert_is("System ID", "row.child_id");
		assert_is("Forename", "list.given_name");
		assert_is("D.O.B", "list.birth_date");
		assert_is("Date became LAC", "list.care_start");
		assert_is("Legal basis", "list.legal_status");
		assert_is("Placed on", "list.placement_start");
		assert_is("Type of placement", "list.placement_type");
		assert_is("Where placed", "list.area_council");
		assert_is("Case notes", "");
		assert_is("Age", "");
		assert_string_equal(asked(QUESTION_STOPS), "");
		struct weekly_list l = read_it();
		assert_int_equal(l.n, 2);
		assert_int_equal(l.rows_kept_back, 0);
		assert_false(l.unsure);
		assert_string_equal(cell(&l, "E-1", WEEKLY_CARE_START), "2026-01-06");
		assert_string_equal(cell(&l, "E-1", WEEKLY_LEGAL_STATUS), "V2"); /* people’s words */
		assert_string_equal(cell(&l, "E-1", WEEKLY_PLACEMENT_TYPE), "U6");
		assert_string_equal(cell(&l, "E-2", WEEKLY_LEGAL_STATUS), "C1");
		assert_string_equal(cell(&l, "E-2", WEEKLY_AREA), "E06000034");
		assert_string_equal(cell(&l, "E-2", WEEKLY_PLACEMENT_TYPE), "U3");
	}
}

static void columns_of_lists_alone_are_read(void **state)
{
	(void)state; /* a workbook has no need of them, so the same words are left out there */
	look_with(grid_csv("Child No|DOB|Social Worker|Address|Postcode\nE-1|14/03/2016|Ash Fern|1 Oak Lane|CM1 1AA\n"
			   "E-2|02/12/2020|Ash Fern|2 Oak Lane|CM1 1AB\n"),
		  NULL, 0);
	assert_is("Social Worker", "list.social_worker");
	assert_is("Address", "list.address");
	assert_is("Postcode", "list.postcode");
}

static void days_that_can_be_read_two_ways(void **state)
{
	(void)state;
	look_with(grid_csv("System ID|DOB|In care since\nE-1|14/03/2016|03/01/2026\nE-2|02/12/2020|04/02/2026\n"), NULL,
		  0);
	assert_non_null(strstr(asked(QUESTION_STOPS), "2 cells can be read two ways, as in 03/04/2026"));
	struct mapped_column *c = column("In care since");
	c->order_said = true; /* the day, said a person */
	assert_string_equal(asked(QUESTION_STOPS), "");
	struct weekly_list l = read_it();
	assert_string_equal(cell(&l, "E-1", WEEKLY_CARE_START), "2026-01-03");
	c->order = DAYS_MONTH_FIRST;
	l = read_it();
	assert_string_equal(cell(&l, "E-2", WEEKLY_CARE_START), ""); /* 2 April, after the list’s day: kept back */
	assert_int_equal(l.rows_kept_back, 1);
	/* A column that proves that the month stands first is never read otherwise in silence. */
	look_with(grid_csv("System ID|DOB\nE-1|03/14/2016\nE-2|02/12/2020\n"), NULL, 0);
	assert_non_null(strstr(asked(QUESTION_STOPS), "month first"));
	c = column("DOB");
	c->order = DAYS_MONTH_FIRST;
	c->order_said = true;
	l = read_it();
	assert_string_equal(cell(&l, "E-1", WEEKLY_BORN), "2016-03-14");
	assert_string_equal(cell(&l, "E-2", WEEKLY_BORN), "2020-02-12");
	/* A cell that fits only the other way is kept back, though it could be read. */
	look_with(grid_csv("System ID|DOB\nE-1|03/14/2016\nE-2|25/12/2020\n"), NULL, 0);
	column("DOB")->order = DAYS_MONTH_FIRST;
	l = read_it();
	assert_int_equal(l.rows_kept_back, 1);
	assert_string_equal(cell(&l, "E-2", WEEKLY_BORN), "");
}

static void next_week_it_is_recognised(void **state)
{
	(void)state;
	struct buf b AUTO(buf_release);
	struct mapping *kept;
	look_with(grid_csv("Ref|Born|Home kind\nE-1|14/03/2016|family place\nE-2|02/12/2020|family place\n"), NULL, 0);
	struct mapped_sheet *s = &mapping->sheets[0];
	s->rows = ROWS_LIST; /* a person says what it is */
	s->part = 1;
	const char *const is[] = { "row.child_id", "list.birth_date", "list.placement_type" };
	for (size_t i = 0; i < 3; i++) {
		s->columns[i].n_to = 1;
		assert_true(target_of(parts, str_of(is[i]), &s->columns[i].to[0]));
	}
	struct mapped_word word = { STR("family place"), STR("U6") };
	s->columns[2].words = &word;
	s->columns[2].n_words = 1;
	assert_string_equal(asked(QUESTION_STOPS), "");
	mapping_settle(parts, survey, mapping);
	buf_init(&b, 1 << 20);
	mapping_write(parts, mapping, false, &b);
	assert_non_null(strstr(b.p, "of: weekly-list"));
	assert_non_null(strstr(b.p, "days: day-first")); /* this week’s cells proved it */
	assert_int_equal(mapping_read(parts, buf_view(&b), "m", &arena, &kept, &err), RC_OK);
	/* A mapping of a list is none of a workbook. */
	struct mapping *other;
	assert_int_equal(mapping_read(workbooks, buf_view(&b), "m", &arena, &other, &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "weekly list"));
	const struct mapping *known[] = { kept };
	look_with(grid_csv("Home kind|Ref|Born\nfamily place|E-1|03/04/2016\n"), known, 1);
	assert_true(mapping->from.n > 0);
	assert_string_equal(asked(QUESTION_STOPS), "");
	assert_string_equal(asked(QUESTION_DIFFERS), "");
	struct weekly_list l = read_it();
	assert_string_equal(cell(&l, "E-1", WEEKLY_BORN), "2016-04-03");
	assert_string_equal(cell(&l, "E-1", WEEKLY_PLACEMENT_TYPE), "U6");
	look_with(grid_csv("Home kind|Ref|Born|Riddle\nfamily place|E-1|03/04/2016|x\n"), known, 1);
	assert_non_null(strstr(asked(QUESTION_DIFFERS), "new since last time"));
}

static void what_is_lacking_is_asked_for(void **state)
{
	(void)state;
	look_with(grid_csv("System ID|Forename|Surname\nE-1|Wren|Reed\nE-2|Zoe|Fern\n"), NULL, 0);
	assert_non_null(strstr(asked(QUESTION_STOPS), "needs \"Date of birth\""));
	look_with(grid_csv("Forename|Surname|DOB\nWren|Reed|14/03/2016\nZoe|Fern|02/12/2020\n"), NULL, 0);
	assert_non_null(strstr(asked(QUESTION_STOPS), "No column says which child"));
	assert_null(strstr(asked(QUESTION_STOPS), "NHS")); /* a list goes by the council’s number */
}

static void rows_come_back_as_they_stood(void **state)
{
	(void)state;
	look_with(grid_csv(OWN_WORDS WREN "E-2|Zoe|OFern|soon|@2026-02-10|ICO||||private|#6\n"
					  "E-3||||||||||\nTotal|#2|||||||||\n"),
		  NULL, 0);
	struct weekly_list l = read_it();
	assert_int_equal(l.rows_read, 3); /* a row of a number alone is a child; a sum is none */
	assert_int_equal(l.rows_kept_back, 2);
	assert_false(l.unsure);
	assert_int_equal(l.n, 3);
	assert_true(str_is(l.heading, "System ID,Forename,Surname,D.O.B,Date became LAC,Legal basis,Placed on,Type of "
				      "placement,Where placed"));
	assert_int_equal(l.n_records, 2);
	assert_int_equal(l.records[0].line, 5);
	assert_true(str_is(l.records[0].text, "E-2,Zoe,OFern,soon,10/02/2026,ICO,,,")); /* not what is not read */
	bool told = false;
	for (size_t i = 0; i < l.n_findings; i++)
		told = told || (l.findings[i].line == 5 && str_is(l.findings[i].column, "D.O.B") &&
				str_is(l.findings[i].found, "soon"));
	assert_true(told); /* by the file’s own heading */
}

static void by_its_own_headings_too(void **state)
{
	(void)state;
	size_t others;
	struct weekly_list l;
	look_with(grid_csv("child_id|dob|surname|mystery\nE-1|never|Reed|x\nE-2|02/12/2020|=Fern|\n"), NULL, 0);
	assert_true(weekly_headings_known(spec, &survey->sheets[0], &others, NULL));
	assert_int_equal(others, 1);
	lseek(file.fd, 0, SEEK_SET);
	assert_int_equal(weekly_read(spec, file.fd, STR("E10000012"), today, &arena, &l, &err), RC_OK);
	assert_int_equal(l.n_records, 1);
	assert_true(str_is(l.heading, "child_id,dob,surname"));
	assert_true(str_is(l.records[0].text, "E-1,never,Reed"));
	assert_false(l.mended);
	/* Corrected, it is read again, and never as a whole list. */
	look_with(grid_csv("child_id|dob|surname|line|problem\nE-1|14/03/2016|Reed|2|not a date\n"), NULL, 0);
	lseek(file.fd, 0, SEEK_SET);
	assert_int_equal(weekly_read(spec, file.fd, STR("E10000012"), today, &arena, &l, &err), RC_OK);
	assert_true(l.mended);
	assert_int_equal(l.n_findings, 0);
	assert_string_equal(cell(&l, "E-1", WEEKLY_BORN), "2016-03-14");
	look_with(grid_csv("child_id|surname\nE-1|Reed\n"), NULL, 0);
	assert_false(weekly_headings_known(spec, &survey->sheets[0], &others, NULL));
}

static void a_list_is_one_sheet(void **state)
{
	(void)state;
	look_with(grid_csv("System ID|DOB\nE-1|14/03/2016\nE-2|02/12/2020\n"), NULL, 0);
	struct mapping two = *mapping;
	struct mapped_sheet sheets[] = { mapping->sheets[0], mapping->sheets[0] };
	two.sheets = sheets;
	two.n_sheets = 2;
	mapping = &two;
	assert_non_null(strstr(asked(QUESTION_STOPS), "A weekly list is one sheet"));
}

static void assert_found(const struct weekly_list *l, int64_t line, const char *column, const char *rule)
{
	for (size_t i = 0; i < l->n_findings; i++)
		if (l->findings[i].line == line && str_is(l->findings[i].column, column) &&
		    str_is(l->findings[i].rule, rule)) {
			assert_true(l->findings[i].fix.n > 0);
			return;
		}
	fail_msg("row %d, %s: %s is not told", (int)line, column, rule);
}

/* A formula whose result is not in the file is no empty cell, and a row of such is no remark. */
static void formulas_that_were_never_worked_out(void **state)
{
	(void)state;
	const char *grid = OWN_WORDS WREN "E-2|Zoe|OFern|=?|@2026-02-20|ICO|@2026-02-20|kinship|Thurrock||#6\n"
					  "=?|=?|=?|=?|=?|=?|=?|=?|=?|=?|=?\n=?||||||||||\n";
	look_with(grid_xlsx(&grid, 1, NULL), NULL, 0);
	struct weekly_list l = read_it();
	assert_found(&l, 5, "D.O.B", "not-worked-out");
	assert_found(&l, 6, "System ID", "not-worked-out");
	assert_found(&l, 7, "System ID", "not-worked-out");
	assert_int_equal(l.rows_read, 4);
	assert_int_equal(l.rows_kept_back, 3);
	assert_true(l.unsure); /* whose the last two are cannot be told: nobody is taken for gone */
	/* the same under the headings of the guide */
	grid = "child_id|given_name|family_name|birth_date|care_start|legal_status|placement_type\n"
	       "E-1|Wren|=?|@2016-03-14|@2026-01-06|V2|U6\nE-2|Zoe|OFern|=?|@2026-02-20|C2|U6\n=?||||||\n"
	       "E-3|!|OFern|@2020-02-02|@2026-02-20|C2|U6\n";
	int fd = grid_xlsx(&grid, 1, NULL);
	lseek(fd, 0, SEEK_SET);
	l = (struct weekly_list){ .n = 0 };
	if (weekly_read(spec, fd, STR("E10000012"), today, &arena, &l, &err) != RC_OK)
		fail_msg("not read: %s", err.text);
	close(fd);
	assert_found(&l, 2, "family_name", "not-worked-out");
	assert_found(&l, 3, "birth_date", "not-worked-out");
	assert_found(&l, 4, "child_id", "not-worked-out");
	assert_found(&l, 5, "given_name", "cell-error");
	assert_int_equal(l.rows_read, 4);
	assert_int_equal(l.rows_kept_back, 4);
	assert_true(l.unsure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_headings),
		cmocka_unit_test(columns_of_lists_alone_are_read),
		cmocka_unit_test(days_that_can_be_read_two_ways),
		cmocka_unit_test(next_week_it_is_recognised),
		cmocka_unit_test(what_is_lacking_is_asked_for),
		cmocka_unit_test(rows_come_back_as_they_stood),
		cmocka_unit_test(by_its_own_headings_too),
		cmocka_unit_test(a_list_is_one_sheet),
		cmocka_unit_test(formulas_that_were_never_worked_out),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
