#include "exchange/ssda903/drafts.h"

#include "base/text.h"
#include "exchange/ssda903/frame.h"
#include "exchange/tables/batch.h"

enum { EPISODES_MAX = 400, KINDS = 4, NATURAL_MAX = 120, KEY_MAX = 40 };

static const struct {
	const char *table, *prefix, *evidence;
} told[KINDS] = { { "Episodes", "yearly_episodes", "periods_of_care" },
		  { "Reviews", "yearly_reviews", "reviews" },
		  { "OC2", "yearly_health", "checks" },
		  { "Header", "yearly_header", "children" } };
enum { TOLD_EPISODES, TOLD_REVIEWS, TOLD_HEALTH, TOLD_HEADER };

/* ---- periods and placements ---- */

struct ep {
	const int32_t *cells;
	day_t from, to;
	int when;
	uint32_t line;
};

struct columns {
	int decom, dec, rne, ls, place, rec, why;
};

static struct columns episode_columns(const struct return_spec *s)
{
	const struct rtable *t = &s->tables[s->episodes];
	return (struct columns){ column_named(t, STR("DECOM")),
				 column_named(t, STR("DEC")),
				 column_named(t, STR("RNE")),
				 column_named(t, STR("LS")),
				 column_named(t, STR("PLACE")),
				 column_named(t, STR("REC")),
				 column_named(t, STR("REASON_PLACE_CHANGE")) };
}

static struct str word_of(const struct return_frame *f, int32_t v)
{
	return words_get(&f->words, v > 0 ? (uint32_t)v : 0);
}

static int by_from(const void *a, const void *b)
{
	const struct ep *x = a, *y = b;
	return (x->from > y->from) - (x->from < y->from);
}

/* Readable episodes in order; those of last year that this year repeats are left out. */
static size_t gather(const struct return_frame *f, size_t child, const struct columns *c, struct ep *out, size_t *bad)
{
	size_t n = 0;
	for (int when = RETURN_NOW; when <= RETURN_LAST; when++) {
		size_t first, many, now = n;
		return_rows_of(f, when, f->spec->episodes, child, &first, &many);
		for (size_t i = 0; i < many; i++) {
			const int32_t *row = frame_row(f, when, f->spec->episodes, first + i);
			struct ep e = { row, row[c->decom] - DAY_ZERO, DAY_NEVER, when,
					(uint32_t)return_line(f, when, f->spec->episodes, first + i) };
			bool again = false;
			if (row[c->dec])
				e.to = row[c->dec] > 0 ? row[c->dec] - DAY_ZERO : DAY_NONE;
			for (size_t k = 0; k < now && when == RETURN_LAST; k++)
				again = again || out[k].from == e.from;
			if (again)
				continue;
			if (row[c->decom] <= 0 || e.to == DAY_NONE || e.to < e.from || row[c->ls] <= 0 ||
			    n == EPISODES_MAX)
				++*bad;
			else
				out[n++] = e;
		}
	}
	qsort(out, n, sizeof *out, by_from);
	return n;
}

static struct return_span *add_span(struct return_life *l, struct return_span s)
{
	l->spans[l->n] = s;
	return &l->spans[l->n++];
}

static bool says(const struct return_frame *f, int32_t v, const char *word)
{
	return str_is(word_of(f, v), word);
}

/* An episode begins a period of care if it says so, or if the one before ended on an
 * earlier day or ended care. */
static bool begins_care(const struct return_frame *f, const struct columns *c, const struct ep *before,
			const struct ep *e)
{
	if (!before || says(f, e->cells[c->rne], "S"))
		return true;
	bool ended = before->to != DAY_NEVER && before->cells[c->rec] > 0 && !says(f, before->cells[c->rec], "X1");
	return before->to < e->from || (ended && before->to <= e->from);
}

void return_life_of(const struct return_frame *f, size_t child, struct return_life *out)
{
	struct columns c = episode_columns(f->spec);
	struct ep e[EPISODES_MAX];
	struct return_span nowhere;
	out->n = out->n_statuses = out->left_out = 0;
	size_t n = gather(f, child, &c, e, &out->left_out);
	size_t care = 0, placed = SIZE_MAX;
	for (size_t i = 0; i < n && out->n + 2 < RETURN_SPANS_MAX && out->n_statuses + 1 < RETURN_SPANS_MAX; i++) {
		const int32_t *row = e[i].cells;
		bool fresh = begins_care(f, &c, i ? &e[i - 1] : NULL, &e[i]);
		if (fresh) {
			care = out->n;
			add_span(out, (struct return_span){ .care = true,
							    .from = e[i].from,
							    .code = word_of(f, row[c.ls]),
							    .begun_earlier = !says(f, row[c.rne], "S"),
							    .when = e[i].when,
							    .line = e[i].line });
		} else if (row[c.ls] != e[i - 1].cells[c.ls]) {
			out->statuses[out->n_statuses++] =
			    (struct return_status){ care, e[i].from, word_of(f, row[c.ls]), e[i].when, e[i].line };
		}
		bool moved = fresh || !says(f, row[c.rne], "L") || row[c.place] != e[i - 1].cells[c.place];
		if (moved && row[c.place] <= 0)
			placed = SIZE_MAX; /* not said where */
		if (moved && row[c.place] > 0) {
			placed = out->n;
			add_span(out, (struct return_span){ .from = e[i].from,
							    .code = word_of(f, row[c.place]),
							    .begun_earlier = fresh && !says(f, row[c.rne], "S"),
							    .period = care,
							    .when = e[i].when,
							    .line = e[i].line });
		}
		bool ends = i + 1 == n || begins_care(f, &c, &e[i], &e[i + 1]);
		day_t to = e[i].to;
		if (ends && to != DAY_NEVER && says(f, row[c.rec], "X1"))
			to = DAY_NEVER; /* it goes on, says the reason; where, the returns do not tell */
		if (i + 1 < n && to > e[i + 1].from)
			to = e[i + 1].from; /* an overlap: the later episode is believed from its day */
		struct return_span *where = placed == SIZE_MAX ? &nowhere : &out->spans[placed];
		where->end_when = out->spans[care].end_when = e[i].when;
		where->end_line = out->spans[care].end_line = e[i].line;
		where->to = to;
		where->end = word_of(f, row[c.why]);
		out->spans[care].to = ends ? to : DAY_NEVER;
		out->spans[care].end =
		    ends && to != DAY_NEVER && !says(f, row[c.rec], "X1") ? word_of(f, row[c.rec]) : STR("");
	}
}

/* ---- drafts ---- */

struct making {
	const struct return_frame *f;
	const struct vocab *v;
	struct batch_own *own;
	struct batch_file *files; /* [2 * KINDS] */
	size_t n_files;
	size_t file_of[2][KINDS]; /* SIZE_MAX: no such table */
	struct batch_child *children;
	uint32_t child;
	uint16_t details, started, status, ended, placed, left, review, year;
	struct return_life *life;
	bool full;
};

struct source { /* the row that tells it */
	int when;
	int64_t line;
};

/* Room for as much as most returns mean, so that little is copied on the way. */
static void expect(struct making *m)
{
	struct batch_own *o = m->own;
	size_t rows = 0;
	for (int when = RETURN_NOW; when <= RETURN_LAST; when++)
		for (int k = 0; k < KINDS; k++)
			rows += return_rows(m->f, when, return_table_find(m->f->spec, str_of(told[k].table)));
	o->cap_drafts = 2 * rows + 1024;
	o->drafts = xmalloc(o->cap_drafts * sizeof *o->drafts);
	o->cap_text = 96 * rows + (1 << 16);
	o->text = xmalloc(o->cap_text);
}

static bool room(struct making *m, size_t text)
{
	struct batch_own *o = m->own;
	if (o->n_drafts == TABLE_DRAFTS_MAX || o->n_text + text > 3000000000u) {
		m->full = true;
		return false;
	}
	if (o->n_drafts == o->cap_drafts) {
		o->cap_drafts *= 2;
		o->drafts = xrealloc(o->drafts, o->cap_drafts * sizeof *o->drafts);
	}
	while (o->n_text + text > o->cap_text) {
		o->cap_text *= 2;
		o->text = xrealloc(o->text, o->cap_text);
	}
	return true;
}

static uint32_t keep_text(struct batch_own *o, struct str s)
{
	uint32_t at = (uint32_t)o->n_text;
	if (s.n)
		memcpy(o->text + o->n_text, s.p, s.n);
	o->n_text += s.n;
	return at;
}

/* `key` is what tells it from others of its kind; `ref` its first part, or empty. */
static struct draft_row *draft(struct making *m, int kind, const struct source *from, uint16_t event, day_t at,
			       struct str ref, struct str key, struct str body)
{
	struct str prefix = str_of(told[kind].prefix), id = event ? m->v->kinds[event].id : STR("");
	const struct str parts[] = { prefix, STR("/"), ref, key, STR("/"), id };
	size_t file = m->file_of[from->when][kind], n = 0;
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		n += parts[i].n;
	if (!event || file == SIZE_MAX || n >= NATURAL_MAX || !room(m, n + body.n))
		return NULL;
	struct batch_own *o = m->own;
	struct draft_row *d = &o->drafts[o->n_drafts++];
	*d = (struct draft_row){ .child = m->child,
				 .kind = event,
				 .file = (uint8_t)file,
				 .minute = MINUTE_NONE,
				 .at = at,
				 .end_day = DAY_NONE,
				 .line = (uint32_t)from->line,
				 .natural_at = (uint32_t)o->n_text,
				 .natural_n = (uint16_t)n,
				 .body_n = (uint16_t)body.n,
				 .ref_at = (uint8_t)(prefix.n + 1),
				 .ref_n = (uint8_t)ref.n };
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		keep_text(o, parts[i]);
	d->body_at = keep_text(o, body);
	m->children[m->child].n++;
	return d;
}

static uint16_t code_of(const struct making *m, uint16_t kind, struct str word, bool second)
{
	const struct code_list *list = second ? m->v->kinds[kind].codes2 : m->v->kinds[kind].codes;
	const struct code_entry *c = word.n ? code_list_find(list, word) : NULL;
	return c ? c->code : 0;
}

static void details(struct making *m, size_t child)
{
	const struct rtable *t = &m->f->spec->tables[m->f->spec->header];
	int dob = column_named(t, STR("DOB")), sex = column_named(t, STR("SEX"));
	for (int when = RETURN_NOW; when <= RETURN_LAST; when++) {
		size_t first, n;
		return_rows_of(m->f, when, m->f->spec->header, child, &first, &n);
		const int32_t *row = n ? frame_row(m->f, when, m->f->spec->header, first) : NULL;
		if (!row || row[dob] <= 0)
			continue;
		struct str word = word_of(m->f, row[sex]);
		const char *s = str_is(word, "1") || str_is(word, "M")	 ? "M"
				: str_is(word, "2") || str_is(word, "F") ? "F"
									 : "U";
		char body[40];
		int k = snprintf(body, sizeof body, "{\"sex\":\"%s\"}", s);
		struct source from = { when, return_line(m->f, when, m->f->spec->header, first) };
		day_t at = return_year_last(m->f->spec, m->f->year);
		struct draft_row *d = draft(m, TOLD_HEADER, &from, m->details, at, STR(""), STR("details"),
					    (struct str){ body, (size_t)k });
		if (d) {
			d->at = DAY_NONE;
			d->flags = DRAFT_UNDATED;
			d->end_day = row[dob] - DAY_ZERO;
		}
		return;
	}
}

/* `word` and the day behind it. */
static struct str with_day(struct str word, day_t on, char out[KEY_MAX])
{
	memcpy(out, word.p, word.n);
	day_iso(on, out + word.n);
	return (struct str){ out, word.n + strlen(out + word.n) };
}

static struct str ref_of(const struct return_span *s, char out[KEY_MAX])
{
	return with_day(s->care ? STR("903-care-") : STR("903-place-"), s->from, out);
}

static void spans(struct making *m)
{
	static const char earlier[] =
	    "{\"note\":\"Began on this day or earlier: the returns that were loaded begin here.\"}";
	const struct return_life *l = m->life;
	char ref[KEY_MAX], key[KEY_MAX];
	for (size_t i = 0; i < l->n; i++) {
		const struct return_span *s = &l->spans[i];
		uint16_t start = s->care ? m->started : m->placed, end = s->care ? m->ended : m->left;
		struct str body = s->begun_earlier ? STR(earlier) : STR("");
		struct source from = { s->when, s->line }, until = { s->end_when, s->end_line };
		struct draft_row *d = draft(m, TOLD_EPISODES, &from, start, s->from, ref_of(s, ref), STR(""), body);
		if (d)
			d->code = code_of(m, start, s->code, false);
		if (d && s->care)
			d->org = 1;
		if (s->to == DAY_NEVER)
			continue;
		d = draft(m, TOLD_EPISODES, &until, end, s->to, ref_of(s, ref), STR(""), STR(""));
		if (d)
			d->code = code_of(m, end, s->end, false);
	}
	for (size_t i = 0; i < l->n_statuses; i++) {
		const struct return_status *s = &l->statuses[i];
		struct source from = { s->when, s->line };
		struct draft_row *d =
		    draft(m, TOLD_EPISODES, &from, m->status, s->from, ref_of(&l->spans[s->period], ref),
			  with_day(STR("/"), s->from, key), STR(""));
		if (d)
			d->code = code_of(m, m->status, s->code, false);
	}
}

static void reviews(struct making *m, size_t child)
{
	size_t table = return_table_find(m->f->spec, STR("Reviews"));
	const struct rtable *t = &m->f->spec->tables[table];
	int on = column_named(t, STR("REVIEW")), code = column_named(t, STR("REVIEW_CODE"));
	char day[KEY_MAX];
	day_t before = DAY_NONE;
	for (int when = RETURN_LAST; when >= RETURN_NOW; when--) {
		size_t first, n;
		return_rows_of(m->f, when, table, child, &first, &n);
		for (size_t i = 0; i < n; i++) {
			const int32_t *row = frame_row(m->f, when, table, first + i);
			if (row[on] <= 0 || row[on] - DAY_ZERO <= before)
				continue;
			before = row[on] - DAY_ZERO;
			struct source from = { when, return_line(m->f, when, table, first + i) };
			struct draft_row *d = draft(m, TOLD_REVIEWS, &from, m->review, before, STR(""),
						    with_day(STR(""), before, day), STR(""));
			if (d)
				d->code = code_of(m, m->review, word_of(m->f, row[code]), false);
		}
	}
}

static void year_item(struct making *m, const struct source *from, day_t at, const char *item, const char *year,
		      int value, struct str reason)
{
	char key[KEY_MAX];
	size_t n = strlen(year);
	memcpy(key, year, n);
	key[n++] = '/';
	memcpy(key + n, item, strlen(item));
	struct str whole = { key, n + strlen(item) };
	struct draft_row *d = draft(m, TOLD_HEALTH, from, m->year, at, STR(""), whole, STR(""));
	if (!d)
		return;
	d->code = code_of(m, m->year, str_of(item), false);
	d->code2 = code_of(m, m->year, reason, true);
	if (value >= 0) {
		d->flags = DRAFT_HAS_VALUE;
		d->value = value;
	}
}

static void health(struct making *m, size_t child)
{
	static const char *const items[][2] = { { "HEALTH_ASSESSMENT", "year-assessment" },
						{ "TEETH_CHECK", "year-dental" },
						{ "IMMUNISATIONS", "year-immunisations" },
						{ "HEALTH_CHECK", "year-development" } };
	size_t table = return_table_find(m->f->spec, STR("OC2"));
	const struct rtable *t = &m->f->spec->tables[table];
	int score = column_named(t, STR("SDQ_SCORE")), reason = column_named(t, STR("SDQ_REASON"));
	for (int when = RETURN_LAST; when >= RETURN_NOW; when--) {
		size_t first, n;
		return_rows_of(m->f, when, table, child, &first, &n);
		if (n != 1)
			continue; /* a child that stands there twice is not believed */
		const int32_t *row = frame_row(m->f, when, table, first);
		day_t at = when == RETURN_NOW ? return_year_last(m->f->spec, m->f->year)
					      : return_year_first(m->f->spec, m->f->year) - 1;
		struct source from = { when, return_line(m->f, when, table, first) };
		char year[16];
		snprintf(year, sizeof year, "%d", day_ymd(at).year);
		for (size_t i = 0; i < COUNT_OF(items); i++) {
			struct str w = word_of(m->f, row[column_named(t, str_of(items[i][0]))]);
			if (str_is(w, "0") || str_is(w, "1"))
				year_item(m, &from, at, items[i][1], year, str_is(w, "1"), STR(""));
		}
		struct str why = word_of(m->f, row[reason]);
		if (row[score] > 0 || why.n)
			year_item(m, &from, at, "year-sdq", year, row[score] > 0 ? row[score] - 1 : -1, why);
	}
}

/* ---- the batch ---- */

static void add_files(struct making *m, struct arena *a)
{
	for (int when = RETURN_LAST; when >= RETURN_NOW; when--)
		for (int k = 0; k < KINDS; k++) {
			size_t table = return_table_find(m->f->spec, str_of(told[k].table));
			m->file_of[when][k] = SIZE_MAX;
			if (!return_has(m->f, when, table))
				continue;
			day_t first = return_year_first(m->f->spec, m->f->year),
			      last = return_year_last(m->f->spec, m->f->year);
			if (when == RETURN_LAST) {
				last = first - 1;
				first = day_add_months(first, -12);
			}
			m->file_of[when][k] = m->n_files;
			m->files[m->n_files++] =
			    (struct batch_file){ .name = arena_printf(a, "%s, return to %d", told[k].table,
								      day_ymd(last).year),
						 .table = SIZE_MAX,
						 .evidence = str_of(told[k].evidence),
						 .prefix = str_of(told[k].prefix),
						 .rows_read = (int64_t)return_rows(m->f, when, table),
						 .rows_ok = (int64_t)return_rows(m->f, when, table),
						 .partial = true,
						 .covers_from = DAY_NONE,
						 .told_from = first,
						 .told_to = last };
			snprintf(m->files[m->n_files - 1].hash, 65, "%s",
				 return_files(m->f) ? return_file(m->f, 0)->hash : "");
		}
}

/* Earlier tellings of a child of whom something could not be read are left as they are. */
static void hold(struct making *m)
{
	struct batch_own *o = m->own;
	for (int k = 0; k < KINDS; k++) {
		if (!room(m, 40))
			return;
		if (o->n_held == o->cap_held) {
			o->cap_held = o->cap_held ? o->cap_held * 2 : 64;
			o->held = xrealloc(o->held, o->cap_held * sizeof *o->held);
		}
		struct str prefix = str_of(told[k].prefix);
		o->held[o->n_held++] = (struct held){ m->child, { keep_text(o, prefix), (uint32_t)prefix.n } };
	}
}

static void children(struct making *m, struct str council)
{
	size_t n = return_children(m->f);
	for (size_t i = 0; i < n && !m->full; i++) {
		struct batch_child *c = &m->children[m->child];
		struct str ref = return_child(m->f, i);
		if (ref.n > EVENT_REF_MAX)
			continue;
		*c = (struct batch_child){ council, arena_str(&m->own->arena, ref), m->own->n_drafts, 0 };
		return_life_of(m->f, i, m->life);
		if (m->life->n) { /* a care leaver without episodes is nobody's child here */
			details(m, i);
			spans(m);
			reviews(m, i);
			health(m, i);
		}
		if (m->life->left_out)
			hold(m);
		if (c->n || m->life->left_out)
			m->child++;
	}
}

static int by_file(const void *a, const void *b)
{
	const struct draft_row *x = a, *y = b;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->natural_at > y->natural_at) - (x->natural_at < y->natural_at);
}

/* A child's drafts stand by file and line: those of one row together. */
static void order_rows(struct making *m)
{
	for (uint32_t c = 0; c < m->child; c++)
		if (m->children[c].n > 1)
			qsort(m->own->drafts + m->children[c].first, m->children[c].n, sizeof *m->own->drafts, by_file);
}

static void fill(struct making *m, const struct tables_spec *spec, struct str council)
{
	struct batch_own *o = m->own;
	struct str *code = arena_array(&o->arena, 1, sizeof *code);
	*code = council;
	order_rows(m);
	o->b = (struct tables_batch){ .spec = spec,
				      .second_hand = true,
				      .files = m->files,
				      .n_files = m->n_files,
				      .children = m->children,
				      .n_children = m->child,
				      .drafts = o->drafts,
				      .n_drafts = o->n_drafts,
				      .orgs = code,
				      .n_orgs = 1,
				      .councils = code,
				      .n_councils = 1 };
}

enum rc return_batch(const struct return_frame *f, const struct tables_spec *spec, struct str council,
		     struct tables_batch **out, struct err *e)
{
	if (!return_has(f, RETURN_NOW, f->spec->episodes) || !return_rows(f, RETURN_NOW, f->spec->episodes))
		return err_set(e, RC_BAD_INPUT, "The return has no readable episodes, so nothing of it can be loaded");
	struct batch_own *o = xcalloc(1, sizeof *o);
	arena_init(&o->arena);
	const struct vocab *v = spec->vocab;
	struct making m = { .f = f,
			    .v = v,
			    .own = o,
			    .details = vocab_kind(v, STR("person-details")),
			    .started = vocab_kind(v, STR("care-started")),
			    .status = vocab_kind(v, STR("legal-status-changed")),
			    .ended = vocab_kind(v, STR("care-ended")),
			    .placed = vocab_kind(v, STR("placement-started")),
			    .left = vocab_kind(v, STR("placement-ended")),
			    .review = vocab_kind(v, STR("review-told")),
			    .year = vocab_kind(v, STR("year-told")) };
	m.files = arena_array(&o->arena, (size_t)2 * KINDS, sizeof *m.files);
	m.children = arena_array(&o->arena, return_children(f) + 1, sizeof *m.children);
	m.life = xcalloc(1, sizeof *m.life);
	add_files(&m, &o->arena);
	expect(&m);
	children(&m, arena_str(&o->arena, council));
	free(m.life);
	if (m.full) {
		tables_batch_free(&o->b);
		return err_set(e, RC_LIMIT, "The return holds more than can be loaded at once");
	}
	fill(&m, spec, arena_str(&o->arena, council));
	*out = &o->b;
	return RC_OK;
}
