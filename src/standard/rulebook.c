/* The rulebook: reads the files, sorts the operations, answers questions. */
#include "standard/rulebook.h"

#include "base/files.h"
#include "base/hash.h"
#include "codec/yaml.h"
#include "standard/effect.h"
#include "standard/hours.h"

enum { FILES_MAX = 500, PATH_LEN = 1024, DUE_SOON_WORKING_DAYS = 10 };

/* ---- loading ---- */

static enum rc document_read(struct rulebook *rb, const struct rulebook_file *f, struct hash *sum, struct err *e)
{
	uint64_t size = f->body.n; /* so that moving a line from file to file changes the hash */
	hash_add(sum, &size, sizeof size);
	hash_add(sum, f->body.p, f->body.n);
	const struct yaml *doc;
	enum rc rc = yaml_read(f->body, f->name, &rb->arena, &doc, e);
	if (rc)
		return rc;
	return f->parameters ? parameters_read(rb, doc, e) : rules_read(rb, doc, e);
}

static int by_kind(const void *a, const void *b)
{
	const struct op *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return (x->arg > y->arg) - (x->arg < y->arg);
}

static const day_t *every_year(struct rulebook *rb, int month, int day)
{
	day_t *years = arena_array(&rb->arena, YEARS_MAX, sizeof *years);
	for (int i = 0; i < YEARS_MAX; i++)
		years[i] = day_of(YEARS_FROM + i, month, day);
	return years;
}

/* Phases of run.h, as bits: dormant, live, closed. */
static uint8_t phases_of(uint8_t type)
{
	enum { IN_DORMANT = 1, IN_LIVE = 2, IN_CLOSED = 4 };
	switch (type) {
	case OP_END:
	case OP_CLOSE: return IN_DORMANT | IN_LIVE | IN_CLOSED;
	case OP_START: return IN_DORMANT;
	case OP_RESUME:
	case OP_PAUSE:
	case OP_EXTEND:
	case OP_TURN:
	case OP_NOTE: return IN_LIVE;
	case OP_OPEN:
	case OP_EARLIER: return 0; /* never on what is open */
	default: return IN_DORMANT | IN_LIVE;
	}
}

/* Each rule's operations together, in the order in which they lie by kind. */
static void make_own(struct rulebook *rb)
{
	rb->own = xcalloc(rb->n_ops, sizeof *rb->own);
	uint32_t n = 0;
	for (size_t r = 0; r < rb->n; r++) {
		rb->rules[r].own.from = n;
		for (size_t i = 0; i < rb->n_ops; i++)
			if (rb->ops[i].rule == r && rb->ops[i].type > OP_TALLY_BEGIN)
				rb->own[n++] = rb->ops[i];
		rb->rules[r].own.to = n;
	}
	rb->n_own = n;
}

/* Does a rule ask what this operation tells: its own, or that of a condition or tally it is subject to? */
static bool asks(const struct rulebook *rb, uint16_t rule, const struct op *op)
{
	const struct rule *r = &rb->rules[rule];
	const struct tally *t = r->start_tally ? &rb->tallies[r->start_tally - 1] : NULL;
	if (op->type > OP_TALLY_BEGIN)
		return op->rule == rule;
	if (op->type >= OP_TALLY_END)
		return t && op->arg == r->start_tally - 1;
	return (r->conditions | r->restarts | (t ? t->not_while : 0)) >> op->arg & 1;
}

/* A list names a standard, not its edition: what one reads, all read. */
static void kinds_of_editions(struct rulebook *rb)
{
	for (size_t i = 0; i < rb->n; i++)
		for (size_t k = 0; k < rb->n; k++)
			if (rb->rules[k].info.number == rb->rules[i].info.number)
				kinds_add(&rb->rules[i].info.kinds, &rb->rules[k].info.kinds);
}

/* Every kind of event on which what a standard says of a child can depend. */
static void kinds_read(struct rulebook *rb)
{
	for (uint16_t i = 0; i < rb->n; i++) {
		struct rule *r = &rb->rules[i];
		for (size_t o = 0; o < rb->n_ops; o++)
			if (asks(rb, i, &rb->ops[o]))
				kind_add(&r->info.kinds, rb->ops[o].kind);
		for (size_t k = 0; k < r->n_asked; k++) {
			for (size_t b = 0; b < r->asked[k].n_by; b++)
				kind_add(&r->info.kinds, r->asked[k].by[b].kind);
			for (size_t b = 0; b < r->asked[k].n_again; b++)
				kind_add(&r->info.kinds, r->asked[k].again[b].kind);
		}
	}
	kinds_of_editions(rb);
}

/* Operations by kind; what each standard needs to look back for. */
static void finish(struct rulebook *rb)
{
	for (size_t i = 0; i < rb->n; i++) {
		struct rule *r = &rb->rules[i];
		r->from = r->info.from;
		r->until = r->info.until;
		r->working_days = r->info.working_days;
		r->has_shares = r->info.n_shares > 0;
		if (r->start_at == START_EACH_YEAR)
			r->years = every_year(rb, r->start_month, r->start_day);
		for (size_t t = 0; t < r->n_turns; t++)
			r->turn_holder[t] = r->turns[t].holder;
		for (size_t l = 0; l < r->n_due; l++)
			if (r->due[l].unit == UNIT_UNTIL_DATE)
				r->due[l].years = every_year(rb, r->due[l].month, r->due[l].day_of_month);
	}
	rb->words = (rb->n + 63) / 64;
	rb->care_started = vocab_kind(rb->vocab, STR("care-started"));
	for (size_t i = 0; i < rb->n_ops; i++) {
		struct op *op = &rb->ops[i];
		op->phases = phases_of(op->type);
		if (op->type <= OP_TALLY_BEGIN)
			continue;
		struct rule *r = &rb->rules[op->rule];
		const struct kind *kinds = rb->vocab->kinds;
		op->same_key = op->type != OP_OPEN && !op->any_key &&
			       kinds[op->kind].ends == kinds[r->open_kind].ends && r->scope != SCOPE_SPELL &&
			       !r->person;
		op->of_inst = op->same_key || op->later || op->same_org;
		r->asks_bits |= kind_bit(op->kind);
		if (op->type == OP_END && !op->again) {
			kind_add(&r->ends, op->kind);
			r->ends_bits |= kind_bit(op->kind);
		}
		if (op->type == OP_CONFIRM)
			r->confirms_bits |= kind_bit(op->kind);
		if (op->early > r->early_max)
			r->early_max = op->early;
		if (op->early)
			r->early_bits |= kind_bit(op->kind);
	}
	for (uint16_t i = 0; i < rb->n; i++)
		asks_derive(rb, i);
	if (rb->n_ops)
		qsort(rb->ops, rb->n_ops, sizeof *rb->ops, by_kind);
	for (uint32_t i = 0; i < rb->n_ops; i++) {
		struct op_range *k = &rb->of_kind[rb->ops[i].kind];
		if (k->from == k->to)
			k->from = i;
		k->to = i + 1;
	}
	make_own(rb);
}

int32_t rulebook_number(struct str id)
{
	return (int32_t)(vocab_hash(id) & INT32_MAX);
}

/* Stored rows know a standard by its number: two may not share one. */
static enum rc numbers_give(struct rulebook *rb, struct err *e)
{
	for (size_t i = 0; i < rb->n; i++) {
		struct standard_info *info = &rb->rules[i].info;
		info->number = rulebook_number(info->id);
		for (size_t k = 0; k < i; k++)
			if (rb->rules[k].info.number == info->number && !str_eq(rb->rules[k].info.id, info->id))
				return err_set(
				    e, RC_BAD_INPUT,
				    "standards: the ids \"" STR_FMT "\" and \"" STR_FMT
				    "\" cannot be told apart in stored rows; choose another id for one of them",
				    STR_ARG(rb->rules[k].info.id), STR_ARG(info->id));
	}
	return RC_OK;
}

enum rc rulebook_load_documents(const struct rulebook_file *files, size_t n, const struct vocab *v,
				struct rulebook **out, struct err *e)
{
	struct rulebook *rb = xcalloc(1, sizeof *rb);
	arena_init(&rb->arena);
	rb->vocab = v;
	rb->reasons = xcalloc(1, sizeof *rb->reasons);
	rb->reasons[0] = STR("");
	rb->n_reasons = 1;
	struct hash sum;
	hash_begin(&sum);
	enum rc rc = RC_OK;
	for (size_t i = 0; i < n && !rc; i++)
		rc = document_read(rb, &files[i], &sum, e);
	if (rc == RC_OK && rb->n == 0)
		rc = err_set(e, RC_BAD_INPUT, "standards: no file defines a standard");
	if (rc == RC_OK)
		rc = numbers_give(rb, e);
	if (rc) {
		rulebook_free(rb);
		return rc;
	}
	finish(rb);
	effects_make(rb);
	alike_find(rb);
	kinds_read(rb);
	hash_end(&sum, rb->hash);
	*out = rb;
	return RC_OK;
}

/* Every YAML file of a folder of the data, in name order, behind those that are there. */
static enum rc folder_read(const char *data_dir, const char *folder, bool needed, struct arena *a,
			   struct rulebook_file *files, size_t *n, struct err *e)
{
	char dir[PATH_LEN];
	struct str *names;
	size_t found = 0;
	snprintf(dir, sizeof dir, "%s/%s", data_dir, folder);
	enum rc rc = folder_list(dir, ".yaml", FILES_MAX, a, &names, &found, e);
	if (rc == RC_NOT_FOUND)
		return needed ? err_set(e, RC_IO, "the folder of standards could not be opened: %s", dir) : RC_OK;
	if (rc == RC_OK && needed && found == 0)
		return err_set(e, RC_NOT_FOUND, "%s holds no standards (*.yaml)", dir);
	for (size_t i = 0; i < found && !rc; i++) {
		struct rulebook_file *f = &files[*n];
		*f = (struct rulebook_file){ .name = arena_printf(a, "%s/%s", dir, names[i].p).p,
					     .parameters = !needed };
		rc = file_read(f->name, YAML_FILE_MAX, a, &f->body, e);
		*n += rc == RC_OK;
	}
	return rc;
}

enum rc rulebook_load(const char *data_dir, const struct vocab *v, struct rulebook **out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct rulebook_file *files = arena_array(&a, 2 * (size_t)FILES_MAX, sizeof *files);
	size_t n = 0;
	enum rc rc = folder_read(data_dir, "parameters", false, &a, files, &n, e);
	if (rc == RC_OK)
		rc = folder_read(data_dir, "standards", true, &a, files, &n, e);
	return rc == RC_OK ? rulebook_load_documents(files, n, v, out, e) : rc;
}

void rulebook_free(struct rulebook *rb)
{
	if (!rb)
		return;
	free(rb->rules);
	free(rb->ops);
	free(rb->own);
	free(rb->alike);
	free(rb->reasons);
	free(rb->parameters);
	free(rb->places);
	arena_release(&rb->arena);
	free(rb);
}

/* ---- answers ---- */

size_t rulebook_count(const struct rulebook *rb)
{
	return rb->n;
}

const struct standard_info *rulebook_info(const struct rulebook *rb, uint16_t standard)
{
	return &rb->rules[standard].info;
}

size_t rulebook_find(const struct rulebook *rb, struct str id)
{
	size_t found = rulebook_numbered(rb, rulebook_number(id));
	return found != SIZE_MAX && str_eq(rb->rules[found].info.id, id) ? found : SIZE_MAX;
}

size_t rulebook_numbered(const struct rulebook *rb, int64_t number)
{
	size_t found = SIZE_MAX;
	for (size_t i = 0; i < rb->n; i++)
		if (rb->rules[i].info.number == number &&
		    (found == SIZE_MAX || rb->rules[i].info.from > rb->rules[found].info.from))
			found = i;
	return found;
}

struct str rulebook_reason(const struct rulebook *rb, uint16_t reason)
{
	return reason < rb->n_reasons ? rb->reasons[reason] : STR("");
}

uint16_t rulebook_opens(const struct rulebook *rb, uint16_t standard)
{
	return rb->rules[standard].open_kind;
}

bool clock_on_worklist(const struct rulebook *rb, const struct clock *c)
{
	const struct rule *r = &rb->rules[c->standard];
	if (!r->info.on_worklist || (c->state != CLOCK_RUNNING && c->state != CLOCK_NOT_KNOWN) || c->done != DAY_NONE)
		return false;
	/* What no table can tell, because none is sent or none reaches back so far, is on no list. */
	return !r->info.when_known || c->state == CLOCK_RUNNING;
}

struct str rulebook_hash(const struct rulebook *rb)
{
	return (struct str){ rb->hash, 64 };
}

/* ---- days of a standard ---- */

int rule_days(const struct rule *r, const struct workdays *w, day_t from, day_t to)
{
	return r->working_days ? workdays_between(w, from, to) : to - from;
}

day_t rule_add_days(const struct rule *r, const struct workdays *w, day_t from, int n)
{
	return r->working_days ? workdays_add(w, from, n) : from + n;
}

enum lateness clock_lateness(const struct rulebook *rb, const struct workdays *w, const struct clock *c, day_t today,
			     int *days_late_out)
{
	const struct rule *r = &rb->rules[c->standard];
	if (days_late_out)
		*days_late_out = 0;
	if (c->state == CLOCK_MISSED)
		return LATE_MISSED;
	if (c->state != CLOCK_RUNNING && c->state != CLOCK_DONE)
		return LATE_CLOSED;
	if (c->due == DAY_NONE)
		return c->state == CLOCK_DONE ? LATE_DONE_IN_TIME : LATE_NOT;
	day_t at = c->state == CLOCK_DONE ? c->done : today;
	if (days_late_out)
		*days_late_out = rule_days(r, w, c->due, at);
	bool later = at == c->due && c->state == CLOCK_DONE && c->due_minute != MINUTE_NONE &&
		     c->done_minute != MINUTE_NONE && hours_late(r, c) > 0;
	if (c->state == CLOCK_DONE)
		return at > c->due || later ? LATE_DONE_LATE : LATE_DONE_IN_TIME;
	if (at > c->due)
		return LATE_OVERDUE;
	return workdays_between(w, at, c->due) <= DUE_SOON_WORKING_DAYS ? LATE_DUE_SOON : LATE_NOT;
}
