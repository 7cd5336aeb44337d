#include "store/sqlite_words.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { ROOM_BYTES = 1 << 20 };

bool sqlite_no_room(const char *path)
{
	struct statvfs fs;
	return statvfs(path, &fs) == 0 && fs.f_bavail * fs.f_frsize < ROOM_BYTES;
}

enum rc sqlite_words(struct err *e, int code, const char *path)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, RC_BUSY, "The store is being written by somebody else; try again in a moment");
	case SQLITE_FULL:
		return err_set(
		    e, RC_IO, "The disk of %s is full; nothing of this was saved. Free some space and try again", path);
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return err_set(e, RC_IO,
			       "%s cannot be opened; check that the file and its folder may be read and written "
			       "by this user",
			       path);
	case SQLITE_READONLY:
		return err_set(e, RC_IO, "%s may not be written; check the rights of the file and its folder", path);
	case SQLITE_NOTADB:
		return err_set(e, RC_BAD_INPUT, "%s is not a store (not an SQLite database); check the path", path);
	case SQLITE_CORRUPT:
		return err_set(e, RC_CORRUPT, "%s is damaged; stop the program, keep the file, and restore a backup",
			       path);
	case SQLITE_TOOBIG: return err_set(e, RC_LIMIT, "Something is too large to be kept (over 1 GB)");
	case SQLITE_CONSTRAINT:
		if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
		    code == SQLITE_CONSTRAINT_ROWID)
			return err_set(e, RC_CONFLICT, "There is already a record with this key");
		return err_set(e, RC_BAD_INPUT, "The store refused a record that breaks a rule of its table");
	case SQLITE_IOERR:
		/* The index of the log, which whoever opens the file shares, is a file of its own. */
		if ((code == SQLITE_IOERR_SHMSIZE || code == SQLITE_IOERR_SHMMAP || code == SQLITE_IOERR_SHMOPEN) &&
		    sqlite_no_room(path))
			return err_set(e, RC_IO,
				       "The disk of %s is full; without some room beside it the store cannot even be "
				       "read. Free 1 MB and try again",
				       path);
		return err_set(e, RC_IO, "Reading or writing %s failed; check the disk, then try again", path);
	case SQLITE_NOMEM: base_oom(0);
	default: return err_set(e, RC_INTERNAL, "The store did not understand the program");
	}
}

enum rc sqlite_file_there(const char *path, bool create, struct err *e)
{
	struct stat st;
	if (!*path || strcmp(path, ":memory:") == 0)
		return err_set(e, RC_BAD_INPUT, "The store's address names no file; write sqlite:FILE");
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(e, RC_BAD_INPUT, "%s is not a file; give the store's file", path);
	AUTO(auto_close) int fd = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0600);
	if (fd >= 0)
		return RC_OK;
	enum rc rc;
	if (errno == ENOENT && !create)
		rc = err_set(e, RC_IO, "There is no store at %s; check the path, or create the store first", path);
	else if (errno == ENOENT || errno == ENOTDIR)
		rc = err_set(e, RC_IO, "The folder of %s does not exist; make it first", path);
	else if (errno == EACCES || errno == EPERM || errno == EROFS)
		rc = err_set(e, RC_IO,
			     "%s may not be read and written by this user; check the rights of the file and "
			     "its folder",
			     path);
	else
		rc = err_set(e, RC_IO, "%s cannot be opened: %s", path, strerror(errno));
	err_detail(e, "open: errno %d", errno);
	return rc;
}
