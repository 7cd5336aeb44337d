#include "work/chase/asked.h"

#include "base/text.h"
#include "standard/asks.h"
#include "work/chase/item_link.h"
#include "work/see/head.h"
#include "work/see/next.h"

struct asking {
	struct app *app;
	struct db *db;
	const struct viewer *v;
	const struct child_view *cv;
	const struct clock *clock;
	struct str standard; /* its id */
	int64_t opened;
	struct arena *a;
	struct asked *out;
};

/* The day on which the first entry that answers one of these was recorded after `ms`. */
static day_t answered_on(const struct asking *k, int edition, uint32_t asks, int64_t ms)
{
	const struct rulebook *rb = app_rulebook(k->app);
	size_t standard = standard_edition(rb, rulebook_number(k->standard), edition);
	int64_t first = INT64_MAX;
	for (size_t i = 0; standard != SIZE_MAX && i < k->cv->f.child.n; i++) {
		bool yes = false;
		for (size_t j = 0; j < standard_asks(rb, (uint16_t)standard); j++)
			yes = yes ||
			      ((asks >> j & 1) && ask_answered_by(rb, (uint16_t)standard, j, &k->cv->f.child.facts[i]));
		const struct event *ev = yes ? history_event(&k->cv->h, k->cv->f.fact_event[i]) : NULL;
		if (ev && ev->recorded_ms > ms && ev->recorded_ms < first)
			first = ev->recorded_ms;
	}
	return first == INT64_MAX ? DAY_NONE : london_day(first);
}

static enum rc read_chases(struct asking *k, struct err *e)
{
	struct sql_rows *rows;
	struct sql_chase_of_clock_out r;
	struct asked_once *list = arena_array(k->a, ASKED_MAX, sizeof *list);
	size_t n = 0;
	enum rc rc = sql_chase_of_clock(
	    k->db, &(struct sql_chase_of_clock_in){ k->cv->h.person, k->standard, k->opened, k->clock->ordinal }, &rows,
	    e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_chase_of_clock_next(rows, &r, e)) == RC_OK) {
		if (r.at_ms > k->cv->known_ms)
			continue;     /* not yet, at the instant that is looked at */
		if (n == ASKED_MAX) { /* the latest are the ones to know */
			memmove(list, list + 1, (ASKED_MAX - 1) * sizeof *list);
			n--;
		}
		list[n++] = (struct asked_once){ .chase = r.chase,
						 .day = london_day(r.at_ms),
						 .answered = answered_on(k, (int)r.edition, (uint32_t)r.asks, r.at_ms),
						 .from = app_organisation(k->app, r.org),
						 .recipient = app_organisation(k->app, r.recipient),
						 .by = r.by_name.p ? arena_str(k->a, r.by_name) : STR("") };
	}
	db_done(rows);
	k->out->chases = list;
	k->out->n_chases = n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static int64_t ms_or_none(int64_t ms)
{
	return ms == SQL_NULL ? 0 : ms;
}

static void take_link(const struct asking *k, const struct sql_link_of_clock_out *r, struct asked_link *l)
{
	const struct vocab *voc = app_vocab(k->app);
	uint16_t kind = vocab_kind(voc, r->kind);
	bool ours = k->v->org == r->org || k->v->role == ROLE_OPERATOR, theirs = k->v->org == r->recipient;
	/* An answer by an entry that the viewer does not see, a sealed one, is none: it would tell of it. */
	bool answered = r->answered_ms != SQL_NULL &&
			(r->event == SQL_NULL || viewer_sees_entry(k->app, k->v, &k->cv->h, r->event));
	day_t since = r->since_day == SQL_NULL ? DAY_NONE : (day_t)r->since_day;
	*l = (struct asked_link){ .id = r->id,
				  .from = app_organisation(k->app, r->org),
				  .recipient = app_organisation(k->app, r->recipient),
				  .address = ours || theirs ? arena_str(k->a, r->address) : STR(""),
				  .by = r->by_name.p ? arena_str(k->a, r->by_name) : STR(""),
				  .what = voc->kinds[kind].title,
				  .minted_ms = r->minted_ms,
				  .expires_ms = r->expires_ms,
				  .answered_ms = answered ? r->answered_ms : 0,
				  .opened_ms = ms_or_none(r->opened_ms),
				  .opens = r->opens,
				  .ours = ours };
	l->state = l->answered_ms			 ? LINK_ANSWERED
		   : r->revoked_ms != SQL_NULL		 ? LINK_REVOKED
		   : r->expires_ms <= app_now_ms(k->app) ? LINK_ENDED
							 : LINK_OPEN;
	if (l->answered_ms)
		l->answer = answer_words(r->answer, r->reason, k->a);
	l->stops = l->answered_ms && !str_is(r->answer, "recorded") && r->lifted_ms == SQL_NULL &&
		   since == k->clock->holder_since && k->clock->state == CLOCK_RUNNING;
}

static enum rc read_links(struct asking *k, struct err *e)
{
	struct sql_rows *rows;
	struct sql_link_of_clock_out r;
	struct asked_link *list = arena_array(k->a, ASKED_MAX, sizeof *list);
	size_t n = 0;
	enum rc rc = sql_link_of_clock(
	    k->db, &(struct sql_link_of_clock_in){ k->cv->h.person, k->standard, k->opened, k->clock->ordinal }, &rows,
	    e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_link_of_clock_next(rows, &r, e)) == RC_OK) {
		if (r.minted_ms > k->cv->known_ms)
			continue;
		if (n == ASKED_MAX) {
			memmove(list, list + 1, (ASKED_MAX - 1) * sizeof *list);
			n--;
		}
		take_link(k, &r, &list[n++]);
	}
	db_done(rows);
	k->out->links = list;
	k->out->n_links = n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* "Chased on Tue 3 Nov 2026 and Tue 10 Nov 2026, answered Thu 12 Nov 2026" */
static void say(struct asking *k)
{
	struct buf b AUTO(buf_release);
	char day[DAY_TEXT_MAX];
	const struct asked *s = k->out;
	buf_init(&b, 4000);
	day_t last = DAY_NONE, answered = DAY_NONE;
	size_t days = 0, said = 0;
	for (size_t i = 0; i < s->n_chases; i++) {
		days += s->chases[i].day != last;
		last = s->chases[i].day;
		answered = s->chases[i].answered;
	}
	last = DAY_NONE;
	for (size_t i = 0; i < s->n_chases; i++) {
		if (s->chases[i].day == last)
			continue;
		last = s->chases[i].day;
		buf_puts(&b, !said ? "Chased on " : said + 1 == days ? " and " : ", ");
		buf_puts(&b, day_short(last, day));
		said++;
	}
	for (size_t i = 0; i < s->n_links; i++) {
		const struct asked_link *l = &s->links[i];
		if (!l->answered_ms)
			continue;
		day_t on = london_day(l->answered_ms);
		if (l->stops)
			buf_printf(&b, "%s" STR_FMT ", %s", b.n ? ". " : "", STR_ARG(l->answer), day_short(on, day));
		if (answered == DAY_NONE && s->n_chases && on >= last && !l->stops)
			answered = on;
	}
	if (answered != DAY_NONE && said)
		buf_printf(&b, ", answered %s", day_short(answered, day));
	k->out->line = arena_str(k->a, buf_view(&b));
}

enum rc asked_any(struct db *db, int64_t person, struct arena *a, bool *out, struct err *e)
{
	struct sql_chase_any_out n;
	enum rc rc = sql_chase_any(db, &(struct sql_chase_any_in){ person }, a, &n, e);
	if (rc == RC_OK)
		*out = n.n > 0;
	return rc;
}

enum rc asked_read(struct app *app, struct db *db, const struct viewer *v, const struct child_view *cv, size_t which,
		   struct arena *a, struct asked *out, struct err *e)
{
	const struct clock *c = &cv->clocks[which];
	struct asked made = { .line = STR("") };
	struct asking k = { .app = app,
			    .db = db,
			    .v = v,
			    .cv = cv,
			    .clock = c,
			    .standard = rulebook_info(app_rulebook(app), c->standard)->id,
			    .opened = c->opened_by >= 0 ? cv->f.fact_root[c->opened_by] : 0,
			    .a = a,
			    .out = &made };
	enum rc rc = read_chases(&k, e);
	if (rc == RC_OK)
		rc = read_links(&k, e);
	if (rc != RC_OK)
		return rc;
	if (made.n_chases || made.n_links)
		say(&k);
	*out = made;
	return RC_OK;
}
