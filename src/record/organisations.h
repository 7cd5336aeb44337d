/*
 * organisations.h - the councils, health teams and providers we know by name.
 *
 * A directory read from data/organisations.csv: who they are, which health team
 * serves a council, and every name under which people write them. Immutable
 * after loading; any number of threads may read it.
 */
#ifndef LINNET_RECORD_ORGANISATIONS_H
#define LINNET_RECORD_ORGANISATIONS_H

#include "base/arena.h"
#include "base/err.h"

enum { ORGANISATIONS_MAX = 20000 };

enum organisation_kind { ORG_COUNCIL = 1, ORG_HEALTH_TEAM, ORG_PROVIDER };

struct organisation_entry {
	struct str code; /* ONS code of a council, ODS code of an NHS organisation */
	enum organisation_kind kind;
	struct str kind_id; /* "council" "health-team" "provider" */
	struct str name, short_name;
	struct str served_by;	  /* council: code of the health team that serves it; else empty */
	struct str also_known_as; /* other names, separated by | */
	struct str source;
};

struct organisations;

/* Reads DIR/organisations.csv. RC_BAD_INPUT names the file and line. */
enum rc organisations_load(const char *data_dir, struct organisations **out, struct err *e) NODISCARD;
void organisations_free(struct organisations *o);
size_t organisations_count(const struct organisations *o);
const struct organisation_entry *organisations_at(const struct organisations *o, size_t i); /* in order of the file */
/* By code, name, short name or another name; case, blanks and punctuation do
 * not matter. `kind` 0: any. NULL if unknown, or if two share that name. */
const struct organisation_entry *organisations_find(const struct organisations *o, enum organisation_kind kind,
						    struct str word);

#endif
