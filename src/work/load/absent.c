#include "work/load/load_inside.h"

#include "base/text.h"
#include "work/core/members.h"
#include "work/core/write.h"

enum { ABSENT_A_UNIT = 100 };

/* Children of a fully told council that no file names any more, and those whose
 * clocks must follow what is now covered. */
static enum rc absent_unit(struct db *db, void *arg, struct err *e)
{
	struct loading *l = arg;
	struct arena a AUTO(arena_release), kept AUTO(arena_release);
	arena_init(&a);
	arena_init(&kept);
	memcpy(l->diff.counts, l->before, l->b->n_files * sizeof *l->before);
	const struct organisation *o = app_organisation(l->app, l->absent_council);
	struct sql_person_refs_of_council_out found[ABSENT_A_UNIT];
	size_t n = 0;
	int64_t losing = 0;
	enum rc rc = load_coverage_read(l, db, e);
	if (rc == RC_OK)
		rc = refs_read(db, o->id, l->absent_after, COUNT_OF(found), &kept, found, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (batch_names(l->b, o->code, found[i].ref) || alike_names(&l->alike, o->code, found[i].ref))
			continue;
		arena_reset(&a);
		struct history h;
		struct event *events;
		rc = l->id ? child_lock(l->app, db, found[i].id, &a, &h, NULL, e)
			   : history_read_whole(l->app, db, found[i].id, KNOWN_NOW, &a, &h, e);
		if (rc != RC_OK)
			return rc;
		size_t changes, said;
		rc = load_compare_child(l, db, &h, SIZE_MAX, &a, &events, &changes, &said, e);
		losing += said > 0;
		if (rc == RC_OK && l->id)
			rc = child_append(l->app, db, &h, events, changes, false, &a, e);
		if (rc == RC_OK && l->id && changes)
			rc = audit(l->app, db, &l->v, h.person, "loaded", STR("tables"), l->r->name, e);
	}
	if (rc == RC_OK)
		rc = load_coverage_holds(l, db, e);
	if (rc != RC_OK)
		return rc; /* it may run again from the start: so do its counts */
	l->absent_met += (int64_t)n;
	l->absent_losing += losing;
	l->absent_over = n < COUNT_OF(found);
	refs_done(&l->absent_after, found, n);
	return RC_OK;
}

/* Has the store anybody whom this load has not made? */
static enum rc look_for_others(struct db *db, void *arg, struct err *e)
{
	struct loading *l = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_person_count_out n;
	enum rc rc = sql_person_count(db, &a, &n, e);
	l->nobody = rc == RC_OK && n.n == l->made;
	return rc;
}

/* To whoever looks at the page of this load meanwhile: it goes on. */
static enum rc sign_of_life(struct db *db, void *arg, struct err *e)
{
	const struct loading *l = arg;
	struct sql_load_progress_in p = { l->diff.load, l->total, l->done, app_now_ms(l->app) };
	return sql_load_progress(db, &p, NULL, e);
}

static enum rc absent_of(struct loading *l, int64_t council, struct err *e)
{
	enum rc rc = RC_OK;
	l->absent_council = council;
	l->absent_after = (struct str){ xstrndup("", 0), 0 };
	l->absent_over = false;
	l->absent_met = l->absent_losing = 0;
	while (rc == RC_OK && !l->absent_over) {
		memcpy(l->before, l->diff.counts, l->b->n_files * sizeof *l->before);
		rc = l->id ? load_write_unit(l, absent_unit, e)
			   : store_read(app_store(l->app), absent_unit, l, e);
		if (rc == RC_OK && l->diff.load) /* also of a load that only looks first (load_check_whole) */
			rc = write_patiently(l->app, sign_of_life, l, e);
		store_give_way(app_store(l->app));
	}
	free((void *)(uintptr_t)l->absent_after.p);
	return rc;
}

enum rc load_absent(struct loading *l, struct err *e)
{
	enum rc rc = RC_OK;
	if (l->nobody && l->id) /* as one that writes: a reader would bring the log back (store_fill_begin) */
		rc = write_patiently(l->app, look_for_others, l, e);
	if (rc == RC_OK && l->nobody && l->id)
		return RC_OK; /* every child is of these files */
	for (size_t c = 0; rc == RC_OK && c < l->b->n_councils; c++) {
		const struct organisation *o = app_organisation_by_code(l->app, l->b->councils[c]);
		if (!o || !load_serves(l, o->id))
			continue;
		load_tell(l, "Children no longer in the files", (int64_t)c, (int64_t)l->b->n_councils);
		rc = absent_of(l, o->id, e);
	}
	return rc;
}

/* As a dry run, whose questions and counts are then forgotten. */
enum rc load_check_whole(struct loading *l, struct err *e)
{
	enum rc rc = RC_OK;
	int64_t id = l->id;
	size_t n_asked = l->n_asked;
	l->id = 0;
	for (size_t c = 0; rc == RC_OK && c < l->b->n_councils; c++) {
		const struct organisation *o = app_organisation_by_code(l->app, l->b->councils[c]);
		if (!o || !load_serves(l, o->id) || (rc = absent_of(l, o->id, e)) != RC_OK ||
		    !tables_hardly_whole(l->spec, l->absent_losing, l->absent_met))
			continue;
		l->is_short = true;
		rc = err_set(e, RC_BAD_INPUT,
			     "%" PRId64 " children of " STR_FMT
			     ", of whom earlier files told, are not in children.csv. Nothing was changed.",
			     l->absent_losing, STR_ARG(o->name));
	}
	l->id = id;
	l->n_asked = n_asked;
	memset(l->diff.counts, 0, l->b->n_files * sizeof *l->diff.counts);
	return rc;
}
