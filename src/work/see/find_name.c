#include "work/see/find_name.h"

#include "store/sql.h"

enum { BORN_MAX = 1000, WIDTH = 24, AT_ONCE = 48, STEPS_MAX = 100, LED_MAX = 400 };
enum { ROWS_MAX = 2 * FIND_MAX }; /* a child may have several keys that fit */

static const char last_letter[] = "\xf4\x8f\xbf\xbf"; /* no letter comes after U+10FFFF */

void found_add(struct found_ids *f, int64_t id)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->ids[i] == id)
			return;
	if (f->n < FIND_MAX)
		f->ids[f->n++] = id;
}

/* A day as people type it: 1/2/2015, 2015-02-01, 01.02.2015, 01-02-2015. */
static bool is_day(struct str s, day_t *out)
{
	char t[16];
	if (s.n >= sizeof t || !s.n || s.p[0] < '0' || s.p[0] > '9')
		return false;
	if (day_parse(s, out) == RC_OK)
		return true;
	for (size_t i = 0; i < s.n; i++)
		t[i] = s.p[i] == '.' || s.p[i] == '-' ? '/' : s.p[i];
	return day_parse((struct str){ t, s.n }, out) == RC_OK;
}

void name_asked_read(struct str typed, struct arena *a, struct name_asked *out)
{
	struct name_asked q = { .born = DAY_NONE };
	for (struct str rest = typed, part; rest.n && q.n < NAME_WORDS_MAX;) {
		part = str_trim(str_cut(rest, ' ', &rest));
		if (part.n && (q.born != DAY_NONE || !is_day(part, &q.born)))
			q.n += name_words(part, a, q.words + q.n, NAME_WORDS_MAX - q.n);
	}
	*out = q;
}

/* ---- one organisation's names ---- */

struct looking {
	struct db *db;
	int64_t org;
	struct arena *a;
	struct found_ids *f;
};

/* One row of at most ROWS_MAX. */
static void row_found(struct looking *l, int64_t person, size_t *rows)
{
	found_add(l->f, person);
	l->f->more = l->f->more || ++*rows == ROWS_MAX;
}

static struct str end_of(struct looking *l, struct str begins)
{
	return arena_printf(l->a, STR_FMT "%s", STR_ARG(begins), last_letter);
}

static enum rc range(struct looking *l, struct str from, struct str upto, struct err *e)
{
	struct sql_rows *rows;
	struct sql_search_name_out row;
	size_t n = 0;
	enum rc rc = sql_search_name(l->db, &(struct sql_search_name_in){ l->org, from, upto, ROWS_MAX }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_search_name_next(rows, &row, e)) == RC_OK)
		row_found(l, row.id, &n);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc beginning(struct looking *l, struct str begins, struct err *e)
{
	return range(l, begins, end_of(l, begins), e);
}

/* The words from..to of w, `between` them. */
static struct str in_a_row(struct looking *l, const struct str *w, size_t n, const char *between)
{
	struct str s = n ? w[0] : STR("");
	for (size_t i = 1; i < n; i++)
		s = arena_printf(l->a, STR_FMT "%s" STR_FMT, STR_ARG(s), between, STR_ARG(w[i]));
	return s;
}

static struct str pair(struct looking *l, struct str x, struct str y)
{
	return arena_printf(l->a, STR_FMT " " STR_FMT, STR_ARG(x), STR_ARG(y));
}

/* The word that the fewest names begin with comes first; how many do: beyond WALK_MAX it is not counted. */
static enum rc by_count(struct looking *l, struct str *w, size_t n, int64_t *fewest_out, struct err *e)
{
	int64_t counts[NAME_WORDS_MAX] = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct sql_search_name_count_out c;
		enum rc rc = sql_search_name_count(
		    l->db, &(struct sql_search_name_count_in){ l->org, w[i], end_of(l, w[i]), WALK_MAX + 1 }, l->a, &c,
		    e);
		if (rc != RC_OK)
			return rc;
		size_t at = i;
		struct str word = w[i];
		for (; at && counts[at - 1] > c.n; at--) {
			counts[at] = counts[at - 1];
			w[at] = w[at - 1];
		}
		counts[at] = c.n;
		w[at] = word;
	}
	*fewest_out = counts[0];
	return RC_OK;
}

/* Who has the first word, which few have: each is asked for the second, and the third if there is one. */
static enum rc walked(struct looking *l, const struct str *w, size_t n, struct err *e)
{
	struct str none = STR("");
	struct sql_search_name_with_in in = { l->org,
					      w[0],
					      end_of(l, w[0]),
					      WALK_MAX,
					      w[1],
					      end_of(l, w[1]),
					      n > 2 ? w[2] : none,
					      n > 2 ? end_of(l, w[2]) : none,
					      ROWS_MAX };
	struct sql_rows *rows;
	struct sql_search_name_with_out row;
	size_t told = 0;
	enum rc rc = sql_search_name_with(l->db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_search_name_with_next(rows, &row, e)) == RC_OK)
		row_found(l, row.id, &told);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Who has a key that begins with one word and goes on with another; `third` may be empty. */
static enum rc led(struct looking *l, struct str word, struct str second, struct str third, struct err *e)
{
	struct sql_search_name_led_in in = { l->org,  word,  end_of(l, word),  STEPS_MAX, second, end_of(l, second),
					     LED_MAX, third, end_of(l, third), ROWS_MAX };
	struct sql_rows *rows;
	struct sql_search_name_led_out row;
	enum rc rc = sql_search_name_led(l->db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_search_name_led_next(rows, &row, e)) == RC_OK)
		found_add(l->f, row.id);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Children whose names have all the words, wherever. Where few have one of them, these are asked for the others.
 * Where all are common, any two that stand in one key: not everybody, for of three given names the
 * second and the third do, in none. */
static enum rc with_all(struct looking *l, const struct str *words, size_t n, struct err *e)
{
	struct str w[NAME_WORDS_MAX], none = STR("");
	int64_t fewest = 0;
	memcpy(w, words, n * sizeof *w);
	enum rc rc = by_count(l, w, n, &fewest, e);
	if (rc == RC_OK && fewest <= WALK_MAX)
		return walked(l, w, n, e);
	l->f->more = true;
	if (n > 2 && l->f->n) /* the whole name was typed */
		return RC_OK;
	size_t three = n < 3 ? n : 3;
	for (size_t i = 0; rc == RC_OK && i < three * three && l->f->n < FIND_MAX; i++) {
		size_t lead = i / three, second = i % three;
		if (lead != second)
			rc = led(l, w[lead], w[second], three == 3 ? w[3 - lead - second] : none, e);
	}
	return rc;
}

static enum rc strictly(struct looking *l, const struct str *w, size_t n, struct err *e)
{
	if (n < 2)
		return n ? beginning(l, w[0], e) : RC_OK;
	/* Given name and family name, the other way round, and a family name of several words. */
	enum rc rc = beginning(l, in_a_row(l, w, n, " "), e);
	if (rc == RC_OK)
		rc = beginning(l, pair(l, w[n - 1], in_a_row(l, w, n - 1, " ")), e);
	if (rc == RC_OK && n > 2)
		rc = beginning(l, pair(l, w[0], in_a_row(l, w + 1, n - 1, "")), e);
	if (rc == RC_OK && n > 2)
		rc = beginning(l, pair(l, w[n - 1], in_a_row(l, w, n - 1, "")), e);
	if (rc == RC_OK && l->f->n < FIND_MAX)
		rc = with_all(l, w, n, e);
	return rc;
}

/* "O Brien", "Mc Donald": two neighbours are one word. Of words as short as these that is also asked when others were
 * found, for an Olivia Brien would hide every O'Brien; of any two only when nobody was. */
static enum rc neighbours_joined(struct looking *l, const struct str *w, size_t n, struct err *e)
{
	enum rc rc = RC_OK;
	bool nobody = !l->f->n;
	for (size_t i = 0; rc == RC_OK && i + 1 < n && l->f->n < FIND_MAX; i++) {
		if (!nobody && w[i].n > PARTICLE_BYTES)
			continue;
		struct str joined[NAME_WORDS_MAX];
		size_t k = 0;
		for (size_t j = 0; j < n; j++) {
			joined[k++] = j == i ? in_a_row(l, w + i, 2, "") : w[j];
			j += j == i;
		}
		rc = strictly(l, joined, k, e);
	}
	return rc;
}

/* ---- which of many words are words of names ---- */

/* Words in their order, and of each what is known: the first name that does not come before it. */
struct asking {
	const struct str *words;
	struct str *name; /* p NULL: not known yet; empty: there is none */
	size_t n;
};

/* What is found for one word is found for all that follow it, up to the name. */
static void told(struct asking *k, size_t i, struct str name)
{
	do
		k->name[i++] = name;
	while (i < k->n && (!name.n || str_cmp(k->words[i], name) <= 0));
}

static enum rc ask(struct looking *l, struct asking *k, const size_t *which, size_t n, struct err *e)
{
	char wide[AT_ONCE * WIDTH];
	struct sql_rows *rows;
	struct sql_search_name_from_out row;
	struct sql_search_name_from_in in = { l->org, { wide, n * WIDTH }, (int64_t)n };
	memset(wide, ' ', sizeof wide);
	for (size_t i = 0; i < n; i++)
		memcpy(wide + i * WIDTH, k->words[which[i]].p, k->words[which[i]].n);
	enum rc rc = sql_search_name_from(l->db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_search_name_from_next(rows, &row, e)) == RC_OK)
		told(k, which[row.i], arena_str(l->a, row.name));
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool is_first_word(struct str w, struct str name)
{
	return name.n >= w.n && memcmp(name.p, w.p, w.n) == 0 && (name.n == w.n || name.p[w.n] == ' ');
}

/* Those of some words, in their order, that are words of names here; at most `max`. Some are asked for, far
 * apart from each other; what is found answers for their neighbours, and of the others some are asked for next.
 * So the steps into the index are as many as there are names in between, not as there are words. */
static enum rc existing(struct looking *l, const struct str *words, size_t n, struct str *out, size_t max,
			size_t *n_out, struct err *e)
{
	struct asking k = { words, arena_array(l->a, n, sizeof *k.name), n };
	size_t *open = arena_array(l->a, n, sizeof *open), left = n, kept = 0;
	enum rc rc = RC_OK;
	while (rc == RC_OK && left) {
		size_t which[AT_ONCE], asked = 0;
		left = 0;
		for (size_t i = 0; i < n; i++)
			if (!k.name[i].p)
				open[left++] = i;
		for (size_t i = 0, apart = left / AT_ONCE + 1; i < left; i += apart)
			which[asked++] = open[i];
		rc = asked ? ask(l, &k, which, asked, e) : RC_OK;
	}
	for (size_t i = 0; rc == RC_OK && i < n && kept < max; i++)
		if (is_first_word(words[i], k.name[i]))
			out[kept++] = words[i];
	*n_out = kept;
	return rc;
}

/* One slip in `word`; `other`: the other word, empty if there is none. */
static enum rc one_slip(struct looking *l, struct str word, struct str other, struct err *e)
{
	struct str *slips, here[32];
	size_t n = name_slips(word, l->a, &slips), n_here = 0;
	enum rc rc = n ? existing(l, slips, n, here, COUNT_OF(here), &n_here, e) : RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n_here; i++) {
		if (!other.n) {
			rc = range(l, here[i], arena_printf(l->a, STR_FMT "!", STR_ARG(here[i])), e);
			continue;
		}
		rc = beginning(l, pair(l, here[i], other), e);
		if (rc == RC_OK)
			rc = beginning(l, pair(l, other, here[i]), e);
	}
	return rc;
}

static enum rc begins_any(struct looking *l, struct str word, bool *out, struct err *e)
{
	struct sql_search_name_count_in in = { l->org, word, end_of(l, word), 1 };
	struct sql_search_name_count_out c;
	enum rc rc = sql_search_name_count(l->db, &in, l->a, &c, e);
	*out = rc == RC_OK && c.n;
	return rc;
}

/* A slip in the first word or in the last, as long as the other is right: where no name begins with that, nobody is
 * looked for. */
static enum rc nearly(struct looking *l, const struct str *w, size_t n, struct err *e)
{
	struct str first = w[0], last = w[n - 1];
	bool is = true;
	if (n == 1)
		return one_slip(l, first, STR(""), e);
	enum rc rc = begins_any(l, last, &is, e);
	if (rc == RC_OK && is)
		rc = one_slip(l, first, last, e);
	if (rc == RC_OK)
		rc = begins_any(l, first, &is, e);
	return rc == RC_OK && is ? one_slip(l, last, first, e) : rc;
}

static enum rc in_organisation(struct looking *l, const struct name_asked *q, bool slips, struct err *e)
{
	enum rc rc = strictly(l, q->words, q->n, e);
	if (rc == RC_OK)
		rc = neighbours_joined(l, q->words, q->n, e);
	if (rc == RC_OK && slips && l->f->n < FEW)
		rc = nearly(l, q->words, q->n, e);
	return rc;
}

/* ---- by day of birth ---- */

/* Every word is in the name, or one slip from a word of it. */
static bool fits(const struct sql_person_get_out *p, const struct name_asked *q, struct arena *a)
{
	bool fit = true;
	for (size_t i = 0; fit && i < q->n; i++)
		fit = name_fit(p->given, p->family, &q->words[i], 1, a) <= 3;
	return fit;
}

static enum rc born_then(struct app *app, struct db *db, const struct viewer *v, day_t born, int64_t *ids, size_t *n,
			 struct err *e)
{
	struct sql_rows *rows;
	enum rc rc;
	if (v->role == ROLE_OPERATOR) {
		struct sql_search_born_out row;
		if ((rc = sql_search_born(db, &(struct sql_search_born_in){ born, BORN_MAX }, &rows, e)) != RC_OK)
			return rc;
		while ((rc = sql_search_born_next(rows, &row, e)) == RC_OK && *n < BORN_MAX)
			ids[(*n)++] = row.id;
	} else {
		struct sql_search_born_of_out row;
		struct sql_search_born_of_in in = { v->org, born, app_today(app), BORN_MAX };
		if ((rc = sql_search_born_of(db, &in, &rows, e)) != RC_OK)
			return rc;
		while ((rc = sql_search_born_of_next(rows, &row, e)) == RC_OK && *n < BORN_MAX)
			ids[(*n)++] = row.id;
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc by_born(struct app *app, struct db *db, const struct viewer *v, const struct name_asked *q,
		       struct arena *a, struct found_ids *f, struct err *e)
{
	int64_t *ids = arena_array(a, BORN_MAX, sizeof *ids);
	size_t n = 0;
	enum rc rc = born_then(app, db, v, q->born, ids, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n && f->n < FIND_MAX; i++) {
		struct sql_person_get_out p;
		rc = q->n ? sql_person_get(db, &(struct sql_person_get_in){ ids[i] }, a, &p, e) : RC_OK;
		if (rc == RC_OK && (!q->n || fits(&p, q, a)))
			found_add(f, ids[i]);
	}
	return rc;
}

enum rc find_by_name(struct app *app, struct db *db, const struct viewer *v, const struct name_asked *q, bool slips,
		     struct arena *a, struct found_ids *f, struct err *e)
{
	if (q->born != DAY_NONE)
		return by_born(app, db, v, q, a, f, e);
	struct looking l = { db, v->org, a, f };
	if (!q->n)
		return RC_OK;
	if (v->role != ROLE_OPERATOR)
		return in_organisation(&l, q, slips, e);
	/* The operator: every stretch of the table. */
	struct sql_search_name_org_out next;
	enum rc rc = RC_OK;
	for (l.org = -1; rc == RC_OK; l.org = next.org) {
		rc = sql_search_name_org(db, &(struct sql_search_name_org_in){ l.org }, a, &next, e);
		if (rc != RC_OK)
			return rc == RC_NOT_FOUND ? RC_OK : rc;
		l.org = next.org;
		rc = in_organisation(&l, q, slips, e);
	}
	return rc;
}
