/*
 * team.h - the health teams of the region. They keep its record, each for the councils that it
 * serves: what holds for one of these is said by its own people or by that team, not by another.
 */
#ifndef LINNET_WORK_CORE_TEAM_H
#define LINNET_WORK_CORE_TEAM_H

#include "work/app.h"

/* Whom somebody answers for, by the region's file. */
struct team {
	bool any;	      /* the operator: of every team */
	bool keeps;	      /* their organisation is a health team of this region, or they are the operator */
	struct str own;	      /* code of their organisation; empty: the operator */
	struct region region; /* empty: the operator */
};
enum rc team_read(const struct app *app, const struct viewer *v, struct arena *a, struct team *out,
		  struct err *e) NODISCARD;
/* May they say what holds for this organisation: is it their own, or a council that it serves? */
bool team_answers_for(const struct team *t, struct str organisation);
/* Does another team of the region answer for it? */
bool team_is_anothers(const struct team *t, struct str organisation);
/* team_read's `keeps`; no where the region cannot be read. */
bool team_keeps(const struct app *app, const struct viewer *v);

#endif
