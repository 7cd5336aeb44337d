#include "cmd/cmd.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/see/standing.h"

int cmd_explain(int argc, char **argv);

enum { LABEL_WIDTH = 38 };

/* What has no room beside a long label stands under it. */
static void line(struct buf *b, struct str label, struct str value)
{
	buf_puts(b, "  ");
	cmd_pad(b, label, LABEL_WIDTH);
	if (utf8_length(label) > LABEL_WIDTH && value.n)
		buf_printf(b, "\n  %*s", LABEL_WIDTH, "");
	buf_printf(b, "%s" STR_FMT "\n", value.n ? " " : "", STR_ARG(value));
}

static struct str day_or(struct arena *a, day_t d, const char *none)
{
	char text[DAY_TEXT_MAX];
	return d == DAY_NONE ? str_of(none) : arena_printf(a, "%s", day_short(d, text));
}

/* The same with its time, where the limit is in hours and it is known. */
static struct str moment_or(struct arena *a, day_t d, int minute, const char *none)
{
	struct str day = day_or(a, d, none);
	if (d == DAY_NONE || minute == MINUTE_NONE)
		return day;
	return arena_printf(a, STR_FMT ", %02d:%02d", STR_ARG(day), minute / 60, minute % 60);
}

static void print_facts(struct buf *b, const struct clock_page *p, struct arena *a)
{
	buf_puts(b, "\nThe facts\n");
	for (size_t i = 0; i < p->why.n_facts; i++) {
		const struct explain_fact *f = &p->why.facts[i];
		struct str day = moment_or(a, f->day, f->minute, "");
		struct str value =
		    arena_printf(a, STR_FMT "%s" STR_FMT "%s" STR_FMT "%s", STR_ARG(day),
				 day.n && f->value.n ? ": " : "", STR_ARG(f->value), p->fact_from[i].n ? "  [" : "",
				 STR_ARG(p->fact_from[i]), p->fact_from[i].n ? "]" : "");
		line(b, f->label, value);
	}
}

static void print_rule(struct buf *b, const struct standard_info *s)
{
	buf_printf(b, "\nThe rule\n  " STR_FMT "\n", STR_ARG(s->words));
	if (s->not_counted.n)
		buf_printf(b, "  Not counted: " STR_FMT "\n", STR_ARG(s->not_counted));
	buf_printf(b, "  Source: " STR_FMT " (" STR_FMT ", edition %d)\n", STR_ARG(s->source), STR_ARG(s->id),
		   s->edition);
	if (s->checked.n)
		buf_printf(b, "  Not verified: " STR_FMT "\n", STR_ARG(s->checked));
}

static void print_count(struct buf *b, const struct explanation *x, struct arena *a)
{
	buf_puts(b, "\nHow the days were counted\n");
	for (size_t i = 0; i < x->n_steps; i++) {
		const struct explain_step *s = &x->steps[i];
		struct str number = s->number == INT32_MIN ? STR("") : arena_printf(a, "%d", s->number);
		struct str day = s->day == DAY_NONE ? STR("") : day_or(a, s->day, "");
		line(b, s->label,
		     arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(number), number.n && day.n ? "  " : "",
				  STR_ARG(day)));
	}
}

/* "9 working days, share 5, 4 past the due day" */
static struct str turn_words(const struct standard_info *s, const struct turn *t, struct arena *a)
{
	struct str words =
	    arena_printf(a, "%d %sday%s", t->days, s->working_days ? "working " : "", t->days == 1 ? "" : "s");
	if (t->minutes >= 0)
		words = arena_printf(a, "%d h %02d min", t->minutes / 60, t->minutes % 60);
	if (t->share >= 0)
		words = arena_printf(a, STR_FMT ", share %d", STR_ARG(words), t->share);
	if (t->late)
		words = arena_printf(a, STR_FMT ", %d past the due day", STR_ARG(words), t->late);
	return words;
}

static void print_turns(struct buf *b, const struct standard_info *s, const struct explanation *x, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	if (x->n_turns)
		buf_puts(b, "\nWhose days they were\n");
	for (size_t i = 0; i < x->n_turns; i++) {
		const struct turn *t = &x->turns[i];
		struct str words = turn_words(s, t, a);
		line(b, str_of(holder_title((enum holder)t->holder)),
		     arena_printf(a, STR_FMT "  " STR_FMT, STR_ARG(words), STR_ARG(t->why)));
	}
	for (size_t i = 0; i < x->n_holders; i++)
		if (x->holders[i].words.n)
			buf_printf(b, "  " STR_FMT "\n", STR_ARG(x->holders[i].words));
	if (x->kept_shares != DAY_NONE && x->kept_shares != DAY_NEVER)
		buf_printf(b, "  Had each kept to their share, it would have been done by %s.\n",
			   day_long(x->kept_shares, day));
}

static void print_statements(struct buf *b, const struct clock_page *p, struct arena *a)
{
	if (p->n_statements)
		buf_puts(b, "\nWhat each side says about these days\n");
	for (size_t i = 0; i < p->n_statements; i++) {
		const struct statement *s = &p->statements[i];
		struct str day = day_or(a, s->at, "");
		buf_printf(b, "  " STR_FMT ", " STR_FMT "%s" STR_FMT ": " STR_FMT "\n", STR_ARG(s->org), STR_ARG(day),
			   s->who.n ? ", " : "", STR_ARG(s->who), STR_ARG(s->words));
	}
	if (p->n_statements == 1)
		buf_puts(b, "  Nobody else has said anything yet.\n");
}

static void print_moves(struct buf *b, const struct explanation *x)
{
	if (x->n_moves)
		buf_puts(b, "\nWhat would move it\n");
	for (size_t i = 0; i < x->n_moves; i++)
		line(b, x->moves[i].what, x->moves[i].then);
}

/* "running, due Tue 3 Feb 2026"; what stopped or is not required ended on its day, and was not done */
static struct str reading_words(const struct clock *c, struct arena *a)
{
	struct str due = moment_or(a, c->due, c->due_minute, c->state == CLOCK_NOT_KNOWN ? "not known" : "no day");
	struct str done = moment_or(a, c->done, c->done_minute, "");
	const char *word = c->done == DAY_NONE ? "" : c->state == CLOCK_DONE ? ", done " : ", ended ";
	return arena_printf(a, "%s, due " STR_FMT "%s" STR_FMT, clock_state_id((enum clock_state)c->state),
			    STR_ARG(due), word, STR_ARG(done));
}

static void print_readings(struct buf *b, struct app *app, const struct explanation *x, struct arena *a)
{
	if (x->n_readings > 1)
		buf_puts(b, "\nOther ways this is measured\n");
	for (size_t i = 0; x->n_readings > 1 && i < x->n_readings; i++) {
		const struct clock *c = &x->readings[i];
		const struct standard_info *s = rulebook_info(app_rulebook(app), c->standard);
		line(b,
		     arena_printf(a, STR_FMT " (" STR_FMT ")", STR_ARG(s->reading.n ? s->reading : s->title),
				  STR_ARG(s->id)),
		     reading_words(c, a));
	}
}

static void print_table(struct buf *b, struct app *app, const struct clock_page *p, struct arena *a)
{
	const struct standard_info *s = p->standard;
	const struct clock *k = &p->clock.clock;
	buf_printf(b, STR_FMT "%s" STR_FMT "  [" STR_FMT "]\n", STR_ARG(s->title), s->reading.n ? ": " : "",
		   STR_ARG(s->reading), STR_ARG(p->clock.id));
	buf_printf(b, STR_FMT "\n", STR_ARG(p->why.answer));
	line(b, STR("State"), str_of(clock_state_title((enum clock_state)k->state)));
	line(b, STR("Starts"), moment_or(a, k->start, s->hours ? k->start_minute : MINUTE_NONE, "not known"));
	line(b, STR("Due"), moment_or(a, k->due, k->due_minute, k->state == CLOCK_NOT_KNOWN ? "not known" : "no day"));
	if (k->done != DAY_NONE)
		line(b, STR("Done, stopped or excused"), moment_or(a, k->done, k->done_minute, ""));
	print_facts(b, p, a);
	print_rule(b, s);
	print_count(b, &p->why, a);
	print_turns(b, s, &p->why, a);
	print_statements(b, p, a);
	print_moves(b, &p->why);
	print_readings(b, app, &p->why, a);
	char as_of[DAY_TEXT_MAX], known[DAY_TEXT_MAX];
	buf_printf(b, "\nWorked out as of %s%s%s. Bank holidays known to %s.\n", day_long(p->as_of, as_of),
		   p->known_ms == KNOWN_NOW ? "" : ", as known on ",
		   p->known_ms == KNOWN_NOW ? "" : instant_iso(p->known_ms, known),
		   arena_printf(a, STR_FMT, STR_ARG(day_or(a, p->holidays_known_to, "-"))).p);
}

static void day_member(struct buf *b, const char *name, day_t d)
{
	char text[DAY_TEXT_MAX];
	if (d == DAY_NONE)
		buf_printf(b, ",\"%s\":null", name);
	else
		buf_printf(b, ",\"%s\":\"%s\"", name, day_iso(d, text));
}

/* Of limits in hours, where it is known; otherwise nothing. */
static void minute_member(struct buf *b, const char *name, int minute)
{
	if (minute != MINUTE_NONE)
		buf_printf(b, ",\"%s\":\"%02d:%02d\"", name, minute / 60, minute % 60);
}

static void text_member(struct buf *b, const char *name, struct str s)
{
	buf_printf(b, ",\"%s\":", name);
	json_put_string(b, s);
}

static void print_clock_json(struct buf *b, struct app *app, const struct clock *c)
{
	const struct standard_info *s = rulebook_info(app_rulebook(app), c->standard);
	buf_puts(b, "\"clock\":");
	json_put_string(b, s->id);
	buf_printf(b, ",\"edition\":%d,\"state\":\"%s\"", s->edition, clock_state_id((enum clock_state)c->state));
	text_member(b, "reason", rulebook_reason(app_rulebook(app), c->reason));
	day_member(b, "start", c->start);
	day_member(b, "due", c->due);
	day_member(b, "done", c->done);
	minute_member(b, "due_time", c->due_minute);
	minute_member(b, "done_time", c->done_minute);
	text_member(b, "holder", str_of(holder_id((enum holder)c->holder)));
	day_member(b, "holder_since", c->holder_since);
}

static void print_holders_json(struct buf *b, const struct explanation *x)
{
	buf_puts(b, "],\"holders\":[");
	for (size_t i = 0; i < x->n_holders; i++) {
		const struct holder_days *h = &x->holders[i];
		buf_printf(b, "%s{\"holder\":\"%s\",\"days\":%d,\"late\":%d", i ? "," : "",
			   holder_id((enum holder)h->holder), h->days, h->late);
		if (h->share >= 0)
			buf_printf(b, ",\"share\":%d", h->share);
		day_member(b, "kept", h->kept);
		text_member(b, "words", h->words);
		buf_putc(b, '}');
	}
}

/* What each organisation says about whose days they were; the count is not changed by it. */
static void print_statements_json(struct buf *b, const struct clock_page *p)
{
	buf_puts(b, "],\"statements\":[");
	for (size_t i = 0; i < p->n_statements; i++) {
		const struct statement *s = &p->statements[i];
		buf_puts(b, i ? ",{\"by\":" : "{\"by\":");
		json_put_string(b, s->org);
		day_member(b, "day", s->at);
		text_member(b, "says", s->words);
		buf_putc(b, '}');
	}
}

static void print_lists_json(struct buf *b, struct app *app, const struct clock_page *p)
{
	const struct explanation *x = &p->why;
	buf_puts(b, ",\"facts\":[");
	for (size_t i = 0; i < x->n_facts; i++) {
		buf_puts(b, i ? ",{\"label\":" : "{\"label\":");
		json_put_string(b, x->facts[i].label);
		day_member(b, "day", x->facts[i].day);
		minute_member(b, "time", x->facts[i].minute);
		text_member(b, "value", x->facts[i].value);
		text_member(b, "from", p->fact_from[i]);
		buf_putc(b, '}');
	}
	buf_puts(b, "],\"steps\":[");
	for (size_t i = 0; i < x->n_steps; i++) {
		buf_puts(b, i ? ",{\"label\":" : "{\"label\":");
		json_put_string(b, x->steps[i].label);
		day_member(b, "day", x->steps[i].day);
		if (x->steps[i].number != INT32_MIN)
			buf_printf(b, ",\"number\":%d", x->steps[i].number);
		buf_putc(b, '}');
	}
	buf_puts(b, "],\"turns\":[");
	for (size_t i = 0; i < x->n_turns; i++) {
		const struct turn *t = &x->turns[i];
		buf_printf(b, "%s{\"holder\":\"%s\",\"days\":%d,\"late\":%d", i ? "," : "",
			   holder_id((enum holder)t->holder), t->days, t->late);
		if (t->share >= 0)
			buf_printf(b, ",\"share\":%d", t->share);
		if (t->minutes >= 0)
			buf_printf(b, ",\"minutes\":%d", t->minutes);
		day_member(b, "from", t->from);
		day_member(b, "to", t->to);
		text_member(b, "why", t->why);
		buf_putc(b, '}');
	}
	print_holders_json(b, x);
	print_statements_json(b, p);
	buf_puts(b, "],\"moves\":[");
	for (size_t i = 0; i < x->n_moves; i++) {
		buf_puts(b, i ? ",{\"if\":" : "{\"if\":");
		json_put_string(b, x->moves[i].what);
		text_member(b, "then", x->moves[i].then);
		buf_putc(b, '}');
	}
	buf_puts(b, "],\"readings\":[");
	for (size_t i = 0; i < x->n_readings; i++) {
		buf_puts(b, i ? ",{" : "{");
		print_clock_json(b, app, &x->readings[i]);
		buf_putc(b, '}');
	}
	buf_puts(b, "]");
}

static void print_json(struct buf *b, struct app *app, const struct clock_page *p)
{
	buf_putc(b, '{');
	print_clock_json(b, app, &p->clock.clock);
	text_member(b, "id", p->clock.id);
	text_member(b, "answer", p->why.answer);
	if (p->clock.clock.due != DAY_NONE &&
	    (p->clock.clock.state == CLOCK_RUNNING || p->clock.clock.state == CLOCK_DONE))
		buf_printf(b, ",\"days_late\":%d", p->clock.days_late);
	text_member(b, "rule", p->standard->words);
	text_member(b, "source", p->standard->source);
	text_member(b, "not_verified", p->standard->checked);
	day_member(b, "kept_shares", p->why.kept_shares);
	day_member(b, "as_of", p->as_of);
	print_lists_json(b, app, p);
	buf_puts(b, "}\n");
}

static void print_csv(struct buf *b, const struct clock_page *p)
{
	char text[DAY_TEXT_MAX];
	struct csv_writer w = { .b = b };
	static const char *const heading[] = { "part", "label", "day", "number", "value" };
	for (size_t i = 0; i < COUNT_OF(heading); i++)
		csv_put(&w, str_of(heading[i]));
	csv_end_row(&w);
	for (size_t i = 0; i < p->why.n_facts; i++) {
		csv_put(&w, STR("fact"));
		csv_put(&w, p->why.facts[i].label);
		csv_put(&w, p->why.facts[i].day == DAY_NONE ? STR("") : str_of(day_iso(p->why.facts[i].day, text)));
		csv_put(&w, STR(""));
		csv_put_safe(&w, p->why.facts[i].value);
		csv_end_row(&w);
	}
	for (size_t i = 0; i < p->why.n_steps; i++) {
		csv_put(&w, STR("step"));
		csv_put(&w, p->why.steps[i].label);
		csv_put(&w, p->why.steps[i].day == DAY_NONE ? STR("") : str_of(day_iso(p->why.steps[i].day, text)));
		if (p->why.steps[i].number == INT32_MIN)
			csv_put(&w, STR(""));
		else
			csv_put_int(&w, p->why.steps[i].number);
		csv_put(&w, STR(""));
		csv_end_row(&w);
	}
	for (size_t i = 0; i < p->why.n_turns; i++) {
		csv_put(&w, STR("turn"));
		csv_put(&w, str_of(holder_id((enum holder)p->why.turns[i].holder)));
		csv_put(&w, str_of(day_iso(p->why.turns[i].from, text)));
		csv_put_int(&w, p->why.turns[i].days);
		csv_put_safe(&w, p->why.turns[i].why);
		csv_end_row(&w);
	}
	for (size_t i = 0; i < p->n_statements; i++) {
		csv_put(&w, STR("says"));
		csv_put_safe(&w, p->statements[i].org);
		csv_put(&w, str_of(day_iso(p->statements[i].at, text)));
		csv_put(&w, STR(""));
		csv_put_safe(&w, p->statements[i].words);
		csv_end_row(&w);
	}
}

/* Every rule and this child, or why there is no clock of one. */
static void print_standing(struct buf *b, struct app *app, const struct standing_page *p, enum format format)
{
	struct csv_writer w = { .b = b };
	if (format == FORMAT_CSV)
		buf_puts(b, "clock,id,stands,list\r\n");
	if (format == FORMAT_JSON)
		buf_puts(b, "{\"rules\":[");
	for (size_t i = 0; i < p->n; i++) {
		const struct standing *s = &p->rules[i];
		const struct standard_info *info = rulebook_info(app_rulebook(app), s->standard);
		struct str id = s->there ? s->clock.id : STR("");
		if (format == FORMAT_TABLE) {
			buf_printf(b, STR_FMT "%s" STR_FMT "  [" STR_FMT "]\n", STR_ARG(info->title),
				   info->reading.n ? ": " : "", STR_ARG(info->reading),
				   STR_ARG(s->there ? id : info->id));
			line(b, STR("Where it stands"), s->words);
			line(b, STR("On the list"), s->list);
		} else if (format == FORMAT_CSV) {
			csv_put(&w, info->id);
			csv_put(&w, id);
			csv_put_safe(&w, s->words);
			csv_put_safe(&w, s->list);
			csv_end_row(&w);
		} else {
			buf_puts(b, i ? ",{\"clock\":" : "{\"clock\":");
			json_put_string(b, info->id);
			text_member(b, "id", id);
			text_member(b, "stands", s->words);
			text_member(b, "list", s->list);
			buf_putc(b, '}');
		}
	}
	if (format == FORMAT_JSON)
		buf_puts(b, "]}\n");
}

/* Answers with every rule, or with the one that has no clock: exit status 1 then. */
static int explain_standing(struct app *app, const struct viewer *v, const struct child_query *q, struct str standard,
			    enum format format, struct arena *a, struct err *e)
{
	struct standing_page p;
	struct buf b AUTO(buf_release);
	buf_init(&b, 8u << 20);
	enum rc rc = standing_see(app, v, q, standard, a, &p, e);
	if (rc != RC_OK)
		return cmd_fail(e);
	print_standing(&b, p.known, &p, format);
	return cmd_print(&b, standard.n ? 1 : 0);
}

int cmd_explain(int argc, char **argv)
{
	const char *manifest = NULL;
	const struct option own[] = {
		{ "manifest", OPTION_TEXT, &manifest, "FILE", "also write what the answer was made by, as JSON" },
	};
	const struct usage u = {
		"linnet explain CHILD [CLOCK] [options]",
		"Why a clock is due when it is: the facts, the rule, the days counted, whose days they were, what "
		"would move it. CHILD is an NHS number, a council code and number (E10000012/E-104), or the id "
		"of a worklist. CLOCK is a standard (iha-returned; the latest of its kind) or one of several "
		"(iha-returned.1). Without it: every rule and this child, with why it is not on a list. A standard "
		"of which the child has no clock is answered with why, and exit status 1.",
		"linnet explain E10000012/E-104 iha-returned --as-of 2026-11-22",
		own,
		COUNT_OF(own),
		true,
		1,
		2
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	struct child_query q = { .as_of = k.c.as_of,
				 .known_ms = k.c.known_ms,
				 .reason = STR("asked at the command line") };
	struct clock_page p;
	enum rc rc = child_find(k.app, &k.v, str_of(k.words[0]), &q.person, &k.e);
	if (rc == RC_OK)
		rc = cmd_manifest(k.app, &k.c, manifest, &k.e);
	if (rc != RC_OK)
		return cmd_fail(&k.e);
	struct str clock = k.n_words == 2 ? str_of(k.words[1]) : STR("");
	rc = clock.n ? clock_see(k.app, &k.v, &q, clock, &k.a, &p, &k.e) : RC_NOT_FOUND;
	struct app *then = k.app;
	if (rc == RC_NOT_FOUND && app_known(k.app, k.c.known_ms, &then, &k.e) == RC_OK &&
	    (!clock.n || rulebook_find(app_rulebook(then), clock) != SIZE_MAX))
		return explain_standing(k.app, &k.v, &q, clock, k.c.format, &k.a, &k.e);
	if (rc == RC_OK && k.c.format == FORMAT_TABLE)
		print_table(&k.b, p.known, &p, &k.a);
	else if (rc == RC_OK && k.c.format == FORMAT_CSV)
		print_csv(&k.b, &p);
	else if (rc == RC_OK)
		print_json(&k.b, p.known, &p);
	return cmd_answer(&k, rc, 0);
}
