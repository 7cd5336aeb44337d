#include "cmd/import.h"

#include "base/files.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/load/load.h"

#include <sys/stat.h>
#include <unistd.h>

int cmd_import_tables(int argc, char **argv);

enum { PARTIAL_MAX = 32 };

static void print_table(struct buf *b, const struct load_summary *s)
{
	size_t width = 28; /* of names: those of a workbook are long */
	for (size_t i = 0; i < s->n_files; i++)
		width = utf8_length(s->files[i].name) > width ? utf8_length(s->files[i].name) : width;
	buf_printf(b, "%-*s %9s %9s %9s %9s %9s %9s\n", (int)width, "file", "rows", "new", "changed", "same", "taken",
		   "kept");
	buf_printf(b, "%-*s %9s %9s %9s %9s %9s %9s\n", (int)width, "", "read", "", "", "", "back", "back");
	for (size_t i = 0; i < s->n_files; i++) {
		const struct load_file *f = &s->files[i];
		cmd_pad(b, f->name, width);
		buf_printf(b, " %9" PRId64 " %9" PRId64 " %9" PRId64 " %9" PRId64 " %9" PRId64 " %9" PRId64 "%s\n",
			   f->rows_read, f->rows_new, f->rows_changed, f->rows_same, f->rows_voided, f->rows_kept_back,
			   f->partial ? "  (partial)" : "");
	}
	buf_printf(b, "\n%" PRId64 " children%s. %" PRId64 " findings.\n", s->children_done,
		   str_is(s->state, "dry-run") ? " compared; nothing was written" : " loaded", s->findings_total);
	if (s->message.n)
		buf_printf(b, STR_FMT "\n", STR_ARG(s->message));
	for (size_t i = 0; i < s->n_findings; i++) {
		const struct load_finding *f = &s->findings[i];
		buf_printf(b, STR_FMT, STR_ARG(f->file));
		if (f->line)
			buf_printf(b, ", row %" PRId64, f->line);
		if (f->column.n)
			buf_printf(b, ", " STR_FMT, STR_ARG(f->column));
		buf_printf(b, ": " STR_FMT "%s" STR_FMT " [" STR_FMT "]\n", STR_ARG(f->message), f->fix.n ? ". " : "",
			   STR_ARG(f->fix), STR_ARG(f->severity));
	}
	if (s->n_files && load_files_left_out(s) == s->n_files)
		buf_printf(b, "\nNothing was taken from %s. Put right in %s what is said above, and load again.\n",
			   s->n_files == 1 ? "the file" : "the files", s->n_files == 1 ? "it" : "them");
}

static void print_csv(struct buf *b, const struct load_summary *s)
{
	struct csv_writer w = { .b = b };
	buf_puts(b, "file,row,column,severity,rule,found,message,fix\r\n");
	for (size_t i = 0; i < s->n_findings; i++) {
		const struct load_finding *f = &s->findings[i];
		csv_put(&w, f->file);
		csv_put_int(&w, f->line);
		const struct str cells[] = { f->column, f->severity, f->rule, f->found, f->message, f->fix };
		for (size_t k = 0; k < COUNT_OF(cells); k++)
			csv_put_safe(&w, cells[k]);
		csv_end_row(&w);
	}
}

static void print_json(struct buf *b, const struct load_summary *s)
{
	char id[ID_TEXT_MAX];
	buf_printf(b,
		   "{\"load\":\"%s\",\"state\":\"" STR_FMT "\",\"children\":%" PRId64 ",\"findings_total\":%" PRId64
		   ",\"files\":[",
		   s->id ? id_text(s->id, id) : "", STR_ARG(s->state), s->children_done, s->findings_total);
	for (size_t i = 0; i < s->n_files; i++) {
		const struct load_file *f = &s->files[i];
		buf_puts(b, i ? ",{\"file\":" : "{\"file\":");
		json_put_string(b, f->name);
		buf_printf(b,
			   ",\"partial\":%s,\"read\":%" PRId64 ",\"new\":%" PRId64 ",\"changed\":%" PRId64
			   ",\"same\":%" PRId64 ",\"voided\":%" PRId64 ",\"kept_back\":%" PRId64 "}",
			   f->partial ? "true" : "false", f->rows_read, f->rows_new, f->rows_changed, f->rows_same,
			   f->rows_voided, f->rows_kept_back);
	}
	buf_puts(b, "],\"findings\":[");
	for (size_t i = 0; i < s->n_findings; i++) {
		const struct load_finding *f = &s->findings[i];
		const struct str values[] = { f->file, f->column, f->severity, f->rule, f->found, f->message, f->fix };
		static const char *const names[] = { "file", "column", "severity", "rule", "found", "message", "fix" };
		buf_printf(b, "%s{\"row\":%" PRId64, i ? "," : "", f->line);
		for (size_t k = 0; k < COUNT_OF(values); k++) {
			buf_printf(b, ",\"%s\":", names[k]);
			json_put_string(b, values[k]);
		}
		buf_putc(b, '}');
	}
	buf_puts(b, "]}\n");
}

/* "notifications,sdq" into words; also the rows kept back, into FOLDER. */
static size_t split(const char *list, struct str *out)
{
	size_t n = 0;
	for (struct str rest = str_of(list), one; rest.n && n < PARTIAL_MAX;) {
		one = str_trim(str_cut(rest, ',', &rest));
		if (one.n)
			out[n++] = one;
	}
	return n;
}

bool kept_back_possible(const char *folder)
{
	struct stat st;
	if (!folder || (stat(folder, &st) == 0 && S_ISDIR(st.st_mode) && access(folder, W_OK | X_OK) == 0))
		return true;
	err_say("linnet: --kept-back needs a folder that can be written, which %s is not. Nothing was loaded\n",
		folder);
	return false;
}

int kept_back_save(const struct buf *rows, const char *folder, struct str name)
{
	char path[4096];
	struct str ext, stem = str_cut(name, '.', &ext);
	snprintf(path, sizeof path, "%s/" STR_FMT "_kept_back.csv", folder, STR_ARG(stem));
	struct err e = { 0 };
	if (file_write(path, rows->p, rows->n, &e) != RC_OK)
		return cmd_fail(&e);
	err_say("Rows kept back are in %s\n", path);
	return 0;
}

static int save_kept_back(struct app *app, const struct viewer *v, const struct load_summary *s, const char *folder,
			  struct err *e)
{
	bool *rows AUTO(auto_free) = xcalloc(s->n_files + 1, sizeof *rows);
	load_rows_to_correct(s, rows);
	for (size_t i = 0; i < s->n_files; i++) {
		struct buf b AUTO(buf_release);
		buf_init(&b, 512u << 20); /* first: what leaves here releases it */
		if (!rows[i]) {
			if (s->files[i].rows_kept_back && s->id)
				err_say("Of " STR_FMT " there are no rows to hand back: put the file itself right\n",
					STR_ARG(s->files[i].name));
			continue;
		}
		if (load_kept_back(app, v, s->id, s->files[i].name, &b, e) != RC_OK)
			return cmd_fail(e);
		if (b.n && memchr(b.p, '\n', b.n) == b.p + b.n - 1)
			continue; /* a heading alone: of rows under another child's number only the finding tells */
		if (kept_back_save(&b, folder, s->files[i].name) != 0)
			return 2;
	}
	return 0;
}

int import_run(const struct common *c, struct app *app, const struct load_request *r, const char *kept_back)
{
	struct err e = { 0 };
	struct arena a AUTO(arena_release);
	struct buf b AUTO(buf_release);
	arena_init(&a);
	buf_init(&b, 64u << 20);
	struct viewer v = app_operator(app);
	struct load_summary s;
	if (!kept_back_possible(kept_back))
		return 2;
	if (load_tables(app, &v, r, cmd_progress, NULL, &a, &s, &e) != RC_OK)
		return cmd_fail(&e);
	if (c->format == FORMAT_TABLE)
		print_table(&b, &s);
	else if (c->format == FORMAT_CSV)
		print_csv(&b, &s);
	else
		print_json(&b, &s);
	bool kept = false; /* a row, or a file of which nothing was loaded */
	for (size_t i = 0; i < s.n_findings; i++)
		kept |= str_is(s.findings[i].severity, "file");
	for (size_t i = 0; i < s.n_files; i++)
		kept |= s.files[i].rows_kept_back > 0;
	int status = cmd_print(&b, kept || s.message.n ? 1 : 0);
	int failed = kept_back && status < 2 ? save_kept_back(app, &v, &s, kept_back, &e) : 0;
	return failed ? failed : status;
}

int cmd_import_tables(int argc, char **argv)
{
	bool dry = false;
	const char *partial = NULL, *recorded = NULL, *kept_back = NULL;
	const struct option options[] = {
		{ "dry-run", OPTION_FLAG, &dry, NULL, "say what would change, and change nothing" },
		{ "partial", OPTION_TEXT, &partial, "TABLES",
		  "tables that do not hold every row: notifications,sdq (or say it in about.csv)" },
		{ "kept-back", OPTION_TEXT, &kept_back, "FOLDER",
		  "write the rows kept back there, to correct and load again" },
		{ "recorded-on", OPTION_TEXT, &recorded, "DAY",
		  "history: the day on which the earlier system held these rows" },
	};
	const struct usage u = { "linnet import tables FOLDER [options]",
				 "Loads children.csv, placements.csv and their neighbours (docs/tables.md). Rows that "
				 "cannot be believed "
				 "are kept back and told; good rows go in. The same files twice change nothing.",
				 "linnet import tables november/ --dry-run",
				 options,
				 COUNT_OF(options),
				 false,
				 1,
				 1 };
	struct call k AUTO(cmd_end);
	struct str partials[PARTIAL_MAX];
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	struct load_request r = {
		.folder = str_of(k.words[0]), .name = str_of(k.words[0]), .dry_run = dry, .partial = partials
	};
	r.n_partial = partial ? split(partial, partials) : 0;
	day_t day;
	if (recorded && day_parse(str_of(recorded), &day) != RC_OK &&
	    instant_parse(str_of(recorded), &r.recorded_ms) != RC_OK) {
		err_say("linnet: --recorded-on needs a day such as 2026-11-22, not \"%s\"\n", recorded);
		return 2;
	}
	if (recorded && !r.recorded_ms)
		r.recorded_ms = london_ms(day, 12 * 60);
	if (!cmd_there(k.words[0]))
		return 2;
	if (!cmd_open(&k))
		return k.status;
	return import_run(&k.c, k.app, &r, kept_back);
}
