#include "pages/templates.h"
#include "web/pages/measure.h"

enum rc page_measure_file(struct visit *v, struct err *e)
{
	struct str id = request_param(v->req, "measure"), to = request_form(v->req, "to"),
		   by = request_form(v->req, "by");
	struct measure_query q = {
		.ids = &id, .n_ids = 1, .from = DAY_NONE, .to = DAY_NONE, .as_of = DAY_NONE, .known_ms = KNOWN_NOW
	};
	struct measure_layout l = { .shared = str_is(request_form(v->req, "shared"), "yes") };
	int64_t report;
	if (to.n && day_parse(to, &q.to) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "The last month is not a real date.");
	for (int g = GROUP_COUNCIL; g < GROUP__COUNT; g++)
		if (str_is(by, measure_group_id((enum measure_group)g)))
			l.by = (enum measure_group)g;
	enum rc rc = filed_file(v->app, viewer_of(v), &q, &l, NULL, NULL, v->a, &report, e);
	return rc == RC_OK ? page_redirect(v, link_filed(id, report)) : rc;
}

static enum rc report_of(const struct visit *v, int64_t *out, struct err *e)
{
	if (id_parse(request_param(v->req, "report"), out) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such report here.");
	return RC_OK;
}

static bool before(const struct measure_line *a, const struct measure_line *b)
{
	return a->from != b->from ? a->from < b->from : a->group < b->group;
}

/* Both in order of period and group, side by side. */
static enum rc fill(struct visit *v, const struct filed_beside *b, struct filed_view *view, struct err *e)
{
	struct measure_layout l = b->filed.layout;
	const struct measure_line *then, *now;
	const struct measure *m = b->filed.m;
	size_t n, k;
	l.shared = false;
	enum rc rc = measure_lines(b->then.known, &b->then.answers[0], &l, v->a, &then, &n, e);
	if (rc == RC_OK)
		rc = measure_lines(b->now.known, &b->now.answers[0], &l, v->a, &now, &k, e);
	if (rc != RC_OK)
		return rc;
	struct filed_row *rows = arena_array(v->a, n + k, sizeof *rows);
	for (size_t i = 0, j = 0; i < n || j < k;) {
		bool old = i < n && (j == k || !before(&now[j], &then[i]));
		bool fresh = j < k && (i == n || !before(&then[i], &now[j]));
		const struct measure_line *ln = old ? &then[i] : &now[j];
		struct filed_row *r = &rows[view->n++];
		*r = (struct filed_row){ .period = measure_period_name(m, ln->from, v->a),
					 .group = measure_group_name(v->app, l.by, ln->group),
					 .then = old ? number_words(v, m, &then[i].n) : STR("-"),
					 .now = fresh ? number_words(v, m, &now[j].n) : STR("-") };
		r->differs = old != fresh || then[i].n.yes != now[j].n.yes || then[i].n.base != now[j].n.base ||
			     then[i].n.out != now[j].n.out || then[i].n.value != now[j].n.value;
		view->n_differ += r->differs;
		i += old;
		j += fresh;
	}
	view->rows = rows;
	return RC_OK;
}

enum rc page_filed(struct visit *v, struct err *e)
{
	struct filed_view view = { .page = { v, STR("Filed report"), MENU_MEASURES } };
	struct filed_beside b;
	int64_t id;
	enum rc rc = report_of(v, &id, e);
	if (rc == RC_OK)
		rc = filed_beside(v->app, viewer_of(v), id, NULL, NULL, v->a, &b, e);
	if (rc != RC_OK)
		return rc;
	view.b = &b;
	view.period = measure_period_name(b.filed.m, b.filed.to, v->a);
	view.page.title = arena_printf(v->a, "Filed report: " STR_FMT, STR_ARG(b.filed.m->title));
	rc = fill(v, &b, &view, e);
	if (rc == RC_OK)
		filed_html(&v->out, &view);
	filed_beside_release(&b);
	return rc;
}

enum rc page_filed_csv(struct visit *v, struct err *e)
{
	struct filed f;
	int64_t id;
	enum rc rc = report_of(v, &id, e);
	if (rc == RC_OK)
		rc = filed_get(v->app, viewer_of(v), id, v->a, &f, e);
	if (rc != RC_OK)
		return rc;
	struct buf b;
	buf_init(&b, f.body.n + 1);
	buf_str(&b, f.body); /* the very bytes */
	page_download(v, "text/csv; charset=utf-8", arena_printf(v->a, STR_FMT "-filed.csv", STR_ARG(f.measure)), &b);
	v->as_kept = true;
	buf_release(&b);
	return RC_OK;
}
