#include "work/core/fresh.h"

#include "work/core/fingerprint.h"

enum { CHILDREN_FIRST = 512 };

void fresh_reset(struct fresh *f)
{
	f->n = 0;
}

void fresh_release(struct fresh *f)
{
	free(f->persons);
	free(f->clocks);
	free(f->histories);
	free(f->ends);
	free(f->events);
	free(f->circle);
	free(f->work);
	free(f->names);
	free(f->workers);
	*f = (struct fresh){ 0 };
}

/* Room for n elements. */
static void *grown(void *all, size_t n, size_t *cap, size_t size)
{
	if (n <= *cap)
		return all;
	*cap = n + n / 2;
	return xrealloc(all, *cap * size);
}

static void one_more(struct fresh *f)
{
	if (f->n < f->cap)
		return;
	f->cap = f->cap ? f->cap * 2 : CHILDREN_FIRST;
	f->persons = xrealloc(f->persons, f->cap * sizeof *f->persons);
	f->clocks = xrealloc(f->clocks, f->cap * sizeof *f->clocks);
	f->histories = xrealloc(f->histories, f->cap * sizeof *f->histories);
	f->ends = xrealloc(f->ends, f->cap * sizeof *f->ends);
}

static struct fresh_end before(const struct fresh *f, size_t child)
{
	return child ? f->ends[child - 1] : (struct fresh_end){ 0 };
}

static void add_events(const struct vocab *v, struct fresh *f, const struct history *h, struct fresh_end *end)
{
	f->events = grown(f->events, end->events + h->n, &f->cap_events, sizeof *f->events);
	for (size_t i = 0; i < h->n; i++)
		f->events[end->events++] = history_row(v, &h->events[i]);
}

enum rc fresh_add(struct app *app, struct fresh *f, const struct history *h, const struct projection *p,
		  struct str packed, struct err *e)
{
	if (h->n > EVENTS_PER_CHILD_MAX)
		return err_set(e, RC_LIMIT, "A child would have more than %d events. Nothing was written.",
			       EVENTS_PER_CHILD_MAX);
	one_more(f);
	struct fresh_end end = before(f, f->n);
	f->persons[f->n] = project_person(h, p);
	f->persons[f->n].fingerprint = fingerprint_of(app, h, p, packed);
	f->clocks[f->n] = project_open(h->person, p);
	f->histories[f->n] = (struct sql_compact_put_in){ h->person, packed };
	add_events(app_vocab(app), f, h, &end);
	f->circle = grown(f->circle, end.circle + p->n_circle, &f->cap_circle, sizeof *f->circle);
	f->work = grown(f->work, end.work + p->n_work, &f->cap_work, sizeof *f->work);
	f->names = grown(f->names, end.names + p->n_names, &f->cap_names, sizeof *f->names);
	f->workers = grown(f->workers, end.workers + p->n_workers, &f->cap_workers, sizeof *f->workers);
	if (p->n_circle)
		memcpy(f->circle + end.circle, p->circle, p->n_circle * sizeof *f->circle);
	if (p->n_work)
		memcpy(f->work + end.work, p->work, p->n_work * sizeof *f->work);
	if (p->n_names)
		memcpy(f->names + end.names, p->names, p->n_names * sizeof *f->names);
	if (p->n_workers)
		memcpy(f->workers + end.workers, p->workers, p->n_workers * sizeof *f->workers);
	end.circle += p->n_circle;
	end.work += p->n_work;
	end.names += p->n_names;
	end.workers += p->n_workers;
	f->ends[f->n++] = end;
	return RC_OK;
}

void fresh_look(struct fresh *f)
{
	struct fresh_end all = before(f, f->n);
	const struct sql_feed tables[FRESH_TABLES] = { sql_person_insert_rows(f->persons, f->n),
						       sql_event_insert_rows(f->events, all.events),
						       sql_circle_insert_rows(f->circle, all.circle),
						       sql_open_clocks_put_rows(f->clocks, f->n),
						       sql_work_insert_rows(f->work, all.work),
						       sql_search_name_insert_rows(f->names, all.names),
						       sql_named_worker_insert_rows(f->workers, all.workers),
						       sql_compact_put_rows(f->histories, f->n) };
	for (size_t i = 0; i < FRESH_TABLES; i++) {
		f->tables[i] = tables[i];
		db_look_rows(&f->tables[i]);
	}
}

enum rc fresh_write(struct db *db, const struct fresh *f, size_t from, size_t to, struct err *e)
{
	struct fresh_end a = before(f, from), z = before(f, to);
	const struct {
		size_t from, to;
	} rows[FRESH_TABLES] = { { from, to },	     { a.events, z.events }, { a.circle, z.circle },   { from, to },
				 { a.work, z.work }, { a.names, z.names },   { a.workers, z.workers }, { from, to } };
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < FRESH_TABLES; i++) {
		struct sql_feed some = db_some_rows(&f->tables[i], rows[i].from, rows[i].to);
		rc = db_exec_rows(db, &some, e);
	}
	return rc;
}
