/* Packed histories: what comes out is what went in; damage is refused; folding
 * either gives the same facts at any instant of knowledge. */
#include "record/compact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/rand.h"
#include "record/fold.h"

static struct vocab *vocab;
static struct arena arena;

enum { EVENTS_MAX = 60 };

static uint32_t rand_below(struct rand *r, uint32_t n)
{
	return (uint32_t)rand_int(r, 0, (int64_t)n - 1);
}

static struct event invent(struct rand *r, const struct event *before, size_t n_before)
{
	const struct kind *k;
	uint16_t kind = (uint16_t)(1 + rand_below(r, (uint32_t)vocab->n_kinds - 1));
	k = &vocab->kinds[kind];
	int64_t last = n_before ? before[n_before - 1].id : 0;
	int64_t recorded = n_before ? before[n_before - 1].recorded_ms : 1700000000000;
	struct event ev = { .id = last + 1 + (int64_t)rand_below(r, 1u << 30),
			    .person = 7,
			    .kind = kind,
			    .precision = (uint8_t)rand_below(r, 3),
			    .at = rand_below(r, 20) ? 19000 + (day_t)rand_below(r, 800) : DAY_NONE,
			    .minute = (int16_t)(rand_below(r, 2) ? MINUTE_NONE : (int)rand_below(r, 1440)),
			    .recorded_ms = recorded + (rand_below(r, 2) ? 0 : (int64_t)rand_below(r, 1u << 31)),
			    .org = rand_below(r, 3) ? 0 : 1 + (int64_t)rand_below(r, 300),
			    .value = rand_below(r, 2) ? INT64_MIN : (int64_t)rand_below(r, 1000) - 500,
			    .end_day = rand_below(r, 3) ? DAY_NONE : 19000 + (day_t)rand_below(r, 800) };
	if (rand_below(r, 50) == 0)
		ev.value = INT64_MAX;
	if (k->codes)
		ev.code = k->codes->entries[rand_below(r, (uint32_t)k->codes->n)].id;
	if (k->codes2 && rand_below(r, 2))
		ev.code2 = k->codes2->entries[rand_below(r, (uint32_t)k->codes2->n)].id;
	if (rand_below(r, 2))
		ev.ref = arena_printf(&arena, "R-%u", rand_below(r, 9));
	if (n_before && rand_below(r, 6) == 0) {
		ev.replaces = before[rand_below(r, (uint32_t)n_before)].id;
		ev.voids = rand_below(r, 3) == 0;
	}
	ev.written_ms = ev.recorded_ms;
	return ev;
}

static void same_event(const struct event *a, const struct event *b)
{
	assert_true(a->id == b->id && a->person == b->person && a->kind == b->kind && a->precision == b->precision &&
		    a->voids == b->voids && a->at == b->at && a->minute == b->minute &&
		    a->recorded_ms == b->recorded_ms && a->replaces == b->replaces && a->org == b->org &&
		    a->value == b->value && a->end_day == b->end_day);
	assert_true(str_eq(a->code, b->code) && str_eq(a->code2, b->code2) && str_eq(a->ref, b->ref));
}

static void same_facts(const struct event *a, const struct event *b, size_t n, int64_t known_ms)
{
	struct folded x, y;
	fold_events(vocab, a, n, known_ms, &arena, &x);
	fold_events(vocab, b, n, known_ms, &arena, &y);
	assert_int_equal(x.child.n, y.child.n);
	assert_int_equal(x.child.born, y.child.born);
	assert_int_equal(x.n_spans, y.n_spans);
	for (size_t i = 0; i < x.child.n; i++)
		assert_memory_equal(&x.child.facts[i], &y.child.facts[i], sizeof x.child.facts[i]);
}

static void round_trip(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 400; seed++) {
		struct rand r = rand_stream(seed, "compact", 0);
		struct event ev[EVENTS_MAX], *back;
		size_t n = rand_below(&r, EVENTS_MAX), m;
		arena_reset(&arena);
		for (size_t i = 0; i < n; i++)
			ev[i] = invent(&r, ev, i);
		struct str bytes = compact_write(vocab, ev, n, &arena);
		assert_int_equal(compact_read(vocab, bytes, 7, &arena, &back, &m), RC_OK);
		assert_int_equal(n, m);
		for (size_t i = 0; i < n; i++)
			same_event(&ev[i], &back[i]);
		same_facts(ev, back, n, KNOWN_NOW);
		if (n)
			same_facts(ev, back, n, ev[n / 2].recorded_ms);
	}
}

static void damage_is_refused(void **state)
{
	(void)state;
	struct rand r = rand_stream(11, "damage", 0);
	struct event ev[EVENTS_MAX], *back;
	size_t m;
	arena_reset(&arena);
	for (size_t i = 0; i < EVENTS_MAX; i++)
		ev[i] = invent(&r, ev, i);
	struct str bytes = compact_write(vocab, ev, EVENTS_MAX, &arena);
	for (size_t n = 0; n < bytes.n; n++) /* cut off anywhere */
		assert_int_equal(compact_read(vocab, (struct str){ bytes.p, n }, 7, &arena, &back, &m), RC_BAD_INPUT);
	char *more = arena_alloc(&arena, bytes.n + 1);
	memcpy(more, bytes.p, bytes.n);
	assert_int_equal(compact_read(vocab, (struct str){ more, bytes.n + 1 }, 7, &arena, &back, &m), RC_BAD_INPUT);
	more[0]++; /* another version */
	assert_int_equal(compact_read(vocab, (struct str){ more, bytes.n }, 7, &arena, &back, &m), RC_BAD_INPUT);
	for (size_t i = 0; i < 3000; i++) { /* whatever the bytes, nothing is read outside them */
		memcpy(more, bytes.p, bytes.n);
		for (int k = 0; k < 4; k++)
			more[rand_below(&r, (uint32_t)bytes.n)] = (char)rand_below(&r, 256);
		if (compact_read(vocab, (struct str){ more, bytes.n }, 7, &arena, &back, &m) == RC_OK)
			assert_true(m <= EVENTS_PER_CHILD_MAX);
	}
}

static int setup(void **state)
{
	(void)state;
	struct err e = { 0 };
	arena_init(&arena);
	return vocab_load("data", &vocab, &e) == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	vocab_free(vocab);
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(damage_is_refused),
	};
	return cmocka_run_group_tests_name("compact", tests, setup, teardown);
}
