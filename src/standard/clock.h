/*
 * clock.h - what the rules say about one child: clocks and whose turn it is.
 *
 * A clock never holds "overdue" or "due soon": those depend on the day on which
 * it is read (`clock_lateness`). Everything else is worked out from facts by
 * engine.h; a stored copy is a cache.
 */
#ifndef LINNET_STANDARD_CLOCK_H
#define LINNET_STANDARD_CLOCK_H

#include "base/day.h"

enum clock_state {
	CLOCK_RUNNING = 1,
	CLOCK_DONE,	    /* met, in time or late */
	CLOCK_STOPPED,	    /* ended before it was met: left care, died, moved on. Counted apart */
	CLOCK_NOT_REQUIRED, /* refused, exempt, short breaks: never a breach */
	CLOCK_NOT_KNOWN,    /* no source speaks of it: never overdue */
	CLOCK_MISSED,	    /* its time is over and it was not done: a year that ended */
};

/* Whose turn it is. Same words, colours and patterns on every page. */
enum holder {
	HOLDER_NONE = 0,
	HOLDER_COUNCIL,	   /* the responsible council */
	HOLDER_HEALTH,	   /* looked-after children's health team */
	HOLDER_PROVIDER,   /* clinic, doctor or mental-health provider */
	HOLDER_FAMILY,	   /* family or carer */
	HOLDER_OTHER_AREA, /* another area's council or health team */
	HOLDER_YOUNG_PERSON,
	HOLDER_NOBODY, /* nobody's days */
	HOLDER_BOARD,  /* the integrated care board that pays; last because numbers are stored */
	HOLDER__COUNT
};
const char *holder_id(enum holder h);		   /* "council" */
const char *holder_title(enum holder h);	   /* "Council" */
enum holder holder_of(struct str id);		   /* HOLDER_NONE if unknown */
const char *clock_state_id(enum clock_state s);	   /* "running" "done" "stopped" "not-required" "not-known" */
const char *clock_state_title(enum clock_state s); /* "Not required" */

enum authority { AUTHORITY_LAW = 1, AUTHORITY_NATIONAL, AUTHORITY_LOCAL };

enum { TURN_PAUSED = 254 };

struct clock {
	uint16_t standard; /* index into the rulebook */
	uint16_t ordinal;  /* nth of its standard with the same opening fact, from 1 (recurring clocks) */
	int32_t opened_by; /* index of the opening fact in child_facts.facts */
	int32_t done_by;   /* index of the fact that met, stopped or excused it; -1 none */
	int32_t last_fact; /* index of the last fact that touched it (started, turned, noted); for "why" in one line */
	int32_t key;	   /* key the clock is about (placement, period, spell); 0 none */
	uint16_t org;	   /* organisation of the opening fact, 0 none */
	uint8_t state;	   /* enum clock_state */
	uint8_t holder;	   /* enum holder: whose turn it is (running), or was when it closed */
	uint16_t reason;   /* index into the rulebook's reasons: why the state is what it is; 0 none */
	uint8_t turn;	   /* which turn of the standard it is in; TURN_PAUSED while it is paused */
	bool due_again;	   /* the due time comes twice (October), and it is the second */
	day_t start;	   /* day 0; DAY_NONE if not known */
	int16_t start_minute;
	int16_t due_minute, done_minute; /* MINUTE_NONE unless the limit is in hours */
	day_t due;			 /* last day that is in time; DAY_NONE if it cannot be told */
	day_t done;			 /* day it was met, stopped, excused or missed; DAY_NONE */
	day_t holder_since;		 /* day the turn began */
	day_t holder_due;		 /* day by which this holder's own share is used up; DAY_NONE no share stated */
	day_t next_change;		 /* first day after `as_of` on which time alone changes this row; DAY_NEVER */
};

/* Days late on `today`: counted in the standard's own late unit (working days
 * for limits in working days, else calendar days). Negative: days left. Only
 * for running and done clocks with a due day. */
enum lateness {
	LATE_NOT,
	LATE_DUE_SOON,
	LATE_OVERDUE,
	LATE_DONE_IN_TIME,
	LATE_DONE_LATE,
	LATE_CLOSED, /* stopped, not required, not known */
	LATE_MISSED, /* never done, and its time is over */
};

#endif
