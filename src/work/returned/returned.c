/* returned.c - a return taken: read, checked, compared, kept, loaded. */
#include "work/core/members.h"
#include "work/returned/returned.h"

#include <pthread.h>
#include <unistd.h>

#include "base/text.h"
#include "exchange/ssda903/drafts.h"
#include "exchange/tables/tables.h"
#include "work/core/write.h"
#include "work/load/known.h"
#include "work/load/load.h"
#include "work/returned/compare.h"
#include "work/returned/council.h"

enum {
	CHILDREN_A_UNIT = 200,
	DIFFERENCES_A_UNIT = 2000, /* or a few more: as many as a unit of reading finds */
	ROWS_OF_A_RULE = 1000,	   /* kept; the rest are counted */
	DIFFERENCES_MAX = 50000,
	CHECK_THREADS = 2,
};

struct taking {
	struct app *app;
	struct viewer v;
	const struct returned_request *r;
	returned_progress *progress;
	void *progress_arg;
	const struct organisation *council;
	struct return_spec *s;
	struct return_frame *f;
	struct return_result *result;
	int64_t id, org, started_ms; /* id 0: nothing is kept */
	int64_t load;
	struct str message;
	struct load_summary loaded;
	/* comparing */
	returned_each *each;
	void *each_arg;
	size_t next;	  /* child of the return */
	struct str after; /* child of the record */
	bool over;
	int64_t differences;
	struct arena texts; /* of the differences that are not handed on yet */
	struct difference *found;
	size_t n_found, cap_found, n_before; /* n_before: of units before this one */
	struct arena *a;
	/* writing rules and rows */
	size_t rule, finding, trouble;
};

static void tell(struct taking *t, const char *what, int64_t done, int64_t total)
{
	if (t->progress)
		t->progress(t->progress_arg, what, done, total);
}

/* ---- comparing ---- */

static void keep_found(struct taking *t, const struct comparing *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (t->n_found == t->cap_found) {
			t->cap_found = t->cap_found ? t->cap_found * 2 : 256;
			t->found = xrealloc(t->found, t->cap_found * sizeof *t->found);
		}
		struct difference *d = &t->found[t->n_found++];
		*d = c->out[i];
		d->ref = arena_str(&t->texts, d->ref);
		d->told = arena_str(&t->texts, d->told);
		d->ours = arena_str(&t->texts, d->ours);
	}
}

/* Has the record any child of the council? */
static enum rc council_known(struct taking *t, struct db *db, bool *yes_out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_person_refs_of_council_out row;
	enum rc rc = sql_person_refs_of_council(
	    db, &(struct sql_person_refs_of_council_in){ t->council->id, STR(""), 1 }, &rows, e);
	if (rc != RC_OK)
		return rc;
	rc = sql_person_refs_of_council_next(rows, &row, e);
	db_done(rows);
	*yes_out = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* The history of a child of the council by number; RC_NOT_FOUND if there is none: then whether there is one whose
 * number differs in capitals only. */
static enum rc history_by_ref(struct taking *t, struct db *db, struct str ref, struct comparing *c, struct history *h,
			      struct err *e)
{
	int64_t person;
	enum rc rc = known_person(db, t->council->id, ref, false, c->a, &person, e), alike;
	if (rc == RC_OK)
		return history_read(t->app, db, person, KNOWN_NOW, c->a, h, e);
	alike = rc == RC_NOT_FOUND ? known_alike(db, t->council->id, ref, c->a, &c->alike_person, &c->alike, e) : rc;
	return alike == RC_OK ? rc : alike;
}

static enum rc compare_unit(struct db *db, void *arg, struct err *e)
{
	struct taking *t = arg;
	struct comparing c;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	t->n_found = t->n_before;
	bool known = false;
	enum rc rc = app_coverage_refresh(t->app, db, e);
	if (rc == RC_OK)
		rc = council_known(t, db, &known, e);
	size_t upto =
	    t->next + CHILDREN_A_UNIT < return_children(t->f) ? t->next + CHILDREN_A_UNIT : return_children(t->f);
	comparing_init(&c, t->app, t->f, &a);
	for (size_t i = t->next; rc == RC_OK && i < upto; i++) {
		struct history h;
		arena_reset(&a);
		c.alike = STR("");
		c.alike_person = 0;
		rc = known ? history_by_ref(t, db, return_child(t->f, i), &c, &h, e) : RC_NOT_FOUND;
		if (rc != RC_OK && rc != RC_NOT_FOUND)
			break;
		compare_child(&c, i, rc == RC_OK ? &h : NULL);
		rc = RC_OK;
		keep_found(t, &c);
	}
	comparing_release(&c);
	return rc;
}

/* Children of the council in the record that the return does not name. */
static enum rc absent_unit(struct db *db, void *arg, struct err *e)
{
	struct taking *t = arg;
	struct comparing c;
	struct arena a AUTO(arena_release), kept AUTO(arena_release);
	struct sql_person_refs_of_council_out found[CHILDREN_A_UNIT];
	size_t n = 0;
	arena_init(&a);
	arena_init(&kept);
	t->n_found = t->n_before;
	enum rc rc = refs_read(db, t->council->id, t->after, COUNT_OF(found), &kept, found, &n, e);
	if (rc != RC_OK)
		return rc;
	comparing_init(&c, t->app, t->f, &a);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct history h;
		if (return_child_find(t->f, found[i].ref) != SIZE_MAX)
			continue;
		arena_reset(&a);
		rc = history_read(t->app, db, found[i].id, KNOWN_NOW, &a, &h, e);
		if (rc != RC_OK)
			break;
		compare_child(&c, SIZE_MAX, &h);
		keep_found(t, &c);
	}
	comparing_release(&c);
	t->over = n < COUNT_OF(found);
	if (rc == RC_OK)
		refs_done(&t->after, found, n);
	return rc;
}

static enum rc keep_differences(struct db *db, void *arg, struct err *e)
{
	struct taking *t = arg;
	int64_t room = DIFFERENCES_MAX - t->differences;
	size_t n = t->n_found < (size_t)room ? t->n_found : (size_t)room;
	struct sql_returned_difference_insert_in *rows = xmalloc(n * sizeof *rows);
	for (size_t i = 0; i < n; i++) {
		const struct difference *d = &t->found[i];
		rows[i] = (struct sql_returned_difference_insert_in){
			t->id, t->differences + (int64_t)i + 1, d->person, d->ref, d->what, d->told, d->ours
		};
	}
	enum rc rc = sql_returned_difference_insert_each(db, rows, n, e);
	free(rows);
	return rc;
}

static enum rc hand_on(struct taking *t, struct err *e)
{
	enum rc rc = RC_OK;
	if (t->id && t->n_found && t->differences < DIFFERENCES_MAX)
		rc = write_patiently(t->app, keep_differences, t, e);
	for (size_t i = 0; rc == RC_OK && t->each && i < t->n_found; i++) {
		const struct difference *d = &t->found[i];
		struct returned_difference one = { .n = t->differences + (int64_t)i + 1,
						   .person = d->person,
						   .ref = d->ref,
						   .name = STR(""),
						   .what = d->what,
						   .title = difference_title(d->what),
						   .told = d->told,
						   .ours = d->ours };
		rc = t->each(t->each_arg, &one, e);
	}
	t->differences += (int64_t)t->n_found;
	t->n_found = 0;
	arena_reset(&t->texts);
	return rc;
}

/* After a unit of reading: many differences share a commit. */
static enum rc hand_on_many(struct taking *t, struct err *e)
{
	enum rc rc = t->n_found < DIFFERENCES_A_UNIT ? RC_OK : hand_on(t, e);
	t->n_before = t->n_found;
	return rc;
}

static enum rc compare(struct taking *t, struct err *e)
{
	enum rc rc = RC_OK;
	arena_init(&t->texts);
	for (t->next = 0; rc == RC_OK && t->next < return_children(t->f); t->next += CHILDREN_A_UNIT) {
		rc = store_read(app_store(t->app), compare_unit, t, e);
		rc = rc == RC_OK ? hand_on_many(t, e) : rc;
		tell(t, "Comparing", (int64_t)t->next, (int64_t)return_children(t->f));
	}
	t->after = (struct str){ xstrndup("", 0), 0 };
	for (t->over = false; rc == RC_OK && !t->over;) {
		rc = store_read(app_store(t->app), absent_unit, t, e);
		rc = rc == RC_OK ? hand_on_many(t, e) : rc;
	}
	rc = rc == RC_OK ? hand_on(t, e) : rc;
	free((void *)(uintptr_t)t->after.p);
	free(t->found);
	arena_release(&t->texts);
	return rc;
}

/* ---- keeping what was found ---- */

static struct str file_of(const struct return_frame *f, size_t file)
{
	return file < return_files(f) ? return_file(f, file)->name : STR("the folder");
}

static enum rc keep_rows_of(struct taking *t, struct db *db, size_t rule, int64_t n, struct err *e)
{
	struct return_rule_words w = return_rule(t->s, rule);
	size_t table = return_table_find(t->s, w.table);
	struct buf found AUTO(buf_release);
	enum rc rc = RC_OK;
	bool kept = return_column(t->s, table, 0).kept;
	buf_init(&found, 2048);
	char text[24];
	for (int64_t m = 1; t->finding < t->result->n_findings && t->result->findings[t->finding].rule == rule;
	     t->finding++, m++) {
		const struct return_finding *d = &t->result->findings[t->finding];
		if (rc != RC_OK || !kept || m > ROWS_OF_A_RULE)
			continue;
		buf_reset(&found);
		return_found_kept(t->result, d, &found);
		struct sql_returned_row_insert_in row = { t->id,
							  n,
							  m,
							  file_of(t->f,
								  return_row_file(t->f, RETURN_NOW, table, d->row)),
							  return_line(t->f, RETURN_NOW, table, d->row),
							  return_cell(t->f, RETURN_NOW, table, d->row, 0, text),
							  buf_view(&found) };
		rc = sql_returned_row_insert(db, &row, NULL, e);
	}
	return rc;
}

static enum rc keep_rule(struct db *db, void *arg, struct err *e)
{
	struct taking *t = arg;
	const struct return_rule_result *r = &t->result->rules[t->rule];
	struct return_rule_words w = return_rule(t->s, t->rule);
	size_t finding = t->finding;
	struct sql_returned_rule_insert_in row = {
		t->id,	  (int64_t)t->rule + 1,	       w.code,	w.table, w.title, w.todo, r->state,
		!w.check, r->why.p ? r->why : STR(""), r->found
	};
	enum rc rc = sql_returned_rule_insert(db, &row, NULL, e);
	if (rc == RC_OK)
		rc = keep_rows_of(t, db, t->rule, (int64_t)t->rule + 1, e);
	size_t next = t->finding;
	t->finding = finding; /* a unit may run again */
	if (rc == RC_OK)
		t->next = next;
	return rc;
}

static enum rc keep_trouble(struct db *db, void *arg, struct err *e)
{
	struct taking *t = arg;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < return_troubles(t->f) && i < ROWS_OF_A_RULE; i++) {
		const struct return_trouble *x = return_trouble(t->f, i);
		struct str where = arena_printf(t->a, STR_FMT "%s" STR_FMT, STR_ARG(file_of(t->f, x->file)),
						x->column.n ? ", " : "", STR_ARG(x->column));
		if (x->line)
			where = arena_printf(t->a, STR_FMT ", row %" PRId64, STR_ARG(where), x->line);
		struct sql_returned_rule_insert_in row = {
			t->id,	 100000 + (int64_t)i, x->rule,	  where,   x->message,
			x->todo, RETURNED_FILE,	      x->refuses, STR(""), 0
		};
		rc = sql_returned_rule_insert(db, &row, NULL, e);
	}
	return rc;
}

static enum rc keep_result(struct taking *t, struct err *e)
{
	enum rc rc = write_patiently(t->app, keep_trouble, t, e);
	t->finding = 0;
	for (t->rule = 0; rc == RC_OK && t->rule < return_rules(t->s); t->rule++) {
		const struct return_rule_result *r = &t->result->rules[t->rule];
		if (!r->state || (r->state == RETURN_RAN && !r->found))
			continue;
		t->next = t->finding;
		rc = write_patiently(t->app, keep_rule, t, e);
		t->finding = t->next;
	}
	return rc;
}

/* ---- loading ---- */

/* What the return means as a batch of tables, made beside checking and comparing: all three
 * only read the return. */
struct batching {
	struct taking *t;
	pthread_t thread;
	bool begun, beside;
	struct tables_spec *spec;
	struct tables_batch *b;
	enum rc rc;
	struct err e;
};

static void *make_batch(void *arg)
{
	struct batching *m = arg;
	m->rc = tables_spec_load(app_data_dir(m->t->app), app_vocab(m->t->app), &m->spec, &m->e);
	if (m->rc == RC_OK)
		m->rc = return_batch(m->t->f, m->spec, m->t->council->code, &m->b, &m->e);
	return NULL;
}

static void batch_begin(struct batching *m)
{
	m->begun = true;
	m->beside = pthread_create(&m->thread, NULL, make_batch, m) == 0;
}

/* Whatever became of the rest: nobody reads the return any more. */
static void batch_end(struct batching *m)
{
	if (m->beside)
		pthread_join(m->thread, NULL);
	else if (m->begun)
		make_batch(m);
}

static enum rc load(struct taking *t, struct batching *m, struct err *e)
{
	if (m->rc != RC_OK) {
		*e = m->e;
		return m->rc;
	}
	return_result_free(t->result); /* memory that the load can use */
	t->result = NULL;
	return_frame_free(t->f);
	t->f = NULL;
	struct load_request r = { .name = arena_printf(t->a, STR_FMT ", return " STR_FMT,
						       STR_ARG(t->council->short_name), STR_ARG(t->r->year)),
				  .dry_run = t->r->dry_run };
	enum rc rc = load_batch(t->app, &t->v, &r, m->spec, m->b, t->progress, t->progress_arg, t->a, &t->loaded, e);
	m->spec = NULL; /* both are the load's own */
	m->b = NULL;
	if (rc == RC_OK) {
		t->load = t->loaded.id;
		t->message = t->loaded.message;
	}
	return rc;
}

/* ---- the whole ---- */

static enum rc insert_unit(struct db *db, void *arg, struct err *e)
{
	struct taking *t = arg;
	struct sql_returned_insert_in row = { t->id, t->org, t->v.account, t->council->id, t->r->year, t->started_ms };
	enum rc rc = sql_returned_insert(db, &row, NULL, e);
	return rc == RC_OK ? audit(t->app, db, &t->v, 0, "loaded", STR("yearly return"), t->council->name, e) : rc;
}

static enum rc begin(struct taking *t, bool keep, struct err *e)
{
	enum rc rc = returned_council(t->app, &t->v, t->r->council, &t->council, e);
	int year;
	if (rc == RC_OK)
		rc = returned_spec(t->app, &t->s, e);
	if (rc == RC_OK)
		rc = returned_year(t->s, t->r->year, &year, e);
	if (rc != RC_OK || !keep)
		return rc;
	const struct organisation *team = app_health_team(t->app);
	t->org = t->v.org ? t->v.org : team ? team->id : 0;
	t->started_ms = app_now_ms(t->app);
	t->id = app_new_id(t->app);
	return write_patiently(t->app, insert_unit, t, e);
}

struct totals {
	int64_t children, wrong, found, troubles;
};

static enum rc run(struct taking *t, struct totals *n, struct err *e)
{
	enum rc rc = returned_read(t->app, t->s, t->r, t->progress, t->progress_arg, &t->f, e);
	if (rc == RC_OK)
		rc = return_check(t->f, CHECK_THREADS, &t->result, e);
	if (rc != RC_OK)
		return rc;
	*n = (struct totals){ (int64_t)return_children(t->f), t->result->children, t->result->total,
			      return_troubles_total(t->f) };
	struct batching m = { .t = t, .rc = RC_OK };
	if (t->r->load)
		batch_begin(&m);
	if (t->id)
		rc = keep_result(t, e);
	if (rc == RC_OK)
		rc = compare(t, e);
	batch_end(&m);
	if (rc == RC_OK && t->r->load)
		rc = load(t, &m, e);
	tables_batch_free(m.b);
	tables_spec_free(m.spec);
	return rc;
}

struct finishing {
	struct taking *t;
	struct totals n;
	const char *state;
	struct str message;
};

static enum rc finish_unit(struct db *db, void *arg, struct err *e)
{
	struct finishing *f = arg;
	struct sql_returned_finish_in row = { f->t->id,		 str_of(f->state), f->t->load, app_now_ms(f->t->app),
					      f->n.children,	 f->n.wrong,	   f->n.found, f->n.troubles,
					      f->t->differences, f->message };
	return sql_returned_finish(db, &row, NULL, e);
}

static enum rc run_and_end(struct taking *t, struct totals *n, struct err *e)
{
	struct err second = { .rc = RC_OK };
	enum rc rc = run(t, n, e);
	struct finishing f = { t, *n, rc == RC_OK ? "done" : "refused", rc == RC_OK ? t->message : str_of(e->text) };
	if (!f.message.p)
		f.message = STR("");
	enum rc ended = t->id ? write_patiently(t->app, finish_unit, &f, &second) : RC_OK;
	if (rc == RC_OK && ended != RC_OK)
		*e = second;
	return rc != RC_OK ? rc : ended;
}

static void release(struct taking *t)
{
	return_result_free(t->result);
	return_frame_free(t->f);
	return_spec_free(t->s);
}

enum rc returned_take(struct app *app, const struct viewer *v, const struct returned_request *r, returned_progress *p,
		      void *arg, struct arena *a, struct returned_summary *out, struct err *e)
{
	struct taking t = { .app = app, .v = *v, .r = r, .progress = p, .progress_arg = arg, .a = a };
	struct totals n = { 0 };
	bool keep = !(r->load && r->dry_run);
	enum rc rc = begin(&t, keep, e);
	if (rc == RC_OK)
		rc = run_and_end(&t, &n, e);
	if (rc == RC_OK && keep)
		rc = returned_see(app, v, t.id, a, out, e);
	else if (rc == RC_OK)
		*out = (struct returned_summary){ .council = arena_str(a, t.council->name),
						  .year = arena_str(a, r->year),
						  .state = STR("dry-run"),
						  .message = t.message,
						  .children = n.children,
						  .wrong = n.wrong,
						  .found = n.found,
						  .troubles = n.troubles,
						  .differences = t.differences };
	for (size_t i = 0; rc == RC_OK && i < t.loaded.n_files; i++) {
		out->new_rows += t.loaded.files[i].rows_new;
		out->changed_rows += t.loaded.files[i].rows_changed + t.loaded.files[i].rows_voided;
		out->same_rows += t.loaded.files[i].rows_same;
	}
	release(&t);
	return rc;
}

enum rc returned_compare(struct app *app, const struct viewer *v, const struct returned_request *r,
			 returned_progress *p, void *p_arg, returned_each *each, void *arg, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct taking t = { .app = app,
			    .v = *v,
			    .r = r,
			    .progress = p,
			    .progress_arg = p_arg,
			    .a = &a,
			    .each = each,
			    .each_arg = arg };
	enum rc rc = begin(&t, false, e);
	if (rc == RC_OK)
		rc = returned_read(app, t.s, r, p, p_arg, &t.f, e);
	if (rc == RC_OK)
		rc = compare(&t, e);
	release(&t);
	return rc;
}

/* ---- on a thread of its own ---- */

struct background {
	struct app *app; /* a hold of its own: it outlives the request */
	struct taking t;
	struct returned_request r;
	struct arena a;
};

static void close_uploads(const struct returned_upload *u, size_t n)
{
	for (size_t i = 0; i < n; i++)
		close(u[i].fd);
}

static void *run_background(void *arg)
{
	struct background *g = arg;
	struct err e = { .rc = RC_OK };
	struct totals n = { 0 };
	if (run_and_end(&g->t, &n, &e) != RC_OK)
		err_say("linnet: a yearly return ended early: %s %s\n", rc_name(e.rc), e.detail);
	release(&g->t);
	close_uploads(g->r.now, g->r.n_now);
	close_uploads(g->r.last, g->r.n_last);
	arena_release(&g->a);
	app_close(g->app);
	free(g);
	return NULL;
}

static const struct returned_upload *copy_uploads(struct arena *a, const struct returned_upload *from, size_t n)
{
	struct returned_upload *to = arena_array(a, n + 1, sizeof *to);
	for (size_t i = 0; i < n; i++)
		to[i] = (struct returned_upload){ arena_str(a, from[i].name), from[i].fd };
	return to;
}

enum rc returned_start(struct app *app, const struct viewer *v, const struct returned_request *r, int64_t *id_out,
		       struct err *e)
{
	struct background *g = xcalloc(1, sizeof *g);
	arena_init(&g->a);
	g->r = *r;
	g->r.council = arena_str(&g->a, r->council);
	g->r.year = arena_str(&g->a, r->year);
	g->r.path = arena_str(&g->a, r->path);
	g->r.last_path = arena_str(&g->a, r->last_path);
	g->r.now = copy_uploads(&g->a, r->now, r->n_now);
	g->r.last = copy_uploads(&g->a, r->last, r->n_last);
	g->app = app_hold(app);
	g->t = (struct taking){ .app = g->app, .v = *v, .r = &g->r, .a = &g->a };
	g->t.v.name = arena_str(&g->a, v->name);
	g->t.v.org_name = arena_str(&g->a, v->org_name);
	pthread_t thread;
	pthread_attr_t detached;
	enum rc rc = begin(&g->t, true, e);
	int64_t id = g->t.id;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	if (rc == RC_OK && pthread_create(&thread, &detached, run_background, g) != 0)
		rc = err_set(e, RC_BUSY, "The return could not be started: too many threads. Try again.");
	pthread_attr_destroy(&detached);
	if (rc != RC_OK) {
		release(&g->t);
		arena_release(&g->a);
		app_close(g->app);
		free(g);
		return rc;
	}
	*id_out = id;
	return RC_OK;
}
