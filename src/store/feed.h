/*
 * feed.h - rows of ours, read by SQLite as a table.
 *
 * A load writes hundreds of thousands of rows. Bound to the parameters of a statement and
 * stepped one by one, each row costs as much around its statement as in it, and finds its
 * place in the table from the root. Here one statement takes them all: `INSERT ... SELECT`
 * from a table that is no table but whoever feeds it (SQLite: a virtual table), and goes on
 * where the row before went in.
 */
#ifndef LINNET_STORE_FEED_H
#define LINNET_STORE_FEED_H

#include "store/engine.h"

#include <sqlite3.h>

enum { FEED_COLUMNS = 64 };

struct feed;

/* The table, for statements of this connection. Freed by free() after it is closed. */
struct feed *feed_new(sqlite3 *h);
/* "INSERT ... VALUES ($1, 5, $2) TAIL" as an INSERT over what is fed, in which the parameters that are the
 * same in all rows (sql_feed.same) stay parameters. False: it is another statement, its row is more than
 * parameters and numbers, or its tail has parameters. */
bool feed_insert(const char *text, size_t n_in, uint64_t same, struct buf *out);
/* What the next run of a statement of feed_insert reads, until feed_end. */
void feed_begin(struct feed *f, const struct sql_feed *rows);
/* What became of it: `ran`, or why a row was refused, in its own words. */
enum rc feed_end(struct feed *f, enum rc ran, struct err *e) NODISCARD;

#endif
