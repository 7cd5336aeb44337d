/* drafts.c - checking and saving a change of the rules (editions.h). */
#include "store/sql.h"
#include "work/admin/editions.h"
#include "work/core/write.h"

/* ---- checking ---- */

static struct str taken(struct arena *a, struct buf *b)
{
	struct str s = arena_str(a, buf_view(b));
	buf_release(b);
	return s;
}

struct checking {
	const struct vocab *was, *will;
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

static enum rc words_unit(struct db *db, void *arg, struct err *e)
{
	struct checking *c = arg;
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

static enum rc check_words(struct app *app, const struct rules_draft *d, const struct rule_set *set, struct err *e)
{
	if (!str_is(d->name, "kinds.yaml"))
		return RC_OK;
	struct checking c = { .was = app_vocab(app), .will = rule_set_vocab(set) };
	return store_read(app_store(app), words_unit, &c, e);
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
	if (!editions_may_change(app, v))
		return err_set(e, RC_REFUSED,
			       "Rules are changed by doctors and administrators of a looked-after children's health "
			       "team. Your role (%s) here does not allow it.",
			       role_title(v->role));
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
	if ((rc = check_words(now, d, set, e)) != RC_OK) {
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
	return rc == RC_OK ? audit(s->app, db, s->v, 0, "changed rules", s->doc->name, s->doc->why, e) : rc;
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
	struct saving s = { .app = app, .checked = now, .v = v, .doc = &doc, .base = arena_str(&a, d->base).p };
	if (rc == RC_OK) {
		rule_set_let_go(set);
		rc = store_write(app_store(app), save_unit, &s, e);
	}
	app_close(now);
	return rc == RC_OK ? library_refresh(app_library(app), e) : rc;
}
