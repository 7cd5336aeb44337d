/*
 * app.h - the open program: store, words, rules, holidays, organisations and which of them adjoin, time.
 *
 * One `struct app` for the whole life of the program; any number of threads may
 * use it. Only rooms work and cmd see this header and the store behind it.
 */
#ifndef LINNET_WORK_APP_H
#define LINNET_WORK_APP_H

#include "base/id.h"
#include "record/adjoining.h"
#include "standard/engine.h"
#include "store/store.h"
#include "work/viewer.h"

struct app_settings {
	const char *data_dir;  /* where kinds.yaml and its neighbours are */
	const char *store_url; /* "sqlite:FILE" or "postgres:..." */
	bool create;	       /* make the store and its tables if they are missing */
	int64_t now_ms;	       /* 0: the machine's clock */
};

/* Opens everything, brings the schema up to date if `create`, keeps a dated copy
 * of the rules that are in force. RC_CONFLICT: the store needs `linnet init`. */
enum rc app_open(const struct app_settings *s, struct app **out, struct err *e) NODISCARD;
/* Words, rules and holidays only, without a store: for synth and tests. */
enum rc app_open_rules(const struct app_settings *s, struct app **out, struct err *e) NODISCARD;
void app_close(struct app *app);

struct store *app_store(struct app *app);
const char *app_data_dir(const struct app *app);
const struct adjoining *app_adjoining(const struct app *app);
int64_t app_now_ms(const struct app *app);
int64_t app_new_id(struct app *app);
/* New ids are greater than `id` from now on, whatever the clocks of two machines say. */
void app_ids_past(struct app *app, int64_t id);
/* Names everything a child's clocks are made by: rules, holidays, adjoining areas,
 * coverage of its council. A stored copy with another tag is out of date, not wrong. */
enum { RULES_TAG_MAX = 24 };
char *app_rules_tag(const struct app *app, const day_t *covered, char out[RULES_TAG_MAX]);
/* Days for which an organisation keeps its place in a circle after its reason has ended. */
int app_circle_after_days(const struct app *app);
/* Working days as they were known at an instant; the shared calendar for KNOWN_NOW.
 * Give back what you took. */
const struct workdays *app_workdays_known(struct app *app, int64_t known_ms);
void app_workdays_give(struct app *app, const struct workdays *w);
/* An engine of one's own while it is needed. */
struct engine *app_engine_take(struct app *app, const struct workdays *w);
void app_engine_give(struct app *app, struct engine *en, const struct workdays *w);

/* Organisations and region into the store (linnet init). */
enum rc app_init_region(struct app *app, const char *region, bool demonstration, struct err *e) NODISCARD;

/* Reads region, settings and organisations again after they were changed. */
enum rc app_reread_place(struct app *app, struct err *e) NODISCARD;
/* The health team of the region, as `linnet init` was told; NULL if none. */
const struct organisation *app_health_team(const struct app *app);

/* The operator at the command line of the machine that holds the store. */
struct viewer app_operator(const struct app *app);

/* Coverage of a council's tables as known at an instant, into covered[EVIDENCE_MAX].
 * Kept in memory: every unit of work that reads histories refreshes it first. */
enum rc app_coverage_refresh(struct app *app, struct db *db, struct err *e) NODISCARD;
void app_coverage(struct app *app, int64_t council, int64_t known_ms, day_t *covered);

#endif
