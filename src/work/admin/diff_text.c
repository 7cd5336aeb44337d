/* diff_text.c - two texts, line by line (editions.h). */
#include "base/text.h"
#include "work/admin/editions.h"

enum { LINES_MAX = 20000, TABLE_MAX = 4000000, AROUND = 3 };

static size_t lines_of(struct str text, struct arena *a, struct str **out)
{
	struct str *lines = arena_array(a, LINES_MAX, sizeof *lines);
	size_t n = 0;
	for (struct str rest = text; rest.n && n < LINES_MAX;)
		lines[n++] = str_cut(rest, '\n', &rest);
	*out = lines;
	return n;
}

struct diffing {
	const struct str *x, *y;
	size_t nx, ny, first, end; /* lines that are the same at both ends */
	struct diff_line *out;
	size_t n;
};

static void put(struct diffing *d, char sort, size_t i, size_t j)
{
	d->out[d->n++] = (struct diff_line){ sort, sort == DIFF_IN ? 0 : (int)i + 1, sort == DIFF_OUT ? 0 : (int)j + 1,
					     sort == DIFF_IN ? d->y[j] : d->x[i] };
}

/* The middles by the longest common lines; too large ones as replaced whole. */
static void middle(struct diffing *d, struct arena *a)
{
	size_t n = d->nx - d->first - d->end, m = d->ny - d->first - d->end, i = 0, j = 0;
	uint16_t *best = NULL;
	if (n && m && (n + 1) * (m + 1) <= TABLE_MAX) {
		best = arena_array(a, (n + 1) * (m + 1), sizeof *best);
		for (size_t p = n; p-- > 0;)
			for (size_t q = m; q-- > 0;) {
				uint16_t down = best[(p + 1) * (m + 1) + q], right = best[p * (m + 1) + q + 1];
				bool same = str_eq(d->x[d->first + p], d->y[d->first + q]);
				best[p * (m + 1) + q] = same ? (uint16_t)(best[(p + 1) * (m + 1) + q + 1] + 1)
							: down >= right ? down
									: right;
			}
	}
	while (i < n || j < m) {
		bool same = best && i < n && j < m && str_eq(d->x[d->first + i], d->y[d->first + j]);
		if (same) {
			put(d, DIFF_SAME, d->first + i, d->first + j);
			i++, j++;
		} else if (i < n && (j == m || !best || best[(i + 1) * (m + 1) + j] >= best[i * (m + 1) + j + 1])) {
			put(d, DIFF_OUT, d->first + i++, 0);
		} else {
			put(d, DIFF_IN, 0, d->first + j++);
		}
	}
}

/* Only what is near a difference; a gap for the rest. */
static size_t near_only(struct diff_line *all, size_t n)
{
	size_t kept = 0, last = SIZE_MAX; /* last: index of the latest difference */
	size_t next = 0;
	for (size_t i = 0; i < n; i++) {
		for (next = next < i ? i : next; next < n && all[next].sort == DIFF_SAME; next++)
			;
		if (all[i].sort != DIFF_SAME)
			last = i;
		bool near = (last != SIZE_MAX && i - last <= AROUND) || (next < n && next - i <= AROUND);
		if (near)
			all[kept++] = all[i];
		else if (!kept || all[kept - 1].sort != DIFF_GAP)
			all[kept++] = (struct diff_line){ .sort = DIFF_GAP };
	}
	return kept;
}

void texts_diff(struct str before, struct str after, struct arena *a, const struct diff_line **out, size_t *n_out)
{
	struct str *x, *y;
	struct diffing d = { .nx = lines_of(before, a, &x), .ny = lines_of(after, a, &y) };
	d.x = x;
	d.y = y;
	size_t least = d.nx < d.ny ? d.nx : d.ny;
	while (d.first < least && str_eq(x[d.first], y[d.first]))
		d.first++;
	while (d.end < least - d.first && str_eq(x[d.nx - 1 - d.end], y[d.ny - 1 - d.end]))
		d.end++;
	d.out = arena_array(a, d.nx + d.ny + 1, sizeof *d.out);
	for (size_t i = 0; i < d.first; i++)
		put(&d, DIFF_SAME, i, i);
	middle(&d, a);
	for (size_t i = d.end; i-- > 0;)
		put(&d, DIFF_SAME, d.nx - 1 - i, d.ny - 1 - i);
	*n_out = d.first + d.end == d.nx && d.nx == d.ny ? 0 : near_only(d.out, d.n);
	*out = d.out;
}
