/*
 * alike.h - numbers of one council in a file that differ in small and capital letters only.
 *
 * Most often one child, written in two ways; a council may have two such numbers. Nobody can tell
 * from the files: no record is made of either until a person has put them right. Pure.
 */
#ifndef LINNET_WORK_LOAD_ALIKE_H
#define LINNET_WORK_LOAD_ALIKE_H

#include "exchange/tables/tables.h"

struct alike {
	const struct batch_child *children; /* by council and number */
	size_t n;
	const struct batch_child **order; /* whatever the capitals; NULL: no number has a small letter */
};

/* `order` lives in the arena. */
void alike_begin(struct alike *k, const struct batch_child *children, size_t n, struct arena *a);
/* Another child with rows whose number is alike; NULL if there is none. */
const struct batch_child *alike_other(const struct alike *k, struct str council, struct str ref);
/* Do the children have that number, however it is written? */
bool alike_names(const struct alike *k, struct str council, struct str ref);

#endif
