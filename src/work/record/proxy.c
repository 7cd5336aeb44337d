#include "work/record/proxy.h"

#include "base/text.h"

int proxy_years(const struct vocab *v, size_t nth)
{
	const struct code_list *l = vocab_list(v, STR("proxy-age"));
	int64_t years;
	return l && nth < l->n && str_to_int(l->entries[nth].id, 0, 25, &years) == RC_OK ? (int)years : PROXY_NO_AGE;
}

/* DAY_NEVER if there is no such age. */
static void birthdays(struct app *app, day_t born, day_t *review_out, day_t *own_out)
{
	day_t *out[PROXY_AGES] = { review_out, own_out };
	for (size_t i = 0; i < COUNT_OF(out); i++) {
		int years = proxy_years(app_vocab(app), i);
		*out[i] = years != PROXY_NO_AGE && born != DAY_NONE ? day_birthday(born, years) : DAY_NEVER;
	}
}

static const struct span *care_on(struct app *app, const struct folded *f, day_t day)
{
	return folded_span(f, vocab_kind(app_vocab(app), STR("care-started")), day);
}

/* Was it decided for the child in this care? What was decided before the child came home says nothing of why it came
 * into care again; short breaks are one going out and coming in. */
static bool decided_in(struct app *app, const struct span *care, const struct fact *given, const struct fact *review)
{
	const struct vocab *v = app_vocab(app);
	const struct code_list *breaks = vocab_list(v, STR("comes-and-goes"));
	if (given->code2 != vocab_code(v, STR("decided-in-care")))
		return false;
	for (size_t i = 0; breaks && i < breaks->n; i++)
		if (breaks->entries[i].code == care->code)
			return true;
	return (review ? review->day : given->day) >= care->from;
}

/* The last word on this proxy up to today: ended, or the latest review. */
static void later(struct app *app, const struct folded *f, const struct fact *given, day_t today, struct proxy *p,
		  const struct fact **review_out)
{
	const struct vocab *v = app_vocab(app);
	uint16_t reviewed = vocab_kind(v, STR("proxy-reviewed")), ended = vocab_kind(v, STR("proxy-ended"));
	*review_out = NULL;
	for (size_t i = 0; i < f->child.n; i++) {
		const struct fact *t = &f->child.facts[i];
		if (t->key != given->key || t->day > today)
			continue;
		if (t->kind == ended)
			p->ended = t->day;
		if (t->kind == reviewed && t->day >= given->day) /* else of another proxy, who had this number before */
			*review_out = t;
	}
}

static struct str off_because(struct app *app, const struct folded *f, const struct fact *given,
			      const struct fact *review, const struct proxy *p, day_t today)
{
	const struct vocab *v = app_vocab(app);
	day_t review_day, own_day;
	birthdays(app, f->child.born, &review_day, &own_day);
	if (p->ended != DAY_NONE)
		return STR("ended");
	if (f->child.born == DAY_NONE)
		return STR("the date of birth is not known");
	if (today >= own_day)
		return STR("the young person decides now");
	if (review && review->code != vocab_code(v, STR("goes-on")))
		return STR("suspended by a review");
	if (today >= review_day && (!review || review->day < review_day))
		return STR("to be reviewed with the young person");
	const struct span *care = care_on(app, f, today);
	if (care && !decided_in(app, care, given, review))
		return STR("off for a child in care");
	return STR("");
}

size_t proxies_of(struct app *app, const struct folded *f, day_t today, struct arena *a, const struct proxy **out)
{
	const struct vocab *v = app_vocab(app);
	uint16_t kind = vocab_kind(v, STR("proxy-given"));
	struct proxy *list = NULL;
	size_t n = 0;
	for (size_t i = 0; kind && i < f->child.n; i++) {
		const struct fact *t = &f->child.facts[i], *review;
		if (t->kind != kind || t->day > today)
			continue;
		if (!list)
			list = arena_array(a, f->child.n, sizeof *list);
		struct proxy *p = &list[n++];
		day_t review_day, own_day;
		*p = (struct proxy){ .ref = f->refs[t->key],
				     .who = code_list_title(v->kinds[kind].codes, t->code),
				     .given = t->day,
				     .ended = DAY_NONE,
				     .review_from = DAY_NONE };
		later(app, f, t, today, p, &review);
		p->why = off_because(app, f, t, review, p, today);
		p->on = !p->why.n;
		birthdays(app, f->child.born, &review_day, &own_day);
		if (p->on)
			p->review_from = today < review_day ? review_day : own_day;
	}
	*out = list;
	return n;
}

struct str proxy_refusal(struct app *app, const struct folded *f, day_t day, struct str decision,
			 const char **field_out)
{
	day_t review_day, own_day;
	birthdays(app, f->child.born, &review_day, &own_day);
	*field_out = "at";
	if (f->child.born == DAY_NONE)
		return STR("The date of birth must be known before anybody is given access as a proxy");
	if (day >= own_day)
		return STR("The young person decides on that day: nobody is given access as a proxy");
	*field_out = "code2";
	if (care_on(app, f, day) && !str_is(decision, "decided-in-care"))
		return STR("The child is in care: access as a proxy is off unless it was decided for this child");
	return STR("");
}
