#include "exchange/tables/cells.h"

#include "base/text.h"
#include "codec/csv.h"
#include "record/nhs_number.h"

#include <stdarg.h>

static PRINTF_LIKE(3, 4) void wrong(struct problem *p, const char *rule, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	p->rule = rule;
	vsnprintf(p->message, sizeof p->message, fmt, ap);
	va_end(ap);
}

static PRINTF_LIKE(2, 3) void todo(struct problem *p, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(p->fix, sizeof p->fix, fmt, ap);
	va_end(ap);
}

/* The next letter of a word without blanks, hyphens, underscores; 0 at its end. */
static char next_letter(struct str *s)
{
	while (s->n) {
		char c = *s->p++;
		s->n--;
		if (c == ' ' || c == '-' || c == '_')
			continue;
		return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return 0;
}

bool word_same(struct str a, struct str b)
{
	for (;;) {
		char x = next_letter(&a), y = next_letter(&b);
		if (x != y)
			return false;
		if (!x)
			return true;
	}
}

/* ---- words of a list ---- */

enum { NEAR_MAX = 40 };

/* Letters to change, add or drop to make one word of the other (Levenshtein 1966). */
static int distance(struct str a, struct str b)
{
	int row[NEAR_MAX + 1];
	if (a.n > NEAR_MAX || b.n > NEAR_MAX)
		return NEAR_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		int before = row[0];
		row[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			int swap = before + ((a.p[i - 1] | 32) != (b.p[j - 1] | 32));
			int least = row[j] + 1 < row[j - 1] + 1 ? row[j] + 1 : row[j - 1] + 1;
			before = row[j];
			row[j] = swap < least ? swap : least;
		}
	}
	return row[b.n];
}

struct nearest {
	struct str word, id;
	int best;
	struct buf all;
	size_t n;
};

static void consider(struct nearest *near, struct str id, struct str title)
{
	int d = distance(near->word, id), t = distance(near->word, title);
	d = t < d ? t : d;
	if (d < near->best) {
		near->best = d;
		near->id = id;
	}
	if (near->n++ < 25) {
		buf_puts(&near->all, near->n > 1 ? ", " : "");
		buf_str(&near->all, id);
	}
}

static void explain_word(struct problem *p, const struct column *c, struct str cell)
{
	struct nearest near = { .word = cell, .best = 3 };
	buf_init(&near.all, 400);
	for (size_t i = 0; c->type == TYPE_CODE && i < c->list->n; i++)
		consider(&near, c->list->entries[i].id, c->list->entries[i].title);
	for (size_t i = 0; c->type == TYPE_CHOICE && i < c->n_choices; i++)
		consider(&near, c->choices[i].id, c->choices[i].title);
	wrong(p, "unknown-code", "\"" STR_FMT "\" does not have this value among its codes", STR_ARG(c->name));
	struct str all = buf_view(&near.all);
	if (near.id.n && (size_t)near.best * 2 <= cell.n)
		todo(p, "Use one of " STR_FMT ". The nearest is \"" STR_FMT "\"", STR_ARG(all), STR_ARG(near.id));
	else
		todo(p, "Use one of " STR_FMT, STR_ARG(all));
	buf_release(&near.all);
}

/* Spreadsheets drop the zero of "01": a single digit finds its code again. */
static bool lost_zero(struct str cell, struct str id)
{
	return cell.n == 1 && id.n == 2 && id.p[0] == '0' && id.p[1] == cell.p[0];
}

static void read_code(const struct column *c, struct str cell, struct value *v, struct problem *p)
{
	const struct code_entry *found = code_list_find(c->list, cell);
	for (size_t i = 0; !found && i < c->list->n; i++) {
		const struct code_entry *n = &c->list->entries[i];
		if (word_same(n->id, cell) || word_same(n->title, cell) || lost_zero(cell, n->id))
			found = n;
	}
	if (!found) {
		explain_word(p, c, cell);
		return;
	}
	v->filled = true;
	v->text = found->id;
	v->code = found->code;
}

static void read_choice(const struct column *c, struct str cell, struct value *v, struct problem *p)
{
	for (size_t i = 0; i < c->n_choices; i++)
		if (word_same(c->choices[i].id, cell) || word_same(c->choices[i].title, cell)) {
			v->filled = true;
			v->text = c->choices[i].id;
			return;
		}
	explain_word(p, c, cell);
}

static void read_yes_no(struct str cell, struct value *v, struct problem *p)
{
	static const char *const yes[] = { "yes", "y", "true", "1" }, *const no[] = { "no", "n", "false", "0" };
	for (size_t i = 0; i < COUNT_OF(yes); i++)
		if (str_is_nocase(cell, yes[i]) || str_is_nocase(cell, no[i])) {
			v->filled = true;
			v->number = str_is_nocase(cell, yes[i]);
			v->text = v->number ? STR("yes") : STR("no");
			return;
		}
	wrong(p, "not-yes-or-no", "The value is neither yes nor no");
	todo(p, "Write yes or no, or leave the cell empty if it is not known");
}

static void read_number(const struct column *c, struct str cell, struct value *v, struct problem *p)
{
	int64_t n;
	if (str_to_int(cell, c->min, c->max, &n) != RC_OK) {
		wrong(p, "not-a-number", "The value is not a whole number from %" PRId64 " to %" PRId64, c->min,
		      c->max);
		todo(p, "Write a whole number from %" PRId64 " to %" PRId64 ", without words", c->min, c->max);
		return;
	}
	v->filled = true;
	v->number = (int32_t)n;
	int k = snprintf(v->own, sizeof v->own, "%" PRId64, n);
	v->text = (struct str){ v->own, (size_t)k };
}

/* ---- organisations ---- */

static void read_org(const struct tables_spec *s, const struct column *c, struct str cell, struct value *v,
		     struct problem *p)
{
	bool council = c->type == TYPE_COUNCIL;
	v->org = organisations_find(s->orgs, council ? ORG_COUNCIL : ORG_PROVIDER, cell);
	if (!v->org) {
		wrong(p, council ? "unknown-council" : "unknown-provider", "There is no %s with this name or code",
		      council ? "council" : "provider");
		todo(p, council ? "Write the council's name as on its web page, or its ONS code such as E10000012"
				: "Write the provider's full name, or its ODS code such as RAT");
		return;
	}
	v->filled = true;
	v->text = v->org->code;
}

/* ---- days ---- */

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static bool two_digit_year(struct str s)
{
	struct str rest, year;
	str_cut(s, '/', &rest);
	str_cut(rest, '/', &year);
	return year.n == 2 && all_digits(year);
}

/* "06/01/2026 10:15", "2026-01-06T10:15:00": splits the time off. False if what follows is no time. */
static bool split_time(struct str cell, struct str *day_out, int16_t *minute_out)
{
	size_t at = 0;
	while (at < cell.n && cell.p[at] != ' ' && cell.p[at] != 'T')
		at++;
	*day_out = (struct str){ cell.p, at };
	*minute_out = MINUTE_NONE;
	if (at == cell.n)
		return true;
	struct str time = str_trim((struct str){ cell.p + at + 1, cell.n - at - 1 });
	if (time.n >= 7 && time.p[time.n - 3] == ':') /* seconds are dropped */
		time.n -= 3;
	int minute;
	if (minute_parse(time, &minute) != RC_OK)
		return false;
	/* Spreadsheets add midnight to a bare day: then the time is not known. */
	*minute_out = (int16_t)(minute == 0 ? MINUTE_NONE : minute);
	return true;
}

static void explain_day(struct problem *p, struct str cell, struct str day)
{
	todo(p, "Write the date as day/month/year, such as 06/01/2026");
	if (two_digit_year(day)) {
		wrong(p, "two-digit-year", "The year has only two digits");
		todo(p, "Write the year with four digits, such as 06/01/2026");
	} else if (cell.n == 5 && all_digits(cell)) {
		wrong(p, "not-a-day", "This is a spreadsheet's inner number for a day, not a date");
		todo(p, "Format the column as a date in your spreadsheet, then save it as CSV again");
	} else {
		wrong(p, "not-a-day", "This is not a date, or there is no such day");
	}
}

/* 1 January 1900 and 2200: what day_of says of them. */
enum { DAY_FIRST = -25567, DAY_LAST = 84006 };

/* As day_iso, but there are millions of them. Years have four digits here. */
static void put_iso(day_t day, char *out)
{
	struct ymd a = day_ymd(day);
	const int parts[4] = { a.year / 100, a.year % 100, a.month, a.day };
	for (int i = 0; i < 4; i++) {
		*out++ = (char)('0' + parts[i] / 10);
		*out++ = (char)('0' + parts[i] % 10);
		if (i == 1 || i == 2)
			*out++ = '-';
	}
}

static void read_day(const struct column *c, struct str cell, day_t today, struct value *v, struct problem *p)
{
	struct str part;
	int16_t minute;
	day_t day;
	bool time_ok = split_time(cell, &part, &minute);
	if (day_parse(part, &day) != RC_OK) {
		explain_day(p, cell, part);
		return;
	}
	if (!time_ok) {
		wrong(p, "not-a-time", "What stands behind the date is not a time of day");
		todo(p, "Write the time as hours:minutes, such as 09:30, or leave it out");
		return;
	}
	if (day < DAY_FIRST || day > DAY_LAST) {
		wrong(p, "impossible-day", "The year cannot be right");
		todo(p, "Write the date with the right year");
		return;
	}
	if (day > today && !c->future) {
		wrong(p, "future-day", "The date lies in the future");
		todo(p, "Write the day on which it happened, or leave the cell empty until it has");
		return;
	}
	v->filled = true;
	v->day = day;
	v->minute = (int16_t)(c->time ? minute : MINUTE_NONE);
	put_iso(day, v->own);
	v->text = (struct str){ v->own, 10 };
}

/* ---- text and numbers of people ---- */

static void read_nhs_number(struct str cell, struct value *v, struct problem *p)
{
	const char *why = nhs_number_read(cell, v->own);
	if (why) {
		wrong(p, "nhs-number", "%s", why);
		todo(p, "Look the number up again, or leave the cell empty until it is traced");
		return;
	}
	v->filled = true;
	v->text = (struct str){ v->own, NHS_NUMBER_DIGITS };
}

static void read_text(const struct column *c, struct str cell, struct value *v, struct problem *p)
{
	size_t max = c->type == TYPE_REFERENCE ? (size_t)EVENT_REF_MAX : (size_t)TEXT_CELL_MAX;
	if (cell.n > max) {
		wrong(p, "too-long", "The text is longer than %zu letters", max);
		todo(p, "Shorten it");
		return;
	}
	for (size_t i = 0; i < cell.n; i++)
		if ((unsigned char)cell.p[i] < 32 || control_step(cell.p + i, cell.n - i)) {
			wrong(p, "control-character",
			      "The text holds a line break or another sign that cannot be printed");
			todo(p, "Write it on one line, without tabs");
			return;
		}
	if (csv_is_formula(cell)) {
		wrong(p, "formula", "The value begins as a formula would; it is taken as plain text");
		todo(p, "If it came from a formula that failed, write the value itself");
		p->warning = true;
	}
	v->filled = true;
	v->text = cell;
}

void cell_read(const struct tables_spec *s, const struct column *c, struct str cell, day_t today, struct value *v,
	       struct problem *p)
{
	p->rule = NULL;
	p->warning = false;
	v->filled = false;
	v->minute = MINUTE_NONE;
	cell = csv_unsafe(cell);
	switch (c->type) {
	case TYPE_TEXT:
	case TYPE_REFERENCE: read_text(c, cell, v, p); break;
	case TYPE_DAY: read_day(c, cell, today, v, p); break;
	case TYPE_YES_NO: read_yes_no(cell, v, p); break;
	case TYPE_NUMBER: read_number(c, cell, v, p); break;
	case TYPE_CODE: read_code(c, cell, v, p); break;
	case TYPE_CHOICE: read_choice(c, cell, v, p); break;
	case TYPE_COUNCIL:
	case TYPE_PROVIDER: read_org(s, c, cell, v, p); break;
	case TYPE_NHS_NUMBER: read_nhs_number(cell, v, p); break;
	}
	if (p->rule && !v->filled && c->warn_unknown)
		p->warning = true;
}
