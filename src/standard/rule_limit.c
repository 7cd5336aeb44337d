/* Limits: from YAML, and the date of one until a date. */
#include "codec/yaml.h"
#include "standard/limit.h"

/* ---- reading ---- */

static enum rc unit_read(struct limit *l, const struct yaml *y, struct err *e)
{
	static const char *const units[] = { "hours", "days", "working-days", "weeks", "months" };
	struct str unit = yaml_text(y, "unit");
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (str_is(unit, units[i]))
			l->unit = (uint8_t)(UNIT_HOURS + i);
	if (l->unit)
		return RC_OK;
	return yaml_error(unit.p ? yaml_get(y, "unit") : y, e,
			  "\"unit\" must be hours, days, working-days, weeks or months: write one of them");
}

static enum rc amount_read(struct rulebook *rb, struct limit *l, const struct yaml *y, struct err *e)
{
	const struct yaml *p = yaml_get(y, "parameter");
	int64_t n;
	enum rc rc = yaml_int(y, "n", 0, 3000, -1, &n, e);
	if (rc || (rc = unit_read(l, y, e)))
		return rc;
	if (!p == (n < 0))
		return yaml_error(y, e, "say how long: give \"n\", the number of hours, days, weeks or months, or a \"parameter\"");
	l->n = (int16_t)n;
	if (!p)
		return RC_OK;
	size_t found = p->type == YAML_SCALAR ? parameter_find(rb, p->text) : SIZE_MAX;
	if (found == SIZE_MAX)
		return yaml_error(p, e, "there is no such parameter: name one of data/parameters, or define it there");
	if (!str_eq(rb->parameters[found].unit, yaml_text(y, "unit")))
		return yaml_error(p, e, "this parameter is a number of \"" STR_FMT "\", not of this unit: write that as the \"unit\"",
				  STR_ARG(rb->parameters[found].unit));
	l->parameter = (uint16_t)(found + 1);
	return RC_OK;
}

/* "03-31" */
static enum rc date_read(struct limit *l, const struct yaml *y, struct err *e)
{
	struct str s = y->type == YAML_SCALAR ? y->text : STR("");
	int64_t month = 0, day = 0;
	if (s.n != 5 || s.p[2] != '-' || str_to_int((struct str){ s.p, 2 }, 1, 12, &month) ||
	    str_to_int((struct str){ s.p + 3, 2 }, 1, 31, &day) || day_of(2023, (int)month, (int)day) == DAY_NONE)
		return yaml_error(y, e, "a date of every year is written \"03-31\": month and day");
	l->month = (uint8_t)month;
	l->day_of_month = (uint8_t)day;
	l->unit = UNIT_UNTIL_DATE;
	return RC_OK;
}

static enum rc end_read(struct rulebook *rb, struct rule *r, struct limit *l, const struct yaml *y, struct err *e)
{
	const struct yaml *date = yaml_get(y, "until-date"), *age = yaml_get(y, "until-age");
	if (!date && !age)
		return amount_read(rb, l, y, e);
	if (yaml_get(y, "n") || yaml_get(y, "unit") || yaml_get(y, "parameter") || (date && age))
		return yaml_error(y, e, "a limit is a number with its unit, or until a date, or until an age: keep one of them and take out the rest");
	if (date)
		return date_read(l, date, e);
	int64_t years;
	l->unit = UNIT_UNTIL_AGE;
	r->needs_birth = true;
	enum rc rc = yaml_int(y, "until-age", 1, 30, 0, &years, e);
	return rc ? rc : rule_age_add(rb, age, years, &l->until_age, e);
}

static enum rc age_asked(struct rulebook *rb, struct rule *r, struct limit *l, const struct yaml *y, struct err *e)
{
	bool when_due = yaml_get(y, "if-younger-than-when-due") != NULL;
	const char *key = when_due ? "if-younger-than-when-due" : "if-younger-than";
	const struct yaml *at = yaml_get(y, key);
	int64_t years;
	if (!at)
		return RC_OK;
	if (when_due && yaml_get(y, "if-younger-than"))
		return yaml_error(at, e, "a limit asks for one age only: keep \"if-younger-than\" or \"if-younger-than-when-due\"");
	l->asks |= when_due ? ASKS_AGE_WHEN_DUE : ASKS_AGE;
	r->needs_birth = true;
	enum rc rc = yaml_int(y, key, 1, 30, 0, &years, e);
	return rc ? rc : rule_age_add(rb, at, years, &l->age, e);
}

/* Codes of the opening event: the kind is that of the first entry under "opens". */
static enum rc code_asked(struct rulebook *rb, struct limit *l, const struct yaml *y, const struct yaml *standard,
			  struct err *e)
{
	const struct yaml *at = yaml_get(y, "if-code"), *opens = yaml_get(standard, "opens");
	if (!at)
		return RC_OK;
	const struct yaml *first = opens && opens->type == YAML_LIST ? opens->child : NULL;
	struct str kind = !first ? STR("") : first->type == YAML_SCALAR ? first->text : yaml_text(first, "kind");
	uint16_t k = vocab_kind(rb->vocab, kind);
	if (!k)
		return yaml_error(at, e, "\"if-code\" asks the opening event: \"opens\" must name its kind; write it there");
	l->asks |= ASKS_CODE;
	return match_codes_read(rb, at, rb->vocab->kinds[k].codes, rb->vocab->kinds[k].id.p, false, &l->code, NULL,
				NULL, e);
}

static enum rc asks_read(struct limit *l, const struct yaml *y, struct err *e)
{
	int64_t value, nth, within;
	bool past;
	enum rc rc = yaml_int(y, "if-value", -1000000, 1000000, 0, &value, e);
	if (rc || (rc = yaml_int(y, "if-nth", 1, 1000, 0, &nth, e)) ||
	    (rc = yaml_int(y, "if-within-months", 1, 200, 0, &within, e)) ||
	    (rc = yaml_bool(y, "if-past", false, &past, e)))
		return rc;
	l->value = (int32_t)value;
	l->nth = (uint16_t)nth;
	l->within_months = (uint8_t)within;
	l->asks |= (uint8_t)((yaml_get(y, "if-value") ? ASKS_VALUE : 0) | (nth ? ASKS_NTH : 0) |
			     (within ? ASKS_WITHIN : 0) | (past ? ASKS_PAST : 0));
	return RC_OK;
}

static enum rc limit_read(struct rulebook *rb, struct rule *r, const struct yaml *y, const struct yaml *standard,
			  struct err *e)
{
	static const char *const allowed[] = { "n",
					       "unit",
					       "parameter",
					       "until-date",
					       "until-age",
					       "if-value",
					       "if-code",
					       "if-younger-than",
					       "if-younger-than-when-due",
					       "if-nth",
					       "if-within-months",
					       "if-past",
					       NULL };
	struct limit *l = &r->due[r->n_due++];
	enum rc rc = yaml_only(y, allowed, e);
	if (rc || (rc = end_read(rb, r, l, y, e)) || (rc = age_asked(rb, r, l, y, e)) ||
	    (rc = code_asked(rb, l, y, standard, e)) || (rc = asks_read(l, y, e)))
		return rc;
	r->info.working_days |= l->unit == UNIT_WORKING_DAYS;
	r->hours |= l->unit == UNIT_HOURS;
	r->asks_place |= l->parameter != 0;
	return RC_OK;
}

enum rc limits_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	const struct yaml *list = yaml_get(y, "due");
	enum rc rc = RC_OK;
	if (!list)
		return yaml_error(y, e, "\"due\" is missing: write how long it may take, such as [{n: 20, unit: working-days}]");
	if (list->type != YAML_LIST || list->n == 0 || list->n > LIMITS_MAX)
		return yaml_error(list, e, "\"due\" is a list of 1 to %d limits%s", LIMITS_MAX,
				  list->type == YAML_LIST && list->n
				      ? ", and this one is longer: take some out, or write a second standard (\"like\")"
				      : ": write them as [{n: 20, unit: working-days}]");
	for (const struct yaml *it = list->child; it && !rc; it = it->next)
		rc = limit_read(rb, r, it, y, e);
	if (rc)
		return rc;
	if (r->due[r->n_due - 1].asks)
		return yaml_error(list, e, "the last limit must hold always: give it no \"if\", or add one without");
	r->info.hours = r->hours;
	return RC_OK;
}

/* ---- the last day in time: limit.h ---- */

/* The date may have passed, and the years of the table may not reach: then by hand. */
static day_t next_date(const struct limit *l, day_t start)
{
	int32_t year = day_ymd(start).year;
	day_t d = day_of(year, l->month, l->day_of_month);
	return d >= start ? d : day_of(year + 1, l->month, l->day_of_month);
}

day_t limit_date(const struct limit *l, day_t start)
{
	day_t d = start >= l->years[0] ? year_from(l->years, start) : DAY_NEVER;
	return d == DAY_NEVER ? next_date(l, start) : d;
}
