/* What a few typed fields may not make of a document: each refusal says what to do. */
#include "work/admin/editions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct arena arena;
static const char list[] = "day,name,known_from,known_until,source\n2026-12-25,Christmas Day,2012-01-01,,\n";
static const char numbers[] = "parameters:\n"
			      "  - {id: set, title: T, unit: days, source: s, values: [{n: 5, from: 2020-01-01, source: s}]}\n"
			      "  - {id: unset, title: T, unit: days, source: s, values: []}\n";

static void holidays_that_are_none(void **unused)
{
	(void)unused;
	static const struct {
		const char *day, *name, *known;
		bool back;
		const char *says; /* NULL: taken */
	} tried[] = {
		{ "2026-12-28", "Boxing Day in place", "2020-01-01", false, NULL },
		{ "2026-12-25", "", "2026-11-26", true, NULL },
		{ "2026-12-25", "Again", "2020-01-01", false, "a holiday already" },
		{ "2026-12-26", "Boxing Day", "2020-01-01", false, "That day is a Saturday, which is no working day anyway" },
		{ "2026-12-27", "Sunday", "2020-01-01", false, "That day is a Sunday" },
		{ "2026-12-26", "", "2026-11-26", true, "There is no holiday on that day" },
		{ "2027-02-30", "None", "2020-01-01", false, "Write the day of the holiday" },
		{ "2026-12-28", "A, \"b\"", "2020-01-01", false, "without commas and quotes" },
		{ "2026-12-28", "", "2020-01-01", false, "Give the holiday a name" },
		{ "2026-12-28", "Day", "soon", false, "Write the day on which it was announced" },
	};
	for (size_t i = 0; i < COUNT_OF(tried); i++) {
		struct err e = { 0 };
		struct str out;
		enum rc rc = draft_holiday(STR(list), str_of(tried[i].day), str_of(tried[i].name), str_of(tried[i].known),
					   tried[i].back, &arena, &out, &e);
		if ((rc == RC_OK) != !tried[i].says || (rc && !strstr(e.text, tried[i].says)))
			fail_msg("%s: %s", tried[i].day, rc ? e.text : "taken");
	}
}

static void numbers_that_are_none(void **unused)
{
	(void)unused;
	static const struct {
		const char *id, *n, *from;
		const char *says;
	} tried[] = {
		{ "set", "7", "2027-01-01", NULL },
		{ "set", "0", "1990-01-01", NULL }, /* the trial says who would move */
		{ "set", "3000", "2027-01-01", NULL },
		{ "set", "3001", "2027-01-01", "a whole number from 0 to 3000" },
		{ "set", "-3", "2027-01-01", "a whole number from 0" },
		{ "set", "", "2027-01-01", "a whole number from 0" },
		{ "set", "five", "2027-01-01", "a whole number from 0" },
		{ "set", "5", "2027-02-30", "Write the day from which the value holds" },
		{ "other", "5", "2027-01-01", "Choose the parameter" },
		{ "unset", "5", "2027-01-01", "Nobody has set this number yet" },
	};
	for (size_t i = 0; i < COUNT_OF(tried); i++) {
		struct err e = { 0 };
		struct str out;
		enum rc rc = draft_parameter(STR(numbers), str_of(tried[i].id), str_of(tried[i].n), str_of(tried[i].from),
					     STR(""), STR("agreed"), &arena, &out, &e);
		if ((rc == RC_OK) != !tried[i].says || (rc && !strstr(e.text, tried[i].says)))
			fail_msg("%zu: %s", i, rc ? e.text : "taken");
	}
}

static int setup(void **unused)
{
	(void)unused;
	arena_init(&arena);
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holidays_that_are_none),
		cmocka_unit_test(numbers_that_are_none),
	};
	return cmocka_run_group_tests_name("typed changes", tests, setup, teardown);
}
