/*
 * mappings.h - what the columns of a team's workbooks are, kept under names.
 *
 * A mapping belongs to the organisation whose people made it; those that the program
 * ships (data/mappings) are everybody's. Saving adds an edition: what was kept stays.
 * Who may load may see and save them.
 */
#ifndef LINNET_WORK_LOAD_MAPPINGS_H
#define LINNET_WORK_LOAD_MAPPINGS_H

#include "exchange/sheets/sheets.h"
#include "exchange/weekly/weekly.h"
#include "work/viewer.h"

enum { MAPPINGS_MAX = 200, EDITIONS_SHOWN = 50 };

struct saved_mapping {
	struct str name, title, body, by;
	int64_t known_ms; /* 0: shipped with the program */
	struct str hash;
	bool shipped, of_list; /* of_list: of a weekly list, not of a workbook */
};
/* The newest edition of each, by name; a team's own comes before a shipped one of the same name. */
enum rc mappings_list(struct app *app, const struct viewer *v, struct arena *a, const struct saved_mapping **out,
		      size_t *n_out, struct err *e) NODISCARD;
/* One mapping through time, newest first. RC_NOT_FOUND. */
enum rc mappings_see(struct app *app, const struct viewer *v, struct str name, struct arena *a,
		     const struct saved_mapping **out, size_t *n_out, struct err *e) NODISCARD;
/* Checks the YAML and adds an edition, unless it is the same as the newest. */
enum rc mappings_save(struct app *app, const struct viewer *v, struct str body, struct arena *a, struct str *name_out,
		      struct err *e) NODISCARD;
/* All that can be read, to propose from. */
enum rc mappings_known(struct app *app, const struct viewer *v, const struct sheets_parts *p, struct arena *a,
		       const struct mapping ***out, size_t *n_out, struct err *e) NODISCARD;

/* The spec and the parts, compiled from the data of the program; free with parts_close. */
struct parts_open {
	struct tables_spec *spec;
	struct sheets_parts *parts;
	struct weekly_spec *weekly; /* of parts_open_list; it owns `spec` then */
};
enum rc parts_open(struct app *app, struct parts_open *out, struct err *e) NODISCARD;
/* The same for weekly lists. */
enum rc parts_open_list(struct app *app, struct parts_open *out, struct err *e) NODISCARD;
void parts_close(struct parts_open *p);
/* Codes of the councils that the viewer's team serves; of the operator, all of the region's team. */
size_t councils_served(struct app *app, const struct viewer *v, struct arena *a, const struct str **out);

#endif
