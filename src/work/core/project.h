/*
 * project.h - what follows from a child's history: circle, clocks, worklists.
 *
 * Everything here is a cache. `project_child` works it out from folded facts
 * for a day; `project_save` writes the differences; `project_equal` is what
 * `verify` asks.
 */
#ifndef LINNET_WORK_CORE_PROJECT_H
#define LINNET_WORK_CORE_PROJECT_H

#include "store/sql.h"
#include "work/core/history.h"

struct details { /* of the last believed person-details */
	struct str given, family, nhs_number, upn, sex, language;
	bool interpreter;
	day_t born;
};

struct projection {
	day_t today;
	struct details details;
	struct sql_circle_insert_in *circle;
	size_t n_circle;
	struct sql_clock_insert_in *clocks;
	size_t n_clocks;
	struct sql_work_insert_in *work;
	size_t n_work;
	day_t next_change;
	char rules[RULES_TAG_MAX];
};

/* Where a child stands for one organisation: see worklist.h `enum area`. */
int area_for(struct app *app, const struct organisation *org, int64_t council, int64_t placed_in);
/* LISTS_* of an organisation’s kind. */
uint8_t lists_of(const struct organisation *org);
/* Whose organisation holds a clock: council, its health team, the provider ... 0 if none. */
int64_t holder_organisation(struct app *app, enum holder holder, int64_t council, int64_t clock_org);
/* "Request complete Tue 10 Nov 2026": the last thing that touched a clock. */
struct str clock_why(struct app *app, const struct folded *f, const struct clock *c, struct arena *a);
bool clock_is_sensitive(struct app *app, const struct folded *f, const struct clock *c);

enum rc details_read(const struct folded *f, struct arena *a, struct details *out, struct err *e) NODISCARD;
/* Pure but for `app`'s rules and organisations. Sorted by key: equal histories
 * give equal bytes. */
enum rc project_child(struct app *app, const struct history *h, const struct folded *f, struct engine *en, day_t today,
		      struct arena *a, struct projection *out, struct err *e) NODISCARD;
/* Writes what differs from the store. `fresh`: there is no row of the
 * person yet: it is made, and there is nothing to compare with. *changed_out: anything but the day of the
 * calculation differed; who asks for it (NULL: does not) also has the words to
 * search by compared, which a write changes only with the name. */
enum rc project_save(struct db *db, const struct history *h, const struct projection *p, bool fresh, struct arena *a,
		     bool *changed_out, struct err *e) NODISCARD;
/* Compares with the store; *words_out names the first difference (no names). */
enum rc project_equal(struct db *db, const struct history *h, const struct projection *p, struct arena *a,
		      bool *equal_out, struct str *words_out, struct err *e) NODISCARD;

#endif
