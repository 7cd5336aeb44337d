/* kept.c - whether the machine's clock can be right, and when copies were made. */
#include "base/text.h"
#include "store/sql.h"
#include "work/admin/keep.h"

enum { APART_MS = 600000 };
#define AHEAD_MS ((int64_t)400 * 86400000)

static enum rc newest_unit(struct db *db, void *arg, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct sql_life_newest_out out;
	arena_init(&a);
	enum rc rc = sql_life_newest(db, &a, &out, e);
	if (rc == RC_OK)
		*(int64_t *)arg = out.at_ms;
	return rc;
}

bool keep_in_future(int64_t ms, int64_t now_ms)
{
	return ms > now_ms + APART_MS;
}

enum rc keep_clock(struct app *app, struct err *e)
{
	int64_t newest = 0, now = app_now_ms(app);
	char ours[64], theirs[64];
	enum rc rc = store_read(app_store(app), newest_unit, &newest, e);
	if (rc != RC_OK || !newest ||
	    (now >= newest - APART_MS && (now <= newest + AHEAD_MS || app_is_demonstration(app))))
		return rc;
	instant_iso(now, ours);
	instant_iso(newest, theirs);
	return err_set(
	    e, RC_REFUSED,
	    now < newest ? "The clock of this machine says %.16s, but something was written here at %.16s already. Set "
			   "the clock; if it is right, say --clock-is-right"
			 : "The clock of this machine says %.16s, more than 400 days after anything was last written "
			   "here (%.16s). Set the clock; if it is right, say --clock-is-right",
	    ours, theirs);
}

static const char *const names[] = { [KEPT_BACKUP] = "kept-backup-ms", [KEPT_DRILL] = "kept-drill-ms" };

struct noting {
	enum kept_act act;
	int64_t now_ms;
};

static enum rc note_unit(struct db *db, void *arg, struct err *e)
{
	const struct noting *n = arg;
	char text[24];
	snprintf(text, sizeof text, "%" PRId64, n->now_ms);
	return sql_setting_put(db, &(struct sql_setting_put_in){ str_of(names[n->act]), str_of(text) }, NULL, e);
}

enum rc keep_note(struct app *app, enum kept_act act, struct err *e)
{
	struct noting n = { act, app_now_ms(app) };
	return store_write(app_store(app), note_unit, &n, e);
}
