#include "store/group.h"

#include "store/queue.h"

#include <errno.h>

/* A leader does not work for others for ever: so many units, or so long. */
enum { UNITS_MAX = 64, LEAD_MS = 15, WAIT_SECONDS = 5 };

struct group_place {
	store_fn *fn;
	void *arg;
	struct err *e, own; /* own: where the caller gave none */
	enum rc rc;
	bool done, lead;
	pthread_cond_t turn;
	struct group_place *next; /* waiting, then in the leader's batch */
};

void group_init(struct group *g)
{
	pthread_mutex_init(&g->lock, NULL);
	g->first = g->last = NULL;
	g->led = false;
}

void group_release(struct group *g)
{
	pthread_mutex_destroy(&g->lock);
}

static struct group_place *take(struct group *g)
{
	pthread_mutex_lock(&g->lock);
	struct group_place *p = g->first;
	if (p) {
		g->first = p->next;
		g->last = g->first ? g->last : NULL;
		p->next = NULL;
	}
	pthread_mutex_unlock(&g->lock);
	return p;
}

static enum rc run_unit(struct db *db, struct group_place *p)
{
	db->failed = RC_OK;
	enum rc rc = p->fn(db, p->arg, p->e);
	if (rc == RC_OK && db->failed != RC_OK)
		rc = db->failed; /* it went on after a failure, whose words are still in e */
	db->failed = RC_OK;
	return rc;
}

/* A unit of another thread, inside a savepoint. False: the whole transaction is gone. */
static bool run_guest(const struct engine_ops *ops, struct db *db, struct group_place *p)
{
	struct err e = { .rc = RC_OK };
	p->rc = ops->savepoint(db, SAVEPOINT_BEGIN, p->e);
	if (p->rc != RC_OK)
		return false;
	p->rc = run_unit(db, p);
	return ops->savepoint(db, p->rc == RC_OK ? SAVEPOINT_KEEP : SAVEPOINT_UNDO, &e) == RC_OK;
}

/* Every unit of the batch that had gone well shares what became of the commit. */
static void share(struct group_place *batch, enum rc rc, const struct err *e)
{
	for (struct group_place *p = batch; p; p = p->next)
		if (p->rc == RC_OK && rc != RC_OK) {
			p->rc = rc;
			*p->e = *e;
		}
}

/* Runs `mine` and whoever waits; one commit. The batch is in p->next order. */
static void lead(struct group *g, struct store *s, struct group_place *mine)
{
	struct db *db;
	struct err e = { .rc = RC_OK };
	struct group_place *last = mine;
	int64_t until = queue_now_ms() + LEAD_MS;
	bool whole = true, again;
	mine->rc = s->ops->begin(s->engine, true, &db, mine->e);
	if (mine->rc != RC_OK)
		return;
	mine->rc = run_unit(db, mine);
	if (mine->rc != RC_OK) {
		s->ops->rollback(db);
		return;
	}
	for (int n = 1; whole && n < UNITS_MAX && queue_now_ms() <= until; n++) {
		struct group_place *p = take(g);
		if (!p)
			break;
		last->next = p;
		last = p;
		whole = run_guest(s->ops, db, p);
	}
	if (!whole) {
		s->ops->rollback(db);
		share(mine, RC_IO,
		      &(struct err){ .rc = RC_IO,
				     .text = "Saving failed half way; nothing was saved. Try again in a moment" });
		return;
	}
	enum rc rc = s->ops->commit(db, &again, &e);
	share(mine, rc, &e);
}

/* Wakes the batch, and hands the lead to whoever waits longest. */
static void hand_on(struct group *g, struct group_place *mine)
{
	pthread_mutex_lock(&g->lock);
	for (struct group_place *p = mine->next, *next; p; p = next) {
		next = p->next; /* p is gone once it is woken */
		p->done = true;
		pthread_cond_signal(&p->turn);
	}
	struct group_place *heir = g->first;
	if (heir) {
		g->first = heir->next;
		g->last = g->first ? g->last : NULL;
		heir->next = NULL;
		heir->lead = true;
		pthread_cond_signal(&heir->turn);
	} else {
		g->led = false;
	}
	pthread_mutex_unlock(&g->lock);
}

static bool withdraw(struct group *g, struct group_place *p)
{
	struct group_place *before = NULL;
	for (struct group_place *at = g->first; at; before = at, at = at->next) {
		if (at != p)
			continue;
		*(before ? &before->next : &g->first) = p->next;
		g->last = g->last == p ? before : g->last;
		return true;
	}
	return false; /* a leader has taken it already */
}

/* Until a leader has done our unit or made us lead. False: nobody did for too long. */
static bool wait_turn(struct group *g, struct group_place *p)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WAIT_SECONDS;
	*(g->first ? &g->last->next : &g->first) = p;
	g->last = p;
	while (!p->done && !p->lead)
		if (pthread_cond_clockwait(&p->turn, &g->lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT && withdraw(g, p))
			return false;
	return true;
}

enum rc group_write(struct group *g, struct store *s, store_fn *fn, void *arg, struct err *e)
{
	struct group_place p = { .fn = fn, .arg = arg, .turn = PTHREAD_COND_INITIALIZER };
	p.e = e ? e : &p.own;
	pthread_mutex_lock(&g->lock);
	if (g->led && !wait_turn(g, &p)) {
		pthread_mutex_unlock(&g->lock);
		pthread_cond_destroy(&p.turn);
		return err_set(e, RC_BUSY,
			       "Others have been writing for 5 seconds; nothing was saved. Try again in a moment");
	}
	g->led = g->led || !p.done; /* whoever was served leaves the lead as it is */
	pthread_mutex_unlock(&g->lock);
	if (!p.done) {
		lead(g, s, &p);
		hand_on(g, &p);
	}
	pthread_cond_destroy(&p.turn);
	return p.rc;
}
