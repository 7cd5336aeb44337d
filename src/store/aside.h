/*
 * aside.h - SQLite's indexes, set aside while a store that holds nobody is filled.
 *
 * Rows that come in the order of one index lie anywhere in the others: every commit
 * would write their pages once more. A first load writes its rows alone, and the
 * indexes are made at once when it is over. Until then every answer is right, but
 * lists are slow; indexes that keep something unique stay where they are.
 *
 * One table that was emptied in a store in use is filled again alike, while no other
 * program has the store open. When one comes, it begins anew with its indexes: to make them over
 * the rows that are in would hold that program up, and rows that can be made again cost less.
 *
 * What was set aside stands in a table of the file (index_aside), so that nothing is
 * lost if the program ends before: whoever opens the store next makes them. Rows that were given
 * up stand in rows_aside until they are gone.
 */
#ifndef LINNET_STORE_ASIDE_H
#define LINNET_STORE_ASIDE_H

#include "base/base.h"
#include "store/tidy.h"

struct aside;

struct aside *aside_new(const char *path, struct tidier *t);
void aside_free(struct aside *a); /* after the connections of this program are closed */
/* `table`: only those of this one, if it holds no rows; NULL: all. False: somebody else has
 * set them aside already, or it could not be done; all is as it was. Takes no notice of what
 * goes wrong: time is lost, nothing else. */
bool aside_begin(struct aside *a, const char *table);
/* Has no other program the file open? */
bool aside_alone(const struct aside *a);
/* Makes what was set aside, an index a transaction. SQLite's answer; what is left then
 * is made by the next that opens the store. */
int aside_end(struct aside *a) NODISCARD;
/* Instead of it, for the one table that was named: its rows are given up, and it is empty, with its
 * indexes, after some milliseconds; then they go, some at a time. If that cannot be: as aside_end. */
int aside_give_up(struct aside *a, const char *table) NODISCARD;
/* Of a program that ended before: the same, unless it is still at work. */
void aside_recover(struct aside *a);

#endif
