#include "work/core/fingerprint.h"

#include "base/hash.h"
#include "work/core/lean.h"

/* The sum of all rows does not depend on their order; each table begins with a number of its own. */
enum { OF_PERSON = 1, OF_EVENTS, OF_HISTORY, OF_CLOCKS, OF_CIRCLE, OF_WORK, OF_NAMES, OF_WORKERS };

static uint64_t add_text(uint64_t h, struct str s)
{
	return hash64(h, s.p, s.n); /* as verify has it, an empty text is none */
}

#define NUMBERS(table, ...) hash64((table), (const int64_t[]){ __VA_ARGS__ }, sizeof(const int64_t[]){ __VA_ARGS__ })

static uint64_t of_person(const struct sql_person_insert_in *p)
{
	const struct str texts[] = { p->ref, p->nhs_number, p->upn, p->given, p->family, p->sex, p->rules, p->inside };
	uint64_t h = NUMBERS(OF_PERSON, p->id, p->council, p->born, p->closed, p->next_change, p->clocked_on, p->home);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		h = add_text(h, texts[i]);
	return h;
}

static uint64_t of_clocks(const struct sql_open_clocks_put_in *c)
{
	return add_text(add_text(add_text(add_text(NUMBERS(OF_CLOCKS, c->born), c->body), c->given), c->family),
			c->inside);
}

static uint64_t of_circle(int64_t org, struct str reason, int64_t from, int64_t to)
{
	return add_text(NUMBERS(OF_CIRCLE, org, from, to), reason);
}

static uint64_t of_work(const struct sql_work_insert_in *w)
{
	return NUMBERS(OF_WORK, w->org, w->standard, w->opened, w->ordinal, w->turn, w->law, w->due_day, w->holder,
		       w->council, w->area, w->home);
}

static uint64_t of_name(int64_t org, struct str word)
{
	return add_text(NUMBERS(OF_NAMES, org), word);
}

/* Never the number that stands for none. */
static int64_t finish(struct app *app, uint64_t sum)
{
	uint64_t h = hash64(app_place_hash(app), made_by, strlen(made_by));
	int64_t f = (int64_t)hash64(h, &sum, sizeof sum);
	return f == SQL_NULL ? 0 : f;
}

int64_t fingerprint_of(struct app *app, const struct history *h, const struct projection *p, struct str packed)
{
	if (h->joined_to || h->n_parts || !lean_is_plain(app, h->events, h->n))
		return SQL_NULL;
	struct sql_person_insert_in person = project_person(h, p);
	struct sql_open_clocks_put_in open = project_open(h->person, p);
	uint64_t sum = of_person(&person) + add_text(OF_HISTORY, packed) +
		       of_clocks(&open) +
		       NUMBERS(OF_EVENTS, (int64_t)h->n, lean_mark(h->events, h->n));
	for (size_t i = 0; i < p->n_circle; i++)
		sum += of_circle(p->circle[i].org, p->circle[i].reason, p->circle[i].from_day, p->circle[i].to_day);
	for (size_t i = 0; i < p->n_work; i++)
		sum += of_work(&p->work[i]);
	for (size_t i = 0; i < p->n_names; i++)
		sum += of_name(p->names[i].org, p->names[i].word);
	for (size_t i = 0; i < p->n_workers; i++)
		sum += NUMBERS(OF_WORKERS, p->workers[i].account);
	return finish(app, sum);
}

/* ---- what is stored ---- */

enum { TAGS_KEPT = 16 };

struct stored {
	struct app *app;
	struct db *db;
	const int64_t *ids;
	size_t n, at;			/* at: the child whose rows are being read */
	uint64_t sum[FINGERPRINTS_MAX]; /* of its rows so far */
	int64_t told[FINGERPRINTS_MAX]; /* its fingerprint; SQL_NULL: it is not to be believed */
	bool has_clocks[FINGERPRINTS_MAX];
	struct { /* of today's rules, by council */
		int64_t council;
		char tag[RULES_TAG_MAX];
	} tags[TAGS_KEPT];
};

/* Rows come in order of their child. False: nobody asks for this one's. */
static bool is_asked(struct stored *s, int64_t person)
{
	while (s->at < s->n && s->ids[s->at] < person)
		s->at++;
	return s->at < s->n && s->ids[s->at] == person && s->told[s->at] != SQL_NULL;
}

/* What each row of a statement over these children, `row`, adds to the sum of its child. */
#define ADD_ROWS(statement, hash_of_row)                                                                               \
	do {                                                                                                           \
		struct sql_rows *rows;                                                                                 \
		struct sql_##statement##_out row;                                                                      \
		struct sql_##statement##_in in = { s->ids[0], s->ids[s->n - 1] };                                      \
		enum rc got = sql_##statement(s->db, &in, &rows, e);                                                   \
		if (got != RC_OK)                                                                                      \
			return got;                                                                                    \
		s->at = 0;                                                                                             \
		while ((got = sql_##statement##_next(rows, &row, e)) == RC_OK)                                         \
			if (is_asked(s, row.person))                                                                   \
				s->sum[s->at] += (hash_of_row);                                                        \
		db_done(rows);                                                                                         \
		if (got != RC_NOT_FOUND)                                                                               \
			return got;                                                                                    \
	} while (0)

static const char *tag_of(struct stored *s, int64_t council)
{
	size_t at = (size_t)((uint64_t)council * 0x9e3779b97f4a7c15u >> 60);
	if (!s->tags[at].tag[0] || s->tags[at].council != council) {
		day_t covered[EVIDENCE_MAX];
		app_coverage(s->app, council, KNOWN_NOW, covered);
		app_rules_tag(s->app, covered, s->tags[at].tag);
		s->tags[at].council = council;
	}
	return s->tags[at].tag;
}

/* Today's rules would be asked what they were asked then. */
static bool still_holds(struct stored *s, const struct sql_fingerprint_persons_out *p)
{
	day_t today = app_today(s->app);
	return p->joined_to == SQL_NULL && p->clocked_on != SQL_NULL && p->clocked_on <= today &&
	       p->next_change > today && str_is(p->rules, tag_of(s, p->council));
}

static uint64_t begin_with(struct stored *s, const struct sql_fingerprint_persons_out *p)
{
	const struct sql_person_insert_in same = { .id = p->person,
						   .council = p->council,
						   .ref = p->ref,
						   .nhs_number = p->nhs_number,
						   .upn = p->upn,
						   .given = p->given,
						   .family = p->family,
						   .born = p->born,
						   .sex = p->sex,
						   .next_change = p->next_change,
						   .clocked_on = p->clocked_on,
						   .rules = p->rules,
						   .closed = p->closed,
						   .home = p->home,
						   .inside = p->inside };
	if (still_holds(s, p))
		s->told[s->at] = p->fingerprint;
	return of_person(&same);
}

static enum rc read_persons(struct stored *s, bool *any_out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_fingerprint_persons_out row;
	struct sql_fingerprint_persons_in in = { s->ids[0], s->ids[s->n - 1] };
	enum rc rc = sql_fingerprint_persons(s->db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	*any_out = false;
	while ((rc = sql_fingerprint_persons_next(rows, &row, e)) == RC_OK) {
		while (s->at < s->n && s->ids[s->at] < row.person)
			s->at++;
		if (s->at == s->n || s->ids[s->at] != row.person)
			continue;
		s->sum[s->at] = begin_with(s, &row);
		*any_out |= s->told[s->at] != SQL_NULL;
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Everybody has such a row, and it costs the least to read: where all are to be made again,
 * nothing else is read in vain. */
static enum rc read_clocks(struct stored *s, bool *any_out, struct err *e)
{
	ADD_ROWS(fingerprint_clocks,
		 (s->has_clocks[s->at] = true,
		  of_clocks(&(struct sql_open_clocks_put_in){ row.person, row.body, row.given, row.family, row.born,
							      row.inside })));
	*any_out = false;
	for (size_t i = 0; i < s->n; i++) {
		if (!s->has_clocks[i])
			s->told[i] = SQL_NULL;
		*any_out |= s->told[i] != SQL_NULL;
	}
	return RC_OK;
}

static enum rc read_rows(struct stored *s, struct err *e)
{
	ADD_ROWS(fingerprint_events, NUMBERS(OF_EVENTS, row.n, row.sum));
	ADD_ROWS(fingerprint_histories, add_text(OF_HISTORY, row.body));
	ADD_ROWS(fingerprint_circle, of_circle(row.org, row.reason, row.from_day, row.to_day));
	ADD_ROWS(fingerprint_work, NUMBERS(OF_WORK, row.org, row.standard, row.opened, row.ordinal, row.turn, row.law,
					   row.due_day, row.holder, row.council, row.area, row.home));
	ADD_ROWS(fingerprint_names, of_name(row.org, row.word));
	ADD_ROWS(fingerprint_workers, NUMBERS(OF_WORKERS, row.account));
	return RC_OK;
}

enum rc fingerprint_check(struct app *app, struct db *db, const int64_t *ids, size_t n, bool *right_out, struct err *e)
{
	struct stored s = { .app = app, .db = db, .ids = ids, .n = n };
	bool any = false;
	if (n > FINGERPRINTS_MAX)
		return err_set(e, RC_INTERNAL, "Fingerprints of too many children were asked for at once");
	for (size_t i = 0; i < n; i++)
		s.told[i] = SQL_NULL;
	enum rc rc = n ? read_persons(&s, &any, e) : RC_OK;
	if (rc == RC_OK && any)
		rc = read_clocks(&s, &any, e);
	if (rc == RC_OK && any)
		rc = read_rows(&s, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		right_out[i] = s.told[i] != SQL_NULL && s.told[i] == finish(app, s.sum[i]);
	return rc;
}
