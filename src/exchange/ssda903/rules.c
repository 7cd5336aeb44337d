/* rules.c - rules.yaml and rule_codes.csv into the spec, and what they say. */
#include "exchange/ssda903/expr.h"

#include "base/text.h"
#include "codec/csv.h"

static enum rc read_definition(struct return_spec *s, const struct yaml *y, struct err *e)
{
	static const char *const words[] = { "define", "says", "is", NULL };
	enum rc rc = yaml_only(y, words, e);
	const struct yaml *is = yaml_get(y, "is");
	if (rc != RC_OK)
		return rc;
	if (s->n_definitions == DEFINITIONS_MAX || !is || !yaml_text(y, "define").n || !yaml_text(y, "says").n)
		return yaml_error(y, e, "a definition needs \"define\", \"says\" and \"is\"; at most %d",
				  DEFINITIONS_MAX);
	struct compiled c;
	rc = expr_compile(s, is, is->text, SIZE_MAX, &c, e);
	if (rc != RC_OK)
		return rc;
	struct definition *d = &s->definitions[s->n_definitions++];
	*d = (struct definition){
		yaml_text(y, "define"), yaml_text(y, "says"), c.root, { { 0 } }, c.n_needs, c.wants_last
	};
	memcpy(d->needs, c.needs, sizeof d->needs);
	return RC_OK;
}

static enum rc read_fields(struct return_spec *s, const struct yaml *y, struct rrule *r, struct err *e)
{
	const struct yaml *list = yaml_get(y, "fields");
	if (!list || list->type != YAML_LIST || !list->n || list->n > RULE_FIELDS_MAX)
		return yaml_error(y, e, "a rule names 1 to %d \"fields\"", RULE_FIELDS_MAX);
	for (const struct yaml *f = list->child; f; f = f->next) {
		size_t column = return_column_find(s, r->table, f->text);
		if (column == SIZE_MAX)
			return yaml_error(f, e, "the table has no column \"" STR_FMT "\"", STR_ARG(f->text));
		r->fields[r->n_fields++] = (uint8_t)column;
	}
	return RC_OK;
}

static enum rc read_condition(struct return_spec *s, const struct yaml *y, struct rrule *r, struct err *e)
{
	const struct yaml *wrong = yaml_get(y, "wrong-if");
	struct compiled c;
	if (r->needs_list.n && !wrong)
		return RC_OK;
	if (r->needs_list.n || !wrong)
		return yaml_error(y, e, "a rule has \"wrong-if\", or says what it \"needs\"");
	enum rc rc = expr_compile(s, wrong, wrong->text, r->table, &c, e);
	if (rc != RC_OK)
		return rc;
	r->text = wrong->text;
	r->root = c.root;
	memcpy(r->needs, c.needs, sizeof r->needs);
	r->n_needs = c.n_needs;
	r->wants_last = c.wants_last;
	r->repeats = c.repeats;
	return RC_OK;
}

static enum rc read_rule(struct return_spec *s, const struct yaml *y, struct err *e)
{
	static const char *const words[] = { "rule",	 "title",  "table", "fields", "from",	  "to",
					     "severity", "partly", "do",    "needs",  "wrong-if", NULL };
	enum rc rc = yaml_only(y, words, e);
	if (rc != RC_OK)
		return rc;
	if (s->n_rules == RETURN_RULES_MAX)
		return yaml_error(y, e, "at most %d rules", RETURN_RULES_MAX);
	size_t table = return_table_find(s, yaml_text(y, "table"));
	struct rrule *r = &s->rules[s->n_rules];
	*r = (struct rrule){ .code = yaml_text(y, "rule"),
			     .title = yaml_text(y, "title"),
			     .todo = yaml_text(y, "do"),
			     .partly = yaml_text(y, "partly"),
			     .needs_list = yaml_text(y, "needs"),
			     .table = (uint8_t)table,
			     .check = str_is(yaml_text(y, "severity"), "check"),
			     .repeats = -1 };
	if (!r->code.n || !r->title.n || table == SIZE_MAX || (yaml_get(y, "severity") && !r->check))
		return yaml_error(y, e, "a rule needs its code, a title and a table; its severity can be \"check\"");
	rc = read_fields(s, y, r, e);
	if (rc == RC_OK)
		rc = spec_year(s, y, "from", s->tables[table].from, &r->from, e);
	if (rc == RC_OK)
		rc = spec_year(s, y, "to", (int)s->n_years - 1, &r->to, e);
	if (rc == RC_OK && r->from < s->tables[table].from)
		r->from = s->tables[table].from;
	for (size_t i = 0; rc == RC_OK && i < s->n_rules; i++)
		if (str_eq(s->rules[i].code, r->code) && s->rules[i].table == r->table && s->rules[i].from <= r->to &&
		    r->from <= s->rules[i].to)
			rc = yaml_error(y, e, "this rule is there already for this table and year");
	if (rc == RC_OK)
		rc = read_condition(s, y, r, e);
	s->n_rules++;
	return rc;
}

/* code,fields,tables,from,to */
static enum rc official_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct return_spec *s = arg;
	if (row->line == 1)
		return RC_OK;
	if (row->n != 5 || s->n_official == OFFICIAL_MAX)
		return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": five columns are expected, in at most %d lines",
			       row->line, OFFICIAL_MAX);
	struct official *o = &s->official[s->n_official++];
	o->code = arena_str(&s->arena, row->cells[0]);
	o->from = row->cells[3].n ? return_year(s, row->cells[3]) : 0;
	o->to = row->cells[4].n ? return_year(s, row->cells[4]) : (int)s->n_years - 1;
	return o->from >= 0 && o->to >= 0
		   ? RC_OK
		   : err_set(e, RC_BAD_INPUT, "line %" PRId64 ": this is none of the years", row->line);
}

enum rc return_rules_read(struct return_spec *s, const char *data_dir, struct err *e)
{
	static const char *const words[] = { "source", "unchecked", "definitions", "rules", NULL };
	char path[4096];
	const struct yaml *root;
	snprintf(path, sizeof path, "%s/ssda903/rules.yaml", data_dir);
	enum rc rc = yaml_read_file(path, &s->arena, &root, e);
	if (rc == RC_OK)
		rc = yaml_only(root, words, e);
	if (rc == RC_OK)
		rc = spec_each(root, "definitions", s, read_definition, e);
	if (rc == RC_OK)
		rc = spec_each(root, "rules", s, read_rule, e);
	snprintf(path, sizeof path, "%s/ssda903/rule_codes.csv", data_dir);
	return rc == RC_OK ? csv_read_file(path, official_row, s, e) : rc;
}

/* ---- asking ---- */

size_t return_rules(const struct return_spec *s)
{
	return s->n_rules;
}

struct return_rule_words return_rule(const struct return_spec *s, size_t rule)
{
	const struct rrule *r = &s->rules[rule];
	struct return_rule_words w = { .code = r->code,
				       .title = r->title,
				       .partly = r->partly,
				       .needs = r->needs_list,
				       .wrong_if = r->text,
				       .table = s->tables[r->table].name,
				       .check = r->check };
	w.todo = r->todo.n ? r->todo : STR(RETURN_TODO);
	w.fields = s->tables[r->table].columns[r->fields[0]].name;
	return w;
}

bool return_rule_in_year(const struct return_spec *s, size_t rule, int year)
{
	return s->rules[rule].from <= year && year <= s->rules[rule].to;
}

static const struct rrule *rule_of(const struct return_spec *s, struct str code, int year)
{
	for (size_t i = 0; i < s->n_rules; i++)
		if (str_eq(s->rules[i].code, code) && return_rule_in_year(s, i, year))
			return &s->rules[i];
	return NULL;
}

struct return_cover return_cover_of(const struct return_spec *s, int year)
{
	struct return_cover c = { 0 };
	for (size_t i = 0; i < s->n_official; i++) {
		if (s->official[i].from > year || s->official[i].to < year)
			continue;
		const struct rrule *r = rule_of(s, s->official[i].code, year);
		c.official++;
		c.none += !r;
		c.needs_list += r && r->needs_list.n;
		c.runs += r && !r->needs_list.n;
		c.in_part += r && r->partly.n > 0;
	}
	return c;
}

bool return_uncovered(const struct return_spec *s, int year, size_t *next, struct str *code_out)
{
	for (; *next < s->n_official; ++*next) {
		const struct official *o = &s->official[*next];
		if (o->from <= year && year <= o->to && !rule_of(s, o->code, year)) {
			*code_out = o->code;
			++*next;
			return true;
		}
	}
	return false;
}
