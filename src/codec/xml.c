#include "codec/xml.h"

#include <expat.h>
#include <stdarg.h>

enum {
	BLOCK = 64 * 1024,
	MEMORY_MAX = 16 << 20, /* of expat: its buffer for one tag, and every name it has met */
	ATTRIBUTES_MAX = 256,  /* what a limit may say at most */
};
/* Stands between namespace and name; XML allows it in neither. */
#define NAME_SPLIT '\n'

const struct xml_limits xml_usual = {
	.depth_max = 64, .attributes_max = 64, .name_max = 128, .text_max = 64 * 1024, .bytes_max = (uint64_t)256 << 20
};

struct xml {
	XML_Parser parser;
	struct xml_limits limits;
	const struct xml_listener *listener;
	struct err *e;
	enum rc rc;
	int depth;
	struct buf text;
	struct xml_attribute attributes[ATTRIBUTES_MAX];
};

/* ---- expat's memory, counted: a document of a million different names ends here ---- */

union head {
	size_t n;
	max_align_t align;
};

static _Thread_local size_t memory_used;

static void *take(size_t n)
{
	if (n > MEMORY_MAX || memory_used + n > MEMORY_MAX)
		return NULL;
	union head *h = malloc(sizeof *h + n);
	if (!h)
		return NULL;
	h->n = n;
	memory_used += n;
	return h + 1;
}

static void give(void *p)
{
	if (!p)
		return;
	union head *h = (union head *)p - 1;
	memory_used -= h->n;
	free(h);
}

static void *take_again(void *p, size_t n)
{
	if (!p)
		return take(n);
	union head *h = (union head *)p - 1;
	size_t old = h->n;
	if (n > MEMORY_MAX || memory_used - old + n > MEMORY_MAX)
		return NULL;
	h = realloc(h, sizeof *h + n);
	if (!h)
		return NULL;
	h->n = n;
	memory_used += n - old;
	return h + 1;
}

/* ---- places and refusals ---- */

int64_t xml_line(struct xml *x)
{
	return (int64_t)XML_GetCurrentLineNumber(x->parser);
}

int64_t xml_column(struct xml *x)
{
	return (int64_t)XML_GetCurrentColumnNumber(x->parser) + 1;
}

enum rc xml_refuse(struct xml *x, struct err *e, enum rc rc, const char *fmt, ...)
{
	char words[ERR_TEXT_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	return err_set(e, rc, "line %" PRId64 ", column %" PRId64 ": %s", xml_line(x), xml_column(x), words);
}

static void stop(struct xml *x, enum rc rc)
{
	if (rc == RC_OK || x->rc != RC_OK)
		return;
	x->rc = rc;
	XML_StopParser(x->parser, XML_FALSE);
}

/* ---- what expat tells ---- */

static struct str local_name(const XML_Char *whole, struct str *space_out)
{
	struct str s = str_of(whole);
	const char *split = memrchr(s.p, NAME_SPLIT, s.n);
	size_t n = split ? (size_t)(split - s.p) : 0;
	*space_out = (struct str){ s.p, n };
	return split ? (struct str){ split + 1, s.n - n - 1 } : s;
}

static void tell_text(struct xml *x)
{
	if (!x->text.n)
		return;
	struct str text = buf_view(&x->text);
	if (x->listener->text)
		stop(x, x->listener->text(x->listener->arg, x, text, x->e));
}

static enum rc too_long_name(struct xml *x)
{
	return xml_refuse(x, x->e, RC_LIMIT, "a name is longer than %zu bytes, which no file we know needs",
			  x->limits.name_max);
}

static enum rc take_attributes(struct xml *x, const XML_Char **all, size_t *n_out)
{
	size_t n = 0;
	for (; all[0]; all += 2, n++) {
		if (n == x->limits.attributes_max)
			return xml_refuse(x, x->e, RC_LIMIT, "an element has more than %zu attributes",
					  x->limits.attributes_max);
		struct xml_attribute *a = &x->attributes[n];
		a->name = local_name(all[0], &a->space);
		a->value = str_of(all[1]);
		if (a->name.n > x->limits.name_max)
			return too_long_name(x);
		if (a->value.n > x->limits.text_max)
			return xml_refuse(x, x->e, RC_LIMIT, "the value of an attribute is longer than %zu bytes",
					  x->limits.text_max);
	}
	*n_out = n;
	return RC_OK;
}

static enum rc begin_element(struct xml *x, const XML_Char *name, const XML_Char **attributes)
{
	struct xml_element el = { .depth = ++x->depth, .attributes = x->attributes };
	if (x->depth > x->limits.depth_max)
		return xml_refuse(x, x->e, RC_LIMIT, "elements stand inside each other more than %d deep",
				  x->limits.depth_max);
	el.name = local_name(name, &el.space);
	if (el.name.n > x->limits.name_max)
		return too_long_name(x);
	enum rc rc = take_attributes(x, attributes, &el.n);
	if (rc == RC_OK && x->listener->start)
		rc = x->listener->start(x->listener->arg, x, &el, x->e);
	return rc;
}

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct xml *x = arg;
	if (x->rc == RC_OK)
		tell_text(x);
	if (x->rc == RC_OK)
		stop(x, begin_element(x, name, attributes));
	buf_reset(&x->text);
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
	struct xml *x = arg;
	struct str space;
	if (x->rc == RC_OK)
		tell_text(x);
	if (x->rc == RC_OK && x->listener->end)
		stop(x, x->listener->end(x->listener->arg, x, local_name(name, &space), x->depth, x->e));
	x->depth--;
	buf_reset(&x->text);
}

static void XMLCALL on_text(void *arg, const XML_Char *p, int n)
{
	struct xml *x = arg;
	if (x->rc != RC_OK)
		return;
	buf_put(&x->text, p, (size_t)n);
	if (!buf_ok(&x->text))
		stop(x, xml_refuse(x, x->e, RC_LIMIT, "a text is longer than %zu bytes", x->limits.text_max));
}

static void XMLCALL on_doctype(void *arg, const XML_Char *name, const XML_Char *sysid, const XML_Char *pubid, int own)
{
	struct xml *x = arg;
	(void)name;
	(void)sysid;
	(void)pubid;
	(void)own;
	stop(x, xml_refuse(x, x->e, RC_BAD_INPUT,
			   "it has a DOCTYPE, which is refused because it can make a small file endless: save it "
			   "without one"));
}

/* ---- reading ---- */

/* expat's codes in our words; NULL: its own. */
static const char *words_of(enum XML_Error code)
{
	switch (code) {
	case XML_ERROR_NO_ELEMENTS:
	case XML_ERROR_UNCLOSED_TOKEN:
	case XML_ERROR_UNCLOSED_CDATA_SECTION:
	case XML_ERROR_PARTIAL_CHAR:
		return "it ends in the middle: the file is empty or was cut off. Get it again from where it came from";
	case XML_ERROR_TAG_MISMATCH: return "an element is closed that was not the last one opened";
	case XML_ERROR_UNKNOWN_ENCODING:
	case XML_ERROR_INCORRECT_ENCODING: return "it is in an encoding other than UTF-8 or UTF-16: save it as UTF-8";
	case XML_ERROR_UNDEFINED_ENTITY:
		return "it uses an entity (&name;) that is not one of XML's own five, and no others are read";
	case XML_ERROR_UNBOUND_PREFIX: return "it uses a namespace prefix that is not declared";
	case XML_ERROR_DUPLICATE_ATTRIBUTE: return "an element has the same attribute twice";
	case XML_ERROR_JUNK_AFTER_DOC_ELEMENT: return "something follows after the end of the document";
	case XML_ERROR_INVALID_TOKEN:
	case XML_ERROR_SYNTAX: return "this is not XML: a character stands where it may not, or is not UTF-8";
	default: return NULL;
	}
}

static enum rc parser_says(struct xml *x)
{
	enum XML_Error code = XML_GetErrorCode(x->parser);
	if (code == XML_ERROR_NO_MEMORY)
		return xml_refuse(x, x->e, RC_LIMIT,
				  "a tag or comment in it is too long, or it has too many different names");
	const char *words = words_of(code);
	enum rc rc =
	    words ? xml_refuse(x, x->e, RC_BAD_INPUT, "%s", words)
		  : xml_refuse(x, x->e, RC_BAD_INPUT, "this is not XML as it should be (%s)", XML_ErrorString(code));
	err_detail(x->e, "expat: %s", XML_ErrorString(code));
	return rc;
}

static enum rc read_all(struct xml *x, xml_source *source, void *source_arg)
{
	uint64_t bytes = 0;
	size_t got = 1;
	while (got) {
		void *block = XML_GetBuffer(x->parser, BLOCK);
		if (!block)
			return parser_says(x);
		enum rc rc = source(source_arg, block, BLOCK, &got, x->e);
		if (rc != RC_OK)
			return rc;
		bytes += got;
		if (bytes > x->limits.bytes_max)
			return err_set(x->e, RC_LIMIT, "it is longer than %" PRIu64 " bytes, the most that is read",
				       x->limits.bytes_max);
		enum XML_Status status = XML_ParseBuffer(x->parser, (int)got, got == 0);
		if (x->rc != RC_OK)
			return x->rc;
		if (status != XML_STATUS_OK)
			return parser_says(x);
	}
	return RC_OK;
}

enum rc xml_read(xml_source *source, void *source_arg, const struct xml_limits *limits,
		 const struct xml_listener *listener, struct err *e)
{
	static const XML_Memory_Handling_Suite counted = { take, take_again, give };
	static const XML_Char split[] = { NAME_SPLIT, '\0' };
	struct xml *x = xcalloc(1, sizeof *x);
	struct err unheard;
	err_clear(&unheard);
	x->limits = *limits;
	if (x->limits.attributes_max > ATTRIBUTES_MAX)
		x->limits.attributes_max = ATTRIBUTES_MAX;
	x->listener = listener;
	x->e = e ? e : &unheard;
	buf_init(&x->text, limits->text_max);
	x->parser = XML_ParserCreate_MM(NULL, &counted, split);
	if (!x->parser)
		base_oom(BLOCK);
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	enum rc rc = read_all(x, source, source_arg);
	XML_ParserFree(x->parser);
	buf_release(&x->text);
	free(x);
	return rc;
}

static enum rc from_text(void *arg, void *p, size_t n, size_t *got_out, struct err *e)
{
	struct str *s = arg;
	(void)e;
	size_t k = s->n < n ? s->n : n;
	if (k)
		memcpy(p, s->p, k);
	s->p += k;
	s->n -= k;
	*got_out = k;
	return RC_OK;
}

enum rc xml_read_text(struct str document, const struct xml_limits *limits, const struct xml_listener *listener,
		      struct err *e)
{
	return xml_read(from_text, &document, limits, listener, e);
}

struct str xml_value_in(const struct xml_element *element, const char *space, const char *name)
{
	for (size_t i = 0; i < element->n; i++) {
		const struct xml_attribute *a = &element->attributes[i];
		if (str_is(a->name, name) && str_is(a->space, space))
			return a->value;
	}
	return (struct str){ NULL, 0 };
}

struct str xml_value(const struct xml_element *element, const char *name)
{
	return xml_value_in(element, "", name);
}
