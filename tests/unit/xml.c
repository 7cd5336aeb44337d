/* The XML reader: what is told, where, and what is refused with which words. */
#include "codec/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct told {
	struct buf b; /* "<name a=v>" "text" "</name>", with {space} where there is one */
	enum rc stop_with;
};

static enum rc on_start(void *arg, struct xml *x, const struct xml_element *el, struct err *e)
{
	struct told *t = arg;
	if (t->stop_with && str_is(el->name, "stop"))
		return xml_refuse(x, e, t->stop_with, "enough");
	buf_putc(&t->b, '<');
	if (el->space.n)
		buf_printf(&t->b, "{" STR_FMT "}", STR_ARG(el->space));
	buf_str(&t->b, el->name);
	for (size_t i = 0; i < el->n; i++) {
		const struct xml_attribute *a = &el->attributes[i];
		buf_putc(&t->b, ' ');
		if (a->space.n)
			buf_printf(&t->b, "{" STR_FMT "}", STR_ARG(a->space));
		buf_printf(&t->b, STR_FMT "=" STR_FMT, STR_ARG(a->name), STR_ARG(a->value));
	}
	buf_putc(&t->b, '>');
	return RC_OK;
}

static enum rc on_text(void *arg, struct xml *x, struct str text, struct err *e)
{
	struct told *t = arg;
	(void)x;
	(void)e;
	buf_printf(&t->b, "[" STR_FMT "]", STR_ARG(text));
	return RC_OK;
}

static enum rc on_end(void *arg, struct xml *x, struct str name, int depth, struct err *e)
{
	struct told *t = arg;
	(void)x;
	(void)e;
	buf_printf(&t->b, "</" STR_FMT " %d>", STR_ARG(name), depth);
	return RC_OK;
}

static enum rc tell(struct str doc, const struct xml_limits *l, struct told *t, struct err *e)
{
	const struct xml_listener listener = { on_start, on_text, on_end, t };
	err_clear(e);
	buf_init(&t->b, 1 << 20);
	return xml_read_text(doc, l, &listener, e);
}

static void reads(struct str doc, const char *want)
{
	struct told t = { .stop_with = RC_OK };
	struct err e;
	if (tell(doc, &xml_usual, &t, &e) != RC_OK)
		fail_msg("refused: %s", e.text);
	assert_string_equal(t.b.p, want);
	buf_release(&t.b);
}

static void refuses_within(struct str doc, const struct xml_limits *l, enum rc rc, const char *words)
{
	struct told t = { .stop_with = RC_OK };
	struct err e;
	enum rc got = tell(doc, l, &t, &e);
	if (got != rc || !strstr(e.text, words))
		fail_msg("rc %d \"%s\", not %d \"%s\"", got, e.text, rc, words);
	buf_release(&t.b);
}

static void refuses(struct str doc, enum rc rc, const char *words)
{
	refuses_within(doc, &xml_usual, rc, words);
}

static void test_elements(void **state)
{
	(void)state;
	reads(STR("<a/>"), "<a></a 1>");
	reads(STR("<a x='1' y=\"&lt;2&#65;\"><b>t</b><b/></a>"), "<a x=1 y=<2A><b>[t]</b 2><b></b 2></a 1>");
	reads(STR("<?xml version='1.0'?>\n<!-- c --><a>1<!-- c -->2<![CDATA[<3>]]>&amp;<?p i?>4<b/>5</a>\n"),
	      "<a>[12<3>&4]<b></b 2>[5]</a 1>");
	reads(STR("<a> \n </a>"), "<a>[ \n ]</a 1>");
	reads(STR("<a>1\r\n2\r3</a>"), "<a>[1\n2\n3]</a 1>");
}

static void test_namespaces(void **state)
{
	(void)state;
	reads(STR("<a xmlns='urn:d' xmlns:p='urn:p' p:x='1' x='2'><p:b/></a>"),
	      "<{urn:d}a {urn:p}x=1 x=2><{urn:p}b></b 2></a 1>");
	reads(STR("<a xml:space='preserve'/>"), "<a {http://www.w3.org/XML/1998/namespace}space=preserve></a 1>");
	refuses(STR("<p:a/>"), RC_BAD_INPUT, "line 1, column 1: it uses a namespace prefix that is not declared");
}

static void test_encodings(void **state)
{
	(void)state;
	reads(STR("\xEF\xBB\xBF<a>Zo\xC3\xAB</a>"), "<a>[Zo\xC3\xAB]</a 1>");
	reads(STR("\xFF\xFE<\0a\0>\0\xEB\0<\0/\0a\0>\0"), "<a>[\xC3\xAB]</a 1>");
	reads(STR("\xFE\xFF\0<\0a\0>\0\xEB\0<\0/\0a\0>"), "<a>[\xC3\xAB]</a 1>");
	reads(STR("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xEB</a>"), "<a>[\xC3\xAB]</a 1>");
	refuses(STR("<?xml version='1.0' encoding='windows-1252'?><a>\xEB</a>"), RC_BAD_INPUT,
		"an encoding other than UTF-8 or UTF-16");
	refuses(STR("<a>\n\n  \xEB!</a>"), RC_BAD_INPUT, "line 3, column 3: this is not XML");
	refuses(STR("<a>\xED\xA0\x80</a>"), RC_BAD_INPUT, "this is not XML");
	refuses(STR("<a>\0</a>"), RC_BAD_INPUT, "this is not XML");
	refuses(STR("<a>&#0;</a>"), RC_BAD_INPUT, "column 4");
}

static void test_broken(void **state)
{
	(void)state;
	refuses(STR(""), RC_BAD_INPUT, "it ends in the middle");
	refuses(STR("<a>"), RC_BAD_INPUT, "it ends in the middle");
	refuses(STR("<a><b"), RC_BAD_INPUT, "it ends in the middle");
	refuses(STR("<a>\n<b></a>"), RC_BAD_INPUT, "line 2, column 6: an element is closed");
	refuses(STR("<a/><b/>"), RC_BAD_INPUT, "something follows");
	refuses(STR("<a x='1' x='2'/>"), RC_BAD_INPUT, "the same attribute twice");
	refuses(STR("no xml"), RC_BAD_INPUT, "line 1, column 1: this is not XML");
}

static void test_no_doctype(void **state)
{
	static const char words[] = "it has a DOCTYPE, which is refused";
	(void)state;
	refuses(STR("<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;&l;'>]><a>&m;</a>"), RC_BAD_INPUT, words);
	refuses(STR("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), RC_BAD_INPUT, words);
	refuses(STR("<!DOCTYPE a><a/>"), RC_BAD_INPUT, "line 1, column 12: it has a DOCTYPE");
	refuses(STR("<!DOCTYPE a [<!ENTITY % p SYSTEM 'x'> %p;]><a/>"), RC_BAD_INPUT, words);
	refuses(STR("<a>&nbsp;</a>"), RC_BAD_INPUT, "it uses an entity");
}

static void test_limits(void **state)
{
	const struct xml_limits small = {
		.depth_max = 3, .attributes_max = 2, .name_max = 5, .text_max = 8, .bytes_max = 60
	};
	(void)state;
	refuses_within(STR("<a><a><a><a/></a></a></a>"), &small, RC_LIMIT, "column 10: elements stand inside");
	refuses_within(STR("<a x='' y='' z=''/>"), &small, RC_LIMIT, "more than 2 attributes");
	refuses_within(STR("<abcdef/>"), &small, RC_LIMIT, "a name is longer than 5 bytes");
	refuses_within(STR("<a abcdef=''/>"), &small, RC_LIMIT, "a name is longer than 5 bytes");
	refuses_within(STR("<a x='123456789'/>"), &small, RC_LIMIT, "the value of an attribute is longer than 8");
	refuses_within(STR("<a>12345<!-- -->6789</a>"), &small, RC_LIMIT, "a text is longer than 8 bytes");
	refuses_within(STR("<a>12345678</a>                                                          "), &small,
		       RC_LIMIT, "it is longer than 60 bytes");
	reads(STR("<a>12345678</a>"), "<a>[12345678]</a 1>");
}

/* A source that never ends: what it says first, then the same for ever. */
struct endless {
	const char *first;
	const char *then;
	uint64_t names; /* >0: an element of another name each time */
	uint64_t bytes;
};

static enum rc go_on(void *arg, void *p, size_t n, size_t *got_out, struct err *e)
{
	struct endless *s = arg;
	char text[64];
	size_t k = 0;
	(void)e;
	for (;;) {
		const char *z = s->first ? s->first : s->then;
		if (!s->first && s->names)
			snprintf(text, sizeof text, "<n%" PRIu64 "/>", s->names++);
		struct str piece = str_of(!s->first && s->names ? text : z);
		if (k + piece.n > n)
			break;
		memcpy((char *)p + k, piece.p, piece.n);
		k += piece.n;
		s->first = NULL;
	}
	s->bytes += k;
	*got_out = k;
	return RC_OK;
}

static void never_ends(const char *first, const char *then, bool names, const char *words)
{
	struct endless s = { first, then, names, 0 };
	const struct xml_listener none = { NULL, NULL, NULL, NULL };
	struct err e = { .rc = RC_OK };
	enum rc rc = xml_read(go_on, &s, &xml_usual, &none, &e);
	if (rc != RC_LIMIT || !strstr(e.text, words))
		fail_msg("rc %d \"%s\", not \"%s\"", rc, e.text, words);
	assert_true(s.bytes < (uint64_t)64 << 20);
}

static void test_endless(void **state)
{
	(void)state;
	never_ends("<a>", "<a>", false, "more than 64 deep");
	never_ends("<a>", "x", false, "a text is longer than");
	never_ends("<a x='", "x", false, "too long");
	never_ends("<a><!--", "x", false, "too long");
	never_ends("<a", " ", false, "too long");
	never_ends("<a>", "", true, "too many different names");
}

static void test_listener_stops(void **state)
{
	struct told t = { .stop_with = RC_CONFLICT };
	struct err e;
	(void)state;
	assert_int_equal(tell(STR("<a>\n<stop/><b/></a>"), &xml_usual, &t, &e), RC_CONFLICT);
	assert_string_equal(e.text, "line 2, column 1: enough");
	assert_string_equal(t.b.p, "<a>[\n]");
	buf_release(&t.b);
}

static enum rc values(void *arg, struct xml *x, const struct xml_element *el, struct err *e)
{
	(void)arg;
	(void)x;
	(void)e;
	assert_true(str_is(xml_value(el, "id"), "1"));
	assert_true(str_is(xml_value_in(el, "urn:r", "id"), "2"));
	assert_null(xml_value(el, "none").p);
	assert_true(xml_value(el, "empty").p && !xml_value(el, "empty").n);
	return RC_OK;
}

static void test_values(void **state)
{
	const struct xml_listener l = { values, NULL, NULL, NULL };
	struct err e;
	(void)state;
	assert_int_equal(xml_read_text(STR("<a xmlns:r='urn:r' r:id='2' id='1' empty=''/>"), &xml_usual, &l, &e),
			 RC_OK);
}

/* The same document in pieces of one byte is told the same. */
static enum rc byte_by_byte(void *arg, void *p, size_t n, size_t *got_out, struct err *e)
{
	struct str *s = arg;
	(void)n;
	(void)e;
	*got_out = s->n ? 1 : 0;
	if (s->n)
		*(char *)p = *s->p++, s->n--;
	return RC_OK;
}

static void test_pieces(void **state)
{
	static const char doc[] = "<a x='\xC5\x81'>\xC3\xAB<b>1 &amp; 2</b><![CDATA[x]]> y\r\n</a>";
	struct told whole = { .stop_with = RC_OK }, parts = { .stop_with = RC_OK };
	const struct xml_listener l = { on_start, on_text, on_end, &parts };
	struct str s = STR(doc);
	struct err e;
	(void)state;
	assert_int_equal(tell(s, &xml_usual, &whole, &e), RC_OK);
	buf_init(&parts.b, 1 << 20);
	assert_int_equal(xml_read(byte_by_byte, &s, &xml_usual, &l, &e), RC_OK);
	assert_string_equal(parts.b.p, whole.b.p);
	buf_release(&whole.b);
	buf_release(&parts.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements),   cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_encodings),  cmocka_unit_test(test_broken),
		cmocka_unit_test(test_no_doctype), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_endless),	   cmocka_unit_test(test_listener_stops),
		cmocka_unit_test(test_values),	   cmocka_unit_test(test_pieces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
