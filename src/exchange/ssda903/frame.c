#include "exchange/ssda903/frame.h"

#include "base/text.h"

struct return_frame *frame_new(const struct return_spec *s, int year)
{
	struct return_frame *f = xcalloc(1, sizeof *f);
	f->spec = s;
	f->year = year;
	arena_init(&f->arena);
	f->troubles = xcalloc(RETURN_TROUBLES_MAX, sizeof *f->troubles);
	return f;
}

struct return_frame *return_frame_new(const struct return_spec *s, int year)
{
	struct return_frame *f = frame_new(s, year);
	words_copy(&f->words, &s->words);
	return f;
}

void return_frame_free(struct return_frame *f)
{
	if (!f)
		return;
	for (int when = 0; when < 2; when++)
		for (size_t t = 0; t < RETURN_TABLES_MAX; t++) {
			free(f->rows[when][t].cells);
			free(f->rows[when][t].lines);
			free(f->rows[when][t].files);
			free(f->rows[when][t].first);
		}
	free(f->children);
	free(f->troubles);
	words_release(&f->words);
	arena_release(&f->arena);
	free(f);
}

size_t return_frame_bytes(const struct return_frame *f)
{
	size_t n = sizeof *f + f->arena.used + f->words.cap_text + f->words.cap * sizeof *f->words.ends;
	for (int when = 0; when < 2; when++)
		for (size_t t = 0; t < f->spec->n_tables; t++)
			n += f->rows[when][t].cap * (f->spec->tables[t].stride * 4 + 5);
	return n;
}

/* ---- rows ---- */

void return_frame_table(struct return_frame *f, int when, size_t table)
{
	struct frame_rows *r = &f->rows[when][table];
	r->there = true;
	for (size_t c = 0; c < f->spec->tables[table].n_columns; c++)
		if (!f->spec->tables[table].columns[c].optional)
			r->columns |= 1u << c;
}

bool frame_put(struct return_frame *f, int when, size_t table, const int32_t *cells, uint32_t line, uint8_t file)
{
	struct frame_rows *r = &f->rows[when][table];
	const struct rtable *t = &f->spec->tables[table];
	if (r->n == RETURN_ROWS_MAX)
		return false;
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap + r->cap / 2 : 1024;
		r->cells = xrealloc(r->cells, r->cap * t->stride * sizeof *r->cells);
		r->lines = xrealloc(r->lines, r->cap * sizeof *r->lines);
		r->files = xrealloc(r->files, r->cap);
	}
	int32_t *to = r->cells + r->n * t->stride;
	memcpy(to, cells, t->n_columns * sizeof *to);
	memset(to + t->n_columns, 0, (t->stride - t->n_columns) * sizeof *to);
	r->lines[r->n] = line;
	r->files[r->n++] = file;
	return true;
}

void return_frame_row(struct return_frame *f, int when, size_t table, const struct str *cells, size_t n)
{
	int32_t values[RETURN_COLUMNS_MAX] = { 0 };
	const struct rtable *t = &f->spec->tables[table];
	struct frame_rows *r = &f->rows[when][table];
	for (size_t i = 0; i < n && i < t->n_columns; i++) {
		values[i] = cell_value(f->spec, &f->words, &t->columns[i], str_trim(cells[i]));
		if (values[i])
			r->columns |= 1u << i;
	}
	if (values[0])
		frame_put(f, when, table, values, (uint32_t)r->n + 2, 0);
}

void frame_trouble(struct return_frame *f, const struct return_trouble *t)
{
	f->troubles_total++;
	if (f->n_troubles == RETURN_TROUBLES_MAX)
		return;
	struct return_trouble *to = &f->troubles[f->n_troubles++];
	*to = *t;
	to->column = arena_str(&f->arena, t->column);
	to->rule = arena_str(&f->arena, t->rule);
	to->found = arena_str(&f->arena, t->found);
	to->message = arena_str(&f->arena, t->message);
	to->todo = arena_str(&f->arena, t->todo);
}

/* ---- two years that were read beside one another ---- */

/* What a cell says that is not of its type is a word too, below 0. */
static void renumber(struct frame_rows *r, const struct rtable *t, size_t column, const uint32_t *numbers)
{
	enum cell_type type = t->columns[column].type;
	bool words = type != CELLS_DAY && type != CELLS_PART_DAY && type != CELLS_NUMBER;
	for (size_t i = 0; i < r->n; i++) {
		int32_t *v = &r->cells[i * t->stride + column];
		if (*v < 0)
			*v = -(int32_t)numbers[-*v];
		else if (words)
			*v = (int32_t)numbers[*v];
	}
}

/* The words of `other` in f's numbers; those of the spec are the same in both. NULL: too many. */
static uint32_t *word_numbers(struct return_frame *f, const struct return_frame *other)
{
	uint32_t *numbers = xmalloc((other->words.n + 1) * sizeof *numbers);
	size_t shared = f->spec->words.n;
	words_index(&f->words);
	for (uint32_t i = 0; i <= other->words.n; i++) {
		numbers[i] = i <= shared ? i : words_put(&f->words, words_get(&other->words, i));
		if (i && !numbers[i]) {
			free(numbers);
			return NULL;
		}
	}
	return numbers;
}

bool frame_take_year(struct return_frame *f, struct return_frame *other, int when)
{
	uint32_t *numbers = word_numbers(f, other);
	for (size_t t = 0; numbers && t < f->spec->n_tables; t++) {
		const struct rtable *table = &f->spec->tables[t];
		struct frame_rows *r = &other->rows[when][t];
		for (size_t c = 0; c < table->n_columns; c++)
			renumber(r, table, c, numbers);
		f->rows[when][t] = *r;
		*r = (struct frame_rows){ 0 };
	}
	for (size_t i = 0; i < f->n_files; i++)
		if (f->files[i].when == when) {
			struct str name = f->files[i].name; /* in our own arena */
			f->files[i] = other->files[i];
			f->files[i].name = name;
		}
	for (size_t i = 0; i < other->n_troubles; i++)
		frame_trouble(f, &other->troubles[i]);
	f->troubles_total += other->troubles_total - (int64_t)other->n_troubles;
	bool taken = numbers != NULL;
	free(numbers);
	return taken;
}

/* ---- sorting ---- */

static int by_text(const void *a, const void *b, void *arg)
{
	const struct words *w = arg;
	return str_cmp(words_get(w, *(const uint32_t *)a), words_get(w, *(const uint32_t *)b));
}

/* Every child of either year; rank[word]: 1 + its place. */
static uint32_t *rank_children(struct return_frame *f)
{
	uint32_t *rank = xcalloc(f->words.n + 1, sizeof *rank);
	size_t n = 0;
	for (int when = 0; when < 2; when++)
		for (size_t t = 0; t < f->spec->n_tables; t++)
			for (size_t i = 0; i < f->rows[when][t].n; i++) {
				uint32_t *r = &rank[frame_row(f, when, t, i)[0]];
				n += !*r;
				*r = 1;
			}
	f->children = xcalloc(n + 1, sizeof *f->children);
	for (uint32_t w = 1; w <= f->words.n; w++)
		if (rank[w])
			f->children[f->n_children++] = w;
	qsort_r(f->children, f->n_children, sizeof *f->children, by_text, &f->words);
	for (size_t i = 0; i < f->n_children; i++)
		rank[f->children[i]] = (uint32_t)i + 1;
	return rank;
}

struct sorting {
	const int32_t *cells;
	size_t stride, second; /* the column behind the order's: an earlier end first */
	int order;
	const uint32_t *lines;
};

static int by_day(const void *a, const void *b, void *arg)
{
	const struct sorting *s = arg;
	size_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const int32_t *p = s->cells + x * s->stride, *q = s->cells + y * s->stride;
	if (s->order >= 0) {
		int32_t d = p[s->order], e = q[s->order];
		if ((d > 0) != (e > 0))
			return d > 0 ? -1 : 1;
		if (d != e && d > 0)
			return d < e ? -1 : 1;
		int32_t g = p[s->second], h = q[s->second];
		if (d > 0 && (g > 0) != (h > 0))
			return g > 0 ? -1 : 1;
		if (d > 0 && g != h)
			return g < h ? -1 : 1;
	}
	return (s->lines[x] > s->lines[y]) - (s->lines[x] < s->lines[y]);
}

/* By child (a counting sort), then by day; `second` is DEC for episodes. */
static void sort_rows(struct return_frame *f, int when, size_t table, const uint32_t *rank)
{
	struct frame_rows *r = &f->rows[when][table];
	const struct rtable *t = &f->spec->tables[table];
	uint32_t *first = xcalloc(f->n_children + 1, sizeof *first), *next = xcalloc(f->n_children + 1, sizeof *next);
	uint32_t *order = xcalloc(r->n + 1, sizeof *order);
	for (size_t i = 0; i < r->n; i++)
		first[rank[r->cells[i * t->stride]]]++;
	for (size_t c = 1; c <= f->n_children; c++)
		first[c] += first[c - 1];
	memcpy(next, first, f->n_children * sizeof *next);
	for (size_t i = 0; i < r->n; i++)
		order[next[rank[r->cells[i * t->stride]] - 1]++] = (uint32_t)i;
	free(next);
	r->first = first;
	int dec = table == f->spec->episodes ? column_named(t, STR("DEC")) : t->order;
	struct sorting s = { r->cells, t->stride, (size_t)(dec < 0 ? 0 : dec), t->order, r->lines };
	for (size_t c = 0, from = 0; c < f->n_children; c++) {
		size_t end = r->first[c + 1];
		if (end - from > 1)
			qsort_r(order + from, end - from, sizeof *order, by_day, &s);
		from = end;
	}
	int32_t *cells = xmalloc((r->n + 1) * t->stride * sizeof *cells);
	uint32_t *lines = xmalloc((r->n + 1) * sizeof *lines);
	uint8_t *files = xmalloc(r->n + 1);
	for (size_t i = 0; i < r->n; i++) {
		memcpy(cells + i * t->stride, r->cells + order[i] * t->stride, t->stride * sizeof *cells);
		lines[i] = r->lines[order[i]];
		files[i] = r->files[order[i]];
	}
	free(order);
	free(r->cells);
	free(r->lines);
	free(r->files);
	r->cells = cells;
	r->lines = lines;
	r->files = files;
	r->cap = r->n + 1;
}

/* ---- what follows from the episodes of a child ---- */

struct dates {
	size_t decom, dec, ls, base;
	int32_t year_end;
};

static void derive_child(int32_t *cells, size_t stride, size_t n, const struct dates *d)
{
	for (size_t i = 0; i < n;) { /* a period of care: no day between two episodes */
		size_t end = i + 1;
		while (end < n && cells[end * stride + d->decom] > 0 &&
		       (cells[(end - 1) * stride + d->dec] <= 0 ||
			cells[end * stride + d->decom] <= cells[(end - 1) * stride + d->dec]))
			end++;
		for (size_t k = i; k < end; k++) {
			int32_t *to = cells + k * stride + d->base;
			to[PERIOD_START] = cells[i * stride + d->decom];
			to[PERIOD_END] = cells[(end - 1) * stride + d->dec];
		}
		for (size_t k = i; k < end;) { /* inside it, the same legal status */
			size_t same = k + 1;
			while (same < end && cells[same * stride + d->ls] == cells[k * stride + d->ls])
				same++;
			int32_t until = cells[(same - 1) * stride + d->dec];
			for (size_t m = k; m < same; m++) {
				cells[m * stride + d->base + STATUS_START] = cells[k * stride + d->decom];
				cells[m * stride + d->base + STATUS_END] = until ? until : d->year_end;
			}
			k = same;
		}
		i = end;
	}
}

static void derive(struct return_frame *f, int when)
{
	size_t table = f->spec->episodes;
	const struct rtable *t = &f->spec->tables[table];
	struct frame_rows *r = &f->rows[when][table];
	struct dates d = { (size_t)column_named(t, STR("DECOM")), (size_t)column_named(t, STR("DEC")),
			   (size_t)column_named(t, STR("LS")), t->n_columns,
			   return_year_last(f->spec, f->year) + DAY_ZERO };
	if (when == RETURN_LAST)
		d.year_end = return_year_first(f->spec, f->year) - 1 + DAY_ZERO;
	for (size_t c = 0; c < f->n_children; c++) {
		size_t first = r->first[c], n = r->first[c + 1] - first;
		if (n)
			derive_child(r->cells + first * t->stride, t->stride, n, &d);
	}
}

void return_frame_done(struct return_frame *f)
{
	uint32_t *rank = rank_children(f);
	for (int when = 0; when < 2; when++)
		for (size_t t = 0; t < f->spec->n_tables; t++)
			sort_rows(f, when, t, rank);
	derive(f, RETURN_NOW);
	derive(f, RETURN_LAST);
	free(rank);
	f->done = true;
}

/* ---- asking ---- */

const struct return_spec *return_frame_spec(const struct return_frame *f)
{
	return f->spec;
}

int return_frame_year(const struct return_frame *f)
{
	return f->year;
}

size_t return_files(const struct return_frame *f)
{
	return f->n_files;
}

const struct return_file *return_file(const struct return_frame *f, size_t i)
{
	return &f->files[i];
}

size_t return_troubles(const struct return_frame *f)
{
	return f->n_troubles;
}

const struct return_trouble *return_trouble(const struct return_frame *f, size_t i)
{
	return &f->troubles[i];
}

int64_t return_troubles_total(const struct return_frame *f)
{
	return f->troubles_total;
}

bool return_has(const struct return_frame *f, int when, size_t table)
{
	return f->rows[when][table].there;
}

size_t return_rows(const struct return_frame *f, int when, size_t table)
{
	return f->rows[when][table].n;
}

int64_t return_line(const struct return_frame *f, int when, size_t table, size_t row)
{
	return f->rows[when][table].lines[row];
}

size_t return_row_file(const struct return_frame *f, int when, size_t table, size_t row)
{
	return f->rows[when][table].files[row];
}

struct str return_cell(const struct return_frame *f, int when, size_t table, size_t row, size_t column, char *out)
{
	return cell_text(&f->words, f->spec->tables[table].columns[column].type, frame_row(f, when, table, row)[column],
			 out);
}

day_t return_day(const struct return_frame *f, int when, size_t table, size_t row, size_t column)
{
	int32_t v = frame_row(f, when, table, row)[column];
	return v > 0 ? v - DAY_ZERO : DAY_NONE;
}

int return_number(const struct return_frame *f, int when, size_t table, size_t row, size_t column)
{
	int32_t v = frame_row(f, when, table, row)[column];
	return v > 0 ? v - 1 : -1;
}

size_t return_children(const struct return_frame *f)
{
	return f->n_children;
}

struct str return_child(const struct return_frame *f, size_t child)
{
	return words_get(&f->words, f->children[child]);
}

size_t return_child_find(const struct return_frame *f, struct str number)
{
	size_t lo = 0, hi = f->n_children;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = str_cmp(return_child(f, mid), number);
		if (c == 0)
			return mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return SIZE_MAX;
}

void return_rows_of(const struct return_frame *f, int when, size_t table, size_t child, size_t *first_out,
		    size_t *n_out)
{
	const uint32_t *first = f->rows[when][table].first;
	*first_out = first[child];
	*n_out = first[child + 1] - first[child];
}
