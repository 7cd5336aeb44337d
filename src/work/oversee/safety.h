/*
 * safety.h - the safety and privacy file (data/safety): what Linnet is for and what it is
 * not, the hazard log with its controls and the tests that prove them, the safety cases, the
 * facts for data protection and accessibility, retention.
 *
 * It is data that a clinical safety officer edits. It holds nobody, so anybody may read it.
 * tests/safety looks for every test that a control names.
 */
#ifndef LINNET_WORK_OVERSEE_SAFETY_H
#define LINNET_WORK_OVERSEE_SAFETY_H

#include "base/arena.h"
#include "base/err.h"

enum { SAFETY_SCALE = 5, SAFETY_PAPERS_MAX = 20, SAFETY_LIST_MAX = 200 };

struct safety_section {
	struct str title, text; /* text may be empty */
	const struct str *points;
	size_t n;
};
struct safety_paper {
	struct str title, status, not_checked;
	int64_t order;
	const struct safety_section *sections;
	size_t n;
};

struct safety_risk {
	struct str severity, likelihood;
	int64_t number; /* 1 to 5, by the matrix */
};
struct safety_control {
	struct str does;
	const struct str *tests; /* "tests/unit/day.c#birthdays" */
	size_t n;
};
struct hazard {
	struct str id, title, cause, effect, left;
	struct safety_risk before, after;
	const struct safety_control *controls;
	size_t n;
};

struct safety_file {
	const struct safety_paper *papers; /* in their order */
	size_t n_papers;
	struct str status, source, not_checked; /* of the hazard log */
	int64_t acceptable_to;			/* a risk above this is not acceptable */
	const struct hazard *hazards;
	size_t n, n_not_acceptable;
};

/* Reads DATA/safety. RC_BAD_INPUT names file, line and column: a hazard without a control, a control
 * without a test, a word that is not of the scales. */
enum rc safety_read(const char *data_dir, struct arena *a, struct safety_file *out, struct err *e) NODISCARD;

#endif
