#include "record/adjoining.h"

#include "base/arena.h"
#include "base/hash.h"
#include "codec/csv.h"

struct pair { /* a before b */
	struct str a, b;
};

struct adjoining {
	struct arena arena;
	struct pair *pairs; /* sorted */
	size_t n, cap;
	bool heading_read;
	uint64_t hash; /* of all pairs */
};

enum { CODE_A, NAME_A, CODE_B, NAME_B, COLUMNS };
static const char *const headings[COLUMNS] = { "code_a", "name_a", "code_b", "name_b" };

static struct pair ordered(struct str a, struct str b)
{
	return str_cmp(a, b) < 0 ? (struct pair){ a, b } : (struct pair){ b, a };
}

static int by_codes(const void *x, const void *y)
{
	const struct pair *p = x, *q = y;
	int c = str_cmp(p->a, q->a);
	return c ? c : str_cmp(p->b, q->b);
}

static enum rc on_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct adjoining *a = arg;
	if (row->n != COLUMNS)
		return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": %d columns are expected", row->line, COLUMNS);
	if (!a->heading_read) {
		a->heading_read = true;
		for (size_t i = 0; i < COLUMNS; i++)
			if (!str_is(row->cells[i], headings[i]))
				return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": column %zu must be \"%s\"",
					       row->line, i + 1, headings[i]);
		return RC_OK;
	}
	if (a->n == ADJOINING_MAX)
		return err_set(e, RC_LIMIT, "line %" PRId64 ": more than %d pairs", row->line, ADJOINING_MAX);
	if (!row->cells[CODE_A].n || !row->cells[CODE_B].n || str_eq(row->cells[CODE_A], row->cells[CODE_B]))
		return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": the codes of two councils are expected", row->line);
	if (a->n == a->cap) {
		a->cap = a->cap ? a->cap * 2 : 512;
		a->pairs = xrealloc(a->pairs, a->cap * sizeof *a->pairs);
	}
	a->pairs[a->n++] = ordered(arena_str(&a->arena, row->cells[CODE_A]), arena_str(&a->arena, row->cells[CODE_B]));
	return RC_OK;
}

enum rc adjoining_load(const char *data_dir, struct adjoining **out, struct err *e)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/adjoining.csv", data_dir);
	struct adjoining *a = xcalloc(1, sizeof *a);
	arena_init(&a->arena);
	enum rc rc = csv_read_file(path, on_row, a, e);
	if (rc != RC_OK) {
		adjoining_free(a);
		return rc;
	}
	if (a->n)
		qsort(a->pairs, a->n, sizeof *a->pairs, by_codes);
	a->hash = a->n;
	for (size_t i = 0; i < a->n; i++)
		a->hash = hash64(hash64(a->hash, a->pairs[i].a.p, a->pairs[i].a.n), a->pairs[i].b.p, a->pairs[i].b.n);
	*out = a;
	return RC_OK;
}

void adjoining_free(struct adjoining *a)
{
	if (!a)
		return;
	free(a->pairs);
	arena_release(&a->arena);
	free(a);
}

size_t adjoining_count(const struct adjoining *a)
{
	return a->n;
}

uint64_t adjoining_hash(const struct adjoining *a)
{
	return a->hash;
}

bool adjoining_touch(const struct adjoining *a, struct str council, struct str other)
{
	struct pair p = ordered(council, other);
	return a->n && bsearch(&p, a->pairs, a->n, sizeof p, by_codes) != NULL;
}
