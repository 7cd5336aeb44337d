/*
 * populations.h - how many people live in each council, out of documents of measures.
 *
 * Under "populations" a document lists tables, each with its source and its dated
 * estimates. A figure that is not there is not known; none is ever made up.
 */
#ifndef LINNET_MEASURE_POPULATIONS_H
#define LINNET_MEASURE_POPULATIONS_H

#include "measure/definition.h"

/* Adds the populations of one document to a list with room for POPULATIONS_MAX. RC_BAD_INPUT
 * names name:line:column and what to do. */
enum rc populations_read(struct str body, const char *name, struct arena *a, struct population *list, size_t *n,
			 struct err *e) NODISCARD;

#endif
