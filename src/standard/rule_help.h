/*
 * rule_help.h - what the files that read standards share: private to this room.
 *
 * All answer RC_BAD_INPUT with file:line:column and what to do.
 */
#ifndef LINNET_STANDARD_RULE_HELP_H
#define LINNET_STANDARD_RULE_HELP_H

#include "codec/yaml.h"
#include "standard/rules.h"

enum rc read_words(const struct yaml *map, const char *key, struct str *out, struct err *e) NODISCARD;
/* Words that become a reason of the rulebook. */
enum rc read_reason(struct rulebook *rb, const struct yaml *map, const char *key, uint16_t *out,
		    struct err *e) NODISCARD;
enum rc read_holder(const struct yaml *map, uint8_t *out, struct err *e) NODISCARD;
enum rc read_list(const struct yaml *map, const char *key, size_t max, const struct yaml **out,
		  struct err *e) NODISCARD;
/* Every matcher of the list `key` becomes an operation like `like`. */
enum rc read_ops(struct rulebook *rb, const struct yaml *map, const char *key, bool needed, struct op like,
		 struct err *e) NODISCARD;
/* Conditions by name, as bits. */
enum rc read_conditions(struct rulebook *rb, const struct yaml *map, const char *key, conditions_t *bits,
			struct err *e) NODISCARD;

/* rule_time.c */
enum rc tally_read(struct rulebook *rb, const struct yaml *y, struct err *e) NODISCARD;
enum rc starts_at_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e) NODISCARD;
enum rc extends_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y,
		     struct err *e) NODISCARD;
enum rc pauses_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e) NODISCARD;

#endif
