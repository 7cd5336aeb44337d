#include "codec/sheet_read.h"

#include "codec/csv.h"
#include "codec/xlsx_read.h"

#include <errno.h>
#include <unistd.h>

/* ---- what kind of file it is ---- */

enum { LOOK = 4096 }; /* bytes from the front that tell */

static const char not_table[] = "not a spreadsheet: save the table as .xlsx or as \"CSV UTF-8\"";
static const char web_page[] =
    "a web page, whatever it is called: open it in your spreadsheet program and save it as .xlsx";

/* Files that are known by their first bytes, and what is said of them. */
static const struct {
	const char *magic;
	size_t n;
	const char *words;
} strangers[] = {
	{ "\x09\x08\x10\0", 4, "an old Excel workbook (.xls): open it and save it as .xlsx" },
	{ "%PDF-", 5, "a PDF document, and a table in it cannot be read: ask for it as .xlsx or CSV" },
	{ "{\\rtf", 5, not_table },
	{ "\x89PNG", 4, "a picture, not a spreadsheet: ask for the table as .xlsx or CSV" },
	{ "\xFF\xD8\xFF", 3, "a picture, not a spreadsheet: ask for the table as .xlsx or CSV" },
	{ "\x1F\x8B", 2, "a packed file (.gz): unpack it and give what is in it" },
	{ "7z\xBC\xAF", 4, "a packed file (.7z): unpack it and give what is in it" },
	{ "Rar!", 4, "a packed file (.rar): unpack it and give what is in it" },
};

/* Text that begins so is no table of cells. */
static const struct {
	const char *word;
	const char *words;
} markup[] = {
	{ "<!doctype html", web_page },
	{ "<html", web_page },
	{ "<table", web_page },
	{ "<meta", web_page },
	{ "<?xml", "an XML file, not a table: open it in your spreadsheet program and save it as .xlsx" },
};

static bool is_ole(struct str file)
{
	return str_starts(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
}

static bool is_workbook(struct str file)
{
	return file.n >= 4 && memcmp(file.p, "PK", 2) == 0 && (file.p[2] == 3 || file.p[2] == 5) &&
	       file.p[3] == file.p[2] + 1;
}

/* The container of old Office files also holds new ones that have a password. */
static enum rc refuse_ole(struct str file, struct err *e)
{
	static const char package[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
	if (memmem(file.p, file.n, package, sizeof package))
		return err_set(e, RC_BAD_INPUT,
			       "the workbook is protected with a password: open it and save it as .xlsx without one");
	return err_set(e, RC_BAD_INPUT, "the file is an old Excel workbook (.xls): open it and save it as .xlsx");
}

static enum rc refuse_strangers(struct str start, struct err *e)
{
	for (size_t i = 0; i < COUNT_OF(strangers); i++)
		if (start.n >= strangers[i].n && memcmp(start.p, strangers[i].magic, strangers[i].n) == 0)
			return err_set(e, RC_BAD_INPUT, "the file is %s", strangers[i].words);
	if (str_starts(start, "\xEF\xBB\xBF")) {
		start.p += 3;
		start.n -= 3;
	}
	start = str_trim(start);
	for (size_t i = 0; i < COUNT_OF(markup); i++) {
		size_t n = strlen(markup[i].word);
		if (start.n >= n && str_is_nocase((struct str){ start.p, n }, markup[i].word))
			return err_set(e, RC_BAD_INPUT, "the file is %s", markup[i].words);
	}
	return RC_OK;
}

/* ---- CSV, told as a sheet ---- */

struct csv_sheet {
	const struct sheet_listener *listener;
	struct cell cells[CSV_COLUMNS_MAX];
};

static enum rc on_record(void *arg, const struct csv_row *row, struct err *e)
{
	struct csv_sheet *s = arg;
	size_t n = 0;
	for (size_t i = 0; i < row->n; i++) {
		struct str text = row->cells[i];
		if (text.n > SHEET_CELL_MAX)
			return err_set(e, RC_LIMIT,
				       "line %" PRId64 ", column %zu: the text is longer than %d bytes. "
				       "Shorten it",
				       row->line, i + 1, SHEET_CELL_MAX);
		s->cells[i] = (struct cell){
			.kind = text.n ? CELL_TEXT : CELL_EMPTY, .text = text, .day = DAY_NONE, .minute = MINUTE_NONE
		};
		n = text.n ? i + 1 : n;
	}
	return s->listener->row(s->listener->arg, row->line, s->cells, n, e);
}

static enum rc read_csv(csv_source *source, void *source_arg, const struct sheet_listener *listener, struct err *e)
{
	struct csv_sheet *s = xcalloc(1, sizeof *s);
	bool skip = false;
	s->listener = listener;
	enum rc rc = listener->sheet ? listener->sheet(listener->arg, STR(""), false, &skip, e) : RC_OK;
	if (rc == RC_OK && !skip)
		rc = csv_read(source, source_arg, on_record, s, e);
	free(s);
	return rc;
}

/* ---- reading ---- */

/* What was looked at, then the rest of the file. */
struct source {
	struct str looked;
	int fd; /* -1: there is no more */
};

static enum rc read_fd(int fd, void *p, size_t n, size_t *got_out, struct err *e)
{
	ssize_t k;
	do
		k = read(fd, p, n);
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return err_set(e, RC_IO, "it could not be read: %s", strerror(errno));
	*got_out = (size_t)k;
	return RC_OK;
}

static enum rc from_source(void *arg, void *p, size_t n, size_t *got_out, struct err *e)
{
	struct source *s = arg;
	size_t k = s->looked.n < n ? s->looked.n : n;
	if (!k && s->fd >= 0)
		return read_fd(s->fd, p, n, got_out, e);
	if (k)
		memcpy(p, s->looked.p, k);
	s->looked.p += k;
	s->looked.n -= k;
	*got_out = k;
	return RC_OK;
}

/* Reads on until b holds `enough` bytes or the file has no more. */
static enum rc gather(struct buf *b, int fd, size_t enough, bool *ended_out, struct err *e)
{
	enum { PIECE = 256 * 1024 };
	char *piece AUTO(auto_free) = xmalloc(PIECE);
	size_t got = 1;
	while (got && b->n < enough) {
		size_t wanted = enough - b->n < PIECE ? enough - b->n : PIECE;
		enum rc rc = read_fd(fd, piece, wanted, &got, e);
		if (rc != RC_OK)
			return rc;
		buf_put(b, piece, got);
	}
	*ended_out = !got;
	return RC_OK;
}

static enum rc too_large(struct err *e)
{
	return err_set(e, RC_LIMIT, "the workbook is larger than %d MB, the most that is read. Divide it",
		       SHEET_FILE_MAX >> 20);
}

static enum rc read_start(struct buf *b, int fd, bool ended, const struct sheet_listener *listener, struct err *e)
{
	struct str start = buf_view(b);
	bool whole = is_workbook(start) || is_ole(start);
	if (whole && !ended) {
		enum rc rc = gather(b, fd, (size_t)SHEET_FILE_MAX + 1, &ended, e);
		if (rc != RC_OK)
			return rc;
		start = buf_view(b);
	}
	if (is_ole(start))
		return refuse_ole(start, e);
	if (whole)
		return start.n > SHEET_FILE_MAX ? too_large(e) : xlsx_read(start, listener, e);
	enum rc rc = refuse_strangers(start, e);
	struct source s = { start, ended ? -1 : fd };
	return rc == RC_OK ? read_csv(from_source, &s, listener, e) : rc;
}

static enum rc named(enum rc rc, struct str name, struct err *e)
{
	return rc != RC_OK && name.n ? err_prefix(e, STR_FMT, STR_ARG(name)) : rc;
}

enum rc sheet_read(int fd, struct str name, const struct sheet_listener *listener, struct err *e)
{
	struct buf b;
	struct err unheard;
	bool ended = false;
	if (!e)
		err_clear(e = &unheard);
	buf_init(&b, (size_t)SHEET_FILE_MAX + 1);
	enum rc rc = gather(&b, fd, LOOK, &ended, e);
	if (rc == RC_OK)
		rc = read_start(&b, fd, ended, listener, e);
	buf_release(&b);
	return named(rc, name, e);
}

enum rc sheet_read_text(struct str file, struct str name, const struct sheet_listener *listener, struct err *e)
{
	struct str start = { file.p, file.n < LOOK ? file.n : LOOK };
	struct source s = { file, -1 };
	struct err unheard;
	enum rc rc;
	if (!e)
		err_clear(e = &unheard);
	if (is_ole(file))
		rc = refuse_ole(file, e);
	else if (is_workbook(file))
		rc = file.n > SHEET_FILE_MAX ? too_large(e) : xlsx_read(file, listener, e);
	else if ((rc = refuse_strangers(start, e)) == RC_OK)
		rc = read_csv(from_source, &s, listener, e);
	return named(rc, name, e);
}
