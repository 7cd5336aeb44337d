/*
 * plans.h - which scenarios there are: those that come with the program, and those
 * that people saved; their texts, and what may be changed in them.
 *
 * A scenario is a text (plan/scenario.h). Changing numbers makes another text, which
 * says what it extends and which numbers it changes; it is what is saved, and what
 * anybody can play again with the command line. Saved ones are read by colleagues of
 * the same organisation, and deleted by whoever saved them. No child's record is
 * touched, so no circle is asked: only ACT_PLAN.
 */
#ifndef LINNET_WORK_PLAN_PLANS_H
#define LINNET_WORK_PLAN_PLANS_H

#include "plan/scenario.h"
#include "work/viewer.h"

enum {
	PLANS_MAX = 200,
	PLANS_OF_ONE = 50, /* saved by one person */
	PLAN_TEXT_MAX = 60000,
	PLAN_NAME_MAX = 120,
	PLAN_CHANGED_MAX = 10 /* numbers changed on a page */
};

struct saved_plan {
	struct str id, name, about, body; /* id: "east-midlands", or of a saved one its number as text */
	bool shipped, own;		  /* own: the viewer may delete it */
	struct str by;			  /* saved by */
	int64_t saved_ms;
	struct str hash, program; /* as it was saved */
	uint64_t seed;
};
/* Those of the program first, by name; then saved ones, newest first. */
enum rc plans_list(struct app *app, const struct viewer *v, struct arena *a, const struct saved_plan **out,
		   size_t *n_out, struct err *e) NODISCARD;
enum rc plans_get(struct app *app, const struct viewer *v, struct str id, struct arena *a, struct saved_plan *out,
		  struct err *e) NODISCARD;

/* Reads a text. RC_BAD_INPUT with mistakes in `m`; otherwise `e` says why. */
enum rc plans_read(struct app *app, const struct viewer *v, struct str body, const char *name, struct scenario **out,
		   struct mistakes *m, struct err *e) NODISCARD;

struct changed_number {
	struct str path, value;
};
/* The text of a plan with numbers changed; of none changed and no name: its own text. Name empty: made up. */
struct str plans_changed(const struct saved_plan *p, const struct changed_number *c, size_t n, struct str name,
			 struct arena *a);

/* Checks the text and keeps it. RC_BAD_INPUT: see `m`, or `e`. RC_LIMIT: too many, too long. */
enum rc plans_save(struct app *app, const struct viewer *v, struct str name, struct str body, struct mistakes *m,
		   struct arena *a, struct str *id_out, struct err *e) NODISCARD;
/* RC_NOT_FOUND: not there, or not the viewer's. */
enum rc plans_delete(struct app *app, const struct viewer *v, struct str id, struct err *e) NODISCARD;

/* What is kept in the store (saved.c). */
struct plan_finding {
	struct str id;
	struct saved_plan *list;
	size_t max, n;
};
enum rc saved_list(struct app *app, const struct viewer *v, struct arena *a, struct plan_finding *f,
		   struct err *e) NODISCARD;
enum rc saved_get(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct saved_plan *out,
		  struct err *e) NODISCARD;
enum rc saved_add(struct app *app, const struct viewer *v, const struct saved_plan *p, int64_t *id_out,
		  struct err *e) NODISCARD;
enum rc saved_delete(struct app *app, const struct viewer *v, int64_t id, struct err *e) NODISCARD;

#endif
