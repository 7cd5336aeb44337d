/* convert.c - one cell, as people write it, into what the tables take. */
#include "exchange/sheets/feed.h"
#include "exchange/sheets/parts.h"

#include "base/text.h"

static void say(struct problem *w, const char *rule, const char *message, const char *fix)
{
	w->rule = rule;
	w->warning = false;
	snprintf(w->message, sizeof w->message, "%s", message);
	snprintf(w->fix, sizeof w->fix, "%s", fix);
}

bool sheets_cell_wrong(const struct cell *cell, struct problem *wrong_out)
{
	if (cell->unworked)
		say(wrong_out, "not-worked-out", "The cell holds a formula, and what it gives is not in the file",
		    "Open the workbook in your spreadsheet program and save it again");
	else if (feed_is_error(cell))
		say(wrong_out, "cell-error", "The cell holds an error of the spreadsheet instead of a value",
		    "Put the formula right, or write the value itself");
	return cell->unworked || feed_is_error(cell);
}

static enum converted put_day(day_t day, int16_t minute, char *room, struct str *text_out)
{
	char iso[DAY_TEXT_MAX];
	day_iso(day, iso);
	int n = minute > 0 ? snprintf(room, CONVERTED_MAX, "%.10s %02d:%02d", iso, minute / 60, minute % 60)
			   : snprintf(room, CONVERTED_MAX, "%.10s", iso);
	*text_out = (struct str){ room, (size_t)n };
	return CONVERTED_TEXT;
}

static enum converted convert_day(const struct sheets_parts *p, const struct mapped_column *c, const struct cell *cell,
				  struct str t, day_t today, char *room, struct str *text_out, struct problem *wrong)
{
	struct day_read d;
	if (cell->kind == CELL_DAY)
		return put_day(cell->day, cell->minute, room, text_out);
	if (sheet_day(t, c ? c->order : DAYS_DAY_FIRST, today, &d)) {
		if (d.day != DAY_NONE)
			return put_day(d.day, d.minute, room, text_out);
		say(wrong, "not-a-day", d.wrong ? d.wrong : "This is not a date, or there is no such day",
		    "Write the date as day/month/year, such as 06/01/2026");
		return CONVERTED_WRONG;
	}
	if (cell_is_empty_word(p, t))
		return CONVERTED_EMPTY;
	say(wrong, "not-a-day", "This is not a date, or there is no such day",
	    "Write the date as day/month/year, such as 06/01/2026, and a remark in a column of its own");
	return CONVERTED_WRONG;
}

/* "11.0" is 11: spreadsheets write whole numbers so when they are saved by other programs. */
static struct str whole_number(struct str t)
{
	size_t dot = 0;
	while (dot < t.n && t.p[dot] >= '0' && t.p[dot] <= '9')
		dot++;
	if (!dot || dot + 1 >= t.n || t.p[dot] != '.')
		return t;
	for (size_t i = dot + 1; i < t.n; i++)
		if (t.p[i] != '0')
			return t;
	return (struct str){ t.p, dot };
}

static bool reads(const struct sheets_parts *p, const struct column *c, struct str t, day_t today)
{
	struct value v = { .filled = false };
	struct problem problem;
	cell_read(p->spec, c, t, today, &v, &problem);
	return v.filled;
}

static enum converted convert_yes_no(const struct sheets_parts *p, const struct cell *cell, struct str t,
				     struct str *text_out)
{
	int says = cell->kind == CELL_YES_NO ? cell->number != 0 : word_yes_no(p, whole_number(t));
	if (says < 0)
		return cell_is_empty_word(p, t) ? CONVERTED_EMPTY : CONVERTED_TEXT;
	*text_out = says ? STR("yes") : STR("no");
	return CONVERTED_TEXT;
}

static enum converted convert_word(const struct sheets_parts *p, struct target t, struct str text, day_t today,
				   struct str *text_out)
{
	if (reads(p, target_column(p, t), text, today))
		return CONVERTED_TEXT;
	struct str code = word_code(p, t, text);
	if (code.n) {
		*text_out = code;
		return CONVERTED_TEXT;
	}
	return cell_is_empty_word(p, text) ? CONVERTED_EMPTY : CONVERTED_TEXT;
}

static bool said_by_person(const struct mapped_column *c, struct str t, struct str *code_out)
{
	char x[VALUE_WORD_MAX], y[VALUE_WORD_MAX];
	struct str f = words_fold(t, x, sizeof x);
	for (size_t i = 0; c && i < c->n_words; i++) {
		struct str g = words_fold(c->words[i].word, y, sizeof y);
		if (str_eq(t, c->words[i].word) || (f.n && str_eq(f, g))) {
			*code_out = c->words[i].code;
			return true;
		}
	}
	return false;
}

enum converted cell_convert(const struct sheets_parts *p, const struct mapped_column *c, struct target t,
			    const struct cell *cell, day_t today, char room[CONVERTED_MAX], struct str *text_out,
			    struct problem *wrong)
{
	struct str text = feed_text(cell);
	*text_out = text;
	if (sheets_cell_wrong(cell, wrong))
		return CONVERTED_WRONG;
	if (!text.n)
		return CONVERTED_EMPTY;
	if (said_by_person(c, text, text_out))
		return text_out->n ? CONVERTED_TEXT : CONVERTED_EMPTY;
	switch (target_column(p, t)->type) {
	case TYPE_DAY: return convert_day(p, c, cell, text, today, room, text_out, wrong);
	case TYPE_YES_NO: return convert_yes_no(p, cell, text, text_out);
	case TYPE_CODE:
	case TYPE_CHOICE: return convert_word(p, t, whole_number(text), today, text_out);
	case TYPE_TEXT: return CONVERTED_TEXT;
	case TYPE_NUMBER:
	case TYPE_NHS_NUMBER:
	case TYPE_REFERENCE:
	case TYPE_COUNCIL:
	case TYPE_PROVIDER: break;
	}
	*text_out = whole_number(text);
	return cell_is_empty_word(p, text) ? CONVERTED_EMPTY : CONVERTED_TEXT;
}

bool mapping_understands(const struct sheets_parts *p, struct target t, const struct mapped_column *c, struct str word)
{
	struct cell cell = { .kind = CELL_TEXT, .text = word, .day = DAY_NONE, .minute = MINUTE_NONE };
	char room[CONVERTED_MAX];
	struct str text;
	struct problem wrong;
	enum converted done = cell_convert(p, c, t, &cell, 0, room, &text, &wrong);
	return done == CONVERTED_EMPTY ||
	       (done == CONVERTED_TEXT && reads(p, target_column(p, t), text, DAY_NEVER - 1));
}

static struct str title_of(const struct column *c, struct str code)
{
	const struct code_entry *found = c->list ? code_list_find(c->list, code) : NULL;
	for (size_t i = 0; i < c->n_choices; i++)
		if (str_eq(c->choices[i].id, code))
			return c->choices[i].title;
	return found && found->title.n ? found->title : code;
}

struct str mapping_show(const struct sheets_parts *p, const struct mapped_column *c, struct str cell, day_t today,
			struct arena *a, bool *bad_out)
{
	*bad_out = false;
	if (!c->n_to || !cell.n)
		return cell;
	const struct column *column = target_column(p, c->to[0]);
	struct cell as = { .kind = CELL_TEXT, .text = cell, .day = DAY_NONE, .minute = MINUTE_NONE };
	char room[CONVERTED_MAX], day[DAY_TEXT_MAX];
	struct str text;
	struct problem wrong;
	struct value v = { .filled = false };
	enum converted done = cell_convert(p, c, c->to[0], &as, today, room, &text, &wrong);
	if (done == CONVERTED_EMPTY)
		return (struct str){ "", 0 };
	if (done == CONVERTED_TEXT)
		cell_read(p->spec, column, text, today, &v, &wrong);
	*bad_out = done == CONVERTED_WRONG || !v.filled;
	if (*bad_out)
		return cell;
	if (column->type == TYPE_DAY && v.minute != MINUTE_NONE)
		return arena_printf(a, "%s, %02d:%02d", day_plain(v.day, day), v.minute / 60, v.minute % 60);
	if (column->type == TYPE_DAY)
		return arena_str(a, str_of(day_plain(v.day, day)));
	if (v.org)
		return v.org->name;
	return arena_str(a, title_of(column, v.text));
}
