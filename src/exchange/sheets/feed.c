#include "exchange/sheets/feed.h"

#include "base/text.h"
#include "codec/csv.h"
#include "codec/sheet_read.h"

#include <errno.h>
#include <unistd.h>

bool sheets_is_workbook(int fd)
{
	char head[4];
	return pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head && memcmp(head, "PK\003\004", 4) == 0;
}

struct str feed_text(const struct cell *c)
{
	return c->kind == CELL_EMPTY ? (struct str){ "", 0 } : csv_unsafe(str_trim(c->text));
}

bool feed_is_filled(const struct cell *c)
{
	return c->unworked || feed_text(c).n > 0;
}

bool feed_is_error(const struct cell *c)
{
	static const char *const errors[] = { "#N/A",	"#REF!", "#VALUE!", "#DIV/0!",
					      "#NAME?", "#NUM!", "#NULL!",  "#SPILL!" };
	struct str t = feed_text(c);
	if (c->kind == CELL_ERROR)
		return true;
	for (size_t i = 0; t.n && t.p[0] == '#' && i < COUNT_OF(errors); i++)
		if (str_is(t, errors[i]))
			return true;
	return false;
}

enum rc sheets_feed(const struct sheets_file *f, const struct sheet_listener *l, struct err *e)
{
	if (lseek(f->fd, 0, SEEK_SET) != 0)
		return err_set(e, RC_IO, "the file could not be read from its start: %s", strerror(errno));
	return sheet_read(f->fd, (struct str){ NULL, 0 }, l, e);
}
