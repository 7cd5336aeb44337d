/*
 * terms.h - how others are asked, and what a council is given back, as data.
 *
 * data/chase.yaml says when a chase names something, how long a one-use link
 * lasts, and to which addresses one may go; data/handback.yaml says the columns of
 * the file for a council's own system. Both are documents of the rules, checked
 * when a set of rules is made, and read again by whoever needs them.
 */
#ifndef LINNET_WORK_CORE_TERMS_H
#define LINNET_WORK_CORE_TERMS_H

#include "work/core/rules.h"

enum { ADDRESS_MAX = 254, DOMAINS_MAX = 2000 };

struct domain {
	struct str org, domain; /* code of the organisation; "essex.gov.uk" */
};

struct chase_terms {
	int within_working_days;
	int link_days, link_kept_days, link_opens, link_tries, made_a_day, made_a_day_address;
	const struct domain *domains;
	size_t n_domains;
};

enum column_of { OF_REF, OF_DAY, OF_END, OF_CODE, OF_CODE2, OF_VALUE, OF_DUE, OF_STATE };
struct handback_column {
	struct str heading;
	enum column_of of;
	uint16_t kind;			 /* 0: OF_REF, OF_DUE, OF_STATE */
	uint16_t code, code2, not_code2; /* 0: any */
	bool in_period;			 /* only of the period of care that is open, or was last */
	struct str standard;		 /* OF_DUE, OF_STATE */
};
struct handback_layout {
	struct str id, title;
	const struct str *councils; /* codes; none: everyone else's */
	size_t n_councils;
	const struct handback_column *columns;
	size_t n_columns;
};

/* Without the document: nothing may be asked by link; RC_BAD_INPUT names file:line:column. */
enum rc chase_terms_of(const struct rule_set *s, struct arena *a, struct chase_terms *out, struct err *e) NODISCARD;
/* The layout of a council: that which names it, else the first that names none. */
enum rc handback_layout_of(const struct rule_set *s, struct str council, struct arena *a, struct handback_layout *out,
			   struct err *e) NODISCARD;
/* Both, for whoever makes a set of rules. */
enum rc terms_check(const struct rule_set *s, struct err *e) NODISCARD;

/* A plain address: letters that need no quoting, one @, a domain that is listed
 * exactly for that organisation. RC_BAD_INPUT says which domains are. */
enum rc address_check(const struct chase_terms *t, struct str address, struct str org_code, struct arena *a,
		      struct str *out, struct err *e) NODISCARD;

#endif
