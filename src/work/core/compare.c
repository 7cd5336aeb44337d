#include "work/core/compare.h"

#include "base/text.h"
#include "work/core/write.h"
#include "work/see/head.h"

enum { UNIT = 2000 };

static const struct {
	const char *id, *title;
} kinds_of_move[] = {
	[MOVE_NONE] = { "same", "as before" },
	[MOVE_LATER] = { "later", "due later" },
	[MOVE_EARLIER] = { "earlier", "due earlier" },
	[MOVE_NEW] = { "new", "new" },
	[MOVE_GONE] = { "gone", "no longer there" },
	[MOVE_TURN] = { "turn", "another state, turn or share" },
	[MOVE_OVER] = { "over", "over, with another outcome" },
};

const char *move_id(enum move_kind m)
{
	return (unsigned)m < MOVE__COUNT ? kinds_of_move[m].id : "";
}

const char *move_title(enum move_kind m)
{
	return (unsigned)m < MOVE__COUNT ? kinds_of_move[m].title : "";
}

struct side {
	struct app *app;
	struct engine *en;
	uint16_t place[STANDARDS_MAX]; /* standard of its rulebook -> row of the table */
	struct folded f;
	const struct clock *clocks;
	size_t n;
};

struct comparing {
	struct side before, after;
	const struct viewer *v;
	struct str only;
	day_t today;
	bool same_words; /* one fold serves both */
	struct db *db;
	struct arena *a; /* for what is kept */
	struct standard_moves *table;
	size_t n_table;
	struct moved_clock *clocks, *over_clocks; /* open ones are shown first */
	size_t n_over;
	struct comparison out;
	int64_t after_id, total;
	bool over;
};

/* ---- the table of both sets' standards ---- */

static void enter(struct comparing *c, struct side *s)
{
	const struct rulebook *rb = app_rulebook(s->app);
	for (uint16_t i = 0; i < rulebook_count(rb); i++) {
		const struct standard_info *info = rulebook_info(rb, i);
		size_t at = 0;
		while (at < c->n_table && !str_eq(c->table[at].id, info->id))
			at++;
		s->place[i] = (uint16_t)at;
		if (at < c->n_table)
			continue;
		c->table[c->n_table++] =
		    (struct standard_moves){ .id = arena_str(c->a, info->id),
					     .title = info->reading.n
							  ? arena_printf(c->a, STR_FMT ": " STR_FMT,
									 STR_ARG(info->title), STR_ARG(info->reading))
							  : arena_str(c->a, info->title) };
	}
}

static bool is_open(const struct clock *k)
{
	return k && (k->state == CLOCK_RUNNING || k->state == CLOCK_NOT_KNOWN);
}

static enum lateness outcome(const struct comparing *c, const struct side *s, const struct clock *k)
{
	return clock_lateness(app_rulebook(s->app), app_workdays(s->app), k, c->today, NULL);
}

/* Of what is over only the outcome counts: a day that was met in any case moves nobody. */
static bool same_outcome(const struct comparing *c, const struct clock *x, const struct clock *y)
{
	return x && y && x->state == y->state && x->done == y->done &&
	       outcome(c, &c->before, x) == outcome(c, &c->after, y);
}

static enum move_kind move_of(const struct comparing *c, const struct clock *x, const struct clock *y, bool same_reason)
{
	if (!is_open(x) && !is_open(y))
		return same_outcome(c, x, y) ? MOVE_NONE : MOVE_OVER;
	if (!is_open(x))
		return MOVE_NEW;
	if (!is_open(y))
		return MOVE_GONE;
	if (x->due != y->due && x->due != DAY_NONE && y->due != DAY_NONE)
		return y->due > x->due ? MOVE_LATER : MOVE_EARLIER;
	bool same = x->due == y->due && x->state == y->state && x->holder == y->holder &&
		    x->holder_due == y->holder_due && x->due_minute == y->due_minute && x->start == y->start &&
		    same_reason;
	return same ? MOVE_NONE : MOVE_TURN;
}

/* ---- one child ---- */

static int64_t root_of(const struct side *s, const struct clock *k)
{
	return k->opened_by >= 0 ? s->f.fact_root[k->opened_by] : 0;
}

static const struct clock *same_clock(const struct side *from, const struct clock *k, const struct side *in)
{
	for (size_t i = 0; i < in->n; i++) {
		const struct clock *other = &in->clocks[i];
		if (in->place[other->standard] == from->place[k->standard] && other->ordinal == k->ordinal &&
		    root_of(in, other) == root_of(from, k))
			return other;
	}
	return NULL;
}

static enum rc show(struct comparing *c, int64_t person, const struct side *s, const struct clock *any,
		    const struct clock *x, const struct clock *y, enum move_kind m, int days, struct arena *a,
		    struct err *e)
{
	bool over = m == MOVE_OVER;
	if ((over ? c->n_over : c->out.n_clocks) == MOVED_SHOWN || !viewer_sees_clock(s->app, c->v, &s->f, any))
		return RC_OK;
	enum rc rc = circle_check(s->app, c->db, c->v, person, e);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	struct details d;
	if ((rc = details_read(&s->f, a, &d, e)) != RC_OK)
		return rc;
	const struct standard_moves *t = &c->table[s->place[any->standard]];
	struct moved_clock *out = over ? &c->over_clocks[c->n_over++] : &c->clocks[c->out.n_clocks++];
	*out = (struct moved_clock){ .person = person,
				     .given = arena_str(c->a, d.given),
				     .family = arena_str(c->a, d.family),
				     .standard = t->id,
				     .title = t->title,
				     .move = m,
				     .before = x ? x->state : 0,
				     .after = y ? y->state : 0,
				     .due_before = x ? x->due : DAY_NONE,
				     .due_after = y ? y->due : DAY_NONE,
				     .days = days };
	return RC_OK;
}

/* Counts one pair; *moved_out is set if it moves. */
static enum rc pair(struct comparing *c, int64_t person, const struct clock *x, const struct clock *y, bool *moved_out,
		    struct arena *a, struct err *e)
{
	const struct side *s = x ? &c->before : &c->after;
	const struct clock *any = x ? x : y;
	struct standard_moves *t = &c->table[s->place[any->standard]];
	if (c->only.n && !str_eq(c->only, t->id))
		return RC_OK;
	t->open_before += is_open(x);
	t->open_after += is_open(y);
	bool same_reason = x && y &&
			   str_eq(rulebook_reason(app_rulebook(c->before.app), x->reason),
				  rulebook_reason(app_rulebook(c->after.app), y->reason));
	enum move_kind m = move_of(c, x, y, same_reason);
	if (m == MOVE_NONE)
		return RC_OK;
	int days = m == MOVE_LATER || m == MOVE_EARLIER ? y->due - x->due : 0;
	if (days && (!(t->moves[MOVE_LATER] + t->moves[MOVE_EARLIER]) || days < t->days_min))
		t->days_min = days;
	if (days && (!(t->moves[MOVE_LATER] + t->moves[MOVE_EARLIER]) || days > t->days_max))
		t->days_max = days;
	t->moves[m]++;
	t->moved++;
	c->out.moved_clocks++;
	*moved_out = true;
	return show(c, person, s, any, x, y, m, days, a, e);
}

/* The same events in the words of the other set. */
static struct history in_words_of(const struct comparing *c, const struct history *h, struct arena *a)
{
	const struct vocab *from = app_vocab(c->before.app), *to = app_vocab(c->after.app);
	struct history out = *h;
	out.events = arena_array(a, h->n, sizeof *out.events);
	for (size_t i = 0; i < h->n; i++) {
		out.events[i] = h->events[i];
		out.events[i].kind = h->events[i].kind ? vocab_kind(to, from->kinds[h->events[i].kind].id) : 0;
	}
	app_coverage(c->after.app, h->council, KNOWN_NOW, out.covered);
	return out;
}

static void run(struct comparing *c, struct side *s, struct arena *a)
{
	const struct clock *clocks;
	s->n = engine_run(s->en, &s->f.child, c->today, &clocks);
	struct clock *mine = arena_array(a, s->n, sizeof *mine);
	if (s->n)
		memcpy(mine, clocks, s->n * sizeof *mine);
	s->clocks = mine;
}

static enum rc each_child(struct history *h, struct arena *a, void *arg, struct err *e)
{
	struct comparing *c = arg;
	bool moved = false;
	history_fold(c->before.app, h, KNOWN_NOW, a, &c->before.f);
	if (c->same_words) {
		c->after.f = c->before.f;
	} else {
		struct history other = in_words_of(c, h, a);
		history_fold(c->after.app, &other, KNOWN_NOW, a, &c->after.f);
	}
	run(c, &c->before, a);
	run(c, &c->after, a);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < c->before.n; i++)
		rc = pair(c, h->person, &c->before.clocks[i], same_clock(&c->before, &c->before.clocks[i], &c->after),
			  &moved, a, e);
	for (size_t i = 0; rc == RC_OK && i < c->after.n; i++)
		if (!same_clock(&c->after, &c->after.clocks[i], &c->before))
			rc = pair(c, h->person, NULL, &c->after.clocks[i], &moved, a, e);
	c->out.children++;
	c->out.moved_children += moved;
	return rc;
}

/* ---- all children ---- */

static enum rc unit(struct db *db, void *arg, struct err *e)
{
	struct comparing *c = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	c->db = db;
	struct sql_person_count_out n;
	struct sql_rows *rows;
	struct sql_person_ids_out row;
	int64_t first = 0, last = 0;
	size_t got = 0;
	enum rc rc = app_coverage_refresh(c->before.app, db, e);
	if (rc == RC_OK)
		rc = sql_person_count(db, &a, &n, e);
	if (rc == RC_OK)
		rc = sql_person_ids(db, &(struct sql_person_ids_in){ c->after_id, UNIT }, &rows, e);
	if (rc != RC_OK)
		return rc;
	c->total = n.n;
	for (; (rc = sql_person_ids_next(rows, &row, e)) == RC_OK; got++) {
		first = got ? first : row.id;
		last = row.id;
	}
	db_done(rows);
	c->over = got < UNIT;
	if (rc != RC_NOT_FOUND || !got)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	c->after_id = last;
	return history_range(c->before.app, db, first, last, KNOWN_NOW, each_child, c, e);
}

static int by_moved(const void *x, const void *y)
{
	const struct standard_moves *a = x, *b = y;
	if (a->moved != b->moved)
		return a->moved > b->moved ? -1 : 1;
	return str_cmp(a->id, b->id);
}

static bool same_kinds(const struct app *x, const struct app *y)
{
	const struct document *a = rule_set_document(app_rules(x), STR("kinds.yaml")),
			      *b = rule_set_document(app_rules(y), STR("kinds.yaml"));
	return app_vocab(x) == app_vocab(y) || (a && b && strcmp(a->hash, b->hash) == 0);
}

enum rc rules_compare(struct app *before, struct app *after, const struct viewer *v, struct str standard,
		      compare_progress *p, void *arg, struct arena *a, struct comparison *out, struct err *e)
{
	struct comparing *c AUTO(auto_free) = xcalloc(1, sizeof *c);
	c->before.app = before;
	c->after.app = after;
	c->v = v;
	c->only = standard;
	c->today = app_today(before);
	c->same_words = same_kinds(before, after);
	c->a = a;
	c->table = arena_array(a, 2 * (size_t)STANDARDS_MAX, sizeof *c->table);
	c->clocks = arena_array(a, MOVED_SHOWN, sizeof *c->clocks);
	c->over_clocks = arena_array(a, MOVED_SHOWN, sizeof *c->clocks);
	enter(c, &c->before);
	enter(c, &c->after);
	c->before.en = app_engine_take(before, app_workdays(before));
	c->after.en = app_engine_take(after, app_workdays(after));
	enum rc rc = RC_OK;
	while (rc == RC_OK && !c->over) {
		rc = store_read(app_store(before), unit, c, e);
		if (rc == RC_OK && p && !p(arg, c->out.children, c->total))
			rc = err_set(e, RC_BUSY, "The comparison was stopped. Begin it again.");
	}
	app_engine_give(before, c->before.en, app_workdays(before));
	app_engine_give(after, c->after.en, app_workdays(after));
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < c->n_over && c->out.n_clocks < MOVED_SHOWN; i++)
		c->clocks[c->out.n_clocks++] = c->over_clocks[i];
	qsort(c->table, c->n_table, sizeof *c->table, by_moved);
	c->out.standards = c->table;
	c->out.n_standards = c->n_table;
	c->out.clocks = c->clocks;
	*out = c->out;
	return RC_OK;
}
