#include "cmd/filed.h"

#include "measure/reading.h"

int cmd_measure(int argc, char **argv);

struct asked {
	const char *org, *from, *to, *by, *council, *outcome, *filed;
	bool children, shared, totals, file;
};

/* ---- a table for a terminal ---- */

static struct str count_or_c(bool hidden, int64_t n, struct arena *a)
{
	return hidden ? STR("c") : arena_printf(a, "%" PRId64, n);
}

/* Without the space before it. */
static struct str interval_of(const struct measure *m, const struct measure_number *n, struct arena *a)
{
	struct str s = reading_interval(m, n, a);
	return (struct str){ s.p + 1, s.n - 1 };
}

static void put_number(struct buf *b, const struct measure *m, const struct measure_line *ln, bool shared,
		       struct arena *a)
{
	const struct measure_number *n = &ln->n;
	struct str value = STR("-"), range = STR(""), base = count_or_c(n->hide_base, n->base, a);
	bool has = n->has && !n->hide_value, of = measure_is_share(m) || (m->statistic == STATISTIC_RATE && n->base);
	if (has)
		value = m->statistic == STATISTIC_RATE ? arena_printf(a, "%d", per_cent_whole(n->value))
						       : reading_value(m, n->value, a);
	if (has && n->has_limits)
		range = interval_of(m, n, a);
	else if (m->statistic == STATISTIC_RATE && !of)
		base = count_or_c(n->hide_yes, n->yes, a);
	struct str yes = count_or_c(n->hide_yes, n->yes, a);
	cmd_pad(b, of ? arena_printf(a, STR_FMT " of " STR_FMT, STR_ARG(yes), STR_ARG(base)) : base, 16);
	cmd_pad(b, value, 9);
	cmd_pad(b, range, 15);
	cmd_pad(b, n->out || n->hide_out ? count_or_c(n->hide_out, n->out, a) : STR(""), 13);
	buf_printf(b, "%s\n", n->not_yet && !shared ? arena_printf(a, "%" PRId64, n->not_yet).p : "");
}

static void print_people(struct buf *b, const struct measure_result *r, struct arena *a)
{
	char due[DAY_TEXT_MAX], done[DAY_TEXT_MAX];
	buf_printf(b, "\nChildren: %" PRId64 "%s\n", r->people_total,
		   (int64_t)r->n_people < r->people_total ? " (the first are shown)" : "");
	for (size_t i = 0; i < r->n_people; i++) {
		const struct measure_person *p = &r->people[i];
		buf_puts(b, "  ");
		cmd_pad(b, arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(p->given), STR_ARG(p->family)), 29);
		cmd_pad(b, p->council ? p->council->short_name : STR(""), 17);
		cmd_pad(b, p->ref, 14);
		cmd_pad(b, str_of(outcome_id((enum outcome)p->hit.outcome)), 10);
		cmd_pad(b, arena_printf(a, "due %s", p->due == DAY_NONE ? "-" : day_short(p->due, due)), 20);
		cmd_pad(b, arena_printf(a, "done %s", p->done == DAY_NONE ? "-" : day_short(p->done, done)), 22);
		buf_printf(b, STR_FMT "\n", STR_ARG(p->hit.reason));
	}
}

static void print_definition(struct buf *b, const struct measure *m)
{
	char day[DAY_TEXT_MAX];
	buf_printf(b, "\n  Counted:     " STR_FMT "\n", STR_ARG(m->numerator));
	buf_printf(b, "  Out of:      " STR_FMT "\n", STR_ARG(m->denominator));
	buf_printf(b, "  Not counted: " STR_FMT "\n", STR_ARG(m->exclusions));
	buf_printf(b, "  Definition:  " STR_FMT ", edition %d, from %s\n", STR_ARG(m->id), m->edition,
		   day_iso(m->from, day));
	buf_printf(b, "  Source:      " STR_FMT "\n", STR_ARG(m->source));
	if (m->checked.n)
		buf_printf(b, "  Not checked: " STR_FMT "\n", STR_ARG(m->checked));
}

static struct str line_period(const struct measure_answer *an, const struct measure_layout *l,
			      const struct measure_line *ln, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	if (!l->totals)
		return measure_period_name(an->m, ln->from, a);
	return arena_printf(a, "to %s", strchr(day_long(ln->to, day), ' ') + 1);
}

static enum rc print_answer(struct app *app, struct buf *b, const struct measure_answer *an,
			    const struct measure_layout *l, struct arena *a, struct err *e)
{
	const struct measure_line *lines;
	size_t n;
	enum rc rc = measure_lines(app, an, l, a, &lines, &n, e);
	if (rc != RC_OK)
		return rc;
	buf_printf(b, "\n" STR_FMT ": " STR_FMT "\n\n  ", STR_ARG(an->m->title), STR_ARG(an->m->reading));
	cmd_pad(b, an->m->yearly ? STR("Year") : STR("Month"), 26);
	cmd_pad(b, l->by ? str_of(measure_group_title(l->by)) : STR(""), l->by ? 26 : 0);
	cmd_pad(b, measure_is_share(an->m) ? STR("In the number") : STR("Counted"), 16);
	buf_puts(b, "Value    95% interval   Not counted  Not due yet\n");
	for (size_t i = 0; i < n; i++) {
		buf_puts(b, "  ");
		cmd_pad(b, line_period(an, l, &lines[i], a), 26);
		if (l->by)
			cmd_pad(b, measure_group_name(app, l->by, lines[i].group), 26);
		put_number(b, an->m, &lines[i], l->shared, a);
	}
	if (!n)
		buf_puts(b, "  nobody was counted\n");
	if (l->shared)
		buf_puts(b, "  c: hidden, because it is small or would give a small one away\n");
	return RC_OK;
}

static enum rc print_table(struct app *app, struct buf *b, const struct measure_result *r,
			   const struct measure_layout *l, struct arena *a, struct err *e)
{
	enum rc rc = RC_OK;
	char day[DAY_TEXT_MAX];
	buf_printf(b, "As of %s\n", day_long(r->as_of, day));
	for (size_t i = 0; rc == RC_OK && i < r->n; i++) {
		rc = print_answer(app, b, &r->answers[i], l, a, e);
		print_definition(b, r->answers[i].m);
	}
	if (l->children && !l->shared)
		print_people(b, r, a);
	return rc;
}

/* ---- what is asked ---- */

/* "2026-10" or a day of the month. */
static bool month_of(const char *z, day_t *out)
{
	char day[32];
	if (!z)
		return true;
	if (day_parse(str_of(z), out) == RC_OK)
		return true;
	snprintf(day, sizeof day, "%.20s-01", z);
	return day_parse(str_of(day), out) == RC_OK;
}

static enum rc ask_where(struct app *app, const struct asked *as, struct viewer *v, struct measure_query *q,
			 struct err *e)
{
	if (as->org) {
		const struct organisation *o = app_organisation_by_code(app, str_of(as->org));
		if (!o)
			return err_set(e, RC_BAD_INPUT, "There is no organisation with the code \"%s\".", as->org);
		v->org = o->id;
	}
	if (as->council) {
		const struct organisation *o = app_organisation_by_code(app, str_of(as->council));
		if (!o)
			return err_set(e, RC_BAD_INPUT, "There is no council with the code \"%s\".", as->council);
		q->council = o->id;
	}
	return RC_OK;
}

static enum rc ask(struct app *app, const struct asked *as, struct viewer *v, struct measure_query *q,
		   struct measure_opening *open, struct measure_layout *l, struct err *e)
{
	if (!month_of(as->from, &q->from) || !month_of(as->to, &q->to))
		return err_set(e, RC_BAD_INPUT, "Write a month such as 2026-10.");
	l->children = as->children;
	l->shared = as->shared;
	l->totals = as->totals;
	int by = GROUP_NONE;
	while (as->by && by < GROUP__COUNT && strcmp(as->by, measure_group_id((enum measure_group)by)) != 0)
		by++;
	if (by == GROUP__COUNT)
		return err_set(e, RC_BAD_INPUT, "--by is all, council, provider, area or in-out, not \"%s\".", as->by);
	l->by = (enum measure_group)by;
	int outcome = 0;
	while (as->outcome && ++outcome < OUTCOME__COUNT && strcmp(as->outcome, outcome_id((enum outcome)outcome)) != 0)
		;
	if (outcome == OUTCOME__COUNT)
		return err_set(e, RC_BAD_INPUT, "--outcome is yes, no, left-out or not-yet, not \"%s\".", as->outcome);
	*open = (struct measure_opening){ .period = DAY_NONE, .outcome = (enum outcome)outcome };
	if (as->children && as->shared)
		return err_set(e, RC_BAD_INPUT, "What is shared with a board names no children: leave out --children.");
	if (as->children && !q->n_ids)
		return err_set(e, RC_BAD_INPUT, "Say of which measure: linnet measure ID --children.");
	if (as->children)
		q->open = open;
	return ask_where(app, as, v, q, e);
}

static int run(struct app *app, const struct common *c, const struct asked *as, char **words, size_t n)
{
	struct err e = { 0 };
	struct arena a AUTO(arena_release);
	struct buf b AUTO(buf_release);
	arena_init(&a);
	buf_init(&b, 64u << 20);
	struct viewer v = app_operator(app);
	struct str id = n ? str_of(words[0]) : STR("");
	struct measure_query q = {
		.ids = &id, .n_ids = n, .from = DAY_NONE, .to = DAY_NONE, .as_of = c->as_of, .known_ms = c->known_ms
	};
	struct measure_opening open;
	struct measure_layout l = { .quarters = false };
	struct measure_result r = { 0 };
	enum rc rc = ask(app, as, &v, &q, &open, &l, &e);
	if (rc == RC_OK && as->filed)
		return cmd_filed_report(app, c, &v, as->filed);
	if (rc == RC_OK && as->file)
		return cmd_file_report(app, c, &v, &q, &l);
	if (rc == RC_OK)
		rc = measure_see(app, &v, &q, cmd_progress, NULL, &a, &r, &e);
	if (rc == RC_OK && c->format == FORMAT_TABLE)
		rc = print_table(app, &b, &r, &l, &a, &e);
	else if (rc == RC_OK && c->format == FORMAT_CSV)
		rc = measure_print_csv(app, &r, &l, &a, &b, &e);
	else if (rc == RC_OK)
		rc = measure_print_json(app, &r, &l, &a, &b, &e);
	measure_result_release(&r);
	return rc == RC_OK ? cmd_print(&b, 0) : cmd_fail(&e);
}

int cmd_measure(int argc, char **argv)
{
	struct asked as = { 0 };
	const struct option options[] = {
		{ "from", OPTION_TEXT, &as.from, "MONTH",
		  "first month (2025-11); else 24 months to the last whole one" },
		{ "to", OPTION_TEXT, &as.to, "MONTH", "last month" },
		{ "by", OPTION_TEXT, &as.by, "WORD", "rows by council, provider, area or in-out" },
		{ "totals", OPTION_FLAG, &as.totals, NULL, "all months together" },
		{ "council", OPTION_TEXT, &as.council, "CODE", "only children of this council" },
		{ "org", OPTION_TEXT, &as.org, "CODE", "only children in this organisation's circle (else everyone)" },
		{ "children", OPTION_FLAG, &as.children, NULL, "list the children behind the numbers" },
		{ "outcome", OPTION_TEXT, &as.outcome, "WORD", "with --children: only yes, no, left-out or not-yet" },
		{ "shared", OPTION_FLAG, &as.shared, NULL, "for a board: small numbers hidden" },
		{ "file", OPTION_FLAG, &as.file, NULL, "file the report: keep its bytes and the instant it was known" },
		{ "filed", OPTION_TEXT, &as.filed, "ID",
		  "a filed report beside what is known now, and who changed; or list" },
	};
	const struct usage u = { "linnet measure [ID] [options]",
				 "How we are doing: what each measure counts, by month, council, provider or area.",
				 "linnet measure iha-returned --by council --from 2026-04 --format csv",
				 options,
				 COUNT_OF(options),
				 true,
				 0,
				 1 };
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	return run(k.app, &k.c, &as, k.words, k.n_words);
}
