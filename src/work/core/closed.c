#include "work/core/closed.h"

static bool closes(struct app *app, const struct span *s)
{
	const struct code_list *closing = vocab_list(app_vocab(app), STR("closes-record"));
	for (size_t k = 0; closing && s->end_code && k < closing->n; k++)
		if (s->end_code == closing->entries[k].code)
			return true;
	return false;
}

day_t record_closed_on(struct app *app, const struct folded *f)
{
	uint16_t care = vocab_kind(app_vocab(app), STR("care-started"));
	day_t first = DAY_NONE;
	for (size_t i = 0; i < f->n_spans; i++)
		if (f->spans[i].kind == care && closes(app, &f->spans[i]) &&
		    (first == DAY_NONE || f->spans[i].to < first))
			first = f->spans[i].to;
	return first;
}

bool record_is_closed(struct app *app, const struct folded *f)
{
	return record_closed_on(app, f) != DAY_NONE;
}

bool record_ended_closed(struct app *app, const struct folded *f)
{
	uint16_t care = vocab_kind(app_vocab(app), STR("care-started"));
	const struct span *last = NULL;
	for (size_t i = 0; i < f->n_spans; i++)
		if (f->spans[i].kind == care && (!last || f->spans[i].from >= last->from))
			last = &f->spans[i];
	return last && closes(app, last);
}
