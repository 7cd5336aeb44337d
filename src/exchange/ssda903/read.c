/* read.c - opens the files, runs the parser in the jail, and believes nothing it says unchecked. */
#include "exchange/ssda903/wire.h"

#include "base/hash.h"
#include "base/jail.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES_MAX = 200, ENTRIES_MAX = 2000 };

struct found_file {
	char name[NAME_BYTES_MAX + 1];
	int fd;
	bool ours;
	enum return_form form;
	int when;
	int64_t size;
};

struct collector {
	struct return_frame *f;
	struct found_file files[RETURN_FILES_MAX];
	size_t n;
	struct buf rest;
	bool ended;
	int64_t bytes, total;
	int64_t done[RETURN_FILES_MAX];
	return_progress *progress;
	void *progress_arg;
};

static bool ends_with(struct str s, const char *end)
{
	size_t n = strlen(end);
	return s.n > n && str_is_nocase((struct str){ s.p + s.n - n, n }, end);
}

static void folder_trouble(struct collector *c, struct str found, const char *rule, const char *message,
			   const char *todo)
{
	frame_trouble(c->f, &(struct return_trouble){ .file = SIZE_MAX,
						      .rule = str_of(rule),
						      .found = found,
						      .message = str_of(message),
						      .todo = str_of(todo) });
}

/* ---- which files ---- */

/* By its name; a form that is no return's: -1. */
static int form_of(struct str name)
{
	return ends_with(name, ".csv")	  ? RETURN_CSV
	       : ends_with(name, ".xml")  ? RETURN_XML
	       : ends_with(name, ".xlsx") ? RETURN_BOOK
					  : -1;
}

static void add(struct collector *c, struct str name, int fd, bool ours, int when)
{
	bool shown = name.n <= NAME_BYTES_MAX && utf8_bad_at(name) == SIZE_MAX;
	int form = shown ? form_of(name) : -1;
	if (form < 0 || c->n == RETURN_FILES_MAX) {
		folder_trouble(c, shown ? name : STR("(a name that cannot be shown)"), "unknown-file",
			       "This is no CSV, XLSX or XML file of a return, and was not read",
			       "Nothing, or save it as CSV");
		if (ours && fd >= 0)
			close(fd);
		return;
	}
	struct found_file *to = &c->files[c->n++];
	struct stat st;
	*to = (struct found_file){ .fd = fd, .ours = ours, .form = (enum return_form)form, .when = when };
	memcpy(to->name, name.p, name.n);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		to->size = (int64_t)st.st_size;
	c->total += to->size;
}

static int wanted(const struct dirent *d)
{
	struct str name = str_of(d->d_name);
	return name.p[0] != '.' && form_of(name) >= 0;
}

static int open_plain(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && fcntl(fd, F_SETFL, O_RDONLY) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static enum rc find_folder(struct collector *c, const char *path, int when, struct err *e)
{
	int dir AUTO(auto_close) = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **entries = NULL;
	int n = dir < 0 ? -1 : scandirat(dir, ".", &entries, wanted, alphasort);
	if (n < 0)
		return err_set(e, RC_NOT_FOUND, "The folder %s could not be opened: %s", path, strerror(errno));
	bool any_csv = false;
	for (int i = 0; i < n; i++)
		any_csv = any_csv || ends_with(str_of(entries[i]->d_name), ".csv");
	for (int i = 0; i < n && i < ENTRIES_MAX; i++) {
		struct str name = str_of(entries[i]->d_name);
		if (any_csv && !ends_with(name, ".csv")) {
			folder_trouble(
			    c, name, "beside-csv",
			    "An XML file or a workbook beside CSV files was not read: the same children would "
			    "be there twice",
			    "Nothing, or give that file alone");
			continue;
		}
		int fd = open_plain(dir, entries[i]->d_name);
		if (fd < 0)
			folder_trouble(c, name, "not-opened", "The file could not be opened, or is no ordinary file",
				       "Put the file there and check again");
		else
			add(c, name, fd, true, when);
	}
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return RC_OK;
}

static enum rc find(struct collector *c, const struct return_source *s, int when, struct err *e)
{
	for (size_t i = 0; i < s->n_uploads; i++)
		add(c, s->uploads[i].name, s->uploads[i].fd, false, when);
	if (!s->path)
		return RC_OK;
	struct stat st;
	if (stat(s->path, &st) != 0)
		return err_set(e, RC_NOT_FOUND, "%s is not there: %s", s->path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return find_folder(c, s->path, when, e);
	int fd = open_plain(AT_FDCWD, s->path);
	if (fd < 0)
		return err_set(e, RC_BAD_INPUT, "%s could not be opened, or is no ordinary file", s->path);
	const char *slash = strrchr(s->path, '/');
	add(c, str_of(slash ? slash + 1 : s->path), fd, true, when);
	return RC_OK;
}

/* ---- the parser's messages ---- */

static enum rc bad(struct err *e)
{
	return err_set(e, RC_BAD_INPUT, "The reader of the files said something impossible. Nothing was read");
}

static const struct return_spec *spec(const struct collector *c)
{
	return c->f->spec;
}

static bool table_ok(const struct collector *c, uint32_t file, uint32_t when, uint32_t table)
{
	return file < c->n && when < 2 && table < spec(c)->n_tables && c->files[file].when == (int)when;
}

static bool cell_ok(const struct collector *c, const struct rcolumn *col, int32_t v)
{
	int64_t words = (int64_t)c->f->words.n;
	if (v < 0)
		return -(int64_t)v <= words;
	if (col->type == CELLS_DAY || col->type == CELLS_PART_DAY)
		return v == 0 || (v - DAY_ZERO >= day_of(1900, 1, 1) && v - DAY_ZERO <= day_of(2200, 1, 1));
	if (col->type == CELLS_NUMBER)
		return v == 0 || (v - 1 >= col->min && v - 1 <= col->max);
	return v <= words;
}

static enum rc on_row(struct collector *c, const char *p, size_t n, struct err *e)
{
	struct wire_row w;
	int32_t cells[RETURN_COLUMNS_MAX];
	if (n < sizeof w)
		return bad(e);
	memcpy(&w, p, sizeof w);
	if (!table_ok(c, w.file, w.when, w.table))
		return bad(e);
	const struct rtable *t = &spec(c)->tables[w.table];
	if (n != sizeof w + t->n_columns * sizeof *cells || !c->f->rows[w.when][w.table].there)
		return bad(e);
	memcpy(cells, p + sizeof w, n - sizeof w);
	for (size_t i = 0; i < t->n_columns; i++)
		if (!cell_ok(c, &t->columns[i], cells[i]) || (i == 0 && cells[i] <= 0))
			return bad(e);
	c->f->files[w.file].rows++;
	return frame_put(c->f, (int)w.when, w.table, cells, w.line, (uint8_t)w.file)
		   ? RC_OK
		   : err_set(e, RC_LIMIT, "The table " STR_FMT " has more than %d rows", STR_ARG(t->name),
			     RETURN_ROWS_MAX);
}

static enum rc on_table(struct collector *c, const char *p, size_t n, struct err *e)
{
	struct wire_table w;
	if (n != sizeof w)
		return bad(e);
	memcpy(&w, p, sizeof w);
	if (!table_ok(c, w.file, w.when, w.table))
		return bad(e);
	struct frame_rows *r = &c->f->rows[w.when][w.table];
	r->there = true;
	r->columns |= w.columns;
	if (c->files[w.file].form == RETURN_CSV)
		c->f->files[w.file].table = w.table;
	c->f->files[w.file].tables |= 1u << w.table;
	return RC_OK;
}

static enum rc on_trouble(struct collector *c, const char *p, size_t n, struct err *e)
{
	struct wire_trouble w;
	struct str texts[TROUBLE_TEXTS];
	if (n < sizeof w)
		return bad(e);
	memcpy(&w, p, sizeof w);
	size_t at = sizeof w;
	for (size_t i = 0; i < TROUBLE_TEXTS; i++) {
		if (w.n[i] > n - at)
			return bad(e);
		texts[i] = (struct str){ p + at, w.n[i] };
		at += w.n[i];
		if (utf8_bad_at(texts[i]) != SIZE_MAX)
			return bad(e);
	}
	if (w.file >= c->n || w.line < 0)
		return bad(e);
	frame_trouble(c->f, &(struct return_trouble){ w.file, w.line, w.refuses != 0, texts[0], texts[1], texts[2],
						      texts[3], texts[4] });
	return RC_OK;
}

static enum rc on_file_end(struct collector *c, const char *p, size_t n, struct err *e)
{
	struct wire_file_end w;
	if (n != sizeof w)
		return bad(e);
	memcpy(&w, p, sizeof w);
	if (w.file >= c->n || strnlen(w.hash, sizeof w.hash) != 64)
		return bad(e);
	c->f->files[w.file].refused = w.refused != 0;
	memcpy(c->f->files[w.file].hash, w.hash, 65);
	return RC_OK;
}

static enum rc on_progress(struct collector *c, const char *p, size_t n, struct err *e)
{
	struct wire_progress w;
	if (n != sizeof w)
		return bad(e);
	memcpy(&w, p, sizeof w);
	if (w.file >= c->n)
		return bad(e);
	if (c->progress)
		c->progress(c->progress_arg, c->files[w.file].name, w.done, c->total);
	return RC_OK;
}

static enum rc on_message(struct collector *c, const struct wire_head *h, const char *p, struct err *e)
{
	struct str word = { p, h->n };
	if (c->ended)
		return bad(e);
	switch (h->type) {
	case WIRE_WORD:
		if (!word.n || utf8_bad_at(word) != SIZE_MAX)
			return bad(e);
		return words_append(&c->f->words, word) ? RC_OK : err_set(e, RC_LIMIT, "The return has too many texts");
	case WIRE_TABLE: return on_table(c, p, h->n, e);
	case WIRE_ROW: return on_row(c, p, h->n, e);
	case WIRE_TROUBLE: return on_trouble(c, p, h->n, e);
	case WIRE_PROGRESS: return on_progress(c, p, h->n, e);
	case WIRE_FILE_END: return on_file_end(c, p, h->n, e);
	case WIRE_END: c->ended = true; return RC_OK;
	default: return bad(e);
	}
}

/* A sink of the jail: whole messages are taken, the beginning of one waits for its end. */
static enum rc collect(void *arg, const void *piece, size_t n, struct err *e)
{
	struct collector *c = arg;
	const char *p = piece;
	struct wire_head h;
	if (c->rest.n) {
		buf_put(&c->rest, piece, n);
		if (!buf_ok(&c->rest))
			return bad(e);
		p = c->rest.p;
		n = c->rest.n;
	}
	enum rc rc = RC_OK;
	while (rc == RC_OK && n >= sizeof h) {
		memcpy(&h, p, sizeof h);
		if (h.n > WIRE_MESSAGE_MAX)
			return bad(e);
		if (n - sizeof h < h.n)
			break;
		rc = on_message(c, &h, p + sizeof h, e);
		p += sizeof h + h.n;
		n -= sizeof h + h.n;
	}
	if (c->rest.n) {
		memmove(c->rest.p, p, n);
		c->rest.n = n;
	} else if (n) {
		buf_put(&c->rest, p, n);
	}
	return rc;
}

/* ---- the whole ---- */

static int parse_inside(int fd, void *arg)
{
	return return_parse(fd, arg);
}

static void know_files(struct collector *c, const struct parse_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		c->f->files[i] = (struct return_file){ .name = arena_str(&c->f->arena, str_of(files[i].name)),
						       .when = files[i].when,
						       .table = SIZE_MAX,
						       .form = files[i].form };
	c->f->n_files = n;
}

static struct collector *collector_new(const struct return_spec *s, int year)
{
	struct collector *c = xcalloc(1, sizeof *c);
	c->f = frame_new(s, year);
	words_copy(&c->f->words, &s->words);
	buf_init(&c->rest, 4 * 1024 * 1024);
	return c;
}

/* With all that it has read. */
static void collector_free(struct collector *c)
{
	return_frame_free(c->f);
	buf_release(&c->rest);
	free(c);
}

/* The files of one year, or (-1) all, through a parser of their own. */
static enum rc run_parser(struct collector *c, int when, struct err *e)
{
	static const struct jail_limits limits = { .memory_max = (size_t)1 << 30,
						   .cpu_seconds = 600,
						   .wall_ms = 1800 * 1000,
						   .output_max = (uint64_t)8 << 30 };
	struct parse_file files[RETURN_FILES_MAX];
	int fds[RETURN_FILES_MAX];
	size_t n_fds = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct found_file *f = &c->files[i];
		files[i] = (struct parse_file){ f->name, f->fd, f->when, f->form };
		if (when < 0 || f->when == when)
			fds[n_fds++] = f->fd;
	}
	know_files(c, files, c->n);
	struct parse_job job = { spec(c), c->f->year, files, c->n, when };
	enum rc rc = jail_run("The files", &limits, fds, n_fds, parse_inside, &job, collect, c, e);
	if (rc == RC_OK && (!c->ended || c->rest.n))
		return err_set(e, RC_BAD_INPUT, "The reader of the files stopped before their end. Nothing was read");
	return rc;
}

struct last_year {
	struct collector *c;
	enum rc rc;
	struct err e;
};

static void *read_last(void *arg)
{
	struct last_year *l = arg;
	l->rc = run_parser(l->c, RETURN_LAST, &l->e);
	return NULL;
}

/* The year before is read beside the asked one: neither needs the other before both are there. */
static enum rc run(struct collector *c, struct err *e)
{
	struct last_year last = { .rc = RC_OK };
	pthread_t thread;
	bool two = false;
	hash_ready();
	for (size_t i = 0; i < c->n; i++)
		two = two || c->files[i].when == RETURN_LAST;
	if (two) {
		last.c = collector_new(spec(c), c->f->year);
		memcpy(last.c->files, c->files, sizeof c->files);
		last.c->n = c->n;
		two = pthread_create(&thread, NULL, read_last, &last) == 0;
		if (!two)
			collector_free(last.c);
	}
	for (size_t i = 0; two && i < c->n; i++) /* only this year's reader says how far it is */
		c->total -= c->files[i].when == RETURN_LAST ? c->files[i].size : 0;
	enum rc rc = run_parser(c, two ? RETURN_NOW : -1, e);
	if (!two)
		return rc;
	pthread_join(thread, NULL);
	if (rc == RC_OK && last.rc != RC_OK) {
		*e = last.e;
		rc = last.rc;
	}
	if (rc == RC_OK && !frame_take_year(c->f, last.c->f, RETURN_LAST))
		rc = err_set(e, RC_LIMIT, "The return has too many texts");
	collector_free(last.c);
	return rc;
}

/* Rows of a file that turned out to be unreadable are not believed. */
static void drop_refused(struct return_frame *f)
{
	for (size_t i = 0; i < f->n_files; i++) {
		if (!f->files[i].refused)
			continue;
		f->files[i].rows = 0;
		for (size_t t = 0; t < f->spec->n_tables; t++)
			if (f->files[i].tables >> t & 1) {
				struct frame_rows *r = &f->rows[f->files[i].when][t];
				r->n = 0;
				r->there = false;
				r->columns = 0;
			}
	}
}

/* Episodes that all lie outside the year: probably the wrong year was chosen. */
static void look_at_year(struct return_frame *f)
{
	const struct return_spec *s = f->spec;
	int decom = column_named(&s->tables[s->episodes], STR("DECOM")),
	    dec = column_named(&s->tables[s->episodes], STR("DEC"));
	for (int when = 0; when < 2; when++) {
		const struct frame_rows *r = &f->rows[when][s->episodes];
		int year = f->year - (when == RETURN_LAST);
		size_t inside = 0, dated = 0;
		day_t from = day_of(s->first_year[f->year] - (when == RETURN_LAST), 4, 1),
		      to = day_add_months(from, 12) - 1;
		for (size_t i = 0; i < r->n; i++) {
			const int32_t *row = r->cells + i * s->tables[s->episodes].stride;
			if (row[decom] <= 0)
				continue;
			dated++;
			inside += row[decom] - DAY_ZERO <= to && (row[dec] <= 0 || row[dec] - DAY_ZERO >= from);
		}
		if (dated < 4 || inside * 2 >= dated)
			continue;
		char words[300];
		snprintf(words, sizeof words,
			 "Of %zu episodes only %zu touch the year%s " STR_FMT
			 ": the return is probably of another year",
			 dated, inside, when == RETURN_LAST ? " before," : "", year >= 0 ? (int)s->years[year].n : 0,
			 year >= 0 ? s->years[year].p : "");
		frame_trouble(
		    f, &(struct return_trouble){ .file = r->n ? r->files[0] : SIZE_MAX,
						 .rule = STR("wrong-year"),
						 .message = str_of(words),
						 .todo = STR("Choose the year of the return, and check again") });
	}
}

static enum rc collector_end(struct collector *c, enum rc rc, struct return_frame **out)
{
	if (rc == RC_OK) {
		drop_refused(c->f);
		look_at_year(c->f);
		return_frame_done(c->f);
		*out = c->f;
		c->f = NULL;
	}
	collector_free(c);
	return rc;
}

enum rc return_collect(const struct return_spec *s, int year, const struct parse_file *files, size_t n, int messages,
		       struct return_frame **out, struct err *e)
{
	struct collector *c = collector_new(s, year);
	char piece[4096];
	ssize_t got;
	enum rc rc = RC_OK;
	know_files(c, files, n);
	for (c->n = 0; c->n < n; c->n++)
		c->files[c->n] = (struct found_file){ .when = files[c->n].when, .form = files[c->n].form };
	while (rc == RC_OK && (got = read(messages, piece, sizeof piece)) > 0)
		rc = collect(c, piece, (size_t)got, e);
	if (rc == RC_OK && (!c->ended || c->rest.n))
		rc = bad(e);
	return collector_end(c, rc, out);
}

enum rc return_read(const struct return_spec *s, const struct return_input *in, return_progress *p, void *arg,
		    struct return_frame **out, struct err *e)
{
	struct collector *c = collector_new(s, in->year);
	c->progress = p;
	c->progress_arg = arg;
	enum rc rc = find(c, &in->now, RETURN_NOW, e);
	size_t n_now = c->n;
	if (rc == RC_OK)
		rc = find(c, &in->last, RETURN_LAST, e);
	if (rc == RC_OK && !n_now)
		rc = err_set(
		    e, RC_BAD_INPUT,
		    "There is no return to read: give header.csv, episodes.csv and their neighbours, one workbook "
		    "(.xlsx) with a sheet for each, or the one XML file");
	if (rc == RC_OK)
		rc = run(c, e);
	for (size_t i = 0; i < c->n; i++)
		if (c->files[i].ours)
			close(c->files[i].fd);
	return collector_end(c, rc, out);
}
