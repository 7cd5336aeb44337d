/*
 * ready.h - what whoever watches the program from outside may ask: pages as well.
 */
#ifndef LINNET_WORK_ADMIN_READY_H
#define LINNET_WORK_ADMIN_READY_H

#include "base/err.h"

#include <stdbool.h>

struct app;

/* Can what people enter be saved at this moment? Says at once why not. */
enum rc app_ready(struct app *app, struct err *e) NODISCARD;

/* Has a newer program taken the store over? Then this one saves nothing any more. */
bool app_outgrown(struct app *app);

#endif
