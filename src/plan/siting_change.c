/* A question about sites that builds on another. */
#include "plan/siting_change.h"

#include "codec/json.h"

enum { TEXT_MAX = 20000 };

static const struct siting_number numbers[] = {
	{ "rules.budget", "budget", "Budget", "pounds a year", false, true, false },
	{ "travel.longest", "longest", "Nobody travels longer than", "minutes", false, true, false },
	{ "rules.keep-existing", "keep", "Of today’s sites stay at least", "sites", true, true, false },
	{ "rules.open-at-least", "at-least", "Sites open, at least", "sites", true, true, false },
	{ "rules.open-at-most", "at-most", "Sites open, at most", "sites", true, true, false },
	{ "rules.fill-at-most", "fill", "Filled to at most", "per cent of what it can serve", false, true, false },
	{ "areas.per-1000", "per-1000", "Children a year who need it, of each 1,000", "children", false, false, false },
	{ "reuse.budget", "reuse-budget", "Less money than today’s, at most", "pounds a year", false, true, false },
	{ "reuse.move-at-most", "move", "Moved between sites at most", "of each kind", true, true, false },
	{ "aim", "aim", "What is wanted most", "", false, false, true },
};

size_t siting_numbers(const struct siting_number **out)
{
	*out = numbers;
	return COUNT_OF(numbers);
}

/* ---- writing ---- */

struct str siting_change_text(struct str extends, struct str title, const struct siting_changed *c, size_t n,
			      struct arena *a)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, TEXT_MAX);
	buf_printf(&b, "extends: " STR_FMT ".yaml\n", STR_ARG(extends));
	if (title.n) {
		buf_puts(&b, "title: ");
		json_put_string(&b, title);
		buf_putc(&b, '\n');
	}
	if (n)
		buf_puts(&b, "changes:\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "  - {id: " STR_FMT ", value: " STR_FMT "}\n", STR_ARG(c[i].path), STR_ARG(c[i].value));
	return arena_str(a, buf_view(&b));
}

/* ---- reading ---- */

bool siting_change_read(const struct yaml *root, struct str *extends_out, struct siting_changed *out, size_t *n_out)
{
	struct str extends = yaml_text(root, "extends");
	const struct yaml *list = yaml_get(root, "changes");
	if (extends.n < 6 || memcmp(extends.p + extends.n - 5, ".yaml", 5) != 0)
		return false;
	*extends_out = (struct str){ extends.p, extends.n - 5 };
	*n_out = 0;
	for (const struct yaml *x = list ? list->child : NULL; x && *n_out < SITING_CHANGES_MAX; x = x->next)
		out[(*n_out)++] = (struct siting_changed){ yaml_text(x, "id"), yaml_text(x, "value") };
	return true;
}

static const struct siting_number *number_of(struct str path)
{
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		if (str_is(path, numbers[i].path))
			return &numbers[i];
	return NULL;
}

/* The trees are this reader's own: nobody else has seen them yet. */
static struct yaml *own(const struct yaml *y)
{
	return (struct yaml *)(uintptr_t)y;
}

static void take_out(struct yaml *map, const struct yaml *gone)
{
	const struct yaml **at = &map->child;
	while (*at && *at != gone)
		at = &own(*at)->next;
	if (*at) {
		*at = gone->next;
		map->n--;
	}
}

/* Sets a scalar of a map; what is told about it is told of `at`. */
static void put(struct yaml *map, struct str key, const struct yaml *at, struct arena *a)
{
	const struct yaml **end = &map->child;
	struct yaml *x = arena_alloc(a, sizeof *x);
	for (const struct yaml *c = map->child; c; c = c->next)
		if (str_eq(c->key, key)) {
			take_out(map, c);
			break;
		}
	while (*end)
		end = &own(*end)->next;
	*x = *at;
	x->key = key;
	x->next = NULL;
	*end = x;
	map->n++;
}

static enum rc change(struct yaml *root, const struct yaml *item, struct arena *a, struct err *e)
{
	static const char *const keys[] = { "id", "value", NULL };
	enum rc rc = item->type == YAML_MAP ? yaml_only(item, keys, e)
					    : yaml_error(item, e, "a change is {id: rules.budget, value: 3000000}");
	const struct yaml *id = yaml_get(item, "id"), *value = yaml_get(item, "value");
	if (rc != RC_OK)
		return rc;
	const struct siting_number *n = id ? number_of(id->text) : NULL;
	if (!n) {
		struct buf known AUTO(buf_release);
		buf_init(&known, 400);
		for (size_t i = 0; i < COUNT_OF(numbers); i++)
			buf_printf(&known, "%s%s", i ? ", " : "", numbers[i].path);
		return yaml_error(id ? id : item, e, "this number cannot be changed; those that can are %s", known.p);
	}
	if (!value || value->type != YAML_SCALAR || !value->text.n)
		return yaml_error(item, e, "%s needs a value", n->path);
	struct str rest, first = str_cut(id->text, '.', &rest);
	const struct yaml *section = rest.n ? yaml_get(root, arena_str(a, first).p) : root;
	if (rest.n && (!section || section->type != YAML_MAP)) {
		if (!str_is(first, "rules"))
			return yaml_error(id, e, "the question has no \"" STR_FMT "\" in which it could be changed",
					  STR_ARG(first));
		struct yaml *fresh = arena_alloc(a, sizeof *fresh);
		*fresh = (struct yaml){ .type = YAML_MAP, .file = id->file, .line = id->line, .column = id->column };
		put(root, STR("rules"), fresh, a);
		section = yaml_get(root, "rules");
	}
	struct str key = rest.n ? rest : first;
	const struct yaml *old = yaml_get(section, arena_str(a, key).p);
	if (!str_is(value->text, "none"))
		put(own(section), key, value, a);
	else if (!n->removable)
		return yaml_error(value, e, "%s cannot be left out", n->path);
	else if (old)
		take_out(own(section), old);
	return RC_OK;
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		      ((s.p[i] == '-' || s.p[i] == '.') && i > 0)))
			return false;
	return s.n > 5 && s.n < 100 && !memmem(s.p, s.n, "..", 2) && memcmp(s.p + s.n - 5, ".yaml", 5) == 0;
}

static enum rc extended(const struct yaml *name, const char *data, struct arena *a, const struct yaml **out,
			struct err *e)
{
	if (!data)
		return yaml_error(name, e, "no other question can be extended here");
	if (name->type != YAML_SCALAR || !is_name(name->text))
		return yaml_error(name, e,
				  "extends names a file of data/siting, such as day-services-east-midlands.yaml");
	struct err why = { 0 };
	enum rc rc = yaml_read_file(arena_printf(a, "%s/siting/" STR_FMT, data, STR_ARG(name->text)).p, a, out, &why);
	if (rc == RC_OK && ((*out)->type != YAML_MAP || yaml_get(*out, "extends")))
		rc = err_set(&why, RC_BAD_INPUT, "it is no whole question");
	return rc == RC_OK ? rc : yaml_error(name, e, "it cannot be extended: %s", why.text);
}

enum rc siting_change_follow(const struct yaml *root, const char *data, struct arena *a, const struct yaml **out,
			     struct err *e)
{
	static const char *const keys[] = { "extends", "siting", "title", "changes", NULL };
	const struct yaml *name = yaml_get(root, "extends"), *list = yaml_get(root, "changes"), *base = root;
	enum rc rc = RC_OK;
	if (!name && !list)
		return *out = root, RC_OK;
	if (name && (rc = yaml_only(root, keys, e)) == RC_OK)
		rc = extended(name, data, a, &base, e);
	if (rc == RC_OK && list && list->type != YAML_LIST)
		rc = yaml_error(list, e, "changes are a list: - {id: rules.budget, value: 3000000}");
	if (rc == RC_OK && !name)
		take_out(own(base), list);
	for (const struct yaml *k = name ? root->child : NULL; rc == RC_OK && k; k = k->next)
		if (str_is(k->key, "title") || str_is(k->key, "siting"))
			put(own(base), k->key, k, a);
	for (const struct yaml *x = list ? list->child : NULL; rc == RC_OK && x; x = x->next)
		rc = change(own(base), x, a, e);
	*out = base;
	return rc;
}
