/*
 * compare.h - what a row of a council's list would change in what is known. Pure.
 *
 * One child at a time: the row, what the record says of the child as of the list's
 * day, and the proposals that follow, each with what the record says, what the list
 * says and what would be recorded. Nothing is written here, and nothing is decided:
 * a proposal is `sure` if every day and code that it needs is on the list and
 * nothing contradicts it; otherwise `doubt` says in words what a person must think of.
 *
 * Rules of use
 *  - `content` names what is proposed, so that the same proposal is known again next
 *    week: an answer is kept for kind and content.
 *  - A day that the list does not tell is DAY_NONE: somebody must state it, between
 *    `from` and `to`.
 */
#ifndef LINNET_EXCHANGE_WEEKLY_COMPARE_H
#define LINNET_EXCHANGE_WEEKLY_COMPARE_H

#include "exchange/weekly/weekly.h"
#include "record/fold.h"

enum weekly_kind {
	PROPOSE_NONE = 0,
	PROPOSE_WHO,	 /* who is this? Somebody must say whether a record is this child's */
	PROPOSE_NEW,	 /* came into care, or placed here: no record yet */
	PROPOSE_CAME,	 /* came into care: a record without care */
	PROPOSE_BACK,	 /* came back: an earlier period has ended */
	PROPOSE_MOVED,	 /* a new placement */
	PROPOSE_LEGAL,	 /* legal status changed */
	PROPOSE_LEFT,	 /* no longer on a whole list */
	PROPOSE_DETAILS, /* name, date of birth or numbers differ, or are new */
	PROPOSE_PLACED,	 /* the placement of today: its kind or area differs */
	PROPOSE_START,	 /* the period of care began on another day */
	PROPOSE_STILL,	 /* the record says it left; it is still on the list */
	PROPOSE__COUNT
};
const char *weekly_kind_id(enum weekly_kind k);	   /* "moved" */
const char *weekly_kind_title(enum weekly_kind k); /* "Moved" */
enum weekly_kind weekly_kind_of(struct str id);

struct weekly_known { /* of a child, as of the list's day */
	bool there;   /* there is a record */
	bool closed;  /* of an adopted child: compared with nothing */
	struct str nhs_number, upn, given, family, sex;
	day_t born, died;
	const struct span *care;  /* the period that holds the day, else the next one, else NULL */
	const struct span *ended; /* without `care`: the last that ended by then, or NULL */
	bool care_later;	  /* `care` begins after the day */
	struct str legal;	  /* status in force */
	day_t legal_from;
	const struct span *placement; /* that holds the day, or NULL */
	bool placed_later;	      /* the record has a placement that begins after the day */
	bool placed_before; /* ... and one that began on the list's day of placement, earlier than `placement` */
	struct str placement_type;
	struct str area; /* code of its council */
};
/* From folded facts; names and numbers are the caller's. `row` may be NULL. */
void weekly_known_of(const struct vocab *v, const struct folded *f, day_t on, const struct weekly_row *row,
		     struct weekly_known *out);

/* Is the child looked after only in short breaks (code list comes-and-goes)? A list of one day
 * leaves such a child out while it is with its parents: that says nothing about an end. */
bool weekly_comes_and_goes(const struct vocab *v, struct str legal);

struct weekly_when { /* the list, and the one before it */
	day_t listed_on;
	day_t before;	/* day of the last whole list before; DAY_NONE: there is none */
	bool on_before; /* the child was on it */
	day_t last_on;	/* day of the last list that had the child; DAY_NONE */
};

struct proposal {
	enum weekly_kind kind;
	bool sure;
	struct str doubt; /* empty if sure */
	struct str record_says, list_says, would;
	day_t day;	/* on which it happened; DAY_NONE: to be stated */
	day_t from, to; /* between which days it must have, as far as is known */
	struct str content;
};
enum { PROPOSALS_A_CHILD = 6 };

/* What follows for a child that is on the list (row) or is not (NULL, only of a whole
 * list). `orgs` names areas. Returns how many; texts live in `a`. */
size_t weekly_compare(const struct vocab *v, const struct organisations *orgs, const struct weekly_row *row,
		      const struct weekly_known *k, const struct weekly_when *when, struct arena *a,
		      struct proposal out[PROPOSALS_A_CHILD]);

#endif
