#include "codec/xlsx_read.h"

#include "codec/xlsx_parts.h"

static enum rc read_sheets(struct xlsx *x, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; i < x->n_sheets && rc == RC_OK; i++) {
		const struct xlsx_sheet *s = &x->sheets[i];
		bool skip = false;
		if (!s->cells)
			continue;
		if (x->listener->sheet)
			rc = x->listener->sheet(x->listener->arg, s->name, s->hidden, &skip, e);
		if (rc == RC_OK && !skip)
			rc = xlsx_sheet_read(x, i, e);
	}
	return rc;
}

enum rc xlsx_read(struct str file, const struct sheet_listener *listener, struct err *e)
{
	struct xlsx *x = xcalloc(1, sizeof *x);
	struct err unheard;
	if (!e)
		err_clear(e = &unheard);
	x->listener = listener;
	arena_init(&x->arena);
	buf_init(&x->texts, XLSX_STRINGS_MAX);
	enum rc rc = unzip_open(file, &unzip_usual, &x->zip, e);
	if (rc == RC_OK)
		rc = xlsx_book_read(x, e);
	if (rc == RC_OK)
		rc = xlsx_styles_read(x, e);
	if (rc == RC_OK)
		rc = xlsx_strings_read(x, e);
	if (rc == RC_OK)
		rc = read_sheets(x, e);
	unzip_close(x->zip);
	free(x->text_ends);
	free(x->formats);
	buf_release(&x->texts);
	arena_release(&x->arena);
	free(x);
	return rc;
}
