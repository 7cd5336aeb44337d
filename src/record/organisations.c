#include "record/organisations.h"

#include "base/hash.h"
#include "base/text.h"
#include "codec/csv.h"

/* Names are looked up by their folded form, letters and digits only, in an open
 * table. A name that two organisations of a kind share finds neither. */
struct name_slot {
	struct str folded;
	const struct organisation_entry *org; /* NULL: empty slot */
	bool shared;
};

struct organisations {
	struct arena arena;
	struct organisation_entry *all;
	size_t n, cap;
	struct name_slot *slots;
	size_t n_slots, n_names; /* n_slots is a power of two */
};

enum { CODE, KIND, NAME, SHORT, SERVED_BY, ALSO, SOURCE, COLUMNS, NAME_MAX_BYTES = 200 };
static const char *const headings[COLUMNS] = {
	"code", "kind", "name", "short", "served_by", "also_known_as", "source"
};

/* Into out[NAME_MAX_BYTES]; {NULL,0} if the word is too long or nothing is left. */
static struct str fold(struct str word, char *out)
{
	struct buf b;
	if (word.n > NAME_MAX_BYTES / 2)
		return (struct str){ NULL, 0 };
	buf_init(&b, NAME_MAX_BYTES);
	text_fold(&b, word);
	size_t n = 0;
	for (size_t i = 0; i < b.n && buf_ok(&b); i++)
		if ((b.p[i] >= 'a' && b.p[i] <= 'z') || (b.p[i] >= '0' && b.p[i] <= '9') || (b.p[i] & 0x80))
			out[n++] = b.p[i];
	buf_release(&b);
	return (struct str){ n ? out : NULL, n };
}

static struct name_slot *slot_of(const struct organisations *o, enum organisation_kind kind, struct str folded)
{
	size_t i = (size_t)hash64((uint64_t)kind, folded.p, folded.n) & (o->n_slots - 1);
	while (o->slots[i].org && !(o->slots[i].org->kind == kind && str_eq(o->slots[i].folded, folded)))
		i = (i + 1) & (o->n_slots - 1);
	return &o->slots[i];
}

static enum rc add_name(struct organisations *o, const struct organisation_entry *org, struct str name, struct err *e)
{
	if (o->n_names >= o->n_slots / 2)
		return err_set(e, RC_LIMIT, "organisations have too many other names: more than %zu", o->n_slots / 2);
	char folded[NAME_MAX_BYTES];
	struct str f = fold(name, folded);
	if (!f.n)
		return RC_OK;
	struct name_slot *s = slot_of(o, org->kind, f);
	if (s->org) {
		s->shared = s->shared || s->org != org;
		return RC_OK;
	}
	*s = (struct name_slot){ arena_str(&o->arena, f), org, false };
	o->n_names++;
	return RC_OK;
}

static enum organisation_kind kind_of(struct str id)
{
	return str_is(id, "council")	   ? ORG_COUNCIL
	       : str_is(id, "health-team") ? ORG_HEALTH_TEAM
	       : str_is(id, "provider")	   ? ORG_PROVIDER
					   : (enum organisation_kind)0;
}

static enum rc on_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct organisations *o = arg;
	if (row->n != COLUMNS)
		return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": %d columns are expected", row->line, COLUMNS);
	if (row->line == 1) {
		for (size_t i = 0; i < COLUMNS; i++)
			if (!str_is(row->cells[i], headings[i]))
				return err_set(e, RC_BAD_INPUT, "line 1: column %zu must be \"%s\"", i + 1,
					       headings[i]);
		return RC_OK;
	}
	if (o->n == ORGANISATIONS_MAX)
		return err_set(e, RC_LIMIT, "line %" PRId64 ": more than %d organisations", row->line,
			       ORGANISATIONS_MAX);
	struct str c[COLUMNS];
	for (size_t i = 0; i < COLUMNS; i++)
		c[i] = arena_str(&o->arena, row->cells[i]);
	enum organisation_kind kind = kind_of(c[KIND]);
	if (!kind || !c[CODE].n || !c[NAME].n || !c[SHORT].n)
		return err_set(
		    e, RC_BAD_INPUT,
		    "line %" PRId64
		    ": a code, a name, a short name and a kind (council, health-team, provider) are expected",
		    row->line);
	if (o->n == o->cap) {
		o->cap = o->cap ? o->cap * 2 : 256;
		o->all = xrealloc(o->all, o->cap * sizeof *o->all);
	}
	o->all[o->n++] =
	    (struct organisation_entry){ c[CODE], kind, c[KIND], c[NAME], c[SHORT], c[SERVED_BY], c[ALSO], c[SOURCE] };
	return RC_OK;
}

/* When all rows are known, so that entries do not move any more. */
static enum rc index_names(struct organisations *o, struct err *e)
{
	o->n_slots = 1024;
	while (o->n_slots < o->n * 16)
		o->n_slots *= 2;
	o->slots = arena_array(&o->arena, o->n_slots, sizeof *o->slots);
	for (size_t i = 0; i < o->n; i++) {
		const struct organisation_entry *org = &o->all[i];
		enum rc rc = add_name(o, org, org->code, e);
		if (rc == RC_OK)
			rc = add_name(o, org, org->name, e);
		if (rc == RC_OK)
			rc = add_name(o, org, org->short_name, e);
		for (struct str rest = org->also_known_as; rest.n && rc == RC_OK;) {
			struct str name = str_cut(rest, '|', &rest);
			rc = add_name(o, org, name, e);
		}
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc check_served(const struct organisations *o, struct err *e)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->all[i].served_by.n && !organisations_find(o, ORG_HEALTH_TEAM, o->all[i].served_by))
			return err_set(e, RC_BAD_INPUT,
				       STR_FMT " is served by " STR_FMT ", which is not a health team of the file",
				       STR_ARG(o->all[i].code), STR_ARG(o->all[i].served_by));
	return RC_OK;
}

enum rc organisations_load(const char *data_dir, struct organisations **out, struct err *e)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/organisations.csv", data_dir);
	struct organisations *o = xcalloc(1, sizeof *o);
	arena_init(&o->arena);
	enum rc rc = csv_read_file(path, on_row, o, e);
	if (rc == RC_OK && ((rc = index_names(o, e)) != RC_OK || (rc = check_served(o, e)) != RC_OK))
		err_prefix(e, "%s", path);
	if (rc != RC_OK) {
		organisations_free(o);
		return rc;
	}
	*out = o;
	return RC_OK;
}

void organisations_free(struct organisations *o)
{
	if (!o)
		return;
	free(o->all);
	arena_release(&o->arena);
	free(o);
}

size_t organisations_count(const struct organisations *o)
{
	return o->n;
}

const struct organisation_entry *organisations_at(const struct organisations *o, size_t i)
{
	return i < o->n ? &o->all[i] : NULL;
}

static const struct organisation_entry *find_of(const struct organisations *o, enum organisation_kind kind,
						struct str f)
{
	const struct name_slot *s = slot_of(o, kind, f);
	return s->org && !s->shared ? s->org : NULL;
}

const struct organisation_entry *organisations_find(const struct organisations *o, enum organisation_kind kind,
						    struct str word)
{
	char folded[NAME_MAX_BYTES];
	struct str f = fold(word, folded);
	if (!f.n)
		return NULL;
	if (kind)
		return find_of(o, kind, f);
	const struct organisation_entry *found = NULL;
	for (int k = ORG_COUNCIL; k <= ORG_PROVIDER; k++) {
		const struct organisation_entry *one = find_of(o, (enum organisation_kind)k, f);
		if (one && found)
			return NULL;
		found = one ? one : found;
	}
	return found;
}
