#include "work/core/names.h"

/* ---- words ---- */

/* Bytes of what parts two words at the beginning of s: a blank, a hyphen, a dash; 0: nothing. */
static size_t parts_words(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	if (strchr(" \t\r\n-,./", *p) && *p)
		return 1;
	if (s.n >= 2 && p[0] == 0xC2 && p[1] == 0xA0)
		return 2; /* U+00A0 */
	return s.n >= 3 && p[0] == 0xE2 && p[1] == 0x80 && p[2] >= 0x90 && p[2] <= 0x95 ? 3 : 0; /* U+2010..2015 */
}

static struct str fold(struct str raw, struct arena *a)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 4 * NAME_WORD_BYTES);
	text_fold(&b, raw);
	return arena_str(a, str_cut_to(buf_view(&b), NAME_WORD_BYTES));
}

size_t name_words(struct str name, struct arena *a, struct str *words, size_t max)
{
	size_t n = 0;
	while (name.n && n < max) {
		size_t end = 0, gap = 0;
		while (end < name.n && !(gap = parts_words((struct str){ name.p + end, name.n - end })))
			end++;
		struct str word = end ? fold((struct str){ name.p, end }, a) : STR("");
		if (word.n)
			words[n++] = word;
		name = (struct str){ name.p + end + gap, name.n - end - gap };
	}
	return n;
}

/* ---- keys ---- */

static struct str put_together(const struct str *words, size_t n, const char *between, struct arena *a)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, NAME_WORDS_MAX * (NAME_WORD_BYTES + 1));
	for (size_t i = 0; i < n; i++) {
		buf_puts(&b, i ? between : "");
		buf_str(&b, words[i]);
	}
	return arena_str(a, buf_view(&b));
}

static struct str key(struct str word, struct str rest, struct arena *a)
{
	word = str_cut_to(word, NAME_WORD_BYTES);
	return rest.n ? str_cut_to(arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(word), STR_ARG(rest)), NAME_KEY_BYTES)
		      : word;
}

/* A key for each word, and for all of them as one. */
static size_t keys_of(const struct str *words, size_t n, struct str rest, struct arena *a, struct str *keys)
{
	for (size_t i = 0; i < n; i++)
		keys[i] = key(words[i], rest, a);
	if (n > 1)
		keys[n] = key(put_together(words, n, "", a), rest, a);
	return n > 1 ? n + 1 : n;
}

static int by_bytes(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Sorted, each once. */
static size_t sort_once(struct str *s, size_t n)
{
	size_t kept = 0;
	if (n)
		qsort(s, n, sizeof *s, by_bytes);
	for (size_t i = 0; i < n; i++)
		if (!kept || !str_eq(s[kept - 1], s[i]))
			s[kept++] = s[i];
	return kept;
}

size_t name_keys(struct str given, struct str family, struct arena *a, struct str keys[NAME_KEYS_MAX])
{
	struct str g[NAME_WORDS_MAX], f[NAME_WORDS_MAX];
	size_t n_g = name_words(given, a, g, NAME_WORDS_MAX), n_f = name_words(family, a, f, NAME_WORDS_MAX);
	size_t n = keys_of(g, n_g, put_together(f, n_f, "", a), a, keys);
	n += keys_of(f, n_f, put_together(g, n_g, " ", a), a, keys + n);
	return sort_once(keys, n);
}

/* ---- slips ---- */

static bool plain(struct str w)
{
	bool is = true;
	for (size_t i = 0; is && i < w.n; i++)
		is = w.p[i] >= 'a' && w.p[i] <= 'z';
	return is;
}

struct slips {
	struct str *out;
	size_t n;
	struct arena *a;
};

/* before + letter (0: none) + after */
static void slip(struct slips *s, struct str before, char letter, struct str after)
{
	size_t n = before.n + (letter ? 1 : 0) + after.n;
	char *p = arena_array(s->a, n + 1, 1);
	memcpy(p, before.p, before.n);
	if (letter)
		p[before.n] = letter;
	memcpy(p + n - after.n, after.p, after.n);
	s->out[s->n++] = (struct str){ p, n };
}

size_t name_slips(struct str w, struct arena *a, struct str **out)
{
	if (w.n < SLIP_MIN || w.n > SLIP_MAX || !plain(w))
		return 0;
	struct slips s = { arena_array(a, 54 * w.n + 26, sizeof(struct str)), 0, a };
	for (size_t i = 0; i <= w.n; i++) {
		struct str before = { w.p, i }, rest = { w.p + i, w.n - i };
		for (char c = 'a'; c <= 'z'; c++)
			slip(&s, before, c, rest);
		if (!rest.n)
			break;
		struct str after = { rest.p + 1, rest.n - 1 };
		for (char c = 'a'; c <= 'z'; c++)
			if (c != *rest.p)
				slip(&s, before, c, after);
		slip(&s, before, 0, after);
		if (after.n && *after.p != *rest.p) {
			slip(&s, before, *after.p, after);
			((char *)(uintptr_t)s.out[s.n - 1].p)[i + 1] = *rest.p;
		}
	}
	*out = s.out;
	return sort_once(s.out, s.n);
}

bool name_one_slip(struct str x, struct str y)
{
	size_t front = 0, back = 0, least = x.n < y.n ? x.n : y.n, most = x.n < y.n ? y.n : x.n;
	while (front < least && x.p[front] == y.p[front])
		front++;
	while (back < least - front && x.p[x.n - 1 - back] == y.p[y.n - 1 - back])
		back++;
	size_t differ = most - front - back; /* letters of the longer one that have no fellow */
	if (x.n != y.n)
		return differ == 1;
	return differ == 1 || (differ == 2 && x.p[front] == y.p[front + 1] && x.p[front + 1] == y.p[front]);
}

/* ---- how well it fits ---- */

static int fit_of(struct str word, const struct str *names, size_t n)
{
	int best = 6;
	for (size_t i = 0; i < n && best; i++) {
		if (str_eq(word, names[i]))
			best = 0;
		else if (names[i].n > word.n && memcmp(names[i].p, word.p, word.n) == 0)
			best = 1;
		else if (best > 3 && name_one_slip(word, names[i]))
			best = 3;
	}
	return best;
}

int name_fit(struct str given, struct str family, const struct str *typed, size_t n, struct arena *a)
{
	struct str names[NAME_KEYS_MAX];
	size_t n_g = name_words(given, a, names, NAME_WORDS_MAX), n_names = n_g;
	if (n_g > 1)
		names[n_names++] = put_together(names, n_g, "", a);
	struct str *f = names + n_names;
	size_t n_f = name_words(family, a, f, NAME_WORDS_MAX);
	n_names += n_f;
	if (n_f > 1)
		names[n_names++] = put_together(f, n_f, "", a);
	int fit = 0;
	for (size_t i = 0; i < n; i++) {
		int alone = fit_of(typed[i], names, n_names);
		if (typed[i].n <= PARTICLE_BYTES && i + 1 < n) { /* "O Brien" */
			int next = fit_of(typed[i + 1], names, n_names);
			int one = fit_of(put_together(typed + i, 2, "", a), names, n_names);
			if (one < alone + next) {
				alone = one;
				i++;
			}
		}
		fit += alone;
	}
	return fit;
}
