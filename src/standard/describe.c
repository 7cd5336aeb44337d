/* A compiled rule in plain words. Each label has its function; describe_rule lists them. */
#include "standard/describe.h"

#include "standard/rules.h"

enum { LABELS_MAX = 64, ITEMS_MAX = 80, WORDS_MAX = 64 << 10 };

struct telling {
	const struct rulebook *rb;
	const struct rule *r;
	uint16_t index;
	struct arena *a;
	struct described *out;
	size_t n;
	struct str items[ITEMS_MAX]; /* of the label that is written now */
	size_t n_items;
};

static struct str kept(struct telling *t, struct buf *b)
{
	struct str s = arena_str(t->a, buf_view(b));
	buf_release(b);
	return s;
}

static void item(struct telling *t, struct str s)
{
	if (s.n && t->n_items < ITEMS_MAX)
		t->items[t->n_items++] = s;
}

static void label_end(struct telling *t, const char *label)
{
	if (!t->n_items || t->n == LABELS_MAX)
		return;
	struct str *items = arena_array(t->a, t->n_items, sizeof *items);
	memcpy(items, t->items, t->n_items * sizeof *items);
	t->out[t->n++] = (struct described){ str_of(label), items, t->n_items };
	t->n_items = 0;
}

/* ---- which facts ---- */

/* Codes that people know by their letters and digits show them; words do not. */
static bool is_sign(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if ((id.p[i] >= '0' && id.p[i] <= '9') || (id.p[i] >= 'A' && id.p[i] <= 'Z'))
			return true;
	return false;
}

static struct str entry_words(const struct code_entry *c, struct arena *a)
{
	struct str title = c->title.n ? c->title : c->id;
	return is_sign(c->id) && !str_eq(title, c->id)
		   ? arena_printf(a, STR_FMT " (" STR_FMT ")", STR_ARG(title), STR_ARG(c->id))
		   : title;
}

struct str describe_code(const struct code_list *list, uint16_t code, struct arena *a)
{
	for (size_t i = 0; list && i < list->n; i++)
		if (list->entries[i].code == code)
			return entry_words(&list->entries[i], a);
	return STR("");
}

/* A set that holds "no code" was written as what does not count. */
static void put_codes(struct telling *t, struct buf *b, const struct code_list *list, const struct code_set *set)
{
	bool except = code_in(set, 0);
	size_t n = 0, k = 0;
	for (size_t i = 0; i < list->n; i++)
		n += code_in(set, list->entries[i].code) != except;
	buf_printf(b, STR_FMT ": %s", STR_ARG(list->title), except ? "any but " : "");
	for (size_t i = 0; i < list->n; i++) {
		if (code_in(set, list->entries[i].code) == except)
			continue;
		buf_puts(b, k == 0 ? "" : k + 1 == n ? " or " : ", ");
		buf_str(b, entry_words(&list->entries[i], t->a));
		k++;
	}
}

static void put_values(struct buf *b, const struct kind *k, uint64_t values)
{
	bool except = values >> 63 & 1;
	uint64_t named = except ? ~values : values;
	bool yes_no = !(named & ~(uint64_t)3);
	buf_printf(b, STR_FMT ": %s", STR_ARG(k->value_label), except ? "any but " : "");
	for (unsigned v = 0, n = 0; v < 63; v++) {
		if (!(named >> v & 1))
			continue;
		buf_puts(b, n++ ? " or " : "");
		if (yes_no)
			buf_puts(b, v ? "yes" : "no");
		else
			buf_int(b, v);
	}
}

static void put_asked(struct telling *t, struct buf *b, const struct kind *k, const struct guard *g)
{
	const char *sep = "";
	if (g->code && k->codes) {
		put_codes(t, b, k->codes, g->code);
		sep = "; ";
	}
	if (g->code2 && k->codes2) {
		buf_puts(b, sep);
		put_codes(t, b, k->codes2, g->code2);
		sep = "; ";
	}
	if (g->values != UINT64_MAX) {
		buf_puts(b, sep);
		put_values(b, k, g->values);
	}
}

static bool asks(const struct guard *g)
{
	return g->code || g->code2 || g->values != UINT64_MAX;
}

/* "Seen for a health assessment (kind of health assessment: ...)" */
static struct str event_words(struct telling *t, const struct op *op)
{
	const struct kind *k = &t->rb->vocab->kinds[op->kind];
	struct buf b;
	buf_init(&b, WORDS_MAX);
	buf_str(&b, k->title);
	if (op->guard && asks(op->guard)) {
		buf_puts(&b, " (");
		put_asked(t, &b, k, op->guard);
		buf_puts(&b, ")");
	}
	for (size_t i = 0; op->guard && i < op->guard->n_unless; i++) {
		buf_puts(&b, i ? "; nor (" : "; but not (");
		put_asked(t, &b, k, &op->guard->unless[i]);
		buf_puts(&b, ")");
	}
	if (op->early)
		buf_printf(&b, ", also up to %d days before the clock opens", op->early);
	return kept(t, &b);
}

static bool is_of(const struct telling *t, const struct op *op, enum op_type type)
{
	return op->type == type && (type <= OP_COND_BEGIN || op->rule == t->index);
}

/* The events of one type, and of one argument if that is not negative: "A; or B". */
static struct str events_words(struct telling *t, enum op_type type, int arg)
{
	struct buf b;
	buf_init(&b, WORDS_MAX);
	for (size_t i = 0; i < t->rb->n_ops; i++) {
		const struct op *op = &t->rb->ops[i];
		if (!is_of(t, op, type) || (arg >= 0 && op->arg != arg))
			continue;
		buf_puts(&b, b.n ? "; or " : "");
		buf_str(&b, event_words(t, op));
	}
	return kept(t, &b);
}

/* ---- the labels ---- */

static void opens(struct telling *t)
{
	static const char *const each[] = {
		"",
		"One clock for each period of care: a second start inside it opens none.",
		"One clock for each reference of the opening (a placement, a request, a stay).",
		"One clock for a person and an organisation.",
	};
	const struct op *first = NULL;
	for (size_t i = 0; i < t->rb->n_ops; i++) {
		const struct op *op = &t->rb->ops[i];
		if (!is_of(t, op, OP_OPEN))
			continue;
		first = op;
		item(t, event_words(t, op));
	}
	if (first && first->age_below)
		item(t, arena_printf(t->a, "Only if younger than %d on that day.", t->rb->ages[first->age_below - 1]));
	if (t->r->scope < COUNT_OF(each))
		item(t, str_of(each[t->r->scope]));
	if (t->r->scope == SCOPE_SPELL)
		item(t,
		     arena_printf(t->a, "Openings that overlap, or follow with at most %d days between, are one clock.",
				  t->r->gap_days));
	label_end(t, "Opens");
}

static void day_zero(struct telling *t)
{
	if (t->r->starts_open)
		item(t, STR("The day on which it opens. It is not counted."));
	else
		item(t,
		     arena_printf(t->a, STR_FMT ". That day is not counted.", STR_ARG(events_words(t, OP_START, -1))));
	if (t->r->recurs)
		item(t, STR("It comes again: each such event starts the next clock."));
	if (t->r->earlier_starts)
		item(t,
		     arena_printf(t->a, STR_FMT " (in the %d months before the opening) is the first day 0: " STR_FMT,
				  STR_ARG(t->r->earlier_words), t->r->earlier_months,
				  STR_ARG(events_words(t, OP_EARLIER, -1))));
	label_end(t, "Day 0");
}

static struct str amount(struct telling *t, int n, uint8_t unit)
{
	static const char *const one[] = { "day", "day", "working day", "week", "month" };
	const char *word = unit < COUNT_OF(one) ? one[unit] : one[0];
	return arena_printf(t->a, "%d %s%s", n, word, n == 1 ? "" : "s");
}

static struct str limit_condition(struct telling *t, const struct limit *l)
{
	const struct kind *k = &t->rb->vocab->kinds[t->r->open_kind];
	switch (l->when) {
	case IF_VALUE: return arena_printf(t->a, ", if " STR_FMT " is %" PRId32, STR_ARG(k->value_label), l->arg);
	case IF_AGE_BELOW: return arena_printf(t->a, ", if younger than %d on day 0", t->rb->ages[l->arg]);
	case IF_AGE_AT_DUE_BELOW:
		return arena_printf(t->a, ", if still younger than %d when it would be due", t->rb->ages[l->arg]);
	default: return STR("");
	}
}

static void limits(struct telling *t)
{
	for (size_t i = 0; i < t->r->n_due; i++) {
		const struct limit *l = &t->r->due[i];
		bool last = i + 1 == t->r->n_due && i > 0;
		item(t, arena_printf(t->a, "%s" STR_FMT STR_FMT, last ? "Otherwise " : "",
				     STR_ARG(amount(t, l->n, l->unit)), STR_ARG(limit_condition(t, l))));
	}
	if (t->r->needs_birth)
		item(t, STR("It needs the date of birth."));
	label_end(t, "Limit");
}

static void done_when(struct telling *t)
{
	for (uint8_t p = 0; p < t->r->parts; p++)
		item(t, arena_printf(t->a, STR_FMT ": " STR_FMT, STR_ARG(t->r->part_words[p]),
				     STR_ARG(events_words(t, OP_PART, p))));
	if (t->r->parts > 1)
		item(t, t->r->scope == SCOPE_SPELL ? STR("All are needed; it is done on the last of these firsts.")
						   : STR("All are needed, of one reference."));
	label_end(t, "Done when");
}

/* Events that stop it, one line a reason. */
static void stops(struct telling *t)
{
	const struct rulebook *rb = t->rb;
	for (size_t i = 0; i < rb->n_ops; i++) {
		if (!is_of(t, &rb->ops[i], OP_END))
			continue;
		bool told = false;
		for (size_t k = 0; k < i; k++)
			told = told || (is_of(t, &rb->ops[k], OP_END) && rb->ops[k].reason == rb->ops[i].reason);
		if (told)
			continue;
		struct buf b;
		buf_init(&b, WORDS_MAX);
		for (size_t k = i; k < rb->n_ops; k++) {
			if (!is_of(t, &rb->ops[k], OP_END) || rb->ops[k].reason != rb->ops[i].reason)
				continue;
			buf_puts(&b, b.n ? "; or " : "");
			buf_str(&b, event_words(t, &rb->ops[k]));
		}
		struct str events = kept(t, &b);
		item(t, arena_printf(t->a, STR_FMT ": " STR_FMT ".%s", STR_ARG(rulebook_reason(rb, rb->ops[i].reason)),
				     STR_ARG(events), rb->ops[i].again ? " It may start again." : ""));
	}
	if (t->r->stop_age)
		item(t, arena_printf(t->a, STR_FMT ": the birthday of %d years.",
				     STR_ARG(rulebook_reason(rb, t->r->r_stop_age)), rb->ages[t->r->stop_age - 1]));
	if (t->r->r_closed)
		item(t, arena_printf(t->a, STR_FMT ": " STR_FMT ".", STR_ARG(rulebook_reason(rb, t->r->r_closed)),
				     STR_ARG(events_words(t, OP_CLOSE, -1))));
	label_end(t, "Stops");
}

static void not_required(struct telling *t)
{
	const struct rulebook *rb = t->rb;
	for (size_t i = 0; i < rb->n_conditions; i++) {
		if (!(t->r->conditions >> i & 1))
			continue;
		item(t, arena_printf(t->a, "While: " STR_FMT ".%s", STR_ARG(rb->conditions[i].title),
				     t->r->restarts >> i & 1 ? " A clock that never ran starts anew after it." : ""));
	}
	if (t->r->earlier_excuses)
		item(t,
		     arena_printf(t->a,
				  STR_FMT ": seen in the %d months before the opening (" STR_FMT
					  "), from the day on which it is held (" STR_FMT ").",
				  STR_ARG(t->r->earlier_words), t->r->earlier_months,
				  STR_ARG(events_words(t, OP_EARLIER, -1)), STR_ARG(events_words(t, OP_CONFIRM, -1))));
	label_end(t, "Not required");
}

static void turns(struct telling *t)
{
	for (uint8_t i = 0; i < t->r->n_turns; i++) {
		const struct turn_rule *u = &t->r->turns[i];
		struct str begins = events_words(t, OP_TURN, i);
		item(t, arena_printf(t->a, "%s (" STR_FMT "), from: %s" STR_FMT, holder_title((enum holder)u->holder),
				     STR_ARG(u->doing),
				     i		? ""
				     : begins.n ? "the start; or "
						: "the start",
				     STR_ARG(begins)));
	}
	label_end(t, "Whose turn");
	for (size_t i = 0; i < t->r->info.n_shares; i++) {
		const struct share *s = &t->r->info.shares[i];
		item(t,
		     arena_printf(t->a, "%s: " STR_FMT " (" STR_FMT ")", holder_title((enum holder)s->holder),
				  STR_ARG(amount(t, s->days, t->r->info.working_days ? UNIT_WORKING_DAYS : UNIT_DAYS)),
				  STR_ARG(s->doing)));
	}
	label_end(t, "Shares of the time");
}

static void not_known(struct telling *t)
{
	const struct rule *r = t->r;
	item(t, arena_printf(t->a, STR_FMT ": when nobody sends the table “" STR_FMT "” for that time.",
			     STR_ARG(rulebook_reason(t->rb, r->r_no_source)),
			     STR_ARG(t->rb->vocab->evidence[r->evidence])));
	if (r->r_no_birth)
		item(t, arena_printf(t->a, STR_FMT ".", STR_ARG(rulebook_reason(t->rb, r->r_no_birth))));
	if (r->r_no_start)
		item(t, arena_printf(t->a, STR_FMT ": when %d working days have passed since the opening.",
				     STR_ARG(rulebook_reason(t->rb, r->r_no_start)), r->no_start_days));
	label_end(t, "Not known");
}

static void worklist(struct telling *t)
{
	item(t, t->r->info.on_worklist ? STR("It stands on worklists.")
				       : STR("It is shown beside the other readings only; it stands on no worklist."));
	label_end(t, "Worklists");
}

static struct telling *telling_new(const struct rulebook *rb, struct arena *a)
{
	struct telling *t = xcalloc(1, sizeof *t);
	t->rb = rb;
	t->a = a;
	t->out = arena_array(a, LABELS_MAX, sizeof *t->out);
	return t;
}

size_t describe_rule(const struct rulebook *rb, uint16_t standard, struct arena *a, const struct described **out)
{
	struct telling *t AUTO(auto_free) = telling_new(rb, a);
	t->r = &rb->rules[standard];
	t->index = standard;
	opens(t);
	day_zero(t);
	limits(t);
	done_when(t);
	stops(t);
	not_required(t);
	turns(t);
	not_known(t);
	worklist(t);
	*out = t->out;
	return t->n;
}

/* ---- what rules share ---- */

static void item_of(struct telling *t, const char *what, struct str events)
{
	if (events.n)
		item(t, arena_printf(t->a, "%s: " STR_FMT ".", what, STR_ARG(events)));
}

size_t describe_shared(const struct rulebook *rb, struct arena *a, const struct described **out)
{
	struct telling *t AUTO(auto_free) = telling_new(rb, a);
	for (size_t i = 0; i < rb->n_conditions; i++) {
		const struct condition *c = &rb->conditions[i];
		item_of(t, "Begins", events_words(t, OP_COND_BEGIN, (int)i));
		item_of(t, "Ends", events_words(t, OP_COND_END, (int)i));
		item_of(t, "Is over on a later day with", events_words(t, OP_COND_FORGET, (int)i));
		item(t, arena_printf(a, "Days of it are put down to: %s (" STR_FMT ").",
				     holder_title((enum holder)c->holder), STR_ARG(c->words)));
		label_end(t, arena_printf(a, STR_FMT " (" STR_FMT ")", STR_ARG(c->title), STR_ARG(c->id)).p);
	}
	*out = t->out;
	return t->n;
}
