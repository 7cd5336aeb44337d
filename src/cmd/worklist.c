#include "cmd/cmd.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/admin/staff.h"
#include "work/see/worklist.h"

int cmd_worklist(int argc, char **argv);

struct asked {
	const char *org, *clock, *holder, *council, *area, *worker, *list, *manifest;
	int64_t limit;
};

static struct str lateness_words(const struct rulebook *rb, const struct work_item *i, struct arena *a)
{
	const char *unit = rulebook_info(rb, i->standard)->working_days ? "working day" : "day";
	int n = i->days_late < 0 ? -i->days_late : i->days_late;
	if (i->state == CLOCK_NOT_KNOWN)
		return STR("not known");
	if (i->due == DAY_NONE)
		return STR("due day not known");
	if (i->lateness == LATE_OVERDUE)
		return arena_printf(a, "%d %s%s late", n, unit, n == 1 ? "" : "s");
	return n == 0 ? STR("today") : arena_printf(a, "in %d %s%s", n, unit, n == 1 ? "" : "s");
}

static struct str clock_title(const struct standard_info *s, struct arena *a)
{
	return s->reading.n ? arena_printf(a, STR_FMT ": " STR_FMT, STR_ARG(s->title), STR_ARG(s->reading)) : s->title;
}

static struct str holder_name(const struct work_item *i)
{
	bool named = i->holder_org && (i->holder != HOLDER_PROVIDER || str_is(i->holder_org->kind, "provider"));
	return named ? i->holder_org->short_name : str_of(holder_title(i->holder));
}

static void print_table(struct buf *b, const struct worklist *w, const struct rulebook *rb, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	buf_printf(b, "As of %s\n", day_long(w->as_of, day));
	for (int l = LIST_LATE; l < LIST__COUNT; l++) {
		const struct work_section *s = &w->sections[l];
		buf_printf(b, "\n%s: %" PRId64 "%s\n", work_list_title(s->list),
			   s->count > COUNT_CAP ? (int64_t)COUNT_CAP : s->count, s->count > COUNT_CAP ? "+" : "");
		for (size_t i = 0; i < s->n; i++) {
			const struct work_item *t = &s->items[i];
			struct str name = arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(t->given), STR_ARG(t->family));
			buf_puts(b, "  ");
			cmd_pad(b, name, 29);
			cmd_pad(b, str_of(t->due == DAY_NONE ? "-" : day_short(t->due, day)), 16);
			cmd_pad(b, lateness_words(rb, t, a), 23);
			cmd_pad(b, holder_name(t), 17);
			buf_printf(b, STR_FMT "\n", STR_ARG(clock_title(rulebook_info(rb, t->standard), a)));
			if (t->why.n)
				buf_printf(b, "  %-28s " STR_FMT "\n", "", STR_ARG(t->why));
		}
		if (s->next.n)
			buf_printf(b, "  (more: --list %s --limit N)\n", work_list_id(s->list));
	}
}

static void print_csv(struct buf *b, const struct worklist *w, const struct rulebook *rb)
{
	char text[DAY_TEXT_MAX], id[ID_TEXT_MAX];
	struct csv_writer c = { .b = b };
	static const char *const heading[] = { "list",	"child",  "given_name",	 "family_name", "council",
					       "clock", "state",  "start",	 "due",		"days_late",
					       "unit",	"holder", "holder_name", "area",	"why" };
	for (size_t i = 0; i < COUNT_OF(heading); i++)
		csv_put(&c, str_of(heading[i]));
	csv_end_row(&c);
	for (int l = LIST_LATE; l < LIST__COUNT; l++)
		for (size_t i = 0; i < w->sections[l].n; i++) {
			const struct work_item *t = &w->sections[l].items[i];
			const struct standard_info *s = rulebook_info(rb, t->standard);
			csv_put(&c, str_of(work_list_id((enum work_list)l)));
			csv_put(&c, str_of(id_text(t->person, id)));
			csv_put_safe(&c, t->given);
			csv_put_safe(&c, t->family);
			csv_put(&c, t->council ? t->council->code : STR(""));
			csv_put(&c, s->id);
			csv_put(&c, str_of(clock_state_id(t->state)));
			csv_put(&c, t->start == DAY_NONE ? STR("") : str_of(day_iso(t->start, text)));
			csv_put(&c, t->due == DAY_NONE ? STR("") : str_of(day_iso(t->due, text)));
			if (t->due == DAY_NONE || t->state != CLOCK_RUNNING)
				csv_put(&c, STR(""));
			else
				csv_put_int(&c, t->days_late);
			csv_put(&c, s->working_days ? STR("working days") : STR("days"));
			csv_put(&c, str_of(holder_id(t->holder)));
			csv_put(&c, holder_name(t));
			csv_put(&c, str_of(area_id(t->area)));
			csv_put_safe(&c, t->why);
			csv_end_row(&c);
		}
}

static void member(struct buf *b, const char *name, struct str value)
{
	buf_printf(b, ",\"%s\":", name);
	json_put_string(b, value);
}

static void member_day(struct buf *b, const char *name, day_t d)
{
	char text[DAY_TEXT_MAX];
	if (d == DAY_NONE)
		buf_printf(b, ",\"%s\":null", name);
	else
		buf_printf(b, ",\"%s\":\"%s\"", name, day_iso(d, text));
}

static void print_item(struct buf *b, const struct work_item *t, const struct rulebook *rb)
{
	char id[ID_TEXT_MAX];
	const struct standard_info *s = rulebook_info(rb, t->standard);
	buf_printf(b, "{\"child\":\"%s\"", id_text(t->person, id));
	member(b, "given_name", t->given);
	member(b, "family_name", t->family);
	member(b, "council", t->council ? t->council->code : STR(""));
	member(b, "clock", s->id);
	member(b, "state", str_of(clock_state_id(t->state)));
	member_day(b, "start", t->start);
	member_day(b, "due", t->due);
	if (t->due != DAY_NONE && t->state == CLOCK_RUNNING)
		buf_printf(b, ",\"days_late\":%d", t->days_late);
	member(b, "unit", s->working_days ? STR("working days") : STR("days"));
	member(b, "holder", str_of(holder_id(t->holder)));
	member(b, "holder_name", holder_name(t));
	member(b, "area", str_of(area_id(t->area)));
	member(b, "why", t->why);
	buf_putc(b, '}');
}

static void print_json(struct buf *b, const struct worklist *w, const struct rulebook *rb)
{
	char day[DAY_TEXT_MAX];
	buf_printf(b, "{\"as_of\":\"%s\",\"lists\":{", day_iso(w->as_of, day));
	for (int l = LIST_LATE; l < LIST__COUNT; l++) {
		const struct work_section *s = &w->sections[l];
		buf_printf(b, "%s\"%s\":{\"count\":%" PRId64 ",\"rows\":[", l > LIST_LATE ? "," : "",
			   work_list_id((enum work_list)l), s->count);
		for (size_t i = 0; i < s->n; i++) {
			if (i)
				buf_putc(b, ',');
			print_item(b, &s->items[i], rb);
		}
		buf_puts(b, "]}");
	}
	buf_puts(b, "}}\n");
}

static enum work_list list_named(struct str id)
{
	for (int l = LIST_LATE; l < LIST__COUNT; l++)
		if (str_is(id, work_list_id((enum work_list)l)))
			return (enum work_list)l;
	return (enum work_list)0;
}

/* Says which word is wrong, or fills the query. */
static enum rc ask(struct app *app, const struct asked *as, struct viewer *v, struct worklist_query *q, struct err *e)
{
	const struct organisation *team =
	    as->org ? app_organisation_by_code(app, str_of(as->org)) : app_health_team(app);
	if (!team)
		return err_set(e, RC_BAD_INPUT, "Say whose list: --org CODE, a code of data/organisations.csv.");
	v->org = team->id;
	enum rc rc = RC_OK;
	q->standard = str_of(as->clock);
	if (as->holder && (q->holder = holder_of(str_of(as->holder))) == HOLDER_NONE)
		return err_set(e, RC_BAD_INPUT,
			       "There is no holder \"%s\". Say council, health, provider, family, other-area, "
			       "young-person or board.",
			       as->holder);
	if (as->council) {
		const struct organisation *c = app_organisation_by_code(app, str_of(as->council));
		if (!c)
			return err_set(e, RC_BAD_INPUT, "There is no council with the code \"%s\".", as->council);
		q->council = c->id;
	}
	q->area = -1;
	for (int i = AREA_NOT_KNOWN; as->area && i <= AREA_OTHERS_HERE; i++)
		if (strcmp(as->area, area_id((enum area)i)) == 0)
			q->area = i;
	if (as->area && q->area < 0)
		return err_set(e, RC_BAD_INPUT,
			       "There is no area \"%s\". Say in-area, placed-elsewhere, placed-here or not-known.",
			       as->area);
	if (as->worker && (rc = staff_by_login(app, v, str_of(as->worker), &q->worker, e)) == RC_NOT_FOUND)
		return err_set(e, RC_BAD_INPUT, "There is no account \"%s\". linnet account list shows them.",
			       as->worker);
	if (rc != RC_OK)
		return rc;
	if (as->list && !(q->only = list_named(str_of(as->list))))
		return err_set(e, RC_BAD_INPUT, "There is no list \"%s\". Say late, soon, waiting, not-known or later.",
			       as->list);
	return RC_OK;
}

int cmd_worklist(int argc, char **argv)
{
	struct asked as = { .limit = 50 };
	const struct option options[] = {
		{ "org", OPTION_TEXT, &as.org, "CODE", "whose list (else the region's health team)" },
		{ "clock", OPTION_TEXT, &as.clock, "STANDARD", "only this clock, such as iha-returned (linnet standards)" },
		{ "holder", OPTION_TEXT, &as.holder, "WORD", "only where it is this holder's turn" },
		{ "council", OPTION_TEXT, &as.council, "CODE", "only children of this council" },
		{ "area", OPTION_TEXT, &as.area, "WORD", "in-area, placed-elsewhere, placed-here or not-known" },
		{ "worker", OPTION_TEXT, &as.worker, "LOGIN", "only children whose named worker this account is" },
		{ "list", OPTION_TEXT, &as.list, "WORD", "only late, soon, waiting, not-known or later" },
		{ "manifest", OPTION_TEXT, &as.manifest, "FILE", "also write what the list was made by, as JSON" },
		{ "limit", OPTION_NUMBER, &as.limit, "N", "rows of each list, at most 200 (50)" },
	};
	const struct usage u = {
		"linnet worklist [options]",
		"What needs doing first: late and our turn, due in 10 working days, waiting for someone else.",
		"linnet worklist --council E10000012 --format csv",
		options,
		COUNT_OF(options),
		true,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	struct worklist_query q = { .limit = (size_t)as.limit, .as_of = k.c.as_of, .known_ms = k.c.known_ms };
	struct worklist w;
	enum rc rc = ask(k.app, &as, &k.v, &q, &k.e);
	if (rc == RC_OK)
		rc = worklist_see(k.app, &k.v, &q, &k.a, &w, &k.e);
	if (rc == RC_OK)
		rc = cmd_manifest(k.app, &k.c, as.manifest, &k.e);
	if (rc == RC_OK && k.c.format == FORMAT_TABLE)
		print_table(&k.b, &w, app_rulebook(w.known), &k.a);
	else if (rc == RC_OK && k.c.format == FORMAT_CSV)
		print_csv(&k.b, &w, app_rulebook(w.known));
	else if (rc == RC_OK)
		print_json(&k.b, &w, app_rulebook(w.known));
	return cmd_answer(&k, rc, 0);
}
