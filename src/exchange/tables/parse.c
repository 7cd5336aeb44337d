#include "exchange/tables/parse.h"

#include "base/hash.h"
#include "base/text.h"

#include <errno.h>
#include <unistd.h>

/* ---- the heading ---- */

static void refuse_file(struct parser *p, int64_t line, struct str column, const char *rule, const char *message,
			const char *fix)
{
	p->refused = true;
	tell_finding(p, SEVERITY_FILE, line, column, rule, column, message, fix);
}

static bool ours(struct str folded) /* columns that a file of kept-back rows has behind its own */
{
	return str_is(folded, "line") || str_is(folded, "problem");
}

static void map_heading(struct parser *p, const struct csv_row *row, size_t i, bool *there)
{
	char folded[NAME_FOLDED_MAX];
	struct str f = heading_fold(row->cells[i], folded);
	int c = f.n ? table_column(p->table, f) : -1;
	p->columns[i] = c;
	if (c < 0 && row->cells[i].n && !ours(f))
		tell_finding(p, SEVERITY_WARNING, row->line, row->cells[i], "extra-column", row->cells[i],
			     "This column is not known and was not read",
			     "Nothing, or rename it if it should be one of ours");
	if (c < 0)
		return;
	if (there[c])
		refuse_file(p, row->line, p->table->columns[c].name, "column-twice",
			    "Two headings mean this column, so none of the file was loaded",
			    "Delete or rename one of the two columns");
	there[c] = true;
}

static void read_heading(struct parser *p, const struct csv_row *row)
{
	bool there[TABLE_COLUMNS_MAX] = { false };
	p->has_header = true;
	p->separator = row->separator;
	p->n_cells = row->n;
	for (size_t i = 0; i < row->n; i++)
		map_heading(p, row, i, there);
	for (size_t i = 0; i < p->table->n_columns; i++)
		if (p->table->columns[i].required && !there[i])
			refuse_file(p, row->line, p->table->columns[i].name, "missing-column",
				    "This column is needed and is not there, so none of the file was loaded",
				    "Add the column, or name its heading as in the template");
}

/* ---- rows ---- */

static void tell_progress(struct parser *p)
{
	struct wire_progress w = { p->file, 0, p->bytes };
	tell(&p->out, WIRE_PROGRESS, &w, sizeof w, NULL, 0);
	tell_flush(&p->out);
	p->told_bytes = p->bytes;
}

static enum rc on_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct parser *p = arg;
	if (p->out.broken)
		return err_set(e, RC_IO, "nobody listens");
	if (!p->table) {
		about_row(p, row);
		return RC_OK;
	}
	if (!p->has_header) {
		read_heading(p, row);
		return RC_OK;
	}
	p->rows++;
	if (p->refused)
		return RC_OK;
	if (p->rows > ROWS_MAX)
		return err_set(e, RC_LIMIT, "the file has more than %d rows: divide it", ROWS_MAX);
	p->row = row;
	row_map(p, row);
	bool more = false;
	for (size_t i = p->n_cells; i < row->n; i++)
		more = more || row->cells[i].n > 0;
	if (more) {
		p->bad = false;
		row_keep_back(p, "too-many-cells", -1, "The row has more cells than the first line has headings",
			      "Look for a comma inside a text, and put the text in quotation marks");
		p->kept_back++;
		p->unsure = true; /* cells may have moved: whose row it is cannot be told */
		return RC_OK;
	}
	row_read(p);
	return RC_OK;
}

/* ---- files ---- */

static enum rc from_file(void *arg, void *to, size_t n, size_t *got_out, struct err *e)
{
	struct parser *p = arg;
	ssize_t k;
	do
		k = p->source->from < 0 ? read(p->source->fd, to, n) : pread(p->source->fd, to, n, p->at);
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return err_set(e, RC_IO, "the file could not be read: %s",
			       errno == EISDIR ? "it is a folder" : strerror(errno));
	hash_add(p->hash, to, (size_t)k);
	p->bytes += k;
	p->at += k;
	if (p->bytes - p->told_bytes > 1024 * 1024)
		tell_progress(p);
	*got_out = (size_t)k;
	return RC_OK;
}

static void begin_file(struct parser *p, size_t i)
{
	const struct parse_file *f = &p->job->files[i];
	bool other_table = !p->table || p->table_number != f->table;
	p->file = f->table == SIZE_MAX ? FILE_NONE : f->number;
	p->source = f;
	p->at = (off_t)f->from;
	p->table = f->table == SIZE_MAX ? NULL : &p->spec->tables[f->table];
	p->table_number = f->table;
	p->has_header = p->refused = p->unsure = false;
	p->rows = p->kept_back = 0;
	if (other_table) {
		seen_clear(&p->rows_seen);
		seen_clear(&p->events_seen);
	}
}

static void tell_file(struct parser *p)
{
	size_t t = p->table_number;
	bool partial = p->source->partial || p->about[t].partial;
	/* A partial list of children makes every other file of the folder partial. */
	if (t != p->spec->children && p->any_children && !p->full_children)
		partial = true;
	/* A full table is complete, for ever unless about.csv says from which day. */
	day_t covers = p->about[t].covers_from != DAY_NONE ? p->about[t].covers_from : day_of(1900, 1, 1);
	struct wire_file w = { p->file, partial, partial ? DAY_NONE : covers };
	tell(&p->out, WIRE_FILE, &w, sizeof w, NULL, 0);
	if (t == p->spec->children) {
		p->any_children = true;
		p->full_children = p->full_children || !partial;
	}
}

static void read_file(struct parser *p, size_t i)
{
	struct hash h;
	struct err err = { .rc = RC_OK };
	begin_file(p, i);
	bool full_before = p->full_children;
	if (p->table)
		tell_file(p);
	hash_begin(&h);
	p->hash = &h;
	if (csv_read(from_file, p, on_row, p, &err) != RC_OK) {
		char words[ERR_TEXT_MAX + 2];
		snprintf(words, sizeof words, "%s", err.text);
		if (words[0] >= 'a' && words[0] <= 'z')
			words[0] = (char)(words[0] - 32);
		refuse_file(p, 0, (struct str){ NULL, 0 }, "unreadable", words,
			    "Then load it again: none of this file was loaded");
	}
	if (!p->table)
		return;
	if (p->refused && p->table_number == p->spec->children)
		p->full_children = full_before;
	struct wire_file_end w = { .file = p->file,
				   .refused = p->refused,
				   .unsure = p->unsure,
				   .rows_read = p->rows,
				   .rows_kept_back = p->refused ? p->rows : p->kept_back };
	hash_end(&h, w.hash);
	tell(&p->out, WIRE_FILE_END, &w, sizeof w, NULL, 0);
	tell_progress(p);
}

void parser_end(struct parser *p)
{
	for (size_t i = 0; i < p->n_councils && p->full_children && !p->job->second; i++) {
		struct wire_texts t = { { (uint32_t)p->councils[i]->code.n, 0 } };
		tell(&p->out, WIRE_COUNCIL, &t, sizeof t, &p->councils[i]->code, 1);
	}
	struct wire_end w = { p->findings };
	tell(&p->out, WIRE_END, &w, sizeof w, NULL, 0);
	tell_flush(&p->out);
}

struct parser *parser_new(int fd, const struct parse_job *job)
{
	struct parser *p = xcalloc(1, sizeof *p);
	p->job = job;
	p->spec = job->spec;
	p->out.fd = fd;
	p->out.mute = job->second;
	p->org_numbers = xcalloc(organisations_count(p->spec->orgs), sizeof *p->org_numbers);
	buf_init(&p->record, 4 * CSV_RECORD_MAX);
	for (size_t i = 0; i < EMITS_MAX; i++)
		buf_init(&p->bodies[i], BODY_MAX);
	for (size_t i = 0; i < TABLES_MAX; i++)
		p->about[i].covers_from = DAY_NONE;
	return p;
}

void parser_free(struct parser *p)
{
	seen_clear(&p->rows_seen);
	seen_clear(&p->events_seen);
	seen_clear(&p->child_names);
	buf_release(&p->record);
	for (size_t i = 0; i < EMITS_MAX; i++)
		buf_release(&p->bodies[i]);
	free(p->out.buffer);
	free(p->children);
	free(p->org_numbers);
	free(p->said);
	free(p);
}

/* From here on each of two parsers has files of its own, and numbers of its own for what is new. */
static void part(struct parser *p)
{
	struct wire_shared w = { (uint32_t)p->n_children };
	if (!p->job->of_two || p->shared)
		return;
	p->shared = true;
	if (p->out.mute) {
		p->out.mute = false;
		p->bytes = p->told_bytes = 0;
		p->n_orgs = 0;
		memset(p->org_numbers, 0, organisations_count(p->spec->orgs) * sizeof *p->org_numbers);
	}
	tell(&p->out, WIRE_SHARED, &w, sizeof w, NULL, 0);
}

int tables_parse(int fd, const struct parse_job *job)
{
	struct parser *p = parser_new(fd, job);
	for (size_t i = 0; i < job->n_files && !p->out.broken; i++) {
		if (!table_is_shared(p->spec, job->files[i].table))
			part(p);
		read_file(p, i);
	}
	part(p);
	parser_end(p);
	bool broken = p->out.broken;
	parser_free(p);
	return broken ? 1 : 0;
}
