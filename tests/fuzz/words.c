/* Days, minutes, instants, ids, numbers as people type them: refused, or what was
 * understood is written and read again as the same. */
#include "base/day.h"
#include "base/id.h"
#include "help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };
	char text[DAY_TEXT_MAX], id[ID_TEXT_MAX];
	day_t d, again;
	int minute;
	int64_t n, m;
	if (day_parse(s, &d) == RC_OK &&
	    (d == DAY_NONE || day_parse(str_of(day_iso(d, text)), &again) != RC_OK || again != d))
		abort();
	if (day_parse_iso(s, &d) == RC_OK && (day_parse_iso(str_of(day_iso(d, text)), &again) != RC_OK || again != d))
		abort();
	if (minute_parse(s, &minute) == RC_OK && (minute < 0 || minute >= 24 * 60))
		abort();
	if (instant_parse(s, &n) == RC_OK && (instant_parse(str_of(instant_iso(n, text)), &m) != RC_OK || n != m))
		abort();
	if (id_parse(s, &n) == RC_OK && (id_parse(str_of(id_text(n, id)), &m) != RC_OK || n != m))
		abort();
	if (str_to_int(s, -1000, 1000, &n) == RC_OK && (n < -1000 || n > 1000))
		abort();
	return 0;
}
