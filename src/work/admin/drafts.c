/* drafts.c - checking and saving a change of the rules (editions.h). */
#include "store/sql.h"
#include "work/admin/editions.h"
#include "work/core/team.h"
#include "work/core/write.h"
#include "work/record/proxy.h"

/* ---- checking ---- */

static struct str taken(struct arena *a, struct buf *b)
{
	struct str s = arena_str(a, buf_view(b));
	buf_release(b);
	return s;
}

struct checking {
	const struct vocab *was, *will;
	bool opens; /* what is sealed may be opened by it */
};

static bool used_as(struct db *db, struct str of_kind, struct str code, struct err *e, enum rc *rc_out)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_event_uses_out yes;
	*rc_out = sql_event_uses(db, &(struct sql_event_uses_in){ of_kind, code }, &a, &yes, e);
	bool used = *rc_out == RC_OK;
	if (*rc_out == RC_NOT_FOUND)
		*rc_out = RC_OK;
	return used;
}

static bool same_list(const struct code_list *a, const struct code_list *b)
{
	return (!a && !b) || (a && b && str_eq(a->id, b->id));
}

/* A kind may gain fields; what it has must go on meaning the same. */
static bool same_meaning(const struct vocab *v, const struct kind *a, const struct vocab *w, const struct kind *b)
{
	return str_eq(v->evidence[a->evidence], w->evidence[b->evidence]) &&
	       str_eq(v->kinds[a->ends].id, w->kinds[b->ends].id) && (!a->codes || same_list(a->codes, b->codes)) &&
	       (!a->codes2 || same_list(a->codes2, b->codes2)) && a->undated == b->undated &&
	       a->sensitive == b->sensitive && (!a->data || a->data == b->data) && (!a->has_value || b->has_value) &&
	       (!a->has_org || b->has_org) && (!a->has_end || b->has_end);
}

static enum rc check_codes(struct db *db, const struct kind *k, const struct code_list *was,
			   const struct code_list *will, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && was && i < was->n; i++) {
		struct str code = was->entries[i].id;
		if (!code_list_find(will, code) && used_as(db, k->id, code, e, &rc))
			return err_set(e, RC_BAD_INPUT,
				       "kinds.yaml: entries of kind \"" STR_FMT "\" carry the code \"" STR_FMT
				       "\". Leave it in; give it an end if it is no longer used.",
				       STR_ARG(k->id), STR_ARG(code));
	}
	return rc;
}

static enum rc check_meaning(struct db *db, const struct checking *c, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 1; rc == RC_OK && i < c->was->n_kinds; i++) {
		const struct kind *was = &c->was->kinds[i];
		uint16_t n = vocab_kind(c->will, was->id);
		const struct kind *will = &c->will->kinds[n];
		bool same = n && same_meaning(c->was, was, c->will, will);
		if (!same && used_as(db, was->id, STR(""), e, &rc))
			return err_set(e, RC_BAD_INPUT,
				       n ? "kinds.yaml: what \"" STR_FMT "\" means may not change: entries of that "
					   "kind are there. Add a new kind instead."
					 : "kinds.yaml: entries of kind \"" STR_FMT "\" are there, so it must stay.",
				       STR_ARG(was->id));
		if (rc == RC_OK && n)
			rc = check_codes(db, was, was->codes, will->codes, e);
		if (rc == RC_OK && n)
			rc = check_codes(db, was, was->codes2, will->codes2, e);
	}
	return rc;
}

/* ---- what is sealed or closed stays so ----
 *
 * Whoever changes words was not given sight of what they seal. A seal may be added, and put on more kinds;
 * what is sealed is opened entry by entry. */

#define ONLY_OPERATOR                                                                                                  \
	" Nothing was changed. Only the operator of this machine can do it by words (linnet rules set "                \
	"--opens-sealed)."

/* What decides the circle, or that a record is closed, cannot be sealed: without it the record would be open again.
 * A statement about a clock is hidden with what opened the clock. */
static bool stays_sealed(const struct vocab *v, const struct kind *a, const struct vocab *w, const struct kind *b)
{
	bool same = str_eq(v->seals[a->seal].id, w->seals[b->seal].id);
	return (same || (!a->seal && a->sealable)) && (a->sealable || !b->sealable) && (!a->on_clock || b->on_clock);
}

static enum rc check_kinds_sealed(struct db *db, const struct checking *c, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 1; rc == RC_OK && i < c->was->n_kinds; i++) {
		const struct kind *was = &c->was->kinds[i];
		uint16_t n = vocab_kind(c->will, was->id);
		if (n && !stays_sealed(c->was, was, c->will, &c->will->kinds[n]) &&
		    used_as(db, was->id, STR(""), e, &rc))
			return err_set(
			    e, RC_BAD_INPUT,
			    "kinds.yaml: entries of kind \"" STR_FMT
			    "\" are there, and this would show what is sealed or closed now. Leave \"seal\", "
			    "\"sealable\" and \"on-clock\" of that kind as they are. If others may see an entry, "
			    "take the seal off that entry, on its own page." ONLY_OPERATOR,
			    STR_ARG(was->id));
	}
	return rc;
}

/* Is anything under this seal? Single entries are under "entry" because of what is said of them. */
static bool seal_used(struct db *db, const struct vocab *v, size_t seal, struct err *e, enum rc *rc_out)
{
	*rc_out = RC_OK;
	for (size_t i = 1; *rc_out == RC_OK && i < v->n_kinds; i++)
		if (v->kinds[i].seal == seal && used_as(db, v->kinds[i].id, STR(""), e, rc_out))
			return true;
	return *rc_out == RC_OK && str_is(v->seals[seal].id, "entry") && v->puts_seal &&
	       used_as(db, v->kinds[v->puts_seal].id, STR(""), e, rc_out);
}

static enum rc check_seals(struct db *db, const struct checking *c, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 1; rc == RC_OK && i < c->was->n_seals; i++) {
		const struct seal *was = &c->was->seals[i];
		uint8_t n = vocab_seal(c->will, was->id);
		bool stays = n && (was->emergency || !c->will->seals[n].emergency);
		if (!stays && seal_used(db, c->was, i, e, &rc))
			return err_set(
			    e, RC_BAD_INPUT,
			    n ? "kinds.yaml: entries are under the seal \"" STR_FMT
				"\", and emergency access would open all of them. Leave \"emergency: no\". If "
				"somebody needs one, give them sight of it." ONLY_OPERATOR
			      : "kinds.yaml: entries are under the seal \"" STR_FMT
				"\", and without it they would be shown. Leave it in. If others may see an "
				"entry, take the seal off that entry, on its own page." ONLY_OPERATOR,
			    STR_ARG(was->id));
	}
	return rc;
}

static enum rc check_closed(const struct checking *c, struct err *e)
{
	const struct code_list *was = vocab_list(c->was, STR("closes-record"));
	const struct code_list *will = vocab_list(c->will, STR("closes-record"));
	for (size_t i = 0; was && i < was->n; i++)
		if (!will || !code_list_find(will, was->entries[i].id))
			return err_set(
			    e, RC_BAD_INPUT,
			    "kinds.yaml: without the code \"" STR_FMT
			    "\" in \"closes-record\" the records that it closed would be open again, on lists "
			    "and in searches. Leave it in. If an adoption was told in error, correct that entry; "
			    "whoever must read a closed record is given sight of that one." ONLY_OPERATOR,
			    STR_ARG(was->entries[i].id));
	for (size_t i = 0; i < PROXY_AGES; i++)
		if (proxy_years(c->will, i) > proxy_years(c->was, i))
			return err_set(
			    e, RC_BAD_INPUT,
			    "kinds.yaml: with these ages in \"proxy-age\" access of parents and carers would "
			    "go on where it is off now. An age may become younger. If one access is to go on, "
			    "review it on the child’s page." ONLY_OPERATOR);
	return RC_OK;
}

/* What hides and shows an entry, and makes two records one, is said on pages that ask who may. */
static enum rc check_never_typed(const struct vocab *w, struct err *e)
{
	const uint16_t kinds[] = { w->puts_seal, w->takes_seal, w->record_joined, w->record_joined_to };
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (kinds[i] && w->kinds[kinds[i]].typed)
			return err_set(
			    e, RC_BAD_INPUT,
			    "kinds.yaml: entries of kind \"" STR_FMT
			    "\" are made on a page of their own, which asks who may. They are never typed: take "
			    "\"authors\" out.",
			    STR_ARG(w->kinds[kinds[i]].id));
	return RC_OK;
}

static enum rc words_unit(struct db *db, void *arg, struct err *e)
{
	const struct checking *c = arg;
	enum rc rc = check_meaning(db, c, e);
	if (rc == RC_OK)
		rc = check_never_typed(c->will, e);
	if (rc == RC_OK && !c->opens)
		rc = check_kinds_sealed(db, c, e);
	if (rc == RC_OK && !c->opens)
		rc = check_seals(db, c, e);
	return rc == RC_OK && !c->opens ? check_closed(c, e) : rc;
}

static enum rc check_words(struct app *app, const struct viewer *v, const struct rules_draft *d,
			   const struct rule_set *set, struct err *e)
{
	if (!str_is(d->name, "kinds.yaml"))
		return RC_OK;
	struct checking c = { .was = app_vocab(app),
			      .will = rule_set_vocab(set),
			      .opens = d->opens && v->role == ROLE_OPERATOR };
	return store_read(app_store(app), words_unit, &c, e);
}

/* ---- others' values ---- */

static bool has_value(const struct rulebook *rb, size_t parameter, const struct parameter_value_info *x)
{
	struct parameter_info p = { .n_values = 0 };
	if (parameter != SIZE_MAX)
		rulebook_parameter(rb, parameter, &p);
	for (size_t i = 0; i < p.n_values; i++) {
		struct parameter_value_info y;
		rulebook_parameter_value(rb, parameter, i, &y);
		if (str_eq(y.place, x->place) && y.n == x->n && y.from == x->from && str_eq(y.source, x->source))
			return true;
	}
	return false;
}

static size_t parameter_called(const struct rulebook *rb, struct str id)
{
	for (size_t i = 0; i < rulebook_parameters(rb); i++) {
		struct parameter_info p;
		rulebook_parameter(rb, i, &p);
		if (str_eq(p.id, id))
			return i;
	}
	return SIZE_MAX;
}

/* A value of `here` that `there` does not have, and that is not theirs to set. */
static bool sets_anothers(const struct team *t, const struct rulebook *here, const struct rulebook *there,
			  struct parameter_info *p_out, struct str *whose_out)
{
	for (size_t i = 0; i < rulebook_parameters(here); i++) {
		rulebook_parameter(here, i, p_out);
		size_t other = parameter_called(there, p_out->id);
		for (size_t k = 0; k < p_out->n_values; k++) {
			struct parameter_value_info x;
			rulebook_parameter_value(here, i, k, &x);
			*whose_out = x.place;
			if (x.place.n && !team_answers_for(t, x.place) && !has_value(there, other, &x))
				return true;
		}
	}
	return false;
}

static enum rc check_values(struct app *app, const struct viewer *v, const struct rule_set *set, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct parameter_info p;
	struct str whose;
	struct team t;
	arena_init(&a);
	const struct rulebook *was = app_rulebook(app), *will = rule_set_rulebook(set);
	enum rc rc = team_read(app, v, &a, &t, e);
	if (rc != RC_OK || (!sets_anothers(&t, was, will, &p, &whose) && !sets_anothers(&t, will, was, &p, &whose)))
		return rc;
	return err_set(
	    e, RC_BAD_INPUT,
	    "This would change a value of \"" STR_FMT "\" for " STR_FMT
	    ". It is set by that organisation, or by the health team that serves it. Nothing was changed. Ask "
	    "them, or the operator of this machine.",
	    STR_ARG(p.title), STR_ARG(whose));
}

/* Lines end with LF, and the last one too: browsers send CRLF. */
static struct str clean_text(struct str s, struct arena *a)
{
	struct buf b;
	buf_init(&b, DOCUMENT_BYTES_MAX);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r')
			buf_putc(&b, s.p[i]);
	if (b.n && b.p[b.n - 1] != '\n')
		buf_putc(&b, '\n');
	return taken(a, &b);
}

static enum rc check_form(const struct app *app, const struct viewer *v, const struct rules_draft *d, struct err *e)
{
	enum rc rc = editions_require_change(app, v, e);
	if (rc != RC_OK)
		return rc;
	if (!document_name_ok(d->name))
		return err_set(e, RC_BAD_INPUT,
			       "\"" STR_FMT "\" is no name of a document of the rules. Write kinds.yaml, "
			       "standards/NAME.yaml, parameters/NAME.yaml, measures/NAME.yaml or holidays/NAME.csv.",
			       STR_ARG(d->name));
	if (!str_trim(d->why).n)
		return err_set(e, RC_BAD_INPUT, "Say why the rule is changed, in a sentence.");
	if (d->why.n > WHY_MAX || !d->body.n || d->body.n > DOCUMENT_BYTES_MAX)
		return err_set(e, RC_LIMIT, "The reason may have %d bytes, the document %d, and neither may be empty.",
			       WHY_MAX, DOCUMENT_BYTES_MAX);
	return RC_OK;
}

static enum rc make_set(struct app *now, const struct document *mine, struct rule_set **out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	const struct document *docs;
	size_t n = rule_set_documents(app_rules(now), &docs), m = 0;
	struct document *with = arena_array(&a, n + 1, sizeof *with);
	for (size_t i = 0; i < n; i++)
		if (!str_eq(docs[i].name, mine->name))
			with[m++] = docs[i];
	with[m++] = *mine;
	return rule_set_make(with, m, out, e);
}

/* `now`: a hold with the newest rules. */
static enum rc check(struct app *now, const struct viewer *v, const struct rules_draft *d, struct arena *a,
		     struct document *doc_out, struct rule_set **out, struct err *e)
{
	enum rc rc = check_form(now, v, d, e);
	if (rc != RC_OK)
		return rc;
	struct document mine = document_of(a, d->name, clean_text(d->body, a));
	mine.author = v->account;
	mine.why = arena_str(a, str_trim(d->why));
	const struct document *there = rule_set_document(app_rules(now), d->name);
	if (!str_is(d->base, there ? there->hash : ""))
		return err_set(e, RC_CONFLICT,
			       "Somebody else changed " STR_FMT
			       " meanwhile. Nothing was changed. Open it again and make "
			       "your change to the newest text.",
			       STR_ARG(d->name));
	if (there && strcmp(there->hash, mine.hash) == 0)
		return err_set(e, RC_BAD_INPUT, "The text is the one that is in force already.");
	struct rule_set *set;
	if ((rc = make_set(now, &mine, &set, e)) != RC_OK)
		return rc;
	if ((rc = check_words(now, v, d, set, e)) != RC_OK || (rc = check_values(now, v, set, e)) != RC_OK) {
		rule_set_let_go(set);
		return rc;
	}
	*doc_out = mine;
	*out = set;
	return RC_OK;
}

static enum rc newest(struct app *app, struct app **out, struct err *e)
{
	enum rc rc = library_refresh(app_library(app), e);
	if (rc == RC_OK)
		*out = app_hold(app);
	return rc;
}

enum rc draft_check_rules(struct app *app, const struct viewer *v, const struct rules_draft *d, struct rule_set **out,
			  struct err *e)
{
	struct arena a AUTO(arena_release);
	struct document doc;
	struct app *now;
	arena_init(&a);
	enum rc rc = newest(app, &now, e);
	if (rc != RC_OK)
		return rc;
	rc = check(now, v, d, &a, &doc, out, e);
	app_close(now);
	return rc;
}

/* ---- saving ---- */

struct saving {
	struct app *app, *checked; /* `checked`: with the rules that the draft was compiled beside */
	const struct viewer *v;
	const struct document *doc;
	const char *base;
	bool opens;
};

static enum rc save_unit(struct db *db, void *arg, struct err *e)
{
	struct saving *s = arg;
	bool newest_still = false;
	enum rc rc = library_is_newest(app_library(s->app), db, &newest_still, e);
	struct rule_set *set = library_newest(app_library(s->app));
	newest_still = newest_still && set == app_rules(s->checked);
	rule_set_let_go(set);
	if (rc == RC_OK && !newest_still)
		rc = err_set(e, RC_CONFLICT,
			     "Somebody else changed the rules meanwhile. Nothing was changed. Open the document again "
			     "and make your change to the newest text.");
	if (rc == RC_OK)
		rc = library_add(app_library(s->app), db, s->doc, s->base, app_now_ms(s->app), e);
	return rc == RC_OK
		   ? audit(s->app, db, s->v, 0, s->opens ? "changed rules, and what they seal" : "changed rules",
			   s->doc->name, s->doc->why, e)
		   : rc;
}

enum rc draft_save(struct app *app, const struct viewer *v, const struct rules_draft *d, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct document doc;
	struct rule_set *set;
	struct app *now;
	arena_init(&a);
	enum rc rc = newest(app, &now, e);
	if (rc != RC_OK)
		return rc;
	rc = check(now, v, d, &a, &doc, &set, e);
	struct saving s = {
		.app = app, .checked = now, .v = v, .doc = &doc, .base = arena_str(&a, d->base).p, .opens = d->opens
	};
	if (rc == RC_OK) {
		rule_set_let_go(set);
		rc = store_write(app_store(app), save_unit, &s, e);
	}
	app_close(now);
	return rc == RC_OK ? library_refresh(app_library(app), e) : rc;
}
