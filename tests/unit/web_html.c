/* Escaping, and the words for days and numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/html.h"
#include "web/pages/show.h"

static void shows(struct str in, const char *want)
{
	struct html_out o;
	html_init(&o, 1000);
	html_str(&o, in);
	assert_true(html_ok(&o));
	assert_string_equal(o.b.p ? o.b.p : "", want);
	html_release(&o);
}

static void escapes(void **state)
{
	(void)state;
	shows(STR("a & b < c > d \" e ' f"), "a &amp; b &lt; c &gt; d &quot; e &#39; f");
	shows(STR("Zoë O’Finch, Łukasz"), "Zoë O’Finch, Łukasz");
	shows(STR(""), "");
	shows((struct str){ NULL, 0 }, "");
	shows(STR("&amp;"), "&amp;amp;");
	shows(STR("a\nb\tc\rd"), "a\nb\tc\rd");
}

static void replaces_what_is_no_text(void **state)
{
	(void)state;
	shows(STR("a\0b"), "a\xEF\xBF\xBD"
			   "b");
	shows(STR("\xff<\xc3"), "\xEF\xBF\xBD&lt;\xEF\xBF\xBD");
	shows(STR("\x01\x7f"), "\xEF\xBF\xBD\xEF\xBF\xBD");
	shows(STR("\xc2\x9b\xc2\xa0"), "\xEF\xBF\xBD\xc2\xa0"); /* C1: a terminal's CSI */
	shows(STR("\xc0\xbc"), "\xEF\xBF\xBD\xEF\xBF\xBD"); /* an overlong < */
}

static void numbers_by_type(void **state)
{
	(void)state;
	struct html_out o;
	html_init(&o, 1000);
	html_show(&o, (int64_t)-5);
	html_show(&o, (uint8_t)200);
	html_show(&o, SIZE_MAX);
	html_show(&o, "<");
	html_show(&o, STR(">"));
	assert_string_equal(o.b.p, "-520018446744073709551615&lt;&gt;");
	html_release(&o);
}

static void stops_at_its_maximum(void **state)
{
	(void)state;
	struct html_out o;
	html_init(&o, 8);
	html_z(&o, "12345678");
	assert_true(html_ok(&o));
	html_z(&o, "9");
	assert_false(html_ok(&o));
	assert_int_equal(o.b.n, 8);
	html_release(&o);
}

static void words(void **state)
{
	(void)state;
	day_t d = day_of(2026, 12, 2);
	assert_string_equal(show_day(d).s, "Wed 2 Dec 2026");
	assert_string_equal(show_day_near(d, day_of(2026, 11, 23)).s, "Wed 2 Dec");
	assert_string_equal(show_day_near(d, day_of(2027, 1, 1)).s, "Wed 2 Dec 2026");
	assert_string_equal(show_day_plain(d).s, "2 December 2026");
	assert_string_equal(show_day(DAY_NONE).s, "not known");
	assert_string_equal(show_day_iso(DAY_NONE).s, "");
	assert_string_equal(show_count(0).s, "0");
	assert_string_equal(show_count(999).s, "999");
	assert_string_equal(show_count(1000).s, "1,000");
	assert_string_equal(show_count(-1234567).s, "-1,234,567");
	assert_string_equal(show_capped(500).s, "500");
	assert_string_equal(show_capped(501).s, "500+");
	assert_string_equal(show_age(0, 8).s, "age 8 months");
	assert_string_equal(show_age(1, 13).s, "age 13 months");
	assert_string_equal(show_age(2, 25).s, "age 2");
	assert_string_equal(show_age(-1, -1).s, "age not known");
	assert_string_equal(show_nhs(STR("9990001006")).s, "999 000 1006");
	assert_string_equal(show_minute(570).s, "09:30");
	assert_string_equal(show_minute(MINUTE_NONE).s, "");
}

static void lateness_in_words(void **state)
{
	(void)state;
	assert_string_equal(show_lateness(LATE_OVERDUE, 4, true).s, "4 working days late");
	assert_string_equal(show_lateness(LATE_OVERDUE, 1, false).s, "1 day late");
	assert_string_equal(show_lateness(LATE_OVERDUE, 25, true).s, "25 working days late");
	assert_string_equal(show_lateness(LATE_OVERDUE, 30, true).s, "6 weeks late");
	assert_string_equal(show_lateness(LATE_OVERDUE, 28, false).s, "4 weeks late");
	assert_string_equal(show_lateness(LATE_DUE_SOON, -7, true).s, "in 7 working days");
	assert_string_equal(show_lateness(LATE_DUE_SOON, 0, true).s, "due today");
	assert_string_equal(show_lateness(LATE_NOT, -40, true).s, "in 8 weeks");
	assert_string_equal(show_lateness(LATE_DONE_IN_TIME, -3, true).s, "in time");
	assert_string_equal(show_lateness(LATE_DONE_LATE, 0, true).s, "late, by less than a working day");
	assert_string_equal(lateness_colour(LATE_OVERDUE, 1), "red");
	assert_string_equal(lateness_colour(LATE_DUE_SOON, -5), "yellow");
	assert_string_equal(lateness_colour(LATE_DUE_SOON, -6), "white");
	assert_string_equal(lateness_colour(LATE_DONE_IN_TIME, -1), "green");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes),	   cmocka_unit_test(replaces_what_is_no_text),
		cmocka_unit_test(numbers_by_type), cmocka_unit_test(stops_at_its_maximum),
		cmocka_unit_test(words),	   cmocka_unit_test(lateness_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
