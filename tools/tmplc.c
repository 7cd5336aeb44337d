/*
 * tmplc - compiles HTML templates to C.
 *
 *   tmplc -c OUT.c IN.html      the code of one file's templates
 *   tmplc -h OUT.h IN.html...   what all of them declare
 *
 * A file holds one or more templates, each beginning with
 *
 *   {% template NAME(PARAMETERS) includes "a.h" "b.h" %}
 *
 * which becomes `void NAME_html(struct html_out *o, PARAMETERS)`. In it:
 *
 *   {{ expr }}            printed, escaped; in href, src, action ... the
 *                         expression must be a struct link and the whole value
 *   {{{ expr }}}          a struct html, only between tags
 *   {% C %}               a line of C: loops and conditions
 *   {% call NAME(ARGS) %} another template
 *   {# words #}           a note that is not printed
 *
 * Where an expression stands decides how it is escaped; where no escaping is
 * safe it is refused: inside <script>, <style> and comments, in tags and names,
 * in values without quotes, in event handlers and style attributes. A block
 * must end where in the markup it began, so that what a condition leaves out
 * cannot change the meaning of what follows. #line makes the C compiler name
 * the template's own file and line.
 */
#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/text.h"

#include <ctype.h>

enum { FILE_MAX = 1 << 20, NAME_MAX_ = 64, DEPTH_MAX = 64, LITERAL_MAX = 2000, OUT_MAX = 16 << 20, INCLUDES_MAX = 100 };

enum place {
	TEXT,
	TAG_OPEN,
	TAG_NAME,
	IN_TAG,
	ATTR_NAME,
	AFTER_NAME,
	BEFORE_VALUE,
	VALUE_DOUBLE,
	VALUE_SINGLE,
	VALUE_BARE,
	AFTER_VALUE,
	COMMENT,
	DECLARATION,
	RAW_TEXT,
	RCDATA
};

struct state {
	enum place place;
	char tag[NAME_MAX_];
	char attr[NAME_MAX_];
	bool closing;	 /* in a closing tag */
	size_t value_n;	 /* bytes of the attribute's value so far */
	bool value_link; /* the value was a link: nothing may follow it */
	char value_first;
};

struct compiler {
	const char *file;
	const char *src;
	size_t n, at;
	struct state st;
	struct state stack[DEPTH_MAX];
	size_t depth;
	bool in_template;
	struct buf literal; /* markup not yet written out */
	struct buf body, declares, includes;
	struct err *e;
};

static enum rc fault(struct compiler *c, size_t at, const char *words)
{
	int line = 1;
	size_t start = 0;
	for (size_t i = 0; i < at && i < c->n; i++) {
		if (c->src[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	return err_set(c->e, RC_BAD_INPUT, "%s:%d:%zu: error: %s", c->file, line, at - start + 1, words);
}

static int line_at(const struct compiler *c, size_t at)
{
	int line = 1;
	for (size_t i = 0; i < at && i < c->n; i++)
		line += c->src[i] == '\n';
	return line;
}

/* ---- the markup's state machine ---- */

static bool is_raw(const char *tag)
{
	return !strcmp(tag, "script") || !strcmp(tag, "style");
}

static bool is_address(const char *attr)
{
	static const char *const names[] = { "href", "src",    "action",   "formaction", "cite",       "poster",
					     "data", "srcset", "manifest", "ping",	 "background", "xlink:href" };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!strcmp(attr, names[i]))
			return true;
	return false;
}

static void name_add(char *name, char ch)
{
	size_t n = strlen(name);
	if (n + 1 < NAME_MAX_) {
		name[n] = (char)tolower((unsigned char)ch);
		name[n + 1] = '\0';
	}
}

static void tag_ends(struct state *s)
{
	if (!s->closing && is_raw(s->tag))
		s->place = RAW_TEXT;
	else if (!s->closing && (!strcmp(s->tag, "textarea") || !strcmp(s->tag, "title")))
		s->place = RCDATA;
	else
		s->place = TEXT;
}

static void value_begins(struct state *s, enum place p)
{
	s->place = p;
	s->value_n = 0;
	s->value_link = false;
	s->value_first = '\0';
}

static enum rc in_value(struct compiler *c, char ch, char quote)
{
	struct state *s = &c->st;
	if (ch == quote) {
		s->place = AFTER_VALUE;
		return RC_OK;
	}
	if (s->value_link)
		return fault(c, c->at, "nothing may follow {{ }} in an address; a link function makes the whole of it");
	if (s->value_n++ == 0)
		s->value_first = ch;
	return RC_OK;
}

static enum rc attr_named(struct compiler *c)
{
	if (!strcmp(c->st.attr, "style"))
		return fault(c, c->at, "style attributes are blocked by the content policy; use a class of linnet.css");
	if (!strncmp(c->st.attr, "on", 2))
		return fault(c, c->at, "event handlers are blocked by the content policy; pages work without script");
	return RC_OK;
}

static enum rc in_tag(struct compiler *c, char ch)
{
	struct state *s = &c->st;
	if (ch == '>') {
		tag_ends(s);
	} else if (isspace((unsigned char)ch) || ch == '/') {
		s->place = IN_TAG;
	} else {
		if (s->place == AFTER_VALUE)
			return fault(c, c->at, "a blank is missing between two attributes");
		s->attr[0] = '\0';
		name_add(s->attr, ch);
		s->place = ATTR_NAME;
	}
	return RC_OK;
}

static enum rc in_text(struct compiler *c, char ch)
{
	struct state *s = &c->st;
	const char *p = c->src + c->at;
	if (ch != '<')
		return RC_OK;
	if (c->n - c->at >= 4 && !strncmp(p, "<!--", 4))
		s->place = COMMENT;
	else if (p[1] == '!')
		s->place = DECLARATION;
	else if (p[1] == '/' || isalpha((unsigned char)p[1]))
		s->place = TAG_OPEN;
	else
		return fault(c, c->at, "write &lt; for a < that opens no tag");
	return RC_OK;
}

static bool ends_element(const struct compiler *c)
{
	size_t n = strlen(c->st.tag);
	return c->n - c->at > n + 2 && c->src[c->at + 1] == '/' && !strncasecmp(c->src + c->at + 2, c->st.tag, n);
}

/* One byte of markup. */
static enum rc step(struct compiler *c, char ch)
{
	struct state *s = &c->st;
	switch (s->place) {
	case TEXT: return in_text(c, ch);
	case TAG_OPEN:
		s->closing = ch == '/';
		s->tag[0] = '\0';
		if (!s->closing)
			name_add(s->tag, ch);
		s->place = TAG_NAME;
		return RC_OK;
	case TAG_NAME:
		if (ch == '>' || ch == '/' || isspace((unsigned char)ch))
			return in_tag(c, ch);
		name_add(s->tag, ch);
		return RC_OK;
	case IN_TAG:
	case AFTER_VALUE: return in_tag(c, ch);
	case ATTR_NAME:
	case AFTER_NAME:
		if (ch == '=') {
			s->place = BEFORE_VALUE;
			return attr_named(c);
		}
		if (ch == '>') {
			tag_ends(s);
		} else if (isspace((unsigned char)ch)) {
			s->place = AFTER_NAME;
		} else if (s->place == AFTER_NAME) {
			return in_tag(c, ch);
		} else {
			name_add(s->attr, ch);
		}
		return RC_OK;
	case BEFORE_VALUE:
		if (ch == '"')
			value_begins(s, VALUE_DOUBLE);
		else if (ch == '\'')
			value_begins(s, VALUE_SINGLE);
		else if (!isspace((unsigned char)ch))
			value_begins(s, VALUE_BARE);
		return RC_OK;
	case VALUE_DOUBLE: return in_value(c, ch, '"');
	case VALUE_SINGLE: return in_value(c, ch, '\'');
	case VALUE_BARE:
		if (ch == '>')
			tag_ends(s);
		else if (isspace((unsigned char)ch))
			s->place = IN_TAG;
		return RC_OK;
	case COMMENT:
		if (ch == '>' && c->at >= 2 && !strncmp(c->src + c->at - 2, "--", 2))
			s->place = TEXT;
		return RC_OK;
	case DECLARATION:
		if (ch == '>')
			s->place = TEXT;
		return RC_OK;
	case RAW_TEXT:
	case RCDATA:
		if (ch == '<' && ends_element(c))
			s->place = TAG_OPEN;
		return RC_OK;
	}
	return RC_OK;
}

/* ---- what is written ---- */

static void literal_flush(struct compiler *c)
{
	const char *p = c->literal.p;
	size_t left = c->literal.n;
	while (left) {
		size_t n = left < LITERAL_MAX ? left : LITERAL_MAX;
		buf_puts(&c->body, "\thtml_raw(o, \"");
		for (size_t i = 0; i < n; i++) {
			unsigned char ch = (unsigned char)p[i];
			if (ch == '"' || ch == '\\' || ch == '?')
				buf_printf(&c->body, "\\%c", ch);
			else if (ch == '\n')
				buf_puts(&c->body, "\\n");
			else if (ch < 0x20 || ch >= 0x7f)
				buf_printf(&c->body, "\\%03o", ch);
			else
				buf_putc(&c->body, (char)ch);
		}
		buf_printf(&c->body, "\", %zu);\n", n);
		p += n;
		left -= n;
	}
	buf_reset(&c->literal);
}

static void line_mark(struct compiler *c, size_t at)
{
	buf_printf(&c->body, "#line %d \"%s\"\n", line_at(c, at), c->file);
}

/* The end of `{{ ... }}` and the like: text in C strings does not end it. */
static size_t find_end(const struct compiler *c, size_t from, const char *mark)
{
	size_t m = strlen(mark);
	char quote = '\0';
	for (size_t i = from; i + m <= c->n; i++) {
		char ch = c->src[i];
		if (quote) {
			if (ch == '\\')
				i++;
			else if (ch == quote)
				quote = '\0';
		} else if (!strncmp(c->src + i, mark, m)) {
			return i;
		} else if ((ch == '"' || ch == '\'') && mark[0] != '#') {
			quote = ch;
		}
	}
	return SIZE_MAX;
}

static struct str trimmed(const struct compiler *c, size_t from, size_t to)
{
	return str_trim((struct str){ c->src + from, to - from });
}

static enum rc show_place(struct compiler *c, size_t at, bool *link_out)
{
	const struct state *s = &c->st;
	*link_out = false;
	switch (s->place) {
	case TEXT:
	case RCDATA: return RC_OK;
	case VALUE_DOUBLE:
	case VALUE_SINGLE:
		if (!strcmp(s->attr, "srcdoc"))
			return fault(c, at, "{{ }} is refused in srcdoc");
		if (!strcmp(s->tag, "meta"))
			return fault(c, at, "{{ }} is refused in <meta>; set a header instead");
		if (is_address(s->attr) && !(s->value_n && s->value_first == '#')) {
			if (s->value_n)
				return fault(c, at, "{{ }} must be the whole of an address; write a link function");
			*link_out = true;
		}
		return RC_OK;
	case COMMENT: return fault(c, at, "{{ }} is refused inside a comment");
	case RAW_TEXT: return fault(c, at, "{{ }} is refused inside <script> and <style>");
	case BEFORE_VALUE:
	case VALUE_BARE: return fault(c, at, "put quotes round the attribute's value");
	default: return fault(c, at, "{{ }} may stand between tags or in a quoted value, not inside a tag or a name");
	}
}

static enum rc show(struct compiler *c)
{
	size_t at = c->at;
	bool triple = c->at + 2 < c->n && c->src[at + 2] == '{', link = false;
	size_t from = at + (triple ? 3 : 2), end = find_end(c, from, triple ? "}}}" : "}}");
	if (end == SIZE_MAX)
		return fault(c, at, triple ? "{{{ is never closed by }}}" : "{{ is never closed by }}");
	struct str expr = trimmed(c, from, end);
	if (!expr.n)
		return fault(c, at, "there is nothing between the braces");
	enum rc rc = show_place(c, at, &link);
	if (rc != RC_OK)
		return rc;
	if (triple && c->st.place != TEXT)
		return fault(c, at, "{{{ }}} may only stand between tags");
	literal_flush(c);
	line_mark(c, at);
	buf_printf(&c->body, "\t%s(o, (" STR_FMT "));\n",
		   triple ? "html_markup"
		   : link ? "html_link"
			  : "html_show",
		   STR_ARG(expr));
	c->st.value_n++;
	if (c->st.value_first == '\0')
		c->st.value_first = '{';
	c->st.value_link = link;
	c->at = end + (triple ? 3 : 2);
	return RC_OK;
}

static bool same_state(const struct state *a, const struct state *b)
{
	enum place p = a->place == AFTER_VALUE || a->place == AFTER_NAME || a->place == ATTR_NAME ? IN_TAG : a->place;
	enum place q = b->place == AFTER_VALUE || b->place == AFTER_NAME || b->place == ATTR_NAME ? IN_TAG : b->place;
	bool value = p == VALUE_DOUBLE || p == VALUE_SINGLE;
	return p == q && (!value || !strcmp(a->attr, b->attr)) && (p == TEXT || !strcmp(a->tag, b->tag));
}

/* Braces of a line of C: each block ends where in the markup it began. */
static enum rc braces(struct compiler *c, struct str code, size_t at)
{
	char quote = '\0';
	for (size_t i = 0; i < code.n; i++) {
		char ch = code.p[i];
		if (quote) {
			if (ch == '\\')
				i++;
			else if (ch == quote)
				quote = '\0';
		} else if (ch == '"' || ch == '\'') {
			quote = ch;
		} else if (ch == '{') {
			if (c->depth == DEPTH_MAX)
				return fault(c, at, "blocks are nested too deeply");
			c->stack[c->depth++] = c->st;
		} else if (ch == '}') {
			if (!c->depth)
				return fault(c, at, "this } closes no block of the template");
			c->depth--;
			if (!same_state(&c->stack[c->depth], &c->st))
				return fault(c, at, "the block ends in another part of the markup than it began in");
			if (c->st.place != TEXT && c->st.place != RCDATA)
				c->st = c->stack[c->depth];
		}
	}
	return RC_OK;
}

static enum rc finish_template(struct compiler *c, size_t at)
{
	if (!c->in_template)
		return RC_OK;
	while (c->literal.n && isspace((unsigned char)c->literal.p[c->literal.n - 1]))
		c->literal.n--;
	if (c->literal.n)
		buf_putc(&c->literal, '\n');
	literal_flush(c);
	if (c->depth)
		return fault(c, at, "a block of the template is still open");
	if (c->st.place != TEXT)
		return fault(c, at, "the template ends inside a tag, a value, a comment or a script");
	buf_puts(&c->body, "}\n");
	c->in_template = false;
	return RC_OK;
}

static void add_include(struct compiler *c, struct str name)
{
	char line[256];
	snprintf(line, sizeof line, "#include \"" STR_FMT "\"\n", STR_ARG(name));
	if (!c->includes.p || !strstr(c->includes.p, line))
		buf_puts(&c->includes, line);
}

static enum rc begin_template(struct compiler *c, struct str head, size_t at)
{
	enum rc rc = finish_template(c, at);
	if (rc != RC_OK)
		return rc;
	const char *open = memchr(head.p, '(', head.n), *close = NULL;
	const char *inc = memmem(head.p, head.n, " includes ", 10);
	const char *stop = inc ? inc : head.p + head.n;
	for (const char *p = head.p; p < stop; p++)
		if (*p == ')')
			close = p;
	if (!open || !close || close < open)
		return fault(c, at, "write {% template NAME(PARAMETERS) includes \"a.h\" %}");
	struct str name = str_trim((struct str){ head.p, (size_t)(open - head.p) });
	struct str params = str_trim((struct str){ open + 1, (size_t)(close - open - 1) });
	for (size_t i = 0; i < name.n; i++)
		if (!(islower((unsigned char)name.p[i]) || name.p[i] == '_' ||
		      (i && isdigit((unsigned char)name.p[i]))))
			return fault(c, at, "a template's name is small letters, digits and _");
	if (!name.n || name.n >= NAME_MAX_)
		return fault(c, at, "the template needs a name of at most 63 letters");
	for (const char *p = inc; p && p < head.p + head.n;) {
		const char *q = memchr(p, '"', (size_t)(head.p + head.n - p));
		const char *r = q ? memchr(q + 1, '"', (size_t)(head.p + head.n - q - 1)) : NULL;
		if (!r)
			break;
		add_include(c, (struct str){ q + 1, (size_t)(r - q - 1) });
		p = r + 1;
	}
	buf_printf(&c->declares, "void " STR_FMT "_html(struct html_out *o%s" STR_FMT ");\n", STR_ARG(name),
		   params.n ? ", " : "", STR_ARG(params));
	buf_puts(&c->body, "\n");
	line_mark(c, at);
	buf_printf(&c->body, "void " STR_FMT "_html(struct html_out *o%s" STR_FMT ")\n{\n", STR_ARG(name),
		   params.n ? ", " : "", STR_ARG(params));
	c->st = (struct state){ .place = TEXT };
	c->in_template = true;
	return RC_OK;
}

static enum rc call(struct compiler *c, struct str what, size_t at)
{
	if (c->st.place != TEXT)
		return fault(c, at, "a template may only be called between tags");
	const char *open = memchr(what.p, '(', what.n);
	if (!open || what.p[what.n - 1] != ')')
		return fault(c, at, "write {% call NAME(ARGUMENTS) %}");
	struct str name = str_trim((struct str){ what.p, (size_t)(open - what.p) });
	struct str args = str_trim((struct str){ open + 1, (size_t)(what.p + what.n - open - 2) });
	buf_printf(&c->body, "\t" STR_FMT "_html(o%s" STR_FMT ");\n", STR_ARG(name), args.n ? ", " : "", STR_ARG(args));
	return RC_OK;
}

/* A statement alone on its line takes the line with it. */
static size_t swallow_line(struct compiler *c, size_t end)
{
	size_t k = c->literal.n;
	while (k && (c->literal.p[k - 1] == ' ' || c->literal.p[k - 1] == '\t'))
		k--;
	size_t e = end;
	while (e < c->n && (c->src[e] == ' ' || c->src[e] == '\t'))
		e++;
	bool alone = (k == 0 || c->literal.p[k - 1] == '\n') && (e == c->n || c->src[e] == '\n');
	if (!alone || c->st.place != TEXT)
		return end;
	/* Only if the markup before it on this line is blank. */
	size_t b = c->at;
	while (b && (c->src[b - 1] == ' ' || c->src[b - 1] == '\t'))
		b--;
	if (b && c->src[b - 1] != '\n')
		return end;
	c->literal.n = k;
	return e < c->n ? e + 1 : e;
}

static enum rc statement(struct compiler *c)
{
	size_t at = c->at, end = find_end(c, at + 2, "%}");
	if (end == SIZE_MAX)
		return fault(c, at, "{% is never closed by %}");
	struct str code = trimmed(c, at + 2, end);
	size_t next = swallow_line(c, end + 2);
	enum rc rc;
	if (str_starts(code, "template ")) {
		rc = begin_template(c, str_trim((struct str){ code.p + 9, code.n - 9 }), at);
	} else {
		literal_flush(c);
		line_mark(c, at);
		if (str_starts(code, "call ")) {
			rc = call(c, str_trim((struct str){ code.p + 5, code.n - 5 }), at);
		} else {
			rc = braces(c, code, at);
			buf_printf(&c->body, "\t" STR_FMT "\n", STR_ARG(code));
		}
	}
	c->at = next;
	return rc;
}

static enum rc note(struct compiler *c)
{
	size_t end = find_end(c, c->at + 2, "#}");
	if (end == SIZE_MAX)
		return fault(c, c->at, "{# is never closed by #}");
	c->at = swallow_line(c, end + 2);
	return RC_OK;
}

static enum rc compile(struct compiler *c)
{
	while (c->at < c->n) {
		char ch = c->src[c->at], next = c->at + 1 < c->n ? c->src[c->at + 1] : '\0';
		enum rc rc = RC_OK;
		bool before = !c->in_template;
		if (ch == '\0')
			return fault(c, c->at, "a NUL byte");
		if (ch == '{' && next == '%') {
			if (before && find_end(c, c->at, "%}") != SIZE_MAX &&
			    !str_starts(str_trim((struct str){ c->src + c->at + 2, c->n - c->at - 2 }), "template "))
				return fault(c, c->at, "a file begins with {% template NAME(PARAMETERS) %}");
			rc = statement(c);
		} else if (ch == '{' && next == '#') {
			rc = note(c);
		} else if (before) {
			if (!isspace((unsigned char)ch))
				return fault(c, c->at, "a file begins with {% template NAME(PARAMETERS) %}");
			c->at++;
		} else if (ch == '{' && next == '{') {
			rc = show(c);
		} else {
			rc = step(c, ch);
			buf_putc(&c->literal, ch);
			c->at++;
		}
		if (rc != RC_OK)
			return rc;
	}
	return finish_template(c, c->n);
}

/* ---- files ---- */

static enum rc read_all(const char *path, struct buf *b, struct err *e)
{
	AUTO(auto_fclose) FILE *f = fopen(path, "rb");
	if (!f)
		return err_set(e, RC_IO, "%s: cannot be read; is the path right?", path);
	char chunk[4096];
	size_t n;
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_put(b, chunk, n);
	buf_put(b, "", 0);
	if (!buf_ok(b))
		return err_set(e, RC_LIMIT, "%s: over 1 MB; split the template", path);
	return utf8_bad_at(buf_view(b)) == SIZE_MAX ? RC_OK
						    : err_set(e, RC_BAD_INPUT, "%s: not UTF-8, or a NUL byte", path);
}

static enum rc compile_file(const char *path, struct compiler *c, struct err *e)
{
	struct buf src;
	buf_init(&src, FILE_MAX);
	enum rc rc = read_all(path, &src, e);
	if (rc == RC_OK) {
		c->file = path;
		c->src = src.p;
		c->n = src.n;
		c->at = 0;
		c->depth = 0;
		c->in_template = false;
		c->e = e;
		size_t had = c->declares.n;
		rc = compile(c);
		if (rc == RC_OK && c->declares.n == had)
			rc = err_set(e, RC_BAD_INPUT, "%s:1:1: error: the file holds no {%% template %%}", path);
	}
	c->src = NULL;
	buf_release(&src);
	return rc;
}

static enum rc write_all(const char *path, struct str s, struct err *e)
{
	AUTO(auto_fclose) FILE *f = fopen(path, "wb");
	if (!f || fwrite(s.p, 1, s.n, f) != s.n || fflush(f) != 0)
		return err_set(e, RC_IO, "%s: cannot be written; does its folder exist?", path);
	return RC_OK;
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	struct compiler c = { 0 };
	struct buf out;
	if (argc < 4 || (strcmp(argv[1], "-c") && strcmp(argv[1], "-h")) || (!strcmp(argv[1], "-c") && argc != 4)) {
		fputs("usage: tmplc -c OUT.c IN.html | tmplc -h OUT.h IN.html...\n", stderr);
		return 2;
	}
	buf_init(&c.literal, OUT_MAX);
	buf_init(&c.body, OUT_MAX);
	buf_init(&c.declares, OUT_MAX);
	buf_init(&c.includes, OUT_MAX);
	buf_init(&out, OUT_MAX);
	enum rc rc = RC_OK;
	for (int i = 3; i < argc && rc == RC_OK; i++)
		rc = compile_file(argv[i], &c, &e);
	if (rc == RC_OK && argv[1][1] == 'c') {
		buf_puts(&out, "/* Made by tools/tmplc. */\n#include \"codec/html.h\"\n");
		buf_str(&out, buf_view(&c.includes));
		buf_puts(&out, "#include \"pages/templates.h\"\n");
		buf_str(&out, buf_view(&c.body));
	} else if (rc == RC_OK) {
		buf_puts(&out, "/* Made by tools/tmplc. */\n#ifndef LINNET_TEMPLATES_H\n#define LINNET_TEMPLATES_H\n\n"
			       "#include \"codec/html.h\"\n");
		buf_str(&out, buf_view(&c.includes));
		buf_puts(&out, "\n");
		buf_str(&out, buf_view(&c.declares));
		buf_puts(&out, "\n#endif\n");
	}
	if (rc == RC_OK && !(buf_ok(&out) && buf_ok(&c.body)))
		rc = err_set(&e, RC_LIMIT, "the templates are too large; split them");
	if (rc == RC_OK)
		rc = write_all(argv[2], buf_view(&out), &e);
	if (rc != RC_OK)
		fprintf(stderr, "%s\n", e.text);
	buf_release(&c.literal);
	buf_release(&c.body);
	buf_release(&c.declares);
	buf_release(&c.includes);
	buf_release(&out);
	return rc == RC_OK ? 0 : rc_exit_status(rc);
}
