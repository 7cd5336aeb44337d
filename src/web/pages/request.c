/* Days in queries and forms. */
#include "web/pages/page.h"

static struct str part(const struct pair *pairs, size_t n, const char *name, const char *suffix)
{
	char full[64];
	snprintf(full, sizeof full, "%s%s", name, suffix);
	for (size_t i = 0; i < n; i++)
		if (str_is(pairs[i].name, full))
			return str_trim(pairs[i].value);
	return (struct str){ "", 0 };
}

static struct str joined(struct arena *a, const struct pair *pairs, size_t n, const char *name)
{
	struct str whole = part(pairs, n, name, ""), d = part(pairs, n, name, "-day"),
		   m = part(pairs, n, name, "-month"), y = part(pairs, n, name, "-year");
	if (whole.n || (!d.n && !m.n && !y.n))
		return whole;
	struct str typed = arena_printf(a, STR_FMT "/" STR_FMT "/" STR_FMT, STR_ARG(d), STR_ARG(m), STR_ARG(y));
	day_t day;
	char iso[DAY_TEXT_MAX];
	if (day_parse(typed, &day) != RC_OK)
		return typed;
	return arena_str(a, str_of(day_iso(day, iso)));
}

enum rc query_day(const struct visit *v, const char *name, const char *words, day_t *out, struct err *e)
{
	struct str s = joined(v->a, v->req->query, v->req->n_query, name);
	day_t d = DAY_NONE;
	if (s.n && day_parse(s, &d) != RC_OK)
		return err_set(e, RC_BAD_INPUT,
			       "%s is not a real date. Write the day, month and year as numbers, such as 22 11 2026.",
			       words);
	*out = d;
	return RC_OK;
}

enum rc query_when(const struct visit *v, struct when *out, struct err *e)
{
	struct when w;
	enum rc rc = query_day(v, "as-of", "The day to look at", &w.as_of, e);
	if (rc == RC_OK)
		rc = query_day(v, "known", "The day it was known on", &w.known, e);
	if (rc != RC_OK)
		return rc;
	if (w.known != DAY_NONE && w.known > app_today(v->app))
		return err_set(e, RC_BAD_INPUT,
			       "What will be known on a day to come cannot be told. Ask for today or earlier.");
	*out = w;
	return RC_OK;
}

int64_t when_known_ms(struct when w)
{
	return w.known == DAY_NONE ? KNOWN_NOW : london_midnight_ms(w.known + 1) - 1;
}

bool form_version(const struct request *q, int64_t *out)
{
	struct str s = request_form(q, "version");
	return id_parse(s, out) == RC_OK || str_to_int(s, 0, INT64_MAX, out) == RC_OK;
}

struct str form_day(const struct visit *v, const char *name)
{
	return joined(v->a, v->req->form, v->req->n_form, name);
}
