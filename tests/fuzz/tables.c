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
			files[n++] = (struct parse_file){ .name = "fuzz",
							  .fd = file_with(data + 1, k - 1),
							  .table = t ? t - 1 : SIZE_MAX,
							  .partial = data[0] >= 128 };
		}
		size -= end ? k + 1 : k;
		data = end ? end + 1 : data;
	}
	qsort(files, n, sizeof *files, by_table);
	for (size_t i = 0, number = 0; i < n; i++)
		files[i].number = files[i].table == SIZE_MAX ? 0 : (uint32_t)number++;
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

/* As read.c does it, with files in place of the pipes of one parser or two. */
static void collect_from(struct telling *t, int messages)
{
	char piece[4096];
	struct err e = { .rc = RC_OK };
	ssize_t got;
	lseek(messages, 0, SEEK_SET);
	while ((got = read(messages, piece, sizeof piece)) > 0)
		if (collect(t, piece, (size_t)got, &e) != RC_OK) {
			fprintf(stderr, "%s\n", e.text);
			abort(); /* our own parser never says what cannot be */
		}
	if (!collect_ended(t))
		abort();
}

static void parse(struct telling *t, const struct parse_job *job)
{
	int messages = file_with((const uint8_t *)"", 0);
	if (tables_parse(messages, job) != 0)
		abort();
	collect_from(t, messages);
	close(messages);
}

static struct collector *collector_of(const struct parse_file *files, size_t n)
{
	struct collector *c = collector_new(spec, NULL, NULL);
	for (size_t i = 0; i < n; i++)
		if (files[i].table != SIZE_MAX)
			c->files[c->n_files++] = (struct batch_file){ .name = STR("fuzz.csv"), .table = files[i].table };
	c->n_read = c->n_files;
	return c;
}

static void must_be_same(const struct tables_batch *a, const struct tables_batch *b)
{
	bool same = a->n_children == b->n_children && a->n_drafts == b->n_drafts && a->n_findings == b->n_findings;
	for (size_t i = 0; same && i < a->n_drafts; i++) {
		const struct draft_row *x = batch_draft(a, i), *y = batch_draft(b, i);
		same = x->child == y->child && x->line == y->line && x->file == y->file &&
		       draft_hash(a, x) == draft_hash(b, y);
	}
	for (size_t i = 0; same && i < a->n_findings; i++)
		same = a->findings[i].line == b->findings[i].line && str_eq(a->findings[i].rule, b->findings[i].rule) &&
		       str_eq(a->findings[i].record, b->findings[i].record);
	if (!same)
		abort();
}

/* The same by two parsers, from each table on. */
static void read_by_two(const struct parse_file *files, size_t n, const struct tables_batch *one)
{
	for (size_t from = 1; from < n; from++) {
		struct parse_file rest[FILES];
		size_t n_rest = 0;
		if (files[from].table == files[from - 1].table || table_is_shared(spec, files[from].table))
			continue;
		for (size_t i = 0; i < n; i++)
			if (i >= from || table_is_shared(spec, files[i].table))
				rest[n_rest++] = files[i];
		struct parse_job first = { .spec = spec, .today = day_of(2026, 11, 22), .files = files, .n_files = from };
		first.of_two = true;
		struct parse_job second = first;
		second.files = rest;
		second.n_files = n_rest;
		second.second = true;
		struct collector *c = collector_of(files, n);
		c->later_from = files[from].number;
		parse(&c->parts[1], &second);
		parse(&c->parts[0], &first);
		if (batch_finish(c))
			must_be_same(one, &c->own->b);
		tables_batch_free(&c->own->b);
		collector_free(c);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parse_file files[FILES];
	load_once();
	size_t n = cut(data, size, files);
	struct parse_job job = { .spec = spec, .today = day_of(2026, 11, 22), .files = files, .n_files = n };
	struct collector *c = collector_of(files, n);
	parse(&c->parts[0], &job);
	if (!batch_finish(c))
		abort();
	ask_everything(&c->own->b);
	read_by_two(files, n, &c->own->b);
	tables_batch_free(&c->own->b);
	collector_free(c);
	for (size_t i = 0; i < n; i++)
		close(files[i].fd);
	return 0;
}
