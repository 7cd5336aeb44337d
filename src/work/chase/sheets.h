/*
 * sheets.h - chases and files for councils as workbooks: real days and numbers, and
 * text that is never a formula.
 */
#ifndef LINNET_WORK_CHASE_SHEETS_H
#define LINNET_WORK_CHASE_SHEETS_H

#include "work/chase/chase_print.h"
#include "work/chase/handback.h"

/* `stamp`: whose copy it is; empty: nobody's. */
enum rc chase_xlsx(const struct chase *c, struct str base, struct str stamp, struct arena *a, struct buf *b,
		   struct err *e) NODISCARD;
enum rc handback_xlsx(const struct handback *h, int64_t now_ms, struct str stamp, struct arena *a, struct buf *b,
		      struct err *e) NODISCARD;

#endif
