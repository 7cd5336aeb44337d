#include "web/pages/measure.h"

#include "pages/templates.h"

/* ---- words and addresses ---- */

struct str number_words(const struct visit *v, const struct measure *m, const struct measure_number *n)
{
	if (!n->has)
		return STR("-");
	struct str value = reading_value(m, n->value, v->a);
	struct str interval = reading_interval(m, n, v->a);
	return arena_printf(v->a, STR_FMT STR_FMT, STR_ARG(value), STR_ARG(interval));
}

struct measure_at at_outcome(struct measure_at at, const char *outcome)
{
	at.outcome = str_of(outcome);
	return at;
}

struct measure_at at_why(struct measure_at at, struct str why)
{
	at.outcome = STR("left-out");
	at.why = why;
	return at;
}

struct measure_at at_late(struct measure_at at, enum holder h)
{
	at.outcome = STR("no");
	at.late_by = h;
	return at;
}

struct measure_at at_period(struct measure_at at, day_t period)
{
	at.from = at.to = period;
	return at;
}

const char *judgement_words(const struct reading *r)
{
	switch (r->judgement) {
	case JUDGED_BETTER: return "really better";
	case JUDGED_WORSE: return "really worse";
	case JUDGED_CHANGED: return "really changed";
	case JUDGED_NO_CHANGE: return "no real change";
	default: return r->last.has ? "too few to tell" : "nobody";
	}
}

/* ---- all of them ---- */

struct text64 people_known_to(const struct measure *m)
{
	const struct population *p = m->population;
	return show_day_plain(p->estimates[p->n - 1].of);
}

/* Of a rate the base is a whole population, or not held. */
static bool counts_nobody(const struct measures_row *r)
{
	return !(r->m->statistic == STATISTIC_RATE ? r->reading.last.yes : r->reading.last.base);
}

static bool titled_before(const struct measures_title *titles, size_t n, struct str title)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(titles[i].rows[0]->m->title, title))
			return true;
	return false;
}

/* The measures of a document, in its order: those that count somebody by title, the others aside. */
static struct measures_group group_of(struct arena *a, const struct measures_row *rows, size_t n)
{
	struct measures_group g = { .title = rows[0].m->document };
	struct measures_title *titles = arena_array(a, n, sizeof *titles);
	const struct measures_row **shown = arena_array(a, n, sizeof(*shown)),
				  **nobody = arena_array(a, n, sizeof *nobody);
	size_t n_shown = 0;
	for (size_t i = 0; i < n; i++) {
		if (counts_nobody(&rows[i])) {
			nobody[g.n_nobody++] = &rows[i];
			continue;
		}
		if (titled_before(titles, g.n, rows[i].m->title))
			continue;
		struct measures_title *t = &titles[g.n++];
		t->rows = &shown[n_shown];
		for (size_t k = i; k < n; k++)
			if (!counts_nobody(&rows[k]) && str_eq(rows[k].m->title, rows[i].m->title))
				shown[n_shown++] = &rows[k];
		t->n = (size_t)(&shown[n_shown] - t->rows);
	}
	g.titles = titles;
	g.nobody = nobody;
	return g;
}

static void group_measures(struct arena *a, const struct measures_row *rows, size_t n, struct measures_view *view)
{
	struct measures_group *groups = arena_array(a, n + 1, sizeof *groups);
	for (size_t i = 0, to; i < n; i = to) {
		for (to = i + 1; to < n && str_eq(rows[to].m->document, rows[i].m->document);)
			to++;
		groups[view->n_groups++] = group_of(a, rows + i, to - i);
	}
	view->groups = groups;
}

/* What is more than chance: what got worse before what got better. */
static void find_changed(struct arena *a, const struct measures_row *rows, size_t n, struct measures_view *view)
{
	static const enum judgement order[] = { JUDGED_WORSE, JUDGED_BETTER, JUDGED_CHANGED };
	const struct measures_row **changed = arena_array(a, n + 1, sizeof *changed);
	for (size_t k = 0; k < COUNT_OF(order); k++)
		for (size_t i = 0; i < n; i++)
			if (rows[i].reading.judgement == order[k]) {
				changed[view->n_changed++] = &rows[i];
				view->n_worse += order[k] == JUDGED_WORSE;
			}
	view->changed = changed;
}

enum rc page_measures(struct visit *v, struct err *e)
{
	struct measures_view view = { .page = { v, STR("Measures"), MENU_MEASURES } };
	struct measure_query q = { .from = DAY_NONE, .to = DAY_NONE };
	struct measure_result r;
	enum rc rc = query_when(v, &view.when, e);
	if (rc != RC_OK)
		return rc;
	q.as_of = view.when.as_of;
	q.known_ms = when_known_ms(view.when);
	if ((rc = measure_see(v->app, viewer_of(v), &q, NULL, NULL, v->a, &r, e)) != RC_OK)
		return rc;
	struct measures_row *rows = arena_array(v->a, r.n, sizeof *rows);
	for (size_t i = 0; i < r.n; i++) {
		const struct measure_answer *an = &r.answers[i];
		const struct tally_row *t;
		size_t n = tally_rows(an->tally, GROUP_NONE, true, v->a, &t);
		rows[i] = (struct measures_row){ .m = an->m, .period = measure_period_name(an->m, an->to, v->a) };
		reading_of(an->m, t, n, an->to, v->a, &rows[i].reading);
		rows[i].at = (struct measure_at){ .from = an->to, .to = an->to, .when = view.when };
	}
	for (size_t i = r.n; i > 0; i--)
		if (!rows[i - 1].m->yearly || !view.period.n)
			view.period = rows[i - 1].period;
	group_measures(v->a, rows, r.n, &view);
	find_changed(v->a, rows, r.n, &view);
	view.as_of = r.as_of;
	measures_html(&v->out, &view);
	measure_result_release(&r);
	return RC_OK;
}

/* ---- one: its parts ---- */

static enum rc at_of(const struct visit *v, struct measure_at *out, struct err *e)
{
	const struct request *r = v->req;
	*out = (struct measure_at){ .by = request_query(r, "by"),
				    .group = request_query(r, "group"),
				    .outcome = request_query(r, "outcome"),
				    .why = request_query(r, "why"),
				    .late_by = holder_of(request_query(r, "late-by")) };
	if (request_query(r, "late-by").n && out->late_by == HOLDER_NONE)
		return err_set(e, RC_BAD_INPUT,
			       "Nobody is called that who could have been late. Say council, health, provider, family, "
			       "other-area, young-person or board, or open the measure again and choose.");
	enum rc rc = query_day(v, "from", "The first month", &out->from, e);
	if (rc == RC_OK)
		rc = query_day(v, "to", "The last month", &out->to, e);
	return rc == RC_OK ? query_when(v, &out->when, e) : rc;
}

static struct measure_query query_of(const struct measure_at *at, const struct str *ids, size_t n)
{
	return (struct measure_query){ .ids = ids,
				       .n_ids = n,
				       .from = at->from,
				       .to = at->to,
				       .as_of = at->when.as_of,
				       .known_ms = when_known_ms(at->when) };
}

/* The measure first, then the others of its family that this viewer may see. */
static size_t family_of(const struct visit *v, struct str id, struct str ids[READINGS_SHOWN_MAX])
{
	const struct measures *all = app_measures(v->app);
	const struct measure *m = measures_find(all, id);
	size_t n = 0;
	ids[n++] = id;
	for (size_t i = 0; m && i < measures_count(all) && n < READINGS_SHOWN_MAX; i++) {
		const struct measure *o = measures_at(all, i);
		if (str_eq(o->family, m->family) && !str_eq(o->id, id) && measures_find(all, o->id) == o &&
		    measure_is_for(v->app, viewer_of(v), o) && o->yearly == m->yearly)
			ids[n++] = o->id;
	}
	return n;
}

static struct measure_row row_of(const struct visit *v, const struct measure_answer *an, const struct tally_row *t,
				 struct str name, struct measure_at at)
{
	struct measure_row r = { .name = name, .at = at, .why_out = measure_why_out(an->tally, &t->n, v->a) };
	measure_number(an->m, t, &r.n);
	return r;
}

static struct str month_label(day_t period)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	return str_of(names[day_ymd(period).month - 1]);
}

/* Every third month has its name; the first, and each January, its year too. */
static const struct str *labels_of(const struct visit *v, const struct reading *r)
{
	struct str *labels = arena_array(v->a, r->n + 1, sizeof *labels);
	for (size_t i = 0; i < r->n; i++) {
		struct ymd y = day_ymd(r->points[i].period);
		labels[i] = STR("");
		if (r->m->yearly)
			labels[i] = arena_printf(v->a, "%d", y.year + 1);
		else if (y.month == 1)
			labels[i] = arena_printf(v->a, STR_FMT " %02d", STR_ARG(month_label(r->points[i].period)),
						 y.year % 100);
		else if (y.month % 3 == 1)
			labels[i] = month_label(r->points[i].period);
	}
	return labels;
}

static void draw_months(const struct visit *v, struct measure_view *view)
{
	const struct reading *r = &view->reading;
	if (!r->n)
		return;
	const struct xmr_point *x = &r->points[r->n - 1].x;
	struct str first = measure_period_name(r->m, r->points[0].period, v->a);
	struct chart_text t = { .labels = labels_of(v, r) };
	t.title = arena_printf(v->a, "Control chart: " STR_FMT ", " STR_FMT " to " STR_FMT, STR_ARG(r->m->title),
			       STR_ARG(first), STR_ARG(view->period));
	if (r->charted)
		t.description = arena_printf(v->a, "Average " STR_FMT ", limits " STR_FMT " to " STR_FMT ". " STR_FMT,
					     STR_ARG(reading_value(r->m, x->mean, v->a)),
					     STR_ARG(reading_value(r->m, x->lower, v->a)),
					     STR_ARG(reading_value(r->m, x->upper, v->a)), STR_ARG(view->headline));
	else
		t.description = view->headline;
	view->wide = chart_control(r, &t, false, v->a);
	view->narrow = chart_control(r, &t, true, v->a);
}

static void list_months(const struct visit *v, const struct measure_answer *an, const struct tally_row *t, size_t n,
			struct measure_view *view)
{
	struct measure_row *rows = arena_array(v->a, n, sizeof *rows);
	for (size_t i = n; i-- > 0;) {
		if (t[i].period == DAY_NONE)
			continue;
		struct measure_row *r = &rows[view->n_months++];
		*r = row_of(v, an, &t[i], measure_period_name(an->m, t[i].period, v->a),
			    at_period(view->at, t[i].period));
		for (size_t k = 0; view->reading.charted && k < view->reading.n; k++)
			if (view->reading.points[k].period == t[i].period &&
			    view->reading.points[k].x.cause != CAUSE_COMMON && view->reading.n >= XMR_ENOUGH)
				r->said = STR("more than chance");
	}
	view->months = rows;
}

/* ---- one: its groups ---- */

static day_t funnel_from(const struct measure_answer *an)
{
	if (measure_is_of_a_moment(an->m))
		return an->to;
	day_t from = day_add_months(an->to, 1 - MONTHS_OF_A_FUNNEL);
	return from < an->from ? an->from : from;
}

static void list_groups(const struct visit *v, const struct measure_answer *an, enum measure_group by, double average,
			struct measure_view *view)
{
	const struct tally_row *t;
	struct measure_table *table = &view->tables[by - 1];
	size_t n = tally_sums(an->tally, by, funnel_from(an), an->to, v->a, &t);
	struct measure_row *rows = arena_array(v->a, n, sizeof *rows);
	for (size_t i = 0; i < n; i++) {
		struct measure_at at = view->at;
		at.from = funnel_from(an);
		at.to = an->to;
		at.by = str_of(measure_group_id(by));
		at.group = measure_group_code(v->app, by, t[i].group);
		if (!at.group.n)
			at.group = STR("none");
		rows[i] = row_of(v, an, &t[i], measure_group_name(v->app, by, t[i].group), at);
		if (measure_is_share(an->m) && n > 1)
			rows[i].said = measure_versus_all(&rows[i].n, average);
	}
	*table = (struct measure_table){ by, rows, n };
}

static bool is_ours(const struct visit *v, const struct measure_row *r)
{
	const struct organisation *o = app_organisation_by_code(v->app, r->at.group);
	return o && (o->id == viewer_of(v)->org || o->served_by == viewer_of(v)->org);
}

static void draw_funnel(const struct visit *v, double average, struct measure_view *view)
{
	const struct measure_table *t = &view->tables[GROUP_COUNCIL - 1];
	struct funnel_area *areas = arena_array(v->a, t->n, sizeof *areas);
	struct funnel f = { .areas = areas, .average = 100 * average };
	struct buf b AUTO(buf_release);
	buf_init(&b, 8192);
	for (size_t i = 0; i < t->n && f.n < FUNNEL_AREAS_MAX; i++) {
		const struct measure_row *r = &t->rows[i];
		if (!r->n.has)
			continue;
		bool ours = is_ours(v, r);
		areas[f.n++] = (struct funnel_area){ r->name, r->n.yes, r->n.base, r->n.value, ours };
		if (ours)
			buf_printf(&b, STR_FMT " is " STR_FMT ". ", STR_ARG(r->name), STR_ARG(r->said));
	}
	if (f.n < 2)
		return;
	f.title = arena_printf(v->a, "Funnel: " STR_FMT " by council, " STR_FMT, STR_ARG(view->m->title),
			       STR_ARG(view->range));
	f.description =
	    arena_printf(v->a, "All together %d%%. " STR_FMT, per_cent_whole(f.average), STR_ARG(buf_view(&b)));
	view->funnel_words = arena_str(v->a, buf_view(&b));
	view->funnel = chart_funnel(&f, v->a);
}

static void fill_groups(const struct visit *v, const struct measure_answer *an, struct measure_view *view)
{
	const struct tally_row *all;
	double average = 0;
	if (tally_sums(an->tally, GROUP_NONE, funnel_from(an), an->to, v->a, &all) && counts_base(&all[0].n))
		average = (double)all[0].n.yes / (double)counts_base(&all[0].n);
	view->range = measure_is_of_a_moment(an->m) ? view->period : arena_printf(v->a, "12 months to " STR_FMT, STR_ARG(view->period));
	for (int by = GROUP_COUNCIL; by < GROUP__COUNT; by++)
		list_groups(v, an, (enum measure_group)by, average, view);
	if (measure_is_share(an->m))
		draw_funnel(v, average, view);
}

/* ---- one: put together ---- */

static void fill_reasons(const struct visit *v, const struct measure_answer *an, struct measure_view *view)
{
	const struct str *reasons;
	size_t n = tally_reasons(an->tally, &reasons);
	struct str *mine = arena_array(v->a, n, sizeof *mine);
	int64_t *counts = arena_array(v->a, n, sizeof *counts);
	for (size_t i = 0; i < n; i++)
		if (view->now.why[i]) {
			mine[view->n_reasons] = reasons[i];
			counts[view->n_reasons++] = view->now.why[i];
		}
	view->reasons = mine;
	view->reason_counts = counts;
}

static void fill_readings(const struct visit *v, const struct measure_result *r, day_t to, struct measure_view *view)
{
	struct measure_row *rows = arena_array(v->a, r->n, sizeof *rows);
	for (size_t i = 0; i < r->n; i++) {
		const struct measure_answer *an = &r->answers[i];
		const struct tally_row *t, none = { 0 };
		size_t n = tally_sums(an->tally, GROUP_NONE, period_of(an->m, to), period_of(an->m, to), v->a, &t);
		struct str name =
		    an->m->kind == view->m->kind && str_eq(an->m->title, view->m->title)
			? an->m->reading
			: arena_printf(v->a, STR_FMT ": " STR_FMT, STR_ARG(an->m->title), STR_ARG(an->m->reading));
		rows[i] = row_of(v, an, n ? &t[0] : &none, name, view->at);
		view->reading_of[i] = an->m;
	}
	view->readings = rows;
	view->n_readings = r->n;
}

static void fill(const struct visit *v, const struct measure_result *r, struct measure_view *view)
{
	const struct measure_answer *an = &r->answers[0];
	const struct tally_row *t;
	size_t n = tally_rows(an->tally, GROUP_NONE, true, v->a, &t);
	view->m = an->m;
	view->as_of = r->as_of;
	view->late = an->late;
	view->period = measure_period_name(an->m, an->to, v->a);
	for (size_t i = 0; i < n; i++)
		if (t[i].period == an->to)
			view->now = t[i].n;
	reading_of(an->m, t, n, an->to, v->a, &view->reading);
	view->headline = reading_headline(&view->reading, view->period, v->a);
	view->words = reading_words(&view->reading, v->a);
	view->previous = period_of(an->m, an->to - 1);
	view->next = period_next(an->m, an->to);
	if (period_last(an->m, view->next) > r->as_of)
		view->next = DAY_NONE;
	draw_months(v, view);
	list_months(v, an, t, n, view);
	fill_groups(v, an, view);
	fill_reasons(v, an, view);
	fill_readings(v, r, an->to, view);
}

enum rc page_measure(struct visit *v, struct err *e)
{
	struct measure_view view = { .page = { v, STR("Measure"), MENU_MEASURES } };
	struct str ids[READINGS_SHOWN_MAX];
	struct measure_result r;
	struct str id = request_param(v->req, "measure");
	enum rc rc = at_of(v, &view.at, e);
	if (rc != RC_OK)
		return rc;
	struct measure_query q = query_of(&view.at, ids, family_of(v, id, ids));
	q.with_late = true;
	rc = measure_see(v->app, viewer_of(v), &q, NULL, NULL, v->a, &r, e);
	if (rc == RC_OK && (rc = filed_list(v->app, viewer_of(v), id, v->a, &view.filed, &view.n_filed, e)) != RC_OK)
		measure_result_release(&r);
	if (rc != RC_OK)
		return rc;
	view.page.title = r.answers[0].m->title;
	fill(v, &r, &view);
	rc = measure_map_fill(v, &r, str_is(request_query(v->req, "shared"), "yes"), &view, e);
	view.at.outcome = view.at.by = view.at.group = view.at.why = (struct str){ NULL, 0 };
	if (rc == RC_OK)
		measure_html(&v->out, &view);
	measure_result_release(&r);
	return rc;
}

/* ---- the children behind a number ---- */

static enum rc opening_of(const struct visit *v, const struct measure_at *at, struct measure_opening *out,
			  struct err *e)
{
	*out = (struct measure_opening){ .period = DAY_NONE, .reason = at->why, .late_by = at->late_by };
	for (int o = OUTCOME_YES; o < OUTCOME__COUNT; o++)
		if (str_is(at->outcome, outcome_id((enum outcome)o)))
			out->outcome = (enum outcome)o;
	for (int by = GROUP_COUNCIL; by < GROUP__COUNT; by++)
		if (str_is(at->by, measure_group_id((enum measure_group)by)))
			out->by = (enum measure_group)by;
	if ((at->outcome.n && !out->outcome) || (at->by.n && !out->by))
		return err_set(e, RC_NOT_FOUND, "There is no such number.");
	if (out->by == GROUP_IN_AREA) {
		for (int i = 0; i < IN_AREA__COUNT; i++)
			if (str_is(at->group, in_area_id((enum in_area)i))) {
				out->group = i;
				return RC_OK;
			}
		return err_set(e, RC_NOT_FOUND, "There is no such number.");
	}
	const struct organisation *o = app_organisation_by_code(v->app, at->group);
	if (out->by && !o && !str_is(at->group, "none"))
		return err_set(e, RC_NOT_FOUND, "There is no such number.");
	out->group = o ? o->id : 0;
	return RC_OK;
}

static struct str heading_of(const struct visit *v, const struct measure *m, const struct measure_opening *o, int64_t n)
{
	static const char *const clock[] = { "Counted or left out", "In time", "Late or not done", "Left out",
					     "Not due yet" };
	static const char *const other[] = { "Counted or left out", "In the number", "Not in the number", "Left out",
					     "Not due yet" };
	const char *words = m->kind == MEASURE_CLOCK ? clock[o->outcome] : other[o->outcome];
	return arena_printf(v->a, "%s%s%s%s" STR_FMT ": %" PRId64, words, o->late_by ? ", " : "",
			    o->late_by ? holder_title(o->late_by) : "",
			    o->late_by	  ? " over its share"
			    : o->reason.n ? ", "
					  : "",
			    STR_ARG(o->reason), n);
}

enum rc page_measure_children(struct visit *v, struct err *e)
{
	struct measure_children_view view = { .page = { v, STR("Children"), MENU_MEASURES } };
	struct str id = request_param(v->req, "measure");
	struct measure_opening open;
	struct measure_result r;
	enum rc rc = at_of(v, &view.at, e);
	if (rc == RC_OK)
		rc = opening_of(v, &view.at, &open, e);
	if (rc != RC_OK)
		return rc;
	struct measure_query q = query_of(&view.at, &id, 1);
	q.open = &open;
	if ((rc = measure_see(v->app, viewer_of(v), &q, NULL, NULL, v->a, &r, e)) != RC_OK)
		return rc;
	const struct measure_answer *an = &r.answers[0];
	struct str from = measure_period_name(an->m, an->from, v->a), to = measure_period_name(an->m, an->to, v->a);
	view.m = an->m;
	view.r = &r;
	view.heading = heading_of(v, an->m, &open, r.people_total);
	view.where =
	    arena_printf(v->a, STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(from), an->from == an->to ? "" : " to ",
			 STR_ARG(an->from == an->to ? STR("") : to), open.by ? ", " : "",
			 STR_ARG(open.by ? measure_group_name(v->app, open.by, open.group) : STR("")));
	view.page.title = view.heading;
	measure_children_html(&v->out, &view);
	measure_result_release(&r);
	return RC_OK;
}

/* ---- as a file ---- */

enum rc page_measure_csv(struct visit *v, struct err *e)
{
	struct measure_at at;
	struct measure_result r;
	struct measure_layout l = { .shared = str_is(request_query(v->req, "shared"), "yes") };
	struct str id = request_param(v->req, "measure");
	enum rc rc = at_of(v, &at, e);
	if (rc != RC_OK)
		return rc;
	for (int by = GROUP_COUNCIL; by < GROUP__COUNT; by++)
		if (str_is(at.by, measure_group_id((enum measure_group)by)))
			l.by = (enum measure_group)by;
	struct measure_query q = query_of(&at, &id, 1);
	if ((rc = measure_see(v->app, viewer_of(v), &q, NULL, NULL, v->a, &r, e)) != RC_OK)
		return rc;
	struct buf b;
	buf_init(&b, HTML_PAGE_MAX);
	buf_puts(&b, "\xEF\xBB\xBF");
	rc = measure_print_csv(v->app, &r, &l, v->a, &b, e);
	if (rc == RC_OK && app_is_demonstration(v->app))
		buf_puts(&b, DEMONSTRATION_ROW);
	if (rc == RC_OK)
		page_download(v, "text/csv; charset=utf-8",
			      arena_printf(v->a, STR_FMT "%s.csv", STR_ARG(id), l.shared ? "-shared" : ""), &b);
	buf_release(&b);
	measure_result_release(&r);
	return rc;
}
