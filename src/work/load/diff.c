#include "work/load/diff.h"

#include "base/text.h"
#include "work/load/second_hand.h"
#include "work/load/told_twice.h"

/* The latest telling of one natural key by a file, and the latest word on it by
 * anyone (a person may have corrected it on a page since). */
struct told {
	struct str natural;
	const struct event *by_file, *word;
	bool seen; /* the batch has it */
};

struct told_list {
	struct told *items;
	size_t n;
};

static int by_natural(const void *x, const void *y)
{
	const struct told *a = x, *b = y;
	int c = str_cmp(a->natural, b->natural);
	return c ? c : (a->by_file->id > b->by_file->id) - (a->by_file->id < b->by_file->id);
}

/* Follows a chain of corrections to its last word. Events are in order of id and
 * a correction always comes after what it replaces. */
static const struct event *last_word(const struct history *h, const struct event *ev)
{
	for (const struct event *next = ev + 1; next < h->events + h->n; next++)
		if (next->replaces == ev->id)
			ev = next;
	return ev;
}

static struct told_list tell(const struct history *h, struct arena *a)
{
	struct told_list t = { arena_array(a, h->n, sizeof *t.items), 0 };
	for (size_t i = 0; i < h->n; i++)
		if (h->events[i].natural.n)
			t.items[t.n++] = (struct told){ h->events[i].natural, &h->events[i], NULL, false };
	if (t.n)
		qsort(t.items, t.n, sizeof *t.items, by_natural);
	size_t kept = 0; /* of each key the newest */
	for (size_t i = 0; i < t.n; i++) {
		if (kept && str_eq(t.items[kept - 1].natural, t.items[i].natural))
			kept--;
		t.items[kept++] = t.items[i];
	}
	t.n = kept;
	for (size_t i = 0; i < t.n; i++)
		t.items[i].word = last_word(h, t.items[i].by_file);
	return t;
}

static struct told *told_of(struct told_list *t, struct str natural)
{
	size_t lo = 0, hi = t->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (str_cmp(t->items[mid].natural, natural) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->n && str_eq(t->items[lo].natural, natural) ? &t->items[lo] : NULL;
}

static bool same_content(const struct event *x, const struct event *y)
{
	return x->kind == y->kind && x->at == y->at && x->minute == y->minute && x->org == y->org &&
	       x->value == y->value && x->end_day == y->end_day && str_eq(x->code, y->code) &&
	       str_eq(x->code2, y->code2) && str_eq(x->ref, y->ref) && str_eq(x->body, y->body);
}

/* "placements/P-17" of "placements/P-17/placement-started": the row behind an event. */
static struct str row_of(struct str natural)
{
	size_t n = natural.n;
	while (n && natural.p[n - 1] != '/')
		n--;
	return (struct str){ natural.p, n };
}

enum row_state { ROW_NEW = 1, ROW_SAME = 2, ROW_CHANGED = 4 };

struct making {
	const struct diff_context *c;
	const struct history *h;
	struct told_list told;
	struct event *out;
	size_t n;
	struct second_hand known; /* what the record has from first hand */
	struct told_twice twice;  /* what a list told and the tables tell too */
};

static struct event *emit(struct making *m)
{
	struct event *ev = &m->out[m->n++];
	ev->id = app_new_id(m->c->app);
	ev->person = m->h->person;
	ev->recorded_ms = m->c->recorded_ms;
	ev->written_ms = m->c->written_ms;
	ev->author = m->c->author;
	ev->source = m->c->load;
	return ev;
}

/* The last word must be the latest known, even if it was written while this load
 * ran or by a machine whose clock is ahead. History tells of its own time. */
static int64_t known_after(const struct diff_context *c, const struct event *word)
{
	bool history = c->recorded_ms != c->written_ms;
	return history || word->recorded_ms < c->recorded_ms ? c->recorded_ms : word->recorded_ms;
}

/* What the record has from first hand, or has now, is not told a second time. */
static void give_way(struct making *m, const struct told *t)
{
	struct event *ev = emit(m);
	ev->kind = t->by_file->kind;
	ev->at = t->by_file->at;
	ev->minute = MINUTE_NONE;
	ev->value = INT64_MIN;
	ev->end_day = DAY_NONE;
	ev->voids = true;
	ev->replaces = t->word->id;
	ev->recorded_ms = known_after(m->c, t->word);
	ev->natural = t->natural;
	ev->why = STR("The team’s own tables or people tell this themselves");
}

static unsigned take_draft(struct making *m, const struct draft_row *d)
{
	struct event ev;
	struct str org;
	memset(&ev, 0, sizeof ev);
	draft_event(m->c->batch, d, &ev, &org);
	ev.org = d->org ? m->c->orgs[d->org - 1] : 0;
	struct told *t = told_of(&m->told, ev.natural);
	if (t)
		t->seen = true;
	if (second_hand_known(&m->known, &ev)) {
		if (t && !t->by_file->voids && !t->word->voids)
			give_way(m, t);
		return ROW_SAME;
	}
	if (t && !t->by_file->voids && same_content(t->by_file, &ev))
		return ROW_SAME;
	const struct event *same = t ? NULL : twice_same(&m->twice, &ev);
	struct event *new = emit(m);
	ev.id = new->id;
	ev.person = new->person;
	ev.recorded_ms = new->recorded_ms;
	ev.written_ms = new->written_ms;
	ev.author = new->author;
	ev.source = new->source;
	ev.replaces = t ? t->word->id : 0;
	if (t)
		ev.recorded_ms = known_after(m->c, t->word);
	if (same) {
		ev.replaces = same->id;
		ev.recorded_ms = known_after(m->c, same);
		ev.why = STR("The council’s list told the same: this confirms it");
	}
	*new = ev;
	return t || same ? ROW_CHANGED : ROW_NEW;
}

static void count_row(struct diff_counts *n, unsigned states)
{
	if (states == ROW_SAME)
		n->rows_same++;
	else if (states == ROW_NEW)
		n->rows_new++;
	else
		n->rows_changed++;
}

/* The file that would tell this if it were so; *full_out: its silence counts. */
static size_t file_of_told(const struct tables_batch *b, const struct told *t, bool *full_out)
{
	struct str rest;
	struct str prefix = str_cut(t->natural, '/', &rest);
	size_t found = SIZE_MAX;
	*full_out = false;
	for (size_t i = 0; i < b->n_files; i++) {
		const struct batch_file *f = &b->files[i];
		if (!str_eq(f->prefix, prefix))
			continue;
		bool sure = !f->refused && !f->unsure;
		if (f->told_from || f->told_to) {
			if (t->by_file->at < f->told_from || t->by_file->at > f->told_to)
				continue;
			*full_out = sure;
			return i;
		}
		/* Two files of one table together are complete only if each says it is. */
		bool full = !f->partial && sure;
		*full_out = found == SIZE_MAX ? full : *full_out && full;
		found = i;
	}
	return found;
}

static bool council_is_complete(const struct diff_context *c, int64_t council)
{
	const struct organisation *o = app_organisation(c->app, council);
	for (size_t i = 0; o && i < c->batch->n_councils; i++)
		if (str_eq(c->batch->councils[i], o->code))
			return true;
	return false;
}

/* What an earlier file told and the newer full file does not is taken back. */
static void take_back(struct making *m, size_t child)
{
	const struct tables_batch *b = m->c->batch;
	if (!council_is_complete(m->c, m->h->council))
		return;
	struct str counted = { NULL, 0 };
	for (size_t i = 0; i < m->told.n; i++) {
		struct told *t = &m->told.items[i];
		bool full;
		size_t file = t->seen || t->by_file->voids ? SIZE_MAX : file_of_told(b, t, &full);
		if (file == SIZE_MAX || !full || (child != SIZE_MAX && batch_holds(b, child, t->natural)))
			continue;
		struct str row = row_of(t->natural);
		bool row_stays = false;
		for (size_t j = 0; child != SIZE_MAX && !row_stays && j < b->children[child].n; j++)
			row_stays = str_eq(row, row_of(draft_natural(b, &b->drafts[b->children[child].first + j])));
		if (!row_stays && !str_eq(row, counted)) {
			m->c->counts[file].rows_voided++;
			counted = row;
		} else if (row_stays && !str_eq(row, counted) && m->c->counts[file].rows_same) {
			m->c->counts[file].rows_same--; /* the row lost a cell: it counts as changed */
			m->c->counts[file].rows_changed++;
			counted = row;
		}
		if (t->word->voids)
			continue; /* a person has taken it back already */
		struct event *ev = emit(m);
		ev->kind = t->by_file->kind;
		ev->at = t->by_file->at;
		ev->minute = MINUTE_NONE;
		ev->value = INT64_MIN;
		ev->end_day = DAY_NONE;
		ev->voids = true;
		ev->replaces = t->word->id;
		ev->recorded_ms = known_after(m->c, t->word);
		ev->natural = t->natural;
		ev->why = STR("No longer in the file that was loaded");
	}
}

/* What a return told earlier gives way to what these tables tell first hand. */
static void give_way_to_tables(struct making *m, struct arena *a)
{
	struct second_hand now = { 0 };
	for (size_t i = 0; !m->c->batch->second_hand && i < m->told.n; i++) {
		const struct told *t = &m->told.items[i];
		if (!second_hand_told(t->natural) || t->by_file->voids || t->word->voids)
			continue;
		if (!now.own)
			second_hand_after(&now, m->c->app, m->h, m->out, m->n, a);
		if (second_hand_gives_way(&now, m->h, t->by_file))
			give_way(m, t);
	}
}

/* What stands under the list's number of a thing goes on under the table's. */
static void follow_numbers(struct making *m)
{
	const struct event *was;
	struct str ref;
	for (size_t at = 0; (was = twice_follows(&m->twice, &at, &ref)) != NULL;) {
		struct event *new = emit(m), ev = *was;
		ev.id = new->id;
		ev.written_ms = new->written_ms;
		ev.author = new->author;
		ev.source = new->source;
		ev.replaces = was->id;
		ev.recorded_ms = known_after(m->c, was);
		ev.ref = ref;
		ev.why =
		    STR("Under the number of the team’s tables, which tell of the same start as the council’s list");
		*new = ev;
	}
}

size_t diff_child(const struct diff_context *c, const struct history *h, size_t child, struct arena *a,
		  struct event **out)
{
	const struct tables_batch *b = c->batch;
	const struct draft_row *d = child == SIZE_MAX ? NULL : &b->drafts[b->children[child].first];
	size_t n = child == SIZE_MAX ? 0 : b->children[child].n;
	struct making m = { .c = c, .h = h, .told = tell(h, a) };
	m.out = arena_array(a, n + 2 * m.told.n + h->n, sizeof *m.out);
	if (!b->second_hand && child != SIZE_MAX)
		twice_begin(&m.twice, app_vocab(c->app), h, a);
	if (b->second_hand && h->n && child != SIZE_MAX)
		second_hand_begin(&m.known, c->app, h, b, child, a);
	for (size_t i = 0; i < n;) { /* drafts of one row stand together */
		size_t first = i;
		unsigned states = 0;
		for (; i < n && d[i].file == d[first].file && d[i].line == d[first].line; i++)
			states |= take_draft(&m, &d[i]);
		count_row(&c->counts[d[first].file], states);
	}
	follow_numbers(&m);
	take_back(&m, child);
	give_way_to_tables(&m, a);
	*out = m.out;
	return m.n;
}
