/*
 * batch.h - a batch while it is made, and what it owns. For this room only.
 *
 * read.c opens files and runs the jail; collect.c checks and keeps its
 * messages; batch.c sorts them into a batch and answers questions about it.
 */
#ifndef LINNET_EXCHANGE_TABLES_BATCH_H
#define LINNET_EXCHANGE_TABLES_BATCH_H

#include "exchange/tables/wire.h"

#include <pthread.h>
#include <stdatomic.h>

struct span_of_text {
	uint32_t at, n;
};
struct raw_child {
	struct span_of_text council, ref;
	uint32_t told, drafts; /* drafts that came; those that are left */
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
};

/* What one parser tells. Where two read, the second has children beside those of children.csv
 * under numbers of its own until both have ended: with this bit, and from 0. */
#define SECOND_PART 0x80000000u
enum { FINDING_BYTES_MAX = 64 * 1024 * 1024 };
struct telling {
	struct collector *c;
	bool second, ended;
	struct buf rest;      /* a message of which the end is still to come */
	uint32_t shared;      /* children that both number alike; UINT32_MAX: not told yet */
	uint16_t *orgs;	      /* [n_orgs] its numbers, from 1: ours */
	size_t n_orgs;
	size_t finding;	      /* 1 + the place of its last one; 0: none */
	size_t bytes_findings;
	int64_t findings, done;
	enum rc rc;	      /* how its jail ended */
	bool failed_first;    /* the other stopped because of it */
	struct err err;
};

struct collector {
	const struct tables_spec *spec;
	struct batch_own *own;
	struct batch_file *files;
	size_t n_files; /* all; those that the parser reads come first */
	size_t n_read;
	struct raw_child *children, *later; /* later: the second parser's, but for those of children.csv */
	size_t n_children, cap_children, n_later, cap_later;
	uint32_t later_from; /* the first file of the second parser; UINT32_MAX: it had none */
	struct wire_row *retracted;
	size_t n_retracted, cap_retracted;
	struct batch_finding *findings; /* [TABLE_FINDINGS_MAX + TABLE_FILES_MAX] */
	size_t n_findings;
	struct str orgs[ORGANISATIONS_MAX];
	size_t n_orgs;
	struct str councils[1000];
	size_t n_councils;
	int64_t findings_total;
	struct telling parts[2]; /* one parser, or two */
	pthread_mutex_t lock;	 /* of all this, while they tell */
	atomic_bool stopped;	 /* one of them failed: the other need not go on */
	tables_progress *progress;
	void *progress_arg;
	int64_t bytes_total;
};

struct collector *collector_new(const struct tables_spec *s, tables_progress *p, void *p_arg);
/* What it collected is the batch's, and stays. */
void collector_free(struct collector *c);
/* A sink of the jail; `telling`: one of c->parts. */
enum rc collect(void *telling, const void *p, size_t n, struct err *e);
/* Did it tell everything to its end? */
bool collect_ended(const struct telling *t);
void collect_finding(struct collector *c, const struct batch_finding *f);
/* Sorts what was collected into c->own->b. False: two parsers told more than one would have let
 * pass (findings past the limit, entries of one child), so one alone has to read. */
bool batch_finish(struct collector *c) NODISCARD;

#endif
