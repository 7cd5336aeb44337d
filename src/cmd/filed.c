#include "cmd/filed.h"

#include "codec/csv.h"
#include "codec/json.h"
#include "measure/reading.h"

int cmd_file_report(struct app *app, const struct common *c, const struct viewer *v, const struct measure_query *q,
		    const struct measure_layout *l)
{
	struct err e = { 0 };
	struct arena a AUTO(arena_release);
	arena_init(&a);
	int64_t id;
	char text[ID_TEXT_MAX];
	if (filed_file(app, v, q, l, cmd_progress, NULL, &a, &id, &e) != RC_OK)
		return cmd_fail(&e);
	id_text(id, text);
	const struct cmd_value values[] = { { "id", text, 0 } };
	return cmd_say(c,
		       arena_printf(&a, "Filed as %s. To see it beside today: linnet measure --filed %s", text, text).p,
		       values, COUNT_OF(values), 0);
}

/* ---- rows ---- */

static void put_object(struct buf *b, bool follows, const char *const *names, const struct str *cells, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		buf_printf(b, "%s\"%s\":", k ? "," : follows ? ",{" : "{", names[k]);
		json_put_string(b, cells[k]);
	}
	buf_putc(b, '}');
}

static void put_row(struct csv_writer *w, const struct str *cells, size_t n)
{
	for (size_t k = 0; k < n; k++)
		csv_put_safe(w, cells[k]);
	csv_end_row(w);
}

/* ---- the list ---- */

static void list_table(struct buf *b, const struct filed *f, size_t n, struct arena *a)
{
	char day[DAY_TEXT_MAX], id[ID_TEXT_MAX];
	for (size_t i = 0; i < n; i++) {
		cmd_pad(b, str_of(id_text(f[i].id, id)), 15);
		cmd_pad(b, str_of(day_short(london_day(f[i].filed_ms), day)), 17);
		cmd_pad(b, f[i].measure, 25);
		cmd_pad(b, arena_printf(a, "to %s", day_short(f[i].m ? period_last(f[i].m, f[i].to) : f[i].to, day)),
			21);
		buf_printf(b, STR_FMT "%s\n", STR_ARG(f[i].by_name), f[i].layout.shared ? ", for sharing" : "");
	}
	if (!n)
		buf_puts(b, "No report is filed.\n");
}

static void list_rows(struct buf *b, const struct filed *f, size_t n, bool json)
{
	char at[DAY_TEXT_MAX], from[DAY_TEXT_MAX], to[DAY_TEXT_MAX], id[ID_TEXT_MAX];
	static const char *const names[] = { "id", "filed_at", "measure", "edition", "from", "to", "hash", "shared" };
	struct csv_writer w = { .b = b };
	for (size_t k = 0; !json && k < COUNT_OF(names); k++)
		csv_put(&w, str_of(names[k]));
	if (!json)
		csv_end_row(&w);
	else
		buf_putc(b, '[');
	for (size_t i = 0; i < n; i++) {
		char edition[12];
		snprintf(edition, sizeof edition, "%d", f[i].edition);
		const struct str cells[] = { str_of(id_text(f[i].id, id)),
					     str_of(instant_iso(f[i].filed_ms, at)),
					     f[i].measure,
					     str_of(edition),
					     str_of(day_iso(f[i].from, from)),
					     str_of(day_iso(f[i].to, to)),
					     f[i].hash,
					     f[i].layout.shared ? STR("yes") : STR("no") };
		if (json)
			put_object(b, i > 0, names, cells, COUNT_OF(cells));
		else
			put_row(&w, cells, COUNT_OF(cells));
	}
	if (json)
		buf_puts(b, "]\n");
}

/* ---- one, beside today ---- */

static struct str number_words(const struct measure *m, const struct measure_number *n, struct arena *a)
{
	if (!n->has)
		return STR("-");
	if (!measure_is_share(m) && m->statistic == STATISTIC_COUNT)
		return reading_value(m, n->value, a);
	if (!measure_is_share(m))
		return arena_printf(a, STR_FMT " of %" PRId64, STR_ARG(reading_value(m, n->value, a)), n->base);
	return arena_printf(a, "%d%% (%" PRId64 " of %" PRId64 ")", per_cent_whole(n->value), n->yes, n->base);
}

static enum rc print_numbers(struct app *app, struct buf *b, const struct filed_beside *f, struct arena *a,
			     struct err *e)
{
	struct measure_layout l = f->filed.layout;
	const struct measure_line *then, *now;
	size_t n, k;
	l.shared = false; /* those who may read it see it in full */
	enum rc rc = measure_lines(f->then.known, &f->then.answers[0], &l, a, &then, &n, e);
	if (rc == RC_OK)
		rc = measure_lines(f->now.known, &f->now.answers[0], &l, a, &now, &k, e);
	if (rc != RC_OK)
		return rc;
	buf_puts(b, "\n  ");
	cmd_pad(b, STR("Period"), 26);
	cmd_pad(b, l.by ? str_of(measure_group_title(l.by)) : STR(""), l.by ? 26 : 0);
	cmd_pad(b, STR("As filed"), 20);
	buf_puts(b, "Known now\n");
	for (size_t i = 0, j = 0; i < n || j < k;) {
		int c = i == n			      ? 1
			: j == k		      ? -1
			: then[i].from != now[j].from ? (then[i].from < now[j].from ? -1 : 1)
						      : (then[i].group > now[j].group) - (then[i].group < now[j].group);
		const struct measure_line *ln = c <= 0 ? &then[i] : &now[j];
		buf_puts(b, "  ");
		cmd_pad(b, measure_period_name(f->filed.m, ln->from, a), 26);
		if (l.by)
			cmd_pad(b, measure_group_name(app, l.by, ln->group), 26);
		cmd_pad(b, c <= 0 ? number_words(f->filed.m, &then[i].n, a) : STR("-"), 20);
		buf_printf(b, STR_FMT "\n", STR_ARG(c >= 0 ? number_words(f->filed.m, &now[j].n, a) : STR("-")));
		i += c <= 0;
		j += c >= 0;
	}
	return RC_OK;
}

static void print_changes(struct buf *b, const struct filed_beside *f, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	const struct measure *m = f->filed.m;
	buf_printf(b, "\nChildren whose answer differs: %" PRId64 "\n", f->changes_total);
	for (size_t i = 0; i < f->n_changes; i++) {
		const struct filed_change *c = &f->changes[i];
		buf_printf(b, "  %s " STR_FMT "\n    was: " STR_FMT "\n    now: " STR_FMT "\n",
			   c->child.council ? arena_str(a, c->child.council->short_name).p : "", STR_ARG(c->child.ref),
			   STR_ARG(measure_answer_words(m, c->was, a)), STR_ARG(measure_answer_words(m, c->now, a)));
		for (size_t k = 0; k < c->n_events; k++) {
			const struct filed_event *ev = &c->events[k];
			buf_printf(b, "    since: %s" STR_FMT "%s%s, " STR_FMT "%s" STR_FMT "\n",
				   ev->voids	    ? "taken back, "
				   : ev->correction ? "corrected, "
						    : "",
				   STR_ARG(ev->words), ev->at == DAY_NONE ? "" : " ",
				   ev->at == DAY_NONE ? "" : day_short(ev->at, day), STR_ARG(ev->from),
				   ev->why.n ? ": " : "", STR_ARG(ev->why));
		}
	}
}

static enum rc print_beside(struct app *app, struct buf *b, const struct filed_beside *f, struct arena *a,
			    struct err *e)
{
	char day[DAY_TEXT_MAX], known[DAY_TEXT_MAX];
	buf_printf(b, STR_FMT ": " STR_FMT "\nFiled on %s by " STR_FMT ", as known at %s\nHash " STR_FMT "\n",
		   STR_ARG(f->filed.m->title), STR_ARG(f->filed.m->reading),
		   day_long(london_day(f->filed.filed_ms), day), STR_ARG(f->filed.by_name),
		   instant_iso(f->filed.known_ms, known), STR_ARG(f->filed.hash));
	if (f->same_bytes)
		buf_puts(b, "Run again as known then, it gives the same bytes.\n");
	else
		buf_printf(b, "Run again as known then, it gives other bytes: %s.\n",
			   !f->same_measures ? "the definitions have changed"
			   : !f->same_rules  ? "the standards have changed"
					     : "who may be counted has changed, or history was loaded later");
	enum rc rc = print_numbers(app, b, f, a, e);
	print_changes(b, f, a);
	return rc;
}

static void changes_rows(struct buf *b, const struct filed_beside *f, bool json, struct arena *a)
{
	static const char *const names[] = {
		"child", "council", "council_ref", "clock", "was", "now", "recorded_since"
	};
	struct csv_writer w = { .b = b };
	char id[ID_TEXT_MAX];
	for (size_t k = 0; !json && k < COUNT_OF(names); k++)
		csv_put(&w, str_of(names[k]));
	if (json)
		buf_printf(b, "{\"same_bytes\":%s,\"changes\":[", f->same_bytes ? "true" : "false");
	else
		csv_end_row(&w);
	for (size_t i = 0; i < f->n_changes; i++) {
		const struct filed_change *c = &f->changes[i];
		struct str since = STR("");
		for (size_t k = 0; k < c->n_events; k++)
			since = arena_printf(a, STR_FMT "%s" STR_FMT " (" STR_FMT ")", STR_ARG(since), k ? "; " : "",
					     STR_ARG(c->events[k].words), STR_ARG(c->events[k].from));
		const struct str cells[] = { str_of(id_text(c->child.person, id)),
					     c->child.council ? c->child.council->code : STR(""),
					     c->child.ref,
					     c->child.clock,
					     measure_answer_words(f->filed.m, c->was, a),
					     measure_answer_words(f->filed.m, c->now, a),
					     since };
		if (json)
			put_object(b, i > 0, names, cells, COUNT_OF(cells));
		else
			put_row(&w, cells, COUNT_OF(cells));
	}
	if (json)
		buf_puts(b, "]}\n");
}

static enum rc list(struct app *app, const struct common *c, const struct viewer *v, struct arena *a, struct buf *b,
		    struct err *e)
{
	const struct filed *f;
	size_t n;
	enum rc rc = filed_list(app, v, STR(""), a, &f, &n, e);
	if (rc == RC_OK && c->format == FORMAT_TABLE)
		list_table(b, f, n, a);
	else if (rc == RC_OK)
		list_rows(b, f, n, c->format == FORMAT_JSON);
	return rc;
}

int cmd_filed_report(struct app *app, const struct common *c, const struct viewer *v, const char *what)
{
	struct err e = { 0 };
	struct arena a AUTO(arena_release);
	struct buf b AUTO(buf_release);
	struct filed_beside f = { 0 };
	int64_t id;
	arena_init(&a);
	buf_init(&b, 16u << 20);
	enum rc rc = RC_OK;
	if (strcmp(what, "list") == 0)
		rc = list(app, c, v, &a, &b, &e);
	else if (id_parse(str_of(what), &id) != RC_OK)
		rc = err_set(&e, RC_BAD_INPUT, "--filed takes the id of a report, or list, not \"%s\".", what);
	else
		rc = filed_beside(app, v, id, cmd_progress, NULL, &a, &f, &e);
	if (rc == RC_OK && f.filed.id && c->format == FORMAT_TABLE)
		rc = print_beside(app, &b, &f, &a, &e);
	else if (rc == RC_OK && f.filed.id)
		changes_rows(&b, &f, c->format == FORMAT_JSON, &a);
	filed_beside_release(&f);
	return rc == RC_OK ? cmd_print(&b, f.changes_total > 0) : cmd_fail(&e);
}
