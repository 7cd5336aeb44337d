/* keep.c - writing a projection where it differs from the store, and comparing. */
#include "base/text.h"
#include "work/core/project.h"

struct kept { /* what the store holds now */
	struct sql_circle_of_person_out *circle;
	size_t n_circle;
	struct sql_clock_of_person_out *clocks;
	size_t n_clocks;
	struct sql_work_of_person_out *work;
	size_t n_work;
	struct sql_person_get_out person;
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
	COLLECT(sql_clock_of_person(db, &(struct sql_clock_of_person_in){ person }, &rows, e), sql_clock_of_person_next,
		struct sql_clock_of_person_out, k->clocks, k->n_clocks,
		(row.standard = arena_str(a, row.standard), row.reason = arena_str(a, row.reason),
		 row.why = arena_str(a, row.why)));
	COLLECT(sql_work_of_person(db, &(struct sql_work_of_person_in){ person }, &rows, e), sql_work_of_person_next,
		struct sql_work_of_person_out, k->work, k->n_work, row.standard = arena_str(a, row.standard));
	return sql_person_get(db, &(struct sql_person_get_in){ person }, a, &k->person, e);
}

static bool same_circle(const struct kept *k, const struct projection *p)
{
	bool same = k->n_circle == p->n_circle;
	for (size_t i = 0; same && i < k->n_circle; i++)
		same = k->circle[i].org == p->circle[i].org && str_eq(k->circle[i].reason, p->circle[i].reason) &&
		       k->circle[i].from_day == p->circle[i].from_day && k->circle[i].to_day == p->circle[i].to_day;
	return same;
}

static bool same_clock(const struct sql_clock_of_person_out *k, const struct sql_clock_insert_in *c)
{
	return str_eq(k->standard, c->standard) && k->opened == c->opened && k->ordinal == c->ordinal &&
	       k->edition == c->edition && k->state == c->state && k->holder == c->holder &&
	       k->holder_org == c->holder_org && str_eq(k->reason, c->reason) && k->start_day == c->start_day &&
	       k->due_day == c->due_day && k->done_day == c->done_day && k->holder_since == c->holder_since &&
	       k->holder_due == c->holder_due && k->next_change == c->next_change && str_eq(k->why, c->why) &&
	       k->asks == c->asks;
}

static bool same_clocks(const struct kept *k, const struct projection *p)
{
	bool same = k->n_clocks == p->n_clocks;
	for (size_t i = 0; same && i < k->n_clocks; i++)
		same = same_clock(&k->clocks[i], &p->clocks[i]);
	return same;
}

static bool same_work(const struct kept *k, const struct projection *p)
{
	bool same = k->n_work == p->n_work;
	for (size_t i = 0; same && i < k->n_work; i++) {
		const struct sql_work_of_person_out *x = &k->work[i];
		const struct sql_work_insert_in *y = &p->work[i];
		same = x->org == y->org && x->turn == y->turn && x->law == y->law && x->due_day == y->due_day &&
		       str_eq(x->standard, y->standard) && x->opened == y->opened && x->ordinal == y->ordinal &&
		       x->holder == y->holder && x->council == y->council && x->area == y->area;
	}
	return same;
}

/* The words of a name, folded: what search looks up by beginnings. Sorted, each once. */
enum { NAME_WORDS_MAX = 16 };

static int by_word(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static size_t words_of(const struct details *d, struct arena *a, struct str words[NAME_WORDS_MAX])
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 1024);
	text_fold(&b, d->given);
	buf_putc(&b, ' ');
	text_fold(&b, d->family);
	size_t n = 0, kept = 0;
	for (struct str rest = arena_str(a, buf_view(&b)), word; rest.n && n < NAME_WORDS_MAX;) {
		word = str_cut(rest, ' ', &rest);
		if (word.n)
			words[n++] = word;
	}
	if (n)
		qsort(words, n, sizeof *words, by_word);
	for (size_t i = 0; i < n; i++)
		if (!kept || !str_eq(words[kept - 1], words[i]))
			words[kept++] = words[i];
	return kept;
}

static enum rc same_words(struct db *db, int64_t person, const struct details *d, struct arena *a, bool *same_out,
			  struct err *e)
{
	struct str words[NAME_WORDS_MAX];
	size_t n = words_of(d, a, words), i = 0;
	struct sql_rows *rows;
	struct sql_person_word_of_person_out row;
	bool same = true;
	enum rc rc = sql_person_word_of_person(db, &(struct sql_person_word_of_person_in){ person }, &rows, e);
	if (rc != RC_OK)
		return rc;
	for (; (rc = sql_person_word_of_person_next(rows, &row, e)) == RC_OK; i++)
		same = same && i < n && str_eq(row.word, words[i]);
	db_done(rows);
	*same_out = same && i == n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc save_words(struct db *db, int64_t person, const struct details *d, struct arena *a, struct err *e)
{
	struct str words[NAME_WORDS_MAX];
	struct sql_person_word_insert_in rows[NAME_WORDS_MAX];
	size_t n = words_of(d, a, words);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct sql_person_word_insert_in){ words[i], person };
	return sql_person_word_insert_each(db, rows, n, e);
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

static bool same_name(const struct sql_person_get_out *now, const struct details *d)
{
	return str_eq(now->given, or_empty(d->given)) && str_eq(now->family, or_empty(d->family));
}

static bool same_details(const struct sql_person_get_out *now, const struct details *d)
{
	return same_name(now, d) && str_eq(now->nhs_number, or_absent(d->nhs_number)) && now->born == born_or_null(d) &&
	       str_eq(now->sex, or_empty(d->sex));
}

static enum rc insert_person(struct db *db, const struct history *h, const struct projection *p, struct err *e)
{
	const struct details *d = &p->details;
	struct sql_person_insert_in row = { .id = h->person,
					    .council = h->council,
					    .ref = h->ref,
					    .nhs_number = or_absent(d->nhs_number),
					    .given = or_empty(d->given),
					    .family = or_empty(d->family),
					    .born = born_or_null(d),
					    .sex = or_empty(d->sex),
					    .next_change = p->next_change,
					    .clocked_on = p->today,
					    .rules = str_of(p->rules) };
	return sql_person_insert(db, &row, NULL, e);
}

static enum rc update_person(struct db *db, int64_t person, const struct projection *p, struct err *e)
{
	const struct details *d = &p->details;
	struct sql_person_update_in row = { .id = person,
					    .nhs_number = or_absent(d->nhs_number),
					    .given = or_empty(d->given),
					    .family = or_empty(d->family),
					    .born = born_or_null(d),
					    .sex = or_empty(d->sex),
					    .next_change = p->next_change,
					    .clocked_on = p->today,
					    .rules = str_of(p->rules) };
	return sql_person_update(db, &row, NULL, e);
}

/* A write knows that the words follow the name; a rebuild looks. */
static enum rc save_name(struct db *db, int64_t person, const struct projection *p, const struct kept *k, bool fresh,
			 bool look, struct arena *a, bool *renamed_out, struct err *e)
{
	bool same = !fresh && same_name(&k->person, &p->details);
	enum rc rc = RC_OK;
	if (same && look)
		rc = same_words(db, person, &p->details, a, &same, e);
	if (rc == RC_OK && !same && !fresh)
		rc = sql_person_word_delete(db, &(struct sql_person_word_delete_in){ person }, NULL, e);
	if (rc == RC_OK && !same)
		rc = save_words(db, person, &p->details, a, e);
	*renamed_out = !same;
	return rc;
}

enum rc project_save(struct db *db, const struct history *h, const struct projection *p, bool fresh, struct arena *a,
		     bool *changed_out, struct err *e)
{
	int64_t person = h->person;
	struct kept k = { 0 };
	enum rc rc = fresh ? RC_OK : read_kept(db, person, a, &k, e);
	if (rc != RC_OK)
		return rc;
	bool circle = same_circle(&k, p), clocks = same_clocks(&k, p), work = same_work(&k, p), renamed = false;
	if (!circle && k.n_circle)
		rc = sql_circle_delete(db, &(struct sql_circle_delete_in){ person }, NULL, e);
	if (rc == RC_OK && !circle)
		rc = sql_circle_insert_each(db, p->circle, p->n_circle, e);
	if (rc == RC_OK && !clocks && k.n_clocks)
		rc = sql_clock_delete(db, &(struct sql_clock_delete_in){ person }, NULL, e);
	if (rc == RC_OK && !clocks)
		rc = sql_clock_insert_each(db, p->clocks, p->n_clocks, e);
	if (rc == RC_OK && !work && k.n_work)
		rc = sql_work_delete(db, &(struct sql_work_delete_in){ person }, NULL, e);
	if (rc == RC_OK && !work)
		rc = sql_work_insert_each(db, p->work, p->n_work, e);
	if (rc == RC_OK)
		rc = save_name(db, person, p, &k, fresh, changed_out != NULL, a, &renamed, e);
	if (rc == RC_OK)
		rc = fresh ? insert_person(db, h, p, e) : update_person(db, person, p, e);
	if (rc == RC_OK && changed_out)
		*changed_out = !circle || !clocks || !work || renamed || !same_details(&k.person, &p->details);
	return rc;
}

enum rc project_equal(struct db *db, int64_t person, const struct projection *p, struct arena *a, bool *equal_out,
		      struct str *words_out, struct err *e)
{
	struct kept k = { 0 };
	bool searched = true;
	enum rc rc = read_kept(db, person, a, &k, e);
	if (rc == RC_OK)
		rc = same_words(db, person, &p->details, a, &searched, e);
	if (rc != RC_OK)
		return rc;
	struct str words = { NULL, 0 };
	if (!same_circle(&k, p))
		words = STR("the circle differs");
	else if (!same_work(&k, p))
		words = STR("the worklist rows differ");
	else if (k.n_clocks != p->n_clocks)
		words = arena_printf(a, "%zu clocks are stored, %zu follow from the record", k.n_clocks, p->n_clocks);
	else if (!same_details(&k.person, &p->details))
		words = STR("the copied details differ");
	else if (!searched)
		words = STR("the words to search by differ");
	for (size_t i = 0; !words.n && i < k.n_clocks; i++)
		if (!same_clock(&k.clocks[i], &p->clocks[i]))
			words = arena_printf(a, "clock " STR_FMT " differs", STR_ARG(p->clocks[i].standard));
	*equal_out = words.n == 0;
	*words_out = words;
	return RC_OK;
}
