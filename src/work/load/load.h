/*
 * load.h - a team's tables into the record.
 *
 * Rows become events of their children; the same rows again change nothing; a
 * changed row corrects its earlier events; a row that is absent from a newer
 * full file is taken back. Each child is one unit of work (several share a
 * transaction), through the same function as a page uses: lock, append, fold,
 * clocks, worklists, audit. A workbook goes the same way by its mapping. A load that is killed is marked "interrupted"
 * and can simply be loaded again.
 */
#ifndef LINNET_WORK_LOAD_LOAD_H
#define LINNET_WORK_LOAD_LOAD_H

#include "work/viewer.h"

struct load_file {
	struct str name; /* "placements" */
	bool partial;
	day_t covers_from;
	int64_t rows_read, rows_new, rows_changed, rows_same, rows_voided, rows_kept_back;
};
struct load_finding {
	struct str file, column, rule, severity, found, message, fix, record;
	int64_t line;
};

struct load_summary {
	int64_t id;			     /* 0 for a dry run */
	struct str name, state, message, by; /* state: running, done, refused, asked, interrupted, dry-run */
	int64_t started_ms, finished_ms;
	int64_t children_total, children_done;
	int64_t rows_taken; /* of all files: in now, or taken back */
	const struct load_file *files;
	size_t n_files;
	const struct load_finding *findings;
	size_t n_findings; /* at most `max` asked for */
	int64_t findings_total;
};

/* A team's own workbook and what its columns are (exchange/sheets). */
struct load_workbook {
	struct str name;
	int fd;
	struct str mapping;	      /* YAML */
	const int64_t *heading_lines; /* by sheet of the file; -1: look for it */
	size_t n_heading_lines;
};

struct load_request {
	struct str folder; /* a folder of CSV files, or empty and: */
	const struct load_upload {
		struct str name;
		int fd;
	} * uploads;
	size_t n_uploads;
	const struct load_workbook *workbook; /* or a workbook, instead of folder and uploads */
	struct str name;		      /* shown in lists: folder or file names */
	const struct str *partial;
	size_t n_partial; /* tables that are partial */
	bool dry_run;
	bool ask_if_short; /* somebody is there to ask: files that are hardly whole (tables_hardly_whole) change nothing,
			    * and the load is "asked" */
	int64_t recorded_ms; /* 0 now; earlier for history kept in another system */
};

typedef void load_progress(void *arg, const char *what, int64_t done, int64_t total);

/* Runs to the end. Findings are not failures: look at files[].rows_kept_back. */
enum rc load_tables(struct app *app, const struct viewer *v, const struct load_request *r, load_progress *p, void *arg,
		    struct arena *a, struct load_summary *out, struct err *e) NODISCARD;
struct tables_spec;
struct tables_batch;
/* The same of a batch that is made already (a yearly return). Takes it and its spec over. */
enum rc load_batch(struct app *app, const struct viewer *v, const struct load_request *r, struct tables_spec *spec,
		   struct tables_batch *b, load_progress *p, void *arg, struct arena *a, struct load_summary *out,
		   struct err *e) NODISCARD;
/* The same on a thread of its own; *id_out can be asked about at once. Takes over the fds of uploads and workbook. */
enum rc load_start(struct app *app, const struct viewer *v, const struct load_request *r, int64_t *id_out,
		   struct err *e) NODISCARD;
enum rc load_see(struct app *app, const struct viewer *v, int64_t id, size_t max_findings, struct arena *a,
		 struct load_summary *out, struct err *e) NODISCARD;
enum rc load_list(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		  const struct load_summary **out, size_t *n_out, struct err *e) NODISCARD;
/* Files that were left out as a whole: a complaint about the file, and no row of it is in. */
size_t load_files_left_out(const struct load_summary *s);
/* Of each file, out[n_files]: has load_kept_back any row of it? Of a file that was left out, and of rows that only a
 * finding tells of, there is none: the file itself has to be put right. */
void load_rows_to_correct(const struct load_summary *s, bool *out);
/* The rows kept back of one file, as CSV to correct and load again. */
enum rc load_kept_back(struct app *app, const struct viewer *v, int64_t id, struct str file, struct buf *out,
		       struct err *e) NODISCARD;

#endif
