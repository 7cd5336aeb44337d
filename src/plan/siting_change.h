/*
 * siting_change.h - a question about sites that builds on another, with numbers changed.
 *
 * Such a question is a text of some lines: `extends` names a file of data/siting, and
 * `changes` says, by the path of each number, what it is now ("none" takes a limit
 * away). It is what a page writes, what is saved, and what `linnet plan site` reads.
 */
#ifndef LINNET_PLAN_SITING_CHANGE_H
#define LINNET_PLAN_SITING_CHANGE_H

#include "codec/yaml.h"

enum { SITING_CHANGES_MAX = 12 };

struct siting_number {	   /* a number that can be changed */
	const char *path;  /* "rules.budget" */
	const char *field; /* its word in addresses and options: "budget" */
	const char *words, *unit;
	bool whole, removable; /* removable: "none" is an answer */
	bool is_words;	       /* the aim */
};
/* How many; in the order in which they are asked. */
size_t siting_numbers(const struct siting_number **out);

struct siting_changed {
	struct str path, value; /* value: a number, words of an aim, or "none" */
};
/* The text of such a question. `title` empty: the other's own. */
struct str siting_change_text(struct str extends, struct str title, const struct siting_changed *c, size_t n,
			      struct arena *a);
/* What a text of such a kind extends ("day-services-east-midlands"), and changes; false: it is a whole question. */
bool siting_change_read(const struct yaml *root, struct str *extends_out, struct siting_changed *out, size_t *n_out);

/* The tree with `extends` followed (a file of DATA/siting; NULL: none may be named) and `changes` made:
 * `root` itself if there are none. RC_BAD_INPUT with the place. */
enum rc siting_change_follow(const struct yaml *root, const char *data, struct arena *a, const struct yaml **out,
			     struct err *e) NODISCARD;

#endif
