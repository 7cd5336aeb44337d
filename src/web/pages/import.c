#include "web/pages/import.h"

#include "pages/templates.h"
#include "work/load/workbook.h"

#include <dirent.h>
#include <errno.h>

enum { TEMPLATES_MAX = 40, TEMPLATE_BYTES_MAX = 1 << 20, REFRESH_SECONDS = 2, KEPT_BACK_MAX = 32 * 1024 * 1024 };

/* ---- templates to fill in ---- */

static bool template_path(const struct visit *v, struct str name, char *out, size_t size)
{
	if (!v->settings->data_dir || !name.n || name.n > 80)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || (c == '.' && i)))
			return false;
	}
	snprintf(out, size, "%s/tables/templates/" STR_FMT, v->settings->data_dir, STR_ARG(name));
	return name.n > 4 && !strncmp(name.p + name.n - 4, ".csv", 4);
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str *template_list(const struct visit *v, size_t *n_out)
{
	struct str *list = arena_array(v->a, TEMPLATES_MAX, sizeof *list);
	char path[1024];
	*n_out = 0;
	if (!v->settings->data_dir)
		return list;
	snprintf(path, sizeof path, "%s/tables/templates", v->settings->data_dir);
	DIR *d = opendir(path);
	if (!d)
		return list;
	for (struct dirent *f; *n_out < TEMPLATES_MAX && (f = readdir(d));)
		if (template_path(v, str_of(f->d_name), path, sizeof path))
			list[(*n_out)++] = arena_str(v->a, str_of(f->d_name));
	closedir(d);
	qsort(list, *n_out, sizeof *list, by_name);
	return list;
}

enum rc page_import_template(struct visit *v, struct err *e)
{
	char path[1024];
	struct str name = request_param(v->req, "name");
	AUTO(auto_fclose) FILE *f = template_path(v, name, path, sizeof path) ? fopen(path, "rb") : NULL;
	if (!f)
		return err_set(e, RC_NOT_FOUND, "There is no such template.");
	struct buf b;
	buf_init(&b, TEMPLATE_BYTES_MAX);
	char chunk[8192];
	size_t n;
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_put(&b, chunk, n);
	buf_put(&b, "", 0);
	page_download(v, "text/csv; charset=utf-8", name, &b);
	return RC_OK;
}

/* ---- the list and the form ---- */

enum rc page_imports(struct visit *v, struct err *e)
{
	struct imports_view view = { .page = { v, STR("Imports"), MENU_IMPORT } };
	enum rc rc = load_list(v->app, viewer_of(v), LOADS_SHOWN, v->a, &view.loads, &view.n, e);
	if (rc != RC_OK)
		return rc;
	view.templates = template_list(v, &view.n_templates);
	imports_html(&v->out, &view);
	return RC_OK;
}

enum rc import_show_form(struct visit *v, struct str problem)
{
	struct import_form_view view = { { v, problem.n ? STR("Error: Load tables") : STR("Load tables"), MENU_IMPORT },
					 app_vocab(v->app),
					 problem,
					 str_is(request_query(v->req, "whole"), "ask") ||
						 request_form(v->req, "whole").n > 0 };
	import_form_html(&v->out, &view);
	return RC_OK;
}

enum rc page_import_form(struct visit *v, struct err *e)
{
	(void)e;
	return import_show_form(v, (struct str){ "", 0 });
}

static struct str name_of_load(struct arena *a, const struct request *q)
{
	struct buf b;
	buf_init(&b, 200);
	for (size_t i = 0; i < q->n_files && b.n < 120; i++)
		buf_printf(&b, "%s" STR_FMT, i ? ", " : "", STR_ARG(q->files[i].name));
	struct str s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

static void show_result(struct visit *v, const struct load_summary *l, int64_t draft);

/* A workbook of the team's own: it is looked over first. */
static enum rc drop_workbook(struct visit *v, struct err *e)
{
	struct uploaded *f = &v->req->files[0];
	int64_t id;
	enum rc rc = workbook_drop(v->app, viewer_of(v), f->name, f->fd, &id, e);
	if (rc == RC_BAD_INPUT || rc == RC_LIMIT)
		return import_show_form(v, arena_str(v->a, str_of(e->text)));
	if (rc != RC_OK)
		return rc;
	f->fd = -1; /* the draft's now */
	return page_redirect(v, link_workbook_form(id));
}

enum rc page_import_post(struct visit *v, struct err *e)
{
	struct request *q = v->req;
	struct load_upload *up = arena_array(v->a, q->n_files + 1, sizeof *up);
	struct str *partial = arena_array(v->a, q->n_form + 1, sizeof *partial);
	struct load_request r = { .uploads = up,
				  .partial = partial,
				  .name = name_of_load(v->a, q),
				  .dry_run = str_is(request_form(q, "dry-run"), "yes"),
				  .ask_if_short = !str_is(request_form(q, "whole"), "yes") };
	if (!q->n_files)
		return import_show_form(v, STR("Choose a workbook, or at least one CSV file"));
	for (size_t i = 0; i < q->n_files; i++)
		if (workbook_is_one(v->app, q->files[i].name, q->files[i].fd))
			return q->n_files == 1
				   ? drop_workbook(v, e)
				   : import_show_form(v, arena_printf(v->a,
								      STR_FMT
								      " is not one of the tables. Load a workbook of "
								      "your own by itself, one at a time",
								      STR_ARG(q->files[i].name)));
	for (size_t i = 0; i < q->n_files; i++)
		up[r.n_uploads++] = (struct load_upload){ q->files[i].name, q->files[i].fd };
	for (size_t i = 0; i < q->n_form; i++)
		if (str_is(q->form[i].name, "partial"))
			partial[r.n_partial++] = q->form[i].value;
	if (r.dry_run) {
		struct load_summary *l = arena_alloc(v->a, sizeof *l);
		enum rc rc = load_tables(v->app, viewer_of(v), &r, NULL, NULL, v->a, l, e);
		if (rc == RC_OK)
			show_result(v, l, 0);
		return rc;
	}
	int64_t id;
	enum rc rc = load_start(v->app, viewer_of(v), &r, &id, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < q->n_files; i++)
		q->files[i].fd = -1; /* the load's now */
	return page_redirect(v, link_import(id));
}

/* ---- progress and result ---- */

static struct finding_group *group_for(struct import_view *view, const struct load_finding *f)
{
	bool of_file = str_is(f->severity, "file"), back = of_file || str_is(f->severity, "kept-back");
	for (size_t i = 0; i < view->n_groups; i++) {
		struct finding_group *g = &view->groups[i];
		if (g->kept_back == back && g->of_file == of_file && str_eq(g->rule, f->rule) &&
		    str_eq(g->message, f->message))
			return g;
	}
	if (view->n_groups == GROUPS_MAX)
		return NULL;
	struct finding_group *g = &view->groups[view->n_groups++];
	*g = (struct finding_group){
		.rule = f->rule, .message = f->message, .fix = f->fix, .kept_back = back, .of_file = of_file
	};
	return g;
}

static struct str files_of(struct arena *a, const struct load_summary *l, const struct finding_group *g)
{
	struct buf b;
	buf_init(&b, 400);
	for (size_t i = 0; i < l->n_files; i++) {
		int64_t n = 0;
		for (size_t k = 0; k < l->n_findings; k++)
			n += str_eq(l->findings[k].file, l->files[i].name) && str_eq(l->findings[k].rule, g->rule) &&
			     str_eq(l->findings[k].message, g->message);
		if (n)
			buf_printf(&b, "%s" STR_FMT, b.n ? ", " : "", STR_ARG(l->files[i].name));
		if (n && !g->of_file)
			buf_printf(&b, " %" PRId64, n);
	}
	struct str s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

static int by_size(const void *a, const void *b)
{
	const struct finding_group *x = a, *y = b;
	if (x->of_file != y->of_file)
		return x->of_file ? -1 : 1;
	if (x->kept_back != y->kept_back)
		return x->kept_back ? -1 : 1;
	return (y->count > x->count) - (y->count < x->count);
}

static void group_findings(struct import_view *view, struct arena *a)
{
	const struct load_summary *l = view->l;
	view->groups = arena_array(a, GROUPS_MAX, sizeof *view->groups);
	for (size_t i = 0; i < l->n_findings; i++) {
		struct finding_group *g = group_for(view, &l->findings[i]);
		if (!g)
			continue;
		bool same = g->of_file && g->n_first && /* several columns of one file; findings stand by file */
			    str_eq(l->findings[g->first[g->n_first - 1]].file, l->findings[i].file);
		g->count += !same;
		if (g->n_first < ROWS_OF_A_GROUP)
			g->first[g->n_first++] = i;
	}
	view->n_unread = load_files_left_out(l);
	qsort(view->groups, view->n_groups, sizeof *view->groups, by_size);
	for (size_t i = 0; i < view->n_groups; i++) {
		struct finding_group *g = &view->groups[i];
		g->files = files_of(a, l, g);
		view->n_back += g->kept_back;
		view->n_check += !g->kept_back;
		view->check += g->kept_back ? 0 : g->count;
	}
}

static void add_up(struct import_view *view, struct arena *a)
{
	bool *back = arena_array(a, view->l->n_files, sizeof *back);
	load_rows_to_correct(view->l, back);
	view->rows_back = back;
	for (size_t i = 0; i < view->l->n_files; i++) {
		const struct load_file *f = &view->l->files[i];
		view->total.rows_read += f->rows_read;
		view->total.rows_new += f->rows_new;
		view->total.rows_changed += f->rows_changed;
		view->total.rows_same += f->rows_same;
		view->total.rows_voided += f->rows_voided;
		view->total.rows_kept_back += f->rows_kept_back;
		view->to_correct = view->to_correct || back[i];
	}
}

static void show_result(struct visit *v, const struct load_summary *l, int64_t draft)
{
	struct import_view *view = arena_alloc(v->a, sizeof *view);
	view->l = l;
	view->draft = draft;
	view->running = str_is(l->state, "running");
	view->page = (struct page){ v, view->running ? STR("Loading") : STR("Import result"), MENU_IMPORT };
	if (view->running) {
		if (l->children_total > 0)
			view->percent = (int)(100 * l->children_done / l->children_total);
		page_refresh(v, REFRESH_SECONDS);
		import_progress_html(&v->out, view);
		return;
	}
	add_up(view, v->a);
	group_findings(view, v->a);
	import_result_html(&v->out, view);
}

void import_show_tried(struct visit *v, const struct load_summary *l, int64_t draft)
{
	show_result(v, l, draft);
}

static enum rc load_id(const struct visit *v, int64_t *out, struct err *e)
{
	if (id_parse(request_param(v->req, "load"), out) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such import.");
	return RC_OK;
}

enum rc page_import_result(struct visit *v, struct err *e)
{
	int64_t id;
	struct load_summary *l = arena_alloc(v->a, sizeof *l);
	enum rc rc = load_id(v, &id, e);
	if (rc == RC_OK)
		rc = load_see(v->app, viewer_of(v), id, FINDINGS_READ, v->a, l, e);
	if (rc == RC_OK)
		show_result(v, l, 0);
	return rc;
}

enum rc page_import_kept_back(struct visit *v, struct err *e)
{
	int64_t id;
	struct buf b;
	struct str file = request_param(v->req, "file");
	enum rc rc = load_id(v, &id, e);
	if (rc != RC_OK)
		return rc;
	buf_init(&b, KEPT_BACK_MAX);
	rc = load_kept_back(v->app, viewer_of(v), id, file, &b, e);
	if (rc == RC_OK && !buf_ok(&b))
		rc = err_set(e, RC_LIMIT,
			     "Too many rows were kept back for one file. Put right what they have in common first.");
	if (rc == RC_OK)
		page_download(v, "text/csv; charset=utf-8", arena_printf(v->a, STR_FMT "-kept-back.csv", STR_ARG(file)),
			      &b);
	buf_release(&b);
	return rc;
}
