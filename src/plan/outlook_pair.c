/* Two outlooks against each other, and the search for a size. */
#include <math.h>

#include "plan/outlook_inside.h"

/* ---- two of them ---- */

const struct outlook_row *outlook_same(const struct outlook *a, const struct outlook_row *ra, const struct outlook *b)
{
	const struct scenario *sa = a->scenario, *sb = b->scenario;
	int32_t i = ra->index;
	if (ra->scope == OUTLOOK_AREA)
		i = -1;
	for (size_t k = 0; k < sb->n_areas && ra->scope == OUTLOOK_AREA; k++)
		i = str_eq(sb->areas[k].id, sa->areas[ra->index].id) ? (int32_t)k : i;
	if (ra->scope == OUTLOOK_COUNTY) {
		i = -1;
		for (size_t k = sb->n_areas; k-- > 0;) /* the first of the county */
			i = str_eq(sb->areas[k].county, sa->areas[ra->index].county) ? (int32_t)k : i;
	}
	if (ra->scope == OUTLOOK_NEED || ra->scope == OUTLOOK_SERVICE)
		i = -1;
	for (size_t k = 0; k < sb->n_needs && ra->scope == OUTLOOK_NEED; k++)
		i = str_eq(sb->needs[k].id, sa->needs[ra->index].id) ? (int32_t)k : i;
	for (size_t k = 0; k < sb->n_services && ra->scope == OUTLOOK_SERVICE; k++)
		i = str_eq(sb->services[k].id, sa->services[ra->index].id) ? (int32_t)k : i;
	return i < 0 ? NULL : outlook_find(b, ra->scope, i, ra->measure);
}

bool outlook_difference(const struct outlook *a, const struct outlook_row *ra, const struct outlook *b,
			const struct outlook_row *rb, struct outlook_number *out)
{
	if (!ra || !rb || a->seed != b->seed || a->replications != b->replications || a->years != b->years)
		return false;
	size_t n = (size_t)a->replications, both = 0;
	*out = (struct outlook_number){ .value = rb->number.value - ra->number.value };
	if (isnan(out->value))
		return false;
	out->lower = out->upper = out->low = out->high = out->value;
	if (outlook_is_quantile(ra->measure))
		return true;
	double da = 0, db = 0, *room = xcalloc(n, sizeof *room);
	for (size_t i = 0; i < n; i++) {
		da += ra->down[i] / (double)n;
		db += rb->down[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++)
		room[i] = (rb->up[i] - rb->number.value * rb->down[i]) / db -
			  (ra->up[i] - ra->number.value * ra->down[i]) / da;
	outlook_interval(out, room, n, a->level);
	for (size_t i = 0; i < n; i++)
		if (ra->down[i] > 0 && rb->down[i] > 0)
			room[both++] = rb->up[i] / rb->down[i] - ra->up[i] / ra->down[i];
	if (both) {
		qsort(room, both, sizeof *room, outlook_by_size);
		out->low = outlook_at_share(room, both, 0.025);
		out->high = outlook_at_share(room, both, 0.975);
	}
	out->n = (int64_t)both;
	free(room);
	return true;
}

/* ---- sizing by simulation ---- */

static enum rc try_size(const struct scenario *s, const struct outlook_options *o, int32_t service, int32_t capacity,
			struct outlook_number *out, struct outlook_size *size, struct err *e)
{
	struct plan_change changes[17];
	struct outlook_options mine = *o;
	struct outlook *r;
	if (o->n_changes > 16)
		return err_set(e, RC_BAD_INPUT, "At most 16 numbers can be changed while a size is looked for.");
	for (size_t i = 0; i < o->n_changes; i++)
		changes[i] = o->changes[i];
	changes[o->n_changes] = (struct plan_change){ s->services[service].capacity, capacity };
	mine.changes = changes;
	mine.n_changes = o->n_changes + 1;
	enum rc rc = outlook_run(s, &mine, &r, e);
	if (rc != RC_OK)
		return rc;
	bool beds = s->services[service].kind == SERVICE_BEDS;
	const struct outlook_row *row = outlook_find(r, OUTLOOK_SERVICE, service, beds ? OUT_WITHIN : OUT_CARE_WITHIN);
	*out = row->number;
	if (r->services[service].load.verdict == LOAD_GROWS || isnan(out->value))
		*out = (struct outlook_number){ 0, 0, 0, 0, 0, 0 }; /* no share holds while the queue grows */
	size->runs++;
	outlook_free(r);
	return RC_OK;
}

enum rc outlook_size(const struct scenario *s, const struct outlook_options *o, int32_t service, double share,
		     int32_t most, struct outlook_size *out, struct err *e)
{
	struct outlook_size z = { .below = 0 };
	struct outlook_number got;
	if (service < 0 || (size_t)service >= s->n_services || s->services[service].capacity < 0 ||
	    !s->services[service].n_targets)
		return err_set(e, RC_BAD_INPUT, "The service needs a number of beds, places or slots, and targets:.");
	if (!(share > 0 && share < 1))
		return err_set(e, RC_BAD_INPUT, "The share must be between 0 and 1.");
	int32_t high = 1;
	enum rc rc;
	while ((rc = try_size(s, o, service, high, &got, &z, e)) == RC_OK && got.value < share) {
		z.below = high;
		z.before = got;
		if (high >= most)
			return err_set(e, RC_NOT_FOUND,
				       "Not even %d are enough for " STR_FMT
				       ": %.1f %% begin in time. What is lost before "
				       "they come cannot be made up for here.",
				       most, STR_ARG(s->services[service].name), 100 * got.value);
		high = high * 2 < most ? high * 2 : most;
	}
	z.share = got;
	while (rc == RC_OK && high - z.below > 1) {
		int32_t middle = z.below + (high - z.below) / 2;
		rc = try_size(s, o, service, middle, &got, &z, e);
		if (rc == RC_OK && got.value >= share) {
			high = middle;
			z.share = got;
		} else {
			z.below = middle;
			z.before = got;
		}
	}
	z.capacity = high;
	if (rc == RC_OK)
		*out = z;
	return rc;
}

/* ---- published changes ---- */

enum outlook_measure outlook_published(enum published_of of)
{
	static const enum outlook_measure measures[] = { OUT_ADMISSIONS, OUT_STAY, OUT_WAIT,
							 OUT_OCCUPIED,	 OUT_AWAY, OUT_AWAY_DAYS };
	return measures[of];
}

bool outlook_changed(const struct outlook *a, const struct outlook *o, const struct plan_published *x,
		     struct outlook_check *out)
{
	const struct outlook_row *ra = outlook_find(a, OUTLOOK_ALL, 0, outlook_published(x->of));
	const struct outlook_row *ro = outlook_find(o, OUTLOOK_ALL, 0, outlook_published(x->of));
	if (!x->change || !ra || !ro || !(ra->number.value > 0))
		return false;
	double change = ro->number.value / ra->number.value - 1;
	*out =
	    (struct outlook_check){ .published = x, .value = change, .holds = change >= x->low && change <= x->high };
	return true;
}
