#include "work/plan/sites.h"

#include "base/files.h"
#include "plan/siting_scenario.h"
#include "work/app.h"

enum { SHIPPED_MAX = 60 };

static enum rc require_plan(const struct viewer *v, struct err *e)
{
	return viewer_may(v, ACT_PLAN) ? RC_OK : err_set(e, RC_REFUSED, "Your role does not plan services.");
}

static enum rc not_here(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "There is no such question here.");
}

bool sites_is_question(struct str body)
{
	return str_starts(body, "siting:");
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '-' && i > 0)))
			return false;
	return s.n > 0 && s.n < 90;
}

/* ---- which there are ---- */

static enum rc tree_of(struct app *app, struct str id, struct arena *a, const struct yaml **out, struct err *e)
{
	struct err ignored = { 0 };
	if (!is_name(id) ||
	    yaml_read_file(arena_printf(a, "%s/siting/" STR_FMT ".yaml", app_data_dir(app), STR_ARG(id)).p, a, out,
			   &ignored) != RC_OK ||
	    (*out)->type != YAML_MAP || !yaml_get(*out, "sites"))
		return not_here(e);
	return RC_OK;
}

static enum rc shipped_get(struct app *app, struct str id, struct arena *a, struct site_question *out, struct err *e)
{
	const struct yaml *root;
	enum rc rc = tree_of(app, id, a, &root, e);
	if (rc != RC_OK)
		return rc;
	*out = (struct site_question){ .plan = { .shipped = true } };
	out->plan.id = out->base = arena_str(a, id);
	out->plan.name = yaml_text(root, "title").n ? yaml_text(root, "title") : out->plan.id;
	out->moves = yaml_get(root, "reuse") != NULL;
	return RC_OK;
}

/* A saved one from its text. */
static enum rc saved_of(struct app *app, const struct saved_plan *p, struct arena *a, struct site_question *out,
			struct err *e)
{
	const struct yaml *root;
	struct err ignored = { 0 };
	struct site_question q = { .plan = *p }, base;
	if (!sites_is_question(p->body) || yaml_read(p->body, "question", a, &root, &ignored) != RC_OK ||
	    root->type != YAML_MAP || !siting_change_read(root, &q.base, q.changed, &q.n) ||
	    shipped_get(app, q.base, a, &base, &ignored) != RC_OK)
		return not_here(e);
	q.moves = base.moves;
	*out = q;
	return RC_OK;
}

enum rc sites_list(struct app *app, const struct viewer *v, struct arena *a, const struct site_question **out,
		   size_t *n_out, struct err *e)
{
	struct str *files;
	size_t n = 0, n_list = 0;
	struct site_question *list = arena_array(a, SHIPPED_MAX + PLANS_MAX, sizeof *list);
	struct plan_finding f = { .list = arena_array(a, PLANS_MAX, sizeof *f.list), .max = PLANS_MAX };
	struct err ignored = { 0 };
	enum rc rc = require_plan(v, e);
	if (rc == RC_OK)
		rc = folder_list(arena_printf(a, "%s/siting", app_data_dir(app)).p, ".yaml", SHIPPED_MAX, a, &files, &n,
				 e);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		n_list +=
		    shipped_get(app, (struct str){ files[i].p, files[i].n - 5 }, a, &list[n_list], &ignored) == RC_OK;
	if (rc == RC_OK)
		rc = saved_list(app, v, a, &f, e);
	for (size_t i = 0; rc == RC_OK && i < f.n; i++)
		n_list += saved_of(app, &f.list[i], a, &list[n_list], &ignored) == RC_OK;
	if (rc != RC_OK)
		return rc;
	*out = list;
	*n_out = n_list;
	return RC_OK;
}

enum rc sites_get(struct app *app, const struct viewer *v, struct str id, struct arena *a, struct site_question *out,
		  struct err *e)
{
	int64_t number;
	struct saved_plan p;
	struct err ignored = { 0 };
	enum rc rc = require_plan(v, e);
	if (rc != RC_OK || shipped_get(app, id, a, out, &ignored) == RC_OK)
		return rc;
	if (id_parse(id, &number) != RC_OK)
		return not_here(e);
	rc = saved_get(app, v, number, a, &p, e);
	return rc == RC_OK ? saved_of(app, &p, a, out, e) : rc == RC_NOT_FOUND ? not_here(e) : rc;
}

/* ---- numbers ---- */

bool sites_change(struct site_question *q, struct str path, struct str value)
{
	size_t i = 0;
	while (i < q->n && !str_eq(q->changed[i].path, path))
		i++;
	if (i == SITING_CHANGES_MAX)
		return false;
	q->changed[i] = (struct siting_changed){ path, value };
	q->n += i == q->n;
	return true;
}

struct str sites_text(const struct site_question *q, struct str name, struct arena *a)
{
	struct str text = siting_change_text(q->base, name, q->changed, q->n, a);
	return name.n ? arena_printf(a, "siting: own\n" STR_FMT, STR_ARG(text)) : text;
}

struct str sites_value(struct app *app, const struct site_question *q, const struct siting_number *n, bool changed,
		       struct arena *a)
{
	const struct yaml *root, *at;
	struct err ignored = { 0 };
	struct str rest, first = str_cut(str_of(n->path), '.', &rest);
	for (size_t i = 0; changed && i < q->n; i++)
		if (str_is(q->changed[i].path, n->path))
			return q->changed[i].value;
	if (tree_of(app, q->base, a, &root, &ignored) != RC_OK)
		return STR("");
	if (!rest.n)
		return yaml_get(root, n->path) ? yaml_text(root, n->path) : STR("");
	at = yaml_get(root, arena_str(a, first).p);
	if (!at && !str_is(first, "rules"))
		return STR("");
	struct str v = yaml_text(at, arena_str(a, rest).p);
	return v.n ? v : n->removable ? STR("none") : STR("");
}

/* ---- reading, keeping ---- */

enum rc sites_read(struct app *app, const struct viewer *v, const struct site_question *q, enum siting_what what,
		   struct run_sites **out, struct err *e)
{
	const struct places *places;
	enum rc rc = require_plan(v, e);
	if (rc == RC_OK)
		rc = app_areas(app, &places, e);
	if (rc != RC_OK)
		return rc;
	struct run_sites *r = run_sites_new();
	struct str text = sites_text(q, q->plan.shipped ? STR("") : q->plan.name, &r->arena);
	const char *folder = arena_printf(&r->arena, "%s/siting", app_data_dir(app)).p;
	rc = siting_read(text, "question", folder, app_data_dir(app), places, &r->arena, &r->question, e);
	if (rc != RC_OK) {
		run_sites_free(r);
		return rc;
	}
	r->what = q->moves ? SITING_THE_MOVES : what;
	*out = r;
	return RC_OK;
}

enum rc sites_scenario(struct app *app, const struct siting_answer *x, struct arena *a, struct str *out, struct err *e)
{
	const struct places *places;
	bool moves = x->what & SITING_THE_MOVES;
	enum rc rc = app_areas(app, &places, e);
	return rc == RC_OK ? siting_scenario(&x->s, &x->plan, moves ? &x->reuse : NULL, places, a, out, e) : rc;
}

enum rc sites_save(struct app *app, const struct viewer *v, struct str name, const struct site_question *q,
		   struct arena *a, struct str *id_out, struct err *e)
{
	struct run_sites *r = NULL;
	char hash[HASH_HEX_MAX], text[ID_TEXT_MAX];
	int64_t id = 0;
	name = str_trim(name);
	if (name.n == 0)
		return err_set(e, RC_BAD_INPUT, "Give the question a name.");
	if (name.n > PLAN_NAME_MAX)
		return err_set(e, RC_BAD_INPUT, "A name has at most %d letters.", PLAN_NAME_MAX);
	struct site_question named = *q;
	named.plan.name = name;
	named.plan.shipped = false;
	enum rc rc = sites_read(app, v, &named, SITING_THE_PLAN, &r, e);
	if (rc != RC_OK)
		return rc;
	siting_hash(&r->question, hash);
	run_sites_free(r);
	struct saved_plan p = {
		.name = name, .body = sites_text(q, name, a), .hash = str_of(hash), .program = STR(LINNET_VERSION)
	};
	rc = saved_add(app, v, &p, &id, e);
	if (rc == RC_OK)
		*id_out = arena_str(a, str_of(id_text(id, text)));
	return rc;
}
