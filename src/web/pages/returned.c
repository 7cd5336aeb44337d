#include "web/pages/returned.h"

#include "pages/templates.h"

enum { REFRESH_SECONDS = 2, CSV_MAX = 32 * 1024 * 1024 };

static struct return_choices choices_of(struct visit *v, struct str council, struct str year)
{
	struct return_choices c = { .council = council, .year = year };
	struct err e = { .rc = RC_OK };
	const struct organisation **list;
	c.n_councils = returned_councils(v->app, viewer_of(v), v->a, &list);
	c.councils = list;
	c.n_years = returned_years(v->app, v->a, &c.years, &e);
	return c;
}

/* ---- the list ---- */

enum rc page_returns(struct visit *v, struct err *e)
{
	struct returns_view view = { .page = { v, STR("The yearly return"), MENU_IMPORT } };
	enum rc rc = returned_list(v->app, viewer_of(v), RETURNS_SHOWN, v->a, &view.list, &view.n, e);
	if (rc == RC_OK)
		returns_html(&v->out, &view);
	return rc;
}

/* ---- taking one ---- */

static enum rc show_form(struct visit *v, struct str council, struct str year, struct str problem)
{
	struct returned_form_view view = { { v, problem.n ? STR("Error: Check a return") : STR("Check a return"),
					     MENU_IMPORT },
					   choices_of(v, council, year),
					   problem };
	returned_form_html(&v->out, &view);
	return RC_OK;
}

enum rc page_returned_form(struct visit *v, struct err *e)
{
	(void)e;
	return show_form(v, STR(""), STR(""), STR(""));
}

enum rc page_returned_post(struct visit *v, struct err *e)
{
	struct request *q = v->req;
	struct returned_upload *now = arena_array(v->a, q->n_files + 1, sizeof *now);
	struct returned_upload *last = arena_array(v->a, q->n_files + 1, sizeof *last);
	struct returned_request r = { .council = request_form(q, "council"),
				      .year = request_form(q, "year"),
				      .now = now,
				      .last = last,
				      .load = str_is(request_form(q, "load"), "yes") };
	for (size_t i = 0; i < q->n_files; i++) {
		struct returned_upload one = { q->files[i].name, q->files[i].fd };
		if (str_is(q->files[i].field, "last"))
			last[r.n_last++] = one;
		else
			now[r.n_now++] = one;
	}
	if (!r.council.n || !r.year.n)
		return show_form(v, r.council, r.year, STR("Choose the council and the year"));
	if (!r.n_now)
		return show_form(v, r.council, r.year, STR("Choose the files of this year’s return"));
	int64_t id;
	enum rc rc = returned_start(v->app, viewer_of(v), &r, &id, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < q->n_files; i++)
		q->files[i].fd = -1; /* the other thread's now */
	return page_redirect(v, link_returned(id));
}

/* ---- what was found ---- */

static enum rc id_of(const struct visit *v, int64_t *out, struct err *e)
{
	if (id_parse(request_param(v->req, "return"), out) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such return.");
	return RC_OK;
}

static void count_why(struct returned_view *view, struct str why)
{
	size_t k = 0;
	while (k < view->n_whys && !str_eq(view->whys[k].why, why))
		k++;
	if (k == view->n_whys)
		view->whys[view->n_whys++] = (struct not_run_why){ why, 0 };
	view->whys[k].n++;
}

static void count_rules(struct returned_view *view, struct arena *a)
{
	view->whys = arena_array(a, view->r->n_rules + 1, sizeof *view->whys);
	for (size_t i = 0; i < view->r->n_rules; i++) {
		const struct returned_rule *r = &view->r->rules[i];
		view->n_files += r->state == RETURNED_FILE;
		view->n_not_run += r->state == RETURNED_NOT_RUN;
		if (r->state == RETURNED_NOT_RUN)
			count_why(view, r->why);
		view->n_alone += r->state == RETURNED_ALONE;
		if (r->state == RETURNED_FILE || r->state == RETURNED_NOT_RUN || !r->found)
			continue;
		view->n_wrong += r->severe;
		view->n_check += !r->severe;
		view->to_check += r->severe ? 0 : r->found;
	}
}

enum rc page_returned(struct visit *v, struct err *e)
{
	int64_t id;
	struct returned_summary *r = arena_alloc(v->a, sizeof *r);
	enum rc rc = id_of(v, &id, e);
	if (rc == RC_OK)
		rc = returned_see(v->app, viewer_of(v), id, v->a, r, e);
	if (rc != RC_OK)
		return rc;
	struct returned_view view = { .r = r, .running = str_is(r->state, "running") };
	view.page =
	    (struct page){ v, view.running ? STR("Checking the return") : STR("What the checks found"), MENU_IMPORT };
	count_rules(&view, v->a);
	if (view.running)
		page_refresh(v, REFRESH_SECONDS);
	returned_html(&v->out, &view);
	return RC_OK;
}

enum rc page_returned_rule(struct visit *v, struct err *e)
{
	int64_t id, rule;
	struct buf b;
	enum rc rc = id_of(v, &id, e);
	if (rc == RC_OK && str_to_int(request_param(v->req, "rule"), 1, 100000, &rule) != RC_OK)
		rc = err_set(e, RC_NOT_FOUND, "There is no such rule.");
	if (rc != RC_OK)
		return rc;
	buf_init(&b, CSV_MAX);
	rc = returned_rows_csv(v->app, viewer_of(v), id, rule, &b, e);
	if (rc == RC_OK)
		page_download(v, "text/csv; charset=utf-8", STR("rows-of-a-rule.csv"), &b);
	buf_release(&b);
	return rc;
}

/* ---- differences ---- */

enum rc page_returned_differences(struct visit *v, struct err *e)
{
	int64_t id, after = 0;
	struct str from = request_query(v->req, "after");
	struct returned_summary *r = arena_alloc(v->a, sizeof *r);
	struct differences_view view = { .page = { v, STR("Return and record"), MENU_IMPORT }, .r = r };
	enum rc rc = id_of(v, &id, e);
	if (rc == RC_OK && from.n && str_to_int(from, 0, INT32_MAX, &after) != RC_OK)
		rc = err_set(e, RC_BAD_INPUT, "This address does not say where the list goes on.");
	if (rc == RC_OK)
		rc = returned_see(v->app, viewer_of(v), id, v->a, r, e);
	if (rc == RC_OK)
		rc = returned_differences(v->app, viewer_of(v), id, after, DIFFERENCES_SHOWN, v->a, &view.list, &view.n,
					  e);
	if (rc != RC_OK)
		return rc;
	view.next = view.n == DIFFERENCES_SHOWN ? view.list[view.n - 1].n : 0;
	differences_html(&v->out, &view);
	return RC_OK;
}

enum rc page_returned_differences_csv(struct visit *v, struct err *e)
{
	int64_t id;
	struct buf b;
	enum rc rc = id_of(v, &id, e);
	if (rc != RC_OK)
		return rc;
	buf_init(&b, CSV_MAX);
	rc = returned_differences_csv(v->app, viewer_of(v), id, &b, e);
	if (rc == RC_OK)
		page_download(v, "text/csv; charset=utf-8", STR("return-and-record.csv"), &b);
	buf_release(&b);
	return rc;
}

/* ---- written from the record ---- */

enum rc page_returned_write(struct visit *v, struct err *e)
{
	struct str council = request_query(v->req, "council"), year = request_query(v->req, "year");
	struct returned_write_view view = { .page = { v, STR("Write the health items"), MENU_IMPORT },
					    .choices = choices_of(v, council, year) };
	struct written w = { 0 };
	enum rc rc = RC_OK;
	if (council.n && year.n) {
		rc = returned_write(v->app, viewer_of(v), council, year, v->a, &w, e);
		if (rc == RC_BAD_INPUT || rc == RC_NOT_FOUND) {
			view.problem = arena_str(v->a, str_of(e->text));
			rc = RC_OK;
		} else if (rc == RC_OK) {
			view.w = &w;
		}
	}
	if (rc == RC_OK)
		returned_write_html(&v->out, &view);
	written_release(&w);
	return rc;
}

enum rc page_returned_file(struct visit *v, struct err *e)
{
	struct str council = request_query(v->req, "council"), year = request_query(v->req, "year"),
		   file = request_param(v->req, "file");
	struct written w = { 0 };
	bool xml = str_is(file, "return.xml");
	if (!xml && !str_is(file, "oc2.csv"))
		return err_set(e, RC_NOT_FOUND, "There is no such file.");
	enum rc rc = returned_write(v->app, viewer_of(v), council, year, v->a, &w, e);
	if (rc == RC_OK)
		page_download(v, xml ? "application/xml; charset=utf-8" : "text/csv; charset=utf-8", file,
			      xml ? &w.xml : &w.oc2);
	written_release(&w);
	return rc;
}
