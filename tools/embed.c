/*
 * embed - writes files as C: `embed NAME OUT.c FILE...` gives the table
 * `const struct embedded NAME[]` (base/embed.h) and `NAME_count`.
 */
#include "base/base.h"
#include "base/err.h"
#include "base/text.h"

enum { FILES_MAX = 4096, FILE_BYTES_MAX = 16 << 20, BYTES_A_LINE = 32 };

struct file {
	const char *source; /* as given */
	const char *path;   /* as the program will know it */
};

/* What follows the last folder `migrations/` or `build/web/`, or the base name. */
static const char *path_of(const char *source)
{
	static const char *const roots[] = { "migrations/", "build/web/" };
	const char *best = NULL;
	for (size_t r = 0; r < COUNT_OF(roots); r++) {
		for (const char *p = strstr(source, roots[r]); p; p = strstr(p + 1, roots[r])) {
			const char *after = p + strlen(roots[r]);
			if ((p == source || p[-1] == '/') && (!best || after > best))
				best = after;
		}
	}
	if (best)
		return best;
	const char *slash = strrchr(source, '/');
	return slash ? slash + 1 : source;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static bool is_identifier(const char *s)
{
	const char *letters = "abcdefghijklmnopqrstuvwxyz_";
	return *s && strchr(letters, *s) && s[strspn(s, "abcdefghijklmnopqrstuvwxyz_0123456789")] == '\0';
}

static enum rc read_file(const char *source, struct buf *b, struct err *e)
{
	AUTO(auto_fclose) FILE *f = fopen(source, "rb");
	if (!f)
		return err_set(e, RC_IO, "%s: cannot be read; is the path right?", source);
	char chunk[65536];
	size_t n;
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_put(b, chunk, n);
	if (ferror(f))
		return err_set(e, RC_IO, "%s: reading failed", source);
	if (!buf_ok(b))
		return err_set(e, RC_LIMIT, "%s: over %d MB; too large to be part of the program", source,
			       FILE_BYTES_MAX >> 20);
	return RC_OK;
}

static void write_bytes(FILE *out, size_t index, struct str s)
{
	fprintf(out, "static const unsigned char file_%zu[] = {\n", index);
	for (size_t i = 0; i < s.n; i++) {
		char text[8];
		int n = snprintf(text, sizeof text, "%u,", (unsigned)(unsigned char)s.p[i]);
		fwrite(text, 1, (size_t)n, out);
		if (i % BYTES_A_LINE == BYTES_A_LINE - 1)
			fputc('\n', out);
	}
	fputs("0};\n", out);
}

static void write_table(FILE *out, const char *name, const struct file *files, const size_t *sizes, size_t n)
{
	fprintf(out, "\nconst struct embedded %s[] = {\n", name);
	for (size_t i = 0; i < n; i++) {
		fputs("\t{ \"", out);
		for (const char *p = files[i].path; *p; p++) {
			if (*p == '"' || *p == '\\')
				fputc('\\', out);
			fputc(*p, out);
		}
		fprintf(out, "\", file_%zu, %zu },\n", i, sizes[i]);
	}
	if (n == 0)
		fputs("\t{ NULL, NULL, 0 },\n", out); /* C has no empty arrays; the count says 0 */
	fprintf(out, "};\nconst size_t %s_count = %zu;\n", name, n);
}

static enum rc embed(const char *name, const char *out_path, struct file *files, size_t n, struct err *e)
{
	qsort(files, n, sizeof *files, by_path);
	for (size_t i = 1; i < n; i++)
		if (strcmp(files[i - 1].path, files[i].path) == 0)
			return err_set(e, RC_BAD_INPUT, "%s and %s would both be called %s; rename one",
				       files[i - 1].source, files[i].source, files[i].path);
	AUTO(auto_fclose) FILE *out = fopen(out_path, "wb");
	if (!out)
		return err_set(e, RC_IO, "%s: cannot be written; does its folder exist?", out_path);
	AUTO(auto_free) size_t *sizes = xcalloc(n + 1, sizeof *sizes);
	fputs("/* Made by tools/embed. */\n#include \"base/embed.h\"\n\n", out);
	for (size_t i = 0; i < n; i++) {
		struct buf b;
		buf_init(&b, FILE_BYTES_MAX);
		enum rc rc = read_file(files[i].source, &b, e);
		if (rc == RC_OK)
			write_bytes(out, i, buf_view(&b));
		sizes[i] = b.n;
		buf_release(&b);
		if (rc != RC_OK)
			return rc;
	}
	write_table(out, name, files, sizes, n);
	if (fflush(out) != 0 || ferror(out))
		return err_set(e, RC_IO, "%s: writing failed; is the disk full?", out_path);
	return RC_OK;
}

int main(int argc, char **argv)
{
	if (argc < 3 || !is_identifier(argv[1]) || argc - 3 > FILES_MAX) {
		fprintf(stderr, "embed: use as `embed NAME OUT.c FILE...` (at most %d files)\n", FILES_MAX);
		return 2;
	}
	size_t n = (size_t)(argc - 3);
	AUTO(auto_free) struct file *files = xcalloc(n + 1, sizeof *files);
	for (size_t i = 0; i < n; i++)
		files[i] = (struct file){ argv[i + 3], path_of(argv[i + 3]) };
	struct err e = { 0 };
	if (embed(argv[1], argv[2], files, n, &e) == RC_OK)
		return 0;
	fprintf(stderr, "embed: %s\n", e.text);
	remove(argv[2]);
	return 2;
}
