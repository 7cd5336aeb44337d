#include "exchange/tables/spec.h"

#include "base/text.h"
#include "codec/csv.h"
#include "codec/yaml.h"

struct str heading_fold(struct str heading, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < heading.n; i++) {
		char c = heading.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		bool keep = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
		if (!keep)
			continue;
		if (n == NAME_FOLDED_MAX)
			return (struct str){ out, 0 };
		out[n++] = c;
	}
	return (struct str){ out, n };
}

int table_column(const struct table *t, struct str folded)
{
	for (size_t i = 0; i < t->n_columns; i++)
		for (size_t k = 0; k < t->columns[i].n_names; k++)
			if (str_eq(t->columns[i].names[k], folded))
				return (int)i;
	return -1;
}

static int column_named(const struct table *t, struct str name)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (str_eq(t->columns[i].name, name))
			return (int)i;
	return -1;
}

/* ---- columns ---- */

static const char *const type_words[] = { "text", "reference", "day",	  "yes-no",   "number",
					  "code", "choice",    "council", "provider", "nhs-number" };

static enum rc add_name(struct tables_spec *s, const struct table *t, struct str *names, struct column *c,
			struct str name, const struct yaml *at, struct err *e)
{
	char folded[NAME_FOLDED_MAX];
	struct str f = heading_fold(name, folded);
	bool taken = table_column(t, f) >= 0;
	for (size_t i = 0; i < c->n_names; i++)
		taken = taken || str_eq(names[i], f);
	if (!f.n || taken)
		return yaml_error(at, e, "the heading \"" STR_FMT "\" is empty, too long, or there already",
				  STR_ARG(name));
	((struct str *)(uintptr_t)c->headings)[c->n_names] = name;
	names[c->n_names++] = arena_str(&s->arena, f);
	return RC_OK;
}

static enum rc read_names(struct tables_spec *s, const struct table *t, const struct yaml *y, struct column *c,
			  struct err *e)
{
	const struct yaml *also = yaml_get(y, "also");
	if (also && also->type != YAML_LIST)
		return yaml_error(also, e, "\"also\" must be a list of headings");
	struct str *names = arena_array(&s->arena, 1 + (also ? also->n : 0), sizeof *names);
	c->names = names;
	c->headings = arena_array(&s->arena, 1 + (also ? also->n : 0), sizeof *c->headings);
	enum rc rc = add_name(s, t, names, c, c->name, y, e);
	for (const struct yaml *w = also ? also->child : NULL; w && rc == RC_OK; w = w->next)
		rc = add_name(s, t, names, c, w->text, w, e);
	return rc;
}

static enum rc read_choices(struct tables_spec *s, const struct yaml *y, struct column *c, struct err *e)
{
	const struct yaml *choices = yaml_get(y, "choices");
	if (!choices || choices->type != YAML_MAP)
		return yaml_error(y, e, "a choice needs \"choices\"");
	struct choice *all = arena_array(&s->arena, choices->n, sizeof *all);
	for (const struct yaml *n = choices->child; n; n = n->next)
		all[c->n_choices++] = (struct choice){ n->key, n->text };
	c->choices = all;
	return RC_OK;
}

static enum rc other_column(const struct table *t, const struct yaml *y, const char *word, enum column_type type,
			    int *out, struct err *e)
{
	const struct yaml *n = yaml_get(y, word);
	*out = -1;
	if (!n)
		return RC_OK;
	*out = column_named(t, n->text);
	if (*out < 0 || (type && t->columns[*out].type != type))
		return yaml_error(n, e, "\"%s\" must name an earlier column of the right type", word);
	return RC_OK;
}

static enum rc read_flags(const struct table *t, const struct yaml *y, struct column *c, struct err *e)
{
	enum rc rc = yaml_bool(y, "required", false, &c->required, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "time", false, &c->time, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "future", false, &c->future, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "min", INT32_MIN + 1, INT32_MAX, 0, &c->min, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "max", INT32_MIN + 1, INT32_MAX, INT32_MAX, &c->max, e);
	if (rc == RC_OK)
		rc = other_column(t, y, "not-before", TYPE_DAY, &c->not_before, e);
	if (rc == RC_OK)
		rc = other_column(t, y, "same-as-empty", TYPE_DAY, &c->same_as_empty, e);
	const struct yaml *unknown = yaml_get(y, "unknown");
	if (rc == RC_OK && unknown && (!str_is(unknown->text, "warn") || c->required))
		rc = yaml_error(unknown, e, "\"unknown\" can only be \"warn\", and not on a required column");
	c->warn_unknown = unknown != NULL;
	if (rc == RC_OK && c->type != TYPE_DAY && (c->time || c->future || c->not_before >= 0 || c->same_as_empty >= 0))
		rc = yaml_error(y, e, "time, future, not-before and same-as-empty are for days");
	return rc;
}

static enum rc read_column(struct tables_spec *s, struct table *t, const struct yaml *y, struct err *e)
{
	static const char *const words[] = { "column",	   "also",	    "type",    "required", "time", "future",
					     "not-before", "same-as-empty", "unknown", "min",	   "max",  "list",
					     "choices",	   "says",	    "example", NULL };
	enum rc rc = yaml_only(y, words, e);
	if (rc != RC_OK)
		return rc;
	if (t->n_columns == TABLE_COLUMNS_MAX)
		return yaml_error(y, e, "a table has at most %d columns", TABLE_COLUMNS_MAX);
	struct column *c = &t->columns[t->n_columns];
	*c = (struct column){ .name = yaml_text(y, "column"),
			      .says = yaml_text(y, "says"),
			      .example = yaml_text(y, "example") };
	struct str type = yaml_text(y, "type");
	for (size_t i = 0; i < COUNT_OF(type_words); i++)
		if (str_is(type, type_words[i]))
			c->type = (enum column_type)(i + 1);
	if (!c->type || !c->name.n || !c->says.n || !c->example.p)
		return yaml_error(y, e,
				  "a column needs \"column\", \"says\", \"example\" and a \"type\" that is known");
	rc = read_names(s, t, y, c, e);
	if (rc == RC_OK && c->type == TYPE_CHOICE)
		rc = read_choices(s, y, c, e);
	if (rc == RC_OK && c->type == TYPE_CODE) {
		c->list = vocab_list(s->vocab, yaml_text(y, "list"));
		rc = c->list ? RC_OK : yaml_error(y, e, "\"list\" must name a code list of kinds.yaml");
	}
	if (rc == RC_OK)
		rc = read_flags(t, y, c, e);
	t->n_columns++;
	return rc;
}

/* ---- events ---- */

static enum rc column_of_type(const struct table *t, const struct yaml *y, const char *word, bool wanted, int *out,
			      struct err *e)
{
	enum rc rc = other_column(t, y, word, (enum column_type)0, out, e);
	if (rc == RC_OK && *out >= 0 && !wanted)
		return yaml_error(y, e, "this kind of event has no \"%s\"", word);
	return rc;
}

static enum rc check_types(const struct table *t, const struct yaml *y, const struct emit *m, const struct kind *k,
			   struct err *e)
{
	const struct column *c = t->columns;
	if (m->at >= 0 && c[m->at].type != TYPE_DAY)
		return yaml_error(y, e, "\"at\" must be a day");
	if (m->end >= 0 && c[m->end].type != TYPE_DAY)
		return yaml_error(y, e, "\"end\" must be a day");
	if (m->code >= 0 && c[m->code].list != k->codes)
		return yaml_error(y, e, "\"code\" must be a column with the code list of this kind");
	if (m->code2 >= 0 && c[m->code2].list != k->codes2)
		return yaml_error(y, e, "\"code2\" must be a column with the second code list of this kind");
	if (m->org >= 0 && c[m->org].type != TYPE_COUNCIL && c[m->org].type != TYPE_PROVIDER)
		return yaml_error(y, e, "\"org\" must be a council or a provider");
	if (m->ref >= 0 && c[m->ref].type != TYPE_REFERENCE)
		return yaml_error(y, e, "\"ref\" must be a reference");
	if (m->value >= 0 && c[m->value].type != TYPE_NUMBER && c[m->value].type != TYPE_YES_NO)
		return yaml_error(y, e, "\"value\" must be a number or yes-no");
	return RC_OK;
}

static enum rc read_key(const struct table *t, const struct yaml *list, int *key, size_t *n, struct err *e)
{
	if (list && (list->type != YAML_LIST || list->n > KEY_COLUMNS_MAX))
		return yaml_error(list, e, "\"key\" is a list of at most %d columns", KEY_COLUMNS_MAX);
	for (const struct yaml *c = list ? list->child : NULL; c; c = c->next) {
		int i = column_named(t, c->text);
		if (i < 0)
			return yaml_error(c, e, "there is no column \"" STR_FMT "\"", STR_ARG(c->text));
		key[(*n)++] = i;
	}
	return RC_OK;
}

static enum rc read_conditions(const struct table *t, const struct yaml *y, struct emit *m, struct err *e)
{
	const struct yaml *map = yaml_get(y, "if");
	if (map && (map->type != YAML_MAP || map->n > CONDITIONS_MAX))
		return yaml_error(map, e, "\"if\" names at most %d columns with the value each must have",
				  CONDITIONS_MAX);
	for (const struct yaml *c = map ? map->child : NULL; c; c = c->next) {
		int i = column_named(t, c->key);
		if (i < 0 || c->type != YAML_SCALAR)
			return yaml_error(c, e, "there is no column \"" STR_FMT "\"", STR_ARG(c->key));
		m->conditions[m->n_conditions++] = (struct condition){ i, str_is(c->text, "filled"), c->text };
	}
	return RC_OK;
}

static enum rc read_body(const struct table *t, const struct yaml *y, struct emit *m, struct err *e)
{
	const struct yaml *map = yaml_get(y, "body");
	if (map && (map->type != YAML_MAP || map->n > FIELDS_MAX))
		return yaml_error(map, e, "\"body\" names at most %d fields with their columns", FIELDS_MAX);
	for (const struct yaml *c = map ? map->child : NULL; c; c = c->next) {
		int i = column_named(t, c->text);
		if (i < 0)
			return yaml_error(c, e, "there is no column \"" STR_FMT "\"", STR_ARG(c->text));
		m->fields[m->n_fields++] = (struct body_field){ c->key, i };
	}
	return RC_OK;
}

/* Do the columns that name this event name the row? If not, several rows may say it. */
static bool same_key(const struct table *t, const struct emit *m)
{
	for (size_t i = 0; i < t->n_key; i++) {
		bool there = m->ref == t->key[i];
		for (size_t k = 0; k < m->n_key; k++)
			there = there || m->key[k] == t->key[i];
		if (!there)
			return false;
	}
	return true;
}

static enum rc read_emit(struct tables_spec *s, struct table *t, const struct yaml *y, struct err *e)
{
	static const char *const words[] = { "kind",  "at",  "end", "code",   "code2",	   "org",  "ref",
					     "value", "key", "if",  "unless", "says-less", "body", NULL };
	enum rc rc = yaml_only(y, words, e);
	if (rc != RC_OK)
		return rc;
	if (t->n_emits == EMITS_MAX)
		return yaml_error(y, e, "a row means at most %d events", EMITS_MAX);
	struct emit *m = &t->emits[t->n_emits++];
	m->kind_id = yaml_text(y, "kind");
	m->kind = vocab_kind(s->vocab, m->kind_id);
	if (!m->kind)
		return yaml_error(y, e, "there is no kind of event \"" STR_FMT "\"", STR_ARG(m->kind_id));
	const struct kind *k = &s->vocab->kinds[m->kind];
	m->future = k->may_be_future;
	if (!str_eq(s->vocab->evidence[k->evidence], t->name))
		return yaml_error(y, e, "this kind of event is told by another table (its evidence in kinds.yaml)");
	const struct {
		const char *word;
		bool wanted;
		int *out;
	} cols[] = {
		{ "at", true, &m->at },
		{ "end", k->has_end, &m->end },
		{ "code", k->codes != NULL, &m->code },
		{ "code2", k->codes2 != NULL && !k->code2_derived, &m->code2 },
		{ "org", k->has_org, &m->org },
		{ "ref", k->ref_label.n > 0, &m->ref },
		{ "value", k->has_value, &m->value },
		{ "unless", true, &m->unless },
	};
	for (size_t i = 0; i < COUNT_OF(cols) && rc == RC_OK; i++)
		rc = column_of_type(t, y, cols[i].word, cols[i].wanted, cols[i].out, e);
	m->undated = m->at < 0;
	if (rc == RC_OK)
		rc = check_types(t, y, m, k, e);
	if (rc == RC_OK)
		rc = read_key(t, yaml_get(y, "key"), m->key, &m->n_key, e);
	if (rc == RC_OK)
		rc = read_conditions(t, y, m, e);
	if (rc == RC_OK)
		rc = read_body(t, y, m, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "says-less", false, &m->says_less, e);
	m->shared = !same_key(t, m);
	return rc;
}

/* ---- tables ---- */

static enum rc each(const struct yaml *parent, const char *word, const struct yaml **out, struct err *e)
{
	const struct yaml *list = yaml_get(parent, word);
	if (!list || list->type != YAML_LIST || !list->n)
		return yaml_error(parent, e, "a list \"%s\" is expected", word);
	*out = list->child;
	return RC_OK;
}

enum rc spec_read_columns(struct tables_spec *s, struct table *t, const struct yaml *y, struct err *e)
{
	const struct yaml *c = NULL;
	enum rc rc = each(y, "columns", &c, e);
	for (; rc == RC_OK && c; c = c->next)
		rc = read_column(s, t, c, e);
	return rc;
}

static enum rc read_table(struct tables_spec *s, const struct yaml *root, const struct yaml *y, struct err *e)
{
	static const char *const words[] = { "table", "title", "says", "key", "columns", "events", NULL };
	enum rc rc = yaml_only(y, words, e);
	if (rc != RC_OK)
		return rc;
	if (s->n == TABLES_MAX)
		return yaml_error(y, e, "at most %d tables", TABLES_MAX);
	struct table *t = &s->tables[s->n];
	t->name = yaml_text(y, "table");
	t->title = yaml_text(y, "title");
	t->says = yaml_text(y, "says");
	if (!t->name.n || !t->title.n || !t->says.n || tables_find(s, t->name) != SIZE_MAX || t->name.n > 20)
		return yaml_error(y, e,
				  "a table needs a name of its own (at most 20 letters), a title and what it says");
	s->n++;
	const struct yaml *c = NULL;
	rc = each(root, "common", &c, e);
	for (; rc == RC_OK && c; c = c->next)
		rc = read_column(s, t, c, e);
	if (rc == RC_OK && (t->n_columns != COMMON_COLUMNS || t->columns[COLUMN_COUNCIL].type != TYPE_COUNCIL ||
			    t->columns[COLUMN_CHILD].type != TYPE_REFERENCE))
		rc = yaml_error(root, e, "the common columns are the council and the number of the child");
	if (rc == RC_OK)
		rc = each(y, "columns", &c, e);
	for (; rc == RC_OK && c; c = c->next)
		rc = read_column(s, t, c, e);
	if (rc == RC_OK)
		rc = read_key(t, yaml_get(y, "key"), t->key, &t->n_key, e);
	if (rc == RC_OK)
		rc = each(y, "events", &c, e);
	for (; rc == RC_OK && c; c = c->next)
		rc = read_emit(s, t, c, e);
	return rc;
}

static enum rc read_short(struct tables_spec *s, const struct yaml *root, struct err *e)
{
	static const char *const words[] = { "missing-percent", "at-least", NULL };
	const struct yaml *y = yaml_get(root, "short-files");
	if (!y || y->type != YAML_MAP)
		return yaml_error(root, e, "\"short-files\" is expected");
	enum rc rc = yaml_only(y, words, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "missing-percent", 1, 100, 33, &s->missing_percent, e);
	return rc == RC_OK ? yaml_int(y, "at-least", 1, 100000, 10, &s->missing_at_least, e) : rc;
}

bool tables_hardly_whole(const struct tables_spec *s, int64_t missing, int64_t known)
{
	return missing >= s->missing_at_least && missing * 100 >= s->missing_percent * known;
}

static enum rc read_spec(struct tables_spec *s, const char *data_dir, struct err *e)
{
	static const char *const words[] = { "short-files", "common", "tables", NULL };
	char path[4096];
	snprintf(path, sizeof path, "%s/tables.yaml", data_dir);
	const struct yaml *root, *t = NULL;
	enum rc rc = yaml_read_file(path, &s->arena, &root, e);
	if (rc == RC_OK)
		rc = yaml_only(root, words, e);
	if (rc == RC_OK)
		rc = read_short(s, root, e);
	if (rc == RC_OK)
		rc = each(root, "tables", &t, e);
	if (rc != RC_OK)
		return rc;
	for (; t && rc == RC_OK; t = t->next)
		rc = read_table(s, root, t, e);
	s->children = tables_find(s, STR("children"));
	if (rc == RC_OK && s->children != 0)
		rc = yaml_error(root, e, "the first table must be \"children\"");
	return rc;
}

enum rc tables_spec_load(const char *data_dir, const struct vocab *v, struct tables_spec **out, struct err *e)
{
	struct tables_spec *s = xcalloc(1, sizeof *s);
	arena_init(&s->arena);
	s->vocab = v;
	enum rc rc = organisations_load(data_dir, &s->orgs, e);
	if (rc == RC_OK)
		rc = read_spec(s, data_dir, e);
	if (rc != RC_OK) {
		tables_spec_free(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

void tables_spec_free(struct tables_spec *s)
{
	if (!s)
		return;
	organisations_free(s->orgs);
	arena_release(&s->arena);
	free(s);
}

size_t tables_count(const struct tables_spec *s)
{
	return s->n;
}

struct str tables_name(const struct tables_spec *s, size_t table)
{
	return table < s->n ? s->tables[table].name : STR("");
}

struct str tables_title(const struct tables_spec *s, size_t table)
{
	return table < s->n ? s->tables[table].title : STR("");
}

size_t tables_find(const struct tables_spec *s, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->tables[i].name, name))
			return i;
	return SIZE_MAX;
}

const struct organisations *tables_organisations(const struct tables_spec *s)
{
	return s->orgs;
}

void tables_header_csv(const struct tables_spec *s, size_t table, struct buf *out)
{
	struct csv_writer w = { out, false };
	for (size_t i = 0; table < s->n && i < s->tables[table].n_columns; i++)
		csv_put(&w, s->tables[table].columns[i].name);
	csv_end_row(&w);
}

void tables_example_csv(const struct tables_spec *s, size_t table, struct buf *out)
{
	struct csv_writer w = { out, false };
	for (size_t i = 0; table < s->n && i < s->tables[table].n_columns; i++)
		csv_put_safe(&w, s->tables[table].columns[i].example);
	csv_end_row(&w);
}
