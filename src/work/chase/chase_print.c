#include "work/chase/chase_print.h"

#include "base/text.h"
#include "codec/csv.h"
#include "codec/json.h"

enum { LINE = 75, BASE_MAX = 200, BASE64_LINE = 57 };

const char *const chase_headings[CHASE_COLUMNS] = { "number",	      "initials", "what is asked for", "clock", "limit",
						    "with you since", "due",	  "days late",	       "unit",	"rule",
						    "last known",     "reminder", "to answer" };

struct str chase_nth_words(int nth, struct arena *a)
{
	static const char *const words[] = { "a first reminder", "a second reminder", "a third reminder" };
	if (nth < 2)
		return STR("");
	return nth < 5 ? str_of(words[nth - 2]) : arena_printf(a, "reminder number %d", nth - 1);
}

struct str chase_late_words(const struct chase_item *i, struct arena *a)
{
	int n = i->days_late < 0 ? -i->days_late : i->days_late;
	const char *unit = i->standard && i->standard->working_days ? "working day" : "day";
	if (i->due == DAY_NONE ||
	    (i->lateness != LATE_OVERDUE && i->lateness != LATE_DUE_SOON && i->lateness != LATE_NOT))
		return STR("");
	if (i->lateness == LATE_OVERDUE)
		return arena_printf(a, "%d %s%s late", n, unit, n == 1 ? "" : "s");
	return n ? arena_printf(a, "in %d %s%s", n, unit, n == 1 ? "" : "s") : STR("today");
}

struct str base_address(struct str given, struct arena *a)
{
	struct str s = str_trim(given);
	if (s.n > BASE_MAX || !(str_starts(s, "https://") || str_starts(s, "http://")))
		return STR("");
	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      strchr(":/.-[]_", c)))
			return STR("");
	}
	return arena_str(a, s);
}

static struct str act_link(const struct chase_item *i, struct str base, struct arena *a)
{
	char id[ID_TEXT_MAX];
	if (!base.n)
		return STR("");
	return arena_printf(a, STR_FMT "/child/%s/clock/" STR_FMT, STR_ARG(base), id_text(i->person, id),
			    STR_ARG(i->clock));
}

static struct str clock_words(const struct chase_item *i, struct arena *a)
{
	const struct standard_info *s = i->standard;
	if (i->sensitive || !s)
		return STR("Something of mental-health care");
	return s->reading.n ? arena_printf(a, STR_FMT ": " STR_FMT, STR_ARG(s->title), STR_ARG(s->reading)) : s->title;
}

static struct str asked_of(const struct chase_item *i)
{
	return i->sensitive ? STR("See it signed in") : i->asked;
}

static struct str rule_of(const struct chase_item *i, struct arena *a)
{
	const struct standard_info *s = i->standard;
	if (i->sensitive || !s)
		return STR("");
	return arena_printf(a, STR_FMT " (" STR_FMT ")", STR_ARG(s->limit), STR_ARG(s->source));
}

static struct str reminder_of(const struct chase_item *i, struct arena *a)
{
	char first[DAY_TEXT_MAX], before[DAY_TEXT_MAX];
	if (i->nth < 2)
		return STR("");
	struct str nth = chase_nth_words(i->nth, a);
	if (i->nth == 2)
		return arena_printf(a, STR_FMT ": asked on %s", STR_ARG(nth), day_short(i->before, before));
	return arena_printf(a, STR_FMT ": asked first on %s, last on %s", STR_ARG(nth), day_short(i->first, first),
			    day_short(i->before, before));
}

/* ---- text ---- */

/* Words from column `in` on, broken at blanks; a line's first letters stand already. */
static void wrapped(struct buf *b, const char *lead, struct str s)
{
	size_t in = strlen(lead), at = in;
	buf_puts(b, lead);
	for (size_t i = 0; i < s.n;) {
		size_t n = 0;
		while (i + n < s.n && s.p[i + n] != ' ' && s.p[i + n] != '\n')
			n++;
		if (at > in && at + 1 + n > LINE) {
			buf_printf(b, "\n%*s", (int)in, "");
			at = in;
		} else if (at > in) {
			buf_putc(b, ' ');
			at++;
		}
		for (size_t k = 0; k < n; k++)
			buf_putc(b, (unsigned char)s.p[i + k] < ' ' ? ' ' : s.p[i + k]);
		at += n;
		i += n + 1;
	}
	buf_putc(b, '\n');
}

static void text_item(const struct chase_item *i, size_t n, struct str base, struct arena *a, struct buf *b)
{
	char day[DAY_TEXT_MAX];
	struct str late = chase_late_words(i, a), reminder = reminder_of(i, a), act = act_link(i, base, a),
		   rule = rule_of(i, a);
	struct buf line AUTO(buf_release);
	buf_init(&line, 8000);
	buf_printf(&line, STR_FMT " (" STR_FMT "): " STR_FMT, STR_ARG(i->number), STR_ARG(i->initials),
		   STR_ARG(asked_of(i)));
	wrapped(b, arena_printf(a, "%zu. ", n).p, buf_view(&line));
	wrapped(b, "   For: ", clock_words(i, a));
	buf_reset(&line);
	if (i->since != DAY_NONE)
		buf_printf(&line, "With you since %s.", day_short(i->since, day));
	if (i->due != DAY_NONE)
		buf_printf(&line, " Due %s%s" STR_FMT ".", day_short(i->due, day), late.n ? ": " : "", STR_ARG(late));
	if (line.n)
		wrapped(b, "   ", buf_view(&line));
	if (rule.n)
		wrapped(b, "   Rule: ", rule);
	if (i->why.n && !i->sensitive)
		wrapped(b, "   Last known: ", i->why);
	if (reminder.n)
		wrapped(b, "   This is ", reminder);
	if (act.n)
		buf_printf(b, "   To answer: " STR_FMT "\n", STR_ARG(act));
	buf_putc(b, '\n');
}

struct str chase_subject(const struct chase *c, struct arena *a)
{
	int again = 0;
	for (size_t i = 0; i < c->n; i++)
		again += c->items[i].nth > 1;
	struct str s = arena_printf(a, "%zu thing%s needed from " STR_FMT " for looked-after children’s health", c->n,
				    c->n == 1 ? "" : "s", STR_ARG(c->recipient->short_name));
	if (c->invented)
		s = arena_printf(a, "Demonstration, invented children: " STR_FMT, STR_ARG(s));
	if (again)
		s = arena_printf(a, STR_FMT " (%d reminder%s)", STR_ARG(s), again, again == 1 ? "" : "s");
	return s;
}

void chase_text(const struct chase *c, struct str base, struct arena *a, struct buf *b)
{
	char day[DAY_TEXT_MAX];
	struct buf line AUTO(buf_release);
	buf_init(&line, 4000);
	buf_printf(b, "To " STR_FMT ", %s\n\n", STR_ARG(c->recipient->name), day_long(c->day, day));
	if (c->invented)
		buf_puts(b, DEMONSTRATION_WORDS "\n\n");
	buf_printf(
	    &line,
	    "These clocks of looked-after children wait for you. Each says what is missing, since when it is with "
	    "you, by when it is due, and by which rule. Children are named by their number and initials; please "
	    "do not answer with names or dates of birth.");
	wrapped(b, "", buf_view(&line));
	buf_putc(b, '\n');
	for (size_t i = 0; i < c->n; i++)
		text_item(&c->items[i], i + 1, base, a, b);
	if (c->more)
		wrapped(b, "", arena_printf(a, "There is more than these %zu; the rest follows.", c->n));
	buf_printf(b, STR_FMT "\n", STR_ARG(c->from ? c->from->name : c->by));
	if (c->from && c->by.n)
		buf_printf(b, STR_FMT "\n", STR_ARG(c->by));
}

/* ---- e-mail ---- */

static void base64(struct buf *b, const unsigned char *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) |
			     (i + 2 < n ? (unsigned)p[i + 2] : 0);
		buf_putc(b, digits[v >> 18 & 63]);
		buf_putc(b, digits[v >> 12 & 63]);
		buf_putc(b, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_putc(b, i + 2 < n ? digits[v & 63] : '=');
	}
}

/* Always as encoded words (RFC 2047): no text can end the header. Cut between letters. */
static void encoded_words(struct buf *b, struct str s)
{
	enum { WORD = 42 };
	for (size_t i = 0; i < s.n;) {
		size_t n = s.n - i < WORD ? s.n - i : WORD;
		while (n > 1 && i + n < s.n && ((unsigned char)s.p[i + n] & 0xc0) == 0x80)
			n--;
		buf_puts(b, i ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
		base64(b, (const unsigned char *)s.p + i, n);
		buf_puts(b, "?=");
		i += n;
	}
}

static bool plain_address(struct str s)
{
	size_t at = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		at += c == '@';
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
		      c == '\'' || c == '+' || c == '@'))
			return false;
	}
	return at == 1 && s.n <= 254;
}

static void mail_date(struct buf *b, int64_t ms)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char iso[DAY_TEXT_MAX];
	day_t day = (day_t)(ms / MS_PER_DAY);
	struct ymd d = day_ymd(day);
	buf_printf(b, "Date: %02d %s %d %.8s +0000\r\n", d.day, months[d.month - 1], d.year, instant_iso(ms, iso) + 11);
}

void chase_eml(const struct chase *c, struct str base, struct str to, struct arena *a, struct buf *b)
{
	struct buf text AUTO(buf_release);
	buf_init(&text, b->max);
	chase_text(c, base, a, &text);
	mail_date(b, c->at_ms);
	if (to.n && plain_address(to))
		buf_printf(b, "To: " STR_FMT "\r\n", STR_ARG(to));
	buf_puts(b, "Subject: ");
	encoded_words(b, chase_subject(c, a));
	buf_puts(b, "\r\nX-Unsent: 1\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: base64\r\n\r\n");
	for (size_t i = 0; i < text.n; i += BASE64_LINE) {
		base64(b, (const unsigned char *)text.p + i, text.n - i < BASE64_LINE ? text.n - i : BASE64_LINE);
		buf_puts(b, "\r\n");
	}
	b->full = b->full || text.full;
}

/* ---- tables ---- */

void chase_row(const struct chase *c, size_t which, struct str base, struct arena *a, struct str out[CHASE_COLUMNS])
{
	const struct chase_item *i = &c->items[which];
	char *since = arena_alloc(a, DAY_TEXT_MAX), *due = arena_alloc(a, DAY_TEXT_MAX);
	bool counts = i->due != DAY_NONE && i->standard;
	const struct str cells[CHASE_COLUMNS] = {
		i->number,
		i->initials,
		asked_of(i),
		clock_words(i, a),
		i->standard && !i->sensitive ? i->standard->limit : STR(""),
		i->since == DAY_NONE ? STR("") : str_of(day_iso(i->since, since)),
		i->due == DAY_NONE ? STR("") : str_of(day_iso(i->due, due)),
		counts ? arena_printf(a, "%d", i->days_late) : STR(""),
		!counts			    ? STR("")
		: i->standard->working_days ? STR("working days")
					    : STR("days"),
		i->standard && !i->sensitive ? i->standard->source : STR(""),
		i->sensitive ? STR("") : i->why,
		reminder_of(i, a),
		act_link(i, base, a),
	};
	memcpy(out, cells, sizeof cells);
}

void chase_csv(const struct chase *c, struct str base, struct arena *a, struct buf *b)
{
	struct csv_writer w = { .b = b };
	for (size_t i = 0; i < CHASE_COLUMNS; i++)
		csv_put(&w, str_of(chase_headings[i]));
	csv_end_row(&w);
	for (size_t i = 0; i < c->n; i++) {
		struct str cells[CHASE_COLUMNS];
		chase_row(c, i, base, a, cells);
		for (size_t k = 0; k < CHASE_COLUMNS; k++)
			if (k == 7) /* a number of our own: minus is no formula */
				csv_put(&w, cells[k]);
			else
				csv_put_safe(&w, cells[k]);
		csv_end_row(&w);
	}
	if (c->invented)
		buf_puts(b, DEMONSTRATION_ROW);
}

void chase_json(const struct chase *c, struct str base, struct arena *a, struct buf *b)
{
	char day[DAY_TEXT_MAX];
	static const char *const names[CHASE_COLUMNS] = { "number",	"initials", "asked",	 "clock", "limit",
							  "since",	"due",	    "days_late", "unit",  "rule",
							  "last_known", "reminder", "to_answer" };
	buf_printf(b, "{\"recipient\":");
	json_put_string(b, c->recipient->code);
	buf_printf(b, ",\"from\":");
	json_put_string(b, c->from ? c->from->code : STR(""));
	buf_printf(b, ",\"day\":\"%s\",\"items\":[", day_iso(c->day, day));
	for (size_t i = 0; i < c->n; i++) {
		struct str cells[CHASE_COLUMNS];
		chase_row(c, i, base, a, cells);
		buf_puts(b, i ? ",{" : "{");
		for (size_t k = 0; k < CHASE_COLUMNS; k++) {
			buf_printf(b, "%s\"%s\":", k ? "," : "", names[k]);
			if (!cells[k].n)
				buf_puts(b, "null");
			else if (k == 7)
				buf_str(b, cells[k]);
			else
				json_put_string(b, cells[k]);
		}
		buf_putc(b, '}');
	}
	buf_printf(b, "],\"more\":%s%s}\n", c->more ? "true" : "false", c->invented ? ",\"demonstration\":true" : "");
}
