/*
 * seal.h - sealed entries: who sees them, and how they leave no trace for everybody else.
 *
 * An entry is sealed because its kind says so (`seal` in data/kinds.yaml), or because
 * somebody sealed it with a reason (event entry-sealed). Here, and nowhere else, a history
 * is reduced to what somebody may see: pages, clocks, findings, forms and edit tokens are
 * made of what is left, so that they say exactly what they would if the sealed entries
 * had never been written.
 *
 * Rules of use
 *  - What is made for many, or leaves the house, is made of the open history, for
 *    everybody alike: circle, kept clocks, worklists, packed histories, measures, chases,
 *    hand-backs, files, comparisons. history_read and history_range give it.
 *  - Only the page of one child, and what is recorded there, is read for a viewer
 *    (history_for): with the sealed entries that they were given sight of or wrote.
 *  - Only what writes has the whole history (child_lock, history_read_whole).
 *  - A seal covers the whole chain: the entry, what it corrected, what corrects it.
 *  - Sealing is permission, and permission is always today's: a look back at a time before
 *    the sealing shows nothing either.
 *  - What no agreement shares with the viewer's organisation is taken out here too (shared.h).
 */
#ifndef LINNET_WORK_CORE_SEAL_H
#define LINNET_WORK_CORE_SEAL_H

#include "work/core/history.h"

/* What this account was given for this child. */
struct sight {
	uint32_t seals;	   /* a bit for each of vocab.seals (words of today) */
	bool closed;	   /* may see the record although an adoption has closed it */
	int64_t emergency; /* until when, in ms; 0: none */
	uint32_t opened;   /* seals that the emergency opens while it lasts, not in `seals` */
	struct str emergency_why;
};
/* Nothing for the operator, and for whoever has no account. */
enum rc sight_read(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct arena *a,
		   struct sight *out, struct err *e) NODISCARD;

/* event.seal of a kind, by today's words. `text` names it where the words of `app` do not know it. */
uint8_t seal_of_kind(const struct app *app, uint16_t kind, struct str text);
/* Without anything sealed. The same bytes if nothing is. */
struct history history_open(struct app *app, const struct history *h, struct arena *a);
/* With what this viewer sees of the sealed, without what is withheld from them; NULL: the open history. What an
 * emergency opens is in it only for the viewer whom child_check made (emergency_ms): the pages of one child. Forms and
 * everything that writes ask for the viewer who signed in, and have never heard of it. */
enum rc history_for(struct app *app, struct db *db, const struct viewer *v, const struct history *h, struct arena *a,
		    struct history *out, struct err *e) NODISCARD;
/* Which seal is on each entry [h->n], 0 none; NULL if none is on any. */
const uint8_t *seals_on(struct app *app, const struct history *h, struct arena *a);
/* The entry that opened the clock about which this one says something ("rha.0sab3wjvc0801.1"); 0: it is about none. */
int64_t clock_opened_by(const struct app *app, const struct event *ev);

#endif
