/*
 * filed.h - the part of `linnet measure` that files reports and looks at them.
 */
#ifndef LINNET_CMD_FILED_H
#define LINNET_CMD_FILED_H

#include "cmd/cmd.h"
#include "work/oversee/filed.h"

int cmd_file_report(struct app *app, const struct common *c, const struct viewer *v, const struct measure_query *q,
		    const struct measure_layout *l);
/* `what`: "list", or the id of a report. Exit 1 if it differs from what is known now. */
int cmd_filed_report(struct app *app, const struct common *c, const struct viewer *v, const char *what);

#endif
