/* keep.c - writing a projection where it differs from the store, and comparing. */
#include "base/text.h"
#include "work/core/project.h"

struct kept { /* what the store holds now */
	struct sql_circle_of_person_out *circle;
	size_t n_circle;
	struct sql_open_clocks_get_out clocks; /* body NULL: none */
	struct sql_work_of_person_out *work;
	size_t n_work;
	struct sql_search_name_of_person_out *names;
	size_t n_names;
	struct sql_named_worker_of_person_out *workers;
	size_t n_workers;
};

/* Collects the rows of one statement, texts copied into the arena. */
#define COLLECT(call, next, type, array, count, own)                                                                   \
	do {                                                                                                           \
		struct sql_rows *rows;                                                                                 \
		type row;                                                                                              \
		size_t cap = 0;                                                                                        \
		enum rc got = call;                                                                                    \
		if (got != RC_OK)                                                                                      \
			return got;                                                                                    \
		while ((got = next(rows, &row, e)) == RC_OK) {                                                         \
			if ((count) == cap) {                                                                          \
				cap = cap ? cap * 2 : 16;                                                              \
				type *bigger = arena_array(a, cap, sizeof *bigger);                                    \
				if (count)                                                                             \
					memcpy(bigger, array, (count) * sizeof *bigger);                               \
				array = bigger;                                                                        \
			}                                                                                              \
			own;                                                                                           \
			(array)[(count)++] = row;                                                                      \
		}                                                                                                      \
		db_done(rows);                                                                                         \
		if (got != RC_NOT_FOUND)                                                                               \
			return got;                                                                                    \
	} while (0)

static enum rc read_kept(struct db *db, int64_t person, struct arena *a, struct kept *k, struct err *e)
{
	COLLECT(sql_circle_of_person(db, &(struct sql_circle_of_person_in){ person }, &rows, e),
		sql_circle_of_person_next, struct sql_circle_of_person_out, k->circle, k->n_circle,
		row.reason = arena_str(a, row.reason));
	COLLECT(sql_work_of_person(db, &(struct sql_work_of_person_in){ person }, &rows, e), sql_work_of_person_next,
		struct sql_work_of_person_out, k->work, k->n_work, (void)0);
	COLLECT(sql_search_name_of_person(db, &(struct sql_search_name_of_person_in){ person }, &rows, e),
		sql_search_name_of_person_next, struct sql_search_name_of_person_out, k->names, k->n_names,
		row.word = arena_str(a, row.word));
	COLLECT(sql_named_worker_of_person(db, &(struct sql_named_worker_of_person_in){ person }, &rows, e),
		sql_named_worker_of_person_next, struct sql_named_worker_of_person_out, k->workers, k->n_workers,
		(void)0);
	enum rc rc = sql_open_clocks_get(db, &(struct sql_open_clocks_get_in){ person }, a, &k->clocks, e);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool same_circle(const struct kept *k, const struct projection *p)
{
	bool same = k->n_circle == p->n_circle;
	for (size_t i = 0; same && i < k->n_circle; i++)
		same = k->circle[i].org == p->circle[i].org && str_eq(k->circle[i].reason, p->circle[i].reason) &&
		       k->circle[i].from_day == p->circle[i].from_day && k->circle[i].to_day == p->circle[i].to_day;
	return same;
}

static bool same_names(const struct kept *k, const struct projection *p)
{
	bool same = k->n_names == p->n_names;
	for (size_t i = 0; same && i < k->n_names; i++)
		same = k->names[i].org == p->names[i].org && str_eq(k->names[i].word, p->names[i].word);
	return same;
}

static bool same_workers(const struct kept *k, const struct projection *p)
{
	bool same = k->n_workers == p->n_workers;
	for (size_t i = 0; same && i < k->n_workers; i++)
		same = k->workers[i].account == p->workers[i].account;
	return same;
}

/* By the key of the table. */
static int by_key(const struct sql_work_of_person_out *x, const struct sql_work_insert_in *y)
{
	const int64_t p[] = { x->org, x->standard, x->opened, x->ordinal },
		      q[] = { y->org, y->standard, y->opened, y->ordinal };
	for (size_t i = 0; i < COUNT_OF(p); i++)
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	return 0;
}

static bool same_row(const struct sql_work_of_person_out *x, const struct sql_work_insert_in *y)
{
	return x->turn == y->turn && x->law == y->law && x->due_day == y->due_day && x->holder == y->holder &&
	       x->council == y->council && x->area == y->area && x->home == y->home;
}

/* What must go and what must come for the kept rows to be the projected ones; both
 * are in order of their keys. A row that changed is both. */
static void compare_work(const struct kept *k, const struct projection *p, int64_t person, struct arena *a,
			 struct project_changes *c)
{
	struct sql_work_delete_in *gone = arena_array(a, k->n_work, sizeof *gone);
	struct sql_work_insert_in *come = arena_array(a, p->n_work, sizeof *come);
	for (size_t i = 0, j = 0; i < k->n_work || j < p->n_work;) {
		const struct sql_work_of_person_out *x = i < k->n_work ? &k->work[i] : NULL;
		const struct sql_work_insert_in *y = j < p->n_work ? &p->work[j] : NULL;
		int order = !x ? 1 : !y ? -1 : by_key(x, y);
		bool changed = order != 0 || !same_row(x, y);
		if (order <= 0 && changed)
			gone[c->n_gone++] =
			    (struct sql_work_delete_in){ person, x->org, x->standard, x->opened, x->ordinal };
		if (order >= 0 && changed)
			come[c->n_come++] = *y;
		i += order <= 0;
		j += order >= 0;
	}
	c->gone = gone;
	c->come = come;
}

static struct str or_absent(struct str s)
{
	return s.n ? s : (struct str){ NULL, 0 };
}

static struct str or_empty(struct str s)
{
	return s.p ? s : STR("");
}

static int64_t born_or_null(const struct details *d)
{
	return d->born == DAY_NONE ? SQL_NULL : d->born;
}

/* Clocks, and whose they are: what a row of a worklist shows. */
static bool same_clocks(const struct kept *k, const struct projection *p)
{
	const struct sql_open_clocks_get_out *c = &k->clocks;
	return c->body.p && str_eq(c->body, p->packed) && str_eq(c->given, or_empty(p->details.given)) &&
	       str_eq(c->family, or_empty(p->details.family)) && c->born == born_or_null(&p->details) &&
	       str_eq(c->inside, p->inside);
}

static bool same_name(const struct sql_person_get_out *now, const struct details *d)
{
	return str_eq(now->given, or_empty(d->given)) && str_eq(now->family, or_empty(d->family));
}

static int64_t joined_or_null(const struct projection *p)
{
	return p->joined_to ? p->joined_to : SQL_NULL;
}

static int64_t closed_or_null(const struct projection *p)
{
	return p->closed == DAY_NONE ? SQL_NULL : p->closed;
}

static bool same_details(const struct sql_person_get_out *now, const struct projection *p)
{
	const struct details *d = &p->details;
	return same_name(now, d) && str_eq(now->nhs_number, or_absent(d->nhs_number)) &&
	       str_eq(now->upn, or_absent(d->upn)) && now->born == born_or_null(d) &&
	       str_eq(now->sex, or_empty(d->sex)) && now->joined_to == joined_or_null(p) &&
	       now->closed == closed_or_null(p) && now->home == p->home && str_eq(now->inside, p->inside);
}

struct sql_person_insert_in project_person(const struct history *h, const struct projection *p)
{
	const struct details *d = &p->details;
	return (struct sql_person_insert_in){ .id = h->person,
					      .council = h->council,
					      .ref = h->ref,
					      .nhs_number = or_absent(d->nhs_number),
					      .upn = or_absent(d->upn),
					      .given = or_empty(d->given),
					      .family = or_empty(d->family),
					      .born = born_or_null(d),
					      .sex = or_empty(d->sex),
					      .closed = closed_or_null(p),
					      .next_change = p->next_change,
					      .clocked_on = p->today,
					      .rules = str_of(p->rules),
					      .fingerprint = p->fingerprint,
					      .home = p->home,
					      .inside = p->inside };
}

struct sql_open_clocks_put_in project_open(int64_t person, const struct projection *p)
{
	const struct details *d = &p->details;
	return (struct sql_open_clocks_put_in){ person, p->packed, or_empty(d->given), or_empty(d->family),
						born_or_null(d), p->inside };
}

static enum rc insert_person(struct db *db, const struct history *h, const struct projection *p, struct err *e)
{
	struct sql_person_insert_in row = project_person(h, p);
	return sql_person_insert(db, &row, NULL, e);
}

/* Only what differs: most of these columns are in an index of their own. */
static enum rc update_person(struct db *db, int64_t person, const struct projection *p,
			     const struct sql_person_get_out *now, struct err *e)
{
	const struct details *d = &p->details;
	struct sql_person_details_in details = { .id = person,
						 .nhs_number = or_absent(d->nhs_number),
						 .upn = or_absent(d->upn),
						 .joined_to = joined_or_null(p),
						 .closed = closed_or_null(p),
						 .home = p->home,
						 .inside = p->inside,
						 .given = or_empty(d->given),
						 .family = or_empty(d->family),
						 .born = born_or_null(d),
						 .sex = or_empty(d->sex) };
	enum rc rc = same_details(now, p) ? RC_OK : sql_person_details(db, &details, NULL, e);
	if (rc != RC_OK)
		return rc;
	if (!str_is(now->rules, p->rules))
		return sql_person_ruled(
		    db,
		    &(struct sql_person_ruled_in){ person, p->next_change, p->today, str_of(p->rules), p->fingerprint },
		    NULL, e);
	if (now->next_change != p->next_change)
		return sql_person_waits(
		    db, &(struct sql_person_waits_in){ person, p->next_change, p->today, p->fingerprint }, NULL, e);
	if (now->clocked_on != p->today || now->fingerprint != p->fingerprint)
		return sql_person_clocked(db, &(struct sql_person_clocked_in){ person, p->today, p->fingerprint }, NULL,
					  e);
	return RC_OK;
}

enum rc project_compare(struct db *db, const struct projection *p, const struct sql_person_get_out *now,
			struct arena *a, struct project_changes *out, struct err *e)
{
	struct project_changes c = {
		.fresh = !now, .circle = true, .clocks = true, .names = true, .workers = true, .details = true
	};
	struct kept k = { 0 };
	if (!now) {
		c.come = p->work;
		c.n_come = p->n_work;
		*out = c;
		return RC_OK;
	}
	enum rc rc = read_kept(db, now->id, a, &k, e);
	if (rc != RC_OK)
		return rc;
	compare_work(&k, p, now->id, a, &c);
	c.now = *now;
	c.had_circle = k.n_circle > 0;
	c.circle = !same_circle(&k, p);
	c.clocks = !same_clocks(&k, p);
	c.had_names = k.n_names > 0;
	c.names = !same_names(&k, p);
	c.had_workers = k.n_workers > 0;
	c.workers = !same_workers(&k, p);
	c.details = !same_details(now, p);
	*out = c;
	return RC_OK;
}

struct str project_differs(const struct project_changes *c, struct arena *a)
{
	if (c->circle)
		return STR("the circle differs");
	if (c->n_gone || c->n_come)
		return arena_printf(a, "%zu worklist rows are stored that should not be, %zu are missing", c->n_gone,
				    c->n_come);
	return c->clocks    ? STR("the open clocks differ")
	       : c->details ? STR("the copied details differ")
	       : c->names   ? STR("the names to search by differ")
	       : c->workers ? STR("the named workers differ")
			    : STR("");
}

static enum rc write_circle(struct db *db, int64_t person, const struct projection *p, const struct project_changes *c,
			    struct err *e)
{
	enum rc rc = c->had_circle ? sql_circle_delete(db, &(struct sql_circle_delete_in){ person }, NULL, e) : RC_OK;
	return rc == RC_OK ? sql_circle_insert_each(db, p->circle, p->n_circle, e) : rc;
}

static enum rc write_names(struct db *db, int64_t person, const struct projection *p, const struct project_changes *c,
			   struct err *e)
{
	struct sql_search_name_delete_in all = { person };
	enum rc rc = c->had_names ? sql_search_name_delete(db, &all, NULL, e) : RC_OK;
	return rc == RC_OK ? sql_search_name_insert_each(db, p->names, p->n_names, e) : rc;
}

static enum rc write_workers(struct db *db, int64_t person, const struct projection *p, const struct project_changes *c,
			     struct err *e)
{
	struct sql_named_worker_delete_in all = { person };
	enum rc rc = c->had_workers ? sql_named_worker_delete(db, &all, NULL, e) : RC_OK;
	return rc == RC_OK ? sql_named_worker_insert_each(db, p->workers, p->n_workers, e) : rc;
}

enum rc project_write(struct db *db, const struct history *h, const struct projection *p,
		      const struct project_changes *c, struct err *e)
{
	int64_t person = h->person;
	enum rc rc = c->circle ? write_circle(db, person, p, c, e) : RC_OK;
	if (rc == RC_OK && c->clocks) {
		struct sql_open_clocks_put_in row = project_open(person, p);
		rc = sql_open_clocks_put(db, &row, NULL, e);
	}
	if (rc == RC_OK)
		rc = sql_work_delete_each(db, c->gone, c->n_gone, e);
	if (rc == RC_OK)
		rc = sql_work_insert_each(db, c->come, c->n_come, e);
	if (rc == RC_OK && c->names)
		rc = write_names(db, person, p, c, e);
	if (rc == RC_OK && c->workers)
		rc = write_workers(db, person, p, c, e);
	if (rc == RC_OK)
		rc = c->fresh ? insert_person(db, h, p, e) : update_person(db, person, p, &c->now, e);
	return rc;
}

enum rc project_save(struct db *db, const struct history *h, const struct projection *p, bool fresh, struct arena *a,
		     struct err *e)
{
	struct sql_person_get_out now;
	struct project_changes c;
	enum rc rc = fresh ? RC_OK : sql_person_get(db, &(struct sql_person_get_in){ h->person }, a, &now, e);
	if (rc == RC_OK)
		rc = project_compare(db, p, fresh ? NULL : &now, a, &c, e);
	return rc == RC_OK ? project_write(db, h, p, &c, e) : rc;
}
