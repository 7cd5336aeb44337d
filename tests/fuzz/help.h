/* What several fuzz targets need: a folder of their own, and input in pieces. */
#ifndef LINNET_FUZZ_HELP_H
#define LINNET_FUZZ_HELP_H

#include "base/base.h"
#include "base/err.h"
#include "base/text.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next piece, up to a byte 0xFE or the end. */
static inline struct str fuzz_piece(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size ? memchr(*data, 0xFE, *size) : NULL;
	struct str s = { (const char *)*data, end ? (size_t)(end - *data) : *size };
	size_t used = end ? s.n + 1 : s.n;
	*data += used;
	*size -= used;
	return s;
}

/* A new folder in LINNET_FUZZ_DIR, which whoever runs the target removes. */
static inline void fuzz_folder(char out[256])
{
	const char *in = getenv("LINNET_FUZZ_DIR");
	snprintf(out, 256, "%s/target-XXXXXX", in ? in : "/tmp");
	if (!mkdtemp(out))
		abort();
}

/* A file of the project; NUL at its end. Give it back with free. */
static inline char *fuzz_read(const char *path)
{
	enum { FILE_MAX = 1 << 20 };
	char *text = xcalloc(1, FILE_MAX + 1);
	FILE *f = fopen(path, "rb");
	if (!f || !fread(text, 1, FILE_MAX, f) || fclose(f) != 0)
		abort();
	return text;
}

static inline void fuzz_file(const char *folder, const char *name, struct str text)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "wb");
	if (!f || (text.n && fwrite(text.p, 1, text.n, f) != text.n) || fclose(f) != 0)
		abort();
}

/* Stops with the words of a mistake that must not happen. */
static inline void fuzz_must(enum rc rc, const struct err *e)
{
	if (rc != RC_OK) {
		fprintf(stderr, "%s %s\n", e->text, e->detail);
		abort();
	}
}

#endif
