/* Sealed entries, emergency access, closed records: whoever was not given sight gets, of every
 * use case, the same bytes as if the sealed entries had never been written. */
#include "work/everything.h"

#include "work/admin/staff.h"
#include "work/core/terms.h"
#include "work/core/write.h"
#include "work/oversee/sight.h"
#include "work/record/join.h"
#include "work/record/proxy.h"
#include "work/record/seal_entry.h"
#include "work/record/statement.h"
#include "work/see/emergency.h"

static int64_t zoe;
static struct viewer other_nurse, stranger;

static int loaded(void **state)
{
	fresh_loaded(state);
	people_begin();
	zoe = person(ESSEX "/E-2");
	other_nurse = somebody("other", ROLE_NURSE, TEAM);
	stranger = somebody("stranger", ROLE_DOCTOR, "RRP");
	return 0;
}

/* ---- writing ---- */

static int64_t address(void)
{
	return record_as(&worker, "address-told", "01/03/2026", "confidential-address", "",
			 "The refuge in Alder Street");
}

static void seal_as(const struct viewer *v, int64_t event, bool put)
{
	assert_ok(seal_save(app, v, wren, event, put, STR("She asked for it"), &err));
}

static void give(int64_t child, const char *login, const char *seal)
{
	const char *field = "";
	struct sight_give g = { child, str_of(login), str_of(seal), STR("31/12/2026"), STR("Works with her") };
	assert_ok(sight_give(app, &lead, &g, &field, &err));
}

static bool sees(const struct viewer *v, int64_t event)
{
	struct child_page p = page_as(v, wren, DAY_NONE, KNOWN_NOW);
	for (size_t i = 0; i < p.n_events; i++)
		if (p.events[i].id == event)
			return true;
	return false;
}

/* ---- no trace ---- */

static void test_a_sealed_kind_leaves_no_trace(void **state)
{
	(void)state;
	const struct viewer *who[] = { &nurse, &doctor, &admin, &clinician, &lead, &stranger };
	struct str was[COUNT_OF(who)];
	for (size_t i = 0; i < COUNT_OF(who); i++)
		was[i] = all_of(who[i]);
	int64_t id = address();
	for (size_t i = 0; i < COUNT_OF(who); i++) {
		assert_same_text(was[i], all_of(who[i]), who[i]->name.p);
		if (who[i] != &stranger)
			assert_false(sees(who[i], id));
	}
	assert_true(sees(&worker, id)); /* who wrote it */
	struct child_page p = page_as(&worker, wren, DAY_NONE, KNOWN_NOW);
	const struct child_event *ev = event_on(&p, "address-told");
	assert_str("addresses", ev->sealed);
	assert_non_null(strstr(arena_str(&arena, ev->detail).p, "Alder Street"));
	assert_int_equal(
	    number("SELECT count(*) AS n FROM compact WHERE person = %" PRId64 " AND length(body) > 0", wren), 1);
	give(wren, "doctor", "address");
	assert_true(sees(&doctor, id));
	assert_same_text(was[0], all_of(&nurse), "nurse");
	assert_clean();
}

/* A link for that Wren's review was held, which somebody has opened. */
static struct str link_for_the_review(int64_t *id_out)
{
	struct item_page p;
	struct link_made m;
	struct link_page open;
	size_t ask = SIZE_MAX;
	record_as(&worker, "review-held", "20/01/2026", "PN1", "", ""); /* the first; since then it is known */
	assert_ok(item_see(app, &admin, wren, STR("looked-after-review"), &arena, &p, &err));
	for (size_t i = 0; i < p.n_asks; i++)
		if (str_is(p.asks[i].kind->id, "review-held"))
			ask = p.asks[i].index;
	assert_ok(item_link_make(app, &admin, wren, STR("looked-after-review"), ask, STR("mary@essex.gov.uk"), &arena,
				 &m, &err));
	*id_out = m.id;
	assert_ok(item_link_open(app, str_of(m.token), &arena, &open, &err));
	return arena_str(&shown, str_of(m.token));
}

static void test_what_came_by_a_link_leaves_no_trace(void **state)
{
	(void)state;
	const struct viewer *who[] = { &doctor, &admin, &worker, &lead };
	struct str was[COUNT_OF(who)];
	int64_t link, no_link = 77;
	struct str token = link_for_the_review(&link);
	for (size_t i = 0; i < COUNT_OF(who); i++)
		was[i] = all_of(who[i]);
	const struct link_form f = { .at = STR("27/02/2026"), .code = STR("PN1") };
	assert_ok(item_link_answer(app, token, &f, &err));
	assert_false(str_eq(was[1], all_of(&admin)));
	seal_as(&nurse, number("SELECT event AS n FROM item_link"), true);
	for (size_t i = 0; i < COUNT_OF(who); i++)
		assert_same_text(was[i], all_of(who[i]), who[i]->name.p);
	assert_non_null(
	    strstr(all_of(&nurse).p, "recorded Looked-after review held")); /* who may see it reads it all */
	/* For them it is open, and can be taken back like one that is; who sees that it was answered cannot. */
	assert_rc(RC_NOT_FOUND, item_link_take_back(app, &nurse, wren, link, &err));
	assert_rc(RC_NOT_FOUND, item_link_take_back(app, &admin, wren, no_link, &err));
	assert_ok(item_link_take_back(app, &admin, wren, link, &err));
	assert_rc(RC_NOT_FOUND, item_link_take_back(app, &admin, wren, link, &err));
	assert_clean();
}

static void test_a_single_entry_is_as_if_it_had_never_been(void **state)
{
	(void)state;
	const struct viewer *who[] = { &nurse, &worker, &admin, &lead };
	struct str was[COUNT_OF(who)];
	for (size_t i = 0; i < COUNT_OF(who); i++)
		was[i] = all_of(who[i]);
	int64_t id = record_as(&doctor, "sdq-scored", "20/02/2026", "carer", "31", "Afraid of the dark");
	struct str between = all_of(&nurse);
	assert_non_null(memmem(between.p, between.n, "Afraid of the dark", 18)); /* its note stands with it */
	assert_false(str_eq(was[0], between));					 /* the comparison can fail */
	seal_as(&doctor, id, true);
	for (size_t i = 0; i < COUNT_OF(who); i++)
		assert_same_text(was[i], all_of(who[i]), who[i]->name.p);
	/* before it was sealed it was known: who may see is today's question */
	int64_t sealed_ms = instant(TODAY) + 3600000;
	seal_as(&doctor, id, false);
	at("2026-03-02T11:00:00Z");
	seal_as(&doctor, id, true);
	struct child_page past = page_as(&nurse, wren, DAY_NONE, sealed_ms - 1);
	assert_null(event_on(&past, "sdq-scored"));
	past = page_as(&doctor, wren, DAY_NONE, sealed_ms - 1);
	assert_non_null(event_on(&past, "sdq-scored"));
	assert_true(sees(&doctor, id));
	seal_as(&doctor, id, false);
	assert_true(sees(&nurse, id));
	struct child_page p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_null(event_on(&p, "entry-sealed")); /* nor that it had been sealed */
	assert_null(event_on(&p, "entry-unsealed"));
	for (size_t i = 0; i < p.n_looks; i++)
		assert_null(strstr(arena_str(&arena, p.looks[i].what).p, "seal"));
	assert_clean();
}

/* What its kind seals can be opened to all: whoever sees not that it ever was sealed sees it, and so does what is kept.
 */
static void test_a_sealed_kind_can_be_opened(void **state)
{
	(void)state;
	int64_t id = record_as(&doctor, "serious-harm-entry", "20/02/2026", "", "", "Told by the school");
	assert_false(sees(&nurse, id));
	seal_as(&doctor, id, false);
	assert_clean();
	const struct viewer *who[] = { &nurse, &doctor };
	for (size_t i = 0; i < COUNT_OF(who); i++) {
		struct child_page p = page_as(who[i], wren, DAY_NONE, KNOWN_NOW);
		const struct child_event *ev = event_on(&p, "serious-harm-entry");
		assert_int_equal(ev->id, id);
		assert_int_equal(ev->sealed.n, 0);
	}
	seal_as(&nurse, id, true); /* whoever sees it may seal it, and has the reason to */
	assert_clean();
	assert_false(sees(&admin, id));
	assert_true(sees(&nurse, id));
	seal_as(&nurse, id, false);
	assert_true(sees(&admin, id));
	assert_clean();
}

static void test_the_whole_chain_is_sealed(void **state)
{
	(void)state;
	struct str was = all_of(&nurse);
	int64_t id = record_as(&doctor, "sdq-scored", "20/02/2026", "carer", "31", "");
	struct draft d;
	assert_ok(record_draft_of(app, &doctor, wren, id, &arena, &d, &err));
	d.value = STR("30");
	d.why = STR("Misread");
	int64_t second = 0;
	assert_ok(record_save(app, &doctor, &d, &arena, &second, &err));
	seal_as(&doctor, second, true); /* the correction is sealed, and what it corrected with it */
	assert_same_text(was, all_of(&nurse), "nurse");
	assert_ok(record_draft_of(app, &doctor, wren, second, &arena, &d, &err));
	d.value = STR("29");
	d.why = STR("Misread again");
	assert_ok(record_save(app, &doctor, &d, &arena, &second, &err)); /* and what corrects it later */
	assert_same_text(was, all_of(&nurse), "nurse");
	struct draft gone = { .change = CHANGE_VOID,
			      .person = wren,
			      .version = page_as(&doctor, wren, DAY_NONE, KNOWN_NOW).head.version,
			      .event = second,
			      .why = STR("Another child's") };
	assert_ok(record_save(app, &doctor, &gone, &arena, NULL, &err));
	assert_same_text(was, all_of(&nurse), "nurse");
	assert_clean();
}

/* What is said about a clock goes with the entry that opened it, but for who said it. */
static void test_a_statement_goes_with_what_opened_its_clock(void **state)
{
	(void)state;
	const struct viewer *who[] = { &worker, &admin, &lead };
	struct str was[COUNT_OF(who)];
	for (size_t i = 0; i < COUNT_OF(who); i++)
		was[i] = all_of(who[i]);
	struct draft d = { .change = CHANGE_RECORD,
			   .person = wren,
			   .version = page_as(&doctor, wren, DAY_NONE, KNOWN_NOW).head.version,
			   .kind = STR("ehc-step"),
			   .at = STR("20/02/2026"),
			   .code = STR("ehc-requested"),
			   .ref = STR("H1") };
	int64_t id = 0;
	assert_ok(record_save(app, &doctor, &d, &arena, &id, &err));
	assert_ok(statement_save(app, &nurse, wren, STR("ehc-decision"), STR("It came by post."), &err));
	for (size_t i = 0; i < COUNT_OF(who); i++)
		assert_false(str_eq(was[i], all_of(who[i])) && who[i] != &lead);
	seal_as(&doctor, id, true);
	for (size_t i = 0; i < COUNT_OF(who); i++)
		assert_same_text(was[i], all_of(who[i]), who[i]->name.p);
	struct child_page p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "days-disputed")); /* her own */
	p = page_as(&doctor, wren, DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "days-disputed"));
	seal_as(&doctor, id, false);
	p = page_as(&worker, wren, DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "days-disputed"));
	assert_clean();
}

/* Answered, letter for letter, as an entry that there is not. */
/* A load numbers a child's entries one after another: what is shown of the numbers leaves no gap to be seen. */
static void test_ids_shown_leave_no_gap(void **state)
{
	(void)state;
	struct child_page p = page(person(ESSEX "/E-1"));
	char text[ID_TEXT_MAX], plain[ID_TEXT_MAX], next[ID_TEXT_MAX];
	size_t neighbours = 0;
	assert_true(p.n_events > 3);
	for (size_t i = 0; i < p.n_events; i++) {
		id_text(p.events[i].id, text);
		assert_string_not_equal(text, id_plain(p.events[i].id, plain));
		id_text(p.events[i].id + 1, next);
		neighbours += strncmp(text, next, 6) == 0;
	}
	assert_int_equal(neighbours, 0);
	/* the same for everybody, and after the store was opened anew: addresses stay */
	id_text(p.events[0].id, text);
	at(TODAY);
	assert_string_equal(text, id_text(p.events[0].id, next));
}

static void test_a_guessed_entry_is_no_entry(void **state)
{
	(void)state;
	int64_t id = address(), none = id + 1;
	struct draft d;
	struct seal_page s;
	char words[ERR_TEXT_MAX];
	for (int i = 0; i < 5; i++) {
		enum rc rc[2];
		for (int k = 0; k < 2; k++) {
			int64_t event = k ? none : id;
			struct draft change = { .change = i == 1 ? CHANGE_VOID : CHANGE_CORRECT,
						.person = wren,
						.version = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW).head.version,
						.event = event,
						.kind = STR("address-told"),
						.at = STR("01/03/2026"),
						.why = STR("x") };
			struct preview p;
			rc[k] = i == 0	 ? record_draft_of(app, &nurse, wren, event, &arena, &d, &err)
				: i <= 2 ? record_save(app, &nurse, &change, &arena, NULL, &err)
				: i == 3 ? seal_see(app, &nurse, wren, event, &arena, &s, &err)
					 : record_preview(app, &nurse, &change, &arena, &p, &err);
			if (!k)
				memcpy(words, err.text, sizeof words);
		}
		assert_int_not_equal(rc[0], RC_OK);
		assert_int_equal(rc[0], rc[1]);
		assert_string_equal(words, err.text);
	}
	assert_rc(RC_NOT_FOUND, seal_save(app, &nurse, wren, id, true, STR("x"), &err));
	assert_rc(RC_NOT_FOUND, seal_save(app, &nurse, wren, id, false, STR("x"), &err));
	char name[ID_TEXT_MAX];
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct clock_page c;
	struct str clock = arena_printf(&arena, "iha-returned.%s.1", id_text(id, name));
	assert_rc(RC_NOT_FOUND, clock_see(app, &nurse, &q, clock, &arena, &c, &err));
	assert_rc(RC_NOT_FOUND,
		  child_see(app, &nurse,
			    &(struct child_query){ .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW }, &arena,
			    &(struct child_page){ 0 }, &err));
}

/* A form that was open while something sealed was written is not stale. */
static void test_the_edit_token_does_not_move(void **state)
{
	(void)state;
	struct draft d = { .change = CHANGE_RECORD,
			   .person = wren,
			   .version = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW).head.version,
			   .kind = STR("sdq-scored"),
			   .at = STR("01/03/2026"),
			   .code = STR("carer"),
			   .value = STR("11") };
	struct draft late = d;
	address();
	assert_ok(record_save(app, &nurse, &d, &arena, NULL, &err));
	late.value = STR("12");
	assert_rc(RC_CONFLICT, record_save(app, &nurse, &late, &arena, NULL, &err)); /* what is seen moves it */
}

/* A file that holds what was sealed: counts and dry runs say "new", and the seal stays. */
static void test_a_file_does_not_tell_what_is_sealed(void **state)
{
	(void)state;
	int64_t events = rows_of("event");
	two_parts("requests.csv", REQUESTS,
		  "Essex,E-1,R1,initial,08/01/2026,08/01/2026,12/01/2026,13/01/2026,,\n"
		  "Essex,E-1,R2,review,20/02/2026,,,,,\n");
	struct load_request r = request();
	r.dry_run = true;
	struct load_summary dry = load_as(&admin, r);
	if (!dry.n_files)
		fail_msg(STR_FMT " " STR_FMT, STR_ARG(dry.state), STR_ARG(dry.message));
	assert_int_equal(of(&dry, "requests.csv").rows_new, 1);
	load();
	assert_int_equal(rows_of("event"), events + 1);
	struct child_page p = page_as(&doctor, wren, DAY_NONE, KNOWN_NOW);
	int64_t id = event_on(&p, "request-made")->id;
	seal_as(&doctor, id, true);
	dry = load_as(&admin, r);
	assert_int_equal(of(&dry, "requests.csv").rows_new, 0); /* this team told it, sealed or not */
	assert_int_equal(of(&dry, "requests.csv").rows_same, 2);
	load();
	assert_int_equal(rows_of("event"), events + 2); /* the entry and its seal, once each */
	assert_false(sees(&admin, id));
	assert_true(sees(&doctor, id));
	two_parts("requests.csv", REQUESTS, "Essex,E-1,R1,initial,08/01/2026,08/01/2026,12/01/2026,13/01/2026,,\n");
	struct load_summary s = load();
	assert_int_equal(of(&s, "requests.csv").rows_voided,
			 1); /* it is taken back under its seal, as it would be without */
	assert_int_equal(rows_of("event"), events + 3);
	assert_clean();
}

static void say_load(struct buf *b, const struct viewer *v, const char *requests, bool dry)
{
	struct load_request r = request();
	r.dry_run = dry;
	two_parts("requests.csv", REQUESTS, requests);
	struct load_summary s = load_as(v, r);
	for (size_t i = 0; i < s.n_files; i++)
		buf_printf(b, "%d %d %d %d %d\n", (int)s.files[i].rows_new, (int)s.files[i].rows_changed,
			   (int)s.files[i].rows_same, (int)s.files[i].rows_voided, (int)s.files[i].rows_kept_back);
	buf_printf(b, "%" PRId64 " findings " STR_FMT "\n", s.findings_total, STR_ARG(s.message));
}

static const char R1[] = "Essex,E-1,R1,initial,08/01/2026,08/01/2026,12/01/2026,13/01/2026,,\n";
static const char R2[] = "Essex,E-1,R1,initial,08/01/2026,08/01/2026,12/01/2026,13/01/2026,,\n"
			 "Essex,E-1,R2,review,20/02/2026,,,,,\n";
static const char R2_OTHERWISE[] = "Essex,E-1,R1,initial,08/01/2026,08/01/2026,12/01/2026,13/01/2026,,\n"
				   "Essex,E-1,R2,review,21/02/2026,,,,,\n";

/* Whoever loads, however often, is told the same whether a seal was put on or not. */
static void test_loading_a_file_again_does_not_tell_of_a_seal(void **state)
{
	struct buf told[2];
	const char *const files[] = { R2, R2, R2_OTHERWISE, R2_OTHERWISE, R1, R1, R2, R2 };
	for (int sealed = 0; sealed < 2; sealed++) {
		buf_init(&told[sealed], 1 << 20);
		loaded(state);
		say_load(&told[sealed], &admin, R2, false);
		struct child_page p = page_as(&doctor, wren, DAY_NONE, KNOWN_NOW);
		if (sealed)
			seal_as(&doctor, event_on(&p, "request-made")->id, true);
		for (size_t i = 0; i < COUNT_OF(files); i++)
			for (int dry = 1; dry >= 0; dry--)
				say_load(&told[sealed], &admin, files[i], dry);
	}
	assert_same_text(buf_view(&told[0]), buf_view(&told[1]), "the team that told it");
	buf_release(&told[0]);
	buf_release(&told[1]);
	/* To another organisation, which never told it, it was never there: new, and from then on known. */
	loaded(state);
	say_load(&told[0], &admin, R2, false);
	buf_release(&told[0]);
	struct child_page p = page_as(&doctor, wren, DAY_NONE, KNOWN_NOW);
	seal_as(&doctor, event_on(&p, "request-made")->id, true);
	struct viewer other = viewer(ROLE_ADMINISTRATOR, ESSEX);
	int64_t events = rows_of("event");
	static const int want[][2] = { { 1, 1 }, { 1, 1 }, { 0, 2 }, { 0, 2 } }; /* dry, dry, loaded before, loaded */
	no_file("about.csv");							 /* a file of some, not of all */
	for (int i = 0; i < 4; i++) {
		struct load_request r = request();
		struct str partial[] = { STR("children"), STR("requests") };
		r.partial = partial;
		r.n_partial = COUNT_OF(partial);
		r.dry_run = i < 2;
		struct load_summary s;
		if (i == 2) {
			s = load_as(&other, r);
			assert_int_equal(of(&s, "requests.csv").rows_new, 1);
		}
		s = load_as(&other, r);
		assert_int_equal(of(&s, "requests.csv").rows_new, want[i][0]);
		assert_int_equal(of(&s, "requests.csv").rows_same, want[i][1]);
	}
	assert_int_equal(rows_of("event"), events); /* it is there once, under its seal */
	loaded(state);
}

static void test_what_leaves_the_house_holds_nothing_sealed_even_by_who_sees_it(void **state)
{
	(void)state;
	struct buf one AUTO(buf_release), two AUTO(buf_release);
	buf_init(&one, 1 << 20);
	buf_init(&two, 1 << 20);
	say_files(&one, &nurse);
	say_lists(&one, &nurse);
	say_measures(&one, &nurse);
	int64_t id = record_as(&nurse, "assessment-agreed-again", "01/03/2026", "initial", "", "");
	seal_as(&nurse, id, true);
	assert_true(sees(&nurse, id));
	say_files(&two, &nurse);
	say_lists(&two, &nurse);
	say_measures(&two, &nurse);
	assert_same_text(buf_view(&one), buf_view(&two), "nurse");
}

/* What says who the child is, or who may see it, cannot be hidden from those who may. */
static void test_what_decides_the_circle_cannot_be_sealed(void **state)
{
	(void)state;
	static const char *const kinds[] = { "person-details", "care-started", "placement-started",
					     "referral-received" };
	struct child_page p = page_as(&doctor, wren, DAY_NONE, KNOWN_NOW);
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const struct child_event *ev = event_on(&p, kinds[i]);
		assert_non_null(ev);
		assert_false(ev->may_seal);
		assert_rc(RC_NOT_FOUND, seal_save(app, &doctor, wren, ev->id, true, STR("x"), &err));
	}
	assert_rc(RC_REFUSED, seal_save(app, &admin, wren, 5, true, STR("x"), &err));
	assert_rc(RC_BAD_INPUT, seal_save(app, &doctor, wren, event_on(&p, "request-made")->id, true, STR(" "), &err));
	assert_rc(RC_NOT_FOUND,
		  seal_save(app, &stranger, wren, event_on(&p, "request-made")->id, true, STR("x"), &err));
}

/* The words of the seals: a mistake is told with its place. */
static void test_seals_are_read_with_care(void **state)
{
	(void)state;
	static const struct {
		const char *text, *words;
	} wrong[] = {
		{ "seals:\n  - {seal: a, title: A}\n  - {seal: a, title: B}\ncodes: []\nkinds: []\n", "once each" },
		{ "seals:\n  - {seal: a}\ncodes: []\nkinds: []\n", "needs" },
		{ "seals:\n  - {seal: a, title: A, open: yes}\ncodes: []\nkinds: []\n", "open" },
		{ "codes: []\nkinds:\n  - {id: x, title: X, at: Day, seal: a}\n", "no seal \"a\"" },
	};
	struct vocab *v;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_rc(RC_BAD_INPUT, vocab_read(str_of(wrong[i].text), "t.yaml", &v, &err));
		assert_words(wrong[i].words);
		assert_words("t.yaml:");
	}
	const struct vocab *own =
	    app_vocab(app); /* never an address in an emergency; what decides the circle is open */
	assert_false(own->seals[vocab_seal(own, STR("address"))].emergency);
	for (size_t i = 1; i < own->n_kinds; i++)
		assert_false(own->kinds[i].seal && own->kinds[i].is_key);
}

/* ---- grants ---- */

static void test_sight_is_dated_given_ended_and_lost(void **state)
{
	(void)state;
	int64_t id = address();
	const char *field = "";
	struct sight_give g = { wren, STR("nurse"), STR("address"), STR("03/03/2026"), STR("Visits her") };
	assert_rc(RC_REFUSED, sight_give(app, &doctor, &g, &field, &err));
	assert_ok(sight_give(app, &lead, &g, &field, &err));
	assert_true(sees(&nurse, id));
	assert_false(sees(&other_nurse, id));
	change("UPDATE account SET active = 0 WHERE login = 'nurse'");
	assert_false(sees(&nurse, id));
	change("UPDATE account SET active = 1 WHERE login = 'nurse'");
	struct viewer moved = nurse; /* works elsewhere now, also in the child's circle */
	moved.org = org(TRUST);
	assert_false(sees(&moved, id));
	const struct sight_grant *list;
	size_t n;
	assert_ok(sight_list(app, &lead, wren, &arena, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_true(list[0].live);
	assert_rc(RC_REFUSED, sight_end(app, &nurse, wren, list[0].id, &err));
	assert_ok(sight_end(app, &lead, wren, list[0].id, &err));
	assert_rc(RC_CONFLICT, sight_end(app, &lead, wren, list[0].id, &err));
	assert_rc(RC_NOT_FOUND, sight_end(app, &lead, zoe, list[0].id, &err));
	assert_false(sees(&nurse, id));
	assert_ok(sight_give(app, &lead, &g, &field, &err));
	assert_true(sees(&nurse, id));
	at("2026-03-04T00:00:01Z"); /* the day after its last */
	assert_false(sees(&nurse, id));
	/* every wrong field is named */
	static const struct {
		struct sight_give g;
		const char *field;
	} wrong[] = {
		{ { 0, { "nobody", 6 }, { "address", 7 }, { "31/12/2026", 10 }, { "x", 1 } }, "login" },
		{ { 0, { "nurse", 5 }, { "adress", 6 }, { "31/12/2026", 10 }, { "x", 1 } }, "seal" },
		{ { 0, { "nurse", 5 }, { "closed", 6 }, { "31/12/2026", 10 }, { "x", 1 } }, "seal" },
		{ { 0, { "nurse", 5 }, { "address", 7 }, { "01/03/2026", 10 }, { "x", 1 } }, "until" },
		{ { 0, { "nurse", 5 }, { "address", 7 }, { "31/12/2026", 10 }, { " ", 1 } }, "why" },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		g = wrong[i].g;
		g.person = wren;
		assert_rc(RC_BAD_INPUT, sight_give(app, &lead, &g, &field, &err));
		assert_string_equal(field, wrong[i].field);
	}
	/* that sight was given is no trace for those who do not give it */
	struct child_page p = page_as(&other_nurse, wren, DAY_NONE, KNOWN_NOW);
	for (size_t i = 0; i < p.n_looks; i++)
		assert_null(strstr(arena_str(&arena, p.looks[i].what).p, "sight"));
	p = page_as(&lead, wren, DAY_NONE, KNOWN_NOW);
	bool told = false;
	for (size_t i = 0; i < p.n_looks; i++)
		told |= strstr(arena_str(&arena, p.looks[i].what).p, "sight") != NULL;
	assert_true(told);
}

/* ---- emergency access ---- */

static enum rc break_glass(const struct viewer *v, const char *child, const char *born, int64_t *who)
{
	const char *field = "";
	int64_t until = 0;
	struct emergency_ask ask = { str_of(child), str_of(born), STR("crisis"), STR("On the bridge") };
	return emergency_begin(app, v, &ask, who, &until, &field, &err);
}

static void assert_no_child(const struct emergency_notice *n)
{
	assert_false(n->theirs || n->opens || n->may_review);
	assert_int_equal(n->person, 0);
	assert_int_equal(n->given.n + n->family.n + n->why.n + n->review.n, 0);
	assert_true(n->who.n && n->category.n);
}

static void test_emergency_access_is_one_child_for_some_hours_and_told_at_once(void **state)
{
	(void)state;
	int64_t id = 0, home = address();
	int64_t harm = record_as(&doctor, "serious-harm-entry", "28/02/2026", "", "", "Not safe to tell her mother");
	struct child_page p;
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW, .with_looks = true };
	assert_rc(RC_NOT_FOUND, child_see(app, &stranger, &q, &arena, &p, &err));
	struct str lists;
	struct buf b AUTO(buf_release), after AUTO(buf_release);
	buf_init(&b, 1 << 20);
	buf_init(&after, 1 << 20);
	say_lists(&b, &stranger);
	say_files(&b, &stranger);
	say_measures(&b, &stranger);
	say_forms(&b, &stranger);
	lists = buf_view(&b);
	assert_ok(break_glass(&stranger, "999 000 1006", "14/03/2016", &id));
	assert_int_equal(id, wren);
	assert_ok(child_see(app, &stranger, &q, &arena, &p, &err));
	assert_true(p.outside);
	assert_int_equal(p.emergency_ms, instant(TODAY) + 12 * 3600000);
	assert_str("On the bridge", p.emergency_why);
	bool saw_harm = false;
	for (size_t i = 0; i < p.n_events; i++) {
		assert_false(p.events[i].may_change || p.events[i].may_seal);
		assert_int_not_equal(p.events[i].id, home); /* never an address */
		saw_harm |= p.events[i].id == harm;
	}
	assert_true(saw_harm);
	struct clock_page c;
	assert_ok(clock_see(app, &stranger, &q, STR("iha-returned"), &arena, &c, &err));
	q.to_write = true;
	assert_rc(RC_NOT_FOUND, child_see(app, &stranger, &q, &arena, &p, &err));
	assert_rc(RC_NOT_FOUND, clock_see(app, &stranger, &q, STR("iha-returned"), &arena, &c, &err));
	q.to_write = false;
	assert_ok(child_see(app, &stranger, &q, &arena, &p, &err));
	/* no list, no search, no file, no form, no writing, not another child */
	say_lists(&after, &stranger);
	say_files(&after, &stranger);
	say_measures(&after, &stranger);
	say_forms(&after, &stranger);
	assert_same_text(lists, buf_view(&after), "stranger");
	struct draft d = {
		.change = CHANGE_RECORD, .person = wren, .version = p.head.version, .kind = STR("sdq-scored")
	};
	assert_rc(RC_NOT_FOUND, record_save(app, &stranger, &d, &arena, NULL, &err));
	assert_rc(RC_NOT_FOUND, seal_save(app, &stranger, wren, harm, false, STR("x"), &err));
	assert_rc(RC_NOT_FOUND, statement_save(app, &stranger, wren, STR("iha-returned"), STR("x"), &err));
	q.person = zoe;
	assert_rc(RC_NOT_FOUND, child_see(app, &stranger, &q, &arena, &p, &err));
	struct viewer colleague = stranger; /* the same organisation, another person */
	colleague.account = doctor.account;
	q.person = wren;
	assert_rc(RC_NOT_FOUND, child_see(app, &colleague, &q, &arena, &p, &err));
	struct viewer moved = stranger; /* the same person, in a role that has no emergencies */
	moved.role = ROLE_ADMINISTRATOR;
	assert_rc(RC_NOT_FOUND, child_see(app, &moved, &q, &arena, &p, &err));
	/* the notice is there, with the child's name for its circle only */
	const struct emergency_notice *notices;
	size_t n;
	assert_ok(emergency_notices(app, &lead, &arena, &notices, &n, &err));
	assert_int_equal(n, 1);
	assert_true(notices[0].lasts && notices[0].may_review);
	assert_str("a mental-health crisis", notices[0].category);
	assert_rc(RC_REFUSED, emergency_notices(app, &nurse, &arena, &notices, &n, &err));
	struct viewer elsewhere = somebody("elsewhere", ROLE_GOVERNANCE, "RRP");
	assert_ok(emergency_notices(app, &elsewhere, &arena, &notices, &n, &err));
	assert_int_equal(n, 1); /* the leads of who looked: that it was done, and not to whom */
	assert_no_child(&notices[0]);
	/* A list that names children is a look; one that names nobody, and how many wait, are none. */
	assert_ok(emergency_waiting(app, &lead, &arena, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(
	    number("SELECT count(*) AS n FROM audit WHERE act = 'looked' AND what = 'notices of emergency access'"), 1);
	/* it ends by itself */
	at("2026-03-02T21:59:59Z");
	assert_ok(child_see(app, &stranger, &q, &arena, &p, &err));
	at("2026-03-02T22:00:00Z");
	assert_rc(RC_NOT_FOUND, child_see(app, &stranger, &q, &arena, &p, &err));
	assert_rc(RC_NOT_FOUND, clock_see(app, &stranger, &q, STR("iha-returned"), &arena, &c, &err));
}

/* Nobody looks up capitals in an emergency; whose number it is must be certain. */
static void test_an_emergency_finds_a_number_however_it_is_typed(void **state)
{
	(void)state;
	int64_t id = 0;
	assert_ok(break_glass(&stranger, "e10000012 / e-1", "14/03/2016", &id));
	assert_int_equal(id, wren);
	assert_rc(RC_NOT_FOUND, break_glass(&stranger, ESSEX "/e-1", "15/03/2016", &id));
	assert_ok(break_glass(&stranger, " 999-000 1006 ", "14/03/2016", &id)); /* as a search takes it */
	assert_int_equal(id, wren);
	assert_rc(RC_NOT_FOUND, break_glass(&stranger, "999-000 1006", "15/03/2016", &id));
	assert_rc(RC_NOT_FOUND, break_glass(&stranger, "E-1", "14/03/2016", &id)); /* of which council? */
	assert_rc(RC_NOT_FOUND, break_glass(&stranger, "E99/E-1", "14/03/2016", &id));
	assert_rc(RC_NOT_FOUND, break_glass(&stranger, "/E-1", "14/03/2016", &id));
	change("INSERT INTO person (id, version, council, ref, born) SELECT id + 1, version, council, 'e-1', born FROM "
	       "person WHERE ref = 'E-1'");
	assert_ok(break_glass(&stranger, ESSEX "/E-1", "14/03/2016", &id)); /* as it is written */
	assert_int_equal(id, wren);
	change("UPDATE person SET ref = 'E-1x' WHERE ref = 'E-1'");
	change("UPDATE person SET ref = 'e-1X' WHERE ref = 'e-1'");
	assert_rc(RC_NOT_FOUND, break_glass(&stranger, ESSEX "/E-1X", "14/03/2016", &id)); /* nobody can tell which */
	change("DELETE FROM person WHERE ref = 'e-1X'");
	change("UPDATE person SET ref = 'E-1' WHERE ref = 'E-1x'");
}

/* Whoever is in the circle reads more for some hours, and writes no more than before. */
static void test_an_emergency_is_for_reading_also_inside_the_circle(void **state)
{
	(void)state;
	int64_t id = 0;
	int64_t harm = record_as(&doctor, "serious-harm-entry", "28/02/2026", "", "", "Not safe to tell her mother");
	int64_t care = record_as(&nurse, "sdq-scored", "20/02/2026", "carer", "17", "");
	struct str forms;
	struct buf b AUTO(buf_release), after AUTO(buf_release);
	buf_init(&b, 1 << 20);
	buf_init(&after, 1 << 20);
	say_forms(&b, &other_nurse);
	say_lists(&b, &other_nurse);
	forms = buf_view(&b);
	struct child_page p = page_as(&other_nurse, wren, DAY_NONE, KNOWN_NOW);
	int64_t token = p.head.version;
	assert_ok(break_glass(&other_nurse, "9990001006", "14/03/2016", &id));
	p = page_as(&other_nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_int_equal(p.head.version, token);
	size_t saw = 0;
	for (size_t i = 0; i < p.n_events; i++) {
		saw += p.events[i].id == harm || p.events[i].id == care;
		if (p.events[i].id == harm)
			assert_false(p.events[i].may_change || p.events[i].may_seal);
		if (p.events[i].id == care)
			assert_true(p.events[i].may_change && p.events[i].may_seal);
	}
	assert_int_equal(saw, 2);
	struct draft d, change = { .change = CHANGE_VOID,
				   .person = wren,
				   .version = token,
				   .event = harm,
				   .kind = STR("serious-harm-entry"),
				   .why = STR("x") };
	struct seal_page s;
	struct preview preview;
	assert_rc(RC_NOT_FOUND, record_draft_of(app, &other_nurse, wren, harm, &arena, &d, &err));
	assert_true(record_preview(app, &other_nurse, &change, &arena, &preview, &err) != RC_OK);
	assert_true(record_save(app, &other_nurse, &change, &arena, NULL, &err) != RC_OK);
	assert_rc(RC_NOT_FOUND, seal_see(app, &other_nurse, wren, harm, &arena, &s, &err));
	assert_rc(RC_NOT_FOUND, seal_save(app, &other_nurse, wren, harm, false, STR("x"), &err));
	say_forms(&after, &other_nurse);
	say_lists(&after, &other_nurse);
	assert_same_text(forms, buf_view(&after), "other nurse");
	assert_ok(
	    seal_save(app, &other_nurse, wren, care, true, STR("She asked"), &err)); /* her ordinary work goes on */
}

static void test_emergency_access_is_reviewed_by_somebody_else(void **state)
{
	(void)state;
	int64_t id = 0;
	const struct emergency_notice *list;
	size_t n;
	struct child_page p;
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	assert_ok(break_glass(&stranger, ESSEX "/E-1", "14/03/2016", &id));
	assert_ok(emergency_notices(app, &lead, &arena, &list, &n, &err));
	int64_t notice = list[0].id;
	assert_rc(RC_REFUSED, emergency_review(app, &nurse, wren, notice, STR("justified"), STR("x"), &err));
	assert_rc(RC_NOT_FOUND, emergency_review(app, &lead, zoe, notice, STR("justified"), STR("x"), &err));
	assert_rc(RC_BAD_INPUT, emergency_review(app, &lead, wren, notice, STR("fine"), STR("x"), &err));
	assert_rc(RC_BAD_INPUT, emergency_review(app, &lead, wren, notice, STR("justified"), STR(""), &err));
	struct viewer self = lead;
	self.account = stranger.account;
	assert_rc(RC_REFUSED, emergency_review(app, &self, wren, notice, STR("justified"), STR("x"), &err));
	assert_ok(emergency_review(app, &lead, wren, notice, STR("not-justified"), STR("Curious"), &err));
	assert_rc(RC_CONFLICT, emergency_review(app, &lead, wren, notice, STR("justified"), STR("x"), &err));
	assert_rc(RC_NOT_FOUND, child_see(app, &stranger, &q, &arena, &p, &err)); /* ended by it */
	assert_ok(emergency_notices(app, &lead, &arena, &list, &n, &err));
	assert_str("not justified", list[0].outcome);
	assert_str("lead", list[0].reviewed_by);
	assert_false(list[0].lasts || list[0].may_review);
	/* who looked and why says so, on the child's page */
	p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	bool told = false;
	for (size_t i = 0; i < p.n_looks; i++)
		told |= str_is(p.looks[i].what, "began emergency access") && str_is(p.looks[i].why, "On the bridge");
	assert_true(told);
}

/* Hundreds that were reviewed since do not push what waits off the list: from there alone it is opened. */
static void test_a_notice_that_waits_stands_first(void **state)
{
	(void)state;
	int64_t id = 0;
	const struct emergency_notice *list;
	size_t n;
	assert_ok(break_glass(&stranger, "9990001006", "14/03/2016", &id));
	change("INSERT INTO access_grant (person, id, account, org, what, seal, reason, given_by, from_ms, until_ms, "
	       "reviewed_ms) WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 300) "
	       "SELECT person, id + i, account, org, what, seal, reason, given_by, from_ms, until_ms, 1 FROM "
	       "access_grant, k");
	assert_ok(emergency_notices(app, &lead, &arena, &list, &n, &err));
	assert_int_equal(n, 200);
	assert_true(list[0].may_review && !list[0].reviewed_ms);
	assert_true(list[1].reviewed_ms && list[1].id > list[2].id);
}

/* Who left care long ago is in nobody's circle: who keeps the record is told, and reviews it. */
static void test_an_emergency_for_a_child_in_nobodys_circle_is_told(void **state)
{
	(void)state;
	two_parts(
	    "children.csv", CHILDREN,
	    arena_printf(&arena, "%s%s%s%s", WREN, ZOE, LUKASZ, "Essex,E-60,9990009996,Teal,Dunnock,01/02/2014,M,,,\n")
		.p);
	two_parts(
	    "periods_of_care.csv", CARE,
	    "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\nSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n"
	    "Essex,E-60,P1,06/01/2020,C2,,06/01/2021,E3\n");
	load();
	int64_t id = 0, teal = person(ESSEX "/E-60");
	struct viewer council = somebody("council", ROLE_GOVERNANCE, ESSEX),
		      southend = somebody("southend", ROLE_GOVERNANCE, SOUTHEND),
		      own = somebody("own", ROLE_GOVERNANCE, "RRP");
	const struct viewer *told[] = { &lead, &council };
	const struct emergency_notice *list;
	size_t n;
	assert_int_equal(number("SELECT count(*) AS n FROM circle WHERE person = %" PRId64 " AND to_day >= %d", teal,
				(int)app_today(app)),
			 0);
	assert_ok(break_glass(&stranger, "999 000 9996", "01/02/2014", &id));
	assert_int_equal(id, teal);
	assert_true(page_as(&stranger, teal, DAY_NONE, KNOWN_NOW).emergency_told);
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		assert_ok(emergency_notices(app, told[i], &arena, &list, &n, &err));
		assert_int_equal(n, 1);
		assert_true(list[0].theirs && list[0].may_review && !list[0].opens);
		assert_str("Teal", list[0].given);
	}
	int64_t notice = list[0].id;
	assert_ok(emergency_notices(app, &southend, &arena, &list, &n, &err));
	assert_int_equal(n, 0);
	assert_ok(emergency_notices(app, &own, &arena, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_no_child(&list[0]);
	assert_rc(RC_NOT_FOUND, emergency_review(app, &southend, teal, notice, STR("justified"), STR("x"), &err));
	assert_rc(RC_NOT_FOUND, emergency_review(app, &own, teal, notice, STR("justified"), STR("x"), &err));
	/* The page does not say that somebody was told when nobody is there. */
	change("UPDATE account SET active = 0 WHERE login IN ('lead', 'council')");
	assert_false(page_as(&stranger, teal, DAY_NONE, KNOWN_NOW).emergency_told);
	change("UPDATE account SET active = 1 WHERE login = 'council'");
	assert_true(page_as(&stranger, teal, DAY_NONE, KNOWN_NOW).emergency_told);
	assert_ok(emergency_review(app, &council, teal, notice, STR("justified"), STR("She was found"), &err));
	assert_ok(emergency_notices(app, &own, &arena, &list, &n, &err));
	assert_str("justified", list[0].outcome);
	assert_no_child(&list[0]);
}

static void test_emergency_access_is_refused(void **state)
{
	(void)state;
	int64_t id = 0;
	static const struct {
		const char *child, *born;
		enum rc rc;
	} asks[] = {
		{ "9990001006", "15/03/2016", RC_NOT_FOUND }, /* the day of birth is not hers */
		{ "9990001007", "14/03/2016", RC_NOT_FOUND }, { ESSEX "/E-7", "14/03/2016", RC_NOT_FOUND },
		{ "Brambleby", "14/03/2016", RC_NOT_FOUND },  { "E-1", "14/03/2016", RC_NOT_FOUND },
		{ "", "14/03/2016", RC_BAD_INPUT },	      { "9990001006", "", RC_BAD_INPUT },
		{ "9990001006", "31/02/2016", RC_BAD_INPUT },
	};
	char words[ERR_TEXT_MAX] = "";
	for (size_t i = 0; i < COUNT_OF(asks); i++) {
		assert_rc(asks[i].rc, break_glass(&stranger, asks[i].child, asks[i].born, &id));
		if (asks[i].rc == RC_NOT_FOUND && words[0])
			assert_string_equal(words, err.text);
		if (asks[i].rc == RC_NOT_FOUND)
			memcpy(words, err.text, sizeof words);
	}
	assert_int_equal(rows_of("access_grant"), 0);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'asked in an emergency for'"), 5);
	assert_rc(RC_REFUSED, break_glass(&admin, "9990001006", "14/03/2016", &id));
	assert_rc(RC_REFUSED, break_glass(&lead, "9990001006", "14/03/2016", &id));
	struct viewer operator= app_operator(app);
	assert_rc(RC_REFUSED, break_glass(&operator, "9990001006", "14/03/2016", &id));
	/* an account that was locked since */
	assert_ok(break_glass(&stranger, "9990001006", "14/03/2016", &id));
	change("UPDATE account SET active = 0 WHERE login = 'stranger'");
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page p;
	assert_rc(RC_NOT_FOUND, child_see(app, &stranger, &q, &arena, &p, &err));
}

/* ---- a record that an adoption has closed ---- */

static void test_an_adoption_closes_the_record(void **state)
{
	(void)state;
	int64_t id = 0, got;
	assert_ok(break_glass(&stranger, "9990001006", "14/03/2016", &id));
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,01/03/2026,E11\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load();
	const struct viewer operator= app_operator(app);
	const struct viewer *who[] = { &nurse, &worker, &clinician, &admin, &lead, &stranger, &operator};
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	for (size_t i = 0; i < COUNT_OF(who); i++) {
		struct child_page p;
		const struct child_found *found;
		size_t n;
		assert_rc(RC_NOT_FOUND, child_see(app, who[i], &q, &arena, &p, &err));
		assert_words("There is no such child here.");
		static const char *const words[] = { "Brambleby", "9990001006", "E-1", ESSEX "/E-1", "wren" };
		for (size_t k = 0; k < COUNT_OF(words); k++) {
			assert_ok(child_search(app, who[i], str_of(words[k]), 50, &arena, &found, &n, NULL, &err));
			assert_int_equal(n, 0);
			assert_rc(RC_NOT_FOUND, child_find(app, who[i], str_of(words[k]), &got, &err));
		}
		char text[ID_TEXT_MAX];
		assert_rc(RC_NOT_FOUND, child_find(app, who[i], str_of(id_text(wren, text)), &got, &err));
	}
	/* nor in an emergency, nor as a notice of an earlier one */
	assert_rc(RC_NOT_FOUND, break_glass(&stranger, "9990001006", "14/03/2016", &id));
	const struct emergency_notice *notices;
	size_t n;
	assert_ok(emergency_notices(app, &lead, &arena, &notices, &n, &err));
	assert_int_equal(n, 0);
	assert_int_equal(number("SELECT count(*) AS n FROM circle WHERE person = %" PRId64 " AND to_day > 20513", wren),
			 number("SELECT 0 AS n"));
	assert_int_equal(number("SELECT count(*) AS n FROM work_row WHERE person = %" PRId64, wren), 0);
	/* a named few, with their own grant, given on the machine by the council's number */
	const char *field = "";
	struct sight_give g = { 0, STR("doctor"), STR("closed"), STR("31/12/2026"), STR("Complaint 12") };
	assert_rc(RC_REFUSED, sight_record(app, &lead, STR(ESSEX "/E-1"), &g.person, &err));
	assert_ok(sight_record(app, &operator, STR(ESSEX "/E-1"), &g.person, &err));
	assert_int_equal(g.person, wren);
	assert_rc(RC_BAD_INPUT, sight_give(app, &lead, &g, &field, &err));
	assert_ok(sight_give(app, &operator, & g, &field, &err));
	page_as(&doctor, wren, DAY_NONE, KNOWN_NOW);
	struct child_page p;
	assert_rc(RC_NOT_FOUND, child_see(app, &nurse, &q, &arena, &p, &err));
	assert_clean();
	/* told in error: it comes back with the event that closed it */
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load();
	page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_clean();
}

/* A notice of a record that was joined to another since, which an adoption has closed: it goes with that. */
static void test_a_notice_of_a_joined_record_is_closed_with_it(void **state)
{
	(void)state;
	int64_t id = 0, lukasz = person(SOUTHEND "/S-1");
	const struct emergency_notice *list;
	size_t n;
	const struct viewer operator= app_operator(app);
	assert_ok(break_glass(&stranger, SOUTHEND "/S-1", "10/10/2012", &id));
	assert_ok(break_glass(&stranger, ESSEX "/E-1", "14/03/2016", &id));
	assert_ok(join_records(app, &admin, lukasz, wren, STR("One child"), NULL, &err));
	assert_ok(emergency_notices(app, &operator, & arena, &list, &n, &err));
	assert_int_equal(n, 2);
	assert_true(list[0].given.n && str_eq(list[0].given, list[1].given));
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,01/03/2026,E11\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,01/03/2026,E11\n");
	load();
	assert_ok(emergency_notices(app, &operator, & arena, &list, &n, &err));
	assert_int_equal(n, 0);
}

/* A record joined to the child's main one: its sealed entries are sealed there too. */
static void test_a_joined_record_keeps_its_seals(void **state)
{
	(void)state;
	address();
	int64_t lukasz = person(SOUTHEND "/S-1");
	assert_ok(join_records(app, &admin, lukasz, wren, STR("One child"), NULL, &err));
	struct child_page p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW),
			  own = page_as(&worker, wren, DAY_NONE, KNOWN_NOW);
	assert_null(event_on(&p, "address-told"));
	assert_non_null(event_on(&own, "address-told"));
	int64_t main = p.head.person;
	give(main, "nurse", "address");
	p = page_as(&nurse, main, DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "address-told"));
	assert_clean();
}

/* ---- proxies ---- */

static struct draft proxy_draft(const char *day, const char *decision)
{
	return (struct draft){ .change = CHANGE_RECORD,
			       .person = wren,
			       .version = page_as(&worker, wren, DAY_NONE, KNOWN_NOW).head.version,
			       .kind = STR("proxy-given"),
			       .at = str_of(day),
			       .code = STR("parent"),
			       .code2 = str_of(decision) };
}

/* Wren was born on 14 March 2016 and is in care since 6 January 2026. */
static void test_a_proxy_is_off_in_care_reviewed_at_13_and_suspended_at_16(void **state)
{
	(void)state;
	struct draft d = proxy_draft("01/03/2026", "usual-checks");
	struct preview pre;
	assert_ok(record_preview(app, &worker, &d, &arena, &pre, &err));
	assert_int_equal(pre.n_problems, 1);
	assert_str("code2", pre.problems[0].field);
	assert_rc(RC_BAD_INPUT, record_save(app, &worker, &d, &arena, NULL, &err));
	d = proxy_draft("01/12/2025", "usual-checks"); /* before care: given, and off since */
	assert_ok(record_save(app, &worker, &d, &arena, NULL, &err));
	struct child_page p = page_as(&nurse, wren, day_of(2025, 12, 31), KNOWN_NOW);
	assert_int_equal(p.n_proxies, 1);
	assert_true(p.proxies[0].on);
	assert_int_equal(p.proxies[0].review_from, day_of(2029, 3, 14));
	p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_false(p.proxies[0].on);
	assert_str("off for a child in care", p.proxies[0].why);
	d = proxy_draft("01/03/2026", "decided-in-care");
	assert_ok(record_save(app, &worker, &d, &arena, NULL, &err));
	p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_int_equal(p.n_proxies, 2);
	assert_true(p.proxies[1].on);
	p = page_as(&nurse, wren, day_of(2029, 3, 13), KNOWN_NOW);
	assert_true(p.proxies[1].on);
	p = page_as(&nurse, wren, day_of(2029, 3, 14), KNOWN_NOW);
	assert_str("to be reviewed with the young person", p.proxies[1].why);
	struct str ref = p.proxies[1].ref;
	at("2029-03-20T10:00:00Z");
	d = (struct draft){ .change = CHANGE_RECORD,
			    .person = wren,
			    .version = page_as(&worker, wren, DAY_NONE, KNOWN_NOW).head.version,
			    .kind = STR("proxy-reviewed"),
			    .at = STR("20/03/2029"),
			    .code = STR("goes-on"),
			    .ref = ref };
	assert_ok(record_save(app, &worker, &d, &arena, NULL, &err));
	p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_true(p.proxies[1].on);
	assert_int_equal(p.proxies[1].review_from, day_of(2032, 3, 14));
	p = page_as(&nurse, wren, day_of(2032, 3, 14), KNOWN_NOW);
	assert_str("the young person decides now", p.proxies[1].why);
	at("2032-03-14T10:00:00Z");
	d = proxy_draft("14/03/2032", "decided-in-care");
	assert_ok(record_preview(app, &worker, &d, &arena, &pre, &err));
	assert_int_equal(pre.n_problems, 1);
	assert_str("at", pre.problems[0].field);
	d.version = page_as(&clinician, wren, DAY_NONE, KNOWN_NOW).head.version;
	assert_rc(RC_REFUSED, record_save(app, &clinician, &d, &arena, NULL, &err));
	at(TODAY); /* what is kept is of that day again */
	all_of(&nurse);
}

/* What was reviewed with the young person was one proxy's access: a number that is used again takes no review over. */
static void test_a_proxy_is_reviewed_under_its_own_number(void **state)
{
	struct preview pre;
	(void)state;
	struct draft d = proxy_draft("01/03/2026", "decided-in-care");
	d.ref = STR("P1");
	assert_ok(record_save(app, &worker, &d, &arena, NULL, &err));
	at("2029-03-20T10:00:00Z");
	assert_ok(record_save(app, &worker,
			      &(struct draft){ .change = CHANGE_RECORD,
					       .person = wren,
					       .version = page_as(&worker, wren, DAY_NONE, KNOWN_NOW).head.version,
					       .kind = STR("proxy-reviewed"),
					       .at = STR("20/03/2029"),
					       .code = STR("goes-on"),
					       .ref = STR("P1") },
			      &arena, NULL, &err));
	at("2029-05-20T10:00:00Z");
	d = proxy_draft("01/05/2029", "decided-in-care");
	d.code = STR("carer");
	d.ref = STR("P1");
	assert_ok(record_preview(app, &worker, &d, &arena, &pre, &err));
	assert_int_equal(pre.n_problems, 1);
	assert_str("ref", pre.problems[0].field);
	assert_rc(RC_BAD_INPUT, record_save(app, &worker, &d, &arena, NULL, &err));
	/* one that stands there from before this was asked */
	d.ref = STR("P2");
	int64_t id = 0;
	assert_ok(record_save(app, &worker, &d, &arena, &id, &err));
	change("UPDATE event SET ref = 'P1' WHERE id = %" PRId64, id);
	struct child_page p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_int_equal(p.n_proxies, 2);
	assert_true(p.proxies[0].on);
	assert_str("to be reviewed with the young person", p.proxies[1].why);
	change("UPDATE event SET ref = 'P2' WHERE id = %" PRId64, id);
	at(TODAY); /* what is kept is of that day again */
	all_of(&nurse);
}

/* Home, and into care again: off until it is decided anew, or reviewed and goes on. */
static void test_a_proxy_is_off_in_each_care(void **state)
{
	(void)state;
	struct draft d = proxy_draft("01/03/2026", "decided-in-care");
	assert_ok(record_save(app, &worker, &d, &arena, NULL, &err));
	struct str ref = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW).proxies[0].ref;
	at("2026-09-20T10:00:00Z");
	record_coded(&worker, "care-ended", "01/06/2026", "E4A", "", "", "P1");
	record_coded(&worker, "care-started", "10/09/2026", "C1", "", "", "P2");
	struct child_page p = page_as(&nurse, wren, day_of(2026, 5, 31), KNOWN_NOW);
	assert_true(p.proxies[0].on);
	p = page_as(&nurse, wren, day_of(2026, 9, 9), KNOWN_NOW);
	assert_true(p.proxies[0].on);
	p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_str("off for a child in care", p.proxies[0].why);
	record_coded(&worker, "proxy-reviewed", "15/09/2026", "goes-on", "", "", ref.p);
	p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_true(p.proxies[0].on);
	assert_ok(wake_children(app, &err));
}

/* ---- anybody, anything ---- */

enum { ROUNDS_OF_ONE = 6 };
static const struct viewer *const people[] = { &nurse, &other_nurse, &doctor, &worker, &clinician };

static void test_any_writing_under_seal_and_any_reader(void **state)
{
	struct rand r = rand_stream(15, "seals", 0);
	int rounds = at_length() ? 1200 : 6; /* each asks some 50 things before and after */
	for (int i = 0; i < rounds; i++) {
		if (i && i % ROUNDS_OF_ONE == 0) { /* before there are more looks at the child than are shown */
			clean_after(state);
			assert_int_equal(loaded(state), 0);
		}
		const struct viewer *by = people[rand_int(&r, 0, COUNT_OF(people) - 1)], *reader = by;
		while (reader == by)
			reader = people[rand_int(&r, 0, COUNT_OF(people) - 1)];
		struct str was = all_of(reader), hers = all_of(by);
		static const char *const days[] = { "08/01/2026", "20/02/2026", "01/03/2026", "25/02/2026" };
		const char *day = days[rand_int(&r, 0, COUNT_OF(days) - 1)];
		bool medic = by->role != ROLE_SOCIAL_WORKER && by->role != ROLE_CLINICIAN;
		switch (rand_int(&r, 0, 2)) {
		case 0: record_as(by, "serious-harm-entry", day, "", "", "Words that nobody else may read"); break;
		case 1:
			if (by->role != ROLE_CLINICIAN) {
				seal_as(by, record_as(by, "sdq-scored", day, "carer", "12", ""), true);
				break;
			}
			record_as(by, "sexual-health-entry", day, "", "", "Words");
			break;
		default:
			if (medic)
				seal_as(by, record_as(by, "assessment-agreed-again", day, "initial", "", ""), true);
			else
				record_as(by, "serious-harm-entry", day, "", "", "More words");
		}
		assert_same_text(was, all_of(reader), reader->name.p);
		assert_false(str_eq(hers, all_of(by))); /* it is there for who wrote it */
		arena_reset(&shown);
	}
	assert_clean();
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, loaded, clean_after)
	const struct CMUnitTest tests[] = {
		CASE(test_a_sealed_kind_leaves_no_trace),
		CASE(test_what_came_by_a_link_leaves_no_trace),
		CASE(test_a_single_entry_is_as_if_it_had_never_been),
		CASE(test_a_sealed_kind_can_be_opened),
		CASE(test_the_whole_chain_is_sealed),
		CASE(test_a_statement_goes_with_what_opened_its_clock),
		CASE(test_ids_shown_leave_no_gap),
		CASE(test_a_guessed_entry_is_no_entry),
		CASE(test_the_edit_token_does_not_move),
		CASE(test_a_file_does_not_tell_what_is_sealed),
		CASE(test_loading_a_file_again_does_not_tell_of_a_seal),
		CASE(test_what_leaves_the_house_holds_nothing_sealed_even_by_who_sees_it),
		CASE(test_what_decides_the_circle_cannot_be_sealed),
		CASE(test_seals_are_read_with_care),
		CASE(test_sight_is_dated_given_ended_and_lost),
		CASE(test_emergency_access_is_one_child_for_some_hours_and_told_at_once),
		CASE(test_an_emergency_finds_a_number_however_it_is_typed),
		CASE(test_an_emergency_is_for_reading_also_inside_the_circle),
		CASE(test_emergency_access_is_reviewed_by_somebody_else),
		CASE(test_a_notice_that_waits_stands_first),
		CASE(test_an_emergency_for_a_child_in_nobodys_circle_is_told),
		CASE(test_emergency_access_is_refused),
		CASE(test_an_adoption_closes_the_record),
		CASE(test_a_notice_of_a_joined_record_is_closed_with_it),
		CASE(test_a_joined_record_keeps_its_seals),
		CASE(test_a_proxy_is_off_in_care_reviewed_at_13_and_suspended_at_16),
		CASE(test_a_proxy_is_reviewed_under_its_own_number),
		CASE(test_a_proxy_is_off_in_each_care),
		CASE(test_any_writing_under_seal_and_any_reader),
	};
	arena_init(&shown);
	int failed = cmocka_run_group_tests(tests, set_up, tear_down);
	arena_release(&shown);
	return failed;
}
