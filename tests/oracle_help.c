/*
 * The clocks of mental-health care a second time, by hand: one for each referral
 * or stay, as plain loops over the facts of a child. Shares nothing with the engine
 * but dates. Facts must give every referral and every stay one beginning. Where the
 * two differ, one is wrong.
 */
#include "base/day.h"
#include "base/text.h"
#include "record/fact.h"
#include "record/vocab.h"

#include "readings.h"

enum { HELP_ROWS_MAX = 400, DAY_MINUTES = 1440 };

struct help_row {
	const char *standard, *state, *reason, *holder;
	int opened_by, done_by;
	day_t start, due, done;
	int due_minute; /* MINUTE_NONE: not in hours */
	bool late;	/* done, too late */
};

/* What is asked of one clock. Words are lists with blanks; "*" is anything, "!A B" anything but these. */
struct help_rule {
	const char *id, *table, *untold;
	const char *opens, *code, *code2, *values;
	int younger_than; /* 0: all ages */
	int days, hours;  /* one of them */
	bool linked_ends; /* part of a hospital stay: not required */
	const char *closed_by, *closed;
	bool notes_contacts;
	bool midnight, month; /* as published */
	bool pauses;
	bool (*meets)(const struct vocab *v, const struct child_facts *c, int opening, int i, int part);
	int parts;
	int ends_at_age;
};

/* ---- asking a fact ---- */

static bool is(const struct vocab *v, const struct fact *f, const char *kind)
{
	return str_is(v->kinds[f->kind].id, kind);
}

static bool among(const char *words, const char *word)
{
	bool but = words[0] == '!';
	if (str_is(str_of(words), "*"))
		return true;
	size_t n = strlen(word);
	for (const char *p = words + but; n && (p = strstr(p, word)); p += n)
		if ((p == words + but || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return !but;
	return but;
}

static bool code_among(const struct vocab *v, uint16_t code, const char *words)
{
	return among(words, v->codes[code].p);
}

static bool value_among(const struct fact *f, const char *words)
{
	char digit[2] = { f->value >= 0 && f->value <= 9 ? (char)('0' + f->value) : '-', '\0' };
	return among(words, digit);
}

/* ---- what meets them ---- */

static bool treatment_counts(const struct vocab *v, const struct fact *f)
{
	static const struct {
		const char *concept;
		int from, until; /* year and month in force, first and first no more */
	} all[] = { { "51484002", 0, 999999 },
		    { "443730003", 0, 999999 },
		    { "444175001", 0, 999999 },
		    { "1323681000000103", 202304, 999999 },
		    { "1362001000000104", 202304, 999999 },
		    { "1833251000000107", 202504, 999999 },
		    { "1833011000000101", 202504, 999999 },
		    { "1111811000000109", 0, 202504 },
		    { "301781000000101", 202304, 202504 },
		    { "718023002", 0, 202404 },
		    { "984421000000104", 0, 202404 } };
	struct ymd d = day_ymd(f->day);
	int month = d.year * 100 + d.month;
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (str_is(v->codes[f->code2], all[i].concept))
			return month >= all[i].from && month < all[i].until;
	return false;
}

static bool treated(const struct vocab *v, const struct child_facts *c, int opening, int i, int part)
{
	const struct fact *f = &c->facts[i];
	(void)opening, (void)part;
	bool talk_type = code_among(v, f->code, "04") && f->day >= day_of(2025, 4, 1);
	return is(v, f, "contact-made") && (code_among(v, f->code, "01 02 11") || talk_type) && treatment_counts(v, f);
}

static bool face_to_face(const struct vocab *v, const struct child_facts *c, int opening, int i, int part)
{
	(void)opening, (void)part;
	return is(v, &c->facts[i], "contact-made") && code_among(v, c->facts[i].code, "01");
}

static bool any_contact(const struct vocab *v, const struct child_facts *c, int opening, int i, int part)
{
	(void)opening, (void)part;
	return is(v, &c->facts[i], "contact-made") && code_among(v, c->facts[i].code, "01 02 04 11 indirect");
}

static bool psychosis(const struct vocab *v, const struct child_facts *c, int opening, int i, int part)
{
	const struct fact *f = &c->facts[i];
	(void)opening;
	if (part == 1)
		return is(v, f, "care-coordinator-assigned");
	return is(v, f, "contact-made") && code_among(v, f->code, "01 02 04 11");
}

static bool help_begun(const struct vocab *v, const struct child_facts *c, int opening, int i, int part)
{
	(void)opening, (void)part;
	return is(v, &c->facts[i], "care-plan-agreed");
}

static bool followed_up(const struct vocab *v, const struct child_facts *c, int opening, int i, int part)
{
	const struct fact *f = &c->facts[i], *o = &c->facts[opening];
	(void)part;
	if (f->day <= o->day)
		return false;
	return is(v, f, "bed-stay-started") || (is(v, f, "contact-made") && code_among(v, f->code, "01 02 04 11") &&
						(f->org == o->org || !f->org || !o->org));
}

static bool council_told(const struct vocab *v, const struct child_facts *c, int opening, int i, int part)
{
	(void)opening, (void)part;
	return is(v, &c->facts[i], "council-told-of-stay");
}

/* ---- the rules ---- */

static const char ed_urgent_values[] = "1 2 4";
#define ED                                                                                                             \
	.table = "contacts", .untold = "no source says whether treatment has begun", .opens = "referral-received",     \
	.code = "12", .code2 = "!A18 F01", .closed_by = "referral-closed",                                             \
	.closed = "referral closed before treatment began", .notes_contacts = true, .meets = treated, .parts = 1
#define CRISIS                                                                                                         \
	.table = "contacts", .untold = "no source says whether the child was seen", .opens = "referral-received",      \
	.code = "*", .younger_than = 18, .closed_by = "referral-closed",                                               \
	.closed = "referral closed before the child was seen", .notes_contacts = true, .meets = face_to_face,          \
	.parts = 1

static const struct help_rule help_rules[] = {
	{ ED, .id = "ed-urgent", .values = ed_urgent_values, .younger_than = 18, .days = 7, .linked_ends = true },
	{ ED, .id = "ed-urgent-published", .values = ed_urgent_values, .younger_than = 18, .days = 7 },
	{ ED, .id = "ed-urgent-to-19", .values = ed_urgent_values, .younger_than = 19, .days = 7, .linked_ends = true },
	{ ED, .id = "ed-routine", .values = "3", .younger_than = 18, .days = 28, .linked_ends = true },
	{ ED, .id = "ed-routine-published", .values = "3", .younger_than = 18, .days = 28 },
	{ ED, .id = "ed-routine-to-19", .values = "3", .younger_than = 19, .days = 28, .linked_ends = true },
	{ .id = "ed-emergency",
	  .table = "contacts",
	  .untold = "no source says whether there was contact",
	  .opens = "referral-received",
	  .code = "12",
	  .code2 = "!A18 F01",
	  .values = "1",
	  .younger_than = 19,
	  .hours = 24,
	  .closed_by = "referral-closed",
	  .closed = "referral closed before contact",
	  .meets = any_contact,
	  .parts = 1 },
	{ .id = "eip-two-weeks",
	  .table = "contacts",
	  .untold = "no source says whether the team has seen the young person",
	  .opens = "referral-received",
	  .code = "01",
	  .code2 = "A14",
	  .values = "*",
	  .days = 14,
	  .closed_by = "referral-closed",
	  .closed = "referral closed before care began",
	  .notes_contacts = true,
	  .meets = psychosis,
	  .parts = 2 },
	{ CRISIS, .id = "crisis-very-urgent", .code2 = "A02 A18 A19", .values = "4", .hours = 4 },
	{ CRISIS, .id = "crisis-very-urgent-published", .code2 = "A02 A18 A19", .values = "4", .hours = 4,
	  .midnight = true, .month = true },
	{ CRISIS, .id = "crisis-urgent", .code2 = "A02 A18 A19", .values = "2", .hours = 24 },
	{ CRISIS, .id = "crisis-urgent-published", .code2 = "A02 A18 A19", .values = "2", .hours = 24, .midnight = true,
	  .month = true },
	{ CRISIS, .id = "liaison-one-hour", .code2 = "A11 C05", .values = "*", .hours = 1 },
	{ CRISIS, .id = "liaison-one-hour-published", .code2 = "A11 C05", .values = "*", .hours = 1, .midnight = true,
	  .month = true },
	{ .id = "local-wait",
	  .table = "referral_steps",
	  .untold = "no source says whether help has begun or the wait was paused",
	  .opens = "referral-received",
	  .younger_than = 18,
	  .days = 28,
	  .linked_ends = true,
	  .closed_by = "referral-closed",
	  .closed = "referral closed before help began",
	  .notes_contacts = true,
	  .pauses = true,
	  .meets = help_begun,
	  .parts = 1 },
	{ .id = "follow-up-72-hours",
	  .table = "contacts",
	  .untold = "no source says whether there was a contact after discharge",
	  .opens = "bed-stay-ended",
	  .code = "!4 5",
	  .code2 = "!other-hospital court-or-custody",
	  .values = "*",
	  .younger_than = 18,
	  .days = 3,
	  .meets = followed_up,
	  .parts = 1 },
	{ .id = "long-stay-council-told",
	  .table = "bed_stays",
	  .untold = "no source says whether the council was told",
	  .opens = "bed-stay-started",
	  .code = "*",
	  .code2 = "*",
	  .values = "*",
	  .younger_than = 18,
	  .days = 90,
	  .closed_by = "bed-stay-ended",
	  .closed = "the stay ended",
	  .meets = council_told,
	  .parts = 1,
	  .ends_at_age = 18 },
};

/* ---- one clock ---- */

static bool opens(const struct vocab *v, const struct help_rule *r, const struct child_facts *c, int i)
{
	const struct fact *f = &c->facts[i];
	if (!is(v, f, r->opens) || (c->died != DAY_NONE && f->day >= c->died))
		return false;
	if (r->younger_than && c->born != DAY_NONE && f->day >= day_birthday(c->born, r->younger_than))
		return false;
	if (str_is(str_of(r->id), "local-wait")) /* the teams of the four-week wait, and learning disability */
		return !code_among(v, f->code2, "A02 A03 A04 A11 A19 A20 A21 A22 A23 A24 A25 C05") &&
		       !(code_among(v, f->code, "12") && !code_among(v, f->code2, "A18 F01")) &&
		       !(code_among(v, f->code, "01") && code_among(v, f->code2, "A14")) &&
		       !(code_among(v, f->code2, "A18") && value_among(f, "1 2 4"));
	return code_among(v, f->code, r->code) && code_among(v, f->code2, r->code2) && value_among(f, r->values);
}

/* Does fact i speak of the referral or stay of the opening? */
static bool concerns(const struct vocab *v, const struct child_facts *c, int opening, int i)
{
	const struct fact *f = &c->facts[i], *o = &c->facts[opening];
	bool keyed = v->kinds[f->kind].ends == v->kinds[o->kind].ends;
	bool back = is(v, o, "bed-stay-ended") && is(v, f, "bed-stay-started");
	return f->day >= o->day && (!keyed || back || f->key == o->key);
}

/* In time by some reading of two written times. `known`: nothing is before its opening. */
static bool some_reading(const struct help_rule *r, const struct fact *o, int om, const struct fact *f, int fm,
			 bool known)
{
	int64_t begun[2], seen[2];
	written(o->day, om, begun);
	written(f->day, fm, seen);
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < 2; k++)
			if ((seen[k] >= begun[i] || !known) && seen[k] - begun[i] <= r->hours * 60)
				return true;
	return false;
}

/* 1 in time, 0 late, -1 cannot be told: every time that it can have been, at its corners. */
static int in_time(const struct help_rule *r, const struct fact *o, const struct fact *f)
{
	bool known = r->midnight || (o->minute != MINUTE_NONE && f->minute != MINUTE_NONE);
	int told[2] = { 0, 0 };
	for (int s = 0; s < 2; s++)
		for (int k = 0; k < 2; k++) {
			int om = o->minute != MINUTE_NONE ? o->minute : r->midnight || !s ? 0 : DAY_MINUTES - 1;
			int fm = f->minute != MINUTE_NONE ? f->minute : r->midnight || !k ? 0 : DAY_MINUTES - 1;
			told[some_reading(r, o, om, f, fm, known)]++;
		}
	return told[0] == 4 ? 0 : told[1] == 4 ? 1 : -1;
}

static bool negative(const struct help_rule *r, const struct fact *o, const struct fact *f)
{
	if (!r->hours || (!r->midnight && (o->minute == MINUTE_NONE || f->minute == MINUTE_NONE)))
		return false;
	int64_t begun[2], seen[2];
	written(o->day, o->minute == MINUTE_NONE ? 0 : o->minute, begun);
	written(f->day, f->minute == MINUTE_NONE ? 0 : f->minute, seen);
	return seen[1] < begun[0];
}

/* The day on which a pause holds at its beginning: days counted one by one. Paused at the end of day `last`? */
static int paused_days(const struct vocab *v, const struct child_facts *c, int opening, int upto, day_t last, bool *now)
{
	int days = 0;
	bool on = false;
	day_t since = DAY_NONE;
	for (int i = 0; i <= upto; i++) {
		if (!concerns(v, c, opening, i))
			continue;
		if (is(v, &c->facts[i], "wait-paused") && !on) {
			on = true;
			since = c->facts[i].day;
		}
		if (is(v, &c->facts[i], "wait-resumed") && on) {
			on = false;
			days += c->facts[i].day - since;
		}
	}
	*now = on;
	return on ? days + (last > since ? last - since : 0) : days;
}

static bool hears(const struct vocab *v, const struct help_rule *r, const struct child_facts *c, int opening, int i)
{
	const struct fact *f = &c->facts[i];
	bool contact = r->notes_contacts && is(v, f, "contact-made");
	bool pause = r->pauses && is(v, f, "wait-paused");
	for (int p = 0; p < r->parts; p++)
		if (r->meets(v, c, opening, i, p) && !negative(r, &c->facts[opening], f))
			return true;
	return contact || pause;
}

static void close_row(struct help_row *row, const char *state, const char *reason, day_t day, int by)
{
	row->state = state;
	row->reason = reason;
	row->done = day;
	row->done_by = by;
	if (str_is(str_of(state), "not-required") || str_is(str_of(state), "not-known"))
		row->holder = "none";
}

/* True if all parts have come by fact i, each for the first time. */
static bool complete(const struct vocab *v, const struct help_rule *r, const struct child_facts *c, int opening, int i)
{
	for (int p = 0; p < r->parts; p++) {
		bool found = false;
		for (int j = 0; j <= i; j++)
			found = found || (concerns(v, c, opening, j) && r->meets(v, c, opening, j, p));
		if (!found)
			return false;
	}
	return true;
}

/* Fact i meets the clock, or makes it a negative wait. */
static bool met(const struct vocab *v, const struct help_rule *r, const struct child_facts *c, int opening, int i,
		struct help_row *row)
{
	const struct fact *f = &c->facts[i], *o = &c->facts[opening];
	bool meets = false;
	for (int p = 0; p < r->parts; p++)
		meets = meets || r->meets(v, c, opening, i, p);
	if (!meets)
		return false;
	if (negative(r, o, f)) {
		if (r->midnight)
			close_row(row, "stopped", "the wait is negative by the times as published", f->day, i);
		return r->midnight;
	}
	if (!complete(v, r, c, opening, i))
		return false;
	int told = r->hours ? in_time(r, o, f) : 1;
	if (told < 0)
		close_row(row, "not-known", "a time is missing and the days alone do not decide", f->day, i);
	else
		close_row(row, "done", "", f->day, i);
	row->late = told == 0;
	return true;
}

/* Looks at fact i; true if the clock is closed by it. */
static bool look(const struct vocab *v, const struct help_rule *r, const struct child_facts *c, int opening, int i,
		 struct help_row *row)
{
	const struct fact *f = &c->facts[i];
	if (r->linked_ends && is(v, f, "referral-linked-to-stay")) {
		close_row(row, "not-required", "the referral is part of a hospital stay", f->day, i);
		return true;
	}
	if (is(v, f, "person-died")) {
		close_row(row, "stopped", "died", f->day, i);
		return true;
	}
	if (r->closed_by && is(v, f, r->closed_by)) {
		for (size_t j = (size_t)i + 1; j < c->n && c->facts[j].day == f->day; j++)
			if (concerns(v, c, opening, (int)j) && met(v, r, c, opening, (int)j, row))
				return true;
		close_row(row, "stopped", r->closed, f->day, i);
		return true;
	}
	return met(v, r, c, opening, i, row);
}

/* Before the referral it was part of a stay already: it is left out. */
static bool left_out(const struct vocab *v, const struct help_rule *r, const struct child_facts *c, int opening)
{
	for (int i = 0; r->linked_ends && i < opening; i++)
		if (is(v, &c->facts[i], "referral-linked-to-stay") && c->facts[i].key == c->facts[opening].key &&
		    c->facts[i].day < c->facts[opening].day && c->facts[i].day >= c->facts[opening].day - 366)
			return true;
	return false;
}

static bool absence_counts(const struct vocab *v, const struct child_facts *c, const char *table, day_t since)
{
	bool by_hand = true;
	for (int i = 0; i < EVIDENCE_MAX; i++)
		by_hand = by_hand && c->covered[i] == DAY_NONE;
	day_t from = c->covered[vocab_evidence(v, str_of(table))];
	return by_hand || (from != DAY_NONE && from <= since);
}

static void due_of(const struct vocab *v, const struct help_rule *r, const struct child_facts *c, int opening, int upto,
		   struct help_row *row)
{
	const struct fact *o = &c->facts[opening];
	bool now = false;
	if (r->hours) {
		int m = o->minute != MINUTE_NONE ? o->minute : r->midnight ? 0 : DAY_MINUTES - 1;
		int64_t begun[2];
		written(o->day, m, begun);
		int64_t due = shown_at(begun[1] + 60 * r->hours);
		row->due = (day_t)(due / DAY_MINUTES);
		row->due_minute = (int)(due % DAY_MINUTES);
		return;
	}
	row->due = o->day + r->days;
	if (r->pauses) {
		row->due += paused_days(v, c, opening, upto, row->done, &now);
		if (now && row->done == DAY_NONE) {
			row->holder = "family";
			row->due = DAY_NONE;
		}
	}
}

static void clock_of(const struct vocab *v, const struct help_rule *r, const struct child_facts *c, day_t as_of,
		     int opening, struct help_row *row)
{
	const struct fact *o = &c->facts[opening];
	*row = (struct help_row){ .standard = r->id,
				  .state = "running",
				  .reason = "",
				  .holder = "provider",
				  .opened_by = opening,
				  .done_by = -1,
				  .start = o->day,
				  .done = DAY_NONE,
				  .due_minute = MINUTE_NONE };
	struct ymd d = day_ymd(o->day);
	day_t next_month = day_add_months(day_of(d.year, d.month, 1), 1);
	day_t too_old = r->ends_at_age && c->born != DAY_NONE ? day_birthday(c->born, r->ends_at_age) : DAY_NEVER;
	bool touched = false, closed = false;
	int i = 0;
	for (; i < (int)c->n && c->facts[i].day <= as_of && !closed; i++) {
		if ((r->month && c->facts[i].day >= next_month) || c->facts[i].day >= too_old)
			break;
		if (i == opening || !concerns(v, c, opening, i))
			continue;
		touched = touched || hears(v, r, c, opening, i);
		closed = look(v, r, c, opening, i, row);
	}
	if (!closed && r->month && as_of >= next_month)
		close_row(row, "stopped", "not seen in the calendar month of the referral", next_month, -1);
	else if (!closed && as_of >= too_old)
		close_row(row, "stopped", "turned 18", too_old, -1);
	due_of(v, r, c, opening, closed ? row->done_by : i - 1, row);
	if (row->done != DAY_NONE)
		return;
	if (r->younger_than && c->born == DAY_NONE)
		row->reason = "the date of birth is not known";
	else if (!touched && !absence_counts(v, c, r->table, o->day))
		row->reason = r->untold;
	else {
		row->reason = r->pauses && row->due == DAY_NONE ? "waiting for the family or young person" : "";
		return;
	}
	row->state = "not-known";
	row->holder = "none";
}

static size_t help_run(const struct vocab *v, const struct child_facts *c, day_t as_of, struct help_row *out)
{
	size_t n = 0;
	for (size_t r = 0; r < COUNT_OF(help_rules); r++)
		for (int i = 0; i < (int)c->n && c->facts[i].day <= as_of; i++)
			if (opens(v, &help_rules[r], c, i) && !left_out(v, &help_rules[r], c, i) && n < HELP_ROWS_MAX)
				clock_of(v, &help_rules[r], c, as_of, i, &out[n++]);
	return n;
}
