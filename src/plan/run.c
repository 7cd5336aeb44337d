/* One replication, window by window, and what it counts. */
#include "plan/run.h"

enum { PILE_MAX = 1 << 22 }; /* children on their way to one station, or in one lane */

void tally_init(struct tally *t, const struct model *m)
{
	size_t cells = m->n * m->groups;
	*t = (struct tally){ .from = m->from, .until = m->until, .days = m->days, .n = m->n, .groups = m->groups };
	t->cells = xcalloc(cells, sizeof *t->cells);
	t->bins = xcalloc(cells * WAIT_BINS, sizeof *t->bins);
	for (int c = 0; c < CENSUS__COUNT; c++)
		t->census[c] = xcalloc(m->n * ((size_t)m->days + 2), sizeof **t->census);
	tally_clear(t);
}

void tally_clear(struct tally *t)
{
	size_t cells = t->n * t->groups;
	memset(t->bins, 0, cells * WAIT_BINS * sizeof *t->bins);
	for (size_t i = 0; i < cells; i++)
		t->cells[i] = (struct cell){ .bins = t->bins + i * WAIT_BINS };
	for (int c = 0; c < CENSUS__COUNT; c++)
		memset(t->census[c], 0, t->n * ((size_t)t->days + 2) * sizeof **t->census);
	t->came = t->finished = 0;
}

void tally_release(struct tally *t)
{
	free(t->cells);
	free(t->bins);
	for (int c = 0; c < CENSUS__COUNT; c++)
		free(t->census[c]);
}

void run_init(struct run *r, const struct model *m)
{
	*r = (struct run){ .m = m };
	tally_init(&r->tally, m);
	r->arriving = xcalloc(m->p->n_sources, sizeof *r->arriving);
	r->agenda = agenda_new(m);
}

void run_release(struct run *r)
{
	tally_release(&r->tally);
	free(r->arriving);
	agenda_free(r->agenda);
	for (size_t k = 0; k < STATIONS_MAX; k++) {
		free(r->inbox[k].p);
		free(r->lane[k].ends.at);
		free(r->lane[k].in);
		free(r->lane[k].free);
	}
	free(r->coming.p);
	free(r->events.p);
	free(r->sorter.spare.p);
	free(r->sorter.starts);
	free(r->who);
	free(r->length);
	free(r->route);
	free(r->stay);
}

static void look_for_piles(struct run *r)
{
	for (size_t i = 0; i < r->m->n_lanes && !r->over; i++) {
		size_t k = r->m->lanes[i];
		if (r->inbox[k].n > PILE_MAX || r->lane[k].cap > PILE_MAX) {
			r->over = true;
			r->over_at = (int32_t)k;
		}
	}
}

void run_once(struct run *r, uint32_t replication)
{
	const struct model *m = r->m;
	r->replication = replication;
	r->over = r->over_round = false;
	tally_clear(&r->tally);
	sources_begin(r);
	agenda_begin(r);
	for (size_t i = 0; i < m->n_lanes; i++)
		lane_begin(r, m->lanes[i]);
	for (int64_t t = 0; t < m->until && !r->over;) {
		t = m->until - t > m->window ? t + m->window : m->until;
		sources_until(r, t);
		for (size_t i = 0; i < m->n_up; i++)
			lane_until(r, m->lanes[i], t);
		if (m->events)
			agenda_until(r, t);
		for (size_t i = m->n_up; i < m->n_lanes; i++)
			lane_until(r, m->lanes[i], t);
		look_for_piles(r);
	}
	agenda_end(r, m->until);
}
