/* Case files: read, and held against the rules. */
#include "standard/cases.h"

#include "base/files.h"
#include "standard/asks.h"
#include "standard/holidays.h"
#include "standard/rules.h"

struct reading { /* one file, while it is read */
	struct cases *c;
	const struct vocab *v;
	const struct rulebook *rb;
	const char *file;
	struct err *e;
	struct case_one *now; /* NULL before the first title */
	day_t as_of;
	struct fact facts[CASE_FACTS_MAX];
	struct case_expect expects[CASE_EXPECTS_MAX];
	struct case_line lines[CASE_LINES_MAX];
};

/* ---- words ---- */

static enum rc bad(const struct reading *r, int line, const char *what, struct str words)
{
	return err_set(r->e, RC_BAD_INPUT, "%s:%d: %s \"" STR_FMT "\". The format stands in docs/standards.md", r->file,
		       line, what, STR_ARG(words));
}

static struct str after(struct str s, size_t n)
{
	return str_trim((struct str){ s.p + n, s.n - n });
}

static bool read_day(struct str s, day_t *out)
{
	if (str_is(s, "none")) {
		*out = DAY_NONE;
		return true;
	}
	return day_parse_iso(s, out) == RC_OK;
}

static bool word_then_day(struct str item, const char *word, day_t *out)
{
	return str_starts(item, word) && read_day(after(item, strlen(word)), out);
}

/* "due 2026-12-02 13:30", or "at 13:30": the minute is optional. */
static bool word_then_moment(struct str item, const char *word, day_t *day_out, int *minute_out)
{
	struct str minute;
	if (!str_starts(item, word))
		return false;
	struct str day = str_cut(after(item, strlen(word)), ' ', &minute);
	if (!read_day(day, day_out))
		return false;
	if (str_starts(minute, "at "))
		minute = after(minute, 3);
	return !minute.n || minute_parse(minute, minute_out) == RC_OK;
}

static bool word_then_int(struct str item, const char *word, int *out)
{
	int64_t v;
	if (!str_starts(item, word) || str_to_int(after(item, strlen(word)), -10000, 10000, &v))
		return false;
	*out = (int)v;
	return true;
}

/* The next item of a list with commas; words in quotes may hold a comma. */
static struct str next_item(struct str *items)
{
	static const char quoted[] = "because \"";
	struct str s = str_trim(*items);
	if (str_starts(s, quoted)) {
		const char *from = s.p + strlen(quoted), *to = memchr(from, '"', (size_t)(s.p + s.n - from));
		if (to) {
			str_cut((struct str){ to, (size_t)(s.p + s.n - to) }, ',', items);
			return (struct str){ s.p, (size_t)(to - s.p) };
		}
	}
	return str_trim(str_cut(s, ',', items));
}

/* Room for one more of `n` things in the arena: twice as many when it is full. */
static void *roomy(struct arena *a, void *list, size_t n, size_t size, size_t *room)
{
	if (n < *room)
		return list;
	*room = *room ? 2 * *room : 64;
	void *to = arena_array(a, *room, size);
	if (n)
		memcpy(to, list, n * size);
	return to;
}

static uint16_t org_number(struct cases *c, struct str code)
{
	size_t i = 0;
	while (i < c->n_orgs && !str_eq(c->orgs[i].code, code))
		i++;
	if (i == c->n_orgs) {
		c->orgs = roomy(c->a, c->orgs, i, sizeof *c->orgs, &c->orgs_room);
		c->orgs[c->n_orgs++] = (struct case_org){ .code = arena_str(c->a, code) };
	}
	return (uint16_t)(CASE_ORG_FIRST + i);
}

struct str cases_org_code(const struct cases *c, uint16_t org)
{
	size_t i = (size_t)org - CASE_ORG_FIRST;
	return org >= CASE_ORG_FIRST && i < c->n_orgs ? c->orgs[i].code : STR("");
}

/* ---- a fact ---- */

static bool org_item(struct cases *c, struct str item, uint16_t *out)
{
	int n;
	if (!str_starts(item, "org "))
		return false;
	struct str code = after(item, 4);
	*out = word_then_int(item, "org ", &n) ? (uint16_t)n : org_number(c, code);
	return code.n > 0;
}

static bool fact_item(struct cases *c, struct fact *f, const struct kind *k, struct str item)
{
	int n;
	day_t day;
	const struct code_entry *first = k->codes ? code_list_find(k->codes, item) : NULL;
	const struct code_entry *second = k->codes2 ? code_list_find(k->codes2, item) : NULL;
	if (first && !f->code)
		f->code = first->code;
	else if (second)
		f->code2 = second->code;
	else if (str_is(item, "yes") || str_is(item, "no"))
		f->value = str_is(item, "yes");
	else if (word_then_int(item, "value ", &n))
		f->value = n;
	else if (k->has_end && word_then_day(item, "value ", &day))
		f->value = day;
	else if (word_then_int(item, "ref ", &n))
		f->key = n ? k->ends * 100 + n : 0;
	else if (str_starts(item, "at ") && minute_parse(after(item, 3), &n) == RC_OK)
		f->minute = (int16_t)n;
	else
		return org_item(c, item, &f->org);
	return true;
}

static enum rc fact_read(struct reading *r, int line, day_t day, struct str rest)
{
	struct str items, title = str_trim(str_cut(rest, ':', &items));
	struct child_facts *child = &r->now->child;
	uint16_t kind = 0;
	for (uint16_t k = 1; k < r->v->n_kinds; k++)
		if (str_eq(r->v->kinds[k].title, title))
			kind = k;
	if (!kind)
		return bad(r, line, "no kind of event in data/kinds.yaml has the title", title);
	if (child->n == CASE_FACTS_MAX)
		return bad(r, line, "too many facts in", r->now->title);
	const struct kind *k = &r->v->kinds[kind];
	struct fact f = { .day = day,
			  .minute = MINUTE_NONE,
			  .kind = kind,
			  .value = INT32_MIN,
			  .key = k->ref_label.n ? k->ends * 100 + 1 : 0 };
	while (items.n) {
		struct str item = next_item(&items);
		if (item.n && !fact_item(r->c, &f, k, item))
			return bad(r, line, "this kind of event cannot have", item);
	}
	r->facts[child->n++] = f;
	return RC_OK;
}

/* ---- an expectation ---- */

static bool expect_state(struct case_expect *x, struct str item)
{
	for (enum clock_state s = CLOCK_RUNNING; s <= CLOCK_MISSED; s++)
		if (str_is(item, clock_state_id(s))) {
			x->state = item;
			return true;
		}
	x->no_clock = x->no_clock || str_is(item, "no clock");
	return str_is(item, "no clock");
}

static bool expect_number(struct case_expect *x, struct str item)
{
	struct str rest, number;
	if (word_then_int(item, "nth ", &x->nth) || word_then_int(item, "opening ", &x->opening) ||
	    word_then_int(item, "edition ", &x->edition))
		return true;
	if (str_starts(item, "days ")) {
		enum holder h = holder_of(str_cut(after(item, 5), ' ', &number));
		return h && word_then_int(number, "", &x->days[h]);
	}
	int n;
	struct str first = str_cut(item, ' ', &rest);
	if (!word_then_int(first, "", &n) || !(str_is(rest, "left") || str_is(rest, "late")))
		return false;
	x->late = str_is(rest, "left") ? -n : n;
	return true;
}

static bool expect_item(struct case_expect *x, struct str item)
{
	if (expect_state(x, item) || word_then_moment(item, "due ", &x->due, &x->due_minute) ||
	    word_then_moment(item, "done ", &x->done, &x->done_minute) || word_then_day(item, "start ", &x->start) ||
	    word_then_day(item, "since ", &x->since) || word_then_day(item, "kept ", &x->kept) ||
	    word_then_day(item, "agreed ", &x->agreed))
		return true;
	if (str_is(item, "in time") || str_is(item, "too late")) {
		x->met = str_is(item, "in time") ? LATE_DONE_IN_TIME : LATE_DONE_LATE;
		return true;
	}
	if (str_starts(item, "turn ")) {
		x->turn = after(item, 5);
		return str_is(x->turn, "none") || holder_of(x->turn) != HOLDER_NONE;
	}
	if (str_starts(item, "asks ")) {
		x->asks = after(item, 5);
		return x->asks.n > 0;
	}
	if (str_starts(item, "because ")) {
		x->because = after(item, 8);
		if (x->because.n && x->because.p[0] == '"')
			x->because = after(x->because, 1);
		return x->because.n > 0;
	}
	return expect_number(x, item);
}

static enum rc expect_read(struct reading *r, int line, struct str rest)
{
	if (r->as_of == DAY_NONE)
		return bad(r, line, "say \"as of DAY\" before", rest);
	if (r->now->n_expect == CASE_EXPECTS_MAX)
		return bad(r, line, "too many expectations in", r->now->title);
	struct str items;
	struct case_expect x = { .line = line,
				 .due = CASE_NOT_SAID,
				 .done = CASE_NOT_SAID,
				 .start = CASE_NOT_SAID,
				 .since = CASE_NOT_SAID,
				 .agreed = CASE_NOT_SAID,
				 .kept = CASE_NOT_SAID,
				 .due_minute = CASE_NOT_SAID,
				 .done_minute = CASE_NOT_SAID,
				 .late = CASE_NOT_SAID,
				 .edition = CASE_NOT_SAID,
				 .nth = CASE_NOT_SAID,
				 .opening = 1,
				 .as_of = r->as_of };
	for (size_t h = 0; h < HOLDER__COUNT; h++)
		x.days[h] = CASE_NOT_SAID;
	x.standard = str_trim(str_cut(rest, ':', &items));
	x.words = str_trim(items);
	if (rulebook_find(r->rb, x.standard) == SIZE_MAX)
		return bad(r, line, "no standard is called", x.standard);
	while (items.n) {
		struct str item = next_item(&items);
		if (!expect_item(&x, item))
			return bad(r, line, "an expectation cannot say", item);
	}
	r->expects[r->now->n_expect++] = x;
	return RC_OK;
}

/* ---- lines, cases, files ---- */

static bool known_read(struct reading *r, struct str rest)
{
	struct str table;
	day_t day;
	if (day_parse_iso(str_cut(rest, ' ', &table), &day))
		return false;
	for (uint8_t i = 1; i < r->v->n_evidence; i++)
		if (!table.n || str_eq(r->v->evidence[i], table))
			r->now->child.covered[i] = day;
	return !table.n || vocab_evidence(r->v, table);
}

static bool council_read(struct reading *r, struct str s)
{
	struct str served;
	struct str code = str_trim(str_cut(s, ',', &served));
	uint16_t n = r->now->child.council = org_number(r->c, code);
	served = str_trim(served);
	if (str_starts(served, "served by "))
		r->c->orgs[n - CASE_ORG_FIRST].served_by = arena_str(r->c->a, after(served, 10));
	return code.n && (!served.n || str_starts(served, "served by "));
}

/* What is said about the child rather than what happened. */
static bool about_read(struct reading *r, struct str s)
{
	struct child_facts *child = &r->now->child;
	if (str_is(s, "born not known") || word_then_day(s, "born ", &child->born) ||
	    word_then_day(s, "holidays known on ", &r->now->holidays_on))
		return true;
	if (str_starts(s, "in council ")) {
		return council_read(r, after(s, 11));
	}
	if (str_starts(s, "known from "))
		return known_read(r, after(s, 11));
	if (!str_starts(s, "not known "))
		return false;
	uint8_t table = vocab_evidence(r->v, after(s, 10));
	child->covered[table] = DAY_NONE;
	return table != 0;
}

static enum rc line_read(struct reading *r, int line, struct str s)
{
	struct str rest;
	day_t day = DAY_NONE;
	if (word_then_day(s, "as of ", &r->as_of))
		return r->as_of == DAY_NONE ? bad(r, line, "this is no day:", s) : RC_OK;
	if (str_starts(s, "expect "))
		return expect_read(r, line, after(s, 7));
	bool about = about_read(r, s);
	if (!about && day_parse_iso(str_cut(s, ' ', &rest), &day) != RC_OK)
		return bad(r, line, "this line is not understood:", s);
	enum rc rc = about ? RC_OK : fact_read(r, line, day, rest);
	if (rc == RC_OK && r->now->n_lines == CASE_LINES_MAX)
		rc = bad(r, line, "too many lines in", r->now->title);
	if (rc)
		return rc;
	struct case_line *told = &r->lines[r->now->n_lines++];
	*told = (struct case_line){ .words = about ? s : str_trim(rest) };
	if (!about)
		told->fact = r->facts[r->now->child.n - 1];
	return RC_OK;
}

static int by_number(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

/* As fact.h sorts them. */
static int fact_order(const struct vocab *v, const struct fact *x, const struct fact *y)
{
	int64_t c[][2] = {
		{ x->day, y->day },    { x->minute, y->minute }, { v->kinds[x->kind].rank, v->kinds[y->kind].rank },
		{ x->kind, y->kind },  { x->key, y->key },	 { x->code, y->code },
		{ x->code2, y->code2 }
	};
	for (size_t i = 0; i < COUNT_OF(c); i++)
		if (c[i][0] != c[i][1])
			return by_number(c[i][0], c[i][1]);
	return 0;
}

/* Sorts the facts of a case (few, so by insertion) and drops what is told twice. */
static void facts_settle(const struct vocab *v, struct fact *facts, struct child_facts *child)
{
	size_t n = 0;
	for (size_t i = 0; i < child->n; i++) {
		struct fact f = facts[i];
		size_t at = n;
		while (at > 0 && fact_order(v, &facts[at - 1], &f) > 0)
			at--;
		if (at > 0 && fact_order(v, &facts[at - 1], &f) == 0)
			continue;
		memmove(&facts[at + 1], &facts[at], (n - at) * sizeof f);
		facts[at] = f;
		n++;
		if (str_is(v->kinds[f.kind].id, "person-died"))
			child->died = f.day;
	}
	child->n = n;
}

static void *kept(struct arena *a, const void *p, size_t n, size_t size)
{
	void *to = arena_array(a, n + 1, size); /* never of nothing */
	memcpy(to, p, n * size);
	return to;
}

static enum rc case_end(struct reading *r)
{
	struct case_one *c = r->now;
	if (!c)
		return RC_OK;
	if (c->n_expect == 0)
		return bad(r, c->line, "nothing is expected in", c->title);
	facts_settle(r->v, r->facts, &c->child);
	c->child.facts = kept(r->c->a, r->facts, c->child.n, sizeof *r->facts);
	c->expect = kept(r->c->a, r->expects, c->n_expect, sizeof *r->expects);
	c->lines = kept(r->c->a, r->lines, c->n_lines, sizeof *r->lines);
	r->c->n_expects += c->n_expect;
	r->now = NULL;
	return RC_OK;
}

static enum rc case_begin(struct reading *r, int line, struct str title)
{
	enum rc rc = case_end(r);
	if (rc)
		return rc;
	if (r->c->n == CASES_MAX)
		return bad(r, line, "there are too many cases; the first one over the limit is", title);
	r->c->list = roomy(r->c->a, r->c->list, r->c->n, sizeof *r->c->list, &r->c->room);
	r->now = &r->c->list[r->c->n++];
	*r->now = (struct case_one){ .title = title,
				     .file = arena_str(r->c->a, str_of(r->file)),
				     .line = line,
				     .holidays_on = DAY_NEVER,
				     .child = { .born = DAY_NONE, .died = DAY_NONE } };
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		r->now->child.covered[i] = DAY_NONE;
	r->as_of = DAY_NONE;
	return RC_OK;
}

enum rc cases_read(struct cases *c, const struct vocab *v, const struct rulebook *rb, struct str bytes,
		   const char *name, struct err *e)
{
	size_t wrong = utf8_bad_at(bytes);
	if (wrong != SIZE_MAX)
		return err_set(e, RC_BAD_INPUT, "%s: byte %zu is not UTF-8; save the file as UTF-8", name, wrong);
	struct reading *r AUTO(auto_free) = xcalloc(1, sizeof *r);
	*r = (struct reading){ .c = c, .v = v, .rb = rb, .file = name, .e = e, .as_of = DAY_NONE };
	struct str rest = arena_str(c->a, bytes);
	enum rc rc = RC_OK;
	for (int line = 1; rest.n && !rc; line++) {
		struct str s = str_trim(str_cut(rest, '\n', &rest));
		if (s.n == 0 || s.p[0] == '#')
			continue;
		if (str_starts(s, "== "))
			rc = case_begin(r, line, after(s, 3));
		else if (!r->now)
			rc = bad(r, line, "a case begins with == and its title; before that stands", s);
		else
			rc = line_read(r, line, s);
	}
	return rc ? rc : case_end(r);
}

void cases_init(struct cases *c, struct arena *a)
{
	*c = (struct cases){ .a = a };
}

/* ---- the folder ---- */

enum rc cases_load(struct cases *c, const char *data_dir, const struct vocab *v, const struct rulebook *rb,
		   struct err *e)
{
	enum { PATH_LEN = 4096 };
	char dir[PATH_LEN];
	struct str *names, text;
	size_t n = 0;
	snprintf(dir, sizeof dir, "%s/cases", data_dir);
	enum rc rc = folder_list(dir, ".case", CASE_FILES_MAX, c->a, &names, &n, e);
	for (size_t i = 0; i < n && !rc; i++) {
		const char *path = arena_printf(c->a, "%s/%s", dir, names[i].p).p;
		rc = file_read(path, CASE_FILE_BYTES_MAX, c->a, &text, e);
		if (rc == RC_OK)
			rc = cases_read(c, v, rb, text, path, e);
	}
	return rc;
}

/* ---- held against the rules ---- */

size_t case_clock(const struct rulebook *rb, const struct clock *rows, size_t n, const struct case_expect *x)
{
	int32_t openings[CASE_FACTS_MAX];
	int n_openings = 0;
	size_t last = SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		const struct standard_info *s = rulebook_info(rb, rows[i].standard);
		if (!str_eq(s->id, x->standard) || (x->edition != CASE_NOT_SAID && s->edition != x->edition))
			continue;
		int k = 0;
		while (k < n_openings && openings[k] != rows[i].opened_by)
			k++;
		if (k == n_openings && k < CASE_FACTS_MAX)
			openings[n_openings++] = rows[i].opened_by;
		if (k + 1 == x->opening && (x->nth == CASE_NOT_SAID || rows[i].ordinal == x->nth))
			last = i;
	}
	return last;
}

struct finding { /* the first difference */
	struct arena *a;
	struct str why;
};

static void day_is(struct finding *f, const char *what, day_t want, day_t is)
{
	char a[DAY_TEXT_MAX], b[DAY_TEXT_MAX];
	if (!f->why.n && want != CASE_NOT_SAID && want != is)
		f->why = arena_printf(f->a, "%s is %s, expected %s", what, day_iso(is, a), day_iso(want, b));
}

static void word_is(struct finding *f, const char *what, struct str want, struct str is)
{
	if (!f->why.n && want.n && !str_eq(want, is))
		f->why = arena_printf(f->a, "%s is \"" STR_FMT "\", expected \"" STR_FMT "\"", what, STR_ARG(is),
				      STR_ARG(want));
}

static void number_is(struct finding *f, const char *what, int want, int is)
{
	if (!f->why.n && want != CASE_NOT_SAID && want != is)
		f->why = arena_printf(f->a, "%s is %d, expected %d", what, is, want);
}

static void minute_is(struct finding *f, const char *what, int want, int is)
{
	if (f->why.n || want == CASE_NOT_SAID || want == is)
		return;
	if (is == MINUTE_NONE)
		f->why = arena_printf(f->a, "%s has no minute, expected %02d:%02d", what, want / 60, want % 60);
	else
		f->why = arena_printf(f->a, "%s is at %02d:%02d, expected %02d:%02d", what, is / 60, is % 60, want / 60,
				      want % 60);
}

static void turns_are(struct finding *f, struct engine *en, const struct case_one *c, const struct case_expect *x,
		      size_t which)
{
	int days[HOLDER__COUNT] = { 0 };
	bool asked = x->kept != CASE_NOT_SAID;
	for (size_t h = 1; h < HOLDER__COUNT; h++)
		asked = asked || x->days[h] != CASE_NOT_SAID;
	if (!asked)
		return;
	struct explanation e;
	engine_explain(en, &c->child, x->as_of, which, f->a, &e);
	for (size_t i = 0; i < e.n_turns; i++)
		days[e.turns[i].holder] += e.turns[i].days;
	for (size_t h = 1; h < HOLDER__COUNT; h++)
		number_is(f, holder_title((enum holder)h), x->days[h], days[h]);
	day_is(f, "had shares been kept, done", x->kept, e.kept_shares);
}

/* What is asked first: its words, or the title of its kind; "nothing". */
static struct str asked_first(const struct rulebook *rb, const struct case_one *c, const struct clock *k, day_t as_of)
{
	struct ask ask;
	uint32_t bits = clock_asks(rb, &c->child, k, as_of);
	if (!bits)
		return STR("nothing");
	standard_ask(rb, k->standard, (size_t)__builtin_ctz(bits), &ask);
	return ask.words.n ? ask.words : rb->vocab->kinds[ask.kind].title;
}

bool case_holds(struct engine *en, const struct rulebook *rb, const struct workdays *w, const struct case_one *c,
		const struct case_expect *x, struct arena *a, struct str *why_out)
{
	struct finding f = { a, STR("") };
	const struct clock *rows;
	size_t n = engine_run(en, &c->child, x->as_of, &rows), at = case_clock(rb, rows, n, x);
	if (x->no_clock != (at == SIZE_MAX))
		f.why = at == SIZE_MAX ? STR("there is no such clock") : STR("there is a clock, expected none");
	if (f.why.n || at == SIZE_MAX) {
		*why_out = f.why;
		return !f.why.n;
	}
	struct clock k = rows[at];
	int late = 0;
	enum lateness met = clock_lateness(rb, w, &k, x->as_of, &late);
	word_is(&f, "state", x->state, str_of(clock_state_id(k.state)));
	word_is(&f, "turn", x->turn, str_of(holder_id(k.holder)));
	word_is(&f, "asked", x->asks, asked_first(rb, c, &k, x->as_of));
	word_is(&f, "reason", x->because, rulebook_reason(rb, k.reason));
	day_is(&f, "start", x->start, k.start);
	day_is(&f, "due", x->due, k.due);
	day_is(&f, "done", x->done, k.done);
	minute_is(&f, "due", x->due_minute, k.due_minute);
	minute_is(&f, "done", x->done_minute, k.done_minute);
	day_is(&f, "turn since", x->since, k.holder_since);
	uint32_t asks = clock_asks(rb, &c->child, &k, x->as_of);
	day_is(&f, "agreed", x->agreed, clock_agreed(rb, &c->child, &k, asks, x->as_of));
	number_is(&f, "days late", x->late, late);
	if (!f.why.n && x->met != LATE_NOT && x->met != met)
		f.why = met == LATE_DONE_LATE	   ? STR("it is done too late, expected in time")
			: met == LATE_DONE_IN_TIME ? STR("it is done in time, expected too late")
						   : STR("it is not done");
	turns_are(&f, en, c, x, at);
	*why_out = f.why;
	return !f.why.n;
}

struct engine *cases_engine(const struct cases *c, const struct rulebook *rb, const struct workdays *w)
{
	size_t n = CASE_ORG_FIRST + c->n_orgs;
	struct place *places = arena_array(c->a, n, sizeof *places);
	for (size_t i = 0; i < c->n_orgs; i++)
		places[CASE_ORG_FIRST + i] =
		    (struct place){ rulebook_place(rb, c->orgs[i].code), rulebook_place(rb, c->orgs[i].served_by) };
	struct engine *en = engine_new(rb, w);
	engine_places(en, places, n);
	return en;
}

size_t cases_prove(struct cases *c, const struct rulebook *rb, const struct holiday *h, size_t n_holidays)
{
	struct workdays *w = NULL;
	struct engine *en = NULL;
	day_t known = DAY_NONE; /* the calendar that w is */
	size_t fail = 0;
	for (size_t i = 0; i < c->n; i++) {
		struct case_one *one = &c->list[i];
		if (!en || one->holidays_on != known) {
			engine_free(en);
			workdays_free(w);
			known = one->holidays_on;
			w = holidays_calendar(h, n_holidays, known);
			en = cases_engine(c, rb, w);
		}
		for (size_t k = 0; k < one->n_expect; k++) {
			struct case_expect *x = &one->expect[k];
			x->holds = case_holds(en, rb, w, one, x, c->a, &x->why);
			fail += !x->holds;
		}
	}
	engine_free(en);
	workdays_free(w);
	return fail;
}
