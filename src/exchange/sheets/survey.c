/* survey.c - a workbook looked over: in the jail, and what comes out of it checked. */
#include "exchange/sheets/look.h"

#include "base/jail.h"
#include "base/text.h"

#include <errno.h>
#include <unistd.h>

/* The jail writes one stream: for each sheet its numbers and texts, its columns,
 * its first rows; a count of sheets at the end. Outside every number is checked. */
enum { SURVEY_BYTES_MAX = 64 * 1024 * 1024, SHOWN_CELL_MAX = 120, TITLE_MAX = 160, MARK_SHEET = 7, MARK_END = 8 };

struct looking {
	struct survey_ask ask;
	struct buf out;
	size_t sheet; /* which, from 0 */
	bool open;
	struct arena a; /* of the sheet */
	struct str name;
	bool hidden;
	struct head_row head[SURVEY_HEAD];
	size_t n_head;
	bool headed; /* the heading is decided */
	struct head_row heading, group;
	int64_t heading_line, group_line, rows, left_out, councils;
	size_t n_columns;
	struct column_look *columns;
	struct {
		int64_t line;
		struct str cells[SHEET_COLUMNS_MAX];
	} first[SURVEY_ROWS];
	size_t n_first;
};

/* ---- telling ---- */

static void put_number(struct buf *b, int64_t v)
{
	buf_put(b, &v, sizeof v);
}

static void put_text(struct buf *b, struct str s)
{
	put_number(b, (int64_t)s.n);
	buf_str(b, s);
}

/* Headings span lines in many workbooks; here they stand on one. */
static struct str one_line(struct arena *a, struct str s)
{
	s = str_cut_to(str_trim(s), HEAD_CELL_MAX);
	char *t = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = (unsigned char)s.p[i] < 32 || s.p[i] == 127 ? ' ' : s.p[i];
		if (c != ' ' || (n && t[n - 1] != ' '))
			t[n++] = c;
	}
	return (struct str){ t, n };
}

static struct str head_text(struct looking *l, const struct head_row *r, size_t column)
{
	return column < r->n ? one_line(&l->a, feed_text(&r->cells[column])) : (struct str){ "", 0 };
}

static struct str title_of(struct looking *l)
{
	struct buf b;
	buf_init(&b, TITLE_MAX);
	for (size_t r = 0; r < l->n_head && l->head[r].line < l->heading_line; r++)
		for (size_t i = 0; i < l->head[r].n && l->head[r].line != l->group_line; i++) {
			struct str t = head_text(l, &l->head[r], i);
			if (t.n && b.n + t.n + 3 < TITLE_MAX)
				buf_printf(&b, "%s" STR_FMT, b.n ? "; " : "", STR_ARG(t));
		}
	struct str s = arena_str(&l->a, buf_view(&b));
	buf_release(&b);
	return s;
}

static void put_column(struct looking *l, size_t i, struct str *group)
{
	struct column_look *k = &l->columns[i];
	struct str own = head_text(l, &l->heading, i), above = head_text(l, &l->group, i);
	struct heading words = heading_words(l->ask.p, own, false);
	if (above.n)
		*group = above; /* it stands for the columns behind it too */
	else if (heading_stands_alone(l->ask.p, &words))
		*group = (struct str){ "", 0 }; /* until one is plainly about something else */
	struct str full = own;
	if (group->n && own.n && !str_eq(*group, own))
		full = arena_printf(&l->a, STR_FMT ": " STR_FMT, STR_ARG(*group), STR_ARG(own));
	else if (!own.n)
		full = above;
	put_text(&l->out, full);
	put_text(&l->out, own.n ? own : full);
	buf_put(&l->out, &k->c, sizeof k->c);
	/* Where every cell differs they are names and remarks: nothing to choose from. */
	size_t n = k->more ? 0 : k->n_words;
	put_number(&l->out, (int64_t)n);
	for (size_t w = 0; w < n; w++) {
		put_text(&l->out, k->words[w]);
		put_number(&l->out, k->counts[w]);
	}
}

static void put_sheet(struct looking *l)
{
	struct str group = { "", 0 };
	put_number(&l->out, MARK_SHEET);
	put_text(&l->out, l->name);
	const int64_t numbers[] = { l->hidden,	 l->rows,     l->heading_line,	     l->group_line,
				    l->left_out, l->councils, (int64_t)l->n_columns, (int64_t)l->n_first };
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		put_number(&l->out, numbers[i]);
	put_text(&l->out, title_of(l));
	for (size_t i = 0; i < l->n_columns; i++)
		put_column(l, i, &group);
	for (size_t r = 0; r < l->n_first; r++) {
		put_number(&l->out, l->first[r].line);
		for (size_t i = 0; i < l->n_columns; i++)
			put_text(&l->out, l->first[r].cells[i]);
	}
}

/* ---- looking ---- */

static void count_row(struct looking *l, int64_t line, const struct cell *cells, size_t n)
{
	if (line <= l->heading_line)
		return;
	struct str council;
	l->councils += row_is_council(l->ask.p, cells, n, &council);
	if (row_is_remark(l->ask.p, cells, n, l->heading.filled)) {
		l->left_out++;
		return;
	}
	if (n > l->n_columns)
		l->n_columns = n;
	l->rows++;
	for (size_t i = 0; i < n; i++)
		column_look(l->ask.p, &l->columns[i], &cells[i], l->ask.today, &l->a);
	if (l->n_first == SURVEY_ROWS)
		return;
	l->first[l->n_first].line = line;
	for (size_t i = 0; i < SHEET_COLUMNS_MAX; i++)
		l->first[l->n_first].cells[i] =
		    i < n ? arena_str(&l->a, str_cut_to(feed_text(&cells[i]), SHOWN_CELL_MAX)) : (struct str){ "", 0 };
	l->n_first++;
}

static void decide(struct looking *l)
{
	size_t group;
	int64_t forced = l->sheet < l->ask.n_forced ? l->ask.forced[l->sheet] : -1;
	size_t at = heading_choose(l->ask.p, l->head, l->n_head, l->name, l->ask.hints, l->ask.n_hints, forced, &group);
	l->headed = true;
	if (at < l->n_head) {
		l->heading = l->head[at];
		l->heading_line = l->heading.line;
		l->n_columns = l->heading.n;
		while (l->n_columns && !feed_text(&l->heading.cells[l->n_columns - 1]).n)
			l->n_columns--;
	}
	if (group < l->n_head) {
		l->group = l->head[group];
		l->group_line = l->group.line;
	}
	for (size_t i = 0; i < l->n_head; i++)
		count_row(l, l->head[i].line, l->head[i].cells, l->head[i].n);
}

static void keep_head(struct looking *l, int64_t line, const struct cell *cells, size_t n)
{
	struct head_row *r = &l->head[l->n_head];
	*r = (struct head_row){ line, arena_array(&l->a, n, sizeof *cells), n, 0 };
	for (size_t i = 0; i < n; i++) {
		r->cells[i] = cells[i];
		r->cells[i].text = arena_str(&l->a, str_cut_to(cells[i].text, HEAD_CELL_MAX));
		r->cells[i].note = cells[i].note.n ? STR("note") : (struct str){ "", 0 };
		r->filled += feed_text(&cells[i]).n > 0;
	}
	if (r->filled)
		l->n_head++;
}

static void end_sheet(struct looking *l)
{
	if (!l->open)
		return;
	if (!l->headed)
		decide(l);
	put_sheet(l);
	for (size_t i = 0; i < SHEET_COLUMNS_MAX; i++)
		free(l->columns[i].unlike);
	memset(l->columns, 0, SHEET_COLUMNS_MAX * sizeof *l->columns);
	arena_reset(&l->a);
	l->n_head = l->n_columns = l->n_first = 0;
	l->heading = l->group = (struct head_row){ .line = 0 };
	l->heading_line = l->group_line = l->rows = l->left_out = l->councils = 0;
	l->headed = l->open = false;
	l->sheet++;
}

static enum rc on_sheet(void *arg, struct str name, bool hidden, bool *skip_out, struct err *e)
{
	struct looking *l = arg;
	(void)e;
	end_sheet(l);
	l->open = true;
	l->name = one_line(&l->a, name);
	l->hidden = hidden;
	*skip_out = false;
	return RC_OK;
}

static enum rc on_row(void *arg, int64_t line, const struct cell *cells, size_t n, struct err *e)
{
	struct looking *l = arg;
	if (n > SHEET_COLUMNS_MAX)
		return err_set(e, RC_LIMIT, "a row has more than %d columns", SHEET_COLUMNS_MAX);
	if (!l->headed)
		keep_head(l, line, cells, n);
	else
		count_row(l, line, cells, n);
	if (!l->headed && l->n_head == SURVEY_HEAD)
		decide(l);
	return RC_OK;
}

static bool write_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t k = write(fd, s.p, s.n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		s.p += k;
		s.n -= (size_t)k;
	}
	return true;
}

void survey_tell(const struct survey_ask *ask, struct buf *out)
{
	struct looking *l = xcalloc(1, sizeof *l);
	struct err e = { .rc = RC_OK };
	struct sheet_listener listener = { on_sheet, on_row, l };
	l->ask = *ask;
	l->out = *out;
	arena_init(&l->a);
	l->columns = xcalloc(SHEET_COLUMNS_MAX, sizeof *l->columns);
	enum rc rc = sheets_feed(ask->f, &listener, &e);
	if (rc == RC_OK)
		end_sheet(l);
	if (!buf_ok(&l->out))
		rc = err_set(&e, RC_LIMIT, "the workbook has too many sheets and columns to be looked over");
	put_number(&l->out, MARK_END);
	put_number(&l->out, rc);
	put_text(&l->out, str_of(rc == RC_OK ? "" : e.text));
	*out = l->out;
	for (size_t i = 0; i < SHEET_COLUMNS_MAX; i++)
		free(l->columns[i].unlike);
	free(l->columns);
	arena_release(&l->a);
	free(l);
}

static int look_inside(int fd, void *arg)
{
	struct buf out;
	buf_init(&out, SURVEY_BYTES_MAX);
	survey_tell(arg, &out);
	bool told = write_all(fd, buf_view(&out));
	buf_release(&out);
	return told ? 0 : 1;
}

/* ---- what came out, checked ---- */

struct taking {
	const char *p;
	size_t n;
	bool bad;
	struct arena *a;
};

static int64_t take_number(struct taking *t, int64_t min, int64_t max)
{
	int64_t v = min;
	if (t->n < sizeof v) {
		t->bad = true;
		return min;
	}
	memcpy(&v, t->p, sizeof v);
	t->p += sizeof v;
	t->n -= sizeof v;
	if (v < min || v > max) {
		t->bad = true;
		return min;
	}
	return v;
}

static struct str take_text(struct taking *t, size_t max)
{
	size_t n = (size_t)take_number(t, 0, (int64_t)max);
	struct str s = { t->p, n };
	if (t->bad || n > t->n || utf8_bad_at(s) != SIZE_MAX) {
		t->bad = true;
		return (struct str){ "", 0 };
	}
	t->p += n;
	t->n -= n;
	return arena_str(t->a, s);
}

static void take_column(struct taking *t, struct survey_column *c)
{
	c->heading = take_text(t, 2 * HEAD_CELL_MAX + 2);
	c->own = take_text(t, HEAD_CELL_MAX);
	if (t->n < sizeof c->c) {
		t->bad = true;
		return;
	}
	memcpy(&c->c, t->p, sizeof c->c);
	t->p += sizeof c->c;
	t->n -= sizeof c->c;
	const int64_t *counts = (const int64_t *)&c->c; /* it is nothing but these */
	for (size_t i = 0; i < sizeof c->c / sizeof *counts; i++)
		t->bad = t->bad || counts[i] < -1000000 || counts[i] > (int64_t)1 << 40;
	c->n_words = (size_t)take_number(t, 0, SURVEY_WORDS);
	struct survey_word *words = arena_array(t->a, c->n_words, sizeof *words);
	for (size_t i = 0; i < c->n_words && !t->bad; i++) {
		words[i].text = take_text(t, SURVEY_WORD_MAX);
		words[i].n = take_number(t, 0, INT64_MAX);
	}
	c->words = words;
}

static void take_sheet(struct taking *t, struct survey_sheet *s)
{
	s->name = take_text(t, HEAD_CELL_MAX);
	s->hidden = take_number(t, 0, 1) != 0;
	s->rows = take_number(t, 0, INT64_MAX);
	s->heading_line = take_number(t, 0, INT64_MAX);
	s->group_line = take_number(t, 0, INT64_MAX);
	s->left_out = take_number(t, 0, INT64_MAX);
	s->councils = take_number(t, 0, INT64_MAX);
	s->n_columns = (size_t)take_number(t, 0, SHEET_COLUMNS_MAX);
	s->n_first = (size_t)take_number(t, 0, SURVEY_ROWS);
	s->title = take_text(t, TITLE_MAX);
	struct survey_column *columns = arena_array(t->a, s->n_columns, sizeof *columns);
	for (size_t i = 0; i < s->n_columns && !t->bad; i++)
		take_column(t, &columns[i]);
	s->columns = columns;
	struct survey_row *first = arena_array(t->a, s->n_first, sizeof *first);
	for (size_t r = 0; r < s->n_first && !t->bad; r++) {
		struct str *cells = arena_array(t->a, s->n_columns, sizeof *cells);
		first[r].line = take_number(t, 0, INT64_MAX);
		for (size_t i = 0; i < s->n_columns && !t->bad; i++)
			cells[i] = take_text(t, SHOWN_CELL_MAX);
		first[r].cells = cells;
	}
	s->first = first;
}

/* "tracker" of "tracker.csv" */
static struct str stem_of(struct str name)
{
	for (size_t i = name.n; i-- > 1;)
		if (name.p[i] == '.')
			return (struct str){ name.p, i };
	return name;
}

/* Two sheets of one name, and a file without sheets, get names to tell them by. */
static void name_sheets(struct survey *s, struct survey_sheet *sheets, struct arena *a)
{
	for (size_t i = 0; i < s->n_sheets; i++) {
		struct str base = sheets[i].name;
		if (!base.n && s->is_csv)
			base = stem_of(s->name);
		if (!base.n)
			base = arena_printf(a, "Sheet %zu", i + 1);
		sheets[i].name = base;
		for (int again = 2;; again++) {
			bool taken = false;
			for (size_t k = 0; k < i; k++)
				taken = taken || str_eq(sheets[k].name, sheets[i].name);
			if (!taken)
				break;
			sheets[i].name = arena_printf(a, STR_FMT " (%d)", STR_ARG(base), again);
		}
	}
}

static enum rc take_survey(struct taking *t, struct survey *s, struct err *e)
{
	struct survey_sheet *sheets = arena_array(t->a, SHEETS_MAX, sizeof *sheets);
	int64_t mark;
	while ((mark = take_number(t, MARK_SHEET, MARK_END)) == MARK_SHEET && !t->bad) {
		if (s->n_sheets == SHEETS_MAX)
			t->bad = true;
		else
			take_sheet(t, &sheets[s->n_sheets++]);
	}
	enum rc rc = (enum rc)take_number(t, 0, RC__COUNT - 1);
	struct str words = take_text(t, ERR_TEXT_MAX);
	if (t->bad)
		return err_set(e, RC_BAD_INPUT,
			       "The workbook could not be looked over: its reader stopped before the end");
	if (rc != RC_OK)
		return err_set(e, rc, "%c" STR_FMT,
			       words.n && words.p[0] >= 'a' && words.p[0] <= 'z' ? words.p[0] - 32 : 'T',
			       (int)(words.n ? words.n - 1 : 0), words.n ? words.p + 1 : "");
	name_sheets(s, sheets, t->a);
	s->sheets = sheets;
	return RC_OK;
}

enum rc survey_hear(struct str said, struct str name, bool is_csv, struct arena *a, const struct survey **out,
		    struct err *e)
{
	struct survey *s = arena_alloc(a, sizeof *s);
	struct taking t = { said.p, said.n, false, a };
	s->name = arena_str(a, name);
	s->is_csv = is_csv;
	enum rc rc = take_survey(&t, s, e);
	if (rc == RC_OK)
		*out = s;
	return rc;
}

static enum rc keep(void *arg, const void *p, size_t n, struct err *e)
{
	struct buf *b = arg;
	buf_put(b, p, n);
	return buf_ok(b) ? RC_OK : err_set(e, RC_LIMIT, "The workbook is too large to be looked over");
}

enum rc sheets_survey(const struct sheets_parts *p, const struct sheets_file *f, day_t today,
		      const struct mapping *const *hints, size_t n_hints, const int64_t *forced, size_t n_forced,
		      struct arena *a, const struct survey **out, struct err *e)
{
	static const struct jail_limits limits = { .memory_max = (size_t)1 << 30,
						   .cpu_seconds = 120,
						   .wall_ms = 300 * 1000,
						   .output_max = SURVEY_BYTES_MAX + 4096 };
	struct survey_ask ask = { p, f, today, hints, n_hints, forced, n_forced };
	struct buf said AUTO(buf_release);
	buf_init(&said, SURVEY_BYTES_MAX + 4096);
	enum rc rc = jail_run("The workbook", &limits, &f->fd, 1, look_inside, &ask, keep, &said, e);
	return rc == RC_OK ? survey_hear(buf_view(&said), f->name, !sheets_is_workbook(f->fd), a, out, e) : rc;
}
