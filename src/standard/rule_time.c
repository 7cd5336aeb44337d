/* Moments of the calendar, tallies, extensions and pauses: from YAML. */
#include "standard/rule_help.h"

enum {
	SCHOOL_YEAR_AGE = 4
}; /* a child is 4 years older than the number of its school year when that begins, or turns so in it */

enum rc tally_read(struct rulebook *rb, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "id", "title", "begins", "ends", "not-while", "from-age", "days", NULL };
	enum rc rc = yaml_only(y, allowed, e);
	if (rc)
		return rc;
	if (rb->n_tallies == TALLIES_MAX)
		return yaml_error(y, e, "there is room for %d tallies, and this is one more: take one out", TALLIES_MAX);
	struct tally *t = &rb->tallies[rb->n_tallies];
	struct op like = { .type = OP_TALLY_BEGIN, .arg = (uint8_t)rb->n_tallies };
	int64_t age, days;
	if ((rc = read_words(y, "id", &t->id, e)) || (rc = read_words(y, "title", &t->title, e)) ||
	    (rc = read_ops(rb, y, "begins", true, like, e)) ||
	    (rc = read_conditions(rb, y, "not-while", &t->not_while, e)) ||
	    (rc = yaml_int(y, "from-age", 0, 30, -1, &age, e)) || (rc = yaml_int(y, "days", 1, 10000, -1, &days, e)))
		return rc;
	if (age < 0 || days < 0)
		return yaml_error(y, e, "a tally needs \"from-age\", in years, and \"days\": write both");
	t->days = (int16_t)days;
	like.type = OP_TALLY_END;
	if ((rc = read_ops(rb, y, "ends", true, like, e)) || (rc = rule_age_add(rb, y, age, &t->from_age, e)))
		return rc;
	rb->n_tallies++;
	return RC_OK;
}

/* "04-01" */
static enum rc each_year_read(struct rulebook *rb, struct rule *r, const struct yaml *m, struct err *e)
{
	const struct yaml *y = yaml_get(m, "each-year");
	struct str s = y->type == YAML_SCALAR ? y->text : STR("");
	int64_t month = 0, day = 0;
	if (s.n != 5 || s.p[2] != '-' || str_to_int((struct str){ s.p, 2 }, 1, 12, &month) ||
	    str_to_int((struct str){ s.p + 3, 2 }, 1, 31, &day) || day_of(2023, (int)month, (int)day) == DAY_NONE)
		return yaml_error(y, e, "a date of every year is written \"04-01\": month and day");
	r->start_at = START_EACH_YEAR;
	r->start_month = (uint8_t)month;
	r->start_day = (uint8_t)day;
	const struct {
		const char *word;
		uint8_t *out;
	} ages[] = { { "younger-than", &r->younger_than },
		     { "younger-than-the-day-before", &r->younger_before },
		     { "at-least-by-end", &r->at_least_by_end },
		     { "younger-than-by-end", &r->younger_by_end } };
	for (size_t i = 0; i < COUNT_OF(ages); i++) {
		int64_t years;
		uint8_t at = 0;
		enum rc rc = yaml_int(m, ages[i].word, 1, 30, 0, &years, e);
		if (rc || (years && (rc = rule_age_add(rb, m, years, &at, e))))
			return rc;
		*ages[i].out = years ? (uint8_t)(at + 1) : 0;
		r->needs_birth |= years > 0;
	}
	return RC_OK;
}

static enum rc tally_named(struct rulebook *rb, struct rule *r, const struct yaml *m, struct err *e)
{
	const struct yaml *y = yaml_get(m, "tally");
	if (!y)
		return RC_OK;
	for (size_t i = 0; i < rb->n_tallies && y->type == YAML_SCALAR; i++)
		if (str_eq(rb->tallies[i].id, y->text))
			r->start_tally = (uint8_t)(i + 1);
	return r->start_tally ? RC_OK
			      : yaml_error(y, e, "there is no such tally: name one of 00-conditions.yaml, or define it there");
}

enum rc starts_at_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "age",
					       "school-year",
					       "each-year",
					       "tally",
					       "younger-than",
					       "younger-than-the-day-before",
					       "at-least-by-end",
					       "younger-than-by-end",
					       NULL };
	const struct yaml *m = yaml_get(y, "starts-at");
	if (!m)
		return RC_OK;
	enum rc rc = m->type == YAML_MAP ? yaml_only(m, allowed, e)
					 : yaml_error(m, e, "\"starts-at\" is a map: write it as {age: 16}");
	if (rc)
		return rc;
	bool age = yaml_get(m, "age"), school = yaml_get(m, "school-year"), year = yaml_get(m, "each-year");
	if (age + school + year != 1 || yaml_get(y, "starts"))
		return yaml_error(m, e, "say one of age, school-year, each-year; and not \"starts\" as well: take the others out");
	if (year) {
		rc = each_year_read(rb, r, m, e);
		return rc ? rc : read_reason(rb, y, "year-ends-because", &r->r_year_over, e);
	}
	int64_t n;
	rc = age ? yaml_int(m, "age", 1, 30, 0, &n, e) : yaml_int(m, "school-year", 1, 14, 0, &n, e);
	if (rc || (rc = rule_age_add(rb, m, age ? n : n + SCHOOL_YEAR_AGE, &r->start_age, e)))
		return rc;
	r->start_at = age ? START_AT_AGE : START_AT_SCHOOL_YEAR;
	r->needs_birth = true;
	return tally_named(rb, r, m, e);
}

enum rc extends_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "on", "n", "unit", NULL };
	static const char *const units[] = { "hours", "days", "working-days", "weeks", "months" };
	const struct yaml *m = yaml_get(y, "extends");
	int64_t n;
	if (!m)
		return RC_OK;
	enum rc rc = yaml_only(m, allowed, e);
	if (rc || (rc = yaml_int(m, "n", 1, 3000, 0, &n, e)))
		return rc;
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (str_is(yaml_text(m, "unit"), units[i]))
			r->extend_unit = (uint8_t)(UNIT_HOURS + i);
	if (!n || !r->extend_unit || (r->extend_unit == UNIT_HOURS) != r->hours)
		return yaml_error(
		    m, e, "\"extends\" needs \"on\", \"n\" and the \"unit\", hours only where the limit is in hours: write "
			"{on: [...], n: 12, unit: days}");
	r->extend_n = (int16_t)n;
	struct op like = { .type = OP_EXTEND, .rule = index };
	return read_ops(rb, m, "on", true, like, e);
}

enum rc pauses_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "begins", "ends", "holder", "doing", "because", NULL };
	const struct yaml *m = yaml_get(y, "pauses");
	if (!m)
		return RC_OK;
	if (r->hours)
		return yaml_error(m, e, "a limit in hours cannot be paused: take \"pauses\" out, or give the limit in days");
	struct op like = { .type = OP_PAUSE, .rule = index };
	enum rc rc = yaml_only(m, allowed, e);
	if (rc || (rc = read_holder(m, &r->pause_holder, e)) || (rc = read_words(m, "doing", &r->pause_doing, e)) ||
	    (rc = read_reason(rb, m, "because", &r->r_paused, e)) || (rc = read_ops(rb, m, "begins", true, like, e)))
		return rc;
	like.type = OP_RESUME;
	return read_ops(rb, m, "ends", true, like, e);
}
