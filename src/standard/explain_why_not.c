/*
 * Why a child has no clock of a standard: what did not open it, or what day 0
 * waits for. The run itself tells what is open; the facts tell the rest.
 */
#include "standard/limit.h"
#include "standard/run.h"

struct asking {
	struct engine *en;
	const struct child_facts *c;
	const struct rule *r;
	uint16_t rule;
	day_t as_of;
	struct arena *a;
};

static const char *day_words(const struct asking *q, day_t d)
{
	return day_long(d, arena_alloc(q->a, DAY_TEXT_MAX));
}

/* ---- it is open, but has not started ---- */

static struct str names_of(const struct asking *q, uint8_t type)
{
	const struct rulebook *rb = q->en->rb;
	struct str words = STR("");
	uint16_t last = 0;
	for (size_t i = 0; i < rb->n_ops; i++) {
		const struct op *op = &rb->ops[i];
		if (op->type != type || op->rule != q->rule || op->kind == last)
			continue;
		last = op->kind;
		words = arena_printf(q->a, STR_FMT "%s“" STR_FMT "”", STR_ARG(words), words.n ? " or " : "",
				     STR_ARG(rb->vocab->kinds[op->kind].title));
	}
	return words;
}

/* What a year of the clock asks of the age, and whether the child will be of it in the year that begins on `day`. */
static struct str age_of_year(const struct asking *q, day_t day)
{
	const struct rule *r = q->r;
	const day_t *birthday = q->en->birthday;
	day_t after = year_from(r->years, day + 1);
	const struct {
		uint8_t age; /* index+1, 0 none */
		const char *is, *when;
		bool fits;
	} asked[] = {
		{ r->younger_than, "is younger than", "", r->younger_than && birthday[r->younger_than - 1] > day },
		{ r->younger_before, "was younger than", " the day before",
		  r->younger_before && birthday[r->younger_before - 1] >= day },
		{ r->younger_by_end, "is still younger than", " when it ends",
		  r->younger_by_end && birthday[r->younger_by_end - 1] >= after },
		{ r->at_least_by_end, "is at least", " before it ends",
		  r->at_least_by_end && birthday[r->at_least_by_end - 1] < after },
	};
	struct str words = STR("");
	bool fits = true;
	for (size_t i = 0; i < COUNT_OF(asked); i++) {
		if (!asked[i].age)
			continue;
		words = arena_printf(q->a, STR_FMT "%s%s %d%s", STR_ARG(words), words.n ? " and " : "", asked[i].is,
				     q->en->rb->ages[asked[i].age - 1], asked[i].when);
		fits = fits && asked[i].fits;
	}
	if (!words.n)
		return words;
	return arena_printf(q->a, " It starts then only for a child who " STR_FMT ".%s", STR_ARG(words),
			    q->c->born == DAY_NONE ? ""
			    : fits		   ? " By the date of birth it will start."
						   : " By the date of birth it will not start.");
}

/* "the 16th birthday" is what the moment of starts-at is. */
static const char *moment_words(const struct asking *q)
{
	const struct rule *r = q->r;
	if (r->start_at == START_AT_SCHOOL_YEAR)
		return ", the beginning of the school year";
	if (r->start_tally)
		return "";
	return arena_printf(q->a, ", birthday %d", q->en->rb->ages[r->start_age]).p;
}

static struct str waits_for_moment(const struct asking *q, const struct inst *in)
{
	const struct rule *r = q->r;
	if (r->start_at == START_EACH_YEAR)
		return arena_printf(q->a, "The next year of this clock begins on %s." STR_FMT, day_words(q, in->wakes),
				    STR_ARG(age_of_year(q, in->wakes)));
	const struct tally *t = r->start_tally ? &q->en->rb->tallies[r->start_tally - 1] : NULL;
	const struct counting *c = t ? &q->en->tallies[r->start_tally - 1] : NULL;
	if (c && c->reached == DAY_NONE) {
		int32_t sum = c->sum + (c->since != DAY_NONE && q->as_of > c->since ? q->as_of - c->since : 0);
		return arena_printf(q->a, "“" STR_FMT "” has not come: %d of %d days counted so far.",
				    STR_ARG(t->title), sum, t->days);
	}
	return arena_printf(q->a, "Day 0 is still to come: %s%s.", day_words(q, in->wakes), moment_words(q));
}

static struct str waits(const struct asking *q, const struct inst *in)
{
	struct str opening = q->en->rb->vocab->kinds[q->r->open_kind].title;
	if (in->phase == CLOSED)
		return arena_printf(q->a, "“" STR_FMT "” of %s needs none: what it asks for was there before.",
				    STR_ARG(opening), day_words(q, in->opened));
	if (q->r->start_at)
		return waits_for_moment(q, in);
	return arena_printf(q->a, "Open since %s (" STR_FMT "), but day 0 has not come. It starts with " STR_FMT ".",
			    day_words(q, in->opened), STR_ARG(opening), STR_ARG(names_of(q, OP_START)));
}

/* ---- nothing opened it ---- */

/* What of the fact the rule does not ask for. */
static struct str not_asked_for(const struct asking *q, const struct fact *f, const struct guard *g)
{
	const struct kind *k = &q->en->rb->vocab->kinds[f->kind];
	if (g->code && !code_in(g->code, f->code))
		return f->code ? code_list_title(k->codes, f->code) : STR("no code was recorded");
	if (g->code2 && !code_in(g->code2, f->code2))
		return f->code2 ? code_list_title(k->codes2, f->code2) : STR("no second code was recorded");
	if (f->day < g->from || f->day >= g->until)
		return STR("the rule is not for events of that day");
	for (size_t i = 0; i < g->n_unless; i++)
		if (guard_one(&g->unless[i], f))
			return STR("it is an exception of the rule: another clock may be for it");
	struct str value = fact_value_words(q->en->rb->vocab, f, q->a);
	return value.n ? value : STR("what the rule asks for was not recorded");
}

static struct str did_not_open(const struct asking *q, const struct fact *f)
{
	const struct rulebook *rb = q->en->rb;
	struct str title = rb->vocab->kinds[f->kind].title, said = fact_words(rb->vocab, f, q->a);
	const struct guard *failed = NULL;
	for (size_t i = 0; i < rb->n_ops; i++) {
		const struct op *op = &rb->ops[i];
		if (op->type != OP_OPEN || op->rule != q->rule || op->kind != f->kind)
			continue;
		if (!guard_ok(op->guard, f)) {
			failed = op->guard;
			continue;
		}
		if (f->day >= q->en->died)
			return arena_printf(q->a, "“" STR_FMT "” of %s lies on or after the day of death.",
					    STR_ARG(title), day_words(q, f->day));
		if (f->day >= q->en->outgrown[q->r->stop_age])
			return arena_printf(q->a, "On %s the child was %d or older: the rule ends then.",
					    day_words(q, f->day), rb->ages[q->r->stop_age - 1]);
		if (f->day >= q->en->outgrown[op->age_below])
			return arena_printf(q->a, "On %s the child was %d or older: the rule is for younger ones.",
					    day_words(q, f->day), rb->ages[op->age_below - 1]);
		return arena_printf(q->a, "“" STR_FMT "” of %s opened it, and it ended before day 0 came.",
				    STR_ARG(title), day_words(q, f->day));
	}
	struct str why = failed ? not_asked_for(q, f, failed) : STR("it is not named");
	said = said.n && !str_eq(said, why) ? arena_printf(q->a, " (" STR_FMT ")", STR_ARG(said)) : STR("");
	return arena_printf(q->a, "“" STR_FMT "” of %s" STR_FMT " does not open it: " STR_FMT ".", STR_ARG(title),
			    day_words(q, f->day), STR_ARG(said), STR_ARG(why));
}

static struct str nothing_opened(const struct asking *q)
{
	const struct kind *k = &q->en->rb->vocab->kinds[q->r->open_kind];
	day_t covered = q->c->covered[k->evidence];
	const char *end = q->en->by_hand || covered != DAY_NONE
			      ? ""
			      : " No table that would tell of it is sent for this council, so it is not known.";
	for (size_t i = q->en->n_seen; i < q->c->n; i++)
		if (q->c->facts[i].kind == q->r->open_kind)
			return arena_printf(q->a, "It can open only on %s: “" STR_FMT "”.",
					    day_words(q, q->c->facts[i].day), STR_ARG(k->title));
	return arena_printf(q->a, "Nothing has opened it: no “" STR_FMT "” is recorded.%s", STR_ARG(k->title), end);
}

struct str engine_why_not(struct engine *en, const struct child_facts *c, day_t as_of, uint16_t standard,
			  struct arena *a)
{
	struct asking q = { en, c, &en->rb->rules[standard], standard, as_of, a };
	en->apart = true;
	engine_core(en, c, as_of);
	en->apart = false;
	for (size_t i = 0; i < en->n_rows; i++)
		if (en->rows[i].standard == standard)
			return STR("");
	const struct inst *last = NULL;
	for (size_t i = 0; i < en->n_inst; i++)
		if (en->inst[i].row.standard == standard)
			last = &en->inst[i];
	if (last && last->row.ordinal > 0)
		return arena_printf(a, "Its clock began on %s, under another edition of the rule.",
				    day_words(&q, last->row.start));
	if (last && last->phase != GONE)
		return waits(&q, last);
	for (size_t i = en->n_seen; i > 0; i--)
		if (c->facts[i - 1].kind == q.r->open_kind)
			return did_not_open(&q, &c->facts[i - 1]);
	return nothing_opened(&q);
}
