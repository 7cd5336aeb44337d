/*
 * editions.h - the rules as dated documents: to read, to look back, to change.
 *
 * Everybody who signs in may read the rules. Who may change them has
 * ACT_CHANGE_RULES and works for a health team of the region; or is the operator.
 * A parameter's value for one organisation is set by its own people or by the team
 * that serves it (core/team.h). A change is a
 * draft: the whole new text of one document, made from the text whose hash is
 * `base`, with a reason. It is tried first (trial.h): that says who would move.
 * Saving it writes the document, known from now, and a line of audit; clocks
 * follow in small transactions (keep_catch_up). Nothing that was known is lost.
 */
#ifndef LINNET_WORK_ADMIN_EDITIONS_H
#define LINNET_WORK_ADMIN_EDITIONS_H

#include "base/text.h"
#include "work/core/rules.h"
#include "work/viewer.h"

enum { CHANGES_SHOWN = 50, WHY_MAX = 500, DOCUMENT_EDIT_MAX = 200 * 1024 };

/* ---- reading ---- */

struct edition_part { /* a standard, a parameter, or what else one document holds */
	struct str id, title, reading, limit, source, not_checked;
	int edition;
	day_t from, until;
};
struct edition_line {
	const struct document *doc;
	struct str folder; /* "standards"; empty: it lies in none */
	struct str title;  /* of the document; else of its one part; else its name */
	const struct edition_part *parts;
	size_t n_parts;
	size_t not_checked; /* parts whose wording nobody here has checked */
};
/* The documents in force, or as known at an instant. Live as long as `app`. */
enum rc editions_list(struct app *app, const struct viewer *v, int64_t known_ms, struct arena *a,
		      const struct edition_line **out, size_t *n_out, struct err *e) NODISCARD;

struct edition_change { /* one document at one time */
	int64_t known_ms;
	char hash[HASH_HEX_MAX];
	bool region, withdrawn;
	struct str by, why;
};
struct edition_page {
	struct edition_line line;
	const struct edition_change *changes; /* newest first, the last CHANGES_SHOWN */
	size_t n_changes;
	bool may_change, differs; /* `differs`: the program ships another text */
};
enum rc editions_see(struct app *app, const struct viewer *v, struct str name, int64_t known_ms, struct arena *a,
		     struct edition_page *out, struct err *e) NODISCARD;

/* Instants at which any document changed, newest first. */
enum rc editions_changes(struct app *app, struct arena *a, const int64_t **out, size_t *n_out, struct err *e) NODISCARD;

/* An instant as people say it: "now", a day (its end), an instant, or the first digits
 * (six and more) of the hash of a set of rules or of a document. */
enum rc editions_instant(struct app *app, struct str words, int64_t *known_ms_out, struct err *e) NODISCARD;

/* ---- changing ---- */

bool editions_may_change(const struct app *app, const struct viewer *v);
/* RC_REFUSED, in words, to whoever may not. */
enum rc editions_require_change(const struct app *app, const struct viewer *v, struct err *e) NODISCARD;
/* For whom they may set the value of a parameter. */
enum rc editions_places(struct app *app, const struct viewer *v, struct arena *a, const struct organisation ***out,
			size_t *n_out, struct err *e) NODISCARD;

struct rules_draft {
	struct str name, base; /* base: hash of the text it was made from; empty: a new document */
	struct str body, why;
	bool opens; /* the operator says: even if it opens what is sealed or closed now. Others cannot */
};
/* What two pieces of typed text make of a document; RC_BAD_INPUT in words.
 * A parameter's value: for whom (a code; empty: everybody), from which day. */
enum rc draft_parameter(struct str body, struct str id, struct str n, struct str from, struct str whose,
			struct str source, struct arena *a, struct str *out, struct err *e) NODISCARD;
/* A holiday that was proclaimed, or one that was moved or taken back, known from a day. */
enum rc draft_holiday(struct str body, struct str day, struct str name, struct str known, bool take_back,
		      struct arena *a, struct str *out, struct err *e) NODISCARD;

/* May it be, does it compile, does it keep the meaning of what was recorded, and stays what
 * is sealed or closed so? The set of rules as it would be, held. RC_BAD_INPUT names document:line:column;
 * RC_CONFLICT: the document is no longer that of `base`. */
enum rc draft_check_rules(struct app *app, const struct viewer *v, const struct rules_draft *d, struct rule_set **out,
			  struct err *e) NODISCARD;
/* Checks again and writes. The caller's hold keeps the old rules until app_renew. */
enum rc draft_save(struct app *app, const struct viewer *v, const struct rules_draft *d, struct err *e) NODISCARD;

/* ---- documents side by side ---- */

enum diff_sort { DIFF_SAME = ' ', DIFF_OUT = '-', DIFF_IN = '+', DIFF_GAP = '.' };
struct diff_line {
	char sort;	   /* enum diff_sort; a gap stands for lines that are the same */
	int before, after; /* line numbers; 0: none */
	struct str text;
};
/* Lines of two texts, with three lines around each difference. */
void texts_diff(struct str before, struct str after, struct arena *a, const struct diff_line **out, size_t *n_out);

/* The documents that differ between two holds. */
struct edition_diff {
	struct str name, before, after; /* empty: not there */
};
size_t editions_diff(const struct app *before, const struct app *after, struct arena *a,
		     const struct edition_diff **out);

/* ---- manifest ---- */

/* What a report was made by, as one JSON object: the instants, every document with
 * its hash, the version of the program. A report with the same manifest, of the
 * same record, has the same bytes. */
enum rc app_manifest(struct app *app, int64_t known_ms, day_t as_of, struct buf *out, struct err *e) NODISCARD;

#endif
