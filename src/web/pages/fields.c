#include "web/pages/fields.h"

static void copy(char *out, struct str s)
{
	snprintf(out, DATE_PART_MAX, "%.*s", (int)(s.n < DATE_PART_MAX ? s.n : DATE_PART_MAX - 1), s.p ? s.p : "");
}

struct date_parts date_parts_of(struct str value)
{
	struct date_parts d = { .day = "" };
	day_t day;
	if (day_parse(value, &day) == RC_OK) {
		struct ymd y = day_ymd(day);
		snprintf(d.day, sizeof d.day, "%d", y.day);
		snprintf(d.month, sizeof d.month, "%d", y.month);
		snprintf(d.year, sizeof d.year, "%d", (int)y.year);
		return d;
	}
	struct str rest, year, first = str_cut(value, '/', &rest), second = str_cut(rest, '/', &year);
	copy(d.day, first);
	copy(d.month, second);
	copy(d.year, year);
	return d;
}

const char *label_of(struct arena *a, struct str label, struct str title)
{
	struct str s = arena_str(a, label.n ? label : title);
	char *p = arena_alloc(a, s.n + 1);
	memcpy(p, s.p, s.n);
	if (s.n && p[0] >= 'a' && p[0] <= 'z')
		p[0] = (char)(p[0] - 'a' + 'A');
	return p;
}
