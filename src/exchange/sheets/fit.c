/* fit.c - a mapping held against the file at hand, and what must be asked. */
#include "exchange/sheets/parts.h"

#include "base/text.h"
#include "exchange/sheets/feed.h"

enum { QUESTIONS_MAX = 400, SHEET_FITS = 50 };

/* ---- columns by name ---- */

struct str sheet_column_name(size_t column, struct arena *a)
{
	char letters[4];
	size_t n = 0;
	for (size_t v = column + 1; v && n < sizeof letters; v = (v - 1) / 26)
		letters[n++] = (char)('A' + (v - 1) % 26);
	for (size_t i = 0; i < n / 2; i++) {
		char swap = letters[i];
		letters[i] = letters[n - 1 - i];
		letters[n - 1 - i] = swap;
	}
	return arena_printf(a, "Column %.*s", (int)n, letters);
}

struct str column_called(const struct survey_sheet *s, size_t column, struct arena *a)
{
	return s->columns[column].heading.n ? s->columns[column].heading : sheet_column_name(column, a);
}

static bool same_words(struct str a, struct str b)
{
	char x[700], y[700];
	struct str f = words_fold(a, x, sizeof x), g = words_fold(b, y, sizeof y);
	return str_eq(a, b) || (f.n && str_eq(f, g));
}

/* Of several headings that are alike the first that is still free: in order. */
static size_t find_column(const struct survey_sheet *s, const struct mapped_sheet *m, size_t column, const bool *taken,
			  struct arena *a)
{
	for (size_t i = 0; i < s->n_columns; i++)
		if (!taken[i] && same_words(column_called(s, i, a), m->columns[column].heading))
			return i;
	return SIZE_MAX;
}

static int sheet_fit(const struct survey_sheet *s, const struct mapped_sheet *m, struct arena *a)
{
	bool taken[512] = { false };
	size_t wanted = 0, found = 0;
	if (!m->heading_line != !s->heading_line)
		return 0;
	for (size_t i = 0; i < m->n_columns; i++) {
		size_t at = find_column(s, m, i, taken, a);
		if (at != SIZE_MAX)
			taken[at] = true;
		wanted += m->columns[i].n_to > 0;
		found += m->columns[i].n_to > 0 && at != SIZE_MAX;
	}
	return wanted ? (int)(100 * found / wanted) : 0;
}

/* ---- fitting ---- */

static void add_fresh(const struct survey_sheet *s, struct mapped_sheet *m, const bool *taken, struct arena *a)
{
	size_t n = m->n_columns + s->n_columns;
	struct mapped_column *all = arena_array(a, n, sizeof *all);
	if (m->n_columns)
		memcpy(all, m->columns, m->n_columns * sizeof *all);
	m->columns = all;
	m->cap_columns = n;
	for (size_t i = 0; i < s->n_columns; i++) {
		if (taken[i])
			continue;
		bool empty = !s->columns[i].c.filled;
		m->columns[m->n_columns++] = (struct mapped_column){
			.heading = column_called(s, i, a),
			.at = i,
			.fresh = !empty,
			.why = empty ? STR("The column is empty")
				     : STR("New since last time: left out until somebody says what it is")
		};
	}
}

static int by_place(const void *x, const void *y)
{
	const struct mapped_column *a = x, *b = y;
	return (a->at > b->at) - (a->at < b->at);
}

static void fit_sheet(const struct survey_sheet *s, struct mapped_sheet *m, struct arena *a)
{
	bool taken[512] = { false };
	for (size_t i = 0; i < m->n_columns; i++) {
		m->columns[i].at = find_column(s, m, i, taken, a);
		if (m->columns[i].at != SIZE_MAX)
			taken[m->columns[i].at] = true;
	}
	m->heading_line = s->heading_line;
	add_fresh(s, m, taken, a);
	if (m->n_columns)
		qsort(m->columns, m->n_columns, sizeof *m->columns, by_place);
}

static void add_fresh_sheets(const struct survey *s, struct mapping *m, const bool *taken, struct arena *a)
{
	struct mapped_sheet *all = arena_array(a, m->n_sheets + s->n_sheets, sizeof *all);
	if (m->n_sheets)
		memcpy(all, m->sheets, m->n_sheets * sizeof *all);
	m->sheets = all;
	for (size_t i = 0; i < s->n_sheets; i++)
		if (!taken[i]) {
			struct mapped_sheet *f = &m->sheets[m->n_sheets++];
			*f = (struct mapped_sheet){ .name = s->sheets[i].name,
						    .at = i,
						    .heading_line = s->sheets[i].heading_line };
			f->why = s->sheets[i].rows ? STR("New since last time: left out until somebody says what it is")
						   : STR("There is nothing on it");
			fit_sheet(&s->sheets[i], f, a);
			f->constants = arena_array(a, 40, sizeof *f->constants);
		}
}

int mapping_fit(const struct survey *s, struct mapping *m, struct arena *a)
{
	bool taken[256] = { false };
	size_t wanted = 0, found = 0;
	for (size_t i = 0; i < m->n_sheets; i++) {
		struct mapped_sheet *ms = &m->sheets[i];
		int best = -1;
		ms->at = SIZE_MAX;
		for (size_t k = 0; k < s->n_sheets; k++) {
			if (taken[k])
				continue;
			bool named = str_eq(s->sheets[k].name, ms->name);
			int fit =
			    ms->rows == ROWS_LEFT_OUT ? (named ? 100 : 0) : sheet_fit(&s->sheets[k], ms, a) + named;
			if (fit >= SHEET_FITS && fit > best) {
				best = fit;
				ms->at = k;
			}
		}
		if (ms->at != SIZE_MAX) {
			taken[ms->at] = true;
			ms->name = s->sheets[ms->at].name;
			fit_sheet(&s->sheets[ms->at], ms, a);
		}
		for (size_t c = 0; ms->rows != ROWS_LEFT_OUT && c < ms->n_columns; c++) {
			wanted += ms->columns[c].n_to > 0;
			found += ms->columns[c].n_to > 0 && ms->at != SIZE_MAX && ms->columns[c].at != SIZE_MAX;
		}
	}
	add_fresh_sheets(s, m, taken, a);
	return wanted ? (int)(100 * found / wanted) : 0;
}

void mapping_settle(const struct sheets_parts *p, const struct survey *s, struct mapping *m)
{
	for (size_t i = 0; i < m->n_sheets; i++)
		for (size_t k = 0; m->sheets[i].at != SIZE_MAX && k < m->sheets[i].n_columns; k++) {
			struct mapped_column *c = &m->sheets[i].columns[k];
			if (!c->n_to || c->at == SIZE_MAX || c->order_said || !target_is_day(p, c->to[0]))
				continue;
			const struct survey_counts *n = &s->sheets[m->sheets[i].at].columns[c->at].c;
			c->order_said = n->day_first && !n->month_first && c->order == DAYS_DAY_FIRST;
		}
}

/* ---- what feeds what ---- */

const struct mapped_column *column_feeding(const struct mapped_sheet *s, struct target t)
{
	for (size_t i = 0; i < s->n_columns; i++)
		for (size_t k = 0; k < s->columns[i].n_to; k++)
			if (s->columns[i].at != SIZE_MAX && target_same(s->columns[i].to[k], t))
				return &s->columns[i];
	return NULL;
}

const struct mapped_constant *constant_feeding(const struct mapped_sheet *s, struct target t)
{
	for (size_t i = 0; i < s->n_constants; i++)
		if (target_same(s->constants[i].to, t) && s->constants[i].value.n)
			return &s->constants[i];
	return NULL;
}

bool part_may_stand(const struct sheets_parts *p, const struct mapped_sheet *s, size_t part)
{
	if (s->rows == ROWS_CHILDREN)
		return part == PART_ROW || p->parts[part].wide;
	return s->rows == ROWS_LIST && (part == PART_ROW || part == s->part || part == p->children);
}

bool part_is_fed(const struct mapped_sheet *s, size_t part)
{
	for (size_t i = 0; i < s->n_columns; i++)
		for (size_t k = 0; k < s->columns[i].n_to; k++)
			if (s->columns[i].at != SIZE_MAX && s->columns[i].to[k].part == part)
				return true;
	return false;
}

static bool can_be_made(const struct sheets_parts *p, const struct mapped_sheet *s, size_t part, size_t column)
{
	const struct part *m = &p->parts[part];
	for (size_t i = 0; i < m->n_made; i++) {
		if (m->made[i].column != (int)column)
			continue;
		for (size_t k = 0; k < m->made[i].n_days; k++)
			if (column_feeding(s, m->made[i].days[k]))
				return true;
		struct target same = m->made[i].same;
		if (!m->made[i].n_days && (column_feeding(s, same) ||
					   (part_is_fed(s, same.part) && can_be_made(p, s, same.part, same.column))))
			return true;
	}
	return false;
}

static bool is_made(const struct part *m, size_t column)
{
	for (size_t i = 0; i < m->n_made; i++)
		if (m->made[i].column == (int)column)
			return true;
	return false;
}

/* What people know comes before numbers that would be made of it. */
int part_lacks(const struct sheets_parts *p, const struct mapped_sheet *s, size_t part)
{
	const struct part *m = &p->parts[part];
	for (int made = 0; made < 2 && m->table; made++)
		for (size_t i = COMMON_COLUMNS; i < m->n_columns; i++) {
			struct target t = { (uint16_t)part, (uint16_t)i };
			if (m->table->columns[i].required && !m->optional[i] && is_made(m, i) == (made == 1) &&
			    !column_feeding(s, t) && !constant_feeding(s, t) && !can_be_made(p, s, part, i))
				return (int)i;
		}
	return -1;
}

enum whose sheet_whose(const struct sheets_parts *p, const struct mapped_sheet *s, struct target *out)
{
	*out = (struct target){ PART_ROW, ROW_CHILD };
	if (column_feeding(s, *out))
		return WHOSE_COUNCIL_NUMBER;
	*out = (struct target){ PART_ROW, ROW_NHS };
	if (column_feeding(s, *out))
		return WHOSE_NHS;
	struct target of_child;
	if (target_of(p, STR("children.nhs_number"), &of_child) && column_feeding(s, of_child)) {
		*out = of_child;
		return WHOSE_NHS;
	}
	return WHOSE_NOBODYS;
}

/* ---- questions ---- */

struct asking {
	const struct sheets_parts *p;
	const struct mapping *m;
	const struct survey *s;
	struct arena *a;
	struct mapping_question *all;
	size_t n, sheet;
};

static void ask(struct asking *q, enum question_sort sort, size_t column, struct str words)
{
	if (q->n < QUESTIONS_MAX)
		q->all[q->n++] = (struct mapping_question){ sort, q->sheet, column, words };
}

/* "1 cell is", "3 cells are" */
static struct str cells(struct asking *q, int64_t n, const char *one, const char *many)
{
	return n == 1 ? arena_printf(q->a, "1 cell %s", one) : arena_printf(q->a, "%" PRId64 " cells %s", n, many);
}

static void ask_twice(struct asking *q, const struct mapped_sheet *s, size_t column)
{
	const struct mapped_column *c = &s->columns[column];
	for (size_t k = 0; k < c->n_to; k++)
		for (size_t i = 0; i < column; i++)
			for (size_t j = 0; j < s->columns[i].n_to; j++)
				if (target_same(s->columns[i].to[j], c->to[k]) && s->columns[i].at != SIZE_MAX)
					ask(q, QUESTION_STOPS, column,
					    arena_printf(q->a,
							 "Two columns are to be the same thing: \"" STR_FMT
							 "\" is \"" STR_FMT "\" too. Leave one of them out.",
							 STR_ARG(s->columns[i].heading),
							 STR_ARG(target_says(q->p, c->to[k]))));
}

static void ask_days(struct asking *q, const struct mapped_column *c, const struct survey_column *k, size_t column)
{
	const struct survey_counts *n = &k->c;
	if (n->month_first && !n->day_first && !c->order_said)
		ask(q, QUESTION_STOPS, column,
		    arena_printf(q->a,
				 STR_FMT " only be read with the month first, as in 12/25/2025, and none only with the "
					 "day first. Say which stands first.",
				 STR_ARG(cells(q, n->month_first, "can", "can"))));
	else if (n->month_first && n->day_first)
		ask(q, QUESTION_LOOK, column,
		    arena_printf(q->a,
				 "Some cells have the month first and some the day. All are read %s first; %" PRId64
				 " cannot be, and their rows are kept back.",
				 c->order == DAYS_MONTH_FIRST ? "month" : "day",
				 c->order == DAYS_MONTH_FIRST ? n->day_first : n->month_first));
	else if (n->month_first && c->order == DAYS_DAY_FIRST)
		ask(q, QUESTION_LOOK, column,
		    arena_printf(q->a, STR_FMT " not be read with the day first, and kept back.",
				 STR_ARG(cells(q, n->month_first, "can", "can"))));
	else if (n->day_first && c->order == DAYS_MONTH_FIRST)
		ask(q, QUESTION_STOPS, column,
		    arena_printf(q->a,
				 "The month is said to stand first, but " STR_FMT
				 " only be read with the day first, as in 25/12/2025.",
				 STR_ARG(cells(q, n->day_first, "can", "can"))));
	if (q->p->one_list && n->either && !n->day_first && !n->month_first && !c->order_said)
		ask(q, QUESTION_STOPS, column,
		    arena_printf(q->a,
				 STR_FMT " be read two ways, as in 03/04/2026, and none says which stands first. Say "
					 "whether the day or the month does.",
				 STR_ARG(cells(q, n->either, "can", "can"))));
	if (n->inner_numbers)
		ask(q, QUESTION_LOOK, column,
		    arena_printf(q->a, STR_FMT " a spreadsheet’s inner number for a day, and read as that day.",
				 STR_ARG(cells(q, n->inner_numbers, "holds", "hold"))));
	int64_t other = n->filled - n->day_like - n->inner_numbers - n->errors;
	for (size_t i = 0; i < k->n_words; i++)
		other -= cell_is_empty_word(q->p, k->words[i].text) ? k->words[i].n : 0;
	if (other > 0)
		ask(q, QUESTION_LOOK, column,
		    arena_printf(q->a, STR_FMT " no date, and kept back.", STR_ARG(cells(q, other, "is", "are"))));
}

static void ask_words(struct asking *q, const struct mapped_column *c, const struct survey_column *k, size_t column)
{
	struct buf b;
	size_t n = 0;
	buf_init(&b, 400);
	for (size_t i = 0; i < k->n_words; i++)
		if (!mapping_understands(q->p, c->to[0], c, k->words[i].text) && n++ < 5)
			buf_printf(&b, "%s\"" STR_FMT "\"", b.n ? ", " : "", STR_ARG(k->words[i].text));
	if (n)
		ask(q, QUESTION_LOOK, column,
		    arena_printf(q->a, "%zu %s not understood: " STR_FMT "%s", n, n == 1 ? "word is" : "words are",
				 STR_ARG(buf_view(&b)), n > 5 ? " and more" : ""));
	buf_release(&b);
}

static void ask_column(struct asking *q, const struct mapped_sheet *s, size_t column)
{
	const struct mapped_column *c = &s->columns[column];
	if (c->fresh)
		ask(q, QUESTION_DIFFERS, column,
		    c->n_to && c->why.n ? arena_printf(q->a, "The column \"" STR_FMT "\" is new. " STR_FMT ".",
						       STR_ARG(c->heading), STR_ARG(c->why))
					: arena_printf(q->a, "The column \"" STR_FMT "\" is new since last time.",
						       STR_ARG(c->heading)));
	if (c->n_to && c->at == SIZE_MAX)
		ask(q, QUESTION_DIFFERS, column,
		    arena_printf(q->a, "The column \"" STR_FMT "\" of last time is not there.", STR_ARG(c->heading)));
	if (!c->n_to || c->at == SIZE_MAX)
		return;
	const struct survey_column *k = &q->s->sheets[s->at].columns[c->at];
	const struct column *to = target_column(q->p, c->to[0]);
	ask_twice(q, s, column);
	if (!part_may_stand(q->p, s, c->to[0].part))
		ask(q, QUESTION_STOPS, column,
		    arena_printf(q->a, "\"" STR_FMT "\" cannot be told by the rows of this sheet.", STR_ARG(to->says)));
	if (to->type == TYPE_DAY)
		ask_days(q, c, k, column);
	if (to->type == TYPE_CODE || to->type == TYPE_CHOICE || to->type == TYPE_YES_NO || to->type == TYPE_COUNCIL)
		ask_words(q, c, k, column);
	struct str check =
	    c->to[0].part ? q->p->parts[c->to[0].part].columns[c->to[0].column].check : (struct str){ NULL, 0 };
	if (check.n)
		ask(q, QUESTION_LOOK, column, arena_printf(q->a, STR_FMT ".", STR_ARG(check)));
	if (k->c.errors)
		ask(q, QUESTION_LOOK, column,
		    arena_printf(q->a, STR_FMT " an error of the spreadsheet.",
				 STR_ARG(cells(q, k->c.errors, "holds", "hold"))));
}

static void ask_parts(struct asking *q, const struct mapped_sheet *s)
{
	size_t lists = 0;
	for (size_t i = 1; i < q->p->n; i++) {
		if (!part_is_fed(s, i))
			continue;
		lists++;
		int lacks = part_lacks(q->p, s, i);
		if (lacks >= 0)
			ask(q, QUESTION_STOPS, SIZE_MAX,
			    arena_printf(
				q->a,
				"\"" STR_FMT "\" needs \"" STR_FMT
				"\", and no column is that. Choose its column, give one value for all, or leave "
				"the other columns of \"" STR_FMT "\" out.",
				STR_ARG(q->p->parts[i].title),
				STR_ARG(target_says(q->p, (struct target){ (uint16_t)i, (uint16_t)lacks })),
				STR_ARG(q->p->parts[i].title)));
		for (size_t k = COMMON_COLUMNS; k < q->p->parts[i].n_columns; k++) {
			struct target t = { (uint16_t)i, (uint16_t)k };
			struct str check = q->p->parts[i].columns[k].check;
			if (check.n && !column_feeding(s, t) && constant_feeding(s, t))
				ask(q, QUESTION_LOOK, SIZE_MAX, arena_printf(q->a, STR_FMT ".", STR_ARG(check)));
		}
	}
	if (!lists)
		ask(q, QUESTION_STOPS, SIZE_MAX,
		    STR("Nothing is read of this sheet yet. Choose what its columns are, or leave the sheet out."));
}

static void ask_sheet(struct asking *q, const struct mapped_sheet *s)
{
	struct target by;
	if (s->at == SIZE_MAX) {
		ask(q, QUESTION_DIFFERS, SIZE_MAX,
		    arena_printf(q->a, "The sheet \"" STR_FMT "\" of last time is not there.", STR_ARG(s->name)));
		return;
	}
	if (s->rows == ROWS_LEFT_OUT)
		return;
	enum whose whose = sheet_whose(q->p, s, &by);
	if (whose == WHOSE_NOBODYS && q->p->one_list)
		ask(q, QUESTION_STOPS, SIZE_MAX,
		    STR("No column says which child a row is about. Choose the column with the council’s number of the "
			"child."));
	else if (whose == WHOSE_NOBODYS)
		ask(q, QUESTION_STOPS, SIZE_MAX,
		    STR("No column says which child a row is about. Choose the column with the council’s number of the "
			"child, or with the NHS number."));
	if (whose == WHOSE_NHS)
		ask(q, QUESTION_LOOK, SIZE_MAX,
		    STR("Children are known here by their NHS number only, because no column holds the council’s "
			"number. A "
			"child that is here already is found by it; rows without it are kept back."));
	struct target council = { PART_ROW, ROW_COUNCIL };
	bool named = column_feeding(s, council) || constant_feeding(s, council);
	if (!named && s->council_above)
		ask(q, QUESTION_LOOK, SIZE_MAX,
		    STR("The council of a row is the one that stands alone in a row above it."));
	else if (!named && !q->p->one_list)
		ask(q, QUESTION_STOPS, SIZE_MAX,
		    STR("No column says which council is responsible. Choose the column, or one council for the whole "
			"sheet."));
	for (size_t i = 0; i < s->n_columns; i++)
		ask_column(q, s, i);
	ask_parts(q, s);
}

size_t mapping_questions(const struct sheets_parts *p, const struct survey *s, const struct mapping *m, struct arena *a,
			 const struct mapping_question **out)
{
	struct asking q = { .p = p, .m = m, .s = s, .a = a };
	size_t used = 0;
	q.all = arena_array(a, QUESTIONS_MAX, sizeof *q.all);
	for (q.sheet = 0; q.sheet < m->n_sheets; q.sheet++) {
		ask_sheet(&q, &m->sheets[q.sheet]);
		used += m->sheets[q.sheet].rows != ROWS_LEFT_OUT && m->sheets[q.sheet].at != SIZE_MAX;
	}
	q.sheet = SIZE_MAX;
	if (!used)
		ask(&q, QUESTION_STOPS, SIZE_MAX,
		    STR("Every sheet is left out, so nothing would be loaded. Say what the rows of a sheet are."));
	if (used > 1 && p->one_list)
		ask(&q, QUESTION_STOPS, SIZE_MAX,
		    STR("A weekly list is one sheet, and more than one is to be read. Leave the others out, or load "
			"them as lists of their own."));
	if (m->n_whole)
		ask(&q, QUESTION_LOOK, SIZE_MAX,
		    STR("The lists are said to be whole: what an earlier file told and this one does not is taken "
			"back."));
	*out = q.all;
	return q.n;
}
