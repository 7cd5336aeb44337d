/*
 * Limits in hours over both changes of the clock, against brute force: what each written
 * time may have been is found by looking at every minute of UTC (tests/readings.h), and a
 * clock must be in time where it is so by some reading, too late where it is so by none,
 * and not known only where a time is missing. Rules of none to 50 hours, on children
 * referred and seen in the days about each change.
 */
#include "standard/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/rand.h"
#include "readings.h"
#include "shipped.h"

enum { CHILDREN = 3000, CHILDREN_LONG = 100000, DAY = 1440 };

static const int lengths[] = { 0, 1, 4, 23, 24, 25, 50 };
enum { LENGTHS = COUNT_OF(lengths), KINDS = 3 };
static const char *const kinds[KINDS] = { "plain", "midnight", "negative" };

/* Each length of limit three times: as it is, with a missing time taken for midnight, and that with words for a wait
 * that is negative. */
static struct rulebook *rules_in_hours(void)
{
	struct buf b AUTO(buf_release);
	struct err e = { 0 };
	struct rulebook *made = NULL;
	buf_init(&b, 20000);
	buf_puts(
	    &b,
	    "standards:\n"
	    "  - id: base\n    family: f\n    title: T\n    limit: l\n    rule: r\n    not-counted: n\n    source: s\n"
	    "    settle: s\n    authority: local\n    evidence: contacts\n    not-known: {no-source: x, no-time: y}\n"
	    "    due: [{n: 99, unit: hours}]\n    one-for-each: reference\n    opens: [referral-received]\n"
	    "    done-when: [{part: p, by: [contact-made]}]\n    ends: [{on: [person-died], because: died}]\n"
	    "    turns: [{turn: first, holder: provider, doing: d}]\n");
	for (size_t i = 0; i < LENGTHS; i++) {
		buf_printf(&b, "  - {id: plain-%d, like: base, due: [{n: %d, unit: hours}]}\n", lengths[i], lengths[i]);
		buf_printf(&b, "  - {id: midnight-%d, like: plain-%d, missing-time: midnight}\n", lengths[i],
			   lengths[i]);
		buf_printf(&b, "  - {id: negative-%d, like: midnight-%d, negative-wait-because: before}\n", lengths[i],
			   lengths[i]);
	}
	struct rulebook_file file = { .name = "x.yaml", .body = buf_view(&b) };
	if (rulebook_load_documents(&file, 1, vocab, &made, &e) != RC_OK)
		fail_msg("%s", e.text);
	return made;
}

struct when {
	day_t day;
	int minute; /* MINUTE_NONE: not known */
};

enum outcome { IN_TIME, LATE, BEFORE, UNTOLD };

/* What is written of a minute, and whether it was in time: by some reading, in which it is not before day 0. */
static enum outcome outcome_written(struct when start, struct when seen, int hours, int64_t *least_late_out)
{
	int64_t s[2], c[2], least = INT64_MAX;
	written(start.day, start.minute, s);
	written(seen.day, seen.minute, c);
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < 2; k++)
			if (c[k] >= s[i] && c[k] - s[i] - 60 * hours < least)
				least = c[k] - s[i] - 60 * hours;
	*least_late_out = least;
	return least == INT64_MAX ? BEFORE : least <= 0 ? IN_TIME : LATE;
}

/* A time is missing: every minute that it can have been. What is before day 0 by its times alone is not late. */
static enum outcome outcome_missing(struct when start, struct when seen, int hours)
{
	bool any[2] = { false, false };
	if (seen.day < start.day)
		return BEFORE;
	for (int s = 0; s < DAY; s += start.minute != MINUTE_NONE ? DAY : 1)
		for (int c = 0; c < DAY; c += seen.minute != MINUTE_NONE ? DAY : s % 60 && s < DAY - 1 ? DAY - 1 : 1) {
			struct when a = { start.day, start.minute != MINUTE_NONE ? start.minute : s };
			struct when b = { seen.day, seen.minute != MINUTE_NONE ? seen.minute : c };
			int64_t late;
			any[outcome_written(a, b, hours, &late) == LATE] = true;
		}
	return any[0] && any[1] ? UNTOLD : any[1] ? LATE : IN_TIME;
}

static enum outcome outcome_of(struct when start, struct when seen, int hours, bool midnight, int64_t *late_out)
{
	*late_out = 0;
	if (midnight && start.minute == MINUTE_NONE)
		start.minute = 0;
	if (midnight && seen.minute == MINUTE_NONE)
		seen.minute = 0;
	if (start.minute == MINUTE_NONE || seen.minute == MINUTE_NONE)
		return outcome_missing(start, seen, hours);
	return outcome_written(start, seen, hours, late_out);
}

static int some_minute(struct rand *r, bool night)
{
	static const int edges[] = { 0, 30, 59, 60, 61, 89, 90, 91, 119, 120, 121, 150, 180, 1439 };
	if (rand_int(r, 0, 9) == 0)
		return MINUTE_NONE;
	if (night && rand_int(r, 0, 3))
		return rand_int(r, 0, 1) ? (int)rand_int(r, 55, 125) : edges[rand_int(r, 0, COUNT_OF(edges) - 1)];
	return (int)rand_int(r, 0, DAY - 1);
}

static struct fact fact_of(const char *kind, struct when at)
{
	return (struct fact){ .day = at.day,
			      .minute = (int16_t)at.minute,
			      .kind = vocab_kind(vocab, str_of(kind)),
			      .key = 1,
			      .value = INT32_MIN };
}

/* Referred within days of a change, and seen within minutes of what some limit allows, or whenever. */
static void invent(struct rand *r, struct when *start, struct when *seen)
{
	int year = (int)rand_int(r, 2024, 2028);
	day_t night = (day_t)(change_minute(year, rand_int(r, 0, 1) ? 3 : 10) / DAY);
	start->day = night + (day_t)rand_int(r, -2, 1);
	start->minute = some_minute(r, start->day == night || rand_int(r, 0, 1));
	if (start->minute != MINUTE_NONE && rand_int(r, 0, 1)) {
		int64_t may[2], at;
		written(start->day, start->minute, may);
		at =
		    shown_at(may[rand_int(r, 0, 1)] + 60 * lengths[rand_int(r, 0, LENGTHS - 1)] + rand_int(r, -65, 65));
		*seen = (struct when){ (day_t)(at / DAY), (int)(at % DAY) };
	} else {
		seen->day = start->day + (day_t)rand_int(r, 0, 2);
		seen->minute = some_minute(r, seen->day == night);
	}
}

static struct child_facts child_of(struct fact *f, struct when start, struct when seen)
{
	struct child_facts c = { .born = DAY_NONE, .died = DAY_NONE, .facts = f, .n = 2 };
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		c.covered[i] = DAY_NONE;
	bool first = seen.day < start.day || (seen.day == start.day && seen.minute < start.minute);
	f[first ? 1 : 0] = fact_of("referral-received", start);
	f[first ? 0 : 1] = fact_of("contact-made", seen);
	return c;
}

/* What lies before day 0 is seen on its day only. */
static enum clock_state state_of(enum outcome want, const char *kind, bool same_day)
{
	if (want == BEFORE)
		return same_day && strcmp(kind, "negative") == 0 ? CLOCK_STOPPED : CLOCK_RUNNING;
	return want == UNTOLD ? CLOCK_NOT_KNOWN : CLOCK_DONE;
}

/* The last time in time: day 0 as late as it can have been, and the hours. */
static void due_is(struct when start, int hours, bool midnight, const struct clock *k)
{
	int64_t may[2];
	written(start.day, start.minute != MINUTE_NONE ? start.minute : midnight ? 0 : DAY - 1, may);
	int64_t utc = may[1] + 60 * hours, local = shown_at(utc);
	assert_int_equal(k->due, local / DAY);
	assert_int_equal(k->due_minute, local % DAY);
	assert_int_equal(k->due_again, shown_at(utc - 60) == local);
}

static struct str late_words(int64_t minutes, char room[80])
{
	int h = (int)(minutes / 60), m = (int)(minutes % 60), n = 0;
	if (h)
		n += snprintf(room, 40, "%d hour%s", h, h == 1 ? "" : "s");
	if (m)
		n += snprintf(room + n, 40, "%s%d minute%s", n ? " " : "", m, m == 1 ? "" : "s");
	return (struct str){ room, (size_t)n };
}

/* The answer says the same, and by how much it was late. */
static void answer_is(struct engine *en, const struct child_facts *c, size_t at, day_t as_of, enum outcome want,
		      int64_t late)
{
	struct explanation why;
	char words[600], by[80];
	arena_reset(&arena);
	engine_explain(en, c, as_of, at, &arena, &why);
	snprintf(words, sizeof words, STR_FMT, STR_ARG(why.answer));
	assert_int_equal(strstr(words, "Done in time") != NULL, want == IN_TIME);
	if (want == LATE)
		assert_non_null(strstr(
		    words, arena_printf(&arena, " " STR_FMT " after it was due", STR_ARG(late_words(late, by))).p));
}

static void every_reading(void **unused)
{
	(void)unused;
	struct rulebook *hours = rules_in_hours();
	struct engine *en = engine_new(hours, work);
	size_t seen_in[4] = { 0 }, saved = 0, again = 0;
	int children = getenv("LINNET_LONG") ? CHILDREN_LONG : CHILDREN;
	for (int i = 0; i < children; i++) {
		struct rand r = rand_stream((uint64_t)i, "change", 0);
		struct when start, seen;
		struct fact f[2];
		invent(&r, &start, &seen);
		struct child_facts c = child_of(f, start, seen);
		day_t as_of = seen.day + 4;
		for (size_t q = 0; q < LENGTHS * KINDS; q++) {
			int length = lengths[q / KINDS];
			const char *kind = kinds[q % KINDS];
			bool midnight = q % KINDS != 0,
			     known = start.minute != MINUTE_NONE && seen.minute != MINUTE_NONE;
			if (!known && !midnight && i % 32)
				continue; /* slow to work out */
			char id[40];
			int64_t late;
			const struct clock *rows;
			size_t n = engine_run(en, &c, as_of, &rows), at = 0;
			snprintf(id, sizeof id, "%s-%d", kind, length);
			while (at < n && !str_is(rulebook_info(hours, rows[at].standard)->id, id))
				at++;
			assert_true(at < n);
			struct clock k = rows[at];
			enum outcome want = outcome_of(start, seen, length, midnight, &late);
			enum lateness l = clock_lateness(hours, work, &k, as_of, NULL);
			char d[2][DAY_TEXT_MAX];
			if (k.state != state_of(want, kind, seen.day == start.day) ||
			    (k.state == CLOCK_DONE && (l == LATE_DONE_LATE) != (want == LATE)))
				fail_msg("child %d, %s: referred %s %d, seen %s %d: %s, %d; by brute force %d", i, id,
					 day_iso(start.day, d[0]), start.minute, day_iso(seen.day, d[1]), seen.minute,
					 clock_state_id(k.state), l, want);
			due_is(start, length, midnight, &k);
			seen_in[want]++;
			again += k.due_again;
			saved += want == IN_TIME && known && seen.day == k.due && seen.minute > k.due_minute;
			if (known && want <= LATE && i % 4 == 0)
				answer_is(en, &c, at, as_of, want, late);
		}
	}
	print_message(
	    "%zu in time, %zu late, %zu before, %zu untold; %zu second times, %zu in time though by the clock later\n",
	    seen_in[IN_TIME], seen_in[LATE], seen_in[BEFORE], seen_in[UNTOLD], again, saved);
	assert_true(seen_in[IN_TIME] > 1000 && seen_in[LATE] > 1000 && seen_in[BEFORE] > 100 && seen_in[UNTOLD] >= 10);
	assert_true(again > 100 && saved > 20);
	engine_free(en);
	rulebook_free(hours);
}

/* Nearness in time of two written times, of every pair about a change, one minute and many apart. */
static void minutes_between(void **unused)
{
	(void)unused;
	for (int month = 3; month <= 10; month += 7)
		for (int from = 0; from < 300; from++)
			for (int to = 0; to < 300; to++) {
				day_t night = (day_t)(change_minute(2026, month) / DAY);
				struct when a = { night, from }, b = { night, to };
				int64_t least;
				if (outcome_written(a, b, 0, &least) == BEFORE)
					least = -1;
				assert_int_equal(london_minutes_between(night, from, night, to), least);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minutes_between),
		cmocka_unit_test(every_reading),
	};
	return cmocka_run_group_tests_name("the nights on which the clocks change", tests, shipped_open, shipped_close);
}
