/*
 * Runs a program and tells how long it took and how much memory it held.
 *
 *   timed [--times N] [--found] PROGRAM ...     the program's own output goes to stderr
 *   timed --sync FOLDER               how long the disk takes to keep 4 KiB for good
 *
 * Prints `ms` (the median), `mb` (resident memory of the largest of the program
 * and the processes that it started, at its peak) or `sync_ms`.
 */
#define _GNU_SOURCE /* wait4 */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { TIMES_MAX = 1000, SYNCS = 200, BLOCK = 4096 };

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *ms, size_t n)
{
	qsort(ms, n, sizeof *ms, by_size);
	return ms[n / 2];
}

static int sync_time(const char *folder)
{
	char path[1000], block[BLOCK];
	double ms[SYNCS];
	snprintf(path, sizeof path, "%s/sync", folder);
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	memset(block, 'x', sizeof block);
	for (int i = 0; i < SYNCS && fd >= 0; i++) {
		double t = now_ms();
		if (write(fd, block, sizeof block) != BLOCK || fdatasync(fd) != 0)
			fd = -1;
		ms[i] = now_ms() - t;
	}
	if (fd < 0) {
		perror(path);
		return 2;
	}
	close(fd);
	unlink(path);
	printf("sync_ms %.3f\n", median(ms, SYNCS));
	return 0;
}

/* Exit status of the program, or -1. */
static int run_once(char **argv, double *ms, long *kb)
{
	struct rusage used;
	int status;
	double t = now_ms();
	pid_t pid = fork();
	if (pid == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) != pid)
		return -1;
	*ms = now_ms() - t;
	*kb = used.ru_maxrss > *kb ? used.ru_maxrss : *kb;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int argc, char **argv)
{
	int64_t times = 1;
	int at = 1;
	if (argc == 3 && strcmp(argv[1], "--sync") == 0)
		return sync_time(argv[2]);
	if (argc > 3 && strcmp(argv[1], "--times") == 0 && str_to_int(str_of(argv[2]), 1, TIMES_MAX, &times) == RC_OK)
		at = 3;
	int good = 0;
	if (at + 1 < argc && strcmp(argv[at], "--found") == 0) { /* 1: done, and something was found */
		good = 1;
		at++;
	}
	if (at >= argc || argv[at][0] == '-') {
		fprintf(stderr, "usage: timed [--times N] [--found] PROGRAM ... | timed --sync FOLDER\n");
		return 2;
	}
	static double ms[TIMES_MAX];
	long kb = 0;
	for (int64_t i = 0; i < times; i++) {
		int status = run_once(argv + at, &ms[i], &kb);
		if (status != good) {
			fprintf(stderr, "timed: %s ended with %d\n", argv[at], status);
			return 2;
		}
	}
	printf("ms %.1f\nmb %.0f\n", median(ms, (size_t)times), (double)kb / 1024);
	return 0;
}
