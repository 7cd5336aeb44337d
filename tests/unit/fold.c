/* What is believed, whatever the order in which it was told. */
#include "record/fold.h"
#include "record/short_breaks.h"

#include "base/rand.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct vocab *voc;
static struct arena arena;
static struct err err;
static struct event told[64];
static size_t n_told;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return vocab_load("data", &voc, &err) == RC_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	vocab_free(voc);
	arena_release(&arena);
	return 0;
}

static int fresh(void **state)
{
	(void)state;
	n_told = 0;
	arena_reset(&arena);
	return 0;
}

static uint16_t kind(const char *id)
{
	uint16_t k = vocab_kind(voc, str_of(id));
	assert_int_not_equal(k, 0);
	return k;
}

/* Told as the n-th thing: id and instant n. */
static struct event *tell(const char *what, day_t at, const char *ref)
{
	struct event *ev = &told[n_told++];
	assert_true(n_told <= COUNT_OF(told));
	*ev = (struct event){ .id = (int64_t)n_told,
			      .person = 1,
			      .kind = kind(what),
			      .at = at,
			      .minute = MINUTE_NONE,
			      .recorded_ms = (int64_t)n_told,
			      .written_ms = (int64_t)n_told,
			      .value = INT64_MIN,
			      .end_day = DAY_NONE,
			      .ref = str_of(ref) };
	return ev;
}

static struct event *correct(const struct event *was, day_t at)
{
	struct event *ev = tell(voc->kinds[was->kind].id.p, at, "");
	ev->ref = was->ref;
	ev->code = was->code;
	ev->replaces = was->id;
	return ev;
}

static struct event *take_back(const struct event *was)
{
	struct event *ev = correct(was, was->at);
	ev->voids = true;
	return ev;
}

static struct folded fold(int64_t known)
{
	struct folded f;
	fold_events(voc, told, n_told, known, &arena, &f);
	return f;
}

static struct folded now(void)
{
	return fold(KNOWN_NOW);
}

enum { D = 20000 };

/* ---- the latest word ---- */

static void test_the_latest_word_counts(void **state)
{
	(void)state;
	struct event *first = tell("request-made", D, "R1");
	correct(first, D + 1);
	correct(&told[1], D + 2);
	struct folded f = now();
	assert_int_equal(f.child.n, 1);
	assert_int_equal(f.child.facts[0].day, D + 2);
	assert_int_equal(f.fact_event[0], 3);
	assert_int_equal(f.fact_root[0], 1); /* the identity of what it opened stays */
	assert_int_equal(fold(0).child.n, 0);
	assert_int_equal(fold(1).child.facts[0].day, D);
	assert_int_equal(fold(2).child.facts[0].day, D + 1);
	/* corrected from the first again: still one fact, the last told */
	correct(first, D + 3);
	f = now();
	assert_int_equal(f.child.n, 1);
	assert_int_equal(f.child.facts[0].day, D + 3);
}

static void test_taking_back(void **state)
{
	(void)state;
	struct event *first = tell("request-made", D, "R1");
	struct event *second = correct(first, D + 1);
	struct event *gone = take_back(second);
	assert_int_equal(now().child.n, 0);
	assert_int_equal(now().n_believed, 0);
	assert_int_equal(fold(2).child.n, 1); /* as it was known before */
	/* a taking back is corrected by a new telling: it is believed again */
	correct(gone, D + 5);
	struct folded f = now();
	assert_int_equal(f.child.n, 1);
	assert_int_equal(f.child.facts[0].day, D + 5);
	assert_int_equal(f.fact_root[0], 1);
	take_back(&told[3]);
	assert_int_equal(now().child.n, 0);
	/* what replaces something that is nowhere stands by itself */
	struct event *odd = tell("request-made", D, "R2");
	odd->replaces = 999;
	assert_int_equal(now().child.n, 1);
	odd->replaces = odd->id;
	assert_int_equal(now().child.n, 1);
}

/* History loaded later may replace what was not known at its time. */
static void test_a_chain_holds_together_whatever_was_known(void **state)
{
	(void)state;
	struct event *row = tell("request-made", D, "R1"), *page = correct(row, D + 1), *history = correct(page, D + 2);
	row->recorded_ms = 100;
	page->recorded_ms = 300;
	history->recorded_ms = 200; /* tells of an earlier time */
	assert_int_equal(fold(99).child.n, 0);
	assert_int_equal(fold(100).child.n, 1);
	assert_int_equal(fold(250).child.n, 1);
	assert_int_equal(fold(250).child.facts[0].day, D + 2);
	assert_int_equal(fold(300).child.n, 1);
	assert_int_equal(fold(300).child.facts[0].day, D + 1);
}

static void test_the_same_told_twice_is_one_fact(void **state)
{
	(void)state;
	tell("request-made", D, "R1");
	tell("request-made", D, "R1");
	struct event *third = tell("request-made", D, "R1");
	assert_int_equal(now().child.n, 1);
	assert_int_equal(now().fact_root[0], 1);
	third->minute = 600;
	assert_int_equal(now().child.n, 2);
	third->minute = MINUTE_NONE;
	third->ref = STR("R2");
	assert_int_equal(now().child.n, 2);
	third->ref = STR("R1");
	third->code = STR("initial");
	assert_int_equal(now().child.n, 2);
	take_back(&told[0]); /* the other telling stands */
	assert_int_equal(now().child.n, 2);
}

/* ---- what contradicts itself ---- */

static void assert_finding(const struct folded *f, int64_t event, const char *words)
{
	assert_int_equal(f->n_findings, 1);
	assert_int_equal(f->findings[0].event, event);
	assert_non_null(strstr(arena_str(&arena, f->findings[0].text).p, words));
}

static void test_an_end_before_its_start(void **state)
{
	(void)state;
	tell("care-started", D, "P1");
	struct event *end = tell("care-ended", D - 1, "P1");
	struct folded f = now();
	assert_finding(&f, end->id, "before its start");
	assert_int_equal(f.n_spans, 1);
	assert_int_equal(f.spans[0].to, DAY_NEVER);
	assert_int_equal(f.child.n, 1);
	correct(end, D + 10);
	f = now();
	assert_int_equal(f.n_findings, 0);
	assert_int_equal(f.spans[0].to, D + 10);
}

static void test_a_start_inside_a_period(void **state)
{
	(void)state;
	tell("care-started", D, "P1");
	struct event *inside = tell("care-started", D + 5, "P2");
	struct folded f = now();
	assert_finding(&f, inside->id, "second start of care");
	assert_int_equal(f.n_spans, 1);
	tell("care-ended", D + 5, "P1"); /* ended on that very day: one follows the other */
	f = now();
	assert_int_equal(f.n_findings, 0);
	assert_int_equal(f.n_spans, 2);
	assert_ptr_equal(folded_span(&f, kind("care-started"), D + 4), &f.spans[0]);
	assert_ptr_equal(folded_span(&f, kind("care-started"), D + 5), &f.spans[1]);
	assert_null(folded_span(&f, kind("care-started"), D - 1));
	assert_null(folded_span(&f, kind("placement-started"), D));
}

static void test_ends_alone_and_twice(void **state)
{
	(void)state;
	struct event *alone = tell("placement-ended", D, "PL1");
	struct folded f = now();
	assert_finding(&f, alone->id, "has no start");
	assert_int_equal(f.child.n, 0);
	tell("placement-started", D - 5, "PL1");
	assert_int_equal(now().n_findings, 0);
	struct event *again = tell("placement-ended", D + 3, "PL1");
	f = now();
	assert_finding(&f, again->id, "second end");
	assert_int_equal(f.spans[0].to, D);
}

static void test_details(void **state)
{
	(void)state;
	struct event *first = tell("person-details", DAY_NONE, "");
	first->end_day = D - 4000;
	struct event *second = tell("person-details", DAY_NONE, "");
	second->end_day = D - 3000;
	tell("person-died", D, "");
	struct folded f = now();
	assert_ptr_equal(f.details, second);
	assert_int_equal(f.child.born, D - 3000);
	assert_int_equal(f.child.died, D);
	assert_int_equal(fold(1).child.born, D - 4000);
	assert_int_equal(fold(1).child.died, DAY_NONE);
	take_back(second);
	assert_ptr_equal(now().details, first);
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		assert_int_equal(f.child.covered[i], DAY_NONE);
	fold_events(voc, NULL, 0, KNOWN_NOW, &arena, &f);
	assert_int_equal(f.child.n + f.n_spans + f.n_findings + f.n_believed, 0);
	assert_int_equal(f.child.born, DAY_NONE);
}

/* ---- any history, in any order ---- */

static const char *const kinds[] = { "care-started",	  "care-ended",		"legal-status-changed",
				     "placement-started", "placement-ended",	"health-notified",
				     "request-made",	  "appointment-booked", "referral-received",
				     "contact-made" };

static void tell_anything(struct rand *r)
{
	static const char *const refs[] = { "A", "B", "C" };
	static const int minutes[] = { MINUTE_NONE, 0, 600 };
	size_t n = (size_t)rand_int(r, 1, 40);
	n_told = 0;
	for (size_t i = 0; i < n; i++) {
		struct event *ev;
		const struct event *was = n_told ? &told[rand_int(r, 0, (int64_t)n_told - 1)] : NULL;
		if (was && rand_chance(r, 0.25))
			ev = rand_chance(r, 0.4) ? take_back(was) : correct(was, D + (day_t)rand_int(r, 0, 12));
		else
			ev = tell(kinds[rand_int(r, 0, COUNT_OF(kinds) - 1)], D + (day_t)rand_int(r, 0, 12),
				  refs[rand_int(r, 0, 2)]);
		ev->minute = (int16_t)minutes[rand_int(r, 0, 2)];
		ev->org = rand_int(r, 0, 2);
		ev->recorded_ms = (int64_t)(n_told / 3); /* several at one instant */
	}
}

static void say(struct buf *b, const struct folded *f)
{
	buf_reset(b);
	for (size_t i = 0; i < f->child.n; i++) {
		const struct fact *t = &f->child.facts[i];
		buf_printf(b, "%d %d %d %d %d %d %d %" PRId64 " %" PRId64 "\n", t->day, t->minute, t->kind, t->code,
			   t->org, t->key, t->value, f->fact_event[i], f->fact_root[i]);
	}
	for (size_t i = 0; i < f->n_spans; i++)
		buf_printf(b, "span %d %d %d %" PRId64 "\n", f->spans[i].kind, f->spans[i].from, f->spans[i].to,
			   f->spans[i].opened_by);
	for (size_t i = 0; i < f->n_findings; i++)
		buf_printf(b, "finding %" PRId64 " " STR_FMT "\n", f->findings[i].event, STR_ARG(f->findings[i].text));
	for (size_t i = 0; i < f->n_believed; i++)
		buf_printf(b, "believed %" PRId64 "\n", f->believed[i]->id);
}

static void shuffle(struct rand *r)
{
	for (size_t i = n_told; i > 1; i--) {
		size_t k = (size_t)rand_int(r, 0, (int64_t)i - 1);
		struct event swap = told[i - 1];
		told[i - 1] = told[k];
		told[k] = swap;
	}
}

static void assert_sound(const struct folded *f)
{
	for (size_t i = 1; i < f->child.n; i++) {
		const struct fact *a = &f->child.facts[i - 1], *b = &f->child.facts[i];
		assert_true(a->day < b->day ||
			    (a->day == b->day &&
			     (a->minute < b->minute ||
			      (a->minute == b->minute && voc->kinds[a->kind].rank <= voc->kinds[b->kind].rank))));
	}
	for (size_t i = 0; i < f->n_spans; i++)
		assert_true(f->spans[i].from <= f->spans[i].to);
	const struct span *last = NULL;
	for (size_t i = 0; i < f->n_spans; i++) { /* periods of care follow each other */
		if (f->spans[i].kind != kind("care-started"))
			continue;
		assert_true(!last || last->to <= f->spans[i].from);
		last = &f->spans[i];
	}
	/* every believed, dated event is a fact, a repeat of one, or a finding */
	assert_true(f->child.n + f->n_findings <= f->n_believed);
}

static void test_the_order_of_arrival_does_not_matter(void **state)
{
	(void)state;
	struct rand r = rand_stream(1, "fold", 0);
	struct buf want AUTO(buf_release), got AUTO(buf_release);
	buf_init(&want, 1 << 20);
	buf_init(&got, 1 << 20);
	for (int round = 0; round < 3000; round++) {
		tell_anything(&r);
		int64_t known = rand_chance(&r, 0.5) ? KNOWN_NOW : rand_int(&r, 0, 14);
		struct folded f = fold(known);
		say(&want, &f);
		assert_sound(&f);
		for (int i = 0; i < 3; i++) {
			shuffle(&r);
			f = fold(known);
			say(&got, &f);
			assert_string_equal(buf_view(&want).p, buf_view(&got).p);
		}
		arena_reset(&arena);
	}
}

/* What was known on K does not depend on what was told after K. */
static void test_later_words_do_not_change_what_was_known(void **state)
{
	(void)state;
	struct rand r = rand_stream(2, "fold", 0);
	struct buf want AUTO(buf_release), got AUTO(buf_release);
	buf_init(&want, 1 << 20);
	buf_init(&got, 1 << 20);
	for (int round = 0; round < 2000; round++) {
		tell_anything(&r);
		int64_t known = rand_int(&r, 0, 14);
		struct folded f = fold(known);
		say(&want, &f);
		size_t kept = 0;
		for (size_t i = 0; i < n_told; i++)
			if (told[i].recorded_ms <= known)
				told[kept++] = told[i];
		n_told = kept;
		f = now();
		say(&got, &f);
		assert_string_equal(buf_view(&want).p, buf_view(&got).p);
		arena_reset(&arena);
	}
}

/* ---- short breaks that pass a limit ---- */

static void came(const char *code, day_t from, day_t to, const char *ref)
{
	tell("care-started", from, ref)->code = str_of(code);
	if (to != DAY_NEVER)
		tell("care-ended", to, ref)->code = STR("E8");
}

static void stay(day_t from, day_t to, const char *ref)
{
	tell("placement-started", from, ref)->code = STR("U6");
	if (to != DAY_NEVER)
		tell("placement-ended", to, ref);
}

/* The days on which a limit was passed, in words: "D+18 ". */
static const char *passed(void)
{
	struct folded f = now();
	size_t before = f.child.n, findings = f.n_findings, n = 0;
	struct buf b;
	buf_init(&b, 4096);
	short_breaks_passed(voc, &arena, &f);
	for (size_t i = 0; i < f.child.n; i++) {
		assert_true(i == 0 || f.child.facts[i - 1].day <= f.child.facts[i].day);
		assert_true(f.fact_event[i] > 0);
		if (f.child.facts[i].kind != kind("short-breaks-passed"))
			continue;
		buf_printf(&b, "D%+d ", f.child.facts[i].day - D);
		n++;
	}
	assert_int_equal(f.child.n, before + n);
	assert_int_equal(f.n_findings, findings + n);
	const char *words = arena_printf(&arena, STR_FMT, STR_ARG(buf_view(&b))).p;
	buf_release(&b);
	return words;
}

static void test_a_break_of_seventeen_days(void **state)
{
	(void)state;
	came("V4", D, DAY_NEVER, "P1");
	stay(D + 10, D + 27, "L1"); /* 17 nights */
	assert_string_equal(passed(), "");
	fresh(NULL);
	came("V4", D, DAY_NEVER, "P1");
	stay(D + 10, D + 28, "L1");
	assert_string_equal(passed(), "D+28 ");
	fresh(NULL);
	came("V4", D, DAY_NEVER, "P1");
	stay(D + 10, DAY_NEVER, "L1"); /* it lasts: on the day on which it will be too long */
	assert_string_equal(passed(), "D+28 ");
	fresh(NULL);
	came("V2", D, DAY_NEVER, "P1"); /* of another status nothing is asked */
	stay(D + 10, D + 60, "L1");
	assert_string_equal(passed(), "");
	fresh(NULL);
	came("V4", D, DAY_NEVER, "P1"); /* no stay is known */
	assert_string_equal(passed(), "");
}

static void test_more_than_seventy_five_days_in_a_year(void **state)
{
	(void)state;
	came("V4", D, DAY_NEVER, "P1");
	for (int i = 0; i < 5; i++) /* five times 15 */
		stay(D + i * 30, D + i * 30 + 15, arena_printf(&arena, "L%d", i).p);
	assert_string_equal(passed(), "");
	stay(D + 200, D + 203, "L9");
	assert_string_equal(passed(), "D+201 ");
	/* A year later the first stays count no more: the nights of D+1 to D+15 lie outside of 12 months to D+380. */
	fresh(NULL);
	came("V4", D, DAY_NEVER, "P1");
	for (int i = 0; i < 5; i++)
		stay(D + i * 30, D + i * 30 + 15, arena_printf(&arena, "L%d", i).p);
	stay(D + 380, D + 395, "L9");
	assert_string_equal(passed(), "");
	/* Two placements of one night are one night. */
	fresh(NULL);
	came("V4", D, DAY_NEVER, "P1");
	for (int i = 0; i < 5; i++) {
		stay(D + i * 30, D + i * 30 + 15, arena_printf(&arena, "L%d", i).p);
		stay(D + i * 30 + 3, D + i * 30 + 9, arena_printf(&arena, "M%d", i).p);
	}
	assert_string_equal(passed(), "");
}

static void test_breaks_recorded_one_by_one(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		came("V3", D + i * 30, D + i * 30 + 15, arena_printf(&arena, "P%d", i).p);
	assert_string_equal(passed(), "");
	came("V3", D + 200, D + 205, "P8"); /* the 76th, and again in the next series of the same year */
	came("V3", D + 240, D + 245, "P9");
	assert_string_equal(passed(), "D+201 D+241 ");
	fresh(NULL);
	came("V3", D, D + 18, "P1");
	assert_string_equal(passed(), "D+18 ");
	fresh(NULL);
	came("V3", D, DAY_NEVER, "P1"); /* until the status changed */
	tell("legal-status-changed", D + 17, "P1")->code = STR("V2");
	assert_string_equal(passed(), "");
	fresh(NULL);
	came("V3", D, DAY_NEVER, "P1");
	tell("legal-status-changed", D + 18, "P1")->code = STR("V2");
	assert_string_equal(passed(), "D+18 ");
}

static void test_breaks_in_any_order_of_arrival(void **state)
{
	(void)state;
	struct rand r = rand_stream(7, "breaks", 0);
	size_t met = 0;
	for (int round = 0; round < 300; round++) {
		fresh(NULL);
		came(round % 2 ? "V4" : "V3", D, round % 3 ? DAY_NEVER : D + 300, "P1");
		for (int i = 0; i < 8; i++) {
			day_t from = D + (day_t)rand_int(&r, 0, 250);
			stay(from, from + (day_t)rand_int(&r, 1, 19), arena_printf(&arena, "L%d", i).p);
		}
		struct folded f = now();
		const char *want = passed();
		for (int i = 0; i < 2; i++) {
			shuffle(&r);
			assert_string_equal(passed(), want);
		}
		met += want[0] != 0;
		assert_true(f.child.n > 0);
	}
	assert_true(met > 50 && met < 300);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, fresh)
	const struct CMUnitTest tests[] = {
		CASE(test_the_latest_word_counts),
		CASE(test_taking_back),
		CASE(test_a_chain_holds_together_whatever_was_known),
		CASE(test_the_same_told_twice_is_one_fact),
		CASE(test_an_end_before_its_start),
		CASE(test_a_start_inside_a_period),
		CASE(test_ends_alone_and_twice),
		CASE(test_details),
		CASE(test_the_order_of_arrival_does_not_matter),
		CASE(test_later_words_do_not_change_what_was_known),
		CASE(test_a_break_of_seventeen_days),
		CASE(test_more_than_seventy_five_days_in_a_year),
		CASE(test_breaks_recorded_one_by_one),
		CASE(test_breaks_in_any_order_of_arrival),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
