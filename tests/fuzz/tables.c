/*
 * The parser of tables on any bytes, without the jail, and its messages through
 * the checks of the reader: whatever the files hold, a batch comes out that can
 * be asked everything. The input is several files: each begins with a byte that
 * chooses its table, and ends with a byte 0xFE.
 */
#include "base/hash.h"
#include "base/text.h"
#include "exchange/tables/batch.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 4 };
static struct vocab *vocab;
static struct tables_spec *spec;

static void load_once(void)
{
	struct err e = { .rc = RC_OK };
	if (spec)
		return;
	hash_ready();
	if (vocab_load("data", &vocab, &e) != RC_OK || tables_spec_load("data", vocab, &spec, &e) != RC_OK) {
		fprintf(stderr, "%s\n", e.text);
		abort();
	}
}

static int file_with(const uint8_t *p, size_t n)
{
	int fd = memfd_create("fuzz", 0);
	if (fd < 0 || write(fd, p, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	return fd;
}

static int by_table(const void *a, const void *b)
{
	const struct parse_file *x = a, *y = b;
	return (x->table + 1 > y->table + 1) - (x->table + 1 < y->table + 1);
}

static size_t cut(const uint8_t *data, size_t size, struct parse_file *files)
{
	size_t n = 0;
	while (size && n < FILES) {
		const uint8_t *end = memchr(data, 0xFE, size);
		size_t k = end ? (size_t)(end - data) : size;
		if (k) {
			size_t t = data[0] % (tables_count(spec) + 1);
			files[n++] = (struct parse_file){ "fuzz", file_with(data + 1, k - 1), t ? t - 1 : SIZE_MAX,
							  data[0] >= 128 };
		}
		size -= end ? k + 1 : k;
		data = end ? end + 1 : data;
	}
	qsort(files, n, sizeof *files, by_table);
	return n;
}

static void ask_everything(const struct tables_batch *b)
{
	for (size_t i = 0; i < b->n_children; i++)
		for (size_t k = 0; k < b->children[i].n; k++) {
			const struct draft_row *d = batch_draft(b, b->children[i].first + k);
			struct event ev;
			struct str org;
			draft_event(b, d, &ev, &org);
			if (d->child != i || utf8_bad_at(ev.natural) != SIZE_MAX || ev.ref.n > EVENT_REF_MAX ||
			    (ev.at != DAY_NONE && ev.at > day_of(2026, 11, 22)))
				abort();
			(void)draft_hash(b, d);
			(void)batch_holds(b, i, ev.natural);
		}
	for (size_t t = 0; t < tables_count(spec); t++) {
		struct buf csv;
		buf_init(&csv, 16 << 20);
		tables_rejected_csv(b, t, &csv);
		buf_release(&csv);
	}
}

/* As read.c does it, with a file in place of the pipe. */
static void collect_all(int messages, const struct parse_file *files, size_t n)
{
	static struct collector c;
	char piece[4096];
	struct err e = { .rc = RC_OK };
	ssize_t got;
	memset(&c, 0, sizeof c);
	c.spec = spec;
	c.own = xcalloc(1, sizeof *c.own);
	c.files = xcalloc(TABLE_FILES_MAX, sizeof *c.files);
	c.findings = xmalloc((TABLE_FINDINGS_MAX + TABLE_FILES_MAX) * sizeof *c.findings);
	buf_init(&c.rest, 2 * WIRE_MESSAGE_MAX);
	for (size_t i = 0; i < n; i++)
		if (files[i].table != SIZE_MAX)
			c.files[c.n_files++] = (struct batch_file){ .name = STR("fuzz.csv"), .table = files[i].table };
	c.n_read = c.n_files;
	lseek(messages, 0, SEEK_SET);
	while ((got = read(messages, piece, sizeof piece)) > 0)
		if (collect(&c, piece, (size_t)got, &e) != RC_OK) {
			fprintf(stderr, "%s\n", e.text);
			abort(); /* our own parser never says what cannot be */
		}
	if (!c.ended || c.rest.n)
		abort();
	batch_finish(&c);
	ask_everything(&c.own->b);
	tables_batch_free(&c.own->b);
	buf_release(&c.rest);
	free(c.files);
	free(c.findings);
	free(c.children);
	free(c.retracted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parse_file files[FILES];
	load_once();
	size_t n = cut(data, size, files);
	struct parse_job job = { spec, day_of(2026, 11, 22), files, n };
	int messages = file_with((const uint8_t *)"", 0);
	if (tables_parse(messages, &job) != 0)
		abort();
	collect_all(messages, files, n);
	close(messages);
	for (size_t i = 0; i < n; i++)
		close(files[i].fd);
	return 0;
}
