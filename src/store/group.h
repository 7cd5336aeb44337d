/*
 * group.h - several units of work in one durable commit.
 *
 * On an engine with one writer, making a commit durable costs more than most
 * units do. Whoever comes first leads: it runs its own unit and those that came
 * meanwhile, each inside a savepoint, commits once, and wakes them. A unit that
 * fails takes back only itself. Nobody is answered before the commit is durable.
 */
#ifndef LINNET_STORE_GROUP_H
#define LINNET_STORE_GROUP_H

#include "store/engine.h"

#include <pthread.h>

struct group_place;
struct group {
	pthread_mutex_t lock;
	struct group_place *first, *last; /* units that wait, oldest first */
	bool led;
};

void group_init(struct group *g);
void group_release(struct group *g);
enum rc group_write(struct group *g, struct store *s, store_fn *fn, void *arg, struct err *e) NODISCARD;

#endif
