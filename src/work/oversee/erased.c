#include "work/oversee/erased.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/secret.h"
#include "base/text.h"
#include "store/sql.h"
#include "work/core/chance.h"
#include "work/oversee/erase_unit.h"

#define HEADING "linnet erased 1"
enum { DONE_A_PAGE = 200 };

/* ---- marks ---- */

enum rc erased_salt(struct db *db, bool make, char out[ERASED_SALT_MAX], struct err *e)
{
	enum rc rc = chance_word(db, STR("erased-salt"), make, out, e);
	if (rc != RC_NOT_FOUND)
		return rc;
	out[0] = '\0';
	return RC_OK;
}

static void add(struct hash *h, struct str s)
{
	uint64_t n = s.n;
	hash_add(h, &n, sizeof n);
	hash_add(h, s.p, s.n);
}

char *erased_mark(const char *salt, struct str council, struct str ref, struct str natural, char out[HASH_HEX_MAX])
{
	struct hash h;
	hash_begin(&h);
	add(&h, STR(HEADING));
	add(&h, str_of(salt));
	add(&h, council);
	add(&h, ref);
	add(&h, natural);
	return hash_end(&h, out);
}

void erased_record_marks(const char *salt, struct str council, struct str ref, char out[ERASED_WAYS][HASH_HEX_MAX])
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	erased_mark(salt, council, str_capitals(ref, &a), STR(""), out[0]);
	erased_mark(salt, council, ref, STR(""), out[1]);
}

bool erased_told_by_file(const struct event *ev)
{
	return ev->natural.n && !str_starts(ev->natural, "weekly-list/") && !str_starts(ev->natural, "entered/");
}

struct str erased_content(const struct vocab *v, const struct event *ev, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	if (!ev->kind || ev->voids || ev->at == DAY_NONE)
		return STR("");
	return arena_printf(a, "=" STR_FMT "|%s|" STR_FMT "|" STR_FMT, STR_ARG(v->kinds[ev->kind].id),
			    day_iso(ev->at, day), STR_ARG(ev->code), STR_ARG(ev->code2));
}

/* ---- the list ---- */

struct list {
	char salt[ERASED_SALT_MAX]; /* empty: there is no list yet */
	struct erased *all;
	size_t n;
	struct arena *a;
};

static enum rc cannot(const char *path, const char *what, struct err *e)
{
	return err_set(e, RC_CORRUPT,
		       "The list of what was lawfully erased, %s, %s. Nobody may read the store before it is right: "
		       "put back the list that belongs to this store",
		       path, what);
}

static bool number(struct str *rest, char until, int64_t *out)
{
	return str_to_int(str_cut(*rest, until, rest), INT64_MIN, INT64_MAX, out) == RC_OK;
}

/* "PERSON:EVENT:MARK PERSON:EVENT:MARK ..." */
static bool read_items(struct str text, struct erased *x, struct arena *a)
{
	size_t most = 1;
	for (size_t i = 0; i < text.n; i++)
		most += text.p[i] == ' ';
	x->items = arena_array(a, most, sizeof *x->items);
	for (struct str rest = text; rest.n;) {
		struct str one = str_cut(rest, ' ', &rest);
		struct erased_item *it = &x->items[x->n++];
		if (!number(&one, ':', &it->person) || !number(&one, ':', &it->event))
			return false;
		it->mark = one;
	}
	return x->n > 0;
}

static bool read_line(struct str line, struct erased *x, struct arena *a)
{
	int64_t *const numbers[] = { &x->id,	   &x->person,	   &x->event,	    &x->asked_by,   &x->asked_org,
				     &x->asked_ms, &x->decided_by, &x->decided_org, &x->decided_ms, &x->entries };
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		if (!number(&line, '\t', numbers[i]))
			return false;
	x->ground = str_cut(line, '\t', &line);
	x->why = str_cut(line, '\t', &line);
	return x->id > 0 && x->ground.n && read_items(line, x, a);
}

/* A last line without its end was being written when the machine stopped: its erasure was not committed. */
static enum rc read_list(const char *path, struct list *l, struct err *e)
{
	struct str text, rest;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return RC_OK;
	enum rc rc = file_read(path, ERASED_FILE_MAX, l->a, &text, e);
	if (rc != RC_OK)
		return rc;
	if (!memchr(text.p ? text.p : "", '\n', text.n))
		text.n = 0; /* its first line was being written */
	struct str first = str_cut(text, '\n', &rest);
	if (!str_starts(first, HEADING " ") || first.n - sizeof HEADING >= sizeof l->salt)
		return text.n ? cannot(path, "does not begin as such a list does", e) : RC_OK;
	snprintf(l->salt, sizeof l->salt, "%.*s", (int)(first.n - sizeof HEADING), first.p + sizeof HEADING);
	size_t lines = 0;
	for (size_t i = 0; i < rest.n; i++)
		lines += rest.p[i] == '\n';
	l->all = arena_array(l->a, lines, sizeof *l->all);
	for (; l->n < lines; l->n++) {
		struct str line = str_cut(rest, '\n', &rest);
		l->all[l->n] = (struct erased){ 0 };
		if (!read_line(line, &l->all[l->n], l->a))
			return cannot(path, arena_printf(l->a, "cannot be read in line %zu", l->n + 2).p, e);
	}
	return RC_OK;
}

static void say(struct buf *b, const struct erased *x)
{
	const int64_t numbers[] = { x->id,	 x->person,	x->event,	x->asked_by,   x->asked_org,
				    x->asked_ms, x->decided_by, x->decided_org, x->decided_ms, x->entries };
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		buf_printf(b, "%" PRId64 "\t", numbers[i]);
	buf_printf(b, STR_FMT "\t", STR_ARG(x->ground));
	for (size_t i = 0; i < x->why.n; i++)
		buf_putc(b, (unsigned char)x->why.p[i] < ' ' ? ' ' : x->why.p[i]);
	buf_putc(b, '\t');
	for (size_t i = 0; i < x->n; i++)
		buf_printf(b, "%s%" PRId64 ":%" PRId64 ":" STR_FMT, i ? " " : "", x->items[i].person, x->items[i].event,
			   STR_ARG(x->items[i].mark));
	buf_putc(b, '\n');
}

/* A line that the machine did not live to end. */
static bool cut_torn(int fd)
{
	struct stat st;
	char c = '\n';
	bool good = fd >= 0 && fstat(fd, &st) == 0;
	off_t end = good ? st.st_size : 0;
	while (good && end > 0 && (good = pread(fd, &c, 1, end - 1) == 1) && c != '\n')
		end--;
	return good && (end == st.st_size || ftruncate(fd, end) == 0);
}

/* One write, so that two servers on one machine do not mix their lines. An empty file begins like a new one. */
static enum rc append(const char *path, const char *salt, const struct erased *x, struct err *e)
{
	struct buf b AUTO(buf_release);
	struct stat st;
	buf_init(&b, ERASED_FILE_MAX);
	int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	bool good = cut_torn(fd) && fstat(fd, &st) == 0;
	if (good && !st.st_size)
		buf_printf(&b, HEADING " %s\n", salt);
	say(&b, x);
	good = good && buf_ok(&b) && write(fd, b.p, b.n) == (ssize_t)b.n && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return good ? RC_OK
		    : err_set(
			  e, RC_IO,
			  "The list of what was lawfully erased, %s, cannot be written; nothing was erased. See that "
			  "this user may write there",
			  path);
}

enum rc erased_note(struct app *app, const char *salt, const struct erased *x, struct err *e)
{
	char path[4096];
	if (!app_erased_path(app, path, sizeof path))
		return err_set(e, RC_REFUSED,
			       "Nothing was erased: say where the list of erasures stands, outside the store, with "
			       "--erased FILE or LINNET_ERASED. A backup that is restored is put right by it.");
	return append(path, salt, x, e);
}

/* ---- store and list ---- */

struct agreeing {
	struct app *app;
	const struct erased *x;
	struct list *l;
	int64_t *known; /* ids that the store has carried out, sorted */
	struct erased *done;
	size_t n_known, next;
	int64_t again;
	char salt[ERASED_SALT_MAX];
	struct str place; /* of the list, when the store was last opened */
	bool ours;
	struct arena *a;
};

static int by_id(const void *x, const void *y)
{
	int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
	return p < q ? -1 : p > q;
}

static bool has(const struct agreeing *k, int64_t id)
{
	return k->n_known && bsearch(&id, k->known, k->n_known, sizeof id, by_id);
}

static enum rc read_items_of(struct db *db, struct erased *x, struct arena *a, struct err *e)
{
	struct sql_rows *rows;
	struct sql_erasure_items_out r;
	size_t cap = 0;
	enum rc rc = sql_erasure_items(db, &(struct sql_erasure_items_in){ x->id }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_erasure_items_next(rows, &r, e)) == RC_OK) {
		if (x->n == cap) {
			struct erased_item *more = arena_array(a, cap = cap ? cap * 2 : 8, sizeof *more);
			if (x->n)
				memcpy(more, x->items, x->n * sizeof *more);
			x->items = more;
		}
		x->items[x->n++] = (struct erased_item){ r.person, r.event, arena_str(a, r.mark) };
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc read_done(struct db *db, void *arg, struct err *e)
{
	struct agreeing *k = arg;
	struct sql_erasure_count_out count;
	enum rc rc = erased_salt(db, false, k->salt, e);
	if (rc == RC_OK)
		rc = sql_erasure_count(db, k->a, &count, e);
	if (rc != RC_OK)
		return rc;
	size_t most = (size_t)count.n;
	k->known = arena_array(k->a, most, sizeof *k->known);
	k->done = arena_array(k->a, most, sizeof *k->done);
	k->n_known = 0;
	for (int64_t after = 0; rc == RC_OK && k->n_known < most;) {
		struct sql_rows *rows;
		struct sql_erasure_done_out r;
		size_t before = k->n_known;
		rc = sql_erasure_done(db, &(struct sql_erasure_done_in){ after, DONE_A_PAGE }, &rows, e);
		if (rc != RC_OK)
			return rc;
		while ((rc = sql_erasure_done_next(rows, &r, e)) == RC_OK && k->n_known < most) {
			k->known[k->n_known] = after = r.id;
			k->done[k->n_known++] = (struct erased){ .id = r.id,
								 .person = r.person,
								 .event = r.event,
								 .ground = arena_str(k->a, r.ground),
								 .why = arena_str(k->a, r.why),
								 .asked_by = r.asked_by,
								 .asked_org = r.asked_org,
								 .asked_ms = r.asked_ms,
								 .decided_by = r.decided_by,
								 .decided_org = r.decided_org,
								 .decided_ms = r.decided_ms,
								 .entries = r.entries };
		}
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
		if (before == k->n_known)
			break;
	}
	for (size_t i = 0; rc == RC_OK && i < k->n_known; i++)
		rc = read_items_of(db, &k->done[i], k->a, e);
	return rc;
}

static enum rc again_unit(struct db *db, void *arg, struct err *e)
{
	struct agreeing *k = arg;
	enum rc rc = RC_OK;
	if (!k->salt[0])
		rc = sql_setting_put(db, &(struct sql_setting_put_in){ STR("erased-salt"), str_of(k->l->salt) }, NULL,
				     e);
	return rc == RC_OK ? erase_again(k->app, db, k->x, e) : rc;
}

/* What the store has and the list does not: another server wrote its own list, or it was lost. Whoever
 * may not write there only reads; the next who may adds it. */
static void add_to_list(struct agreeing *k)
{
	struct err unsaid = { 0 };
	for (size_t i = 0; i < k->n_known; i++) {
		bool there = false;
		for (size_t j = 0; !there && j < k->l->n; j++)
			there = k->l->all[j].id == k->known[i];
		if (!there && erased_note(k->app, k->salt, &k->done[i], &unsaid) != RC_OK)
			return;
	}
}

/* Where the list stood when this store was last opened: a store that is restored under another name has none beside
 * it, and nobody thinks of the old one. */
#define LIST_PLACE "erased-list"

static enum rc read_place(struct db *db, void *arg, struct err *e)
{
	struct agreeing *k = arg;
	struct sql_setting_get_out kept;
	enum rc rc = sql_setting_get(db, &(struct sql_setting_get_in){ STR(LIST_PLACE) }, k->a, &kept, e);
	k->place = rc == RC_OK ? arena_str(k->a, kept.value) : STR("");
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc keep_place(struct db *db, void *arg, struct err *e)
{
	struct agreeing *k = arg;
	return sql_setting_put(db, &(struct sql_setting_put_in){ STR(LIST_PLACE), k->place }, NULL, e);
}

/* The same path from wherever it is asked for; empty if its folder is not there. */
static struct str whole_path(const char *path, struct arena *a)
{
	char folder[4096], whole[PATH_MAX];
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	if (!slash)
		snprintf(folder, sizeof folder, ".");
	else
		snprintf(folder, sizeof folder, "%.*s", (int)(slash - path + 1), path);
	return realpath(folder, whole) ? arena_printf(a, "%s/%s", whole, name) : STR("");
}

/* Whose list is it? Of a store that knows nothing of erasures yet its salt does not tell, but the records do. */
static enum rc is_ours(struct db *db, void *arg, struct err *e)
{
	struct agreeing *k = arg;
	enum rc rc = erased_salt(db, false, k->salt, e);
	k->ours = rc == RC_OK && k->salt[0] && strcmp(k->salt, k->l->salt) == 0;
	for (size_t i = 0; rc == RC_OK && !k->salt[0] && !k->ours && i < k->l->n; i++)
		for (size_t j = 0; rc == RC_OK && !k->ours && j < k->l->all[i].n; j++) {
			struct sql_person_get_out p;
			rc = sql_person_get(db, &(struct sql_person_get_in){ k->l->all[i].items[j].person }, k->a, &p,
					    e);
			k->ours = rc == RC_OK;
			rc = rc == RC_NOT_FOUND ? RC_OK : rc;
		}
	return rc;
}

/* All at once, and only where there is none: another program may do the same. */
static enum rc copy_list(struct agreeing *k, const char *path, struct err *e)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, ERASED_FILE_MAX);
	buf_printf(&b, HEADING " %s\n", k->l->salt);
	for (size_t i = 0; i < k->l->n; i++)
		say(&b, &k->l->all[i]);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool there = fd < 0 && errno == EEXIST;
	bool good = fd >= 0 && buf_ok(&b) && write(fd, b.p, b.n) == (ssize_t)b.n && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	if (good || there)
		return RC_OK;
	if (fd >= 0)
		unlink(path);
	return err_set(e, RC_IO,
		       "The list of what was lawfully erased, " STR_FMT ", could not be copied to %s. See that this "
		       "user may write there",
		       STR_ARG(k->place), path);
}

/* No list stands where it should: the one of the place that the store was copied from is taken over, if it is there. */
static enum rc take_over(struct agreeing *k, const char *path, struct err *e)
{
	enum rc rc = store_read(app_store(k->app), read_place, k, e);
	struct str here = whole_path(path, k->a);
	if (rc != RC_OK || str_eq(k->place, here))
		return rc;
	if (!k->l->salt[0] && k->place.n) {
		struct list none = *k->l;
		rc = read_list(k->place.p, k->l, e);
		if (rc == RC_OK)
			rc = store_read(app_store(k->app), is_ours, k, e);
		if (rc == RC_OK && k->ours)
			rc = copy_list(k, path, e);
		if (rc != RC_OK)
			return rc;
		if (!k->ours)
			*k->l = none;
	}
	k->place = here;
	struct err unsaid = { 0 }; /* whoever may only read does not keep it */
	if (here.n)
		(void)!store_write(app_store(k->app), keep_place, k, &unsaid);
	return RC_OK;
}

enum rc erased_agree(struct app *app, int64_t *again_out, struct err *e)
{
	char path[4096];
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct list l = { .a = &a };
	struct agreeing k = { .app = app, .l = &l, .a = &a };
	bool said = app_erased_path(app, path, sizeof path);
	enum rc rc = said ? read_list(path, &l, e) : RC_OK;
	if (rc == RC_OK && said)
		rc = take_over(&k, path, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), read_done, &k, e);
	if (rc == RC_OK && l.salt[0] && k.salt[0] && strcmp(l.salt, k.salt) != 0)
		rc = cannot(path, "is of another store", e);
	for (size_t i = 0; rc == RC_OK && i < l.n; i++) {
		k.x = &l.all[i];
		if (has(&k, k.x->id))
			continue;
		if ((rc = store_write(app_store(app), again_unit, &k, e)) == RC_OK)
			k.again++;
		memcpy(k.salt, l.salt, sizeof k.salt);
	}
	if (rc == RC_OK && k.again)
		rc = store_settle(app_store(app), e);
	if (rc == RC_OK && said && k.n_known)
		add_to_list(&k);
	if (rc == RC_OK)
		*again_out = k.again;
	return rc;
}

/* ---- traces ---- */

/* How many erasures there were when the file was last written anew. */
#define ANEW "erased-written-anew"

struct traces {
	struct arena *a;
	int64_t erased, gone;
};

static enum rc read_traces(struct db *db, void *arg, struct err *e)
{
	struct traces *t = arg;
	struct sql_erasure_count_out count;
	struct sql_setting_get_out kept;
	enum rc rc = sql_erasure_count(db, t->a, &count, e);
	if (rc != RC_OK)
		return rc;
	t->erased = count.n;
	t->gone = 0;
	rc = sql_setting_get(db, &(struct sql_setting_get_in){ STR(ANEW) }, t->a, &kept, e);
	if (rc == RC_OK && str_to_int(kept.value, 0, INT64_MAX, &t->gone) != RC_OK)
		t->gone = 0;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc keep_traces(struct db *db, void *arg, struct err *e)
{
	struct traces *t = arg;
	struct str n = arena_printf(t->a, "%" PRId64, t->erased);
	return sql_setting_put(db, &(struct sql_setting_put_in){ STR(ANEW), n }, NULL, e);
}

enum rc erased_trace_none(struct app *app, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct traces t = { .a = &a };
	enum rc rc = store_read(app_store(app), read_traces, &t, e);
	if (rc != RC_OK || t.erased == t.gone)
		return rc;
	if ((rc = store_write_anew(app_store(app), e)) == RC_OK)
		rc = store_write(app_store(app), keep_traces, &t, e);
	return rc;
}
