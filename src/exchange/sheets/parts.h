/*
 * parts.h - what a row of a workbook may tell, compiled. For exchange/sheets only.
 *
 * Headings are compared as sets of words: without case, punctuation and small
 * words, short forms written out, and a letter or two wrong in a long word.
 */
#ifndef LINNET_EXCHANGE_SHEETS_PARTS_H
#define LINNET_EXCHANGE_SHEETS_PARTS_H

#include "exchange/sheets/sheets.h"
#include "exchange/tables/cells.h"

enum {
	PHRASE_WORDS_MAX = 8,
	MADE_MAX = 3,
	MADE_DAYS_MAX = 6,
	VALUE_WORD_MAX = 80, /* bytes of a folded word of a cell */
	HEADING_WORDS_MAX = 16,
};

struct phrase { /* numbers of words, sorted, each once */
	uint16_t words[PHRASE_WORDS_MAX];
	size_t n;
};
struct phrases {
	struct phrase *all;
	size_t n;
};
struct heading { /* a heading of a file, in words; words that we do not know are only counted */
	uint16_t words[HEADING_WORDS_MAX];
	size_t n, unknown, mended; /* mended: a letter or two were wrong */
};

struct column_words {
	struct phrases phrases; /* that name it anywhere */
	struct phrases plain;	/* that name it only where each row is this part */
	bool bare;		/* the part's name alone is enough */
	struct str check;	/* what to look at before it is believed */
	struct str fixed;	/* value if no column gives one; empty */
	const struct value_words *values;
};
struct made {
	int column;
	struct str letters;
	struct target days[MADE_DAYS_MAX];
	size_t n_days;
	struct target same; /* if n_days is 0 */
};
struct part {
	struct str id, title;
	const struct table *table; /* NULL: part 0 */
	size_t table_number;
	bool wide, list, alone;
	struct column_words columns[TABLE_COLUMNS_MAX];
	size_t n_columns;
	bool optional[TABLE_COLUMNS_MAX];
	struct made made[MADE_MAX];
	size_t n_made;
	struct phrases called; /* what must stand in a heading beside the column's own words */
	struct phrase name;    /* of its title, for names of sheets */
};

struct value_word { /* a word that people write, folded, and its code */
	struct str word, code;
};
struct value_words {
	const struct code_list *list; /* or: */
	const struct column *column;
	struct value_word *all; /* sorted by word */
	size_t n;
};
struct left_out {
	struct phrase phrase;
	struct str why;
};

struct sheets_parts {
	struct arena arena;
	const struct tables_spec *spec;
	struct part parts[SHEET_PARTS_MAX];
	size_t n, children;	      /* children: the part that says who a child is */
	bool one_list;		      /* a weekly list: that part alone, a sheet of it */
	struct column row_columns[3]; /* of part 0 */
	struct str *words;	      /* of headings; number 0 is none */
	size_t n_words, cap_words;
	uint32_t *slots; /* open addressing */
	size_t n_slots;
	struct {
		struct str from, to;
	} shorts[100];
	size_t n_shorts;
	const struct str *passed_over;
	size_t n_passed_over;
	struct value_words *values;
	size_t n_values;
	const struct str *yes, *no, *empty, *leave_out; /* folded */
	size_t n_yes, n_no, n_empty, n_leave_out;
	struct left_out *not_needed;
	size_t n_not_needed;
	uint64_t *exact; /* hashes of all phrases, sorted */
	size_t n_exact;
	uint64_t *alone; /* of those that need no group above them */
	size_t n_alone;
};

const struct column *target_column(const struct sheets_parts *p, struct target t);
/* The part that is this table with nothing added; SIZE_MAX if there is none. */
size_t part_find(const struct sheets_parts *p, struct str id);

/* A heading or a word of a cell without case, punctuation and double blanks. */
struct str words_fold(struct str s, char *out, size_t size);
struct heading heading_words(const struct sheets_parts *p, struct str heading, bool mend);
/* Are these the words of a heading that we know, no more and no less? */
bool heading_known(const struct sheets_parts *p, const struct heading *h);
/* The same, of headings that are about the child, its care or its placement. */
bool heading_stands_alone(const struct sheets_parts *p, const struct heading *h);
/* 0 to 100: how far the words are the same. */
int phrase_fit(const struct heading *h, const struct phrase *p);

bool cell_is_empty_word(const struct sheets_parts *p, struct str cell);
bool row_is_left_out(const struct sheets_parts *p, struct str first_cell);
/* The code that people's word stands for; {NULL,0} if it is not known. */
struct str word_code(const struct sheets_parts *p, struct target t, struct str word);
int word_yes_no(const struct sheets_parts *p, struct str word); /* 1, 0, -1 */

/* ---- convert.c ---- */
struct cell;
enum converted { CONVERTED_EMPTY, CONVERTED_TEXT, CONVERTED_WRONG };
enum { CONVERTED_MAX = 32 };
/* A cell as the tables write it, by the habits of its column: text_out points into the
 * cell, the parts or `room`. WRONG: *wrong says why, and the text is the cell's own. */
enum converted cell_convert(const struct sheets_parts *p, const struct mapped_column *c, struct target t,
			    const struct cell *cell, day_t today, char room[CONVERTED_MAX], struct str *text_out,
			    struct problem *wrong);

/* ---- fit.c ---- */
/* What a mapping calls the column: its heading, or its letter if it has none. */
struct str column_called(const struct survey_sheet *s, size_t column, struct arena *a);
const struct mapped_column *column_feeding(const struct mapped_sheet *s, struct target t);
const struct mapped_constant *constant_feeding(const struct mapped_sheet *s, struct target t);
/* Is anything of this part in the sheet? Constants do not count. */
bool part_is_fed(const struct mapped_sheet *s, size_t part);
/* May `part` stand in the sheet at all? */
bool part_may_stand(const struct sheets_parts *p, const struct mapped_sheet *s, size_t part);
/* The first column that the part cannot be without and nothing gives; -1 if there is none. */
int part_lacks(const struct sheets_parts *p, const struct mapped_sheet *s, size_t part);
enum whose { WHOSE_NOBODYS, WHOSE_COUNCIL_NUMBER, WHOSE_NHS };
enum whose sheet_whose(const struct sheets_parts *p, const struct mapped_sheet *s, struct target *out);

#endif
