/*
 * emergency.h - emergency access ("breaking the glass"): one child, outside the circle or
 * behind a seal, for some hours, with a reason, and never unseen.
 *
 * Who asks names one child exactly: NHS number or council number, and the day of birth.
 * A child that is not found, and a record that an adoption has closed, are answered with
 * the same words. Access begins at once and ends by itself after the hours that the region
 * has set (`emergency-hours` of its file). With it one reads the page of this child and why
 * its dates are so, also what is sealed under a seal that emergencies open (data/kinds.yaml),
 * never an address. It opens no list, no search, no file and no form.
 *
 * The notice is there in the same transaction, for the information governance leads of
 * every organisation in the child's circle, and of those that keep the record (keeper.h): a
 * child that left care is in nobody's circle. Somebody else than who looked reviews it. The
 * leads of who looked see that it was done, and not to whom.
 */
#ifndef LINNET_WORK_SEE_EMERGENCY_H
#define LINNET_WORK_SEE_EMERGENCY_H

#include "work/see/child.h"

/* Hours that it lasts here. */
int emergency_hours(const struct app *app);

struct emergency_ask {
	struct str child; /* NHS number, or "E10000012/E-104" */
	struct str born;  /* as typed */
	struct str category, why;
};
/* Categories: code list emergency-reason of data/kinds.yaml. RC_BAD_INPUT with *field_out
 * ("child", "born", "category", "why"); RC_NOT_FOUND if there is no such child. */
enum rc emergency_begin(struct app *app, const struct viewer *v, const struct emergency_ask *ask, int64_t *person_out,
			int64_t *until_out, const char **field_out, struct err *e) NODISCARD;

struct emergency_open {
	int64_t person, from_ms, until_ms;
	struct str category, why; /* no name: reading it is a look at the child's page */
};
/* The viewer's own that still lasts, the newest first: the way back to the child. */
enum rc emergency_mine(struct app *app, const struct viewer *v, struct arena *a, const struct emergency_open **out,
		       size_t *n_out, struct err *e) NODISCARD;

struct emergency_notice {
	int64_t person, id;
	struct str given, family, who, org, category, why;
	int64_t from_ms, until_ms;
	bool lasts; /* still */
	int64_t reviewed_ms;
	struct str reviewed_by, outcome, review; /* outcome: words */
	bool may_review;
	bool theirs; /* a child of theirs; else one of their own people opened another's: no name, no words, person 0 */
	bool opens;  /* in their circle: they can see who has looked */
};
/* Of children in the circle of the viewer's organisation or whose record it keeps, and by its own people; the newest
 * 200. */
enum rc emergency_notices(struct app *app, const struct viewer *v, struct arena *a, const struct emergency_notice **out,
			  size_t *n_out, struct err *e) NODISCARD;
/* How many wait for this viewer: names nobody, so that it is no look. */
enum rc emergency_waiting(struct app *app, const struct viewer *v, struct arena *a, size_t *n_out,
			  struct err *e) NODISCARD;
struct db; /* store.h */
/* Is there anybody who is told of an emergency access by this viewer to this child? Inside a unit. */
enum rc emergency_told(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct arena *a,
		       bool *out, struct err *e) NODISCARD;
/* `outcome`: code list emergency-outcome. Ends the access at once if it was not justified. */
enum rc emergency_review(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct str outcome,
			 struct str words, struct err *e) NODISCARD;

#endif
