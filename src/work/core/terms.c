#include "work/core/terms.h"

#include "base/text.h"
#include "codec/yaml.h"

enum { LAYOUTS_MAX = 100, COLUMNS_MAX = 80, LOCAL_PART_MAX = 64 };

static enum rc document_yaml(const struct rule_set *s, const char *name, struct arena *a, const struct yaml **out,
			     struct err *e)
{
	const struct document *d = rule_set_document(s, str_of(name));
	*out = NULL;
	return d ? yaml_read(d->body, name, a, out, e) : RC_OK;
}

/* ---- chase.yaml ---- */

static bool domain_ok(struct str s)
{
	bool dot = false;
	if (s.n < 3 || s.n > ADDRESS_MAX || s.p[0] == '.' || s.p[0] == '-' || s.p[s.n - 1] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '.' && s.p[i - 1] == '.')
			return false;
		dot = dot || c == '.';
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'))
			return false;
	}
	return dot;
}

static enum rc domains_read(const struct yaml *y, struct arena *a, struct chase_terms *t, struct err *e)
{
	static const char *const allowed[] = { "for", "domains", NULL };
	struct domain *d = arena_array(a, DOMAINS_MAX, sizeof *d);
	t->domains = d;
	if (y && y->type != YAML_LIST)
		return yaml_error(y, e, "\"addresses\" is a list of {for: CODE, domains: [example.gov.uk]}");
	for (const struct yaml *it = y ? y->child : NULL; it; it = it->next) {
		const struct yaml *list = yaml_get(it, "domains");
		enum rc rc = yaml_only(it, allowed, e);
		if (rc != RC_OK)
			return rc;
		if (!yaml_text(it, "for").n || !list || list->type != YAML_LIST)
			return yaml_error(it, e, "write {for: CODE, domains: [example.gov.uk]}");
		for (const struct yaml *one = list->child; one; one = one->next) {
			if (one->type != YAML_SCALAR || !domain_ok(one->text))
				return yaml_error(one, e,
						  "this is no domain, such as example.gov.uk, in small letters");
			if (t->n_domains == DOMAINS_MAX)
				return yaml_error(one, e, "more than %d domains", DOMAINS_MAX);
			d[t->n_domains++] = (struct domain){ yaml_text(it, "for"), one->text };
		}
	}
	return RC_OK;
}

static enum rc number(const struct yaml *m, const char *key, int64_t min, int64_t max, int64_t absent, int *out,
		      struct err *e)
{
	int64_t n;
	enum rc rc = yaml_int(m, key, min, max, absent, &n, e);
	if (rc == RC_OK)
		*out = (int)n;
	return rc;
}

enum rc chase_terms_of(const struct rule_set *s, struct arena *a, struct chase_terms *out, struct err *e)
{
	static const char *const allowed[] = {
		"title", "due-within-working-days", "link", "source", "not-checked", "addresses", "addresses-source",
		"addresses-not-checked",   NULL
	};
	static const char *const of_link[] = {
		"days", "kept-days", "opens", "tries", "made-a-day", "made-a-day-for-an-address", NULL
	};
	struct chase_terms t = { .within_working_days = 10 };
	const struct yaml *y, *l;
	enum rc rc = document_yaml(s, "chase.yaml", a, &y, e);
	if (rc != RC_OK || !y) {
		*out = t;
		return rc;
	}
	if ((rc = yaml_only(y, allowed, e)) ||
	    (rc = number(y, "due-within-working-days", 0, 250, 10, &t.within_working_days, e)))
		return rc;
	l = yaml_get(y, "link");
	if (!l || l->type != YAML_MAP)
		return yaml_error(y, e,
				  "\"link\" is missing: days, opens, tries, made-a-day, made-a-day-for-an-address");
	if ((rc = yaml_only(l, of_link, e)) || (rc = number(l, "days", 1, 31, 7, &t.link_days, e)) ||
	    (rc = number(l, "kept-days", 1, 3650, 90, &t.link_kept_days, e)) ||
	    (rc = number(l, "opens", 1, 10000, 100, &t.link_opens, e)) ||
	    (rc = number(l, "tries", 1, 1000, 20, &t.link_tries, e)) ||
	    (rc = number(l, "made-a-day", 1, 10000, 100, &t.made_a_day, e)) ||
	    (rc = number(l, "made-a-day-for-an-address", 1, 10000, 40, &t.made_a_day_address, e)) ||
	    (rc = domains_read(yaml_get(y, "addresses"), a, &t, e)))
		return rc;
	*out = t;
	return RC_OK;
}

/* Letters that no header, no page and no shell has to quote. */
static bool local_ok(struct str s)
{
	if (!s.n || s.n > LOCAL_PART_MAX || s.p[0] == '.' || s.p[0] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
		      c == '\'' || c == '+'))
			return false;
	}
	return true;
}

enum rc address_check(const struct chase_terms *t, struct str address, struct str org_code, struct arena *a,
		      struct str *out, struct err *e)
{
	struct str s = arena_str(a, str_trim(address)), domain;
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
	s.p = p;
	struct str local = str_cut(s, '@', &domain);
	if (s.n > ADDRESS_MAX || !local_ok(local) || !domain_ok(domain))
		return err_set(e, RC_BAD_INPUT, "Enter one e-mail address, such as name@example.gov.uk.");
	struct buf known AUTO(buf_release);
	buf_init(&known, 1000);
	for (size_t i = 0; i < t->n_domains; i++) {
		if (!str_eq(t->domains[i].org, org_code))
			continue;
		if (str_eq(t->domains[i].domain, domain)) {
			*out = s;
			return RC_OK;
		}
		buf_printf(&known, "%s" STR_FMT, known.n ? ", " : "", STR_ARG(t->domains[i].domain));
	}
	if (!known.n)
		return err_set(
		    e, RC_BAD_INPUT,
		    "No e-mail domain is listed for this organisation. Whoever keeps the rules here can add it "
		    "to chase.yaml.");
	return err_set(e, RC_BAD_INPUT,
		       "The address must be one of the organisation whose turn it is. It ends with: " STR_FMT ".",
		       STR_ARG(buf_view(&known)));
}

/* ---- handback.yaml ---- */

static enum rc code_of(const struct rule_set *s, const struct yaml *y, const char *key, const struct code_list *list,
		       uint16_t *out, struct err *e)
{
	const struct yaml *at = yaml_get(y, key);
	const struct code_entry *c = at && list ? code_list_find(list, at->text) : NULL;
	(void)s;
	if (at && !c)
		return yaml_error(at, e, "\"" STR_FMT "\" is not a code of this kind of event", STR_ARG(at->text));
	*out = c ? c->code : 0;
	return RC_OK;
}

static enum rc column_event(const struct rule_set *s, const struct yaml *y, struct handback_column *c, struct err *e)
{
	const struct vocab *v = rule_set_vocab(s);
	c->kind = vocab_kind(v, yaml_text(y, "kind"));
	if (!c->kind)
		return yaml_error(y, e, "\"kind\" is missing or not in kinds.yaml");
	const struct kind *k = &v->kinds[c->kind];
	if (k->sensitive)
		return yaml_error(y, e, "a council does not see mental-health care: this kind cannot be handed back");
	if ((c->of == OF_END && !k->has_end) || (c->of == OF_CODE && !k->codes) || (c->of == OF_CODE2 && !k->codes2) ||
	    (c->of == OF_VALUE && !k->has_value))
		return yaml_error(y, e, "events of this kind have nothing of that sort; see kinds.yaml");
	enum rc rc = code_of(s, y, "code", k->codes, &c->code, e);
	if (rc == RC_OK)
		rc = code_of(s, y, "code2", k->codes2, &c->code2, e);
	if (rc == RC_OK)
		rc = code_of(s, y, "not-code2", k->codes2, &c->not_code2, e);
	return rc == RC_OK ? yaml_bool(y, "in-period", false, &c->in_period, e) : rc;
}

static enum rc column_read(const struct rule_set *s, const struct yaml *y, struct handback_column *c, struct err *e)
{
	static const char *const allowed[] = { "heading",   "of",	 "kind",     "code", "code2",
					       "not-code2", "in-period", "standard", NULL };
	static const char *const of[] = {
		"council-number", "day", "end-day", "code", "code2", "value", "due", "state"
	};
	enum rc rc = yaml_only(y, allowed, e);
	if (rc != RC_OK)
		return rc;
	*c = (struct handback_column){ .heading = yaml_text(y, "heading") };
	size_t i = 0;
	while (i < COUNT_OF(of) && !str_is(yaml_text(y, "of"), of[i]))
		i++;
	if (!c->heading.n || i == COUNT_OF(of))
		return yaml_error(y, e,
				  "a column has a \"heading\" and \"of\": council-number, day, end-day, code, code2, "
				  "value, due or state");
	c->of = (enum column_of)i;
	if (c->of == OF_REF)
		return RC_OK;
	if (c->of != OF_DUE && c->of != OF_STATE)
		return column_event(s, y, c, e);
	c->standard = yaml_text(y, "standard");
	size_t standard = rulebook_find(rule_set_rulebook(s), c->standard);
	if (standard == SIZE_MAX)
		return yaml_error(y, e, "\"standard\" is missing, or there is none of that name");
	uint16_t opens = rulebook_opens(rule_set_rulebook(s), (uint16_t)standard);
	if (rule_set_vocab(s)->kinds[opens].sensitive)
		return yaml_error(y, e, "a council does not see mental-health care: this clock cannot be handed back");
	return RC_OK;
}

static enum rc layout_read(const struct rule_set *s, const struct yaml *y, struct arena *a, struct handback_layout *l,
			   struct err *e)
{
	static const char *const allowed[] = { "id", "title", "for", "columns", NULL };
	const struct yaml *list = yaml_get(y, "columns"), *who = yaml_get(y, "for");
	enum rc rc = yaml_only(y, allowed, e);
	if (rc != RC_OK)
		return rc;
	if (!list || list->type != YAML_LIST || !list->n || list->n > COLUMNS_MAX)
		return yaml_error(y, e, "\"columns\" is a list of 1 to %d columns", COLUMNS_MAX);
	if (who && who->type != YAML_LIST)
		return yaml_error(who, e, "\"for\" is a list of codes of councils");
	*l = (struct handback_layout){ .id = yaml_text(y, "id"), .title = yaml_text(y, "title") };
	struct handback_column *c = arena_array(a, list->n, sizeof *c);
	for (const struct yaml *it = list->child; it && rc == RC_OK; it = it->next)
		rc = column_read(s, it, &c[l->n_columns++], e);
	struct str *codes = arena_array(a, who ? who->n + 1 : 1, sizeof *codes);
	for (const struct yaml *it = who ? who->child : NULL; it; it = it->next)
		codes[l->n_councils++] = it->text;
	l->columns = c;
	l->councils = codes;
	return rc;
}

static bool names(const struct handback_layout *l, struct str council)
{
	for (size_t i = 0; i < l->n_councils; i++)
		if (str_eq(l->councils[i], council))
			return true;
	return false;
}

enum rc handback_layout_of(const struct rule_set *s, struct str council, struct arena *a, struct handback_layout *out,
			   struct err *e)
{
	static const char *const allowed[] = { "title", "layouts", "source", "not-checked", NULL };
	const struct yaml *y, *list;
	bool found = false;
	enum rc rc = document_yaml(s, "handback.yaml", a, &y, e);
	if (rc != RC_OK)
		return rc;
	if (!y)
		return err_set(e, RC_NOT_FOUND, "No columns are given: handback.yaml is missing from the rules.");
	if ((rc = yaml_only(y, allowed, e)))
		return rc;
	list = yaml_get(y, "layouts");
	if (!list || list->type != YAML_LIST || !list->n || list->n > LAYOUTS_MAX)
		return yaml_error(y, e, "\"layouts\" is a list of 1 to %d layouts", LAYOUTS_MAX);
	for (const struct yaml *it = list->child; it && rc == RC_OK; it = it->next) {
		struct handback_layout l;
		if ((rc = layout_read(s, it, a, &l, e)) != RC_OK)
			break;
		if (names(&l, council) || (!found && !l.n_councils)) {
			*out = l;
			found = true;
		}
		if (names(&l, council))
			break;
	}
	if (rc == RC_OK && !found)
		return yaml_error(list, e, "one layout must name no council: it is for all the others");
	return rc;
}

enum rc terms_check(const struct rule_set *s, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct chase_terms t;
	struct handback_layout l;
	arena_init(&a);
	enum rc rc = chase_terms_of(s, &a, &t, e);
	if (rc == RC_OK && rule_set_document(s, STR("handback.yaml")))
		rc = handback_layout_of(s, STR(""), &a, &l, e);
	return rc;
}
