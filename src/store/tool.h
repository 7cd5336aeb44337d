/*
 * tool.h - runs another program (pg_dump, pg_restore) to its end.
 */
#ifndef LINNET_STORE_TOOL_H
#define LINNET_STORE_TOOL_H

#include "base/err.h"

/* `settings`: n texts "NAME=value" that stand in the program's environment in
 * place of our own of that name: a password does not show among arguments.
 * RC_IO if it is not there or fails; what it said is in the detail. */
enum rc tool_run(const char *const *argv, char *const *settings, size_t n, struct err *e) NODISCARD;

#endif
