/*
 * filed.h - reports as they were filed, beside what is known today.
 *
 * A filed report keeps its bytes, the instant as of which it was known, and what
 * it was made by. Running it again as known then gives the same bytes, as long as
 * the same children may be counted under the same definitions; if not, that is said.
 * Beside it stands the same report for the same day with what is known now, and
 * every child whose answer differs: the old answer, the new one, and what was
 * recorded about the child since.
 *
 * A filed report is read by people of the organisation that filed it, whose role
 * sees what that of the filer saw; by the operator always.
 */
#ifndef LINNET_WORK_OVERSEE_FILED_H
#define LINNET_WORK_OVERSEE_FILED_H

#include "work/oversee/measure_print.h"

enum { FILED_LIST_MAX = 200, FILED_CHANGES_MAX = 500, FILED_EVENTS_MAX = 20 };

struct filed {
	int64_t id;
	const struct measure *m; /* as it is defined now; NULL: no such measure any more */
	struct str measure;
	int edition;
	struct str by_name; /* who filed it */
	const struct organisation *org;
	enum role role;
	int64_t org_id, filed_ms, known_ms;
	day_t as_of, from, to;
	struct measure_layout layout;
	int64_t council;
	struct str rules, measures, program; /* its manifest */
	struct str hash, body;		     /* body: not in lists */
};

struct filed_event { /* recorded since */
	struct str words, from, why;
	day_t at;
	int64_t recorded_ms;
	bool correction, voids;
};

struct filed_change {
	struct measure_person child;	     /* as it is now, or was if it is counted no more */
	const struct measure_hit *was, *now; /* NULL: not counted at all */
	const struct filed_event *events;
	size_t n_events;
};

struct filed_beside {
	struct filed filed;
	bool same_bytes; /* run again as known then it gives the same */
	bool same_rules, same_measures;
	struct measure_result then, now; /* the same day, as known then and as known now */
	const struct filed_change *changes;
	size_t n_changes; /* at most FILED_CHANGES_MAX */
	int64_t changes_total;
};

/* Files what the query asks, as known now (or as the query says). One measure. */
enum rc filed_file(struct app *app, const struct viewer *v, const struct measure_query *q,
		   const struct measure_layout *l, measure_progress *p, void *arg, struct arena *a, int64_t *id_out,
		   struct err *e) NODISCARD;
/* Newest first; measure empty: of all. */
enum rc filed_list(struct app *app, const struct viewer *v, struct str measure, struct arena *a,
		   const struct filed **out, size_t *n_out, struct err *e) NODISCARD;
enum rc filed_get(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct filed *out,
		  struct err *e) NODISCARD;
/* RC_CONFLICT: the measure is not defined any more. Release what came out. */
enum rc filed_beside(struct app *app, const struct viewer *v, int64_t id, measure_progress *p, void *arg,
		     struct arena *a, struct filed_beside *out, struct err *e) NODISCARD;
void filed_beside_release(struct filed_beside *b);

#endif
