/*
 * doctor.h - what is wrong with an installation, and what to do: for `linnet doctor` and for
 * the page of the self-audit.
 */
#ifndef LINNET_WORK_ADMIN_DOCTOR_H
#define LINNET_WORK_ADMIN_DOCTOR_H

#include "work/viewer.h"

enum health { HEALTH_GOOD = 0, HEALTH_NOTE, HEALTH_BAD };
struct symptom {
	enum health health;
	struct str what, words, remedy;
};
/* The operator's: looks through the whole file of the store. */
enum rc keep_doctor(struct app *app, struct arena *a, const struct symptom **out, size_t *n_out,
		    struct err *e) NODISCARD;
/* For the administrators of a health team (ACT_LOAD): the same but the file of the store, what is bad first. */
enum rc self_audit(struct app *app, const struct viewer *v, struct arena *a, const struct symptom **out, size_t *n_out,
		   struct err *e) NODISCARD;

#endif
