/* left_out.c - what can be put right row by row, and what only as a whole. Pure. */
#include "work/load/load.h"

#include "base/text.h"

static bool left_out(const struct load_summary *s, const struct load_file *f)
{
	bool told = false;
	for (size_t i = 0; i < s->n_findings && !told; i++)
		told = str_is(s->findings[i].severity, "file") && str_eq(s->findings[i].file, f->name);
	return told && f->rows_read == f->rows_kept_back;
}

size_t load_files_left_out(const struct load_summary *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_files; i++)
		n += left_out(s, &s->files[i]);
	return n;
}

bool load_rows_to_correct(const struct load_summary *s, const struct load_file *f)
{
	if (!s->id || !f->rows_kept_back)
		return false;
	for (size_t i = 0; i < s->n_findings; i++)
		if (s->findings[i].record.n && str_is(s->findings[i].severity, "kept-back") &&
		    str_eq(s->findings[i].file, f->name))
			return true;
	return (int64_t)s->n_findings < s->findings_total && !left_out(s, f); /* of those not read nobody knows */
}
