#include "work/load/match_unit.h"

#include "base/text.h"
#include "work/core/joined.h"
#include "work/core/write.h"
#include "work/core/closed.h"
#include "work/core/seal.h"
#include "work/see/find_name.h"
#include "work/record/join.h"

enum { FOUND_MAX = 200, LOOKUP_MAX = 100, CANDIDATES_MAX = 8, PAIRS_READ = 500 };

struct found {
	int64_t ids[FOUND_MAX];
	size_t n;
};

static void add(struct found *f, int64_t id)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->ids[i] == id)
			return;
	if (f->n < FOUND_MAX)
		f->ids[f->n++] = id;
}

struct str match_key(struct app *app, int64_t council, struct str ref, struct arena *a)
{
	const struct organisation *o = app_organisation(app, council);
	return arena_printf(a, STR_FMT "/" STR_FMT, STR_ARG(o ? o->code : STR("")), STR_ARG(ref));
}

/* ---- one record ---- */

static struct str care_words(struct app *app, const struct folded *f, struct arena *a)
{
	uint16_t started = vocab_kind(app_vocab(app), STR("care-started"));
	const struct span *last = NULL;
	char day[DAY_TEXT_MAX];
	for (size_t i = 0; i < f->n_spans; i++)
		if (f->spans[i].kind == started && (!last || f->spans[i].from > last->from))
			last = &f->spans[i];
	if (!last)
		return STR("No care recorded");
	const struct organisation *o = app_organisation(app, last->org);
	if (last->to == DAY_NEVER)
		return arena_printf(a, "In the care of " STR_FMT " since %s",
				    STR_ARG(o ? o->short_name : STR("a council")), day_plain(last->from, day));
	return arena_printf(a, "Left the care of " STR_FMT " on %s", STR_ARG(o ? o->short_name : STR("a council")),
			    day_plain(last->to, day));
}

/* RC_NOT_FOUND if it is closed: as if it were not there. */
static enum rc fill_record(struct app *app, const struct history *h, struct arena *a, struct match_record *out,
			   struct err *e)
{
	struct folded f;
	struct details d;
	history_fold(app, h, KNOWN_NOW, a, &f);
	if (record_is_closed(app, &f))
		return err_set(e, RC_NOT_FOUND, "There is no such child here.");
	enum rc rc = details_read(&f, a, &d, e);
	if (rc != RC_OK)
		return rc;
	*out = (struct match_record){ .person = h->person,
				      .council = app_organisation(app, h->council),
				      .ref = h->ref,
				      .given = d.given,
				      .family = d.family,
				      .nhs_number = d.nhs_number,
				      .upn = d.upn,
				      .sex = d.sex,
				      .born = d.born,
				      .care = care_words(app, &f, a),
				      .entries = (int64_t)h->n };
	return RC_OK;
}

static struct match_side side_of(const struct match_record *r)
{
	return (struct match_side){ r->nhs_number, r->upn, r->given, r->family, r->sex, r->born };
}

/* ---- answers ---- */

static bool in_order(struct str *one, struct str *other)
{
	struct str t = *one;
	if (str_cmp(*one, *other) <= 0)
		return true;
	*one = *other;
	*other = t;
	return false;
}

enum rc match_remember(struct app *app, struct db *db, const struct viewer *v, struct str one, struct str other,
		       struct str answer, struct str why, struct err *e)
{
	in_order(&one, &other);
	struct sql_match_answer_add_in row = { .id = app_new_id(app),
					       .one = one,
					       .other = other,
					       .answer = answer,
					       .account = v->account,
					       .org = v->org,
					       .at_ms = app_now_ms(app),
					       .why = why.p ? why : STR("") };
	return sql_match_answer_add(db, &row, NULL, e);
}

/* The last answer; its `answer` is empty if there is none. */
static enum rc answered(struct db *db, struct str one, struct str other, struct arena *a,
			struct sql_match_answer_last_out *out, struct err *e)
{
	in_order(&one, &other);
	enum rc rc = sql_match_answer_last(db, &(struct sql_match_answer_last_in){ one, other }, a, out, e);
	if (rc == RC_NOT_FOUND)
		*out = (struct sql_match_answer_last_out){ .answer = STR("") };
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- candidates for a row ---- */

#define GATHER(call, next, type)                                                                                       \
	do {                                                                                                           \
		struct sql_rows *rows;                                                                                 \
		type found_row;                                                                                        \
		enum rc got = call;                                                                                    \
		if (got != RC_OK)                                                                                      \
			return got;                                                                                    \
		while ((got = next(rows, &found_row, e)) == RC_OK)                                                     \
			add(f, found_row.id);                                                                          \
		db_done(rows);                                                                                         \
		if (got != RC_NOT_FOUND)                                                                               \
			return got;                                                                                    \
	} while (0)

static enum rc by_numbers(struct db *db, const struct match_side *s, struct found *f, struct err *e)
{
	const day_t days[] = { s->born, match_swapped(s->born) };
	if (s->nhs_number.n)
		GATHER(sql_search_nhs(db, &(struct sql_search_nhs_in){ s->nhs_number, LOOKUP_MAX }, &rows, e),
		       sql_search_nhs_next, struct sql_search_nhs_out);
	if (s->upn.n)
		GATHER(sql_search_upn(db, &(struct sql_search_upn_in){ s->upn, LOOKUP_MAX }, &rows, e),
		       sql_search_upn_next, struct sql_search_upn_out);
	for (size_t i = 0; i < COUNT_OF(days); i++)
		if (days[i] != DAY_NONE)
			GATHER(sql_search_born(db, &(struct sql_search_born_in){ days[i], LOOKUP_MAX }, &rows, e),
			       sql_search_born_next, struct sql_search_born_out);
	return RC_OK;
}

/* The last word of each name, so that one digit of the day of birth may be wrong. */
static enum rc by_names(struct app *app, struct db *db, const struct viewer *v, const struct match_side *s,
			struct found *f, struct arena *a, struct err *e)
{
	struct str family[NAME_WORDS_MAX], given[NAME_WORDS_MAX];
	size_t n_family = name_words(s->family, a, family, NAME_WORDS_MAX),
	       n_given = name_words(s->given, a, given, NAME_WORDS_MAX);
	if (!n_family || !n_given)
		return RC_OK;
	struct name_asked q = { .words = { family[n_family - 1], given[n_given - 1] }, .n = 2, .born = DAY_NONE };
	struct found_ids ids = { .n = 0 };
	enum rc rc = find_by_name(app, db, v, &q, false, a, &ids, e);
	for (size_t i = 0; rc == RC_OK && i < ids.n; i++)
		add(f, ids.ids[i]);
	return rc;
}

struct weighing {
	struct app *app;
	struct db *db;
	const struct viewer *v;
	const struct weekly_spec *spec;
	int64_t council;
	const struct weekly_row *row;
	match_skip *skip;
	void *skip_arg;
	struct arena *a;
	struct match_candidate *out;
	size_t n;
};

static void put_candidate(struct weighing *w, const struct match_candidate *c)
{
	size_t at = w->n;
	while (at && w->out[at - 1].result.points < c->result.points)
		at--;
	if (at == CANDIDATES_MAX)
		return;
	size_t moved = (w->n < CANDIDATES_MAX ? w->n : CANDIDATES_MAX - 1) - at;
	memmove(&w->out[at + 1], &w->out[at], moved * sizeof *w->out);
	w->out[at] = *c;
	w->n += w->n < CANDIDATES_MAX;
}

static enum rc weigh(struct weighing *w, int64_t id, struct err *e)
{
	struct match_candidate c = { .waiting = false };
	struct sql_person_main_out main;
	struct sql_match_answer_last_out last;
	struct history h;
	enum rc rc = circle_check(w->app, w->db, w->v, id, e);
	if (rc == RC_OK)
		rc = sql_person_main(w->db, &(struct sql_person_main_in){ id }, w->a, &main, e);
	if (rc == RC_OK)
		rc = history_read(w->app, w->db, main.main, KNOWN_NOW, w->a, &h, e);
	if (rc == RC_OK)
		rc = fill_record(w->app, &h, w->a, &c.record, e);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	for (size_t i = 0; i < w->n; i++)
		if (w->out[i].record.person == c.record.person)
			return RC_OK;
	struct match_side a = match_side_of(w->row), b = side_of(&c.record);
	match_compare(w->spec, &a, &b, &c.result);
	if (!c.result.offered || !c.record.council)
		return RC_OK;
	bool number_same = str_eq(a.nhs_number, b.nhs_number) && a.nhs_number.n;
	if (!number_same && w->skip && w->skip(w->skip_arg, c.record.council->id, c.record.ref))
		return RC_OK; /* it is on the list under its own number */
	rc = answered(w->db, match_key(w->app, w->council, w->row->cell[WEEKLY_CHILD], w->a),
		      match_key(w->app, c.record.council->id, c.record.ref, w->a), w->a, &last, e);
	if (rc != RC_OK || str_is(last.answer, "different"))
		return rc;
	c.waiting = str_is(last.answer, "cannot-tell");
	c.asked_ms = c.waiting ? last.at_ms : 0;
	put_candidate(w, &c);
	return RC_OK;
}

enum rc match_candidates(struct app *app, struct db *db, const struct viewer *v, const struct weekly_spec *s,
			 int64_t council, const struct weekly_row *row, match_skip *skip, void *skip_arg,
			 struct arena *a, struct match_candidate **out, size_t *n_out, struct err *e)
{
	struct found f = { .n = 0 };
	struct weighing w = { app, db, v, s, council, row, skip, skip_arg, a, NULL, 0 };
	struct match_side side = match_side_of(row);
	w.out = arena_array(a, CANDIDATES_MAX + 1, sizeof *w.out);
	enum rc rc = by_numbers(db, &side, &f, e);
	if (rc == RC_OK)
		rc = by_names(app, db, v, &side, &f, a, e);
	for (size_t i = 0; rc == RC_OK && i < f.n; i++)
		rc = weigh(&w, f.ids[i], e);
	*out = w.out;
	*n_out = w.n;
	return rc;
}

/* ---- pairs of records ---- */

struct pairing {
	struct app *app;
	const struct viewer *v;
	struct weekly_spec *spec;
	int64_t one, other; /* of the pair asked for */
	struct str answer, why;
	struct arena *a;
	struct match_pair *out;
	size_t n, max;
};

static int64_t written_since(const struct history *main, const struct event *joined)
{
	int64_t n = 0;
	for (size_t i = 0; i < main->n; i++)
		n += main->events[i].person == main->person && main->events[i].id > joined->id;
	return n;
}

/* Fills a pair that the viewer may see whole; RC_NOT_FOUND else, or if it is closed. */
static enum rc read_pair(struct pairing *p, struct db *db, int64_t one, int64_t other, struct match_pair *out,
			 struct err *e)
{
	struct history h, g;
	struct sql_match_answer_last_out last;
	struct match_pair m = { .joined = false };
	enum rc rc = circle_check(p->app, db, p->v, one, e);
	if (rc == RC_OK)
		rc = circle_check(p->app, db, p->v, other, e);
	if (rc == RC_OK)
		rc = history_read_own(p->app, db, one, KNOWN_NOW, p->a, &h, e);
	if (rc == RC_OK)
		rc = history_read_own(p->app, db, other, KNOWN_NOW, p->a, &g, e);
	if (rc != RC_OK)
		return rc;
	h = history_open(p->app, &h, p->a);
	g = history_open(p->app, &g, p->a);
	const struct event *joined = joined_by(p->app, &h, other), *back = joined_by(p->app, &g, one);
	rc = fill_record(p->app, &h, p->a, &m.one, e);
	if (rc == RC_OK)
		rc = fill_record(p->app, &g, p->a, &m.other, e);
	if (rc == RC_OK)
		rc = answered(db, match_key(p->app, h.council, h.ref, p->a), match_key(p->app, g.council, g.ref, p->a),
			      p->a, &last, e);
	if (rc != RC_OK)
		return rc;
	if (joined && back) {
		bool first = str_eq(app_vocab(p->app)->kinds[joined->kind].id, STR("record-joined"));
		m.joined = true;
		m.main = first ? one : other;
		m.since = written_since(first ? &h : &g, first ? joined : back);
		m.why = joined->why;
	}
	struct match_side a = side_of(&m.one), b = side_of(&m.other);
	match_compare(p->spec, &a, &b, &m.result);
	m.answer = last.answer;
	m.waiting = !m.joined && str_is(last.answer, "cannot-tell");
	if (last.answer.n) {
		m.why = m.why.n ? m.why : last.why;
		m.by = last.by_name.p ? last.by_name : STR("Operator of this machine");
		m.answered_ms = last.at_ms;
	}
	*out = m;
	return RC_OK;
}

/* Each record alone, so that a joined pair shows what each holds. */
static enum rc consider(struct pairing *p, struct db *db, int64_t one, int64_t other, bool joined, struct err *e)
{
	for (size_t i = 0; i < p->n; i++)
		if ((p->out[i].one.person == one && p->out[i].other.person == other) ||
		    (p->out[i].one.person == other && p->out[i].other.person == one))
			return RC_OK;
	if (p->n == p->max)
		return RC_OK;
	enum rc rc = read_pair(p, db, one, other, &p->out[p->n], e);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	const struct match_pair *m = &p->out[p->n];
	if (m->joined == joined && (joined || (m->result.offered && !str_is(m->answer, "different"))))
		p->n++;
	return RC_OK;
}

/* Pairs in order of their first record, in pages; `after` skips nothing because a page
 * ends with all pairs of a record, or is asked again from that record on. */
#define EACH_PAIR(statement)                                                                                           \
	do {                                                                                                           \
		struct sql_rows *rows;                                                                                 \
		struct sql_pair_##statement##_out row;                                                                 \
		int64_t pairs[PAIRS_READ][2], after = 0;                                                               \
		size_t n;                                                                                              \
		do {                                                                                                   \
			struct sql_pair_##statement##_in in = { after, PAIRS_READ };                                   \
			if ((rc = sql_pair_##statement(db, &in, &rows, e)) != RC_OK)                                   \
				return rc;                                                                             \
			for (n = 0; (rc = sql_pair_##statement##_next(rows, &row, e)) == RC_OK && n < PAIRS_READ;) {   \
				pairs[n][0] = row.one;                                                                 \
				pairs[n++][1] = row.other;                                                             \
			}                                                                                              \
			db_done(rows);                                                                                 \
			rc = rc == RC_NOT_FOUND ? RC_OK : rc;                                                          \
			for (size_t i = 0; rc == RC_OK && i < n; i++)                                                  \
				rc = consider(p, db, pairs[i][0], pairs[i][1], false, e);                              \
			if (n == PAIRS_READ)                                                                           \
				after = pairs[n - 1][0] > after + 1 ? pairs[n - 1][0] - 1 : pairs[n - 1][0];           \
		} while (rc == RC_OK && n == PAIRS_READ && p->n < p->max);                                             \
		if (rc != RC_OK)                                                                                       \
			return rc;                                                                                     \
	} while (0)

static enum rc joined_ones(struct pairing *p, struct db *db, struct err *e)
{
	struct sql_rows *rows;
	struct sql_person_joined_all_out row;
	int64_t pairs[PAIRS_READ][2];
	size_t n = 0;
	enum rc rc = sql_person_joined_all(db, &(struct sql_person_joined_all_in){ 0, PAIRS_READ }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_person_joined_all_next(rows, &row, e)) == RC_OK && n < PAIRS_READ) {
		pairs[n][0] = row.main;
		pairs[n++][1] = row.id;
	}
	db_done(rows);
	rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = consider(p, db, pairs[i][0], pairs[i][1], true, e);
	return rc;
}

static enum rc pairs_unit(struct db *db, void *arg, struct err *e)
{
	struct pairing *p = arg;
	p->n = 0;
	enum rc rc = app_coverage_refresh(p->app, db, e);
	if (rc != RC_OK)
		return rc;
	EACH_PAIR(nhs);
	EACH_PAIR(upn);
	EACH_PAIR(name);
	return joined_ones(p, db, e);
}

static int by_turn(const void *x, const void *y)
{
	const struct match_pair *a = x, *b = y;
	int s = a->joined * 2 + a->waiting, t = b->joined * 2 + b->waiting;
	if (s != t)
		return s - t;
	if (a->result.points != b->result.points)
		return a->result.points > b->result.points ? -1 : 1;
	return (a->one.person > b->one.person) - (a->one.person < b->one.person);
}

static enum rc begin(struct pairing *p, struct err *e)
{
	enum rc rc = require_act(p->v, ACT_MATCH, e);
	return rc == RC_OK ? weekly_spec_load(app_data_dir(p->app), app_vocab(p->app), &p->spec, e) : rc;
}

enum rc match_pairs(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		    const struct match_pair **out, size_t *n_out, struct err *e)
{
	struct pairing p = { .app = app, .v = v, .a = a, .max = limit };
	p.out = arena_array(a, limit, sizeof *p.out);
	enum rc rc = begin(&p, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), pairs_unit, &p, e);
	if (rc == RC_OK && p.n) /* they name children */
		rc = audit_look(app, v, 0, STR("records that may be one child"), STR(""), e);
	weekly_spec_free(p.spec);
	if (rc != RC_OK)
		return rc;
	if (p.n)
		qsort(p.out, p.n, sizeof *p.out, by_turn);
	*out = p.out;
	*n_out = p.n;
	return RC_OK;
}

static enum rc pair_unit(struct db *db, void *arg, struct err *e)
{
	struct pairing *p = arg;
	enum rc rc = app_coverage_refresh(p->app, db, e);
	return rc == RC_OK ? read_pair(p, db, p->one, p->other, p->out, e) : rc;
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	struct pairing *p = arg;
	enum rc rc = audit(p->app, db, p->v, p->one, "looked", STR("is this one child?"), STR("ordinary work"), e);
	return rc == RC_OK
		   ? audit(p->app, db, p->v, p->other, "looked", STR("is this one child?"), STR("ordinary work"), e)
		   : rc;
}

enum rc match_pair_see(struct app *app, const struct viewer *v, int64_t one, int64_t other, struct arena *a,
		       struct match_pair *out, struct err *e)
{
	struct match_pair made;
	struct pairing p = { .app = app, .v = v, .one = one, .other = other, .a = a, .out = &made };
	enum rc rc = begin(&p, e);
	if (rc == RC_OK && one == other)
		rc = err_set(e, RC_NOT_FOUND, "There is no such child here.");
	if (rc == RC_OK)
		rc = store_read(app_store(app), pair_unit, &p, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), look_unit, &p, e);
	weekly_spec_free(p.spec);
	if (rc == RC_OK)
		*out = made;
	return rc;
}

static enum rc remember_unit(struct db *db, void *arg, struct err *e)
{
	struct pairing *p = arg;
	struct sql_person_get_out x, y;
	enum rc rc = circle_check(p->app, db, p->v, p->one, e);
	if (rc == RC_OK)
		rc = circle_check(p->app, db, p->v, p->other, e);
	if (rc == RC_OK)
		rc = sql_person_get(db, &(struct sql_person_get_in){ p->one }, p->a, &x, e);
	if (rc == RC_OK)
		rc = sql_person_get(db, &(struct sql_person_get_in){ p->other }, p->a, &y, e);
	if (rc == RC_OK)
		rc = match_remember(p->app, db, p->v, match_key(p->app, x.council, x.ref, p->a),
				    match_key(p->app, y.council, y.ref, p->a), p->answer, p->why, e);
	return rc == RC_OK ? audit(p->app, db, p->v, p->one, "answered", STR("is this one child?"), p->answer, e) : rc;
}

enum rc match_pair_answer(struct app *app, const struct viewer *v, int64_t one, int64_t other, struct str answer,
			  struct str why, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct pairing p = {
		.app = app, .v = v, .one = one, .other = other, .answer = answer, .why = str_trim(why), .a = &a
	};
	bool same = str_is(answer, "same"), undo = str_is(answer, "undo");
	enum rc rc = require_act(v, ACT_MATCH, e);
	if (rc != RC_OK)
		return rc;
	if (!same && !undo && !str_is(answer, "different") && !str_is(answer, "cannot-tell"))
		return err_set(e, RC_BAD_INPUT, "Choose: the same child, different children, or cannot tell yet.");
	if (!p.why.n && !str_is(answer, "cannot-tell"))
		return err_set(e, RC_BAD_INPUT, "Say why, in a few words.");
	if (p.why.n > EVENT_WHY_MAX)
		return err_set(e, RC_BAD_INPUT, "The reason must have at most %d letters.", EVENT_WHY_MAX);
	if (same)
		rc = join_records(app, v, one, other, p.why, NULL, e);
	if (undo) {
		rc = join_undo(app, v, one, other, p.why, e);
		p.answer = STR("different"); /* not asked again */
	}
	return rc == RC_OK ? store_write(app_store(app), remember_unit, &p, e) : rc;
}
