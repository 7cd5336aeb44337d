#include "standard/book.h"

static size_t chapter_of(struct book *b, const struct standard_info *s)
{
	size_t i = 0;
	while (i < b->n && !str_eq(b->chapters[i].family, s->family))
		i++;
	if (i == b->n)
		b->chapters[b->n++] = (struct book_chapter){ .family = s->family, .title = s->title, .holds = true };
	return i;
}

/* Is this expectation about this edition of the rule? */
static bool is_about(const struct rulebook *rb, const struct book_rule *r, const struct case_expect *x)
{
	if (!str_eq(r->info->id, x->standard))
		return false;
	return x->edition != CASE_NOT_SAID ? x->edition == r->info->edition
					   : rulebook_find(rb, x->standard) == r->standard;
}

static void cases_of(const struct rulebook *rb, const struct cases *c, struct book_rule *r, struct arena *a)
{
	r->cases = arena_array(a, c->n + 1, sizeof *r->cases);
	for (size_t i = 0; i < c->n; i++) {
		const struct case_one *o = &c->list[i];
		struct book_case k = { .is = o, .holds = true };
		k.expect = arena_array(a, o->n_expect + 1, sizeof *k.expect);
		for (size_t x = 0; x < o->n_expect; x++) {
			if (!is_about(rb, r, &o->expect[x]))
				continue;
			k.expect[k.n++] = &o->expect[x];
			k.holds = k.holds && o->expect[x].holds;
			r->n_holds += o->expect[x].holds;
		}
		r->n_expects += k.n;
		if (k.n)
			r->cases[r->n_cases++] = k;
	}
}

void book_make(const struct rulebook *rb, const struct cases *c, struct str region, struct arena *a, struct book *out)
{
	struct book b = { .region = region, .hash = rulebook_hash(rb), .day = DAY_NONE };
	size_t n = rulebook_count(rb);
	b.chapters = arena_array(a, n + 1, sizeof *b.chapters);
	for (size_t i = 0; i < n; i++) {
		const struct standard_info *s = rulebook_info(rb, (uint16_t)i);
		struct book_chapter *ch = &b.chapters[chapter_of(&b, s)];
		if (!ch->rules)
			ch->rules = arena_array(a, n, sizeof *ch->rules);
		struct book_rule *r = &ch->rules[ch->n++];
		*r = (struct book_rule){ .info = s, .standard = (uint16_t)i };
		r->n_does = describe_rule(rb, (uint16_t)i, a, &r->does);
		cases_of(rb, c, r, a);
		ch->n_cases += r->n_cases;
		ch->n_not_checked += s->checked.n > 0;
		ch->holds = ch->holds && r->n_holds == r->n_expects;
		b.n_rules++;
		b.n_not_checked += s->checked.n > 0;
		if (s->from != DAY_NONE && s->from > b.day)
			b.day = s->from;
	}
	b.n_cases = c->n;
	b.n_expects = c->n_expects;
	for (size_t i = 0; i < c->n; i++)
		for (size_t x = 0; x < c->list[i].n_expect; x++)
			b.n_fail += !c->list[i].expect[x].holds;
	*out = b;
}

const char *authority_words(uint8_t authority)
{
	switch (authority) {
	case AUTHORITY_LAW: return "set in law";
	case AUTHORITY_NATIONAL: return "national guidance";
	default: return "local rule";
	}
}

struct str book_rule_title(const struct book_rule *r, struct arena *a)
{
	return arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(r->info->title), r->info->reading.n ? ": " : "",
			    STR_ARG(r->info->reading));
}

struct str book_in_force(const struct book_rule *r, struct arena *a)
{
	char from[DAY_TEXT_MAX], until[DAY_TEXT_MAX];
	bool begins = r->info->from != DAY_NONE, ends = r->info->until != DAY_NEVER;
	return arena_printf(a, "Edition %d, for clocks that start%s%s%s%s%s", r->info->edition,
			    begins ? " on or after " : " on any day", begins ? day_plain(r->info->from, from) : "",
			    ends && begins ? " and" : "", ends ? " before " : "",
			    ends ? day_plain(r->info->until, until) : "");
}

struct str book_mark(const struct book_rule *r, struct arena *a)
{
	return r->info->checked.n ? arena_printf(a, "Not checked: " STR_FMT, STR_ARG(r->info->checked))
				  : STR("Wording read");
}
