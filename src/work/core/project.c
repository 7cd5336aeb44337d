#include "work/core/project.h"

#include "base/text.h"
#include "codec/json.h"
#include "standard/asks.h"
#include "work/core/closed.h"
#include "work/core/inside.h"
#include "work/core/joined.h"
#include "work/core/names.h"
#include "work/core/workers.h"
#include "work/see/worklist.h"

/* ---- details ---- */

enum rc details_read(const struct folded *f, struct arena *a, struct details *out, struct err *e)
{
	static const char *const names[] = { "given_name", "family_name", "nhs_number", "sex",
					     "language",   "interpreter", "upn" };
	struct str got[COUNT_OF(names)] = { 0 };
	enum rc rc = f->details ? json_members(f->details->body, names, COUNT_OF(names), a, got, e) : RC_OK;
	if (rc != RC_OK)
		return rc;
	*out = (struct details){ .given = got[0],
				 .family = got[1],
				 .nhs_number = got[2],
				 .sex = got[3],
				 .language = got[4],
				 .interpreter = str_is(got[5], "yes"),
				 .upn = got[6],
				 .born = f->child.born };
	return RC_OK;
}

/* ---- circle ---- */

struct circle {
	struct app *app;
	int64_t person;
	struct sql_circle_insert_in *rows;
	size_t n, cap;
	struct arena *a;
};

static void admit(struct circle *c, int64_t org, struct str reason, day_t from, day_t to)
{
	if (!org)
		return;
	if (to != DAY_NEVER)
		to += app_circle_after_days(c->app);
	for (size_t i = 0; i < c->n; i++) {
		struct sql_circle_insert_in *r = &c->rows[i];
		if (r->org == org && r->from_day <= from && r->to_day >= to)
			return; /* it has a wider reason already */
		if (r->org != org || !str_eq(r->reason, reason) || from > r->to_day + 1 || to < r->from_day - 1)
			continue;
		r->from_day = from < r->from_day ? from : r->from_day; /* one stretch of the same reason */
		r->to_day = to > r->to_day ? to : r->to_day;
		return;
	}
	if (c->n == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 8;
		struct sql_circle_insert_in *bigger = arena_array(c->a, cap, sizeof *bigger);
		if (c->n)
			memcpy(bigger, c->rows, c->n * sizeof *bigger);
		c->rows = bigger;
		c->cap = cap;
	}
	c->rows[c->n++] = (struct sql_circle_insert_in){ c->person, org, reason, from, to };
}

static int64_t served_by(const struct app *app, int64_t council)
{
	const struct organisation *o = app_organisation(app, council);
	return o ? o->served_by : 0;
}

/* A child is placed no longer than it is in care (one period after the other without a gap), also where nobody said
 * that the placement ended: else a council would go on seeing a child that left long ago. */
static day_t placed_until(const struct folded *f, const struct span *placed, uint16_t care_started)
{
	day_t care_to = DAY_NONE;
	for (size_t i = 0; i < f->n_spans; i++) {
		const struct span *s = &f->spans[i];
		if (s->kind == care_started && s->to >= placed->from && (care_to == DAY_NONE || s->from <= care_to))
			care_to = s->to;
	}
	return care_to == DAY_NONE || care_to > placed->to ? placed->to : care_to;
}

static void admit_care(struct circle *c, const struct folded *f, uint16_t care_started, uint16_t placement_started)
{
	for (size_t i = 0; i < f->n_spans; i++) {
		const struct span *s = &f->spans[i];
		if (s->kind == care_started) {
			admit(c, s->org, STR("responsible council"), s->from, s->to);
			admit(c, served_by(c->app, s->org), STR("health team of the responsible council"), s->from,
			      s->to);
		} else if (s->kind == placement_started && s->org) {
			day_t to = placed_until(f, s, care_started);
			admit(c, s->org, STR("placed in its area"), s->from, to);
			admit(c, served_by(c->app, s->org), STR("health team where placed"), s->from, to);
		}
	}
}

static void admit_referrals(struct circle *c, const struct folded *f, uint16_t received, uint16_t closed)
{
	for (size_t i = 0; i < f->child.n; i++) {
		const struct fact *r = &f->child.facts[i];
		if (r->kind != received)
			continue;
		day_t to = DAY_NEVER;
		for (size_t j = i; j < f->child.n && to == DAY_NEVER; j++)
			if (f->child.facts[j].kind == closed && f->child.facts[j].key == r->key)
				to = f->child.facts[j].day;
		admit(c, r->org, STR("referred to it"), r->day, to);
	}
}

static int by_circle(const void *x, const void *y)
{
	const struct sql_circle_insert_in *a = x, *b = y;
	if (a->org != b->org)
		return a->org < b->org ? -1 : 1;
	int c = str_cmp(a->reason, b->reason);
	return c ? c : (a->from_day > b->from_day) - (a->from_day < b->from_day);
}

static void project_circle(struct app *app, const struct history *h, const struct folded *f, struct arena *a,
			   struct projection *out)
{
	const struct vocab *v = app_vocab(app);
	struct circle c = { .app = app, .person = h->person, .a = a };
	uint16_t care_started = vocab_kind(v, STR("care-started"));
	bool cared_for = false;
	for (size_t i = 0; i < f->n_spans; i++)
		cared_for |= f->spans[i].kind == care_started;
	if (!cared_for) {
		admit(&c, h->council, STR("known to the council"), 0, DAY_NEVER);
		admit(&c, served_by(app, h->council), STR("health team of the council"), 0, DAY_NEVER);
	}
	admit_care(&c, f, care_started, vocab_kind(v, STR("placement-started")));
	admit_referrals(&c, f, vocab_kind(v, STR("referral-received")), vocab_kind(v, STR("referral-closed")));
	for (size_t i = 0; i < c.n && out->closed != DAY_NONE; i++)
		if (c.rows[i].to_day > out->closed)
			c.rows[i].to_day = out->closed;
	/* Stretches that are over open nothing. They are left out only now that all
	 * are made: what is kept changes by time on the day after a stretch's last. */
	for (size_t i = 0; i < c.n; i++)
		if (c.rows[i].to_day >= out->today)
			c.rows[out->n_circle++] = c.rows[i];
	if (out->n_circle)
		qsort(c.rows, out->n_circle, sizeof *c.rows, by_circle);
	out->circle = c.rows;
	out->inside = inside_write(out->circle, out->n_circle, a);
}

/* ---- clocks ---- */

int64_t holder_organisation(struct app *app, enum holder holder, int64_t council, int64_t clock_org)
{
	const struct organisation *o;
	switch (holder) {
	case HOLDER_COUNCIL: return council;
	case HOLDER_HEALTH: return served_by(app, council);
	case HOLDER_PROVIDER:
		/* A clinic that nobody named works for the health team. */
		o = app_organisation(app, clock_org);
		return o && str_is(o->kind, "provider") ? clock_org : served_by(app, council);
	case HOLDER_BOARD:
		o = app_organisation(app, served_by(app, council));
		return o && str_is(o->kind, "board") ? o->id : 0;
	default: return 0;
	}
}

struct str clock_why(struct app *app, const struct folded *f, const struct clock *c, struct arena *a)
{
	if (c->last_fact < 0 || (size_t)c->last_fact >= f->child.n)
		return STR("");
	const struct fact *t = &f->child.facts[c->last_fact];
	const struct kind *k = &app_vocab(app)->kinds[t->kind];
	char day[DAY_TEXT_MAX], end[DAY_TEXT_MAX];
	day_short(t->day, day);
	if (k->has_end && t->value > 0)
		return arena_printf(a, STR_FMT " for %s", STR_ARG(k->title), day_short(t->value, end));
	if (t->code2 && k->codes2)
		return arena_printf(a, STR_FMT " %s: " STR_FMT, STR_ARG(k->title), day,
				    STR_ARG(code_list_title(k->codes2, t->code2)));
	return arena_printf(a, STR_FMT " %s", STR_ARG(k->title), day);
}

bool clock_is_sensitive(struct app *app, const struct folded *f, const struct clock *c)
{
	if (c->opened_by < 0 || (size_t)c->opened_by >= f->child.n)
		return false;
	return app_vocab(app)->kinds[f->child.facts[c->opened_by].kind].sensitive;
}

/* The responsible council on a day: that of the last period of care that had begun. */
static int64_t responsible(const struct history *h, const struct folded *f, uint16_t care_started, day_t on)
{
	int64_t council = h->council;
	for (size_t i = 0; i < f->n_spans; i++)
		if (f->spans[i].kind == care_started && f->spans[i].org && (on == DAY_NONE || f->spans[i].from <= on))
			council = f->spans[i].org;
	return council;
}

static int by_clock(const void *x, const void *y)
{
	return open_compare(x, y);
}

static struct open_clock open_row(struct app *app, const struct folded *f, const struct clock *c, int64_t council,
				  day_t today, struct arena *a)
{
	const struct standard_info *info = rulebook_info(app_rulebook(app), c->standard);
	uint32_t asks = clock_asks(app_rulebook(app), &f->child, c, today);
	return (struct open_clock){
		.standard = info->number,
		.opened = c->opened_by >= 0 ? f->fact_root[c->opened_by] : 0,
		.ordinal = c->ordinal,
		.state = c->state,
		.holder_org = holder_organisation(app, c->holder, council, c->org),
		.start = c->start,
		.holder_since = c->holder_since,
		.holder_due = c->holder_due,
		.edition = info->edition,
		.asks = asks,
		.agreed = clock_agreed(app_rulebook(app), &f->child, c, asks, today),
		.why = clock_why(app, f, c, a),
	};
}

/* ---- worklists ---- */

int area_for(struct app *app, const struct organisation *org, int64_t council, int64_t placed_in)
{
	if (!org || !placed_in)
		return AREA_NOT_KNOWN;
	bool team = str_is(org->kind, "health-team");
	bool ours = team ? served_by(app, council) == org->id : council == org->id;
	bool here = team ? served_by(app, placed_in) == org->id : placed_in == org->id;
	if (ours)
		return here ? AREA_OURS_HERE : AREA_OURS_ELSEWHERE;
	return here ? AREA_OTHERS_HERE : AREA_NOT_KNOWN;
}

/* By the key of the table. */
static int by_work(const void *x, const void *y)
{
	const struct sql_work_insert_in *a = x, *b = y;
	const int64_t p[] = { a->org, a->standard, a->opened, a->ordinal },
		      q[] = { b->org, b->standard, b->opened, b->ordinal };
	for (size_t i = 0; i < COUNT_OF(p); i++)
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	return 0;
}

uint8_t lists_of(const struct organisation *org)
{
	return str_is(org->kind, "council")	  ? LISTS_COUNCIL
	       : str_is(org->kind, "health-team") ? LISTS_HEALTH_TEAM
						  : LISTS_PROVIDER;
}

/* May this organisation have this clock on its list at all? A provider sees its
 * own; a council sees nothing of mental-health care. */
static bool concerns(const struct organisation *org, const struct standard_info *info, bool sensitive,
		     int64_t clock_org)
{
	if (info->lists && !(info->lists & lists_of(org)))
		return false;
	if (str_is(org->kind, "provider"))
		return clock_org == org->id;
	return !sensitive || str_is(org->kind, "health-team");
}

struct fan {
	struct app *app;
	const struct projection *p;
	int64_t person;
	day_t today;
	int64_t placed_in, home;
	struct sql_work_insert_in *rows;
	size_t n, cap;
	struct arena *a;
};

static struct sql_work_insert_in *fan_row(struct fan *w)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 16;
		struct sql_work_insert_in *bigger = arena_array(w->a, cap, sizeof *bigger);
		if (w->n)
			memcpy(bigger, w->rows, w->n * sizeof *bigger);
		w->rows = bigger;
		w->cap = cap;
	}
	return &w->rows[w->n++];
}

/* One row of an open clock for each organisation of the circle that it concerns. */
static void fan_out(struct fan *w, const struct clock *c, const struct open_clock *row, bool sensitive, int64_t council)
{
	const struct standard_info *info = rulebook_info(app_rulebook(w->app), c->standard);
	int64_t last = 0;
	for (size_t i = 0; i < w->p->n_circle; i++) {
		const struct sql_circle_insert_in *r = &w->p->circle[i];
		if (r->org == last || r->from_day > w->today || r->to_day < w->today)
			continue;
		const struct organisation *org = app_organisation(w->app, r->org);
		if (!org || !concerns(org, info, sensitive, c->org))
			continue;
		last = r->org;
		*fan_row(w) = (struct sql_work_insert_in){
			.person = w->person,
			.org = r->org,
			.standard = row->standard,
			.opened = row->opened,
			.ordinal = row->ordinal,
			.turn = row->state == CLOCK_NOT_KNOWN ? 3
				: row->holder_org == r->org   ? 1
							      : 2,
			.law = info->authority,
			.due_day = c->due == DAY_NONE ? DAY_NEVER : c->due,
			.holder = c->holder,
			.council = council,
			.area = area_for(w->app, org, council, w->placed_in),
			.home = council == w->home ? 0 : w->home,
		};
	}
}

static void project_clocks(struct app *app, const struct history *h, const struct folded *f, struct engine *en,
			   day_t today, struct arena *a, struct projection *out)
{
	const struct clock *clocks;
	size_t n = engine_run(en, &f->child, today, &clocks);
	uint16_t care_started = vocab_kind(app_vocab(app), STR("care-started"));
	const struct span *placed = folded_span(f, vocab_kind(app_vocab(app), STR("placement-started")), today);
	out->home = responsible(h, f, care_started, today);
	struct fan w = { .app = app,
			 .p = out,
			 .person = h->person,
			 .today = today,
			 .placed_in = placed ? placed->org : 0,
			 .home = out->home,
			 .a = a };
	for (size_t i = 0; i < n; i++)
		out->n_clocks += clock_on_worklist(app_rulebook(app), &clocks[i]);
	out->clocks = arena_array(a, out->n_clocks, sizeof *out->clocks);
	struct open_clock *row = out->clocks;
	for (size_t i = 0; i < n; i++) {
		const struct clock *c = &clocks[i];
		/* Only what is open is kept: what is over is worked out when somebody looks. */
		if (!clock_on_worklist(app_rulebook(app), c))
			continue;
		int64_t council = responsible(h, f, care_started, c->start);
		*row = open_row(app, f, c, council, today, a);
		fan_out(&w, c, row++, clock_is_sensitive(app, f, c), council);
	}
	if (out->n_clocks)
		qsort(out->clocks, out->n_clocks, sizeof *out->clocks, by_clock);
	out->packed = open_write(out->clocks, out->n_clocks, a);
	if (w.n)
		qsort(w.rows, w.n, sizeof *w.rows, by_work);
	out->work = w.rows;
	out->n_work = w.n;
	/* A row can also appear by time alone, where none is yet. */
	out->next_change = engine_next_change(en);
}

/* Days on which time alone changes who is in the circle or where the child is placed. */
static void circle_changes(const struct folded *f, struct projection *out)
{
	for (size_t i = 0; i < out->n_circle; i++) {
		const int64_t days[] = { out->circle[i].from_day, out->circle[i].to_day + 1 };
		for (size_t j = 0; j < COUNT_OF(days); j++)
			if (days[j] > out->today && days[j] < out->next_change)
				out->next_change = (day_t)days[j];
	}
	for (size_t i = 0; i < f->n_spans; i++) {
		const day_t days[] = { f->spans[i].from, f->spans[i].to };
		for (size_t j = 0; j < COUNT_OF(days); j++)
			if (days[j] > out->today && days[j] < out->next_change)
				out->next_change = days[j];
	}
}

/* ---- names to search by ---- */

static struct str or_empty(struct str s)
{
	return s.p ? s : STR("");
}

/* The names by which the child is found: its own, and those of records joined to it. */
static enum rc all_keys(struct app *app, const struct history *h, const struct details *d, struct arena *a,
			struct str *keys, size_t *n_out, struct err *e)
{
	enum rc rc = RC_OK;
	size_t n = name_keys(or_empty(d->given), or_empty(d->family), a, keys);
	for (size_t i = 0; rc == RC_OK && i < h->n_parts; i++) {
		struct folded own;
		struct details of;
		struct history part = history_alone(h, h->parts[i].person, a);
		part.joined_to = 0;
		history_fold(app, &part, KNOWN_NOW, a, &own);
		if ((rc = details_read(&own, a, &of, e)) == RC_OK)
			n += name_keys(or_empty(of.given), or_empty(of.family), a, keys + n);
	}
	*n_out = n;
	return rc;
}

static int by_name(const void *x, const void *y)
{
	const struct sql_search_name_insert_in *a = x, *b = y;
	return a->org != b->org ? (a->org < b->org ? -1 : 1) : str_cmp(a->word, b->word);
}

/* For each organisation that has a reason, also one that begins or ends in some days:
 * whoever reads asks the circle again. Whom nobody has a reason for is kept under 0. */
static enum rc project_names(struct app *app, const struct history *h, struct arena *a, struct projection *p,
			     struct err *e)
{
	struct str *keys = arena_array(a, NAME_KEYS_MAX * (h->n_parts + 1), sizeof *keys);
	size_t n = 0, n_orgs = 0, kept = 0;
	enum rc rc = all_keys(app, h, &p->details, a, keys, &n, e);
	if (rc != RC_OK || (!p->n_circle && p->closed != DAY_NONE))
		return rc;
	int64_t *orgs = arena_array(a, p->n_circle + 1, sizeof *orgs);
	for (size_t i = 0; i < p->n_circle; i++) /* in order of organisations */
		if (!n_orgs || orgs[n_orgs - 1] != p->circle[i].org)
			orgs[n_orgs++] = p->circle[i].org;
	if (!n_orgs)
		orgs[n_orgs++] = 0;
	struct sql_search_name_insert_in *rows = arena_array(a, n_orgs * n + 1, sizeof *rows);
	for (size_t o = 0; o < n_orgs; o++)
		for (size_t i = 0; i < n; i++)
			rows[o * n + i] = (struct sql_search_name_insert_in){ orgs[o], keys[i], h->person };
	if (n)
		qsort(rows, n_orgs * n, sizeof *rows, by_name);
	for (size_t i = 0; i < n_orgs * n; i++)
		if (!kept || by_name(&rows[kept - 1], &rows[i]) != 0)
			rows[kept++] = rows[i];
	p->names = rows;
	p->n_names = kept;
	return RC_OK;
}

/* ---- named workers ---- */

static int by_account(const void *x, const void *y)
{
	const struct sql_named_worker_insert_in *a = x, *b = y;
	return (a->account > b->account) - (a->account < b->account);
}

/* Once for each account, whatever it is to the child. Nobody's, once an adoption has closed the record. */
static void project_workers(struct app *app, const struct history *h, const struct folded *f, struct arena *a,
			    struct projection *p)
{
	const struct named *list;
	size_t n = workers_on(app, f, p->today, a, &list, &p->next_change), kept = 0;
	if (!n || (p->closed != DAY_NONE && p->closed < p->today))
		return;
	struct sql_named_worker_insert_in *rows = arena_array(a, n, sizeof *rows);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct sql_named_worker_insert_in){ list[i].account, h->person };
	qsort(rows, n, sizeof *rows, by_account);
	for (size_t i = 0; i < n; i++)
		if (!kept || rows[kept - 1].account != rows[i].account)
			rows[kept++] = rows[i];
	p->workers = rows;
	p->n_workers = kept;
}

enum rc project_child(struct app *app, const struct history *h, const struct folded *f, struct engine *en, day_t today,
		      struct arena *a, struct projection *out, struct err *e)
{
	struct projection p = {
		.today = today,
		.next_change = DAY_NEVER,
		.closed = DAY_NONE,
		.joined_to = h->joined_to,
		.fingerprint = SQL_NULL,
	};
	struct history alone = *h;
	struct folded own;
	if (h->joined_to) { /* its name and numbers still find the child; nothing else follows from it */
		alone.joined_to = 0;
		history_fold(app, &alone, KNOWN_NOW, a, &own);
		f = &own;
	}
	enum rc rc = details_read(f, a, &p.details, e);
	if (rc != RC_OK)
		return rc;
	app_rules_tag(app, h->covered, p.rules);
	if (h->joined_to) {
		p.packed = open_write(p.clocks, 0, a);
		p.inside = inside_write(p.circle, 0, a);
		*out = p;
		return RC_OK;
	}
	p.closed = record_closed_on(app, f);
	project_circle(app, h, f, a, &p);
	project_clocks(app, h, f, en, today, a, &p);
	circle_changes(f, &p);
	project_workers(app, h, f, a, &p);
	if ((rc = project_names(app, h, a, &p, e)) == RC_OK)
		*out = p;
	return rc;
}
