/* backup.c - backup, and restore with its drill. */
#include "base/day.h"
#include "cmd/cmd.h"
#include "work/admin/drill.h"
#include "work/oversee/erased.h"

#include <sys/stat.h>
#include <unistd.h>

int cmd_backup(int argc, char **argv);
int cmd_restore(int argc, char **argv);

enum { KEEP_DAYS = 35, KEEP_LEAST = 7 };

/* Into FILE; or into a folder under a name with the instant, and then those past their time go. */
static enum rc back_up(struct app *app, const char *file, const char *folder, struct backups_kept keep, struct arena *a,
		       struct str *path_out, struct retained *kept_out, struct err *e)
{
	char name[BACKUP_NAME_MAX];
	struct str path = folder ? arena_printf(a, "%s/%s", folder, backup_name(app_now_ms(app), name)) : str_of(file);
	enum rc rc = erased_trace_none(app, e);
	if (rc == RC_OK)
		rc = store_backup(app_store(app), path.p, cmd_copying, NULL, e);
	cmd_progress_end();
	struct err unsaid = { 0 };
	if (rc == RC_OK && keep_note(app, KEPT_BACKUP, &unsaid) != RC_OK)
		err_say("linnet: the backup is made, but not written down in the store: %s\n", unsaid.text);
	keep.now_ms = app_now_ms(app);
	if (rc == RC_OK && folder)
		rc = backup_retain(folder, &keep, a, kept_out, e);
	if (rc == RC_OK)
		*path_out = path;
	return rc;
}

int cmd_backup(int argc, char **argv)
{
	const char *folder = NULL;
	int64_t days = KEEP_DAYS, least = KEEP_LEAST;
	bool clock_right = false;
	const struct option options[] = {
		{ "into", OPTION_TEXT, &folder, "FOLDER", "under a name with the time, instead of FILE" },
		{ "keep-days", OPTION_NUMBER, &days, "N",
		  "with --into: afterwards remove backups made more than N days ago (35)" },
		{ "keep-least", OPTION_NUMBER, &least, "N", "with --into: but never the N newest (7)" },
		{ "clock-is-right", OPTION_FLAG, &clock_right, NULL,
		  "make it though the clock does not fit what was written here last" },
	};
	const struct usage u = { "linnet backup FILE | --into FOLDER [options]",
				 "Copies the store while it is in use, and checks the copy.",
				 "linnet backup --into /var/backups/linnet --keep-days 35",
				 options,
				 COUNT_OF(options),
				 false,
				 0,
				 1 };
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if ((k.n_words == 1) == (folder != NULL) || least < 1 || days < 1 || days > 36500) {
		err_say("linnet: give a FILE or --into FOLDER, one of them; --keep-days and --keep-least are at least "
			"1\nUsage: %s\n",
			u.synopsis);
		return 2;
	}
	if (!cmd_open(&k))
		return k.status;
	struct str path;
	struct retained kept = { 0 };
	/* Its age and its name would be wrong; a clock that is set on purpose (LINNET_NOW) is no fault of a machine. */
	if (!clock_right && !getenv("LINNET_NOW") && keep_clock(k.app, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	if (back_up(k.app, k.words[0], folder, (struct backups_kept){ .days = days, .least = least }, &k.a, &path, &kept,
		    &k.e) != RC_OK)
		return cmd_fail(&k.e);
	const struct cmd_value values[] = { { "file", path.p, 0 },
					    { "removed", NULL, kept.removed },
					    { "of_the_future", NULL, kept.future } };
	struct str more =
	    kept.removed ? arena_printf(&k.a, " %" PRId64 " past their time were removed.", kept.removed) : STR("");
	if (kept.future)
		more = arena_printf(&k.a,
				    STR_FMT "\n%" PRId64 " with a name that lies in the future (last: " STR_FMT
					    ") are not counted and stay: a clock was wrong when they were made. Remove "
					    "them by hand when you need them no more.",
				    STR_ARG(more), kept.future, STR_ARG(kept.last));
	return cmd_say(&k.c,
		       arena_printf(&k.a, "Copied to " STR_FMT " and checked." STR_FMT, STR_ARG(path), STR_ARG(more)).p,
		       values, folder ? 3 : 1, 0);
}

/* ---- restore ---- */

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* *no_list_out: where the list of erasures would be, if there is none. */
static enum rc restore(const struct common *c, const char *file, bool replace, struct arena *a, struct held *held,
		       int64_t *again_out, struct str *no_list_out, struct err *e)
{
	struct backup_info info;
	struct buf state AUTO(buf_release);
	buf_init(&state, 1u << 20);
	enum rc rc = store_backup_look(file, &info, &state, e);
	if (rc == RC_OK)
		rc = store_restore_telling(c->store, file, replace, cmd_copying, NULL, e);
	cmd_progress_end();
	if (rc == RC_OK)
		rc = restored_compare(c->store, buf_view(&state), a, held, e);
	if (rc == RC_OK && held->differ)
		rc = err_set(e, RC_CORRUPT,
			     "Restored, but these tables do not hold what the live store held: " STR_FMT
			     ". Use another backup",
			     STR_ARG(held->differing));
	if (rc != RC_OK)
		return rc;
	char data[4096];
	struct app *app;
	struct app_settings s = cmd_settings(c, true, data);
	s.no_copy = true;	  /* it is in the backup */
	if ((rc = app_open(&s, &app, e)) != RC_OK)
		return err_prefix(e, "The store was restored, but cannot be opened");
	rc = restored_put_right(app, e);
	*again_out = app_erased_again(app);
	*no_list_out = STR("");
	char list[4096];
	if (!app_erased_path(app, list, sizeof list))
		*no_list_out = STR("the file that --erased names");
	else if (access(list, F_OK) != 0)
		*no_list_out = arena_str(a, str_of(list));
	app_close(app);
	return rc;
}

static const char *seconds(struct arena *a, int64_t ms)
{
	return arena_printf(a, "%" PRId64 ".%" PRId64 " s", ms / 1000, ms / 100 % 10).p;
}

static int say_drill(const struct common *c, const char *file, const char *scratch, const struct drill_report *r,
		     struct arena *a)
{
	char made[64];
	struct buf b AUTO(buf_release);
	buf_init(&b, 65536);
	instant_iso(r->made_ms, made);
	buf_printf(&b, "Backup %s, made %s, %" PRId64 " bytes, schema %" PRId64 "\n", file,
		   r->made_ms ? made : "by an earlier program", r->bytes, r->schema);
	buf_printf(&b, "%-5s restored in %s\n", "good", seconds(a, r->restored_ms));
	if (!r->held.known)
		buf_puts(&b, "note  the backup does not say what the live store held: nothing to compare with\n");
	else if (r->held.differ)
		buf_printf(&b, "BAD   %" PRId64 " of %" PRId64 " tables differ from the live store then: " STR_FMT "\n",
			   r->held.differ, r->held.tables, STR_ARG(r->held.differing));
	else
		buf_printf(&b, "good  %" PRId64 " tables, %" PRId64 " rows, as the live store held them then\n",
			   r->held.tables, r->held.rows);
	if (r->migrations)
		buf_printf(&b, "good  brought forward by %" PRId64 " migrations\n", r->migrations);
	if (r->erased_again)
		buf_printf(&b, "good  %" PRId64 " lawful erasures since then were carried out again\n",
			   r->erased_again);
	buf_printf(&b, "%-5s " STR_FMT "\n", r->sound ? "good" : "BAD",
		   STR_ARG(r->sound ? STR("opens, and is sound") : r->unsound));
	buf_printf(&b, "%-5s %" PRId64 " children verified, %" PRId64 " wrong\n", r->verified.wrong ? "BAD" : "good",
		   r->verified.children, r->verified.wrong);
	buf_printf(&b, "%s\nThe whole drill took %s. %s",
		   r->good ? "This backup can be restored."
			   : "This backup must not be relied on: make another, and ask why.",
		   seconds(a, r->whole_ms),
		   scratch ? "What was restored is left where --scratch says: it holds the whole record."
			   : "Nothing is left of it.");
	const struct cmd_value values[] = {
		{ "backup", file, 0 },
		{ "made", r->made_ms ? made : "", 0 },
		{ "bytes", NULL, r->bytes },
		{ "tables", NULL, r->held.tables },
		{ "rows", NULL, r->held.rows },
		{ "tables_differ", NULL, r->held.differ },
		{ "erased_again", NULL, r->erased_again },
		{ "children", NULL, r->verified.children },
		{ "wrong", NULL, r->verified.wrong },
		{ "restore_ms", NULL, r->restored_ms },
		{ "drill_ms", NULL, r->whole_ms },
		{ "good", r->good ? "yes" : "no", 0 },
	};
	return cmd_say(c, b.p, values, COUNT_OF(values), r->good ? 0 : 1);
}

/* Where there is a live store here, it is told; a drill on another machine has none. */
static void note_drill(const struct app_settings *s)
{
	struct app_settings live = *s;
	struct app *app;
	live.create = false;
	if (app_open(&live, &app, NULL) != RC_OK)
		return;
	if (keep_note(app, KEPT_DRILL, NULL) != RC_OK)
		err_say("linnet: the drill could not be written down in the live store\n");
	app_close(app);
}

static int drill(const struct common *c, const char *given, const char *scratch)
{
	char data[4096];
	struct err e = { 0 };
	struct arena a AUTO(arena_release);
	struct str file = str_of(given);
	struct drill_report r;
	arena_init(&a);
	const struct app_settings s = cmd_settings(c, true, data);
	if (is_folder(given) && backup_newest(given, settings_now_ms(&s), &a, &file, &e) != RC_OK)
		return cmd_fail(&e);
	const struct drill d = { .file = file.p,
				 .url = c->store,
				 .scratch = scratch,
				 .data_dir = s.data_dir,
				 .erased = s.erased_file,
				 .now_ms = s.now_ms,
				 .progress = cmd_progress };
	enum rc rc = drill_run(&d, &a, &r, &e);
	cmd_progress_end();
	if (rc == RC_OK && r.good)
		note_drill(&s);
	return rc == RC_OK ? say_drill(c, file.p, scratch, &r, &a) : cmd_fail(&e);
}

int cmd_restore(int argc, char **argv)
{
	bool replace = false, trying = false;
	const char *scratch = NULL;
	const struct option options[] = {
		{ "replace", OPTION_FLAG, &replace, NULL, "put it in place of a store that holds data" },
		{ "drill", OPTION_FLAG, &trying, NULL,
		  "only try it: restore into a place of its own, compare, verify, report, remove. FILE may be a "
		  "folder: its newest backup" },
		{ "scratch", OPTION_TEXT, &scratch, "ADDRESS",
		  "with --drill: an empty store to restore into; it is kept (made and removed by itself)" },
	};
	const struct usage u = {
		"linnet restore FILE [options]",
		"Makes the store named by --store from a backup. Refuses a store that holds data. With --drill "
		"proves that it could, and touches nothing.",
		"linnet restore --drill /var/backups/linnet --store sqlite:linnet.db",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if ((trying && replace) || (scratch && !trying)) {
		err_say("linnet: --drill replaces nothing, and --scratch is for --drill\nUsage: %s\n", u.synopsis);
		return 2;
	}
	if (trying)
		return drill(&k.c, k.words[0], scratch);
	struct held held = { 0 };
	int64_t again = 0;
	struct str no_list = { 0 };
	if (restore(&k.c, k.words[0], replace, &k.a, &held, &again, &no_list, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	const struct cmd_value values[] = { { "restored", k.words[0], 0 },
					    { "tables", NULL, held.tables },
					    { "rows", NULL, held.rows },
					    { "erased_again", NULL, again } };
	struct str what = held.known ? arena_printf(&k.a, " %" PRId64 " tables, %" PRId64 " rows, as they were held.",
						    held.tables, held.rows)
				     : STR("");
	if (again)
		what = arena_printf(&k.a, STR_FMT " %" PRId64 " lawful erasures since then were carried out again.",
				    STR_ARG(what), again);
	struct str note = STR("");
	if (no_list.n)
		note = arena_printf(&k.a,
				    "\nNo list of lawful erasures was found. If anybody was erased after this backup was "
				    "made, put the list of that store at " STR_FMT " before anybody reads",
				    STR_ARG(no_list));
	return cmd_say(&k.c,
		       arena_printf(&k.a,
				    "Restored." STR_FMT " Everybody signs in anew. Run linnet verify to prove it." STR_FMT,
				    STR_ARG(what), STR_ARG(note))
			   .p,
		       values, COUNT_OF(values), 0);
}
