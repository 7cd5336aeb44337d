/*
 * everything.h - all that somebody can see of one child and around it, as text: pages, clocks and
 * why, lists, search, measures, chases, hand-backs, dry runs, forms. Two such texts that are equal
 * say that nothing between them left a trace.
 */
#ifndef LINNET_TESTS_WORK_EVERYTHING_H
#define LINNET_TESTS_WORK_EVERYTHING_H

#include "work/people.h"

#include "measure/tally.h"
#include "work/chase/asked.h"
#include "work/chase/chase_print.h"
#include "work/chase/handback.h"
#include "work/chase/item_link.h"
#include "work/load/match.h"
#include "work/oversee/measure.h"
#include "work/see/standing.h"

static struct arena shown; /* texts that are compared outlive what they are made of */

static inline void say_clock(struct buf *b, const struct child_clock *c)
{
	buf_printf(b, STR_FMT " %d %d %d %d %d %d " STR_FMT " " STR_FMT " %u\n", STR_ARG(c->id), (int)c->clock.state,
		   (int)c->clock.start, (int)c->clock.due, (int)c->clock.done, (int)c->clock.holder, c->days_late,
		   STR_ARG(c->why), STR_ARG(c->asked), (unsigned)c->asks);
}

static inline void say_child(struct buf *b, const struct viewer *v, const struct child_query *q)
{
	struct child_page p;
	int64_t looks = 0;
	enum rc rc = child_see(app, v, q, &arena, &p, &err);
	buf_printf(b, "child: %s\n", rc_name(rc));
	if (rc != RC_OK) {
		buf_printf(b, "%s\n", err.text);
		return;
	}
	buf_printf(b, "%" PRId64 " " STR_FMT " " STR_FMT "\n", p.head.version, STR_ARG(p.head.given),
		   STR_ARG(p.head.legal_status));
	for (size_t i = 0; i < p.n_clocks; i++)
		say_clock(b, &p.clocks[i]);
	for (size_t i = 0; i < p.n_events; i++) {
		const struct child_event *c = &p.events[i];
		buf_printf(b,
			   "%" PRId64 " %d " STR_FMT " | " STR_FMT " | " STR_FMT " | " STR_FMT " | %d | %" PRId64 " %d %d " STR_FMT "\n",
			   c->id, (int)c->at, STR_ARG(c->words), STR_ARG(c->detail), STR_ARG(c->note), STR_ARG(c->source),
			   (int)london_day(c->recorded_ms), c->replaced_by,			   c->may_change, c->may_seal, STR_ARG(c->sealed));
	}
	for (size_t i = 0; i < p.n_findings; i++)
		buf_printf(b, "finding " STR_FMT "\n", STR_ARG(p.findings[i].text));
	for (size_t i = 0; i < p.n_looks; i++) { /* every snapshot is a look: those are not compared */
		bool look = str_is(p.looks[i].act, "looked") || str_is(p.looks[i].act, "searched");
		looks += look;
		if (!look)
			buf_printf(b, STR_FMT " " STR_FMT "\n", STR_ARG(p.looks[i].what), STR_ARG(p.looks[i].why));
	}
	/* With more looks than are shown, lines would end for that reason. */
	assert_int_equal(p.looks_total, p.n_looks);
	buf_printf(b, "%" PRId64 " other lines\n", p.looks_total - looks);
}

static inline void say_clocks(struct buf *b, const struct viewer *v, const struct child_query *q)
{
	static const char *const ids[] = { "iha-returned", "placement-notified", "sdq-with-rha", "dental-check",
					   "looked-after-review" };
	for (size_t k = 0; k < COUNT_OF(ids); k++) {
		struct clock_page c;
		enum rc rc = clock_see(app, v, q, str_of(ids[k]), &arena, &c, &err);
		buf_printf(b, "why %s: %s\n", ids[k], rc == RC_OK ? "" : err.text);
		for (size_t i = 0; rc == RC_OK && i < c.why.n_facts; i++)
			buf_printf(b, "%d %d " STR_FMT "\n", (int)c.why.facts[i].day, (int)c.why.facts[i].fact,
				   STR_ARG(c.fact_from[i]));
		if (rc == RC_OK)
			buf_printf(b, STR_FMT " %zu %zu %zu\n", STR_ARG(c.why.answer), c.why.n_steps, c.why.n_moves,
				   c.n_statements);
		for (size_t i = 0; rc == RC_OK && i < c.asked->n_links; i++)
			buf_printf(b, STR_FMT " %d " STR_FMT " %" PRId64 "\n", STR_ARG(c.asked->links[i].what),
				   c.asked->links[i].state, STR_ARG(c.asked->links[i].answer),
				   c.asked->links[i].answered_ms);
	}
	struct standing_page s;
	enum rc rc = standing_see(app, v, q, STR(""), &arena, &s, &err);
	for (size_t i = 0; rc == RC_OK && i < s.n; i++)
		buf_printf(b, "%zu " STR_FMT " " STR_FMT "\n", i, STR_ARG(s.rules[i].words), STR_ARG(s.rules[i].list));
}

static inline void say_lists(struct buf *b, const struct viewer *v)
{
	for (int ahead = 0; ahead < 2; ahead++) {
		struct worklist_query q = { .area = -1,
					    .panel = true,
					    .limit = 50,
					    .as_of = ahead ? app_today(app) + 1 : DAY_NONE,
					    .known_ms = KNOWN_NOW };
		struct worklist w;
		enum rc rc = worklist_see(app, v, &q, &arena, &w, &err);
		buf_printf(b, "list: %s\n", rc == RC_OK ? "" : err.text);
		for (int l = LIST_LATE; rc == RC_OK && l < LIST__COUNT; l++) {
			buf_printf(b, "%d: %" PRId64 " " STR_FMT "\n", l, w.sections[l].count,
				   STR_ARG(w.sections[l].next));
			for (size_t i = 0; i < w.sections[l].n; i++)
				buf_printf(b, "%" PRId64 " %d %" PRId64 " %d " STR_FMT "\n",
					   w.sections[l].items[i].person, w.sections[l].items[i].standard,
					   w.sections[l].items[i].opened, (int)w.sections[l].items[i].due,
					   STR_ARG(w.sections[l].items[i].why));
		}
		for (size_t i = 0; rc == RC_OK && i < w.n_clocks; i++)
			buf_printf(b, STR_FMT " %" PRId64 "\n", STR_ARG(w.clocks[i].id), w.clocks[i].count);
	}
	for (int open = 0; open < 2; open++) {
		const struct link_row *links;
		size_t n = 0;
		enum rc rc = item_links(app, v, open, &arena, &links, &n, &err);
		buf_printf(b, "links: %s\n", rc == RC_OK ? "" : err.text);
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			buf_printf(b, "%" PRId64 " " STR_FMT " " STR_FMT "\n", links[i].id, STR_ARG(links[i].what),
				   STR_ARG(links[i].answer));
	}
	static const char *const words[] = { "wren", "refuge", "9990001006", "E-1", "harm", "address" };
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		const struct child_found *found;
		size_t n = 0;
		enum rc rc = child_search(app, v, str_of(words[i]), 50, &arena, &found, &n, NULL, &err);
		buf_printf(b, "search %s: %s %zu\n", words[i], rc_name(rc), n);
	}
}

static inline void say_measures(struct buf *b, const struct viewer *v)
{
	static const struct measure_opening all = { .period = DAY_NONE };
	const struct measures *m = app_measures(app);
	(void)m;
	struct measure_query q = { .from = day_of(2025, 6, 1),
				   .to = day_of(2026, 3, 1),
				   .as_of = DAY_NONE,
				   .known_ms = KNOWN_NOW,
				   .open = &all };
	struct measure_result r;
	enum rc rc = measure_see(app, v, &q, NULL, NULL, &arena, &r, &err);
	buf_printf(b, "measures: %s\n", rc == RC_OK ? "" : err.text);
	if (rc != RC_OK)
		return;
	for (size_t i = 0; i < r.n; i++) {
		const struct tally_row *rows;
		size_t n = tally_rows(r.answers[i].tally, GROUP_COUNCIL, true, &arena, &rows);
		for (size_t k = 0; k < n; k++)
			buf_printf(b, "%zu %zu %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", i, k, rows[k].n.yes,
				   rows[k].n.no, rows[k].n.out, rows[k].n.not_yet);
	}
	for (size_t i = 0; i < r.n_people; i++)
		buf_printf(b, "%" PRId64 " " STR_FMT "\n", r.people[i].person, STR_ARG(r.people[i].clock));
	measure_result_release(&r);
}

static inline void say_files(struct buf *b, const struct viewer *v)
{
	static const char *const to[] = { ESSEX, SOUTHEND, TRUST };
	for (size_t i = 0; i < COUNT_OF(to); i++) {
		struct chase c;
		const struct organisation *o = app_organisation(app, org(to[i]));
		enum rc rc = chase_draft(app, v, o, &arena, &c, &err);
		buf_printf(b, "chase %s: %s\n", to[i], rc == RC_OK ? "" : err.text);
		if (rc == RC_OK)
			chase_text(&c, STR("https://linnet.example"), &arena, b);
	}
	struct handback h;
	enum rc rc = handback_make(app, v, app_organisation(app, org(ESSEX)), DAY_NONE, &arena, &h, &err);
	buf_printf(b, "hand-back: %s\n", rc == RC_OK ? "" : err.text);
	if (rc == RC_OK)
		handback_csv(&h, b);
	struct load_request r = request();
	struct load_summary s;
	r.dry_run = true;
	rc = load_tables(app, v, &r, NULL, NULL, &arena, &s, &err);
	for (size_t i = 0; rc == RC_OK && i < s.n_files; i++)
		buf_printf(b, STR_FMT " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", STR_ARG(s.files[i].name),
			   s.files[i].rows_new, s.files[i].rows_changed, s.files[i].rows_same, s.files[i].rows_voided);
	const struct match_pair *pairs;
	size_t n = 0;
	rc = match_pairs(app, v, 100, &arena, &pairs, &n, &err);
	buf_printf(b, "pairs: %s %zu\n", rc_name(rc), n);
}

static inline void say_forms(struct buf *b, const struct viewer *v)
{
	static const char *const kinds[] = { "placement-ended", "request-complete", "sdq-scored", "address-told" };
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const struct ref_choice *refs;
		size_t n = 0;
		enum rc rc = record_refs(app, v, wren, str_of(kinds[i]), &arena, &refs, &n, &err);
		buf_printf(b, "refs %s: %s %zu\n", kinds[i], rc == RC_OK ? "" : err.text, n);
		for (size_t k = 0; rc == RC_OK && k < n; k++)
			buf_printf(b, STR_FMT "\n", STR_ARG(refs[k].words));
	}
}

static inline struct str all_of(const struct viewer *v)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 4 << 20);
	struct child_query now = { .person = wren,
				   .as_of = DAY_NONE,
				   .known_ms = KNOWN_NOW,
				   .with_looks = true,
				   .all_looks = true },
			   was = { .person = wren, .as_of = DAY_NONE, .known_ms = instant("2026-03-02T09:00:00Z") };
	say_child(&b, v, &now);
	say_child(&b, v, &was);
	say_clocks(&b, v, &now);
	say_lists(&b, v);
	say_measures(&b, v);
	say_files(&b, v);
	say_forms(&b, v);
	assert_true(buf_ok(&b));
	struct str s = arena_str(&shown, buf_view(&b));
	arena_reset(&arena);
	return s;
}

static inline void assert_same_text(struct str was, struct str is, const char *who)
{
	size_t i = 0, line = 0;
	if (str_eq(was, is))
		return;
	while (i < was.n && i < is.n && was.p[i] == is.p[i])
		if (was.p[i++] == '\n')
			line = i;
	fail_msg("%s sees a difference: \"%.*s\" was \"%.*s\"", who, (int)(is.n - line > 200 ? 200 : is.n - line),
		 is.p + line, (int)(was.n - line > 200 ? 200 : was.n - line), was.p + line);
}

#endif
