/* drill.c - backups in their folder, and the restore that is tried before it is needed. */
#include "work/admin/drill.h"

#include <time.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "store/sql.h"
#include "work/oversee/erased.h"

enum { BACKUPS_MAX = 100000, STATE_MAX = 1 << 20, DAY_MS = 86400000, NAME_LENGTH = 27 };

/* ---- the folder ---- */

char *backup_name(int64_t ms, char out[BACKUP_NAME_MAX])
{
	char iso[DAY_TEXT_MAX + 32];
	instant_iso(ms, iso); /* 2026-11-22T15:04:05.123Z */
	snprintf(out, BACKUP_NAME_MAX, "linnet-%.4s%.2s%.2sT%.2s%.2s%.2sZ.bak", iso, iso + 5, iso + 8, iso + 11,
		 iso + 14, iso + 17);
	return out;
}

/* The instant in the name of a backup; false if it is a file of somebody else. */
static bool made_of(struct str name, int64_t *ms_out)
{
	char iso[32];
	if (name.n != NAME_LENGTH || !str_starts(name, "linnet-"))
		return false;
	snprintf(iso, sizeof iso, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", name.p + 7, name.p + 11, name.p + 13, name.p + 16,
		 name.p + 18, name.p + 20);
	char again[BACKUP_NAME_MAX];
	return instant_parse(str_of(iso), ms_out) == RC_OK && str_is(name, backup_name(*ms_out, again));
}

/* Names in order of their instants: the oldest first. Others are left out. */
static enum rc backups_in(const char *folder, struct arena *a, struct str **out, size_t *n_out, struct err *e)
{
	struct str *names;
	size_t n, kept = 0;
	int64_t ms;
	enum rc rc = folder_list(folder, ".bak", BACKUPS_MAX, a, &names, &n, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_IO, "There is no folder %s; make it first, where only this user may look", folder);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (made_of(names[i], &ms))
			names[kept++] = names[i];
	*out = names;
	*n_out = kept;
	return RC_OK;
}

/* How many of them, from the oldest on, do not lie in the future. */
static size_t not_of_the_future(const struct str *names, size_t n, int64_t now_ms)
{
	int64_t ms;
	while (n && made_of(names[n - 1], &ms) && keep_in_future(ms, now_ms))
		n--;
	return n;
}

enum rc backup_newest(const char *folder, int64_t now_ms, struct arena *a, struct str *path_out, struct err *e)
{
	struct str *names;
	size_t all;
	enum rc rc = backups_in(folder, a, &names, &all, e);
	if (rc != RC_OK)
		return rc;
	size_t n = not_of_the_future(names, all, now_ms);
	if (!n && all)
		return err_set(e, RC_NOT_FOUND,
			       "Every backup in %s has a name that lies in the future (" STR_FMT
			       "): this clock is wrong, or was when they were made. Set the clock, or name the file",
			       folder, STR_ARG(names[all - 1]));
	if (!n)
		return err_set(e, RC_NOT_FOUND, "There is no backup in %s. Make one: linnet backup --into %s", folder,
			       folder);
	*path_out = arena_printf(a, "%s/" STR_FMT, folder, STR_ARG(names[n - 1]));
	return RC_OK;
}

enum rc backup_retain(const char *folder, const struct backups_kept *r, struct arena *a, struct retained *out,
		      struct err *e)
{
	struct str *names;
	size_t all;
	int64_t ms;
	enum rc rc = backups_in(folder, a, &names, &all, e);
	if (rc != RC_OK)
		return rc;
	size_t n = not_of_the_future(names, all, r->now_ms);
	struct retained done = { .future = (int64_t)(all - n), .last = n < all ? names[all - 1] : STR("") };
	for (size_t i = 0; rc == RC_OK && i + (size_t)r->least < n; i++) {
		if (!made_of(names[i], &ms) || ms >= r->now_ms - r->days * DAY_MS)
			continue;
		struct str path = arena_printf(a, "%s/" STR_FMT, folder, STR_ARG(names[i]));
		if (unlink(path.p) != 0)
			rc = err_set(e, RC_IO, "%s is past its time and could not be removed; remove it by hand",
				     path.p);
		done.removed += rc == RC_OK;
	}
	if (rc == RC_OK)
		*out = done;
	return rc;
}

/* ---- after a restore ---- */

static enum rc end_sessions(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	return sql_session_end_everybody(db, NULL, e);
}

enum rc restored_put_right(struct app *app, struct err *e)
{
	static store_fn *const steps[] = { end_sessions }; /* in this order, each a unit */
	int64_t again;
	/* Done when it was opened already, however the store came there; here once more, to be sure. */
	enum rc rc = erased_agree(app, &again, e);
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(steps); i++)
		rc = store_write(app_store(app), steps[i], app, e);
	return rc;
}

/* The line of a table, up to its sum; {NULL,0} if it is not there. */
static struct str line_of(struct str state, struct str table)
{
	for (struct str rest, left = state; left.n; left = rest) {
		struct str after, line = str_cut(left, '\n', &rest), name = str_cut(line, ' ', &after);
		if (str_eq(name, table))
			return line;
	}
	return (struct str){ NULL, 0 };
}

static void differ(struct held *h, struct buf *names, struct str table)
{
	buf_printf(names, "%s" STR_FMT, h->differ++ ? ", " : "", STR_ARG(table));
}

enum rc restored_compare(const char *url, struct str state, struct arena *a, struct held *out, struct err *e)
{
	struct held h = { .known = state.n > 0 };
	struct buf now AUTO(buf_release), names AUTO(buf_release);
	buf_init(&now, STATE_MAX);
	buf_init(&names, 4096);
	enum rc rc = h.known ? store_state(url, &now, e) : RC_OK;
	if (rc != RC_OK)
		return rc;
	for (struct str rest, left = state; left.n; left = rest) {
		struct str after, sum, line = str_cut(left, '\n', &rest), table = str_cut(line, ' ', &after);
		int64_t rows = 0;
		if (str_to_int(str_cut(after, ' ', &sum), 0, INT64_MAX, &rows) != RC_OK)
			return err_set(e, RC_CORRUPT, "What the backup says of itself cannot be read");
		if (str_is(table, "session")) /* of an earlier program, which copied them: they have ended */
			continue;
		h.tables++;
		h.rows += rows;
		if (!str_eq(line_of(buf_view(&now), table), line))
			differ(&h, &names, table);
	}
	for (struct str rest, left = buf_view(&now); left.n; left = rest) {
		struct str after, line = str_cut(left, '\n', &rest), table = str_cut(line, ' ', &after);
		if (!line_of(state, table).n)
			differ(&h, &names, table);
	}
	h.differing = arena_str(a, buf_view(&names));
	*out = h;
	return RC_OK;
}

/* ---- the drill ---- */

static int64_t monotonic_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Opened as a program would open it, and looked through. */
static enum rc look_through(const struct drill *d, const char *url, struct arena *a, struct drill_report *r,
			    struct err *e)
{
	struct app *app;
	struct buf said AUTO(buf_release);
	buf_init(&said, 16384);
	/* The live store's list, if there is one here: a drill makes none. */
	const char *list = strncmp(d->url, "sqlite:", 7) == 0 ? arena_printf(a, "%s.erased", d->url + 7).p : NULL;
	const struct app_settings s = { .data_dir = d->data_dir,
					.store_url = url,
					.create = true,
					.now_ms = d->now_ms,
					.no_copy = true,
					.erased_file = d->erased ? d->erased
						       : list && access(list, F_OK) == 0 ? list
											 : NULL };
	enum rc rc = app_open(&s, &app, e);
	if (rc != RC_OK)
		return rc;
	r->erased_again = app_erased_again(app);
	r->migrations = store_schema_latest() - r->schema;
	rc = store_check(app_store(app), &said, &r->sound, e);
	r->unsound = arena_str(a, str_trim(buf_view(&said)));
	if (rc == RC_OK)
		rc = restored_put_right(app, e);
	if (rc == RC_OK)
		rc = keep_verify(app, d->progress, d->progress_arg, a, &r->verified, e);
	app_close(app);
	return rc;
}

static void tell_restoring(void *arg, int64_t done, int64_t total)
{
	const struct drill *d = arg;
	if (d->progress)
		d->progress(d->progress_arg, "Restoring", done, total);
}

static enum rc restore_and_look(const struct drill *d, const char *url, struct arena *a, struct drill_report *r,
				struct err *e)
{
	struct backup_info info;
	struct buf state AUTO(buf_release);
	buf_init(&state, STATE_MAX);
	enum rc rc = store_backup_look(d->file, &info, &state, e);
	if (rc != RC_OK)
		return rc;
	r->made_ms = info.made_ms;
	r->bytes = info.bytes;
	r->schema = info.schema;
	int64_t from = monotonic_ms();
	rc = store_restore_telling(url, d->file, false, tell_restoring, (void *)(uintptr_t)d, e);
	r->restored_ms = monotonic_ms() - from;
	if (rc == RC_OK)
		rc = restored_compare(url, buf_view(&state), a, &r->held, e);
	return rc == RC_OK ? look_through(d, url, a, r, e) : rc;
}

enum rc drill_run(const struct drill *d, struct arena *a, struct drill_report *out, struct err *e)
{
	struct drill_report r = { 0 };
	struct buf made AUTO(buf_release);
	int64_t from = monotonic_ms();
	buf_init(&made, 65536);
	enum rc rc = d->scratch ? RC_OK : store_scratch(d->url, d->file, &made, e);
	if (rc != RC_OK)
		return rc;
	rc = restore_and_look(d, d->scratch ? d->scratch : made.p, a, &r, e);
	struct err late = { 0 };
	if (!d->scratch && store_scratch_end(d->url, made.p, &late) != RC_OK && rc == RC_OK) {
		*e = late;
		rc = late.rc;
	}
	r.whole_ms = monotonic_ms() - from;
	r.good = r.sound && r.held.differ == 0 && r.verified.wrong == 0;
	if (rc == RC_OK)
		*out = r;
	return rc;
}
