/* The simple questions of the naive oracle: is this fact one of those, does this condition hold, which day is that. */
#include "naive.h"

/* ---- days ---- */

bool is_working_day(const struct naive *n, day_t d)
{
	if (day_weekday(d) >= 6)
		return false;
	for (size_t i = 0; i < n->n_holidays; i++)
		if (n->holidays[i].day == d)
			return false;
	return true;
}

day_t working_days_later(const struct naive *n, day_t d, int days)
{
	while (days > 0)
		days -= is_working_day(n, ++d);
	return d;
}

/* In (from, to]. */
int working_days_in(const struct naive *n, day_t from, day_t to)
{
	int days = 0;
	while (from < to)
		days += is_working_day(n, ++from);
	return days;
}

/* ---- facts ---- */

static bool among(const struct numbers *list, int32_t x)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->n[i] == x)
			return true;
	return false;
}

/* A dated code is a code only in its days. */
static bool code_in(const struct numbers *list, uint16_t code, const struct code_list *codes, struct str id, day_t day)
{
	if (!among(list, code))
		return false;
	const struct code_entry *e = codes ? code_list_find(codes, id) : NULL;
	return !e || ((e->from == DAY_NONE || day >= e->from) && (e->until == DAY_NEVER || day < e->until));
}

static bool codes_fit(const struct look *l, const struct which *w, const struct fact *f)
{
	const struct vocab *v = l->n->v;
	const struct kind *k = &v->kinds[f->kind];
	struct str id = v->codes[f->code], id2 = v->codes[f->code2];
	return (!w->code.given || code_in(&w->code, f->code, k->codes, id, f->day)) && !among(&w->not_code, f->code) &&
	       (!w->code2.given || code_in(&w->code2, f->code2, k->codes2, id2, f->day)) &&
	       !among(&w->not_code2, f->code2);
}

/* What the fact itself says; early days, later days and organisations are for those who know the opening. */
bool is_which(const struct look *l, const struct which *w, int i)
{
	const struct fact *f = &l->c->facts[i];
	if (f->kind != w->kind || !codes_fit(l, w, f))
		return false;
	if ((w->value.given && !among(&w->value, f->value)) || (w->not_value.given && among(&w->not_value, f->value)))
		return false;
	if ((w->from != DAY_NONE && f->day < w->from) || (w->until != DAY_NEVER && f->day >= w->until))
		return false;
	for (size_t k = 0; k < w->n_unless; k++)
		if (is_which(l, &w->unless[k], i))
			return false;
	return true;
}

bool is_one_of(const struct look *l, struct whichs list, int i)
{
	for (size_t k = 0; k < list.n; k++)
		if (is_which(l, &list.w[k], i))
			return true;
	return false;
}

/* Do the kinds of two facts share their reference? */
bool same_family(const struct look *l, int i, int j)
{
	const struct kind *k = l->n->v->kinds;
	return k[l->c->facts[i].kind].ends == k[l->c->facts[j].kind].ends;
}

/* ---- the child ---- */

/* After fact `upto` and all before it. */
bool condition_holds(const struct look *l, const struct condition *c, int upto)
{
	bool holds = false;
	day_t since = DAY_NONE;
	for (int i = 0; i <= upto; i++) {
		if (is_one_of(l, c->forgotten_by, i) && since < l->c->facts[i].day)
			holds = false;
		if (is_one_of(l, c->ends, i))
			holds = false;
		if (is_one_of(l, c->begins, i) && !holds) {
			holds = true;
			since = l->c->facts[i].day;
		}
	}
	return holds;
}

/* Does it mean something that the table of this rule says nothing of what was since that day? */
bool absence_speaks(const struct look *l, const struct rule *r, day_t since)
{
	bool by_hand = true;
	for (int i = 0; i < EVIDENCE_MAX; i++)
		by_hand = by_hand && l->c->covered[i] == DAY_NONE;
	day_t covered = l->c->covered[r->evidence];
	return by_hand || (covered != DAY_NONE && covered <= since);
}

static bool came_of_age(const struct look *l, int years, day_t on)
{
	return years && l->c->born != DAY_NONE && on >= day_birthday(l->c->born, years);
}

/* Is this an event that opens a clock of the rule, whatever else is open? */
bool may_open(const struct look *l, const struct rule *r, int i)
{
	day_t d = l->c->facts[i].day;
	return is_one_of(l, r->opens, i) && !came_of_age(l, r->opens_if_younger, d) &&
	       !came_of_age(l, r->ends_at_age, d) && (l->c->died == DAY_NONE || d < l->c->died);
}
