#include "web/pages/worklist.h"

#include "pages/templates.h"

enum { ROWS_OF_A_SECTION = 8, ROWS_OF_A_LIST = 50, CSV_MAX = 16 * 1024 * 1024 };

struct filters filters_with(struct filters f, char which, struct str value)
{
	switch (which) {
	case 'c': f.standard = value; break;
	case 'o': f.council = value; break;
	case 'h': f.holder = holder_of(value); break;
	case 'a': f.area = value; break;
	default: break;
	}
	return f;
}

struct str item_clock(const struct worklist_view *v, const struct work_item *it)
{
	char opened[ID_TEXT_MAX];
	return arena_printf(v->page.v->a, STR_FMT ".%s.%d", STR_ARG(item_standard(v, it)->id),
			    id_text(it->opened, opened), it->ordinal);
}

const struct standard_info *item_standard(const struct worklist_view *v, const struct work_item *it)
{
	return rulebook_info(app_rulebook(v->w->known), it->standard);
}

static enum work_list list_of(struct str id)
{
	for (enum work_list l = LIST_LATE; l < LIST__COUNT; l++)
		if (str_is(id, work_list_id(l)))
			return l;
	return 0;
}

static enum rc query_of(struct visit *v, struct filters *f, struct worklist_query *q, struct err *e)
{
	const struct request *r = v->req;
	*f = (struct filters){ request_query(r, "clock"),
			       request_query(r, "council"),
			       request_query(r, "area"),
			       holder_of(request_query(r, "turn")),
			       WHEN_NOW,
			       request_query(r, "mine").n > 0,
			       request_query(r, "unnamed").n > 0 };
	enum rc rc = query_when(v, &f->when, e);
	if (rc != RC_OK)
		return rc;
	*q = (struct worklist_query){ .standard = f->standard,
				      .holder = f->holder,
				      .area = -1,
				      .worker = f->mine ? viewer_of(v)->account : 0,
				      .unnamed = f->unnamed,
				      .as_of = f->when.as_of,
				      .known_ms = when_known_ms(f->when),
				      .after = request_query(r, "after") };
	for (int a = AREA_NOT_KNOWN; a <= AREA_OTHERS_HERE; a++)
		if (f->area.n && str_is(f->area, area_id((enum area)a)))
			q->area = a;
	const struct organisation *council = f->council.n ? app_organisation_by_code(v->app, f->council) : NULL;
	if (f->council.n && !council)
		return err_set(e, RC_BAD_INPUT,
			       "There is no council with that code. Choose one from the filters of the worklist.");
	if (f->area.n && q->area < 0)
		return err_set(e, RC_BAD_INPUT, "There is no such area. Choose one from the filters of the worklist.");
	if (request_query(r, "turn").n && f->holder == HOLDER_NONE)
		return err_set(e, RC_BAD_INPUT,
			       "Nobody is called that whose turn it could be. Choose from the filters of the worklist.");
	q->council = council ? council->id : 0;
	return RC_OK;
}

enum rc page_worklist(struct visit *v, struct err *e)
{
	struct worklist_query q;
	struct worklist w;
	struct worklist_view view = { .page = { v, STR("Worklist"), MENU_WORKLIST }, .w = &w };
	struct str list = request_param(v->req, "list");
	enum rc rc = query_of(v, &view.f, &q, e);
	if (rc != RC_OK)
		return rc;
	q.only = list.n ? list_of(list) : 0;
	if (list.n && !q.only)
		return err_set(e, RC_NOT_FOUND, "There is no such list.");
	q.limit = q.only ? ROWS_OF_A_LIST : ROWS_OF_A_SECTION;
	q.panel = view.panel = request_query(v->req, "filters").n > 0;
	rc = worklist_see(v->app, viewer_of(v), &q, v->a, &w, e);
	if (rc != RC_OK)
		return rc;
	int minute;
	london_of_ms(v->now_ms, &view.today, &minute);
	view.today = app_today(v->app);
	view.time_now = show_minute(minute);
	view.only = q.only;
	view.after = q.after;
	view.filtered = view.f.standard.n || view.f.council.n || view.f.area.n || view.f.holder != HOLDER_NONE ||
			view.f.mine || view.f.unnamed;
	worklist_html(&v->out, &view);
	return RC_OK;
}

/* ---- the same as CSV ---- */

/* One field: quoted if it must be; what a spreadsheet would run as a formula gets a ' in front. */
static void csv_field(struct buf *b, struct str s, bool last)
{
	bool formula = s.n && strchr("=+-@\t\r", s.p[0]);
	buf_putc(b, '"');
	if (formula)
		buf_putc(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_putc(b, '"');
		buf_putc(b, s.p[i]);
	}
	buf_puts(b, last ? "\"\r\n" : "\",");
}

static void csv_row(struct buf *b, const struct visit *v, const struct worklist *w, enum work_list l,
		    const struct work_item *it)
{
	const struct standard_info *s = rulebook_info(app_rulebook(w->known), it->standard);
	struct text64 due = show_day_iso(it->due);
	csv_field(b, str_of(work_list_title(l)), false);
	csv_field(b, person_name(v->a, it->given, it->family), false);
	csv_field(b, s->title, false);
	csv_field(b, s->reading, false);
	csv_field(b, str_of(due.s), false);
	if (it->due != DAY_NONE &&
	    (it->lateness == LATE_OVERDUE || it->lateness == LATE_NOT || it->lateness == LATE_DUE_SOON))
		buf_printf(b, "%d,", it->days_late);
	else
		buf_puts(b, ",");
	csv_field(b, s->working_days ? STR("working days") : STR("days"), false);
	csv_field(b, holder_words(it->holder_org, it->holder), false);
	csv_field(b, it->council ? it->council->name : STR(""), false);
	csv_field(b, str_of(area_title(it->area)), false);
	csv_field(b, it->why, false);
	csv_field(b, it->next.words, true);
}

static void csv_section(struct visit *v, const struct worklist *w, enum work_list l, struct buf *b)
{
	const struct work_section *s = &w->sections[l];
	for (size_t i = 0; i < s->n; i++)
		csv_row(b, v, w, l, &s->items[i]);
}

enum rc page_worklist_csv(struct visit *v, struct err *e)
{
	struct worklist_query q;
	struct worklist w;
	struct filters f;
	struct str name = request_query(v->req, "list");
	enum work_list only = list_of(name);
	enum rc rc = query_of(v, &f, &q, e);
	if (rc != RC_OK)
		return rc;
	if (name.n && !only)
		return err_set(e, RC_NOT_FOUND, "There is no such list.");
	q.whole = true;
	q.only = only;
	q.limit = WORKLIST_WHOLE_MAX;
	if ((rc = worklist_see(v->app, viewer_of(v), &q, v->a, &w, e)) != RC_OK)
		return rc;
	struct buf b;
	buf_init(&b, CSV_MAX);
	buf_puts(&b, "\xEF\xBB\xBFlist,name,clock,reading,due,days late (minus: days left),unit,whose "
		     "turn,council,area,why,next step\r\n");
	for (int l = LIST_LATE; l < LIST__COUNT; l++)
		csv_section(v, &w, (enum work_list)l, &b);
	if (w.more)
		buf_printf(&b, "\"The file stops after %d rows. Choose a filter to get the rest.\"\r\n",
			   WORKLIST_WHOLE_MAX);
	if (!buf_ok(&b))
		rc = err_set(e, RC_LIMIT, "The list is too long for one file. Choose a filter first.");
	if (rc == RC_OK && app_is_demonstration(v->app))
		buf_puts(&b, DEMONSTRATION_ROW);
	if (rc == RC_OK)
		page_download(v, "text/csv; charset=utf-8", STR("worklist.csv"), &b);
	buf_release(&b);
	return rc;
}

/* Whoever has no worklist begins at the first thing that their role does. */
enum rc page_home(struct visit *v, struct err *e)
{
	if (may(v, ACT_SEE_WORKLIST))
		return page_worklist(v, e);
	if (may(v, ACT_GIVE_SIGHT))
		return page_redirect(v, link_oversight());
	if (may(v, ACT_SEE_CHILD) || may(v, ACT_SEE_LOOKS))
		return page_redirect(v, link_children());
	if (may(v, ACT_PLAN))
		return page_redirect(v, link_plans());
	return page_redirect(v, may(v, ACT_LOAD) ? link_imports() : link_static("help"));
}
