/*
 * ssda903.h - the yearly looked-after return (SSDA903), read, checked and written.
 *
 * Once a year each council sends the Department a return about every child it
 * looked after: a set of CSV tables, or one XML file. Which tables, columns and
 * codes a year has is data (data/ssda903/tables.yaml), and so is each check
 * (data/ssda903/rules.yaml): the "spec". Files are parsed in a jail and become a
 * "frame": all rows of this year and, if it was given, of last year, as numbers,
 * sorted by child and day. The checks run over a frame in one pass; what they
 * find, and what could not be run, is the result. Nothing is written here and no
 * database is known.
 *
 * Rules of use
 *  - A spec outlives the frames made with it, a frame its results.
 *  - A rule that cannot run says why in its `state`; it never counts as passed.
 *  - CSV and XML of the same content give the same rows, in the same order of
 *    children; only line numbers differ.
 *  - Texts of a frame are what the file says, trimmed; codes, postcodes, pupil
 *    and Ofsted numbers in capital letters.
 */
#ifndef LINNET_EXCHANGE_SSDA903_SSDA903_H
#define LINNET_EXCHANGE_SSDA903_SSDA903_H

#include "base/arena.h"
#include "base/day.h"

enum {
	RETURN_TABLES_MAX = 16,
	RETURN_COLUMNS_MAX = 24,
	RETURN_YEARS_MAX = 8,
	RETURN_RULES_MAX = 800,
	RETURN_FILES_MAX = 40,	       /* of both years */
	RETURN_ROWS_MAX = 20000000,    /* of one table of one year */
	RETURN_TROUBLES_MAX = 2000,    /* listed; the rest are counted */
	RETURN_FINDINGS_MAX = 4000000, /* listed; the rest are counted */
	RETURN_CELL_MAX = 100,	       /* letters; a longer cell is cut and told */
};

/* ---- the spec ---- */

struct return_spec;
/* Reads DIR/ssda903/tables.yaml, rules.yaml and rule_codes.csv. */
enum rc return_spec_load(const char *data_dir, struct return_spec **out, struct err *e) NODISCARD;
void return_spec_free(struct return_spec *s);
/* "2025-26": its number, from 0; -1 if there is no such year. */
int return_year(const struct return_spec *s, struct str year);
size_t return_years(const struct return_spec *s);
struct str return_year_name(const struct return_spec *s, int year);
day_t return_year_first(const struct return_spec *s, int year); /* 1 April */
day_t return_year_last(const struct return_spec *s, int year);	/* 31 March */
/* The latest year that had ended by `today`; -1 if none had. */
int return_year_ended(const struct return_spec *s, day_t today);

size_t return_tables(const struct return_spec *s);
struct str return_table_name(const struct return_spec *s, size_t table); /* "Episodes" */
struct str return_table_title(const struct return_spec *s, size_t table);
size_t return_table_find(const struct return_spec *s, struct str name); /* SIZE_MAX: none */
bool return_table_in_year(const struct return_spec *s, size_t table, int year);
size_t return_columns(const struct return_spec *s, size_t table);
size_t return_column_find(const struct return_spec *s, size_t table, struct str name); /* SIZE_MAX: none */

struct return_column_words { /* what the spec says of a column */
	struct str name, says, type, set, why_not_kept;
	bool optional, kept;
};
struct return_column_words return_column(const struct return_spec *s, size_t table, size_t column);
/* The codes of a column in a year: calls `each` with code and words. */
typedef void return_code_each(void *arg, struct str code, struct str title);
void return_codes(const struct return_spec *s, size_t table, size_t column, int year, return_code_each *each,
		  void *arg);

/* One entry of the rules; a code may have several (for two tables). */
#define RETURN_TODO "Correct it in the system that the return comes from, and make the return again"
struct return_rule_words {
	struct str code, title, fields, todo, partly, needs, wrong_if, table;
	bool check; /* may be right: to be looked at again */
};
size_t return_rules(const struct return_spec *s);
struct return_rule_words return_rule(const struct return_spec *s, size_t rule);
bool return_rule_in_year(const struct return_spec *s, size_t rule, int year);

/* How many of a year's official codes the rules speak of. */
struct return_cover {
	size_t official;   /* codes of the year */
	size_t runs;	   /* we check them (some only in part) */
	size_t in_part;	   /* of them */
	size_t needs_list; /* known, but they need a list that a return does not hold */
	size_t none;	   /* not covered */
};
struct return_cover return_cover_of(const struct return_spec *s, int year);
/* Official codes of the year that no rule speaks of; true while there are more. */
bool return_uncovered(const struct return_spec *s, int year, size_t *next, struct str *code_out);

/* ---- a frame ---- */

struct return_frame;

struct return_upload {
	struct str name; /* "episodes.csv" */
	int fd;		 /* open for reading; stays the caller's */
};
struct return_source { /* a folder of CSV, an XML file, or files that came over the web */
	const char *path;
	const struct return_upload *uploads;
	size_t n_uploads;
};
struct return_input {
	int year;
	struct return_source now, last; /* last: nothing set if it was not given */
};
typedef void return_progress(void *arg, const char *what, int64_t done, int64_t total);

/* Troubles with files are not failures: see return_trouble_get. RC_BAD_INPUT or
 * RC_NOT_FOUND if there is nothing of this year to read; RC_LIMIT over a limit. */
enum rc return_read(const struct return_spec *s, const struct return_input *in, return_progress *p, void *arg,
		    struct return_frame **out, struct err *e) NODISCARD;
void return_frame_free(struct return_frame *f);
size_t return_frame_bytes(const struct return_frame *f);
const struct return_spec *return_frame_spec(const struct return_frame *f);
int return_frame_year(const struct return_frame *f);

enum { RETURN_NOW = 0, RETURN_LAST = 1 };

enum return_form { RETURN_CSV, RETURN_XML, RETURN_BOOK }; /* a book: XLSX, a table on each sheet */

struct return_file {
	struct str name;
	int when;	 /* RETURN_NOW, RETURN_LAST */
	size_t table;	 /* SIZE_MAX: of no table, or of several */
	uint32_t tables; /* bit t: it may hold rows of table t */
	enum return_form form;
	char hash[65];
	int64_t rows;
	bool refused; /* nothing of it was read; a trouble says why */
};
size_t return_files(const struct return_frame *f);
const struct return_file *return_file(const struct return_frame *f, size_t i);

struct return_trouble { /* what is wrong with a file, a heading or a cell before any rule */
	size_t file;	/* SIZE_MAX: the folder */
	int64_t line;
	bool refuses; /* the file was not read */
	struct str column, rule, found, message, todo;
};
size_t return_troubles(const struct return_frame *f);
const struct return_trouble *return_trouble(const struct return_frame *f, size_t i);
int64_t return_troubles_total(const struct return_frame *f);

/* Was the table there (whatever its rows)? */
bool return_has(const struct return_frame *f, int when, size_t table);
size_t return_rows(const struct return_frame *f, int when, size_t table);
int64_t return_line(const struct return_frame *f, int when, size_t table, size_t row);
size_t return_row_file(const struct return_frame *f, int when, size_t table, size_t row);
/* The cell as text, days as dd/mm/yyyy. Into `out` (24 bytes) if it is not text of the frame. */
struct str return_cell(const struct return_frame *f, int when, size_t table, size_t row, size_t column, char *out);
/* DAY_NONE if blank or no date. */
day_t return_day(const struct return_frame *f, int when, size_t table, size_t row, size_t column);
/* -1 if blank or no number. */
int return_number(const struct return_frame *f, int when, size_t table, size_t row, size_t column);

/* Children of both years, by number (bytes). Rows of a child stand together, by the
 * table's day, unreadable days last. */
size_t return_children(const struct return_frame *f);
struct str return_child(const struct return_frame *f, size_t child);
size_t return_child_find(const struct return_frame *f, struct str number); /* SIZE_MAX: not there */
void return_rows_of(const struct return_frame *f, int when, size_t table, size_t child, size_t *first_out,
		    size_t *n_out);

/* A frame made row by row, for what is written and for tests. Cells in the order of
 * the table's columns, as text. Sort with return_frame_done before use. */
struct return_frame *return_frame_new(const struct return_spec *s, int year);
void return_frame_table(struct return_frame *f, int when, size_t table); /* the table is there */
void return_frame_row(struct return_frame *f, int when, size_t table, const struct str *cells, size_t n);
void return_frame_done(struct return_frame *f);

/* ---- checks ---- */

enum return_state {
	RETURN_RAN = 1,
	RETURN_RAN_ALONE, /* on this year only: last year was not given */
	RETURN_NOT_RUN,	  /* `why` says what was missing */
};
struct return_finding {
	uint32_t row; /* of the rule's table, this year */
	uint16_t rule;
};
struct return_rule_result {
	enum return_state state;
	struct str why;
	int64_t found;
};
struct return_result {
	const struct return_frame *frame;
	struct return_rule_result *rules; /* [return_rules] ; state 0: not of this year */
	struct return_finding *findings;  /* by rule, then row */
	size_t n_findings;
	int64_t total;	  /* counted, also past RETURN_FINDINGS_MAX */
	int64_t children; /* children with a finding */
	struct arena arena;
};
/* threads: 1 or more. */
enum rc return_check(const struct return_frame *f, int threads, struct return_result **out, struct err *e) NODISCARD;
void return_result_free(struct return_result *r);
/* What the row has in the rule's fields: "DECOM 03/05/2025, DEC blank". */
void return_found(const struct return_result *r, const struct return_finding *d, struct buf *out);
/* The same to be kept: of columns that are never stored only the name. */
void return_found_kept(const struct return_result *r, const struct return_finding *d, struct buf *out);
/* A named definition of rules.yaml for one child: "continuous". False if there is none. */
bool return_is(const struct return_frame *f, size_t child, struct str definition);

/* ---- writing ---- */

/* One table as CSV: headings of the year, then the rows of this year. */
void return_write_csv(const struct return_frame *f, size_t table, struct buf *out);
/* All of this year as one XML file. */
void return_write_xml(const struct return_frame *f, struct buf *out);

#endif
