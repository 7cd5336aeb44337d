/*
 * app.h - the open program: store, words, rules, holidays, organisations and which of them adjoin, time.
 *
 * app_open gives the first hold on it; app_hold (viewer.h) another one with the
 * newest rules. Any number of threads may use one. The last app_close closes the
 * program. Only rooms work and cmd see this header and the store behind it.
 */
#ifndef LINNET_WORK_APP_H
#define LINNET_WORK_APP_H

#include "base/id.h"
#include "base/secret.h"
#include "measure/share.h"
#include "record/adjoining.h"
#include "standard/engine.h"
#include "store/store.h"
#include "work/core/library.h"
#include "work/viewer.h"

struct trial_shelf;    /* admin/trial.h */
struct workbook_shelf; /* load/workbook.h */
struct run_shelf;      /* plan/runs.h */

struct app_settings {
	const char *data_dir;  /* where kinds.yaml and its neighbours are */
	const char *store_url; /* "sqlite:FILE" or "postgres:..." */
	bool create;	       /* make the store and its tables if they are missing */
	int64_t now_ms;	       /* 0: the machine's clock */
	const char *key_file;  /* seals second factors; NULL: FILE.key beside a store that is a file. Copied */
	/* The list of what was lawfully erased (oversee/erased.h); NULL: FILE.erased beside a store
	 * that is a file, else beside the key file. Copied */
	const char *erased_file;
	/* With `create`, an older store on PostgreSQL that holds data: where a backup is made
	 * before it is brought up to date (SQLite makes its copy beside the file). NULL: such a
	 * store is refused, unless `no_copy` says that it is a copy itself: SQLite makes none then, either. */
	const char *copy_into;
	bool no_copy;
	store_progress *copying; /* is told of the copy before a store is brought up to date; may be NULL */
};

/* Opens everything, brings the schema up to date if `create`, keeps a dated copy
 * of the rules that are in force. RC_CONFLICT: the store needs `linnet init`. */
enum rc app_open(const struct app_settings *s, struct app **out, struct err *e) NODISCARD;
/* Words, rules and holidays only, without a store: for synth and tests. */
enum rc app_open_rules(const struct app_settings *s, struct app **out, struct err *e) NODISCARD;

struct store *app_store(struct app *app);
const char *app_data_dir(const struct app *app);
const struct adjoining *app_adjoining(const struct app *app);
/* Where the list of what was lawfully erased stands; false if nobody said. */
bool app_erased_path(const struct app *app, char *out, size_t max);
/* Erasures that were carried out again when this store was opened: it is of a backup. */
int64_t app_erased_again(const struct app *app);
struct str app_region(const struct app *app); /* word of the region, as `linnet init` was told; may be empty */
int64_t app_now_ms(const struct app *app);
int64_t settings_now_ms(const struct app_settings *s); /* the same, before anything is open */
int64_t app_new_id(struct app *app);
/* app_new_id gives ids greater than `id` from now on, whatever the clocks of two machines say. */
void app_ids_past(struct app *app, int64_t id);
/* An id of this machine's own time, for what is found by when it was: lines of the audit, emergencies, copies. What
 * another machine with a clock that is ahead has written does not move these. In other tables than app_new_id's. */
int64_t app_time_id(struct app *app);
/* Names everything a child's clocks and circle are made by: rules, holidays, adjoining areas, organisations, coverage
 * of its council. A stored copy with another tag is out of date, not wrong. */
enum { RULES_TAG_MAX = 24 };
char *app_rules_tag(const struct app *app, const day_t *covered, char out[RULES_TAG_MAX]);
/* Of what else decides what follows for a child: the organisations, who serves whom, and for how
 * long a circle lasts after its reason has ended. */
uint64_t app_place_hash(const struct app *app);
/* How people sign in here, as the region's file says: a second factor for everybody
 * (unless said otherwise: yes, but not in a demonstration), minutes unused and hours
 * in all after which a session ends (30, 12), days for which an invitation is good (7),
 * whether an organisation without an agreement sees nothing (no), and from which day kinds of
 * data are withheld that no agreement shares (DAY_NONE: not at all; core/shared.h). */
struct signing_rules {
	bool second_factor, agreements_required;
	day_t agreements_from;
	int64_t idle_ms, session_ms, link_ms;
};
struct signing_rules app_signing_rules(const struct app *app);
/* The key with which second factors are sealed; made when it is first needed. RC_REFUSED:
 * it is missing, is another than they were sealed with, or nobody said where it is. */
enum rc app_key(struct app *app, struct secret_key *out, struct err *e) NODISCARD;
/* Days for which an organisation keeps its place in a circle after its reason has ended. */
int app_circle_after_days(const struct app *app);
/* Hours that emergency access lasts (emergency-hours of the region; 24 if it says nothing). */
int app_emergency_hours(const struct app *app);
/* ---- holds ----
 *
 * A `struct app` is a hold on the open program with one set of rules that does not
 * change under its holder. Changes make a new set; who holds the old one keeps it
 * until app_renew or app_close. A request, a command, a job each have their own. */

/* The program with the newest rules. One owner: no other thread may use this hold
 * meanwhile. What was read of the old rules is gone. */
enum rc app_renew(struct app *app, struct err *e) NODISCARD;
/* The program as known at an instant: its rules, words, holidays. Lent: it lives as
 * long as `app`. `app` itself for KNOWN_NOW. Never inside a unit. */
enum rc app_known(struct app *app, int64_t known_ms, struct app **out, struct err *e) NODISCARD;
/* The same with any set of rules, and all its holidays (DAY_NEVER) or those proclaimed by a day. */
struct app *app_with_rules(struct app *app, struct rule_set *s, day_t holidays_known);
const struct rule_set *app_rules(const struct app *app);
/* Which kinds are sealed is permission, and permission is always today's: the words of the
 * newest rules, also of a program as known then. */
const struct vocab *app_words_today(const struct app *app);
struct library *app_library(struct app *app);
struct trial_shelf *app_trials(struct app *app);
struct workbook_shelf *app_workbooks(struct app *app);
struct run_shelf *app_runs(struct app *app);
/* How many children wait for newer rules, as the thread that brings them up to date counts them. */
void app_set_waiting(struct app *app, int64_t children);

/* An engine of one's own while it is needed; `w` is app_workdays(app). */
struct engine *app_engine_take(struct app *app, const struct workdays *w);
void app_engine_give(struct app *app, struct engine *en, const struct workdays *w);

/* Organisations and region into the store (linnet init). `region` NULL: the store's own, or REGION_USUAL
 * where it has none. RC_REFUSED: a store that holds children or accounts is made no demonstration,
 * and moves to another region only if INIT_OTHER_REGION says so. */
enum { INIT_DEMONSTRATION = 1, INIT_OTHER_REGION = 2 };
enum rc app_init_region(struct app *app, const char *region, unsigned how, struct err *e) NODISCARD;
/* Whether the files of data hold that region, before a store is made for it. */
enum rc app_region_check(const char *data_dir, const char *region, struct err *e) NODISCARD;
#define REGION_USUAL "set"

/* Reads region, settings and organisations again after they were changed. */
enum rc app_reread_place(struct app *app, struct err *e) NODISCARD;
/* The health team of the region, as `linnet init` was told; NULL if none. */
const struct organisation *app_health_team(const struct app *app);

/* Which counts are hidden from boards (data/sharing.yaml). */
struct sharing_rule app_sharing_rule(const struct app *app);

/* The operator at the command line of the machine that holds the store. */
struct viewer app_operator(const struct app *app);

/* Coverage of a council's tables as known at an instant, into covered[EVIDENCE_MAX].
 * Kept in memory: every unit of work that reads histories refreshes it first. */
enum rc app_coverage_refresh(struct app *app, struct db *db, struct err *e) NODISCARD;
void app_coverage(struct app *app, int64_t council, int64_t known_ms, day_t *covered);
/* Which one is in memory: another number once it was read anew. */
uint64_t app_coverage_edition(const struct app *app);

#endif
