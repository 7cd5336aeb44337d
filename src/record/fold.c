#include "record/fold.h"

/* One believed, dated event on its way to becoming a fact. */
struct item {
	const struct event *ev;
	int64_t root;
	const struct kind *kind;
	uint16_t code, code2, space; /* space: the kind whose references it shares */
	bool left_out;
};

struct folding {
	const struct vocab *v;
	struct arena *a;
	struct item *items;
	size_t n_items;
	struct item **ends; /* of care and of placements, in order */
	size_t n_ends;
	struct fold_finding *findings;
	size_t n_findings;
	struct span *spans;
	size_t n_spans;
};

/* ---- what is believed ---- */

static int by_id(const void *a, const void *b)
{
	const struct event *const *x = a, *const *y = b;
	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

static bool later(const struct event *a, const struct event *b)
{
	return a->recorded_ms != b->recorded_ms ? a->recorded_ms > b->recorded_ms : a->id > b->id;
}

static size_t index_of(const struct event *const *sorted, size_t n, int64_t id)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (sorted[mid]->id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && sorted[lo]->id == id ? lo : SIZE_MAX;
}

static bool in_order(const struct event *const *all, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (all[i - 1]->id > all[i]->id)
			return false;
	return true;
}

/* For each chain of corrections the latest word known counts; if that takes the
 * entry back, nothing of the chain does. A chain is made of all events, known or
 * not: history that was loaded later may replace what was not known yet. Ids grow
 * along a chain, so one pass finds every root. */
static size_t believe(const struct event *ev, size_t n, int64_t known_ms, struct arena *a, const struct event ***out,
		      int64_t **roots_out)
{
	const struct event **all = arena_array(a, n, sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[i] = &ev[i];
	if (!in_order(all, n)) /* read by id nearly always */
		qsort(all, n, sizeof *all, by_id);
	size_t *root = arena_array(a, n, sizeof *root);
	const struct event **word = arena_array(a, n, sizeof *word);
	for (size_t i = 0; i < n; i++) {
		size_t of = all[i]->replaces ? index_of(all, n, all[i]->replaces) : SIZE_MAX;
		root[i] = of == SIZE_MAX || of >= i ? i : root[of];
		if (all[i]->recorded_ms <= known_ms && (!word[root[i]] || later(all[i], word[root[i]])))
			word[root[i]] = all[i];
	}
	const struct event **believed = arena_array(a, n, sizeof *believed);
	int64_t *roots = arena_array(a, n, sizeof *roots);
	size_t m = 0;
	for (size_t i = 0; i < n; i++)
		if (root[i] == i && word[i] && !word[i]->voids) {
			believed[m] = word[i];
			roots[m++] = all[i]->id;
		}
	*out = believed;
	*roots_out = roots;
	return m;
}

/* ---- order ---- */

static int cmp_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* The order of fact.h; the content decides, never the order of arrival. */
static int cmp_content(const struct item *x, const struct item *y)
{
	int c;
	if ((c = cmp_int(x->ev->at, y->ev->at)) || (c = cmp_int(x->ev->minute, y->ev->minute)) ||
	    (c = cmp_int(x->kind->rank, y->kind->rank)) || (c = cmp_int(x->kind - y->kind, 0)) ||
	    (c = str_cmp(x->ev->ref, y->ev->ref)) || (c = cmp_int(x->code, y->code)) ||
	    (c = cmp_int(x->code2, y->code2)) || (c = cmp_int(x->ev->org, y->ev->org)) ||
	    (c = cmp_int(x->ev->value, y->ev->value)))
		return c;
	return cmp_int(x->ev->end_day, y->ev->end_day);
}

static int by_content(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = cmp_content(x, y);
	return c ? c : cmp_int(x->root, y->root);
}

/* The day, the minute and the rank decide nearly always: one number, compared first. */
struct placed {
	uint64_t first;
	const struct item *item;
};

static uint64_t first_of(const struct item *it)
{
	return (uint64_t)(uint32_t)(it->ev->at ^ INT32_MIN) << 32 |
	       (uint64_t)(uint16_t)(it->ev->minute ^ INT16_MIN) << 16 | (uint16_t)it->kind->rank;
}

static bool is_before(const struct placed *x, const struct placed *y)
{
	return x->first != y->first ? x->first < y->first : by_content(x->item, y->item) < 0;
}

/* So many are put in order by hand; then twice as many at a time. A file tells of one table after
 * another, each in order: long runs are there already. */
enum { RUN = 8 };

static void order_run(struct placed *p, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct placed one = p[i];
		size_t j = i;
		for (; j > 0 && is_before(&one, &p[j - 1]); j--)
			p[j] = p[j - 1];
		p[j] = one;
	}
}

/* Two neighbours that are in order, n of the first, into one at `to`. */
static void merge(const struct placed *p, size_t n, size_t all, struct placed *to)
{
	size_t i = 0, j = n;
	while (i < n && j < all) {
		bool second = p[j].first < p[i].first; /* which of them is chance: no branch is taken on it */
		if (p[j].first == p[i].first)
			second = is_before(&p[j], &p[i]);
		*to++ = p[second ? j : i];
		j += second;
		i += !second;
	}
	if (i < n)
		memcpy(to, p + i, (n - i) * sizeof *to);
	else if (j < all)
		memcpy(to, p + j, (all - j) * sizeof *to);
}

/* What is in order afterwards: p, or `other`, which has as much room. */
static struct placed *put_in_order(struct placed *p, struct placed *other, size_t n)
{
	for (size_t i = 0; i < n; i += RUN)
		order_run(p + i, n - i < RUN ? n - i : RUN);
	for (size_t run = RUN; run < n; run *= 2) {
		for (size_t i = 0; i < n; i += 2 * run) {
			size_t all = n - i < 2 * run ? n - i : 2 * run, first = all < run ? all : run;
			if (first == all || !is_before(&p[i + first], &p[i + first - 1]))
				memcpy(other + i, p + i, all * sizeof *p);
			else
				merge(p + i, first, all, other + i);
		}
		struct placed *was = p;
		p = other;
		other = was;
	}
	return p;
}

/* Into a new array, in order. */
static struct item *sorted(const struct item *items, size_t n, struct arena *a)
{
	struct placed *p = arena_array(a, n * 2, sizeof *p);
	struct item *out = arena_array(a, n, sizeof *out);
	for (size_t i = 0; i < n; i++)
		p[i] = (struct placed){ first_of(&items[i]), &items[i] };
	p = put_in_order(p, p + n, n);
	for (size_t i = 0; i < n; i++)
		out[i] = *p[i].item;
	return out;
}

static bool same_thing(const struct item *a, const struct item *b)
{
	return a->kind == b->kind && a->ev->at == b->ev->at && cmp_content(a, b) == 0;
}

/* References of one child are alike but for their end. */
static bool same_ref(struct str a, struct str b)
{
	return a.n == b.n && (!a.n || a.p == b.p || (a.p[a.n - 1] == b.p[a.n - 1] && memcmp(a.p, b.p, a.n) == 0));
}

/* ---- contradictions ---- */

static void leave_out(struct folding *f, struct item *it, struct str why)
{
	it->left_out = true;
	f->findings[f->n_findings++] = (struct fold_finding){ .event = it->ev->id, .text = why };
}

static const char *words_of(struct folding *f, day_t d)
{
	return day_long(d, arena_alloc(f->a, DAY_TEXT_MAX));
}

/* The first end of this start that does not lie before it; earlier ends are contradictory. */
static struct item *end_of(struct folding *f, const struct item *start, uint16_t end_kind)
{
	struct item *found = NULL;
	for (size_t i = 0; i < f->n_ends; i++) {
		struct item *it = f->ends[i];
		if (it->kind != &f->v->kinds[end_kind] || it->left_out || !same_ref(it->ev->ref, start->ev->ref))
			continue;
		if (it->ev->at < start->ev->at)
			leave_out(
			    f, it,
			    arena_printf(
				f->a,
				"An end on %s lies before its start on %s. It is left out until someone corrects it.",
				words_of(f, it->ev->at), words_of(f, start->ev->at)));
		else if (!found)
			found = it;
		else
			leave_out(
			    f, it,
			    arena_printf(f->a,
					 "A second end on %s for what had ended on %s. The earlier one counts until "
					 "someone corrects it.",
					 words_of(f, it->ev->at), words_of(f, found->ev->at)));
	}
	return found;
}

static struct span *add_span(struct folding *f, const struct item *start, const struct item *end)
{
	struct span *s = &f->spans[f->n_spans++];
	*s = (struct span){ .kind = (uint16_t)(start->kind - f->v->kinds),
			    .opened_by = start->ev->id,
			    .ref = start->ev->ref,
			    .from = start->ev->at,
			    .to = end ? end->ev->at : DAY_NEVER,
			    .code = start->code,
			    .end_code = end ? end->code : 0,
			    .org = start->ev->org,
			    .value = start->ev->value };
	return s;
}

static void find_ends(struct folding *f)
{
	const struct kind *care = &f->v->kinds[f->v->care_ended], *placement = &f->v->kinds[f->v->placement_ended];
	f->ends = arena_array(f->a, f->n_items, sizeof *f->ends);
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].kind == care || f->items[i].kind == placement)
			f->ends[f->n_ends++] = &f->items[i];
}

static void care_spans(struct folding *f)
{
	const struct span *open = NULL; /* the period before this one */
	for (size_t i = 0; i < f->n_items; i++) {
		struct item *it = &f->items[i];
		if (it->kind != &f->v->kinds[f->v->care_started] || it->left_out)
			continue;
		if (open && open->to > it->ev->at) {
			leave_out(
			    f, it,
			    arena_printf(
				f->a,
				"A second start of care on %s inside the period that began on %s. The earlier one "
				"counts until someone corrects it.",
				words_of(f, it->ev->at), words_of(f, open->from)));
			continue;
		}
		open = add_span(f, it, end_of(f, it, f->v->care_ended));
	}
}

static void placement_spans(struct folding *f)
{
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].kind == &f->v->kinds[f->v->placement_started] && !f->items[i].left_out)
			add_span(f, &f->items[i], end_of(f, &f->items[i], f->v->placement_ended));
}

/* An end whose start is not believed says nothing that a rule could use. */
static void ends_without_start(struct folding *f)
{
	for (size_t i = 0; i < f->n_ends; i++) {
		struct item *it = f->ends[i];
		bool care = it->kind == &f->v->kinds[f->v->care_ended];
		if (it->left_out)
			continue;
		bool found = false;
		for (size_t j = 0; j < f->n_spans && !found; j++)
			found = f->spans[j].kind == (care ? f->v->care_started : f->v->placement_started) &&
				same_ref(f->spans[j].ref, it->ev->ref);
		if (!found)
			leave_out(f, it,
				  arena_printf(f->a,
					       "An end on %s has no start. It is left out until the start is recorded.",
					       words_of(f, it->ev->at)));
	}
}

/* ---- facts ---- */

/* Dense key of a reference, numbered by first appearance in the order of facts. */
static int32_t key_of(uint16_t space, struct str ref, struct str *refs, uint16_t *spaces, size_t *n)
{
	if (!ref.n)
		return 0;
	for (size_t i = *n; i > 1; i--) /* the latest are asked for most */
		if (spaces[i - 1] == space && same_ref(refs[i - 1], ref))
			return (int32_t)(i - 1);
	refs[*n] = ref;
	spaces[*n] = space;
	return (int32_t)(*n)++;
}

static int32_t small(int64_t v)
{
	return v < INT32_MIN || v > INT32_MAX ? INT32_MIN : (int32_t)v;
}

static void make_facts(struct folding *f, struct folded *out)
{
	struct fact *facts = arena_array(f->a, f->n_items, sizeof *facts);
	int64_t *events = arena_array(f->a, f->n_items, sizeof *events);
	int64_t *roots = arena_array(f->a, f->n_items, sizeof *roots);
	struct str *refs = arena_array(f->a, f->n_items + 1, sizeof *refs);
	uint16_t *spaces = arena_array(f->a, f->n_items + 1, sizeof *spaces);
	refs[0] = STR("");
	size_t n = 0, n_refs = 1;
	for (size_t i = 0; i < f->n_items; i++) {
		const struct item *it = &f->items[i];
		if (it->left_out)
			continue;
		facts[n] = (struct fact){ .day = it->ev->at,
					  .minute = it->ev->minute,
					  .kind = (uint16_t)(it->kind - f->v->kinds),
					  .code = it->code,
					  .code2 = it->code2,
					  .org = (uint16_t)it->ev->org,
					  .key = key_of(it->space, it->ev->ref, refs, spaces, &n_refs),
					  .value = it->kind->has_end ? it->ev->end_day : small(it->ev->value) };
		if (it->kind == &f->v->kinds[f->v->person_died] && out->child.died == DAY_NONE)
			out->child.died = it->ev->at;
		events[n] = it->ev->id;
		roots[n++] = it->root;
	}
	out->child.facts = facts;
	out->child.n = n;
	out->fact_event = events;
	out->fact_root = roots;
	out->refs = refs;
	out->n_refs = n_refs;
}

static uint16_t code_of(const struct vocab *v, struct str code)
{
	return code.n ? vocab_code(v, code) : 0; /* most events have one code, if any */
}

static void take_items(struct folding *f, const struct event *const *believed, const int64_t *roots, size_t n,
		       const struct kind_set *only, struct folded *out)
{
	f->items = arena_array(f->a, n, sizeof *f->items);
	for (size_t i = 0; i < n; i++) {
		const struct event *ev = believed[i];
		if (ev->kind == 0 || ev->kind >= f->v->n_kinds)
			continue;
		if (ev->kind == f->v->person_details) {
			if (!out->details || later(ev, out->details))
				out->details = ev;
			continue;
		}
		if (ev->at == DAY_NONE || (only && !kind_in(only, ev->kind)))
			continue;
		const struct kind *k = &f->v->kinds[ev->kind];
		f->items[f->n_items++] = (struct item){ .ev = ev,
							.root = roots[i],
							.kind = k,
							.code = code_of(f->v, ev->code),
							.code2 = code_of(f->v, ev->code2),
							.space = k->ends };
	}
	f->items = sorted(f->items, f->n_items, f->a);
	size_t kept = 0; /* the same thing told twice is one fact; the first telling is its identity */
	for (size_t i = 0; i < f->n_items; i++)
		if (kept == 0 || !same_thing(&f->items[kept - 1], &f->items[i]))
			f->items[kept++] = f->items[i];
	f->n_items = kept;
}

/* What this file, and who derives facts of others, asks for itself. */
static struct kind_set with_care(const struct vocab *v, const struct kind_set *kinds)
{
	const uint16_t care[] = { v->care_started,	v->care_ended,	    v->status_changed,
				  v->placement_started, v->placement_ended, v->person_died };
	struct kind_set all = *kinds;
	for (size_t i = 0; i < COUNT_OF(care); i++)
		kind_add(&all, care[i]);
	return all;
}

void fold_events(const struct vocab *v, const struct event *ev, size_t n, int64_t known_ms, struct arena *a,
		 struct folded *out)
{
	fold_kinds(v, ev, n, known_ms, NULL, a, out);
}

void fold_kinds(const struct vocab *v, const struct event *ev, size_t n, int64_t known_ms, const struct kind_set *kinds,
		struct arena *a, struct folded *out)
{
	struct kind_set only = kinds ? with_care(v, kinds) : (struct kind_set){ { 0 } };
	*out = (struct folded){ .child = { .born = DAY_NONE, .died = DAY_NONE } };
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		out->child.covered[i] = DAY_NONE;
	struct folding f = { .v = v, .a = a };
	const struct event **believed;
	int64_t *roots;
	size_t m = believe(ev, n, known_ms, a, &believed, &roots);
	take_items(&f, believed, roots, m, kinds ? &only : NULL, out);
	f.findings = arena_array(a, f.n_items, sizeof *f.findings);
	f.spans = arena_array(a, f.n_items, sizeof *f.spans);
	find_ends(&f);
	care_spans(&f);
	placement_spans(&f);
	ends_without_start(&f);
	make_facts(&f, out);
	if (out->details && out->details->end_day != DAY_NONE)
		out->child.born = out->details->end_day;
	out->believed = believed;
	out->n_believed = m;
	out->spans = f.spans;
	out->n_spans = f.n_spans;
	out->findings = f.findings;
	out->n_findings = f.n_findings;
}

const struct span *folded_span(const struct folded *f, uint16_t kind, day_t on)
{
	const struct span *found = NULL;
	for (size_t i = 0; i < f->n_spans; i++)
		if (f->spans[i].kind == kind && f->spans[i].from <= on && on < f->spans[i].to)
			found = &f->spans[i];
	return found;
}
