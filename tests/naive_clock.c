/* One opening after the other, lived through day by day. */
#include "naive_life.c"

/* ---- rows ---- */

static struct naive_row *row_of(struct life *x)
{
	struct naive_row *row = &x->l->rows[x->l->n_rows++];
	struct moment due = due_of(x);
	*row = (struct naive_row){ .rule = x->r,
				   .ordinal = x->ordinal,
				   .opened_by = x->open,
				   .done_by = -1,
				   .key = x->key,
				   .org = at(x, x->open)->org,
				   .state = CLOCK_RUNNING,
				   .holder = x->holder,
				   .reason = { "", 0 },
				   .start = x->start,
				   .start_minute = x->start_minute,
				   .due = due.day,
				   .due_minute = due.minute,
				   .due_again = due.again,
				   .done = DAY_NONE,
				   .done_minute = MINUTE_NONE,
				   .holder_since = x->holder_since };
	/* An edition holds for the clocks that start while it is in force. */
	if ((x->r->from != DAY_NONE && x->start < x->r->from) || x->start >= x->r->until)
		x->l->n_rows--;
	return row;
}

static void nobodys(struct naive_row *row)
{
	row->holder = HOLDER_NONE;
	row->holder_since = DAY_NONE;
}

/* Do the days alone say whether it was in time? */
static bool days_decide(const struct life *x, struct naive_row *row)
{
	int a = clock_minute(x, x->start_minute), b = row->done_minute;
	struct moment early = due_counted(x, a == MINUTE_NONE ? 0 : a), late = due_counted(x, latest_start(x));
	int64_t first[2], last[2];
	written(row->done, b == MINUTE_NONE ? 0 : b, first);
	written(row->done, b == MINUTE_NONE ? 1439 : b, last);
	return last[0] <= instant(early) || first[0] > instant(late);
}

/* Done, and after the due time by every reading of its times in which it is not before day 0. */
static bool naive_late(const struct naive_row *row)
{
	if (row->due == DAY_NONE || row->due_minute == MINUTE_NONE || row->done_minute == MINUTE_NONE)
		return row->due != DAY_NONE && row->done > row->due;
	int64_t begun[2], seen[2], due = instant((struct moment){ row->due, row->due_minute, row->due_again });
	int start = row->start_minute == MINUTE_NONE && row->rule->midnight ? 0 : row->start_minute;
	written(row->done, row->done_minute, seen);
	if (start == MINUTE_NONE)
		return seen[0] > due;
	written(row->start, start, begun);
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < 2; k++)
			if (seen[k] >= begun[i] && seen[k] - begun[i] <= due - begun[1])
				return false;
	return true;
}

static void pause_over(struct life *x, day_t d);

static struct naive_row *close(struct life *x, enum clock_state state, struct str because, day_t day, int by)
{
	if (x->paused)
		pause_over(x, day);
	struct naive_row *row = row_of(x);
	bool hours = in_hours(x->r);
	row->state = state;
	row->reason = because;
	row->done = day;
	row->done_by = by;
	if (hours && by >= 0)
		row->done_minute = clock_minute(x, at(x, by)->minute);
	if (state == CLOCK_DONE && row->due_minute != MINUTE_NONE) {
		if (row->due != DAY_NONE || !born(x) || !limit_asks_birth(x->r))
			if (!x->never_ran && !days_decide(x, row)) {
				row->state = CLOCK_NOT_KNOWN;
				row->reason = x->r->no_time;
				nobodys(row);
			}
	}
	if (state == CLOCK_NOT_REQUIRED)
		nobodys(row);
	x->running = false;
	return row;
}

static const struct condition *condition_now(const struct life *x)
{
	for (size_t k = 0; k < x->r->n_not_while; k++)
		if (x->held[k])
			return x->r->not_while[k];
	return NULL;
}

/* The row of a clock that still runs. */
static void row_running(struct life *x)
{
	struct naive_row *row = row_of(x);
	const struct condition *c = condition_now(x);
	if (c) {
		row->state = CLOCK_NOT_REQUIRED;
		row->reason = c->reason;
		return;
	}
	bool no_birth = needs_birth(x->r) && !born(x);
	if (!no_birth && (x->touched || absence_speaks(x->l, x->r, x->start))) {
		if (x->paused)
			row->reason = x->r->pause_because;
		return;
	}
	row->state = CLOCK_NOT_KNOWN;
	row->reason = no_birth ? x->r->no_birth : x->r->no_source;
	nobodys(row);
}

/* ---- whose turn ---- */

static void hold(struct life *x, day_t day)
{
	const struct condition *c = condition_now(x);
	x->holder = c		    ? c->holder
		    : x->paused	    ? x->r->pause_holder
		    : x->r->n_turns ? x->r->turns[x->turn].holder
				    : HOLDER_NONE;
	x->holder_since = day > x->start ? day : x->start;
}

static bool turn_may_follow(const struct life *x, const struct turning *t)
{
	for (size_t k = 0; k < t->n_only_from; k++)
		if (str_eq(t->only_from[k], x->r->turns[x->turn].id))
			return true;
	return t->n_only_from == 0;
}

static void take_turn(struct life *x, int i)
{
	for (size_t k = 0; k < x->r->n_turns; k++) {
		if (!is_for(x, x->r->turns[k].begins, i) || !turn_may_follow(x, &x->r->turns[k]))
			continue;
		x->touched = true;
		if ((int)k == x->turn)
			return;
		x->turn = (int)k;
		if (!condition_now(x) && !x->paused)
			hold(x, at(x, i)->day);
		return;
	}
}

/* Conditions begin and end. */
static void feel(struct life *x, int i)
{
	bool changed = false;
	day_t d = at(x, i)->day;
	for (size_t k = 0; k < x->r->n_not_while; k++) {
		bool now = condition_holds(x->l, x->r->not_while[k], i);
		if (now == x->held[k])
			continue;
		changed = true;
		x->held[k] = now;
		if (x->r->starts_after[k] && now && d == x->start)
			x->never_ran = true;
	}
	bool barred = false;
	for (size_t k = 0; k < x->r->n_not_while; k++)
		barred = barred || (x->held[k] && x->r->starts_after[k]);
	if (x->never_ran && !barred) {
		x->never_ran = false;
		x->start = d;
		x->start_fact = i;
		x->start_minute = at(x, i)->minute;
	}
	if (changed)
		hold(x, d);
}

/* ---- starting ---- */

/* Starts a clock on a day; conditions are those after fact `felt`. */
static void start(struct life *x, day_t day, int minute, int felt, bool touched)
{
	x->running = true;
	x->ordinal++;
	x->touched = touched;
	x->start = day;
	x->start_fact = felt;
	x->start_minute = minute;
	x->never_ran = false;
	x->turn = 0;
	x->extended_by = -1;
	x->paused = false;
	x->paused_days = 0;
	for (size_t k = 0; k < x->r->n_not_while; k++) {
		x->held[k] = condition_holds(x->l, x->r->not_while[k], felt);
		x->never_ran = x->never_ran || (x->held[k] && x->r->starts_after[k]);
	}
	hold(x, day);
}

/* An earlier assessment whose report is fact `held`; -1 none. */
static int earlier_seen(const struct life *x, int held)
{
	if (!is_one_of(x->l, x->r->held, held))
		return -1;
	for (int i = x->first - 1; i >= 0; i--)
		if (is_one_of(x->l, x->r->seen, i) && at(x, i)->key == at(x, held)->key &&
		    at(x, i)->day >= day_add_months(x->day, -x->r->earlier_months) && at(x, i)->day <= at(x, held)->day)
			return i;
	return -1;
}

/* The latest one whose report was held at the opening. */
static int held_at_opening(const struct life *x, int *held)
{
	int best = -1;
	for (int i = x->open - 1; i >= 0; i--) {
		int seen = earlier_seen(x, i);
		if (seen > best) {
			best = seen;
			*held = i;
		}
	}
	return best;
}

/* ---- moments of the calendar ---- */

/* Days that the tally has counted when day d begins, facts up to `upto` seen. */
static int tally_days(const struct life *x, const struct tally *t, int upto, day_t d)
{
	day_t from = birthday(x, t->from_age);
	int days = 0;
	bool on = false;
	day_t since = DAY_NONE;
	for (int i = 0; i <= upto + 1; i++) {
		day_t now = i <= upto ? at(x, i)->day : d;
		if (on && now > from)
			days += now - (since > from ? since : from);
		since = now;
		if (i > upto)
			break;
		bool counting = false;
		for (int j = 0; j <= i; j++)
			counting = is_one_of(x->l, t->ends, j)	   ? false
				   : is_one_of(x->l, t->begins, j) ? true
								   : counting;
		on = counting;
		for (size_t k = 0; k < t->n_not_while; k++)
			on = on && !condition_holds(x->l, t->not_while[k], i);
	}
	return days;
}

static day_t school_year(const struct life *x, int year)
{
	day_t b = birthday(x, year + 4);
	day_t sep = day_of(day_ymd(b).year, 9, 1);
	return sep > b ? sep : day_of(day_ymd(b).year + 1, 9, 1);
}

/* Has the moment of a clock come by the beginning of day d? *on: which day it was, as far as one day says. */
static bool moment_came(const struct life *x, int upto, day_t d)
{
	const struct rule *r = x->r;
	if (!born(x))
		return false;
	if (r->at_age && d < birthday(x, r->at_age))
		return false;
	if (r->tally && tally_days(x, r->tally, upto, d) < r->tally->days)
		return false;
	return !r->at_school_year || d >= school_year(x, r->at_school_year);
}

static bool was_past(const struct life *x)
{
	return x->r->at_moment && !x->r->each_year && moment_came(x, x->open, x->day - 1);
}

static bool year_begins(const struct life *x, day_t d)
{
	struct ymd t = day_ymd(d);
	return t.month == x->r->year_day.month && t.day == x->r->year_day.day;
}

static bool year_fits(const struct life *x, day_t d)
{
	day_t next = day_of(day_ymd(d).year + 1, x->r->year_day.month, x->r->year_day.day);
	if (!born(x))
		return true;
	return (!x->r->year_younger || d < birthday(x, x->r->year_younger)) &&
	       (!x->r->year_younger_before || d - 1 < birthday(x, x->r->year_younger_before)) &&
	       (!x->r->year_younger_by_end || next - 1 < birthday(x, x->r->year_younger_by_end)) &&
	       (!x->r->year_at_least_by_end || birthday(x, x->r->year_at_least_by_end) <= next - 1);
}

static void year_over(struct life *x, day_t d)
{
	const struct condition *c = condition_now(x);
	if (c)
		close(x, CLOCK_NOT_REQUIRED, c->reason, d, -1);
	else if (needs_birth(x->r) && !born(x))
		nobodys(close(x, CLOCK_NOT_KNOWN, x->r->no_birth, d, -1));
	else if (!x->touched && !absence_speaks(x->l, x->r, x->start))
		nobodys(close(x, CLOCK_NOT_KNOWN, x->r->no_source, d, -1));
	else
		close(x, CLOCK_MISSED, x->r->year_ends_because, d, -1);
}

/* ---- what a fact does ---- */

static void finish(struct life *x, day_t day, int end)
{
	x->over = true;
	x->ended = day;
	x->end = end;
	x->running = false;
}

static bool part_met(const struct life *x, size_t p, int upto, int32_t key)
{
	for (int i = x->since_fact < 0 ? 0 : x->since_fact; i <= upto; i++)
		if (at(x, i)->key == key && is_for(x, x->r->part[p], i))
			return true;
	return false;
}

static bool too_early_by_the_clock(const struct life *x, int i)
{
	int start = clock_minute(x, x->start_minute), minute = clock_minute(x, at(x, i)->minute);
	if (!x->running || !in_hours(x->r) || at(x, i)->day != x->start || start == MINUTE_NONE ||
	    minute == MINUTE_NONE)
		return false;
	int64_t begun[2], seen[2];
	written(x->start, start, begun);
	written(at(x, i)->day, minute, seen);
	return seen[1] < begun[0]; /* by whatever reading */
}

/* It would have met the clock, but lies before its time. */
static bool negative(struct life *x, int i)
{
	bool any = false;
	for (size_t p = 0; p < x->r->n_parts; p++)
		any = any || is_for(x, x->r->part[p], i);
	return any && x->r->negative_because.n && too_early_by_the_clock(x, i);
}

static bool meets(struct life *x, int i)
{
	bool any = false, all = true;
	if (too_early_by_the_clock(x, i))
		return false;
	bool chain = x->r->recurs && x->r->starts.n == 0;
	if (chain && x->running && x->ordinal > 1 && at(x, i)->day == x->start)
		return false; /* twice on one day is once */
	if (x->r->recurs && x->r->starts.n && x->running && at(x, i)->day == x->start && is_for(x, x->r->starts, i))
		return false; /* and so it is for what starts the next one */
	for (size_t p = 0; p < x->r->n_parts; p++) {
		any = any || is_for(x, x->r->part[p], i);
		all = all && (x->r->n_parts == 1 || part_met(x, p, i, at(x, i)->key));
	}
	return any && all;
}

static void note(struct life *x, int i)
{
	bool part = false;
	for (size_t p = 0; p < x->r->n_parts; p++)
		part = part || is_for(x, x->r->part[p], i);
	if ((part && !too_early_by_the_clock(x, i)) || is_for(x, x->r->notes, i))
		x->touched = true;
}

static void pause_over(struct life *x, day_t d)
{
	const struct limit *m = limit_of_clock(x);
	x->paused = false;
	x->paused_days +=
	    m && m->unit == UNIT_WORKING_DAYS ? working_days_in(x->l->n, x->paused_on, d) : d - x->paused_on;
	if (!condition_now(x))
		hold(x, d);
}

static void pause(struct life *x, int i)
{
	day_t d = at(x, i)->day > x->start ? at(x, i)->day : x->start;
	if (!x->paused && is_for(x, x->r->pause_begins, i)) {
		x->paused = true;
		x->paused_on = d;
		x->touched = true;
		if (!condition_now(x))
			hold(x, d);
	} else if (x->paused && is_for(x, x->r->pause_ends, i)) {
		x->touched = true;
		pause_over(x, d);
	}
}

static void extend(struct life *x, int i)
{
	if (x->extended_by >= 0 || !is_for(x, x->r->extends_on, i))
		return;
	struct moment due = due_of(x);
	int minute = clock_minute(x, at(x, i)->minute);
	if (due.day == DAY_NONE || at(x, i)->day > due.day)
		return;
	int64_t told[2] = { INT64_MIN };
	if (due.minute != MINUTE_NONE && minute != MINUTE_NONE)
		written(at(x, i)->day, minute, told);
	if (at(x, i)->day < due.day || told[0] == INT64_MIN || told[0] <= instant(due)) {
		x->extended_by = i;
		x->touched = true;
	}
}

static void starts_by(struct life *x, int i)
{
	const struct fact *f = at(x, i);
	bool early = f->day < x->day && x->r->starts.n;
	start(x, early ? x->day : f->day, early ? MINUTE_NONE : f->minute, i > x->open ? i : x->open, true);
	x->since_fact = i + 1;
}

static void is_done(struct life *x, int i)
{
	bool ran = x->running;
	if (ran)
		close(x, CLOCK_DONE, (struct str){ "", 0 }, at(x, i)->day, i);
	if (x->r->recurs) {
		x->since_fact = i + 1;
		if (x->r->starts.n == 0 && ran)
			starts_by(x, i);
	} else if (!x->r->each_year) {
		x->over = true;
	}
}

static void stop_negative(struct life *x, int i)
{
	close(x, CLOCK_STOPPED, x->r->negative_because, at(x, i)->day, i);
	x->over = true;
}

/* A later fact of the same day still meets the clock, or would have. */
static void met_later_that_day(struct life *x, int i)
{
	for (int j = i + 1; j < x->l->facts && at(x, j)->day == at(x, i)->day; j++) {
		if (!meets(x, j) && !negative(x, j))
			continue;
		if (negative(x, j))
			stop_negative(x, j);
		else
			is_done(x, j);
		return;
	}
}

/* Fact i ends the line, or breaks its clock off. True: nothing more is asked of this fact. */
static bool ends(struct life *x, int i)
{
	for (size_t k = 0; k < x->r->n_endings; k++) {
		const struct ending *e = &x->r->endings[k];
		if (!is_for(x, e->on, i))
			continue;
		if (i < x->open && !e->again && !names_this(x, i))
			continue; /* it ended something else */
		if (x->running && i < x->first) {
			x->running = false; /* ended before its day 0: it never was */
			x->ordinal--;
		} else if (x->running) {
			if (e->same_day_counts)
				met_later_that_day(x, i);
			bool next_of_chain = x->r->recurs && x->r->starts.n == 0 && x->ordinal > 1;
			if (x->running && e->same_day_counts && next_of_chain && x->start == at(x, i)->day) {
				x->running = false; /* nothing begins on the day of the end */
				x->ordinal--;
			} else if (x->running) {
				close(x, e->not_required ? CLOCK_NOT_REQUIRED : CLOCK_STOPPED, e->because,
				      at(x, i)->day, i);
			}
		}
		if (e->again)
			return false;
		finish(x, at(x, i)->day, i);
		return true;
	}
	return false;
}

static bool by_earlier(struct life *x, int i)
{
	int seen = i > x->open ? earlier_seen(x, i) : -1;
	if (seen < 0)
		return false;
	if (x->r->earlier_excuses) {
		if (x->running)
			close(x, CLOCK_NOT_REQUIRED, x->r->earlier_because, at(x, i)->day, i);
		x->over = true;
		return true;
	}
	if (!x->r->earlier_starts || x->ordinal > 0)
		return false;
	start(x, at(x, seen)->day, at(x, seen)->minute, i, true);
	return true;
}

static void fact_comes(struct life *x, int i)
{
	if (i > x->open && x->running)
		feel(x, i);
	if (ends(x, i) || by_earlier(x, i))
		return;
	bool waits = x->r->at_moment && !x->running;
	if (x->running && negative(x, i))
		stop_negative(x, i);
	else if (!waits && meets(x, i))
		is_done(x, i);
	if (x->over)
		return;
	if (!x->running && is_for(x, x->r->starts, i)) {
		int kept = x->since_fact;
		starts_by(x, i);
		if (!x->r->recurs)
			x->since_fact = kept; /* parts that came before it was asked for count */
	}
	if (!x->running)
		return;
	note(x, i);
	extend(x, i);
	pause(x, i);
	take_turn(x, i);
}

/* Day 0 has come. What met the clock since the opening has met it; turns and notes begin now. */
static void moment_comes(struct life *x, day_t d, int next)
{
	x->since_fact = x->r->each_year ? next : reaches_back(x, LONG_BEFORE);
	start(x, d, MINUTE_NONE, next - 1, false);
	for (int i = x->since_fact; i < next && !x->over; i++)
		if (meets(x, i))
			is_done(x, i);
}

/* ---- what a day brings before its facts ---- */

/* `next`: the first fact of this day, or of a later one. */
static void day_begins(struct life *x, day_t d, int next)
{
	const struct rule *r = x->r;
	if (r->ends_at_age && d >= birthday(x, r->ends_at_age)) {
		if (x->running && r->each_year && year_begins(x, d))
			year_over(x, d); /* it was over the day before */
		else if (x->running)
			close(x, CLOCK_STOPPED, r->age_because, d, -1);
		finish(x, d, next);
		return;
	}
	if (x->running && r->month_ends_because.n && day_ymd(d).day == 1 && d > x->start)
		close(x, CLOCK_STOPPED, r->month_ends_because, d, -1);
	if (r->each_year && year_begins(x, d)) {
		if (x->running)
			year_over(x, d);
		if (year_fits(x, d))
			moment_comes(x, d, next);
	} else if (r->at_moment && !r->each_year && x->ordinal == 0 && moment_came(x, next - 1, d)) {
		moment_comes(x, d, next);
	}
}

/* ---- one opening ---- */

static void opens(struct life *x)
{
	const struct rule *r = x->r;
	int held = -1, seen = r->held.n ? held_at_opening(x, &held) : -1;
	if (seen >= 0 && r->earlier_starts) {
		start(x, at(x, seen)->day, at(x, seen)->minute, x->open, true);
	} else if (r->starts.n == 0 && !r->at_moment) {
		start(x, x->day, at(x, x->open)->minute, x->open, false);
	} else if (r->each_year ? year_begins(x, x->day) && year_fits(x, x->day)
				: r->at_moment && (!born(x) || moment_came(x, x->open, x->day))) {
		start(x, x->day, at(x, x->open)->minute, x->open, false);
	}
	if (seen >= 0 && r->earlier_excuses) {
		if (x->running)
			close(x, CLOCK_NOT_REQUIRED, r->earlier_because, x->day, held);
		x->over = true;
	}
	for (int i = reaches_back(x, LONG_BEFORE); i < x->open && !x->over; i++)
		fact_comes(x, i);
}

static void no_start_known(struct life *x)
{
	const struct rule *r = x->r;
	if (x->ordinal || x->over || !r->no_start.n || absence_speaks(x->l, r, x->day) ||
	    x->l->as_of <= working_days_later(x->l->n, x->day, r->no_start_after))
		return;
	for (size_t k = 0; k < r->n_not_while; k++)
		if (condition_holds(x->l, r->not_while[k], x->l->facts - 1))
			return;
	x->ordinal = 1;
	x->start = DAY_NONE;
	x->start_minute = MINUTE_NONE;
	x->never_ran = true;
	struct naive_row *row = row_of(x);
	x->l->n_rows += row == &x->l->rows[x->l->n_rows]; /* it has no day 0 to lie in an edition */
	row->state = CLOCK_NOT_KNOWN;
	row->reason = r->no_start;
	nobodys(row);
}

static void live(struct life *x)
{
	int i = x->open + 1;
	opens(x);
	for (day_t d = x->day; d <= x->l->as_of && !x->over; d++) {
		if (d > x->day)
			day_begins(x, d, i);
		for (; i < x->l->facts && at(x, i)->day == d && !x->over; i++)
			fact_comes(x, i);
	}
	if (x->running)
		row_running(x);
	else
		no_start_known(x);
}

/* Where does this opening end, whatever became of its clock? */
static void find_end(struct life *x)
{
	const struct ending *e;
	x->ended = DAY_NEVER;
	x->end = x->l->facts;
	int i = reaches_back(x, LONG_BEFORE);
	for (; i < x->open; i++)
		if (ends_all(x, i, &e) && names_this(x, i) && is_for(x, e->on, i)) {
			finish(x, at(x, i)->day, i);
			return;
		}
	i = x->open + 1;
	for (day_t d = x->day; d <= x->l->as_of; d++) {
		if (d > x->day && x->r->ends_at_age && d >= birthday(x, x->r->ends_at_age)) {
			finish(x, d, i);
			return;
		}
		for (; i < x->l->facts && at(x, i)->day == d; i++)
			if (ends_all(x, i, &e) && is_for(x, e->on, i)) {
				finish(x, d, i);
				return;
			}
	}
}

static bool same_place(const struct life *a, const struct look *l, int i)
{
	return a->r->scope != SCOPE_REFERENCE || a->key == l->c->facts[i].key;
}

static void rule_run(struct look *l, const struct rule *r)
{
	struct life *lives = xcalloc((size_t)l->facts + 1, sizeof *lives);
	size_t n = 0;
	for (int i = 0; i < l->facts; i++) {
		bool inside = false;
		if (!may_open(l, r, i))
			continue;
		for (size_t k = 0; k < n; k++)
			inside = inside ||
				 (same_place(&lives[k], l, i) && (lives[k].ended == DAY_NEVER || lives[k].end > i));
		if (inside)
			continue;
		struct life *x = &lives[n++];
		*x = (struct life){ .l = l,
				    .r = r,
				    .open = i,
				    .day = l->c->facts[i].day,
				    .key = l->c->facts[i].key,
				    .extended_by = -1 };
		x->first = reaches_back(x, 0);
		find_end(x);
		struct life once = *x;
		once.over = false;
		once.since_fact = reaches_back(&once, LONG_BEFORE);
		live(&once);
	}
	free(lives);
}

size_t naive_run(const struct naive *n, const struct child_facts *c, day_t as_of, struct naive_row *out)
{
	struct look l = { .n = n, .c = c, .as_of = as_of, .rows = out };
	while (l.facts < (int)c->n && c->facts[l.facts].day <= as_of)
		l.facts++;
	for (size_t i = 0; i < n->n_rules; i++) {
		if (n->rules[i].scope == SCOPE_SPELL)
			spells_run(&l, &n->rules[i]);
		else
			rule_run(&l, &n->rules[i]);
	}
	return l.n_rows;
}
