/*
 * sites.h - questions about sites for pages: which there are, numbers changed in them,
 * their answers, and the chosen plan as a scenario.
 *
 * A question is a text (plan/siting.h). Those of the program are files of data/siting;
 * what is saved is a text that extends one of them and changes numbers
 * (plan/siting_change.h), kept beside the saved scenarios. No child's record is
 * touched: only ACT_PLAN is asked.
 */
#ifndef LINNET_WORK_PLAN_SITES_H
#define LINNET_WORK_PLAN_SITES_H

#include "plan/siting_change.h"
#include "work/plan/plans.h"
#include "work/plan/runs.h"

struct site_question {
	struct saved_plan plan; /* id, name, whose */
	struct str base;	/* the file of data/siting it extends; of a shipped one: itself */
	struct siting_changed changed[SITING_CHANGES_MAX];
	size_t n;
	bool moves; /* it is about moving places: re-use */
};
/* Those of the program first, by name; then saved ones, newest first. */
enum rc sites_list(struct app *app, const struct viewer *v, struct arena *a, const struct site_question **out,
		   size_t *n_out, struct err *e) NODISCARD;
enum rc sites_get(struct app *app, const struct viewer *v, struct str id, struct arena *a, struct site_question *out,
		  struct err *e) NODISCARD;

/* The same with one number changed. False: no room for one more. */
bool sites_change(struct site_question *q, struct str path, struct str value);
/* Its text, as it is saved and as `linnet plan site` reads it. */
struct str sites_text(const struct site_question *q, struct str name, struct arena *a);
/* What a number is with the changes ("3500000", "none"), and in the file; empty: the question does not have it. */
struct str sites_value(struct app *app, const struct site_question *q, const struct siting_number *n, bool changed,
		       struct arena *a);

/* Reads the question with its changes: for run_take. `what` of it: the plan, or the frontier, which takes longer and is
 * a run of its own; of a question of re-use the moves. RC_BAD_INPUT says which number cannot be. */
enum rc sites_read(struct app *app, const struct viewer *v, const struct site_question *q, enum siting_what what,
		   struct run_sites **out, struct err *e) NODISCARD;
/* The plan of an answer as the text of a scenario. */
enum rc sites_scenario(struct app *app, const struct siting_answer *x, struct arena *a, struct str *out,
		       struct err *e) NODISCARD;
enum rc sites_save(struct app *app, const struct viewer *v, struct str name, const struct site_question *q,
		   struct arena *a, struct str *id_out, struct err *e) NODISCARD;

/* Is this saved text a question about sites? */
bool sites_is_question(struct str body);

#endif
