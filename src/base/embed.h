/*
 * embed.h - files that are part of the program.
 *
 * `tools/embed` turns files into C at build time: a table of path, bytes and
 * size, sorted by path. `path` is what follows the last folder migrations/ or
 * build/web/. A NUL that is not counted follows each file's bytes, so that text
 * may be used as a C string.
 */
#ifndef LINNET_BASE_EMBED_H
#define LINNET_BASE_EMBED_H

#include "base/base.h"

struct embedded {
	const char *path;
	const unsigned char *bytes;
	size_t size;
};

extern const struct embedded migrations[]; /* src/store/migrations */
extern const size_t migrations_count;
extern const struct embedded role_files[]; /* data/agreements.yaml, data/roles.yaml */
extern const size_t role_files_count;
extern const struct embedded assets[]; /* what the browser fetches: build/web */
extern const size_t assets_count;

#endif
