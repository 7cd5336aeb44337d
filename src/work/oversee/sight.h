/*
 * sight.h - who was given sight of what others do not see.
 *
 * A grant is one person, one child, one seal (data/kinds.yaml), from now until a day, with a
 * reason and who gave it. It ends by its day, by hand, with the account, or when the person
 * leaves the organisation for which it was given. Information governance leads give it for
 * children of their circle. The page offers every seal for every child: that somebody could
 * be given sight of an address does not say that there is one.
 *
 * A record that an adoption has closed is in nobody's circle: sight of it is given with
 * `linnet access`, by the council's own number, on the machine that holds the store.
 */
#ifndef LINNET_WORK_OVERSEE_SIGHT_H
#define LINNET_WORK_OVERSEE_SIGHT_H

#include "work/see/child.h"

struct sight_grant {
	int64_t id;
	struct str who, org, seal, why, by; /* seal: words; emergency access: its words too */
	int64_t from_ms, until_ms;
	bool live, emergency;
};
enum rc sight_list(struct app *app, const struct viewer *v, int64_t person, struct arena *a,
		   const struct sight_grant **out, size_t *n_out, struct err *e) NODISCARD;

struct sight_give {
	int64_t person;
	struct str login, seal, until,
	    why; /* seal: id of data/kinds.yaml, or "closed"; until: the last day, as typed */
};
/* RC_BAD_INPUT with *field_out: "login", "seal", "until", "why". */
enum rc sight_give(struct app *app, const struct viewer *v, const struct sight_give *g, const char **field_out,
		   struct err *e) NODISCARD;
enum rc sight_end(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct err *e) NODISCARD;
/* The record with this number, also if it is closed; for the operator only. RC_NOT_FOUND. */
enum rc sight_record(struct app *app, const struct viewer *v, struct str council_and_ref, int64_t *person_out,
		     struct err *e) NODISCARD;

#endif
