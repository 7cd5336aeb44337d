#include "oracle.h"

#include "base/text.h"

/* One child under the eye. */
struct eye {
	const struct oracle *o;
	const struct child_facts *c;
	day_t as_of;
	int n; /* facts up to as_of */
	struct oracle_row *rows;
	size_t n_rows;
};

/* ---- days ---- */

static bool working(const struct oracle *o, day_t d)
{
	if (day_weekday(d) >= 6)
		return false;
	for (size_t i = 0; i < o->n_holidays; i++)
		if (o->holidays[i].day == d)
			return false;
	return true;
}

static day_t working_later(const struct oracle *o, day_t d, int n)
{
	while (n > 0)
		n -= working(o, ++d);
	return d;
}

/* ---- asking a fact ---- */

static const struct fact *at(const struct eye *e, int i)
{
	return &e->c->facts[i];
}

static bool kind_is(const struct eye *e, int i, const char *kind)
{
	return str_is(e->o->v->kinds[at(e, i)->kind].id, kind);
}

static bool code_is(const struct eye *e, uint16_t code, const char *id)
{
	return str_is(e->o->v->codes[code], id);
}

static bool initial(const struct eye *e, int i, const char *kind)
{
	return kind_is(e, i, kind) && code_is(e, at(e, i)->code, "initial");
}

static bool seen_by_doctor(const struct eye *e, int i)
{
	return kind_is(e, i, "assessment-seen") && code_is(e, at(e, i)->code2, "doctor");
}

static bool seen_at_all(const struct eye *e, int i)
{
	uint16_t who = at(e, i)->code2;
	return kind_is(e, i, "assessment-seen") &&
	       (code_is(e, who, "doctor") || code_is(e, who, "nurse") || code_is(e, who, "midwife"));
}

static day_t birthday(const struct eye *e, int years)
{
	return e->c->born == DAY_NONE ? DAY_NEVER : day_birthday(e->c->born, years);
}

/* ---- what holds after fact i (and all before it) ---- */

static bool status_short_breaks(const struct eye *e, int i)
{
	return code_is(e, at(e, i)->code, "V3") || code_is(e, at(e, i)->code, "V4");
}

static bool short_breaks(const struct eye *e, int i)
{
	for (; i >= 0; i--)
		if (kind_is(e, i, "care-started") || kind_is(e, i, "legal-status-changed"))
			return status_short_breaks(e, i);
	return false;
}

static bool refused(const struct eye *e, int i, const char *which)
{
	bool on = false;
	day_t since = DAY_NONE;
	for (int j = 0; j <= i; j++) {
		bool of = code_is(e, at(e, j)->code, which);
		if (kind_is(e, j, "care-started") && since < at(e, j)->day)
			on = false;
		if (kind_is(e, j, "assessment-agreed-again") && of)
			on = false;
		if (kind_is(e, j, "assessment-refused") && of && at(e, j)->value == 1 && !on) {
			on = true;
			since = at(e, j)->day;
		}
	}
	return on;
}

static bool absence_counts(const struct eye *e, const char *table, day_t since)
{
	bool by_hand = true;
	for (int i = 0; i < EVIDENCE_MAX; i++)
		by_hand = by_hand && e->c->covered[i] == DAY_NONE;
	day_t covered = e->c->covered[vocab_evidence(e->o->v, str_of(table))];
	return by_hand || (covered != DAY_NONE && covered <= since);
}

/* ---- periods of care ---- */

struct period {
	int open; /* fact */
	day_t day;
	int first;   /* first fact that lies inside: same day, after the end of an earlier period */
	int end;     /* first fact that is not inside; e->n while open */
	day_t ended; /* DAY_NEVER while open */
	const char *because;
	int ended_by; /* fact, -1 a birthday */
	int32_t key;
};

static bool ends_care(const struct eye *e, int i, int32_t key)
{
	if (kind_is(e, i, "person-died"))
		return true;
	return kind_is(e, i, "care-ended") && (at(e, i)->key == key || at(e, i)->key == 0 || key == 0);
}

/* An end that names this very period, or one that belongs to another. */
static bool ends_another(const struct eye *e, int i, int32_t key)
{
	return kind_is(e, i, "person-died") ||
	       (kind_is(e, i, "care-ended") && !(at(e, i)->key != 0 && at(e, i)->key == key));
}

static void find_end(const struct eye *e, struct period *p)
{
	day_t b18 = birthday(e, 18);
	for (int i = p->first; i <= e->n; i++) {
		bool birthday_first = i > p->open && b18 <= (i < e->n ? at(e, i)->day : e->as_of);
		bool before_opening = i < p->open;
		bool ends =
		    i < e->n && i != p->open &&
		    (before_opening ? kind_is(e, i, "care-ended") && at(e, i)->key != 0 && at(e, i)->key == p->key
				    : ends_care(e, i, p->key));
		if (!birthday_first && !ends)
			continue;
		p->end = i;
		p->ended = birthday_first ? b18 : at(e, i)->day;
		p->ended_by = birthday_first ? -1 : i;
		p->because = birthday_first ? "turned 18" : kind_is(e, i, "person-died") ? "died" : "left care";
		return;
	}
}

static int find_periods(const struct eye *e, struct period *out, int max)
{
	int n = 0;
	int free_from = 0; /* facts from which a period may open */
	for (int i = 0; i < e->n && n < max; i++) {
		day_t d = at(e, i)->day;
		if (!kind_is(e, i, "care-started") || i < free_from || d >= birthday(e, 18))
			continue;
		if (e->c->died != DAY_NONE && d >= e->c->died)
			continue;
		struct period *p = &out[n++];
		*p = (struct period){ .open = i,
				      .day = d,
				      .first = i,
				      .end = e->n,
				      .ended = DAY_NEVER,
				      .ended_by = -1,
				      .key = at(e, i)->key };
		while (p->first > 0 && at(e, p->first - 1)->day == d && !ends_another(e, p->first - 1, p->key))
			p->first--;
		find_end(e, p);
		free_from = p->ended == DAY_NEVER ? e->n : p->end > i ? p->end : i + 1;
	}
	return n;
}

/* Facts of up to 28 days before the period that no other period owns. */
static int first_early(const struct eye *e, const struct period *p)
{
	int i = p->first;
	while (i > 0 && at(e, i - 1)->day >= p->day - 28 && !ends_another(e, i - 1, p->key))
		i--;
	return i;
}

/* ---- an earlier assessment by a doctor, its report held by fact `held` ---- */

static int earlier_seen(const struct eye *e, const struct period *p, int held)
{
	if (!kind_is(e, held, "assessment-returned"))
		return -1;
	for (int i = p->first - 1; i >= 0; i--)
		if (seen_by_doctor(e, i) && at(e, i)->key == at(e, held)->key &&
		    at(e, i)->day >= day_add_months(p->day, -3) && at(e, i)->day <= at(e, held)->day)
			return i;
	return -1;
}

/* The latest earlier assessment whose report was held when the period opened. */
static int held_at_opening(const struct eye *e, const struct period *p, int *held)
{
	int best = -1;
	for (int i = p->open - 1; i >= 0; i--) {
		int seen = earlier_seen(e, p, i);
		if (seen > best) {
			best = seen;
			*held = i;
		}
	}
	return best;
}

/* ---- rows ---- */

static struct oracle_row *row_add(struct eye *e, const char *standard, int opened_by, int ordinal, day_t start,
				  day_t due)
{
	struct oracle_row *r = &e->rows[e->n_rows++];
	*r = (struct oracle_row){ .standard = standard,
				  .state = "running",
				  .holder = "none",
				  .reason = "",
				  .opened_by = opened_by,
				  .done_by = -1,
				  .key = at(e, opened_by)->key,
				  .org = at(e, opened_by)->org,
				  .ordinal = ordinal,
				  .start = start,
				  .due = due,
				  .done = DAY_NONE,
				  .holder_since = DAY_NONE };
	return r;
}

static void row_close(struct oracle_row *r, const char *state, const char *reason, day_t day, int by)
{
	r->state = state;
	r->reason = reason;
	r->done = day;
	r->done_by = by;
	if (strcmp(state, "not-required") == 0) {
		r->holder = "none";
		r->holder_since = DAY_NONE;
	}
}

/* ---- suspension and turn of a care clock, fact by fact ---- */

struct turning {
	const char *which; /* "initial" or "review": whose refusal */
	bool restarts;	   /* short breaks move day 0 */
	bool sb, no;	   /* short breaks, refused: as last felt */
	bool never_ran;
	day_t start;
	const char *turn; /* papers, booking, booking-again, report, telling */
	const char *holder;
	day_t since;
};

static const char *holder_of_turn(const char *turn)
{
	return strcmp(turn, "papers") == 0 || strcmp(turn, "telling") == 0 ? "council"
	       : strcmp(turn, "report") == 0				   ? "provider"
									   : "health";
}

static void hold(struct turning *t, day_t day)
{
	t->holder = t->sb ? "nobody" : t->no ? "young-person" : holder_of_turn(t->turn);
	t->since = day;
}

static struct turning turning_from(const struct eye *e, int i, day_t day, const char *which, bool restarts,
				   const char *turn)
{
	struct turning t = { .which = which, .restarts = restarts, .start = day, .turn = turn };
	t.sb = short_breaks(e, i);
	t.no = which && refused(e, i, which);
	t.never_ran = restarts && t.sb;
	hold(&t, day);
	return t;
}

/* What fact i does to the conditions. A change is felt one condition at a time,
 * as facts end and begin them: short breaks and refusals never change by one fact. */
static void feel(const struct eye *e, struct turning *t, int i)
{
	bool sb = short_breaks(e, i), no = t->which && refused(e, i, t->which);
	day_t d = at(e, i)->day;
	if (sb == t->sb && no == t->no)
		return;
	if (sb && !t->sb && t->restarts && d == t->start)
		t->never_ran = true;
	if (!sb && t->never_ran) {
		t->never_ran = false;
		t->start = d;
	}
	t->sb = sb;
	t->no = no;
	hold(t, d);
}

static void turn_to(struct turning *t, const char *turn, day_t day)
{
	if (strcmp(t->turn, turn) == 0)
		return;
	t->turn = turn;
	if (!t->sb && !t->no)
		hold(t, day > t->start ? day : t->start);
}

static bool turn_is(const struct turning *t, const char *turn)
{
	return strcmp(t->turn, turn) == 0;
}

static bool lost_appointment(const struct eye *e, int i)
{
	return kind_is(e, i, "appointment-outcome") && !code_is(e, at(e, i)->code2, "attended");
}

static void turn_of(const struct eye *e, struct turning *t, int i, bool papers, bool report)
{
	bool mine = code_is(e, at(e, i)->code, t->which);
	day_t d = at(e, i)->day;
	bool with_health = turn_is(t, "booking") || turn_is(t, "booking-again");
	if (!mine)
		return;
	if (papers && kind_is(e, i, "request-returned") &&
	    (with_health || (turn_is(t, "report") && strcmp(t->which, "review") == 0)))
		turn_to(t, "papers", d);
	else if (papers && kind_is(e, i, "request-complete") && turn_is(t, "papers"))
		turn_to(t, "booking", d);
	else if (lost_appointment(e, i) && with_health)
		turn_to(t, "booking-again", d);
	else if (report && seen_by_doctor(e, i))
		turn_to(t, "report", d);
}

static void row_state(struct eye *e, struct oracle_row *r, const struct turning *t, bool touched, const char *table,
		      const char *no_source, bool needs_birth)
{
	r->holder = t->holder;
	r->holder_since = t->since;
	if (t->sb || t->no) {
		r->state = "not-required";
		r->reason = t->sb ? "short breaks only" : "refused by the young person";
		return;
	}
	bool no_birth = needs_birth && e->c->born == DAY_NONE;
	if (!no_birth && (touched || absence_counts(e, table, r->start)))
		return;
	r->state = "not-known";
	r->reason = no_birth ? "the date of birth is not known" : no_source;
	r->holder = "none";
	r->holder_since = DAY_NONE;
}

/* ---- initial health assessment ---- */

enum reading { SEEN, RETURNED, HEALTH_TIME, REQUEST };
static const struct {
	const char *id, *table, *no_source;
	int days;
} iha[] = {
	[SEEN] = { "iha-seen", "assessments", "no source says whether a doctor saw the child", 20 },
	[RETURNED] = { "iha-returned", "assessments", "no source says whether the report came back", 20 },
	[HEALTH_TIME] = { "iha-health-time", "assessments", "no source says whether the report came back", 15 },
	[REQUEST] = { "iha-request", "requests", "no source says whether the council has asked", 5 },
};

static bool report_whole(const struct eye *e, const struct period *p, int i)
{
	bool seen = false, back = false;
	for (int j = p->first; j <= i; j++) {
		if (at(e, j)->key != at(e, i)->key)
			continue;
		seen = seen || (seen_by_doctor(e, j) && initial(e, j, "assessment-seen"));
		back = back || initial(e, j, "assessment-returned");
	}
	bool part = (seen_by_doctor(e, i) && initial(e, i, "assessment-seen")) || initial(e, i, "assessment-returned");
	return part && seen && back;
}

static bool iha_met(const struct eye *e, const struct period *p, enum reading k, int i)
{
	if (k == REQUEST)
		return initial(e, i, "request-complete");
	if (i < p->first)
		return false;
	if (k == SEEN)
		return initial(e, i, "assessment-seen") && seen_by_doctor(e, i);
	return report_whole(e, p, i);
}

static bool iha_touches(const struct eye *e, const struct period *p, enum reading k, int i)
{
	if (!code_is(e, at(e, i)->code, "initial"))
		return false;
	if (kind_is(e, i, "request-made") || kind_is(e, i, "consent-asked") || kind_is(e, i, "consent-given") ||
	    (k == REQUEST && kind_is(e, i, "request-returned")))
		return true;
	if (i < p->first || k == REQUEST)
		return false;
	return kind_is(e, i, "appointment-booked") || kind_is(e, i, "appointment-outcome") ||
	       kind_is(e, i, "assessment-seen") || kind_is(e, i, "assessment-refused") ||
	       kind_is(e, i, "assessment-agreed-again") || (k != SEEN && kind_is(e, i, "assessment-returned"));
}

static bool early_kind(const struct eye *e, int i)
{
	return kind_is(e, i, "request-made") || kind_is(e, i, "consent-asked") || kind_is(e, i, "consent-given") ||
	       kind_is(e, i, "request-complete") || kind_is(e, i, "request-returned");
}

static day_t iha_due(const struct eye *e, const struct turning *t, enum reading k)
{
	return t->never_ran ? DAY_NONE : working_later(e->o, t->start, iha[k].days);
}

/* The clock's life, fact by fact; `i` walks early facts, the first day, and on. */
static void iha_run(struct eye *e, const struct period *p, enum reading k)
{
	int held = -1, ordinal = 0;
	bool running = false, touched = false;
	bool excused = held_at_opening(e, p, &held) >= 0;
	struct turning t = { 0 };
	const char *first_turn = k == HEALTH_TIME ? "booking" : "papers";
	if (k != HEALTH_TIME) {
		t = turning_from(e, p->open, p->day, "initial", true, first_turn);
		running = true;
		ordinal = 1;
	}
	if (excused) {
		if (running)
			row_close(row_add(e, iha[k].id, p->open, 1, t.start, iha_due(e, &t, k)), "not-required",
				  "a doctor’s assessment in the 3 months before is held", p->day, held);
		return;
	}
	for (int i = first_early(e, p); i < p->end; i++) {
		if (i == p->open || (i < p->first && !early_kind(e, i)))
			continue;
		if (running && k == HEALTH_TIME && initial(e, i, "request-returned") && i < p->first) {
			running = false; /* sent back before day 0: the clock never was */
			ordinal--;
		}
		day_t d = at(e, i)->day;
		if (i > p->open && running) {
			feel(e, &t, i);
		}
		if (running && k == HEALTH_TIME && initial(e, i, "request-returned")) {
			struct oracle_row *r = row_add(e, iha[k].id, p->open, ordinal, t.start, iha_due(e, &t, k));
			r->holder = t.holder;
			r->holder_since = t.since;
			row_close(r, "stopped", "request sent back to the council", d, i);
			running = false;
		}
		bool now_excused = i > p->open && earlier_seen(e, p, i) >= 0;
		if (now_excused || iha_met(e, p, k, i)) {
			if (!running)
				return;
			struct oracle_row *r = row_add(e, iha[k].id, p->open, ordinal, t.start, iha_due(e, &t, k));
			r->holder = t.holder;
			r->holder_since = t.since;
			if (now_excused)
				row_close(r, "not-required", "a doctor’s assessment in the 3 months before is held", d,
					  i);
			else
				row_close(r, "done", "", d, i);
			return;
		}
		if (!running && k == HEALTH_TIME && initial(e, i, "request-complete")) {
			t = turning_from(e, i > p->open ? i : p->open, d > p->day ? d : p->day, "initial", true,
					 first_turn);
			running = touched = true;
			ordinal++;
		}
		if (!running)
			continue;
		touched = touched || iha_touches(e, p, k, i);
		const char *turn = t.turn;
		if (k != REQUEST)
			turn_of(e, &t, i, k != HEALTH_TIME, k != SEEN);
		touched = touched || strcmp(turn, t.turn) != 0 ||
			  (k != HEALTH_TIME && k != REQUEST && initial(e, i, "request-complete") &&
			   strcmp(turn, "papers") == 0);
	}
	if (!running)
		return;
	struct oracle_row *r = row_add(e, iha[k].id, p->open, ordinal, t.start, DAY_NONE);
	if (p->ended != DAY_NEVER) {
		if (p->ended_by > p->open)
			feel(e, &t, p->ended_by);
		r->start = t.start;
		r->due = iha_due(e, &t, k);
		r->holder = t.holder;
		r->holder_since = t.since;
		row_close(r, "stopped", p->because, p->ended, p->ended_by);
		return;
	}
	r->due = iha_due(e, &t, k);
	row_state(e, r, &t, touched, iha[k].table, iha[k].no_source, false);
}

/* ---- review health assessment ---- */

static day_t rha_due(const struct eye *e, day_t start, bool when_due)
{
	if (e->c->born == DAY_NONE)
		return DAY_NONE;
	day_t six = day_add_months(start, 6), twelve = day_add_months(start, 12);
	day_t fifth = day_birthday(e->c->born, 5);
	return (when_due ? six : start) < fifth ? six : twelve;
}

static void rha_not_known(struct eye *e, const struct period *p, const char *id)
{
	if (p->ended != DAY_NEVER || absence_counts(e, "assessments", p->day) ||
	    e->as_of <= working_later(e->o, p->day, 20))
		return;
	struct oracle_row *r = row_add(e, id, p->open, 1, DAY_NONE, DAY_NONE);
	r->state = "not-known";
	r->reason = "no health assessment in this period of care is known";
}

static void rha_run(struct eye *e, const struct period *p, bool when_due)
{
	const char *id = when_due ? "rha-age-when-due" : "rha";
	int ordinal = 0, held;
	bool running = false;
	struct turning t = { 0 };
	int anchor = held_at_opening(e, p, &held);
	if (anchor >= 0) {
		t = turning_from(e, p->open, at(e, anchor)->day, "review", false, "booking");
		running = true;
		ordinal = 1;
	}
	for (int i = p->first; i < p->end; i++) {
		if (i == p->open)
			continue;
		if (i > p->open && running)
			feel(e, &t, i);
		int earlier = i > p->open && ordinal == 0 ? earlier_seen(e, p, i) : -1;
		if (earlier >= 0) {
			t = turning_from(e, i, at(e, earlier)->day, "review", false, "booking");
			running = true;
			ordinal++;
			continue;
		}
		if (seen_at_all(e, i) && running && at(e, i)->day == t.start)
			continue; /* two assessments on one day are one */
		if (seen_at_all(e, i)) {
			if (running) {
				struct oracle_row *r =
				    row_add(e, id, p->open, ordinal, t.start, rha_due(e, t.start, when_due));
				r->holder = t.holder;
				r->holder_since = t.since;
				row_close(r, "done", "", at(e, i)->day, i);
			}
			day_t d = at(e, i)->day;
			t = turning_from(e, i > p->open ? i : p->open, d, "review", false, "booking");
			running = true;
			ordinal++;
			continue;
		}
		if (running)
			turn_of(e, &t, i, true, false);
	}
	if (!running) {
		if (!short_breaks(e, e->n - 1) && !refused(e, e->n - 1, "review"))
			rha_not_known(e, p, id);
		return;
	}
	struct oracle_row *r = row_add(e, id, p->open, ordinal, t.start, rha_due(e, t.start, when_due));
	if (p->ended != DAY_NEVER) {
		if (p->ended_by > p->open)
			feel(e, &t, p->ended_by);
		r->holder = t.holder;
		r->holder_since = t.since;
		row_close(r, "stopped", p->because, p->ended, p->ended_by);
		return;
	}
	row_state(e, r, &t, true, "assessments", "", true);
}

/* ---- looked-after reviews: each is counted from the one before ---- */

static struct oracle_row *review_row(struct eye *e, const struct period *p, int nth, const struct turning *t)
{
	day_t due = nth == 1 ? working_later(e->o, t->start, 20) : day_add_months(t->start, nth == 2 ? 3 : 6);
	struct oracle_row *r = row_add(e, "looked-after-review", p->open, nth, t->start, t->never_ran ? DAY_NONE : due);
	r->holder = t->holder;
	r->holder_since = t->since;
	return r;
}

static void review_run(struct eye *e, const struct period *p)
{
	int nth = 1;
	struct turning t = turning_from(e, p->open, p->day, NULL, true, "telling");
	for (int i = p->first; i < p->end; i++) {
		day_t day = at(e, i)->day;
		if (i > p->open)
			feel(e, &t, i);
		/* Two reviews on one day are one. */
		if (!kind_is(e, i, "review-held") || (nth > 1 && day == t.start))
			continue;
		row_close(review_row(e, p, nth++, &t), "done", "", day, i);
		t = turning_from(e, i > p->open ? i : p->open, day, NULL, true, "telling");
	}
	if (p->ended == DAY_NEVER) {
		row_state(e, review_row(e, p, nth, &t), &t, nth > 1, "reviews",
			  "no source says whether the review was held", false);
		return;
	}
	if (p->ended_by > p->open)
		feel(e, &t, p->ended_by);
	row_close(review_row(e, p, nth, &t), "stopped", p->because, p->ended, p->ended_by);
}

/* ---- a dental check in each year from 1 April that begins in care ---- */

static day_t april(day_t from)
{
	int year = day_ymd(from).year;
	day_t d = day_of(year, 4, 1);
	return d >= from ? d : day_of(year + 1, 4, 1);
}

static bool new_short_breaks(const struct eye *e, const struct period *p, int i)
{
	int32_t key = at(e, i)->key;
	return kind_is(e, i, "legal-status-changed") && status_short_breaks(e, i) &&
	       (key == p->key || key == 0 || p->key == 0);
}

/* The year is over and nothing was done. */
static void year_close(struct eye *e, struct oracle_row *r, const struct turning *t, bool touched, day_t next)
{
	row_state(e, r, t, touched, "checks", "no source says whether a dentist saw the child", false);
	bool running = strcmp(r->state, "running") == 0;
	row_close(r, running ? "missed" : r->state, running ? "not seen in that year" : r->reason, next, -1);
}

static void year_run(struct eye *e, const struct period *p, day_t year, int nth)
{
	day_t next = april(year + 1);
	int i = year == p->day ? p->first : p->open + 1;
	while (year != p->day && i < e->n && at(e, i)->day < year)
		i++;
	struct turning t = turning_from(e, year == p->day ? p->open : i - 1, year, NULL, false, "telling");
	struct oracle_row *r = row_add(e, "dental-check", p->open, nth, year, next - 1);
	bool touched = false;
	for (; i < p->end && at(e, i)->day < next; i++) {
		if (i > p->open)
			feel(e, &t, i);
		r->holder = t.holder;
		r->holder_since = t.since;
		bool dental = kind_is(e, i, "check-done") && code_is(e, at(e, i)->code, "dental");
		if (new_short_breaks(e, p, i)) {
			row_close(r, "not-required", "short breaks in that year", at(e, i)->day, i);
			return;
		}
		if (dental && !code_is(e, at(e, i)->code2, "check-refused")) {
			row_close(r, "done", "", at(e, i)->day, i);
			return;
		}
		touched |= dental;
	}
	if (p->ended < next) {
		if (p->ended_by > p->open)
			feel(e, &t, p->ended_by);
		r->holder = t.holder;
		r->holder_since = t.since;
		row_close(r, "stopped", p->because, p->ended, p->ended_by);
	} else if (next <= e->as_of) {
		year_close(e, r, &t, touched, next);
	} else {
		row_state(e, r, &t, touched, "checks", "no source says whether a dentist saw the child", false);
	}
}

static void years_run(struct eye *e, const struct period *p)
{
	int nth = 0;
	for (day_t y = april(p->day); y <= e->as_of && y < p->ended + (p->ended_by >= 0); y = april(y + 1))
		year_run(e, p, y, ++nth);
}

/* ---- telling of a placement ---- */

/* Where does the placement that fact `open` starts end? e->n: it does not. */
static int placement_end(const struct eye *e, int open, day_t *day, const char **because)
{
	int32_t key = at(e, open)->key;
	day_t b18 = birthday(e, 18);
	for (int i = 0; i <= e->n; i++) {
		if (i > open && b18 <= (i < e->n ? at(e, i)->day : e->as_of)) {
			*day = b18;
			*because = "turned 18";
			return i;
		}
		if (i == e->n)
			break;
		*day = at(e, i)->day;
		bool left = kind_is(e, i, "placement-ended") && at(e, i)->key == key &&
			    (i > open || (*day == at(e, open)->day && key != 0));
		bool gone = i > open && (kind_is(e, i, "care-ended") || kind_is(e, i, "person-died"));
		*because = left ? "placement ended" : kind_is(e, i, "care-ended") ? "left care" : "died";
		if (left || gone)
			return i;
	}
	*day = DAY_NEVER;
	return e->n;
}

static const struct telling {
	const char *id, *kind, *code, *table, *no_source;
} tellings[] = {
	{ "placement-notified", "health-notified", "", "notifications",
	  "no source says whether the health team was told" },
	{ "placement-told-child", "placement-told", "child", "placement_told",
	  "no source says whether they were told" },
	{ "placement-told-gp-new", "placement-told", "gp-new", "placement_told",
	  "no source says whether they were told" },
};

/* The fact by which they were told, at most a year ahead; -1 none. */
static int placement_told(const struct eye *e, const struct telling *k, int open, int end)
{
	for (int i = 0; i < end; i++)
		if (kind_is(e, i, k->kind) && code_is(e, at(e, i)->code, k->code) &&
		    at(e, i)->key == at(e, open)->key && at(e, i)->day >= at(e, open)->day - 366)
			return i;
	return -1;
}

static bool placement_opens(const struct eye *e, int i)
{
	day_t d = at(e, i)->day, day;
	const char *because;
	if (!kind_is(e, i, "placement-started") || d >= birthday(e, 18) || (e->c->died != DAY_NONE && d >= e->c->died))
		return false;
	for (int j = 0; j < i; j++) /* the same one, still open */
		if (kind_is(e, j, "placement-started") && at(e, j)->key == at(e, i)->key && placement_opens(e, j) &&
		    placement_end(e, j, &day, &because) > i)
			return false;
	return true;
}

static void placement_run(struct eye *e, const struct telling *k, int open)
{
	day_t start = at(e, open)->day, day;
	const char *because;
	int end = placement_end(e, open, &day, &because);
	int told = placement_told(e, k, open, end);
	bool by_age = day != DAY_NEVER && strcmp(because, "turned 18") == 0;
	int last = told >= 0 ? told : by_age || end == e->n ? end - 1 : end; /* the last fact that the clock feels */
	struct turning t = turning_from(e, open, start, NULL, true, "telling");
	for (int i = open + 1; i <= last; i++)
		feel(e, &t, i);
	day_t due = t.never_ran ? DAY_NONE : at(e, open)->value == 1 ? working_later(e->o, t.start, 5) : t.start;
	struct oracle_row *r = row_add(e, k->id, open, 1, t.start, due);
	r->holder = t.holder;
	r->holder_since = t.since;
	if (told >= 0)
		row_close(r, "done", "", at(e, told)->day, told);
	else if (day == DAY_NEVER)
		row_state(e, r, &t, false, k->table, k->no_source, false);
	else
		row_close(r, "stopped", because, day, by_age ? -1 : end);
}

/* ---- four-week wait ---- */

static bool team_in(const struct eye *e, int i, const char *teams)
{
	struct str rest = str_of(teams), one;
	while (rest.n) {
		one = str_cut(rest, ' ', &rest);
		if (str_eq(e->o->v->codes[at(e, i)->code2], one))
			return true;
	}
	return false;
}

static bool counts_as_referral(const struct eye *e, int i)
{
	if (!kind_is(e, i, "referral-received"))
		return false;
	if (e->c->died != DAY_NONE && at(e, i)->day >= e->c->died)
		return false;
	if (e->c->born != DAY_NONE && at(e, i)->day >= day_birthday(e->c->born, 18))
		return false;
	if (team_in(e, i, "A02 A03 A04 A11 A19 A20 A21 A22 A23 A24 A25 C05 E02 E03 E04"))
		return false;
	if (code_is(e, at(e, i)->code, "12") && !team_in(e, i, "A18 F01"))
		return false;
	if (code_is(e, at(e, i)->code, "01") && team_in(e, i, "A14"))
		return false;
	int priority = at(e, i)->value;
	return !(team_in(e, i, "A18") && (priority == 1 || priority == 2 || priority == 4));
}

/* The day a referral closed (and by which fact); DAY_NEVER while open. */
static day_t referral_closed(const struct eye *e, int ref, int *by)
{
	for (int i = 0; i < e->n; i++)
		if (kind_is(e, i, "referral-closed") && at(e, i)->key == at(e, ref)->key &&
		    at(e, i)->day >= at(e, ref)->day) {
			*by = i;
			return at(e, i)->day;
		}
	return DAY_NEVER;
}

enum { SPELL_REFERRALS_MAX = 200 };
struct spell {
	int refs[SPELL_REFERRALS_MAX], n;
	day_t start, end; /* end: last day on which one was open; DAY_NEVER */
	int closed_by;
};

/* Takes all that joins from referral `first` on, marking it used. */
static void gather(const struct eye *e, int first, bool *used, struct spell *s)
{
	*s = (struct spell){ .refs = { first }, .n = 1, .start = at(e, first)->day, .closed_by = -1 };
	used[first] = true;
	s->end = referral_closed(e, first, &s->closed_by);
	for (int i = first + 1; i < e->n && s->n < SPELL_REFERRALS_MAX; i++) {
		if (used[i] || !counts_as_referral(e, i) || at(e, i)->org != at(e, first)->org)
			continue;
		if (s->end != DAY_NEVER && at(e, i)->day > s->end + 5)
			break;
		used[i] = true;
		s->refs[s->n++] = i;
		int by = -1;
		day_t closed = referral_closed(e, i, &by);
		if (closed > s->end || (closed == s->end && by > s->closed_by)) {
			s->end = closed;
			s->closed_by = by;
		}
	}
}

/* Of the spell's person, provider and referrals, from its start on. */
static bool of_spell(const struct eye *e, const struct spell *s, int i)
{
	const struct fact *f = at(e, i);
	if (f->day < s->start)
		return false;
	if (f->key == 0 && f->org != 0)
		return f->org == at(e, s->refs[0])->org;
	for (int k = 0; k < s->n; k++)
		if (at(e, s->refs[k])->key == f->key && f->day >= at(e, s->refs[k])->day)
			return true;
	return false;
}

static bool in_spell(const struct eye *e, const struct spell *s, int i)
{
	return of_spell(e, s, i) && at(e, i)->day <= s->end;
}

static bool contact_counts(const struct eye *e, int i)
{
	static const char *const modes[] = { "01", "02", "04", "11", "indirect" };
	for (size_t m = 0; m < COUNT_OF(modes); m++)
		if (kind_is(e, i, "contact-made") && code_is(e, at(e, i)->code, modes[m]))
			return true;
	return false;
}

static int died_at(const struct eye *e)
{
	for (int i = 0; i < e->n; i++)
		if (kind_is(e, i, "person-died"))
			return i;
	return e->n;
}

static void spell_run(struct eye *e, const struct spell *s)
{
	int first[3] = { -1, -1, -1 };
	bool touched = false;
	int died = died_at(e);
	for (int i = 0; i < died; i++) {
		touched = touched || (kind_is(e, i, "contact-made") && of_spell(e, s, i));
		if (!in_spell(e, s, i))
			continue;
		bool is[3] = { contact_counts(e, i), kind_is(e, i, "outcome-baseline"),
			       kind_is(e, i, "care-plan-agreed") };
		for (int p = 0; p < 3; p++)
			if (is[p]) {
				touched = true;
				first[p] = first[p] < 0 ? i : first[p];
			}
	}
	int last = first[0] > first[1] ? first[0] : first[1];
	last = first[2] > last ? first[2] : last;
	struct oracle_row *r = row_add(e, "cyp-four-weeks", s->refs[0], 1, s->start, s->start + 28);
	r->holder = "provider";
	r->holder_since = s->start;
	bool over = s->end != DAY_NEVER && s->end + 6 <= e->as_of;
	bool dead_first = died < e->n && (s->end == DAY_NEVER || at(e, died)->day < s->end + 6);
	if (first[0] >= 0 && first[1] >= 0 && first[2] >= 0)
		row_close(r, "done", "", at(e, last)->day, last);
	else if (dead_first)
		row_close(r, "stopped", "died", at(e, died)->day, died);
	else if (over)
		row_close(r, "stopped", "referral closed before help began", s->end, s->closed_by);
	else if (e->c->born == DAY_NONE || (!touched && !absence_counts(e, "contacts", s->start))) {
		r->state = "not-known";
		r->reason =
		    e->c->born == DAY_NONE ? "the date of birth is not known" : "no source says whether help has begun";
		r->holder = "none";
		r->holder_since = DAY_NONE;
	}
}

static void spells(struct eye *e)
{
	bool *used = xcalloc((size_t)e->n + 1, sizeof *used);
	for (int i = 0; i < e->n; i++) {
		if (used[i] || !counts_as_referral(e, i))
			continue;
		struct spell s;
		gather(e, i, used, &s);
		spell_run(e, &s);
	}
	free(used);
}

/* ---- all ---- */

bool oracle_knows(const char *standard)
{
	static const char *const ids[] = { "iha-seen",
					   "iha-returned",
					   "iha-health-time",
					   "iha-request",
					   "rha",
					   "rha-age-when-due",
					   "placement-notified",
					   "placement-told-child",
					   "placement-told-gp-new",
					   "looked-after-review",
					   "dental-check",
					   "cyp-four-weeks" };
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		if (strcmp(ids[i], standard) == 0)
			return true;
	return false;
}

size_t oracle_run(const struct oracle *o, const struct child_facts *c, day_t as_of, struct oracle_row *out)
{
	struct eye e = { .o = o, .c = c, .as_of = as_of, .rows = out };
	while (e.n < (int)c->n && c->facts[e.n].day <= as_of)
		e.n++;
	enum { PERIODS = 100 };
	struct period p[PERIODS];
	int n = find_periods(&e, p, PERIODS);
	for (int i = 0; i < n; i++) {
		for (int k = SEEN; k <= REQUEST; k++)
			iha_run(&e, &p[i], (enum reading)k);
		rha_run(&e, &p[i], false);
		rha_run(&e, &p[i], true);
		review_run(&e, &p[i]);
		years_run(&e, &p[i]);
	}
	for (int i = 0; i < e.n; i++)
		if (placement_opens(&e, i))
			for (size_t k = 0; k < COUNT_OF(tellings); k++)
				placement_run(&e, &tellings[k], i);
	spells(&e);
	return e.n_rows;
}
