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

/* One more line under the label; it begins with a capital letter. */
static void item(struct telling *t, struct str s)
{
	if (!s.n || t->n_items == ITEMS_MAX)
		return;
	char first = s.p[0] >= 'a' && s.p[0] <= 'z' ? (char)(s.p[0] - 'a' + 'A') : s.p[0];
	t->items[t->n_items++] = arena_printf(t->a, "%c" STR_FMT, first, (int)s.n - 1, s.p + 1);
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
	struct str range; /* "Priority, 1 to 4" is a number with its range; without a comma it is yes or no */
	struct str label = str_cut(k->value_label, ',', &range);
	bool yes_no = !range.p;
	buf_printf(b, STR_FMT ": %s", STR_ARG(label), except ? "any but " : "");
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

/* ", on or after 1 April 2019 and before 1 April 2020"; nothing if it is every day. */
static void put_days(struct buf *b, day_t from, day_t until)
{
	char day[DAY_TEXT_MAX];
	bool begins = from != DAY_NONE, ends = until != DAY_NEVER;
	if (begins)
		buf_printf(b, ", on or after %s", day_plain(from, day));
	if (ends)
		buf_printf(b, "%s before %s", begins ? " and" : ",", day_plain(until, day));
}

static void put_dated_codes(struct telling *t, struct buf *b, const struct kind *k, const struct guard *g)
{
	for (size_t i = 0; i < g->n_dated; i++) {
		const struct dated_code *d = &g->dated[i];
		buf_puts(b, "; ");
		buf_str(b, describe_code(d->second ? k->codes2 : k->codes, d->code, t->a));
		put_days(b, d->from, d->until);
	}
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
		put_dated_codes(t, &b, k, op->guard);
		buf_puts(&b, ")");
	}
	if (op->guard)
		put_days(&b, op->guard->from, op->guard->until);
	for (size_t i = 0; op->guard && i < op->guard->n_unless; i++) {
		buf_puts(&b, i ? "; nor (" : "; but not (");
		put_asked(t, &b, k, &op->guard->unless[i]);
		put_dated_codes(t, &b, k, &op->guard->unless[i]);
		buf_puts(&b, ")");
		put_days(&b, op->guard->unless[i].from, op->guard->unless[i].until);
	}
	if (op->early)
		buf_printf(&b, ", also up to %d days before the clock opens", op->early);
	if (op->later)
		buf_puts(&b, ", on a later day than the opening");
	if (op->same_org)
		buf_puts(&b, ", of the organisation of the opening");
	return kept(t, &b);
}

static bool is_of(const struct telling *t, const struct op *op, enum op_type type)
{
	return op->type == type && (type <= OP_TALLY_BEGIN || op->rule == t->index);
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

/* "16th birthday" */
static const char *birthday(struct telling *t, int years)
{
	const char *end = years % 10 == 1 && years != 11   ? "st"
			  : years % 10 == 2 && years != 12 ? "nd"
			  : years % 10 == 3 && years != 13 ? "rd"
							   : "th";
	return arena_printf(t->a, "%d%s birthday", years, end).p;
}

static const char *const months[] = { "January", "February", "March",	  "April",   "May",	 "June",
				      "July",	 "August",   "September", "October", "November", "December" };

static void opens(struct telling *t)
{
	static const char *const each[] = {
		"",
		"One at a time: a second opening while it lasts opens none.",
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

/* Day 0 is a moment of the calendar. */
static void moment(struct telling *t)
{
	const struct rulebook *rb = t->rb;
	const struct rule *r = t->r;
	enum { SCHOOL_YEAR_AGE = 4 };
	if (r->start_at == START_AT_AGE)
		item(t, arena_printf(t->a, "The %s, while it is open. It is not counted.",
				     birthday(t, rb->ages[r->start_age])));
	else if (r->start_at == START_AT_SCHOOL_YEAR)
		item(t, arena_printf(t->a, "1 September on which the child begins school year %d. It is not counted.",
				     rb->ages[r->start_age] - SCHOOL_YEAR_AGE));
	else
		item(t, arena_printf(t->a, "Every %d %s while it is open: each begins a clock of its own.",
				     r->start_day, months[r->start_month - 1]));
	if (r->start_tally)
		item(t, arena_printf(t->a, "Only when both have come, that and: " STR_FMT ".",
				     STR_ARG(rb->tallies[r->start_tally - 1].title)));
	if (r->start_at != START_EACH_YEAR)
		item(t, STR("If the moment is past when it opens, day 0 is the opening."));
	if (r->younger_than)
		item(t, arena_printf(t->a, "Only if younger than %d on that day.", rb->ages[r->younger_than - 1]));
	if (r->younger_before)
		item(t, arena_printf(t->a, "Only if younger than %d on the day before.", rb->ages[r->younger_before - 1]));
	if (r->at_least_by_end)
		item(t, arena_printf(t->a, "Only if %d or older on the day before the next.",
				     rb->ages[r->at_least_by_end - 1]));
	if (r->younger_by_end)
		item(t, arena_printf(t->a, "Only if still younger than %d on the day before the next.",
				     rb->ages[r->younger_by_end - 1]));
}

static void day_zero(struct telling *t)
{
	struct str starts = events_words(t, OP_START, -1);
	if (t->r->start_at)
		moment(t);
	else if (starts.n)
		item(t, arena_printf(t->a, STR_FMT ". That day is not counted.", STR_ARG(starts)));
	else
		item(t, STR("The day on which it opens. It is not counted."));
	if (t->r->recurs && starts.n)
		item(t, STR("It comes again: each such event starts the next clock."));
	else if (t->r->recurs)
		item(t, STR("It comes again: what is done starts the next clock."));
	if (t->r->earlier_starts)
		item(t,
		     arena_printf(t->a, STR_FMT " (in the %d months before the opening) is the first day 0: " STR_FMT,
				  STR_ARG(t->r->earlier_words), t->r->earlier_months,
				  STR_ARG(events_words(t, OP_EARLIER, -1))));
	label_end(t, "Day 0");
}

static const char *unit_word(uint8_t unit)
{
	static const char *const one[] = { "", "hour", "day", "working day", "week", "month" };
	return unit < COUNT_OF(one) ? one[unit] : "";
}

static struct str amount(struct telling *t, int n, uint8_t unit)
{
	return arena_printf(t->a, "%d %s%s", n, unit_word(unit), n == 1 ? "" : "s");
}

static struct str limit_amount(struct telling *t, const struct limit *l)
{
	if (l->unit == UNIT_UNTIL_DATE)
		return arena_printf(t->a, "until the first %d %s on or after day 0", l->day_of_month,
				    months[l->month - 1]);
	if (l->unit == UNIT_UNTIL_AGE)
		return arena_printf(t->a, "until the day before the %s", birthday(t, t->rb->ages[l->until_age]));
	if (l->parameter)
		return arena_printf(t->a, "as many %ss as the place has set: " STR_FMT, unit_word(l->unit),
				    STR_ARG(t->rb->parameters[l->parameter - 1].title));
	return amount(t, l->n, l->unit);
}

static void put_and(struct buf *b, const char *words)
{
	buf_printf(b, "%s%s", b->n ? " and " : ", if ", words);
}

static struct str limit_conditions(struct telling *t, const struct limit *l)
{
	const struct kind *k = &t->rb->vocab->kinds[t->r->open_kind];
	struct buf b;
	buf_init(&b, WORDS_MAX);
	if (l->asks & ASKS_VALUE) {
		put_and(&b, "at the opening ");
		put_values(&b, k, l->value >= 0 && l->value < 63 ? (uint64_t)1 << l->value : 0);
	}
	if (l->asks & ASKS_CODE) {
		put_and(&b, "at the opening ");
		put_codes(t, &b, k->codes, l->code);
	}
	if (l->asks & ASKS_AGE)
		put_and(&b, arena_printf(t->a, "younger than %d on day 0", t->rb->ages[l->age]).p);
	if (l->asks & ASKS_AGE_WHEN_DUE)
		put_and(&b, arena_printf(t->a, "still younger than %d when it would be due", t->rb->ages[l->age]).p);
	if (l->asks & ASKS_NTH)
		put_and(&b, arena_printf(t->a, "it is number %d of the clocks that follow each other", l->nth).p);
	if (l->asks & ASKS_WITHIN)
		put_and(&b,
			arena_printf(t->a, "day 0 lies fewer than %d months after the opening", l->within_months).p);
	if (l->asks & ASKS_PAST)
		put_and(&b, "the moment of day 0 was past at the opening");
	return kept(t, &b);
}

static void limits(struct telling *t)
{
	const struct rule *r = t->r;
	for (size_t i = 0; i < r->n_due; i++) {
		const struct limit *l = &r->due[i];
		item(t, arena_printf(t->a, "%s" STR_FMT STR_FMT, !l->asks && i > 0 ? "Otherwise " : "",
				     STR_ARG(limit_amount(t, l)), STR_ARG(limit_conditions(t, l))));
	}
	if (r->extend_unit)
		item(t, arena_printf(t->a, "Once " STR_FMT " longer, if before it is due: " STR_FMT ".",
				     STR_ARG(amount(t, r->extend_n, r->extend_unit)),
				     STR_ARG(events_words(t, OP_EXTEND, -1))));
	if (r->hours)
		item(t, r->midnight ? STR("Counted in hours and minutes; a time that is not known is taken as 00:00.")
				    : STR("Counted in hours and minutes."));
	if (r->needs_birth)
		item(t, STR("It needs the date of birth."));
	label_end(t, "Limit");
}

static void pauses(struct telling *t)
{
	const struct rule *r = t->r;
	if (!r->r_paused)
		return;
	item(t, arena_printf(t->a, "Begins: " STR_FMT ". Ends: " STR_FMT ".", STR_ARG(events_words(t, OP_PAUSE, -1)),
			     STR_ARG(events_words(t, OP_RESUME, -1))));
	item(t, arena_printf(t->a,
			     "The days between do not count, and move the due day. They are put down to: %s (" STR_FMT
			     ").",
			     holder_title((enum holder)r->pause_holder), STR_ARG(r->pause_doing)));
	label_end(t, "Pauses");
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
				     STR_ARG(events),
				     rb->ops[i].again	       ? " It may start again."
				     : rb->ops[i].not_required ? " It closes as not required."
							       : ""));
	}
	if (t->r->stop_age)
		item(t, arena_printf(t->a, STR_FMT ": on the %s.", STR_ARG(rulebook_reason(rb, t->r->r_stop_age)),
				     birthday(t, rb->ages[t->r->stop_age - 1])));
	if (t->r->r_closed)
		item(t, arena_printf(t->a, STR_FMT ": " STR_FMT ".", STR_ARG(rulebook_reason(rb, t->r->r_closed)),
				     STR_ARG(events_words(t, OP_CLOSE, -1))));
	if (t->r->r_year_over)
		item(t, arena_printf(t->a, STR_FMT ": not done when the next year begins; it counts as not done.",
				     STR_ARG(rulebook_reason(rb, t->r->r_year_over))));
	if (t->r->r_month_over)
		item(t, arena_printf(t->a, STR_FMT ": the calendar month of day 0 is over.",
				     STR_ARG(rulebook_reason(rb, t->r->r_month_over))));
	if (t->r->r_negative)
		item(t, arena_printf(t->a, STR_FMT ": what would meet it is timed before it began.",
				     STR_ARG(rulebook_reason(rb, t->r->r_negative))));
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

static void put_events(struct telling *t, struct buf *b, const char *lead, const struct op *ops, uint8_t n)
{
	for (uint8_t i = 0; i < n; i++) {
		buf_puts(b, i ? "; or " : lead);
		buf_str(b, event_words(t, &ops[i]));
	}
}

/* "Council: Give consent: Consent given (...). Asked again after ..." */
static struct str asked_words(struct telling *t, const struct ask_rule *a)
{
	const struct rule *r = t->r;
	struct buf b;
	buf_init(&b, WORDS_MAX);
	enum holder h = (enum holder)(a->turn == TURN_PAUSED ? r->pause_holder : r->turns[a->turn].holder);
	buf_printf(&b, "%s (" STR_FMT "): ", holder_title(h),
		   STR_ARG(a->turn == TURN_PAUSED ? r->pause_doing : r->turns[a->turn].doing));
	if (a->words.n && !str_starts(a->words, "Record: "))
		buf_printf(&b, STR_FMT ": ", STR_ARG(a->words));
	put_events(t, &b, "", a->by, a->n_by);
	put_events(t, &b, ". Asked again after: ", a->again, a->n_again);
	buf_putc(&b, '.');
	return kept(t, &b);
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
	for (uint8_t i = 0; i < t->r->n_asked; i++)
		item(t, asked_words(t, &t->r->asked[i]));
	label_end(t, "What is asked of them");
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
	if (r->r_no_time)
		item(t, arena_printf(t->a, STR_FMT ": a time is missing and the days alone do not decide.",
				     STR_ARG(rulebook_reason(t->rb, r->r_no_time))));
	if (r->r_no_start)
		item(t, arena_printf(t->a, STR_FMT ": when %d working days have passed since the opening.",
				     STR_ARG(rulebook_reason(t->rb, r->r_no_start)), r->no_start_days));
	label_end(t, "Not known");
}

static void worklist(struct telling *t)
{
	if (t->r->info.when_known)
		item(t, STR("On worklists of children whose council sends the table, or once an event shows that "
			    "somebody records it."));
	else if (t->r->info.on_worklist)
		item(t, STR("It stands on worklists."));
	else
		item(t, STR("It is shown beside the other readings only; it stands on no worklist."));
	uint8_t lists = t->r->info.lists;
	if (lists && t->r->info.on_worklist)
		item(t, arena_printf(t->a, "Only on the lists of: %s%s%s%s%s.", lists & LISTS_COUNCIL ? "councils" : "",
				     (lists & LISTS_COUNCIL) && lists > LISTS_COUNCIL ? ", " : "",
				     lists & LISTS_HEALTH_TEAM ? "health teams" : "",
				     (lists & LISTS_HEALTH_TEAM) && (lists & LISTS_PROVIDER) ? ", " : "",
				     lists & LISTS_PROVIDER ? "providers" : ""));
	label_end(t, "Worklists");
}

/* What stands beside it: other editions of the same rule, other readings of the family. */
static void beside(struct telling *t)
{
	const struct standard_info *s = &t->r->info;
	char day[DAY_TEXT_MAX];
	for (size_t i = 0; i < t->rb->n; i++) {
		const struct standard_info *o = &t->rb->rules[i].info;
		if (i == t->index || !str_eq(o->id, s->id))
			continue;
		item(t, arena_printf(t->a, "Edition %d, for clocks that start %s%s: " STR_FMT ".", o->edition,
				     o->from > s->from ? "on or after " : "before ",
				     day_plain(o->from > s->from ? o->from : o->until, day), STR_ARG(o->limit)));
	}
	label_end(t, "Other editions");
	for (size_t i = 0; i < t->rb->n; i++) {
		const struct standard_info *o = &t->rb->rules[i].info;
		if (!str_eq(o->family, s->family) || str_eq(o->id, s->id) || rulebook_find(t->rb, o->id) != i)
			continue;
		item(t, arena_printf(t->a, STR_FMT " (" STR_FMT "): " STR_FMT ".",
				     STR_ARG(o->reading.n ? o->reading : o->title), STR_ARG(o->id), STR_ARG(o->limit)));
	}
	label_end(t, "Readings beside it");
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
	pauses(t);
	done_when(t);
	stops(t);
	not_required(t);
	turns(t);
	not_known(t);
	worklist(t);
	beside(t);
	*out = t->out;
	return t->n;
}

/* ---- what rules share ---- */

static void item_of(struct telling *t, const char *what, struct str events)
{
	if (events.n)
		item(t, arena_printf(t->a, "%s: " STR_FMT ".", what, STR_ARG(events)));
}

static void tallies(struct telling *t)
{
	const struct rulebook *rb = t->rb;
	for (size_t i = 0; i < rb->n_tallies; i++) {
		const struct tally *y = &rb->tallies[i];
		item_of(t, "Days are counted from", events_words(t, OP_TALLY_BEGIN, (int)i));
		item_of(t, "Until", events_words(t, OP_TALLY_END, (int)i));
		for (size_t k = 0; k < rb->n_conditions; k++)
			if (y->not_while >> k & 1)
				item_of(t, "Not counted while", rb->conditions[k].title);
		item(t, arena_printf(t->a, "It is reached with %d days counted since the %s.", y->days,
				     birthday(t, rb->ages[y->from_age])));
		label_end(t, arena_printf(t->a, STR_FMT " (" STR_FMT ")", STR_ARG(y->title), STR_ARG(y->id)).p);
	}
}

static void parameters(struct telling *t)
{
	struct parameter_info p;
	struct parameter_value_info v;
	char day[DAY_TEXT_MAX];
	for (size_t i = 0; i < rulebook_parameters(t->rb); i++) {
		rulebook_parameter(t->rb, i, &p);
		for (size_t k = 0; k < p.n_values; k++) {
			rulebook_parameter_value(t->rb, i, k, &v);
			item(t, arena_printf(t->a, STR_FMT ": %d from %s (" STR_FMT ")",
					     STR_ARG(v.place.n ? v.place : STR("Everywhere else")), v.n,
					     v.from == DAY_NONE ? "the beginning" : day_plain(v.from, day),
					     STR_ARG(v.source)));
		}
		item_of(t, "Source", p.source);
		item_of(t, "Not checked", p.checked);
		bool working = str_is(p.unit, "working-days");
		label_end(t, arena_printf(t->a, STR_FMT " (" STR_FMT ", in " STR_FMT ")", STR_ARG(p.title),
					  STR_ARG(p.id), STR_ARG(working ? STR("working days") : p.unit))
				 .p);
	}
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
	tallies(t);
	parameters(t);
	*out = t->out;
	return t->n;
}
