#include "exchange/tables/batch.h"

#include "base/hash.h"
#include "base/text.h"
#include "codec/csv.h"

static struct str text_of(const struct batch_own *o, struct span_of_text s)
{
	return (struct str){ o->text + s.at, s.n };
}

/* ---- making a batch ---- */

static int by_row(const void *a, const void *b)
{
	const struct wire_row *x = a, *y = b;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* A row may have been taken back twice, for two reasons. */
static void count_retracted(struct collector *c)
{
	size_t n = 0;
	if (c->n_retracted)
		qsort(c->retracted, c->n_retracted, sizeof *c->retracted, by_row);
	for (size_t i = 0; i < c->n_retracted; i++)
		if (!n || by_row(&c->retracted[n - 1], &c->retracted[i]) != 0) {
			struct batch_file *f = &c->files[c->retracted[i].file];
			if (!f->refused && f->rows_kept_back < f->rows_read)
				f->rows_kept_back++;
			c->retracted[n++] = c->retracted[i];
		}
	c->n_retracted = n;
	for (size_t i = 0; i < c->n_files; i++)
		c->files[i].rows_ok = c->files[i].rows_read - c->files[i].rows_kept_back;
}

/* What the second of two parsers told stands behind what the first did. False: one knew other children. */
static bool join_parts(struct collector *c)
{
	struct batch_own *o = c->own;
	const struct telling *first = &c->parts[0], *second = &c->parts[1];
	size_t shared = first->shared;
	if (c->later_from != UINT32_MAX && (second->shared != first->shared || shared > c->n_children))
		return false;
	if (c->n_later) {
		c->children = xrealloc(c->children, (c->n_children + c->n_later) * sizeof *c->children);
		memcpy(c->children + c->n_children, c->later, c->n_later * sizeof *c->later);
	}
	for (size_t i = 0; i < o->n_held; i++) {
		struct held *h = &o->held[i];
		h->child = h->child & SECOND_PART ? (uint32_t)c->n_children + (h->child & ~SECOND_PART) : h->child;
		c->children[h->child].held = true;
	}
	return true;
}

static void drop_retracted(struct collector *c)
{
	struct batch_own *o = c->own;
	size_t n = 0;
	for (size_t i = 0; i < o->n_drafts; i++) {
		struct draft_row *d = &o->drafts[i];
		if (d->child & SECOND_PART)
			d->child = (uint32_t)(c->n_children - c->n_later) + (d->child & ~SECOND_PART);
		c->children[d->child].told++;
		struct wire_row key = { d->file, d->line };
		if (c->files[d->file].refused ||
		    (c->n_retracted && bsearch(&key, c->retracted, c->n_retracted, sizeof key, by_row)))
			continue;
		c->children[d->child].drafts++;
		o->drafts[n++] = *d;
	}
	o->n_drafts = n;
}

struct order {
	const struct batch_own *own;
	const struct raw_child *children;
};

static int by_child(const void *a, const void *b, void *arg)
{
	const struct order *o = arg;
	const struct raw_child *x = &o->children[*(const uint32_t *)a], *y = &o->children[*(const uint32_t *)b];
	int c = str_cmp(text_of(o->own, x->council), text_of(o->own, y->council));
	return c ? c : str_cmp(text_of(o->own, x->ref), text_of(o->own, y->ref));
}

static bool same_child(const struct batch_own *o, const struct batch_child *b, const struct raw_child *r)
{
	return str_eq(b->council, text_of(o, r->council)) && str_eq(b->ref, text_of(o, r->ref));
}

/* Children by (council, ref), which two parsers may both have named; new_number[old]: UINT32_MAX for
 * those of whom nothing is left. */
static void order_children(struct collector *c, uint32_t *new_number)
{
	struct batch_own *o = c->own;
	uint32_t *sorted = xcalloc(c->n_children, sizeof *sorted);
	size_t n = 0, first = 0;
	for (uint32_t i = 0; i < c->n_children; i++) {
		new_number[i] = UINT32_MAX;
		if (c->children[i].drafts || c->children[i].held)
			sorted[n++] = i;
	}
	struct order order = { o, c->children };
	qsort_r(sorted, n, sizeof *sorted, by_child, &order);
	struct batch_child *all = arena_array(&o->arena, n, sizeof *all);
	size_t made = 0;
	for (size_t i = 0; i < n; i++) {
		const struct raw_child *r = &c->children[sorted[i]];
		if (!made || !same_child(o, &all[made - 1], r))
			all[made++] = (struct batch_child){ text_of(o, r->council), text_of(o, r->ref), first, 0 };
		new_number[sorted[i]] = (uint32_t)(made - 1);
		all[made - 1].n += r->drafts;
		first += r->drafts;
	}
	free(sorted);
	o->b.children = all;
	o->b.n_children = made;
}

/* A counting sort of places: stable, so that a child's drafts stay in the order of tables and lines.
 * Two parsers' came mixed, but each one's in that order. */
static void order_drafts(struct collector *c, const uint32_t *new_number)
{
	struct batch_own *o = c->own;
	uint32_t *next = xcalloc(o->b.n_children, sizeof *next);
	o->order = xcalloc(o->n_drafts, sizeof *o->order);
	for (size_t i = 0; i < o->b.n_children; i++)
		next[i] = (uint32_t)o->b.children[i].first;
	for (int part = 0; part < (c->later_from == UINT32_MAX ? 1 : 2); part++)
		for (size_t i = 0; i < o->n_drafts; i++) {
			struct draft_row *d = &o->drafts[i];
			if ((d->file >= c->later_from) != part)
				continue;
			d->child = new_number[d->child];
			o->order[next[d->child]++] = (uint32_t)i;
		}
	free(next);
}

static int by_natural(const void *a, const void *b, void *arg)
{
	const struct batch_own *o = arg;
	const struct draft_row *x = &o->drafts[o->order[*(const size_t *)a]],
			       *y = &o->drafts[o->order[*(const size_t *)b]];
	int c = str_cmp((struct str){ o->text + x->natural_at, x->natural_n },
			(struct str){ o->text + y->natural_at, y->natural_n });
	if (c)
		return c;
	c = (x->flags & DRAFT_SAYS_LESS) - (y->flags & DRAFT_SAYS_LESS);
	if (c)
		return c;
	if (x->body_n != y->body_n)
		return x->body_n > y->body_n ? -1 : 1;
	return (*(const size_t *)a > *(const size_t *)b) - (*(const size_t *)a < *(const size_t *)b);
}

static struct str natural_at(const struct batch_own *o, size_t place)
{
	const struct draft_row *d = &o->drafts[o->order[place]];
	return (struct str){ o->text + d->natural_at, d->natural_n };
}

/* Several rows may say the same event: the fullest and first is kept. */
static void drop_repeats(struct batch_own *o)
{
	size_t *shared = xcalloc(EVENTS_PER_CHILD_MAX + EMITS_MAX, sizeof *shared), kept = 0;
	struct batch_child *children = (struct batch_child *)(uintptr_t)o->b.children;
	for (size_t i = 0; i < o->b.n_children; i++) {
		size_t from = children[i].first, end = from + children[i].n, n = 0;
		for (size_t k = from; k < end && n < EVENTS_PER_CHILD_MAX; k++)
			if (o->drafts[o->order[k]].flags & DRAFT_SHARED)
				shared[n++] = k;
		if (n > 1)
			qsort_r(shared, n, sizeof *shared, by_natural, o);
		for (size_t k = 1; k < n; k++)
			if (str_eq(natural_at(o, shared[k]), natural_at(o, shared[k - 1])))
				o->drafts[o->order[shared[k]]].child = UINT32_MAX;
		children[i].first = kept;
		for (size_t k = from; k < end; k++) {
			struct draft_row *d = &o->drafts[o->order[k]];
			if (d->child == UINT32_MAX)
				continue;
			d->flags &= DRAFT_PUBLIC;
			o->order[kept++] = o->order[k];
		}
		children[i].n = kept - children[i].first;
	}
	o->n_drafts = kept;
	free(shared);
}

static int by_held(const void *a, const void *b)
{
	const struct held *x = a, *y = b;
	return (x->child > y->child) - (x->child < y->child);
}

static void order_held(struct batch_own *o, const uint32_t *new_number)
{
	for (size_t i = 0; i < o->n_held; i++)
		o->held[i].child = new_number[o->held[i].child];
	if (o->n_held)
		qsort(o->held, o->n_held, sizeof *o->held, by_held);
}

static int by_place(const void *a, const void *b)
{
	const struct batch_finding *x = a, *y = b;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	int c = str_cmp(x->rule, y->rule);
	return c ? c : str_cmp(x->column, y->column);
}

static void order_findings(struct collector *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n_findings; i++) {
		const struct batch_finding *f = &c->findings[i];
		/* Of a file that was refused only the reason is told. */
		if (f->severity != SEVERITY_FILE && f->file < c->n_files && c->files[f->file].refused) {
			c->findings_total--;
			continue;
		}
		c->findings[n++] = *f;
	}
	if (n)
		qsort(c->findings, n, sizeof *c->findings, by_place);
	struct batch_finding *all = arena_array(&c->own->arena, n, sizeof *all);
	if (n)
		memcpy(all, c->findings, n * sizeof *all);
	c->own->b.findings = all;
	c->own->b.n_findings = n;
	c->own->b.findings_total = c->findings_total;
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Did two parsers tell what one would have told? One counts its findings and each child's entries:
 * what is of both halves together is under the limit if neither has half of it. */
static bool as_one(const struct collector *c)
{
	const struct telling *first = &c->parts[0], *second = &c->parts[1];
	if (c->later_from == UINT32_MAX)
		return true;
	for (size_t i = 0; i < c->n_children; i++)
		if (c->children[i].told > (EVENTS_PER_CHILD_MAX - EMITS_MAX) / 2)
			return false;
	return first->findings + second->findings <= TABLE_FINDINGS_MAX &&
	       first->bytes_findings + second->bytes_findings < FINDING_BYTES_MAX;
}

bool batch_finish(struct collector *c)
{
	struct batch_own *o = c->own;
	if (!join_parts(c))
		return false;
	c->n_children += c->n_later;
	uint32_t *new_number = xcalloc(c->n_children, sizeof *new_number);
	count_retracted(c);
	drop_retracted(c);
	if (!as_one(c)) {
		free(new_number);
		return false;
	}
	order_children(c, new_number);
	order_drafts(c, new_number);
	order_held(o, new_number);
	free(new_number);
	drop_repeats(o);
	order_findings(c);
	struct batch_file *files = arena_array(&o->arena, c->n_files, sizeof *files);
	struct str *orgs = arena_array(&o->arena, c->n_orgs, sizeof *orgs);
	struct str *councils = arena_array(&o->arena, c->n_councils, sizeof *councils);
	memcpy(files, c->files, c->n_files * sizeof *files);
	for (size_t i = 0; i < c->n_files; i++)
		files[i].evidence = files[i].prefix = tables_name(c->spec, files[i].table);
	memcpy(orgs, c->orgs, c->n_orgs * sizeof *orgs);
	memcpy(councils, c->councils, c->n_councils * sizeof *councils);
	if (c->n_councils)
		qsort(councils, c->n_councils, sizeof *councils, by_text);
	o->b.spec = c->spec;
	o->b.files = files;
	o->b.n_files = c->n_files;
	o->b.drafts = o->drafts;
	o->b.order = o->order;
	o->b.n_drafts = o->n_drafts;
	o->b.orgs = orgs;
	o->b.n_orgs = c->n_orgs;
	o->b.councils = councils;
	o->b.n_councils = c->n_councils;
	return true;
}

/* ---- asking a batch ---- */

static const struct batch_own *own(const struct tables_batch *b)
{
	return (const struct batch_own *)b; /* b is its first member */
}

void tables_batch_free(struct tables_batch *b)
{
	struct batch_own *o = (struct batch_own *)b;
	if (!o)
		return;
	arena_release(&o->arena);
	free(o->text);
	free(o->drafts);
	free(o->order);
	free(o->held);
	free(o);
}

void tables_batch_written(struct tables_batch *b)
{
	struct batch_own *o = (struct batch_own *)b;
	struct batch_child *children = (struct batch_child *)(uintptr_t)b->children;
	for (size_t i = 0; i < b->n_children; i++)
		children[i].first = children[i].n = 0;
	free(o->drafts);
	free(o->order);
	o->drafts = NULL;
	o->order = NULL;
	b->order = NULL;
	o->n_drafts = b->n_drafts = 0;
	b->drafts = NULL;
}

size_t tables_batch_bytes(const struct tables_batch *b)
{
	const struct batch_own *o = own(b);
	return sizeof *o + o->arena.used + o->n_text + o->n_drafts * (sizeof *o->drafts + sizeof *o->order) +
	       o->n_held * sizeof *o->held;
}

const char *severity_id(enum severity s)
{
	return s == SEVERITY_KEPT_BACK ? "kept-back" : s == SEVERITY_WARNING ? "warning" : "file";
}

struct str draft_natural(const struct tables_batch *b, const struct draft_row *d)
{
	return (struct str){ own(b)->text + d->natural_at, d->natural_n };
}

void draft_event(const struct tables_batch *b, const struct draft_row *d, struct event *out, struct str *org_code_out)
{
	const struct vocab *v = b->spec->vocab;
	struct str natural = draft_natural(b, d);
	*out = (struct event){ .kind = d->kind,
			       .at = d->at,
			       .minute = d->minute,
			       .source_row = d->line,
			       .value = d->flags & DRAFT_HAS_VALUE ? d->value : INT64_MIN,
			       .end_day = d->end_day,
			       .code = v->codes[d->code],
			       .code2 = v->codes[d->code2],
			       .ref = { natural.p + d->ref_at, d->ref_n },
			       .natural = natural,
			       .body = { own(b)->text + d->body_at, d->body_n } };
	*org_code_out = d->org ? b->orgs[d->org - 1] : STR("");
}

/* Over words, not over numbers of this run: the same next year. */
uint64_t draft_hash(const struct tables_batch *b, const struct draft_row *d)
{
	struct event ev;
	struct str org;
	draft_event(b, d, &ev, &org);
	struct str kind = b->spec->vocab->kinds[d->kind].id;
	const struct str texts[] = { kind, ev.code, ev.code2, ev.ref, ev.natural, ev.body, org };
	const int64_t numbers[] = { ev.at, ev.minute, ev.value, ev.end_day };
	uint64_t h = hash64(11, numbers, sizeof numbers);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		h = hash64(h, texts[i].p, texts[i].n);
	return h;
}

bool batch_holds(const struct tables_batch *b, size_t child, struct str natural)
{
	const struct batch_own *o = own(b);
	size_t low = 0, high = o->n_held;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (o->held[mid].child < child)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < o->n_held && o->held[low].child == child; low++) {
		struct str p = text_of(o, o->held[low].prefix);
		if (natural.n > p.n && memcmp(natural.p, p.p, p.n) == 0 && natural.p[p.n] == '/')
			return true;
	}
	return false;
}

void tables_rejected_csv(const struct tables_batch *b, size_t table, struct buf *out)
{
	if (table >= b->spec->n)
		return;
	struct csv_writer w = { out, false };
	for (size_t i = 0; i < b->spec->tables[table].n_columns; i++)
		csv_put(&w, b->spec->tables[table].columns[i].name);
	csv_put(&w, STR("line"));
	csv_put(&w, STR("problem"));
	csv_end_row(&w);
	for (size_t i = 0; i < b->n_findings;) {
		const struct batch_finding *f = &b->findings[i];
		struct buf problems;
		buf_init(&problems, 4096);
		struct str record = { NULL, 0 };
		size_t k = i;
		for (; k < b->n_findings && b->findings[k].file == f->file && b->findings[k].line == f->line; k++) {
			const struct batch_finding *g = &b->findings[k];
			if (g->severity != SEVERITY_KEPT_BACK || !g->record.n)
				continue;
			record = g->record;
			buf_printf(&problems, "%s" STR_FMT "%s" STR_FMT, problems.n ? "; " : "", STR_ARG(g->column),
				   g->column.n ? ": " : "", STR_ARG(g->message));
		}
		if (record.n && f->file < b->n_files && b->files[f->file].table == table) {
			buf_str(out, record);
			w.in_row = true;
			csv_put_int(&w, f->line);
			csv_put(&w, buf_view(&problems));
			csv_end_row(&w);
		}
		buf_release(&problems);
		i = k;
	}
}

bool batch_names(const struct tables_batch *b, struct str council, struct str ref)
{
	size_t lo = 0, hi = b->n_children;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = str_cmp(b->children[mid].council, council);
		c = c ? c : str_cmp(b->children[mid].ref, ref);
		if (c == 0)
			return true;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}
