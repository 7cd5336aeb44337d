/*
 * plan_file.h - the answers of planning as files: headed tables as a spreadsheet or on
 * paper, and bytes that are made already.
 */
#ifndef LINNET_WEB_PAGES_PLAN_FILE_H
#define LINNET_WEB_PAGES_PLAN_FILE_H

#include "paper/plan.h"
#include "web/pages/page.h"

enum { PLAN_FILE_MAX = 64 << 20 };

bool plan_file_is(struct str format); /* "xlsx" or "pdf" */
/* `name` without its ending. */
enum rc plan_file_give(struct visit *v, const struct plan_paper *p, struct str format, struct str name,
		       struct err *e) NODISCARD;
/* json, csv, yaml; RC_NOT_FOUND: no such format. */
enum rc plan_file_bytes(struct visit *v, struct str format, struct str name, struct buf *out, struct err *e) NODISCARD;

#endif
