/* find.c - a child by name, NHS number or council number, inside the viewer's circle. */
#include "base/text.h"
#include "work/core/write.h"
#include "work/see/child.h"

enum { FOUND_MAX = 100, WORDS_MAX = 3, SEARCH_MAX = 256 };

struct found {
	int64_t ids[FOUND_MAX];
	size_t n;
};

static void add(struct found *f, int64_t id)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->ids[i] == id)
			return;
	if (f->n < FOUND_MAX)
		f->ids[f->n++] = id;
}

/* The digits of an NHS number typed with blanks, or empty. */
static struct str nhs_digits(struct str s, char out[11])
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ' || s.p[i] == '-')
			continue;
		if (s.p[i] < '0' || s.p[i] > '9' || n == 10)
			return (struct str){ NULL, 0 };
		out[n++] = s.p[i];
	}
	return n == 10 ? (struct str){ out, 10 } : (struct str){ NULL, 0 };
}

static enum rc by_nhs(struct db *db, struct str number, struct found *f, struct err *e)
{
	struct sql_rows *rows;
	struct sql_search_nhs_out row;
	enum rc rc = sql_search_nhs(db, &(struct sql_search_nhs_in){ number, FOUND_MAX }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_search_nhs_next(rows, &row, e)) == RC_OK)
		add(f, row.id);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* "E10000012/E-104", or that council's number alone at any council. */
static enum rc by_ref(struct app *app, struct db *db, struct str words, struct found *f, struct err *e)
{
	struct str ref;
	struct str code = str_cut(words, '/', &ref);
	const struct organisation *orgs;
	size_t n = app_organisations(app, &orgs);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (!str_is(orgs[i].kind, "council") || (ref.p && !str_eq(orgs[i].code, code)))
			continue;
		struct sql_rows *rows;
		struct sql_search_ref_out row;
		struct sql_search_ref_in in = { ref.p ? ref : words, orgs[i].id, FOUND_MAX };
		if ((rc = sql_search_ref(db, &in, &rows, e)) != RC_OK)
			return rc;
		while ((rc = sql_search_ref_next(rows, &row, e)) == RC_OK)
			add(f, row.id);
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	return rc;
}

/* The words typed, folded; the longest first, because it fits the fewest. */
struct words {
	struct str from[WORDS_MAX], upto[WORDS_MAX];
	struct arena a;
	size_t n;
};

static int longest_first(const void *x, const void *y)
{
	const struct str *a = x, *b = y;
	return (a->n < b->n) - (a->n > b->n);
}

static void words_of(struct str typed, struct words *w)
{
	static const char last[] = "\xf4\x8f\xbf\xbf"; /* no letter comes after U+10FFFF */
	struct buf b AUTO(buf_release);
	struct str all[SEARCH_MAX / 2];
	size_t n = 0;
	buf_init(&b, SEARCH_MAX);
	text_fold(&b, typed);
	for (struct str rest = arena_str(&w->a, buf_view(&b)), word; rest.n && n < COUNT_OF(all);) {
		word = str_cut(rest, ' ', &rest);
		if (word.n)
			all[n++] = word;
	}
	if (n)
		qsort(all, n, sizeof *all, longest_first);
	w->n = n < WORDS_MAX ? n : WORDS_MAX;
	for (size_t i = 0; i < WORDS_MAX; i++) {
		w->from[i] = i < w->n ? all[i] : STR("");
		w->upto[i] = i < w->n ? arena_printf(&w->a, STR_FMT "%s", STR_ARG(all[i]), last) : STR("");
	}
}

/* Children whose name has a word beginning with each of the words typed. */
static enum rc by_name(struct app *app, struct db *db, const struct viewer *v, struct str typed, struct found *f,
		       struct err *e)
{
	struct words w;
	struct sql_rows *rows;
	enum rc rc = RC_OK;
	arena_init(&w.a);
	words_of(typed, &w);
	if (w.n && v->role == ROLE_OPERATOR) {
		struct sql_search_word_all_out row;
		struct sql_search_word_all_in in = { w.from[0], w.upto[0], w.from[1], w.upto[1],
						     w.from[2], w.upto[2], FOUND_MAX };
		if ((rc = sql_search_word_all(db, &in, &rows, e)) == RC_OK) {
			while ((rc = sql_search_word_all_next(rows, &row, e)) == RC_OK)
				add(f, row.id);
			db_done(rows);
		}
	} else if (w.n) {
		struct sql_search_word_out row;
		struct sql_search_word_in in = { v->org,    app_today(app), w.from[0], w.upto[0], w.from[1],
						 w.upto[1], w.from[2],	    w.upto[2], FOUND_MAX };
		if ((rc = sql_search_word(db, &in, &rows, e)) == RC_OK) {
			while ((rc = sql_search_word_next(rows, &row, e)) == RC_OK)
				add(f, row.id);
			db_done(rows);
		}
	}
	arena_release(&w.a);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Records of one child that were joined are found as one. */
static enum rc to_main(struct db *db, struct found *f, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct found once = { .n = 0 };
	arena_init(&a);
	for (size_t i = 0; i < f->n; i++) {
		struct sql_person_main_out p;
		enum rc rc = sql_person_main(db, &(struct sql_person_main_in){ f->ids[i] }, &a, &p, e);
		if (rc == RC_OK)
			add(&once, p.main);
		else if (rc != RC_NOT_FOUND)
			return rc;
	}
	*f = once;
	return RC_OK;
}

/* Only who is in the circle. Asked after each way of looking: a record of others must not keep the next
 * way from being tried. */
static enum rc keep_own(struct app *app, struct db *db, const struct viewer *v, struct found *f, struct err *e)
{
	size_t kept = 0;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < f->n; i++) {
		if ((rc = circle_check(app, db, v, f->ids[i], e)) == RC_OK)
			f->ids[kept++] = f->ids[i];
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	f->n = kept;
	return rc;
}

static enum rc look_up(struct app *app, struct db *db, const struct viewer *v, struct str words, struct found *f,
		       struct err *e)
{
	char digits[11];
	struct str number = nhs_digits(words, digits);
	enum rc rc = number.n ? by_nhs(db, number, f, e) : RC_OK;
	if (rc == RC_OK)
		rc = keep_own(app, db, v, f, e);
	if (rc == RC_OK && !f->n && (rc = by_ref(app, db, words, f, e)) == RC_OK)
		rc = keep_own(app, db, v, f, e);
	if (rc == RC_OK && !f->n && !number.n && (rc = by_name(app, db, v, words, f, e)) == RC_OK)
		rc = keep_own(app, db, v, f, e);
	return rc == RC_OK ? to_main(db, f, e) : rc;
}

struct searching {
	struct app *app;
	const struct viewer *v;
	struct str words;
	size_t limit;
	struct arena *a;
	struct child_found *out;
	size_t n;
	int64_t person;
};

static enum rc search_unit(struct db *db, void *arg, struct err *e)
{
	struct searching *s = arg;
	struct found f = { .n = 0 };
	enum rc rc = look_up(s->app, db, s->v, s->words, &f, e);
	s->out = arena_array(s->a, f.n, sizeof *s->out);
	s->n = 0;
	for (size_t i = 0; rc == RC_OK && i < f.n && s->n < s->limit; i++) {
		struct sql_person_get_out p;
		if ((rc = sql_person_get(db, &(struct sql_person_get_in){ f.ids[i] }, s->a, &p, e)) != RC_OK)
			return rc;
		s->out[s->n++] = (struct child_found){ .person = p.id,
						       .given = p.given,
						       .family = p.family,
						       .ref = p.ref,
						       .nhs_number = p.nhs_number,
						       .born = p.born == SQL_NULL ? DAY_NONE : (day_t)p.born,
						       .council = app_organisation(s->app, p.council) };
	}
	return rc;
}

static enum rc audit_search(struct db *db, void *arg, struct err *e)
{
	struct searching *s = arg;
	return audit(s->app, db, s->v, 0, "searched", STR("children"), STR("ordinary work"), e);
}

static int by_family(const void *x, const void *y)
{
	const struct child_found *a = x, *b = y;
	int c = str_cmp(a->family, b->family);
	c = c ? c : str_cmp(a->given, b->given);
	return c ? c : (a->person > b->person) - (a->person < b->person);
}

enum rc child_search(struct app *app, const struct viewer *v, struct str words, size_t limit, struct arena *a,
		     const struct child_found **out, size_t *n_out, struct err *e)
{
	struct searching s = { .app = app, .v = v, .words = str_trim(words), .limit = limit, .a = a };
	enum rc rc = require_act(v, ACT_SEE_CHILD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), search_unit, &s, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), audit_search, &s, e);
	if (rc != RC_OK)
		return rc;
	if (s.n)
		qsort(s.out, s.n, sizeof *s.out, by_family);
	*out = s.out;
	*n_out = s.n;
	return RC_OK;
}

static enum rc find_unit(struct db *db, void *arg, struct err *e)
{
	struct searching *s = arg;
	if (id_parse(s->words, &s->person) == RC_OK && circle_check(s->app, db, s->v, s->person, e) == RC_OK) {
		struct sql_person_get_out p;
		if (sql_person_get(db, &(struct sql_person_get_in){ s->person }, s->a, &p, e) == RC_OK) {
			s->person = p.joined_to == SQL_NULL ? s->person : p.joined_to;
			return RC_OK;
		}
	}
	struct found f = { .n = 0 };
	enum rc rc = look_up(s->app, db, s->v, s->words, &f, e);
	if (rc != RC_OK)
		return rc;
	if (f.n == 0)
		return err_set(e, RC_NOT_FOUND,
			       "There is no such child here. Give an NHS number, a council code and number such as "
			       "E10000012/E-104, or a name.");
	if (f.n > 1)
		return err_set(
		    e, RC_BAD_INPUT,
		    "%zu children fit. Give an NHS number, or a council code and number such as E10000012/E-104.", f.n);
	s->person = f.ids[0];
	return RC_OK;
}

enum rc child_find(struct app *app, const struct viewer *v, struct str name, int64_t *person_out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct searching s = { .app = app, .v = v, .words = str_trim(name), .a = &a };
	enum rc rc = require_act(v, ACT_SEE_CHILD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), find_unit, &s, e);
	if (rc == RC_OK)
		*person_out = s.person;
	return rc;
}
