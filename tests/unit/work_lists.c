/* The kept worklists against lists worked out anew, their pages, waking, looking
 * back, and what verify finds. */
#include "work/help.h"

#include "work/core/shared.h"

enum { SYNTH_CHILDREN = 60, SYNTH_AT_LENGTH = 240 };

/* ---- invented children ---- */

static void synth_tables(int64_t children)
{
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = tables,
				   .seed = 7,
				   .today = app_today(app),
				   .children = children };
	struct synth_counts made;
	clear_tables();
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
}

static int fresh_with_many(void **state)
{
	err_clear(&err);
	if (!begin_as("many")) {
		fresh(state);
		synth_tables(at_length() ? SYNTH_AT_LENGTH : SYNTH_CHILDREN);
		load();
		keep_as("many");
	}
	arena_reset(&arena);
	return 0;
}

/* ---- kept == worked out anew ---- */

static struct worklist_query any(void)
{
	return (
	    struct worklist_query){ .area = -1, .limit = WORKLIST_PAGE_MAX, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
}

static void say(struct buf *b, const struct work_item *t)
{
	buf_printf(b, "%" PRId64 " %d %" PRId64 " %d %d %d %d %d %d %d %d ", t->person, t->standard, t->opened,
		   t->ordinal, t->state, t->start, t->due, t->lateness, t->days_late, t->holder, t->area);
	buf_printf(b, "%" PRId64 " %" PRId64 " %d %d|", t->holder_org ? t->holder_org->id : 0,
		   t->council ? t->council->id : 0, t->age_years, t->age_months);
	buf_str(b, t->given);
	buf_putc(b, '|');
	buf_str(b, t->family);
	buf_putc(b, '|');
	buf_str(b, t->why);
	buf_putc(b, '|');
	buf_printf(b, STR_FMT "|%d|" STR_FMT "|" STR_FMT "|" STR_FMT "\n", STR_ARG(t->next.words), (int)t->next.to,
		   STR_ARG(t->next.kind), STR_ARG(t->next.code), STR_ARG(t->next.code2));
}

typedef enum rc list_fn(struct app *, const struct viewer *, const struct worklist_query *, struct arena *,
			struct worklist *, struct err *);

/* All rows of one list, page after page. */
static void walk(list_fn *fn, const struct viewer *v, struct worklist_query q, enum work_list l, size_t page_size,
		 struct buf *out, int64_t *count_out)
{
	int64_t n = 0;
	q.only = l;
	q.limit = page_size;
	for (int pages = 0;; pages++) {
		struct worklist w;
		struct arena a AUTO(arena_release);
		arena_init(&a);
		assert_ok(fn(app, v, &q, &a, &w, &err));
		const struct work_section *s = &w.sections[l];
		assert_true(s->n <= page_size);
		for (size_t i = 0; i < s->n; i++)
			say(out, &s->items[i]);
		n += (int64_t)s->n;
		*count_out = s->count;
		if (!s->next.n)
			break;
		assert_int_equal(s->n, page_size);
		assert_true(pages < 5000);
		q.after = arena_str(&arena, s->next);
	}
	if (*count_out <= COUNT_CAP)
		assert_int_equal(*count_out, n);
	else
		assert_true(n > COUNT_CAP);
}

/* ---- what a list should hold ---- */

struct should { /* every row of a viewer's lists, worked out from the events of every child */
	const struct work_item *rows[LIST__COUNT];
	size_t n[LIST__COUNT];
};

static struct should should_be(const struct viewer *v, struct worklist_query q, struct arena *a)
{
	struct should all = { { NULL }, { 0 } };
	for (int l = LIST_LATE; l < LIST__COUNT; l++) {
		struct worklist w;
		q.only = (enum work_list)l;
		q.limit = 5000;
		assert_ok(worklist_live(app, v, &q, a, &w, &err));
		assert_int_equal(w.sections[l].next.n, 0);
		all.rows[l] = w.sections[l].items;
		all.n[l] = w.sections[l].n;
	}
	return all;
}

static bool passes(const struct worklist_query *q, const struct work_item *it)
{
	return (!q->standard.n || str_eq(q->standard, rulebook_info(app_rulebook(app), it->standard)->id)) &&
	       (!q->holder || q->holder == it->holder) && (q->area < 0 || q->area == (int)it->area) &&
	       (!q->council || (it->council && q->council == it->council->id));
}

/* The kept lists of a query, page after page, are the rows of all that pass it. */
static int64_t assert_kept(const struct viewer *v, struct worklist_query q, const struct should *all)
{
	int64_t rows = 0;
	for (int l = LIST_LATE; l < LIST__COUNT; l++) {
		struct buf kept AUTO(buf_release), want AUTO(buf_release), small AUTO(buf_release);
		int64_t n, m = 0, k;
		buf_init(&kept, 64u << 20);
		buf_init(&want, 64u << 20);
		buf_init(&small, 64u << 20);
		for (size_t i = 0; i < all->n[l]; i++)
			if (passes(&q, &all->rows[l][i])) {
				say(&want, &all->rows[l][i]);
				m++;
			}
		walk(worklist_see, v, q, (enum work_list)l, WORKLIST_PAGE_MAX, &kept, &n);
		assert_int_equal(n > COUNT_CAP ? COUNT_CAP + 1 : n, m > COUNT_CAP ? COUNT_CAP + 1 : m);
		assert_string_equal(want.n ? buf_view(&want).p : "", kept.n ? buf_view(&kept).p : "");
		if (!q.standard.n && !q.holder && q.area < 0 && m < 300) {
			walk(worklist_see, v, q, (enum work_list)l, 7, &small, &k);
			assert_string_equal(kept.n ? buf_view(&kept).p : "", small.n ? buf_view(&small).p : "");
		}
		rows += m;
	}
	return rows;
}

/* The same against lists that are worked out with the query's own filters. */
static int64_t assert_lists_equal(const struct viewer *v, struct worklist_query q)
{
	struct arena a AUTO(arena_release); /* at length it is asked some ten thousand times */
	arena_init(&a);
	struct should own = should_be(v, q, &a);
	return assert_kept(v, q, &own);
}

/* Against those, and at length also against lists of its own filters. */
static int64_t assert_filtered(const struct viewer *v, struct worklist_query q, const struct should *all)
{
	int64_t n = assert_kept(v, q, all);
	if (at_length())
		assert_int_equal(assert_lists_equal(v, q), n);
	return n;
}

static const char *const orgs[] = { TEAM, ESSEX, SOUTHEND, "E06000034", "E09000002", "E10000016", TRUST, "RRP" };

static struct viewer viewer_of(const char *code)
{
	return viewer(code[0] == 'E' ? ROLE_SOCIAL_WORKER : code[0] == 'L' ? ROLE_NURSE : ROLE_CLINICIAN, code);
}

static void test_kept_lists_equal_live_ones(void **state)
{
	(void)state;
	const struct rulebook *rb = app_rulebook(app);
	int64_t rows = 0;
	for (size_t i = 0; i < COUNT_OF(orgs); i++) {
		struct viewer v = viewer_of(orgs[i]);
		struct should every = should_be(&v, any(), &arena);
		int64_t all = assert_kept(&v, any(), &every);
		rows += all;
		if (i > 0 && !at_length())
			continue;
		struct worklist_query q = any();
		int64_t by_standard = 0, by_holder = 0, by_area = 0;
		for (uint16_t s = 0; s < rulebook_count(rb); s++) {
			q.standard = rulebook_info(rb, s)->id;
			if (rulebook_find(rb, q.standard) == s)
				by_standard += assert_filtered(&v, q, &every);
		}
		q = any();
		for (q.area = AREA_NOT_KNOWN; q.area <= AREA_OTHERS_HERE; q.area++)
			by_area += assert_filtered(&v, q, &every);
		q = any();
		for (q.holder = HOLDER_COUNCIL; q.holder < HOLDER__COUNT; q.holder++)
			by_holder += assert_filtered(&v, q, &every);
		assert_int_equal(by_standard, all);
		assert_int_equal(by_area, all);
		assert_true(by_holder <= all); /* what is not known is nobody's turn */
		q = any();
		q.council = org(ESSEX);
		assert_true(assert_lists_equal(&v, q) <= all);
		q.area = AREA_OURS_HERE;
		q.holder = HOLDER_COUNCIL;
		assert_lists_equal(&v, q);
		/* Whichever index is walked: a clock and a council, with a holder that has few or none. */
		q.area = -1;
		for (size_t s = 0; s < rulebook_count(rb); s += at_length() ? 1 : 7)
			for (q.holder = HOLDER_NONE; q.holder < HOLDER__COUNT; q.holder++) {
				q.standard = rulebook_info(rb, (uint16_t)s)->id;
				assert_filtered(&v, q, &every);
			}
		q = any();
		q.unnamed = true; /* nobody has a named worker here */
		assert_int_equal(assert_lists_equal(&v, q), all);
	}
	assert_true(rows > 100);
}

/* Asked of the store once: nobody moves here. */
static int64_t home_of(int64_t child)
{
	enum { SLOTS = 4096 };
	static struct {
		int64_t child, home;
	} known[SLOTS];
	size_t at = (size_t)((uint64_t)child * 0x9e3779b97f4a7c15u >> 52);
	if (known[at].child != child) {
		known[at].child = child;
		known[at].home = number("SELECT home AS n FROM person WHERE id = %" PRId64, child);
	}
	return known[at].home;
}

/* Of whom something is withheld: the rows of whoever sees all, without those that rest on it. */
static void assert_rows_left_out(const struct viewer *all, const struct viewer *less)
{
	for (int l = LIST_LATE; l < LIST__COUNT; l++) {
		struct worklist_query q = any();
		struct worklist w;
		struct buf want AUTO(buf_release), got AUTO(buf_release);
		int64_t n;
		buf_init(&want, 64u << 20);
		buf_init(&got, 64u << 20);
		q.only = (enum work_list)l;
		q.limit = 5000;
		assert_ok(worklist_live(app, all, &q, &arena, &w, &err));
		for (size_t i = 0; i < w.sections[l].n; i++)
			if (!standard_withheld(app, withheld_of(less, home_of(w.sections[l].items[i].person)),
					       w.sections[l].items[i].standard))
				say(&want, &w.sections[l].items[i]);
		walk(worklist_see, less, any(), (enum work_list)l, 9, &got, &n);
		assert_string_equal(want.n ? buf_view(&want).p : "", got.n ? buf_view(&got).p : "");
	}
}

static void test_lists_without_what_is_withheld(void **state)
{
	(void)state;
	static const enum data_kind kinds[] = { DATA_HEALTH, DATA_EDUCATION, DATA_MENTAL_HEALTH };
	for (size_t o = 0; o < (at_length() ? COUNT_OF(orgs) : 3); o++)
		for (uint32_t bits = 0; bits < 8; bits++) {
			struct viewer all = viewer_of(orgs[o]), less = all;
			less.withheld = data_bit(DATA_NUMBERS) | data_bit(DATA_UNSAID);
			for (size_t k = 0; k < COUNT_OF(kinds); k++)
				less.withheld |= bits >> k & 1 ? data_bit(kinds[k]) : 0;
			struct worklist_query q = any();
			struct should every = should_be(&less, q, &arena);
			assert_kept(&less, q, &every);
			assert_rows_left_out(&all, &less);
			q.holder = HOLDER_COUNCIL;
			assert_filtered(&less, q, &every);
			q.council = org(ESSEX);
			q.area = AREA_OURS_HERE;
			assert_filtered(&less, q, &every);
			q = any();
			q.standard = STR("iha-returned");
			assert_filtered(&less, q, &every);
			arena_reset(&arena);
		}
}

/* Agreements by pairs: of the children of one council this is withheld, of another's that. */
static void test_lists_by_council(void **state)
{
	(void)state;
	const uint32_t most = data_bit(DATA_HEALTH) | data_bit(DATA_EDUCATION) | data_bit(DATA_MENTAL_HEALTH),
		       always = data_bit(DATA_NUMBERS) | data_bit(DATA_UNSAID);
	const struct withheld_of of[] = { { org(ESSEX), always | data_bit(DATA_HEALTH) },
					  { org(SOUTHEND), 0 },
					  { org("E06000034"), always | data_bit(DATA_EDUCATION) } };
	for (size_t o = 0; o < (at_length() ? COUNT_OF(orgs) : 2); o++)
		for (size_t n = at_length() ? 1 : 2; n <= COUNT_OF(of); n++) {
			struct viewer all = viewer_of(orgs[o]), less = all;
			less.withheld = n == 2 ? always | data_bit(DATA_HEALTH) | data_bit(DATA_CARE) : always | most;
			less.councils = of;
			less.n_councils = n;
			struct worklist_query q = any();
			struct should every = should_be(&less, q, &arena);
			assert_kept(&less, q, &every);
			assert_rows_left_out(&all, &less);
			q.holder = HOLDER_COUNCIL;
			assert_filtered(&less, q, &every);
			q.council = org(ESSEX);
			q.area = AREA_OURS_HERE;
			assert_filtered(&less, q, &every);
			q = any();
			q.standard = STR("iha-returned");
			assert_filtered(&less, q, &every);
			q = any();
			q.unnamed = true;
			assert_filtered(&less, q, &every);
			arena_reset(&arena);
		}
}

/* The counts beside the filters are those of the lists. */
static void test_the_counts_of_filters(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct worklist_query q = any();
	struct worklist w, one;
	assert_ok(worklist_see(app, &v, &q, &arena, &w, &err)); /* only who asks has them counted */
	assert_true(!w.n_clocks && !w.n_holders && !w.n_councils && !w.n_areas);
	q.panel = true;
	assert_ok(worklist_see(app, &v, &q, &arena, &w, &err));
	assert_true(w.n_clocks >= 3 && w.n_holders > 1 && w.n_councils >= 3 && w.n_areas >= 3);
	for (size_t i = 0; i < w.n_clocks; i++) {
		q = any();
		q.standard = w.clocks[i].id;
		assert_ok(worklist_see(app, &v, &q, &arena, &one, &err));
		int64_t n = 0;
		for (int l = LIST_LATE; l < LIST__COUNT; l++)
			n += one.sections[l].count;
		assert_int_equal(n, w.clocks[i].count);
		/* What is chosen is said, and nothing else. */
		assert_true(one.n_clocks == 1 && one.clocks[0].chosen && !one.n_councils && !one.n_areas);
		assert_true(str_eq(one.clocks[0].title, w.clocks[i].title));
	}
	assert_int_equal(w.children, number("SELECT count(DISTINCT person) AS n FROM circle WHERE org = %" PRId64
					    " AND from_day <= %d AND to_day >= %d",
					    v.org, app_today(app), app_today(app)));
}

/* A council asks for its own children on its own list, which also holds others': those placed with it, and of
 * whom it is not known where they are. */
static void test_a_councils_own(void **state)
{
	(void)state;
	int64_t unknown = 0, others = 0;
	for (size_t i = 0; i < COUNT_OF(orgs); i++) {
		struct viewer v = viewer_of(orgs[i]);
		if (orgs[i][0] != 'E')
			continue;
		struct worklist_query q = any();
		struct should every = should_be(&v, q, &arena);
		struct worklist w;
		q.council = v.org;
		int64_t own = assert_kept(&v, q, &every);
		q.panel = true;
		q.council = 0;
		assert_ok(worklist_see(app, &v, &q, &arena, &w, &err));
		for (size_t k = 0; k < w.n_councils; k++)
			if (str_is(w.councils[k].id, orgs[i]))
				assert_int_equal(w.councils[k].count, own > COUNT_CAP ? COUNT_CAP + 1 : own);
		q = any();
		q.council = v.org;
		for (q.area = AREA_NOT_KNOWN; q.area <= AREA_OTHERS_HERE; q.area++)
			own -= assert_kept(&v, q, &every);
		assert_int_equal(own, 0);
		q.area = AREA_NOT_KNOWN;
		unknown += assert_kept(&v, q, &every);
		q.holder = HOLDER_COUNCIL;
		assert_kept(&v, q, &every);
		q.unnamed = true;
		assert_kept(&v, q, &every);
		others += number("SELECT count(*) AS n FROM work_row WHERE org = %" PRId64 " AND area = 0 AND council <> org",
				 v.org);
	}
	assert_true(unknown > 0 && others > 0); /* or nothing was tried */
}

/* Who asks for one list is told what whoever asks for all is told of it, and nothing of the others. */
static void test_one_list_counts_itself(void **state)
{
	(void)state;
	struct viewer who[] = { viewer(ROLE_NURSE, TEAM), viewer(ROLE_SOCIAL_WORKER, ESSEX),
				viewer(ROLE_CLINICIAN, TRUST), app_operator(app) };
	who[3].org = org(TEAM);
	for (size_t v = 0; v < COUNT_OF(who); v++)
		for (int way = 0; way < 9; way++) {
			struct worklist_query q = any();
			struct worklist all, one;
			q.standard = way == 1 || way == 5 || way == 6 ? STR("rha") : STR("");
			q.holder = way == 2 || way == 6 ? HOLDER_HEALTH : HOLDER_NONE;
			q.council = way == 3 || way == 5 ? org(ESSEX) : 0;
			q.area = way == 4 || way == 6 ? AREA_OURS_HERE : -1;
			q.unnamed = way == 7;
			q.panel = way == 8;
			assert_ok(worklist_see(app, &who[v], &q, &arena, &all, &err));
			for (q.only = LIST_LATE; q.only < LIST__COUNT; q.only++) {
				assert_ok(worklist_see(app, &who[v], &q, &arena, &one, &err));
				bool operator_ = who[v].role == ROLE_OPERATOR;
				for (int l = LIST_LATE; l < LIST__COUNT; l++)
					assert_int_equal(one.sections[l].count,
							 operator_ || l == (int)q.only ? all.sections[l].count : 0);
				assert_int_equal(one.children, operator_ ? all.children : all.children ? 1 : 0);
				/* and the panel offers the same */
				assert_int_equal(one.n_clocks, all.n_clocks);
				assert_int_equal(one.n_areas, all.n_areas);
				assert_int_equal(one.n_holders, all.n_holders);
				for (size_t i = 0; i < all.n_areas; i++)
					assert_int_equal(one.areas[i].count, all.areas[i].count);
				for (size_t i = 0; i < all.n_holders; i++)
					assert_int_equal(one.holders[i].count, all.holders[i].count);
			}
			arena_reset(&arena);
		}
}

/* ---- rows that may not be shown ---- */

struct shown {
	struct buf rows; /* of whoever is still in the circle */
	size_t n;
};

static void say_those_left(struct shown *s, const struct work_section *sec, const int64_t *gone, size_t n_gone)
{
	for (size_t i = 0; i < sec->n; i++) {
		bool left = true;
		for (size_t k = 0; left && k < n_gone; k++)
			left = sec->items[i].person != gone[k];
		if (left)
			say(&s->rows, &sec->items[i]);
		s->n += left;
	}
}

/* Pages of this size: each full but the last. */
static void pages_of(const struct viewer *v, struct worklist_query q, size_t size, const int64_t *gone, size_t n_gone,
		     struct shown *s)
{
	for (q.limit = size, q.after = STR("");;) {
		struct worklist w;
		assert_ok(worklist_see(app, v, &q, &arena, &w, &err));
		const struct work_section *sec = &w.sections[q.only];
		say_those_left(s, sec, gone, n_gone);
		if (!sec->next.n)
			return;
		assert_int_equal(sec->n, size);
		q.after = sec->next;
	}
}

static bool is_of(int64_t person, const int64_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == person)
			return true;
	return false;
}

/* All children of the first page of a list, and every third of the others. */
static size_t some_of(const struct viewer *v, struct worklist_query q, int64_t *gone, size_t max)
{
	struct worklist w;
	size_t n = 0;
	q.limit = WORKLIST_PAGE_MAX;
	assert_ok(worklist_see(app, v, &q, &arena, &w, &err));
	const struct work_section *sec = &w.sections[q.only];
	for (size_t i = 0; i < sec->n && n < max; i++)
		if ((i < 7 || i % 3 == 0) && !is_of(sec->items[i].person, gone, n))
			gone[n++] = sec->items[i].person;
	return n;
}

/* Who is in the circle is asked of each row that is shown, whatever the rows say; the page goes on behind those that it
 * does not hold. So also behind a row whose clock is not among the child's: it waits to be taken away. `inside` may say
 * that it is nobody, or what nobody can read; what it does not say the circle itself is asked (0028). */
static void test_a_page_goes_on_behind_what_may_not_be_shown(void **state)
{
	const char *const ways[][2] = {
		{ "UPDATE open_clocks SET inside = NULL WHERE person = ",
		  "UPDATE circle SET to_day = from_day - 1 WHERE person = " },
		{ "UPDATE open_clocks SET inside = NULL WHERE person = ", "DELETE FROM circle WHERE person = " },
		{ on_sqlite() ? "UPDATE open_clocks SET inside = x'0100' WHERE person = "
			      : "UPDATE open_clocks SET inside = '\\x0100' WHERE person = " },
		{ "UPDATE open_clocks SET inside = body WHERE person = " },
		{ "UPDATE work_row SET ordinal = ordinal + 50 WHERE person = " },
		{ "DELETE FROM open_clocks WHERE person = " },
	};
	enum { GONE_MAX = 40 };
	size_t refilled = 0;
	for (size_t way = 0; way < COUNT_OF(ways); way++)
		for (int l = LIST_LATE; l < LIST__COUNT; l++)
			for (int filter = 0; filter < 3; filter++) {
				if (!at_length() && ((size_t)l + way + (size_t)filter) % 3)
					continue;
				fresh_with_many(state);
				struct viewer v = viewer(ROLE_NURSE, TEAM);
				struct worklist_query q = any();
				int64_t gone[GONE_MAX];
				struct shown before = { .n = 0 }, after = { .n = 0 };
				q.only = (enum work_list)l;
				q.council = filter == 1 ? org(ESSEX) : 0;
				q.unnamed = filter == 2;
				buf_init(&before.rows, 64u << 20);
				buf_init(&after.rows, 64u << 20);
				size_t n = some_of(&v, q, gone, GONE_MAX);
				pages_of(&v, q, 7, gone, n, &before);
				for (size_t i = 0; i < n * COUNT_OF(ways[0]); i++)
					if (ways[way][i % 2])
						change("%s%" PRId64, ways[way][i % 2], gone[i / 2]);
				pages_of(&v, q, 7, NULL, 0, &after);
				assert_int_equal(before.n, after.n);
				assert_string_equal(before.n ? before.rows.p : "", after.n ? after.rows.p : "");
				refilled += n > 7 && after.n;
				buf_release(&before.rows);
				buf_release(&after.rows);
			}
	assert_true(refilled > 3);
}

static void test_a_page_must_be_a_page(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_NURSE, TEAM), lead = viewer(ROLE_GOVERNANCE, TEAM);
	static const char *const bad[] = { "x",
					   "1.2.3",
					   "9.1.0000000000000.a.0000000000000",
					   "1.2.0000000000000.a.u",
					   "1.2.3.4.5.6",
					   "1.99999999999.0000000000000.a.0000000000000",
					   "....",
					   "\xff" };
	struct worklist w;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct worklist_query q = any();
		q.only = LIST_LATE;
		q.after = str_of(bad[i]);
		assert_rc(RC_BAD_INPUT, worklist_see(app, &v, &q, &arena, &w, &err));
	}
	struct worklist_query q = any();
	q.limit = 0;
	assert_rc(RC_BAD_INPUT, worklist_see(app, &v, &q, &arena, &w, &err));
	q.limit = WORKLIST_PAGE_MAX + 1;
	assert_rc(RC_BAD_INPUT, worklist_see(app, &v, &q, &arena, &w, &err));
	q = any();
	assert_rc(RC_REFUSED, worklist_see(app, &lead, &q, &arena, &w, &err));
}

/* ---- time goes on ---- */

static void test_a_year_goes_by(void **state)
{
	(void)state;
	int64_t start = app_now_ms(app);
	static const int strides[] = { 0, 1, 1, 5, 14, 28, 91, 180, 80 };
	int days = 0;
	for (size_t i = 0; at_length() ? days < 370 : i < COUNT_OF(strides); i++) {
		days += at_length() ? 1 : strides[i];
		open_ms(start + (int64_t)days * MS_PER_DAY, false);
		struct verify_report r = verified();
		if (r.wrong) /* what is kept holds until the day on which it says it changes */
			fail_msg("after %d days: %d wrong: " STR_FMT, days, (int)r.wrong,
				 STR_ARG(r.differences[0].words));
		for (size_t o = 0; o < (at_length() ? 1 : i % 4 ? 2 : COUNT_OF(orgs)); o++) {
			struct viewer v = viewer_of(orgs[o]);
			assert_lists_equal(&v, any());
		}
		assert_clean();
		arena_reset(&arena);
	}
}

/* ---- looking back and ahead ---- */

static void test_as_of_and_as_known_on(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct worklist_query q = any();
	struct worklist now, then;
	int64_t loaded = app_now_ms(app);
	assert_ok(worklist_see(app, &v, &q, &arena, &now, &err));
	q.known_ms = loaded - 1;
	assert_ok(worklist_see(app, &v, &q, &arena, &then, &err));
	for (int l = LIST_LATE; l < LIST__COUNT; l++)
		assert_int_equal(then.sections[l].count, 0);
	q.known_ms = loaded;
	assert_ok(worklist_see(app, &v, &q, &arena, &then, &err));
	for (int l = LIST_LATE; l < LIST__COUNT; l++)
		assert_int_equal(then.sections[l].count > COUNT_CAP ? COUNT_CAP + 1 : then.sections[l].count,
				 now.sections[l].count);
	/* ahead: what is due soon today and not done will be late */
	q = any();
	q.as_of = app_today(app) + 30;
	assert_ok(worklist_see(app, &v, &q, &arena, &then, &err));
	assert_int_equal(then.as_of, q.as_of);
	assert_true(then.sections[LIST_LATE].count > now.sections[LIST_LATE].count ||
		    now.sections[LIST_SOON].count == 0);
	/* as of a day is the same as being there that day, with what is known now */
	struct buf ahead AUTO(buf_release), there AUTO(buf_release);
	int64_t n;
	buf_init(&ahead, 64u << 20);
	buf_init(&there, 64u << 20);
	walk(worklist_see, &v, q, LIST_LATE, WORKLIST_PAGE_MAX, &ahead, &n);
	open_ms(loaded + (int64_t)30 * MS_PER_DAY, false);
	walk(worklist_see, &v, any(), LIST_LATE, WORKLIST_PAGE_MAX, &there, &n);
	assert_string_equal(ahead.p, there.p);
}

/* The row that ended a page may be gone when the next page is asked for. */
static void test_a_page_of_another_day_goes_on_where_its_row_was(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct worklist_query q = any();
	struct worklist whole, w;
	struct work_key k;
	q.as_of = app_today(app) + 30;
	q.only = LIST_WAITING;
	assert_ok(worklist_see(app, &v, &q, &arena, &whole, &err));
	q.limit = 3;
	assert_ok(worklist_see(app, &v, &q, &arena, &w, &err));
	const struct work_item *rows = whole.sections[LIST_WAITING].items;
	assert_true(whole.sections[LIST_WAITING].n > 6);
	assert_ok(worklist_key_read(w.sections[LIST_WAITING].next, &k, &err));
	for (int by = -1; by <= 1; by++) { /* of a row that was just before the third, of itself, of one behind it */
		q.after = worklist_key(&arena, k.law, k.due, k.person, k.standard, k.opened + by);
		assert_ok(worklist_see(app, &v, &q, &arena, &w, &err));
		assert_int_equal(w.sections[LIST_WAITING].n, 3);
		assert_int_equal(w.sections[LIST_WAITING].items[0].person, rows[by < 0 ? 2 : 3].person);
		assert_int_equal(w.sections[LIST_WAITING].items[0].opened, rows[by < 0 ? 2 : 3].opened);
	}
	q.after = STR("7.nothing");
	assert_int_equal(worklist_see(app, &v, &q, &arena, &w, &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "not a page of this list"));
}

/* Without pages: the rows of all pages in their order, no more than were asked for, and whether there are more. */
static void whole_as_pages(day_t as_of)
{
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct worklist_query q = any(), p;
	struct worklist whole, w;
	size_t rows = 0, n[LIST__COUNT] = { 0 };
	q.as_of = as_of;
	q.whole = true;
	q.limit = WORKLIST_WHOLE_MAX;
	assert_ok(worklist_see(app, &v, &q, &arena, &whole, &err));
	assert_false(whole.more);
	for (int l = LIST_LATE; l < LIST__COUNT; l++) {
		const struct work_section *s = &whole.sections[l];
		p = any();
		p.as_of = q.as_of;
		p.only = (enum work_list)l;
		p.limit = 50;
		do {
			assert_ok(worklist_see(app, &v, &p, &arena, &w, &err));
			for (size_t i = 0; i < w.sections[l].n; i++, n[l]++) {
				assert_true(n[l] < s->n);
				assert_int_equal(s->items[n[l]].person, w.sections[l].items[i].person);
				assert_int_equal(s->items[n[l]].opened, w.sections[l].items[i].opened);
				assert_int_equal(s->items[n[l]].standard, w.sections[l].items[i].standard);
			}
			p.after = w.sections[l].next;
		} while (p.after.n);
		assert_int_equal(n[l], s->n);
		assert_int_equal(s->list, l);
		rows += n[l];
	}
	assert_true(rows > 100);
	for (size_t limit = 1; limit <= rows; limit++) {
		size_t got = 0;
		q.limit = limit;
		if (limit > 20 && limit + 20 < rows && limit != n[LIST_LATE] && limit != n[LIST_LATE] + n[LIST_SOON])
			continue;
		assert_ok(worklist_see(app, &v, &q, &arena, &w, &err));
		for (int l = LIST_LATE; l < LIST__COUNT; l++)
			for (size_t i = 0; i < w.sections[l].n; i++, got++)
				assert_int_equal(w.sections[l].items[i].opened, whole.sections[l].items[i].opened);
		assert_int_equal(got, limit);
		assert_int_equal(w.more, limit < rows);
	}
	q.only = LIST_WAITING;
	q.limit = n[LIST_WAITING];
	q.after = STR("7.nothing"); /* pages are not asked for */
	assert_ok(worklist_see(app, &v, &q, &arena, &w, &err));
	assert_int_equal(w.sections[LIST_WAITING].n, n[LIST_WAITING]);
	assert_int_equal(w.sections[LIST_LATE].n, 0);
	assert_false(w.more);
	q.limit--;
	assert_ok(worklist_see(app, &v, &q, &arena, &w, &err));
	assert_true(w.more);
	q.limit = WORKLIST_WHOLE_MAX + 1;
	assert_int_equal(worklist_see(app, &v, &q, &arena, &w, &err), RC_BAD_INPUT);
}

static void test_whole(void **state)
{
	(void)state;
	char day[DAY_TEXT_MAX];
	day_t ahead = app_today(app) + 30;
	whole_as_pages(ahead);
	at(arena_printf(&arena, "%sT10:00:00Z", day_iso(ahead, day)).p);
	whole_as_pages(DAY_NONE);
}

static void test_a_look_back_is_under_todays_permissions(void **state)
{
	(void)state;
	struct viewer essex = viewer(ROLE_SOCIAL_WORKER, ESSEX), southend = viewer(ROLE_SOCIAL_WORKER, SOUTHEND);
	small_tables();
	load();
	int64_t wren = person(ESSEX "/E-1"), known = app_now_ms(app);
	struct worklist_query q = any();
	struct worklist w;
	q.known_ms = known;
	assert_ok(worklist_see(app, &essex, &q, &arena, &w, &err));
	int64_t children = w.children;
	assert_int_equal(children, 2);
	/* a year and a day after her care has ended nobody's circle holds her, whatever was known then */
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,01/03/2026,E4A\nEssex,E-2,P1,10/02/"
		  "2026,C2,,,\nSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,E-1,PL1,P1,06/01/2026,U6,no,Essex,01/03/2026\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
		  "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and Dagenham,\n");
	at("2026-03-03T10:00:00Z");
	load();
	struct child_query c = { .person = wren, .as_of = DAY_NONE, .known_ms = known };
	struct child_page p;
	assert_ok(child_see(app, &essex, &c, &arena, &p, &err));
	at("2027-03-03T10:00:00Z");
	q = any(); /* wakes her */
	assert_ok(worklist_see(app, &essex, &q, &arena, &w, &err));
	assert_rc(RC_NOT_FOUND, child_see(app, &essex, &c, &arena, &p, &err));
	assert_rc(RC_NOT_FOUND, child_see(app, &southend, &c, &arena, &p, &err));
	q.known_ms = known;
	assert_ok(worklist_see(app, &essex, &q, &arena, &w, &err));
	assert_int_equal(w.children, 1);
	for (int l = LIST_LATE; l < LIST__COUNT; l++)
		for (size_t i = 0; i < w.sections[l].n; i++)
			assert_true(w.sections[l].items[i].person != wren);
}

/* ---- verify and rebuild ---- */

static void test_verify_finds_what_was_changed_behind_its_back(void **state)
{
	(void)state;
	small_tables();
	complete_from("01/01/2026");
	load();
	long long wren = person(ESSEX "/E-1");
	static const struct {
		const char *sql, *words;
	} ways[] = {
		{ "UPDATE open_clocks SET body = (SELECT x.body FROM open_clocks x WHERE x.body <> "
		  "open_clocks.body ORDER BY x.body LIMIT 1) WHERE person = @",
		  "clock" },
		{ "DELETE FROM open_clocks WHERE person = @", "clock" },
		{ "UPDATE open_clocks SET given = 'Somebody' WHERE person = @", "clock" },
		{ "UPDATE open_clocks SET born = born + 1 WHERE person = @", "clock" },
		{ "UPDATE open_clocks SET inside = body WHERE person = @", "clock" },
		{ "UPDATE open_clocks SET inside = NULL WHERE person = @", "clock" },
		{ "UPDATE person SET inside = NULL WHERE id = @", "details" },
		{ "UPDATE work_row SET due_day = due_day + 1 WHERE person = @", "worklist" },
		{ "UPDATE work_row SET turn = 3 - turn WHERE person = @ AND turn < 3", "worklist" },
		{ "UPDATE work_row SET area = 3 WHERE person = @", "worklist" },
		{ "UPDATE work_row SET standard = standard + 1 WHERE person = @", "worklist" },
		{ "UPDATE work_row SET org = org + 1000 WHERE person = @", "worklist" },
		{ "DELETE FROM work_row WHERE person = @", "worklist" },
		{ "DELETE FROM circle WHERE person = @", "circle" },
		{ "UPDATE circle SET to_day = 30000 WHERE person = @", "circle" },
		{ "UPDATE circle SET org = org + 1 WHERE person = @", "circle" },
		{ "UPDATE person SET given = 'Robin' WHERE id = @", "details" },
		{ "UPDATE person SET family = '' WHERE id = @", "details" },
		{ "UPDATE person SET nhs_number = NULL WHERE id = @", "details" },
		{ "UPDATE person SET born = born + 1 WHERE id = @", "details" },
		{ "UPDATE person SET sex = 'M' WHERE id = @", "details" },
		{ "DELETE FROM search_name WHERE person = @", "search" },
		{ "UPDATE search_name SET word = 'robin' WHERE person = @ AND word = 'wren bramblebyexample'",
		  "search" },
	};
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		char sql[300];
		int64_t children, changed;
		assert_clean();
		const char *person_at = strchr(ways[i].sql, '@');
		snprintf(sql, sizeof sql, "%.*s%lld%s", (int)(person_at - ways[i].sql), ways[i].sql, wren,
			 person_at + 1);
		change("%s", sql);
		struct verify_report r = verified();
		if (r.wrong != 1 || r.differences[0].person != wren ||
		    !strstr(arena_str(&arena, r.differences[0].words).p, ways[i].words))
			fail_msg("%s: %d wrong, \"" STR_FMT "\"", sql, (int)r.wrong,
				 STR_ARG(r.n_differences ? r.differences[0].words : STR("")));
		assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
		assert_int_equal(children, 3);
		assert_int_equal(changed, 1);
		assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
		assert_int_equal(changed, 0);
	}
}

static void test_other_rules_are_out_of_date_not_wrong(void **state)
{
	(void)state;
	int64_t changed;
	small_tables();
	load();
	/* the operator's list: kept while nobody waits, else worked out */
	struct viewer operator= app_operator(app);
	struct worklist_query q = any();
	struct worklist kept, live;
	operator.org = app_organisation_by_code(app, STR(ESSEX))->id;
	assert_ok(worklist_see(app, &operator, & q, &arena, &kept, &err));
	change("UPDATE person SET rules = 'older'");
	change("DELETE FROM open_clocks");
	change("UPDATE work_row SET due_day = due_day + 1");
	assert_ok(worklist_see(app, &operator, & q, &arena, &live, &err));
	int64_t rows = 0;
	for (int l = LIST_LATE; l < LIST__COUNT; l++) {
		assert_int_equal(kept.sections[l].count, live.sections[l].count);
		rows += live.sections[l].count;
	}
	assert_true(rows > 0 && kept.children == live.children);
	struct verify_report r = verified();
	assert_int_equal(r.wrong, 0);
	assert_int_equal(r.out_of_date, 3);
	assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err));
	assert_int_equal(changed, 3);
	assert_clean();
	assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err));
	assert_int_equal(changed, 0);
}

static void test_rebuild_of_many_changes_nothing(void **state)
{
	(void)state;
	struct stamp full = stamp();
	int64_t children, changed;
	assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
	assert_int_equal(children, full.persons);
	assert_int_equal(changed, 0);
	assert_same_stamp(full);
	change("DELETE FROM open_clocks");
	change("DELETE FROM work_row");
	change("DELETE FROM circle");
	change("DELETE FROM search_name");
	assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
	assert_int_equal(changed, children);
	assert_same_stamp(full);
}

int main(void)
{
#define CASE(f, before) cmocka_unit_test_setup_teardown(f, before, clean_after)
	const struct CMUnitTest tests[] = {
		CASE(test_kept_lists_equal_live_ones, fresh_with_many),
		CASE(test_lists_without_what_is_withheld, fresh_with_many),
		CASE(test_lists_by_council, fresh_with_many),
		CASE(test_the_counts_of_filters, fresh_with_many),
		CASE(test_a_councils_own, fresh_with_many),
		CASE(test_one_list_counts_itself, fresh_with_many),
		cmocka_unit_test_setup(test_a_page_goes_on_behind_what_may_not_be_shown, fresh_with_many),
		CASE(test_a_page_must_be_a_page, fresh_with_many),
		CASE(test_a_year_goes_by, fresh_with_many),
		cmocka_unit_test_setup(test_as_of_and_as_known_on, fresh_with_many),
		cmocka_unit_test_setup(test_whole, fresh_with_many),
		cmocka_unit_test_setup(test_a_page_of_another_day_goes_on_where_its_row_was, fresh_with_many),
		cmocka_unit_test_setup(test_a_look_back_is_under_todays_permissions, fresh),
		CASE(test_verify_finds_what_was_changed_behind_its_back, fresh),
		CASE(test_other_rules_are_out_of_date_not_wrong, fresh),
		CASE(test_rebuild_of_many_changes_nothing, fresh_with_many),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
