#include "exchange/synth/kid.h"

#include <math.h>

/* What the council and others record beside health: mostly in time, so that the
 * worklists show the few that were not. None of it describes a real council. */

static day_t earlier_of(day_t a, day_t b)
{
	return a < b ? a : b;
}

static day_t later_of(day_t a, day_t b)
{
	return a > b ? a : b;
}

static day_t after(struct kid *k, day_t day, int64_t min, int64_t max)
{
	return kid_office(day + (day_t)kid_draw(k, min, max));
}

/* 1 April of the year that is running on that day. */
static day_t year_start(day_t day)
{
	struct ymd d = day_ymd(day);
	return day_of(d.month >= 4 ? d.year : d.year - 1, 4, 1);
}

day_t synth_checks_from(day_t today)
{
	return year_start(year_start(today) - 1);
}

/* ---- a row of a placement, or of the child ---- */

static void write_step(struct kid *k, const struct stay *s, const char *step, day_t on)
{
	if (on > k->today)
		return;
	struct csv_writer *w = kid_begin(k, SYNTH_PLACEMENT_STEPS);
	kid_put_number(w, "PL", s->number);
	kid_put_code(k, w, step);
	kid_put_day(k, w, later_of(on, k->born));
	kid_end(k, w);
}

static void write_dated(struct kid *k, enum synth_table t, const char *code, day_t on)
{
	if (on > k->today)
		return;
	struct csv_writer *w = kid_begin(k, t);
	kid_put_code(k, w, code);
	kid_put_day(k, w, on);
	kid_end(k, w);
}

/* ---- who was told ---- */

static const char *why_not_told(struct kid *k, const char *who, day_t on)
{
	if (str_is(str_of(who), "child") && kid_age(k, on) < 3)
		return "not-appropriate";
	if (str_is(str_of(who), "gp-new") && kid_chance(k, 0.3))
		return "no-such-person";
	if ((str_is(str_of(who), "previous-carer") || str_is(str_of(who), "contact-persons")) && kid_chance(k, 0.2))
		return "no-such-person";
	return kid_chance(k, 0.01) ? "not-practicable" : "";
}

static void write_told(struct kid *k, const struct stay *s, const char *who)
{
	day_t on = s->emergency ? after(k, s->start, 0, 4) : s->start - (day_t)kid_draw(k, 0, 4);
	if (kid_chance(k, 0.02))
		on = after(k, s->start, 3, 15);
	on = later_of(on, k->born);
	if (on > k->today || kid_chance(k, 0.004))
		return;
	struct csv_writer *w = kid_begin(k, SYNTH_PLACEMENT_TOLD);
	kid_put_number(w, "PL", s->number);
	kid_put_code(k, w, who);
	kid_put_day(k, w, on);
	kid_put_code(k, w, why_not_told(k, who, on));
	kid_end(k, w);
}

enum where { WHERE_NOT_KNOWN, WHERE_HERE, WHERE_NEXT_DOOR, WHERE_FAR };

static enum where where_is(const struct kid *k, const struct stay *s)
{
	if (s->area == SIZE_MAX)
		return WHERE_NOT_KNOWN;
	if (s->area == k->task->council)
		return WHERE_HERE;
	return adjoining_touch(k->w->adjoining, k->council->code, k->w->councils[s->area].code) ? WHERE_NEXT_DOOR
												: WHERE_FAR;
}

static void told(struct kid *k, const struct stay *s)
{
	static const char *const all[] = { "child",    "parents",   "contact-persons", "previous-carer",
					   "gp-old",   "gp-new",    "education",       "iro",
					   "nhs-home", "nhs-placed" };
	for (size_t i = 0; i < COUNT_OF(all); i++)
		write_told(k, s, all[i]);
	if (where_is(k, s) >= WHERE_NEXT_DOOR)
		write_told(k, s, "area-authority");
}

/* ---- approval, plan and end of a placement ---- */

static void approved(struct kid *k, const struct stay *s)
{
	enum where where = where_is(k, s);
	day_t on = s->start - (day_t)kid_draw(k, 0, 9);
	if (kid_chance(k, 0.03))
		on = after(k, s->start, 1, 12);
	if (where < WHERE_NEXT_DOOR || kid_chance(k, 0.01))
		return;
	write_step(k, s, where == WHERE_FAR ? "approved-director" : "approved-officer", on);
	if (where == WHERE_FAR)
		write_step(k, s, "area-consulted", on - (day_t)kid_draw(k, 0, 6));
}

static void planned(struct kid *k, const struct stay *s)
{
	day_t on = kid_chance(k, 0.5) ? s->start - (day_t)kid_draw(k, 0, 5) : after(k, s->start, 1, 5);
	if (kid_chance(k, 0.05))
		on = after(k, s->start, 7, 24);
	if (!kid_chance(k, 0.012))
		write_step(k, s, "plan-made", on);
}

static void ended(struct kid *k, const struct stay *s)
{
	day_t on = kid_chance(k, 0.75) ? s->stop - (day_t)kid_draw(k, 0, 20) : after(k, s->stop, 1, 12);
	if (kid_chance(k, 0.04))
		on = after(k, s->stop, 15, 40);
	if (!kid_chance(k, 0.012))
		write_step(k, s, "end-told", later_of(on, s->start));
}

/* ---- visits ---- */

static day_t next_visit(struct kid *k, const struct stay *s, day_t last, bool first)
{
	bool parents = s->type[0] == 'P' && s->type[1] == '1';
	if (first)
		return last + (day_t)(kid_chance(k, 0.03) ? kid_draw(k, 8, 13) : kid_draw(k, 1, 6));
	if (parents && last < s->start + 27)
		return last + (day_t)kid_draw(k, 5, 7);
	return last + (day_t)(kid_chance(k, 0.04) ? kid_draw(k, 44, 58) : kid_draw(k, 30, 41));
}

static void visits(struct kid *k, const struct stay *s)
{
	day_t last = s->start, stop = s->stop == DAY_NONE ? k->today : s->stop;
	for (bool first = true;; first = false) {
		day_t on = next_visit(k, s, last, first);
		if (on > stop || on > k->today)
			return;
		last = on;
		if (on <= k->last_visit) /* of the placement before, on the same day */
			continue;
		struct csv_writer *w = kid_begin(k, SYNTH_VISITS);
		kid_put_day(k, w, on);
		kid_end(k, w);
		k->last_visit = on;
	}
}

static void stays(struct kid *k)
{
	for (size_t i = 0; i < k->n_stays; i++) {
		const struct stay *s = &k->stays[i];
		if (s->start >= k->today - SYNTH_TOLD_DAYS)
			told(k, s);
		if (s->start >= k->today - SYNTH_STEPS_DAYS) {
			approved(k, s);
			planned(k, s);
		}
		if (s->start >= k->today - SYNTH_VISITS_DAYS)
			visits(k, s);
		if (s->stop != DAY_NONE && s->stop >= k->today - SYNTH_STEPS_DAYS)
			ended(k, s);
	}
}

/* ---- the care plan and reviews ---- */

static void write_review(struct kid *k, const char *what, day_t on, const char *how)
{
	struct csv_writer *w = kid_begin(k, SYNTH_REVIEWS);
	csv_put(w, str_of(what));
	kid_put_day(k, w, on);
	kid_put_code(k, w, how);
	kid_end(k, w);
	if (how[0] && k->n_reviews < REVIEWS_MAX)
		k->reviews[k->n_reviews++] = (struct review){ on, how };
}

static const char *took_part(struct kid *k, day_t on)
{
	static const char *const how[] = { "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7" };
	static const double weights[] = { 48, 8, 4, 6, 6, 20, 8 };
	return kid_age(k, on) < 4 ? "PN0" : how[rand_choice(k->from, weights, COUNT_OF(how))];
}

static void reviewed(struct kid *k, const struct care_time *c)
{
	day_t end = earlier_of(c->left, k->today), last = c->entry;
	day_t plan = kid_chance(k, 0.93) ? after(k, c->entry, 0, 12) : after(k, c->entry, 15, 30);
	if (plan <= end && !kid_chance(k, 0.01))
		write_review(k, "care-plan", plan, "");
	for (int nth = 1; nth < 30; nth++) {
		day_t due = nth == 1 ? last + 26 : day_add_months(last, nth == 2 ? 3 : 6);
		day_t on = kid_office(due - (day_t)kid_draw(k, nth == 1 ? 2 : 4, nth == 1 ? 12 : 24));
		if (kid_chance(k, 0.04))
			on = after(k, due, 4, 35);
		if (on > end)
			return;
		write_review(k, "review", on, took_part(k, on));
		last = on;
	}
}

/* ---- checks of the year ---- */

static void write_check(struct kid *k, const char *kind, day_t on, const char *result)
{
	struct csv_writer *w = kid_begin(k, SYNTH_CHECKS);
	kid_put_code(k, w, kind);
	kid_put_day(k, w, on);
	kid_put_code(k, w, result);
	kid_end(k, w);
}

/* A day of the year that ends then on which the child was in care; DAY_NONE if there is none yet. */
static day_t day_of_year(struct kid *k, const struct care_time *c, day_t end)
{
	day_t from = later_of(day_of(day_ymd(end).year - 1, 4, 1), c->entry),
	      to = earlier_of(end, earlier_of(c->left, k->today));
	/* In the running year as many as the part of it that has gone by. */
	if (to < from || (end > k->today && !kid_chance(k, (double)(to - from) / 365)))
		return DAY_NONE;
	day_t on = kid_office((day_t)kid_draw(k, from, to));
	return on > to ? to : on;
}

static bool check(struct kid *k, const struct care_time *c, day_t end, const char *kind, enum health_figure what,
		  enum health_figure base)
{
	bool met = kid_year_met(k, end, what, base);
	day_t on = met || kid_chance(k, 0.25) ? day_of_year(k, c, end) : DAY_NONE;
	if (on != DAY_NONE)
		write_check(k, kind, on, met ? "complete" : "outstanding");
	return met && on != DAY_NONE;
}

static void checks(struct kid *k, const struct care_time *c, int running)
{
	day_t end = running ? kid_year_end(k->today) : k->w->return_end;
	if (c->entry > end || c->left <= day_of(day_ymd(end).year - 1, 4, 1))
		return;
	k->checked[running][0] |= check(k, c, end, "dental", H_DENTAL, H_COHORT);
	k->checked[running][1] |= check(k, c, end, "immunisations", H_IMMUNISATIONS, H_COHORT);
	if (kid_age(k, end) < 5)
		k->checked[running][2] |= check(k, c, end, "development", H_DEVELOPMENT, H_UNDER_5);
}

/* ---- questionnaires ---- */

/* Within the band that is drawn as published, so that the mean comes out as published too. */
static int draw_score(struct kid *k, const double *v)
{
	double all = v[H_SDQ_NORMAL] + v[H_SDQ_BORDERLINE] + v[H_SDQ_CONCERN];
	if (all <= 0)
		return (int)fmin(40, fmax(0, round(rand_normal(k->from, 14, 6.5))));
	double normal = 7.6, concern = (v[H_SDQ_MEAN] * all - normal * v[H_SDQ_NORMAL] - 15 * v[H_SDQ_BORDERLINE]) /
				       fmax(v[H_SDQ_CONCERN], 0.5);
	if (v[H_SDQ_CONCERN] < 0.5)
		concern = 21;
	if (concern < 18.5 || concern > 27) { /* the rest of the difference is the others' */
		concern = concern < 18.5 ? 18.5 : 27;
		normal = (v[H_SDQ_MEAN] * all - concern * v[H_SDQ_CONCERN] - 15 * v[H_SDQ_BORDERLINE]) /
			 fmax(v[H_SDQ_NORMAL], 0.5);
		normal = fmin(12, fmax(2, normal));
	}
	const double bands[] = { v[H_SDQ_NORMAL], v[H_SDQ_BORDERLINE], v[H_SDQ_CONCERN] };
	size_t band = rand_choice(k->from, bands, 3);
	if (band == 1)
		return (int)kid_draw(k, 14, 16);
	int steps = band ? 23 : 13, from = band ? 17 : 0, score = from;
	double p = ((band ? concern : normal) - from) / steps;
	for (int i = 0; i < steps; i++)
		score += kid_chance(k, p);
	return score;
}

static void write_score(struct kid *k, day_t on, const double *v)
{
	int years = kid_age(k, on), score = draw_score(k, v);
	struct csv_writer *w = kid_begin(k, SYNTH_SDQ);
	kid_put_day(k, w, on);
	kid_put_code(k, w,
		     kid_chance(k, 0.85)  ? "carer"
		     : kid_chance(k, 0.6) ? "teacher"
		     : years >= 11	  ? "self"
					  : "carer");
	csv_put_int(w, score);
	kid_end(k, w);
	if (k->n_scores < SCORES_MAX)
		k->scores[k->n_scores++] = (struct score){ on, score };
}

/* Some weeks before the assessment of the year, if it leaves room; else some day of it. */
static day_t score_day(struct kid *k, const struct care_time *c, day_t end)
{
	day_t start = day_of(day_ymd(end).year - 1, 4, 1), from = later_of(start, c->entry + 20);
	for (size_t i = 0; i < k->n_seen; i++) {
		day_t on = k->seen[i].on - (day_t)kid_draw(k, 10, 40);
		if (k->seen[i].on <= end && on >= from)
			return on;
	}
	return day_of_year(k, c, end);
}

static void questionnaires(struct kid *k, const struct care_time *c)
{
	static const char *const reasons[] = { "SDQ2", "SDQ3", "SDQ4", "SDQ5" };
	for (day_t end = kid_year_end(c->entry); end <= kid_year_end(k->today); end = kid_year_end(end + 1)) {
		bool whole = kid_whole_year(k, end);
		if (kid_age(k, end) < 4 || kid_age(k, end) > 16 || c->left <= end - 365 || (!whole && end <= k->today))
			continue;
		bool met = kid_year_met(k, end, H_SDQ, H_AGE_5_16);
		day_t on = whole && met ? score_day(k, c, end) : day_of_year(k, c, end);
		if (on == DAY_NONE || kid_age(k, on) < 3 || on > k->today)
			continue;
		if (met) {
			write_score(k, on, k->council->f->health[published_year(day_ymd(end).year)]);
		} else if (kid_chance(k, 0.5)) {
			struct csv_writer *w = kid_begin(k, SYNTH_SDQ_REASONS);
			kid_put_day(k, w, on);
			kid_put_code(k, w, reasons[kid_draw(k, 0, (int64_t)COUNT_OF(reasons) - 1)]);
			kid_end(k, w);
		}
	}
}

/* ---- from 16 ---- */

static void leaving_care(struct kid *k, const struct care_time *c, day_t sixteen)
{
	day_t eligible = later_of(sixteen, c->entry + 91), end = earlier_of(c->left, k->today);
	day_t assessed = kid_chance(k, 0.9) ? after(k, eligible, 15, 85) : after(k, eligible, 95, 160);
	day_t plan = after(k, assessed, 2, 20);
	if (assessed > end)
		return;
	write_dated(k, SYNTH_LEAVING_CARE, "needs-assessed", assessed);
	if (plan > end)
		return;
	write_dated(k, SYNTH_LEAVING_CARE, "pathway-plan", plan);
	for (day_t on = plan; on < k->today;) { /* also when care is over */
		on = kid_chance(k, 0.94) ? after(k, on, 140, 176) : after(k, on, 186, 230);
		write_dated(k, SYNTH_LEAVING_CARE, "pathway-review", on);
	}
}

static void passport(struct kid *k, const struct care_time *c, day_t sixteen)
{
	day_t from = later_of(sixteen, c->entry), end = earlier_of(c->left, k->today);
	day_t offered = kid_chance(k, 0.88) ? after(k, from, 5, 82) : after(k, from, 95, 200);
	day_t given = after(k, offered, 10, 70), seventeen = day_birthday(k->born, 17);
	if (offered > end)
		return;
	write_dated(k, SYNTH_PASSPORTS, "offered", offered);
	if (given > end || kid_chance(k, 0.06))
		return;
	bool declined = kid_chance(k, 0.08);
	write_dated(k, SYNTH_PASSPORTS, declined ? "declined" : "given", given);
	day_t again = after(k, later_of(seventeen, given), 20, 260);
	if (!declined && given < seventeen && again <= end)
		write_dated(k, SYNTH_PASSPORTS, "refreshed", again);
}

/* ---- education, health and care plans ---- */

static void write_ehc(struct kid *k, const char *step, day_t on)
{
	if (on > k->today)
		return;
	struct csv_writer *w = kid_begin(k, SYNTH_EHC);
	kid_put_number(w, "EHC", k->plan);
	kid_put_code(k, w, step);
	kid_put_day(k, w, on);
	kid_end(k, w);
}

static void advice(struct kid *k, const char *body, day_t asked)
{
	day_t answered = kid_chance(k, 0.88) ? after(k, asked, 14, 40) : after(k, asked, 44, 75);
	if (asked > k->today)
		return;
	struct csv_writer *w = kid_begin(k, SYNTH_EHC_ADVICE);
	kid_put_number(w, "AD", ++k->advice);
	kid_put_code(k, w, body);
	kid_put_day(k, w, asked);
	kid_put_code(k, w, answered > k->today ? "" : kid_chance(k, 0.04) ? "advice-missed" : "advice-given");
	kid_put_day(k, w, kid_if_past(k, answered));
	kid_end(k, w);
}

static void yearly_reviews(struct kid *k, day_t plan)
{
	day_t last = plan;
	for (int n = 0; n < 20 && last <= k->today; n++) {
		day_t meeting = kid_chance(k, 0.92) ? after(k, last, 280, 330) : after(k, last, 345, 400);
		day_t decided = after(k, meeting, 16, 27);
		last = decided;
		if (meeting < k->today - SYNTH_HISTORY_DAYS)
			continue;
		write_ehc(k, "ehc-review-meeting", meeting);
		write_ehc(k, "ehc-review-report", after(k, meeting, 5, 13));
		bool amend = kid_chance(k, 0.3);
		write_ehc(k, amend ? "ehc-review-amend" : "ehc-review-keep", decided);
		if (amend) {
			write_ehc(k, "ehc-amendment-notice", decided);
			write_ehc(k, "ehc-amended", after(k, decided, 25, 54));
		}
	}
}

/* The steps from a request to its plan, which may lie ahead. */
static void plan_steps(struct kid *k, day_t asked, day_t plan, bool late)
{
	write_ehc(k, "ehc-requested", asked);
	day_t decided = kid_chance(k, 0.93) ? after(k, asked, 24, 40) : after(k, asked, 44, 60);
	write_ehc(k, "ehc-assess", decided);
	day_t body = after(k, decided, 1, 4);
	advice(k, "advice-health", body);
	advice(k, "advice-psychologist", body);
	if (kid_chance(k, 0.6))
		advice(k, "advice-education", body);
	if (late && kid_chance(k, 0.2))
		write_ehc(k, "ehc-exception-c", after(k, decided, 20, 60));
	day_t draft = later_of(plan - (day_t)kid_draw(k, 18, 26), body + 15);
	write_ehc(k, "ehc-draft-sent", draft);
	write_ehc(k, "ehc-views", earlier_of(after(k, draft, 6, 14), plan));
	write_ehc(k, "ehc-plan", plan);
	k->plan_asked = asked;
	k->plan_made = plan;
}

static void has_plan(struct kid *k)
{
	day_t from = day_birthday(k->born, 4), plan = kid_office((day_t)kid_draw(k, from, k->today - 7));
	bool late = !kid_chance(k, k->council->f->v[F_EHC_IN_TIME] / 100);
	/* Twenty weeks are 140 days. */
	day_t asked = kid_office(plan - (day_t)(late ? kid_draw(k, 146, 330) : kid_draw(k, 112, 134)));
	k->plan++;
	k->has_plan = true;
	if (plan < k->today - SYNTH_HISTORY_DAYS)
		write_ehc(k, "ehc-plan", plan);
	else
		plan_steps(k, asked, plan, late);
	yearly_reviews(k, plan);
}

/* A request that is on its way, or came to nothing. */
static void asked_for_plan(struct kid *k)
{
	day_t asked = kid_office(k->today - (day_t)kid_draw(k, 5, 400));
	day_t decided = kid_chance(k, 0.93) ? after(k, asked, 24, 40) : after(k, asked, 44, 60);
	if (asked < day_birthday(k->born, 2))
		return;
	k->plan++;
	if (k->today - asked < 150) {
		day_t plan = after(k, asked, 118, 150);
		plan_steps(k, asked, later_of(plan, k->today + 1), false);
		k->plan_made = DAY_NONE;
		return;
	}
	write_ehc(k, "ehc-requested", asked);
	bool assess = kid_chance(k, 0.4);
	write_ehc(k, assess ? "ehc-assess" : "ehc-not-assess", decided);
	if (assess)
		write_ehc(k, "ehc-no-plan", after(k, asked, 95, 111));
}

/* As many of those in care for a year and of school age have a plan as is published. */
static void special_needs(struct kid *k)
{
	const struct care_time *c = kid_care_on(k, k->today);
	int years = kid_age(k, k->today);
	if (!c || years < 3)
		return;
	if (years >= 5 && kid_chance(k, k->council->f->v[F_EHC_PLAN] / 100))
		has_plan(k);
	else if (kid_chance(k, 0.03))
		asked_for_plan(k);
}

void synth_later(struct kid *k)
{
	day_t sixteen = day_birthday(k->born, 16);
	for (size_t i = 0; i < k->n_cares; i++) {
		const struct care_time *c = &k->cares[i];
		if (c->short_breaks)
			continue;
		reviewed(k, c);
		checks(k, c, 0);
		checks(k, c, 1);
		questionnaires(k, c);
		/* Once, of the last period: what follows it goes on. */
		if (i + 1 == k->n_cares && sixteen > k->today - SYNTH_LEAVING_DAYS && sixteen < k->today &&
		    c->left > sixteen) {
			leaving_care(k, c, sixteen);
			passport(k, c, sixteen);
		}
	}
	if (k->n_cares && !k->cares[k->n_cares - 1].short_breaks)
		stays(k);
	if (k->died == DAY_NONE)
		special_needs(k);
}
