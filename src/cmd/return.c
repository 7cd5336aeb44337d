/* return.c - the yearly looked-after return: check it, and what the checks are. */
#include "cmd/cmd.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "exchange/ssda903/ssda903.h"

#include <unistd.h>

int cmd_return_check(int argc, char **argv);
int cmd_return_rules(int argc, char **argv);

/* ---- what a check found ---- */

struct checked {
	struct return_spec *s;
	struct return_frame *f;
	struct return_result *r;
};

static void release(struct checked *c)
{
	return_result_free(c->r);
	return_frame_free(c->f);
	return_spec_free(c->s);
}

static struct str file_of(const struct return_frame *f, size_t file)
{
	return file < return_files(f) ? return_file(f, file)->name : STR("the folder");
}

static void put_finding(struct csv_writer *w, const struct checked *c, const struct return_finding *d,
			struct buf *found)
{
	struct return_rule_words rule = return_rule(c->s, d->rule);
	size_t table = return_table_find(c->s, rule.table);
	char text[24];
	buf_reset(found);
	return_found(c->r, d, found);
	csv_put_safe(w, file_of(c->f, return_row_file(c->f, RETURN_NOW, table, d->row)));
	csv_put(w, rule.table);
	csv_put_int(w, return_line(c->f, RETURN_NOW, table, d->row));
	csv_put_safe(w, return_cell(c->f, RETURN_NOW, table, d->row, 0, text));
	csv_put(w, rule.fields);
	csv_put(w, rule.code);
	csv_put(w, rule.check ? STR("check") : STR("error"));
	csv_put_safe(w, buf_view(found));
	csv_put_safe(w, rule.title);
	csv_put_safe(w, rule.todo);
	csv_end_row(w);
}

static const char *const headings = "file,table,row,child,column,rule,severity,found,problem,what to do\r\n";

static void put_csv(struct buf *b, const struct checked *c)
{
	struct csv_writer w = { .b = b };
	struct buf found AUTO(buf_release);
	buf_init(&found, 4096);
	buf_puts(b, headings);
	for (size_t i = 0; i < return_troubles(c->f); i++) {
		const struct return_trouble *t = return_trouble(c->f, i);
		csv_put_safe(&w, file_of(c->f, t->file));
		csv_put(&w, STR(""));
		csv_put_int(&w, t->line);
		csv_put(&w, STR(""));
		csv_put_safe(&w, t->column);
		csv_put(&w, t->rule);
		csv_put(&w, t->refuses ? STR("file not read") : STR("file"));
		csv_put_safe(&w, t->found);
		csv_put_safe(&w, t->message);
		csv_put_safe(&w, t->todo);
		csv_end_row(&w);
	}
	for (size_t i = 0; i < return_rules(c->s); i++) {
		struct return_rule_words rule = return_rule(c->s, i);
		if (c->r->rules[i].state != RETURN_NOT_RUN)
			continue;
		const struct str cells[] = { STR(""),	rule.table,	STR("0"), STR(""),    rule.fields,
					     rule.code, STR("not run"), STR(""),  rule.title, c->r->rules[i].why };
		for (size_t k = 0; k < COUNT_OF(cells); k++)
			csv_put_safe(&w, cells[k]);
		csv_end_row(&w);
	}
	for (size_t i = 0; i < c->r->n_findings; i++)
		put_finding(&w, c, &c->r->findings[i], &found);
}

static void put_pair(struct buf *b, const char *name, struct str value, bool first)
{
	buf_printf(b, "%s\"%s\":", first ? "" : ",", name);
	json_put_string(b, value);
}

static void put_json(struct buf *b, const struct checked *c)
{
	struct buf found AUTO(buf_release);
	char text[24];
	buf_init(&found, 4096);
	buf_puts(b, "{");
	put_pair(b, "year", return_year_name(c->s, return_frame_year(c->f)), true);
	buf_printf(b, ",\"children\":%zu,\"findings_total\":%" PRId64 ",\"files\":[", return_children(c->f),
		   c->r->total);
	for (size_t i = 0; i < return_files(c->f); i++) {
		const struct return_file *f = return_file(c->f, i);
		buf_puts(b, i ? ",{" : "{");
		put_pair(b, "file", f->name, true);
		put_pair(b, "year", f->when == RETURN_NOW ? STR("this") : STR("last"), false);
		buf_printf(b, ",\"rows\":%" PRId64 ",\"read\":%s}", f->rows, f->refused ? "false" : "true");
	}
	buf_puts(b, "],\"troubles\":[");
	for (size_t i = 0; i < return_troubles(c->f); i++) {
		const struct return_trouble *t = return_trouble(c->f, i);
		buf_puts(b, i ? ",{" : "{");
		put_pair(b, "file", file_of(c->f, t->file), true);
		buf_printf(b, ",\"row\":%" PRId64 ",\"read\":%s", t->line, t->refuses ? "false" : "true");
		put_pair(b, "column", t->column, false);
		put_pair(b, "rule", t->rule, false);
		put_pair(b, "found", t->found, false);
		put_pair(b, "problem", t->message, false);
		put_pair(b, "todo", t->todo, false);
		buf_putc(b, '}');
	}
	buf_puts(b, "],\"rules\":[");
	for (size_t i = 0, n = 0; i < return_rules(c->s); i++) {
		static const char *const states[] = { "", "run", "run on this year only", "not run" };
		const struct return_rule_result *r = &c->r->rules[i];
		struct return_rule_words rule = return_rule(c->s, i);
		if (!r->state)
			continue;
		buf_puts(b, n++ ? ",{" : "{");
		put_pair(b, "rule", rule.code, true);
		put_pair(b, "table", rule.table, false);
		put_pair(b, "state", str_of(states[r->state]), false);
		put_pair(b, "why", r->why, false);
		put_pair(b, "title", rule.title, false);
		buf_printf(b, ",\"found\":%" PRId64 "}", r->found);
	}
	buf_puts(b, "],\"findings\":[");
	for (size_t i = 0; i < c->r->n_findings; i++) {
		const struct return_finding *d = &c->r->findings[i];
		struct return_rule_words rule = return_rule(c->s, d->rule);
		size_t table = return_table_find(c->s, rule.table);
		buf_reset(&found);
		return_found(c->r, d, &found);
		buf_puts(b, i ? ",{" : "{");
		put_pair(b, "file", file_of(c->f, return_row_file(c->f, RETURN_NOW, table, d->row)), true);
		put_pair(b, "table", rule.table, false);
		buf_printf(b, ",\"row\":%" PRId64, return_line(c->f, RETURN_NOW, table, d->row));
		put_pair(b, "child", return_cell(c->f, RETURN_NOW, table, d->row, 0, text), false);
		put_pair(b, "rule", rule.code, false);
		put_pair(b, "column", rule.fields, false);
		put_pair(b, "found", buf_view(&found), false);
		buf_putc(b, '}');
	}
	buf_puts(b, "]}\n");
}

enum { ROWS_OF_A_RULE = 3 };

static void put_rule(struct buf *b, const struct checked *c, size_t rule, size_t *next)
{
	struct return_rule_words w = return_rule(c->s, rule);
	size_t table = return_table_find(c->s, w.table);
	char text[24];
	buf_printf(b, "\n" STR_FMT "  " STR_FMT ": %" PRId64 " in " STR_FMT "%s\n", STR_ARG(w.code), STR_ARG(w.title),
		   c->r->rules[rule].found, STR_ARG(w.table), w.check ? " (look again: it may be right)" : "");
	buf_printf(b, "  " STR_FMT "\n", STR_ARG(w.todo));
	for (size_t n = 0; *next < c->r->n_findings && c->r->findings[*next].rule == rule; ++*next, n++) {
		const struct return_finding *d = &c->r->findings[*next];
		if (n >= ROWS_OF_A_RULE)
			continue;
		buf_printf(b, "    " STR_FMT " row %" PRId64 ", child " STR_FMT ": ",
			   STR_ARG(file_of(c->f, return_row_file(c->f, RETURN_NOW, table, d->row))),
			   return_line(c->f, RETURN_NOW, table, d->row),
			   STR_ARG(return_cell(c->f, RETURN_NOW, table, d->row, 0, text)));
		return_found(c->r, d, b);
		buf_putc(b, '\n');
	}
}

static void put_not_run(struct buf *b, const struct checked *c)
{
	size_t n = 0;
	for (size_t i = 0; i < return_rules(c->s); i++)
		n += c->r->rules[i].state == RETURN_NOT_RUN;
	if (n)
		buf_printf(b, "\nNOT RUN, %zu rules. They say nothing about this return:\n", n);
	for (size_t i = 0; i < return_rules(c->s); i++) {
		if (c->r->rules[i].state != RETURN_NOT_RUN)
			continue;
		bool told = false; /* one line a reason */
		for (size_t k = 0; k < i && !told; k++)
			told = c->r->rules[k].state == RETURN_NOT_RUN && str_eq(c->r->rules[k].why, c->r->rules[i].why);
		if (told)
			continue;
		buf_printf(b, "  " STR_FMT ":", STR_ARG(c->r->rules[i].why));
		for (size_t k = i; k < return_rules(c->s); k++)
			if (c->r->rules[k].state == RETURN_NOT_RUN && str_eq(c->r->rules[k].why, c->r->rules[i].why))
				buf_printf(b, " " STR_FMT, STR_ARG(return_rule(c->s, k).code));
		buf_putc(b, '\n');
	}
}

static void put_words(struct buf *b, const struct checked *c)
{
	struct return_cover cover = return_cover_of(c->s, return_frame_year(c->f));
	for (size_t i = 0; i < return_files(c->f); i++) {
		const struct return_file *f = return_file(c->f, i);
		buf_printf(b, "%-36.*s %9" PRId64 " rows%s%s\n", STR_ARG(f->name), f->rows,
			   f->when == RETURN_LAST ? "  (last year)" : "", f->refused ? "  NOT READ" : "");
	}
	for (size_t i = 0; i < return_troubles(c->f); i++) {
		const struct return_trouble *t = return_trouble(c->f, i);
		buf_printf(b, STR_FMT, STR_ARG(file_of(c->f, t->file)));
		if (t->line)
			buf_printf(b, ", row %" PRId64, t->line);
		if (t->column.n)
			buf_printf(b, ", " STR_FMT, STR_ARG(t->column));
		buf_printf(b, ": " STR_FMT ". " STR_FMT "\n", STR_ARG(t->message), STR_ARG(t->todo));
	}
	buf_printf(b,
		   "\n%zu children, %" PRId64 " of them with a finding; %" PRId64
		   " findings. Of the %zu official rules of " STR_FMT " we check %zu (%zu in part).\n",
		   return_children(c->f), c->r->children, c->r->total, cover.official,
		   STR_ARG(return_year_name(c->s, return_frame_year(c->f))), cover.runs, cover.in_part);
	put_not_run(b, c);
	for (size_t i = 0, next = 0; i < return_rules(c->s); i++)
		if (c->r->rules[i].found)
			put_rule(b, c, i, &next);
}

static int year_option(const struct return_spec *s, const char *year)
{
	int y = year ? return_year(s, str_of(year)) : -1;
	if (y < 0) {
		err_say("linnet: --year needs one of");
		for (size_t i = 0; i < return_years(s); i++)
			err_say("%s" STR_FMT, i ? ", " : " ", STR_ARG(return_year_name(s, (int)i)));
		err_say("\n");
	}
	return y;
}

int cmd_return_check(int argc, char **argv)
{
	const char *last = NULL, *year = NULL;
	const struct option options[] = {
		{ "year", OPTION_TEXT, &year, "YEAR", "the year of the return: 2025-26" },
		{ "last", OPTION_TEXT, &last, "FOLDER", "last year's return, for the rules that look at both" },
	};
	const struct usage u = { "linnet return check FOLDER|FILE.xml|FILE.xlsx --year 2025-26 [options]",
				 "Checks a looked-after return (SSDA903), its CSV tables or its XML file. Nothing is "
				 "stored. Rules that cannot run are told as not run.",
				 "linnet return check return-2026/ --last return-2025/ --year 2025-26",
				 options,
				 COUNT_OF(options),
				 false,
				 1,
				 1 };
	struct call k AUTO(cmd_end);
	char data[4096];
	struct checked c AUTO(release) = { 0 };
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (return_spec_load(cmd_data(&k.c, data), &c.s, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	struct return_input in = { .year = year_option(c.s, year),
				   .now = { .path = k.words[0] },
				   .last = { .path = last } };
	if (in.year < 0 || !cmd_there(in.now.path) || !cmd_there(last))
		return 2;
	enum rc rc = return_read(c.s, &in, cmd_progress, NULL, &c.f, &k.e);
	cmd_progress_end();
	if (rc == RC_OK)
		rc = return_check(c.f, (int)sysconf(_SC_NPROCESSORS_ONLN), &c.r, &k.e);
	if (rc != RC_OK)
		return cmd_fail(&k.e);
	if (k.c.format == FORMAT_CSV)
		put_csv(&k.b, &c);
	else if (k.c.format == FORMAT_JSON)
		put_json(&k.b, &c);
	else
		put_words(&k.b, &c);
	if (!buf_ok(&k.b)) {
		err_say("linnet: the findings are too many to print at once\n");
		return 2;
	}
	return cmd_print(&k.b, c.r->total || return_troubles_total(c.f) ? 1 : 0);
}

/* ---- what the checks are ---- */

static void put_code(void *arg, struct str code, struct str title)
{
	buf_printf(arg, "    %-8.*s " STR_FMT "\n", STR_ARG(code), STR_ARG(title));
}

static void list_codes(struct buf *b, const struct return_spec *s, int year)
{
	for (size_t t = 0; t < return_tables(s); t++) {
		if (!return_table_in_year(s, t, year))
			continue;
		buf_printf(b, STR_FMT ": " STR_FMT "\n", STR_ARG(return_table_name(s, t)),
			   STR_ARG(return_table_title(s, t)));
		for (size_t c = 0; c < return_columns(s, t); c++) {
			struct return_column_words w = return_column(s, t, c);
			buf_printf(b, "  %-22.*s " STR_FMT "%s" STR_FMT "\n", STR_ARG(w.name), STR_ARG(w.says),
				   w.kept ? "" : ". Never stored: ", STR_ARG(w.why_not_kept));
			return_codes(s, t, c, year, put_code, b);
		}
	}
}

static void list_rules(struct buf *b, const struct return_spec *s, int year, enum format format)
{
	struct csv_writer w = { .b = b };
	if (format == FORMAT_CSV)
		buf_puts(b, "rule,table,column,severity,title,what to do,in part,needs,wrong if\r\n");
	if (format == FORMAT_JSON)
		buf_putc(b, '[');
	for (size_t i = 0, n = 0; i < return_rules(s); i++) {
		if (!return_rule_in_year(s, i, year))
			continue;
		struct return_rule_words r = return_rule(s, i);
		static const char *const names[] = { "rule", "table",	"column", "severity", "title",
						     "todo", "in_part", "needs",  "wrong_if" };
		const struct str cells[] = { r.code,	r.table, r.fields, r.check ? STR("check") : STR("error"),
					     r.title,	r.todo,	 r.partly, r.needs,
					     r.wrong_if };
		for (size_t k = 0; k < COUNT_OF(cells) && format == FORMAT_CSV; k++)
			csv_put_safe(&w, cells[k]);
		if (format == FORMAT_CSV)
			csv_end_row(&w);
		for (size_t k = 0; k < COUNT_OF(cells) && format == FORMAT_JSON; k++) {
			buf_puts(b, k ? "" : n ? ",{" : "{");
			put_pair(b, names[k], cells[k], k == 0);
		}
		if (format == FORMAT_JSON)
			buf_putc(b, '}');
		if (format == FORMAT_TABLE)
			buf_printf(b, "%-10.*s %-14.*s " STR_FMT "%s" STR_FMT "%s%s" STR_FMT "\n", STR_ARG(r.code),
				   STR_ARG(r.table), STR_ARG(r.title), r.partly.n ? ". In part: " : "",
				   STR_ARG(r.partly), r.check ? " (look again)" : "",
				   r.needs.n ? ". NOT RUN, it needs " : "", STR_ARG(r.needs));
		n++;
	}
	if (format == FORMAT_JSON)
		buf_puts(b, "]\n");
}

static void put_cover(struct buf *b, const struct return_spec *s, int year)
{
	struct return_cover c = return_cover_of(s, year);
	struct str code;
	buf_printf(
	    b,
	    "\nThe return of " STR_FMT
	    " has %zu official rules. We check %zu of them, %zu only in part; %zu need a list that a return does not "
	    "hold (Ofsted's homes, all postcodes) and are told as not run; %zu are not covered%s",
	    STR_ARG(return_year_name(s, year)), c.official, c.runs, c.in_part, c.needs_list, c.none, c.none ? ":" : "");
	for (size_t next = 0; return_uncovered(s, year, &next, &code);)
		buf_printf(b, " " STR_FMT, STR_ARG(code));
	buf_puts(b, ".\nThe Department's own rules were not read; see docs/return.md.\n");
}

int cmd_return_rules(int argc, char **argv)
{
	const char *year = NULL;
	bool codes = false;
	const struct option options[] = {
		{ "year", OPTION_TEXT, &year, "YEAR", "the year of the return: 2025-26" },
		{ "codes", OPTION_FLAG, &codes, NULL, "the tables, columns and codes of the year instead" },
	};
	const struct usage u = {
		"linnet return rules --year 2025-26 [--codes]",
		"Lists the checks of the looked-after return, and says which official rules they cover.",
		"linnet return rules --year 2025-26 --format csv",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	char data[4096];
	struct checked c AUTO(release) = { 0 };
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (return_spec_load(cmd_data(&k.c, data), &c.s, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	int y = year_option(c.s, year);
	if (y < 0)
		return 2;
	if (codes)
		list_codes(&k.b, c.s, y);
	else
		list_rules(&k.b, c.s, y, k.c.format);
	if (!codes && k.c.format == FORMAT_TABLE)
		put_cover(&k.b, c.s, y);
	return cmd_print(&k.b, 0);
}
