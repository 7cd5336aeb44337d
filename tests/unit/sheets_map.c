/* What a workbook's columns are taken for, why, what is asked, and what is read of it. */
#include "exchange/sheets/sheets.h"

#include "base/hash.h"
#include "base/text.h"
#include "sheetgrid.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>

static struct vocab *vocab;
static struct tables_spec *spec;
static struct sheets_parts *parts;
static struct arena arena;
static struct err err;
static day_t today;
static const struct str councils[] = { { "E10000012", 9 }, { "E06000033", 9 }, { "E06000034", 9 } };

/* ---- helpers ---- */

static struct sheets_file file;
static const struct survey *survey;
static struct mapping *mapping;
static struct tables_batch *batch;

static void close_all(void)
{
	if (file.fd > 0)
		close(file.fd);
	file.fd = 0;
	tables_batch_free(batch);
	batch = NULL;
}

static void look_with(int fd, const char *name, const struct mapping *const *known, size_t n)
{
	close_all();
	file = (struct sheets_file){ str_of(name), fd };
	assert_true(fd > 0);
	if (sheets_survey(parts, &file, today, known, n, NULL, 0, &arena, &survey, &err) != RC_OK)
		fail_msg("not looked over: %s", err.text);
	mapping = mapping_propose(parts, survey, known, n, councils, COUNT_OF(councils), &arena);
}

static void look(int fd)
{
	look_with(fd, "file.xlsx", NULL, 0);
}

static const struct mapped_column *column(size_t sheet, const char *heading)
{
	const struct mapped_sheet *s = &mapping->sheets[sheet];
	for (size_t i = 0; i < s->n_columns; i++)
		if (str_is(s->columns[i].heading, heading))
			return &s->columns[i];
	for (size_t i = 0; i < s->n_columns; i++)
		print_message("  has: %.*s\n", STR_ARG(s->columns[i].heading));
	fail_msg("no column %s", heading);
	return NULL;
}

static void assert_is(size_t sheet, const char *heading, const char *target)
{
	const struct mapped_column *c = column(sheet, heading);
	struct str is = c->n_to ? target_text(parts, c->to[0], &arena) : STR("");
	if (!str_is(is, target))
		fail_msg("\"%s\" is \"%.*s\", not \"%s\" (%.*s)", heading, STR_ARG(is), target, STR_ARG(c->why));
}

static const struct mapping_question *asked(enum question_sort sort, const char *words)
{
	const struct mapping_question *q;
	size_t n = mapping_questions(parts, survey, mapping, &arena, &q);
	for (size_t i = 0; i < n; i++)
		if (q[i].sort == sort && memmem(q[i].words.p, q[i].words.n, words, strlen(words)))
			return &q[i];
	return NULL;
}

static void assert_asked(enum question_sort sort, const char *words)
{
	if (asked(sort, words))
		return;
	const struct mapping_question *q;
	size_t n = mapping_questions(parts, survey, mapping, &arena, &q);
	for (size_t i = 0; i < n; i++)
		print_message("  asked: %d %.*s\n", q[i].sort, STR_ARG(q[i].words));
	fail_msg("not asked: %s", words);
}

static size_t stops(void)
{
	const struct mapping_question *q;
	size_t n = mapping_questions(parts, survey, mapping, &arena, &q), found = 0;
	for (size_t i = 0; i < n; i++)
		found += q[i].sort == QUESTION_STOPS;
	return found;
}

static void read_all(void)
{
	tables_batch_free(batch);
	batch = NULL;
	if (sheets_read(parts, &file, survey, mapping, today, NULL, NULL, &batch, &err) != RC_OK)
		fail_msg("not read: %s", err.text);
}

/* Everything that was read, in words that do not depend on the kind of file. */
static struct str told(void)
{
	struct buf b;
	buf_init(&b, 4 << 20);
	for (size_t c = 0; c < batch->n_children; c++) {
		const struct batch_child *k = &batch->children[c];
		buf_printf(&b, STR_FMT "/" STR_FMT "\n", STR_ARG(k->council), STR_ARG(k->ref));
		for (size_t i = k->first; i < k->first + k->n; i++) {
			const struct draft_row *d = batch_draft(batch, i);
			struct event ev;
			struct str org;
			char day[DAY_TEXT_MAX];
			draft_event(batch, d, &ev, &org);
			buf_printf(&b, "  " STR_FMT " %s " STR_FMT " " STR_FMT, STR_ARG(ev.natural),
				   day_iso(ev.at, day), STR_ARG(ev.code), STR_ARG(ev.code2));
			buf_printf(&b, " %" PRId64 " " STR_FMT "\n", ev.value == INT64_MIN ? -1 : ev.value,
				   STR_ARG(ev.body));
		}
	}
	for (size_t i = 0; i < batch->n_findings; i++) {
		const struct batch_finding *f = &batch->findings[i];
		buf_printf(&b, "row %d, " STR_FMT ": " STR_FMT " " STR_FMT " " STR_FMT "\n", (int)f->line,
			   STR_ARG(f->column), STR_ARG(f->rule), STR_ARG(f->message), STR_ARG(f->fix));
	}
	struct str s = arena_str(&arena, buf_view(&b));
	buf_release(&b);
	return s;
}

static void assert_told(const char *words)
{
	struct str s = told();
	if (!memmem(s.p, s.n, words, strlen(words)))
		fail_msg("not told: %s\nbut:\n%s", words, s.p);
}

static void assert_not_told(const char *words)
{
	struct str s = told();
	if (memmem(s.p, s.n, words, strlen(words)))
		fail_msg("told: %s\nin:\n%s", words, s.p);
}

static struct str yaml(void)
{
	struct buf b;
	buf_init(&b, MAPPING_TEXT_MAX);
	mapping_write(parts, mapping, false, &b);
	struct str s = arena_str(&arena, buf_view(&b));
	buf_release(&b);
	return s;
}

static const struct mapping *saved(void)
{
	struct mapping *m;
	if (mapping_read(parts, yaml(), "test", &arena, &m, &err) != RC_OK)
		fail_msg("%s\n%s", err.text, yaml().p);
	return m;
}

/* ---- days ---- */

static void test_days(void **state)
{
	static const struct {
		const char *text;
		int y, m, d, minute; /* y 0: no such day; -1: no attempt at one */
	} cases[] = {
		{ "06/01/2026", 2026, 1, 6, -1 },
		{ "6/1/26", 2026, 1, 6, -1 },
		{ "6.1.2026", 2026, 1, 6, -1 },
		{ "06-01-26", 2026, 1, 6, -1 },
		{ "1 March 2025", 2025, 3, 1, -1 },
		{ "1st of March 2025", 2025, 3, 1, -1 },
		{ "01-Mar-25", 2025, 3, 1, -1 },
		{ "01Mar2025", 2025, 3, 1, -1 },
		{ "March 1, 2025", 2025, 3, 1, -1 },
		{ "Sat 1 Mar 2025", 2025, 3, 1, -1 },
		{ "Wednesday 5 Sept 2025", 2025, 9, 5, -1 },
		{ "2025-03-01", 2025, 3, 1, -1 },
		{ "2025/3/1", 2025, 3, 1, -1 },
		{ "2025-03-01T10:15:00Z", 2025, 3, 1, 615 },
		{ "20250301", 2025, 3, 1, -1 },
		{ "01/03/2025 2:05 pm", 2025, 3, 1, 845 },
		{ "01/03/2025 12:05 am", 2025, 3, 1, 5 },
		{ "01/03/2025 00:00", 2025, 3, 1, -1 },
		{ "46028", 2026, 1, 6, -1 },
		{ "46028.4270833", 2026, 1, 6, 615 },
		{ "29/02/2024", 2024, 2, 29, -1 },
		{ "12/03/99", 1999, 3, 12, -1 },
		{ "29/02/2025", 0, 0, 0, 0 },
		{ "31/09/2025", 0, 0, 0, 0 },
		{ "12/25/2025", 0, 0, 0, 0 },
		{ "00/01/2025", 0, 0, 0, 0 },
		{ "01/03/20255", -1, 0, 0, 0 },
		{ "01/03/225", 0, 0, 0, 0 },
		{ "March 2025", 0, 0, 0, 0 },
		{ "01/03/1025", 0, 0, 0, 0 },
		{ "01/03/2025 25:00", 0, 0, 0, 0 },
		{ "01/03/2025 DNA", -1, 0, 0, 0 },
		{ "12/03/2025 and 14/03/2025", -1, 0, 0, 0 },
		{ "seen", -1, 0, 0, 0 },
		{ "TBC", -1, 0, 0, 0 },
		{ "11", -1, 0, 0, 0 },
		{ "9990001006", -1, 0, 0, 0 },
		{ "12345", -1, 0, 0, 0 },
		{ "Mar", -1, 0, 0, 0 },
		{ "", -1, 0, 0, 0 },
		{ "::", -1, 0, 0, 0 },
		{ "1:2:3:4", -1, 0, 0, 0 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct day_read d = { .day = DAY_NONE };
		bool is = sheet_day(str_of(cases[i].text), DAYS_DAY_FIRST, today, &d);
		day_t want = cases[i].y > 0 ? day_of(cases[i].y, cases[i].m, cases[i].d) : DAY_NONE;
		if (is != (cases[i].y >= 0) || (is && d.day != want) ||
		    (want != DAY_NONE && d.minute != cases[i].minute))
			fail_msg("\"%s\": %d, day %d, minute %d", cases[i].text, is, d.day, d.minute);
		if (is && d.day == DAY_NONE)
			assert_non_null(d.wrong);
	}
	struct day_read d;
	assert_true(sheet_day(STR("03/04/2026"), DAYS_MONTH_FIRST, today, &d));
	assert_int_equal(d.day, day_of(2026, 3, 4));
	assert_int_equal(d.shows, SHOWS_EITHER);
	assert_true(sheet_day(STR("11/22/2026"), DAYS_DAY_FIRST, today, &d));
	assert_int_equal(d.shows, SHOWS_MONTH_FIRST);
	assert_true(sheet_day(STR("29/02/2025"), DAYS_DAY_FIRST, today, &d));
	assert_string_equal(d.wrong, "February had 28 days in that year");
	/* every day of sixty years comes back from each way of writing it */
	for (day_t day = day_of(1990, 1, 1); day < day_of(2036, 1, 1); day += 3) {
		static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
						      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
		struct ymd y = day_ymd(day);
		char text[4][40];
		snprintf(text[0], 40, "%d/%d/%02d", y.day, y.month, y.year % 100);
		snprintf(text[1], 40, "%d %s %d", y.day, months[y.month - 1], y.year);
		snprintf(text[2], 40, "%d", day + 25569);
		snprintf(text[3], 40, "%s %d, %d", months[y.month - 1], y.day, y.year);
		for (size_t k = 0; k < 4; k++)
			if (!sheet_day(str_of(text[k]), DAYS_DAY_FIRST, today, &d) || d.day != day)
				fail_msg("\"%s\" is not day %d", text[k], day);
	}
}

/* ---- proposals ---- */

static void test_tracker(void **state)
{
	(void)state;
	look_with(open("tests/data/workbooks/tracker.csv", O_RDONLY), "LAC Tracker March 2026.csv", NULL, 0);
	assert_int_equal(mapping->sheets[0].rows, ROWS_CHILDREN);
	assert_int_equal(mapping->sheets[0].heading_line, 5);
	assert_true(str_is(mapping->name, "lac-tracker"));
	static const char *const want[][2] = {
		{ "Mosaic ID", "row.child_id" },
		{ "NHS No.", "children.nhs_number" },
		{ "Surname", "children.family_name" },
		{ "First Name", "children.given_name" },
		{ "D.O.B", "children.birth_date" },
		{ "LA", "row.council" },
		{ "Date became LAC", "periods_of_care.start_date" },
		{ "Initial health assessment: Requested", "iha-request.asked_on" },
		{ "Initial health assessment: Consent recieved", "iha-request.consent_given_on" },
		{ "Initial health assessment: IHA Seen", "iha.seen_on" },
		{ "Initial health assessment: Report sent to SW", "iha.returned_on" },
		{ "Review health assessment: Last RHA", "rha.seen_on" },
		{ "Review health assessment: Report sent", "rha.returned_on" },
		{ "SDQ: Date", "sdq.completed_on" },
		{ "SDQ: Score", "sdq.score" },
		{ "Dental: Last check", "dental.checked_on" },
		{ "Legal Status", "periods_of_care.legal_status" },
		{ "Placement type", "" },
		{ "Age", "" },
		{ "Comments", "" },
	};
	for (size_t i = 0; i < COUNT_OF(want); i++)
		assert_is(0, want[i][0], want[i][1]);
	for (size_t i = 0; i < mapping->sheets[0].n_columns; i++)
		assert_true(mapping->sheets[0].columns[i].why.n > 0); /* each says why */
	assert_int_equal(stops(), 0);
	assert_int_equal(survey->sheets[0].rows, 3);
	assert_int_equal(survey->sheets[0].left_out, 2);
	read_all();
	assert_told("periods_of_care/P20260106/care-started 2026-01-06 V2");
	assert_told("requests/IHA20260106/consent-given 2026-01-12 initial");
	assert_told("assessments/IHA20260106/assessment-returned 2026-01-30 initial");
	assert_told("assessments/RHA20250301/assessment-seen 2025-03-01 review");
	assert_told("sdq/2026-02-02/carer/sdq-scored 2026-02-02 carer  11");
	assert_told("checks/dental/2025-06-02/check-done 2025-06-02 dental complete");
	assert_told("E06000034/T-1");
	assert_int_equal(batch->n_findings, 0);
	assert_not_told("remark");
}

static void test_words_of_headings(void **state)
{
	static const char *const want[][2] = {
		{ "Date of IHA", "iha.seen_on" },
		{ "IHA Date", "iha.seen_on" },
		{ "IHA completed", "iha.seen_on" },
		{ "Date IHA requested", "iha-request.asked_on" },
		{ "IHA appt date", "iha-appointment.appointment_date" },
		{ "IHA report sent to LA", "iha.returned_on" },
		{ "Date of last RHA", "rha.seen_on" },
		{ "RHA seen by", "rha.seen_by" },
		{ "SDQ Score", "sdq.score" },
		{ "SDQ date", "sdq.completed_on" },
		{ "Last dental check", "dental.checked_on" },
		{ "Dentist", "dental.checked_on" },
		{ "DOB", "children.birth_date" },
		{ "Childs first name", "children.given_name" },
		{ "Left care", "periods_of_care.end_date" },
		{ "Next RHA due", "" },
		{ "Social Worker", "" },
		{ "Placement address", "" },
		{ "Shoe size", "" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(want); i++) {
		const char *t = want[i][1], *dot = strchr(t, '.');
		bool day = dot && (strstr(dot, "_on") || strstr(dot, "date"));
		const char *cell = day				   ? "%d/03/2015"
				   : dot && strstr(dot, "seen_by") ? "doctor"
				   : dot && strstr(dot, "score")   ? "%d"
								   : "Wren";
		/* what the part needs beside it stands there too */
		const char *beside = strstr(t, "score")				 ? "SDQ date"
				     : strstr(t, "sdq")				 ? "SDQ score"
				     : strstr(t, "returned") || strstr(t, "_by") ? t[0] == 'i' ? "IHA seen" : "RHA date"
				     : strstr(t, "end_date")			 ? "Into care"
				     : strstr(t, "given")			 ? "DOB"
										 : "Wing";
		struct buf b;
		buf_init(&b, 4000);
		buf_printf(&b, "Child ID|LA|%s|%s\n", want[i][0], beside);
		for (int r = 10; r < 14; r++) {
			buf_printf(&b, "E-%d|Essex|", r);
			if (strchr(cell, '%'))
				buf_printf(&b, day ? "%d/03/2025|" : "%d|", r);
			else
				buf_printf(&b, "%s|", cell);
			buf_printf(&b, strstr(beside, "score") ? "%d\n" : "%d/02/2025\n", r);
		}
		look(grid_csv(b.p));
		buf_release(&b);
		assert_is(0, want[i][0], t);
	}
}

/* The contents may take a heading's word back. */
static void test_contents_decide(void **state)
{
	(void)state;
	look(grid_csv(
	    "Child ID|LA|DOB|Date of birth|IHA seen\nE-1|Essex|yes|14/03/2016|26/01/2026\nE-2|Essex|yes|02/11/2012|"
	    "27/01/2026\nE-3|Essex|no|02/11/2013|27/01/2026\n"));
	assert_is(0, "Date of birth", "children.birth_date");
	assert_is(0, "DOB", "");
}

static void test_list_of_what_happened(void **state)
{
	(void)state;
	look(grid_csv("Child ID|LA|Type|Date seen|Clinician|Report sent\nE-1|Essex|IHA|26/01/2026|Dr|30/01/2026\n"
		      "E-1|Essex|RHA 6 monthly|26/07/2025|LAC nurse|\nE-2|Essex|RHA|26/05/2025|Nurse|\n"
		      "E-2|Essex|rha|26/11/2025|Nurse|01/12/2025\n"));
	assert_int_equal(mapping->sheets[0].rows, ROWS_LIST);
	assert_true(str_is(part_id(parts, mapping->sheets[0].part), "assessments"));
	assert_is(0, "Type", "assessments.kind");
	assert_is(0, "Date seen", "assessments.seen_on");
	assert_is(0, "Clinician", "assessments.seen_by");
	assert_is(0, "Report sent", "assessments.returned_on");
	read_all();
	assert_told("assessments/H20260126/assessment-seen 2026-01-26 initial doctor");
	assert_told("assessments/H20251126/assessment-returned 2025-12-01 review");
	assert_not_told("row ");
	look(grid_csv(
	    "Child ID|LA|Date completed|Score|Rater\nE-1|Essex|26/01/2026|12|foster carer\nE-1|Essex|26/01/2025|14|"
	    "school\n"));
	assert_true(str_is(part_id(parts, mapping->sheets[0].part), "sdq"));
	read_all();
	assert_told("sdq/2026-01-26/carer/sdq-scored 2026-01-26 carer  12");
	assert_told("sdq/2025-01-26/teacher/sdq-scored");
}

static void test_nothing_about_children(void **state)
{
	(void)state;
	look(grid_csv("Code|Meaning\nA|apple\nB|pear\n"));
	assert_int_equal(mapping->sheets[0].rows, ROWS_LEFT_OUT);
	assert_asked(QUESTION_STOPS, "Every sheet is left out");
	assert_int_equal(sheets_read(parts, &file, survey, mapping, today, NULL, NULL, &batch, &err), RC_BAD_INPUT);
	look(grid_csv("\n"));
	assert_int_equal(mapping->sheets[0].rows, ROWS_LEFT_OUT);
}

static void test_no_heading(void **state)
{
	(void)state;
	look(grid_csv("E-1|999 000 1006|14/03/2016|Essex|06/01/2026\nE-2|9990001014|02/11/2012|Essex|10/02/2026\n"
		      "E-3|9990001022|02/01/2019|Essex|12/02/2026\nE-4|9990001030|02/01/2010|Essex|13/02/2026\n"));
	assert_int_equal(survey->sheets[0].heading_line, 0);
	assert_is(0, "Column B", "children.nhs_number");
	assert_is(0, "Column C", "children.birth_date");
	assert_is(0, "Column D", "row.council");
	assert_is(0, "Column A", ""); /* nothing says that it is a number of a child */
	assert_asked(QUESTION_LOOK, "by their NHS number only");
	read_all();
	assert_told("E10000012/NHS9990001006");
	assert_int_equal(batch->n_children, 4);
}

static void test_council(void **state)
{
	static const char grid[] = "Child ID|DOB|Sex\nE-1|14/03/2016|F\nE-2|02/11/2012|M\n";
	(void)state;
	look_with(grid_csv(grid), "list.csv", NULL, 0);
	assert_asked(QUESTION_STOPS, "which council is responsible");
	look_with(grid_csv(grid), "Thurrock list.csv", NULL, 0);
	assert_int_equal(stops(), 0);
	read_all();
	assert_told("E06000034/E-1");
	look_with(grid_csv("Children of Southend-on-Sea|||\nChild ID|DOB|Sex|\nE-1|14/03/2016|F|\nE-2|02/11/2012|M|\n"),
		  "list.csv", NULL, 0);
	assert_int_equal(stops(), 0);
	read_all();
	assert_told("E06000033/E-1");
	look_with(grid_csv(grid), "Essex and Thurrock.csv", NULL, 0); /* which? */
	assert_asked(QUESTION_STOPS, "which council is responsible");
}

/* Councils as headings between the rows, as many trackers have them. */
static void test_councils_above(void **state)
{
	static const char grid[] =
	    "Child ID|DOB|Sex|Surname\nEssex|||\nE-1|14/03/2016|F|Example\nE-2|02/11/2012|M|Example\n"
	    "Thurrock Council|||\nT-1|02/11/2013|M|Example\n";
	(void)state;
	look(grid_csv(grid));
	assert_int_equal(stops(), 0);
	assert_asked(QUESTION_LOOK, "stands alone in a row above it");
	mapping = (struct mapping *)(uintptr_t)saved();
	mapping_fit(survey, mapping, &arena);
	read_all();
	assert_told("E10000012/E-2\n");
	assert_told("E06000034/T-1\n");
	assert_int_equal(batch->n_findings, 0);
	look(grid_csv("Child ID|DOB|Sex|Surname\nE-1|14/03/2016|F|Example\nThurrock|||\nT-1|02/11/2013|M|Example\n"));
	read_all();
	assert_told("row 2, The council responsible for the child, by name or ONS code: missing-cell");
}

/* ---- questions ---- */

static void test_month_first(void **state)
{
	(void)state;
	look(grid_csv("Child ID|LA|DOB\nE-1|Essex|03/04/2016\nE-2|Essex|12/25/2012\nE-3|Essex|05/06/2012\n"));
	assert_asked(QUESTION_STOPS, "only be read with the month first");
	struct mapped_column *c = (struct mapped_column *)(uintptr_t)column(0, "DOB");
	c->order = DAYS_MONTH_FIRST;
	c->order_said = true;
	assert_int_equal(stops(), 0);
	read_all();
	assert_int_equal(batch->n_findings, 0);
	struct event ev;
	struct str org;
	draft_event(batch, batch_draft(batch, 0), &ev, &org);
	assert_int_equal(ev.end_day, day_of(2016, 3, 4));
	mapping = (struct mapping *)(uintptr_t)saved(); /* and it is kept */
	mapping_fit(survey, mapping, &arena);
	assert_int_equal(stops(), 0);
	assert_int_equal(column(0, "DOB")->order, DAYS_MONTH_FIRST);
	/* but not against what next month's file says */
	look_with(grid_csv("Child ID|LA|DOB\nE-1|Essex|03/04/2016\nE-2|Essex|25/12/2012\n"), "f.csv",
		  (const struct mapping *const *)&mapping, 1);
	assert_asked(QUESTION_STOPS, "only be read with the day first");
	/* both orders in one column: the day first, and what cannot be is kept back */
	look(grid_csv("Child ID|LA|DOB\nE-1|Essex|23/04/2016\nE-2|Essex|12/25/2012\nE-3|Essex|05/06/2012\n"));
	assert_asked(QUESTION_LOOK, "Some cells have the month first");
	read_all();
	assert_told("row 3, DOB: not-a-day There is no such month; perhaps the month stands before the day");
	assert_int_equal(batch->n_drafts, 2);
}

static void test_two_columns_one_thing(void **state)
{
	(void)state;
	look(grid_csv("Child ID|LA|DOB|Birth\nE-1|Essex|03/04/2016|03/04/2016\nE-2|Essex|13/04/2016|13/04/2016\n"));
	struct mapped_column *c = (struct mapped_column *)(uintptr_t)column(0, "Birth");
	assert_int_equal(c->n_to, 0);
	c->n_to = 1;
	assert_true(target_of(parts, STR("children.birth_date"), &c->to[0]));
	assert_asked(QUESTION_STOPS, "Two columns are to be the same thing");
}

static void test_what_a_part_lacks(void **state)
{
	(void)state;
	look(grid_csv("Child ID|LA|DOB|IHA report sent\nE-1|Essex|03/04/2016|01/01/2026\nE-2|Essex|13/04/2016|\n"));
	assert_is(0, "IHA report sent", "");
	struct mapped_column *c = (struct mapped_column *)(uintptr_t)column(0, "IHA report sent");
	c->n_to = 1;
	assert_true(target_of(parts, STR("iha.returned_on"), &c->to[0]));
	mapping_complete(parts, &mapping->sheets[0], &arena);
	assert_asked(QUESTION_STOPS, "\"Initial health assessment\" needs \"Day the child was seen\"");
}

/* ---- reading ---- */

/* What CSV and XLSX of the same content tell is the same, findings included. */
static void test_both_kinds_tell_the_same(void **state)
{
	static const char grid[] =
	    "Caseload of the team||||||||\n\n"
	    "Child ID|LA|DOB|NHS number|Into care|Legal status|IHA seen|SDQ score|SDQ date\n"
	    "#1001|Essex|@2016-03-14|#9990001006|@2026-01-06|Section 20|@2026-01-26|#11|@2026-02-02\n"
	    "#1002|Essex|@2012-11-02|#9990001007|@2026-01-07|ICO|seen in clinic|#44|@2026-02-03\n"
	    "#1003|Nowhere|@2012-11-02||@2026-01-07|FCO|||\n"
	    "#1004|Essex|29/02/2019||@2026-01-07|Xyz|||\n"
	    "#1005|Essex|@2019-01-01||@2030-01-07||@2026-01-26||\n"
	    "|Essex|@2019-01-01||@2025-01-07||||\n"
	    "#1006|Essex|!||@2025-01-07||||\n"
	    "#1007|Essex|@2018-05-05||@2017-01-07|V2|||\n"
	    "#1001|Essex|@2016-03-15||@2026-01-06|Section 20|@2026-01-26||\n"
	    "Total|#9|||||||\n";
	(void)state;
	const char *grids[] = { grid };
	look(grid_xlsx(grids, 1, NULL));
	assert_int_equal(stops(), 0);
	read_all();
	struct str xlsx = told();
	look(grid_csv(grid));
	read_all();
	struct str csv = told();
	assert_string_equal(xlsx.p, csv.p);
	static const char *const rules[] = {
		"row 5, NHS number: nhs-number",
		"row 5, IHA seen: not-a-day",
		"row 5, SDQ score: not-a-number The value is not a whole number from 0 to 40",
		"row 6, LA: unknown-council",
		"row 7, DOB: not-a-day February had 28 days in that year",
		"row 7, Legal status: unknown-code",
		"row 8, Into care: future-day",
		"row 9, Child ID: missing-cell",
		"row 10, DOB: cell-error",
		"row 11, Into care: before-birth",
		"row 12, DOB: contradiction",
	};
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		assert_told(rules[i]);
	assert_told("assessments/IHA20260106/assessment-seen 2026-01-26 initial"); /* of 1001 */
	assert_not_told("row 13");
	for (size_t i = 0; i < batch->n_findings; i++) {
		const struct batch_finding *f = &batch->findings[i];
		assert_true(f->fix.n > 0);
		if (f->severity == SEVERITY_KEPT_BACK && f->line == 7)
			assert_true(memmem(f->record.p, f->record.n, "1004,Essex,29/02/2019", 21) != NULL);
	}
	struct buf h;
	buf_init(&h, 1000);
	sheets_heading_csv(parts, mapping, batch->files[0].name, &h);
	assert_string_equal(h.p, "Child ID,LA,DOB,NHS number,Into care,Legal status,IHA seen,SDQ score,SDQ date");
	buf_release(&h);
}

static void test_merged_cells(void **state)
{
	static const char grid[] =
	    "Child ID|LA|Type|Date seen\nE-1|Essex|IHA|26/01/2026\n||RHA|26/07/2025\nE-2|Essex|RHA|"
	    "26/05/2025\n||RHA|26/11/2025\n";
	(void)state;
	const char *grids[] = { grid };
	/* half merged: rows 2 and 3 are, 4 and 5 are not */
	look(grid_xlsx(grids, 1, "<mergeCells><mergeCell ref='A2:A3'/><mergeCell ref='B2:B3'/></mergeCells>"));
	assert_int_equal(column(0, "Child ID")->fill, FILL_MERGED);
	read_all();
	assert_told("E10000012/E-1\n  assessments/H20260126/assessment-seen 2026-01-26 initial  -1 \n  "
		    "assessments/H20250726/assessment-seen");
	assert_told("row 5, Child ID: missing-cell");
	look(grid_xlsx(grids, 1, NULL)); /* never by guess */
	assert_int_equal(column(0, "Child ID")->fill, FILL_NOT);
	read_all();
	assert_told("row 3, Child ID: missing-cell");
	((struct mapped_column *)(uintptr_t)column(0, "Child ID"))->fill = FILL_EMPTY; /* a person says so */
	((struct mapped_column *)(uintptr_t)column(0, "LA"))->fill = FILL_EMPTY;
	read_all();
	assert_told("E10000012/E-2\n  assessments/H20250526/assessment-seen 2025-05-26 review  -1 \n  "
		    "assessments/H20251126/assessment-seen");
	assert_int_equal(batch->n_findings, 0);
}

/* A child's own number on one sheet, the NHS number on another: one child. */
static void test_sheets_together(void **state)
{
	const char *grids[] = {
		"NHS number|Local authority|Date seen|Type\n9990001006|Essex|26/01/2026|IHA\n9990001014|Essex|"
		"27/01/2026|RHA\n9990001014|Essex|27/01/2025|RHA\n",
		"Child ID|LA|DOB|NHS no|Surname\nE-1|Essex|14/03/2016|999 000 1006|Example\n", "Code|Meaning\nA|B\n"
	};
	(void)state;
	look(grid_xlsx(grids, 3, NULL));
	assert_int_equal(mapping->n_sheets, 3);
	assert_int_equal(mapping->sheets[0].rows, ROWS_LIST);
	assert_int_equal(mapping->sheets[1].rows, ROWS_CHILDREN);
	assert_int_equal(mapping->sheets[2].rows, ROWS_LEFT_OUT);
	assert_is(0, "NHS number", "row.nhs_number");
	assert_int_equal(stops(), 0);
	read_all();
	assert_told("E10000012/E-1\n  ");
	assert_told("E10000012/NHS9990001014\n  ");
	assert_not_told("row ");
	assert_told("assessments/H20260126/assessment-seen");
	if (batch->n_children != 2)
		fail_msg("%s", told().p);
	/* a day before a birth that stands on a later sheet */
	grids[0] = "NHS number|Local authority|Date "
		   "seen|Type\n9990001006|Essex|26/01/2015|IHA\n9990001006|Essex|27/01/2026|RHA\n"
		   "9990001006|Essex|27/01/2025|RHA\n";
	look(grid_xlsx(grids, 2, NULL));
	read_all();
	assert_told("row 2, Date seen: before-birth");
}

static void test_words_of_a_person(void **state)
{
	(void)state;
	look(grid_csv(
	    "Child ID|LA|Into care|Legal status\nE-1|Essex|06/01/2026|Sec 20 (accom)\nE-2|Essex|06/01/2026|pending\n"
	    "E-3|Essex|06/01/2026|s20\n"));
	assert_asked(QUESTION_LOOK, "\"Sec 20 (accom)\"");
	read_all();
	assert_told("row 2, Legal status: unknown-code");
	assert_told(
	    "E10000012/E-2\n  periods_of_care/P20260106/care-started 2026-01-06  "); /* pending says nothing yet */
	struct mapped_word words[] = { { STR("Sec 20 (accom)"), STR("V2") } };
	struct mapped_column *c = (struct mapped_column *)(uintptr_t)column(0, "Legal status");
	c->words = words;
	c->n_words = 1;
	mapping = (struct mapping *)(uintptr_t)saved();
	mapping_fit(survey, mapping, &arena);
	assert_false(asked(QUESTION_LOOK, "not understood"));
	read_all();
	assert_told("E10000012/E-1\n  periods_of_care/P20260106/care-started 2026-01-06 V2");
	assert_int_equal(batch->n_findings, 0);
}

/* Loading again corrects: numbers are made of the child and the day it began. */
static void test_numbers_stay(void **state)
{
	(void)state;
	look(grid_csv(
	    "Child ID|LA|Into care|IHA requested|IHA seen|RHA seen\nE-1|Essex|06/01/2026|08/01/2026||01/02/2025\n"));
	read_all();
	assert_told("requests/IHA20260106/request-made 2026-01-08");
	look(grid_csv(
	    "Child ID|LA|Into care|IHA requested|IHA seen|RHA seen\nE-1|Essex|06/01/2026|09/01/2026|26/01/2026|"
	    "01/02/2025\n"));
	read_all();
	assert_told("requests/IHA20260106/request-made 2026-01-09");
	assert_told("assessments/IHA20260106/assessment-seen 2026-01-26");
	assert_told("assessments/RHA20250201/assessment-seen");
}

static void test_rows_that_are_none(void **state)
{
	(void)state;
	look(grid_csv("Child ID|LA|DOB|IHA seen\nE-1|Essex|14/03/2016|26/01/2026\n|||\nTotals|1||\nThese are new:|||\n"
		      "Child ID|LA|DOB|IHA seen\nE-2|Essex|14/03/2015|27/01/2026\nSubtotal|||1\n"));
	read_all();
	assert_int_equal(batch->n_children, 2);
	assert_int_equal(batch->n_findings, 0);
	/* text that a spreadsheet would work out stays text */
	look(grid_csv("Child ID|LA|DOB|Surname\nE-1|Essex|14/03/2016|=HYPERLINK(1)\n"));
	read_all();
	assert_told("row 2, Surname: formula");
	assert_told("\"family_name\":\"=HYPERLINK(1)\"");
	/* a formula that was never worked out is no empty cell; one that gave nothing is */
#define WORD(w) "<c t='inlineStr'><is><t>" w "</t></is></c>"
	struct zipmake z;
	struct str bytes = book_of_rows(&z, "<row>" WORD("Child ID") WORD("LA") WORD("DOB") WORD("Surname") WORD("Forename") "</row>"
					    "<row>" WORD("E-1") WORD("Essex") "<c><f>TODAY()-999</f></c>" WORD("Finch")
					    "<c t='str'><f>IF(1,\"\")</f><v></v></c></row>");
	look(grid_file(bytes));
	zip_release(&z);
	read_all();
	assert_told("row 2, DOB: not-worked-out");
	assert_int_equal(batch->n_findings, 1);
#undef WORD
	/* nor is a row of such formulas a remark, and nothing is filled down over one */
	const char *grid = "Child ID|LA|DOB|Surname\nE-1|Essex|@2016-03-14|Finch\n=?|=?|=?|=?\n"
			   "=?|Essex|@2017-03-14|Wren\n";
	look(grid_xlsx(&grid, 1, NULL));
	((struct mapped_column *)(uintptr_t)column(0, "Child ID"))->fill = FILL_EMPTY;
	read_all();
	assert_told("row 3, Child ID: not-worked-out");
	assert_told("row 4, Child ID: not-worked-out");
	assert_int_equal(batch->n_children, 1);
}

/* ---- memory ---- */

static void test_next_month(void **state)
{
	(void)state;
	look_with(grid_csv("Child ID|LA|DOB|Notes|IHA seen|Legal status\nE-1|Essex|14/03/2016|x|26/01/2026|s20\n"),
		  "a.csv", NULL, 0);
	struct mapped_column *c = (struct mapped_column *)(uintptr_t)column(0, "Notes");
	c->n_to = 1; /* not what it would be proposed as */
	assert_true(target_of(parts, STR("children.language"), &c->to[0]));
	const struct mapping *last = saved();
	look_with(grid_csv("Title|||||||\nDOB|Child ID|LA|Date IHA seen|Notes|Shoe "
			   "size|Legal|\n14/03/2016|E-1|Essex|26/01/2026|French|"
			   "4|s20|\n"),
		  "b.csv", &last, 1);
	assert_true(str_is(mapping->from, "a"));
	assert_int_equal(survey->sheets[0].heading_line, 2);
	assert_is(0, "Notes", "children.language");
	assert_is(0, "DOB", "children.birth_date");
	assert_is(0, "Date IHA seen", "iha.seen_on");
	assert_is(0, "Shoe size", "");
	assert_asked(QUESTION_DIFFERS, "The column \"Shoe size\" is new since last time");
	assert_asked(QUESTION_DIFFERS, "Called \"IHA seen\" last time");
	assert_int_equal(stops(), 0);
	read_all();
	assert_told("\"language\":\"French\"");
	/* gone: said, and stops only what cannot be told without it */
	look_with(grid_csv("Child ID|LA|DOB|Legal status\nE-1|Essex|14/03/2016|s20\n"), "c.csv", &last, 1);
	assert_asked(QUESTION_DIFFERS, "The column \"IHA seen\" of last time is not there");
	read_all();
	assert_told("row 0, IHA seen: missing-column");
	look_with(grid_csv("Child ID|DOB|IHA seen|Legal status|Notes\nE-1|14/03/2016|26/01/2026|s20|\n"), "c.csv",
		  &last, 1);
	assert_asked(QUESTION_STOPS, "which council is responsible");
	/* another workbook is not taken for it */
	look_with(grid_csv("Mosaic ID|Borough|Birthday\nE-1|Essex|14/03/2016\n"), "d.csv", &last, 1);
	assert_int_equal(mapping->from.n, 0);
}

static void test_yaml(void **state)
{
	struct mapping *m;
	static const struct {
		const char *text, *words;
	} wrong[] = {
		{ "mapping: A\nsheets: []\n", "small letters" },
		{ "mapping: a\nsheets: 3\n", "list" },
		{ "mapping: a\nsheets:\n  - sheet: S\n    rows: chairs\n", "what each row is" },
		{ "mapping: a\nsheets:\n  - sheet: S\n    rows: children\n    columns:\n      - heading: X\n        "
		  "is: a.b\n",
		  "there is nothing called \"a.b\"" },
		{ "mapping: a\nsheets:\n  - sheet: S\n    rows: children\n    columns:\n      - heading: X\n        "
		  "is: "
		  "children.council\n",
		  "there is nothing called" },
		{ "mapping: a\nsheets:\n  - sheet: S\n    rows: children\n    columns:\n      - heading: X\n        "
		  "is: "
		  "periods_of_care.legal_status\n        words: {x: Q9}\n",
		  "there is no code \"Q9\"" },
		{ "mapping: a\nsheets:\n  - sheet: S\n    rows: children\n    colums: []\n", "colums" },
		{ "mapping: a\nwhole-for: [Nowhere]\nsheets: []\n", "there is no council" },
		{ "mapping: a\nsheets:\n  - sheet: S\n    rows: children\n    columns:\n      - heading: X\n        "
		  "days: "
		  "backwards\n",
		  "day-first or month-first" },
		{ "&a x", "" },
		{ "", "" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_equal(mapping_read(parts, str_of(wrong[i].text), "m.yaml", &arena, &m, &err), RC_BAD_INPUT);
		if (!strstr(err.text, wrong[i].words))
			fail_msg("\"%s\": %s", wrong[i].text, err.text);
	}
	/* what is written is read as the same */
	look_with(open("tests/data/workbooks/tracker.csv", O_RDONLY), "t.csv", NULL, 0);
	struct str first = yaml();
	mapping = (struct mapping *)(uintptr_t)saved();
	assert_string_equal(yaml().p, first.p);
	/* names of anything */
	look(grid_csv("Child ID|LA|DOB|\"a: b\\ # {c}\nE-1|Essex|14/03/2016|1\n"));
	mapping = (struct mapping *)(uintptr_t)saved();
}

/* ---- hostile ---- */

static void test_hundreds_of_columns(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 500; i++)
		buf_printf(&b, i == 490 ? "Child ID|" : i == 491 ? "LA|" : i == 492 ? "DOB|" : i % 7 ? "Date|" : "|");
	buf_puts(&b, "\n");
	for (int r = 0; r < 3; r++) {
		for (int i = 0; i < 500; i++)
			buf_printf(&b, i == 490 ? "E-%d|" : i == 491 ? "Essex|" : "0%d/01/2016|", r + 1);
		buf_puts(&b, "\n");
	}
	const char *grids[] = { b.p };
	look(grid_xlsx(grids, 1, NULL));
	assert_int_equal(mapping->sheets[0].n_columns, 500);
	assert_is(0, "DOB", "children.birth_date");
	read_all();
	assert_int_equal(batch->n_children, 3);
	look_with(grid_xlsx(grids, 1, NULL), "f.xlsx", (const struct mapping *const[]){ saved() }, 1);
	assert_is(0, "DOB", "children.birth_date");
	buf_release(&b);
	const struct mapping_question *q = asked(QUESTION_DIFFERS, ""); /* the same headings, many of them alike */
	if (q)
		fail_msg(STR_FMT, STR_ARG(q->words));
}

static void test_what_is_no_workbook(void **state)
{
	static const struct {
		const char *bytes, *words;
	} files[] = {
		{ "PK\003\004nonsense", "" },
		{ "%PDF-1.7", "PDF" },
		{ "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old", ".xls" },
		{ "a,b\n\xE9t\xE9,2\n", "UTF-8" },
		{ "<html><table>", "web page" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		close_all();
		file = (struct sheets_file){ STR("f"), grid_file(str_of(files[i].bytes)) };
		enum rc rc = sheets_survey(parts, &file, today, NULL, 0, NULL, 0, &arena, &survey, &err);
		assert_int_equal(rc, RC_BAD_INPUT);
		if (!strstr(err.text, files[i].words))
			fail_msg("%s", err.text);
		assert_true(err.text[0] >= 'A' && err.text[0] <= 'Z');
	}
}

/* The file changes under us between looking and reading: nothing is believed of it. */
static void test_broken_after_looking(void **state)
{
	(void)state;
	const char *grids[] = { "Child ID|LA|DOB\nE-1|Essex|14/03/2016\n" };
	look(grid_xlsx(grids, 1, NULL));
	assert_int_equal(ftruncate(file.fd, 300), 0);
	read_all();
	assert_int_equal(batch->n_drafts, 0);
	assert_true(batch->files[0].refused);
	assert_told("unreadable");
}

static void test_shipped_mappings(void **state)
{
	(void)state;
	struct mapping *m;
	int fd = open("data/mappings/caseload.yaml", O_RDONLY);
	char text[32768];
	ssize_t n = read(fd, text, sizeof text);
	close(fd);
	assert_true(n > 0 && (size_t)n < sizeof text);
	if (mapping_read(parts, (struct str){ text, (size_t)n }, "caseload.yaml", &arena, &m, &err) != RC_OK)
		fail_msg("%s", err.text);
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	today = day_of(2026, 3, 2);
	if (vocab_load("data", &vocab, &err) != RC_OK || tables_spec_load("data", vocab, &spec, &err) != RC_OK ||
	    sheets_parts_load("data", spec, &parts, &err) != RC_OK) {
		print_message("%s\n", err.text);
		return 1;
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close_all();
	sheets_parts_free(parts);
	tables_spec_free(spec);
	vocab_free(vocab);
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_tracker),
		cmocka_unit_test(test_words_of_headings),
		cmocka_unit_test(test_contents_decide),
		cmocka_unit_test(test_list_of_what_happened),
		cmocka_unit_test(test_nothing_about_children),
		cmocka_unit_test(test_no_heading),
		cmocka_unit_test(test_council),
		cmocka_unit_test(test_councils_above),
		cmocka_unit_test(test_month_first),
		cmocka_unit_test(test_two_columns_one_thing),
		cmocka_unit_test(test_what_a_part_lacks),
		cmocka_unit_test(test_both_kinds_tell_the_same),
		cmocka_unit_test(test_merged_cells),
		cmocka_unit_test(test_sheets_together),
		cmocka_unit_test(test_words_of_a_person),
		cmocka_unit_test(test_numbers_stay),
		cmocka_unit_test(test_rows_that_are_none),
		cmocka_unit_test(test_next_month),
		cmocka_unit_test(test_yaml),
		cmocka_unit_test(test_hundreds_of_columns),
		cmocka_unit_test(test_what_is_no_workbook),
		cmocka_unit_test(test_broken_after_looking),
		cmocka_unit_test(test_shipped_mappings),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
