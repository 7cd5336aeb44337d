#include "exchange/sheets/feed.h"

#include "base/text.h"
#include "codec/csv.h"

#include <errno.h>
#include <unistd.h>

bool sheets_is_workbook(int fd)
{
	char head[4];
	return pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head && memcmp(head, "PK\003\004", 4) == 0;
}

struct str feed_text(const struct cell *c)
{
	return c->kind == CELL_EMPTY ? (struct str){ "", 0 } : str_trim(c->text);
}

bool feed_is_error(const struct cell *c)
{
	static const char *const errors[] = { "#N/A",  "#REF!",	 "#VALUE!", "#DIV/0!",
					      "#NAME?", "#NUM!", "#NULL!",  "#SPILL!" };
	struct str t = feed_text(c);
	if (c->kind == CELL_ERROR)
		return true;
	for (size_t i = 0; t.n && t.p[0] == '#' && i < COUNT_OF(errors); i++)
		if (str_is(t, errors[i]))
			return true;
	return false;
}

/* ---- CSV ---- */

struct feeding {
	int fd;
	off_t at;
	const struct sheet_listener *l;
	struct cell cells[SHEET_COLUMNS_MAX];
};

static enum rc from_fd(void *arg, void *to, size_t n, size_t *got_out, struct err *e)
{
	struct feeding *f = arg;
	ssize_t k;
	do
		k = pread(f->fd, to, n, f->at);
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return err_set(e, RC_IO, "the file could not be read: %s", strerror(errno));
	f->at += k;
	*got_out = (size_t)k;
	return RC_OK;
}

static enum rc csv_line(void *arg, const struct csv_row *row, struct err *e)
{
	struct feeding *f = arg;
	size_t n = row->n < SHEET_COLUMNS_MAX ? row->n : SHEET_COLUMNS_MAX;
	for (size_t i = 0; i < n; i++)
		f->cells[i] = (struct cell){ .kind = row->cells[i].n ? CELL_TEXT : CELL_EMPTY,
					     .text = csv_unsafe(row->cells[i]),
					     .day = DAY_NONE,
					     .minute = MINUTE_NONE };
	return f->l->row(f->l->arg, row->line, f->cells, n, e);
}

enum rc sheets_feed(const struct sheets_file *file, const struct sheet_listener *l, struct err *e)
{
	struct feeding *f = xcalloc(1, sizeof *f);
	bool skip = false;
	f->fd = file->fd;
	f->l = l;
	enum rc rc = l->sheet(l->arg, (struct str){ "", 0 }, false, &skip, e);
	if (rc == RC_OK && !skip)
		rc = csv_read(from_fd, f, csv_line, f, e);
	free(f);
	return rc;
}
