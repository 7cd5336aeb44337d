/*
 * workbook.h - the mapping page of a workbook that was dropped in, and kept mappings.
 */
#ifndef LINNET_WEB_PAGES_WORKBOOK_H
#define LINNET_WEB_PAGES_WORKBOOK_H

#include "web/pages/page.h"
#include "work/load/workbook.h"

enum {
	COLUMNS_A_PAGE = 40,
	SAMPLES_SHOWN = 3,
	WORDS_A_PAGE = 40, /* a form holds so many fields and no more */
	WORDS_OF_A_COLUMN = 12,
	CONSTANTS_SHOWN = 16,
};

struct option {
	struct str id, words;
};
struct option_group {
	struct str title;
	const struct option *options;
	size_t n;
};
struct sample {
	struct str raw, text; /* as it stands; as it will be read */
	bool bad, changed;
};
struct word_line {
	size_t number; /* among the words of the survey */
	struct str word, code;
	int64_t n;
};
struct column_line {
	size_t number; /* in the sheet of the mapping */
	const struct mapped_column *c;
	struct str letter, target, also;
	struct sample samples[SAMPLES_SHOWN];
	size_t n_samples;
	bool is_day, ask_order, may_fill;
	const struct target_code *codes;
	size_t n_codes;
	struct word_line words[WORDS_OF_A_COLUMN];
	size_t n_words;
	const struct mapping_question *questions[8];
	size_t n_questions;
};
struct constant_line {
	struct str id, words, value, why;
	const struct target_code *codes;
	size_t n_codes;
};
struct stop {
	struct str where, words;
	struct link to;
};
struct sheet_line {
	const struct mapped_sheet *s;
	const struct survey_sheet *is; /* NULL: not in the file */
	size_t read;		       /* columns that are read */
	size_t stops;
};
struct workbook_view {
	struct page page;
	const struct workbook *w;
	struct str problem, name;
	size_t sheet, from, upto;
	const struct mapped_sheet *s;
	const struct survey_sheet *is;
	struct sheet_line *sheets;
	struct column_line *lines;
	size_t n_lines;
	const struct option *rows;
	size_t n_rows;
	const struct option_group *groups;
	size_t n_groups;
	struct constant_line constants[CONSTANTS_SHOWN];
	size_t n_constants;
	bool ask_council;
	struct str council;
	const struct option *councils;
	size_t n_councils;
	struct stop *stops, *differs, *looks;
	size_t n_stops, n_differs, n_looks;
};

struct mappings_view {
	struct page page;
	const struct saved_mapping *list;
	size_t n;
};

#endif
