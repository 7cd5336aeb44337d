/* What a workbook's columns are taken for, and what is read of it. */
#include "exchange/sheets/sheets.h"

#include "base/hash.h"
#include "base/text.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>

static struct vocab *vocab;
static struct tables_spec *spec;
static struct sheets_parts *parts;
static struct arena arena;
static struct err err;
static day_t today;

int main(int argc, char **argv)
{
	struct sheets_file f = { str_of(argv[1]), open(argv[1], O_RDONLY) };
	const struct survey *s;
	struct buf b;
	(void)argc;
	arena_init(&arena);
	today = day_of(2026, 3, 2);
	if (vocab_load("data", &vocab, &err) || tables_spec_load("data", vocab, &spec, &err) ||
	    sheets_parts_load("data", spec, &parts, &err) ||
	    sheets_survey(parts, &f, today, NULL, 0, NULL, 0, &arena, &s, &err)) {
		puts(err.text);
		return 1;
	}
	struct str c[] = { STR("E10000012"), STR("E06000033"), STR("E06000034") };
	struct mapping *m = mapping_propose(parts, s, NULL, 0, c, 3, &arena);
	buf_init(&b, 1 << 20);
	mapping_write(parts, m, true, &b);
	puts(b.p);
	const struct mapping_question *q;
	size_t n = mapping_questions(parts, s, m, &arena, &q);
	for (size_t i = 0; i < n; i++)
		printf("%d: " STR_FMT "\n", q[i].sort, STR_ARG(q[i].words));
	struct tables_batch *batch;
	if (sheets_read(parts, &f, s, m, today, NULL, NULL, &batch, &err)) {
		puts(err.text);
		return 1;
	}
	for (size_t i = 0; i < batch->n_files; i++)
		printf(STR_FMT ": %d read, %d back\n", STR_ARG(batch->files[i].name), (int)batch->files[i].rows_read,
		       (int)batch->files[i].rows_kept_back);
	for (size_t i = 0; i < batch->n_drafts; i++)
		printf("  " STR_FMT " %d\n", STR_ARG(draft_natural(batch, &batch->drafts[i])), batch->drafts[i].at);
	for (size_t i = 0; i < batch->n_findings; i++)
		printf("row %d, " STR_FMT ", [" STR_FMT "] found \"" STR_FMT "\": " STR_FMT ". " STR_FMT "\n",
		       (int)batch->findings[i].line, STR_ARG(batch->findings[i].column), STR_ARG(batch->findings[i].rule),
		       STR_ARG(batch->findings[i].found), STR_ARG(batch->findings[i].message),
		       STR_ARG(batch->findings[i].fix));
	return 0;
}
