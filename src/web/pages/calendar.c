#include "web/pages/calendar.h"

/* A limit of months is not read day by day: only the days that matter are numbered. */
enum { NUMBERED_MAX = 70 };

struct span_of_days {
	const struct clock_page *p;
	const struct workdays *w;
	day_t today, end; /* end: the last day that was somebody's */
};

static bool counted(const struct span_of_days *s, day_t d)
{
	return d > s->p->clock.clock.start && (!s->p->standard->working_days || workdays_is(s->w, d));
}

static int days_of(const struct span_of_days *s, day_t from, day_t to)
{
	return s->p->standard->working_days ? workdays_between(s->w, from, to) : to - from;
}

/* The days of a pause have no number: the clock stood still. */
static int number_of(const struct span_of_days *s, day_t d)
{
	int n = days_of(s, s->p->clock.clock.start, d);
	for (size_t i = 0; i < s->p->why.n_turns; i++) {
		const struct turn *t = &s->p->why.turns[i];
		if (t->paused && t->from < d)
			n -= days_of(s, t->from, t->to < d ? t->to : d);
	}
	return n;
}

int calendar_number(const struct clock_page *p, const struct workdays *w, day_t d)
{
	struct span_of_days s = { p, w, p->as_of, d };
	return number_of(&s, d);
}

static const struct turn *turn_on(const struct span_of_days *s, day_t d)
{
	if (d > s->end)
		return NULL;
	for (size_t i = 0; i < s->p->why.n_turns; i++)
		if (d > s->p->why.turns[i].from && d <= s->p->why.turns[i].to)
			return &s->p->why.turns[i];
	return NULL;
}

static void class_add(struct cal_cell *c, const char *name)
{
	size_t n = strlen(c->classes);
	snprintf(c->classes + n, sizeof c->classes - n, "%s%s", n ? " " : "", name);
}

static void words_add(struct cal_cell *c, const char *words)
{
	size_t n = strlen(c->words);
	snprintf(c->words + n, sizeof c->words - n, "%s%s", n ? ", " : "", words);
}

static void classes_of(const struct span_of_days *s, day_t d, struct cal_cell *c, struct calendar *cal)
{
	const struct clock *k = &s->p->clock.clock;
	const struct turn *turn = turn_on(s, d);
	enum holder h = turn ? (enum holder)turn->holder : HOLDER_NONE;
	bool late = k->due != DAY_NONE && d > k->due && counted(s, d);
	if (s->p->standard->working_days && workdays_holiday(s->w, d)) {
		class_add(c, "is-bh");
		cal->bank_holiday = true;
	} else if (!counted(s, d) && d != k->start) {
		class_add(c, "is-off");
	}
	if (h != HOLDER_NONE && counted(s, d)) {
		class_add(c, holder_class(h));
		cal->holders[h] = true;
	}
	if (d == k->start || d == k->due)
		class_add(c, "is-mark");
	if (d == s->today)
		class_add(c, "is-today");
	else if (late)
		class_add(c, "is-late");
	cal->after_due = cal->after_due || late;
}

static void cell_of(const struct span_of_days *s, day_t d, bool first, struct cal_cell *c, struct calendar *cal)
{
	const struct clock *k = &s->p->clock.clock;
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct ymd y = day_ymd(d);
	if (first || y.day == 1)
		snprintf(c->day.s, sizeof c->day.s, "%d %s", y.day, months[y.month - 1]);
	else
		snprintf(c->day.s, sizeof c->day.s, "%d", y.day);
	classes_of(s, d, c, cal);
	if (d == k->start)
		words_add(c, "starts");
	bool numbered = s->p->standard->working_days || k->due == DAY_NONE || k->due - k->start <= NUMBERED_MAX ||
			d == k->due || d == s->today || d == s->end;
	const struct turn *turn = turn_on(s, d);
	if (turn && turn->paused) {
		words_add(c, "paused");
	} else if (counted(s, d) && numbered) {
		char t[32];
		snprintf(t, sizeof t, "day %d", number_of(s, d));
		words_add(c, t);
	} else if (!counted(s, d) && s->p->standard->working_days && workdays_holiday(s->w, d)) {
		words_add(c, "bank holiday");
	}
	if (d == k->done && k->state != CLOCK_RUNNING)
		words_add(c, k->state == CLOCK_DONE ? "done" : "ended");
	if (d == s->today)
		words_add(c, "today");
	c->due = d == k->due;
}

void calendar_of(const struct clock_page *p, const struct workdays *w, struct calendar *out)
{
	const struct clock *k = &p->clock.clock;
	struct span_of_days s = { p, w, p->as_of, k->state == CLOCK_RUNNING ? p->as_of : k->done };
	memset(out, 0, sizeof *out);
	if (k->start == DAY_NONE || k->start == DAY_NEVER)
		return;
	day_t last = k->start;
	if (k->due != DAY_NONE && k->due != DAY_NEVER && k->due > last)
		last = k->due;
	if (k->done != DAY_NONE && k->done > last)
		last = k->done;
	if (k->state == CLOCK_RUNNING && p->as_of > last)
		last = p->as_of;
	out->from = k->start - (day_weekday(k->start) - 1);
	out->to = last + (7 - day_weekday(last));
	int weeks = (out->to - out->from + 1) / 7;
	for (int i = 0; i < weeks; i++) {
		int hidden = 0;
		if (weeks > CALENDAR_WEEKS_MAX && i == CALENDAR_WEEKS_MAX / 2) {
			hidden = weeks - CALENDAR_WEEKS_MAX;
			i += hidden;
		}
		struct cal_week *week = &out->weeks[out->n++];
		week->hidden = hidden;
		for (int d = 0; d < 7; d++)
			cell_of(&s, out->from + 7 * i + d, (i == 0 || hidden) && d == 0, &week->cells[d], out);
	}
}
