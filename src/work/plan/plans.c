#include "work/plan/plans.h"

#include "base/files.h"
#include "codec/json.h"
#include "work/app.h"
#include "work/plan/runs.h"
#include "work/plan/sites.h"

enum { SHIPPED_MAX = 100 };

static enum rc require_plan(const struct viewer *v, struct err *e)
{
	return viewer_may(v, ACT_PLAN) ? RC_OK : err_set(e, RC_REFUSED, "Your role does not plan services.");
}

/* ---- those of the program ---- */

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		      ((s.p[i] == '-' || s.p[i] == '.') && i > 0)))
			return false;
	return s.n > 0 && s.n < 100;
}

static enum rc read_shipped(struct app *app, struct str file, struct arena *a, struct str *out, struct err *e)
{
	if (!is_name(file))
		return err_set(e, RC_NOT_FOUND, "there is no such plan among those of the program");
	return file_read(arena_printf(a, "%s/plans/" STR_FMT, app_data_dir(app), STR_ARG(file)).p, YAML_FILE_MAX, a,
			 out, e);
}

static enum rc shipped_get(struct app *app, struct str id, struct arena *a, struct saved_plan *out, struct err *e)
{
	const struct yaml *root;
	struct err ignored = { 0 };
	*out = (struct saved_plan){ .shipped = true };
	if (read_shipped(app, arena_printf(a, STR_FMT ".yaml", STR_ARG(id)), a, &out->body, &ignored) != RC_OK ||
	    yaml_read(out->body, "plan", a, &root, &ignored) != RC_OK || root->type != YAML_MAP ||
	    !(yaml_get(root, "extends") || yaml_get(root, "services")))
		return err_set(e, RC_NOT_FOUND, "There is no such plan here.");
	out->id = arena_str(a, id);
	out->name = yaml_text(root, "name");
	out->about = yaml_text(root, "about");
	return RC_OK;
}

/* By id: what a plan was before something changed comes before it. (By file, "a-b.yaml" would stand before "a.yaml".)
 */
static int by_id(const void *a, const void *b)
{
	const struct str *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;
	int way = memcmp(x->p, y->p, n);
	return way ? way : (x->n > y->n) - (x->n < y->n);
}

enum rc plans_list(struct app *app, const struct viewer *v, struct arena *a, const struct saved_plan **out,
		   size_t *n_out, struct err *e)
{
	struct str *files;
	size_t n, n_plans = 0;
	struct saved_plan *list = arena_array(a, SHIPPED_MAX + PLANS_MAX, sizeof *list);
	enum rc rc = require_plan(v, e);
	if (rc == RC_OK)
		rc = folder_list(arena_printf(a, "%s/plans", app_data_dir(app)).p, ".yaml", SHIPPED_MAX, a, &files, &n,
				 e);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		files[i].n -= strlen(".yaml");
	if (rc == RC_OK && n)
		qsort(files, n, sizeof *files, by_id);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct err ignored = { 0 };
		n_plans += shipped_get(app, files[i], a, &list[n_plans], &ignored) == RC_OK;
	}
	struct plan_finding f = { .list = arena_array(a, PLANS_MAX, sizeof *f.list), .max = PLANS_MAX };
	if (rc == RC_OK)
		rc = saved_list(app, v, a, &f, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < f.n; i++) /* questions about sites have a list of their own */
		if (!sites_is_question(f.list[i].body))
			list[n_plans++] = f.list[i];
	*out = list;
	*n_out = n_plans;
	return RC_OK;
}

enum rc plans_get(struct app *app, const struct viewer *v, struct str id, struct arena *a, struct saved_plan *out,
		  struct err *e)
{
	int64_t number;
	struct err ignored = { 0 };
	enum rc rc = require_plan(v, e);
	if (rc != RC_OK || shipped_get(app, id, a, out, &ignored) == RC_OK)
		return rc;
	if (id_parse(id, &number) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such plan here.");
	rc = saved_get(app, v, number, a, out, e);
	return rc == RC_OK && sites_is_question(out->body) ? err_set(e, RC_NOT_FOUND, "There is no such plan here.")
							   : rc;
}

/* ---- reading ---- */

struct looking {
	struct app *app;
	struct arena *a;
};

static enum rc look_up(void *arg, const char *name, struct str *out, struct err *e)
{
	struct looking *l = arg;
	return read_shipped(l->app, str_of(name), l->a, out, e);
}

enum rc plans_read(struct app *app, const struct viewer *v, struct str body, const char *name, struct scenario **out,
		   struct mistakes *m, struct err *e)
{
	struct arena a;
	struct looking l = { app, &a };
	struct scenario_asks asks = { .lookup = look_up, .arg = &l };
	m->n = 0;
	m->more = false;
	enum rc rc = require_plan(v, e);
	if (rc == RC_OK)
		rc = run_workdays(app, &asks.workdays, e);
	if (rc != RC_OK)
		return rc;
	arena_init(&a);
	rc = scenario_read(body, name, &asks, out, m);
	arena_release(&a);
	if (rc == RC_OK)
		return rc;
	return m->n ? err_set(e, RC_BAD_INPUT, "%s, line %d: %s", m->list[0].file, m->list[0].line, m->list[0].text)
		    : err_set(e, rc, "The scenario cannot be read.");
}

/* ---- numbers changed ---- */

/* The text without one of its sections. */
static void put_without(struct buf *b, struct str body, const char *key)
{
	bool out = false;
	size_t n_key = strlen(key);
	for (size_t i = 0; i < body.n;) {
		size_t end = i;
		while (end < body.n && body.p[end] != '\n')
			end++;
		const char *p = body.p + i;
		size_t n = end - i;
		bool begins = n > 0 && p[0] != ' ' && p[0] != '\t' && p[0] != '#' && p[0] != '-' && p[0] != '\r';
		if (begins)
			out = n > n_key && memcmp(p, key, n_key) == 0 && p[n_key] == ':';
		if (!out) {
			buf_str(b, (struct str){ p, n });
			buf_putc(b, '\n');
		}
		i = end + 1;
	}
}

static bool is_changed(struct str path, const struct changed_number *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(c[i].path, path))
			return true;
	return false;
}

/* Those that the text changes already, and are not changed again. */
static void put_earlier(struct buf *b, struct str body, const struct changed_number *c, size_t n, struct arena *a)
{
	const struct yaml *root, *list;
	struct err ignored = { 0 };
	if (yaml_read(body, "plan", a, &root, &ignored) != RC_OK || !(list = yaml_get(root, "changes")))
		return;
	for (const struct yaml *x = list->child; x; x = x->next) {
		bool first = true;
		if (x->type != YAML_MAP || is_changed(yaml_text(x, "id"), c, n))
			continue;
		for (const struct yaml *f = x->child; f; f = f->next, first = false) {
			buf_printf(b, "%s" STR_FMT ": ", first ? "  - " : "    ", STR_ARG(f->key));
			if (f->quoted)
				json_put_string(b, f->text);
			else
				buf_str(b, f->text);
			buf_putc(b, '\n');
		}
	}
}

struct str plans_changed(const struct saved_plan *p, const struct changed_number *c, size_t n, struct str name,
			 struct arena *a)
{
	if (n == 0 && name.n == 0)
		return p->body;
	struct buf b AUTO(buf_release);
	buf_init(&b, 4 * PLAN_TEXT_MAX);
	if (name.n == 0)
		name = n == 0 ? p->name
			      : arena_printf(a, STR_FMT ", with %zu number%s changed", STR_ARG(p->name), n,
					     n == 1 ? "" : "s");
	buf_puts(&b, "name: ");
	json_put_string(&b, name);
	buf_putc(&b, '\n');
	if (p->shipped) {
		buf_printf(&b, "extends: " STR_FMT ".yaml\n", STR_ARG(p->id));
	} else {
		struct buf rest AUTO(buf_release);
		buf_init(&rest, 4 * PLAN_TEXT_MAX);
		put_without(&rest, p->body, "changes");
		put_without(&b, buf_view(&rest), "name");
	}
	struct buf changes AUTO(buf_release);
	buf_init(&changes, PLAN_TEXT_MAX);
	if (!p->shipped)
		put_earlier(&changes, p->body, c, n, a);
	for (size_t i = 0; i < n; i++)
		buf_printf(&changes, "  - id: " STR_FMT "\n    value: " STR_FMT "\n", STR_ARG(c[i].path),
			   STR_ARG(c[i].value));
	if (changes.n) {
		buf_puts(&b, "changes:\n");
		buf_str(&b, buf_view(&changes));
	}
	return arena_str(a, buf_view(&b));
}

/* ---- keeping ---- */

enum rc plans_save(struct app *app, const struct viewer *v, struct str name, struct str body, struct mistakes *m,
		   struct arena *a, struct str *id_out, struct err *e)
{
	struct scenario *s = NULL;
	int64_t id = 0;
	char text[ID_TEXT_MAX];
	name = str_trim(name);
	m->n = 0;
	if (name.n == 0)
		return err_set(e, RC_BAD_INPUT, "Give the scenario a name.");
	if (name.n > PLAN_NAME_MAX)
		return err_set(e, RC_BAD_INPUT, "A name has at most %d letters.", PLAN_NAME_MAX);
	if (body.n > PLAN_TEXT_MAX)
		return err_set(e, RC_LIMIT, "A scenario of a page has at most %d kB.", PLAN_TEXT_MAX / 1000);
	enum rc rc = plans_read(app, v, body, "scenario.yaml", &s, m, e);
	if (rc != RC_OK)
		return rc;
	struct saved_plan p = {
		.name = name, .body = body, .hash = str_of(s->hash), .seed = s->seed, .program = STR(LINNET_VERSION)
	};
	rc = saved_add(app, v, &p, &id, e);
	scenario_free(s);
	if (rc == RC_OK)
		*id_out = arena_str(a, str_of(id_text(id, text)));
	return rc;
}

enum rc plans_delete(struct app *app, const struct viewer *v, struct str id, struct err *e)
{
	int64_t number;
	enum rc rc = require_plan(v, e);
	if (rc == RC_OK && id_parse(id, &number) != RC_OK)
		rc = err_set(e, RC_NOT_FOUND, "There is no such plan here.");
	return rc == RC_OK ? saved_delete(app, v, number, e) : rc;
}
