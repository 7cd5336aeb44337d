/*
 * site_search.h - what the search for sizes knows. Inside plan/ only.
 *
 * site_sizes.c has bounds and the search, site_moves.c the choices: made from
 * what a bound picked, and improved; site_fits.c those that room and
 * money allow; site_money.c what a budget rules out.
 */
#ifndef LINNET_PLAN_SITE_SEARCH_H
#define LINNET_PLAN_SITE_SEARCH_H

#include "plan/site.h"

/* What an area pays for a unit; what a unit of capacity and of money is worth. */
struct prices {
	double *area;
	double room, money;
};

struct draw_pair {
	double cost;
	uint32_t area;
};

struct site_search {
	const struct site_sizes *p;
	size_t n, m, k;	   /* areas, sites, options: 0 closed, then the sizes */
	bool counted;	   /* how many are open matters */
	double demand;	   /* of all */
	double least_ways; /* everybody by their cheapest way */
	double *by_site;   /* [m * n] */
	struct prices price, pull;
	double base;	 /* of the bound, without sites */
	double *value;	 /* [m * k] what an option takes off the bound, or adds */
	double *share;	 /* [m * k] how often it was picked lately */
	uint8_t *picked; /* [m] option */
	uint8_t *least;	 /* [m] best of the open options; 0: none */
	double *served;	 /* [n] part of its demand that the picked would serve */
	struct draw_pair *list;
	uint16_t *keenest, *spare_order; /* [m * n], [n] areas as they stood last time, those who gained most first */
	size_t n_asking;		 /* areas with any demand */
	bool whole;			 /* values of sites that are closed are wanted too */
	uint32_t *order[2];		 /* [m] free sites, of those to keep and the others, the most useful first */
	double worth_open, worth_kept;	 /* prices of the two rules about numbers, for settling */
	double floor;			 /* the bound with these prices */
	double *capacity;		 /* [m] of a choice */
	uint64_t tried[1024];
	uint8_t *best; /* [m] options */
	double best_cost;
	int64_t nodes, steps, nodes_max, fits;
	const struct site_work *work;
	bool stopped;
};

static inline double site_room_of(const struct site_search *s, size_t j, size_t option)
{
	return option ? s->p->capacity[j * s->p->n_sizes + option - 1] : 0;
}

static inline double site_price_of(const struct site_search *s, size_t j, size_t option)
{
	return option ? s->p->price[j * s->p->n_sizes + option - 1] : 0;
}

/* No choice whose cost is at least this bound is worth looking for. */
bool site_closed(const struct site_search *s, double bound);
/* Asks the caller whether to go on. */
bool site_go_on(struct site_search *s);

/* Strikes out options that leave too little money for room for everybody; false: nothing is left. */
bool site_afford(const struct site_search *s, uint16_t *may);

/* A choice made of `from`: given room, brought back within the budget, weighed. */
void site_try(struct site_search *s, const uint8_t *from, const uint16_t *may);
/* Choices that have room and keep the budget, best by the bound; `value`, `base` and `price` must be of one step.
 * Returns a bound: none of those that fit costs less (or less than the best so far). -SITE_NEVER: not all were seen. */
double site_fit(struct site_search *s, const uint16_t *may, int64_t steps);
/* The least money that has room for all: where a budget is tight, a choice to begin with. */
void site_cheapest(struct site_search *s, const uint16_t *may);
/* Weighs one choice; true if it is the best so far. */
bool site_take(struct site_search *s, const uint8_t *choice);
/* Changes of one or two sites, most promising by the bound first, while they help;
 * at most `moves` of them are weighed. `value` and `base` must be those of the best prices. */
void site_improve(struct site_search *s, const uint16_t *may, int64_t moves, size_t moves_max);

#endif
