#include "cmd/cmd.h"
#include "base/files.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/admin/editions.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PRINTED_MAX = 1 << 30 };

/* The answer is for eyes, not a file for another program: its words are shown without their control signs. */
static bool for_eyes;

static void say_option(const char *name, const char *value, const char *text)
{
	char left[64];
	snprintf(left, sizeof left, "--%s%s%s", name, value ? " " : "", value ? value : "");
	printf("  %-24s %s\n", left, text);
}

static const struct option *own(const struct usage *u, const char *name)
{
	for (size_t i = 0; i < u->n_options; i++)
		if (strcmp(u->options[i].name, name) == 0)
			return &u->options[i];
	return NULL;
}

static int say_help(const struct usage *u)
{
	printf("Usage: %s\n\n%s\n\nOptions:\n", u->synopsis, u->about);
	for (size_t i = 0; i < u->n_options; i++)
		say_option(u->options[i].name, u->options[i].value, u->options[i].help);
	if (u->reads) {
		say_option("as-of", "DAY", "as if that day were today (2026-11-22)");
		say_option("as-known-on", "DAY",
			   "with what was known at the end of that day, or at an instant (2026-11-22T15:00:00Z)");
	}
	if (!own(u, "format"))
		say_option("format", "WORD", "table, csv or json");
	say_option("store", "URL", "sqlite:FILE or postgres:URL (else LINNET_STORE, else sqlite:linnet.db)");
	say_option("data", "FOLDER", "rules and code lists (else LINNET_DATA, else beside the program)");
	say_option("key", "FILE", "seals second factors (else LINNET_KEY, else FILE.key beside the store)");
	say_option("erased", "FILE",
		   "what was lawfully erased (else LINNET_ERASED, else FILE.erased beside the store)");
	say_option("help", NULL, "this page (-h)");
	printf("\nExample:\n  %s\n\nExit status: 0 done; 1 done, and the answer is no; 2 could not.\n", u->example);
	return 0;
}

static int wrong(const struct usage *u, const char *fmt, const char *word)
{
	char text[400];
	/* the formats are ours, one %s each */
	const char *at = strstr(fmt, "%s");
	snprintf(text, sizeof text, "%.*s%.200s%s", (int)(at - fmt), fmt, word, at + 2);
	err_say("linnet: %s\nUsage: %s\n", text, u->synopsis);
	return 2;
}

/* "2026-11-22" is the end of that day in London; an instant is itself. */
static bool known_on(struct str s, int64_t *out)
{
	day_t d;
	if (instant_parse(s, out) == RC_OK)
		return true;
	if (day_parse(s, &d) != RC_OK)
		return false;
	*out = london_midnight_ms(d + 1) - 1;
	return true;
}

static bool take_format(const char *v, enum format *out)
{
	static const char *const names[] = { "table", "csv", "json" };
	for (int i = 0; i < (int)COUNT_OF(names); i++)
		if (strcmp(v, names[i]) == 0) {
			*out = (enum format)i;
			return true;
		}
	return false;
}

enum { STORE, DATA, KEY, ERASED, FORMAT, AS_OF, AS_KNOWN_ON, COMMON__COUNT };

static int common_of(const struct usage *u, const char *name)
{
	static const char *const names[COMMON__COUNT] = { "store",  "data",  "key",	   "erased",
							  "format", "as-of", "as-known-on" };
	int i = 0, n = u->reads ? COMMON__COUNT : AS_OF;
	while (i < n && strcmp(name, names[i]) != 0)
		i++;
	return i < n ? i : COMMON__COUNT;
}

static int take_common(int which, const char *value, const struct usage *u, struct common *c)
{
	switch (which) {
	case STORE: c->store = value; break;
	case DATA: c->data = value; break;
	case KEY: c->key = value; break;
	case ERASED: c->erased = value; break;
	case FORMAT:
		return take_format(value, &c->format) ? -1
						      : wrong(u, "--format is table, csv or json, not \"%s\"", value);
	case AS_OF:
		return day_parse(str_of(value), &c->as_of) == RC_OK
			   ? -1
			   : wrong(u, "--as-of needs a day such as 2026-11-22, not \"%s\"", value);
	default:
		return known_on(str_of(value), &c->known_ms)
			   ? -1
			   : wrong(u,
				   "--as-known-on needs a day or an instant such as 2026-11-22T15:00:00Z, not \"%s\"",
				   value);
	}
	return -1;
}

static int take_own(const struct option *o, const char *value, const struct usage *u)
{
	if (o->type == OPTION_TEXT)
		*(const char **)o->into = value;
	else if (str_to_int(str_of(value), 0, INT64_MAX, o->into) != RC_OK)
		return wrong(u, "a whole number is needed, not \"%s\"", value);
	return -1;
}

/* -1 to go on, else the exit status. */
static int read_options(int argc, char **argv, const struct usage *u, struct call *k)
{
	const char *store = getenv("LINNET_STORE");
	k->c = (struct common){ .store = store && *store ? store : "sqlite:linnet.db",
				.data = getenv("LINNET_DATA"),
				.as_of = DAY_NONE,
				.known_ms = KNOWN_NOW };
	for (int i = 1; i < argc; i++) {
		char name[64];
		if (strcmp(argv[i], "-h") == 0)
			return say_help(u);
		if (argv[i][0] == '-' && argv[i][1] != '-') /* a file that is called so is ./-x */
			return wrong(u, "there is no option %s here", argv[i]);
		if (argv[i][0] != '-') {
			if (k->n_words == u->max_words)
				return wrong(u, "one word too many: \"%s\"", argv[i]);
			k->words[k->n_words++] = argv[i];
			continue;
		}
		const char *eq = strchr(argv[i], '=');
		snprintf(name, sizeof name, "%.*s", eq ? (int)(eq - argv[i] - 2) : 60, argv[i] + 2);
		if (strcmp(name, "help") == 0)
			return say_help(u);
		const struct option *o = own(u, name);
		if (o && o->type == OPTION_FLAG) {
			if (eq)
				return wrong(u, "--%s takes no value", name);
			*(bool *)o->into = true;
			continue;
		}
		int common = o ? COMMON__COUNT : common_of(u, name);
		if (!o && common == COMMON__COUNT)
			return wrong(u, "there is no option --%s here", name);
		const char *value = eq ? eq + 1 : i + 1 < argc ? argv[++i] : NULL;
		if (!value)
			return wrong(u, "--%s needs a value", name);
		int status = o ? take_own(o, value, u) : take_common(common, value, u, &k->c);
		if (status >= 0)
			return status;
	}
	return k->n_words < u->min_words ? wrong(u, "%s", "something is missing") : -1;
}

/* Where the rules are: said, beside the program, or in the folder it is run from. */
const char *cmd_data(const struct common *c, char out[4096])
{
	static const char *const places[] = { "data", "../../data", "../share/linnet/data" };
	char exe[3000], file[4200];
	if (c->data && *c->data)
		return c->data;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	char *slash = n > 0 ? (exe[n] = '\0', strrchr(exe, '/')) : NULL;
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		if (i > 0 && slash)
			snprintf(out, 4096, "%.*s/%s", (int)(slash - exe), exe, places[i]);
		else
			snprintf(out, 4096, "%s", places[i]);
		snprintf(file, sizeof file, "%s/kinds.yaml", out);
		if (access(file, R_OK) == 0)
			return out;
	}
	return "data";
}

struct app_settings cmd_settings(const struct common *c, bool create, char data[4096])
{
	struct app_settings s = { .data_dir = cmd_data(c, data), .store_url = c->store, .create = create };
	s.key_file = c->key ? c->key : getenv("LINNET_KEY");
	s.erased_file = c->erased ? c->erased : getenv("LINNET_ERASED");
	const char *now = getenv("LINNET_NOW"); /* for tests and rehearsals: an instant to take for now */
	if (now && *now && instant_parse(str_of(now), &s.now_ms) != RC_OK)
		err_say("linnet: LINNET_NOW is not an instant such as 2026-11-22T15:00:00Z; it is left aside\n");
	return s;
}

bool cmd_read(int argc, char **argv, const struct usage *u, struct call *k)
{
	*k = (struct call){ .app = NULL };
	arena_init(&k->a);
	buf_init(&k->b, PRINTED_MAX);
	k->words = arena_array(&k->a, (size_t)argc, sizeof *k->words);
	k->status = read_options(argc, argv, u, k);
	const struct option *format = own(u, "format");
	for_eyes = format ? strcmp(*(const char **)format->into, "text") == 0 : k->c.format == FORMAT_TABLE;
	return k->status < 0;
}

bool cmd_open(struct call *k)
{
	char data[4096];
	struct app_settings s = cmd_settings(&k->c, false, data);
	if (app_open(&s, &k->app, &k->e) == RC_OK) {
		k->v = app_operator(k->app);
		return true;
	}
	cmd_fail(&k->e);
	k->status = 2;
	return false;
}

bool cmd_open_rules(struct call *k)
{
	char data[4096];
	struct app_settings s = cmd_settings(&k->c, false, data);
	if (app_open_rules(&s, &k->app, &k->e) == RC_OK)
		return true;
	k->status = cmd_fail(&k->e);
	return false;
}

bool cmd_begin(int argc, char **argv, const struct usage *u, struct call *k)
{
	return cmd_read(argc, argv, u, k) && cmd_open(k);
}

int cmd_answer(const struct call *k, enum rc rc, int status)
{
	return rc == RC_OK ? cmd_print(&k->b, status) : cmd_fail(&k->e);
}

void cmd_end(struct call *k)
{
	app_close(k->app);
	buf_release(&k->b);
	arena_release(&k->a);
}

int cmd_fail(const struct err *e)
{
	cmd_progress_end();
	err_say("linnet: %s\n", e->text[0] ? e->text : rc_name(e->rc));
	if (e->detail[0] && getenv("LINNET_DEBUG"))
		err_say("  (%s)\n", e->detail);
	return rc_exit_status(e->rc) ? rc_exit_status(e->rc) : 2;
}

bool cmd_there(const char *path)
{
	struct stat st;
	if (!path || stat(path, &st) == 0)
		return true;
	err_say("linnet: %s is not there: %s\n", path, strerror(errno));
	return false;
}

/* ---- progress ---- */

static struct {
	int64_t started_ms, shown_ms;
	bool drawn;
} bar;

static int64_t tick_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void cmd_progress(void *arg, const char *what, int64_t done, int64_t total)
{
	(void)arg;
	int64_t now = tick_ms();
	if (!bar.started_ms)
		bar.started_ms = now;
	if (!isatty(STDERR_FILENO) || now - bar.started_ms < 1000 || (now - bar.shown_ms < 100 && done != total))
		return;
	bar.shown_ms = now;
	bar.drawn = true;
	int width = 30, full = total > 0 ? (int)(done * width / total) : 0;
	int64_t left = done > 0 && total > 0 ? (now - bar.started_ms) * (total - done) / done / 1000 : 0;
	fprintf(stderr, "\r%-28.28s [%.*s%.*s] %3d%% %4ds left ", what, full, "##############################",
		width - full, "..............................", total > 0 ? (int)(done * 100 / total) : 0, (int)left);
}

void cmd_copying(void *arg, int64_t done, int64_t total)
{
	cmd_progress(arg, "Copying", done, total);
}

void cmd_progress_end(void)
{
	if (bar.drawn)
		fprintf(stderr, "\r%79s\r", "");
	bar.drawn = false;
}

void cmd_pad(struct buf *b, struct str s, size_t width)
{
	buf_str(b, s);
	for (size_t n = utf8_length(s); n < width; n++)
		buf_putc(b, ' ');
}

int cmd_say(const struct common *c, const char *words, const struct cmd_value *values, size_t n, int status)
{
	struct buf b AUTO(buf_release);
	struct csv_writer w = { .b = &b };
	buf_init(&b, 64u << 10);
	if (c->format == FORMAT_TABLE)
		buf_printf(&b, "%s\n", words);
	for (size_t i = 0; c->format == FORMAT_CSV && i < n; i++)
		csv_put(&w, str_of(values[i].name));
	if (c->format == FORMAT_CSV)
		csv_end_row(&w);
	for (size_t i = 0; c->format != FORMAT_TABLE && i < n; i++) {
		bool json = c->format == FORMAT_JSON;
		if (json)
			buf_printf(&b, "%c\"%s\":", i ? ',' : '{', values[i].name);
		if (json && values[i].text)
			json_put_string(&b, str_of(values[i].text));
		else if (json)
			buf_int(&b, values[i].number);
		else if (values[i].text)
			csv_put_safe(&w, str_of(values[i].text));
		else
			csv_put_int(&w, values[i].number);
	}
	if (c->format == FORMAT_CSV)
		csv_end_row(&w);
	else if (c->format == FORMAT_JSON)
		buf_puts(&b, "}\n");
	return cmd_print(&b, status);
}

enum rc cmd_manifest(struct app *app, const struct common *c, const char *file, struct err *e)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 1u << 20);
	if (!file)
		return RC_OK;
	enum rc rc = app_manifest(app, c->known_ms, c->as_of, &b, e);
	if (rc != RC_OK)
		return rc;
	return file_write(file, b.p, b.n, e);
}

static void row_csv(struct buf *b, const struct str *cells, size_t n)
{
	struct csv_writer w = { .b = b };
	for (size_t i = 0; i < n; i++)
		csv_put_safe(&w, cells[i]);
	csv_end_row(&w);
}

static void row_json(const struct cmd_rows *r, const struct str *cells)
{
	for (size_t i = 0; i < r->n_cells; i++) {
		buf_printf(r->b, "%s\"%s\":", i ? "," : r->n ? ",\n{" : "[{", r->names[i]);
		json_put_string(r->b, cells[i]);
	}
	buf_putc(r->b, '}');
}

static void row_table(const struct cmd_rows *r, const struct str *cells)
{
	for (size_t i = 0; i < r->n_cells; i++) {
		if (!r->widths && cells[i].n)
			buf_printf(r->b, "%s%s: " STR_FMT, i ? ", " : "", r->names[i], STR_ARG(cells[i]));
		if (r->widths && r->widths[i])
			cmd_pad(r->b, cells[i], r->widths[i]);
		else if (r->widths)
			buf_str(r->b, cells[i]);
		if (r->widths && i + 1 < r->n_cells)
			buf_putc(r->b, ' ');
	}
	buf_putc(r->b, '\n');
}

static void row_heading(const struct cmd_rows *r)
{
	struct str names[CMD_CELLS_MAX];
	for (size_t i = 0; i < r->n_cells; i++)
		names[i] = str_of(r->names[i]);
	if (r->c->format == FORMAT_CSV)
		row_csv(r->b, names, r->n_cells);
	else if (r->c->format == FORMAT_TABLE && r->widths)
		row_table(r, names);
}

void cmd_row(struct cmd_rows *r, const struct str *cells)
{
	if (!r->n)
		row_heading(r);
	if (r->c->format == FORMAT_CSV)
		row_csv(r->b, cells, r->n_cells);
	else if (r->c->format == FORMAT_JSON)
		row_json(r, cells);
	else
		row_table(r, cells);
	r->n++;
}

void cmd_rows_done(const struct cmd_rows *r, const char *none)
{
	if (!r->n && r->c->format == FORMAT_CSV)
		row_heading(r);
	cmd_rows_end(r->c, r->b, r->n, none);
}

void cmd_rows_end(const struct common *c, struct buf *b, size_t n, const char *none)
{
	if (c->format == FORMAT_JSON)
		buf_puts(b, n ? "]\n" : "[]\n");
	else if (!n && c->format == FORMAT_TABLE)
		buf_puts(b, none);
}

int cmd_print(const struct buf *b, int status)
{
	cmd_progress_end();
	if (!buf_ok(b)) {
		err_say("linnet: the answer is too long. Choose a filter.\n");
		return 2;
	}
	struct buf shown AUTO(buf_release);
	buf_init(&shown, SIZE_MAX - 1);
	if (for_eyes && text_has_control(buf_view(b)))
		buf_shown(&shown, buf_view(b));
	struct str s = buf_view(shown.n ? &shown : b);
	if (fwrite(s.p, 1, s.n, stdout) != s.n || fflush(stdout) != 0) {
		err_say("linnet: could not write the answer\n");
		return 2;
	}
	return status;
}
