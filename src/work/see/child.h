/*
 * child.h - one child: who it is, what is due, what happened, who has looked.
 *
 * Read live: events folded and clocks worked out for the day and the instant of
 * knowledge asked for. Every call is audited as a look with the viewer's reason.
 */
#ifndef LINNET_WORK_SEE_CHILD_H
#define LINNET_WORK_SEE_CHILD_H

#include "record/fold.h"
#include "standard/engine.h"
#include "work/see/worklist.h"

struct child_head { /* the banner, full and short */
	int64_t person, version;
	struct str given, family, nhs_number, ref, sex, language;
	bool interpreter;
	bool care_hidden; /* care, placement and area are not shown to this role */
	day_t born, died;
	int age_years, age_months;
	const struct organisation *council;
	const struct span *care;      /* open period, NULL if none */
	const struct span *placement; /* open placement, NULL if none */
	const struct organisation *placed_in;
	struct str legal_status; /* words; empty if none or not known */
	enum area area;
};

struct child_clock {
	struct clock clock;
	struct str id;	/* "iha-returned.1": what explain takes */
	int64_t opened; /* event behind clock.opened_by */
	enum lateness lateness;
	int days_late;
	const struct organisation *holder_org;
	bool untold; /* not known, and no table that would tell of it is sent: on no worklist */
	struct str why;
	struct next_step next;
	uint32_t asks;		  /* what is missing, as bits of its standard (standard/asks.h) */
	struct str asked;	  /* "Chased on Tue 3 Nov 2026"; empty: never */
	const struct turn *turns; /* whose days they were, while it runs; of what is over its own page tells */
	size_t n_turns;
};

struct child_event { /* one line of the timeline */
	int64_t id;
	const struct kind *kind;
	day_t at;
	int minute;
	struct str words;  /* "Appointment booked for Thursday 17 December 2026" */
	struct str detail; /* code words, reference, reason */
	struct str note;   /* what was written with it */
	struct str source; /* "requests.csv, row 12"; empty: entered on a page */
	int64_t recorded_ms;
	bool correction, voided; /* stands beside what it corrects */
	int64_t replaces, replaced_by;
	struct str why;
	bool may_change;   /* this viewer may correct it */
	struct str sealed; /* "serious harm": others do not see it; empty: it is not sealed */
	bool may_seal;	   /* this viewer may put a seal on it, or take it off */
};

struct child_look {
	int64_t at_ms;
	struct str who, org, why, what; /* what: the act and what it was about */
	bool you;
	struct str role, act; /* in what role; empty before that was kept */
};

struct child_worker { /* a named worker of today (work/core/workers.h), of an organisation of the circle */
	int64_t account;
	struct str name, part; /* part: "named nurse" */
	struct str role;       /* "Looked-after children's nurse" */
	const struct organisation *org;
	day_t from;
	bool left; /* their account is closed */
	bool you;
};

struct child_page {
	struct app *known; /* the program as known then: whose rules the clocks are of. As good as the hold asked */
	struct child_head head;
	bool content_hidden; /* not shown to this role; say so instead of "nothing" */
	day_t as_of;
	int64_t known_ms;
	const struct child_clock *clocks;
	size_t n_clocks; /* late first, by date, not known, not required, then closed */
	const struct child_event *events;
	size_t n_events; /* newest first */
	const struct fold_finding *findings;
	size_t n_findings;
	const struct child_look *looks;
	size_t n_looks;	      /* newest first, the last 20 */
	int64_t looks_total;  /* at most 501: counts stop there */
	bool outside;	      /* the viewer reads by emergency access alone: nothing can be changed */
	int64_t emergency_ms; /* until when emergency access lasts; 0: none */
	struct str emergency_why;
	bool emergency_told;	     /* somebody is there who is told of it (emergency.h) */
	const struct proxy *proxies; /* work/record/proxy.h */
	size_t n_proxies;
	const struct child_worker *workers;
	size_t n_workers;
	struct str withheld; /* kinds of data that no agreement shares with the viewer, of any child, or ... */
	bool by_council;     /* ... of any child of this child's council: agreements differ by council */
	bool may_name;	     /* this viewer may name a worker: work/record/worker.h */
	bool sees_sealed;    /* something on the page is sealed: clocks here may differ from those on lists */
};

enum { LOOKS_ALL = 500 };
struct child_query {
	int64_t person;
	day_t as_of;		    /* DAY_NONE: today */
	int64_t known_ms;	    /* KNOWN_NOW */
	bool with_looks, all_looks; /* the last 20; the last LOOKS_ALL */
	size_t events_told;	    /* only the newest so many events have detail and from; 0: all */
	bool
	    to_write; /* for a form: only who is in the circle, and nothing by emergency; who it is and what happened */
	struct str reason; /* why the viewer looks; empty: their ordinary work */
};

enum rc child_see(struct app *app, const struct viewer *v, const struct child_query *q, struct arena *a,
		  struct child_page *out, struct err *e) NODISCARD;

struct statement { /* what an organisation says about whose days they were */
	day_t at;
	struct str org, who, words;
};

struct asked; /* work/chase/asked.h */

struct clock_page {
	struct app *known; /* as in child_page */
	struct child_head head;
	const struct standard_info *standard;
	struct child_clock clock;
	struct explanation why;
	const struct statement *statements; /* oldest first: both sides stand beside the count */
	size_t n_statements;
	const struct asked *asked;   /* chases and links */
	const struct str *fact_from; /* [why.n_facts] where each fact came from; empty for absences */
	day_t as_of, holidays_known_to;
	int64_t known_ms;
};
/* `clock_id` as child_clock.id ("iha-returned.2"), or only the standard's id for the latest of its kind, or
 * exactly, as a worklist row can say it: standard.ID_OF_OPENED.ORDINAL. */
enum rc clock_see(struct app *app, const struct viewer *v, const struct child_query *q, struct str clock_id,
		  struct arena *a, struct clock_page *out, struct err *e) NODISCARD;

/* A child named as people name it: NHS number, "E10000012/E-104", that council's
 * number alone if only one child of the viewer has it, or id_text. */
enum rc child_find(struct app *app, const struct viewer *v, struct str name, int64_t *person_out,
		   struct err *e) NODISCARD;

#endif
