#include "work/chase/chase.h"

#include "base/text.h"
#include "standard/match.h"
#include "work/chase/item_link.h"
#include "work/core/terms.h"
#include "work/core/shared.h"
#include "work/core/write.h"
#include "work/see/next.h"

/* ---- words ---- */

/* The first letter of each, as it is written; a name may be of one part. */
struct str initials_of(struct str given, struct str family, struct arena *a)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 32);
	const struct str parts[] = { str_trim(given), str_trim(family) };
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		size_t n = parts[i].n ? 1 : 0;
		while (n && n < parts[i].n && ((unsigned char)parts[i].p[n] & 0xc0) == 0x80)
			n++;
		if (n) {
			buf_put(&b, parts[i].p, n);
			buf_putc(&b, '.');
		}
	}
	return arena_str(a, buf_view(&b));
}

/* The council's own number; another council's says whose it is. */
struct str number_for(const struct app *app, int64_t recipient, int64_t council, struct str ref, struct arena *a)
{
	const struct organisation *o = app_organisation(app, council);
	if (council == recipient || !o)
		return arena_str(a, ref);
	return arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(o->short_name), STR_ARG(ref));
}

static struct str asked_words(const struct app *app, size_t standard, uint32_t asks, struct arena *a)
{
	struct buf b AUTO(buf_release);
	const struct rulebook *rb = app_rulebook(app);
	buf_init(&b, 4000);
	for (size_t i = 0; standard != SIZE_MAX && i < standard_asks(rb, (uint16_t)standard); i++) {
		struct ask ask;
		if (!(asks >> i & 1))
			continue;
		standard_ask(rb, (uint16_t)standard, i, &ask);
		struct str rest = ask.words;
		if (str_starts(rest, "Record: "))
			rest = (struct str){ rest.p + 8, rest.n - 8 };
		buf_puts(&b, b.n ? "; " : "");
		buf_str(&b, rest.n ? rest : app_vocab(app)->kinds[ask.kind].title);
	}
	return arena_str(a, buf_view(&b));
}

struct str answer_words(struct str answer, struct str reason, struct arena *a)
{
	const char *w = str_is(answer, "sent")	     ? "Already sent"
			: str_is(answer, "not-mine") ? "Not their child"
			: str_is(answer, "cannot")   ? "Cannot answer"
						     : "Recorded";
	return reason.n ? arena_printf(a, "%s: " STR_FMT, w, STR_ARG(reason)) : str_of(w);
}

/* ---- reading what is owed ---- */

struct chasing {
	struct app *app;
	const struct viewer *v;
	const struct organisation *recipient;
	struct arena *a;
	struct chase_terms terms;
	day_t today, soon;
	int64_t id;
	const char *how;
	struct chase out;
	int64_t written;
	struct viewer theirs;	  /* whoever is asked: what is withheld from them */
	const struct chase *sent; /* NULL: what is kept is what will be sent */
};

static enum rc begin(struct chasing *c, struct app *app, const struct viewer *v, const struct organisation *recipient,
		     struct arena *a, struct err *e)
{
	*c = (struct chasing){ .app = app, .v = v, .recipient = recipient, .a = a, .today = app_today(app) };
	enum rc rc = require_act(v, ACT_CHASE, e);
	if (rc == RC_OK)
		rc = chase_terms_of(app_rules(app), a, &c->terms, e);
	if (rc == RC_OK)
		c->soon = workdays_add(app_workdays(app), c->today, c->terms.within_working_days);
	return rc;
}

static day_t day_of_sql(int64_t d)
{
	return d == SQL_NULL || d == DAY_NEVER ? DAY_NONE : (day_t)d;
}

static void lateness(const struct chasing *c, size_t standard, day_t today, struct chase_item *i)
{
	if (standard == SIZE_MAX)
		return;
	struct clock k = { .standard = (uint16_t)standard, .state = CLOCK_RUNNING, .due = i->due, .done = DAY_NONE };
	i->lateness = clock_lateness(app_rulebook(c->app), app_workdays(c->app), &k, today, &i->days_late);
}

static void finish(const struct chasing *c, struct str standard, struct chase_item *i)
{
	char opened[ID_TEXT_MAX];
	size_t at = standard_edition(app_rulebook(c->app), rulebook_number(standard), i->edition);
	i->clock = arena_printf(c->a, STR_FMT ".%s.%d", STR_ARG(standard), id_text(i->opened, opened), i->ordinal);
	i->asked = asked_words(c->app, at, i->asks, c->a);
	if (at == SIZE_MAX)
		return;
	i->standard = rulebook_info(app_rulebook(c->app), (uint16_t)at);
	i->sensitive = standard_is_sensitive(app_rulebook(c->app), (uint16_t)at);
	lateness(c, at, c->out.day, i);
}

/* When this turn of this clock was chased before today, each day once. */
static enum rc reminders(const struct chasing *c, struct db *db, struct str standard, struct chase_item *i,
			 struct err *e)
{
	struct sql_rows *rows;
	struct sql_chase_of_clock_out row;
	day_t last = DAY_NONE;
	enum rc rc = sql_chase_of_clock(
	    db, &(struct sql_chase_of_clock_in){ i->person, standard, i->opened, i->ordinal }, &rows, e);
	if (rc != RC_OK)
		return rc;
	i->nth = 1;
	i->first = i->before = DAY_NONE;
	while ((rc = sql_chase_of_clock_next(rows, &row, e)) == RC_OK) {
		day_t day = london_day(row.at_ms);
		if (row.recipient != c->recipient->id || day_of_sql(row.since_day) != i->since || day >= c->today ||
		    day == last)
			continue;
		i->first = i->first == DAY_NONE ? day : i->first;
		i->before = last = day;
		i->nth++;
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Late, soon due, or with its holder for longer than the holder's share. */
static bool is_due(const struct chasing *c, int64_t due, const struct open_clock *k)
{
	return due <= c->soon || (k->holder_due != DAY_NONE && k->holder_due < c->today);
}

/* False: a standard that is no longer there, or not due yet. */
static bool take(struct chasing *c, const struct sql_chase_owed_out *r, struct str *standard, struct chase_item *i)
{
	const struct rulebook *rb = app_rulebook(c->app);
	size_t at = rulebook_numbered(rb, r->standard);
	struct open_clock k;
	if (at == SIZE_MAX ||
	    standard_withheld(c->app, withheld_of(c->v, r->home) | withheld_of(&c->theirs, r->home), at) ||
	    !open_find(r->clocks, r->standard, r->opened, r->ordinal, &k) || !is_due(c, r->due_day, &k))
		return false;
	*i = (struct chase_item){ .person = r->person,
				  .given = arena_str(c->a, r->given),
				  .family = arena_str(c->a, r->family),
				  .number = number_for(c->app, c->recipient->id, r->council, r->ref, c->a),
				  .initials = initials_of(r->given, r->family, c->a),
				  .why = arena_str(c->a, k.why),
				  .since = k.holder_since,
				  .due = day_of_sql(r->due_day),
				  .opened = r->opened,
				  .ordinal = (int)r->ordinal,
				  .edition = k.edition,
				  .asks = k.asks };
	if (r->stop_id && day_of_sql(r->stop_since) == k.holder_since) { /* else an answer of an earlier turn */
		i->stop = r->stop_id;
		i->stopped = answer_words(r->stop_answer, r->stop_reason, c->a);
	}
	*standard = rulebook_info(rb, (uint16_t)at)->id;
	finish(c, *standard, i);
	return true;
}

static bool same_clock(const struct chase_item *x, const struct chase_item *y)
{
	return x->person == y->person && str_eq(x->clock, y->clock);
}

/* Rows first, then what was asked before: two statements are never open at once. */
static enum rc owed(struct chasing *c, struct db *db, struct err *e)
{
	struct sql_rows *rows;
	struct sql_chase_owed_out row;
	struct chase_item *all = arena_array(c->a, CHASE_ITEMS_MAX, sizeof *all),
			  *stopped = arena_array(c->a, CHASE_ITEMS_MAX, sizeof *stopped), last = { 0 };
	struct str *standards = arena_array(c->a, CHASE_ITEMS_MAX, sizeof *standards);
	c->theirs = (struct viewer){ .org = c->recipient->id };
	enum rc rc = shared_withheld(c->app, db, c->a, &c->theirs, e);
	if (rc == RC_OK)
		rc = sql_chase_owed(db, &(struct sql_chase_owed_in){ c->v->org, c->recipient->id, c->today }, &rows, e);
	if (rc != RC_OK)
		return rc;
	c->out.n = c->out.n_stopped = 0;
	while ((rc = sql_chase_owed_next(rows, &row, e)) == RC_OK) {
		struct chase_item i;
		struct str standard;
		if (!take(c, &row, &standard, &i))
			continue;
		if (last.clock.p && same_clock(&last, &i))
			continue; /* once more, for an older answer */
		last = i;
		if (c->out.n == CHASE_ITEMS_MAX || c->out.n_stopped == CHASE_ITEMS_MAX) {
			c->out.more = true;
			break;
		}
		if (i.stop) {
			stopped[c->out.n_stopped++] = i;
		} else {
			standards[c->out.n] = standard;
			all[c->out.n++] = i;
		}
	}
	db_done(rows);
	rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	for (size_t i = 0; rc == RC_OK && i < c->out.n; i++)
		rc = reminders(c, db, standards[i], &all[i], e);
	c->out.items = all;
	c->out.stopped = stopped;
	return rc;
}

static enum rc draft_unit(struct db *db, void *arg, struct err *e)
{
	struct chasing *c = arg;
	c->out = (struct chase){ .from = app_organisation(c->app, c->v->org),
				 .recipient = c->recipient,
				 .invented = app_is_demonstration(c->app),
				 .at_ms = app_now_ms(c->app),
				 .day = c->today,
				 .by = c->v->account ? c->v->name : STR("") };
	return owed(c, db, e);
}

/* Only councils and providers are chased, never oneself. */
static enum rc recipient_check(const struct viewer *v, const struct organisation *r, struct err *e)
{
	if (r && r->id != v->org && (str_is(r->kind, "council") || str_is(r->kind, "provider")))
		return RC_OK;
	return err_set(e, RC_NOT_FOUND, "There is no such council or provider to ask.");
}

enum rc chase_draft(struct app *app, const struct viewer *v, const struct organisation *recipient, struct arena *a,
		    struct chase *out, struct err *e)
{
	struct chasing c;
	enum rc rc = begin(&c, app, v, recipient, a, e);
	if (rc == RC_OK)
		rc = recipient_check(v, recipient, e);
	if (rc == RC_OK)
		rc = wake_children(app, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), draft_unit, &c, e);
	if (rc == RC_OK)
		*out = c.out;
	return rc;
}

/* ---- writing one ---- */

/* The last chase of this recipient, if it was today's and named the same. */
static enum rc written_today(struct chasing *c, struct db *db, int64_t *id_out, struct err *e)
{
	struct sql_chase_last_out last;
	struct sql_rows *rows;
	struct sql_chase_items_out row;
	size_t same = 0;
	enum rc rc = sql_chase_last(db, &(struct sql_chase_last_in){ c->v->org, c->recipient->id }, c->a, &last, e);
	*id_out = 0;
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && (london_day(last.at_ms) != c->today || last.items != (int64_t)c->out.n)))
		return RC_OK;
	if (rc == RC_OK)
		rc = sql_chase_items(db, &(struct sql_chase_items_in){ last.id, c->v->org, c->recipient->id, c->today },
				     &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_chase_items_next(rows, &row, e)) == RC_OK)
		for (size_t i = 0; i < c->out.n; i++)
			same += c->out.items[i].person == row.person && c->out.items[i].opened == row.opened &&
				c->out.items[i].ordinal == row.ordinal && c->out.items[i].asks == (uint32_t)row.asks &&
				str_starts(c->out.items[i].clock, arena_str(c->a, row.standard).p);
	db_done(rows);
	if (rc == RC_NOT_FOUND && same == c->out.n)
		*id_out = last.id;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc write_items(struct chasing *c, struct db *db, int64_t now, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < c->out.n; i++) {
		const struct chase_item *it = &c->out.items[i];
		struct str rest;
		rc = sql_chase_item_insert(
		    db,
		    &(struct sql_chase_item_insert_in){ .person = it->person,
							.chase = c->written,
							.standard = str_cut(it->clock, '.', &rest),
							.opened = it->opened,
							.ordinal = it->ordinal,
							.n = (int64_t)i + 1,
							.edition = it->edition,
							.asks = it->asks,
							.since_day = it->since == DAY_NONE ? SQL_NULL : it->since,
							.due_day = it->due == DAY_NONE ? SQL_NULL : it->due,
							.nth = it->nth,
							.why = it->why,
							.at_ms = now },
		    NULL, e);
		if (rc == RC_OK)
			rc = it->sensitive || !it->standard /* who may not see it learns nothing from the looks */
				 ? audit(c->app, db, c->v, it->person, "chased", STR("a clock"), STR(""), e)
				 : audit(c->app, db, c->v, it->person, "chased", it->standard->title,
					 c->recipient->name, e);
	}
	return rc;
}

/* Whether the draft still says what was sent. */
static bool as_sent(const struct chasing *c)
{
	bool same = c->out.n == c->sent->n;
	for (size_t i = 0; same && i < c->out.n; i++) {
		const struct chase_item *x = &c->out.items[i], *y = &c->sent->items[i];
		same = same_clock(x, y) && x->asks == y->asks && x->since == y->since && x->due == y->due &&
		       x->nth == y->nth && str_eq(x->why, y->why);
	}
	return same;
}

static enum rc write_unit(struct db *db, void *arg, struct err *e)
{
	struct chasing *c = arg;
	enum rc rc = draft_unit(db, c, e);
	if (rc == RC_OK && !c->out.n)
		return err_set(e, RC_BAD_INPUT, "Nothing that is late or soon due is with " STR_FMT ".",
			       STR_ARG(c->recipient->name));
	if (rc == RC_OK && c->sent && !as_sent(c))
		return err_set(
		    e, RC_CONFLICT,
		    "What is with " STR_FMT
		    " has changed since this was made, so it is not kept as sent. Do not send it; make it again.",
		    STR_ARG(c->recipient->name));
	if (rc == RC_OK)
		rc = written_today(c, db, &c->written, e);
	if (rc != RC_OK || c->written)
		return rc;
	c->written = app_new_id(c->app);
	rc = sql_chase_insert(db,
			      &(struct sql_chase_insert_in){ .id = c->written,
							     .org = c->v->org,
							     .recipient = c->recipient->id,
							     .account = c->v->account,
							     .at_ms = c->out.at_ms,
							     .items = (int64_t)c->out.n },
			      NULL, e);
	return rc == RC_OK ? write_items(c, db, c->out.at_ms, e) : rc;
}

static enum rc write_one(struct app *app, const struct viewer *v, const struct organisation *recipient,
			 const struct chase *sent, struct arena *a, int64_t *id_out, struct err *e)
{
	struct chasing c;
	enum rc rc = begin(&c, app, v, recipient, a, e);
	c.sent = sent;
	if (rc == RC_OK)
		rc = recipient_check(v, recipient, e);
	if (rc == RC_OK)
		rc = wake_children(app, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), write_unit, &c, e);
	if (rc == RC_OK)
		*id_out = c.written;
	return rc;
}

enum rc chase_write(struct app *app, const struct viewer *v, const struct organisation *recipient, struct arena *a,
		    int64_t *id_out, struct err *e)
{
	return write_one(app, v, recipient, NULL, a, id_out, e);
}

enum rc chase_keep(struct app *app, const struct viewer *v, const struct chase *sent, struct arena *a, int64_t *id_out,
		   struct err *e)
{
	return write_one(app, v, sent->recipient, sent, a, id_out, e);
}

/* ---- one that was written ---- */

static enum rc see_items(struct chasing *c, struct db *db, struct err *e)
{
	struct sql_rows *rows;
	struct sql_chase_items_out r;
	struct chase_item *all = arena_array(c->a, CHASE_ITEMS_MAX, sizeof *all);
	struct str *standards = arena_array(c->a, CHASE_ITEMS_MAX, sizeof *standards);
	enum rc rc = sql_chase_items(
	    db, &(struct sql_chase_items_in){ c->id, c->out.from->id, c->recipient->id, c->today }, &rows, e);
	if (rc != RC_OK)
		return rc;
	c->out.n = 0;
	while ((rc = sql_chase_items_next(rows, &r, e)) == RC_OK && c->out.n < CHASE_ITEMS_MAX) {
		size_t at = rulebook_find(app_rulebook(c->app), r.standard);
		uint32_t withheld = withheld_of(c->v, r.home);
		if (withheld && (at == SIZE_MAX || standard_withheld(c->app, withheld, at)))
			continue;
		struct chase_item *i = &all[c->out.n];
		*i = (struct chase_item){ .person = r.person,
					  .given = arena_str(c->a, r.given),
					  .family = arena_str(c->a, r.family),
					  .number = number_for(c->app, c->recipient->id, r.council, r.ref, c->a),
					  .initials = initials_of(r.given, r.family, c->a),
					  .why = arena_str(c->a, r.why),
					  .since = day_of_sql(r.since_day),
					  .due = day_of_sql(r.due_day),
					  .opened = r.opened,
					  .ordinal = (int)r.ordinal,
					  .edition = (int)r.edition,
					  .asks = (uint32_t)r.asks };
		standards[c->out.n] = arena_str(c->a, r.standard);
		finish(c, standards[c->out.n++], i);
	}
	db_done(rows);
	rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	c->today = c->out.day; /* reminders before this one */
	for (size_t i = 0; rc == RC_OK && i < c->out.n; i++)
		rc = reminders(c, db, standards[i], &all[i], e);
	c->out.items = all;
	return rc;
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct chasing *c = arg;
	struct sql_chase_get_out row;
	day_t today = app_today(c->app);
	enum rc rc = sql_chase_get(db, &(struct sql_chase_get_in){ c->id }, c->a, &row, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && c->v->role != ROLE_OPERATOR && row.org != c->v->org))
		return err_set(e, RC_NOT_FOUND, "There is no such chase.");
	if (rc != RC_OK)
		return rc;
	c->today = today;
	c->recipient = app_organisation(c->app, row.recipient);
	c->out = (struct chase){ .id = row.id,
				 .from = app_organisation(c->app, row.org),
				 .recipient = c->recipient,
				 .invented = app_is_demonstration(c->app),
				 .at_ms = row.at_ms,
				 .day = london_day(row.at_ms),
				 .by = row.by_name.p ? row.by_name : STR("") };
	if (!c->out.from || !c->recipient)
		return err_set(e, RC_NOT_FOUND, "There is no such chase.");
	return see_items(c, db, e);
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	struct chasing *c = arg;
	return audit(c->app, db, c->v, 0, c->how, STR("a chase"), c->recipient->name, e);
}

enum rc chase_see(struct app *app, const struct viewer *v, int64_t id, const char *how, struct arena *a,
		  struct chase *out, struct err *e)
{
	struct chasing c;
	enum rc rc = begin(&c, app, v, NULL, a, e);
	c.id = id;
	c.how = how;
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_unit, &c, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), look_unit, &c, e);
	if (rc == RC_OK)
		*out = c.out;
	return rc;
}

/* ---- lists ---- */

struct listing {
	struct app *app;
	const struct viewer *v;
	struct arena *a;
	const struct chasing *c;
	struct chase_recipient *who;
	struct chase_done *done;
	size_t n;
	const struct organisation *all;
	struct viewer *theirs; /* each of them: what is withheld from it */
};

static struct chase_recipient *recipient_in(struct listing *l, const struct organisation *o)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->who[i].org == o)
			return &l->who[i];
	l->who[l->n] = (struct chase_recipient){ .org = o };
	return &l->who[l->n++];
}

static void count_waiting(struct listing *l, const struct sql_chase_waiting_out *r)
{
	const struct organisation *o = app_organisation(l->app, r->recipient);
	struct err ignored = { 0 };
	struct open_clock k;
	size_t at = rulebook_numbered(app_rulebook(l->app), r->standard);
	if (recipient_check(l->v, o, &ignored) != RC_OK || at == SIZE_MAX ||
	    standard_withheld(l->app, withheld_of(l->v, r->home) | withheld_of(&l->theirs[o - l->all], r->home), at) ||
	    !open_find(r->clocks, r->standard, r->opened, r->ordinal, &k) || k.holder_org != o->id ||
	    !is_due(l->c, r->due_day, &k))
		return;
	struct chase_recipient *w = recipient_in(l, o);
	w->n++;
	w->late += r->due_day < l->c->today;
}

static int by_name(const void *x, const void *y)
{
	return str_cmp(((const struct chase_recipient *)x)->org->name, ((const struct chase_recipient *)y)->org->name);
}

static enum rc recipients_unit(struct db *db, void *arg, struct err *e)
{
	struct listing *l = arg;
	struct sql_rows *rows;
	struct sql_chase_waiting_out r;
	l->who = arena_array(l->a, app_organisations(l->app, &l->all) + 1, sizeof *l->who);
	l->n = 0;
	enum rc rc = shared_withheld_each(l->app, db, false, l->a, &l->theirs, e);
	if (rc == RC_OK)
		rc = sql_chase_waiting(db, &(struct sql_chase_waiting_in){ l->v->org, l->c->today }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_chase_waiting_next(rows, &r, e)) == RC_OK)
		count_waiting(l, &r);
	db_done(rows);
	rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	for (size_t i = 0; rc == RC_OK && i < l->n; i++) {
		struct sql_chase_last_out last;
		rc = sql_chase_last(db, &(struct sql_chase_last_in){ l->v->org, l->who[i].org->id }, l->a, &last, e);
		l->who[i].last_ms = rc == RC_OK ? last.at_ms : 0;
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	if (l->n)
		qsort(l->who, l->n, sizeof *l->who, by_name);
	return rc;
}

enum rc chase_recipients(struct app *app, const struct viewer *v, struct arena *a, const struct chase_recipient **out,
			 size_t *n_out, struct err *e)
{
	struct chasing c;
	struct listing l = { .app = app, .v = v, .a = a, .c = &c };
	enum rc rc = begin(&c, app, v, NULL, a, e);
	if (rc == RC_OK)
		rc = wake_children(app, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), recipients_unit, &l, e);
	if (rc != RC_OK)
		return rc;
	*out = l.who;
	*n_out = l.n;
	return RC_OK;
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct listing *l = arg;
	struct sql_rows *rows;
	struct sql_chase_list_out r;
	l->done = arena_array(l->a, CHASES_SHOWN, sizeof *l->done);
	l->n = 0;
	enum rc rc = sql_chase_list(db, &(struct sql_chase_list_in){ l->v->org, CHASES_SHOWN }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_chase_list_next(rows, &r, e)) == RC_OK && l->n < CHASES_SHOWN) {
		const struct organisation *o = app_organisation(l->app, r.recipient);
		if (o)
			l->done[l->n++] = (struct chase_done){ r.id, r.at_ms, r.items, o,
							       r.by_name.p ? arena_str(l->a, r.by_name)
									   : STR("Operator of this machine") };
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc chase_list(struct app *app, const struct viewer *v, struct arena *a, const struct chase_done **out,
		   size_t *n_out, struct err *e)
{
	struct listing l = { .app = app, .v = v, .a = a };
	enum rc rc = require_act(v, ACT_CHASE, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), list_unit, &l, e);
	if (rc != RC_OK)
		return rc;
	*out = l.done;
	*n_out = l.n;
	return RC_OK;
}

enum rc chase_write_all(struct app *app, const struct viewer *v, struct arena *a, size_t *n_out, struct err *e)
{
	const struct chase_recipient *who;
	size_t n, written = 0;
	enum rc rc = chase_recipients(app, v, a, &who, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		int64_t id;
		rc = chase_write(app, v, who[i].org, a, &id, e);
		written += rc == RC_OK;
		if (rc == RC_BAD_INPUT) /* all that is with it was answered */
			rc = RC_OK;
	}
	if (rc == RC_OK)
		*n_out = written;
	return rc;
}
