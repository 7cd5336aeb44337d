#include "paper/pdf_catalog.h"

/* The last place of a word; NULL if there is none. */
static const char *last_of(struct str s, const char *word)
{
	const char *found = NULL, *at = s.p;
	size_t n = strlen(word), left = s.n;
	while (left >= n && (at = memmem(at, left, word, n))) {
		found = at++;
		left = s.n - (size_t)(at - s.p);
	}
	return found;
}

/* The whole number after a word, as in "/Root 12 0 R"; -1 if there is none. */
static long number_after(struct str s, const char *word)
{
	const char *at = last_of(s, word);
	if (!at)
		return -1;
	char *end;
	long n = strtol(at + strlen(word), &end, 10); /* the text is NUL-terminated */
	return end == at + strlen(word) ? -1 : n;
}

/* What stands between << and >> of the object of that number. */
static struct str object_inside(struct str s, long object)
{
	char head[40];
	snprintf(head, sizeof head, "\n%ld 0 obj\n<<", object);
	const char *from = last_of(s, head);
	if (!from)
		return (struct str){ NULL, 0 };
	from += strlen(head);
	const char *to = memmem(from, (size_t)(s.p + s.n - from), "endobj", 6);
	while (to && to > from && !(to[-1] == '>' && to[-2] == '>'))
		to--;
	return to && to > from + 2 ? (struct str){ from, (size_t)(to - 2 - from) } : (struct str){ NULL, 0 };
}

enum rc pdf_catalog_complete(struct buf *pdf, struct str language, struct err *e)
{
	struct str s = buf_view(pdf);
	long root = number_after(s, "/Root "), info = number_after(s, "/Info "), size = number_after(s, "/Size ");
	long before = number_after(s, "startxref\n");
	struct str inside = root > 0 ? object_inside(s, root) : (struct str){ NULL, 0 };
	if (info < 0 || size <= root || before < 0 || !inside.n)
		return err_set(e, RC_INTERNAL, "The catalogue of the PDF was not found.");
	struct buf add AUTO(buf_release);
	buf_init(&add, 64u << 10);
	buf_puts(&add, "\n");
	size_t object_at = pdf->n + add.n;
	buf_printf(&add, "%ld 0 obj\n<<" STR_FMT, root, STR_ARG(inside));
	buf_printf(&add, "/Lang (" STR_FMT ")\n   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n",
		   STR_ARG(language));
	size_t table_at = pdf->n + add.n;
	buf_printf(&add, "xref\n%ld 1\n%010zu 00000 n \n", root, object_at);
	buf_printf(
	    &add,
	    "trailer\n<< /Size %ld\n   /Root %ld 0 R\n   /Info %ld 0 R\n   /Prev %ld\n>>\nstartxref\n%zu\n%%%%EOF\n",
	    size, root, info, before, table_at);
	buf_str(pdf, buf_view(&add));
	return buf_ok(pdf) && buf_ok(&add) ? RC_OK : err_set(e, RC_LIMIT, "The document is too long to print.");
}
