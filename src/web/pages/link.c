#include "web/pages/making.h"

#include "base/embed.h"
#include "web/http/http.h"

static struct making begin_child(int64_t person)
{
	struct making m = making_begin("/child/");
	making_id(&m, person);
	return m;
}

struct link link_home(void)
{
	return (struct link){ "/" };
}

static void put_filters(struct making *m, const struct filters *f)
{
	making_query(m, "clock", f->standard);
	making_query(m, "council", f->council);
	if (f->holder != HOLDER_NONE)
		making_query(m, "turn", str_of(holder_id(f->holder)));
	making_query(m, "area", f->area);
	if (f->mine)
		making_query(m, "mine", STR("1"));
	if (f->unnamed)
		making_query(m, "unnamed", STR("1"));
	making_when(m, f->when);
}

struct link link_worklist(const struct filters *f)
{
	struct making m = making_begin("/");
	put_filters(&m, f);
	return making_done(&m);
}

struct link link_list(enum work_list l, const struct filters *f, struct str after)
{
	struct making m = making_begin("/list/");
	making_encoded(&m, str_of(work_list_id(l)));
	put_filters(&m, f);
	making_query(&m, "after", after);
	return making_done(&m);
}

struct link link_work(enum work_list only, const struct filters *f)
{
	return only ? link_list(only, f, STR("")) : link_worklist(f);
}

struct link link_filters(enum work_list only, const struct filters *f)
{
	struct making m = making_begin(only ? "/list/" : "/");
	if (only)
		making_encoded(&m, str_of(work_list_id(only)));
	put_filters(&m, f);
	making_query(&m, "filters", STR("1"));
	making_words(&m, "#filters");
	return making_done(&m);
}

struct link link_worklist_csv(enum work_list only, const struct filters *f)
{
	struct making m = making_begin("/worklist.csv");
	if (only)
		making_query(&m, "list", str_of(work_list_id(only)));
	put_filters(&m, f);
	return making_done(&m);
}

struct link link_children(void)
{
	return (struct link){ "/children" };
}

struct link link_children_saved(void)
{
	return (struct link){ "/children?saved=1" };
}

struct link link_enter(void)
{
	return (struct link){ "/children/new" };
}

struct link link_child(int64_t person, struct when w)
{
	struct making m = begin_child(person);
	making_when(&m, w);
	return making_done(&m);
}

struct link link_child_part(int64_t person, const char *part, struct when w)
{
	struct making m = begin_child(person);
	making_words(&m, "/");
	making_words(&m, part);
	making_when(&m, w);
	return making_done(&m);
}

struct link link_child_mark(int64_t person, const char *part, const char *mark)
{
	struct making m = begin_child(person);
	making_words(&m, "/");
	making_words(&m, part);
	making_query(&m, mark, STR("1"));
	return making_done(&m);
}

struct link link_seal(int64_t person, int64_t event)
{
	struct making m = begin_child(person);
	making_words(&m, "/event/");
	making_id(&m, event);
	making_words(&m, "/seal");
	return making_done(&m);
}

struct link link_sight_end(int64_t person, int64_t grant)
{
	struct making m = begin_child(person);
	making_words(&m, "/access/");
	making_id(&m, grant);
	making_words(&m, "/end");
	return making_done(&m);
}

struct link link_emergency(void)
{
	return (struct link){ "/emergency" };
}

struct link link_copies(void)
{
	return (struct link){ "/copies" };
}

struct link link_alerts(void)
{
	return (struct link){ "/alerts" };
}

struct link link_alert(int64_t alert)
{
	struct making m = making_begin("/alerts/");
	making_id(&m, alert);
	return making_done(&m);
}

struct link link_erase(int64_t person, int64_t event)
{
	struct making m = begin_child(person);
	if (event) {
		making_words(&m, "/event/");
		making_id(&m, event);
	}
	making_words(&m, "/erase");
	return making_done(&m);
}

struct link link_erasures(void)
{
	return (struct link){ "/erasures" };
}

struct link link_erasure(int64_t erasure)
{
	struct making m = making_begin("/erasures/");
	making_id(&m, erasure);
	return making_done(&m);
}

struct link link_retention(int64_t from)
{
	struct making m = making_begin("/retention");
	if (from) {
		making_words(&m, "?from=");
		making_id(&m, from);
	}
	return making_done(&m);
}

struct link link_hold(int64_t person)
{
	struct making m = begin_child(person);
	making_words(&m, "/hold");
	return making_done(&m);
}

struct link link_oversight(void)
{
	return (struct link){ "/oversight" };
}

struct link link_notices(void)
{
	return (struct link){ "/emergency/notices" };
}

struct link link_notice(int64_t notice)
{
	struct making m = making_begin("/emergency/notices/");
	making_id(&m, notice);
	return making_done(&m);
}

struct link link_looked_young(int64_t person)
{
	struct making m = begin_child(person);
	making_words(&m, "/looked/young-person");
	return making_done(&m);
}

struct link link_statement(int64_t person, struct str clock)
{
	struct making m = begin_child(person);
	making_words(&m, "/clock/");
	making_encoded(&m, clock);
	making_words(&m, "/say");
	return making_done(&m);
}

struct link link_worker(int64_t person)
{
	struct making m = begin_child(person);
	making_words(&m, "/worker");
	return making_done(&m);
}

struct link link_child_saved(int64_t person, int64_t event)
{
	char t[ID_TEXT_MAX];
	struct making m = begin_child(person);
	making_query(&m, "saved", str_of(id_text(event, t)));
	return making_done(&m);
}

struct link link_clock(int64_t person, struct str clock, struct when w)
{
	struct making m = begin_child(person);
	making_words(&m, "/clock/");
	making_encoded(&m, clock);
	making_when(&m, w);
	return making_done(&m);
}

struct link link_record(int64_t person)
{
	struct making m = begin_child(person);
	making_words(&m, "/record");
	return making_done(&m);
}

struct link link_record_kind(int64_t person, struct str kind)
{
	struct making m = begin_child(person);
	making_words(&m, "/record/");
	making_encoded(&m, kind);
	return making_done(&m);
}

struct link link_record_code(int64_t person, struct str kind, struct str code, struct str code2)
{
	struct making m = begin_child(person);
	making_words(&m, "/record/");
	making_encoded(&m, kind);
	making_query(&m, "code", code);
	making_query(&m, "code2", code2);
	return making_done(&m);
}

static struct making begin_asked(int64_t person, struct str clock, const char *rest)
{
	struct making m = begin_child(person);
	making_words(&m, "/clock/");
	making_encoded(&m, clock);
	making_words(&m, rest);
	return m;
}

struct link link_asked(int64_t person, struct str clock)
{
	struct making m = begin_asked(person, clock, "/chase");
	return making_done(&m);
}

struct link link_mint_for(int64_t person, struct str clock)
{
	struct making m = begin_asked(person, clock, "/link");
	return making_done(&m);
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
	struct making m = making_begin("/chase/to/");
	making_encoded(&m, recipient);
	return making_done(&m);
}

static struct making begin_chase(int64_t chase, const char *rest)
{
	struct making m = making_begin("/chase/sent/");
	making_id(&m, chase);
	making_words(&m, rest);
	return m;
}

struct link link_chase(int64_t chase)
{
	struct making m = begin_chase(chase, "");
	return making_done(&m);
}

struct link link_chase_file(int64_t chase, const char *format)
{
	struct making m = begin_chase(chase, "/download/");
	making_encoded(&m, str_of(format));
	return making_done(&m);
}

struct link link_open_links(void)
{
	return (struct link){ "/chase/links" };
}

/* Something of one child: /child/ID, what it is, its id, what is done with it. */
static struct link link_of_child(int64_t person, const char *of, int64_t id, const char *what)
{
	struct making m = begin_child(person);
	making_words(&m, of);
	making_id(&m, id);
	making_words(&m, what);
	return making_done(&m);
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
	struct making m = making_begin("/answer/");
	making_encoded(&m, token);
	return making_done(&m);
}

struct link link_hand_back(struct str council)
{
	struct making m = making_begin(council.n ? "/hand-back/" : "/hand-back");
	making_encoded(&m, council);
	return making_done(&m);
}

struct link link_hand_back_file(struct str council, const char *format, day_t since)
{
	struct making m = making_begin("/hand-back/");
	making_encoded(&m, council);
	making_words(&m, "/download/");
	making_encoded(&m, str_of(format));
	making_day(&m, "since", since);
	return making_done(&m);
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

struct link link_import_whole(void)
{
	struct making m = making_begin("/import/new");
	making_query(&m, "whole", STR("ask"));
	return making_done(&m);
}

struct link link_workbook_form(int64_t draft)
{
	struct making m = making_begin("/import/workbook/");
	making_id(&m, draft);
	return making_done(&m);
}

struct link link_workbook(int64_t draft, size_t sheet, size_t from)
{
	char t[24];
	struct making m = making_begin("/import/workbook/");
	making_id(&m, draft);
	snprintf(t, sizeof t, "%zu", sheet);
	making_query(&m, "sheet", str_of(t));
	snprintf(t, sizeof t, "%zu", from);
	if (from)
		making_query(&m, "from", str_of(t));
	return making_done(&m);
}

struct link link_mappings(void)
{
	return (struct link){ "/import/mappings" };
}

struct link link_mapping(struct str name)
{
	struct making m = making_begin("/import/mappings/");
	making_encoded(&m, name);
	return making_done(&m);
}

struct link link_mapping_download(struct str name)
{
	struct making m = making_begin("/import/mappings/");
	making_encoded(&m, name);
	making_words(&m, "/download");
	return making_done(&m);
}

struct link link_import(int64_t load)
{
	struct making m = making_begin("/import/");
	making_id(&m, load);
	return making_done(&m);
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
	struct making m = making_begin("/import/lists/");
	making_id(&m, list);
	return making_done(&m);
}

struct link link_weekly_kept_back(int64_t list)
{
	struct making m = making_begin("/import/lists/");
	making_id(&m, list);
	making_words(&m, "/kept-back");
	return making_done(&m);
}

struct link link_weekly_child(int64_t list, struct str key, const char *what)
{
	struct making m = making_begin("/import/lists/");
	making_id(&m, list);
	making_words(&m, "/child/");
	making_encoded(&m, key);
	making_query(&m, "what", str_of(what));
	return making_done(&m);
}

struct link link_matching(void)
{
	return (struct link){ "/matching" };
}

struct link link_pair(int64_t one, int64_t other)
{
	struct making m = making_begin("/matching/");
	making_id(&m, one);
	making_words(&m, "/");
	making_id(&m, other);
	return making_done(&m);
}

struct link link_kept_back(int64_t load, struct str file)
{
	struct making m = making_begin("/import/");
	making_id(&m, load);
	making_words(&m, "/kept-back/");
	making_encoded(&m, file);
	return making_done(&m);
}

struct link link_template(struct str name)
{
	struct making m = making_begin("/import/templates/");
	making_encoded(&m, name);
	return making_done(&m);
}

struct link link_measures(struct when w)
{
	struct making m = making_begin("/measures");
	making_when(&m, w);
	return making_done(&m);
}

static struct making begin_measure(struct str id, const char *part)
{
	struct making m = making_begin("/measures/");
	making_encoded(&m, id);
	making_words(&m, part);
	return m;
}

static struct link measure_link(struct str id, const char *part, const struct measure_at *at, bool shared)
{
	struct making m = begin_measure(id, part);
	making_day(&m, "from", at->from);
	making_day(&m, "to", at->to);
	making_query(&m, "by", at->by);
	making_query(&m, "group", at->group);
	making_query(&m, "outcome", at->outcome);
	making_query(&m, "why", at->why);
	if (at->late_by != HOLDER_NONE)
		making_query(&m, "late-by", str_of(holder_id(at->late_by)));
	if (shared)
		making_query(&m, "shared", STR("yes"));
	making_when(&m, at->when);
	return making_done(&m);
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
	return making_done(&m);
}

struct link link_filed(struct str id, int64_t report)
{
	struct making m = begin_measure(id, "/filed/");
	making_id(&m, report);
	return making_done(&m);
}

struct link link_filed_csv(struct str id, int64_t report)
{
	struct making m = begin_measure(id, "/filed/");
	making_id(&m, report);
	making_words(&m, "/download");
	return making_done(&m);
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
	struct making m = making_begin("/import/return/");
	making_id(&m, id);
	return m;
}

struct link link_returned(int64_t id)
{
	struct making m = begin_returned(id);
	return making_done(&m);
}

struct link link_returned_rule(int64_t id, int64_t rule)
{
	char n[24];
	struct making m = begin_returned(id);
	snprintf(n, sizeof n, "/rule/%" PRId64, rule);
	making_words(&m, n);
	return making_done(&m);
}

struct link link_returned_differences(int64_t id, int64_t after)
{
	char n[24];
	struct making m = begin_returned(id);
	making_words(&m, "/differences");
	snprintf(n, sizeof n, "%" PRId64, after);
	if (after)
		making_query(&m, "after", str_of(n));
	return making_done(&m);
}

struct link link_returned_differences_csv(int64_t id)
{
	struct making m = begin_returned(id);
	making_words(&m, "/differences.csv");
	return making_done(&m);
}

struct link link_returned_write(struct str council, struct str year)
{
	struct making m = making_begin("/import/return/write");
	making_query(&m, "council", council);
	making_query(&m, "year", year);
	return making_done(&m);
}

struct link link_returned_file(const char *file, struct str council, struct str year)
{
	struct making m = making_begin("/import/return/written/");
	making_words(&m, file);
	making_query(&m, "council", council);
	making_query(&m, "year", year);
	return making_done(&m);
}

struct link link_rules(struct when w)
{
	struct making m = making_begin("/rules");
	making_when(&m, w);
	return making_done(&m);
}

/* A document's name as one segment: its folder ends with a point instead of a stroke. */
static struct making begin_rule(struct str document)
{
	struct making m = making_begin("/rules/");
	struct str rest, folder = str_cut(document, '/', &rest);
	making_encoded(&m, folder);
	if (rest.p)
		making_words(&m, ".");
	making_encoded(&m, rest);
	return m;
}

struct link link_rule(struct str document, struct when w)
{
	struct making m = begin_rule(document);
	making_when(&m, w);
	return making_done(&m);
}

struct link link_rule_change(struct str document, const char *how, int64_t trial)
{
	char id[ID_TEXT_MAX];
	struct making m = begin_rule(document);
	making_words(&m, "/change");
	making_query(&m, "how", str_of(how));
	if (trial)
		making_query(&m, "trial", str_of(id_text(trial, id)));
	return making_done(&m);
}

struct link link_rules_compare(struct str from)
{
	struct making m = making_begin("/rules/compare");
	making_query(&m, "from", from);
	return making_done(&m);
}

struct link link_rules_trial(int64_t trial)
{
	struct making m = making_begin("/rules/try/");
	making_id(&m, trial);
	return making_done(&m);
}

struct link link_manifest(struct when w)
{
	struct making m = making_begin("/rules/manifest");
	making_when(&m, w);
	return making_done(&m);
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
	struct making m = making_begin("/");
	making_words(&m, name);
	return making_done(&m);
}

struct link link_book(void)
{
	return (struct link){ "/rules/book" };
}

struct link link_book_pdf(void)
{
	return (struct link){ "/rules/book.pdf" };
}

struct link link_place(const char *what, size_t n)
{
	char t[24];
	struct making m = making_begin("#");
	snprintf(t, sizeof t, "-%zu", n);
	making_encoded(&m, str_of(what));
	making_words(&m, t);
	return making_done(&m);
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
		struct making m = making_begin("/assets/");
		making_words(&m, p);
		return making_done(&m);
	}
	struct making m = making_begin("/assets/");
	making_words(&m, name);
	return making_done(&m);
}

struct link link_here(const struct request *q)
{
	struct making m = making_begin("");
	making_bytes(&m, q->path.p, q->path.n);
	return making_done(&m);
}

struct link link_return(struct str address)
{
	struct request q = { .method = METHOD_GET };
	arena_init(&q.arena);
	bool ours = address.n && address.n < LINK_MAX && request_parse(&q, address) && !q.fault &&
		    !str_starts(address, "/sign-");
	arena_release(&q.arena);
	struct making m = making_begin("");
	making_bytes(&m, address.p, address.n);
	return ours ? making_done(&m) : link_home();
}

struct link link_sign_in_for(struct str address)
{
	struct making m = making_begin("/sign-in");
	if (!str_is(address, "/"))
		making_query(&m, "then", address);
	return m.full ? link_sign_in() : making_done(&m);
}

static struct link with_then(const char *path, struct str then)
{
	struct making m = making_begin(path);
	making_query(&m, "then", then);
	return m.full ? making_begin(path).l : making_done(&m);
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
	struct making m = making_begin("/join/");
	making_encoded(&m, token);
	return making_done(&m);
}

struct link link_account(const char *done)
{
	struct making m = making_begin("/account");
	making_query(&m, "done", str_of(done));
	return making_done(&m);
}

struct link link_account_part(const char *part)
{
	struct making m = making_begin("/account/");
	making_words(&m, part);
	return making_done(&m);
}

struct link link_own_session_end(int64_t session)
{
	struct making m = making_begin("/account/session/");
	making_id(&m, session);
	making_words(&m, "/end");
	return making_done(&m);
}

struct link link_people(void)
{
	return making_begin("/people").l;
}

struct link link_roles(void)
{
	return making_begin("/people/roles").l;
}

struct link link_invite(void)
{
	return making_begin("/people/invite").l;
}

struct link link_person(int64_t account)
{
	struct making m = making_begin("/people/");
	making_id(&m, account);
	return making_done(&m);
}

struct link link_people_withdraw(int64_t link)
{
	struct making m = making_begin("/people/link/");
	making_id(&m, link);
	making_words(&m, "/withdraw");
	return making_done(&m);
}

struct link link_agreements(void)
{
	return making_begin("/agreements").l;
}

struct link link_agreement(int64_t agreement)
{
	struct making m = making_begin("/agreements/");
	if (agreement)
		making_id(&m, agreement);
	else
		making_words(&m, "new");
	return making_done(&m);
}
