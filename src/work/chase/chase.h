/*
 * chase.h - asking another organisation for what is with it.
 *
 * A chase names, of one recipient, what this organisation waits for: clocks that
 * stand on the recipient's own list as its turn, late or soon due, or with it for
 * longer than its share. So it never holds what the recipient may not know: a
 * council's list has nothing of mental-health care, and a child is on it only while
 * the council is in the child's circle. Children are named by their council's number
 * and initials, never by name or birth (docs/decisions).
 *
 * To write a chase is an act: it is kept, with who asked whom for what and when, and
 * shown beside the clock; the next one knows it is a reminder. What an answer stopped
 * (item_link.h) is left out until the turn changes or somebody goes on.
 */
#ifndef LINNET_WORK_CHASE_CHASE_H
#define LINNET_WORK_CHASE_CHASE_H

#include "standard/asks.h"
#include "work/see/worklist.h"

enum { CHASE_ITEMS_MAX = 1000, CHASES_SHOWN = 30 };

struct chase_item {
	int64_t person;
	struct str given, family;	      /* for pages of those who may see them; never in what is sent */
	struct str number;		      /* "E-104", or "Essex E-104" if it is another council's number */
	struct str initials;		      /* "W.B." */
	const struct standard_info *standard; /* NULL: no longer among the rules */
	struct str clock;		      /* exactly: what clock_see takes */
	struct str asked;		      /* "Send consent; Note that the request is complete" */
	struct str why;			      /* the last thing that happened, in words */
	day_t since, due;		      /* DAY_NONE: not known */
	enum lateness lateness;
	int days_late;
	int nth;	     /* 1: asked for the first time */
	day_t first, before; /* days of the first and of the last reminder before; DAY_NONE */
	bool sensitive;	     /* of mental-health care: what is sent does not say what */
	struct str stopped;  /* "Already sent, by post": left out of chases */
	int64_t stop;	     /* the link that was answered so; 0 none */
	/* as it is kept */
	int64_t opened;
	int ordinal, edition;
	uint32_t asks;
};

struct chase {
	int64_t id; /* 0: not written yet */
	const struct organisation *from, *recipient;
	int64_t at_ms;
	day_t day;
	struct str by; /* empty: the operator of this machine */
	const struct chase_item *items;
	size_t n;
	bool more;     /* only the first CHASE_ITEMS_MAX */
	bool invented; /* of a demonstration: all that is written of it says so */
	const struct chase_item *stopped;
	size_t n_stopped;
};

struct chase_recipient {
	const struct organisation *org;
	int64_t n, late;
	int64_t last_ms; /* 0: never chased */
};

struct chase_done { /* one that was written */
	int64_t id, at_ms, items;
	const struct organisation *recipient;
	struct str by;
};

/* Who has something of ours. */
enum rc chase_recipients(struct app *app, const struct viewer *v, struct arena *a, const struct chase_recipient **out,
			 size_t *n_out, struct err *e) NODISCARD;
enum rc chase_list(struct app *app, const struct viewer *v, struct arena *a, const struct chase_done **out,
		   size_t *n_out, struct err *e) NODISCARD;
/* What a chase of this recipient would hold now. */
enum rc chase_draft(struct app *app, const struct viewer *v, const struct organisation *recipient, struct arena *a,
		    struct chase *out, struct err *e) NODISCARD;
/* Writes it. RC_BAD_INPUT if there is nothing to ask for. Twice on one day with the
 * same content is one chase. */
enum rc chase_write(struct app *app, const struct viewer *v, const struct organisation *recipient, struct arena *a,
		    int64_t *id_out, struct err *e) NODISCARD;
/* Keeps as sent what was drafted and handed over already. RC_CONFLICT, and nothing is kept, if what is
 * with the recipient is no longer what `sent` says. */
enum rc chase_keep(struct app *app, const struct viewer *v, const struct chase *sent, struct arena *a, int64_t *id_out,
		   struct err *e) NODISCARD;
/* Of everyone who has something: how many were written (or stood already). */
enum rc chase_write_all(struct app *app, const struct viewer *v, struct arena *a, size_t *n_out,
			struct err *e) NODISCARD;
/* One that was written, for those of the organisation that wrote it; `how` ("looked", "downloaded") is audited. */
enum rc chase_see(struct app *app, const struct viewer *v, int64_t id, const char *how, struct arena *a,
		  struct chase *out, struct err *e) NODISCARD;

/* "a second reminder"; empty for the first time. */
struct str chase_nth_words(int nth, struct arena *a);
/* "3 working days late", "in 4 working days"; empty if it has no due day. */
struct str chase_late_words(const struct chase_item *i, struct arena *a);

#endif
