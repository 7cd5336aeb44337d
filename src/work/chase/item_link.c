/* Links for one thing: for those who ask (item_link.h). What their holders do stands in item_answer.c. */
#include "work/chase/item_link.h"

#include "base/hash.h"
#include "base/secret.h"
#include "base/text.h"
#include "standard/match.h"
#include "work/core/seal.h"
#include "work/core/shared.h"
#include "work/core/terms.h"
#include "work/core/write.h"
#include "work/record/check.h"
#include "work/see/head.h"

enum { DAY_MS = MS_PER_DAY, ANSWERED_DAYS = 14, LINKS_READ = 2 * LINKS_SHOWN };

struct linking {
	struct app *app;
	const struct viewer *v;
	int64_t person;
	struct str clock_id;
	size_t ask;
	struct str address;
	struct arena *a;
	struct chase_terms terms;
	struct item_page *page;
	struct link_made made;
	int64_t id;
};

/* Somebody of a council records such a thing without an account. */
static bool may_link(const struct item_page *p, const struct kind *k)
{
	struct viewer worker = { .role = ROLE_SOCIAL_WORKER };
	return p->recipient && str_is(p->recipient->kind, "council") && !k->sensitive && !k->on_clock && !k->own_form &&
	       may_record_kind(&worker, k);
}

static void fill_asks(const struct linking *l, uint16_t standard, struct item_page *p)
{
	const struct rulebook *rb = app_rulebook(l->app);
	const struct vocab *voc = app_vocab(l->app);
	struct item_ask *asks = arena_array(l->a, STANDARD_ASKS_MAX, sizeof *asks);
	for (size_t i = 0; i < standard_asks(rb, standard); i++) {
		struct ask ask;
		if (!(p->clock.asks >> i & 1))
			continue;
		standard_ask(rb, standard, i, &ask);
		const struct kind *k = &voc->kinds[ask.kind];
		asks[p->n_asks++] = (struct item_ask){ .index = i,
						       .kind = k,
						       .words = ask.words.n ? ask.words : k->title,
						       .code = voc->codes[ask.code],
						       .code2 = voc->codes[ask.code2],
						       .may_record = may_record_kind(l->v, k),
						       .may_link = may_link(p, k) };
	}
	p->asks = asks;
}

static void fill_domains(const struct linking *l, struct item_page *p)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 1000);
	for (size_t i = 0; p->recipient && i < l->terms.n_domains; i++)
		if (str_eq(l->terms.domains[i].org, p->recipient->code))
			buf_printf(&b, "%s" STR_FMT, b.n ? ", " : "", STR_ARG(l->terms.domains[i].domain));
	p->domains = arena_str(l->a, buf_view(&b));
}

/* Who is asked: the holder, if it is a council or provider, not the viewer, in the child's circle today, and if the
 * clock is shared with it. */
static const struct organisation *asked_of(const struct linking *l, struct db *db, const struct child_clock *c)
{
	const struct organisation *o = c->holder_org;
	if (!o || c->clock.state != CLOCK_RUNNING || o->id == l->v->org ||
	    !(str_is(o->kind, "council") || str_is(o->kind, "provider")))
		return NULL;
	struct viewer theirs = { .org = o->id, .role = ROLE_SOCIAL_WORKER };
	struct err none = { 0 };
	return shared_withheld(l->app, db, l->a, &theirs, &none) == RC_OK &&
		       circle_stand(l->app, db, &theirs, l->person, &theirs, &none) == RC_OK &&
		       !standard_withheld(l->app, theirs.withheld, c->clock.standard)
		   ? o
		   : NULL;
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct linking *l = arg;
	struct item_page p = { 0 };
	struct child_view cv = { 0 };
	struct child_query q = { .person = l->person, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct viewer as;
	enum rc rc = circle_stand(l->app, db, l->v, l->person, &as, e);
	if (rc == RC_OK)
		rc = child_view_begin(l->app, db, NULL, &q, l->a, &cv, e);
	if (rc != RC_OK)
		return rc;
	size_t which = clock_named(l->app, &cv, l->clock_id);
	if (which == SIZE_MAX || !viewer_sees_clock(l->app, &as, &cv.f, &cv.clocks[which])) {
		child_view_end(l->app, &cv);
		return err_set(e, RC_NOT_FOUND, "This child has no such clock.");
	}
	p.standard = rulebook_info(app_rulebook(l->app), cv.clocks[which].standard);
	p.exact = clock_exact_name(l->app, &cv, which, l->a);
	child_head(l->app, &as, &cv, l->a, &p.head);
	child_clock(l->app, &as, &cv, which, l->a, &p.clock);
	p.recipient = asked_of(l, db, &p.clock);
	p.initials = initials_of(p.head.given, p.head.family, l->a);
	p.number = number_for(l->app, p.recipient ? p.recipient->id : 0, cv.h.council, cv.h.ref, l->a);
	fill_asks(l, cv.clocks[which].standard, &p);
	fill_domains(l, &p);
	rc = asked_read(l->app, db, &as, &cv, which, l->a, &p.asked, e);
	child_view_end(l->app, &cv);
	if (rc == RC_OK)
		*l->page = p;
	return rc;
}

static enum rc begin(struct linking *l, struct err *e)
{
	enum rc rc = require_act(l->v, ACT_CHASE, e);
	return rc == RC_OK ? chase_terms_of(app_rules(l->app), l->a, &l->terms, e) : rc;
}

enum rc item_see(struct app *app, const struct viewer *v, int64_t person, struct str clock_id, struct arena *a,
		 struct item_page *out, struct err *e)
{
	struct item_page p = { 0 };
	struct linking l = { .app = app, .v = v, .person = person, .clock_id = clock_id, .a = a, .page = &p };
	enum rc rc = begin(&l, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_unit, &l, e);
	if (rc == RC_OK)
		rc = audit_look(app, v, person, STR("what is asked for"), STR(""), e);
	if (rc == RC_OK)
		*out = p;
	return rc;
}

/* ---- making one ---- */

static enum rc mint_check(struct linking *l, const struct item_ask **ask_out, struct err *e)
{
	const struct item_page *p = l->page;
	for (size_t i = 0; i < p->n_asks; i++)
		if (p->asks[i].index == l->ask && p->asks[i].may_link)
			*ask_out = &p->asks[i];
	if (!p->recipient || !*ask_out)
		return err_set(
		    e, RC_REFUSED,
		    "This cannot be asked for by a link: it is no longer missing, or it is not for a council to "
		    "record.");
	return address_check(&l->terms, l->address, p->recipient->code, l->a, &l->address, e);
}

static enum rc mint_limits(struct linking *l, struct db *db, struct err *e)
{
	struct sql_link_made_out made;
	enum rc rc = sql_link_made(
	    db, &(struct sql_link_made_in){ l->v->account, l->address, app_now_ms(l->app) - DAY_MS }, l->a, &made, e);
	if (rc == RC_OK && (made.by_account >= l->terms.made_a_day || made.for_address >= l->terms.made_a_day_address))
		return err_set(
		    e, RC_LIMIT,
		    "Too many links were made in the last 24 hours. Send a chase by e-mail instead, or wait.");
	return rc;
}

static enum rc mint_unit(struct db *db, void *arg, struct err *e)
{
	struct linking *l = arg;
	const struct item_ask *ask = NULL;
	char hash[HASH_HEX_MAX];
	enum rc rc = see_unit(db, l, e);
	if (rc == RC_OK)
		rc = mint_check(l, &ask, e);
	if (rc == RC_OK)
		rc = mint_limits(l, db, e);
	if (rc != RC_OK)
		return rc;
	const struct item_page *p = l->page;
	struct str ordinal, opened, standard = str_cut(p->exact, '.', &opened);
	int64_t now = app_now_ms(l->app);
	(void)str_cut(opened, '.', &ordinal);
	rc = sql_link_revoke_same(db,
				  &(struct sql_link_revoke_same_in){ l->person, standard, p->clock.opened,
								     p->clock.clock.ordinal, ask->kind->id,
								     p->recipient->id, l->address, now },
				  NULL, e);
	if (rc != RC_OK)
		return rc;
	token_new(l->made.token);
	l->made.id = app_new_id(l->app);
	l->made.expires_ms = now + (int64_t)l->terms.link_days * DAY_MS;
	day_t since = p->clock.clock.holder_since;
	rc = sql_link_insert(
	    db,
	    &(struct sql_link_insert_in){ .person = l->person,
					  .id = l->made.id,
					  .token_hash = str_of(hash_of(l->made.token, strlen(l->made.token), hash)),
					  .standard = standard,
					  .number = p->standard->number,
					  .opened = p->clock.opened,
					  .ordinal = p->clock.clock.ordinal,
					  .since_day = since == DAY_NONE ? SQL_NULL : since,
					  .kind = ask->kind->id,
					  .ask = (int64_t)ask->index,
					  .org = l->v->org,
					  .account = l->v->account,
					  .recipient = p->recipient->id,
					  .address = l->address,
					  .minted_ms = now,
					  .expires_ms = l->made.expires_ms },
	    NULL, e);
	struct str why = arena_printf(l->a, "for " STR_FMT, STR_ARG(l->address));
	return rc == RC_OK ? audit(l->app, db, l->v, l->person, "made a link", ask->kind->title, why, e) : rc;
}

enum rc item_link_make(struct app *app, const struct viewer *v, int64_t person, struct str clock_id, size_t ask,
		       struct str address, struct arena *a, struct link_made *out, struct err *e)
{
	struct item_page p = { 0 };
	struct linking l = { .app = app,
			     .v = v,
			     .person = person,
			     .clock_id = clock_id,
			     .ask = ask,
			     .address = address,
			     .a = a,
			     .page = &p };
	const struct organisation *mine = app_organisation(app, v->org);
	enum rc rc = begin(&l, e);
	if (rc == RC_OK && !(mine && str_is(mine->kind, "health-team")))
		return err_set(e, RC_REFUSED, "Links are made by people of a health team.");
	if (rc == RC_OK)
		rc = store_write(app_store(app), mint_unit, &l, e);
	if (rc == RC_OK)
		*out = l.made;
	return rc;
}

/* ---- taking back, going on ---- */

/* The entry by which it was answered, if this viewer does not see it: for them the link is open still. 0: no such. */
static enum rc unseen_answer(struct linking *l, struct db *db, int64_t *out, struct err *e)
{
	struct sql_link_entry_out by;
	struct history h;
	struct viewer as;
	*out = 0;
	enum rc rc = sql_link_entry(db, &(struct sql_link_entry_in){ l->person, l->id }, l->a, &by, e);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc == RC_OK)
		rc = circle_stand(l->app, db, l->v, l->person, &as, e);
	if (rc == RC_OK)
		rc = app_coverage_refresh(l->app, db, e);
	if (rc == RC_OK)
		rc = history_read_whole(l->app, db, l->person, KNOWN_NOW, l->a, &h, e);
	if (rc == RC_OK)
		rc = history_for(l->app, db, &as, &h, l->a, &h, e);
	if (rc == RC_OK && !viewer_sees_entry(l->app, &as, &h, by.event))
		*out = by.event;
	return rc;
}

static enum rc revoke_unit(struct db *db, void *arg, struct err *e)
{
	struct linking *l = arg;
	struct sql_link_revoke_out done;
	int64_t org = l->v->role == ROLE_OPERATOR ? 0 : l->v->org, unseen = 0;
	enum rc rc = circle_check(l->app, db, l->v, l->person, e);
	if (rc == RC_OK)
		rc = unseen_answer(l, db, &unseen, e);
	if (rc == RC_OK)
		rc = sql_link_revoke(db,
				     &(struct sql_link_revoke_in){ l->person, l->id, org, app_now_ms(l->app), unseen },
				     l->a, &done, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_NOT_FOUND, "There is no such link that is still open.");
	return rc == RC_OK ? audit(l->app, db, l->v, l->person, "took back", STR("a link"), STR(""), e) : rc;
}

static enum rc lift_unit(struct db *db, void *arg, struct err *e)
{
	struct linking *l = arg;
	struct sql_link_lift_out done;
	int64_t org = l->v->role == ROLE_OPERATOR ? 0 : l->v->org;
	enum rc rc = circle_check(l->app, db, l->v, l->person, e);
	if (rc == RC_OK)
		rc = sql_link_lift(db, &(struct sql_link_lift_in){ l->person, l->id, org, app_now_ms(l->app) }, l->a,
				   &done, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_NOT_FOUND, "There is no such answer that stops anything.");
	return rc == RC_OK ? audit(l->app, db, l->v, l->person, "chases on", STR("in spite of an answer"), STR(""), e)
			   : rc;
}

static enum rc by_id(struct app *app, const struct viewer *v, int64_t person, int64_t id, store_fn *unit, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct linking l = { .app = app, .v = v, .person = person, .id = id, .a = &a };
	enum rc rc = require_act(v, ACT_CHASE, e);
	return rc == RC_OK ? store_write(app_store(app), unit, &l, e) : rc;
}

enum rc item_link_take_back(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct err *e)
{
	return by_id(app, v, person, id, revoke_unit, e);
}

enum rc item_link_go_on(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct err *e)
{
	return by_id(app, v, person, id, lift_unit, e);
}

/* ---- lists ---- */

struct listing {
	struct app *app;
	const struct viewer *v;
	bool open;
	struct arena *a;
	struct link_row *rows;
	int64_t *entry; /* [n] by which it was answered; 0: by none */
	size_t n;
};

/* Lists are made for many, of what is open to all: an answer by a sealed entry is none. */
static enum rc leave_out_sealed(struct listing *l, struct db *db, struct err *e)
{
	struct arena scratch AUTO(arena_release);
	size_t kept = 0;
	arena_init(&scratch);
	enum rc rc = app_coverage_refresh(l->app, db, e);
	for (size_t i = 0; rc == RC_OK && i < l->n; i++) {
		struct link_row *r = &l->rows[i];
		struct history h;
		if (l->entry[i]) { /* which stands in the record that it was joined to since, or in its own */
			struct sql_person_main_out main;
			arena_reset(&scratch);
			rc = sql_person_main(db, &(struct sql_person_main_in){ r->person }, &scratch, &main, e);
			if (rc == RC_OK)
				rc = history_read(l->app, db, main.main, KNOWN_NOW, &scratch, &h, e);
			if (rc == RC_OK && !history_event(&h, l->entry[i])) {
				r->answered_ms = 0;
				r->answer = STR("");
			}
		}
		if (l->open == !r->answered_ms && kept < LINKS_SHOWN)
			l->rows[kept++] = *r;
	}
	l->n = kept;
	return rc;
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct listing *l = arg;
	struct sql_rows *rows;
	struct sql_link_list_out r;
	const struct vocab *voc = app_vocab(l->app);
	int64_t now = app_now_ms(l->app);
	l->rows = arena_array(l->a, LINKS_READ, sizeof *l->rows);
	l->entry = arena_array(l->a, LINKS_READ, sizeof *l->entry);
	l->n = 0;
	enum rc rc = sql_link_list(db,
				   &(struct sql_link_list_in){ .org = l->v->org,
							       .day = app_today(l->app),
							       .open = l->open,
							       .now_ms = now,
							       .since_ms = now - (int64_t)ANSWERED_DAYS * DAY_MS,
							       .limit = LINKS_READ },
				   &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_link_list_next(rows, &r, e)) == RC_OK && l->n < LINKS_READ) {
		char opened[ID_TEXT_MAX];
		l->entry[l->n] = r.event == SQL_NULL ? 0 : r.event;
		l->rows[l->n++] =
		    (struct link_row){ .person = r.person,
				       .id = r.id,
				       .given = arena_str(l->a, r.given),
				       .family = arena_str(l->a, r.family),
				       .clock = arena_printf(l->a, STR_FMT ".%s.%d", STR_ARG(r.standard),
							     id_text(r.opened, opened), (int)r.ordinal),
				       .what = voc->kinds[vocab_kind(voc, r.kind)].title,
				       .address = arena_str(l->a, r.address),
				       .by = r.by_name.p ? arena_str(l->a, r.by_name) : STR(""),
				       .answer =
					   r.answered_ms == SQL_NULL ? STR("") : answer_words(r.answer, r.reason, l->a),
				       .recipient = app_organisation(l->app, r.recipient),
				       .minted_ms = r.minted_ms,
				       .expires_ms = r.expires_ms,
				       .opened_ms = r.opened_ms == SQL_NULL ? 0 : r.opened_ms,
				       .answered_ms = r.answered_ms == SQL_NULL ? 0 : r.answered_ms,
				       .opens = r.opens };
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? leave_out_sealed(l, db, e) : rc;
}

enum rc item_links(struct app *app, const struct viewer *v, bool open, struct arena *a, const struct link_row **out,
		   size_t *n_out, struct err *e)
{
	struct listing l = { .app = app, .v = v, .open = open, .a = a };
	enum rc rc = require_act(v, ACT_CHASE, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), list_unit, &l, e);
	if (rc == RC_OK && l.n) /* they name children */
		rc = audit_look(app, v, 0, STR("one-use links"), STR(""), e);
	if (rc != RC_OK)
		return rc;
	*out = l.rows;
	*n_out = l.n;
	return RC_OK;
}

/* ---- retention ---- */

struct sweeping {
	struct app *app;
	int64_t before_ms, gone;
};

static enum rc sweep_unit(struct db *db, void *arg, struct err *e)
{
	struct sweeping *s = arg;
	struct sql_rows *rows;
	struct sql_link_sweep_out row;
	char words[80];
	struct viewer nobody = app_operator(s->app);
	s->gone = 0;
	enum rc rc = sql_link_sweep(db, &(struct sql_link_sweep_in){ s->before_ms }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_link_sweep_next(rows, &row, e)) == RC_OK)
		s->gone++;
	db_done(rows);
	if (rc != RC_NOT_FOUND || !s->gone)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	snprintf(words, sizeof words, "%" PRId64 " that ended long ago", s->gone);
	return audit(s->app, db, &nobody, 0, "deleted", STR("links"), str_of(words), e);
}

enum rc item_links_sweep(struct app *app, int64_t *gone_out, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct chase_terms terms;
	arena_init(&a);
	enum rc rc = chase_terms_of(app_rules(app), &a, &terms, e);
	if (rc != RC_OK)
		return rc;
	struct sweeping s = { app, app_now_ms(app) - (int64_t)terms.link_kept_days * DAY_MS, 0 };
	rc = store_write(app_store(app), sweep_unit, &s, e);
	if (rc == RC_OK)
		*gone_out = s.gone;
	return rc;
}
