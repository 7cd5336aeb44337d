/*
 * import.h - running a load for the command line and printing what came of it.
 */
#ifndef LINNET_CMD_IMPORT_H
#define LINNET_CMD_IMPORT_H

#include "cmd/cmd.h"
#include "work/load/load.h"

/* Loads, prints in the format asked for, writes the rows kept back into the folder
 * `kept_back` (NULL: nowhere). Returns the exit status: 1 if a row was kept back. */
int import_run(const struct common *c, struct app *app, const struct load_request *r, const char *kept_back);

#endif
