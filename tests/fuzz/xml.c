/* The XML reader on any bytes: what opens is closed, texts are UTF-8, limits hold. */
#include "codec/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct xml_limits limits = {
	.depth_max = 16, .attributes_max = 8, .name_max = 32, .text_max = 256, .bytes_max = 8192
};

static void check(struct str s, size_t max)
{
	if (s.n > max || utf8_bad_at(s) != SIZE_MAX)
		abort();
}

static enum rc on_start(void *arg, struct xml *x, const struct xml_element *el, struct err *e)
{
	int *depth = arg;
	(void)e;
	if (el->depth != ++*depth || *depth > limits.depth_max || el->n > limits.attributes_max || xml_line(x) < 1)
		abort();
	check(el->name, limits.name_max);
	for (size_t i = 0; i < el->n; i++) {
		check(el->attributes[i].name, limits.name_max);
		check(el->attributes[i].value, limits.text_max);
	}
	return RC_OK;
}

static enum rc on_text(void *arg, struct xml *x, struct str text, struct err *e)
{
	(void)arg;
	(void)x;
	(void)e;
	if (!text.n)
		abort();
	check(text, limits.text_max);
	return RC_OK;
}

static enum rc on_end(void *arg, struct xml *x, struct str name, int depth, struct err *e)
{
	int *open = arg;
	(void)x;
	(void)e;
	check(name, limits.name_max);
	if ((*open)-- != depth)
		abort();
	return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int depth = 0;
	const struct xml_listener l = { on_start, on_text, on_end, &depth };
	struct err e = { .rc = RC_OK };
	if (xml_read_text((struct str){ (const char *)data, size }, &limits, &l, &e) == RC_OK ? depth != 0 : !e.text[0])
		abort();
	return 0;
}
