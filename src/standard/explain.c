/* Why this date: the facts used, and the answer. */
#include "standard/limit.h"
#include "standard/run.h"

enum { FACTS_SHOWN_MAX = 400 };

static char *long_day(const struct explaining *x, day_t d)
{
	return day_long(d, arena_alloc(x->a, DAY_TEXT_MAX));
}

const char *explain_minute(struct arena *a, int minute)
{
	return arena_printf(a, "%02d:%02d", minute / 60, minute % 60).p;
}

struct str explain_days(const struct explaining *x, int n)
{
	return arena_printf(x->a, "%d %sday%s", n, x->r->info.working_days ? "working " : "", n == 1 ? "" : "s");
}

/* A chain has one part: what began this clock of it met the one before. */
bool explain_part_met(const struct explaining *x, uint8_t part)
{
	if (x->row.state == CLOCK_DONE)
		return true;
	if (x->r->recurs)
		return false;
	if (x->r->scope == SCOPE_SPELL && x->live)
		return x->spell.first[part] >= 0;
	for (size_t i = 0; i < x->trace->n_touched; i++)
		if (engine_fact_is(x->en, &x->c->facts[x->trace->touched[i]], OP_PART, x->row.standard, part))
			return true;
	return false;
}

/* ---- facts ---- */

struct fact_list {
	struct explain_fact *f;
	size_t n;
};

static void fact_put(struct fact_list *l, struct str label, day_t day, int32_t fact, struct str value)
{
	if (l->n < FACTS_SHOWN_MAX)
		l->f[l->n++] = (struct explain_fact){
			.label = label, .day = day, .minute = MINUTE_NONE, .fact = fact, .value = value
		};
}

struct str fact_value_words(const struct vocab *v, const struct fact *f, struct arena *a)
{
	const struct kind *k = &v->kinds[f->kind];
	if (!k->has_value || f->value == INT32_MIN)
		return STR("");
	if (memchr(k->value_label.p, ',',
		   k->value_label.n)) /* "Priority, 1 to 4": a number with its range; else yes or no */
		return arena_printf(a, STR_FMT ": %d", STR_ARG(k->value_label), (int)f->value);
	return arena_printf(a, STR_FMT ": %s", STR_ARG(k->value_label), f->value ? "yes" : "no");
}

struct str fact_words(const struct vocab *v, const struct fact *f, struct arena *a)
{
	const struct kind *k = &v->kinds[f->kind];
	struct str c = code_list_title(k->codes, f->code), c2 = code_list_title(k->codes2, f->code2);
	struct str both = c.n && c2.n ? arena_printf(a, STR_FMT ", " STR_FMT, STR_ARG(c), STR_ARG(c2)) : c.n ? c : c2;
	struct str value = fact_value_words(v, f, a);
	if (!value.n)
		return both;
	return arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(both), both.n ? "; " : "", STR_ARG(value));
}

static void put_told(const struct explaining *x, struct fact_list *l, int32_t at)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->f[i].fact == at)
			return;
	const struct vocab *v = x->en->rb->vocab;
	const struct fact *f = &x->c->facts[at];
	size_t n = l->n;
	fact_put(l, v->kinds[f->kind].title, f->day, at, fact_words(v, f, x->a));
	if (l->n > n && x->r->hours)
		l->f[n].minute = f->minute;
}

/* The last stretch in which the condition suspended this clock; NULL none. */
static const struct stretch *suspended_by(const struct explaining *x, size_t condition)
{
	for (size_t i = x->n_s; i > 0; i--)
		if (x->s[i - 1].condition == condition + 1)
			return &x->s[i - 1];
	return NULL;
}

/* It held from the opening on, and the clock began when it was over. */
static bool begun_after(const struct explaining *x, size_t condition)
{
	return (x->r->restarts >> condition & 1) && x->r->starts_open && x->row.ordinal == 1 &&
	       x->row.start > x->c->facts[x->row.opened_by].day;
}

static void put_condition(const struct explaining *x, struct fact_list *l, size_t i)
{
	struct str title = x->en->rb->conditions[i].title;
	const struct stretch *s = suspended_by(x, i);
	if (x->live && (x->live->suspended >> i & 1))
		fact_put(l, title, x->en->condition_since[i], -1, STR("Yes, since this day"));
	else if (s)
		fact_put(l, title, s->from, -1, arena_printf(x->a, "Until %s", long_day(x, s->to)));
	else if (begun_after(x, i))
		fact_put(l, title, x->row.start, -1, STR("Over on this day, on which the clock starts"));
	else
		fact_put(l, title, DAY_NONE, -1, STR("No"));
}

static void put_conditions(const struct explaining *x, struct fact_list *l)
{
	for (size_t i = 0; i < x->en->rb->n_conditions; i++)
		if (x->r->conditions >> i & 1)
			put_condition(x, l, i);
}

/* The birthday at which it ends, where that comes before its last day in time. */
static bool birthday_ends_it(const struct explaining *x)
{
	day_t ends = x->en->outgrown[x->r->stop_age];
	if (x->row.state == CLOCK_STOPPED)
		return x->row.reason == x->r->r_stop_age && x->row.done == ends;
	return x->row.state == CLOCK_RUNNING && x->row.due != DAY_NONE && ends <= x->row.due;
}

static void put_birth(const struct explaining *x, struct fact_list *l)
{
	bool ends = birthday_ends_it(x);
	if (x->r->needs_birth || ends)
		fact_put(l, STR("Date of birth"), x->c->born, -1, x->c->born == DAY_NONE ? STR("Not known") : STR(""));
	if (!ends)
		return;
	struct ymd born = day_ymd(x->c->born);
	day_t birthday = x->en->outgrown[x->r->stop_age];
	bool moved = born.month == 2 && born.day == 29 && day_ymd(birthday).day != 29;
	fact_put(l, arena_printf(x->a, "Birthday %d", x->en->rb->ages[x->r->stop_age - 1]), birthday, -1,
		 moved ? STR("1 March, in a year without 29 February") : STR(""));
}

static void put_earlier(const struct explaining *x, struct fact_list *l)
{
	if (!x->r->earlier_months || x->row.ordinal > 1)
		return;
	for (size_t i = 0; i < x->trace->n_touched; i++) {
		int32_t at = x->trace->touched[i];
		uint8_t type = x->r->earlier_excuses ? OP_CONFIRM : OP_EARLIER;
		bool used = x->r->earlier_excuses ? x->row.state == CLOCK_NOT_REQUIRED && x->row.done_by == at
						  : x->c->facts[at].day == x->row.start && at < x->row.opened_by;
		if (used && engine_fact_is(x->en, &x->c->facts[at], type, x->row.standard, 0)) {
			fact_put(l, x->r->earlier_words, x->c->facts[at].day, at, STR("Yes"));
			return;
		}
	}
	fact_put(l, x->r->earlier_words, DAY_NONE, -1, STR("None known"));
}

static void put_missing_parts(const struct explaining *x, struct fact_list *l)
{
	if (x->row.state == CLOCK_DONE)
		return;
	struct str value = x->row.state == CLOCK_NOT_KNOWN ? STR("Not known")
			   : x->row.done != DAY_NONE	   ? STR("Not by then")
							   : STR("Not yet");
	for (uint8_t p = 0; p < x->r->parts; p++)
		if (!explain_part_met(x, p))
			fact_put(l, x->r->part_words[p], DAY_NONE, -1, value);
}

static void facts_used(const struct explaining *x, struct explanation *out)
{
	struct fact_list l = { .f = arena_array(x->a, FACTS_SHOWN_MAX, sizeof *l.f) };
	put_birth(x, &l);
	put_told(x, &l, x->row.opened_by);
	put_conditions(x, &l);
	put_earlier(x, &l);
	for (size_t i = 0; i < x->trace->n_touched; i++)
		put_told(x, &l, x->trace->touched[i]);
	put_missing_parts(x, &l);
	out->facts = l.f;
	out->n_facts = l.n;
}

/* ---- the answer ---- */

static struct str whose_turn(const struct explaining *x)
{
	struct str doing = x->live ? x->r->turns[x->live->row.turn].doing : STR("");
	return arena_printf(x->a, "Whose turn: %s (" STR_FMT ").", holder_title(x->row.holder), STR_ARG(doing));
}

/* "3 working days late"; on a day after the last that counted, "late by less than a working day" */
struct str explain_late(const struct explaining *x, int n)
{
	if (n > 0)
		return arena_printf(x->a, STR_FMT " late", STR_ARG(explain_days(x, n)));
	return x->r->info.working_days ? STR("late by less than a working day") : STR("late by less than a day");
}

const char *explain_which(const struct clock *k)
{
	if (k->due_minute == MINUTE_NONE || !london_comes_twice(k->due, k->due_minute))
		return "";
	return k->due_again ? " (the second time that night)" : " (the first time that night)";
}

/* "at 05:30 on Sunday 29 March 2026" where the limit is in hours */
static struct str due_words(const struct explaining *x)
{
	if (x->row.due_minute == MINUTE_NONE)
		return arena_printf(x->a, "on %s", long_day(x, x->row.due));
	return arena_printf(x->a, "at %s%s on %s", explain_minute(x->a, x->row.due_minute), explain_which(&x->row),
			    long_day(x, x->row.due));
}

static struct str ends_before(const struct explaining *x)
{
	if (!birthday_ends_it(x))
		return STR("");
	return arena_printf(x->a, " If it is not done by then, it stops on %s: " STR_FMT ".",
			    long_day(x, x->en->outgrown[x->r->stop_age]),
			    STR_ARG(rulebook_reason(x->en->rb, x->r->r_stop_age)));
}

static struct str answer_running(const struct explaining *x, int late, struct str reason)
{
	struct str turn = whose_turn(x), due;
	if (x->row.reason && x->live)
		return arena_printf(
		    x->a, "It is paused since %s: " STR_FMT ". The due day moves by the days until it goes on.",
		    long_day(x, x->live->paused_since), STR_ARG(reason));
	if (explain_no_time_set(x))
		return arena_printf(x->a, "No time is set for it. " STR_FMT, STR_ARG(turn));
	if (x->row.due == DAY_NONE)
		return arena_printf(x->a, "The last day in time cannot be told. " STR_FMT, STR_ARG(turn));
	due = due_words(x);
	if (x->as_of > x->row.due)
		return arena_printf(x->a, "It was due " STR_FMT " and is " STR_FMT ". " STR_FMT, STR_ARG(due),
				    STR_ARG(explain_late(x, late)), STR_ARG(turn));
	if (x->row.due_minute != MINUTE_NONE)
		return arena_printf(x->a, "It is due " STR_FMT ". " STR_FMT, STR_ARG(due), STR_ARG(turn));
	struct str ends = ends_before(x);
	if (x->as_of == x->row.due)
		return arena_printf(x->a, "It is due today, %s. " STR_FMT STR_FMT, long_day(x, x->row.due),
				    STR_ARG(turn), STR_ARG(ends));
	return arena_printf(x->a, "It is due " STR_FMT ", in " STR_FMT ". " STR_FMT STR_FMT, STR_ARG(due),
			    STR_ARG(explain_days(x, -late)), STR_ARG(turn), STR_ARG(ends));
}

/* "1 hour 5 minutes" */
struct str explain_hours(struct arena *a, int64_t minutes)
{
	int h = (int)(minutes / 60), m = (int)(minutes % 60);
	struct str hours = arena_printf(a, "%d hour%s", h, h == 1 ? "" : "s");
	struct str rest = arena_printf(a, "%d minute%s", m, m == 1 ? "" : "s");
	if (!h || !m)
		return h ? hours : rest;
	return arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(hours), STR_ARG(rest));
}

/* The time at which it was done, where the night of a change leaves it open: how it is read. */
static struct str read_as(const struct explaining *x, const struct clock *k)
{
	if (london_first_ms(k->done, k->done_minute) == london_last_ms(k->done, k->done_minute))
		return STR("");
	const char *time = explain_minute(x->a, k->done_minute);
	bool twice = london_comes_twice(k->done, k->done_minute);
	struct str open = twice ? arena_printf(x->a, " %s came twice that night", time)
				: arena_printf(x->a, " No clock showed %s that night", time);
	if (k->done == k->start && k->done_minute < k->start_minute)
		return arena_printf(x->a, STR_FMT ": it is taken to have been after %s.", STR_ARG(open),
				    explain_minute(x->a, k->start_minute));
	return arena_printf(x->a, STR_FMT ": it is taken as early as it can have been.", STR_ARG(open));
}

static struct str answer_done_hours(const struct explaining *x, bool late)
{
	const struct clock *k = &x->row;
	const char *done = explain_minute(x->a, k->done_minute), *day = long_day(x, k->done);
	struct str due = due_words(x), as = read_as(x, k);
	if (!late)
		return arena_printf(x->a, "Done in time at %s on %s. It was due " STR_FMT "." STR_FMT, done, day,
				    STR_ARG(due), STR_ARG(as));
	struct str by = explain_hours(x->a, hours_late(x->r, k));
	return arena_printf(x->a, "Done at %s on %s, " STR_FMT " after it was due " STR_FMT "." STR_FMT, done, day,
			    STR_ARG(by), STR_ARG(due), STR_ARG(as));
}

static struct str answer_done(const struct explaining *x, enum lateness l, int late)
{
	const char *done = long_day(x, x->row.done);
	if (x->row.due == DAY_NONE)
		return arena_printf(x->a, "Done on %s.%s", done,
				    explain_no_time_set(x) ? " No time is set for it." : "");
	if (x->row.due_minute != MINUTE_NONE && x->row.done_minute != MINUTE_NONE)
		return answer_done_hours(x, l == LATE_DONE_LATE);
	struct str due = due_words(x);
	if (x->row.done <= x->row.due)
		return arena_printf(x->a, "Done in time on %s. It was due " STR_FMT ".", done, STR_ARG(due));
	if (late > 0)
		return arena_printf(x->a, "Done on %s, " STR_FMT " after it was due " STR_FMT ".", done,
				    STR_ARG(explain_days(x, late)), STR_ARG(due));
	return arena_printf(x->a, "Done on %s. It was due " STR_FMT ", and is " STR_FMT ".", done, STR_ARG(due),
			    STR_ARG(explain_late(x, late)));
}

static struct str answer_stopped(const struct explaining *x, struct str reason)
{
	struct str past = STR("");
	int late = x->row.due == DAY_NONE ? 0 : rule_days(x->r, x->en->w, x->row.due, x->row.done);
	if (late > 0) {
		struct str due = due_words(x);
		past = arena_printf(x->a, " It had been due " STR_FMT ", " STR_FMT " before.", STR_ARG(due),
				    STR_ARG(explain_days(x, late)));
	}
	return arena_printf(x->a,
			    "The clock stopped on %s: " STR_FMT ". It is counted apart, neither done nor late." STR_FMT,
			    long_day(x, x->row.done), STR_ARG(reason), STR_ARG(past));
}

static struct str answer_missed(const struct explaining *x, struct str reason)
{
	struct str due = x->row.due == DAY_NONE ? STR("") : due_words(x);
	return arena_printf(x->a, "It was not done: " STR_FMT ".%s" STR_FMT "%s", STR_ARG(reason),
			    due.n ? " It was due " : "", STR_ARG(due), due.n ? "." : "");
}

static struct str answer(const struct explaining *x)
{
	struct str reason = rulebook_reason(x->en->rb, x->row.reason);
	int late = 0;
	enum lateness l = clock_lateness(x->en->rb, x->en->w, &x->row, x->as_of, &late);
	switch (x->row.state) {
	case CLOCK_RUNNING: return answer_running(x, late, reason);
	case CLOCK_DONE: return answer_done(x, l, late);
	case CLOCK_STOPPED: return answer_stopped(x, reason);
	case CLOCK_NOT_REQUIRED: return arena_printf(x->a, "Not required: " STR_FMT ".", STR_ARG(reason));
	case CLOCK_MISSED: return answer_missed(x, reason);
	default:
		return arena_printf(x->a, "Not known: " STR_FMT ". What would settle it: " STR_FMT, STR_ARG(reason),
				    STR_ARG(x->r->info.settle));
	}
}

/* ---- other readings ---- */

static void readings(const struct explaining *x, struct explanation *out)
{
	const struct engine *en = x->en;
	struct clock *list = arena_array(x->a, en->n_rows, sizeof *list);
	for (size_t i = 0; i < en->n_rows; i++) {
		const struct clock *row = &en->rows[i];
		const struct rule *r = &en->rb->rules[row->standard];
		bool chain = r->recurs || r->start_at == START_EACH_YEAR; /* of a chain, the one at hand */
		if (str_eq(r->info.family, x->r->info.family) && row->opened_by == x->row.opened_by &&
		    (!chain || row->ordinal == x->row.ordinal))
			list[out->n_readings++] = *row;
	}
	out->readings = list;
}

void engine_explain(struct engine *en, const struct child_facts *c, day_t as_of, size_t which, struct arena *a,
		    struct explanation *out)
{
	struct explaining x;
	explain_begin(&x, en, c, as_of, which, a);
	*out = (struct explanation){ .clock = x.row, .kept_shares = DAY_NONE };
	out->n_turns = explain_turns(&x, &out->turns);
	out->kept_shares = explain_kept_shares(&x, out->turns, out->n_turns);
	out->n_holders = explain_holders(&x, out->turns, out->n_turns, &out->holders);
	out->answer = answer(&x);
	facts_used(&x, out);
	explain_steps(&x, out);
	readings(&x, out);
	out->n_moves = explain_moves(&x, &out->moves);
}
