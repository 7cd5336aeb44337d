/*
 * other_child.h - rows of another child under a number that the record has already.
 *
 * A council may give a number a second time, or a file may have moved by a row. Where the row of
 * a child tells of another child than the record knows under its number, by the rule of weekly
 * lists (match_another_child), nothing that the files say under that number is believed: not that
 * row, nor a row of another table, nor that rows are gone. Who is right, a person finds out. A row
 * that says what the files said before is not looked at again. Pure.
 */
#ifndef LINNET_WORK_LOAD_OTHER_CHILD_H
#define LINNET_WORK_LOAD_OTHER_CHILD_H

#include "work/load/diff.h"
#include "work/load/load.h"

/* One finding for each file with rows of `child`, in `out` ([TABLE_FILES_MAX], texts in `a`); the rows
 * are counted as kept back. *n_out 0: it is the same child, as far as is known. */
enum rc other_child(const struct diff_context *c, const struct history *h, size_t child, struct arena *a,
		    struct load_finding *out, size_t *n_out, struct err *e) NODISCARD;

/* The same of a child of whom there is no record, since a number that differs in capitals only is on record
 * (`on_record`) or else in the files (`other`). Returns how many findings. */
size_t number_alike(const struct diff_context *c, size_t child, struct str on_record, struct str other,
		    struct arena *a, struct load_finding *out);

#endif
