#include "exchange/synth/kid.h"

#include <math.h>

/* What happens to an invented child: care, placements, health. How many of a council
 * are what is as published; what happens to each, and the delays, are drawn so that
 * worklists are worth looking at and some things are not known. None of it describes
 * a real child. */

enum { YEAR = 365, LONG_DAYS = 913, TWO_YEARS = 731 };

/* ---- health assessments ---- */

struct papers { /* a request on its way */
	day_t asked, consent, complete, returned;
	const char *reason;
};

static void write_request(struct kid *k, const char *kind, const struct papers *p)
{
	if (p->asked > k->today)
		return;
	/* Older requests were not always kept: then nobody knows (see covers_from). */
	k->request++;
	if (p->asked < k->today - 2 * YEAR && kid_chance(k, 0.2))
		return;
	struct csv_writer *w = kid_begin(k, SYNTH_REQUESTS);
	kid_put_number(w, "R", k->request);
	kid_put_code(k, w, kind);
	kid_put_day(k, w, p->asked);
	kid_put_day(k, w, p->asked);
	kid_put_day(k, w, kid_if_past(k, p->consent));
	kid_put_day(k, w, kid_if_past(k, p->complete));
	kid_put_day(k, w, p->returned == DAY_NONE ? DAY_NONE : kid_if_past(k, p->returned));
	kid_put_code(k, w, p->returned == DAY_NONE || p->returned > k->today ? "" : p->reason);
	kid_end(k, w);
}

static struct papers make_papers(struct kid *k, day_t asked)
{
	static const char *const reasons[] = { "no-consent", "no-birth-history", "no-gp", "no-legal-status",
					       "papers-incomplete" };
	struct papers p = { .asked = kid_office(asked), .returned = DAY_NONE };
	p.consent = kid_office(p.asked + (day_t)(kid_chance(k, 0.05) ? kid_draw(k, 14, 35) : kid_draw(k, 0, 5)));
	p.complete = kid_office(p.consent + (day_t)kid_draw(k, 0, 3));
	if (kid_chance(k, 0.09)) {
		p.returned = kid_office(p.asked + (day_t)kid_draw(k, 1, 4));
		p.reason = reasons[kid_draw(k, 0, (int64_t)COUNT_OF(reasons) - 1)];
		day_t again = kid_office(p.returned + (day_t)kid_draw(k, 3, 9));
		p.complete = again > p.complete ? again : p.complete;
	}
	return p;
}

static void write_appointment(struct kid *k, const char *kind, day_t booked, day_t date, const char *outcome,
			      const char *understood, day_t agreed)
{
	struct csv_writer *w = kid_begin(k, SYNTH_APPOINTMENTS);
	kid_put_number(w, "A", ++k->appointment);
	kid_put_code(k, w, kind);
	kid_put_day(k, w, booked);
	kid_put_minute(k, w, date, (int)(540 + 30 * kid_draw(k, 0, 13)));
	kid_put_code(k, w, date > k->today ? "" : outcome);
	csv_put(w, str_of(date > k->today ? "" : understood));
	kid_put_day(k, w, agreed);
	kid_end(k, w);
}

static void write_assessment(struct kid *k, const char *kind, day_t seen, bool doctor)
{
	day_t back = kid_office(seen + (day_t)(kid_chance(k, 0.1) ? kid_draw(k, 14, 40) : kid_draw(k, 2, 9)));
	struct csv_writer *w = kid_begin(k, SYNTH_ASSESSMENTS);
	kid_put_number(w, "H", (int)k->n_seen + 1);
	kid_put_code(k, w, kind);
	kid_put_day(k, w, seen);
	kid_put_code(k, w, doctor ? "doctor" : kid_chance(k, 0.03) ? "midwife" : "nurse");
	kid_put_day(k, w, kid_if_past(k, back));
	kid_end(k, w);
	if (k->n_seen < SEEN_MAX)
		k->seen[k->n_seen++] = (struct seen){ seen, kid_if_past(k, back), kind[0] == 'i', doctor };
	k->last_seen = seen;
	k->last_by_doctor = doctor;
}

/* A refusal at this appointment. True if the young person will be seen after all; *date_out is then that day. */
static bool refuse(struct kid *k, const char *kind, day_t booked, day_t date, day_t *date_out)
{
	bool again = kid_chance(k, 0.3);
	day_t agreed = date + (day_t)kid_draw(k, 20, 90);
	const char *understood = kid_chance(k, 0.85) ? "yes" : kid_chance(k, 0.5) ? "no" : "";
	write_appointment(k, kind, booked, date, "refused", understood,
			  again && agreed <= k->today ? agreed : DAY_NONE);
	*date_out = kid_office(agreed + (day_t)kid_draw(k, 7, 21));
	if (!again || agreed > k->today)
		k->refuses = true;
	return !k->refuses;
}

static const char *missed(struct kid *k)
{
	static const char *const why[] = { "not-brought", "cancelled-service", "cancelled-carer", "cancelled-council",
					   "child-ill",	  "child-missing",     "interpreter" };
	static const double weights[] = { 35, 20, 15, 10, 10, 6, 4 };
	return why[rand_choice(&k->r, weights, COUNT_OF(why))];
}

/* Days within which an appointment is found, and the 31 March before which the
 * child must be seen (DAY_NEVER: none). */
struct plan {
	day_t want, deadline;
	bool missed; /* the year went by without it */
};

/* Appointments until the child is seen, the child leaves (`left`) or today comes. */
static void see(struct kid *k, const char *kind, const struct papers *p, const struct plan *plan, day_t left,
		bool doctor)
{
	day_t date =
	    kid_office(plan->want > p->complete + 2 || plan->deadline != DAY_NEVER ? plan->want : p->complete + 2);
	day_t booked = kid_office(p->complete + (day_t)kid_draw(k, 0, 3));
	if (booked < date - 60)
		booked = kid_office(date - (day_t)kid_draw(k, 20, 45));
	for (int tries = 0; tries < 5; tries++) {
		if (booked > date)
			booked = date;
		if (booked > k->today || booked > left || date > left)
			return;
		if (date > k->today) {
			write_appointment(k, kind, booked, date, "", "", DAY_NONE);
			return;
		}
		day_t later;
		bool free = plan->deadline == DAY_NEVER, slack = free || date + 40 < plan->deadline;
		if (free && date > k->today - 150 && kid_age(k, date) >= 14 && kid_chance(k, 0.025)) {
			if (!refuse(k, kind, booked, date, &later))
				return;
		} else if (slack && tries < 4 && kid_chance(k, 0.09)) {
			write_appointment(k, kind, booked, date, missed(k), "", DAY_NONE);
			later = kid_office(date + (day_t)kid_draw(k, 7, 24));
		} else {
			write_appointment(k, kind, booked, date, "attended", "", DAY_NONE);
			write_assessment(k, kind, date, doctor);
			return;
		}
		booked = kid_office(date + (day_t)kid_draw(k, 0, 3));
		date = later;
	}
}

static void initial_assessment(struct kid *k, day_t entry, day_t left)
{
	static const double weights[] = { 55, 30, 15 };
	size_t how = rand_choice(&k->r, weights, 3);
	day_t delay = (day_t)(how == 0 ? kid_draw(k, 0, 2) : how == 1 ? kid_draw(k, 3, 6) : kid_draw(k, 7, 20));
	struct papers p = make_papers(k, entry + delay);
	struct plan plan = { entry + (day_t)kid_draw(k, 11, 25), DAY_NEVER, false };
	if (p.asked > left)
		return;
	write_request(k, "initial", &p);
	see(k, "initial", &p, &plan, left, true);
}

/* ---- reviews, so that as many are up to date each year as is published ---- */

static int seen_in(const struct kid *k, day_t year_end)
{
	day_t start = day_of(day_ymd(year_end).year - 1, 4, 1);
	int n = 0;
	for (size_t i = 0; i < k->n_seen; i++)
		n += k->seen[i].on >= start && k->seen[i].on <= year_end;
	return n;
}

/* The next assessment was wanted on a day; whole years in care between now and then
 * have theirs, or not, as the council's published share says. */
static struct plan plan_review(struct kid *k, day_t last, day_t want)
{
	struct plan p = { want, DAY_NEVER, false };
	for (day_t end = kid_year_end(last); end <= k->today && end <= kid_year_end(p.want);
	     end = kid_year_end(end + 1)) {
		if (!kid_whole_year(k, end))
			continue;
		int need = kid_age(k, end) < 5 ? 2 : 1, have = seen_in(k, end);
		bool met = kid_year_met(k, end, H_HEALTH, H_COHORT);
		day_t latest = end - 20 - 90 * (need - have - 1);
		if (met && have < need && p.want > latest) {
			day_t start = day_of(day_ymd(end).year - 1, 4, 1),
			      first = last + 25 > start ? last + 25 : start;
			p.want = latest - (day_t)kid_draw(k, 0, 35);
			p.want = p.want < first ? first : p.want;
			p.deadline = end;
			return p;
		}
		if (met && p.want <= end) {
			p.deadline = have < need ? end : DAY_NEVER;
			return p;
		}
		if (!met && p.want <= end && have >= need - 1) {
			p.want = kid_office(end + 1 + (day_t)kid_draw(k, 1, 70));
			p.missed = true;
		}
	}
	return p;
}

/* Why it went by: an appointment that came to nothing, or the young person's no. */
static void write_missed(struct kid *k, day_t due, day_t want)
{
	day_t date = kid_office(due - (day_t)kid_draw(k, 0, 25)),
	      booked = kid_office(date - (day_t)kid_draw(k, 14, 40));
	if (date > k->today || date >= want - 14)
		return;
	if (kid_age(k, date) >= 14 && kid_chance(k, 0.3)) {
		day_t agreed = kid_office(want - (day_t)kid_draw(k, 7, 13));
		write_appointment(k, "review", booked, date, "refused", kid_chance(k, 0.85) ? "yes" : "no",
				  kid_if_past(k, agreed));
		k->refuses = agreed > k->today;
	} else if (kid_chance(k, 0.7)) {
		write_appointment(k, "review", booked, date, missed(k), "", DAY_NONE);
	}
}

/* Reviews follow each other: six months under five, else twelve. */
static void reviews(struct kid *k, day_t left)
{
	for (int n = 0; n < SEEN_MAX && !k->refuses && k->last_seen != DAY_NONE; n++) {
		day_t last = k->last_seen;
		bool small = kid_age(k, last) < 5;
		day_t due = day_add_months(last, small ? 6 : 12), want = due - (day_t)kid_draw(k, 0, 20);
		if (kid_chance(k, 0.13))
			want = due + (day_t)kid_draw(k, 4, 75);
		struct plan plan = plan_review(k, last, want);
		day_t ask = plan.want < due ? plan.want : due;
		struct papers p = make_papers(k, ask - (day_t)kid_draw(k, 60, 88));
		if (p.asked <= last)
			p.asked = p.consent = p.complete = kid_office(last + 3), p.returned = DAY_NONE;
		if (p.asked > k->today || p.asked > left || plan.want > left)
			return;
		write_request(k, "review", &p);
		if (plan.missed)
			write_missed(k, due, plan.want);
		if (!k->refuses)
			see(k, "review", &p, &plan, left, small ? kid_chance(k, 0.3) : kid_chance(k, 0.1));
		if (k->last_seen == last)
			return; /* still to be seen, or refused */
	}
}

/* ---- placements ---- */

static const char *foster_type(struct kid *k, day_t on)
{
	static const char *const all[] = { "U6", "U3", "U1", "U5", "U4", "U2" };
	static const double small[] = { 62, 16, 7, 8, 0, 0 }, older[] = { 46, 14, 6, 8, 20, 2 };
	return all[rand_choice(&k->r, kid_age(k, on) < 5 ? small : older, COUNT_OF(all))];
}

static const char *placement_type(struct kid *k, enum place_kind kind, day_t on)
{
	switch (kind) {
	case PLACE_HOME: return kid_age(k, on) >= 10 && kid_chance(k, 0.02) ? "K1" : "K2";
	case PLACE_SUPPORTED: return "K3";
	case PLACE_PARENTS: return "P1";
	case PLACE_ADOPTION: return k->persona.legal == LEGAL_PLACEMENT_ORDER ? "A6" : "A4";
	case PLACE_SCHOOL: return kid_age(k, on) < 4 ? "R1" : "S1";
	case PLACE_RESIDENTIAL:
		return kid_age(k, on) < 5						 ? "R3"
		       : k->persona.legal == LEGAL_YOUTH_JUSTICE && kid_age(k, on) >= 10 ? "R5"
		       : kid_chance(k, 0.2)						 ? "R2"
											 : "R1";
	case PLACE_OTHER: return "Z1";
	default: return k->task->role == SYNTH_SHORT_BREAKS ? "U6" : foster_type(k, on);
	}
}

static void write_notification(struct kid *k, int placement, day_t start, bool emergency)
{
	day_t on = emergency ? kid_office(start + (day_t)kid_draw(k, 0, 5)) : start - (day_t)kid_draw(k, 0, 6);
	if (kid_chance(k, 0.1))
		on = kid_office(start + (day_t)kid_draw(k, 3, 24));
	if (on < k->born)
		on = k->born;
	/* Some of the last months were never sent; of the early years not all were kept. */
	if (on > k->today || (start > k->today - 120 && kid_chance(k, 0.012)) ||
	    (start < k->today - 3 * YEAR && kid_chance(k, 0.25)))
		return;
	struct csv_writer *w = kid_begin(k, SYNTH_NOTIFICATIONS);
	kid_put_number(w, "PL", placement);
	kid_put_minute(k, w, on, kid_chance(k, 0.6) ? (int)kid_draw(k, 510, 1020) : MINUTE_NONE);
	kid_end(k, w);
}

/* Where a placement is: the council, its sector, and how far from home. */
static void find_spot(struct kid *k, struct stay *s)
{
	struct rand family = rand_stream(k->w->o->seed, "together", k->task->leader);
	bool near = s->where == WHERE_INSIDE_NEAR || s->where == WHERE_OUTSIDE_NEAR;
	if (s->stop == DAY_NONE && k->now_spot) {
		s->area = k->now_area;
		s->spot = k->now_spot;
		if (!(s->kind == PLACE_FOSTER && s->where == WHERE_INSIDE_NEAR))
			return;
	} else {
		s->area = k->task->role == SYNTH_PLACED_HERE ? k->task->here
							     : world_place(k->w, &k->r, k->task->council, s->where);
	}
	/* Brothers and sisters in the same kind of home near theirs mostly live together. */
	struct rand *from =
	    s->kind == PLACE_FOSTER && s->where == WHERE_INSIDE_NEAR && rand_chance(&family, 0.6) ? &family : &k->r;
	if (k->home && s->where != WHERE_INSIDE_UNKNOWN && s->where != WHERE_OUTSIDE_UNKNOWN)
		s->spot = world_spot_from(k->w, from, s->area, k->home, near);
	else
		s->spot = world_spot(k->w, &k->r, s->area);
}

/* Of a move. Drawn apart, so that what is not about it stays as it was. */
static const char *why_moved(struct kid *k)
{
	static const char *const why[] = { "CARPL", "CREQB", "CREQO", "CHILD", "LAREQ", "STAND", "ALLEG", "PLACE" };
	static const double weights[] = { 45, 14, 8, 8, 14, 3, 2, 6 };
	return why[rand_choice(&k->later, weights, COUNT_OF(why))];
}

/* The day as the first delivery has it (see synth_options), of the last period of care. */
static day_t as_told(const struct kid *k, day_t entry)
{
	return k->n_cares && k->cares[k->n_cares - 1].entry == entry ? entry + k->told_late : entry;
}

static void write_placement(struct kid *k, day_t start, day_t stop, enum place_kind kind, enum where_kind where,
			    bool moved)
{
	if (k->n_stays == STAYS_MAX)
		return;
	struct stay *s = &k->stays[k->n_stays++];
	*s = (struct stay){ .number = (int)k->n_stays,
			    .period = (int)k->n_cares,
			    .start = start,
			    .stop = stop,
			    .type = placement_type(k, kind, start),
			    .why = stop == DAY_NONE ? ""
				   : moved	    ? why_moved(k)
						    : "",
			    .where = where,
			    .kind = kind,
			    .provider = (uint8_t)joint_provider(k->council->joint, &k->r, kind) };
	bool emergency = kid_chance(k, start == k->cares[k->n_cares - 1].entry ? 0.25 : 0.1);
	s->said = !kid_chance(k, 0.03);
	s->emergency = emergency && s->said;
	find_spot(k, s);
	bool not_told = where_outside(where) && kid_chance(k, 0.01);
	day_t told = as_told(k, start);
	struct csv_writer *w = kid_begin(k, SYNTH_PLACEMENTS);
	kid_put_number(w, "PL", s->number);
	kid_put_number(w, "P", s->period);
	kid_put_day(k, w, told);
	kid_put_code(k, w, s->type);
	csv_put(w, !s->said ? STR("") : emergency ? STR("yes") : STR("no"));
	csv_put(w, not_told ? STR("") : k->w->councils[s->area].name);
	kid_put_day(k, w, stop);
	csv_put(w, str_of(s->why));
	kid_end(k, w);
	if (not_told)
		s->area = SIZE_MAX;
	write_notification(k, s->number, start, emergency);
}

/* Moves of a child in care today, latest first: three or more placements in the last
 * year, or the same for two years, for as many as is published. */
static size_t draw_moves(struct kid *k, day_t entry, day_t *moves)
{
	const struct synth_council *c = k->council;
	day_t days = k->today - entry, year_ago = k->today - YEAR, window = year_ago > entry ? year_ago : entry;
	bool lasting = days >= LONG_DAYS && k->persona.age < 4, settled = lasting && kid_chance(k, c->settled);
	bool moving = !settled && days >= 60 && kid_chance(k, c->moving);
	size_t n = 0;
	if (moving) {
		n = kid_chance(k, 0.3) ? 3 : 2;
		day_t step = (k->today - 1 - window) / (day_t)n;
		for (size_t i = 0; i < n; i++)
			moves[i] = k->today - 1 - (day_t)i * step - (day_t)kid_draw(k, 0, step - 2);
	} else if (settled) {
		moves[n++] = (day_t)kid_draw(k, entry, k->today - TWO_YEARS);
	} else if (lasting && kid_chance(k, 0.55)) {
		moves[n++] = (day_t)kid_draw(k, k->today - TWO_YEARS + 1, year_ago - 1);
	} else if (days > 14 && (lasting || kid_chance(k, 0.3))) {
		moves[n++] = (day_t)kid_draw(k, window + 1, k->today - 1);
	}
	if (n && moves[n - 1] <= entry) /* the first placement is still the one */
		return n - 1;
	while (n < STAYS_MAX - 8 && kid_chance(k, 0.55)) {
		day_t before = (n ? moves[n - 1] : year_ago) - (day_t)kid_draw(k, 40, 700);
		if (before > year_ago) /* no further one in the last year */
			before = year_ago - (day_t)kid_draw(k, 1, 200);
		if (before <= entry)
			break;
		moves[n++] = before;
	}
	return n;
}

/* An earlier home: mostly of the kind that the child has now, if it was old enough. */
static enum place_kind earlier_kind(struct kid *k, day_t on)
{
	enum place_kind now = (enum place_kind)k->persona.place;
	bool fits = now != PLACE_ADOPTION && now != PLACE_PARENTS && (now != PLACE_SUPPORTED || kid_age(k, on) >= 16) &&
		    (now != PLACE_HOME || kid_age(k, on) >= 8) && now != PLACE_OTHER;
	return fits && kid_chance(k, 0.6)		    ? now
	       : kid_age(k, on) >= 10 && kid_chance(k, 0.2) ? PLACE_HOME
							    : PLACE_FOSTER;
}

static void placements_now(struct kid *k, day_t entry, const day_t *moves, size_t n)
{
	enum place_kind now = (enum place_kind)k->persona.place;
	enum where_kind where = (enum where_kind)k->persona.where;
	day_t start = entry, sixteen = day_birthday(k->born, 16);
	for (size_t i = n; i-- > 0;) {
		write_placement(k, start, moves[i], earlier_kind(k, start),
				(enum where_kind)joint_draw(k->council->joint, &k->r).where, true);
		start = moves[i];
	}
	if (now == PLACE_SUPPORTED && start < sixteen && sixteen <= k->today) { /* not before 16 */
		write_placement(k, start, sixteen, PLACE_FOSTER, WHERE_INSIDE_NEAR, true);
		start = sixteen;
	}
	write_placement(k, start, DAY_NONE, now, where, false);
}

/* Of a period that is over. */
static void placements_then(struct kid *k, day_t entry, day_t left, bool adopted)
{
	/* A special guardianship order to the foster carer. */
	bool kept = strcmp(k->cares[k->n_cares - 1].why, "E45") == 0;
	day_t start = entry;
	for (int n = 0; n < 12; n++) {
		day_t stop =
		    start + (day_t)(kid_chance(k, n == 0 ? 0.35 : 0.2) ? kid_draw(k, 5, 110) : kid_draw(k, 150, 1500));
		bool last = stop >= left || n == 11;
		enum place_kind kind = earlier_kind(k, start);
		if (last && adopted && left - start > 60) { /* the family that adopts, for some months before */
			day_t from = left - (day_t)kid_draw(k, 30, left - start < 300 ? left - start - 1 : 300);
			write_placement(k, start, from, PLACE_FOSTER, WHERE_INSIDE_NEAR, true);
			write_placement(k, from, left, PLACE_ADOPTION, WHERE_OUTSIDE_NEAR, false);
			return;
		}
		write_placement(k, start, last ? left : stop,
				adopted						? PLACE_ADOPTION
				: last && kept					? PLACE_FOSTER
				: kid_age(k, start) >= 16 && kid_chance(k, 0.4) ? PLACE_SUPPORTED
										: kind,
				(enum where_kind)joint_draw(k->council->joint, &k->r).where, !last);
		if (last)
			return;
		start = stop;
	}
}

/* ---- periods of care ---- */

static void write_period(struct kid *k, const struct care_time *c, const char *status, day_t from)
{
	if (k->n_legal < LEGAL_MAX)
		k->legal[k->n_legal++] = (struct legal_change){ c->number, from == DAY_NONE ? c->entry : from, status };
	day_t told = as_told(k, c->entry);
	struct csv_writer *w = kid_begin(k, SYNTH_PERIODS);
	kid_put_number(w, "P", c->number);
	kid_put_day(k, w, told);
	kid_put_code(k, w, status);
	kid_put_day(k, w, from);
	kid_put_day(k, w, c->left <= k->today ? c->left : DAY_NONE);
	kid_put_code(k, w, c->left <= k->today ? c->why : "");
	kid_end(k, w);
}

static const char *end_reason(struct kid *k, day_t left)
{
	static const char *const young[] = { "E4A", "E4B", "E45", "E47", "E11", "E41", "E8" };
	static const double young_w[] = { 40, 12, 15, 10, 12, 6, 5 }, older_w[] = { 48, 16, 12, 6, 0, 6, 12 };
	static const char *const grown[] = { "E17", "E5", "E6", "E4A", "E7" };
	static const double grown_w[] = { 30, 40, 15, 10, 5 };
	if (left >= day_birthday(k->born, 18))
		return grown[rand_choice(&k->r, grown_w, COUNT_OF(grown))];
	return young[rand_choice(&k->r, kid_age(k, left) < 8 ? young_w : older_w, COUNT_OF(young))];
}

/* The statuses that led to the last one, as the time up to `until` allows: each on a day of its own. */
static void legal_history(struct kid *k, const struct care_time *c, enum legal_kind last, day_t until)
{
	static const char *const codes[] = { "C2", "C1", "E1", "V2", "J1", "L1" };
	day_t days = until - c->entry;
	const char *before[3] = { NULL, NULL, NULL };
	size_t n = 0;
	if (last == LEGAL_FULL || last == LEGAL_PLACEMENT_ORDER) {
		if (days > 240 && kid_chance(k, 0.45))
			before[n++] = kid_chance(k, 0.75) ? "V2" : kid_chance(k, 0.5) ? "L2" : "L1";
		if (days > 90 && !kid_chance(k, 0.1))
			before[n++] = "C1";
		if (last == LEGAL_PLACEMENT_ORDER && days > 420 && kid_chance(k, 0.4))
			before[n++] = "C2";
	} else if (last == LEGAL_INTERIM && days > 40 && kid_chance(k, 0.45)) {
		before[n++] = kid_chance(k, 0.7) ? "V2" : "L2";
	}
	if (n && before[0][0] == 'L') /* another status so soon: the wrong day would contradict it */
		k->told_late = 0;
	day_t from = c->entry, ten = day_birthday(k->born, 10);
	if (last == LEGAL_YOUTH_JUSTICE && from < ten && ten <= until) { /* no earlier than ten */
		write_period(k, c, "V2", DAY_NONE);
		write_period(k, c, codes[last], ten);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		write_period(k, c, before[i], i ? from : DAY_NONE);
		day_t most = (until - from) / (day_t)(n - i + 1);
		from += before[i][0] == 'L' ? (day_t)kid_draw(k, 1, 3)
					    : (day_t)kid_draw(k, most < 20 ? 1 : 18,
							      most < 20	   ? most
							      : most < 260 ? most
									   : 260);
	}
	const char *code = last == LEGAL_DETAINED ? (days <= 2 && kid_chance(k, 0.5) ? "L1" : "L2") : codes[last];
	write_period(k, c, code, n ? from : DAY_NONE);
}

static void care(struct kid *k, day_t entry, day_t left, enum legal_kind legal, bool assess)
{
	struct care_time *c = &k->cares[k->n_cares++];
	day_t moves[STAYS_MAX], until = left < k->today ? left : k->today;
	*c = (struct care_time){ (int)k->n_cares, entry, left, false, "" };
	if (until - entry < 30)
		k->told_late = 0;
	if (left == DAY_NEVER) {
		size_t n = draw_moves(k, entry, moves);
		if (n && moves[n - 1] - entry < 6)
			k->told_late = 0;
		/* Only under an order do children live with parents or adopters. */
		if (k->persona.place == PLACE_PARENTS || k->persona.place == PLACE_ADOPTION)
			until = n ? moves[0] : entry;
		legal_history(k, c, legal, until);
		placements_now(k, entry, moves, n);
	} else {
		c->why = k->died != DAY_NONE ? "E2" : k->task->role != SYNTH_LEFT_CARE ? "E4A" : end_reason(k, left);
		bool adopted = c->why[0] == 'E' && c->why[1] == '1' && c->why[2] == '1';
		if (adopted)
			until = entry;
		enum legal_kind last = adopted				? LEGAL_PLACEMENT_ORDER
				       : legal == LEGAL_PLACEMENT_ORDER ? LEGAL_FULL
									: legal;
		if (adopted)
			k->persona.legal = LEGAL_PLACEMENT_ORDER;
		legal_history(k, c, last, until);
		placements_then(k, entry, left, adopted);
	}
	if (assess)
		initial_assessment(k, entry, left);
	if (k->last_seen != DAY_NONE)
		reviews(k, left);
}

/* A child who stays for single nights under an agreement: no clock of assessments. */
static void short_breaks(struct kid *k, day_t entry)
{
	struct care_time *c = &k->cares[k->n_cares++];
	*c = (struct care_time){ (int)k->n_cares, entry, DAY_NEVER, true, "" };
	write_period(k, c, kid_chance(k, 0.3) ? "V3" : "V4", DAY_NONE);
	day_t start = entry;
	for (int n = 0; n < 12 && start <= k->today; n++) {
		day_t stop = start + (day_t)kid_draw(k, 1, 4);
		write_placement(k, start, kid_if_past(k, stop), kid_chance(k, 0.5) ? PLACE_FOSTER : PLACE_RESIDENTIAL,
				WHERE_INSIDE_NEAR, false);
		start = stop + (day_t)kid_draw(k, 20, 60);
	}
}

/* ---- the child ---- */

/* A day of birth so that the child was of this band on a day. */
static day_t birth(struct kid *k, size_t band, day_t on)
{
	static const int from[] = { 0, 1, 5, 10, 16 }, to[] = { 1, 5, 10, 16, 18 };
	day_t youngest = day_birthday(on, -from[band]), oldest = day_birthday(on, -to[band]) + 1;
	return (day_t)kid_draw(k, oldest, youngest - (band ? 0 : 2));
}

static void write_child(struct kid *k)
{
	struct rand family = rand_stream(k->w->o->seed, "family", k->task->leader);
	k->language = synth_language(&family);
	synth_family_name(&family, k->family, sizeof k->family);
	snprintf(k->given, sizeof k->given, "%s", synth_given_name(&k->r));
	k->sex = kid_chance(k, 0.002) ? "U" : k->persona.female ? "F" : "M";
	/* Some are not traced; past the range kept for tests nobody is. */
	if (kid_chance(k, 0.04) || !world_nhs_number(k->w, k->task->index, k->nhs))
		k->nhs[0] = '\0';
	bool english = k->language[0] == 'E';
	struct csv_writer *w = kid_begin(k, SYNTH_CHILDREN);
	csv_put(w, str_of(k->nhs));
	csv_put(w, str_of(k->given));
	csv_put(w, str_of(k->family));
	kid_put_day(k, w, k->born);
	csv_put(w, str_of(k->sex));
	kid_put_day(k, w, k->died);
	csv_put(w, str_of(k->language));
	csv_put(w, english ? STR("no") : STR("yes"));
	kid_end(k, w);
}

/* Days in care so far; the chances are those of world.h. Brothers and sisters came on
 * one day where their ages allow it. */
static day_t days_in_care(const struct kid *k, struct rand *family)
{
	const struct synth_council *c = k->council;
	day_t lived = k->today - k->born, least = 0, most = YEAR - 1;
	double u = rand_real(family), v = rand_real(family);
	double lasting = lived < LONG_DAYS ? 0 : k->persona.age == 4 ? c->two_years : c->long_term;
	double year = lived < YEAR ? 0 : lasting + (1 - lasting) * c->one_year;
	if (u < lasting) {
		least = LONG_DAYS;
		most = SYNTH_HISTORY_DAYS;
	} else if (u < year) {
		least = YEAR;
		most = LONG_DAYS - 1;
	}
	most = most > lived ? lived : most;
	return least + (day_t)(v * (most - least + 1));
}

/* In care once before: true if the last assessment still counts. */
static bool care_before(struct kid *k, day_t entry)
{
	if (entry - k->born < 700 || entry < k->today - 3 * YEAR || !kid_chance(k, 0.1))
		return false;
	day_t before = entry - (day_t)kid_draw(k, 130, 600), out = before + (day_t)kid_draw(k, 40, entry - before - 20);
	care(k, before, out, kid_chance(k, 0.6) ? LEGAL_S20 : LEGAL_INTERIM, true);
	k->refuses = false;
	return k->last_seen != DAY_NONE && k->last_by_doctor && entry - k->last_seen < 85;
}

static void live_in_care(struct kid *k)
{
	struct rand family = rand_stream(k->w->o->seed, "entry", k->task->leader);
	day_t days = days_in_care(k, &family);
	if (k->persona.legal == LEGAL_DETAINED)
		days = (day_t)kid_draw(k, 0, k->today - k->born < 7 ? k->today - k->born : 7);
	day_t entry = k->today - days;
	if (k->task->role == SYNTH_SHORT_BREAKS) {
		short_breaks(k, entry);
		return;
	}
	bool exempt = care_before(k, entry);
	if (!exempt)
		k->last_seen = DAY_NONE;
	care(k, entry, DAY_NEVER, (enum legal_kind)k->persona.legal, !exempt);
}

/* Left care in the last five years: many on their eighteenth birthday. */
static void live_and_leave(struct kid *k)
{
	day_t left = k->today - (day_t)kid_draw(k, 1, SYNTH_HISTORY_DAYS - 120);
	k->born = birth(k, k->persona.age, left);
	day_t eighteen = day_birthday(k->born, 18);
	if (k->persona.age == 4 && eighteen <= k->today && kid_chance(k, 0.7))
		left = eighteen;
	day_t most = left - (k->today - SYNTH_HISTORY_DAYS), lived = left - k->born;
	most = most < lived ? most : lived;
	day_t days = (day_t)(-log(1 - rand_real(&k->r)) * 500) % (most + 1);
	if (kid_chance(k, 0.003))
		k->died = left;
	if (days == 0)
		days = most < 1 ? 0 : 1;
	write_child(k);
	care(k, left - days, left, (enum legal_kind)k->persona.legal, true);
}

/* Its council, what it is like, and where home is. */
static void begin_child(struct kid *k)
{
	const struct synth_world *w = k->w;
	uint64_t seed = w->o->seed;
	struct rand family = rand_stream(seed, "home", k->task->leader),
		    first = rand_stream(seed, "first", k->task->index);
	struct rand persona = rand_stream(seed, "persona", k->task->index);
	bool elsewhere = k->task->role == SYNTH_PLACED_HERE;
	k->council = &w->councils[k->task->council];
	k->council_name = k->council->name;
	snprintf(k->id, sizeof k->id, "%s-%" PRIu64, elsewhere ? "X" : k->council->letter, 1001 + k->task->index);
	k->persona = joint_draw(k->council->joint, &persona);
	for (int i = 0; elsewhere && i < 50 && !where_outside((enum where_kind)k->persona.where); i++)
		k->persona = joint_draw(k->council->joint, &persona);
	k->need = (uint8_t)joint_need(k->council->joint, &persona, k->persona.uasc);
	k->ethnic = (uint8_t)joint_ethnic(k->council->joint, &persona, k->persona.uasc);
	enum where_kind where = (enum where_kind)k->persona.where;
	if (where != WHERE_INSIDE_UNKNOWN && where != WHERE_OUTSIDE_UNKNOWN) {
		bool near = where == WHERE_INSIDE_NEAR || where == WHERE_OUTSIDE_NEAR;
		k->now_area = elsewhere ? k->task->here : world_place(w, &persona, k->task->council, where);
		world_pair(w, &family, &persona, k->task->council, k->now_area, near, &k->home, &k->now_spot);
	}
	if (w->o->first && k->task->role != SYNTH_SHORT_BREAKS && rand_chance(&first, 0.02))
		k->told_late = (day_t)rand_int(&first, 1, 4);
}

void synth_child(const struct synth_world *w, const struct synth_task *t, struct synth_out *out, struct kid *k)
{
	*k = (struct kid){ .w = w,
			   .task = t,
			   .out = out,
			   .r = rand_stream(w->o->seed, "child", t->index),
			   .later = rand_stream(w->o->seed, "later", t->index),
			   .from = &k->r,
			   .died = DAY_NONE,
			   .today = w->o->today,
			   .last_seen = DAY_NONE,
			   .plan_asked = DAY_NONE,
			   .plan_made = DAY_NONE };
	begin_child(k);
	if (t->role == SYNTH_LEFT_CARE) {
		live_and_leave(k);
	} else {
		k->born = birth(k, k->persona.age, k->today);
		write_child(k);
		live_in_care(k);
	}
	if (t->role != SYNTH_SHORT_BREAKS && k->died == DAY_NONE)
		synth_help(k);
	k->from = &k->later;
	synth_later(k);
}
