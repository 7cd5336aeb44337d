/* Invented children: they load clean, the same seed gives the same bytes, the counts agree. */
#include "base/hash.h"
#include "base/rand.h"
#include "base/text.h"
#include "cmd/synth_report.h"
#include "exchange/synth/synth.h"
#include "exchange/tables/tables.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>

static struct vocab *vocab;
static struct tables_spec *spec;
static char root[] = "/tmp/linnet-synth-XXXXXX";
static day_t today;
static int threads;

static struct synth_counts write_into(const char *name, uint64_t seed, int64_t children, bool mistakes, char *folder,
				      size_t n)
{
	struct synth_counts c;
	struct err e;
	snprintf(folder, n, "%s/%s", root, name);
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = folder,
				   .seed = seed,
				   .today = today,
				   .children = children,
				   .threads = threads,
				   .mistakes = mistakes };
	if (synth_write(&o, NULL, NULL, NULL, &c, NULL, NULL, &e) != RC_OK)
		fail_msg("%s", e.text);
	return c;
}

static struct tables_batch *read_from(const char *folder)
{
	struct tables_input in = { .folder = folder };
	struct tables_batch *b;
	struct err e;
	if (tables_read(spec, &in, today, NULL, NULL, &b, &e) != RC_OK)
		fail_msg("%s (%s)", e.text, e.detail);
	return b;
}

static int64_t sum_rows(const struct tables_batch *b, int64_t *kept_back)
{
	int64_t rows = 0;
	*kept_back = 0;
	for (size_t i = 0; i < b->n_files; i++) {
		rows += b->files[i].rows_read;
		*kept_back += b->files[i].rows_kept_back;
	}
	return rows;
}

static size_t count_kind(const struct tables_batch *b, const char *kind, const char *code)
{
	uint16_t k = vocab_kind(vocab, str_of(kind)), c = code ? vocab_code(vocab, str_of(code)) : 0;
	size_t n = 0;
	assert_true(k > 0);
	for (size_t i = 0; i < b->n_drafts; i++)
		n += batch_draft(b, i)->kind == k &&
		     (!code || batch_draft(b, i)->code == c || batch_draft(b, i)->code2 == c);
	return n;
}

static void test_loads_clean(void **state)
{
	char folder[300];
	int64_t kept_back;
	(void)state;
	struct synth_counts c = write_into("a", 1, 300, false, folder, sizeof folder);
	struct tables_batch *b = read_from(folder);
	assert_int_equal(c.looked_after, 300);
	assert_int_equal(sum_rows(b, &kept_back), c.rows);
	assert_int_equal(kept_back, 0);
	assert_int_equal(b->n_findings, 0);
	assert_int_equal(b->n_children, c.looked_after + c.short_breaks + c.left_care + c.placed_here);
	/* In care today: more starts than ends, by exactly those looked after here and placed here. */
	assert_int_equal(count_kind(b, "care-started", NULL) - count_kind(b, "care-ended", NULL),
			 c.looked_after + c.short_breaks + c.placed_here);
	assert_int_equal(count_kind(b, "person-details", NULL), b->n_children);
	/* Something of everything that bends the rules. */
	assert_true(count_kind(b, "care-started", "V4") > 0);
	assert_true(count_kind(b, "request-returned", NULL) > 0);
	assert_true(count_kind(b, "appointment-outcome", "not-brought") > 0);
	assert_true(count_kind(b, "assessment-seen", "doctor") > 100);
	assert_true(count_kind(b, "assessment-returned", NULL) > 300);
	assert_true(count_kind(b, "referral-received", NULL) > 0);
	assert_true(count_kind(b, "outcome-baseline", NULL) > 0);
	static const struct {
		const char *kind, *code;
	} later[] = { { "placement-ended", "CARPL" },
		      { "placement-told", "gp-new" },
		      { "placement-told", "area-authority" },
		      { "placement-not-told", "no-such-person" },
		      { "placement-step", "plan-made" },
		      { "placement-step", "approved-director" },
		      { "placement-step", "end-told" },
		      { "care-plan-made", NULL },
		      { "review-held", "PN0" },
		      { "review-held", "PN1" },
		      { "visit-made", NULL },
		      { "check-done", "dental" },
		      { "check-done", "immunisations" },
		      { "check-done", "development" },
		      { "sdq-not-scored", NULL },
		      { "leaving-care-step", "needs-assessed" },
		      { "leaving-care-step", "pathway-review" },
		      { "passport-step", "given" },
		      { "passport-step", "declined" },
		      { "ehc-step", "ehc-requested" },
		      { "ehc-step", "ehc-plan" },
		      { "ehc-step", "ehc-review-meeting" },
		      { "ehc-advice-answered", "advice-given" } };
	for (size_t i = 0; i < COUNT_OF(later); i++)
		if (!count_kind(b, later[i].kind, later[i].code))
			fail_msg("nothing of %s %s", later[i].kind, later[i].code ? later[i].code : "");
	for (size_t i = 0; i < b->n_drafts; i++)
		assert_true(batch_draft(b, i)->at == DAY_NONE || batch_draft(b, i)->at <= today);
	tables_batch_free(b);
}

static void hash_file(const char *folder, const char *name, char hex[HASH_HEX_MAX])
{
	char path[400], text[4096];
	struct hash h;
	ssize_t n;
	snprintf(path, sizeof path, "%s/%s.csv", folder, name);
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	hash_begin(&h);
	while ((n = read(fd, text, sizeof text)) > 0)
		hash_add(&h, text, (size_t)n);
	close(fd);
	hash_end(&h, hex);
}

static void test_same_bytes(void **state)
{
	static const char *const names[] = { "about",	     "children",       "periods_of_care",
					     "placements",   "notifications",  "requests",
					     "appointments", "assessments",    "sdq",
					     "referrals",    "contacts",       "referral_steps",
					     "bed_stays",    "placement_told", "placement_steps",
					     "reviews",	     "visits",	       "checks",
					     "sdq_reasons",  "leaving_care",   "passports",
					     "ehc",	     "ehc_advice" };
	char a[300], b[300], c[300], x[HASH_HEX_MAX], y[HASH_HEX_MAX], z[HASH_HEX_MAX];
	(void)state;
	threads = 1;
	write_into("b", 7, 900, false, a, sizeof a);
	threads = 3;
	write_into("c", 7, 900, false, b, sizeof b);
	threads = 0;
	write_into("d", 8, 900, false, c, sizeof c);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		hash_file(a, names[i], x);
		hash_file(b, names[i], y);
		hash_file(c, names[i], z);
		assert_string_equal(x, y);
		if (i)
			assert_string_not_equal(x, z);
	}
}

static void test_published_numbers(void **state)
{
	char folder[300];
	size_t n[3] = { 0, 0, 0 };
	static const char *const councils[3] = { "E06000033", "E06000034", "E10000012" };
	(void)state;
	struct synth_counts c = write_into("e", 3, 0, false, folder, sizeof folder);
	assert_int_equal(c.looked_after, 316 + 276 + 1141);
	struct tables_batch *b = read_from(folder);
	for (size_t i = 0; i < b->n_children; i++)
		for (size_t k = 0; k < 3; k++)
			n[k] += str_is(b->children[i].council, councils[k]);
	/* One in eight more had left care. */
	assert_int_equal(n[0], 316 + 316 / 8);
	assert_int_equal(n[1], 276 + 276 / 8);
	assert_int_equal(n[2], 1141 + 1141 / 8);
	for (size_t i = 1; i < b->n_children; i++) {
		int order = str_cmp(b->children[i - 1].council, b->children[i].council);
		assert_true(order < 0 || (order == 0 && str_cmp(b->children[i - 1].ref, b->children[i].ref) < 0));
		assert_int_equal(b->children[i].first, b->children[i - 1].first + b->children[i - 1].n);
	}
	tables_batch_free(b);
}

/* ---- like what is published ---- */

static const struct drawn *draw(const char *region, uint64_t seed, int64_t children, struct arena *a, size_t *n)
{
	const struct drawn *d;
	struct synth_counts c;
	struct err e;
	struct synth_options o = {
		.data_dir = "data", .region = region, .seed = seed, .today = today, .children = children, .threads = 2
	};
	if (synth_write(&o, NULL, NULL, a, &c, &d, n, &e) != RC_OK)
		fail_msg("%s", e.text);
	return d;
}

/* Of the numbers of councils no more lie beyond chance than chance itself brings: about
 * two in a thousand, with room for brothers and sisters, who are alike. */
static void like_published(const char *region, uint64_t seed, int64_t children)
{
	struct arena a AUTO(arena_release);
	size_t n, within = 0, beyond = 0, hidden = 0, far_off = 0;
	arena_init(&a);
	const struct drawn *d = draw(region, seed, children, &a, &n);
	for (size_t i = 0; i < n; i++) {
		struct comparison c;
		struct err e;
		int64_t yes, base;
		assert_int_equal(synth_compare(&d[i], &c, &e), RC_OK);
		within += c.chance == CHANCE_WITHIN;
		beyond += c.chance == CHANCE_BEYOND;
		hidden += !d[i].published;
		if (!d[i].published)
			assert_int_equal(c.chance, CHANCE_NOT_COMPARED);
		if (!str_eq(d[i].council, d[0].council) || d[i].kind != DRAWN_SHARE)
			continue;
		assert_int_equal(synth_compare_all(d, n, d[i].group, d[i].measure, &c, &yes, &base, &e), RC_OK);
		far_off += c.chance == CHANCE_BEYOND;
	}
	if (within < 60 || beyond > 3 + within / 150 || far_off > 2)
		fail_msg("%s, seed %d: %zu within chance, %zu beyond, %zu of the whole region", region, (int)seed,
			 within, beyond, far_off);
	assert_true(hidden > 0);
}

static void test_like_published(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++)
		like_published("set", seed, 0);
	like_published("set", 4, 10000); /* many more: what chance allows is narrower */
	like_published("north-west-london", 1, 0);
	like_published("east-midlands", 2, 0);
	like_published("london", 3, 0);
}

/* A comparison can fail: a share that is not the published one lies beyond chance. */
static void test_beyond_chance(void **state)
{
	(void)state;
	struct comparison c;
	struct err e;
	struct drawn d = { .council = STR("E1"),
			   .group = "age",
			   .measure = "under_1",
			   .kind = DRAWN_SHARE,
			   .yes = 60,
			   .base = 1000,
			   .published = true,
			   .published_value = 0.06 };
	assert_int_equal(synth_compare(&d, &c, &e), RC_OK);
	assert_int_equal(c.chance, CHANCE_WITHIN);
	d.yes = 100;
	assert_int_equal(synth_compare(&d, &c, &e), RC_OK);
	assert_int_equal(c.chance, CHANCE_BEYOND);
	d.published = false;
	assert_int_equal(synth_compare(&d, &c, &e), RC_OK);
	assert_int_equal(c.chance, CHANCE_NOT_COMPARED);
	d = (struct drawn){
		.kind = DRAWN_MEAN, .base = 100, .mean = 14, .sd = 6, .published = true, .published_value = 14.3
	};
	assert_int_equal(synth_compare(&d, &c, &e), RC_OK);
	assert_int_equal(c.chance, CHANCE_WITHIN);
	d.mean = 17;
	assert_int_equal(synth_compare(&d, &c, &e), RC_OK);
	assert_int_equal(c.chance, CHANCE_BEYOND);
}

/* Of mental-health help there is something of every pathway, with what its clocks need. */
static void test_help(void **state)
{
	char folder[300];
	(void)state;
	write_into("g", 1, 2000, false, folder, sizeof folder);
	struct tables_batch *b = read_from(folder);
	assert_int_equal(b->n_findings, 0);
	assert_true(count_kind(b, "referral-received", "A02") > 10);
	assert_true(count_kind(b, "referral-received", "12") > 5);
	assert_true(count_kind(b, "referral-received", "A14") > 1);
	assert_true(count_kind(b, "contact-made", "51484002") > 10);
	assert_true(count_kind(b, "wait-paused", NULL) > 5);
	assert_true(count_kind(b, "care-coordinator-assigned", NULL) > 1);
	assert_true(count_kind(b, "transition-plan-started", NULL) > 20);
	assert_true(count_kind(b, "bed-stay-started", NULL) > 5);
	assert_true(count_kind(b, "bed-stay-ended", NULL) > 1);
	size_t times = 0, crises = 0;
	uint16_t received = vocab_kind(vocab, STR("referral-received")), team = vocab_code(vocab, STR("A02"));
	for (size_t i = 0; i < b->n_drafts; i++)
		if (batch_draft(b, i)->kind == received && batch_draft(b, i)->code2 == team) {
			crises++;
			times += batch_draft(b, i)->minute != MINUTE_NONE;
		}
	assert_true(times > crises / 2);
	tables_batch_free(b);
}

static void test_mistakes(void **state)
{
	char folder[300];
	int64_t kept_back;
	(void)state;
	struct synth_counts c = write_into("f", 5, 400, true, folder, sizeof folder);
	struct tables_batch *b = read_from(folder);
	sum_rows(b, &kept_back);
	assert_true(c.wrong_rows > 10);
	assert_true(kept_back > c.wrong_rows / 2 && kept_back <= c.wrong_rows);
	tables_batch_free(b);
}

static void test_refusals(void **state)
{
	struct synth_counts c;
	struct err e;
	(void)state;
	struct synth_options o = { .data_dir = "data", .region = "../kinds", .folder = root, .today = today };
	assert_int_equal(synth_write(&o, NULL, NULL, NULL, &c, NULL, NULL, &e), RC_BAD_INPUT);
	o.region = "nowhere";
	assert_true(synth_write(&o, NULL, NULL, NULL, &c, NULL, NULL, &e) != RC_OK);
	o.region = "set";
	o.children = -1;
	assert_int_equal(synth_write(&o, NULL, NULL, NULL, &c, NULL, NULL, &e), RC_BAD_INPUT);
	o.children = 10;
	o.times = 3;
	assert_int_equal(synth_write(&o, NULL, NULL, NULL, &c, NULL, NULL, &e), RC_BAD_INPUT);
	o.times = 0;
	o.threads = 65;
	assert_int_equal(synth_write(&o, NULL, NULL, NULL, &c, NULL, NULL, &e), RC_BAD_INPUT);
	o.threads = 0;
	o.folder = "/dev/null/x";
	assert_int_equal(synth_write(&o, NULL, NULL, NULL, &c, NULL, NULL, &e), RC_IO);
}

/* Streams of chance: named, independent, and fair to every number. */
static void test_chance(void **state)
{
	(void)state;
	struct rand a = rand_stream(1, "x", 0), b = rand_stream(1, "x", 0), c = rand_stream(1, "x", 1),
		    d = rand_stream(1, "y", 0);
	uint64_t first = rand_bits(&a);
	assert_true(first == rand_bits(&b));
	assert_true(first != rand_bits(&c) && first != rand_bits(&d));
	int64_t seen[7] = { 0 };
	for (int i = 0; i < 70000; i++)
		seen[rand_int(&a, -3, 3) + 3]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(seen[i], 9600, 10400);
	double sum = 0, squares = 0;
	for (int i = 0; i < 50000; i++) {
		double x = rand_normal(&a, 10, 2);
		sum += x;
		squares += (x - 10) * (x - 10);
	}
	assert_true(sum / 50000 > 9.95 && sum / 50000 < 10.05);
	assert_true(squares / 50000 > 3.85 && squares / 50000 < 4.15);
	const double weights[] = { 0, 3, 0, 1 };
	int64_t picked[4] = { 0 };
	for (int i = 0; i < 40000; i++)
		picked[rand_choice(&a, weights, 4)]++;
	assert_int_equal(picked[0] + picked[2], 0);
	assert_in_range(picked[1], 29400, 30600);
	assert_int_equal(rand_int(&a, 5, 5), 5);
	rand_int(&a, INT64_MIN, INT64_MAX);
}

static int set_up(void **state)
{
	struct err e = { .rc = RC_OK };
	(void)state;
	today = day_of(2026, 11, 22);
	if (!mkdtemp(root) || vocab_load("data", &vocab, &e) != RC_OK ||
	    tables_spec_load("data", vocab, &spec, &e) != RC_OK) {
		print_message("%s\n", e.text);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	char command[100];
	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", root);
	tables_spec_free(spec);
	vocab_free(vocab);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loads_clean),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_published_numbers),
		cmocka_unit_test(test_like_published),
		cmocka_unit_test(test_beyond_chance),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_chance),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
