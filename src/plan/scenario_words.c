/* The words of a scenario: numbers with their origin, lengths of time, days, ages, places, names. */
#include <math.h>

#include "plan/scenario_inside.h"

/* ---- fields ---- */

void only_fields(struct reading *r, const struct yaml *map, const char *const *allowed)
{
	for (const struct yaml *c = map->child; c; c = c->next) {
		bool known = false;
		for (size_t i = 0; allowed[i] && !known; i++)
			known = str_is(c->key, allowed[i]);
		if (known)
			continue;
		char list[200] = "";
		size_t n = 0;
		for (size_t i = 0; allowed[i] && n < sizeof list - 40; i++)
			n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", allowed[i]);
		mistake_at_key(r, c, "\"" STR_FMT "\" is not known here; known are: %s", STR_ARG(c->key), list);
	}
}

struct str text_field(struct reading *r, const struct yaml *map, const char *field, bool needed)
{
	const struct yaml *n = yaml_get(map, field);
	if (n && n->type == YAML_SCALAR && n->text.n) {
		for (size_t i = 0; i < n->text.n; i++)
			if ((unsigned char)n->text.p[i] < ' ' || n->text.p[i] == 0x7f) {
				mistake(r, n,
					"\"%s\" holds a control character, which a screen would obey; take it out",
					field);
				return (struct str){ 0 };
			}
		return n->text;
	}
	if (n)
		mistake(r, n, "\"%s\" needs a word", field);
	else if (needed)
		mistake(r, map, "\"%s\" is missing here", field);
	return (struct str){ 0 };
}

bool yes_field(struct reading *r, const struct yaml *map, const char *field, bool absent)
{
	const struct yaml *n = yaml_get(map, field);
	if (!n)
		return absent;
	if (n->type == YAML_SCALAR && str_is(n->text, "yes"))
		return true;
	if (n->type != YAML_SCALAR || !str_is(n->text, "no"))
		mistake(r, n, "\"%s\" is yes or no", field);
	return false;
}

int64_t whole_field(struct reading *r, const struct yaml *map, const char *field, int64_t least, int64_t most,
		    int64_t absent)
{
	const struct yaml *n = yaml_get(map, field);
	int64_t v = absent;
	if (n && (n->type != YAML_SCALAR || str_to_int(n->text, least, most, &v) != RC_OK)) {
		mistake(r, n, "\"%s\" needs a whole number from %lld to %lld", field, (long long)least,
			(long long)most);
		v = absent;
	}
	return v;
}

/* ---- where a number is from ---- */

static const struct plan_source *source_named(struct reading *r, const struct yaml *n)
{
	for (size_t i = 0; i < r->n_sources; i++)
		if (n->type == YAML_SCALAR && str_eq(r->sources[i].id, n->text))
			return &r->sources[i];
	mistake(r, n, "there is no source \"" STR_FMT "\"; add it under sources: with its title and date",
		STR_ARG(n->text));
	return NULL;
}

struct prov prov_of(struct reading *r, const struct yaml *map, struct prov outer)
{
	struct prov p = outer;
	const struct yaml *source = yaml_get(map, "source"), *guess = yaml_get(map, "guess"),
			  *date = yaml_get(map, "date"), *note = yaml_get(map, "note");
	if (source) {
		const struct plan_source *s = source_named(r, source);
		p = (struct prov){ .known = true };
		if (s) {
			p.source = s->title;
			p.date = s->date;
		}
	}
	if (guess) {
		p.guess = yes_field(r, map, "guess", false);
		p.known |= p.guess;
	}
	day_t day;
	if (date && (date->type != YAML_SCALAR ||
		     (day_parse_iso(date->text, &day) != RC_OK && date->text.n != 4 && date->text.n != 7)))
		mistake(r, date, "\"date\" is a day, a month or a year: 2026-02-10, 2026-02 or 2026");
	else if (date)
		p.date = date->text;
	if (note)
		p.note = note->text;
	return p;
}

/* ---- numbers ---- */

static bool unit_factor(struct str word, enum unit u, double *factor)
{
	static const struct {
		const char *word;
		double days;
	} units[] = { { "minutes", 1.0 / 1440 },
		      { "minute", 1.0 / 1440 },
		      { "hours", 1.0 / 24 },
		      { "hour", 1.0 / 24 },
		      { "days", 1 },
		      { "day", 1 },
		      { "weeks", 7 },
		      { "week", 7 },
		      { "years", 365.25 },
		      { "year", 365.25 } };
	*factor = 1;
	if (word.n == 0)
		return true;
	if (u == UNIT_SHARE && str_is(word, "%")) {
		*factor = 0.01;
		return true;
	}
	for (size_t i = 0; u == UNIT_DAYS && i < COUNT_OF(units); i++)
		if (str_is(word, units[i].word)) {
			*factor = units[i].days;
			return true;
		}
	return false;
}

bool plain_number(struct str s, enum unit u, double *out)
{
	char digits[40];
	size_t n = 0, i = 0;
	s = str_trim(s);
	size_t since = SIZE_MAX; /* the last comma */
	for (; i < s.n && s.p[i] && strchr("+-.0123456789,", s.p[i]) && n < sizeof digits - 1; i++) {
		bool comma = s.p[i] == ',', point = s.p[i] == '.';
		if (since != SIZE_MAX && (comma || point) && i - since != 4)
			return false;
		since = comma ? i : point ? SIZE_MAX : since;
		if (comma && (n == 0 || n > 3) && memchr(s.p, ',', i) == NULL)
			return false;
		if (comma && memchr(s.p, '.', i))
			return false;
		if (!comma)
			digits[n++] = s.p[i];
	}
	if (since != SIZE_MAX && i - since != 4)
		return false; /* 2,5 is not 25: commas stand before three digits */
	digits[n] = '\0';
	char *end;
	double v = strtod(digits, &end), factor;
	if (n == 0 || *end != '\0' || !isfinite(v) ||
	    !unit_factor(str_trim((struct str){ s.p + i, s.n - i }), u, &factor))
		return false;
	*out = v * factor;
	return true;
}

const char *unit_words(enum unit u)
{
	return u == UNIT_DAYS	 ? "a length of time such as 40 days, 10 weeks or 45 minutes"
	       : u == UNIT_SHARE ? "a share such as 0.85 or 85 %"
				 : "a number";
}

static bool value_of(struct reading *r, const struct yaml *n, const char *field, enum unit u, struct bounds b,
		     double *out)
{
	if (!n || n->type != YAML_SCALAR || !plain_number(n->text, u, out)) {
		if (n)
			mistake(r, n, "\"%s\" needs %s, not \"%.40s\"", field, unit_words(u),
				n->type == YAML_SCALAR ? arena_str(r->a, n->text).p : "a list or map");
		return false;
	}
	if (!(*out >= b.least && *out <= b.most) || (u == UNIT_WHOLE && *out != floor(*out))) {
		mistake(r, n, "\"%s\" %s", field, b.words);
		return false;
	}
	return true;
}

static uint64_t key_of(const char *path)
{
	return hash64(UINT64_C(0x706c616e), path, strlen(path)) & UINT64_C(0xffffffffffff);
}

static input_t add_input(struct reading *r, struct plan_input in, const struct yaml *node)
{
	struct scenario *s = r->s;
	if (s->n_inputs == INPUTS_MAX) {
		if (!r->out->more)
			mistake(r, node, "more than %d numbers; a scenario is smaller than that", INPUTS_MAX);
		return -1;
	}
	in.key = key_of(in.path.p);
	in.file = node->file;
	in.line = node->line;
	in.column = node->column;
	s->inputs[s->n_inputs] = in;
	return (input_t)s->n_inputs++;
}

/* The entry of `changes:` about a number, by its path. */
static const struct yaml *change_of(struct reading *r, struct str path)
{
	const struct yaml *list = yaml_get(r->root, "changes");
	size_t i = 0;
	for (const struct yaml *c = list && list->type == YAML_LIST ? list->child : NULL; c; c = c->next, i++)
		if (c->type == YAML_MAP && str_eq(yaml_text(c, "id"), path)) {
			if (i < CHANGES_MAX)
				r->changed |= (uint64_t)1 << i;
			return c;
		}
	return NULL;
}

/* A number that is a map: its value and the range in which it lies. False: told as mistakes. */
static bool map_of(struct reading *r, const struct yaml *node, const char *field, enum unit u, struct bounds b,
		   struct plan_input *in)
{
	const struct yaml *low = yaml_get(node, "low"), *high = yaml_get(node, "high");
	if (!yaml_get(node, "value"))
		mistake(r, node, "\"%s\" has no value:", field);
	bool value = value_of(r, yaml_get(node, "value"), field, u, b, &in->value);
	in->low = in->high = in->value;
	in->ranged = low || high;
	if (low && !value_of(r, low, "low", u == UNIT_WHOLE ? UNIT_PLAIN : u, b, &in->low))
		value = false;
	if (high && !value_of(r, high, "high", u == UNIT_WHOLE ? UNIT_PLAIN : u, b, &in->high))
		value = false;
	if (value && (in->low > in->value || in->high < in->value))
		mistake(r, low && in->low > in->value ? low : high,
			"the range of \"%s\" does not hold its value: low must be at most %g, high at least that",
			field, in->value);
	return value;
}

input_t number_of(struct reading *r, const struct entry *en, const struct yaml *node, const char *field, enum unit u,
		  struct bounds b)
{
	static const char *const fields[] = { "value", "low", "high", "source", "date", "guess", "note", NULL };
	struct plan_input in = { .path = arena_printf(r->a, "%s.%s", en->path, field),
				 .whole = u == UNIT_WHOLE,
				 .share = u == UNIT_SHARE };
	struct prov p = en->prov;
	size_t before = r->told;
	const struct yaml *change = change_of(r, in.path);
	if (change) { /* what is changed is a guess, unless it says where it is from */
		node = change;
		p = prov_of(r, change, (struct prov){ .guess = true, .known = true, .note = STR("changed") });
		if (!map_of(r, change, field, u, b, &in) || r->told != before)
			return -1;
	} else if (node->type == YAML_MAP) {
		only_fields(r, node, fields);
		p = prov_of(r, node, p);
		if (!map_of(r, node, field, u, b, &in) || r->told != before)
			return -1;
	} else if (!value_of(r, node, field, u, b, &in.value)) {
		return -1;
	} else {
		in.low = in.high = in.value;
	}
	if (!p.known) {
		mistake(r, node,
			"\"%s\" says neither where it is from nor that it is a guess: add source: NAME or guess: yes, "
			"here or on the entry around it",
			field);
		return -1;
	}
	in.guess = p.guess;
	in.source = p.source;
	in.date = p.date;
	in.note = p.note;
	return add_input(r, in, node);
}

input_t number(struct reading *r, const struct entry *en, const char *field, enum unit u, struct bounds b, bool needed)
{
	const struct yaml *n = yaml_get(en->map, field);
	if (!n && needed)
		mistake(r, en->map, "\"%s\" is missing here", field);
	return n ? number_of(r, en, n, field, u, b) : -1;
}

/* ---- ages, days, places ---- */

bool ages_field(struct reading *r, const struct yaml *map, int *from, int *to)
{
	const struct yaml *n = yaml_get(map, "ages");
	int a, b, end = 0;
	if (!n)
		return false;
	char text[40] = "";
	if (n->type == YAML_SCALAR)
		snprintf(text, sizeof text, STR_FMT, STR_ARG(n->text));
	if (sscanf(text, "%d to %d%n", &a, &b, &end) != 2 || text[end] != '\0' || a < 0 || b > 25) {
		mistake(r, n, "\"ages\" is written as 13 to 17, in years from 0 to 25, both included");
		return false;
	}
	if (a > b) {
		mistake(r, n, "the age limits cross: %d is more than %d; write the lower one first", a, b);
		return false;
	}
	*from = a;
	*to = b;
	return true;
}

static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };

static int weekday_named(struct str s)
{
	for (int i = 0; i < 7; i++)
		if (str_is_nocase(s, weekdays[i]))
			return i;
	return -1;
}

/* The first word, and what follows it. */
static struct str word_of(struct str s, struct str *rest)
{
	struct str w = str_cut(str_trim(s), ' ', rest);
	*rest = str_trim(*rest);
	return w;
}

static bool open_hours(struct str s, struct plan_hours *v)
{
	struct str rest, from = word_of(s, &rest), to, end;
	if (s.n == 0)
		return true;
	if (!str_is(word_of(rest, &to), "to"))
		return false;
	to = word_of(to, &end);
	return end.n == 0 && minute_parse(from, &v->open) == RC_OK &&
	       (str_is(to, "24:00") ? (v->close = 1440, true) : minute_parse(to, &v->close) == RC_OK);
}

static bool open_words(struct str s, struct plan_hours *v)
{
	struct str rest, w = word_of(s, &rest);
	if (str_is_nocase(w, "every") && str_starts(rest, "day")) {
		v->days = 0x7f;
		return open_hours(str_trim((struct str){ rest.p + 3, rest.n - 3 }), v);
	}
	int a = weekday_named(w), b = a;
	if (a < 0)
		return false;
	struct str more, to = word_of(rest, &more);
	if (str_is(to, "to")) {
		struct str after, last = word_of(more, &after);
		if ((b = weekday_named(last)) < 0)
			return false;
		rest = after;
	}
	for (int d = a;; d = (d + 1) % 7) {
		v->days |= (uint8_t)(1 << d);
		if (d == b)
			break;
	}
	return open_hours(rest, v);
}

struct plan_hours open_field(struct reading *r, const struct yaml *map)
{
	const struct yaml *n = yaml_get(map, "open");
	struct plan_hours v = { 0x7f, 0, 1440 };
	if (!n)
		return v;
	v.days = 0;
	bool right = n->type != YAML_MAP;
	if (n->type == YAML_SCALAR)
		right = open_words(n->text, &v);
	for (const struct yaml *c = n->child; right && c; c = c->next)
		right = c->type == YAML_SCALAR && open_words(c->text, &v);
	if (!right)
		mistake(r, n,
			"\"open\" is written as every day, Monday to Friday 09:00 to 17:00, or a list of weekdays");
	else if (v.days == 0)
		mistake(r, n, "it is never open: name one weekday at least, or remove the service");
	else if (v.close <= v.open)
		mistake(r, n, "it has no open hours: it closes at or before the time at which it opens");
	return v;
}

bool place_field(struct reading *r, const struct yaml *map, double *lat, double *lon)
{
	const struct yaml *n = yaml_get(map, "at");
	struct str second, first;
	if (!n)
		return false;
	if (n->type == YAML_LIST && n->n == 2) {
		first = n->child->text;
		second = n->child->next->text;
	} else {
		first = str_cut(n->text, ',', &second);
	}
	if (n->type == YAML_MAP || !plain_number(first, UNIT_PLAIN, lat) || !plain_number(second, UNIT_PLAIN, lon) ||
	    !(*lat >= 49 && *lat <= 61) || !(*lon >= -9 && *lon <= 3)) {
		mistake(r, n, "\"at\" is a latitude and a longitude in the United Kingdom, such as [52.65, -1.18]");
		return false;
	}
	return true;
}

/* ---- names ---- */

int32_t find_service(const struct scenario *s, struct str id)
{
	for (size_t i = 0; i < s->n_services; i++)
		if (str_eq(s->services[i].id, id))
			return (int32_t)i;
	return -1;
}

int32_t find_need(const struct scenario *s, struct str id)
{
	for (size_t i = 0; i < s->n_needs; i++)
		if (str_eq(s->needs[i].id, id))
			return (int32_t)i;
	return -1;
}

int32_t find_area(const struct scenario *s, struct str id)
{
	for (size_t i = 0; i < s->n_areas; i++)
		if (str_eq(s->areas[i].id, id))
			return (int32_t)i;
	return -1;
}

/* Letters to change, add or take away to make b of a; short words only. */
static int distance(struct str a, struct str b)
{
	int row[64], last;
	if (a.n > 60 || b.n > 60)
		return 99;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		last = row[0];
		row[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			int change = last + (a.p[i - 1] != b.p[j - 1]),
			    more = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);
			last = row[j];
			row[j] = change < more ? change : more;
		}
	}
	return row[b.n];
}

typedef struct str (*id_at)(const struct scenario *s, size_t i);
static struct str service_id(const struct scenario *s, size_t i)
{
	return s->services[i].id;
}
static struct str need_id(const struct scenario *s, size_t i)
{
	return s->needs[i].id;
}
static struct str area_id(const struct scenario *s, size_t i)
{
	return s->areas[i].id;
}

/* A list that is missing or empty was told already. */
static void unknown(struct reading *r, const struct yaml *node, const char *what, id_at at, size_t n)
{
	if (n == 0)
		return;
	struct str best = { 0 }, word = node->type == YAML_SCALAR ? node->text : STR("");
	int least = 4;
	char list[160] = "";
	size_t used = 0;
	for (size_t i = 0; i < n; i++) {
		struct str id = at(r->s, i);
		int d = distance(word, id);
		if (d < least) {
			least = d;
			best = id;
		}
		if (used + id.n + 4 < sizeof list)
			used += (size_t)snprintf(list + used, sizeof list - used, "%s" STR_FMT, used ? ", " : "",
						 STR_ARG(id));
	}
	if (best.n)
		mistake(r, node, "there is no %s \"" STR_FMT "\"; do you mean " STR_FMT "?", what, STR_ARG(word),
			STR_ARG(best));
	else
		mistake(r, node, "there is no %s \"" STR_FMT "\"; there are: %s", what, STR_ARG(word), list);
}

int32_t service_named(struct reading *r, const struct yaml *node)
{
	int32_t i = node->type == YAML_SCALAR ? find_service(r->s, node->text) : -1;
	if (i < 0)
		unknown(r, node, "service", service_id, r->s->n_services);
	return i;
}

int32_t need_named(struct reading *r, const struct yaml *node)
{
	int32_t i = node->type == YAML_SCALAR ? find_need(r->s, node->text) : -1;
	if (i < 0)
		unknown(r, node, "need", need_id, r->s->n_needs);
	return i;
}

static uint64_t area_mask(struct reading *r, const struct yaml *node)
{
	int32_t i = node->type == YAML_SCALAR ? find_area(r->s, node->text) : -1;
	uint64_t mask = i >= 0 ? UINT64_C(1) << i : 0;
	for (size_t k = 0; i < 0 && node->type == YAML_SCALAR && k < r->s->n_areas; k++)
		if (node->text.n && str_eq(r->s->areas[k].county, node->text))
			mask |= UINT64_C(1) << k;
	if (!mask)
		unknown(r, node, "area or county", area_id, r->s->n_areas);
	return mask;
}

uint64_t areas_field(struct reading *r, const struct yaml *map, const char *field)
{
	const struct yaml *n = yaml_get(map, field);
	uint64_t all = r->s->n_areas == 64 ? UINT64_MAX : (UINT64_C(1) << r->s->n_areas) - 1, mask = 0;
	if (!n || (n->type == YAML_SCALAR && str_is(n->text, "all")))
		return all;
	if (n->type == YAML_SCALAR)
		return area_mask(r, n);
	for (const struct yaml *c = n->child; c; c = c->next)
		mask |= area_mask(r, c);
	if (n->n == 0)
		mistake(r, n, "\"%s\" is empty: name an area, or write all", field);
	return mask;
}

uint32_t needs_field(struct reading *r, const struct yaml *map)
{
	const struct yaml *n = yaml_get(map, "needs");
	uint32_t all = (UINT32_C(1) << r->s->n_needs) - 1, mask = 0;
	if (!n || (n->type == YAML_SCALAR && str_is(n->text, "all")))
		return all;
	if (n->type == YAML_SCALAR) {
		int32_t i = need_named(r, n);
		return i >= 0 ? UINT32_C(1) << i : 0;
	}
	for (const struct yaml *c = n->child; c; c = c->next) {
		int32_t i = need_named(r, c);
		if (i >= 0)
			mask |= UINT32_C(1) << i;
	}
	if (n->n == 0)
		mistake(r, n, "\"needs\" is empty: name a need, or write all");
	return mask;
}
