/* read.c - a workbook by its mapping into a batch, as tables become one. */
#include "exchange/sheets/rows.h"
#include "exchange/tables/batch.h"

#include "base/hash.h"
#include "base/jail.h"
#include "base/text.h"
#include "codec/csv.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the lists ---- */

/* Sheets in the order of the file; in each, its parts in their own order. */
bool sheets_lists(struct sheets_job *job)
{
	job->n_lists = 0;
	job->n_sheets = 0;
	for (size_t at = 0; at < job->s->n_sheets && at < SHEETS_MAX; at++) {
		job->first_file[at] = job->n_lists;
		for (size_t i = 0; i < job->m->n_sheets; i++) {
			const struct mapped_sheet *m = &job->m->sheets[i];
			if (m->at != at || m->rows == ROWS_LEFT_OUT)
				continue;
			job->n_sheets++;
			for (size_t part = 1; part < job->p->n; part++) {
				if (!part_is_fed(m, part))
					continue;
				if (job->n_lists == SHEET_LISTS_MAX)
					return false;
				bool each_row = part == job->p->children || (m->rows == ROWS_LIST && m->part == part);
				job->lists[job->n_lists++] =
				    (struct sheets_list){ i, part, each_row && job->m->n_whole > 0 };
			}
		}
	}
	return true;
}

/* "Caseload: Initial health assessment"; a name that can stand in an address. */
static struct str list_name(const struct sheets_job *job, const struct sheets_list *l, struct arena *a)
{
	struct str sheet = job->m->sheets[l->sheet].name;
	char clean[200];
	size_t n = 0;
	for (size_t i = 0; i < sheet.n && n < 120; i++) {
		char c = sheet.p[i];
		clean[n++] = c == '/' || c == '\\' || (unsigned char)c < 32 ? '_' : c;
	}
	while (n && n == 120 && ((unsigned char)clean[n - 1] & 0xC0) == 0x80)
		n--;
	if (n && (unsigned char)clean[n - 1] >= 0xC0)
		n--;
	return arena_printf(a, "%.*s: " STR_FMT, (int)n, clean, STR_ARG(job->p->parts[l->part].title));
}

static struct str unlike_names(const struct batch_file *files, size_t n, struct str name, struct arena *a)
{
	struct str all = name;
	for (int again = 2;; again++) {
		bool taken = false;
		for (size_t i = 0; i < n; i++)
			taken = taken || str_eq(files[i].name, all);
		if (!taken)
			return all;
		all = arena_printf(a, STR_FMT " (%d)", STR_ARG(name), again);
	}
}

static void name_lists(struct sheets_job *job, struct collector *c)
{
	struct arena *a = &c->own->arena;
	for (uint32_t i = 0; i < job->n_lists; i++) {
		struct str name = unlike_names(c->files, c->n_files, list_name(job, &job->lists[i], a), a);
		c->files[c->n_files++] = (struct batch_file){ .name = name,
							      .table = job->p->parts[job->lists[i].part].table_number,
							      .partial = !job->lists[i].whole,
							      .covers_from = DAY_NONE };
	}
	c->n_read = c->n_files;
}

void sheets_heading_csv(const struct sheets_parts *p, const struct mapping *m, struct str file, struct buf *out)
{
	struct arena a AUTO(arena_release);
	struct str best = { NULL, 0 };
	const struct mapped_sheet *found = NULL;
	arena_init(&a);
	for (size_t i = 0; i < m->n_sheets; i++) {
		struct sheets_job job = { .p = p, .m = m };
		struct sheets_list l = { i, p->children, false };
		struct str name = list_name(&job, &l, &a);
		name.n -= p->parts[p->children].title.n;
		if (file.n >= name.n && memcmp(file.p, name.p, name.n) == 0 && name.n > best.n) {
			best = name;
			found = &m->sheets[i];
		}
	}
	struct csv_writer w = { out, false };
	for (size_t i = 0; found && i < found->n_columns; i++)
		if (found->columns[i].n_to && found->columns[i].at != SIZE_MAX)
			csv_put_safe(&w, found->columns[i].heading);
}

void sheets_list_heading_csv(const struct mapping *m, struct buf *out)
{
	struct csv_writer w = { out, false };
	for (size_t i = 0; i < m->n_sheets; i++)
		for (size_t k = 0; m->sheets[i].rows != ROWS_LEFT_OUT && m->sheets[i].at != SIZE_MAX &&
				   k < m->sheets[i].n_columns;
		     k++)
			if (m->sheets[i].columns[k].n_to && m->sheets[i].columns[k].at != SIZE_MAX)
				csv_put_safe(&w, m->sheets[i].columns[k].heading);
}

/* ---- what differs from last time, as findings ---- */

static void complain(struct collector *c, uint8_t file, const char *rule, struct str column, struct str message,
		     const char *fix)
{
	struct batch_finding f = { .file = file,
				   .severity = SEVERITY_WARNING,
				   .column = column,
				   .rule = str_of(rule),
				   .message = message,
				   .fix = str_of(fix) };
	collect_finding(c, &f);
	c->findings_total++;
}

static void tell_differences(const struct sheets_job *job, struct collector *c)
{
	for (size_t i = 0; i < job->m->n_sheets; i++) {
		const struct mapped_sheet *m = &job->m->sheets[i];
		uint8_t file = (uint8_t)c->n_files;
		for (uint32_t k = job->n_lists; k-- > 0;)
			if (job->lists[k].sheet == i)
				file = (uint8_t)k;
		if (m->rows != ROWS_LEFT_OUT && m->at == SIZE_MAX)
			complain(c, (uint8_t)c->n_files, "missing-sheet", (struct str){ NULL, 0 },
				 arena_printf(&c->own->arena, "The sheet \"" STR_FMT "\" of the mapping is not there",
					      STR_ARG(m->name)),
				 "Look whether it was renamed or taken out");
		if (m->rows == ROWS_LEFT_OUT || m->at == SIZE_MAX)
			continue;
		for (size_t k = 0; k < m->n_columns; k++) {
			const struct mapped_column *col = &m->columns[k];
			if (col->n_to && col->at == SIZE_MAX)
				complain(c, file, "missing-column", col->heading,
					 STR("This column of the mapping is not there, so nothing of it was read"),
					 "Look whether it was renamed or taken out");
			else if (col->fresh && !col->n_to)
				complain(c, file, "extra-column", col->heading,
					 STR("This column is new since the mapping was made and was not read"),
					 "Nothing, or say in the mapping what it is");
		}
	}
}

/* ---- running ---- */

static enum rc hash_file(int fd, char hash[72], struct err *e)
{
	struct hash h;
	char *block AUTO(auto_free) = xmalloc(1 << 16);
	off_t at = 0;
	hash_begin(&h);
	for (;;) {
		ssize_t n = pread(fd, block, 1 << 16, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, RC_IO, "The workbook could not be read: %s", strerror(errno));
		if (n == 0)
			break;
		hash_add(&h, block, (size_t)n);
		at += n;
	}
	hash_end(&h, hash);
	return RC_OK;
}

static int parse_inside(int fd, void *arg)
{
	return sheets_parse(fd, arg);
}

static enum rc run_reader(struct sheets_job *job, struct collector *c, struct err *e)
{
	static const struct jail_limits limits = { .memory_max = (size_t)2 << 30,
						   .cpu_seconds = 600,
						   .wall_ms = 1800 * 1000,
						   .output_max = (uint64_t)8 << 30 };
	enum rc rc = jail_run("The workbook", &limits, &job->f->fd, 1, parse_inside, job, collect, &c->parts[0], e);
	if (rc == RC_OK && !collect_ended(&c->parts[0]))
		return err_set(e, RC_BAD_INPUT,
			       "The reader of the workbook stopped before its end. Nothing was loaded");
	return rc;
}

enum rc sheets_job_make(struct sheets_job *job, const struct sheets_parts *p, const struct sheets_file *f,
			const struct survey *s, const struct mapping *m, day_t today, struct collector *c,
			struct err *e)
{
	*job = (struct sheets_job){ .p = p, .f = f, .s = s, .m = m, .today = today };
	job->covers_from = m->covers_from == DAY_NONE ? day_of(1900, 1, 1) : m->covers_from;
	hash_ready();
	if (!sheets_lists(job))
		return err_set(e, RC_LIMIT, "A workbook can fill at most %d lists: leave some sheets out",
			       SHEET_LISTS_MAX);
	if (!job->n_lists)
		return err_set(e, RC_BAD_INPUT,
			       "Nothing of the workbook is to be read: no sheet of the mapping is there");
	enum rc rc = hash_file(f->fd, job->hash, e);
	if (rc != RC_OK)
		return rc;
	for (uint32_t i = 0; i < job->n_lists; i++)
		job->full_children = job->full_children || (job->lists[i].whole && job->lists[i].part == p->children);
	for (size_t i = 0; i < s->n_sheets; i++)
		c->bytes_total += s->sheets[i].rows;
	name_lists(job, c);
	tell_differences(job, c);
	return RC_OK;
}

enum rc sheets_read(const struct sheets_parts *p, const struct sheets_file *f, const struct survey *s,
		    const struct mapping *m, day_t today, tables_progress *progress, void *progress_arg,
		    struct tables_batch **out, struct err *e)
{
	struct sheets_job *job = xcalloc(1, sizeof *job);
	struct collector *c = collector_new(p->spec, progress, progress_arg);
	enum rc rc = sheets_job_make(job, p, f, s, m, today, c, e);
	if (rc == RC_OK)
		rc = run_reader(job, c, e);
	if (rc == RC_OK && batch_finish(c)) {
		*out = &c->own->b;
	} else {
		tables_batch_free(&c->own->b);
	}
	collector_free(c);
	free(job);
	return rc;
}
