/*
 * number.h - records by a number as somebody typed it, whosesoever they are: whoever asks sees to it
 * who may know of them.
 */
#ifndef LINNET_WORK_SEE_NUMBER_H
#define LINNET_WORK_SEE_NUMBER_H

#include "record/nhs_number.h"
#include "store/store.h"
#include "work/app.h"

struct numbered {
	int64_t *ids; /* [max], the caller's */
	size_t n, max;
};

/* The digits of an NHS number typed with blanks or dashes, in `out`; empty if it is none. */
struct str nhs_typed(struct str words, char out[NHS_NUMBER_DIGITS]);
/* Whose NHS number it is. */
enum rc numbered_nhs(struct db *db, struct str number, struct numbered *out, struct err *e) NODISCARD;
/* "E10000012/E-104", or that council's number alone, of any council. `exact`: in these capitals. */
enum rc numbered_ref(struct app *app, struct db *db, struct str words, bool exact, struct arena *a,
		     struct numbered *out, struct err *e) NODISCARD;

#endif
