/*
 * Matchers: which facts. In YAML either the name of a kind ("care-started") or
 * a map of the kind and what is asked of its codes and value.
 */
#include "codec/yaml.h"
#include "standard/rules.h"

/* A scalar or a list of scalars, one by one. */
static const struct yaml *first_of(const struct yaml *y)
{
	return y->type == YAML_LIST ? y->child : y;
}

static const struct yaml *next_of(const struct yaml *list, const struct yaml *it)
{
	return list->type == YAML_LIST ? it->next : NULL;
}

static enum rc code_named(const struct yaml *it, const struct code_list *list, const struct code_entry **out,
			  struct err *e)
{
	if (it->type != YAML_SCALAR)
		return yaml_error(it, e, "write a code or a list of codes");
	const struct code_entry *c = code_list_find(list, it->text);
	if (!c)
		return yaml_error(it, e,
				  "\"" STR_FMT "\" is not a code of the list \"" STR_FMT
				  "\"; add it to data/kinds.yaml or correct it here",
				  STR_ARG(it->text), STR_ARG(list->id));
	if (c->code >= CODE_BITS)
		return yaml_error(it, e, "the vocabulary has more than %d codes: take codes out of data/kinds.yaml that nobody uses", CODE_BITS);
	*out = c;
	return RC_OK;
}

enum rc match_codes_read(struct rulebook *rb, const struct yaml *y, const struct code_list *list, const char *kind,
			 bool except, const struct code_set **out, struct dated_code *dated, uint8_t *n_dated,
			 struct err *e)
{
	if (*out)
		return yaml_error(y, e, "say either which codes count or which do not, not both: take one of them out");
	if (y->type == YAML_MAP)
		return yaml_error(y, e, "write a code or a list of codes");
	if (!list)
		return yaml_error(y, e, "events of kind \"%s\" have no such code: take it out, or give the kind one in data/kinds.yaml", kind);
	struct code_set *set = arena_alloc(&rb->arena, sizeof *set);
	if (except)
		memset(set, 0xff, sizeof *set);
	size_t n = 0;
	for (const struct yaml *it = first_of(y); it; it = next_of(y, it)) {
		const struct code_entry *c = NULL;
		if (++n > CODES_IN_LIST_MAX)
			return yaml_error(it, e, "more than %d codes in one list: write the rest as another event of the same kind", CODES_IN_LIST_MAX);
		enum rc rc = code_named(it, list, &c, e);
		if (rc)
			return rc;
		uint64_t bit = (uint64_t)1 << (c->code & 63);
		if (except)
			set->bits[c->code >> 6] &= ~bit;
		else
			set->bits[c->code >> 6] |= bit;
		if (!except && dated && (c->from != DAY_NONE || c->until != DAY_NEVER))
			dated[(*n_dated)++] =
			    (struct dated_code){ .code = c->code, .from = c->from, .until = c->until };
	}
	*out = set;
	return RC_OK;
}

static enum rc values_read(const struct yaml *y, bool except, uint64_t *out, struct err *e)
{
	uint64_t bits = 0;
	if (y->type == YAML_MAP)
		return yaml_error(y, e, "write a value from 0 to 62 or a list of them");
	for (const struct yaml *it = first_of(y); it; it = next_of(y, it)) {
		int64_t v;
		if (it->type != YAML_SCALAR || str_to_int(it->text, 0, 62, &v) != RC_OK)
			return yaml_error(it, e, "write a value from 0 to 62");
		bits |= (uint64_t)1 << v;
	}
	*out &= except ? ~bits : bits;
	return RC_OK;
}

static enum rc asks_read(struct rulebook *rb, const struct yaml *y, const struct kind *k, struct guard *g,
			 struct err *e)
{
	static const struct {
		const char *key;
		bool second, except;
	} words[] = { { "code", false, false },
		      { "not-code", false, true },
		      { "code2", true, false },
		      { "not-code2", true, true } };
	*g = (struct guard){ .values = UINT64_MAX, .from = DAY_NONE, .until = DAY_NEVER };
	struct dated_code dated[2 * CODES_IN_LIST_MAX];
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		const struct yaml *at = yaml_get(y, words[i].key);
		uint8_t before = g->n_dated;
		enum rc rc =
		    !at ? RC_OK
			: match_codes_read(rb, at, words[i].second ? k->codes2 : k->codes, k->id.p, words[i].except,
					   words[i].second ? &g->code2 : &g->code, dated, &g->n_dated, e);
		if (rc)
			return rc;
		for (uint8_t d = before; d < g->n_dated; d++)
			dated[d].second = words[i].second;
	}
	if (g->n_dated) {
		struct dated_code *kept = arena_array(&rb->arena, g->n_dated, sizeof *kept);
		memcpy(kept, dated, g->n_dated * sizeof *kept);
		g->dated = kept;
	}
	enum rc day_rc = yaml_day(y, "from", DAY_NONE, &g->from, e);
	if (day_rc || (day_rc = yaml_day(y, "until", DAY_NEVER, &g->until, e)))
		return day_rc;
	if (g->from >= g->until)
		return yaml_error(y, e, "\"until\" must lie after \"from\": correct one of the two days");
	const struct yaml *v = yaml_get(y, "value"), *nv = yaml_get(y, "not-value");
	if ((v || nv) && !k->has_value && !k->value_label.n)
		return yaml_error(v ? v : nv, e, "events of kind \"%s\" have no value: take it out, or give the kind one in data/kinds.yaml", k->id.p);
	if (v && values_read(v, false, &g->values, e))
		return RC_BAD_INPUT;
	if (nv && values_read(nv, true, &g->values, e))
		return RC_BAD_INPUT;
	return RC_OK;
}

static enum rc unless_read(struct rulebook *rb, const struct yaml *y, const struct kind *k, struct guard *g,
			   struct err *e)
{
	static const char *const allowed[] = { "code",	    "not-code", "code2", "not-code2", "value",
					       "not-value", "from",	"until", NULL };
	if (y->type != YAML_LIST || y->n == 0 || y->n > UNLESS_MAX)
		return yaml_error(y, e, "\"unless\" is a list of 1 to %d exceptions%s", UNLESS_MAX,
				  y->type == YAML_LIST && y->n
				      ? ", and this one is longer: put codes that go together into one, as code: [a, b]"
				      : ": write them as [{code: \"01\", code2: A14}]");
	struct guard *u = arena_array(&rb->arena, y->n, sizeof *u);
	for (const struct yaml *it = y->child; it; it = it->next, g->n_unless++) {
		if (it->type != YAML_MAP)
			return yaml_error(it, e, "an exception is a map: write it as {code: \"01\", code2: A14}");
		enum rc rc = yaml_only(it, allowed, e);
		if (rc || (rc = asks_read(rb, it, k, &u[g->n_unless], e)))
			return rc;
	}
	g->unless = u;
	return RC_OK;
}

enum rc match_read(struct rulebook *rb, const struct yaml *y, struct op *op, struct err *e)
{
	static const char *const allowed[] = { "kind",	     "code",	  "not-code", "code2",	       "not-code2",
					       "value",	     "not-value", "unless",   "from",	       "until",
					       "early-days", "later-day", "same-org", "any-reference", NULL };
	op->guard = NULL;
	if (y->type == YAML_LIST)
		return yaml_error(y, e, "write the kind of an event, or a map that begins with \"kind\"");
	if (y->type == YAML_MAP && yaml_only(y, allowed, e))
		return RC_BAD_INPUT;
	const struct yaml *name = y->type == YAML_SCALAR ? y : yaml_get(y, "kind");
	if (!name || name->type != YAML_SCALAR)
		return yaml_error(y, e, "\"kind\" is missing: name the kind of event, such as care-started");
	op->kind = vocab_kind(rb->vocab, name->text);
	if (!op->kind)
		return yaml_error(name, e, "\"" STR_FMT "\" is not a kind of event; the kinds are in data/kinds.yaml",
				  STR_ARG(name->text));
	if (y->type == YAML_SCALAR)
		return RC_OK;
	const struct kind *k = &rb->vocab->kinds[op->kind];
	struct guard *g = arena_alloc(&rb->arena, sizeof *g);
	enum rc rc = asks_read(rb, y, k, g, e);
	if (rc)
		return rc;
	const struct yaml *unless = yaml_get(y, "unless");
	if (unless && (rc = unless_read(rb, unless, k, g, e)))
		return rc;
	int64_t early;
	if ((rc = yaml_int(y, "early-days", 0, EARLY_MAX_DAYS, 0, &early, e)))
		return rc;
	op->guard = g;
	op->early = (int16_t)early;
	if ((rc = yaml_bool(y, "later-day", false, &op->later, e)) ||
	    (rc = yaml_bool(y, "same-org", false, &op->same_org, e)) ||
	    (rc = yaml_bool(y, "any-reference", false, &op->any_key, e)))
		return rc;
	return op->later && early ? yaml_error(y, e, "\"later-day\" and \"early-days\" exclude each other: take one of them out") : RC_OK;
}
