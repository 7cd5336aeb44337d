/* workbook.c - a team's own workbook and its mapping, on the command line. */
#include "cmd/import.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/load/workbook.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int cmd_import_workbook(int argc, char **argv);
int cmd_mapping_list(int argc, char **argv);
int cmd_mapping_show(int argc, char **argv);
int cmd_mapping_propose(int argc, char **argv);
int cmd_mapping_save(int argc, char **argv);

enum { WORDS_OF_MAPPING_MAX = 4 * MAPPING_TEXT_MAX };

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || lseek(fd, 0, SEEK_SET) != 0) {
		err_say("linnet: %s could not be read: %s\n", path,
			fd < 0 ? strerror(errno) : "a file is needed, not a pipe");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static enum rc read_yaml(const char *path, struct arena *a, struct str *out, struct err *e)
{
	FILE *f AUTO(auto_fclose) = fopen(path, "rb");
	struct buf b AUTO(buf_release);
	char block[8192];
	size_t n;
	buf_init(&b, MAPPING_TEXT_MAX);
	if (!f)
		return err_set(e, RC_IO, "%s could not be opened: %s", path, strerror(errno));
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		buf_put(&b, block, n);
	if (ferror(f) || !buf_ok(&b))
		return err_set(e, RC_LIMIT, "%s could not be read, or is longer than a mapping can be", path);
	*out = arena_str(a, buf_view(&b));
	return RC_OK;
}

static struct str base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return str_of(slash ? slash + 1 : path);
}

static bool is_path(const char *s)
{
	size_t n = strlen(s);
	return strchr(s, '/') || (n > 5 && strcmp(s + n - 5, ".yaml") == 0);
}

enum rc mapping_named(struct app *app, const struct viewer *v, const char *named, struct arena *a, struct str *out,
		      struct err *e)
{
	const struct saved_mapping *one;
	size_t n;
	if (is_path(named))
		return read_yaml(named, a, out, e);
	enum rc rc = mappings_see(app, v, str_of(named), a, &one, &n, e);
	if (rc == RC_OK)
		*out = one[0].body;
	return rc;
}

/* The mapping that was named, or the one that the file is recognised by. */
static enum rc find_mapping(struct app *app, const struct viewer *v, const char *named, const char *path, int fd,
			    struct arena *a, struct str *out, struct err *e)
{
	const struct saved_mapping *one;
	struct workbook_look look;
	struct parts_open p;
	size_t n;
	enum rc rc;
	if (named)
		return mapping_named(app, v, named, a, out, e);
	if ((rc = parts_open(app, &p, e)) != RC_OK)
		return rc;
	rc = workbook_look(app, v, p.parts, base_name(path), fd, a, &look, e);
	struct str from = rc == RC_OK ? look.mapping->from : (struct str){ NULL, 0 };
	parts_close(&p);
	if (rc == RC_OK && from.n)
		rc = mappings_see(app, v, from, a, &one, &n, e);
	if (rc != RC_OK)
		return rc;
	if (!from.n || one[0].shipped) /* an example is nobody's word on this workbook */
		return err_set(
		    e, RC_NOT_FOUND,
		    "No mapping is known for this workbook. Look at what would be proposed (linnet mapping propose "
		    "FILE > m.yaml), put it right, and give it (--mapping m.yaml)");
	*out = one[0].body;
	err_say("Read by the mapping \"" STR_FMT "\"\n", STR_ARG(from));
	return RC_OK;
}

int cmd_import_workbook(int argc, char **argv)
{
	bool dry = false;
	const char *mapping = NULL, *kept_back = NULL;
	const struct option options[] = {
		{ "mapping", OPTION_TEXT, &mapping, "NAME",
		  "the mapping to read it by, or a file of YAML; else it is recognised by its headings" },
		{ "dry-run", OPTION_FLAG, &dry, NULL, "say what would change, and change nothing" },
		{ "kept-back", OPTION_TEXT, &kept_back, "FOLDER",
		  "write the rows kept back there, to correct and load again" },
	};
	const struct usage u = {
		"linnet import workbook FILE [options]",
		"Loads a team's own workbook, XLSX or CSV, by a mapping that says what its columns are "
		"(docs/workbooks.md). Rows that cannot be believed are kept back and told; good rows go in. "
		"The same file twice changes nothing.",
		"linnet import workbook tracker.xlsx --dry-run",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	int fd AUTO(auto_close) = open_file(k.words[0]);
	struct load_workbook w = { .name = base_name(k.words[0]), .fd = fd };
	if (fd < 0)
		return 2;
	if (find_mapping(k.app, &k.v, mapping, k.words[0], fd, &k.a, &w.mapping, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	struct load_request r = { .workbook = &w, .name = w.name, .dry_run = dry };
	return import_run(&k.c, k.app, &r, kept_back);
}

/* ---- mappings ---- */

static void put_list(struct buf *b, const struct common *c, const struct saved_mapping *list, size_t n)
{
	struct csv_writer w = { .b = b };
	if (c->format == FORMAT_CSV)
		buf_puts(b, "mapping,title,known,by\r\n");
	buf_puts(b, c->format == FORMAT_JSON ? "[" : "");
	for (size_t i = 0; i < n; i++) {
		char known[DAY_TEXT_MAX] = "shipped";
		if (!list[i].shipped)
			instant_iso(list[i].known_ms, known);
		if (c->format == FORMAT_CSV) {
			csv_put(&w, list[i].name);
			csv_put_safe(&w, list[i].title);
			csv_put(&w, str_of(known));
			csv_put_safe(&w, list[i].by);
			csv_end_row(&w);
		} else if (c->format == FORMAT_JSON) {
			const struct str values[] = { list[i].name, list[i].title, str_of(known), list[i].by };
			static const char *const names[] = { "mapping", "title", "known", "by" };
			for (size_t k = 0; k < COUNT_OF(values); k++) {
				buf_printf(b, "%s\"%s\":", k ? "," : i ? ",{" : "{", names[k]);
				json_put_string(b, values[k]);
			}
			buf_putc(b, '}');
		} else {
			cmd_pad(b, list[i].name, 30);
			buf_printf(b, " %-26s " STR_FMT "\n", known, STR_ARG(list[i].title));
		}
	}
	buf_puts(b, c->format == FORMAT_JSON ? "]\n" : "");
}

int cmd_mapping_list(int argc, char **argv)
{
	const struct usage u = { "linnet mapping list [options]",
				 "Lists the mappings of workbooks and weekly lists, the newest edition of each.",
				 "linnet mapping list",
				 NULL,
				 0,
				 false,
				 0,
				 0 };
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	const struct saved_mapping *list;
	size_t n;
	if (mappings_list(k.app, &k.v, &k.a, &list, &n, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	put_list(&k.b, &k.c, list, n);
	return cmd_print(&k.b, 0);
}

int cmd_mapping_show(int argc, char **argv)
{
	bool editions = false;
	const struct option options[] = {
		{ "editions", OPTION_FLAG, &editions, NULL, "list its editions, newest first" },
	};
	const struct usage u = {
		"linnet mapping show NAME [options]",
		"Prints a mapping as YAML: to look at, to change and save again, to give to another team.",
		"linnet mapping show tracker > tracker.yaml",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	const struct saved_mapping *list;
	size_t n;
	if (mappings_see(k.app, &k.v, str_of(k.words[0]), &k.a, &list, &n, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	if (editions)
		put_list(&k.b, &k.c, list, n);
	else
		buf_str(&k.b, list[0].body);
	return cmd_print(&k.b, 0);
}

static void say_questions(const struct sheets_parts *p, const struct workbook_look *look, struct arena *a)
{
	static const char *const sorts[] = { "To answer", "To look at", "Differs" };
	const struct mapping_question *q;
	size_t n = mapping_questions(p, look->survey, look->mapping, a, &q);
	for (size_t i = 0; i < n; i++) {
		err_say("%s: ", sorts[q[i].sort]);
		if (q[i].sheet != SIZE_MAX)
			err_say(STR_FMT, STR_ARG(look->mapping->sheets[q[i].sheet].name));
		if (q[i].column != SIZE_MAX)
			err_say(", " STR_FMT, STR_ARG(look->mapping->sheets[q[i].sheet].columns[q[i].column].heading));
		err_say("%s" STR_FMT "\n", q[i].sheet == SIZE_MAX ? "" : ": ", STR_ARG(q[i].words));
	}
}

static int propose(struct app *app, const char *path, bool list, struct err *e)
{
	int fd AUTO(auto_close) = open_file(path);
	struct arena a AUTO(arena_release);
	struct buf b AUTO(buf_release);
	struct viewer v = app_operator(app);
	struct parts_open p;
	struct workbook_look look;
	arena_init(&a);
	buf_init(&b, WORDS_OF_MAPPING_MAX);
	if (fd < 0)
		return 2;
	if ((list ? parts_open_list(app, &p, e) : parts_open(app, &p, e)) != RC_OK)
		return cmd_fail(e);
	int status;
	if (workbook_look(app, &v, p.parts, base_name(path), fd, &a, &look, e) == RC_OK) {
		mapping_write(p.parts, look.mapping, true, &b);
		status = cmd_print(&b, 0);
		say_questions(p.parts, &look, &a);
	} else {
		status = cmd_fail(e);
	}
	parts_close(&p);
	return status;
}

int cmd_mapping_propose(int argc, char **argv)
{
	bool list = false;
	const struct option options[] = {
		{ "list", OPTION_FLAG, &list, NULL, "it is a council's weekly list, not a team's workbook" },
	};
	const struct usage u = {
		"linnet mapping propose FILE [options]",
		"Looks a workbook (or with --list a council's weekly list) over and prints a mapping for it as "
		"YAML, with the reason for each column; what must be answered or deserves a look goes to standard "
		"error. Nothing is kept.",
		"linnet mapping propose tracker.xlsx > tracker.yaml",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	return propose(k.app, k.words[0], list, &k.e);
}

int cmd_mapping_save(int argc, char **argv)
{
	const struct usage u = {
		"linnet mapping save FILE [options]",
		"Checks a mapping and keeps it under the name that stands in it. What was kept under that "
		"name before stays as an earlier edition.",
		"linnet mapping save tracker.yaml",
		NULL,
		0,
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	struct str body, name = { NULL, 0 };
	enum rc rc = read_yaml(k.words[0], &k.a, &body, &k.e);
	if (rc == RC_OK)
		rc = mappings_save(k.app, &k.v, body, &k.a, &name, &k.e);
	if (rc != RC_OK)
		return cmd_fail(&k.e);
	const struct cmd_value saved = { "mapping", name.p, 0 };
	return cmd_say(&k.c, arena_printf(&k.a, "The mapping \"" STR_FMT "\" is kept", STR_ARG(name)).p, &saved, 1, 0);
}
