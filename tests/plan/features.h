/* features.h - a scenario that says nearly everything a scenario can, and a question of re-use, as one number: the same
 * from any compiler and any number of threads. */
#ifndef LINNET_TESTS_PLAN_FEATURES_H
#define LINNET_TESTS_PLAN_FEATURES_H

#include "plan/help.h"
#include "plan/outlook.h"
#include "plan/siting_reuse.h"

static UNUSED const char features_text[] =
    "name: everything\nstart: 2026-01-05\nyears: 2\nwarm-up: 90 days\n"
    "areas:\n"
    "  - { id: a, name: A, children: { value: 20000, low: 18000, high: 23000 }, at: [53.0, -1.0], deprivation-fifth: "
    "1, "
    "guess: yes }\n"
    "  - { id: b, name: B, children: 30000, at: [52.5, -1.1], deprivation-fifth: 4, county: C, guess: yes }\n"
    "needs:\n"
    "  - { id: u, name: urgent, priority: 0 }\n"
    "  - { id: n, name: other, priority: 3 }\n"
    "services:\n"
    /* forms of stay, a waiting room, a bed that holds, beds that open later */
    "  - { id: ward, name: Ward, kind: beds, beds: 6, stay: { mean: 40, cv: 0.9 }, stay-by-need: { u: { mean: 30, "
    "phases: 3 } }, at: [53.0, -1.0], waiting-room: 3, if-full: { go-to: far }, holds-place: yes, guess: yes }\n"
    "  - { id: new, name: New, kind: beds, beds: 0, stay: { mixture: [ { share: 70 %, mean: 10 }, { share: 30 %, mean: "
    "60 } "
    "] }, at: [52.5, -1.1], later: [ { from: 2026-11-02, beds: 5 }, { from: 2027-06-01, beds: 3 } ], if-waiting: [ { "
    "after: 9 days, go-to: far } ], guess: yes }\n"
    "  - { id: far, name: Far, kind: beds, beds: no limit, out-of-area: yes, miles: { value: 60, low: 40, high: 90 }, "
    "stay: { observed: [5, 20, 21, 44, 90] }, guess: yes }\n"
    /* interruption, closing, hours that change */
    "  - { id: crisis, name: Crisis, kind: clinicians, clinicians: 2, open: Monday to Friday 09:00 to 17:00, "
    "at-closing: "
    "pause, order: priority, interrupts: go-on, stay: { mean: 2 hours, shape: 0.8 }, later: [ { from: 2027-01-04, "
    "open: every day 08:00 to 20:00 } ], guess: yes }\n"
    /* missed appointments, slots on other days from a day on, who will not wait */
    "  - { id: clinic, name: Clinic, kind: slots, slots: 12, open: Monday to Wednesday 10:00 to 12:00, attended: 85 %, "
    "targets: [7 days, 28 days], later: [ { from: 2026-09-07, slots: 14, open: Monday to Friday 13:00 to 15:00 } ], "
    "guess: yes }\n"
    /* a day service that opens: effects on admissions and on stays from then on; turned away when full */
    "  - { id: day, name: Day, kind: places, type: day-service, places: 0, attendance: 0.85, sessions-a-week: 3, open: "
    "Monday to Friday, stay: { median: 60, p90: 95 }, later: [ { from: 2026-10-05, places: 8 }, { from: 2027-03-01, "
    "open: "
    "every day } ], if-waiting: [ { after: { mean: 30 }, leave: yes } ], guess: yes }\n"
    "  - { id: team, name: Team, kind: caseload, caseload: 25, stay: { mean: 42, sd: 20, form: gamma }, will-not-wait: "
    "20 "
    "%, will-not-wait-from: 2, waiting-room: 5, guess: yes }\n"
    "demand:\n"
    "  - { id: d1, need: n, per-100000: { value: 60, low: 45, high: 80 }, to: nearest beds, by-month: [1, 1, 1, 1, 1, "
    "1, "
    "0.6, 0.5, 1.2, 1.2, 1.2, 1], guess: yes }\n"
    "  - { id: d2, need: u, per-year: 500, to: crisis, by-weekday: [2, 1, 1, 1, 1, 0.5, 0.5], by-hour: [0.1, 0.1, 0.1, "
    "0.1, "
    "0.1, 0.1, 0.5, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 0.5, 0.2, 0.1, 0.1], guess: yes }\n"
    "  - { id: d3, need: n, per-year: 480, to: clinic, together: [80 %, 15 %, 5 %], guess: yes }\n"
    "  - { id: d4, need: n, to: team, counts: { file: counts.csv, order: drawn }, guess: yes }\n"
    "  - { id: d5, need: n, to: team, areas: [a], counts: counts.csv, guess: yes }\n"
    "routes:\n"
    "  - { id: r1, from: ward, to: team, share: 40 %, guess: yes }\n"
    "  - { id: r2, from: crisis, to: clinic, share: 10 %, after: { mean: 20 }, guess: yes }\n"
    "effects:\n"
    "  - { id: e1, of: day-service, on: admissions, times: { value: 0.85, low: 0.75, high: 0.95 }, "
    "in-proportion-to-days: "
    "yes, guess: yes }\n"
    "  - { id: e2, of: day-service, on: stays, times: { value: 0.8, low: 0.7, high: 0.9 }, guess: yes }\n";
static UNUSED const char features_counts[] =
    "day,count\n2026-01-05,1\n2026-01-06,0\n2026-01-07,2\n2026-01-08,0\n2026-01-09,"
    "1\n2026-01-10,0\n2026-01-11,0\n";

static UNUSED const char features_reuse[] =
    "siting: r\nareas:\n"
    "  - {area: A, demand: 6000, at: [52.0, -1.0]}\n"
    "  - {area: B, demand: 9000, at: [52.4, -1.2]}\n"
    "  - {area: C, demand: 4000, at: [52.7, -0.7]}\n"
    "sites:\n"
    "  - {site: P, at: [52.0, -1.0], has: {beds: 5, days: 0, posts: 14}, most: {beds: 5, days: 9, posts: 30}}\n"
    "  - {site: Q, at: [52.4, -1.2], has: {beds: 1, days: 2, posts: 5}, most: {beds: 4, days: 9, posts: 30}}\n"
    "  - {site: R, at: [52.6, -0.8], has: {beds: 0, days: 0, posts: 0}, most: {days: 9, posts: 30}}\n"
    "travel: {fixed-minutes: 5, minutes-per-km: 1}\nreuse:\n  kinds:\n"
    "    - {kind: beds, cost: 100, needs: {posts: 2.5}}\n"
    "    - {kind: days, cost: 30, needs: {posts: 0.6}}\n"
    "    - {kind: posts, cost: 50, move-at-most: 6}\n"
    "  services:\n"
    "    - {service: stay, uses: beds, serves: 7, per-1000: 1.1, weight: 5}\n"
    "    - {service: day, uses: days, serves: 5, per-1000: 2}\n"
    "  conversions:\n"
    "    - {from: beds, to: days, makes: 2, cost: 3, at-most: 4}\n";

static UNUSED enum rc features_lookup(void *arg, const char *name, struct str *out, struct err *e)
{
	(void)arg;
	if (strcmp(name, "counts.csv") != 0)
		return err_set(e, RC_NOT_FOUND, "there is no such file");
	*out = str_of(features_counts);
	return RC_OK;
}

/* NAN where it cannot be told: any NAN is the same. */
static UNUSED uint64_t features_add(uint64_t h, double v)
{
	return digest_add(h, isnan(v) ? -1 : v);
}

static UNUSED uint64_t features_played(int threads)
{
	struct scenario *s = NULL;
	struct outlook *o = NULL;
	struct mistakes *m = calloc(1, sizeof *m);
	struct scenario_asks asks = { .lookup = features_lookup };
	struct outlook_options options = { .replications = 16, .threads = threads };
	if (scenario_read(str_of(features_text), "everything", &asks, &s, m) != RC_OK)
		fail_msg("%s:%d:%d: %s", m->list[0].file, m->list[0].line, m->list[0].column, m->list[0].text);
	well(outlook_run(s, &options, &o, &err));
	uint64_t h = digest_add(UINT64_C(14695981039346656037), (double)o->n_rows);
	for (size_t i = 0; i < o->n_rows; i++) {
		const struct outlook_number *x = &o->rows[i].number;
		h = features_add(features_add(features_add(h, x->value), x->lower), x->upper);
		h = features_add(features_add(features_add(h, x->low), x->high), (double)x->n);
	}
	for (size_t i = 0; i < o->n_fan; i++)
		h = features_add(features_add(features_add(h, o->fan[i].p5), o->fan[i].p50), o->fan[i].p95);
	outlook_free(o);
	scenario_free(s);
	free(m);
	return h;
}

static UNUSED uint64_t features_reused(void)
{
	struct arena a;
	struct siting s;
	struct siting_reuse r;
	uint64_t h = UINT64_C(14695981039346656037);
	arena_init(&a);
	well(siting_read(str_of(features_reuse), "reuse", NULL, NULL, NULL, &a, &s, &err));
	well(siting_reallocate(&s, NULL, NULL, &a, &r, &err));
	for (size_t i = 0; i < s.n_sites * s.stock->n_kinds; i++)
		h = digest_add(h, (double)r.then[i]);
	h = digest_add(digest_add(digest_add(h, (double)r.made[0]), r.value), r.bound);
	h = digest_add(digest_add(h, r.after.mean), r.unserved_after);
	arena_release(&a);
	return h;
}

#define FEATURES_DIGEST UINT64_C(0x5f3326feb696ff5a)

static UNUSED uint64_t features_digest(int threads)
{
	return features_played(threads) ^ (features_reused() * 31);
}

#endif
