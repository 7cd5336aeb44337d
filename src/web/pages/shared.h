/*
 * shared.h - measures as a board sees them: small numbers hidden, and no child behind
 * any. For commissioners.
 */
#ifndef LINNET_WEB_PAGES_SHARED_H
#define LINNET_WEB_PAGES_SHARED_H

#include "web/pages/page.h"
#include "work/oversee/measure_shared.h"

struct shared_list_view {
	struct page page;
	const struct measure *const *measures;
	size_t n;
};

struct shared_row {
	struct str period, council, counted, value;
};
struct shared_view {
	struct page page;
	const struct measure *m;
	day_t as_of;
	struct html map;
	struct str map_range, hidden_words; /* of the map; how small numbers are hidden */
	const struct shared_row *years, *quarters, *all_quarters, *months, *councils;
	size_t n_years, n_quarters, n_all_quarters, n_months, n_councils;
};

#endif
