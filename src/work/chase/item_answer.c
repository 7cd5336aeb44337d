/* Links for one thing: what their holders see and do (item_link.h). */
#include "base/hash.h"
#include "base/secret.h"
#include "base/text.h"
#include "codec/json.h"
#include "standard/asks.h"
#include "work/chase/item_link.h"
#include "work/core/shared.h"
#include "work/core/terms.h"
#include "work/core/write.h"
#include "work/record/check.h"
#include "work/see/head.h"

struct answering {
	struct app *app;
	char hash[HASH_HEX_MAX];
	struct arena *a;
	struct chase_terms terms;
	const struct link_form *form; /* NULL: only opened */
	enum decline decline;
	struct str reason;
	bool counted; /* this opening or form is among those that the link has had */
	/* worked out inside a unit */
	struct sql_link_find_out row;
	int64_t child; /* whose record is read: the link's, or the one it was joined with since */
	struct link_page *page;
	struct history history;
	struct viewer holder; /* somebody of the council, by link */
	struct event event;
};

/* One sentence for every link that does not work, whatever the reason. */
static enum rc ended(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "This link can no longer be used.");
}

static bool is_over(const struct answering *k)
{
	const struct sql_link_find_out *r = &k->row;
	return r->answered_ms != SQL_NULL || r->revoked_ms != SQL_NULL || r->expires_ms <= app_now_ms(k->app) ||
	       r->opens >= k->terms.link_opens + k->counted || r->tries >= k->terms.link_tries + k->counted ||
	       r->by_active == 0;
}

/* The clock as it was asked about, with the same holder since the same day, and the thing still missing. */
static size_t clock_still_asked(const struct answering *k, const struct child_view *cv)
{
	const struct rulebook *rb = app_rulebook(k->app);
	for (size_t i = 0; i < cv->n_clocks; i++) {
		const struct clock *c = &cv->clocks[i];
		struct child_clock full;
		struct ask ask;
		if (c->opened_by < 0 || cv->f.fact_root[c->opened_by] != k->row.opened ||
		    c->ordinal != (uint16_t)k->row.ordinal || c->state != CLOCK_RUNNING ||
		    !str_eq(rulebook_info(rb, c->standard)->id, k->row.standard) ||
		    !(clock_asks(rb, &cv->f.child, c, cv->as_of) >> k->row.ask & 1))
			continue;
		child_clock(k->app, NULL, cv, i, k->a, &full);
		standard_ask(rb, c->standard, (size_t)k->row.ask, &ask);
		day_t since = k->row.since_day == SQL_NULL ? DAY_NONE : (day_t)k->row.since_day;
		if (full.holder_org && full.holder_org->id == k->row.recipient && c->holder_since == since &&
		    str_eq(app_vocab(k->app)->kinds[ask.kind].id, k->row.kind) &&
		    viewer_sees_clock(k->app, &k->holder, &cv->f, c))
			return i;
	}
	return SIZE_MAX;
}

/* ---- the form, reduced to its fields ---- */

static const struct code_entry *const *choices(const struct answering *k, uint16_t standard,
					       const struct code_list *list, bool second, size_t *n_out)
{
	const struct code_entry **c = arena_array(k->a, list->n + 1, sizeof *c);
	for (size_t i = 0; i < list->n; i++)
		if (ask_takes_code(app_rulebook(k->app), standard, (size_t)k->row.ask, list->entries[i].code, second))
			c[(*n_out)++] = &list->entries[i];
	return c;
}

/* Which request, placement: the clock's own, or the latest of its time. Empty if
 * one is begun by this entry; {NULL,0} if there is none to name. */
static struct str reference(const struct answering *k, const struct child_view *cv, const struct clock *c,
			    const struct kind *kind)
{
	const struct vocab *voc = app_vocab(k->app);
	if (!kind->ref_label.n || &voc->kinds[kind->ends] == kind)
		return STR("");
	const struct kind *opens = &voc->kinds[cv->f.child.facts[c->opened_by].kind];
	if (opens->ends == kind->ends && c->key)
		return cv->f.refs[c->key];
	day_t from = cv->f.child.facts[c->opened_by].day - 28;
	for (size_t i = cv->f.child.n; i-- > 0;) {
		const struct fact *f = &cv->f.child.facts[i];
		if (f->kind == kind->ends && f->key && f->day >= from && f->day <= cv->as_of)
			return cv->f.refs[f->key];
	}
	return (struct str){ NULL, 0 };
}

static void fill_form(const struct answering *k, const struct child_view *cv, const struct clock *c,
		      struct link_page *p)
{
	struct ask ask;
	const struct vocab *voc = app_vocab(k->app);
	standard_ask(app_rulebook(k->app), c->standard, (size_t)k->row.ask, &ask);
	const struct kind *kind = &voc->kinds[ask.kind];
	struct str ref = reference(k, cv, c, kind);
	p->kind = kind;
	p->ask = ask.words.n ? ask.words : kind->title;
	p->draft = (struct draft){ .change = CHANGE_RECORD,
				   .person = cv->h.person,
				   .kind = kind->id,
				   .code = voc->codes[ask.code],
				   .code2 = voc->codes[ask.code2],
				   .ref = ref.p ? ref : STR(""),
				   .org = p->recipient->code };
	if (kind->codes && !ask.code)
		p->codes = choices(k, c->standard, kind->codes, false, &p->n_codes);
	if (kind->codes2 && !kind->code2_derived && !ask.code2)
		p->codes2 = choices(k, c->standard, kind->codes2, true, &p->n_codes2);
	if (!k->form)
		return;
	p->draft.at = k->form->at;
	p->draft.end = k->form->end;
	p->draft.value = k->form->value;
	if (p->codes)
		p->draft.code = k->form->code;
	if (p->codes2)
		p->draft.code2 = k->form->code2;
}

static bool is_choice(const struct code_entry *const *c, size_t n, struct str id)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(c[i]->id, str_trim(id)))
			return true;
	return false;
}

/* Checked as on the page of the signed in; what the link's own thing does not take is no choice. */
static enum rc check(struct answering *k, struct link_page *p, struct err *e)
{
	char day[DAY_TEXT_MAX];
	struct draft d = p->draft;
	if (p->codes && !is_choice(p->codes, p->n_codes, d.code))
		d.code = STR("");
	if (p->codes2 && !is_choice(p->codes2, p->n_codes2, d.code2))
		d.code2 = STR("");
	enum rc rc = draft_check(k->app, &k->holder, &d, &k->history, k->a, &k->event, &p->problems, &p->n_problems, e);
	if (rc == RC_REFUSED || rc == RC_CONFLICT)
		return ended(e);
	if (rc != RC_OK || p->n_problems)
		return rc;
	struct event told = k->event;
	told.ref = STR(""); /* the link's own thing: nothing else of the child is shown */
	p->words =
	    arena_printf(k->a, STR_FMT ", %s", STR_ARG(event_words(k->app, &told, k->a)), day_long(told.at, day));
	p->detail = event_detail(k->app, &told, k->a);
	return RC_OK;
}

/* ---- one link, inside a unit ---- */

static enum rc find(struct answering *k, struct db *db, struct err *e)
{
	enum rc rc = sql_link_find(db, &(struct sql_link_find_in){ str_of(k->hash) }, k->a, &k->row, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && is_over(k)))
		return ended(e);
	if (rc != RC_OK)
		return rc;
	struct sql_person_main_out main;
	rc = sql_person_main(db, &(struct sql_person_main_in){ k->row.person }, k->a, &main, e);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? ended(e) : rc;
	k->child = main.main;
	const struct organisation *recipient = app_organisation(k->app, k->row.recipient);
	if (!recipient || !app_organisation(k->app, k->row.org))
		return ended(e);
	k->holder = (struct viewer){
		.org = recipient->id, .role = ROLE_SOCIAL_WORKER, .name = k->row.address, .org_name = recipient->name
	};
	return shared_withheld(k->app, db, k->a, &k->holder, e);
}

static enum rc load(struct answering *k, struct db *db, struct err *e)
{
	struct child_view cv = { 0 };
	struct child_query q = { .person = k->child, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct viewer asker = { .org = k->row.org, .role = ROLE_NURSE };
	enum rc rc = circle_stand(k->app, db, &k->holder, k->child, &k->holder, e);
	if (rc == RC_OK)
		rc = circle_check(k->app, db, &asker, k->child, e);
	if (rc == RC_OK)
		rc = child_view_begin(k->app, db, NULL, &q, k->a, &cv, e);
	if (rc == RC_NOT_FOUND)
		return ended(e);
	if (rc != RC_OK)
		return rc;
	struct link_page p = { .from = app_organisation(k->app, k->row.org),
			       .recipient = app_organisation(k->app, k->row.recipient),
			       .by = k->row.by_name.p ? k->row.by_name : STR(""),
			       .expires_ms = k->row.expires_ms };
	size_t which = clock_still_asked(k, &cv);
	if (which != SIZE_MAX) {
		const struct clock *c = &cv.clocks[which];
		const struct standard_info *s = rulebook_info(app_rulebook(k->app), c->standard);
		p.number = number_for(k->app, k->row.recipient, cv.h.council, cv.h.ref, k->a);
		p.initials = initials_of(cv.details.given, cv.details.family, k->a);
		p.title = s->title;
		p.rule = s->words;
		p.source = s->source;
		p.since = c->holder_since;
		p.due = c->due;
		fill_form(k, &cv, c, &p);
		k->history = cv.h;
	}
	child_view_end(k->app, &cv);
	if (which == SIZE_MAX)
		return ended(e);
	if (k->form && (rc = check(k, &p, e)) != RC_OK)
		return rc;
	*k->page = p;
	return RC_OK;
}

static enum rc read_unit(struct db *db, void *arg, struct err *e)
{
	enum rc rc = find(arg, db, e);
	return rc == RC_OK ? load(arg, db, e) : rc;
}

/* Counted on its own, so that what is refused counts too. */
static enum rc count_unit(struct db *db, void *arg, struct err *e)
{
	struct answering *k = arg;
	enum rc rc = find(k, db, e);
	if (rc != RC_OK)
		return rc;
	if (k->form || k->decline)
		return sql_link_tried(db, &(struct sql_link_tried_in){ k->row.person, k->row.id }, NULL, e);
	rc = sql_link_opened(db, &(struct sql_link_opened_in){ k->row.person, k->row.id, app_now_ms(k->app) }, NULL, e);
	struct str who = arena_printf(k->a, "by link, " STR_FMT ", asked by " STR_FMT, STR_ARG(k->row.address),
				      STR_ARG(k->row.by_name.p ? k->row.by_name : STR("")));
	if (rc == RC_OK && k->row.opens == 0) /* the first time: programs that look through mail come often */
		rc = audit(k->app, db, &k->holder, k->child, "opened", STR("a link"), who, e);
	return rc;
}

static enum rc begin(struct answering *k, struct app *app, struct str token, struct arena *a, struct link_page *page,
		     struct err *e)
{
	k->app = app;
	k->a = a;
	k->page = page;
	if (token.n != TOKEN_HEX_MAX - 1)
		return ended(e);
	hash_of(token.p, token.n, k->hash);
	enum rc rc = chase_terms_of(app_rules(app), a, &k->terms, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), count_unit, k, e);
	k->counted = rc == RC_OK;
	return rc;
}

/* Of the link's secret, so that a form can only come from the link's own page. */
static void form_token(struct str token, char out[LINK_TOKEN_MAX])
{
	static const char purpose[] = "form of a link\n";
	struct hash h;
	char hex[HASH_HEX_MAX];
	hash_begin(&h);
	hash_add(&h, purpose, sizeof purpose - 1);
	hash_add(&h, token.p, token.n);
	memcpy(out, hash_end(&h, hex), HASH_HEX_MAX);
}

bool item_link_form_ok(struct str token, struct str form)
{
	char want[LINK_TOKEN_MAX] = "";
	form_token(token, want);
	return secret_equal(str_of(want), form);
}

enum rc item_link_open(struct app *app, struct str token, struct arena *a, struct link_page *out, struct err *e)
{
	struct link_page p = { 0 };
	struct answering k = { 0 };
	enum rc rc = begin(&k, app, token, a, &p, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), read_unit, &k, e);
	if (rc != RC_OK)
		return rc;
	form_token(token, p.form);
	*out = p;
	return RC_OK;
}

enum rc item_link_check(struct app *app, struct str token, const struct link_form *f, struct arena *a,
			struct link_page *out, struct err *e)
{
	struct link_page p = { 0 };
	struct answering k = { .form = f };
	enum rc rc = begin(&k, app, token, a, &p, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), read_unit, &k, e);
	if (rc != RC_OK)
		return rc;
	form_token(token, p.form);
	*out = p;
	return RC_OK;
}

/* ---- the answer ---- */

static enum rc use(struct answering *k, struct db *db, const char *answer, int64_t event, struct err *e)
{
	struct sql_link_use_out used;
	enum rc rc = sql_link_use(db,
				  &(struct sql_link_use_in){ .token_hash = str_of(k->hash),
							     .now_ms = app_now_ms(k->app),
							     .answer = str_of(answer),
							     .reason = k->reason.p ? k->reason : STR(""),
							     .event = event ? event : SQL_NULL },
				  k->a, &used, e);
	return rc == RC_NOT_FOUND ? ended(e) : rc;
}

/* The event says by whom it came: an address is no account. */
static enum rc sign(struct answering *k, struct err *e)
{
	struct buf one AUTO(buf_release);
	struct buf two AUTO(buf_release);
	buf_init(&one, EVENT_BODY_MAX);
	buf_init(&two, EVENT_BODY_MAX);
	enum rc rc = json_set_member(k->event.body, "by_link", k->row.address, &one, e);
	if (rc == RC_OK)
		rc = json_set_member(buf_view(&one), "asked_by",
				     k->row.by_name.p ? k->row.by_name : k->page->from->name, &two, e);
	if (rc == RC_OK)
		k->event.body = arena_str(k->a, buf_view(&two));
	return rc;
}

static struct str by_link(const struct answering *k)
{
	return arena_printf(k->a, "by link, " STR_FMT ", asked by " STR_FMT, STR_ARG(k->row.address),
			    STR_ARG(k->row.by_name.p ? k->row.by_name : k->page->from->name));
}

static enum rc answer_unit(struct db *db, void *arg, struct err *e)
{
	struct answering *k = arg;
	struct history locked;
	enum rc rc = find(k, db, e);
	if (rc == RC_OK)
		rc = app_coverage_refresh(k->app, db, e);
	int64_t locked_one;
	do { /* before anything is looked at: of two at once, one waits here; it may be joined meanwhile */
		locked_one = k->child;
		if (rc == RC_OK)
			rc = child_lock(k->app, db, locked_one, k->a, &locked, NULL, e);
		if (rc == RC_OK)
			rc = find(k, db, e);
	} while (rc == RC_OK && k->child != locked_one);
	if (rc == RC_OK)
		rc = load(k, db, e);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? ended(e) : rc;
	if (k->decline) {
		static const char *const ids[] = { "", "cannot", "not-mine", "sent" };
		rc = use(k, db, ids[k->decline], 0, e);
		return rc == RC_OK ? audit(k->app, db, &k->holder, k->child, "answered without an entry",
					   answer_words(str_of(ids[k->decline]), STR(""), k->a), by_link(k), e)
				   : rc;
	}
	if (k->page->n_problems)
		return err_set(e, RC_BAD_INPUT, STR_FMT, STR_ARG(k->page->problems[0].text));
	if ((rc = sign(k, e)) != RC_OK)
		return rc;
	k->event.id = app_new_id(k->app);
	rc = use(k, db, "recorded", k->event.id, e);
	if (rc == RC_OK)
		rc = child_append(k->app, db, &locked, &k->event, 1, false, k->a, e);
	return rc == RC_OK ? audit_entry(k->app, db, &k->holder, k->child, "recorded", k->page->kind->title, by_link(k),
					 k->event.id, e)
			   : rc;
}

static enum rc answer(struct answering *k, struct app *app, struct str token, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct link_page p = { 0 };
	arena_init(&a);
	enum rc rc = begin(k, app, token, &a, &p, e);
	return rc == RC_OK ? store_write(app_store(app), answer_unit, k, e) : rc;
}

enum rc item_link_answer(struct app *app, struct str token, const struct link_form *f, struct err *e)
{
	struct answering k = { .form = f };
	return answer(&k, app, token, e);
}

enum decline decline_of(struct str id)
{
	return str_is(id, "cannot")	? DECLINE_CANNOT
	       : str_is(id, "not-mine") ? DECLINE_NOT_MINE
	       : str_is(id, "sent")	? DECLINE_SENT
					: (enum decline)0;
}

enum rc item_link_decline(struct app *app, struct str token, enum decline how, struct str reason, struct err *e)
{
	struct answering k = { .decline = how, .reason = str_trim(reason) };
	if (!how)
		return err_set(e, RC_BAD_INPUT, "Choose what you want to say.");
	if (!k.reason.n)
		return err_set(e, RC_BAD_INPUT, "Say why, in a few words.");
	if (k.reason.n > LINK_REASON_MAX)
		return err_set(e, RC_BAD_INPUT, "The reason must have at most %d letters.", LINK_REASON_MAX);
	return answer(&k, app, token, e);
}
