/*
 * viewer.h - who is asking, and what the program needs to answer.
 *
 * Every use case takes a `struct app` (the open store, the words and rules, the
 * time) and a `struct viewer` (account, organisation, role). Nothing is read or
 * changed outside a use case. What a viewer may not see is answered exactly as
 * what does not exist: RC_NOT_FOUND.
 */
#ifndef LINNET_WORK_VIEWER_H
#define LINNET_WORK_VIEWER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "record/places.h"
#include "record/region.h"
#include "record/vocab.h"
#include "standard/rulebook.h"

/* What each role may do, and whom it may let in, stands in data/roles.yaml, which is part of the program. */
enum role {
	ROLE_NONE = 0,
	ROLE_ADMINISTRATOR, /* of a looked-after children's health team */
	ROLE_NURSE,
	ROLE_DOCTOR,
	ROLE_SOCIAL_WORKER, /* council */
	ROLE_CLINICIAN,	    /* mental-health provider */
	ROLE_GOVERNANCE,    /* information governance: who looked, no clinical content */
	ROLE_COMMISSIONER,  /* plans services: numbers with small counts hidden, and no child */
	ROLE_OPERATOR,	    /* the command line on the machine that holds the store */
	ROLE__COUNT
};
const char *role_id(enum role r);    /* "administrator" */
const char *role_title(enum role r); /* "Health team administrator" */
enum role role_of(struct str id);

enum act { /* what a role may do at all; which children is the circle's answer */
	   ACT_SEE_WORKLIST = 1,
	   ACT_SEE_CHILD,
	   ACT_RECORD,
	   ACT_LOAD,
	   ACT_SEE_LOOKS,
	   ACT_CHANGE_RULES,
	   ACT_SEE_MEASURES, /* numbers of one's children, and the children behind them */
	   ACT_MATCH,	     /* decide that two records are one child, or are not */
	   ACT_CHASE,	     /* ask others for what is with them, also by one-use links */
	   ACT_HAND_BACK,    /* the file for a council's own system */
	   ACT_SEAL,	     /* put a seal on an entry that one sees, or take it off */
	   ACT_GIVE_SIGHT,   /* say who sees sealed entries and closed records, and review emergency access */
	   ACT_BREAK_GLASS,  /* emergency access to one child */
	   ACT_AGREE,	     /* write down agreements with organisations */
	   ACT_PLAN,	     /* play scenarios of services through; no child's record is in them */
	   ACT_SEE_SHARED,   /* numbers with small counts hidden, and no child behind them */
	   ACT_ASK_ERASURE,  /* ask that an entry or a record is lawfully erased */
	   ACT_ERASE,	     /* decide about that, hold records, see what is due for disposal */
	   ACT_ENTER_CHILD,  /* enter a child who is not on record yet */
	   ACT_ADMINISTER,
};
bool role_may(enum role r, enum act a);
/* Does somebody with this role work for this kind of organisation? */
bool role_fits(enum role r, struct str organisation_kind);
/* May this role see events and clocks of mental-health care (sensitive kinds)? */
bool role_sees_sensitive(enum role r);
/* May somebody with role `by`, who manages accounts, give this role? */
bool role_may_grant(enum role by, enum role r);
const char *act_title(enum act a); /* "See what is late, due soon and waiting" */
/* Kinds of data (bits, data_bit) that somebody must be shown to do this at all. */
uint32_t act_needs(enum act a);

/* ---- kinds of data (data/agreements.yaml, part of the program too) ---- */

enum { DATA_ALL = (1 << DATA__COUNT) - 1 };
struct str data_title(enum data_kind d); /* "Health assessments, plans and what they ask for" */
/* What an organisation of this kind is shown without an agreement, for the care of the children of its circle. */
uint32_t data_for_care(struct str organisation_kind);

/* What is withheld of the children of one council, where less is than of others. */
struct withheld_of {
	int64_t council;
	uint32_t withheld; /* kinds of data, bits */
};

struct viewer {
	int64_t account; /* 0 for the operator */
	int64_t org;	 /* 0 for the operator: every child */
	enum role role;
	struct str name, org_name; /* shown in the header; owned by whoever made the viewer */
	/* Towards the child that is being read (child_check): */
	bool outside;	      /* of its circle: reads by emergency access alone, and changes nothing */
	int64_t emergency_ms; /* until when; 0: none */
	struct str emergency_why;
	bool manages; /* may manage the accounts of their own organisation */
	/* Kinds of data (bits) that no agreement shares with their organisation today (core/shared.h), of children of
	 * any council but the `n_councils` of `councils` (owned as `name` is). 0: nothing is withheld,
	 * as for the operator. */
	uint32_t withheld;
	const struct withheld_of *councils;
	size_t n_councils;
};
/* Does the role allow it, and is what it shows shared with the viewer's organisation: of all children, or, where each
 * child is asked about again (`each` in data/roles.yaml), of some? */
bool viewer_may(const struct viewer *v, enum act a);
/* Is there a child of whom all of these kinds of data (bits) are shared with the viewer? */
bool viewer_shown(const struct viewer *v, uint32_t needs);

struct organisation {
	int64_t id;
	struct str code, kind, name, short_name;
	int64_t served_by;
};

struct app; /* app.h: for cmd and work only */
struct measures;

/* Another hold on the open program, with the newest rules: they do not change while
 * it is held. Whoever outlives the hold they were given takes their own. */
struct app *app_hold(struct app *app);
void app_close(struct app *app); /* NULL is allowed */
/* Children whose clocks still wait for the newest rules; 0 nearly always. */
int64_t app_waiting(const struct app *app);

/* Today in London. Reads can be asked for another day; what is stored is always for today. */
day_t app_today(const struct app *app);
const struct vocab *app_vocab(const struct app *app);
const struct rulebook *app_rulebook(const struct app *app);
const struct measures *app_measures(const struct app *app);
const struct workdays *app_workdays(const struct app *app);
struct str app_region_name(const struct app *app);
/* The region as its file says it (record/region.h), texts in `a`. */
enum rc app_region_read(struct app *app, struct arena *a, struct region *out, struct err *e) NODISCARD;
/* The areas of England (record/places.h), read when first asked for; they live as long as the program. */
enum rc app_areas(struct app *app, const struct places **out, struct err *e) NODISCARD;
bool app_is_demonstration(const struct app *app);
/* Said wherever a demonstration shows something, and on whatever leaves it. */
#define DEMONSTRATION_WORDS "Demonstration. Every child, service and figure shown is invented."
#define DEMONSTRATION_ROW "\"" DEMONSTRATION_WORDS "\"\r\n" /* the last of a CSV */
/* NULL if there is none. Organisations are few; the table is kept in memory. */
const struct organisation *app_organisation(const struct app *app, int64_t id);
const struct organisation *app_organisation_by_code(const struct app *app, struct str code);
/* As somebody writes it: its code, or its name or short name, capitals or not. NULL also if several are so called. */
const struct organisation *app_organisation_named(const struct app *app, struct str words);
size_t app_organisations(const struct app *app, const struct organisation **out);

#endif
