#include "plan/sections.h"

#include <math.h>
#include <stdarg.h>

/* ---- numbers and words ---- */

static bool is_share(enum outlook_measure m)
{
	return m == OUT_DELAYED || m == OUT_WITHIN || m == OUT_AWAY_SHARE || m == OUT_CARE_DELAYED ||
	       m == OUT_CARE_WITHIN || m == OUT_OCCUPANCY;
}

struct str section_number(enum outlook_measure m, double v, struct arena *a)
{
	if (!isfinite(v))
		return STR("-");
	const char *sign = v < 0 ? "−" : "";
	double x = fabs(v);
	if (is_share(m))
		return arena_printf(a, "%s%.1f%%", sign, 100 * x);
	if (m == OUT_COST)
		return arena_printf(a, "%s£%.2fm", sign, x / 1e6);
	if (x >= 9999.5)
		return arena_printf(a, "%s%d,%03d", sign, (int)(x + 0.5) / 1000, (int)(x + 0.5) % 1000);
	if (x < 0.005)
		sign = "";
	return arena_printf(a, x >= 999.5 ? "%s%.0f" : x >= 9.995 ? "%s%.1f" : "%s%.2f", sign, x);
}

static struct str plain(double v, struct arena *a)
{
	if (fabs(v) >= 99999.5 && fabs(v) < 1e9)
		return arena_printf(a, "%d,%03d", (int)(v + 0.5) / 1000, (int)(v + 0.5) % 1000);
	return arena_printf(a, "%.6g", v);
}

static struct str range(enum outlook_measure m, const struct outlook_number *n, bool runs, struct arena *a)
{
	if (n->n < 2)
		return STR("-");
	double low = runs ? n->low : n->lower, high = runs ? n->high : n->upper;
	return arena_printf(a, STR_FMT " to " STR_FMT, STR_ARG(section_number(m, low, a)),
			    STR_ARG(section_number(m, high, a)));
}

static struct str scope_words(const struct scenario *s, enum outlook_scope scope, int32_t i)
{
	static const char *const fifths[] = {
		"", "Most deprived fifth", "Second fifth", "Third fifth", "Fourth fifth", "Least deprived fifth"
	};
	switch (scope) {
	case OUTLOOK_AREA: return s->areas[i].name;
	case OUTLOOK_COUNTY: return s->areas[i].county;
	case OUTLOOK_FIFTH: return str_of(fifths[i]);
	case OUTLOOK_NEED: return s->needs[i].name;
	case OUTLOOK_SERVICE: return s->services[i].name;
	default: return STR("All");
	}
}

struct str sections_guesses(const struct scenario *s, struct arena *a)
{
	size_t n = scenario_guesses(s);
	if (n == 0)
		return arena_printf(a, "All %zu numbers have a source.", s->n_inputs);
	return arena_printf(a, "%zu of %zu numbers are guesses.", n, s->n_inputs);
}

/* "stay.mean" -> "mean stay" */
static const struct {
	const char *end, *words, *unit;
} fields[] = {
	{ "stay.mean", "mean stay", "days" },
	{ "stay.sd", "spread of stays", "days" },
	{ "stay.cv", "spread of stays over their mean", "" },
	{ "stay.median", "middle stay", "days" },
	{ "stay.p90", "stay that 9 in 10 are under", "days" },
	{ ".stay", "stay", "days" },
	{ "cost.fixed", "cost", "pounds a year" },
	{ "cost.per-day", "cost of each day somebody is there", "pounds" },
	{ ".beds", "beds", "beds" },
	{ ".places", "places", "places a day" },
	{ ".caseload", "children at once", "children" },
	{ ".slots", "appointments", "a week" },
	{ ".clinicians", "clinicians", "people" },
	{ ".staff", "staff", "people" },
	{ ".staff-for-each", "staff needed for each place", "people" },
	{ ".built", "beds built", "beds" },
	{ ".attendance", "share who come", "from 0 to 1" },
	{ ".sessions-a-week", "sessions a week of a child", "" },
	{ ".open-when-counted", "days a week open when the demand was counted", "days" },
	{ ".miles", "how far away", "miles" },
	{ ".children", "children who live there", "children" },
	{ ".factor", "need, times the others’", "" },
	{ ".per-year", "children who come", "a year" },
	{ ".per-100000", "children who come, of each 100,000", "a year" },
	{ ".share", "share who go on", "from 0 to 1" },
	{ ".times", "effect where it is open every day", "times" },
	{ "if-waiting-1.after.mean", "how long a child waits before the first rule, mean", "days" },
	{ "after.mean", "mean time until then", "days" },
	{ "after.median", "middle time until then", "days" },
	{ "if-waiting-1.after", "how long a child waits before the first rule", "days" },
	{ ".after", "time until then", "days" },
	{ "before.mean", "mean time before they come", "days" },
	{ "before.median", "middle time before they come", "days" },
	{ "before.p90", "time before they come that 9 in 10 are under", "days" },
	{ ".before", "time before they come", "days" },
	{ "travel.fixed-minutes", "minutes of every way", "minutes" },
	{ "travel.minutes-a-mile", "minutes a mile", "minutes" },
	{ "travel.at-most", "longest way", "minutes" },
	{ "all.overlap", "how far effects are the same effect", "from 0 to 1" },
	{ "all.budget", "budget", "pounds a year" },
};

static size_t field_of(struct str path)
{
	size_t i = 0;
	for (; i < COUNT_OF(fields); i++) {
		size_t n = strlen(fields[i].end);
		if (path.n >= n && memcmp(path.p + path.n - n, fields[i].end, n) == 0)
			break;
	}
	return i;
}

const char *section_input_unit(const struct plan_input *in)
{
	size_t i = field_of(in->path);
	return i < COUNT_OF(fields) ? fields[i].unit : "";
}

/* The name of what a path is about: a service, an area, or the id itself with spaces. */
static struct str subject_of(const struct scenario *s, struct str path, struct arena *a)
{
	struct str rest, section = str_cut(path, '.', &rest), id = str_cut(rest, '.', &rest);
	if (str_is(section, "travel") || str_is(section, "all"))
		return STR("");
	for (size_t i = 0; str_is(section, "services") && i < s->n_services; i++)
		if (str_eq(s->services[i].id, id))
			return s->services[i].name;
	for (size_t i = 0; str_is(section, "areas") && i < s->n_areas; i++)
		if (str_eq(s->areas[i].id, id))
			return s->areas[i].name;
	char *t = arena_alloc(a, id.n + 1);
	for (size_t i = 0; i < id.n; i++)
		t[i] = id.p[i] == '-' ? ' ' : id.p[i];
	if (id.n && t[0] >= 'a' && t[0] <= 'z')
		t[0] = (char)(t[0] - 32);
	t[id.n] = '\0';
	return (struct str){ t, id.n };
}

struct str section_input_words(const struct scenario *s, const struct plan_input *in, struct arena *a)
{
	size_t i = field_of(in->path);
	struct str of = subject_of(s, in->path, a);
	struct str words = i < COUNT_OF(fields) ? str_of(fields[i].words) : in->path;
	if (!of.n) {
		char *t = arena_alloc(a, words.n + 1);
		memcpy(t, words.p, words.n);
		t[0] = (char)(t[0] >= 'a' && t[0] <= 'z' ? t[0] - 32 : t[0]);
		t[words.n] = '\0';
		return (struct str){ t, words.n };
	}
	return arena_printf(a, STR_FMT ": " STR_FMT, STR_ARG(of), STR_ARG(words));
}

/* ---- making tables ---- */

struct making {
	struct arena *a;
	struct section *s;
	size_t room;
};

static struct making begin(struct section *out, enum section_kind kind, size_t rows, size_t columns, struct arena *a)
{
	*out = (struct section){ .kind = kind, .n_columns = columns };
	out->cells = arena_array(a, rows * columns + 1, sizeof *out->cells);
	return (struct making){ a, out, 0 };
}

static void heads(struct making *m, const char *title, const char *words, const struct section_column *c)
{
	m->s->title = str_of(title);
	m->s->words = str_of(words);
	memcpy(m->s->columns, c, m->s->n_columns * sizeof *c);
}

static void put(struct making *m, struct str text)
{
	m->s->cells[m->room++] = (struct section_cell){ .text = text };
	m->s->n_rows = m->room / m->s->n_columns;
}

static void put_number(struct making *m, struct str text, double v)
{
	m->s->cells[m->room++] = (struct section_cell){ text, v, isfinite(v) };
	m->s->n_rows = m->room / m->s->n_columns;
}

static void put_measure(struct making *m, enum outlook_measure of, double v)
{
	put_number(m, section_number(of, v, m->a), v);
}

static struct str capital(struct str s, struct arena *a)
{
	char *t = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(t, s.p, s.n);
	t[0] = (char)(t[0] >= 'a' && t[0] <= 'z' ? t[0] - 32 : t[0]);
	t[s.n] = '\0';
	return (struct str){ t, s.n };
}

/* ---- one outlook ---- */

static bool all_table(const struct outlook *o, struct arena *a, struct section *out)
{
	static const struct section_column c[] = {
		{ "What", false }, { "Mean", true }, { "95% interval of the mean", true }, { "95 in 100 runs", true }
	};
	struct making m = begin(out, SECTION_ALL, OUT__COUNT, 4, a);
	heads(&m, "In all",
	      "The interval says how exactly the mean is known; more runs make it narrower. Between what a real "
	      "stretch of years may fall, from chance and guesses together, is said by 95 in 100 runs.",
	      c);
	for (size_t i = 0; i < o->n_rows; i++) {
		const struct outlook_row *r = &o->rows[i];
		if (r->scope != OUTLOOK_ALL)
			continue;
		put(&m, capital(str_of(outlook_measure_words(r->measure)), a));
		put_measure(&m, r->measure, r->number.value);
		put(&m, range(r->measure, &r->number, false, a));
		put(&m, range(r->measure, &r->number, true, a));
	}
	return out->n_rows > 0;
}

static void put_of(struct making *m, const struct outlook *o, enum outlook_scope scope, int32_t i,
		   enum outlook_measure of)
{
	const struct outlook_row *r = outlook_find(o, scope, i, of);
	put_measure(m, of, r ? r->number.value : NAN);
}

static void put_range_of(struct making *m, const struct outlook *o, enum outlook_scope scope, int32_t i,
			 enum outlook_measure of)
{
	const struct outlook_row *r = outlook_find(o, scope, i, of);
	put(m, r ? range(of, &r->number, false, m->a) : STR("-"));
}

static bool has(const struct outlook *o, enum outlook_measure m)
{
	return outlook_find(o, OUTLOOK_ALL, 0, m) != NULL;
}

static bool areas_table(const struct outlook *o, struct arena *a, struct section *out)
{
	static const struct section_column beds[] = { { "Area", false },
						      { "Admissions a year", true },
						      { "Of each 100,000", true },
						      { "95% interval", true },
						      { "Minutes by car", true },
						      { "95% interval", true },
						      { "Out of the area a year", true },
						      { "Bed-days far from home a year", true } };
	static const struct section_column care[] = {
		{ "Area", false },	    { "Children who begin a year", true }, { "Within the target", true },
		{ "95% interval", true },   { "Mean days waited", true },	   { "95% interval", true },
		{ "Minutes by car", true }, { "9 in 10 wait under, days", true }
	};
	static const enum outlook_measure of_beds[] = { OUT_ADMISSIONS, OUT_PER_100000, OUT_PER_100000, OUT_MINUTES,
							OUT_MINUTES,	OUT_AWAY,	OUT_FAR_DAYS };
	static const enum outlook_measure of_care[] = { OUT_STARTS,    OUT_CARE_WITHIN,	 OUT_CARE_WITHIN, OUT_CARE_WAIT,
							OUT_CARE_WAIT, OUT_CARE_MINUTES, OUT_CARE_P90 };
	bool is_beds = has(o, OUT_ADMISSIONS);
	const enum outlook_measure *of = is_beds ? of_beds : of_care;
	struct making m = begin(out, SECTION_AREAS, 2 * PLAN_AREAS_MAX, 8, a);
	heads(&m, "By area", is_beds ? "Ways are from the middle of the people of an area to the bed." : "",
	      is_beds ? beds : care);
	for (int scope = OUTLOOK_AREA; scope <= OUTLOOK_COUNTY; scope++)
		for (int32_t i = 0; i < (int32_t)o->scenario->n_areas; i++) {
			if (!outlook_find(o, (enum outlook_scope)scope, i, of[0]))
				continue;
			put(&m, scope == OUTLOOK_COUNTY
				    ? arena_printf(a, "County: " STR_FMT, STR_ARG(o->scenario->areas[i].county))
				    : o->scenario->areas[i].name);
			for (int k = 0; k < 7; k++)
				if (k == 2 || k == 4)
					put_range_of(&m, o, (enum outlook_scope)scope, i, of[k]);
				else
					put_of(&m, o, (enum outlook_scope)scope, i, of[k]);
		}
	return out->n_rows > 0;
}

static bool beds_table(const struct outlook *o, struct arena *a, struct section *out)
{
	static const struct section_column c[] = { { "End of month", true }, { "1 in 20 below", true },
						   { "1 in 4 below", true }, { "Middle run", true },
						   { "3 in 4 below", true }, { "19 in 20 below", true } };
	struct making m = begin(out, SECTION_BEDS, o->n_fan, 6, a);
	heads(&m, "Beds in use", "Children in beds at the end of each month, those out of the area too.", c);
	for (size_t i = 0; i < o->n_fan; i++) {
		const struct outlook_fan *f = &o->fan[i];
		const double v[] = { f->p5, f->p25, f->p50, f->p75, f->p95 };
		put_number(&m, arena_printf(a, "%zu", i + 1), (double)(i + 1));
		for (size_t k = 0; k < COUNT_OF(v); k++)
			put_number(&m, arena_printf(a, "%.1f", v[k]), v[k]);
	}
	return has(o, OUT_ADMISSIONS) && out->n_rows > 0;
}

static bool waits_table(const struct outlook *o, struct arena *a, struct section *out)
{
	static const struct section_column c[] = { { "Service", false },       { "Begin a year", true },
						   { "Wait at all", true },    { "Mean days", true },
						   { "Middle, days", true },   { "9 in 10 under", true },
						   { "19 in 20 under", true }, { "Formula, mean days", true } };
	struct making m = begin(out, SECTION_WAITS, o->scenario->n_services, 8, a);
	heads(&m, "Waits, by service",
	      "Of those who begin there, before they begin. The formula is exact where one fits, worked out with the "
	      "numbers as written, not with their ranges.",
	      c);
	for (int32_t i = 0; i < (int32_t)o->scenario->n_services; i++) {
		const struct plan_service *v = &o->scenario->services[i];
		const struct outlook_service *f = &o->services[i];
		bool beds = v->kind == SERVICE_BEDS;
		if (v->capacity < 0 && v->staff < 0)
			continue; /* without limit nobody waits */
		put(&m, v->name);
		put_of(&m, o, OUTLOOK_SERVICE, i, beds ? OUT_ADMISSIONS : OUT_STARTS);
		put_of(&m, o, OUTLOOK_SERVICE, i, beds ? OUT_DELAYED : OUT_CARE_DELAYED);
		put_of(&m, o, OUTLOOK_SERVICE, i, beds ? OUT_WAIT : OUT_CARE_WAIT);
		put_of(&m, o, OUTLOOK_SERVICE, i, beds ? OUT_WAIT_P50 : OUT_CARE_P50);
		put_of(&m, o, OUTLOOK_SERVICE, i, beds ? OUT_WAIT_P90 : OUT_CARE_P90);
		put_of(&m, o, OUTLOOK_SERVICE, i, beds ? OUT_WAIT_P95 : OUT_CARE_P95);
		if (f->load.verdict == LOAD_GROWS)
			put(&m, arena_printf(a, "grows by %.2f children a week", f->load.growth));
		else if (f->formula != FORMULA_NONE)
			put_number(&m,
				   arena_printf(a, STR_FMT " (%s)",
						STR_ARG(section_number(OUT_WAIT, f->answer.wait, a)),
						sim_formula_name(f->formula)),
				   f->answer.wait);
		else
			put(&m, STR("none fits"));
	}
	return out->n_rows > 0;
}

static bool services_table(const struct outlook *o, struct arena *a, struct section *out)
{
	static const struct section_column c[] = { { "Service", false },
						   { "Room", false },
						   { "In use", true },
						   { "95% interval", true },
						   { "Go elsewhere a year", true },
						   { "Leave a year", true },
						   { "Cost a year", true } };
	struct making m = begin(out, SECTION_SERVICES, o->scenario->n_services, 7, a);
	heads(&m, "Services: in use, and what they cost", "", c);
	for (int32_t i = 0; i < (int32_t)o->scenario->n_services; i++) {
		const struct plan_service *v = &o->scenario->services[i];
		put(&m, v->name);
		put(&m, v->capacity < 0
			    ? arena_printf(a, "%s, no limit", service_kind_name(v->kind))
			    : arena_printf(a, "%.6g %s%s", o->scenario->inputs[v->capacity].value,
					   service_kind_name(v->kind), v->kind == SERVICE_SLOTS ? " a week" : ""));
		put_of(&m, o, OUTLOOK_SERVICE, i, OUT_OCCUPANCY);
		put_range_of(&m, o, OUTLOOK_SERVICE, i, OUT_OCCUPANCY);
		put_of(&m, o, OUTLOOK_SERVICE, i, OUT_WENT);
		put_of(&m, o, OUTLOOK_SERVICE, i, OUT_LEFT);
		put_of(&m, o, OUTLOOK_SERVICE, i, OUT_COST);
	}
	return out->n_rows > 0;
}

static bool fair_table(const struct outlook *o, struct arena *a, struct section *out)
{
	static const struct section_column c[] = { { "What", false },
						   { "Lowest", true },
						   { "Highest", true },
						   { "How far apart", true },
						   { "95% interval", true } };
	struct making m = begin(out, SECTION_FAIR, o->n_gaps + (size_t)2 * OUT__COUNT, 5, a);
	heads(&m, "Fairness",
	      "How far areas, and fifths by deprivation, lie apart. Small areas differ by chance alone.", c);
	for (size_t i = 0; i < o->n_gaps; i++) {
		const struct outlook_gap *g = &o->gaps[i];
		const struct outlook_row *low = outlook_find(o, OUTLOOK_AREA, g->least, g->measure),
					 *high = outlook_find(o, OUTLOOK_AREA, g->most, g->measure);
		put(&m, capital(arena_printf(a, "%s, areas", outlook_measure_words(g->measure)), a));
		put(&m, low ? arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(o->scenario->areas[g->least].name),
					   STR_ARG(section_number(g->measure, low->number.value, a)))
			    : o->scenario->areas[g->least].name);
		put(&m, high ? arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(o->scenario->areas[g->most].name),
					    STR_ARG(section_number(g->measure, high->number.value, a)))
			     : o->scenario->areas[g->most].name);
		put_measure(&m, g->measure, g->gap);
		put(&m, arena_printf(a, STR_FMT " to " STR_FMT, STR_ARG(section_number(g->measure, g->lower, a)),
				     STR_ARG(section_number(g->measure, g->upper, a))));
	}
	static const enum outlook_measure by_fifth[] = { OUT_PER_100000, OUT_MINUTES, OUT_AWAY_SHARE, OUT_CARE_WAIT,
							 OUT_CARE_WITHIN };
	for (size_t k = 0; k < COUNT_OF(by_fifth); k++) {
		const struct outlook_row *first = NULL, *last = NULL;
		for (int32_t f = 1; f <= 5; f++) {
			const struct outlook_row *r = outlook_find(o, OUTLOOK_FIFTH, f, by_fifth[k]);
			first = first ? first : r;
			last = r ? r : last;
		}
		if (!first || first == last)
			continue;
		put(&m, capital(arena_printf(a, "%s, fifths", outlook_measure_words(by_fifth[k])), a));
		put(&m,
		    arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(scope_words(o->scenario, OUTLOOK_FIFTH, last->index)),
				 STR_ARG(section_number(by_fifth[k], last->number.value, a))));
		put(&m,
		    arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(scope_words(o->scenario, OUTLOOK_FIFTH, first->index)),
				 STR_ARG(section_number(by_fifth[k], first->number.value, a))));
		put_measure(&m, by_fifth[k], first->number.value - last->number.value);
		put(&m, STR("-"));
	}
	return out->n_rows > 0;
}

static void put_size(struct making *m, const char *rule, const struct sizing *z)
{
	put(m, str_of(rule));
	put_number(m, arena_printf(m->a, "%d", z->servers), z->servers);
	put_measure(m, OUT_DELAYED, z->answer.delayed);
	put_measure(m, OUT_OCCUPANCY, z->answer.load);
	put_measure(m, OUT_WAIT, z->answer.wait);
}

static bool sizes_table(const struct outlook *o, struct arena *a, struct section *out)
{
	static const struct section_column c[] = { { "Rule", false },
						   { "Beds", true },
						   { "Wait at all", true },
						   { "In use", true },
						   { "Mean days waited", true } };
	struct making m = begin(out, SECTION_SIZES, 3, 5, a);
	heads(&m, "How many beds are needed", "", c);
	if (!o->beds_sized)
		return false;
	m.s->words = arena_printf(a,
				  "All beds of the area as one, by Erlang’s formula: %.1f children in beds on average; "
				  "%.0f beds are there. Each ward by itself needs more.",
				  o->beds_load, o->beds_here);
	put_size(&m, "At most 1 in 10 waits", &o->beds_by_delay);
	put_size(&m, "The same by the square root", &o->beds_by_root);
	put_size(&m, "85% full, for comparison only", &o->beds_by_85);
	return true;
}

static bool published_table(const struct outlook *o, struct arena *a, struct section *out)
{
	static const char *const of[] = {
		"Admissions a year",	  "Days in a bed, each admission",     "Mean days waited for a bed",
		"Children in beds, mean", "Admissions out of the area a year", "Bed-days out of the area a year"
	};
	static const struct section_column c[] = { { "What", false },  { "Published", true },	 { "Its range", true },
						   { "Here", true },   { "95% interval", true }, { "Fits", false },
						   { "Source", false } };
	struct making m = begin(out, SECTION_PUBLISHED, o->n_checks, 7, a);
	heads(&m, "Does it give what is published?", "", c);
	for (size_t i = 0; i < o->n_checks; i++) {
		const struct outlook_check *k = &o->checks[i];
		const struct plan_published *p = k->published;
		put(&m, str_of(of[p->of]));
		put_number(&m, plain(p->value, a), p->value);
		put(&m, arena_printf(a, STR_FMT " to " STR_FMT, STR_ARG(plain(p->low, a)), STR_ARG(plain(p->high, a))));
		put_measure(&m, OUT_ADMISSIONS, k->value);
		put(&m, arena_printf(a, STR_FMT " to " STR_FMT, STR_ARG(section_number(OUT_ADMISSIONS, k->lower, a)),
				     STR_ARG(section_number(OUT_ADMISSIONS, k->upper, a))));
		put(&m, k->holds ? STR("yes") : STR("no"));
		put(&m, arena_printf(a, STR_FMT ", " STR_FMT, STR_ARG(p->source), STR_ARG(p->date)));
	}
	return out->n_rows > 0;
}

static bool rests_table(const struct scenario *s, struct arena *a, struct section *out)
{
	static const struct section_column c[] = {
		{ "Number", false }, { "Value", true }, { "Range tried", true },
		{ "Unit", false },   { "Kind", false }, { "Source and date", false }
	};
	struct making m = begin(out, SECTION_RESTS, s->n_inputs, 6, a);
	heads(&m, "What this rests on", "Guesses first. Replace a guess with a local figure, and its range narrows.",
	      c);
	for (int guess = 1; guess >= 0; guess--)
		for (size_t i = 0; i < s->n_inputs; i++) {
			const struct plan_input *in = &s->inputs[i];
			if (in->guess != guess)
				continue;
			put(&m, section_input_words(s, in, a));
			put_number(&m, plain(in->value, a), in->value);
			put(&m, in->ranged ? arena_printf(a, STR_FMT " to " STR_FMT, STR_ARG(plain(in->low, a)),
							  STR_ARG(plain(in->high, a)))
					   : STR("fixed"));
			put(&m, str_of(section_input_unit(in)));
			put(&m, guess ? STR("guess") : STR("source"));
			put(&m, arena_printf(a, STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(in->source),
					     in->date.n ? ", " : "", STR_ARG(in->date), in->note.n ? "; " : "",
					     STR_ARG(in->note)));
			struct section_cell *last = &out->cells[m.room - 1];
			if (last->text.n > 2 && memcmp(last->text.p, "; ", 2) == 0) /* a note alone */
				last->text = (struct str){ last->text.p + 2, last->text.n - 2 };
		}
	return out->n_rows > 0;
}

size_t sections_of(const struct outlook *o, struct arena *a, struct section out[SECTIONS_MAX])
{
	size_t n = 0;
	n += all_table(o, a, &out[n]);
	n += sizes_table(o, a, &out[n]);
	n += areas_table(o, a, &out[n]);
	n += beds_table(o, a, &out[n]);
	n += waits_table(o, a, &out[n]);
	n += services_table(o, a, &out[n]);
	n += fair_table(o, a, &out[n]);
	n += published_table(o, a, &out[n]);
	n += rests_table(o->scenario, a, &out[n]);
	return n;
}

static void say_growing(struct buf *b, const struct outlook *o)
{
	for (size_t i = 0; i < o->scenario->n_services; i++)
		if (o->services[i].load.verdict == LOAD_GROWS && o->services[i].load.growth < 0.005)
			buf_printf(b, "%s" STR_FMT " grows: as many come as it has room for. ",
				   b->n ? "" : "There is no long run. ", STR_ARG(o->scenario->services[i].name));
		else if (o->services[i].load.verdict == LOAD_GROWS)
			buf_printf(b, "%s" STR_FMT " grows: %.2f children more wait each week, for ever. ",
				   b->n ? "" : "There is no long run. ", STR_ARG(o->scenario->services[i].name),
				   o->services[i].load.growth);
}

static void say(struct buf *b, const struct outlook *o, enum outlook_measure m, const char *words, struct arena *a)
{
	const struct outlook_row *r = outlook_find(o, OUTLOOK_ALL, 0, m);
	if (r && isfinite(r->number.value))
		buf_printf(b, STR_FMT " %s (" STR_FMT "). ", STR_ARG(section_number(m, r->number.value, a)), words,
			   STR_ARG(range(m, &r->number, false, a)));
}

struct str sections_headline(const struct outlook *o, struct arena *a)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 20000);
	say_growing(&b, o);
	if (has(o, OUT_ADMISSIONS)) {
		say(&b, o, OUT_ADMISSIONS, "admissions a year", a);
		say(&b, o, OUT_OCCUPIED, "children in beds on average", a);
		say(&b, o, OUT_AWAY, "admissions a year out of the area", a);
	} else {
		say(&b, o, OUT_STARTS, "children begin a year", a);
		say(&b, o, OUT_CARE_WITHIN, "begin within their target", a);
	}
	if (o->beds_sized)
		buf_printf(&b, "%d beds are enough for 1 in 10 to wait. ", o->beds_by_delay.servers);
	return arena_str(a, str_trim(buf_view(&b)));
}

/* ---- two of them ---- */

static const char *reading(const struct outlook_number *d)
{
	if (d->n < 2)
		return "not told";
	return d->upper < 0			? "lower"
	       : d->lower > 0			? "higher"
	       : d->lower == 0 && d->upper == 0 ? "the same"
						: "may be chance";
}

static bool differences(const struct outlook *a, const struct outlook *b, enum outlook_scope scope, const char *title,
			struct arena *arena, struct section *out)
{
	static const struct section_column c[] = { { "What", false },
						   { "A", true },
						   { "B", true },
						   { "B less A", true },
						   { "95% interval", true },
						   { "95 in 100 runs", true },
						   { "Reading", false } };
	static const enum outlook_measure by_area[] = { OUT_ADMISSIONS, OUT_PER_100000, OUT_MINUTES,
							OUT_FAR_DAYS,	OUT_CARE_WAIT,	OUT_CARE_WITHIN };
	struct making m = begin(out,
				scope == OUTLOOK_ALL	? SECTION_DIFFERENCES
				: scope == OUTLOOK_AREA ? SECTION_AREAS
							: SECTION_FAIR,
				a->n_rows, 7, arena);
	heads(
	    &m, title,
	    scope == OUTLOOK_ALL
		? "Both have the same children and the same draws of what is uncertain, so a difference is known much "
		  "better than its parts. Lower or higher is said when the whole interval is; then it is so if the "
		  "effects are as assumed."
		: "",
	    c);
	for (size_t i = 0; i < a->n_rows; i++) {
		const struct outlook_row *ra = &a->rows[i], *rb = outlook_same(a, ra, b);
		struct outlook_number d;
		bool wanted = scope == OUTLOOK_ALL;
		for (size_t k = 0; k < COUNT_OF(by_area); k++)
			wanted |= by_area[k] == ra->measure;
		if (ra->scope != scope || !wanted || !outlook_difference(a, ra, b, rb, &d))
			continue;
		struct str what = str_of(outlook_measure_words(ra->measure));
		put(&m, scope == OUTLOOK_ALL
			    ? capital(what, arena)
			    : arena_printf(arena, STR_FMT ": " STR_FMT,
					   STR_ARG(scope_words(a->scenario, scope, ra->index)), STR_ARG(what)));
		put_measure(&m, ra->measure, ra->number.value);
		put_measure(&m, ra->measure, rb->number.value);
		put_measure(&m, ra->measure, d.value);
		put(&m, range(ra->measure, &d, false, arena));
		put(&m, range(ra->measure, &d, true, arena));
		put(&m, str_of(reading(&d)));
	}
	return out->n_rows > 0;
}

/* A table that is about one of two. */
static bool of_one(bool there, const char *title, bool first, struct section *s)
{
	if (there) {
		s->title = str_of(title);
		s->first = first;
	}
	return there;
}

static struct str signed_per_cent(double v, struct arena *a)
{
	return arena_printf(a, "%s%.0f%%", v < 0 ? "−" : "+", fabs(100 * v));
}

/* What was published as a change, beside the change that came out. */
static bool changes_table(const struct outlook *a, const struct outlook *b, struct arena *arena, struct section *out)
{
	static const struct section_column c[] = { { "What", false },	  { "Published", true },
						   { "Its range", true }, { "Here", true },
						   { "Fits", false },	  { "Source, and what differs", false } };
	struct making m = begin(out, SECTION_PUBLISHED, b->scenario->n_published, 6, arena);
	heads(&m, "Does it give the change that is published?", "", c);
	for (size_t i = 0; i < b->scenario->n_published; i++) {
		const struct plan_published *p = &b->scenario->published[i];
		struct outlook_check k;
		if (!outlook_changed(a, b, p, &k))
			continue;
		put(&m, str_of(outlook_measure_words(outlook_published(p->of))));
		put_number(&m, signed_per_cent(p->value, arena), p->value);
		put(&m, arena_printf(arena, STR_FMT " to " STR_FMT, STR_ARG(signed_per_cent(p->low, arena)),
				     STR_ARG(signed_per_cent(p->high, arena))));
		put_number(&m, signed_per_cent(k.value, arena), k.value);
		put(&m, k.holds ? STR("yes") : STR("no"));
		put(&m, arena_printf(arena, STR_FMT ", " STR_FMT "%s" STR_FMT, STR_ARG(p->source), STR_ARG(p->date),
				     p->note.n ? ". " : "", STR_ARG(p->note)));
	}
	return out->n_rows > 0;
}

size_t sections_between(const struct outlook *a, const struct outlook *b, struct arena *arena,
			struct section out[SECTIONS_MAX])
{
	size_t n = 0;
	n += differences(a, b, OUTLOOK_ALL, "What changes", arena, &out[n]);
	n += differences(a, b, OUTLOOK_AREA, "By area", arena, &out[n]);
	n += differences(a, b, OUTLOOK_FIFTH, "By fifth of deprivation", arena, &out[n]);
	n += of_one(beds_table(a, arena, &out[n]), "Beds in use, A", true, &out[n]);
	n += of_one(beds_table(b, arena, &out[n]), "Beds in use, B", false, &out[n]);
	n += of_one(waits_table(a, arena, &out[n]), "Waits, by service, A", true, &out[n]);
	n += of_one(waits_table(b, arena, &out[n]), "Waits, by service, B", false, &out[n]);
	n += changes_table(a, b, arena, &out[n]);
	n += rests_table(b->scenario, arena, &out[n]);
	if (n && out[n - 1].kind == SECTION_RESTS)
		out[n - 1].title = STR("What B rests on");
	return n;
}

struct str sections_headline_between(const struct outlook *a, const struct outlook *b, struct arena *arena)
{
	static const struct {
		enum outlook_measure m;
		const char *words;
	} told[] = {
		{ OUT_ADMISSIONS, "admissions a year" },	   { OUT_OCCUPIED, "children in beds" },
		{ OUT_AWAY, "admissions a year out of the area" }, { OUT_FAR_DAYS, "bed-days far from home a year" },
		{ OUT_CARE_WITHIN, "within their target" },	   { OUT_COST, "a year" }
	};
	struct buf text AUTO(buf_release);
	buf_init(&text, 20000);
	say_growing(&text, b);
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		const struct outlook_row *ra = outlook_find(a, OUTLOOK_ALL, 0, told[i].m);
		struct outlook_number d;
		if (!ra || !outlook_difference(a, ra, b, outlook_find(b, OUTLOOK_ALL, 0, told[i].m), &d) || d.n < 2)
			continue;
		if (!(d.upper < 0 || d.lower > 0))
			continue;
		buf_printf(&text, "%s" STR_FMT " %s (" STR_FMT "). ", d.value > 0 ? "+" : "",
			   STR_ARG(section_number(told[i].m, d.value, arena)), told[i].words,
			   STR_ARG(range(told[i].m, &d, false, arena)));
	}
	if (a->beds_sized && b->beds_sized)
		buf_printf(&text, "Beds needed for 1 in 10 to wait: %d, then %d. ", a->beds_by_delay.servers,
			   b->beds_by_delay.servers);
	if (!text.n)
		buf_puts(&text, "Nothing changes by more than chance, with so many runs.");
	return arena_str(arena, str_trim(buf_view(&text)));
}
