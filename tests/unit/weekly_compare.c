/* A weekly list, pure: headings and rows, points for and against two records being one
 * child, and what a row proposes beside what is known. */
#include "base/hash.h"
#include "exchange/weekly/compare.h"
#include "exchange/weekly/match.h"
#include "exchange/weekly/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static struct vocab *vocab;
static struct weekly_spec *spec;
static struct arena arena;
static day_t today;

static int begin(void **state)
{
	struct err e = { .rc = RC_OK };
	(void)state;
	hash_ready();
	arena_init(&arena);
	today = day_of(2026, 3, 2);
	assert_int_equal(vocab_load("data", &vocab, &e), RC_OK);
	if (weekly_spec_load("data", vocab, &spec, &e) != RC_OK)
		fail_msg("%s", e.text);
	return 0;
}

static int end(void **state)
{
	(void)state;
	weekly_spec_free(spec);
	vocab_free(vocab);
	arena_release(&arena);
	return 0;
}

/* ---- reading ---- */

static enum rc read_text(const char *text, size_t n, struct weekly_list *out, struct err *e)
{
	int fd = memfd_create("list", 0);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	enum rc rc = weekly_read(spec, fd, STR("E10000012"), today, &arena, out, e);
	close(fd);
	return rc;
}

static struct weekly_list list(const char *text)
{
	struct weekly_list l = { .n = 0 };
	struct err e = { .rc = RC_OK };
	if (read_text(text, strlen(text), &l, &e) != RC_OK)
		fail_msg("%s [%s]", e.text, e.detail);
	return l;
}

static void headings_of_councils_systems(void **state)
{
	static const char *const headings[] = {
		"child_id,birth_date,given_name,family_name,care_start,legal_status",
		"LCS ID,DOB,Forename,Surname,CLA Start Date,Legal Status Code",
		"Mosaic ID,Date of Birth,First Name,Last Name,POC start,LS",
		"Person Number,D.O.B.,Forenames,Surname,Looked after since,Current legal status",
		"Azeus ID;DOB;Child First Name;Child Surname;Period of care start;Legal status",
		"Case ID\tBorn\tGiven names\tFamily name\tDate entered care\tlegal status",
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(headings); i++) {
		char sep = strchr(headings[i], ';') ? ';' : strchr(headings[i], '\t') ? '\t' : ',';
		char text[400];
		snprintf(text, sizeof text, "%s\nE-1%c14/03/2016%cWren%cReed%c06/01/2026%cV2\n", headings[i], sep, sep,
			 sep, sep, sep);
		struct weekly_list l = list(text);
		assert_int_equal(l.n, 1);
		assert_true(str_is(l.rows[0].cell[WEEKLY_CHILD], "E-1"));
		assert_int_equal(weekly_day(&l.rows[0], WEEKLY_BORN), day_of(2016, 3, 14));
		if (!str_is(l.rows[0].cell[WEEKLY_GIVEN], "Wren"))
			fail_msg("heading %zu", i);
		assert_true(str_is(l.rows[0].cell[WEEKLY_FAMILY], "Reed"));
		assert_int_equal(weekly_day(&l.rows[0], WEEKLY_CARE_START), day_of(2026, 1, 6));
		assert_true(str_is(l.rows[0].cell[WEEKLY_LEGAL_STATUS], "V2"));
	}
}

static void numbers_that_are_shared(void **state)
{
	(void)state;
	struct weekly_list l = list("child_id,dob,nhs no\nA,01/01/2015,9990001006\nB,01/01/2016,999 000 1006\n"
				    "C,01/01/2017,9990009996\nD,01/01/2017,9990009995\n");
	assert_int_equal(l.n, 4);
	assert_true(l.rows[0].shared_number && l.rows[1].shared_number);
	assert_false(l.rows[2].shared_number);
	assert_int_equal(l.rows[3].cell[WEEKLY_NHS_NUMBER].n, 0); /* its check digit is wrong: not used */
	struct match_side s = match_side_of(&l.rows[0]);
	assert_int_equal(s.nhs_number.n, 0);
}

static void a_row_is_the_same_after_keeping(void **state)
{
	(void)state;
	struct weekly_list l = list("child_id,dob,forename,surname,nhs no\n\"a/b\",01/01/2015,\"Zo\u00eb "
				    "\"\"Z\"\"\",O\u2019Fern\\,9990001006\n");
	struct buf b AUTO(buf_release);
	struct weekly_row back;
	struct err e = { .rc = RC_OK };
	buf_init(&b, 64 * 1024);
	weekly_row_put(&l.rows[0], &b);
	assert_int_equal(weekly_row_get(buf_view(&b), &arena, &back, &e), RC_OK);
	for (size_t i = 0; i < WEEKLY__FIELDS; i++)
		assert_true(str_eq(back.cell[i], l.rows[0].cell[i]));
}

static void hostile_bytes(void **state)
{
	(void)state;
	struct weekly_list l;
	struct err e = { .rc = RC_OK };
	struct buf b AUTO(buf_release);
	buf_init(&b, 64u << 20);
	buf_puts(&b, "child_id,dob\n"); /* one cell of ten megabytes */
	for (int i = 0; i < 1000000; i++)
		buf_puts(&b, "aaaaaaaaaa");
	assert_int_equal(read_text(b.p, b.n, &l, &e), RC_BAD_INPUT);
	buf_reset(&b);
	buf_puts(&b, "child_id,dob\n"); /* more rows than any council has children */
	for (int i = 0; i < 30000; i++)
		buf_printf(&b, "E-%d,01/01/2015\n", i);
	assert_int_equal(read_text(b.p, b.n, &l, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "20000 rows"));
	buf_reset(&b);
	buf_puts(&b, "child_id,dob"); /* a thousand columns */
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, ",c%d", i);
	buf_puts(&b, "\nE-1,01/01/2015\n");
	assert_int_equal(read_text(b.p, b.n, &l, &e), RC_BAD_INPUT);
	static const char nul[] = "child_id,dob\nE-1,\0\n";
	assert_int_equal(read_text(nul, sizeof nul - 1, &l, &e), RC_BAD_INPUT);
	/* Many mistakes: listed up to a limit, counted all. */
	buf_reset(&b);
	buf_puts(&b, "child_id,dob\n");
	for (int i = 0; i < 5000; i++)
		buf_printf(&b, "E-%d,tomorrow\n", i);
	l = list(b.p);
	assert_int_equal(l.n_findings, WEEKLY_FINDINGS_MAX);
	assert_int_equal(l.findings_total, 5000);
	assert_int_equal(l.rows_kept_back, 5000);
}

/* The parser in the jail may say anything: nothing of it is believed unread. */
static void hostile_messages(void **state)
{
	(void)state;
	struct weekly_list l;
	struct err e = { .rc = RC_OK };
	static const unsigned char bad[][12] = {
		{ 'R', 0, 0, 0, 1, 0, 0, 0 },			  /* a row without cells */
		{ 'X', 0, 0, 0, 0, 0, 0, 0 },			  /* no such message */
		{ 'E', 0, 0, 0, 0, 0, 0, 0 },			  /* an end without a hash */
		{ 'F', 1, 0, 9, 0, 0, 0, 0, 0, 0 },		  /* a severity that there is not */
		{ 'R', 200, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 },	  /* too many texts */
		{ 'F', 5, 0, 1, 0, 0, 0, 0, 255, 255, 'a', 'b' }, /* longer than it is */
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(weekly_messages(bad[i], sizeof bad[i], &arena, &l, &e), RC_BAD_INPUT);
	assert_int_equal(weekly_messages("", 0, &arena, &l, &e), RC_BAD_INPUT);
}

/* ---- one child, or two? ---- */

struct pair {
	const char *what;
	const char *a[6], *b[6]; /* NHS number, pupil number, given, family, born, sex */
	bool offered, disagrees;
};

static struct match_side side(const char *const s[6])
{
	struct match_side m = { .nhs_number = str_of(s[0]),
				.upn = str_of(s[1]),
				.given = str_of(s[2]),
				.family = str_of(s[3]),
				.sex = str_of(s[5]),
				.born = DAY_NONE };
	if (s[4][0])
		assert_int_equal(day_parse(str_of(s[4]), &m.born), RC_OK);
	return m;
}

static void one_child_or_two(void **state)
{
	static const struct pair pairs[] = {
		{ "all the same",
		  { "9990001006", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "9990001006", "", "Wren", "Reed", "14/03/2016", "F" },
		  true,
		  false },
		{ "no number, all else",
		  { "", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "", "", "Wren", "Reed", "14/03/2016", "F" },
		  true,
		  false },
		{ "accents, case, apostrophe, hyphen",
		  { "", "", "ZO\u00cb", "O\u2019Fern-Reed", "14/03/2016", "F" },
		  { "", "", "zoe", "ofernreed", "14/03/2016", "F" },
		  true,
		  false },
		{ "names swapped",
		  { "", "", "Reed", "Wren", "14/03/2016", "F" },
		  { "", "", "Wren", "Reed", "14/03/2016", "F" },
		  true,
		  false },
		{ "day and month swapped",
		  { "", "", "Wren", "Reed", "03/04/2016", "F" },
		  { "", "", "Wren", "Reed", "04/03/2016", "F" },
		  true,
		  false },
		{ "one digit of the day of birth",
		  { "", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "", "", "Wren", "Reed", "14/03/2015", "F" },
		  true,
		  false },
		{ "one letter of the name",
		  { "", "", "Rowan", "Thistle", "14/03/2016", "F" },
		  { "", "", "Rowen", "Thistle", "14/03/2016", "F" },
		  true,
		  false },
		{ "double family name",
		  { "", "", "Wren", "Brambleby-Example", "14/03/2016", "F" },
		  { "", "", "Wren", "Brambleby", "14/03/2016", "F" },
		  true,
		  false },
		{ "the family name has changed",
		  { "", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "", "", "Wren", "Sedge", "14/03/2016", "F" },
		  true,
		  false },
		{ "no nickname is assumed",
		  { "", "", "Liz", "Reed", "14/03/2016", "F" },
		  { "", "", "Elizabeth", "Reed", "14/03/2016", "F" },
		  false,
		  false },
		{ "twins",
		  { "", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "", "", "Lark", "Reed", "14/03/2016", "F" },
		  false,
		  false },
		{ "twins with numbers of their own",
		  { "9990001006", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "9990009996", "", "Lark", "Reed", "14/03/2016", "F" },
		  false,
		  false },
		{ "twins of whom one carries the other's number: a question",
		  { "9990001006", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "9990001006", "", "Lark", "Reed", "14/03/2016", "F" },
		  true,
		  true },
		{ "the number is the same, all else differs: a question",
		  { "9990001006", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "9990001006", "", "Ash", "Heath", "02/02/2012", "M" },
		  true,
		  true },
		{ "all the same, and the numbers differ",
		  { "9990001006", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "9990009996", "", "Wren", "Reed", "14/03/2016", "F" },
		  true,
		  true },
		{ "pupil number the same",
		  { "", "A123456789012", "Wren", "", "14/03/2016", "F" },
		  { "", "A123456789012", "Wren", "Reed", "14/03/2016", "F" },
		  true,
		  false },
		{ "the same name, another birth",
		  { "", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "", "", "Wren", "Reed", "20/11/2011", "F" },
		  false,
		  false },
		{ "only the birth and the sex",
		  { "", "", "Wren", "Reed", "14/03/2016", "F" },
		  { "", "", "Ash", "Heath", "14/03/2016", "F" },
		  false,
		  false },
		{ "nothing is known", { "", "", "", "", "", "" }, { "", "", "", "", "", "" }, false, false },
		{ "a birth that is not known",
		  { "", "", "Wren", "Reed", "", "F" },
		  { "", "", "Wren", "Reed", "14/03/2016", "F" },
		  false,
		  false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct match_side a = side(pairs[i].a), b = side(pairs[i].b);
		struct match_result r, back;
		match_compare(spec, &a, &b, &r);
		match_compare(spec, &b, &a, &back);
		if (r.offered != pairs[i].offered || r.disagrees != pairs[i].disagrees)
			fail_msg("%s: %d points, offered %d, disagrees %d", pairs[i].what, (int)r.points, r.offered,
				 r.disagrees);
		assert_int_equal(r.points, back.points); /* whichever stands first */
		assert_int_equal(r.offered, back.offered);
		for (size_t k = 0; k < r.n; k++)
			assert_true(r.reasons[k].words.n > 0);
	}
	assert_int_equal(match_swapped(day_of(2016, 3, 14)), DAY_NONE);
	assert_int_equal(match_swapped(day_of(2016, 3, 3)), DAY_NONE);
	assert_int_equal(match_swapped(day_of(2016, 3, 4)), day_of(2016, 4, 3));
}

/* ---- what a row proposes ---- */

struct known { /* of one child; days as text, empty: none */
	const char *care, *left, *legal, *placed, *type, *area;
};
struct row {
	const char *care, *legal, *legal_from, *placed, *type, *area;
};
struct step {
	const char *what;
	struct known k;
	struct row r;
	const char *want; /* "moved sure; legal" */
};

static day_t day(const char *s)
{
	day_t d = DAY_NONE;
	if (s && *s)
		assert_int_equal(day_parse(str_of(s), &d), RC_OK);
	return d;
}

static struct str iso(const char *s)
{
	char out[DAY_TEXT_MAX];
	return s && *s ? arena_str(&arena, str_of(day_iso(day(s), out))) : STR("");
}

static const char *proposed(const struct weekly_row *row, const struct weekly_known *k)
{
	struct proposal out[PROPOSALS_A_CHILD];
	struct weekly_when when = { .listed_on = today, .before = DAY_NONE, .last_on = DAY_NONE };
	struct organisations *orgs = NULL;
	struct err e = { .rc = RC_OK };
	struct buf b AUTO(buf_release);
	buf_init(&b, 1000);
	assert_int_equal(organisations_load("data", &orgs, &e), RC_OK);
	size_t n = weekly_compare(vocab, orgs, row, k, &when, &arena, out);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&b, "%s%s%s", i ? "; " : "", weekly_kind_id(out[i].kind), out[i].sure ? " sure" : "");
		assert_true(out[i].record_says.n && out[i].list_says.n && out[i].would.n && out[i].content.n);
		assert_true(out[i].sure == (out[i].doubt.n == 0));
		assert_true(weekly_kind_of(str_of(weekly_kind_id(out[i].kind))) == out[i].kind);
	}
	organisations_free(orgs);
	struct str s = arena_str(&arena, buf_view(&b));
	return s.n ? s.p : "";
}

static void what_a_row_proposes(void **state)
{
	static const struct step steps[] = {
		{ "the same",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "E10000012" },
		  { "06/01/2026", "V2", "", "06/01/2026", "U6", "E10000012" },
		  "" },
		{ "the list says less",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "E10000012" },
		  { "", "", "", "", "", "" },
		  "" },
		{ "no care yet",
		  { "", "", "", "", "", "" },
		  { "06/01/2026", "V2", "", "06/01/2026", "U6", "E10000012" },
		  "came sure" },
		{ "no care, and no day", { "", "", "", "", "", "" }, { "", "V2", "", "", "", "" }, "came" },
		{ "no care, and no status", { "", "", "", "", "", "" }, { "06/01/2026", "", "", "", "", "" }, "came" },
		{ "moved",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "E10000012" },
		  { "06/01/2026", "V2", "", "01/02/2026", "K2", "E10000012" },
		  "moved sure" },
		{ "moved, same kind and area",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "E10000012" },
		  { "06/01/2026", "V2", "", "01/02/2026", "U6", "E10000012" },
		  "moved sure" },
		{ "moved, since when is not told",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "E10000012" },
		  { "06/01/2026", "V2", "", "", "K2", "E10000012" },
		  "moved" },
		{ "no placement yet",
		  { "06/01/2026", "", "V2", "", "", "" },
		  { "06/01/2026", "V2", "", "06/01/2026", "K2", "" },
		  "moved sure" },
		{ "placed before this care",
		  { "06/01/2026", "", "V2", "", "", "" },
		  { "06/01/2026", "V2", "", "01/01/2026", "K2", "" },
		  "moved" },
		{ "the same placement, another kind",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "E10000012" },
		  { "06/01/2026", "V2", "", "06/01/2026", "U4", "E10000012" },
		  "placement" },
		{ "the area was not known",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "" },
		  { "06/01/2026", "V2", "", "06/01/2026", "U6", "E10000012" },
		  "placement sure" },
		{ "an earlier start of the placement",
		  { "06/01/2026", "", "V2", "16/01/2026", "U6", "" },
		  { "06/01/2026", "V2", "", "06/01/2026", "U6", "" },
		  "placement" },
		{ "another status, with its day",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "" },
		  { "06/01/2026", "C1", "01/02/2026", "06/01/2026", "U6", "" },
		  "legal sure" },
		{ "another status, without",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "" },
		  { "06/01/2026", "C1", "", "06/01/2026", "U6", "" },
		  "legal" },
		{ "another status, before care",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "" },
		  { "06/01/2026", "C1", "01/01/2026", "06/01/2026", "U6", "" },
		  "legal" },
		{ "care began earlier",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "" },
		  { "05/01/2026", "V2", "", "06/01/2026", "U6", "" },
		  "start" },
		{ "care began later: left and came back?",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "" },
		  { "01/02/2026", "V2", "", "06/01/2026", "U6", "" },
		  "start" },
		{ "left, and still there",
		  { "06/01/2026", "01/02/2026", "V2", "", "", "" },
		  { "06/01/2026", "V2", "", "", "", "" },
		  "still" },
		{ "left, and no day on the list",
		  { "06/01/2026", "01/02/2026", "V2", "", "", "" },
		  { "", "V2", "", "", "", "" },
		  "still" },
		{ "came back",
		  { "06/01/2026", "01/02/2026", "V2", "", "", "" },
		  { "10/02/2026", "C2", "", "", "", "" },
		  "back sure" },
		{ "came back on the day it left",
		  { "06/01/2026", "01/02/2026", "V2", "", "", "" },
		  { "01/02/2026", "C2", "", "", "", "" },
		  "back sure" },
		{ "everything at once",
		  { "06/01/2026", "", "V2", "06/01/2026", "U6", "E10000012" },
		  { "05/01/2026", "C1", "01/02/2026", "01/02/2026", "K2", "E10000012" },
		  "start; legal sure; moved sure" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		const struct step *s = &steps[i];
		struct span care = { .ref = STR("P1"),
				     .from = day(s->k.care),
				     .to = *s->k.left ? day(s->k.left) : DAY_NEVER },
			    placement = { .ref = STR("PL1"), .from = day(s->k.placed), .to = DAY_NEVER };
		struct weekly_known k = { .there = true,
					  .given = STR("Wren"),
					  .family = STR("Reed"),
					  .born = day_of(2016, 3, 14),
					  .died = DAY_NONE,
					  .legal = str_of(s->k.legal),
					  .legal_from = day(s->k.care),
					  .placement_type = str_of(s->k.type),
					  .area = str_of(s->k.area) };
		k.care = *s->k.care && !*s->k.left ? &care : NULL;
		k.ended = *s->k.left ? &care : NULL;
		k.placement = *s->k.placed ? &placement : NULL;
		struct weekly_row r = { .line = 2 };
		r.cell[WEEKLY_CHILD] = STR("E-1");
		r.cell[WEEKLY_GIVEN] = STR("Wren");
		r.cell[WEEKLY_FAMILY] = STR("Reed");
		r.cell[WEEKLY_BORN] = STR("2016-03-14");
		r.cell[WEEKLY_CARE_START] = iso(s->r.care);
		r.cell[WEEKLY_LEGAL_STATUS] = str_of(s->r.legal);
		r.cell[WEEKLY_LEGAL_FROM] = iso(s->r.legal_from);
		r.cell[WEEKLY_PLACEMENT_START] = iso(s->r.placed);
		r.cell[WEEKLY_PLACEMENT_TYPE] = str_of(s->r.type);
		r.cell[WEEKLY_AREA] = str_of(s->r.area);
		const char *got = proposed(&r, &k);
		if (strcmp(got, s->want) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", s->what, got, s->want);
		k.closed = true; /* of an adopted child: nothing, whatever the row says */
		assert_string_equal(proposed(&r, &k), "");
		k.closed = false;
		r.kept_back = true;
		assert_string_equal(proposed(&r, &k), "");
		assert_string_equal(proposed(NULL, &k), k.care ? "left" : "");
		k.legal = STR("V3"); /* of short breaks: with its parents in between, so it says nothing */
		assert_string_equal(proposed(NULL, &k), "");
		k.legal = STR("V4");
		assert_string_equal(proposed(NULL, &k), "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headings_of_councils_systems),
		cmocka_unit_test(numbers_that_are_shared),
		cmocka_unit_test(a_row_is_the_same_after_keeping),
		cmocka_unit_test(hostile_bytes),
		cmocka_unit_test(hostile_messages),
		cmocka_unit_test(one_child_or_two),
		cmocka_unit_test(what_a_row_proposes),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
