/*
 * queue.h - one thing, many threads, first come first served.
 *
 * A mutex alone lets a busy thread take the lock again before the ones that
 * wait (a wait of 1.9 s was measured with four writers); this does not.
 */
#ifndef LINNET_STORE_QUEUE_H
#define LINNET_STORE_QUEUE_H

#include "base/base.h"

#include <pthread.h>

struct queue_place;
struct queue {
	pthread_mutex_t lock;
	int left;			  /* how many more may enter now */
	struct queue_place *first, *last; /* threads that wait, oldest first */
};

void queue_init(struct queue *q, int places);
void queue_release(struct queue *q);
/* False if it was not our turn until deadline_ms (of queue_now_ms). */
bool queue_enter(struct queue *q, int64_t deadline_ms) NODISCARD;
void queue_leave(struct queue *q);
int64_t queue_now_ms(void); /* a clock that is never set back */

#endif
