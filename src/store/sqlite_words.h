/*
 * sqlite_words.h - what SQLite's answers mean to the person who waits.
 */
#ifndef LINNET_STORE_SQLITE_WORDS_H
#define LINNET_STORE_SQLITE_WORDS_H

#include "base/err.h"

/* `code`: an extended result code that is not well; `path`: the file. */
enum rc sqlite_words(struct err *e, int code, const char *path);

#endif
