#include "base/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Under a sanitizer the program itself maps terabytes and makes calls of its
 * own: there the address-space limit is skipped and the list of system calls
 * turned round (a few forbidden instead of a few allowed). The memory watch of
 * the parent holds in every build. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif
#else
enum { SANITIZED = 0 };
#endif

/* A reader reads files that are there and writes into a pipe that is emptied: it never has to sleep. One
 * that stands still at so many looks one after the other waits for a lock that another thread held when it
 * was forked (libzip asks for the zone as gmtime does; a sanitizer's allocator has locks of its own), and for
 * ever: the thread is not in there. It is begun again if it has said nothing yet. Some locks are waited for
 * awake, by asking the kernel for another turn again and again: no new memory, less time of its own than of
 * the kernel's at every look, and enough of that to be no chance. */
enum { STILL_LOOKS = 40, TIMES_BEGUN = 3, ENOUGH_TICKS = 20 };
enum { PIECE = 256 * 1024, WATCH_MS = 50, GAVE_UP = 97, FDS_MAX = 128 };

/* A process as it is seen from outside; times in the kernel's ticks. */
struct look {
	bool asleep; /* though not for a disk */
	unsigned long long faults, user, kernel;
};

struct run {
	const char *what;
	const struct jail_limits *limits;
	const int *fds;
	size_t n_fds;
	jail_fn *fn;
	void *fn_arg;
	jail_sink *sink;
	void *sink_arg;
	struct err *e;
	int pipe[2];
	pid_t pid;
	uint64_t vm_start, rss_start; /* bytes of this process when the jail was made */
	uint64_t output;
	struct look last;
	int still;		       /* looks at which it got nowhere, one after the other */
	unsigned long long turned;     /* ticks that it took of the kernel meanwhile */
	const struct program *program; /* instead of fn: of others, and may sleep as it likes */
};

static unsigned layers_inside; /* in the child: what was put in place */

/* Address space and resident memory of a process in bytes (0, 0 if it is gone). */
static void memory_of(pid_t pid, uint64_t *vm_out, uint64_t *rss_out)
{
	char path[64], text[128];
	unsigned long long vm = 0, rss = 0;
	snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
	int fd AUTO(auto_close) = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
	text[n > 0 ? n : 0] = '\0';
	if (sscanf(text, "%llu %llu", &vm, &rss) != 2)
		vm = rss = 0;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	*vm_out = vm * page;
	*rss_out = rss * page;
}

/* All zero if it is gone. */
static struct look look_at(pid_t pid)
{
	char path[64], text[512];
	struct look l = { .asleep = false };
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	int fd AUTO(auto_close) = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
	text[n > 0 ? n : 0] = '\0';
	const char *name_ends = strrchr(text, ')'); /* "pid (name) state ..." */
	char state = '\0';
	if (!name_ends || sscanf(name_ends + 1, " %c %*d %*d %*d %*d %*d %*u %llu %*u %*u %*u %llu %llu", &state,
				 &l.faults, &l.user, &l.kernel) != 4)
		return (struct look){ .asleep = false };
	l.asleep = state == 'S';
	return l;
}

/* Has it got nowhere for long? Called at every look; `quiet`: it said nothing since the last. */
static bool still_for_long(struct run *r, bool quiet)
{
	struct look was = r->last, now = look_at(r->pid);
	unsigned long long user = now.user - was.user, kernel = now.kernel - was.kernel;
	bool still = quiet && now.faults == was.faults && kernel >= user;
	r->last = now;
	r->still = still ? r->still + 1 : 0;
	r->turned = still ? r->turned + kernel : 0;
	return r->still >= STILL_LOOKS && (now.asleep || r->turned >= ENOUGH_TICKS);
}

/* ---- inside: the layers ---- */

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void close_others(const struct run *r)
{
	int keep[FDS_MAX + 2];
	size_t n = 0;
	for (size_t i = 0; i < r->n_fds; i++)
		keep[n++] = r->fds[i];
	keep[n++] = r->pipe[1];
	if (SANITIZED)
		keep[n++] = STDERR_FILENO; /* a sanitizer's report must be seen */
	qsort(keep, n, sizeof *keep, by_number);
	unsigned from = 0;
	bool ok = true;
	for (size_t i = 0; i < n; i++) {
		if ((unsigned)keep[i] > from)
			ok = syscall(SYS_close_range, from, (unsigned)keep[i] - 1, 0u) == 0 && ok;
		from = (unsigned)keep[i] + 1;
	}
	ok = syscall(SYS_close_range, from, ~0u, 0u) == 0 && ok;
	if (ok)
		layers_inside |= JAIL_FILES;
}

/* The kernel's interface as of its version 6; an older kernel takes the first
 * members only, and knows fewer rights: both by the version it names. */
enum { LANDLOCK_CREATE = 444, LANDLOCK_ADD = 445, LANDLOCK_RESTRICT = 446, LANDLOCK_VERSION = 1 };

enum {
	MAY_EXECUTE = 1 << 0,
	MAY_WRITE = 1 << 1,
	MAY_READ = 1 << 2,
	MAY_LIST = 1 << 3,
	MAY_REMOVE = 1 << 5,
	MAY_MAKE_FILE = 1 << 8,
	MAY_CHANGE_FOLDERS = 0x1fd0, /* remove and make folders, links, devices, sockets */
	MAY_MOVE = 1 << 13,	     /* since version 2 */
	MAY_CUT = 1 << 14	     /* since version 3 */
};

/* What is taken away. */
struct landlock_taken {
	uint64_t files, net, scoped;
};

static const struct landlock_taken everything = { UINT64_MAX, 3, 3 };
static const struct landlock_taken changes = { .files = MAY_EXECUTE | MAY_WRITE | MAY_REMOVE | MAY_MAKE_FILE |
							MAY_CHANGE_FOLDERS | MAY_MOVE | MAY_CUT };

/* What stays allowed with one path, and all below it. */
struct path_rights {
	const char *path;
	uint64_t rights;
};

static bool allow_path(int rules, const struct path_rights *p, uint64_t known)
{
	enum { PATH_BENEATH = 1 };
	struct {
		uint64_t rights;
		int32_t parent;
	} __attribute__((packed)) rule = { p->rights & known, open(p->path, O_PATH | O_CLOEXEC) };
	if (rule.parent < 0)
		return true; /* not here: nothing to allow */
	bool ok = syscall(LANDLOCK_ADD, rules, PATH_BENEATH, &rule, 0u) == 0;
	close(rule.parent);
	return ok;
}

/* True if it holds from here on. */
static bool landlock(struct landlock_taken taken, const struct path_rights *paths, size_t n)
{
	long version = syscall(LANDLOCK_CREATE, NULL, (size_t)0, (unsigned)LANDLOCK_VERSION);
	if (version < 1)
		return false;
	int file_rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
	taken.files &= ((uint64_t)1 << file_rights) - 1;
	taken.net = version >= 4 ? taken.net : 0;
	taken.scoped = version >= 6 ? taken.scoped : 0;
	size_t size = version >= 6 ? sizeof taken : version >= 4 ? 2 * sizeof taken.files : sizeof taken.files;
	long rules = syscall(LANDLOCK_CREATE, &taken, size, 0u);
	if (rules < 0)
		return false;
	bool ok = true;
	for (size_t i = 0; i < n; i++)
		ok = allow_path((int)rules, &paths[i], taken.files) && ok;
	ok = ok && syscall(LANDLOCK_RESTRICT, (int)rules, 0u) == 0;
	close((int)rules);
	return ok;
}

/* For what runs inside a jail: nothing but these paths. */
static void only_paths(const struct path_rights *paths, size_t n)
{
	if (landlock(everything, paths, n))
		layers_inside |= JAIL_LANDLOCK;
}

static bool limit(int what, uint64_t n)
{
	struct rlimit l = { (rlim_t)n, (rlim_t)n };
	return setrlimit((__rlimit_resource_t)what, &l) == 0;
}

static void set_limits(const struct run *r)
{
	bool ok = limit(RLIMIT_CPU, (uint64_t)r->limits->cpu_seconds) && limit(RLIMIT_FSIZE, 0) &&
		  limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_NOFILE, 0);
	if (!SANITIZED)
		ok = limit(RLIMIT_AS, r->vm_start + r->limits->memory_max) && ok;
	if (ok)
		layers_inside |= JAIL_LIMITS;
}

static const int parser_calls[] = {
	SCMP_SYS(read),		SCMP_SYS(pread64),	SCMP_SYS(write),	   SCMP_SYS(writev),
	SCMP_SYS(lseek),	SCMP_SYS(fstat),	SCMP_SYS(munmap),	   SCMP_SYS(mremap),
	SCMP_SYS(brk),		SCMP_SYS(madvise),	SCMP_SYS(futex),	   SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),  SCMP_SYS(exit),
	SCMP_SYS(exit_group),	SCMP_SYS(getrandom),	SCMP_SYS(restart_syscall), SCMP_SYS(close),
	SCMP_SYS(getpid),	SCMP_SYS(gettid),	SCMP_SYS(rt_sigaction),	   SCMP_SYS(sched_yield),
	SCMP_SYS(sysinfo), /* qsort asks how much memory there is */
};
static const int forbidden_calls[] = {
	SCMP_SYS(open),	   SCMP_SYS(openat),   SCMP_SYS(openat2), SCMP_SYS(creat),    SCMP_SYS(socket),
	SCMP_SYS(connect), SCMP_SYS(bind),     SCMP_SYS(execve),  SCMP_SYS(execveat), SCMP_SYS(fork),
	SCMP_SYS(vfork),   SCMP_SYS(clone),    SCMP_SYS(clone3),  SCMP_SYS(ptrace),   SCMP_SYS(kill),
	SCMP_SYS(unlink),  SCMP_SYS(unlinkat), SCMP_SYS(rename),  SCMP_SYS(mount),
};

static bool allow_parser(scmp_filter_ctx f)
{
	bool ok = true;
	for (size_t i = 0; i < COUNT_OF(parser_calls); i++)
		ok = seccomp_rule_add(f, SCMP_ACT_ALLOW, parser_calls[i], 0) == 0 && ok;
	/* Memory, but none that could be run; abort() may signal only ourselves. */
	const struct scmp_arg_cmp not_run = { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 };
	const struct scmp_arg_cmp ourselves = { 0, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0 };
	ok = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &not_run) == 0 && ok;
	ok = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &not_run) == 0 && ok;
	return seccomp_rule_add_array(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &ourselves) == 0 && ok;
}

static void filter_calls(void)
{
	scmp_filter_ctx f = seccomp_init(SANITIZED ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS);
	bool ok = f != NULL;
	if (ok && SANITIZED)
		for (size_t i = 0; i < COUNT_OF(forbidden_calls); i++)
			ok = seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, forbidden_calls[i], 0) == 0 && ok;
	else if (ok)
		ok = allow_parser(f);
	layers_inside |= JAIL_SECCOMP;
	if (!ok || seccomp_load(f) != 0)
		layers_inside &= ~(unsigned)JAIL_SECCOMP;
	/* f stays: freeing it would be one more thing to go wrong behind the filter */
}

/* Nothing of our environment. A zone that needs no file, looked at now: libraries
 * that know dates (libzip) ask for it, and would look for the machine's. */
static void empty_environment(void)
{
	static char zone[] = "TZ=UTC0";
	static char *only[] = { zone, NULL };
	environ = only;
	tzset();
}

static _Noreturn void inside(const struct run *r)
{
	static const int plain[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGINT, SIGHUP, SIGXCPU };
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		signal(plain[i], SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	/* The allocator looks into /proc when it gives memory back: it must not. */
	mallopt(M_TRIM_THRESHOLD, INT32_MAX);
	empty_environment();
	close_others(r);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		layers_inside |= JAIL_NO_GAIN;
	only_paths(NULL, 0);
	set_limits(r);
	filter_calls();
	_exit(r->fn(r->pipe[1], r->fn_arg) == 0 ? 0 : GAVE_UP);
}

/* ---- the process that serves ---- */

/* What no server needs: other programs, other processes' memory, the machine itself. A
 * list of what is allowed would break with each new version of a library. */
static bool forbid_to_server(void)
{
	static const int calls[] = {
		SCMP_SYS(execve),
		SCMP_SYS(execveat),
		SCMP_SYS(process_vm_readv),
		SCMP_SYS(process_vm_writev),
		SCMP_SYS(mount),
		SCMP_SYS(umount2),
		SCMP_SYS(pivot_root),
		SCMP_SYS(chroot),
		SCMP_SYS(unshare),
		SCMP_SYS(setns),
		SCMP_SYS(bpf),
		SCMP_SYS(perf_event_open),
		SCMP_SYS(init_module),
		SCMP_SYS(finit_module),
		SCMP_SYS(delete_module),
		SCMP_SYS(kexec_load),
		SCMP_SYS(reboot),
		SCMP_SYS(swapon),
		SCMP_SYS(swapoff),
		SCMP_SYS(settimeofday),
		SCMP_SYS(clock_settime),
		SCMP_SYS(adjtimex),
		SCMP_SYS(sethostname),
		SCMP_SYS(add_key),
		SCMP_SYS(request_key),
		SCMP_SYS(keyctl),
		SCMP_SYS(userfaultfd),
		SCMP_SYS(io_uring_setup),
		SCMP_SYS(setuid),
		SCMP_SYS(setgid),
		SCMP_SYS(setreuid),
		SCMP_SYS(setresuid),
	};
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	bool ok = f != NULL;
	for (size_t i = 0; ok && i < COUNT_OF(calls); i++)
		ok = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), calls[i], 0) == 0;
	if (ok && !SANITIZED) /* a sanitizer looks for leaks by it */
		ok = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ptrace), 0) == 0;
	ok = ok && seccomp_load(f) == 0;
	seccomp_release(f);
	return ok;
}

unsigned jail_serve(const char *const *folders, size_t n)
{
	enum { FOLDERS_MAX = 8 };
	struct path_rights paths[FOLDERS_MAX];
	unsigned held = 0;
	size_t kept = n < FOLDERS_MAX ? n : FOLDERS_MAX;
	for (size_t i = 0; i < kept; i++)
		paths[i] = (struct path_rights){ folders[i], MAY_WRITE | MAY_REMOVE | MAY_MAKE_FILE | MAY_CUT };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		held |= JAIL_NO_GAIN;
	if (landlock(changes, paths, kept))
		held |= JAIL_LANDLOCK;
	if (forbid_to_server())
		held |= JAIL_SECCOMP;
	return held;
}

unsigned jail_serve_layers(void)
{
	int status = 0;
	pid_t pid = fork();
	if (pid == 0)
		_exit((int)jail_serve(NULL, 0));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 0;
	return (unsigned)WEXITSTATUS(status);
}

/* ---- outside ---- */

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum rc too_long(const struct run *r, int64_t seconds)
{
	return err_set(r->e, RC_LIMIT,
		       "%s could not be read: it took longer than %" PRId64 " seconds. Divide them and try again",
		       r->what, seconds);
}

static enum rc stands_still(const struct run *r)
{
	err_set(r->e, RC_BUSY, "%s could not be read: their reader stood still. Try again", r->what);
	err_detail(r->e, "jail: still at %d looks after %" PRIu64 " bytes", r->still, r->output);
	return RC_BUSY;
}

static enum rc too_big(const struct run *r)
{
	return err_set(r->e, RC_LIMIT,
		       "%s could not be read: that needed more than %zu MB of memory. Divide them and try again",
		       r->what, r->limits->memory_max >> 20);
}

/* One piece of output to the sink. *open_out false at the end of the pipe. */
static enum rc take_piece(struct run *r, char *piece, bool *open_out)
{
	ssize_t n;
	do
		n = read(r->pipe[0], piece, PIECE);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(r->e, RC_IO, "%s could not be read: %s", r->what, strerror(errno));
	*open_out = n > 0;
	r->output += (uint64_t)n;
	if (r->output > r->limits->output_max)
		return err_set(r->e, RC_LIMIT,
			       "%s could not be read: they hold more than fits. Divide them and try again", r->what);
	return n ? r->sink(r->sink_arg, piece, (size_t)n, r->e) : RC_OK;
}

static enum rc listen_to(struct run *r)
{
	char *piece AUTO(auto_free) = xmalloc(PIECE);
	int64_t end = now_ms() + r->limits->wall_ms, watched = 0;
	bool open = true;
	enum rc rc = RC_OK;
	while (open && rc == RC_OK) {
		struct pollfd p = { .fd = r->pipe[0], .events = POLLIN };
		int ready = poll(&p, 1, WATCH_MS);
		int64_t now = now_ms();
		if (ready > 0)
			rc = take_piece(r, piece, &open);
		if (rc == RC_OK && now > end)
			rc = too_long(r, r->limits->wall_ms / 1000);
		if (rc == RC_OK && now - watched >= WATCH_MS) {
			uint64_t vm, rss;
			memory_of(r->pid, &vm, &rss);
			watched = now;
			if (rss > r->rss_start + r->limits->memory_max)
				rc = too_big(r);
			else if (!r->program && still_for_long(r, ready == 0))
				rc = stands_still(r);
		}
	}
	return rc;
}

/* How it ended, in one sentence. */
static enum rc judge(const struct run *r, int status)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return RC_OK;
	if (sig == SIGXCPU || sig == SIGKILL) /* the kernel kills at the hard limit of time, or when memory runs out */
		return too_long(r, r->limits->cpu_seconds);
	if (sig == SIGABRT) /* our own allocator gives up so */
		return too_big(r);
	if (sig == SIGSYS)
		err_set(r->e, RC_BAD_INPUT,
			"%s could not be read: their reader tried something that it may not do. Please report this",
			r->what);
	else if (sig)
		err_set(r->e, RC_BAD_INPUT, "%s could not be read: their reader broke down. Please report this",
			r->what);
	else
		err_set(r->e, RC_BAD_INPUT, "%s could not be read: their reader gave up", r->what);
	err_detail(r->e, "jail: status %d, signal %d", status, sig);
	return RC_BAD_INPUT;
}

static enum rc outside(struct run *r)
{
	close(r->pipe[1]);
	enum rc rc = listen_to(r);
	close(r->pipe[0]);
	if (rc != RC_OK)
		kill(r->pid, SIGKILL);
	int status = 0;
	pid_t got;
	do
		got = waitpid(r->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	return rc == RC_OK && got == r->pid ? judge(r, status) : rc;
}

static _Noreturn void program_inside(const struct run *r, const struct program *p);

static enum rc begin(struct run *r)
{
	r->still = 0;
	r->last = (struct look){ .asleep = false };
	if (pipe2(r->pipe, O_CLOEXEC) != 0)
		return err_set(r->e, RC_IO, "no pipe could be made: %s", strerror(errno));
	r->pid = fork();
	if (r->pid == 0 && r->program)
		program_inside(r, r->program);
	if (r->pid == 0)
		inside(r);
	if (r->pid > 0)
		return outside(r);
	err_set(r->e, RC_IO, "no process could be made to read them safely: %s", strerror(errno));
	close(r->pipe[0]);
	close(r->pipe[1]);
	return RC_IO;
}

enum rc jail_run(const char *what, const struct jail_limits *limits, const int *fds, size_t n_fds, jail_fn *fn,
		 void *fn_arg, jail_sink *sink, void *sink_arg, struct err *e)
{
	struct run r = { .what = what,
			 .limits = limits,
			 .fds = fds,
			 .n_fds = n_fds,
			 .fn = fn,
			 .fn_arg = fn_arg,
			 .sink = sink,
			 .sink_arg = sink_arg,
			 .e = e };
	enum rc rc = RC_BUSY;
	if (n_fds > FDS_MAX)
		return err_set(e, RC_LIMIT, "more than %d files at once", FDS_MAX);
	memory_of(getpid(), &r.vm_start, &r.rss_start);
	for (int times = 0; rc == RC_BUSY && r.output == 0 && times < TIMES_BEGUN; times++)
		rc = begin(&r);
	return rc;
}

/* ---- a program of others ---- */

struct program {
	const char *path, *folder;
	char *const *argv;
};

static const int program_forbidden[] = {
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(ptrace),
	SCMP_SYS(kill),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(mount),
	SCMP_SYS(symlink),
	SCMP_SYS(link),
	SCMP_SYS(chmod),
	SCMP_SYS(chown),
	SCMP_SYS(setsockopt),
	SCMP_SYS(bpf),
	SCMP_SYS(keyctl),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(process_vm_readv),
};

static bool program_calls(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	bool ok = f != NULL;
	for (size_t i = 0; ok && i < COUNT_OF(program_forbidden); i++)
		ok = seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, program_forbidden[i], 0) == 0;
	return ok && seccomp_load(f) == 0;
}

static _Noreturn void program_inside(const struct run *r, const struct program *p)
{
	enum { READ = MAY_READ, LOOK = MAY_EXECUTE | MAY_READ | MAY_LIST };
	const struct path_rights paths[] = {
		{ "/usr", LOOK },
		{ "/lib", LOOK },
		{ "/lib64", LOOK },
		{ "/etc/ld.so.cache", READ },
		{ "/dev/null", READ | MAY_WRITE },
		{ p->folder, READ | MAY_LIST | MAY_WRITE | MAY_REMOVE | MAY_MAKE_FILE | MAY_CUT },
	};
	static char zone[] = "TZ=UTC0", language[] = "LC_ALL=C";
	static char *only[] = { zone, language, NULL };
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int nothing = open("/dev/null", O_RDWR);
	bool ok = chdir(p->folder) == 0 && nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
		  dup2(r->pipe[1], STDOUT_FILENO) >= 0 && dup2(r->pipe[1], STDERR_FILENO) >= 0 &&
		  syscall(SYS_close_range, 3u, ~0u, 0u) == 0;
	ok = ok && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	only_paths(paths, COUNT_OF(paths));
	ok = ok && program_calls(); /* needs memory itself: before the limits */
	ok = ok && limit(RLIMIT_CPU, (uint64_t)r->limits->cpu_seconds) && limit(RLIMIT_FSIZE, r->limits->output_max) &&
	     limit(RLIMIT_CORE, 0) && limit(RLIMIT_AS, r->limits->memory_max);
	if (ok)
		execve(p->path, p->argv, only);
	_exit(GAVE_UP);
}

enum rc jail_program(const char *what, const struct jail_limits *limits, const char *path, char *const *argv,
		     const char *folder, jail_sink *sink, void *sink_arg, struct err *e)
{
	const struct program p = { path, folder, argv };
	struct run r = { .what = what, .limits = limits, .sink = sink, .sink_arg = sink_arg, .e = e, .program = &p };
	if (access(path, X_OK) != 0)
		return err_set(e, RC_NOT_FOUND, "there is no program %s", path);
	return begin(&r);
}

/* ---- what holds ---- */

static int say_layers(int out_fd, void *arg)
{
	(void)arg;
	return write(out_fd, &layers_inside, sizeof layers_inside) == sizeof layers_inside ? 0 : 1;
}

static enum rc hear_layers(void *arg, const void *p, size_t n, struct err *e)
{
	(void)e;
	if (n == sizeof(unsigned))
		memcpy(arg, p, n);
	return RC_OK;
}

unsigned jail_layers(void)
{
	static const struct jail_limits small = {
		.memory_max = 64u << 20, .cpu_seconds = 2, .wall_ms = 5000, .output_max = 64
	};
	unsigned heard = 0;
	if (jail_run("The trial", &small, NULL, 0, say_layers, NULL, hear_layers, &heard, NULL) != RC_OK)
		return 0;
	return heard;
}

const char *jail_layer_title(enum jail_layer one)
{
	switch (one) {
	case JAIL_FILES: return "files closed";
	case JAIL_LIMITS: return "limits of memory and time";
	case JAIL_NO_GAIN: return "no new privileges";
	case JAIL_LANDLOCK: return "no file system (Landlock)";
	case JAIL_SECCOMP: return "few system calls (seccomp)";
	default: return "all layers";
	}
}
