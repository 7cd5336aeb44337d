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

void book_make(const struct vocab *v, const struct rulebook *rb, const struct cases *c, struct str region,
	       struct arena *a, struct book *out)
{
	struct book b = { .vocab = v, .cases = c, .region = region, .hash = rulebook_hash(rb), .day = DAY_NONE };
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
	b.n_shared = describe_shared(rb, a, &b.shared);
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

struct str book_cases_line(const struct book_rule *r, struct arena *a)
{
	if (!r->n_cases)
		return STR("No case names this rule yet");
	const char *s = r->n_cases == 1 ? "" : "s", *x = r->n_expects == 1 ? "" : "s";
	if (r->n_holds == r->n_expects)
		return arena_printf(a, "%zu case%s; %s%zu expectation%s hold%s", r->n_cases, s,
				    r->n_expects == 1 ? "its " : "all ", r->n_expects, x, r->n_expects == 1 ? "s" : "");
	return arena_printf(a, "%zu case%s; of %zu expectation%s %zu do NOT hold", r->n_cases, s, r->n_expects, x,
			    r->n_expects - r->n_holds);
}

/* ---- a case in words ---- */

/* The first letter large: what stands in the file begins small. */
static struct str sentence(struct str s, struct arena *a)
{
	struct buf b;
	buf_init(&b, 4096);
	buf_str(&b, s);
	if (b.n && b.p[0] >= 'a' && b.p[0] <= 'z')
		b.p[0] = (char)(b.p[0] - 'a' + 'A');
	struct str out = arena_str(a, buf_view(&b));
	buf_release(&b);
	return out;
}

/* "born 2011-02-09" -> "Born 9 February 2011" */
static struct str about_words(struct str s, struct arena *a)
{
	char text[DAY_TEXT_MAX];
	day_t day;
	size_t at = s.n >= 10 ? s.n - 10 : 0;
	if (at == 0 || day_parse_iso((struct str){ s.p + at, 10 }, &day) != RC_OK)
		return sentence(s, a);
	return sentence(arena_printf(a, STR_FMT "%s", (int)at, s.p, day_plain(day, text)), a);
}

static void put_item(struct buf *b, bool *any, struct str s)
{
	buf_puts(b, *any ? ", " : ": ");
	buf_str(b, s);
	*any = true;
}

static void put_value(struct buf *b, bool *any, const struct kind *k, int32_t value, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	struct str range, label = str_cut(k->value_label, ',', &range);
	if (value == INT32_MIN)
		return;
	if (k->has_end)
		put_item(b, any, arena_printf(a, STR_FMT " %s", STR_ARG(k->end_label), day_plain(value, day)));
	else if (range.p) /* "Priority, 1 to 4" */
		put_item(b, any, arena_printf(a, STR_FMT " %" PRId32, STR_ARG(label), value));
	else
		put_item(b, any, arena_printf(a, STR_FMT ": %s", STR_ARG(label), value ? "yes" : "no"));
}

struct str book_told(const struct book *book, const struct case_line *l, struct arena *a)
{
	const struct fact *f = &l->fact;
	if (!f->kind)
		return about_words(l->words, a);
	const struct kind *k = &book->vocab->kinds[f->kind];
	struct buf b;
	bool any = false;
	buf_init(&b, 8192);
	buf_str(&b, k->title);
	if (f->code)
		put_item(&b, &any, describe_code(k->codes, f->code, a));
	if (f->code2)
		put_item(&b, &any, describe_code(k->codes2, f->code2, a));
	put_value(&b, &any, k, f->value, a);
	struct str org = cases_org_code(book->cases, f->org);
	if (org.n)
		put_item(&b, &any, arena_printf(a, "organisation " STR_FMT, STR_ARG(org)));
	else if (f->org)
		put_item(&b, &any, arena_printf(a, "organisation %d", f->org));
	if (k->ref_label.n && f->key && f->key != k->ends * 100 + 1)
		put_item(&b, &any, arena_printf(a, "reference %d", f->key - k->ends * 100));
	if (f->minute != MINUTE_NONE)
		put_item(&b, &any, arena_printf(a, "at %02d:%02d", f->minute / 60, f->minute % 60));
	struct str out = arena_str(a, buf_view(&b));
	buf_release(&b);
	return out;
}

static void put_day(struct buf *b, const char *what, day_t d, int minute)
{
	char day[DAY_TEXT_MAX];
	if (d == CASE_NOT_SAID)
		return;
	buf_printf(b, "%s%s%s", b->n ? ", " : "", what, d == DAY_NONE ? ": no day" : " ");
	if (d != DAY_NONE)
		buf_puts(b, day_plain(d, day));
	if (minute != CASE_NOT_SAID && minute != MINUTE_NONE)
		buf_printf(b, " at %02d:%02d", minute / 60, minute % 60);
}

static void put_turns(struct buf *b, const struct case_expect *x)
{
	const char *sep = b->n ? ", " : "";
	if (x->turn.n)
		buf_printf(b, "%sturn: %s", sep,
			   str_is(x->turn, "none") ? "nobody’s" : holder_title(holder_of(x->turn)));
	put_day(b, "turn since", x->since, CASE_NOT_SAID);
	for (size_t h = 1; h < HOLDER__COUNT; h++)
		if (x->days[h] != CASE_NOT_SAID)
			buf_printf(b, "%s%s: %d day%s", b->n ? ", " : "", holder_title((enum holder)h), x->days[h],
				   x->days[h] == 1 ? "" : "s");
}

struct str book_expected(const struct case_expect *x, struct arena *a)
{
	struct buf b;
	buf_init(&b, 4096);
	if (x->no_clock)
		buf_puts(&b, "no such clock");
	for (enum clock_state s = CLOCK_RUNNING; s <= CLOCK_MISSED; s++)
		if (str_is(x->state, clock_state_id(s)))
			buf_puts(&b, clock_state_title(s));
	put_day(&b, !x->state.n || str_is(x->state, "running") ? "done on" : "on", x->done, x->done_minute);
	put_day(&b, "day 0 on", x->start, CASE_NOT_SAID);
	put_day(&b, "due", x->due, x->due_minute);
	put_turns(&b, x);
	if (x->late != CASE_NOT_SAID)
		buf_printf(&b, "%s%d day%s %s", b.n ? ", " : "", x->late < 0 ? -x->late : x->late,
			   x->late == 1 || x->late == -1 ? "" : "s", x->late < 0 ? "left" : "late");
	if (x->met != LATE_NOT)
		buf_printf(&b, "%s%s", b.n ? ", " : "", x->met == LATE_DONE_IN_TIME ? "in time" : "too late");
	put_day(&b, "had every share been kept, done", x->kept, CASE_NOT_SAID);
	if (x->nth != CASE_NOT_SAID)
		buf_printf(&b, "%sthe clock number %d of its kind", b.n ? ", " : "", x->nth);
	if (x->opening != 1)
		buf_printf(&b, "%sof opening %d", b.n ? ", " : "", x->opening);
	if (x->because.n)
		buf_printf(&b, "%sbecause: " STR_FMT, b.n ? ", " : "", STR_ARG(x->because));
	struct str out = sentence(buf_view(&b), a);
	buf_release(&b);
	return out;
}
