/*
 * sqlite_words.h - what is wrong with the file, and what SQLite's answers mean, in
 * words for the person who waits.
 */
#ifndef LINNET_STORE_SQLITE_WORDS_H
#define LINNET_STORE_SQLITE_WORDS_H

#include "base/err.h"

/* `code`: an extended result code that is not well; `path`: the file. */
enum rc sqlite_words(struct err *e, int code, const char *path);
/* Is there a file that may be written? With `create` an empty one is made. */
/* Is the disk of `path` too full for a write to begin? */
bool sqlite_no_room(const char *path);
enum rc sqlite_file_there(const char *path, bool create, struct err *e);

#endif
