/* siting_inside.h - what the files of siting share. Inside plan/ only. */
#ifndef LINNET_PLAN_SITING_INSIDE_H
#define LINNET_PLAN_SITING_INSIDE_H

#include "plan/siting.h"

/* A number, with , or _ between thousands. RC_BAD_INPUT: it is none, or not finite. */
enum rc siting_number_read(struct str text, double *out) NODISCARD;
int siting_area_named(const struct siting *s, struct str name); /* code or name; -1: none */
int siting_site_named(const struct siting *s, struct str name);

/* The aim's value of flows; what siting_weigh calls it. */
double siting_value(const struct siting *s, const struct siting_plan *p);
/* From flow (and open): ways, uses, means of areas and groups. */
void siting_add_up(const struct siting *s, struct siting_plan *p);
/* Choices tried one by one, at most `most` of them; false: there are more. */
bool siting_try_all(const struct siting *s, int64_t most, const struct site_work *w, struct arena *a,
		    struct siting_plan *out, bool *found_out, int64_t *tried_out);

#endif
