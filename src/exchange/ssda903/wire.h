/*
 * wire.h - what the parser in the jail tells the reader outside. For this room only.
 *
 * A stream of messages: a head, a fixed part, texts or cells. Both ends are the same
 * program, so structs go as they are; the reader trusts none of it. Words are
 * numbered as they are told, behind those that the spec has already.
 */
#ifndef LINNET_EXCHANGE_SSDA903_WIRE_H
#define LINNET_EXCHANGE_SSDA903_WIRE_H

#include "codec/csv.h"
#include "exchange/ssda903/frame.h"

enum wire_type {
	WIRE_WORD = 1, /* the text */
	WIRE_TABLE,    /* wire_table: rows of this table follow */
	WIRE_ROW,      /* wire_row, cells of the table */
	WIRE_TROUBLE,  /* wire_trouble, five texts */
	WIRE_PROGRESS, /* wire_progress */
	WIRE_FILE_END, /* wire_file_end */
	WIRE_END,
};
enum { WIRE_MESSAGE_MAX = 16384, TROUBLE_TEXTS = 5 };

struct wire_head {
	uint32_t type, n; /* n: bytes that follow */
};
struct wire_table {
	uint32_t file, when, table, columns;
};
struct wire_row {
	uint32_t file, when, table, line;
};
struct wire_trouble {
	uint32_t file, refuses;
	int64_t line;
	uint32_t n[TROUBLE_TEXTS]; /* column, rule, found, message, todo */
	uint32_t unused;
};
struct wire_progress {
	uint32_t file, unused;
	int64_t done;
};
struct wire_file_end {
	uint32_t file, refused;
	char hash[72];
};

/* ---- the parser, which runs in the jail ---- */

struct parse_file {
	const char *name;
	int fd;
	int when;
	enum return_form form;
};
struct parse_job {
	const struct return_spec *spec;
	int year;
	const struct parse_file *files;
	size_t n_files;
	int when; /* only the files of this year; -1 all */
};

struct parser {
	const struct parse_job *job;
	const struct return_spec *s;
	struct words words;
	size_t words_told;
	struct buf out;
	int fd;
	bool broken;
	bool there[2][RETURN_TABLES_MAX];
	/* the file that is read */
	uint32_t file;
	const struct parse_file *source;
	struct hash *hash;
	int64_t bytes, told_bytes;
	bool refused;
	int64_t troubles;
	/* a CSV file */
	size_t table;		/* SIZE_MAX: the heading is still to come */
	const char *table_hint; /* name of the sheet; NULL: the file's */
	int columns[CSV_COLUMNS_MAX];
	size_t n_cells;
	int32_t last_child;
};

/* Writes messages to fd until all files are read. 0, or 1 if the pipe is gone. */
int return_parse(int fd, const struct parse_job *job);

/* What the reader makes of messages; return_read does it with a jail between the two. */
enum rc return_collect(const struct return_spec *s, int year, const struct parse_file *files, size_t n, int messages,
		       struct return_frame **out, struct err *e) NODISCARD;

/* ---- parse.c, for parse_xml.c ---- */
void parse_trouble(struct parser *p, bool refuses, int64_t line, struct str column, const char *rule, struct str found,
		   const char *message, const char *todo);
void parse_table(struct parser *p, size_t table, uint32_t columns);
void parse_row(struct parser *p, size_t table, const int32_t *cells, int64_t line);
/* The number of a cell; one that is too long is cut and told. */
int32_t parse_cell(struct parser *p, size_t table, size_t column, struct str text, int64_t line);
enum rc parse_source(void *arg, void *to, size_t n, size_t *got_out, struct err *e);
/* Is the file of the asked year at all? (its own words, not a rule) */
int parse_year(const struct parser *p);

/* A row of a table; the first is its heading. */
enum rc parse_csv_row(void *parser, const struct csv_row *row, struct err *e);
/* Is it the heading of one of the return's tables? */
bool parse_is_heading(const struct parser *p, const struct csv_row *row);

/* ---- parse_book.c ---- */
enum rc parse_book(struct parser *p, struct err *e) NODISCARD;

/* ---- parse_xml.c ---- */
enum rc parse_xml(struct parser *p, struct err *e) NODISCARD;

#endif
