/*
 * A weekly list of any bytes, without the jail: rows come out that can be kept and
 * read again, compared with each other and with an empty record; and any bytes as
 * the messages of the parser: refused in words, or a list.
 */
#include "help.h"

#include "base/hash.h"
#include "base/text.h"
#include "codec/csv.h"
#include "exchange/weekly/compare.h"
#include "exchange/weekly/match.h"
#include "exchange/weekly/rows.h"

static struct vocab *vocab;
static struct weekly_spec *spec;

static void begin(void)
{
	struct err e = { .rc = RC_OK };
	hash_ready();
	fuzz_must(vocab_load("data", &vocab, &e), &e);
	fuzz_must(weekly_spec_load("data", vocab, &spec, &e), &e);
}

struct seen {
	struct arena *a;
	struct weekly_rows rows;
	struct weekly_row last;
	size_t n;
};

static void on_row(void *arg, const struct weekly_row *r)
{
	struct seen *s = arg;
	struct weekly_row back;
	struct err e = { .rc = RC_OK };
	struct buf b;
	buf_init(&b, 1 << 20);
	weekly_row_put(r, &b);
	fuzz_must(weekly_row_get(buf_view(&b), s->a, &back, &e), &e);
	for (size_t i = 0; i < WEEKLY__FIELDS; i++)
		if (!str_eq(back.cell[i], r->cell[i]))
			abort();
	buf_release(&b);
	struct match_side x = match_side_of(&back), y = match_side_of(&s->last);
	struct match_result one, other;
	match_compare(spec, &x, &y, &one);
	match_compare(spec, &y, &x, &other);
	if (one.points != other.points || one.offered != other.offered)
		abort();
	struct weekly_known known = { .born = DAY_NONE, .died = DAY_NONE };
	struct weekly_when when = { .listed_on = 20000, .before = DAY_NONE, .last_on = DAY_NONE };
	struct proposal out[PROPOSALS_A_CHILD];
	known.there = s->n++ % 2;
	if (weekly_compare(vocab, tables_organisations(spec->columns), &back, &known, &when, s->a, out) >
	    PROPOSALS_A_CHILD)
		abort();
	s->last = back;
}

static void on_row_kept(void *arg, int64_t line, struct str record)
{
	(void)arg, (void)line;
	if (utf8_bad_at(record) != SIZE_MAX)
		abort();
}

static void on_finding(void *arg, enum severity severity, int64_t line, struct str column, const char *rule,
		       struct str found, const char *message, const char *fix)
{
	(void)arg, (void)severity, (void)line, (void)column, (void)found, (void)fix;
	if (!rule || !message)
		abort();
}

static enum rc on_record(void *arg, const struct csv_row *row, struct err *e)
{
	struct seen *s = arg;
	(void)e;
	weekly_rows_take(&s->rows, row->line, row->cells, NULL, row->n);
	return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .rc = RC_OK };
	struct arena a;
	struct weekly_list l;
	if (!spec)
		begin();
	arena_init(&a);
	struct seen *s = xcalloc(1, sizeof *s);
	s->a = &a;
	weekly_rows_begin(&s->rows, spec, STR("E10000012"), 20000, (struct weekly_teller){ on_row, on_row_kept, on_finding, s });
	if (csv_read_text((struct str){ (const char *)data, size }, on_record, s, &e) != RC_OK && !e.text[0])
		abort();
	if (weekly_messages(data, size, &a, &l, &e) != RC_OK && !e.text[0])
		abort();
	weekly_rows_end(&s->rows);
	free(s);
	arena_release(&a);
	return 0;
}
