/*
 * shared.h - what agreements share with an organisation today, and what is withheld from it.
 *
 * Every entry and every rule is of some kinds of data (identity, care, health ...: `data` in
 * data/kinds.yaml). Where agreements are enforced, an organisation is shown of a child of its
 * circle what its own people entered, what direct care needs (`for-care` in
 * data/agreements.yaml), and what an agreement that is in force today names. The rest is
 * withheld: `withheld` of struct viewer, found with the session (shared_withheld) and nowhere
 * else, so that an agreement that ends tomorrow shares nothing tomorrow.
 *
 * Rules of use
 *  - An entry that is withheld is taken out of the history before it is folded, with what
 *    corrects it (history_for in seal.h): pages are made as if it had never been written.
 *  - A clock, and a measure, is shown if all is shared that it can depend on: every kind of
 *    event that its rule reads, who the child is, and its care, which says whose turn it is.
 *    It is then what it would be without the rest; else it is left out, wherever lists are read.
 *  - Whoever makes a viewer without a session (a link, a chase) asks shared_withheld too.
 *  - Acts have needs of their own (act_needs): what compares with whole records needs all.
 *  - Emergency access is for one child and some hours, and asks no agreement.
 */
#ifndef LINNET_WORK_CORE_SHARED_H
#define LINNET_WORK_CORE_SHARED_H

#include "measure/definition.h"
#include "store/sql.h"
#include "work/app.h"

/* Kinds of data (bits) that are withheld from an organisation today; 0 where agreements are not enforced yet. */
enum rc shared_withheld(struct app *app, struct db *db, int64_t org, uint32_t *out, struct err *e) NODISCARD;
/* The same of every organisation, as app_organisations has them, in `a`; with `as_if` as if they were enforced. */
enum rc shared_withheld_each(struct app *app, struct db *db, bool as_if, struct arena *a, uint32_t **out,
			     struct err *e) NODISCARD;
/* What is withheld from this viewer towards the child that is being read: nothing in an emergency. */
uint32_t withheld_now(const struct viewer *v);
/* The kind of data of a kind of event, by today's words. */
enum data_kind data_of_kind(const struct app *app, uint16_t kind);
/* Does something withheld stand behind what this standard, this measure says of a child? */
bool standard_withheld(const struct app *app, uint32_t withheld, size_t standard);
bool measure_withheld(const struct app *app, uint32_t withheld, const struct measure *m);
/* "Health assessments, plans and what they ask for; Education ..." of bits; empty: nothing. */
struct str data_words(uint32_t kinds, struct arena *a);

#endif
