/*
 * sqlc - compiles named SQL statements to typed C: `sqlc OUT.h OUT.c FILE.sql...`
 *
 * A statement is
 *	-- name: clock_of_person :many
 *	-- in: person int, standard text
 *	-- out: due int, why text
 *	SELECT due_day, why FROM clock WHERE person = :person AND standard = :standard;
 * Kinds are :exec (changes rows), :one (at most one row is looked at) and :many.
 * Types are int, text, blob. `in:` may be missing, and either list may go on in
 * a second line that begins alike. Parameters become $1..$n in the order in
 * which they first appear; quoted text, comments and `::` are left alone. A name
 * that is a word of C gets a _ behind it in C: `short` is the field `short_`.
 * Mistakes are reported as FILE:LINE: words, and nothing is written.
 */
#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/text.h"

#include <ctype.h>

enum { FILE_BYTES_MAX = 1 << 20, TEXT_MAX = 4000, FIELDS_MAX = 64, STATEMENTS_MAX = 1000, NAME_MAX_BYTES = 60 };

enum kind { EXEC, ONE, MANY };
static const char *const kind_names[] = { ":exec", ":one", ":many" };

struct field {
	struct str name;
	const char *tail; /* "_" if the name is a word of C */
	const char *type; /* int, text, blob */
	int number;	  /* $number; 0 not used yet */
};

struct statement {
	struct str name;
	enum kind kind;
	struct field in[FIELDS_MAX], out[FIELDS_MAX];
	size_t n_in, n_out, n_used;
	const char *file;
	int line;
	struct buf text;
};

struct compiler {
	struct arena arena;
	struct statement *all[STATEMENTS_MAX];
	size_t n;
	const char *file;
	const char *p, *end; /* what is left of the file */
	int line;
	struct statement *now;
};

static enum rc fail(const struct compiler *c, struct err *e, int line, const char *what, struct str name)
{
	return err_set(e, RC_BAD_INPUT, name.p ? "%s:%d: %s: \"" STR_FMT "\"" : "%s:%d: %s", c->file, line, what,
		       STR_ARG(name));
}

/* ---- the lines that begin with -- ---- */

static bool good_name(struct str s)
{
	if (s.n == 0 || s.n > NAME_MAX_BYTES || !islower((unsigned char)s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!islower((unsigned char)s.p[i]) && !isdigit((unsigned char)s.p[i]) && s.p[i] != '_')
			return false;
	return true;
}

static bool word_of_c(struct str s)
{
	static const char *const words[] = { "auto",	 "break",    "case",	 "char",   "const",   "continue",
					     "default",	 "do",	     "double",	 "else",   "enum",    "extern",
					     "float",	 "for",	     "goto",	 "if",	   "inline",  "int",
					     "long",	 "register", "restrict", "return", "short",   "signed",
					     "sizeof",	 "static",   "struct",	 "switch", "typedef", "union",
					     "unsigned", "void",     "volatile", "while",  "bool",    "true",
					     "false",	 "asm",	     "typeof" };
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_is(s, words[i]))
			return true;
	return false;
}

static enum rc add_field(struct compiler *c, struct str item, struct field *list, size_t *n, struct err *e)
{
	static const char *const types[] = { "int", "text", "blob" };
	struct str type, name = str_cut(str_trim(item), ' ', &type);
	type = str_trim(type);
	if (!good_name(name))
		return fail(c, e, c->line, "a name must be small letters, digits and _ (\"day int, why text\")",
			    str_trim(item));
	const char *known = NULL;
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_is(type, types[i]))
			known = types[i];
	if (!known)
		return fail(c, e, c->line, "the type must be int, text or blob", str_trim(item));
	for (size_t i = 0; i < *n; i++)
		if (str_eq(list[i].name, name))
			return fail(c, e, c->line, "named twice in one list", name);
	if (*n == FIELDS_MAX)
		return fail(c, e, c->line, "more than 64 names in one list", name);
	list[(*n)++] = (struct field){ name, word_of_c(name) ? "_" : "", known, 0 };
	return RC_OK;
}

static enum rc read_list(struct compiler *c, struct str rest, struct field *list, size_t *n, struct err *e)
{
	struct str left = rest;
	enum rc rc = RC_OK;
	do {
		struct str item = str_cut(left, ',', &left);
		rc = add_field(c, item, list, n, e);
	} while (rc == RC_OK && left.p);
	return rc;
}

static enum rc begin_statement(struct compiler *c, struct str rest, struct err *e)
{
	struct str kind, name = str_cut(str_trim(rest), ' ', &kind);
	if (!good_name(name))
		return fail(c, e, c->line, "a statement's name must be small letters, digits and _", name);
	for (size_t i = 0; i < c->n; i++) {
		if (str_eq(c->all[i]->name, name))
			return err_set(e, RC_BAD_INPUT, "%s:%d: \"" STR_FMT "\" is already the name of %s:%d", c->file,
				       c->line, STR_ARG(name), c->all[i]->file, c->all[i]->line);
	}
	size_t k = 0;
	while (k < COUNT_OF(kind_names) && !str_is(str_trim(kind), kind_names[k]))
		k++;
	if (k == COUNT_OF(kind_names))
		return fail(c, e, c->line, "say :exec, :one or :many behind the name", name);
	if (c->n == STATEMENTS_MAX)
		return fail(c, e, c->line, "more than 1000 statements", name);
	struct statement *s = arena_alloc(&c->arena, sizeof *s);
	s->name = name;
	s->kind = (enum kind)k;
	s->file = c->file;
	s->line = c->line;
	buf_init(&s->text, TEXT_MAX);
	c->all[c->n++] = c->now = s;
	return RC_OK;
}

static enum rc read_remark(struct compiler *c, struct str line, struct err *e)
{
	struct str words = str_trim((struct str){ line.p + 2, line.n - 2 });
	if (str_starts(words, "name:")) {
		if (c->now)
			return fail(c, e, c->line, "a new name before the statement with this name has ended with ;",
				    c->now->name);
		return begin_statement(c, (struct str){ words.p + 5, words.n - 5 }, e);
	}
	bool in = str_starts(words, "in:"), out = str_starts(words, "out:");
	if (!in && !out)
		return RC_OK;
	if (!c->now || c->now->text.n)
		return fail(c, e, c->line, "in: and out: belong between name: and its statement", (struct str){ 0 });
	struct statement *s = c->now;
	return in ? read_list(c, (struct str){ words.p + 3, words.n - 3 }, s->in, &s->n_in, e)
		  : read_list(c, (struct str){ words.p + 4, words.n - 4 }, s->out, &s->n_out, e);
}

/* ---- the statement ---- */

/* Length of quoted text or a comment at p, 0 if there is none, SIZE_MAX if it does not end. */
static size_t left_alone(const char *p, const char *end)
{
	if (*p == '\'' || *p == '"') {
		for (const char *q = p + 1; q < end; q++)
			if (*q == *p)
				return (size_t)(q - p) + 1; /* a doubled quote is simply two quoted texts */
		return SIZE_MAX;
	}
	if (p + 1 < end && p[0] == '-' && p[1] == '-') {
		const char *q = memchr(p, '\n', (size_t)(end - p));
		return (size_t)((q ? q : end) - p);
	}
	if (p + 1 < end && p[0] == '/' && p[1] == '*') {
		const char *q = memmem(p + 2, (size_t)(end - p - 2), "*/", 2);
		return q ? (size_t)(q + 2 - p) : SIZE_MAX;
	}
	return 0;
}

static bool name_byte(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_';
}

static enum rc read_parameter(struct compiler *c, struct err *e)
{
	const char *from = ++c->p;
	while (c->p < c->end && name_byte(*c->p))
		c->p++;
	struct str name = { from, (size_t)(c->p - from) };
	struct statement *s = c->now;
	for (size_t i = 0; i < s->n_in; i++) {
		if (!str_eq(s->in[i].name, name))
			continue;
		if (!s->in[i].number)
			s->in[i].number = (int)++s->n_used;
		buf_printf(&s->text, "$%d", s->in[i].number);
		return RC_OK;
	}
	return fail(c, e, c->line, "a parameter that in: does not name", name);
}

static enum rc end_statement(struct compiler *c, struct err *e)
{
	struct statement *s = c->now;
	for (size_t i = 0; i < s->n_in; i++)
		if (!s->in[i].number)
			return fail(c, e, s->line, "in: names a parameter that the statement does not use",
				    s->in[i].name);
	if (s->text.n == 0)
		return fail(c, e, s->line, "no statement follows this name", s->name);
	if (!buf_ok(&s->text))
		return fail(c, e, s->line, "longer than 4000 bytes", s->name);
	if (s->kind == EXEC && s->n_out)
		return fail(c, e, s->line, ":exec gives no rows, so it takes no out:", s->name);
	if (s->kind != EXEC && !s->n_out)
		return fail(c, e, s->line, ":one and :many need an out: list", s->name);
	c->now = NULL;
	return RC_OK;
}

/* One step through the text of a file: a remark, a quoted text, a parameter or a byte. */
static enum rc step(struct compiler *c, struct err *e)
{
	size_t alone = left_alone(c->p, c->end);
	if (alone == SIZE_MAX)
		return fail(c, e, c->line, "quoted text or a comment that begins here does not end", (struct str){ 0 });
	bool remark = alone && *c->p == '-';
	if (remark) {
		enum rc rc = read_remark(c, (struct str){ c->p, alone }, e);
		c->p += alone;
		return rc;
	}
	if (!c->now && (alone == 0 || *c->p != '/') && !isspace((unsigned char)*c->p))
		return fail(c, e, c->line, "words outside a statement; `-- name:` must come first", (struct str){ 0 });
	if (alone) {
		for (size_t i = 0; i < alone; i++)
			c->line += c->p[i] == '\n';
		if (*c->p != '/')
			buf_put(&c->now->text, c->p, alone);
		c->p += alone;
		return RC_OK;
	}
	if (c->p[0] == ':' && c->p + 1 < c->end && c->p[1] == ':') {
		buf_puts(&c->now->text, "::");
		c->p += 2;
		return RC_OK;
	}
	if (c->p[0] == ':' && c->p + 1 < c->end && name_byte(c->p[1]))
		return read_parameter(c, e);
	if (*c->p == '$')
		return fail(c, e, c->line, "write parameters as :name", (struct str){ 0 });
	char ch = *c->p++;
	if (ch == '\n')
		c->line++;
	if (ch == ';')
		return end_statement(c, e);
	if (c->now && !(isspace((unsigned char)ch) && c->now->text.n == 0))
		buf_putc(&c->now->text, ch);
	return RC_OK;
}

static enum rc read_file(struct compiler *c, const char *file, struct err *e)
{
	AUTO(auto_fclose) FILE *f = fopen(file, "rb");
	if (!f)
		return err_set(e, RC_IO, "%s: cannot be read", file);
	char *bytes = arena_alloc(&c->arena, FILE_BYTES_MAX);
	size_t n = fread(bytes, 1, FILE_BYTES_MAX, f);
	if (ferror(f) || n == FILE_BYTES_MAX)
		return err_set(e, RC_LIMIT, "%s: cannot be read, or over 1 MB", file);
	c->file = file;
	c->line = 1;
	c->p = bytes;
	c->end = bytes + n;
	while (c->p < c->end) {
		enum rc rc = step(c, e);
		if (rc != RC_OK)
			return rc;
	}
	if (c->now)
		return fail(c, e, c->now->line, "the statement does not end with ;", c->now->name);
	return RC_OK;
}

/* ---- writing C ---- */

/* Parameters in the order of their numbers. */
static void in_order(const struct statement *s, const struct field **order)
{
	for (size_t i = 0; i < s->n_in; i++)
		order[s->in[i].number - 1] = &s->in[i];
}

static void write_struct(FILE *h, const struct statement *s, const char *suffix, const struct field *list, size_t n)
{
	if (n == 0)
		return;
	fprintf(h, "struct sql_" STR_FMT "_%s {\n", STR_ARG(s->name), suffix);
	for (size_t i = 0; i < n; i++)
		fprintf(h, "\t%s" STR_FMT "%s;\n", strcmp(list[i].type, "int") == 0 ? "int64_t " : "struct str ",
			STR_ARG(list[i].name), list[i].tail);
	fputs("};\n", h);
}

/* The beginning of a function's heading: "enum rc sql_X(struct db *db, const struct sql_X_in *in". */
static void write_heading(FILE *f, const struct statement *s)
{
	fprintf(f, "enum rc sql_" STR_FMT "(struct db *db", STR_ARG(s->name));
	if (s->n_in)
		fprintf(f, ", const struct sql_" STR_FMT "_in *in", STR_ARG(s->name));
}

static void write_headings(FILE *f, const struct statement *s, int which, const char *tail)
{
	if (which == 0) {
		write_heading(f, s);
		if (s->kind == EXEC)
			fputs(", int64_t *changed_out, struct err *e)", f);
		else if (s->kind == ONE)
			fprintf(f, ", struct arena *arena, struct sql_" STR_FMT "_out *out, struct err *e)",
				STR_ARG(s->name));
		else
			fputs(", struct sql_rows **rows_out, struct err *e)", f);
	} else if (s->kind == EXEC) {
		fprintf(f,
			"enum rc sql_" STR_FMT "_each(struct db *db, const struct sql_" STR_FMT
			"_in *rows, size_t n, struct err *e)",
			STR_ARG(s->name), STR_ARG(s->name));
	} else {
		fprintf(f,
			"enum rc sql_" STR_FMT "_next(struct sql_rows *rows, struct sql_" STR_FMT
			"_out *out, struct err *e)",
			STR_ARG(s->name), STR_ARG(s->name));
	}
	fputs(tail, f);
}

/* The beginning of the function that makes a feed of many rows. */
static void write_rows_heading(FILE *f, const struct statement *s, const char *tail)
{
	fprintf(f, "struct sql_feed sql_" STR_FMT "_rows(const struct sql_" STR_FMT "_in *rows, size_t n)%s",
		STR_ARG(s->name), STR_ARG(s->name), tail);
}

static bool has_second(const struct statement *s)
{
	return s->kind == MANY || (s->kind == EXEC && s->n_in);
}

static void write_header(FILE *h, const struct compiler *c)
{
	fputs("/* Made by tools/sqlc from store/sql/: the statements of the program, typed.\n"
	      " * Numbers that are NULL are SQL_NULL, texts that are NULL are {NULL,0}.\n"
	      " * :one    RC_NOT_FOUND without words if there is no row; texts live in the arena.\n"
	      " * :many   sql_X, then sql_X_next until RC_NOT_FOUND, then always db_done. */\n"
	      "#ifndef LINNET_GEN_STORE_SQL_H\n#define LINNET_GEN_STORE_SQL_H\n\n"
	      "#include \"base/arena.h\"\n#include \"store/store.h\"\n\n"
	      "extern const struct sql_statement *const sql_statements[];\n"
	      "extern const size_t sql_statements_count;\n",
	      h);
	for (size_t i = 0; i < c->n; i++) {
		const struct statement *s = c->all[i];
		const char *base = strrchr(s->file, '/');
		fprintf(h, "\n/* %s:%d */\n", base ? base + 1 : s->file, s->line);
		write_struct(h, s, "in", s->in, s->n_in);
		write_struct(h, s, "out", s->out, s->n_out);
		write_headings(h, s, 0, " NODISCARD;\n");
		if (has_second(s))
			write_headings(h, s, 1, " NODISCARD;\n");
		if (has_second(s) && s->kind == EXEC)
			write_rows_heading(h, s, ";\n");
	}
	fputs("\n#endif\n", h);
}

static const char *type_of(const struct field *f)
{
	return strcmp(f->type, "int") == 0 ? "SQL_INT" : strcmp(f->type, "text") == 0 ? "SQL_TEXT" : "SQL_BLOB";
}

static void write_quoted(FILE *f, struct str s)
{
	fputs("\t\t\"", f);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		if (ch == '\n' && i + 1 < s.n)
			fputs("\\n\"\n\t\t\"", f);
		else if (ch == '"' || ch == '\\' || ch == '?')
			fprintf(f, "\\%c", ch);
		else if (ch < 32 || ch > 126)
			fprintf(f, "\\%03o", ch);
		else
			fputc(ch, f);
	}
	fputc('"', f);
}

static void write_params(FILE *f, const struct statement *s, const char *suffix, const struct field **list, size_t n)
{
	if (n == 0)
		return;
	fprintf(f, "static const struct sql_param " STR_FMT "_%s[] = {\n", STR_ARG(s->name), suffix);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "\t{ \"" STR_FMT "\", %s },\n", STR_ARG(list[i]->name), type_of(list[i]));
	fputs("};\n", f);
}

static void write_statement(FILE *f, const struct statement *s, size_t index)
{
	const struct field *in[FIELDS_MAX], *out[FIELDS_MAX];
	in_order(s, in);
	for (size_t i = 0; i < s->n_out; i++)
		out[i] = &s->out[i];
	fprintf(f, "\n/* ---- " STR_FMT " ---- */\n", STR_ARG(s->name));
	write_params(f, s, "in", in, s->n_in);
	write_params(f, s, "out", out, s->n_out);
	fprintf(f, "static const struct sql_statement st_" STR_FMT " = {\n\t.name = \"" STR_FMT "\",\n\t.text =\n",
		STR_ARG(s->name), STR_ARG(s->name));
	write_quoted(f, buf_view(&s->text));
	fputs(",\n", f);
	if (s->n_in)
		fprintf(f, "\t.in = " STR_FMT "_in,\n\t.n_in = %zu,\n", STR_ARG(s->name), s->n_in);
	if (s->n_out)
		fprintf(f, "\t.out = " STR_FMT "_out,\n\t.n_out = %zu,\n", STR_ARG(s->name), s->n_out);
	fprintf(f, "\t.index = %zu,\n};\n", index);
	if (s->n_in) {
		fprintf(f, "\n/* where each lies in a row */\nstatic const uint16_t " STR_FMT "_at[] = {\n",
			STR_ARG(s->name));
		for (size_t i = 0; i < s->n_in; i++)
			fprintf(f, "\toffsetof(struct sql_" STR_FMT "_in, " STR_FMT "%s),\n", STR_ARG(s->name),
				STR_ARG(in[i]->name), in[i]->tail);
		fputs("};\n", f);
	}
}

static void write_take(FILE *f, const struct statement *s)
{
	fputs("\t*out = (struct sql_", f);
	fprintf(f, STR_FMT "_out){\n", STR_ARG(s->name));
	for (size_t i = 0; i < s->n_out; i++) {
		bool number = strcmp(s->out[i].type, "int") == 0;
		bool copied = !number && s->kind == ONE;
		fprintf(f, "\t\t." STR_FMT "%s = %sv[%zu].%s%s,\n", STR_ARG(s->out[i].name), s->out[i].tail,
			copied ? "arena_str(arena, " : "", i, number ? "i" : "s", copied ? ")" : "");
	}
	fputs("\t};\n", f);
}

static void write_values(FILE *f, const struct statement *s)
{
	if (s->n_in)
		fprintf(f,
			"\tstruct sql_value in_values[%zu];\n\tsql_values(&st_" STR_FMT ", " STR_FMT
			"_at, in, in_values);\n",
			s->n_in, STR_ARG(s->name), STR_ARG(s->name));
}

static void write_functions(FILE *f, const struct statement *s)
{
	const char *given = s->n_in ? "in_values" : "NULL";
	fputc('\n', f);
	write_headings(f, s, 0, "\n{\n");
	write_values(f, s);
	if (s->kind == EXEC)
		fprintf(f, "\treturn db_exec(db, &st_" STR_FMT ", %s, changed_out, e);\n}\n", STR_ARG(s->name), given);
	if (s->kind == MANY)
		fprintf(f, "\treturn db_query(db, &st_" STR_FMT ", %s, rows_out, e);\n}\n", STR_ARG(s->name), given);
	if (s->kind == ONE) {
		fprintf(f,
			"\tstruct sql_value v[%zu];\n\tstruct sql_rows *rows = NULL;\n"
			"\tenum rc rc = db_query(db, &st_" STR_FMT ", %s, &rows, e);\n"
			"\tif (rc == RC_OK)\n\t\trc = db_next(rows, v, e);\n",
			s->n_out, STR_ARG(s->name), given);
		fputs("\tif (rc != RC_OK) {\n\t\tdb_done(rows);\n\t\treturn rc;\n\t}\n", f);
		bool texts = false;
		for (size_t i = 0; i < s->n_out; i++)
			texts = texts || strcmp(s->out[i].type, "int") != 0;
		if (!texts)
			fputs("\t(void)arena;\n", f);
		write_take(f, s);
		fputs("\tdb_done(rows);\n\treturn RC_OK;\n}\n", f);
	}
	if (!has_second(s))
		return;
	fputc('\n', f);
	if (s->kind == EXEC) {
		write_rows_heading(f, s, "\n{\n");
		fprintf(f,
			"\treturn (struct sql_feed){\n\t\t.st = &st_" STR_FMT ", .at = " STR_FMT
			"_at, .rows = rows, .n = n, .size = sizeof *rows\n\t};\n}\n\n",
			STR_ARG(s->name), STR_ARG(s->name));
	}
	write_headings(f, s, 1, "\n{\n");
	if (s->kind == EXEC) {
		fprintf(f,
			"\tstruct sql_feed feed = sql_" STR_FMT "_rows(rows, n);\n"
			"\treturn db_exec_rows(db, &feed, e);\n}\n",
			STR_ARG(s->name));
		return;
	}
	fprintf(f,
		"\tstruct sql_value v[%zu];\n\tenum rc rc = db_next(rows, v, e);\n\tif (rc != RC_OK)\n\t\treturn rc;\n",
		s->n_out);
	write_take(f, s);
	fputs("\treturn RC_OK;\n}\n", f);
}

static void write_source(FILE *f, const struct compiler *c)
{
	fputs("/* Made by tools/sqlc from store/sql/. */\n#include \"store/sql.h\"\n", f);
	for (size_t i = 0; i < c->n; i++) {
		write_statement(f, c->all[i], i);
		write_functions(f, c->all[i]);
	}
	fputs("\nconst struct sql_statement *const sql_statements[] = {\n", f);
	for (size_t i = 0; i < c->n; i++)
		fprintf(f, "\t&st_" STR_FMT ",\n", STR_ARG(c->all[i]->name));
	fprintf(f, "\tNULL,\n};\nconst size_t sql_statements_count = %zu;\n", c->n);
}

static enum rc write_one(const char *path, void (*write)(FILE *, const struct compiler *), const struct compiler *c,
			 struct err *e)
{
	FILE *f = fopen(path, "wb");
	if (!f)
		return err_set(e, RC_IO, "%s: cannot be written; does its folder exist?", path);
	write(f, c);
	bool bad = ferror(f);
	if (fclose(f) != 0 || bad)
		return err_set(e, RC_IO, "%s: writing failed; is the disk full?", path);
	return RC_OK;
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("sqlc: use as `sqlc OUT.h OUT.c FILE.sql...`\n", stderr);
		return 2;
	}
	struct err e = { 0 };
	struct compiler *c = xcalloc(1, sizeof *c);
	arena_init(&c->arena);
	enum rc rc = RC_OK;
	for (int i = 3; i < argc && rc == RC_OK; i++)
		rc = read_file(c, argv[i], &e);
	if (rc == RC_OK)
		rc = write_one(argv[1], write_header, c, &e);
	if (rc == RC_OK)
		rc = write_one(argv[2], write_source, c, &e);
	if (rc != RC_OK)
		fprintf(stderr, "%s\n", e.text);
	for (size_t i = 0; i < c->n; i++)
		buf_release(&c->all[i]->text);
	arena_release(&c->arena);
	free(c);
	return rc == RC_OK ? 0 : 2;
}
