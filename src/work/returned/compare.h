/*
 * compare.h - where a yearly return and the record do not say the same, child by child.
 *
 * Compared is what the record has from first hand (the team's own tables, pages,
 * accepted lists), never what an earlier return told. What the record cannot know
 * (a table that nobody sends) is no difference. Pure: one child at a time.
 */
#ifndef LINNET_WORK_RETURNED_COMPARE_H
#define LINNET_WORK_RETURNED_COMPARE_H

#include "exchange/ssda903/drafts.h"
#include "work/core/history.h"

struct difference {
	int64_t person;	       /* 0: not in the record */
	struct str ref;	       /* the council's number for the child */
	struct str what;       /* one of the words below */
	struct str told, ours; /* what each says, in words */
};

enum { DIFFERENCES_A_CHILD_MAX = 60 };

struct comparing {
	struct app *app;
	const struct return_frame *f;
	const struct vocab *v;
	day_t first, last; /* of the year */
	struct return_life *life;
	struct str alike; /* of a child that is not in the record: the number as another writes it but for capitals */
	int64_t alike_person;
	struct arena *a;
	struct difference *out; /* [DIFFERENCES_A_CHILD_MAX] */
	size_t n;
};
void comparing_init(struct comparing *c, struct app *app, const struct return_frame *f, struct arena *a);
void comparing_release(struct comparing *c);
/* Fills c->out for one child; `child` SIZE_MAX: not in the return; `h` NULL: not in the record. */
void compare_child(struct comparing *c, size_t child, const struct history *h);

/* What a word of `what` is called: "Start of the period of care". */
struct str difference_title(struct str what);

#endif
