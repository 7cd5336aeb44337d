/* rows.c - the rows of a workbook by a mapping, inside the jail: each row fills the
 * tables that its columns feed, and goes the way of a row of those tables. */
#include "exchange/sheets/rows.h"

#include "base/hash.h"
#include "base/text.h"
#include "codec/csv.h"

#include <unistd.h>

enum { KEPT_ROWS_MAX = 128 * 1024 * 1024, PROGRESS_ROWS = 2000 };

struct filled {	       /* a column of a table, filled from a cell, a constant, or made */
	size_t column; /* of the sheet; SIZE_MAX: none */
	const struct mapped_column *by;
	struct str constant;
};

struct list { /* a part of the sheet: one file of the batch */
	const struct part *part;
	size_t number; /* of the part */
	uint32_t file;
	struct filled from[TABLE_COLUMNS_MAX];
	bool fed;
	int64_t rows, kept_back;
	bool unsure;
	/* of the row that is read */
	struct str cells[TABLE_COLUMNS_MAX], raw[TABLE_COLUMNS_MAX], names[TABLE_COLUMNS_MAX];
	const struct problem *wrong[TABLE_COLUMNS_MAX];
	struct problem problems[TABLE_COLUMNS_MAX];
	char room[TABLE_COLUMNS_MAX][CONVERTED_MAX], made[TABLE_COLUMNS_MAX][CONVERTED_MAX];
	bool there; /* the row tells it */
};

struct mapped_run {
	const struct sheets_job *job;
	struct parser *p;
	struct buf rows; /* as CSV, for rows kept back */
	bool children_pass, only_pass;
	size_t at;     /* sheet of the file */
	uint32_t file; /* of the next sheet's first list */
	bool wanted;
	const struct mapped_sheet *m;
	struct list *lists;
	size_t n_lists;
	struct cell *above; /* what filled cells a column may be filled down from */
	char *above_text;
	struct cell *cells; /* the row, filled down */
	char council[100];  /* that stood alone in a row above */
	size_t n_council;
	enum whose whose;
	struct target by;
	const struct column *nhs;
	size_t nhs_column;	      /* of the list of children */
	size_t filled_heading, width; /* of the sheet */
	struct seen_set by_nhs;	      /* council and NHS number -> council's number, in `refs` */
	struct buf refs;
	const struct sheet_taker *to; /* of a list: rows are handed on as they are */
};

/* ---- the lists of a sheet ---- */

static void name_columns(struct list *l)
{
	for (size_t i = 0; i < l->part->n_columns; i++) {
		const struct filled *f = &l->from[i];
		l->names[i] = f->by ? f->by->heading : l->part->table->columns[i].says;
	}
}

static void find_source(const struct mapped_sheet *m, struct list *l, size_t column, struct target t)
{
	const struct mapped_column *c = column_feeding(m, t);
	const struct mapped_constant *k = constant_feeding(m, t);
	l->from[column] = (struct filled){ c ? c->at : SIZE_MAX, c, c || !k ? (struct str){ NULL, 0 } : k->value };
}

static void set_list(struct mapped_run *r, struct list *l, size_t part, uint32_t file)
{
	*l = (struct list){ .part = &r->job->p->parts[part], .number = part, .file = file };
	for (size_t i = COMMON_COLUMNS; i < l->part->n_columns; i++)
		find_source(r->m, l, i, (struct target){ (uint16_t)part, (uint16_t)i });
	find_source(r->m, l, COLUMN_COUNCIL, (struct target){ PART_ROW, ROW_COUNCIL });
	find_source(r->m, l, COLUMN_CHILD, r->by);
	name_columns(l);
}

/* The parts that a sheet tells, children first, as sheets_lists counts them. */
static void open_sheet(struct mapped_run *r)
{
	r->n_lists = 0;
	r->n_council = 0;
	r->whose = sheet_whose(r->job->p, r->m, &r->by);
	for (size_t i = 1; i < r->job->p->n; i++)
		if (part_is_fed(r->m, i))
			set_list(r, &r->lists[r->n_lists++], i, r->file++);
	for (size_t i = 0; i < SHEET_COLUMNS_MAX; i++)
		r->above[i] = (struct cell){ .kind = CELL_EMPTY };
}

/* ---- the cells of a row ---- */

enum { ABOVE_MAX = 400 };

static void put_above(struct mapped_run *r, size_t column, const struct cell *c)
{
	size_t n = feed_text(c).n < ABOVE_MAX ? feed_text(c).n : 0;
	char *room = r->above_text + column * ABOVE_MAX;
	memcpy(room, feed_text(c).p, n);
	r->above[column] = *c;
	r->above[column].text = (struct str){ room, n };
	r->above[column].note = (struct str){ NULL, 0 };
	if (!n)
		r->above[column].kind = CELL_EMPTY;
}

/* Copies the row, and fills down what its mapping says. */
static void fill_row(struct mapped_run *r, const struct cell *cells, size_t n)
{
	if (n)
		memcpy(r->cells, cells, n * sizeof *cells);
	for (size_t i = n; i < r->width; i++)
		r->cells[i] = (struct cell){ .kind = CELL_EMPTY };
	for (size_t i = 0; i < r->m->n_columns; i++) {
		const struct mapped_column *c = &r->m->columns[i];
		if (c->at == SIZE_MAX || c->fill == FILL_NOT || !c->n_to)
			continue;
		struct cell *to = &r->cells[c->at];
		if (feed_is_filled(to))
			put_above(r, c->at, to);
		else if (c->fill == FILL_EMPTY || to->merged)
			*to = r->above[c->at];
	}
}

/* A heading that is printed again further down. */
static bool is_heading_again(const struct mapped_run *r)
{
	size_t same = 0, filled = 0;
	for (size_t i = 0; i < r->m->n_columns; i++) {
		const struct mapped_column *c = &r->m->columns[i];
		if (c->at == SIZE_MAX || !c->n_to || !feed_text(&r->cells[c->at]).n)
			continue;
		char x[400], y[700];
		struct str f = words_fold(feed_text(&r->cells[c->at]), x, sizeof x),
			   g = words_fold(c->heading, y, sizeof y);
		filled++;
		same += f.n && g.n >= f.n && memcmp(g.p + g.n - f.n, f.p, f.n) == 0;
	}
	return filled >= 2 && same == filled;
}

/* The row in the sheet's own columns, those that are read: what is kept back comes back so. */
static void put_row_aside(struct mapped_run *r, struct csv_row *row)
{
	row->offset = r->rows.n;
	row->size = 0;
	struct csv_writer w = { &r->rows, false };
	if (r->rows.n > KEPT_ROWS_MAX - CSV_RECORD_MAX)
		return;
	for (size_t i = 0; i < r->m->n_columns; i++)
		if (r->m->columns[i].n_to && r->m->columns[i].at != SIZE_MAX) {
			struct str t = feed_text(&r->cells[r->m->columns[i].at]);
			csv_put_safe(&w, csv_unsafe((struct str){ t.p, t.n < 4000 ? t.n : 4000 }));
		}
	row->size = r->rows.n - row->offset;
}

static void convert_cells(struct mapped_run *r, struct list *l)
{
	const struct sheets_parts *p = r->job->p;
	l->there = false;
	for (size_t i = 0; i < l->part->n_columns; i++) {
		const struct filled *f = &l->from[i];
		struct target t = { (uint16_t)l->number, (uint16_t)i };
		l->wrong[i] = NULL;
		l->cells[i] = l->raw[i] = f->constant.n ? f->constant : (struct str){ "", 0 };
		if (i == COLUMN_COUNCIL && !f->constant.n && r->m->council_above)
			l->cells[i] = l->raw[i] = (struct str){ r->council, r->n_council };
		if (f->column == SIZE_MAX)
			continue;
		const struct cell *cell = &r->cells[f->column];
		l->raw[i] = feed_text(cell);
		if (i < COMMON_COLUMNS)
			t = (struct target){ PART_ROW, (uint16_t)i };
		if (i == COLUMN_CHILD && r->whose == WHOSE_NHS)
			t = (struct target){ PART_ROW, ROW_NHS };
		enum converted done =
		    cell_convert(p, f->by, t, cell, r->job->today, l->room[i], &l->cells[i], &l->problems[i]);
		if (done == CONVERTED_WRONG)
			l->wrong[i] = &l->problems[i];
		if (done == CONVERTED_EMPTY)
			l->cells[i] = (struct str){ "", 0 };
		l->there = l->there || (i >= COMMON_COLUMNS && done != CONVERTED_EMPTY);
	}
}

/* ---- numbers that nobody gave ---- */

static struct list *list_of(struct mapped_run *r, size_t part)
{
	for (size_t i = 0; i < r->n_lists; i++)
		if (r->lists[i].number == part)
			return &r->lists[i];
	return NULL;
}

static struct str made_of_day(struct mapped_run *r, struct list *l, const struct made *m)
{
	for (size_t i = 0; i < m->n_days; i++) {
		const struct list *of = list_of(r, m->days[i].part);
		struct str day = of ? of->cells[m->days[i].column] : (struct str){ NULL, 0 };
		day_t d;
		if (!of || of->wrong[m->days[i].column] || day.n < 10 ||
		    day_parse_iso((struct str){ day.p, 10 }, &d) != RC_OK)
			continue;
		int n = snprintf(l->made[m->column], CONVERTED_MAX, STR_FMT "%.4s%.2s%.2s", STR_ARG(m->letters), day.p,
				 day.p + 5, day.p + 8);
		return (struct str){ l->made[m->column], (size_t)n };
	}
	return (struct str){ "", 0 };
}

/* Is the row kept back anyway, whatever its number? */
static bool is_doomed(const struct list *l)
{
	for (size_t i = 0; i < l->part->n_columns; i++) {
		const struct column *c = &l->part->table->columns[i];
		bool made = false;
		for (size_t k = 0; k < l->part->n_made; k++)
			made = made || l->part->made[k].column == (int)i;
		if (!made && ((l->wrong[i] && !c->warn_unknown) ||
			      (c->required && !l->part->optional[i] && !l->cells[i].n && !l->wrong[i])))
			return true;
	}
	return false;
}

static void make_numbers(struct mapped_run *r, struct list *l)
{
	for (size_t i = 0; i < l->part->n_made && l->there; i++) {
		const struct made *m = &l->part->made[i];
		if (l->from[m->column].column != SIZE_MAX)
			continue;
		const struct list *other = m->n_days ? NULL : list_of(r, m->same.part);
		l->cells[m->column] = m->n_days		      ? made_of_day(r, l, m)
				      : other && other->there ? other->cells[m->same.column]
							      : (struct str){ "", 0 };
		l->raw[m->column] = l->cells[m->column];
		if (l->cells[m->column].n || !l->part->table->columns[m->column].required)
			continue;
		if (is_doomed(l)) {
			l->cells[m->column] = STR("-");
			continue;
		}
		struct problem *w = &l->problems[m->column];
		*w = (struct problem){ .rule = "missing-cell" };
		snprintf(w->message, sizeof w->message, "No day in the row gives this a number of its own");
		snprintf(w->fix, sizeof w->fix, "Fill in the day on which it began or was done");
		l->wrong[m->column] = w;
	}
}

static struct seen *seen_by_nhs(struct mapped_run *r, const struct list *l, struct str digits, bool *fresh_out)
{
	const struct organisation_entry *o =
	    organisations_find(r->job->p->spec->orgs, ORG_COUNCIL, l->cells[COLUMN_COUNCIL]);
	struct str council = o ? o->code : l->cells[COLUMN_COUNCIL];
	uint64_t name = hash64(hash64(23, council.p, council.n), digits.p, digits.n);
	return seen_put(&r->by_nhs, name, (uint32_t)name, fresh_out);
}

/* Where the list of children gives both numbers, other sheets may give either. */
static void note_nhs(struct mapped_run *r, const struct list *l)
{
	struct value v = { .filled = false };
	struct problem problem;
	bool fresh;
	size_t column = r->nhs_column;
	if (l->number != r->job->p->children || r->whose != WHOSE_COUNCIL_NUMBER || !l->cells[column].n ||
	    !l->cells[COLUMN_CHILD].n || l->cells[COLUMN_CHILD].n > EVENT_REF_MAX)
		return;
	cell_read(r->job->p->spec, r->nhs, l->cells[column], r->job->today, &v, &problem);
	if (!v.filled || r->refs.n > 64u * 1024 * 1024)
		return;
	struct seen *s = seen_by_nhs(r, l, v.text, &fresh);
	if (s->size) /* 0: only asked for so far */
		return;
	s->offset = r->refs.n;
	s->size = (uint32_t)l->cells[COLUMN_CHILD].n;
	buf_str(&r->refs, l->cells[COLUMN_CHILD]);
}

/* "NHS9990001006": a child that the council's number does not name. */
static void name_by_nhs(struct mapped_run *r, struct list *l)
{
	struct value v = { .filled = false };
	if (r->whose != WHOSE_NHS || !l->cells[COLUMN_CHILD].n || l->wrong[COLUMN_CHILD])
		return;
	struct problem *problem = &l->problems[COLUMN_CHILD];
	cell_read(r->job->p->spec, r->nhs, l->cells[COLUMN_CHILD], r->job->today, &v, problem);
	if (!v.filled) {
		l->wrong[COLUMN_CHILD] = problem;
		problem->warning = false;
		return;
	}
	bool fresh;
	struct seen *known = seen_by_nhs(r, l, v.text, &fresh);
	if (!fresh && known->size) {
		l->cells[COLUMN_CHILD] = (struct str){ r->refs.p + known->offset, known->size };
		return;
	}
	int n = snprintf(l->made[COLUMN_CHILD], CONVERTED_MAX, "NHS" STR_FMT, STR_ARG(v.text));
	l->cells[COLUMN_CHILD] = (struct str){ l->made[COLUMN_CHILD], (size_t)n };
}

/* ---- one row ---- */

static void read_list_row(struct mapped_run *r, struct list *l, const struct csv_row *row)
{
	struct parser *p = r->p;
	struct mapped_row mapped = { l->names,		l->raw,	  l->wrong,
				     l->part->optional, &r->rows, l->number == r->job->p->children };
	p->mapped = &mapped;
	p->file = l->file;
	p->table = l->part->table;
	p->table_number = l->part->table_number;
	p->row = row;
	memcpy(p->cells, l->cells, sizeof p->cells);
	p->kept_back = 0;
	p->unsure = false;
	row_read(p);
	l->rows++;
	l->kept_back += p->kept_back;
	l->unsure = l->unsure || p->unsure;
	p->mapped = NULL;
}

/* A row of a list. One that has the council's number in it is never a remark: that a child
 * is not on a list says something. */
static enum rc take_row(struct mapped_run *r, int64_t line, const struct cell *cells, size_t n, struct err *e)
{
	struct list *l = &r->lists[0];
	struct csv_row row = { .line = line };
	size_t number = l->from[COLUMN_CHILD].column;
	bool numbered = number < n && feed_is_filled(&cells[number]);
	bool sum = n && row_is_left_out(r->job->p, feed_text(&cells[0]));
	if (line <= r->m->heading_line || n > SHEET_COLUMNS_MAX || (numbered && sum) ||
	    (!numbered && row_is_remark(r->job->p, cells, n, r->filled_heading)))
		return RC_OK;
	fill_row(r, cells, n);
	if (is_heading_again(r))
		return RC_OK;
	convert_cells(r, l);
	buf_reset(&r->rows);
	put_row_aside(r, &row);
	struct sheet_row told = { line, l->cells, l->raw, l->wrong, l->names, { r->rows.p + row.offset, row.size } };
	return r->to->row(r->to->arg, &told, e);
}

static enum rc read_row(void *arg, int64_t line, const struct cell *cells, size_t n, struct err *e)
{
	struct mapped_run *r = arg;
	struct csv_row row = { .line = line };
	if (r->to)
		return take_row(r, line, cells, n, e);
	if (r->p->out.broken)
		return err_set(e, RC_IO, "nobody listens");
	struct str council;
	if (line > r->m->heading_line && r->m->council_above && row_is_council(r->job->p, cells, n, &council)) {
		memcpy(r->council, council.p, council.n); /* at most 80 bytes */
		r->n_council = council.n;
		return RC_OK;
	}
	if (line <= r->m->heading_line || n > SHEET_COLUMNS_MAX ||
	    row_is_remark(r->job->p, cells, n, r->filled_heading))
		return RC_OK;
	fill_row(r, cells, n);
	if (is_heading_again(r))
		return RC_OK;
	for (size_t i = 0; i < r->n_lists; i++) {
		convert_cells(r, &r->lists[i]);
		name_by_nhs(r, &r->lists[i]);
		note_nhs(r, &r->lists[i]);
	}
	for (size_t i = 0; i < r->n_lists; i++)
		make_numbers(r, &r->lists[i]);
	put_row_aside(r, &row);
	for (size_t i = 0; i < r->n_lists; i++) {
		struct list *l = &r->lists[i];
		bool children = l->number == r->job->p->children;
		if (l->there && (r->only_pass || children == r->children_pass))
			read_list_row(r, l, &row);
	}
	if (line % PROGRESS_ROWS == 0) {
		struct wire_progress w = { r->lists[0].file, 0, line };
		tell(&r->p->out, WIRE_PROGRESS, &w, sizeof w, NULL, 0);
		tell_flush(&r->p->out);
	}
	return RC_OK;
}

/* ---- the sheets ---- */

static void close_sheet(struct mapped_run *r)
{
	for (size_t i = 0; i < r->n_lists && r->wanted; i++) {
		r->job->counts[r->lists[i].file].rows += r->lists[i].rows;
		r->job->counts[r->lists[i].file].kept_back += r->lists[i].kept_back;
		r->job->counts[r->lists[i].file].unsure |= r->lists[i].unsure;
	}
	r->n_lists = 0;
	r->wanted = false;
}

static enum rc begin_sheet(void *arg, struct str name, bool hidden, bool *skip_out, struct err *e)
{
	struct mapped_run *r = arg;
	(void)name;
	(void)hidden;
	(void)e;
	close_sheet(r);
	for (size_t i = 0; i < r->job->m->n_sheets; i++)
		if (r->job->m->sheets[i].at == r->at && r->job->m->sheets[i].rows != ROWS_LEFT_OUT) {
			r->m = &r->job->m->sheets[i];
			r->wanted = true;
		}
	*skip_out = !r->wanted;
	if (r->wanted) {
		const struct survey_sheet *s = &r->job->s->sheets[r->at];
		r->filled_heading = 0;
		r->width = s->n_columns;
		for (size_t i = 0; i < s->n_columns; i++)
			r->filled_heading += s->heading_line && s->columns[i].own.n > 0;
		r->file = r->job->first_file[r->at];
		open_sheet(r);
	}
	r->at++;
	return RC_OK;
}

static enum rc read_pass(struct mapped_run *r, struct err *e)
{
	struct sheet_listener l = { begin_sheet, read_row, r };
	r->at = 0;
	r->wanted = false;
	r->n_lists = 0;
	enum rc rc = sheets_feed(r->job->f, &l, e);
	close_sheet(r);
	return rc;
}

static void tell_lists(struct mapped_run *r)
{
	for (uint32_t i = 0; i < r->job->n_lists; i++) {
		bool partial = !r->job->lists[i].whole;
		struct wire_file w = { i, partial, partial ? DAY_NONE : r->job->covers_from };
		tell(&r->p->out, WIRE_FILE, &w, sizeof w, NULL, 0);
	}
}

/* A file that turns out to be broken is refused whole, in each of its lists. */
static void tell_ends(struct mapped_run *r, enum rc rc, struct err *e)
{
	for (uint32_t i = 0; i < r->job->n_lists; i++) {
		const struct list_counts *c = &r->job->counts[i];
		struct wire_file_end w = { .file = i,
					   .refused = rc != RC_OK,
					   .unsure = c->unsure,
					   .rows_read = c->rows,
					   .rows_kept_back = rc != RC_OK ? c->rows : c->kept_back };
		memcpy(w.hash, r->job->hash, 65);
		if (rc != RC_OK) {
			if (e->text[0] >= 'a' && e->text[0] <= 'z')
				e->text[0] = (char)(e->text[0] - 32);
			r->p->file = i;
			tell_finding(r->p, SEVERITY_FILE, 0, (struct str){ NULL, 0 }, "unreadable",
				     (struct str){ NULL, 0 }, e->text, "Then load it again: nothing of it was loaded");
		}
		tell(&r->p->out, WIRE_FILE_END, &w, sizeof w, NULL, 0);
	}
}

/* Children before everything else, so that what is told of them can be held against
 * their births; one reading is enough if they stand in the first column of files. */
static enum rc read_passes(struct mapped_run *r, struct err *e)
{
	bool children = false;
	for (uint32_t i = 0; i < r->job->n_lists; i++)
		children = children || r->job->lists[i].part == r->job->p->children;
	r->only_pass = !children || r->job->n_sheets == 1;
	r->children_pass = children;
	enum rc rc = read_pass(r, e);
	if (rc != RC_OK || r->only_pass)
		return rc;
	r->children_pass = false;
	return read_pass(r, e);
}

/* Whole are those councils that are said to be, and of whom there is a child. */
static void keep_whole_councils(struct mapped_run *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->p->n_councils; i++)
		for (size_t k = 0; k < r->job->m->n_whole; k++)
			if (str_eq(r->p->councils[i]->code, r->job->m->whole[k])) {
				r->p->councils[n++] = r->p->councils[i];
				break;
			}
	r->p->n_councils = n;
}

enum rc sheets_rows(const struct sheets_parts *p, const struct sheets_file *f, const struct survey *s,
		    const struct mapping *m, day_t today, const struct sheet_taker *to, struct err *e)
{
	struct sheets_job *job = xcalloc(1, sizeof *job);
	struct mapped_run *r = xcalloc(1, sizeof *r);
	*job = (struct sheets_job){ .p = p, .f = f, .s = s, .m = m, .today = today };
	r->job = job;
	r->to = to;
	r->lists = xcalloc(SHEET_PARTS_MAX, sizeof *r->lists);
	r->above = xcalloc(SHEET_COLUMNS_MAX, sizeof *r->above);
	r->above_text = xcalloc(SHEET_COLUMNS_MAX, ABOVE_MAX);
	r->cells = xcalloc(SHEET_COLUMNS_MAX, sizeof *r->cells);
	job->counts = xcalloc(SHEET_LISTS_MAX, sizeof *job->counts);
	buf_init(&r->rows, KEPT_ROWS_MAX);
	enum rc rc = sheets_lists(job) && job->n_lists == 1
			 ? read_pass(r, e)
			 : err_set(e, RC_BAD_INPUT, "a weekly list is one sheet, and nothing or more is to be read");
	buf_release(&r->rows);
	free(job->counts);
	free(r->cells);
	free(r->above_text);
	free(r->above);
	free(r->lists);
	free(r);
	free(job);
	return rc;
}

int sheets_parse(int fd, struct sheets_job *job)
{
	struct mapped_run *r = xcalloc(1, sizeof *r);
	struct parse_job tables = { .spec = job->p->spec, .today = job->today };
	struct err e = { .rc = RC_OK };
	struct column nhs = job->p->row_columns[ROW_NHS];
	nhs.warn_unknown = false;
	r->job = job;
	r->p = parser_new(fd, &tables);
	r->nhs = &nhs;
	r->nhs_column = (size_t)table_column(job->p->parts[job->p->children].table, STR("nhsnumber"));
	buf_init(&r->refs, 72u * 1024 * 1024);
	r->lists = xcalloc(SHEET_PARTS_MAX, sizeof *r->lists);
	r->above = xcalloc(SHEET_COLUMNS_MAX, sizeof *r->above);
	r->above_text = xcalloc(SHEET_COLUMNS_MAX, ABOVE_MAX);
	r->cells = xcalloc(SHEET_COLUMNS_MAX, sizeof *r->cells);
	buf_init(&r->rows, KEPT_ROWS_MAX);
	job->counts = xcalloc(SHEET_LISTS_MAX, sizeof *job->counts);
	r->p->full_children = job->full_children;
	tell_lists(r);
	enum rc rc = read_passes(r, &e);
	tell_ends(r, rc, &e);
	r->p->full_children = r->p->full_children && rc == RC_OK;
	keep_whole_councils(r);
	parser_end(r->p);
	bool broken = r->p->out.broken;
	parser_free(r->p);
	buf_release(&r->rows);
	buf_release(&r->refs);
	seen_clear(&r->by_nhs);
	free(job->counts);
	free(r->cells);
	free(r->above_text);
	free(r->above);
	free(r->lists);
	free(r);
	return broken ? 1 : 0;
}
