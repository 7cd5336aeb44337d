#include "work/see/worklist_live.h"

#include "base/text.h"
#include "record/fold.h"
#include "work/core/members.h"
#include "work/core/project.h"
#include "work/core/shared.h"
#include "work/see/next.h"

enum { LIVE_ROWS_MAX = 2000000 };

struct live_row {
	int8_t turn;
	int8_t law;
	int64_t due;	/* DAY_NEVER: none */
	int64_t number; /* of its standard: kept lists are in order of numbers */
	struct work_item item;
};

struct live {
	struct app *app;
	const struct viewer *v;
	const struct worklist_query *q;
	struct arena *a; /* for what is kept */
	const struct workdays *w;
	struct engine *en;
	day_t day;
	struct members members; /* of the viewer's circle today */
	int64_t n_members;	/* of them, of whom the viewer may be shown who they are */
	uint32_t withheld;	/* of the child that is read */
	int64_t mine;		/* of them, of the worker */
	int64_t *own;		/* open accounts of the viewer's organisation */
	size_t n_own;
	struct live_row *rows;
	size_t n, cap;
};

static bool wanted(const struct worklist_query *q, const struct sql_work_insert_in *r)
{
	return (!q->standard.n || rulebook_number(q->standard) == r->standard) &&
	       (!q->holder || (int64_t)q->holder == r->holder) && (!q->council || q->council == r->council) &&
	       (q->area < 0 || q->area == r->area);
}

static const struct open_clock *clock_of(const struct projection *p, const struct sql_work_insert_in *r)
{
	const struct open_clock want = { .standard = r->standard, .opened = r->opened, .ordinal = r->ordinal };
	for (size_t i = 0; i < p->n_clocks; i++)
		if (open_compare(&p->clocks[i], &want) == 0)
			return &p->clocks[i];
	return NULL;
}

static struct live_row *add_row(struct live *l)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 256;
		l->rows = xrealloc(l->rows, l->cap * sizeof *l->rows);
	}
	return &l->rows[l->n++];
}

static enum rc take(struct live *l, const struct projection *p, const struct sql_work_insert_in *r, struct err *e)
{
	const struct open_clock *c = clock_of(p, r);
	size_t standard = rulebook_numbered(app_rulebook(l->app), r->standard);
	if (!c || standard == SIZE_MAX || standard_withheld(l->app, l->withheld, standard))
		return RC_OK;
	if (l->n == LIVE_ROWS_MAX)
		return err_set(e, RC_LIMIT, "More than %d clocks fit. Choose a filter.", LIVE_ROWS_MAX);
	struct live_row *row = add_row(l);
	*row = (struct live_row){
		.turn = (int8_t)r->turn, .law = (int8_t)r->law, .due = r->due_day, .number = r->standard
	};
	row->item = (struct work_item){ .person = r->person,
					.given = arena_str(l->a, p->details.given),
					.family = arena_str(l->a, p->details.family),
					.age_years = -1,
					.age_months = -1,
					.standard = (uint16_t)standard,
					.opened = r->opened,
					.ordinal = (int)r->ordinal,
					.state = (enum clock_state)c->state,
					.start = c->start,
					.due = r->due_day == DAY_NEVER ? DAY_NONE : (day_t)r->due_day,
					.holder = (enum holder)r->holder,
					.holder_org = app_organisation(l->app, c->holder_org),
					.council = app_organisation(l->app, r->council),
					.area = (enum area)r->area,
					.why = arena_str(l->a, c->why) };
	worklist_item_finish(l->app, l->w, l->day, p->details.born, &row->item);
	next_step_of(l->app, l->v,
		     &(struct next_of){ standard_edition(app_rulebook(l->app), c->standard, c->edition),
					row->item.state, row->item.holder, c->holder_org, c->asks, c->agreed,
					row->item.due, l->day },
		     &row->item.next);
	return RC_OK;
}

static bool works_with(const struct projection *p, int64_t account)
{
	for (size_t i = 0; account && i < p->n_workers; i++)
		if (p->workers[i].account == account)
			return true;
	return false;
}

/* Has the child a named worker of the viewer's organisation, whose account is open? */
static bool has_worker(const struct live *l, const struct projection *p)
{
	for (size_t i = 0; i < l->n_own; i++)
		if (works_with(p, l->own[i]))
			return true;
	return false;
}

static enum rc read_own(struct live *l, struct db *db, struct err *e)
{
	struct sql_rows *rows;
	struct sql_account_list_out row;
	size_t cap = 0;
	l->n_own = 0;
	enum rc rc = sql_account_list(db, &(struct sql_account_list_in){ l->v->org }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_account_list_next(rows, &row, e)) == RC_OK) {
		if (l->n_own == cap)
			l->own = xrealloc(l->own, (cap = cap ? cap * 2 : 64) * sizeof *l->own);
		if (row.active)
			l->own[l->n_own++] = row.id;
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc each_child(struct history *h, struct arena *a, void *arg, struct err *e)
{
	struct live *l = arg;
	struct folded f;
	struct projection p;
	l->withheld = members_withheld(&l->members, l->v, h->person);
	if (l->withheld & data_bit(DATA_IDENTITY))
		return RC_OK;
	l->n_members++;
	history_fold(l->app, h, l->q->known_ms, a, &f);
	enum rc rc = project_child(l->app, h, &f, l->en, l->day, a, &p, e);
	bool mine = rc == RC_OK && works_with(&p, l->q->worker ? l->q->worker : l->v->account);
	l->mine += mine;
	bool shown = (mine || !l->q->worker) && !(l->q->unnamed && has_worker(l, &p));
	for (size_t i = 0; rc == RC_OK && shown && i < p.n_work; i++)
		if (p.work[i].org == l->v->org && wanted(l->q, &p.work[i]))
			rc = take(l, &p, &p.work[i], e);
	return rc;
}

/* Everyone in the organisation's circle today: a look back is under today's permissions. */
static enum rc live_unit(struct db *db, void *arg, struct err *e)
{
	struct live *l = arg;
	enum rc rc = app_coverage_refresh(l->app, db, e);
	l->n_members = 0;
	if (rc == RC_OK && l->q->unnamed)
		rc = read_own(l, db, e);
	if (rc == RC_OK)
		rc = members_read(l->app, db, l->v->org, &l->members, e);
	if (rc == RC_OK && l->v->n_councils)
		rc = members_homes(db, &l->members, e);
	if (rc == RC_OK)
		rc = members_each(l->app, db, &l->members, l->q->known_ms, history_range, each_child, l, NULL, NULL, e);
	members_release(&l->members);
	return rc;
}

static int by_list(const void *x, const void *y)
{
	const struct live_row *a = x, *b = y;
	if (a->law != b->law)
		return a->law - b->law;
	if (a->due != b->due)
		return a->due < b->due ? -1 : 1;
	if (a->item.person != b->item.person)
		return a->item.person < b->item.person ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->item.opened > b->item.opened) - (a->item.opened < b->item.opened);
}

static enum work_list list_of(const struct live *l, const struct live_row *r, day_t soon)
{
	if (r->turn == 3)
		return LIST_NOT_KNOWN;
	if (r->turn == 2)
		return LIST_WAITING;
	return r->due < l->day ? LIST_LATE : r->due <= soon ? LIST_SOON : LIST_LATER;
}

static struct str key_of(struct live *l, const struct live_row *r)
{
	return worklist_key(l->a, r->law, r->due, r->item.person, r->number, r->item.opened);
}

/* The first row behind the key, not the one behind the row of the key: that may be gone since its page was made. */
static enum rc page_begins(const struct live *l, struct live_row *before, struct err *e)
{
	struct work_key k;
	enum rc rc = worklist_key_read(l->q->only && !l->q->whole ? l->q->after : (struct str){ NULL, 0 }, &k, e);
	if (rc == RC_OK)
		*before = (struct live_row){ .law = (int8_t)k.law,
					     .due = k.due,
					     .number = k.standard,
					     .item = { .person = k.person, .opened = k.opened } };
	return rc;
}

/* At most `max` rows of one list behind a key; `next` is the key of the last shown if more follow. */
static void fill_section(struct live *l, struct work_section *sec, const struct live_row *before, day_t soon,
			 size_t max)
{
	size_t room = (size_t)sec->count < max ? (size_t)sec->count : max;
	struct work_item *items = arena_array(l->a, room, sizeof *items);
	const struct live_row *last = NULL;
	for (size_t i = 0; i < l->n; i++) {
		const struct live_row *r = &l->rows[i];
		if (list_of(l, r, soon) != sec->list || by_list(r, before) <= 0)
			continue;
		if (sec->n < room) {
			items[sec->n++] = r->item;
			last = r;
		} else {
			sec->next = last ? key_of(l, last) : (struct str){ NULL, 0 };
			break;
		}
	}
	sec->items = items;
}

static void fill(struct live *l, const struct live_row *before, struct worklist *out)
{
	day_t soon = workdays_add(l->w, l->day, 10);
	*out = (struct worklist){ .known = l->app, .as_of = l->day, .children = l->n_members, .mine = l->mine };
	if (l->n)
		qsort(l->rows, l->n, sizeof *l->rows, by_list);
	for (size_t i = 0; i < l->n; i++) {
		enum work_list k = list_of(l, &l->rows[i], soon);
		out->sections[k].count++;
		out->waiting_late += k == LIST_WAITING && l->rows[i].due < l->day;
	}
	size_t left = l->q->limit; /* `whole`: of all lists together */
	for (int k = LIST_LATE; k < LIST__COUNT; k++) {
		struct work_section *sec = &out->sections[k];
		sec->list = (enum work_list)k;
		if (l->q->only ? (int)l->q->only == k : l->q->whole || k <= LIST_WAITING)
			fill_section(l, sec, before, soon, left);
		left -= l->q->whole ? sec->n : 0;
		out->more = out->more || (l->q->whole && sec->items && (size_t)sec->count > sec->n);
	}
}

enum rc worklist_live(struct app *app, const struct viewer *v, const struct worklist_query *q, struct arena *a,
		      struct worklist *out, struct err *e)
{
	struct live l = { .v = v, .q = q, .a = a, .day = q->as_of == DAY_NONE ? app_today(app) : q->as_of };
	struct live_row before;
	enum rc rc = app_known(app, q->known_ms, &l.app, e);
	if (rc == RC_OK)
		rc = page_begins(&l, &before, e);
	if (rc != RC_OK)
		return rc;
	l.w = app_workdays(l.app);
	l.en = app_engine_take(l.app, l.w);
	rc = store_read(app_store(app), live_unit, &l, e);
	if (rc == RC_OK)
		fill(&l, &before, out);
	free(l.rows);
	free(l.own);
	app_engine_give(l.app, l.en, l.w);
	return rc;
}
