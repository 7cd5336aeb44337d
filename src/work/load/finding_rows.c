#include "work/load/finding_rows.h"

#include "work/core/write.h"

enum { FINDINGS_A_UNIT = 5000 };

static struct str or_empty(struct str s)
{
	return s.p ? s : STR("");
}

struct load_finding finding_of(const struct tables_batch *b, const struct batch_finding *f, bool workbook)
{
	struct str file = f->file < b->n_files ? b->files[f->file].name
			  : workbook	       ? STR("the workbook")
					       : STR("the folder");
	return (struct load_finding){ .file = file,
				      .column = or_empty(f->column),
				      .rule = f->rule,
				      .severity = str_of(severity_id(f->severity)),
				      .found = or_empty(f->found),
				      .message = f->message,
				      .fix = or_empty(f->fix),
				      .record = or_empty(f->record),
				      .line = f->line };
}

struct load_finding finding_copy(const struct load_finding *f, struct arena *a)
{
	return (struct load_finding){ .file = arena_str(a, f->file),
				      .column = arena_str(a, f->column),
				      .rule = arena_str(a, f->rule),
				      .severity = arena_str(a, f->severity),
				      .found = arena_str(a, f->found),
				      .message = arena_str(a, f->message),
				      .fix = arena_str(a, f->fix),
				      .record = arena_str(a, f->record),
				      .line = f->line };
}

enum rc finding_put(struct db *db, int64_t load, int64_t n, const struct load_finding *f, struct err *e)
{
	struct sql_finding_insert_in row = { .load = load,
					     .n = n,
					     .file = f->file,
					     .line = f->line,
					     .col = f->column,
					     .rule = f->rule,
					     .severity = f->severity,
					     .found = f->found,
					     .message = f->message,
					     .fix = f->fix,
					     .record = f->record };
	return sql_finding_insert(db, &row, NULL, e);
}

struct putting {
	int64_t load;
	const struct tables_batch *b;
	bool workbook;
	size_t next;
};

static enum rc put_some(struct db *db, void *arg, struct err *e)
{
	const struct putting *p = arg;
	size_t upto = p->next + FINDINGS_A_UNIT < p->b->n_findings ? p->next + FINDINGS_A_UNIT : p->b->n_findings;
	enum rc rc = RC_OK;
	for (size_t i = p->next; rc == RC_OK && i < upto; i++) {
		struct load_finding f = finding_of(p->b, &p->b->findings[i], p->workbook);
		rc = finding_put(db, p->load, (int64_t)i + 1, &f, e);
	}
	return rc;
}

enum rc findings_put_all(struct app *app, int64_t load, const struct tables_batch *b, bool workbook, struct err *e)
{
	struct putting p = { load, b, workbook, 0 };
	enum rc rc = RC_OK;
	for (; rc == RC_OK && p.next < b->n_findings; p.next += FINDINGS_A_UNIT)
		rc = write_patiently(app, put_some, &p, e);
	return rc;
}
