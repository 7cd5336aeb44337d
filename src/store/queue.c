#include "store/queue.h"

#include <time.h>

struct queue_place {
	pthread_cond_t turn;
	bool ours;
	struct queue_place *next;
};

void queue_init(struct queue *q, int places)
{
	pthread_mutex_init(&q->lock, NULL);
	q->left = places;
	q->first = q->last = NULL;
}

void queue_release(struct queue *q)
{
	pthread_mutex_destroy(&q->lock);
}

int64_t queue_now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void give_up(struct queue *q, const struct queue_place *mine)
{
	struct queue_place **at = &q->first, *before = NULL;
	while (*at != mine) {
		before = *at;
		at = &(*at)->next;
	}
	*at = mine->next;
	if (q->last == mine)
		q->last = before;
}

static bool wait_turn(struct queue *q, int64_t deadline_ms)
{
	struct queue_place mine = { .ours = false };
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&mine.turn, &attr);
	pthread_condattr_destroy(&attr);
	if (q->last)
		q->last->next = &mine;
	else
		q->first = &mine;
	q->last = &mine;
	struct timespec until = { (time_t)(deadline_ms / 1000), (long)(deadline_ms % 1000) * 1000000 };
	int late = 0;
	while (!mine.ours && late == 0)
		late = pthread_cond_timedwait(&mine.turn, &q->lock, &until);
	if (!mine.ours)
		give_up(q, &mine);
	pthread_cond_destroy(&mine.turn);
	return mine.ours;
}

bool queue_enter(struct queue *q, int64_t deadline_ms)
{
	bool in = true;
	pthread_mutex_lock(&q->lock);
	if (q->left > 0 && !q->first)
		q->left--;
	else
		in = wait_turn(q, deadline_ms);
	pthread_mutex_unlock(&q->lock);
	return in;
}

void queue_leave(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	struct queue_place *next = q->first;
	if (next) { /* the place goes straight to the one that waited longest */
		q->first = next->next;
		if (!q->first)
			q->last = NULL;
		next->ours = true;
		pthread_cond_signal(&next->turn);
	} else {
		q->left++;
	}
	pthread_mutex_unlock(&q->lock);
}
