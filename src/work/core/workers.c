#include "work/core/workers.h"

#include "base/id.h"
#include "base/text.h"

static const struct {
	const char *named, *ended;
} kinds[] = { { "named-worker", "named-worker-ended" }, { "named-clinician", "named-clinician-ended" } };

uint16_t workers_kind(struct app *app, const struct organisation *org)
{
	bool clinical = org && str_is(org->kind, "provider");
	return org ? vocab_kind(app_vocab(app), str_of(kinds[clinical].named)) : 0;
}

uint16_t workers_end_kind(struct app *app, uint16_t kind)
{
	const struct vocab *v = app_vocab(app);
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (kind && kind == vocab_kind(v, str_of(kinds[i].named)))
			return vocab_kind(v, str_of(kinds[i].ended));
	return 0;
}

static void bring_forward(day_t day, day_t after, day_t *change)
{
	if (day > after && day < *change)
		*change = day;
}

/* Of several ends of one naming the first counts. */
static day_t ended_on(const struct folded *f, const struct fact *named, uint16_t end)
{
	day_t on = DAY_NEVER;
	for (size_t i = 0; i < f->child.n; i++) {
		const struct fact *t = &f->child.facts[i];
		if (t->kind == end && t->key == named->key && t->day < on)
			on = t->day;
	}
	return on;
}

size_t workers_on(struct app *app, const struct folded *f, day_t day, struct arena *a, const struct named **out,
		  day_t *change)
{
	const struct vocab *v = app_vocab(app);
	const uint16_t of[] = { vocab_kind(v, str_of(kinds[0].named)), vocab_kind(v, str_of(kinds[1].named)) };
	struct named *list = NULL;
	size_t n = 0;
	for (size_t i = 0; i < f->child.n; i++) {
		const struct fact *t = &f->child.facts[i];
		struct str rest;
		int64_t account;
		if ((t->kind != of[0] && t->kind != of[1]) || !t->key ||
		    id_parse(str_cut(f->refs[t->key], '.', &rest), &account) != RC_OK)
			continue;
		day_t ended = ended_on(f, t, workers_end_kind(app, t->kind));
		bring_forward(t->day, day, change);
		bring_forward(ended, day, change);
		if (t->day > day || ended <= day)
			continue;
		if (!list)
			list = arena_array(a, f->child.n, sizeof *list);
		list[n++] = (struct named){ account, t->org, t->kind, t->code, t->day, f->refs[t->key] };
	}
	*out = list;
	return n;
}
