#include "work/see/worklist.h"

#include "base/text.h"
#include "standard/match.h"
#include "work/core/inside.h"
#include "work/core/shared.h"
#include "work/core/write.h"
#include "work/see/next.h"
#include "work/see/worklist_live.h"

static const struct {
	const char *id, *title;
} lists[LIST__COUNT] = {
	[LIST_LATE] = { "late", "Late, our turn" },
	[LIST_SOON] = { "soon", "Due in 10 working days, our turn" },
	[LIST_WAITING] = { "waiting", "Waiting for someone else" },
	[LIST_NOT_KNOWN] = { "not-known", "Not known" },
	[LIST_LATER] = { "later", "Due later, our turn" },
};

const char *work_list_id(enum work_list l)
{
	return (unsigned)l < LIST__COUNT && lists[l].id ? lists[l].id : "";
}

const char *work_list_title(enum work_list l)
{
	return (unsigned)l < LIST__COUNT && lists[l].title ? lists[l].title : "";
}

static const struct {
	const char *id, *title;
} areas[] = {
	[AREA_NOT_KNOWN] = { "not-known", "Not known" },
	[AREA_OURS_HERE] = { "in-area", "In our area" },
	[AREA_OURS_ELSEWHERE] = { "placed-elsewhere", "Ours, placed elsewhere" },
	[AREA_OTHERS_HERE] = { "placed-here", "Placed here by others" },
};

const char *area_id(enum area a)
{
	return (unsigned)a < COUNT_OF(areas) ? areas[a].id : areas[0].id;
}

const char *area_title(enum area a)
{
	return (unsigned)a < COUNT_OF(areas) ? areas[a].title : areas[0].title;
}

/* ---- the stretch of the index that a list is ---- */

struct stretch {
	int turn;
	int64_t due_from, due_to;
};

enum { DUE_MIN = INT32_MIN + 1, LAWS = 3, SOON_WORKING_DAYS = 10 };

static struct stretch stretch_of(enum work_list l, day_t today, day_t soon)
{
	switch (l) {
	case LIST_LATE: return (struct stretch){ 1, DUE_MIN, today - 1 };
	case LIST_SOON: return (struct stretch){ 1, today, soon };
	case LIST_LATER: return (struct stretch){ 1, soon + 1, DAY_NEVER };
	case LIST_WAITING: return (struct stretch){ 2, DUE_MIN, DAY_NEVER };
	default: return (struct stretch){ 3, DUE_MIN, DAY_NEVER };
	}
}

static const struct work_key key_first = { .law = 1, .due = DUE_MIN - 1 };

enum rc worklist_key_read(struct str s, struct work_key *k, struct err *e)
{
	*k = key_first;
	if (!s.n)
		return RC_OK;
	struct str part[5];
	size_t n = 0;
	for (struct str rest = s; rest.p && n < COUNT_OF(part);)
		part[n++] = str_cut(rest, '.', &rest);
	if (n != COUNT_OF(part) || str_to_int(part[0], 1, LAWS, &k->law) != RC_OK ||
	    str_to_int(part[1], INT32_MIN, INT32_MAX, &k->due) != RC_OK || id_parse(part[2], &k->person) != RC_OK ||
	    str_to_int(part[3], 0, INT32_MAX, &k->standard) != RC_OK || id_parse(part[4], &k->opened) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "That is not a page of this list. Open the list again.");
	return RC_OK;
}

static bool key_before(const struct work_key *a, const struct work_key *b)
{
	const int64_t p[] = { a->due, a->person, a->standard, a->opened },
		      q[] = { b->due, b->person, b->standard, b->opened };
	for (size_t i = 0; i < COUNT_OF(p); i++)
		if (p[i] != q[i])
			return p[i] < q[i];
	return false;
}

struct str worklist_key(struct arena *a, int64_t law, int64_t due, int64_t person, int64_t standard, int64_t opened)
{
	char p[ID_TEXT_MAX], o[ID_TEXT_MAX];
	return arena_printf(a, "%d.%d.%s.%d.%s", (int)law, (int)due, id_text(person, p), (int)standard,
			    id_text(opened, o));
}

/* ---- what is walked ---- */

/* Which index the statements walk: numbers that store/sql/clock.sql knows. */
enum lead { LEAD_LANES = 0, LEAD_STANDARD, LEAD_COUNCIL, LEAD_WORKER };
enum { SHARED_MAX = 200 }; /* standards of lists from which something is withheld */
enum { LEAD_CAP = 5000 };  /* beyond this many, one is as good as another */

/* The rows of one holder and one area, in order: a list is some of these, merged,
 * and a filter by holder or area is fewer of them. */
struct lane {
	int64_t turn, holder, area;
	int64_t n; /* rows, up to a cap; 0: not counted */
};
enum { LANES_MAX = 3 * HOLDER__COUNT * 4 };

/* A standard that is walked: of every child, or of those of some councils. */
struct walked {
	int64_t standard; /* 0: any */
	struct str homes; /* ids_text of those councils */
	size_t n_homes;	  /* 0: of every child */
};

struct seeing {
	struct app *app;
	const struct viewer *v;
	const struct worklist_query *q;
	struct arena *a;
	struct worklist *out;
	day_t today, soon;
	int64_t cap; /* of counts */
	bool all;    /* every list is counted, also those of which no rows are asked for */
	bool waits;  /* somebody's rows are of other rules */
	enum lead lead;
	int64_t standard; /* number of q->standard; 0 any */
	struct lane lanes[LANES_MAX];
	size_t n_lanes;
	bool part;			  /* rows of the list are withheld from the viewer */
	struct walked shared[SHARED_MAX]; /* then: the standards that are not, walked one by one */
	size_t n_shared;
};

/* Of all turns, or of one (not 0). */
static enum rc read_lanes(struct seeing *s, struct db *db, int turn, int64_t cap, struct err *e)
{
	struct sql_work_stretch_from_in at = { s->v->org, turn, 0, 0 };
	struct sql_work_stretch_from_out found;
	enum rc rc = RC_OK;
	while (s->n_lanes < LANES_MAX && (rc = sql_work_stretch_from(db, &at, s->a, &found, e)) == RC_OK &&
	       (!turn || turn == found.turn)) {
		struct lane *l = &s->lanes[s->n_lanes++];
		*l = (struct lane){ found.turn, found.holder, found.area, 0 };
		at = (struct sql_work_stretch_from_in){ s->v->org, found.turn, found.holder, found.area + 1 };
		struct sql_work_count_stretch_in in = { s->v->org, l->turn, l->holder, l->area, cap };
		struct sql_work_count_stretch_out n;
		if (cap && (rc = sql_work_count_stretch(db, &in, s->a, &n, e)) != RC_OK)
			return rc;
		l->n = cap ? n.n : 0;
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Does a council ask for its own children on its own list, and for nothing more but holder and area? A lane whose
 * area is known holds them alone, or none; those whose area is not known are in an index of their own. */
static bool asks_own(const struct seeing *s)
{
	const struct worklist_query *q = s->q;
	return q->council && q->council == s->v->org && s->lead == LEAD_LANES && !s->standard && !q->unnamed;
}

/* Do the filters leave rows of this lane? What stands on a council's list as placed
 * here by others is not its own. */
static bool lane_passes(const struct seeing *s, const struct lane *l)
{
	const struct worklist_query *q = s->q;
	return (!q->holder || (int64_t)q->holder == l->holder) && (q->area < 0 || q->area == l->area) &&
	       !(q->council == s->v->org && l->area == AREA_OTHERS_HERE);
}

static bool any_filter(const struct worklist_query *q)
{
	return q->standard.n || q->holder || q->council || q->area >= 0 || q->worker || q->unnamed;
}

static bool counts_filters(const struct worklist_query *q)
{
	return q->panel && !any_filter(q);
}

/* Have the lanes that the filters leave fewer rows than this? No more are counted than tell. */
static enum rc lanes_fewer(struct seeing *s, struct db *db, int64_t than, bool *out, struct err *e)
{
	enum rc rc = RC_OK;
	int64_t sum = 0;
	for (size_t i = 0; rc == RC_OK && i < s->n_lanes && sum < than; i++) {
		const struct lane *l = &s->lanes[i];
		struct sql_work_count_stretch_in in = { s->v->org, l->turn, l->holder, l->area, than - sum };
		struct sql_work_count_stretch_out n;
		if (!lane_passes(s, l))
			continue;
		rc = sql_work_count_stretch(db, &in, s->a, &n, e);
		sum += rc == RC_OK ? n.n : 0;
	}
	*out = sum < than;
	return rc;
}

/* A clock and a council are both chosen, or one of them beside a holder or an area: which has the fewest? */
static enum rc choose_counted(struct seeing *s, struct db *db, bool council, struct err *e)
{
	int64_t org = s->v->org, fewest = LEAD_CAP;
	struct sql_work_count_standard_out standard;
	struct sql_work_count_council_out of_council;
	enum rc rc = RC_OK;
	bool lanes = false;
	if (s->standard) {
		const struct sql_work_count_standard_in in = { org, s->standard, LEAD_CAP };
		rc = sql_work_count_standard(db, &in, s->a, &standard, e);
		fewest = rc == RC_OK ? standard.n : 0;
	}
	if (rc == RC_OK && council) {
		const struct sql_work_count_council_in in = { org, s->q->council, LEAD_CAP };
		rc = sql_work_count_council(db, &in, s->a, &of_council, e);
		if (rc == RC_OK && of_council.n <= fewest) {
			s->lead = LEAD_COUNCIL;
			fewest = of_council.n;
		}
	}
	if (rc == RC_OK && (s->q->holder || s->q->area >= 0))
		rc = lanes_fewer(s, db, fewest, &lanes, e);
	if (lanes)
		s->lead = LEAD_LANES;
	return rc;
}

/* If the list holds rows of standards that are withheld from the viewer: the others of which there are rows, each of
 * which leads; of a standard that is shared of the children of some councils, theirs. Of most lists it holds none, and
 * all is walked as by whoever sees everything. */
static enum rc choose_shared(struct seeing *s, struct db *db, struct err *e)
{
	const struct rulebook *rb = app_rulebook(s->app);
	const struct organisation *org = app_organisation(s->app, s->v->org);
	for (uint16_t i = 0; i < rulebook_count(rb) && s->n_shared < SHARED_MAX; i++) {
		const struct standard_info *info = rulebook_info(rb, i);
		uint32_t needs = standard_needs(s->app, i);
		bool withheld = needs & s->v->withheld, shown = viewer_shown(s->v, needs);
		struct sql_work_count_standard_out n;
		struct sql_work_count_standard_in in = { s->v->org, info->number, 1 };
		if (rulebook_numbered(rb, info->number) != i ||
		    (withheld && org && str_is(org->kind, "council") && standard_is_sensitive(rb, i)))
			continue; /* a council's list has no row of it */
		enum rc rc = sql_work_count_standard(db, &in, s->a, &n, e);
		if (rc != RC_OK)
			return rc;
		s->part = s->part || (withheld && n.n);
		if (!shown || !n.n || (s->standard && s->standard != info->number))
			continue;
		struct walked *w = &s->shared[s->n_shared++];
		*w = (struct walked){ .standard = info->number };
		if (withheld)
			w->homes = homes_shown(s->v, needs, s->a, &w->n_homes);
	}
	if (s->part)
		s->lead = s->q->worker ? LEAD_WORKER : LEAD_STANDARD;
	return RC_OK;
}

/* The filter with the fewest clocks leads: its index is the one to walk. */
static enum rc choose_lead(struct seeing *s, struct db *db, struct err *e)
{
	const struct worklist_query *q = s->q;
	bool council = q->council && q->council != s->v->org;
	enum rc rc = s->v->withheld ? choose_shared(s, db, e) : RC_OK;
	if (rc != RC_OK || s->part)
		return rc;
	if (q->worker) { /* some dozens of children, always the fewest */
		s->lead = LEAD_WORKER;
		return RC_OK;
	}
	bool leads = s->standard || council, stands = q->holder || q->area >= 0;
	if (!leads || stands)
		rc = read_lanes(s, db, s->all || counts_filters(q) ? 0 : stretch_of(q->only, s->today, s->soon).turn,
				counts_filters(q) ? COUNT_CAP + 1 : 0, e);
	if (rc != RC_OK || !leads)
		return rc;
	s->lead = s->standard ? LEAD_STANDARD : LEAD_COUNCIL;
	return (s->standard && council) || stands ? choose_counted(s, db, council, e) : RC_OK;
}

/* ---- rows ---- */

/* A row of a standard that is no longer there waits to be taken away: it is not shown. */
static bool fill_item(struct seeing *s, const struct work_key *k, const struct sql_work_children_out *r,
		      struct work_item *item)
{
	struct open_clock c;
	size_t standard = rulebook_numbered(app_rulebook(s->app), k->standard);
	if (standard == SIZE_MAX || !open_find(r->clocks, k->standard, k->opened, k->ordinal, &c))
		return false;
	*item = (struct work_item){ .person = k->person,
				    .given = arena_str(s->a, r->given),
				    .family = arena_str(s->a, r->family),
				    .age_years = -1,
				    .age_months = -1,
				    .standard = (uint16_t)standard,
				    .opened = k->opened,
				    .ordinal = (int)k->ordinal,
				    .state = (enum clock_state)c.state,
				    .start = c.start,
				    .due = k->due == DAY_NEVER ? DAY_NONE : (day_t)k->due,
				    .holder = (enum holder)k->holder,
				    .holder_org = app_organisation(s->app, c.holder_org),
				    .council = app_organisation(s->app, k->council),
				    .area = (enum area)k->area,
				    .why = arena_str(s->a, c.why) };
	worklist_item_finish(s->app, app_workdays(s->app), s->today, r->born == SQL_NULL ? DAY_NONE : (day_t)r->born,
			     item);
	next_step_of(s->app, s->v,
		     &(struct next_of){ standard_edition(app_rulebook(s->app), k->standard, c.edition), item->state,
					item->holder, c.holder_org, c.asks, c.agreed, item->due, s->today },
		     &item->next);
	return true;
}

void worklist_item_finish(struct app *app, const struct workdays *w, day_t today, day_t born, struct work_item *item)
{
	struct clock c = { .standard = item->standard,
			   .state = (uint8_t)item->state,
			   .start = item->start,
			   .due = item->due,
			   .done = DAY_NONE };
	item->lateness = clock_lateness(app_rulebook(app), w, &c, today, &item->days_late);
	if (born != DAY_NONE && born <= today) {
		item->age_years = day_age_years(born, today);
		item->age_months = day_age_months(born, today);
	}
}

/* The first rows of what is merged, in order; never more than `max`. */
struct first {
	struct work_key *keys;
	size_t n, max;
};

static void first_put(struct first *f, const struct work_key *k)
{
	if (f->n == f->max && !key_before(k, &f->keys[f->n - 1]))
		return;
	size_t i = f->n < f->max ? f->n++ : f->n - 1;
	for (; i > 0 && key_before(k, &f->keys[i - 1]); i--)
		f->keys[i] = f->keys[i - 1];
	f->keys[i] = *k;
}

/* Is there nothing to filter behind what leads? */
static bool leads_alone(const struct seeing *s)
{
	const struct worklist_query *q = s->q;
	bool stands = q->holder || q->area >= 0; /* of a lane it is a part of what leads */
	return !q->unnamed && ((s->lead == LEAD_LANES && !s->standard && !q->council) ||
			       (s->lead == LEAD_STANDARD && !q->council && !stands) ||
			       (s->lead == LEAD_COUNCIL && !s->standard && !stands));
}

/* Nor behind this lane: also where a council asks for its own children, and all in it are. */
static bool lane_alone(const struct seeing *s, const struct lane *l)
{
	return leads_alone(s) || (asks_own(s) && l->area != AREA_NOT_KNOWN);
}

#define WALK(name, ...)                                                                                                \
	do {                                                                                                           \
		struct sql_rows *rows;                                                                                 \
		struct sql_##name##_out r;                                                                             \
		struct sql_##name##_in in = { __VA_ARGS__ };                                                           \
		enum rc rc = sql_##name(db, &in, &rows, e);                                                            \
		if (rc != RC_OK)                                                                                       \
			return rc;                                                                                     \
		while ((rc = sql_##name##_next(rows, &r, e)) == RC_OK)                                                 \
			first_put(f, &(struct work_key){ after->law, r.due_day, r.person, r.standard, r.opened, r.ordinal,  \
						    r.holder, r.council, r.area });                                    \
		db_done(rows);                                                                                         \
		return rc == RC_NOT_FOUND ? RC_OK : rc;                                                                \
	} while (0)

/* Rows of one authority along what leads, of a lane or all (NULL). */
static enum rc walk(struct seeing *s, struct db *db, const struct lane *lane, const struct walked *w, struct stretch st,
		    const struct work_key *after, struct first *f, struct err *e)
{
	int64_t org = s->v->org, max = (int64_t)f->max;
	/* What comes before the page is not walked again, and what would come behind a full page not at all. */
	int64_t from = after->due > st.due_from ? after->due : st.due_from;
	int64_t to = f->n == f->max && f->keys[f->n - 1].due < st.due_to ? f->keys[f->n - 1].due : st.due_to;
	if (lane && lane_alone(s, lane))
		WALK(work_lane, org, st.turn, lane->holder, lane->area, after->law, from, to, after->due, after->person,
		     after->standard, after->opened, max);
	if (lane && asks_own(s))
		WALK(work_lane_own, org, st.turn, lane->holder, after->law, from, to, after->due, after->person,
		     after->standard, after->opened, max);
	int64_t holder = lane ? lane->holder : (int64_t)s->q->holder, area = lane ? lane->area : s->q->area;
	if (w->n_homes)
		WALK(work_page_homes, s->lead, org, st.turn, after->law, from, to, after->due, after->person,
		     after->standard, after->opened, w->standard, holder, s->q->council, area, s->q->worker,
		     s->q->unnamed, w->homes, (int64_t)w->n_homes, max);
	WALK(work_page, s->lead, org, st.turn, after->law, from, to, after->due, after->person, after->standard,
	     after->opened, w->standard, holder, s->q->council, area, s->q->worker, s->q->unnamed, max);
}

/* The first rows of one authority after a key, of whatever is walked. */
static enum rc merge(struct seeing *s, struct db *db, struct stretch st, const struct work_key *after, struct first *f,
		     struct err *e)
{
	enum rc rc = RC_OK;
	const struct walked asked = { .standard = s->standard };
	if (s->lead != LEAD_LANES && !s->part)
		rc = walk(s, db, NULL, &asked, st, after, f, e);
	for (size_t i = 0; rc == RC_OK && s->part && i < s->n_shared; i++)
		rc = walk(s, db, NULL, &s->shared[i], st, after, f, e);
	for (size_t i = 0; rc == RC_OK && s->lead == LEAD_LANES && i < s->n_lanes; i++)
		if (s->lanes[i].turn == st.turn && lane_passes(s, &s->lanes[i]))
			rc = walk(s, db, &s->lanes[i], &asked, st, after, f, e);
	return rc;
}

/* Those of the rows that may be shown, with what is kept of their children, put behind *n. */
static enum rc show(struct seeing *s, struct db *db, const struct first *f, struct work_item *items,
		    struct work_key *keys, size_t *n, struct err *e)
{
	int64_t *persons = arena_array(s->a, f->n, sizeof *persons);
	struct work_item *found = arena_array(s->a, f->n, sizeof *found);
	bool *is = arena_array(s->a, f->n, sizeof *is);
	struct sql_rows *rows;
	struct sql_work_children_out row;
	if (!f->n)
		return RC_OK;
	for (size_t i = 0; i < f->n; i++)
		persons[i] = f->keys[i].person;
	struct sql_work_children_in in = { ids_text(persons, f->n, s->a), (int64_t)f->n, s->v->org, s->today };
	enum rc rc = sql_work_children(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_work_children_next(rows, &row, e)) == RC_OK)
		is[row.i] = (!row.inside.p || inside_holds(row.inside, s->v->org, s->today)) &&
			    fill_item(s, &f->keys[row.i], &row, &found[row.i]);
	db_done(rows);
	for (size_t i = 0; i < f->n; i++)
		if (is[i]) {
			keys[*n] = f->keys[i];
			items[(*n)++] = found[i];
		}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc fill_rows(struct seeing *s, struct db *db, enum work_list l, struct str after, size_t limit,
			 struct work_section *sec, struct err *e)
{
	struct stretch st = stretch_of(l, s->today, s->soon);
	struct work_key k;
	enum rc rc = worklist_key_read(after, &k, e);
	struct work_item *items = arena_array(s->a, limit + 1, sizeof *items); /* one more tells that there are more */
	struct work_key *keys = arena_array(s->a, limit + 1, sizeof *keys),
		   *walked = arena_array(s->a, limit + 1, sizeof *keys);
	size_t n = 0;
	while (rc == RC_OK && k.law <= LAWS && n <= limit) {
		struct first f = { walked, 0, limit + 1 - n };
		rc = merge(s, db, st, &k, &f, e);
		if (rc == RC_OK)
			rc = show(s, db, &f, items, keys, &n, e);
		k = f.n == f.max ? f.keys[f.n - 1] : (struct work_key){ .law = k.law + 1, .due = key_first.due };
	}
	bool more = n > limit;
	sec->items = items;
	sec->n = more ? limit : n;
	sec->next = (struct str){ NULL, 0 };
	if (more) {
		const struct work_key *last = &keys[limit - 1];
		sec->next = worklist_key(s->a, last->law, last->due, last->person, last->standard, last->opened);
	}
	return rc;
}

static enum rc count_filtered(struct seeing *s, struct db *db, const struct lane *lane, const struct walked *w,
			      struct stretch st, int64_t law, int64_t cap, int64_t *n, struct err *e)
{
	struct sql_work_count_out one = { 0 };
	struct sql_work_count_homes_out of_homes = { 0 };
	int64_t org = s->v->org, holder = lane ? lane->holder : (int64_t)s->q->holder,
		area = lane ? lane->area : s->q->area;
	enum rc rc;
	if (w->n_homes) {
		struct sql_work_count_homes_in in = {
			s->lead, org,		st.turn, law,	       st.due_from,   st.due_to, w->standard,
			holder,	 s->q->council, area,	 s->q->worker, s->q->unnamed, w->homes,	 (int64_t)w->n_homes,
			cap
		};
		rc = sql_work_count_homes(db, &in, s->a, &of_homes, e);
		*n = of_homes.n;
		return rc;
	}
	struct sql_work_count_in in = { s->lead,      org,	     st.turn, law,	     st.due_from,
					st.due_to,    w->standard,   holder,  s->q->council, area,
					s->q->worker, s->q->unnamed, cap };
	rc = sql_work_count(db, &in, s->a, &one, e);
	*n = one.n;
	return rc;
}

static enum rc count_one(struct seeing *s, struct db *db, const struct lane *lane, const struct walked *w,
			 struct stretch st, int64_t law, int64_t *sum, struct err *e)
{
	int64_t org = s->v->org, cap = s->cap - *sum, n = 0;
	enum rc rc;
	if (lane && lane_alone(s, lane)) {
		struct sql_work_count_lane_out one = { 0 };
		const struct sql_work_count_lane_in in = { org, st.turn,     lane->holder, lane->area,
							   law, st.due_from, st.due_to,	   cap };
		rc = sql_work_count_lane(db, &in, s->a, &one, e);
		n = one.n;
	} else if (lane && asks_own(s)) {
		struct sql_work_count_lane_own_out one = { 0 };
		const struct sql_work_count_lane_own_in in = {
			org, st.turn, lane->holder, law, st.due_from, st.due_to, cap
		};
		rc = sql_work_count_lane_own(db, &in, s->a, &one, e);
		n = one.n;
	} else if (lane || w->n_homes || !leads_alone(s)) {
		rc = count_filtered(s, db, lane, w, st, law, cap, &n, e);
	} else if (s->lead == LEAD_STANDARD) {
		struct sql_work_count_of_standard_out one = { 0 };
		const struct sql_work_count_of_standard_in in = { org,	       w->standard, st.turn, law,
								  st.due_from, st.due_to,   cap };
		rc = sql_work_count_of_standard(db, &in, s->a, &one, e);
		n = one.n;
	} else {
		struct sql_work_count_of_council_out one = { 0 };
		const struct sql_work_count_of_council_in in = { org,	      s->q->council, st.turn, law,
								 st.due_from, st.due_to,     cap };
		rc = sql_work_count_of_council(db, &in, s->a, &one, e);
		n = one.n;
	}
	*sum += rc == RC_OK ? n : 0;
	return rc;
}

/* Whatever the authority and the day: each lane is one stretch. */
static enum rc count_whole(struct seeing *s, struct db *db, int turn, int64_t *out, struct err *e)
{
	enum rc rc = RC_OK;
	int64_t sum = 0;
	for (size_t i = 0; rc == RC_OK && i < s->n_lanes && sum < s->cap; i++) {
		const struct lane *l = &s->lanes[i];
		struct sql_work_count_stretch_in in = { s->v->org, turn, l->holder, l->area, s->cap - sum };
		struct sql_work_count_stretch_out n;
		if (l->turn != turn || !lane_passes(s, l))
			continue;
		rc = sql_work_count_stretch(db, &in, s->a, &n, e);
		sum += rc == RC_OK ? n.n : 0;
	}
	*out = sum;
	return rc;
}

/* Law by law, so that the index is walked and not scanned. */
static enum rc count(struct seeing *s, struct db *db, struct stretch st, int64_t *out, struct err *e)
{
	enum rc rc = RC_OK;
	int64_t sum = 0;
	const struct walked asked = { .standard = s->standard };
	if (st.due_from == DUE_MIN && st.due_to == DAY_NEVER && s->lead == LEAD_LANES && leads_alone(s))
		return count_whole(s, db, st.turn, out, e);
	for (int64_t law = 1; rc == RC_OK && law <= LAWS && sum < s->cap; law++) {
		if (s->lead != LEAD_LANES && !s->part)
			rc = count_one(s, db, NULL, &asked, st, law, &sum, e);
		for (size_t i = 0; rc == RC_OK && s->part && i < s->n_shared && sum < s->cap; i++)
			rc = count_one(s, db, NULL, &s->shared[i], st, law, &sum, e);
		for (size_t i = 0; rc == RC_OK && s->lead == LEAD_LANES && i < s->n_lanes && sum < s->cap; i++)
			if (s->lanes[i].turn == st.turn && lane_passes(s, &s->lanes[i]))
				rc = count_one(s, db, &s->lanes[i], &asked, st, law, &sum, e);
	}
	*out = sum;
	return rc;
}

/* ---- filters: each a link with its count; not counted while another is chosen ---- */

/* Counting some two hundred values costs more than the whole list: only who opens the
 * panel has them counted. */

static void offer(const struct seeing *s, struct filter_value *list, size_t *n, struct str id, struct str title,
		  int64_t count_, bool chosen)
{
	if ((s->q->panel && count_ != 0) || chosen)
		list[(*n)++] = (struct filter_value){ id, title, count_, chosen };
}

static enum rc filter_clocks(struct seeing *s, struct db *db, bool counted, struct err *e)
{
	const struct rulebook *rb = app_rulebook(s->app);
	struct filter_value *list = arena_array(s->a, rulebook_count(rb), sizeof *list);
	for (uint16_t i = 0; i < rulebook_count(rb); i++) {
		const struct standard_info *info = rulebook_info(rb, i);
		bool chosen = str_eq(s->q->standard, info->id);
		if (!(s->q->panel || chosen) || !info->on_worklist || rulebook_find(rb, info->id) != i ||
		    !viewer_shown(s->v, standard_needs(s->app, i)))
			continue;
		struct sql_work_count_standard_out n = { .n = -1 };
		enum rc rc = RC_OK;
		/* What is shared of some children only is offered without a number. */
		if (counted && !standard_withheld(s->app, s->v->withheld, i))
			rc = sql_work_count_standard(
			    db, &(struct sql_work_count_standard_in){ s->v->org, info->number, COUNT_CAP + 1 }, s->a,
			    &n, e);
		if (rc != RC_OK)
			return rc;
		struct str title = info->reading.n ? arena_printf(s->a, STR_FMT ": " STR_FMT, STR_ARG(info->title),
								  STR_ARG(info->reading))
						   : info->title;
		offer(s, list, &s->out->n_clocks, info->id, title, n.n, chosen);
	}
	s->out->clocks = list;
	return RC_OK;
}

/* Rows of all lanes that fit; -1 in holder or area: any. */
static int64_t lanes_sum(const struct seeing *s, int holder, int area)
{
	int64_t n = 0;
	for (size_t i = 0; i < s->n_lanes; i++)
		if ((holder < 0 || s->lanes[i].holder == holder) && (area < 0 || s->lanes[i].area == area))
			n += s->lanes[i].n;
	return n > COUNT_CAP ? COUNT_CAP + 1 : n;
}

static void filter_holders(struct seeing *s, bool counted)
{
	struct filter_value *list = arena_array(s->a, HOLDER__COUNT, sizeof *list);
	for (int h = HOLDER_COUNCIL; h < HOLDER__COUNT; h++)
		offer(s, list, &s->out->n_holders, str_of(holder_id((enum holder)h)),
		      str_of(holder_title((enum holder)h)), counted ? lanes_sum(s, h, -1) : -1, (int)s->q->holder == h);
	s->out->holders = list;
}

/* A council's own rows on its own list. */
static enum rc count_own(struct seeing *s, struct db *db, int64_t *out, struct err *e)
{
	enum rc rc = RC_OK;
	int64_t sum = 0;
	for (size_t i = 0; rc == RC_OK && i < s->n_lanes && sum <= COUNT_CAP; i++) {
		const struct lane *l = &s->lanes[i];
		struct sql_work_count_own_in in = { s->v->org, l->turn, l->holder, COUNT_CAP + 1 - sum };
		struct sql_work_count_own_out n = { .n = l->n }; /* where the area is known, the lane's own count */
		if (l->area == AREA_OTHERS_HERE)
			continue;
		if (l->area == AREA_NOT_KNOWN)
			rc = sql_work_count_own(db, &in, s->a, &n, e);
		sum += rc == RC_OK ? n.n : 0;
	}
	*out = sum > COUNT_CAP ? COUNT_CAP + 1 : sum;
	return rc;
}

static enum rc count_council(struct seeing *s, struct db *db, int64_t council, int64_t *out, struct err *e)
{
	if (council == s->v->org)
		return count_own(s, db, out, e);
	struct sql_work_count_council_out n;
	enum rc rc = sql_work_count_council(
	    db, &(struct sql_work_count_council_in){ s->v->org, council, COUNT_CAP + 1 }, s->a, &n, e);
	*out = rc == RC_OK ? n.n : 0;
	return rc;
}

static enum rc filter_councils(struct seeing *s, struct db *db, bool counted, struct err *e)
{
	const struct organisation *orgs;
	size_t n_orgs = app_organisations(s->app, &orgs);
	struct filter_value *list = arena_array(s->a, n_orgs, sizeof *list);
	for (size_t i = 0; i < n_orgs; i++) {
		if (!str_is(orgs[i].kind, "council"))
			continue;
		bool near = orgs[i].served_by == s->v->org || orgs[i].id == s->v->org;
		int64_t n = near ? -1 : 0;
		enum rc rc = counted ? count_council(s, db, orgs[i].id, &n, e) : RC_OK;
		if (rc != RC_OK)
			return rc;
		offer(s, list, &s->out->n_councils, orgs[i].code, orgs[i].short_name, n, s->q->council == orgs[i].id);
	}
	s->out->councils = list;
	return RC_OK;
}

static void filter_areas(struct seeing *s, bool counted)
{
	struct filter_value *list = arena_array(s->a, COUNT_OF(areas), sizeof *list);
	for (int i = 0; i < (int)COUNT_OF(areas); i++)
		offer(s, list, &s->out->n_areas, str_of(areas[i].id), str_of(areas[i].title),
		      counted ? lanes_sum(s, -1, i) : -1, s->q->area == i);
	s->out->areas = list;
}

/* Children of whom the viewer may be told who they are, where that is not everyone; of a worker, or of all (0). */
static enum rc count_told(struct seeing *s, struct db *db, int64_t worker, int64_t *out, struct err *e)
{
	size_t n_homes;
	struct str homes = homes_shown(s->v, data_bit(DATA_IDENTITY), s->a, &n_homes);
	struct sql_circle_count_of_in in = { s->v->org, s->today, worker, homes, (int64_t)n_homes, s->cap };
	struct sql_circle_count_of_out n;
	enum rc rc = sql_circle_count_of(db, &in, s->a, &n, e);
	if (rc == RC_OK)
		*out = n.n;
	return rc;
}

static enum rc count_mine(struct seeing *s, struct db *db, struct err *e)
{
	int64_t worker = s->q->worker ? s->q->worker : s->v->account;
	struct sql_named_worker_count_out n = { 0 };
	struct sql_named_worker_count_in in = { worker, s->v->org, s->today, s->cap };
	enum rc rc = RC_OK;
	if (worker && (s->v->withheld & data_bit(DATA_IDENTITY)))
		rc = count_told(s, db, worker, &n.n, e);
	else if (worker)
		rc = sql_named_worker_count(db, &in, s->a, &n, e);
	s->out->mine = n.n;
	return rc;
}

static enum rc fill_filters(struct seeing *s, struct db *db, struct err *e)
{
	bool counted = counts_filters(s->q);
	enum rc rc = filter_clocks(s, db, counted, e);
	counted = counted && !s->part; /* the counts of places and holders are of every clock */
	if (rc == RC_OK)
		rc = filter_councils(s, db, counted, e);
	filter_holders(s, counted);
	filter_areas(s, counted);
	struct sql_circle_count_out n = { 0 };
	if (rc == RC_OK && (s->v->withheld & data_bit(DATA_IDENTITY)))
		rc = count_told(s, db, 0, &n.n, e);
	else if (rc == RC_OK)
		rc = sql_circle_count(db, &(struct sql_circle_count_in){ s->v->org, s->today, s->all ? s->cap : 1 },
				      s->a, &n, e);
	if (rc == RC_OK)
		s->out->children = n.n;
	return rc == RC_OK ? count_mine(s, db, e) : rc;
}

/* One list page behind page, as long as there is room; one row is asked for where there is none. */
static enum rc fill_whole(struct seeing *s, struct db *db, enum work_list l, size_t *room, struct err *e)
{
	struct work_section *sec = &s->out->sections[l], page = { .n = 0 };
	struct work_item *items = arena_array(s->a, *room + 1, sizeof *items);
	enum rc rc;
	do {
		size_t limit = !*room ? 1 : *room < WORKLIST_PAGE_MAX ? *room : WORKLIST_PAGE_MAX;
		rc = fill_rows(s, db, l, page.next, limit, &page, e);
		if (rc != RC_OK || !*room)
			break;
		if (page.n)
			memcpy(items + sec->n, page.items, page.n * sizeof *items);
		sec->n += page.n;
		*room -= page.n;
	} while (page.next.n && *room);
	s->out->more = s->out->more || page.next.n || (!*room && !sec->n && page.n);
	sec->items = items;
	return rc;
}

static enum rc see_whole(struct seeing *s, struct db *db, struct err *e)
{
	size_t room = s->q->limit;
	enum rc rc = RC_OK;
	for (int l = LIST_LATE; rc == RC_OK && l < LIST__COUNT; l++) {
		s->out->sections[l].list = (enum work_list)l;
		if (!s->q->only || (int)s->q->only == l)
			rc = fill_whole(s, db, (enum work_list)l, &room, e);
	}
	return rc;
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	*s->out = (struct worklist){ .known = s->app, .as_of = s->today };
	s->n_lanes = s->n_shared = 0;
	s->part = false;
	s->lead = LEAD_LANES;
	enum rc rc = choose_lead(s, db, e);
	if (rc == RC_OK && s->q->whole)
		return see_whole(s, db, e);
	for (int l = LIST_LATE; rc == RC_OK && l < LIST__COUNT; l++) {
		struct work_section *sec = &s->out->sections[l];
		sec->list = (enum work_list)l;
		if (s->all || (int)s->q->only == l)
			rc = count(s, db, stretch_of((enum work_list)l, s->today, s->soon), &sec->count, e);
		bool shown = s->q->only ? (int)s->q->only == l : l <= LIST_WAITING;
		struct str after = s->q->only ? s->q->after : (struct str){ NULL, 0 };
		if (rc == RC_OK && shown)
			rc = fill_rows(s, db, (enum work_list)l, after, s->q->limit, sec, e);
	}
	if (rc == RC_OK && s->all)
		rc = count(s, db, (struct stretch){ 2, DUE_MIN, s->today - 1 }, &s->out->waiting_late, e);
	return rc == RC_OK ? fill_filters(s, db, e) : rc;
}

/* Is there a child whose rows were made by other rules, holidays or coverage? */
static enum rc nobody_waits(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	const struct organisation *orgs;
	size_t n = app_organisations(s->app, &orgs);
	enum rc rc = app_coverage_refresh(s->app, db, e);
	s->waits = false;
	for (size_t i = 0; rc == RC_OK && i < n && !s->waits; i++) {
		day_t covered[EVIDENCE_MAX];
		char tag[RULES_TAG_MAX];
		struct sql_person_other_rules_any_out any;
		app_coverage(s->app, orgs[i].id, KNOWN_NOW, covered);
		struct sql_person_other_rules_any_in in = { orgs[i].id, str_of(app_rules_tag(s->app, covered, tag)) };
		rc = sql_person_other_rules_any(db, &in, s->a, &any, e);
		s->waits = rc == RC_OK;
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	return rc;
}

static enum rc audit_list(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	return audit(s->app, db, s->v, 0, "looked", STR("worklist"), STR("ordinary work"), e);
}

enum rc worklist_see(struct app *app, const struct viewer *v, const struct worklist_query *q, struct arena *a,
		     struct worklist *out, struct err *e)
{
	enum rc rc = require_act(v, ACT_SEE_WORKLIST, e);
	if (rc != RC_OK)
		return rc;
	/* Lists are kept for an organisation; only a council's hold nothing sensitive. */
	const struct organisation *org = app_organisation(app, v->org);
	if (!role_sees_sensitive(v->role) && (!org || !str_is(org->kind, "council")))
		return err_set(e, RC_REFUSED,
			       "Your role (%s) has no worklist at this organisation. Ask your administrator.",
			       role_title(v->role));
	day_t today = app_today(app);
	/* Kept ready, so that a page costs little; else every child of the circle is folded for each answer. */
	bool stored = (q->as_of == DAY_NONE || q->as_of == today) && q->known_ms == KNOWN_NOW;
	int most = q->whole ? WORKLIST_WHOLE_MAX : WORKLIST_PAGE_MAX;
	if (!q->limit || q->limit > (size_t)most || q->only >= LIST__COUNT)
		return err_set(e, RC_BAD_INPUT, "A page of the worklist holds 1 to %d rows.", most);
	if (q->worker && q->worker != v->account && v->role != ROLE_OPERATOR)
		return err_set(e, RC_REFUSED, "Whose children a colleague works with stands on each child’s page.");
	struct app *then; /* a clock is one of the rules as they were known */
	if ((rc = app_known(app, q->known_ms, &then, e)) != RC_OK)
		return rc;
	if (q->standard.n && rulebook_find(app_rulebook(then), q->standard) == SIZE_MAX)
		return err_set(e, RC_BAD_INPUT,
			       "There is no standard \"" STR_FMT "\". Choose a clock that the worklist offers.",
			       STR_ARG(q->standard));
	if (q->worker && q->unnamed)
		return err_set(e, RC_BAD_INPUT, "Children are yours, or without a named worker: choose one.");
	struct worklist made;
	struct seeing s = { .app = app,
			    .v = v,
			    .q = q,
			    .a = a,
			    .out = &made,
			    .today = today,
			    .cap = COUNT_CAP + 1,
			    .all = !q->only || v->role == ROLE_OPERATOR,
			    .standard = q->standard.n ? rulebook_number(q->standard) : 0,
			    .soon = workdays_add(app_workdays(app), today, SOON_WORKING_DAYS) };
	if (stored && v->role == ROLE_OPERATOR) { /* who wants true counts, and no row that waits */
		s.cap = INT32_MAX;
		rc = store_read(app_store(app), nobody_waits, &s, e);
		stored = rc == RC_OK && !s.waits;
	}
	if (rc == RC_OK && stored) {
		if ((rc = wake_children(app, e)) == RC_OK)
			rc = store_read(app_store(app), see_unit, &s, e);
	} else if (rc == RC_OK) {
		rc = worklist_live(app, v, q, a, &made, e);
	}
	if (rc == RC_OK)
		rc = store_write(app_store(app), audit_list, &s, e);
	if (rc == RC_OK)
		*out = made;
	return rc;
}
