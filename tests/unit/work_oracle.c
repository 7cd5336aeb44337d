/* Permission against an oracle: random people ask random things of random children, while entries are written,
 * sealed and erased, sight is given, emergencies begin, workers are named, agreements change and records are closed.
 * Every answer must be the full result, filtered by rules that are written here once more, in the plainest way.
 * 100,000 questions in the long run (10,000 on PostgreSQL). */
#include "work/everything.h"

#include "store/sql.h"
#include "work/core/seal.h"
#include "work/core/shared.h"
#include "work/oversee/agreement.h"
#include "work/oversee/erase.h"
#include "work/oversee/sight.h"
#include "work/record/seal_entry.h"
#include "work/record/statement.h"
#include "work/record/worker.h"
#include "work/see/emergency.h"

static const struct {
	const char *login, *org;
	enum role role;
} staff[] = {
	{ "nurse", TEAM, ROLE_NURSE },
	{ "nurse2", TEAM, ROLE_NURSE },
	{ "doctor", TEAM, ROLE_DOCTOR },
	{ "admin", TEAM, ROLE_ADMINISTRATOR },
	{ "lead", TEAM, ROLE_GOVERNANCE },
	{ "buyer", TEAM, ROLE_COMMISSIONER },
	{ "sw", ESSEX, ROLE_SOCIAL_WORKER },
	{ "sw2", ESSEX, ROLE_SOCIAL_WORKER },
	{ "sw3", SOUTHEND, ROLE_SOCIAL_WORKER },
	{ "sw4", "E06000034", ROLE_SOCIAL_WORKER },
	{ "lead2", ESSEX, ROLE_GOVERNANCE },
	{ "clin", TRUST, ROLE_CLINICIAN },
	{ "clin2", TRUST, ROLE_CLINICIAN },
	{ "tnurse", TRUST, ROLE_NURSE },
	{ "tadmin", TRUST, ROLE_ADMINISTRATOR },
	{ "far", "RRP", ROLE_NURSE },
	{ "other", "LAC-QMF-DEMO", ROLE_DOCTOR },
};
static struct viewer people[COUNT_OF(staff)];
static int64_t children[400];
static size_t n_children;
static struct rand dice;
static struct arena asks; /* of one question */

static size_t any_of(size_t n)
{
	return (size_t)rand_int(&dice, 0, (int64_t)n - 1);
}

static int64_t any_child(void)
{
	return children[any_of(n_children)];
}

static int loaded(void **state)
{
	struct synth_options o = { .data_dir = "data", .region = "set", .folder = tables, .seed = 23, .children = 36 };
	struct synth_counts made;
	fresh(state);
	o.today = app_today(app);
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	load();
	for (size_t i = 0; i < COUNT_OF(staff); i++)
		people[i] = somebody(staff[i].login, staff[i].role, staff[i].org);
	n_children = 0;
	for (int64_t n = rows_of("person"); (int64_t)n_children < n && n_children < COUNT_OF(children); n_children++)
		children[n_children] = number("SELECT id AS n FROM person ORDER BY id LIMIT 1 OFFSET %zu", n_children);
	dice = rand_stream(at_length() ? 77 : 6, "oracle", 0);
	change("INSERT INTO setting (name, value) VALUES ('agreements-enforced-from', '2026-03-01')");
	assert_ok(app_reread_place(app, &err));
	return 0;
}

/* ---- the oracle ---- */

struct truth { /* of one person and one child */
	bool there, in_circle, closed;
	uint32_t seals, opened, withheld;
	bool emergency, given_closed;
};

struct asked_of {
	int64_t org, id, known_ms;
	uint32_t bits;
	struct history h;
	enum rc rc;
};

static enum rc ask_open(struct db *db, void *arg, struct err *e)
{
	struct asked_of *q = arg;
	enum rc rc = app_coverage_refresh(app, db, e);
	q->rc = rc == RC_OK ? history_read(app, db, q->id, q->known_ms, &asks, &q->h, e) : rc;
	return RC_OK;
}

static enum rc ask_whole(struct db *db, void *arg, struct err *e)
{
	struct asked_of *q = arg;
	enum rc rc = app_coverage_refresh(app, db, e);
	q->rc = rc == RC_OK ? history_read_whole(app, db, q->id, q->known_ms, &asks, &q->h, e) : rc;
	return RC_OK;
}

/* Whose child somebody is today: the council of the last period of care that has begun, else that of the number. */
static int64_t naive_home(int64_t id)
{
	struct asked_of q = { .id = id, .known_ms = KNOWN_NOW };
	struct folded f;
	assert_ok(store_read(app_store(app), ask_open, &q, &err));
	if (q.rc != RC_OK)
		return 0;
	int64_t home = q.h.council;
	history_fold(app, &q.h, KNOWN_NOW, &asks, &f);
	for (size_t i = 0; i < f.n_spans; i++)
		if (str_is(app_vocab(app)->kinds[f.spans[i].kind].id, "care-started") && f.spans[i].org &&
		    f.spans[i].from <= app_today(app))
			home = f.spans[i].org;
	return home;
}

/* What an organisation's agreements say today of the children of a council, counted from the statements themselves. */
static uint32_t naive_withheld(int64_t org_, int64_t council)
{
	const struct organisation *o = app_organisation(app, org_);
	static const char *const entries[] = { "identity", "care", "health", "mental-health", "education", "numbers" };
	bool care = str_is(o->kind, "council") || str_is(o->kind, "provider"), all = true;
	uint32_t withheld = 0;
	if (str_is(o->kind, "health-team"))
		return 0;
	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		bool shared =
		    number("SELECT count(*) AS n FROM agreement WHERE org = %" PRId64
			   " AND newest = 1 AND from_day <= %d AND to_day >= %d"
			   " AND (' ' || shares || ' ') LIKE '%% %s %%' AND (councils = '' OR EXISTS (SELECT 1"
			   " FROM organisation o WHERE o.id = %" PRId64
			   " AND (' ' || councils || ' ') LIKE '%% ' || o.code || ' %%'))",
			   org_, (int)app_today(app), (int)app_today(app), entries[i], council) > 0;
		shared = shared || (care && i < 2) || (str_is(o->kind, "provider") && i == 3);
		if (!shared)
			withheld |= data_bit(data_kind_of(str_of(entries[i])));
		all = all && (shared || i == 5);
	}
	return withheld | (all ? 0 : data_bit(DATA_UNSAID));
}

/* It has agreements, and none is in force: its sessions have no role. */
static bool barred(int64_t org_)
{
	int today = (int)app_today(app);
	return number("SELECT count(*) AS n FROM agreement WHERE org = %" PRId64 " AND newest = 1", org_) > 0 &&
	       number("SELECT count(*) AS n FROM agreement WHERE org = %" PRId64
		      " AND newest = 1 AND from_day <= %d AND to_day >= %d",
		      org_, today, today) == 0;
}

/* Whose number it carries, and who serves that council. */
static bool keeps(int64_t id, int64_t org_)
{
	return number("SELECT count(*) AS n FROM person p, organisation o WHERE p.id = %" PRId64
		      " AND p.council = o.id AND %" PRId64 " IN (o.id, coalesce(o.served_by, 0))",
		      id, org_) > 0;
}

static bool in_circle(int64_t id, int64_t org_)
{
	int today = (int)app_today(app);
	return !barred(org_) && number("SELECT count(*) AS n FROM circle WHERE person = %" PRId64 " AND org = %" PRId64
				       " AND from_day <= %d AND to_day >= %d",
				       id, org_, today, today) > 0;
}

static int64_t grants(const struct viewer *v, int64_t id, const char *what, const char *seal)
{
	return number("SELECT count(*) AS n FROM access_grant WHERE person = %" PRId64 " AND account = %" PRId64
		      " AND what = '%s' AND (seal = '%s' OR '%s' = '') AND ended_ms IS NULL AND until_ms > %" PRId64,
		      id, v->account, what, seal, seal, app_now_ms(app));
}

static struct truth truth_of(const struct viewer *v, int64_t id)
{
	const struct vocab *voc = app_vocab(app);
	int64_t home = naive_home(id);
	struct truth t = { .withheld = naive_withheld(v->org, home) };
	t.there = number("SELECT count(*) AS n FROM person WHERE id = %" PRId64, id) > 0;
	if (t.there)
		assert_int_equal(number("SELECT home AS n FROM person WHERE id = %" PRId64, id), home);
	t.in_circle = t.there && in_circle(id, v->org);
	t.closed = number("SELECT count(*) AS n FROM person WHERE id = %" PRId64 " AND closed IS NOT NULL", id) > 0;
	t.given_closed = grants(v, id, "closed", "") > 0;
	t.emergency = grants(v, id, "emergency", "") > 0 && t.there;
	for (size_t s = 1; s < voc->n_seals; s++) {
		if (grants(v, id, "sealed", arena_str(&asks, voc->seals[s].id).p))
			t.seals |= UINT32_C(1) << s;
		if (t.emergency && voc->seals[s].emergency)
			t.opened |= UINT32_C(1) << s;
	}
	return t;
}

static bool reads(const struct truth *t) /* the pages of one child */
{
	return t->there && (t->in_circle || t->given_closed || (t->emergency && !t->closed));
}

static bool writes(const struct truth *t) /* lists, forms, searches */
{
	return t->there && (t->in_circle || t->given_closed);
}

static size_t first_of(const struct history *h, size_t i)
{
	for (size_t k = 0; h->events[i].replaces && k < h->n; k++)
		if (h->events[k].id == h->events[i].replaces)
			return first_of(h, k);
	return i;
}

static bool is_mark(const struct vocab *voc, const struct event *ev)
{
	return ev->kind == voc->puts_seal || ev->kind == voc->takes_seal;
}

/* The first of the chain that an entry belongs to, or that a mark speaks of. */
static size_t chain_first(const struct history *h, size_t i)
{
	int64_t id;
	if (!is_mark(app_vocab(app), &h->events[i]))
		return first_of(h, i);
	for (size_t k = 0; id_parse(h->events[i].ref, &id) == RC_OK && k < h->n; k++)
		if (h->events[k].id == id)
			return first_of(h, k);
	return SIZE_MAX;
}

static bool of_colleague(const struct viewer *v, int64_t author)
{
	return author && number("SELECT count(*) AS n FROM account WHERE id = %" PRId64 " AND org = %" PRId64, author,
				v->org) > 0;
}

/* Seal on a chain now, and the one that it ever had; who put it there. */
static uint8_t naive_seal(const struct history *h, size_t first, bool ever, int64_t *sealer)
{
	const struct vocab *voc = app_vocab(app);
	uint8_t kind = voc->kinds[h->events[first].kind].seal, now, had;
	for (size_t k = 0; k < h->n && !kind; k++)
		if (!is_mark(voc, &h->events[k]) && first_of(h, k) == first)
			kind = voc->kinds[h->events[k].kind].seal;
	now = had = kind;
	*sealer = 0;
	for (size_t k = 0; k < h->n; k++) {
		if (!is_mark(voc, &h->events[k]) || chain_first(h, k) != first)
			continue;
		had = had ? had : vocab_seal(voc, STR("entry"));
		now = h->events[k].kind == voc->puts_seal ? had : 0;
		*sealer = now ? h->events[k].author : 0;
	}
	return ever ? had : now;
}

static bool naive_withheld_entry(const struct viewer *v, uint32_t withheld, const struct event *first)
{
	const struct kind *k = &app_vocab(app)->kinds[first->kind];
	struct str rest;
	if (!withheld || of_colleague(v, first->author))
		return false;
	size_t s = k->on_clock ? rulebook_find(app_rulebook(app), str_cut(first->ref, '.', &rest)) : SIZE_MAX;
	return (withheld & data_bit((enum data_kind)k->data)) ||
	       (k->on_clock && (s == SIZE_MAX || standard_withheld(app, withheld, s)));
}

static bool naive_sees(const struct viewer *v, const struct truth *t, const struct history *h, size_t i, bool emergency)
{
	const struct event *ev = &h->events[i];
	const struct kind *k = &app_vocab(app)->kinds[ev->kind];
	size_t first = chain_first(h, i);
	int64_t sealer;
	if (first == SIZE_MAX || v->role == ROLE_GOVERNANCE)
		return false;
	bool mark = is_mark(app_vocab(app), ev);
	uint8_t seal = naive_seal(h, first, mark, &sealer);
	uint32_t seals = t->seals | (emergency ? t->opened : 0);
	if (seal && !(seals >> seal & 1) && h->events[first].author != v->account && sealer != v->account)
		return false;
	if (naive_withheld_entry(v, emergency ? 0 : t->withheld, &h->events[first]))
		return false;
	if (!k->sensitive)
		return true;
	if (!role_sees_sensitive(v->role))
		return false;
	bool theirs = v->role != ROLE_CLINICIAN || emergency || ev->org == v->org;
	for (size_t j = 0; !theirs && ev->ref.n && j < h->n; j++)
		theirs = h->events[j].org == v->org && str_eq(h->events[j].ref, ev->ref);
	return theirs;
}

/* ---- what is asked ---- */

static void assert_none(enum rc rc)
{
	assert_int_equal(rc, RC_NOT_FOUND);
	assert_string_equal(err.text, "There is no such child here.");
}

static bool has_event(const struct child_page *p, int64_t id)
{
	for (size_t i = 0; i < p->n_events; i++)
		if (p->events[i].id == id)
			return true;
	return false;
}

static void assert_events(const struct viewer *v, const struct truth *t, int64_t id, int64_t known_ms,
			  const struct child_page *p)
{
	struct asked_of q = { .id = id, .known_ms = known_ms };
	size_t n = 0;
	assert_ok(store_read(app_store(app), ask_whole, &q, &err));
	assert_int_equal(q.rc, RC_OK);
	for (size_t i = 0; i < q.h.n; i++) {
		bool yes = naive_sees(v, t, &q.h, i, t->emergency) && q.h.events[i].recorded_ms <= known_ms;
		if (yes != has_event(p, q.h.events[i].id))
			fail_msg("%s %s a " STR_FMT " of a child %s", v->name.p, yes ? "does not see" : "sees",
				 STR_ARG(app_vocab(app)->kinds[q.h.events[i].kind].id),
				 t->emergency ? "in an emergency" : "");
		n += yes;
	}
	assert_int_equal(n, p->n_events);
}

static void ask_page(const struct viewer *v, int64_t id, const struct truth *t)
{
	int64_t known =
	    rand_chance(&dice, 0.3) ? app_now_ms(app) - rand_int(&dice, 0, 40) * 24 * 3600 * 1000 : KNOWN_NOW;
	bool looks = rand_chance(&dice, 0.1);
	struct child_query q = {
		.person = id, .as_of = DAY_NONE, .known_ms = known, .with_looks = looks, .all_looks = true
	};
	struct child_page p;
	int64_t lines = looks ? number("SELECT count(*) AS n FROM audit WHERE person = %" PRId64, id) : 0;
	enum rc rc = child_see(app, v, &q, &asks, &p, &err);
	if (!viewer_may(v, ACT_SEE_CHILD)) {
		assert_int_equal(rc, RC_REFUSED);
		return;
	}
	if (!reads(t)) {
		assert_none(rc);
		return;
	}
	assert_ok(rc);
	assert_events(v, t, id, known, &p);
	assert_true(p.looks_total <= lines);
	for (size_t i = 0; i < p.n_clocks; i++)
		assert_false(standard_withheld(app_known(app, known, &p.known, &err) == RC_OK ? p.known : app,
					       t->emergency ? 0 : t->withheld, p.clocks[i].clock.standard));
}

static void ask_clock(const struct viewer *v, int64_t id, const struct truth *t)
{
	const struct rulebook *rb = app_rulebook(app);
	struct str standard = rulebook_info(rb, (uint16_t)any_of(rulebook_count(rb)))->id;
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page p = { .n_clocks = 0 };
	struct clock_page c;
	bool there = false;
	enum rc rc = clock_see(app, v, &q, standard, &asks, &c, &err);
	if (!viewer_may(v, ACT_SEE_CHILD)) {
		assert_int_equal(rc, RC_REFUSED);
		return;
	}
	if (!reads(t)) {
		assert_none(rc);
		return;
	}
	assert_ok(child_see(app, v, &q, &asks, &p, &err));
	bool listed = rulebook_info(rb, (uint16_t)rulebook_find(rb, standard))->on_worklist;
	for (size_t i = 0; i < p.n_clocks; i++)
		there = there || str_eq(rulebook_info(rb, p.clocks[i].clock.standard)->id, standard);
	if (there || rc == RC_NOT_FOUND || listed)
		assert_int_equal(rc, there ? RC_OK : RC_NOT_FOUND);
	if (rc == RC_OK) /* what is for comparison only: not of what is withheld either */
		assert_false(standard_withheld(app, t->emergency ? 0 : t->withheld, c.clock.clock.standard));
	/* what is said of it asks the same, and no emergency */
	if (writes(t) && rc == RC_NOT_FOUND && viewer_may(v, ACT_RECORD))
		assert_int_not_equal(statement_save(app, v, id, standard, STR("Not our days"), &err), RC_OK);
}

/* By the number of an entry that was guessed: as an entry that there is not. */
static void ask_entry(const struct viewer *v, int64_t id, const struct truth *t)
{
	struct asked_of q = { .id = id, .known_ms = KNOWN_NOW };
	struct draft d;
	struct seal_page s;
	struct erase_about about;
	char words[ERR_TEXT_MAX];
	assert_ok(store_read(app_store(app), ask_whole, &q, &err));
	if (q.rc != RC_OK || !q.h.n)
		return;
	size_t i = any_of(q.h.n);
	int64_t ev = q.h.events[i].id;
	bool sees = writes(t) && naive_sees(v, t, &q.h, i, false);
	enum rc rc[3] = { record_draft_of(app, v, id, ev, &asks, &d, &err) };
	if (rc[0] == RC_OK)
		assert_true(sees);
	memcpy(words, err.text, sizeof words);
	if (!sees && viewer_may(v, ACT_RECORD)) { /* the words do not say which it is */
		assert_int_equal(record_draft_of(app, v, id, 77, &asks, &d, &err), rc[0]);
		assert_string_equal(words, err.text);
	}
	rc[1] = seal_see(app, v, id, ev, &asks, &s, &err);
	rc[2] = erase_about_see(app, v, id, ev, &asks, &about, &err);
	for (size_t k = 1; k < COUNT_OF(rc); k++)
		if (rc[k] == RC_OK && v->role != ROLE_GOVERNANCE)
			assert_true(sees);
}

static bool among(const struct child_found *list, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].person == id)
			return true;
	return false;
}

static void ask_search(const struct viewer *v, int64_t id, const struct truth *t)
{
	static const char *const of[] = { "given || ' ' || family", "family", "ref", "nhs_number" };
	const struct child_found *found;
	size_t n = 0, which = any_of(COUNT_OF(of));
	struct viewer op = app_operator(app);
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page page_;
	if (child_see(app, &op, &q, &asks, &page_, &err) != RC_OK)
		return; /* closed, or erased: nothing to type */
	struct str words =
	    which == 0 ? arena_printf(&asks, STR_FMT " " STR_FMT, STR_ARG(page_.head.given), STR_ARG(page_.head.family))
	    : which == 1 ? page_.head.family
	    : which == 2 ? page_.head.ref
			 : page_.head.nhs_number;
	if (!str_trim(words).n)
		return;
	enum rc rc = child_search(app, v, words, 50, &asks, &found, &n, NULL, &err);
	if (!viewer_may(v, ACT_SEE_CHILD)) {
		assert_int_equal(rc, RC_REFUSED);
		return;
	}
	assert_ok(rc);
	if (among(found, n, id) != writes(t))
		fail_msg("%s %s a child by %s, \"" STR_FMT "\", of %zu", v->name.p,
			 writes(t) ? "does not find" : "finds", of[which], STR_ARG(words), n);
	for (size_t i = 0; i < n; i++)
		assert_true(in_circle(found[i].person, v->org));
	int64_t got;
	char text[ID_TEXT_MAX];
	rc = child_find(app, v, str_of(id_text(id, text)), &got, &err);
	assert_int_equal(rc == RC_OK, writes(t));
}

static int64_t stored_home(int64_t id)
{
	return number("SELECT home AS n FROM person WHERE id = %" PRId64, id);
}

/* The standards that are shared with the viewer, of the children of each council that anybody is of. */
static const char *shared_standards(const struct viewer *v)
{
	static const char *const of[] = { ESSEX, SOUTHEND, "E06000034", NULL }; /* NULL: any other */
	const struct rulebook *rb = app_rulebook(app);
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 16);
	buf_puts(&b, "CASE p.home ");
	for (size_t o = 0; o < COUNT_OF(of); o++) {
		uint32_t withheld = naive_withheld(v->org, of[o] ? org(of[o]) : 0);
		if (of[o])
			buf_printf(&b, "WHEN %" PRId64 " THEN w.standard IN (0", org(of[o]));
		else
			buf_puts(&b, "ELSE w.standard IN (0");
		for (uint16_t i = 0; i < rulebook_count(rb); i++)
			if (!standard_withheld(app, withheld, i))
				buf_printf(&b, ",%d", rulebook_info(rb, i)->number);
		buf_puts(&b, ") ");
	}
	buf_puts(&b, "END");
	return arena_str(&asks, buf_view(&b)).p;
}

static void ask_list(const struct viewer *v)
{
	struct worklist_query q = { .area = -1,
				    .limit = 20,
				    .as_of = DAY_NONE,
				    .known_ms = KNOWN_NOW,
				    .worker = rand_chance(&dice, 0.2) ? v->account : 0 };
	struct worklist w;
	int64_t want[4] = { 0 }, got[4] = { 0 };
	enum rc rc = worklist_see(app, v, &q, &asks, &w, &err);
	if (!viewer_may(v, ACT_SEE_WORKLIST)) {
		assert_int_equal(rc, RC_REFUSED);
		return;
	}
	assert_ok(rc);
	for (int turn = 1; turn <= 3; turn++) {
		struct asking n = { arena_printf(&asks,
						 "SELECT count(*) AS n FROM work_row w JOIN person p ON p.id = "
						 "w.person WHERE w.org = %" PRId64
						 " AND w.turn = %d AND (%s) AND (%d = 0 OR EXISTS (SELECT 1 FROM "
						 "named_worker k WHERE k.person = w.person AND k.account = %" PRId64
						 "))",
						 v->org, turn, shared_standards(v), q.worker != 0, q.worker)
					.p,
				    -1 };
		assert_ok(store_read(app_store(app), ask_number, &n, &err));
		want[turn] = n.n;
	}
	got[1] = w.sections[LIST_LATE].count + w.sections[LIST_SOON].count + w.sections[LIST_LATER].count;
	got[2] = w.sections[LIST_WAITING].count;
	got[3] = w.sections[LIST_NOT_KNOWN].count;
	for (int turn = 1; turn <= 3; turn++)
		if (want[turn] <= COUNT_CAP)
			assert_int_equal(got[turn], want[turn]);
	for (int l = LIST_LATE; l < LIST__COUNT; l++)
		for (size_t i = 0; i < w.sections[l].n; i++) {
			assert_true(in_circle(w.sections[l].items[i].person, v->org));
			assert_false(
			    standard_withheld(app, naive_withheld(v->org, stored_home(w.sections[l].items[i].person)),
					      w.sections[l].items[i].standard));
		}
	for (size_t i = 0; i < w.n_clocks; i++)
		assert_true(viewer_shown(v, standard_needs(app, rulebook_find(app_rulebook(app), w.clocks[i].id))));
	assert_true(w.children > COUNT_CAP ||
		    w.children == number("SELECT count(DISTINCT person) AS n FROM circle WHERE org = %" PRId64
					 " AND from_day <= %d AND to_day >= %d",
					 v->org, (int)app_today(app), (int)app_today(app)));
}

/* The children behind a number are those whom somebody sees from whom nothing is withheld, without the others. */
static void assert_counted(const struct viewer *v, const struct measure_query *q, const struct measure_result *got)
{
	struct viewer all = *v;
	struct measure_result r;
	struct str id;
	size_t n = 0;
	if (!got->n)
		return;
	all.withheld = 0;
	all.n_councils = 0;
	id = got->answers[0].m->id;
	struct measure_query one = *q;
	one.ids = &id;
	one.n_ids = 1;
	assert_ok(measure_see(app, &all, &one, NULL, NULL, &asks, &r, &err));
	for (size_t i = 0; i < r.n_people; i++)
		if (!measure_withheld(app, naive_withheld(v->org, stored_home(r.people[i].person)), r.answers[0].m)) {
			assert_true(n < got->n_people && got->people[n].person == r.people[i].person &&
				    str_eq(got->people[n].identity, r.people[i].identity));
			n++;
		}
	assert_int_equal(n, got->n_people);
	measure_result_release(&r);
}

/* Numbers, and the children behind them; what goes to others. */
static void ask_many(const struct viewer *v)
{
	static const struct measure_opening all = { .period = DAY_NONE };
	struct measure_query q = { .from = day_of(2025, 12, 1),
				   .to = day_of(2026, 3, 1),
				   .as_of = DAY_NONE,
				   .known_ms = KNOWN_NOW,
				   .open = &all };
	struct measure_result r;
	struct chase c;
	struct handback h;
	const struct organisation *to = app_organisation_by_code(app, str_of(staff[6 + any_of(8)].org));
	enum rc rc = measure_see(app, v, &q, NULL, NULL, &asks, &r, &err);
	assert_int_equal(rc, viewer_may(v, ACT_SEE_MEASURES) ? RC_OK : RC_REFUSED);
	for (size_t i = 0; rc == RC_OK && i < r.n; i++)
		assert_true(viewer_shown(v, measure_needs(app, r.answers[i].m)));
	for (size_t i = 0; rc == RC_OK && i < r.n_people; i++) {
		uint32_t withheld = naive_withheld(v->org, stored_home(r.people[i].person));
		assert_true(in_circle(r.people[i].person, v->org));
		assert_false(measure_withheld(app, withheld, r.answers[0].m));
	}
	if (rc == RC_OK)
		assert_counted(v, &q, &r);
	if (rc == RC_OK)
		measure_result_release(&r);
	rc = chase_draft(app, v, to, &asks, &c, &err);
	if (!viewer_may(v, ACT_CHASE))
		assert_int_equal(rc, RC_REFUSED);
	for (size_t i = 0; rc == RC_OK && i < c.n; i++) {
		size_t s = rulebook_find(app_rulebook(app), c.items[i].standard->id);
		assert_true(in_circle(c.items[i].person, v->org) && in_circle(c.items[i].person, to->id));
		int64_t home = stored_home(c.items[i].person);
		assert_false(standard_withheld(app, naive_withheld(v->org, home) | naive_withheld(to->id, home), s));
	}
	rc = handback_make(app, v, to, DAY_NONE, &asks, &h, &err);
	if (!viewer_may(v, ACT_HAND_BACK))
		assert_int_equal(rc, RC_REFUSED);
	const struct emergency_notice *list;
	size_t n;
	rc = emergency_notices(app, v, &asks, &list, &n, &err);
	assert_int_equal(rc, viewer_may(v, ACT_GIVE_SIGHT) ? RC_OK : RC_REFUSED);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		assert_true(in_circle(list[i].person, v->org) || keeps(list[i].person, v->org) ||
			    (!list[i].person && !list[i].given.n && !list[i].family.n && !list[i].may_review));
}

/* Whatever else names a child: as if there were none. */
static void ask_others(const struct viewer *v, int64_t id, const struct truth *t)
{
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct standing_page s;
	struct worker_page w;
	const struct sight_grant *g;
	const struct ref_choice *refs;
	size_t n;
	enum rc rc = standing_see(app, v, &q, STR(""), &asks, &s, &err);
	if (viewer_may(v, ACT_SEE_CHILD) && v->role != ROLE_GOVERNANCE) {
		if (!reads(t))
			assert_none(rc);
		else
			assert_ok(rc);
		for (size_t i = 0; rc == RC_OK && i < s.n; i++)
			assert_false(standard_withheld(app, t->emergency ? 0 : t->withheld, s.rules[i].standard));
	} else {
		assert_int_equal(rc, RC_REFUSED);
	}
	rc = worker_see(app, v, id, &asks, &w, &err);
	if (!writes(t))
		assert_true(rc == RC_REFUSED || rc == RC_NOT_FOUND);
	rc = record_refs(app, v, id, v->role == ROLE_CLINICIAN ? STR("referral-closed") : STR("placement-ended"), &asks,
			 &refs, &n, &err);
	if (viewer_may(v, ACT_RECORD) && !writes(t))
		assert_none(rc);
	rc = sight_list(app, v, id, &asks, &g, &n, &err);
	if (!viewer_may(v, ACT_GIVE_SIGHT))
		assert_int_equal(rc, RC_REFUSED);
	else if (!writes(t))
		assert_none(rc);
}

/* ---- what happens meanwhile ---- */

static int64_t an_entry(int64_t id)
{
	struct asked_of q = { .id = id, .known_ms = KNOWN_NOW };
	assert_ok(store_read(app_store(app), ask_whole, &q, &err));
	return q.rc == RC_OK && q.h.n ? q.h.events[any_of(q.h.n)].id : 0;
}

static enum rc write_something(const struct viewer *v, int64_t id)
{
	static const struct {
		const char *kind, *code, *value;
	} say[] = { { "address-told", "confidential-address", "" },
		    { "serious-harm-entry", "", "" },
		    { "sexual-health-entry", "", "" },
		    { "parents-history-told", "mother", "" },
		    { "sdq-scored", "carer", "14" },
		    { "review-held", "PN1", "" },
		    { "ehc-step", "ehc-requested", "" },
		    { "proxy-given", "parent", "" } };
	size_t i = any_of(COUNT_OF(say));
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW, .to_write = true };
	struct child_page p;
	if (child_see(app, v, &q, &asks, &p, &err) != RC_OK)
		return RC_NOT_FOUND;
	struct draft d = { .change = CHANGE_RECORD,
			   .person = id,
			   .version = p.head.version,
			   .kind = str_of(say[i].kind),
			   .at = STR("26/02/2026"),
			   .code = str_of(say[i].code),
			   .code2 = i == 7 ? STR("decided-in-care") : STR(""),
			   .value = str_of(say[i].value) };
	return record_save(app, v, &d, &asks, NULL, &err);
}

static enum rc agree_anew(void)
{
	static const char *const what[] = { "identity",
					    "identity care health",
					    "health education",
					    "mental-health",
					    "identity care health mental-health education numbers",
					    "numbers" };
	static const char *const until[] = { "2026-03-01", "2026-03-02", "2027-03-02" };
	static const char *const of[] = { NULL, NULL, ESSEX, SOUTHEND, ESSEX " E06000034", "E09000002" };
	const struct organisation *o = app_organisation_by_code(app, str_of(staff[6 + any_of(11)].org));
	const char *field = "";
	int64_t id;
	struct agreement_form f = { 0,
				    o->code,
				    STR("2026-01-01"),
				    str_of(until[any_of(COUNT_OF(until))]),
				    STR("Health"),
				    STR("Both"),
				    str_of(what[any_of(COUNT_OF(what))]),
				    STR(""),
				    str_of(of[any_of(COUNT_OF(of))]) };
	return agreement_say(app, &people[4], &f, &id, &field, &err);
}

static enum rc erase_something(int64_t id, bool whole)
{
	const char *field = "";
	int64_t erasure;
	struct erase_ask ask = { id, whole ? 0 : an_entry(id), STR("unlawful"), STR("Request 7") };
	enum rc rc = erase_ask(app, &people[0], &ask, &erasure, &field, &err);
	if (rc == RC_REFUSED || rc == RC_BAD_INPUT)
		rc = erase_ask(app, &people[10], &ask, &erasure, &field, &err);
	return rc == RC_OK ? erase_decide(app, &people[4], erasure, true, STR("Nothing stands in the way"), &err) : rc;
}

static enum rc adopt(int64_t id)
{
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW, .to_write = true };
	struct child_page p;
	const struct ref_choice *refs;
	size_t n = 0;
	if (child_see(app, &people[3], &q, &asks, &p, &err) != RC_OK)
		return RC_NOT_FOUND;
	enum rc rc = record_refs(app, &people[3], id, STR("care-ended"), &asks, &refs, &n, &err);
	if (rc != RC_OK || !n)
		return RC_NOT_FOUND;
	struct draft d = { .change = CHANGE_RECORD,
			   .person = id,
			   .version = p.head.version,
			   .kind = STR("care-ended"),
			   .at = STR("27/02/2026"),
			   .code = STR("E11"),
			   .ref = refs[0].ref };
	return record_save(app, &people[3], &d, &asks, NULL, &err);
}

/* What nurses record of the child's care. */
static enum rc record_care(int64_t id, const char *kind, const char *day, const char *code, const char *of,
			   struct str ref)
{
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW, .to_write = true };
	struct child_page p;
	if (child_see(app, &people[0], &q, &asks, &p, &err) != RC_OK)
		return RC_NOT_FOUND;
	struct draft d = { .change = CHANGE_RECORD,
			   .person = id,
			   .version = p.head.version,
			   .kind = str_of(kind),
			   .at = str_of(day),
			   .code = str_of(code),
			   .org = str_of(of),
			   .ref = ref };
	return record_save(app, &people[0], &d, &asks, NULL, &err);
}

/* Another council becomes responsible. */
static enum rc move(int64_t id)
{
	static const char *const to[] = { ESSEX, SOUTHEND, "E06000034" };
	static int nth;
	const struct ref_choice *refs;
	size_t n = 0;
	if (record_refs(app, &people[0], id, STR("care-ended"), &asks, &refs, &n, &err) == RC_OK && n)
		(void)!record_care(id, "care-ended", "27/02/2026", "E3", "", refs[0].ref);
	return record_care(id, "care-started", "28/02/2026", "V2", to[any_of(COUNT_OF(to))],
			   arena_printf(&asks, "MOVED%d", ++nth));
}

static enum rc emergency(const struct viewer *v, int64_t id)
{
	struct viewer op = app_operator(app);
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page p;
	char day[DAY_TEXT_MAX];
	int64_t who, until;
	const char *field = "";
	if (child_see(app, &op, &q, &asks, &p, &err) != RC_OK || !p.head.nhs_number.n)
		return RC_NOT_FOUND;
	struct emergency_ask ask = { p.head.nhs_number, str_of(day_iso(p.head.born, day)), STR("crisis"),
				     STR("Seen tonight in crisis") };
	return emergency_begin(app, v, &ask, &who, &until, &field, &err);
}

static enum rc happen(int what)
{
	static const size_t often[] = { 0, 2, 3, 6, 8, 11 }; /* those who write */
	const struct viewer *v =
	    &people[rand_chance(&dice, 0.7) ? often[any_of(COUNT_OF(often))] : any_of(COUNT_OF(people))];
	int64_t id = any_child(), ev;
	const char *field = "";
	char me[ID_TEXT_MAX];
	struct draft_problem problem;
	switch (what) {
	case 0:
	case 1: return write_something(v, id);
	case 2:
		ev = an_entry(id);
		return ev ? seal_save(app, v, id, ev, rand_chance(&dice, 0.7), STR("Asked for"), &err) : RC_NOT_FOUND;
	case 3: {
		static const char *const seals[] = { "address", "serious-harm", "sexual-health", "entry" };
		struct sight_give g = { id, str_of(staff[any_of(COUNT_OF(staff))].login),
					str_of(seals[any_of(COUNT_OF(seals))]), STR("31/12/2026"),
					STR("Works with her") };
		return sight_give(app, &people[4], &g, &field, &err);
	}
	case 4: return emergency(v, id);
	case 5: return agree_anew();
	case 6: {
		struct worker_page p;
		if (worker_see(app, v, id, &asks, &p, &err) != RC_OK || !p.kind)
			return RC_NOT_FOUND;
		struct worker_draft d = { id, p.version, str_of(id_text(v->account, me)),
					  p.kind->codes->entries[any_of(p.kind->codes->n)].id, STR("20/02/2026") };
		return worker_save(app, v, &d, &asks, &problem, &err);
	}
	case 7: return statement_save(app, v, id, STR("iha-returned"), STR("Those were not our days"), &err);
	case 8: return erase_something(id, false);
	case 9: return move(id);
	default: change("UPDATE access_grant SET until_ms = 1 WHERE what = 'emergency'"); return RC_OK;
	}
}

static void come_what_may(const struct viewer *v)
{
	int64_t id = any_child();
	struct truth t = truth_of(v, id);
	switch (rand_int(&dice, 0, 99)) {
	case 0:
	case 1: ask_many(v); break;
	default:
		switch (rand_int(&dice, 0, 7)) {
		case 0:
		case 1: ask_page(v, id, &t); break;
		case 2: ask_clock(v, id, &t); break;
		case 3:
		case 4: ask_entry(v, id, &t); break;
		case 5: ask_search(v, id, &t); break;
		case 6: ask_list(v); break;
		default: ask_others(v, id, &t);
		}
	}
}

static enum rc ask_shared(struct db *db, void *arg, struct err *e)
{
	return shared_withheld(app, db, &asks, arg, e);
}

static void test_random_people_ask_random_things(void **state)
{
	(void)state;
	int questions = !at_length() ? 1200 : getenv("LINNET_TEST_STORE") ? 10000 : 100000, each = at_length() ? 40 : 8;
	size_t happened[11] = { 0 };
	bool erased = false, adopted = false;
	for (int i = 0; i < questions; i++) {
		if (i % each == 0) {
			int what = (int)rand_int(&dice, 0, 10);
			happened[what] += happen(what) == RC_OK;
		}
		if (i > questions / 4 && !adopted)
			adopted = adopt(any_child()) == RC_OK;
		if (i > questions / 2 && !erased)
			erased = erase_something(any_child(), true) == RC_OK;
		struct viewer v = people[any_of(COUNT_OF(people))];
		assert_ok(store_read(app_store(app), ask_shared, &v, &err));
		v.role = barred(v.org) ? ROLE_NONE : v.role;
		come_what_may(&v);
		arena_reset(&asks);
		arena_reset(&arena);
	}
	assert_true(erased && adopted);
	assert_true(number("SELECT count(*) AS n FROM work_row WHERE home <> 0") > 0); /* somebody moved */
	for (size_t i = 0; i < COUNT_OF(happened); i++)
		if (!happened[i])
			fail_msg("nothing of sort %zu happened", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_random_people_ask_random_things, loaded, clean_after),
	};
	arena_init(&shown);
	arena_init(&asks);
	int failed = cmocka_run_group_tests(tests, set_up, tear_down);
	arena_release(&shown);
	arena_release(&asks);
	return failed;
}
