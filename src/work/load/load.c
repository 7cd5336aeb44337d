#include "work/load/load_inside.h"

#include <pthread.h>
#include <unistd.h>

#include "base/text.h"
#include "work/core/joined.h"
#include "work/core/lean.h"
#include "work/core/write.h"
#include "work/core/seal.h"
#include "work/load/diff.h"
#include "work/load/erased_rows.h"
#include "work/load/finding_rows.h"
#include "work/load/known.h"
#include "work/load/other_child.h"
#include "work/load/prepare.h"
#include "work/load/sealed_rows.h"
#include "work/load/told_apart.h"
#include "work/load/workbook_read.h"

/* Units are small enough that nobody who records meanwhile waits long; the first
 * load of an empty store has nobody to wait, and larger ones touch fewer pages twice. */
enum {
	CHILDREN_A_UNIT = 100,
	CHILDREN_A_FIRST_UNIT = 3000,
	EVENTS_A_FIRST_UNIT = 24000, /* some 12 MB while two units are in memory */
	CHILDREN_TO_FILL = 500,	     /* fewer are not worth putting anything off */
	QUESTIONS_MAX = 5000,
	TIMES_A_UNIT = 5,
	SILENT_MS = 60000
};

void load_tell(struct loading *l, const char *what, int64_t done, int64_t total)
{
	if (l->progress)
		l->progress(l->progress_arg, what, done, total);
}

/* ---- reading the files ---- */

static void tell_reading(void *arg, const char *what, int64_t done, int64_t total)
{
	load_tell(arg, what, done, total);
}

static enum rc read_files(struct loading *l, struct err *e)
{
	struct tables_input in = { .partial = l->r->partial, .n_partial = l->r->n_partial };
	struct arena a AUTO(arena_release);
	arena_init(&a);
	if (l->r->folder.n)
		in.folder = arena_str(&a, l->r->folder).p;
	struct table_upload *up = arena_array(&a, l->r->n_uploads, sizeof *up);
	for (size_t i = 0; i < l->r->n_uploads; i++)
		up[i] = (struct table_upload){ l->r->uploads[i].name, l->r->uploads[i].fd };
	in.uploads = up;
	in.n_uploads = l->r->n_uploads;
	enum rc rc = tables_spec_load(app_data_dir(l->app), app_vocab(l->app), &l->spec, e);
	if (rc == RC_OK && l->r->workbook)
		rc = workbook_batch(l->app, l->r->workbook, l->spec, tell_reading, l, &l->a, &l->b, &l->headings, e);
	else if (rc == RC_OK)
		rc = tables_read(l->spec, &in, app_today(l->app), tell_reading, l, &l->b, e);
	return rc;
}

/* ---- whose children these are ---- */

bool load_serves(const struct loading *l, int64_t council)
{
	const struct organisation *o = app_organisation(l->app, council);
	return l->v.role == ROLE_OPERATOR || (o && (o->served_by == l->v.org || o->id == l->v.org));
}

/* Another council's child is a team's business only if placed in its area. */
static bool placed_with_us(const struct loading *l, const struct batch_child *c)
{
	uint16_t placed = vocab_kind(app_vocab(l->app), STR("placement-started"));
	for (size_t i = c->first; i < c->first + c->n; i++) {
		const struct draft_row *d = batch_draft(l->b, i);
		if (d->kind == placed && d->org && load_serves(l, l->orgs[d->org - 1]))
			return true;
	}
	return false;
}

static void sort_out_children(struct loading *l)
{
	l->orgs = xcalloc(l->b->n_orgs, sizeof *l->orgs);
	for (size_t i = 0; i < l->b->n_orgs; i++) {
		const struct organisation *o = app_organisation_by_code(l->app, l->b->orgs[i]);
		l->orgs[i] = o ? o->id : 0;
	}
	l->refused = xcalloc(l->b->n_children, sizeof *l->refused);
	struct str last = { NULL, 0 };
	int64_t council = 0;
	for (size_t i = 0; i < l->b->n_children; i++) {
		const struct batch_child *c = &l->b->children[i];
		if (!str_eq(c->council, last)) {
			const struct organisation *o = app_organisation_by_code(l->app, c->council);
			council = o ? o->id : 0;
			last = c->council;
		}
		l->refused[i] = !council || (!load_serves(l, council) && !placed_with_us(l, c));
		l->n_refused += l->refused[i];
	}
	l->total = 0;
	for (size_t i = 0; i < l->b->n_children; i++)
		l->total += !l->refused[i] && l->b->children[i].n > 0;
}

/* ---- rows about the load itself ---- */

static enum rc insert_load(struct db *db, void *arg, struct err *e)
{
	struct loading *l = arg;
	struct sql_load_insert_in row = { .id = l->id,
					  .name = l->r->name,
					  .account = l->v.account,
					  .org = l->org,
					  .state = STR("running"),
					  .started_ms = l->diff.written_ms,
					  .recorded_ms = l->diff.recorded_ms };
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_load_newest_recorded_out newest;
	enum rc rc = sql_load_newest_recorded(db, &(struct sql_load_newest_recorded_in){ l->org }, &a, &newest, e);
	if (rc == RC_OK && newest.recorded_ms > l->diff.recorded_ms) {
		char day[DAY_TEXT_MAX];
		return err_set(
		    e, RC_BAD_INPUT,
		    "A later load is already recorded (%s). History must be loaded oldest first; choose a later day.",
		    day_iso(london_day(newest.recorded_ms), day));
	}
	return rc == RC_OK ? sql_load_insert(db, &row, NULL, e) : rc;
}

/* Good rows that mean no event (a contact that nobody attended) change nothing:
 * they count as the same, so that the columns add up to the rows read. */
static int64_t rows_same(const struct batch_file *f, const struct diff_counts *n)
{
	int64_t silent = f->rows_ok - n->rows_kept_back - n->rows_new - n->rows_changed - n->rows_same;
	return n->rows_same + (silent > 0 ? silent : 0);
}

static enum rc put_files(struct loading *l, struct db *db, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < l->b->n_files; i++) {
		const struct batch_file *f = &l->b->files[i];
		const struct diff_counts *n = &l->diff.counts[i];
		struct sql_load_file_put_in row = { .load = l->id,
						    .name = f->name,
						    .partial = f->partial,
						    .covers_from =
							f->covers_from == DAY_NONE ? SQL_NULL : f->covers_from,
						    .hash = str_of(f->hash),
						    .rows_read = f->rows_read,
						    .rows_new = n->rows_new,
						    .rows_changed = n->rows_changed,
						    .rows_same = rows_same(f, n),
						    .rows_voided = n->rows_voided,
						    .rows_kept_back = f->rows_kept_back + n->rows_kept_back,
						    .heading = l->headings ? l->headings[i] : STR("") };
		rc = sql_load_file_put(db, &row, NULL, e);
	}
	return rc;
}

/* Whoever keeps coverage in memory sees by this that it has changed. */
static enum rc tell_coverage(struct db *db, int64_t load, struct err *e)
{
	char number[24];
	snprintf(number, sizeof number, "%" PRId64, load);
	return sql_setting_put(db, &(struct sql_setting_put_in){ STR("coverage"), str_of(number) }, NULL, e);
}

/* From now on these councils' full files can be believed when they say nothing. */
static enum rc put_coverage(struct db *db, void *arg, struct err *e)
{
	struct loading *l = arg;
	enum rc rc = put_files(l, db, e);
	for (size_t c = 0; rc == RC_OK && c < l->b->n_councils; c++) {
		const struct organisation *o = app_organisation_by_code(l->app, l->b->councils[c]);
		if (!o || !load_serves(l, o->id))
			continue;
		for (size_t i = 0; rc == RC_OK && i < l->b->n_files; i++) {
			const struct batch_file *f = &l->b->files[i];
			if (f->refused)
				continue;
			struct sql_coverage_put_in row = { .council = o->id,
							   .evidence = f->evidence,
							   .load = l->id,
							   .covers_from = f->partial || f->covers_from == DAY_NONE
									      ? SQL_NULL
									      : f->covers_from,
							   .recorded_ms = l->diff.recorded_ms };
			rc = sql_coverage_put(db, &row, NULL, e);
		}
	}
	return rc == RC_OK ? tell_coverage(db, l->id, e) : rc;
}

/* ---- children ---- */

/* Children that nobody had: what was worked out ahead is written as it is, those that stand
 * together at once. */
static enum rc write_waiting(struct loading *l, struct db *db, struct err *e)
{
	size_t n = l->waiting_end - l->waiting;
	if (!n)
		return RC_OK;
	const struct fresh *rows = &l->ahead->rows;
	struct sql_audit_insert_in *lines = xmalloc(n * sizeof *lines);
	for (size_t i = 0; i < n; i++)
		lines[i] =
		    audit_row(l->app, &l->v, rows->persons[l->waiting + i].id, "loaded", STR("tables"), l->r->name);
	enum rc rc = fresh_write(db, rows, l->waiting, l->waiting_end, e);
	if (rc == RC_OK)
		rc = sql_audit_insert_each(db, lines, n, e);
	free(lines);
	l->waiting = l->waiting_end;
	return rc;
}

static enum rc write_new(struct loading *l, struct db *db, const struct prepared *made, struct err *e)
{
	enum rc rc = made->fresh == l->waiting_end ? RC_OK : write_waiting(l, db, e);
	if (l->waiting == l->waiting_end)
		l->waiting = made->fresh;
	l->waiting_end = made->fresh + 1;
	for (size_t f = 0; f < l->b->n_files; f++) {
		l->diff.counts[f].rows_new += made->counts[f].rows_new;
		l->diff.counts[f].rows_changed += made->counts[f].rows_changed;
		l->diff.counts[f].rows_same += made->counts[f].rows_same;
	}
	return rc;
}

static bool by_nhs_number(const struct loading *l, struct str ref)
{
	return l->r->workbook && known_by_nhs_number(ref);
}

static void keep_question(struct loading *l, const struct load_finding *f)
{
	if (l->n_asked == l->cap_asked) {
		l->cap_asked = l->cap_asked ? l->cap_asked * 2 : 32;
		l->asked = xrealloc(l->asked, l->cap_asked * sizeof *l->asked);
	}
	l->asked[l->n_asked] = finding_copy(f, &l->a);
}

/* What came up while comparing stands behind the findings of the files. */
static enum rc put_found(struct loading *l, struct db *db, const struct load_finding *found, size_t n, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t k = 0; rc == RC_OK && k < n && l->n_asked < QUESTIONS_MAX; k++) {
		if (l->id)
			rc = finding_put(db, l->id, (int64_t)(l->b->n_findings + l->n_asked) + 1, &found[k], e);
		else
			keep_question(l, &found[k]);
		l->n_asked += rc == RC_OK;
	}
	return rc;
}

/* What the record and the rows of this child say differently. */
static enum rc put_questions(struct loading *l, struct db *db, const struct history *h, const struct event *add,
			     size_t n_add, size_t i, struct arena *a, struct err *e)
{
	struct load_finding found[APART_A_CHILD_MAX];
	size_t n;
	enum rc rc = told_apart(&l->diff, db, h, add, n_add, i, a, found, &n, e);
	return rc == RC_OK ? put_found(l, db, found, n, e) : rc;
}

static enum rc keep_other_child_back(struct loading *l, struct db *db, const struct history *h, size_t i,
				     struct arena *a, bool *kept_out, struct err *e)
{
	struct load_finding found[TABLE_FILES_MAX];
	size_t n;
	enum rc rc = other_child(&l->diff, h, i, a, found, &n, e);
	*kept_out = rc == RC_OK && n > 0;
	return *kept_out ? put_found(l, db, found, n, e) : rc;
}

/* What would be written, and its counts. A sealed entry is in no count and no dry run, unless this
 * organisation's files told it: the rows count as if it were not there. It stays as it is, or is taken
 * back, under its seal. *said_out: as many changes as are counted. */
enum rc load_compare_child(struct loading *l, struct db *db, const struct history *h, size_t i, struct arena *a,
			   struct event **out, size_t *n_out, size_t *said_out, struct err *e)
{
	struct history open = history_open(l->app, h, a);
	struct history own = history_alone(h, h->person, a), seen = history_alone(&open, h->person, a);
	bool another = false;
	*out = NULL;
	*n_out = *said_out = 0;
	enum rc rc = sealed_rows_told(db, l->org, &own, &seen, a, e);
	if (rc == RC_OK)
		rc = keep_other_child_back(l, db, &seen, i, a, &another, e);
	if (rc != RC_OK || another)
		return rc;
	*n_out = *said_out = diff_child(&l->diff, &seen, i, a, out);
	rc = put_questions(l, db, &seen, *out, *n_out, i, a, e);
	if (rc != RC_OK || own.n == seen.n)
		return rc;
	struct diff_context uncounted = l->diff;
	uncounted.counts = arena_array(a, l->b->n_files, sizeof *uncounted.counts);
	*n_out = diff_child(&uncounted, &own, i, a, out);
	return l->id ? sealed_rows_keep(db, l->org, &own, &seen, l->b, i, e) : RC_OK;
}

/* A record that is there already and not in the loader's circle. That a child of a council which the
 * team does not serve was placed in its area brings it into the circle: by a file of its own a team
 * may say so of a child that nobody has, and not take another team's record that way. */
static enum rc check_own(struct loading *l, struct db *db, int64_t council, int64_t person, struct err *e)
{
	return load_serves(l, council) ? RC_OK : circle_check(l->app, db, &l->v, person, e);
}

/* Nobody has the number; has anybody one that differs in capitals only, on record or in these files? Then no record
 * is made. *kept_out: the rows were kept back, or are another's business. */
static enum rc keep_alike_back(struct loading *l, struct db *db, int64_t council, size_t i, bool look, struct arena *a,
			       bool *kept_out, struct err *e)
{
	const struct batch_child *c = &l->b->children[i], *other = alike_other(&l->alike, c->council, c->ref);
	struct load_finding found[TABLE_FILES_MAX];
	struct str on_record = { NULL, 0 };
	int64_t person;
	enum rc rc = look ? known_alike(db, council, c->ref, a, &person, &on_record, e) : RC_NOT_FOUND;
	*kept_out = rc == RC_OK || other;
	if (rc == RC_OK && check_own(l, db, council, person, e) != RC_OK)
		return RC_OK;
	if ((rc != RC_OK && rc != RC_NOT_FOUND) || !*kept_out)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	size_t n = number_alike(&l->diff, i, on_record, other ? other->ref : c->ref, a, found);
	return put_found(l, db, found, n, e);
}

/* Leaves out the records of others, before anything is counted. */
static enum rc leave_others_out(struct db *db, void *arg, struct err *e)
{
	struct loading *l = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < l->b->n_children; i++) {
		const struct batch_child *c = &l->b->children[i];
		const struct organisation *o = app_organisation_by_code(l->app, c->council);
		struct str alike;
		int64_t person;
		if (l->refused[i] || load_serves(l, o->id))
			continue;
		arena_reset(&a);
		rc = known_person(db, o->id, c->ref, by_nhs_number(l, c->ref), &a, &person, e);
		if (rc == RC_NOT_FOUND)
			rc = known_alike(db, o->id, c->ref, &a, &person, &alike, e);
		if (rc == RC_OK && (rc = check_own(l, db, o->id, person, e)) == RC_NOT_FOUND) {
			l->refused[i] = true;
			l->n_refused++;
			l->total -= c->n > 0;
		}
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	return rc;
}

static enum rc load_child(struct loading *l, struct db *db, size_t i, const struct prepared *made, struct arena *a,
			  struct err *e)
{
	const struct batch_child *c = &l->b->children[i];
	const struct organisation *o = app_organisation_by_code(l->app, c->council);
	struct history h;
	int64_t person = 0;
	/* It may be one of those that wait. */
	bool by_nhs = by_nhs_number(l, c->ref), look = by_nhs || !l->nobody || !made->there;
	enum rc rc = by_nhs ? write_waiting(l, db, e) : RC_OK;
	if (rc != RC_OK)
		return rc;
	rc = look ? known_person(db, o->id, c->ref, by_nhs, a, &person, e) : RC_NOT_FOUND;
	bool fresh = rc == RC_NOT_FOUND;
	l->known += !fresh;
	if (!fresh && rc == RC_OK && (rc = check_own(l, db, o->id, person, e)) == RC_NOT_FOUND)
		return RC_OK; /* it has come to be another's since the files were looked through */
	if (fresh && !c->n)
		return RC_OK; /* every row of it was kept back: nobody is made of that */
	bool kept = false;
	if (fresh && ((rc = keep_alike_back(l, db, o->id, i, look, a, &kept, e)) != RC_OK || kept))
		return rc;
	l->fresh += fresh;
	if (fresh && l->id && made->there)
		return write_new(l, db, made, e);
	if (fresh) {
		h = child_new(l->app, o->id, c->ref, a);
		rc = RC_OK;
	} else if (rc == RC_OK)
		rc = l->id ? child_lock(l->app, db, person, a, &h, NULL, e)
			   : history_read_whole(l->app, db, person, KNOWN_NOW, a, &h, e);
	if (rc != RC_OK)
		return rc;
	struct event *events;
	size_t n, said;
	rc = load_compare_child(l, db, &h, i, a, &events, &n, &said, e); /* a file speaks of its own council's record */
	if (rc != RC_OK || !l->id)
		return rc;
	rc = child_append(l->app, db, &h, events, n, fresh, a, e);
	if (rc == RC_OK && (n || said))
		rc = audit(l->app, db, &l->v, h.person, "loaded", STR("tables"), l->r->name, e);
	return rc;
}

enum rc load_coverage_read(struct loading *l, struct db *db, struct err *e)
{
	enum rc rc = app_coverage_refresh(l->app, db, e);
	l->coverage = app_coverage_edition(l->app);
	return rc;
}

enum rc load_coverage_holds(struct loading *l, struct db *db, struct err *e)
{
	enum rc rc = l->id ? app_coverage_refresh(l->app, db, e) : RC_OK;
	if (rc != RC_OK || !l->id || app_coverage_edition(l->app) == l->coverage)
		return rc;
	return err_set(e, RC_CONFLICT, "Other files were loaded meanwhile. Load these once more.");
}

/* Children of this unit that are the loader's to load. */
static int64_t taken(const struct loading *l)
{
	int64_t n = 0;
	for (size_t i = l->next; i < l->upto; i++)
		n += !l->refused[i] && l->b->children[i].n > 0;
	return n;
}

static enum rc load_unit(struct db *db, void *arg, struct err *e)
{
	struct loading *l = arg;
	static const struct prepared nothing;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	/* A unit may run again from the start: so do its counts. */
	memcpy(l->diff.counts, l->before, l->b->n_files * sizeof *l->before);
	l->n_asked = l->asked_before;
	l->known = l->fresh = l->waiting = l->waiting_end = 0;
	enum rc rc = load_coverage_read(l, db, e);
	bool ahead = l->ahead && l->ahead->coverage == l->coverage; /* otherwise it was worked out by an earlier one */
	if (rc == RC_OK)
		rc = erased_rows_are(db, l->erasures, &a, e);
	for (size_t i = l->next; rc == RC_OK && i < l->upto; i++) {
		arena_reset(&a);
		if (!l->refused[i])
			rc = load_child(l, db, i, ahead ? &l->ahead->out[i - l->next] : &nothing, &a, e);
	}
	if (rc == RC_OK)
		rc = write_waiting(l, db, e);
	if (rc == RC_OK) /* where several write: what was erased before its row was locked here */
		rc = erased_rows_are(db, l->erasures, &a, e);
	if (rc == RC_OK && l->id) {
		struct sql_load_progress_in p = { l->id, l->total, l->done + taken(l), app_now_ms(l->app) };
		rc = sql_load_progress(db, &p, NULL, e);
	}
	return rc == RC_OK ? load_coverage_holds(l, db, e) : rc;
}

static enum rc before_children(struct db *db, void *arg, struct err *e)
{
	struct loading *l = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_person_count_out n;
	enum rc rc = sql_person_count(db, &a, &n, e);
	l->first = l->nobody = rc == RC_OK && n.n == 0;
	return rc == RC_OK ? app_coverage_refresh(l->app, db, e) : rc;
}

/* Where the unit ends that begins with this child. */
static size_t unit_end(const struct loading *l, size_t from)
{
	size_t end = from, events = 0, most = l->first ? CHILDREN_A_FIRST_UNIT : CHILDREN_A_UNIT;
	while (end < l->b->n_children && end - from < most && events < EVENTS_A_FIRST_UNIT)
		events += l->b->children[end++].n;
	return end;
}

static void *prepare_on_thread(void *arg)
{
	prepare_unit(arg);
	return NULL;
}

enum rc load_write_unit(struct loading *l, store_fn *fn, struct err *e)
{
	enum rc rc = RC_CONFLICT;
	for (int times = 0; rc == RC_CONFLICT && times < TIMES_A_UNIT; times++) {
		rc = write_patiently(l->app, fn, l, e);
		l->nobody = l->nobody && rc != RC_CONFLICT;
	}
	return rc;
}

/* Where several write at once, somebody else may make the same child between our look and our row:
 * then it is there, and the unit finds it when it runs again. A first load does not even look, until
 * this has happened to it once. */
static enum rc write_unit(struct loading *l, struct err *e)
{
	enum rc rc = load_write_unit(l, load_unit, e);
	l->made += rc == RC_OK ? (int64_t)l->fresh : 0;
	return rc;
}

/* The units of a load, each written while the next is worked out ahead. */
static enum rc load_children(struct loading *l, struct err *e)
{
	struct preparing two[2] = { 0 };
	size_t turn = 0;
	bool ahead = l->id != 0; /* until children turn out to be there already */
	enum rc rc = RC_OK;
	pthread_t thread;
	for (size_t i = 0; i < COUNT_OF(two); i++) {
		arena_init(&two[i].a);
		two[i].c = &l->diff;
		two[i].refused = l->refused;
	}
	two[0].n = unit_end(l, 0);
	if (ahead && rc == RC_OK)
		prepare_unit(&two[0]);
	for (l->next = 0; rc == RC_OK && l->next < l->b->n_children; l->next = l->upto, turn ^= 1) {
		l->upto = unit_end(l, l->next);
		l->ahead = ahead ? &two[turn] : NULL;
		if (ahead && two[turn].rc != RC_OK) {
			*e = two[turn].e;
			rc = two[turn].rc;
			break;
		}
		struct preparing *next = &two[turn ^ 1];
		next->first = l->upto;
		next->n = unit_end(l, l->upto) - l->upto;
		bool beside = ahead && pthread_create(&thread, NULL, prepare_on_thread, next) == 0;
		memcpy(l->before, l->diff.counts, l->b->n_files * sizeof *l->before);
		rc = l->id ? write_unit(l, e) : store_read(app_store(l->app), load_unit, l, e);
		if (beside)
			pthread_join(thread, NULL);
		else if (ahead)
			prepare_unit(next);
		store_give_way(app_store(l->app));
		ahead = ahead && l->known * 2 < l->upto - l->next;
		l->done += taken(l);
		l->asked_before = l->n_asked;
		load_tell(l, l->id ? "Children" : "Comparing", l->done, l->total);
	}
	for (size_t i = 0; i < COUNT_OF(two); i++) {
		arena_release(&two[i].a);
		fresh_release(&two[i].rows);
	}
	l->ahead = NULL;
	return rc;
}

/* ---- the whole ---- */

struct finishing {
	struct loading *l;
	const char *state;
	struct str message;
};

static enum rc finish_unit(struct db *db, void *arg, struct err *e)
{
	struct finishing *f = arg;
	struct sql_load_finish_in row = { f->l->id, str_of(f->state), app_now_ms(f->l->app), f->message };
	enum rc rc = f->l->b && !f->l->is_short ? put_files(f->l, db, e) : RC_OK;
	return rc == RC_OK ? sql_load_finish(db, &row, NULL, e) : rc;
}

static struct str refused_words(const struct loading *l, char out[300])
{
	int n = 0;
	if (l->n_refused)
		n = snprintf(out, 300,
			     "%zu %s of councils that this team does not serve and not placed in its area. %s left "
			     "out.",
			     l->n_refused, l->n_refused == 1 ? "child is" : "children are",
			     l->n_refused == 1 ? "It was" : "They were");
	if (l->n_erased)
		n += snprintf(out + n, 300 - (size_t)n, "%s%zu %s lawfully erased, and left out.", n ? " " : "",
			      l->n_erased, l->n_erased == 1 ? "record was" : "records were");
	return n ? str_of(out) : STR("");
}

/* Children whose record was lawfully erased, and rows that tell what was. */
static enum rc leave_erased_out(struct loading *l, struct err *e)
{
	enum rc rc = erased_rows_out(l->app, l->b, l->refused, &l->a, &l->n_erased, &l->erasures, e);
	l->total = 0;
	for (size_t i = 0; i < l->b->n_children; i++)
		l->total += !l->refused[i] && l->b->children[i].n > 0;
	return rc;
}

static enum rc run(struct loading *l, struct err *e)
{
	enum rc rc = l->b ? RC_OK : read_files(l, e);
	if (rc != RC_OK)
		return rc;
	sort_out_children(l);
	if ((rc = leave_erased_out(l, e)) != RC_OK)
		return rc;
	alike_begin(&l->alike, l->b->children, l->b->n_children, &l->a);
	l->diff.batch = l->b;
	l->diff.orgs = l->orgs;
	l->diff.counts = xcalloc(l->b->n_files, sizeof *l->diff.counts);
	l->before = xcalloc(l->b->n_files, sizeof *l->before);
	if (l->id && l->r->ask_if_short)
		rc = load_check_whole(l, e);
	if (rc == RC_OK && l->id) {
		rc = findings_put_all(l->app, l->id, l->b, l->r->workbook != NULL, e);
		if (rc == RC_OK)
			rc = write_patiently(l->app, put_coverage, l, e);
	}
	if (rc == RC_OK)
		rc = store_read(app_store(l->app), before_children, l, e);
	if (rc == RC_OK && !l->first)
		rc = store_read(app_store(l->app), leave_others_out, l, e);
	store_expect_bulk(app_store(l->app), true);
	bool filling = rc == RC_OK && l->id && l->first && l->b->n_children >= CHILDREN_TO_FILL &&
		       store_fill_begin(app_store(l->app));
	if (rc == RC_OK)
		rc = load_children(l, e);
	if (rc == RC_OK)
		rc = load_absent(l, e);
	struct err second = { 0 };
	if (l->id && rc == RC_OK)
		tables_batch_written(l->b);
	if (filling)
		load_tell(l, "Putting the lists in order", l->total, l->total);
	enum rc made = filling ? store_fill_end(app_store(l->app), &second) : RC_OK;
	if (rc == RC_OK && made != RC_OK)
		*e = second;
	store_expect_bulk(app_store(l->app), false);
	return rc != RC_OK ? rc : made;
}

static void release(struct loading *l)
{
	free(l->asked);
	free(l->orgs);
	free(l->refused);
	free(l->before);
	free(l->diff.counts);
	tables_batch_free(l->b);
	tables_spec_free(l->spec);
	arena_release(&l->a);
}

static enum rc begin(struct loading *l, struct err *e)
{
	int64_t now = app_now_ms(l->app);
	arena_init(&l->a);
	enum rc rc = require_act(&l->v, ACT_LOAD, e);
	if (rc != RC_OK)
		return rc;
	if (l->r->recorded_ms > now)
		return err_set(e, RC_BAD_INPUT, "The day on which the files were recorded lies in the future.");
	l->diff.app = l->app;
	l->diff.author = l->v.account;
	l->diff.written_ms = now;
	l->diff.recorded_ms = l->r->recorded_ms ? l->r->recorded_ms : now;
	const struct organisation *team = app_health_team(l->app), *any;
	l->org = l->v.org ? l->v.org : team ? team->id : 0;
	if (app_organisations(l->app, &any) == 0)
		return err_set(e, RC_CONFLICT, "The store has no region yet. Run: linnet init --region set");
	if (l->r->dry_run)
		return RC_OK;
	l->id = app_new_id(l->app);
	l->diff.load = l->id;
	return write_patiently(l->app, insert_load, l, e);
}

/* A load that could not go on says why on its own page. */
static enum rc end(struct loading *l, enum rc rc, struct err *e)
{
	char words[300];
	struct finishing f = { l,
			       rc == RC_OK   ? "done"
			       : l->is_short ? "asked"
					     : "refused",
			       rc == RC_OK && l->b ? refused_words(l, words) : str_of(e->text) };
	struct err second = { 0 };
	if (!l->id)
		return rc;
	enum rc ended = write_patiently(l->app, finish_unit, &f, &second);
	if (rc == RC_OK && ended != RC_OK)
		*e = second;
	return rc != RC_OK ? rc : ended;
}

static void fill_dry(struct loading *l, size_t max, struct arena *a, struct load_summary *out)
{
	char words[300];
	*out = (struct load_summary){ .name = l->r->name,
				      .state = STR("dry-run"),
				      .by = l->v.name,
				      .message = arena_str(a, refused_words(l, words)),
				      .started_ms = l->diff.written_ms,
				      .finished_ms = app_now_ms(l->app),
				      .children_total = l->total,
				      .children_done = l->total,
				      .findings_total = l->b->findings_total + (int64_t)l->n_asked };
	struct load_file *files = arena_array(a, l->b->n_files, sizeof *files);
	for (size_t i = 0; i < l->b->n_files; i++) {
		const struct batch_file *f = &l->b->files[i];
		const struct diff_counts *n = &l->diff.counts[i];
		files[i] =
		    (struct load_file){ arena_str(a, f->name), f->partial,     f->covers_from,
					f->rows_read,	       n->rows_new,    n->rows_changed,
					rows_same(f, n),       n->rows_voided, f->rows_kept_back + n->rows_kept_back };
	}
	out->files = files;
	out->n_files = l->b->n_files;
	size_t all = l->b->n_findings + l->n_asked, n = all < max ? all : max;
	struct load_finding *found = arena_array(a, n, sizeof *found);
	for (size_t i = 0; i < n; i++) {
		bool of_files = i < l->b->n_findings;
		struct load_finding f = of_files ? finding_of(l->b, &l->b->findings[i], l->r->workbook != NULL)
						 : l->asked[i - l->b->n_findings];
		found[i] = finding_copy(&f, a);
	}
	out->findings = found;
	out->n_findings = n;
}

enum { FINDINGS_SHOWN = 1000 };

static enum rc run_here(struct loading l, struct arena *a, struct load_summary *out, struct err *e)
{
	enum rc rc = begin(&l, e);
	if (rc == RC_OK)
		rc = end(&l, run(&l, e), e);
	if (rc == RC_OK && l.id)
		rc = load_see(l.app, &l.v, l.id, FINDINGS_SHOWN, a, out, e);
	else if (rc == RC_OK)
		fill_dry(&l, FINDINGS_SHOWN, a, out);
	release(&l);
	return rc;
}

enum rc load_tables(struct app *app, const struct viewer *v, const struct load_request *r, load_progress *p, void *arg,
		    struct arena *a, struct load_summary *out, struct err *e)
{
	return run_here((struct loading){ .app = app, .v = *v, .r = r, .progress = p, .progress_arg = arg }, a, out, e);
}

enum rc load_batch(struct app *app, const struct viewer *v, const struct load_request *r, struct tables_spec *spec,
		   struct tables_batch *b, load_progress *p, void *arg, struct arena *a, struct load_summary *out,
		   struct err *e)
{
	struct loading l = { .app = app, .v = *v, .r = r, .progress = p, .progress_arg = arg, .spec = spec, .b = b };
	return run_here(l, a, out, e);
}

/* ---- on a thread of its own ---- */

struct background {
	struct app *app; /* a hold of its own: it outlives the request */
	struct loading l;
	struct load_request r;
	struct load_workbook workbook; /* its file is ours to close */
	struct load_upload *uploads;
	struct arena a; /* owns the texts of r and of the viewer */
};

static void *run_background(void *arg)
{
	struct background *g = arg;
	struct err e = { 0 };
	enum rc rc = end(&g->l, run(&g->l, &e), &e);
	if (rc != RC_OK)
		err_say("linnet: a load ended early: %s %s\n", rc_name(rc), e.detail);
	release(&g->l);
	for (size_t i = 0; i < g->r.n_uploads; i++)
		close(g->uploads[i].fd);
	if (g->r.workbook)
		close(g->workbook.fd);
	arena_release(&g->a);
	app_close(g->app);
	free(g);
	return NULL;
}

enum rc load_start(struct app *app, const struct viewer *v, const struct load_request *r, int64_t *id_out,
		   struct err *e)
{
	struct background *g = xcalloc(1, sizeof *g);
	arena_init(&g->a);
	g->r = *r;
	g->r.folder = arena_str(&g->a, r->folder);
	g->r.name = arena_str(&g->a, r->name);
	g->uploads = arena_array(&g->a, r->n_uploads, sizeof *g->uploads);
	for (size_t i = 0; i < r->n_uploads; i++)
		g->uploads[i] = (struct load_upload){ arena_str(&g->a, r->uploads[i].name), r->uploads[i].fd };
	g->r.uploads = g->uploads;
	struct str *partial = arena_array(&g->a, r->n_partial, sizeof *partial);
	for (size_t i = 0; i < r->n_partial; i++)
		partial[i] = arena_str(&g->a, r->partial[i]);
	g->r.partial = partial;
	if (r->workbook) {
		int64_t *lines = arena_array(&g->a, r->workbook->n_heading_lines, sizeof *lines);
		if (r->workbook->n_heading_lines)
			memcpy(lines, r->workbook->heading_lines, r->workbook->n_heading_lines * sizeof *lines);
		g->workbook = (struct load_workbook){ arena_str(&g->a, r->workbook->name), r->workbook->fd,
						      arena_str(&g->a, r->workbook->mapping), lines,
						      r->workbook->n_heading_lines };
		g->r.workbook = &g->workbook;
	}
	g->app = app_hold(app);
	g->l = (struct loading){ .app = g->app, .v = *v, .r = &g->r };
	g->l.v.name = arena_str(&g->a, v->name);
	g->l.v.org_name = arena_str(&g->a, v->org_name);
	enum rc rc = begin(&g->l, e);
	pthread_t thread;
	int64_t id = g->l.id;
	pthread_attr_t detached;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	if (rc == RC_OK && pthread_create(&thread, &detached, run_background, g) != 0)
		rc = end(&g->l, err_set(e, RC_BUSY, "The load could not be started: too many threads. Try again."), e);
	pthread_attr_destroy(&detached);
	if (rc != RC_OK) {
		arena_release(&g->a);
		app_close(g->app);
		free(g);
		return rc;
	}
	*id_out = id;
	return RC_OK;
}
