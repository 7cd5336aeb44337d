/* standards.c - standards: what is in force, whether the cases hold, the book to sign. */
#include "base/files.h"
#include "cmd/cmd.h"

#include "codec/csv.h"
#include "codec/json.h"
#include "paper/standards.h"
#include "work/see/book.h"

int cmd_standards(int argc, char **argv);
int cmd_standards_prove(int argc, char **argv);
int cmd_standards_book(int argc, char **argv);

static void print_standards(struct buf *b, const struct rulebook *rb, enum format f)
{
	struct csv_writer w = { .b = b };
	static const char *const authority[] = { "", "law", "national", "local" };
	if (f == FORMAT_CSV)
		buf_puts(b, "id,edition,title,reading,limit,authority,on_worklist,source,not_verified\r\n");
	for (uint16_t i = 0; i < rulebook_count(rb); i++) {
		const struct standard_info *s = rulebook_info(rb, i);
		const struct str cells[] = { s->title,
					     s->reading,
					     s->limit,
					     str_of(authority[s->authority & 3]),
					     s->on_worklist ? STR("yes") : STR("no"),
					     s->source,
					     s->checked };
		if (f == FORMAT_CSV) {
			csv_put(&w, s->id);
			csv_put_int(&w, s->edition);
			for (size_t k = 0; k < COUNT_OF(cells); k++)
				csv_put(&w, cells[k]);
			csv_end_row(&w);
		} else if (f == FORMAT_JSON) {
			static const char *const names[] = { "title",	    "reading", "limit",	      "authority",
							     "on_worklist", "source",  "not_verified" };
			buf_puts(b, i ? ",\n{\"id\":" : "[{\"id\":");
			json_put_string(b, s->id);
			buf_printf(b, ",\"edition\":%d", s->edition);
			for (size_t k = 0; k < COUNT_OF(cells); k++) {
				buf_printf(b, ",\"%s\":", names[k]);
				json_put_string(b, cells[k]);
			}
			buf_putc(b, '}');
		} else {
			buf_printf(b, "%-26.*s " STR_FMT "%s" STR_FMT "\n%-26s   " STR_FMT "; " STR_FMT "%s\n",
				   STR_ARG(s->id), STR_ARG(s->title), s->reading.n ? ": " : "", STR_ARG(s->reading), "",
				   STR_ARG(s->limit), STR_ARG(s->source), s->checked.n ? "; wording not checked" : "");
		}
	}
	if (f == FORMAT_JSON)
		buf_puts(b, "]\n");
}

int cmd_standards(int argc, char **argv)
{
	const struct usage u = {
		"linnet standards [options]",
		"Lists the standards of the files of data. A mistake in them is told with file, line and column. "
		"What is in force in a store: linnet rules list.",
		"linnet standards --data data --format csv",
		NULL,
		0,
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k) || !cmd_open_rules(&k))
		return k.status;
	print_standards(&k.b, app_rulebook(k.app), k.c.format);
	return cmd_print(&k.b, 0);
}

/* ---- prove ---- */

static void prove_csv(struct buf *b, const struct cases *c)
{
	char day[DAY_TEXT_MAX];
	struct csv_writer w = { .b = b };
	buf_puts(b, "file,line,case,standard,as_of,expected,holds,why\r\n");
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->list[i].n_expect; k++) {
			const struct case_expect *x = &c->list[i].expect[k];
			csv_put(&w, c->list[i].file);
			csv_put_int(&w, x->line);
			csv_put_safe(&w, c->list[i].title);
			csv_put(&w, x->standard);
			csv_put(&w, str_of(day_iso(x->as_of, day)));
			csv_put_safe(&w, x->words);
			csv_put(&w, x->holds ? STR("yes") : STR("no"));
			csv_put_safe(&w, x->why);
			csv_end_row(&w);
		}
}

static void prove_json(struct buf *b, const struct cases *c, size_t fail)
{
	bool any = false;
	buf_printf(b, "{\"cases\":%zu,\"hold\":%zu,\"do_not_hold\":%zu,\"failures\":[", c->n, c->n_expects - fail,
		   fail);
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->list[i].n_expect; k++) {
			const struct case_expect *x = &c->list[i].expect[k];
			if (x->holds)
				continue;
			buf_puts(b, any ? ",\n{\"file\":" : "\n{\"file\":");
			any = true;
			json_put_string(b, c->list[i].file);
			buf_printf(b, ",\"line\":%d,\"case\":", x->line);
			json_put_string(b, c->list[i].title);
			buf_puts(b, ",\"standard\":");
			json_put_string(b, x->standard);
			buf_puts(b, ",\"why\":");
			json_put_string(b, x->why);
			buf_putc(b, '}');
		}
	buf_puts(b, "]}\n");
}

static void prove_table(struct buf *b, const struct cases *c, size_t fail)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->list[i].n_expect; k++) {
			const struct case_one *o = &c->list[i];
			const struct case_expect *x = &o->expect[k];
			if (!x->holds)
				buf_printf(b, STR_FMT ":%d: " STR_FMT ": " STR_FMT ": " STR_FMT "\n", STR_ARG(o->file),
					   x->line, STR_ARG(o->title), STR_ARG(x->standard), STR_ARG(x->why));
		}
	buf_printf(b, "%zu cases with %zu expectations: %zu hold, %zu do not.\n", c->n, c->n_expects,
		   c->n_expects - fail, fail);
}

int cmd_standards_prove(int argc, char **argv)
{
	const struct usage u = {
		"linnet standards prove [options]",
		"Holds every case of data/cases against the standards in force, and says which do not hold. "
		"A line that cannot be read is told with file and line.",
		"linnet standards prove --data data",
		NULL,
		0,
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	size_t fail;
	if (!cmd_read(argc, argv, &u, &k) || !cmd_open_rules(&k))
		return k.status;
	struct cases cases;
	cases_init(&cases, &k.a);
	if (cases_proved(k.app, &cases, &fail, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	if (k.c.format == FORMAT_CSV)
		prove_csv(&k.b, &cases);
	else if (k.c.format == FORMAT_JSON)
		prove_json(&k.b, &cases, fail);
	else
		prove_table(&k.b, &cases, fail);
	return cmd_print(&k.b, fail ? 1 : 0);
}

/* ---- book ---- */

int cmd_standards_book(int argc, char **argv)
{
	const char *out = NULL, *region = "set";
	const struct option options[] = {
		{ "out", OPTION_TEXT, &out, "FILE", "where the PDF goes" },
		{ "region", OPTION_TEXT, &region, "NAME", "a file of data/regions, for the title page (set)" },
	};
	const struct usage u = {
		"linnet standards book --out FILE [options]",
		"Prints every standard in plain words with its source, its cases and places to sign, as a "
		"PDF. The same rules make the same bytes.",
		"linnet standards book --out standards-book.pdf",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (!out) {
		err_say("linnet: --out FILE is needed\nUsage: %s\n", u.synopsis);
		return 2;
	}
	if (!cmd_open_rules(&k))
		return k.status;
	struct str name;
	struct book book;
	enum rc rc = book_region(k.app, region, &k.a, &name, &k.e);
	if (rc == RC_OK)
		rc = book_see(k.app, name, &k.a, &book, &k.e);
	if (rc == RC_OK)
		rc = paper_standards(&book, &k.b, &k.e);
	if (rc == RC_OK)
		rc = file_write(out, k.b.p, k.b.n, &k.e);
	if (rc != RC_OK)
		return cmd_fail(&k.e);
	const struct cmd_value values[] = { { "file", out, 0 },
					    { "rules", NULL, (int64_t)book.n_rules },
					    { "do_not_hold", NULL, (int64_t)book.n_fail },
					    { "hash", arena_str(&k.a, book.hash).p, 0 } };
	const char *said =
	    arena_printf(&k.a, "Wrote %s: %zu rules, known by " STR_FMT ". %zu expectations do not hold.", out,
			 book.n_rules, STR_ARG(book.hash), book.n_fail)
		.p;
	return cmd_say(&k.c, said, values, COUNT_OF(values), book.n_fail ? 1 : 0);
}
