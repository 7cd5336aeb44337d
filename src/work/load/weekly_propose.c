/* weekly_propose.c - what a list would change, child by child. */
#include "work/load/weekly_list.h"

#include "base/text.h"
#include "work/core/closed.h"
#include "work/load/known.h"
#include "work/record/join.h"

enum { BATCH = 500, ABSENT_MAX = 100000 };

enum rc record_of(struct listing *l, struct db *db, struct str ref, struct arena *a, int64_t *person_out,
		  struct str *as_out, struct err *e)
{
	struct sql_person_main_out main;
	int64_t id;
	*person_out = 0;
	*as_out = ref;
	enum rc rc = known_person(db, l->sum.council->id, ref, false, a, &id, e);
	if (rc == RC_NOT_FOUND)
		rc = known_alike(db, l->sum.council->id, ref, a, &id, as_out, e);
	if (rc == RC_OK)
		rc = sql_person_main(db, &(struct sql_person_main_in){ id }, a, &main, e);
	if (rc == RC_OK)
		*person_out = main.main;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- one child ---- */

static enum rc know(struct listing *l, struct db *db, int64_t person, const struct weekly_row *row, struct arena *a,
		    struct compared *c, struct err *e)
{
	struct details d;
	enum rc rc = history_read(l->app, db, person, KNOWN_NOW, a, &c->h, e);
	if (rc != RC_OK)
		return rc;
	history_fold(l->app, &c->h, KNOWN_NOW, a, &c->f);
	if ((rc = details_read(&c->f, a, &d, e)) != RC_OK)
		return rc;
	weekly_known_of(app_vocab(l->app), &c->f, l->sum.listed_on, row, &c->known);
	c->known.given = d.given;
	c->known.family = d.family;
	c->known.sex = d.sex;
	c->known.nhs_number = d.nhs_number;
	c->known.upn = d.upn;
	c->known.closed = record_ended_closed(l->app, &c->f);
	const struct organisation *area = c->known.placement ? app_organisation(l->app, c->known.placement->org) : NULL;
	c->known.area = area ? area->code : STR("");
	c->item.person = person;
	return RC_OK;
}

/* A served council's own record is compared by its number, whoever was in the circle:
 * the list is the live reason. Any other, and one that was joined to another council's
 * record, only inside the circle. */
static enum rc may_compare(struct listing *l, struct db *db, int64_t person, struct arena *a, bool *may_out,
			   struct err *e)
{
	struct sql_person_get_out p;
	enum rc rc = circle_check(l->app, db, l->v, person, e);
	*may_out = rc == RC_OK;
	if (rc != RC_NOT_FOUND || !l->served)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	rc = sql_person_get(db, &(struct sql_person_get_in){ person }, a, &p, e);
	*may_out = rc == RC_OK && p.council == l->sum.council->id;
	return rc;
}

static enum rc when_of(struct listing *l, struct db *db, struct str ref, struct arena *a, struct weekly_when *w,
		       struct err *e)
{
	int64_t council = l->sum.council->id, id = l->sum.id ? l->sum.id : INT64_MAX;
	struct sql_weekly_row_on_out on;
	struct sql_weekly_row_last_on_out last;
	*w = (struct weekly_when){ .listed_on = l->sum.listed_on, .before = l->sum.before, .last_on = DAY_NONE };
	if (!l->before_id)
		return RC_OK;
	enum rc rc = sql_weekly_row_on(db, &(struct sql_weekly_row_on_in){ l->before_id, ref }, a, &on, e);
	w->on_before = rc == RC_OK;
	if (rc == RC_OK || rc == RC_NOT_FOUND)
		rc = sql_weekly_row_last_on(
		    db, &(struct sql_weekly_row_last_on_in){ council, l->org, ref, l->sum.listed_on, id }, a, &last, e);
	if (rc == RC_OK)
		w->last_on = (day_t)last.listed_on;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc is_superseded(struct listing *l, struct db *db, struct str ref, struct arena *a, bool *out,
			     struct err *e)
{
	int64_t id = l->sum.id ? l->sum.id : INT64_MAX;
	struct sql_weekly_row_later_out later;
	*out = false;
	if (!l->any_after)
		return RC_OK;
	struct sql_weekly_row_later_in in = { l->sum.council->id, l->org, ref, l->sum.listed_on, id };
	enum rc rc = sql_weekly_row_later(db, &in, a, &later, e);
	*out = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Drops what was answered for good, and marks what was put off on this list. */
static enum rc heed_answers(struct listing *l, struct db *db, struct arena *a, const struct proposal *all, size_t n,
			    struct weekly_item *item, struct err *e)
{
	struct weekly_proposal *kept = arena_array(a, n, sizeof *kept);
	struct sql_rows *rows;
	struct sql_weekly_answers_of_child_out row;
	bool dropped[PROPOSALS_A_CHILD] = { false }, later[PROPOSALS_A_CHILD] = { false };
	struct sql_weekly_answers_of_child_in in = { l->sum.council->id, item->kept_as };
	enum rc rc = n ? sql_weekly_answers_of_child(db, &in, &rows, e) : RC_NOT_FOUND;
	if (rc == RC_OK) {
		while ((rc = sql_weekly_answers_of_child_next(rows, &row, e)) == RC_OK)
			for (size_t i = 0; i < n; i++) {
				if (!str_is(row.kind, weekly_kind_id(all[i].kind)) ||
				    !str_eq(row.content, all[i].content))
					continue;
				dropped[i] = str_is(row.answer, "rejected");
				later[i] = str_is(row.answer, "not-now") && row.list == l->sum.id;
			}
		db_done(rows);
	}
	item->n = 0;
	for (size_t i = 0; i < n; i++)
		if (!dropped[i])
			kept[item->n++] = (struct weekly_proposal){ all[i], later[i] };
	item->proposals = kept;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool on_list(void *arg, int64_t council, struct str ref)
{
	const struct listing *l = arg;
	return council == l->sum.council->id && listing_names(l, ref);
}

static enum rc who_is_it(struct listing *l, struct db *db, const struct weekly_row *row, struct arena *a,
			 struct compared *c, struct err *e)
{
	struct match_candidate *list;
	size_t n;
	enum rc rc = match_candidates(l->app, db, l->v, l->spec, l->sum.council->id, row, on_list, l, a, &list, &n, e);
	c->item.candidates = list;
	c->item.n_candidates = rc == RC_OK ? n : 0;
	for (size_t i = 0; i < c->item.n_candidates; i++)
		c->item.waiting = c->item.waiting || list[i].waiting;
	return rc;
}

/* A number that the record, or another row, has with other capitals: nobody can tell from the list whether it is the
 * same child, so no record is made or changed by it. */
static struct str alike_words(const struct listing *l, struct str ref, int64_t person, struct str as, struct arena *a)
{
	const struct batch_child *other = person ? NULL : alike_other(&l->numbers, l->sum.council->code, ref);
	if (!other && str_eq(as, ref))
		return STR("");
	return arena_printf(a,
			    "This number differs from " STR_FMT ", which is %s, in small and capital letters only, so "
			    "both may be one child. Nothing is proposed. If it is the same child, ask the council to "
			    "write the number in one way and load its list again; if it has two such numbers, ask it "
			    "for one that differs in more than capitals",
			    STR_ARG(other ? other->ref : as), other ? "on this list too" : "on record");
}

enum rc compare_row(struct listing *l, struct db *db, const struct weekly_row *row, struct arena *a,
		    struct compared *out, struct err *e)
{
	struct compared c = { .item = { .ref = row->cell[WEEKLY_CHILD],
					.kept_as = row->cell[WEEKLY_CHILD],
					.row = row,
					.given = row->cell[WEEKLY_GIVEN],
					.family = row->cell[WEEKLY_FAMILY],
					.born = weekly_day(row, WEEKLY_BORN) } };
	struct proposal made[PROPOSALS_A_CHILD];
	struct weekly_when when;
	struct str as;
	int64_t person;
	bool may = true;
	c.item.key = arena_printf(a, "row-%" PRId64, row->line);
	enum rc rc = record_of(l, db, c.item.ref, a, &person, &as, e);
	if (rc == RC_OK)
		rc = is_superseded(l, db, c.item.ref, a, &c.superseded, e);
	if (rc == RC_OK && person)
		rc = may_compare(l, db, person, a, &may, e);
	if (rc != RC_OK)
		return rc;
	c.hidden = !may && !l->served;
	if (may && person)
		rc = know(l, db, person, row, a, &c, e);
	if (rc == RC_OK && may && !row->kept_back && !c.superseded && !c.known.closed)
		c.item.alike = alike_words(l, c.item.ref, person, as, a);
	if (rc == RC_OK && !person && !c.item.alike.n && !row->kept_back && !c.superseded)
		rc = who_is_it(l, db, row, a, &c, e);
	if (rc == RC_OK)
		rc = when_of(l, db, c.item.ref, a, &when, e);
	if (rc != RC_OK)
		return rc;
	/* Why is not said: that there is such a record is not the viewer's to know. */
	c.item.blocked = (c.known.closed || !may) && !c.hidden && !row->kept_back && !c.superseded;
	size_t n = 0;
	if (may && !c.superseded && !c.item.n_candidates && !c.item.alike.n)
		n = weekly_compare(app_vocab(l->app), tables_organisations(l->spec->columns), row, &c.known, &when, a,
				   made);
	rc = heed_answers(l, db, a, made, n, &c.item, e);
	if (rc == RC_OK)
		*out = c;
	return rc;
}

/* The number that this council gave the child: of its own record, or of a part. */
static struct str number_here(const struct listing *l, const struct history *h)
{
	if (h->council == l->sum.council->id)
		return h->ref;
	for (size_t i = 0; i < h->n_parts; i++)
		if (h->parts[i].council == l->sum.council->id)
			return h->parts[i].ref;
	return (struct str){ NULL, 0 };
}

static bool any_number_listed(const struct listing *l, const struct history *h)
{
	bool listed = h->council == l->sum.council->id && listing_names(l, h->ref);
	for (size_t i = 0; i < h->n_parts; i++)
		listed = listed || (h->parts[i].council == l->sum.council->id && listing_names(l, h->parts[i].ref));
	return listed;
}

enum rc compare_absent(struct listing *l, struct db *db, int64_t person, struct arena *a, struct compared *out,
		       struct err *e)
{
	struct compared c = { .item = { .person = person } };
	struct proposal made[PROPOSALS_A_CHILD];
	struct weekly_when when;
	char id[ID_TEXT_MAX];
	bool may;
	enum rc rc = know(l, db, person, NULL, a, &c, e);
	if (rc == RC_OK)
		rc = may_compare(l, db, person, a, &may, e);
	if (rc != RC_OK)
		return rc;
	c.hidden = !may;
	c.item.key = arena_printf(a, "left-%s", id_text(person, id));
	c.item.ref = c.item.kept_as = number_here(l, &c.h);
	if (!c.item.ref.n) { /* the council gave it none: which record it is */
		c.item.ref = arena_printf(a, "record %s", id_text(c.h.person, id));
		c.item.kept_as = arena_printf(a, "record %s", id_plain(c.h.person, id));
	}
	c.item.given = c.known.given;
	c.item.family = c.known.family;
	c.item.born = c.known.born;
	if (c.known.care && c.known.care->org && c.known.care->org != l->sum.council->id)
		c.known.care = NULL; /* in the care of another council: not this list's business */
	rc = is_superseded(l, db, c.item.kept_as, a, &c.superseded, e);
	if (rc == RC_OK)
		rc = when_of(l, db, c.item.kept_as, a, &when, e);
	if (rc != RC_OK)
		return rc;
	/* Only a whole list says that somebody is not on it; of two whole ones the later. */
	bool says =
	    may && !c.superseded && !l->sum.partial && !l->sum.unsure && !l->whole_after && !any_number_listed(l, &c.h);
	c.short_break = says && c.known.care && !c.known.care_later && !c.known.closed &&
			weekly_comes_and_goes(app_vocab(l->app), c.known.legal);
	size_t n = says ? weekly_compare(app_vocab(l->app), tables_organisations(l->spec->columns), NULL, &c.known,
					 &when, a, made)
			: 0;
	rc = heed_answers(l, db, a, made, n, &c.item, e);
	if (rc == RC_OK)
		*out = c;
	return rc;
}

enum rc compare_key(struct listing *l, struct db *db, struct str key, struct arena *a, struct compared *out,
		    struct err *e)
{
	int64_t line, person;
	struct str rest;
	struct str sort = str_cut(key, '-', &rest);
	if (str_is(sort, "row") && str_to_int(rest, 1, INT32_MAX, &line) == RC_OK)
		for (size_t i = 0; i < l->n; i++)
			if (l->rows[i].line == line)
				return compare_row(l, db, &l->rows[i], a, out, e);
	if (str_is(sort, "left") && id_parse(rest, &person) == RC_OK && person > 0) {
		struct sql_person_main_out main;
		enum rc rc = sql_person_main(db, &(struct sql_person_main_in){ person }, a, &main, e);
		if (rc == RC_OK)
			rc = compare_absent(l, db, main.main, a, out, e);
		if (rc != RC_OK && rc != RC_NOT_FOUND)
			return rc;
		if (rc == RC_OK && !out->hidden && out->known.care)
			return RC_OK;
	}
	return err_set(e, RC_NOT_FOUND, "There is no such child on this list.");
}

/* ---- everybody ---- */

enum rc children_in_care(struct listing *l, struct db *db, int64_t **out, size_t *n_out, struct err *e)
{
	size_t cap = 1024, n = 0, got;
	int64_t *ids = arena_array(l->a, cap, sizeof *ids);
	enum rc rc;
	do {
		struct sql_rows *rows;
		struct sql_circle_of_council_out row;
		struct sql_circle_of_council_in in = { l->sum.council->id, n ? ids[n - 1] : 0, BATCH };
		if ((rc = sql_circle_of_council(db, &in, &rows, e)) != RC_OK)
			return rc;
		for (got = 0; (rc = sql_circle_of_council_next(rows, &row, e)) == RC_OK && n < ABSENT_MAX; got++) {
			if (n == cap) {
				int64_t *bigger = arena_array(l->a, cap * 2, sizeof *bigger);
				memcpy(bigger, ids, n * sizeof *ids);
				ids = bigger;
				cap *= 2;
			}
			ids[n++] = row.person;
		}
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	} while (rc == RC_OK && got == BATCH);
	*out = ids;
	*n_out = n;
	return rc;
}

/* What is kept of a child that has something to say: the arena of the comparison is used again. */
static struct weekly_item keep(const struct weekly_item *i, struct arena *a)
{
	struct weekly_item k = *i;
	struct weekly_proposal *p = arena_array(a, i->n, sizeof *p);
	struct match_candidate *c = arena_array(a, i->n_candidates, sizeof *c);
	k.key = arena_str(a, i->key);
	k.ref = arena_str(a, i->ref);
	k.kept_as = arena_str(a, i->kept_as);
	k.given = arena_str(a, i->given);
	k.family = arena_str(a, i->family);
	k.alike = arena_str(a, i->alike);
	for (size_t n = 0; n < i->n; n++) {
		p[n] = i->proposals[n];
		struct str *texts[] = { &p[n].p.doubt, &p[n].p.record_says, &p[n].p.list_says, &p[n].p.would,
					&p[n].p.content };
		for (size_t t = 0; t < COUNT_OF(texts); t++)
			*texts[t] = arena_str(a, *texts[t]);
	}
	for (size_t n = 0; n < i->n_candidates; n++) {
		c[n] = i->candidates[n];
		struct match_record *r = &c[n].record;
		struct str *texts[] = { &r->ref, &r->given, &r->family, &r->nhs_number, &r->upn, &r->sex, &r->care };
		for (size_t t = 0; t < COUNT_OF(texts); t++)
			*texts[t] = arena_str(a, *texts[t]);
	}
	k.proposals = p;
	k.candidates = c;
	return k;
}

static void count(struct weekly_page *page, const struct weekly_item *i)
{
	page->who += i->n_candidates > 0 || i->alike.n > 0;
	page->blocked += i->blocked;
	for (size_t n = 0; n < i->n; n++)
		*(i->proposals[n].later ? &page->later : i->proposals[n].p.sure ? &page->sure : &page->doubtful) += 1;
}

static int rank(const struct weekly_item *i)
{
	return i->blocked		       ? PROPOSE__COUNT
	       : i->n_candidates || i->alike.n ? PROPOSE_WHO
	       : i->n			       ? (int)i->proposals[0].p.kind
					       : 99;
}

static int by_kind(const void *x, const void *y)
{
	const struct weekly_item *a = x, *b = y;
	int c = rank(a) - rank(b);
	c = c ? c : str_cmp(a->family, b->family);
	c = c ? c : str_cmp(a->given, b->given);
	return c ? c : str_cmp(a->ref, b->ref);
}

struct gathering {
	struct weekly_item *items;
	size_t n, cap;
};

static void gather(struct gathering *g, struct weekly_page *page, const struct compared *c, struct arena *a)
{
	const struct weekly_item *i = &c->item;
	if (c->superseded) {
		page->superseded++;
		return;
	}
	if (!i->n && !i->n_candidates && !i->blocked && !i->alike.n) {
		page->same += !i->row || !i->row->kept_back;
		return;
	}
	count(page, i);
	if (g->n == g->cap) {
		size_t cap = g->cap ? g->cap * 2 : 64;
		struct weekly_item *bigger = arena_array(a, cap, sizeof *bigger);
		if (g->n)
			memcpy(bigger, g->items, g->n * sizeof *bigger);
		g->items = bigger;
		g->cap = cap;
	}
	g->items[g->n++] = keep(i, a);
}

/* Who is off the list may be on it under a number that nobody has matched yet. */
static void doubt_absent(struct gathering *g)
{
	for (size_t i = 0; i < g->n; i++)
		for (size_t k = 0; k < g->items[i].n_candidates; k++)
			for (size_t j = 0; j < g->n; j++) {
				struct weekly_item *it = &g->items[j];
				if (it->row || !it->n || it->person != g->items[i].candidates[k].record.person)
					continue;
				struct weekly_proposal *p = (struct weekly_proposal *)(uintptr_t)it->proposals;
				p->p.doubt =
				    STR("A child on the list with a new number may be this one. Decide that first");
			}
}

enum rc compare_all(struct listing *l, struct db *db, struct weekly_page *out, struct err *e)
{
	struct gathering g = { NULL, 0, 0 };
	struct arena a AUTO(arena_release);
	struct compared c;
	int64_t *ids;
	size_t n;
	arena_init(&a);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < l->n; i++) {
		arena_reset(&a);
		rc = compare_row(l, db, &l->rows[i], &a, &c, e);
		if (rc == RC_OK && c.hidden)
			l->sum.rows_elsewhere++;
		else if (rc == RC_OK)
			gather(&g, out, &c, l->a);
	}
	if (rc == RC_OK && !l->sum.partial && !l->sum.unsure && !l->whole_after &&
	    (rc = children_in_care(l, db, &ids, &n, e)) == RC_OK)
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			arena_reset(&a);
			rc = compare_absent(l, db, ids[i], &a, &c, e);
			out->short_breaks += rc == RC_OK && !c.hidden && c.short_break;
			if (rc == RC_OK && !c.hidden && c.item.n)
				gather(&g, out, &c, l->a);
		}
	if (rc != RC_OK)
		return rc;
	doubt_absent(&g);
	if (g.n)
		qsort(g.items, g.n, sizeof *g.items, by_kind);
	out->items = g.items;
	out->n = g.n;
	return RC_OK;
}
