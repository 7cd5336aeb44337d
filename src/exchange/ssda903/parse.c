#include "exchange/ssda903/wire.h"

#include "base/hash.h"
#include "base/text.h"

#include <errno.h>
#include <unistd.h>

enum { OUT_MAX = 256 * 1024 };

/* ---- messages ---- */

static void flush(struct parser *p)
{
	for (size_t done = 0; done < p->out.n && !p->broken;) {
		ssize_t k = write(p->fd, p->out.p + done, p->out.n - done);
		if (k > 0)
			done += (size_t)k;
		else if (errno != EINTR)
			p->broken = true;
	}
	buf_reset(&p->out);
}

static void tell(struct parser *p, enum wire_type type, const void *fixed, size_t n_fixed, const void *rest, size_t n)
{
	struct wire_head h = { type, (uint32_t)(n_fixed + n) };
	if (p->out.n + sizeof h + n_fixed + n > OUT_MAX)
		flush(p);
	buf_put(&p->out, &h, sizeof h);
	buf_put(&p->out, fixed, n_fixed);
	if (n)
		buf_put(&p->out, rest, n);
}

static void tell_words(struct parser *p)
{
	for (; p->words_told < p->words.n; p->words_told++) {
		struct str w = words_get(&p->words, (uint32_t)p->words_told + 1);
		tell(p, WIRE_WORD, w.p, w.n, NULL, 0);
	}
}

static struct str cut(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	s.n = max;
	while (s.n && ((unsigned char)s.p[s.n] & 0xC0) == 0x80)
		s.n--;
	return s;
}

void parse_trouble(struct parser *p, bool refuses, int64_t line, struct str column, const char *rule, struct str found,
		   const char *message, const char *todo)
{
	struct str texts[TROUBLE_TEXTS] = { cut(column, 60), str_of(rule), cut(found, 60), cut(str_of(message), 500),
					    cut(str_of(todo), 500) };
	struct wire_trouble w = { .file = p->file, .refuses = refuses, .line = line };
	struct buf b AUTO(buf_release);
	buf_init(&b, 4096);
	p->refused = p->refused || refuses;
	if (!refuses && p->troubles++ > RETURN_TROUBLES_MAX)
		return;
	for (size_t i = 0; i < TROUBLE_TEXTS; i++) {
		w.n[i] = (uint32_t)texts[i].n;
		buf_str(&b, texts[i]);
	}
	tell(p, WIRE_TROUBLE, &w, sizeof w, b.p, b.n);
}

void parse_table(struct parser *p, size_t table, uint32_t columns)
{
	struct wire_table w = { p->file, (uint32_t)p->source->when, (uint32_t)table, columns };
	tell(p, WIRE_TABLE, &w, sizeof w, NULL, 0);
}

void parse_row(struct parser *p, size_t table, const int32_t *cells, int64_t line)
{
	struct wire_row w = { p->file, (uint32_t)p->source->when, (uint32_t)table,
			      line > UINT32_MAX ? UINT32_MAX : (uint32_t)line };
	tell_words(p);
	tell(p, WIRE_ROW, &w, sizeof w, cells, p->s->tables[table].n_columns * sizeof *cells);
}

/* A value that a screen would obey is none: of the child's number the row goes, of others what is left is no code, day
 * or number, and the rules say so. */
static int32_t cell_with_control(struct parser *p, const struct rcolumn *c, bool child, struct str text, int64_t line)
{
	struct buf shown AUTO(buf_release);
	buf_init(&shown, 3 * RETURN_CELL_MAX);
	buf_shown(&shown, text);
	parse_trouble(p, false, line, c->name, "control-character", buf_view(&shown),
		      "The cell holds a sign that cannot be printed, so its value is not used",
		      "Delete the cell and type it anew");
	return child ? 0 : cell_value(p->s, &p->words, c, cut(buf_view(&shown), RETURN_CELL_MAX));
}

int32_t parse_cell(struct parser *p, size_t table, size_t column, struct str text, int64_t line)
{
	const struct rcolumn *c = &p->s->tables[table].columns[column];
	text = str_trim(csv_unsafe(text));
	if (text.n > RETURN_CELL_MAX) {
		char words[100];
		snprintf(words, sizeof words, "The cell is longer than %d letters; only its beginning was read",
			 RETURN_CELL_MAX);
		parse_trouble(p, false, line, c->name, "too-long", text, words, "Look at this row and correct it");
		text = cut(text, RETURN_CELL_MAX);
	}
	return text_has_control(text) ? cell_with_control(p, c, column == 0, text, line)
				      : cell_value(p->s, &p->words, c, text);
}

int parse_year(const struct parser *p)
{
	return p->job->year - (p->source->when == RETURN_LAST);
}

/* ---- the heading of a CSV file ---- */

static size_t fold(struct str heading, char *out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < heading.n && n < max; i++) {
		char c = heading.p[i];
		if (c == ' ' || c == '-')
			c = '_';
		out[n++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
	return n;
}

static int column_of(const struct rtable *t, struct str heading)
{
	char up[64];
	struct str h = { up, fold(heading, up, sizeof up) };
	for (size_t i = 0; i < t->n_columns; i++)
		if (str_eq(t->columns[i].name, h) || str_eq(t->columns[i].tag, h))
			return (int)i;
	return -1;
}

static bool tells_nothing(struct str name) /* columns that many tables have */
{
	return str_is(name, "CHILD") || str_is(name, "DOB") || str_is(name, "SEX");
}

static bool named_after(const struct rtable *t, const char *file)
{
	char low[200];
	size_t n = 0;
	for (; file[n] && n + 1 < sizeof low; n++)
		low[n] = (char)(file[n] >= 'A' && file[n] <= 'Z'   ? file[n] + 32
				: file[n] == ' ' || file[n] == '-' ? '_'
								   : file[n]);
	low[n] = '\0';
	for (size_t i = 0; i < t->n_files; i++)
		if (memmem(low, n, t->files[i].p, t->files[i].n))
			return true;
	return false;
}

/* The table whose own columns are there; if several, the one that the file is named after. */
static size_t table_of(const struct parser *p, const struct csv_row *row)
{
	size_t best = SIZE_MAX, most = 0;
	for (size_t t = 0; t < p->s->n_tables; t++) {
		size_t score = 0;
		for (size_t i = 0; i < row->n; i++) {
			int c = column_of(&p->s->tables[t], row->cells[i]);
			score += c >= 0 && !tells_nothing(p->s->tables[t].columns[c].name);
		}
		score = score
			    ? 2 * score + named_after(&p->s->tables[t], p->table_hint ? p->table_hint : p->source->name)
			    : 0;
		if (score > most) {
			most = score;
			best = t;
		}
	}
	return best;
}

bool parse_is_heading(const struct parser *p, const struct csv_row *row)
{
	return table_of(p, row) != SIZE_MAX;
}

static void refuse(struct parser *p, int64_t line, struct str column, const char *rule, const char *message,
		   const char *todo)
{
	parse_trouble(p, true, line, column, rule, column, message, todo);
}

static bool right_year(struct parser *p, const struct rtable *t, int64_t line)
{
	char words[200];
	if (parse_year(p) >= t->from)
		return true;
	snprintf(words, sizeof words,
		 "The table " STR_FMT " began in " STR_FMT "; a return of an earlier year has none", STR_ARG(t->name),
		 STR_ARG(p->s->years[t->from]));
	refuse(p, line, STR(""), "not-in-this-year", words, "Leave the file out, or check the year");
	return false;
}

static void map_columns(struct parser *p, const struct rtable *t, const struct csv_row *row)
{
	uint32_t there = 0;
	for (size_t i = 0; i < row->n; i++) {
		int c = p->columns[i] = column_of(t, row->cells[i]);
		if (c < 0 && row->cells[i].n)
			parse_trouble(p, false, row->line, row->cells[i], "extra-column", row->cells[i],
				      "This column is none of the return’s and was not read", "Nothing, or rename it");
		if (c >= 0 && there >> c & 1)
			refuse(p, row->line, t->columns[c].name, "column-twice", "Two headings mean this column",
			       "Delete or rename one of the two");
		if (c >= 0)
			there |= 1u << c;
	}
	p->n_cells = row->n;
	for (size_t c = 0; c < t->n_columns; c++) {
		if (there >> c & 1 || t->columns[c].optional)
			continue;
		if (c == 0)
			refuse(p, row->line, t->columns[0].name, "missing-column",
			       "The column with the child’s number is not there", "Add the column CHILD");
		else
			parse_trouble(p, false, row->line, t->columns[c].name, "missing-column", t->columns[c].name,
				      "This column is not there; rules that look at it were not run",
				      "Add the column, empty where there is nothing to say");
	}
	if (!p->refused)
		parse_table(p, p->table, there);
}

static void read_heading(struct parser *p, const struct csv_row *row)
{
	p->table = table_of(p, row);
	if (p->table == SIZE_MAX) {
		p->table = 0;
		refuse(p, row->line, STR(""), "unknown-file", "The headings are of none of the return’s tables",
		       "Nothing, or give the file the headings of its table");
		return;
	}
	const struct rtable *t = &p->s->tables[p->table];
	if (!right_year(p, t, row->line))
		return;
	if (p->there[p->source->when][p->table]) {
		char words[200];
		snprintf(words, sizeof words,
			 "Another file holds the table " STR_FMT " already, so this one was not read",
			 STR_ARG(t->name));
		refuse(p, row->line, STR(""), "table-twice", words, "Keep the right one of the two in the folder");
		return;
	}
	p->there[p->source->when][p->table] = true;
	map_columns(p, t, row);
}

/* ---- rows ---- */

enum rc parse_csv_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct parser *p = arg;
	int32_t cells[RETURN_COLUMNS_MAX] = { 0 };
	if (p->broken)
		return err_set(e, RC_IO, "nobody listens");
	if (p->table == SIZE_MAX) {
		read_heading(p, row);
		return RC_OK;
	}
	if (p->refused)
		return RC_OK;
	for (size_t i = p->n_cells; i < row->n; i++)
		if (row->cells[i].n) {
			parse_trouble(p, false, row->line, STR(""), "too-many-cells", row->cells[i],
				      "The row has more cells than the first line has headings and was left out",
				      "Look for a comma inside a text, and put the text in quotation marks");
			return RC_OK;
		}
	for (size_t i = 0; i < row->n && i < p->n_cells; i++) {
		int c = p->columns[i];
		/* Rows of a child mostly stand together. */
		if (c == 0 && p->last_child && str_eq(row->cells[i], words_get(&p->words, (uint32_t)p->last_child)))
			cells[0] = p->last_child;
		else if (c >= 0)
			cells[c] = parse_cell(p, p->table, (size_t)c, row->cells[i], row->line);
	}
	p->last_child = cells[0];
	if (cells[0])
		parse_row(p, p->table, cells, row->line);
	else
		parse_trouble(p, false, row->line, STR("CHILD"), "no-child", STR(""),
			      "The row has no child’s number and was left out", "Fill in CHILD");
	return RC_OK;
}

/* ---- files ---- */

static void tell_progress(struct parser *p)
{
	struct wire_progress w = { p->file, 0, p->bytes };
	tell(p, WIRE_PROGRESS, &w, sizeof w, NULL, 0);
	p->told_bytes = p->bytes;
}

enum rc parse_source(void *arg, void *to, size_t n, size_t *got_out, struct err *e)
{
	struct parser *p = arg;
	ssize_t k;
	do
		k = read(p->source->fd, to, n);
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return err_set(e, RC_IO, "the file could not be read: %s", strerror(errno));
	hash_add(p->hash, to, (size_t)k);
	p->bytes += k;
	if (p->bytes - p->told_bytes > 4 * 1024 * 1024)
		tell_progress(p);
	*got_out = (size_t)k;
	return RC_OK;
}

static void read_file(struct parser *p, size_t i)
{
	struct hash h;
	struct err e = { .rc = RC_OK };
	p->file = (uint32_t)i;
	p->source = &p->job->files[i];
	p->refused = false;
	p->table = SIZE_MAX;
	hash_begin(&h);
	p->hash = &h;
	enum rc rc = p->source->form == RETURN_XML    ? parse_xml(p, &e)
		     : p->source->form == RETURN_BOOK ? parse_book(p, &e)
						      : csv_read(parse_source, p, parse_csv_row, p, &e);
	if (rc != RC_OK) {
		char words[ERR_TEXT_MAX + 2];
		snprintf(words, sizeof words, "%s", e.text);
		if (words[0] >= 'a' && words[0] <= 'z')
			words[0] = (char)(words[0] - 32);
		parse_trouble(p, true, 0, STR(""), "unreadable", STR(""), words,
			      "Then check it again: none of it was read");
	}
	struct wire_file_end w = { .file = p->file, .refused = p->refused };
	hash_end(&h, w.hash);
	tell(p, WIRE_FILE_END, &w, sizeof w, NULL, 0);
	tell_progress(p);
}

int return_parse(int fd, const struct parse_job *job)
{
	struct parser *p = xcalloc(1, sizeof *p);
	p->job = job;
	p->s = job->spec;
	p->fd = fd;
	words_copy(&p->words, &job->spec->words);
	p->words_told = p->words.n;
	buf_init(&p->out, OUT_MAX + WIRE_MESSAGE_MAX);
	for (size_t i = 0; i < job->n_files && !p->broken; i++)
		if (job->when < 0 || job->files[i].when == job->when)
			read_file(p, i);
	tell(p, WIRE_END, NULL, 0, NULL, 0);
	flush(p);
	bool broken = p->broken;
	buf_release(&p->out);
	words_release(&p->words);
	free(p);
	return broken ? 1 : 0;
}
