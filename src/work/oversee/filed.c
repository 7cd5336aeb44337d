#include "work/oversee/filed.h"

#include "base/hash.h"
#include "store/sql.h"
#include "work/core/seal.h"
#include "work/core/write.h"
#include "work/see/head.h"

enum { BODY_MAX = 16 * 1024 * 1024 };

/* ---- what a row says ---- */

static enum measure_group group_named(struct str id)
{
	int by = GROUP_NONE;
	while (by < GROUP__COUNT && !str_is(id, measure_group_id((enum measure_group)by)))
		by++;
	return by < GROUP__COUNT ? (enum measure_group)by : GROUP_NONE;
}

static struct filed filed_of(struct app *app, const struct sql_filed_get_out *r, struct arena *a)
{
	return (struct filed){
		.id = r->id,
		.m = measures_find(app_measures(app), r->measure),
		.measure = arena_str(a, r->measure),
		.edition = (int)r->edition,
		.by_name = r->by_name.p ? arena_str(a, r->by_name) : STR("Operator of this machine"),
		.org = app_organisation(app, r->org),
		.org_id = r->org,
		.role = role_of(r->role),
		.filed_ms = r->filed_ms,
		.known_ms = r->known_ms,
		.as_of = (day_t)r->as_of,
		.from = (day_t)r->from_day,
		.to = (day_t)r->to_day,
		.layout = { .by = group_named(r->grouping_by), .totals = r->totals == 1, .shared = r->shared == 1 },
		.council = r->council,
		.rules = arena_str(a, r->rules),
		.measures = arena_str(a, r->measures),
		.program = arena_str(a, r->program),
		.hash = arena_str(a, r->hash),
		.body = arena_str(a, r->body),
	};
}

/* Roles that see the same of the same organisation's children. */
static int scope_of(enum role r)
{
	return r == ROLE_ADMINISTRATOR || r == ROLE_NURSE || r == ROLE_DOCTOR ? ROLE_ADMINISTRATOR : (int)r;
}

/* What it says of whom nobody can tell any more: it is for whoever may have every child counted. */
static bool may_read(struct app *app, const struct viewer *v, const struct filed *f)
{
	if (v->role == ROLE_OPERATOR)
		return true;
	return f->org_id == v->org && scope_of(f->role) == scope_of(v->role) &&
	       (f->m ? measure_is_for(app, v, f->m) && measure_is_whole(app, v, f->m, false) : !v->withheld);
}

/* ---- filing ---- */

struct filing {
	struct app *app;
	const struct viewer *v;
	struct sql_filed_insert_in row;
};

static enum rc file_unit(struct db *db, void *arg, struct err *e)
{
	struct filing *f = arg;
	enum rc rc = sql_filed_insert(db, &f->row, NULL, e);
	return rc == RC_OK ? audit(f->app, db, f->v, 0, "filed", f->row.measure, STR("report"), e) : rc;
}

enum rc filed_file(struct app *app, const struct viewer *v, const struct measure_query *q,
		   const struct measure_layout *l, measure_progress *p, void *arg, struct arena *a, int64_t *id_out,
		   struct err *e)
{
	struct measure_query asked = *q;
	struct measure_result r;
	struct buf b AUTO(buf_release);
	char *hex = arena_alloc(a, HASH_HEX_MAX);
	buf_init(&b, BODY_MAX);
	if (q->n_ids != 1)
		return err_set(e, RC_BAD_INPUT, "A report is filed of one measure. Say which.");
	int64_t now = app_now_ms(app);
	asked.known_ms = q->known_ms == KNOWN_NOW ? now : q->known_ms;
	asked.as_of = q->as_of == DAY_NONE ? app_today(app) : q->as_of;
	asked.open = NULL;
	const struct measure *m = measures_find(app_measures(app), q->ids[0]);
	if (m && measure_is_for(app, v, m) && !measure_is_whole(app, v, m, q->shared))
		return err_set(e, RC_REFUSED,
			       "Agreements share this with your organisation of the children of some councils only: a "
			       "report of it cannot be filed.");
	enum rc rc = measure_see(app, v, &asked, p, arg, a, &r, e);
	if (rc != RC_OK)
		return rc;
	const struct measure_answer *an = &r.answers[0];
	rc = measure_print_csv(app, &r, l, a, &b, e);
	struct str body = arena_str(a, buf_view(&b));
	struct filing f = { app,
			    v,
			    { .id = app_new_id(app),
			      .measure = an->m->id,
			      .edition = an->m->edition,
			      .org = v->org,
			      .account = v->account,
			      .role = str_of(role_id(v->role)),
			      .filed_ms = now,
			      .known_ms = asked.known_ms,
			      .as_of = asked.as_of,
			      .from_day = an->from,
			      .to_day = an->to,
			      .grouping_by = str_of(measure_group_id(l->by)),
			      .totals = l->totals,
			      .shared = l->shared,
			      .council = q->council,
			      .rules = rulebook_hash(app_rulebook(r.known)),
			      .measures = measures_hash(app_measures(r.known)),
			      .program = STR(LINNET_VERSION),
			      .hash = str_of(hash_of(body.p, body.n, hex)),
			      .body = body } };
	measure_result_release(&r);
	if (rc == RC_OK)
		rc = store_write(app_store(app), file_unit, &f, e);
	if (rc == RC_OK)
		*id_out = f.row.id;
	return rc;
}

/* ---- lists and one ---- */

struct finding_filed {
	struct app *app;
	const struct viewer *v;
	struct arena *a;
	struct str measure;
	int64_t id;
	struct filed one, *list;
	size_t n;
};

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct finding_filed *f = arg;
	struct sql_rows *rows;
	struct sql_filed_list_out r;
	struct sql_filed_list_in in = { f->measure.n ? f->measure : STR(""),
					f->v->role == ROLE_OPERATOR ? -1 : f->v->org, FILED_LIST_MAX };
	enum rc rc = sql_filed_list(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	f->list = arena_array(f->a, FILED_LIST_MAX, sizeof *f->list);
	f->n = 0;
	while ((rc = sql_filed_list_next(rows, &r, e)) == RC_OK && f->n < FILED_LIST_MAX) {
		struct sql_filed_get_out same = { .id = r.id,
						  .measure = r.measure,
						  .edition = r.edition,
						  .org = r.org,
						  .account = r.account,
						  .role = r.role,
						  .filed_ms = r.filed_ms,
						  .known_ms = r.known_ms,
						  .as_of = r.as_of,
						  .from_day = r.from_day,
						  .to_day = r.to_day,
						  .grouping_by = r.grouping_by,
						  .totals = r.totals,
						  .shared = r.shared,
						  .council = r.council,
						  .rules = r.rules,
						  .measures = r.measures,
						  .program = r.program,
						  .hash = r.hash,
						  .by_name = r.by_name };
		f->list[f->n] = filed_of(f->app, &same, f->a);
		f->n += may_read(f->app, f->v, &f->list[f->n]);
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc filed_list(struct app *app, const struct viewer *v, struct str measure, struct arena *a,
		   const struct filed **out, size_t *n_out, struct err *e)
{
	struct finding_filed f = { .app = app, .v = v, .a = a, .measure = measure };
	enum rc rc = require_act(v, ACT_SEE_MEASURES, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), list_unit, &f, e);
	if (rc == RC_OK) {
		*out = f.list;
		*n_out = f.n;
	}
	return rc;
}

static enum rc get_unit(struct db *db, void *arg, struct err *e)
{
	struct finding_filed *f = arg;
	struct sql_filed_get_out row;
	enum rc rc = sql_filed_get(db, &(struct sql_filed_get_in){ f->id }, f->a, &row, e);
	if (rc == RC_OK)
		f->one = filed_of(f->app, &row, f->a);
	return rc;
}

static enum rc get_audit(struct db *db, void *arg, struct err *e)
{
	struct finding_filed *f = arg;
	return audit(f->app, db, f->v, 0, "looked",
		     arena_printf(f->a, "filed report " STR_FMT, STR_ARG(f->one.measure)), STR("ordinary work"), e);
}

enum rc filed_get(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct filed *out,
		  struct err *e)
{
	struct finding_filed f = { .app = app, .v = v, .a = a, .id = id };
	enum rc rc = require_act(v, ACT_SEE_MEASURES, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), get_unit, &f, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && !may_read(app, v, &f.one)))
		return err_set(e, RC_NOT_FOUND, "There is no such report here.");
	if (rc == RC_OK)
		rc = store_write(app_store(app), get_audit, &f, e);
	if (rc == RC_OK)
		*out = f.one;
	return rc;
}

/* ---- beside today ---- */

static int by_child(const void *x, const void *y)
{
	const struct measure_person *a = *(const struct measure_person *const *)x,
				    *b = *(const struct measure_person *const *)y;
	if (a->person != b->person)
		return a->person < b->person ? -1 : 1;
	return str_cmp(a->identity, b->identity);
}

static const struct measure_person **sorted(const struct measure_result *r, struct arena *a)
{
	const struct measure_person **p = arena_array(a, r->n_people, sizeof *p);
	for (size_t i = 0; i < r->n_people; i++)
		p[i] = &r->people[i];
	if (r->n_people)
		qsort(p, r->n_people, sizeof *p, by_child);
	return p;
}

static bool same_answer(const struct measure *m, const struct measure_hit *a, const struct measure_hit *b)
{
	return a->period == b->period && a->outcome == b->outcome && str_eq(a->reason, b->reason) &&
	       (!measure_has_values(m) || a->days == b->days) && a->place.council == b->place.council &&
	       a->place.provider == b->place.provider && a->place.area == b->place.area;
}

static void changed(struct filed_beside *b, struct filed_change *list, const struct measure_person *was,
		    const struct measure_person *now)
{
	if (was && now && same_answer(b->filed.m, &was->hit, &now->hit))
		return;
	b->changes_total++;
	if (b->n_changes < FILED_CHANGES_MAX)
		list[b->n_changes++] = (struct filed_change){ .child = now ? *now : *was,
							      .was = was ? &was->hit : NULL,
							      .now = now ? &now->hit : NULL };
}

/* Both in order of child and clock, side by side. */
static void compare(struct filed_beside *b, struct arena *a)
{
	const struct measure_person **was = sorted(&b->then, a), **now = sorted(&b->now, a);
	struct filed_change *list = arena_array(a, FILED_CHANGES_MAX, sizeof *list);
	size_t i = 0, k = 0;
	while (i < b->then.n_people || k < b->now.n_people) {
		int c = i == b->then.n_people ? 1 : k == b->now.n_people ? -1 : by_child(&was[i], &now[k]);
		changed(b, list, c <= 0 ? was[i] : NULL, c >= 0 ? now[k] : NULL);
		i += c <= 0;
		k += c >= 0;
	}
	b->changes = list;
}

struct since {
	struct app *app;
	const struct viewer *v;
	struct filed_beside *b;
	struct arena *a;
};

static void events_since(struct since *s, const struct history *h, struct filed_change *c)
{
	struct filed_event *list = arena_array(s->a, FILED_EVENTS_MAX, sizeof *list);
	for (size_t i = h->n; i-- > 0 && c->n_events < FILED_EVENTS_MAX;) {
		const struct event *ev = &h->events[i];
		bool later = ev->recorded_ms > s->b->filed.known_ms || ev->written_ms > s->b->filed.filed_ms;
		if (!later || !viewer_sees_event(s->app, s->v, h, ev))
			continue;
		list[c->n_events++] = (struct filed_event){ .words = event_words(s->app, ev, s->a),
							    .from = event_from(ev, s->a),
							    .why = ev->why,
							    .at = ev->at,
							    .recorded_ms = ev->recorded_ms,
							    .correction = ev->replaces != 0,
							    .voids = ev->voids };
	}
	c->events = list;
}

static enum rc since_unit(struct db *db, void *arg, struct err *e)
{
	struct since *s = arg;
	struct filed_change *c = (struct filed_change *)(uintptr_t)s->b->changes;
	enum rc rc = app_coverage_refresh(s->app, db, e);
	for (size_t i = 0; rc == RC_OK && i < s->b->n_changes; i++) {
		struct history h;
		c[i].n_events = 0;
		rc = history_read(s->app, db, c[i].child.person, KNOWN_NOW, s->a, &h, e);
		if (rc == RC_OK)
			rc = history_for(s->app, db, s->v, &h, s->a, &h, e);
		if (rc == RC_OK)
			events_since(s, &h, &c[i]);
	}
	return rc;
}

static enum rc run_again(struct app *app, const struct viewer *v, struct filed_beside *b, measure_progress *p,
			 void *arg, struct arena *a, struct err *e)
{
	char hex[HASH_HEX_MAX];
	struct buf body AUTO(buf_release);
	struct measure_query q = { .ids = &b->filed.measure,
				   .n_ids = 1,
				   .from = b->filed.from,
				   .to = b->filed.to,
				   .council = b->filed.council,
				   .as_of = b->filed.as_of,
				   .known_ms = b->filed.known_ms,
				   .all_hits = true };
	struct viewer as = *v;
	if (v->role == ROLE_OPERATOR) { /* who may see all looks at it as its filer did */
		as.org = b->filed.org_id;
		as.role = b->filed.role;
	}
	buf_init(&body, BODY_MAX);
	enum rc rc = measure_see(app, &as, &q, p, arg, a, &b->then, e);
	if (rc == RC_OK)
		rc = measure_print_csv(app, &b->then, &b->filed.layout, a, &body, e);
	b->same_bytes = rc == RC_OK && str_eq(str_of(hash_of(body.p, body.n, hex)), b->filed.hash);
	q.known_ms = KNOWN_NOW;
	return rc == RC_OK ? measure_see(app, &as, &q, p, arg, a, &b->now, e) : rc;
}

enum rc filed_beside(struct app *app, const struct viewer *v, int64_t id, measure_progress *p, void *arg,
		     struct arena *a, struct filed_beside *out, struct err *e)
{
	struct filed_beside b = { 0 };
	enum rc rc = filed_get(app, v, id, a, &b.filed, e);
	if (rc != RC_OK)
		return rc;
	if (!b.filed.m)
		return err_set(e, RC_CONFLICT,
			       "The measure of this report is not defined any more. The report itself is kept.");
	rc = run_again(app, v, &b, p, arg, a, e);
	if (rc == RC_OK) {
		b.same_rules = str_eq(b.filed.rules, rulebook_hash(app_rulebook(b.now.known)));
		b.same_measures = str_eq(b.filed.measures, measures_hash(app_measures(b.now.known)));
	}
	if (rc == RC_OK)
		compare(&b, a);
	struct since s = { app, v, &b, a };
	if (rc == RC_OK)
		rc = store_read(app_store(app), since_unit, &s, e);
	if (rc == RC_OK)
		*out = b;
	else
		filed_beside_release(&b);
	return rc;
}

void filed_beside_release(struct filed_beside *b)
{
	measure_result_release(&b->then);
	measure_result_release(&b->now);
}
