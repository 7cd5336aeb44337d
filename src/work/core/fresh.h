/*
 * fresh.h - children that the store does not know, written many at a time.
 *
 * Whoever loads works children out ahead, on another thread, and gathers here the rows that
 * each of them means. They are written a table at a time: a statement for all rows of a table
 * costs far less than one for each child.
 */
#ifndef LINNET_WORK_CORE_FRESH_H
#define LINNET_WORK_CORE_FRESH_H

#include "work/core/project.h"

struct fresh_end { /* how far the rows of a child and of those before it reach */
	size_t events, circle, work, names, workers;
};

enum { FRESH_TABLES = 8 };

struct fresh {
	struct sql_person_insert_in *persons; /* one a child, as the next two */
	struct sql_open_clocks_put_in *clocks;
	struct sql_compact_put_in *histories;
	struct fresh_end *ends;
	size_t n, cap;
	struct sql_event_insert_in *events;
	struct sql_circle_insert_in *circle;
	struct sql_work_insert_in *work;
	struct sql_search_name_insert_in *names;
	struct sql_named_worker_insert_in *workers;
	size_t cap_events, cap_circle, cap_work, cap_names, cap_workers;
	struct sql_feed tables[FRESH_TABLES]; /* all of these, looked through */
};

void fresh_reset(struct fresh *f); /* no children; keeps its memory */
void fresh_release(struct fresh *f);
/* Child f->n: its whole history, what follows, and the packed history. What these point to
 * stays the caller's until the rows are written; the history itself may go, but not
 * the texts of its events. RC_LIMIT past EVENTS_PER_CHILD_MAX. */
enum rc fresh_add(struct app *app, struct fresh *f, const struct history *h, const struct projection *p,
		  struct str packed, struct err *e) NODISCARD;
/* After the last child: looks the rows through, so that the one thread that writes need not. */
void fresh_look(struct fresh *f);
/* Children [from, to), after fresh_look. RC_CONFLICT if the store knows one of them. */
enum rc fresh_write(struct db *db, const struct fresh *f, size_t from, size_t to, struct err *e) NODISCARD;

#endif
