#include "measure/populations.h"

#include "codec/yaml.h"

enum { AREAS_OF_AN_ESTIMATE_MAX = 2000, PEOPLE_MAX = 100000000 };

struct area_people {
	struct str area;
	int64_t people;
};

static int by_area(const void *x, const void *y)
{
	const struct area_people *a = x, *b = y;
	return str_cmp(a->area, b->area);
}

static enum rc people_of(const struct yaml *map, struct arena *a, struct population_estimate *out, struct err *e)
{
	if (!map || map->type != YAML_MAP || !map->n || map->n > AREAS_OF_AN_ESTIMATE_MAX)
		return yaml_error(map, e, "\"people\" gives a number for each code of a council, %d at most",
				  AREAS_OF_AN_ESTIMATE_MAX);
	struct area_people *all = arena_array(a, map->n, sizeof *all);
	size_t n = 0;
	for (const struct yaml *it = map->child; it; it = it->next) {
		int64_t people;
		if (it->type != YAML_SCALAR || str_to_int(it->text, 0, PEOPLE_MAX, &people) != RC_OK)
			return yaml_error(it, e, "how many people live in " STR_FMT " is a whole number from 0 to %d",
					  STR_ARG(it->key), PEOPLE_MAX);
		all[n++] = (struct area_people){ it->key, people };
	}
	qsort(all, n, sizeof *all, by_area);
	struct str *areas = arena_array(a, n, sizeof *areas);
	int64_t *people = arena_array(a, n, sizeof *people);
	for (size_t i = 0; i < n; i++) {
		areas[i] = all[i].area;
		people[i] = all[i].people;
	}
	out->areas = areas;
	out->people = people;
	out->n = n;
	return RC_OK;
}

static enum rc estimate_of(const struct yaml *y, struct arena *a, struct population *p, struct err *e)
{
	static const char *const allowed[] = { "of", "people", NULL };
	struct population_estimate *out = &p->estimates[p->n];
	enum rc rc = yaml_only(y, allowed, e);
	if (rc == RC_OK)
		rc = yaml_day(y, "of", DAY_NONE, &out->of, e);
	if (rc != RC_OK)
		return rc;
	if (out->of == DAY_NONE || !yaml_get(y, "people"))
		return yaml_error(y, e, "an estimate is \"of\" a day such as 2024-06-30, with its \"people\"");
	if (p->n && out->of <= p->estimates[p->n - 1].of)
		return yaml_error(yaml_get(y, "of"), e, "estimates stand in the order of their days, the oldest first");
	p->n++;
	return people_of(yaml_get(y, "people"), a, out, e);
}

static enum rc population_read(const struct yaml *y, struct arena *a, struct population *p, struct err *e)
{
	static const char *const allowed[] = { "id", "title", "source", "estimates", NULL };
	enum rc rc = yaml_only(y, allowed, e);
	if (rc != RC_OK)
		return rc;
	*p = (struct population){ .id = yaml_text(y, "id"), .title = yaml_text(y, "title"), .source = yaml_text(y, "source") };
	const struct yaml *list = yaml_get(y, "estimates");
	if (!p->id.n || !p->title.n || !p->source.n)
		return yaml_error(y, e, "a population has an \"id\", a \"title\" and a \"source\"");
	if (!list || list->type != YAML_LIST || list->n > ESTIMATES_MAX)
		return yaml_error(list ? list : y, e, "\"estimates\" is a list of at most %d; write [] if none is held",
				  ESTIMATES_MAX);
	for (const struct yaml *it = list->child; rc == RC_OK && it; it = it->next)
		rc = estimate_of(it, a, p, e);
	return rc;
}

enum rc populations_read(struct str body, const char *name, struct arena *a, struct population *list, size_t *n,
			 struct err *e)
{
	const struct yaml *doc;
	enum rc rc = yaml_read(body, name, a, &doc, e);
	const struct yaml *all = rc == RC_OK ? yaml_get(doc, "populations") : NULL;
	if (rc == RC_OK && all && all->type != YAML_LIST)
		return yaml_error(all, e, "\"populations\" is a list");
	for (const struct yaml *it = all ? all->child : NULL; rc == RC_OK && it; it = it->next) {
		if (*n == POPULATIONS_MAX)
			return yaml_error(it, e, "more than %d populations: take one out", POPULATIONS_MAX);
		rc = population_read(it, a, &list[*n], e);
		for (size_t i = 0; rc == RC_OK && i < *n; i++)
			if (str_eq(list[i].id, list[*n].id))
				return yaml_error(it, e, "the population \"" STR_FMT "\" is given twice",
						  STR_ARG(list[i].id));
		*n += rc == RC_OK;
	}
	return rc;
}

int64_t population_of(const struct population *p, struct str area, day_t on)
{
	const struct population_estimate *newest = NULL;
	for (size_t i = 0; i < p->n && p->estimates[i].of <= on; i++)
		newest = &p->estimates[i];
	size_t from = 0, to = newest ? newest->n : 0;
	while (from < to) {
		size_t mid = (from + to) / 2;
		int c = str_cmp(newest->areas[mid], area);
		if (c == 0)
			return newest->people[mid];
		if (c < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return -1;
}
