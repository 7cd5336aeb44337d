/*
 * The parser of the yearly return on any bytes, without the jail, and its messages
 * through the reader: whatever the files hold, a frame comes out that can be checked,
 * written and read again. The input is several files: each begins with a byte that
 * chooses year, form and table, and ends with a byte 0xFE. Checks of a few rows run
 * every rule, so the frame is looked at cell by cell, too.
 */
#include "base/hash.h"
#include "base/text.h"
#include "exchange/ssda903/drafts.h"
#include "exchange/ssda903/wire.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 6 };
static struct return_spec *spec;

static void load_once(void)
{
	struct err e = { .rc = RC_OK };
	if (spec)
		return;
	hash_ready();
	if (return_spec_load("data", &spec, &e) != RC_OK) {
		fprintf(stderr, "%s\n", e.text);
		abort();
	}
}

static int file_with(const void *p, size_t n)
{
	int fd = memfd_create("fuzz", 0);
	if (fd < 0 || write(fd, p, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	return fd;
}

static size_t cut(const uint8_t *data, size_t size, struct parse_file *files)
{
	size_t n = 0;
	while (size && n < FILES) {
		const uint8_t *end = memchr(data, 0xFE, size);
		size_t k = end ? (size_t)(end - data) : size;
		if (k) {
			enum return_form form = data[0] & 1 ? RETURN_XML : data[0] & 4 ? RETURN_BOOK : RETURN_CSV;
			files[n++] = (struct parse_file){ "fuzz.file", file_with(data + 1, k - 1),
							  data[0] & 2 ? RETURN_LAST : RETURN_NOW, form };
		}
		size -= end ? k + 1 : k;
		data = end ? end + 1 : data;
	}
	return n;
}

static struct return_frame *frame_of(const struct parse_file *files, size_t n, int year)
{
	struct err e = { .rc = RC_OK };
	struct return_frame *f;
	struct parse_job job = { spec, year, files, n, -1 };
	int messages = file_with("", 0);
	if (return_parse(messages, &job) != 0 || lseek(messages, 0, SEEK_SET) != 0)
		abort();
	/* our own parser never says what cannot be */
	if (return_collect(spec, year, files, n, messages, &f, &e) != RC_OK) {
		fprintf(stderr, "%s\n", e.text);
		abort();
	}
	close(messages);
	return f;
}

static void ask_everything(const struct return_frame *f)
{
	static struct return_life life;
	char out[24];
	for (int when = 0; when < 2; when++)
		for (size_t t = 0; t < return_tables(spec); t++)
			for (size_t r = 0; r < return_rows(f, when, t); r++)
				for (size_t c = 0; c < return_columns(spec, t); c++)
					if (utf8_bad_at(return_cell(f, when, t, r, c, out)) != SIZE_MAX)
						abort();
	for (size_t i = 0; i < return_children(f); i++) {
		return_life_of(f, i, &life);
		for (size_t k = 0; k < life.n; k++)
			if (life.spans[k].to < life.spans[k].from)
				abort();
	}
}

static void check(const struct return_frame *f)
{
	struct err e = { .rc = RC_OK };
	struct return_result *r;
	struct buf b;
	if (return_check(f, 1, &r, &e) != RC_OK)
		abort();
	for (size_t i = 0; i < r->n_findings; i++) {
		buf_init(&b, 1 << 20);
		return_found(r, &r->findings[i], &b);
		return_found_kept(r, &r->findings[i], &b);
		buf_release(&b);
	}
	return_result_free(r);
}

/* What is written is read again with as many children and rows, and no trouble. */
static void around(const struct return_frame *f, int year)
{
	struct buf b;
	buf_init(&b, 16 << 20);
	return_write_xml(f, &b);
	struct parse_file file = { "again.xml", file_with(b.p, b.n), RETURN_NOW, true };
	struct return_frame *g = frame_of(&file, 1, year);
	for (size_t t = 0; t < return_tables(spec); t++)
		if (return_table_in_year(spec, t, year) &&
		    return_rows(g, RETURN_NOW, t) > return_rows(f, RETURN_NOW, t))
			abort();
	return_frame_free(g);
	close(file.fd);
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parse_file files[FILES];
	load_once();
	int year = size ? data[0] >> 2 & 3 : 0;
	if ((size_t)year >= return_years(spec))
		year = 0;
	size_t n = cut(data, size, files);
	struct return_frame *f = frame_of(files, n, year);
	ask_everything(f);
	check(f);
	around(f, year);
	return_frame_free(f);
	for (size_t i = 0; i < n; i++)
		close(files[i].fd);
	return 0;
}
