/*
 * plan.h - what the subcommands of `linnet plan` share.
 *
 * Each is a function in a file of its own (plan_simulate.c, plan_need.c, ..) and
 * one line in commands.def: COMMAND("plan need", cmd_plan_need, "..."). The table
 * there dispatches, and `linnet plan` alone tells them all.
 *
 * Results of planning are often kept, so all of them take --out FILE: plan_answer
 * writes the whole answer there, or to standard output.
 */
#ifndef LINNET_CMD_PLAN_H
#define LINNET_CMD_PLAN_H

#include "cmd/cmd.h"

#define PLAN_OUT_OPTION(into)                                                                                          \
	{                                                                                                              \
		"out", OPTION_TEXT, (into), "FILE", "write the answer there instead of on the screen"                  \
	}

/* The answer into FILE (NULL: standard output). Returns `status`, or 2 if it could not be written. */
int plan_answer(const struct buf *b, const char *file, int status);
/* How many threads to use: what was asked for (0: all processors), at most 64. */
int plan_threads(int64_t asked);

#endif
