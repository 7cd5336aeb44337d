#include "stat/protect.h"

enum {
	OPEN_MAX = 24,	    /* balances out of balance at once */
	NODES_MAX = 200000, /* of one search */
	VISITS_MAX = 3,	    /* ways kept to the same open balances: they differ in the cells used up */
	DETAIL_COST = 1000, /* a shown cell of cost 1; its count, up to 999, decides between equals */
	HIDDEN_COST = 1,    /* a cell that is hidden already */
	OPEN_COST = 400,    /* guess of what closing one balance will cost: leads the search to the end */
	HASTE = 10,	    /* times that, if there was no end within NODES_MAX: any move, not the cheapest */
};
#define NO_CELL UINT32_MAX

struct term {
	uint32_t other; /* in a balance: the cell; in a cell: the balance */
	int8_t sign;
	uint32_t next; /* NO_CELL at the end */
};

struct cell {
	int64_t value, cost;
	bool fixed;
	uint32_t terms; /* its balances */
};

struct balance {
	uint32_t terms; /* its cells */
	uint32_t n;
};

struct protect {
	struct cell *cells;
	struct balance *balances;
	struct term *terms;
	size_t cells_n, cells_cap, balances_n, balances_cap, terms_n, terms_cap;
};

/* ---- describing the table ---- */

struct protect *protect_new(void)
{
	return xcalloc(1, sizeof(struct protect));
}

void protect_free(struct protect *t)
{
	if (!t)
		return;
	free(t->cells);
	free(t->balances);
	free(t->terms);
	free(t);
}

void auto_protect(struct protect **t)
{
	protect_free(*t);
}

static void *room(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap ? *cap * 2 : 64;
	return xrealloc(p, *cap * size);
}

enum rc protect_cell(struct protect *t, int64_t value, int64_t cost, size_t *cell_out, struct err *e)
{
	if (value < 0 || value > INT64_MAX / 4 || cost < 1 || cost > 1000000)
		return err_set(e, RC_BAD_INPUT, "Cell %zu: a count is 0 or more and a cost 1 to 1000000; correct it.",
			       t->cells_n);
	if (t->cells_n == PROTECT_CELLS_MAX)
		return err_set(e, RC_LIMIT,
			       "The table has more than %d cells; publish it in parts that share no total.",
			       PROTECT_CELLS_MAX);
	t->cells = room(t->cells, t->cells_n, &t->cells_cap, sizeof *t->cells);
	t->cells[t->cells_n] = (struct cell){ .value = value, .cost = cost, .terms = NO_CELL };
	*cell_out = t->cells_n++;
	return RC_OK;
}

void protect_fix(struct protect *t, size_t cell)
{
	t->cells[cell].fixed = true;
}

static void add_term(struct protect *t, uint32_t *list, size_t other, int sign)
{
	t->terms = room(t->terms, t->terms_n, &t->terms_cap, sizeof *t->terms);
	t->terms[t->terms_n] = (struct term){ .other = (uint32_t)other, .sign = (int8_t)sign, .next = *list };
	*list = (uint32_t)t->terms_n++;
}

enum rc protect_balance(struct protect *t, const size_t *cells, const int *signs, size_t n, struct err *e)
{
	int64_t sum = 0;
	if (t->terms_n + 2 * n >= NO_CELL)
		return err_set(e, RC_LIMIT, "The table has too many sums; publish it in parts that share no total.");
	for (size_t i = 0; i < n; i++) {
		if (cells[i] >= t->cells_n || (signs[i] != 1 && signs[i] != -1))
			return err_set(e, RC_INTERNAL, "A balance names a cell or a sign that does not exist.");
		if (__builtin_add_overflow(sum, signs[i] * t->cells[cells[i]].value, &sum))
			return err_set(e, RC_LIMIT, "The counts of the table are too large to add.");
	}
	if (n == 0 || sum != 0)
		return err_set(e, RC_BAD_INPUT, "The parts do not add up to the total in cell %zu; give exact counts.",
			       n ? cells[0] : 0);
	t->balances = room(t->balances, t->balances_n, &t->balances_cap, sizeof *t->balances);
	struct balance b = { .terms = NO_CELL, .n = (uint32_t)n };
	for (size_t i = n; i-- > 0;) {
		add_term(t, &b.terms, cells[i], signs[i]);
		add_term(t, &t->cells[cells[i]].terms, t->balances_n, signs[i]);
	}
	t->balances[t->balances_n++] = b;
	return RC_OK;
}

enum rc protect_sum(struct protect *t, size_t total, const size_t *parts, size_t n, struct err *e)
{
	AUTO(auto_free) size_t *cells = xcalloc(n + 1, sizeof *cells);
	AUTO(auto_free) int *signs = xcalloc(n + 1, sizeof *signs);
	cells[0] = total;
	signs[0] = 1;
	for (size_t i = 0; i < n; i++) {
		cells[i + 1] = parts[i];
		signs[i + 1] = -1;
	}
	return protect_balance(t, cells, signs, n + 1, e);
}

/* ---- the search for a move ---- */

struct open_balance {
	uint32_t balance;
	int32_t by; /* sum of sign x change, not 0 */
};

struct node { /* a move that is not finished: the cell changed last, and what is still open */
	int64_t cost, guess;
	uint32_t parent, cell;
	int8_t step; /* 1 or -1 */
	uint8_t open_n;
	struct open_balance open[OPEN_MAX]; /* by balance */
};

struct search {
	const struct protect *t;
	int64_t from, to; /* small counts stay within */
	const bool *hidden;
	struct node *nodes;
	size_t nodes_n, nodes_cap;
	int64_t open_cost;
	uint32_t *heap; /* of nodes, least guess first */
	size_t heap_n;
	uint64_t *seen; /* open hashing of what was open; 0 is empty */
	uint8_t *visits;
	uint32_t *filled; /* places of seen that this search took: clearing all would be slower than most searches */
	size_t filled_n;
};

enum { SEEN_SIZE = 1 << 19 }; /* over twice NODES_MAX */

static bool before(const struct search *s, uint32_t a, uint32_t b)
{
	int64_t x = s->nodes[a].guess, y = s->nodes[b].guess;
	return x != y ? x < y : a < b; /* the same table always gives the same answer */
}

static void heap_push(struct search *s, uint32_t node)
{
	size_t i = s->heap_n++;
	for (; i > 0 && before(s, node, s->heap[(i - 1) / 2]); i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = node;
}

static uint32_t heap_pop(struct search *s)
{
	uint32_t top = s->heap[0], last = s->heap[--s->heap_n];
	size_t i = 0;
	for (size_t child; (child = 2 * i + 1) < s->heap_n; i = child) {
		if (child + 1 < s->heap_n && before(s, s->heap[child + 1], s->heap[child]))
			child++;
		if (!before(s, s->heap[child], last))
			break;
		s->heap[i] = s->heap[child];
	}
	s->heap[i] = last;
	return top;
}

/* May what is open be gone on from once more? Asked when its turn comes, so the cheapest ways are kept. */
static bool new_enough(struct search *s, const struct node *n)
{
	uint64_t h = 0x9E3779B97F4A7C15u;
	for (size_t i = 0; i < n->open_n; i++) {
		h ^= ((uint64_t)n->open[i].balance << 32) | (uint32_t)n->open[i].by;
		h *= 0xFF51AFD7ED558CCDu;
		h ^= h >> 32;
	}
	h |= 1;
	size_t at = h >> 13 & (SEEN_SIZE - 1);
	while (s->seen[at] && s->seen[at] != h)
		at = (at + 1) & (SEEN_SIZE - 1);
	if (!s->seen[at]) {
		s->seen[at] = h;
		s->filled[s->filled_n++] = (uint32_t)at;
	}
	return s->visits[at] < VISITS_MAX && ++s->visits[at];
}

/* Can the cell go up or down by one, in another table that shows the same? */
static bool can_step(const struct search *s, uint32_t cell, int step)
{
	const struct cell *c = &s->t->cells[cell];
	int64_t v = c->value + step;
	bool small = c->value >= s->from && c->value <= s->to;
	return !c->fixed && v >= (small ? s->from : 0) && (!small || v <= s->to);
}

static bool on_way(const struct search *s, uint32_t node, uint32_t cell)
{
	for (; node != NO_CELL; node = s->nodes[node].parent)
		if (s->nodes[node].cell == cell)
			return true;
	return false;
}

static int64_t cost_of(const struct search *s, uint32_t cell)
{
	const struct cell *c = &s->t->cells[cell];
	if (s->hidden[cell])
		return HIDDEN_COST;
	return c->cost * DETAIL_COST + (c->value < DETAIL_COST ? c->value : DETAIL_COST - 1);
}

/* The change of one balance joins what is open; false if that grows too long. */
static bool join_open(struct node *n, uint32_t balance, int by)
{
	size_t i = 0;
	while (i < n->open_n && n->open[i].balance < balance)
		i++;
	if (i < n->open_n && n->open[i].balance == balance) {
		n->open[i].by += by;
		if (n->open[i].by != 0)
			return true;
		n->open_n--;
		memmove(&n->open[i], &n->open[i + 1], (n->open_n - i) * sizeof n->open[0]);
		return true;
	}
	if (n->open_n == OPEN_MAX)
		return false;
	memmove(&n->open[i + 1], &n->open[i], (n->open_n - i) * sizeof n->open[0]);
	n->open[i] = (struct open_balance){ .balance = balance, .by = by };
	n->open_n++;
	return true;
}

/* Adds the node that follows `parent` (or begins the move) with one cell changed. */
static void add_node(struct search *s, uint32_t parent, uint32_t cell, int step)
{
	struct node n = { .parent = parent };
	if (parent != NO_CELL)
		n = s->nodes[parent];
	n.parent = parent;
	n.cell = cell;
	n.step = (int8_t)step;
	n.cost += cost_of(s, cell);
	for (uint32_t i = s->t->cells[cell].terms; i != NO_CELL; i = s->t->terms[i].next)
		if (!join_open(&n, s->t->terms[i].other, s->t->terms[i].sign * step))
			return;
	n.guess = n.cost + n.open_n * s->open_cost;
	if (s->nodes_n == NODES_MAX)
		return;
	s->nodes = room(s->nodes, s->nodes_n, &s->nodes_cap, sizeof *s->nodes);
	s->nodes[s->nodes_n] = n;
	heap_push(s, (uint32_t)s->nodes_n++);
}

/* Any finished move must change a further cell of each open balance: the one with fewest is tried. */
static void expand(struct search *s, uint32_t node)
{
	struct open_balance o = s->nodes[node].open[0];
	for (size_t i = 1; i < s->nodes[node].open_n; i++)
		if (s->t->balances[s->nodes[node].open[i].balance].n < s->t->balances[o.balance].n)
			o = s->nodes[node].open[i];
	for (uint32_t i = s->t->balances[o.balance].terms; i != NO_CELL; i = s->t->terms[i].next) {
		struct term m = s->t->terms[i];
		int step = (o.by > 0) == (m.sign > 0) ? -1 : 1;
		if (can_step(s, m.other, step) && !on_way(s, node, m.other))
			add_node(s, node, m.other, step);
	}
}

/* The last node of the cheapest move found that changes `cell`, or NO_CELL. */
static uint32_t find_move(struct search *s, uint32_t cell, int64_t open_cost)
{
	s->open_cost = open_cost;
	for (size_t i = 0; i < s->filled_n; i++) {
		s->seen[s->filled[i]] = 0;
		s->visits[s->filled[i]] = 0;
	}
	s->nodes_n = s->heap_n = s->filled_n = 0;
	for (int step = 1; step >= -1; step -= 2)
		if (can_step(s, cell, step))
			add_node(s, NO_CELL, cell, step);
	while (s->heap_n) {
		uint32_t node = heap_pop(s);
		if (s->nodes[node].open_n == 0)
			return node;
		if (new_enough(s, &s->nodes[node]))
			expand(s, node);
	}
	return NO_CELL;
}

static enum rc hide_all(struct search *s, bool *hidden, struct err *e)
{
	AUTO(auto_free) bool *safe = xcalloc(s->t->cells_n + 1, sizeof *safe);
	for (size_t i = 0; i < s->t->cells_n; i++) {
		if (!hidden[i] || safe[i])
			continue; /* what a move hides, it makes safe */
		uint32_t node = find_move(s, (uint32_t)i, OPEN_COST);
		if (node == NO_CELL)
			node = find_move(s, (uint32_t)i, HASTE * OPEN_COST);
		if (node == NO_CELL)
			return err_set(e, RC_LIMIT,
				       "The count in cell %zu could be worked out and no way was found to prevent it. "
				       "Publish fewer "
				       "totals or larger areas; nothing of this table may be published.",
				       i);
		for (; node != NO_CELL; node = s->nodes[node].parent)
			hidden[s->nodes[node].cell] = safe[s->nodes[node].cell] = true;
	}
	return RC_OK;
}

enum rc protect(const struct protect *t, int64_t small_from, int64_t small_to, bool *hidden_out, struct err *e)
{
	if (small_from < 0 || small_to <= small_from)
		return err_set(e, RC_BAD_INPUT,
			       "The small counts of a rule are a range of two values or more, from 0 up.");
	AUTO(auto_free) bool *hidden = xcalloc(t->cells_n + 1, sizeof *hidden);
	for (size_t i = 0; i < t->cells_n; i++) {
		hidden[i] = t->cells[i].value >= small_from && t->cells[i].value <= small_to;
		if (hidden[i] && t->cells[i].fixed)
			return err_set(e, RC_BAD_INPUT, "Cell %zu is small and known already; it cannot be protected.",
				       i);
	}
	AUTO(auto_free) uint32_t *heap = xcalloc(NODES_MAX, sizeof *heap);
	AUTO(auto_free) uint64_t *seen = xcalloc(SEEN_SIZE, sizeof *seen);
	AUTO(auto_free) uint8_t *visits = xcalloc(SEEN_SIZE, sizeof *visits);
	AUTO(auto_free) uint32_t *filled = xcalloc(NODES_MAX, sizeof *filled);
	struct search s = { .t = t,
			    .from = small_from,
			    .to = small_to,
			    .hidden = hidden,
			    .heap = heap,
			    .seen = seen,
			    .visits = visits,
			    .filled = filled };
	enum rc rc = hide_all(&s, hidden, e);
	free(s.nodes);
	if (rc == RC_OK)
		memcpy(hidden_out, hidden, t->cells_n * sizeof *hidden);
	return rc;
}
