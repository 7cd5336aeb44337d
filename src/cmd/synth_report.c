#include "cmd/synth_report.h"

#include "base/files.h"
#include "cmd/cmd.h"
#include "codec/csv.h"
#include "stat/dist.h"

#include <math.h>

enum { REPORT_MAX = 64 * 1024 * 1024 };
static const double LEVEL = 0.998;

static enum rc not_a_number(struct err *e)
{
	return err_set(e, RC_INTERNAL, "a number that was drawn could not be compared");
}

static enum rc compare_share(const struct drawn *d, struct comparison *c, struct err *e)
{
	int64_t low, high;
	if (!d->base)
		return RC_OK;
	c->drawn = (double)d->yes / (double)d->base;
	if (!d->published)
		return RC_OK;
	if (!dist_binomial((1 - LEVEL) / 2, d->base, d->published_value, &low) ||
	    !dist_binomial((1 + LEVEL) / 2, d->base, d->published_value, &high))
		return not_a_number(e);
	c->low = (double)low / (double)d->base;
	c->high = (double)high / (double)d->base;
	c->chance = d->yes >= low && d->yes <= high ? CHANCE_WITHIN : CHANCE_BEYOND;
	return RC_OK;
}

/* A published mean is rounded to a tenth. */
static enum rc compare_mean(const struct drawn *d, struct comparison *c, struct err *e)
{
	double z;
	c->drawn = d->mean;
	if (d->base < 5 || !d->published)
		return RC_OK;
	if (!dist_z(LEVEL, &z))
		return not_a_number(e);
	double half = z * d->sd / sqrt((double)d->base) + 0.05;
	c->low = d->published_value - half;
	c->high = d->published_value + half;
	c->chance = d->mean >= c->low && d->mean <= c->high ? CHANCE_WITHIN : CHANCE_BEYOND;
	return RC_OK;
}

enum rc synth_compare(const struct drawn *d, struct comparison *out, struct err *e)
{
	struct comparison c = { CHANCE_NOT_COMPARED, 0, d->published_value, 0, 0 };
	enum rc rc = RC_OK;
	if (d->kind == DRAWN_SHARE)
		rc = compare_share(d, &c, e);
	else if (d->kind == DRAWN_MEAN)
		rc = compare_mean(d, &c, e);
	else
		c.drawn = (double)d->yes;
	if (rc == RC_OK)
		*out = c;
	return rc;
}

enum rc synth_compare_all(const struct drawn *d, size_t n, const char *group, const char *measure,
			  struct comparison *out, int64_t *yes_out, int64_t *base_out, struct err *e)
{
	double expected = 0, variance = 0, z;
	int64_t yes = 0, base = 0;
	if (!dist_z(LEVEL, &z))
		return not_a_number(e);
	for (size_t i = 0; i < n; i++) {
		const struct drawn *x = &d[i];
		if (x->kind != DRAWN_SHARE || !x->published || strcmp(x->group, group) || strcmp(x->measure, measure))
			continue;
		expected += (double)x->base * x->published_value;
		variance += (double)x->base * x->published_value * (1 - x->published_value);
		yes += x->yes;
		base += x->base;
	}
	struct comparison c = { CHANCE_NOT_COMPARED, 0, 0, 0, 0 };
	if (base) {
		double b = (double)base, half = z * sqrt(variance) + 0.5;
		c = (struct comparison){ CHANCE_WITHIN, (double)yes / b, expected / b, fmax(0, (expected - half) / b),
					 fmin(1, (expected + half) / b) };
		if (fabs((double)yes - expected) > half)
			c.chance = CHANCE_BEYOND;
	}
	*out = c;
	*yes_out = yes;
	*base_out = base;
	return RC_OK;
}

/* ---- as a table ---- */

static void put_number(struct csv_writer *w, bool has, double v, enum drawn_kind kind)
{
	char text[40];
	snprintf(text, sizeof text, kind == DRAWN_SHARE ? "%.4f" : kind == DRAWN_MEAN ? "%.2f" : "%.0f", v);
	csv_put(w, has ? str_of(text) : STR(""));
}

static void put_row(struct csv_writer *w, const struct drawn *d, const struct comparison *c)
{
	bool compared = c->chance != CHANCE_NOT_COMPARED, has = d->published;
	csv_put(w, d->council);
	csv_put(w, d->name);
	csv_put(w, str_of(d->group));
	csv_put(w, str_of(d->measure));
	csv_put_int(w, d->yes);
	csv_put_int(w, d->base);
	put_number(w, d->base > 0, c->drawn, d->kind);
	put_number(w, has, c->published, d->kind);
	put_number(w, has && d->base > 0, c->drawn - c->published, d->kind);
	put_number(w, compared, c->low, d->kind);
	put_number(w, compared, c->high, d->kind);
	csv_put(w, compared		    ? (c->chance == CHANCE_WITHIN ? STR("yes") : STR("no"))
		   : d->kind == DRAWN_COUNT ? STR("given")
		   : !has		    ? str_of(d->why)
					    : STR("nobody drawn"));
	csv_end_row(w);
}

struct totals {
	int64_t within, beyond, hidden;
};

static void count(struct totals *t, const struct drawn *d, const struct comparison *c)
{
	t->within += c->chance == CHANCE_WITHIN;
	t->beyond += c->chance == CHANCE_BEYOND;
	t->hidden += !d->published;
}

static enum rc put_all(struct csv_writer *w, const struct drawn *d, size_t n, const char *region, struct totals *t,
		       struct err *e)
{
	for (size_t i = 0; i < n && str_eq(d[i].council, d[0].council); i++) {
		if (d[i].kind != DRAWN_SHARE)
			continue;
		struct drawn all = d[i];
		struct comparison c;
		enum rc rc = synth_compare_all(d, n, d[i].group, d[i].measure, &c, &all.yes, &all.base, e);
		if (rc != RC_OK)
			return rc;
		all.council = STR("");
		all.name = str_of(region);
		all.published = all.base > 0;
		put_row(w, &all, &c);
		count(t, &all, &c);
	}
	return RC_OK;
}

static enum rc fill(struct buf *b, const struct drawn *d, size_t n, const char *region, struct totals *each,
		    struct totals *all, struct err *e)
{
	struct csv_writer w = { .b = b };
	buf_puts(b,
		 "code,area,group,measure,drawn,of,drawn_value,published_value,difference,low,high,within_chance\r\n");
	enum rc rc = put_all(&w, d, n, region, all, e);
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		struct comparison c;
		if ((rc = synth_compare(&d[i], &c, e)) != RC_OK)
			return rc;
		put_row(&w, &d[i], &c);
		count(each, &d[i], &c);
	}
	return rc == RC_OK && !buf_ok(b) ? err_set(e, RC_LIMIT, "the report is larger than %d bytes", REPORT_MAX) : rc;
}

enum rc synth_report(const struct drawn *d, size_t n, const char *region, const char *path, struct err *e)
{
	struct totals each = { 0 }, all = { 0 };
	struct buf b AUTO(buf_release);
	buf_init(&b, REPORT_MAX);
	enum rc rc = fill(&b, d, n, region, &each, &all, e);
	if (rc != RC_OK)
		return rc;
	if ((rc = file_write(path, b.p, b.n, e)) != RC_OK)
		return rc;
	err_say("Of %" PRId64 " numbers of councils %" PRId64 " are within chance, %" PRId64 " beyond (about %" PRId64
		" would be by chance alone); %" PRId64 " are hidden or not published. Of the whole region: %" PRId64
		" within, %" PRId64 " beyond. All of them: %s\n",
		each.within + each.beyond, each.within, each.beyond, (each.within + each.beyond + 250) / 500,
		each.hidden, all.within, all.beyond, path);
	return RC_OK;
}
