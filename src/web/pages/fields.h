/*
 * fields.h - what the fields of forms are filled with.
 */
#ifndef LINNET_WEB_PAGES_FIELDS_H
#define LINNET_WEB_PAGES_FIELDS_H

#include "web/pages/page.h"
#include "work/record/record.h"

enum { RADIOS_MAX = 9, DATE_PART_MAX = 12 };

struct choice {
	struct str id, words;
};

struct date_parts {
	char day[DATE_PART_MAX], month[DATE_PART_MAX], year[DATE_PART_MAX];
};
/* "2026-11-22", or what was typed in three fields joined by /. */
struct date_parts date_parts_of(struct str value);

/* The label of a field, or the title of its list, with a capital. */
const char *label_of(struct arena *a, struct str label, struct str title);

/* The codes of a list (NULL: none), and the organisations that a kind may name. */
struct choice *fields_codes(struct arena *a, const struct code_list *l, size_t *n_out);
struct choice *fields_orgs(struct visit *v, const struct kind *k, size_t *n_out);

#endif
