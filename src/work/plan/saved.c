#include "store/sql.h"
#include "work/core/write.h"
#include "work/plan/plans.h"

struct unit {
	struct app *app;
	const struct viewer *v;
	struct arena *a;
	struct plan_finding *f;
	struct saved_plan *out;
	struct sql_plan_add_in row;
	int64_t id;
};

static struct saved_plan plan_of(const struct viewer *v, const struct sql_plan_get_out *r, struct arena *a)
{
	char id[ID_TEXT_MAX];
	return (struct saved_plan){
		.id = arena_str(a, str_of(id_text(r->id, id))),
		.name = arena_str(a, r->name),
		.body = arena_str(a, r->body),
		.own = v->role == ROLE_OPERATOR || r->account == v->account,
		.by = r->by_name.p ? arena_str(a, r->by_name) : STR("Operator of this machine"),
		.saved_ms = r->saved_ms,
		.hash = arena_str(a, r->hash),
		.program = arena_str(a, r->program),
		.seed = (uint64_t)r->seed,
	};
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct unit *u = arg;
	struct sql_rows *rows;
	struct sql_plan_list_out r;
	struct sql_plan_list_in in = { u->v->role == ROLE_OPERATOR ? -1 : u->v->org, (int64_t)u->f->max };
	enum rc rc = sql_plan_list(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	u->f->n = 0;
	while ((rc = sql_plan_list_next(rows, &r, e)) == RC_OK && u->f->n < u->f->max) {
		struct sql_plan_get_out same = { .id = r.id,
						 .org = r.org,
						 .account = r.account,
						 .saved_ms = r.saved_ms,
						 .name = r.name,
						 .hash = r.hash,
						 .seed = r.seed,
						 .program = r.program,
						 .by_name = r.by_name };
		u->f->list[u->f->n++] = plan_of(u->v, &same, u->a);
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc saved_list(struct app *app, const struct viewer *v, struct arena *a, struct plan_finding *f, struct err *e)
{
	struct unit u = { .app = app, .v = v, .a = a, .f = f };
	enum rc rc = require_act(v, ACT_PLAN, e);
	return rc == RC_OK ? store_read(app_store(app), list_unit, &u, e) : rc;
}

/* What is another organisation's is answered as what is not there. */
static enum rc row_of(struct db *db, const struct viewer *v, int64_t id, struct arena *a, struct sql_plan_get_out *out,
		      struct err *e)
{
	enum rc rc = sql_plan_get(db, &(struct sql_plan_get_in){ id }, a, out, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && v->role != ROLE_OPERATOR && out->org != v->org))
		return err_set(e, RC_NOT_FOUND, "There is no such plan here.");
	return rc;
}

static enum rc get_unit(struct db *db, void *arg, struct err *e)
{
	struct unit *u = arg;
	struct sql_plan_get_out row;
	enum rc rc = row_of(db, u->v, u->id, u->a, &row, e);
	if (rc == RC_OK)
		*u->out = plan_of(u->v, &row, u->a);
	return rc;
}

enum rc saved_get(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct saved_plan *out,
		  struct err *e)
{
	struct unit u = { .app = app, .v = v, .a = a, .out = out, .id = id };
	enum rc rc = require_act(v, ACT_PLAN, e);
	return rc == RC_OK ? store_read(app_store(app), get_unit, &u, e) : rc;
}

static enum rc add_unit(struct db *db, void *arg, struct err *e)
{
	struct unit *u = arg;
	struct sql_plan_count_out n;
	enum rc rc = sql_plan_count(db, &(struct sql_plan_count_in){ u->row.account }, u->a, &n, e);
	if (rc == RC_OK && n.n >= PLANS_OF_ONE)
		return err_set(e, RC_LIMIT, "You have saved %d scenarios. Delete one that you no longer need.",
			       PLANS_OF_ONE);
	if (rc == RC_OK)
		rc = sql_plan_add(db, &u->row, NULL, e);
	return rc == RC_OK ? audit(u->app, db, u->v, 0, "saved", STR("scenario"), u->row.name, e) : rc;
}

enum rc saved_add(struct app *app, const struct viewer *v, const struct saved_plan *p, int64_t *id_out, struct err *e)
{
	struct arena a;
	struct unit u = { .app = app, .v = v, .a = &a };
	enum rc rc = require_act(v, ACT_PLAN, e);
	if (rc != RC_OK)
		return rc;
	u.row = (struct sql_plan_add_in){ .id = app_new_id(app),
					  .org = v->org,
					  .account = v->account,
					  .saved_ms = app_now_ms(app),
					  .name = p->name,
					  .body = p->body,
					  .hash = p->hash,
					  .seed = (int64_t)p->seed,
					  .program = p->program };
	arena_init(&a);
	rc = store_write(app_store(app), add_unit, &u, e);
	arena_release(&a);
	if (rc == RC_OK)
		*id_out = u.row.id;
	return rc;
}

static enum rc delete_unit(struct db *db, void *arg, struct err *e)
{
	struct unit *u = arg;
	struct sql_plan_get_out row;
	enum rc rc = row_of(db, u->v, u->id, u->a, &row, e);
	if (rc == RC_OK && u->v->role != ROLE_OPERATOR && row.account != u->v->account)
		return err_set(e, RC_REFUSED, "Only who saved a scenario deletes it.");
	if (rc == RC_OK)
		rc = sql_plan_delete(db, &(struct sql_plan_delete_in){ u->id }, NULL, e);
	return rc == RC_OK ? audit(u->app, db, u->v, 0, "deleted", STR("scenario"), row.name, e) : rc;
}

enum rc saved_delete(struct app *app, const struct viewer *v, int64_t id, struct err *e)
{
	struct arena a;
	struct unit u = { .app = app, .v = v, .a = &a, .id = id };
	enum rc rc = require_act(v, ACT_PLAN, e);
	if (rc != RC_OK)
		return rc;
	arena_init(&a);
	rc = store_write(app_store(app), delete_unit, &u, e);
	arena_release(&a);
	return rc;
}
