/*
 * synth_kid.h - one invented child while its rows are written. For synth_*.c only.
 *
 * What happens in care and in health is told by synth_child.c, what the council and
 * others record beside it by synth_later.c. Each has a stream of chance of its own,
 * so that a change in one leaves the rows of the other as they are.
 */
#ifndef LINNET_EXCHANGE_TABLES_SYNTH_KID_H
#define LINNET_EXCHANGE_TABLES_SYNTH_KID_H

#include "exchange/tables/synth_child.h"

enum { STAYS_MAX = 40, CARES_MAX = 3 };

struct stay { /* a placement as it was written */
	int number;
	day_t start, stop; /* stop: DAY_NONE while it lasts */
	const char *type;
	bool emergency;	 /* and it says so */
	struct str area; /* council, by name; may be empty */
};

struct care_time {	   /* a period of care as it was written */
	day_t entry, left; /* left: DAY_NEVER or later than today while it lasts */
	bool short_breaks;
};

struct kid {
	struct synth_world *w;
	struct rand r, later;
	struct rand *from; /* whichever of the two is asked */
	const struct synth_council *council;
	struct str council_name;
	char id[32];
	day_t born, today;
	bool refuses;	 /* will not be seen any more */
	day_t last_seen; /* last assessment, DAY_NONE if none */
	bool last_by_doctor;
	int period, placement, request, appointment, assessment, plan, advice;
	day_t last_visit;
	struct stay stays[STAYS_MAX];
	size_t n_stays;
	struct care_time cares[CARES_MAX];
	size_t n_cares;
	int wrong; /* mistake to put into the row that is written, 0 none */
};

/* ---- synth_kid.c ---- */
int64_t kid_draw(struct kid *k, int64_t min, int64_t max);
bool kid_chance(struct kid *k, double p);
/* Years on that day; -1 before the birth. */
int kid_age(const struct kid *k, day_t on);
/* The same day, or the Monday after it: offices are closed at weekends. */
day_t kid_office(day_t d);
day_t kid_if_past(const struct kid *k, day_t d); /* DAY_NONE if it lies ahead */
/* A row begins with the child; with `mistakes` some rows go wrong in what follows. */
struct csv_writer *kid_begin(struct kid *k, enum synth_table t);
void kid_end(struct kid *k, struct csv_writer *w);
/* dd/mm/yyyy, as people write it; empty for DAY_NONE. */
void kid_put_minute(struct kid *k, struct csv_writer *w, day_t d, int minute);
void kid_put_day(struct kid *k, struct csv_writer *w, day_t d);
void kid_put_code(struct kid *k, struct csv_writer *w, const char *code);
void kid_put_number(struct csv_writer *w, const char *letters, int n);

/* ---- synth_later.c ---- */
/* Who was told, plans, reviews, visits, checks, leaving care, passports, EHC plans. */
void synth_later(struct kid *k);

#endif
