#include "work/see/worklist.h"

#include "base/text.h"
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

/* Keyset: "law.due.person.standard.opened", as the index is ordered. */
struct key {
	int64_t law, due, person, opened;
	struct str standard;
};

static enum rc key_read(struct str s, struct key *k, struct err *e)
{
	*k = (struct key){ .law = 1, .due = DUE_MIN - 1, .person = 0, .opened = 0, .standard = STR("") };
	if (!s.n)
		return RC_OK;
	struct str part[5];
	size_t n = 0;
	for (struct str rest = s; rest.p && n < COUNT_OF(part);)
		part[n++] = str_cut(rest, '.', &rest);
	if (n != COUNT_OF(part) || str_to_int(part[0], 1, LAWS, &k->law) != RC_OK ||
	    str_to_int(part[1], INT32_MIN, INT32_MAX, &k->due) != RC_OK || id_parse(part[2], &k->person) != RC_OK ||
	    id_parse(part[4], &k->opened) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "That is not a page of this list. Open the list again.");
	k->standard = part[3];
	return RC_OK;
}

struct str worklist_key(struct arena *a, int64_t law, int64_t due, int64_t person, struct str standard, int64_t opened)
{
	char p[ID_TEXT_MAX], o[ID_TEXT_MAX];
	return arena_printf(a, "%d.%d.%s." STR_FMT ".%s", (int)law, (int)due, id_text(person, p), STR_ARG(standard),
			    id_text(opened, o));
}

/* ---- rows ---- */

/* Which filter's index the statements walk: numbers that store/sql/clock.sql knows. */
enum lead { LEAD_NONE = 0, LEAD_STANDARD, LEAD_HOLDER, LEAD_COUNCIL, LEAD_AREA };
enum { LEAD_CAP = 5000 }; /* beyond this many, one is as good as another */

struct seeing {
	struct app *app;
	const struct viewer *v;
	const struct worklist_query *q;
	struct arena *a;
	struct worklist *out;
	day_t today, soon;
	enum lead lead;
};

/* A row of a standard that is no longer there waits to be taken away: it is not shown. */
static bool fill_item(struct seeing *s, const struct sql_work_page_out *r, struct work_item *item)
{
	size_t standard = rulebook_find(app_rulebook(s->app), r->standard);
	if (standard == SIZE_MAX)
		return false;
	*item = (struct work_item){ .person = r->person,
				    .given = arena_str(s->a, r->given),
				    .family = arena_str(s->a, r->family),
				    .age_years = -1,
				    .age_months = -1,
				    .standard = (uint16_t)standard,
				    .opened = r->opened,
				    .ordinal = (int)r->ordinal,
				    .state = (enum clock_state)r->state,
				    .start = r->start_day == SQL_NULL ? DAY_NONE : (day_t)r->start_day,
				    .due = r->due_day == DAY_NEVER ? DAY_NONE : (day_t)r->due_day,
				    .holder = (enum holder)r->holder,
				    .holder_org = app_organisation(s->app, r->holder_org),
				    .council = app_organisation(s->app, r->council),
				    .area = (enum area)r->area,
				    .why = arena_str(s->a, r->why) };
	worklist_item_finish(s->app, app_workdays(s->app), s->today, r->born == SQL_NULL ? DAY_NONE : (day_t)r->born,
			     item);
	next_step_of(s->app, s->v,
		     &(struct next_of){ standard_edition(app_rulebook(s->app), r->standard, (int)r->edition),
					item->state, item->holder, r->holder_org, (uint32_t)r->asks },
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

static enum rc fill_rows(struct seeing *s, struct db *db, enum work_list l, struct work_section *sec, size_t limit,
			 struct err *e)
{
	struct stretch st = stretch_of(l, s->today, s->soon);
	struct key k;
	enum rc rc = key_read(s->q->only == l ? s->q->after : (struct str){ NULL, 0 }, &k, e);
	struct work_item *items = arena_array(s->a, limit, sizeof *items);
	struct str last = { NULL, 0 };
	size_t n = 0;
	bool more = false;
	for (int64_t law = k.law; rc == RC_OK && law <= LAWS && !more; law++) {
		bool here = law == k.law;
		struct sql_work_page_in in = { .lead = s->lead,
					       .org = s->v->org,
					       .turn = st.turn,
					       .law = law,
					       .due_from = st.due_from,
					       .due_to = st.due_to,
					       .after_due = here ? k.due : DUE_MIN - 1,
					       .after_person = here ? k.person : 0,
					       .after_standard = here ? k.standard : STR(""),
					       .after_opened = here ? k.opened : 0,
					       .standard = s->q->standard.p ? s->q->standard : STR(""),
					       .holder = s->q->holder,
					       .council = s->q->council,
					       .area = s->q->area,
					       .day = s->today,
					       .limit = (int64_t)(limit - n + 1) };
		struct sql_rows *rows;
		struct sql_work_page_out row;
		if ((rc = sql_work_page(db, &in, &rows, e)) != RC_OK)
			return rc;
		while ((rc = sql_work_page_next(rows, &row, e)) == RC_OK) {
			if (n == limit) {
				more = true;
				break;
			}
			n += fill_item(s, &row, &items[n]);
			last = worklist_key(s->a, law, row.due_day, row.person, row.standard, row.opened);
		}
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	sec->items = items;
	sec->n = n;
	sec->next = more ? last : (struct str){ NULL, 0 };
	return rc;
}

/* Law by law, so that the index is walked and not scanned. */
static enum rc count(struct seeing *s, struct db *db, struct stretch st, int64_t *out, struct err *e)
{
	enum rc rc = RC_OK;
	int64_t sum = 0;
	for (int64_t law = 1; rc == RC_OK && law <= LAWS && sum <= COUNT_CAP; law++) {
		struct sql_work_count_out one;
		struct sql_work_count_in in = { .lead = s->lead,
						.org = s->v->org,
						.turn = st.turn,
						.law = law,
						.due_from = st.due_from,
						.due_to = st.due_to,
						.standard = s->q->standard.p ? s->q->standard : STR(""),
						.holder = s->q->holder,
						.council = s->q->council,
						.area = s->q->area,
						.cap = COUNT_CAP + 1 };
		rc = sql_work_count(db, &in, s->a, &one, e);
		sum += rc == RC_OK ? one.n : 0;
	}
	*out = sum > COUNT_CAP ? COUNT_CAP + 1 : sum;
	return rc;
}

/* The filter with the fewest clocks leads: its index is the one to walk. */
static enum rc choose_lead(struct seeing *s, struct db *db, struct err *e)
{
	struct sql_work_count_standard_out standard = { LEAD_CAP };
	struct sql_work_count_holder_out holder = { LEAD_CAP };
	struct sql_work_count_council_out council = { LEAD_CAP };
	struct sql_work_count_area_out area = { LEAD_CAP };
	const struct worklist_query *q = s->q;
	int64_t org = s->v->org, fewest = LEAD_CAP + 1;
	enum rc rc = RC_OK;
	if (q->standard.n)
		rc = sql_work_count_standard(db, &(struct sql_work_count_standard_in){ org, q->standard, LEAD_CAP },
					     s->a, &standard, e);
	if (rc == RC_OK && q->holder)
		rc = sql_work_count_holder(db, &(struct sql_work_count_holder_in){ org, q->holder, LEAD_CAP }, s->a,
					   &holder, e);
	if (rc == RC_OK && q->council)
		rc = sql_work_count_council(db, &(struct sql_work_count_council_in){ org, q->council, LEAD_CAP }, s->a,
					    &council, e);
	if (rc == RC_OK && q->area >= 0)
		rc =
		    sql_work_count_area(db, &(struct sql_work_count_area_in){ org, q->area, LEAD_CAP }, s->a, &area, e);
	const struct {
		enum lead lead;
		bool given;
		int64_t n;
	} all[] = {
		{ LEAD_COUNCIL, q->council != 0, council.n },
		{ LEAD_STANDARD, q->standard.n != 0, standard.n },
		{ LEAD_HOLDER, q->holder != HOLDER_NONE, holder.n },
		{ LEAD_AREA, q->area >= 0, area.n },
	};
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(all); i++)
		if (all[i].given && all[i].n < fewest) {
			s->lead = all[i].lead;
			fewest = all[i].n;
		}
	return rc;
}

/* ---- filters: each a link with its count; not counted while another is chosen ---- */

static bool any_filter(const struct worklist_query *q)
{
	return q->standard.n || q->holder || q->council || q->area >= 0;
}

static void offer(struct filter_value *list, size_t *n, struct str id, struct str title, int64_t count_, bool chosen)
{
	if (count_ != 0 || chosen)
		list[(*n)++] = (struct filter_value){ id, title, count_, chosen };
}

static enum rc filter_clocks(struct seeing *s, struct db *db, bool counted, struct err *e)
{
	const struct rulebook *rb = app_rulebook(s->app);
	struct filter_value *list = arena_array(s->a, rulebook_count(rb), sizeof *list);
	for (uint16_t i = 0; i < rulebook_count(rb); i++) {
		const struct standard_info *info = rulebook_info(rb, i);
		if (!info->on_worklist || rulebook_find(rb, info->id) != i)
			continue;
		struct sql_work_count_standard_out n = { .n = -1 };
		enum rc rc = RC_OK;
		if (counted)
			rc = sql_work_count_standard(
			    db, &(struct sql_work_count_standard_in){ s->v->org, info->id, COUNT_CAP + 1 }, s->a, &n,
			    e);
		if (rc != RC_OK)
			return rc;
		struct str title = info->reading.n ? arena_printf(s->a, STR_FMT ": " STR_FMT, STR_ARG(info->title),
								  STR_ARG(info->reading))
						   : info->title;
		offer(list, &s->out->n_clocks, info->id, title, n.n, str_eq(s->q->standard, info->id));
	}
	s->out->clocks = list;
	return RC_OK;
}

static enum rc filter_holders(struct seeing *s, struct db *db, bool counted, struct err *e)
{
	struct filter_value *list = arena_array(s->a, HOLDER__COUNT, sizeof *list);
	for (int h = HOLDER_COUNCIL; h < HOLDER__COUNT; h++) {
		struct sql_work_count_holder_out n = { .n = -1 };
		enum rc rc = RC_OK;
		if (counted)
			rc = sql_work_count_holder(
			    db, &(struct sql_work_count_holder_in){ s->v->org, h, COUNT_CAP + 1 }, s->a, &n, e);
		if (rc != RC_OK)
			return rc;
		offer(list, &s->out->n_holders, str_of(holder_id((enum holder)h)), str_of(holder_title((enum holder)h)),
		      n.n, (int)s->q->holder == h);
	}
	s->out->holders = list;
	return RC_OK;
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
		struct sql_work_count_council_out n = { .n = near ? -1 : 0 };
		enum rc rc = RC_OK;
		if (counted)
			rc = sql_work_count_council(
			    db, &(struct sql_work_count_council_in){ s->v->org, orgs[i].id, COUNT_CAP + 1 }, s->a, &n,
			    e);
		if (rc != RC_OK)
			return rc;
		offer(list, &s->out->n_councils, orgs[i].code, orgs[i].short_name, n.n, s->q->council == orgs[i].id);
	}
	s->out->councils = list;
	return RC_OK;
}

static enum rc filter_areas(struct seeing *s, struct db *db, bool counted, struct err *e)
{
	struct filter_value *list = arena_array(s->a, COUNT_OF(areas), sizeof *list);
	for (int i = 0; i < (int)COUNT_OF(areas); i++) {
		struct sql_work_count_area_out n = { .n = -1 };
		enum rc rc = RC_OK;
		if (counted)
			rc = sql_work_count_area(db, &(struct sql_work_count_area_in){ s->v->org, i, COUNT_CAP + 1 },
						 s->a, &n, e);
		if (rc != RC_OK)
			return rc;
		offer(list, &s->out->n_areas, str_of(areas[i].id), str_of(areas[i].title), n.n, s->q->area == i);
	}
	s->out->areas = list;
	return RC_OK;
}

static enum rc fill_filters(struct seeing *s, struct db *db, struct err *e)
{
	bool counted = !any_filter(s->q);
	enum rc rc = filter_clocks(s, db, counted, e);
	if (rc == RC_OK)
		rc = filter_holders(s, db, counted, e);
	if (rc == RC_OK)
		rc = filter_councils(s, db, counted, e);
	if (rc == RC_OK)
		rc = filter_areas(s, db, counted, e);
	struct sql_circle_count_out n;
	if (rc == RC_OK)
		rc = sql_circle_count(db, &(struct sql_circle_count_in){ s->v->org, s->today, COUNT_CAP + 1 }, s->a, &n,
				      e);
	if (rc == RC_OK)
		s->out->children = n.n;
	return rc;
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	*s->out = (struct worklist){ .known = s->app, .as_of = s->today };
	enum rc rc = choose_lead(s, db, e);
	for (int l = LIST_LATE; rc == RC_OK && l < LIST__COUNT; l++) {
		struct work_section *sec = &s->out->sections[l];
		sec->list = (enum work_list)l;
		rc = count(s, db, stretch_of((enum work_list)l, s->today, s->soon), &sec->count, e);
		bool shown = s->q->only ? (int)s->q->only == l : l <= LIST_WAITING;
		if (rc == RC_OK && shown)
			rc = fill_rows(s, db, (enum work_list)l, sec, s->q->limit, e);
	}
	if (rc == RC_OK)
		rc = count(s, db, (struct stretch){ 2, DUE_MIN, s->today - 1 }, &s->out->waiting_late, e);
	return rc == RC_OK ? fill_filters(s, db, e) : rc;
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
	if (!q->limit || q->limit > WORKLIST_PAGE_MAX || q->only >= LIST__COUNT)
		return err_set(e, RC_BAD_INPUT, "A page of the worklist holds 1 to %d rows.", WORKLIST_PAGE_MAX);
	day_t today = app_today(app);
	struct worklist made;
	struct seeing s = { .app = app,
			    .v = v,
			    .q = q,
			    .a = a,
			    .out = &made,
			    .today = today,
			    .soon = workdays_add(app_workdays(app), today, SOON_WORKING_DAYS) };
	bool stored =
	    v->role != ROLE_OPERATOR && (q->as_of == DAY_NONE || q->as_of == today) && q->known_ms == KNOWN_NOW;
	if (stored) {
		if ((rc = wake_children(app, e)) == RC_OK)
			rc = store_read(app_store(app), see_unit, &s, e);
	} else {
		rc = worklist_live(app, v, q, a, &made, e);
	}
	if (rc == RC_OK)
		rc = store_write(app_store(app), audit_list, &s, e);
	if (rc == RC_OK)
		*out = made;
	return rc;
}
