/*
 * ready.h - what whoever watches the program from outside may ask: pages as well.
 */
#ifndef LINNET_WORK_ADMIN_READY_H
#define LINNET_WORK_ADMIN_READY_H

#include "base/err.h"

struct app;

/* Can what people enter be saved at this moment? Says at once why not. */
enum rc app_ready(struct app *app, struct err *e) NODISCARD;

#endif
