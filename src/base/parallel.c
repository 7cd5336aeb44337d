#include "base/parallel.h"

#include <pthread.h>

struct line {
	const struct parallel *p;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	int64_t next, taken; /* the next job to begin, the next to take */
	int slots;
	bool *done; /* by slot */
	bool stopped;
};

static int threads_of(int wanted)
{
	return wanted < 1 ? 1 : wanted > PARALLEL_THREADS_MAX ? PARALLEL_THREADS_MAX : wanted;
}

/* Twice as many as threads, so that one slow job does not hold the others up. */
int parallel_slots(int threads)
{
	return threads_of(threads) == 1 ? 1 : 2 * threads_of(threads) + 2;
}

/* Under the lock: takes what is done, as far as there is no gap. */
static void take_done(struct line *l)
{
	while (!l->stopped && l->done[l->taken % l->slots]) {
		int slot = (int)(l->taken % l->slots);
		l->done[slot] = false;
		bool on = l->p->take(l->p->arg, l->taken, slot);
		l->taken++;
		if (!on || l->taken == l->p->jobs)
			l->stopped = true;
	}
	pthread_cond_broadcast(&l->moved);
}

static void *worker(void *arg)
{
	struct line *l = arg;
	pthread_mutex_lock(&l->lock);
	for (;;) {
		while (!l->stopped && l->next < l->p->jobs && l->next - l->taken >= l->slots)
			pthread_cond_wait(&l->moved, &l->lock);
		if (l->stopped || l->next >= l->p->jobs)
			break;
		int64_t job = l->next++;
		pthread_mutex_unlock(&l->lock);
		l->p->work(l->p->arg, job, (int)(job % l->slots));
		pthread_mutex_lock(&l->lock);
		l->done[job % l->slots] = true;
		take_done(l);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

int64_t parallel_run(const struct parallel *p)
{
	int threads = threads_of(p->threads);
	struct line l = { .p = p, .slots = parallel_slots(p->threads) };
	pthread_t ids[PARALLEL_THREADS_MAX];
	bool begun[PARALLEL_THREADS_MAX] = { false };
	if (p->jobs <= 0)
		return 0;
	l.done = xcalloc((size_t)l.slots, sizeof *l.done);
	pthread_mutex_init(&l.lock, NULL);
	pthread_cond_init(&l.moved, NULL);
	for (int i = 1; i < threads; i++) /* if one cannot be had, the others do its work */
		begun[i] = pthread_create(&ids[i], NULL, worker, &l) == 0;
	worker(&l);
	for (int i = 1; i < threads; i++)
		if (begun[i])
			pthread_join(ids[i], NULL);
	pthread_cond_destroy(&l.moved);
	pthread_mutex_destroy(&l.lock);
	free(l.done);
	return l.taken;
}
