/* draft_text.c - what a few typed fields make of the text of a document (editions.h). */
#include "codec/yaml.h"
#include "work/admin/editions.h"

enum { VALUE_MAX = 3000 /* as parameters.c reads it */, SATURDAY = 6 };

static struct str line_at(struct str text, int line, size_t *offset_out)
{
	size_t at = 0;
	for (int i = 1; i < line && at < text.n; at++)
		i += text.p[at] == '\n';
	size_t end = at;
	while (end < text.n && text.p[end] != '\n')
		end++;
	*offset_out = at;
	return (struct str){ text.p + at, end - at };
}

static bool one_line(struct str s, size_t max)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ')
			return false;
	return s.n <= max && utf8_bad_at(s) == SIZE_MAX;
}

static bool word(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return s.n > 0 && s.n <= 40;
}

static void put_quoted(struct buf *b, struct str s)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_putc(b, '\\');
		buf_putc(b, s.p[i]);
	}
	buf_putc(b, '"');
}

static struct str taken(struct arena *a, struct buf *b)
{
	struct str s = arena_str(a, buf_view(b));
	buf_release(b);
	return s;
}

static const struct yaml *parameter_named(const struct yaml *root, struct str id)
{
	const struct yaml *list = yaml_get(root, "parameters");
	for (const struct yaml *y = list && list->type == YAML_LIST ? list->child : NULL; y; y = y->next)
		if (str_eq(yaml_text(y, "id"), id))
			return y;
	return NULL;
}

enum rc draft_parameter(struct str body, struct str id, struct str n, struct str from, struct str whose,
			struct str source, struct arena *a, struct str *out, struct err *e)
{
	const struct yaml *root;
	int64_t number;
	day_t day;
	char iso[DAY_TEXT_MAX];
	enum rc rc = yaml_read(body, "parameters", a, &root, e);
	if (rc != RC_OK)
		return rc;
	const struct yaml *p = parameter_named(root, id), *values = p ? yaml_get(p, "values") : NULL;
	if (!values || values->type != YAML_LIST)
		return err_set(e, RC_BAD_INPUT, "Choose the parameter to change.");
	if (!values->child)
		return err_set(e, RC_BAD_INPUT,
			       "Nobody has set this number yet. Write its first value in the text of the document.");
	if (str_to_int(str_trim(n), 0, VALUE_MAX, &number) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "The value must be a whole number from 0 to %d, such as 20.", VALUE_MAX);
	if (day_parse(from, &day) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "Write the day from which the value holds, such as 1 4 2027.");
	if (whose.n && !word(whose))
		return err_set(e, RC_BAD_INPUT, "Choose for whom the value is from the list.");
	if (!str_trim(source).n || !one_line(source, 300))
		return err_set(e, RC_BAD_INPUT, "Say where the value comes from, in one line.");
	size_t at;
	struct str first = line_at(body, values->child->line, &at);
	size_t indent = 0;
	while (indent < first.n && first.p[indent] == ' ')
		indent++;
	if (indent >= first.n || first.p[indent] != '-')
		return err_set(e, RC_BAD_INPUT, "Each value of a parameter needs a line of its own. Change the text.");
	struct buf b;
	buf_init(&b, DOCUMENT_EDIT_MAX);
	buf_put(&b, body.p, at);
	buf_printf(&b, "%*s- {n: %" PRId64 ", from: %s, ", (int)indent, "", number, day_iso(day, iso));
	if (whose.n)
		buf_printf(&b, "for: \"" STR_FMT "\", ", STR_ARG(whose));
	buf_puts(&b, "source: ");
	put_quoted(&b, str_trim(source));
	buf_puts(&b, "}\n");
	buf_put(&b, body.p + at, body.n - at);
	bool ok = buf_ok(&b);
	*out = taken(a, &b);
	return ok ? RC_OK : err_set(e, RC_LIMIT, "The document is too long to be changed on a page.");
}

/* The row of a holiday that stands: its day, and not taken back. */
static bool stands(struct str row, const char *iso)
{
	struct str rest, day = str_cut(row, ',', &rest);
	str_cut(rest, ',', &rest);
	str_cut(rest, ',', &rest);
	return str_is(str_trim(day), iso) && !str_trim(str_cut(rest, ',', &rest)).n;
}

static void put_taken_back(struct buf *b, struct str row, const char *known)
{
	struct str rest = row;
	for (int i = 0; i < 3; i++) {
		struct str cell = str_cut(rest, ',', &rest);
		buf_printf(b, STR_FMT ",", STR_ARG(cell));
	}
	str_cut(rest, ',', &rest);
	buf_printf(b, "%s," STR_FMT "\n", known, STR_ARG(rest));
}

enum rc draft_holiday(struct str body, struct str day, struct str name, struct str known, bool take_back,
		      struct arena *a, struct str *out, struct err *e)
{
	day_t d, k;
	char iso[DAY_TEXT_MAX], from[DAY_TEXT_MAX];
	if (day_parse(day, &d) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "Write the day of the holiday, such as 8 5 2027.");
	if (day_parse(known, &k) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "Write the day on which it was announced, such as 6 11 2026.");
	if (!take_back && day_weekday(d) >= SATURDAY)
		return err_set(e, RC_BAD_INPUT,
			       "That day is a %s, which is no working day anyway. Give the day in place of it.",
			       day_weekday(d) == SATURDAY ? "Saturday" : "Sunday");
	name = str_trim(name);
	if (!take_back &&
	    (!name.n || !one_line(name, 100) || memchr(name.p, ',', name.n) || memchr(name.p, '"', name.n)))
		return err_set(e, RC_BAD_INPUT, "Give the holiday a name of one line, without commas and quotes.");
	day_iso(d, iso);
	day_iso(k, from);
	bool there = false;
	struct buf b;
	buf_init(&b, DOCUMENT_EDIT_MAX);
	for (struct str rest = body, row; rest.n;) {
		row = str_trim(str_cut(rest, '\n', &rest));
		bool this = stands(row, iso);
		there = there || this;
		if (this && take_back)
			put_taken_back(&b, row, from);
		else if (row.n)
			buf_printf(&b, STR_FMT "\n", STR_ARG(row));
	}
	if (!take_back)
		buf_printf(&b, "%s," STR_FMT ",%s,,\n", iso, STR_ARG(name), from);
	bool ok = buf_ok(&b);
	*out = taken(a, &b);
	if (!ok)
		return err_set(e, RC_LIMIT, "The document is too long to be changed on a page.");
	if (there != take_back)
		return err_set(e, RC_BAD_INPUT,
			       there ? "That day is a holiday already." : "There is no holiday on that day.");
	return RC_OK;
}
