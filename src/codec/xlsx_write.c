/* Before our first header, which takes away functions that this one's macros name. */
#define _GNU_SOURCE 1
#include <xlsxwriter.h>

#include "codec/xlsx_write.h"

#include "codec/sheet.h"

#include <errno.h>
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STAMP_MAX = 200 /* of the 255 that a head may have */ };
enum { TITLES_MAX = 64 * 1024 };

struct xlsx_writer {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *heading, *plain, *wrapped, *day, *instant, *link;
	int fd; /* of memory that looks like a file: the library writes to files only */
	char scratch[SHEET_CELL_MAX * 2 + 1];
	struct err e;
	bool *wraps; /* of the sheet's columns */
	size_t n_columns;
	size_t n_sheets, n_links;
	struct buf titles; /* of the next sheet, each ended by NUL */
	struct buf stamp;  /* at the head of each printed page */
	lxw_row_t heading_row;
	lxw_row_t row;
	lxw_col_t column;
};

static bool well(const struct xlsx_writer *w)
{
	return w->e.rc == RC_OK;
}

static void fail(struct xlsx_writer *w, enum rc rc, const char *words)
{
	if (well(w))
		err_set(&w->e, rc, "the workbook cannot be written: sheet %zu, row %u: %s", w->n_sheets,
			(unsigned)w->row + 1, words);
}

static void check(struct xlsx_writer *w, lxw_error code)
{
	if (code != LXW_NO_ERROR)
		fail(w, RC_IO, lxw_strerror(code));
}

/* ---- the workbook ---- */

static lxw_format *format(struct xlsx_writer *w, const char *code, bool wrap)
{
	lxw_format *f = workbook_add_format(w->book);
	format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	if (code)
		format_set_num_format(f, code);
	if (wrap)
		format_set_text_wrap(f);
	return f;
}

static void make_formats(struct xlsx_writer *w)
{
	w->plain = format(w, NULL, false);
	w->wrapped = format(w, NULL, true);
	w->day = format(w, "dd/mm/yyyy", false);
	w->instant = format(w, "dd/mm/yyyy hh:mm", false);
	w->heading = format(w, NULL, true);
	format_set_bold(w->heading);
	format_set_bottom(w->heading, LXW_BORDER_THIN);
	w->link = format(w, NULL, true);
	format_set_font_color(w->link, LXW_COLOR_BLUE);
	format_set_underline(w->link, LXW_UNDERLINE_SINGLE);
}

static void set_properties(struct xlsx_writer *w, const struct xlsx_about *about)
{
	/* The library takes them as char * and copies them. */
	lxw_doc_properties p = { .title = (char *)(uintptr_t)about->title,
				 .subject = (char *)(uintptr_t)about->subject,
				 .author = (char *)(uintptr_t)about->author,
				 .company = (char *)(uintptr_t)about->company,
				 .comments = (char *)(uintptr_t)(about->stamp ? about->stamp : about->comments),
				 .created = (time_t)(about->created_ms / 1000) };
	if (!p.created) /* it takes nought for now */
		p.created = 1;
	check(w, workbook_set_properties(w->book, &p));
}

/* The head of a page: small, from the left, and no letter of it is a command. */
static void keep_stamp(struct xlsx_writer *w, const char *stamp)
{
	size_t letters = 0;
	if (stamp)
		buf_puts(&w->stamp, "&L&8");
	for (const char *p = stamp; p && *p && letters < STAMP_MAX; p++) {
		letters += ((unsigned char)*p & 0xC0) != 0x80;
		buf_puts(&w->stamp, *p == '&' ? "&&" : "");
		if (*p != '&')
			buf_putc(&w->stamp, *p);
	}
}

struct xlsx_writer *xlsx_writer_new(const struct xlsx_about *about)
{
	char path[64];
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	struct xlsx_writer *w = xcalloc(1, sizeof *w);
	buf_init(&w->titles, TITLES_MAX);
	buf_init(&w->stamp, 4 * STAMP_MAX);
	w->fd = memfd_create("workbook", MFD_CLOEXEC);
	if (w->fd < 0) {
		fail(w, RC_IO, strerror(errno));
		return w;
	}
	snprintf(path, sizeof path, "/proc/self/fd/%d", w->fd);
	w->book = workbook_new_opt(path, &options);
	if (!w->book)
		base_oom(sizeof *w->book);
	make_formats(w);
	set_properties(w, about);
	keep_stamp(w, about->stamp);
	return w;
}

void xlsx_writer_free(struct xlsx_writer *w)
{
	if (!w)
		return;
	if (w->book)
		lxw_workbook_free(w->book);
	if (w->fd >= 0)
		close(w->fd);
	free(w->wraps);
	buf_release(&w->titles);
	buf_release(&w->stamp);
	free(w);
}

/* ---- texts: NUL at the end, and what XML cannot hold written _xHHHH_ ---- */

static bool looks_escaped(const char *p, size_t n)
{
	if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return false;
	for (size_t i = 2; i < 6; i++)
		if (!((p[i] >= '0' && p[i] <= '9') || ((p[i] | 32) >= 'a' && (p[i] | 32) <= 'f')))
			return false;
	return true;
}

/* The text for the library, which itself escapes control characters; NULL if it cannot be
 * written. A text that happens to read _x0041_ has its first mark escaped, or it would
 * come back as another. */
static const char *for_library(struct xlsx_writer *w, struct str text)
{
	size_t n = 0;
	if (text.n > SHEET_CELL_MAX) {
		fail(w, RC_LIMIT, "a text is longer than a cell can hold");
		return NULL;
	}
	if (utf8_bad_at(text) != SIZE_MAX) {
		fail(w, RC_BAD_INPUT, "a text is not UTF-8");
		return NULL;
	}
	for (size_t i = 0; i < text.n; i++) {
		static const char mark[] = "_x005F";
		if (looks_escaped(text.p + i, text.n - i)) {
			memcpy(w->scratch + n, mark, sizeof mark - 1);
			n += sizeof mark - 1;
		}
		w->scratch[n++] = text.p[i];
	}
	w->scratch[n] = '\0';
	return w->scratch;
}

/* ---- sheets ---- */

static bool may_be_name(struct str name)
{
	enum { LETTERS_MAX = 31 };
	if (!name.n || utf8_bad_at(name) != SIZE_MAX || utf8_length(name) > LETTERS_MAX || name.p[0] == '\'' ||
	    name.p[name.n - 1] == '\'')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < ' ' || strchr("[]:*?/\\", name.p[i]))
			return false;
	return true;
}

/* What can only be said once the sheet's rows are known. */
static void end_sheet(struct xlsx_writer *w)
{
	if (!w->sheet || !well(w))
		return;
	if (w->column)
		fail(w, RC_INTERNAL, "the last row was not ended");
	check(w, worksheet_autofilter(w->sheet, w->heading_row, 0, w->row ? w->row - 1 : 0,
				      (lxw_col_t)(w->n_columns - 1)));
}

/* From a column to the last one, in one wide cell; alone in the last column it is just a cell. */
static void put_across(struct xlsx_writer *w, lxw_col_t from, const char *z, lxw_format *f)
{
	lxw_col_t to = (lxw_col_t)(w->n_columns - 1);
	check(w, from < to ? worksheet_merge_range(w->sheet, w->row, from, w->row, to, z, f)
			   : worksheet_write_string(w->sheet, w->row, from, z, f));
}

static void put_titles(struct xlsx_writer *w)
{
	for (size_t at = 0; at < w->titles.n && well(w); at += strlen(w->titles.p + at) + 1, w->row++) {
		const char *z = for_library(w, str_of(w->titles.p + at));
		if (z)
			put_across(w, 0, z, w->heading);
	}
	buf_reset(&w->titles);
}

static void put_heading(struct xlsx_writer *w, const struct xlsx_column *columns)
{
	for (size_t i = 0; i < w->n_columns && well(w); i++) {
		lxw_col_t c = (lxw_col_t)i;
		const char *title = for_library(w, str_of(columns[i].title));
		w->wraps[i] = columns[i].wrap;
		if (columns[i].width > 0)
			check(w, worksheet_set_column(w->sheet, c, c, columns[i].width, NULL));
		if (title)
			check(w, worksheet_write_string(w->sheet, w->heading_row, c, title, w->heading));
	}
	worksheet_freeze_panes(w->sheet, w->heading_row + 1, 0);
	w->row = w->heading_row + 1;
}

void xlsx_sheet_begin(struct xlsx_writer *w, struct str name, const struct xlsx_column *columns, size_t n)
{
	end_sheet(w);
	if (!well(w))
		return;
	w->n_sheets++;
	w->row = 0;
	w->column = 0;
	w->n_links = 0;
	if (!n || n > SHEET_COLUMNS_MAX || w->n_sheets > SHEETS_MAX) {
		fail(w, RC_LIMIT, "too many sheets, too many columns or none");
		return;
	}
	const char *z = may_be_name(name) ? for_library(w, name) : NULL;
	if (!z || workbook_validate_sheet_name(w->book, z) != LXW_NO_ERROR) {
		fail(w, RC_BAD_INPUT, "a sheet may not have this name, or another one has it");
		return;
	}
	w->sheet = workbook_add_worksheet(w->book, z);
	if (!w->sheet) {
		fail(w, RC_IO, "no temporary file could be made for its rows");
		return;
	}
	if (w->stamp.n)
		worksheet_set_header(w->sheet, w->stamp.p);
	w->n_columns = n;
	w->wraps = xrealloc(w->wraps, n * sizeof *w->wraps);
	put_titles(w);
	w->heading_row = w->row;
	put_heading(w, columns);
}

void xlsx_title(struct xlsx_writer *w, struct str text)
{
	buf_str(&w->titles, text);
	buf_putc(&w->titles, '\0');
	if (!buf_ok(&w->titles) || (text.n && memchr(text.p, 0, text.n)))
		fail(w, RC_LIMIT, "the titles above a sheet are too long");
}

/* ---- cells ---- */

/* Is there a place for one more cell? */
static bool place(struct xlsx_writer *w)
{
	if (!well(w))
		return false;
	if (!w->sheet || w->column >= w->n_columns)
		fail(w, RC_INTERNAL, "more cells than columns");
	else if (w->row >= SHEET_ROWS_MAX)
		fail(w, RC_LIMIT, "a sheet cannot have more rows. Choose fewer");
	return well(w);
}

void xlsx_put_text(struct xlsx_writer *w, struct str text)
{
	if (!place(w))
		return;
	const char *z = text.n ? for_library(w, text) : NULL;
	if (z)
		check(w, worksheet_write_string(w->sheet, w->row, w->column, z,
						w->wraps[w->column] ? w->wrapped : w->plain));
	w->column++;
}

void xlsx_put_across(struct xlsx_writer *w, struct str text)
{
	if (!place(w))
		return;
	const char *z = for_library(w, text);
	if (z)
		put_across(w, w->column, z, w->wrapped);
	w->column = (lxw_col_t)w->n_columns;
}

void xlsx_put_number(struct xlsx_writer *w, double v)
{
	if (!place(w))
		return;
	if (isfinite(v))
		check(w, worksheet_write_number(w->sheet, w->row, w->column, v, w->plain));
	else
		fail(w, RC_INTERNAL, "a number is none");
	w->column++;
}

void xlsx_put_int(struct xlsx_writer *w, int64_t v)
{
	xlsx_put_number(w, (double)v);
}

void xlsx_put_day(struct xlsx_writer *w, day_t day, int minute)
{
	if (day == DAY_NONE || day == DAY_NEVER) {
		xlsx_put_empty(w);
		return;
	}
	struct ymd d = day_ymd(day);
	if (day < day_of(1900, 3, 1) || d.year > 9999) {
		char text[DAY_TEXT_MAX];
		int n = snprintf(text, sizeof text, "%02d/%02d/%04d", d.day, d.month, d.year);
		xlsx_put_text(w, (struct str){ text, (size_t)n });
		return;
	}
	if (!place(w))
		return;
	double serial = day - day_of(1899, 12, 30) + (minute >= 0 ? minute / 1440.0 : 0);
	check(w, worksheet_write_number(w->sheet, w->row, w->column, serial, minute >= 0 ? w->instant : w->day));
	w->column++;
}

void xlsx_put_link(struct xlsx_writer *w, struct str address, struct str text)
{
	enum { ADDRESS_MAX = 2000 };
	char z[ADDRESS_MAX + 1];
	bool safe = str_starts(address, "https://") || str_starts(address, "http://") || str_starts(address, "mailto:");
	if (w->n_links >= XLSX_LINKS_MAX) {
		xlsx_put_text(w, text);
		return;
	}
	if (!place(w))
		return;
	if (!safe || address.n > ADDRESS_MAX || utf8_bad_at(address) != SIZE_MAX) {
		fail(w, RC_BAD_INPUT, "a link leads to an address that is none, or is too long");
		return;
	}
	memcpy(z, address.p, address.n);
	z[address.n] = '\0';
	const char *shown = for_library(w, text.n ? text : address);
	if (shown)
		check(w, worksheet_write_url_opt(w->sheet, w->row, w->column, z, w->link, shown, NULL));
	w->n_links++;
	w->column++;
}

void xlsx_put_empty(struct xlsx_writer *w)
{
	if (place(w))
		w->column++;
}

void xlsx_row_end(struct xlsx_writer *w)
{
	if (!well(w))
		return;
	w->row++;
	w->column = 0;
}

/* ---- finishing ---- */

typedef enum rc take_fn(void *arg, const void *p, size_t n, struct err *e);

static enum rc into_buf(void *arg, const void *p, size_t n, struct err *e)
{
	struct buf *b = arg;
	buf_put(b, p, n);
	return buf_ok(b) ? RC_OK
			 : err_set(e, RC_LIMIT, "the workbook is larger than %zu bytes. Choose fewer rows", b->max);
}

static enum rc into_fd(void *arg, const void *p, size_t n, struct err *e)
{
	const char *from = p;
	while (n) {
		ssize_t k = write(*(const int *)arg, from, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_set(e, RC_IO, "the workbook could not be written: %s", strerror(errno));
		from += k;
		n -= (size_t)k;
	}
	return RC_OK;
}

static enum rc finish(struct xlsx_writer *w, take_fn *take, void *arg, struct err *e)
{
	enum { PIECE = 64 * 1024 };
	char *piece AUTO(auto_free) = xmalloc(PIECE);
	end_sheet(w);
	if (well(w) && !w->sheet)
		fail(w, RC_INTERNAL, "it has no sheet");
	if (well(w)) {
		lxw_workbook *book = w->book;
		w->book = NULL; /* closing frees it */
		w->sheet = NULL;
		check(w, workbook_close(book));
	}
	if (!well(w)) {
		if (e)
			*e = w->e;
		return w->e.rc;
	}
	fail(w, RC_INTERNAL, "it was finished already");
	for (off_t at = 0;;) {
		ssize_t k = pread(w->fd, piece, PIECE, at);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_set(e, RC_IO, "the workbook could not be written: %s", strerror(errno));
		if (!k)
			return RC_OK;
		at += k;
		enum rc rc = take(arg, piece, (size_t)k, e);
		if (rc != RC_OK)
			return rc;
	}
}

enum rc xlsx_finish(struct xlsx_writer *w, struct buf *out, struct err *e)
{
	return finish(w, into_buf, out, e);
}

enum rc xlsx_finish_fd(struct xlsx_writer *w, int fd, struct err *e)
{
	return finish(w, into_fd, &fd, e);
}
