#include "work/oversee/measure.h"

#include <pthread.h>
#include <unistd.h>

#include "base/text.h"
#include "work/core/lean.h"
#include "work/core/members.h"
#include "work/core/write.h"
#include "work/see/head.h"

enum { MONTHS_SHOWN = 24, YEARS_SHOWN = 5, PARTS_MAX = 8, CHILDREN_OF_A_PART = 2000 };

struct counting { /* one pass over the children */
	struct app *app;
	const struct viewer *v;
	const struct measure_query *q;
	struct arena *a; /* for what is kept */
	struct measure_world world;
	struct engine *en;
	day_t as_of;
	struct members members;
	bool numbers; /* without children: an agreement shares "numbers", whatever they are of */
	struct measure_result *out;
	measure_progress *progress;
	void *progress_arg;
	struct measure_person *people;
	size_t n_people, cap_people;
	struct edition { /* of the measures asked for */
		const struct measure *m;
		size_t answer;
	} * editions;
	size_t n_editions;
	uint64_t wanted[STANDARDS_MAX / 64 + 1]; /* standards whose clocks they count */
	struct kind_set kinds;			 /* of event, on which one of them depends */
};

/* ---- which measures, which periods ---- */

/* The last period that was over on the day. */
static day_t last_whole(const struct measure *m, day_t as_of)
{
	day_t p = period_of(m, as_of);
	if (period_last(m, p) <= as_of)
		return p;
	return period_of(m, p - 1);
}

static enum rc periods_of(const struct counting *c, const struct measure *m, struct measure_answer *out, struct err *e)
{
	int shown = m->yearly ? YEARS_SHOWN : MONTHS_SHOWN, each = m->yearly ? 12 : 1;
	day_t to = c->q->to == DAY_NONE ? last_whole(m, c->as_of) : period_of(m, c->q->to);
	day_t from = c->q->from == DAY_NONE ? day_add_months(to, -each * (shown - 1)) : period_of(m, c->q->from);
	/* The months on which its limits are set are read with it, so that its chart has them. */
	if (c->q->from == DAY_NONE && m->limits_source.n && period_of(m, m->limits_from) < from &&
	    day_add_months(period_of(m, m->limits_from), each * MEASURE_PERIODS_MAX) > to)
		from = period_of(m, m->limits_from);
	if (from > to)
		return err_set(e, RC_BAD_INPUT, "The first month lies after the last. Exchange them.");
	if (day_add_months(from, each * MEASURE_PERIODS_MAX) <= to)
		return err_set(e, RC_LIMIT, "More than %d periods. Ask for fewer.", MEASURE_PERIODS_MAX);
	*out = (struct measure_answer){ .m = m, .from = from, .to = to };
	return RC_OK;
}

static void editions_of(struct counting *c)
{
	const struct measures *all = app_measures(c->app);
	c->editions = arena_array(c->a, measures_count(all) + 1, sizeof *c->editions);
	for (size_t i = 0; i < c->out->n; i++)
		for (size_t k = 0; k < measures_count(all); k++)
			if (str_eq(measures_at(all, k)->id, c->out->answers[i].m->id))
				c->editions[c->n_editions++] = (struct edition){ measures_at(all, k), i };
	for (size_t i = 0; i < c->n_editions; i++)
		for (size_t k = 0; k < COUNT_OF(c->wanted); k++)
			c->wanted[k] |= c->editions[i].m->standards[k] | c->editions[i].m->met[k] |
					c->editions[i].m->of_met[k];
	for (size_t i = 0; i < c->n_editions; i++)
		kinds_add(&c->kinds, &c->editions[i].m->kinds);
}

/* A rate is made only where every child of a council is counted: of councils that a health team
 * here serves (of others only those placed here are known), for the operator, the council and that
 * team. All together: of one council asked for, or, for the operator, of all that are served; not
 * if children of others are counted with them, who are placed here (tally.c). */
struct out_of { /* lives with the answer */
	struct app *app;
	int64_t org, council; /* of the viewer; asked for */
	bool part;	      /* not every child may be counted for them */
};

static int64_t people_of_council(const struct out_of *x, const struct population *p, const struct organisation *o,
				 day_t on)
{
	bool all_of_it = o && o->served_by && (!x->org || x->org == o->id || x->org == o->served_by);
	return all_of_it ? population_of(p, o->code, on) : -1;
}

static int64_t people_of_all(const struct out_of *x, const struct population *p, day_t on)
{
	const struct organisation *all;
	size_t n = app_organisations(x->app, &all);
	int64_t sum = 0;
	for (size_t i = 0; i < n; i++) {
		if (!str_is(all[i].kind, "council") || !all[i].served_by)
			continue;
		int64_t people = people_of_council(x, p, &all[i], on);
		if (people < 0)
			return -1;
		sum += people;
	}
	return sum ? sum : -1;
}

static int64_t people_of(void *arg, const struct population *p, enum measure_group by, int64_t group, day_t on)
{
	const struct out_of *x = arg;
	if (x->part)
		return -1;
	if (by == GROUP_COUNCIL)
		return people_of_council(x, p, app_organisation(x->app, group), on);
	if (by != GROUP_NONE)
		return -1;
	if (x->council)
		return people_of_council(x, p, app_organisation(x->app, x->council), on);
	return x->org ? -1 : people_of_all(x, p, on);
}

static void know_people(struct counting *c, const struct measure *m, struct tally *t)
{
	struct out_of *x = arena_alloc(c->a, sizeof *x);
	*x = (struct out_of){ c->app, c->v->org, c->q->council, !measure_is_whole(c->app, c->v, m, c->numbers) };
	tally_people(t, people_of, x);
}

static enum rc choose(struct counting *c, struct err *e)
{
	const struct measures *all = app_measures(c->app);
	size_t max = c->q->n_ids ? c->q->n_ids : measures_count(all), n = 0;
	c->out->answers = arena_array(c->a, max + 1, sizeof *c->out->answers);
	for (size_t i = 0; i < max; i++) {
		const struct measure *m = c->q->n_ids ? measures_find(all, c->q->ids[i]) : measures_at(all, i);
		if (!c->q->n_ids && measures_find(all, m->id) != m)
			continue; /* an earlier edition */
		bool theirs = m && measure_is_for(c->app, c->v, m);
		if (!theirs && c->q->n_ids)
			return err_set(e, RC_NOT_FOUND, "There is no such measure here.");
		if (!theirs)
			continue;
		enum rc rc = periods_of(c, m, &c->out->answers[n], e);
		if (rc != RC_OK)
			return rc;
		c->out->answers[n].tally = tally_new(m);
		know_people(c, m, c->out->answers[n++].tally);
		c->out->n = n;
	}
	editions_of(c);
	return RC_OK;
}

/* ---- one child ---- */

struct reading { /* one child in the pass */
	struct counting *c;
	const struct viewer *v; /* as they stand towards this child */
	struct history *h;
	struct folded f;
	struct measure_child child;
	struct arena *a;
};

/* Whether the viewer may have it counted. */
static bool counts(const struct reading *r, const struct measure_hit *h)
{
	const struct counting *c = r->c;
	if (c->v->role == ROLE_SOCIAL_WORKER && h->place.council != c->v->org)
		return false;
	if (h->clock >= 0 && !viewer_sees_clock(c->app, r->v, &r->f, &r->child.clocks[h->clock]))
		return false;
	return !c->q->council || h->place.council == c->q->council;
}

static struct turns turns_of(const struct reading *r, const struct measure_hit *h)
{
	struct turns t;
	engine_turns(r->c->en, &r->f.child, r->c->as_of, &r->child.clocks[h->clock], 1, r->a, &t);
	return t;
}

static void add_late(const struct reading *r, const struct measure_hit *h, struct measure_answer *an)
{
	const struct clock *k = &r->child.clocks[h->clock];
	struct turns t = turns_of(r, h);
	shares_add(&an->late, rulebook_info(app_rulebook(r->c->app), k->standard), t.turns, t.n,
		   k->state == CLOCK_DONE);
}

/* Late, and this holder took longer than its share (or held it at all, if it has none). */
static bool late_by(const struct reading *r, const struct measure_hit *h, enum holder holder)
{
	struct shares one = { 0 };
	if (h->outcome != OUTCOME_NO || h->clock < 0)
		return false;
	const struct clock *k = &r->child.clocks[h->clock];
	struct turns t = turns_of(r, h);
	shares_add(&one, rulebook_info(app_rulebook(r->c->app), k->standard), t.turns, t.n, false);
	return one.by[holder].share ? one.by[holder].over > 0 : one.by[holder].days > 0;
}

static bool opens(const struct reading *r, const struct measure_hit *h)
{
	const struct measure_opening *o = r->c->q->open;
	if (!o)
		return false;
	struct tally_row row = { .period = o->period, .group = o->group };
	return tally_row_has(&row, o->by, o->period != DAY_NONE, h) && (!o->outcome || o->outcome == h->outcome) &&
	       (!o->reason.n || str_eq(o->reason, h->reason)) && (!o->late_by || late_by(r, h, o->late_by));
}

static struct str clock_of(const struct reading *r, const struct clock *k, char *(*written)(int64_t, char *))
{
	char text[ID_TEXT_MAX];
	int64_t opened = k->opened_by >= 0 ? r->f.fact_root[k->opened_by] : 0;
	return arena_printf(r->c->a, STR_FMT ".%s.%d", STR_ARG(rulebook_info(app_rulebook(r->c->app), k->standard)->id),
			    written(opened, text), k->ordinal);
}

static struct str identity_of(const struct reading *r, const struct measure *m, const struct measure_hit *h)
{
	char day[DAY_TEXT_MAX];
	if (h->clock < 0)
		return arena_printf(r->c->a, "%s", day_iso(h->period, day));
	struct str clock = clock_of(r, &r->child.clocks[h->clock], id_plain);
	return m->by == BY_WAITING ? arena_printf(r->c->a, STR_FMT ".%s", STR_ARG(clock), day_iso(h->period, day))
				   : clock;
}

static struct measure_person *one_more(struct counting *c)
{
	if (c->n_people == c->cap_people) {
		c->cap_people = c->cap_people ? c->cap_people * 2 : 64;
		c->people = xrealloc(c->people, c->cap_people * sizeof *c->people);
	}
	return &c->people[c->n_people++];
}

static void list(const struct reading *r, const struct measure *m, const struct measure_hit *h)
{
	struct counting *c = r->c;
	c->out->people_total++;
	if (c->n_people == MEASURE_CHILDREN_MAX && !c->q->all_hits)
		return;
	struct measure_person *p = one_more(c);
	*p = (struct measure_person){ .person = r->h->person,
				      .ref = arena_str(c->a, r->h->ref),
				      .council = app_organisation(c->app, h->place.council),
				      .hit = *h,
				      .start = DAY_NONE,
				      .due = DAY_NONE,
				      .done = DAY_NONE,
				      .identity = identity_of(r, m, h) };
	if (h->clock < 0)
		return;
	const struct clock *k = &r->child.clocks[h->clock];
	p->start = k->start;
	p->due = k->due;
	p->done = k->done;
	p->state = (enum clock_state)k->state;
	p->clock = clock_of(r, k, id_text);
}

static void count_edition(const struct reading *r, const struct measure *m, struct measure_answer *an)
{
	struct counting *c = r->c;
	const struct measure_hit *hits;
	bool first = an == c->out->answers;
	size_t n = measure_child_hits(m, &c->world, &r->child, an->from, an->to, r->a, &hits);
	for (size_t i = 0; i < n; i++) {
		const struct measure_hit *h = &hits[i];
		if (!counts(r, h))
			continue;
		tally_add(an->tally, h);
		if (c->q->with_late && h->outcome == OUTCOME_NO && h->clock >= 0 && h->period == an->to)
			add_late(r, h, an);
		if (first && (c->q->all_hits || opens(r, h)))
			list(r, m, h);
	}
}

static enum rc count_child(struct history *h, struct arena *a, void *arg, struct err *e)
{
	struct counting *c = arg;
	struct viewer as = *c->v; /* towards this child */
	struct reading r = { .c = c, .v = &as, .h = h, .a = a };
	const struct clock *clocks;
	as.withheld = members_withheld(&c->members, c->v, h->person);
	as.n_councils = 0;
	if (c->numbers && (as.withheld & data_bit(DATA_NUMBERS)))
		return RC_OK;
	if (c->numbers)
		as = measure_for_numbers(&as);
	history_fold_kinds(c->app, h, c->q->known_ms, &c->kinds, a, &r.f);
	size_t n = engine_run(c->en, &r.f.child, c->as_of, &clocks);
	struct clock *mine = arena_array(a, n, sizeof *mine); /* the engine runs again for turns */
	if (n)
		memcpy(mine, clocks, n * sizeof *mine);
	r.child = (struct measure_child){ &r.f, mine, n, h->council, c->as_of };
	(void)e;
	for (size_t i = 0; i < c->n_editions; i++)
		if (measure_is_for(c->app, &as, c->editions[i].m))
			count_edition(&r, c->editions[i].m, &c->out->answers[c->editions[i].answer]);
	c->out->children++;
	return RC_OK;
}

/* ---- the pass ---- */

/* Packed histories hold no names: those of the children listed are read after. A record that
 * an adoption has closed is counted among everyone's, and opened to nobody. */
static enum rc read_names(struct counting *c, struct db *db, struct err *e)
{
	enum rc rc = RC_OK;
	size_t kept = 0;
	for (size_t i = 0; rc == RC_OK && i < c->n_people; i++) {
		struct sql_person_get_out p;
		rc = sql_person_get(db, &(struct sql_person_get_in){ c->people[i].person }, c->a, &p, e);
		if (rc != RC_OK)
			break;
		c->people[i].given = p.given;
		c->people[i].family = p.family;
		if (p.closed == SQL_NULL)
			c->people[kept++] = c->people[i];
	}
	if (rc == RC_OK)
		c->n_people = kept;
	return rc;
}

static enum rc prepare_unit(struct db *db, void *arg, struct err *e)
{
	struct counting *c = arg;
	enum rc rc = app_coverage_refresh(c->app, db, e);
	if (rc == RC_OK)
		rc = members_read(c->app, db, c->v->org, &c->members, e);
	return rc == RC_OK && c->v->n_councils ? members_homes(db, &c->members, e) : rc;
}

static enum rc count_unit(struct db *db, void *arg, struct err *e)
{
	struct counting *c = arg;
	return members_each(c->app, db, &c->members, c->q->known_ms, lean_range, count_child, c, c->progress,
			    c->progress_arg, e);
}

static enum rc names_unit(struct db *db, void *arg, struct err *e)
{
	return read_names(arg, db, e);
}

/* ---- several threads ---- */

struct part {
	struct counting c; /* of its own: tallies, engine, list */
	struct measure_result out;
	struct arena arena;
	enum rc rc;
	struct err err;
};

static void *part_run(void *arg)
{
	struct part *p = arg;
	p->rc = store_read(app_store(p->c.app), count_unit, &p->c, &p->err);
	return NULL;
}

static void part_begin(struct part *p, const struct counting *c, size_t from, size_t to)
{
	*p = (struct part){ .c = *c };
	arena_init(&p->arena);
	p->c.a = &p->arena;
	p->c.out = &p->out;
	p->c.members =
	    (struct members){ c->members.ids + from, to - from, c->members.homes ? c->members.homes + from : NULL };
	p->c.progress = NULL;
	p->c.en = app_engine_take(c->app, c->world.workdays);
	engine_only(p->c.en, c->wanted);
	p->out.answers = arena_array(&p->arena, c->out->n, sizeof *p->out.answers);
	p->out.n = c->out->n;
	for (size_t i = 0; i < p->out.n; i++) {
		p->out.answers[i] = c->out->answers[i];
		p->out.answers[i].tally = tally_new(c->out->answers[i].m);
	}
}

/* Adds what a part counted: parts in order give what one pass would have given. */
static void part_add(struct counting *c, struct part *p)
{
	for (size_t i = 0; i < p->out.n; i++) {
		tally_merge(c->out->answers[i].tally, p->out.answers[i].tally);
		shares_merge(&c->out->answers[i].late, &p->out.answers[i].late);
	}
	for (size_t i = 0; i < p->c.n_people; i++) {
		if (c->n_people == MEASURE_CHILDREN_MAX && !c->q->all_hits)
			break;
		struct measure_person *one = one_more(c);
		*one = p->c.people[i];
		one->ref = arena_str(c->a, one->ref);
		one->identity = arena_str(c->a, one->identity);
		one->clock = arena_str(c->a, one->clock);
	}
	c->out->children += p->out.children;
	c->out->people_total += p->out.people_total;
}

static void part_end(struct part *p)
{
	engine_only(p->c.en, NULL);
	app_engine_give(p->c.app, p->c.en, p->c.world.workdays);
	for (size_t i = 0; i < p->out.n; i++)
		tally_free(p->out.answers[i].tally);
	free(p->c.people);
	arena_release(&p->arena);
}

static enum rc count_in_parts(struct counting *c, size_t n, struct err *e)
{
	struct part *parts AUTO(auto_free) = xcalloc(n, sizeof *parts);
	pthread_t threads[PARTS_MAX];
	bool begun[PARTS_MAX] = { false };
	enum rc rc = RC_OK;
	for (size_t i = 0; i < n; i++)
		part_begin(&parts[i], c, c->members.n * i / n, c->members.n * (i + 1) / n);
	parts[0].c.progress = c->progress; /* the first stands for all */
	for (size_t i = 1; i < n; i++)
		begun[i] = pthread_create(&threads[i], NULL, part_run, &parts[i]) == 0;
	for (size_t i = 0; i < n; i++) /* this thread takes the first, and any that could not be begun */
		if (!begun[i])
			part_run(&parts[i]);
	for (size_t i = 0; i < n; i++) {
		if (begun[i])
			pthread_join(threads[i], NULL);
		if (parts[i].rc != RC_OK && rc == RC_OK) {
			rc = parts[i].rc;
			*e = parts[i].err;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (rc == RC_OK)
			part_add(c, &parts[i]);
		part_end(&parts[i]);
	}
	return rc;
}

static enum rc count(struct counting *c, struct err *e)
{
	enum rc rc = store_read(app_store(c->app), prepare_unit, c, e);
	if (rc != RC_OK)
		return rc;
	size_t n = c->members.n / CHILDREN_OF_A_PART + 1;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	n = n < PARTS_MAX ? n : PARTS_MAX;
	n = processors > 0 && n > (size_t)processors ? (size_t)processors : n;
	rc = n > 1 ? count_in_parts(c, n, e) : store_read(app_store(c->app), count_unit, c, e);
	return rc == RC_OK && c->n_people ? store_read(app_store(c->app), names_unit, c, e) : rc;
}

static int64_t team_of(void *arg, int64_t council)
{
	const struct organisation *o = app_organisation(arg, council);
	return o ? o->served_by : 0;
}

static bool is_provider(void *arg, int64_t org)
{
	const struct organisation *o = app_organisation(arg, org);
	return o && str_is(o->kind, "provider");
}

static day_t day_of_person(const struct measure_person *p)
{
	return p->due != DAY_NONE ? p->due : p->start != DAY_NONE ? p->start : p->hit.period;
}

static int by_day(const void *x, const void *y)
{
	const struct measure_person *a = x, *b = y;
	day_t i = day_of_person(a), j = day_of_person(b);
	if (i != j)
		return i < j ? -1 : 1;
	if (a->person != b->person)
		return a->person < b->person ? -1 : 1;
	return str_cmp(a->identity, b->identity);
}

static void hand_over(struct counting *c)
{
	struct measure_person *mine = arena_array(c->a, c->n_people, sizeof *mine);
	if (c->n_people) {
		memcpy(mine, c->people, c->n_people * sizeof *mine);
		qsort(mine, c->n_people, sizeof *mine, by_day);
	}
	c->out->people = mine;
	c->out->n_people = c->n_people;
}

static enum rc audit_unit(struct db *db, void *arg, struct err *e)
{
	struct counting *c = arg;
	struct str what = c->out->n == 1 ? c->out->answers[0].m->id : STR("measures");
	if (c->q->open || c->q->all_hits)
		what = arena_printf(c->a, "children of measure " STR_FMT, STR_ARG(c->out->answers[0].m->id));
	return audit(c->app, db, c->v, 0, "looked", what, STR("ordinary work"), e);
}

enum rc measure_see(struct app *app, const struct viewer *v, const struct measure_query *q, measure_progress *p,
		    void *arg, struct arena *a, struct measure_result *out, struct err *e)
{
	bool numbers_only = q->shared && !q->open && !q->all_hits;
	enum rc rc = require_act(v, numbers_only ? ACT_SEE_SHARED : ACT_SEE_MEASURES, e);
	if (rc != RC_OK)
		return rc;
	struct viewer as = numbers_only ? measure_for_numbers(v) : *v;
	v = &as;
	struct app *known;
	if ((rc = app_known(app, q->known_ms, &known, e)) != RC_OK)
		return rc;
	app = known;
	struct measure_result made = { .known = known,
				       .as_of = q->as_of == DAY_NONE ? app_today(app) : q->as_of,
				       .known_ms = q->known_ms };
	struct counting c = { .app = app,
			      .v = v,
			      .q = q,
			      .a = a,
			      .numbers = numbers_only,
			      .as_of = made.as_of,
			      .out = &made,
			      .progress = p,
			      .progress_arg = arg };
	c.world = (struct measure_world){ .vocab = app_vocab(app),
					  .rules = app_rulebook(app),
					  .workdays = app_workdays(app),
					  .team_of = team_of,
					  .is_provider = is_provider,
					  .arg = app };
	measure_world_ready(&c.world);
	c.en = app_engine_take(app, c.world.workdays);
	rc = choose(&c, e);
	engine_only(c.en, c.wanted);
	if (rc == RC_OK && made.n)
		rc = count(&c, e);
	if (rc == RC_OK)
		hand_over(&c);
	if (rc == RC_OK && made.n)
		rc = store_write(app_store(app), audit_unit, &c, e);
	engine_only(c.en, NULL);
	app_engine_give(app, c.en, c.world.workdays);
	members_release(&c.members);
	free(c.people);
	if (rc == RC_OK)
		*out = made;
	else
		measure_result_release(&made);
	return rc;
}

void measure_result_release(struct measure_result *r)
{
	for (size_t i = 0; i < r->n; i++)
		tally_free(r->answers[i].tally);
	r->n = 0;
}
