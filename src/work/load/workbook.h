/*
 * workbook.h - a workbook that somebody dropped in, until it is loaded.
 *
 * It is looked over, and a mapping is proposed: from the team's earlier mappings if
 * one fits, else by headings and contents. The person changes it, tries it, saves it
 * under a name and loads. Meanwhile the file and the draft of its mapping are kept in
 * memory for their owner only: two hours, the last few of all. When the program stops
 * they are gone and the workbook is dropped in again; a saved mapping is in the store.
 *
 * Rules of use
 *  - workbook_take locks the draft for one request; workbook_give lets it go. What
 *    hangs on the draft's mapping must live in `keep`.
 *  - Who may load may do all of this. A draft of somebody else does not exist.
 */
#ifndef LINNET_WORK_LOAD_WORKBOOK_H
#define LINNET_WORK_LOAD_WORKBOOK_H

#include "work/load/load.h"
#include "work/load/mappings.h"
#include "work/load/weekly.h"

enum { WORKBOOKS_KEPT = 16, WORKBOOKS_OF_ONE = 4 };

struct workbook_shelf;
struct workbook_shelf *workbook_shelf_new(void);
void workbook_shelf_free(struct workbook_shelf *s);

struct workbook_draft;
struct workbook { /* while it is taken */
	int64_t id;
	struct str name;
	const struct survey *survey;
	struct mapping *mapping;
	struct sheets_parts *parts;
	struct arena *keep; /* lives as long as the draft */
	struct parts_open open;
	struct workbook_draft *draft;
	struct workbook_shelf *shelf;
	const struct weekly_request *list; /* of a council's weekly list; NULL: a workbook */
};

/* Looks the file over and proposes. `fd` is taken over if all is well. */
enum rc workbook_drop(struct app *app, const struct viewer *v, struct str name, int fd, int64_t *id_out,
		      struct err *e) NODISCARD;
/* The same for a council's weekly list whose headings nobody knows yet (WEEKLY_TO_MAP); its
 * council, day and whether it is partial are kept with it. Of `r` the descriptor is taken over. */
enum rc workbook_drop_list(struct app *app, const struct viewer *v, const struct weekly_request *r, int64_t *id_out,
			   struct err *e) NODISCARD;
/* What the list would change, and nothing is kept; and: saves the mapping, loads the list. */
enum rc workbook_try_list(struct app *app, const struct viewer *v, const struct workbook *w, struct arena *a,
			  struct weekly_page *out, struct err *e) NODISCARD;
enum rc workbook_load_list(struct app *app, const struct viewer *v, const struct workbook *w, struct arena *a,
			   int64_t *list_out, struct err *e) NODISCARD;
/* Is it the name of a workbook rather than of one of the tables? By content or by name. */
bool workbook_is_one(struct app *app, struct str name, int fd);
enum rc workbook_take(struct app *app, const struct viewer *v, int64_t id, struct workbook *out,
		      struct err *e) NODISCARD;
void workbook_give(struct workbook *w);
/* The heading of a sheet of the mapping stands in another row (0: nowhere): looks again. */
enum rc workbook_set_heading(struct app *app, const struct viewer *v, struct workbook *w, size_t sheet, int64_t line,
			     struct err *e) NODISCARD;
/* Another mapping takes the place of what was proposed. */
enum rc workbook_use(struct app *app, const struct viewer *v, struct workbook *w, struct str mapping,
		     struct err *e) NODISCARD;
/* What loading would do; nothing is written. */
enum rc workbook_try(struct app *app, const struct viewer *v, const struct workbook *w, struct arena *a,
		     struct load_summary *out, struct err *e) NODISCARD;
/* Saves the mapping under its name. */
enum rc workbook_save(struct app *app, const struct viewer *v, const struct workbook *w, struct err *e) NODISCARD;
/* Saves the mapping and begins to load, on a thread of its own. */
enum rc workbook_load(struct app *app, const struct viewer *v, const struct workbook *w, int64_t *load_out,
		      struct err *e) NODISCARD;

/* Without a shelf, for the command line: what is proposed for a file, in `a`. */
struct workbook_look {
	const struct survey *survey;
	struct mapping *mapping;
};
enum rc workbook_look(struct app *app, const struct viewer *v, const struct sheets_parts *p, struct str name, int fd,
		      struct arena *a, struct workbook_look *out, struct err *e) NODISCARD;

#endif
