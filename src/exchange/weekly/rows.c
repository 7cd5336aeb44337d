#include "exchange/weekly/rows.h"

#include "base/text.h"
#include "codec/csv.h"

enum { RECORD_MAX = 15 * 1024, RECORD_CELL_MAX = 1000 };

void weekly_rows_begin(struct weekly_rows *w, const struct weekly_spec *s, struct str council, day_t today,
		       struct weekly_teller to)
{
	memset(w, 0, sizeof *w);
	w->spec = s;
	w->table = &s->columns->tables[0];
	w->council = council;
	w->today = today;
	w->to = to;
	buf_init(&w->record, RECORD_MAX);
}

void weekly_rows_end(struct weekly_rows *w)
{
	buf_release(&w->record);
}

static void refuse(struct weekly_rows *w, struct str column, const char *rule, const char *message, const char *fix)
{
	w->refused = true;
	w->to.finding(w->to.arg, SEVERITY_FILE, w->line, column, rule, column, message, fix);
}

/* As the file calls it: whoever corrects the row looks for that. */
static struct str name_of(const struct weekly_rows *w, int column)
{
	return w->mapped ? w->mapped->names[column] : w->table->columns[column].name;
}

static struct str found_in(const struct weekly_rows *w, int column)
{
	return w->mapped ? w->mapped->raw[column] : w->cells[column];
}

static void keep_back(struct weekly_rows *w, int column, const char *rule, const char *message, const char *fix)
{
	struct str name = column >= 0 ? name_of(w, column) : STR(""),
		   found = column >= 0 ? found_in(w, column) : STR("");
	w->bad = true;
	w->to.finding(w->to.arg, SEVERITY_KEPT_BACK, w->line, name, rule, found, message, fix);
}

/* The cells that are read, in the order of the file. */
static void put_record(struct weekly_rows *w, const struct str *cells, size_t n)
{
	struct csv_writer csv = { &w->record, false };
	buf_reset(&w->record);
	for (size_t i = 0; i < w->n_cells; i++) {
		struct str t = w->columns[i] >= 0 && i < n ? csv_unsafe(cells[i]) : STR("");
		t.n = t.n > RECORD_CELL_MAX ? RECORD_CELL_MAX : t.n;
		while (t.n && utf8_bad_at(t) != SIZE_MAX)
			t.n--; /* not in the middle of a letter */
		if (w->columns[i] >= 0)
			csv_put_safe(&csv, t);
	}
	if (!buf_ok(&w->record))
		buf_reset(&w->record);
}

/* ---- the heading ---- */

static void heading(struct weekly_rows *w, const struct str *cells, size_t n)
{
	bool there[WEEKLY__FIELDS] = { false };
	w->has_heading = true;
	w->mended = n > 2 && str_is(cells[n - 2], "line") && str_is(cells[n - 1], "problem");
	n -= w->mended ? 2 : 0; /* what was told about each row, not the row */
	w->n_cells = n < COUNT_OF(w->columns) ? n : COUNT_OF(w->columns);
	for (size_t i = 0; i < w->n_cells; i++) {
		char folded[NAME_FOLDED_MAX];
		struct str f = heading_fold(cells[i], folded);
		int c = f.n ? table_column(w->table, f) : -1;
		w->columns[i] = c;
		if (c < 0 && cells[i].n)
			w->to.finding(w->to.arg, SEVERITY_WARNING, w->line, cells[i], "extra-column", cells[i],
				      "This column is not known and was not read",
				      "Nothing, or rename it if it should be one of ours");
		if (c >= 0 && there[c])
			refuse(w, w->table->columns[c].name, "column-twice",
			       "Two headings mean this column, so none of the list was read",
			       "Delete or rename one of the two columns");
		if (c >= 0)
			there[c] = true;
	}
	for (size_t i = 0; i < WEEKLY__FIELDS; i++)
		if (w->table->columns[i].required && !there[i])
			refuse(w, w->table->columns[i].name, "missing-column",
			       "This column is needed and is not there, so none of the list was read",
			       "Add the column, or name its heading as in the guide");
	put_record(w, cells, n);
	w->to.record(w->to.arg, 0, buf_view(&w->record));
}

bool weekly_headings_known(const struct weekly_spec *s, const struct survey_sheet *sheet, size_t *others_out,
			   bool *other_out)
{
	const struct table *t = &s->columns->tables[0];
	bool there[WEEKLY__FIELDS] = { false };
	*others_out = 0;
	if (!sheet->heading_line || sheet->group_line)
		return false;
	for (size_t i = 0; i < sheet->n_columns; i++) {
		char folded[NAME_FOLDED_MAX];
		struct str f = heading_fold(sheet->columns[i].heading, folded);
		int c = f.n ? table_column(t, f) : -1;
		if (c >= 0 && there[c])
			return false;
		if (c >= 0)
			there[c] = true;
		*others_out += c < 0 && sheet->columns[i].c.filled > 0;
		if (other_out)
			other_out[i] = c < 0;
	}
	for (size_t i = 0; i < WEEKLY__FIELDS; i++)
		if (t->columns[i].required && !there[i])
			return false;
	return true;
}

/* ---- a row ---- */

static void read_cell(struct weekly_rows *w, int i)
{
	const struct column *c = &w->table->columns[i];
	const struct problem *wrong = w->mapped ? w->mapped->wrong[i] : w->wrong[i];
	struct problem problem;
	w->values[i].filled = false;
	if (wrong && !c->warn_unknown) {
		keep_back(w, i, wrong->rule, wrong->message, wrong->fix);
		return;
	}
	if (wrong) {
		w->to.finding(w->to.arg, SEVERITY_WARNING, w->line, name_of(w, i), wrong->rule, found_in(w, i),
			      wrong->message, wrong->fix);
		return;
	}
	if (!w->cells[i].n) {
		if (c->required)
			keep_back(w, i, "missing-cell", "The cell is empty, but the row means nothing without it",
				  "Fill it in");
		return;
	}
	cell_read(w->spec->columns, c, w->cells[i], w->today, &w->values[i], &problem);
	if (problem.rule && problem.warning)
		w->to.finding(w->to.arg, SEVERITY_WARNING, w->line, name_of(w, i), problem.rule, found_in(w, i),
			      problem.message, problem.fix);
	else if (problem.rule)
		keep_back(w, i, problem.rule, problem.message, problem.fix);
}

static void check_order(struct weekly_rows *w, int i)
{
	const struct column *c = &w->table->columns[i];
	if (c->not_before < 0 || !w->values[i].filled || !w->values[c->not_before].filled ||
	    w->values[i].day >= w->values[c->not_before].day)
		return;
	char message[200];
	struct str before = name_of(w, c->not_before), name = name_of(w, i);
	name.n = name.n > 80 ? 80 : name.n;
	before.n = before.n > 80 ? 80 : before.n;
	snprintf(message, sizeof message, "\"" STR_FMT "\" lies before \"" STR_FMT "\"", STR_ARG(name),
		 STR_ARG(before));
	keep_back(w, i, "before-it-began", message, "Ask the council which of the two days is right");
}

static void check_council(struct weekly_rows *w)
{
	const struct value *v = &w->values[WEEKLY_COUNCIL];
	w->elsewhere = v->filled && !str_eq(v->text, w->council);
	if (w->elsewhere)
		keep_back(w, WEEKLY_COUNCIL, "other-council",
			  "The row names another council than the one whose list this is",
			  "Load that council's children from its own list");
}

static bool more_cells(const struct weekly_rows *w, const struct str *cells, size_t n)
{
	for (size_t i = w->n_cells; i < n; i++)
		if (cells[i].n)
			return true;
	return false;
}

/* What the cells of the row at hand say; `moved`: which cell is which cannot be told. */
static void read_cells(struct weekly_rows *w, bool moved)
{
	struct weekly_row r = { .line = w->line };
	w->rows++;
	w->bad = w->elsewhere = false;
	w->to.record(w->to.arg, w->line, buf_view(&w->record));
	if (moved)
		keep_back(w, -1, "too-many-cells", "The row has more cells than the first line has headings",
			  "Look for a comma inside a text, and put the text in quotation marks");
	for (int i = 0; i < WEEKLY__FIELDS && !moved; i++)
		read_cell(w, i);
	for (int i = 0; i < WEEKLY__FIELDS && !moved; i++)
		check_order(w, i);
	if (!moved)
		check_council(w);
	w->kept_back += w->bad;
	if (w->elsewhere)
		return;
	if (moved || !w->values[WEEKLY_CHILD].filled) {
		w->unsure = true; /* whose row it is cannot be told */
		return;
	}
	r.kept_back = w->bad;
	for (size_t i = 0; i < WEEKLY__FIELDS; i++)
		r.cell[i] = w->values[i].filled ? w->values[i].text : STR("");
	w->to.row(w->to.arg, &r);
}

static void record(struct weekly_rows *w, const struct str *cells, const struct cell *sheet, size_t n)
{
	bool moved = !w->mended && more_cells(w, cells, n);
	memset(w->cells, 0, sizeof w->cells);
	memset(w->wrong, 0, sizeof w->wrong);
	for (size_t i = 0; i < n && i < w->n_cells; i++) {
		int c = w->columns[i];
		if (c < 0)
			continue;
		w->cells[c] = csv_unsafe(cells[i]);
		if (sheet && sheets_cell_wrong(&sheet[i], &w->problems[c]))
			w->wrong[c] = &w->problems[c];
	}
	put_record(w, cells, n);
	read_cells(w, moved);
}

void weekly_rows_take_mapped(struct weekly_rows *w, const struct sheet_row *r)
{
	w->has_heading = true;
	w->line = r->line;
	w->mapped = r;
	memcpy(w->cells, r->texts, sizeof w->cells);
	buf_reset(&w->record);
	if (r->record.n < RECORD_MAX)
		buf_str(&w->record, r->record);
	read_cells(w, false);
	w->mapped = NULL;
}

void weekly_rows_take(struct weekly_rows *w, int64_t line, const struct str *cells, const struct cell *sheet, size_t n)
{
	w->line = line;
	if (!w->has_heading)
		heading(w, cells, n);
	else if (!w->refused)
		record(w, cells, sheet, n);
}
