/* look.c - counting what stands in a column. */
#include "exchange/sheets/look.h"

#include "base/hash.h"
#include "base/text.h"
#include "exchange/tables/spec.h"
#include "record/nhs_number.h"

static bool add_unlike(struct column_look *k, uint64_t name)
{
	name = name ? name : 1;
	if (k->n_unlike * 2 >= k->cap_unlike) {
		struct column_look old = *k;
		k->cap_unlike = old.cap_unlike ? old.cap_unlike * 2 : 128;
		k->unlike = xcalloc(k->cap_unlike, sizeof *k->unlike);
		k->n_unlike = 0;
		for (size_t i = 0; i < old.cap_unlike; i++)
			if (old.unlike[i])
				add_unlike(k, old.unlike[i]);
		free(old.unlike);
	}
	size_t i = (size_t)name & (k->cap_unlike - 1);
	while (k->unlike[i] && k->unlike[i] != name)
		i = (i + 1) & (k->cap_unlike - 1);
	if (k->unlike[i])
		return false;
	k->unlike[i] = name;
	k->n_unlike++;
	return true;
}

static void look_at_word(struct column_look *k, struct str t, struct arena *a)
{
	if (k->more)
		return;
	for (size_t i = 0; i < k->n_words; i++)
		if (str_eq(k->words[i], t)) {
			k->counts[i]++;
			return;
		}
	k->more = t.n > SURVEY_WORD_MAX || k->n_words == SURVEY_WORDS;
	if (k->more)
		return;
	k->words[k->n_words] = arena_str(a, t);
	k->counts[k->n_words++] = 1;
}

static void look_at_day(struct survey_counts *c, struct str t, enum cell_kind kind, day_t today)
{
	struct day_read d;
	if (!sheet_day(t, DAYS_DAY_FIRST, today, &d))
		return;
	if (d.number) {
		c->inner_numbers++;
		return;
	}
	bool told = kind != CELL_DAY;
	if (d.day == DAY_NONE && d.shows != SHOWS_MONTH_FIRST)
		return;
	c->day_like++;
	c->day_first += told && d.shows == SHOWS_DAY_FIRST;
	c->month_first += told && d.shows == SHOWS_MONTH_FIRST;
	c->either += told && d.shows == SHOWS_EITHER;
	c->short_years += d.short_year;
	if (d.day == DAY_NONE)
		return;
	c->future += d.day > today;
	if (c->first_day == 0 && c->last_day == 0)
		c->first_day = c->last_day = d.day;
	c->first_day = d.day < c->first_day ? d.day : c->first_day;
	c->last_day = d.day > c->last_day ? d.day : c->last_day;
}

static bool is_nhs(struct str t)
{
	char digits[10];
	size_t n = 0;
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == ' ' || t.p[i] == '-')
			continue;
		if (t.p[i] < '0' || t.p[i] > '9' || n == 10)
			return false;
		digits[n++] = t.p[i];
	}
	return n == 10 && nhs_number_ok(digits);
}

void column_look(const struct sheets_parts *p, struct column_look *k, const struct cell *cell, day_t today,
		 struct arena *a)
{
	struct survey_counts *c = &k->c;
	struct str t = feed_text(cell);
	int64_t n;
	c->notes += cell->note.n > 0;
	if (!t.n) {
		c->merged += cell->merged;
		return;
	}
	c->filled++;
	c->formulas += cell->formula;
	if (feed_is_error(cell)) {
		c->errors++;
		return;
	}
	c->texts += cell->kind == CELL_TEXT;
	c->numbers += cell->kind == CELL_NUMBER;
	c->days += cell->kind == CELL_DAY;
	c->yes_no += cell->kind == CELL_YES_NO;
	look_at_day(c, t, cell->kind, today);
	c->nhs += is_nhs(t);
	c->small += str_to_int(t, 0, 40, &n) == RC_OK;
	if (t.n <= 80 && cell->kind == CELL_TEXT)
		c->councils += organisations_find(p->spec->orgs, ORG_COUNCIL, t) != NULL;
	if (k->n_unlike < SURVEY_UNLIKE_MAX && add_unlike(k, hash64(5, t.p, t.n)))
		c->unlike++;
	look_at_word(k, t, a);
}
