/*
 * demonstration.h - the sign-ins of a demonstration store, from data/demonstration.yaml.
 */
#ifndef LINNET_WORK_ADMIN_DEMONSTRATION_H
#define LINNET_WORK_ADMIN_DEMONSTRATION_H

#include "work/app.h"

enum { DEMONSTRATION_MAX = 20 };

struct demonstration {
	struct demonstration_account {
		struct str login, name, org;
		enum role role;
		bool manages; /* the accounts of their organisation */
	} accounts[DEMONSTRATION_MAX];
	size_t n;
	struct str password;
};

/* RC_BAD_INPUT names file:line:column. Texts live in `a`. */
/* Those of one region, by its word. */
enum rc demonstration_read(const char *data_dir, struct str region, struct arena *a, struct demonstration *out,
			   struct err *e) NODISCARD;
/* Adds the accounts that are not there yet. RC_REFUSED unless the store is a demonstration. */
enum rc demonstration_accounts(struct app *app, struct err *e) NODISCARD;

/* Some sealed entries, somebody who was given sight, and one emergency access, of invented
 * children that are loaded already: so that a demonstration can be tried. Once: RC_CONFLICT. */
enum rc demonstration_sealed(struct app *app, struct err *e) NODISCARD;

#endif
