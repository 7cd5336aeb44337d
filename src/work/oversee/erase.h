/*
 * erase.h - lawful erasure: one person asks, with a ground of the law, another decides.
 *
 * Who may ask: whoever sees the entry and may ask; for a whole record also whoever decides for
 * the organisation that keeps it. Who decides: an information governance lead of the
 * council whose record it is, or of the team that serves it, or the operator of the machine;
 * never the one who asked. What stays is a tombstone (table erasure): that something was
 * erased, when, by whom, on which ground. It is not undone, and a backup that is restored
 * later is put right by it before anybody reads (erased.h).
 */
#ifndef LINNET_WORK_OVERSEE_ERASE_H
#define LINNET_WORK_OVERSEE_ERASE_H

#include "work/oversee/retention.h"

enum { ERASURES_SHOWN = 200 };

struct erase_ask {
	int64_t person, event;	/* event 0: the whole record */
	struct str ground, why; /* why: a reference of the request, no content */
};
/* What is asked for, in words, for the form and for who decides. */
struct erase_about {
	int64_t person, event;
	struct str record;	  /* "E10000012/E-104" */
	struct str given, family; /* empty: not for this viewer */
	struct str words;	  /* of the entry; empty: the whole record, or not for this viewer */
	struct str hold;	  /* a hold stands in the way; empty: none */
	int64_t entries;	  /* of the whole record */
	bool opens;		  /* in their circle: the child's page is there for them */
};
/* RC_NOT_FOUND as of an entry or a record that is not there. */
enum rc erase_about_see(struct app *app, const struct viewer *v, int64_t person, int64_t event, struct arena *a,
			struct erase_about *out, struct err *e) NODISCARD;
/* RC_BAD_INPUT with *field_out "ground" or "why"; RC_CONFLICT: held, or asked for already. */
enum rc erase_ask(struct app *app, const struct viewer *v, const struct erase_ask *ask, int64_t *id_out,
		  const char **field_out, struct err *e) NODISCARD;

enum erasure_state { ERASURE_ASKED = 1, ERASURE_REFUSED, ERASURE_DONE };
struct erasure {
	int64_t id, person, event, asked_ms, decided_ms, again_ms, lifted_ms, entries;
	enum erasure_state state;
	struct str record; /* "E10000012/E-104"; empty once it is erased */
	struct str ground, why, asked_by, asked_org, decided_by, decided_org, decided_why;
	bool may_decide, own; /* own: this viewer asked */
};
/* Those that the viewer's organisation asked for, decided, or has to decide; the newest first. Of a record that an
 * adoption has closed: for the operator alone, here and below. */
enum rc erasure_list(struct app *app, const struct viewer *v, struct arena *a, const struct erasure **out,
		     size_t *n_out, struct err *e) NODISCARD;
enum rc erasure_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct erasure *out,
		    struct err *e) NODISCARD;
/* Carries it out, or refuses. RC_REFUSED: who asked does not decide. RC_CONFLICT: decided already, or held. */
enum rc erase_decide(struct app *app, const struct viewer *v, int64_t id, bool approve, struct str why,
		     struct err *e) NODISCARD;
/* From now on a file may bring again what was erased. For the operator. */
enum rc erase_lift(struct app *app, const struct viewer *v, int64_t id, struct str why, struct err *e) NODISCARD;

#endif
