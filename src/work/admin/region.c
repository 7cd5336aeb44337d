/* region.c - a region's organisations and settings into the store (linnet init). */
#include "base/text.h"
#include "codec/yaml.h"
#include "record/organisations.h"
#include "store/sql.h"
#include "work/core/write.h"

struct region {
	struct app *app;
	struct organisations *orgs;
	const struct yaml *file;
	bool demonstration;
};

static enum rc put_setting(struct db *db, const char *name, struct str value, struct err *e)
{
	return sql_setting_put(db, &(struct sql_setting_put_in){ str_of(name), value }, NULL, e);
}

/* An organisation that the store knows keeps its number; new ones follow. */
static int64_t number_of(const struct region *r, struct str code, int64_t *next)
{
	const struct organisation *known = app_organisation_by_code(r->app, code);
	return known ? known->id : (*next)++;
}

static enum rc put_organisations(struct region *r, struct db *db, struct err *e)
{
	size_t n = organisations_count(r->orgs);
	int64_t *ids AUTO(auto_free) = xcalloc(n, sizeof *ids), next = 1;
	const struct organisation *known;
	for (size_t i = app_organisations(r->app, &known); i-- > 0;)
		next = known[i].id >= next ? known[i].id + 1 : next;
	for (size_t i = 0; i < n; i++)
		ids[i] = number_of(r, organisations_at(r->orgs, i)->code, &next);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		const struct organisation_entry *o = organisations_at(r->orgs, i);
		int64_t served_by = SQL_NULL;
		for (size_t j = 0; o->served_by.n && j < n; j++)
			if (str_eq(organisations_at(r->orgs, j)->code, o->served_by))
				served_by = ids[j];
		struct sql_organisation_put_in row = { ids[i], o->code, o->kind_id, o->name, o->short_name, served_by };
		rc = sql_organisation_put(db, &row, NULL, e);
	}
	return rc;
}

static enum rc region_unit(struct db *db, void *arg, struct err *e)
{
	struct region *r = arg;
	struct viewer v = app_operator(r->app);
	enum rc rc = put_organisations(r, db, e);
	if (rc == RC_OK)
		rc = put_setting(db, "region", yaml_text(r->file, "region"), e);
	if (rc == RC_OK)
		rc = put_setting(db, "region-name", yaml_text(r->file, "name"), e);
	if (rc == RC_OK)
		rc = put_setting(db, "health-team", yaml_text(r->file, "health-team"), e);
	if (rc == RC_OK && yaml_text(r->file, "circle-after-days").n)
		rc = put_setting(db, "circle-after-days", yaml_text(r->file, "circle-after-days"), e);
	if (rc == RC_OK)
		rc = put_setting(db, "demonstration",
				 r->demonstration || app_is_demonstration(r->app) ? STR("yes") : STR("no"),
				 e); /* once so, always */
	return rc == RC_OK ? audit(r->app, db, &v, 0, "set up", STR("region"), STR(""), e) : rc;
}

enum rc app_init_region(struct app *app, const char *region, bool demonstration, struct err *e)
{
	char path[4096];
	for (const char *p = region; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || *p == '-'))
			return err_set(e, RC_BAD_INPUT, "A region is named in small letters, such as set.");
	snprintf(path, sizeof path, "%s/regions/%s.yaml", app_data_dir(app), region);
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct region r = { .app = app, .demonstration = demonstration };
	enum rc rc = yaml_read_file(path, &a, &r.file, e);
	if (rc == RC_OK && !yaml_text(r.file, "name").n)
		rc = yaml_error(r.file, e, "a region needs a \"name\"");
	if (rc == RC_OK)
		rc = organisations_load(app_data_dir(app), &r.orgs, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), region_unit, &r, e);
	organisations_free(r.orgs);
	return rc == RC_OK ? app_reread_place(app, e) : rc;
}
