/* Who sees whom: every use case against a table made by hand and against the
 * circle asked for directly; what is sensitive; what the audit keeps. */
#include "work/help.h"
#include "work/core/write.h"
#include "work/record/statement.h"
#include "work/see/standing.h"

/* ---- a table by hand: who has a live reason for these three ---- */

static const char
    *const codes[] = { TEAM,  ESSEX, SOUTHEND,	 "E06000034" /* Thurrock */, "E09000002" /* Barking and Dagenham */,
		       TRUST, "RRP", "E06000001" /* Hartlepool */ };
static const char *const names[] = { ESSEX "/E-1", ESSEX "/E-2", SOUTHEND "/S-1" };
static const char *const families[] = { "Brambleby", "ofern", "LINDEN" };
static const bool holds[COUNT_OF(codes)][3] = {
	{ true, true, true },	/* serves both councils */
	{ true, true, false },	/* responsible for two */
	{ false, false, true }, /* responsible for one */
	{ false, true, false }, /* one is placed in its area */
	{ false, false, true }, /* likewise */
	{ true, false, false }, /* one was referred to it */
	{ false, false, false }, { false, false, false },
};
static int64_t ids[3];

static int loaded(void **state)
{
	fresh(state);
	small_tables();
	two_parts("contacts.csv", CONTACTS,
		  "Essex,E-1,C1,M1,North East London NHS Foundation Trust,20/02/2026 11:00,01,yes,contact\n"
		  "Essex,E-1,C2,M1,North East London NHS Foundation Trust,21/02/2026 11:00,01,yes,score\n");
	complete_from("01/01/2026");
	load();
	for (size_t c = 0; c < 3; c++)
		ids[c] = person(names[c]);
	return 0;
}

/* A refusal must read the same as a child that there is not. */
static void assert_as_if_there_were_none(enum rc rc, const char *words)
{
	assert_int_equal(rc, RC_NOT_FOUND);
	assert_string_equal(err.text, words);
}

static void assert_sees(const struct viewer *v, int64_t id, bool holds_it)
{
	static const char none[] = "There is no such child here.";
	bool may_see = role_may(v->role, ACT_SEE_CHILD), may_record = role_may(v->role, ACT_RECORD);
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page p;
	struct clock_page cp;
	enum rc rc = child_see(app, v, &q, &arena, &p, &err);
	int64_t token = rc == RC_OK ? p.head.version : 1;
	if (!may_see)
		assert_int_equal(rc, RC_REFUSED);
	else if (!holds_it)
		assert_as_if_there_were_none(rc, none);
	else
		assert_int_equal(rc, RC_OK);
	rc = clock_see(app, v, &q, STR("iha-returned"), &arena, &cp, &err);
	if (!may_see)
		assert_int_equal(rc, RC_REFUSED);
	else if (!holds_it)
		assert_as_if_there_were_none(rc, none);
	else
		assert_int_equal(rc, v->role == ROLE_GOVERNANCE ? RC_NOT_FOUND : RC_OK);
	struct standing_page sp;
	rc = standing_see(app, v, &q, STR(""), &arena, &sp, &err);
	if (!may_see || v->role == ROLE_GOVERNANCE)
		assert_int_equal(rc, RC_REFUSED);
	else if (!holds_it)
		assert_as_if_there_were_none(rc, none);
	else
		assert_int_equal(rc, RC_OK);
	rc = statement_save(app, v, id, STR("no-such-clock"), STR("words"), &err);
	if (may_record && !holds_it)
		assert_as_if_there_were_none(rc, none);
	else
		assert_int_equal(rc, may_record ? RC_NOT_FOUND : RC_REFUSED);
	struct draft d = { .change = CHANGE_RECORD,
			   .person = id,
			   .version = token,
			   .kind = v->role == ROLE_CLINICIAN ? STR("referral-closed") : STR("request-made"),
			   .at = STR("01/03/2026"),
			   .code = v->role == ROLE_CLINICIAN ? STR("discharged") : STR("initial"),
			   .ref = STR("M1") };
	struct preview pre;
	const struct ref_choice *refs;
	size_t n;
	enum rc answers[] = { record_preview(app, v, &d, &arena, &pre, &err), RC_OK, RC_OK, RC_OK };
	char words[3][ERR_TEXT_MAX];
	memcpy(words[0], err.text, sizeof err.text);
	answers[1] = record_refs(app, v, id, d.kind, &arena, &refs, &n, &err);
	memcpy(words[1], err.text, sizeof err.text);
	answers[2] = record_save(app, v, &d, &arena, NULL, &err);
	memcpy(words[2], err.text, sizeof err.text);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(answers[i], !may_record ? RC_REFUSED : !holds_it ? RC_NOT_FOUND : RC_OK);
		if (may_record && !holds_it)
			assert_string_equal(words[i], none);
	}
}

static void test_who_may_see_which_child(void **state)
{
	(void)state;
	for (int role = ROLE_NONE; role < ROLE_OPERATOR; role++)
		for (size_t o = 0; o < COUNT_OF(codes); o++)
			for (size_t c = 0; c < 3; c++) {
				struct viewer v = viewer((enum role)role, codes[o]);
				assert_sees(&v, ids[c], holds[o][c]);
			}
	struct viewer nurse = viewer(ROLE_NURSE, TEAM);
	assert_sees(&nurse, ids[0] + 1, false); /* nobody at all */
	assert_sees(&nurse, 0, false);
	assert_sees(&nurse, -5, false);
}

static void end_of_care(const char *rows)
{
	two_parts(
	    "periods_of_care.csv", CARE,
	    arena_printf(&arena, "Essex,E-1,P1,06/01/2026,V2,,,\n%sSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n", rows).p);
	load();
}

static bool zoe_is_seen_from(const char *code)
{
	struct viewer v = viewer(
	    str_is(app_organisation_by_code(app, str_of(code))->kind, "council") ? ROLE_SOCIAL_WORKER : ROLE_NURSE,
	    code);
	struct child_query q = { .person = ids[1], .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page p;
	return child_see(app, &v, &q, &arena, &p, &err) == RC_OK;
}

/* Nobody said that the placement in Thurrock ended; the care did. It is no reason to see a child that left long ago. */
static void test_a_placement_is_no_reason_after_care_has_ended(void **state)
{
	static const char thurrock[] = "E06000034", essex[] = ESSEX;
	loaded(state);
	end_of_care("Essex,E-2,P1,10/02/2026,C2,,20/02/2026,E4A\n");
	assert_true(zoe_is_seen_from(thurrock) && zoe_is_seen_from(essex)); /* for a time */
	at("2027-02-20T10:00:00Z");
	assert_ok(wake_children(app, &err));
	assert_true(zoe_is_seen_from(thurrock) && zoe_is_seen_from(essex));
	at("2027-02-21T10:00:00Z");
	assert_false(zoe_is_seen_from(thurrock) || zoe_is_seen_from(essex) || zoe_is_seen_from(TEAM));
	assert_ok(wake_children(app, &err));
	assert_false(zoe_is_seen_from(thurrock) || zoe_is_seen_from(essex) || zoe_is_seen_from(TEAM));
	assert_int_equal(number("SELECT count(*) AS n FROM circle WHERE person = %" PRId64, ids[1]), 0);
	assert_clean();
	/* A period that follows without a gap is the same stay. */
	at("2026-03-02T10:00:00Z");
	end_of_care("Essex,E-2,P1,10/02/2026,C2,,20/02/2026,E4A\nEssex,E-2,P2,20/02/2026,V2,,,\n");
	at("2027-02-21T10:00:00Z");
	assert_ok(wake_children(app, &err));
	assert_true(zoe_is_seen_from(thurrock) && zoe_is_seen_from(essex));
	assert_clean();
}

static bool found(const struct viewer *v, const char *words, int64_t id)
{
	const struct child_found *list;
	size_t n, hits = 0;
	assert_ok(child_search(app, v, str_of(words), 50, &arena, &list, &n, NULL, &err));
	for (size_t i = 0; i < n; i++)
		hits += list[i].person == id;
	assert_true(hits <= 1);
	assert_int_equal(n, hits); /* and nobody else */
	return hits;
}

static void test_who_may_find_which_child(void **state)
{
	(void)state;
	for (int role = ROLE_ADMINISTRATOR; role <= ROLE_GOVERNANCE; role++)
		for (size_t o = 0; o < COUNT_OF(codes); o++)
			for (size_t c = 0; c < 3; c++) {
				struct viewer v = viewer((enum role)role, codes[o]);
				char id[ID_TEXT_MAX];
				int64_t got = 0;
				bool yes = holds[o][c];
				assert_int_equal(found(&v, families[c], ids[c]), yes);
				assert_int_equal(found(&v, names[c], ids[c]), yes);
				assert_int_equal(found(&v, names[c] + 10, ids[c]), yes);
				assert_rc(yes ? RC_OK : RC_NOT_FOUND,
					  child_find(app, &v, str_of(names[c]), &got, &err));
				assert_rc(yes ? RC_OK : RC_NOT_FOUND,
					  child_find(app, &v, str_of(id_text(ids[c], id)), &got, &err));
				assert_rc(yes ? RC_OK : RC_NOT_FOUND,
					  child_find(app, &v, str_of(families[c]), &got, &err));
				if (c == 0) {
					assert_int_equal(found(&v, "999 000 1006", ids[0]), yes);
					assert_int_equal(found(&v, "999-000-1006", ids[0]), yes);
				}
			}
	struct viewer none = viewer(ROLE_NONE, TEAM), nurse = viewer(ROLE_NURSE, TEAM);
	const struct child_found *list;
	size_t n;
	int64_t got;
	assert_rc(RC_REFUSED, child_search(app, &none, STR("wren"), 10, &arena, &list, &n, NULL, &err));
	assert_rc(RC_REFUSED, child_find(app, &none, STR("wren"), &got, &err));
	struct viewer buyer = viewer(ROLE_COMMISSIONER, TEAM); /* plans, and sees no child */
	assert_rc(RC_REFUSED, child_search(app, &buyer, STR("wren"), 10, &arena, &list, &n, NULL, &err));
	assert_rc(RC_REFUSED, child_find(app, &buyer, STR("wren"), &got, &err));
	/* the words differ in nothing, whoever is meant */
	struct viewer other = viewer(ROLE_NURSE, "RRP");
	assert_rc(RC_NOT_FOUND, child_find(app, &other, STR("Brambleby"), &got, &err));
	char words[ERR_TEXT_MAX];
	memcpy(words, err.text, sizeof words);
	assert_rc(RC_NOT_FOUND, child_find(app, &other, STR("Nobody-of-that-name"), &got, &err));
	assert_string_equal(words, err.text);
	/* odd words find nobody and break nothing */
	static const char *const odd[] = { "",	       " ",	     "%",	   "_", "'; --", "a%",
					   "\xc3\xa9", "9990001007", "E10000012/", "/", "/E-1",	 "\xf0\x9f\x90\xa6" };
	for (size_t i = 0; i < COUNT_OF(odd); i++)
		assert_ok(child_search(app, &nurse, str_of(odd[i]), 10, &arena, &list, &n, NULL, &err));
	assert_true(found(&nurse, "zoe o'fern", ids[1]));
	assert_false(found(&nurse, "ERN", ids[1]));
	assert_rc(RC_NOT_FOUND, child_find(app, &nurse, STR("FERN"), &got, &err)); /* a slip names nobody */
	assert_true(found(&nurse, "\u0141uka", ids[2]));
	assert_true(found(&nurse, "lukasz linden", ids[2]));
	assert_false(found(&nurse, "lukasz brambleby", ids[2]));
}

/* ---- many children, any viewer ---- */

static void test_any_viewer_on_many_children(void **state)
{
	(void)state;
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = tables,
				   .seed = 11,
				   .today = app_today(app),
				   .children = 40 };
	struct synth_counts made;
	clear_tables();
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	load();
	struct rand r = rand_stream(5, "viewers", 0);
	const struct organisation *orgs;
	size_t n_orgs = app_organisations(app, &orgs), seen = 0, refused = 0;
	int64_t day = app_today(app), persons = rows_of("person");
	for (int i = 0; i < (at_length() ? 3000 : 300); i++) {
		const struct organisation *org_ =
		    rand_chance(&r, 0.7)
			? app_organisation_by_code(app, str_of(codes[rand_int(&r, 0, COUNT_OF(codes) - 1)]))
			: &orgs[rand_int(&r, 0, (int64_t)n_orgs - 1)];
		struct viewer v = viewer((enum role)rand_int(&r, ROLE_ADMINISTRATOR, ROLE_COMMISSIONER),
					 arena_str(&arena, org_->code).p);
		int64_t id = number("SELECT id AS n FROM person ORDER BY id LIMIT 1 OFFSET %" PRId64,
				    rand_int(&r, 0, persons - 1));
		bool in = number("SELECT count(*) AS n FROM circle WHERE person = %" PRId64 " AND org = %" PRId64
				 " AND from_day <= %" PRId64 " AND to_day >= %" PRId64,
				 id, v.org, day, day) > 0;
		struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
		struct child_page p;
		enum rc rc = child_see(app, &v, &q, &arena, &p, &err);
		bool may = role_may(v.role, ACT_SEE_CHILD);
		in = in && may;
		assert_int_equal(rc, !may ? RC_REFUSED : in ? RC_OK : RC_NOT_FOUND);
		seen += in;
		refused += !in;
		for (size_t k = 0; in && !role_sees_sensitive(v.role) && k < p.n_events; k++)
			assert_false(p.events[k].kind->sensitive);
		char name[ID_TEXT_MAX];
		int64_t got;
		assert_rc(!may ? RC_REFUSED
			  : in ? RC_OK
			       : RC_NOT_FOUND,
			  child_find(app, &v, str_of(id_text(id, name)), &got, &err));
		if (i % 16 == 0)
			arena_reset(&arena);
	}
	assert_true(seen > 30 && refused > 30);
}

/* A council writes E-1; who looks for the child may not. */
static void test_numbers_as_people_type_them(void **state)
{
	(void)state;
	struct viewer nurse = viewer(ROLE_NURSE, TEAM);
	static const char *const typed[] = { "E-1", "e-1", " e-1 ", ESSEX "/e-1", "e10000012/E-1", ESSEX " / E-1" };
	int64_t wren = person(ESSEX "/E-1"), got;
	for (size_t i = 0; i < COUNT_OF(typed); i++) {
		assert_ok(child_find(app, &nurse, str_of(typed[i]), &got, &err));
		assert_int_equal(got, wren);
	}
	assert_rc(RC_NOT_FOUND, child_find(app, &nurse, STR(ESSEX "/e-999"), &got, &err));
}

/* Two words that many children share one of: the one who has both is found. */
static void test_a_common_name_hides_nobody(void **state)
{
	(void)state;
	struct buf b AUTO(buf_release);
	struct viewer nurse = viewer(ROLE_NURSE, TEAM);
	const struct child_found *list;
	size_t n;
	buf_init(&b, 1 << 20);
	buf_puts(&b, CHILDREN);
	for (int i = 0; i < 150; i++)
		buf_printf(&b, "Essex,A-%03d,,Robin,Dale%c%c,01/02/2015,F,,,\n", i, 'a' + i / 26, 'a' + i % 26);
	for (int i = 0; i < 150; i++)
		buf_printf(&b, "Essex,B-%03d,,Moss%c%c,Alderfield,01/02/2015,F,,,\n", i, 'a' + i / 26, 'a' + i % 26);
	buf_puts(&b, "Essex,C-1,,Robin,Alderfield,01/02/2015,F,,,\n");
	clear_tables();
	file("children.csv", b.p);
	load();
	assert_ok(child_search(app, &nurse, STR("alderfield robin"), 20, &arena, &list, &n, NULL, &err));
	assert_int_equal(n, 1);
	assert_str("C-1", list[0].ref);
	assert_ok(child_search(app, &nurse, STR("robin"), 20, &arena, &list, &n, NULL, &err));
	assert_int_equal(n, 20);
}

/* ---- names as people type them ---- */

/* The first that is found, by the council's number; "" if nobody is. */
static const char *first(const struct viewer *v, const char *words)
{
	const struct child_found *list;
	size_t n;
	assert_ok(child_search(app, v, str_of(words), 20, &arena, &list, &n, NULL, &err));
	return n ? arena_str(&arena, list[0].ref).p : "";
}

static void test_names_as_people_type_them(void **state)
{
	(void)state;
	static const struct {
		const char *words, *ref;
	} ways[] = {
		{ "Jos\xc3\xa9", "N-1" },
		{ "jose", "N-1" },
		{ "JOSE O'BRIEN", "N-1" },
		{ "o\xe2\x80\x99"
		  "brien",
		  "N-1" },
		{ "obrien jose", "N-1" },
		{ "O Brien", "N-1" },
		{ "jose o brien", "N-1" },
		{ "O'Brien, Jos\xc3\xa9", "N-1" },
		{ "obrein", "N-1" },	  /* swapped */
		{ "jose obrian", "N-1" }, /* one wrong */
		{ "jsoe obrien", "N-1" },
		{ "obrrien", "N-1" }, /* one too many */
		{ "obien", "N-1" },   /* one missing */
		{ "lopez-garcia", "N-2" },
		{ "lopez garcia", "N-2" },
		{ "garcia", "N-2" },
		{ "lopezgarcia", "N-2" },
		{ "maria garcia", "N-2" },
		{ "ana maria lopez", "N-2" },
		{ "anamaria", "N-2" },
		{ "gar mar", "N-2" },
		{ "van der berg", "N-3" },
		{ "vanderberg mia", "N-3" },
		{ "berg", "N-3" },
		{ "mia 01/03/2012", "N-3" },
		{ "01.03.2012", "N-3" },
		{ "2012-03-01", "N-3" },
		{ "1/3/2012 mai", "N-3" },
		{ "kim", "N-5" },	       /* word for word before the beginning of Kimber */
		{ "\xd0\x9e\xd0\xbb", "N-6" }, /* other letters stand as they are */
		{ "obrain jsoe", "" },	       /* two slips */
		{ "jose 02/03/2012", "" },
		{ "31/02/2012", "" },
		{ "jo%", "N-1" }, /* a sign is no wildcard: it is left out */
		{ "%", "" },
		{ "jose garcia", "" },
	};
	struct viewer nurse = viewer(ROLE_NURSE, TEAM), far = viewer(ROLE_NURSE, "RRP"),
		      op = viewer(ROLE_OPERATOR, TEAM);
	op.org = 0;
	clear_tables();
	file("children.csv", CHILDREN "Essex,N-1,,Jos\xc3\xa9,O'Brien,05/06/2011,M,,,\n"
				      "Essex,N-2,,Ana Maria,L\xc3\xb3pez-Garc\xc3\xad"
				      "a,07/08/2013,F,,,\n"
				      "Essex,N-3,,Mia,van der Berg,01/03/2012,F,,,\n"
				      "Essex,N-4,,Zara,Kimber,01/04/2012,F,,,\n"
				      "Essex,N-5,,Kim,Zymark,01/05/2012,F,,,\n"
				      "Essex,N-6,,\xd0\x9e\xd0\xbb\xd1\x8f,Zzyn,01/05/2014,F,,,\n");
	load();
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		const char *mine = first(&nurse, ways[i].words), *all = first(&op, ways[i].words);
		if (strcmp(mine, ways[i].ref) != 0 || strcmp(all, ways[i].ref) != 0)
			fail_msg("%s: found %s and, by the operator, %s, not %s", ways[i].words, mine, all,
				 ways[i].ref);
		assert_string_equal(first(&far, ways[i].words), "");
	}
	assert_true(nhs_number_mistyped(STR("999 000 1007")));
	assert_false(nhs_number_mistyped(STR("999 000 1006")));
	assert_false(nhs_number_mistyped(STR("999 000 100")));
	assert_false(nhs_number_mistyped(STR("jose")));
}

/* ---- sensitive kinds ---- */

static bool says_mental(struct str s)
{
	char *z = arena_str(&arena, s).p ? xstrndup(s.p, s.n) : xstrndup("", 0);
	bool yes = strstr(z, "mental-health") || strstr(z, "eferr") || strstr(z, "Contact with") ||
		   strstr(z, "outcome score") || strstr(z, "M1");
	free(z);
	return yes;
}

static void test_a_social_worker_sees_nothing_of_mental_health(void **state)
{
	(void)state;
	struct viewer team = viewer(ROLE_ADMINISTRATOR, TEAM);
	static const struct {
		enum role role;
		const char *org;
	} who[] = { { ROLE_SOCIAL_WORKER, ESSEX },
		    { ROLE_SOCIAL_WORKER, TEAM },
		    { ROLE_SOCIAL_WORKER, TRUST },
		    { ROLE_GOVERNANCE, TEAM } };
	/* the clinician writes and corrects; that too is on the record */
	struct viewer clinician = viewer(ROLE_CLINICIAN, TRUST);
	struct child_page p = page_as(&clinician, ids[0], DAY_NONE, KNOWN_NOW);
	assert_non_null(clock_on(&p, "cyp-four-weeks"));
	struct draft d;
	assert_ok(record_draft_of(app, &clinician, ids[0], event_on(&p, "contact-made")->id, &arena, &d, &err));
	d.at = STR("22/02/2026");
	d.why = STR("The mental-health team says the 22nd");
	assert_ok(record_save(app, &clinician, &d, &arena, NULL, &err));
	p = page_as(&team, ids[0], DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "contact-made"));
	for (size_t i = 0; i < COUNT_OF(who); i++) {
		struct viewer v = viewer(who[i].role, who[i].org);
		p = page_as(&v, ids[0], DAY_NONE, KNOWN_NOW);
		assert_true(p.n_looks > 0);
		assert_null(clock_on(&p, "cyp-four-weeks"));
		for (size_t k = 0; k < p.n_events; k++)
			assert_false(p.events[k].kind->sensitive || says_mental(p.events[k].words) ||
				     says_mental(p.events[k].detail));
		for (size_t k = 0; k < p.n_findings; k++)
			assert_false(says_mental(p.findings[k].text));
		for (size_t k = 0; k < p.n_looks; k++)
			if (says_mental(p.looks[k].what) || says_mental(p.looks[k].why))
				fail_msg("a look says: " STR_FMT " (" STR_FMT ")", STR_ARG(p.looks[k].what),
					 STR_ARG(p.looks[k].why));
		struct child_query q = { .person = ids[0], .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
		struct clock_page cp;
		assert_rc(RC_NOT_FOUND, clock_see(app, &v, &q, STR("cyp-four-weeks"), &arena, &cp, &err));
		char words[ERR_TEXT_MAX];
		memcpy(words, err.text, sizeof words);
		assert_rc(RC_NOT_FOUND, clock_see(app, &v, &q, STR("cyp-four-wreks"), &arena, &cp, &err));
		words[strcspn(words, "\"")] = '\0';
		assert_memory_equal(words, err.text, strlen(words));
		const struct ref_choice *refs;
		size_t n;
		static const char *const kinds[] = { "referral-closed", "contact-made", "referral-received",
						     "outcome-baseline" };
		for (size_t k = 0; k < COUNT_OF(kinds); k++)
			assert_int_not_equal(record_refs(app, &v, ids[0], str_of(kinds[k]), &arena, &refs, &n, &err),
					     RC_OK);
	}
}

/* A council's number is any word. One that others have keeps nobody from finding their own by name. */
static void test_a_number_of_others_does_not_hide_a_name(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	assert_true(found(&v, "Linden", ids[2]));
	two_parts("children.csv", CHILDREN, "Hartlepool,Linden,,Ash,Alder,01/05/2015,M,,,\n");
	two_parts("placements.csv", PLACEMENTS, "");
	load();
	assert_true(number("SELECT count(*) AS n FROM person WHERE ref = 'Linden'") == 1);
	assert_true(found(&v, "Linden", ids[2]));
}

static void test_worklists_and_counts_hold_nothing_sensitive(void **state)
{
	(void)state;
	struct worklist_query q = { .area = -1, .panel = true, .limit = 50, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct worklist w;
	size_t sensitive_rows = 0;
	for (int role = ROLE_ADMINISTRATOR; role < ROLE_GOVERNANCE; role++)
		for (size_t o = 0; o < COUNT_OF(codes); o++)
			for (int ahead = 0; ahead < 2; ahead++) { /* kept, and worked out anew */
				struct viewer v = viewer((enum role)role, codes[o]);
				q.as_of = ahead ? app_today(app) + 1 : DAY_NONE;
				q.standard = (struct str){ NULL, 0 };
				enum rc rc = worklist_see(app, &v, &q, &arena, &w, &err);
				if (rc == RC_REFUSED) { /* a role that does not fit its organisation */
					assert_false(role_sees_sensitive(v.role) || codes[o][0] == 'E');
					continue;
				}
				assert_int_equal(rc, RC_OK);
				size_t hits = 0;
				for (int l = LIST_LATE; l < LIST__COUNT; l++)
					for (size_t i = 0; i < w.sections[l].n; i++)
						hits += rulebook_find(app_rulebook(app), STR("cyp-four-weeks")) ==
							w.sections[l].items[i].standard;
				for (size_t i = 0; i < w.n_clocks; i++)
					hits += str_is(w.clocks[i].id, "cyp-four-weeks");
				q.standard = STR("cyp-four-weeks");
				assert_ok(worklist_see(app, &v, &q, &arena, &w, &err));
				for (int l = LIST_LATE; l < LIST__COUNT; l++)
					hits += (size_t)w.sections[l].count;
				if (!role_sees_sensitive(v.role) || codes[o][0] == 'E')
					assert_int_equal(hits, 0);
				sensitive_rows += hits;
			}
	assert_true(sensitive_rows > 0);
}

static void test_previews_hold_nothing_sensitive(void **state)
{
	(void)state;
	struct viewer worker = viewer(ROLE_SOCIAL_WORKER, ESSEX), team = viewer(ROLE_ADMINISTRATOR, TEAM);
	struct preview p;
	/* a correction of the day of death would end the wait; here the referral itself goes */
	struct child_page page_ = page_as(&team, ids[0], DAY_NONE, KNOWN_NOW);
	struct draft d = { .change = CHANGE_VOID,
			   .person = ids[0],
			   .version = page_.head.version,
			   .event = event_on(&page_, "referral-received")->id,
			   .why = STR("Another child's") };
	assert_ok(record_preview(app, &team, &d, &arena, &p, &err));
	assert_int_equal(p.n_changes, 2);
	for (size_t i = 0; i < p.n_changes; i++) /* the national wait, and the local one */
		assert_true(str_is(p.changes[i].standard->id, "cyp-four-weeks") ||
			    str_is(p.changes[i].standard->id, "local-wait"));
	assert_rc(RC_REFUSED, record_preview(app, &worker, &d, &arena, &p, &err));
	assert_false(says_mental(str_of(err.text)));
	struct draft end = { .change = CHANGE_RECORD,
			     .person = ids[0],
			     .version = page_.head.version,
			     .kind = STR("care-ended"),
			     .at = STR("01/03/2026"),
			     .code = STR("E4A"),
			     .ref = STR("P1") };
	assert_ok(record_preview(app, &worker, &end, &arena, &p, &err));
	assert_true(p.n_changes > 0);
	for (size_t i = 0; i < p.n_changes; i++)
		assert_false(str_is(p.changes[i].standard->id, "cyp-four-weeks"));
}

/* ---- audit ---- */

static int64_t lines(const char *act, int64_t id, const struct viewer *v)
{
	return number("SELECT count(*) AS n FROM audit WHERE act = '%s' AND person = %" PRId64 " AND account = %" PRId64
		      " AND org = %" PRId64,
		      act, id, v->account, v->org);
}

static void test_every_look_and_write_is_on_the_record(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_ADMINISTRATOR, TEAM), outside = viewer(ROLE_NURSE, "RRP");
	struct child_query q = {
		.person = ids[1], .as_of = DAY_NONE, .known_ms = KNOWN_NOW, .reason = STR("Rang about a letter")
	};
	struct child_page p;
	struct clock_page cp;
	int64_t all = rows_of("audit");
	assert_ok(child_see(app, &v, &q, &arena, &p, &err));
	assert_int_equal(lines("looked", ids[1], &v), 1);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE reason = 'Rang about a letter'"), 1);
	assert_ok(clock_see(app, &v, &q, STR("placement-notified"), &arena, &cp, &err));
	assert_int_equal(lines("looked", ids[1], &v), 2);
	struct worklist_query wq = { .area = -1, .limit = 5, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct worklist w;
	assert_ok(worklist_see(app, &v, &wq, &arena, &w, &err));
	assert_int_equal(lines("looked", 0, &v), 1);
	const struct child_found *list;
	size_t n;
	assert_ok(child_search(app, &v, STR("Brambleby"), 5, &arena, &list, &n, NULL, &err));
	assert_int_equal(lines("searched", 0, &v), 1);
	assert_int_equal(
	    number("SELECT count(*) AS n FROM audit WHERE what LIKE '%%rambleby%%' OR reason LIKE '%%rambleby%%'"), 0);
	struct draft d = { .change = CHANGE_RECORD,
			   .person = ids[1],
			   .version = p.head.version,
			   .kind = STR("health-notified"),
			   .at = STR("12/02/2026"),
			   .ref = STR("PL1") };
	int64_t id;
	assert_ok(record_save(app, &v, &d, &arena, &id, &err));
	assert_int_equal(lines("recorded", ids[1], &v), 1);
	d = (struct draft){ .change = CHANGE_VOID, .person = ids[1], .version = id, .event = id, .why = STR("Wrong") };
	assert_ok(record_save(app, &v, &d, &arena, &id, &err));
	assert_int_equal(lines("took back", ids[1], &v), 1);
	assert_int_equal(rows_of("audit"), all + 6);
	/* what was refused shows nothing and is no look */
	assert_rc(RC_NOT_FOUND, child_see(app, &outside, &q, &arena, &p, &err));
	assert_rc(RC_CONFLICT, record_save(app, &v, &d, &arena, &id, &err));
	assert_int_equal(rows_of("audit"), all + 6);
	/* the page shows who looked, newest first, and says which were you */
	q.with_looks = true;
	assert_ok(child_see(app, &v, &q, &arena, &p, &err));
	assert_int_equal(p.looks_total, 5); /* loaded, two looks, recorded, took back */
	assert_true(p.looks[0].you);
	assert_str("took back Health team told of the placement", p.looks[0].what);
	assert_false(p.looks[4].you);
	/* however often somebody looked, the newest are shown, and the count stops */
	for (int64_t i = 1; i <= 520; i++)
		change("INSERT INTO audit (id, at_ms, account, org, person, act, what, reason, role, event) VALUES "
		       "(%" PRId64 ", 1, 1, 1, %" PRId64 ", 'looked', 'long ago', '', '', 0)",
		       i, ids[1]);
	q.all_looks = true;
	assert_ok(child_see(app, &v, &q, &arena, &p, &err));
	assert_int_equal(p.n_looks, 500);
	assert_int_equal(p.looks_total, 501);
	assert_str("took back Health team told of the placement", p.looks[1].what);
	assert_str("looked long ago", p.looks[499].what);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, loaded, clean_after)
	const struct CMUnitTest tests[] = {
		CASE(test_who_may_see_which_child),
		CASE(test_a_placement_is_no_reason_after_care_has_ended),
		CASE(test_who_may_find_which_child),
		CASE(test_any_viewer_on_many_children),
		CASE(test_a_common_name_hides_nobody),
		CASE(test_names_as_people_type_them),
		CASE(test_numbers_as_people_type_them),
		CASE(test_a_social_worker_sees_nothing_of_mental_health),
		CASE(test_a_number_of_others_does_not_hide_a_name),
		CASE(test_worklists_and_counts_hold_nothing_sensitive),
		CASE(test_previews_hold_nothing_sensitive),
		CASE(test_every_look_and_write_is_on_the_record),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
