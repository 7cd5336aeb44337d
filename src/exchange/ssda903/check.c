/* check.c - the rules over a frame, child by child. */
#include "exchange/ssda903/expr.h"
#include "exchange/ssda903/frame.h"

#include "base/text.h"

#include <pthread.h>

enum { THREADS_MAX = 8 };
#define NO_ROW INT32_MIN

struct place {		      /* a row, and the rows of its child round it */
	const int32_t *cells; /* of the child's first row of this table; NULL: no row */
	size_t n, i;
	uint8_t table, when;
};

struct running {
	const struct return_frame *f;
	const struct return_spec *s;
	size_t child;
	struct place here, row, outer;
	int32_t year_start, year_end, year_before;
	int8_t known[DEFINITIONS_MAX]; /* of this child: 0 not asked, 1 false, 2 true */
	const uint32_t *repeat;
	int32_t order[RETURN_TABLES_MAX];
};

static struct place rows_of(const struct running *r, int when, size_t table)
{
	size_t first, n;
	return_rows_of(r->f, when, table, r->child, &first, &n);
	return (struct place){ n ? frame_row(r->f, when, table, first) : NULL, n, 0, (uint8_t)table, (uint8_t)when };
}

static const int32_t *row_at(const struct running *r, const struct place *p, size_t i)
{
	return p->cells + i * r->s->tables[p->table].stride;
}

/* Rows without a readable day stand last and have no place in the order. */
static bool in_order(const struct running *r, const struct place *p, size_t i)
{
	int32_t order = r->order[p->table];
	return i < p->n && (order < 0 || row_at(r, p, i)[order] > 0);
}

static const int32_t *last_in_order(const struct running *r, const struct place *p)
{
	size_t i = p->n;
	while (i && !in_order(r, p, i - 1))
		i--;
	return i ? row_at(r, p, i - 1) : NULL;
}

static const int32_t *row_of(const struct running *r, enum ref ref)
{
	struct place p = r->here;
	switch (ref) {
	case REF_HERE: break;
	case REF_ROW: p = r->row; break;
	case REF_OUTER: p = r->outer; break;
	case REF_PREVIOUS: return p.i >= 1 && in_order(r, &p, p.i) ? row_at(r, &p, p.i - 1) : NULL;
	case REF_PREVIOUS2: return p.i >= 2 && in_order(r, &p, p.i) ? row_at(r, &p, p.i - 2) : NULL;
	case REF_NEXT: return in_order(r, &p, p.i) && in_order(r, &p, p.i + 1) ? row_at(r, &p, p.i + 1) : NULL;
	case REF_HEADER: p = rows_of(r, RETURN_NOW, r->s->header); break;
	case REF_LAST_HEADER: p = rows_of(r, RETURN_LAST, r->s->header); break;
	case REF_LAST_EPISODE: p = rows_of(r, RETURN_LAST, r->s->episodes); return p.n ? last_in_order(r, &p) : NULL;
	}
	return p.cells ? row_at(r, &p, p.i) : NULL;
}

static int32_t cell_at(const struct running *r, const struct node *n)
{
	const int32_t *row =
	    n->ref == REF_HERE && r->here.cells ? row_at(r, &r->here, r->here.i) : row_of(r, (enum ref)n->ref);
	return row ? row[n->column] : NO_ROW;
}

static bool holds(struct running *r, uint32_t i);
static int32_t value_of(struct running *r, uint32_t i);

/* Rows of last year that are the same as one of this year are not counted twice. */
static bool told_this_year(const struct running *r, const struct place *now, const int32_t *row)
{
	int32_t order = r->order[now->table];
	for (size_t i = 0; order >= 0 && i < now->n; i++)
		if (row_at(r, now, i)[order] == row[order])
			return true;
	return false;
}

typedef bool each_row(struct running *r, const struct node *n, const int32_t *row, void *arg); /* false: stop */

/* Calls `each` for every row of the source that meets the condition. */
static void through(struct running *r, const struct node *n, each_row *each, void *arg)
{
	struct place here = r->here, outer = r->outer;
	struct place now = rows_of(r, RETURN_NOW, n->table), last = rows_of(r, RETURN_LAST, n->table);
	r->outer = here;
	for (int when = n->rows == ROWS_LAST ? RETURN_LAST : RETURN_NOW;
	     when <= (n->rows == ROWS_NOW ? RETURN_NOW : RETURN_LAST); when++) {
		r->here = when == RETURN_NOW ? now : last;
		for (r->here.i = 0; r->here.i < r->here.n; r->here.i++) {
			const int32_t *row = row_at(r, &r->here, r->here.i);
			if (n->rows == ROWS_BOTH && when == RETURN_LAST && told_this_year(r, &now, row))
				continue;
			if ((!n->b || holds(r, n->b)) && !each(r, n, row, arg))
				goto out;
		}
	}
out:
	r->here = here;
	r->outer = outer;
}

static bool stop_at_one(struct running *r, const struct node *n, const int32_t *row, void *arg)
{
	(void)r, (void)n, (void)row;
	*(bool *)arg = true;
	return false;
}

static bool count_one(struct running *r, const struct node *n, const int32_t *row, void *arg)
{
	(void)r, (void)n, (void)row;
	++*(int32_t *)arg;
	return true;
}

static bool extreme(struct running *r, const struct node *n, const int32_t *row, void *arg)
{
	int32_t v = row[n->column], *best = arg;
	(void)r;
	if (v > 0 && (*best <= 0 || (n->op == OP_EARLIEST ? v < *best : v > *best)))
		*best = v;
	return true;
}

struct adding {
	int32_t from, to, sum;
	int decom, dec;
};

static bool add_days(struct running *r, const struct node *n, const int32_t *row, void *arg)
{
	struct adding *a = arg;
	(void)n;
	int32_t from = row[a->decom], to = row[a->dec] ? row[a->dec] : r->year_end;
	from = from > a->from ? from : a->from;
	to = to < a->to ? to : a->to;
	if (row[a->decom] > 0 && to > from)
		a->sum += to - from;
	return true;
}

static int32_t days_of(struct running *r, const struct node *n)
{
	const struct rtable *t = &r->s->tables[n->table];
	struct adding a = { .from = value_of(r, n->c), .to = value_of(r, n->d) };
	a.decom = column_named(t, STR("DECOM"));
	a.dec = column_named(t, STR("DEC"));
	if (a.from <= 0 || a.to <= 0)
		return 0;
	through(r, n, add_days, &a);
	return a.sum + 1;
}

/* Above 0, or 0 and below: not known. */
static int32_t value_of(struct running *r, uint32_t i)
{
	const struct node *n = &r->s->nodes[i];
	int32_t v = 0;
	switch ((enum op)n->op) {
	case OP_CELL: return cell_at(r, n);
	case OP_CONST: return n->value;
	case OP_YEAR_START: return r->year_start;
	case OP_YEAR_END: return r->year_end;
	case OP_YEAR_BEFORE: return r->year_before;
	case OP_BIRTHDAY: v = value_of(r, n->a); return v > 0 ? day_birthday(v - DAY_ZERO, n->value) + DAY_ZERO : 0;
	case OP_PLUS_DAYS: v = value_of(r, n->a); return v > 0 ? v + n->value : 0;
	case OP_PLUS_MONTHS:
		v = value_of(r, n->a);
		return v > 0 ? day_add_months(v - DAY_ZERO, n->value) + DAY_ZERO : 0;
	case OP_COUNT: through(r, n, count_one, &v); return v + 1;
	case OP_EARLIEST:
	case OP_LATEST: through(r, n, extreme, &v); return v;
	case OP_DAYS: return days_of(r, n);
	default: return 0;
	}
}

static bool compare(struct running *r, const struct node *n)
{
	int32_t a = value_of(r, n->a), b = value_of(r, n->b);
	if (a <= 0 || b <= 0)
		return false;
	switch ((enum op)n->op) {
	case OP_EQ: return a == b;
	case OP_NE: return a != b;
	case OP_LT: return a < b;
	case OP_LE: return a <= b;
	case OP_GT: return a > b;
	default: return a >= b;
	}
}

static bool about_cell(const struct running *r, const struct node *n)
{
	const struct node *c = &r->s->nodes[n->a];
	int32_t v = cell_at(r, c);
	if (v == NO_ROW)
		return false;
	if (n->op == OP_BLANK || n->op == OP_FILLED)
		return (v == 0) == (n->op == OP_BLANK);
	const struct place *p = c->ref == REF_ROW ? &r->row : c->ref == REF_OUTER ? &r->outer : &r->here;
	bool last =
	    c->ref == REF_LAST_HEADER || c->ref == REF_LAST_EPISODE || (c->ref != REF_HEADER && p->when == RETURN_LAST);
	bool valid = v && cell_valid(r->s, &r->f->words, (enum cell_type)c->cells, c->set, r->f->year - last, v);
	return n->op == OP_VALID ? valid : v && !valid;
}

static bool defined(struct running *r, uint32_t d)
{
	if (!r->known[d]) {
		struct place here = r->here, row = r->row, outer = r->outer;
		r->here = r->row = r->outer = (struct place){ 0 };
		r->known[d] = holds(r, r->s->definitions[d].root) ? 2 : 1;
		r->here = here;
		r->row = row;
		r->outer = outer;
	}
	return r->known[d] == 2;
}

static bool holds(struct running *r, uint32_t i)
{
	const struct node *n = &r->s->nodes[i];
	int32_t v;
	bool found = false;
	switch ((enum op)n->op) {
	case OP_AND: return holds(r, n->a) && holds(r, n->b);
	case OP_OR: return holds(r, n->a) || holds(r, n->b);
	case OP_NOT: return !holds(r, n->a);
	case OP_BLANK:
	case OP_FILLED:
	case OP_VALID:
	case OP_WRONG: return about_cell(r, n);
	case OP_IN:
		v = value_of(r, n->a);
		return v > 0 && v < CODE_WORDS_MAX && r->s->literals[n->b][v / 64] >> v % 64 & 1;
	case OP_DIFFERS: {
		int32_t a = cell_at(r, &r->s->nodes[n->a]), b = cell_at(r, &r->s->nodes[n->b]);
		return a != NO_ROW && b != NO_ROW && a != b;
	}
	case OP_FIRST: return in_order(r, &r->here, r->here.i) && r->here.i == 0;
	case OP_FINAL: return in_order(r, &r->here, r->here.i) && !in_order(r, &r->here, r->here.i + 1);
	case OP_ANY: through(r, n, stop_at_one, &found); return found;
	case OP_NONE: through(r, n, stop_at_one, &found); return !found;
	case OP_DEFINED: return defined(r, n->a);
	case OP_REPEATED: v = cell_at(r, &r->s->nodes[n->a]); return v > 0 && r->repeat && r->repeat[v] > 1;
	default: return compare(r, n);
	}
}

/* ---- which rules can run ---- */

static struct str missing(struct return_result *out, const struct return_frame *f, const struct need *n)
{
	const struct rtable *t = &f->spec->tables[n->table];
	const struct frame_rows *r = &f->rows[n->when][n->table];
	const char *whose = n->when == RETURN_LAST ? "last year’s return" : "this return";
	if (!r->there && n->when == RETURN_LAST && f->year - 1 < t->from && t->from > 0)
		return arena_printf(&out->arena, "the table " STR_FMT " began in " STR_FMT ", so last year has none",
				    STR_ARG(t->name), STR_ARG(f->spec->years[t->from]));
	bool any = false;
	for (size_t i = 0; i < f->spec->n_tables; i++)
		any = any || f->rows[n->when][i].there;
	if (!any && n->when == RETURN_LAST)
		return STR("last year’s return was not given");
	if (!r->there)
		return arena_printf(&out->arena, "the table " STR_FMT " of %s was not given", STR_ARG(t->name), whose);
	if (n->column >= 0 && !(r->columns >> n->column & 1))
		return arena_printf(&out->arena, "the table " STR_FMT " of %s has no column " STR_FMT, STR_ARG(t->name),
				    whose, STR_ARG(t->columns[n->column].name));
	return (struct str){ NULL, 0 };
}

static void decide(struct return_result *out, size_t i)
{
	const struct return_frame *f = out->frame;
	const struct rrule *rule = &f->spec->rules[i];
	struct return_rule_result *r = &out->rules[i];
	if (!return_rule_in_year(f->spec, i, f->year))
		return;
	r->state = RETURN_RAN;
	if (rule->needs_list.n) {
		r->state = RETURN_NOT_RUN;
		r->why = str_is(rule->needs_list, "ofsted")
			     ? STR("it needs Ofsted’s list of homes, which this program does not have")
			     : STR("it needs the list of all postcodes, which this program does not have");
		return;
	}
	struct need own = { RETURN_NOW, rule->table, -1 };
	struct str why = missing(out, f, &own);
	for (size_t k = 0; !why.n && k < rule->n_needs; k++)
		why = missing(out, f, &rule->needs[k]);
	if (why.n) {
		r->state = RETURN_NOT_RUN;
		r->why = why;
	} else if (rule->wants_last && !f->rows[RETURN_LAST][f->spec->header].there &&
		   !f->rows[RETURN_LAST][f->spec->episodes].there) {
		r->state = RETURN_RAN_ALONE;
		r->why = STR("last year’s return was not given, so only this year was looked at");
	}
}

/* ---- the pass ---- */

struct part { /* the children of one thread */
	const struct return_result *out;
	size_t from, to;
	struct return_finding *found;
	size_t n, cap;
	int64_t *counts; /* [rules] */
	int64_t total, children;
	const uint32_t *const *repeats;		     /* [rules] */
	const uint16_t *by_table[RETURN_TABLES_MAX]; /* rules to run */
	size_t n_by_table[RETURN_TABLES_MAX];
};

static void keep(struct part *p, uint16_t rule, size_t row)
{
	p->counts[rule]++;
	p->total++;
	if (p->n == RETURN_FINDINGS_MAX / 2)
		return;
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 4096;
		p->found = xrealloc(p->found, p->cap * sizeof *p->found);
	}
	p->found[p->n++] = (struct return_finding){ (uint32_t)row, rule };
}

static void running_init(struct running *r, const struct return_frame *f)
{
	*r = (struct running){ .f = f, .s = f->spec };
	r->year_start = return_year_first(f->spec, f->year) + DAY_ZERO;
	r->year_end = return_year_last(f->spec, f->year) + DAY_ZERO;
	struct ymd a = day_ymd(r->year_start - DAY_ZERO);
	r->year_before = day_of(a.year - 1, 4, 1) + DAY_ZERO;
	for (size_t t = 0; t < f->spec->n_tables; t++)
		r->order[t] = f->spec->tables[t].order;
}

static void check_child(struct part *p, struct running *r)
{
	int64_t before = p->total;
	memset(r->known, 0, sizeof r->known);
	for (size_t t = 0; t < r->s->n_tables; t++) {
		size_t first, n;
		return_rows_of(r->f, RETURN_NOW, t, r->child, &first, &n);
		if (!n)
			continue;
		r->here = rows_of(r, RETURN_NOW, t);
		for (size_t i = 0; i < n; i++) {
			r->here.i = i;
			r->row = r->here;
			for (size_t k = 0; k < p->n_by_table[t]; k++) {
				uint16_t rule = p->by_table[t][k];
				r->repeat = p->repeats[rule];
				if (holds(r, r->s->rules[rule].root))
					keep(p, rule, first + i);
			}
		}
	}
	p->children += p->total > before;
}

static void *check_part(void *arg)
{
	struct part *p = arg;
	struct running r;
	running_init(&r, p->out->frame);
	for (r.child = p->from; r.child < p->to; r.child++)
		check_child(p, &r);
	return NULL;
}

/* How often each word stands in a column. */
static uint32_t *repeats_of(const struct return_frame *f, size_t table, int column)
{
	uint32_t *count = xcalloc(f->words.n + 1, sizeof *count);
	for (size_t i = 0; i < f->rows[RETURN_NOW][table].n; i++) {
		int32_t v = frame_row(f, RETURN_NOW, table, i)[column];
		if (v > 0)
			count[v]++;
	}
	return count;
}

static int by_rule(const void *a, const void *b)
{
	const struct return_finding *x = a, *y = b;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static void gather(struct return_result *out, struct part *parts, size_t n)
{
	size_t all = 0;
	for (size_t i = 0; i < n; i++)
		all += parts[i].n;
	out->findings = xmalloc((all + 1) * sizeof *out->findings);
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n)
			memcpy(out->findings + out->n_findings, parts[i].found, parts[i].n * sizeof *out->findings);
		out->n_findings += parts[i].n;
		out->total += parts[i].total;
		out->children += parts[i].children;
		for (size_t k = 0; k < out->frame->spec->n_rules; k++)
			out->rules[k].found += parts[i].counts[k];
		free(parts[i].found);
		free(parts[i].counts);
	}
	qsort(out->findings, out->n_findings, sizeof *out->findings, by_rule);
}

static void run(struct return_result *out, size_t threads)
{
	const struct return_frame *f = out->frame;
	uint16_t *lists = xcalloc(f->spec->n_rules + 1, sizeof *lists), *next = lists;
	uint32_t **repeats = xcalloc(f->spec->n_rules + 1, sizeof *repeats);
	struct part parts[THREADS_MAX] = { { 0 } };
	for (size_t t = 0; t < f->spec->n_tables; t++) {
		parts[0].by_table[t] = next;
		for (size_t i = 0; i < f->spec->n_rules; i++) {
			const struct rrule *rule = &f->spec->rules[i];
			if (rule->table != t || !out->rules[i].state || out->rules[i].state == RETURN_NOT_RUN)
				continue;
			*next++ = (uint16_t)i;
			parts[0].n_by_table[t]++;
			if (rule->repeats >= 0)
				repeats[i] = repeats_of(f, t, rule->repeats);
		}
	}
	pthread_t ids[THREADS_MAX];
	size_t started = 0;
	for (size_t i = 0; i < threads; i++) {
		parts[i] = i ? parts[0] : parts[i];
		parts[i].out = out;
		parts[i].from = f->n_children * i / threads;
		parts[i].to = f->n_children * (i + 1) / threads;
		parts[i].repeats = (const uint32_t *const *)repeats;
		parts[i].counts = xcalloc(f->spec->n_rules + 1, sizeof *parts[i].counts);
	}
	for (size_t i = 1; i < threads && pthread_create(&ids[i], NULL, check_part, &parts[i]) == 0; i++)
		started = i;
	check_part(&parts[0]);
	for (size_t i = started + 1; i < threads; i++) /* threads that could not be had */
		check_part(&parts[i]);
	for (size_t i = 1; i <= started; i++)
		pthread_join(ids[i], NULL);
	gather(out, parts, threads);
	for (size_t i = 0; i < f->spec->n_rules; i++)
		free(repeats[i]);
	free(repeats);
	free(lists);
}

enum rc return_check(const struct return_frame *f, int threads, struct return_result **out, struct err *e)
{
	if (!f->done)
		return err_set(e, RC_INTERNAL, "The rows of the return are not sorted");
	struct return_result *r = xcalloc(1, sizeof *r);
	arena_init(&r->arena);
	r->frame = f;
	r->rules = xcalloc(f->spec->n_rules + 1, sizeof *r->rules);
	for (size_t i = 0; i < f->spec->n_rules; i++)
		decide(r, i);
	run(r, threads < 1 ? 1 : threads > THREADS_MAX ? (size_t)THREADS_MAX : (size_t)threads);
	*out = r;
	return RC_OK;
}

void return_result_free(struct return_result *r)
{
	if (!r)
		return;
	free(r->rules);
	free(r->findings);
	arena_release(&r->arena);
	free(r);
}

static void put_found(const struct return_result *r, const struct return_finding *d, bool all, struct buf *out)
{
	const struct rrule *rule = &r->frame->spec->rules[d->rule];
	char text[24];
	for (size_t i = 0; i < rule->n_fields; i++) {
		const struct rcolumn *c = &r->frame->spec->tables[rule->table].columns[rule->fields[i]];
		struct str cell = return_cell(r->frame, RETURN_NOW, rule->table, d->row, rule->fields[i], text);
		buf_printf(out, "%s" STR_FMT, i ? ", " : "", STR_ARG(c->name));
		if (all || c->keep)
			buf_printf(out, " " STR_FMT, STR_ARG(cell.n ? cell : STR("blank")));
	}
}

void return_found(const struct return_result *r, const struct return_finding *d, struct buf *out)
{
	put_found(r, d, true, out);
}

void return_found_kept(const struct return_result *r, const struct return_finding *d, struct buf *out)
{
	put_found(r, d, false, out);
}

bool return_is(const struct return_frame *f, size_t child, struct str definition)
{
	struct running r;
	running_init(&r, f);
	r.child = child;
	for (uint32_t i = 0; i < f->spec->n_definitions; i++)
		if (str_eq(f->spec->definitions[i].name, definition))
			return defined(&r, i);
	return false;
}
