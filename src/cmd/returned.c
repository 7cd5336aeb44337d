/* returned.c - the yearly return and the record: load it, compare, write the health items. */
#include "base/files.h"
#include "cmd/cmd.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/returned/returned.h"

#include <errno.h>
#include <sys/stat.h>

int cmd_return_load(int argc, char **argv);
int cmd_return_compare(int argc, char **argv);
int cmd_return_write(int argc, char **argv);

static const char *const year_help = "the year of the return: 2025-26";
static const char *const council_help = "whose return it is, by name or ONS code";

static bool both_said(const char *year, const char *council)
{
	if (!year || !council)
		err_say("linnet: --year and --council are needed\n");
	return year && council;
}

int cmd_return_load(int argc, char **argv)
{
	const char *last = NULL, *year = NULL, *council = NULL;
	bool dry = false;
	const struct option options[] = {
		{ "council", OPTION_TEXT, &council, "COUNCIL", council_help },
		{ "year", OPTION_TEXT, &year, "YEAR", year_help },
		{ "last", OPTION_TEXT, &last, "FOLDER", "last year's return" },
		{ "dry-run", OPTION_FLAG, &dry, NULL, "say what would change, and change nothing" },
	};
	const struct usage u = {
		"linnet return load FOLDER|FILE.xml --council COUNCIL --year 2025-26 [options]",
		"Loads a looked-after return into the record as history: care, placements, reviews, what the year "
		"tells of health. What the team has itself is left as it is. The same return twice changes nothing.",
		"linnet return load return-2026/ --last return-2025/ --council Essex --year 2025-26 --dry-run",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (!both_said(year, council) || !cmd_there(k.words[0]) || !cmd_there(last))
		return 2;
	if (!cmd_open(&k))
		return k.status;
	struct returned_request r = { .council = str_of(council),
				      .year = str_of(year),
				      .path = str_of(k.words[0]),
				      .last_path = str_of(last),
				      .load = true,
				      .dry_run = dry };
	struct returned_summary s;
	if (returned_take(k.app, &k.v, &r, cmd_progress, NULL, &k.a, &s, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	char said[800];
	snprintf(said, sizeof said,
		 STR_FMT " " STR_FMT ": %" PRId64 " %s; %" PRId64 " rows new, %" PRId64 " changed, %" PRId64
			 " the same%s.\n%" PRId64 " findings of the checks (linnet return check lists them); %" PRId64
			 " %s with the record (linnet return compare).%s" STR_FMT,
		 STR_ARG(s.council), STR_ARG(s.year), s.children, s.children == 1 ? "child" : "children", s.new_rows,
		 s.changed_rows, s.same_rows, dry ? "; nothing was written" : "", s.found, s.differences,
		 s.differences == 1 ? "difference" : "differences", s.message.n ? "\n" : "", STR_ARG(s.message));
	const struct cmd_value values[] = {
		{ "children", NULL, s.children }, { "new", NULL, s.new_rows },	 { "changed", NULL, s.changed_rows },
		{ "same", NULL, s.same_rows },	  { "findings", NULL, s.found }, { "differences", NULL, s.differences }
	};
	return cmd_say(&k.c, said, values, COUNT_OF(values), s.found || s.troubles || s.message.n ? 1 : 0);
}

/* ---- compare ---- */

struct listing {
	struct buf *b;
	enum format format;
	size_t n;
	struct str last; /* child of the line before */
	char child[128];
};

static enum rc list_one(void *arg, const struct returned_difference *d, struct err *e)
{
	struct listing *l = arg;
	struct csv_writer w = { .b = l->b };
	const struct str cells[] = { d->ref, d->title, d->told, d->ours };
	static const char *const names[] = { "child", "difference", "return_says", "record_says" };
	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		if (l->format == FORMAT_CSV)
			csv_put_safe(&w, cells[i]);
		if (l->format != FORMAT_JSON)
			continue;
		buf_printf(l->b, "%s\"%s\":", i ? "," : l->n ? ",\n{" : "{", names[i]);
		json_put_string(l->b, cells[i]);
	}
	if (l->format == FORMAT_CSV)
		csv_end_row(&w);
	if (l->format == FORMAT_JSON)
		buf_putc(l->b, '}');
	if (l->format == FORMAT_TABLE) {
		if (!str_is(d->ref, l->child))
			buf_printf(l->b, "\nChild " STR_FMT "\n", STR_ARG(d->ref));
		snprintf(l->child, sizeof l->child, STR_FMT, STR_ARG(d->ref));
		buf_printf(l->b, "  " STR_FMT ": the return says " STR_FMT "; the record says " STR_FMT "\n",
			   STR_ARG(d->title), STR_ARG(d->told), STR_ARG(d->ours));
	}
	l->n++;
	return buf_ok(l->b) ? RC_OK : err_set(e, RC_LIMIT, "The differences are too many to print at once");
}

int cmd_return_compare(int argc, char **argv)
{
	const char *last = NULL, *year = NULL, *council = NULL;
	const struct option options[] = {
		{ "council", OPTION_TEXT, &council, "COUNCIL", council_help },
		{ "year", OPTION_TEXT, &year, "YEAR", year_help },
		{ "last", OPTION_TEXT, &last, "FOLDER", "last year's return" },
	};
	const struct usage u = {
		"linnet return compare FOLDER|FILE.xml --council COUNCIL --year 2025-26 [options]",
		"Lists, child by child, where a looked-after return and the record do not say the same.",
		"linnet return compare return-2026/ --council Essex --year 2025-26 --format csv",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (!both_said(year, council) || !cmd_there(k.words[0]) || !cmd_there(last))
		return 2;
	if (!cmd_open(&k))
		return k.status;
	struct returned_request r = {
		.council = str_of(council), .year = str_of(year), .path = str_of(k.words[0]), .last_path = str_of(last)
	};
	struct listing l = { .b = &k.b, .format = k.c.format };
	buf_puts(l.b, k.c.format == FORMAT_CSV	  ? "child,difference,return says,record says\r\n"
		      : k.c.format == FORMAT_JSON ? "["
						  : "");
	if (returned_compare(k.app, &k.v, &r, cmd_progress, NULL, list_one, &l, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	if (k.c.format == FORMAT_JSON)
		buf_puts(l.b, "]\n");
	if (k.c.format == FORMAT_TABLE)
		buf_printf(l.b, "\n%zu %s\n", l.n, l.n == 1 ? "difference" : "differences");
	return cmd_print(l.b, l.n ? 1 : 0);
}

/* ---- write ---- */

static bool save(const char *folder, const char *name, const struct buf *b)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	struct err e = { 0 };
	bool ok = file_write(path, b->p, b->n, &e) == RC_OK;
	if (!ok)
		cmd_fail(&e);
	return ok;
}

static void put_blanks(struct buf *b, const struct written *w)
{
	struct csv_writer csv = { .b = b };
	buf_puts(b, "child,item,why it is blank\r\n");
	for (size_t i = 0; i < w->n_blanks; i++) {
		csv_put_safe(&csv, w->blanks[i].ref);
		csv_put(&csv, w->blanks[i].item);
		csv_put_safe(&csv, w->blanks[i].why);
		csv_end_row(&csv);
	}
}

static int save_all(const char *out, struct written *w)
{
	struct buf blanks AUTO(buf_release);
	buf_init(&blanks, (size_t)64 << 20);
	put_blanks(&blanks, w);
	if (mkdir(out, 0750) != 0 && errno != EEXIST) {
		err_say("linnet: could not make %s: %s\n", out, strerror(errno));
		return 2;
	}
	bool ok = save(out, "oc2.csv", &w->oc2) && save(out, "header.csv", &w->header) &&
		  save(out, "episodes.csv", &w->episodes) && save(out, "return.xml", &w->xml) &&
		  save(out, "left_blank.csv", &blanks);
	return ok ? 0 : 2;
}

int cmd_return_write(int argc, char **argv)
{
	const char *year = NULL, *council = NULL, *out = NULL;
	const struct option options[] = {
		{ "council", OPTION_TEXT, &council, "COUNCIL", council_help },
		{ "year", OPTION_TEXT, &year, "YEAR", year_help },
		{ "out", OPTION_TEXT, &out, "FOLDER", "where oc2.csv and its neighbours are written" },
	};
	const struct usage u = {
		"linnet return write --council COUNCIL --year 2025-26 --out FOLDER",
		"Writes the health items (OC2) of the children looked after for 12 months, from the record, as CSV and "
		"XML, with Header and Episodes as far as they are known. What is not known stays blank and is listed "
		"in "
		"left_blank.csv.",
		"linnet return write --council Essex --year 2025-26 --out essex-oc2",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (!both_said(year, council))
		return 2;
	if (!out) {
		err_say("linnet: --out FOLDER is needed\n");
		return 2;
	}
	if (!cmd_open(&k))
		return k.status;
	struct written w;
	if (returned_write(k.app, &k.v, str_of(council), str_of(year), &k.a, &w, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	int status = save_all(out, &w);
	char said[600];
	snprintf(said, sizeof said,
		 STR_FMT
		 " " STR_FMT
		 ": %zu children in care in the year, %zu of them for 12 months with a row in oc2.csv; %zu items "
		 "left blank (left_blank.csv). Our own checks find %" PRId64 " things in what was written.",
		 STR_ARG(w.council), STR_ARG(w.year), w.in_care, w.children, w.n_blanks, w.findings);
	const struct cmd_value values[] = { { "in_care", NULL, (int64_t)w.in_care },
					    { "rows", NULL, (int64_t)w.children },
					    { "blank", NULL, (int64_t)w.n_blanks },
					    { "findings", NULL, w.findings } };
	status = status ? status : cmd_say(&k.c, said, values, COUNT_OF(values), w.n_blanks ? 1 : 0);
	written_release(&w);
	return status;
}
