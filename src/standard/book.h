/*
 * book.h - the standards book: every rule, its words, its cases, to be signed.
 *
 * What the page /rules/book and the PDF print, put together once: a chapter for
 * each family of rules in the order of the files, in it each rule (its readings
 * and editions) with what the engine makes of it and the cases that name it. It
 * holds no child and follows from the files of data/ alone: the same rules make
 * the same book.
 */
#ifndef LINNET_STANDARD_BOOK_H
#define LINNET_STANDARD_BOOK_H

#include "standard/cases.h"
#include "standard/describe.h"

struct book_case { /* a case, and what it expects of this rule */
	const struct case_one *is;
	const struct case_expect **expect;
	size_t n;
	bool holds;
};

struct book_rule {
	const struct standard_info *info;
	uint16_t standard;
	const struct described *does;
	size_t n_does;
	struct book_case *cases;
	size_t n_cases, n_holds, n_expects;
};

struct book_chapter {
	struct str family;
	struct str title; /* of its first rule */
	struct book_rule *rules;
	size_t n, n_cases, n_not_checked;
	bool holds; /* every case of it */
};

struct book {
	const struct vocab *vocab;
	const struct cases *cases;
	struct str region; /* empty: not said */
	struct str hash;   /* of the rules, 64 hex digits */
	day_t day;	   /* the newest day on which an edition begins: the day of these rules */
	struct book_chapter *chapters;
	const struct described *shared; /* conditions and the like that many rules name */
	size_t n_shared;
	size_t n, n_rules, n_cases, n_expects, n_fail, n_not_checked;
};

/* `c` has been proved (cases_prove) and outlives the book; the rest lives in `a`.
 * A case that names a standard of several editions is printed with the edition
 * that it names, else with the newest. */
void book_make(const struct vocab *v, const struct rulebook *rb, const struct cases *c, struct str region,
	       struct arena *a, struct book *out);

/* Words that the page and the paper share. */
const char *authority_words(uint8_t authority);				/* "set in law" */
struct str book_rule_title(const struct book_rule *r, struct arena *a); /* "Title: reading" */
struct str book_in_force(const struct book_rule *r, struct arena *a);	/* "Edition 1, for clocks that start ..." */
struct str book_mark(const struct book_rule *r, struct arena *a); /* "Wording read", or what has not been checked */
struct str book_cases_line(const struct book_rule *r, struct arena *a); /* "4 cases; all 6 expectations hold" */
/* A line of a case: "Came into care: section 20, single period (V2)". */
struct str book_told(const struct book *b, const struct case_line *l, struct arena *a);
/* What is expected: "Running, due 2 December 2026, turn: Council, 7 left". */
struct str book_expected(const struct case_expect *x, struct arena *a);

#endif
