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

/* The text of the mapping that was named: a file of YAML, or one that is kept (workbook.c). */
enum rc mapping_named(struct app *app, const struct viewer *v, const char *named, struct arena *a, struct str *out,
		      struct err *e) NODISCARD;
/* Whether rows kept back can be written there (NULL: nowhere), asked before anything is loaded; says if not. */
bool kept_back_possible(const char *folder);
/* Writes rows kept back into FOLDER/STEM_kept_back.csv, and says so. 0, or 2. */
int kept_back_save(const struct buf *rows, const char *folder, struct str name);

#endif
