/*
 * region.h - a region as its file of data/regions says it: which councils, who
 * serves them.
 *
 * One installation serves one region. A region of many councils has several
 * health teams, each of some councils; a council belongs to one team. The boards
 * are those of data/places/boards.csv, which knows when they end and what follows.
 */
#ifndef LINNET_RECORD_REGION_H
#define LINNET_RECORD_REGION_H

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"

enum { REGION_COUNCILS_MAX = 400, REGION_TEAMS_MAX = 100, REGION_BOARDS_MAX = 100 };

struct region_team {
	struct str team; /* code of data/organisations.csv */
	const struct str *councils;
	size_t n;
};
struct region_provider { /* who helps invented children of councils in these boards */
	struct str provider;
	const struct str *boards;
	size_t n;
};

struct region {
	struct str word, name, circle_after_days, emergency_hours;
	const struct region_team *teams;
	size_t n_teams;
	const struct str *councils; /* of all teams, in their order */
	size_t n_councils;
	const struct str *boards;
	size_t n_boards;
	const struct region_provider *providers;
	size_t n_providers;
	day_t from, until;    /* of the region; DAY_NONE: no limit is known */
	struct str successor; /* word of a region */
	/* Signing in, as texts (empty: as usual); work/app.h says what is usual. */
	struct str second_factor, idle_minutes, session_hours, invitation_days, agreements_required, agreements_from;
};

/* Reads DIR/regions/WORD.yaml; texts live in `a`. RC_BAD_INPUT: file:line:column, or
 * not a word of small letters and hyphens. */
enum rc region_read(const char *data_dir, struct str word, struct arena *a, struct region *out,
		    struct err *e) NODISCARD;
/* The team that serves a council there; NULL if the council is not of the region. */
const struct region_team *region_team_of(const struct region *r, struct str council);
/* The region's team that answers for an organisation: it is that team, or a council that it serves. Empty: none is. */
struct str region_keeper(const struct region *r, struct str organisation);

#endif
