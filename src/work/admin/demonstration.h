/*
 * demonstration.h - the sign-ins of a demonstration store, from data/demonstration.yaml.
 */
#ifndef LINNET_WORK_ADMIN_DEMONSTRATION_H
#define LINNET_WORK_ADMIN_DEMONSTRATION_H

#include "work/app.h"

enum { DEMONSTRATION_MAX = 20, DEMONSTRATION_AGREEMENTS_MAX = 4 };

struct demonstration {
	struct demonstration_account {
		struct str login, name, org;
		enum role role;
		bool manages; /* the accounts of their organisation */
	} accounts[DEMONSTRATION_MAX];
	size_t n;
	struct str password;
	struct demonstration_agreement {
		struct str with; /* "council", "provider": every one of the region */
		struct str from, to, purpose, controllers, shares;
	} agreements[DEMONSTRATION_AGREEMENTS_MAX];
	size_t n_agreements;
	struct str enforced_from; /* day; empty: agreements are not enforced in this region */
};

/* RC_BAD_INPUT names file:line:column. Texts live in `a`. */
/* Those of one region, by its word. */
enum rc demonstration_read(const char *data_dir, struct str region, struct arena *a, struct demonstration *out,
			   struct err *e) NODISCARD;
/* Adds the accounts that are not there yet. RC_REFUSED unless the store is a demonstration. */
enum rc demonstration_accounts(struct app *app, struct err *e) NODISCARD;
/* Writes down the region's agreements, if none is there yet, and enforces them. RC_REFUSED likewise. */
enum rc demonstration_agreements(struct app *app, struct err *e) NODISCARD;

/* Some sealed entries, somebody who was given sight, and one emergency access, of invented
 * children that are loaded already: so that a demonstration can be tried. Once: RC_CONFLICT. */
enum rc demonstration_sealed(struct app *app, struct err *e) NODISCARD;

#endif
