/*
 * batch.h - a batch while it is made, and what it owns. For this room only.
 *
 * read.c opens files and runs the jail; collect.c checks and keeps its
 * messages; batch.c sorts them into a batch and answers questions about it.
 */
#ifndef LINNET_EXCHANGE_TABLES_BATCH_H
#define LINNET_EXCHANGE_TABLES_BATCH_H

#include "exchange/tables/wire.h"

struct span_of_text {
	uint32_t at, n;
};
struct raw_child {
	struct span_of_text council, ref;
	uint32_t drafts;
	bool held;
};
struct held {
	uint32_t child;
	struct span_of_text prefix;
};

struct batch_own {
	struct tables_batch b; /* first: what callers hold */
	struct arena arena;    /* names, findings, children */
	char *text;	       /* natural keys, bodies, names of children */
	size_t n_text, cap_text;
	struct draft_row *drafts;
	size_t n_drafts, cap_drafts;
	uint32_t *order;
	struct held *held;
	size_t n_held, cap_held;
	size_t bytes_findings;
};

struct collector {
	const struct tables_spec *spec;
	struct batch_own *own;
	struct batch_file *files;
	size_t n_files; /* all; those that the parser reads come first */
	size_t n_read;
	struct raw_child *children;
	size_t n_children, cap_children;
	struct wire_row *retracted;
	size_t n_retracted, cap_retracted;
	struct batch_finding *findings; /* [TABLE_FINDINGS_MAX + TABLE_FILES_MAX] */
	size_t n_findings;
	struct str orgs[ORGANISATIONS_MAX];
	size_t n_orgs;
	struct str councils[1000];
	size_t n_councils;
	int64_t findings_total;
	bool ended;
	struct buf rest; /* a message of which the end is still to come */
	tables_progress *progress;
	void *progress_arg;
	int64_t bytes_total;
};

struct collector *collector_new(const struct tables_spec *s, tables_progress *p, void *p_arg);
/* What it collected is the batch's, and stays. */
void collector_free(struct collector *c);
/* A sink of the jail. */
enum rc collect(void *arg, const void *p, size_t n, struct err *e);
void collect_finding(struct collector *c, const struct batch_finding *f);
/* Sorts what was collected into c->own->b. */
void batch_finish(struct collector *c);

#endif
