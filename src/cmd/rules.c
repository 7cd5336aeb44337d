/* rules.c - the rules as dated documents: list, show, history, set, compare, manifest. */
#include "base/files.h"
#include "cmd/cmd.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/admin/keep.h"
#include "work/admin/trial.h"

int cmd_rules(int argc, char **argv);

enum { SHORT_HASH = 12, OUT_MAX = 64 << 20 };

struct asked {
	struct common c;
	char *words[3];
	size_t n;
	const char *why, *from, *to, *standard;
	bool dry_run;
};

/* ---- reading ---- */

static int list(struct app *app, const struct asked *as, struct arena *a, struct buf *b, struct err *e)
{
	struct viewer v = app_operator(app);
	const struct edition_line *lines;
	size_t n;
	char known[DAY_TEXT_MAX];
	struct csv_writer w = { .b = b };
	if (editions_list(app, &v, as->c.known_ms, a, &lines, &n, e) != RC_OK)
		return cmd_fail(e);
	if (as->c.format == FORMAT_CSV)
		buf_puts(b, "name,title,known_from,changed_here,not_checked,hash\r\n");
	for (size_t i = 0; i < n; i++) {
		const struct edition_line *l = &lines[i];
		const char *from = instant_iso(l->doc->known_ms, known);
		if (as->c.format == FORMAT_CSV) {
			csv_put(&w, l->doc->name);
			csv_put(&w, l->title);
			csv_put(&w, str_of(from));
			csv_put(&w, l->doc->region ? STR("yes") : STR("no"));
			csv_put_int(&w, (int64_t)l->not_checked);
			csv_put(&w, str_of(l->doc->hash));
			csv_end_row(&w);
		} else if (as->c.format == FORMAT_JSON) {
			buf_puts(b, i ? ",\n{\"name\":" : "[{\"name\":");
			json_put_string(b, l->doc->name);
			buf_puts(b, ",\"title\":");
			json_put_string(b, l->title);
			buf_printf(b, ",\"known_from\":\"%s\",\"changed_here\":%s,\"not_checked\":%zu,\"hash\":\"%s\"}",
				   from, l->doc->region ? "true" : "false", l->not_checked, l->doc->hash);
		} else {
			cmd_pad(b, l->doc->name, 46);
			buf_printf(b, "%.10s  %.*s  %s\n", from, SHORT_HASH, l->doc->hash,
				   l->doc->region ? "changed here" : "");
		}
	}
	if (as->c.format == FORMAT_JSON)
		buf_puts(b, "]\n");
	return cmd_print(b, 0);
}

static int show(struct app *app, const struct asked *as, struct arena *a, struct buf *b, struct err *e)
{
	struct viewer v = app_operator(app);
	struct edition_page p;
	if (editions_see(app, &v, str_of(as->words[1]), as->c.known_ms, a, &p, e) != RC_OK)
		return cmd_fail(e);
	buf_str(b, p.line.doc->body);
	return cmd_print(b, 0);
}

static int history(struct app *app, const struct asked *as, struct arena *a, struct buf *b, struct err *e)
{
	struct viewer v = app_operator(app);
	struct edition_page p;
	char known[DAY_TEXT_MAX];
	struct csv_writer w = { .b = b };
	if (editions_see(app, &v, str_of(as->words[1]), as->c.known_ms, a, &p, e) != RC_OK)
		return cmd_fail(e);
	if (as->c.format == FORMAT_CSV)
		buf_puts(b, "known_from,hash,changed_here,by,why\r\n");
	for (size_t i = 0; i < p.n_changes; i++) {
		const struct edition_change *k = &p.changes[i];
		const char *from = instant_iso(k->known_ms, known);
		if (as->c.format == FORMAT_CSV) {
			csv_put(&w, str_of(from));
			csv_put(&w, str_of(k->hash));
			csv_put(&w, k->region ? STR("yes") : STR("no"));
			csv_put_safe(&w, k->by);
			csv_put_safe(&w, k->why);
			csv_end_row(&w);
		} else if (as->c.format == FORMAT_JSON) {
			buf_printf(b, "%s{\"known_from\":\"%s\",\"hash\":\"%s\",\"changed_here\":%s,\"by\":",
				   i ? ",\n" : "[", from, k->hash, k->region ? "true" : "false");
			json_put_string(b, k->by);
			buf_puts(b, ",\"why\":");
			json_put_string(b, k->why);
			buf_putc(b, '}');
		} else {
			buf_printf(b, "%s  %.*s  " STR_FMT "%s" STR_FMT "\n", from, SHORT_HASH,
				   k->withdrawn ? "withdrawn   " : k->hash, STR_ARG(k->by), k->why.n ? ": " : "",
				   STR_ARG(k->why));
		}
	}
	if (as->c.format == FORMAT_JSON)
		buf_puts(b, p.n_changes ? "]\n" : "[]\n");
	return cmd_print(b, 0);
}

static int manifest(struct app *app, const struct asked *as, struct buf *b, struct err *e)
{
	return app_manifest(app, as->c.known_ms, as->c.as_of, b, e) == RC_OK ? cmd_print(b, 0) : cmd_fail(e);
}

/* ---- who moves ---- */

static void put_day(struct buf *b, day_t d)
{
	char text[DAY_TEXT_MAX];
	buf_puts(b, d == DAY_NONE ? "-" : day_iso(d, text));
}

static void moves_table(struct buf *b, const struct comparison *m, struct arena *a)
{
	buf_printf(b, "%" PRId64 " of %" PRId64 " children move, with %" PRId64 " clocks.\n", m->moved_children,
		   m->children, m->moved_clocks);
	for (size_t i = 0; i < m->n_standards; i++) {
		const struct standard_moves *s = &m->standards[i];
		if (!s->moved)
			continue;
		buf_printf(b, "\n" STR_FMT "  [" STR_FMT "]: open %" PRId64 ", then %" PRId64 "\n", STR_ARG(s->title),
			   STR_ARG(s->id), s->open_before, s->open_after);
		for (int k = MOVE_LATER; k < MOVE__COUNT; k++)
			if (s->moves[k])
				buf_printf(b, "  %-32s %" PRId64 "\n", move_title((enum move_kind)k), s->moves[k]);
		if (s->moves[MOVE_LATER] + s->moves[MOVE_EARLIER])
			buf_printf(b, "  the due day moves by            %+d to %+d days\n", s->days_min, s->days_max);
	}
	if (m->n_clocks)
		buf_puts(b, "\n");
	for (size_t i = 0; i < m->n_clocks; i++) {
		const struct moved_clock *k = &m->clocks[i];
		cmd_pad(b, arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(k->given), STR_ARG(k->family)), 30);
		cmd_pad(b, k->standard, 24);
		put_day(b, k->due_before);
		buf_puts(b, " -> ");
		put_day(b, k->due_after);
		buf_printf(b, "  %s\n", move_title(k->move));
	}
	if (m->moved_clocks > (int64_t)m->n_clocks)
		buf_printf(b, "and %" PRId64 " more\n", m->moved_clocks - (int64_t)m->n_clocks);
}

static void json_day(struct buf *b, const char *name, day_t d)
{
	char text[DAY_TEXT_MAX];
	if (d == DAY_NONE)
		buf_printf(b, ",\"%s\":null", name);
	else
		buf_printf(b, ",\"%s\":\"%s\"", name, day_iso(d, text));
}

static void moves_json(struct buf *b, const struct trial_view *t)
{
	const struct comparison *m = &t->moves;
	char id[ID_TEXT_MAX];
	buf_printf(b,
		   "{\"before\":\"" STR_FMT "\",\"after\":\"" STR_FMT "\",\"children\":%" PRId64
		   ",\"moved_children\":%" PRId64 ",\"moved_clocks\":%" PRId64 ",\"standards\":[",
		   STR_ARG(t->hash_before), STR_ARG(t->hash_after), m->children, m->moved_children, m->moved_clocks);
	for (size_t i = 0; i < m->n_standards; i++) {
		const struct standard_moves *s = &m->standards[i];
		buf_printf(b, "%s\n{\"id\":", i ? "," : "");
		json_put_string(b, s->id);
		buf_printf(b, ",\"open_before\":%" PRId64 ",\"open_after\":%" PRId64, s->open_before, s->open_after);
		for (int k = MOVE_LATER; k < MOVE__COUNT; k++)
			buf_printf(b, ",\"%s\":%" PRId64, move_id((enum move_kind)k), s->moves[k]);
		buf_printf(b, ",\"days_min\":%d,\"days_max\":%d}", s->days_min, s->days_max);
	}
	buf_puts(b, "],\"clocks\":[");
	for (size_t i = 0; i < m->n_clocks; i++) {
		const struct moved_clock *k = &m->clocks[i];
		buf_printf(b, "%s\n{\"child\":\"%s\",\"clock\":", i ? "," : "", id_text(k->person, id));
		json_put_string(b, k->standard);
		buf_printf(b, ",\"move\":\"%s\"", move_id(k->move));
		json_day(b, "due_before", k->due_before);
		json_day(b, "due_after", k->due_after);
		buf_printf(b, ",\"days\":%d}", k->days);
	}
	buf_puts(b, "]}\n");
}

static void moves_csv(struct buf *b, const struct comparison *m)
{
	struct csv_writer w = { .b = b };
	char id[ID_TEXT_MAX], text[DAY_TEXT_MAX];
	buf_puts(b, "child,given_name,family_name,clock,move,due_before,due_after,days\r\n");
	for (size_t i = 0; i < m->n_clocks; i++) {
		const struct moved_clock *k = &m->clocks[i];
		const day_t due[] = { k->due_before, k->due_after };
		csv_put(&w, str_of(id_text(k->person, id)));
		csv_put_safe(&w, k->given);
		csv_put_safe(&w, k->family);
		csv_put(&w, k->standard);
		csv_put(&w, str_of(move_id(k->move)));
		for (size_t d = 0; d < COUNT_OF(due); d++)
			csv_put(&w, due[d] == DAY_NONE ? STR("") : str_of(day_iso(due[d], text)));
		csv_put_int(&w, k->days);
		csv_end_row(&w);
	}
}

static void put_diff(struct buf *b, struct str name, struct str before, struct str after, struct arena *a)
{
	const struct diff_line *d;
	size_t n;
	texts_diff(before, after, a, &d, &n);
	if (n)
		buf_printf(b, STR_FMT "\n", STR_ARG(name));
	for (size_t i = 0; i < n; i++)
		buf_printf(b, d[i].sort == DIFF_GAP ? "  ...\n" : "%c " STR_FMT "\n", d[i].sort, STR_ARG(d[i].text));
	if (n)
		buf_putc(b, '\n');
}

/* Waits for the trial, and says it. 1: somebody moves. */
static int say_moves(struct app *app, const struct asked *as, int64_t id, struct trial_view *t, struct arena *a,
		     struct buf *b, struct err *e)
{
	struct viewer v = app_operator(app);
	do {
		if (trial_see(app, &v, id, a, t, e) != RC_OK)
			return cmd_fail(e);
		cmd_progress(NULL, "Working out who moves", t->done, t->total);
		if (t->running)
			nanosleep(&(struct timespec){ 0, 100000000 }, NULL);
	} while (t->running);
	if (t->problem.n) {
		err_set(e, RC_BUSY, STR_FMT, STR_ARG(t->problem));
		return cmd_fail(e);
	}
	if (as->c.format == FORMAT_JSON)
		moves_json(b, t);
	else if (as->c.format == FORMAT_CSV)
		moves_csv(b, &t->moves);
	else
		moves_table(b, &t->moves, a);
	return cmd_print(b, t->moves.moved_clocks ? 1 : 0);
}

static enum rc both_sides(struct app *app, const struct asked *as, int64_t ms[2], struct err *e)
{
	const char *const said[] = { as->from, as->to };
	for (int i = 0; i < 2; i++) {
		enum rc rc = editions_instant(app, str_of(said[i] ? said[i] : "now"), &ms[i], e);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static void put_diffs(struct app *before, struct app *after, struct buf *b, struct arena *a)
{
	const struct edition_diff *d;
	size_t n = editions_diff(before, after, a, &d);
	for (size_t i = 0; i < n; i++)
		put_diff(b, d[i].name, d[i].before, d[i].after, a);
}

static int compare(struct app *app, const struct asked *as, struct arena *a, struct buf *b, struct err *e)
{
	struct viewer v = app_operator(app);
	int64_t ms[2], id;
	struct app *sides[2];
	struct trial_view t;
	if (!as->from) {
		err_set(e, RC_BAD_INPUT, "Say which rules to begin from: --from DAY, or the first digits of a hash.");
		return cmd_fail(e);
	}
	enum rc rc = both_sides(app, as, ms, e);
	for (int i = 0; rc == RC_OK && i < 2; i++)
		rc = app_known(app, ms[i], &sides[i], e);
	if (rc == RC_OK)
		rc = trial_of_past(app, &v, ms[0], ms[1], str_of(as->standard ? as->standard : ""), &id, e);
	if (rc != RC_OK)
		return cmd_fail(e);
	if (as->c.format == FORMAT_TABLE)
		put_diffs(sides[0], sides[1], b, a);
	return say_moves(app, as, id, &t, a, b, e);
}

/* ---- changing ---- */

static int save(struct app *app, const struct asked *as, const struct rules_draft *d, struct err *e)
{
	struct viewer v = app_operator(app);
	int64_t changed;
	enum rc rc = draft_save(app, &v, d, e);
	if (rc == RC_OK)
		rc = keep_catch_up(app, cmd_progress, NULL, &changed, e);
	if (rc != RC_OK)
		return cmd_fail(e);
	char said[300];
	const struct cmd_value values[] = { { "document", as->words[1], 0 }, { "changed", NULL, changed } };
	snprintf(said, sizeof said, "Saved %.100s, known from now. The rows of %" PRId64 " children changed.",
		 as->words[1], changed);
	return cmd_say(&as->c, said, values, COUNT_OF(values), 0);
}

static int set(struct app *app, const struct asked *as, struct arena *a, struct buf *b, struct err *e)
{
	struct viewer v = app_operator(app);
	struct rules_draft d = { .name = str_of(as->words[1]), .why = str_of(as->why ? as->why : "") };
	const struct document *there = rule_set_document(app_rules(app), d.name);
	struct trial_view t;
	int64_t id;
	d.base = str_of(there ? there->hash : "");
	enum rc rc = file_read(as->words[2], DOCUMENT_BYTES_MAX, a, &d.body, e);
	if (rc == RC_OK && as->dry_run)
		rc = trial_of_draft(app, &v, &d, &id, e);
	if (rc != RC_OK)
		return cmd_fail(e);
	if (!as->dry_run)
		return save(app, as, &d, e);
	if (as->c.format == FORMAT_TABLE)
		put_diff(b, d.name, there ? there->body : STR(""), d.body, a);
	return say_moves(app, as, id, &t, a, b, e);
}

/* ---- the command ---- */

static int run(struct app *app, const struct asked *as)
{
	static const struct {
		const char *word;
		size_t words;
	} all[] = { { "list", 1 }, { "show", 2 }, { "history", 2 }, { "set", 3 }, { "compare", 1 }, { "manifest", 1 } };
	struct err e = { 0 };
	struct arena a AUTO(arena_release);
	struct buf b AUTO(buf_release);
	arena_init(&a);
	buf_init(&b, OUT_MAX);
	size_t which = 0;
	while (which < COUNT_OF(all) && strcmp(as->words[0], all[which].word) != 0)
		which++;
	if (which == COUNT_OF(all) || as->n != all[which].words) {
		fprintf(stderr, "linnet: say list, show NAME, history NAME, set NAME FILE, compare or manifest. "
				"linnet rules --help explains.\n");
		return 2;
	}
	switch (which) {
	case 0: return list(app, as, &a, &b, &e);
	case 1: return show(app, as, &a, &b, &e);
	case 2: return history(app, as, &a, &b, &e);
	case 3: return set(app, as, &a, &b, &e);
	case 4: return compare(app, as, &a, &b, &e);
	default: return manifest(app, as, &b, &e);
	}
}

int cmd_rules(int argc, char **argv)
{
	struct asked as = { .n = 0 };
	const struct option options[] = {
		{ "why", OPTION_TEXT, &as.why, "TEXT", "set: why the document is changed; kept with it" },
		{ "dry-run", OPTION_FLAG, &as.dry_run, NULL, "set: only say who would move, and change nothing" },
		{ "from", OPTION_TEXT, &as.from, "WHEN", "compare: a day, an instant, or a hash's first digits" },
		{ "to", OPTION_TEXT, &as.to, "WHEN", "compare: the same (now)" },
		{ "standard", OPTION_TEXT, &as.standard, "ID", "compare: only this one" },
	};
	const struct usage u = {
		"linnet rules list|show NAME|history NAME|set NAME FILE|compare|manifest [options]",
		"The rules as dated documents. list: what is in force, or was known on a day. show: one document's "
		"text. history: its changes. set: takes FILE as its new text, known from now; clocks follow. "
		"compare: the rules known at two instants side by side: who moves, and by how much. manifest: "
		"what a report of that day is made by. compare and set --dry-run end with 1 if a clock moves.",
		"linnet rules compare --from 2026-11-01 --standard iha-returned",
		options,
		COUNT_OF(options),
		true,
		1,
		3
	};
	int status = cmd_options(argc, argv, &u, &as.c, as.words, &as.n);
	struct app *app = status < 0 ? cmd_open(&as.c, false, &status) : NULL;
	if (!app)
		return status;
	status = run(app, &as);
	app_close(app);
	return status;
}
