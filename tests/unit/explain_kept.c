/*
 * Counterfactuals: "Had the council taken its 5 working days, it would have been done on
 * Wednesday 4 March 2026: in time" must be what the engine says of the same child when the
 * facts are changed so. Random histories of an initial health assessment: papers, sometimes
 * sent back; booking, sometimes refused and agreed to again; the report. Each is lived once
 * as it was and once as it would have been, for each holder alone and for all together.
 */
#include "standard/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/rand.h"
#include "standard/holidays.h"

enum { HISTORIES = 3000, STRETCHES_MAX = 8, DAYS_MAX = 14 };

static struct vocab *vocab;
static struct rulebook *rules;
static struct arena arena;
static struct workdays *work;
static struct engine *engine;

struct stretch_told { /* somebody's working days, and what ended them */
	enum holder holder;
	int days;
	const char *kind, *code2;
	int32_t key, value;
};

struct life {
	day_t start;
	struct stretch_told s[STRETCHES_MAX];
	size_t n;
};

static void stretch(struct life *x, struct rand *r, enum holder h, const char *kind, const char *code2, int32_t key,
		    int32_t value)
{
	x->s[x->n++] = (struct stretch_told){ h, (int)rand_int(r, 0, DAYS_MAX), kind, code2, key, value };
}

static struct life invent(uint64_t seed)
{
	struct rand r = rand_stream(seed, "kept", 0);
	struct life x = { .start = day_of(2025, 1, 1) + (day_t)rand_int(&r, 0, 500) };
	stretch(&x, &r, HOLDER_COUNCIL, "request-complete", "", 2, INT32_MIN);
	if (rand_int(&r, 0, 2) == 0) {
		stretch(&x, &r, HOLDER_HEALTH, "request-returned", "no-consent", 2, INT32_MIN);
		stretch(&x, &r, HOLDER_COUNCIL, "request-complete", "", 2, INT32_MIN);
	}
	if (rand_int(&r, 0, 2) == 0) {
		stretch(&x, &r, HOLDER_HEALTH, "assessment-refused", "", 4, 1);
		stretch(&x, &r, HOLDER_YOUNG_PERSON, "assessment-agreed-again", "", 4, INT32_MIN);
	}
	stretch(&x, &r, HOLDER_HEALTH, "assessment-seen", "doctor", 3, INT32_MIN);
	stretch(&x, &r, HOLDER_PROVIDER, "assessment-returned", "", 3, INT32_MIN);
	return x;
}

static struct fact fact_of(day_t day, const char *kind, const char *code, const char *code2, int32_t key, int32_t value)
{
	assert_int_not_equal(vocab_kind(vocab, str_of(kind)), 0);
	return (struct fact){ .day = day,
			      .minute = MINUTE_NONE,
			      .kind = vocab_kind(vocab, str_of(kind)),
			      .code = vocab_code(vocab, str_of(code)),
			      .code2 = vocab_code(vocab, str_of(code2)),
			      .key = key,
			      .value = value };
}

static struct child_facts facts_of(const struct life *x, struct fact *f)
{
	struct child_facts c = { .born = day_of(2014, 5, 5), .died = DAY_NONE, .facts = f };
	int days = 0;
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		c.covered[i] = DAY_NONE;
	f[c.n++] = fact_of(x->start, "care-started", "V2", "", 1, INT32_MIN);
	for (size_t i = 0; i < x->n; i++) {
		const struct stretch_told *s = &x->s[i];
		days += s->days;
		f[c.n++] = fact_of(days ? workdays_add(work, x->start, days) : x->start, s->kind, "initial", s->code2, s->key,
				   s->value);
	}
	return c;
}

/* The clock of the assessment that is back with the council; which row it is, SIZE_MAX none. */
static size_t run(const struct child_facts *c, day_t as_of, struct clock *out)
{
	const struct clock *rows;
	size_t n = engine_run(engine, c, as_of, &rows);
	for (size_t i = 0; i < n; i++)
		if (str_is(rulebook_info(rules, rows[i].standard)->id, "iha-returned")) {
			*out = rows[i];
			return i;
		}
	return SIZE_MAX;
}

static int used(const struct life *x, enum holder h)
{
	int days = 0;
	for (size_t i = 0; i < x->n; i++)
		days += x->s[i].holder == h ? x->s[i].days : 0;
	return days;
}

/* The same history, had this holder taken no longer than its share: its last days go. */
static void keep(struct life *x, enum holder h, int share)
{
	int over = used(x, h) - share;
	for (size_t i = x->n; over > 0 && i-- > 0;)
		if (x->s[i].holder == h) {
			int less = over < x->s[i].days ? over : x->s[i].days;
			x->s[i].days -= less;
			over -= less;
		}
}

static day_t done_if(const struct life *x, day_t as_of, bool *in_time_out)
{
	struct fact f[STRETCHES_MAX + 1];
	struct child_facts c = facts_of(x, f);
	struct clock k;
	int late;
	assert_true(run(&c, as_of, &k) != SIZE_MAX);
	assert_int_equal(k.state, CLOCK_DONE);
	*in_time_out = clock_lateness(rules, work, &k, as_of, &late) == LATE_DONE_IN_TIME;
	return k.done;
}

/* What is said of one holder is what would have been. */
static void said_of(const struct life *x, const struct holder_days *h, day_t as_of)
{
	struct life other = *x;
	bool in_time;
	char day[DAY_TEXT_MAX];
	keep(&other, (enum holder)h->holder, h->share);
	assert_int_equal(h->kept, done_if(&other, as_of, &in_time));
	char words[400]; /* "..., it would have been done on DAY: in time." */
	snprintf(words, sizeof words, STR_FMT, STR_ARG(h->words));
	assert_non_null(strstr(words, day_long(h->kept, day)));
	assert_non_null(strstr(words, in_time ? ": in time." : " late."));
}

static void what_is_said_would_have_been(void **unused)
{
	(void)unused;
	size_t told = 0, all_kept = 0, late = 0;
	for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
		struct life x = invent(seed), kept;
		struct fact f[STRETCHES_MAX + 1];
		struct child_facts c = facts_of(&x, f);
		day_t as_of = x.start + 300;
		struct clock k;
		struct explanation why;
		size_t which = run(&c, as_of, &k);
		assert_true(which != SIZE_MAX);
		if (k.state != CLOCK_DONE)
			continue; /* agreed to again on the day of the refusal, or the like */
		arena_reset(&arena);
		engine_explain(engine, &c, as_of, which, &arena, &why);
		int late_days = 0, by_holder = 0, lateness;
		for (size_t i = 0; i < why.n_holders; i++) {
			const struct holder_days *h = &why.holders[i];
			by_holder += h->late;
			assert_int_equal(h->days, used(&x, (enum holder)h->holder));
			assert_int_equal(h->kept != DAY_NONE, h->share >= 0 && h->days > h->share);
			if (h->kept == DAY_NONE)
				continue;
			said_of(&x, h, as_of);
			told++;
		}
		if (clock_lateness(rules, work, &k, as_of, &lateness) == LATE_DONE_LATE)
			late_days = lateness;
		assert_int_equal(by_holder, late_days);
		late += late_days > 0;
		kept = x;
		for (size_t i = 0; i < why.n_holders; i++)
			if (why.holders[i].share >= 0)
				keep(&kept, (enum holder)why.holders[i].holder, why.holders[i].share);
		bool in_time;
		assert_int_equal(why.kept_shares, done_if(&kept, as_of, &in_time));
		all_kept++;
	}
	print_message("%zu counterfactuals of a holder, %zu of all, %zu late\n", told, all_kept, late);
	assert_true(told > 2000 && all_kept > 2000 && late > 1000);
}

static int setup(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	struct holiday *h;
	size_t n;
	arena_init(&arena);
	if (vocab_load("data", &vocab, &e) || rulebook_load("data", vocab, &rules, &e) ||
	    holidays_load("data", &arena, &h, &n, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return -1;
	}
	work = holidays_calendar(h, n, DAY_NEVER);
	engine = engine_new(rules, work);
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	engine_free(engine);
	workdays_free(work);
	rulebook_free(rules);
	vocab_free(vocab);
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_said_would_have_been) };
	return cmocka_run_group_tests_name("counterfactuals", tests, setup, teardown);
}
