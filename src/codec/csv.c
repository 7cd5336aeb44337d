#include "codec/csv.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* libcsv splits records into cells and decides where a record ends; we feed it
 * one line of the file at a time, so that we know where each record begins. A line
 * without a quotation mark is a record of its own, and is split where it lies. */

enum { BLOCK = 256 * 1024 };

struct reader {
	struct csv_parser parser;
	csv_source *source;
	void *source_arg;
	csv_row_fn *row;
	void *row_arg;
	struct err *e;
	enum rc rc;

	char *block; /* BLOCK bytes; [from,to) is not yet parsed, the record begins at `begin` */
	size_t begin, from, to;
	uint64_t block_at; /* offset of block[0] in the input */
	bool ended;	   /* the source has no more */

	char *cells_text; /* CSV_RECORD_MAX: cells of the record, one after the other */
	size_t cells_used;
	struct str cells[CSV_COLUMNS_MAX];
	size_t n_cells;
	bool any; /* a cell of the record is not empty */
	bool too_many;
	bool row_done; /* libcsv said that the record is complete */

	int64_t line; /* line at `from` */
	int64_t record_line;
	bool last_was_cr;
	unsigned char separator; /* 0: told from the first line */
};

static const char save_as[] = "open it in your spreadsheet program and save it again as \"CSV UTF-8\"";

static const char has_nul[] = "holds a NUL byte, so this is not a CSV file or it is damaged";

static void on_cell(void *p, size_t n, void *arg)
{
	struct reader *r = arg;
	if (r->n_cells == CSV_COLUMNS_MAX) {
		r->too_many = true;
		return;
	}
	/* Cells are never longer than the record, and that is checked before. */
	char *to = r->cells_text + r->cells_used;
	if (n)
		memcpy(to, p, n);
	r->cells_used += n;
	struct str cell = str_trim((struct str){ to, n });
	r->any = r->any || cell.n > 0;
	r->cells[r->n_cells++] = cell;
}

/* What on_cell and on_row say of a line without quotation marks. */
static void split_plain(struct reader *r, const char *p, const char *end)
{
	const char sep = (char)r->separator;
	for (const char *from = p;; p++) {
		if (p < end && *p != sep)
			continue;
		if (r->n_cells == CSV_COLUMNS_MAX) {
			r->too_many = true;
			break;
		}
		struct str cell = str_trim((struct str){ from, (size_t)(p - from) });
		r->any = r->any || cell.n > 0;
		r->cells[r->n_cells++] = cell;
		if (p >= end)
			break;
		from = p + 1;
	}
	r->row_done = true;
}

static void on_row(int end, void *arg)
{
	struct reader *r = arg;
	(void)end;
	r->row_done = true;
}

static enum rc refuse(struct reader *r, enum rc rc, const char *words, const char *todo)
{
	return err_set(r->e, rc, "line %" PRId64 " %s: %s", r->record_line, words, todo);
}

/* Moves what is not finished to the front of the block and fills up behind it. */
static enum rc refill(struct reader *r)
{
	memmove(r->block, r->block + r->begin, r->to - r->begin);
	r->block_at += r->begin;
	r->from -= r->begin;
	r->to -= r->begin;
	r->begin = 0;
	while (r->to < BLOCK && !r->ended) {
		size_t got;
		enum rc rc = r->source(r->source_arg, r->block + r->to, BLOCK - r->to, &got, r->e);
		if (rc != RC_OK)
			return rc;
		r->to += got;
		if (got == 0)
			r->ended = true;
		else if (r->to - r->from >= BLOCK / 2)
			break;
	}
	return RC_OK;
}

/* Words of eight bytes without a high bit and without a zero byte need no look. */
static bool plain_ascii(const char *p, size_t n)
{
	uint64_t w, high = 0, zero = 0;
	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&w, p, 8);
		high |= w;
		zero |= (w - 0x0101010101010101u) & ~w;
	}
	for (; n; n--, p++) {
		high |= (unsigned char)*p;
		zero |= *p ? 0 : 0x80;
	}
	return !((high | zero) & 0x8080808080808080u);
}

static enum rc check_text(struct reader *r, struct str s)
{
	if (plain_ascii(s.p, s.n))
		return RC_OK;
	size_t bad = utf8_bad_at(s);
	if (bad == SIZE_MAX)
		return RC_OK;
	if (s.p[bad] == '\0')
		return refuse(r, RC_BAD_INPUT, has_nul, save_as);
	return refuse(r, RC_BAD_INPUT, "is not UTF-8 (perhaps Windows-1252, which many programs call only \"CSV\")",
		      save_as);
}

static enum rc deliver(struct reader *r, size_t size)
{
	enum rc rc = RC_OK;
	r->row_done = false;
	if (r->too_many)
		return err_set(r->e, RC_LIMIT,
			       "line %" PRId64 " has more than %d columns: delete the empty columns behind the table",
			       r->record_line, CSV_COLUMNS_MAX);
	if (r->any) {
		rc = check_text(r, (struct str){ r->block + r->begin, size });
		struct csv_row row = { r->cells, r->n_cells,	    r->record_line, r->block_at + r->begin,
				       size,	 (char)r->separator };
		if (rc == RC_OK)
			rc = r->row(r->row_arg, &row, r->e);
	}
	r->n_cells = 0;
	r->cells_used = 0;
	r->any = false;
	return rc;
}

/* The end of the line that begins at from: just behind its CR or LF; NULL if not in the block. */
static char *line_end(struct reader *r)
{
	char *p = r->block + r->from;
	size_t n = r->to - r->from;
	char *lf = memchr(p, '\n', n);
	char *cr = memchr(p, '\r', lf ? (size_t)(lf - p) : n);
	char *end = cr ? cr : lf;
	return end ? end + 1 : NULL;
}

/* The LF of a CRLF comes as a line of its own, right behind its CR. */
static void count_line(struct reader *r, char ended_by, size_t n)
{
	if (!(ended_by == '\n' && n == 1 && r->last_was_cr))
		r->line++;
	r->last_was_cr = ended_by == '\r';
}

static enum rc parse_to(struct reader *r, const char *end, bool whole_line)
{
	char *p = r->block + r->from;
	size_t n = (size_t)(end - p);
	if (r->from + n - r->begin > CSV_RECORD_MAX && memchr(r->block + r->begin, '\0', r->to - r->begin))
		return refuse(r, RC_BAD_INPUT, has_nul, save_as);
	if (r->from + n - r->begin > CSV_RECORD_MAX)
		return refuse(r, RC_LIMIT, "is longer than 64 KiB, or a quotation mark in it is never closed",
			      "look at this line in the file and correct it");
	bool plain = whole_line && n > 1 && r->begin == r->from && r->parser.pstate == 0 && !memchr(p, '"', n);
	if (plain)
		split_plain(r, p, end - 1);
	else if (csv_parse(&r->parser, p, n, on_cell, on_row, r) != n)
		return err_set(r->e, RC_BAD_INPUT, "line %" PRId64 " cannot be read: %s", r->record_line, save_as);
	r->from += n;
	if (whole_line)
		count_line(r, end[-1], n);
	else
		r->last_was_cr = false;
	/* A line that ends no record is blank, the LF of a CRLF, or inside quotes;
	 * in the first two cases the parser has not begun a record (state 0). */
	if (whole_line && !r->row_done && r->parser.pstate == 0) {
		r->begin = r->from;
		r->record_line = r->line;
	}
	if (!r->row_done)
		return RC_OK;
	size_t size = r->from - r->begin - (whole_line ? 1 : 0);
	enum rc rc = deliver(r, size);
	r->begin = r->from;
	r->record_line = r->line;
	return rc;
}

/* Byte order marks; and text in two-byte units, which has a zero in every other byte. */
static enum rc look_at_start(struct reader *r)
{
	const unsigned char *p = (const unsigned char *)r->block;
	size_t n = r->to;
	if (n == 0)
		return err_set(r->e, RC_BAD_INPUT,
			       "the file is empty: a first line with the names of the columns is expected");
	if (n >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF)
		r->begin = r->from = 3;
	else if (n >= 2 && ((p[0] == 0xFF && p[1] == 0xFE) || (p[0] == 0xFE && p[1] == 0xFF) || (!p[0] && p[1]) ||
			    (p[0] && !p[1])))
		return err_set(r->e, RC_BAD_INPUT, "the file is in UTF-16 (\"Unicode text\"), not UTF-8: %s", save_as);
	else if (n >= 4 && p[0] == 'P' && p[1] == 'K' && p[2] == 3 && p[3] == 4)
		return err_set(r->e, RC_BAD_INPUT, "the file is a workbook, not a CSV file: %s, each sheet as a file",
			       save_as);
	return RC_OK;
}

/* The separator that is most often in the first line, outside quotes. */
static unsigned char separator_of(const struct reader *r)
{
	static const char known[] = { ',', ';', '\t' };
	size_t count[3] = { 0, 0, 0 }, best = 0;
	bool quoted = false;
	for (size_t i = r->from; i < r->to && i - r->from < CSV_RECORD_MAX; i++) {
		char c = r->block[i];
		if (!quoted && (c == '\n' || c == '\r'))
			break;
		quoted = quoted != (c == '"');
		for (size_t k = 0; k < 3 && !quoted; k++)
			count[k] += c == known[k];
	}
	for (size_t k = 1; k < 3; k++)
		if (count[k] > count[best])
			best = k;
	return (unsigned char)known[best];
}

/* What a record may hold unquoted at its ends is trimmed by us; libcsv must not
 * take a tab that separates for a blank. */
static int no_space(unsigned char c)
{
	return c == ' ';
}

static enum rc read_all(struct reader *r)
{
	enum rc rc = refill(r);
	if (rc == RC_OK)
		rc = look_at_start(r);
	if (rc != RC_OK)
		return rc;
	if (!r->separator)
		r->separator = separator_of(r);
	csv_set_delim(&r->parser, r->separator);
	while (rc == RC_OK) {
		const char *end = line_end(r);
		if (end) {
			rc = parse_to(r, end, true);
		} else if (r->ended) {
			if (r->from < r->to)
				rc = parse_to(r, r->block + r->to, false);
			break;
		} else {
			/* The rest of the block is the beginning of a line. Parse it now: a
			 * line without end is refused here and never held as a whole. */
			rc = r->from < r->to ? parse_to(r, r->block + r->to, false) : RC_OK;
			if (rc == RC_OK)
				rc = refill(r);
		}
	}
	if (rc != RC_OK)
		return rc;
	/* Stray quotes inside cells are borne with; only one left open at the end is not. */
	csv_set_opts(&r->parser, CSV_STRICT | CSV_STRICT_FINI);
	if (csv_fini(&r->parser, on_cell, on_row, r) != 0)
		return refuse(r, RC_BAD_INPUT, "has a quotation mark that is never closed",
			      "look at this line in the file and correct it");
	return r->row_done ? deliver(r, r->from - r->begin) : RC_OK;
}

static enum rc read_source(csv_source *source, void *source_arg, char separator, csv_row_fn *row, void *row_arg,
			   struct err *e)
{
	struct reader *r = xcalloc(1, sizeof *r);
	r->separator = (unsigned char)separator;
	r->source = source;
	r->source_arg = source_arg;
	r->row = row;
	r->row_arg = row_arg;
	r->e = e;
	r->line = r->record_line = 1;
	r->block = xmalloc(BLOCK);
	r->cells_text = xmalloc(CSV_RECORD_MAX + 1);
	if (csv_init(&r->parser, 0) != 0)
		base_oom(sizeof r->parser);
	csv_set_space_func(&r->parser, no_space);
	enum rc rc = read_all(r);
	csv_free(&r->parser);
	free(r->block);
	free(r->cells_text);
	free(r);
	return rc;
}

enum rc csv_read(csv_source *source, void *source_arg, csv_row_fn *row, void *row_arg, struct err *e)
{
	return read_source(source, source_arg, 0, row, row_arg, e);
}

static enum rc from_text(void *arg, void *p, size_t n, size_t *got_out, struct err *e)
{
	struct str *s = arg;
	(void)e;
	size_t k = s->n < n ? s->n : n;
	if (k)
		memcpy(p, s->p, k);
	s->p += k;
	s->n -= k;
	*got_out = k;
	return RC_OK;
}

enum rc csv_read_text(struct str text, csv_row_fn *row, void *row_arg, struct err *e)
{
	return csv_read(from_text, &text, row, row_arg, e);
}

enum rc csv_read_record(struct str record, char separator, csv_row_fn *row, void *row_arg, struct err *e)
{
	return read_source(from_text, &record, separator, row, row_arg, e);
}

static enum rc from_fd(void *arg, void *p, size_t n, size_t *got_out, struct err *e)
{
	ssize_t k;
	do
		k = read(*(int *)arg, p, n);
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return err_set(e, RC_IO, "it could not be read: %s", strerror(errno));
	*got_out = (size_t)k;
	return RC_OK;
}

enum rc csv_read_file(const char *path, csv_row_fn *row, void *row_arg, struct err *e)
{
	int fd AUTO(auto_close) = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, RC_IO, "%s could not be opened: %s", path, strerror(errno));
	enum rc rc = csv_read(from_fd, &fd, row, row_arg, e);
	return rc == RC_OK ? rc : err_prefix(e, "%s", path);
}

/* ---- writing ---- */

void csv_quote(struct buf *b, struct str cell)
{
	bool plain = true;
	for (size_t i = 0; i < cell.n && plain; i++)
		plain = cell.p[i] != ',' && cell.p[i] != ';' && cell.p[i] != '\t' && cell.p[i] != '"' &&
			cell.p[i] != '\n' && cell.p[i] != '\r';
	plain = plain && (!cell.n || (cell.p[0] != ' ' && cell.p[cell.n - 1] != ' '));
	if (plain) {
		buf_str(b, cell);
		return;
	}
	buf_putc(b, '"');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_putc(b, '"');
		buf_putc(b, cell.p[i]);
	}
	buf_putc(b, '"');
}

void csv_put(struct csv_writer *w, struct str cell)
{
	if (w->in_row)
		buf_putc(w->b, ',');
	w->in_row = true;
	csv_quote(w->b, cell);
}

void csv_put_int(struct csv_writer *w, int64_t v)
{
	char text[24];
	int n = snprintf(text, sizeof text, "%" PRId64, v);
	csv_put(w, (struct str){ text, (size_t)n });
}

bool csv_is_formula(struct str cell)
{
	return cell.n && (memchr("=+-@\t", cell.p[0], 5) != NULL);
}

struct str csv_unsafe(struct str cell)
{
	if (cell.n > 1 && cell.p[0] == '\'' && csv_is_formula((struct str){ cell.p + 1, cell.n - 1 }))
		return (struct str){ cell.p + 1, cell.n - 1 };
	return cell;
}

void csv_put_safe(struct csv_writer *w, struct str cell)
{
	if (!csv_is_formula(cell)) {
		csv_put(w, cell);
		return;
	}
	struct buf b;
	buf_init(&b, cell.n + 2);
	buf_putc(&b, '\'');
	buf_str(&b, cell);
	csv_put(w, buf_view(&b));
	buf_release(&b);
}

void csv_end_row(struct csv_writer *w)
{
	buf_puts(w->b, "\r\n");
	w->in_row = false;
}
