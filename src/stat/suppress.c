#include "stat/suppress.h"

bool is_small(const struct suppression *rule, int64_t count)
{
	return count >= rule->small_from && count <= rule->small_to;
}

static enum rc check(const struct suppression *rule, int64_t count, struct err *e)
{
	if (count < 0)
		return err_set(e, RC_BAD_INPUT, "A count is a number of 0 or more; correct the count.");
	if (rule->nearest < 1 || rule->nearest > 1000000)
		return err_set(e, RC_BAD_INPUT,
			       "A rule of suppression rounds to the nearest 1 or more; correct the rule.");
	return RC_OK;
}

enum rc suppress_count(const struct suppression *rule, int64_t count, enum shown *shown_out, int64_t *value_out,
		       struct err *e)
{
	enum rc rc = check(rule, count, e);
	if (rc != RC_OK)
		return rc;
	if (count > INT64_MAX - rule->nearest)
		return err_set(e, RC_LIMIT, "The count is too large to round.");
	*shown_out = is_small(rule, count) ? HIDDEN : SHOWN;
	if (*shown_out == SHOWN)
		*value_out = (count + rule->nearest / 2) / rule->nearest * rule->nearest;
	return RC_OK;
}

enum rc suppress_percent(const struct suppression *rule, int64_t numerator, int64_t denominator, enum shown *shown_out,
			 int64_t *value_out, struct err *e)
{
	enum rc rc = check(rule, numerator, e);
	if (rc == RC_OK)
		rc = check(rule, denominator, e);
	if (rc != RC_OK)
		return rc;
	if (numerator > denominator)
		return err_set(e, RC_BAD_INPUT,
			       "The numerator of a percentage is larger than its denominator; correct one of them.");
	if (denominator > INT64_MAX / 400)
		return err_set(e, RC_LIMIT, "The counts are too large for a percentage.");
	if (is_small(rule, numerator) || is_small(rule, denominator) ||
	    (rule->hide_rest && is_small(rule, denominator - numerator)))
		*shown_out = HIDDEN;
	else
		*shown_out = denominator == 0 ? NOTHING_TO_SHOW : SHOWN;
	if (*shown_out == SHOWN)
		*value_out = (200 * numerator + denominator) / (2 * denominator);
	return RC_OK;
}
