/*
 * match.h - "which facts", in the words that standards use, for other rooms.
 *
 * A measure asks the same of facts as a standard does: a kind, its codes, its
 * value, exceptions. It is written alike in YAML (docs/standards.md, "Which
 * facts") and read by the same reader, so that a word never means two things.
 * Matchers live as long as the `struct matchers` that read them; immutable
 * after, any number of threads may ask them.
 */
#ifndef LINNET_STANDARD_MATCH_H
#define LINNET_STANDARD_MATCH_H

#include "record/fact.h"
#include "standard/rulebook.h"

struct yaml;
struct matcher;	 /* one line of such a list */
struct matchers; /* owns what it read */

/* The vocabulary must outlive it. */
struct matchers *matchers_new(const struct vocab *v);
void matchers_free(struct matchers *ms);
/* "care-started", or a map that begins with kind. RC_BAD_INPUT names
 * file:line:column. Words that only make sense beside a clock's opening
 * (early-days, later-day, same-org) are refused. */
enum rc matcher_read(struct matchers *ms, const struct yaml *y, const struct matcher **out, struct err *e) NODISCARD;
bool matcher_fits(const struct matcher *m, const struct fact *f);
uint16_t matcher_kind(const struct matcher *m);

/* Does what opens this standard's clocks belong to mental-health care? */
bool standard_is_sensitive(const struct rulebook *rb, uint16_t standard);

#endif
