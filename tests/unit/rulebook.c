/* The rulebook: what it says about the standards, and how it refuses mistakes. */
#include "standard/rulebook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "standard/effect.h"
#include "standard/engine.h"

static struct vocab *vocab;

static void the_standards_of_the_product(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	struct rulebook *rb, *again;
	assert_int_equal(rulebook_load("data", vocab, &rb, &e), RC_OK);
	assert_int_equal(rulebook_load("data", vocab, &again, &e), RC_OK);
	assert_true(str_eq(rulebook_hash(rb), rulebook_hash(again)));
	assert_int_equal(rulebook_hash(rb).n, 64);
	static const char *const ids[] = { "placement-notified", "iha-seen", "iha-returned",	 "iha-health-time",
					   "iha-request",	 "rha",	     "rha-age-when-due", "cyp-four-weeks" };
	assert_true(rulebook_count(rb) >= COUNT_OF(ids));
	size_t listed = 0;
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		size_t at = rulebook_find(rb, str_of(ids[i]));
		assert_true(at != SIZE_MAX);
		const struct standard_info *s = rulebook_info(rb, (uint16_t)at);
		assert_true(s->title.n && s->limit.n && s->words.n && s->source.n && s->settle.n && s->not_counted.n);
		assert_true(s->authority >= AUTHORITY_LAW && s->authority <= AUTHORITY_LOCAL);
		listed += s->on_worklist;
	}
	assert_int_equal(listed, 4); /* one reading of each family */
	const struct standard_info *s = rulebook_info(rb, (uint16_t)rulebook_find(rb, STR("iha-returned")));
	assert_int_equal(s->n_shares, 3);
	assert_int_equal(s->shares[0].days + s->shares[1].days + s->shares[2].days, 20);
	assert_true(str_is(s->next_steps[HOLDER_HEALTH], "Ask the health team"));
	assert_true(rulebook_find(rb, STR("nothing")) == SIZE_MAX);
	rulebook_free(rb);
	rulebook_free(again);
}

/* One whole standard; each mistake replaces one piece of it. */
static const char good[] = "standards:\n"
			   "  - id: a\n"
			   "    family: f\n"
			   "    title: T\n"
			   "    limit: five\n"
			   "    rule: r\n"
			   "    not-counted: n\n"
			   "    source: s\n"
			   "    settle: s\n"
			   "    authority: law\n"
			   "    evidence: requests\n"
			   "    not-known: {no-source: x}\n"
			   "    due: [{n: 5, unit: working-days}]\n"
			   "    one-for-each: period\n"
			   "    opens: [care-started]\n"
			   "    done-when: [{part: p, by: [{kind: request-complete, code: initial}]}]\n"
			   "    ends: [{on: [care-ended], because: left}]\n"
			   "    turns: [{turn: t, holder: council, doing: d}]\n";

static const struct {
	const char *was, *is, *says;
} mistakes[] = {
	{ "care-ended", "care-endet", "x.yaml:17:18: \"care-endet\" is not a kind of event" },
	{ "code: initial", "code: inital", "x.yaml:16:63: \"inital\" is not a code of the list \"assessment-kind\"" },
	{ "holder: council", "holder: counsil", "x.yaml:18:31: \"counsil\" is not a holder" },
	{ "unit: working-days", "unit: fortnights", "x.yaml:13:24: \"unit\" must be hours" },
	{ "n: 5", "n: five", "x.yaml:13:15: \"n\" must be a whole number" },
	{ "authority: law", "authority: habit", "x.yaml:10:16: \"authority\" is law, national or local" },
	{ "evidence: requests", "evidence: gossip", "x.yaml:11:15: \"gossip\" is not a table" },
	{ "one-for-each: period", "one-for-each: week", "x.yaml:14:19: \"week\" is none of period" },
	{ "    title: T\n", "", "x.yaml:2:5: \"title\" is missing" },
	{ "title: T", "titel: T", "x.yaml:4:5: \"titel\" is not a word that belongs here" },
	{ "opens: [care-started]", "opens: [care-started, care-ended]", "a clock is opened by one kind of event only" },
	{ "opens: [care-started]", "opens: []", "\"opens\" is a list of 1 to" },
	{ "{n: 5, unit: working-days}", "{n: 5, unit: days, if-value: 1}", "the last limit must hold always" },
	{ "done-when: [{", "recurs: yes\n    done-when: [{part: q, by: [request-made]}, {",
	  "a clock that recurs has one part" },
	{ "n: 5", "n: 5, if-code: C2", "the last limit must hold always" },
	{ "{n: 5,", "{n: 5, unit: days, if-code: C9}, {n: 5,", "\"C9\" is not a code of the list" },
	{ "n: 5", "parameter: none", "there is no such parameter" },
	{ "n: 5, unit: working-days", "until-date: 02-30", "a date of every year" },
	{ "n: 5, unit: working-days", "until-date: 03-31, n: 5", "a limit is a number with its unit" },
	{ "n: 5, unit: working-days", "until-age: 40", "\"until-age\" must be a whole number" },
	{ "n: 5, unit: working-days", "unit: days", "give \"n\"" },
	{ "n: 5, unit: working-days", "n: 4, unit: hours", "\"no-time\" is missing" },
	{ "{n: 5, unit: working-days}]",
	  "{n: 4, unit: hours}]\n    shares: [{holder: council, days: 2, doing: d}]",
	  "this limit is in hours: take \"shares\" out" },
	{ "settle: s", "settle: s\n    shares: [{holder: council, doing: d}]", "\"days\" is missing" },
	{ "settle: s",
	  "settle: s\n    shares: [{holder: council, days: 2, doing: d}, {holder: council, days: 3, doing: d}]",
	  "this holder has a share already: add the two" },
	{ "    due: [{n: 5, unit: working-days}]\n", "", "\"due\" is missing: write how long it may take" },
	{ "[{n: 5, unit: working-days}]", "soon", "\"due\" is a list of 1 to 8 limits: write them as" },
	{ "{n: 5,", "{n: 5, unit: days, if-younger-than: 5, if-younger-than-when-due: 6}, {n: 5,",
	  "a limit asks for one age only: keep" },
	{ "{n: 5,", "{n: 5, unit: days, if-younger-than: 99}, {n: 5,",
	  "\"if-younger-than\" must be a whole number from 1 to 30" },
	{ "code: initial", "code: initial, unless: soon", "\"unless\" is a list of 1 to 12 exceptions: write them as" },
	{ "code: initial", "code: initial, unless: [review]", "an exception is a map: write it as" },
	{ "settle: s", "settle: s\n    missing-time: midnight", "only a standard with a limit in hours" },
	{ "settle: s", "settle: s\n    like: b", "no standard above has this id" },
	{ "settle: s", "settle: s\n    starts-at: {age: 16, school-year: 9}",
	  "say one of age, school-year, each-year" },
	{ "settle: s", "settle: s\n    starts-at: {each-year: 04-01}", "\"year-ends-because\" is missing" },
	{ "settle: s", "settle: s\n    starts-at: {age: 16, tally: t}", "there is no such tally" },
	{ "settle: s", "settle: s\n    year-ends-because: w", "belongs to \"each-year\"" },
	{ "{n: 5,", "{n: 5, unit: days, if-past: yes}, {n: 5,", "\"if-past\" asks about \"starts-at\"" },
	{ "settle: s", "settle: s\n    extends: {on: [request-made], n: 12, unit: hours}",
	  "hours only where the limit is in hours" },
	{ "settle: s",
	  "settle: s\n    pauses: {begins: [request-made], ends: [request-returned], holder: family, doing: d}",
	  "\"because\" is missing" },
	{ "code: initial", "code: initial, later-day: yes, early-days: 3", "exclude each other" },
	{ "code: initial", "code: initial, from: 2024-04-01, until: 2024-04-01", "\"until\" must lie after \"from\"" },
	{ "authority: law", "authority: law\n    worklist: perhaps", "\"worklist\"" },
	{ "opens: [care-started]", "opens: [care-started]\n    not-required-while: [rain]", "no such condition" },
	{ "turn: t,", "turn: t, only-from: [u],", "no such turn in this standard" },
	{ "turn: t,", "turn: t, asks: [],", "\"asks\" is a list of 1 to" },
	{ "turn: t,", "turn: t, asks: [{by: [consent-given]}],", "\"ask\" is missing" },
	{ "turn: t,", "turn: t, asks: [{ask: a}],", "\"by\"" },
	{ "turn: t,", "turn: t, asks: [{ask: a, by: [consent-givn]}],", "\"consent-givn\" is not a kind of event" },
	{ "turn: t,", "turn: t, asks: [{ask: a, by: [consent-given], after: [request-made]}],",
	  "\"after\" is not a word that belongs here" },
	{ "turn: t,", "turn: t, asks: [{ask: a, by: [request-complete], not-before: [appointment-booked]}],",
	  "\"until-then\" is missing" },
	{ "turn: t,", "turn: t, asks: [{ask: a, by: [request-complete], until-then: w}],", "\"not-before\"" },
	{ "turn: t,", "turn: t, asks: [{ask: a, by: [request-complete], unless-within-days: 7}],",
	  "belongs to \"until-then\"" },
	{ "turn: t,", "turn: t, asks: [{ask: a, by: [request-complete], not-before: [consent-given], until-then: w}],",
	  "consent-given has none" },
	{ "one-for-each: period", "one-for-each: spell", "\"spell-closes\" is missing" },
	{ "one-for-each: period", "one-for-each: period\n    spell-closes: {on: [care-ended], because: over}",
	  "belongs to \"one-for-each: spell\"" },
	{ "code: initial", "code: initial, not-code: review", "say either which codes count or which do not" },
	{ "code: initial", "code: initial, value: 3", "have no value" },
	{ "code: initial", "code: initial, early-days: 900", "\"early-days\" must be a whole number from 0 to 366" },
	{ "family: f", "family: f\n    from: 2020-01-01\n    until: 2019-01-01", "\"until\" must lie after \"from\"" },
	{ "done-when: [{part: p, by: [{kind: request-complete, code: initial}]}]", "done-when: nothing",
	  "\"done-when\" is a list" },
	{ "not-known: {no-source: x}", "not-known: {}", "\"no-source\" is missing" },
	{ "standards:\n", "standards: 5\nthings:\n", "is not a word that belongs here" },
};

/* "x.yaml:13:15: what is wrong: what to do", or what it must be. */
static bool says_what_to_do(const char *text)
{
	const char *words = strstr(text, "x.yaml:");
	for (int i = 0; words && i < 3; i++)
		words = strchr(words, ':') ? strchr(words, ':') + 1 : NULL;
	return words && (strstr(words, ": ") || strstr(words, "; ") || strstr(words, "must be"));
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[200];
	snprintf(path, sizeof path, "%s/standards/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void replaced(char *out, size_t size, const char *was, const char *is)
{
	const char *at = strstr(good, was);
	assert_non_null(at);
	snprintf(out, size, "%.*s%s%s", (int)(at - good), good, is, at + strlen(was));
}

static void remove_file(const char *dir, const char *name)
{
	char path[200];
	snprintf(path, sizeof path, "%s/standards/%s", dir, name);
	unlink(path);
}

static void mistakes_are_refused(void **state)
{
	const char *dir = *state;
	struct rulebook *rb = NULL;
	char text[4000];
	struct err e = { 0 };
	write_file(dir, "x.yaml", good);
	assert_int_equal(rulebook_load(dir, vocab, &rb, &e), RC_OK);
	rulebook_free(rb);
	for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
		rb = NULL;
		replaced(text, sizeof text, mistakes[i].was, mistakes[i].is);
		write_file(dir, "x.yaml", text);
		enum rc rc = rulebook_load(dir, vocab, &rb, &e);
		if (rc != RC_BAD_INPUT || !strstr(e.text, mistakes[i].says))
			fail_msg("%s -> %s: %s", mistakes[i].was, mistakes[i].is, rc ? e.text : "accepted");
		if (!says_what_to_do(e.text))
			fail_msg("what to do is not said: %s", e.text);
		assert_null(rb);
	}
}

static void editions(void **state)
{
	const char *dir = *state;
	struct rulebook *rb = NULL;
	char one[4000], two[4000];
	struct err e = { 0 };
	write_file(dir, "x.yaml", good);
	write_file(dir, "y.yaml", good);
	assert_int_equal(rulebook_load(dir, vocab, &rb, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "y.yaml:2:9: \"a\", edition 1, is defined twice"));
	replaced(two, sizeof two, "family: f", "family: f\n    edition: 2\n    from: 2026-01-01");
	write_file(dir, "y.yaml", two);
	assert_int_equal(rulebook_load(dir, vocab, &rb, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "editions 1 and 2 of \"a\" hold on the same days"));
	replaced(one, sizeof one, "family: f", "family: f\n    until: 2026-01-01");
	replaced(two, sizeof two, "{n: 5, unit: working-days}", "{n: 7, unit: days}");
	char second[4200];
	const char *at = strstr(two, "    title");
	snprintf(second, sizeof second, "%.*s    edition: 2\n    from: 2026-01-01\n%s", (int)(at - two), two, at);
	write_file(dir, "x.yaml", one);
	write_file(dir, "y.yaml", second);
	assert_int_equal(rulebook_load(dir, vocab, &rb, &e), RC_OK);
	assert_int_equal(rulebook_info(rb, (uint16_t)rulebook_find(rb, STR("a")))->edition, 2);

	/* The day of the start chooses the edition. */
	struct workdays *w = workdays_new(NULL, 0, DAY_NEVER, day_of(2025, 1, 1), day_of(2026, 12, 31));
	struct engine *en = engine_new(rb, w);
	for (int k = 0; k < 2; k++) {
		day_t start = day_of(2025, 12, 31) + k;
		struct fact f = {
			.day = start, .minute = MINUTE_NONE, .kind = vocab_kind(vocab, STR("care-started")), .key = 1
		};
		struct child_facts c = { .born = DAY_NONE, .died = DAY_NONE, .facts = &f, .n = 1 };
		for (size_t i = 0; i < EVIDENCE_MAX; i++)
			c.covered[i] = DAY_NONE;
		const struct clock *rows;
		assert_int_equal(engine_run(en, &c, start + 1, &rows), 1);
		assert_int_equal(rulebook_info(rb, rows[0].standard)->edition, k + 1);
		assert_int_equal(rows[0].due, k ? start + 7 : workdays_add(w, start, 5));
	}
	engine_free(en);
	workdays_free(w);
	rulebook_free(rb);
}

static void no_standards(void **state)
{
	const char *dir = *state;
	struct rulebook *rb = NULL;
	struct err e = { 0 };
	assert_int_equal(rulebook_load(dir, vocab, &rb, &e), RC_NOT_FOUND);
	assert_int_equal(rulebook_load("/nowhere", vocab, &rb, &e), RC_IO);
	write_file(dir, "x.yaml", "conditions: []\n");
	assert_int_equal(rulebook_load(dir, vocab, &rb, &e), RC_BAD_INPUT);
	assert_null(rb);
}

static uint64_t guards_say(const struct rulebook *rb, const struct fact *f, size_t *n_out)
{
	uint64_t sum = 0;
	*n_out = 0;
	for (size_t i = 0; i < rb->n_ops; i++)
		if (rb->ops[i].kind == f->kind && guard_ok(rb->ops[i].guard, f)) {
			sum += rb->ops[i].rule * 1000003u + rb->ops[i].type * 10007u + rb->ops[i].arg;
			++*n_out;
		}
	return sum;
}

static void add_op(const struct rulebook *rb, const struct effect_op *op, const struct fact *f, uint64_t *sum,
		   size_t *n)
{
	if (!effect_asks(rb, op, f))
		return;
	*sum += op->rule * 1000003u + op->type * 10007u + op->arg;
	++*n;
}

/* What a fact can do, answered beforehand by its sort, is what the guards say of it. */
static void effects_are_the_guards(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	struct rulebook *rb;
	assert_int_equal(rulebook_load("data", vocab, &rb, &e), RC_OK);
	static const int32_t values[] = { INT32_MIN, -1, 0, 1, 2, 3, 4, 40, 62, 63, 20000 };
	size_t triggered = 0;
	for (uint32_t i = 0; i < 300000; i++) {
		uint32_t h = (i + 1) * 2654435761u;
		struct fact f = { .kind = (uint16_t)(h % vocab->n_kinds),
				  .code = (uint16_t)((h >> 8) % (vocab->n_codes + 2)), /* one that is none, too */
				  .value = values[(h >> 4) % COUNT_OF(values)],
				  .day = 15000 + (day_t)((h >> 12) % 8000) };
		const struct code_list *list = vocab->kinds[f.kind].codes, *list2 = vocab->kinds[f.kind].codes2;
		if (i % 4 && list)
			f.code = list->entries[(h >> 9) % list->n].code;
		if (i % 3 && list2)
			f.code2 = list2->entries[(h >> 16) % list2->n].code;
		size_t want_n, n = 0;
		uint64_t want = guards_say(rb, &f, &want_n), sum = 0;
		const struct effect *x = effect_of(rb, &f);
		for (const struct effect_op *op = x->child; op < x->opens; op++)
			add_op(rb, op, &f, &sum, &n);
		for (const struct effect_op *op = x->opens; op < x->ops; op++)
			add_op(rb, op, &f, &sum, &n);
		for (uint16_t r = 0; r < rb->n; r++)
			for (const struct effect_op *op = effect_on(x, r); op; op = effect_next(op))
				add_op(rb, op, &f, &sum, &n);
		assert_int_equal(n, want_n);
		assert_true(sum == want);
		triggered += n;
	}
	assert_true(triggered > 100000);
	rulebook_free(rb);
}

static void lateness(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	struct rulebook *rb;
	assert_int_equal(rulebook_load("data", vocab, &rb, &e), RC_OK);
	struct workdays *w = workdays_new(NULL, 0, DAY_NEVER, day_of(2025, 1, 1), day_of(2027, 12, 31));
	struct clock c = { .standard = (uint16_t)rulebook_find(rb, STR("iha-returned")),
			   .state = CLOCK_RUNNING,
			   .due = day_of(2026, 12, 4) };
	int late;
	assert_int_equal(clock_lateness(rb, w, &c, day_of(2026, 11, 19), &late), LATE_NOT); /* 11 working days left */
	assert_int_equal(late, -11);
	assert_int_equal(clock_lateness(rb, w, &c, day_of(2026, 11, 20), &late), LATE_DUE_SOON);
	assert_int_equal(clock_lateness(rb, w, &c, day_of(2026, 12, 4), &late), LATE_DUE_SOON);
	assert_int_equal(late, 0);
	assert_int_equal(clock_lateness(rb, w, &c, day_of(2026, 12, 5), &late),
			 LATE_OVERDUE); /* a Saturday: no working day yet */
	assert_int_equal(late, 0);
	assert_int_equal(clock_lateness(rb, w, &c, day_of(2026, 12, 9), &late), LATE_OVERDUE);
	assert_int_equal(late, 3);
	c.state = CLOCK_DONE;
	c.done = day_of(2026, 12, 4);
	assert_int_equal(clock_lateness(rb, w, &c, day_of(2027, 1, 9), &late), LATE_DONE_IN_TIME);
	c.done++;
	assert_int_equal(clock_lateness(rb, w, &c, day_of(2027, 1, 9), &late), LATE_DONE_LATE);
	c.due = DAY_NONE;
	assert_int_equal(clock_lateness(rb, w, &c, day_of(2027, 1, 9), &late), LATE_DONE_IN_TIME);
	for (uint8_t s = CLOCK_STOPPED; s <= CLOCK_NOT_KNOWN; s++) {
		c.state = s;
		c.due = day_of(2020, 1, 1);
		assert_int_equal(clock_lateness(rb, w, &c, day_of(2027, 1, 9), &late), LATE_CLOSED); /* never overdue */
		assert_int_equal(late, 0);
	}
	workdays_free(w);
	rulebook_free(rb);
}

static int folder(void **state)
{
	char *dir = xstrndup("/tmp/linnet-rules-XXXXXX", 24), sub[64];
	if (!mkdtemp(dir))
		return -1;
	snprintf(sub, sizeof sub, "%s/standards", dir);
	*state = dir;
	return mkdir(sub, 0700);
}

static int folder_gone(void **state)
{
	char sub[64];
	remove_file(*state, "x.yaml");
	remove_file(*state, "y.yaml");
	snprintf(sub, sizeof sub, "%s/standards", (char *)*state);
	rmdir(sub);
	rmdir(*state);
	free(*state);
	return 0;
}

static int setup(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	return vocab_load("data", &vocab, &e) == RC_OK ? 0 : -1;
}

static int teardown(void **unused)
{
	(void)unused;
	vocab_free(vocab);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_of_the_product),
		cmocka_unit_test_setup_teardown(mistakes_are_refused, folder, folder_gone),
		cmocka_unit_test_setup_teardown(editions, folder, folder_gone),
		cmocka_unit_test_setup_teardown(no_standards, folder, folder_gone),
		cmocka_unit_test(effects_are_the_guards),
		cmocka_unit_test(lateness),
	};
	return cmocka_run_group_tests_name("rulebook", tests, setup, teardown);
}
