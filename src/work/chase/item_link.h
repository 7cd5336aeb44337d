/*
 * item_link.h - a link for one child, one thing and one address, used once.
 *
 * A nurse or administrator of a health team makes it from a clock; somebody at the
 * council opens it without an account, sees what is asked, why and by when, and
 * records that one thing, or says why not.
 *
 * Rules
 *  - The link's secret is 32 random bytes; the store keeps its hash. It ends by
 *    use, after some days, when it is taken back or made anew, when it was opened or
 *    tried too often (data/chase.yaml), and as soon as the thing is no longer asked
 *    of that council: recorded meanwhile, entered in error, another council's child.
 *  - Only kinds that a council's own role records, and none of mental-health care.
 *  - Opening uses nothing up: programs that look through mail open links.
 *  - An answer, its event and the use are one transaction.
 *  - What cannot be used says so in the same words whatever the reason: RC_NOT_FOUND.
 */
#ifndef LINNET_WORK_CHASE_ITEM_LINK_H
#define LINNET_WORK_CHASE_ITEM_LINK_H

#include "standard/asks.h"
#include "work/chase/asked.h"
#include "work/record/record.h"

enum { LINK_TOKEN_MAX = 80, LINKS_SHOWN = 200, LINK_REASON_MAX = 300 };

/* ---- for those who ask ---- */

struct item_ask {     /* one missing thing */
	size_t index; /* of the standard's asks */
	const struct kind *kind;
	struct str words, code, code2;
	bool may_record; /* this viewer may record it */
	bool may_link;	 /* a link may be made for it */
};

struct item_page { /* one clock that is somebody else's turn */
	struct child_head head;
	const struct standard_info *standard;
	struct child_clock clock;
	struct str exact;		      /* the clock's name for good */
	const struct organisation *recipient; /* NULL: nobody who is asked */
	struct str number, initials;	      /* as the recipient is told */
	const struct item_ask *asks;
	size_t n_asks;
	struct asked asked;
	struct str domains; /* "essex.gov.uk": where a link may go; empty: nowhere */
};
enum rc item_see(struct app *app, const struct viewer *v, int64_t person, struct str clock_id, struct arena *a,
		 struct item_page *out, struct err *e) NODISCARD;

struct link_made {
	int64_t id, expires_ms;
	char token[LINK_TOKEN_MAX]; /* never to be had again */
};
/* RC_BAD_INPUT: the address; RC_REFUSED: not by this role, or nothing that may be asked
 * so; RC_LIMIT: too many today; RC_NOT_FOUND: no such child or clock. */
enum rc item_link_make(struct app *app, const struct viewer *v, int64_t person, struct str clock_id, size_t ask,
		       struct str address, struct arena *a, struct link_made *out, struct err *e) NODISCARD;
enum rc item_link_take_back(struct app *app, const struct viewer *v, int64_t person, int64_t id,
			    struct err *e) NODISCARD;
/* Chasing goes on in spite of an answer. */
enum rc item_link_go_on(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct err *e) NODISCARD;

struct link_row {
	int64_t person, id;
	struct str given, family, clock, what, address, by, answer;
	const struct organisation *recipient;
	int64_t minted_ms, expires_ms, opened_ms, answered_ms, opens; /* 0: not */
};
/* Of the viewer's organisation, newest first: open ones, or those answered in the last 14 days. */
enum rc item_links(struct app *app, const struct viewer *v, bool open, struct arena *a, const struct link_row **out,
		   size_t *n_out, struct err *e) NODISCARD;

/* ---- for whoever holds the link: no viewer, only the token ---- */

struct link_page {
	const struct organisation *from, *recipient;
	struct str by;		     /* who asks */
	struct str number, initials; /* of the child */
	struct str title, ask;	     /* "Initial health assessment"; "Send consent" */
	struct str rule, source;     /* why */
	day_t since, due;	     /* DAY_NONE: none */
	int64_t expires_ms;
	const struct kind *kind;
	struct draft draft;		       /* what is fixed already, and what was typed */
	const struct code_entry *const *codes; /* to choose from; none: fixed or not asked for */
	const struct code_entry *const *codes2;
	size_t n_codes, n_codes2;
	const struct draft_problem *problems; /* of item_link_check */
	size_t n_problems;
	struct str words;	   /* of item_link_check without problems: what will be recorded, in one line */
	struct str detail;	   /* its other answers; empty: none */
	char form[LINK_TOKEN_MAX]; /* token of the form; compared by item_link_form_ok */
};
struct link_form { /* as typed */
	struct str at, code, code2, value, end;
};
enum rc item_link_open(struct app *app, struct str token, struct arena *a, struct link_page *out,
		       struct err *e) NODISCARD;
bool item_link_form_ok(struct str token, struct str form);
/* Looks at what was typed; writes nothing but that a form was sent. */
enum rc item_link_check(struct app *app, struct str token, const struct link_form *f, struct arena *a,
			struct link_page *out, struct err *e) NODISCARD;
/* Records it and uses the link up. RC_BAD_INPUT if it has problems: item_link_check lists them. */
enum rc item_link_answer(struct app *app, struct str token, const struct link_form *f, struct err *e) NODISCARD;
enum decline { DECLINE_CANNOT = 1, DECLINE_NOT_MINE, DECLINE_SENT };
/* "cannot", "not-mine", "sent"; 0 if it is none. */
enum decline decline_of(struct str id);
/* Answers without an entry, and uses the link up. RC_BAD_INPUT without a reason. */
enum rc item_link_decline(struct app *app, struct str token, enum decline how, struct str reason,
			  struct err *e) NODISCARD;

/* Shared with chase.c. */
struct str initials_of(struct str given, struct str family, struct arena *a);
struct str number_for(const struct app *app, int64_t recipient, int64_t council, struct str ref, struct arena *a);
struct str answer_words(struct str answer, struct str reason, struct arena *a);

/* Deletes links that ended longer ago than `kept-days` of data/chase.yaml, and says on the record how
 * many. What was recorded by them stays; so does an answer that stops chasing. Asked for by the
 * keeper of `linnet serve`. */
enum rc item_links_sweep(struct app *app, int64_t *gone_out, struct err *e) NODISCARD;

#endif
