/* doctor.c - what is wrong with an installation, and what to do. */
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/files.h"
#include "base/jail.h"
#include "base/text.h"
#include "work/admin/keep.h"
#include "work/core/write.h"
#include "work/oversee/agreement.h"
#include "work/oversee/audit.h"
#include "work/oversee/safety.h"

enum {
	SYMPTOMS_MAX = 40,
	SEAL_LATE_MS = 3600 * 1000,
	DISK_LOW_MB = 1024,
	UPGRADE_COPY_DAYS = 35, /* as backups are proposed to be kept */
	FILES_BESIDE_MAX = 4096,
	HOLIDAY_MONTHS = 12,
	ENDS_SOON_DAYS = 60,
	ENDED_DAYS = 90 /* an end that was meant is not told for ever */
};

struct examining {
	struct app *app;
	const struct viewer *v; /* of the self-audit */
	struct arena *a;
	struct symptom *list;
	size_t n;
	int64_t accounts, children, erased, factors, loads_running, backup_ms, drill_ms;
};

static void find(struct examining *x, enum health h, const char *what, struct str words, const char *remedy)
{
	if (x->n < SYMPTOMS_MAX)
		x->list[x->n++] =
		    (struct symptom){ h, str_of(what), words, h == HEALTH_GOOD ? STR("") : str_of(remedy) };
}

static enum rc examine_store(struct examining *x, struct err *e)
{
	struct buf b AUTO(buf_release);
	bool well = false;
	buf_init(&b, 16384);
	enum rc rc = store_check(app_store(x->app), &b, &well, e);
	if (rc != RC_OK)
		return rc;
	find(x, well ? HEALTH_GOOD : HEALTH_BAD, "store",
	     arena_str(x->a, well ? STR("sound, and every commit is durable") : str_trim(buf_view(&b))),
	     "Mend what is named. If the file is damaged: stop the program, keep the file, restore the latest backup.");
	return RC_OK;
}

static void examine_holidays(struct examining *x)
{
	char day[DAY_TEXT_MAX];
	day_t to = workdays_known_to(app_workdays(x->app));
	bool soon = to < day_add_months(app_today(x->app), HOLIDAY_MONTHS);
	find(x, soon ? HEALTH_BAD : HEALTH_GOOD, "bank holidays", arena_printf(x->a, "known to %s", day_long(to, day)),
	     "Add the next year on the page Rules (or: linnet rules set holidays/england.csv FILE --why TEXT): dates "
	     "beyond it count weekends only.");
}

/* Documents that were changed here, and those whose shipped text moved on since. */
static void examine_rules(struct examining *x)
{
	const struct document *docs, *shipped;
	size_t n = rule_set_documents(app_rules(x->app), &docs), ours = 0;
	size_t n_shipped = library_shipped(app_library(x->app), &shipped);
	struct buf moved AUTO(buf_release);
	buf_init(&moved, 2048);
	for (size_t i = 0; i < n; i++) {
		ours += docs[i].region;
		for (size_t k = 0; docs[i].region && k < n_shipped; k++)
			if (str_eq(shipped[k].name, docs[i].name) && strcmp(shipped[k].hash, docs[i].shipped) != 0)
				buf_printf(&moved, "%s" STR_FMT, moved.n ? ", " : "", STR_ARG(docs[i].name));
	}
	find(x, moved.n ? HEALTH_NOTE : HEALTH_GOOD, "changed rules",
	     moved.n ? arena_printf(x->a, "changed here, and this program ships a newer text: " STR_FMT,
				    STR_ARG(buf_view(&moved)))
		     : arena_printf(x->a, "%zu of %zu documents were changed here", ours, n),
	     "Compare them with the files of data, and take over what is right: linnet rules set NAME FILE --why TEXT. "
	     "Setting the file's own text follows the program again.");
}

/* Boards and councils of the region that have ended, with what follows them. */
static void examine_areas(struct examining *x)
{
	struct region r;
	const struct places *places;
	struct buf ended AUTO(buf_release);
	buf_init(&ended, 4096);
	if (!app_region(x->app).n || app_region_read(x->app, x->a, &r, NULL) != RC_OK ||
	    app_areas(x->app, &places, NULL) != RC_OK)
		return; /* the line "region" has said so, or its file is gone */
	for (size_t i = 0; i < r.n_boards; i++) {
		const struct board *b = places_board(places, r.boards[i]);
		const struct board *next = b ? places_board(places, b->successors) : NULL;
		if (b && b->until != DAY_NONE && b->until < app_today(x->app))
			buf_printf(&ended, "%s" STR_FMT "%s" STR_FMT "%s", ended.n ? "; " : "", STR_ARG(b->name),
				   next ? ", now " : "", STR_ARG(next ? next->name : STR("")),
				   b->not_checked.n ? " (not checked)" : "");
	}
	for (size_t i = 0; i < r.n_councils; i++) {
		const struct place_area *a = places_find(places, r.councils[i]);
		if (a && a->until != DAY_NONE && a->until < app_today(x->app))
			buf_printf(&ended, "%s" STR_FMT, ended.n ? "; " : "", STR_ARG(a->name));
	}
	find(x, ended.n ? HEALTH_NOTE : HEALTH_GOOD, "areas",
	     ended.n ? arena_printf(x->a, "ended: " STR_FMT, STR_ARG(buf_view(&ended)))
		     : STR("the region’s councils and boards are those of today"),
	     "Nothing stops working. Name those that follow in data/regions when the region is ready for it.");
}

/* What shuts the program in while it serves (base/jail.h). */
static void examine_serving(struct examining *x)
{
	unsigned held = jail_serve_layers();
	find(x, held & JAIL_LANDLOCK && held & JAIL_SECCOMP ? HEALTH_GOOD : HEALTH_NOTE, "serving process",
	     !(held & JAIL_LANDLOCK) ? STR("this kernel has no Landlock: while serving, the program could change files "
					   "beside the store")
	     : !(held & JAIL_SECCOMP) ? STR("this kernel has no seccomp: while serving, the program could start others")
				      : STR("changes nothing but the store’s folder, starts no other program"),
	     "Use a kernel with Landlock and seccomp (Debian 12 has both), or the limits of "
	     "setup/deploy/linnet@.service.");
}

static void examine_jail(struct examining *x)
{
	unsigned layers = jail_layers();
	struct buf missing AUTO(buf_release);
	buf_init(&missing, 512);
	for (unsigned one = 1; one < JAIL_ALL; one <<= 1)
		if (!(layers & one))
			buf_printf(&missing, "%s%s", missing.n ? ", " : "", jail_layer_title((enum jail_layer)one));
	find(x,
	     layers == 0 ? HEALTH_BAD
	     : missing.n ? HEALTH_NOTE
			 : HEALTH_GOOD,
	     "parsers' jail",
	     missing.n ? arena_printf(x->a, "without: " STR_FMT, STR_ARG(buf_view(&missing)))
		       : STR("every layer holds"),
	     "A newer kernel, or fewer limits around the program, gives the missing layers.");
}

/* What the engine thinks worth knowing: a line each, with tabs. */
static enum rc examine_notes(struct examining *x, struct err *e)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 16384);
	enum rc rc = store_notes(app_store(x->app), app_now_ms(x->app), &b, e);
	for (struct str rest, left = arena_str(x->a, buf_view(&b)); rc == RC_OK && left.n; left = rest) {
		struct str after, remedy, line = str_cut(left, '\n', &rest), what = str_cut(line, '\t', &after);
		struct str words = str_cut(after, '\t', &remedy);
		find(x, HEALTH_NOTE, arena_str(x->a, what).p, words, arena_str(x->a, remedy).p);
	}
	return rc;
}

/* A copy that is old, or was never tried, is worth a word. */
static void examine_copies(struct examining *x)
{
	static const struct {
		const char *what, *never, *remedy;
		int days;
	} kinds[] = {
		{ "backup", "none was made by linnet backup", "Make one each night: linnet backup --into FOLDER.", 2 },
		{ "restore drill", "none was ever done", "Try the newest backup: linnet restore --drill FOLDER.", 100 },
	};
	const int64_t at[] = { x->backup_ms, x->drill_ms };
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		int64_t days = (app_now_ms(x->app) - at[i]) / 86400000;
		char iso[64];
		if (keep_in_future(at[i], app_now_ms(x->app))) {
			find(x, HEALTH_BAD, kinds[i].what,
			     arena_printf(x->a, "written down as of %.16s, which lies in the future",
					  instant_iso(at[i], iso)),
			     "This clock is wrong, or was then. Set it if it is; then do it again: see what is in the "
			     "folder, a backup that is named for the future is not counted.");
			continue;
		}
		find(x, at[i] && days <= kinds[i].days ? HEALTH_GOOD : HEALTH_NOTE, kinds[i].what,
		     at[i] ? arena_printf(x->a, "%" PRId64 " days ago", days) : str_of(kinds[i].never),
		     kinds[i].remedy);
	}
}

static void examine_disk(struct examining *x)
{
	const char *url = store_url_shown(app_store(x->app));
	struct statvfs fs;
	if (strncmp(url, "sqlite:", 7) != 0 || statvfs(url + 7, &fs) != 0)
		return;
	int64_t mb = (int64_t)((fs.f_bavail * fs.f_frsize) >> 20);
	find(x, mb < DISK_LOW_MB ? HEALTH_BAD : HEALTH_GOOD, "disk", arena_printf(x->a, "%" PRId64 " MB free", mb),
	     "Make room on the disk of the store before it is full.");
	find(x, geteuid() == 0 ? HEALTH_NOTE : HEALTH_GOOD, "user",
	     geteuid() == 0 ? STR("runs as root") : STR("runs as an ordinary user"), "Run it as a user of its own.");
}

/* What an upgrade put beside the store is not among the backups, and no retention removes it. */
static void examine_upgrade_copies(struct examining *x)
{
	const char *url = store_url_shown(app_store(x->app)), *path = url + 7, *slash = strrchr(path, '/');
	struct str folder = slash ? arena_printf(x->a, "%.*s", (int)(slash - path + 1), path) : STR("./"), *names;
	struct str begins = arena_printf(x->a, "%s.before-migration-", slash ? slash + 1 : path);
	struct str oldest = STR("");
	int64_t since = INT64_MAX;
	size_t n, copies = 0;
	struct err unsaid = { 0 };
	if (strncmp(url, "sqlite:", 7) != 0 ||
	    folder_list(folder.p, "", FILES_BESIDE_MAX, x->a, &names, &n, &unsaid) != RC_OK)
		return;
	for (size_t i = 0; i < n; i++) {
		struct stat st;
		if (!str_starts(names[i], begins.p) ||
		    stat(arena_printf(x->a, STR_FMT STR_FMT, STR_ARG(folder), STR_ARG(names[i])).p, &st) != 0)
			continue;
		copies++;
		if (st.st_mtime < since) {
			since = st.st_mtime;
			oldest = names[i];
		}
	}
	int64_t days = copies ? (app_now_ms(x->app) / 1000 - since) / 86400 : 0;
	if (days > UPGRADE_COPY_DAYS)
		find(x, HEALTH_NOTE, "copy before an upgrade",
		     arena_printf(x->a,
				  "%zu beside the store, the oldest (" STR_FMT ") of %" PRId64
				  " days ago: each holds the whole record, and whoever was erased since",
				  copies, STR_ARG(oldest), days),
		     "Remove what is not needed any more: nothing else does. linnet backup --keep-days does not count "
		     "these.");
}

/* What is no number leaves it at "never". */
static void discard_bad(struct str s, int64_t *out)
{
	if (str_to_int(s, 0, INT64_MAX, out) != RC_OK)
		*out = 0;
}

static enum rc count_unit(struct db *db, void *arg, struct err *e)
{
	struct examining *x = arg;
	struct sql_person_count_out n;
	struct sql_rows *rows;
	struct sql_account_all_out row;
	enum rc rc = sql_person_count(db, x->a, &n, e);
	struct sql_factor_any_out factors;
	if (rc == RC_OK)
		rc = sql_factor_any(db, x->a, &factors, e);
	if (rc == RC_OK)
		rc = sql_account_all(db, &rows, e);
	if (rc != RC_OK)
		return rc;
	x->children = n.n;
	struct sql_erasure_count_out erased;
	if ((rc = sql_erasure_count(db, x->a, &erased, e)) != RC_OK)
		return rc;
	x->erased = erased.n;
	x->factors = factors.n;
	struct sql_setting_get_out kept;
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("kept-backup-ms") }, x->a, &kept, NULL) == RC_OK)
		discard_bad(kept.value, &x->backup_ms);
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("kept-drill-ms") }, x->a, &kept, NULL) == RC_OK)
		discard_bad(kept.value, &x->drill_ms);
	for (x->accounts = 0; (rc = sql_account_all_next(rows, &row, e)) == RC_OK; x->accounts++)
		;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static void examine_content(struct examining *x)
{
	const struct organisation *any;
	size_t orgs = app_organisations(x->app, &any);
	find(x, orgs ? HEALTH_GOOD : HEALTH_BAD, "region",
	     orgs ? arena_printf(x->a, STR_FMT ", %zu organisations", STR_ARG(app_region_name(x->app)), orgs)
		  : STR("none yet"),
	     "Run linnet init --region set.");
	find(x, x->accounts ? HEALTH_GOOD : HEALTH_NOTE, "accounts", arena_printf(x->a, "%" PRId64, x->accounts),
	     "Nobody can sign in. Invite somebody with linnet account invite.");
	struct secret_key key;
	struct err why = { 0 };
	if (x->factors && app_key(x->app, &key, &why) != RC_OK)
		find(x, HEALTH_BAD, "key of second factors", arena_str(x->a, str_of(why.text)),
		     "Until then people sign in by recovery codes only.");
	else if (x->factors)
		find(x, HEALTH_GOOD, "key of second factors", STR("there, and the right one"), "");
	find(x, x->children ? HEALTH_GOOD : HEALTH_NOTE, "children", arena_printf(x->a, "%" PRId64, x->children),
	     "Load the team's tables with linnet import tables.");
	find(x, HEALTH_GOOD, "standards", arena_printf(x->a, "%zu in force", rulebook_count(app_rulebook(x->app))), "");
	int64_t now = app_now_ms(x->app);
	struct err e = { 0 };
	bool absurd = now < 1767225600000; /* 1 January 2026: no honest clock is before this program */
	bool wrong = keep_clock(x->app, &e) != RC_OK;
	find(x, absurd || wrong ? HEALTH_BAD : HEALTH_GOOD, "clock",
	     wrong    ? arena_str(x->a, str_of(e.text))
	     : absurd ? STR("the machine's clock is wrong")
		      : STR("plausible"),
	     "Set the machine's clock: days late are counted by it.");
}

/* Without the list outside the store, a backup that is restored brings back what was erased. */
static void examine_erased(struct examining *x)
{
	char path[4096];
	bool said = app_erased_path(x->app, path, sizeof path), there = said && access(path, R_OK) == 0;
	find(x,
	     x->erased && !there ? HEALTH_BAD
	     : said		 ? HEALTH_GOOD
				 : HEALTH_NOTE,
	     "list of erasures",
	     !said	  ? STR("nobody said where it stands, so nothing can be erased")
	     : !x->erased ? STR("nothing was erased yet")
	     : there	  ? arena_printf(x->a, "%" PRId64 " erasures, outside the store", x->erased)
			  : STR("it is not there, and something was erased"),
	     said ? "Let this user write where it stands: it is made again from the store. Keep a copy elsewhere."
		  : "Say --erased FILE or LINNET_ERASED, the same on all servers, outside the store.");
}

/* Lines that wait for a seal are not proven. */
static enum rc examine_audit(struct examining *x, struct err *e)
{
	int64_t n, oldest;
	enum rc rc = audit_unsealed(x->app, INT32_MAX, &n, &oldest, e);
	if (rc != RC_OK)
		return rc;
	bool late = n && oldest + SEAL_LATE_MS < app_now_ms(x->app);
	find(x, late ? HEALTH_NOTE : HEALTH_GOOD, "audit",
	     late ? arena_printf(x->a, "%" PRId64 " lines have waited for a seal for more than an hour", n)
		  : arena_printf(x->a, "%" PRId64 " lines wait for their seal", n),
	     "linnet serve seals them each minute; without it: linnet audit seal.");
	return RC_OK;
}

/* Every seal is worked out again: reads the whole audit, as examine_store reads the whole file. */
static enum rc examine_seals(struct examining *x, struct err *e)
{
	struct audit_report r;
	enum rc rc = audit_verify(x->app, STR(""), NULL, NULL, x->a, &r, e);
	if (rc != RC_OK)
		return rc;
	find(x, r.faults ? HEALTH_BAD : HEALTH_GOOD, "seals of the audit",
	     r.faults ? arena_printf(x->a, "%" PRId64 " faults: the audit was changed since it was sealed", r.faults)
		      : arena_printf(x->a, "%" PRId64 " lines under %" PRId64 " seals are as they were sealed", r.rows,
				     r.seals),
	     "Somebody has altered the store. Keep the file, run linnet audit verify, which names the lines, and tell "
	     "the information governance lead.");
	return RC_OK;
}

/* Whoever has no agreement any more sees nothing, and is not told by anybody before the day. */
static enum rc examine_agreements(struct examining *x, struct err *e)
{
	const struct viewer operator = app_operator(x->app);
	const struct agreement *list;
	size_t n, over = 0, soon = 0;
	day_t today = app_today(x->app);
	enum rc rc = agreement_list(x->app, &operator, x->a, &list, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n;) { /* those of one organisation stand together */
		int64_t org = list[i].org;
		day_t last = list[i].to;
		for (; i < n && list[i].org == org; i++)
			last = list[i].to > last ? list[i].to : last;
		over += last < today && last >= today - ENDED_DAYS;
		soon += last >= today && last < today + ENDS_SOON_DAYS;
	}
	if (rc == RC_OK && n)
		find(x, over || soon ? HEALTH_NOTE : HEALTH_GOOD, "agreements",
		     over || soon ? arena_printf(x->a,
						 "%zu organisations see nothing any more, because what was agreed with "
						 "them has ended; %zu will within %d days",
						 over, soon, ENDS_SOON_DAYS)
				  : arena_printf(x->a, "%zu, none that ends soon", n),
		     "Tell the information governance lead: the page Agreements, or linnet agreement list.");
	return rc;
}

static void examine_safety(struct examining *x)
{
	struct safety_file f;
	struct err e = { 0 };
	if (safety_read(app_data_dir(x->app), x->a, &f, &e) != RC_OK) {
		find(x, HEALTH_BAD, "safety file", arena_str(x->a, str_of(e.text)), "Mend data/safety.");
		return;
	}
	enum health signed_off = str_starts(f.status, "Draft") ? HEALTH_NOTE : HEALTH_GOOD;
	find(
	    x, f.n_not_acceptable ? HEALTH_BAD : signed_off, "safety file",
	    arena_printf(x->a, "%zu hazards, %zu not acceptable. " STR_FMT, f.n, f.n_not_acceptable, STR_ARG(f.status)),
	    "Have a clinical safety officer rate and sign the hazard log (data/safety/hazards.yaml).");
}

static enum rc examine(struct examining *x, struct err *e)
{
	enum rc rc = store_read(app_store(x->app), count_unit, x, e);
	if (rc == RC_OK)
		rc = examine_audit(x, e);
	if (rc != RC_OK)
		return rc;
	examine_content(x);
	examine_rules(x);
	examine_holidays(x);
	examine_areas(x);
	examine_disk(x);
	examine_upgrade_copies(x);
	examine_copies(x);
	examine_erased(x);
	if ((rc = examine_notes(x, e)) != RC_OK || (rc = examine_agreements(x, e)) != RC_OK)
		return rc;
	examine_jail(x);
	examine_serving(x);
	examine_safety(x);
	return RC_OK;
}

enum rc keep_doctor(struct app *app, struct arena *a, const struct symptom **out, size_t *n_out, struct err *e)
{
	struct examining x = { .app = app, .a = a, .list = arena_array(a, SYMPTOMS_MAX, sizeof *x.list) };
	enum rc rc = examine_store(&x, e);
	if (rc == RC_OK)
		rc = examine_seals(&x, e);
	if (rc == RC_OK)
		rc = examine(&x, e);
	if (rc != RC_OK)
		return rc;
	*out = x.list;
	*n_out = x.n;
	return RC_OK;
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	const struct examining *x = arg;
	return audit(x->app, db, x->v, 0, "looked", STR("self-audit of the installation"), STR("ordinary work"), e);
}

/* What is bad first, then what is to be noted; else in the order in which it was found. */
static void worst_first(const struct examining *x, struct symptom *sorted)
{
	size_t n = 0;
	for (int h = HEALTH_BAD; h >= HEALTH_GOOD; h--)
		for (size_t i = 0; i < x->n; i++)
			if (x->list[i].health == (enum health)h)
				sorted[n++] = x->list[i];
}

enum rc self_audit(struct app *app, const struct viewer *v, struct arena *a, const struct symptom **out, size_t *n_out,
		   struct err *e)
{
	struct examining x = { .app = app, .v = v, .a = a, .list = arena_array(a, SYMPTOMS_MAX, sizeof *x.list) };
	struct symptom *sorted = arena_array(a, SYMPTOMS_MAX, sizeof *sorted);
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = examine(&x, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), look_unit, &x, e);
	if (rc != RC_OK)
		return rc;
	worst_first(&x, sorted);
	*out = sorted;
	*n_out = x.n;
	return RC_OK;
}
