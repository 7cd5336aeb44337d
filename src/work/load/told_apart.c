#include "work/load/told_apart.h"

#include "base/text.h"
#include "work/load/told_twice.h"

struct asking {
	const struct diff_context *c;
	const struct history *h;
	const struct event *add;
	size_t n_add, child;
	struct arena *a;
};

/* Starts that a list may tell of and the tables too. */
static bool asked_about(const struct vocab *v, uint16_t kind)
{
	return kind == vocab_kind(v, STR("care-started")) || kind == vocab_kind(v, STR("placement-started"));
}

static bool corrected(const struct event *events, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (events[i].replaces == id)
			return true;
	return false;
}

/* Told by a list or a person, and nobody's correction since: this load's neither. */
static bool stands(const struct asking *s, const struct event *ev)
{
	return twice_by_list(ev) && !ev->voids && asked_about(app_vocab(s->c->app), ev->kind) &&
	       !corrected(s->h->events, s->h->n, ev->id) && !corrected(s->add, s->n_add, ev->id);
}

static bool list_starts_on(const struct asking *s, uint16_t kind, day_t on)
{
	for (size_t i = 0; i < s->h->n; i++)
		if (s->h->events[i].kind == kind && s->h->events[i].at == on && twice_by_list(&s->h->events[i]))
			return true;
	return false;
}

/* Is this row told for the first time by this load? */
static bool first_told(const struct asking *s, struct str natural)
{
	for (size_t i = 0; i < s->n_add; i++)
		if (!s->add[i].voids && !s->add[i].replaces && str_eq(s->add[i].natural, natural))
			return true;
	return false;
}

static void row_event(const struct asking *s, const struct draft_row *d, struct event *out)
{
	struct str org;
	draft_event(s->c->batch, d, out, &org);
	out->org = d->org ? s->c->orgs[d->org - 1] : 0;
}

/* The row that speaks of the start that the list told of: of the same day, or the nearest that is
 * new. False: none does, or one agrees. */
static bool row_about(const struct asking *s, const struct event *list, struct event *row_out,
		      const struct draft_row **draft_out)
{
	const struct batch_child *c = &s->c->batch->children[s->child];
	int nearest = APART_DAYS_MAX + 1;
	for (size_t i = c->first; i < c->first + c->n; i++) {
		const struct draft_row *d = batch_draft(s->c->batch, i);
		struct event row;
		if (d->kind != list->kind || d->at == DAY_NONE)
			continue;
		row_event(s, d, &row);
		int apart = row.at > list->at ? row.at - list->at : list->at - row.at;
		if (!apart && twice_agree(list, &row))
			return false;
		if (apart >= nearest || (apart && (!first_told(s, row.natural) || list_starts_on(s, row.kind, row.at))))
			continue;
		nearest = apart;
		*row_out = row;
		*draft_out = d;
	}
	return nearest <= APART_DAYS_MAX;
}

/* "foster placement (U6), in Essex, from 3 November 2026" */
static struct str statement(const struct asking *s, const struct event *ev)
{
	const struct vocab *v = app_vocab(s->c->app);
	const struct code_list *l = v->kinds[ev->kind].codes;
	const struct code_entry *code = l && ev->code.n ? code_list_find(l, ev->code) : NULL;
	const struct organisation *o = ev->org ? app_organisation(s->c->app, ev->org) : NULL;
	char day[DAY_TEXT_MAX];
	struct str what = code ? code_list_title(l, code->code) : v->kinds[ev->kind].title;
	return arena_printf(s->a, STR_FMT "%s" STR_FMT "%s%s" STR_FMT ", from %s", STR_ARG(what), code ? " (" : "",
			    STR_ARG(ev->code), code ? ")" : "", o ? ", " : "", STR_ARG(o ? o->short_name : STR("")),
			    day_plain(ev->at, day));
}

/* Where the record has it from. */
static enum rc source_of(const struct asking *s, struct db *db, const struct event *ev, struct str *out, struct err *e)
{
	struct sql_weekly_list_get_out list;
	char day[DAY_TEXT_MAX];
	enum rc rc = ev->source
			 ? sql_weekly_list_get(db, &(struct sql_weekly_list_get_in){ ev->source }, s->a, &list, e)
			 : RC_NOT_FOUND;
	if (rc == RC_OK)
		*out = arena_printf(s->a, "The council’s list of %s (" STR_FMT ", row %" PRId64 ")",
				    day_plain((day_t)list.listed_on, day), STR_ARG(list.name), ev->source_row);
	else if (rc == RC_NOT_FOUND)
		*out =
		    arena_printf(s->a, "What was entered on a page on %s", day_plain(london_day(ev->recorded_ms), day));
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc ask(const struct asking *s, struct db *db, const struct event *list, const struct event *row,
		   const struct draft_row *d, struct load_finding *out, struct err *e)
{
	struct str where;
	enum rc rc = source_of(s, db, list, &where, e);
	if (rc != RC_OK)
		return rc;
	*out = (struct load_finding){
		.file = s->c->batch->files[d->file].name,
		.column = STR(""),
		.rule = STR("told-differently"),
		.severity = str_of(severity_id(SEVERITY_WARNING)),
		.found = statement(s, row),
		.message =
		    arena_printf(s->a,
				 STR_FMT " says of the same start: " STR_FMT
					 ". This row says something else. Both stand in the record; which is right?",
				 STR_ARG(where), STR_ARG(statement(s, list))),
		.fix = STR("Ask the council. Then correct this row and load again, or correct the other entry on the "
			   "child’s page"),
		.record = STR(""),
		.line = d->line,
	};
	return RC_OK;
}

enum rc told_apart(const struct diff_context *c, struct db *db, const struct history *h, const struct event *add,
		   size_t n_add, size_t child, struct arena *a, struct load_finding *out, size_t *n_out, struct err *e)
{
	struct asking s = { .c = c, .h = h, .add = add, .n_add = n_add, .child = child, .a = a };
	enum rc rc = RC_OK;
	*n_out = 0;
	if (c->batch->second_hand || child == SIZE_MAX) /* a return is compared as a whole (returned/compare.h) */
		return RC_OK;
	for (size_t i = 0; rc == RC_OK && i < h->n && *n_out < APART_A_CHILD_MAX; i++) {
		struct event row;
		const struct draft_row *d;
		if (!stands(&s, &h->events[i]) || !row_about(&s, &h->events[i], &row, &d))
			continue;
		rc = ask(&s, db, &h->events[i], &row, d, &out[*n_out], e);
		*n_out += rc == RC_OK;
	}
	return rc;
}
