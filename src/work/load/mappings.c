#include "work/load/mappings.h"

#include "base/files.h"
#include "base/hash.h"
#include "codec/yaml.h"
#include "store/sql.h"
#include "work/core/write.h"

enum { SHIPPED_MAX = 500 };

static int64_t org_of(struct app *app, const struct viewer *v)
{
	const struct organisation *team = app_health_team(app);
	return v->org ? v->org : team ? team->id : 0;
}

enum rc parts_open(struct app *app, struct parts_open *out, struct err *e)
{
	struct parts_open p = { NULL, NULL, NULL };
	enum rc rc = tables_spec_load(app_data_dir(app), app_vocab(app), &p.spec, e);
	if (rc == RC_OK)
		rc = sheets_parts_load(app_data_dir(app), p.spec, &p.parts, e);
	if (rc != RC_OK) {
		tables_spec_free(p.spec);
		return rc;
	}
	*out = p;
	return RC_OK;
}

enum rc parts_open_list(struct app *app, struct parts_open *out, struct err *e)
{
	struct parts_open p = { NULL, NULL, NULL };
	enum rc rc = weekly_spec_load(app_data_dir(app), app_vocab(app), &p.weekly, e);
	if (rc == RC_OK)
		rc = sheets_list_load(app_data_dir(app), p.weekly->columns, &p.parts, e);
	if (rc != RC_OK) {
		weekly_spec_free(p.weekly);
		return rc;
	}
	p.spec = p.weekly->columns;
	*out = p;
	return RC_OK;
}

void parts_close(struct parts_open *p)
{
	sheets_parts_free(p->parts);
	if (p->weekly)
		weekly_spec_free(p->weekly);
	else
		tables_spec_free(p->spec);
	*p = (struct parts_open){ NULL, NULL, NULL };
}

size_t councils_served(struct app *app, const struct viewer *v, struct arena *a, const struct str **out)
{
	const struct organisation *orgs;
	size_t n_orgs = app_organisations(app, &orgs), n = 0;
	int64_t team = org_of(app, v);
	struct str *codes = arena_array(a, n_orgs, sizeof *codes);
	for (size_t i = 0; i < n_orgs; i++)
		if (str_is(orgs[i].kind, "council") && (orgs[i].served_by == team || orgs[i].id == team))
			codes[n++] = orgs[i].code;
	*out = codes;
	return n;
}

/* ---- shipped with the program ---- */

static struct str scalar_of(struct str body, const char *key, struct arena *a)
{
	const struct yaml *root;
	struct err ignored = { 0 };
	if (yaml_read(body, "mapping", a, &root, &ignored) != RC_OK)
		return STR("");
	struct str s = yaml_text(root, key);
	return s.p ? s : STR("");
}

static bool is_of_list(struct str body, struct arena *a)
{
	return str_is(scalar_of(body, "of", a), "weekly-list");
}

static struct str body_hash(struct str body, struct arena *a)
{
	struct hash h;
	char hex[HASH_HEX_MAX];
	hash_begin(&h);
	hash_add(&h, body.p, body.n);
	hash_end(&h, hex);
	return arena_str(a, str_of(hex));
}

static enum rc add_shipped(struct app *app, struct arena *a, struct saved_mapping *list, size_t *n, struct err *e)
{
	struct str folder = arena_printf(a, "%s/mappings", app_data_dir(app)), *files;
	size_t found = 0;
	enum rc rc = folder_list(folder.p, ".yaml", SHIPPED_MAX, a, &files, &found, e);
	if (rc == RC_NOT_FOUND)
		return RC_OK; /* none need be shipped */
	for (size_t i = 0; rc == RC_OK && i < found && *n < MAPPINGS_MAX; i++) {
		struct saved_mapping *m = &list[*n];
		*m = (struct saved_mapping){ .shipped = true, .by = STR("shipped with Linnet") };
		rc = file_read(arena_printf(a, "%s/%s", folder.p, files[i].p).p, MAPPING_TEXT_MAX, a, &m->body, e);
		if (rc != RC_OK)
			break;
		m->name = scalar_of(m->body, "mapping", a);
		m->title = scalar_of(m->body, "title", a);
		m->hash = body_hash(m->body, a);
		m->of_list = is_of_list(m->body, a);
		bool own = false;
		for (size_t k = 0; k < *n; k++)
			own = own || str_eq(list[k].name, m->name);
		*n += m->name.n && !own;
	}
	return rc;
}

/* ---- kept in the store ---- */

struct listing {
	struct app *app;
	int64_t org;
	struct str name;
	struct arena *a;
	struct saved_mapping *list;
	size_t n;
};

static void fill(struct listing *l, struct str name, int64_t known_ms, struct str hash, struct str body, struct str by)
{
	struct saved_mapping *m = &l->list[l->n++];
	m->name = arena_str(l->a, name);
	m->known_ms = known_ms;
	m->hash = arena_str(l->a, hash);
	m->body = arena_str(l->a, body);
	m->by = by.p ? arena_str(l->a, by) : STR("Operator of this machine");
	m->title = scalar_of(m->body, "title", l->a);
	m->of_list = is_of_list(m->body, l->a);
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct listing *l = arg;
	struct sql_rows *rows;
	struct sql_mapping_newest_out row;
	l->n = 0;
	enum rc rc = sql_mapping_newest(db, &(struct sql_mapping_newest_in){ l->org, MAPPINGS_MAX }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_mapping_newest_next(rows, &row, e)) == RC_OK && l->n < MAPPINGS_MAX)
		fill(l, row.name, row.known_ms, row.hash, row.body, row.by_name);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct listing *l = arg;
	struct sql_rows *rows;
	struct sql_mapping_editions_out row;
	l->n = 0;
	struct sql_mapping_editions_in in = { l->org, l->name, EDITIONS_SHOWN };
	enum rc rc = sql_mapping_editions(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_mapping_editions_next(rows, &row, e)) == RC_OK && l->n < EDITIONS_SHOWN)
		fill(l, l->name, row.known_ms, row.hash, row.body, row.by_name);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static int by_name(const void *x, const void *y)
{
	return str_cmp(((const struct saved_mapping *)x)->name, ((const struct saved_mapping *)y)->name);
}

enum rc mappings_list(struct app *app, const struct viewer *v, struct arena *a, const struct saved_mapping **out,
		      size_t *n_out, struct err *e)
{
	struct listing l = { app, org_of(app, v), { NULL, 0 }, a, NULL, 0 };
	enum rc rc = require_act(v, ACT_LOAD, e);
	l.list = arena_array(a, 2 * MAPPINGS_MAX, sizeof *l.list);
	if (rc == RC_OK)
		rc = store_read(app_store(app), list_unit, &l, e);
	if (rc == RC_OK)
		rc = add_shipped(app, a, l.list, &l.n, e);
	if (rc != RC_OK)
		return rc;
	if (l.n)
		qsort(l.list, l.n, sizeof *l.list, by_name);
	*out = l.list;
	*n_out = l.n;
	return RC_OK;
}

enum rc mappings_see(struct app *app, const struct viewer *v, struct str name, struct arena *a,
		     const struct saved_mapping **out, size_t *n_out, struct err *e)
{
	struct listing l = { app, org_of(app, v), name, a, NULL, 0 };
	struct saved_mapping *shipped = arena_array(a, MAPPINGS_MAX, sizeof *shipped);
	size_t n_shipped = 0;
	enum rc rc = require_act(v, ACT_LOAD, e);
	l.list = arena_array(a, EDITIONS_SHOWN + 1, sizeof *l.list);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_unit, &l, e);
	if (rc == RC_OK)
		rc = add_shipped(app, a, shipped, &n_shipped, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < n_shipped; i++)
		if (str_eq(shipped[i].name, name))
			l.list[l.n++] = shipped[i];
	if (!l.n)
		return err_set(e, RC_NOT_FOUND, "There is no mapping of this name here.");
	*out = l.list;
	*n_out = l.n;
	return RC_OK;
}

enum rc mappings_known(struct app *app, const struct viewer *v, const struct sheets_parts *p, struct arena *a,
		       const struct mapping ***out, size_t *n_out, struct err *e)
{
	const struct saved_mapping *list;
	size_t n, kept = 0;
	enum rc rc = mappings_list(app, v, a, &list, &n, e);
	if (rc != RC_OK)
		return rc;
	const struct mapping **all = arena_array(a, n, sizeof *all);
	for (size_t i = 0; i < n; i++) {
		struct mapping *m;
		struct err ignored = { 0 }; /* of an older program: it is no help, and no harm */
		if (mapping_read(p, list[i].body, list[i].name.p, a, &m, &ignored) == RC_OK)
			all[kept++] = m;
	}
	*out = all;
	*n_out = kept;
	return RC_OK;
}

/* ---- saving ---- */

struct saving {
	struct app *app;
	const struct viewer *v;
	struct sql_mapping_add_in row;
	struct arena *a;
};

static enum rc save_unit(struct db *db, void *arg, struct err *e)
{
	struct saving *s = arg;
	struct sql_rows *rows;
	struct sql_mapping_editions_out newest;
	int64_t known = app_now_ms(s->app);
	bool same = false, other = false;
	enum rc rc =
	    sql_mapping_editions(db, &(struct sql_mapping_editions_in){ s->row.org, s->row.name, 1 }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_mapping_editions_next(rows, &newest, e)) == RC_OK) {
		same = str_eq(newest.hash, s->row.hash);
		other = is_of_list(newest.body, s->a) != is_of_list(s->row.body, s->a);
		known = known > newest.known_ms ? known : newest.known_ms + 1;
	}
	db_done(rows);
	if (rc != RC_NOT_FOUND && rc != RC_OK)
		return rc;
	if (other)
		return err_set(e, RC_BAD_INPUT,
			       "There is a mapping of this name already, of %s. Give this one another name.",
			       is_of_list(s->row.body, s->a) ? "a workbook" : "a weekly list");
	if (same)
		return RC_OK;
	s->row.known_ms = known;
	rc = sql_mapping_add(db, &s->row, NULL, e);
	return rc == RC_OK ? audit(s->app, db, s->v, 0, "saved", STR("mapping"), s->row.name, e) : rc;
}

enum rc mappings_save(struct app *app, const struct viewer *v, struct str body, struct arena *a, struct str *name_out,
		      struct err *e)
{
	struct parts_open p;
	struct mapping *m = NULL;
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = is_of_list(body, a) ? parts_open_list(app, &p, e) : parts_open(app, &p, e);
	if (rc != RC_OK)
		return rc;
	rc = mapping_read(p.parts, body, "the mapping", a, &m, e);
	parts_close(&p);
	if (rc != RC_OK)
		return rc;
	struct saving s = {
		app, v, { .org = org_of(app, v), .name = m->name, .account = v->account, .body = body }, a
	};
	s.row.hash = body_hash(body, a);
	rc = store_write(app_store(app), save_unit, &s, e);
	if (rc == RC_OK)
		*name_out = m->name;
	return rc;
}
