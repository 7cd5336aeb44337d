/* The CSV reader on any bytes: cells stay inside the record, lines only grow. */
#include "codec/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	int64_t line;
	uint64_t end;
	size_t size;
};

static enum rc on_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct seen *s = arg;
	size_t n = 0;
	(void)e;
	for (size_t i = 0; i < row->n; i++) {
		n += row->cells[i].n;
		if (utf8_bad_at(row->cells[i]) != SIZE_MAX)
			abort();
	}
	if (row->line <= s->line || row->offset < s->end || row->offset + row->size > s->size || n > row->size ||
	    row->n > CSV_COLUMNS_MAX)
		abort();
	s->line = row->line;
	s->end = row->offset + row->size;
	return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen s = { .size = size };
	struct err e = { .rc = RC_OK };
	if (csv_read_text((struct str){ (const char *)data, size }, on_row, &s, &e) != RC_OK && !e.text[0])
		abort();
	return 0;
}
