/*
 * Parameters: numbers that councils and boards set for themselves, as dated data.
 *
 *   parameters:
 *     - id: iha-request-days
 *       title: Days for a complete request
 *       unit: working-days
 *       source: Local agreements
 *       values:
 *         - {n: 5, from: 2011-04-01, source: the usual agreement}
 *         - {for: E06000034, n: 5, from: 2021-04-01, source: Thurrock, 2021}
 */
#include "codec/yaml.h"
#include "standard/rules.h"

enum { VALUES_MAX = 2000 };

size_t parameter_find(const struct rulebook *rb, struct str id)
{
	for (size_t i = 0; i < rb->n_parameters; i++)
		if (str_eq(rb->parameters[i].id, id))
			return i;
	return SIZE_MAX;
}

uint16_t rulebook_place(const struct rulebook *rb, struct str code)
{
	for (size_t i = 1; i < rb->n_places; i++)
		if (str_eq(rb->places[i], code))
			return (uint16_t)i;
	return 0;
}

static enum rc place_add(struct rulebook *rb, const struct yaml *y, uint16_t *out, struct err *e)
{
	*out = 0;
	if (!y)
		return RC_OK;
	if (y->type != YAML_SCALAR || y->text.n == 0 || y->text.n > 20)
		return yaml_error(y, e, "\"for\" is the code of a council, a health team or a board: write it, or take \"for\" out for everybody");
	*out = rulebook_place(rb, y->text);
	if (*out)
		return RC_OK;
	if (rb->n_places == PLACES_MAX)
		return yaml_error(y, e, "more than %d places set parameters: take out values that nobody needs any more", PLACES_MAX);
	if (!rb->n_places) {
		rb->places = xcalloc(PLACES_MAX, sizeof *rb->places);
		rb->places[rb->n_places++] = STR("");
	}
	rb->places[rb->n_places] = y->text;
	*out = (uint16_t)rb->n_places++;
	return RC_OK;
}

static int by_place(const void *a, const void *b)
{
	const struct parameter_value *x = a, *y = b;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

static enum rc value_read(struct rulebook *rb, const struct yaml *y, struct parameter_value *out, struct err *e)
{
	static const char *const allowed[] = { "for", "n", "from", "source", NULL };
	int64_t n;
	enum rc rc = yaml_only(y, allowed, e);
	if (rc || (rc = yaml_int(y, "n", 0, 3000, -1, &n, e)) || (rc = yaml_day(y, "from", DAY_NONE, &out->from, e)) ||
	    (rc = place_add(rb, yaml_get(y, "for"), &out->place, e)))
		return rc;
	out->source = yaml_text(y, "source");
	if (n < 0 || out->from == DAY_NONE || !out->source.n)
		return yaml_error(y, e, "a value needs \"n\", the day \"from\" which it holds, and its \"source\": write all three");
	out->n = (int16_t)n;
	return RC_OK;
}

static enum rc values_read(struct rulebook *rb, const struct yaml *y, struct parameter *p, struct err *e)
{
	const struct yaml *list = yaml_get(y, "values");
	if (!list || list->type != YAML_LIST || list->n > VALUES_MAX)
		return yaml_error(list ? list : y, e, "\"values\" is a list of up to %d; [] if nobody has set one yet",
				  VALUES_MAX);
	if (!list->n)
		return RC_OK;
	struct parameter_value *v = arena_array(&rb->arena, list->n, sizeof *v);
	enum rc rc = RC_OK;
	for (const struct yaml *it = list->child; it && !rc; it = it->next)
		rc = value_read(rb, it, &v[p->n++], e);
	if (rc)
		return rc;
	qsort(v, p->n, sizeof *v, by_place);
	for (size_t i = 1; i < p->n; i++)
		if (v[i].place == v[i - 1].place && v[i].from == v[i - 1].from)
			return yaml_error(list, e, "two values for the same place begin on the same day: keep one of them");
	p->values = v;
	return RC_OK;
}

static enum rc parameter_read(struct rulebook *rb, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "id", "title", "unit", "source", "not-checked", "values", NULL };
	static const char *const units[] = { "hours", "days", "working-days", "weeks", "months" };
	enum rc rc = yaml_only(y, allowed, e);
	if (rc)
		return rc;
	if (rb->n_parameters == PARAMETERS_MAX)
		return yaml_error(y, e, "more than %d parameters: take out those that no rule names", PARAMETERS_MAX);
	if (!rb->parameters)
		rb->parameters = xcalloc(PARAMETERS_MAX, sizeof *rb->parameters);
	struct parameter p = { .id = yaml_text(y, "id"),
			       .title = yaml_text(y, "title"),
			       .unit = yaml_text(y, "unit"),
			       .source = yaml_text(y, "source"),
			       .checked = yaml_text(y, "not-checked") };
	bool unit = false;
	for (size_t i = 0; i < COUNT_OF(units); i++)
		unit = unit || str_is(p.unit, units[i]);
	if (!p.id.n || !p.title.n || !p.source.n || !unit)
		return yaml_error(
		    y, e,
		    "a parameter needs \"id\", \"title\", \"source\", and \"unit\": hours, days, working-days, "
		    "weeks or months");
	if (parameter_find(rb, p.id) != SIZE_MAX)
		return yaml_error(yaml_get(y, "id"), e, "this parameter is defined twice: give this one another id, or take it out");
	if ((rc = values_read(rb, y, &p, e)))
		return rc;
	rb->parameters[rb->n_parameters++] = p;
	return RC_OK;
}

enum rc parameters_read(struct rulebook *rb, const struct yaml *doc, struct err *e)
{
	static const char *const allowed[] = { "title", "parameters", NULL };
	const struct yaml *list = yaml_get(doc, "parameters");
	enum rc rc = yaml_only(doc, allowed, e);
	if (rc)
		return rc;
	if (!list || list->type != YAML_LIST)
		return yaml_error(doc, e, "a list \"parameters\" is expected: write \"parameters:\", and each of them with \"- \"");
	for (const struct yaml *it = list->child; it && !rc; it = it->next)
		rc = parameter_read(rb, it, e);
	return rc;
}

/* The latest value of a place that has begun; NULL none. */
static const struct parameter_value *value_of(const struct parameter *p, uint16_t place, day_t on)
{
	const struct parameter_value *v = NULL;
	for (size_t i = 0; i < p->n && p->values[i].place <= place; i++)
		if (p->values[i].place == place && p->values[i].from <= on)
			v = &p->values[i];
	return v;
}

const struct parameter_value *parameter_value_at(const struct parameter *p, struct place at, day_t on)
{
	const struct parameter_value *v = at.own ? value_of(p, at.own, on) : NULL;
	if (!v && at.served_by)
		v = value_of(p, at.served_by, on);
	return v ? v : value_of(p, 0, on);
}

int parameter_value(const struct parameter *p, struct place at, day_t on)
{
	const struct parameter_value *v = parameter_value_at(p, at, on);
	return v ? v->n : -1;
}

size_t rulebook_parameters(const struct rulebook *rb)
{
	return rb->n_parameters;
}

void rulebook_parameter(const struct rulebook *rb, size_t i, struct parameter_info *out)
{
	const struct parameter *p = &rb->parameters[i];
	*out = (struct parameter_info){ .id = p->id,
					.title = p->title,
					.unit = p->unit,
					.source = p->source,
					.checked = p->checked,
					.n_values = p->n };
}

void rulebook_parameter_value(const struct rulebook *rb, size_t i, size_t v, struct parameter_value_info *out)
{
	const struct parameter_value *x = &rb->parameters[i].values[v];
	*out = (struct parameter_value_info){
		.place = x->place ? rb->places[x->place] : STR(""), .n = x->n, .from = x->from, .source = x->source
	};
}
