/*
 * part.h - files that are only there while a program makes or reads something with them.
 *
 * Half a copy of the record is still the record of children: none may be left behind. What a program
 * makes is locked while it is at work, removed when it is done or is told to stop (SIGINT, SIGTERM,
 * SIGHUP), and removed by the next who makes such a file, should it have been killed.
 */
#ifndef LINNET_STORE_PART_H
#define LINNET_STORE_PART_H

#include "base/err.h"

enum { PART_PATH_BYTES = 4096 };

struct part {
	char path[PART_PATH_BYTES]; /* "FILE.KIND-XXXXXX", mode 0600 */
	int fd;
};

/* Removes those of the same kind, of the same file or of a backup beside it, that nobody works with any more. */
enum rc part_make(struct part *p, const char *file, const char *kind, struct err *e) NODISCARD;
/* Removes it, unless it bears another name by now. */
void part_end(struct part *p);

/* The file and what engines keep beside it go if this program is told to stop before part_unguard. */
void part_guard(const char *path);
void part_unguard(const char *path);
/* The file and what engines keep beside it, now. */
void part_remove(const char *path);

#endif
