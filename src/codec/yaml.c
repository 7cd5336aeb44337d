#include "codec/yaml.h"

#include <libfyaml.h>
#include <stdarg.h>

#include "base/day.h"
#include "base/files.h"

struct reader {
	struct fy_parser *fyp;
	struct fy_diag *diag;
	struct arena *a;
	const char *file;
	struct err *e;
	struct fy_event *ev; /* the event looked at; freed by the next `step` */
};

static enum rc fail(struct reader *r, int line, int column, const char *words)
{
	return err_set(r->e, RC_BAD_INPUT, "%s:%d:%d: %s", r->file, line, column, words);
}

static const struct fy_mark *mark_of(const struct fy_event *ev)
{
	struct fy_token *t = NULL;
	switch (ev->type) {
	case FYET_SCALAR: t = ev->scalar.value; break;
	case FYET_SEQUENCE_START: t = ev->sequence_start.sequence_start; break;
	case FYET_MAPPING_START: t = ev->mapping_start.mapping_start; break;
	case FYET_ALIAS: t = ev->alias.anchor; break;
	default: break;
	}
	return t ? fy_token_start_mark(t) : NULL;
}

/* Moves to the next event. The library's own words name the place of a syntax error. */
static enum rc step(struct reader *r)
{
	if (r->ev)
		fy_parser_event_free(r->fyp, r->ev);
	r->ev = fy_parser_parse(r->fyp);
	if (r->ev)
		return RC_OK;
	void *prev = NULL;
	const struct fy_diag_error *d = fy_diag_errors_iterate(r->diag, &prev);
	if (!d)
		return fail(r, 1, 1, "the file ends too early");
	if (strstr(d->msg, "tab ") && strstr(d->msg, "indentation"))
		return fail(r, d->line, d->column, "a tab stands here; indent with spaces");
	return fail(r, d->line, d->column, d->msg); /* counted from 1 already */
}

static enum rc plain_only(struct reader *r, struct fy_token *anchor, struct fy_token *tag, struct yaml *at)
{
	if (anchor || tag)
		return fail(r, at->line, at->column,
			    "anchors and tags are not used in these files; write the value itself");
	return RC_OK;
}

static enum rc read_node(struct reader *r, int depth, struct yaml **out);

static enum rc read_scalar(struct reader *r, struct yaml *node)
{
	size_t n = 0;
	const char *p = fy_token_get_text(r->ev->scalar.value, &n);
	node->type = YAML_SCALAR;
	node->text = arena_str(r->a, (struct str){ p ? p : "", n });
	node->quoted = fy_token_scalar_style(r->ev->scalar.value) != FYSS_PLAIN;
	return plain_only(r, r->ev->scalar.anchor, r->ev->scalar.tag, node);
}

static enum rc read_list(struct reader *r, int depth, struct yaml *node)
{
	const struct yaml **tail = &node->child;
	node->type = YAML_LIST;
	enum rc rc = plain_only(r, r->ev->sequence_start.anchor, r->ev->sequence_start.tag, node);
	while (rc == RC_OK && (rc = step(r)) == RC_OK && r->ev->type != FYET_SEQUENCE_END) {
		struct yaml *child;
		rc = read_node(r, depth + 1, &child);
		if (rc == RC_OK) {
			*tail = child;
			tail = &child->next;
			node->n++;
		}
	}
	return rc;
}

static enum rc read_map(struct reader *r, int depth, struct yaml *node)
{
	const struct yaml **tail = &node->child;
	node->type = YAML_MAP;
	enum rc rc = plain_only(r, r->ev->mapping_start.anchor, r->ev->mapping_start.tag, node);
	while (rc == RC_OK && (rc = step(r)) == RC_OK && r->ev->type != FYET_MAPPING_END) {
		struct yaml *key, *child;
		rc = read_node(r, depth + 1, &key);
		if (rc != RC_OK)
			return rc;
		if (key->type != YAML_SCALAR)
			return fail(r, key->line, key->column, "a name is expected before the colon");
		for (const struct yaml *c = node->child; c; c = c->next)
			if (str_eq(c->key, key->text))
				return err_set(r->e, RC_BAD_INPUT,
					       "%s:%d:%d: \"" STR_FMT "\" is there twice (first on line %d)", r->file,
					       key->line, key->column, STR_ARG(key->text), c->key_line);
		if ((rc = step(r)) != RC_OK)
			return rc;
		bool nothing = !mark_of(r->ev);
		if ((rc = read_node(r, depth + 1, &child)) != RC_OK)
			return rc;
		if (nothing || child->line < key->line) { /* nothing stands behind the colon */
			child->line = key->line;
			child->column = key->column;
		}
		child->key = key->text;
		child->key_line = key->line;
		child->key_column = key->column;
		*tail = child;
		tail = &child->next;
		node->n++;
	}
	return rc;
}

static enum rc read_node(struct reader *r, int depth, struct yaml **out)
{
	const struct fy_mark *m = mark_of(r->ev);
	struct yaml *node = arena_alloc(r->a, sizeof *node);
	node->file = r->file;
	node->line = m ? m->line + 1 : 1;
	node->column = m ? m->column + 1 : 1;
	if (depth > YAML_DEPTH_MAX)
		return fail(r, node->line, node->column, "lists and maps are nested too deeply");
	enum rc rc;
	switch (r->ev->type) {
	case FYET_SCALAR: rc = read_scalar(r, node); break;
	case FYET_SEQUENCE_START: rc = read_list(r, depth, node); break;
	case FYET_MAPPING_START: rc = read_map(r, depth, node); break;
	default:
		rc = fail(r, node->line, node->column, "aliases are not used in these files; write the value itself");
		break;
	}
	if (rc == RC_OK)
		*out = node;
	return rc;
}

static enum rc read_document(struct reader *r, struct yaml **out)
{
	enum rc rc;
	while ((rc = step(r)) == RC_OK && (r->ev->type == FYET_STREAM_START || r->ev->type == FYET_DOCUMENT_START))
		;
	if (rc != RC_OK)
		return rc;
	if (r->ev->type == FYET_STREAM_END)
		return fail(r, 1, 1, "the file is empty");
	if ((rc = read_node(r, 0, out)) != RC_OK)
		return rc;
	if ((rc = step(r)) != RC_OK || (rc = step(r)) != RC_OK)
		return rc;
	return r->ev->type == FYET_STREAM_END ? RC_OK : fail(r, 1, 1, "one document a file, please");
}

enum rc yaml_read(struct str text, const char *name, struct arena *a, const struct yaml **out, struct err *e)
{
	struct reader r = { .a = a, .e = e };
	r.file = arena_str(a, str_of(name)).p;
	if (text.n > YAML_FILE_MAX)
		return err_set(e, RC_LIMIT, "%s: larger than %d MB", name, YAML_FILE_MAX >> 20);
	size_t bad = utf8_bad_at(text);
	if (bad != SIZE_MAX) {
		int line = 1, column = 1;
		for (size_t i = 0; i < bad; i++) {
			column = text.p[i] == '\n' ? 1 : column + 1;
			line += text.p[i] == '\n';
		}
		return fail(&r, line, column, "this byte is not UTF-8 text; save the file as UTF-8");
	}
	struct fy_diag_cfg dc;
	fy_diag_cfg_default(&dc);
	r.diag = fy_diag_create(&dc);
	if (!r.diag)
		base_oom(sizeof dc);
	fy_diag_set_collect_errors(r.diag, true);
	struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = r.diag };
	r.fyp = fy_parser_create(&cfg);
	if (!r.fyp)
		base_oom(sizeof cfg);
	struct yaml *root = NULL;
	enum rc rc = fy_parser_set_string(r.fyp, text.p, text.n) ? fail(&r, 1, 1, "could not be read")
								 : read_document(&r, &root);
	if (r.ev)
		fy_parser_event_free(r.fyp, r.ev);
	fy_parser_destroy(r.fyp);
	fy_diag_destroy(r.diag);
	if (rc == RC_OK)
		*out = root;
	return rc;
}

enum rc yaml_read_file(const char *path, struct arena *a, const struct yaml **out, struct err *e)
{
	struct str text;
	enum rc rc = file_read(path, YAML_FILE_MAX, a, &text, e);
	return rc == RC_OK ? yaml_read(text, path, a, out, e) : rc;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
	if (!map || map->type != YAML_MAP)
		return NULL;
	for (const struct yaml *c = map->child; c; c = c->next)
		if (str_is(c->key, key))
			return c;
	return NULL;
}

struct str yaml_text(const struct yaml *map, const char *key)
{
	const struct yaml *n = yaml_get(map, key);
	return n && n->type == YAML_SCALAR ? n->text : (struct str){ NULL, 0 };
}

enum rc yaml_error(const struct yaml *at, struct err *e, const char *fmt, ...)
{
	char words[ERR_TEXT_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	return err_set(e, RC_BAD_INPUT, "%s:%d:%d: %.300s", at->file, at->line, at->column, words);
}

enum rc yaml_only(const struct yaml *map, const char *const *allowed, struct err *e)
{
	if (map->type != YAML_MAP)
		return yaml_error(map, e, "names with values are expected here: write them as {name: value}");
	for (const struct yaml *c = map->child; c; c = c->next) {
		bool known = false;
		for (const char *const *k = allowed; *k && !known; k++)
			known = str_is(c->key, *k);
		if (!known)
			return err_set(e, RC_BAD_INPUT, "%s:%d:%d: \"" STR_FMT "\" is not a word that belongs here: correct it, or take it out",
				       c->file, c->key_line, c->key_column, STR_ARG(c->key));
	}
	return RC_OK;
}

enum rc yaml_bool(const struct yaml *map, const char *key, bool absent, bool *out, struct err *e)
{
	const struct yaml *n = yaml_get(map, key);
	if (!n) {
		*out = absent;
		return RC_OK;
	}
	bool yes = n->type == YAML_SCALAR && (str_is(n->text, "yes") || str_is(n->text, "true"));
	bool no = n->type == YAML_SCALAR && (str_is(n->text, "no") || str_is(n->text, "false"));
	if (!yes && !no)
		return yaml_error(n, e, "\"%s\" must be yes or no", key);
	*out = yes;
	return RC_OK;
}

enum rc yaml_int(const struct yaml *map, const char *key, int64_t min, int64_t max, int64_t absent, int64_t *out,
		 struct err *e)
{
	const struct yaml *n = yaml_get(map, key);
	if (!n) {
		*out = absent;
		return RC_OK;
	}
	if (n->type != YAML_SCALAR || str_to_int(n->text, min, max, out) != RC_OK)
		return yaml_error(n, e, "\"%s\" must be a whole number from %" PRId64 " to %" PRId64, key, min, max);
	return RC_OK;
}

enum rc yaml_day(const struct yaml *map, const char *key, int32_t absent, int32_t *out, struct err *e)
{
	const struct yaml *n = yaml_get(map, key);
	if (!n) {
		*out = absent;
		return RC_OK;
	}
	if (n->type != YAML_SCALAR || day_parse_iso(n->text, out) != RC_OK)
		return yaml_error(n, e, "\"%s\" must be a day such as 2026-11-22", key);
	return RC_OK;
}
