/* The jail: what goes through, and that everything else ends in one sentence and leaves no process. */
#include "base/jail.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static const struct jail_limits limits = {
	.memory_max = 64u << 20, .cpu_seconds = 2, .wall_ms = 20000, .output_max = 1 << 20
};

struct heard {
	char text[256];
	size_t n;
	enum rc refuse;
};

static enum rc hear(void *arg, const void *p, size_t n, struct err *e)
{
	struct heard *h = arg;
	for (size_t i = 0; i < n && h->n < sizeof h->text - 1; i++)
		h->text[h->n++] = ((const char *)p)[i];
	return h->refuse ? err_set(e, h->refuse, "the listener had enough") : RC_OK;
}

static enum rc run_with(jail_fn *fn, void *arg, const struct jail_limits *l, const int *fds, size_t n, struct heard *h,
			struct err *e)
{
	err_clear(e);
	enum rc rc = jail_run("The files", l, fds, n, fn, arg, hear, h, e);
	/* Whatever happened, there is no child left, not even a dead one. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return rc;
}

static void ends(jail_fn *fn, enum rc rc, const char *words)
{
	struct heard h = { .n = 0 };
	struct err e;
	enum rc got = run_with(fn, NULL, &limits, NULL, 0, &h, &e);
	if (got != rc || !strstr(e.text, words))
		fail_msg("rc %d \"%s\" (%s), not %d \"%s\"", got, e.text, e.detail, rc, words);
	assert_true(h.n == 0); /* none of these may get as far as saying anything */
}

static int say(int fd, const char *z)
{
	return write(fd, z, strlen(z)) == (ssize_t)strlen(z) ? 0 : 1;
}

static int says_hello(int fd, void *arg)
{
	(void)arg;
	return say(fd, "hello");
}

static void test_speaks(void **state)
{
	(void)state;
	struct heard h = { .n = 0 };
	struct err e;
	assert_int_equal(run_with(says_hello, NULL, &limits, NULL, 0, &h, &e), RC_OK);
	assert_string_equal(h.text, "hello");
}

/* What libraries of parsers do: ask for the zone, sort much. */
static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int works(int fd, void *arg)
{
	static int many[100000];
	(void)arg;
	tzset();
	for (int i = 0; i < 100000; i++)
		many[i] = i * 7919 % 100000;
	qsort(many, 100000, sizeof *many, by_value);
	return say(fd, !getenv("PATH") && many[99999] == 99999 ? "done" : "not done");
}

static void test_works(void **state)
{
	(void)state;
	struct heard h = { .n = 0 };
	struct err e;
	if (run_with(works, NULL, &limits, NULL, 0, &h, &e) != RC_OK)
		fail_msg("%s", e.text);
	assert_string_equal(h.text, "done");
}

static int reads_given(int fd, void *arg)
{
	char text[8];
	void *p = malloc(1 << 20); /* memory within the limit is to be had */
	if (!p)
		return 1;
	memset(p, 1, 1 << 20);
	free(p);
	return read(*(int *)arg, text, 5) == 5 && write(fd, text, 5) == 5 ? 0 : 1;
}

static void test_given_file(void **state)
{
	(void)state;
	struct heard h = { .n = 0 };
	struct err e;
	int p[2];
	assert_int_equal(pipe(p), 0);
	assert_int_equal(write(p[1], "given", 5), 5);
	assert_int_equal(run_with(reads_given, &p[0], &limits, &p[0], 1, &h, &e), RC_OK);
	assert_string_equal(h.text, "given");
	close(p[0]);
	close(p[1]);
}

static int reads_not_given(int fd, void *arg)
{
	char c;
	return read(*(int *)arg, &c, 1) < 0 && errno == EBADF ? say(fd, "closed") : say(fd, "open!");
}

static void test_other_files_closed(void **state)
{
	(void)state;
	struct heard h = { .n = 0 };
	struct err e;
	int p[2];
	assert_int_equal(pipe(p), 0);
	assert_int_equal(run_with(reads_not_given, &p[0], &limits, NULL, 0, &h, &e), RC_OK);
	assert_string_equal(h.text, "closed");
	close(p[0]);
	close(p[1]);
}

static int opens(int fd, void *arg)
{
	(void)arg;
	return open("/etc/passwd", O_RDONLY) < 0 ? 0 : say(fd, "opened");
}

static int connects(int fd, void *arg)
{
	(void)arg;
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? 0 : say(fd, "socket");
}

static int executes(int fd, void *arg)
{
	char *const argv[] = { (char[]){ "true" }, NULL };
	(void)arg;
	execv("/bin/true", argv);
	return say(fd, "still here");
}

static int forks(int fd, void *arg)
{
	(void)arg;
	pid_t p = (pid_t)vfork();
	if (p == 0)
		_exit(0);
	return say(fd, "forked");
}

static int kills_parent(int fd, void *arg)
{
	(void)arg;
	return kill(getppid(), 0) == 0 ? say(fd, "reached") : 0;
}

static void test_forbidden(void **state)
{
	static const char words[] = "The files could not be read: their reader tried something that it may not do";
	(void)state;
	ends(opens, RC_BAD_INPUT, words);
	ends(connects, RC_BAD_INPUT, words);
	ends(executes, RC_BAD_INPUT, words);
	ends(forks, RC_BAD_INPUT, words);
	ends(kills_parent, RC_BAD_INPUT, words);
}

static int eats_memory(int fd, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < 400; i++) { /* 1.6 GB, 4 MB at a time */
		char *p = malloc(4 << 20);
		if (!p)
			base_oom(4 << 20);
		memset(p, (int)i, 4 << 20);
	}
	return say(fd, "all eaten");
}

static void test_memory(void **state)
{
	(void)state;
	ends(eats_memory, RC_LIMIT, "that needed more than 64 MB of memory");
}

static int loops(int fd, void *arg)
{
	volatile uint64_t n = 0;
	(void)arg;
	for (;;)
		if (++n == 0)
			return say(fd, "wrapped");
}

static void test_endless(void **state)
{
	(void)state;
	ends(loops, RC_LIMIT, "it took longer than 2 seconds");
}

/* What one that was forked at a bad moment does: it waits for what nobody will ever do. */
struct sleeper {
	int pipe[2];	   /* into which nobody writes */
	int begun;	   /* shared by all of them */
	int times;	   /* so many sleep */
	const char *first; /* said before */
	bool awake;	   /* turning at a lock, instead of asleep at it */
};

static int sleeps(int fd, void *arg)
{
	struct sleeper *s = arg;
	char c;
	if (s->first && say(fd, s->first) != 0)
		return 1;
	bool held = ++s->begun <= s->times;
	while (held && s->awake)
		sched_yield();
	if (held)
		return read(s->pipe[0], &c, 1) == 1;
	return say(fd, "hello");
}

static enum rc sleep_with(struct sleeper with, int64_t wall_ms, struct heard *h, int *begun_out, struct err *e)
{
	struct jail_limits l = limits;
	struct sleeper *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(s != MAP_FAILED);
	*s = with;
	l.wall_ms = wall_ms;
	l.cpu_seconds = 20;
	assert_int_equal(pipe(s->pipe), 0);
	enum rc rc = run_with(sleeps, s, &l, s->pipe, 1, h, e);
	*begun_out = s->begun;
	close(s->pipe[0]);
	close(s->pipe[1]);
	munmap(s, sizeof *s);
	return rc;
}

static void test_waits(void **state)
{
	(void)state;
	struct heard h = { .n = 0 };
	struct err e;
	int begun;
	assert_int_equal(sleep_with((struct sleeper){ .times = 100 }, 1000, &h, &begun, &e), RC_LIMIT);
	assert_non_null(strstr(e.text, "it took longer than 1 seconds"));
	assert_int_equal(begun, 1);
}

/* Forked while another thread held a lock: begun again, and the answer is whole and there once. */
static void test_stands_still(void **state)
{
	(void)state;
	struct heard h = { .n = 0 };
	struct err e;
	int begun;
	assert_int_equal(sleep_with((struct sleeper){ .times = 1 }, 20000, &h, &begun, &e), RC_OK);
	assert_int_equal(begun, 2);
	assert_string_equal(h.text, "hello");
	h = (struct heard){ .n = 0 };
	assert_int_equal(sleep_with((struct sleeper){ .times = 1, .awake = true }, 20000, &h, &begun, &e), RC_OK);
	assert_int_equal(begun, 2);
	assert_string_equal(h.text, "hello");
	/* but never what has spoken already */
	h = (struct heard){ .n = 0 };
	assert_int_equal(sleep_with((struct sleeper){ .times = 1, .first = "he" }, 20000, &h, &begun, &e), RC_BUSY);
	assert_int_equal(begun, 1);
	assert_string_equal(h.text, "he");
	assert_non_null(strstr(e.text, "The files could not be read: their reader stood still. Try again"));
	if (!getenv("LINNET_LONG"))
		return;
	/* nor for ever */
	h = (struct heard){ .n = 0 };
	assert_int_equal(sleep_with((struct sleeper){ .times = 100 }, 20000, &h, &begun, &e), RC_BUSY);
	assert_int_equal(begun, 3);
}

/* At work for longer than one may stand still, without a word or new memory. */
static int thinks(int fd, void *arg)
{
	struct timespec t = { 0 };
	volatile unsigned n = 0;
	++*(int *)arg;
	while (t.tv_sec < 3)
		if (++n % 1000000 == 0)
			clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return say(fd, "hello");
}

static void test_thinks(void **state)
{
	(void)state;
	struct jail_limits l = limits;
	struct heard h = { .n = 0 };
	struct err e;
	int *begun = mmap(NULL, sizeof *begun, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(begun != MAP_FAILED);
	l.cpu_seconds = 20;
	assert_int_equal(run_with(thinks, begun, &l, NULL, 0, &h, &e), RC_OK);
	assert_int_equal(*begun, 1);
	assert_string_equal(h.text, "hello");
	munmap(begun, sizeof *begun);
}

static int crashes(int fd, void *arg)
{
	(void)fd;
	(void)arg;
	raise(SIGSEGV);
	return 0;
}

static int segfaults(int fd, void *arg)
{
	(void)fd;
	__asm__ volatile("" : : : "memory");
	*(volatile int *)((uintptr_t)arg + 16) = 1;
	return 0;
}

static int gives_up(int fd, void *arg)
{
	(void)fd;
	(void)arg;
	return 1;
}

static void test_crash(void **state)
{
	(void)state;
	(void)crashes; /* raise() itself is a call that only abort may make */
#if !defined(__SANITIZE_UNDEFINED__) && !defined(__SANITIZE_ADDRESS__)
	ends(segfaults, RC_BAD_INPUT, "their reader broke down");
#else
	ends(crashes, RC_BAD_INPUT, "their reader broke down");
	(void)segfaults;
#endif
	ends(gives_up, RC_BAD_INPUT, "their reader gave up");
}

static int talks(int fd, void *arg)
{
	static char much[65536];
	(void)arg;
	for (;;)
		if (write(fd, much, sizeof much) < 0)
			return 1;
}

static void test_huge_output(void **state)
{
	(void)state;
	struct heard h = { .n = 0 };
	struct err e;
	assert_int_equal(run_with(talks, NULL, &limits, NULL, 0, &h, &e), RC_LIMIT);
	assert_non_null(strstr(e.text, "they hold more than fits"));
}

static void test_listener_stops(void **state)
{
	(void)state;
	struct heard h = { .n = 0, .refuse = RC_CORRUPT };
	struct err e;
	assert_int_equal(run_with(talks, NULL, &limits, NULL, 0, &h, &e), RC_CORRUPT);
	assert_string_equal(e.text, "the listener had enough");
}

static void test_layers(void **state)
{
	(void)state;
	unsigned l = jail_layers();
	assert_true(l & JAIL_FILES);
	assert_true(l & JAIL_LIMITS);
	assert_true(l & JAIL_NO_GAIN);
	assert_true(l & JAIL_SECCOMP);
	assert_string_equal(jail_layer_title(JAIL_LANDLOCK), "no file system (Landlock)");
}

/* The files of this process are the same before and after. */
static size_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void test_no_leak(void **state)
{
	(void)state;
	size_t before = open_files();
	for (int i = 0; i < 20; i++) {
		struct heard h = { .n = 0 };
		struct err e;
		assert_int_equal(run_with(i % 2 ? says_hello : gives_up, NULL, &limits, NULL, 0, &h, &e),
				 i % 2 ? RC_OK : RC_BAD_INPUT);
	}
	assert_int_equal(open_files(), before);
}

/* A program of others: its folder, and nothing else. */
static enum rc program(const char *folder, const char *path, const char *word, const char *file, int64_t wall_ms,
		       struct heard *h, struct err *e)
{
	struct jail_limits l = limits;
	l.memory_max = 1u << 30;
	l.wall_ms = wall_ms;
	l.output_max = 1000;
	char *const argv[] = { (char *)(uintptr_t)path, (char *)(uintptr_t)word, (char *)(uintptr_t)file, NULL };
	*h = (struct heard){ 0 };
	return jail_program("The answer", &l, path, argv, folder, hear, h, e);
}

static void test_program_of_others(void **state)
{
	(void)state;
	char folder[] = "/tmp/linnet-jail-XXXXXX", path[64];
	struct heard h;
	struct err e = { 0 };
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/in.txt", folder);
	FILE *f = fopen(path, "w");
	assert_true(f && fputs("hello", f) > 0 && fclose(f) == 0);
	enum rc reads = program(folder, "/usr/bin/head", "-c5", "in.txt", 5000, &h, &e);
	bool heard = memmem(&h, sizeof h, "hello", 5) != NULL;
	enum rc other = RC_BAD_INPUT, slow = program(folder, "/usr/bin/sleep", "20", NULL, 300, &h, &e);
	if (jail_layers() & JAIL_LANDLOCK)
		other = program(folder, "/usr/bin/head", "-c5", "/etc/hostname", 5000, &h, &e);
	enum rc none = program(folder, "/usr/bin/no-such-solver", "x", NULL, 300, &h, &e);
	unlink(path);
	rmdir(folder);
	assert_int_equal(reads, RC_OK);
	assert_true(heard);
	assert_int_equal(slow, RC_LIMIT);
	assert_int_equal(other, RC_BAD_INPUT); /* it could not open it, and says so by its status */
	assert_int_equal(none, RC_NOT_FOUND);
}

/* ---- the process that serves ---- */

/* Runs in a child; its exit status is the number of the first thing that was not so. */
static int shut_in(const char *inside)
{
	char path[300], outside[] = "/tmp/linnet-jail-outside-XXXXXX";
	int other = mkstemp(outside), pair[2];
	const char *folders[] = { inside, "/nowhere/at/all" };
	unsigned held = jail_serve(folders, 2);
	if (held != (JAIL_NO_GAIN | JAIL_LANDLOCK | JAIL_SECCOMP))
		return 99;
	snprintf(path, sizeof path, "%s/a", inside);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1 || unlink(path) != 0)
		return 1; /* in its folder it may do all this */
	if (open(outside, O_WRONLY) >= 0 || errno != EACCES)
		return 2;
	if (unlink(outside) == 0 || errno != EACCES)
		return 3;
	if (open("/tmp/linnet-jail-new", O_WRONLY | O_CREAT, 0600) >= 0)
		return 4;
	if (open(outside, O_RDONLY) < 0 || write(other, "y", 1) != 1)
		return 5; /* reading, and what was open before, go on */
	char *argv[] = { (char *)(uintptr_t) "/bin/true", NULL };
	if (execv(argv[0], argv) == 0 || (errno != EPERM && errno != EACCES))
		return 6;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 7;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return 8;
	/* a jail can still be made inside of it */
	static const struct jail_limits small = {
		.memory_max = 64u << 20, .cpu_seconds = 2, .wall_ms = 5000, .output_max = 64
	};
	struct err e = { 0 };
	struct heard h = { .n = 0 };
	if (jail_run("It", &small, NULL, 0, says_hello, NULL, hear, &h, &e) != RC_OK || h.n == 0)
		return 9;
	return 0;
}

static void test_a_server_changes_only_its_folder(void **state)
{
	(void)state;
	char inside[] = "/tmp/linnet-jail-XXXXXX";
	int status = 0;
	if (!(jail_serve_layers() & JAIL_LANDLOCK))
		skip();
	assert_non_null(mkdtemp(inside));
	pid_t pid = fork();
	if (pid == 0)
		_exit(shut_in(inside));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(rmdir(inside), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(system("rm -f /tmp/linnet-jail-outside-*"), 0);
}

/* On a kernel that does not know Landlock the others hold, and it is said. */
static void test_a_kernel_without_landlock_is_told(void **state)
{
	(void)state;
	int status = 0;
	pid_t pid = fork();
	if (pid == 0) {
		scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
		bool ok = f && seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), 444, 0) == 0 && seccomp_load(f) == 0;
		_exit(ok ? (int)jail_serve_layers() : 99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), JAIL_NO_GAIN | JAIL_SECCOMP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_speaks),
		cmocka_unit_test(test_works),
		cmocka_unit_test(test_given_file),
		cmocka_unit_test(test_other_files_closed),
		cmocka_unit_test(test_forbidden),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_stands_still),
		cmocka_unit_test(test_thinks),
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_huge_output),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_no_leak),
		cmocka_unit_test(test_listener_stops),
		cmocka_unit_test(test_program_of_others),
		cmocka_unit_test(test_a_server_changes_only_its_folder),
		cmocka_unit_test(test_a_kernel_without_landlock_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
