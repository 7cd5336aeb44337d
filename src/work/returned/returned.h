/*
 * returned.h - a council's yearly return (SSDA903): checked, compared, loaded, written.
 *
 * A return is checked as a whole; what was found stays, the return itself does not.
 * Where it and the record do not say the same is listed child by child. It may also
 * be loaded as history, through the same loader as a team's tables. And the health
 * items that the council must send are written from the record.
 *
 * Rules of use
 *  - The viewer may take returns of councils that its organisation serves or is.
 *  - Nothing that data/ssda903/tables.yaml marks `keep: no` is stored, in findings
 *    either: rules about such tables are kept as counts.
 *  - A return that was not finished is "interrupted": take it again.
 */
#ifndef LINNET_WORK_RETURNED_RETURNED_H
#define LINNET_WORK_RETURNED_RETURNED_H

#include "work/viewer.h"

struct returned_upload {
	struct str name;
	int fd;
};
struct returned_request {
	struct str council;	    /* name or ONS code */
	struct str year;	    /* "2025-26" */
	struct str path, last_path; /* folders or XML files; or: */
	const struct returned_upload *now, *last;
	size_t n_now, n_last;
	bool load;    /* into the record, too */
	bool dry_run; /* with load: say what would change */
};

enum returned_state { RETURNED_RAN = 1, RETURNED_ALONE, RETURNED_NOT_RUN, RETURNED_FILE };
struct returned_rule { /* one rule, or one trouble with a file */
	int64_t n, found;
	struct str rule, table, title, why;
	struct str todo; /* empty: correct it, and make the return again */
	enum returned_state state;
	bool severe;
};
struct returned_difference {
	int64_t n, person;
	struct str ref, name, what, title, told, ours;
};
struct returned_summary {
	int64_t id, load;
	struct str council, year, state, message, by; /* state: running, done, refused, interrupted, dry-run */
	int64_t started_ms, finished_ms;
	int64_t children, wrong, found, troubles, differences;
	int64_t official, checked, in_part; /* rules of the year; those we check */
	const struct returned_rule *rules;  /* with findings, not run, or about files */
	size_t n_rules;
	int64_t new_rows, changed_rows, same_rows; /* of a load just made */
};

typedef void returned_progress(void *arg, const char *what, int64_t done, int64_t total);

/* Checks, compares and, if asked, loads. Runs to the end. */
enum rc returned_take(struct app *app, const struct viewer *v, const struct returned_request *r, returned_progress *p,
		      void *arg, struct arena *a, struct returned_summary *out, struct err *e) NODISCARD;
/* The same on a thread of its own; takes over the uploads' fds. */
enum rc returned_start(struct app *app, const struct viewer *v, const struct returned_request *r, int64_t *id_out,
		       struct err *e) NODISCARD;
enum rc returned_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct returned_summary *out,
		     struct err *e) NODISCARD;
enum rc returned_list(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		      const struct returned_summary **out, size_t *n_out, struct err *e) NODISCARD;
/* The rows that one rule found, as CSV. */
enum rc returned_rows_csv(struct app *app, const struct viewer *v, int64_t id, int64_t rule, struct buf *out,
			  struct err *e) NODISCARD;
/* Differences after the n-th, at most `limit`, of children of the viewer's circle. */
enum rc returned_differences(struct app *app, const struct viewer *v, int64_t id, int64_t after, size_t limit,
			     struct arena *a, const struct returned_difference **out, size_t *n_out,
			     struct err *e) NODISCARD;
enum rc returned_differences_csv(struct app *app, const struct viewer *v, int64_t id, struct buf *out,
				 struct err *e) NODISCARD;

/* Compares without keeping anything: `each` for every difference. */
typedef enum rc returned_each(void *arg, const struct returned_difference *d, struct err *e);
enum rc returned_compare(struct app *app, const struct viewer *v, const struct returned_request *r,
			 returned_progress *p, void *p_arg, returned_each *each, void *arg, struct err *e) NODISCARD;

/* ---- written from the record ---- */

/* "HEALTH_ASSESSMENT" in words. */
struct str written_item(struct str column);

struct written_blank {
	int64_t person;
	struct str ref, item, why;
};
struct written {
	struct str year, council;
	size_t children, in_care; /* with a row of OC2; in care in the year */
	const struct written_blank *blanks;
	size_t n_blanks;
	int64_t findings;		       /* of our own checks on what was written */
	struct buf oc2, header, episodes, xml; /* release with written_release */
};
enum rc returned_write(struct app *app, const struct viewer *v, struct str council, struct str year, struct arena *a,
		       struct written *out, struct err *e) NODISCARD;
void written_release(struct written *w);
/* The years of returns, newest first, that have ended. */
size_t returned_years(struct app *app, struct arena *a, const struct str **out, struct err *e);
/* The councils whose returns this viewer may take. */
size_t returned_councils(struct app *app, const struct viewer *v, struct arena *a, const struct organisation ***out);

#endif
