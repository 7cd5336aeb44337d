/*
 * council.h - whose return it is, and what both years need. For this folder only.
 */
#ifndef LINNET_WORK_RETURNED_COUNCIL_H
#define LINNET_WORK_RETURNED_COUNCIL_H

#include "exchange/ssda903/ssda903.h"
#include "work/app.h"
#include "work/returned/returned.h"

/* The council by name or code, if the viewer may take its returns. RC_NOT_FOUND
 * otherwise, whichever it was. */
enum rc returned_council(struct app *app, const struct viewer *v, struct str word, const struct organisation **out,
			 struct err *e) NODISCARD;
enum rc returned_spec(struct app *app, struct return_spec **out, struct err *e) NODISCARD;
/* The number of a year, or RC_BAD_INPUT that names those there are. */
enum rc returned_year(const struct return_spec *s, struct str year, int *out, struct err *e) NODISCARD;
enum rc returned_read(struct app *app, const struct return_spec *s, const struct returned_request *r,
		      returned_progress *p, void *arg, struct return_frame **out, struct err *e) NODISCARD;

#endif
