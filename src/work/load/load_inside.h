/*
 * load_inside.h - one load on its way: what the files of this room that carry it out share.
 */
#ifndef LINNET_WORK_LOAD_LOAD_INSIDE_H
#define LINNET_WORK_LOAD_LOAD_INSIDE_H

#include "work/load/alike.h"
#include "work/load/diff.h"
#include "work/load/finding_rows.h"
#include "work/load/load.h"
#include "work/load/prepare.h"

struct loading {
	struct app *app;
	struct viewer v;
	const struct load_request *r;
	load_progress *progress;
	void *progress_arg;
	struct tables_spec *spec;
	struct tables_batch *b;
	struct arena a;	      /* owns `headings` */
	struct str *headings; /* of a workbook: by file, of its rows kept back */
	struct diff_context diff;
	int64_t id;  /* 0: a dry run */
	int64_t org; /* on whose list the load stands */
	int64_t *orgs;
	bool *refused; /* [b->n_children] not this loader's children */
	size_t n_refused, n_erased;
	struct alike alike;
	int64_t erasures; /* carried out when the files were looked through */
	int64_t total, done;
	/* of the unit being written */
	size_t next, upto; /* batch children */
	bool first;	   /* the store held nobody */
	bool nobody;	   /* and nobody has met this load's children in it: they are not looked for */
	size_t known;	   /* of them, how many the store had */
	size_t fresh;	   /* and of how many there is a record now */
	int64_t made;	   /* in all units before */
	const struct preparing *ahead;
	size_t waiting, waiting_end; /* rows of ahead that are to be written */
	uint64_t coverage;	     /* the edition that the unit goes by (app_coverage_edition) */
	struct diff_counts *before;
	struct load_finding *asked; /* questions that came up while comparing: of a dry run */
	size_t n_asked, cap_asked, asked_before;
	int64_t absent_council; /* children of full councils that the batch does not name */
	struct str absent_after;
	bool absent_over;
	int64_t absent_met, absent_losing; /* children looked at, and those of whom something would be taken back */
	bool is_short;			   /* stopped with a question: see load_request.ask_if_short */
};

void load_tell(struct loading *l, const char *what, int64_t done, int64_t total);
/* Does the loader answer for this council's children? */
bool load_serves(const struct loading *l, int64_t council);
/* What would be written of a child, and its counts; `i` SIZE_MAX: the files do not name it. *said_out: as many changes
 * as are counted. */
enum rc load_compare_child(struct loading *l, struct db *db, const struct history *h, size_t i, struct arena *a,
			   struct event **out, size_t *n_out, size_t *said_out, struct err *e) NODISCARD;

/* A unit of a load begins with the one and ends with the other, RC_CONFLICT: another load has meanwhile said what its
 * tables cover, and had been at these children, or had missed them, before this unit was done. */
enum rc load_coverage_read(struct loading *l, struct db *db, struct err *e) NODISCARD;
enum rc load_coverage_holds(struct loading *l, struct db *db, struct err *e) NODISCARD;
/* write_patiently, a few times over while it ends with RC_CONFLICT. */
enum rc load_write_unit(struct loading *l, store_fn *fn, struct err *e) NODISCARD;

/* ---- children that the files name no more (absent.c) ---- */

/* Takes back what earlier files said of them. Of a dry run: counts it. */
enum rc load_absent(struct loading *l, struct err *e) NODISCARD;
/* Before anything is written: RC_BAD_INPUT, and l->is_short, if of some council so many children are missing that the
 * files are hardly whole (`short-files` in data/tables.yaml). */
enum rc load_check_whole(struct loading *l, struct err *e) NODISCARD;

#endif
