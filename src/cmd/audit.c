/* linnet audit verify, seal, show, alerts: who did what, and the proof that nobody changed it since. */
#include "cmd/cmd.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/oversee/alert.h"
#include "work/oversee/audit.h"
#include "work/see/child.h"

int cmd_audit_verify(int argc, char **argv);
int cmd_audit_seal(int argc, char **argv);
int cmd_audit_show(int argc, char **argv);
int cmd_audit_alerts(int argc, char **argv);

static struct str moment(int64_t ms, struct arena *a)
{
	day_t day;
	int minute;
	char text[DAY_TEXT_MAX];
	london_of_ms(ms, &day, &minute);
	return arena_printf(a, "%s, %02d:%02d", day_plain(day, text), minute / 60, minute % 60);
}

static struct str head_text(const struct audit_head *h, struct arena *a)
{
	return h->seal ? arena_printf(a, "%" PRId64 ":%s", h->seal, h->hash) : STR("");
}

/* ---- verify ---- */

static struct str said(const struct audit_report *r, struct arena *a)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 4096);
	if (r->faults)
		buf_printf(&b, "NOT SOUND: " STR_FMT, STR_ARG(r->list[0].words));
	else
		buf_printf(&b, "Sound: %" PRId64 " lines under %" PRId64 " seals are as they were sealed.", r->rows,
			   r->seals);
	if (r->faults && r->list[0].at_ms)
		buf_printf(&b, " Its time: " STR_FMT ".", STR_ARG(moment(r->list[0].at_ms, a)));
	if (r->faults > 1)
		buf_printf(&b, " And %" PRId64 " more.", r->faults - 1);
	if (r->erased)
		buf_printf(&b, "\n%" PRId64 " of the lines were lawfully erased; what stays of them was verified.",
			   r->erased);
	if (r->late)
		buf_printf(&b,
			   "\n%" PRId64 " lines were sealed more than a day after their own time: a server was cut "
			   "off, or a clock was wrong.",
			   r->late);
	if (r->not_sealed)
		buf_printf(&b,
			   "\nNot sealed yet, so not proven: %" PRId64 " lines, the oldest of " STR_FMT
			   ". Seal them with: linnet audit seal",
			   r->not_sealed, STR_ARG(moment(r->oldest_ms, a)));
	if (r->head.seal)
		buf_printf(&b, "\nThe newest seal, to be kept elsewhere: " STR_FMT, STR_ARG(head_text(&r->head, a)));
	return arena_str(a, buf_view(&b));
}

static int say_report(const struct common *c, const struct audit_report *r, struct arena *a)
{
	static const struct audit_fault none = { .words = { "", 0 } };
	const struct audit_fault *first = r->n ? &r->list[0] : &none;
	char row[ID_TEXT_MAX] = "", at[DAY_TEXT_MAX * 2] = "";
	if (first->row)
		id_text(first->row, row);
	if (first->at_ms)
		instant_iso(first->at_ms, at);
	const struct cmd_value values[] = {
		{ "sound", r->faults ? "no" : "yes", 0 },
		{ "seals", NULL, r->seals },
		{ "lines", NULL, r->rows },
		{ "erased", NULL, r->erased },
		{ "late", NULL, r->late },
		{ "not_sealed", NULL, r->not_sealed },
		{ "head", head_text(&r->head, a).p, 0 },
		{ "faults", NULL, r->faults },
		{ "first_kind", r->n ? audit_wrong_id(first->wrong) : "", 0 },
		{ "first_line", row, 0 },
		{ "first_seal", NULL, first->seal },
		{ "first_at", at, 0 },
		{ "first_words", r->n ? first->words.p : "", 0 },
	};
	for (size_t i = 1; i < r->n; i++)
		err_say("then: " STR_FMT "\n", STR_ARG(r->list[i].words));
	return cmd_say(c, said(r, a).p, values, COUNT_OF(values), r->faults ? 1 : 0);
}

int cmd_audit_verify(int argc, char **argv)
{
	const char *head = NULL;
	const struct option options[] = { { "head", OPTION_TEXT, &head, "N:HASH",
					    "a seal that was kept elsewhere: the end cannot be cut off unseen" } };
	const struct usage u = {
		"linnet audit verify [options]",
		"Works every seal of the audit out again and names the first line that was altered, taken "
		"out, put in or exchanged. Changes nothing.",
		"linnet audit verify --head 12:3f0c...",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	struct audit_report r;
	enum rc rc = audit_verify(k.app, str_of(head), cmd_progress, NULL, &k.a, &r, &k.e);
	cmd_progress_end();
	return rc == RC_OK ? say_report(&k.c, &r, &k.a) : cmd_fail(&k.e);
}

/* ---- seal ---- */

int cmd_audit_seal(int argc, char **argv)
{
	const struct usage u = {
		"linnet audit seal [options]",
		"Seals the lines of the audit that have no seal yet, as serve does each minute, and prints "
		"the newest seal: keep it outside this machine.",
		"linnet audit seal",
		NULL,
		0,
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	int64_t rows;
	struct audit_head head;
	if (audit_seal_all(k.app, &rows, &head, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	struct str text = head_text(&head, &k.a);
	const struct cmd_value values[] = { { "sealed", NULL, rows }, { "head", text.p, 0 } };
	struct str words =
	    head.seal ? arena_printf(&k.a, "Sealed %" PRId64 " lines. The newest seal: " STR_FMT, rows, STR_ARG(text))
		      : STR("There is nothing to seal.");
	return cmd_say(&k.c, words.p, values, COUNT_OF(values), 0);
}

/* ---- show ---- */

static void show_text(struct buf *b, const struct audit_line *l, struct arena *a)
{
	buf_printf(b, STR_FMT ": " STR_FMT, STR_ARG(moment(l->at_ms, a)), STR_ARG(l->who));
	if (l->org.n)
		buf_printf(b, ", " STR_FMT ",", STR_ARG(l->org));
	buf_printf(b, " " STR_FMT, STR_ARG(l->act));
	if (l->what.n)
		buf_printf(b, " - " STR_FMT, STR_ARG(l->what));
	if (l->about.n)
		buf_printf(b, ". About the child " STR_FMT, STR_ARG(l->about));
	buf_printf(b, ". Why: " STR_FMT "%s\n", STR_ARG(l->reason.n ? l->reason : STR("nothing is said")),
		   l->sealed ? "" : " (not sealed yet)");
}

static void show_csv(struct buf *b, const struct audit_line *lines, size_t n)
{
	static const char *const heading[] = { "line", "at",	"who",	  "organisation", "did",
					       "what", "child", "reason", "sealed", "entry" };
	struct csv_writer w = { .b = b };
	char id[ID_TEXT_MAX], at[DAY_TEXT_MAX * 2];
	for (size_t i = 0; i < COUNT_OF(heading); i++)
		csv_put(&w, str_of(heading[i]));
	csv_end_row(&w);
	for (size_t i = 0; i < n; i++) {
		const struct audit_line *l = &lines[i];
		csv_put(&w, str_of(id_text(l->id, id)));
		csv_put(&w, str_of(instant_iso(l->at_ms, at)));
		csv_put_safe(&w, l->who);
		csv_put_safe(&w, l->org);
		csv_put_safe(&w, l->act);
		csv_put_safe(&w, l->what);
		csv_put_safe(&w, l->about);
		csv_put_safe(&w, l->reason);
		csv_put(&w, l->sealed ? STR("yes") : STR("no"));
		csv_put(&w, l->entry ? str_of(id_text(l->entry, id)) : STR(""));
		csv_end_row(&w);
	}
}

static void member(struct buf *b, const char *name, struct str value)
{
	buf_printf(b, ",\"%s\":", name);
	json_put_string(b, value);
}

static void show_json(struct buf *b, const struct audit_line *lines, size_t n)
{
	char id[ID_TEXT_MAX], at[DAY_TEXT_MAX * 2];
	for (size_t i = 0; i < n; i++) {
		const struct audit_line *l = &lines[i];
		buf_printf(b, "%s{\"line\":\"%s\",\"at\":\"%s\"", i ? ",\n" : "[", id_text(l->id, id),
			   instant_iso(l->at_ms, at));
		member(b, "who", l->who);
		member(b, "organisation", l->org);
		member(b, "did", l->act);
		member(b, "what", l->what);
		member(b, "child", l->about);
		member(b, "reason", l->reason);
		member(b, "entry", l->entry ? str_of(id_text(l->entry, id)) : STR(""));
		buf_printf(b, ",\"sealed\":%s}", l->sealed ? "true" : "false");
	}
	buf_puts(b, n ? "]\n" : "[]\n");
}

static int print_lines(struct call *k, const struct audit_line *lines, size_t n)
{
	if (k->c.format == FORMAT_CSV)
		show_csv(&k->b, lines, n);
	else if (k->c.format == FORMAT_JSON)
		show_json(&k->b, lines, n);
	else
		for (size_t i = 0; i < n; i++)
			show_text(&k->b, &lines[i], &k->a);
	if (!n && k->c.format == FORMAT_TABLE)
		buf_puts(&k->b, "Nothing of this kind is in the audit.\n");
	return cmd_print(&k->b, n ? 0 : 1);
}

static enum rc read_day(const char *option, const char *text, day_t *out, struct err *e)
{
	*out = DAY_NONE;
	if (text && day_parse(str_of(text), out) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "--%s is a day such as 2026-11-22.", option);
	return RC_OK;
}

int cmd_audit_show(int argc, char **argv)
{
	const char *child = NULL, *by = NULL, *from = NULL, *to = NULL;
	int64_t limit = 50;
	const struct option options[] = {
		{ "child", OPTION_TEXT, &child, "CHILD",
		  "only about this child: id, or council and number (E10000012/E-1)" },
		{ "by", OPTION_TEXT, &by, "NAME", "only of this account, by the name it signs in with; or operator" },
		{ "from", OPTION_TEXT, &from, "DAY", "from this day on" },
		{ "to", OPTION_TEXT, &to, "DAY", "up to this day" },
		{ "limit", OPTION_NUMBER, &limit, "N", "the newest N (50)" },
	};
	const struct usage u = {
		"linnet audit show [options]",
		"Who did what, about whom, when and why, the newest first. That this was looked at is a "
		"line of the audit too.",
		"linnet audit show --by nurse --from 2026-11-01",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	struct audit_query q = { .login = str_of(by), .limit = limit };
	const struct audit_line *lines;
	size_t n;
	enum rc rc = read_day("from", from, &q.from, &k.e);
	if (rc == RC_OK)
		rc = read_day("to", to, &q.to, &k.e);
	if (rc == RC_OK && child)
		rc = child_find(k.app, &k.v, str_of(child), &q.person, &k.e);
	if (rc == RC_OK)
		rc = audit_see(k.app, &k.v, &q, &k.a, &lines, &n, &k.e);
	return rc == RC_OK ? print_lines(&k, lines, n) : cmd_fail(&k.e);
}

/* ---- alerts ---- */

static void alert_text(struct buf *b, const struct alert *x, struct arena *a)
{
	char id[ID_TEXT_MAX];
	buf_printf(b, "%s " STR_FMT ": " STR_FMT ", " STR_FMT ", %" PRId64 " from " STR_FMT " to " STR_FMT,
		   id_text(x->id, id), STR_ARG(x->title), STR_ARG(x->who), STR_ARG(x->org), x->n,
		   STR_ARG(moment(x->from_ms, a)), STR_ARG(moment(x->to_ms, a)));
	if (x->acknowledged_ms)
		buf_printf(b, ". " STR_FMT ": " STR_FMT "\n", STR_ARG(x->by), STR_ARG(x->note));
	else
		buf_puts(b, ". Waits\n");
}

static void alert_row(struct cmd_rows *r, const struct alert *x)
{
	char id[ID_TEXT_MAX], n[32], from[DAY_TEXT_MAX * 2], to[DAY_TEXT_MAX * 2];
	snprintf(n, sizeof n, "%" PRId64, x->n);
	const struct str cells[] = { str_of(id_text(x->id, id)),
				     x->rule,
				     x->who,
				     x->org,
				     str_of(n),
				     str_of(instant_iso(x->from_ms, from)),
				     str_of(instant_iso(x->to_ms, to)),
				     x->acknowledged_ms ? STR("acknowledged") : STR("waits"),
				     x->note };
	cmd_row(r, cells);
}

static int print_alerts(struct call *k, const struct alert *x, size_t n)
{
	static const char *const names[] = { "alert", "rule", "who",   "organisation", "count",
					     "from",  "to",   "state", "note" };
	struct cmd_rows rows = { .c = &k->c, .b = &k->b, .names = names, .n_cells = COUNT_OF(names) };
	bool waits = false;
	for (size_t i = 0; i < n; i++) {
		waits = waits || !x[i].acknowledged_ms;
		if (k->c.format == FORMAT_TABLE)
			alert_text(&k->b, &x[i], &k->a);
		else
			alert_row(&rows, &x[i]);
	}
	if (k->c.format == FORMAT_TABLE)
		rows.n = n;
	cmd_rows_done(&rows, "No alerts.\n");
	return cmd_print(&k->b, waits ? 1 : 0);
}

int cmd_audit_alerts(int argc, char **argv)
{
	const char *acknowledge = NULL, *note = NULL;
	const struct option options[] = {
		{ "acknowledge", OPTION_TEXT, &acknowledge, "ALERT", "say what came of one, with --note" },
		{ "note", OPTION_TEXT, &note, "WORDS", "what came of it" },
	};
	const struct usage u = {
		"linnet audit alerts [options]",
		"Looks through the audit for what is unusual, by the rules of data/alerts.yaml, as serve does each "
		"minute, and lists what was found: what waits first. Exit status 1: something waits.",
		"linnet audit alerts --format json",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	const struct alert *list;
	size_t n;
	int64_t id = 0, fresh;
	enum rc rc = RC_OK;
	if (acknowledge && id_parse(str_of(acknowledge), &id) != RC_OK)
		rc = err_set(&k.e, RC_BAD_INPUT, "\"%s\" is no alert. See: linnet audit alerts", acknowledge);
	if (rc == RC_OK && id)
		rc = alert_acknowledge(k.app, &k.v, id, str_of(note ? note : ""), &k.e);
	if (rc == RC_OK)
		rc = alerts_sweep(k.app, &fresh, &k.e);
	if (rc == RC_OK)
		rc = alerts_list(k.app, &k.v, &k.a, &list, &n, &k.e);
	return rc == RC_OK ? print_alerts(&k, list, n) : cmd_fail(&k.e);
}
