/*
 * cbc.h - CBC, a solver of mixed integer programs (COIN-OR; Debian coinor-cbc), as
 * a program in the jail.
 *
 * The model goes in as text (CPLEX's LP form); what comes back is what it printed,
 * then its solution. Nothing of that is believed: the caller weighs it again. It
 * is no part of the program: where it is not installed, RC_NOT_FOUND.
 */
#ifndef LINNET_BASE_CBC_H
#define LINNET_BASE_CBC_H

#include "base/err.h"
#include "base/text.h"

bool cbc_here(void);
/* Stops after `seconds` (1 to 3600) with the best it has. The path may be NULL: where
 * Debian installs it. */
enum rc cbc_run(const char *path, struct str model, double seconds, struct buf *answer, struct err *e) NODISCARD;

#endif
