#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/text.h"

enum rc file_read(const char *path, size_t max, struct arena *a, struct str *out, struct err *e)
{
	char chunk[16384];
	size_t n;
	FILE *f AUTO(auto_fclose) = fopen(path, "rb");
	if (!f)
		return err_set(e, RC_IO, "%s could not be opened: %s", path, strerror(errno));
	struct buf b AUTO(buf_release);
	buf_init(&b, max);
	while (buf_ok(&b) && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_put(&b, chunk, n);
	if (ferror(f))
		return err_set(e, RC_IO, "%s could not be read: %s", path, strerror(errno));
	if (!buf_ok(&b))
		return err_set(e, RC_LIMIT, "%s is larger than %zu bytes", path, max);
	*out = arena_str(a, buf_view(&b));
	return RC_OK;
}

/* As SQLite and pg_dump begin their files. */
static bool holds_a_record(const char *path)
{
	static const char *const begins[] = { "SQLite format 3", "PGDMP" };
	char first[16] = "";
	struct stat st;
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	FILE *f AUTO(auto_fclose) = fopen(path, "rb");
	size_t n = f ? fread(first, 1, sizeof first, f) : 0;
	for (size_t i = 0; i < COUNT_OF(begins); i++)
		if (n >= strlen(begins[i]) && memcmp(first, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

enum rc file_write(const char *path, const void *p, size_t n, struct err *e)
{
	if (holds_a_record(path))
		return err_set(e, RC_REFUSED,
			       "%s is a store or a backup; nothing was written. Give the name of another file", path);
	FILE *f = fopen(path, "wb");
	bool whole = f && (!n || fwrite(p, 1, n, f) == n);
	int why = errno;
	if (f && fclose(f) != 0) {
		why = whole ? errno : why;
		whole = false;
	}
	return whole ? RC_OK : err_set(e, RC_IO, "%s could not be written: %s", path, strerror(why));
}

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void auto_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}

enum rc folder_list(const char *path, const char *ending, size_t max, struct arena *a, struct str **out, size_t *n_out,
		    struct err *e)
{
	DIR *d AUTO(auto_closedir) = opendir(path);
	if (!d)
		return err_set(e, errno == ENOENT ? RC_NOT_FOUND : RC_IO, "%s could not be opened: %s", path,
			       strerror(errno));
	struct str *names = arena_array(a, max, sizeof *names);
	size_t n = 0, tail = strlen(ending);
	for (struct dirent *f; (f = readdir(d));) {
		struct str name = str_of(f->d_name);
		if (name.n <= tail || name.p[0] == '.' || strcmp(name.p + name.n - tail, ending) != 0)
			continue;
		if (n == max)
			return err_set(e, RC_LIMIT, "%s holds more than %zu files %s", path, max, ending);
		names[n++] = arena_str(a, name);
	}
	if (n)
		qsort(names, n, sizeof *names, by_bytes);
	*out = names;
	*n_out = n;
	return RC_OK;
}
