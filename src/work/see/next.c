#include "work/see/next.h"

#include "base/text.h"
#include "standard/asks.h"
#include "work/record/check.h"

size_t standard_edition(const struct rulebook *rb, int64_t number, int edition)
{
	size_t newest = rulebook_numbered(rb, number);
	if (newest == SIZE_MAX || rulebook_info(rb, (uint16_t)newest)->edition == edition)
		return newest;
	for (size_t i = 0; i < rulebook_count(rb); i++) {
		const struct standard_info *s = rulebook_info(rb, (uint16_t)i);
		if (s->edition == edition && s->number == number)
			return i;
	}
	return SIZE_MAX;
}

static struct str code_word(const struct app *app, uint16_t code)
{
	return app_vocab(app)->codes[code]; /* 0 is "" */
}

/* The first missing thing cannot be before a day that is agreed: until then the next step is to wait for it or, if it
 * comes after the due day and is not near, to record another. */
static void until_agreed(const struct app *app, const struct next_of *k, const struct ask *ask, struct next_step *out)
{
	if (k->due == DAY_NONE || k->agreed <= k->due || k->agreed - k->today <= ask->soon) {
		*out = (struct next_step){ .words = STR("Wait for that day"), .to = NEXT_WAIT };
		return;
	}
	*out = (struct next_step){ .words = ask->meanwhile,
				   .to = NEXT_RECORD,
				   .kind = app_vocab(app)->kinds[ask->agreed_kind].id,
				   .code = code_word(app, ask->agreed_code),
				   .code2 = STR("") };
}

/* The form of the first missing thing that this role records. */
static bool to_record(struct app *app, const struct viewer *v, const struct next_of *k, struct next_step *out)
{
	const struct rulebook *rb = app_rulebook(app);
	const struct standard_info *info = rulebook_info(rb, (uint16_t)k->standard);
	for (size_t i = 0; i < standard_asks(rb, (uint16_t)k->standard); i++) {
		struct ask ask;
		if (!(k->asks >> i & 1))
			continue;
		standard_ask(rb, (uint16_t)k->standard, i, &ask);
		const struct kind *kind = &app_vocab(app)->kinds[ask.kind];
		if (!may_record_kind(v, kind))
			continue;
		if (ask.meanwhile.n && k->agreed != DAY_NONE && k->agreed > k->today) {
			until_agreed(app, k, &ask, out);
			return true;
		}
		*out = (struct next_step){ .words = ask.words.n ? ask.words : kind->title,
					   .to = NEXT_RECORD,
					   .kind = kind->id,
					   .code = code_word(app, ask.code),
					   .code2 = code_word(app, ask.code2) };
		if (!k->holder_org && info->next_steps[k->holder].n)
			out->words = info->next_steps[k->holder];
		return true;
	}
	return false;
}

static bool is_chased(const struct app *app, int64_t org)
{
	const struct organisation *o = app_organisation(app, org);
	return o && (str_is(o->kind, "council") || str_is(o->kind, "provider"));
}

void next_step_of(struct app *app, const struct viewer *v, const struct next_of *k, struct next_step *out)
{
	*out = (struct next_step){ .words = STR("") };
	if (k->standard == SIZE_MAX || k->state != CLOCK_RUNNING || k->holder == HOLDER_NONE ||
	    k->holder >= HOLDER__COUNT)
		return;
	if (k->holder_org == v->org || !k->holder_org) {
		to_record(app, v, k, out);
		return;
	}
	const struct standard_info *info = rulebook_info(app_rulebook(app), (uint16_t)k->standard);
	if (!viewer_may(v, ACT_CHASE) || !is_chased(app, k->holder_org) || !info->next_steps[k->holder].n)
		return;
	*out = (struct next_step){ .words = info->next_steps[k->holder], .to = NEXT_CHASE };
}
