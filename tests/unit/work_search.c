/* Children by their names: what is found through the index, by its gaps and by stepping from name to name, is what
 * a search finds that compares every name; and what is said where not everybody can be looked at. */
#include "work/help.h"

#include "work/core/names.h"
#include "work/see/find_name.h"

enum { KIDS_MAX = 100, WORDS_MAX = 400, TYPED_MAX = 3 };

/* The first and the last of the index, words that begin others, one letter apart, accents, signs, parts. */
static const struct {
	const char *given, *family;
} born[] = {
	{ "Aab", "Aabye" },
	{ "Aaba", "Zzzz" },
	{ "Zzyx", "Zzzz" },
	{ "Kim", "Zymark" },
	{ "Kimber", "Kim" },
	{ "Kimberley", "Kimber" },
	{ "Kimberly", "Stone" },
	{ "Jos\u00e9", "O'Brien" },
	{ "Jose", "Obrian" },
	{ "Josef", "O\u2019Brian" },
	{ "Joseph", "Brien" },
	{ "Olive", "Brien" },
	{ "Ana Maria", "L\u00f3pez-Garc\u00eda" },
	{ "Anna", "Lopes" },
	{ "Maria", "Garcia" },
	{ "Mia", "van der Berg" },
	{ "Mai", "Vandenberg" },
	{ "\u00c9lo\u00efse", "Ferry" },
	{ "Eloise", "Fery" },
	{ "Elise", "Fern" },
	{ "Louis", "Ferris" },
	{ "Lewis", "Harris" },
	{ "\u0141ukasz", "Linden" },
	{ "Lukas", "Lindon" },
	{ "Lucas", "Lynden" },
	{ "\u041e\u043b\u044f", "Zzyn" },
	{ "Ali", "Ali" },
	{ "Al", "Ally" },
	{ "Ally", "Al" },
	{ "Billy", "Biley" },
	{ "Bily", "Billey" },
	{ "Robin", "Alder" },
	{ "Robin", "Alder" },
	{ "Robyn", "Alder" },
	{ "Roobin", "Alders" },
	{ "Robin", "Alderfield" },
	{ "Mary-Ann", "Smith Jones" },
	{ "Ann Mary", "Jones-Smith" },
	{ "Mary", "Jones" },
	{ "Siân", "Ó Starling" },
	{ "Sian", "Starling" },
};

struct kid {
	struct str keys[NAME_KEYS_MAX];
	size_t n;
};
static struct kid kids[KIDS_MAX];
static struct str words[WORDS_MAX]; /* first words of keys, each once */
static size_t n_words;

static int named(void **state)
{
	err_clear(&err);
	if (!begin_as("named")) {
		struct buf b AUTO(buf_release);
		fresh(state);
		buf_init(&b, 1 << 16);
		buf_puts(&b, CHILDREN);
		for (size_t i = 0; i < COUNT_OF(born); i++)
			buf_printf(&b, "Essex,N-%zu,,%s,%s,05/06/2011,M,,,\n", i, born[i].given, born[i].family);
		file("children.csv", b.p);
		load();
		keep_as("named");
	}
	arena_reset(&arena);
	n_words = 0;
	for (size_t i = 0; i < COUNT_OF(born); i++) {
		kids[i].n = name_keys(str_of(born[i].given), str_of(born[i].family), &arena, kids[i].keys);
		for (size_t k = 0; k < kids[i].n; k++) {
			struct str rest, word = str_cut(kids[i].keys[k], ' ', &rest);
			bool seen = false;
			for (size_t w = 0; w < n_words && !seen; w++)
				seen = str_eq(words[w], word);
			if (!seen)
				words[n_words++] = word;
		}
	}
	return 0;
}

/* ---- every name compared ---- */

static bool begins(const struct kid *k, struct str s)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->keys[i].n >= s.n && memcmp(k->keys[i].p, s.p, s.n) == 0)
			return true;
	return false;
}

static struct str joined(struct str x, const char *between, struct str y)
{
	return arena_printf(&arena, STR_FMT "%s" STR_FMT, STR_ARG(x), between, STR_ARG(y));
}

/* Letters put in, left out, changed, or swapped with their neighbour, to make one of the other. */
static int edits(struct str x, struct str y)
{
	int d[64][64];
	assert_true(x.n < 64 && y.n < 64);
	for (size_t i = 0; i <= x.n; i++)
		for (size_t j = 0; j <= y.n; j++) {
			int best = i && j ? d[i - 1][j - 1] + (x.p[i - 1] != y.p[j - 1]) : (int)(i + j);
			if (i && d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (j && d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && x.p[i - 1] == y.p[j - 2] && x.p[i - 2] == y.p[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[x.n][y.n];
}

static bool a_to_z(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 'a' || s.p[i] > 'z')
			return false;
	return true;
}

static bool fits(const struct kid *k, const struct str *w, size_t n)
{
	bool all = true;
	for (size_t i = 0; i < n; i++)
		all = all && begins(k, w[i]);
	if (all || n < 2)
		return all;
	struct str but_last = w[0], glued_last = w[0], glued_first = w[1];
	for (size_t i = 1; i + 1 < n; i++) {
		but_last = joined(but_last, " ", w[i]);
		glued_last = joined(glued_last, "", w[i]);
		glued_first = joined(glued_first, "", w[i + 1]);
	}
	return begins(k, joined(but_last, " ", w[n - 1])) || begins(k, joined(w[n - 1], " ", but_last)) ||
	       (n > 2 && (begins(k, joined(w[0], " ", glued_first)) || begins(k, joined(w[n - 1], " ", glued_last))));
}

static bool slipped(const struct kid *k, struct str word, struct str other)
{
	if (word.n < SLIP_MIN || word.n > SLIP_MAX || !a_to_z(word))
		return false;
	for (size_t i = 0; i < n_words; i++) {
		if (!a_to_z(words[i]) || edits(words[i], word) != 1)
			continue;
		if (other.n && (begins(k, joined(words[i], " ", other)) || begins(k, joined(other, " ", words[i]))))
			return true;
		for (size_t j = 0; j < k->n && !other.n; j++) {
			struct str rest;
			if (str_eq(str_cut(k->keys[j], ' ', &rest), words[i]))
				return true;
		}
	}
	return false;
}

static size_t put(bool *in, size_t i)
{
	bool before = in[i];
	in[i] = true;
	return !before;
}

/* Whom these words should find. */
static size_t compared(const struct str *w, size_t n, bool *in)
{
	struct str none = STR("");
	size_t sum = 0;
	for (size_t i = 0; i < COUNT_OF(born); i++)
		sum += fits(&kids[i], w, n) ? put(in, i) : 0;
	for (size_t j = 0, fit = sum; j + 1 < n; j++) { /* two neighbours are one word; a short one always */
		if (fit && w[j].n > 2)
			continue;
		struct str fewer[TYPED_MAX];
		size_t m = 0;
		for (size_t k = 0; k < n; k++)
			if (k == j)
				fewer[m++] = joined(w[k], "", w[k + 1]);
			else if (k != j + 1)
				fewer[m++] = w[k];
		for (size_t i = 0; i < COUNT_OF(born); i++)
			sum += fits(&kids[i], fewer, m) ? put(in, i) : 0;
	}
	if (sum >= FEW)
		return sum;
	for (size_t i = 0; i < COUNT_OF(born); i++) {
		bool yes =
		    slipped(&kids[i], w[0], n > 1 ? w[n - 1] : none) || (n > 1 && slipped(&kids[i], w[n - 1], w[0]));
		sum += yes ? put(in, i) : 0;
	}
	return sum;
}

static size_t who(const struct child_found *c)
{
	int64_t i = -1;
	assert_ok(str_to_int((struct str){ c->ref.p + 2, c->ref.n - 2 }, 0, COUNT_OF(born) - 1, &i));
	return (size_t)i;
}

/* How many are found: the same as by comparing. */
static size_t assert_finds(struct str typed)
{
	struct viewer nurse = viewer(ROLE_NURSE, TEAM);
	struct name_asked q;
	struct arena a AUTO(arena_release);
	bool want[KIDS_MAX] = { false }, got[KIDS_MAX] = { false }, more;
	const struct child_found *list;
	size_t n;
	arena_init(&a);
	name_asked_read(typed, &arena, &q);
	assert_true(q.n && q.n <= TYPED_MAX);
	size_t wanted = compared(q.words, q.n, want);
	assert_ok(child_search(app, &nurse, typed, FIND_MAX, &a, &list, &n, &more, &err));
	for (size_t i = 0; i < n; i++)
		got[who(&list[i])] = true;
	for (size_t i = 0; i < COUNT_OF(born); i++)
		if (want[i] != got[i])
			fail_msg("\"" STR_FMT "\" %s %s %s", STR_ARG(typed), got[i] ? "finds" : "does not find",
				 born[i].given, born[i].family);
	assert_int_equal(n, wanted);
	assert_false(more);
	return n;
}

/* ---- what people type ---- */

/* The i-th slip of a word: a letter missing, doubled, swapped, wrong, too many; false: there is no i-th. */
static bool slip(struct str w, size_t i, struct str *out)
{
	size_t at = i / 5;
	if (at >= w.n || !a_to_z(w))
		return false;
	struct str before = { w.p, at }, letter = { w.p + at, 1 }, after = { w.p + at + 1, w.n - at - 1 };
	switch (i % 5) {
	case 0: *out = joined(before, "", after); break;
	case 1: *out = joined(joined(before, "", letter), "", joined(letter, "", after)); break;
	case 2:
		*out = !after.n ? w
				: joined(joined(before, "", (struct str){ after.p, 1 }), "",
					 joined(letter, "", (struct str){ after.p + 1, after.n - 1 }));
		break;
	case 3: *out = joined(before, *letter.p == 'n' ? "m" : "n", after); break;
	default: *out = joined(before, "q", joined(letter, "", after)); break;
	}
	return out->n > 0;
}

static void test_one_word_with_slips(void **state)
{
	(void)state;
	size_t asked = 0, found = 0, stride = at_length() ? 1 : 7;
	for (size_t w = 0; w < n_words; w++) {
		struct str typed;
		assert_true(assert_finds(words[w]) > 0);
		for (size_t i = 0; slip(words[w], i, &typed); i++)
			if (asked++ % stride == 0)
				found += assert_finds(typed) > 0;
	}
	assert_true(asked > 1000 && found > 80);
}

static void test_two_words_with_slips(void **state)
{
	(void)state;
	size_t asked = 0, found = 0, stride = at_length() ? 1 : 11;
	for (size_t k = 0; k < COUNT_OF(born); k++) {
		struct str given = str_of(born[k].given), family = str_of(born[k].family), g[NAME_WORDS_MAX],
			   f[NAME_WORDS_MAX], typed;
		size_t n_g = name_words(given, &arena, g, NAME_WORDS_MAX),
		       n_f = name_words(family, &arena, f, NAME_WORDS_MAX);
		if (n_g + n_f <= TYPED_MAX) {
			assert_true(assert_finds(joined(given, " ", family)) > 0);
			assert_true(assert_finds(joined(family, ", ", given)) > 0);
		}
		for (size_t n = 1; n <= 3; n++) /* begun */
			assert_true(assert_finds(joined(str_cut_to(f[n_f - 1], n), " ", str_cut_to(g[n_g - 1], n))) >
				    0);
		for (size_t i = 0; slip(g[0], i, &typed); i++)
			if (asked++ % stride == 0)
				found += assert_finds(joined(typed, " ", f[0])) > 0;
		for (size_t i = 0; slip(f[n_f - 1], i, &typed); i++)
			if (asked++ % stride == 0)
				found += assert_finds(joined(g[n_g - 1], " ", typed)) > 0;
	}
	assert_true(asked > 1000 && found > 50);
}

static void test_words_of_nobody_and_of_everybody_before_and_behind(void **state)
{
	(void)state;
	static const char *const odd[] = { "aaa",
					   "a",
					   "aab",
					   "zzz",
					   "zzzz",
					   "zzzzz",
					   "zzzy",
					   "qqq",
					   "kim kim",
					   "ali ali",
					   "al al",
					   "mary ann",
					   "ann mary jones",
					   "smith mary ann",
					   "jones smith ann",
					   "berg van der",
					   "robin robin",
					   "o b",
					   "o brien jose",
					   "de la",
					   "\u043e\u043b" };
	for (size_t i = 0; i < COUNT_OF(odd); i++)
		assert_finds(str_of(odd[i]));
	struct viewer far = viewer(ROLE_NURSE, "RRP");
	/* An Olive Brien hides no O'Brien. */
	assert_int_equal(assert_finds(STR("o brien")), 2);
	assert_int_equal(assert_finds(STR("jose o brien")), 1);
	struct viewer nurse = viewer(ROLE_NURSE, TEAM);
	const struct child_found *found;
	size_t n_found = 0;
	bool others = true;
	assert_ok(child_search(app, &nurse, STR("o brien"), FIND_MAX, &arena, &found, &n_found, &others, &err));
	assert_int_equal(n_found, 2);
	assert_true(str_is(found[0].family, "O'Brien")); /* the whole name first */
	for (size_t w = 0; w < n_words; w += 5) {
		const struct child_found *list;
		size_t n = 1;
		bool more = true;
		assert_ok(child_search(app, &far, words[w], FIND_MAX, &arena, &list, &n, &more, &err));
		assert_true(n == 0 && !more);
	}
}

/* ---- words that very many have ---- */

enum { MANY = WALK_MAX + 30 };

static int crowded(void **state)
{
	struct buf b AUTO(buf_release);
	fresh(state);
	buf_init(&b, 1 << 20);
	buf_puts(&b, CHILDREN);
	for (int i = 0; i < MANY; i++)
		buf_printf(&b,
			   "Essex,A-%03d,,Robin,Dale%c%c-Example,01/02/2015,F,,,\n"
			   "Essex,B-%03d,,Moss%c%c,Alderfield-Example,01/02/2015,F,,,\n",
			   i, 'a' + i / 26, 'a' + i % 26, i, 'a' + i / 26, 'a' + i % 26);
	buf_puts(&b, "Essex,C-1,,Robin,Alderfield-Example,01/02/2015,F,,,\n"
		     "Essex,C-2,,Ann Robin,Fern-Alderfield,01/02/2015,F,,,\n");
	file("children.csv", b.p);
	load();
	return 0;
}

static void test_words_that_very_many_have(void **state)
{
	(void)state;
	static const struct {
		const char *words, *ref;
		size_t n;
		bool more;
	} ways[] = {
		{ "alderfield robin", "C-1", 1, true }, /* C-2 has both in no one key */
		{ "robin alderfield", "C-1", 1, true },
		{ "rob ald", "C-1", 1, true },
		{ "Alderfield-Example, Robin", "C-1", 1, true },
		{ "example robin alder", "C-1", 1, true },
		{ "example alderfield robin", "C-1", 1, true },
		{ "ann robin alderfield", "C-2", 1, false }, /* few have one of them */
		{ "robin fern", "C-2", 1, false },
		{ "alderfield quince", "", 0, false },
		{ "robin moss", "", 0, true }, /* nobody, as far as was looked */
		{ "robin", NULL, 50, true },
		{ "r e", NULL, 50, true },
		{ "dale", NULL, 50, true },
		{ "ann", "C-2", 1, false },
	};
	struct viewer nurse = viewer(ROLE_NURSE, TEAM);
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		const struct child_found *list;
		size_t n = 0;
		bool more = false;
		assert_ok(child_search(app, &nurse, str_of(ways[i].words), 50, &arena, &list, &n, &more, &err));
		if (n != ways[i].n || more != ways[i].more || (n && ways[i].ref && !str_is(list[0].ref, ways[i].ref)))
			fail_msg("%s: %zu found%s, the first " STR_FMT, ways[i].words, n, more ? ", and more" : "",
				 STR_ARG(n ? list[0].ref : STR("nobody")));
	}
	/* A command names one child, and not one of whom it is not known whether others fit. */
	int64_t got = 0;
	assert_rc(RC_BAD_INPUT, child_find(app, &nurse, STR("alderfield robin"), &got, &err));
	assert_rc(RC_BAD_INPUT, child_find(app, &nurse, STR("robin moss"), &got, &err));
	assert_rc(RC_NOT_FOUND, child_find(app, &nurse, STR("alderfield quince"), &got, &err));
	assert_ok(child_find(app, &nurse, STR("ann robin alderfield"), &got, &err));
	assert_int_equal(got, person(ESSEX "/C-2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one_word_with_slips, named),
		cmocka_unit_test_setup(test_two_words_with_slips, named),
		cmocka_unit_test_setup(test_words_of_nobody_and_of_everybody_before_and_behind, named),
		cmocka_unit_test_setup(test_words_that_very_many_have, crowded),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
