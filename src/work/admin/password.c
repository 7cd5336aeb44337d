#include "work/admin/password.h"

#include "base/files.h"
#include "work/admin/signing.h"

enum { LIST_MAX = 4 << 20, FOLDED_MAX = 256, WORD_LEAST = 4, NAME_LEAST = 3, REST_LEAST = 6 };

/* Small letters, with the digits and signs that stand for letters taken for them. */
static size_t fold(struct str s, char out[FOLDED_MAX])
{
	static const char from[] = "0134578@$!|", to[] = "oieastbasil";
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < FOLDED_MAX - 1; i++) {
		char c = s.p[i];
		const char *at = c ? strchr(from, c) : NULL;
		if (at)
			c = to[at - from];
		else if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		out[n++] = c;
	}
	out[n] = '\0';
	return n;
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Small ASCII letters, nothing taken for another. */
static size_t lower(struct str s, char out[FOLDED_MAX])
{
	size_t n = s.n < FOLDED_MAX - 1 ? s.n : FOLDED_MAX - 1;
	for (size_t i = 0; i < n; i++)
		out[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] - 'A' + 'a' : s.p[i]);
	out[n] = '\0';
	return n;
}

static bool same(struct str line, const char *p, size_t n)
{
	return n >= WORD_LEAST && str_eq(line, (struct str){ p, n });
}

/* A word, or a word written several times over. */
static bool repeats(struct str line, const char *p, size_t n)
{
	if (line.n < WORD_LEAST || !n || n % line.n)
		return false;
	for (size_t i = 0; i < n; i += line.n)
		if (memcmp(p + i, line.p, line.n) != 0)
			return false;
	return true;
}

/* What is left without signs and digits before and behind. */
static struct str core(const char *p, size_t n)
{
	while (n && !letter(*p))
		p++, n--;
	while (n && !letter(p[n - 1]))
		n--;
	return (struct str){ p, n };
}

static bool is_common(struct str list, struct str password)
{
	char low[FOLDED_MAX], folded[FOLDED_MAX], cut[FOLDED_MAX];
	size_t n_low = lower(password, low);
	struct str inner = core(low, n_low);
	size_t n_folded = fold(password, folded), n_cut = fold(inner, cut);
	for (struct str rest = list; rest.p;) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		if (!line.n || line.p[0] == '#')
			continue;
		if (same(line, low, n_low) || same(line, folded, n_folded) || same(line, inner.p, inner.n) ||
		    same(line, cut, n_cut) || repeats(line, low, n_low) || repeats(line, inner.p, inner.n))
			return true;
	}
	return false;
}

/* Letters of `password` that are left when every part of `words` (cut at what is no letter) is taken out. */
static size_t left_without(struct str words, const char *p, size_t n, char out[FOLDED_MAX])
{
	char low[FOLDED_MAX];
	size_t n_low = lower(words, low);
	memcpy(out, p, n);
	out[n] = '\0';
	for (size_t i = 0; i < n_low;) {
		size_t from = i;
		while (i < n_low && letter(low[i]))
			i++;
		size_t word = i - from;
		while (i < n_low && !letter(low[i]))
			i++;
		for (size_t k = 0; word >= NAME_LEAST && k + word <= n;)
			if (memcmp(out + k, low + from, word) == 0) {
				memmove(out + k, out + k + word, n - k - word + 1);
				n -= word;
			} else {
				k++;
			}
	}
	return n;
}

static bool is_of(struct str words, const char *p, size_t n)
{
	char left[FOLDED_MAX];
	size_t rest = left_without(words, p, n, left);
	return rest < n && core(left, rest).n < REST_LEAST;
}

static size_t different(struct str s)
{
	bool seen[256] = { false };
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		n += !seen[(unsigned char)s.p[i]];
		seen[(unsigned char)s.p[i]] = true;
	}
	return n;
}

enum rc password_judge(struct str list, struct str password, struct str login, struct str name, struct err *e)
{
	char low[FOLDED_MAX];
	if (password.n < PASSWORD_MIN || password.n > PASSWORD_MAX)
		return err_set(e, RC_BAD_INPUT,
			       "A password has %d to %d letters. Three words that have nothing to do "
			       "with each other are a good one.",
			       PASSWORD_MIN, PASSWORD_MAX);
	size_t n = lower(password, low);
	if (is_of(login, low, n) || is_of(name, low, n) || is_of(STR("linnet"), low, n))
		return err_set(e, RC_BAD_INPUT,
			       "That password is made of a name that others know. Choose another: three "
			       "words that have nothing to do with each other.");
	if (different(password) < 4 || is_common(list, password))
		return err_set(e, RC_BAD_INPUT,
			       "That password is one of those that are tried first. Choose another: three "
			       "words that have nothing to do with each other.");
	return RC_OK;
}

enum rc password_good(struct app *app, struct str password, struct str login, struct str name, struct err *e)
{
	char path[4096];
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct str list;
	snprintf(path, sizeof path, "%s/passwords.txt", app_data_dir(app));
	enum rc rc = file_read(path, LIST_MAX, &a, &list, e);
	return rc == RC_OK ? password_judge(list, password, login, name, e) : rc;
}
