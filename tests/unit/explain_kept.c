/*
 * Counterfactuals: "Had the council taken 5 working days, it would have been done on
 * Wednesday 4 March 2026: in time" must be what the engine says of the same child when the
 * facts are changed so. Random histories of every standard that states shares, and of rules
 * with pauses: each is lived once as it was and once as it would have been, for each holder
 * alone and for all together. And "what would move it", where a clock runs in minutes or can
 * be paused: what is said of a day must be what comes when it is told so, at whatever minute.
 */
#include "standard/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/rand.h"
#include "shipped.h"

enum { HISTORIES = 3000, STRETCHES_MAX = 8, DAYS_MAX = 14 };

static struct engine *engine;

struct stretch_told { /* somebody's days, as the rule counts them, and what ended them */
	enum holder holder;
	int days;
	const char *kind, *code2;
	int32_t key, value;
};

struct life {
	const char *standard, *opens, *code;
	day_t start;
	struct stretch_told s[STRETCHES_MAX];
	size_t n;
	bool working;
};

static void stretch(struct life *x, struct rand *r, enum holder h, const char *kind, const char *code2, int32_t key,
		    int32_t value)
{
	x->s[x->n++] = (struct stretch_told){ h, (int)rand_int(r, 0, DAYS_MAX), kind, code2, key, value };
}

static struct life begun(const char *standard, const char *opens, const char *code, struct rand *r)
{
	size_t at = rulebook_find(rules, str_of(standard));
	assert_true(at != SIZE_MAX);
	return (struct life){ .standard = standard,
			      .opens = opens,
			      .code = code,
			      .start = day_of(2025, 1, 1) + (day_t)rand_int(r, 0, 500),
			      .working = rulebook_info(rules, (uint16_t)at)->working_days };
}

/* An initial health assessment, in any reading whose parts and turns are those of iha-returned. */
static struct life assessment(const char *standard, uint64_t seed)
{
	struct rand r = rand_stream(seed, "kept", 0);
	struct life x = begun(standard, "care-started", "V2", &r);
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

/* A wait for help: two holders, and pauses in the days of either. A pause takes a day at least. */
static struct life waiting(const char *standard, uint64_t seed)
{
	struct rand r = rand_stream(seed, "paused", 0);
	struct life x = begun(standard, "referral-received", "other", &r);
	for (int part = 0; part < 2; part++) {
		enum holder h = part ? HOLDER_BOARD : HOLDER_PROVIDER;
		if (rand_int(&r, 0, 2) > 0) {
			stretch(&x, &r, h, "wait-paused", "", 1, INT32_MIN);
			stretch(&x, &r, HOLDER_FAMILY, "wait-resumed", "", 1, INT32_MIN);
			x.s[x.n - 1].days++;
		}
		stretch(&x, &r, h, part ? "care-plan-agreed" : "outcome-baseline", "", 1, INT32_MIN);
	}
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
	f[c.n++] = fact_of(x->start, x->opens, x->code, "", 1, INT32_MIN);
	for (size_t i = 0; i < x->n; i++) {
		const struct stretch_told *s = &x->s[i];
		days += s->days;
		day_t day = !days ? x->start : x->working ? workdays_add(work, x->start, days) : x->start + days;
		bool assessed = str_starts(str_of(s->kind), "request") || str_starts(str_of(s->kind), "assessment");
		f[c.n++] = fact_of(day, s->kind, assessed ? "initial" : "", s->code2, s->key, s->value);
	}
	return c;
}

/* The clock of a standard; which row it is, SIZE_MAX none. */
static size_t run(const char *standard, const struct child_facts *c, day_t as_of, struct clock *out)
{
	const struct clock *rows;
	size_t n = engine_run(engine, c, as_of, &rows);
	for (size_t i = 0; i < n; i++)
		if (str_is(rulebook_info(rules, rows[i].standard)->id, standard)) {
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
	assert_true(run(x->standard, &c, as_of, &k) != SIZE_MAX);
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

struct counted {
	size_t told, all_kept, late;
};

static void one_life(const struct life *x, struct counted *n)
{
	struct life kept = *x;
	struct fact f[STRETCHES_MAX + 1];
	struct child_facts c = facts_of(x, f);
	day_t as_of = x->start + 300;
	struct clock k;
	struct explanation why;
	bool in_time;
	size_t which = run(x->standard, &c, as_of, &k);
	assert_true(which != SIZE_MAX);
	if (k.state != CLOCK_DONE)
		return; /* agreed to again on the day of the refusal, or the like */
	arena_reset(&arena);
	engine_explain(engine, &c, as_of, which, &arena, &why);
	int late_days = 0, by_holder = 0, lateness;
	for (size_t i = 0; i < why.n_holders; i++) {
		const struct holder_days *h = &why.holders[i];
		by_holder += h->late;
		assert_int_equal(h->days, used(x, (enum holder)h->holder));
		assert_int_equal(h->kept != DAY_NONE, h->share >= 0 && h->days > h->share);
		if (h->share >= 0)
			keep(&kept, (enum holder)h->holder, h->share);
		if (h->kept == DAY_NONE)
			continue;
		said_of(x, h, as_of);
		n->told++;
	}
	if (clock_lateness(rules, work, &k, as_of, &lateness) == LATE_DONE_LATE)
		late_days = lateness;
	assert_int_equal(by_holder, late_days);
	n->late += late_days > 0;
	assert_int_equal(why.kept_shares, done_if(&kept, as_of, &in_time));
	n->all_kept++;
}

static void lives(struct life (*invent)(const char *, uint64_t), const char *standard)
{
	struct counted n = { 0 };
	for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
		struct life x = invent(standard, seed);
		one_life(&x, &n);
	}
	print_message("%s: %zu counterfactuals of a holder, %zu of all, %zu late\n", standard, n.told, n.all_kept,
		      n.late);
	assert_true(n.told > 1000 && n.all_kept > 2000 && n.late > 500);
}

/* Every standard that states shares. One whose parts and turns are others needs a life of its own here. */
static void every_standard_with_shares(void **unused)
{
	(void)unused;
	static const char *const known[] = { "iha-returned", "iha-28-days" };
	size_t found = 0;
	for (uint16_t i = 0; i < rulebook_count(rules); i++) {
		const struct standard_info *s = rulebook_info(rules, i);
		if (!s->n_shares)
			continue;
		size_t k = 0;
		while (k < COUNT_OF(known) && !str_is(s->id, known[k]))
			k++;
		if (k == COUNT_OF(known))
			fail_msg(STR_FMT " states shares, and nobody has lived it", STR_ARG(s->id));
		lives(assessment, known[k]);
		found++;
	}
	assert_int_equal(found, COUNT_OF(known));
}

/* ---- rules with pauses ---- */

static const char paused_rules[] =
    "standards:\n"
    "  - id: wait-days\n    family: f\n    title: T\n    limit: l\n    rule: r\n    not-counted: n\n"
    "    source: s\n    settle: s\n    authority: local\n    evidence: contacts\n    not-known: {no-source: x}\n"
    "    due: [{n: 12, unit: days}]\n    one-for-each: reference\n    opens: [referral-received]\n"
    "    done-when: [{part: p, by: [care-plan-agreed]}]\n    ends: [{on: [person-died], because: died}]\n"
    "    pauses: {begins: [wait-paused], ends: [wait-resumed], holder: family, doing: waits, because: paused}\n"
    "    turns:\n      - {turn: first, holder: provider, doing: d}\n"
    "      - {turn: second, holder: board, doing: e, begins: [outcome-baseline], only-from: [first]}\n"
    "    shares: [{holder: provider, days: 6, doing: d}, {holder: board, days: 4, doing: e}]\n"
    "  - {id: wait-working-days, like: wait-days, due: [{n: 9, unit: working-days}]}\n"
    "  - {id: wait-weeks, like: wait-days, due: [{n: 2, unit: weeks}]}\n"
    "  - {id: wait-months, like: wait-days, due: [{n: 1, unit: months}]}\n";

static void with_pauses(void **unused)
{
	(void)unused;
	static const char *const waits[] = { "wait-days", "wait-working-days", "wait-weeks", "wait-months" };
	struct rulebook *shipped = rules;
	struct engine *theirs = engine;
	struct err e = { 0 };
	struct rulebook_file file = { .name = "x.yaml", .body = STR(paused_rules) };
	if (rulebook_load_documents(&file, 1, vocab, &rules, &e) != RC_OK)
		fail_msg("%s", e.text);
	engine = engine_new(rules, work);
	for (size_t i = 0; i < COUNT_OF(waits); i++)
		lives(waiting, waits[i]);
	engine_free(engine);
	rulebook_free(rules);
	rules = shipped;
	engine = theirs;
}

/* ---- what would move it ---- */

static struct child_facts child_with(struct fact *f, size_t n)
{
	struct child_facts c = { .born = day_of(2014, 5, 5), .died = DAY_NONE, .facts = f, .n = n };
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		c.covered[i] = DAY_NONE;
	return c;
}

static const struct move *move_of(const struct explanation *x, const char *words)
{
	for (size_t i = 0; i < x->n_moves; i++)
		if (str_starts(x->moves[i].what, words))
			return &x->moves[i];
	return NULL;
}

/* What comes of a contact at this minute: -1 it is before the referral, 0 not known, 1 in time, 2 late. */
static int seen_at(const char *standard, struct fact *f, day_t day, int minute)
{
	struct child_facts c = child_with(f, 2);
	struct clock k;
	int late;
	f[1] = fact_of(day, "contact-made", "01", "", 1, INT32_MIN);
	f[1].minute = (int16_t)minute;
	if (london_last_ms(day, minute) < london_first_ms(f[0].day, f[0].minute))
		return -1;
	assert_true(run(standard, &c, day, &k) != SIZE_MAX);
	if (k.state != CLOCK_DONE)
		return 0;
	return clock_lateness(rules, work, &k, day, &late) == LATE_DONE_LATE ? 2 : 1;
}

/* The sentence about a day, against every minute of it. */
static void minutes_of(const char *standard, struct fact *f, const struct move *m, day_t day, size_t *mixed,
		       size_t *second)
{
	char words[300];
	int hour = 0, minute = 0, until = 1440;
	snprintf(words, sizeof words, STR_FMT, STR_ARG(m->then));
	if (sscanf(words, "Done in time if by %d:%d", &hour, &minute) == 2) {
		until = hour * 60 + minute;
		++*mixed;
	}
	if (strstr(words, "(the second time that night)")) { /* what is written of that hour may be the first */
		assert_true(until >= 60 && until < 120);
		until = 119;
		++*second;
	}
	for (int at = 0; at < 1440; at += at + 1 == until || at == until ? 1 : 3) {
		int is = seen_at(standard, f, day, at);
		if (is < 0)
			continue;
		int want = strstr(words, "Not known")		     ? 0
			   : strstr(words, " late") && until == 1440 ? 2
			   : at <= until			     ? 1
								     : 2;
		if (is != want &&
		    (want || at >= 240)) /* not known: an early contact may still be in time by any reading */
			fail_msg("%s, %s: at %02d:%02d it is %d", standard, words, at / 60, at % 60, is);
	}
}

static void clocks_in_minutes(void **unused)
{
	(void)unused;
	static const struct {
		const char *standard;
		int32_t priority;
	} crises[] = { { "crisis-very-urgent", 4 }, { "crisis-urgent", 2 } };
	size_t mixed = 0, second = 0;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct rand r = rand_stream(seed, "minutes", 0);
		size_t i = (size_t)rand_int(&r, 0, 1);
		day_t night = rand_int(&r, 0, 1) ? day_of(2026, 3, 29) : day_of(2026, 10, 25);
		struct fact f[2] = { fact_of(night - (day_t)rand_int(&r, 0, 2), "referral-received", "other", "A02", 1,
					     crises[i].priority) };
		f[0].minute = (int16_t)(rand_int(&r, 0, 5) * 288 + rand_int(&r, 3, 200));
		f[0].minute = f[0].minute > 1439 ? 1439 : f[0].minute;
		if (i == 1 && seed % 4 == 0) { /* 24 hours that end in the hour that comes twice, or does not come */
			f[0].day = night - 1;
			f[0].minute = (int16_t)rand_int(&r, 60, 180);
		}
		for (day_t as_of = f[0].day; as_of < f[0].day + 3; as_of++) {
			struct child_facts c = child_with(f, 1);
			struct clock k;
			struct explanation why;
			size_t which = run(crises[i].standard, &c, as_of, &k);
			assert_true(which != SIZE_MAX);
			arena_reset(&arena);
			engine_explain(engine, &c, as_of, which, &arena, &why);
			const struct move *m = move_of(&why, "The child is seen face to face");
			assert_non_null(m);
			minutes_of(crises[i].standard, f, m, as_of, &mixed, &second);
		}
	}
	assert_true(mixed > 20 && second > 2);
}

/* What is said of a wait: the same as when it is told; and only what can still change it is asked. */
static void told_as_said(const struct explanation *why, struct fact *f, size_t n, day_t as_of)
{
	static const struct {
		const char *words, *kind, *code;
		bool tomorrow;
	} asked[] = { { "Help begins", "care-plan-agreed", "", true },
		      { "The family asks to wait", "wait-paused", "family-choice", false },
		      { "The wait goes on", "wait-resumed", "", false },
		      { "The referral is closed", "referral-closed", "", false } };
	bool paused = why->clock.turn == TURN_PAUSED;
	assert_true(!move_of(why, asked[1].words) == paused);
	assert_true(!move_of(why, asked[2].words) == !paused);
	for (size_t i = 0; i < COUNT_OF(asked); i++) {
		const struct move *m = move_of(why, asked[i].words);
		struct clock k;
		if (!m)
			continue;
		day_t day = asked[i].tomorrow ? workdays_add(work, as_of, 1) : as_of;
		f[n] = fact_of(day, asked[i].kind, asked[i].code, "", 1, INT32_MIN);
		struct child_facts c = child_with(f, n + 1);
		assert_true(run("local-wait", &c, day, &k) != SIZE_MAX);
		assert_int_equal(k.state, m->state);
		assert_int_equal(k.due, m->due);
		assert_int_equal(k.done, m->done);
		if (k.state == CLOCK_RUNNING && k.due != DAY_NONE && why->clock.due == DAY_NONE)
			assert_true(str_starts(m->then, "Due on "));
		if (k.state == CLOCK_RUNNING && k.due == DAY_NONE && why->clock.due != DAY_NONE)
			assert_true(str_starts(m->then, "It is paused"));
	}
}

static void waits_with_pauses(void **unused)
{
	(void)unused;
	size_t paused = 0, running = 0;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct rand r = rand_stream(seed, "waits", 0);
		struct fact f[8];
		size_t n = 0;
		day_t day = day_of(2026, 1, 5) + (day_t)rand_int(&r, 0, 200);
		f[n++] = fact_of(day, "referral-received", "other", "C02", 1, 3);
		for (int i = (int)rand_int(&r, 0, 4); i > 0; i--) {
			day += (day_t)rand_int(&r, 1, 15);
			f[n] = fact_of(day, n % 2 ? "wait-paused" : "wait-resumed", n % 2 ? "family-choice" : "", "", 1,
				       INT32_MIN);
			n++;
		}
		day_t as_of = day + (day_t)rand_int(&r, 1, 20);
		struct child_facts c = child_with(f, n);
		struct clock k;
		struct explanation why;
		size_t which = run("local-wait", &c, as_of, &k);
		assert_true(which != SIZE_MAX);
		arena_reset(&arena);
		engine_explain(engine, &c, as_of, which, &arena, &why);
		paused += k.turn == TURN_PAUSED;
		running += k.turn != TURN_PAUSED;
		told_as_said(&why, f, n, as_of);
	}
	assert_true(paused > 50 && running > 50);
}

static int setup(void **unused)
{
	if (shipped_open(unused) != 0)
		return -1;
	engine = engine_new(rules, work);
	return 0;
}

static int teardown(void **unused)
{
	engine_free(engine);
	return shipped_close(unused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_standard_with_shares),
		cmocka_unit_test(with_pauses),
		cmocka_unit_test(clocks_in_minutes),
		cmocka_unit_test(waits_with_pauses),
	};
	return cmocka_run_group_tests_name("counterfactuals", tests, setup, teardown);
}
