/* A document with all that it extends: entries with the same id are one, the later word counts. */
#include <stdarg.h>

#include "plan/scenario_inside.h"

static void tell(struct reading *r, const char *file, int line, int column, const char *text)
{
	r->told++;
	/* an entry that is `like` another has its mistakes too: told once */
	for (size_t i = 0; i < r->out->n; i++) {
		const struct mistake *o = &r->out->list[i];
		if (o->line == line && o->column == column && strcmp(o->text, text) == 0 && strcmp(o->file, file) == 0)
			return;
	}
	if (r->out->n == MISTAKES_MAX) {
		r->out->more = true;
		return;
	}
	struct mistake *m = &r->out->list[r->out->n++];
	snprintf(m->file, sizeof m->file, "%s", file);
	snprintf(m->text, sizeof m->text, "%s", text);
	m->line = line;
	m->column = column;
}

void mistake(struct reading *r, const struct yaml *at, const char *fmt, ...)
{
	char text[320];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	tell(r, at->file, at->line, at->column, text);
}

void mistake_at_key(struct reading *r, const struct yaml *at, const char *fmt, ...)
{
	char text[320];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	tell(r, at->file, at->key_line ? at->key_line : at->line, at->key_line ? at->key_column : at->column, text);
}

void mistake_of(struct reading *r, const struct yaml *at, const struct err *e)
{
	/* "file:line:column: words" */
	const char *p = e->text;
	for (; (p = strchr(p, ':')) != NULL; p++) {
		char *end, *last;
		long line = strtol(p + 1, &end, 10);
		if (end == p + 1 || *end != ':')
			continue;
		long column = strtol(end + 1, &last, 10);
		if (last == end + 1 || *last != ':')
			continue;
		char file[120];
		snprintf(file, sizeof file, "%.*s", (int)(p - e->text), e->text);
		tell(r, file, (int)line, (int)column, last + 1 + (last[1] == ' '));
		return;
	}
	tell(r, at ? at->file : r->trail[0], at ? at->line : 1, at ? at->column : 1, e->text);
}

/* ---- joining two trees ---- */

static struct yaml *copy_node(struct reading *r, const struct yaml *n)
{
	struct yaml *out = arena_alloc(r->a, sizeof *out);
	*out = *n;
	out->next = NULL;
	return out;
}

struct tail {
	struct yaml *head, **to;
	size_t n;
};

static void add(struct tail *t, struct yaml *node)
{
	*t->to = node;
	t->to = (struct yaml **)(uintptr_t)&node->next;
	t->n++;
}

static struct yaml *finish(struct reading *r, const struct yaml *like, const struct tail *t)
{
	struct yaml *out = copy_node(r, like);
	out->child = t->head;
	out->n = t->n;
	return out;
}

static bool same_key(const struct yaml *a, const struct yaml *b)
{
	return str_eq(a->key, b->key);
}

/* Fields of both; those of `over` count. `but`: a field that is left out of both; NULL: none. */
static struct yaml *join_fields(struct reading *r, const struct yaml *base, const struct yaml *over, const char *but)
{
	struct tail t = { .to = &t.head };
	for (const struct yaml *c = base->child; c; c = c->next) {
		const struct yaml *mine = NULL;
		for (const struct yaml *o = over->child; o && !mine; o = o->next)
			mine = same_key(c, o) ? o : NULL;
		if (!but || !str_is(c->key, but))
			add(&t, copy_node(r, mine ? mine : c));
	}
	for (const struct yaml *o = over->child; o; o = o->next) {
		bool there = but && str_is(o->key, but);
		for (const struct yaml *c = base->child; c && !there; c = c->next)
			there = same_key(c, o);
		if (!there)
			add(&t, copy_node(r, o));
	}
	return finish(r, over, &t);
}

static struct str id_of(const struct yaml *item)
{
	return item->type == YAML_MAP ? yaml_text(item, "id") : (struct str){ 0 };
}

static const struct yaml *by_id(const struct yaml *list, struct str id)
{
	for (const struct yaml *c = list->child; id.n && c; c = c->next)
		if (str_eq(id_of(c), id))
			return c;
	return NULL;
}

static bool removed(const struct yaml *item)
{
	return item && item->type == YAML_MAP && str_is(yaml_text(item, "remove"), "yes");
}

static struct yaml *join_lists(struct reading *r, const struct yaml *base, const struct yaml *over)
{
	struct tail t = { .to = &t.head };
	for (const struct yaml *c = base->child; c; c = c->next) {
		const struct yaml *o = by_id(over, id_of(c));
		if (!removed(o))
			add(&t, o ? join_fields(r, c, o, NULL) : copy_node(r, c));
	}
	for (const struct yaml *o = over->child; o; o = o->next)
		if (removed(o) && !by_id(base, id_of(o)))
			mistake(r, o, "there is no \"" STR_FMT "\" to remove; see the ids of the file that is extended",
				STR_ARG(id_of(o)));
		else if (!removed(o) && !by_id(base, id_of(o)))
			add(&t, copy_node(r, o));
	return finish(r, over, &t);
}

/* What is published is about the scenario it stands in, so it is not handed on. */
static struct yaml *join_documents(struct reading *r, const struct yaml *base, const struct yaml *over)
{
	struct tail t = { .to = &t.head };
	for (const struct yaml *c = base->child; c; c = c->next) {
		const struct yaml *o = over->child;
		for (; o && !same_key(o, c); o = o->next)
			;
		if (str_is(c->key, "extends") || (!o && str_is(c->key, "published")))
			continue;
		struct yaml *node;
		if (!o)
			node = copy_node(r, c);
		else if (str_is(c->key, "published"))
			node = copy_node(r, o);
		else if (o->type == YAML_LIST && c->type == YAML_LIST)
			node = join_lists(r, c, o);
		else if (o->type == YAML_MAP && c->type == YAML_MAP)
			node = join_fields(r, c, o, NULL);
		else
			node = copy_node(r, o);
		add(&t, node);
	}
	for (const struct yaml *o = over->child; o; o = o->next) {
		bool there = str_is(o->key, "extends");
		for (const struct yaml *c = base->child; c && !there; c = c->next)
			there = same_key(c, o);
		if (!there)
			add(&t, copy_node(r, o));
	}
	return finish(r, over, &t);
}

/* ---- `like`: an entry that is another one but for some fields ---- */

static struct yaml *resolve_list(struct reading *r, const struct yaml *list)
{
	struct tail t = { .to = &t.head };
	for (const struct yaml *c = list->child; c; c = c->next) {
		const struct yaml *like = c->type == YAML_MAP ? yaml_get(c, "like") : NULL;
		const struct yaml *of = like ? by_id(list, like->text) : NULL;
		if (like && (!of || of == c || yaml_get(of, "like")))
			mistake(r, like,
				"\"" STR_FMT
				"\" is no other entry of this list that stands by itself; name one by its id",
				STR_ARG(like->text));
		add(&t, of && of != c ? join_fields(r, of, c, "like") : copy_node(r, c));
	}
	return finish(r, list, &t);
}

static const struct yaml *resolve_likes(struct reading *r, const struct yaml *root)
{
	struct tail t = { .to = &t.head };
	for (const struct yaml *c = root->child; c; c = c->next)
		add(&t, c->type == YAML_LIST ? resolve_list(r, c) : copy_node(r, c));
	return finish(r, root, &t);
}

/* ---- the hash of what is said ---- */

static void hash_text(struct hash *h, char what, struct str s)
{
	char head[32];
	int n = snprintf(head, sizeof head, "%c%zu:", what, s.n);
	hash_add(h, head, (size_t)n);
	hash_add(h, s.p ? s.p : "", s.n);
}

static void hash_node(struct hash *h, const struct yaml *n)
{
	hash_text(h, 'k', n->key);
	if (n->type == YAML_SCALAR) {
		hash_text(h, n->quoted ? 'q' : 's', n->text);
		return;
	}
	hash_add(h, n->type == YAML_LIST ? "[" : "{", 1);
	for (const struct yaml *c = n->child; c; c = c->next)
		hash_node(h, c);
	hash_add(h, "]", 1);
}

/* ---- following ---- */

static const struct yaml *read_one(struct reading *r, struct str text, const char *name)
{
	const struct yaml *root = NULL;
	struct err e = { 0 };
	r->trail[r->n_trail++] = arena_str(r->a, str_of(name)).p;
	if (yaml_read(text, name, r->a, &root, &e) != RC_OK) {
		mistake_of(r, NULL, &e);
		return NULL;
	}
	if (root->type != YAML_MAP) {
		mistake(r, root, "a scenario is a list of names with a colon behind each: name:, areas:, services: ..");
		return NULL;
	}
	return root;
}

static const struct yaml *base_of(struct reading *r, const struct yaml *root)
{
	const struct yaml *x = yaml_get(root, "extends");
	struct str text;
	struct err e = { 0 };
	char name[120];
	if (x->type != YAML_SCALAR || x->text.n == 0 || x->text.n >= sizeof name) {
		mistake(r, x, "extends: needs the name of one file, such as east-midlands.yaml");
		return NULL;
	}
	snprintf(name, sizeof name, STR_FMT, STR_ARG(x->text));
	for (size_t i = 0; i < r->n_trail; i++)
		if (strcmp(r->trail[i], name) == 0) {
			mistake(r, x, "\"%s\" extends itself by way of this file; take one of the two away", name);
			return NULL;
		}
	if (r->n_trail == EXTENDS_MAX) {
		mistake(r, x, "more than %d files extend each other; join some of them", EXTENDS_MAX);
		return NULL;
	}
	if (!r->asks->lookup || r->asks->lookup(r->asks->arg, name, &text, &e) != RC_OK) {
		mistake(r, x, "\"%s\" cannot be read%s%.150s; put it beside this file, or correct the name", name,
			e.text[0] ? ": " : "", e.text);
		return NULL;
	}
	return read_one(r, text, name);
}

const struct yaml *follow(struct reading *r, struct str text, const char *name)
{
	const struct yaml *chain[EXTENDS_MAX], *root = read_one(r, text, name);
	size_t n = 0;
	while (root) {
		chain[n++] = root;
		if (!yaml_get(root, "extends"))
			break;
		root = base_of(r, root);
	}
	if (!root)
		return NULL;
	const struct yaml *all = chain[n - 1];
	for (size_t i = n - 1; i-- > 0;)
		all = join_documents(r, all, chain[i]);
	all = resolve_likes(r, all);
	hash_begin(&r->hash);
	hash_node(&r->hash, all);
	return all;
}

bool file_named(struct reading *r, const struct yaml *node, const char *what, const char **name_out,
		struct str *text_out)
{
	char name[120] = "";
	struct err e = { 0 };
	if (node->type == YAML_SCALAR && node->text.n < sizeof name)
		snprintf(name, sizeof name, STR_FMT, STR_ARG(node->text));
	if (!*name || !r->asks->lookup || r->asks->lookup(r->asks->arg, name, text_out, &e) != RC_OK) {
		mistake(r, node, "%s \"%s\" cannot be read%s%.150s; put the file beside this one, or correct the name",
			what, name, e.text[0] ? ": " : "", e.text);
		return false;
	}
	hash_add(&r->hash, text_out->p, text_out->n);
	*name_out = arena_str(r->a, str_of(name)).p;
	return true;
}
