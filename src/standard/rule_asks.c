/* What is asked of whose turn it is: read, worked out where nothing is written, and answered (asks.h). */
#include "standard/asks.h"

#include "standard/rule_help.h"

enum { ASKS_OF_TURN_MAX = 6, ASK_EVENTS_MAX = 8, SOON_MAX_DAYS = 90 };

/* ---- reading ---- */

static enum rc events_read(struct rulebook *rb, const struct yaml *map, const char *key, bool needed,
			   const struct op **out, uint8_t *n_out, struct err *e)
{
	const struct yaml *list;
	if (!needed && !yaml_get(map, key))
		return RC_OK;
	enum rc rc = read_list(map, key, ASK_EVENTS_MAX, &list, e);
	if (rc != RC_OK)
		return rc;
	struct op *ops = arena_array(&rb->arena, list->n, sizeof *ops);
	for (const struct yaml *it = list->child; it && rc == RC_OK; it = it->next) {
		struct op op = { 0 };
		rc = match_read(rb, it, &op, e);
		ops[(*n_out)++] = op;
	}
	*out = ops;
	return rc;
}

static enum rc ask_add(struct rulebook *rb, struct rule *r, const struct ask_rule *ask)
{
	if (!r->asked)
		r->asked = arena_array(&rb->arena, STANDARD_ASKS_MAX, sizeof *r->asked);
	if (r->n_asked == STANDARD_ASKS_MAX)
		return RC_LIMIT;
	r->asked[r->n_asked++] = *ask;
	return RC_OK;
}

/* What cannot be before a day that is agreed: the events that name it, each of a kind with a second day. */
static enum rc agreed_read(struct rulebook *rb, const struct yaml *y, struct ask_rule *ask, struct err *e)
{
	const struct yaml *wait = yaml_get(y, "not-before");
	int64_t soon = 0;
	if (!wait && !yaml_get(y, "until-then"))
		return yaml_get(y, "unless-within-days")
			   ? yaml_error(y, e, "\"unless-within-days\" belongs to \"until-then\": add that, or take it out")
			   : RC_OK;
	enum rc rc = read_words(y, "until-then", &ask->meanwhile, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "unless-within-days", 0, SOON_MAX_DAYS, 0, &soon, e);
	ask->soon = (uint8_t)soon;
	if (rc == RC_OK)
		rc = events_read(rb, y, "not-before", true, &ask->wait, &ask->n_wait, e);
	for (uint8_t i = 0; rc == RC_OK && i < ask->n_wait; i++)
		if (!rb->vocab->kinds[ask->wait[i].kind].has_end)
			rc = yaml_error(wait, e,
					"an event of \"not-before\" names a day, so its kind has an \"end\": " STR_FMT
					" has none; name another kind",
					STR_ARG(rb->vocab->kinds[ask->wait[i].kind].id));
	return rc;
}

enum rc turn_asks_read(struct rulebook *rb, struct rule *r, uint8_t turn, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "ask",	     "by",	   "again-after",
					       "not-before", "until-then", "unless-within-days",
					       NULL };
	if (!y)
		return RC_OK;
	if (y->type != YAML_LIST || y->n == 0 || y->n > ASKS_OF_TURN_MAX)
		return yaml_error(y, e, "\"asks\" is a list of 1 to %d things: write each with \"ask\" and \"by\"%s",
				  ASKS_OF_TURN_MAX, y->type == YAML_LIST && y->n ? ", and take some out" : "");
	enum rc rc = RC_OK;
	for (const struct yaml *it = y->child; it && rc == RC_OK; it = it->next) {
		struct ask_rule ask = { .turn = turn };
		if ((rc = yaml_only(it, allowed, e)) || (rc = read_words(it, "ask", &ask.words, e)) ||
		    (rc = events_read(rb, it, "by", true, &ask.by, &ask.n_by, e)) ||
		    (rc = events_read(rb, it, "again-after", false, &ask.again, &ask.n_again, e)) ||
		    (rc = agreed_read(rb, it, &ask, e)))
			return rc;
		if (ask_add(rb, r, &ask) != RC_OK)
			rc = yaml_error(it, e, "a standard asks for at most %d things in all its turns: take some out",
					STANDARD_ASKS_MAX);
	}
	return rc;
}

/* ---- where nothing is written ---- */

/* The operations of one type and argument of a rule. */
static uint8_t ops_of(struct rulebook *rb, uint16_t standard, uint8_t type, int arg, const struct op **out)
{
	struct op *ops = arena_array(&rb->arena, ASK_EVENTS_MAX, sizeof *ops);
	uint8_t n = 0;
	for (size_t i = 0; i < rb->n_ops && n < ASK_EVENTS_MAX; i++)
		if (rb->ops[i].rule == standard && rb->ops[i].type == type && (arg < 0 || rb->ops[i].arg == arg))
			ops[n++] = rb->ops[i];
	*out = ops;
	return n;
}

/* The next turn, in their usual order, that something passes this one on to; -1 none. */
static int passes_to(const struct rulebook *rb, uint16_t standard, uint8_t turn)
{
	int to = -1;
	for (size_t i = 0; i < rb->n_ops; i++) {
		const struct op *op = &rb->ops[i];
		if (op->rule == standard && op->type == OP_TURN && op->arg > turn && (op->from >> turn & 1) &&
		    (to < 0 || op->arg < to))
			to = op->arg;
	}
	return to;
}

static void turn_derive(struct rulebook *rb, uint16_t standard, uint8_t turn)
{
	struct rule *r = &rb->rules[standard];
	for (uint8_t i = 0; i < r->n_asked; i++)
		if (r->asked[i].turn == turn)
			return; /* it says itself what it asks for */
	struct ask_rule ask = { .turn = turn, .words = STR("") };
	int to = passes_to(rb, standard, turn);
	if (to >= 0) {
		ask.n_by = ops_of(rb, standard, OP_TURN, to, &ask.by);
		(void)!ask_add(rb, r, &ask);
		return;
	}
	for (uint8_t p = 0; p < r->parts; p++) {
		ask.n_by = ops_of(rb, standard, OP_PART, p, &ask.by);
		ask.words = arena_printf(&rb->arena, "Record: " STR_FMT, STR_ARG(r->part_words[p]));
		(void)!ask_add(rb, r, &ask);
	}
}

void asks_derive(struct rulebook *rb, uint16_t standard)
{
	struct rule *r = &rb->rules[standard];
	for (uint8_t t = 0; t < r->n_turns; t++)
		turn_derive(rb, standard, t);
	struct ask_rule ask = { .turn = TURN_PAUSED, .words = STR("") };
	if (r->r_paused && (ask.n_by = ops_of(rb, standard, OP_RESUME, -1, &ask.by)) > 0)
		(void)!ask_add(rb, r, &ask);
}

/* ---- answers ---- */

size_t standard_asks(const struct rulebook *rb, uint16_t standard)
{
	return rb->rules[standard].n_asked;
}

/* The only member of a set, and how many there are. */
static uint16_t only_code(const struct code_set *s, int *n_out)
{
	size_t code = 0;
	*n_out = 0;
	for (size_t i = 0; s && i < COUNT_OF(s->bits); i++)
		if (s->bits[i]) {
			code = i * 64 + (size_t)__builtin_ctzll(s->bits[i]);
			*n_out += __builtin_popcountll(s->bits[i]);
		}
	return *n_out == 1 ? (uint16_t)code : 0;
}

void standard_ask(const struct rulebook *rb, uint16_t standard, size_t i, struct ask *out)
{
	const struct rule *r = &rb->rules[standard];
	const struct ask_rule *a = &r->asked[i];
	const struct op *op = &a->by[0];
	int n = 0;
	*out = (struct ask){ .kind = op->kind,
			     .words = a->words,
			     .holder = a->turn == TURN_PAUSED ? r->pause_holder : r->turns[a->turn].holder };
	if (a->n_wait) {
		out->meanwhile = a->meanwhile;
		out->soon = a->soon;
		out->agreed_kind = a->wait[0].kind;
		out->agreed_code = a->wait[0].guard ? only_code(a->wait[0].guard->code, &n) : 0;
	}
	if (!op->guard)
		return;
	out->code = only_code(op->guard->code, &out->n_codes);
	out->code2 = only_code(op->guard->code2, &n);
}

bool ask_takes_code(const struct rulebook *rb, uint16_t standard, size_t i, uint16_t code, bool second)
{
	const struct op *op = &rb->rules[standard].asked[i].by[0];
	const struct code_set *s = !op->guard ? NULL : second ? op->guard->code2 : op->guard->code;
	return !s || code_in(s, code);
}

static bool fits(const struct op *ops, uint8_t n, const struct fact *f)
{
	for (uint8_t i = 0; i < n; i++)
		if (ops[i].kind == f->kind && guard_ok(ops[i].guard, f))
			return true;
	return false;
}

bool ask_answered_by(const struct rulebook *rb, uint16_t standard, size_t i, const struct fact *f)
{
	const struct ask_rule *a = &rb->rules[standard].asked[i];
	return fits(a->by, a->n_by, f);
}

/* Is this fact about the clock's own period, placement, request? */
static bool about(const struct rulebook *rb, const struct rule *r, const struct clock *k, const struct fact *f)
{
	const struct kind *kinds = rb->vocab->kinds;
	if (r->scope == SCOPE_SPELL)
		return !f->org || !k->org || f->org == k->org;
	if (r->person || kinds[f->kind].ends != kinds[r->open_kind].ends)
		return true;
	return f->key == k->key || (r->scope == SCOPE_PERIOD && (f->key == 0 || k->key == 0));
}

/* The first fact that may count: of this clock's time, or early, but of no earlier period. */
static size_t first_of(const struct rule *r, const struct child_facts *c, const struct clock *k, int16_t early)
{
	size_t i = k->opened_by >= 0 ? (size_t)k->opened_by : 0;
	day_t opened = i < c->n ? c->facts[i].day : DAY_NONE, from = opened - early;
	if (r->recurs && k->ordinal > 1 && k->start != DAY_NONE)
		from = k->start;
	while (i > 0 && c->facts[i - 1].day >= from &&
	       !(r->scope == SCOPE_PERIOD && c->facts[i - 1].day < opened && kind_in(&r->ends, c->facts[i - 1].kind)))
		i--;
	while (i < c->n && c->facts[i].day < from)
		i++;
	return i;
}

static bool answered(const struct rulebook *rb, const struct rule *r, const struct ask_rule *a,
		     const struct child_facts *c, const struct clock *k, day_t as_of)
{
	int16_t early = 0;
	for (uint8_t i = 0; i < a->n_by; i++)
		early = a->by[i].early > early ? a->by[i].early : early;
	bool yes = false;
	day_t again = DAY_NONE;
	int32_t again_key = 0;
	for (size_t i = first_of(r, c, k, early); i < c->n && c->facts[i].day <= as_of; i++) {
		const struct fact *f = &c->facts[i];
		if (!about(rb, r, k, f))
			continue;
		/* On the day of what asks anew only another reference can be the answer. */
		if (fits(a->by, a->n_by, f) && (again == DAY_NONE || f->day > again || f->key != again_key))
			yes = true;
		if (fits(a->again, a->n_again, f)) {
			bool same_day = false;
			for (size_t j = i; j-- > 0 && c->facts[j].day == f->day;)
				same_day |= fits(a->by, a->n_by, &c->facts[j]) && c->facts[j].key != f->key &&
					    about(rb, r, k, &c->facts[j]);
			yes = same_day;
			again = f->day;
			again_key = f->key;
		}
	}
	return yes;
}

uint32_t clock_asks(const struct rulebook *rb, const struct child_facts *c, const struct clock *k, day_t as_of)
{
	const struct rule *r = &rb->rules[k->standard];
	uint32_t bits = 0;
	uint8_t last = UINT8_MAX;
	if (k->state != CLOCK_RUNNING)
		return 0;
	for (uint8_t i = 0; i < r->n_asked; i++)
		if (r->asked[i].turn == k->turn)
			last = i;
	for (uint8_t i = 0; i < r->n_asked; i++)
		if (r->asked[i].turn == k->turn && (i == last || !answered(rb, r, &r->asked[i], c, k, as_of)))
			bits |= (uint32_t)1 << i;
	return bits;
}

day_t clock_agreed(const struct rulebook *rb, const struct child_facts *c, const struct clock *k, uint32_t asks,
		   day_t as_of)
{
	const struct rule *r = &rb->rules[k->standard];
	if (!asks)
		return DAY_NONE;
	const struct ask_rule *a = &r->asked[__builtin_ctz(asks)];
	day_t said = DAY_NONE, agreed = DAY_NONE;
	for (size_t i = a->n_wait ? first_of(r, c, k, 0) : c->n; i < c->n && c->facts[i].day <= as_of; i++) {
		const struct fact *f = &c->facts[i];
		if (!fits(a->wait, a->n_wait, f) || !about(rb, r, k, f) || f->value <= 0)
			continue;
		agreed = f->day == said && agreed > f->value ? agreed : (day_t)f->value;
		said = f->day;
	}
	return agreed;
}
