/*
 * tidy.h - SQLite's log, moved into the file by a thread of its own.
 *
 * What is committed stands in the log (WAL) first. SQLite would have whoever
 * commits move it, every thousand pages, while others wait to save. Here a thread
 * does it beside them, some pages at a time unless very many are on their way.
 * Under steady writing the log cannot begin anew by itself: when it has become long,
 * the writer moves the little that is left.
 */
#ifndef LINNET_STORE_TIDY_H
#define LINNET_STORE_TIDY_H

#include "base/base.h"

struct sqlite3;
struct tidier;

/* `fd`: of the same file, open until the tidier is freed. */
struct tidier *tidier_new(const char *path, int fd);
void tidier_free(struct tidier *t); /* before the connections are closed */
void tidier_rest(struct tidier *t); /* closes its connection, until it is needed again */
/* From now on the commits of this connection, which one thread at a time uses, are watched. */
void tidier_watch(struct tidier *t, struct sqlite3 *writer);
/* Has no other program the file open? */
bool tidier_alone(const struct tidier *t);
/* For who writes very much while others may save: until what it wrote has left the log, but not for
 * ever. The disk has one thing to do at a time then, and the log stays short. */
void tidier_wait(struct tidier *t);
/* Very many writes are on their way (or over): tidied less often. Counts. */
void tidier_bulk(struct tidier *t, bool bulk);

#endif
