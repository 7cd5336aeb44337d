/* Whatever the template: it compiles or is refused with its place, nothing else. */
#define main tmplc_main
int tmplc_main(int argc, char **argv);
#include "../../tools/tmplc.c"
#undef main

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { 0 };
	struct compiler c = { .file = "fuzz.html", .e = &e };
	struct buf src;
	buf_init(&src, FILE_MAX);
	buf_put(&src, data, size);
	buf_put(&src, "", 0);
	buf_init(&c.literal, OUT_MAX);
	buf_init(&c.body, OUT_MAX);
	buf_init(&c.declares, OUT_MAX);
	buf_init(&c.includes, OUT_MAX);
	if (buf_ok(&src)) {
		c.src = src.p;
		c.n = src.n;
		if (compile(&c) != RC_OK && !strstr(e.text, "fuzz.html:"))
			abort();
	}
	buf_release(&src);
	buf_release(&c.literal);
	buf_release(&c.body);
	buf_release(&c.declares);
	buf_release(&c.includes);
	return 0;
}
