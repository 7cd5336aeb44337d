/*
 * retention.h - how long records are kept (data/retention.yaml), what is due for disposal, and
 * what holds it up.
 *
 * A record is due when the longest of the rules in force that apply to it has ended. Nothing
 * follows from that by itself: the list is for a person, who asks for the erasure of one
 * record after the other (erase.h), and somebody else decides. A hold stops both.
 */
#ifndef LINNET_WORK_OVERSEE_RETENTION_H
#define LINNET_WORK_OVERSEE_RETENTION_H

#include "work/viewer.h"

enum { RETENTION_RULES_MAX = 50, RETENTION_DUE_MAX = 200 };

enum retention_from { RETENTION_BIRTH = 1, RETENTION_DEATH, RETENTION_LAST_ENTRY };
enum retention_who { RETENTION_EVERYBODY = 1, RETENTION_DIED_UNDER_18, RETENTION_NOT_DIED_UNDER_18 };
struct retention_rule {
	struct str id, title, source, not_checked;
	enum retention_from from;
	enum retention_who who;
	int64_t years;
	bool in_force;
};
struct retention_word { /* a kind of hold, or a ground of the law */
	struct str id, title, source;
	bool whole; /* a ground for whole records only */
};
struct retention {
	const struct retention_rule *rules;
	const struct retention_word *holds, *grounds;
	size_t n_rules, n_holds, n_grounds;
	int64_t copy_days; /* how long a file that was downloaded may be kept */
};
/* Texts in `a`. */
enum rc retention_read(struct app *app, struct arena *a, struct retention *out, struct err *e) NODISCARD;
const struct retention_word *retention_word(const struct retention_word *list, size_t n, struct str id); /* or NULL */

/* The first day on which it may be disposed of, and the rule that says so; DAY_NEVER: no rule in force applies,
 * or what it counts from is not known. */
day_t retention_due(const struct retention *r, day_t born, day_t died, day_t last,
		    const struct retention_rule **rule_out);

struct retention_item {
	int64_t person;
	struct str council, ref;
	day_t born, due;
	const struct retention_rule *rule;
	struct str hold; /* words of a standing hold; empty: none */
	int64_t asked;	 /* erasure that was asked for; 0 none */
};
/* What is due among the records that the viewer's organisation keeps, in order of id after `after`; at most
 * RETENTION_DUE_MAX. *more_out: where to go on; 0: that was all. RC_REFUSED without ACT_ERASE. */
enum rc retention_list(struct app *app, const struct viewer *v, int64_t after, struct arena *a,
		       const struct retention_item **out, size_t *n_out, int64_t *more_out, struct err *e) NODISCARD;

/* Nothing is erased while a hold stands. *field_out: "kind", "why". */
enum rc hold_put(struct app *app, const struct viewer *v, int64_t person, struct str kind, struct str why,
		 const char **field_out, struct err *e) NODISCARD;
enum rc hold_end(struct app *app, const struct viewer *v, int64_t person, struct str why, struct err *e) NODISCARD;

#endif
