/*
 * rulebook.h - standards: what should happen, by when, by whom, as data.
 *
 * A standard is a YAML file in data/standards/ that a designated nurse can read
 * aloud and check against the law. All of them are compiled into one rulebook:
 * immutable, shared by any number of threads. Its hash names the rules that a
 * clock row was made by.
 */
#ifndef LINNET_STANDARD_RULEBOOK_H
#define LINNET_STANDARD_RULEBOOK_H

#include "record/vocab.h"
#include "standard/clock.h"

enum { STANDARDS_MAX = 500 };

struct share { /* a holder's part of the limit, as the rules set it */
	uint8_t holder;
	int16_t days;	  /* in the standard's late unit; -1 none stated */
	struct str doing; /* "Consent and papers", "Booking and seeing" */
};

enum { LISTS_COUNCIL = 1, LISTS_HEALTH_TEAM = 2, LISTS_PROVIDER = 4 }; /* kinds of organisation */

struct standard_info {
	struct str id;			      /* "iha-returned" */
	int32_t number;			      /* stands for the id in stored rows: follows from it alone */
	struct str family;		      /* "initial-health-assessment": readings of one rule share it */
	struct str title;		      /* "Initial health assessment" */
	struct str reading;		      /* "report back with the council"; may be empty */
	struct str limit;		      /* "20 working days" in words */
	struct str words;		      /* the rule in plain words, one or two sentences */
	struct str not_counted;		      /* what the count leaves out, in words */
	struct str source;		      /* the law or guidance, by section */
	struct str checked;		      /* empty if the wording was read; else what has not been checked */
	struct str settle;		      /* what would settle "not known" */
	struct str next_steps[HOLDER__COUNT]; /* of whom has the turn, said to others: "Chase the papers"; may be empty.
					       * To the holder speak the asks (asks.h) */
	uint16_t edition;
	day_t from, until; /* edition in force for clocks that start in [from, until) */
	uint8_t authority; /* enum authority */
	bool working_days; /* lateness is counted in working days */
	bool hours;	   /* some limit is in hours: due and done carry a minute */
	bool on_worklist;  /* false: a reading for comparison only, shown in explanations */
	bool when_known;   /* on worklists only where its table is sent, or something shows that it is recorded */
	uint8_t lists;	   /* LISTS_*: whose worklists it is for; 0 everyone’s in the circle */
	bool adds_time_by_holder; /* has turns */
	const struct share *shares;
	size_t n_shares;
	struct kind_set kinds; /* of event, on which what it says of a child can depend, in any edition */
};

struct rulebook;

/* A document of the rulebook, wherever it is kept: "standards/review.yaml" and its bytes. */
struct rulebook_file {
	const char *name; /* for errors */
	struct str body;
	bool parameters; /* else standards or conditions */
};
/* Compiles the documents in the order given. RC_BAD_INPUT names name:line:column
 * and what to do. Nothing of the documents is kept; the vocabulary must outlive
 * the rulebook. */
enum rc rulebook_load_documents(const struct rulebook_file *files, size_t n, const struct vocab *v,
				struct rulebook **out, struct err *e) NODISCARD;
/* The same of every *.yaml of DIR/standards, in name order. RC_BAD_INPUT names
 * file:line:column and what to do. The vocabulary must outlive the rulebook. */
enum rc rulebook_load(const char *data_dir, const struct vocab *v, struct rulebook **out, struct err *e) NODISCARD;
void rulebook_free(struct rulebook *rb);
size_t rulebook_count(const struct rulebook *rb);
const struct standard_info *rulebook_info(const struct rulebook *rb, uint16_t standard);
/* The newest edition of that id; SIZE_MAX if there is none. */
size_t rulebook_find(const struct rulebook *rb, struct str id);
/* The same by the number of its id. */
size_t rulebook_numbered(const struct rulebook *rb, int64_t number);
int32_t rulebook_number(struct str id);					/* of any id, known or not */
struct str rulebook_reason(const struct rulebook *rb, uint16_t reason); /* "refused by the young person" */
uint16_t rulebook_opens(const struct rulebook *rb, uint16_t standard);	/* the kind of event that opens it */
/* Is this clock one for worklists? */
bool clock_on_worklist(const struct rulebook *rb, const struct clock *c);

/* ---- parameters: what councils and boards set for themselves ---- */

struct parameter_info {
	struct str id, title, unit, source, checked;
	size_t n_values;
};
struct parameter_value_info {
	struct str place; /* code of a council, health team or board; empty: everywhere */
	int n;
	day_t from;
	struct str source;
};
size_t rulebook_parameters(const struct rulebook *rb);
void rulebook_parameter(const struct rulebook *rb, size_t i, struct parameter_info *out);
void rulebook_parameter_value(const struct rulebook *rb, size_t i, size_t v, struct parameter_value_info *out);
/* What engine_places() wants: the number of a code that sets parameters; 0 if it sets none. */
uint16_t rulebook_place(const struct rulebook *rb, struct str code);

struct str rulebook_hash(const struct rulebook *rb); /* 64 hex digits over all files, in order */
/* The days before its due day on which a clock counts as due soon: 10 working days. */
enum lateness clock_lateness(const struct rulebook *rb, const struct workdays *w, const struct clock *c, day_t today,
			     int *days_late_out);

#endif
