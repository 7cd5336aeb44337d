/*
 * inside.h - who is in a child's circle and from when to when, packed into one value.
 *
 * Every list and search asks of each child that it shows whether the circle holds it, whatever
 * its own rows say. The value stands in the row of the child and of its open clocks, which are
 * read anyway, so that the answer costs nothing more to read. A cache, as `circle` is: written
 * with it, and compared byte by byte by `verify`.
 */
#ifndef LINNET_WORK_CORE_INSIDE_H
#define LINNET_WORK_CORE_INSIDE_H

#include "base/day.h"
#include "store/sql.h"

/* In order of organisations. Reasons are left out: they stand in `circle`. What is in the answer lives in `a`; it is
 * never empty. */
struct str inside_write(const struct sql_circle_insert_in *circle, size_t n, struct arena *a);
/* Is this organisation in it on that day? No, where the bytes are not whole. */
bool inside_holds(struct str packed, int64_t org, day_t day);

#endif
