/*
 * cases.h - worked examples of the standards: a child's facts, and what should follow.
 *
 * A case file (data/cases/NAME.case) is written in words that a nurse can
 * review. The tests, `linnet standards prove` and the standards book read it
 * with this one reader, and hold every expectation against the rules in force.
 *
 *   # a remark
 *   == Title of the case
 *   born 2011-02-09                     (or: born not known)
 *   in council E10000012                the council that looks after the child
 *   in council E10000012, served by QH8 ... and the team or board that serves it
 *   known from 2020-01-01               every table can be believed from that day
 *   known from 2020-01-01 assessments   ... this table
 *   not known assessments               ... nobody sends this table
 *   holidays known on 2022-09-09        only those announced by that day
 *   2026-11-04 Came into care: V2
 *   2026-11-27 Seen for a health assessment: initial, doctor, ref 2, at 09:30
 *   as of 2026-12-01
 *   expect iha-returned: running, due 2026-12-02, turn provider, 1 left
 *   expect rha: no clock
 *
 * Without "known" lines the child is recorded by hand: what is not written did
 * not happen. After the title of a kind: its codes, yes or no, value N (or
 * value DAY, for kinds with an end day), ref N (1 if not said), org N or org
 * CODE, at HH:MM. A minute that is not said is not known.
 *
 * After a standard: its state (running, done, stopped, not-required, not-known,
 * missed) or "no clock"; due, done, start, since: a DAY or none; due and done
 * also "DAY HH:MM" (limits in hours); in time, too late (once it is done); turn HOLDER; N late, N left; days HOLDER N;
 * asks WORDS (what is asked first of whose turn it is), or asks nothing; agreed DAY or none; kept DAY (had every holder kept its share);
 * edition N; nth N (of a recurring clock), opening N (of several); because WORDS. What is not said is not asked.
 *
 * Everything lives in the arena given. Every mistake is RC_BAD_INPUT with file:line.
 */
#ifndef LINNET_STANDARD_CASES_H
#define LINNET_STANDARD_CASES_H

#include "standard/engine.h"

enum {
	CASES_MAX = 2000,
	CASE_FACTS_MAX = 120,
	CASE_EXPECTS_MAX = 40,
	CASE_LINES_MAX = 200,
	CASE_FILES_MAX = 400,
	CASE_FILE_BYTES_MAX = 1 << 20,
	CASE_ORG_FIRST = 1000, /* organisations named by code are numbered from here */
	CASE_NOT_SAID = INT32_MIN + 7,
};

struct case_expect {
	int line;
	struct str words;    /* as written, after the standard: "running, due 2026-12-02" */
	struct str standard; /* id */
	struct str state, turn, because, asks;
	day_t due, done, start, since, kept, agreed;
	int due_minute, done_minute;
	int late;	   /* negative: left */
	enum lateness met; /* LATE_DONE_IN_TIME or LATE_DONE_LATE; LATE_NOT: not said */
	int edition, nth, opening;
	int days[HOLDER__COUNT];
	bool no_clock;
	day_t as_of;
	bool holds;	/* by cases_prove */
	struct str why; /* what is, and what was expected; empty if it holds */
};

struct case_line {	  /* what the case tells, in the order of the file, for readers */
	struct str words; /* as written, after the day */
	struct fact fact; /* fact.kind 0: about the child ("born ...", "not known ...") */
};

struct case_one {
	struct str title, file;
	int line;
	day_t holidays_on; /* DAY_NEVER: all that are known today */
	struct child_facts child;
	const struct case_line *lines;
	size_t n_lines;
	struct case_expect *expect;
	size_t n_expect;
};

struct cases {
	struct case_one *list;
	size_t n, n_expects;
	struct case_org { /* named; the number of orgs[i] is CASE_ORG_FIRST + i */
		struct str code, served_by;
	} * orgs;
	size_t n_orgs, room, orgs_room;
	struct arena *a;
};

void cases_init(struct cases *c, struct arena *a);
/* Adds the cases of one file's bytes; `name` is what errors call it. */
enum rc cases_read(struct cases *c, const struct vocab *v, const struct rulebook *rb, struct str bytes,
		   const char *name, struct err *e) NODISCARD;
/* Adds every *.case of DIR/cases, in name order. */
enum rc cases_load(struct cases *c, const char *data_dir, const struct vocab *v, const struct rulebook *rb,
		   struct err *e) NODISCARD;
/* The code of an organisation that a case names; empty if it has only a number. */
struct str cases_org_code(const struct cases *c, uint16_t org);

/* Which clock of a run an expectation is about: index, or SIZE_MAX if there is none. */
size_t case_clock(const struct rulebook *rb, const struct clock *rows, size_t n, const struct case_expect *x);
/* An engine that knows which parameters hold for the organisations named. It may
 * not outlive the cases; free with engine_free. */
struct engine *cases_engine(const struct cases *c, const struct rulebook *rb, const struct workdays *w);
/* Runs the case and compares. True if the expectation holds; else *why_out (in
 * `a`) says what is and what was expected. `w`, which the engine was made with,
 * must be the calendar of c->holidays_on. */
bool case_holds(struct engine *en, const struct rulebook *rb, const struct workdays *w, const struct case_one *c,
		const struct case_expect *x, struct arena *a, struct str *why_out);

/* Holds every expectation against the rules, with the bank holidays that its case
 * knows, and notes in each whether it holds. Returns how many do not. */
size_t cases_prove(struct cases *c, const struct rulebook *rb, const struct holiday *h, size_t n_holidays);

#endif
