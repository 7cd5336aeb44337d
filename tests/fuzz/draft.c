/*
 * What is typed into the form of an event, any bytes in any field: problems are
 * listed, each with its field and words, or an event comes out that the rules can
 * read. The input is the fields one after another, each ended by a byte 0xFE.
 */
#include "work/record/check.h"
#include "help.h"

static struct app *app;
static struct history history = { .person = 7, .council = 1 };
static struct event events[2];

static void begin(void)
{
	struct app_settings s = { .data_dir = "data" };
	struct err e = { .rc = RC_OK };
	fuzz_must(app_open_rules(&s, &app, &e), &e);
	uint16_t kind = vocab_kind(app_vocab(app), STR("placement-started"));
	for (size_t i = 0; i < COUNT_OF(events); i++)
		events[i] = (struct event){ .id = (int64_t)i + 1,
					    .person = 7,
					    .kind = kind,
					    .at = day_of(2026, 1, 6),
					    .minute = MINUTE_NONE,
					    .end_day = DAY_NONE,
					    .value = 0,
					    .code = STR("U6"),
					    .ref = STR("PL1") };
	history.events = events;
	history.n = COUNT_OF(events);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .rc = RC_OK };
	struct arena a;
	struct event ev;
	const struct draft_problem *problems;
	size_t n = 0;
	if (!app)
		begin();
	if (size < 2)
		return 0;
	struct draft d = { .change = (enum change)(1 + data[0] % 3), .person = 7, .event = data[1] % 4 };
	struct viewer v = { .account = 1, .org = 1, .role = (enum role)(ROLE_ADMINISTRATOR + data[1] / 4 % 6) };
	data += 2;
	size -= 2;
	struct str *fields[] = { &d.kind, &d.at,  &d.minute, &d.code, &d.code2, &d.value,
				 &d.end,  &d.ref, &d.org,    &d.note, &d.why };
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		*fields[i] = fuzz_piece(&data, &size);
		if (utf8_bad_at(*fields[i]) != SIZE_MAX || (fields[i]->n && memchr(fields[i]->p, 0, fields[i]->n)))
			return 0; /* room web gives clean text only (tests/fuzz/form.c) */
	}
	arena_init(&a);
	if (draft_check(app, &v, &d, &history, &a, &ev, &problems, &n, &e) != RC_OK) {
		if (!e.text[0])
			abort();
	} else if (!n && (!ev.kind || ev.ref.n > EVENT_REF_MAX || ev.body.n > EVENT_BODY_MAX)) {
		abort();
	}
	for (size_t i = 0; i < n; i++)
		if (!problems[i].field.n || !problems[i].text.n || utf8_bad_at(problems[i].text) != SIZE_MAX)
			abort();
	arena_release(&a);
	return 0;
}
