/*
 * import.h - loading tables: the list of loads, the form, progress, the result.
 */
#ifndef LINNET_WEB_PAGES_IMPORT_H
#define LINNET_WEB_PAGES_IMPORT_H

#include "web/pages/page.h"
#include "work/load/load.h"

enum { LOADS_SHOWN = 50, FINDINGS_READ = 2000, GROUPS_MAX = 60, ROWS_OF_A_GROUP = 20 };

struct imports_view {
	struct page page;
	const struct load_summary *loads;
	size_t n;
	const struct str *templates;
	size_t n_templates;
};

struct import_form_view {
	struct page page;
	const struct vocab *vocab;
	struct str problem;
	bool ask_whole; /* files before were hardly whole: offer to say that they are */
};

struct finding_group {			      /* findings of one rule, with the same words */
	struct str rule, message, fix, files; /* files: "placements 4, requests 1" */
	int64_t count; /* of_file: files, else rows */
	size_t first[ROWS_OF_A_GROUP]; /* indexes into the findings */
	size_t n_first;
	bool kept_back, of_file; /* of_file: none of the file was read */
};

struct import_view {
	struct page page;
	const struct load_summary *l;
	struct load_file total;
	struct finding_group *groups; /* kept back first, largest first */
	size_t n_groups;
	size_t n_back, n_check; /* groups of each sort */
	size_t n_unread;	/* files of which nothing was read */
	const bool *rows_back;	/* by file: its rows kept back can be downloaded */
	bool to_correct;	/* those of any */
	int64_t check;		/* findings that kept nothing back */
	bool running;
	int percent;
	int64_t draft; /* of a workbook that was tried; 0 none */
};

/* The form to give files, with a problem on top. */
enum rc import_show_form(struct visit *v, struct str problem);
/* The page of a workbook's trial, from which it can be loaded. */
void import_show_tried(struct visit *v, const struct load_summary *l, int64_t draft);

#endif
