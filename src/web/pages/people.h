/*
 * people.h - the accounts of an organisation, for whoever manages them, and what each
 * role may do, for everybody.
 */
#ifndef LINNET_WEB_PAGES_PEOPLE_H
#define LINNET_WEB_PAGES_PEOPLE_H

#include "web/pages/fields.h"

struct people_view {
	struct page page;
	const struct staff *staff;
	size_t n;
	const struct staff_link *links;
	size_t n_links;
};

struct invite_view {
	struct page page;
	struct staff_form f;
	struct str role, problem;
	const char *field;
	struct choice roles[ROLE__COUNT];
	size_t n_roles;
	bool managers; /* offers "manages accounts" */
};

struct person_view { /* one account */
	struct page page;
	struct staff s;
	struct str role, problem, heir, done;
	const char *field;
	struct choice roles[ROLE__COUNT];
	size_t n_roles;
	struct choice *heirs; /* who may take over */
	size_t n_heirs;
};

struct link_made_view { /* a link, shown once */
	struct page page;
	struct str name, message;
	int64_t expires_ms;
	bool joins;
};

struct roles_view {
	struct page page;
};

#endif
