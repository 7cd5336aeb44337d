/*
 * Two years of a small region, day by day (LINNET_LONG=1; otherwise five weeks): the tables of
 * a health team loaded every Monday as they stood that day, entries, corrections and entries
 * taken back, people who sign in and never sign out, leavers, children who turn 18, lawful
 * erasures, backups, rebuilds, the audit sealed. Then: nothing grew that has no reason to, what
 * is stored is what a rebuild from nothing makes, the audit is whole, and a page asks the store
 * for no more work than it did at half time.
 */
#include "work/help.h"

#include <sqlite3.h>
#include <stdatomic.h>

#include "codec/csv.h"
#include "exchange/synth/synth.h"
#include "work/oversee/alert.h"
#include "work/oversee/audit.h"
#include "work/oversee/erase.h"

enum { LOOKED_AFTER = 24, ACCOUNTS_MAX = 60, TABLES_MAX = 100 };

/* ---- work of the engine: steps of SQLite's machine, the same on every computer ---- */

static atomic_llong steps;

static int on_statement(unsigned what, void *arg, void *statement, void *x)
{
	(void)what, (void)arg, (void)x;
	atomic_fetch_add(&steps, sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1));
	return 0;
}

static int watch(sqlite3 *h, char **words, const struct sqlite3_api_routines *api)
{
	(void)words, (void)api;
	return sqlite3_trace_v2(h, SQLITE_TRACE_PROFILE, on_statement, NULL);
}

/* ---- the tables as they stood on a day ---- */

static day_t today, first_day, last_day;

struct slice {
	struct csv_writer w;
	bool heading, end[CSV_COLUMNS_MAX], born[CSV_COLUMNS_MAX];
};

/* Days that may still be to come while the row is there already. */
static bool may_be_to_come(struct str column)
{
	static const char *const names[] = { "end_date",    "closed_on",   "discharged_on",   "returned_on",
					     "answered_on", "complete_on", "consent_given_on" };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (str_is(column, names[i]))
			return true;
	return false;
}

static bool to_come(struct str cell)
{
	day_t d;
	return cell.n >= 10 && day_parse((struct str){ cell.p, 10 }, &d) == RC_OK && d > today;
}

/* A row is there once all its days have come; one that may come later ends the row until then. */
static enum rc on_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct slice *s = arg;
	size_t known = row->n;
	(void)e;
	for (size_t i = 0; s->heading && i < row->n; i++)
		s->end[i] = may_be_to_come(row->cells[i]);
	for (size_t i = 0; !s->heading && i < known; i++)
		if (to_come(row->cells[i])) {
			if (!s->end[i])
				return RC_OK;
			known = i;
		}
	for (size_t i = 0; i < row->n; i++)
		csv_put(&s->w, i < known ? row->cells[i] : STR(""));
	csv_end_row(&s->w);
	s->heading = false;
	return RC_OK;
}

/* Copies DIR/whole to the tables, without what has not happened yet. */
static void tables_of_today(void)
{
	static const char *const names[] = {
		"about",     "appointments", "assessments",   "checks",	   "children",	      "contacts",
		"ehc",	     "leaving_care", "notifications", "passports", "periods_of_care", "placements",
		"referrals", "requests",     "reviews",	      "sdq",	   "visits"
	};
	clear_tables();
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char path[300], name[64];
		struct buf b AUTO(buf_release);
		struct slice s = { .w = { .b = &b }, .heading = true };
		buf_init(&b, 16 << 20);
		snprintf(path, sizeof path, "%s/whole/%s.csv", folder, names[i]);
		snprintf(name, sizeof name, "%s.csv", names[i]);
		if (access(path, R_OK) != 0)
			continue;
		assert_ok(csv_read_file(path, on_row, &s, &err));
		assert_true(buf_ok(&b));
		file(name, b.p ? b.p : "");
	}
}

static const char *day_written(day_t d)
{
	char iso[DAY_TEXT_MAX];
	day_iso(d, iso);
	return arena_printf(&arena, "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso).p;
}

/* One row more: a child whose birthday is in the tenth day, whoever else was invented. */
static void turns_eighteen(const char *table, struct str row)
{
	char path[300];
	snprintf(path, sizeof path, "%s/whole/%s.csv", folder, table);
	FILE *f = fopen(path, "ab");
	assert_non_null(f);
	assert_int_equal(fwrite(row.p, 1, row.n, f), row.n);
	assert_int_equal(fclose(f), 0);
}

static void invent(void)
{
	char whole[300];
	struct synth_counts made;
	snprintf(whole, sizeof whole, "%s/whole", folder);
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = whole,
				   .seed = 9,
				   .today = last_day,
				   .children = LOOKED_AFTER,
				   .threads = 1 };
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	turns_eighteen("children", arena_printf(&arena, "Southend,S-9018,,Robin,Vale-Example,%s,M,,,\n",
						day_written(day_add_months(first_day + 10, -18 * 12))));
	turns_eighteen("periods_of_care", STR("Southend,S-9018,P1,06/01/2020,V2,,,\n"));
	turns_eighteen("placements", STR("Southend,S-9018,PL1,P1,06/01/2020,U6,no,Southend,,\n"));
}

/* ---- what people do ---- */

static struct rand chance;
static int64_t last_entry, last_child, quiet; /* quiet: a child about whom nothing more is entered */
static int accounts, open_accounts[2], erasures, eighteen;
static char yesterday[TOKEN_TEXT_MAX];

static void begin_day(day_t d)
{
	char iso[DAY_TEXT_MAX], text[64];
	today = d;
	snprintf(text, sizeof text, "%sT09:00:00Z", day_iso(d, iso));
	open_ms(instant(text), false);
	arena_reset(&arena);
}

static const char *login_of(int n)
{
	return arena_printf(&arena, "person-%d", n).p;
}

static void joins(size_t place)
{
	open_accounts[place] = accounts++;
	assert_ok(account_add(app, str_of(login_of(open_accounts[place])), STR("Bea Finch"), ROLE_NURSE, STR(TEAM),
			      STR("a long pass phrase"), &err));
}

static void leaves(size_t place)
{
	struct viewer op = app_operator(app);
	int64_t id;
	assert_ok(staff_by_login(app, &op, str_of(login_of(open_accounts[place])), &id, &err));
	assert_ok(staff_close(app, &op, id, 0, &err));
	joins(place);
}

/* Somebody signs in with a browser that nobody knows, and never signs out; yesterday's session is over. */
static void signs_in(void)
{
	struct session s;
	if (yesterday[0])
		assert_rc(RC_NOT_FOUND, session_find(app, str_of(yesterday), &arena, &s, &err));
	err_clear(&err);
	struct sign_in q = { .login = str_of(login_of(open_accounts[today % 2])),
			     .password = STR("a long pass phrase"),
			     .words = STR("Firefox on Windows") };
	assert_ok(session_begin(app, &q, &arena, &s, &err));
	snprintf(yesterday, sizeof yesterday, "%s", s.token);
	struct sign_in wrong = { .login = q.login, .password = STR("another"), .words = q.words };
	if (today % 7 == 3)
		assert_rc(RC_REFUSED, session_begin(app, &wrong, &arena, &s, &err));
	err_clear(&err);
}

static int64_t somebody_there(void)
{
	int64_t n = number("SELECT count(*) AS n FROM person WHERE id <> %" PRId64, quiet);
	return n ? number("SELECT id AS n FROM person WHERE id <> %" PRId64 " ORDER BY id LIMIT 1 OFFSET %" PRId64,
			  quiet, rand_int(&chance, 0, n - 1))
		 : 0;
}

static int64_t save(struct draft d)
{
	struct viewer op = app_operator(app);
	char iso[DAY_TEXT_MAX];
	int64_t id = 0;
	d.version = page(d.person).head.version;
	d.at = arena_str(&arena, str_of(day_iso(today, iso)));
	assert_ok(record_save(app, &op, &d, &arena, &id, &err));
	return id;
}

static void records(void)
{
	int64_t person = somebody_there();
	if (!person)
		return;
	struct str score = arena_printf(&arena, "%d", (int)rand_int(&chance, 0, 40));
	struct draft d = { .change = CHANGE_RECORD,
			   .person = person,
			   .kind = STR("sdq-scored"),
			   .code = STR("carer"),
			   .value = score,
			   .note = STR("Said at home") };
	int64_t id = save(d);
	if (today % 4 == 1) {
		d.change = CHANGE_CORRECT;
		d.event = id;
		d.value = STR("12");
		d.why = STR("Read again");
		id = save(d);
	} else if (today % 9 == 2) {
		struct draft wrong = {
			.change = CHANGE_VOID, .person = person, .event = id, .why = STR("Another child")
		};
		save(wrong);
		id = 0;
	}
	last_entry = id;
	last_child = person;
}

static void is_erased(void)
{
	struct viewer lead = somebody(arena_printf(&arena, "lead-%d", erasures).p, ROLE_GOVERNANCE, TEAM);
	struct viewer op = app_operator(app);
	struct erase_ask ask = { .ground = STR("order"), .why = STR("Order 1") };
	const char *field;
	int64_t id;
	ask.person =
	    number("SELECT coalesce(min(p.id), 0) AS n FROM person p JOIN organisation o ON o.id = p.council WHERE "
		   "o.code = '" ESSEX "' AND p.id <> %" PRId64,
		   quiet);
	if (!ask.person)
		return;
	assert_ok(erase_ask(app, &lead, &ask, &id, &field, &err));
	assert_ok(erase_decide(app, &op, id, true, STR("Nothing stands in the way"), &err));
	erasures++;
}

static void loads(void)
{
	tables_of_today();
	struct load_summary s = load();
	(void)s;
	int64_t rows;
	struct audit_head head;
	assert_ok(audit_seal_all(app, &rows, &head, &err));
	assert_ok(alerts_sweep(app, &rows, &err));
}

static void backs_up(void)
{
	char path[300];
	snprintf(path, sizeof path, "%s/backup", folder);
	unlink(path);
	assert_ok(store_backup(app_store(app), path, NULL, NULL, &err));
}

static void is_rebuilt(void)
{
	int64_t children, changed;
	assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
	assert_int_equal(changed, 0); /* what was kept day by day is what a rebuild makes */
}

/* ---- what is looked at, and how much work it was ---- */

struct looked {
	long long list, child, search;
	int n;
};

static long long since(long long *from)
{
	long long now = atomic_load(&steps), took = now - *from;
	*from = now;
	return took;
}

static void looks(struct looked *l)
{
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct worklist_query q = {
		.only = LIST_WAITING, .limit = 10, .as_of = DAY_NONE, .known_ms = KNOWN_NOW, .area = -1
	};
	const struct child_found *found;
	struct worklist w;
	size_t n;
	int64_t changed;
	assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err)); /* time alone changes clocks */
	long long from = atomic_load(&steps);
	assert_ok(worklist_see(app, &v, &q, &arena, &w, &err));
	l->list += since(&from);
	if (quiet) {
		struct child_query c = { .person = quiet, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
		struct child_page p;
		struct viewer op = app_operator(app);
		from = atomic_load(&steps);
		assert_ok(child_see(app, &op, &c, &arena, &p, &err));
		l->child += since(&from);
		assert_ok(child_search(app, &v, p.head.family, 20, &arena, &found, &n, NULL, &err));
		l->search += since(&from);
	}
	l->n++;
}

/* ---- how much is kept ---- */

/* Tables that grow with time, by design: what happened, who did what, and what was decided. All
 * others hold as much as there are children, people and papers, whatever the years. */
static const char *const grows[] = { "event",	"compact",	 "audit",	"audit_seal",
				     "load",	"load_file",	 "finding",	"document",
				     "account", "known_browser", "erasure",	"erasure_item",
				     "alert",	"yearly_return", "weekly_list", "filed_report" };

struct weight {
	int64_t people, rows[TABLES_MAX], bytes;
	int64_t events;
};

struct names {
	char name[TABLES_MAX][64];
	size_t n;
};
static struct names tables_there;

static enum rc read_names(struct db *db, void *arg, struct err *e)
{
	static const struct sql_param out[] = { { "name", SQL_TEXT } };
	struct names *t = arg;
	const char *sql =
	    on_sqlite()
		? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
		: "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = "
		  "'public' ORDER BY table_name";
	struct sql_statement st = { "test", sql, NULL, 0, out, 1, -1 };
	struct sql_rows *rows;
	struct sql_value v;
	enum rc rc = db_query(db, &st, NULL, &rows, e);
	if (rc != RC_OK)
		return rc;
	for (t->n = 0; (rc = db_next(rows, &v, e)) == RC_OK && t->n < TABLES_MAX; t->n++)
		snprintf(t->name[t->n], sizeof t->name[0], STR_FMT, STR_ARG(v.s));
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static struct weight weigh(void)
{
	struct weight w = { .people = number("SELECT count(*) AS n FROM person"), .events = rows_of("event") };
	assert_ok(store_read(app_store(app), read_names, &tables_there, &err));
	for (size_t i = 0; i < tables_there.n; i++)
		w.rows[i] = rows_of(tables_there.name[i]);
	if (on_sqlite())
		w.bytes = (number("SELECT page_count AS n FROM pragma_page_count") -
			   number("SELECT freelist_count AS n FROM pragma_freelist_count")) *
			  number("SELECT page_size AS n FROM pragma_page_size");
	return w;
}

static bool may_grow(const char *table)
{
	for (size_t i = 0; i < COUNT_OF(grows); i++)
		if (strcmp(grows[i], table) == 0)
			return true;
	return false;
}

/* Rows for each child, a third more at most than at half time, and a few. */
static void assert_bounded(const struct weight *half, const struct weight *end)
{
	for (size_t i = 0; i < tables_there.n; i++) {
		int64_t most = half->rows[i] * end->people * 4 / (half->people * 3) + 20;
		print_message("  %-22s %8" PRId64 " %8" PRId64 "%s\n", tables_there.name[i], half->rows[i],
			      end->rows[i], may_grow(tables_there.name[i]) ? "  by design" : "");
		if (end->rows[i] > most && !may_grow(tables_there.name[i]))
			fail_msg("table %s grows without bound: %" PRId64 " rows at half time, %" PRId64 " at the end",
				 tables_there.name[i], half->rows[i], end->rows[i]);
	}
	print_message("  bytes for each event: %" PRId64 " at half time, %" PRId64 " at the end\n",
		      half->bytes / half->events, end->bytes / end->events);
	assert_true(end->bytes / end->events <= half->bytes / half->events * 5 / 4);
}

/* ---- what is listed, before and after everything is made again from the events ---- */

static struct str all_lists(void)
{
	static const char *const who[] = { TEAM, ESSEX, SOUTHEND };
	struct buf *b = arena_alloc(&arena, sizeof *b);
	buf_init(b, 16 << 20);
	for (size_t k = 0; k < COUNT_OF(who); k++)
		for (int l = LIST_LATE; l < LIST__COUNT; l++) {
			struct viewer v = viewer(k ? ROLE_SOCIAL_WORKER : ROLE_NURSE, who[k]);
			struct worklist_query q = { .only = (enum work_list)l,
						    .limit = WORKLIST_PAGE_MAX,
						    .as_of = DAY_NONE,
						    .known_ms = KNOWN_NOW,
						    .area = -1 };
			struct worklist w;
			assert_ok(worklist_see(app, &v, &q, &arena, &w, &err));
			for (size_t s = 0; s < COUNT_OF(w.sections); s++)
				for (size_t i = 0; i < w.sections[s].n; i++) {
					const struct work_item *it = &w.sections[s].items[i];
					buf_printf(b, "%zu %d %" PRId64 " %d %" PRId64 " %d %d " STR_FMT "\n", k, l,
						   it->person, it->standard, it->opened, (int)it->due, (int)it->holder,
						   STR_ARG(it->why));
				}
		}
	struct str out = arena_str(&arena, buf_view(b));
	buf_release(b);
	return out;
}

static void assert_as_made_anew(void)
{
	static const char *const made[] = { "work_row", "circle", "open_clocks", "compact" };
	struct str before = all_lists();
	int64_t rows[COUNT_OF(made)], children, changed;
	struct verify_report r;
	assert_true(before.n > 100);
	for (size_t i = 0; i < COUNT_OF(made); i++) {
		rows[i] = rows_of(made[i]);
		change("DELETE FROM %s", made[i]);
	}
	assert_ok(keep_rebuild_from_events(app, NULL, NULL, &children, &changed, &err));
	for (size_t i = 0; i < COUNT_OF(made); i++)
		assert_int_equal(rows_of(made[i]), rows[i]);
	assert_true(str_eq(before, all_lists()));
	assert_ok(keep_verify(app, NULL, NULL, &arena, &r, &err));
	assert_int_equal(r.wrong, 0);
	assert_int_equal(r.out_of_date, 0);
}

static void assert_audit_whole(void)
{
	int64_t rows;
	struct audit_head head;
	struct audit_report r;
	assert_ok(audit_seal_all(app, &rows, &head, &err));
	assert_ok(audit_verify(app, STR(""), NULL, NULL, &arena, &r, &err));
	assert_int_equal(r.faults, 0);
}

static void assert_flat(const char *what, long long half, int n_half, long long end, int n_end)
{
	print_message("  %-10s %8lld steps at half time, %8lld at the end\n", what, half / n_half, end / n_end);
	if (end / n_end > half / n_half * 3 / 2 + 200)
		fail_msg("%s: %lld steps at half time, %lld at the end", what, half / n_half, end / n_end);
}

static void live(day_t d, int day, bool is_long, struct looked *l)
{
	begin_day(d);
	if (!accounts)
		for (size_t i = 0; i < 2; i++)
			joins(i);
	if (day % 7 == 0)
		loads();
	if (!quiet)
		quiet = number("SELECT coalesce(min(p.id), 0) AS n FROM person p JOIN work_row w ON w.person = p.id");
	if (day % 3 == 0 || is_long)
		signs_in();
	looks(l);
	records();
	if (day % 60 == 45)
		leaves((size_t)day % 2);
	if (day % 30 == 20 && erasures < 12)
		is_erased();
	if (day % 28 == 25) {
		backs_up();
		is_rebuilt();
	}
	eighteen += (int)number("SELECT count(*) AS n FROM person WHERE born = %d", (int)day_add_months(d, -18 * 12));
}

static void test_years_pass(void **state)
{
	(void)state;
	bool is_long = getenv("LINNET_LONG") && *getenv("LINNET_LONG");
	int days = is_long ? 730 : 35, window = days / 6;
	struct looked half = { 0 }, end = { 0 }, other = { 0 };
	struct weight at_half = { 0 };
	first_day = day_of(2026, 4, 13); /* a Monday; what is due each year from 1 April has begun */
	last_day = first_day + days;
	invent();
	for (int i = 0; i < days; i++) {
		bool near_half = i >= days / 2 && i < days / 2 + window, near_end = i >= days - window;
		live(first_day + i, i, is_long, near_half ? &half : near_end ? &end : &other);
		if (i == days / 2)
			at_half = weigh();
	}
	begin_day(last_day);
	struct weight at_end = weigh();
	assert_bounded(&at_half, &at_end);
	if (on_sqlite()) {
		assert_flat("worklist", half.list, half.n, end.list, end.n);
		assert_flat("child", half.child, half.n, end.child, end.n);
		assert_flat("search", half.search, half.n, end.search, end.n);
	}
	assert_audit_whole();
	int64_t changed;
	assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err));
	assert_as_made_anew();
	print_message("  %d days, %d erased, %d turned 18, %d joined\n", days, erasures, eighteen, accounts);
	assert_true(erasures > 0 && eighteen > 0 && (!is_long || accounts > 10));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup(test_years_pass, fresh) };
	sqlite3_auto_extension((void (*)(void))watch);
	chance = rand_stream(5, "ageing", 0);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
