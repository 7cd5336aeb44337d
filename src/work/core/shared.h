/*
 * shared.h - what agreements share with an organisation today, and what is withheld from it.
 *
 * Every entry and every rule is of some kinds of data (identity, care, health ...: `data` in
 * data/kinds.yaml). Where agreements are enforced, an organisation is shown of a child of its
 * circle what its own people entered, what direct care needs (`for-care` in
 * data/agreements.yaml), and what an agreement that is in force today and covers the child
 * names. The rest is withheld: `withheld` and `councils` of struct viewer, found with the
 * session (shared_withheld) and nowhere else, so that an agreement that ends tomorrow shares
 * nothing tomorrow.
 *
 * An agreement covers every child, or those of the councils that it names. Whose child
 * somebody is stands in person.home: the council that is responsible today, or was the last;
 * for who was never in care, the one whose number the child carries. A child is covered whole, or
 * not: with all entries of every time, whoever was responsible then.
 *
 * Rules of use
 *  - An entry that is withheld is taken out of the history before it is folded, with what
 *    corrects it (history_for in seal.h): pages are made as if it had never been written.
 *  - A clock, and a measure, is shown if all is shared that it can depend on: every kind of
 *    event that its rule reads, who the child is, and its care, which says whose turn it is.
 *    It is then what it would be without the rest; else it is left out, wherever lists are read.
 *  - What is about one child asks for the viewer as they stand towards it (shared_towards,
 *    child_check); then `withheld` is what is withheld of this child. Whoever has not asked
 *    is shown what is shared of every child.
 *  - Whoever makes a viewer without a session (a link, a chase) asks shared_withheld too.
 *  - Acts have needs of their own (act_needs): what compares with whole records needs all.
 *  - Emergency access is for one child and some hours, and asks no agreement.
 */
#ifndef LINNET_WORK_CORE_SHARED_H
#define LINNET_WORK_CORE_SHARED_H

#include "measure/definition.h"
#include "store/sql.h"
#include "work/app.h"

/* What is withheld from v->org today, into *v; 0 where agreements are not enforced yet. Councils live in `a`. */
enum rc shared_withheld(struct app *app, struct db *db, struct arena *a, struct viewer *v, struct err *e) NODISCARD;
/* The same of every organisation, as app_organisations has them, and one more for whoever is not known; with `as_if`
 * as if they were enforced. */
enum rc shared_withheld_each(struct app *app, struct db *db, bool as_if, struct arena *a, struct viewer **out,
			     struct err *e) NODISCARD;
/* The viewer as they stand towards one child: what is withheld of it is `withheld`. */
enum rc shared_towards(struct db *db, const struct viewer *v, int64_t person, struct viewer *out,
		       struct err *e) NODISCARD;
/* What is withheld from this viewer of the child that is being read: nothing in an emergency. */
uint32_t withheld_now(const struct viewer *v);
/* ... of a child whose home (person.home) this council is. */
uint32_t withheld_of(const struct viewer *v, int64_t home);
/* Ids of the councils of whose children all of `needs` are shared with the viewer, as ids_text has them: where they are
 * not of every child's. `*n_out` 0: of nobody's. */
struct str homes_shown(const struct viewer *v, uint32_t needs, struct arena *a, size_t *n_out);
/* The kind of data of a kind of event, by today's words. */
enum data_kind data_of_kind(const struct app *app, uint16_t kind);
/* Does something withheld stand behind what this standard, this measure says of a child? */
bool standard_withheld(const struct app *app, uint32_t withheld, size_t standard);
/* Of a line of the audit about a kind of entry or a rule, by its title: may this viewer not read what it was, and why?
 */
bool hides_title(const struct app *app, const struct viewer *v, struct str title);
bool measure_withheld(const struct app *app, uint32_t withheld, const struct measure *m);
/* Everything that they can depend on, as bits. */
uint32_t standard_needs(const struct app *app, size_t standard);
uint32_t measure_needs(const struct app *app, const struct measure *m);
/* "Health assessments, plans and what they ask for; Education ..." of bits; empty: nothing. */
struct str data_words(uint32_t kinds, struct arena *a);

#endif
