/*
 * known.h - whether the record has a child that a file names.
 */
#ifndef LINNET_WORK_LOAD_KNOWN_H
#define LINNET_WORK_LOAD_KNOWN_H

#include "store/sql.h"

/* A workbook that has no council's number of a child names it so. */
bool known_by_nhs_number(struct str ref);
/* Who carries the council's number `ref`, or else (`by_nhs`) whoever of that council has the NHS number in
 * it. RC_NOT_FOUND if there is nobody, or if nobody can tell which. */
enum rc known_person(struct db *db, int64_t council, struct str ref, bool by_nhs, struct arena *a, int64_t *id_out,
		     struct err *e) NODISCARD;

/* Who has a number that differs from `ref` in small and capital letters only; *ref_out: as the record writes it.
 * RC_NOT_FOUND if nobody has, and nobody has `ref` itself. */
enum rc known_alike(struct db *db, int64_t council, struct str ref, struct arena *a, int64_t *id_out,
		    struct str *ref_out, struct err *e) NODISCARD;

#endif
