/* plan.c - what the subcommands of `linnet plan` share. */
#include "cmd/plan.h"

#include <errno.h>
#include <unistd.h>

#include "base/parallel.h"

int plan_answer(const struct buf *b, const char *file, int status)
{
	if (!file || !buf_ok(b))
		return cmd_print(b, status);
	cmd_progress_end();
	FILE *f = fopen(file, "wb");
	bool written = f && fwrite(b->p ? b->p : "", 1, b->n, f) == b->n;
	int why = errno;
	if (f && fclose(f) != 0) {
		written = false;
		why = errno;
	}
	if (written)
		return status;
	fprintf(stderr, "linnet: %s could not be written: %s\n", file, strerror(why));
	return 2;
}

int plan_threads(int64_t asked)
{
	long here = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t n = asked > 0 ? asked : here > 0 ? here : 1;
	return n > PARALLEL_THREADS_MAX ? PARALLEL_THREADS_MAX : (int)n;
}
