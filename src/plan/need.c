#include "plan/need.h"

#include <math.h>

#include "base/files.h"
#include "base/rand.h"
#include "codec/yaml.h"

enum { FILE_MAX = 1 << 20 };
/* Fifths are centred at tenths 1, 3, 5, 7, 9 of the people: from the first to the last is 0.8 of them. */
static const double FIFTHS_APART = 0.8, Z95 = 1.959963984540054;

/* ---- reading ---- */

static enum rc number(const struct yaml *map, const char *key, double least, double most, double *out, struct err *e)
{
	const struct yaml *v = yaml_get(map, key);
	char z[40], *end;
	if (!v)
		return yaml_error(map, e, "%s is missing", key);
	if (v->type != YAML_SCALAR || v->text.n >= sizeof z || !v->text.n)
		return yaml_error(v, e, "%s needs a number", key);
	memcpy(z, v->text.p, v->text.n);
	z[v->text.n] = 0;
	double x = strtod(z, &end);
	if (*end || !(x >= least) || !(x <= most))
		return yaml_error(v, e, "%s must be a number from %g to %g", key, least, most);
	*out = x;
	return RC_OK;
}

static enum rc input(const struct yaml *map, double most, struct need_input *out, struct err *e)
{
	struct need_input in = { .source = yaml_text(map, "source"), .date = yaml_text(map, "date") };
	enum rc rc = number(map, "value", 0, most, &in.value, e);
	if (rc == RC_OK)
		rc = number(map, "low", 0, most, &in.low, e);
	if (rc == RC_OK)
		rc = number(map, "high", 0, most, &in.high, e);
	if (rc == RC_OK && !(in.low <= in.value && in.value <= in.high))
		rc = yaml_error(map, e, "low, value and high must be in this order: %g, %g, %g", in.low, in.value,
				in.high);
	if (rc == RC_OK && in.value > 0 && in.low <= 0)
		rc = yaml_error(yaml_get(map, "low"), e,
				"low must be above 0: a rate that may be nothing has no logarithm");
	if (rc == RC_OK && (!in.source.n || !in.date.n))
		rc = yaml_error(map, e, "every input says its source and its date, also a guess");
	if (rc == RC_OK && !yaml_get(map, "guess"))
		rc = yaml_error(map, e, "say whether it is a guess: guess: yes or no");
	if (rc == RC_OK)
		rc = yaml_bool(map, "guess", false, &in.guess, e);
	if (rc == RC_OK)
		rc = yaml_bool(map, "guess-interval", false, &in.guess_interval, e);
	if (rc == RC_OK)
		*out = in;
	return rc;
}

static enum rc ages(const struct yaml *map, struct need_part *p, struct err *e)
{
	const struct yaml *v = yaml_get(map, "ages");
	struct str rest, from = v ? str_cut(v->text, '-', &rest) : (struct str){ 0 };
	int64_t lo, hi;
	if (!v || str_to_int(from, 0, PLACES_AGES - 1, &lo) != RC_OK ||
	    str_to_int(rest, lo, PLACES_AGES - 1, &hi) != RC_OK)
		return yaml_error(v ? v : map, e, "ages are written 11-16, from 0 to %d", PLACES_AGES - 1);
	p->from_age = (int)lo;
	p->to_age = (int)hi;
	return RC_OK;
}

static enum rc parts(const struct yaml *root, struct need *n, struct err *e)
{
	static const char *const keys[] = { "ages",  "value",	       "low", "high", "source", "date",
					    "guess", "guess-interval", NULL };
	const struct yaml *list = yaml_get(root, "parts");
	bool seen[PLACES_AGES] = { 0 };
	if (!list || list->type != YAML_LIST || !list->n || list->n > NEED_PARTS_MAX)
		return yaml_error(list ? list : root, e, "parts are a list of 1 to %d rates by age", NEED_PARTS_MAX);
	for (const struct yaml *c = list->child; c; c = c->next) {
		struct need_part *p = &n->parts[n->n_parts];
		enum rc rc =
		    c->type == YAML_MAP ? yaml_only(c, keys, e) : yaml_error(c, e, "a part is {ages: , value: , ..}");
		if (rc == RC_OK)
			rc = ages(c, p, e);
		if (rc == RC_OK)
			rc = input(c, n->per, &p->rate, e);
		for (int age = p->from_age; rc == RC_OK && age <= p->to_age; age++) {
			if (seen[age])
				rc = yaml_error(yaml_get(c, "ages"), e, "age %d is in two parts", age);
			seen[age] = true;
		}
		if (rc != RC_OK)
			return rc;
		n->n_parts++;
	}
	return RC_OK;
}

static enum rc other(const struct yaml *root, const char *key, double most, bool *has, struct need_input *out,
		     struct err *e)
{
	static const char *const keys[] = { "value", "low", "high", "source", "date", "guess", "guess-interval", NULL };
	const struct yaml *v = yaml_get(root, key);
	if (!v)
		return RC_OK;
	*has = true;
	enum rc rc =
	    v->type == YAML_MAP ? yaml_only(v, keys, e) : yaml_error(v, e, "%s is {value: , low: , high: , ..}", key);
	return rc == RC_OK ? input(v, most, out, e) : rc;
}

enum rc need_read(struct str text, const char *name, struct arena *a, struct need *out, struct err *e)
{
	static const char *const keys[] = { "need",  "title",	  "counts",	 "kind", "per",
					    "parts", "stay-days", "deprivation", NULL };
	const struct yaml *root;
	struct need n = { 0 };
	enum rc rc = yaml_read(text, name, a, &root, e);
	if (rc == RC_OK && root->type != YAML_MAP)
		rc = yaml_error(root, e, "a need is a map: need:, title:, kind:, parts:, ...");
	if (rc == RC_OK)
		rc = yaml_only(root, keys, e);
	if (rc != RC_OK)
		return rc;
	struct str kind = yaml_text(root, "kind");
	n.id = yaml_text(root, "need");
	n.title = yaml_text(root, "title");
	n.counts = yaml_text(root, "counts");
	n.share = str_is(kind, "share");
	n.per = 100;
	if (!n.id.n || !n.title.n || !n.counts.n)
		return yaml_error(root, e, "need, title and counts (what is counted) must be there");
	if (!n.share && !str_is(kind, "rate"))
		return yaml_error(root, e, "kind is share (per cent of people) or rate (so many of \"per\" in a year)");
	if (!n.share)
		rc = number(root, "per", 1, 1e6, &n.per, e);
	if (rc == RC_OK)
		rc = parts(root, &n, e);
	if (rc == RC_OK)
		rc = other(root, "stay-days", 3650, &n.has_stay, &n.stay, e);
	if (rc == RC_OK)
		rc = other(root, "deprivation", 20, &n.has_deprivation, &n.deprivation, e);
	if (rc == RC_OK)
		*out = n;
	return rc;
}

enum rc need_read_file(const char *data, struct str id, struct arena *a, struct need *out, struct err *e)
{
	struct str text, path = arena_printf(a, "%s/need/" STR_FMT ".yaml", data, STR_ARG(id));
	for (size_t i = 0; i < id.n; i++)
		if (!(id.p[i] >= 'a' && id.p[i] <= 'z') && !(id.p[i] >= '0' && id.p[i] <= '9') && id.p[i] != '-')
			return err_set(e, RC_BAD_INPUT, "a need is named by small letters, digits and hyphens");
	if (file_read(path.p, FILE_MAX, a, &text, e) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "there is no need \"" STR_FMT "\": linnet plan need lists them",
			       STR_ARG(id));
	return need_read(text, path.p, a, out, e);
}

enum rc need_list(const char *data, struct arena *a, struct need *out, size_t max, size_t *n_out, struct err *e)
{
	struct str folder = arena_printf(a, "%s/need", data), *names;
	size_t n = 0;
	enum rc rc = folder_list(folder.p, ".yaml", max, a, &names, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct str id = { names[i].p, names[i].n - 5 };
		rc = need_read_file(data, id, a, &out[i], e);
		if (rc == RC_OK && !str_eq(id, out[i].id))
			rc = err_set(e, RC_BAD_INPUT, "%s/" STR_FMT ": its name and \"need\" must be the same",
				     folder.p, STR_ARG(names[i]));
	}
	if (rc == RC_OK)
		*n_out = n;
	return rc;
}

size_t need_inputs(const struct need *n, size_t *guesses_out)
{
	size_t all = 0, guesses = 0;
	for (size_t k = 0; k < n->n_parts; k++, all++)
		guesses += n->parts[k].rate.guess || n->parts[k].rate.guess_interval;
	if (n->has_stay) {
		all++;
		guesses += n->stay.guess || n->stay.guess_interval;
	}
	if (n->has_deprivation) {
		all++;
		guesses += n->deprivation.guess || n->deprivation.guess_interval;
	}
	*guesses_out = guesses;
	return all;
}

/* ---- drawing ---- */

/* A value as a number of the normal scale; a share by its logit. */
static double inside(double v, double per, bool share)
{
	v /= per;
	return share ? log(v / (1 - v)) : log(v);
}

static double drawn(const struct need_input *in, double per, bool share, double z)
{
	if (in->value <= 0 || in->low >= in->high || (share && in->high >= per))
		return in->value;
	double mid = inside(in->value, per, share);
	double spread = z < 0 ? mid - inside(in->low, per, share) : inside(in->high, per, share) - mid;
	double x = mid + z * spread / Z95;
	return per * (share ? 1 / (1 + exp(-x)) : exp(x));
}

/* ---- deprivation ---- */

struct ranked {
	double score, people, place; /* place: -0.5 least deprived .. 0.5 most */
};

static int by_score(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	return (x->score > y->score) - (x->score < y->score);
}

struct england {
	struct ranked *list;
	size_t n;
	double people;
};

static double place_of(const struct england *g, double score)
{
	double below = 0, equal = 0;
	for (size_t i = 0; i < g->n; i++) {
		below += g->list[i].score < score ? g->list[i].people : 0;
		equal += g->list[i].score == score ? g->list[i].people : 0;
	}
	return g->people > 0 ? (below + equal / 2) / g->people - 0.5 : 0;
}

static struct england england_of(const struct places *places, struct arena *a)
{
	struct england g = { .list = arena_array(a, places_count(places) + 1, sizeof *g.list) };
	for (size_t i = 0; i < places_count(places); i++) {
		const struct place_area *p = places_at(places, i);
		int64_t people;
		if (p->tier == TIER_LOWER || p->until != DAY_NONE || !p->has_deprivation ||
		    !places_population(p, 0, PLACES_AGES - 1, &people))
			continue;
		g.list[g.n++] = (struct ranked){ p->deprivation, (double)people, 0 };
		g.people += (double)people;
	}
	if (g.n)
		qsort(g.list, g.n, sizeof *g.list, by_score);
	double before = 0;
	for (size_t i = 0; i < g.n; i++) {
		g.list[i].place = (before + g.list[i].people / 2) / g.people - 0.5;
		before += g.list[i].people;
	}
	return g;
}

static double slope_of(double ratio)
{
	return log(ratio) / FIFTHS_APART;
}

/* What England's mean would be without levelling. */
static double level_of(const struct england *g, double slope)
{
	double sum = 0;
	for (size_t i = 0; i < g->n; i++)
		sum += g->list[i].people * exp(slope * g->list[i].place);
	return g->people > 0 ? sum / g->people : 1;
}

/* ---- the whole ---- */

struct work {
	const struct need *n;
	struct england england;
	size_t areas;
	double *people; /* [areas * parts] */
	double *place;	/* [areas] */
	double *value;	/* [areas + 1] of one draw, the last for all */
	double *relative;
};

/* All areas with these rates. */
static void one_draw(struct work *w, const double *rates, double stay, double ratio)
{
	const struct need *n = w->n;
	double slope = n->has_deprivation ? slope_of(ratio) : 0, level = slope != 0 ? level_of(&w->england, slope) : 1;
	w->value[w->areas] = 0;
	for (size_t i = 0; i < w->areas; i++) {
		double sum = 0;
		for (size_t k = 0; k < n->n_parts; k++)
			sum += w->people[i * n->n_parts + k] * rates[k] / n->per;
		w->relative[i] = slope != 0 ? exp(slope * w->place[i]) / level : 1;
		w->value[i] = sum * w->relative[i] * (n->has_stay ? stay / 365 : 1);
		w->value[w->areas] += w->value[i];
	}
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double quantile(const double *sorted, int n, double p)
{
	double at = p * (n - 1);
	int k = (int)at;
	return k + 1 < n ? sorted[k] + (at - k) * (sorted[k + 1] - sorted[k]) : sorted[n - 1];
}

static enum rc people_of(struct work *w, const struct place_area *const *areas, struct need_result *r, struct err *e)
{
	const struct need *n = w->n;
	for (size_t i = 0; i < w->areas; i++) {
		r->areas[i].area = areas[i];
		for (size_t k = 0; k < n->n_parts; k++) {
			int64_t people;
			if (!places_population(areas[i], n->parts[k].from_age, n->parts[k].to_age, &people))
				return err_set(e, RC_BAD_INPUT, "the people of " STR_FMT " by age are not known",
					       STR_ARG(areas[i]->name));
			w->people[i * n->n_parts + k] = (double)people;
			r->areas[i].people += people;
		}
		if (n->has_deprivation && !areas[i]->has_deprivation)
			return err_set(e, RC_BAD_INPUT, "how deprived " STR_FMT " is is not known",
				       STR_ARG(areas[i]->name));
		w->place[i] = n->has_deprivation ? place_of(&w->england, areas[i]->deprivation) : 0;
		r->all.people += r->areas[i].people;
	}
	return RC_OK;
}

enum rc need_work_out(const struct need *n, const struct places *places, const struct place_area *const *areas,
		      size_t n_areas, uint64_t seed, int draws, struct arena *a, struct need_result *out, struct err *e)
{
	struct work w = { .n = n, .areas = n_areas };
	struct need_result r = { .areas = arena_array(a, n_areas, sizeof *r.areas), .n = n_areas };
	double rates[NEED_PARTS_MAX];
	if (n_areas == 0 || draws < 100 || draws > NEED_DRAWS_MAX)
		return err_set(e, RC_BAD_INPUT, "there must be an area, and 100 to %d draws", NEED_DRAWS_MAX);
	w.england = england_of(places, a);
	w.people = arena_array(a, n_areas * n->n_parts, sizeof *w.people);
	w.place = arena_array(a, n_areas, sizeof *w.place);
	w.value = arena_array(a, n_areas + 1, sizeof *w.value);
	w.relative = arena_array(a, n_areas, sizeof *w.relative);
	enum rc rc = people_of(&w, areas, &r, e);
	if (rc != RC_OK)
		return rc;
	for (size_t k = 0; k < n->n_parts; k++)
		rates[k] = n->parts[k].rate.value;
	one_draw(&w, rates, n->stay.value, n->deprivation.value);
	for (size_t i = 0; i < n_areas; i++) {
		r.areas[i].value = w.value[i];
		r.areas[i].relative = w.relative[i];
		r.all.relative +=
		    r.all.people > 0 ? w.relative[i] * (double)r.areas[i].people / (double)r.all.people : 0;
	}
	r.all.value = w.value[n_areas];
	double *all = arena_array(a, (n_areas + 1) * (size_t)draws, sizeof *all);
	for (int d = 0; d < draws; d++) {
		struct rand chance = rand_stream(seed, "need", (uint64_t)d);
		double stay = drawn(&n->stay, 1, false, rand_normal(&chance, 0, 1));
		double ratio = drawn(&n->deprivation, 1, false, rand_normal(&chance, 0, 1));
		for (size_t k = 0; k < n->n_parts; k++)
			rates[k] = drawn(&n->parts[k].rate, n->per, n->share, rand_normal(&chance, 0, 1));
		one_draw(&w, rates, stay, ratio);
		for (size_t i = 0; i <= n_areas; i++)
			all[i * (size_t)draws + (size_t)d] = w.value[i];
	}
	for (size_t i = 0; i <= n_areas; i++) {
		double *list = all + i * (size_t)draws;
		struct need_area *to = i < n_areas ? &r.areas[i] : &r.all;
		qsort(list, (size_t)draws, sizeof *list, by_number);
		to->low = quantile(list, draws, 0.025);
		to->high = quantile(list, draws, 0.975);
	}
	*out = r;
	return RC_OK;
}
