/*
 * parse.h - the state of the parser in the jail. For this room only.
 *
 * parse.c reads files and rows; row.c says what one row means; keys.c remembers
 * which rows and events were there before; tell.c writes the messages.
 */
#ifndef LINNET_EXCHANGE_TABLES_PARSE_H
#define LINNET_EXCHANGE_TABLES_PARSE_H

#include "codec/csv.h"
#include "exchange/tables/cells.h"
#include "exchange/tables/wire.h"

enum { NATURAL_MAX = 250, BODY_MAX = 4096, CHILDREN_MAX = 20000000, ROWS_MAX = 20000000, COUNCILS_MAX = 1000 };

/* What a 64-bit name was first seen with. */
struct seen {
	uint64_t name;
	uint64_t content; /* hash of what it said; 0: not told */
	uint64_t core;	  /* events: hash of day and organisation only */
	uint64_t offset;
	uint32_t near;	  /* where it is looked for */
	uint32_t size, line;
	uint8_t file;
	bool dropped; /* the row was kept back meanwhile */
};
/* Open addressing, grown at half full. Nearly every name is new: what is looked up lies
 * in slots of 8 bytes, and what was seen stands behind one another as it came. */
struct seen_set {
	uint64_t *slots; /* 0: empty; else the upper half of the name, and 1 + its place in items */
	struct seen *items;
	size_t n, cap, cap_items;
	size_t stride, near_end; /* slots a child; one more than the highest `near` so far */
};
/* What stands under this name, until the next call; *fresh_out if nothing did (the caller
 * fills the rest, which is 0). `near`: the child's number, or any other that is the same for
 * the same name. At most UINT32_MAX names. */
struct seen *seen_put(struct seen_set *s, uint64_t name, uint32_t near, bool *fresh_out);
void seen_clear(struct seen_set *s);

enum listed { LISTED_NOT = 0, LISTED_YES, LISTED_KEPT_BACK, LISTED_TWICE };
struct known_child {
	day_t born; /* DAY_NONE */
	uint32_t drafts;
	uint8_t listed; /* enum listed: its row in children.csv */
};

/* A row of a workbook that fills a table by a mapping (exchange/sheets). One entry
 * for each column of the table. */
struct mapped_row {
	const struct str *names;	    /* what the person calls the column */
	const struct str *raw;		    /* what stands there, as it was written */
	const struct problem *const *wrong; /* what is wrong with it already; NULL: nothing */
	const bool *optional;		    /* may be empty here, though the table needs it */
	const struct buf *rows;		    /* rows of this run as CSV; p->row says where this one stands */
	bool repeats;			    /* several rows may say the same, or more, about one child */
};

struct teller { /* the pipe, with a buffer */
	int fd;
	bool broken;
	bool mute; /* what the parser beside this one tells */
	size_t n;
	char *buffer;
};

struct parser {
	const struct parse_job *job;
	const struct tables_spec *spec;
	struct teller out;

	struct seen_set child_names; /* .line holds the child's number */
	uint64_t last_name;	     /* of the row before */
	uint32_t last_child;
	struct known_child *children;
	size_t n_children, cap_children;
	bool full_children; /* a full children.csv was read to its end */
	bool any_children;  /* a children.csv was there */
	const struct organisation_entry *councils[COUNCILS_MAX];
	size_t n_councils;
	size_t n_orgs;
	uint32_t *org_numbers; /* by position in the directory; 0 not yet told */
	int64_t findings;

	struct {
		bool said, partial;
		day_t covers_from;
	} about[TABLES_MAX];

	/* the file that is read */
	uint32_t file; /* numbers count tables only, not about.csv */
	bool shared;   /* the files are behind us that both of two parsers read */
	off_t at;      /* in the file, if it can be read from any place */
	const struct parse_file *source;
	const struct table *table;
	size_t table_number;
	int columns[CSV_COLUMNS_MAX]; /* cell -> column of the spec, -1 ignored */
	size_t n_cells;
	bool has_header, refused, unsure;
	char separator;
	struct hash *hash;
	int64_t rows, kept_back, bytes, told_bytes;

	/* the row that is read */
	struct seen_set rows_seen, events_seen; /* of this table */
	const struct csv_row *row;
	struct str cells[TABLE_COLUMNS_MAX];
	struct value values[TABLE_COLUMNS_MAX];
	bool bad; /* a finding keeps this row back */
	bool told_record;
	struct buf record;
	struct buf bodies[EMITS_MAX]; /* of its events */

	const struct mapped_row *mapped; /* NULL: a table of its own */
	uint64_t *said;			 /* mapped: what each child's columns said, TABLE_COLUMNS_MAX each */
	size_t cap_said;
};

/* ---- parse.c ---- */
struct parser *parser_new(int fd, const struct parse_job *job);
void parser_free(struct parser *p);
/* The end of all messages. */
void parser_end(struct parser *p);

/* ---- tell.c ---- */
void tell(struct teller *t, enum wire_type type, const void *fixed, size_t n_fixed, const struct str *texts,
	  size_t n_texts);
void tell_flush(struct teller *t);
/* A finding about the row that is read (line > 0) or the file. */
void tell_finding(struct parser *p, enum severity severity, int64_t line, struct str column, const char *rule,
		  struct str found, const char *message, const char *fix);
uint16_t tell_org(struct parser *p, const struct organisation_entry *org); /* its number, from 1 */

/* ---- row.c ---- */
/* The row in p->row, mapped to p->cells: checks it, and tells what it means. */
void row_read(struct parser *p);
/* An earlier row turned out to contradict the one at hand: keeps it back too. */
void row_drop_earlier(struct parser *p, const struct seen *earlier, const char *rule, const char *message,
		      const char *fix);
void row_keep_back(struct parser *p, const char *rule, int column, const char *message, const char *fix);
void row_map(struct parser *p, const struct csv_row *row);
void row_record(struct parser *p); /* p->cells as CSV into p->record */
/* The child of the row that is read: its number, made if new. */
uint32_t row_child(struct parser *p);

/* ---- about.c ---- */
void about_row(struct parser *p, const struct csv_row *row);

#endif
