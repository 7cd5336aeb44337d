/*
 * copies.h - what left by download: each file is a numbered copy, and whose it is can be told.
 *
 * The number stands in the name of the file, and the hash of its bytes in the store. So a
 * file that turns up somewhere is traced to who took it, when, in what role and from which
 * page, also after it was renamed. The number stands inside the file too, with who, when and for
 * what where people see it (workbooks, PDF), and in the quotes of a table (codec/csv_mark.h).
 *
 * The file itself is not kept here. Whoever took it is to delete it after some days
 * (`copies` in data/retention.yaml): the day stands with the copy, and in the file where it has words.
 */
#ifndef LINNET_WORK_OVERSEE_COPIES_H
#define LINNET_WORK_OVERSEE_COPIES_H

#include "work/viewer.h"

struct copy {
	int64_t id, at_ms, bytes;
	struct str who, org, role, name, page; /* page: where it was taken, "/hand-back/E10000012/download/csv" */
	day_t until;			       /* the last day on which it may be kept */
	bool over;			       /* which has passed */
};

/* The number of the next copy: it can stand inside the file. */
int64_t copy_number(struct app *app);
/* The last day on which a copy that is taken now may be kept. */
enum rc copy_until(struct app *app, day_t *out, struct err *e) NODISCARD;
/* Puts a copy on the record before it is handed out. */
enum rc copy_keep(struct app *app, const struct viewer *v, int64_t number, struct str name, struct str page,
		  struct str body, struct err *e) NODISCARD;
/* Copies taken by the viewer's organisation (the operator: by all), the newest 200. */
enum rc copies_list(struct app *app, const struct viewer *v, struct arena *a, const struct copy **out, size_t *n_out,
		    struct err *e) NODISCARD;
/* Copies with these bytes, also renamed ones; or the one whose number stands in a table (codec/csv_mark.h). */
enum rc copies_of(struct app *app, const struct viewer *v, struct str body, struct arena *a, const struct copy **out,
		  size_t *n_out, struct err *e) NODISCARD;

#endif
