#include "store/part.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum { LETTERS = 6, TIMES_MADE = 5, GUARDED_MAX = 4, ENDING_MAX = 16 };

static const char *const endings[] = { "", "-journal", "-wal", "-shm", ".erased" };

/* ---- told to stop ---- */

/* Whole paths, ready before a signal comes: a handler may remove files, but not put names together. */
static struct guarded {
	atomic_bool on;
	char paths[COUNT_OF(endings)][PART_PATH_BYTES + ENDING_MAX];
} guarded[GUARDED_MAX];

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };

static void on_signal(int sig)
{
	for (size_t i = 0; i < GUARDED_MAX; i++)
		for (size_t k = 0; atomic_load(&guarded[i].on) && k < COUNT_OF(endings); k++)
			unlink(guarded[i].paths[k]);
	raise(sig); /* SA_RESETHAND: as if nobody had been here */
}

/* Whoever handles these signals already (a server) ends in its own order. */
static void handle(bool yes)
{
	for (size_t i = 0; i < COUNT_OF(signals); i++) {
		struct sigaction now, ours = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
		if (sigaction(signals[i], NULL, &now) != 0)
			continue;
		if (yes && now.sa_handler == SIG_DFL)
			sigaction(signals[i], &ours, NULL);
		else if (!yes && now.sa_handler == on_signal)
			signal(signals[i], SIG_DFL);
	}
}

void part_guard(const char *path)
{
	for (size_t i = 0; i < GUARDED_MAX; i++) {
		struct guarded *g = &guarded[i];
		if (atomic_load(&g->on))
			continue;
		for (size_t k = 0; k < COUNT_OF(endings); k++)
			snprintf(g->paths[k], sizeof g->paths[k], "%s%s", path, endings[k]);
		atomic_store(&g->on, true);
		handle(true);
		return;
	}
}

void part_unguard(const char *path)
{
	bool any = false;
	for (size_t i = 0; i < GUARDED_MAX; i++) {
		if (atomic_load(&guarded[i].on) && strcmp(guarded[i].paths[0], path) == 0)
			atomic_store(&guarded[i].on, false);
		any = any || atomic_load(&guarded[i].on);
	}
	if (!any)
		handle(false);
}

void part_remove(const char *path)
{
	char whole[PART_PATH_BYTES + ENDING_MAX];
	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if ((size_t)snprintf(whole, sizeof whole, "%s%s", path, endings[i]) < sizeof whole)
			unlink(whole);
}

/* ---- files of our own making ---- */

/* Is this what we call such a file, of `base` or of a backup that is named by its time: "BASE.KIND-" and six letters? */
static bool is_part(const char *name, const char *base, const char *kind)
{
	size_t n = strlen(name), k = strlen(kind) + 2;
	if (n <= LETTERS + k || (strncmp(name, base, strlen(base)) != 0 && strncmp(name, "linnet-", 7) != 0))
		return false;
	const char *tail = name + n - LETTERS - k;
	return tail[0] == '.' && strncmp(tail + 1, kind, k - 2) == 0 && tail[k - 1] == '-' && !strpbrk(tail + k, "./-");
}

/* Left by a program that was killed: nobody holds its lock. */
static void remove_left(const char *path)
{
	AUTO(auto_close) int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		part_remove(path);
}

static void remove_all_left(const char *file, const char *kind)
{
	char copy[PART_PATH_BYTES], path[2 * PART_PATH_BYTES];
	snprintf(copy, sizeof copy, "%s", file);
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
	const char *folder = dirname(copy);
	DIR *d = opendir(folder);
	for (struct dirent *x; d && (x = readdir(d));)
		if (is_part(x->d_name, base, kind) &&
		    (size_t)snprintf(path, sizeof path, "%s/%s", folder, x->d_name) < sizeof path)
			remove_left(path);
	if (d)
		closedir(d);
}

/* False if somebody took it for left behind before it was locked. */
static bool lock_new(struct part *p)
{
	struct stat ours, there;
	return flock(p->fd, LOCK_EX | LOCK_NB) == 0 && fstat(p->fd, &ours) == 0 && stat(p->path, &there) == 0 &&
	       ours.st_ino == there.st_ino;
}

enum rc part_make(struct part *p, const char *file, const char *kind, struct err *e)
{
	remove_all_left(file, kind);
	for (int times = 0; times < TIMES_MADE; times++) {
		if ((size_t)snprintf(p->path, sizeof p->path, "%s.%s-XXXXXX", file, kind) >= sizeof p->path)
			return err_set(e, RC_BAD_INPUT, "The path %.100s... is too long", file);
		p->fd = mkostemp(p->path, O_CLOEXEC);
		if (p->fd < 0) {
			int number = errno;
			err_set(e, RC_IO,
				number == ENOSPC ? "Creating %s failed: the disk is full. Free some space and try again"
						 : "Creating %s failed; check the path, its rights and the disk",
				p->path);
			err_detail(e, "part: errno %d (%s)", number, strerror(number));
			return RC_IO;
		}
		if (lock_new(p)) {
			part_guard(p->path);
			return RC_OK;
		}
		close(p->fd);
	}
	return err_set(e, RC_BUSY, "Creating %s failed: another program removes such files. Try again", p->path);
}

void part_end(struct part *p)
{
	part_unguard(p->path);
	part_remove(p->path);
	close(p->fd);
}
