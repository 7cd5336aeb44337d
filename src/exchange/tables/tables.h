/*
 * tables.h - a health team's own tables, read safely and told in plain words.
 *
 * A team keeps workbooks; saved as CSV they become events. Which tables there
 * are, their columns and what a row means is data (data/tables.yaml): the
 * "spec". Reading happens in a jail (base/jail.h): a process that can open
 * nothing parses the files and streams compact drafts of events back; here they
 * are checked again, sorted by child and handed on as a "batch". Nothing is
 * written and no database is known here: whoever loads (work/load) compares a
 * batch with what it has.
 *
 * Rules of use
 *  - A batch is only data. It stays readable after the spec that made it is
 *    still alive; free the batch first.
 *  - Rows that cannot be believed are kept back, each with findings; good rows
 *    go on. A file that cannot be read to its end is kept back whole (`refused`).
 *  - Voiding what is absent is the loader's work, for tables whose file is not
 *    `partial`, not `refused`, and not `unsure`, and only for children of
 *    `councils`; never for what `batch_holds` says was there but kept back.
 *  - Files are read in the order of the spec's tables. If children.csv is
 *    partial every file of the batch is partial.
 */
#ifndef LINNET_EXCHANGE_TABLES_TABLES_H
#define LINNET_EXCHANGE_TABLES_TABLES_H

#include "record/event.h"
#include "record/organisations.h"
#include "record/vocab.h"

enum {
	TABLES_MAX = 40,	    /* tables of the spec */
	TABLE_COLUMNS_MAX = 40,	    /* columns of a table */
	TABLE_FILES_MAX = 64,	    /* files of one batch */
	TABLE_FINDINGS_MAX = 50000, /* listed; the rest are counted */
	TABLE_DRAFTS_MAX = 60000000,
};

/* ---- the spec ---- */

struct tables_spec;
/* Reads DIR/tables.yaml and DIR/organisations.csv. The vocabulary must outlive it. */
enum rc tables_spec_load(const char *data_dir, const struct vocab *v, struct tables_spec **out,
			 struct err *e) NODISCARD;
void tables_spec_free(struct tables_spec *s);
size_t tables_count(const struct tables_spec *s);
struct str tables_name(const struct tables_spec *s, size_t table);  /* "placements": also its evidence name */
struct str tables_title(const struct tables_spec *s, size_t table); /* "Placements" */
size_t tables_find(const struct tables_spec *s, struct str name);   /* SIZE_MAX if there is none */
/* Are files that do not name `missing` of a council's `known` children hardly all of them? By `short-files`. */
bool tables_hardly_whole(const struct tables_spec *s, int64_t missing, int64_t known);
const struct organisations *tables_organisations(const struct tables_spec *s);
/* The first row of the table's CSV, and the example row of the documentation. */
void tables_header_csv(const struct tables_spec *s, size_t table, struct buf *out);
void tables_example_csv(const struct tables_spec *s, size_t table, struct buf *out);

/* ---- a batch ---- */

enum draft_flags { DRAFT_HAS_VALUE = 1, DRAFT_UNDATED = 2 };

struct draft_row {		    /* what one row says about one event; 48 bytes */
	uint32_t child;		    /* index into children */
	uint16_t kind, code, code2; /* vocab numbers; 0 none */
	uint16_t org;		    /* index into orgs + 1; 0 none */
	uint8_t file;		    /* index into files */
	uint8_t flags;		    /* enum draft_flags */
	int16_t minute;
	day_t at, end_day;
	uint32_t line;
	int32_t value;
	uint32_t natural_at, body_at; /* into text */
	uint16_t natural_n, body_n;
	uint8_t ref_at, ref_n; /* the reference is a part of the natural key */
	uint16_t row_event;    /* which event of its row, from 0 */
};
_Static_assert(sizeof(struct draft_row) == 48, "a draft is 48 bytes");

struct batch_file {
	struct str name; /* "placements.csv", as it was called */
	size_t table;
	char hash[65]; /* of the bytes that were read */
	int64_t rows_read, rows_ok, rows_kept_back;
	bool partial, refused;
	bool unsure;		     /* a kept-back row could not be tied to a child: absence proves nothing */
	day_t covers_from;	     /* DAY_NONE (a partial file): absence never means "did not happen" */
	struct str evidence, prefix; /* the table that it speaks as, and how its natural keys begin */
	/* A file that tells everything of some days and nothing of others (a yearly return):
	 * what it told of those days before and does not tell now is taken back. Both 0: none. */
	day_t told_from, told_to;
};

struct batch_child {
	struct str council; /* code */
	struct str ref;	    /* that council's number for the child */
	size_t first, n;    /* drafts, for batch_draft */
};

enum severity { SEVERITY_KEPT_BACK = 1, SEVERITY_WARNING, SEVERITY_FILE };
const char *severity_id(enum severity s); /* "kept-back" "warning" "file" */

struct batch_finding {
	uint8_t file; /* index into files; files.n if it is about the folder */
	enum severity severity;
	int64_t line; /* 0: about the whole file */
	struct str column, rule, found, message, fix;
	struct str record; /* the row, as CSV in the table's own columns; only where severity is kept-back */
};

struct tables_batch {
	const struct tables_spec *spec;
	/* Told by others about what the team may have itself (a yearly return): the loader
	 * leaves out what the record has from first hand. */
	bool second_hand;
	const struct batch_file *files;
	size_t n_files;
	const struct batch_child *children; /* by (council, ref) */
	size_t n_children;
	/* Ask with batch_draft. Sorting five million of these costs a second in which nothing
	 * else can be done: they lie as they came, and only their places are in order. */
	const struct draft_row *drafts;
	const uint32_t *order; /* place in drafts, by child, table, line; NULL: they lie so */
	size_t n_drafts;
	const struct str *orgs; /* codes */
	size_t n_orgs;
	const struct str *councils; /* codes named in children.csv, sorted; complete for these */
	size_t n_councils;
	const struct batch_finding *findings; /* by file and line */
	size_t n_findings;
	int64_t findings_total; /* counted, also past TABLE_FINDINGS_MAX */
};

/* Draft i of the batch, by child, table and line. */
static inline const struct draft_row *batch_draft(const struct tables_batch *b, size_t i)
{
	return &b->drafts[b->order ? b->order[i] : i];
}

struct tables_input {
	const char *folder; /* a folder of CSV files; NULL: */
	const struct table_upload {
		struct str name; /* "placements.csv" */
		int fd;		 /* open for reading; stays the caller's */
	} * uploads;
	size_t n_uploads;
	const struct str *partial; /* tables that are partial, said by the person who loads; besides about.csv */
	size_t n_partial;
	int64_t two_from; /* bytes from which two parsers read beside one another; 0: the usual */
};

/* `what` is a file's name; done and total are bytes over all files (total 0: not known). */
typedef void tables_progress(void *arg, const char *what, int64_t done, int64_t total);

/* Reads all files. Findings are not failures. RC_BAD_INPUT or RC_NOT_FOUND if
 * there is nothing to read at all, RC_LIMIT if over a limit of the whole batch. */
enum rc tables_read(const struct tables_spec *s, const struct tables_input *in, day_t today, tables_progress *p,
		    void *p_arg, struct tables_batch **out, struct err *e) NODISCARD;
void tables_batch_free(struct tables_batch *b);
/* Its drafts are written, and give their memory back; children, files and findings stay. */
void tables_batch_written(struct tables_batch *b);
size_t tables_batch_bytes(const struct tables_batch *b);

/* Fills kind, at, minute, code, code2, ref, natural, body, value, end_day,
 * source_row; org by code into *org_code_out (empty: none). Texts point into the batch. */
void draft_event(const struct tables_batch *b, const struct draft_row *d, struct event *out, struct str *org_code_out);
/* Of everything that draft_event fills but the line: unchanged rows keep theirs. */
uint64_t draft_hash(const struct tables_batch *b, const struct draft_row *d);
struct str draft_natural(const struct tables_batch *b, const struct draft_row *d);
/* Was the row behind this natural key in a file, but kept back? Then its absence among the drafts proves nothing. */
bool batch_holds(const struct tables_batch *b, size_t child, struct str natural);
/* Does a file speak of this council's child? */
bool batch_names(const struct tables_batch *b, struct str council, struct str ref);

/* The kept-back rows of a table in its own columns plus `line` and `problem`:
 * to be corrected and loaded again under the name TABLE_kept_back.csv. */
void tables_rejected_csv(const struct tables_batch *b, size_t table, struct buf *out);

#endif
