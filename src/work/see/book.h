/*
 * book.h - the standards as people read and sign them.
 *
 * Holds no child, so anybody may see it. What it says follows from the files of
 * data/ alone.
 */
#ifndef LINNET_WORK_SEE_BOOK_H
#define LINNET_WORK_SEE_BOOK_H

#include "standard/book.h"

struct app;

/* Reads the cases of the data folder into *c (made with cases_init) and holds
 * them against the rules in force. RC_BAD_INPUT names file and line. */
enum rc cases_proved(struct app *app, struct cases *c, size_t *fail_out, struct err *e) NODISCARD;

/* The book of the rules in force, into `a`. */
enum rc book_see(struct app *app, struct str region, struct arena *a, struct book *out, struct err *e) NODISCARD;

/* The name of a region of data/regions, for a book that is made without a store. */
enum rc book_region(struct app *app, const char *region, struct arena *a, struct str *out, struct err *e) NODISCARD;

#endif
