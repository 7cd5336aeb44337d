/* The reader of standards' matchers, lent to other rooms. */
#include "standard/match.h"

#include "codec/yaml.h"
#include "standard/rules.h"

struct matcher {
	struct op op;
};

/* The reader wants a rulebook for its words and its memory; this one has no rules. */
struct matchers {
	struct rulebook words;
};

struct matchers *matchers_new(const struct vocab *v)
{
	struct matchers *ms = xcalloc(1, sizeof *ms);
	ms->words.vocab = v;
	arena_init(&ms->words.arena);
	return ms;
}

void matchers_free(struct matchers *ms)
{
	if (!ms)
		return;
	arena_release(&ms->words.arena);
	free(ms);
}

enum rc matcher_read(struct matchers *ms, const struct yaml *y, const struct matcher **out, struct err *e)
{
	struct matcher *m = arena_alloc(&ms->words.arena, sizeof *m);
	enum rc rc = match_read(&ms->words, y, &m->op, e);
	if (rc != RC_OK)
		return rc;
	if (m->op.early || m->op.later || m->op.same_org)
		return yaml_error(y, e,
				  "\"early-days\", \"later-day\" and \"same-org\" belong to standards: here no clock "
				  "opens");
	*out = m;
	return RC_OK;
}

bool matcher_fits(const struct matcher *m, const struct fact *f)
{
	return f->kind == m->op.kind && guard_ok(m->op.guard, f);
}

uint16_t matcher_kind(const struct matcher *m)
{
	return m->op.kind;
}

bool standard_is_sensitive(const struct rulebook *rb, uint16_t standard)
{
	for (size_t i = 0; i < rb->n_ops; i++)
		if (rb->ops[i].rule == standard && rb->ops[i].type == OP_OPEN)
			return rb->vocab->kinds[rb->ops[i].kind].sensitive;
	return false;
}
