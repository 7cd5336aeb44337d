#include "work/core/library.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/text.h"
#include "store/sql.h"

enum { SETS_KEPT = 8, POLL_MS = 1000 };
static const char kind[] = "rule";

struct kept_set {
	uint64_t key;
	int64_t used;
	struct rule_set *set;
};

struct library {
	struct store *store; /* NULL: files only */
	struct arena arena;  /* the shipped documents */
	struct document *shipped;
	size_t n_shipped;
	pthread_mutex_t refreshing; /* held while the newest set is read */
	pthread_mutex_t lock;	    /* guards what follows */
	struct rule_set *newest;
	int64_t newest_stamp;
	struct kept_set kept[SETS_KEPT];
	int64_t uses;
	atomic_int_fast64_t looked_ms;
};

/* ---- sets that were made before ---- */

static uint64_t key_of(const struct document *docs, size_t n)
{
	uint64_t key = n;
	for (size_t i = 0; i < n; i++) {
		key = hash64(key, docs[i].name.p, docs[i].name.n);
		key = hash64(key, docs[i].hash, strlen(docs[i].hash));
		key = hash64(key, &docs[i].known_ms, sizeof docs[i].known_ms);
	}
	return key;
}

static struct rule_set *find_kept(struct library *l, uint64_t key)
{
	struct rule_set *found = NULL;
	pthread_mutex_lock(&l->lock);
	for (size_t i = 0; i < SETS_KEPT && !found; i++)
		if (l->kept[i].set && l->kept[i].key == key) {
			l->kept[i].used = ++l->uses;
			found = rule_set_hold(l->kept[i].set);
		}
	pthread_mutex_unlock(&l->lock);
	return found;
}

/* In place of the one that was not wanted for longest. */
static void keep(struct library *l, uint64_t key, struct rule_set *s)
{
	pthread_mutex_lock(&l->lock);
	struct kept_set *at = &l->kept[0];
	for (size_t i = 1; i < SETS_KEPT; i++)
		if (l->kept[i].used < at->used)
			at = &l->kept[i];
	struct rule_set *was = at->set;
	*at = (struct kept_set){ key, ++l->uses, rule_set_hold(s) };
	pthread_mutex_unlock(&l->lock);
	rule_set_let_go(was);
}

/* ---- reading ---- */

struct reading {
	struct library *l;
	int64_t known_ms;
	struct arena a;
	struct document *docs;
	size_t n;
	bool withdrawn_too;
	int64_t stamp, newest_ms;
	uint64_t key;
	struct rule_set *found;
};

static int64_t stamp_of(const struct sql_document_stamp_out *s)
{
	return s->n + s->newest;
}

static void copy_hash(char out[HASH_HEX_MAX], struct str hash)
{
	snprintf(out, HASH_HEX_MAX, STR_FMT, STR_ARG(hash));
}

static enum rc read_rows(struct reading *r, struct db *db, struct err *e)
{
	struct sql_rows *rows;
	struct sql_document_set_out row;
	enum rc rc = sql_document_set(db, &(struct sql_document_set_in){ str_of(kind), r->known_ms }, &rows, e);
	if (rc != RC_OK)
		return rc;
	r->docs = arena_array(&r->a, DOCUMENTS_MAX, sizeof *r->docs);
	r->n = 0;
	while ((rc = sql_document_set_next(rows, &row, e)) == RC_OK && r->n < DOCUMENTS_MAX) {
		if (row.withdrawn && !r->withdrawn_too)
			continue;
		struct document *d = &r->docs[r->n++];
		*d = (struct document){ .name = arena_str(&r->a, row.name),
					.known_ms = row.known_ms,
					.region = str_is(row.origin, "region"),
					.author = row.author,
					.why = arena_str(&r->a, row.why) };
		copy_hash(d->hash, row.withdrawn ? STR("") : row.hash);
		copy_hash(d->shipped, row.shipped);
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc read_bodies(struct reading *r, struct db *db, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < r->n; i++) {
		struct sql_document_body_out body;
		struct document *d = &r->docs[i];
		if (!d->hash[0])
			continue;
		rc = sql_document_body(db, &(struct sql_document_body_in){ str_of(kind), d->name, d->known_ms }, &r->a,
				       &body, e);
		if (rc == RC_OK)
			d->body = body.body;
	}
	return rc;
}

/* Before the first document nothing was known of rules: the first set answers. */
static enum rc read_stamp(struct reading *r, struct db *db, struct err *e)
{
	struct sql_document_stamp_out s;
	enum rc rc = sql_document_stamp(db, &r->a, &s, e);
	if (rc != RC_OK)
		return rc;
	r->stamp = stamp_of(&s);
	r->newest_ms = s.newest;
	if (r->known_ms < s.oldest)
		r->known_ms = s.oldest;
	return RC_OK;
}

static enum rc read_unit(struct db *db, void *arg, struct err *e)
{
	struct reading *r = arg;
	arena_reset(&r->a);
	rule_set_let_go(r->found);
	r->found = NULL;
	enum rc rc = read_stamp(r, db, e);
	if (rc == RC_OK)
		rc = read_rows(r, db, e);
	if (rc != RC_OK)
		return rc;
	r->key = key_of(r->docs, r->n);
	r->found = find_kept(r->l, r->key);
	return r->found ? RC_OK : read_bodies(r, db, e);
}

static enum rc read_set(struct library *l, int64_t known_ms, struct rule_set **out, int64_t *stamp_out, struct err *e)
{
	struct reading r = { .l = l, .known_ms = known_ms };
	arena_init(&r.a);
	enum rc rc = store_read(l->store, read_unit, &r, e);
	if (rc == RC_OK && !r.found && (rc = rule_set_make(r.docs, r.n, &r.found, e)) == RC_OK)
		keep(l, r.key, r.found);
	if (rc == RC_OK) {
		*out = r.found;
		*stamp_out = r.stamp;
	} else {
		rule_set_let_go(r.found);
	}
	arena_release(&r.a);
	return rc;
}

enum rc library_known(struct library *l, int64_t known_ms, struct rule_set **out, struct err *e)
{
	int64_t stamp;
	if (!l->store) {
		*out = library_newest(l);
		return RC_OK;
	}
	return read_set(l, known_ms, out, &stamp, e);
}

struct rule_set *library_newest(struct library *l)
{
	pthread_mutex_lock(&l->lock);
	struct rule_set *s = rule_set_hold(l->newest);
	pthread_mutex_unlock(&l->lock);
	return s;
}

/* ---- noticing changes ---- */

static enum rc stamp_unit(struct db *db, void *arg, struct err *e)
{
	struct reading *r = arg;
	return read_stamp(r, db, e);
}

static void take_newest(struct library *l, struct rule_set *s, int64_t stamp)
{
	pthread_mutex_lock(&l->lock);
	struct rule_set *was = l->newest;
	l->newest = s;
	l->newest_stamp = stamp;
	pthread_mutex_unlock(&l->lock);
	rule_set_let_go(was);
}

static int64_t known_stamp(struct library *l)
{
	pthread_mutex_lock(&l->lock);
	int64_t stamp = l->newest_stamp;
	pthread_mutex_unlock(&l->lock);
	return stamp;
}

static enum rc refresh(struct library *l, struct err *e)
{
	struct reading r = { .l = l };
	arena_init(&r.a);
	enum rc rc = store_read(l->store, stamp_unit, &r, e);
	arena_release(&r.a);
	if (rc != RC_OK || r.stamp == known_stamp(l))
		return rc;
	struct rule_set *s;
	int64_t stamp;
	if ((rc = read_set(l, INT64_MAX, &s, &stamp, e)) == RC_OK)
		take_newest(l, s, stamp);
	return rc;
}

/* One at a time: who read earlier must not put an older set in the place of a newer. */
enum rc library_refresh(struct library *l, struct err *e)
{
	if (!l->store)
		return RC_OK;
	pthread_mutex_lock(&l->refreshing);
	enum rc rc = refresh(l, e);
	pthread_mutex_unlock(&l->refreshing);
	return rc;
}

void library_poll(struct library *l)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	int64_t now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	int_fast64_t last = atomic_load(&l->looked_ms);
	if (now - last < POLL_MS || !atomic_compare_exchange_strong(&l->looked_ms, &last, now))
		return; /* somebody has just looked */
	struct err e = { 0 };
	if (library_refresh(l, &e) != RC_OK)
		err_say("linnet: changed rules could not be read: %s\n", e.text);
}

enum rc library_is_newest(struct library *l, struct db *db, bool *yes_out, struct err *e)
{
	struct reading r = { .l = l };
	arena_init(&r.a);
	enum rc rc = read_stamp(&r, db, e);
	arena_release(&r.a);
	if (rc == RC_OK)
		*yes_out = r.stamp == known_stamp(l);
	return rc;
}

/* ---- opening ---- */

enum rc library_of_files(const char *data_dir, struct library **out, struct err *e)
{
	struct library *l = xcalloc(1, sizeof *l);
	arena_init(&l->arena);
	pthread_mutex_init(&l->lock, NULL);
	pthread_mutex_init(&l->refreshing, NULL);
	l->newest_stamp = -1;
	enum rc rc = documents_read(data_dir, &l->arena, &l->shipped, &l->n_shipped, e);
	if (rc == RC_OK)
		rc = rule_set_make(l->shipped, l->n_shipped, &l->newest, e);
	if (rc == RC_OK)
		*out = l;
	else
		library_free(l);
	return rc;
}

void library_free(struct library *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < SETS_KEPT; i++)
		rule_set_let_go(l->kept[i].set);
	rule_set_let_go(l->newest);
	arena_release(&l->arena);
	pthread_mutex_destroy(&l->lock);
	pthread_mutex_destroy(&l->refreshing);
	free(l);
}

size_t library_shipped(const struct library *l, const struct document **out)
{
	*out = l->shipped;
	return l->n_shipped;
}

static const struct document *named(const struct document *docs, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(docs[i].name, name))
			return &docs[i];
	return NULL;
}

/* The program's files against the newest documents: what is to be added. */
struct syncing {
	struct reading r;
	int64_t now_ms;
	struct document *add, *after; /* `after`: all that will be in force */
	size_t n_add, n_after;
	bool write;
};

static void plan(struct syncing *s)
{
	const struct library *l = s->r.l;
	s->add = arena_array(&s->r.a, DOCUMENTS_MAX * 2, sizeof *s->add);
	s->after = arena_array(&s->r.a, DOCUMENTS_MAX * 2, sizeof *s->after);
	s->n_add = s->n_after = 0;
	for (size_t i = 0; i < l->n_shipped; i++) {
		const struct document *mine = &l->shipped[i], *there = named(s->r.docs, s->r.n, mine->name);
		bool same = there && strcmp(there->hash, mine->hash) == 0, ours = there && there->region;
		if (same == ours) /* new text; or the program now ships what was changed here */
			s->add[s->n_add++] = *mine;
		s->after[s->n_after++] = ours ? *there : *mine;
	}
	for (size_t i = 0; i < s->r.n; i++) { /* no longer shipped, and nobody here changed it */
		const struct document *there = &s->r.docs[i];
		if (!there->hash[0] || named(l->shipped, l->n_shipped, there->name))
			continue;
		if (there->region)
			s->after[s->n_after++] = *there;
		else
			s->add[s->n_add++] = (struct document){ .name = there->name };
	}
}

static enum rc insert(struct db *db, const struct document *d, int64_t known_ms, struct err *e)
{
	return sql_document_add(db,
				&(struct sql_document_add_in){ .kind = str_of(kind),
							       .name = d->name,
							       .hash = str_of(d->hash),
							       .known_ms = known_ms,
							       .body = d->body.p ? d->body : STR(""),
							       .origin = d->region ? STR("region") : STR("shipped"),
							       .shipped = str_of(d->region ? d->shipped : d->hash),
							       .withdrawn = d->hash[0] == '\0',
							       .author = d->author,
							       .why = d->why.p ? d->why : STR("") },
				NULL, e);
}

static int64_t next_ms(int64_t now_ms, int64_t newest_ms)
{
	return now_ms > newest_ms ? now_ms : newest_ms + 1;
}

static enum rc sync_unit(struct db *db, void *arg, struct err *e)
{
	struct syncing *s = arg;
	arena_reset(&s->r.a);
	enum rc rc = read_stamp(&s->r, db, e);
	if (rc == RC_OK)
		rc = read_rows(&s->r, db, e);
	if (rc == RC_OK)
		rc = read_bodies(&s->r, db, e);
	if (rc != RC_OK)
		return rc;
	plan(s);
	for (size_t i = 0; s->write && rc == RC_OK && i < s->n_add; i++)
		rc = insert(db, &s->add[i], next_ms(s->now_ms, s->r.newest_ms), e);
	return rc;
}

/* Nothing was changed here: what will be in force is the set made of the files. */
static bool as_shipped(const struct syncing *s)
{
	bool same = s->n_after == s->r.l->n_shipped;
	for (size_t i = 0; i < s->n_after; i++)
		same = same && !s->after[i].region;
	return same;
}

enum rc library_open_store(struct library *l, struct store *store, int64_t now_ms, struct err *e)
{
	struct syncing s = { .r = { .l = l, .known_ms = INT64_MAX, .withdrawn_too = true }, .now_ms = now_ms };
	struct rule_set *whole;
	arena_init(&s.r.a);
	enum rc rc = store_read(store, sync_unit, &s, e);
	if (rc == RC_OK && !as_shipped(&s) && (rc = rule_set_make(s.after, s.n_after, &whole, e)) == RC_OK)
		rule_set_let_go(whole);
	else if (rc == RC_BAD_INPUT)
		err_prefix(e, "The rules do not fit together: this program's files with what was changed here");
	s.write = s.n_add > 0;
	if (rc == RC_OK && s.write)
		rc = store_write(store, sync_unit, &s, e);
	arena_release(&s.r.a);
	if (rc != RC_OK)
		return rc;
	l->store = store;
	return library_refresh(l, e);
}

/* ---- changing ---- */

enum rc library_add(struct library *l, struct db *db, const struct document *d, const char *base, int64_t now_ms,
		    struct err *e)
{
	struct reading r = { .l = l, .known_ms = INT64_MAX };
	arena_init(&r.a);
	enum rc rc = read_stamp(&r, db, e);
	if (rc == RC_OK)
		rc = read_rows(&r, db, e);
	const struct document *there = rc == RC_OK ? named(r.docs, r.n, d->name) : NULL;
	if (rc == RC_OK && strcmp(there ? there->hash : "", base) != 0)
		rc = err_set(e, RC_CONFLICT,
			     "Somebody else changed " STR_FMT " meanwhile. Nothing was changed. Open it again and make "
			     "your change to the newest text.",
			     STR_ARG(d->name));
	if (rc == RC_OK) {
		struct document add = *d;
		const struct document *shipped = named(l->shipped, l->n_shipped, d->name);
		copy_hash(add.shipped, str_of(shipped ? shipped->hash : ""));
		/* What reads as the program's own text follows the program again. */
		add.region = !shipped || strcmp(shipped->hash, d->hash) != 0;
		rc = insert(db, &add, next_ms(now_ms, r.newest_ms), e);
	}
	arena_release(&r.a);
	return rc;
}
