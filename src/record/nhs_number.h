/*
 * nhs_number.h - the number of a person in the NHS: ten digits, the last of which checks
 * the others (modulus 11, weights 10 to 2; a check of 10 is no number). Standard
 * knowledge, no copy of the standard read: UNVERIFIED (domain/mental-health-and-region 6).
 */
#ifndef LINNET_RECORD_NHS_NUMBER_H
#define LINNET_RECORD_NHS_NUMBER_H

#include "base/text.h"

enum { NHS_NUMBER_DIGITS = 10 };

/* `digits` are ten of '0' to '9'. */
bool nhs_number_ok(const char digits[NHS_NUMBER_DIGITS]);
/* What somebody typed; blanks and hyphens do not matter. NULL, or why it is none, in words. */
const char *nhs_number_read(struct str typed, char out[NHS_NUMBER_DIGITS]);

#endif
