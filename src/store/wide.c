#include "store/wide.h"

/* One row, its parameters numbered from `first`. */
static void put_row(struct str row, size_t first, struct buf *out)
{
	for (size_t i = 0; i < row.n;) {
		buf_putc(out, row.p[i]);
		if (row.p[i++] != '$')
			continue;
		size_t n = 0;
		for (; i < row.n && row.p[i] >= '0' && row.p[i] <= '9'; i++)
			n = n * 10 + (size_t)(row.p[i] - '0');
		buf_printf(out, "%zu", first + n);
	}
}

bool wide_insert(const char *text, size_t n_in, size_t times, struct buf *out)
{
	static const char values[] = "VALUES (";
	const char *at = strstr(text, values);
	if (!n_in || strncmp(text, "INSERT INTO ", strlen("INSERT INTO ")) != 0 || !at)
		return false;
	const char *row = at + strlen(values) - 1, *end = row + strlen(row);
	if (strpbrk(row + 1, "('") || strchr(row, ')') != end - 1)
		return false;
	buf_put(out, text, (size_t)(row - text));
	for (size_t i = 0; i < times; i++) {
		buf_puts(out, i ? ", " : "");
		put_row((struct str){ row, (size_t)(end - row) }, i * n_in, out);
	}
	return buf_ok(out);
}
