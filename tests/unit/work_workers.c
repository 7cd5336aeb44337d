/* Named workers: who may name whom, what the page and "mine" on the worklist show then, and
 * that it opens nothing. */
#include "work/people.h"

#include "work/admin/staff.h"
#include "work/record/seal_entry.h"
#include "work/record/worker.h"

static int64_t zoe, lukasz;
static struct viewer other, far;

static int loaded(void **state)
{
	fresh_loaded(state);
	people_begin();
	zoe = person(ESSEX "/E-2");
	lukasz = person(SOUTHEND "/S-1");
	other = somebody("other", ROLE_NURSE, TEAM);
	far = somebody("far", ROLE_DOCTOR, "RRP");
	return 0;
}

/* ---- words for the tests ---- */

static struct draft_problem problem;

static enum rc naming(const struct viewer *by, int64_t child, const struct viewer *who, const char *part,
		      const char *from)
{
	char id[ID_TEXT_MAX];
	struct worker_page p;
	struct worker_draft d = { .person = child,
				  .account =
				      who ? arena_str(&arena, str_of(id_text(who->account, id))) : STR(WORKER_NOBODY),
				  .part = str_of(part),
				  .at = str_of(from) };
	enum rc rc = worker_see(app, by, child, &arena, &p, &err);
	d.version = rc == RC_OK ? p.version : 0;
	return worker_save(app, by, &d, &arena, &problem, &err);
}

#define assert_problem(field_, words_, call)                                                                           \
	do {                                                                                                           \
		assert_rc(RC_BAD_INPUT, call);                                                                         \
		assert_str(field_, problem.field);                                                                     \
		assert_words(words_);                                                                                  \
	} while (0)

/* "named nurse nurse left, ..." */
static const char *named(const struct viewer *v, int64_t child, day_t as_of, int64_t known_ms)
{
	struct child_page p = page_as(v, child, as_of, known_ms);
	struct buf b;
	buf_init(&b, 4096);
	for (size_t i = 0; i < p.n_workers; i++)
		buf_printf(&b, "%s" STR_FMT ": " STR_FMT "%s", i ? ", " : "", STR_ARG(p.workers[i].part),
			   STR_ARG(p.workers[i].name), p.workers[i].left ? " left" : "");
	const char *out = arena_str(&arena, buf_view(&b)).p;
	buf_release(&b);
	return out ? out : "";
}

static const char *now(const struct viewer *v, int64_t child)
{
	return named(v, child, DAY_NONE, KNOWN_NOW);
}

typedef enum rc list_fn(struct app *, const struct viewer *, const struct worklist_query *, struct arena *,
			struct worklist *, struct err *);

static bool without; /* rows of children without a named worker are asked for */

/* Rows of all lists, and that each is of this child (0: of any; below: of anybody else). */
static int64_t rows(list_fn *fn, const struct viewer *v, int64_t account, int64_t only, int64_t *mine_out)
{
	int64_t n = 0;
	for (int l = LIST_LATE; l < LIST__COUNT; l++) {
		struct worklist_query q = { .area = -1,
					    .worker = account,
					    .unnamed = without,
					    .only = (enum work_list)l,
					    .limit = WORKLIST_PAGE_MAX,
					    .as_of = DAY_NONE,
					    .known_ms = KNOWN_NOW };
		struct worklist w;
		assert_ok(fn(app, v, &q, &arena, &w, &err));
		assert_int_equal(w.sections[l].count, w.sections[l].n);
		for (size_t i = 0; only && i < w.sections[l].n; i++)
			assert_true(only > 0 ? w.sections[l].items[i].person == only
					     : w.sections[l].items[i].person != -only);
		n += w.sections[l].count;
		*mine_out = w.mine;
	}
	return n;
}

/* Kept and worked out anew say the same. */
static int64_t mine(const struct viewer *v, int64_t only, int64_t children)
{
	int64_t kept_mine, live_mine;
	int64_t kept = rows(worklist_see, v, v->account, only, &kept_mine);
	int64_t live = rows(worklist_live, v, v->account, only, &live_mine);
	assert_int_equal(kept, live);
	assert_int_equal(kept_mine, live_mine);
	assert_int_equal(kept_mine, children);
	return kept;
}

/* Rows of children without a named worker; `not`: of this child none (0: of any). */
static int64_t unnamed(const struct viewer *v, int64_t not )
{
	int64_t unused;
	without = true;
	int64_t kept = rows(worklist_see, v, 0, -not, &unused), live = rows(worklist_live, v, 0, -not, &unused);
	without = false;
	assert_int_equal(kept, live);
	return kept;
}

/* ---- tests ---- */

static void test_named_is_on_the_page_and_on_the_list(void **state)
{
	(void)state;
	int64_t all, unused;
	assert_int_equal(mine(&nurse, 0, 0), 0);
	all = rows(worklist_see, &nurse, 0, 0, &unused);
	assert_ok(naming(&nurse, wren, &nurse, "named-nurse", "2026-02-20"));
	assert_string_equal(now(&nurse, wren), "named nurse: nurse");
	assert_string_equal(now(&worker, wren), "named nurse: nurse");
	assert_true(mine(&nurse, wren, 1) > 0);
	assert_int_equal(rows(worklist_see, &nurse, 0, 0, &unused), all);
	assert_true(mine(&nurse, wren, 1) < all);
	assert_int_equal(mine(&other, 0, 0), 0);
	/* The council names its own, beside the nurse. */
	assert_ok(naming(&worker, wren, &worker, "named-social-worker", "2026-03-01"));
	assert_string_equal(now(&nurse, wren), "named nurse: nurse, social worker: worker");
	assert_true(mine(&worker, wren, 1) > 0);
	/* The operator asks for anybody; a colleague does not. */
	struct viewer machine = app_operator(app);
	machine.org = nurse.org;
	assert_int_equal(rows(worklist_see, &machine, nurse.account, wren, &unused), mine(&nurse, wren, 1));
	struct worklist_query q = {
		.area = -1, .worker = nurse.account, .limit = 5, .as_of = DAY_NONE, .known_ms = KNOWN_NOW
	};
	struct worklist w;
	assert_rc(RC_REFUSED, worklist_see(app, &other, &q, &arena, &w, &err));
	/* Somebody else takes over: the former ends that day, and looks back find them. */
	assert_ok(naming(&other, wren, &other, "named-nurse", "2026-02-27"));
	assert_string_equal(now(&nurse, wren), "named nurse: other, social worker: worker");
	assert_string_equal(named(&nurse, wren, day_of(2026, 2, 26), KNOWN_NOW), "named nurse: nurse");
	assert_int_equal(mine(&nurse, 0, 0), 0);
	assert_true(mine(&other, wren, 1) > 0);
	/* Nobody any more. */
	assert_ok(naming(&nurse, wren, NULL, "named-nurse", "2026-03-02"));
	assert_string_equal(now(&nurse, wren), "social worker: worker");
	assert_int_equal(mine(&other, 0, 0), 0);
	assert_int_equal(rows_of("named_worker"), 1);
}

/* Whom a team lead asks for first. Of one's own organisation: what others have named tells nothing here. */
static void test_children_without_a_named_worker(void **state)
{
	(void)state;
	int64_t unused, all = rows(worklist_see, &nurse, 0, 0, &unused),
			councils = rows(worklist_see, &worker, 0, 0, &unused);
	int64_t of_zoe, of_wren;
	assert_int_equal(unnamed(&nurse, 0), all);
	assert_int_equal(unnamed(&worker, 0), councils);
	assert_ok(naming(&nurse, wren, &other, "named-nurse", "2026-02-20"));
	of_wren = mine(&other, wren, 1);
	assert_true(of_wren > 0);
	assert_int_equal(unnamed(&nurse, wren), all - of_wren);
	assert_int_equal(unnamed(&worker, 0), councils);
	/* Nor does a clinician's naming, which a council does not see, or the team's is not. */
	assert_ok(naming(&clinician, wren, &clinician, "named-care-coordinator", "2026-02-20"));
	assert_int_equal(unnamed(&worker, 0), councils);
	assert_ok(naming(&worker, wren, &worker, "named-social-worker", "2026-02-20"));
	assert_true(unnamed(&worker, wren) < councils);
	assert_int_equal(unnamed(&nurse, wren), all - of_wren);
	assert_ok(naming(&nurse, zoe, &nurse, "named-nurse", "2026-02-20"));
	of_zoe = mine(&nurse, zoe, 1);
	assert_int_equal(unnamed(&nurse, wren), all - of_wren - of_zoe);
	/* Who has left is nobody's worker any more, from that moment. */
	change("UPDATE account SET active = 0 WHERE id = %" PRId64, other.account);
	assert_int_equal(unnamed(&nurse, zoe), all - of_zoe);
	change("UPDATE account SET active = 1 WHERE id = %" PRId64, other.account);
	assert_int_equal(unnamed(&nurse, wren), all - of_wren - of_zoe);
	struct worklist w;
	struct worklist_query q = { .area = -1,
				    .worker = nurse.account,
				    .unnamed = true,
				    .limit = 5,
				    .as_of = DAY_NONE,
				    .known_ms = KNOWN_NOW };
	assert_rc(RC_BAD_INPUT, worklist_see(app, &nurse, &q, &arena, &w, &err));
}

static void test_what_is_refused(void **state)
{
	(void)state;
	assert_problem("account", "Choose somebody", naming(&nurse, wren, &worker, "named-nurse", "2026-02-20"));
	assert_problem("account", "Choose somebody", naming(&nurse, wren, &lead, "named-nurse", "2026-02-20"));
	assert_problem("account", "Nobody of your", naming(&nurse, wren, NULL, "named-nurse", "2026-02-20"));
	assert_problem("part", "Choose", naming(&nurse, wren, &nurse, "named-care-coordinator", "2026-02-20"));
	assert_problem("at", "real day", naming(&nurse, wren, &nurse, "named-nurse", "2026-02-30"));
	assert_problem("at", "future", naming(&nurse, wren, &nurse, "named-nurse", "2026-03-03"));
	assert_problem("at", "Enter", naming(&nurse, wren, &nurse, "named-nurse", ""));
	assert_rc(RC_REFUSED, naming(&lead, wren, &nurse, "named-nurse", "2026-02-20"));
	struct viewer machine = app_operator(app);
	assert_rc(RC_REFUSED, naming(&machine, wren, &nurse, "named-nurse", "2026-02-20"));
	assert_int_equal(rows_of("named_worker"), 0);
	assert_ok(naming(&nurse, wren, &nurse, "named-nurse", "2026-02-20"));
	assert_ok(naming(&nurse, wren, &nurse, "named-nurse", "2026-02-20")); /* the same again */
	assert_problem("account", "since Fri", naming(&nurse, wren, &nurse, "named-nurse", "2026-02-21"));
	assert_problem("at", "later day", naming(&nurse, wren, &other, "named-nurse", "2026-02-19"));
	assert_int_equal(number("SELECT count(*) AS n FROM event WHERE kind LIKE 'named-%%'"), 1);
	/* The general form neither offers nor takes it. */
	const struct kind **kinds;
	for (size_t i = 0, n = record_kinds(app, &nurse, &arena, &kinds); i < n; i++)
		assert_false(kinds[i]->own_form);
	struct draft d = { .change = CHANGE_RECORD,
			   .person = wren,
			   .kind = STR("named-worker"),
			   .at = STR("2026-02-20"),
			   .code = STR("named-nurse"),
			   .ref = STR("0000000000001.1") };
	struct preview p;
	assert_rc(RC_REFUSED, record_preview(app, &nurse, &d, &arena, &p, &err));
	/* A form older than the record. */
	char id[ID_TEXT_MAX];
	struct worker_draft late = { .person = wren,
				     .version = 1,
				     .account = str_of(id_text(other.account, id)),
				     .part = STR("named-nurse"),
				     .at = STR("2026-03-02") };
	assert_rc(RC_CONFLICT, worker_save(app, &nurse, &late, &arena, &problem, &err));
}

static void test_naming_opens_nothing(void **state)
{
	(void)state;
	struct worker_page p;
	struct child_query q = { .person = lukasz, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page c;
	/* Essex has nothing to do with a Southend child: no name, no form, no list. */
	assert_rc(RC_NOT_FOUND, worker_see(app, &worker, lukasz, &arena, &p, &err));
	assert_rc(RC_NOT_FOUND, naming(&worker, lukasz, &worker, "named-social-worker", "2026-02-20"));
	assert_rc(RC_NOT_FOUND, naming(&far, wren, &far, "named-lead-clinician", "2026-02-20"));
	assert_ok(naming(&nurse, lukasz, &nurse, "named-nurse", "2026-02-20"));
	change("INSERT INTO named_worker (account, person) VALUES (%" PRId64 ", %" PRId64 ")", worker.account, lukasz);
	int64_t counted;
	assert_int_equal(rows(worklist_see, &worker, worker.account, 0, &counted), 0);
	assert_int_equal(counted, 0);
	assert_rc(RC_NOT_FOUND, child_see(app, &worker, &q, &arena, &c, &err));
	assert_int_equal(verified().wrong, 1); /* and that row is found */
	change("DELETE FROM named_worker WHERE account = %" PRId64, worker.account);
}

static void test_a_named_clinician_is_mental_health_care(void **state)
{
	(void)state;
	assert_ok(naming(&clinician, wren, &clinician, "named-care-coordinator", "2026-02-20"));
	assert_string_equal(now(&clinician, wren), "care coordinator: clinician");
	assert_string_equal(now(&nurse, wren), "care coordinator: clinician");
	assert_string_equal(now(&worker, wren), "");
	assert_string_equal(now(&lead, wren), "");
	struct child_page p = page_as(&worker, wren, DAY_NONE, KNOWN_NOW);
	assert_null(event_on(&p, "named-clinician"));
	for (size_t i = 0; i < p.n_looks; i++)
		assert_null(strstr(arena_str(&arena, p.looks[i].what).p, "linician"));
	assert_true(mine(&clinician, wren, 1) >= 0);
	assert_problem("part", "Choose", naming(&clinician, wren, &clinician, "named-nurse", "2026-02-20"));
}

static void test_a_sealed_naming_is_as_if_it_had_never_been(void **state)
{
	(void)state;
	assert_ok(naming(&nurse, wren, &other, "named-nurse", "2026-02-20"));
	struct child_page p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_ok(
	    seal_save(app, &nurse, wren, event_on(&p, "named-worker")->id, true, STR("Whose clinic it is"), &err));
	assert_string_equal(now(&nurse, wren), "named nurse: other");
	assert_string_equal(now(&doctor, wren), "");
	assert_string_equal(now(&worker, wren), "");
	assert_int_equal(mine(&other, 0, 0), 0);
	assert_ok(naming(&doctor, wren, &doctor, "named-nurse", "2026-02-10"));
	assert_string_equal(now(&worker, wren), "named nurse: doctor");
}

static void test_corrected_left_and_made_again(void **state)
{
	(void)state;
	assert_ok(naming(&nurse, wren, &other, "named-nurse", "2026-02-20"));
	int64_t before = app_now_ms(app);
	struct child_page p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	const struct child_event *ev = event_on(&p, "named-worker");
	assert_non_null(ev);
	assert_str("named nurse · other", ev->detail);
	/* A correction changes the day and the part, never the person. */
	at("2026-03-02T11:00:00Z");
	struct draft d;
	assert_ok(record_draft_of(app, &nurse, wren, ev->id, &arena, &d, &err));
	d.code = STR("named-doctor");
	d.ref = STR("0000000000001.1");
	d.why = STR("the other part");
	assert_ok(record_save(app, &nurse, &d, &arena, NULL, &err));
	assert_string_equal(now(&nurse, wren), "named doctor: other");
	assert_string_equal(named(&nurse, wren, DAY_NONE, before), "named nurse: other");
	assert_true(mine(&other, wren, 1) > 0);
	/* Who leaves stays named, and is shown as gone. */
	struct viewer machine = app_operator(app);
	assert_ok(staff_close(app, &machine, other.account, 0, &err));
	assert_string_equal(now(&nurse, wren), "named doctor: other left");
	assert_problem("account", "Choose somebody", naming(&nurse, zoe, &other, "named-nurse", "2026-02-20"));
	/* Thrown away and made again. */
	int64_t children, changed;
	change("DELETE FROM named_worker");
	assert_int_equal(verified().wrong, 1);
	assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
	assert_int_equal(rows_of("named_worker"), 1);
	/* Taken back, it never was. */
	p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	struct draft gone = { .change = CHANGE_VOID,
			      .person = wren,
			      .version = p.head.version,
			      .event = event_on(&p, "named-worker")->id,
			      .why = STR("another child") };
	assert_ok(record_save(app, &nurse, &gone, &arena, NULL, &err));
	assert_string_equal(now(&nurse, wren), "");
	assert_int_equal(rows_of("named_worker"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_named_is_on_the_page_and_on_the_list, loaded, clean_after),
		cmocka_unit_test_setup_teardown(test_children_without_a_named_worker, loaded, clean_after),
		cmocka_unit_test_setup_teardown(test_what_is_refused, loaded, clean_after),
		cmocka_unit_test_setup_teardown(test_naming_opens_nothing, loaded, clean_after),
		cmocka_unit_test_setup_teardown(test_a_named_clinician_is_mental_health_care, loaded, clean_after),
		cmocka_unit_test_setup_teardown(test_a_sealed_naming_is_as_if_it_had_never_been, loaded, clean_after),
		cmocka_unit_test_setup_teardown(test_corrected_left_and_made_again, loaded, clean_after),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
