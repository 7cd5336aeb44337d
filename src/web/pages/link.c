#include "web/pages/link.h"

#include "base/embed.h"
#include "web/http/http.h"

struct making {
	struct link l;
	size_t n;
	bool query, full;
};

static void put(struct making *m, const char *p, size_t n)
{
	if (m->full || n >= LINK_MAX - m->n) {
		m->full = true;
		return;
	}
	if (n)
		memcpy(m->l.s + m->n, p, n);
	m->n += n;
	m->l.s[m->n] = '\0';
}

static void puts_raw(struct making *m, const char *z)
{
	put(m, z, strlen(z));
}

static void put_encoded(struct making *m, struct str s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char t[3] = { '%', digits[c >> 4], digits[c & 15] };
		if (c && strchr(plain, c))
			put(m, s.p + i, 1);
		else
			put(m, t, 3);
	}
}

static void put_id(struct making *m, int64_t id)
{
	char t[ID_TEXT_MAX];
	puts_raw(m, id_text(id, t));
}

static void put_query(struct making *m, const char *name, struct str value)
{
	if (!value.n)
		return;
	puts_raw(m, m->query ? "&" : "?");
	m->query = true;
	puts_raw(m, name);
	puts_raw(m, "=");
	put_encoded(m, value);
}

static void put_day(struct making *m, const char *name, day_t d)
{
	char t[DAY_TEXT_MAX];
	if (d != DAY_NONE)
		put_query(m, name, str_of(day_iso(d, t)));
}

static void put_when(struct making *m, struct when w)
{
	put_day(m, "as-of", w.as_of);
	put_day(m, "known", w.known);
}

static struct link made(const struct making *m)
{
	return m->full ? link_home() : m->l;
}

static struct making begin(const char *path)
{
	struct making m = { .n = 0 };
	puts_raw(&m, path);
	return m;
}

static struct making begin_child(int64_t person)
{
	struct making m = begin("/child/");
	put_id(&m, person);
	return m;
}

struct link link_home(void)
{
	return (struct link){ "/" };
}

static void put_filters(struct making *m, const struct filters *f)
{
	put_query(m, "clock", f->standard);
	put_query(m, "council", f->council);
	if (f->holder != HOLDER_NONE)
		put_query(m, "turn", str_of(holder_id(f->holder)));
	put_query(m, "area", f->area);
	put_when(m, f->when);
}

struct link link_worklist(const struct filters *f)
{
	struct making m = begin("/");
	put_filters(&m, f);
	return made(&m);
}

struct link link_list(enum work_list l, const struct filters *f, struct str after)
{
	struct making m = begin("/list/");
	put_encoded(&m, str_of(work_list_id(l)));
	put_filters(&m, f);
	put_query(&m, "after", after);
	return made(&m);
}

struct link link_worklist_csv(enum work_list only, const struct filters *f)
{
	struct making m = begin("/worklist.csv");
	if (only)
		put_query(&m, "list", str_of(work_list_id(only)));
	put_filters(&m, f);
	return made(&m);
}

struct link link_children(void)
{
	return (struct link){ "/children" };
}

struct link link_child(int64_t person, struct when w)
{
	struct making m = begin_child(person);
	put_when(&m, w);
	return made(&m);
}

struct link link_child_part(int64_t person, const char *part, struct when w)
{
	struct making m = begin_child(person);
	puts_raw(&m, "/");
	puts_raw(&m, part);
	put_when(&m, w);
	return made(&m);
}

struct link link_seal(int64_t person, int64_t event)
{
	struct making m = begin_child(person);
	puts_raw(&m, "/event/");
	put_id(&m, event);
	puts_raw(&m, "/seal");
	return made(&m);
}

struct link link_sight_end(int64_t person, int64_t grant)
{
	struct making m = begin_child(person);
	puts_raw(&m, "/access/");
	put_id(&m, grant);
	puts_raw(&m, "/end");
	return made(&m);
}

struct link link_emergency(void)
{
	return (struct link){ "/emergency" };
}

struct link link_copies(void)
{
	return (struct link){ "/copies" };
}

struct link link_notices(void)
{
	return (struct link){ "/emergency/notices" };
}

struct link link_notice(int64_t notice)
{
	struct making m = begin("/emergency/notices/");
	put_id(&m, notice);
	return made(&m);
}

struct link link_looked_young(int64_t person)
{
	struct making m = begin_child(person);
	puts_raw(&m, "/looked/young-person");
	return made(&m);
}

struct link link_statement(int64_t person, struct str clock)
{
	struct making m = begin_child(person);
	puts_raw(&m, "/clock/");
	put_encoded(&m, clock);
	puts_raw(&m, "/say");
	return made(&m);
}

struct link link_child_saved(int64_t person, int64_t event)
{
	char t[ID_TEXT_MAX];
	struct making m = begin_child(person);
	put_query(&m, "saved", str_of(id_text(event, t)));
	return made(&m);
}

struct link link_clock(int64_t person, struct str clock, struct when w)
{
	struct making m = begin_child(person);
	puts_raw(&m, "/clock/");
	put_encoded(&m, clock);
	put_when(&m, w);
	return made(&m);
}

struct link link_record(int64_t person)
{
	struct making m = begin_child(person);
	puts_raw(&m, "/record");
	return made(&m);
}

struct link link_record_kind(int64_t person, struct str kind)
{
	struct making m = begin_child(person);
	puts_raw(&m, "/record/");
	put_encoded(&m, kind);
	return made(&m);
}

struct link link_record_code(int64_t person, struct str kind, struct str code, struct str code2)
{
	struct making m = begin_child(person);
	puts_raw(&m, "/record/");
	put_encoded(&m, kind);
	put_query(&m, "code", code);
	put_query(&m, "code2", code2);
	return made(&m);
}

static struct making begin_asked(int64_t person, struct str clock, const char *rest)
{
	struct making m = begin_child(person);
	puts_raw(&m, "/clock/");
	put_encoded(&m, clock);
	puts_raw(&m, rest);
	return m;
}

struct link link_asked(int64_t person, struct str clock)
{
	struct making m = begin_asked(person, clock, "/chase");
	return made(&m);
}

struct link link_mint_for(int64_t person, struct str clock)
{
	struct making m = begin_asked(person, clock, "/link");
	return made(&m);
}

struct link link_next(int64_t person, struct str clock, const struct next_step *n)
{
	return n->to == NEXT_CHASE ? link_asked(person, clock) : link_record_code(person, n->kind, n->code, n->code2);
}

struct link link_chases(void)
{
	return (struct link){ "/chase" };
}

struct link link_chase_of(struct str recipient)
{
	struct making m = begin("/chase/to/");
	put_encoded(&m, recipient);
	return made(&m);
}

static struct making begin_chase(int64_t chase, const char *rest)
{
	struct making m = begin("/chase/sent/");
	put_id(&m, chase);
	puts_raw(&m, rest);
	return m;
}

struct link link_chase(int64_t chase)
{
	struct making m = begin_chase(chase, "");
	return made(&m);
}

struct link link_chase_file(int64_t chase, const char *format)
{
	struct making m = begin_chase(chase, "/download/");
	put_encoded(&m, str_of(format));
	return made(&m);
}

struct link link_open_links(void)
{
	return (struct link){ "/chase/links" };
}

/* Something of one child: /child/ID, what it is, its id, what is done with it. */
static struct link link_of_child(int64_t person, const char *of, int64_t id, const char *what)
{
	struct making m = begin_child(person);
	puts_raw(&m, of);
	put_id(&m, id);
	puts_raw(&m, what);
	return made(&m);
}

struct link link_take_back(int64_t person, int64_t link)
{
	return link_of_child(person, "/link/", link, "/take-back");
}

struct link link_go_on(int64_t person, int64_t link)
{
	return link_of_child(person, "/link/", link, "/go-on");
}

struct link link_answer_at(struct str token)
{
	struct making m = begin("/answer/");
	put_encoded(&m, token);
	return made(&m);
}

struct link link_hand_back(struct str council)
{
	struct making m = begin(council.n ? "/hand-back/" : "/hand-back");
	put_encoded(&m, council);
	return made(&m);
}

struct link link_hand_back_file(struct str council, const char *format, day_t since)
{
	struct making m = begin("/hand-back/");
	put_encoded(&m, council);
	puts_raw(&m, "/download/");
	put_encoded(&m, str_of(format));
	put_day(&m, "since", since);
	return made(&m);
}

struct link link_correct(int64_t person, int64_t event)
{
	return link_of_child(person, "/event/", event, "/correct");
}

struct link link_error(int64_t person, int64_t event)
{
	return link_of_child(person, "/event/", event, "/error");
}

struct link link_imports(void)
{
	return (struct link){ "/import" };
}

struct link link_import_new(void)
{
	return (struct link){ "/import/new" };
}

struct link link_workbook_form(int64_t draft)
{
	struct making m = begin("/import/workbook/");
	put_id(&m, draft);
	return made(&m);
}

struct link link_workbook(int64_t draft, size_t sheet, size_t from)
{
	char t[24];
	struct making m = begin("/import/workbook/");
	put_id(&m, draft);
	snprintf(t, sizeof t, "%zu", sheet);
	put_query(&m, "sheet", str_of(t));
	snprintf(t, sizeof t, "%zu", from);
	if (from)
		put_query(&m, "from", str_of(t));
	return made(&m);
}

struct link link_mappings(void)
{
	return (struct link){ "/import/mappings" };
}

struct link link_mapping(struct str name)
{
	struct making m = begin("/import/mappings/");
	put_encoded(&m, name);
	return made(&m);
}

struct link link_mapping_download(struct str name)
{
	struct making m = begin("/import/mappings/");
	put_encoded(&m, name);
	puts_raw(&m, "/download");
	return made(&m);
}

struct link link_import(int64_t load)
{
	struct making m = begin("/import/");
	put_id(&m, load);
	return made(&m);
}

struct link link_lists(void)
{
	return (struct link){ "/import/lists" };
}

struct link link_list_new(void)
{
	return (struct link){ "/import/lists/new" };
}

struct link link_weekly(int64_t list)
{
	struct making m = begin("/import/lists/");
	put_id(&m, list);
	return made(&m);
}

struct link link_weekly_kept_back(int64_t list)
{
	struct making m = begin("/import/lists/");
	put_id(&m, list);
	puts_raw(&m, "/kept-back");
	return made(&m);
}

struct link link_weekly_child(int64_t list, struct str key, const char *what)
{
	struct making m = begin("/import/lists/");
	put_id(&m, list);
	puts_raw(&m, "/child/");
	put_encoded(&m, key);
	put_query(&m, "what", str_of(what));
	return made(&m);
}

struct link link_matching(void)
{
	return (struct link){ "/matching" };
}

struct link link_pair(int64_t one, int64_t other)
{
	struct making m = begin("/matching/");
	put_id(&m, one);
	puts_raw(&m, "/");
	put_id(&m, other);
	return made(&m);
}

struct link link_kept_back(int64_t load, struct str file)
{
	struct making m = begin("/import/");
	put_id(&m, load);
	puts_raw(&m, "/kept-back/");
	put_encoded(&m, file);
	return made(&m);
}

struct link link_template(struct str name)
{
	struct making m = begin("/import/templates/");
	put_encoded(&m, name);
	return made(&m);
}

struct link link_measures(struct when w)
{
	struct making m = begin("/measures");
	put_when(&m, w);
	return made(&m);
}

static struct making begin_measure(struct str id, const char *part)
{
	struct making m = begin("/measures/");
	put_encoded(&m, id);
	puts_raw(&m, part);
	return m;
}

static struct link measure_link(struct str id, const char *part, const struct measure_at *at, bool shared)
{
	struct making m = begin_measure(id, part);
	put_day(&m, "from", at->from);
	put_day(&m, "to", at->to);
	put_query(&m, "by", at->by);
	put_query(&m, "group", at->group);
	put_query(&m, "outcome", at->outcome);
	put_query(&m, "why", at->why);
	if (at->late_by != HOLDER_NONE)
		put_query(&m, "late-by", str_of(holder_id(at->late_by)));
	if (shared)
		put_query(&m, "shared", STR("yes"));
	put_when(&m, at->when);
	return made(&m);
}

struct link link_measure(struct str id, const struct measure_at *at)
{
	return measure_link(id, "", at, false);
}

struct link link_measure_board(struct str id, const struct measure_at *at)
{
	return measure_link(id, "", at, true);
}

struct link link_measure_children(struct str id, const struct measure_at *at)
{
	return measure_link(id, "/children", at, false);
}

struct link link_measure_csv(struct str id, const struct measure_at *at, bool shared)
{
	return measure_link(id, "/download", at, shared);
}

struct link link_measure_file(struct str id)
{
	struct making m = begin_measure(id, "/file");
	return made(&m);
}

struct link link_filed(struct str id, int64_t report)
{
	struct making m = begin_measure(id, "/filed/");
	put_id(&m, report);
	return made(&m);
}

struct link link_filed_csv(struct str id, int64_t report)
{
	struct making m = begin_measure(id, "/filed/");
	put_id(&m, report);
	puts_raw(&m, "/download");
	return made(&m);
}

struct link link_returns(void)
{
	return (struct link){ "/import/return" };
}

struct link link_returned_new(void)
{
	return (struct link){ "/import/return/new" };
}

static struct making begin_returned(int64_t id)
{
	struct making m = begin("/import/return/");
	put_id(&m, id);
	return m;
}

struct link link_returned(int64_t id)
{
	struct making m = begin_returned(id);
	return made(&m);
}

struct link link_returned_rule(int64_t id, int64_t rule)
{
	char n[24];
	struct making m = begin_returned(id);
	snprintf(n, sizeof n, "/rule/%" PRId64, rule);
	puts_raw(&m, n);
	return made(&m);
}

struct link link_returned_differences(int64_t id, int64_t after)
{
	char n[24];
	struct making m = begin_returned(id);
	puts_raw(&m, "/differences");
	snprintf(n, sizeof n, "%" PRId64, after);
	if (after)
		put_query(&m, "after", str_of(n));
	return made(&m);
}

struct link link_returned_differences_csv(int64_t id)
{
	struct making m = begin_returned(id);
	puts_raw(&m, "/differences.csv");
	return made(&m);
}

struct link link_returned_write(struct str council, struct str year)
{
	struct making m = begin("/import/return/write");
	put_query(&m, "council", council);
	put_query(&m, "year", year);
	return made(&m);
}

struct link link_returned_file(const char *file, struct str council, struct str year)
{
	struct making m = begin("/import/return/written/");
	puts_raw(&m, file);
	put_query(&m, "council", council);
	put_query(&m, "year", year);
	return made(&m);
}

struct link link_rules(struct when w)
{
	struct making m = begin("/rules");
	put_when(&m, w);
	return made(&m);
}

/* A document's name as one segment: its folder ends with a point instead of a stroke. */
static struct making begin_rule(struct str document)
{
	struct making m = begin("/rules/");
	struct str rest, folder = str_cut(document, '/', &rest);
	put_encoded(&m, folder);
	if (rest.p)
		puts_raw(&m, ".");
	put_encoded(&m, rest);
	return m;
}

struct link link_rule(struct str document, struct when w)
{
	struct making m = begin_rule(document);
	put_when(&m, w);
	return made(&m);
}

struct link link_rule_change(struct str document, const char *how, int64_t trial)
{
	char id[ID_TEXT_MAX];
	struct making m = begin_rule(document);
	puts_raw(&m, "/change");
	put_query(&m, "how", str_of(how));
	if (trial)
		put_query(&m, "trial", str_of(id_text(trial, id)));
	return made(&m);
}

struct link link_rules_compare(struct str from)
{
	struct making m = begin("/rules/compare");
	put_query(&m, "from", from);
	return made(&m);
}

struct link link_rules_trial(int64_t trial)
{
	struct making m = begin("/rules/try/");
	put_id(&m, trial);
	return made(&m);
}

struct link link_manifest(struct when w)
{
	struct making m = begin("/rules/manifest");
	put_when(&m, w);
	return made(&m);
}

struct link link_sign_in(void)
{
	return (struct link){ "/sign-in" };
}

struct link link_sign_out(void)
{
	return (struct link){ "/sign-out" };
}

struct link link_static(const char *name)
{
	struct making m = begin("/");
	puts_raw(&m, name);
	return made(&m);
}

struct link link_book(void)
{
	return (struct link){ "/rules/book" };
}

struct link link_book_pdf(void)
{
	return (struct link){ "/rules/book.pdf" };
}

/* ---- plans ---- */

static struct making begin_plan(struct str id, const char *what)
{
	struct making m = begin("/plan/");
	put_encoded(&m, id);
	puts_raw(&m, what);
	return m;
}

static void put_plan(struct making *m, const struct plan_at *p)
{
	put_query(m, "with", p->with);
	put_query(m, "more", p->more ? STR("yes") : STR(""));
}

struct link link_plans(void)
{
	return (struct link){ "/plan" };
}

struct link link_plan_new(void)
{
	return (struct link){ "/plan/new" };
}

struct link link_plan(const struct plan_at *p)
{
	struct making m = begin_plan(p->id, "");
	put_plan(&m, p);
	return made(&m);
}

struct link link_plan_change(const struct plan_at *p, struct str part)
{
	struct making m = begin_plan(p->id, "/change");
	if (part.n) {
		puts_raw(&m, "/");
		put_encoded(&m, part);
	}
	put_query(&m, "with", p->with);
	return made(&m);
}

struct link link_plan_change_form(const struct plan_at *p, struct str part)
{
	struct making m = begin_plan(p->id, "/change/");
	put_encoded(&m, part);
	return made(&m);
}

struct link link_plan_file(const struct plan_at *p, const char *format)
{
	struct making m = begin_plan(p->id, "/download/");
	puts_raw(&m, format);
	put_plan(&m, p);
	return made(&m);
}

struct link link_plan_save(const struct plan_at *p)
{
	struct making m = begin_plan(p->id, "/save");
	return made(&m);
}

struct link link_plan_delete(struct str id)
{
	struct making m = begin_plan(id, "/delete");
	return made(&m);
}

struct link link_plan_compare(const struct plan_at *a, const struct plan_at *b)
{
	struct making m = begin("/plan/compare");
	put_query(&m, "a", a->id);
	if (b) {
		put_query(&m, "b", b->id);
		put_query(&m, "more", b->more ? STR("yes") : STR(""));
	}
	return made(&m);
}

struct link link_plan_stop(const char *run)
{
	struct making m = begin("/plan/run/");
	put_encoded(&m, str_of(run));
	puts_raw(&m, "/stop");
	return made(&m);
}

struct link link_place(const char *what, size_t n)
{
	char t[24];
	struct making m = begin("#");
	snprintf(t, sizeof t, "-%zu", n);
	put_encoded(&m, str_of(what));
	puts_raw(&m, t);
	return made(&m);
}

/* "linnet.css" -> "/assets/linnet-312185646e.css". */
struct link link_asset(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t stem = dot ? (size_t)(dot - name) : strlen(name);
	for (size_t i = 0; i < assets_count; i++) {
		const char *p = assets[i].path, *d = strrchr(p, '.');
		if (strncmp(p, name, stem) || p[stem] != '-' || !d || !dot || strcmp(d, dot))
			continue;
		struct making m = begin("/assets/");
		puts_raw(&m, p);
		return made(&m);
	}
	struct making m = begin("/assets/");
	puts_raw(&m, name);
	return made(&m);
}

struct link link_here(const struct request *q)
{
	struct making m = begin("");
	put(&m, q->path.p, q->path.n);
	return made(&m);
}

struct link link_return(struct str address)
{
	struct request q = { .method = METHOD_GET };
	arena_init(&q.arena);
	bool ours = address.n && address.n < LINK_MAX && request_parse(&q, address) && !q.fault &&
		    !str_starts(address, "/sign-");
	arena_release(&q.arena);
	struct making m = begin("");
	put(&m, address.p, address.n);
	return ours ? made(&m) : link_home();
}

struct link link_sign_in_for(struct str address)
{
	struct making m = begin("/sign-in");
	if (!str_is(address, "/"))
		put_query(&m, "then", address);
	return m.full ? link_sign_in() : made(&m);
}

static struct link with_then(const char *path, struct str then)
{
	struct making m = begin(path);
	put_query(&m, "then", then);
	return m.full ? begin(path).l : made(&m);
}

struct link link_code(struct str then)
{
	return with_then("/sign-in/code", then);
}

struct link link_set_up(struct str then)
{
	return with_then("/sign-in/set-up", then);
}

struct link link_join(struct str token)
{
	struct making m = begin("/join/");
	put_encoded(&m, token);
	return made(&m);
}

struct link link_account(const char *done)
{
	struct making m = begin("/account");
	put_query(&m, "done", str_of(done));
	return made(&m);
}

struct link link_account_part(const char *part)
{
	struct making m = begin("/account/");
	puts_raw(&m, part);
	return made(&m);
}

struct link link_own_session_end(int64_t session)
{
	struct making m = begin("/account/session/");
	put_id(&m, session);
	puts_raw(&m, "/end");
	return made(&m);
}

struct link link_people(void)
{
	return begin("/people").l;
}

struct link link_roles(void)
{
	return begin("/people/roles").l;
}

struct link link_invite(void)
{
	return begin("/people/invite").l;
}

struct link link_person(int64_t account)
{
	struct making m = begin("/people/");
	put_id(&m, account);
	return made(&m);
}

struct link link_people_withdraw(int64_t link)
{
	struct making m = begin("/people/link/");
	put_id(&m, link);
	puts_raw(&m, "/withdraw");
	return made(&m);
}

struct link link_agreements(void)
{
	return begin("/agreements").l;
}

struct link link_agreement(int64_t agreement)
{
	struct making m = begin("/agreements/");
	if (agreement)
		put_id(&m, agreement);
	else
		puts_raw(&m, "new");
	return made(&m);
}
