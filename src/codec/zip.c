#include "codec/zip.h"

#include <zip.h>

const struct unzip_limits unzip_usual = { .file_max = (size_t)64 << 20,
					  .entries_max = 4096,
					  .entry_max = (uint64_t)1 << 30,
					  .total_max = (uint64_t)4 << 30,
					  .ratio_max = 250,
					  .ratio_from = 16 << 20 };

struct entry {
	struct str name;
	zip_uint64_t index;
	uint64_t packed, unpacked; /* as the directory says */
};

struct unzip {
	struct unzip_limits limits;
	zip_t *zip;
	struct entry *entries; /* in the order of the file */
	size_t *by_name;       /* their numbers, sorted */
	size_t n;
	zip_file_t *open;
	size_t open_entry;
	uint64_t read; /* unpacked bytes of the open entry so far */
	uint64_t total;
};

static const char again[] = "Save it again, or ask for it to be sent again";

static enum rc damaged(struct err *e, const char *words, const char *detail)
{
	err_set(e, RC_BAD_INPUT, "the file is damaged or was cut off (%s). %s", words, again);
	err_detail(e, "libzip: %s", detail);
	return RC_BAD_INPUT;
}

/* ---- names ---- */

static int fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c;
}

static int compare(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	for (size_t i = 0; i < n; i++)
		if (fold(a.p[i]) != fold(b.p[i]))
			return fold(a.p[i]) - fold(b.p[i]);
	return (a.n > b.n) - (a.n < b.n);
}

static int by_name(const void *a, const void *b, void *arg)
{
	const struct entry *entries = arg;
	return compare(entries[*(const size_t *)a].name, entries[*(const size_t *)b].name);
}

/* A name that is no plain path inside the file: absolute, climbing, of another system. */
static bool tricky(struct str name)
{
	if (!name.n || name.p[0] == '/' || utf8_bad_at(name) != SIZE_MAX)
		return true;
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < ' ' || name.p[i] == '\\' || name.p[i] == ':' || name.p[i] == 0x7F)
			return true;
	for (struct str rest = name, step; rest.p;) {
		step = str_cut(rest, '/', &rest);
		if (str_is(step, "..") || str_is(step, "."))
			return true;
	}
	return false;
}

/* ---- opening ---- */

static enum rc take_entry(struct unzip *u, zip_uint64_t index, struct entry *to, struct err *e)
{
	zip_stat_t st;
	zip_stat_init(&st);
	enum { NEEDED = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD };
	if (zip_stat_index(u->zip, index, 0, &st) != 0 || (st.valid & NEEDED) != NEEDED)
		return damaged(e, "an entry of its directory cannot be read", zip_strerror(u->zip));
	*to = (struct entry){ str_of(st.name), index, st.comp_size, st.size };
	if (tricky(to->name))
		return err_set(e, RC_BAD_INPUT,
			       "a part of the file has a name that would lead out of it, which no office program "
			       "writes: the file was not read");
	if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
		return err_set(e, RC_BAD_INPUT, "the file is protected with a password: save it without one");
	if (st.comp_method != ZIP_CM_STORE && st.comp_method != ZIP_CM_DEFLATE)
		return err_set(e, RC_BAD_INPUT, "the file is packed in an uncommon way: %s", again);
	if (st.size > u->limits.entry_max)
		return err_set(e, RC_LIMIT,
			       "the file is too large: a part of it unpacks to more than %" PRIu64 " MB. Divide it",
			       u->limits.entry_max >> 20);
	return RC_OK;
}

static enum rc take_directory(struct unzip *u, struct err *e)
{
	zip_int64_t n = zip_get_num_entries(u->zip, 0);
	if (n < 0 || (uint64_t)n > u->limits.entries_max)
		return err_set(e, RC_LIMIT, "the file holds more than %zu parts, which no workbook needs",
			       u->limits.entries_max);
	u->entries = xcalloc((size_t)n, sizeof *u->entries);
	u->by_name = xcalloc((size_t)n, sizeof *u->by_name);
	for (; u->n < (size_t)n; u->n++) {
		enum rc rc = take_entry(u, (zip_uint64_t)u->n, &u->entries[u->n], e);
		if (rc != RC_OK)
			return rc;
		u->by_name[u->n] = u->n;
	}
	qsort_r(u->by_name, u->n, sizeof *u->by_name, by_name, u->entries);
	for (size_t i = 1; i < u->n; i++)
		if (by_name(&u->by_name[i - 1], &u->by_name[i], u->entries) == 0)
			return err_set(e, RC_BAD_INPUT,
				       "the file holds two parts of the same name, so that it could be read in two "
				       "ways: it was not read. %s",
				       again);
	return RC_OK;
}

static enum rc open_zip(struct unzip *u, struct str file, struct err *e)
{
	zip_error_t error;
	if (file.n > u->limits.file_max)
		return err_set(e, RC_LIMIT, "the file is larger than %zu MB, the most that is read. Divide it",
			       u->limits.file_max >> 20);
	if (file.n < 4 || memcmp(file.p, "PK", 2) != 0)
		return err_set(e, RC_BAD_INPUT, "the file is not a ZIP file");
	zip_error_init(&error);
	zip_source_t *source = zip_source_buffer_create(file.p, file.n, 0, &error);
	u->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
	if (!u->zip) {
		int code = zip_error_code_zip(&error);
		damaged(e, code == ZIP_ER_NOZIP ? "it has no directory at its end" : "its directory is not consistent",
			zip_error_strerror(&error));
		if (source)
			zip_source_free(source);
	}
	zip_error_fini(&error);
	return u->zip ? take_directory(u, e) : RC_BAD_INPUT;
}

enum rc unzip_open(struct str file, const struct unzip_limits *limits, struct unzip **out, struct err *e)
{
	struct unzip *u = xcalloc(1, sizeof *u);
	u->limits = *limits;
	enum rc rc = open_zip(u, file, e);
	if (rc == RC_OK)
		*out = u;
	else
		unzip_close(u);
	return rc;
}

static void leave(struct unzip *u)
{
	if (u->open)
		zip_fclose(u->open);
	u->open = NULL;
}

void unzip_close(struct unzip *u)
{
	if (!u)
		return;
	leave(u);
	if (u->zip)
		zip_discard(u->zip);
	free(u->entries);
	free(u->by_name);
	free(u);
}

/* ---- looking ---- */

size_t unzip_count(const struct unzip *u)
{
	return u->n;
}

struct str unzip_name(const struct unzip *u, size_t i)
{
	return u->entries[i].name;
}

size_t unzip_find(const struct unzip *u, struct str name)
{
	size_t from = 0, to = u->n;
	while (from < to) {
		size_t at = from + (to - from) / 2;
		int c = compare(name, u->entries[u->by_name[at]].name);
		if (c == 0)
			return u->by_name[at];
		if (c < 0)
			to = at;
		else
			from = at + 1;
	}
	return SIZE_MAX;
}

/* ---- streaming ---- */

enum rc unzip_start(struct unzip *u, size_t i, struct err *e)
{
	leave(u);
	u->open = zip_fopen_index(u->zip, u->entries[i].index, 0);
	if (!u->open)
		return damaged(e, "a part of it cannot be opened", zip_strerror(u->zip));
	u->open_entry = i;
	u->read = 0;
	return RC_OK;
}

/* What has come out so far against the limits, whatever the directory promised. */
static enum rc count(struct unzip *u, size_t got, struct err *e)
{
	uint64_t packed = u->entries[u->open_entry].packed;
	u->read += got;
	u->total += got;
	if (u->read > u->limits.entry_max)
		return err_set(e, RC_LIMIT,
			       "the file is too large: a part of it unpacks to more than %" PRIu64 " MB. Divide it",
			       u->limits.entry_max >> 20);
	if (u->total > u->limits.total_max)
		return err_set(e, RC_LIMIT, "the file is too large: it unpacks to more than %" PRIu64 " MB. Divide it",
			       u->limits.total_max >> 20);
	if (u->read > u->limits.ratio_from && u->read / u->limits.ratio_max > packed)
		return err_set(e, RC_LIMIT,
			       "the file unpacks to more than %" PRIu32
			       " times its size, as files do that are made to do harm: it was not read. If it is "
			       "yours, delete the empty rows and columns behind the table and save it again",
			       u->limits.ratio_max);
	return RC_OK;
}

enum rc unzip_read(void *arg, void *p, size_t n, size_t *got_out, struct err *e)
{
	struct unzip *u = arg;
	if (!u->open) {
		*got_out = 0;
		return RC_OK;
	}
	zip_int64_t k = zip_fread(u->open, p, n);
	if (k < 0)
		return damaged(e, "a part of it does not unpack, or its check sum is wrong",
			       zip_file_strerror(u->open));
	if (k == 0)
		leave(u);
	*got_out = (size_t)k;
	return count(u, (size_t)k, e);
}
