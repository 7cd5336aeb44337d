#include "work/load/other_child.h"

#include "base/text.h"
#include "exchange/weekly/match.h"
#include "work/core/project.h"

/* What the files tell of who this is; NULL: nothing, as in tables without children.csv. */
static const struct draft_row *told_details(const struct tables_batch *b, size_t child, uint16_t kind)
{
	const struct batch_child *c = &b->children[child];
	for (size_t i = c->first; i < c->first + c->n; i++)
		if (batch_draft(b, i)->kind == kind)
			return batch_draft(b, i);
	return NULL;
}

/* Did the last file say the same? */
static bool said_before(const struct history *h, const struct event *told)
{
	for (size_t i = h->n; i-- > 0;) {
		const struct event *ev = &h->events[i];
		if (ev->kind == told->kind && str_eq(ev->natural, told->natural))
			return !ev->voids && ev->end_day == told->end_day && str_eq(ev->body, told->body);
	}
	return false;
}

/* The last that files told before a newer one lacked the child: what people entered stands still. */
static const struct event *gone_from_files(const struct history *h, uint16_t kind)
{
	bool gone = false;
	for (size_t i = h->n; i-- > 0;) {
		const struct event *ev = &h->events[i];
		if (ev->kind != kind)
			continue;
		if (!ev->voids)
			return gone ? ev : NULL;
		if (!gone && !ev->natural.n)
			return NULL; /* a person took it back */
		gone = true;
	}
	return NULL;
}

static enum rc side_of(const struct event *details, struct arena *a, struct match_side *out, struct err *e)
{
	struct folded f = { .details = details, .child = { .born = details ? details->end_day : DAY_NONE } };
	struct details d;
	enum rc rc = details_read(&f, a, &d, e);
	if (rc == RC_OK)
		*out = (struct match_side){
			.nhs_number = d.nhs_number, .given = d.given, .family = d.family, .born = d.born
		};
	return rc;
}

/* ---- words: of neither child more than the number, since findings stay ---- */

struct keeping {
	const struct diff_context *c;
	const struct batch_child *child;
	const struct draft_row *details; /* the row that the reason stands at */
	const char *rule, *why; /* "another-child", "may be another child’s" */
	struct arena *a;
	struct load_finding *out;
	size_t n;
};

static struct load_finding *put(struct keeping *k, const struct draft_row *d)
{
	struct load_finding *f = &k->out[k->n++];
	struct str found = arena_printf(k->a, STR_FMT ", " STR_FMT, STR_ARG(k->child->council), STR_ARG(k->child->ref));
	*f = (struct load_finding){ .file = k->c->batch->files[d->file].name,
				    .column = STR("child_id"),
				    .rule = str_of(k->rule),
				    .severity = str_of(severity_id(SEVERITY_KEPT_BACK)),
				    .found = found,
				    .record = STR(""),
				    .line = d->line };
	return f;
}

static void put_child(struct keeping *k)
{
	struct load_finding *f = put(k, k->details);
	f->message =
	    arena_printf(k->a,
			 "The record has number " STR_FMT " for a child with another date of birth and another "
			 "name or NHS number, so this may be another child’s row. It and every other row under "
			 "this number were kept back; what is known of the child in the record stays as it is",
			 STR_ARG(k->child->ref));
	f->fix = STR("Ask the council whose number it is. If it was given to another child, ask for a number of that "
		     "child’s own, put it into every file and load again. If it is the same child and the row is "
		     "right, correct one of the two first, the date of birth or the rest, load, and then the other; "
		     "or accept the details from the council’s weekly list");
}

static void put_rows(struct keeping *k, const struct draft_row *first, int64_t rows)
{
	struct load_finding *f = put(k, first);
	f->message = rows == 1
			 ? arena_printf(k->a,
					"This row of number " STR_FMT " was kept back with the child’s own row, "
					"which %s",
					STR_ARG(k->child->ref), k->why)
			 : arena_printf(k->a,
					"This and the other rows of number " STR_FMT " in this file, %" PRId64
					" together, were kept back with the child’s own row, which may be another "
					"child’s",
					STR_ARG(k->child->ref), rows);
	f->fix = STR("Find out whose number it is, as the finding about the child’s own row says; then load the files "
		     "again");
}

/* Drafts stand by table and line: those of one file, and of one row, together. */
static void keep_back(struct keeping *k)
{
	const struct tables_batch *b = k->c->batch;
	size_t end = k->child->first + k->child->n;
	for (size_t i = k->child->first; i < end;) {
		const struct draft_row *first = batch_draft(b, i), *before = NULL;
		int64_t rows = 0;
		for (const struct draft_row *d; i < end && (d = batch_draft(b, i))->file == first->file; i++) {
			rows += !before || before->line != d->line;
			before = d;
		}
		k->c->counts[first->file].rows_kept_back += rows;
		if (first->file != k->details->file && k->n < TABLE_FILES_MAX)
			put_rows(k, first, rows);
	}
}

static void put_alike(struct keeping *k, struct str on_record, struct str other)
{
	struct load_finding *f = put(k, k->details);
	f->message = arena_printf(
	    k->a,
	    "%s number " STR_FMT ", which differs from " STR_FMT
	    " in small and capital letters only, so both may be one child. No record was made of " STR_FMT
	    ": this and every other row under it were kept back",
	    on_record.n ? "The record has" : "The files have also", STR_ARG(on_record.n ? on_record : other),
	    STR_ARG(k->child->ref), STR_ARG(k->child->ref));
	f->fix = STR("If it is the same child, write the number everywhere as the record or the council writes it and "
		     "load again. If the council has two such numbers, ask it for one that differs in more than "
		     "capitals");
}

size_t number_alike(const struct diff_context *c, size_t child, struct str on_record, struct str other,
		    struct arena *a, struct load_finding *out)
{
	const struct tables_batch *b = c->batch;
	const struct draft_row *d = told_details(b, child, vocab_kind(app_vocab(c->app), STR("person-details")));
	struct keeping k = { c, &b->children[child], d ? d : batch_draft(b, b->children[child].first),
			     "number-alike", "has a number that is written in two ways", a, out, 0 };
	put_alike(&k, on_record, other);
	keep_back(&k);
	return k.n;
}

enum rc other_child(const struct diff_context *c, const struct history *h, size_t child, struct arena *a,
		    struct load_finding *out, size_t *n_out, struct err *e)
{
	const struct vocab *v = app_vocab(c->app);
	uint16_t kind = vocab_kind(v, STR("person-details"));
	const struct draft_row *d;
	struct event row;
	struct str org;
	struct folded f;
	struct match_side told, known;
	*n_out = 0;
	/* A return has no names and tells nothing where somebody knows it first hand. */
	if (child == SIZE_MAX || c->batch->second_hand || !h->n || !(d = told_details(c->batch, child, kind)))
		return RC_OK;
	draft_event(c->batch, d, &row, &org);
	if (said_before(h, &row))
		return RC_OK;
	fold_events(v, h->events, h->n, KNOWN_NOW, a, &f);
	enum rc rc = side_of(&row, a, &told, e);
	if (rc == RC_OK)
		rc = side_of(f.details ? f.details : gone_from_files(h, kind), a, &known, e);
	if (rc != RC_OK || !match_another_child(&told, &known))
		return rc;
	struct keeping k = { c, &c->batch->children[child], d, "another-child", "may be another child’s", a, out, 0 };
	put_child(&k);
	keep_back(&k);
	*n_out = k.n;
	return RC_OK;
}
