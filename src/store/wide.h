/*
 * wide.h - one INSERT of several rows.
 *
 * SQLite finds its place in a table anew for every statement, and for the next row of
 * the same statement it begins where it stands.
 */
#ifndef LINNET_STORE_WIDE_H
#define LINNET_STORE_WIDE_H

#include "base/text.h"

/* "INSERT ... VALUES ($1, $2)" with its row `times` over: "... VALUES ($1, $2), ($3, $4)".
 * False: the statement is another, or does not end there (ON CONFLICT, RETURNING). */
bool wide_insert(const char *text, size_t n_in, size_t times, struct buf *out);

#endif
