/* parse_xml.c - the return as one XML file: EXPSSDA903 / CHILD / HEADER, EPISODE ... */
#include "exchange/ssda903/wire.h"

#include "base/hash.h"
#include "base/text.h"
#include "codec/xml.h"

enum { PENDING_MAX = 5000, OPEN_MAX = 8, UNKNOWN_MAX = 50 };

struct pending { /* a row of the child that is read; its number comes somewhere in HEADER */
	size_t table;
	int64_t line;
	int32_t cells[RETURN_COLUMNS_MAX];
};

struct xml_state {
	struct parser *p;
	struct pending *rows; /* [PENDING_MAX] */
	size_t n;
	size_t open[OPEN_MAX]; /* rows that are open, the innermost last */
	int open_depth[OPEN_MAX];
	size_t n_open;
	struct pending loose[RETURN_TABLES_MAX]; /* tables without an element of their own */
	bool in_child;
	struct str text;
	int64_t line;
	char unknown[UNKNOWN_MAX][40];
	size_t n_unknown;
};

static bool has_element(const struct rtable *t)
{
	return t->xml.n > 0;
}

static size_t table_named(const struct xml_state *x, struct str name)
{
	for (size_t t = 0; t < x->p->s->n_tables; t++)
		if (str_eq(x->p->s->tables[t].xml, name) && x->p->s->tables[t].from <= parse_year(x->p))
			return t;
	return SIZE_MAX;
}

static int tagged(const struct rtable *t, struct str tag)
{
	for (size_t c = 0; c < t->n_columns; c++)
		if (str_eq(t->columns[c].tag, tag))
			return (int)c;
	return -1;
}

static enum rc start(void *arg, struct xml *xml, const struct xml_element *el, struct err *e)
{
	struct xml_state *x = arg;
	x->text = STR("");
	x->line = xml_line(xml);
	if (x->p->broken)
		return err_set(e, RC_IO, "nobody listens");
	if (el->depth == 1) {
		if (!str_is(el->name, "EXPSSDA903"))
			return xml_refuse(xml, e, RC_BAD_INPUT,
					  "the outermost element is " STR_FMT
					  ", so this is no looked-after return: EXPSSDA903 is expected",
					  STR_ARG(el->name));
		return RC_OK;
	}
	if (el->depth == 2) {
		if (!str_is(el->name, "CHILD"))
			return xml_refuse(xml, e, RC_BAD_INPUT, "only CHILD is expected here");
		x->in_child = true;
		x->n = x->n_open = 0;
		memset(x->loose, 0, sizeof x->loose);
		return RC_OK;
	}
	size_t t = table_named(x, el->name);
	if (t == SIZE_MAX)
		return RC_OK;
	if (x->n == PENDING_MAX || x->n_open == OPEN_MAX)
		return xml_refuse(xml, e, RC_LIMIT, "a child with more than %d rows", PENDING_MAX);
	x->rows[x->n] = (struct pending){ .table = t, .line = x->line };
	x->open_depth[x->n_open] = el->depth;
	x->open[x->n_open++] = x->n++;
	return RC_OK;
}

static enum rc text(void *arg, struct xml *xml, struct str t, struct err *e)
{
	(void)xml, (void)e;
	((struct xml_state *)arg)->text = t;
	return RC_OK;
}

static void put(struct xml_state *x, struct pending *row, size_t column)
{
	row->cells[column] = parse_cell(x->p, row->table, column, x->text, x->line);
}

static void unknown(struct xml_state *x, struct str name)
{
	struct str shown = { name.p, name.n < 39 ? name.n : 39 };
	for (size_t i = 0; i < x->n_unknown; i++)
		if (str_is(shown, x->unknown[i]))
			return;
	if (x->n_unknown == UNKNOWN_MAX)
		return;
	memcpy(x->unknown[x->n_unknown], shown.p, shown.n);
	x->unknown[x->n_unknown++][shown.n] = '\0';
	parse_trouble(x->p, false, x->line, shown, "extra-column", shown,
		      "This element is none of the return’s and was not read", "Nothing, or rename it");
}

/* A leaf: a column of the row that is open, or of a table that stands in HEADER. */
static void leaf(struct xml_state *x, struct str name)
{
	const struct return_spec *s = x->p->s;
	bool known = false;
	if (!x->n_open) {
		unknown(x, name);
		return;
	}
	struct pending *row = &x->rows[x->open[x->n_open - 1]];
	int c = tagged(&s->tables[row->table], name);
	if (c >= 0) {
		put(x, row, (size_t)c);
		known = true;
	}
	for (size_t t = 0; row->table == s->header && t < s->n_tables; t++) {
		c = has_element(&s->tables[t]) || s->tables[t].from > parse_year(x->p) ? -1
										       : tagged(&s->tables[t], name);
		if (c <= 0)
			continue;
		x->loose[t].table = t;
		x->loose[t].line = x->loose[t].line ? x->loose[t].line : x->line;
		put(x, &x->loose[t], (size_t)c);
		known = true;
	}
	if (!known)
		unknown(x, name);
}

static bool tells(const struct rtable *t, const struct pending *row)
{
	for (size_t c = 1; c < t->n_columns; c++)
		if (row->cells[c] && !str_is(t->columns[c].name, "DOB") && !str_is(t->columns[c].name, "SEX"))
			return true;
	return false;
}

/* The child's number and what its other tables repeat: date of birth, sex. */
static void finish_row(struct xml_state *x, const struct pending *header, struct pending *row)
{
	const struct rtable *h = &x->p->s->tables[header->table], *t = &x->p->s->tables[row->table];
	row->cells[0] = header->cells[0];
	for (size_t c = 1; c < t->n_columns; c++) {
		int from = column_named(h, t->columns[c].name);
		if (row != header && from > 0 && !row->cells[c] &&
		    (str_is(t->columns[c].name, "DOB") || str_is(t->columns[c].name, "SEX")))
			row->cells[c] = header->cells[from];
	}
	parse_row(x->p, row->table, row->cells, row->line);
}

static void end_child(struct xml_state *x)
{
	const struct return_spec *s = x->p->s;
	struct pending *header = NULL;
	for (size_t i = 0; i < x->n && !header; i++)
		if (x->rows[i].table == s->header)
			header = &x->rows[i];
	if (!header || !header->cells[0]) {
		parse_trouble(x->p, false, x->line, STR("CHILDID"), "no-child", STR(""),
			      "A child without HEADER or number was left out", "Fill in CHILDID");
		return;
	}
	for (size_t i = 0; i < x->n; i++)
		if (&x->rows[i] == header || tells(&s->tables[x->rows[i].table], &x->rows[i]))
			finish_row(x, header, &x->rows[i]);
	for (size_t t = 0; t < s->n_tables; t++) {
		int flag = s->tables[t].flag.n ? column_named(&s->tables[s->header], s->tables[t].flag) : -1;
		bool flagged = flag >= 0 && header->cells[flag] > 0 &&
			       str_is(words_get(&x->p->words, (uint32_t)header->cells[flag]), "1");
		if (has_element(&s->tables[t]) ||
		    !(flagged || (x->loose[t].table == t && tells(&s->tables[t], &x->loose[t]))))
			continue;
		x->loose[t].table = t;
		x->loose[t].line = x->loose[t].line ? x->loose[t].line : header->line;
		finish_row(x, header, &x->loose[t]);
	}
}

static enum rc end(void *arg, struct xml *xml, struct str name, int depth, struct err *e)
{
	struct xml_state *x = arg;
	(void)xml, (void)e;
	if (depth == 2 && x->in_child) {
		end_child(x);
		x->in_child = false;
	} else if (x->n_open && x->open_depth[x->n_open - 1] == depth) {
		x->n_open--;
	} else if (depth > 2) {
		leaf(x, name);
	}
	x->text = STR("");
	return RC_OK;
}

enum rc parse_xml(struct parser *p, struct err *e)
{
	struct xml_limits limits = xml_usual;
	struct xml_state *x = xcalloc(1, sizeof *x);
	x->p = p;
	x->rows = xcalloc(PENDING_MAX, sizeof *x->rows);
	limits.bytes_max = (uint64_t)2 << 30;
	limits.depth_max = OPEN_MAX;
	struct xml_listener l = { start, text, end, x };
	for (size_t t = 0; t < p->s->n_tables; t++) /* one file holds all tables */
		if (p->s->tables[t].from <= parse_year(p)) {
			p->there[p->source->when][t] = true;
			parse_table(p, t, (uint32_t)((1ull << p->s->tables[t].n_columns) - 1));
		}
	enum rc rc = xml_read(parse_source, p, &limits, &l, e);
	free(x->rows);
	free(x);
	return rc;
}
