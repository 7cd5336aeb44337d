/*
 * siting_model.h - a siting problem as a text that solvers of mixed integer
 * programs read (CPLEX's LP form), and their answer read back. Inside plan/ only.
 *
 * Own methods come first; this is for rules about pairs of sites and for the gap
 * between groups, which they do not know. What a solver says is weighed again.
 */
#ifndef LINNET_PLAN_SITING_MODEL_H
#define LINNET_PLAN_SITING_MODEL_H

#include "plan/siting_inside.h"

enum { SITING_MODEL_MAX = 64 << 20 };

/* Longest ways are no linear aim; a gap is one only where everybody goes to the nearest site. */
bool siting_model_fits(const struct siting *s);
void siting_model_write(const struct siting *s, struct buf *b);
/* What CBC said of its bound (-SITE_NEVER: nothing), and whether it proved it. */
void siting_model_said(struct str answer, double *bound_out, bool *proven_out);
/* Reads which sites are open (and the bound, if it is said) from what CBC printed and wrote. */
enum rc siting_model_read(const struct siting *s, struct str answer, uint8_t *open, double *bound_out, bool *proven_out,
			  struct err *e) NODISCARD;
/* The best of the solver's plan and `have` (may be NULL), with the better of the bounds. */
enum rc siting_model_solve(const struct siting *s, const struct siting_outside *outside, struct arena *a,
			   const struct siting_plan *have, double bound, struct siting_plan *out,
			   struct err *e) NODISCARD;

#endif
