/*
 * event.h - what happened, as it was told and never overwritten.
 *
 * An event is one dated thing about one person. It is appended and never
 * changed: a correction is a new event whose `replaces` names the one it
 * corrects; an entry made in error is taken back by a new event that replaces
 * it with `voids` set. Until when an event was believed is worked out when
 * read, from the events that replace it (fold.h).
 */
#ifndef LINNET_RECORD_EVENT_H
#define LINNET_RECORD_EVENT_H

#include "base/day.h"

enum precision { PRECISE_DAY = 0, PRECISE_MONTH = 1, PRECISE_YEAR = 2 };

struct event {
	int64_t id; /* 63 bits, grows with time (base/id.h) */
	int64_t person;
	uint16_t kind;	   /* vocab index; the store keeps the kind's name */
	uint8_t precision; /* enum precision of `at` */
	bool voids;	   /* takes back the event that `replaces` names */
	uint8_t seal;	/* vocab.seals of its kind, or SEAL_PUT, SEAL_TAKEN; 0 none. By today’s words; not stored */
	day_t at;	/* local day it happened; DAY_NONE only where the kind allows */
	int16_t minute; /* MINUTE_NONE if not known */
	int64_t recorded_ms;	/* when it became known here: what "as known on" asks about */
	int64_t written_ms;	/* when this row was really written; differs for history loaded later */
	int64_t replaces;	/* event id, 0 none */
	int64_t org;		/* organisation it is about or done by; 0 none */
	int64_t author;		/* account id; 0 the program itself (imports carry the loader) */
	int64_t source;		/* load id, 0 typed on a page */
	int64_t source_row;	/* line of the source file, 0 none */
	int64_t value;		/* number of the kind; INT64_MIN none */
	day_t end_day;		/* second day of the kind (day of an appointment); DAY_NONE none */
	struct str code, code2; /* codes of the kind's lists */
	struct str ref;		/* natural reference inside the person: placement, request ... */
	struct str natural;	/* natural key inside its source: "placements/E-12/P1/start"; empty if typed */
	struct str body;	/* JSON for what SQL never looks into; may be empty */
	struct str why;		/* reason of a correction or void, as the author gave it */
};

enum { SEAL_PUT = 254, SEAL_TAKEN = 255 };
enum { EVENT_REF_MAX = 64, EVENT_BODY_MAX = 8192, EVENT_WHY_MAX = 500, EVENTS_PER_CHILD_MAX = 20000 };

#endif
