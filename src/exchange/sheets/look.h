/*
 * look.h - looking over one sheet, inside the jail. For exchange/sheets only.
 *
 * The first rows are kept until the heading among them is found; then every row
 * is counted column by column and forgotten.
 */
#ifndef LINNET_EXCHANGE_SHEETS_LOOK_H
#define LINNET_EXCHANGE_SHEETS_LOOK_H

#include "exchange/sheets/feed.h"
#include "exchange/sheets/parts.h"

enum { HEAD_CELL_MAX = 300 };

struct head_row { /* one of the first rows, kept */
	int64_t line;
	struct cell *cells;
	size_t n, filled;
};

/* Where the heading stands among the first rows: `n` if nowhere. `group_out`: the row
 * of group headings above it, or `n`. */
size_t heading_choose(const struct sheets_parts *p, const struct head_row *rows, size_t n, struct str sheet,
		      const struct mapping *const *hints, size_t n_hints, int64_t forced, size_t *group_out);

/* Rows that are not about a child: empty, a sum, one remark. */
/* The name of a council alone: it heads the rows below it. */
bool row_is_council(const struct sheets_parts *p, const struct cell *cells, size_t n, struct str *council_out);
bool row_is_remark(const struct sheets_parts *p, const struct cell *cells, size_t n, size_t columns);

struct survey_ask {
	const struct sheets_parts *p;
	const struct sheets_file *f;
	day_t today;
	const struct mapping *const *hints;
	size_t n_hints;
	const int64_t *forced;
	size_t n_forced;
};
/* What is done inside the jail, and what is made of its words outside. */
void survey_tell(const struct survey_ask *ask, struct buf *out);
enum rc survey_hear(struct str said, struct str name, bool is_csv, struct arena *a, const struct survey **out,
		    struct err *e) NODISCARD;

struct column_look {
	struct survey_counts c;
	struct str words[SURVEY_WORDS];
	int64_t counts[SURVEY_WORDS];
	size_t n_words;
	bool more;
	uint64_t *unlike; /* open addressing */
	size_t n_unlike, cap_unlike;
};
void column_look(const struct sheets_parts *p, struct column_look *k, const struct cell *cell, day_t today,
		 struct arena *a);

#endif
