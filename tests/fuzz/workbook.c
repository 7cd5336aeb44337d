/*
 * A workbook from any bytes, without the jail: looked over, mapped, the mapping
 * written and read again, the rows read by it, and every message through the checks
 * of the reader. Before a byte 0xFE stands YAML, tried as a mapping of its own.
 */
#include "base/hash.h"
#include "exchange/sheets/rows.h"
#include "help.h"

#include <sys/mman.h>

static struct vocab *vocab;
static struct tables_spec *spec;
static struct sheets_parts *parts;

static void load_once(void)
{
	struct err e = { .rc = RC_OK };
	if (parts)
		return;
	hash_ready();
	if (vocab_load("data", &vocab, &e) != RC_OK || tables_spec_load("data", vocab, &spec, &e) != RC_OK ||
	    sheets_parts_load("data", spec, &parts, &e) != RC_OK) {
		fprintf(stderr, "%s\n", e.text);
		abort();
	}
}

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void read_by(const struct sheets_file *f, const struct survey *s, const struct mapping *m)
{
	struct sheets_job *job = xcalloc(1, sizeof *job);
	struct collector *c = collector_new(spec, NULL, NULL);
	struct err e = { .rc = RC_OK };
	int fd = memfd_create("said", 0);
	if (sheets_job_make(job, parts, f, s, m, day_of(2026, 11, 22), c, &e) == RC_OK) {
		check(sheets_parse(fd, job) == 0);
		off_t n = lseek(fd, 0, SEEK_END);
		char *said = xmalloc((size_t)n + 1);
		check(pread(fd, said, (size_t)n, 0) == n);
		check(collect(&c->parts[0], said, (size_t)n, &e) == RC_OK && c->parts[0].ended);
		free(said);
		check(batch_finish(c));
		for (size_t i = 0; i < c->own->b.n_drafts; i++)
			check(draft_natural(&c->own->b, &c->own->b.drafts[i]).n > 0);
	}
	tables_batch_free(&c->own->b);
	collector_free(c);
	free(job);
	close(fd);
}

static void map_and_read(const struct sheets_file *f, const struct survey *s, const struct mapping *const *known,
			 size_t n, struct arena *a)
{
	static const struct str councils[] = { { "E10000012", 9 } };
	struct err e = { .rc = RC_OK };
	struct mapping *m = mapping_propose(parts, s, known, n, councils, 1, a), *again;
	const struct mapping_question *q;
	struct buf b AUTO(buf_release);
	buf_init(&b, MAPPING_TEXT_MAX);
	mapping_questions(parts, s, m, a, &q);
	mapping_write(parts, m, false, &b);
	check(!buf_ok(&b) || mapping_read(parts, buf_view(&b), "m", a, &again, &e) == RC_OK);
	read_by(f, s, m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a AUTO(arena_release);
	struct buf said AUTO(buf_release);
	struct err e = { .rc = RC_OK };
	struct mapping *given = NULL;
	const struct survey *s;
	load_once();
	arena_init(&a);
	buf_init(&said, 64 << 20);
	bool two = memchr(data, 0xFE, size) != NULL;
	struct str yaml = two ? fuzz_piece(&data, &size) : (struct str){ NULL, 0 };
	if (two && mapping_read(parts, yaml, "given", &a, &given, &e) != RC_OK)
		given = NULL;
	int fd = memfd_create("fuzz", 0);
	check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	struct sheets_file f = { STR("fuzz.csv"), fd };
	const struct mapping *known = given;
	struct survey_ask ask = { parts, &f, day_of(2026, 11, 22), &known, given != NULL, NULL, 0 };
	survey_tell(&ask, &said);
	if (survey_hear(buf_view(&said), f.name, true, &a, &s, &e) == RC_OK)
		map_and_read(&f, s, &known, given != NULL, &a);
	close(fd);
	return 0;
}
