/*
 * rows.h - reading a workbook by a mapping, inside the jail. For exchange/sheets only.
 */
#ifndef LINNET_EXCHANGE_SHEETS_ROWS_H
#define LINNET_EXCHANGE_SHEETS_ROWS_H

#include "exchange/sheets/look.h"
#include "exchange/tables/batch.h"
#include "exchange/tables/parse.h"

struct sheets_list {  /* a sheet and a part: one file of the batch */
	size_t sheet; /* of the mapping */
	size_t part;
	bool whole;
};
struct list_counts {
	int64_t rows, kept_back;
	bool unsure;
};
struct sheets_job {
	const struct sheets_parts *p;
	const struct sheets_file *f;
	const struct survey *s;
	const struct mapping *m;
	day_t today, covers_from;
	struct sheets_list lists[SHEET_LISTS_MAX];
	uint32_t n_lists;
	uint32_t first_file[SHEETS_MAX]; /* by sheet of the file: its first list */
	size_t n_sheets;		 /* sheets of the file that are read */
	bool full_children;
	char hash[72];
	struct list_counts *counts; /* inside only */
};

/* Which lists a mapping makes of a workbook: false if there are more than SHEET_LISTS_MAX. */
bool sheets_lists(struct sheets_job *job);
/* Counts the lists, names them in the collector, and tells there what differs from the mapping. */
enum rc sheets_job_make(struct sheets_job *job, const struct sheets_parts *p, const struct sheets_file *f,
			const struct survey *s, const struct mapping *m, day_t today, struct collector *c,
			struct err *e) NODISCARD;
/* Writes messages to fd until the file is read. 0, or 1 if the pipe is gone. */
int sheets_parse(int fd, struct sheets_job *job);

#endif
