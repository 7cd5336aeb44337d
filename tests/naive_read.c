/* The YAML of the standards, read for the naive oracle: nothing is checked, the rulebook has done that. */
#include "naive.h"

#include <dirent.h>

static _Noreturn void bad(const struct yaml *y, const char *what)
{
	fprintf(stderr, "%s:%d: the naive oracle does not understand this: %s\n", y ? y->file : "", y ? y->line : 0,
		what);
	abort();
}

/* A standard and those that it is like, nearest first. */
struct source {
	const struct yaml *y[8];
	size_t n;
};

static const struct yaml *key_of(const struct source *s, const char *key)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct yaml *y = yaml_get(s->y[i], key);
		if (y)
			return y;
	}
	return NULL;
}

static struct str text_of(const struct yaml *y)
{
	return y ? y->text : (struct str){ "", 0 };
}

static struct str words(const struct yaml *map, const char *key)
{
	return text_of(map ? yaml_get(map, key) : NULL);
}

static int number(const struct yaml *y, int absent)
{
	int64_t v;
	if (!y)
		return absent;
	if (str_to_int(y->text, INT32_MIN, INT32_MAX, &v))
		bad(y, "a number");
	return (int)v;
}

static day_t a_day(const struct yaml *y, day_t absent)
{
	day_t d;
	if (!y)
		return absent;
	if (day_parse_iso(y->text, &d))
		bad(y, "a day");
	return d;
}

static bool yes(const struct yaml *y)
{
	return y && str_is(y->text, "yes");
}

/* "03-31" */
static struct ymd day_of_year(const struct yaml *y)
{
	struct str day, month = str_cut(y->text, '-', &day);
	int64_t m, d;
	if (str_to_int(month, 1, 12, &m) || str_to_int(day, 1, 31, &d))
		bad(y, "a day of the year");
	return (struct ymd){ .month = (uint8_t)m, .day = (uint8_t)d };
}

static struct numbers codes_of(const struct naive *n, const struct yaml *y, bool numeric)
{
	struct numbers out = { .given = y != NULL };
	if (!y)
		return out;
	const struct yaml *one = y->type == YAML_LIST ? y->child : y;
	for (; one; one = y->type == YAML_LIST ? one->next : NULL) {
		if (out.count == NAIVE_CODES_MAX)
			bad(y, "so many codes");
		out.n[out.count] = numeric ? number(one, 0) : vocab_code(n->v, one->text);
		if (!numeric && out.n[out.count] == 0)
			bad(one, "a code");
		out.count++;
	}
	return out;
}

static struct whichs events_of(struct naive *n, const struct yaml *list, uint16_t kind_of_parent);

static struct which event_of(struct naive *n, const struct yaml *y, uint16_t kind)
{
	struct str name = y->type == YAML_SCALAR ? y->text : words(y, "kind");
	struct which w = { .kind = name.n ? vocab_kind(n->v, name) : kind, .from = DAY_NONE, .until = DAY_NEVER };
	if (!w.kind)
		bad(y, "a kind");
	if (y->type == YAML_SCALAR)
		return w;
	w.code = codes_of(n, yaml_get(y, "code"), false);
	w.not_code = codes_of(n, yaml_get(y, "not-code"), false);
	w.code2 = codes_of(n, yaml_get(y, "code2"), false);
	w.not_code2 = codes_of(n, yaml_get(y, "not-code2"), false);
	w.value = codes_of(n, yaml_get(y, "value"), true);
	w.not_value = codes_of(n, yaml_get(y, "not-value"), true);
	w.from = a_day(yaml_get(y, "from"), DAY_NONE);
	w.until = a_day(yaml_get(y, "until"), DAY_NEVER);
	w.early_days = number(yaml_get(y, "early-days"), 0);
	w.later_day = yes(yaml_get(y, "later-day"));
	w.same_org = yes(yaml_get(y, "same-org"));
	w.any_reference = yes(yaml_get(y, "any-reference"));
	struct whichs unless = events_of(n, yaml_get(y, "unless"), w.kind);
	w.unless = unless.w;
	w.n_unless = unless.n;
	return w;
}

static struct whichs events_of(struct naive *n, const struct yaml *list, uint16_t kind)
{
	if (!list)
		return (struct whichs){ 0 };
	struct which *w = arena_array(&n->arena, list->n + 1, sizeof *w);
	size_t k = 0;
	for (const struct yaml *y = list->child; y; y = y->next)
		w[k++] = event_of(n, y, kind);
	return (struct whichs){ w, k };
}

/* ---- what stands beside the standards ---- */

static const struct condition *condition_named(const struct naive *n, const struct yaml *y)
{
	for (size_t i = 0; i < n->n_conditions; i++)
		if (str_eq(n->conditions[i].id, y->text))
			return &n->conditions[i];
	bad(y, "a condition");
}

static size_t conditions_named(const struct naive *n, const struct yaml *list, const struct condition **out)
{
	size_t k = 0;
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		if (k == 8)
			bad(y, "so many conditions");
		out[k++] = condition_named(n, y);
	}
	return k;
}

static void read_conditions(struct naive *n, const struct yaml *file)
{
	const struct yaml *list = yaml_get(file, "conditions");
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next)
		n->conditions[n->n_conditions++] = (struct condition){
			.id = words(y, "id"),
			.reason = words(y, "reason"),
			.holder = holder_of(words(y, "holder")),
			.begins = events_of(n, yaml_get(y, "begins"), 0),
			.ends = events_of(n, yaml_get(y, "ends"), 0),
			.forgotten_by = events_of(n, yaml_get(y, "forgotten-by"), 0),
		};
	list = yaml_get(file, "tallies");
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		struct tally *t = &n->tallies[n->n_tallies++];
		*t = (struct tally){
			.id = words(y, "id"),
			.begins = events_of(n, yaml_get(y, "begins"), 0),
			.ends = events_of(n, yaml_get(y, "ends"), 0),
			.from_age = number(yaml_get(y, "from-age"), 0),
			.days = number(yaml_get(y, "days"), 0),
		};
		t->n_not_while = conditions_named(n, yaml_get(y, "not-while"), t->not_while);
	}
}

static void read_parameters(struct naive *n, const struct yaml *file)
{
	const struct yaml *list = yaml_get(file, "parameters");
	for (const struct yaml *p = list ? list->child : NULL; p; p = p->next)
		for (const struct yaml *y = yaml_get(p, "values")->child; y; y = y->next)
			n->values[n->n_values++] = (struct value_set){ .id = words(p, "id"),
								       .place = words(y, "for"),
								       .n = number(yaml_get(y, "n"), 0),
								       .from = a_day(yaml_get(y, "from"), DAY_NONE) };
}

/* ---- a standard ---- */

static enum unit unit_of(const struct yaml *y)
{
	static const char *const units[] = { "hours", "days", "working-days", "weeks", "months" };
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (y && str_is(y->text, units[i]))
			return (enum unit)i;
	bad(y, "a unit");
}

static struct limit limit_of(const struct naive *n, const struct yaml *y)
{
	struct limit l = {
		.n = number(yaml_get(y, "n"), 0),
		.parameter = words(y, "parameter"),
		.until_age = number(yaml_get(y, "until-age"), 0),
		.if_value = codes_of(n, yaml_get(y, "if-value"), true),
		.if_code = codes_of(n, yaml_get(y, "if-code"), false),
		.if_younger = number(yaml_get(y, "if-younger-than"), 0),
		.if_younger_when_due = number(yaml_get(y, "if-younger-than-when-due"), 0),
		.if_nth = number(yaml_get(y, "if-nth"), 0),
		.if_within_months = number(yaml_get(y, "if-within-months"), 0),
		.if_past = yes(yaml_get(y, "if-past")),
	};
	if (yaml_get(y, "until-date"))
		l.until_date = day_of_year(yaml_get(y, "until-date"));
	else if (!l.until_age)
		l.unit = unit_of(yaml_get(y, "unit"));
	return l;
}

static void read_limits(struct naive *n, struct rule *r, const struct source *s)
{
	const struct yaml *due = key_of(s, "due"), *more = key_of(s, "extends"), *pauses = key_of(s, "pauses");
	struct limit *limits = arena_array(&n->arena, due->n, sizeof *limits);
	for (const struct yaml *y = due->child; y; y = y->next)
		limits[r->n_limits++] = limit_of(n, y);
	r->limits = limits;
	if (more) {
		r->extends_on = events_of(n, yaml_get(more, "on"), 0);
		r->extends_n = number(yaml_get(more, "n"), 0);
		r->extends_unit = unit_of(yaml_get(more, "unit"));
	}
	if (pauses) {
		r->pause_begins = events_of(n, yaml_get(pauses, "begins"), 0);
		r->pause_ends = events_of(n, yaml_get(pauses, "ends"), 0);
		r->pause_holder = holder_of(words(pauses, "holder"));
		r->pause_because = words(pauses, "because");
	}
	r->midnight = str_is(text_of(key_of(s, "missing-time")), "midnight");
	r->month_ends_because = text_of(key_of(s, "ends-with-month"));
	r->negative_because = text_of(key_of(s, "negative-wait-because"));
}

static void read_starts(struct naive *n, struct rule *r, const struct source *s)
{
	const struct yaml *at = key_of(s, "starts-at"), *y;
	r->opens = events_of(n, key_of(s, "opens"), 0);
	r->starts = events_of(n, key_of(s, "starts"), 0);
	r->recurs = yes(key_of(s, "recurs"));
	r->opens_if_younger = number(key_of(s, "opens-if-younger-than"), 0);
	r->year_ends_because = text_of(key_of(s, "year-ends-because"));
	if (!at)
		return;
	r->at_moment = true;
	r->at_age = number(yaml_get(at, "age"), 0);
	r->at_school_year = number(yaml_get(at, "school-year"), 0);
	y = yaml_get(at, "each-year");
	if (y) {
		r->each_year = true;
		r->year_day = day_of_year(y);
	}
	r->year_younger = number(yaml_get(at, "younger-than"), 0);
	r->year_younger_before = number(yaml_get(at, "younger-than-the-day-before"), 0);
	r->year_at_least_by_end = number(yaml_get(at, "at-least-by-end"), 0);
	r->year_younger_by_end = number(yaml_get(at, "younger-than-by-end"), 0);
	y = yaml_get(at, "tally");
	for (size_t i = 0; y && i < n->n_tallies; i++)
		if (str_eq(n->tallies[i].id, y->text))
			r->tally = &n->tallies[i];
	if (y && !r->tally)
		bad(y, "a tally");
}

static void read_earlier(struct naive *n, struct rule *r, const struct source *s)
{
	const struct yaml *excused = key_of(s, "excused-by-earlier"), *starts = key_of(s, "starts-from-earlier");
	const struct yaml *y = excused ? excused : starts;
	if (!y)
		return;
	r->earlier_excuses = excused != NULL;
	r->earlier_starts = excused == NULL;
	r->seen = events_of(n, yaml_get(y, "seen"), 0);
	r->held = events_of(n, yaml_get(y, "held"), 0);
	r->earlier_months = number(yaml_get(y, "months"), 0);
	r->earlier_because = words(y, "because");
}

static void read_ends(struct naive *n, struct rule *r, const struct source *s)
{
	const struct yaml *list = key_of(s, "ends"), *age = key_of(s, "ends-at-age"),
			  *spell = key_of(s, "spell-closes");
	struct ending *e = arena_array(&n->arena, list ? list->n + 1 : 1, sizeof *e);
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next)
		e[r->n_endings++] = (struct ending){ .on = events_of(n, yaml_get(y, "on"), 0),
						     .because = words(y, "because"),
						     .again = yes(yaml_get(y, "may-start-again")),
						     .not_required = yes(yaml_get(y, "not-required")),
						     .same_day_counts = yes(yaml_get(y, "same-day-counts")) };
	r->endings = e;
	if (age) {
		r->ends_at_age = number(yaml_get(age, "years"), 0);
		r->age_because = words(age, "because");
	}
	r->gap_days = number(key_of(s, "gap-days"), 0);
	if (spell) {
		r->spell_closes = events_of(n, yaml_get(spell, "on"), 0);
		r->spell_because = words(spell, "because");
	}
}

static void read_turns(struct naive *n, struct rule *r, const struct source *s)
{
	const struct yaml *list = key_of(s, "turns"), *from, *after = key_of(s, "starts-after");
	struct turning *t = arena_array(&n->arena, list ? list->n + 1 : 1, sizeof *t);
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		struct turning *one = &t[r->n_turns++];
		*one = (struct turning){ .id = words(y, "turn"),
					 .holder = holder_of(words(y, "holder")),
					 .begins = events_of(n, yaml_get(y, "begins"), 0) };
		from = yaml_get(y, "only-from");
		for (const struct yaml *f = from ? from->child : NULL; f && one->n_only_from < 8; f = f->next)
			one->only_from[one->n_only_from++] = f->text;
	}
	r->turns = t;
	from = key_of(s, "not-required-while");
	for (size_t i = 0; from && i < n->n_conditions; i++) /* in the order in which the conditions stand */
		for (const struct yaml *y = from->child; y; y = y->next)
			if (str_eq(n->conditions[i].id, y->text))
				r->not_while[r->n_not_while++] = &n->conditions[i];
	for (const struct yaml *y = after ? after->child : NULL; y; y = y->next)
		for (size_t i = 0; i < r->n_not_while; i++)
			if (str_eq(r->not_while[i]->id, y->text))
				r->starts_after[i] = true;
}

static void read_words(struct naive *n, struct rule *r, const struct source *s)
{
	const struct yaml *list = key_of(s, "done-when"), *unknown = key_of(s, "not-known");
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		if (r->n_parts == NAIVE_PARTS_MAX)
			bad(y, "so many parts");
		r->part[r->n_parts++] = events_of(n, yaml_get(y, "by"), 0);
	}
	r->notes = events_of(n, key_of(s, "notes"), 0);
	r->no_source = words(unknown, "no-source");
	r->no_birth = words(unknown, "no-birth-date");
	r->no_time = words(unknown, "no-time");
	r->no_start = words(unknown, "no-start");
	r->no_start_after = unknown ? number(yaml_get(unknown, "no-start-after-working-days"), 0) : 0;
}

static void read_standard(struct naive *n, const struct source *s)
{
	struct rule *r = &n->rules[n->n_rules++];
	struct str each = text_of(key_of(s, "one-for-each")), listed = text_of(key_of(s, "worklist"));
	*r = (struct rule){
		.id = words(s->y[0], "id"),
		.edition = number(key_of(s, "edition"), 1),
		.from = a_day(key_of(s, "from"), DAY_NONE),
		.until = a_day(key_of(s, "until"), DAY_NEVER),
		.evidence = vocab_evidence(n->v, text_of(key_of(s, "evidence"))),
		.scope = str_is(each, "period")	  ? SCOPE_PERIOD
			 : str_is(each, "person") ? SCOPE_PERSON
			 : str_is(each, "spell")  ? SCOPE_SPELL
						  : SCOPE_REFERENCE,
		.worklist = str_is(listed, "yes")  ? LISTED_YES
			    : str_is(listed, "no") ? LISTED_NO
						   : LISTED_WHEN_KNOWN,
	};
	read_starts(n, r, s);
	read_limits(n, r, s);
	read_earlier(n, r, s);
	read_ends(n, r, s);
	read_turns(n, r, s);
	read_words(n, r, s);
}

/* ---- files ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t files_of(const char *dir, struct arena *a, const struct yaml **out, size_t max)
{
	char *names[200];
	size_t n = 0, k = 0;
	DIR *d = opendir(dir);
	if (!d)
		return 0;
	for (struct dirent *f; (f = readdir(d)) && n < COUNT_OF(names);)
		if (strlen(f->d_name) > 5 && strcmp(f->d_name + strlen(f->d_name) - 5, ".yaml") == 0)
			names[n++] = xstrndup(f->d_name, strlen(f->d_name));
	closedir(d);
	qsort(names, n, sizeof *names, by_name);
	for (size_t i = 0; i < n; i++) {
		struct err e = { 0 };
		struct str path = arena_printf(a, "%s/%s", dir, names[i]);
		free(names[i]);
		if (k < max && yaml_read_file(path.p, a, &out[k++], &e))
			bad(NULL, e.text);
	}
	return k;
}

/* The standard of that id nearest above. */
static const struct yaml *standard_above(const struct yaml *const *all, size_t n, struct str id)
{
	while (n-- > 0)
		if (str_eq(words(all[n], "id"), id))
			return all[n];
	return NULL;
}

void naive_load(const char *data_dir, const struct vocab *v, struct naive *n)
{
	enum { FILES = 200, MANY = 600 };
	const struct yaml *files[FILES], *all[MANY];
	size_t n_all = 0;
	n->v = v;
	arena_init(&n->arena);
	n->rules = arena_array(&n->arena, MANY, sizeof *n->rules);
	n->conditions = arena_array(&n->arena, MANY, sizeof *n->conditions);
	n->tallies = arena_array(&n->arena, MANY, sizeof *n->tallies);
	n->values = arena_array(&n->arena, 10 * MANY, sizeof *n->values);
	size_t k = files_of(arena_printf(&n->arena, "%s/parameters", data_dir).p, &n->arena, files, FILES);
	for (size_t i = 0; i < k; i++)
		read_parameters(n, files[i]);
	k = files_of(arena_printf(&n->arena, "%s/standards", data_dir).p, &n->arena, files, FILES);
	for (size_t i = 0; i < k; i++)
		read_conditions(n, files[i]);
	for (size_t i = 0; i < k; i++) {
		const struct yaml *list = yaml_get(files[i], "standards");
		for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
			struct source s = { .y = { y }, .n = 1 };
			const struct yaml *like;
			while (s.n < 8 && (like = yaml_get(s.y[s.n - 1], "like"))) {
				const struct yaml *above = standard_above(all, n_all, like->text);
				if (!above)
					bad(like, "a standard above");
				s.y[s.n++] = above;
			}
			all[n_all++] = y;
			read_standard(n, &s);
		}
	}
}

void naive_free(struct naive *n)
{
	arena_release(&n->arena);
}
