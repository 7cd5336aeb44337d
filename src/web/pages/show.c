#include "web/pages/show.h"

enum { WEEKS_FROM_DAYS = 25 }; /* working days up to here, then weeks */

static struct text64 text(const char *z)
{
	struct text64 t;
	snprintf(t.s, sizeof t.s, "%s", z);
	return t;
}

struct text64 show_day(day_t d)
{
	char t[DAY_TEXT_MAX];
	return text(d == DAY_NONE ? "not known" : d == DAY_NEVER ? "never" : day_short(d, t));
}

struct text64 show_day_near(day_t d, day_t today)
{
	struct text64 t = show_day(d);
	if (d == DAY_NONE || d == DAY_NEVER || day_ymd(d).year != day_ymd(today).year)
		return t;
	char *last = strrchr(t.s, ' ');
	if (last)
		*last = '\0';
	return t;
}

struct text64 show_day_long(day_t d)
{
	char t[DAY_TEXT_MAX];
	return text(d == DAY_NONE ? "a day that is not known" : day_long(d, t));
}

struct text64 show_day_plain(day_t d)
{
	char t[DAY_TEXT_MAX];
	if (d == DAY_NONE)
		return text("not known");
	return text(day_plain(d, t));
}

struct text64 show_day_iso(day_t d)
{
	char t[DAY_TEXT_MAX];
	return text(d == DAY_NONE ? "" : day_iso(d, t));
}

struct text64 show_minute(int minute)
{
	struct text64 t = { "" };
	if (minute >= 0)
		snprintf(t.s, sizeof t.s, "%02d:%02d", minute / 60 % 24, minute % 60);
	return t;
}

struct text64 show_instant(int64_t ms)
{
	day_t d;
	int minute;
	if (ms <= 0)
		return text("not known");
	london_of_ms(ms, &d, &minute);
	struct text64 t = show_day(d), m = show_minute(minute);
	size_t n = strlen(t.s);
	snprintf(t.s + n, sizeof t.s - n, ", %.5s", m.s);
	return t;
}

struct text64 show_count(int64_t n)
{
	char digits[32];
	struct text64 t = { "" };
	int len = snprintf(digits, sizeof digits, "%" PRId64, n < 0 ? -n : n);
	size_t k = 0;
	if (n < 0)
		t.s[k++] = '-';
	for (int i = 0; i < len; i++) {
		t.s[k++] = digits[i];
		if ((len - i - 1) % 3 == 0 && i + 1 < len)
			t.s[k++] = ',';
	}
	t.s[k] = '\0';
	return t;
}

struct text64 show_capped(int64_t n)
{
	struct text64 t = show_count(n > COUNT_CAP ? COUNT_CAP : n);
	if (n > COUNT_CAP)
		snprintf(t.s, sizeof t.s, "%d+", COUNT_CAP);
	return t;
}

struct text64 show_age(int years, int months)
{
	struct text64 t;
	if (years < 0)
		return text("age not known");
	if (years < 2 && months >= 0)
		snprintf(t.s, sizeof t.s, "age %d month%s", months, months == 1 ? "" : "s");
	else
		snprintf(t.s, sizeof t.s, "age %d", years);
	return t;
}

struct text64 show_nhs(struct str n)
{
	struct text64 t;
	if (n.n == 10)
		snprintf(t.s, sizeof t.s, "%.3s %.3s %.4s", n.p, n.p + 3, n.p + 6);
	else
		snprintf(t.s, sizeof t.s, "%.*s", (int)(n.n < 40 ? n.n : 40), n.p ? n.p : "");
	return t;
}

struct text64 show_hash(struct str hash)
{
	char t[TEXT64_MAX];
	snprintf(t, sizeof t, "%.4s %.4s %.4s %.4s", hash.p, hash.p + 4, hash.p + 8, hash.p + 12);
	return text(t);
}

struct text64 show_id(int64_t id)
{
	char t[ID_TEXT_MAX];
	return text(id_text(id, t));
}

static struct text64 days_words(const char *before, int n, bool working, const char *after)
{
	struct text64 t;
	snprintf(t.s, sizeof t.s, "%s%d %sday%s%s", before, n, working ? "working " : "", n == 1 ? "" : "s", after);
	return t;
}

static struct text64 less_than_a_day(bool working)
{
	return text(working ? "late, by less than a working day" : "late, by less than a day");
}

struct text64 show_lateness(enum lateness l, int late, bool working)
{
	struct text64 t;
	switch (l) {
	case LATE_DONE_IN_TIME: return text("in time");
	case LATE_DONE_LATE:
		return late > 0 ? days_words("", late, working, " late") : less_than_a_day(working);
	case LATE_OVERDUE:
		if (late <= 0)
			return less_than_a_day(working);
		if (late <= WEEKS_FROM_DAYS)
			return days_words("", late, working, " late");
		snprintf(t.s, sizeof t.s, "%d weeks late", late / (working ? 5 : 7));
		return t;
	case LATE_NOT:
	case LATE_DUE_SOON:
		if (late == 0)
			return text("due today");
		if (-late <= WEEKS_FROM_DAYS)
			return days_words("in ", -late, working, "");
		snprintf(t.s, sizeof t.s, "in %d weeks", -late / (working ? 5 : 7));
		return t;
	case LATE_MISSED: return text("not done");
	case LATE_CLOSED: break;
	}
	return text("closed");
}

const char *lateness_colour(enum lateness l, int late)
{
	switch (l) {
	case LATE_OVERDUE:
	case LATE_DONE_LATE:
	case LATE_MISSED: return "red";
	case LATE_DONE_IN_TIME: return "green";
	case LATE_NOT:
	case LATE_DUE_SOON: return -late <= 5 ? "yellow" : "white";
	case LATE_CLOSED: break;
	}
	return "grey";
}

const char *holder_pattern(enum holder h)
{
	switch (h) {
	case HOLDER_COUNCIL: return "own-council";
	case HOLDER_HEALTH: return "own-health";
	case HOLDER_PROVIDER: return "own-clinic";
	case HOLDER_FAMILY: return "own-family";
	case HOLDER_OTHER_AREA: return "own-other";
	case HOLDER_YOUNG_PERSON: return "own-young";
	case HOLDER_BOARD: return "own-board";
	case HOLDER_NONE:
	case HOLDER_NOBODY:
	case HOLDER__COUNT: break;
	}
	return "own-nobody";
}

const char *holder_class(enum holder h)
{
	switch (h) {
	case HOLDER_COUNCIL: return "is-council";
	case HOLDER_HEALTH: return "is-health";
	case HOLDER_PROVIDER: return "is-clinic";
	case HOLDER_FAMILY: return "is-family";
	case HOLDER_OTHER_AREA: return "is-other";
	case HOLDER_YOUNG_PERSON: return "is-young";
	case HOLDER_BOARD: return "is-board";
	case HOLDER_NONE:
	case HOLDER_NOBODY:
	case HOLDER__COUNT: break;
	}
	return "is-nobody";
}

struct str holder_words(const struct organisation *org, enum holder h)
{
	/* A clinic that nobody named works for the health team, but is not it. */
	if (org && (h != HOLDER_PROVIDER || str_is(org->kind, "provider")))
		return org->short_name.n ? org->short_name : org->name;
	return h == HOLDER_NONE ? STR("nobody yet") : str_of(holder_title(h));
}

struct str person_name(struct arena *a, struct str given, struct str family)
{
	if (!given.n && !family.n)
		return STR("Name not known");
	if (!given.n || !family.n)
		return given.n ? given : family;
	return arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(given), STR_ARG(family));
}
