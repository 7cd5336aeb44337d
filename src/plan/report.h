/*
 * report.h - an outlook, or the comparison of several, written out.
 *
 * Three forms of the same numbers: JSON for programs and for keeping (with the hash
 * of what went in, seed and version, so that somebody else can make the same bytes),
 * CSV with one row a number, and a table in words whose first line says which inputs
 * are guesses.
 */
#ifndef LINNET_PLAN_REPORT_H
#define LINNET_PLAN_REPORT_H

#include "plan/change.h"
#include "plan/outlook.h"

enum report_form { REPORT_TABLE, REPORT_CSV, REPORT_JSON };

void report_outlook(struct buf *b, const struct outlook *o, enum report_form form);
/* The first against each of the others. n >= 2. */
void report_comparison(struct buf *b, const struct outlook *const *all, size_t n, enum report_form form);
void report_size(struct buf *b, const struct scenario *s, int32_t service, double share, const struct outlook_size *z,
		 enum report_form form);
/* What a scenario says, without playing it: "ok", guesses, loads. */
void report_check(struct buf *b, const struct scenario *s, const char *file, enum report_form form);
void report_change(struct buf *b, const struct change_judged *c, enum report_form form);
/* "file:line:column: words", one line each; as CSV the same in fields, as JSON an object each,
 * behind a comma if another stands before. */
void report_mistakes(struct buf *b, const struct mistakes *m, enum report_form form);
/* "12 of 40 numbers are guesses: ..", the line that comes first everywhere. */
void report_guesses(struct buf *b, const struct scenario *s);

#endif
