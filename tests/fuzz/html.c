/* Whatever the text: what is printed is well-formed UTF-8 and holds no markup. */
#include "codec/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct html_out o;
	html_init(&o, 1 << 20);
	html_str(&o, (struct str){ (const char *)data, size });
	struct str s = buf_view(&o.b);
	if (html_ok(&o) && utf8_bad_at(s) != SIZE_MAX)
		abort();
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '<' || s.p[i] == '>' || s.p[i] == '"' || s.p[i] == '\'')
			abort();
	html_release(&o);
	return 0;
}
