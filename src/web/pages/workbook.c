#include "web/pages/workbook.h"

#include "pages/templates.h"
#include "web/pages/import.h"
#include "web/pages/weekly.h"

enum { STOPS_MAX = 100, YAML_MAX = 4 * MAPPING_TEXT_MAX };

static enum rc take(struct visit *v, struct workbook *w, struct err *e)
{
	int64_t id;
	if (id_parse(request_param(v->req, "draft"), &id) != RC_OK)
		id = 0;
	return workbook_take(v->app, viewer_of(v), id, w, e);
}

/* A draft that is gone: the person can give the file again at once. */
static enum rc say_gone(struct visit *v, enum rc rc, const struct err *e)
{
	return rc == RC_NOT_FOUND ? import_show_form(v, arena_str(v->a, str_of(e->text))) : rc;
}

static size_t number_of(struct str s, size_t max)
{
	int64_t n;
	return str_to_int(s, 0, (int64_t)max, &n) == RC_OK ? (size_t)n : 0;
}

/* ---- what may be chosen ---- */

static void make_rows(struct workbook_view *view, struct arena *a)
{
	const struct sheets_parts *p = view->w->parts;
	struct option *rows = arena_array(a, parts_count(p) + 2, sizeof *rows);
	rows[view->n_rows++] = (struct option){ STR("none"), STR("Leave this sheet out") };
	if (!view->w->list)
		rows[view->n_rows++] =
		    (struct option){ STR("children"), STR("A child: one row each, with columns of what happened") };
	for (size_t i = 1; i < parts_count(p); i++)
		if (part_is_list(p, i))
			rows[view->n_rows++] = (struct option){ part_id(p, i), part_title(p, i) };
	view->rows = rows;
}

static bool may_stand(const struct workbook_view *view, size_t part)
{
	const struct mapped_sheet *s = view->s;
	return part == PART_ROW || (s->rows == ROWS_CHILDREN && part_is_wide(view->w->parts, part)) ||
	       (s->rows == ROWS_LIST && (part == s->part || str_is(part_id(view->w->parts, part), "children")));
}

/* "Initial health assessment: day the child was seen": a closed list shows no group. */
static struct str target_words(const struct sheets_parts *p, struct target t, struct arena *a)
{
	struct str says = target_says(p, t), rest;
	says = str_cut(says, ';', &rest);
	if (t.part == PART_ROW)
		return says;
	char *low = arena_alloc(a, says.n + 1);
	memcpy(low, says.p, says.n);
	if (says.n > 1 && low[0] >= 'A' && low[0] <= 'Z' && !(low[1] >= 'A' && low[1] <= 'Z'))
		low[0] = (char)(low[0] - 'A' + 'a');
	return arena_printf(a, STR_FMT ": %.*s", STR_ARG(part_title(p, t.part)), (int)says.n, low);
}

static void make_groups(struct workbook_view *view, struct arena *a)
{
	const struct sheets_parts *p = view->w->parts;
	struct option_group *groups = arena_array(a, parts_count(p), sizeof *groups);
	for (size_t i = 0; i < parts_count(p); i++) {
		if (!may_stand(view, i))
			continue;
		struct option *options = arena_array(a, part_columns(p, i), sizeof *options);
		struct option_group *g = &groups[view->n_groups++];
		*g = (struct option_group){ .title = part_title(p, i), .options = options };
		for (size_t c = 0; c < part_columns(p, i); c++) {
			struct target t = { (uint16_t)i, (uint16_t)c };
			if (target_open(p, t))
				options[g->n++] = (struct option){ target_text(p, t, a), target_words(p, t, a) };
		}
	}
	view->groups = groups;
}

static void make_councils(struct workbook_view *view, struct visit *v)
{
	const struct organisation *orgs;
	const struct str *served;
	size_t n = app_organisations(v->app, &orgs), n_served = councils_served(v->app, viewer_of(v), v->a, &served);
	struct option *list = arena_array(v->a, n, sizeof *list);
	for (int pass = 0; pass < 2; pass++) /* the team's own first */
		for (size_t i = 0; i < n; i++) {
			bool own = false;
			for (size_t k = 0; k < n_served; k++)
				own = own || str_eq(served[k], orgs[i].code);
			if (str_is(orgs[i].kind, "council") && own == !pass)
				list[view->n_councils++] = (struct option){ orgs[i].name, orgs[i].name };
		}
	view->councils = list;
}

/* ---- a column ---- */

static void add_samples(struct column_line *l, const struct workbook_view *view, struct visit *v)
{
	for (size_t r = 0; r < view->is->n_first && l->n_samples < SAMPLES_SHOWN; r++) {
		struct str raw = view->is->first[r].cells[l->c->at];
		struct sample *s = &l->samples[l->n_samples];
		if (!raw.n)
			continue;
		s->raw = raw;
		s->text = mapping_show(view->w->parts, l->c, raw, app_today(v->app), v->a, &s->bad);
		if (!s->text.n)
			s->text = STR("nothing");
		s->changed = !str_eq(s->text, s->raw);
		l->n_samples++;
	}
}

/* Words that are not understood, and those that a person gave a meaning. */
static void add_words(struct column_line *l, const struct workbook_view *view, struct arena *a, size_t *room)
{
	const struct survey_column *k = &view->is->columns[l->c->at];
	l->n_codes = target_codes(view->w->parts, l->c->to[0], a, &l->codes);
	for (size_t i = 0; l->n_codes && i < k->n_words && l->n_words < WORDS_OF_A_COLUMN && *room; i++) {
		struct str code = { NULL, 0 };
		for (size_t w = 0; w < l->c->n_words; w++)
			if (str_eq(l->c->words[w].word, k->words[i].text))
				code = l->c->words[w].code.n ? l->c->words[w].code : STR("-");
		if (!code.n && mapping_understands(view->w->parts, l->c->to[0], l->c, k->words[i].text))
			continue;
		l->words[l->n_words++] = (struct word_line){ i, k->words[i].text, code, k->words[i].n };
		(*room)--;
	}
}

static struct str also_words(const struct workbook_view *view, const struct mapped_column *c, struct arena *a)
{
	struct buf b;
	buf_init(&b, 400);
	for (size_t i = 1; i < c->n_to; i++)
		buf_printf(&b, "%s" STR_FMT, i > 1 ? "; " : "", STR_ARG(target_says(view->w->parts, c->to[i])));
	struct str s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

static void make_line(struct workbook_view *view, struct visit *v, size_t number, size_t *room)
{
	struct column_line *l = &view->lines[view->n_lines++];
	const struct mapped_column *c = &view->s->columns[number];
	*l = (struct column_line){ .number = number, .c = c };
	if (c->n_to) {
		l->target = target_text(view->w->parts, c->to[0], v->a);
		l->is_day = target_is_day(view->w->parts, c->to[0]);
		l->also = also_words(view, c, v->a);
	}
	if (c->at == SIZE_MAX)
		return;
	const struct survey_counts *n = &view->is->columns[c->at].c;
	l->letter = sheet_column_name(c->at, v->a);
	/* Asked only where it could be otherwise. */
	l->ask_order = l->is_day && (n->month_first || c->order_said || (n->either && !n->day_first));
	bool whose =
	    c->n_to && (c->to[0].part == PART_ROW || str_is(part_id(view->w->parts, c->to[0].part), "children"));
	l->may_fill = c->n_to && (n->merged > 0 || c->fill != FILL_NOT || (whose && n->filled < view->is->rows));
	add_samples(l, view, v);
	if (c->n_to)
		add_words(l, view, v->a, room);
}

/* ---- values that no column gives ---- */

static void make_constants(struct workbook_view *view, struct arena *a)
{
	const struct mapped_sheet *s = view->s;
	const struct sheets_parts *p = view->w->parts;
	bool fed = false;
	for (size_t i = 0; i < s->n_columns; i++)
		for (size_t k = 0; k < s->columns[i].n_to; k++)
			fed = fed || (s->columns[i].to[k].part == PART_ROW &&
				      s->columns[i].to[k].column == ROW_COUNCIL && s->columns[i].at != SIZE_MAX);
	view->ask_council = !fed && !view->w->list;
	for (size_t i = 0; i < s->n_constants; i++) {
		const struct mapped_constant *c = &s->constants[i];
		if (c->to.part == PART_ROW) {
			view->council = c->value;
			continue;
		}
		if (view->n_constants == CONSTANTS_SHOWN)
			continue;
		struct constant_line *l = &view->constants[view->n_constants];
		*l = (struct constant_line){ .id = target_text(p, c->to, a), .value = c->value, .why = c->why };
		l->words = arena_printf(a, STR_FMT ": " STR_FMT, STR_ARG(part_title(p, c->to.part)),
					STR_ARG(target_says(p, c->to)));
		l->n_codes = target_codes(p, c->to, a, &l->codes);
		/* What makes a part that part is not a choice. */
		view->n_constants += l->n_codes > 0 && !str_is(target_name(p, c->to), "kind") &&
				     !str_is(target_name(p, c->to), "step") && !str_is(target_name(p, c->to), "what");
	}
}

/* ---- questions ---- */

static void add_question(struct workbook_view *view, const struct mapping_question *q, struct arena *a)
{
	const struct mapping *m = view->w->mapping;
	struct stop s = { .words = q->words };
	if (q->sheet != SIZE_MAX)
		s.where = m->sheets[q->sheet].name;
	if (q->column != SIZE_MAX)
		s.where = arena_printf(a, STR_FMT ", " STR_FMT, STR_ARG(s.where),
				       STR_ARG(m->sheets[q->sheet].columns[q->column].heading));
	bool here = q->sheet == view->sheet;
	if (q->column == SIZE_MAX)
		s.to =
		    here ? link_place("sheet", 1) : link_workbook(view->w->id, q->sheet == SIZE_MAX ? 0 : q->sheet, 0);
	else if (here && q->column >= view->from && q->column < view->upto)
		s.to = link_place("c", q->column);
	else
		s.to = link_workbook(view->w->id, q->sheet, q->column / COLUMNS_A_PAGE * COLUMNS_A_PAGE);
	if (q->sort == QUESTION_STOPS && view->n_stops < STOPS_MAX)
		view->stops[view->n_stops++] = s;
	else if (q->sort == QUESTION_DIFFERS && view->n_differs < STOPS_MAX)
		view->differs[view->n_differs++] = s;
	else if (q->sort == QUESTION_LOOK && q->column == SIZE_MAX && here && view->n_looks < STOPS_MAX)
		view->looks[view->n_looks++] = s;
	if (q->sort == QUESTION_STOPS && q->sheet != SIZE_MAX)
		view->sheets[q->sheet].stops++;
	for (size_t i = 0; here && q->column != SIZE_MAX && i < view->n_lines; i++)
		if (view->lines[i].number == q->column &&
		    view->lines[i].n_questions < COUNT_OF(view->lines[i].questions))
			view->lines[i].questions[view->lines[i].n_questions++] = q;
}

static void make_sheets(struct workbook_view *view, struct arena *a)
{
	const struct mapping *m = view->w->mapping;
	view->sheets = arena_array(a, m->n_sheets, sizeof *view->sheets);
	for (size_t i = 0; i < m->n_sheets; i++) {
		struct sheet_line *l = &view->sheets[i];
		l->s = &m->sheets[i];
		l->is = l->s->at == SIZE_MAX ? NULL : &view->w->survey->sheets[l->s->at];
		for (size_t c = 0; c < l->s->n_columns; c++)
			l->read += l->s->columns[c].n_to > 0 && l->s->columns[c].at != SIZE_MAX;
	}
}

static struct str list_council(struct visit *v, const struct weekly_request *r)
{
	const struct organisation *o = app_organisation_by_code(v->app, r->council);
	return o ? o->name : r->council;
}

static size_t make_view(struct workbook_view *view, struct visit *v, const struct workbook *w, size_t sheet,
			size_t from)
{
	const struct mapping *m = w->mapping;
	size_t room = WORDS_A_PAGE;
	view->w = w;
	view->sheet = sheet < m->n_sheets ? sheet : 0;
	view->s = &m->sheets[view->sheet];
	view->is = view->s->at == SIZE_MAX ? NULL : &w->survey->sheets[view->s->at];
	view->from = from < view->s->n_columns ? from / COLUMNS_A_PAGE * COLUMNS_A_PAGE : 0;
	view->upto =
	    view->from + COLUMNS_A_PAGE < view->s->n_columns ? view->from + COLUMNS_A_PAGE : view->s->n_columns;
	view->name = view->name.n ? view->name : m->name;
	make_sheets(view, v->a);
	make_rows(view, v->a);
	make_groups(view, v->a);
	make_councils(view, v);
	make_constants(view, v->a);
	if (w->list)
		view->council = list_council(v, w->list);
	view->lines = arena_array(v->a, COLUMNS_A_PAGE, sizeof *view->lines);
	for (size_t i = view->from; view->is && view->s->rows != ROWS_LEFT_OUT && i < view->upto; i++)
		make_line(view, v, i, &room);
	view->stops = arena_array(v->a, STOPS_MAX, sizeof *view->stops);
	view->differs = arena_array(v->a, STOPS_MAX, sizeof *view->differs);
	view->looks = arena_array(v->a, STOPS_MAX, sizeof *view->looks);
	const struct mapping_question *q;
	size_t n = mapping_questions(w->parts, w->survey, m, v->a, &q);
	for (size_t i = 0; i < n; i++)
		add_question(view, &q[i], v->a);
	return view->n_stops;
}

static void show(struct visit *v, const struct workbook *w, size_t sheet, size_t from, struct str problem,
		 struct str name)
{
	struct workbook_view *view = arena_alloc(v->a, sizeof *view);
	view->problem = problem;
	view->name = name;
	make_view(view, v, w, sheet, from);
	view->page =
	    (struct page){ v, arena_printf(v->a, "%sWhat is in " STR_FMT, problem.n ? "Error: " : "", STR_ARG(w->name)),
			   MENU_IMPORT };
	workbook_html(&v->out, view);
}

/* The sheet to begin with: the first that is read. */
static size_t first_sheet(const struct mapping *m)
{
	for (size_t i = 0; i < m->n_sheets; i++)
		if (m->sheets[i].rows != ROWS_LEFT_OUT && m->sheets[i].at != SIZE_MAX)
			return i;
	return 0;
}

enum rc page_workbook(struct visit *v, struct err *e)
{
	struct workbook w;
	enum rc rc = take(v, &w, e);
	if (rc != RC_OK)
		return say_gone(v, rc, e);
	struct str asked = request_query(v->req, "sheet");
	size_t sheet = asked.n ? number_of(asked, SHEET_LISTS_MAX * 10) : first_sheet(w.mapping);
	show(v, &w, sheet, number_of(request_query(v->req, "from"), 100000), (struct str){ "", 0 },
	     (struct str){ "", 0 });
	workbook_give(&w);
	return RC_OK;
}

/* ---- the form ---- */

static struct str field(const struct visit *v, const char *letter, size_t column, size_t word)
{
	char name[40];
	if (word == SIZE_MAX)
		snprintf(name, sizeof name, "%s%zu", letter, column);
	else
		snprintf(name, sizeof name, "%s%zu-%zu", letter, column, word);
	return request_form(v->req, name);
}

static void take_words(struct visit *v, struct workbook *w, const struct survey_column *k, size_t number,
		       struct mapped_column *c)
{
	struct mapped_word *words = arena_array(w->keep, MAPPING_WORDS_MAX, sizeof *words);
	size_t n = 0;
	for (size_t i = 0; i < c->n_words; i++) /* what this page did not ask stays */
		if (n < MAPPING_WORDS_MAX) {
			bool asked = false;
			for (size_t q = 0; q < k->n_words; q++)
				asked =
				    asked || (str_eq(k->words[q].text, c->words[i].word) && field(v, "w", number, q).p);
			if (!asked)
				words[n++] = c->words[i];
		}
	for (size_t q = 0; q < k->n_words && n < MAPPING_WORDS_MAX; q++) {
		struct str code = field(v, "w", number, q);
		if (code.n)
			words[n++] = (struct mapped_word){ arena_str(w->keep, k->words[q].text),
							   str_is(code, "-") ? STR("") : arena_str(w->keep, code) };
	}
	c->words = words;
	c->n_words = n;
}

static void take_column(struct visit *v, struct workbook *w, const struct survey_sheet *is, size_t number,
			struct mapped_column *c)
{
	struct str asked = field(v, "c", number, SIZE_MAX), order = field(v, "d", number, SIZE_MAX),
		   fill = field(v, "f", number, SIZE_MAX);
	struct target t;
	if (!asked.p)
		return;
	bool some = target_of(w->parts, asked, &t);
	bool other = some ? !c->n_to || !target_same(c->to[0], t) : c->n_to > 0;
	if (order.n) {
		c->order_said = !str_is(order, "ask");
		c->order = str_is(order, "month") ? DAYS_MONTH_FIRST : DAYS_DAY_FIRST;
	}
	if (fill.n)
		c->fill = str_is(fill, "merged") ? FILL_MERGED : str_is(fill, "empty") ? FILL_EMPTY : FILL_NOT;
	if (other) {
		c->n_to = some;
		c->n_words = 0;
		c->fresh = false;
		c->why = some ? STR("You chose this") : STR("You left this out");
		if (some)
			c->to[0] = t;
	} else if (c->n_to && c->at != SIZE_MAX) {
		take_words(v, w, &is->columns[c->at], number, c);
	}
}

static void set_constant(struct workbook *w, struct mapped_sheet *s, struct target t, struct str value)
{
	for (size_t i = 0; i < s->n_constants; i++)
		if (target_same(s->constants[i].to, t)) {
			if (!str_eq(s->constants[i].value, value))
				s->constants[i].why = STR("You chose this");
			s->constants[i].value = arena_str(w->keep, value);
			return;
		}
	if (value.n && s->n_constants < 40)
		s->constants[s->n_constants++] =
		    (struct mapped_constant){ t, arena_str(w->keep, value), STR("You chose this") };
}

/* A part that has just been chosen brings what it is: "initial" of the initial assessment. */
static void take_constants(struct visit *v, struct workbook *w, struct mapped_sheet *s)
{
	struct str council = request_form(v->req, "council");
	if (council.p)
		set_constant(w, s, (struct target){ PART_ROW, ROW_COUNCIL }, council);
	mapping_complete(w->parts, s, w->keep);
	for (size_t i = 0; i < s->n_constants; i++) {
		struct str name =
		    arena_printf(v->a, "k-" STR_FMT, STR_ARG(target_text(w->parts, s->constants[i].to, v->a)));
		struct str value = request_form(v->req, name.p);
		if (value.n)
			set_constant(w, s, s->constants[i].to, value);
	}
}

static enum rc take_rows(struct visit *v, struct workbook *w, size_t sheet, bool *changed_out, struct err *e)
{
	struct mapped_sheet *s = &w->mapping->sheets[sheet];
	struct str rows = request_form(v->req, "rows"), heading = request_form(v->req, "heading");
	int64_t line;
	*changed_out = false;
	if (s->at == SIZE_MAX)
		return RC_OK;
	if (heading.n && str_to_int(str_trim(heading), 0, 1048576, &line) != RC_OK)
		return err_set(e, RC_BAD_INPUT,
			       "The row of the headings is a number, such as 4. Write 0 if there are no headings.");
	if (heading.n && line != w->survey->sheets[s->at].heading_line) {
		*changed_out = true;
		return workbook_set_heading(v->app, viewer_of(v), w, sheet, line, e);
	}
	enum rows_are are = str_is(rows, "none") ? ROWS_LEFT_OUT : str_is(rows, "children") ? ROWS_CHILDREN : ROWS_LIST;
	size_t part = 0;
	for (size_t i = 1; are == ROWS_LIST && i < parts_count(w->parts); i++)
		if (str_eq(part_id(w->parts, i), rows) && part_is_list(w->parts, i))
			part = i;
	if (!rows.n || (are == ROWS_LIST && !part) || (are == s->rows && (are != ROWS_LIST || part == s->part)))
		return RC_OK;
	*changed_out = true;
	mapping_propose_sheet(w->parts, w->survey, w->mapping, sheet, are, part, w->keep);
	return RC_OK;
}

static void take_whole(struct visit *v, struct workbook *w)
{
	const struct str *served;
	size_t n = councils_served(v->app, viewer_of(v), v->a, &served);
	bool whole = str_is(request_form(v->req, "whole"), "yes");
	struct str *codes = arena_array(w->keep, n, sizeof *codes);
	for (size_t i = 0; i < n; i++)
		codes[i] = arena_str(w->keep, served[i]);
	w->mapping->whole = codes;
	w->mapping->n_whole = whole ? n : 0;
}

static enum rc take_form(struct visit *v, struct workbook *w, size_t sheet, size_t from, struct err *e)
{
	bool changed;
	struct str name = str_trim(request_form(v->req, "name"));
	if (name.p && !mapping_name_ok(name))
		return err_set(e, RC_BAD_INPUT,
			       "A name has small letters, digits and hyphens only, such as caseload-essex.");
	if (name.p)
		w->mapping->name = arena_str(w->keep, name);
	take_whole(v, w);
	enum rc rc = take_rows(v, w, sheet, &changed, e);
	if (rc != RC_OK || changed)
		return rc;
	struct mapped_sheet *s = &w->mapping->sheets[sheet];
	if (s->at == SIZE_MAX || s->rows == ROWS_LEFT_OUT)
		return RC_OK;
	for (size_t i = from; i < s->n_columns && i < from + COLUMNS_A_PAGE; i++)
		take_column(v, w, &w->survey->sheets[s->at], i, &s->columns[i]);
	take_constants(v, w, s);
	return RC_OK;
}

static bool is_stopped(struct visit *v, const struct workbook *w)
{
	const struct mapping_question *q;
	size_t n = mapping_questions(w->parts, w->survey, w->mapping, v->a, &q);
	for (size_t i = 0; i < n; i++)
		if (q[i].sort == QUESTION_STOPS)
			return true;
	return false;
}

static enum rc go_with_list(struct visit *v, struct workbook *w, bool load, struct err *e)
{
	struct weekly_page *page = arena_alloc(v->a, sizeof *page);
	int64_t list;
	enum rc rc = load ? workbook_load_list(v->app, viewer_of(v), w, v->a, &list, e)
			  : workbook_try_list(v->app, viewer_of(v), w, v->a, page, e);
	if (rc == RC_OK && load)
		return page_redirect(v, link_weekly(list));
	if (rc == RC_OK)
		list_show_tried(v, page, w->id);
	return rc;
}

static enum rc answer_form(struct visit *v, struct workbook *w, size_t sheet, size_t from, struct err *e)
{
	struct str what = request_form(v->req, "do"), none = { "", 0 };
	bool go = str_is(what, "try") || str_is(what, "load");
	enum rc rc = request_form(v->req, "rows").p ? take_form(v, w, sheet, from, e) : RC_OK;
	if (rc == RC_BAD_INPUT) {
		show(v, w, sheet, from, arena_str(v->a, str_of(e->text)), str_trim(request_form(v->req, "name")));
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	if (go && is_stopped(v, w)) {
		show(v, w, sheet, from, STR("Something must be answered before this can be loaded"), none);
		return RC_OK;
	}
	if (go && w->list) {
		rc = go_with_list(v, w, str_is(what, "load"), e);
	} else if (str_is(what, "try")) {
		struct load_summary *l = arena_alloc(v->a, sizeof *l);
		rc = workbook_try(v->app, viewer_of(v), w, v->a, l, e);
		if (rc == RC_OK)
			import_show_tried(v, l, w->id);
	} else if (str_is(what, "load")) {
		int64_t load;
		rc = workbook_load(v->app, viewer_of(v), w, &load, e);
		if (rc == RC_OK)
			rc = page_redirect(v, link_import(load));
	} else {
		if (str_is(what, "save"))
			rc = workbook_save(v->app, viewer_of(v), w, e);
		size_t to = str_is(what, "more") ? from + COLUMNS_A_PAGE : from;
		if (rc == RC_OK)
			rc = page_redirect(v, link_workbook(w->id, sheet, to));
	}
	if (rc == RC_BAD_INPUT || rc == RC_LIMIT) {
		show(v, w, sheet, from, arena_str(v->a, str_of(e->text)), none);
		rc = RC_OK;
	}
	return rc;
}

enum rc page_workbook_post(struct visit *v, struct err *e)
{
	struct workbook w;
	enum rc rc = take(v, &w, e);
	if (rc != RC_OK)
		return say_gone(v, rc, e);
	size_t sheet = number_of(request_form(v->req, "sheet"), 1000),
	       from = number_of(request_form(v->req, "from"), 100000) / COLUMNS_A_PAGE * COLUMNS_A_PAGE;
	if (sheet >= w.mapping->n_sheets)
		sheet = 0;
	rc = answer_form(v, &w, sheet, from, e);
	workbook_give(&w);
	return rc;
}

/* ---- kept mappings ---- */

enum rc page_mappings(struct visit *v, struct err *e)
{
	struct mappings_view view = { .page = { v, STR("Mappings"), MENU_IMPORT } };
	enum rc rc = mappings_list(v->app, viewer_of(v), v->a, &view.list, &view.n, e);
	if (rc == RC_OK)
		mappings_html(&v->out, &view);
	return rc;
}

enum rc page_mapping(struct visit *v, struct err *e)
{
	struct mappings_view view = { .page = { v, request_param(v->req, "name"), MENU_IMPORT } };
	enum rc rc = mappings_see(v->app, viewer_of(v), view.page.title, v->a, &view.list, &view.n, e);
	if (rc == RC_OK)
		mapping_html(&v->out, &view);
	return rc;
}

enum rc page_mapping_download(struct visit *v, struct err *e)
{
	const struct saved_mapping *list;
	struct buf b;
	size_t n;
	struct str name = request_param(v->req, "name");
	enum rc rc = mappings_see(v->app, viewer_of(v), name, v->a, &list, &n, e);
	if (rc != RC_OK)
		return rc;
	buf_init(&b, YAML_MAX);
	buf_str(&b, list[0].body);
	page_download(v, "application/yaml; charset=utf-8", arena_printf(v->a, STR_FMT ".yaml", STR_ARG(name)), &b);
	buf_release(&b);
	return RC_OK;
}
