/* A council's weekly list: what it proposes, what accepting writes, who may, who was quicker. */
#include "work/help.h"
#include "work/load/mappings.h"
#include "work/load/weekly.h"
#include "work/record/join.h"

#include <fcntl.h>
#include <pthread.h>

static struct viewer admin, second;

#define LIST                                                                                                           \
	"Person ID,NHS No,Forename,Surname,DOB,Gender,Looked after since,Legal status code,Placement start date,"      \
	"Placement type,Area\n"
#define WREN_ROW  "E-1,9990001006,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,V2,06/01/2026,U6,Essex\n"
#define ZOE_ROW	  "E-2,,Zoe,OFern,02/02/2020,F,10/02/2026,C2,10/02/2026,U6,Thurrock\n"
#define ROWAN_ROW "E-3,,Rowan,Sedge,05/06/2015,M,12/01/2026,C2,12/01/2026,U6,Essex\n"
#define BOTH	  LIST WREN_ROW ZOE_ROW ROWAN_ROW

static int loaded(void **state)
{
	fresh(state);
	small_tables();
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%s%s", WREN, ZOE, LUKASZ, "Essex,E-3,,Rowan,Sedge,05/06/2015,M,,,\n").p);
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\nEssex,E-3,P1,12/01/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,E-1,PL1,P1,06/01/2026,U6,no,Essex,\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
		  "Essex,E-3,PL1,P1,12/01/2026,U6,no,Essex,\n"
		  "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and Dagenham,\n");
	complete_from("01/01/2026");
	load();
	admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	second = admin;
	second.account = 99;
	return 0;
}

static enum rc try_list(const struct viewer *v, const char *text, const char *day, bool partial, bool confirmed,
			bool dry, struct weekly_page *out)
{
	char path[4200];
	file("weekly.csv", text);
	snprintf(path, sizeof path, "%s/weekly.csv", tables);
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	struct weekly_request r = { .fd = fd,
				    .name = STR("weekly.csv"),
				    .council = STR("Essex"),
				    .listed_on = DAY_NONE,
				    .partial = partial,
				    .short_confirmed = confirmed,
				    .dry_run = dry };
	if (day)
		assert_int_equal(day_parse(str_of(day), &r.listed_on), RC_OK);
	enum rc rc = weekly_load(app, v, &r, &arena, out, &err);
	close(fd);
	no_file("weekly.csv");
	return rc;
}

static struct weekly_page list_of(const char *text)
{
	struct weekly_page p;
	assert_ok(try_list(&admin, text, NULL, false, false, false, &p));
	return p;
}

static struct weekly_page see(int64_t list)
{
	struct weekly_page p;
	assert_ok(weekly_see(app, &admin, list, &arena, &p, &err));
	return p;
}

/* "moved E-1 sure; left E-2; ..." */
static const char *told(const struct weekly_page *p)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 4096);
	for (size_t i = 0; i < p->n; i++) {
		const struct weekly_item *it = &p->items[i];
		if (it->alike.n)
			buf_printf(&b, "alike " STR_FMT "; ", STR_ARG(it->ref));
		if (it->blocked)
			buf_printf(&b, "blocked " STR_FMT "; ", STR_ARG(it->ref));
		if (it->n_candidates)
			buf_printf(&b, "who " STR_FMT " %zu%s; ", STR_ARG(it->ref), it->n_candidates,
				   it->waiting ? " waiting" : "");
		for (size_t k = 0; k < it->n; k++)
			buf_printf(&b, "%s " STR_FMT "%s%s; ", weekly_kind_id(it->proposals[k].p.kind),
				   STR_ARG(it->ref), it->proposals[k].p.sure ? " sure" : "",
				   it->proposals[k].later ? " later" : "");
	}
	return arena_str(&arena, buf_view(&b)).n ? arena_str(&arena, buf_view(&b)).p : "";
}

static struct weekly_choice choice(const struct weekly_page *p, const char *ref, const char *kind, const char *at,
				   const char *answer)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->items[i].n; k++)
			if (str_is(p->items[i].ref, ref) &&
			    strcmp(weekly_kind_id(p->items[i].proposals[k].p.kind), kind) == 0)
				return (struct weekly_choice){ .list = p->list.id,
							       .key = p->items[i].key,
							       .kind = str_of(kind),
							       .content = p->items[i].proposals[k].p.content,
							       .at = str_of(at),
							       .answer = str_of(answer),
							       .why = STR("The council said so") };
	fail_msg("no %s of %s in: %s", kind, ref, told(p));
	return (struct weekly_choice){ 0 };
}

static void accept(const struct weekly_page *p, const char *ref, const char *kind, const char *at)
{
	struct weekly_choice c = choice(p, ref, kind, at, "accepted");
	assert_ok(weekly_answer(app, &admin, &c, &err));
	assert_clean();
}

#define assert_told(want, p)                                                                                           \
	do {                                                                                                           \
		assert_string_equal(told(p), want);                                                                    \
	} while (0)

/* ---- the list and the record agree ---- */

static void the_same_is_nothing_new(void **state)
{
	(void)state;
	struct stamp before = stamp();
	struct weekly_page p = list_of(BOTH);
	assert_told("", &p); /* accents and apostrophes are no difference */
	assert_int_equal(p.same, 3);
	assert_false(p.list.asked);
	assert_same_stamp(before);
	struct weekly_page again = list_of(BOTH);
	assert_true(again.list.again);
	assert_int_equal(again.list.id, p.list.id);
	assert_int_equal(rows_of("weekly_list"), 1);
}

/* ---- each kind of proposal ---- */

static void came_into_care(void **state)
{
	(void)state;
	struct weekly_page p =
	    list_of(BOTH "E-9,9990009996,Lark,Thistle-Example,01/05/2018,F,23/02/2026,C2,23/02/2026,U6,"
			 "Thurrock\n");
	assert_told("new E-9 sure; ", &p);
	struct weekly_child_page cp;
	assert_ok(weekly_child(app, &admin, p.list.id, p.items[0].key, NULL, &arena, &cp, &err));
	assert_int_equal(cp.n_problems, 0);
	assert_int_equal(cp.n_events, 3);
	bool begins = false;
	for (size_t i = 0; i < cp.n_changes; i++)
		begins = begins || (!cp.changes[i].before_there && str_is(cp.changes[i].standard->id, "iha-returned"));
	assert_true(begins); /* which clocks start is told before */
	assert_int_equal(rows_of("person"), 4);
	accept(&p, "E-9", "new", "");
	assert_int_equal(rows_of("person"), 5);
	int64_t lark = person(ESSEX "/E-9");
	assert_clock(lark, "iha-returned", CLOCK_RUNNING);
	struct child_page page_of = page(lark);
	assert_int_equal(page_of.head.born, day_of(2018, 5, 1));
	assert_str("9990009996", page_of.head.nhs_number);
	assert_true(strstr(arena_str(&arena, event_on(&page_of, "care-started")->source).p,
			   "council’s list of 2 March 2026, row 5") != NULL);
	p = see(p.list.id);
	assert_told("", &p); /* what was accepted does not come again */
	assert_int_equal(p.accepted, 1);
	assert_int_equal(person("9990009996"), lark);
}

static void moved(void **state)
{
	(void)state;
	struct weekly_page p = list_of(
	    LIST "E-1,9990001006,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,V2,20/02/2026,K2,Thurrock\n" ZOE_ROW
		ROWAN_ROW);
	assert_told("moved E-1 sure; ", &p);
	accept(&p, "E-1", "moved", "");
	struct child_page c = page(person(ESSEX "/E-1"));
	assert_int_equal(c.head.placement->from, day_of(2026, 2, 20));
	assert_str("E06000034", c.head.placed_in->code);
	assert_int_equal(event_on(&c, "placement-ended")->at, day_of(2026, 2, 20));
	p = see(p.list.id);
	assert_told("", &p);
	/* Another day than the list's may be stated, but none before the placement until now. */
	p = list_of(LIST
		    "E-1,,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,V2,28/02/2026,U6,Essex\n" ZOE_ROW ROWAN_ROW);
	struct weekly_choice w = choice(&p, "E-1", "moved", "01/01/2026", "accepted");
	assert_rc(RC_BAD_INPUT, weekly_answer(app, &admin, &w, &err));
	w.at = STR("2026-03-03"); /* tomorrow */
	assert_rc(RC_BAD_INPUT, weekly_answer(app, &admin, &w, &err));
	w.at = STR("2026-02-27");
	assert_ok(weekly_answer(app, &admin, &w, &err));
	assert_int_equal(page(person(ESSEX "/E-1")).head.placement->from, day_of(2026, 2, 27));
}

static void legal_status(void **state)
{
	(void)state;
	struct weekly_page p = list_of(
	    LIST "E-1,,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,C1,06/01/2026,U6,Essex\n" ZOE_ROW ROWAN_ROW);
	assert_told("legal E-1; ", &p); /* since when is not told */
	struct weekly_choice c = choice(&p, "E-1", "legal", "", "accepted");
	assert_rc(RC_BAD_INPUT, weekly_answer(app, &admin, &c, &err));
	assert_words("State the day");
	accept(&p, "E-1", "legal", "25/02/2026");
	struct child_page page_of = page(person(ESSEX "/E-1"));
	assert_str("interim care order", page_of.head.legal_status);
	p = see(p.list.id);
	assert_told("", &p);
}

static void left_care(void **state)
{
	(void)state;
	list_of(BOTH);
	at("2026-03-09T10:00:00Z");
	struct weekly_page p = list_of(LIST WREN_ROW ROWAN_ROW);
	assert_told("left E-2; ", &p);
	assert_true(strstr(arena_str(&arena, p.items[0].proposals[0].p.list_says).p,
			   "On the list of 2 March 2026, not on that of 9 March 2026") != NULL);
	struct weekly_choice c = choice(&p, "E-2", "left", "", "accepted");
	assert_rc(RC_BAD_INPUT, weekly_answer(app, &admin, &c, &err)); /* no day */
	c.at = STR("2026-02-01");
	assert_rc(RC_BAD_INPUT, weekly_answer(app, &admin, &c, &err)); /* before she came */
	c.at = STR("2026-03-05");
	c.code = STR("E99");
	assert_rc(RC_BAD_INPUT, weekly_answer(app, &admin, &c, &err));
	c.code = STR("E4A");
	assert_ok(weekly_answer(app, &admin, &c, &err));
	struct child_page page_of = page(person(ESSEX "/E-2"));
	assert_null(page_of.head.care);
	assert_null(page_of.head.placement);
	p = see(p.list.id);
	assert_told("", &p);
	/* Still listed a week later: the end is asked about, and may be taken back. */
	at("2026-03-16T10:00:00Z");
	p = list_of(BOTH);
	assert_told("still E-2; ", &p);
	accept(&p, "E-2", "still", "");
	assert_non_null(page(person(ESSEX "/E-2")).head.care);
	p = see(p.list.id);
	assert_told("moved E-2 sure; ", &p); /* the placement had been ended too */
}

static void came_back(void **state)
{
	(void)state;
	list_of(BOTH);
	at("2026-03-09T10:00:00Z");
	struct weekly_page p = list_of(LIST WREN_ROW ROWAN_ROW);
	accept(&p, "E-2", "left", "05/03/2026");
	at("2026-03-16T10:00:00Z");
	p = list_of(LIST WREN_ROW ROWAN_ROW "E-2,,Zoe,OFern,02/02/2020,F,12/03/2026,V2,12/03/2026,U6,Essex\n");
	assert_told("back E-2 sure; ", &p);
	accept(&p, "E-2", "back", "");
	struct child_page c = page(person(ESSEX "/E-2"));
	assert_int_equal(c.head.care->from, day_of(2026, 3, 12));
	assert_str("section 20, single period", c.head.legal_status);
	p = see(p.list.id);
	assert_told("", &p);
}

static void details(void **state)
{
	(void)state;
	struct weekly_page p =
	    list_of(LIST WREN_ROW "E-2,9990002002,Zoe,OFern,02/02/2020,F,10/02/2026,C2,10/02/2026,U6,Thurrock\n"
				  "E-3,,Rowan,Reed,06/05/2015,M,12/01/2026,C2,12/01/2026,U6,Essex\n");
	assert_told("details E-2 sure; details E-3; ",
		    &p); /* a number that was missing; a name and a birth that differ */
	accept(&p, "E-2", "details", "");
	accept(&p, "E-3", "details", "");
	struct child_page zoe = page(person(ESSEX "/E-2")), rowan = page(person(ESSEX "/E-3"));
	assert_str("Zo\u00eb", zoe.head.given); /* an accent is not lost to a list without */
	assert_str("O\u2019Fern", zoe.head.family);
	assert_str("9990002002", zoe.head.nhs_number);
	assert_str("Reed", rowan.head.family);
	assert_int_equal(rowan.head.born, day_of(2015, 5, 6));
	p = see(p.list.id);
	assert_told("", &p);
	load(); /* the tables of before do not turn it back */
	assert_str("Reed", page(person(ESSEX "/E-3")).head.family);
	assert_clean();
}

static void start_and_placement_corrected(void **state)
{
	(void)state;
	struct weekly_page p = list_of(
	    LIST "E-1,,Wren,Brambleby-Example,14/03/2016,F,05/01/2026,V2,06/01/2026,U4,Essex\n" ZOE_ROW ROWAN_ROW);
	assert_told("start E-1; placement E-1; ", &p);
	accept(&p, "E-1", "start", "");
	p = see(p.list.id);
	assert_told("placement E-1; ", &p);
	accept(&p, "E-1", "placement", "");
	struct child_page c = page(person(ESSEX "/E-1"));
	assert_int_equal(c.head.care->from, day_of(2026, 1, 5));
	assert_str("PL1", c.head.placement->ref); /* the same placement, corrected */
	assert_int_equal(c.head.placement->from, day_of(2026, 1, 6));
	p = see(p.list.id);
	assert_told("", &p);
}

static void another_child_under_the_number(void **state)
{
	(void)state;
	struct weekly_page p =
	    list_of(LIST WREN_ROW ZOE_ROW "E-3,,Ash,Heather,01/01/2012,F,12/01/2026,V2,01/03/2026,K2,Essex\n");
	assert_told("details E-3; ", &p); /* nothing of care is proposed until that is settled */
	assert_true(str_starts(p.items[0].proposals[0].p.doubt, "So much differs"));
}

/* ---- answers ---- */

static void not_now_and_rejected(void **state)
{
	(void)state;
	const char *text =
	    LIST "E-1,,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,C1,20/02/2026,K2,Thurrock\n" ZOE_ROW ROWAN_ROW;
	struct weekly_page p = list_of(text);
	assert_told("legal E-1; moved E-1 sure; ", &p);
	struct weekly_choice c = choice(&p, "E-1", "moved", "", "not-now");
	assert_ok(weekly_answer(app, &admin, &c, &err));
	c = choice(&p, "E-1", "legal", "", "rejected");
	c.why = STR("");
	assert_rc(RC_BAD_INPUT, weekly_answer(app, &admin, &c, &err));
	c.why = STR("The council took it back by telephone");
	assert_ok(weekly_answer(app, &admin, &c, &err));
	p = see(p.list.id);
	assert_told("moved E-1 sure later; ", &p);
	assert_int_equal(p.sure, 0);
	int64_t accepted = -1, told_n = -1;
	assert_ok(weekly_accept_sure(app, &admin, p.list.id, NULL, 0, &accepted, &told_n, &err));
	assert_int_equal(accepted, 0);
	at("2026-03-09T10:00:00Z"); /* next week: put off comes again, rejected does not */
	p = list_of(text);
	assert_told("moved E-1 sure; ", &p);
}

static void many_at_once(void **state)
{
	(void)state;
	struct weekly_page p = list_of(
	    LIST "E-1,,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,C1,20/02/2026,K2,Thurrock\n" ZOE_ROW ROWAN_ROW
		 "E-9,,Lark,Thistle-Example,01/05/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock\n");
	assert_told("new E-9 sure; legal E-1; moved E-1 sure; ", &p);
	int64_t accepted = 0, told_n = 0;
	struct str keys[] = { STR("row-2"), STR("row-77") };
	assert_ok(weekly_accept_sure(app, &admin, p.list.id, keys, 2, &accepted, &told_n, &err));
	assert_int_equal(accepted, 1);
	assert_int_equal(told_n, 1); /* what is not there is told */
	assert_ok(weekly_accept_sure(app, &admin, p.list.id, NULL, 0, &accepted, &told_n, &err));
	assert_int_equal(accepted, 1);
	assert_int_equal(told_n, 0);
	p = see(p.list.id);
	assert_told("legal E-1; ", &p);
	assert_clean();
}

static void the_second_of_two_is_told(void **state)
{
	(void)state;
	struct weekly_page p = list_of(
	    LIST "E-1,,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,V2,20/02/2026,K2,Thurrock\n" ZOE_ROW ROWAN_ROW
		 "E-9,,Lark,Thistle-Example,01/05/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock\n");
	struct weekly_choice moved_c = choice(&p, "E-1", "moved", "", "accepted"),
			     new_c = choice(&p, "E-9", "new", "", "accepted");
	assert_ok(weekly_answer(app, &second, &moved_c, &err));
	assert_ok(weekly_answer(app, &second, &new_c, &err));
	struct stamp before = stamp();
	assert_rc(RC_CONFLICT, weekly_answer(app, &admin, &moved_c, &err));
	assert_words("meanwhile");
	assert_rc(RC_CONFLICT, weekly_answer(app, &admin, &new_c, &err));
	assert_same_stamp(before);
	struct weekly_choice forged = moved_c;
	forged.content = STR("moved/2026-02-21/K2/E06000034");
	assert_rc(RC_CONFLICT, weekly_answer(app, &admin, &forged, &err));
}

/* Four people answer the same two proposals at the same moment. */
struct person_at_work {
	pthread_t thread;
	struct weekly_choice c[2];
	int done, told;
	const char *trouble;
};

static void *answer_both(void *arg)
{
	struct person_at_work *p = arg;
	struct app *mine = app_hold(app);
	struct err e = { .rc = RC_OK };
	for (int i = 0; i < 2; i++) {
		enum rc rc = weekly_answer(mine, &admin, &p->c[i], &e);
		p->done += rc == RC_OK;
		p->told += rc == RC_CONFLICT;
		if (rc != RC_OK && rc != RC_CONFLICT)
			p->trouble = rc_name(rc);
	}
	app_close(mine);
	return NULL;
}

static void four_at_once(void **state)
{
	(void)state;
	struct weekly_page p = list_of(
	    LIST "E-1,,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,V2,20/02/2026,K2,Thurrock\n" ZOE_ROW ROWAN_ROW
		 "E-9,,Lark,Thistle-Example,01/05/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock\n");
	struct person_at_work people[4] = { 0 };
	int done = 0, told_n = 0;
	for (size_t i = 0; i < COUNT_OF(people); i++) {
		people[i].c[i % 2] = choice(&p, "E-1", "moved", "", "accepted");
		people[i].c[1 - i % 2] = choice(&p, "E-9", "new", "", "accepted");
		assert_int_equal(pthread_create(&people[i].thread, NULL, answer_both, &people[i]), 0);
	}
	for (size_t i = 0; i < COUNT_OF(people); i++) {
		pthread_join(people[i].thread, NULL);
		if (people[i].trouble)
			fail_msg("%s", people[i].trouble);
		done += people[i].done;
		told_n += people[i].told;
	}
	assert_int_equal(done, 2);
	assert_int_equal(told_n, 6);
	assert_int_equal(rows_of("person"), 5);
	assert_clean();
}

/* ---- lists that say less ---- */

static void a_partial_list_says_nothing_of_who_is_absent(void **state)
{
	(void)state;
	struct weekly_page p;
	list_of(BOTH);
	at("2026-03-09T10:00:00Z");
	assert_ok(try_list(&admin, LIST WREN_ROW, NULL, true, false, false, &p));
	assert_told("", &p);
	assert_false(p.list.asked);
}

static void a_short_list_is_stopped(void **state)
{
	(void)state;
	struct buf b AUTO(buf_release);
	buf_init(&b, 8192);
	buf_puts(&b, BOTH);
	for (int i = 0; i < 6; i++)
		buf_printf(&b, "E-2%d,,Lark,Sedge-%d,0%d/05/2018,F,23/02/2026,C2,23/02/2026,U6,Essex\n", i, i, i + 1);
	struct weekly_page p = list_of(b.p);
	int64_t accepted, told_n;
	assert_ok(weekly_accept_sure(app, &admin, p.list.id, NULL, 0, &accepted, &told_n, &err));
	assert_int_equal(accepted, 6);
	at("2026-03-09T10:00:00Z");
	struct stamp before = stamp();
	p = list_of(BOTH); /* 6 of 9 are missing */
	assert_true(p.list.asked);
	assert_int_equal(p.list.missing, 6);
	assert_int_equal(p.list.expected, 9);
	assert_int_equal(p.n, 0);
	struct weekly_choice c = { .list = p.list.id,
				   .key = STR("row-2"),
				   .kind = STR("left"),
				   .content = STR("x"),
				   .answer = STR("accepted") };
	assert_rc(RC_CONFLICT, weekly_answer(app, &admin, &c, &err));
	assert_same_stamp(before);
	assert_ok(weekly_confirm(app, &admin, p.list.id, WEEKLY_IS_WHOLE, &err));
	assert_rc(RC_CONFLICT, weekly_confirm(app, &admin, p.list.id, WEEKLY_IS_PARTIAL, &err));
	p = see(p.list.id);
	assert_int_equal(p.doubtful, 6);
	/* Set aside, it is as if it had not come. */
	assert_ok(weekly_confirm(app, &admin, p.list.id, WEEKLY_IS_WRONG, &err));
	p = see(p.list.id);
	assert_int_equal(p.n, 0);
}

static void a_late_list_speaks_of_its_own_day(void **state)
{
	(void)state;
	struct weekly_page p = list_of(
	    LIST "E-1,,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,V2,20/02/2026,K2,Thurrock\n" ZOE_ROW ROWAN_ROW);
	accept(&p, "E-1", "moved", "");
	struct weekly_page late;
	/* Two weeks old: Wren had not moved, nor was Zoë there; that is no news. */
	assert_ok(try_list(&admin, LIST WREN_ROW ROWAN_ROW, "16/02/2026", false, true, false, &late));
	assert_int_equal(late.list.after, day_of(2026, 3, 2));
	assert_told("", &late);
	assert_int_equal(late.superseded, 2);
}

static void kept_back_is_still_listed(void **state)
{
	(void)state;
	list_of(BOTH);
	at("2026-03-09T10:00:00Z");
	struct weekly_page p =
	    list_of(LIST WREN_ROW "E-2,,Zoe,OFern,31/02/2020,F,10/02/2026,C2,10/02/2026,U6,Thurrock\n"
				  "E-3,,Rowan,Sedge,05/06/2015,M,12/01/2026,C2,01/01/2026,U6,Essex\n");
	assert_told("", &p); /* a row that cannot be believed says that the child is there */
	assert_int_equal(p.list.rows_kept_back, 2);
	assert_int_equal(p.n_findings, 2);
	p = list_of(LIST WREN_ROW ",,Zoe,OFern,02/02/2020,F,10/02/2026,C2,10/02/2026,U6,Thurrock\n" ROWAN_ROW);
	assert_true(p.list.unsure);
	assert_told("", &p); /* whose row it was cannot be told: nobody left */
	p = list_of(LIST WREN_ROW WREN_ROW ZOE_ROW "E-3,,Rowan,Sedge,05/06/2015,M,12/01/2026,C2,12/01/2026,U6,Essex\n"
						   "E-3,,Linnet,Teal,05/06/2010,M,12/01/2026,C2,12/01/2026,U6,Essex\n");
	assert_told("", &p);
	assert_int_equal(p.list.rows_kept_back, 2);
}

static void dates_that_cannot_be(void **state)
{
	(void)state;
	struct weekly_page p =
	    list_of(BOTH "E-10,,Lark,Teal,01/05/2018,F,03/03/2026,C2,03/03/2026,U6,Essex\n"    /* tomorrow */
			 "E-11,,Lark,Dunnock,01/05/2018,F,01/04/2018,C2,01/04/2018,U6,Essex\n" /* before birth */
			 "E-12,,Lark,Siskin,01/05/2018,F,01/02/2026,C2,01/01/2026,U6,Essex\n"  /* before care */
			 "E-13,,Lark,Wheatear,01/05/2027,F,01/02/2026,C2,01/02/2026,U6,Essex\n");
	assert_told("", &p);
	assert_int_equal(p.list.rows_kept_back, 4);
}

/* ---- who is it? ---- */

static void a_new_number_of_a_known_child(void **state)
{
	(void)state;
	/* Wren comes with another number of the same council; and, by the way, is not on it with the old one. */
	struct weekly_page p = list_of(
	    LIST "E-77,999 000 1006,Wren,Brambleby,14/03/2016,F,06/01/2026,V2,06/01/2026,U6,Essex\n" ZOE_ROW ROWAN_ROW);
	assert_told("who E-77 1; left E-1; ", &p);
	const struct match_candidate *c = &p.items[0].candidates[0];
	int64_t wren = person(ESSEX "/E-1");
	assert_int_equal(c->record.person, wren);
	struct str key = p.items[0].key;
	assert_ok(weekly_match(app, &admin, p.list.id, key, wren, STR("cannot-tell"), STR(""), &err));
	p = see(p.list.id);
	assert_told("who E-77 1 waiting; left E-1; ", &p);
	assert_rc(RC_BAD_INPUT, weekly_match(app, &admin, p.list.id, key, wren, STR("same"), STR(" "), &err));
	assert_rc(RC_CONFLICT,
		  weekly_match(app, &admin, p.list.id, key, person(ESSEX "/E-2"), STR("same"), STR("x"), &err));
	struct stamp before = stamp();
	assert_ok(
	    weekly_match(app, &admin, p.list.id, key, wren, STR("same"), STR("The council gave a new number"), &err));
	assert_clean();
	p = see(p.list.id);
	assert_told("", &p); /* one child, who is on the list */
	assert_int_equal(person(ESSEX "/E-77"), wren);
	assert_int_equal(page(wren).head.care->from, day_of(2026, 1, 6));
	/* And undone: both as they were. */
	int64_t other = number("SELECT id AS n FROM person WHERE ref = 'E-77'");
	assert_ok(match_pair_answer(app, &admin, wren, other, STR("undo"), STR("Another child"), &err));
	assert_clean();
	struct stamp after = stamp();
	assert_int_equal(after.work, before.work);
	assert_int_equal(after.sum, before.sum);
	p = see(p.list.id);
	assert_told("came E-77 sure; left E-1; ", &p);
}

static void different_is_not_asked_again(void **state)
{
	(void)state;
	struct weekly_page p = list_of(BOTH "E-77,,Wren,Sedge,14/03/2016,F,23/02/2026,V2,23/02/2026,U6,Essex\n");
	assert_told("new E-77 sure; ", &p); /* Wren is on the list under her own number */
	p = list_of(LIST "E-77,,Wren,Brambleby,14/03/2016,F,23/02/2026,V2,23/02/2026,U6,Essex\n" ZOE_ROW ROWAN_ROW);
	assert_told("who E-77 1; left E-1; ", &p);
	assert_ok(weekly_match(app, &admin, p.list.id, p.items[0].key, person(ESSEX "/E-1"), STR("different"),
			       STR("A cousin of the same name, says the council"), &err));
	p = see(p.list.id);
	assert_told("new E-77 sure; left E-1; ", &p);
	assert_int_equal(rows_of("person"), 4);
}

static void a_number_in_other_capitals_is_asked_about(void **state)
{
	(void)state;
	const char *wren = "e-1,9990001006,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,C2,06/01/2026,U6,Essex\n",
		   *twice = "E-7b,,Ash,Heath-Example,03/05/2013,M,23/02/2026,C2,23/02/2026,U6,Essex\n"
			    "e-7B,,Ash,Heath-Example,03/05/2013,M,23/02/2026,C2,23/02/2026,U6,Essex\n";
	struct stamp before = stamp();
	struct weekly_page p = list_of(arena_printf(&arena, LIST "%s" ZOE_ROW ROWAN_ROW "%s", wren, twice).p);
	assert_told("alike e-1; alike E-7b; alike e-7B; ", &p); /* none is new, and Wren has not left */
	assert_int_equal(p.list.missing, 0);
	assert_int_equal(p.who, 3);
	assert_non_null(strstr(p.items[0].alike.p, "differs from E-1, which is on record, in small and capital"));
	assert_non_null(strstr(p.items[1].alike.p, "differs from e-7B, which is on this list too, in small"));
	struct weekly_child_page cp;
	assert_ok(weekly_child(app, &admin, p.list.id, p.items[0].key, NULL, &arena, &cp, &err));
	assert_null(cp.chosen);
	assert_int_equal(cp.item.person, person(ESSEX "/E-1"));
	assert_rc(RC_CONFLICT, weekly_match(app, &admin, p.list.id, p.items[0].key, person(ESSEX "/E-1"), STR("same"),
					    STR("x"), &err));
	assert_int_equal(stamp().persons, before.persons);
	assert_int_equal(stamp().events, before.events);
	/* The next list, written as the record has it, is compared as ever. */
	at("2026-03-09T10:00:00Z");
	p = list_of(BOTH "E-7B,,Ash,Heath-Example,03/05/2013,M,23/02/2026,C2,23/02/2026,U6,Essex\n");
	assert_told("new E-7B; ", &p);
	/* Beside the number as it is on record: that row is compared, the other asks. */
	p = list_of(arena_printf(&arena, BOTH "%s", wren).p);
	assert_told("alike e-1; ", &p);
}

static void nothing_is_said_of_who_has_it_in_other_capitals(void **state)
{
	(void)state;
	two_parts(
	    "periods_of_care.csv", CARE,
	    "Essex,E-1,P1,06/01/2026,V2,,01/03/2026,E11\nEssex,E-2,P1,10/02/2026,C2,,,\nEssex,E-3,P1,12/01/2026,C2,,,\n"
	    "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load(); /* adopted: closed */
	struct weekly_page p =
	    list_of(LIST "e-1,,Ash,Heath-Example,03/05/2013,M,23/02/2026,C2,23/02/2026,U6,Essex\n" ZOE_ROW ROWAN_ROW);
	assert_told("blocked e-1; ", &p);
	assert_int_equal(p.items[0].alike.n, 0);
}

static void twins_are_two(void **state)
{
	(void)state;
	struct weekly_page p =
	    list_of(BOTH "E-80,,Linnet,Brambleby-Example,14/03/2016,F,06/02/2026,V2,06/02/2026,U6,Essex\n"
			 "E-81,,Lark,Sedge,05/06/2015,M,06/02/2026,V2,06/02/2026,U6,Essex\n");
	for (size_t i = 0; i < p.n; i++)
		assert_int_equal(p.items[i].n_candidates, 0);
	assert_int_equal(p.n, 2);
}

static void an_adopted_child_is_nobodys_candidate(void **state)
{
	(void)state;
	two_parts(
	    "periods_of_care.csv", CARE,
	    "Essex,E-1,P1,06/01/2026,V2,,01/03/2026,E11\nEssex,E-2,P1,10/02/2026,C2,,,\nEssex,E-3,P1,12/01/2026,C2,,,\n"
	    "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load();
	/* The same NHS number, name and birth: a new life, or the old record. Neither is shown with the other. */
	struct weekly_page p = list_of(
	    LIST "E-90,9990001006,Wren,Brambleby-Example,14/03/2016,F,02/03/2026,V2,02/03/2026,U6,Essex\n" ZOE_ROW
		ROWAN_ROW);
	assert_told("new E-90 sure; ", &p);
	accept(&p, "E-90", "new", "");
	int64_t old = number("SELECT id AS n FROM person WHERE ref = 'E-1'"), now = person(ESSEX "/E-90");
	assert_true(old != now);
	const struct match_pair *pairs;
	size_t n;
	assert_ok(match_pairs(app, &admin, 100, &arena, &pairs, &n, &err));
	assert_int_equal(n, 0);
	struct match_pair one;
	assert_rc(RC_NOT_FOUND, match_pair_see(app, &admin, old, now, &arena, &one, &err));
	assert_rc(RC_NOT_FOUND, match_pair_answer(app, &admin, old, now, STR("same"), STR("x"), &err));
	/* The old number on a list: said to be closed, and nothing of it is shown. */
	p = list_of(LIST WREN_ROW ZOE_ROW ROWAN_ROW
		    "E-90,,Wren,Brambleby-Example,14/03/2016,F,02/03/2026,V2,02/03/2026,U6,Essex\n");
	assert_told("blocked E-1; ", &p);
	assert_int_equal(p.items[0].n, 0);
}

static void pairs_within_the_record(void **state)
{
	(void)state;
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%s%s%s", WREN, ZOE, LUKASZ, "Essex,E-3,,Rowan,Sedge,05/06/2015,M,,,\n",
			       "Southend-on-Sea,S-9,9990001006,Wren,Brambleby,14/03/2016,F,,,\n")
		      .p);
	load();
	const struct match_pair *pairs;
	size_t n;
	int64_t wren = person(ESSEX "/E-1"), other = person(SOUTHEND "/S-9");
	assert_ok(match_pairs(app, &admin, 100, &arena, &pairs, &n, &err));
	assert_int_equal(n, 1);
	assert_true(pairs[0].result.offered);
	/* A council's administrator sees one of the two: nothing is said. */
	struct viewer council = viewer(ROLE_ADMINISTRATOR, ESSEX);
	assert_ok(match_pairs(app, &council, 100, &arena, &pairs, &n, &err));
	assert_int_equal(n, 0);
	assert_int_equal(/* a list that names children is a look; one that names nobody is none */
			 number("SELECT count(*) AS n FROM audit WHERE act = 'looked' AND what = 'records that may be "
				"one child'"),
			 1);
	struct match_pair one;
	assert_rc(RC_NOT_FOUND, match_pair_see(app, &council, wren, other, &arena, &one, &err));
	assert_string_equal(err.text, "There is no such child here.");
	assert_rc(RC_NOT_FOUND, match_pair_answer(app, &council, wren, other, STR("different"), STR("x"), &err));
	assert_rc(RC_NOT_FOUND, match_pair_answer(app, &council, wren, other, STR("same"), STR("x"), &err));
	assert_int_equal(rows_of("match_answer"), 0);
	assert_ok(match_pair_answer(app, &admin, wren, other, STR("same"), STR("Southend says so"), &err));
	assert_clean();
	assert_ok(match_pairs(app, &admin, 100, &arena, &pairs, &n, &err));
	assert_int_equal(n, 1);
	assert_true(pairs[0].joined);
	assert_ok(match_pair_answer(app, &admin, wren, other, STR("undo"), STR("Southend was wrong"), &err));
	assert_ok(match_pairs(app, &admin, 100, &arena, &pairs, &n, &err));
	assert_int_equal(n, 0); /* undone: not asked again */
	assert_clean();
}

/* ---- who may ---- */

static void who_may(void **state)
{
	(void)state;
	struct weekly_page p;
	struct viewer nurse = viewer(ROLE_NURSE, TEAM), governance = viewer(ROLE_GOVERNANCE, TEAM);
	assert_rc(RC_REFUSED, try_list(&nurse, BOTH, NULL, false, false, false, &p));
	assert_rc(RC_REFUSED, try_list(&governance, BOTH, NULL, false, false, false, &p));
	p = list_of(BOTH "E-9,,Lark,Thistle-Example,01/05/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock\n");
	struct viewer trust = viewer(ROLE_ADMINISTRATOR, TRUST);
	struct weekly_page q;
	assert_rc(RC_NOT_FOUND, weekly_see(app, &trust, p.list.id, &arena, &q, &err));
	struct weekly_choice c = choice(&p, "E-9", "new", "", "accepted");
	assert_rc(RC_NOT_FOUND, weekly_answer(app, &trust, &c, &err));
	assert_rc(RC_REFUSED, weekly_answer(app, &nurse, &c, &err));
	assert_rc(RC_NOT_FOUND, weekly_confirm(app, &trust, p.list.id, WEEKLY_IS_WRONG, &err));
	assert_rc(RC_NOT_FOUND, weekly_match(app, &trust, p.list.id, STR("row-2"), person(ESSEX "/E-1"), STR("same"),
					     STR("x"), &err));
	const struct weekly_summary *lists;
	size_t n;
	assert_ok(weekly_lists(app, &trust, 10, &arena, &lists, &n, &err));
	assert_int_equal(n, 0);
	/* A provider that loads a council's list: only whom it knows; the others are not its business, nor kept. */
	assert_ok(try_list(&trust, LIST WREN_ROW ZOE_ROW "E-44,9990001006,Wren,Brambleby,14/03/2016,F,,,,,\n", NULL,
			   false, true, false, &q));
	assert_int_equal(q.list.rows_elsewhere, 2);
	assert_told("", &q);
	assert_int_equal(number("SELECT count(*) AS n FROM weekly_row WHERE list = %lld", (long long)q.list.id), 1);
}

static void no_candidate_beyond_the_circle(void **state)
{
	(void)state;
	/* A council's own administrator: Southend's child with the same NHS number is not hinted at. */
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%s%s%s", WREN, ZOE, LUKASZ, "Essex,E-3,,Rowan,Sedge,05/06/2015,M,,,\n",
			       "Southend-on-Sea,S-9,9990009996,Teal,Dunnock,01/02/2014,M,,,\n")
		      .p);
	load();
	struct viewer council = viewer(ROLE_ADMINISTRATOR, ESSEX);
	const char *text = BOTH "E-50,9990009996,Teal,Dunnock,01/02/2014,M,23/02/2026,C2,23/02/2026,U6,Essex\n";
	struct weekly_page p;
	assert_ok(try_list(&council, text, NULL, false, false, false, &p));
	assert_told("new E-50 sure; ", &p);
	assert_ok(try_list(&admin, text, NULL, false, false, false, &p));
	assert_told("who E-50 1; ", &p);
}

/* How many are in care by the record is a count too: of those who are the viewer's. */
static void no_count_beyond_the_circle(void **state)
{
	(void)state;
	struct viewer stranger = viewer(ROLE_ADMINISTRATOR, "RRP"), council = viewer(ROLE_ADMINISTRATOR, ESSEX);
	struct weekly_page p;
	assert_ok(
	    try_list(&stranger, LIST "E-99,,Lark,Thistle-Example,01/05/2018,F,,,,,\n", NULL, false, false, true, &p));
	assert_int_equal(p.list.expected, 0);
	assert_int_equal(p.list.missing, 0);
	assert_false(p.list.asked);
	assert_ok(try_list(&council, LIST WREN_ROW, NULL, false, false, true, &p));
	assert_int_equal(p.list.expected, 3);
	assert_int_equal(p.list.missing, 2);
}

/* A number of ours whose record was joined to another council's, and whose circle we have left. */
static void no_child_beyond_the_circle(void **state)
{
	(void)state;
	struct viewer council = viewer(ROLE_ADMINISTRATOR, ESSEX);
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%s%s%s", WREN, ZOE, LUKASZ, "Essex,E-3,,Rowan,Sedge,05/06/2015,M,,,\n",
			       "Essex,E-60,9990009996,Teal,Dunnock,01/02/2014,M,,,\n"
			       "Southend-on-Sea,S-60,9990009996,Teal,Dunnock,01/02/2014,M,,,\n")
		      .p);
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\nEssex,E-3,P1,12/01/2026,C2,,,\n"
		  "Essex,E-60,P1,06/01/2020,C2,,06/01/2021,E3\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\nSouthend-on-Sea,S-60,P1,06/01/2021,C2,,,\n");
	load();
	int64_t there = person(SOUTHEND "/S-60"), main = 0;
	struct viewer v = app_operator(app);
	assert_ok(join_records(app, &v, there, person(ESSEX "/E-60"), STR("The councils say so"), &main, &err));
	assert_int_equal(main, there);
	struct weekly_page p;
	const char *text = BOTH "E-60,,Teal,Dunnock,01/02/2014,M,23/02/2026,C2,23/02/2026,U6,Essex\n";
	assert_ok(try_list(&council, text, NULL, false, false, false, &p));
	assert_told("blocked E-60; ", &p);
	struct weekly_child_page cp;
	assert_ok(weekly_child(app, &council, p.list.id, p.items[0].key, NULL, &arena, &cp, &err));
	assert_int_equal(cp.item.person, 0);
	assert_null(cp.chosen);
	/* The health team serves both, and sees the child. */
	assert_ok(try_list(&admin, text, NULL, false, false, false, &p));
	assert_told("start E-60; moved E-60 sure; ", &p);
}

/* ---- trying, hostile ---- */

static void trying_writes_nothing(void **state)
{
	(void)state;
	struct weekly_page p;
	struct stamp before = stamp();
	assert_ok(try_list(
	    &admin, LIST "E-1,,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,V2,20/02/2026,K2,Thurrock\n" ROWAN_ROW,
	    NULL, false, true, true, &p));
	assert_told("moved E-1 sure; left E-2; ", &p);
	assert_int_equal(rows_of("weekly_list"), 0);
	assert_same_stamp(before);
}

static void hostile_lists(void **state)
{
	(void)state;
	struct weekly_page p;
	static const char *const bad[] = { "",
					   "\n\n",
					   "Person ID,DOB\n",
					   "DOB\n01/01/2020\n",
					   "Person ID,Person ID,DOB\n1,2,01/01/2020\n",
					   "Person ID,DOB\n\"open,01/01/2020\n",
					   "PK\x03\x04 not a table\n",
					   "Person ID,DOB\n\xff\xfe,01/01/2020\n",
					   "<html><body>No</body></html>\n" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		enum rc rc = try_list(&admin, bad[i], NULL, false, false, false, &p);
		if (rc != RC_BAD_INPUT && rc != RC_LIMIT)
			fail_msg("list %zu: %s", i, rc_name(rc));
		assert_true(err.text[0] != '\0');
	}
	assert_int_equal(rows_of("weekly_list"), 0);
	assert_rc(RC_BAD_INPUT, try_list(&admin, BOTH, "03/03/2026", false, false, false, &p)); /* tomorrow */
	assert_rc(RC_BAD_INPUT, try_list(&admin, BOTH, "03/03/2016", false, false, false, &p));
	/* Formulas, long names, quotes and markup are only text. */
	p = list_of(
	    BOTH "=1+1,,\"<script>alert(1)</script>\",\"O'\"\"Brien\",01/05/2018,F,23/02/2026,C2,23/02/2026,U6,Essex\n"
		 "\"a/b\",,x,y,01/05/2017,F,23/02/2026,C2,23/02/2026,U6,Essex\n");
	assert_int_equal(p.n, 2);
	int64_t accepted, told_n;
	assert_ok(weekly_accept_sure(app, &admin, p.list.id, NULL, 0, &accepted, &told_n, &err));
	assert_int_equal(accepted, 2);
}

/* ---- told by a list and by the tables ---- */

static void tables_of_lark(const char *care, const char *placement)
{
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena,
			       "%s%s%sEssex,E-3,,Rowan,Sedge,05/06/2015,M,,,\n"
			       "Essex,E-9,9990009996,Lark,Thistle-Example,01/05/2018,F,,,\n",
			       WREN, ZOE, LUKASZ)
		      .p);
	two_parts("periods_of_care.csv", CARE,
		  arena_printf(&arena,
			       "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\n"
			       "Essex,E-3,P1,12/01/2026,C2,,,\nSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n%s",
			       care)
		      .p);
	two_parts(
	    "placements.csv", PLACEMENTS,
	    arena_printf(&arena,
			 "Essex,E-1,PL1,P1,06/01/2026,U6,no,Essex,\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
			 "Essex,E-3,PL1,P1,12/01/2026,U6,no,Essex,\n"
			 "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and Dagenham,\n%s",
			 placement)
		.p);
	complete_from("01/01/2026");
	load();
}

/* The questions of the newest load, a line each: file, row, what the row says, what is asked. */
static void assert_questions(const char *wanted)
{
	const struct load_summary *all;
	struct load_summary one;
	struct buf b AUTO(buf_release);
	size_t n;
	buf_init(&b, 8192);
	assert_ok(load_list(app, &admin, 1, &arena, &all, &n, &err));
	assert_ok(load_see(app, &admin, all[0].id, 100, &arena, &one, &err));
	for (size_t i = 0; i < one.n_findings; i++) {
		const struct load_finding *f = &one.findings[i];
		if (str_is(f->rule, "told-differently"))
			buf_printf(&b, STR_FMT " %" PRId64 ": " STR_FMT " | " STR_FMT "\n", STR_ARG(f->file), f->line,
				   STR_ARG(f->found), STR_ARG(f->message));
	}
	assert_str(wanted, buf_view(&b));
}

#define LARK_ROW "E-9,9990009996,Lark,Thistle-Example,01/05/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock\n"

static void the_same_told_twice_is_one(void **state)
{
	(void)state;
	struct weekly_page p = list_of(BOTH LARK_ROW);
	accept(&p, "E-9", "new", "");
	int64_t lark = person(ESSEX "/E-9");
	/* Before the tables come, the list says that Lark moved: the end stands under its own number. */
	p = list_of(BOTH "E-9,9990009996,Lark,Thistle-Example,01/05/2018,F,23/02/2026,C2,27/02/2026,K2,Thurrock\n");
	accept(&p, "E-9", "moved", "");
	tables_of_lark("Essex,E-9,P77,23/02/2026,C2,,,\n", "Essex,E-9,PL77,P77,23/02/2026,U6,no,Thurrock,\n");
	struct child_page c = page(lark);
	assert_int_equal(standing(&c, "care-started"), 1);
	assert_int_equal(standing(&c, "placement-started"), 2); /* and the one moved to */
	assert_int_equal(standing(&c, "placement-ended"), 1);
	assert_int_equal(c.n_findings, 0);
	assert_str("P77", c.head.care->ref);
	assert_int_equal(c.head.placement->from, day_of(2026, 2, 27));
	assert_int_equal(event_on(&c, "placement-ended")->at, day_of(2026, 2, 27));
	assert_clean();
	int64_t before = rows_of("event");
	load();
	assert_int_equal(rows_of("event"), before); /* told once */
	p = see(p.list.id);
	assert_told("", &p);
	/* The tables tell the end too, and the list's is the same. */
	tables_of_lark("Essex,E-9,P77,23/02/2026,C2,,,\n", "Essex,E-9,PL77,P77,23/02/2026,U6,no,Thurrock,27/02/2026\n"
							   "Essex,E-9,PL78,P77,27/02/2026,K2,no,Thurrock,\n");
	c = page(lark);
	assert_int_equal(standing(&c, "placement-started"), 2);
	assert_int_equal(standing(&c, "placement-ended"), 1);
	assert_int_equal(c.n_findings, 0);
	assert_clean();
}

#define SAYS  "The council’s list of 2 March 2026 (weekly.csv, row 5) says of the same start: "
#define WHICH "This row says something else. Both stand in the record; which is right?\n"

static void told_differently_it_stays_two(void **state)
{
	(void)state;
	struct weekly_page p = list_of(BOTH LARK_ROW);
	accept(&p, "E-9", "new", "");
	tables_of_lark("Essex,E-9,P77,23/02/2026,V2,,,\n", "Essex,E-9,PL77,P77,23/02/2026,K2,no,Thurrock,\n");
	struct child_page c = page(person(ESSEX "/E-9"));
	assert_int_equal(standing(&c, "care-started"), 2); /* which is right, somebody must say */
	assert_int_equal(standing(&c, "placement-started"), 2);
	assert_int_equal(c.n_findings, 1);
	assert_clean();
	assert_questions("periods_of_care.csv 6: section 20, single period (V2), Essex, from 23 February 2026 | " SAYS
			 "full care order (C2), Essex, from 23 February 2026. " WHICH
			 "placements.csv 6: children's home (K2), Thurrock, from 23 February 2026 | " SAYS
			 "foster carer (U6), Thurrock, from 23 February 2026. " WHICH);
	struct load_request dry = request();
	dry.dry_run = true;
	struct load_summary s = load_as(&admin, dry);
	assert_int_equal(s.n_findings, 2); /* asked again, as long as both stand */
	assert_str("told-differently", s.findings[1].rule);
	assert_int_equal(s.findings_total, 2);
}

static void told_some_days_off_it_is_asked_once(void **state)
{
	(void)state;
	struct weekly_page p = list_of(BOTH LARK_ROW);
	accept(&p, "E-9", "new", "");
	const char *care = "Essex,E-9,P77,23/02/2026,C2,,,\n";
	tables_of_lark(care, "Essex,E-9,PL77,P77,25/02/2026,U6,no,Thurrock,\n");
	assert_questions("placements.csv 6: foster carer (U6), Thurrock, from 25 February 2026 | " SAYS
			 "foster carer (U6), Thurrock, from 23 February 2026. " WHICH);
	load(); /* nothing new: the question stands with the load in which it came up */
	assert_questions("");
	/* A move long after is another one. */
	tables_of_lark(care, "Essex,E-9,PL78,P77,10/01/2026,U6,no,Thurrock,\n");
	assert_questions("");
}

/* ---- lists of short breaks, lists by a mapping, rows that come back ---- */

static void short_breaks_do_not_leave(void **state)
{
	(void)state;
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V4,,,\nEssex,E-2,P1,10/02/2026,C2,,,\nEssex,E-3,P1,12/01/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load();
	struct weekly_page p = list_of(LIST ZOE_ROW ROWAN_ROW);
	assert_told("", &p);
	assert_int_equal(p.short_breaks, 1);
	assert_int_equal(p.list.missing, 0);
	p = list_of(LIST ZOE_ROW);
	assert_told("left E-3; ", &p); /* others still do */
}

#define OWN_MAPPING                                                                                                    \
	"mapping: essex-own\nof: weekly-list\ntitle: own\nsheets:\n  - sheet: S\n    rows: list\n    heading-row: 1\n" \
	"    columns:\n      - {heading: Ref, is: row.child_id}\n      - {heading: Born, is: list.birth_date, days: "  \
	"day-first}\n"                                                                                                 \
	"      - {heading: Since, is: list.care_start, days: day-first}\n      - {heading: Law, is: "                  \
	"list.legal_status}\n"

static enum rc by_mapping(const struct viewer *v, const char *text, bool dry, struct weekly_page *out)
{
	char path[4200];
	file("own.csv", text);
	snprintf(path, sizeof path, "%s/own.csv", tables);
	int fd = open(path, O_RDONLY);
	struct weekly_request r = { .fd = fd,
				    .name = STR("own.csv"),
				    .council = STR("Essex"),
				    .listed_on = DAY_NONE,
				    .partial = true,
				    .dry_run = dry };
	enum weekly_how how;
	enum rc rc = weekly_recognise(app, v, r.name, fd, &arena, &how, &r.mapping, &err);
	if (rc == RC_OK && how == WEEKLY_TO_MAP)
		rc = err_set(&err, RC_CONFLICT, "to map");
	if (rc == RC_OK)
		rc = weekly_load(app, v, &r, &arena, out, &err);
	close(fd);
	no_file("own.csv");
	return rc;
}

static void by_a_mapping_and_back(void **state)
{
	(void)state;
	struct weekly_page p;
	struct str name;
	static const char text[] =
	    "Ref,Born,Since,Law\nE-1,14/03/2016,16/01/2026,Section 20\nE-2,never,10/02/2026,=FCO\n";
	assert_rc(RC_CONFLICT, by_mapping(&admin, text, false, &p)); /* nobody has said what the columns are */
	assert_int_equal(rows_of("weekly_list"), 0);
	assert_ok(mappings_save(app, &admin, STR(OWN_MAPPING), &arena, &name, &err));
	assert_ok(by_mapping(&admin, text, true, &p));
	assert_int_equal(rows_of("weekly_list"), 0);
	assert_told("start E-1; ", &p);
	assert_ok(by_mapping(&admin, text, false, &p));
	assert_str("essex-own", p.list.mapping);
	assert_int_equal(p.list.rows_kept_back, 1);
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 20);
	assert_ok(weekly_kept_back(app, &admin, p.list.id, &b, &err));
	assert_string_equal(
	    b.p, "Ref,Born,Since,Law,line,problem\r\nE-2,never,10/02/2026,'=FCO,3,\"Born: This is not a date, "
		 "or there is no such day\"\r\n");
	struct viewer stranger = viewer(ROLE_ADMINISTRATOR, SOUTHEND);
	assert_rc(RC_NOT_FOUND, weekly_kept_back(app, &stranger, p.list.id, &b, &err));
	struct viewer worker = viewer(ROLE_SOCIAL_WORKER, ESSEX);
	assert_rc(RC_REFUSED, weekly_kept_back(app, &worker, p.list.id, &b, &err));
	assert_rc(RC_CONFLICT, by_mapping(&stranger, text, true, &p)); /* a mapping is its team's own */
	/* Corrected, it is read again, as a part. */
	assert_ok(
	    by_mapping(&admin, "Ref,Born,Since,Law,line,problem\nE-2,02/02/2020,10/02/2026,FCO,3,x\n", false, &p));
	assert_true(p.list.partial);
	assert_int_equal(p.list.rows_kept_back, 0);
	/* A mapping of a list and one of a workbook never share a name. */
	assert_rc(RC_BAD_INPUT,
		  mappings_save(app, &admin, STR("mapping: essex-own\ntitle: x\nsheets: []\n"), &arena, &name, &err));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, loaded, clean_after)
	const struct CMUnitTest tests[] = {
		T(the_same_is_nothing_new),
		T(came_into_care),
		T(moved),
		T(legal_status),
		T(left_care),
		T(came_back),
		T(details),
		T(start_and_placement_corrected),
		T(another_child_under_the_number),
		T(not_now_and_rejected),
		T(many_at_once),
		T(the_second_of_two_is_told),
		T(four_at_once),
		T(a_partial_list_says_nothing_of_who_is_absent),
		T(a_short_list_is_stopped),
		T(the_same_told_twice_is_one),
		T(told_some_days_off_it_is_asked_once),
		T(told_differently_it_stays_two),
		T(short_breaks_do_not_leave),
		T(by_a_mapping_and_back),
		T(a_late_list_speaks_of_its_own_day),
		T(kept_back_is_still_listed),
		T(dates_that_cannot_be),
		T(a_new_number_of_a_known_child),
		T(different_is_not_asked_again),
		T(a_number_in_other_capitals_is_asked_about),
		T(nothing_is_said_of_who_has_it_in_other_capitals),
		T(twins_are_two),
		T(an_adopted_child_is_nobodys_candidate),
		T(pairs_within_the_record),
		T(who_may),
		T(no_candidate_beyond_the_circle),
		T(no_count_beyond_the_circle),
		T(no_child_beyond_the_circle),
		T(trying_writes_nothing),
		T(hostile_lists),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
