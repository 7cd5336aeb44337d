/* Siting as it is asked: against every choice of small problems, for every aim and
 * rule; frontiers; refusals with their place; problems of OR-Library. */
#include "plan/siting_help.h"

#include "plan/siting_change.h"
#include "plan/siting_scenario.h"

#include "base/cbc.h"
#include "base/files.h"
#include "base/rand.h"

enum { N = 6, M = 4, K = 2, CHOICES = 81 };

/* ---- invented problems, as text ---- */

static const char *const AIMS[] = { "least travel", "least longest way", "most within 30 minutes", "smallest gap",
				    "least money" };

/* A problem without the means to travel: minutes are put in afterwards. */
static struct siting invent(uint64_t seed, int aim, bool pairs)
{
	struct rand r = rand_stream(seed, "siting", (uint64_t)aim);
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 16);
	buf_puts(&b, "siting: invented\nareas:\n");
	for (int i = 0; i < N; i++)
		buf_printf(&b, "  - {area: a%d, demand: %d, at: [52, 0], group: g%d}\n", i, (int)rand_int(&r, 1, 2),
			   i % 3);
	buf_puts(&b, "sizes:\n");
	bool limited = seed % 3 != 0, priced = seed % 4 != 1 || aim == 4;
	for (int k = 0; k < K; k++)
		buf_printf(&b, limited ? "  - {size: s%d, serves: %d%s%d}\n" : "  - {size: s%d%.0d%s%d}\n", k,
			   limited ? 3 + 3 * k : 0, ", price: ", priced ? (int)rand_int(&r, 10, 20) * (k + 1) : 0);
	buf_puts(&b, "sites:\n");
	for (int j = 0; j < M; j++)
		buf_printf(&b, "  - {site: s%d, at: [52, 0.1]%s%s}\n", j, j < 2 ? ", now: s0" : "",
			   j == 1 && seed % 5 == 0   ? ", keep: must stay"
			   : j == 3 && seed % 7 == 0 ? ", keep: must close"
						     : "");
	buf_puts(&b, "travel: {fixed-minutes: 1, minutes-per-km: 1}\nrules:\n");
	if (priced && seed % 2)
		buf_printf(&b, "  budget: %d\n", (int)rand_int(&r, 40, 90));
	if (seed % 3 == 1)
		buf_printf(&b, "  open-at-most: %d\n", (int)rand_int(&r, 2, 3));
	if (seed % 5 == 2)
		buf_puts(&b, "  keep-existing: 1\n");
	if (seed % 6 == 5)
		buf_puts(&b, "  open-at-least: 2\n");
	buf_puts(&b, pairs ? "  not-both: [[s0, s2]]\n  one-of: [[s1, s3]]\n" : "  keep-existing-not: 0\n");
	struct str text = arena_str(&a, buf_view(&b));
	if (!pairs) { /* take the last line off again */
		text.n -= strlen("  keep-existing-not: 0\n");
		text = arena_printf(&a, STR_FMT "  one-of: []\naim: %s\n", STR_ARG(text), AIMS[aim]);
	} else
		text = arena_printf(&a, STR_FMT "aim: %s\n", STR_ARG(text), AIMS[aim]);
	struct siting s = read_text(text);
	for (size_t k = 0; k < (size_t)N * M; k++)
		s.minutes[k] = rand_chance(&r, 0.08) ? SITE_NEVER : (double)rand_int(&r, 1, 70);
	s.longest = seed % 4 == 3 ? 60 : 0;
	return s;
}

/* ---- every choice, and for each every way of putting units ---- */

struct put {
	const struct siting *s;
	int left[N], room[M];
	double best;
};

static double of_unit(const struct siting *s, size_t i, size_t j)
{
	double t = s->minutes[i * M + j];
	if (s->longest > 0 && t > s->longest)
		return SITE_NEVER;
	return t >= SITE_NEVER ? t : s->aim == SITING_WITHIN ? t > s->within : s->aim == SITING_MONEY ? 0 : t;
}

static void put_units(struct put *p, size_t i, double sofar)
{
	if (sofar >= p->best)
		return;
	while (i < N && !p->left[i])
		i++;
	if (i == N) {
		p->best = sofar;
		return;
	}
	p->left[i]--;
	for (size_t j = 0; j < M; j++) {
		double c = of_unit(p->s, i, j);
		if (!p->room[j] || c >= SITE_NEVER)
			continue;
		p->room[j]--;
		put_units(p, i, p->s->aim == SITING_WORST ? fmax(sofar, c) : sofar + c);
		p->room[j]++;
	}
	p->left[i]++;
}

static double value_of(const struct siting *s, const uint8_t *open)
{
	struct put p = { .s = s, .best = SITE_NEVER };
	struct siting_plan w;
	struct err e = { 0 };
	double price = 0;
	if (s->aim == SITING_GAP) /* by its definition: everybody where the ways are least in all */
		return siting_weigh(s, open, &a, &w, &e) == RC_OK ? w.gap : SITE_NEVER;
	for (size_t i = 0; i < N; i++)
		p.left[i] = (int)s->areas[i].demand;
	for (size_t j = 0; j < M; j++) {
		p.room[j] = open[j] ? (int)s->capacity[j * K + open[j] - 1] : 0;
		price += open[j] ? s->price[j * K + open[j] - 1] : 0;
	}
	put_units(&p, 0, 0);
	return p.best < SITE_NEVER && s->aim == SITING_MONEY ? price : p.best;
}

static bool rules_hold(const struct siting *s, const uint8_t *open, double *price_out)
{
	size_t n = 0, kept = 0;
	double price = 0;
	for (size_t j = 0; j < M; j++) {
		n += open[j] > 0;
		kept += open[j] && j < 2;
		price += open[j] ? s->price[j * K + open[j] - 1] : 0;
		if (!(s->sites[j].may >> open[j] & 1))
			return false;
	}
	*price_out = price;
	if (s->n_pairs && ((open[0] && open[2]) || (!open[1] && !open[3])))
		return false;
	return n >= s->open_least && (!s->open_most || n <= s->open_most) && kept >= s->keep &&
	       (s->budget <= 0 || price <= s->budget);
}

static void choice(int code, uint8_t *open)
{
	for (size_t j = 0; j < M; j++, code /= 3)
		open[j] = (uint8_t)(code % 3);
}

static double best_of(const struct siting *s)
{
	double best = SITE_NEVER, price;
	uint8_t open[M];
	for (int code = 0; code < CHOICES; code++) {
		choice(code, open);
		if (rules_hold(s, open, &price))
			best = fmin(best, value_of(s, open));
	}
	return best;
}

static void test_equals_every_choice(void **state)
{
	(void)state;
	for (int aim = 0; aim < 5; aim++) {
		int none = 0;
		for (uint64_t seed = 0; seed < 60; seed++) {
			struct siting s = invent(seed, aim, seed % 4 == 2);
			struct siting_plan p;
			struct err e = { 0 };
			double best = best_of(&s);
			enum rc rc = siting_solve(&s, NULL, NULL, &a, &p, &e);
			if (best >= SITE_NEVER) {
				if (rc != RC_NOT_FOUND)
					fail_msg("aim %d seed %d: %d, there is no plan", aim, (int)seed, (int)rc);
				none++;
			} else if (rc != RC_OK || fabs(p.value - best) > 1e-6 || !p.proven || p.bound > best + 1e-6 ||
				   !siting_allowed(&s, p.open))
				fail_msg("aim %d seed %d: %g (bound %g), not %g: %s", aim, (int)seed,
					 rc == RC_OK ? p.value : -1, rc == RC_OK ? p.bound : -1, best, e.text);
			arena_reset(&a);
		}
		assert_true(none < 40);
	}
}

/* The same through the solver, where it is installed: what it says is what we find. */
static enum rc through_cbc(void *arg, struct str model, double seconds, struct buf *answer, struct err *e)
{
	++*(int *)arg;
	return cbc_run(NULL, model, seconds, answer, e);
}

static enum rc not_there(void *arg, struct str model, double seconds, struct buf *answer, struct err *e)
{
	(void)model;
	(void)answer;
	++*(int *)arg;
	return cbc_run("/nowhere/cbc", model, seconds, answer, e);
}

/* Twelve sites without limits: too many choices to try. */
static struct siting larger(int aim, int seed)
{
	struct rand r = rand_stream((uint64_t)seed, "larger", 0);
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 16);
	buf_puts(&b, "siting: larger\nareas:\n");
	for (int i = 0; i < 12; i++)
		buf_printf(&b, "  - {area: a%d, demand: %d, at: [%.3f, %.3f], group: g%d}\n", i,
			   (int)rand_int(&r, 1, 9), 52 + rand_real(&r), rand_real(&r), i % 3);
	buf_puts(&b, "sites:\n");
	for (int j = 0; j < 15; j++)
		buf_printf(&b, "  - {site: s%d, at: [%.3f, %.3f]}\n", j, 52 + rand_real(&r), rand_real(&r));
	buf_printf(&b,
		   "travel: {minutes-per-km: 1}\nrules: {open: 3, not-both: [[s0, s1], [s2, s3], [s4, s5]], one-of: "
		   "[[s6, s7]]}\naim: %s\n",
		   AIMS[aim]);
	return read_text(arena_str(&a, buf_view(&b)));
}

static void test_rules_beyond_our_methods(void **state)
{
	(void)state;
	for (int aim = 0; aim < 4; aim++) {
		struct siting s = larger(aim, aim);
		struct siting_plan own, p;
		struct err e = { 0 };
		int asked = 0;
		struct siting_outside none = { not_there, &asked, 5 }, cbc = { through_cbc, &asked, 20 };
		assert_int_equal(siting_solve(&s, NULL, NULL, &a, &own, &e), RC_OK);
		assert_true(siting_allowed(&s, own.open) && own.bound <= own.value + 1e-9);
		assert_int_equal(siting_solve(&s, NULL, &none, &a, &p, &e), RC_OK);
		assert_true(p.value == own.value && p.bound == own.bound); /* absent: our own bound stands */
		double best = SITE_NEVER; /* three of fifteen: every choice after all */
		for (int x = 0; x < 15; x++)
			for (int y = 0; y < x; y++)
				for (int z = 0; z < y; z++) {
					uint8_t open[15] = { 0 };
					struct siting_plan w;
					open[x] = open[y] = open[z] = 1;
					if (siting_allowed(&s, open) && siting_weigh(&s, open, &a, &w, &e) == RC_OK)
						best = fmin(best, w.value);
				}
		assert_true(own.value >= best - 1e-6 && own.bound <= best + 1e-6);
		if (!cbc_here() || aim == SITING_WITHIN)
			continue;
		asked = 0;
		assert_int_equal(siting_solve(&s, NULL, &cbc, &a, &p, &e), RC_OK);
		if (aim != SITING_WORST && !own.proven) {
			assert_int_equal(asked, 1);
			if (!p.proven || fabs(p.value - best) > 1e-5)
				fail_msg("aim %d: %g (bound %g, %s), not %g: %s", aim, p.value, p.bound, p.method, best,
					 e.text);
		}
		arena_reset(&a);
	}
}

/* ---- the frontier ---- */

static void test_frontier_is_every_plan_that_nothing_beats(void **state)
{
	(void)state;
	static const int aims[] = { SITING_TRAVEL, SITING_WORST, SITING_WITHIN, SITING_GAP };
	for (uint64_t seed = 2; seed < 42; seed += 4) { /* with prices */
		struct siting s = invent(seed, aims[seed / 4 % 4], false);
		struct siting_plan p[SITING_FRONTIER_MAX];
		struct err e = { 0 };
		size_t n = 0, want = 0;
		bool whole;
		double price[CHOICES], value[CHOICES];
		for (int code = 0; code < CHOICES; code++) {
			uint8_t open[M];
			choice(code, open);
			value[code] = rules_hold(&s, open, &price[code]) ? value_of(&s, open) : SITE_NEVER;
		}
		double least = SITE_NEVER; /* from the cheapest up: a plan counts if it beats all cheaper ones */
		for (double at = 0; at < 400; at++) {
			double best = SITE_NEVER;
			for (int code = 0; code < CHOICES; code++)
				best = value[code] < SITE_NEVER && price[code] == at ? fmin(best, value[code]) : best;
			if (best < least - 1e-9) {
				least = best;
				want++;
			}
		}
		enum rc rc = siting_frontier(&s, SITING_FRONTIER_MAX, NULL, &a, p, &n, &whole, &e);
		if (!want) {
			assert_int_equal(rc, RC_NOT_FOUND);
			continue;
		}
		if (rc != RC_OK || n != want || !whole)
			fail_msg("seed %d: %zu plans, not %zu, whole %d: %s", (int)seed, n, want, whole, e.text);
		for (size_t k = 0; k < n; k++) {
			assert_true(p[k].proven);
			for (int code = 0; code < CHOICES; code++)
				assert_false(value[code] < SITE_NEVER && price[code] <= p[k].price + 1e-9 &&
					     value[code] < p[k].value - 1e-6);
			assert_true(k == 0 || (p[k].price < p[k - 1].price && p[k].value > p[k - 1].value));
		}
		arena_reset(&a);
	}
}

/* ---- refusals, each with its place and what to do ---- */

static const char HEAD[] = "siting: x\n"
			   "areas:\n"
			   "  - {area: A, demand: 10, at: [52.0, 0.0]}\n"
			   "  - {area: B, demand: 20, at: [53.0, 0.0]}\n";
static const char SIZES[] = "sizes:\n"
			    "  - {size: small, serves: 20, price: 100}\n";
static const char SITES[] = "sites:\n"
			    "  - {site: P, at: [52.0, 0.1], now: small}\n"
			    "  - {site: Q, at: [53.0, 0.1]}\n";
static const char TRAVEL[] = "travel: {minutes-per-km: 1}\n";

static const char *of(const char *areas, const char *sizes, const char *sites, const char *travel, const char *rest)
{
	return arena_printf(&a, "%s%s%s%s%s", areas, sizes, sites, travel, rest).p;
}

static void test_refusals(void **state)
{
	(void)state;
	refused("siting: x\nsites: []\n", "p.yaml:1:1", "there are no areas");
	refused("siting: x\nares: []\n", "p.yaml:2:1", "ares");
	refused(of(HEAD, SIZES, SITES, "travel: {minutes-per-km: 1, longest: 30}\n", "rules: {open: 3}\n"),
		"p.yaml:11:8", "3 sites are to be open, but 2 may be");
	refused(of("siting: x\nareas:\n  - {area: A, demand: 10, at: [52.0, 0.0]}\n  - {area: far, demand: 1, at: [57, "
		   "0]}\n",
		   SIZES, SITES, "travel: {minutes-per-km: 1, longest: 90}\n", ""),
		"p.yaml:4:5", "the area \"far\" is out of reach: the nearest site that may be open is \"Q\"");
	refused(of(HEAD, SIZES, SITES, TRAVEL, "rules: {open: 1}\n"), "p.yaml:11:8", "there is room for 20 at most");
	refused(of(HEAD, SIZES, SITES, TRAVEL, "rules:\n  keep-existing: 2\n"), "p.yaml:12:3",
		"keep-existing is 2, but 1 sites are there today");
	refused(of(HEAD, SIZES, SITES, TRAVEL, "rules: {not-both: [[P, R]]}\n"),
		"p.yaml:11:", "there is no site \"R\"");
	refused(of(HEAD, SIZES, SITES, TRAVEL, "rules: {budget: -1}\n"), "p.yaml:11:", "budget is -1");
	refused(of(HEAD, "", "sites: [{site: P, at: [52, 0]}]\n", TRAVEL, "rules: {budget: 5}\n"),
		"p.yaml:", "nothing has a price");
	refused(of(HEAD, SIZES, SITES, TRAVEL, "aim: happiness\n"), "p.yaml:11:6", "aim is \"least travel\"");
	refused(of(HEAD, SIZES, "sites:\n  - {site: P, at: [52.0, 0.1], now: large}\n", TRAVEL, ""),
		"p.yaml:8:", "there is no size \"large\"");
	refused(of(HEAD, SIZES, "sites:\n  - {site: P}\n", TRAVEL, ""), "p.yaml:9:", "the site \"P\" has no position");
	refused(of(HEAD, SIZES, SITES, "travel: {fixed-minutes: 3}\n", ""), "p.yaml:10:", "say how fast");
	refused(of(HEAD, SIZES, "sites: {file: sites.csv}\n", TRAVEL, ""), "p.yaml:7:", "files cannot be named here");
	refused("siting: x\nareas:\n  - {area: A, demand: 1}\n  - {area: A, demand: 2}\n", "p.yaml:4:5",
		"is there twice");
	refused("siting: x\nareas:\n  - {area: A, demand: much}\n", "p.yaml:3:23", "demand needs a number");
	refused("siting: x\nareas:\n  - {area: A, demand: 0}\n", "p.yaml:3:3", "all demand is 0");
	refused(of(HEAD, SIZES, SITES, TRAVEL, "reuse: {place-serves: 1}\n"), "p.yaml:", "there is nothing to re-use");
	refused(of(HEAD, SIZES, "sites:\n  - {site: P, at: [52, 0], places: 3, least: 4}\n", TRAVEL,
		   "reuse: {place-serves: 9}\n"),
		"p.yaml:8:5", "has 3 places, but its least is 4");
	/* positions: of the United Kingdom, or of a plane that is not the earth */
	refused(of("siting: x\nareas:\n  - {area: A, demand: 1, at: [48.85, 2.35]}\n", SIZES, SITES, TRAVEL, ""),
		"p.yaml:3:30", "[48.85, 2.35] is not in the United Kingdom: give latitude (49 to 61) first");
	refused(of(HEAD, SIZES, "sites:\n  - {site: P, at: [-1.2, 52.9]}\n", TRAVEL, ""), "p.yaml:8:19",
		"say positions: plane");
	refused(
	    of("siting: x\npositions: moon\nareas:\n  - {area: A, demand: 1, at: [52, 0]}\n", SIZES, SITES, TRAVEL, ""),
	    "p.yaml:2:12", "positions are earth");
	struct siting flat = read_text(str_of("siting: x\npositions: plane\nareas:\n  - {area: A, demand: 1, at: [0, "
					      "0]}\nsites:\n  - {site: P, at: [300, "
					      "-400]}\ntravel: {minutes-per-km: 2}\n"));
	assert_true(fabs(flat.minutes[0] - 1000) < 1e-9);
	/* found by solving: the budget, with what it would take */
	struct err e = { 0 };
	struct siting_plan p;
	struct siting s = read_text(str_of(of(HEAD, SIZES, SITES, TRAVEL, "rules:\n  budget: 150\n")));
	assert_int_equal(siting_solve(&s, NULL, NULL, &a, &p, &e), RC_NOT_FOUND);
	if (!strstr(e.text, "p.yaml:12:11: the budget of 150 is too small") ||
	    !strstr(e.text, "proven: nothing costs less than 200"))
		fail_msg("%s", e.text);
	s = read_text(str_of(of(HEAD, SIZES, SITES, TRAVEL, "aim: least travel\n")));
	struct siting_reuse u;
	assert_int_equal(siting_reallocate(&s, NULL, NULL, &a, &u, &e), RC_BAD_INPUT);
	arena_reset(&a);
}

/* ---- OR-Library ---- */

static struct str file(const char *name)
{
	struct str text;
	struct err e = { 0 };
	struct str path = arena_printf(&a, "tests/data/siting/%s", name);
	if (file_read(path.p, 1 << 24, &a, &text, &e) != RC_OK)
		fail_msg("%s", e.text);
	return text;
}

static void test_or_library(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		double best;
	} caps[] = { { "cap41.txt", 1040444.375 },
		     { "cap71.txt", 932615.75 },
		     { "cap101.txt", 796648.4375 },
		     { "cap134.txt", 928941.75 } };
	struct siting s;
	struct siting_plan p;
	struct err e = { 0 };
	for (size_t k = 0; k < COUNT_OF(caps); k++) {
		assert_int_equal(siting_read_cap(file(caps[k].name), caps[k].name, 0, &a, &s, &e), RC_OK);
		assert_int_equal(siting_solve(&s, NULL, NULL, &a, &p, &e), RC_OK);
		if (fabs(p.value - caps[k].best) > 0.01 || !p.proven)
			fail_msg("%s: %.4f, not %.4f", caps[k].name, p.value, caps[k].best);
		arena_reset(&a);
	}
	assert_int_equal(siting_read_pmed(file("pmed2.txt"), "pmed2.txt", &a, &s, &e), RC_OK);
	assert_int_equal(siting_solve(&s, NULL, NULL, &a, &p, &e), RC_OK);
	assert_true(p.value == 4093 && p.proven && p.n_open == 10);
	assert_int_equal(siting_read_pmed(STR("3 1 1\n1 4 5\n"), "x", &a, &s, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "x:2: the end of an edge is \"4\""));
	assert_int_equal(siting_read_pmed(STR("3 1 1\n1 2"), "x", &a, &s, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "the file ends before the length of an edge"));
	assert_int_equal(siting_read_pmed(STR("3 1 1\n1 2 5\n"), "x", &a, &s, &e), RC_OK); /* vertex 3 is alone */
	assert_int_equal(siting_solve(&s, NULL, NULL, &a, &p, &e), RC_NOT_FOUND);
	assert_int_equal(siting_read_cap(STR("1 1\ncapacity 5\n3\n9\n"), "x", 0, &a, &s, &e), RC_OK);
	assert_int_equal(siting_read_cap(STR("1 1\ncapacity 5\n3\n9\n"), "x", 2, &a, &s, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "room for 2"));
	arena_reset(&a);
}

/* ---- answers, and plans as scenarios ---- */

static const char SHARED[] = "siting: two\nareas:\n"
			     "  - {area: N, demand: 30, at: [52, 0], group: north}\n"
			     "  - {area: S, demand: 50, at: [51, 0], group: south}\n"
			     "sizes:\n  - {size: small, serves: 40, price: 100}\n"
			     "sites:\n  - {site: P, at: [52, 0], now: small}\n  - {site: Q, at: [51, 0]}\n"
			     "travel: {fixed-minutes: 5, minutes-per-km: 1}\naim: least travel\n"
			     "play:\n  kind: caseload\n  capacity: {small: 9}\n  stay: {mean: 60 days}\n";

static struct siting_answer answered(const char *text, unsigned what)
{
	struct siting s = read_text(str_of(text));
	struct siting_answer x;
	struct err e = { 0 };
	struct site_work w = { 0 };
	if (siting_answer(&s, what, 5, &w, NULL, &a, &x, &e) != RC_OK)
		fail_msg("%s", e.text);
	return x;
}

static const struct section *section_of(const struct section *s, size_t n, enum section_kind kind)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].kind == kind)
			return &s[i];
	fail_msg("there is no such table");
	return NULL;
}

static void test_a_plan_as_a_scenario(void **state)
{
	(void)state;
	struct siting_answer x = answered(SHARED, SITING_THE_PLAN);
	struct str text;
	struct err e = { 0 };
	struct mistakes m = { .n = 0 };
	struct scenario *s = NULL;
	assert_true(x.plan.open[0] == 1 && x.plan.open[1] == 1);
	assert_int_equal(siting_scenario(&x.s, &x.plan, NULL, NULL, &a, &text, &e), RC_OK);
	if (scenario_read(text, "plan", &(struct scenario_asks){ 0 }, &s, &m) != RC_OK)
		fail_msg("%d: %s", m.list[0].line, m.list[0].text);
	/* N goes to P whole; S is shared, 10 to P and 40 to Q: three flows, all of the demand, each to its site. */
	assert_int_equal(s->n_demands, 3);
	double all = 0, to_q = 0;
	for (size_t i = 0; i < s->n_demands; i++) {
		double v = s->inputs[s->demands[i].per_year].value;
		all += v;
		to_q += str_is(s->services[s->demands[i].to].name, "Q") ? v : 0;
	}
	assert_true(fabs(all - 80) < 1e-6 && fabs(to_q - 40) < 1e-6);
	assert_int_equal(scenario_input(s, "services.s1.caseload") >= 0, 1);
	assert_true(s->inputs[scenario_input(s, "services.s2.caseload")].value == 9);
	assert_true(s->inputs[scenario_input(s, "services.s2.cost.fixed")].value == 100);
	double central[INPUTS_MAX];
	scenario_draw(s, 1, 0, true, central);
	assert_true(fabs(scenario_minutes(s, 0, 0, central) - 5) < 0.01);
	assert_true(fabs(scenario_minutes(s, 1, 0, central) - x.s.minutes[1 * 2 + 0]) < 0.5); /* two spheres */
	scenario_free(s);
	x.s.play = NULL;
	assert_int_equal(siting_scenario(&x.s, &x.plan, NULL, NULL, &a, &text, &e), RC_BAD_INPUT);
	arena_reset(&a);
}

static void test_an_answer_in_tables(void **state)
{
	(void)state;
	struct siting_answer x = answered(SHARED, SITING_THE_PLAN | SITING_THE_FRONTIER), same;
	struct section s[SITING_SECTIONS_MAX];
	size_t n = siting_sections(&x, NULL, &a, s);
	assert_true(!x.has_today && strstr(x.today_why.p, "room for 40 of 80"));
	const struct section *areas = section_of(s, n, SECTION_AREAS);
	assert_int_equal(areas->n_rows, 2);
	const struct section_cell *south = areas->cells + areas->n_columns;
	assert_true(str_is(south[0].text, "S") && str_is(south[1].text, "P (20%); Q (80%)"));
	assert_true(fabs(south[3].number - x.s.minutes[2]) < 1e-9); /* today: to P, the only one there */
	assert_true(fabs(south[5].number - (x.plan.area_mean[1] - x.s.minutes[2])) < 1e-9 && south[5].number < 0);
	assert_non_null(strstr(siting_how_sure(&x, &a).p, "Optimal: proven"));
	/* The inputs name the answer: the same again, another number another name. */
	same = answered(SHARED, SITING_THE_PLAN);
	assert_string_equal(x.hash, same.hash);
	struct siting t = x.s;
	t.longest = 99;
	char hash[HASH_HEX_MAX];
	siting_hash(&t, hash);
	assert_string_not_equal(x.hash, hash);
	arena_reset(&a);
}

static void test_changed_numbers(void **state)
{
	(void)state;
	const struct siting_changed c[] = { { STR("rules.budget"), STR("150") },
					    { STR("travel.longest"), STR("none") } };
	struct siting_changed back[SITING_CHANGES_MAX];
	struct str text = siting_change_text(STR("small-one"), STR("Mine: \"x\""), c, 2, &a), extends;
	const struct yaml *root;
	struct err e = { 0 };
	size_t n = 0;
	assert_int_equal(yaml_read(text, "q", &a, &root, &e), RC_OK);
	assert_true(siting_change_read(root, &extends, back, &n) && n == 2 && str_is(extends, "small-one"));
	assert_true(str_is(back[1].path, "travel.longest") && str_is(back[1].value, "none"));
	assert_true(str_is(yaml_text(root, "title"), "Mine: \"x\""));
	/* In the question itself; a rule where there were none; filled less. */
	struct siting s = read_text(arena_printf(&a,
						 "%schanges:\n  - {id: rules.keep-existing, value: 1}\n"
						 "  - {id: rules.fill-at-most, value: 100}\n",
						 SHARED));
	assert_true(s.keep == 1 && s.capacity[0] == 40);
	struct siting none;
	assert_int_equal(siting_read(arena_printf(&a, "%schanges:\n  - {id: rules.fill-at-most, value: 50}\n", SHARED),
				     "p.yaml", NULL, NULL, NULL, &a, &none, &e),
			 RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "there is room for 40 at most, but 80 children need it"));
	assert_int_equal(
	    siting_read(STR("extends: day-services-east-midlands.yaml\n"), "p.yaml", NULL, NULL, NULL, &a, &none, &e),
	    RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "no other question can be extended here"));
	arena_reset(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equals_every_choice),
		cmocka_unit_test(test_rules_beyond_our_methods),
		cmocka_unit_test(test_frontier_is_every_plan_that_nothing_beats),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_or_library),
		cmocka_unit_test(test_a_plan_as_a_scenario),
		cmocka_unit_test(test_an_answer_in_tables),
		cmocka_unit_test(test_changed_numbers),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
