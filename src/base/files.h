/*
 * files.h - files of ours, read whole: documents of the rules, cases, data.
 *
 * They open what the program was told to open (the data folder, a
 * path on the command line). What strangers send goes through the jail instead.
 */
#ifndef LINNET_BASE_FILES_H
#define LINNET_BASE_FILES_H

#include "base/arena.h"
#include "base/err.h"

/* The bytes of a file. RC_IO if it cannot be read, RC_LIMIT if it is larger than `max`. */
enum rc file_read(const char *path, size_t max, struct arena *a, struct str *out, struct err *e) NODISCARD;
/* Makes the file, or writes over it: RC_REFUSED if a store or a backup lies there, which nobody means when they name
 * a file for an answer. RC_IO if not all of it was written. */
enum rc file_write(const char *path, const void *p, size_t n, struct err *e) NODISCARD;
/* The names in a folder that end so (".yaml"), hidden ones left out, in order of
 * their bytes; NUL-terminated, without the folder. RC_NOT_FOUND if there is no
 * such folder, RC_LIMIT if it holds more than `max`. */
enum rc folder_list(const char *path, const char *ending, size_t max, struct arena *a, struct str **out, size_t *n_out,
		    struct err *e) NODISCARD;

#endif
