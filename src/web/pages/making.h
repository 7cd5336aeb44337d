/*
 * making.h - an address put together piece by piece: for the files that make links, and
 * for no page. What does not fit into a link leads home.
 */
#ifndef LINNET_WEB_PAGES_MAKING_H
#define LINNET_WEB_PAGES_MAKING_H

#include "web/pages/link.h"

struct making {
	struct link l;
	size_t n;
	bool query, full;
};

struct making making_begin(const char *path);
/* As they stand. */
void making_bytes(struct making *m, const char *p, size_t n);
void making_words(struct making *m, const char *z);
void making_encoded(struct making *m, struct str s);
void making_id(struct making *m, int64_t id);
/* ?name=value, or &name=value; nothing if the value is empty, the day none. */
void making_query(struct making *m, const char *name, struct str value);
void making_day(struct making *m, const char *name, day_t d);
void making_when(struct making *m, struct when w);
struct link making_done(const struct making *m);

#endif
