/* find.c - a child by name, day of birth, NHS number or council number, inside the viewer's circle. */
#include "base/text.h"
#include "work/core/inside.h"
#include "work/core/shared.h"
#include "work/core/write.h"
#include "work/see/child.h"
#include "work/see/find_name.h"
#include "work/see/number.h"

bool nhs_number_mistyped(struct str words)
{
	char digits[NHS_NUMBER_DIGITS];
	return nhs_typed(words, digits).n && !nhs_number_ok(digits);
}

static enum rc by_nhs(struct db *db, struct str number, struct found_ids *f, struct err *e)
{
	int64_t ids[FIND_MAX];
	struct numbered those = { ids, 0, COUNT_OF(ids) };
	enum rc rc = numbered_nhs(db, number, &those, e);
	for (size_t i = 0; rc == RC_OK && i < those.n; i++)
		found_add(f, ids[i]);
	return rc;
}

enum { REF_MAX = 1000 }; /* more than there are councils; a council has a number once */

/* Who is in the circle. */
static enum rc by_ref_as(struct app *app, struct db *db, const struct viewer *v, struct str words, bool exact,
			 struct arena *a, struct found_ids *f, struct err *e)
{
	int64_t ids[REF_MAX];
	struct numbered those = { ids, 0, COUNT_OF(ids) };
	enum rc rc = numbered_ref(app, db, words, exact, a, &those, e);
	for (size_t i = 0; rc == RC_OK && i < those.n; i++) {
		if ((rc = circle_check(app, db, v, ids[i], e)) == RC_OK)
			found_add(f, ids[i]);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	return rc;
}

/* As it was typed; then whatever the capitals, which people do not type as councils write them. */
static enum rc by_ref(struct app *app, struct db *db, const struct viewer *v, struct str words, struct arena *a,
		      struct found_ids *f, struct err *e)
{
	enum rc rc = by_ref_as(app, db, v, words, true, a, f, e);
	return rc == RC_OK && !f->n ? by_ref_as(app, db, v, words, false, a, f, e) : rc;
}

/* Records of one child that were joined are found as one. */
static enum rc to_main(struct db *db, struct found_ids *f, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct found_ids once = { .more = f->more };
	arena_init(&a);
	for (size_t i = 0; i < f->n; i++) {
		struct sql_person_main_out p;
		enum rc rc = sql_person_main(db, &(struct sql_person_main_in){ f->ids[i] }, &a, &p, e);
		if (rc == RC_OK)
			found_add(&once, p.main);
		else if (rc != RC_NOT_FOUND)
			return rc;
	}
	*f = once;
	return RC_OK;
}

/* Which of them the circle holds: asked of all at once. Of whom this does not know it keep_own asks again. */
static enum rc held(struct app *app, struct db *db, const struct viewer *v, const struct found_ids *f, struct arena *a,
		    bool *yes, struct err *e)
{
	struct sql_rows *rows;
	struct sql_circle_inside_each_out row;
	struct sql_circle_inside_each_in in = { ids_text(f->ids, f->n, a), (int64_t)f->n, v->org, app_today(app) };
	if (!f->n || v->role == ROLE_OPERATOR)
		return RC_OK;
	enum rc rc = sql_circle_inside_each(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_circle_inside_each_next(rows, &row, e)) == RC_OK)
		yes[row.i] = inside_holds(row.inside, v->org, app_today(app));
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Only who is in the circle, or was given sight of. Asked after each way of looking: a record of others must
 * not keep the next way from being tried. */
static enum rc keep_own(struct app *app, struct db *db, const struct viewer *v, struct arena *a, struct found_ids *f,
			struct err *e)
{
	bool yes[FIND_MAX] = { false };
	size_t kept = 0;
	enum rc rc = held(app, db, v, f, a, yes, e);
	for (size_t i = 0; rc == RC_OK && i < f->n; i++) {
		/* Of whom not even the name is shared, circle_check knows too. */
		bool told = yes[i] && !(v->withheld & data_bit(DATA_IDENTITY));
		rc = told ? RC_OK : circle_check(app, db, v, f->ids[i], e);
		if (rc == RC_OK)
			f->ids[kept++] = f->ids[i];
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	f->n = kept;
	return rc;
}

/* `slips`: also names with a slip in them. *names_out: the words of a name that were typed. */
static enum rc look_up(struct app *app, struct db *db, const struct viewer *v, struct str words, bool slips,
		       struct arena *a, struct found_ids *f, struct name_asked *names_out, struct err *e)
{
	char digits[NHS_NUMBER_DIGITS];
	struct str number = nhs_typed(words, digits);
	struct name_asked q = { .born = DAY_NONE };
	enum rc rc = number.n ? by_nhs(db, number, f, e) : RC_OK;
	if (rc == RC_OK)
		rc = keep_own(app, db, v, a, f, e);
	if (rc == RC_OK && !f->n)
		rc = by_ref(app, db, v, words, a, f, e);
	bool by_number = f->n || number.n;
	if (rc == RC_OK && !by_number) {
		name_asked_read(words, a, &q);
		if ((rc = find_by_name(app, db, v, &q, slips, a, f, e)) == RC_OK)
			rc = keep_own(app, db, v, a, f, e);
	}
	*names_out = q;
	/* Names lead to the main record already. */
	return rc == RC_OK && (by_number || q.born != DAY_NONE) ? to_main(db, f, e) : rc;
}

struct searching {
	struct app *app;
	const struct viewer *v;
	struct str words;
	size_t limit;
	struct arena *a;
	struct child_found *out;
	size_t n;
	bool more;
	int64_t person;
};

struct ranked {
	struct child_found child;
	int fit;
};

/* Who fits best comes first; then by family name. */
static int by_fit(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;
	if (a->fit != b->fit)
		return a->fit - b->fit;
	int c = str_cmp(a->child.family, b->child.family);
	c = c ? c : str_cmp(a->child.given, b->child.given);
	return c ? c : (a->child.person > b->child.person) - (a->child.person < b->child.person);
}

static enum rc read_found(struct searching *s, struct db *db, const struct found_ids *f, const struct name_asked *q,
			  struct ranked *all, size_t *n, struct err *e)
{
	struct sql_rows *rows;
	struct sql_search_shown_out p;
	enum rc rc = sql_search_shown(db, &(struct sql_search_shown_in){ ids_text(f->ids, f->n, s->a), (int64_t)f->n },
				      &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_search_shown_next(rows, &p, e)) == RC_OK) {
		struct ranked *r = &all[(*n)++];
		r->child = (struct child_found){ .person = p.id,
						 .given = arena_str(s->a, p.given),
						 .family = arena_str(s->a, p.family),
						 .ref = arena_str(s->a, p.ref),
						 .nhs_number = arena_str(s->a, p.nhs_number),
						 .born = p.born == SQL_NULL ? DAY_NONE : (day_t)p.born,
						 .council = app_organisation(s->app, p.council) };
		r->fit = name_fit(r->child.given, r->child.family, q->words, q->n, s->a);
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc search_unit(struct db *db, void *arg, struct err *e)
{
	struct searching *s = arg;
	struct found_ids f = { .n = 0 };
	struct name_asked q;
	size_t n = 0;
	enum rc rc = look_up(s->app, db, s->v, s->words, true, s->a, &f, &q, e);
	struct ranked *all = arena_array(s->a, f.n + 1, sizeof *all);
	if (rc == RC_OK && f.n)
		rc = read_found(s, db, &f, &q, all, &n, e);
	if (rc != RC_OK)
		return rc;
	if (n)
		qsort(all, n, sizeof *all, by_fit);
	s->n = n < s->limit ? n : s->limit;
	s->more = f.more || f.n == FIND_MAX || n > s->limit;
	s->out = arena_array(s->a, s->n + 1, sizeof *s->out);
	for (size_t i = 0; i < s->n; i++)
		s->out[i] = all[i].child;
	return RC_OK;
}

static enum rc audit_search(struct db *db, void *arg, struct err *e)
{
	struct searching *s = arg;
	return audit(s->app, db, s->v, 0, "searched", STR("children"), STR("ordinary work"), e);
}

enum rc child_search(struct app *app, const struct viewer *v, struct str words, size_t limit, struct arena *a,
		     const struct child_found **out, size_t *n_out, bool *more_out, struct err *e)
{
	struct searching s = { .app = app, .v = v, .words = str_trim(words), .limit = limit, .a = a };
	enum rc rc = require_act(v, ACT_SEE_CHILD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), search_unit, &s, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), audit_search, &s, e);
	if (rc != RC_OK)
		return rc;
	*out = s.out;
	*n_out = s.n;
	if (more_out)
		*more_out = s.more;
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
	struct found_ids f = { .n = 0 };
	struct name_asked q;
	/* A slip is for somebody to look at, not to be taken for the child that was meant. */
	enum rc rc = look_up(s->app, db, s->v, s->words, false, s->a, &f, &q, e);
	if (rc != RC_OK)
		return rc;
	if (f.n == 0 && !f.more)
		return err_set(e, RC_NOT_FOUND,
			       "There is no such child here. Give an NHS number, a council code and number such as "
			       "E10000012/E-104, or a name.");
	if (f.more)
		return err_set(e, RC_BAD_INPUT,
			       "So many have names like this that not all could be looked at. Give an NHS number, or a "
			       "council code and number such as E10000012/E-104.");
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
