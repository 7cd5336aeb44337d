/*
 * site_rows.h - costs as every method of siting reads them. Inside plan/ only.
 *
 * By area: the sites that can serve it, nearest first, so that "who serves me"
 * and "which sites cost me less than u" are walks of a few steps. By site: the
 * costs of all areas, for trying a site out.
 */
#ifndef LINNET_PLAN_SITE_ROWS_H
#define LINNET_PLAN_SITE_ROWS_H

#include "plan/site.h"

struct site_rows {
	size_t n_areas, n_sites;
	size_t *from; /* [n_areas + 1] into cost and site */
	double *cost;
	uint32_t *site;
	double *by_site; /* [n_sites * n_areas] */
};

void site_rows_make(struct site_rows *r, size_t n_areas, size_t n_sites, const double *cost, struct arena *a);
/* A copy whose walks leave out the sites that are shut (SITE_MUST_CLOSE); by_site
 * is shared. Freed by site_rows_free. */
struct site_rows site_rows_without(const struct site_rows *r, const uint8_t *rule);
void site_rows_free(struct site_rows *r);

/* ---- interchange ---- */

struct site_swap {
	const struct site_rows *rows;
	const uint8_t *rule;
	uint8_t *open;		/* [n_sites] the choice; improved in place */
	double *first, *second; /* [n_areas] cost of the nearest and the next open site */
	uint32_t *nearest;	/* [n_areas] */
	double *loss, *least;	/* [n_sites] closing a site: now, and what it is before another is opened */
	uint32_t *list;		/* the open sites in their order */
	size_t n_open;
	double total;
};
void site_swap_init(struct site_swap *s, const struct site_rows *rows, const uint8_t *rule, struct arena *a);
/* Takes a choice over and adds it up. */
void site_swap_begin(struct site_swap *s, const uint8_t *open);
/* Exchanges an open for a closed site as long as that lowers the total. */
void site_swap_run(struct site_swap *s);

#endif
