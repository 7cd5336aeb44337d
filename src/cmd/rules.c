/* rules.c - the rules as dated documents: list, show, history, set, compare, manifest. */
#include "base/files.h"
#include "cmd/cmd.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/admin/keep.h"
#include "work/admin/trial.h"

int cmd_rules(int argc, char **argv);

enum { SHORT_HASH = 12 };

struct asked {
	struct call *k;
	const char *why, *from, *to, *standard;
	bool dry_run, opens;
};

/* ---- reading ---- */

static int list(const struct asked *as)
{
	struct call *k = as->k;
	const struct edition_line *lines;
	size_t n;
	char known[DAY_TEXT_MAX];
	struct csv_writer w = { .b = &k->b };
	if (editions_list(k->app, &k->v, k->c.known_ms, &k->a, &lines, &n, &k->e) != RC_OK)
		return cmd_fail(&k->e);
	if (k->c.format == FORMAT_CSV)
		buf_puts(&k->b, "name,title,known_from,changed_here,not_checked,hash\r\n");
	for (size_t i = 0; i < n; i++) {
		const struct edition_line *l = &lines[i];
		const char *from = instant_iso(l->doc->known_ms, known);
		if (k->c.format == FORMAT_CSV) {
			csv_put(&w, l->doc->name);
			csv_put(&w, l->title);
			csv_put(&w, str_of(from));
			csv_put(&w, l->doc->region ? STR("yes") : STR("no"));
			csv_put_int(&w, (int64_t)l->not_checked);
			csv_put(&w, str_of(l->doc->hash));
			csv_end_row(&w);
		} else if (k->c.format == FORMAT_JSON) {
			buf_puts(&k->b, i ? ",\n{\"name\":" : "[{\"name\":");
			json_put_string(&k->b, l->doc->name);
			buf_puts(&k->b, ",\"title\":");
			json_put_string(&k->b, l->title);
			buf_printf(&k->b,
				   ",\"known_from\":\"%s\",\"changed_here\":%s,\"not_checked\":%zu,\"hash\":\"%s\"}",
				   from, l->doc->region ? "true" : "false", l->not_checked, l->doc->hash);
		} else {
			cmd_pad(&k->b, l->doc->name, 46);
			buf_printf(&k->b, "%.10s  %.*s  %s\n", from, SHORT_HASH, l->doc->hash,
				   l->doc->region ? "changed here" : "");
		}
	}
	if (k->c.format == FORMAT_JSON)
		buf_puts(&k->b, "]\n");
	return cmd_print(&k->b, 0);
}

static int show(const struct asked *as)
{
	struct call *k = as->k;
	struct edition_page p;
	if (editions_see(k->app, &k->v, str_of(k->words[1]), k->c.known_ms, &k->a, &p, &k->e) != RC_OK)
		return cmd_fail(&k->e);
	buf_str(&k->b, p.line.doc->body);
	return cmd_print(&k->b, 0);
}

static int history(const struct asked *as)
{
	struct call *k = as->k;
	struct edition_page p;
	char known[DAY_TEXT_MAX];
	struct csv_writer w = { .b = &k->b };
	if (editions_see(k->app, &k->v, str_of(k->words[1]), k->c.known_ms, &k->a, &p, &k->e) != RC_OK)
		return cmd_fail(&k->e);
	if (k->c.format == FORMAT_CSV)
		buf_puts(&k->b, "known_from,hash,changed_here,by,why\r\n");
	for (size_t i = 0; i < p.n_changes; i++) {
		const struct edition_change *x = &p.changes[i];
		const char *from = instant_iso(x->known_ms, known);
		if (k->c.format == FORMAT_CSV) {
			csv_put(&w, str_of(from));
			csv_put(&w, str_of(x->hash));
			csv_put(&w, x->region ? STR("yes") : STR("no"));
			csv_put_safe(&w, x->by);
			csv_put_safe(&w, x->why);
			csv_end_row(&w);
		} else if (k->c.format == FORMAT_JSON) {
			buf_printf(&k->b, "%s{\"known_from\":\"%s\",\"hash\":\"%s\",\"changed_here\":%s,\"by\":",
				   i ? ",\n" : "[", from, x->hash, x->region ? "true" : "false");
			json_put_string(&k->b, x->by);
			buf_puts(&k->b, ",\"why\":");
			json_put_string(&k->b, x->why);
			buf_putc(&k->b, '}');
		} else {
			buf_printf(&k->b, "%s  %.*s  " STR_FMT "%s" STR_FMT "\n", from, SHORT_HASH,
				   x->withdrawn ? "withdrawn   " : x->hash, STR_ARG(x->by), x->why.n ? ": " : "",
				   STR_ARG(x->why));
		}
	}
	if (k->c.format == FORMAT_JSON)
		buf_puts(&k->b, p.n_changes ? "]\n" : "[]\n");
	return cmd_print(&k->b, 0);
}

static int manifest(const struct asked *as)
{
	struct call *k = as->k;
	return app_manifest(k->app, k->c.known_ms, k->c.as_of, &k->b, &k->e) == RC_OK ? cmd_print(&k->b, 0)
										      : cmd_fail(&k->e);
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
static int say_moves(const struct asked *as, int64_t id, struct trial_view *t)
{
	struct call *k = as->k;
	do {
		if (trial_see(k->app, &k->v, id, &k->a, t, &k->e) != RC_OK)
			return cmd_fail(&k->e);
		cmd_progress(NULL, "Working out who moves", t->done, t->total);
		if (t->running)
			nanosleep(&(struct timespec){ 0, 100000000 }, NULL);
	} while (t->running);
	if (t->problem.n) {
		err_set(&k->e, RC_BUSY, STR_FMT, STR_ARG(t->problem));
		return cmd_fail(&k->e);
	}
	if (k->c.format == FORMAT_JSON)
		moves_json(&k->b, t);
	else if (k->c.format == FORMAT_CSV)
		moves_csv(&k->b, &t->moves);
	else
		moves_table(&k->b, &t->moves, &k->a);
	return cmd_print(&k->b, t->moves.moved_clocks ? 1 : 0);
}

static enum rc both_sides(const struct asked *as, int64_t ms[2])
{
	struct call *k = as->k;
	const char *const said[] = { as->from, as->to };
	for (int i = 0; i < 2; i++) {
		enum rc rc = editions_instant(k->app, str_of(said[i] ? said[i] : "now"), &ms[i], &k->e);
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

static int compare(const struct asked *as)
{
	struct call *k = as->k;
	int64_t ms[2], id;
	struct app *sides[2];
	struct trial_view t;
	if (!as->from) {
		err_set(&k->e, RC_BAD_INPUT,
			"Say which rules to begin from: --from DAY, or the first digits of a hash.");
		return cmd_fail(&k->e);
	}
	enum rc rc = both_sides(as, ms);
	for (int i = 0; rc == RC_OK && i < 2; i++)
		rc = app_known(k->app, ms[i], &sides[i], &k->e);
	if (rc == RC_OK)
		rc = trial_of_past(k->app, &k->v, ms[0], ms[1], str_of(as->standard ? as->standard : ""), &id, &k->e);
	if (rc != RC_OK)
		return cmd_fail(&k->e);
	if (k->c.format == FORMAT_TABLE)
		put_diffs(sides[0], sides[1], &k->b, &k->a);
	return say_moves(as, id, &t);
}

/* ---- changing ---- */

static int save(const struct asked *as, const struct rules_draft *d)
{
	struct call *k = as->k;
	int64_t changed;
	enum rc rc = draft_save(k->app, &k->v, d, &k->e);
	if (rc == RC_OK)
		rc = keep_catch_up(k->app, cmd_progress, NULL, &changed, &k->e);
	if (rc != RC_OK)
		return cmd_fail(&k->e);
	char said[300];
	const struct cmd_value values[] = { { "document", k->words[1], 0 }, { "changed", NULL, changed } };
	snprintf(said, sizeof said, "Saved %.100s, known from now. The rows of %" PRId64 " children changed.",
		 k->words[1], changed);
	return cmd_say(&k->c, said, values, COUNT_OF(values), 0);
}

static int set(const struct asked *as)
{
	struct call *k = as->k;
	struct rules_draft d = { .name = str_of(k->words[1]), .why = str_of(as->why ? as->why : "") };
	const struct document *there = rule_set_document(app_rules(k->app), d.name);
	struct trial_view t;
	int64_t id;
	d.base = str_of(there ? there->hash : "");
	enum rc rc = file_read(k->words[2], DOCUMENT_BYTES_MAX, &k->a, &d.body, &k->e);
	if (rc == RC_OK && as->dry_run)
		rc = trial_of_draft(k->app, &k->v, &d, &id, &k->e);
	if (rc != RC_OK)
		return cmd_fail(&k->e);
	d.opens = as->opens;
	if (!as->dry_run)
		return save(as, &d);
	if (k->c.format == FORMAT_TABLE)
		put_diff(&k->b, d.name, there ? there->body : STR(""), d.body, &k->a);
	return say_moves(as, id, &t);
}

/* ---- the command ---- */

static int run(const struct asked *as)
{
	struct call *k = as->k;
	static const struct {
		const char *word;
		size_t words;
	} all[] = { { "list", 1 }, { "show", 2 }, { "history", 2 }, { "set", 3 }, { "compare", 1 }, { "manifest", 1 } };
	size_t which = 0;
	while (which < COUNT_OF(all) && strcmp(k->words[0], all[which].word) != 0)
		which++;
	if (which == COUNT_OF(all) || k->n_words != all[which].words) {
		err_say("linnet: say list, show NAME, history NAME, set NAME FILE, compare or manifest. "
			"linnet rules --help explains.\n");
		return 2;
	}
	switch (which) {
	case 0: return list(as);
	case 1: return show(as);
	case 2: return history(as);
	case 3: return set(as);
	case 4: return compare(as);
	default: return manifest(as);
	}
}

int cmd_rules(int argc, char **argv)
{
	struct asked as = { .k = NULL };
	const struct option options[] = {
		{ "why", OPTION_TEXT, &as.why, "TEXT", "set: why the document is changed; kept with it" },
		{ "dry-run", OPTION_FLAG, &as.dry_run, NULL, "set: only say who would move, and change nothing" },
		{ "opens-sealed", OPTION_FLAG, &as.opens, NULL,
		  "set kinds.yaml: even if it shows what is sealed or closed now; --dry-run says what" },
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
	struct call k AUTO(cmd_end);
	as.k = &k;
	return cmd_begin(argc, argv, &u, &k) ? run(&as) : k.status;
}
