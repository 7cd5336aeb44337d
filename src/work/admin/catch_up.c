/* catch_up.c - after a change of rules: the stored rows follow, in short transactions,
 * beside the work of others (keep.h, renew.h). */
#include "work/chase/item_link.h"
#include "work/admin/keep.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/text.h"
#include "store/sql.h"
#include "work/admin/renew.h"
#include "work/core/write.h"
#include "work/oversee/alert.h"
#include "work/oversee/audit.h"
#include "work/oversee/erased.h"

enum {
	COUNCILS_MAX = 400,
	TICK_MS = 250,
	WHOLE_LOOK_TICKS = 240,
	SCHEMA_LOOK_TICKS = 4,
	SEAL_LOOK_TICKS = 20,
	HEAD_SAID_MS = 3600 * 1000
};

struct catching_up {
	struct app *app; /* a hold of its own: the newest rules */
	keep_progress *progress;
	void *progress_arg;
	const atomic_bool *stop; /* NULL: nobody stops it */
	int64_t councils[COUNCILS_MAX];
	size_t n_councils;
	int64_t total, done, changed;
	/* some of one council, at a time */
	struct renewal *r;
	int64_t council;
	int64_t *ids;
	size_t n;
	bool renew; /* the rules changed meanwhile */
	bool moved; /* the region was set up anew since this program started */
};

static void tell(const struct catching_up *k)
{
	app_set_waiting(k->app, k->total > k->done ? k->total - k->done : 0);
	if (k->progress)
		k->progress(k->progress_arg, "Bringing clocks up to date", k->done, k->total);
}

static struct str tag_of(const struct catching_up *k, int64_t council, char tag[RULES_TAG_MAX])
{
	day_t covered[EVIDENCE_MAX];
	app_coverage(k->app, council, INT64_MAX, covered);
	return str_of(app_rules_tag(k->app, covered, tag));
}

static enum rc read_councils(struct catching_up *k, struct db *db, struct err *e)
{
	struct sql_rows *rows;
	struct sql_person_councils_out row;
	enum rc rc = sql_person_councils(db, &rows, e);
	if (rc != RC_OK)
		return rc;
	k->n_councils = 0;
	while ((rc = sql_person_councils_next(rows, &row, e)) == RC_OK && k->n_councils < COUNCILS_MAX)
		k->councils[k->n_councils++] = row.council;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Is the region still as this program read it when it started: who serves whom, how long a circle lasts? */
static enum rc look_at_place(struct catching_up *k, struct db *db, struct arena *a, struct err *e)
{
	const struct organisation *orgs;
	size_t n = app_organisations(k->app, &orgs), i = 0;
	struct sql_setting_get_out said;
	struct sql_rows *rows;
	struct sql_organisation_all_out o;
	int64_t days = app_circle_after_days(k->app);
	enum rc rc = sql_setting_get(db, &(struct sql_setting_get_in){ STR("circle-after-days") }, a, &said, e);
	k->moved =
	    rc == RC_OK && str_to_int(said.value, 0, 40000, &days) == RC_OK && days != app_circle_after_days(k->app);
	if ((rc != RC_OK && rc != RC_NOT_FOUND) || (rc = sql_organisation_all(db, &rows, e)) != RC_OK)
		return rc;
	for (; (rc = sql_organisation_all_next(rows, &o, e)) == RC_OK; i++)
		k->moved = k->moved || i >= n || orgs[i].id != o.id ||
			   orgs[i].served_by != (o.served_by == SQL_NULL ? 0 : o.served_by);
	db_done(rows);
	k->moved = k->moved || i != n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* How many children have rows of other rules, for all councils; none of them is for a program whose region is an
 * earlier one: never back to that. */
static enum rc count_unit(struct db *db, void *arg, struct err *e)
{
	struct catching_up *k = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	k->total = k->done = 0;
	enum rc rc = look_at_place(k, db, &a, e);
	if (rc != RC_OK || k->moved)
		return rc;
	rc = app_coverage_refresh(k->app, db, e);
	if (rc == RC_OK)
		rc = read_councils(k, db, e);
	for (size_t i = 0; rc == RC_OK && i < k->n_councils; i++) {
		char tag[RULES_TAG_MAX];
		struct sql_person_other_rules_count_out n;
		struct sql_person_other_rules_count_in in = { k->councils[i], tag_of(k, k->councils[i], tag) };
		if ((rc = sql_person_other_rules_count(db, &in, &a, &n, e)) == RC_OK)
			k->total += n.n;
	}
	return rc;
}

/* Some children of the council whose rows were made by other rules. */
static enum rc ids_unit(struct db *db, void *arg, struct err *e)
{
	struct catching_up *k = arg;
	char tag[RULES_TAG_MAX];
	size_t max = renewal_room();
	k->n = 0;
	enum rc rc = app_coverage_refresh(k->app, db, e);
	if (rc != RC_OK)
		return rc;
	struct sql_rows *rows;
	struct sql_person_other_rules_out row;
	struct sql_person_other_rules_in in = { k->council, tag_of(k, k->council, tag), (int64_t)max };
	if ((rc = sql_person_other_rules(db, &in, &rows, e)) != RC_OK)
		return rc;
	while ((rc = sql_person_other_rules_next(rows, &row, e)) == RC_OK && k->n < max)
		k->ids[k->n++] = row.id;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool stopped(const struct catching_up *k)
{
	return k->stop && atomic_load(k->stop);
}

/* Never back to earlier rules. */
static enum rc still_newest(struct db *db, void *arg, bool *go_on_out, struct err *e)
{
	struct catching_up *k = arg;
	bool newest = false;
	enum rc rc = library_is_newest(app_library(k->app), db, &newest, e);
	k->renew = !newest;
	*go_on_out = newest && !stopped(k);
	return rc;
}

static enum rc council_up(struct catching_up *k, int64_t council, struct err *e)
{
	enum rc rc = RC_OK;
	k->council = council;
	do {
		int64_t changed = 0;
		rc = store_read(app_store(k->app), ids_unit, k, e);
		if (rc == RC_OK)
			rc = renewal_look(k->r, k->ids, k->n, e);
		if (rc == RC_OK)
			rc = renewal_write(k->r, still_newest, k, &changed, e);
		if (rc == RC_OK) {
			k->changed += changed;
			k->done += (int64_t)k->n;
			tell(k);
		}
	} while (rc == RC_OK && k->n == renewal_room() && !k->renew && !stopped(k));
	return rc;
}

/* By the rules that k->app holds now. */
static enum rc councils_up(struct catching_up *k, struct err *e)
{
	enum rc rc = RC_OK;
	if (k->total == 0)
		return RC_OK;
	k->r = renewal_new(k->app, RENEW);
	k->ids = xcalloc(renewal_room(), sizeof *k->ids);
	for (size_t i = 0; rc == RC_OK && i < k->n_councils && !k->renew && !stopped(k) && k->done < k->total; i++)
		rc = council_up(k, k->councils[i], e);
	renewal_free(k->r);
	free(k->ids);
	return rc;
}

static enum rc all_up(struct catching_up *k, struct err *e)
{
	enum rc rc;
	do {
		k->renew = false;
		rc = app_renew(k->app, e);
		if (rc == RC_OK)
			rc = store_read(app_store(k->app), count_unit, k, e);
		if (rc == RC_OK) {
			tell(k);
			rc = councils_up(k, e);
		}
	} while (rc == RC_OK && k->renew && !stopped(k));
	app_set_waiting(k->app, 0);
	return rc == RC_OK && !stopped(k) ? wake_children(k->app, e) : rc;
}

enum rc keep_catch_up(struct app *app, keep_progress *p, void *arg, int64_t *changed_out, struct err *e)
{
	struct catching_up k = { .app = app_hold(app), .progress = p, .progress_arg = arg };
	enum rc rc = all_up(&k, e);
	app_close(k.app);
	if (rc == RC_OK && changed_out)
		*changed_out = k.changed;
	return rc;
}

/* ---- the keeper ---- */

struct keeper {
	struct app *app;
	atomic_bool stop;
	pthread_t thread;
	int64_t head_said, said_ms; /* the seal said last, and when */
	bool moved_said;
};

static void sweep_links(struct app *app)
{
	struct err e = { 0 };
	int64_t gone;
	if (item_links_sweep(app, &gone, &e) != RC_OK)
		err_say("linnet: links that ended could not be deleted: %s\n", e.text);
}

/* What another server erased comes into this machine's list; what is unusual is told. */
static void look_round(struct app *app)
{
	struct err e = { 0 };
	int64_t n;
	if (erased_agree(app, &n, &e) != RC_OK)
		err_say("linnet: %s\n", e.text);
	if (alerts_sweep(app, &n, &e) != RC_OK)
		err_say("linnet: the audit could not be looked through for alerts: %s\n", e.text);
}

/* A seal each minute, or as soon as a whole one waits. Each hour the newest is said on standard
 * error: a log that goes elsewhere keeps it out of reach of whoever could change the store. */
static void seal_audit(struct keeper *k, struct app *app, bool minute)
{
	struct err e = { 0 };
	struct audit_head head;
	int64_t waiting = SEAL_ROWS_MAX, oldest, rows;
	enum rc rc = minute ? RC_OK : audit_unsealed(app, SEAL_ROWS_MAX, &waiting, &oldest, &e);
	if (rc == RC_OK && waiting < SEAL_ROWS_MAX)
		return;
	if (rc == RC_OK)
		rc = audit_seal_all(app, &rows, &head, &e);
	if (rc != RC_OK) {
		err_say("linnet: the audit could not be sealed: %s\n", e.text);
	} else if (head.seal > k->head_said && app_now_ms(app) >= k->said_ms + HEAD_SAID_MS) {
		err_say("linnet: the newest seal of the audit is %" PRId64 ":%s\n", head.seal, head.hash);
		k->head_said = head.seal;
		k->said_ms = app_now_ms(app);
	}
}

/* Has a newer program taken the store over? Looked at each second, and said once. */
static bool taken_over(struct app *app, unsigned n)
{
	bool before = store_outgrown(app_store(app));
	struct err e = { 0 };
	if (n % SCHEMA_LOOK_TICKS == 0 && store_look_again(app_store(app), &e) != RC_OK && !before)
		err_say("linnet: %s\n", e.text);
	return store_outgrown(app_store(app));
}

static void *keep_up(void *arg)
{
	struct keeper *k = arg;
	const struct timespec tick = { 0, TICK_MS * 1000000L };
	char done_for[HASH_HEX_MAX] = "";
	for (unsigned n = 0; !atomic_load(&k->stop); n++, nanosleep(&tick, NULL)) {
		if (taken_over(k->app, n))
			continue;
		struct app *now = app_hold(k->app);
		const char *hash = rule_set_hash(app_rules(now));
		if (strcmp(hash, done_for) != 0 || n % WHOLE_LOOK_TICKS == 0) {
			struct catching_up c = { .app = now, .stop = &k->stop };
			struct err e = { 0 };
			if (all_up(&c, &e) == RC_OK)
				snprintf(done_for, sizeof done_for, "%s", rule_set_hash(app_rules(now)));
			else
				err_say("linnet: clocks could not be brought up to date: %s\n", e.text);
			if (c.moved && !k->moved_said)
				err_say("linnet: the region was set up anew since this server started. Start it "
					"again: until then it brings no child up to date\n");
			k->moved_said = c.moved;
		}
		if (n % WHOLE_LOOK_TICKS == 0) {
			sweep_links(now);
			look_round(now);
		}
		if (n % SEAL_LOOK_TICKS == 0)
			seal_audit(k, now, n % WHOLE_LOOK_TICKS == 0);
		app_close(now);
	}
	return NULL;
}

enum rc keeper_start(struct app *app, struct keeper **out, struct err *e)
{
	struct keeper *k = xcalloc(1, sizeof *k);
	k->app = app_hold(app);
	atomic_init(&k->stop, false);
	if (pthread_create(&k->thread, NULL, keep_up, k) != 0) {
		app_close(k->app);
		free(k);
		return err_set(e, RC_BUSY, "Too many threads: clocks are not brought up to date. Start again.");
	}
	*out = k;
	return RC_OK;
}

void keeper_stop(struct keeper *k)
{
	if (!k)
		return;
	atomic_store(&k->stop, true);
	pthread_join(k->thread, NULL);
	app_close(k->app);
	free(k);
}
