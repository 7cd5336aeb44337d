/*
 * agreement.h - what was agreed with organisations: the list for everybody, the form
 * for whoever writes agreements down.
 */
#ifndef LINNET_WEB_PAGES_AGREEMENT_H
#define LINNET_WEB_PAGES_AGREEMENT_H

#include "web/pages/fields.h"
#include "work/oversee/agreement.h"

struct agreements_view {
	struct page page;
	const struct agreement *rows;
	size_t n;
	struct agreement_kind kinds[AGREEMENT_KINDS_MAX];
	size_t n_kinds;
	bool may_write, may_open;
	struct agreement_effects effects; /* of all; empty for whoever writes none */
};

struct agreement_view { /* the form, for who may write; how it stands and stood */
	struct page page;
	bool may_write;
	struct agreement_form f;
	struct str problem;
	const char *field;
	const struct agreement *past;
	size_t n_past;
	struct agreement_kind kinds[AGREEMENT_KINDS_MAX];
	size_t n_kinds;
	struct choice covers[2];
	const struct organisation **councils; /* of this region, to be ticked */
	size_t n_councils;
	struct str others; /* codes of others that are named */
};

/* "Names ..., Legal status ..." of words separated by blanks. */
struct str shares_words(const struct page *p, const struct agreement_kind *kinds, size_t n, struct str shares);
struct str effect_words(const struct page *p, const struct agreement_effect *f);
bool shares_has(struct str shares, struct str kind);
const char *agreement_state_words(enum agreement_state s);
/* Whose children: "children of Essex, Thurrock"; empty: everybody’s. */
struct str covers_words(const struct page *p, struct str councils);
/* Of whose children a row of what is withheld is; empty: of all. */
struct str effect_of_words(const struct page *p, const struct agreement_effect *f);
struct str org_name_of(const struct page *p, int64_t org);
struct str agreement_problem(const struct agreement_view *v, const char *field);

#endif
