#include "exchange/tables/synth_kid.h"

#include <math.h>

/* What happens to an invented child: care, placements, health, help. Delays are drawn
 * so that about three in a hundred children are overdue for something, more are due
 * soon, and some things are not known. None of it describes a real council. */

enum { YEAR = 365, HISTORY_DAYS = 5 * YEAR + 1 };

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
	kid_put_number(w, "H", ++k->assessment);
	kid_put_code(k, w, kind);
	kid_put_day(k, w, seen);
	kid_put_code(k, w, doctor ? "doctor" : kid_chance(k, 0.03) ? "midwife" : "nurse");
	kid_put_day(k, w, kid_if_past(k, back));
	kid_end(k, w);
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

/* Appointments until the child is seen, the child leaves (`left`) or today comes. */
static void see(struct kid *k, const char *kind, const struct papers *p, day_t want, day_t left, bool doctor)
{
	day_t date = kid_office(want > p->complete + 2 ? want : p->complete + 2);
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
		if (kid_age(k, date) >= 14 && kid_chance(k, 0.025)) {
			if (!refuse(k, kind, booked, date, &later))
				return;
		} else if (kid_chance(k, 0.09)) {
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
	day_t want = entry + (day_t)kid_draw(k, 11, 25);
	if (p.asked > left)
		return;
	write_request(k, "initial", &p);
	see(k, "initial", &p, want, left, true);
}

static void write_sdq(struct kid *k, day_t on)
{
	int years = kid_age(k, on);
	if (years < 4 || years > 16 || on > k->today || kid_chance(k, 0.2))
		return;
	double mean = k->council ? k->council->sdq_mean : 15;
	int64_t score = (int64_t)lround(rand_normal(&k->r, mean, 6.5));
	struct csv_writer *w = kid_begin(k, SYNTH_SDQ);
	kid_put_day(k, w, on);
	kid_put_code(k, w,
		     kid_chance(k, 0.85)  ? "carer"
		     : kid_chance(k, 0.6) ? "teacher"
		     : years >= 11	  ? "self"
					  : "carer");
	csv_put_int(w, score < 0 ? 0 : score > 40 ? 40 : score);
	kid_end(k, w);
}

/* Reviews follow each other: six months under five, else twelve. */
static void reviews(struct kid *k, day_t left)
{
	for (int n = 0; n < 20 && !k->refuses && k->last_seen != DAY_NONE; n++) {
		day_t last = k->last_seen;
		bool small = kid_age(k, last) < 5;
		day_t due = day_add_months(last, small ? 6 : 12);
		day_t want = due - (day_t)kid_draw(k, 0, 20);
		if (kid_chance(k, 0.13))
			want = due + (day_t)kid_draw(k, 4, 75);
		struct papers p = make_papers(k, due - (day_t)kid_draw(k, 60, 88));
		if (p.asked > k->today || p.asked > left || want > left)
			return;
		write_request(k, "review", &p);
		if (p.asked - 10 > last + 30)
			write_sdq(k, kid_office(p.asked - (day_t)kid_draw(k, 0, 9)));
		see(k, "review", &p, want, left, small ? kid_chance(k, 0.3) : kid_chance(k, 0.1));
		if (k->last_seen == last)
			return; /* still to be seen, or refused */
	}
}

/* ---- placements ---- */

static const char *placement_type(struct kid *k, day_t on)
{
	static const char *const small[] = { "U6", "U3", "U1", "U5", "A5", "P1", "R3" };
	static const double small_w[] = { 58, 16, 6, 8, 5, 6, 1 };
	static const char *const middle[] = { "U6", "U4", "U3", "U1", "K2", "P1", "S1", "R1" };
	static const double middle_w[] = { 46, 18, 10, 6, 14, 3, 1, 2 };
	static const char *const grown[] = { "U6", "U4", "K2", "K3", "U3", "P1", "K1", "R5" };
	static const double grown_w[] = { 32, 14, 14, 30, 5, 2, 2, 1 };
	int years = kid_age(k, on);
	if (years < 5)
		return small[rand_choice(&k->r, small_w, COUNT_OF(small))];
	if (years < 16)
		return middle[rand_choice(&k->r, middle_w, COUNT_OF(middle))];
	return grown[rand_choice(&k->r, grown_w, COUNT_OF(grown))];
}

static struct str placement_area(struct kid *k)
{
	const struct synth_world *w = k->w;
	if (!k->council) /* another area's child, living here */
		return w->councils[kid_draw(k, 0, (int64_t)w->n_councils - 1)].name;
	if (kid_chance(k, k->council->inside))
		return k->council->name;
	if (kid_chance(k, 0.04))
		return STR(""); /* not told */
	if (kid_chance(k, 0.5))
		return w->councils[kid_draw(k, 0, (int64_t)w->n_councils - 1)].name;
	return w->neighbours[kid_draw(k, 0, (int64_t)w->n_neighbours - 1)];
}

static void write_notification(struct kid *k, day_t start, bool emergency)
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
	kid_put_number(w, "PL", k->placement);
	kid_put_minute(k, w, on, kid_chance(k, 0.6) ? (int)kid_draw(k, 510, 1020) : MINUTE_NONE);
	kid_end(k, w);
}

/* Drawn apart, so that what is not about it stays as it was. */
static const char *why_moved(struct kid *k)
{
	static const char *const why[] = { "CARPL", "CREQB", "CREQO", "CHILD", "LAREQ", "STAND", "ALLEG", "PLACE", "" };
	static const double weights[] = { 40, 14, 8, 8, 14, 3, 2, 6, 5 };
	return why[rand_choice(&k->later, weights, COUNT_OF(why))];
}

static void write_placement(struct kid *k, day_t start, day_t stop, const char *type, bool emergency)
{
	struct csv_writer *w = kid_begin(k, SYNTH_PLACEMENTS);
	kid_put_number(w, "PL", ++k->placement);
	kid_put_number(w, "P", k->period);
	kid_put_day(k, w, start);
	kid_put_code(k, w, type);
	bool said = !kid_chance(k, 0.03);
	csv_put(w, !said ? STR("") : emergency ? STR("yes") : STR("no"));
	struct str area = placement_area(k);
	csv_put(w, area);
	kid_put_day(k, w, stop);
	csv_put(w, str_of(stop == DAY_NONE ? "" : why_moved(k)));
	kid_end(k, w);
	if (k->n_stays < STAYS_MAX)
		k->stays[k->n_stays++] = (struct stay){ k->placement, start, stop, type, said && emergency, area };
	write_notification(k, start, emergency);
}

static void placements(struct kid *k, day_t entry, day_t left)
{
	day_t start = entry;
	for (int n = 0; n < 30 && start <= k->today && start <= left; n++) {
		bool emergency = kid_chance(k, n == 0 ? 0.25 : 0.1);
		day_t length =
		    (day_t)(kid_chance(k, n == 0 ? 0.35 : 0.15) ? kid_draw(k, 5, 110) : kid_draw(k, 150, 1500));
		day_t stop = start + length;
		const char *type = placement_type(k, start);
		if (stop >= left || stop > k->today) {
			write_placement(k, start, left <= k->today ? left : DAY_NONE, type, emergency);
			return;
		}
		write_placement(k, start, stop, type, emergency);
		start = stop;
	}
}

/* ---- periods of care ---- */

static void write_period(struct kid *k, day_t start, const char *status, day_t from, day_t left, const char *why)
{
	struct csv_writer *w = kid_begin(k, SYNTH_PERIODS);
	kid_put_number(w, "P", k->period);
	kid_put_day(k, w, start);
	kid_put_code(k, w, status);
	kid_put_day(k, w, from);
	kid_put_day(k, w, left <= k->today ? left : DAY_NONE);
	kid_put_code(k, w, left <= k->today ? why : "");
	kid_end(k, w);
}

static const char *end_reason(struct kid *k, day_t left)
{
	static const char *const young[] = { "E4A", "E4B", "E45", "E47", "E11", "E41", "E8" };
	static const double young_w[] = { 40, 12, 15, 10, 12, 6, 5 };
	static const char *const grown[] = { "E17", "E5", "E6", "E4A", "E7" };
	static const double grown_w[] = { 30, 40, 15, 10, 5 };
	if (kid_age(k, left) >= 18)
		return grown[rand_choice(&k->r, grown_w, COUNT_OF(grown))];
	return young[rand_choice(&k->r, young_w, COUNT_OF(young))];
}

/* One row for the status at the start, one for each later status. */
static void legal_history(struct kid *k, day_t entry, day_t left)
{
	static const char *const first[] = { "V2", "C1", "L2", "L1", "C2", "J1" };
	static const double weights[] = { 46, 34, 4, 5, 9, 2 };
	size_t f = rand_choice(&k->r, weights, COUNT_OF(first));
	const char *why = left == DAY_NEVER ? "" : end_reason(k, left);
	write_period(k, entry, first[f], DAY_NONE, left, why);
	day_t end_day = left < k->today ? left : k->today;
	day_t from = entry + (day_t)(f == 2 || f == 3 ? kid_draw(k, 1, 3) : kid_draw(k, 20, 120));
	if (f == 4 || f == 5 || (f == 0 && kid_chance(k, 0.5)) || from >= end_day)
		return;
	if (f != 1) {
		write_period(k, entry, "C1", from, left, why);
		from += (day_t)kid_draw(k, 120, 300);
	}
	if (from >= end_day || kid_chance(k, 0.3))
		return;
	bool adoption = kid_age(k, from) < 6 && kid_chance(k, 0.3);
	write_period(k, entry, adoption ? "E1" : "C2", from, left, why);
}

static void care(struct kid *k, day_t entry, day_t left, bool assess)
{
	k->period++;
	k->cares[k->n_cares++] = (struct care_time){ entry, left, false };
	legal_history(k, entry, left);
	placements(k, entry, left);
	if (assess)
		initial_assessment(k, entry, left);
	if (k->last_seen != DAY_NONE)
		reviews(k, left);
}

/* A child who stays for single nights under an agreement: no clock of assessments. */
static void short_breaks(struct kid *k, day_t entry)
{
	k->period++;
	k->cares[k->n_cares++] = (struct care_time){ entry, DAY_NEVER, true };
	write_period(k, entry, kid_chance(k, 0.3) ? "V3" : "V4", DAY_NONE, DAY_NEVER, "");
	day_t start = entry;
	for (int n = 0; n < 12 && start <= k->today; n++) {
		day_t stop = start + (day_t)kid_draw(k, 1, 4);
		write_placement(k, start, kid_if_past(k, stop), kid_chance(k, 0.5) ? "U6" : "R1", false);
		start = stop + (day_t)kid_draw(k, 20, 60);
	}
}

/* ---- the child ---- */

static day_t birth(struct kid *k, const double *ages)
{
	static const int from[] = { 0, 1, 5, 10, 16 }, to[] = { 1, 5, 10, 16, 18 };
	size_t band = rand_choice(&k->r, ages, AGE_BANDS);
	day_t youngest = day_birthday(k->today, -from[band]), oldest = day_birthday(k->today, -to[band]) + 1;
	return (day_t)kid_draw(k, oldest, youngest - 2);
}

static void write_nhs_number(struct kid *k, struct csv_writer *w)
{
	char d[11];
	int check = 10;
	while (check == 10 && k->w->next_nhs < 1000000) {
		int sum = 0;
		snprintf(d, sizeof d, "999%06d", (int)k->w->next_nhs++);
		for (int i = 0; i < 9; i++)
			sum += (d[i] - '0') * (10 - i);
		check = (11 - sum % 11) % 11;
	}
	if (check == 10 || kid_chance(k, 0.04)) { /* not traced, or the test range is used up */
		csv_put(w, STR(""));
		return;
	}
	d[9] = (char)('0' + check);
	csv_put(w, (struct str){ d, 10 });
}

static void write_child(struct kid *k, uint64_t leader)
{
	struct rand family = rand_stream(k->w->o->seed, "family", leader);
	char name[80];
	const char *language = synth_language(&family);
	synth_family_name(&family, name, sizeof name);
	struct csv_writer *w = kid_begin(k, SYNTH_CHILDREN);
	write_nhs_number(k, w);
	csv_put(w, str_of(synth_given_name(&k->r)));
	csv_put(w, str_of(name));
	kid_put_day(k, w, k->born);
	csv_put(w, kid_chance(k, 0.004) ? STR("U") : kid_chance(k, 0.45) ? STR("F") : STR("M"));
	csv_put(w, STR(""));
	csv_put(w, str_of(language));
	csv_put(w, language[0] == 'E' ? STR("no") : STR("yes"));
	kid_end(k, w);
}

/* Days in care so far: most came in the last years, none before our history. */
static day_t days_in_care(struct rand *r, day_t most)
{
	double d;
	do
		d = -log(1 - rand_real(r)) * 900;
	while (d > most);
	return (day_t)d;
}

/* From birth to today: in care, back in care, in short breaks, or left. */
static void live(struct kid *k, struct rand *family, uint64_t index, enum synth_role role)
{
	day_t lived = k->today - k->born, days = days_in_care(family, HISTORY_DAYS);
	day_t entry = k->today - (days < lived ? days : (day_t)kid_draw(k, 0, lived));
	day_t left = DAY_NEVER;
	if (role == SYNTH_LEFT_CARE) {
		entry =
		    k->today - (day_t)kid_draw(k, lived < 60 ? lived : 60, lived < HISTORY_DAYS ? lived : HISTORY_DAYS);
		left = entry + (day_t)kid_draw(k, (k->today - entry) / 4, k->today - entry);
	}
	if (role == SYNTH_IN_CARE && kid_chance(k, 0.04)) {
		short_breaks(k, entry);
		return;
	}
	bool back = role == SYNTH_IN_CARE && lived - (k->today - entry) > 700 && entry > k->today - 3 * YEAR &&
		    kid_chance(k, 0.1);
	bool exempt = false;
	if (back) { /* in care once before */
		day_t before = entry - (day_t)kid_draw(k, 130, 600);
		day_t out = before + (day_t)kid_draw(k, 40, entry - before - 20);
		care(k, before, out, true);
		exempt = k->last_seen != DAY_NONE && k->last_by_doctor && entry - k->last_seen < 85;
	}
	if (!exempt)
		k->last_seen = DAY_NONE;
	k->refuses = false;
	care(k, entry, left, !exempt);
	struct synth_helped who = {
		.index = index, .council = k->council_name, .id = str_of(k->id), .born = k->born, .entry = entry
	};
	synth_help(k->w, &who);
}

void synth_child(struct synth_world *w, uint64_t index, uint64_t leader, enum synth_role role, size_t council)
{
	static const double anywhere[AGE_BANDS] = { 5, 15, 18, 38, 24 };
	struct kid k = { .w = w,
			 .r = rand_stream(w->o->seed, "child", index),
			 .later = rand_stream(w->o->seed, "later", index),
			 .from = &k.r,
			 .today = w->o->today,
			 .last_seen = DAY_NONE };
	struct rand family = rand_stream(w->o->seed, "entry", leader);
	const char *letter = "X";
	if (role != SYNTH_PLACED_HERE) {
		k.council = &w->councils[council];
		k.council_name = k.council->name;
		letter = k.council->letter;
	} else {
		k.council_name = w->neighbours[council];
	}
	snprintf(k.id, sizeof k.id, "%s-%" PRIu64, letter, 1001 + index);
	k.born = birth(&k, k.council ? k.council->ages : anywhere);
	write_child(&k, leader);

	live(&k, &family, index, role);
	k.from = &k.later;
	synth_later(&k);
}
