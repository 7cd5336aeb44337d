#include "exchange/sheets/parts.h"

#include "base/hash.h"
#include "base/text.h"
#include "codec/yaml.h"

enum { WORDS_MAX = 4000, PHRASES_OF_A_COLUMN_MAX = 400, LEFT_OUT_MAX = 400 };

/* ---- words of headings ---- */

struct str words_fold(struct str s, char *out, size_t size)
{
	size_t n = 0;
	bool gap = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == '\'')
			continue;
		if (i + 2 < s.n && (unsigned char)c == 0xE2 && (unsigned char)s.p[i + 1] == 0x80 &&
		    ((unsigned char)s.p[i + 2] == 0x99 || (unsigned char)s.p[i + 2] == 0x98)) {
			i += 2; /* curly apostrophes */
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80))) {
			gap = n > 0;
			continue;
		}
		if (n + 2 > size)
			return (struct str){ out, 0 };
		if (gap)
			out[n++] = ' ';
		gap = false;
		out[n++] = c;
	}
	return (struct str){ out, n };
}

static uint16_t find_word(const struct sheets_parts *p, struct str w)
{
	for (size_t i = (size_t)hash64(1, w.p, w.n) & (p->n_slots - 1); p->slots[i]; i = (i + 1) & (p->n_slots - 1))
		if (str_eq(p->words[p->slots[i]], w))
			return (uint16_t)p->slots[i];
	return 0;
}

static uint16_t add_word(struct sheets_parts *p, struct str w)
{
	uint16_t found = find_word(p, w);
	if (found || p->n_words == WORDS_MAX)
		return found;
	size_t i = (size_t)hash64(1, w.p, w.n) & (p->n_slots - 1);
	while (p->slots[i])
		i = (i + 1) & (p->n_slots - 1);
	p->slots[i] = (uint32_t)p->n_words;
	p->words[p->n_words] = arena_str(&p->arena, w);
	return (uint16_t)p->n_words++;
}

static bool is_one_of(const struct str *list, size_t n, struct str w)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], w))
			return true;
	return false;
}

static struct str written_out(const struct sheets_parts *p, struct str w)
{
	for (size_t i = 0; i < p->n_shorts; i++)
		if (str_eq(p->shorts[i].from, w))
			return p->shorts[i].to;
	return w;
}

static bool take_number(uint16_t *to, size_t *n, size_t max, uint16_t w)
{
	size_t at = *n;
	for (size_t i = 0; i < *n; i++)
		if (to[i] == w)
			return true;
	if (*n == max)
		return false;
	while (at && to[at - 1] > w) {
		to[at] = to[at - 1];
		at--;
	}
	to[at] = w;
	(*n)++;
	return true;
}

/* The words of a phrase of ours; false if it is too long. */
static bool add_phrase_words(struct sheets_parts *p, struct str text, struct phrase *out)
{
	char folded[200];
	bool fits = true;
	struct str rest = words_fold(text, folded, sizeof folded), w;
	while (rest.n) {
		w = written_out(p, str_cut(rest, ' ', &rest));
		if (!is_one_of(p->passed_over, p->n_passed_over, w))
			fits = take_number(out->words, &out->n, PHRASE_WORDS_MAX, add_word(p, w)) && fits;
	}
	return fits;
}

/* One letter wrong in a word of five, two in a word of nine (Levenshtein 1966). */
static bool nearly(struct str a, struct str b)
{
	size_t allowed = b.n >= 9 ? 2 : b.n >= 5 ? 1 : 0;
	int row[41];
	if (!allowed || a.n > 40 || b.n > 40 || a.n > b.n + allowed || b.n > a.n + allowed || a.p[0] != b.p[0])
		return false;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		int before = row[0];
		row[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			int swap = before + (a.p[i - 1] != b.p[j - 1]);
			int least = row[j] + 1 < row[j - 1] + 1 ? row[j] + 1 : row[j - 1] + 1;
			before = row[j];
			row[j] = swap < least ? swap : least;
		}
	}
	return (size_t)row[b.n] <= allowed;
}

static uint16_t mend(const struct sheets_parts *p, struct str w)
{
	for (size_t i = 1; i < p->n_words; i++)
		if (nearly(w, p->words[i]))
			return (uint16_t)i;
	return 0;
}

struct heading heading_words(const struct sheets_parts *p, struct str heading, bool mending)
{
	char folded[400];
	struct heading h = { .n = 0 };
	struct str rest = words_fold(heading, folded, sizeof folded), w;
	while (rest.n) {
		w = written_out(p, str_cut(rest, ' ', &rest));
		if (!w.n || is_one_of(p->passed_over, p->n_passed_over, w))
			continue;
		uint16_t number = find_word(p, w);
		if (!number && mending && (number = mend(p, w)) != 0)
			h.mended++;
		if (!number || !take_number(h.words, &h.n, HEADING_WORDS_MAX, number))
			h.unknown++;
	}
	return h;
}

int phrase_fit(const struct heading *h, const struct phrase *p)
{
	size_t both = 0, i = 0, k = 0;
	while (i < h->n && k < p->n) {
		if (h->words[i] == p->words[k]) {
			both++;
			i++;
			k++;
		} else if (h->words[i] < p->words[k]) {
			i++;
		} else {
			k++;
		}
	}
	size_t all = h->n + h->unknown + p->n - both;
	if (!all || !both)
		return 0;
	int fit = (int)(100 * both / all);
	return h->mended ? fit * 9 / 10 : fit;
}

/* ---- lists of texts ---- */

static enum rc read_texts(const struct yaml *y, const struct yaml **first, size_t *n, struct err *e)
{
	*first = NULL;
	*n = 0;
	if (!y)
		return RC_OK;
	if (y->type != YAML_LIST)
		return yaml_error(y, e, "a list of words is expected");
	*first = y->child;
	*n = y->n;
	return RC_OK;
}

static enum rc read_folded(struct sheets_parts *p, const struct yaml *root, const char *word, const struct str **out,
			   size_t *n_out, struct err *e)
{
	const struct yaml *first;
	size_t n = 0;
	enum rc rc = read_texts(yaml_get(root, word), &first, &n, e);
	if (rc != RC_OK)
		return rc;
	struct str *list = arena_array(&p->arena, n, sizeof *list);
	for (size_t i = 0; first; first = first->next, i++) {
		char folded[VALUE_WORD_MAX];
		struct str f = words_fold(first->text, folded, sizeof folded);
		list[i] = arena_str(&p->arena, f.n ? f : first->text); /* "-" stays as it is */
	}
	*out = list;
	*n_out = n;
	return RC_OK;
}

static enum rc read_shorts(struct sheets_parts *p, const struct yaml *root, struct err *e)
{
	const struct yaml *map = yaml_get(root, "short");
	if (!map || map->type != YAML_MAP || map->n > COUNT_OF(p->shorts))
		return yaml_error(root, e, "\"short\" is a map of at most %zu words", COUNT_OF(p->shorts));
	for (const struct yaml *y = map->child; y; y = y->next) {
		p->shorts[p->n_shorts].from = y->key;
		p->shorts[p->n_shorts++].to = y->text;
	}
	return read_folded(p, root, "passed-over", &p->passed_over, &p->n_passed_over, e);
}

/* ---- words of cells ---- */

static int by_word(const void *a, const void *b)
{
	const struct value_word *x = a, *y = b;
	return str_cmp(x->word, y->word);
}

static bool has_code(const struct value_words *v, struct str code)
{
	if (v->list)
		return code_list_find(v->list, code) != NULL;
	for (size_t i = 0; i < v->column->n_choices; i++)
		if (str_eq(v->column->choices[i].id, code))
			return true;
	return false;
}

static enum rc read_codes(struct sheets_parts *p, const struct yaml *y, struct value_words *v, struct err *e)
{
	const struct yaml *codes = yaml_get(y, "codes");
	size_t n = 0;
	if (!codes || codes->type != YAML_MAP)
		return yaml_error(y, e, "\"codes\" is a map of codes to the words people write for them");
	for (const struct yaml *c = codes->child; c; c = c->next)
		n += c->n;
	v->all = arena_array(&p->arena, n, sizeof *v->all);
	for (const struct yaml *c = codes->child; c; c = c->next) {
		if (!has_code(v, c->key))
			return yaml_error(c, e, "there is no code \"" STR_FMT "\" in this list", STR_ARG(c->key));
		for (const struct yaml *w = c->child; w; w = w->next) {
			char folded[VALUE_WORD_MAX];
			struct str f = words_fold(w->text, folded, sizeof folded);
			if (!f.n)
				return yaml_error(w, e, "this word is empty or too long");
			v->all[v->n++] = (struct value_word){ arena_str(&p->arena, f), c->key };
		}
	}
	if (v->n)
		qsort(v->all, v->n, sizeof *v->all, by_word);
	for (size_t i = 1; i < v->n; i++)
		if (str_eq(v->all[i].word, v->all[i - 1].word) && !str_eq(v->all[i].code, v->all[i - 1].code))
			return yaml_error(y, e, "\"" STR_FMT "\" stands for two codes", STR_ARG(v->all[i].word));
	return RC_OK;
}

static enum rc read_values(struct sheets_parts *p, const struct yaml *root, struct err *e)
{
	const struct yaml *list = yaml_get(root, "words");
	if (!list || list->type != YAML_LIST)
		return yaml_error(root, e, "a list \"words\" is expected");
	p->values = arena_array(&p->arena, list->n, sizeof *p->values);
	enum rc rc = RC_OK;
	for (const struct yaml *y = list->child; y && rc == RC_OK; y = y->next) {
		struct value_words *v = &p->values[p->n_values];
		struct str name = yaml_text(y, "list"), column = yaml_text(y, "column");
		if (name.n) {
			v->list = vocab_list(p->spec->vocab, name);
		} else if (column.n) {
			struct str rest, table = str_cut(column, '.', &rest);
			size_t t = p->one_list ? 0 : tables_find(p->spec, table);
			for (size_t i = 0; t != SIZE_MAX && i < p->spec->tables[t].n_columns; i++)
				if (str_eq(p->spec->tables[t].columns[i].name, rest))
					v->column = &p->spec->tables[t].columns[i];
		} else {
			rc = read_folded(p, y, "yes", &p->yes, &p->n_yes, e);
			if (rc == RC_OK)
				rc = read_folded(p, y, "no", &p->no, &p->n_no, e);
			continue;
		}
		if (!v->list && !v->column && p->one_list)
			continue; /* of a column that lists do not have */
		if (!v->list && !v->column)
			return yaml_error(y, e, "there is no such code list or column");
		p->n_values++;
		rc = read_codes(p, y, v, e);
	}
	return rc;
}

bool cell_is_empty_word(const struct sheets_parts *p, struct str cell)
{
	char folded[VALUE_WORD_MAX];
	if (cell.n > 30)
		return false;
	struct str f = words_fold(cell, folded, sizeof folded);
	return is_one_of(p->empty, p->n_empty, f.n ? f : cell);
}

bool row_is_left_out(const struct sheets_parts *p, struct str first_cell)
{
	char folded[VALUE_WORD_MAX];
	struct str f = words_fold(first_cell, folded, sizeof folded);
	for (size_t i = 0; i < p->n_leave_out; i++)
		if (f.n >= p->leave_out[i].n && memcmp(f.p, p->leave_out[i].p, p->leave_out[i].n) == 0 &&
		    (f.n == p->leave_out[i].n || f.p[p->leave_out[i].n] == ' '))
			return true;
	return false;
}

struct str word_code(const struct sheets_parts *p, struct target t, struct str word)
{
	const struct value_words *v = p->parts[t.part].columns[t.column].values;
	char folded[VALUE_WORD_MAX];
	struct value_word key = { words_fold(word, folded, sizeof folded), { NULL, 0 } };
	if (!v || !v->n || !key.word.n)
		return (struct str){ NULL, 0 };
	const struct value_word *found = bsearch(&key, v->all, v->n, sizeof key, by_word);
	return found ? found->code : (struct str){ NULL, 0 };
}

int word_yes_no(const struct sheets_parts *p, struct str word)
{
	char folded[VALUE_WORD_MAX];
	struct str f = words_fold(word, folded, sizeof folded);
	f = f.n ? f : word;
	return is_one_of(p->yes, p->n_yes, f) ? 1 : is_one_of(p->no, p->n_no, f) ? 0 : -1;
}

/* ---- parts ---- */

size_t part_find(const struct sheets_parts *p, struct str id)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->parts[i].id, id))
			return i;
	return SIZE_MAX;
}

static int column_of(const struct part *m, struct str name)
{
	for (size_t i = 0; m->table && i < m->table->n_columns; i++)
		if (str_eq(m->table->columns[i].name, name))
			return (int)i;
	return -1;
}

/* "start_date" of this part, or "placements.start_date" of one that stands before it. */
static enum rc made_target(const struct sheets_parts *p, const struct part *m, const struct yaml *at, struct str text,
			   struct target *out, struct err *e)
{
	struct str rest, head = str_cut(text, '.', &rest);
	size_t part = rest.p ? part_find(p, head) : (size_t)(m - p->parts);
	int column = part == SIZE_MAX ? -1 : column_of(&p->parts[part], rest.p ? rest : head);
	if (column < 0)
		return yaml_error(at, e, "there is no column \"" STR_FMT "\" in this part or an earlier one",
				  STR_ARG(text));
	*out = (struct target){ (uint16_t)part, (uint16_t)column };
	return RC_OK;
}

static enum rc read_made(const struct sheets_parts *p, struct part *m, const struct yaml *y, struct err *e)
{
	const struct yaml *list = yaml_get(y, "make");
	enum rc rc = RC_OK;
	if (list && (list->type != YAML_LIST || list->n > MADE_MAX))
		return yaml_error(list, e, "\"make\" is a list of at most %d numbers", MADE_MAX);
	for (const struct yaml *l = list ? list->child : NULL; l && rc == RC_OK; l = l->next) {
		struct made *to = &m->made[m->n_made++];
		const struct yaml *days = yaml_get(l, "days");
		to->column = column_of(m, yaml_text(l, "column"));
		to->letters = yaml_text(l, "letters");
		if (to->column < 0 || (!days && !yaml_text(l, "same").n) || (days && days->n > MADE_DAYS_MAX))
			return yaml_error(l, e, "\"make\" needs a column, and \"same\" or at most %d \"days\"",
					  MADE_DAYS_MAX);
		if (!days)
			rc = made_target(p, m, l, yaml_text(l, "same"), &to->same, e);
		for (const struct yaml *d = days ? days->child : NULL; d && rc == RC_OK; d = d->next)
			rc = made_target(p, m, d, d->text, &to->days[to->n_days++], e);
	}
	return rc;
}

static enum rc add_phrase(struct sheets_parts *p, struct phrases *to, struct str called, struct str own)
{
	struct phrase f = { .n = 0 };
	if (!add_phrase_words(p, called, &f) || !add_phrase_words(p, own, &f) || !f.n ||
	    to->n == PHRASES_OF_A_COLUMN_MAX)
		return RC_OK;
	for (size_t i = 0; i < to->n; i++)
		if (to->all[i].n == f.n && memcmp(to->all[i].words, f.words, f.n * sizeof f.words[0]) == 0)
			return RC_OK;
	to->all[to->n++] = f;
	return RC_OK;
}

static void keep_phrases(struct sheets_parts *p, struct phrases *made)
{
	struct phrase *all = arena_array(&p->arena, made->n, sizeof *all);
	if (made->n)
		memcpy(all, made->all, made->n * sizeof *all);
	made->all = all;
}

/* Everything by which a heading may name this column: its own words, alone or behind
 * what the part is called; what the part is called alone, for what a row cannot be without. */
static void make_phrases(struct sheets_parts *p, struct part *m, size_t column, const struct yaml *called,
			 const struct yaml *extra)
{
	const struct column *c = &m->table->columns[column];
	static const struct str none = { "", 0 };
	struct phrase *room = xcalloc(2 * PHRASES_OF_A_COLUMN_MAX, sizeof *room);
	struct phrases *to = &m->columns[column].phrases, *plain = &m->columns[column].plain;
	to->all = room;
	plain->all = room + PHRASES_OF_A_COLUMN_MAX;
	for (const struct yaml *k = called; k; k = k->next) {
		for (size_t i = 0; i < c->n_names; i++)
			add_phrase(p, to, k->text, c->headings[i]);
		for (const struct yaml *x = extra; x; x = x->next)
			add_phrase(p, to, k->text, x->text);
		if (m->columns[column].bare)
			add_phrase(p, to, k->text, none);
	}
	struct phrases *own = m->alone ? to : plain;
	for (size_t i = 0; i < c->n_names; i++)
		add_phrase(p, own, none, c->headings[i]);
	for (const struct yaml *x = extra; x; x = x->next)
		add_phrase(p, own, none, x->text);
	keep_phrases(p, to);
	keep_phrases(p, plain);
	free(room);
}

static void find_values(const struct sheets_parts *p, struct part *m)
{
	for (size_t i = 0; i < m->n_columns; i++) {
		const struct column *c = &m->table->columns[i];
		for (size_t k = 0; k < p->n_values; k++)
			if ((c->list && p->values[k].list == c->list) ||
			    (p->values[k].column && p->values[k].column == c))
				m->columns[i].values = &p->values[k];
	}
}

static enum rc read_by_column(const struct part *m, const struct yaml *map, const char *what, struct str *texts,
			      struct err *e)
{
	if (map && map->type != YAML_MAP)
		return yaml_error(map, e, "\"%s\" is a map by column", what);
	for (const struct yaml *y = map ? map->child : NULL; y; y = y->next) {
		int c = column_of(m, y->key);
		if (c < 0)
			return yaml_error(y, e, "there is no column \"" STR_FMT "\"", STR_ARG(y->key));
		texts[c] = y->text;
	}
	return RC_OK;
}

static void keep_called(struct sheets_parts *p, struct part *m, const struct yaml *called, size_t n)
{
	m->called.all = arena_array(&p->arena, n, sizeof *m->called.all);
	for (const struct yaml *k = called; k; k = k->next)
		add_phrase(p, &m->called, k->text, (struct str){ "", 0 });
}

static enum rc read_part_columns(struct sheets_parts *p, struct part *m, const struct yaml *y, struct err *e)
{
	struct str fixed[TABLE_COLUMNS_MAX] = { { NULL, 0 } }, check[TABLE_COLUMNS_MAX] = { { NULL, 0 } };
	const struct yaml *called, *extra_map = yaml_get(y, "columns"), *optional, *names;
	size_t n;
	enum rc rc = read_texts(yaml_get(y, "called"), &called, &n, e);
	if (rc == RC_OK)
		keep_called(p, m, called, n);
	if (rc == RC_OK)
		rc = read_by_column(m, yaml_get(y, "is"), "is", fixed, e);
	if (rc == RC_OK)
		rc = read_by_column(m, yaml_get(y, "check"), "check", check, e);
	if (rc == RC_OK)
		rc = read_texts(yaml_get(y, "optional"), &optional, &n, e);
	for (; rc == RC_OK && optional; optional = optional->next) {
		int c = column_of(m, optional->text);
		if (c < 0)
			return yaml_error(optional, e, "there is no such column");
		m->optional[c] = true;
	}
	rc = rc == RC_OK ? read_texts(yaml_get(y, "bare"), &optional, &n, e) : rc;
	for (; rc == RC_OK && optional; optional = optional->next) {
		int c = column_of(m, optional->text);
		if (c < 0)
			return yaml_error(optional, e, "there is no such column");
		m->columns[c].bare = true;
	}
	for (names = extra_map ? extra_map->child : NULL; rc == RC_OK && names; names = names->next)
		if (column_of(m, names->key) < 0 || names->type != YAML_LIST)
			rc = yaml_error(names, e, "\"columns\" are lists of headings by column");
	for (size_t i = COMMON_COLUMNS; rc == RC_OK && i < m->n_columns; i++) {
		m->columns[i].fixed = fixed[i];
		m->columns[i].check = check[i];
		const struct yaml *extra = NULL;
		for (const struct yaml *x = extra_map ? extra_map->child : NULL; x; x = x->next)
			if (str_eq(x->key, m->table->columns[i].name))
				extra = x->child;
		make_phrases(p, m, i, called, extra);
	}
	return rc;
}

static struct part *new_part(struct sheets_parts *p, size_t table, struct str id, struct str title)
{
	struct part *m = &p->parts[p->n++];
	*m = (struct part){ .id = id, .title = title, .table_number = table };
	m->table = &p->spec->tables[table];
	m->n_columns = m->table->n_columns;
	add_phrase_words(p, title, &m->name);
	return m;
}

/* Numbers that nothing else gives: by the first day that the row cannot be without. */
static void make_plain(struct sheets_parts *p, struct part *m)
{
	size_t me = (size_t)(m - p->parts), day = 0;
	for (size_t i = COMMON_COLUMNS; i < m->n_columns && !day; i++)
		if (m->table->columns[i].type == TYPE_DAY && m->table->columns[i].required)
			day = i;
	for (size_t i = COMMON_COLUMNS; day && i < m->n_columns && m->n_made < MADE_MAX; i++) {
		bool key = m->table->n_key && m->table->key[0] == (int)i;
		for (size_t k = 0; k < m->n_made; k++)
			key = key && m->made[k].column != (int)i;
		if (!key || m->table->columns[i].type != TYPE_REFERENCE)
			continue;
		struct made *to = &m->made[m->n_made++];
		*to = (struct made){ .column = (int)i, .letters = STR("D"), .n_days = 1 };
		to->days[0] = (struct target){ (uint16_t)me, (uint16_t)day };
	}
}

static enum rc read_part(struct sheets_parts *p, const struct yaml *y, struct err *e)
{
	static const char *const words[] = { "part", "table", "title",	  "wide",    "list",  "called", "alone",
					     "is",   "make",  "optional", "columns", "check", "bare",	NULL };
	enum rc rc = yaml_only(y, words, e);
	size_t table = tables_find(p->spec, yaml_text(y, "table"));
	if (rc == RC_OK && (table == SIZE_MAX || !yaml_text(y, "part").n || !yaml_text(y, "title").n ||
			    part_find(p, yaml_text(y, "part")) != SIZE_MAX || p->n == SHEET_PARTS_MAX))
		rc = yaml_error(y, e, "a part needs a name of its own, a table and a title");
	if (rc != RC_OK)
		return rc;
	struct part *m = new_part(p, table, yaml_text(y, "part"), yaml_text(y, "title"));
	rc = yaml_bool(y, "wide", false, &m->wide, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "list", true, &m->list, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "alone", false, &m->alone, e);
	if (rc == RC_OK)
		rc = read_made(p, m, y, e);
	if (rc == RC_OK)
		rc = read_part_columns(p, m, y, e);
	make_plain(p, m);
	find_values(p, m);
	return rc;
}

/* Tables that nobody described are parts of their own kind of sheet. */
static void add_plain_parts(struct sheets_parts *p)
{
	for (size_t t = 0; t < p->spec->n && p->n < SHEET_PARTS_MAX; t++) {
		if (part_find(p, p->spec->tables[t].name) != SIZE_MAX)
			continue;
		struct part *m = new_part(p, t, p->spec->tables[t].name, p->spec->tables[t].title);
		m->list = true;
		for (size_t i = COMMON_COLUMNS; i < m->n_columns; i++)
			make_phrases(p, m, i, NULL, NULL);
		make_plain(p, m);
		find_values(p, m);
	}
}

static enum rc add_row_part(struct sheets_parts *p, const struct yaml *root, struct err *e)
{
	static const char *const names[] = { "council", "child_id", "nhs_number", NULL };
	const struct yaml *map = yaml_get(root, "row");
	const struct table *children = &p->spec->tables[p->spec->children];
	int nhs = table_column(children, STR("nhsnumber"));
	enum rc rc = map ? yaml_only(map, names, e) : yaml_error(root, e, "\"row\" says whose row it is");
	if (rc == RC_OK && nhs < 0)
		rc = yaml_error(map, e, "the list of children has no column \"nhs_number\"");
	if (rc != RC_OK)
		return rc;
	struct part *m = &p->parts[p->n++];
	*m = (struct part){ .id = STR("row"), .title = STR("Whose row it is"), .n_columns = p->one_list ? 2 : 3 };
	for (int i = 0; i < 3; i++) {
		const struct column *c = &children->columns[i < 2 ? i : nhs];
		const struct yaml *list = yaml_get(map, names[i]);
		p->row_columns[i] = *c;
		struct phrases *to = &m->columns[i].phrases;
		to->all = arena_array(&p->arena, PHRASES_OF_A_COLUMN_MAX, sizeof *to->all);
		for (size_t k = 0; i < 2 && k < c->n_names; k++)
			add_phrase(p, to, (struct str){ "", 0 }, c->headings[k]);
		for (const struct yaml *y = list ? list->child : NULL; y; y = y->next)
			add_phrase(p, to, (struct str){ "", 0 }, y->text);
	}
	p->row_columns[ROW_NHS].says = STR("NHS number, where there is no council number");
	return RC_OK;
}

/* ---- all phrases, to know a heading at once ---- */

static uint64_t hash_words(const uint16_t *words, size_t n)
{
	return hash64(3, words, n * sizeof words[0]);
}

static int by_hash(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static void add_hashes(uint64_t *to, size_t *n, const struct phrases *f)
{
	for (size_t i = 0; i < f->n; i++)
		to[(*n)++] = hash_words(f->all[i].words, f->all[i].n);
}

static void make_exact(struct sheets_parts *p)
{
	size_t n = p->n_not_needed;
	for (size_t i = 0; i < p->n; i++)
		for (size_t c = 0; c < p->parts[i].n_columns; c++)
			n += p->parts[i].columns[c].phrases.n + p->parts[i].columns[c].plain.n;
	p->exact = arena_array(&p->arena, n, sizeof *p->exact);
	p->alone = arena_array(&p->arena, n, sizeof *p->alone);
	for (size_t i = 0; i < p->n; i++)
		for (size_t c = 0; c < p->parts[i].n_columns; c++) {
			add_hashes(p->exact, &p->n_exact, &p->parts[i].columns[c].phrases);
			add_hashes(p->exact, &p->n_exact, &p->parts[i].columns[c].plain);
			if (p->parts[i].alone || i == PART_ROW)
				add_hashes(p->alone, &p->n_alone, &p->parts[i].columns[c].phrases);
		}
	for (size_t i = 0; i < p->n_not_needed; i++)
		add_hashes(p->exact, &p->n_exact, &(struct phrases){ &p->not_needed[i].phrase, 1 });
	qsort(p->exact, p->n_exact, sizeof *p->exact, by_hash);
	qsort(p->alone, p->n_alone, sizeof *p->alone, by_hash);
}

bool heading_stands_alone(const struct sheets_parts *p, const struct heading *h)
{
	uint64_t key = hash_words(h->words, h->n);
	return h->n && !h->unknown && bsearch(&key, p->alone, p->n_alone, sizeof key, by_hash);
}

bool heading_known(const struct sheets_parts *p, const struct heading *h)
{
	uint64_t key = hash_words(h->words, h->n);
	return h->n && !h->unknown && bsearch(&key, p->exact, p->n_exact, sizeof key, by_hash);
}

/* A list has columns that a workbook has no need of: the address, the social worker. */
static bool is_of_list(const struct sheets_parts *p, const struct phrase *f)
{
	uint64_t key = hash_words(f->words, f->n);
	for (size_t i = 0; p->one_list && i < p->n; i++)
		for (size_t c = 0; c < p->parts[i].n_columns; c++) {
			const struct phrases *own = &p->parts[i].columns[c].phrases;
			for (size_t k = 0; k < own->n; k++)
				if (hash_words(own->all[k].words, own->all[k].n) == key)
					return true;
		}
	return false;
}

static enum rc read_not_needed(struct sheets_parts *p, const struct yaml *root, struct err *e)
{
	const struct yaml *list = yaml_get(root, "not-needed");
	if (!list || list->type != YAML_LIST)
		return yaml_error(root, e, "a list \"not-needed\" is expected");
	p->not_needed = arena_array(&p->arena, LEFT_OUT_MAX, sizeof *p->not_needed);
	for (const struct yaml *y = list->child; y; y = y->next) {
		const struct yaml *first;
		size_t n;
		enum rc rc = read_texts(yaml_get(y, "headings"), &first, &n, e);
		if (rc != RC_OK)
			return rc;
		for (; first && p->n_not_needed < LEFT_OUT_MAX; first = first->next) {
			struct left_out *l = &p->not_needed[p->n_not_needed];
			*l = (struct left_out){ .why = yaml_text(y, "why") };
			add_phrase_words(p, first->text, &l->phrase);
			p->n_not_needed += !is_of_list(p, &l->phrase);
		}
	}
	return RC_OK;
}

/* The one part of a weekly list: its table, by the headings of data/weekly-list.yaml and
 * those that workbooks use for the same. */
static enum rc add_list_part(struct sheets_parts *p, const struct yaml *root, struct err *e)
{
	static const char *const words[] = { "called", "columns", NULL };
	const struct yaml *y = yaml_get(root, "weekly-list");
	enum rc rc =
	    y ? yaml_only(y, words, e) : yaml_error(root, e, "\"weekly-list\" says more headings of weekly lists");
	if (rc != RC_OK)
		return rc;
	struct part *m = new_part(p, 0, STR("list"), STR("A child on the list"));
	m->list = m->alone = true;
	p->children = (size_t)(m - p->parts);
	rc = read_part_columns(p, m, y, e);
	find_values(p, m);
	return rc;
}

static enum rc read_all(struct sheets_parts *p, const struct yaml *root, struct err *e)
{
	static const char *const words[] = { "parts", "not-needed",  "words", "empty",	     "leave-out",
					     "short", "passed-over", "row",   "weekly-list", NULL };
	const struct yaml *list = yaml_get(root, "parts");
	enum rc rc = yaml_only(root, words, e);
	if (rc == RC_OK && (!list || list->type != YAML_LIST))
		rc = yaml_error(root, e, "a list \"parts\" is expected");
	if (rc == RC_OK)
		rc = read_shorts(p, root, e);
	if (rc == RC_OK)
		rc = read_values(p, root, e);
	if (rc == RC_OK)
		rc = read_folded(p, root, "empty", &p->empty, &p->n_empty, e);
	if (rc == RC_OK)
		rc = read_folded(p, root, "leave-out", &p->leave_out, &p->n_leave_out, e);
	if (rc != RC_OK)
		return rc;
	rc = add_row_part(p, root, e);
	if (rc == RC_OK && p->one_list)
		rc = add_list_part(p, root, e);
	for (const struct yaml *y = list->child; y && rc == RC_OK && !p->one_list; y = y->next)
		rc = read_part(p, y, e);
	if (rc != RC_OK)
		return rc;
	if (!p->one_list) {
		add_plain_parts(p);
		p->children = part_find(p, STR("children"));
	}
	rc = read_not_needed(p, root, e);
	if (rc == RC_OK)
		make_exact(p);
	return rc;
}

static enum rc load(const char *data_dir, const struct tables_spec *s, bool one_list, struct sheets_parts **out,
		    struct err *e)
{
	struct sheets_parts *p = xcalloc(1, sizeof *p);
	p->one_list = one_list;
	char path[4096];
	const struct yaml *root;
	arena_init(&p->arena);
	p->spec = s;
	p->words = arena_array(&p->arena, WORDS_MAX, sizeof *p->words);
	p->n_words = 1;
	p->n_slots = 4 * 4096;
	p->slots = arena_array(&p->arena, p->n_slots, sizeof *p->slots);
	snprintf(path, sizeof path, "%s/workbooks.yaml", data_dir);
	enum rc rc = yaml_read_file(path, &p->arena, &root, e);
	if (rc == RC_OK)
		rc = read_all(p, root, e);
	if (rc != RC_OK) {
		sheets_parts_free(p);
		return rc;
	}
	*out = p;
	return RC_OK;
}

enum rc sheets_parts_load(const char *data_dir, const struct tables_spec *s, struct sheets_parts **out, struct err *e)
{
	return load(data_dir, s, false, out, e);
}

enum rc sheets_list_load(const char *data_dir, const struct tables_spec *s, struct sheets_parts **out, struct err *e)
{
	return load(data_dir, s, true, out, e);
}

bool parts_are_list(const struct sheets_parts *p)
{
	return p->one_list;
}

void sheets_parts_free(struct sheets_parts *p)
{
	if (!p)
		return;
	arena_release(&p->arena);
	free(p);
}

/* ---- asking ---- */

size_t parts_count(const struct sheets_parts *p)
{
	return p->n;
}

struct str part_id(const struct sheets_parts *p, size_t part)
{
	return p->parts[part].id;
}

struct str part_title(const struct sheets_parts *p, size_t part)
{
	return p->parts[part].title;
}

bool part_is_wide(const struct sheets_parts *p, size_t part)
{
	return p->parts[part].wide;
}

bool part_is_list(const struct sheets_parts *p, size_t part)
{
	return p->parts[part].list;
}

size_t part_columns(const struct sheets_parts *p, size_t part)
{
	return p->parts[part].n_columns;
}

const struct column *target_column(const struct sheets_parts *p, struct target t)
{
	return t.part == PART_ROW ? &p->row_columns[t.column] : &p->parts[t.part].table->columns[t.column];
}

bool target_open(const struct sheets_parts *p, struct target t)
{
	return t.part < p->n && t.column < p->parts[t.part].n_columns &&
	       (t.part == PART_ROW || t.column >= COMMON_COLUMNS);
}

struct str target_name(const struct sheets_parts *p, struct target t)
{
	return target_column(p, t)->name;
}

struct str target_says(const struct sheets_parts *p, struct target t)
{
	return target_column(p, t)->says;
}

bool target_is_day(const struct sheets_parts *p, struct target t)
{
	return target_column(p, t)->type == TYPE_DAY;
}

struct str target_text(const struct sheets_parts *p, struct target t, struct arena *a)
{
	return arena_printf(a, STR_FMT "." STR_FMT, STR_ARG(p->parts[t.part].id), STR_ARG(target_name(p, t)));
}

bool target_of(const struct sheets_parts *p, struct str text, struct target *out)
{
	struct str rest, head = str_cut(text, '.', &rest);
	size_t part = part_find(p, head);
	for (size_t c = 0; part != SIZE_MAX && rest.n && c < p->parts[part].n_columns; c++) {
		struct target t = { (uint16_t)part, (uint16_t)c };
		if (target_open(p, t) && str_eq(target_name(p, t), rest)) {
			*out = t;
			return true;
		}
	}
	return false;
}

size_t target_codes(const struct sheets_parts *p, struct target t, struct arena *a, const struct target_code **out)
{
	const struct column *c = target_column(p, t);
	size_t n = c->list ? c->list->n : c->n_choices;
	struct target_code *all = arena_array(a, n, sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[i] = c->list ? (struct target_code){ c->list->entries[i].id, c->list->entries[i].title }
				 : (struct target_code){ c->choices[i].id, c->choices[i].title };
	*out = all;
	return n;
}
