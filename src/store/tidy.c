#define _GNU_SOURCE /* sync_file_range */
#include "store/tidy.h"

#include "store/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <time.h>

enum {
	/* Tidied when so many pages of the log are not in the file yet; while very many are
	 * written: so many. By the writer when the log has grown to so many times that, and few
	 * are left: somebody waits for the answer to what was saved. */
	PAGES = 4000,
	FEW_PAGES = 400,
	BULK_PAGES = 16000,
	LOG_TIMES = 3,
	/* Longer than this it never gets, whoever has to wait: 400 MB. */
	LOG_MOST = 100000,
	STEP_PAGES = 32, /* of the file that are on their way to the disk at a time */
	PATIENCE_MS = 500,
	PATIENT_MS = 2000 /* so long after it waited, a writer is taken to be at work still */
};

/* The file as the tidier's connection writes it: some pages at a time, each time until they are on
 * the disk. All of them at once, as a sync alone would have it, keep the disk busy for tens of
 * milliseconds, and whoever saves waits behind them. Nothing less is synced for it. */
struct pace {
	sqlite3_io_methods methods; /* first: the file knows no more of us */
	const sqlite3_io_methods *real;
	int fd; /* another of the same file: a failure that it is told of, SQLite's own is told of too */
	const atomic_int *bulk;
	sqlite3_int64 from, to; /* bytes written since */
	int pages;
};

struct tidier {
	char *path;
	atomic_int bulk;      /* how many bulk writers are at work */
	atomic_int moved;     /* pages of the log that are in the file too */
	atomic_llong patient; /* queue_now_ms when a writer last waited until the log was moved */
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t wake, rested;
	pthread_t thread;
	bool begun, wanted, stop;
	int waiting;	  /* writers that wait until the log is moved */
	struct pace pace; /* of the thread alone */
};

static int paced_write(sqlite3_file *file, const void *page, int n, sqlite3_int64 at)
{
	const sqlite3_io_methods *methods = file->pMethods;
	struct pace *p = (struct pace *)methods;
	int code = p->real->xWrite(file, page, n, at);
	if (code != SQLITE_OK || atomic_load(p->bulk) > 0)
		return code;
	p->from = p->pages && p->from < at ? p->from : at;
	p->to = p->pages && p->to > at + n ? p->to : at + n;
	if (++p->pages < STEP_PAGES)
		return SQLITE_OK;
	p->pages = 0;
	sync_file_range(p->fd, p->from, p->to - p->from,
			SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
	return SQLITE_OK;
}

static void keep_pace(struct pace *p, sqlite3 *h)
{
	sqlite3_file *file = NULL;
	if (p->fd < 0 || sqlite3_file_control(h, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file)
		return;
	p->pages = 0;
	p->real = file->pMethods;
	p->methods = *p->real;
	p->methods.xWrite = paced_write;
	file->pMethods = &p->methods;
}

/* A log that could not be moved loses nothing: it is tried again after the next commit. */
static void move_log(struct tidier *t, sqlite3 *h)
{
	int pages, moved;
	if (sqlite3_wal_checkpoint_v2(h, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved) == SQLITE_OK)
		atomic_store(&t->moved, moved);
}

static void *tidy(void *arg)
{
	struct tidier *t = arg;
	sqlite3 *h = NULL;
	bool again = false;
	if (sqlite3_open_v2(t->path, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK) {
		sqlite3_exec(h, "PRAGMA synchronous=FULL", NULL, NULL, NULL);
		keep_pace(&t->pace, h);
	}
	pthread_mutex_lock(&t->lock);
	while (!t->stop) {
		if (!t->wanted) {
			pthread_cond_wait(&t->wake, &t->lock);
			continue;
		}
		pthread_mutex_unlock(&t->lock);
		move_log(t, h);
		pthread_mutex_lock(&t->lock);
		if (t->waiting && !again) { /* what others saved meanwhile is little: with it the log can begin anew */
			again = true;
			continue;
		}
		again = t->wanted = false;
		pthread_cond_broadcast(&t->rested);
	}
	pthread_cond_broadcast(&t->rested);
	pthread_mutex_unlock(&t->lock);
	sqlite3_close(h);
	return NULL;
}

static bool wake(struct tidier *t)
{
	pthread_mutex_lock(&t->lock);
	if (!t->begun)
		t->begun = pthread_create(&t->thread, NULL, tidy, t) == 0;
	t->wanted = t->begun;
	bool begun = t->begun;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
	return begun;
}

/* Who has a file in WAL mode open holds SQLite's shared lock on it until it is closed. */
bool tidier_alone(const struct tidier *t)
{
	enum { SHARED_FIRST = 0x40000002, SHARED_SIZE = 510 };
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = SHARED_FIRST, .l_len = SHARED_SIZE };
	return t->pace.fd >= 0 && fcntl(t->pace.fd, F_GETLK, &l) == 0 && l.l_type == F_UNLCK;
}

/* Is somebody at work who writes very much, and sees to it that the log begins anew? Whoever saves one
 * entry beside him never waits for the disk to have it all. */
static bool leaves_it(struct tidier *t)
{
	return !tidier_alone(t) || queue_now_ms() - atomic_load(&t->patient) < PATIENT_MS;
}

/* After each commit, with the pages that the log holds now. */
static int committed(void *arg, sqlite3 *h, const char *name, int pages)
{
	struct tidier *t = arg;
	bool bulk = atomic_load(&t->bulk) > 0;
	int enough = bulk ? BULK_PAGES : PAGES, few = bulk ? BULK_PAGES : FEW_PAGES;
	int moved = atomic_load(&t->moved), left = pages - (moved <= pages ? moved : 0);
	bool large = pages >= LOG_TIMES * enough;
	(void)name;
	/* More than a few were written by another program, which is to move them itself: whoever
	 * saves one entry beside it would wait for all of that. Our own thread comes after them. */
	bool ours = large && left >= few / 4 && (pages >= LOG_MOST || (left < few && !leaves_it(t)));
	if (ours || (left >= (large ? few : enough) && !wake(t)))
		move_log(t, h);
	return SQLITE_OK;
}

struct tidier *tidier_new(const char *path, int fd)
{
	struct tidier *t = xcalloc(1, sizeof *t);
	t->path = xstrndup(path, strlen(path));
	t->pace.fd = fd;
	t->pace.bulk = &t->bulk;
	atomic_init(&t->patient, -PATIENT_MS);
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->wake, NULL);
	pthread_cond_init(&t->rested, NULL);
	return t;
}

void tidier_wait(struct tidier *t)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += PATIENCE_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	atomic_store(&t->patient, queue_now_ms());
	pthread_mutex_lock(&t->lock);
	t->waiting++;
	while (t->wanted && !t->stop && atomic_load(&t->bulk) == 0)
		if (pthread_cond_clockwait(&t->rested, &t->lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT)
			break;
	t->waiting--;
	pthread_mutex_unlock(&t->lock);
}

void tidier_rest(struct tidier *t)
{
	pthread_mutex_lock(&t->lock);
	bool begun = t->begun;
	t->stop = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
	if (begun)
		pthread_join(t->thread, NULL);
	pthread_mutex_lock(&t->lock);
	t->begun = t->wanted = t->stop = false;
	atomic_store(&t->moved, 0);
	pthread_mutex_unlock(&t->lock);
}

void tidier_free(struct tidier *t)
{
	tidier_rest(t);
	pthread_mutex_destroy(&t->lock);
	pthread_cond_destroy(&t->wake);
	pthread_cond_destroy(&t->rested);
	free(t->path);
	free(t);
}

void tidier_watch(struct tidier *t, sqlite3 *writer)
{
	sqlite3_wal_hook(writer, committed, t);
}

void tidier_bulk(struct tidier *t, bool bulk)
{
	atomic_fetch_add(&t->bulk, bulk ? 1 : -1);
}
