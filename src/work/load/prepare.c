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
	out->h = child_new(app, o->id, b->ref, &p->a);
	out->counts = arena_array(&p->a, p->c->batch->n_files, sizeof *out->counts);
	mine.counts = out->counts;
	out->h.n = out->h.cap = diff_child(&mine, &out->h, child, &p->a, &out->h.events);
	out->lean = compact_write(app_vocab(app), out->h.events, out->h.n, &p->a);
	struct folded f;
	arena_reset(scratch);
	history_fold(app, &out->h, KNOWN_NOW, scratch, &f);
	enum rc rc = project_child(app, &out->h, &f, en, app_today(app), &p->a, &out->p, &p->e);
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
	p->out = arena_array(&p->a, p->n, sizeof *p->out);
	p->rc = RC_OK;
	for (size_t i = 0; p->rc == RC_OK && i < p->n; i++)
		if (!p->refused[p->first + i])
			p->rc = prepare_child(p, en, p->first + i, &scratch, &p->out[i]);
	app_engine_give(app, en, app_workdays(app));
}
