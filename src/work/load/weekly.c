/* weekly.c - lists read, kept, listed; whether one is really whole. */
#include "work/load/weekly_list.h"

#include "base/text.h"

enum { ROWS_A_READ = 500, LISTS_MAX = 200, OLDEST_DAYS = 730 };

bool weekly_serves(const struct app *app, const struct viewer *v, int64_t council)
{
	const struct organisation *o = app_organisation(app, council);
	return v->role == ROLE_OPERATOR || (o && (o->served_by == v->org || o->id == v->org));
}

static enum rc open_spec(struct listing *l, struct err *e)
{
	return weekly_spec_load(app_data_dir(l->app), app_vocab(l->app), &l->spec, e);
}

void listing_take(struct listing *l, const struct weekly_row *rows, size_t n)
{
	struct batch_child *numbers = arena_array(l->a, n + 1, sizeof *numbers);
	for (size_t i = 0; i < n; i++)
		numbers[i] = (struct batch_child){ l->sum.council->code, rows[i].cell[WEEKLY_CHILD], i, 1 };
	alike_begin(&l->numbers, numbers, n, l->a);
	l->rows = rows;
	l->n = n;
}

bool listing_names(const struct listing *l, struct str ref)
{
	return alike_names(&l->numbers, l->sum.council->code, ref);
}

/* ---- reading what is kept ---- */

static void fill_summary(struct listing *l, const struct sql_weekly_list_get_out *r, struct weekly_summary *out)
{
	*out =
	    (struct weekly_summary){ .id = r->id,
				     .name = arena_str(l->a, r->name),
				     .by = r->by_name.p ? arena_str(l->a, r->by_name) : STR("Operator of this machine"),
				     .council = app_organisation(l->app, r->council),
				     .listed_on = (day_t)r->listed_on,
				     .before = DAY_NONE,
				     .after = DAY_NONE,
				     .partial = r->partial == 1,
				     .unsure = r->unsure == 1,
				     .asked = str_is(r->state, "asked"),
				     .set_aside = str_is(r->state, "set-aside"),
				     .loaded_ms = r->loaded_ms,
				     .rows_read = r->rows_read,
				     .rows_kept_back = r->rows_kept_back,
				     .rows_elsewhere = r->rows_elsewhere,
				     .missing = r->missing,
				     .expected = r->expected,
				     .mapping = arena_str(l->a, r->mapping),
				     .heading = arena_str(l->a, r->heading) };
}

static enum rc read_rows(struct listing *l, struct db *db, int64_t list, struct err *e)
{
	struct sql_weekly_row_count_out count;
	struct str after = STR("");
	size_t got;
	enum rc rc = sql_weekly_row_count(db, &(struct sql_weekly_row_count_in){ list }, l->a, &count, e);
	if (rc != RC_OK)
		return rc;
	struct weekly_row *rows = arena_array(l->a, (size_t)count.n + 1, sizeof *rows);
	size_t n = 0;
	do {
		struct sql_rows *found;
		struct sql_weekly_row_page_out row;
		struct sql_weekly_row_page_in in = { list, after, ROWS_A_READ };
		if ((rc = sql_weekly_row_page(db, &in, &found, e)) != RC_OK)
			return rc;
		for (got = 0; (rc = sql_weekly_row_page_next(found, &row, e)) == RC_OK && n < (size_t)count.n; got++) {
			struct weekly_row *r = &rows[n];
			if ((rc = weekly_row_get(row.body, l->a, r, e)) != RC_OK)
				break;
			r->cell[WEEKLY_CHILD] = arena_str(l->a, row.ref);
			r->line = row.line;
			r->kept_back = row.kept_back == 1;
			n++;
		}
		db_done(found);
		if (rc != RC_OK && rc != RC_NOT_FOUND)
			return rc;
		rc = RC_OK;
		after = n ? rows[n - 1].cell[WEEKLY_CHILD] : after;
	} while (got == ROWS_A_READ);
	listing_take(l, rows, n);
	return rc;
}

enum rc listing_place(struct listing *l, struct db *db, struct err *e)
{
	int64_t council = l->sum.council->id, id = l->sum.id ? l->sum.id : INT64_MAX;
	struct sql_weekly_list_before_out before;
	struct sql_weekly_list_after_out after;
	l->sum.before = l->sum.after = DAY_NONE;
	l->before_id = 0;
	l->any_after = l->whole_after = false;
	enum rc rc = sql_weekly_list_before(
	    db, &(struct sql_weekly_list_before_in){ council, l->org, l->sum.listed_on, id }, l->a, &before, e);
	if (rc == RC_OK) {
		l->before_id = before.id;
		l->sum.before = (day_t)before.listed_on;
	}
	for (int64_t partial_max = 1; (rc == RC_OK || rc == RC_NOT_FOUND) && partial_max >= 0; partial_max--) {
		rc = sql_weekly_list_after(
		    db, &(struct sql_weekly_list_after_in){ council, l->org, l->sum.listed_on, id, partial_max }, l->a,
		    &after, e);
		if (rc != RC_OK)
			continue;
		l->any_after = true;
		l->whole_after = l->whole_after || !partial_max;
		l->sum.after = l->sum.after == DAY_NONE ? (day_t)after.listed_on : l->sum.after;
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc listing_read(struct listing *l, struct db *db, int64_t list, struct err *e)
{
	struct sql_weekly_list_get_out row;
	enum rc rc = sql_weekly_list_get(db, &(struct sql_weekly_list_get_in){ list }, l->a, &row, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && l->v->role != ROLE_OPERATOR && row.org != l->v->org))
		return err_set(e, RC_NOT_FOUND, "There is no such list here.");
	if (rc != RC_OK)
		return rc;
	fill_summary(l, &row, &l->sum);
	if (!l->sum.council)
		return err_set(e, RC_CORRUPT, "The council of this list is not known any more. Run: linnet doctor");
	l->org = row.org;
	l->served = weekly_serves(l->app, l->v, row.council);
	if (!l->rows) /* they never change */
		rc = read_rows(l, db, list, e);
	return rc == RC_OK ? listing_place(l, db, e) : rc;
}

static enum rc read_findings(struct listing *l, struct db *db, struct weekly_page *out, struct err *e)
{
	struct sql_finding_count_out count;
	struct sql_rows *rows;
	struct sql_finding_of_load_out row;
	enum rc rc = sql_finding_count(db, &(struct sql_finding_count_in){ l->sum.id }, l->a, &count, e);
	if (rc == RC_OK)
		rc = sql_finding_of_load(db, &(struct sql_finding_of_load_in){ l->sum.id, 0, WEEKLY_FINDINGS_MAX },
					 &rows, e);
	if (rc != RC_OK)
		return rc;
	struct batch_finding *found = arena_array(l->a, WEEKLY_FINDINGS_MAX, sizeof *found);
	size_t n = 0;
	while ((rc = sql_finding_of_load_next(rows, &row, e)) == RC_OK && n < WEEKLY_FINDINGS_MAX)
		found[n++] = (struct batch_finding){ .severity = str_is(row.severity, "kept-back") ? SEVERITY_KEPT_BACK
												   : SEVERITY_WARNING,
						     .line = row.line,
						     .column = arena_str(l->a, row.col),
						     .rule = arena_str(l->a, row.rule),
						     .found = arena_str(l->a, row.found),
						     .message = arena_str(l->a, row.message),
						     .fix = arena_str(l->a, row.fix) };
	db_done(rows);
	out->findings = found;
	out->n_findings = n;
	out->findings_total = count.n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc read_answers(struct listing *l, struct db *db, struct weekly_page *out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_weekly_answer_counts_out row;
	enum rc rc = sql_weekly_answer_counts(db, &(struct sql_weekly_answer_counts_in){ l->sum.id }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_weekly_answer_counts_next(rows, &row, e)) == RC_OK)
		*(str_is(row.answer, "accepted")   ? &out->accepted
		  : str_is(row.answer, "rejected") ? &out->rejected
						   : &out->not_now) += row.n;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- loading ---- */

struct loading {
	struct listing l;
	const struct weekly_request *r;
	struct weekly_list read;
	const char *state;
	struct weekly_page *page;
};

/* Another council's child is a team's business only if placed in its area, or known to it. */
static enum rc is_ours(struct loading *w, struct db *db, const struct weekly_row *r, bool *ours_out, struct err *e)
{
	struct listing *l = &w->l;
	const struct organisation *area = app_organisation_by_code(l->app, r->cell[WEEKLY_AREA]);
	struct str as;
	int64_t person = 0;
	*ours_out = l->served || (area && weekly_serves(l->app, l->v, area->id));
	if (*ours_out)
		return RC_OK;
	enum rc rc = record_of(l, db, r->cell[WEEKLY_CHILD], l->a, &person, &as, e);
	if (rc == RC_OK && person) {
		rc = circle_check(l->app, db, l->v, person, e);
		*ours_out = rc == RC_OK;
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	return rc;
}

static enum rc choose_rows(struct loading *w, struct db *db, struct err *e)
{
	struct weekly_row *rows = arena_array(w->l.a, w->read.n + 1, sizeof *rows);
	enum rc rc = RC_OK;
	size_t n = 0;
	w->l.sum.rows_elsewhere = 0;
	for (size_t i = 0; rc == RC_OK && i < w->read.n; i++) {
		bool ours;
		rc = is_ours(w, db, &w->read.rows[i], &ours, e);
		if (rc == RC_OK && ours)
			rows[n++] = w->read.rows[i];
		else
			w->l.sum.rows_elsewhere++;
	}
	listing_take(&w->l, rows, n);
	return rc;
}

/* A child of short breaks is not missing when a list leaves it out. */
static enum rc away_on_breaks(const struct listing *l, struct str body, bool *out, struct err *e)
{
	struct weekly_row r;
	enum rc rc = weekly_row_get(body, l->a, &r, e);
	*out = rc == RC_OK && weekly_comes_and_goes(app_vocab(l->app), r.cell[WEEKLY_LEGAL_STATUS]);
	return rc;
}

/* How many of the children expected are not on the list: of the list before, or else of the record. */
static enum rc count_missing(struct loading *w, struct db *db, struct err *e)
{
	struct listing *l = &w->l;
	int64_t expected = 0, missing = 0;
	enum rc rc = RC_OK;
	if (l->before_id) {
		struct str after = STR("");
		size_t got;
		do {
			struct sql_rows *rows;
			struct sql_weekly_row_page_out row;
			struct sql_weekly_row_page_in in = { l->before_id, after, ROWS_A_READ };
			if ((rc = sql_weekly_row_page(db, &in, &rows, e)) != RC_OK)
				return rc;
			for (got = 0; (rc = sql_weekly_row_page_next(rows, &row, e)) == RC_OK; got++) {
				after = arena_str(l->a, row.ref);
				bool listed = listing_names(l, row.ref), away = false;
				if (!listed && (rc = away_on_breaks(l, row.body, &away, e)) != RC_OK)
					break;
				expected += !away;
				missing += !listed && !away;
			}
			db_done(rows);
			rc = rc == RC_NOT_FOUND ? RC_OK : rc;
		} while (rc == RC_OK && got == ROWS_A_READ);
	} else {
		int64_t *ids;
		size_t n;
		if ((rc = children_in_care(l, db, &ids, &n, e)) != RC_OK)
			return rc;
		struct compared c;
		struct arena a AUTO(arena_release);
		arena_init(&a);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			arena_reset(&a);
			rc = compare_absent(l, db, ids[i], &a, &c, e);
			if (rc != RC_OK)
				break;
			bool listed = listing_names(l, c.item.kept_as);
			/* A child that is not this viewer's is not counted: that would be known of any council. */
			bool in_care = !c.hidden && c.known.care && !c.known.care_later &&
				       (listed || !weekly_comes_and_goes(app_vocab(l->app), c.known.legal));
			expected += in_care;
			missing += in_care && !listed;
		}
	}
	l->sum.expected = expected;
	l->sum.missing = missing;
	bool is_short = !l->sum.partial && !w->r->short_confirmed && missing >= l->spec->missing_at_least &&
			missing * 100 >= l->spec->missing_percent * expected;
	l->sum.asked = is_short;
	w->state = is_short ? "asked" : "open";
	return rc;
}

static enum rc put_list(struct loading *w, struct db *db, struct err *e)
{
	struct listing *l = &w->l;
	const struct weekly_summary *s = &l->sum;
	struct sql_weekly_list_insert_in row = { .id = s->id,
						 .council = s->council->id,
						 .org = l->org,
						 .account = l->v->account,
						 .name = s->name,
						 .listed_on = s->listed_on,
						 .partial = s->partial,
						 .state = str_of(w->state),
						 .unsure = s->unsure,
						 .hash = str_of(w->read.hash),
						 .loaded_ms = s->loaded_ms,
						 .rows_read = s->rows_read,
						 .rows_kept_back = s->rows_kept_back,
						 .rows_elsewhere = s->rows_elsewhere,
						 .missing = s->missing,
						 .expected = s->expected,
						 .mapping = s->mapping.p ? s->mapping : STR(""),
						 .heading = w->read.heading.p ? w->read.heading : STR("") };
	return sql_weekly_list_insert(db, &row, NULL, e);
}

static enum rc put_rows(struct loading *w, struct db *db, struct err *e)
{
	struct listing *l = &w->l;
	struct sql_weekly_row_insert_in *rows = arena_array(l->a, l->n, sizeof *rows);
	struct buf b AUTO(buf_release);
	buf_init(&b, 64 * 1024);
	for (size_t i = 0; i < l->n; i++) {
		buf_reset(&b);
		weekly_row_put(&l->rows[i], &b);
		rows[i] = (struct sql_weekly_row_insert_in){ l->sum.id, l->rows[i].cell[WEEKLY_CHILD], l->rows[i].line,
							     l->rows[i].kept_back, arena_str(l->a, buf_view(&b)) };
	}
	return sql_weekly_row_insert_each(db, rows, l->n, e);
}

static enum rc put_findings(struct loading *w, struct db *db, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < w->read.n_findings; i++) {
		const struct batch_finding *f = &w->read.findings[i];
		struct sql_finding_insert_in row = { .load = w->l.sum.id,
						     .n = (int64_t)i + 1,
						     .file = w->l.sum.name,
						     .line = f->line,
						     .col = f->column.p ? f->column : STR(""),
						     .rule = f->rule,
						     .severity = str_of(severity_id(f->severity)),
						     .found = f->found.p ? f->found : STR(""),
						     .message = f->message,
						     .fix = f->fix.p ? f->fix : STR(""),
						     .record = f->severity == SEVERITY_KEPT_BACK
								   ? weekly_list_record(&w->read, f->line)
								   : STR("") };
		rc = sql_finding_insert(db, &row, NULL, e);
	}
	return rc;
}

/* One transaction: a list is there whole, or not at all. */
static enum rc load_unit(struct db *db, void *arg, struct err *e)
{
	struct loading *w = arg;
	struct listing *l = &w->l;
	struct sql_weekly_list_same_out same;
	int64_t council = l->sum.council->id;
	enum rc rc = app_coverage_refresh(l->app, db, e);
	if (rc == RC_OK && l->sum.id) {
		rc = sql_weekly_list_same(
		    db, &(struct sql_weekly_list_same_in){ council, l->org, l->sum.listed_on, str_of(w->read.hash) },
		    l->a, &same, e);
		if (rc == RC_OK) {
			l->sum.id = same.id;
			l->sum.again = true;
			return RC_OK;
		}
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	if (rc == RC_OK)
		rc = listing_place(l, db, e);
	if (rc == RC_OK)
		rc = choose_rows(w, db, e);
	if (rc == RC_OK)
		rc = count_missing(w, db, e);
	if (rc != RC_OK || !l->sum.id)
		return rc;
	rc = put_list(w, db, e);
	if (rc == RC_OK)
		rc = put_rows(w, db, e);
	if (rc == RC_OK)
		rc = put_findings(w, db, e);
	return rc == RC_OK ? audit(l->app, db, l->v, 0, "loaded", STR("weekly list"), l->sum.name, e) : rc;
}

static enum rc dry_unit(struct db *db, void *arg, struct err *e)
{
	struct loading *w = arg;
	enum rc rc = load_unit(db, w, e);
	if (rc == RC_OK && !w->l.sum.asked)
		rc = compare_all(&w->l, db, w->page, e);
	return rc;
}

static enum rc check_request(struct loading *w, struct err *e)
{
	struct listing *l = &w->l;
	day_t today = app_today(l->app);
	enum rc rc = require_act(l->v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = open_spec(l, e);
	if (rc != RC_OK)
		return rc;
	const struct organisation_entry *named =
	    organisations_find(tables_organisations(l->spec->columns), ORG_COUNCIL, str_trim(w->r->council));
	l->sum.council = named ? app_organisation_by_code(l->app, named->code) : NULL;
	if (!l->sum.council)
		return err_set(e, RC_BAD_INPUT, "Choose the council whose list this is.");
	l->sum.listed_on = w->r->listed_on == DAY_NONE ? today : w->r->listed_on;
	if (l->sum.listed_on > today)
		return err_set(e, RC_BAD_INPUT, "The day of the list lies in the future.");
	if (l->sum.listed_on < today - OLDEST_DAYS)
		return err_set(e, RC_BAD_INPUT, "The day of the list is more than two years ago. Check the year.");
	return RC_OK;
}

enum rc weekly_load(struct app *app, const struct viewer *v, const struct weekly_request *r, struct arena *a,
		    struct weekly_page *out, struct err *e)
{
	struct weekly_page page = { .n = 0 };
	struct loading w = { .l = { .app = app, .v = v, .a = a }, .r = r, .page = &page };
	struct listing *l = &w.l;
	enum rc rc = check_request(&w, e);
	if (rc == RC_OK) {
		const struct organisation *team = app_organisation(app, l->sum.council->served_by);
		l->org = v->org ? v->org : team ? team->id : 0;
		l->served = weekly_serves(app, v, l->sum.council->id);
		rc = r->mapping.n ? weekly_read_by(l, r, &w.read, e)
				  : weekly_read(l->spec, r->fd, l->sum.council->code, l->sum.listed_on, a, &w.read, e);
	}
	if (rc == RC_OK) {
		l->sum.name = arena_str(a, r->name.n ? r->name : STR("weekly list"));
		l->sum.by = v->name;
		l->sum.partial = r->partial || w.read.mended; /* corrected rows are never all */
		l->sum.unsure = w.read.unsure;
		l->sum.loaded_ms = app_now_ms(app);
		l->sum.rows_read = w.read.rows_read;
		l->sum.rows_kept_back = w.read.rows_kept_back;
		l->sum.id = r->dry_run ? 0 : app_new_id(app);
		rc = r->dry_run ? store_read(app_store(app), dry_unit, &w, e)
				: store_write(app_store(app), load_unit, &w, e);
	}
	int64_t id = l->sum.id;
	bool again = l->sum.again;
	weekly_spec_free(l->spec);
	if (rc == RC_OK && !r->dry_run) {
		rc = weekly_see(app, v, id, a, out, e);
		if (rc == RC_OK)
			out->list.again = again;
		return rc;
	}
	if (rc != RC_OK)
		return rc;
	page.list = l->sum;
	page.findings = w.read.findings;
	page.n_findings = w.read.n_findings;
	page.findings_total = w.read.findings_total;
	*out = page;
	return RC_OK;
}

/* ---- looking ---- */

struct seeing {
	struct listing l;
	int64_t list;
	struct weekly_page *page;
	size_t max, n;
	struct weekly_summary *sums;
	enum weekly_is is;
};

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	*s->page = (struct weekly_page){ .n = 0 };
	enum rc rc = app_coverage_refresh(s->l.app, db, e);
	if (rc == RC_OK)
		rc = listing_read(&s->l, db, s->list, e);
	if (rc == RC_OK)
		rc = read_findings(&s->l, db, s->page, e);
	if (rc == RC_OK)
		rc = read_answers(&s->l, db, s->page, e);
	if (rc == RC_OK && !s->l.sum.asked && !s->l.sum.set_aside)
		rc = compare_all(&s->l, db, s->page, e);
	s->page->list = s->l.sum;
	return rc;
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	return audit(s->l.app, db, s->l.v, 0, "looked", STR("weekly list"), STR("ordinary work"), e);
}

enum rc weekly_see(struct app *app, const struct viewer *v, int64_t list, struct arena *a, struct weekly_page *out,
		   struct err *e)
{
	struct weekly_page page;
	struct seeing s = { .l = { .app = app, .v = v, .a = a }, .list = list, .page = &page };
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = open_spec(&s.l, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_unit, &s, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), look_unit, &s, e);
	weekly_spec_free(s.l.spec);
	if (rc == RC_OK)
		*out = page;
	return rc;
}

static enum rc lists_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_rows *rows;
	struct sql_weekly_list_latest_out row;
	struct sql_weekly_list_latest_in in = { s->l.v->role == ROLE_OPERATOR ? 0 : s->l.v->org, (int64_t)s->max };
	enum rc rc = sql_weekly_list_latest(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	s->n = 0;
	while ((rc = sql_weekly_list_latest_next(rows, &row, e)) == RC_OK && s->n < s->max) {
		struct sql_weekly_list_get_out same;
		_Static_assert(sizeof same == sizeof row, "the two statements answer alike");
		memcpy(&same, &row, sizeof same);
		fill_summary(&s->l, &same, &s->sums[s->n]);
		s->n += s->sums[s->n].council != NULL;
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc weekly_lists(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		     const struct weekly_summary **out, size_t *n_out, struct err *e)
{
	struct seeing s = { .l = { .app = app, .v = v, .a = a }, .max = limit < LISTS_MAX ? limit : LISTS_MAX };
	s.sums = arena_array(a, s.max + 1, sizeof *s.sums);
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), lists_unit, &s, e);
	if (rc != RC_OK)
		return rc;
	*out = s.sums;
	*n_out = s.n;
	return RC_OK;
}

/* ---- is it really whole? ---- */

static enum rc confirm_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	static const struct {
		const char *state, *words;
	} answers[] = { [WEEKLY_IS_WHOLE] = { "open", "it is whole" },
			[WEEKLY_IS_PARTIAL] = { "open", "it is partial" },
			[WEEKLY_IS_WRONG] = { "set-aside", "it is the wrong list" } };
	enum rc rc = listing_read(&s->l, db, s->list, e);
	if (rc != RC_OK)
		return rc;
	bool open = !s->l.sum.asked && !s->l.sum.set_aside;
	if (!s->l.sum.asked && !(open && s->is == WEEKLY_IS_WRONG))
		return err_set(e, RC_CONFLICT, "Somebody has answered this meanwhile. Look at the list again.");
	struct sql_weekly_list_state_in row = { s->list, str_of(answers[s->is].state),
						s->l.sum.partial || s->is == WEEKLY_IS_PARTIAL };
	rc = sql_weekly_list_state(db, &row, NULL, e);
	return rc == RC_OK
		   ? audit(s->l.app, db, s->l.v, 0, "answered", STR("weekly list"), str_of(answers[s->is].words), e)
		   : rc;
}

enum rc weekly_confirm(struct app *app, const struct viewer *v, int64_t list, enum weekly_is is, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct seeing s = { .l = { .app = app, .v = v, .a = &a }, .list = list, .is = is };
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK && (is < WEEKLY_IS_WHOLE || is > WEEKLY_IS_WRONG))
		rc = err_set(e, RC_BAD_INPUT, "Choose what kind of list it is.");
	return rc == RC_OK ? store_write(app_store(app), confirm_unit, &s, e) : rc;
}
