/* propose.c - what the columns of a sheet most likely are, and why. */
#include "exchange/sheets/parts.h"

#include "base/text.h"
#include "exchange/sheets/feed.h"

enum {
	FIT_ENOUGH = 60,    /* hundredths of words that are the same */
	FIT_WITHOUT = 75,   /* where the heading lacks one of the words: it may be the one that matters */
	FEW_CELLS = 4,	    /* say little against a heading */
	CONTENT_WORTH = 62, /* of a column known by its contents alone */
	MAPPING_FITS = 60,  /* hundredths of an earlier mapping's columns that are there */
	SHEET_NAME_WORTH = 60,
	ONE_A_CHILD_WORTH = 60,
	BANS_MAX = SHEET_PARTS_MAX,
	CONSTANTS_MAX = 40,
};

struct candidate {
	int score;
	size_t column;
	struct target t;
};

struct proposing {
	const struct sheets_parts *p;
	const struct survey_sheet *s;
	struct mapped_sheet *m; /* rows and part are set */
	struct arena *a;
	const struct heading *full, *own; /* of each column */
	bool banned[SHEET_PARTS_MAX];
	struct candidate *best; /* of each column, before it was taken by another */
	struct candidate *all;
	size_t n, cap;
};

/* ---- by heading ---- */

static bool has_words(const struct heading *h, const struct phrase *f)
{
	size_t found = 0;
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < h->n; k++)
			found += h->words[k] == f->words[i];
	return f->n && found == f->n;
}

static int best_fit(const struct heading *h, const struct phrases *f)
{
	int best = 0;
	for (size_t i = 0; i < f->n; i++) {
		int fit = phrase_fit(h, &f->all[i]);
		if (fit < FIT_ENOUGH || (fit < FIT_WITHOUT && !has_words(h, &f->all[i])))
			continue;
		if (fit == 100)
			fit += (int)f->all[i].n; /* more words say more */
		best = fit > best ? fit : best;
	}
	return best;
}

/* The words that are left when those are taken out that only say which part it is. */
static struct heading without_called(const struct heading *h, const struct phrases *called)
{
	struct heading rest = *h;
	for (size_t i = 0; i < called->n; i++) {
		if (!has_words(h, &called->all[i]))
			continue;
		size_t n = 0;
		for (size_t k = 0; k < rest.n; k++) {
			bool of_it = false;
			for (size_t w = 0; w < called->all[i].n; w++)
				of_it = of_it || called->all[i].words[w] == rest.words[k];
			if (!of_it)
				rest.words[n++] = rest.words[k];
		}
		rest.n = n;
	}
	return rest;
}

static int heading_fit(const struct proposing *q, size_t column, struct target t)
{
	const struct part *m = &q->p->parts[t.part];
	const struct heading *full = &q->full[column], *own = &q->own[column];
	bool each_row = q->m->rows == ROWS_LIST && q->m->part == t.part;
	bool called = m->alone || t.part == PART_ROW;
	for (size_t i = 0; i < m->called.n && !called; i++)
		called = has_words(full, &m->called.all[i]);
	int best = called ? best_fit(full, &m->columns[t.column].phrases) : 0;
	struct heading rest = without_called(full, &m->called);
	if (called && rest.n < full->n) {
		int left = !rest.n && !rest.unknown ? m->columns[t.column].bare ? 101 : 0
						    : best_fit(&rest, &m->columns[t.column].plain);
		best = left > best ? left : best;
	}
	if (each_row || m->alone || t.part == PART_ROW) {
		int alone = best_fit(own, &m->columns[t.column].phrases) - (own->n == full->n ? 0 : 5);
		best = alone > best ? alone : best;
	}
	if (each_row) {
		int plain = best_fit(own, &m->columns[t.column].plain);
		best = plain > best ? plain : best;
	}
	return best;
}

/* ---- by content ---- */

static int share(int64_t part, int64_t whole)
{
	return whole > 0 ? (int)(100 * part / whole) : 0;
}

/* Hundredths of the cells whose words the column's list, or people's words for it, knows. */
static int understood(const struct proposing *q, const struct survey_column *k, struct target t)
{
	int64_t known = 0, all = 0;
	if (!k->n_words)
		return k->c.filled ? 0 : 100;
	for (size_t i = 0; i < k->n_words; i++) {
		all += k->words[i].n;
		known += mapping_understands(q->p, t, NULL, k->words[i].text) ? k->words[i].n : 0;
	}
	return share(known, all);
}

/* Hundredths of the cells that could be what the column wants; -1 if nothing can be said. */
static int content_fit(const struct proposing *q, size_t column, struct target t)
{
	const struct survey_column *k = &q->s->columns[column];
	const struct survey_counts *c = &k->c;
	int64_t days = c->day_like + c->inner_numbers;
	if (!c->filled)
		return -1;
	switch (target_column(q->p, t)->type) {
	case TYPE_DAY: return share(days, c->filled);
	case TYPE_NUMBER: return share(c->small, c->filled);
	case TYPE_NHS_NUMBER: return share(c->nhs, c->filled);
	case TYPE_COUNCIL: return c->councils ? share(c->councils, c->filled) : understood(q, k, t);
	case TYPE_YES_NO:
	case TYPE_CODE:
	case TYPE_CHOICE: return understood(q, k, t);
	case TYPE_TEXT:
	case TYPE_REFERENCE: return 100 - share(c->day_like, c->filled);
	case TYPE_PROVIDER: return -1;
	}
	return -1;
}

/* Contents can take a heading's word back, or prefer one of two that it fits. */
static int score_of(const struct proposing *q, size_t column, struct target t)
{
	int fit = heading_fit(q, column, t);
	if (fit < FIT_ENOUGH)
		return 0;
	int content = content_fit(q, column, t);
	if (content < 0)
		return fit;
	int back = q->s->columns[column].c.filled < FEW_CELLS ? 10 : 45;
	return content < 20 ? fit - back : content >= 80 ? fit + 5 : fit;
}

/* Without a heading, or with one that says nothing: only what cannot be anything else. */
static int score_by_content(const struct proposing *q, size_t column, struct target t)
{
	const struct survey_column *k = &q->s->columns[column];
	const struct column *c = target_column(q->p, t);
	if (k->c.filled < 2)
		return 0;
	if (c->type == TYPE_NHS_NUMBER && share(k->c.nhs, k->c.filled) >= 80)
		return CONTENT_WORTH + 5;
	if (t.part == PART_ROW && t.column == ROW_COUNCIL && share(k->c.councils, k->c.filled) >= 80)
		return CONTENT_WORTH + 3;
	bool list = c->list && (str_is(c->list->id, "legal-status") || str_is(c->list->id, "placement-type"));
	if (list && k->n_words >= 2 && understood(q, k, t) >= 90)
		return CONTENT_WORTH;
	return 0;
}

/* The only column of days that spreads over childhoods and ends before the last year. */
static size_t birth_column(const struct proposing *q, day_t newest)
{
	size_t found = SIZE_MAX;
	for (size_t i = 0; i < q->s->n_columns; i++) {
		const struct survey_counts *c = &q->s->columns[i].c;
		if (share(c->day_like, c->filled) < 90 || c->filled < 3 || c->last_day - c->first_day < 3 * 365 ||
		    c->first_day > newest - 8 * 365 || c->unlike * 2 < c->filled)
			continue;
		if (found != SIZE_MAX)
			return SIZE_MAX;
		found = i;
	}
	return found;
}

/* ---- who gets which column ---- */

static void add_candidate(struct proposing *q, int score, size_t column, struct target t)
{
	if (score < FIT_ENOUGH)
		return;
	if (q->best[column].score < score)
		q->best[column] = (struct candidate){ score, column, t };
	if (q->n == q->cap) {
		struct candidate *more = arena_array(q->a, q->cap * 2 + 64, sizeof *more);
		if (q->n)
			memcpy(more, q->all, q->n * sizeof *more);
		q->all = more;
		q->cap = q->cap * 2 + 64;
	}
	q->all[q->n++] = (struct candidate){ score, column, t };
}

static int by_score(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return (a->t.part > b->t.part) - (a->t.part < b->t.part);
}

static bool may_stand(const struct proposing *q, size_t part)
{
	return !q->banned[part] && part_may_stand(q->p, q->m, part);
}

static int not_needed_score(const struct proposing *q, size_t column, struct str *why_out)
{
	int best = 0;
	for (size_t i = 0; i < q->p->n_not_needed; i++) {
		const struct left_out *l = &q->p->not_needed[i];
		int full = phrase_fit(&q->full[column], &l->phrase), own = phrase_fit(&q->own[column], &l->phrase) - 5;
		int fit = full > own ? full : own;
		fit += fit == 100 ? (int)l->phrase.n : 0;
		if (fit >= 75 && fit > best) {
			best = fit;
			*why_out = l->why;
		}
	}
	return best;
}

static void find_candidates(struct proposing *q)
{
	q->n = 0;
	day_t newest = 0;
	for (size_t i = 0; i < q->s->n_columns; i++)
		newest = q->s->columns[i].c.last_day > newest ? (day_t)q->s->columns[i].c.last_day : newest;
	size_t birth = birth_column(q, newest);
	for (size_t c = 0; c < q->s->n_columns; c++) {
		struct str why;
		int not_needed = not_needed_score(q, c, &why);
		q->best[c] = (struct candidate){ .column = c };
		for (size_t i = 0; i < q->p->n; i++) {
			if (!may_stand(q, i))
				continue;
			for (size_t k = 0; k < q->p->parts[i].n_columns; k++) {
				struct target t = { (uint16_t)i, (uint16_t)k };
				if (!target_open(q->p, t))
					continue;
				int score = score_of(q, c, t);
				if (score < FIT_ENOUGH && not_needed < 75)
					score = score_by_content(q, c, t);
				if (score < FIT_ENOUGH && c == birth && not_needed < 75 && !q->full[c].n &&
				    i == q->p->children && str_is(target_name(q->p, t), "birth_date"))
					score = CONTENT_WORTH;
				if (score > not_needed)
					add_candidate(q, score, c, t);
			}
		}
	}
	if (q->n)
		qsort(q->all, q->n, sizeof *q->all, by_score);
}

/* One council number or NHS number a sheet is enough: the number of the list of
 * children goes to the child, where there is one. */
static bool is_free(const struct proposing *q, struct target t)
{
	struct target nhs;
	if (t.part == PART_ROW && t.column == ROW_NHS && may_stand(q, q->p->children) &&
	    target_of(q->p, STR("children.nhs_number"), &nhs))
		return false;
	return !column_feeding(q->m, t);
}

static void assign(struct proposing *q)
{
	for (size_t i = 0; i < q->m->n_columns; i++)
		q->m->columns[i].n_to = 0;
	for (size_t i = 0; i < q->n; i++) {
		struct mapped_column *c = &q->m->columns[q->all[i].column];
		if (c->n_to || q->banned[q->all[i].t.part] || !is_free(q, q->all[i].t))
			continue;
		c->to[0] = q->all[i].t;
		c->n_to = 1;
	}
}

/* Parts that cannot be told without something that is not there are given up, one after the other. */
static void assign_what_can_be_told(struct proposing *q)
{
	for (int round = 0; round < BANS_MAX; round++) {
		bool again = false;
		assign(q);
		if (q->p->one_list)
			return; /* what is lacking is asked for */
		for (size_t i = 1; i < q->p->n && !again; i++)
			if (part_is_fed(q->m, i) && part_lacks(q->p, q->m, i) >= 0)
				again = q->banned[i] = true;
		if (!again)
			return;
	}
}

static void add_constant(struct mapped_sheet *m, struct target t, struct str value, struct str why)
{
	if (m->n_constants < CONSTANTS_MAX)
		m->constants[m->n_constants++] = (struct mapped_constant){ t, value, why };
}

/* Values that no column gives: of all parts, so that the page can show them. */
static void add_fixed(struct proposing *q)
{
	q->m->n_constants = 0;
	for (size_t i = 1; i < q->p->n; i++)
		for (size_t k = 0; k < q->p->parts[i].n_columns && part_may_stand(q->p, q->m, i); k++) {
			struct str v = q->p->parts[i].columns[k].fixed;
			if (v.n)
				add_constant(q->m, (struct target){ (uint16_t)i, (uint16_t)k }, v,
					     STR("What these columns are about"));
		}
}

static void keep_used_constants(struct proposing *q)
{
	size_t n = 0;
	for (size_t i = 0; i < q->m->n_constants; i++) {
		struct mapped_constant *c = &q->m->constants[i];
		if (c->to.part == PART_ROW || (part_is_fed(q->m, c->to.part) && !column_feeding(q->m, c->to)))
			q->m->constants[n++] = *c;
	}
	q->m->n_constants = n;
}

void mapping_complete(const struct sheets_parts *p, struct mapped_sheet *s, struct arena *a)
{
	struct mapped_constant *all = arena_array(a, CONSTANTS_MAX, sizeof *all), *was = s->constants;
	size_t n = 0;
	for (size_t i = 0; i < s->n_constants; i++)
		if (was[i].to.part == PART_ROW || (part_is_fed(s, was[i].to.part) && !column_feeding(s, was[i].to)))
			all[n++] = was[i];
	s->constants = all;
	s->n_constants = n;
	for (size_t i = 1; i < p->n; i++)
		for (size_t k = 0; k < p->parts[i].n_columns && part_is_fed(s, i); k++) {
			struct target t = { (uint16_t)i, (uint16_t)k };
			struct str v = p->parts[i].columns[k].fixed;
			if (v.n && !column_feeding(s, t) && !constant_feeding(s, t))
				add_constant(s, t, v, STR("What these columns are about"));
		}
}

static int worth(const struct proposing *q)
{
	int sum = 0;
	for (size_t c = 0; c < q->m->n_columns; c++)
		for (size_t i = 0; i < q->n && q->m->columns[c].n_to; i++)
			if (q->all[i].column == c && target_same(q->all[i].t, q->m->columns[c].to[0])) {
				sum += q->all[i].score;
				break;
			}
	return sum;
}

/* ---- in words ---- */

static struct str content_words(const struct proposing *q, size_t column, struct target t)
{
	const struct survey_counts *c = &q->s->columns[column].c;
	int64_t n = -1;
	const char *what = "";
	switch (target_column(q->p, t)->type) {
	case TYPE_DAY: n = c->day_like + c->inner_numbers, what = "dates"; break;
	case TYPE_NHS_NUMBER: n = c->nhs, what = "NHS numbers"; break;
	case TYPE_COUNCIL: n = c->councils, what = "councils"; break;
	case TYPE_NUMBER: n = c->small, what = "whole numbers from 0 to 40"; break;
	default: break;
	}
	if (!c->filled)
		return STR("; it is empty");
	if (n < 0)
		return STR("");
	return arena_printf(q->a, "; %" PRId64 " of %" PRId64 " cells are %s", n, c->filled, what);
}

static void give_reasons(struct proposing *q)
{
	for (size_t i = 0; i < q->m->n_columns; i++) {
		struct mapped_column *c = &q->m->columns[i];
		struct str why = { "", 0 };
		if (c->n_to) {
			int fit = heading_fit(q, i, c->to[0]);
			const char *by = fit >= 100	     ? "By its heading"
					 : fit >= FIT_ENOUGH ? "By a heading like it"
							     : "By what stands in it";
			if (fit >= FIT_ENOUGH && q->full[i].mended)
				by = "By its heading, with a letter put right";
			c->why = arena_printf(q->a, "%s" STR_FMT, by, STR_ARG(content_words(q, i, c->to[0])));
		} else if (not_needed_score(q, i, &why)) {
			c->why = why;
		} else if (q->best[i].score && q->banned[q->best[i].t.part]) {
			const struct part *m = &q->p->parts[q->best[i].t.part];
			c->why = arena_printf(
			    q->a, "It could be \"" STR_FMT "\", but \"" STR_FMT "\" needs more than the columns tell",
			    STR_ARG(target_says(q->p, q->best[i].t)), STR_ARG(m->title));
		} else if (q->best[i].score) {
			c->why = arena_printf(q->a, "It could be \"" STR_FMT "\", but another column fits that better",
					      STR_ARG(target_says(q->p, q->best[i].t)));
		} else {
			c->why = q->s->columns[i].c.filled ? STR("Not known here, so it is not read and not kept")
							   : STR("The column is empty");
		}
	}
}

static void propose_fills(struct proposing *q)
{
	for (size_t i = 0; i < q->m->n_columns; i++) {
		struct mapped_column *c = &q->m->columns[i];
		const struct survey_counts *k = &q->s->columns[i].c;
		bool identity = c->n_to && (c->to[0].part == PART_ROW || c->to[0].part == q->p->children);
		if (identity && k->merged > 0)
			c->fill = FILL_MERGED;
	}
}

/* ---- which council ---- */

static bool holds(struct str text, struct str name)
{
	char x[400], y[200];
	struct str t = words_fold(text, x, sizeof x), w = words_fold(name, y, sizeof y);
	for (size_t i = 0; w.n && i + w.n <= t.n; i++)
		if (memcmp(t.p + i, w.p, w.n) == 0 && (!i || t.p[i - 1] == ' ') &&
		    (i + w.n == t.n || t.p[i + w.n] == ' '))
			return true;
	return false;
}

/* The one council that is named there; NULL if there is none, or more than one. */
static const struct organisation_entry *council_in(const struct sheets_parts *p, struct str text,
						   const struct str *councils, size_t n)
{
	const struct organisation_entry *found = organisations_find(p->spec->orgs, ORG_COUNCIL, text);
	size_t named = found != NULL;
	for (size_t i = 0; i < n && !named; i++) {
		const struct organisation_entry *o = organisations_find(p->spec->orgs, ORG_COUNCIL, councils[i]);
		if (o && (holds(text, o->name) || holds(text, o->short_name))) {
			found = o;
			for (size_t k = i + 1; k < n; k++) {
				const struct organisation_entry *other =
				    organisations_find(p->spec->orgs, ORG_COUNCIL, councils[k]);
				if (other && (holds(text, other->name) || holds(text, other->short_name)))
					return NULL;
			}
			named = 1;
		}
	}
	return found;
}

static void propose_council(struct proposing *q, const struct survey *s, const struct str *councils, size_t n)
{
	struct target t = { PART_ROW, ROW_COUNCIL };
	const struct organisation_entry *o;
	const char *why;
	if (column_feeding(q->m, t) || q->p->one_list)
		return;
	q->m->council_above = q->s->councils > 0;
	if (q->m->council_above)
		return;
	if ((o = council_in(q->p, q->s->name, councils, n)) != NULL)
		why = "By the name of the sheet";
	else if (q->s->title.n && (o = council_in(q->p, q->s->title, councils, n)) != NULL)
		why = "By the title above the headings";
	else if ((o = council_in(q->p, s->name, councils, n)) != NULL)
		why = "By the name of the file";
	else if (n == 1 && (o = organisations_find(q->p->spec->orgs, ORG_COUNCIL, councils[0])) != NULL)
		why = "The team serves this council only";
	else
		return;
	add_constant(q->m, t, o->name, str_of(why));
}

/* ---- one sheet ---- */

static void begin_sheet(struct proposing *q, const struct sheets_parts *p, const struct survey_sheet *s,
			struct mapped_sheet *m, struct arena *a)
{
	struct heading *full = arena_array(a, s->n_columns, sizeof *full),
		       *own = arena_array(a, s->n_columns, sizeof *own);
	*q = (struct proposing){ .p = p, .s = s, .m = m, .a = a, .full = full, .own = own };
	q->best = arena_array(a, s->n_columns, sizeof *q->best);
	m->columns = arena_array(a, s->n_columns, sizeof *m->columns);
	m->n_columns = m->cap_columns = s->n_columns;
	m->constants = arena_array(a, CONSTANTS_MAX, sizeof *m->constants);
	m->heading_line = s->heading_line;
	for (size_t i = 0; i < s->n_columns; i++) {
		m->columns[i] = (struct mapped_column){ .heading = column_called(s, i, a), .at = i };
		full[i] = heading_words(p, s->columns[i].heading, true);
		own[i] = heading_words(p, s->columns[i].own, true);
	}
}

static int try_rows(struct proposing *q, enum rows_are rows, size_t part)
{
	q->m->rows = rows;
	q->m->part = part;
	memset(q->banned, 0, sizeof q->banned);
	add_fixed(q);
	find_candidates(q);
	assign_what_can_be_told(q);
	if (rows == ROWS_LIST && !part_is_fed(q->m, part))
		return 0;
	return worth(q);
}

/* Does the column that says whose row it is say each child once? */
static int repeats(const struct proposing *q)
{
	struct target by;
	if (sheet_whose(q->p, q->m, &by) == WHOSE_NOBODYS)
		return 0;
	const struct survey_counts *c = &q->s->columns[column_feeding(q->m, by)->at].c;
	if (c->filled < 2 || c->unlike >= SURVEY_UNLIKE_MAX)
		return 0;
	return c->unlike * 10 < c->filled * 9 ? 1 : -1;
}

static int name_worth(const struct proposing *q, size_t part)
{
	struct heading h = heading_words(q->p, q->s->name, true);
	const struct part *m = &q->p->parts[part];
	int best = phrase_fit(&h, &m->name), called = best_fit(&h, &m->called);
	best = called > best ? called : best;
	return best >= 50 ? SHEET_NAME_WORTH * best / 100 : 0;
}

static void finish_sheet(struct proposing *q, const struct survey *s, const struct str *councils, size_t n)
{
	propose_council(q, s, councils, n);
	keep_used_constants(q);
	propose_fills(q);
	give_reasons(q);
}

static void propose_one(struct proposing *q, const struct survey *s, const struct str *councils, size_t n)
{
	struct mapped_sheet *m = q->m;
	enum rows_are rows = ROWS_LEFT_OUT;
	size_t part = 0;
	int best = q->p->one_list ? 0 : try_rows(q, ROWS_CHILDREN, 0), again = best ? repeats(q) : 0;
	best = best ? best - again * ONE_A_CHILD_WORTH : 0;
	rows = best > 0 ? ROWS_CHILDREN : ROWS_LEFT_OUT;
	for (size_t i = 1; i < q->p->n; i++) {
		if (!q->p->parts[i].list || (i == q->p->children && !q->p->one_list))
			continue;
		int sum = try_rows(q, ROWS_LIST, i);
		sum += sum ? name_worth(q, i) : 0;
		if (sum > best) {
			best = sum;
			rows = ROWS_LIST;
			part = i;
		}
	}
	if (q->p->one_list) { /* somebody says that it is one, whatever is known of its columns */
		rows = ROWS_LIST;
		part = q->p->children;
	}
	try_rows(q, rows, part);
	struct target by;
	bool nothing = !q->p->one_list && (rows == ROWS_LEFT_OUT || (sheet_whose(q->p, m, &by) == WHOSE_NOBODYS && best < 200));
	if (nothing || q->s->hidden || !q->s->rows) {
		m->rows = ROWS_LEFT_OUT;
		m->n_constants = 0;
		for (size_t i = 0; i < m->n_columns; i++)
			m->columns[i].n_to = 0;
		m->why = !q->s->rows	? STR("There is nothing on it")
			 : q->s->hidden ? STR("It is hidden in the workbook")
					: STR("Nothing on it is known to be about children");
		return;
	}
	m->why = rows == ROWS_CHILDREN
		     ? again < 0 ? STR("Each child stands in one row, with columns of what happened")
				 : STR("Its columns are about the child and what happened")
		     : arena_printf(q->a, "Its columns are those of: " STR_FMT, STR_ARG(part_title(q->p, part)));
	finish_sheet(q, s, councils, n);
}

void mapping_propose_sheet(const struct sheets_parts *p, const struct survey *s, struct mapping *m, size_t sheet,
			   enum rows_are rows, size_t part, struct arena *a)
{
	struct mapped_sheet *to = &m->sheets[sheet];
	struct proposing *q = arena_alloc(a, sizeof *q);
	if (to->at == SIZE_MAX)
		return;
	struct mapped_sheet was = *to;
	begin_sheet(q, p, &s->sheets[to->at], to, a);
	to->why = (struct str){ "", 0 };
	if (rows == ROWS_LEFT_OUT) {
		to->rows = rows;
		return;
	}
	try_rows(q, rows, part);
	for (size_t i = 0; i < was.n_constants; i++) /* the council that a person chose stays */
		if (was.constants[i].to.part == PART_ROW && !column_feeding(to, was.constants[i].to))
			add_constant(to, was.constants[i].to, was.constants[i].value, was.constants[i].why);
	finish_sheet(q, s, NULL, 0);
}

/* ---- the whole workbook ---- */

/* Where one sheet lists the children, others need not tell who they are again. */
static void leave_children_to_their_list(const struct sheets_parts *p, struct mapping *m)
{
	bool listed = false;
	struct target nhs, id = { PART_ROW, ROW_CHILD };
	if (!target_of(p, STR("children.nhs_number"), &nhs))
		return;
	for (size_t i = 0; i < m->n_sheets; i++)
		listed = listed || (m->sheets[i].rows == ROWS_CHILDREN && part_is_fed(&m->sheets[i], p->children) &&
				    part_lacks(p, &m->sheets[i], p->children) < 0);
	for (size_t i = 0; i < m->n_sheets && listed; i++) {
		struct mapped_sheet *s = &m->sheets[i];
		bool numbered = column_feeding(s, id) != NULL;
		for (size_t c = 0; s->rows == ROWS_LIST && c < s->n_columns; c++) {
			struct mapped_column *k = &s->columns[c];
			if (!k->n_to || k->to[0].part != p->children)
				continue;
			if (!numbered && target_same(k->to[0], nhs)) {
				k->to[0] = (struct target){ PART_ROW, ROW_NHS };
				continue;
			}
			k->n_to = 0;
			k->why = STR("The list of children says it on a sheet of its own");
		}
	}
}

/* A list is one sheet: the one that tells most. */
static void keep_one_sheet(struct mapping *m)
{
	size_t best = SIZE_MAX, most = 0;
	for (size_t i = 0; i < m->n_sheets; i++) {
		size_t fed = 0;
		for (size_t c = 0; m->sheets[i].rows != ROWS_LEFT_OUT && c < m->sheets[i].n_columns; c++)
			fed += m->sheets[i].columns[c].n_to > 0;
		if (m->sheets[i].rows != ROWS_LEFT_OUT && (best == SIZE_MAX || fed > most)) {
			most = fed;
			best = i;
		}
	}
	for (size_t i = 0; i < m->n_sheets; i++) {
		struct mapped_sheet *s = &m->sheets[i];
		if (i == best || s->rows == ROWS_LEFT_OUT)
			continue;
		s->rows = ROWS_LEFT_OUT;
		s->n_constants = 0;
		for (size_t c = 0; c < s->n_columns; c++)
			s->columns[c].n_to = 0;
		s->why = STR("A list is one sheet, and another tells more");
	}
}

static struct mapping *from_scratch(const struct sheets_parts *p, const struct survey *s, const struct str *councils,
				    size_t n_councils, struct arena *a)
{
	struct mapping *m = arena_alloc(a, sizeof *m);
	*m = (struct mapping){ .name = mapping_name_from(s->name, a), .title = s->name, .covers_from = DAY_NONE };
	m->from = (struct str){ "", 0 };
	m->sheets = arena_array(a, s->n_sheets, sizeof *m->sheets);
	m->n_sheets = s->n_sheets;
	for (size_t i = 0; i < s->n_sheets; i++) {
		struct proposing *q = arena_alloc(a, sizeof *q);
		m->sheets[i] = (struct mapped_sheet){ .name = s->sheets[i].name, .at = i };
		begin_sheet(q, p, &s->sheets[i], &m->sheets[i], a);
		propose_one(q, s, councils, n_councils);
	}
	leave_children_to_their_list(p, m);
	if (p->one_list)
		keep_one_sheet(m);
	return m;
}

static void remember(struct mapping *m, struct arena *a)
{
	for (size_t i = 0; i < m->n_sheets; i++)
		for (size_t c = 0; c < m->sheets[i].n_columns; c++) {
			struct mapped_column *k = &m->sheets[i].columns[c];
			if (!k->why.n && k->at != SIZE_MAX)
				k->why = arena_printf(a, "As last time, in \"" STR_FMT "\"", STR_ARG(m->name));
		}
	for (size_t i = 0; i < m->n_sheets; i++)
		if (!m->sheets[i].why.n)
			m->sheets[i].why = arena_printf(a, "As last time, in \"" STR_FMT "\"", STR_ARG(m->name));
}

/* A column that is gone and a new one that is the same thing by its heading: it was renamed. */
static void follow_renamed(const struct sheets_parts *p, const struct survey *s, struct mapped_sheet *m,
			   struct arena *a)
{
	for (size_t g = 0; g < m->n_columns; g++) {
		struct mapped_column *gone = &m->columns[g];
		if (!gone->n_to || gone->at != SIZE_MAX)
			continue;
		for (size_t i = 0; i < m->n_columns; i++) {
			struct mapped_column *c = &m->columns[i];
			if (!c->fresh || c->n_to)
				continue;
			const struct survey_column *k = &s->sheets[m->at].columns[c->at];
			struct heading full = heading_words(p, k->heading, true), own = heading_words(p, k->own, true);
			struct proposing q = { .p = p, .s = &s->sheets[m->at], .m = m, .a = a };
			struct heading *fulls = arena_array(a, c->at + 1, sizeof full),
				       *owns = arena_array(a, c->at + 1, sizeof own);
			fulls[c->at] = full;
			owns[c->at] = own;
			q.full = fulls;
			q.own = owns;
			if (score_of(&q, c->at, gone->to[0]) < 75)
				continue;
			struct str heading = c->heading;
			size_t at = c->at;
			*c = *gone;
			c->heading = heading;
			c->at = at;
			c->fresh = true;
			gone->n_to = 0;
			c->why = arena_printf(a, "Called \"" STR_FMT "\" last time; by its heading it is the same",
					      STR_ARG(gone->heading));
			break;
		}
	}
}

struct mapping *mapping_propose(const struct sheets_parts *p, const struct survey *s,
				const struct mapping *const *known, size_t n_known, const struct str *councils,
				size_t n_councils, struct arena *a)
{
	struct mapping *found = NULL;
	int best = MAPPING_FITS - 1;
	for (size_t i = 0; i < n_known; i++) {
		struct mapping *m = mapping_copy(known[i], a);
		int fit = mapping_fit(s, m, a);
		if (fit > best) {
			best = fit;
			found = m;
		}
	}
	if (!found)
		return from_scratch(p, s, councils, n_councils, a);
	found->from = found->name;
	for (size_t i = 0; i < found->n_sheets; i++)
		if (found->sheets[i].at != SIZE_MAX && found->sheets[i].rows != ROWS_LEFT_OUT)
			follow_renamed(p, s, &found->sheets[i], a);
	remember(found, a);
	return found;
}
