/*
 * drill.h - putting a backup back, and proving before it is needed that one can.
 *
 * A restore is more than copying rows: what must not come back with old data is
 * put right in `restored_put_right`, which every restore and every drill calls.
 * A drill restores into a place of its own, beside everything else, compares with
 * what the live store held when the copy was made, works out every clock anew,
 * and leaves nothing behind. The live store is not touched.
 */
#ifndef LINNET_WORK_ADMIN_DRILL_H
#define LINNET_WORK_ADMIN_DRILL_H

#include "work/admin/keep.h"

/* Backups that `linnet backup --into` made stand in a folder under names with their
 * instant, linnet-20261126T130000Z.bak. */
enum { BACKUP_NAME_MAX = 40 };
char *backup_name(int64_t ms, char out[BACKUP_NAME_MAX]);
/* The path of the newest in a folder, by the instant in its name; names that lie in the future of
 * `now_ms` do not count, for a clock was wrong when they were made. RC_NOT_FOUND: none there. */
enum rc backup_newest(const char *folder, int64_t now_ms, struct arena *a, struct str *path_out, struct err *e) NODISCARD;
/* Removes those made more than `days` before now, but keeps the `least` newest whatever their age.
 * Names that lie in the future are neither counted nor removed, and files with other names are left alone. */
struct backups_kept {
	int64_t days, least, now_ms;
};
struct retained {
	int64_t removed, future; /* of the future: left where they are */
	struct str last;	 /* the last name of the future */
};
enum rc backup_retain(const char *folder, const struct backups_kept *r, struct arena *a, struct retained *out,
		      struct err *e) NODISCARD;

/* What a store that was just restored needs before anybody uses it: sessions that had
 * ended since the copy must not live again, so that all end. */
enum rc restored_put_right(struct app *app, struct err *e) NODISCARD;

/* How a store differs from what a backup says that the live store held. */
struct held {
	int64_t tables, rows; /* as the backup says */
	int64_t differ;	      /* tables with other rows, missing or added */
	struct str differing; /* their names */
	bool known;	      /* false: the backup was made by an earlier program and does not say */
};
enum rc restored_compare(const char *url, struct str state, struct arena *a, struct held *out, struct err *e) NODISCARD;

struct drill {
	const char *file;    /* the backup */
	const char *url;     /* of the live store: where a PostgreSQL server is */
	const char *scratch; /* address of an empty store to restore into; NULL: made and removed */
	const char *data_dir;
	const char *erased; /* the list of what was erased; NULL: FILE.erased beside a live store that is a file */
	int64_t now_ms;	    /* 0: the machine's clock */
	keep_progress *progress;
	void *progress_arg;
};
struct drill_report {
	int64_t made_ms, bytes, schema;
	int64_t restored_ms, whole_ms; /* how long the restore took, and all of it */
	int64_t erased_again;	       /* erasures since the backup, carried out again */
	int64_t migrations;	       /* applied to bring it to this program's schema */
	struct held held;
	bool sound;	    /* the engine's own check */
	struct str unsound; /* what it said */
	struct verify_report verified;
	bool good; /* sound, as it was held, and nothing wrong */
};
/* RC_OK with `good` false: the restore worked and the answer is no. Anything else: it
 * did not work, which is also an answer. The scratch is removed either way. */
enum rc drill_run(const struct drill *d, struct arena *a, struct drill_report *out, struct err *e) NODISCARD;

#endif
