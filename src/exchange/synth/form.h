/*
 * form.h - the other files in which a team or a council would hold the same children.
 *
 * The same lives as in the tables: the yearly return of two years (ssda903.c), the
 * council's list of two weeks (weekly.c), a team's workbook (workbook.c), and the
 * truth, a row a child, against which an import is held (truth.c). Children come one
 * by one, council by council.
 */
#ifndef LINNET_EXCHANGE_SYNTH_FORM_H
#define LINNET_EXCHANGE_SYNTH_FORM_H

#include "exchange/synth/kid.h"

struct synth_forms;
/* Files go into `folder`, of the form that the world's options ask for. */
enum rc forms_begin(const struct synth_world *w, int folder, struct synth_forms **out, struct err *e) NODISCARD;
enum rc forms_child(struct synth_forms *f, const struct kid *k, struct err *e) NODISCARD;
/* Closes what is open and frees; also after a failure. `f` may be NULL. */
enum rc forms_end(struct synth_forms *f, struct err *e) NODISCARD;

#endif
