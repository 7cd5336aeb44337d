/* Re-use of what there is: against every arrangement of small invented problems, with
 * one kind and with several, staff and conversions; a solver's answer; refusals. */
#include "plan/siting_help.h"

#include "plan/siting_reuse.h"

#include "base/cbc.h"
#include "base/rand.h"
#include "plan/scenario.h"
#include "plan/siting_scenario.h"

/* ---- every arrangement ---- */

enum { AREAS = 4 };

/* The rules written down a second time, from what docs/planning.md says. */
static bool keeps_rules(const struct siting *s, const size_t *x, const size_t *made)
{
	const struct siting_stock *k = s->stock;
	double money = 0, today = 0;
	for (size_t i = 0; i < k->n_kinds; i++) {
		long all = 0, want = 0, gains = 0, fresh = 0, taken = 0;
		for (size_t j = 0; j < s->n_sites; j++) {
			size_t at = j * k->n_kinds + i;
			all += (long)x[at];
			want += (long)k->now[at];
			gains += x[at] > k->now[at] ? (long)(x[at] - k->now[at]) : 0;
			money += k->cost[at] * (double)x[at];
			today += k->cost[at] * (double)k->now[at];
		}
		for (size_t q = 0; q < k->n_conversions; q++) {
			taken += k->conversions[q].from == i ? (long)(k->conversions[q].of * made[q]) : 0;
			fresh += k->conversions[q].to == i ? (long)(k->conversions[q].makes * made[q]) : 0;
		}
		if (taken > want || all != want - taken + fresh)
			return false;
		if (k->kinds[i].move_most < REUSE_UNITS_MAX && gains > (long)k->kinds[i].move_most + fresh)
			return false;
	}
	for (size_t j = 0; j < s->n_sites; j++)
		for (size_t l = 0; l < k->n_kinds; l++) {
			double needs = 0;
			for (size_t i = 0; i < k->n_kinds; i++)
				needs += k->kinds[i].needs[l] * (double)x[j * k->n_kinds + i];
			if (needs > (double)x[j * k->n_kinds + l] + 1e-9)
				return false;
		}
	for (size_t q = 0; q < k->n_conversions; q++)
		money += k->conversions[q].cost * (double)made[q];
	return money <= (k->budget > 0 ? k->budget : today) + 1e-9;
}

/* What the units of one kind give: a flow of its own, rows in another order than the program's. */
static double gives(const struct siting *s, size_t kind, const size_t *x)
{
	const struct siting_stock *k = s->stock;
	double cost[AREAS * 4 * 8], demand[AREAS * 4], room[8], v = 0, all = 0;
	size_t n = 0, m = s->n_sites + 1;
	struct err e = { 0 };
	for (size_t i = 0; i < s->n_areas; i++)
		for (size_t q = 0; q < k->n_services; q++) {
			const struct reuse_service *u = &k->services[q];
			if (u->kind != kind)
				continue;
			demand[n] = s->areas[i].demand * u->times / u->serves;
			all += demand[n];
			for (size_t j = 0; j < s->n_sites; j++) {
				double t = s->minutes[i * s->n_sites + j];
				cost[n * m + j] = u->longest > 0 && t > u->longest ? SITE_NEVER : t * u->serves;
			}
			cost[n * m + s->n_sites] = 1e5 * u->weight * u->serves;
			n++;
		}
	for (size_t j = 0; j < s->n_sites; j++)
		room[j] = (double)x[j * k->n_kinds + kind];
	room[s->n_sites] = all;
	if (n)
		assert_int_equal(site_transport(n, m, cost, demand, room, NULL, &v, &e), RC_OK);
	return v;
}

static double every_arrangement(const struct siting *s)
{
	const struct siting_stock *k = s->stock;
	size_t x[16] = { 0 }, made[REUSE_CONVERSIONS_MAX] = { 0 }, n = s->n_sites * k->n_kinds;
	double best = SITE_NEVER;
	memcpy(x, k->least, n * sizeof *x);
	for (;;) { /* all units and all conversions, as one long number */
		if (keeps_rules(s, x, made)) {
			double v = 0;
			for (size_t i = 0; i < k->n_kinds; i++)
				v += gives(s, i, x);
			best = fmin(best, v);
		}
		size_t p = 0;
		while (p < n + k->n_conversions) {
			size_t *digit = p < n ? &x[p] : &made[p - n];
			if (++*digit <= (p < n ? k->most[p] : k->conversions[p - n].most))
				break;
			*digit = p < n ? k->least[p] : 0;
			p++;
		}
		if (p == n + k->n_conversions)
			return best;
	}
}

/* Beds and day places that need posts, two conversions; or, with two kinds alone, three sites. */
static struct siting invent(uint64_t seed)
{
	struct rand r = rand_stream(seed, "several", 0);
	struct buf b AUTO(buf_release);
	bool staffed = seed % 2;
	int sites = staffed ? 2 : 3;
	buf_init(&b, 1 << 16);
	buf_puts(&b, "siting: reuse\nareas:\n");
	for (int i = 0; i < AREAS; i++)
		buf_printf(&b, "  - {area: a%d, demand: %d, at: [52, 0]}\n", i,
			   (int)rand_int(&r, seed % 7 == 6 ? 0 : 1, 3));
	buf_puts(&b, "sites:\n");
	for (int j = 0; j < sites; j++) {
		int beds = (int)rand_int(&r, 0, 3), days = (int)rand_int(&r, 0, 2);
		int posts = 2 * beds + days + (int)rand_int(&r, 0, 1);
		buf_printf(&b, "  - {site: s%d, at: [52, 0], has: {beds: %d, days: %d", j, beds, days);
		if (staffed)
			buf_printf(&b, ", posts: %d}, least: {beds: %d}, most: {beds: 4, days: 4, posts: 9}}\n", posts,
				   (int)rand_int(&r, 0, beds));
		else
			buf_printf(&b, "}, most: {beds: 3, days: 4}}\n");
	}
	buf_puts(&b, "travel: {minutes-per-km: 1}\nreuse:\n  kinds:\n");
	buf_printf(&b, "    - {kind: beds, cost: %d%s%s}\n", (int)rand_int(&r, 20, 40),
		   staffed ? ", needs: {posts: 2}" : "", seed % 3 == 1 ? ", move-at-most: 1" : "");
	buf_printf(&b, "    - {kind: days, cost: %d%s}\n", (int)rand_int(&r, 5, 25),
		   staffed ? ", needs: {posts: 0.6}" : "");
	if (staffed)
		buf_printf(&b, "    - {kind: posts, cost: 10%s}\n", seed % 5 == 3 ? ", move-at-most: 1" : "");
	buf_printf(&b,
		   "  services:\n    - {service: stay, uses: beds, serves: %g, weight: %d}\n"
		   "    - {service: day, uses: days, serves: %g, per-1000: 1500%s}\n",
		   seed % 4 == 2 ? 1.5 : 2.0, (int)rand_int(&r, 1, 5), seed % 4 == 2 ? 2.3 : 3.0,
		   seed % 6 == 5 ? ", longest: 40" : "");
	buf_printf(&b,
		   "  conversions:\n    - {from: beds, to: days, makes: 2, cost: %d, at-most: 2}\n"
		   "    - {from: days, of: 2, to: %s, at-most: 1}\n",
		   (int)rand_int(&r, 0, 4), seed % 3 ? "beds" : "nothing");
	struct siting s = read_text(arena_str(&a, buf_view(&b)));
	for (size_t k = 0; k < s.n_areas * s.n_sites; k++)
		s.minutes[k] = (double)rand_int(&r, 1, 60);
	if (seed % 8 == 7) { /* less money than today; other money at every site */
		size_t none[REUSE_CONVERSIONS_MAX] = { 0 };
		s.stock->budget = reuse_money(&s, s.stock->now, none) * 0.9;
	}
	if (seed % 8 == 4)
		for (size_t k = 0; k < s.n_sites * s.stock->n_kinds; k++)
			s.stock->cost[k] += k % s.stock->n_kinds < 2 ? (double)rand_int(&r, 0, 9) : 0;
	return s;
}

static void check_told(const struct siting *s, const struct siting_reuse *u)
{
	const struct siting_stock *k = s->stock;
	assert_true(keeps_rules(s, u->then, u->made));
	for (size_t i = 0; i < k->n_kinds; i++)
		for (size_t j = 0; j < s->n_sites; j++) { /* the moves lead from today to then */
			long units = (long)k->now[j * k->n_kinds + i];
			for (size_t q = 0; q < u->n_moves; q++)
				if (u->moves[q].kind == i)
					units += (u->moves[q].to == j ? 1 : 0) * (long)u->moves[q].units -
						 (u->moves[q].from == j ? 1 : 0) * (long)u->moves[q].units;
			assert_int_equal(units, u->then[j * k->n_kinds + i]);
		}
	for (size_t q = 0; q < k->n_services; q++)
		assert_true(u->told_after[q].served + u->told_after[q].unserved >=
			    u->told_after[q].demand * (1 - 1e-6));
}

static void test_several_kinds_equal_every_arrangement(void **state)
{
	(void)state;
	int converted = 0, none = 0;
	for (uint64_t seed = 0; seed < 48; seed++) {
		struct siting s = invent(seed);
		struct siting_reuse u;
		struct err e = { 0 };
		double best = every_arrangement(&s);
		enum rc rc = siting_reallocate(&s, NULL, NULL, &a, &u, &e);
		if (best >= SITE_NEVER) {
			if (rc != RC_NOT_FOUND || !strstr(e.text, "p.yaml:"))
				fail_msg("seed %d: rc %d %s", (int)seed, (int)rc, e.text);
			none++;
			arena_reset(&a);
			continue;
		}
		if (rc != RC_OK || fabs(u.value - best) > 1e-6 * (1 + best) || !u.proven ||
		    u.bound > best + 1e-6 * best)
			fail_msg("seed %d: %g (bound %g, proven %d), not %g: %s", (int)seed, u.value, u.bound, u.proven,
				 best, e.text);
		check_told(&s, &u);
		converted += u.made[0] || u.made[1];
		arena_reset(&a);
	}
	if (converted < 15 || none < 1 || none > 20)
		fail_msg("converted %d, none %d", converted, none);
}

/* Stopped at once, a plan and an honest bound are there; a solver takes it from there and is weighed again. */
static enum rc ask_cbc(void *arg, struct str model, double seconds, struct buf *answer, struct err *e)
{
	++*(int *)arg;
	return cbc_run(NULL, model, seconds, answer, e);
}

static void test_stopped_and_solved_outside(void **state)
{
	(void)state;
	const struct site_work one = { 1, NULL, NULL };
	int asked = 0, open = 0;
	for (uint64_t seed = 0; seed < 16; seed++) {
		struct siting s = invent(seed);
		struct siting_outside cbc = { ask_cbc, &asked, 10 };
		struct siting_reuse u;
		struct err e = { 0 };
		double best = every_arrangement(&s);
		enum rc rc = siting_reallocate(&s, &one, NULL, &a, &u, &e);
		if (best < SITE_NEVER && rc == RC_OK) {
			assert_true(u.value >= best - 1e-6 * best && u.bound <= best + 1e-6 * best);
			open += !u.proven;
		}
		if (cbc_here() && best < SITE_NEVER) {
			rc = siting_reallocate(&s, &one, &cbc, &a, &u, &e);
			if (rc != RC_OK || fabs(u.value - best) > 1e-5 * (1 + best) || !u.proven)
				fail_msg("seed %d: %g (bound %g), not %g: %s", (int)seed, u.value, u.bound, best,
					 e.text);
		}
		arena_reset(&a);
	}
	assert_true(open >= 3 && (!cbc_here() || asked >= open));
}

static enum rc lies(void *arg, struct str model, double seconds, struct buf *answer, struct err *e)
{
	(void)arg;
	(void)model;
	(void)seconds;
	(void)e;
	buf_puts(answer, "Result - Optimal solution found\nObjective value: 0\n  0 x0_0 9999 1\n  1 c0_0 77 1\n");
	return RC_OK;
}

static void test_a_solver_is_not_believed(void **state)
{
	(void)state;
	const struct site_work one = { 1, NULL, NULL };
	struct siting_outside liar = { lies, NULL, 1 };
	for (uint64_t seed = 0; seed < 6; seed++) {
		struct siting s = invent(seed);
		struct siting_reuse u;
		struct err e = { 0 };
		if (siting_reallocate(&s, &one, &liar, &a, &u, &e) == RC_OK)
			check_told(&s, &u);
		arena_reset(&a);
	}
}

/* ---- one kind: as it was asked before there were several ---- */

static void test_one_kind_equals_every_split(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct rand r = rand_stream(seed, "reuse", 0);
		struct buf b AUTO(buf_release);
		bool same = seed % 4 != 3;
		buf_init(&b, 1 << 16);
		buf_puts(&b, "siting: reuse\nareas:\n");
		for (int i = 0; i < AREAS; i++)
			buf_printf(&b, "  - {area: a%d, demand: %d, at: [52, 0]}\n", i, (int)rand_int(&r, 1, 4));
		buf_puts(&b, "sites:\n");
		for (int j = 0; j < 3; j++)
			buf_printf(
			    &b, "  - {site: s%d, at: [52, 0], places: %d, least: %d, most: 12, cost-of-a-place: %d}\n",
			    j, (int)rand_int(&r, 2, 7), (int)rand_int(&r, 0, 2), same ? 10 : (int)rand_int(&r, 8, 12));
		buf_printf(&b, "travel: {minutes-per-km: 1}\nreuse: {place-serves: %d%s}\n", seed % 5 == 4 ? 2 : 1,
			   seed % 2 ? ", move-at-most: 2" : "");
		struct siting s = read_text(arena_str(&a, buf_view(&b)));
		for (size_t k = 0; k < s.n_areas * 3; k++)
			s.minutes[k] = (double)rand_int(&r, 1, 60);
		struct siting_reuse u;
		struct err e = { 0 };
		double best = every_arrangement(&s);
		assert_int_equal(siting_reallocate(&s, NULL, NULL, &a, &u, &e), RC_OK);
		if (fabs(u.value - best) > 1e-6 * (1 + best) || !u.proven)
			fail_msg("seed %d: %g (bound %g), not %g", (int)seed, u.value, u.bound, best);
		check_told(&s, &u);
		arena_reset(&a);
	}
}

/* ---- as JSON, as tables, played through ---- */

static const char AREAS_TEXT[] = "siting: x\ntitle: Beds and places\nareas:\n"
				 "  - {area: A, demand: 6000, at: [52.0, -1.0]}\n"
				 "  - {area: B, demand: 9000, at: [52.4, -1.2]}\n"
				 "sites:\n"
				 "  - {site: P, at: [52.0, -1.0], has: {beds: 4, days: 0}, most: {beds: 4, days: 9}}\n"
				 "  - {site: Q, at: [52.4, -1.2], has: {beds: 0, days: 2}, most: {days: 9}}\n"
				 "travel: {fixed-minutes: 5, minutes-per-km: 1}\n";
static const char REUSE[] = "reuse:\n  kinds:\n"
			    "    - {kind: beds, cost: 100, play: {kind: beds, stay: {mean: 40 days}}}\n"
			    "    - {kind: days, cost: 30, play: {kind: caseload, stay: {mean: 70 days}}}\n"
			    "  services:\n"
			    "    - {service: stay, uses: beds, serves: 7, per-1000: 0.5}\n"
			    "    - {service: day, uses: days, serves: 5, per-1000: 2, stay: {mean: 60 days, cv: 0.5}}\n"
			    "  conversions:\n"
			    "    - {from: beds, to: days, makes: 2, at-most: 4}\n";

static struct str joined(const char *x, const char *y)
{
	return arena_printf(&a, "%s%s", x, y);
}

static void test_told_and_played(void **state)
{
	(void)state;
	struct siting_answer x;
	struct section tables[SITING_SECTIONS_MAX];
	struct err e = { 0 };
	struct buf b AUTO(buf_release);
	struct str text;
	struct site_work w = { 0, NULL, NULL };
	struct siting s = read_text(joined(AREAS_TEXT, REUSE));
	buf_init(&b, 1 << 20);
	assert_int_equal(siting_answer(&s, SITING_THE_MOVES, 0, &w, NULL, &a, &x, &e), RC_OK);
	assert_true(x.reuse.proven);
	/* 7.5 stays need two beds; two of four beds become four day places, so that six serve 30 of 30. */
	assert_int_equal(x.reuse.made[0], 2);
	assert_true(x.reuse.unserved_before > 19.9 && x.reuse.unserved_after < 1e-6);
	assert_true(strstr(siting_headline(&x, &a).p, "2 of the beds become 4 days") != NULL);
	siting_answer_json(&b, &x, SITING_THE_MOVES);
	assert_true(strstr(b.p, "\"taken\":2,\"made\":4") != NULL);
	size_t n = siting_sections(&x, NULL, &a, tables), found = 0;
	for (size_t i = 0; i < n; i++)
		found += str_is(tables[i].title, "What each service gives") ||
			 str_is(tables[i].title, "What there is, all together") ||
			 str_is(tables[i].title, "Where they stand");
	assert_int_equal(found, 3);
	assert_int_equal(siting_scenario(&x.s, NULL, &x.reuse, NULL, &a, &text, &e), RC_OK);
	struct scenario *c;
	struct mistakes *m = arena_alloc(&a, sizeof *m);
	m->n = 0;
	if (scenario_read(text, "plan", &(struct scenario_asks){ 0 }, &c, m) != RC_OK)
		fail_msg("%s:%d: %s\n" STR_FMT, m->list[0].file, m->list[0].line, m->list[0].text, STR_ARG(text));
	double a_year = 0;
	for (size_t i = 0; i < c->n_demands; i++)
		a_year += c->inputs[c->demands[i].per_year].value;
	assert_true(fabs(a_year - 37.5) < 1e-6);
	assert_int_equal(c->n_needs, 2);
	scenario_free(c);
	/* the same question has the same hash; another conversion another */
	char one[HASH_HEX_MAX], two[HASH_HEX_MAX];
	siting_hash(&s, one);
	s.stock->conversions[0].makes = 3;
	siting_hash(&s, two);
	assert_string_not_equal(one, two);
	arena_reset(&a);
}

/* ---- refusals ---- */

/* One line of REUSE in other words. */
static void changed(const char *old, const char *fresh, const char *where, const char *says)
{
	struct str t = joined(AREAS_TEXT, REUSE);
	const char *at = strstr(t.p, old);
	assert_non_null(at);
	struct str text = arena_printf(&a, "%.*s%s%s", (int)(at - t.p), t.p, fresh, at + strlen(old));
	refused(text.p, where, says);
}

static void test_refusals(void **state)
{
	(void)state;
	changed("uses: beds", "uses: bunks", "p.yaml:15:29", "there is no kind \"bunks\"");
	changed("serves: 7", "serves: 0", "p.yaml:15:43", "it must be more than 0");
	changed("serves: 7, ", "", "p.yaml:15:7", "say how many children a year one of \"beds\" serves");
	changed("cost: 100", "cost: -1", "p.yaml:12:26", "it must be from 0");
	changed("kind: days", "kind: beds", "p.yaml:13:7", "is there twice");
	changed("cost: 30", "cost: 30, needs: {posts: 1}", "p.yaml:13:45", "there is no other kind \"posts\"");
	changed("cost: 30", "cost: 30, needs: {beds: 1}", "p.yaml:15:5", "needed by \"days\" and used by a service");
	changed("{kind: days, cost: 30", "{kind: posts}\n    - {kind: days, needs: {posts: 1}", "p.yaml:8:5",
		"needs 2 posts, but it has 0");
	changed("at-most: 4", "at-most: 60000", "p.yaml:18:", "it must be from 0 to 10000");
	changed("makes: 2, at-most: 4", "makes: 2", "p.yaml:18:7", "say how often at most");
	changed("to: days, makes: 2", "to: beds", "p.yaml:18:7", "a conversion makes another kind");
	changed("to: days, makes: 2", "to: nothing, makes: 2", "p.yaml:18:40", "nothing cannot be made");
	changed("has: {beds: 4, days: 0}", "has: {beds: 5, days: 0}", "p.yaml:7:5", "its most 4");
	changed("has: {beds: 4, days: 0}", "has: {bunks: 4}", "p.yaml:7:46", "there is no kind \"bunks\"");
	changed("has: {beds: 4, days: 0}", "has: {beds: 2.5}", "p.yaml:7:45", "whole number");
	changed("stay: {mean: 40 days}", "capacity: {small: 3}", "p.yaml:12:", "the sites say what they have");
	changed("reuse:\n", "aim: smallest gap\nreuse:\n", "p.yaml:10:6", "re-use has one aim");
	changed("  conversions", "  budget: 500\n  conversions", "p.yaml:17:11",
		"re-use adds no money: today costs 460");
	changed("  conversions", "  budget: 0\n  conversions", "p.yaml:17:11", "it must be more than 0");
	changed("    - {from: beds",
		"    - {from: beds, to: nothing, at-most: 9999}\n    - {from: days, to: nothing, at-most: 9}\n    - "
		"{from: beds",
		"p.yaml:18:5", "at most 50000 are tried");
	changed("services:", "service:", "p.yaml:14:3", "is not a word that belongs here");
	/* less money than what must stand costs: found by solving, with the place */
	struct siting s = read_text(joined(AREAS_TEXT, joined(REUSE, "  budget: 10\n").p));
	struct siting_reuse u;
	struct err e = { 0 };
	assert_int_equal(siting_reallocate(&s, NULL, NULL, &a, &u, &e), RC_NOT_FOUND);
	if (!strstr(e.text, "p.yaml:19:11: what there is cannot be arranged") || !strstr(e.text, "to: nothing"))
		fail_msg("%s", e.text);
	arena_reset(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_several_kinds_equal_every_arrangement),
		cmocka_unit_test(test_stopped_and_solved_outside),
		cmocka_unit_test(test_a_solver_is_not_believed),
		cmocka_unit_test(test_one_kind_equals_every_split),
		cmocka_unit_test(test_told_and_played),
		cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
