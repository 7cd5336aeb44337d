#include "work/load/prepare.h"

#include "record/compact.h"
#include "work/core/write.h"

/* `scratch`: what nobody needs once the child is worked out. */
static enum rc prepare_child(struct preparing *p, struct engine *en, size_t child, struct arena *scratch,
			     struct prepared *out)
{
	struct app *app = p->c->app;
	const struct batch_child *b = &p->c->batch->children[child];
	const struct organisation *o = app_organisation_by_code(app, b->council);
	struct diff_context mine = *p->c;
	struct history h = child_new(app, o->id, b->ref, &p->a);
	struct projection *follows = arena_array(&p->a, 1, sizeof *follows); /* the rows point to its words */
	struct folded f;
	arena_reset(scratch);
	out->person = h.person;
	out->fresh = p->rows.n;
	out->counts = arena_array(&p->a, p->c->batch->n_files, sizeof *out->counts);
	mine.counts = out->counts;
	h.n = h.cap = diff_child(&mine, &h, child, scratch, &h.events);
	struct str packed = compact_write(app_vocab(app), h.events, h.n, &p->a);
	history_fold(app, &h, KNOWN_NOW, scratch, &f);
	enum rc rc = project_child(app, &h, &f, en, app_today(app), &p->a, follows, &p->e);
	if (rc == RC_OK)
		rc = fresh_add(app, &p->rows, &h, follows, packed, &p->e);
	out->there = rc == RC_OK;
	return rc;
}

void prepare_unit(struct preparing *p)
{
	struct app *app = p->c->app;
	struct engine *en = app_engine_take(app, app_workdays(app));
	struct arena scratch AUTO(arena_release);
	arena_init(&scratch);
	arena_reset(&p->a);
	fresh_reset(&p->rows);
	p->out = arena_array(&p->a, p->n, sizeof *p->out);
	p->rc = RC_OK;
	p->coverage = app_coverage_edition(app);
	for (size_t i = 0; p->rc == RC_OK && i < p->n; i++)
		if (!p->refused[p->first + i])
			p->rc = prepare_child(p, en, p->first + i, &scratch, &p->out[i]);
	fresh_look(&p->rows);
	app_engine_give(app, en, app_workdays(app));
}
