/* mapping.c - a mapping as YAML, read and written. */
#include "exchange/sheets/parts.h"
#include "exchange/tables/parse.h"

#include "base/text.h"
#include "codec/json.h"
#include "codec/yaml.h"

enum { MAPPED_SHEETS_MAX = 200, MAPPED_COLUMNS_MAX = 512, CONSTANTS_MAX = 40, WHOLE_MAX = 200 };

bool mapping_name_ok(struct str name)
{
	if (!name.n || name.n > MAPPING_NAME_MAX || name.p[0] == '-')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return true;
}

/* "LAC Tracker November 2026.xlsx" -> "lac-tracker": without what changes every month. */
struct str mapping_name_from(struct str file_name, struct arena *a)
{
	static const char *const passing[] = { "january", "february", "march",	   "april",   "may",	  "june",
					       "july",	  "august",   "september", "october", "november", "december",
					       "jan",	  "feb",      "mar",	   "apr",     "jun",	  "jul",
					       "aug",	  "sep",      "sept",	   "oct",     "nov",	  "dec",
					       "final",	  "copy",     "version",   "v1",      "v2",	  "xlsx",
					       "csv",	  "week" };
	char folded[200];
	for (size_t i = 0; i < file_name.n; i++)
		if (file_name.p[i] == '/' || file_name.p[i] == '\\')
			return mapping_name_from((struct str){ file_name.p + i + 1, file_name.n - i - 1 }, a);
	for (size_t i = file_name.n; i-- > 0;)
		if (file_name.p[i] == '.') {
			file_name.n = i;
			break;
		}
	struct str rest = words_fold(file_name, folded, sizeof folded), w;
	struct buf b;
	buf_init(&b, MAPPING_NAME_MAX);
	while (rest.n) {
		w = str_cut(rest, ' ', &rest);
		bool skip = false;
		for (size_t i = 0; i < COUNT_OF(passing); i++)
			skip = skip || str_is(w, passing[i]);
		for (size_t i = 0, digits = 0; i < w.n; i++) {
			digits += w.p[i] >= '0' && w.p[i] <= '9';
			skip = skip || (w.p[i] & 0x80) || digits == w.n;
		}
		if (!skip && b.n + w.n + 1 < MAPPING_NAME_MAX)
			buf_printf(&b, "%s" STR_FMT, b.n ? "-" : "", STR_ARG(w));
	}
	struct str name = b.n ? arena_str(a, buf_view(&b)) : STR("workbook");
	buf_release(&b);
	return name;
}

/* ---- reading ---- */

static enum rc read_target(const struct sheets_parts *p, const struct yaml *y, struct str text, struct target *out,
			   struct err *e)
{
	if (target_of(p, text, out))
		return RC_OK;
	return yaml_error(y, e, "there is nothing called \"" STR_FMT "\" to read into", STR_ARG(text));
}

static enum rc read_targets(const struct sheets_parts *p, const struct yaml *y, struct mapped_column *c, struct err *e)
{
	const struct yaml *is = yaml_get(y, "is");
	if (!is)
		return RC_OK;
	if (is->type == YAML_SCALAR) {
		c->n_to = 1;
		return read_target(p, is, is->text, &c->to[0], e);
	}
	if (is->type != YAML_LIST || is->n > TARGETS_MAX)
		return yaml_error(is, e, "\"is\" names at most %d things", TARGETS_MAX);
	enum rc rc = RC_OK;
	for (const struct yaml *t = is->child; t && rc == RC_OK; t = t->next)
		rc = read_target(p, t, t->text, &c->to[c->n_to++], e);
	return rc;
}

/* Is it a code, or a choice, that the column may have? */
static bool code_fits(const struct sheets_parts *p, struct target t, struct str code)
{
	const struct column *c = target_column(p, t);
	bool found = c->list && code_list_find(c->list, code);
	for (size_t i = 0; i < c->n_choices; i++)
		found = found || str_eq(c->choices[i].id, code);
	return found || (c->type == TYPE_YES_NO && (str_is(code, "yes") || str_is(code, "no")));
}

static enum rc read_column_words(const struct sheets_parts *p, const struct yaml *y, struct mapped_column *c,
				 struct arena *a, struct err *e)
{
	const struct yaml *map = yaml_get(y, "words");
	if (!map)
		return RC_OK;
	if (map->type != YAML_MAP || map->n > MAPPING_WORDS_MAX || !c->n_to)
		return yaml_error(map, e, "\"words\" is a map of at most %d words to codes, of a column that is read",
				  MAPPING_WORDS_MAX);
	struct mapped_word *words = arena_array(a, map->n, sizeof *words);
	for (const struct yaml *w = map->child; w; w = w->next) {
		if (w->text.n && !code_fits(p, c->to[0], w->text))
			return yaml_error(w, e, "there is no code \"" STR_FMT "\" in this list", STR_ARG(w->text));
		words[c->n_words++] = (struct mapped_word){ arena_str(a, w->key), arena_str(a, w->text) };
	}
	c->words = words;
	return RC_OK;
}

static enum rc read_mapped_column(const struct sheets_parts *p, const struct yaml *y, struct mapped_column *c,
				  struct arena *a, struct err *e)
{
	static const char *const words[] = { "heading", "is", "days", "fill-down", "words", NULL };
	enum rc rc = yaml_only(y, words, e);
	struct str days = yaml_text(y, "days"), fill = yaml_text(y, "fill-down");
	*c = (struct mapped_column){ .heading = arena_str(a, yaml_text(y, "heading")), .at = SIZE_MAX };
	if (rc == RC_OK && !c->heading.n)
		rc = yaml_error(y, e, "a column needs its \"heading\"");
	if (rc == RC_OK && days.n && !str_is(days, "day-first") && !str_is(days, "month-first"))
		rc = yaml_error(y, e, "\"days\" is day-first or month-first");
	if (rc == RC_OK && fill.n && !str_is(fill, "merged") && !str_is(fill, "empty"))
		rc = yaml_error(y, e, "\"fill-down\" is merged or empty");
	c->order_said = days.n > 0;
	c->order = str_is(days, "month-first") ? DAYS_MONTH_FIRST : DAYS_DAY_FIRST;
	c->fill = str_is(fill, "merged") ? FILL_MERGED : str_is(fill, "empty") ? FILL_EMPTY : FILL_NOT;
	if (rc == RC_OK)
		rc = read_targets(p, y, c, e);
	return rc == RC_OK ? read_column_words(p, y, c, a, e) : rc;
}

static enum rc read_constants(const struct sheets_parts *p, const struct yaml *y, struct mapped_sheet *s,
			      struct arena *a, struct err *e)
{
	const struct yaml *map = yaml_get(y, "constants");
	enum rc rc = RC_OK;
	if (map && (map->type != YAML_MAP || map->n > CONSTANTS_MAX))
		return yaml_error(map, e, "\"constants\" is a map of at most %d values", CONSTANTS_MAX);
	s->constants = arena_array(a, CONSTANTS_MAX, sizeof *s->constants);
	for (const struct yaml *c = map ? map->child : NULL; c && rc == RC_OK; c = c->next) {
		struct mapped_constant *to = &s->constants[s->n_constants++];
		*to = (struct mapped_constant){ .value = arena_str(a, c->text) };
		rc = read_target(p, c, c->key, &to->to, e);
		if (rc == RC_OK && (c->type != YAML_SCALAR || c->text.n > TEXT_CELL_MAX))
			rc = yaml_error(c, e, "the value is not a short text");
	}
	return rc;
}

static enum rc read_rows(const struct sheets_parts *p, const struct yaml *y, struct mapped_sheet *s, struct err *e)
{
	struct str rows = yaml_text(y, "rows");
	s->rows = str_is(rows, "none") ? ROWS_LEFT_OUT : str_is(rows, "children") ? ROWS_CHILDREN : ROWS_LIST;
	if (p->one_list && s->rows == ROWS_CHILDREN)
		return yaml_error(y, e, "\"rows\" of a weekly list is list, or none");
	if (s->rows != ROWS_LIST)
		return RC_OK;
	s->part = part_find(p, rows);
	if (s->part == SIZE_MAX || !p->parts[s->part].list)
		return yaml_error(y, e, "\"rows\" is children, none, or what each row is, such as assessments");
	return RC_OK;
}

static enum rc read_mapped_sheet(const struct sheets_parts *p, const struct yaml *y, struct mapped_sheet *s,
				 struct arena *a, struct err *e)
{
	static const char *const words[] = { "sheet", "rows", "heading-row", "council", "columns", "constants", NULL };
	const struct yaml *columns = yaml_get(y, "columns");
	enum rc rc = yaml_only(y, words, e);
	*s = (struct mapped_sheet){ .name = arena_str(a, yaml_text(y, "sheet")), .at = SIZE_MAX };
	if (rc == RC_OK && !s->name.n)
		rc = yaml_error(y, e, "a sheet needs its name");
	struct str council = yaml_text(y, "council");
	s->council_above = str_is(council, "above");
	if (rc == RC_OK && council.n && !s->council_above)
		rc = yaml_error(y, e, "\"council\" is \"above\", or a constant row.council");
	if (rc == RC_OK)
		rc = yaml_int(y, "heading-row", 0, 1048576, 1, &s->heading_line, e);
	if (rc == RC_OK)
		rc = read_rows(p, y, s, e);
	if (rc == RC_OK && columns && (columns->type != YAML_LIST || columns->n > MAPPED_COLUMNS_MAX))
		rc = yaml_error(columns, e, "\"columns\" is a list of at most %d columns", MAPPED_COLUMNS_MAX);
	if (rc != RC_OK)
		return rc;
	s->cap_columns = columns ? columns->n : 0;
	s->columns = arena_array(a, s->cap_columns, sizeof *s->columns);
	for (const struct yaml *c = columns ? columns->child : NULL; c && rc == RC_OK; c = c->next)
		rc = read_mapped_column(p, c, &s->columns[s->n_columns++], a, e);
	return rc == RC_OK ? read_constants(p, y, s, a, e) : rc;
}

static enum rc read_whole(const struct sheets_parts *p, const struct yaml *root, struct mapping *m, struct arena *a,
			  struct err *e)
{
	const struct yaml *list = yaml_get(root, "whole-for");
	if (list && (list->type != YAML_LIST || list->n > WHOLE_MAX))
		return yaml_error(list, e, "\"whole-for\" is a list of councils");
	struct str *whole = arena_array(a, list ? list->n : 0, sizeof *whole);
	for (const struct yaml *c = list ? list->child : NULL; c; c = c->next) {
		const struct organisation_entry *o = organisations_find(p->spec->orgs, ORG_COUNCIL, c->text);
		if (!o)
			return yaml_error(c, e, "there is no council \"" STR_FMT "\"", STR_ARG(c->text));
		whole[m->n_whole++] = o->code;
	}
	m->whole = whole;
	return yaml_day(root, "covers-from", DAY_NONE, &m->covers_from, e);
}

enum rc mapping_read(const struct sheets_parts *p, struct str text, const char *name, struct arena *a,
		     struct mapping **out, struct err *e)
{
	static const char *const words[] = { "mapping", "of", "title", "whole-for", "covers-from", "sheets", NULL };
	const struct yaml *root;
	struct mapping *m = arena_alloc(a, sizeof *m);
	if (text.n > MAPPING_TEXT_MAX)
		return err_set(e, RC_LIMIT, "%s is longer than a mapping can be", name);
	enum rc rc = yaml_read(text, name, a, &root, e);
	if (rc == RC_OK)
		rc = yaml_only(root, words, e);
	if (rc != RC_OK)
		return rc;
	struct str of = yaml_text(root, "of");
	if (of.n && !str_is(of, "workbook") && !str_is(of, "weekly-list"))
		return yaml_error(root, e, "\"of\" is workbook or weekly-list");
	if (str_is(of, "weekly-list") != p->one_list)
		return yaml_error(root, e, "it is a mapping of %s, not of %s",
				  p->one_list ? "a workbook" : "a weekly list",
				  p->one_list ? "a weekly list (of: weekly-list)" : "a workbook");
	const struct yaml *sheets = yaml_get(root, "sheets");
	m->name = arena_str(a, yaml_text(root, "mapping"));
	m->title = arena_str(a, yaml_text(root, "title"));
	m->from = (struct str){ "", 0 };
	if (!mapping_name_ok(m->name))
		return yaml_error(root, e,
				  "\"mapping\" is its name: small letters, digits and hyphens, at most %d of them",
				  MAPPING_NAME_MAX);
	if (!sheets || sheets->type != YAML_LIST || sheets->n > MAPPED_SHEETS_MAX)
		return yaml_error(root, e, "a list of at most %d \"sheets\" is expected", MAPPED_SHEETS_MAX);
	rc = read_whole(p, root, m, a, e);
	m->sheets = arena_array(a, sheets->n, sizeof *m->sheets);
	for (const struct yaml *s = sheets->child; s && rc == RC_OK; s = s->next)
		rc = read_mapped_sheet(p, s, &m->sheets[m->n_sheets++], a, e);
	if (rc == RC_OK)
		*out = m;
	return rc;
}

/* ---- writing ---- */

/* A text in double quotes is the same in JSON and in YAML. */
static void put_entry(struct buf *b, const char *before, struct str text)
{
	buf_puts(b, before);
	json_put_string(b, text);
	buf_putc(b, '\n');
}

static void put_reason(struct buf *b, struct str why)
{
	if (!why.n)
		return;
	buf_puts(b, "        # ");
	for (size_t i = 0; i < why.n; i++)
		buf_putc(b, (unsigned char)why.p[i] < 32 ? ' ' : why.p[i]);
	buf_putc(b, '\n');
}

static void put_mapped_target(const struct sheets_parts *p, struct buf *b, struct target t)
{
	buf_printf(b, STR_FMT "." STR_FMT, STR_ARG(p->parts[t.part].id), STR_ARG(target_name(p, t)));
}

static void put_mapped_column(const struct sheets_parts *p, const struct mapped_column *c, bool reasons, struct buf *b)
{
	put_entry(b, "      - heading: ", c->heading);
	if (reasons)
		put_reason(b, c->why);
	if (c->n_to) {
		buf_puts(b, c->n_to > 1 ? "        is: [" : "        is: ");
		for (size_t i = 0; i < c->n_to; i++) {
			buf_puts(b, i ? ", " : "");
			put_mapped_target(p, b, c->to[i]);
		}
		buf_puts(b, c->n_to > 1 ? "]\n" : "\n");
	}
	if (c->n_to && c->order_said)
		buf_printf(b, "        days: %s\n", c->order == DAYS_MONTH_FIRST ? "month-first" : "day-first");
	if (c->n_to && c->fill != FILL_NOT)
		buf_printf(b, "        fill-down: %s\n", c->fill == FILL_MERGED ? "merged" : "empty");
	if (!c->n_to || !c->n_words)
		return;
	buf_puts(b, "        words:\n");
	for (size_t i = 0; i < c->n_words; i++) {
		buf_puts(b, "          ");
		json_put_string(b, c->words[i].word);
		put_entry(b, ": ", c->words[i].code);
	}
}

static void put_mapped_sheet(const struct sheets_parts *p, const struct mapped_sheet *s, bool reasons, struct buf *b)
{
	put_entry(b, "  - sheet: ", s->name);
	if (reasons)
		put_reason(b, s->why);
	buf_puts(b, "    rows: ");
	buf_str(b, s->rows == ROWS_LEFT_OUT   ? STR("none")
		   : s->rows == ROWS_CHILDREN ? STR("children")
					      : p->parts[s->part].id);
	buf_putc(b, '\n');
	if (s->rows == ROWS_LEFT_OUT)
		return;
	if (s->council_above)
		buf_puts(b, "    council: above\n");
	buf_printf(b, "    heading-row: %" PRId64 "\n    columns:%s\n", s->heading_line, s->n_columns ? "" : " []");
	for (size_t i = 0; i < s->n_columns; i++)
		put_mapped_column(p, &s->columns[i], reasons, b);
	if (s->n_constants)
		buf_puts(b, "    constants:\n");
	for (size_t i = 0; i < s->n_constants; i++) {
		buf_puts(b, "      ");
		put_mapped_target(p, b, s->constants[i].to);
		put_entry(b, ": ", s->constants[i].value);
		if (reasons)
			put_reason(b, s->constants[i].why);
	}
}

void mapping_write(const struct sheets_parts *p, const struct mapping *m, bool reasons, struct buf *b)
{
	char day[DAY_TEXT_MAX];
	buf_puts(b, p->one_list ? "# What the columns of a council’s weekly list are (docs/weekly-list.md).\nmapping: "
				: "# What the columns of a workbook are (docs/workbooks.md).\nmapping: ");
	buf_str(b, m->name);
	if (p->one_list)
		buf_puts(b, "\nof: weekly-list");
	put_entry(b, "\ntitle: ", m->title);
	if (m->n_whole) {
		buf_puts(b, "whole-for: [");
		for (size_t i = 0; i < m->n_whole; i++) {
			buf_puts(b, i ? ", " : "");
			json_put_string(b, m->whole[i]);
		}
		buf_puts(b, "]\n");
	}
	if (m->covers_from != DAY_NONE)
		buf_printf(b, "covers-from: %s\n", day_iso(m->covers_from, day));
	buf_puts(b, m->n_sheets ? "sheets:\n" : "sheets: []\n");
	for (size_t i = 0; i < m->n_sheets; i++)
		put_mapped_sheet(p, &m->sheets[i], reasons, b);
}

static void copy_column(struct mapped_column *c, struct arena *a)
{
	struct mapped_word *words = arena_array(a, c->n_words, sizeof *words);
	for (size_t i = 0; i < c->n_words; i++)
		words[i] = (struct mapped_word){ arena_str(a, c->words[i].word), arena_str(a, c->words[i].code) };
	c->words = words;
	c->heading = arena_str(a, c->heading);
	c->why = arena_str(a, c->why);
}

static void copy_sheet(struct mapped_sheet *s, struct arena *a)
{
	struct mapped_column *columns = arena_array(a, s->n_columns, sizeof *columns);
	struct mapped_constant *constants = arena_array(a, CONSTANTS_MAX, sizeof *constants);
	for (size_t i = 0; i < s->n_columns; i++) {
		columns[i] = s->columns[i];
		copy_column(&columns[i], a);
	}
	for (size_t i = 0; i < s->n_constants; i++)
		constants[i] = (struct mapped_constant){ s->constants[i].to, arena_str(a, s->constants[i].value),
							 arena_str(a, s->constants[i].why) };
	s->name = arena_str(a, s->name);
	s->why = arena_str(a, s->why);
	s->columns = columns;
	s->cap_columns = s->n_columns;
	s->constants = constants;
}

/* Nothing of the copy points into the arena or the parts of the first. */
struct mapping *mapping_copy(const struct mapping *m, struct arena *a)
{
	struct mapping *to = arena_alloc(a, sizeof *to);
	*to = *m;
	to->name = arena_str(a, m->name);
	to->title = arena_str(a, m->title);
	to->from = arena_str(a, m->from);
	struct str *whole = arena_array(a, m->n_whole, sizeof *whole);
	for (size_t i = 0; i < m->n_whole; i++)
		whole[i] = arena_str(a, m->whole[i]);
	to->whole = whole;
	to->sheets = arena_array(a, m->n_sheets, sizeof *to->sheets);
	for (size_t i = 0; i < m->n_sheets; i++) {
		to->sheets[i] = m->sheets[i];
		copy_sheet(&to->sheets[i], a);
	}
	return to;
}
