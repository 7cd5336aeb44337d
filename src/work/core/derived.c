#include "work/core/derived.h"

#include "record/short_breaks.h"

/* Where a placement is, seen from the council that is responsible for the child
 * on its first day: 0 if either council is not known. */
static uint16_t where_placed(struct app *app, int64_t responsible, int64_t area)
{
	const struct organisation *a = app_organisation(app, responsible),
				  *b = area == responsible ? a : app_organisation(app, area);
	if (!a || !b || !str_is(a->kind, "council") || !str_is(b->kind, "council"))
		return 0;
	if (a->id == b->id)
		return vocab_code(app_vocab(app), STR("in-area"));
	return vocab_code(app_vocab(app), adjoining_touch(app_adjoining(app), a->code, b->code) ? STR("out-of-area")
												: STR("at-a-distance"));
}

/* The second code of placements is not told by anybody: it follows from the two councils. */
static void derive_where(struct app *app, int64_t council, struct fact *facts, size_t n)
{
	uint16_t placed = app_vocab(app)->placement_started, care = app_vocab(app)->care_started;
	size_t next = 0; /* first fact that was not asked for its council yet */
	for (size_t i = 0; i < n; i++) {
		if (facts[i].kind != placed)
			continue;
		for (; next < n && facts[next].day <= facts[i].day; next++)
			if (facts[next].kind == care && facts[next].org)
				council = facts[next].org;
		facts[i].code2 = where_placed(app, council, facts[i].org);
	}
}

static bool is_digital(struct app *app, const struct code_list *providers, int64_t org, day_t day)
{
	const struct organisation *o = app_organisation(app, org);
	const struct code_entry *c = o ? code_list_find(providers, o->code) : NULL;
	return c && day >= c->from && day < c->until;
}

/* In writing: the ways of contact that count of a digital-only provider alone. */
static bool in_writing(const struct vocab *v, uint16_t code)
{
	const struct code_list *l = vocab_list(v, STR("in-writing"));
	for (size_t i = 0; l && i < l->n; i++)
		if (l->entries[i].code == code)
			return true;
	return false;
}

static void derive_digital(struct app *app, struct fact *facts, size_t n)
{
	const struct vocab *v = app_vocab(app);
	const struct code_list *providers = NULL; /* few children have a fact that asks for it */
	for (size_t i = 0; i < n; i++) {
		struct fact *f = &facts[i];
		if (f->kind != v->referral_received && f->kind != v->contact_made)
			continue;
		providers = providers ? providers : vocab_list(v, STR("digital-providers"));
		if (!providers || !is_digital(app, providers, f->org, f->day))
			continue;
		if (f->kind == v->referral_received)
			f->code2 = vocab_code(v, STR("digital-only"));
		else if (in_writing(v, f->code))
			f->code = vocab_code(v, STR("in-writing-digital"));
	}
}

void facts_derive(struct app *app, int64_t council, struct arena *a, struct folded *f)
{
	short_breaks_passed(app_vocab(app), a, f);
	struct fact *facts = arena_array(a, f->child.n, sizeof *facts);
	if (f->child.n)
		memcpy(facts, f->child.facts, f->child.n * sizeof *facts);
	derive_where(app, council, facts, f->child.n);
	derive_digital(app, facts, f->child.n);
	f->child.facts = facts;
}
