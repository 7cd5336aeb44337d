#include "exchange/ssda903/spec.h"

#include "base/text.h"
#include "codec/csv.h"
#include "exchange/ssda903/expr.h"

/* ---- years ---- */

int return_year(const struct return_spec *s, struct str year)
{
	for (size_t i = 0; i < s->n_years; i++)
		if (str_eq(s->years[i], year))
			return (int)i;
	return -1;
}

size_t return_years(const struct return_spec *s)
{
	return s->n_years;
}

struct str return_year_name(const struct return_spec *s, int year)
{
	return s->years[year];
}

day_t return_year_first(const struct return_spec *s, int year)
{
	return day_of(s->first_year[year], 4, 1);
}

day_t return_year_last(const struct return_spec *s, int year)
{
	return day_of(s->first_year[year] + 1, 3, 31);
}

int return_year_ended(const struct return_spec *s, day_t today)
{
	int found = -1;
	for (size_t i = 0; i < s->n_years; i++)
		if (return_year_last(s, (int)i) < today)
			found = (int)i;
	return found;
}

static enum rc read_years(struct return_spec *s, const struct yaml *root, struct err *e)
{
	const struct yaml *list = yaml_get(root, "years");
	if (!list || list->type != YAML_LIST || !list->n || list->n > RETURN_YEARS_MAX)
		return yaml_error(root, e, "a list of at most %d \"years\" is expected", RETURN_YEARS_MAX);
	for (const struct yaml *y = list->child; y; y = y->next) {
		int64_t first;
		if (y->text.n != 7 || y->text.p[4] != '-' ||
		    str_to_int((struct str){ y->text.p, 4 }, 2000, 2200, &first) != RC_OK)
			return yaml_error(y, e, "a year is written as 2025-26");
		s->years[s->n_years] = y->text;
		s->first_year[s->n_years++] = (int)first;
	}
	return RC_OK;
}

/* The year that a word of a map names; `absent` if there is none. */
enum rc spec_year(const struct return_spec *s, const struct yaml *map, const char *word, int absent, int *out,
		  struct err *e)
{
	const struct yaml *y = yaml_get(map, word);
	*out = y ? return_year(s, y->text) : absent;
	return *out >= 0 ? RC_OK : yaml_error(y, e, "this is none of the years");
}

/* ---- code sets ---- */

static enum rc read_code(struct return_spec *s, struct code_set *set, const struct yaml *y, struct err *e)
{
	static const char *const words[] = { "title", "from", "to", NULL };
	struct set_code *c = &set->codes[set->n++];
	*c = (struct set_code){ .word = words_put(&s->words, y->key), .title = y->text, .to = (int)s->n_years - 1 };
	if (!c->word || c->word >= CODE_WORDS_MAX)
		return yaml_error(y, e, "an empty code, or too many of them");
	if (y->type != YAML_MAP)
		return RC_OK;
	c->title = yaml_text(y, "title");
	enum rc rc = yaml_only(y, words, e);
	if (rc == RC_OK)
		rc = spec_year(s, y, "from", 0, &c->from, e);
	return rc == RC_OK ? spec_year(s, y, "to", (int)s->n_years - 1, &c->to, e) : rc;
}

static enum rc read_set(struct return_spec *s, const struct yaml *y, struct err *e)
{
	static const char *const words[] = { "set", "source", "unchecked", "codes", NULL };
	enum rc rc = yaml_only(y, words, e);
	const struct yaml *codes = yaml_get(y, "codes");
	if (rc != RC_OK)
		return rc;
	if (s->n_sets == SETS_MAX || !codes || codes->type != YAML_MAP)
		return yaml_error(y, e, "a set of codes is expected; at most %d sets", SETS_MAX);
	struct code_set *set = &s->sets[s->n_sets];
	set->name = yaml_text(y, "set");
	set->codes = arena_array(&s->arena, codes->n, sizeof *set->codes);
	for (const struct yaml *c = codes->child; rc == RC_OK && c; c = c->next)
		rc = read_code(s, set, c, e);
	for (size_t i = 0; i < set->n; i++)
		for (int k = set->codes[i].from; k <= set->codes[i].to; k++)
			s->valid[s->n_sets * CODE_WORDS_MAX + set->codes[i].word] |= (uint8_t)(1u << k);
	s->n_sets++;
	return rc;
}

/* ---- tables ---- */

static const char *const type_words[] = { "id",	  "code",     "day", "part-day", "number",
					  "text", "postcode", "upn", "urn",	 "worker" };
static const char *const derived_words[] = { "PERIOD_START", "PERIOD_END", "STATUS_START", "STATUS_END" };

int column_named(const struct rtable *t, struct str name)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (str_eq(t->columns[i].name, name))
			return (int)i;
	for (size_t i = 0; t->n_columns + i < t->stride; i++)
		if (str_is(name, derived_words[i]))
			return (int)(t->n_columns + i);
	return -1;
}

static enum rc read_column(struct return_spec *s, struct rtable *t, const struct yaml *y, struct err *e)
{
	static const char *const words[] = { "column", "tag", "type", "set", "optional", "says",
					     "min",    "max", "keep", "why", NULL };
	if (t->n_columns == RETURN_COLUMNS_MAX)
		return yaml_error(y, e, "a table has at most %d columns", RETURN_COLUMNS_MAX);
	struct rcolumn *c = &t->columns[t->n_columns++];
	*c = (struct rcolumn){ .name = yaml_text(y, "column"),
			       .tag = yaml_text(y, "tag"),
			       .says = yaml_text(y, "says"),
			       .why = yaml_text(y, "why"),
			       .set = -1 };
	struct str type = yaml_text(y, "type"), set = yaml_text(y, "set");
	for (size_t i = 0; i < COUNT_OF(type_words); i++)
		if (str_is(type, type_words[i]))
			c->type = (enum cell_type)(i + 1);
	for (size_t i = 0; i < s->n_sets; i++)
		if (str_eq(s->sets[i].name, set))
			c->set = (int)i;
	if (!c->tag.n)
		c->tag = c->name;
	enum rc rc = yaml_only(y, words, e);
	if (rc == RC_OK && (!c->name.n || !c->says.n || !c->type || (c->type == CELLS_CODE) != (c->set >= 0)))
		rc =
		    yaml_error(y, e, "a column needs \"column\", \"says\" and a type; a code also a set that is there");
	if (rc == RC_OK)
		rc = yaml_bool(y, "optional", false, &c->optional, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "keep", true, &c->keep, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "min", 0, 1000000, 0, &c->min, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "max", 0, 1000000, 1000000, &c->max, e);
	if (rc == RC_OK && c->keep != !c->why.n)
		rc = yaml_error(y, e, "what is not kept says why, and only that");
	return rc;
}

static enum rc read_table(struct return_spec *s, const struct yaml *y, struct err *e)
{
	static const char *const words[] = {
		"table", "title", "file", "from", "order", "xml", "flag", "columns", NULL
	};
	const struct yaml *columns = yaml_get(y, "columns"), *files = yaml_get(y, "file");
	enum rc rc = yaml_only(y, words, e);
	if (rc != RC_OK)
		return rc;
	if (s->n_tables == RETURN_TABLES_MAX || !columns || columns->type != YAML_LIST || !files ||
	    files->type != YAML_LIST || files->n > FILE_WORDS_MAX)
		return yaml_error(y, e, "a table needs columns and words of its file; at most %d tables",
				  RETURN_TABLES_MAX);
	struct rtable *t = &s->tables[s->n_tables++];
	*t = (struct rtable){ .name = yaml_text(y, "table"),
			      .title = yaml_text(y, "title"),
			      .xml = yaml_text(y, "xml"),
			      .flag = yaml_text(y, "flag"),
			      .order = -1 };
	for (const struct yaml *f = files->child; f; f = f->next)
		t->files[t->n_files++] = f->text;
	rc = spec_year(s, y, "from", 0, &t->from, e);
	for (const struct yaml *c = columns->child; rc == RC_OK && c; c = c->next)
		rc = read_column(s, t, c, e);
	t->stride = t->n_columns;
	struct str order = yaml_text(y, "order");
	if (rc == RC_OK && order.n) {
		t->order = column_named(t, order);
		if (t->order < 0 || t->columns[t->order].type != CELLS_DAY)
			rc = yaml_error(y, e, "\"order\" must be a column of days");
	}
	if (rc == RC_OK && (!t->n_columns || t->columns[0].type != CELLS_ID || !t->title.n))
		rc = yaml_error(y, e, "the first column is the child’s number; a title is needed");
	return rc;
}

enum rc spec_each(const struct yaml *root, const char *word, struct return_spec *s,
		  enum rc (*read)(struct return_spec *, const struct yaml *, struct err *), struct err *e)
{
	const struct yaml *list = yaml_get(root, word);
	if (!list || list->type != YAML_LIST)
		return yaml_error(root, e, "a list \"%s\" is expected", word);
	enum rc rc = RC_OK;
	for (const struct yaml *y = list->child; rc == RC_OK && y; y = y->next)
		rc = read(s, y, e);
	return rc;
}

static enum rc read_tables(struct return_spec *s, const char *data_dir, struct err *e)
{
	static const char *const words[] = { "source", "unchecked", "years", "codes", "tables", NULL };
	char path[4096];
	const struct yaml *root;
	snprintf(path, sizeof path, "%s/ssda903/tables.yaml", data_dir);
	enum rc rc = yaml_read_file(path, &s->arena, &root, e);
	if (rc == RC_OK)
		rc = yaml_only(root, words, e);
	if (rc == RC_OK)
		rc = read_years(s, root, e);
	if (rc == RC_OK)
		rc = spec_each(root, "codes", s, read_set, e);
	if (rc == RC_OK)
		rc = spec_each(root, "tables", s, read_table, e);
	s->header = return_table_find(s, STR("Header"));
	s->episodes = return_table_find(s, STR("Episodes"));
	if (rc == RC_OK && (s->header == SIZE_MAX || s->episodes == SIZE_MAX ||
			    s->tables[s->episodes].n_columns + DERIVED_MAX > RETURN_COLUMNS_MAX))
		return yaml_error(root, e, "the tables Header and Episodes are expected");
	if (rc == RC_OK)
		s->tables[s->episodes].stride += DERIVED_MAX;
	return rc;
}

/* ---- the whole ---- */

enum rc return_spec_load(const char *data_dir, struct return_spec **out, struct err *e)
{
	struct return_spec *s = xcalloc(1, sizeof *s);
	arena_init(&s->arena);
	words_init(&s->words);
	s->valid = xcalloc((size_t)SETS_MAX * CODE_WORDS_MAX, 1);
	s->nodes = xcalloc(NODES_MAX, sizeof *s->nodes);
	s->n_nodes = 1;
	s->literals = xcalloc(LITERALS_MAX, sizeof *s->literals);
	s->rules = xcalloc(RETURN_RULES_MAX, sizeof *s->rules);
	s->official = xcalloc(OFFICIAL_MAX, sizeof *s->official);
	enum rc rc = read_tables(s, data_dir, e);
	if (rc == RC_OK)
		rc = return_rules_read(s, data_dir, e);
	if (rc == RC_OK)
		*out = s;
	else
		return_spec_free(s);
	return rc;
}

void return_spec_free(struct return_spec *s)
{
	if (!s)
		return;
	arena_release(&s->arena);
	words_release(&s->words);
	free(s->valid);
	free(s->nodes);
	free(s->literals);
	free(s->rules);
	free(s->official);
	free(s);
}

/* ---- asking ---- */

size_t return_tables(const struct return_spec *s)
{
	return s->n_tables;
}

struct str return_table_name(const struct return_spec *s, size_t table)
{
	return s->tables[table].name;
}

struct str return_table_title(const struct return_spec *s, size_t table)
{
	return s->tables[table].title;
}

size_t return_table_find(const struct return_spec *s, struct str name)
{
	for (size_t i = 0; i < s->n_tables; i++)
		if (str_eq(s->tables[i].name, name))
			return i;
	return SIZE_MAX;
}

bool return_table_in_year(const struct return_spec *s, size_t table, int year)
{
	return year >= s->tables[table].from;
}

size_t return_columns(const struct return_spec *s, size_t table)
{
	return s->tables[table].n_columns;
}

size_t return_column_find(const struct return_spec *s, size_t table, struct str name)
{
	for (size_t i = 0; i < s->tables[table].n_columns; i++)
		if (str_eq(s->tables[table].columns[i].name, name))
			return i;
	return SIZE_MAX;
}

struct return_column_words return_column(const struct return_spec *s, size_t table, size_t column)
{
	const struct rcolumn *c = &s->tables[table].columns[column];
	return (struct return_column_words){ c->name,
					     c->says,
					     str_of(type_words[c->type - 1]),
					     c->set >= 0 ? s->sets[c->set].name : STR(""),
					     c->why,
					     c->optional,
					     c->keep };
}

void return_codes(const struct return_spec *s, size_t table, size_t column, int year, return_code_each *code, void *arg)
{
	int set = s->tables[table].columns[column].set;
	for (size_t i = 0; set >= 0 && i < s->sets[set].n; i++) {
		const struct set_code *c = &s->sets[set].codes[i];
		if (c->from <= year && year <= c->to)
			code(arg, words_get(&s->words, c->word), c->title);
	}
}
