#include "codec/csv_mark.h"

#include "codec/csv.h"

/* The cell at `i` as it is written; *quoted_out, and *end_out: after it, at its comma or line's end. */
static struct str cell_at(struct str t, size_t i, bool *quoted_out, size_t *end_out)
{
	size_t from = i;
	*quoted_out = i < t.n && t.p[i] == '"';
	if (*quoted_out) {
		for (i++; i < t.n; i++) {
			if (t.p[i] != '"')
				continue;
			if (i + 1 < t.n && t.p[i + 1] == '"')
				i++;
			else
				break;
		}
		i += i < t.n;
	}
	while (i < t.n && t.p[i] != ',' && t.p[i] != '\r' && t.p[i] != '\n')
		i++;
	*end_out = i;
	return (struct str){ t.p + from, i - from };
}

/* What stands in the quotes, if they are not needed; {NULL,0} if the cell can carry nothing. */
static struct str carrier(struct str cell, bool quoted)
{
	struct str in = cell;
	if (quoted)
		in = cell.n >= 2 && cell.p[cell.n - 1] == '"' ? (struct str){ cell.p + 1, cell.n - 2 }
							      : (struct str){ NULL, 0 };
	if (!in.n || in.p[0] == ' ' || in.p[in.n - 1] == ' ')
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < in.n; i++)
		if (strchr(",;\t\"\r\n", in.p[i]))
			return (struct str){ NULL, 0 };
	return in;
}

static uint64_t check_of(uint64_t number)
{
	uint64_t c = 0x5a;
	for (int i = 0; i < 8; i++, number >>= 8)
		c = (c * 31 + (number & 255)) & 255;
	return c;
}

static bool bit_of(uint64_t number, size_t i)
{
	i %= CSV_MARK_BITS;
	return i < 64 ? number >> i & 1 : check_of(number) >> (i - 64) & 1;
}

static bool ends_row(struct str t, size_t i)
{
	return i >= t.n || t.p[i] != ',';
}

typedef void mark_cell(void *arg, struct str cell, bool quoted, bool may);

/* Each cell, and what stands between them (`gap`). */
static void walk(struct str t, mark_cell *each, void (*gap)(void *arg, struct str s), void *arg)
{
	size_t row = 0, column = 0;
	for (size_t i = 0; i < t.n;) {
		bool quoted;
		size_t end, after;
		struct str cell = cell_at(t, i, &quoted, &end);
		bool alone = column == 0 && ends_row(t, end);
		each(arg, cell, quoted, row > 0 && !alone);
		column = ends_row(t, end) ? 0 : column + 1;
		row += column == 0;
		after = end < t.n && t.p[end] == ',' ? end + 1 : end;
		while (column == 0 && after < t.n && (t.p[after] == '\r' || t.p[after] == '\n'))
			after++;
		gap(arg, (struct str){ t.p + end, after - end });
		i = after;
	}
}

struct marking {
	struct buf *out;
	uint64_t number;
	size_t n;
};

static void put_cell(void *arg, struct str cell, bool quoted, bool may)
{
	struct marking *m = arg;
	struct str in = may ? carrier(cell, quoted) : (struct str){ NULL, 0 };
	if (!in.p) {
		buf_str(m->out, cell);
		return;
	}
	const char *q = bit_of(m->number, m->n++) ? "\"" : "";
	buf_puts(m->out, q);
	buf_str(m->out, in);
	buf_puts(m->out, q);
}

static void put_gap(void *arg, struct str s)
{
	struct marking *m = arg;
	buf_str(m->out, s);
}

void csv_mark(struct str table, uint64_t number, struct buf *out)
{
	struct marking m = { out, number, 0 };
	walk(table, put_cell, put_gap, &m);
}

struct reading {
	uint32_t ones[CSV_MARK_BITS], all[CSV_MARK_BITS];
	size_t n;
};

static void read_cell(void *arg, struct str cell, bool quoted, bool may)
{
	struct reading *r = arg;
	if (!may || !carrier(cell, quoted).p)
		return;
	size_t i = r->n++ % CSV_MARK_BITS;
	r->ones[i] += quoted;
	r->all[i]++;
}

static void read_gap(void *arg, struct str s)
{
	(void)arg;
	(void)s;
}

bool csv_marked(struct str table, uint64_t *number_out)
{
	struct reading r = { .n = 0 };
	uint64_t number = 0, check = 0;
	walk(table, read_cell, read_gap, &r);
	if (r.n < CSV_MARK_BITS)
		return false;
	for (size_t i = 0; i < CSV_MARK_BITS; i++) {
		uint64_t one = r.ones[i] * 2 > r.all[i];
		if (i < 64)
			number |= one << i;
		else
			check |= one << (i - 64);
	}
	if (!number || check != check_of(number))
		return false;
	*number_out = number;
	return true;
}
