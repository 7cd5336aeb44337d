/*
 * chase_print.h - a chase as it leaves the house: text, e-mail, table, JSON.
 *
 * Nothing that is sent names a child with name or birth: the council's number and
 * initials stand for it. What is of mental-health care is only said to be so, with
 * the place where it can be read signed in. `base` is the address of this
 * installation ("https://linnet.example"), for the links to act; empty: none.
 */
#ifndef LINNET_WORK_CHASE_CHASE_PRINT_H
#define LINNET_WORK_CHASE_CHASE_PRINT_H

#include "work/chase/chase.h"

enum { CHASE_COLUMNS = 13 };
extern const char *const chase_headings[CHASE_COLUMNS];

/* Text for an e-mail, lines of at most some 75 letters where words allow; ends with a line's end. */
void chase_text(const struct chase *c, struct str base, struct arena *a, struct buf *b);
struct str chase_subject(const struct chase *c, struct arena *a);
/* A draft for a mail program (RFC 5322): plain text, UTF-8. `to` is empty or was
 * checked by address_check: what is not a plain address is left out. */
void chase_eml(const struct chase *c, struct str base, struct str to, struct arena *a, struct buf *b);
/* Cells of one row, in the order of the headings. */
void chase_row(const struct chase *c, size_t which, struct str base, struct arena *a, struct str out[CHASE_COLUMNS]);
void chase_csv(const struct chase *c, struct str base, struct arena *a, struct buf *b);
void chase_json(const struct chase *c, struct str base, struct arena *a, struct buf *b);
/* "https://host" without a slash at its end, of letters that an address has; else empty. */
struct str base_address(struct str given, struct arena *a);

#endif
