/* heading.c - which of the first rows of a sheet is its heading. */
#include "exchange/sheets/look.h"

#include "base/text.h"
#include "exchange/tables/spec.h"

enum { HINT_ENOUGH = 60, KNOWN_WORTH = 6, BARE_ROWS_MAX = 3 };

static bool same_heading(struct str a, struct str b)
{
	char x[HEAD_CELL_MAX], y[HEAD_CELL_MAX];
	struct str f = words_fold(a, x, sizeof x), g = words_fold(b, y, sizeof y);
	return f.n && str_eq(f, g);
}

/* "Seen" is the heading of "Initial health assessment: Seen" too. */
static struct str without_group(struct str heading)
{
	for (size_t i = heading.n; i-- > 0;)
		if (heading.p[i] == ':' && i + 1 < heading.n)
			return str_trim((struct str){ heading.p + i + 1, heading.n - i - 1 });
	return heading;
}

/* How much of an earlier sheet's headings stands in this row, in hundredths. */
static int hint_fit(const struct head_row *row, const struct mapped_sheet *s)
{
	size_t found = 0, wanted = 0;
	for (size_t i = 0; i < s->n_columns; i++) {
		struct str own = without_group(s->columns[i].heading);
		bool there = false;
		wanted += own.n > 0;
		for (size_t k = 0; k < row->n && !there; k++)
			there = same_heading(own, feed_text(&row->cells[k])) ||
				same_heading(s->columns[i].heading, feed_text(&row->cells[k]));
		found += there;
	}
	return wanted ? (int)(100 * found / wanted) : 0;
}

static size_t by_hints(const struct head_row *rows, size_t n, struct str sheet, const struct mapping *const *hints,
		       size_t n_hints, bool *none_out)
{
	int best = HINT_ENOUGH - 1;
	size_t found = n;
	for (size_t h = 0; h < n_hints; h++)
		for (size_t s = 0; s < hints[h]->n_sheets; s++) {
			const struct mapped_sheet *m = &hints[h]->sheets[s];
			if (m->rows != ROWS_LEFT_OUT && !m->heading_line &&
			    (str_eq(m->name, sheet) || (!sheet.n && hints[h]->n_sheets == 1)))
				*none_out = true; /* last time a person said that it has none */
			for (size_t r = 0; r < n && m->heading_line; r++) {
				int fit = hint_fit(&rows[r], m);
				if (fit > best) {
					best = fit;
					found = r;
				}
			}
		}
	if (found < n)
		*none_out = false;
	return found;
}

static bool looks_like_data(const struct cell *c)
{
	struct day_read d;
	struct str t = feed_text(c);
	size_t digits = 0;
	for (size_t i = 0; i < t.n; i++)
		digits += t.p[i] >= '0' && t.p[i] <= '9';
	return c->kind == CELL_NUMBER || c->kind == CELL_DAY || c->kind == CELL_YES_NO || feed_is_error(c) ||
	       (digits * 2 > t.n) || (digits && sheet_day(t, DAYS_DAY_FIRST, 0, &d));
}

static int row_worth(const struct sheets_parts *p, const struct head_row *row, int *known_out, int *data_out)
{
	int known = 0, data = 0, texts = 0;
	for (size_t i = 0; i < row->n; i++) {
		struct str t = feed_text(&row->cells[i]);
		if (!t.n)
			continue;
		if (looks_like_data(&row->cells[i])) {
			data++;
			continue;
		}
		struct heading h = heading_words(p, t, false);
		known += heading_known(p, &h);
		texts++;
	}
	*known_out = known;
	*data_out = data;
	return known * KNOWN_WORTH + texts - 3 * data;
}

/* A row of short texts, all different, above a row that is not like it. */
static bool could_be_heading(const struct head_row *rows, size_t n, size_t at)
{
	const struct head_row *row = &rows[at];
	size_t data_below = 0;
	if (row->filled < 2 || at + 1 >= n || rows[at + 1].filled < 2)
		return false;
	for (size_t i = 0; i < row->n; i++) {
		struct str t = feed_text(&row->cells[i]);
		if (!t.n)
			continue;
		if (looks_like_data(&row->cells[i]) || t.n > 60)
			return false;
		for (size_t k = 0; k < i; k++)
			if (same_heading(t, feed_text(&row->cells[k])))
				return false;
	}
	for (size_t i = 0; i < rows[at + 1].n; i++)
		data_below += looks_like_data(&rows[at + 1].cells[i]);
	return data_below > 0;
}

static size_t by_worth(const struct sheets_parts *p, const struct head_row *rows, size_t n)
{
	int best = 0;
	size_t found = n;
	for (size_t r = 0; r < n; r++) {
		int known, data, worth = row_worth(p, &rows[r], &known, &data);
		bool enough = known >= 2 || (known == 1 && rows[r].filled <= BARE_ROWS_MAX && !data);
		if (enough && known > data && worth > best) {
			best = worth;
			found = r;
		}
	}
	for (size_t r = 0; r < n && found == n; r++)
		if (could_be_heading(rows, n, r))
			found = r;
	return found;
}

/* Above "Requested | Seen | Sent" may stand "Initial health assessment". */
static bool is_group_row(const struct sheets_parts *p, const struct head_row *row, const struct head_row *heading)
{
	size_t known = 0;
	if (row->filled < 1 || row->filled >= heading->filled)
		return false;
	for (size_t i = 0; i < row->n; i++) {
		struct str t = feed_text(&row->cells[i]);
		if (!t.n)
			continue;
		if (looks_like_data(&row->cells[i]) || t.n > 80)
			return false;
		struct heading h = heading_words(p, t, true);
		known += h.n > 0 && !h.unknown;
	}
	/* One text in the first column is the title of the sheet. */
	bool only_title = row->filled == 1 && row->n && feed_text(&row->cells[0]).n;
	return known > 0 && !only_title;
}

size_t heading_choose(const struct sheets_parts *p, const struct head_row *rows, size_t n, struct str sheet,
		      const struct mapping *const *hints, size_t n_hints, int64_t forced, size_t *group_out)
{
	size_t found = n;
	bool none = forced == 0;
	if (forced > 0)
		for (size_t r = 0; r < n; r++)
			if (rows[r].line == forced)
				found = r;
	if (forced < 0)
		found = by_hints(rows, n, sheet, hints, n_hints, &none);
	if (found == n && !none && forced < 0)
		found = by_worth(p, rows, n);
	*group_out = n;
	if (found < n && found > 0 && rows[found - 1].line >= rows[found].line - 1 &&
	    is_group_row(p, &rows[found - 1], &rows[found]))
		*group_out = found - 1;
	return found;
}

bool row_is_council(const struct sheets_parts *p, const struct cell *cells, size_t n, struct str *council_out)
{
	struct str only = { NULL, 0 };
	for (size_t i = 0; i < n; i++) {
		struct str t = feed_text(&cells[i]);
		if (t.n && only.n)
			return false;
		only = t.n ? t : only;
	}
	if (!only.n || only.n > 80 || !organisations_find(p->spec->orgs, ORG_COUNCIL, only))
		return false;
	*council_out = only;
	return true;
}

bool row_is_remark(const struct sheets_parts *p, const struct cell *cells, size_t n, size_t columns)
{
	size_t filled = 0;
	struct str first = { "", 0 };
	for (size_t i = 0; i < n; i++)
		if (feed_is_filled(&cells[i])) {
			if (!filled++)
				first = feed_text(&cells[i]);
		}
	return !filled || (filled == 1 && columns >= 4) || row_is_left_out(p, first);
}
