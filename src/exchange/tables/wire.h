/*
 * wire.h - what the parser in the jail tells the reader outside. For this room only.
 *
 * A stream of messages: a head, a fixed part, texts one after the other. Both
 * ends are the same program on the same machine, so structs go as they are. The
 * reader outside trusts none of it: every number and length is checked there.
 */
#ifndef LINNET_EXCHANGE_TABLES_WIRE_H
#define LINNET_EXCHANGE_TABLES_WIRE_H

#include "exchange/tables/spec.h"

enum wire_type {
	WIRE_FILE = 1, /* wire_file */
	WIRE_CHILD,    /* wire_texts: council, ref; numbered from 0 as they come */
	WIRE_ORG,      /* wire_texts: code; numbered from 1 as they come */
	WIRE_DRAFT,    /* draft_row, natural, body */
	WIRE_RETRACT,  /* wire_row: the drafts of this row are taken back */
	WIRE_HOLD,     /* wire_hold, prefix: rows kept back stand behind these natural keys */
	WIRE_FINDING,  /* wire_finding, six texts */
	WIRE_COUNCIL,  /* wire_texts: code; named in children.csv */
	WIRE_PROGRESS, /* wire_progress */
	WIRE_FILE_END, /* wire_file_end */
	WIRE_END,      /* wire_end: nothing follows */
	WIRE_SHARED,   /* wire_shared: the files that both of two parsers read are behind us */
};

/* Flags of a draft that only this room sees, above enum draft_flags. */
enum { DRAFT_SHARED = 16, DRAFT_SAYS_LESS = 32, DRAFT_PUBLIC = 15 };
enum { FILE_NONE = 255, FINDING_TEXTS = 6, WIRE_MESSAGE_MAX = 512 * 1024, FOUND_MAX = 200 };

struct wire_head {
	uint32_t type, n; /* n: bytes that follow */
};
struct wire_texts {
	uint32_t n[2];
};
struct wire_file {
	uint32_t file, partial;
	day_t covers_from;
};
struct wire_row {
	uint32_t file, line;
};
struct wire_shared {
	uint32_t children; /* numbered so far, the same in both */
};
struct wire_hold {
	uint32_t child;
};
struct wire_finding {
	uint32_t file, severity;
	int64_t line;
	uint32_t n[FINDING_TEXTS]; /* column, rule, found, message, fix, record */
};
struct wire_progress {
	uint32_t file, unused;
	int64_t done;
};
struct wire_file_end {
	uint32_t file, refused, unsure, unused;
	int64_t rows_read, rows_kept_back;
	char hash[72];
};
struct wire_end {
	int64_t findings_total;
};

/* ---- the parser, which runs in the jail ---- */

struct parse_file {
	const char *name; /* for words only */
	int fd;
	size_t table; /* SIZE_MAX: about.csv */
	bool partial; /* said outside: by name or by the person who loads */
	uint32_t number; /* among the tables */
	int64_t from;	 /* where it begins, if it can be read from any place; -1: it cannot */
};

struct parse_job {
	const struct tables_spec *spec;
	day_t today;
	const struct parse_file *files; /* about.csv first, then by table, full files before partial ones */
	size_t n_files;
	/* Two parsers read beside one another, each its own tables; about.csv and the lists of
	 * children, which all others rest on, are read by both, and told by the first. */
	bool of_two, second;
};

/* Do both of two parsers read it? `table`: SIZE_MAX for about.csv. */
static inline bool table_is_shared(const struct tables_spec *s, size_t table)
{
	return table == SIZE_MAX || table == s->children;
}

/* Writes messages to fd until all files are read. 0, or 1 if the pipe is gone. */
int tables_parse(int fd, const struct parse_job *job);

#endif
