/*
 * help.h - what the tests above the store share: a store of their own, tables
 * to load, viewers, and short words for what they check.
 *
 * LINNET_TEST_STORE names the store (default: a fresh SQLite file). A PostgreSQL
 * database that is named must be for tests only: it is emptied for each test.
 * The machine's clock plays no part: `at` says what time it is.
 */
#ifndef LINNET_TESTS_WORK_HELP_H
#define LINNET_TESTS_WORK_HELP_H

#include "base/day.h"
#include "base/rand.h"
#include "exchange/synth/synth.h"
#include "record/fold.h"
#include "store/store.h"
#include "work/admin/keep.h"
#include "work/admin/signin.h"
#include "work/admin/staff.h"
#include "work/app.h"
#include "work/load/load.h"
#include "work/record/record.h"
#include "work/see/child.h"
#include "work/see/worklist.h"
#include "work/see/worklist_live.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static char url[1000], tables[100];
static struct app *app;
static struct arena arena; /* emptied before each test */
static struct err err;

static const char TODAY[] = "2026-03-02T10:00:00Z"; /* a Monday */
#define ESSEX	 "E10000012"
#define SOUTHEND "E06000033"
#define TEAM	 "LAC-SET-DEMO"
#define TRUST	 "RAT"

#define assert_rc(want, call)                                                                                          \
	do {                                                                                                           \
		enum rc rc_ = (call);                                                                                  \
		if (rc_ != (want))                                                                                     \
			fail_msg("%s: %s, not %s: %s [%s]", #call, rc_name(rc_), rc_name(want), err.text, err.detail); \
	} while (0)
#define assert_ok(call) assert_rc(RC_OK, call)
#define assert_words(words)                                                                                            \
	do {                                                                                                           \
		if (!strstr(err.text, words))                                                                          \
			fail_msg("\"%s\" is not in: %s [%s]", words, err.text, err.detail);                            \
	} while (0)
#define assert_str(want, s)                                                                                            \
	do {                                                                                                           \
		struct str s_ = (s);                                                                                   \
		if (!str_eq(str_of(want), s_))                                                                         \
			fail_msg("\"" STR_FMT "\", not \"%s\"", STR_ARG(s_), want);                                    \
	} while (0)

/* ---- statements of the tests' own ---- */

static inline enum rc run_text(struct db *db, void *arg, struct err *e)
{
	struct sql_statement st = { "test", arg, NULL, 0, NULL, 0, -1 };
	return db_exec(db, &st, NULL, NULL, e);
}

static inline void change(const char *fmt, ...) PRINTF_LIKE(1, 2);
static inline void change(const char *fmt, ...)
{
	char sql[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sql, sizeof sql, fmt, ap);
	va_end(ap);
	assert_ok(store_write(app_store(app), run_text, sql, &err));
}

struct asking {
	const char *sql;
	int64_t n;
};

static inline enum rc ask_number(struct db *db, void *arg, struct err *e)
{
	static const struct sql_param n_out[] = { { "n", SQL_INT } };
	struct asking *q = arg;
	struct sql_statement st = { "test", q->sql, NULL, 0, n_out, 1, -1 };
	struct sql_rows *rows;
	struct sql_value v;
	enum rc rc = db_query(db, &st, NULL, &rows, e);
	if (rc != RC_OK)
		return rc;
	if ((rc = db_next(rows, &v, e)) == RC_OK)
		q->n = v.i;
	db_done(rows);
	return rc;
}

/* The one number that a statement answers with. */
static inline int64_t number(const char *fmt, ...) PRINTF_LIKE(1, 2);
static inline int64_t number(const char *fmt, ...)
{
	char sql[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sql, sizeof sql, fmt, ap);
	va_end(ap);
	struct asking q = { sql, -1 };
	assert_ok(store_read(app_store(app), ask_number, &q, &err));
	return q.n;
}

static inline int64_t rows_of(const char *table)
{
	return number("SELECT count(*) AS n FROM %s", table);
}

/* Numbers that move whenever anything but the looks does. */
struct stamp {
	int64_t persons, events, clocks, work, circle, coverage, words, sum;
};

static inline struct stamp stamp(void)
{
	return (struct stamp){ rows_of("person"),
			       rows_of("event"),
			       rows_of("open_clocks"),
			       rows_of("work_row"),
			       rows_of("circle"),
			       rows_of("coverage"),
			       rows_of("search_name"),
			       number("SELECT CAST(coalesce(sum(opened %% 1000003 + turn * 7 + holder * 13 + "
				      "due_day %% 100003 * 17 + area * 19 + standard %% 1009 * 23), 0) AS BIGINT) "
				      "AS n FROM work_row") };
}

static inline void assert_same_stamp(struct stamp want)
{
	struct stamp got = stamp();
	assert_memory_equal(&want, &got, sizeof want);
}

/* ---- the program, at a time ---- */

static inline int64_t instant(const char *text)
{
	int64_t ms = 0;
	assert_int_equal(instant_parse(str_of(text), &ms), RC_OK);
	return ms;
}

static inline void open_ms(int64_t now_ms, bool create)
{
	app_close(app);
	app = NULL;
	char key[100];
	snprintf(key, sizeof key, "%s/key", folder);
	struct app_settings s = {
		.data_dir = "data", .store_url = url, .create = create, .now_ms = now_ms, .key_file = key
	};
	assert_ok(app_open(&s, &app, &err));
}

/* The same store at another time. Pages read before it do not outlive it. */
static inline void at(const char *now)
{
	open_ms(instant(now), false);
}

static inline void empty_store(void)
{
	char command[5000];
	snprintf(command, sizeof command, "rm -f '%s/key.erased'", folder);
	assert_int_equal(system(command), 0);
	if (strncmp(url, "sqlite:", 7) == 0) {
		snprintf(command, sizeof command, "rm -f '%s' '%s-wal' '%s-shm' '%s.erased'", url + 7, url + 7, url + 7,
			 url + 7);
		assert_int_equal(system(command), 0);
		return;
	}
	struct store *s;
	char drop[] = "DROP SCHEMA public CASCADE", make[] = "CREATE SCHEMA public";
	assert_ok(store_open(url, true, &s, &err));
	assert_ok(store_write(s, run_text, drop, &err));
	assert_ok(store_write(s, run_text, make, &err));
	store_close(s);
}

/* ---- a state that many tests begin with is made once in a program, then copied ----
 * A copy is a file, or a database made after the pattern of another; the role may need to be allowed
 * to make one (ALTER ROLE ... CREATEDB). Where it is not, the state is made anew each time. */

static char first_url[900]; /* as it was named */
static PGconn *maker;	    /* of databases */
static int copies;
static const char *kept_states[8];
static size_t n_kept;

static inline bool on_sqlite(void)
{
	return strncmp(url, "sqlite:", 7) == 0;
}

static inline bool make_database(const char *fmt, ...) PRINTF_LIKE(1, 2);
static inline bool make_database(const char *fmt, ...)
{
	char text[1100];
	va_list ap;
	if (!maker) {
		snprintf(text, sizeof text, "%s dbname=postgres", first_url + strlen("postgres:"));
		maker = PQconnectdb(text);
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	PGresult *r = PQexec(maker, text);
	bool done = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	return done;
}

static inline void shell(const char *fmt, ...) PRINTF_LIKE(1, 2);
static inline void shell(const char *fmt, ...)
{
	char command[4000];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(command, sizeof command, fmt, ap);
	va_end(ap);
	assert_int_equal(system(command), 0);
}

static inline void drop_copy(int copy)
{
	if (copy > 0)
		make_database("DROP DATABASE copy_%d_%d WITH (FORCE)", (int)getpid(), copy);
}

/* The store as it is now can be begun with again. The program is opened anew. */
static inline void keep_as(const char *state)
{
	bool done = true;
	app_close(app);
	app = NULL;
	if (on_sqlite()) {
		shell("cp '%s' '%s/kept-%s'", url + 7, folder, state);
	} else {
		PGconn *c = PQconnectdb(url + strlen("postgres:"));
		char name[200];
		snprintf(name, sizeof name, "%s", PQdb(c) ? PQdb(c) : "");
		PQfinish(c);
		done = make_database("CREATE DATABASE kept_%d_%s TEMPLATE %s STRATEGY file_copy", (int)getpid(), state,
				     name);
	}
	assert_in_range(n_kept, 0, COUNT_OF(kept_states) - 1);
	if (done)
		kept_states[n_kept++] = state;
	open_ms(instant(TODAY), false);
}

/* The store is a copy of what was kept, opened at TODAY; false if nothing was kept so. */
static inline bool begin_as(const char *state)
{
	size_t i = 0;
	while (i < n_kept && strcmp(kept_states[i], state) != 0)
		i++;
	if (i == n_kept)
		return false;
	app_close(app);
	app = NULL;
	if (on_sqlite()) {
		shell("rm -f '%s' '%s-wal' '%s-shm' '%s.erased' '%s/key.erased' && cp '%s/kept-%s' '%s'", url + 7,
		      url + 7, url + 7, url + 7, folder, folder, state, url + 7);
	} else {
		shell("rm -f '%s/key.erased'", folder);
		drop_copy(copies);
		copies++;
		assert_true(make_database("CREATE DATABASE copy_%d_%d TEMPLATE kept_%d_%s STRATEGY file_copy",
					  (int)getpid(), copies, (int)getpid(), state));
		snprintf(url, sizeof url, "%s dbname=copy_%d_%d", first_url, (int)getpid(), copies);
	}
	open_ms(instant(TODAY), false);
	return true;
}

static inline void drop_kept(void)
{
	if (!maker)
		return;
	drop_copy(copies);
	for (size_t i = 0; i < n_kept; i++)
		make_database("DROP DATABASE kept_%d_%s", (int)getpid(), kept_states[i]);
	PQfinish(maker);
	maker = NULL;
}

static inline void clear_tables(void)
{
	char command[4000];
	snprintf(command, sizeof command, "rm -rf '%s' && mkdir '%s'", tables, tables);
	assert_int_equal(system(command), 0);
}

/* An empty store with the demonstration region. */
static inline int fresh(void **state)
{
	(void)state;
	app_close(app);
	app = NULL;
	err_clear(&err);
	arena_reset(&arena);
	clear_tables();
	if (begin_as("empty"))
		return 0;
	empty_store();
	open_ms(instant(TODAY), true);
	assert_ok(app_init_region(app, "set", 0, &err));
	keep_as("empty");
	return 0;
}

static inline int set_up(void **state)
{
	(void)state;
	const char *named = getenv("LINNET_TEST_STORE");
	/* Nothing here asks what a disk keeps: a store in memory is quick. */
	snprintf(folder, sizeof folder, "%s/linnet-work-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	if (named)
		snprintf(url, sizeof url, "%s", named);
	else
		snprintf(url, sizeof url, "sqlite:%s/store.db", folder);
	assert_in_range(snprintf(first_url, sizeof first_url, "%s", url), 1, sizeof first_url - 1);
	snprintf(tables, sizeof tables, "%s/tables", folder);
	arena_init(&arena);
	return 0;
}

static inline int tear_down(void **state)
{
	char command[4000];
	(void)state;
	app_close(app);
	drop_kept();
	arena_release(&arena);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

/* ---- tables ---- */

static inline void file(const char *name, const char *text)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/%s", tables, name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

static inline void no_file(const char *name)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/%s", tables, name);
	unlink(path);
}

#define CHILDREN      "council,child_id,nhs_number,given_name,family_name,birth_date,sex,died_on,language,interpreter\n"
#define CARE	      "council,child_id,period_id,start_date,legal_status,legal_status_from,end_date,end_reason\n"
#define PLACEMENTS    "council,child_id,placement_id,period_id,start_date,type,emergency,area_council,end_date\n"
#define NOTIFICATIONS "council,child_id,placement_id,notified_on\n"
#define REQUESTS                                                                                                       \
	"council,child_id,request_id,kind,asked_on,consent_asked_on,consent_given_on,complete_on,returned_on,return_"  \
	"reason\n"
#define ASSESSMENTS "council,child_id,assessment_id,kind,seen_on,seen_by,returned_on\n"
#define REFERRALS   "council,child_id,referral_id,provider,received_on,reason,team,priority,closed_on,end_reason\n"
#define CONTACTS    "council,child_id,contact_id,referral_id,provider,contact_date,mode,attended,what\n"

static const char WREN[] = "Essex,E-1,9990001006,Wren,Brambleby-Example,14/03/2016,F,,English,no\n";
static const char ZOE[] = "Essex,E-2,,Zo\u00eb,O\u2019Fern,02/02/2020,F,,,\n";
static const char LUKASZ[] = "Southend-on-Sea,S-1,,\u0141ukasz,Linden,10/10/2012,M,,,\n";

static inline void two_parts(const char *name, const char *heading, const char *rows)
{
	file(name, arena_printf(&arena, "%s%s", heading, rows).p);
}

/* Three children in care; the first has a request and a mental-health referral. */
static inline void small_tables(void)
{
	two_parts("children.csv", CHILDREN, arena_printf(&arena, "%s%s%s", WREN, ZOE, LUKASZ).p);
	two_parts(
	    "periods_of_care.csv", CARE,
	    "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\nSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,E-1,PL1,P1,06/01/2026,U6,no,Essex,\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
		  "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and Dagenham,\n");
	two_parts("notifications.csv", NOTIFICATIONS, "Essex,E-1,PL1,07/01/2026\n");
	two_parts("requests.csv", REQUESTS, "Essex,E-1,R1,initial,08/01/2026,08/01/2026,12/01/2026,13/01/2026,,\n");
	two_parts("assessments.csv", ASSESSMENTS, "");
	two_parts("referrals.csv", REFERRALS,
		  "Essex,E-1,M1,North East London NHS Foundation Trust,16/02/2026,other,C02,3,,\n");
	two_parts("contacts.csv", CONTACTS, "");
}

/* From which day each table is complete; without it absence proves nothing. */
static inline void complete_from(const char *day)
{
	static const char *const names[] = { "periods_of_care", "placements", "notifications", "requests",
					     "assessments",	"referrals",  "contacts" };
	struct buf b AUTO(buf_release);
	buf_init(&b, 4096);
	buf_puts(&b, "table,partial,covers_from\n");
	for (size_t i = 0; i < COUNT_OF(names); i++)
		buf_printf(&b, "%s,no,%s\n", names[i], day);
	file("about.csv", b.p);
}

static inline struct load_request request(void)
{
	return (struct load_request){ .folder = str_of(tables), .name = STR("tables") };
}

static inline struct load_summary load_as(const struct viewer *v, struct load_request r)
{
	struct load_summary s;
	assert_ok(load_tables(app, v, &r, NULL, NULL, &arena, &s, &err));
	return s;
}

static inline struct load_summary load(void)
{
	struct viewer v = app_operator(app);
	return load_as(&v, request());
}

/* A new store with the three children, of whom nothing is missing from the new year on. */
static inline void fresh_loaded(void **state)
{
	err_clear(&err);
	arena_reset(&arena);
	clear_tables();
	small_tables();
	complete_from("01/01/2026");
	if (begin_as("loaded"))
		return;
	fresh(state);
	small_tables();
	complete_from("01/01/2026");
	load();
	keep_as("loaded");
}

static inline struct load_file of(const struct load_summary *s, const char *name)
{
	for (size_t i = 0; i < s->n_files; i++)
		if (str_is(s->files[i].name, name))
			return s->files[i];
	fail_msg("the load has no file %s", name);
	return (struct load_file){ 0 };
}

/* new, changed, same, taken back, kept back */
static inline void assert_rows(const struct load_summary *s, const char *name, int n, int changed, int same, int voided,
			       int kept)
{
	struct load_file f = of(s, name);
	char want[100], got[100];
	snprintf(want, sizeof want, "new %d changed %d same %d voided %d kept %d", n, changed, same, voided, kept);
	snprintf(got, sizeof got, "new %d changed %d same %d voided %d kept %d", (int)f.rows_new, (int)f.rows_changed,
		 (int)f.rows_same, (int)f.rows_voided, (int)f.rows_kept_back);
	assert_string_equal(want, got);
}

/* ---- children and who looks at them ---- */

static inline int64_t org(const char *code)
{
	const struct organisation *o = app_organisation_by_code(app, str_of(code));
	assert_non_null(o);
	return o->id;
}

static inline struct viewer viewer(enum role role, const char *code)
{
	return (struct viewer){
		.account = 70 + role, .org = org(code), .role = role, .name = STR("Bea Finch"), .org_name = STR("")
	};
}

/* Somebody with an account of their own. */
static inline struct viewer somebody(const char *login, enum role role, const char *code)
{
	assert_ok(account_add(app, str_of(login), str_of(login), role, str_of(code), STR("a long pass phrase"), &err));
	struct viewer v = viewer(role, code);
	v.account = number("SELECT id AS n FROM account WHERE login = '%s'", login);
	v.name = str_of(login);
	return v;
}

static inline int64_t person(const char *name)
{
	struct viewer v = app_operator(app);
	int64_t id = 0;
	assert_ok(child_find(app, &v, str_of(name), &id, &err));
	return id;
}

static inline struct child_page page_as(const struct viewer *v, int64_t id, day_t as_of, int64_t known_ms)
{
	struct child_query q = { .person = id, .as_of = as_of, .known_ms = known_ms, .with_looks = true };
	struct child_page p;
	assert_ok(child_see(app, v, &q, &arena, &p, &err));
	return p;
}

static inline struct child_page page(int64_t id)
{
	struct viewer v = app_operator(app);
	return page_as(&v, id, DAY_NONE, KNOWN_NOW);
}

/* The newest clock of a standard on a page; NULL if there is none. */
static inline const struct child_clock *clock_on(const struct child_page *p, const char *standard)
{
	const struct child_clock *found = NULL;
	for (size_t i = 0; i < p->n_clocks; i++) {
		struct str rest, id = str_cut(p->clocks[i].id, '.', &rest);
		if (str_is(id, standard) && (!found || p->clocks[i].clock.start >= found->clock.start))
			found = &p->clocks[i];
	}
	return found;
}

static inline void assert_clock(int64_t id, const char *standard, enum clock_state state)
{
	struct child_page p = page(id);
	const struct child_clock *c = clock_on(&p, standard);
	if (!c)
		fail_msg("no clock %s", standard);
	else if (c->clock.state != state)
		fail_msg("%s is %s, not %s", standard, clock_state_id((enum clock_state)c->clock.state),
			 clock_state_id(state));
}

/* The newest event of a kind that nothing has replaced. */
static inline const struct child_event *event_on(const struct child_page *p, const char *kind)
{
	const struct child_event *found = NULL;
	for (size_t i = 0; i < p->n_events; i++) {
		const struct child_event *ev = &p->events[i];
		if (str_is(ev->kind->id, kind) && !ev->replaced_by && !ev->voided && (!found || ev->id > found->id))
			found = ev;
	}
	return found;
}

/* Is this the long run? */
static inline bool at_length(void)
{
	const char *s = getenv("LINNET_LONG");
	return s && *s;
}

/* ---- what must always hold ---- */

static inline struct verify_report verified(void)
{
	struct verify_report r;
	assert_ok(keep_verify(app, NULL, NULL, &arena, &r, &err));
	return r;
}

static inline void assert_clean(void)
{
	struct verify_report r = verified();
	if (r.wrong || r.out_of_date)
		fail_msg("verify: %d wrong, %d out of date of %d: " STR_FMT, (int)r.wrong, (int)r.out_of_date,
			 (int)r.children, STR_ARG(r.n_differences ? r.differences[0].words : STR("")));
}

static inline int clean_after(void **state)
{
	(void)state;
	assert_clean();
	return 0;
}

/* How many entries of a kind stand: neither taken back nor corrected. */
static inline size_t standing(const struct child_page *p, const char *kind)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n_events; i++)
		n += str_is(p->events[i].kind->id, kind) && !p->events[i].replaced_by && !p->events[i].voided;
	return n;
}

#endif
