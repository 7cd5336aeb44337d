/*
 * fake_measure.c - measures over invented numbers, beside fake_work.c.
 *
 * Definitions are the real ones; the hits are made up by a rule, so that every
 * page has months, groups, late ones, reasons, children and a filed report.
 */
#include "tests/web/fake_work.h"
#include "work/app.h"
#include "work/core/shared.h"
#include "work/oversee/filed.h"

enum { CHILDREN_A_MONTH = 30, FILED_MAX = 20, TODAY = 20780 };
static const int64_t filed_at_ms = (int64_t)TODAY * 86400000;

static struct measures *defined;
static const struct rulebook *rules;
static struct filed filed[FILED_MAX];
static size_t n_filed;

enum rc fake_measures_load(const char *data_dir, const struct vocab *v, const struct rulebook *rb, struct err *e)
{
	rules = rb;
	return measures_load(data_dir, v, rb, &defined, e);
}

/* Agreements share everything here. */
uint32_t measure_needs(const struct app *app, const struct measure *m)
{
	(void)app, (void)m;
	return 0;
}

bool measure_withheld(const struct app *app, uint32_t withheld, const struct measure *m)
{
	(void)app, (void)withheld, (void)m;
	return false;
}

void fake_measures_free(void)
{
	measures_free(defined);
	defined = NULL;
}

const struct measures *app_measures(const struct app *app)
{
	(void)app;
	return defined;
}

struct sharing_rule app_sharing_rule(const struct app *app)
{
	(void)app;
	return (struct sharing_rule){ 1, 4 };
}

static struct measure_hit hit(day_t period, int i, bool later)
{
	struct measure_hit h = { .period = period, .clock = -1, .fact = -1, .days = 10 + i };
	int roll = (i * 7 + period) % 20;
	h.place = (struct measure_place){
		.council = i % 3 ? 2 : 3, .provider = 1, .area = 2, .in_area = i % 4 ? IN_AREA : OUT_OF_AREA
	};
	h.outcome = roll < 12 ? OUTCOME_YES : roll < 18 ? OUTCOME_NO : OUTCOME_OUT;
	if (h.outcome == OUTCOME_OUT)
		h.reason = i % 2 ? STR("left care") : STR("short breaks only");
	if (later && i == 3)
		h.outcome = OUTCOME_YES;
	return h;
}

static void late_ones(struct measure_answer *an)
{
	const struct turn t[] = { { .holder = HOLDER_COUNCIL, .days = 9, .share = 5 },
				  { .holder = HOLDER_HEALTH, .days = 12, .share = 10 },
				  { .holder = HOLDER_PROVIDER, .days = 5, .share = 5, .late = 6 } };
	size_t at = rulebook_find(rules, an->m->standard.n ? an->m->standard : STR("iha-returned"));
	for (int i = 0; i < 5; i++)
		shares_add(&an->late, rulebook_info(rules, (uint16_t)at), t, COUNT_OF(t), i > 0);
}

static struct measure_person person_of(struct arena *a, const struct measure_hit *h, int i)
{
	return (struct measure_person){ .person = 4000 + i,
					.given = STR("Wren"),
					.family = arena_printf(a, "Brambleby-%d", i),
					.ref = arena_printf(a, "E-%d", i),
					.hit = *h,
					.clock = i % 2 ? STR("iha-returned.1") : STR(""),
					.start = h->period,
					.due = h->period + 20,
					.done = h->period + 18,
					.state = CLOCK_DONE,
					.identity = STR("iha-returned.1") };
}

static void count(struct measure_answer *an, const struct measure_query *q, bool first, struct arena *a,
		  struct measure_result *out)
{
	struct measure_person *people = arena_array(a, 100 * CHILDREN_A_MONTH, sizeof *people);
	for (day_t p = an->from; p <= an->to; p = period_next(an->m, p))
		for (int i = 0; i < CHILDREN_A_MONTH; i++) {
			struct measure_hit h = hit(p, i, q->known_ms == KNOWN_NOW && n_filed);
			tally_add(an->tally, &h);
			const struct measure_opening *o = q->open;
			bool wanted =
			    o && (o->period == DAY_NONE || o->period == p) && (!o->outcome || o->outcome == h.outcome);
			if (first && (wanted || q->all_hits) && out->n_people < 100)
				people[out->n_people++] = person_of(a, &h, i);
		}
	if (first)
		out->people = people;
	out->people_total = (int64_t)out->n_people;
	late_ones(an);
}

enum rc measure_see(struct app *app, const struct viewer *v, const struct measure_query *q, measure_progress *p,
		    void *arg, struct arena *a, struct measure_result *out, struct err *e)
{
	(void)app;
	(void)p;
	(void)arg;
	size_t max = q->n_ids ? q->n_ids : measures_count(defined);
	*out = (struct measure_result){ .as_of = q->as_of == DAY_NONE ? TODAY : q->as_of, .known_ms = q->known_ms };
	out->answers = arena_array(a, max, sizeof *out->answers);
	for (size_t i = 0; i < max; i++) {
		const struct measure *m = q->n_ids ? measures_find(defined, q->ids[i]) : measures_at(defined, i);
		if ((!m || !measure_is_for(app, v, m)) && q->n_ids) {
			measure_result_release(out);
			return err_set(e, RC_NOT_FOUND, "There is no such measure here.");
		}
		if (!measure_is_for(app, v, m))
			continue;
		struct measure_answer *an = &out->answers[out->n++];
		day_t to = q->to == DAY_NONE ? period_of(m, period_of(m, TODAY) - 1) : period_of(m, q->to);
		*an = (struct measure_answer){ .m = m, .to = to, .tally = tally_new(m) };
		an->from = q->from == DAY_NONE ? day_add_months(to, m->yearly ? -48 : -23) : period_of(m, q->from);
		count(an, q, out->n == 1, a, out);
	}
	return RC_OK;
}

void measure_result_release(struct measure_result *r)
{
	for (size_t i = 0; i < r->n; i++)
		tally_free(r->answers[i].tally);
	r->n = 0;
}

/* ---- filed reports ---- */

enum rc filed_file(struct app *app, const struct viewer *v, const struct measure_query *q,
		   const struct measure_layout *l, measure_progress *p, void *arg, struct arena *a, int64_t *id_out,
		   struct err *e)
{
	struct measure_result r;
	enum rc rc = measure_see(app, v, q, p, arg, a, &r, e);
	if (rc != RC_OK)
		return rc;
	if (n_filed == FILED_MAX) {
		measure_result_release(&r);
		return err_set(e, RC_LIMIT, "No more reports fit.");
	}
	filed[n_filed++] = (struct filed){ .id = 9000 + (int64_t)n_filed,
					   .m = r.answers[0].m,
					   .measure = r.answers[0].m->id,
					   .edition = 1,
					   .by_name = STR("Priya Okonjo-Bell"),
					   .filed_ms = filed_at_ms,
					   .known_ms = filed_at_ms,
					   .as_of = TODAY,
					   .from = r.answers[0].from,
					   .to = r.answers[0].to,
					   .layout = *l,
					   .rules = STR("1f"),
					   .measures = STR("2e"),
					   .program = STR("0"),
					   .hash = STR("3d"),
					   .body = STR("measure,from\r\niha-returned,2026-10-01\r\n") };
	*id_out = filed[n_filed - 1].id;
	measure_result_release(&r);
	return RC_OK;
}

enum rc filed_list(struct app *app, const struct viewer *v, struct str measure, struct arena *a,
		   const struct filed **out, size_t *n_out, struct err *e)
{
	struct filed *list = arena_array(a, FILED_MAX, sizeof *list);
	(void)app;
	(void)v;
	(void)e;
	*n_out = 0;
	for (size_t i = n_filed; i-- > 0;)
		if (!measure.n || str_eq(filed[i].measure, measure))
			list[(*n_out)++] = filed[i];
	*out = list;
	return RC_OK;
}

enum rc filed_get(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct filed *out,
		  struct err *e)
{
	(void)app;
	(void)v;
	(void)a;
	for (size_t i = 0; i < n_filed; i++)
		if (filed[i].id == id) {
			*out = filed[i];
			return RC_OK;
		}
	return err_set(e, RC_NOT_FOUND, "There is no such report here.");
}

enum rc filed_beside(struct app *app, const struct viewer *v, int64_t id, measure_progress *p, void *arg,
		     struct arena *a, struct filed_beside *out, struct err *e)
{
	struct filed_beside b = { .same_bytes = true, .same_rules = true, .same_measures = true, .changes_total = 1 };
	enum rc rc = filed_get(app, v, id, a, &b.filed, e);
	struct measure_query q = { .ids = &b.filed.measure, .n_ids = 1, .as_of = DAY_NONE, .known_ms = filed_at_ms };
	if (rc != RC_OK)
		return rc;
	q.from = b.filed.from;
	q.to = b.filed.to;
	rc = measure_see(app, v, &q, p, arg, a, &b.then, e);
	q.known_ms = KNOWN_NOW;
	if (rc == RC_OK)
		rc = measure_see(app, v, &q, p, arg, a, &b.now, e);
	struct filed_change *c = arena_alloc(a, sizeof *c);
	struct filed_event *ev = arena_alloc(a, sizeof *ev);
	struct measure_hit *was = arena_alloc(a, sizeof *was);
	*was = hit(b.filed.to, 3, false);
	was->outcome = OUTCOME_NO;
	*ev = (struct filed_event){ .words = STR("Health assessment report sent to the council"),
				    .from = STR("assessments.csv, row 12"),
				    .why = STR("the council found it <late>"),
				    .at = TODAY };
	*c = (struct filed_change){ .child = person_of(a, was, 3), .was = was, .events = ev, .n_events = 1 };
	b.changes = c;
	b.n_changes = 1;
	if (rc == RC_OK)
		*out = b;
	return rc;
}

void filed_beside_release(struct filed_beside *b)
{
	measure_result_release(&b->then);
	measure_result_release(&b->now);
}
