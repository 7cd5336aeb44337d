/*
 * find_name.h - children by their names and dates of birth, within one circle.
 *
 * Names are looked up in the table search_name, which has a stretch for each
 * organisation: what a search reads depends on what it finds, not on how many
 * children there are. Words count in any order, each as the beginning of a word of the
 * name; parts of a name may be typed apart ("O Brien", "van der Berg"). If few fit,
 * those who fit but for one slip in one word are found too (core/names.h).
 *
 * Limits: FIND_MAX children. Of words that are all only begun, and with each of which more than WALK_MAX
 * names begin, any two that stand in one key are looked for (core/names.h); who has them only in two
 * keys is not found, and found_ids.more says so.
 */
#ifndef LINNET_WORK_SEE_FIND_NAME_H
#define LINNET_WORK_SEE_FIND_NAME_H

#include "store/store.h"
#include "work/core/names.h"
#include "work/viewer.h"

enum { FIND_MAX = 80, WALK_MAX = 200, FEW = 5 };

struct found_ids {
	int64_t ids[FIND_MAX];
	size_t n;
	bool more; /* others may fit who were not looked at: another word would tell */
};
void found_add(struct found_ids *f, int64_t id); /* each once; no more than fit */

struct name_asked {
	struct str words[NAME_WORDS_MAX];
	size_t n;
	day_t born; /* DAY_NONE: not given */
};
/* "jose o'brien 01/02/2015": words, and a day of birth among them. */
void name_asked_read(struct str typed, struct arena *a, struct name_asked *out);

/* `slips`: also who fits but for one slip, if fewer than FEW fit. Whoever asks checks the
 * circle of each that is found. */
enum rc find_by_name(struct app *app, struct db *db, const struct viewer *v, const struct name_asked *q, bool slips,
		     struct arena *a, struct found_ids *f, struct err *e) NODISCARD;

#endif
