#include "exchange/tables/parse.h"

#include "base/hash.h"
#include "base/text.h"
#include "codec/json.h"

#include <unistd.h>

/* ---- the row and its record ---- */

void row_map(struct parser *p, const struct csv_row *row)
{
	memset(p->cells, 0, p->table->n_columns * sizeof *p->cells);
	for (size_t i = 0; i < row->n && i < p->n_cells; i++)
		if (p->columns[i] >= 0)
			p->cells[p->columns[i]] = row->cells[i];
}

/* A row of a workbook, from where it was put aside. */
static void kept_record(struct parser *p, uint64_t offset, size_t size)
{
	const struct buf *rows = p->mapped->rows;
	if (offset + size <= rows->n)
		buf_put(&p->record, rows->p + offset, size);
}

void row_record(struct parser *p)
{
	struct csv_writer w = { &p->record, false };
	buf_reset(&p->record);
	p->told_record = false;
	if (p->mapped) {
		kept_record(p, p->row->offset, p->row->size);
		return;
	}
	for (size_t i = 0; i < p->table->n_columns; i++)
		csv_put_safe(&w, csv_unsafe(p->cells[i]));
}

/* What people call the column, and what they wrote there. */
static struct str column_name(const struct parser *p, int i)
{
	return i < 0 ? (struct str){ NULL, 0 } : p->mapped ? p->mapped->names[i] : p->table->columns[i].name;
}

static struct str column_found(const struct parser *p, int i)
{
	return i < 0 ? (struct str){ NULL, 0 } : p->mapped ? p->mapped->raw[i] : p->cells[i];
}

void row_keep_back(struct parser *p, const char *rule, int column, const char *message, const char *fix)
{
	if (!p->bad)
		row_record(p);
	p->bad = true;
	tell_finding(p, SEVERITY_KEPT_BACK, p->row->line, column_name(p, column), rule, column_found(p, column),
		     message, fix);
}

/* ---- cells ---- */

static void read_cell(struct parser *p, int i)
{
	const struct column *c = &p->table->columns[i];
	struct value *v = &p->values[i];
	if (!p->cells[i].n && !(p->mapped && p->mapped->wrong[i])) {
		v->filled = false;
		if (c->required && !(p->mapped && p->mapped->optional[i]))
			row_keep_back(p, "missing-cell", i, "The cell is empty, but the row means nothing without it",
				      "Fill it in");
		return;
	}
	struct problem problem;
	if (p->mapped && p->mapped->wrong[i]) {
		problem = *p->mapped->wrong[i];
		problem.warning = problem.warning || c->warn_unknown;
		v->filled = false;
	} else {
		cell_read(p->spec, c, p->cells[i], p->job->today, v, &problem);
	}
	if (!problem.rule)
		return;
	if (p->mapped && strcmp(problem.rule, "unknown-code") == 0)
		snprintf(problem.message, sizeof problem.message, "It is not known what this word means");
	if (!problem.warning)
		row_keep_back(p, problem.rule, i, problem.message, problem.fix);
	else
		tell_finding(p, SEVERITY_WARNING, p->row->line, column_name(p, i), problem.rule, column_found(p, i),
			     problem.message, problem.fix);
}

static void check_order(struct parser *p, int i)
{
	const struct column *c = &p->table->columns[i];
	struct value *v = &p->values[i];
	if (!v->filled)
		return;
	if (c->same_as_empty >= 0 && p->values[c->same_as_empty].filled && p->values[c->same_as_empty].day == v->day)
		v->filled = false;
	if (c->not_before >= 0 && p->values[c->not_before].filled && v->day < p->values[c->not_before].day) {
		char message[512];
		snprintf(message, sizeof message, "\"" STR_FMT "\" lies before \"" STR_FMT "\"",
			 STR_ARG(column_name(p, i)), STR_ARG(column_name(p, c->not_before)));
		row_keep_back(p, "end-before-start", i, message, "Correct one of the two dates");
	}
}

/* ---- the child ---- */

uint32_t row_child(struct parser *p)
{
	struct str council = p->values[COLUMN_COUNCIL].text, ref = p->values[COLUMN_CHILD].text;
	uint64_t name = hash64(hash64(17, council.p, council.n), ref.p, ref.n);
	if (p->n_children && p->last_name == name) /* rows of one child mostly stand together */
		return p->last_child;
	bool fresh;
	struct seen *s = seen_put(&p->child_names, name, (uint32_t)name, &fresh);
	p->last_name = name;
	p->last_child = fresh ? (uint32_t)p->n_children : s->line;
	if (!fresh)
		return s->line;
	if (p->n_children == p->cap_children) {
		p->cap_children = p->cap_children ? p->cap_children * 2 : 1024;
		p->children = xrealloc(p->children, p->cap_children * sizeof *p->children);
	}
	s->line = (uint32_t)p->n_children;
	p->children[p->n_children++] = (struct known_child){ DAY_NONE, 0, LISTED_NOT };
	struct wire_texts t = { { (uint32_t)council.n, (uint32_t)ref.n } };
	struct str texts[2] = { council, ref };
	tell(&p->out, WIRE_CHILD, &t, sizeof t, texts, 2);
	return s->line;
}

static void check_listed(struct parser *p, const struct known_child *c)
{
	/* A child whose own row was kept back for a wrong cell is still that child. */
	if (p->table_number == p->spec->children || !p->full_children || c->listed == LISTED_YES ||
	    c->listed == LISTED_KEPT_BACK)
		return;
	if (c->listed == LISTED_TWICE)
		row_keep_back(p, "child-twice", COLUMN_CHILD,
			      p->mapped ? "Two rows of the list of children have this number but do not say the same, "
					  "so whose row this is cannot be told"
					: "Two rows of children.csv have this number but do not say the same, so whose "
					  "row this is cannot be told",
			      p->mapped ? "Correct the list of children, then load it again"
					: "Correct children.csv, then load this row again");
	else
		row_keep_back(p, "child-not-listed", COLUMN_CHILD,
			      p->mapped ? "The child is not in the list of children"
					: "The child is not in children.csv",
			      p->mapped ? "Add the child to the list, or correct the number or the council"
					: "Add the child to children.csv, or correct the number or the council");
}

static void check_child_row(struct parser *p)
{
	int born = table_column(p->table, STR("birthdate"));
	if (born < 0 || !p->values[born].filled)
		return;
	if (day_age_years(p->values[born].day, p->job->today) > 25)
		tell_finding(p, SEVERITY_WARNING, p->row->line, column_name(p, born), "over-25", column_found(p, born),
			     "By this date the young person is over 25", "Check the year");
}

/* ---- events ---- */

static bool applies(const struct parser *p, const struct emit *m)
{
	if (m->at >= 0 && !p->values[m->at].filled)
		return false;
	if (m->unless >= 0 && p->values[m->unless].filled)
		return false;
	for (size_t i = 0; i < m->n_conditions; i++) {
		const struct condition *c = &m->conditions[i];
		const struct value *v = &p->values[c->column];
		if (!v->filled || (!c->filled && !str_eq(v->text, c->value)))
			return false;
	}
	return true;
}

static size_t append(char *to, size_t at, struct str s)
{
	if (at + s.n + 1 > NATURAL_MAX)
		return at;
	if (at)
		to[at++] = '/';
	if (s.n)
		memcpy(to + at, s.p, s.n);
	return at + s.n;
}

/* "placements/PL1/placement-started"; every event of a row begins with its first
 * reference or key, so that a prefix can stand for the row. */
static size_t natural_of(const struct parser *p, const struct emit *m, char *to, uint8_t *ref_at, uint8_t *ref_n,
			 bool prefix_only)
{
	size_t n = append(to, 0, p->table->name);
	*ref_at = (uint8_t)(n + 1);
	*ref_n = 0;
	int first = m->ref >= 0 ? m->ref : m->n_key ? m->key[0] : -1;
	if (first >= 0 && p->values[first].filled) {
		*ref_n = m->ref >= 0 ? (uint8_t)p->values[first].text.n : 0;
		n = append(to, n, p->values[first].text);
	}
	for (size_t i = 0; i < m->n_key && !prefix_only; i++)
		if (m->key[i] != first && p->values[m->key[i]].filled)
			n = append(to, n, p->values[m->key[i]].text);
	return prefix_only ? n : append(to, n, m->kind_id);
}

static void body_of(const struct parser *p, const struct emit *m, struct buf *b)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		const struct value *v = &p->values[m->fields[i].column];
		if (!v->filled)
			continue;
		buf_putc(b, b->n ? ',' : '{');
		json_put_string(b, m->fields[i].name);
		buf_putc(b, ':');
		json_put_string(b, v->text);
	}
	if (b->n)
		buf_putc(b, '}');
}

struct said { /* an event of the row, until the row is known to be good */
	struct draft_row d;
	char natural[NATURAL_MAX];
	struct buf *body;
};

static void say(struct parser *p, const struct emit *m, size_t which, uint32_t child, struct said *s)
{
	struct draft_row *d = &s->d;
	*d = (struct draft_row){ .child = child,
				 .kind = m->kind,
				 .file = (uint8_t)p->file,
				 .line = (uint32_t)p->row->line,
				 .row_event = (uint16_t)which,
				 .at = DAY_NONE,
				 .end_day = DAY_NONE,
				 .minute = MINUTE_NONE };
	if (m->undated)
		d->flags |= DRAFT_UNDATED;
	if (m->shared || (p->mapped && p->mapped->repeats))
		d->flags |= DRAFT_SHARED;
	if (m->says_less)
		d->flags |= DRAFT_SAYS_LESS;
	if (m->at >= 0) {
		d->at = p->values[m->at].day;
		d->minute = p->values[m->at].minute;
	}
	if (m->end >= 0 && p->values[m->end].filled)
		d->end_day = p->values[m->end].day;
	if (m->code >= 0 && p->values[m->code].filled)
		d->code = p->values[m->code].code;
	if (m->code2 >= 0 && p->values[m->code2].filled)
		d->code2 = p->values[m->code2].code;
	if (m->org >= 0 && p->values[m->org].filled)
		d->org = tell_org(p, p->values[m->org].org);
	if (m->value >= 0 && p->values[m->value].filled) {
		d->value = p->values[m->value].number;
		d->flags |= DRAFT_HAS_VALUE;
	}
	d->natural_n = (uint16_t)natural_of(p, m, s->natural, &d->ref_at, &d->ref_n, false);
	buf_reset(s->body);
	body_of(p, m, s->body);
	d->body_n = (uint16_t)s->body->n;
}

static void check_event(struct parser *p, const struct emit *m, const struct known_child *c)
{
	if (m->at < 0)
		return;
	day_t at = p->values[m->at].day;
	if (at > p->job->today && !m->future)
		row_keep_back(p, "future-day", m->at, "What the row says has happened is dated in the future",
			      "Write the day on which it happened, or leave the outcome empty until it has");
	if (c->born != DAY_NONE && at < c->born)
		row_keep_back(p, "before-birth", m->at,
			      p->mapped ? "The date lies before the child's date of birth"
					: "The date lies before the child's date of birth in children.csv",
			      p->mapped ? "Correct this date, or the date of birth"
					: "Correct this date, or the date of birth in children.csv");
}

/* ---- rows and events that were there before ---- */

static void remember(const struct parser *p, struct seen *s, uint64_t content)
{
	s->content = content;
	s->offset = p->row->offset;
	s->size = (uint32_t)p->row->size;
	s->line = (uint32_t)p->row->line;
	s->file = (uint8_t)p->file;
	s->dropped = false;
}

static enum rc earlier_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct parser *p = arg;
	(void)e;
	row_map(p, row);
	row_record(p);
	return RC_OK;
}

/* The text of a row read before is read again from the file, if that can be done
 * (a pipe cannot); in an earlier file the columns may stand otherwise. */
static void earlier_record(struct parser *p, const struct seen *s)
{
	if (p->mapped) {
		buf_reset(&p->record);
		kept_record(p, s->offset, s->size);
		p->told_record = false;
		return;
	}
	char *text AUTO(auto_free) = xmalloc((size_t)s->size + 1);
	struct str saved[TABLE_COLUMNS_MAX];
	struct err ignored;
	memcpy(saved, p->cells, sizeof saved);
	buf_reset(&p->record);
	ssize_t got = s->file == p->file ? pread(p->source->fd, text, s->size, (off_t)s->offset) : -1;
	if (got != (ssize_t)s->size ||
	    csv_read_record((struct str){ text, (size_t)got }, p->separator, earlier_row, p, &ignored) != RC_OK)
		buf_reset(&p->record);
	memcpy(p->cells, saved, sizeof saved);
	p->told_record = false;
}

void row_drop_earlier(struct parser *p, const struct seen *earlier, const char *rule, const char *message,
		      const char *fix)
{
	struct wire_row w = { earlier->file, earlier->line };
	earlier_record(p, earlier);
	uint32_t now = p->file;
	p->file = earlier->file;
	tell_finding(p, SEVERITY_KEPT_BACK, earlier->line, (struct str){ NULL, 0 }, rule, (struct str){ NULL, 0 },
		     message, fix);
	p->file = now;
	tell(&p->out, WIRE_RETRACT, &w, sizeof w, NULL, 0);
}

static const char twice[] = "Two rows have the same number but do not say the same";
static const char twice_fix[] = "Keep the right row and delete the other, or give one a number of its own";

/* Quick, for this run only: what is a number is taken as one. */
static uint64_t hash_value(uint64_t h, const struct column *c, const struct value *v)
{
	if (!v->filled)
		return h * 31 + 7;
	switch (c->type) {
	case TYPE_DAY: return hash64_word(h + 1, (uint64_t)(uint32_t)v->day << 16 | (uint16_t)v->minute);
	case TYPE_CODE: return hash64_word(h + 2, v->code);
	case TYPE_NUMBER:
	case TYPE_YES_NO: return hash64_word(h + 3, (uint64_t)v->number);
	case TYPE_COUNCIL:
	case TYPE_PROVIDER: return hash64_word(h + 4, (uint64_t)(uintptr_t)v->org);
	default: return hash64(h + 5, v->text.p, v->text.n);
	}
}

/* False if the row need not be told: it was there already, or contradicts one that was. */
static bool check_twice(struct parser *p, uint32_t child)
{
	uint64_t name = hash64(child, p->table->name.p, p->table->name.n), content = 5;
	for (size_t i = 0; i < p->table->n_key; i++)
		name = hash_value(name, &p->table->columns[p->table->key[i]], &p->values[p->table->key[i]]);
	for (size_t i = 0; i < p->table->n_columns; i++)
		content = hash_value(content, &p->table->columns[i], &p->values[i]);
	bool fresh;
	struct seen *s = seen_put(&p->rows_seen, name, child, &fresh);
	if (fresh) {
		remember(p, s, content);
		return true;
	}
	if (s->content == content && !s->dropped && p->mapped)
		return false; /* the same child stands in many rows of a workbook */
	if (s->content == content && !s->dropped) {
		tell_finding(p, SEVERITY_WARNING, p->row->line, (struct str){ NULL, 0 }, "row-twice",
			     (struct str){ NULL, 0 }, "The same row is there twice; one is kept",
			     "Nothing, or delete one of the two");
		return false;
	}
	if (!s->dropped) {
		row_drop_earlier(p, s, "same-number", twice, twice_fix);
		s->dropped = true;
		if (p->table_number == p->spec->children)
			p->children[child].listed = LISTED_TWICE;
	}
	row_keep_back(p, "same-number", -1, twice, twice_fix);
	return false;
}

/* Rows of a workbook repeat what they say about a child, or add to it: only what
 * contradicts is told. False: the row need not be told. */
static bool check_repeat(struct parser *p, uint32_t child)
{
	size_t from = (size_t)child * TABLE_COLUMNS_MAX, fresh = 0;
	if (from + TABLE_COLUMNS_MAX > p->cap_said) {
		size_t cap = p->cap_said ? p->cap_said * 2 : (size_t)1024 * TABLE_COLUMNS_MAX;
		while (cap < from + TABLE_COLUMNS_MAX)
			cap *= 2;
		p->said = xrealloc(p->said, cap * sizeof *p->said);
		memset(p->said + p->cap_said, 0, (cap - p->cap_said) * sizeof *p->said);
		p->cap_said = cap;
	}
	for (size_t i = COMMON_COLUMNS; i < p->table->n_columns; i++) {
		const struct value *v = &p->values[i];
		uint64_t says = v->filled ? hash64(1, v->text.p, v->text.n) | 1 : 0, *said = &p->said[from + i];
		if (says && *said && says != *said)
			row_keep_back(p, "contradiction", (int)i, "An earlier row says something else about this child",
				      "Correct the row that is wrong");
		fresh += says && !*said;
	}
	for (size_t i = COMMON_COLUMNS; i < p->table->n_columns && !p->bad; i++)
		if (p->values[i].filled)
			p->said[from + i] = hash64(1, p->values[i].text.p, p->values[i].text.n) | 1;
	return fresh > 0;
}

static void check_shared(struct parser *p, const struct said *s, uint32_t child)
{
	const struct draft_row *d = &s->d;
	uint64_t core = hash64(3, &d->at, sizeof d->at) ^ hash64(4, &d->org, sizeof d->org);
	const uint16_t more[4] = { d->code, d->code2, (uint16_t)d->minute, (uint16_t)d->value };
	uint64_t full =
	    d->flags & DRAFT_SAYS_LESS ? 0 : core ^ hash64(6, more, sizeof more) ^ hash64(7, s->body->p, s->body->n);
	bool fresh;
	struct seen *e = seen_put(&p->events_seen, hash64(child, s->natural, d->natural_n), child, &fresh);
	if (fresh) {
		remember(p, e, full);
		e->core = core;
		return;
	}
	if (!e->dropped && e->core == core && (!e->content || !full || e->content == full)) {
		e->content = e->content ? e->content : full;
		return;
	}
	static const char words[] = "Two rows with this number contradict each other";
	if (!e->dropped)
		row_drop_earlier(p, e, "contradiction", words, "Correct the row that is wrong");
	row_keep_back(p, "contradiction", -1, words, "Correct the row that is wrong");
	e->dropped = true;
}

/* ---- the whole row ---- */

static void hold(struct parser *p, uint32_t child)
{
	char prefix[NATURAL_MAX];
	uint8_t at, n;
	struct str text = { prefix, natural_of(p, &p->table->emits[0], prefix, &at, &n, true) };
	struct wire_hold h = { child };
	tell(&p->out, WIRE_HOLD, &h, sizeof h, &text, 1);
}

static void tell_row(struct parser *p, struct said *said, size_t n, struct known_child *c)
{
	for (size_t i = 0; i < n; i++) {
		struct str texts[2] = { { said[i].natural, said[i].d.natural_n }, buf_view(said[i].body) };
		tell(&p->out, WIRE_DRAFT, &said[i].d, sizeof said[i].d, texts, 2);
	}
	c->drafts += (uint32_t)n;
}

static void note_child(struct parser *p, struct known_child *c)
{
	int born = table_column(p->table, STR("birthdate"));
	c->listed = LISTED_YES;
	if (born >= 0 && p->values[born].filled)
		c->born = p->values[born].day;
	const struct organisation_entry *council = p->values[COLUMN_COUNCIL].org;
	for (size_t i = 0; i < p->n_councils; i++)
		if (p->councils[i] == council)
			return;
	if (p->n_councils < COUNCILS_MAX)
		p->councils[p->n_councils++] = council;
}

static void keep_back(struct parser *p, bool child_known, uint32_t child)
{
	p->kept_back++;
	if (!child_known)
		p->unsure = true;
	else
		hold(p, child);
	if (child_known && p->table_number == p->spec->children && p->children[child].listed == LISTED_NOT)
		p->children[child].listed = LISTED_KEPT_BACK;
}

void row_read(struct parser *p)
{
	p->bad = false;
	for (int i = 0; i < (int)p->table->n_columns; i++)
		read_cell(p, i);
	for (int i = 0; i < (int)p->table->n_columns; i++)
		check_order(p, i);
	bool child_known = p->values[COLUMN_COUNCIL].filled && p->values[COLUMN_CHILD].filled;
	uint32_t child = child_known ? row_child(p) : 0;
	struct known_child *c = child_known ? &p->children[child] : NULL;
	if (!c || p->bad) {
		keep_back(p, child_known, child);
		return;
	}
	check_listed(p, c);
	if (p->table_number == p->spec->children)
		check_child_row(p);
	if (c->drafts + EMITS_MAX > EVENTS_PER_CHILD_MAX)
		row_keep_back(p, "too-many-rows", COLUMN_CHILD, "This child already has 20,000 entries",
			      "Look for rows that repeat");

	struct said said[EMITS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < p->table->n_emits; i++)
		if (applies(p, &p->table->emits[i])) {
			check_event(p, &p->table->emits[i], c);
			said[n].body = &p->bodies[n];
			say(p, &p->table->emits[i], i, child, &said[n++]);
		}
	bool repeats = p->mapped && p->mapped->repeats;
	bool go_on = !p->bad && (repeats ? check_repeat(p, child) : check_twice(p, child));
	for (size_t i = 0; i < n && go_on && !p->bad && !repeats; i++)
		if (said[i].d.flags & DRAFT_SHARED)
			check_shared(p, &said[i], child);
	if (p->bad)
		keep_back(p, true, child);
	else if (go_on)
		tell_row(p, said, n, c);
	if (!p->bad && p->table_number == p->spec->children)
		note_child(p, c);
}
