#include "exchange/tables/batch.h"

#include "base/hash.h"
#include "base/jail.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 200, FOLDER_ENTRIES_MAX = 10000, TWO_FROM_BYTES = 8 * 1024 * 1024 };

struct found_file {
	char name[NAME_MAX_BYTES + 1];
	size_t table; /* SIZE_MAX: about.csv */
	bool partial;
	int fd;	       /* -1: could not be opened */
	bool ours;     /* fd is ours to close */
	int64_t size;  /* 0: not known */
	char why[160]; /* why it could not be opened */
};

struct finder {
	const struct tables_spec *spec;
	const struct tables_input *in;
	struct found_file files[TABLE_FILES_MAX + 1];
	size_t n;
	struct collector *c; /* for findings about the folder */
};

static void complain(struct collector *c, uint8_t file, enum severity severity, const char *rule, struct str found,
		     const char *message, const char *fix)
{
	struct batch_finding f = { .file = file,
				   .severity = severity,
				   .rule = str_of(rule),
				   .found = found,
				   .message = str_of(message),
				   .fix = str_of(fix) };
	collect_finding(c, &f);
	c->findings_total++;
}

/* ---- which file is which table ---- */

static bool ends_with(struct str *s, const char *end)
{
	size_t n = strlen(end);
	if (s->n < n || !str_is_nocase((struct str){ s->p + s->n - n, n }, end))
		return false;
	s->n -= n;
	return true;
}

/* "Placements_kept_back.csv" -> placements, partial. False if it is no table of ours. */
static bool table_of(const struct tables_spec *s, struct str name, size_t *table_out, bool *partial_out)
{
	char low[NAME_MAX_BYTES];
	if (!ends_with(&name, ".csv") || name.n > sizeof low)
		return false;
	bool partial = ends_with(&name, "_kept_back");
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		low[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c == ' ' || c == '-' ? '_' : c);
	}
	struct str word = { low, name.n };
	*partial_out = partial;
	*table_out = str_is(word, "about") ? SIZE_MAX : tables_find(s, word);
	return *table_out != SIZE_MAX || str_is(word, "about");
}

static void add_file(struct finder *f, struct str name, int fd, bool ours, const char *why)
{
	struct found_file *to = &f->files[f->n];
	bool partial;
	size_t table;
	if (name.n > NAME_MAX_BYTES || utf8_bad_at(name) != SIZE_MAX || !table_of(f->spec, name, &table, &partial) ||
	    f->n == TABLE_FILES_MAX) {
		struct str shown = name.n <= NAME_MAX_BYTES && utf8_bad_at(name) == SIZE_MAX
				       ? name
				       : STR("(a name that cannot be shown)");
		complain(f->c, FILE_NONE, SEVERITY_WARNING, "unknown-file", shown,
			 "This file is not one of the tables and was not read",
			 "Nothing, or give it the name of its table, such as placements.csv");
		if (ours && fd >= 0)
			close(fd);
		return;
	}
	*to = (struct found_file){ .table = table, .partial = partial, .fd = fd, .ours = ours };
	memcpy(to->name, name.p, name.n);
	snprintf(to->why, sizeof to->why, "%s", why);
	struct stat st;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		to->size = (int64_t)st.st_size;
	for (size_t i = 0; i < f->in->n_partial; i++)
		if (table != SIZE_MAX && str_eq(f->in->partial[i], tables_name(f->spec, table)))
			to->partial = true;
	f->n++;
}

/* ---- opening ---- */

/* Only ordinary files; a pipe in a folder must not hold us up. */
static int open_plain(int folder, const char *name, char *why, size_t n_why)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	if (fd < 0) {
		snprintf(why, n_why, "%s",
			 errno == EACCES   ? "you may not read it"
			 : errno == ELOOP  ? "it is a link that leads round in a circle"
			 : errno == ENOENT ? "it is a link to a file that is not there"
					   : strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && fcntl(fd, F_SETFL, O_RDONLY) == 0)
		return fd;
	snprintf(why, n_why, "%s", S_ISDIR(st.st_mode) ? "it is a folder, not a file" : "it is not an ordinary file");
	close(fd);
	return -1;
}

static int not_hidden_csv(const struct dirent *d)
{
	struct str name = str_of(d->d_name);
	return name.p[0] != '.' && ends_with(&name, ".csv");
}

static enum rc find_in_folder(struct finder *f, struct err *e)
{
	const char *folder = f->in->folder;
	int dir AUTO(auto_close) = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **entries = NULL;
	int n = dir < 0 ? -1 : scandirat(dir, ".", &entries, not_hidden_csv, alphasort);
	if (n < 0)
		return err_set(e, errno == ENOENT ? RC_NOT_FOUND : RC_BAD_INPUT,
			       "The folder %s could not be opened: %s", folder,
			       errno == ENOTDIR ? "it is not a folder" : strerror(errno));
	enum rc rc = n <= FOLDER_ENTRIES_MAX ? RC_OK
					     : err_set(e, RC_LIMIT, "The folder %s holds more than %d CSV files",
						       folder, FOLDER_ENTRIES_MAX);
	for (int i = 0; i < n; i++) {
		char why[160] = "";
		size_t table;
		bool partial;
		struct str name = str_of(entries[i]->d_name);
		bool known = table_of(f->spec, name, &table, &partial);
		int fd = rc == RC_OK && known ? open_plain(dir, entries[i]->d_name, why, sizeof why) : -1;
		if (rc == RC_OK)
			add_file(f, name, fd, true, why);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

static void find_uploads(struct finder *f)
{
	for (size_t i = 0; i < f->in->n_uploads; i++)
		add_file(f, f->in->uploads[i].name, f->in->uploads[i].fd, false, "");
}

/* about.csv, then by table, full files before partial ones; what could not be opened at the end. */
static int by_turn(const void *a, const void *b)
{
	const struct found_file *x = a, *y = b;
	if ((x->fd < 0) != (y->fd < 0))
		return x->fd < 0 ? 1 : -1;
	size_t s = x->table + 1, t = y->table + 1; /* SIZE_MAX becomes 0 */
	if (s != t)
		return s < t ? -1 : 1;
	if (x->partial != y->partial)
		return x->partial ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* ---- running the parser ---- */

struct plan { /* what one parser reads */
	struct parse_file files[TABLE_FILES_MAX];
	int fds[TABLE_FILES_MAX];
	int64_t sizes[TABLE_FILES_MAX];
	size_t n;
	struct parse_job job;
	bool anywhere; /* every file can be read from any place */
};

/* Where a file begins that can be read from any place, as two parsers must; -1 if it cannot. */
static int64_t begins_at(const struct found_file *f)
{
	return f->size > 0 ? (int64_t)lseek(f->fd, 0, SEEK_CUR) : -1;
}

static void make_plan(struct finder *f, day_t today, struct plan *plan)
{
	struct collector *c = f->c;
	qsort(f->files, f->n, sizeof *f->files, by_turn);
	plan->n = 0;
	plan->anywhere = true;
	for (size_t i = 0; i < f->n; i++) {
		struct found_file *file = &f->files[i];
		if (file->fd >= 0) {
			plan->fds[plan->n] = file->fd;
			plan->sizes[plan->n] = file->size;
			plan->files[plan->n++] = (struct parse_file){ .name = file->name,
								      .fd = file->fd,
								      .table = file->table,
								      .partial = file->partial,
								      .number = (uint32_t)c->n_files,
								      .from = begins_at(file) };
			plan->anywhere = plan->anywhere && plan->files[plan->n - 1].from >= 0;
			c->bytes_total += file->size;
		}
		if (file->table == SIZE_MAX)
			continue;
		c->files[c->n_files++] = (struct batch_file){ .name = arena_str(&c->own->arena, str_of(file->name)),
							      .table = file->table,
							      .partial = file->partial,
							      .refused = file->fd < 0,
							      .covers_from = DAY_NONE };
		c->n_read += file->fd >= 0;
	}
	plan->job = (struct parse_job){ .spec = f->spec, .today = today, .files = plan->files, .n_files = plan->n };
}

/* Said after the files are numbered. */
static void tell_unopened(struct finder *f)
{
	for (size_t i = 0, number = 0; i < f->n; i++) {
		const struct found_file *file = &f->files[i];
		uint8_t index = (uint8_t)(file->table == SIZE_MAX ? f->c->n_files : number++);
		char words[ERR_TEXT_MAX];
		if (file->fd >= 0)
			continue;
		snprintf(words, sizeof words, "The file could not be opened: %s", file->why);
		complain(f->c, index, SEVERITY_FILE, "not-opened", str_of(file->name), words,
			 "Put the CSV file there and load again");
	}
}

static int parse_inside(int fd, void *arg)
{
	return tables_parse(fd, arg);
}

static enum rc run_parser(struct plan *plan, struct telling *t, struct err *e)
{
	static const struct jail_limits limits = { .memory_max = (size_t)2 << 30,
						   .cpu_seconds = 900,
						   .wall_ms = 3600 * 1000,
						   .output_max = (uint64_t)16 << 30 };
	hash_ready();
	enum rc rc = jail_run("The files", &limits, plan->fds, plan->n, parse_inside, &plan->job, collect, t, e);
	if (rc == RC_OK && !collect_ended(t))
		rc = err_set(e, RC_BAD_INPUT, "The reader of the files stopped before their end. Nothing was loaded");
	if (rc != RC_OK)
		t->failed_first = !atomic_exchange(&t->c->stopped, true);
	return rc;
}

/* ---- two parsers ---- */

/* The first table of the second parser: where the first has half of the bytes. plan->n if one parser is enough. */
static size_t middle(const struct plan *plan, const struct tables_spec *s, int64_t two_from)
{
	int64_t total = 0, so_far = 0;
	for (size_t i = 0; i < plan->n; i++)
		total += table_is_shared(s, plan->files[i].table) ? 0 : plan->sizes[i];
	if (!plan->anywhere || total < (two_from ? two_from : TWO_FROM_BYTES))
		return plan->n;
	for (size_t i = 0; i < plan->n; i++) {
		bool whole = i && plan->files[i].table != plan->files[i - 1].table; /* files of a table stay together */
		if (whole && so_far && so_far + plan->sizes[i] / 2 >= total / 2)
			return i;
		so_far += table_is_shared(s, plan->files[i].table) ? 0 : plan->sizes[i];
	}
	return plan->n;
}

/* Divides a plan: what both must read stays in both. */
static void divide(struct plan *plan, const struct tables_spec *s, size_t from, struct plan *second)
{
	*second = *plan;
	second->n = 0;
	for (size_t i = 0; i < plan->n; i++)
		if (i >= from || table_is_shared(s, plan->files[i].table)) {
			second->files[second->n] = plan->files[i];
			second->fds[second->n++] = plan->fds[i];
		}
	plan->n = from;
	plan->job.n_files = plan->n;
	plan->job.of_two = true;
	second->job = plan->job;
	second->job.files = second->files;
	second->job.n_files = second->n;
	second->job.second = true;
}

struct beside {
	struct plan *plan;
	struct telling *t;
};

static void *read_beside(void *arg)
{
	struct beside *b = arg;
	b->t->rc = run_parser(b->plan, b->t, &b->t->err);
	return NULL;
}

/* Reads what is planned by one parser, or by two beside one another if there is much of it. */
static enum rc run_parsers(struct plan *plan, struct collector *c, int64_t two_from, struct err *e)
{
	struct plan second;
	struct beside beside = { &second, &c->parts[1] };
	pthread_t thread;
	size_t from = two_from < 0 ? plan->n : middle(plan, c->spec, two_from);
	if (from == plan->n)
		return run_parser(plan, &c->parts[0], e);
	c->later_from = plan->files[from].number;
	divide(plan, c->spec, from, &second);
	bool two = pthread_create(&thread, NULL, read_beside, &beside) == 0;
	enum rc rc = run_parser(plan, &c->parts[0], e);
	if (two)
		pthread_join(thread, NULL);
	else if (rc == RC_OK)
		read_beside(&beside);
	/* The one that stopped because of the other has nothing to say. */
	if (c->parts[1].rc != RC_OK && (rc == RC_OK || c->parts[1].failed_first)) {
		*e = c->parts[1].err;
		rc = c->parts[1].rc;
	}
	return rc;
}

static void close_ours(struct finder *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->files[i].ours && f->files[i].fd >= 0)
			close(f->files[i].fd);
}

struct collector *collector_new(const struct tables_spec *s, tables_progress *p, void *p_arg)
{
	struct collector *c = xcalloc(1, sizeof *c);
	c->spec = s;
	c->own = xcalloc(1, sizeof *c->own);
	arena_init(&c->own->arena);
	c->files = xcalloc(TABLE_FILES_MAX, sizeof *c->files);
	c->findings = xmalloc((TABLE_FINDINGS_MAX + TABLE_FILES_MAX) * sizeof *c->findings);
	c->later_from = UINT32_MAX;
	pthread_mutex_init(&c->lock, NULL);
	for (size_t i = 0; i < COUNT_OF(c->parts); i++) {
		c->parts[i] = (struct telling){ .c = c, .second = i > 0, .shared = UINT32_MAX };
		buf_init(&c->parts[i].rest, 2 * WIRE_MESSAGE_MAX);
	}
	c->progress = p;
	c->progress_arg = p_arg;
	return c;
}

void collector_free(struct collector *c)
{
	for (size_t i = 0; i < COUNT_OF(c->parts); i++) {
		buf_release(&c->parts[i].rest);
		free(c->parts[i].orgs);
	}
	pthread_mutex_destroy(&c->lock);
	free(c->later);
	free(c->files);
	free(c->findings);
	free(c->children);
	free(c->retracted);
	free(c);
}

/* Findings about the folder came before the files were counted. */
static void number_folder_findings(struct collector *c)
{
	for (size_t i = 0; i < c->n_findings; i++)
		if (c->findings[i].file == FILE_NONE)
			c->findings[i].file = (uint8_t)c->n_files;
}

/* *again_out: by two parsers it cannot be said, one has to read. */
static enum rc read_once(const struct tables_spec *s, const struct tables_input *in, day_t today, tables_progress *p,
			 void *p_arg, struct tables_batch **out, bool *again_out, struct err *e)
{
	struct collector *c = collector_new(s, p, p_arg);
	struct finder *f = xcalloc(1, sizeof *f);
	struct plan plan;
	f->spec = s;
	f->in = in;
	f->c = c;
	enum rc rc = RC_OK;
	if (in->folder)
		rc = find_in_folder(f, e);
	else
		find_uploads(f);
	if (rc == RC_OK) {
		make_plan(f, today, &plan);
		number_folder_findings(c);
		tell_unopened(f);
		if (!c->n_files)
			rc = err_set(e, RC_BAD_INPUT,
				     "None of the files is one of the tables: children.csv, periods_of_care.csv, "
				     "placements.csv and so on are expected");
	}
	if (rc == RC_OK && plan.n)
		rc = run_parsers(&plan, c, in->two_from, e);
	close_ours(f);
	*again_out = rc == RC_OK && !batch_finish(c);
	if (rc == RC_OK && !*again_out) {
		*out = &c->own->b;
	} else {
		tables_batch_free(&c->own->b);
	}
	collector_free(c);
	free(f);
	return rc;
}

enum rc tables_read(const struct tables_spec *s, const struct tables_input *in, day_t today, tables_progress *p,
		    void *p_arg, struct tables_batch **out, struct err *e)
{
	struct tables_input alone = *in;
	bool again;
	enum rc rc = read_once(s, in, today, p, p_arg, out, &again, e);
	alone.two_from = -1;
	return again ? read_once(s, &alone, today, p, p_arg, out, &again, e) : rc;
}
