/*
 * yaml.h - a YAML document as a plain tree that knows where it came from.
 *
 * Only what our data files need: maps, lists, scalars. Every node carries its
 * line and column, so that whoever checks it can say `file:line:column`.
 * Duplicate keys, anchors, aliases and tags are refused.
 */
#ifndef LINNET_CODEC_YAML_H
#define LINNET_CODEC_YAML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

enum yaml_type { YAML_SCALAR = 1, YAML_LIST, YAML_MAP };
enum { YAML_FILE_MAX = 4 * 1024 * 1024, YAML_DEPTH_MAX = 32 };

struct yaml {
	enum yaml_type type;
	const char *file;
	int line, column;
	struct str text; /* scalar */
	bool quoted;	 /* scalar was quoted: "no" is not a boolean */
	struct str key;	 /* name of this node inside its map */
	int key_line, key_column;
	const struct yaml *child; /* first element */
	const struct yaml *next;  /* next element of the same list or map */
	size_t n;		  /* number of elements */
};

enum rc yaml_read_file(const char *path, struct arena *a, const struct yaml **out, struct err *e) NODISCARD;
enum rc yaml_read(struct str text, const char *name, struct arena *a, const struct yaml **out, struct err *e) NODISCARD;
const struct yaml *yaml_get(const struct yaml *map, const char *key); /* NULL if absent or not a map */
struct str yaml_text(const struct yaml *map, const char *key);	      /* {NULL,0} if absent */
/* "file:line:column: words"; always RC_BAD_INPUT. */
enum rc yaml_error(const struct yaml *at, struct err *e, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Refuses any key of `map` that is not in `allowed` (NULL-terminated). */
enum rc yaml_only(const struct yaml *map, const char *const *allowed, struct err *e) NODISCARD;
enum rc yaml_bool(const struct yaml *map, const char *key, bool absent, bool *out, struct err *e) NODISCARD;
enum rc yaml_int(const struct yaml *map, const char *key, int64_t min, int64_t max, int64_t absent, int64_t *out,
		 struct err *e) NODISCARD;
enum rc yaml_day(const struct yaml *map, const char *key, int32_t absent, int32_t *out, struct err *e) NODISCARD;

#endif
