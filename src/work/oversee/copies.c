#include "work/oversee/copies.h"

#include "base/hash.h"
#include "base/text.h"
#include "codec/csv_mark.h"
#include "work/core/write.h"
#include "work/oversee/retention.h"

enum { COPIES_SHOWN = 200, NAME_MAX_LETTERS = 100, PAGE_MAX_LETTERS = 300 };

struct copying {
	struct app *app;
	const struct viewer *v;
	struct str name, page, hash;
	int64_t bytes, id;
	struct arena *a;
	struct copy *list;
	size_t n;
	int64_t days; /* that a copy may be kept */
};

static struct str at_most(struct str s, size_t n)
{
	return (struct str){ s.p, s.n < n ? s.n : n };
}

static enum rc keep_unit(struct db *db, void *arg, struct err *e)
{
	struct copying *k = arg;
	struct sql_copy_insert_in in = { .id = k->id,
					 .at_ms = app_now_ms(k->app),
					 .account = k->v->account,
					 .org = k->v->org,
					 .role = str_of(role_id(k->v->role)),
					 .name = at_most(k->name, NAME_MAX_LETTERS),
					 .page = at_most(k->page, PAGE_MAX_LETTERS),
					 .hash = k->hash,
					 .bytes = k->bytes };
	return sql_copy_insert(db, &in, NULL, e);
}

int64_t copy_number(struct app *app)
{
	return app_time_id(app);
}

static enum rc read_days(struct app *app, int64_t *out, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct retention r;
	arena_init(&a);
	enum rc rc = retention_read(app, &a, &r, e);
	if (rc == RC_OK)
		*out = r.copy_days;
	return rc;
}

enum rc copy_until(struct app *app, day_t *out, struct err *e)
{
	int64_t days;
	enum rc rc = read_days(app, &days, e);
	if (rc == RC_OK)
		*out = app_today(app) + (day_t)days;
	return rc;
}

enum rc copy_keep(struct app *app, const struct viewer *v, int64_t number, struct str name, struct str page,
		  struct str body, struct err *e)
{
	char hex[HASH_HEX_MAX];
	struct copying k = { .app = app,
			     .v = v,
			     .id = number,
			     .name = name,
			     .page = page,
			     .hash = str_of(hash_of(body.p, body.n, hex)),
			     .bytes = (int64_t)body.n };
	return store_write(app_store(app), keep_unit, &k, e);
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct copying *k = arg;
	struct sql_rows *rows;
	struct sql_copy_list_out r;
	struct sql_copy_list_in in = { k->v->org, k->hash.p ? k->hash : STR(""), k->id, COPIES_SHOWN };
	enum rc rc = sql_copy_list(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	k->list = arena_array(k->a, COPIES_SHOWN, sizeof *k->list);
	for (k->n = 0; (rc = sql_copy_list_next(rows, &r, e)) == RC_OK && k->n < COPIES_SHOWN; k->n++) {
		const struct organisation *org = app_organisation(k->app, r.org);
		day_t until = london_day(r.at_ms) + (day_t)k->days;
		k->list[k->n] = (struct copy){ .id = r.id,
					       .at_ms = r.at_ms,
					       .bytes = r.bytes,
					       .who = r.who.p ? arena_str(k->a, r.who) : STR("Somebody"),
					       .org = org ? org->name : STR(""),
					       .role = str_of(role_title(role_of(r.role))),
					       .name = arena_str(k->a, r.name),
					       .page = arena_str(k->a, r.page),
					       .until = until,
					       .over = until < app_today(k->app) };
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc list(struct copying *k, const struct copy **out, size_t *n_out, struct err *e)
{
	enum rc rc = require_act(k->v, ACT_GIVE_SIGHT, e);
	if (rc == RC_OK)
		rc = read_days(k->app, &k->days, e);
	if (rc == RC_OK)
		rc = store_read(app_store(k->app), list_unit, k, e);
	if (rc != RC_OK)
		return rc;
	*out = k->list;
	*n_out = k->n;
	return RC_OK;
}

enum rc copies_list(struct app *app, const struct viewer *v, struct arena *a, const struct copy **out, size_t *n_out,
		    struct err *e)
{
	struct copying k = { .app = app, .v = v, .a = a };
	return list(&k, out, n_out, e);
}

enum rc copies_of(struct app *app, const struct viewer *v, struct str body, struct arena *a, const struct copy **out,
		  size_t *n_out, struct err *e)
{
	char hex[HASH_HEX_MAX];
	struct copying k = { .app = app, .v = v, .a = a, .hash = str_of(hash_of(body.p, body.n, hex)) };
	uint64_t number;
	enum rc rc = list(&k, out, n_out, e);
	if (rc != RC_OK || *n_out || !csv_marked(body, &number) || number > INT64_MAX)
		return rc;
	k.hash = STR(""); /* other bytes, and yet a copy of ours: rows were added or taken away */
	k.id = (int64_t)number;
	return list(&k, out, n_out, e);
}
