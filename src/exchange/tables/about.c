#include "exchange/tables/parse.h"

#include "base/text.h"

/* about.csv says which files are partial, and from which day a file can be
 * believed when it says nothing. Columns: table, partial, covers_from. */

enum { ABOUT_TABLE, ABOUT_PARTIAL, ABOUT_COVERS, ABOUT_COLUMNS };

static void complain(struct parser *p, const struct csv_row *row, const char *column, struct str found,
		     const char *message, const char *fix)
{
	tell_finding(p, SEVERITY_FILE, row->line, str_of(column), "about", found, message, fix);
}

static void header(struct parser *p, const struct csv_row *row)
{
	static const char *const names[ABOUT_COLUMNS] = { "table", "partial", "coversfrom" };
	bool there = false;
	p->has_header = true;
	p->n_cells = row->n;
	for (size_t i = 0; i < row->n; i++) {
		char folded[NAME_FOLDED_MAX];
		struct str f = heading_fold(row->cells[i], folded);
		p->columns[i] = -1;
		for (int k = 0; k < ABOUT_COLUMNS; k++)
			if (str_is(f, names[k]))
				p->columns[i] = k;
		there = there || p->columns[i] == ABOUT_TABLE;
	}
	if (!there) {
		p->refused = true;
		complain(p, row, "table", (struct str){ NULL, 0 },
			 "about.csv has no column \"table\", so nothing in it was used",
			 "Give it the columns table, partial and covers_from");
	}
}

void about_row(struct parser *p, const struct csv_row *row)
{
	if (!p->has_header) {
		header(p, row);
		return;
	}
	if (p->refused)
		return;
	struct str cell[ABOUT_COLUMNS] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	for (size_t i = 0; i < row->n && i < p->n_cells; i++)
		if (p->columns[i] >= 0)
			cell[p->columns[i]] = row->cells[i];
	struct str name = cell[ABOUT_TABLE];
	if (name.n > 4 && str_is_nocase((struct str){ name.p + name.n - 4, 4 }, ".csv"))
		name.n -= 4;
	size_t table = tables_find(p->spec, name);
	if (table == SIZE_MAX) {
		complain(p, row, "table", name, "about.csv names a table that there is not",
			 "Correct the name of the table");
		return;
	}
	p->about[table].said = true;
	static const struct column yes_no = { .type = TYPE_YES_NO },
				   day = { .type = TYPE_DAY, .not_before = -1, .same_as_empty = -1 };
	struct value v;
	struct problem problem = { .rule = NULL };
	if (cell[ABOUT_PARTIAL].n) {
		cell_read(p->spec, &yes_no, cell[ABOUT_PARTIAL], p->job->today, &v, &problem);
		p->about[table].partial = !v.filled || v.number; /* in doubt nothing is taken back */
		if (problem.rule)
			complain(p, row, "partial", cell[ABOUT_PARTIAL],
				 "Neither yes nor no, so the table is taken as partial", "Write yes or no");
	}
	if (cell[ABOUT_COVERS].n) {
		cell_read(p->spec, &day, cell[ABOUT_COVERS], p->job->today, &v, &problem);
		if (v.filled)
			p->about[table].covers_from = v.day;
		else
			complain(p, row, "covers_from", cell[ABOUT_COVERS], problem.message, problem.fix);
	}
}
