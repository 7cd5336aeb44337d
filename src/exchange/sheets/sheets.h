/*
 * sheets.h - a team's own workbook, as it is: looked over, mapped, read.
 *
 * A workbook has sheets, headings and habits of its own. Looking it over (a
 * `survey`) says what stands in each column, and keeps a few rows to show. A
 * `mapping` says, for each sheet, what its rows are and which column feeds which
 * column of the tables (exchange/tables). It is proposed from headings, contents
 * and the mappings of earlier files, changed by a person, kept as YAML, and used
 * again for the next file. Read by a mapping, a workbook gives the same batch of
 * drafts and findings as the tables do. Nothing is written here.
 *
 * Rules of use
 *  - Files are opened outside and parsed in a jail: their descriptors must be at
 *    a place from which they can be read more than once (no pipe).
 *  - What nobody maps is not read: a survey is for the eyes of whoever loads, and
 *    is thrown away with the draft.
 *  - No row is guessed at. What cannot be told is a question (mapping_questions)
 *    that has to be answered before anything is loaded.
 *  - Surveys and mappings live in the arena they were made in, and point into the
 *    parts: free those last.
 */
#ifndef LINNET_EXCHANGE_SHEETS_SHEETS_H
#define LINNET_EXCHANGE_SHEETS_SHEETS_H

#include "exchange/sheets/days.h"
#include "exchange/tables/tables.h"

enum {
	SHEET_PARTS_MAX = 64,
	SHEET_LISTS_MAX = 60, /* sheets times parts that one workbook may feed */
	SURVEY_ROWS = 6,      /* rows kept to show */
	SURVEY_HEAD = 40,     /* rows among which the heading is looked for */
	SURVEY_WORDS = 40,    /* different words of a column that are kept */
	SURVEY_WORD_MAX = 80, /* bytes */
	TARGETS_MAX = 3,      /* what one column may feed */
	MAPPING_WORDS_MAX = 60,
	MAPPING_NAME_MAX = 60,
	MAPPING_TEXT_MAX = 1024 * 1024,
};

/* ---- what a row may tell: data/workbooks.yaml upon data/tables.yaml ---- */

struct sheets_parts;
enum rc sheets_parts_load(const char *data_dir, const struct tables_spec *s, struct sheets_parts **out,
			  struct err *e) NODISCARD;
/* The same for a file that is one list of children, its council said beside it: a
 * council's weekly list (exchange/weekly). `s` holds its table alone; the part is called
 * "list". People's words for codes and for nothing are those of workbooks. */
enum rc sheets_list_load(const char *data_dir, const struct tables_spec *s, struct sheets_parts **out,
			 struct err *e) NODISCARD;
bool parts_are_list(const struct sheets_parts *p);
void sheets_parts_free(struct sheets_parts *p);

struct target { /* a column of a part; part 0 says whose row it is */
	uint16_t part, column;
};
enum { PART_ROW = 0, ROW_COUNCIL = 0, ROW_CHILD = 1, ROW_NHS = 2 };
static inline bool target_same(struct target a, struct target b)
{
	return a.part == b.part && a.column == b.column;
}

size_t parts_count(const struct sheets_parts *p);
struct str part_id(const struct sheets_parts *p, size_t part);
struct str part_title(const struct sheets_parts *p, size_t part);
bool part_is_wide(const struct sheets_parts *p, size_t part); /* may stand in a sheet with one row a child */
bool part_is_list(const struct sheets_parts *p, size_t part); /* may be what each row of a sheet is */
size_t part_columns(const struct sheets_parts *p, size_t part);
/* False for a column that is never fed by a column of a sheet (the common ones, outside part 0). */
bool target_open(const struct sheets_parts *p, struct target t);
struct str target_name(const struct sheets_parts *p, struct target t); /* "seen_on" */
struct str target_says(const struct sheets_parts *p, struct target t); /* "Day the child was seen" */
bool target_is_day(const struct sheets_parts *p, struct target t);
/* "iha.seen_on", and back; false if there is none. */
struct str target_text(const struct sheets_parts *p, struct target t, struct arena *a);
bool target_of(const struct sheets_parts *p, struct str text, struct target *out);
struct target_code {
	struct str id, title;
};
/* The codes or choices that a cell may have; 0 if it has none. */
size_t target_codes(const struct sheets_parts *p, struct target t, struct arena *a, const struct target_code **out);

/* ---- looking a workbook over ---- */

struct survey_word {
	struct str text;
	int64_t n;
};
struct survey_counts {
	int64_t filled;
	int64_t texts, numbers, days, yes_no, errors; /* cells by kind */
	int64_t formulas, notes, merged;	      /* merged: empty because merged with one above or before */
	int64_t day_like, day_first, month_first, either, inner_numbers, short_years, future;
	int64_t nhs, councils, small; /* small: whole numbers 0 to 40 */
	int64_t unlike;		      /* different values, counted up to SURVEY_UNLIKE_MAX */
	int64_t first_day, last_day;  /* as they are read day first; 0 and 0: none */
};
struct survey_column {
	struct str heading; /* "Seen", or with its group "Initial health assessment: Seen"; empty: none */
	struct str own;	    /* without its group */
	struct survey_counts c;
	const struct survey_word *words; /* short texts, most first; none if there are too many different ones */
	size_t n_words;
};
enum { SURVEY_UNLIKE_MAX = 20000 };

struct survey_row {
	int64_t line;
	const struct str *cells; /* [columns] */
};
struct survey_sheet {
	struct str name;
	bool hidden;
	int64_t rows;	      /* with anything in them, below the heading */
	int64_t heading_line; /* 0: none was found */
	int64_t group_line;   /* the row of group headings above it; 0 none */
	int64_t left_out;     /* rows below it that add up or hold one remark */
	int64_t councils;     /* of these, that hold the name of a council: headings of what follows */
	struct str title;     /* what stands above the heading, shortened */
	const struct survey_column *columns;
	size_t n_columns;
	const struct survey_row *first; /* the first rows below the heading */
	size_t n_first;
};
struct survey {
	struct str name; /* of the file */
	bool is_csv;
	const struct survey_sheet *sheets;
	size_t n_sheets;
};

struct sheets_file {
	struct str name;
	int fd;
};
struct mapping;
/* Looks the file over. `hints`: earlier mappings, whose headings help to find the
 * heading row. `forced`: heading rows as a person chose them, by sheet; -1: look. */
enum rc sheets_survey(const struct sheets_parts *p, const struct sheets_file *f, day_t today,
		      const struct mapping *const *hints, size_t n_hints, const int64_t *forced, size_t n_forced,
		      struct arena *a, const struct survey **out, struct err *e) NODISCARD;

/* ---- a mapping ---- */

enum rows_are { ROWS_LEFT_OUT, ROWS_CHILDREN, ROWS_LIST };
enum fill { FILL_NOT, FILL_MERGED, FILL_EMPTY }; /* an empty cell has the value above: if merged; always */

struct mapped_word {
	struct str word, code;
};
struct mapped_column {
	struct str heading; /* as the survey tells it; "Column C" if there is none */
	struct target to[TARGETS_MAX];
	size_t n_to; /* 0: left out */
	enum day_order order;
	bool order_said; /* a person, or the mapping, says the order */
	enum fill fill;
	const struct mapped_word *words;
	size_t n_words;
	size_t at;	/* its place in the file at hand; SIZE_MAX: it is not there */
	struct str why; /* in plain words, why this is proposed; empty if a person chose */
	bool fresh;	/* the earlier mapping did not have it */
};
struct mapped_constant {
	struct target to;
	struct str value, why;
};
struct mapped_sheet {
	struct str name;
	enum rows_are rows;
	size_t part;	      /* ROWS_LIST: what each row is */
	int64_t heading_line; /* 0: none */
	struct mapped_column *columns;
	size_t n_columns, cap_columns;
	struct mapped_constant *constants;
	size_t n_constants;
	bool council_above; /* the council stands in a row of its own above its children */
	size_t at;	    /* its place in the file at hand; SIZE_MAX: it is not there */
	struct str why;
};
struct mapping {
	struct str name, title;
	const struct str *whole; /* codes of the councils for which its lists are whole */
	size_t n_whole;
	day_t covers_from; /* DAY_NONE: not said */
	struct mapped_sheet *sheets;
	size_t n_sheets;
	struct str from; /* name of the earlier mapping it was proposed from; empty */
};

/* Reads and writes YAML. RC_BAD_INPUT names line and column. With `reasons` each
 * line says in a remark why it is so. */
enum rc mapping_read(const struct sheets_parts *p, struct str text, const char *name, struct arena *a,
		     struct mapping **out, struct err *e) NODISCARD;
void mapping_write(const struct sheets_parts *p, const struct mapping *m, bool reasons, struct buf *out);
/* Letters, digits and hyphens, at most MAPPING_NAME_MAX. */
bool mapping_name_ok(struct str name);
struct str mapping_name_from(struct str file_name, struct arena *a);

/* Proposes: from the known mapping that fits best, if one does, else by heading and content. */
struct mapping *mapping_propose(const struct sheets_parts *p, const struct survey *s,
				const struct mapping *const *known, size_t n_known, const struct str *councils,
				size_t n_councils, struct arena *a);
/* Proposes one sheet anew, its rows being what a person says. */
void mapping_propose_sheet(const struct sheets_parts *p, const struct survey *s, struct mapping *m, size_t sheet,
			   enum rows_are rows, size_t part, struct arena *a);
/* Finds the mapping's sheets and columns in the file at hand: fills `at`, adds what is
 * new as left out. How well the headings fit, 0 to 100. */
int mapping_fit(const struct survey *s, struct mapping *m, struct arena *a);
struct mapping *mapping_copy(const struct mapping *m, struct arena *a);
/* After columns were chosen: parts that are told get the values that make them what
 * they are ("initial"); values of parts that are not go. */
void mapping_complete(const struct sheets_parts *p, struct mapped_sheet *s, struct arena *a);
struct str sheet_column_name(size_t column, struct arena *a); /* "Column C" */

enum question_sort { QUESTION_STOPS, QUESTION_LOOK, QUESTION_DIFFERS };
struct mapping_question { /* what stops the loading, deserves a look, or differs from last time */
	enum question_sort sort;
	size_t sheet, column; /* SIZE_MAX: about the whole */
	struct str words;
};
size_t mapping_questions(const struct sheets_parts *p, const struct survey *s, const struct mapping *m, struct arena *a,
			 const struct mapping_question **out);

/* What the columns prove about the order of day and month becomes part of the mapping, so
 * that a shorter file of next time is not asked about again. */
void mapping_settle(const struct sheets_parts *p, const struct survey *s, struct mapping *m);

/* A cell as it will be read, to show: "6 January 2026"; the cell itself if it cannot
 * be read, and then *bad_out. */
struct str mapping_show(const struct sheets_parts *p, const struct mapped_column *c, struct str cell, day_t today,
			struct arena *a, bool *bad_out);
/* Is a word understood as it stands (by the list, its titles, or the words people use)? */
bool mapping_understands(const struct sheets_parts *p, struct target t, const struct mapped_column *c, struct str word);

/* ---- reading ---- */

/* The whole file by a mapping that fits (mapping_fit on its survey), as a batch: one
 * file of the batch for each sheet and part, "Caseload: Initial health assessment". */
enum rc sheets_read(const struct sheets_parts *p, const struct sheets_file *f, const struct survey *s,
		    const struct mapping *m, day_t today, tables_progress *progress, void *progress_arg,
		    struct tables_batch **out, struct err *e) NODISCARD;
/* A row of a list, in the columns of its table: as the table takes it, as it stands in the
 * file, and what could not be made of it. `record`: the columns that are read, as CSV. */
struct problem;
struct sheet_row {
	int64_t line;
	const struct str *texts, *raw;
	const struct problem *const *wrong;
	const struct str *names; /* what the file calls each column */
	struct str record;
};
struct sheet_taker {
	enum rc (*row)(void *arg, const struct sheet_row *r, struct err *e);
	void *arg;
};
/* Reads the one sheet of a list, row by row; inside a jail. Every row that has something in
 * the column of the council's number is handed on, whatever else it holds. */
enum rc sheets_rows(const struct sheets_parts *p, const struct sheets_file *f, const struct survey *s,
		    const struct mapping *m, day_t today, const struct sheet_taker *to, struct err *e) NODISCARD;
/* The headings of the records of sheets_rows, as a line of CSV without its end. */
void sheets_list_heading_csv(const struct mapping *m, struct buf *out);
/* The heading of the rows kept back of one file of such a batch, as a line of CSV. */
void sheets_heading_csv(const struct sheets_parts *p, const struct mapping *m, struct str file, struct buf *out);
/* Does a cell of a spreadsheet give no value: a formula whose result is not in the file, or an
 * error? Then also what to do, in words. */
struct cell;
bool sheets_cell_wrong(const struct cell *cell, struct problem *wrong_out);
/* Is it a workbook: an XLSX file, whatever its name? The descriptor is left at its start. */
bool sheets_is_workbook(int fd);

#endif
