/* Workbooks: dropped in, mapped, tried, loaded, and recognised the month after. */
#include "work/help.h"

#include "sheetgrid.h"
#include "work/load/workbook.h"

#include <pthread.h>

#define HEAD "Child ID|LA|NHS No|Surname|DOB|Into care|IHA requested|IHA seen|Legal status\n"
#define ROWS                                                                                                           \
	"E-1|Essex|999 000 1006|Brambleby-Example|14/03/2016|06/01/2026|08/01/2026|26/01/2026|Section 20\n"            \
	"E-2|Essex||O'Fern|02/02/2020|10/02/2026|12/02/2026||FCO\n"                                                    \
	"S-1|Southend-on-Sea||Linden|10/10/2012|02/02/2026|||s20\n"

/* Files are parsed in a fork. The address sanitizer's allocator, unlike the C
 * library's, leaves its locks held in a fork if another thread is allocating: so
 * whoever looks how far a load is does not look at that very moment. */
static pthread_rwlock_t quiet = PTHREAD_RWLOCK_INITIALIZER;
#if defined(__SANITIZE_ADDRESS__)
enum { FORKS_DISTURB = 1 };
#else
enum { FORKS_DISTURB = 0 };
#endif

static void before_fork(void)
{
	pthread_rwlock_wrlock(&quiet);
}

static void after_fork(void)
{
	pthread_rwlock_unlock(&quiet);
}

static int set_up_quiet(void **state)
{
	return pthread_atfork(before_fork, after_fork, after_fork) == 0 ? set_up(state) : -1;
}

static struct workbook book;

static int64_t drop_as(const struct viewer *v, const char *name, int fd)
{
	int64_t id = 0;
	assert_true(fd >= 0);
	assert_ok(workbook_drop(app, v, str_of(name), fd, &id, &err));
	return id;
}

static void take(const struct viewer *v, int64_t id)
{
	assert_ok(workbook_take(app, v, id, &book, &err));
}

static struct load_summary loaded(const struct viewer *v, int64_t load)
{
	struct load_summary s;
	for (int i = 0; i < 6000; i++) {
		pthread_rwlock_rdlock(&quiet);
		enum rc rc = load_see(app, v, load, 100, &arena, &s, &err);
		pthread_rwlock_unlock(&quiet);
		assert_ok(rc);
		if (!str_is(s.state, "running"))
			return s;
		usleep(20000);
	}
	fail_msg("the load does not end");
	return s;
}

/* Begins to load what is taken, and gives it back. */
static int64_t load_taken(const struct viewer *v)
{
	int64_t load = 0;
	pthread_rwlock_rdlock(&quiet);
	enum rc rc = workbook_load(app, v, &book, &load, &err);
	workbook_give(&book);
	pthread_rwlock_unlock(&quiet);
	assert_ok(rc);
	return load;
}

static struct load_summary load_book(const struct viewer *v, const char *name, int fd)
{
	int64_t load = 0;
	take(v, drop_as(v, name, fd));
	load = load_taken(v);
	return loaded(v, load);
}

static bool asks(const char *words)
{
	const struct mapping_question *q;
	size_t n = mapping_questions(book.parts, book.survey, book.mapping, &arena, &q);
	for (size_t i = 0; i < n; i++)
		if (memmem(q[i].words.p, q[i].words.n, words, strlen(words)))
			return true;
	return false;
}

static void test_from_dropping_to_loading_again(void **state)
{
	struct viewer v = viewer(ROLE_ADMINISTRATOR, TEAM);
	(void)state;
	int64_t id = drop_as(&v, "LAC tracker March.csv", grid_csv(HEAD ROWS));
	assert_int_equal(rows_of("person"), 0);
	take(&v, id);
	assert_false(asks("needs"));
	struct load_summary s;
	assert_ok(workbook_try(app, &v, &book, &arena, &s, &err));
	assert_str("dry-run", s.state);
	assert_rows(&s, "LAC tracker March: The child", 3, 0, 0, 0, 0);
	assert_int_equal(rows_of("event") + rows_of("load") + rows_of("mapping"), 0);
	int64_t load;
	load = load_taken(&v);
	s = loaded(&v, load);
	assert_str("done", s.state);
	assert_rows(&s, "LAC tracker March: The child", 3, 0, 0, 0, 0);
	assert_rows(&s, "LAC tracker March: The period of care", 3, 0, 0, 0, 0);
	assert_rows(&s, "LAC tracker March: Initial health assessment", 1, 0, 0, 0, 0);
	assert_clock(person(ESSEX "/E-1"), "iha-returned", CLOCK_RUNNING);
	struct stamp first = stamp();
	/* the same again, another month: recognised, and nothing changes */
	int64_t again = drop_as(&v, "LAC tracker April.csv", grid_csv("Printed in April\n" HEAD ROWS));
	take(&v, again);
	assert_str("lac-tracker", book.mapping->from);
	assert_false(asks("last time"));
	load = load_taken(&v);
	s = loaded(&v, load);
	assert_rows(&s, "LAC tracker April: The child", 0, 0, 3, 0, 0);
	struct stamp now = stamp();
	now.coverage = first.coverage;
	assert_memory_equal(&now, &first, sizeof first);
	/* a corrected cell corrects, and does not double */
	s = load_book(&v, "LAC tracker May.csv",
		      grid_csv(HEAD
			       "E-1|Essex|999 000 1006|Brambleby-Example|14/03/2016|06/01/2026|09/01/2026|27/01/2026|"
			       "Section 20\n"));
	assert_rows(&s, "LAC tracker May: Initial health assessment", 0, 1, 0, 0, 0);
	assert_rows(&s, "LAC tracker May: Initial health assessment, request", 0, 1, 0, 0, 0);
	assert_int_equal(rows_of("person"), 3); /* the others are left as they are: a workbook is partial */
	struct child_page p = page(person(ESSEX "/E-1"));
	assert_int_equal(event_on(&p, "assessment-seen")->at, day_of(2026, 1, 27));
}

/* The rows kept back come in the workbook's own columns, and load by its mapping. */
static void test_rows_kept_back(void **state)
{
	struct viewer v = viewer(ROLE_ADMINISTRATOR, TEAM);
	(void)state;
	const char *grids[] = {
		HEAD "E-1|Essex|999 000 1007|=Brambleby|14/03/2016|06/01/2026|08/01/2026|26/01/2027|Section 20\n"
		     "E-2|Essex||O'Fern|02/02/2020|10/02/2026|12/02/2026||FCO\n"
	};
	struct load_summary s = load_book(&v, "tracker.xlsx", grid_xlsx(grids, 1, NULL));
	assert_rows(&s, "S1: Initial health assessment", 0, 0, 0, 0, 1);
	assert_rows(&s, "S1: The child", 2, 0, 0, 0, 0); /* the wrong NHS number is not known; the child is */
	bool told = false;
	for (size_t i = 0; i < s.n_findings; i++)
		told = told || (s.findings[i].line == 2 && str_is(s.findings[i].column, "IHA seen") &&
				str_is(s.findings[i].file, "S1: Initial health assessment"));
	assert_true(told);
	struct buf b;
	buf_init(&b, 100000);
	assert_ok(load_kept_back(app, &v, s.id, STR("S1: Initial health assessment"), &b, &err));
	assert_string_equal(
	    b.p, "Child ID,LA,NHS No,Surname,DOB,Into care,IHA requested,IHA seen,Legal status,line,problem\r\n"
		 "E-1,Essex,999 000 1007,'=Brambleby,14/03/2016,06/01/2026,08/01/2026,26/01/2027,Section 20,2,The "
		 "date lies in the future\r\n");
	char *wrong = strstr(b.p, "26/01/2027");
	memcpy(wrong, "26/01/2026", 10);
	s = load_book(&v, "back.csv", grid_file(buf_view(&b)));
	assert_rows(&s, "back: Initial health assessment", 1, 0, 0, 0, 0);
	assert_rows(&s, "back: The child", 0, 0, 1, 0, 0);
	buf_release(&b);
	assert_rc(RC_NOT_FOUND, load_kept_back(app, &v, s.id, STR("nothing"), &b, &err));
}

/* A child that the council's own number brought in is found by the NHS number. */
static void test_known_by_nhs_number(void **state)
{
	struct viewer v = viewer(ROLE_ADMINISTRATOR, TEAM);
	(void)state;
	small_tables();
	load();
	int64_t wren = person(ESSEX "/E-1"), before = rows_of("person");
	struct load_summary s =
	    load_book(&v, "sdq.csv",
		      grid_csv("NHS number|Local authority|SDQ date|SDQ score\n9990001006|Essex|02/02/2026|12\n"
			       "9990001014|Essex|02/02/2026|13\n9990001007|Essex|02/02/2026|14\n"));
	assert_rows(&s, "sdq: Strengths and difficulties questionnaire", 2, 0, 0, 0, 1);
	assert_int_equal(rows_of("person"), before + 1);
	struct child_page p = page(wren);
	assert_non_null(event_on(&p, "sdq-scored"));
	s = load_book(&v, "sdq.csv",
		      grid_csv("NHS number|Local authority|SDQ date|SDQ score\n9990001006|Essex|02/02/2026|12\n"
			       "9990001014|Essex|02/02/2026|13\n"));
	assert_rows(&s, "sdq: Strengths and difficulties questionnaire", 0, 0, 2, 0, 0);
}

static void test_whole_takes_back(void **state)
{
	struct viewer v = viewer(ROLE_ADMINISTRATOR, TEAM);
	(void)state;
	load_book(&v, "tracker.csv", grid_csv(HEAD ROWS));
	take(&v,
	     drop_as(&v, "tracker.csv",
		     grid_csv(
			 HEAD
			 "E-1|Essex|999 000 1006|Brambleby-Example|14/03/2016|06/01/2026|08/01/2026|26/01/2026|Section "
			 "20\n")));
	static const struct str whole[] = { { ESSEX, 9 }, { SOUTHEND, 9 } };
	book.mapping->whole = whole;
	book.mapping->n_whole = 2;
	assert_true(asks("is taken back"));
	int64_t load;
	load = load_taken(&v);
	struct load_summary s = loaded(&v, load);
	/* E-2 is gone from Essex; nobody of Southend is in it, so nothing is said of Southend */
	assert_rows(&s, "tracker: The child", 0, 0, 1, 1, 0);
	assert_rows(&s, "tracker: The period of care", 0, 0, 1, 0, 0); /* the care of one row a child is never whole */
}

static void test_what_stops(void **state)
{
	struct viewer v = viewer(ROLE_ADMINISTRATOR, TEAM);
	int64_t load = 0;
	struct load_summary s;
	(void)state;
	take(&v, drop_as(&v, "tracker.csv", grid_csv("Child ID|DOB\nE-1|14/03/2016\nE-2|15/03/2016\n")));
	assert_rc(RC_BAD_INPUT, workbook_try(app, &v, &book, &arena, &s, &err));
	assert_words("which council is responsible");
	workbook_give(&book);
	assert_int_equal(rows_of("person") + rows_of("load"), 0);
	take(&v, drop_as(&v, "tracker.csv", grid_csv("Child ID|LA|DOB\nE-1|Essex|12/25/2016\n")));
	load = load_taken(&v); /* begun; its own page says why it did not go on */
	s = loaded(&v, load);
	assert_str("refused", s.state);
	assert_true(memmem(s.message.p, s.message.n, "month first", 11) != NULL);
	/* the heading row as a person says it */
	take(&v, drop_as(&v, "tracker.csv", grid_csv("Alpha|Beta\nChild ID|LA|DOB\nE-1|Essex|14/03/2016\n")));
	assert_rc(RC_BAD_INPUT, workbook_set_heading(app, &v, &book, 0, 40, &err));
	assert_ok(workbook_set_heading(app, &v, &book, 0, 1, &err));
	assert_int_equal(book.survey->sheets[0].heading_line, 1);
	assert_ok(workbook_set_heading(app, &v, &book, 0, 2, &err));
	assert_ok(workbook_try(app, &v, &book, &arena, &s, &err));
	assert_rows(&s, "tracker: The child", 1, 0, 0, 0, 0);
	workbook_give(&book);
}

static void test_who_may(void **state)
{
	struct viewer v = viewer(ROLE_ADMINISTRATOR, TEAM), other = v, social = viewer(ROLE_SOCIAL_WORKER, ESSEX);
	const struct saved_mapping *list;
	size_t n;
	int64_t id = drop_as(&v, "tracker.csv", grid_csv(HEAD ROWS)), load;
	int fd = grid_csv(HEAD ROWS);
	(void)state;
	other.account++;
	assert_rc(RC_NOT_FOUND, workbook_take(app, &other, id, &book, &err));
	assert_rc(RC_REFUSED, workbook_take(app, &social, id, &book, &err));
	assert_rc(RC_REFUSED, workbook_drop(app, &social, STR("x.csv"), fd, &id, &err));
	assert_rc(RC_REFUSED, mappings_list(app, &social, &arena, &list, &n, &err));
	close(fd);
	/* children of councils that the team does not serve are left out, as from tables */
	take(&v, drop_as(&v, "kent.csv", grid_csv("Child ID|LA|DOB\nK-1|Kent|14/03/2016\n")));
	load = load_taken(&v);
	struct load_summary s = loaded(&v, load);
	assert_true(memmem(s.message.p, s.message.n, "does not serve", 14) != NULL);
	assert_int_equal(rows_of("person"), 0);
	/* a mapping belongs to its organisation */
	assert_ok(mappings_see(app, &v, STR("kent"), &arena, &list, &n, &err));
	struct viewer trust = viewer(ROLE_ADMINISTRATOR, TRUST);
	assert_rc(RC_NOT_FOUND, mappings_see(app, &trust, STR("kent"), &arena, &list, &n, &err));
}

static void test_editions(void **state)
{
	struct viewer v = app_operator(app);
	const struct saved_mapping *list;
	struct str name;
	size_t n;
	(void)state;
	struct str first = STR("mapping: a\nsheets: []\n"), second = STR("mapping: a\ntitle: T\nsheets: []\n");
	assert_ok(mappings_save(app, &v, first, &arena, &name, &err));
	assert_ok(mappings_save(app, &v, first, &arena, &name, &err));
	assert_ok(mappings_save(app, &v, second, &arena, &name, &err));
	assert_ok(mappings_see(app, &v, STR("a"), &arena, &list, &n, &err));
	assert_int_equal(n, 2);
	assert_str("mapping: a\ntitle: T\nsheets: []\n", list[0].body);
	assert_true(list[0].known_ms > list[1].known_ms);
	assert_rc(RC_BAD_INPUT, mappings_save(app, &v, STR("mapping: a\n"), &arena, &name, &err));
	assert_ok(mappings_see(app, &v, STR("caseload"), &arena, &list, &n, &err)); /* shipped */
	assert_true(list[0].shipped);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'saved' AND what = 'mapping'"), 2);
}

static void test_the_shelf_is_small(void **state)
{
	struct viewer v = viewer(ROLE_ADMINISTRATOR, TEAM);
	int64_t ids[WORKBOOKS_OF_ONE + 1];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		ids[i] = drop_as(&v, "t.csv", grid_csv(HEAD ROWS));
	assert_rc(RC_NOT_FOUND, workbook_take(app, &v, ids[0], &book, &err));
	assert_words("Drop it in again");
	for (size_t i = 1; i < COUNT_OF(ids); i++) {
		take(&v, ids[i]);
		workbook_give(&book);
	}
}

/* Two people load the same workbook at once, and one of them twice. */
static void *load_on_thread(void *arg)
{
	struct viewer v = viewer(ROLE_ADMINISTRATOR, TEAM);
	struct err e = { 0 };
	struct workbook w;
	int64_t id, load;
	const char *grids[] = { HEAD ROWS };
	v.account += (int64_t)(intptr_t)arg;
	if (workbook_drop(app, &v, STR("t.xlsx"), grid_xlsx(grids, 1, NULL), &id, &e) != RC_OK ||
	    workbook_take(app, &v, id, &w, &e) != RC_OK)
		return "drop";
	pthread_rwlock_rdlock(&quiet);
	enum rc rc = workbook_load(app, &v, &w, &load, &e);
	workbook_give(&w);
	pthread_rwlock_unlock(&quiet);
	if (rc != RC_OK)
		return "load";
	for (int i = 0; i < 6000; i++) {
		struct load_summary s;
		struct arena a AUTO(arena_release);
		arena_init(&a);
		pthread_rwlock_rdlock(&quiet);
		rc = load_see(app, &v, load, 10, &a, &s, &e);
		pthread_rwlock_unlock(&quiet);
		if (rc != RC_OK)
			return "see";
		if (!str_is(s.state, "running"))
			return str_is(s.state, "done") ? NULL : "state";
		usleep(10000);
	}
	return "time";
}

static void test_two_at_once(void **state)
{
	pthread_t threads[3];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		void *wrong = NULL;
		assert_int_equal(pthread_create(&threads[i], NULL, load_on_thread, (void *)(intptr_t)(i / 2)), 0);
		if (FORKS_DISTURB) { /* one after the other; all at once in the other builds */
			pthread_join(threads[i], &wrong);
			assert_null(wrong);
		}
	}
	for (size_t i = 0; i < COUNT_OF(threads) && !FORKS_DISTURB; i++) {
		void *wrong;
		pthread_join(threads[i], &wrong);
		if (wrong)
			fail_msg("thread %zu: %s", i, (const char *)wrong);
	}
	assert_int_equal(rows_of("person"), 3);
	struct child_page p = page(person(ESSEX "/E-1"));
	size_t seen = 0;
	for (size_t i = 0; i < p.n_events; i++)
		seen += str_is(p.events[i].kind->id, "assessment-seen");
	assert_int_equal(seen, 1);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fresh, clean_after)
	const struct CMUnitTest tests[] = {
		CASE(test_from_dropping_to_loading_again),
		CASE(test_rows_kept_back),
		CASE(test_known_by_nhs_number),
		CASE(test_whole_takes_back),
		CASE(test_what_stops),
		CASE(test_who_may),
		CASE(test_editions),
		CASE(test_the_shelf_is_small),
		CASE(test_two_at_once),
	};
	return cmocka_run_group_tests(tests, set_up_quiet, tear_down);
}
