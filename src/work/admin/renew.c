#include "work/admin/renew.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "work/core/fingerprint.h"
#include "work/core/lean.h"
#include "work/core/write.h"

/* A transaction is to take UNIT_MS with its commit, which can take longer than all
 * before it: how many children that are is learnt from one to the next. Somebody who
 * records waits for no more than the rest of one and his own; where somebody may, they
 * are short ones. */
enum { LOOK = FINGERPRINTS_MAX, THREADS_MAX = 8, UNIT_MS = 20, SHORT_UNIT_MS = 6, FIRST_UNIT = 20, LEAST_UNIT = 8 };

struct looked {
	enum verdict verdict;
	struct str words; /* of what is wrong */
	/* ready to be written */
	struct history h;
	struct projection p;
	struct project_changes c;
	struct str lean; /* packed history; NULL: it is kept so */
	bool unmarked;	 /* right, but its fingerprint does not say so */
};

/* Is there nothing to write of it? */
static bool is_done(const struct looked *l)
{
	return l->verdict == RIGHT && !l->unmarked;
}

struct part { /* some children, on a thread of its own */
	struct app *app;
	const int64_t *ids;
	size_t n;
	enum renewing how;
	struct looked looked[LOOK];
	struct arena arena; /* of what is kept of them */
	struct engine *en;
	struct db *db;
	enum rc rc;
	struct err err;
};

struct renewal {
	struct app *app;
	int64_t ids[THREADS_MAX * LOOK];
	size_t n, n_parts;
	struct part parts[THREADS_MAX];
	size_t first[THREADS_MAX + 1]; /* place of each part's first child */
	size_t unit;		       /* children of the next transaction */
	bool beside;		       /* somebody may be waiting: transactions are short */
};

/* As many children at a time as there are processors to look at them. */
size_t renewal_room(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return LOOK * (n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n);
}

struct renewal *renewal_new(struct app *app, enum renewing how)
{
	struct renewal *r = xcalloc(1, sizeof *r);
	r->app = app;
	r->unit = FIRST_UNIT;
	for (size_t i = 0; i < THREADS_MAX; i++) {
		r->parts[i].app = app;
		r->parts[i].how = how;
		arena_init(&r->parts[i].arena);
		r->parts[i].en = app_engine_take(app, app_workdays(app));
	}
	return r;
}

void renewal_free(struct renewal *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < THREADS_MAX; i++) {
		arena_release(&r->parts[i].arena);
		app_engine_give(r->app, r->parts[i].en, app_workdays(r->app));
	}
	free(r);
}

/* ---- looking: is what is stored of a child what follows from the record? ---- */

/* `packed`: the history as it is kept, or (`believed` is false) as it should be. */
static enum rc compare(const struct part *l, struct looked *out, struct str packed, bool believed, struct arena *a,
		       struct err *e)
{
	bool kept = believed;
	enum rc rc = project_compare(l->db, &out->p, &out->c.now, a, &out->c, e);
	if (rc == RC_OK && !believed)
		rc = lean_compare(l->db, out->h.person, packed, a, &kept, e);
	out->lean = kept ? (struct str){ NULL, 0 } : packed;
	out->p.fingerprint = fingerprint_of(l->app, &out->h, &out->p, packed);
	return rc;
}

static enum rc read_child(const struct part *l, struct looked *out, struct str *packed_out, bool *believed_out,
			  struct arena *a, struct err *e)
{
	const struct sql_person_get_out *now = &out->c.now;
	*believed_out = false;
	enum rc rc = l->how == RENEW || l->how == RENEW_UNPROVEN
			 ? lean_for_rules(l->app, l->db, now, a, &out->h, packed_out, believed_out, e)
			 : RC_OK;
	if (rc != RC_OK || *believed_out)
		return rc;
	if ((rc = history_for_rules(l->app, l->db, now, a, &out->h, e)) == RC_OK)
		*packed_out = lean_pack(l->app, &out->h, a);
	return rc;
}

/* What a writer needs of a child: it outlives what was needed to work it out. */
static void keep_ready(struct looked *l, struct arena *a)
{
	struct details *d = &l->p.details;
	struct sql_person_get_out *now = &l->c.now;
	struct str *texts[] = { &d->given,    &d->family,   &d->nhs_number, &d->upn,   &d->sex,
				&d->language, &l->p.packed, &l->lean,	    &now->ref, &now->nhs_number,
				&now->upn,    &now->given,  &now->family,   &now->sex, &now->rules,
				&l->p.inside, &now->inside };
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		*texts[i] = arena_str(a, *texts[i]);
	l->h = (struct history){
		.person = l->h.person, .council = l->h.council, .ref = now->ref, .joined_to = l->h.joined_to
	};
	l->p.circle = arena_copy(a, l->p.circle, l->p.n_circle, sizeof *l->p.circle);
	for (size_t i = 0; i < l->p.n_circle; i++)
		l->p.circle[i].reason = arena_str(a, l->p.circle[i].reason);
	l->c.gone = arena_copy(a, l->c.gone, l->c.n_gone, sizeof *l->c.gone);
	l->c.come = arena_copy(a, l->c.come, l->c.n_come, sizeof *l->c.come);
	l->p.n_names = l->c.names ? l->p.n_names : 0;
	l->p.names = arena_copy(a, l->p.names, l->p.n_names, sizeof *l->p.names);
	for (size_t i = 0; i < l->p.n_names; i++)
		l->p.names[i].word = arena_str(a, l->p.names[i].word);
	l->p.n_workers = l->c.workers ? l->p.n_workers : 0;
	l->p.workers = arena_copy(a, l->p.workers, l->p.n_workers, sizeof *l->p.workers);
	l->p.clocks = NULL; /* they are in p.packed, */
	l->p.work = NULL;   /* and in c.come */
	l->p.n_clocks = l->p.n_work = 0;
}

/* What is not right, as words if it is wrong. */
static void judge(const struct part *l, struct looked *out, bool old, struct arena *scratch, struct arena *kept)
{
	struct str words = project_differs(&out->c, scratch);
	if (!words.n && out->lean.p)
		words = STR("the packed history differs");
	out->verdict = old ? OUT_OF_DATE : words.n ? WRONG : RIGHT;
	out->words = arena_str(kept, words);
	if (l->how == RENEW_NOT)
		return;
	if (out->verdict == RIGHT && out->c.now.next_change != out->p.next_change)
		out->verdict = OUT_OF_DATE; /* that day is in an index: it is written as any change is */
	out->unmarked =
	    out->verdict == RIGHT && (out->c.now.fingerprint != out->p.fingerprint ||
				      (out->p.fingerprint != SQL_NULL && out->c.now.clocked_on != out->p.today));
	if (!is_done(out))
		keep_ready(out, kept);
}

static enum rc look_at(struct part *l, size_t i, struct arena *a, struct err *e)
{
	struct looked *out = &l->looked[i];
	struct folded f;
	struct str packed = { NULL, 0 };
	bool believed = false;
	*out = (struct looked){ .verdict = OUT_OF_DATE };
	enum rc rc = sql_person_get(l->db, &(struct sql_person_get_in){ l->ids[i] }, a, &out->c.now, e);
	const struct sql_person_get_out *now = &out->c.now;
	day_t today = app_today(l->app);
	if (rc != RC_OK)
		return rc;
	/* What is stored holds until the day on which time changes something. */
	bool old = now->clocked_on == SQL_NULL || now->next_change <= today;
	if (old && l->how == RENEW_NOT)
		return RC_OK;
	if ((rc = read_child(l, out, &packed, &believed, a, e)) != RC_OK)
		return rc;
	history_fold(l->app, &out->h, KNOWN_NOW, a, &f);
	rc = project_child(l->app, &out->h, &f, l->en, today, a, &out->p, e);
	old = old || (rc == RC_OK && !str_is(now->rules, out->p.rules));
	if (rc != RC_OK || (old && l->how == RENEW_NOT) || (rc = compare(l, out, packed, believed, a, e)) != RC_OK)
		return rc;
	judge(l, out, old, a, &l->arena);
	return RC_OK;
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	struct part *l = arg;
	struct arena scratch AUTO(arena_release);
	bool right[LOOK] = { false };
	arena_init(&scratch);
	l->db = db;
	arena_reset(&l->arena);
	enum rc rc = app_coverage_refresh(l->app, db, e);
	if (rc == RC_OK && l->how == RENEW_UNPROVEN)
		rc = fingerprint_check(l->app, db, l->ids, l->n, right, e);
	for (size_t i = 0; rc == RC_OK && i < l->n; i++) {
		arena_reset(&scratch);
		l->looked[i] = (struct looked){ .verdict = RIGHT };
		if (!right[i])
			rc = look_at(l, i, &scratch, e);
	}
	return rc;
}

static void *look_run(void *arg)
{
	struct part *l = arg;
	l->rc = store_read(app_store(l->app), look_unit, l, &l->err);
	return NULL;
}

/* In parts of about the same size. */
enum rc renewal_look(struct renewal *r, const int64_t *ids, size_t n, struct err *e)
{
	pthread_t threads[THREADS_MAX];
	bool begun[THREADS_MAX] = { false };
	enum rc rc = RC_OK;
	if (n)
		memcpy(r->ids, ids, n * sizeof *ids);
	r->n = n;
	r->n_parts = (n + LOOK - 1) / LOOK;
	for (size_t i = 0; i < r->n_parts; i++) {
		struct part *p = &r->parts[i];
		r->first[i] = n * i / r->n_parts;
		p->ids = r->ids + r->first[i];
		p->n = n * (i + 1) / r->n_parts - r->first[i];
		begun[i] = i > 0 && pthread_create(&threads[i], NULL, look_run, p) == 0;
	}
	r->first[r->n_parts] = n;
	for (size_t i = 0; i < r->n_parts; i++) /* this thread takes the first, and any that could not be begun */
		if (!begun[i])
			look_run(&r->parts[i]);
	for (size_t i = 0; i < r->n_parts; i++) {
		if (begun[i])
			pthread_join(threads[i], NULL);
		if (r->parts[i].rc != RC_OK && rc == RC_OK) {
			rc = r->parts[i].rc;
			*e = r->parts[i].err;
		}
	}
	return rc;
}

static const struct looked *looked_of(const struct renewal *r, size_t i)
{
	size_t part = 0;
	while (i >= r->first[part + 1])
		part++;
	return &r->parts[part].looked[i - r->first[part]];
}

enum verdict renewal_found(const struct renewal *r, size_t i, struct str *words_out)
{
	const struct looked *l = looked_of(r, i);
	*words_out = l->words;
	return l->verdict;
}

/* ---- writing ---- */

struct unit { /* children written in one transaction */
	struct renewal *r;
	renewal_guard *guard;
	void *guard_arg;
	size_t from, to; /* places; `to` is where it ended */
	size_t written;
	int64_t changed;
	bool go_on;
	int64_t begun_us; /* when it had the store */
};

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t unit_us(const struct renewal *r)
{
	return 1000 * (r->beside ? SHORT_UNIT_MS : UNIT_MS);
}

/* Its version stays: somebody may have its form open. */
static enum rc put_fingerprint(struct db *db, const struct looked *l, struct err *e)
{
	struct sql_fingerprint_put_in in = { l->h.person, l->c.now.version, l->p.today, l->p.fingerprint };
	return sql_fingerprint_put(db, &in, NULL, e);
}

static enum rc write_one(struct app *app, struct db *db, const struct looked *l, struct arena *a, bool *changed,
			 struct err *e)
{
	struct sql_person_lock_out lock;
	*changed = false;
	if (l->unmarked)
		return put_fingerprint(db, l, e);
	enum rc rc = sql_person_lock(db, &(struct sql_person_lock_in){ l->h.person }, a, &lock, e);
	if (rc != RC_OK)
		return rc;
	if (lock.version - 1 != l->c.now.version) /* somebody wrote it since it was looked at */
		return child_refresh(app, db, l->h.person, a, changed, e);
	rc = project_write(db, &l->h, &l->p, &l->c, e);
	if (rc == RC_OK && l->lean.p)
		rc = lean_put(db, l->h.person, l->lean, e);
	*changed = project_differs(&l->c, a).n > 0;
	bool of_main; /* what its council covers counts for the child that it was joined to */
	if (rc == RC_OK && l->h.joined_to)
		rc = child_refresh(app, db, l->h.joined_to, a, &of_main, e);
	return rc;
}

static enum rc write_unit(struct db *db, void *arg, struct err *e)
{
	struct unit *u = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	u->begun_us = now_us();
	int64_t until = u->begun_us + unit_us(u->r);
	u->changed = 0;
	u->written = 0;
	u->to = u->from;
	u->go_on = true;
	enum rc rc = app_coverage_refresh(u->r->app, db, e);
	if (rc == RC_OK && u->guard)
		rc = u->guard(db, u->guard_arg, &u->go_on, e);
	for (; rc == RC_OK && u->go_on && u->to < u->r->n && u->written < u->r->unit && now_us() <= until; u->to++) {
		const struct looked *l = looked_of(u->r, u->to);
		bool changed = false;
		if (is_done(l))
			continue;
		arena_reset(&a);
		rc = write_one(u->r->app, db, l, &a, &changed, e);
		u->changed += changed;
		u->written++;
	}
	return rc;
}

/* Waiting for the store does not count. On a slow disk a commit takes longer than all else, however few
 * children it writes: then it is not for fewer than LEAST_UNIT. */
static void learn(struct renewal *r, size_t written, int64_t took_us)
{
	int64_t most = unit_us(r);
	if (took_us > most)
		r->unit = written * (size_t)most / (size_t)took_us + 1;
	else if (written == r->unit && took_us * 3 < most * 2)
		r->unit += r->unit / 2 + 1;
	r->unit = r->unit < LEAST_UNIT ? LEAST_UNIT : r->unit;
}

/* Others of this program, or another program. On PostgreSQL only whoever records the same child waits. */
static bool is_beside(const struct renewal *r)
{
	struct store *s = app_store(r->app);
	return r->parts[0].how == RENEW || (!store_is_postgres(s) && !store_unshared(s));
}

enum rc renewal_write(struct renewal *r, renewal_guard *guard, void *arg, int64_t *changed_out, struct err *e)
{
	struct unit u = { .r = r, .guard = guard, .guard_arg = arg };
	enum rc rc = RC_OK;
	int64_t changed = 0;
	for (u.go_on = true; rc == RC_OK && u.go_on; u.from = u.to) {
		while (u.from < r->n && is_done(looked_of(r, u.from)))
			u.from++;
		if (u.from == r->n)
			break;
		r->beside = is_beside(r);
		rc = store_write(app_store(r->app), write_unit, &u, e);
		if (rc == RC_OK)
			learn(r, u.written, now_us() - u.begun_us);
		changed += rc == RC_OK ? u.changed : 0;
		store_give_way(app_store(r->app));
	}
	if (rc == RC_OK)
		*changed_out = changed;
	return rc;
}
