#include "exchange/ssda903/expr.h"

#include "base/text.h"

enum { DEPTH_MAX = 40 };

/* ---- words of the text ---- */

enum token { TOKEN_END, TOKEN_NAME, TOKEN_QUOTED, TOKEN_NUMBER, TOKEN_DAY, TOKEN_SIGN };

struct scope { /* whose rows a name without a dot belongs to */
	size_t table;
	int when;
	const struct scope *outer;
};

struct compiler {
	struct return_spec *s;
	const struct yaml *at;
	struct str rest;
	enum token token;
	struct str text;
	day_t day;
	int64_t number;
	const struct scope *scope, *row; /* row: of the rule itself */
	bool defining;
	int depth;
	struct compiled *out;
	struct err *e;
	enum rc rc;
};

static uint32_t fail(struct compiler *c, const char *words)
{
	if (c->rc == RC_OK)
		c->rc = yaml_error(c->at, c->e, "%s, near \"" STR_FMT "\"", words, STR_ARG(c->text));
	c->token = TOKEN_END;
	return 0;
}

static bool name_letter(char ch)
{
	return (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '_' ||
	       ch == '.';
}

static void take(struct compiler *c, size_t n, enum token token)
{
	c->text = (struct str){ c->rest.p, n };
	c->rest.p += n;
	c->rest.n -= n;
	c->token = token;
}

static void next(struct compiler *c)
{
	while (c->rest.n && (c->rest.p[0] == ' ' || c->rest.p[0] == '\n' || c->rest.p[0] == '\t')) {
		c->rest.p++;
		c->rest.n--;
	}
	const char *p = c->rest.p;
	size_t n = 0;
	if (!c->rest.n) {
		take(c, 0, TOKEN_END);
	} else if (p[0] == '\'') {
		for (n = 1; n < c->rest.n && p[n] != '\'';)
			n++;
		if (n == c->rest.n) {
			fail(c, "a quotation mark is not closed");
			return;
		}
		take(c, n + 1, TOKEN_QUOTED);
		c->text.p++;
		c->text.n -= 2;
	} else if (p[0] >= '0' && p[0] <= '9') {
		while (n < c->rest.n && ((p[n] >= '0' && p[n] <= '9') || (p[n] == '-' && n)))
			n++;
		take(c, n, TOKEN_NUMBER);
		if (day_parse_iso(c->text, &c->day) == RC_OK)
			c->token = TOKEN_DAY;
		else if (str_to_int(c->text, 0, 100000, &c->number) != RC_OK)
			fail(c, "this is neither a number nor a day");
	} else if (name_letter(p[0])) {
		while (n < c->rest.n && name_letter(p[n]))
			n++;
		take(c, n, TOKEN_NAME);
	} else {
		n = c->rest.n > 1 && p[1] == '=' && strchr("<>!", p[0]) ? 2 : 1;
		take(c, n, TOKEN_SIGN);
	}
}

static bool is(const struct compiler *c, const char *word)
{
	return (c->token == TOKEN_NAME || c->token == TOKEN_SIGN) && str_is(c->text, word);
}

static bool accept(struct compiler *c, const char *word)
{
	bool yes = is(c, word);
	if (yes)
		next(c);
	return yes;
}

static void expect(struct compiler *c, const char *word)
{
	if (!accept(c, word)) {
		char words[80];
		snprintf(words, sizeof words, "\"%s\" is expected", word);
		fail(c, words);
	}
}

/* ---- nodes ---- */

static uint32_t add(struct compiler *c, struct node n)
{
	if (c->s->n_nodes == NODES_MAX)
		return fail(c, "the rules are too long");
	c->s->nodes[c->s->n_nodes] = n;
	return (uint32_t)c->s->n_nodes++;
}

static struct node *at(struct compiler *c, uint32_t i)
{
	return &c->s->nodes[i];
}

static void need(struct compiler *c, int when, size_t table, int column)
{
	struct compiled *o = c->out;
	/* An optional column says nothing where it is not there; only a rule about it needs it. */
	if (column >= 0 && (size_t)column < c->s->tables[table].n_columns &&
	    c->s->tables[table].columns[column].optional && c->defining)
		return;
	if (column >= (int)c->s->tables[table].n_columns)
		column = c->s->tables[table].order;
	for (size_t i = 0; i < o->n_needs; i++)
		if (o->needs[i].when == when && o->needs[i].table == table && o->needs[i].column == column)
			return;
	if (o->n_needs == NEEDS_MAX) {
		fail(c, "the rule looks at too many columns");
		return;
	}
	o->needs[o->n_needs++] = (struct need){ (uint8_t)when, (uint8_t)table, (int8_t)column };
}

static enum value_type type_of(enum cell_type t)
{
	return t == CELLS_DAY || t == CELLS_PART_DAY ? VALUE_DAY : t == CELLS_NUMBER ? VALUE_NUMBER : VALUE_WORD;
}

static uint32_t cell_of(struct compiler *c, enum ref ref, size_t table, struct str name, int when)
{
	const struct rtable *t = &c->s->tables[table];
	int column = column_named(t, name);
	if (column < 0)
		return fail(c, "there is no such column");
	struct node n = { .op = OP_CELL, .ref = (uint8_t)ref, .table = (uint8_t)table, .column = (int16_t)column };
	if ((size_t)column < t->n_columns) {
		n.cells = (uint8_t)t->columns[column].type;
		n.set = (int16_t)t->columns[column].set;
	} else {
		n.cells = CELLS_DAY;
	}
	n.type = (uint8_t)type_of((enum cell_type)n.cells);
	need(c, when, table, column);
	return add(c, n);
}

static uint32_t cell(struct compiler *c)
{
	static const struct {
		const char *word;
		enum ref ref;
	} refs[] = { { "row.", REF_ROW },
		     { "outer.", REF_OUTER },
		     { "previous.", REF_PREVIOUS },
		     { "previous2.", REF_PREVIOUS2 },
		     { "next.", REF_NEXT },
		     { "header.", REF_HEADER },
		     { "lastheader.", REF_LAST_HEADER },
		     { "lastepisode.", REF_LAST_EPISODE } };
	struct str name = c->text;
	enum ref ref = REF_HERE;
	if (c->token != TOKEN_NAME)
		return fail(c, "a column is expected");
	for (size_t i = 0; i < COUNT_OF(refs); i++)
		if (str_starts(name, refs[i].word)) {
			ref = refs[i].ref;
			name.p += strlen(refs[i].word);
			name.n -= strlen(refs[i].word);
			break;
		}
	const struct scope *s = ref == REF_ROW ? c->row : ref == REF_OUTER && c->scope ? c->scope->outer : c->scope;
	size_t table = ref == REF_HEADER || ref == REF_LAST_HEADER ? c->s->header
		       : ref == REF_LAST_EPISODE		   ? c->s->episodes
		       : s					   ? s->table
								   : SIZE_MAX;
	if (table == SIZE_MAX)
		return fail(c, "no row is spoken of here");
	int when = ref == REF_LAST_HEADER || ref == REF_LAST_EPISODE ? RETURN_LAST
		   : ref == REF_HEADER				     ? RETURN_NOW
								     : s->when;
	uint32_t n = cell_of(c, ref, table, name, when);
	next(c);
	return n;
}

/* ---- rows: "last.Episodes where ..." ---- */

static uint32_t condition(struct compiler *c);

struct rows {
	size_t table;
	uint8_t which;
	struct scope scope;
};

static bool rows_named(struct compiler *c, struct rows *r)
{
	struct str name = c->text;
	r->which = ROWS_NOW;
	if (str_starts(name, "last.")) {
		r->which = ROWS_LAST;
		name = (struct str){ name.p + 5, name.n - 5 };
	} else if (str_starts(name, "both.")) {
		r->which = ROWS_BOTH;
		name = (struct str){ name.p + 5, name.n - 5 };
	}
	r->table = return_table_find(c->s, name);
	if (r->table == SIZE_MAX) {
		fail(c, "there is no such table");
		return false;
	}
	need(c, r->which == ROWS_LAST ? RETURN_LAST : RETURN_NOW, r->table, -1);
	c->out->wants_last = c->out->wants_last || r->which == ROWS_BOTH;
	r->scope = (struct scope){ r->table, r->which == ROWS_LAST ? RETURN_LAST : RETURN_NOW, c->scope };
	next(c);
	return true;
}

static uint32_t where(struct compiler *c, const struct rows *r)
{
	if (!accept(c, "where"))
		return 0;
	const struct scope *before = c->scope;
	c->scope = &r->scope;
	uint32_t n = condition(c);
	c->scope = before;
	return n;
}

static uint32_t any(struct compiler *c, enum op op)
{
	struct rows r;
	expect(c, "(");
	if (c->rc != RC_OK || !rows_named(c, &r))
		return 0;
	struct node n = { .op = (uint8_t)op, .table = (uint8_t)r.table, .rows = r.which, .type = VALUE_NUMBER };
	n.b = where(c, &r);
	expect(c, ")");
	return add(c, n);
}

static uint32_t value(struct compiler *c);

/* earliest(DECOM of Episodes where ...), days(Episodes where ... from A to B) */
static uint32_t extreme(struct compiler *c, enum op op)
{
	struct rows r;
	expect(c, "(");
	struct str name = c->text;
	next(c);
	expect(c, "of");
	if (c->rc != RC_OK || !rows_named(c, &r))
		return 0;
	int column = column_named(&c->s->tables[r.table], name);
	if (column < 0)
		return fail(c, "there is no such column to take the earliest or latest of");
	struct node n = { .op = (uint8_t)op,
			  .table = (uint8_t)r.table,
			  .rows = r.which,
			  .type = VALUE_DAY,
			  .column = (int16_t)column };
	n.b = where(c, &r);
	expect(c, ")");
	return add(c, n);
}

static uint32_t days(struct compiler *c)
{
	struct rows r;
	expect(c, "(");
	if (c->rc != RC_OK || !rows_named(c, &r))
		return 0;
	if (r.table != c->s->episodes)
		return fail(c, "days are those of episodes");
	struct node n = { .op = OP_DAYS, .table = (uint8_t)r.table, .rows = r.which, .type = VALUE_NUMBER };
	n.b = where(c, &r);
	expect(c, "from");
	n.c = value(c);
	expect(c, "to");
	n.d = value(c);
	expect(c, ")");
	return add(c, n);
}

/* ---- values ---- */

static uint32_t birthday(struct compiler *c)
{
	expect(c, "(");
	struct node n = { .op = OP_BIRTHDAY, .type = VALUE_DAY };
	n.a = cell(c);
	expect(c, ",");
	n.value = (int32_t)c->number;
	if (c->token != TOKEN_NUMBER || (n.a && at(c, n.a)->type != VALUE_DAY))
		return fail(c, "birthday wants a day and a number of years");
	next(c);
	expect(c, ")");
	return add(c, n);
}

static uint32_t constant(struct compiler *c, enum value_type type, int32_t v)
{
	next(c);
	return add(c, (struct node){ .op = OP_CONST, .type = (uint8_t)type, .value = v });
}

static uint32_t term(struct compiler *c)
{
	if (c->token == TOKEN_QUOTED) {
		uint32_t word = words_put(&c->s->words, c->text);
		return word < CODE_WORDS_MAX ? constant(c, VALUE_WORD, (int32_t)word) : fail(c, "too many words");
	}
	if (c->token == TOKEN_NUMBER)
		return constant(c, VALUE_NUMBER, (int32_t)c->number + 1);
	if (c->token == TOKEN_DAY)
		return constant(c, VALUE_DAY, c->day + DAY_ZERO);
	static const struct {
		const char *word;
		enum op op;
	} years[] = { { "year.start", OP_YEAR_START }, { "year.end", OP_YEAR_END }, { "year.before", OP_YEAR_BEFORE } };
	for (size_t i = 0; i < COUNT_OF(years); i++)
		if (accept(c, years[i].word))
			return add(c, (struct node){ .op = (uint8_t)years[i].op, .type = VALUE_DAY });
	if (accept(c, "birthday"))
		return birthday(c);
	if (accept(c, "count"))
		return any(c, OP_COUNT);
	if (accept(c, "earliest"))
		return extreme(c, OP_EARLIEST);
	if (accept(c, "latest"))
		return extreme(c, OP_LATEST);
	if (accept(c, "days"))
		return days(c);
	return cell(c);
}

/* DECOM + 3 days, year.start - 12 months */
static uint32_t value(struct compiler *c)
{
	uint32_t n = term(c);
	while (c->rc == RC_OK && (is(c, "+") || is(c, "-"))) {
		int sign = is(c, "+") ? 1 : -1;
		next(c);
		int64_t k = c->number;
		if (c->token != TOKEN_NUMBER || at(c, n)->type != VALUE_DAY)
			return fail(c, "only days or months can be added, to a day");
		next(c);
		enum op op = is(c, "months") ? OP_PLUS_MONTHS : OP_PLUS_DAYS;
		if (!accept(c, "days") && !accept(c, "months"))
			return fail(c, "days or months?");
		n = add(c, (struct node){ .op = (uint8_t)op, .type = VALUE_DAY, .a = n, .value = (int32_t)(sign * k) });
	}
	return n;
}

/* ---- conditions ---- */

static uint32_t literal(struct compiler *c)
{
	expect(c, "{");
	if (c->s->n_literals == LITERALS_MAX)
		return fail(c, "too many sets of codes");
	uint64_t *bits = c->s->literals[c->s->n_literals];
	while (c->rc == RC_OK && !is(c, "}")) {
		uint32_t word = c->token == TOKEN_END ? 0 : words_put(&c->s->words, c->text);
		if (!word || word >= CODE_WORDS_MAX)
			return fail(c, "a code is expected");
		bits[word / 64] |= (uint64_t)1 << word % 64;
		next(c);
	}
	expect(c, "}");
	return (uint32_t)c->s->n_literals++;
}

static uint32_t all_of(struct compiler *c, bool every)
{
	uint32_t n = 0;
	expect(c, "(");
	do {
		uint32_t one = add(c, (struct node){ .op = OP_FILLED, .a = cell(c) });
		n = n ? add(c, (struct node){ .op = every ? OP_AND : OP_OR, .a = n, .b = one }) : one;
	} while (c->rc == RC_OK && accept(c, ","));
	expect(c, ")");
	return n;
}

static uint32_t differs(struct compiler *c)
{
	struct node n = { .op = OP_DIFFERS };
	expect(c, "(");
	n.a = cell(c);
	expect(c, ",");
	n.b = cell(c);
	expect(c, ")");
	return add(c, n);
}

static uint32_t repeated(struct compiler *c)
{
	expect(c, "(");
	uint32_t n = cell(c);
	expect(c, ")");
	if (c->rc != RC_OK || at(c, n)->ref != REF_HERE || c->scope != c->row || c->out->repeats >= 0)
		return fail(c, "repeated is for one column of the rule’s own table");
	c->out->repeats = at(c, n)->column;
	return add(c, (struct node){ .op = OP_REPEATED, .a = n });
}

static uint32_t is_what(struct compiler *c, uint32_t v)
{
	bool no = accept(c, "not");
	enum op op = is(c, "blank")    ? OP_BLANK
		     : is(c, "filled") ? OP_FILLED
		     : is(c, "valid")  ? OP_VALID
		     : is(c, "wrong")  ? OP_WRONG
				       : OP_FALSE;
	if (op == OP_FALSE || at(c, v)->op != OP_CELL)
		return fail(c, "a column can be blank, filled, valid or wrong");
	next(c);
	uint32_t n = add(c, (struct node){ .op = (uint8_t)op, .a = v });
	return no ? add(c, (struct node){ .op = OP_NOT, .a = n }) : n;
}

static uint32_t comparison(struct compiler *c)
{
	static const struct {
		const char *word;
		enum op op;
	} signs[] = {
		{ "=", OP_EQ }, { "!=", OP_NE }, { "<=", OP_LE }, { ">=", OP_GE }, { "<", OP_LT }, { ">", OP_GT }
	};
	uint32_t v = value(c);
	if (c->rc != RC_OK)
		return 0;
	if (accept(c, "is"))
		return is_what(c, v);
	if (accept(c, "in")) {
		if (at(c, v)->type != VALUE_WORD)
			return fail(c, "only codes are in a set");
		uint32_t set = literal(c);
		return add(c, (struct node){ .op = OP_IN, .a = v, .b = set });
	}
	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (accept(c, signs[i].word)) {
			struct node n = { .op = (uint8_t)signs[i].op, .a = v };
			n.b = value(c);
			if (c->rc == RC_OK &&
			    (at(c, n.a)->type != at(c, n.b)->type || (n.op > OP_NE && at(c, n.a)->type == VALUE_WORD)))
				return fail(c, "these two cannot be compared");
			return add(c, n);
		}
	return fail(c, "a comparison is expected");
}

static uint32_t defined(struct compiler *c)
{
	for (size_t i = 0; i < c->s->n_definitions; i++) {
		const struct definition *d = &c->s->definitions[i];
		if (c->token != TOKEN_NAME || !str_eq(c->text, d->name))
			continue;
		for (size_t k = 0; k < d->n_needs; k++)
			need(c, d->needs[k].when, d->needs[k].table, d->needs[k].column);
		c->out->wants_last = c->out->wants_last || d->wants_last;
		next(c);
		return add(c, (struct node){ .op = OP_DEFINED, .a = (uint32_t)i });
	}
	return 0;
}

static uint32_t primary(struct compiler *c)
{
	uint32_t n;
	if (accept(c, "(")) {
		n = condition(c);
		expect(c, ")");
		return n;
	}
	if (accept(c, "any"))
		return any(c, OP_ANY);
	if (accept(c, "none"))
		return any(c, OP_NONE);
	if (accept(c, "any_filled"))
		return all_of(c, false);
	if (accept(c, "all_filled"))
		return all_of(c, true);
	if (accept(c, "differs"))
		return differs(c);
	if (accept(c, "repeated"))
		return repeated(c);
	if (is(c, "first") || is(c, "final")) {
		if (!c->scope)
			return fail(c, "no row is spoken of here");
		enum op op = is(c, "first") ? OP_FIRST : OP_FINAL;
		next(c);
		return add(c, (struct node){ .op = (uint8_t)op });
	}
	n = defined(c);
	return n ? n : comparison(c);
}

static uint32_t negation(struct compiler *c)
{
	if (++c->depth > DEPTH_MAX)
		return fail(c, "too many brackets");
	uint32_t n;
	if (accept(c, "not"))
		n = add(c, (struct node){ .op = OP_NOT, .a = negation(c) });
	else
		n = primary(c);
	c->depth--;
	return n;
}

static uint32_t conjunction(struct compiler *c)
{
	uint32_t n = negation(c);
	while (c->rc == RC_OK && accept(c, "and"))
		n = add(c, (struct node){ .op = OP_AND, .a = n, .b = negation(c) });
	return n;
}

static uint32_t condition(struct compiler *c)
{
	uint32_t n = conjunction(c);
	while (c->rc == RC_OK && accept(c, "or"))
		n = add(c, (struct node){ .op = OP_OR, .a = n, .b = conjunction(c) });
	return n;
}

enum rc expr_compile(struct return_spec *s, const struct yaml *at_node, struct str text, size_t table,
		     struct compiled *out, struct err *e)
{
	struct scope own = { table, RETURN_NOW, NULL };
	struct compiled made = { .repeats = -1 };
	struct compiler c = {
		.s = s, .at = at_node, .rest = text, .out = &made, .e = e, .defining = table == SIZE_MAX
	};
	c.scope = c.row = table == SIZE_MAX ? NULL : &own;
	next(&c);
	made.root = condition(&c);
	if (c.rc == RC_OK && c.token != TOKEN_END)
		fail(&c, "nothing more is expected here");
	if (c.rc == RC_OK)
		*out = made;
	return c.rc;
}
