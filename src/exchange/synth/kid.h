/*
 * kid.h - one invented child while it lives and its rows are written. For this room only.
 *
 * child.c tells care, placements and health; later.c what the council and others
 * record beside it; help.c mental-health help. Each has a stream of chance of its
 * own, so that a change in one leaves the rows of the others as they are. What was
 * told stays in `struct kid`, for the other forms (form.h) and for the report.
 */
#ifndef LINNET_EXCHANGE_SYNTH_KID_H
#define LINNET_EXCHANGE_SYNTH_KID_H

#include "base/text.h"
#include "codec/csv.h"
#include "exchange/synth/world.h"

enum synth_table {
	SYNTH_CHILDREN,
	SYNTH_PERIODS,
	SYNTH_PLACEMENTS,
	SYNTH_NOTIFICATIONS,
	SYNTH_REQUESTS,
	SYNTH_APPOINTMENTS,
	SYNTH_ASSESSMENTS,
	SYNTH_SDQ,
	SYNTH_REFERRALS,
	SYNTH_CONTACTS,
	SYNTH_REFERRAL_STEPS,
	SYNTH_BED_STAYS,
	SYNTH_PLACEMENT_TOLD,
	SYNTH_PLACEMENT_STEPS,
	SYNTH_REVIEWS,
	SYNTH_VISITS,
	SYNTH_CHECKS,
	SYNTH_SDQ_REASONS,
	SYNTH_LEAVING_CARE,
	SYNTH_PASSPORTS,
	SYNTH_EHC,
	SYNTH_EHC_ADVICE,
	SYNTH_TABLES
};

/* How far back each of the tables that councils keep goes. */
enum {
	SYNTH_TOLD_DAYS = 56,
	SYNTH_STEPS_DAYS = 365,
	SYNTH_VISITS_DAYS = 365,
	SYNTH_LEAVING_DAYS = 730,
	SYNTH_HISTORY_DAYS = 1826,
};
day_t synth_checks_from(day_t today); /* 1 April of the year before the one that is running */

struct synth_tally {			  /* of one council of the region */
	int64_t f[F__COUNT], h[H__COUNT]; /* children counted so; H_SDQ_MEAN: sum of scores */
	int64_t sdq_squares;
	int64_t school_age, plans, plans_made, plans_in_time, referred, helped_soon;
};

struct synth_out { /* of one thread: rows of some children, and what was counted */
	struct buf b[SYNTH_TABLES];
	struct csv_writer w[SYNTH_TABLES];
	struct synth_counts counts;
	struct synth_tally *tallies; /* by place in `ours` */
};

enum synth_role { SYNTH_IN_CARE, SYNTH_LEFT_CARE, SYNTH_SHORT_BREAKS, SYNTH_PLACED_HERE };

struct synth_task {		/* which child */
	uint64_t index, leader; /* leader: the eldest of its siblings in care; itself if none */
	enum synth_role role;
	size_t council, here; /* of synth_world; here: where it lives, if placed by others */
	size_t tally;	      /* place in `ours` */
};

enum { STAYS_MAX = 40, CARES_MAX = 3, LEGAL_MAX = 12, SEEN_MAX = 40, REVIEWS_MAX = 80, SCORES_MAX = 12, PLANS_MAX = 2 };

struct stay { /* a placement */
	int number, period;
	day_t start, stop;	/* stop: DAY_NONE while it lasts */
	const char *type, *why; /* why: of its end; empty while it lasts */
	bool emergency, said;	/* said: the table tells whether it was one */
	size_t area;		/* council; SIZE_MAX: nobody told */
	enum where_kind where;
	enum place_kind kind;
	const struct place_spot *spot;
	uint8_t provider; /* column of the published providers */
};

struct care_time { /* a period of care */
	int number;
	day_t entry, left; /* left: DAY_NEVER or later than today while it lasts */
	bool short_breaks;
	const char *why; /* of its end */
};

struct legal_change {
	int period;
	day_t from;
	const char *code;
};
struct seen { /* a health assessment */
	day_t on, back;
	bool initial, doctor;
};
struct review { /* of the care plan */
	day_t on;
	const char *how;
};
struct score {
	day_t on;
	int value;
};

struct kid {
	const struct synth_world *w;
	const struct synth_task *task;
	struct synth_out *out;
	struct rand r, later;
	struct rand *from; /* whichever of the two is asked */
	const struct synth_council *council;
	struct persona persona;
	struct str council_name;
	char id[32], given[64], family[96], nhs[11]; /* nhs: empty if not traced */
	const char *sex, *language;
	day_t born, died, today;
	const struct place_spot *home; /* NULL: not known */
	size_t now_area;	       /* where it lives now, drawn with home so that the distance is right */
	const struct place_spot *now_spot;
	uint8_t need, ethnic;
	day_t told_late; /* with `first`: the first delivery has this entry so many days later; 0 mostly */
	bool refuses;	 /* will not be seen any more */
	day_t last_seen; /* last assessment, DAY_NONE if none */
	bool last_by_doctor;
	int request, appointment, plan, advice;
	day_t last_visit, plan_asked, plan_made;
	bool has_plan;
	struct stay stays[STAYS_MAX];
	struct care_time cares[CARES_MAX];
	struct legal_change legal[LEGAL_MAX];
	struct seen seen[SEEN_MAX];
	struct review reviews[REVIEWS_MAX];
	struct score scores[SCORES_MAX];
	size_t n_stays, n_cares, n_legal, n_seen, n_reviews, n_scores;
	bool checked[2][3];	   /* in the last whole year and the running one: dental, immunisations, development */
	int referred, helped_soon; /* four weeks ago or longer; helped within them */
	int wrong;		   /* mistake to put into the row that is written, 0 none */
};

/* ---- kid.c ---- */
int64_t kid_draw(struct kid *k, int64_t min, int64_t max);
bool kid_chance(struct kid *k, double p);
/* Years on that day; -1 before the birth. */
int kid_age(const struct kid *k, day_t on);
/* The same day, or the Monday after it: offices are closed at weekends. */
day_t kid_office(day_t d);
day_t kid_if_past(const struct kid *k, day_t d); /* DAY_NONE if it lies ahead */
/* 31 March that ends the year of the return in which the day lies. */
day_t kid_year_end(day_t d);
/* In care without a break for the twelve months to this 31 March, short breaks apart. */
bool kid_whole_year(const struct kid *k, day_t year_end);
/* Whether the council has this done for the child in that year: the published share of all
 * children say yes. The same answer every time. */
bool kid_year_met(const struct kid *k, day_t year_end, enum health_figure what, enum health_figure base);
/* A row begins with the child; with `mistakes` some rows go wrong in what follows. */
struct csv_writer *kid_begin(struct kid *k, enum synth_table t);
void kid_end(struct kid *k, struct csv_writer *w);
/* dd/mm/yyyy, as people write it; empty for DAY_NONE. */
void kid_put_minute(struct kid *k, struct csv_writer *w, day_t d, int minute);
void kid_put_day(struct kid *k, struct csv_writer *w, day_t d);
void kid_put_code(struct kid *k, struct csv_writer *w, const char *code);
void kid_put_number(struct csv_writer *w, const char *letters, int n);
/* The placement or legal status on a day; NULL if none. */
const struct stay *kid_stay_on(const struct kid *k, day_t on);
const char *kid_legal_on(const struct kid *k, day_t on);
const struct care_time *kid_care_on(const struct kid *k, day_t on);

/* ---- child.c ---- */
/* Invents the child and writes its rows. */
void synth_child(const struct synth_world *w, const struct synth_task *t, struct synth_out *out, struct kid *k);

/* ---- later.c ---- */
/* Who was told, plans, reviews, visits, checks, scores, leaving care, passports, EHC plans. */
void synth_later(struct kid *k);

/* ---- help.c ---- */
/* Writes the mental-health help of the child: for most there is none. */
void synth_help(struct kid *k);

/* ---- tally.c ---- */
void synth_tally_child(const struct kid *k, struct synth_tally *t);
void synth_tally_add(struct synth_tally *t, const struct synth_tally *more);
/* What was drawn beside what is published, a row for each council and measure. */
size_t synth_drawn(const struct synth_world *w, const struct synth_tally *tallies, struct arena *a,
		   const struct drawn **out);

/* ---- names.c ---- */
const char *synth_given_name(struct rand *r);
void synth_family_name(struct rand *r, char *out, size_t n);
const char *synth_language(struct rand *r);

#endif
