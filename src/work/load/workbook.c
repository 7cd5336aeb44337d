#include "work/load/workbook.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "work/core/write.h"

enum { TWO_HOURS_MS = 2 * 3600 * 1000, MAPPING_BYTES_MAX = MAPPING_TEXT_MAX };

struct workbook_draft {
	int64_t id, account, org, seen_ms;
	struct str name;
	int fd;
	const struct survey *survey;
	struct mapping *mapping;
	struct weekly_request list; /* if is_list: whose, of which day */
	bool is_list;
	int64_t *lines; /* heading rows by sheet of the file, as they were found or chosen */
	struct arena a;
	pthread_mutex_t lock; /* held while it is taken */
	int users;	      /* guarded by the shelf's lock */
};

struct workbook_shelf {
	pthread_mutex_t lock; /* guards what stands on it, not what is in a draft */
	struct workbook_draft *drafts[WORKBOOKS_KEPT];
	size_t n;
};

struct workbook_shelf *workbook_shelf_new(void)
{
	struct workbook_shelf *s = xcalloc(1, sizeof *s);
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

static void draft_free(struct workbook_draft *d)
{
	if (d->fd >= 0)
		close(d->fd);
	arena_release(&d->a);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

void workbook_shelf_free(struct workbook_shelf *s)
{
	for (size_t i = 0; i < s->n; i++)
		draft_free(s->drafts[i]);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* ---- looking over ---- */

static enum rc look(struct app *app, const struct viewer *v, const struct sheets_parts *p, const struct sheets_file *f,
		    const int64_t *lines, size_t n_lines, struct arena *a, struct workbook_look *out, struct err *e)
{
	const struct mapping **known;
	const struct str *councils;
	size_t n_known, n_councils = councils_served(app, v, a, &councils);
	enum rc rc = mappings_known(app, v, p, a, &known, &n_known, e);
	if (rc == RC_OK)
		rc = sheets_survey(p, f, app_today(app), known, n_known, lines, n_lines, a, &out->survey, e);
	if (rc == RC_OK)
		out->mapping = mapping_propose(p, out->survey, known, n_known, councils, n_councils, a);
	return rc;
}

enum rc workbook_look(struct app *app, const struct viewer *v, const struct sheets_parts *p, struct str name, int fd,
		      struct arena *a, struct workbook_look *out, struct err *e)
{
	struct sheets_file f = { name, fd };
	enum rc rc = require_act(v, ACT_LOAD, e);
	return rc == RC_OK ? look(app, v, p, &f, NULL, 0, a, out, e) : rc;
}

static void keep_lines(struct workbook_draft *d)
{
	d->lines = arena_array(&d->a, d->survey->n_sheets, sizeof *d->lines);
	for (size_t i = 0; i < d->survey->n_sheets; i++)
		d->lines[i] = d->survey->sheets[i].heading_line;
}

/* ---- the shelf ---- */

static void drop_at(struct workbook_shelf *s, size_t i)
{
	draft_free(s->drafts[i]);
	memmove(&s->drafts[i], &s->drafts[i + 1], (s->n - i - 1) * sizeof s->drafts[0]);
	s->n--;
}

/* Room for one more: what is old goes, then the owner's oldest, then the oldest of all. */
static bool make_room(struct workbook_shelf *s, const struct workbook_draft *d, int64_t now)
{
	size_t own = 0, oldest_own = SIZE_MAX, oldest = SIZE_MAX;
	for (size_t i = s->n; i-- > 0;)
		if (!s->drafts[i]->users && now - s->drafts[i]->seen_ms > TWO_HOURS_MS)
			drop_at(s, i);
	for (size_t i = s->n; i-- > 0;) {
		bool mine = s->drafts[i]->account == d->account && s->drafts[i]->org == d->org;
		own += mine;
		if (mine && !s->drafts[i]->users)
			oldest_own = i;
		if (!s->drafts[i]->users)
			oldest = i;
	}
	if (own >= WORKBOOKS_OF_ONE && oldest_own != SIZE_MAX)
		drop_at(s, oldest_own);
	else if (s->n == WORKBOOKS_KEPT && oldest != SIZE_MAX)
		drop_at(s, oldest);
	return s->n < WORKBOOKS_KEPT;
}

static enum rc put_on_shelf(struct workbook_shelf *s, struct workbook_draft *d, int64_t now, struct err *e)
{
	pthread_mutex_lock(&s->lock);
	bool room = make_room(s, d, now);
	if (room)
		s->drafts[s->n++] = d;
	pthread_mutex_unlock(&s->lock);
	return room ? RC_OK
		    : err_set(e, RC_BUSY, "%d workbooks are being looked at just now. Try again in a minute.",
			      WORKBOOKS_KEPT);
}

/* It shows children of a file that nobody has loaded yet: a look, and on the record. */
struct looked {
	struct app *app;
	const struct viewer *v;
};

static enum rc write_look(struct db *db, void *arg, struct err *e)
{
	const struct looked *by = arg;
	return audit(by->app, db, by->v, 0, "looked", STR("workbook"), STR("before loading"), e);
}

static enum rc drop(struct app *app, const struct viewer *v, struct str name, int fd, const struct weekly_request *list,
		    int64_t *id_out, struct err *e)
{
	struct workbook_look found = { NULL, NULL };
	struct parts_open p;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = list ? parts_open_list(app, &p, e) : parts_open(app, &p, e);
	if (rc != RC_OK)
		return rc;
	struct workbook_draft *d = xcalloc(1, sizeof *d);
	*d = (struct workbook_draft){
		.id = app_new_id(app), .account = v->account, .org = v->org, .seen_ms = app_now_ms(app), .fd = -1
	};
	arena_init(&d->a);
	pthread_mutex_init(&d->lock, NULL);
	d->name = arena_str(&d->a, name);
	if (list) {
		d->is_list = true;
		d->list = *list;
		d->list.name = d->name;
		d->list.council = arena_str(&d->a, list->council);
	}
	struct sheets_file f = { d->name, fd };
	rc = look(app, v, p.parts, &f, NULL, 0, &d->a, &found, e);
	struct looked by = { app, v };
	if (rc == RC_OK)
		rc = store_write(app_store(app), write_look, &by, e);
	if (rc == RC_OK) {
		d->survey = found.survey;
		d->mapping = mapping_copy(found.mapping, &d->a); /* nothing of it points into the parts */
		keep_lines(d);
		*id_out = d->id;
		d->fd = fd; /* before others see it: on the shelf it may be dropped at once */
		rc = put_on_shelf(app_workbooks(app), d, d->seen_ms, e);
		if (rc != RC_OK)
			d->fd = -1;
	}
	parts_close(&p);
	if (rc != RC_OK)
		draft_free(d);
	return rc;
}

enum rc workbook_drop(struct app *app, const struct viewer *v, struct str name, int fd, int64_t *id_out, struct err *e)
{
	return drop(app, v, name, fd, NULL, id_out, e);
}

enum rc workbook_drop_list(struct app *app, const struct viewer *v, const struct weekly_request *r, int64_t *id_out,
			   struct err *e)
{
	return drop(app, v, r->name, r->fd, r, id_out, e);
}

bool workbook_is_one(struct app *app, struct str name, int fd)
{
	struct tables_spec *spec;
	struct err ignored = { 0 };
	char low[100];
	size_t n = 0;
	if (sheets_is_workbook(fd) || name.n < 4 || !str_is_nocase((struct str){ name.p + name.n - 4, 4 }, ".csv"))
		return true;
	for (size_t i = 0; i < name.n - 4 && n < sizeof low; i++) {
		char c = name.p[i];
		low[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c == ' ' || c == '-' ? '_' : c);
	}
	struct str stem = { low, n };
	if (stem.n > 10 && str_is((struct str){ stem.p + stem.n - 10, 10 }, "_kept_back"))
		stem.n -= 10;
	if (str_is(stem, "about") || tables_spec_load(app_data_dir(app), app_vocab(app), &spec, &ignored) != RC_OK)
		return false;
	bool table = tables_find(spec, stem) != SIZE_MAX;
	tables_spec_free(spec);
	return !table;
}

static void leave(struct workbook_shelf *s, struct workbook_draft *d)
{
	pthread_mutex_lock(&s->lock);
	d->users--;
	pthread_mutex_unlock(&s->lock);
}

enum rc workbook_take(struct app *app, const struct viewer *v, int64_t id, struct workbook *out, struct err *e)
{
	struct workbook_shelf *s = app_workbooks(app);
	struct workbook_draft *d = NULL;
	struct parts_open p;
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc != RC_OK)
		return rc;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n; i++)
		if (s->drafts[i]->id == id && s->drafts[i]->account == v->account && s->drafts[i]->org == v->org)
			d = s->drafts[i];
	if (d) {
		d->users++;
		d->seen_ms = app_now_ms(app);
	}
	pthread_mutex_unlock(&s->lock);
	if (!d)
		return err_set(
		    e, RC_NOT_FOUND,
		    "This file is no longer here, and nothing of it was loaded: it is kept for two hours, the "
		    "last %d of yours, and only while the program runs. Drop it in again (a council’s list under "
		    "Weekly lists); a mapping that you saved is found again by itself.",
		    WORKBOOKS_OF_ONE);
	rc = d->is_list ? parts_open_list(app, &p, e) : parts_open(app, &p, e);
	if (rc != RC_OK) {
		leave(s, d);
		return rc;
	}
	pthread_mutex_lock(&d->lock);
	*out = (struct workbook){ .id = id,
				  .name = d->name,
				  .survey = d->survey,
				  .mapping = d->mapping,
				  .parts = p.parts,
				  .keep = &d->a,
				  .open = p,
				  .draft = d };
	out->shelf = s;
	out->list = d->is_list ? &d->list : NULL;
	return RC_OK;
}

void workbook_give(struct workbook *w)
{
	if (!w->draft)
		return;
	pthread_mutex_unlock(&w->draft->lock);
	leave(w->shelf, w->draft);
	parts_close(&w->open);
	w->draft = NULL;
}

/* ---- changing ---- */

static void renew(struct workbook *w, const struct survey *s, struct mapping *m)
{
	struct workbook_draft *d = w->draft;
	if (s)
		w->survey = d->survey = s;
	w->mapping = d->mapping = mapping_copy(m, &d->a);
	keep_lines(d);
}

enum rc workbook_set_heading(struct app *app, const struct viewer *v, struct workbook *w, size_t sheet, int64_t line,
			     struct err *e)
{
	struct workbook_draft *d = w->draft;
	struct sheets_file f = { d->name, d->fd };
	struct mapping *m = mapping_copy(d->mapping, &d->a);
	const struct survey *s;
	(void)v;
	if (sheet >= m->n_sheets || m->sheets[sheet].at == SIZE_MAX || line < 0)
		return err_set(e, RC_BAD_INPUT, "There is no such sheet.");
	size_t at = m->sheets[sheet].at;
	int64_t was = d->lines[at];
	d->lines[at] = line;
	enum rc rc = sheets_survey(w->parts, &f, app_today(app), NULL, 0, d->lines, d->survey->n_sheets, &d->a, &s, e);
	if (rc == RC_OK && line > 0 && s->sheets[at].heading_line != line)
		rc =
		    err_set(e, RC_BAD_INPUT,
			    "Row %" PRId64 " is empty, or too far down: the heading is looked for in the first %d rows "
			    "that hold something.",
			    line, SURVEY_HEAD);
	d->lines[at] = was;
	if (rc != RC_OK)
		return rc;
	enum rows_are rows = m->sheets[sheet].rows == ROWS_LEFT_OUT ? ROWS_CHILDREN : m->sheets[sheet].rows;
	mapping_propose_sheet(w->parts, s, m, sheet, rows, m->sheets[sheet].part, &d->a);
	renew(w, s, m);
	return RC_OK;
}

enum rc workbook_use(struct app *app, const struct viewer *v, struct workbook *w, struct str mapping, struct err *e)
{
	const struct saved_mapping *one;
	size_t n;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct mapping *m;
	enum rc rc = mappings_see(app, v, mapping, &a, &one, &n, e);
	if (rc == RC_OK)
		rc = mapping_read(w->parts, one[0].body, "the mapping", &a, &m, e);
	if (rc != RC_OK)
		return rc;
	mapping_fit(w->survey, m, &a);
	m->from = m->name;
	renew(w, NULL, m);
	return RC_OK;
}

/* ---- trying and loading ---- */

static struct str text_of(const struct workbook *w, struct arena *a)
{
	struct buf b;
	buf_init(&b, MAPPING_BYTES_MAX);
	mapping_write(w->parts, w->mapping, false, &b);
	struct str s = buf_ok(&b) ? arena_str(a, buf_view(&b)) : STR("");
	buf_release(&b);
	return s;
}

static struct load_workbook to_load(const struct workbook *w, int fd, struct arena *a)
{
	return (struct load_workbook){ w->name, fd, text_of(w, a), w->draft->lines, w->survey->n_sheets };
}

enum rc workbook_try(struct app *app, const struct viewer *v, const struct workbook *w, struct arena *a,
		     struct load_summary *out, struct err *e)
{
	struct load_workbook file = to_load(w, w->draft->fd, a);
	struct load_request r = { .workbook = &file, .name = w->name, .dry_run = true };
	return load_tables(app, v, &r, NULL, NULL, a, out, e);
}

static struct weekly_request list_request(const struct workbook *w, struct arena *a)
{
	struct weekly_request r = *w->list;
	r.fd = w->draft->fd;
	r.mapping = text_of(w, a);
	r.heading_lines = w->draft->lines;
	r.n_heading_lines = w->survey->n_sheets;
	return r;
}

enum rc workbook_try_list(struct app *app, const struct viewer *v, const struct workbook *w, struct arena *a,
			  struct weekly_page *out, struct err *e)
{
	struct weekly_request r = list_request(w, a);
	r.dry_run = true;
	return weekly_load(app, v, &r, a, out, e);
}

enum rc workbook_load_list(struct app *app, const struct viewer *v, const struct workbook *w, struct arena *a,
			   int64_t *list_out, struct err *e)
{
	struct weekly_page page;
	enum rc rc = workbook_save(app, v, w, e);
	if (rc != RC_OK)
		return rc;
	struct weekly_request r = list_request(w, a);
	rc = weekly_load(app, v, &r, a, &page, e);
	if (rc == RC_OK)
		*list_out = page.list.id;
	return rc;
}

enum rc workbook_save(struct app *app, const struct viewer *v, const struct workbook *w, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct str name;
	arena_init(&a);
	mapping_settle(w->parts, w->survey, w->mapping);
	return mappings_save(app, v, text_of(w, &a), &a, &name, e);
}

enum rc workbook_load(struct app *app, const struct viewer *v, const struct workbook *w, int64_t *load_out,
		      struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	/* Opened anew, not copied: a copy would share the place up to which it is read. */
	int fd = open(arena_printf(&a, "/proc/self/fd/%d", w->draft->fd).p, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, RC_IO, "The workbook could not be kept open. Try again.");
	struct load_workbook file = to_load(w, fd, &a);
	struct load_request r = { .workbook = &file, .name = w->name };
	enum rc rc = workbook_save(app, v, w, e);
	if (rc == RC_OK)
		rc = load_start(app, v, &r, load_out, e);
	if (rc != RC_OK)
		close(fd);
	return rc;
}
