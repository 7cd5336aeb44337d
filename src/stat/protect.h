/*
 * protect.h - a table from which no hidden count can be worked out.
 *
 * If a row shows 12, hidden, 30 and the total 45, the hidden count is 3. So more
 * must be hidden than the small counts. Which, depends on every sum a reader can
 * make: rows, columns, areas into a region, months into a year, overlapping
 * groups, the same count in two tables. The caller states all of them here as
 * *balances*; protect() adds hidden cells until nothing can be recovered.
 *
 * Method. A cell is safe if there is another table that a reader could just as
 * well be looking at: the same in everything shown, every balance kept, no count
 * below 0, every small count still within the small range, and this cell one
 * more or one less. Such a table is a *move*: some hidden cells up by one, others
 * down by one. For each hidden cell in turn the cheapest move is searched (best
 * first, by the cost of what else must be hidden), and what it uses is hidden.
 * The move itself proves every cell on it safe, against any way of calculating,
 * not only against subtraction; cells hidden later do not undo it.
 *
 * What it does not do
 *  - It knows the balances it was given, and no others. Percentages and rates of
 *    a hidden count must be hidden by the caller; so must older publications of
 *    the same count be stated (protect_fix).
 *  - It promises at least two possible values, not a wide range.
 *  - Who already knows one hidden count (a service that knows its own) can
 *    work out its partner. Publish bands or fewer areas where that matters.
 *  - It is not always the least that could be hidden: cells are dealt with in
 *    their order. When no move is found (too much fixed, or the search at its limit)
 *    it says so, and nothing of the table may be published.
 *
 * Cox, JASA 75 (1980) 377-385 (moves along cycles of hidden cells); Hundepool and
 * others, Statistical disclosure control (2012), ch. 4. The search is our own.
 */
#ifndef LINNET_STAT_PROTECT_H
#define LINNET_STAT_PROTECT_H

#include "base/err.h"

enum { PROTECT_CELLS_MAX = 100000 };

struct protect; /* a table while it is being described */
struct protect *protect_new(void);
void protect_free(struct protect *t);
void auto_protect(struct protect **t); /* AUTO(auto_protect) */

/* Adds a count; *cell_out is 0, 1, 2, ... `cost`, 1 to 1000000: what its absence costs the reader,
 * 1 for a detail, more for a total. RC_BAD_INPUT: negative count, cost outside; RC_LIMIT: too many. */
enum rc protect_cell(struct protect *t, int64_t value, int64_t cost, size_t *cell_out, struct err *e) NODISCARD;
/* This count (a cell of this table) is known already and cannot be hidden. RC_BAD_INPUT from protect() if it is small.
 */
void protect_fix(struct protect *t, size_t cell);

/* total = sum of the parts. RC_BAD_INPUT if it is not so (the text names the total's cell):
 * rounded counts do not add up, give the exact ones. One part: the same count twice. */
enum rc protect_sum(struct protect *t, size_t total, const size_t *parts, size_t n, struct err *e) NODISCARD;
/* Sum of sign x cell = 0, signs 1 and -1. For groups that overlap: +both +either -one -other. */
enum rc protect_balance(struct protect *t, const size_t *cells, const int *signs, size_t n, struct err *e) NODISCARD;

/* Hides every count in small_from..small_to (two values at least) and what must go with them.
 * hidden_out: one for each cell. RC_LIMIT: no way found; hidden_out untouched. */
enum rc protect(const struct protect *t, int64_t small_from, int64_t small_to, bool *hidden_out,
		struct err *e) NODISCARD;

#endif
