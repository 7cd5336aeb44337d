/* Small readers that the files which read standards share. */
#include "standard/rule_help.h"

enum { OPS_MAX = 20000, REASONS_MAX = 2000, MATCHERS_MAX = 40 };

/* ---- small readers ---- */

enum rc read_words(const struct yaml *map, const char *key, struct str *out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);
	if (!y)
		return yaml_error(map, e, "\"%s\" is missing: add it, with its words", key);
	if (y->type != YAML_SCALAR || y->text.n == 0)
		return yaml_error(y, e, "\"%s\" must be words: write them after the colon", key);
	*out = y->text;
	return RC_OK;
}

static enum rc reason_add(struct rulebook *rb, const struct yaml *at, struct str words, uint16_t *out, struct err *e)
{
	for (size_t i = 0; i < rb->n_reasons; i++)
		if (str_eq(rb->reasons[i], words)) {
			*out = (uint16_t)i;
			return RC_OK;
		}
	if (rb->n_reasons == REASONS_MAX)
		return yaml_error(at, e, "more than %d different reasons in all standards; word this one as another",
				  REASONS_MAX);
	rb->reasons = xrealloc(rb->reasons, (rb->n_reasons + 1) * sizeof *rb->reasons);
	rb->reasons[rb->n_reasons] = words;
	*out = (uint16_t)rb->n_reasons++;
	return RC_OK;
}

enum rc read_reason(struct rulebook *rb, const struct yaml *map, const char *key, uint16_t *out, struct err *e)
{
	struct str words;
	enum rc rc = read_words(map, key, &words, e);
	return rc ? rc : reason_add(rb, map, words, out, e);
}

enum rc rule_age_add(struct rulebook *rb, const struct yaml *at, int64_t years, uint8_t *out, struct err *e)
{
	size_t i = 0;
	while (i < rb->n_ages && rb->ages[i] != years)
		i++;
	if (i == AGES_MAX)
		return yaml_error(at, e, "more than %d different ages in all standards; ask an age that another rule asks",
				  AGES_MAX);
	rb->ages[i] = (uint8_t)years;
	if (i == rb->n_ages)
		rb->n_ages++;
	*out = (uint8_t)i;
	return RC_OK;
}

enum rc read_holder(const struct yaml *map, uint8_t *out, struct err *e)
{
	struct str id;
	enum rc rc = read_words(map, "holder", &id, e);
	if (rc)
		return rc;
	*out = (uint8_t)holder_of(id);
	if (*out == HOLDER_NONE)
		return yaml_error(
		    yaml_get(map, "holder"), e,
		    "\"" STR_FMT
		    "\" is not a holder: council, health, provider, family, other-area, young-person, nobody or board",
		    STR_ARG(id));
	return RC_OK;
}

static enum rc op_add(struct rulebook *rb, const struct yaml *at, struct op op, struct err *e)
{
	if (rb->n_ops == OPS_MAX)
		return yaml_error(at, e, "more than %d events are named in all standards together; take a standard out",
				  OPS_MAX);
	if ((rb->n_ops & (rb->n_ops - 1)) == 0) /* doubles at each power of two */
		rb->ops = xrealloc(rb->ops, (rb->n_ops ? rb->n_ops * 2 : 1) * sizeof *rb->ops);
	rb->ops[rb->n_ops++] = op;
	return RC_OK;
}

/* Every matcher of the list `key` becomes an operation like `like`. */
enum rc read_ops(struct rulebook *rb, const struct yaml *map, const char *key, bool needed, struct op like,
		 struct err *e)
{
	const struct yaml *list = yaml_get(map, key);
	if (!list)
		return needed ? yaml_error(map, e, "\"%s\" is missing: list the kinds of event", key) : RC_OK;
	if (list->type != YAML_LIST || list->n == 0 || list->n > MATCHERS_MAX)
		return yaml_error(list, e, "\"%s\" is a list of 1 to %d kinds of event%s", key, MATCHERS_MAX,
				  list->type == YAML_LIST && list->n ? ", and this one is longer: take some out"
								     : ": write them as [care-started]");
	for (const struct yaml *it = list->child; it; it = it->next) {
		struct op op = like;
		enum rc rc = match_read(rb, it, &op, e);
		if (rc || (rc = op_add(rb, it, op, e)))
			return rc;
	}
	return RC_OK;
}

enum rc read_list(const struct yaml *map, const char *key, size_t max, const struct yaml **out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);
	if (!y)
		return yaml_error(map, e, "\"%s\" is missing: add it, as a list", key);
	if (y->type != YAML_LIST || y->n == 0 || y->n > max)
		return yaml_error(y, e, "\"%s\" is a list of 1 to %zu%s", key, max,
				  y->type == YAML_LIST && y->n ? "; this one is longer: take some out"
							       : ": begin each entry with \"- \"");
	*out = y;
	return RC_OK;
}

enum rc read_conditions(struct rulebook *rb, const struct yaml *map, const char *key, conditions_t *bits, struct err *e)
{
	const struct yaml *list = yaml_get(map, key);
	if (!list)
		return RC_OK;
	if (list->type != YAML_LIST)
		return yaml_error(list, e, "\"%s\" is a list of conditions: write them as [short-breaks]", key);
	for (const struct yaml *it = list->child; it; it = it->next) {
		size_t i = 0;
		while (i < rb->n_conditions && !(it->type == YAML_SCALAR && str_eq(rb->conditions[i].id, it->text)))
			i++;
		if (i == rb->n_conditions)
			return yaml_error(it, e, "no such condition: name one of 00-conditions.yaml, or define it there");
		*bits |= (conditions_t)(1u << i);
	}
	return RC_OK;
}
