/*
 * One million invented children, about twenty million facts, all standards, on
 * two threads, with every clock row written to memory. Prints one line:
 *   engine 1000000 children 20.1 M facts N clocks T s
 * Budget 1 s on two cores.
 *
 *   engine [--children N] [--rules FOLDER] [--export FOLDER] [--count yes] [--digest yes]
 * --count yes only counts the clocks, once: for as many children as England has.
 * --rules takes the standards of FOLDER/standards instead of those of data/.
 * --export also writes facts.csv, children.csv and clocks.csv of three standards
 * for tests/bench/duckdb.mjs.
 * --digest yes prints one number of every row of every run there is (reports, and
 * the rows of a child with what time changes next), and measures nothing: two
 * engines that agree on it agree on every clock.
 */
#include "standard/engine.h"

#include <pthread.h>
#include <sys/mman.h>
#include <time.h>

#include "standard/holidays.h"

enum { THREADS = 2, ROUNDS = 9 /* as duckdb.mjs has */, PER_CHILD_MAX = 80 };

struct kinds {
	uint16_t care_started, care_ended, placement_started, placement_ended, notified, asked, complete, booked,
	    outcome, seen, returned, sdq, referral, closed, contact, baseline, plan;
	uint16_t v2, c2, v3, e4a, u6, initial, review, doctor, nurse, attended, not_brought, carer, other, c02, a02,
	    discharged, face;
};

static struct vocab *vocab;
static struct rulebook *rules;
static struct workdays *work;
static struct kinds K;
static struct child_facts *children;
static struct fact *facts;
static size_t n_children = 1000000, n_facts;
static day_t today;

/* Gigabytes that are gone through once: in large pages, where the system has them. */
static void *large(size_t n, size_t size)
{
	enum { LARGE = 1 << 21 };
	size_t bytes = (n * size + LARGE - 1) / LARGE * LARGE;
	void *p = aligned_alloc(LARGE, bytes);
	if (!p)
		abort();
	madvise(p, bytes, MADV_HUGEPAGE);
	return p;
}

/* ---- the children ---- */

static uint64_t state = 42;

static uint32_t chance(uint32_t n)
{
	state += 0x9e3779b97f4a7c15u;
	uint64_t z = state;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 33) % n;
}

struct story {
	struct fact f[PER_CHILD_MAX];
	size_t n;
	int32_t key;
};

static void tell(struct story *s, day_t day, uint16_t kind, uint16_t code, uint16_t code2, int32_t key, int32_t value,
		 uint16_t org)
{
	if (s->n < PER_CHILD_MAX && day <= today)
		s->f[s->n++] = (struct fact){ .day = day,
					      .minute = MINUTE_NONE,
					      .kind = kind,
					      .code = code,
					      .code2 = code2,
					      .org = org,
					      .key = key,
					      .value = value };
}

static day_t assessed(struct story *s, day_t from, uint16_t code, uint16_t who)
{
	int32_t request = ++s->key, appointment = ++s->key, assessment = ++s->key;
	tell(s, from + 2, K.asked, code, 0, request, INT32_MIN, 0);
	day_t complete = from + 3 + (day_t)chance(14);
	tell(s, complete, K.complete, code, 0, request, INT32_MIN, 0);
	day_t at = complete + 5 + (day_t)chance(20);
	tell(s, complete + 1, K.booked, code, 0, appointment, at, 0);
	tell(s, at, K.outcome, code, chance(8) ? K.attended : K.not_brought, appointment, INT32_MIN, 0);
	tell(s, at, K.seen, code, who, assessment, INT32_MIN, 0);
	tell(s, at + 1 + (day_t)chance(15), K.returned, code, 0, assessment, INT32_MIN, 0);
	return at;
}

static void in_care(struct story *s, day_t start)
{
	int32_t period = ++s->key, placement = ++s->key;
	day_t end = start + 60 + (day_t)chance(1500);
	tell(s, start, K.care_started, chance(30) ? chance(2) ? K.v2 : K.c2 : K.v3, 0, period, INT32_MIN, 3);
	tell(s, start, K.placement_started, K.u6, 0, placement, (int32_t)chance(2), 3);
	tell(s, start + (day_t)chance(9) - 2, K.notified, 0, 0, placement, INT32_MIN, 0);
	day_t last = assessed(s, start, K.initial, chance(12) ? K.doctor : K.nurse);
	for (day_t d = last + 150 + (day_t)chance(240); d < end; d = last + 150 + (day_t)chance(240)) {
		last = assessed(s, d, K.review, K.nurse);
		tell(s, last - 9, K.sdq, K.carer, 0, 0, (int32_t)chance(40), 0);
	}
	if (end > start + 300) {
		tell(s, start + 200, K.placement_ended, 0, 0, placement, INT32_MIN, 0);
		placement = ++s->key;
		tell(s, start + 200, K.placement_started, K.u6, 0, placement, (int32_t)chance(2), 3);
		tell(s, start + 201, K.notified, 0, 0, placement, INT32_MIN, 0);
	}
	tell(s, end, K.care_ended, K.e4a, 0, period, INT32_MIN, 0);
}

static void helped(struct story *s, day_t start)
{
	int32_t referral = ++s->key;
	uint16_t org = (uint16_t)(1 + chance(3));
	tell(s, start, K.referral, K.other, chance(10) ? K.c02 : K.a02, referral, 3, org);
	day_t at = start + (day_t)chance(40);
	for (uint32_t i = chance(6); i > 0; i--, at += 7 + (day_t)chance(14))
		tell(s, at, K.contact, K.face, 0, referral, INT32_MIN, org);
	tell(s, start + 10 + (day_t)chance(30), K.baseline, 0, 0, referral, INT32_MIN, org);
	tell(s, start + 12 + (day_t)chance(40), K.plan, 0, 0, referral, INT32_MIN, org);
	if (chance(3))
		tell(s, at + 20 + (day_t)chance(100), K.closed, K.discharged, 0, referral, INT32_MIN, 0);
}

static int by_order(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	int rx = vocab->kinds[x->kind].rank, ry = vocab->kinds[y->kind].rank;
	if (rx != ry)
		return rx - ry;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static void make_children(void)
{
	size_t cap = n_children * 24;
	facts = xcalloc(cap, sizeof *facts);
	children = xcalloc(n_children, sizeof *children);
	for (size_t i = 0; i < n_children; i++) {
		struct story s = { .n = 0 };
		day_t start = today - (day_t)chance(2200);
		if (chance(4))
			in_care(&s, start);
		if (chance(2))
			helped(&s, start + (day_t)chance(600));
		if (chance(8) == 0)
			in_care(&s, start + 1600);
		qsort(s.f, s.n, sizeof *s.f, by_order);
		if (n_facts + s.n > cap) {
			cap *= 2;
			facts = xrealloc(facts, cap * sizeof *facts);
		}
		memcpy(facts + n_facts, s.f, s.n * sizeof *s.f);
		children[i] = (struct child_facts){ .born = start - (day_t)chance(5800), .died = DAY_NONE, .n = s.n };
		for (size_t e = 0; e < EVIDENCE_MAX; e++)
			children[i].covered[e] = today - 2400;
		n_facts += s.n;
	}
	size_t at = 0;
	for (size_t i = 0; i < n_children; at += children[i++].n)
		children[i].facts = facts + at;
}

/* ---- the run ---- */

enum { ROWS_PER_CHILD = 80 };

struct part {
	size_t from, to, n;
	struct clock *rows; /* written one after another, with room for one child more than cap; or over and over */
	size_t cap;
	size_t *ends; /* [children] end of its rows; NULL: rows are only counted */
	double cpu;   /* seconds on the processor: tells a busy machine from a slow engine */
};

static double seconds(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *run_part(void *arg)
{
	struct part *p = arg;
	struct engine *en = engine_new(rules, work);
	p->n = 0;
	for (size_t i = p->from; i < p->to; i++) {
		p->n += engine_clocks(en, &children[i], today, p->ends ? p->rows + p->n : p->rows);
		if (!p->ends)
			continue;
		if (p->n > p->cap)
			abort();
		p->ends[i - p->from] = p->n;
	}
	engine_free(en);
	p->cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
	return NULL;
}

static double run_once(struct part *part)
{
	pthread_t threads[THREADS];
	double t = seconds(CLOCK_MONOTONIC);
	for (int k = 0; k < THREADS; k++)
		if (pthread_create(&threads[k], NULL, run_part, &part[k]))
			abort();
	for (int k = 0; k < THREADS; k++)
		pthread_join(threads[k], NULL);
	return seconds(CLOCK_MONOTONIC) - t;
}

/* ---- digest ---- */

static uint64_t mixed(uint64_t h, int64_t v)
{
	h = (h ^ (uint64_t)v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static uint64_t row_digest(const struct clock *c, size_t child)
{
	const int64_t all[] = { (int64_t)child, c->standard, c->ordinal, c->opened_by,	  c->done_by,
				c->last_fact,	c->key,	     c->org,	 c->state,	  c->holder,
				c->reason,	c->turn,     c->start,	 c->start_minute, c->due_minute,
				c->done_minute, c->due,	     c->done,	 c->holder_since, c->holder_due,
				c->due_again };
	uint64_t h = 0;
	for (size_t i = 0; i < COUNT_OF(all); i++)
		h = mixed(h, all[i]);
	return h;
}

/* Reports give rows in no order; a child's rows have one. Every third child is
 * looked at on an earlier day too, with facts still to come. */
static void digest(void)
{
	static struct clock report[CLOCKS_PER_CHILD_MAX];
	struct engine *en = engine_new(rules, work);
	uint64_t reports = 0, runs = 0;
	for (size_t i = 0; i < n_children; i++) {
		const struct clock *rows;
		size_t n = engine_clocks(en, &children[i], today, report);
		for (size_t k = 0; k < n; k++)
			reports += row_digest(&report[k], i);
		for (int round = 0; round < (i % 3 ? 1 : 2); round++) {
			n = engine_run(en, &children[i], today - 400 * round, &rows);
			for (size_t k = 0; k < n; k++)
				runs = mixed(runs ^ row_digest(&rows[k], i), rows[k].next_change);
			runs = mixed(runs, engine_next_change(en));
		}
	}
	engine_free(en);
	printf("digest %zu children %016" PRIx64 " %016" PRIx64 "\n", n_children, reports, runs);
}

/* ---- export ---- */

static FILE *out_file(const char *folder, const char *name)
{
	char path[1000];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	if (!f) {
		fprintf(stderr, "%s could not be written\n", path);
		exit(2);
	}
	return f;
}

static void number(FILE *f, int32_t v, char end)
{
	if (v != DAY_NONE)
		fprintf(f, "%d", v);
	fputc(end, f);
}

static void export(const char *folder, const struct part *part)
{
	FILE *f = out_file(folder, "facts.csv");
	fputs("child,n,day,kind,code,code2,org,key,value\n", f);
	for (size_t i = 0; i < n_children; i++)
		for (size_t k = 0; k < children[i].n; k++) {
			const struct fact *x = &children[i].facts[k];
			fprintf(f, "%zu,%zu,%d,%s,%s,%s,%d,%d,", i, k, x->day, vocab->kinds[x->kind].id.p,
				x->code ? vocab->codes[x->code].p : "", x->code2 ? vocab->codes[x->code2].p : "",
				x->org, x->key);
			number(f, x->value, '\n');
		}
	fclose(f);
	f = out_file(folder, "children.csv");
	fputs("child,born,adult\n", f);
	for (size_t i = 0; i < n_children; i++)
		fprintf(f, "%zu,%d,%d\n", i, children[i].born, day_birthday(children[i].born, 18));
	fclose(f);
	f = out_file(folder, "working.csv");
	fputs("day,number\n", f); /* how many working days up to and including the day */
	int count = 0;
	for (day_t d = day_of(2018, 1, 1); d <= day_of(2028, 12, 31); d++) {
		count += workdays_is(work, d);
		fprintf(f, "%d,%d\n", d, count);
	}
	fclose(f);
	f = out_file(folder, "clocks.csv");
	fputs("standard,child,opened,state,start,due,done\n", f);
	for (int t = 0; t < THREADS; t++)
		for (size_t i = 0, child = 0; i < part[t].n; i++) {
			while (i == part[t].ends[child])
				child++;
			const struct clock *c = &part[t].rows[i];
			struct str id = rulebook_info(rules, c->standard)->id;
			if (!str_is(id, "iha-seen") && !str_is(id, "iha-request") && !str_is(id, "placement-notified"))
				continue;
			fprintf(f, STR_FMT ",%zu,%d,%s,%d,", STR_ARG(id), part[t].from + child, c->opened_by,
				clock_state_id(c->state), c->start);
			number(f, c->due, ',');
			number(f, c->done, '\n');
		}
	fclose(f);
}

static void name_all(void)
{
	static const struct {
		const char *id;
		uint16_t *at;
		bool code;
	} names[] = {
		{ "care-started", &K.care_started, false },
		{ "care-ended", &K.care_ended, false },
		{ "placement-started", &K.placement_started, false },
		{ "placement-ended", &K.placement_ended, false },
		{ "health-notified", &K.notified, false },
		{ "request-made", &K.asked, false },
		{ "request-complete", &K.complete, false },
		{ "appointment-booked", &K.booked, false },
		{ "appointment-outcome", &K.outcome, false },
		{ "assessment-seen", &K.seen, false },
		{ "assessment-returned", &K.returned, false },
		{ "sdq-scored", &K.sdq, false },
		{ "referral-received", &K.referral, false },
		{ "referral-closed", &K.closed, false },
		{ "contact-made", &K.contact, false },
		{ "outcome-baseline", &K.baseline, false },
		{ "care-plan-agreed", &K.plan, false },
		{ "V2", &K.v2, true },
		{ "C2", &K.c2, true },
		{ "V3", &K.v3, true },
		{ "E4A", &K.e4a, true },
		{ "U6", &K.u6, true },
		{ "initial", &K.initial, true },
		{ "review", &K.review, true },
		{ "doctor", &K.doctor, true },
		{ "nurse", &K.nurse, true },
		{ "attended", &K.attended, true },
		{ "not-brought", &K.not_brought, true },
		{ "carer", &K.carer, true },
		{ "other", &K.other, true },
		{ "C02", &K.c02, true },
		{ "A02", &K.a02, true },
		{ "discharged", &K.discharged, true },
		{ "01", &K.face, true },
	};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		*names[i].at =
		    names[i].code ? vocab_code(vocab, str_of(names[i].id)) : vocab_kind(vocab, str_of(names[i].id));
		if (!*names[i].at)
			abort();
	}
}

int main(int argc, char **argv)
{
	const char *folder = NULL, *data = "data";
	bool count = false, only_digest = false;
	for (int i = 1; i + 1 < argc; i += 2) {
		int64_t n;
		if (strcmp(argv[i], "--export") == 0)
			folder = argv[i + 1];
		else if (strcmp(argv[i], "--rules") == 0)
			data = argv[i + 1];
		else if (strcmp(argv[i], "--count") == 0)
			count = strcmp(argv[i + 1], "yes") == 0;
		else if (strcmp(argv[i], "--digest") == 0)
			only_digest = strcmp(argv[i + 1], "yes") == 0;
		else if (strcmp(argv[i], "--children") == 0 &&
			 str_to_int(str_of(argv[i + 1]), 2, 20000000, &n) == RC_OK)
			n_children = (size_t)n;
	}
	struct err e = { 0 };
	struct arena a;
	struct holiday *h;
	size_t n;
	arena_init(&a);
	if (vocab_load("data", &vocab, &e) || rulebook_load(data, vocab, &rules, &e) ||
	    holidays_load("data", &a, &h, &n, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return 2;
	}
	work = holidays_calendar(h, n, DAY_NEVER);
	today = day_of(2026, 11, 22);
	name_all();
	make_children();
	if (only_digest) {
		digest();
		return 0;
	}
	struct part part[THREADS];
	for (size_t k = 0; k < THREADS; k++) {
		part[k] = (struct part){ .from = n_children * k / THREADS, .to = n_children * (k + 1) / THREADS };
		size_t n_part = part[k].to - part[k].from;
		part[k].cap = count ? 0 : n_part * ROWS_PER_CHILD;
		part[k].rows = large(part[k].cap + CLOCKS_PER_CHILD_MAX, sizeof *part[k].rows);
		part[k].ends = count ? NULL : xcalloc(n_part, sizeof *part[k].ends);
	}
	double best = 1e9, cpu = 1e9;
	for (int r = 0; r < (count ? 1 : ROUNDS); r++) {
		double t = run_once(part), c = part[0].cpu > part[1].cpu ? part[0].cpu : part[1].cpu;
		best = t < best ? t : best;
		cpu = c < cpu ? c : cpu;
	}
	printf("engine %zu children %.1f M facts %zu clocks %.3f s\n", n_children, (double)n_facts / 1e6,
	       part[0].n + part[1].n, best);
	fprintf(stderr, "(%.3f s of processor time in the busier thread)\n", cpu);
	if (folder)
		export(folder, part);
	for (size_t k = 0; k < THREADS; k++) {
		free(part[k].rows);
		free(part[k].ends);
	}
	free(children);
	free(facts);
	workdays_free(work);
	rulebook_free(rules);
	vocab_free(vocab);
	arena_release(&a);
	return 0;
}
