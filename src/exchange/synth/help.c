#include "exchange/synth/kid.h"

#include <math.h>

/* The mental-health help of an invented child: referrals with their contacts and
 * steps, crises with times, eating disorders with treatments, a few stays in beds.
 * Waits are drawn so that most are in time, some late, and some are waiting now.
 * None of it describes a real service. */

enum { TWO_YEARS = 730, DAY_MINUTES = 1440, CONTACTS_MAX = 60, MORNING = 600 };

struct help {
	struct kid *k;
	struct rand r;
	day_t today;
	int referral, contact, step, stay;
};

static int64_t draw(struct help *h, int64_t min, int64_t max)
{
	return rand_int(&h->r, min, max);
}

static bool chance(struct help *h, double p)
{
	return rand_chance(&h->r, p);
}

/* The same day, or the Monday after it. */
static day_t office(day_t d)
{
	int weekday = day_weekday(d);
	return weekday > 5 ? d + 8 - weekday : d;
}

static int age(const struct help *h, day_t on)
{
	return on < h->k->born ? -1 : day_age_years(h->k->born, on);
}

static int office_minute(struct help *h)
{
	return (int)(540 + 15 * draw(h, 0, 30));
}

/* Who helps: of the council's board, or of the board where the child lives. */
static struct str provider(const struct help *h)
{
	const struct synth_task *t = h->k->task;
	return h->k->w->councils[t->role == SYNTH_PLACED_HERE ? t->here : t->council].provider;
}

static double within_4_weeks(const struct help *h)
{
	const struct synth_task *t = h->k->task;
	return h->k->w->councils[t->role == SYNTH_PLACED_HERE ? t->here : t->council].within_4_weeks;
}

/* ---- rows ---- */

static struct csv_writer *begin(struct help *h, enum synth_table t)
{
	struct csv_writer *w = &h->k->out->w[t];
	csv_put(w, h->k->council_name);
	csv_put(w, str_of(h->k->id));
	return w;
}

static void end(struct help *h, struct csv_writer *w)
{
	csv_end_row(w);
	h->k->out->counts.rows++;
}

/* dd/mm/yyyy hh:mm; empty for DAY_NONE and for days that have not come. */
static void put_day(struct help *h, struct csv_writer *w, day_t d, int minute)
{
	char text[40];
	if (d == DAY_NONE || d > h->today) {
		csv_put(w, STR(""));
		return;
	}
	struct ymd a = day_ymd(d);
	int n = snprintf(text, sizeof text, "%02d/%02d/%04d", a.day, a.month, a.year);
	if (minute >= 0)
		n += snprintf(text + n, sizeof text - (size_t)n, " %02d:%02d", minute / 60, minute % 60);
	csv_put(w, (struct str){ text, (size_t)n });
}

static void put_number(struct csv_writer *w, const char *letters, int n)
{
	char text[24];
	int len = snprintf(text, sizeof text, "%s%d", letters, n);
	csv_put(w, (struct str){ text, (size_t)len });
}

struct referral {
	const char *reason, *team;
	int priority;
	day_t received, closed; /* closed: may lie ahead */
	int minute;
	bool rejected;
	int number;
};

static void write_referral(struct help *h, struct referral *f)
{
	struct csv_writer *w = begin(h, SYNTH_REFERRALS);
	f->number = ++h->referral;
	put_number(w, "M", f->number);
	csv_put(w, provider(h));
	put_day(h, w, f->received, f->minute);
	csv_put(w, str_of(f->reason));
	csv_put(w, str_of(f->team));
	csv_put_int(w, f->priority);
	put_day(h, w, f->closed, MINUTE_NONE);
	csv_put(w, str_of(f->closed > h->today ? "" : f->rejected ? "rejected" : "discharged"));
	end(h, w);
}

struct contact {
	day_t day;
	int minute;
	const char *what, *mode, *treatment;
	bool attended;
};

static void write_contact(struct help *h, const struct referral *f, struct contact c)
{
	/* The tables are written on the morning of the last day. */
	if (c.day > h->today || (c.day == h->today && c.minute > MORNING) || h->contact == CONTACTS_MAX)
		return;
	bool contact = c.what[0] == 'c';
	struct csv_writer *w = begin(h, SYNTH_CONTACTS);
	put_number(w, "C", ++h->contact);
	put_number(w, "M", f->number);
	csv_put(w, provider(h));
	put_day(h, w, c.day, c.minute);
	csv_put(w, str_of(contact ? c.mode : ""));
	csv_put(w, contact ? (c.attended ? STR("yes") : STR("no")) : STR(""));
	csv_put(w, str_of(contact ? c.treatment : ""));
	csv_put(w, str_of(c.what));
	end(h, w);
}

static void write_step(struct help *h, const struct referral *f, day_t on, const char *what, const char *why)
{
	if (on > h->today)
		return;
	struct csv_writer *w = begin(h, SYNTH_REFERRAL_STEPS);
	put_number(w, "S", ++h->step);
	put_number(w, "M", f->number);
	csv_put(w, provider(h));
	put_day(h, w, on, MINUTE_NONE);
	csv_put(w, str_of(what));
	csv_put(w, str_of(why));
	csv_put(w, STR(""));
	end(h, w);
}

/* ---- what follows a referral ---- */

static const char *some_mode(struct help *h)
{
	static const char *const modes[] = { "01", "11", "02", "04", "indirect" };
	static const double weights[] = { 62, 22, 11, 3, 2 };
	return modes[rand_choice(&h->r, weights, COUNT_OF(modes))];
}

static struct contact meeting(struct help *h, day_t on, bool attended)
{
	return (struct contact){ .day = on,
				 .minute = chance(h, 0.7) ? office_minute(h) : MINUTE_NONE,
				 .what = "contact",
				 .mode = some_mode(h),
				 .treatment = "",
				 .attended = attended };
}

static void score_and_plan(struct help *h, const struct referral *f, day_t first)
{
	struct contact c = { .day = office(first + (day_t)draw(h, 0, 6)), .minute = MINUTE_NONE, .what = "score" };
	write_contact(h, f, c);
	c.day = office(first + (day_t)draw(h, 0, 14));
	c.what = "plan";
	write_contact(h, f, c);
}

static void later_meetings(struct help *h, const struct referral *f, day_t first, const char *treatment)
{
	for (day_t on = first + 14; on < f->closed && on <= h->today; on += (day_t)draw(h, 10, 30)) {
		struct contact c = meeting(h, office(on), !chance(h, 0.12));
		c.treatment = treatment;
		write_contact(h, f, c);
	}
}

/* From school year 9 the move to adult services is planned for nearly all. */
static void plan_transition(struct help *h, const struct referral *f)
{
	day_t on = f->received + (day_t)draw(h, 2, 26);
	if (age(h, f->received) >= 13 && on <= f->closed && chance(h, 0.9))
		write_step(h, f, on, "transition", "");
}

/* ---- pathways ---- */

/* Community help. Returns the day it closed, which may lie ahead. */
static day_t community(struct help *h, day_t received)
{
	static const char *const teams[] = { "C02", "A18", "F01" };
	static const double weights[] = { 60, 27, 13 };
	static const char *const why[] = { "family-choice", "not-attended", "ill", "young-person-choice" };
	/* Helped within four weeks: as many as of the board's children; the others wait months. */
	bool soon = chance(h, within_4_weeks(h));
	day_t wait = (day_t)(soon ? draw(h, 4, 26) : 30 + (day_t)fmin(420, -log(1 - rand_real(&h->r)) * 110));
	bool pause = wait > 20 && chance(h, 0.25);
	struct referral f = { .reason = "other",
			      .team = teams[rand_choice(&h->r, weights, COUNT_OF(teams))],
			      .priority = 3,
			      .received = received,
			      .minute = MINUTE_NONE,
			      .closed = office(received + wait + (day_t)draw(h, 60, 300)),
			      .rejected = chance(h, 0.08) };
	if (f.rejected)
		f.closed = office(received + (day_t)draw(h, 3, 14));
	write_referral(h, &f);
	if (f.rejected)
		return f.closed;
	day_t first = office(received + wait);
	if (received + 28 <= h->today) {
		h->k->referred++;
		h->k->helped_soon += soon;
	}
	if (pause) {
		day_t from = received + (day_t)draw(h, 4, 10);
		write_step(h, &f, from, "paused", why[draw(h, 0, (int64_t)COUNT_OF(why) - 1)]);
		write_step(h, &f, from + (day_t)draw(h, 5, 10), "resumed", "");
	}
	if (chance(h, 0.12))
		write_contact(h, &f, meeting(h, office(received + wait / 2), false));
	write_contact(h, &f, meeting(h, first, true));
	score_and_plan(h, &f, first);
	later_meetings(h, &f, first, "");
	plan_transition(h, &f);
	return f.closed;
}

/* So many minutes after a time of a day. */
static struct contact seen_after(day_t day, int minute, int64_t wait)
{
	int64_t at = minute + wait;
	return (struct contact){ .day = day + (day_t)(at / DAY_MINUTES),
				 .minute = (int)(at % DAY_MINUTES),
				 .what = "contact",
				 .mode = "01",
				 .treatment = "",
				 .attended = true };
}

/* Crisis or liaison, with times. The referral as written, for what may follow. */
static struct referral crisis(struct help *h, day_t received, day_t closed)
{
	static const char *const teams[] = { "A02", "A19", "A18", "A11" };
	static const double weights[] = { 55, 12, 13, 20 };
	size_t t = rand_choice(&h->r, weights, COUNT_OF(teams));
	int64_t limit = t == 3 ? 60 : chance(h, 0.5) ? 240 : DAY_MINUTES;
	int minute = (int)draw(h, 0, received == h->today ? MORNING : DAY_MINUTES - 1);
	struct referral f = { .reason = "other",
			      .team = teams[t],
			      .priority = t == 3	 ? 3
					  : limit == 240 ? 4
							 : 2,
			      .received = received,
			      .minute = chance(h, 0.95) ? minute : MINUTE_NONE,
			      .closed = closed };
	write_referral(h, &f);
	if (chance(h, 0.05))
		return f; /* nobody has written down that the child was seen */
	int64_t wait = chance(h, 0.82) ? draw(h, 10, limit) : draw(h, limit + 1, limit * 4);
	struct contact c = seen_after(received, minute, wait);
	if (c.day > closed)
		return f;
	if (chance(h, 0.04))
		c.minute = MINUTE_NONE;
	write_contact(h, &f, c);
	return f;
}

static const char *eating_treatment(struct help *h, day_t on)
{
	static const char *const now[] = { "51484002", "1362001000000104", "1833251000000107", "443730003" };
	static const double weights[] = { 62, 14, 14, 10 };
	return on < day_of(2025, 4, 1) ? "51484002" : now[rand_choice(&h->r, weights, COUNT_OF(now))];
}

static void eating_disorder(struct help *h, day_t received)
{
	bool urgent = chance(h, 0.35);
	int limit = urgent ? 7 : 28;
	day_t first = received + (day_t)(chance(h, 0.75) ? draw(h, 1, limit) : draw(h, limit + 1, 3 * limit));
	struct referral f = { .reason = "12",
			      .team = "C10",
			      .priority = !urgent	    ? 3
					  : chance(h, 0.15) ? 1
							    : 2,
			      .received = received,
			      .minute = office_minute(h),
			      .closed = first + (day_t)draw(h, 120, 400) };
	write_referral(h, &f);
	if (f.priority == 1)
		write_contact(h, &f, seen_after(received, f.minute, draw(h, 60, 1600)));
	struct contact c = meeting(h, received + (first - received) / 2, true);
	c.treatment = "other-treatment";
	c.mode = "01";
	write_contact(h, &f, c);
	c = meeting(h, first, true);
	c.treatment = eating_treatment(h, first);
	c.mode = chance(h, 0.8) ? "01" : "11";
	write_contact(h, &f, c);
	score_and_plan(h, &f, first);
	later_meetings(h, &f, first, c.treatment);
	plan_transition(h, &f);
}

static void psychosis(struct help *h, day_t received)
{
	day_t first = received + (day_t)(chance(h, 0.7) ? draw(h, 2, 14) : draw(h, 15, 40));
	struct referral f = { .reason = "01",
			      .team = "A14",
			      .priority = 2,
			      .received = received,
			      .minute = MINUTE_NONE,
			      .closed = first + (day_t)draw(h, 300, 900) };
	write_referral(h, &f);
	write_contact(h, &f, meeting(h, first, true));
	write_step(h, &f, first + (day_t)draw(h, 0, 5), "coordinator", "");
	score_and_plan(h, &f, first);
	later_meetings(h, &f, first, "");
	plan_transition(h, &f);
}

/* A crisis that ends in a bed, and what follows the discharge. */
static void bed_stay(struct help *h, day_t admitted)
{
	static const char *const beds[] = { "300", "301", "302", "adult-bed" };
	static const double weights[] = { 60, 20, 14, 6 };
	day_t out = admitted + (day_t)(chance(h, 0.75) ? draw(h, 8, 60) : draw(h, 61, 170));
	struct referral f = crisis(h, admitted, out + (day_t)draw(h, 30, 120));
	struct csv_writer *w = begin(h, SYNTH_BED_STAYS);
	put_number(w, "B", ++h->stay);
	csv_put(w, provider(h));
	put_day(h, w, admitted, MINUTE_NONE);
	csv_put(w, str_of(admitted < day_of(2024, 4, 1) ? "23" : beds[rand_choice(&h->r, weights, COUNT_OF(beds))]));
	csv_put(w, str_of(chance(h, 0.75) ? "neither" : chance(h, 0.7) ? "autism" : "learning-disability"));
	put_day(h, w, out - admitted > 80 && chance(h, 0.7) ? admitted + (day_t)draw(h, 50, 80) : DAY_NONE,
		MINUTE_NONE);
	put_day(h, w, out, chance(h, 0.5) ? office_minute(h) : MINUTE_NONE);
	csv_put(w, str_of(out > h->today ? "" : "1"));
	csv_put(w, str_of(out > h->today ? "" : chance(h, 0.6) ? "home" : "care-placement"));
	end(h, w);
	struct contact c = meeting(h, out + (day_t)(chance(h, 0.8) ? draw(h, 1, 3) : draw(h, 4, 12)), true);
	c.mode = chance(h, 0.6) ? "01" : "02";
	write_contact(h, &f, c);
	later_meetings(h, &f, out, "");
}

/* ---- the child ---- */

static day_t in_care_since(const struct help *h)
{
	const struct kid *k = h->k;
	return k->n_cares ? k->cares[k->n_cares - 1].entry : k->born;
}

/* A day of the last two years on which the child was in care or after; half of
 * them lately, so that some wait now. */
static day_t some_day(struct help *h)
{
	day_t entry = in_care_since(h), from = entry > h->today - TWO_YEARS ? entry : h->today - TWO_YEARS;
	day_t lately = h->today - (chance(h, 0.4) ? 4 : 60);
	if (lately > from && chance(h, 0.5))
		from = lately;
	return (day_t)draw(h, from, h->today);
}

void synth_help(struct kid *k)
{
	struct help h = { .k = k, .r = rand_stream(k->w->o->seed, "help", k->task->index), .today = k->today };
	day_t entry = in_care_since(&h), from = entry > h.today - TWO_YEARS ? entry : h.today - TWO_YEARS;
	if (age(&h, h.today) < 6 || age(&h, h.today) > 18 || from + 15 >= h.today)
		return;
	if (chance(&h, 0.13)) {
		day_t received = office(from + (day_t)draw(&h, 10, h.today - from));
		for (int n = 0; n < 3 && received <= h.today; n++) {
			day_t closed = community(&h, received);
			/* Another team of the same provider takes over: one spell, one wait. */
			if (closed > h.today || !chance(&h, 0.25))
				break;
			received = office(closed + (day_t)draw(&h, -3, 4));
		}
	}
	if (age(&h, h.today) < 11)
		return;
	if (chance(&h, 0.06)) {
		day_t received = some_day(&h);
		crisis(&h, received, received + (day_t)draw(&h, 1, 30));
	}
	if (chance(&h, 0.03))
		eating_disorder(&h, some_day(&h));
	if (age(&h, h.today) >= 15 && chance(&h, 0.012))
		psychosis(&h, some_day(&h));
	if (chance(&h, 0.02))
		bed_stay(&h, some_day(&h));
}
