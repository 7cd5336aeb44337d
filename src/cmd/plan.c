/* plan.c - what the subcommands of `linnet plan` share. */
#include "cmd/plan.h"

#include <unistd.h>

#include "base/files.h"
#include "base/parallel.h"

int plan_answer(const struct buf *b, const char *file, int status)
{
	if (!file || !buf_ok(b))
		return cmd_print(b, status);
	cmd_progress_end();
	struct err e = { 0 };
	return file_write(file, b->p, b->n, &e) == RC_OK ? status : cmd_fail(&e);
}

int plan_threads(int64_t asked)
{
	long here = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t n = asked > 0 ? asked : here > 0 ? here : 1;
	return n > PARALLEL_THREADS_MAX ? PARALLEL_THREADS_MAX : (int)n;
}
