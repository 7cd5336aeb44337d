/* left_out.c - what can be put right row by row, and what only as a whole. Pure. */
#include "work/load/load.h"

#include "base/text.h"

struct told { /* by the findings of a file */
	bool whole, row;
};

static struct told *file_of(const struct load_summary *s, struct told *told, struct str name, size_t *last)
{
	size_t at = *last; /* findings of a file mostly stand together */
	for (size_t n = 0; n < s->n_files; n++, at = at + 1 < s->n_files ? at + 1 : 0)
		if (str_eq(s->files[at].name, name))
			return &told[*last = at];
	return NULL;
}

/* All files in one walk: a load may have a great many findings. The caller frees it. */
static struct told *told_of(const struct load_summary *s)
{
	struct told *all = xcalloc(s->n_files + 1, sizeof *all);
	size_t last = 0;
	for (size_t i = 0; i < s->n_findings; i++) {
		const struct load_finding *f = &s->findings[i];
		bool whole = str_is(f->severity, "file"), row = f->record.n && str_is(f->severity, "kept-back");
		struct told *t = whole || row ? file_of(s, all, f->file, &last) : NULL;
		if (t) {
			t->whole = t->whole || whole;
			t->row = t->row || row;
		}
	}
	return all;
}

static bool left_out(const struct load_file *f, const struct told *t)
{
	return t->whole && f->rows_read == f->rows_kept_back;
}

size_t load_files_left_out(const struct load_summary *s)
{
	struct told *told AUTO(auto_free) = told_of(s);
	size_t n = 0;
	for (size_t i = 0; i < s->n_files; i++)
		n += left_out(&s->files[i], &told[i]);
	return n;
}

void load_rows_to_correct(const struct load_summary *s, bool *out)
{
	struct told *told AUTO(auto_free) = told_of(s);
	bool unread = (int64_t)s->n_findings < s->findings_total; /* of those not read nobody knows */
	for (size_t i = 0; i < s->n_files; i++)
		out[i] = s->id && s->files[i].rows_kept_back &&
			 (told[i].row || (unread && !left_out(&s->files[i], &told[i])));
}
