/*
 * project.h - what follows from a child's history: circle, clocks, worklists.
 *
 * Everything here is a cache. `project_child` works it out from folded facts
 * for a day; `project_compare` says what differs from the store, which is what
 * `verify` asks, and `project_write` writes that.
 */
#ifndef LINNET_WORK_CORE_PROJECT_H
#define LINNET_WORK_CORE_PROJECT_H

#include "store/sql.h"
#include "work/core/history.h"
#include "work/core/open.h"

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
	struct str inside; /* the same without reasons, as lists and searches ask it: inside.h */
	struct open_clock *clocks;
	size_t n_clocks;
	struct str packed; /* the same, as it is stored */
	int64_t home;	   /* whose child it is today: the council that is responsible, or was the last */
	struct sql_work_insert_in *work;
	size_t n_work;
	struct sql_search_name_insert_in *names; /* to search by, for each organisation of the circle */
	size_t n_names;
	struct sql_named_worker_insert_in *workers; /* whose child it is today, by account */
	size_t n_workers;
	day_t next_change;
	char rules[RULES_TAG_MAX];
	day_t closed;	     /* day on which an adoption closed the record; DAY_NONE: none did */
	int64_t joined_to;   /* the record that this one's events are read with; 0: it stands for itself */
	int64_t fingerprint; /* SQL_NULL, until fingerprint_of has said it of what is to be stored */
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
/* The row of a person as it is stored. Its texts are those of `h` and `p`. */
struct sql_person_insert_in project_person(const struct history *h, const struct projection *p);
/* The row of the child's open clocks, and whose they are. */
struct sql_open_clocks_put_in project_open(int64_t person, const struct projection *p);
/* What must be written for the store to hold a projection. */
struct project_changes {
	bool fresh;				      /* there is no row of the person yet */
	bool circle, clocks, names, workers, details; /* differ */
	bool had_circle, had_names, had_workers;      /* some reason, some name, some worker is stored */
	const struct sql_work_delete_in *gone;	      /* worklist rows */
	const struct sql_work_insert_in *come;	      /* a row that changed is in both */
	size_t n_gone, n_come;
	struct sql_person_get_out now; /* unless fresh */
};
/* Compares with what is stored of the person `now`; NULL: nothing is. */
enum rc project_compare(struct db *db, const struct projection *p, const struct sql_person_get_out *now,
			struct arena *a, struct project_changes *out, struct err *e) NODISCARD;
/* The first difference, without names; empty if there is none. */
struct str project_differs(const struct project_changes *c, struct arena *a);
/* Nobody has written the child since it was compared. */
enum rc project_write(struct db *db, const struct history *h, const struct projection *p,
		      const struct project_changes *c, struct err *e) NODISCARD;
/* Both of the above. `fresh`: there is no row of the person yet. */
enum rc project_save(struct db *db, const struct history *h, const struct projection *p, bool fresh, struct arena *a,
		     struct err *e) NODISCARD;

#endif
