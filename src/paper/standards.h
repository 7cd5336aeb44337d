/*
 * standards.h - the standards book on paper, to be read and signed.
 *
 * The same book makes the same bytes: its day is the day of the rules, not the
 * day on which it is printed.
 */
#ifndef LINNET_PAPER_STANDARDS_H
#define LINNET_PAPER_STANDARDS_H

#include "paper/pdf.h"
#include "standard/book.h"

enum rc paper_standards(const struct book *b, struct buf *out, struct err *e) NODISCARD;

#endif
