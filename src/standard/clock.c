#include "standard/clock.h"

static const struct {
	const char *id, *title;
} holders[HOLDER__COUNT] = {
	[HOLDER_NONE] = { "none", "Nobody yet" },
	[HOLDER_COUNCIL] = { "council", "Council" },
	[HOLDER_HEALTH] = { "health", "Health team" },
	[HOLDER_PROVIDER] = { "provider", "Clinic or provider" },
	[HOLDER_FAMILY] = { "family", "Family or carer" },
	[HOLDER_OTHER_AREA] = { "other-area", "Other area" },
	[HOLDER_YOUNG_PERSON] = { "young-person", "Young person" },
	[HOLDER_NOBODY] = { "nobody", "Nobody’s days" },
	[HOLDER_BOARD] = { "board", "Integrated care board" },
};

const char *holder_id(enum holder h)
{
	return (size_t)h < HOLDER__COUNT ? holders[h].id : holders[HOLDER_NONE].id;
}

const char *holder_title(enum holder h)
{
	return (size_t)h < HOLDER__COUNT ? holders[h].title : holders[HOLDER_NONE].title;
}

enum holder holder_of(struct str id)
{
	for (size_t h = 1; h < HOLDER__COUNT; h++)
		if (str_is(id, holders[h].id))
			return (enum holder)h;
	return HOLDER_NONE;
}

static const struct {
	const char *id, *title;
} states[] = {
	[0] = { "none", "None" },
	[CLOCK_RUNNING] = { "running", "Running" },
	[CLOCK_DONE] = { "done", "Done" },
	[CLOCK_STOPPED] = { "stopped", "Stopped" },
	[CLOCK_NOT_REQUIRED] = { "not-required", "Not required" },
	[CLOCK_NOT_KNOWN] = { "not-known", "Not known" },
	[CLOCK_MISSED] = { "missed", "Not done" },
};

const char *clock_state_id(enum clock_state s)
{
	return (size_t)s < COUNT_OF(states) ? states[s].id : states[0].id;
}

const char *clock_state_title(enum clock_state s)
{
	return (size_t)s < COUNT_OF(states) ? states[s].title : states[0].title;
}
