/* plan_site.c - where services should stand: one plan, or the frontier of cost against access. */
#include "cmd/plan.h"

#include <math.h>
#include <time.h>

#include "base/cbc.h"
#include "base/files.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "plan/report.h"
#include "plan/siting_answer.h"
#include "plan/siting_change.h"
#include "plan/siting_scenario.h"

int cmd_plan_site(int argc, char **argv);

enum { FILE_MAX = 64 << 20, OUT_MAX = 64 << 20 };

struct asked {
	const char *orlib, *aim, *by, *out;
	const char *set, *scenario;
	bool frontier, own_only, reallocate, simulate;
	int64_t points, seconds, capacity, replications;
};

struct watch {
	int64_t end_ms, length_ms;
	bool over;
};

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool go_on(void *arg, double done)
{
	struct watch *w = arg;
	int64_t now = now_ms(), spent = now - (w->end_ms - w->length_ms);
	(void)done;
	cmd_progress(NULL, "Choosing sites", spent > w->length_ms ? w->length_ms : spent, w->length_ms);
	w->over = w->over || now >= w->end_ms;
	return !w->over;
}

static enum rc outside(void *arg, struct str model, double seconds, struct buf *answer, struct err *e)
{
	(void)arg;
	return cbc_run(NULL, model, seconds, answer, e);
}

/* ---- reading ---- */

/* "budget=3000000,keep=none": the text with its changes behind it. */
static enum rc with_changes(const char *set, struct arena *a, struct str *text, struct err *e)
{
	struct buf b AUTO(buf_release);
	struct str rest = str_of(set);
	const struct siting_number *known;
	size_t n = siting_numbers(&known);
	buf_init(&b, FILE_MAX);
	buf_printf(&b, STR_FMT "\nchanges:\n", STR_ARG(*text));
	while (rest.n) {
		struct str one = str_cut(rest, ',', &rest), value, word = str_cut(one, '=', &value);
		size_t i = 0;
		while (i < n && !str_is(word, known[i].field))
			i++;
		if (i == n || !value.n) {
			struct buf all AUTO(buf_release);
			buf_init(&all, 400);
			for (i = 0; i < n; i++)
				buf_printf(&all, "%s%s", i ? ", " : "", known[i].field);
			return err_set(e, RC_BAD_INPUT, "--set is written budget=3000000,keep=none; it knows %s",
				       all.p);
		}
		buf_printf(&b, "  - {id: %s, value: " STR_FMT "}\n", known[i].path, STR_ARG(value));
	}
	*text = arena_str(a, buf_view(&b));
	return RC_OK;
}

static enum rc read_problem(const char *file, const struct asked *as, const struct common *c, struct places **places,
			    struct arena *a, struct siting *s, struct err *e)
{
	struct str text;
	char data[4096];
	enum rc rc = file_read(file, FILE_MAX, a, &text, e);
	if (rc != RC_OK)
		return rc;
	if (as->orlib && strcmp(as->orlib, "pmed") == 0)
		return siting_read_pmed(text, file, a, s, e);
	if (as->orlib && strcmp(as->orlib, "cap") == 0)
		return siting_read_cap(text, file, (double)as->capacity, a, s, e);
	if (as->orlib)
		return err_set(e, RC_BAD_INPUT, "--orlib is pmed or cap");
	if (as->set && (rc = with_changes(as->set, a, &text, e)) != RC_OK)
		return rc;
	const char *slash = strrchr(file, '/'), *where = cmd_data(c, data);
	struct str folder = slash ? arena_printf(a, "%.*s", (int)(slash - file), file) : STR(".");
	rc = places_load(where, places, e);
	return rc == RC_OK ? siting_read(text, file, folder.n ? folder.p : "/", where, *places, a, s, e) : rc;
}

/* ---- words ---- */

static struct str per_cent(double part, double all, struct arena *a)
{
	return arena_printf(a, "%.1f%%", all > 0 ? 100 * part / all : 0);
}

static struct str value_words(const struct siting *s, double v, struct arena *a)
{
	switch (s->aim) {
	case SITING_TRAVEL:
		return s->travel_is_cost ? arena_printf(a, "cost %.4f", v) : arena_printf(a, "%.6g minutes in all", v);
	case SITING_WITHIN: return arena_printf(a, "%.6g within %g minutes", s->demand - v, s->within);
	case SITING_MONEY: return arena_thousands(a, v);
	default: return arena_printf(a, "%.1f minutes", v);
	}
}

static void line(struct buf *b, const char *what, struct str today, struct str plan)
{
	buf_puts(b, "  ");
	cmd_pad(b, str_of(what), 34);
	cmd_pad(b, today, 16);
	buf_str(b, plan);
	buf_putc(b, '\n');
}

static void before_and_after(struct buf *b, const struct siting *s, const struct siting_plan *t,
			     const struct siting_plan *p, struct arena *a)
{
	struct str none = STR("-");
#define BOTH(words, fmt) line(b, words, t ? fmt(t) : none, fmt(p))
#define OPEN(x)		 arena_printf(a, "%zu", (x)->n_open)
#define MONEY(x)	 arena_thousands(a, (x)->price)
#define MEAN(x)		 arena_printf(a, "%.1f", (x)->mean)
#define WORST(x)	 arena_printf(a, "%.1f", (x)->worst)
#define W30(x)		 per_cent((x)->within30, s->demand, a)
#define W60(x)		 per_cent((x)->within60, s->demand, a)
#define GAP(x)		 arena_printf(a, "%.1f", (x)->gap)
	buf_puts(b, "\n  ");
	cmd_pad(b, STR(""), 34);
	buf_puts(b, "today           plan\n");
	BOTH("sites open", OPEN);
	if (s->priced)
		BOTH("cost a year", MONEY);
	BOTH("mean way, minutes", MEAN);
	BOTH("longest way, minutes", WORST);
	BOTH("within 30 minutes", W30);
	BOTH("within 60 minutes", W60);
	BOTH("gap between groups, minutes", GAP);
#undef BOTH
#undef OPEN
#undef MONEY
#undef MEAN
#undef WORST
#undef W30
#undef W60
#undef GAP
}

static struct str size_word(const struct siting *s, size_t open)
{
	return open ? s->sizes[open - 1].name : STR("-");
}

static void sites_table(struct buf *b, const struct siting *s, const struct siting_plan *p, struct arena *a)
{
	buf_puts(b, "\n  Site                              today           plan            serves    of\n");
	for (size_t j = 0; j < s->n_sites; j++) {
		if (!p->open[j] && !s->sites[j].today)
			continue;
		double room = p->open[j] ? s->capacity[j * s->n_sizes + p->open[j] - 1] : 0;
		buf_puts(b, "  ");
		cmd_pad(b, s->sites[j].name, 34);
		cmd_pad(b, size_word(s, (size_t)s->sites[j].now), 16);
		cmd_pad(b, p->open[j] ? size_word(s, p->open[j]) : STR("closed"), 16);
		cmd_pad(b, arena_printf(a, "%.6g", p->site_use[j]), 10);
		buf_str(b, s->limited && p->open[j] ? arena_printf(a, "%.6g", room) : STR("-"));
		buf_putc(b, '\n');
	}
}

static void groups_table(struct buf *b, const struct siting *s, const struct siting_plan *t,
			 const struct siting_plan *p, struct arena *a)
{
	if (s->n_groups < 2 || s->n_groups > 40)
		return;
	buf_puts(b, "\n  Mean way in minutes\n");
	for (size_t g = 0; g < s->n_groups; g++)
		if (p->group_mean[g] >= 0)
			line(b, arena_str(a, s->groups[g]).p, t ? arena_printf(a, "%.1f", t->group_mean[g]) : STR("-"),
			     arena_printf(a, "%.1f", p->group_mean[g]));
}

static void rests_on(struct buf *b, const struct siting *s)
{
	for (size_t i = 0; i < s->n_notes; i++)
		buf_printf(b, "%s  - " STR_FMT "%s\n", i ? "" : "\nRests on\n", STR_ARG(s->notes[i]),
			   s->guess[i] ? " [a guess]" : "");
}

static void guesses(struct buf *b, const struct siting *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_notes; i++)
		n += s->guess[i];
	if (s->n_notes)
		buf_printf(b, "%zu of %zu inputs are guesses%s\n", n, s->n_notes, n ? ": marked at the end" : "");
}

static void how_sure(struct buf *b, const struct siting *s, const struct siting_plan *p, bool over, struct arena *a)
{
	if (p->proven)
		buf_puts(b, "  Optimal: proven, no plan that keeps the rules is better.\n");
	else if (s->aim == SITING_WITHIN)
		buf_printf(b, "  Not proven: no plan reaches more than %.6g; this one reaches %.6g.\n",
			   s->demand - p->bound, s->demand - p->value);
	else
		buf_printf(
		    b, "  Not proven: no plan can be below " STR_FMT "; this one is at most %.2f%% above the best.\n",
		    STR_ARG(value_words(s, p->bound, a)),
		    p->bound > 0 ? 100 * (p->value - p->bound) / p->bound : 100.0);
	buf_printf(b, "  By %s%s.\n", p->method, over ? "; stopped when the time was over" : "");
}

/* ---- one plan ---- */

static void plan_table(struct buf *b, const struct siting *s, const struct siting_plan *t, const struct siting_plan *p,
		       bool over, struct arena *a)
{
	buf_printf(b, STR_FMT "\n", STR_ARG(s->title));
	guesses(b, s);
	buf_printf(b, "\nPlan for %s: " STR_FMT "\n", siting_aim_title(s->aim), STR_ARG(value_words(s, p->value, a)));
	how_sure(b, s, p, over, a);
	if (!s->travel_is_cost)
		before_and_after(b, s, t, p, a);
	sites_table(b, s, p, a);
	groups_table(b, s, t, p, a);
	rests_on(b, s);
}

/* `times`: demand as a multiple of that of the areas. */
static void areas_csv(struct buf *b, const struct siting *s, const struct siting_plan *p, double times)
{
	struct csv_writer w = { .b = b };
	buf_puts(b, "area,name,demand,site,served,minutes\r\n");
	for (size_t i = 0; i < s->n_areas; i++)
		for (size_t j = 0; j < s->n_sites; j++) {
			double f = p->flow[i * s->n_sites + j];
			char z[40];
			if (f <= 1e-9)
				continue;
			csv_put_safe(&w, s->areas[i].code);
			csv_put_safe(&w, s->areas[i].name);
			snprintf(z, sizeof z, "%.10g", s->areas[i].demand * times);
			csv_put(&w, str_of(z));
			csv_put_safe(&w, s->sites[j].name);
			snprintf(z, sizeof z, "%.10g", f);
			csv_put(&w, str_of(z));
			snprintf(z, sizeof z, "%.2f", s->minutes[i * s->n_sites + j]);
			csv_put(&w, str_of(z));
			csv_end_row(&w);
		}
}

static void sites_csv(struct buf *b, const struct siting *s, const struct siting_plan *p)
{
	struct csv_writer w = { .b = b };
	char z[40];
	buf_puts(b, "site,today,plan,serves,room,price,proven\r\n");
	for (size_t j = 0; j < s->n_sites; j++) {
		size_t k = j * s->n_sizes + (p->open[j] ? p->open[j] - 1u : 0);
		csv_put_safe(&w, s->sites[j].name);
		csv_put_safe(&w, s->sites[j].now ? size_word(s, (size_t)s->sites[j].now) : STR(""));
		csv_put_safe(&w, p->open[j] ? size_word(s, p->open[j]) : STR(""));
		snprintf(z, sizeof z, "%.10g", p->site_use[j]);
		csv_put(&w, str_of(z));
		snprintf(z, sizeof z, "%.10g", p->open[j] ? s->capacity[k] : 0);
		csv_put(&w, str_of(z));
		snprintf(z, sizeof z, "%.10g", p->open[j] ? s->price[k] : 0);
		csv_put(&w, str_of(z));
		csv_put(&w, p->proven ? STR("yes") : STR("no"));
		csv_end_row(&w);
	}
}

static void one_plan(const struct siting_answer *x, const struct asked *as, enum format f, struct buf *b,
		     struct arena *a)
{
	const struct siting *s = &x->s;
	if (f == FORMAT_JSON) {
		siting_answer_json(b, x, SITING_THE_PLAN);
		return;
	}
	if (f == FORMAT_CSV) {
		as->by ? areas_csv(b, s, &x->plan, 1) : sites_csv(b, s, &x->plan);
		return;
	}
	plan_table(b, s, x->has_today ? &x->today : NULL, &x->plan, x->stopped, a);
	if (x->today_why.n)
		buf_printf(b, "\n  As they are, today's sites cannot serve everybody: " STR_FMT ".\n",
			   STR_ARG(x->today_why));
	if (!x->plan.proven && (s->n_pairs || s->aim == SITING_GAP) && !as->own_only && !cbc_here())
		buf_puts(b, "\n  CBC is not installed (Debian: coinor-cbc); with it the bound would be closer.\n");
}

/* ---- the frontier ---- */

static void sites_of(struct buf *b, const struct siting *s, const struct siting_plan *p)
{
	bool any = false;
	for (size_t j = 0; j < s->n_sites; j++)
		if (p->open[j]) {
			buf_printf(b, "%s" STR_FMT, any ? "; " : "", STR_ARG(s->sites[j].name));
			if (s->n_sizes > 1)
				buf_printf(b, " (" STR_FMT ")", STR_ARG(size_word(s, p->open[j])));
			any = true;
		}
}

static void frontier_table(struct buf *b, const struct siting *s, const struct siting_plan *p, size_t n, bool whole,
			   struct arena *a)
{
	buf_printf(b, STR_FMT "\n", STR_ARG(s->title));
	guesses(b, s);
	buf_printf(b,
		   "\nCost against access (%s). %s\n\n  cost a year   value         at best       mean    longest  "
		   "within 30  sites\n",
		   siting_aim_title(s->aim),
		   whole ? "These are all plans of which none is both cheaper and better."
			 : "None of these is both cheaper and better; between them there may be others.");
	for (size_t i = 0; i < n; i++) {
		double v = siting_shown(s, p[i].value), at_best = siting_shown(s, p[i].bound);
		buf_puts(b, "  ");
		cmd_pad(b, arena_thousands(a, p[i].price), 14);
		cmd_pad(b, arena_printf(a, "%.6g", v), 14);
		cmd_pad(b, p[i].proven ? STR("proven") : arena_printf(a, "%.6g", at_best), 14);
		cmd_pad(b, arena_printf(a, "%.1f", p[i].mean), 8);
		cmd_pad(b, arena_printf(a, "%.1f", p[i].worst), 9);
		cmd_pad(b, per_cent(p[i].within30, s->demand, a), 11);
		sites_of(b, s, &p[i]);
		buf_putc(b, '\n');
	}
	rests_on(b, s);
}

static void frontier_csv(struct buf *b, const struct siting *s, const struct siting_plan *p, size_t n)
{
	struct csv_writer w = { .b = b };
	buf_puts(b, "cost,value,bound,proven,mean_minutes,longest_minutes,within_30,within_60,gap_minutes,sites\r\n");
	for (size_t i = 0; i < n; i++) {
		struct buf names AUTO(buf_release);
		buf_init(&names, 1 << 20);
		sites_of(&names, s, &p[i]);
		buf_printf(b, "%.10g,%.10g,%.10g,%s,%.6g,%.6g,%.10g,%.10g,%.6g,", p[i].price,
			   siting_shown(s, p[i].value), siting_shown(s, p[i].bound), p[i].proven ? "yes" : "no",
			   p[i].mean, p[i].worst, p[i].within30, p[i].within60, p[i].gap);
		csv_put_safe(&w, buf_view(&names));
		csv_end_row(&w);
	}
}

static void frontier(const struct siting_answer *x, enum format f, struct buf *b, struct arena *a)
{
	if (f == FORMAT_JSON)
		siting_answer_json(b, x, SITING_THE_FRONTIER);
	else if (f == FORMAT_CSV)
		frontier_csv(b, &x->s, x->frontier, x->n_frontier);
	else
		frontier_table(b, &x->s, x->frontier, x->n_frontier, x->whole, a);
}

/* ---- re-use ---- */

static void reuse_how_sure(struct buf *b, const struct siting_reuse *r)
{
	if (r->proven)
		buf_puts(b, "  Optimal: proven, nothing is better with what there is and today's money.\n");
	else
		buf_printf(b, "  Not proven: at most %.2f%% above the best with what there is and today's money%s.\n",
			   r->bound > 0 ? 100 * (r->value - r->bound) / r->bound : 100.0,
			   r->stopped ? "; stopped when the time was over" : "");
	buf_printf(b, "  By %s.\n", r->method);
}

static void reuse_lines(struct buf *b, const struct siting_reuse *r, struct arena *a)
{
	buf_puts(b, "\n  ");
	cmd_pad(b, STR(""), 34);
	buf_puts(b, "today           then\n");
	line(b, "cost a year", arena_thousands(a, r->cost_before), arena_thousands(a, r->cost_after));
	line(b, "without a place", arena_printf(a, "%.6g", r->unserved_before),
	     arena_printf(a, "%.6g", r->unserved_after));
	line(b, "mean way, minutes", arena_printf(a, "%.1f", r->before.mean), arena_printf(a, "%.1f", r->after.mean));
	line(b, "longest way, minutes", arena_printf(a, "%.1f", r->before.worst),
	     arena_printf(a, "%.1f", r->after.worst));
	line(b, "within 30 minutes", per_cent(r->before.within30, r->demand, a),
	     per_cent(r->after.within30, r->demand, a));
	line(b, "within 60 minutes", per_cent(r->before.within60, r->demand, a),
	     per_cent(r->after.within60, r->demand, a));
	line(b, "gap between groups, minutes", arena_printf(a, "%.1f", r->before.gap),
	     arena_printf(a, "%.1f", r->after.gap));
}

static void reuse_services(struct buf *b, const struct siting *s, const struct siting_reuse *r, struct arena *a)
{
	for (size_t q = 0; s->stock->n_services > 1 && q < s->stock->n_services; q++) {
		const struct reuse_told *was = &r->told_before[q], *then = &r->told_after[q];
		buf_printf(b, "\n  " STR_FMT ", %.6g a year\n", STR_ARG(s->stock->services[q].name), then->demand);
		line(b, "without a place", arena_printf(a, "%.6g", was->unserved),
		     arena_printf(a, "%.6g", then->unserved));
		line(b, "mean way, minutes", was->served > 0 ? arena_printf(a, "%.1f", was->mean) : STR("-"),
		     then->served > 0 ? arena_printf(a, "%.1f", then->mean) : STR("-"));
	}
}

static void reuse_table(struct buf *b, const struct siting *s, const struct siting_reuse *r, struct arena *a)
{
	const struct siting_stock *k = s->stock;
	buf_printf(b, STR_FMT ": re-use of what there is\n", STR_ARG(s->title));
	guesses(b, s);
	buf_printf(b, "\n" STR_FMT "\n", STR_ARG(reuse_headline(s, r, a)));
	for (size_t i = 0; i < r->n_moves; i++)
		buf_printf(b, "  " STR_FMT "\n", STR_ARG(reuse_move_words(s, r, i, a)));
	reuse_how_sure(b, r);
	reuse_lines(b, r, a);
	reuse_services(b, s, r, a);
	buf_puts(b, "\n  ");
	cmd_pad(b, STR("Site"), 34);
	cmd_pad(b, STR("what"), 24);
	buf_puts(b, "today     then      least to most\n");
	for (size_t x = 0; x < s->n_sites * k->n_kinds; x++) {
		if (!k->most[x])
			continue;
		buf_puts(b, "  ");
		cmd_pad(b, s->sites[x / k->n_kinds].name, 34);
		cmd_pad(b, k->kinds[x % k->n_kinds].name, 24);
		cmd_pad(b, arena_printf(a, "%zu", k->now[x]), 10);
		cmd_pad(b, arena_printf(a, "%zu", r->then[x]), 10);
		buf_printf(b, "%zu to %zu\n", k->least[x], k->most[x]);
	}
	groups_table(b, s, &r->before, &r->after, a);
	rests_on(b, s);
}

static void reuse_csv(struct buf *b, const struct siting *s, const struct siting_reuse *r)
{
	const struct siting_stock *k = s->stock;
	struct csv_writer w = { .b = b };
	buf_puts(b, "site,what,today,then,least,most\r\n");
	for (size_t x = 0; x < s->n_sites * k->n_kinds; x++) {
		csv_put_safe(&w, s->sites[x / k->n_kinds].name);
		csv_put_safe(&w, k->kinds[x % k->n_kinds].name);
		csv_put_int(&w, (int64_t)k->now[x]);
		csv_put_int(&w, (int64_t)r->then[x]);
		csv_put_int(&w, (int64_t)k->least[x]);
		csv_put_int(&w, (int64_t)k->most[x]);
		csv_end_row(&w);
	}
}

static void reuse(const struct siting_answer *x, const struct asked *as, enum format f, struct buf *b, struct arena *a)
{
	if (f == FORMAT_JSON)
		siting_answer_json(b, x, SITING_THE_MOVES);
	else if (f == FORMAT_CSV && as->by)
		areas_csv(b, &x->s, &x->reuse.after, x->reuse.demand / x->s.demand);
	else if (f == FORMAT_CSV)
		reuse_csv(b, &x->s, &x->reuse);
	else
		reuse_table(b, &x->s, &x->reuse, a);
}

/* ---- played through ---- */

/* The plan as a scenario, so that its queues are counted; the scenario itself, if a file is named for it. */
static enum rc simulate(const struct siting_answer *x, const struct asked *as, enum format f,
			const struct places *places, struct buf *b, struct arena *a, struct err *e)
{
	struct str text;
	struct mistakes *m = arena_alloc(a, sizeof *m);
	struct scenario *s;
	struct outlook *o;
	bool moves = x->what & SITING_THE_MOVES;
	struct outlook_options options = { .replications = (int32_t)as->replications, .threads = plan_threads(0) };
	enum rc rc = siting_scenario(&x->s, &x->plan, moves ? &x->reuse : NULL, places, a, &text, e);
	if (rc == RC_OK && as->scenario) {
		struct buf file AUTO(buf_release);
		buf_init(&file, OUT_MAX);
		buf_str(&file, text);
		if (plan_answer(&file, as->scenario, 0) != 0)
			return err_set(e, RC_IO, "the scenario was not written");
	}
	if (rc != RC_OK || !as->simulate)
		return rc;
	m->n = 0;
	/* Called as `linnet plan simulate` would call it, so that it gives the same bytes. */
	if (scenario_read(text, as->scenario ? as->scenario : "plan", &(struct scenario_asks){ 0 }, &s, m) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "the plan cannot be played through: %s", m->n ? m->list[0].text : "");
	rc = outlook_run(s, &options, &o, e);
	if (rc == RC_OK) {
		if (f == FORMAT_TABLE)
			buf_puts(b, "\nPlayed through, so that queues are counted\n");
		report_outlook(b, o, f == FORMAT_JSON ? REPORT_JSON : f == FORMAT_CSV ? REPORT_CSV : REPORT_TABLE);
		outlook_free(o);
	}
	scenario_free(s);
	return rc;
}

/* ---- the command ---- */

static enum rc ask_aim(const struct asked *as, struct siting *s, struct err *e)
{
	if (!as->aim)
		return RC_OK;
	if (siting_aim_read(str_of(as->aim), &s->aim, &s->within) != RC_OK)
		return err_set(
		    e, RC_BAD_INPUT,
		    "--aim is \"least travel\", \"least longest way\", \"most within 30 minutes\", \"smallest gap\" or "
		    "\"least money\"");
	if (as->reallocate && s->aim != SITING_TRAVEL)
		return err_set(e, RC_BAD_INPUT,
			       "--aim: re-use has one aim: everybody served as far as can be, then least travel");
	if (s->aim == SITING_MONEY && !s->priced)
		return err_set(e, RC_BAD_INPUT, "least money is the aim but nothing has a price");
	return RC_OK;
}

static enum rc answer(const char *file, const struct asked *as, const struct common *c, struct buf *b, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct places *places = NULL;
	struct siting s;
	arena_init(&a);
	enum rc rc = read_problem(file, as, c, &places, &a, &s, e);
	if (rc == RC_OK)
		rc = ask_aim(as, &s, e);
	struct watch watch = { .end_ms = now_ms() + as->seconds * 1000, .length_ms = as->seconds * 1000 };
	struct site_work w = { 0, go_on, &watch };
	struct siting_outside o = { outside, NULL, (double)as->seconds };
	struct siting_answer x;
	enum siting_what what = as->reallocate ? SITING_THE_MOVES
				: as->frontier ? SITING_THE_FRONTIER
					       : SITING_THE_PLAN;
	if (rc == RC_OK)
		rc = siting_answer(&s, what, (size_t)as->points, &w, as->own_only ? NULL : &o, &a, &x, e);
	if (rc == RC_OK && !(as->simulate && c->format != FORMAT_TABLE)) {
		if (as->reallocate)
			reuse(&x, as, c->format, b, &a);
		else if (as->frontier)
			frontier(&x, c->format, b, &a);
		else
			one_plan(&x, as, c->format, b, &a);
	}
	if (rc == RC_OK && (as->simulate || as->scenario))
		rc = simulate(&x, as, c->format, places, b, &a, e);
	places_free(places);
	return rc;
}

int cmd_plan_site(int argc, char **argv)
{
	struct asked as = { .points = 12, .seconds = 10, .replications = 30 };
	const struct option options[] = {
		{ "aim", OPTION_TEXT, &as.aim, "WORDS",
		  "instead of the file's: \"least travel\", \"most within 30 minutes\", .." },
		{ "set", OPTION_TEXT, &as.set, "WORD=N,..",
		  "numbers changed: budget, longest, keep, at-least, at-most, fill, per-1000, move; \"none\": no "
		  "limit" },
		{ "frontier", OPTION_FLAG, &as.frontier, NULL, "plans of which none is both cheaper and better" },
		{ "reallocate", OPTION_FLAG, &as.reallocate, NULL,
		  "re-use: what there is put to better use, nothing added" },
		{ "simulate", OPTION_FLAG, &as.simulate, NULL,
		  "play the chosen plan through as well, so that its queues are counted" },
		{ "scenario", OPTION_TEXT, &as.scenario, "FILE", "write the chosen plan there as a scenario" },
		{ "replications", OPTION_NUMBER, &as.replications, "N", "of --simulate (30)" },
		{ "points", OPTION_NUMBER, &as.points, "N", "of the frontier, at most (12)" },
		{ "seconds", OPTION_NUMBER, &as.seconds, "N", "stop then with the best plan and its bound (10)" },
		{ "by", OPTION_TEXT, &as.by, "areas", "with --format csv: who goes where, instead of the sites" },
		{ "own-methods", OPTION_FLAG, &as.own_only, NULL,
		  "do not ask CBC where rules are beyond our own methods" },
		{ "orlib", OPTION_TEXT, &as.orlib, "pmed|cap", "FILE is a problem of OR-Library" },
		{ "capacity", OPTION_NUMBER, &as.capacity, "N",
		  "of each warehouse, where the file says \"capacity\" (no limit)" },
		PLAN_OUT_OPTION(&as.out),
	};
	const struct usage u = {
		"linnet plan site FILE [options]",
		"Chooses which sites to open, keep or close, and how large: FILE (YAML) says what is there, "
		"what it costs and what is wanted. Every plan has its bound; optimal means proven.",
		"linnet plan site data/siting/day-services-east-midlands.yaml --frontier",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	bool plays = as.simulate || as.scenario;
	if (plays && (as.frontier || as.orlib))
		err_set(&k.e, RC_BAD_INPUT, "one plan is played through, not a frontier or a published problem");
	else if (as.replications < 2 || as.replications > 100000)
		err_set(&k.e, RC_BAD_INPUT, "--replications is 2 to 100000");
	else if (as.points < 2 || as.points > SITING_FRONTIER_MAX)
		err_set(&k.e, RC_BAD_INPUT, "--points is 2 to %d", SITING_FRONTIER_MAX);
	else if (as.seconds < 1 || as.seconds > 3600)
		err_set(&k.e, RC_BAD_INPUT, "--seconds is 1 to 3600");
	else if (as.by && strcmp(as.by, "areas") != 0)
		err_set(&k.e, RC_BAD_INPUT, "--by is areas");
	if (k.e.rc != RC_OK)
		return cmd_fail(&k.e);
	enum rc rc = answer(k.words[0], &as, &k.c, &k.b, &k.e);
	cmd_progress_end();
	return rc == RC_OK ? plan_answer(&k.b, as.out, 0) : cmd_fail(&k.e);
}
