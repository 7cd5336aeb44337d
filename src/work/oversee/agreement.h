/*
 * agreement.h - what was agreed with an organisation: for what purpose, who the
 * controllers are, which kinds of data are shared, of whose children, from when until when.
 *
 * An agreement is a row of statements that are added and never changed; the newest one
 * says how it stands, the others how it stood. An organisation with which there is an
 * agreement sees nothing before the first day and after the last day of all of them.
 * One with which there is none goes on as its circle says, unless the region's file says
 * `agreements-required: yes`; health teams, which keep the record, are let through then.
 *
 * An agreement covers all children of the organisation's circle, or those of the councils that
 * it names. The kinds of data that are named act from the day that the region's file gives
 * (`agreements-enforced-from`): what no agreement in force shares is withheld
 * (work/core/shared.h). Before that day agreement_effects says what will be.
 */
#ifndef LINNET_WORK_OVERSEE_AGREEMENT_H
#define LINNET_WORK_OVERSEE_AGREEMENT_H

#include "work/viewer.h"

enum { AGREEMENT_KINDS_MAX = 20, AGREEMENT_TEXT_MAX = 2000 };

struct agreement_kind {
	struct str id, title;
};
/* Kinds of data that can be named (data/agreements.yaml), into out[AGREEMENT_KINDS_MAX]. */
size_t agreement_kinds(struct agreement_kind *out);

enum agreement_state { AGREEMENT_TO_COME = 1, AGREEMENT_IN_FORCE, AGREEMENT_OVER };
struct agreement {
	int64_t id, org, at_ms;
	day_t from, to; /* both days are in it */
	struct str purpose, controllers, shares, why, by_name;
	struct str councils; /* codes, separated by blanks: their children; empty: every child */
	enum agreement_state state;
};
/* Whoever has ACT_AGREE and works for a health team of the region, which keeps the record; the operator. Of a
 * region's teams each writes about the councils that it serves, and about no other team's. */
bool agreement_may_write(const struct app *app, const struct viewer *v);
/* RC_REFUSED, with whom to ask, to anybody else. */
enum rc agreement_require_writer(const struct app *app, const struct viewer *v, struct err *e) NODISCARD;
/* As they stand today: of one's own organisation, or of all for whoever may write them down; those of one stand
 * together. */
enum rc agreement_list(struct app *app, const struct viewer *v, struct arena *a, const struct agreement **out,
		       size_t *n_out, struct err *e) NODISCARD;
/* All statements of one, the oldest first. RC_NOT_FOUND if there is none that one may see. */
enum rc agreement_history(struct app *app, const struct viewer *v, int64_t id, struct arena *a,
			  const struct agreement **out, size_t *n_out, struct err *e) NODISCARD;

struct agreement_form { /* as typed */
	int64_t id;	/* 0: a new one */
	struct str org; /* code */
	struct str from, to, purpose, controllers, shares, why;
	struct str councils; /* codes of councils, separated by blanks; p NULL: every child */
};
/* Adds a statement. RC_REFUSED to whoever may not write it; RC_BAD_INPUT: `*field_out` names the field that is wrong.
 */
enum rc agreement_say(struct app *app, const struct viewer *v, const struct agreement_form *f, int64_t *id_out,
		      const char **field_out, struct err *e) NODISCARD;

/* "Essex, Thurrock" of codes. */
struct str council_names(struct app *app, struct str codes, struct arena *a);

/* On one organisation that has people here, or agreements; one more for each group of councils of whose children less
 * is withheld than of others. */
struct agreement_effect {
	const struct organisation *org;
	int64_t people, children; /* accounts in force; children of its circle today, at most EFFECT_CHILDREN_MAX + 1 */
	struct str councils;	  /* codes: of their children; empty: of all others */
	bool others;		  /* of all but those of the rows below it */
	uint32_t withheld;	  /* kinds of data (bits) that no agreement in force shares with it */
	struct str words;	  /* the same in words */
	bool nothing;		  /* it has agreements and none is in force: it sees nothing, enforced or not */
};
enum { EFFECT_CHILDREN_MAX = 500 };
struct agreement_effects {
	day_t from; /* the day from which kinds of data act; DAY_NONE: none is set */
	bool enforced;
	const struct agreement_effect *rows;
	size_t n;
};
/* What is withheld today, or would be if agreements were enforced today. For those who write agreements down. */
enum rc agreement_effects(struct app *app, const struct viewer *v, struct arena *a, struct agreement_effects *out,
			  struct err *e) NODISCARD;

/* Why an organisation sees nothing today, in words; empty: nothing bars it. Decided where a
 * session is found: `agreements` and `in_force` are not 0 if it has any, and any today. The same
 * holds for who has no session: a one-use link (circle_holds), a chase (chase_owed, chase_items) and a hand-back. */
struct str agreement_bars(const struct app *app, int64_t org, int64_t agreements, int64_t in_force);

#endif
