#include "base/cbc.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/files.h"
#include "base/jail.h"

enum { ANSWER_MAX = 64 << 20, SPARE_SECONDS = 20 };
static const char WHERE[] = "/usr/bin/cbc";

bool cbc_here(void)
{
	return access(WHERE, X_OK) == 0;
}

static enum rc hear(void *arg, const void *p, size_t n, struct err *e)
{
	struct buf *b = arg;
	buf_put(b, p, n);
	return buf_ok(b) ? RC_OK : err_set(e, RC_LIMIT, "the solver said more than fits");
}

static enum rc write_model(const char *path, struct str model, struct err *e)
{
	int fd AUTO(auto_close) = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t done = 0;
	while (fd >= 0 && done < model.n) {
		ssize_t n = write(fd, model.p + done, model.n - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return fd >= 0 && done == model.n
		   ? RC_OK
		   : err_set(e, RC_IO, "the solver's model could not be written: %s", strerror(errno));
}

static enum rc solve(const char *path, const char *folder, double seconds, struct buf *answer, struct err *e)
{
	char time[32], solution[512];
	struct arena a AUTO(arena_release);
	struct str text;
	arena_init(&a);
	snprintf(time, sizeof time, "%d", (int)(seconds < 1 ? 1 : seconds > 3600 ? 3600 : seconds));
	char *const argv[] = { (char[]){ "cbc" },
			       (char[]){ "model.lp" },
			       (char[]){ "sec" },
			       time,
			       (char[]){ "ratioGap" },
			       (char[]){ "0" },
			       (char[]){ "solve" },
			       (char[]){ "solution" },
			       (char[]){ "answer.txt" },
			       (char[]){ "quit" },
			       NULL };
	const struct jail_limits limits = { .memory_max = (size_t)4 << 30,
					    .cpu_seconds = (int)seconds + SPARE_SECONDS,
					    .wall_ms = ((int64_t)seconds + SPARE_SECONDS) * 1000,
					    .output_max = ANSWER_MAX };
	enum rc rc = jail_program("The solver's answer", &limits, path, argv, folder, hear, answer, e);
	if (rc != RC_OK)
		return rc;
	snprintf(solution, sizeof solution, "%s/answer.txt", folder);
	if (access(solution, R_OK) == 0 && file_read(solution, ANSWER_MAX, &a, &text, e) == RC_OK) {
		buf_putc(answer, '\n');
		buf_str(answer, text);
	}
	return RC_OK;
}

enum rc cbc_run(const char *path, struct str model, double seconds, struct buf *answer, struct err *e)
{
	char folder[] = "/tmp/linnet-solver-XXXXXX", file[64];
	path = path ? path : WHERE;
	if (access(path, X_OK) != 0)
		return err_set(e, RC_NOT_FOUND, "CBC is not installed (Debian: coinor-cbc)");
	if (!mkdtemp(folder))
		return err_set(e, RC_IO, "no folder for the solver could be made: %s", strerror(errno));
	snprintf(file, sizeof file, "%s/model.lp", folder);
	enum rc rc = write_model(file, model, e);
	if (rc == RC_OK)
		rc = solve(path, folder, seconds, answer, e);
	unlink(file);
	snprintf(file, sizeof file, "%s/answer.txt", folder);
	unlink(file);
	rmdir(folder);
	return rc;
}
