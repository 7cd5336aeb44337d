/* Copies of the whole store that can be trusted when they are needed.
 *
 * A backup is what the engine makes (an SQLite file, or pg_dump's custom
 * format), followed by what the live store held at that moment (when, and a line
 * for each table: rows and their sum) and a seal of 128 bytes: which engine, which
 * schema, how many bytes of both, and their hash. A file that was cut short or
 * altered is refused before the store is touched. SQLite's own tools and pg_restore
 * open the file as it is. Backups of earlier programs have a seal and no state. */
#include "base/hash.h"
#include "store/engine.h"
#include "store/part.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SEAL_BYTES = 128, PATH_BYTES = 4096, STATE_MAX = 1 << 20 };

struct seal {
	bool postgres;
	int schema;
	int64_t bytes;		/* of the engine */
	int64_t state;		/* bytes of the state behind them; 0 in a backup of an earlier program */
	char sum[HASH_HEX_MAX]; /* of both */
};

/* One line: "LINNET BACKUP sqlite   0001 00000000000000004096 6af1... 0000000812". */
static void seal_write(const struct seal *s, char out[SEAL_BYTES])
{
	char line[SEAL_BYTES + 1];
	int n = snprintf(line, sizeof line, "LINNET BACKUP %-8s %04d %020" PRId64 " %s",
			 s->postgres ? "postgres" : "sqlite", s->schema % 10000, s->bytes, s->sum);
	if (s->state)
		n += snprintf(line + n, sizeof line - (size_t)n, " %010d", (int)s->state);
	memset(out, ' ', SEAL_BYTES);
	memcpy(out, line, (size_t)n);
	out[SEAL_BYTES - 1] = '\n';
}

static bool seal_read(const char in[SEAL_BYTES], struct seal *out)
{
	int64_t schema, bytes, state = 0;
	if (str_to_int((struct str){ in + 23, 4 }, 0, 9999, &schema) != RC_OK ||
	    str_to_int((struct str){ in + 28, 20 }, 0, INT64_MAX / 2, &bytes) != RC_OK ||
	    (in[114] != ' ' && str_to_int((struct str){ in + 114, 10 }, 1, STATE_MAX, &state) != RC_OK))
		return false;
	out->postgres = in[14] == 'p';
	out->schema = (int)schema;
	out->bytes = bytes;
	out->state = state;
	memcpy(out->sum, in + 49, HASH_HEX_MAX - 1);
	out->sum[HASH_HEX_MAX - 1] = '\0';
	char again[SEAL_BYTES];
	seal_write(out, again);
	return memcmp(again, in, SEAL_BYTES) == 0;
}

static enum rc io_failed(struct err *e, const char *what, const char *file)
{
	int number = errno;
	enum rc rc = err_set(e, RC_IO,
			     number == ENOSPC ? "%s %s failed: the disk is full. Free some space and try again"
					      : "%s %s failed; check the path, its rights and the disk",
			     what, file);
	err_detail(e, "%s: errno %d (%s)", what, number, strerror(number));
	return rc;
}

static enum rc write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t did = write(fd, p, n);
		if (did < 0 && errno == EINTR)
			continue;
		if (did <= 0)
			return RC_IO;
		p += did;
		n -= (size_t)did;
	}
	return RC_OK;
}

/* Reads what is sealed from the beginning of fd: its sum, and a copy of the engine's part
 * into to_fd unless that is -1. */
static enum rc pass(int fd, const struct seal *seal, int to_fd, char sum[HASH_HEX_MAX], struct err *e)
{
	enum { CHUNK = 1 << 18 };
	AUTO(auto_free) char *chunk = xmalloc(CHUNK);
	struct hash h;
	hash_begin(&h);
	for (int64_t at = 0, bytes = seal->bytes + seal->state; at < bytes;) {
		int64_t left = bytes - at, engines = seal->bytes - at;
		ssize_t n = pread(fd, chunk, left < CHUNK ? (size_t)left : CHUNK, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return io_failed(e, "Reading", "the backup");
		if (to_fd >= 0 && engines > 0 && write_all(to_fd, chunk, (size_t)(engines < n ? engines : n)) != RC_OK)
			return io_failed(e, "Writing", "beside the backup");
		hash_add(&h, chunk, (size_t)n);
		at += n;
	}
	hash_end(&h, sum);
	return RC_OK;
}

static enum rc sync_folder(const char *file, struct err *e)
{
	char copy[PATH_BYTES];
	snprintf(copy, sizeof copy, "%s", file);
	AUTO(auto_close) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && fsync(fd) == 0 ? RC_OK : io_failed(e, "Saving the folder of", file);
}

/* Puts the state and the seal behind what the engine wrote. */
static enum rc seal_file(const char *file, bool postgres, int schema, struct str state, struct err *e)
{
	struct stat st;
	char text[SEAL_BYTES];
	AUTO(auto_close) int fd = open(file, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		return io_failed(e, "Opening", file);
	struct seal s = { .postgres = postgres, .schema = schema, .bytes = st.st_size, .state = (int64_t)state.n };
	if (lseek(fd, 0, SEEK_END) < 0 || write_all(fd, state.p, state.n) != RC_OK)
		return io_failed(e, "Writing", file);
	enum rc rc = pass(fd, &s, -1, s.sum, e);
	if (rc != RC_OK)
		return rc;
	seal_write(&s, text);
	if (lseek(fd, 0, SEEK_END) < 0 || write_all(fd, text, SEAL_BYTES) != RC_OK || fsync(fd) != 0)
		return io_failed(e, "Writing", file);
	return RC_OK;
}

/* Does a seal stand where one should, of a file as long as it says? */
static bool sealed(int fd, struct seal *out)
{
	struct stat st;
	char text[SEAL_BYTES];
	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= SEAL_BYTES &&
	       pread(fd, text, SEAL_BYTES, st.st_size - SEAL_BYTES) == SEAL_BYTES && seal_read(text, out) &&
	       out->bytes + out->state == st.st_size - SEAL_BYTES;
}

bool backup_is(const char *file)
{
	struct seal seal;
	AUTO(auto_close) int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return fd >= 0 && sealed(fd, &seal);
}

static bool ends_with(const char *s, const char *ending)
{
	size_t n = strlen(s), k = strlen(ending);
	return n >= k && strcmp(s + n - k, ending) == 0;
}

/* A backup takes the place of nothing, or of an earlier backup: never of a store, of what belongs to one, of a device. */
static enum rc may_take_place(const char *file, struct err *e)
{
	static const char *const of_stores[] = { "-wal", "-shm", "-journal", ".key", ".erased" };
	struct stat st;
	for (size_t i = 0; i < COUNT_OF(of_stores); i++)
		if (ends_with(file, of_stores[i]))
			return err_set(e, RC_REFUSED,
				       "No backup was made: a name that ends with %s belongs to a store. Give another",
				       of_stores[i]);
	if (lstat(file, &st) != 0)
		return RC_OK; /* or whoever makes the file will say why not */
	if (!S_ISREG(st.st_mode))
		return err_set(e, RC_REFUSED, "No backup was made: %s is not a file. Give the name of a new file", file);
	if (!backup_is(file))
		return err_set(e, RC_REFUSED,
			       "No backup was made: %s is there already, and is no backup. Give the name of a new file",
			       file);
	return RC_OK;
}

enum rc store_backup(struct store *s, const char *file, store_progress *p, void *arg, struct err *e)
{
	struct part part;
	int schema = store_schema_version(s);
	if (schema < 0)
		return err_set(e, RC_IO,
			       "The store %s cannot be read, so no backup was made; run the check of the store",
			       s->shown);
	enum rc rc = may_take_place(file, e);
	if (rc == RC_OK)
		rc = part_make(&part, file, "part", e);
	if (rc != RC_OK)
		return rc;
	struct buf state AUTO(buf_release);
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	buf_init(&state, STATE_MAX);
	buf_printf(&state, "made %" PRId64 "\n", (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	rc = s->ops->backup(s->engine, part.path, &state, p, arg, e);
	if (rc == RC_OK && !buf_ok(&state))
		rc = err_set(e, RC_LIMIT, "The store has too many tables");
	if (rc == RC_OK)
		rc = seal_file(part.path, store_is_postgres(s), schema, buf_view(&state), e);
	if (rc == RC_OK && rename(part.path, file) != 0)
		rc = io_failed(e, "Naming", file);
	part_end(&part);
	return rc == RC_OK ? sync_folder(file, e) : rc;
}

/* ---- restore ---- */

static enum rc seal_good(int fd, const char *file, struct seal *out, struct err *e)
{
	char sum[HASH_HEX_MAX];
	if (!sealed(fd, out))
		return err_set(
		    e, RC_CORRUPT,
		    "%s is not a whole backup (cut short, or not a backup of this program); nothing was changed. "
		    "Use another copy",
		    file);
	enum rc rc = pass(fd, out, -1, sum, e);
	if (rc == RC_OK && strcmp(sum, out->sum) != 0)
		rc =
		    err_set(e, RC_CORRUPT,
			    "%s was altered or damaged after it was made; nothing was changed. Use another copy", file);
	return rc;
}

static enum rc fits(const struct seal *seal, const struct engine_ops *ops, const char *file, struct err *e)
{
	bool postgres = ops == &postgres_ops;
	if (seal->postgres != postgres)
		return err_set(e, RC_BAD_INPUT,
			       "%s is a backup of a store on %s; give an address that begins with %s:", file,
			       seal->postgres ? "PostgreSQL" : "SQLite", seal->postgres ? "postgres" : "sqlite");
	if (seal->schema > store_schema_latest())
		return err_set(
		    e, RC_REFUSED,
		    "%s was made by a newer version of this program (schema %d, this program knows %d); use the "
		    "newer version",
		    file, seal->schema, store_schema_latest());
	return RC_OK;
}

static enum rc count_tables(struct db *db, void *arg, struct err *e)
{
	bool ours;
	return db->ops->tables(db, arg, &ours, e);
}

static enum rc restore_into(struct store *s, int fd, const struct seal *seal, const char *file, bool replace,
			    store_progress *p, void *arg, struct err *e)
{
	int64_t tables = 0;
	struct part part;
	char sum[HASH_HEX_MAX];
	enum rc rc = store_read(s, count_tables, &tables, e);
	if (rc == RC_OK && tables > 0 && !replace)
		rc = err_set(e, RC_REFUSED,
			     "%s holds data already; nothing was changed. Say that it is to be replaced, or give "
			     "an empty one",
			     s->shown);
	if (rc != RC_OK)
		return rc;
	/* The engines read a file without the seal. It lies beside the backup, where there is
	 * room for one and where the same people may look. */
	if ((rc = part_make(&part, file, "restoring", e)) != RC_OK)
		return rc;
	rc = pass(fd, seal, part.fd, sum, e);
	if (rc == RC_OK && strcmp(sum, seal->sum) != 0)
		rc = err_set(e, RC_CORRUPT, "%s changed while it was being read; nothing was changed", file);
	if (rc == RC_OK)
		rc = s->ops->restore(s->engine, part.path, p, arg, e);
	part_end(&part);
	return rc;
}

enum rc store_restore(const char *url, const char *file, bool replace, struct err *e)
{
	return store_restore_telling(url, file, replace, NULL, NULL, e);
}

enum rc store_restore_telling(const char *url, const char *file, bool replace, store_progress *p, void *arg,
			      struct err *e)
{
	struct seal seal;
	const struct engine_ops *ops;
	const char *where;
	struct store *s;
	AUTO(auto_close) int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return io_failed(e, "Opening", file);
	enum rc rc = store_parse_url(url, &ops, &where, e);
	if (rc == RC_OK)
		rc = seal_good(fd, file, &seal, e);
	if (rc == RC_OK)
		rc = fits(&seal, ops, file, e);
	if (rc == RC_OK)
		rc = store_open_any(url, true, &s, e);
	if (rc != RC_OK)
		return rc;
	rc = restore_into(s, fd, &seal, file, replace, p, arg, e);
	store_close(s);
	return rc;
}

/* ---- what a backup and a store hold ---- */

enum rc store_backup_look(const char *file, struct backup_info *out, struct buf *state, struct err *e)
{
	struct seal seal;
	AUTO(auto_close) int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return io_failed(e, "Opening", file);
	enum rc rc = seal_good(fd, file, &seal, e);
	if (rc != RC_OK)
		return rc;
	AUTO(auto_free) char *text = xcalloc(1, (size_t)seal.state + 1);
	if (seal.state && pread(fd, text, (size_t)seal.state, seal.bytes) != seal.state)
		return io_failed(e, "Reading", file);
	struct str rest, first = str_cut((struct str){ text, (size_t)seal.state }, '\n', &rest);
	*out = (struct backup_info){ .postgres = seal.postgres, .schema = seal.schema, .bytes = seal.bytes };
	if (!str_starts(first, "made ") ||
	    str_to_int((struct str){ first.p + 5, first.n - 5 }, 0, INT64_MAX, &out->made_ms) != RC_OK)
		out->made_ms = 0;
	buf_put(state, rest.p, rest.n);
	return RC_OK;
}

static enum rc state_unit(struct db *db, void *arg, struct err *e)
{
	buf_reset(arg);
	return db->ops->state(db, arg, e);
}

enum rc store_state(const char *url, struct buf *out, struct err *e)
{
	struct store *s;
	enum rc rc = store_open_any(url, false, &s, e);
	if (rc != RC_OK)
		return rc;
	rc = store_read(s, state_unit, out, e);
	store_close(s);
	return rc;
}

/* ---- a place to try a backup in ---- */

enum rc store_scratch(const char *url, const char *file, struct buf *out, struct err *e)
{
	const struct engine_ops *ops;
	const char *where;
	enum rc rc = store_parse_url(url, &ops, &where, e);
	return rc == RC_OK ? ops->scratch(where, file, out, e) : rc;
}

enum rc store_scratch_end(const char *url, const char *scratch, struct err *e)
{
	const struct engine_ops *ops;
	const char *where, *of;
	enum rc rc = store_parse_url(url, &ops, &of, e);
	if (rc == RC_OK)
		rc = store_parse_url(scratch, &ops, &where, e);
	return rc == RC_OK ? ops->scratch_end(of, where, e) : rc;
}
