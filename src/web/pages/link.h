/*
 * link.h - every address of the site, as functions.
 *
 * Templates accept nothing else in href and action. Each function percent-encodes
 * what it is given; what would be too long for LINK_MAX leads to the home page.
 */
#ifndef LINNET_WEB_PAGES_LINK_H
#define LINNET_WEB_PAGES_LINK_H

#include "base/day.h"
#include "codec/html.h"
#include "work/see/worklist.h"

struct when { /* the day a page is read for; DAY_NONE: today, and as known now */
	day_t as_of, known;
};
#define WHEN_NOW ((struct when){ DAY_NONE, DAY_NONE })

struct filters { /* of the worklist, as they stand in its address */
	struct str standard, council, area;
	enum holder holder;
	struct when when;
	bool mine;    /* only one's own children */
	bool unnamed; /* only children without a named worker at one's own organisation */
};

struct measure_at {		 /* which numbers of a measure, as they stand in an address */
	day_t from, to;		 /* days in the first and last period; DAY_NONE: as usual */
	struct str by, group;	 /* "council" and a code; empty: everybody */
	struct str outcome, why; /* children behind a number */
	enum holder late_by;
	struct when when;
};
#define MEASURE_NOW ((struct measure_at){ .from = DAY_NONE, .to = DAY_NONE, .when = { DAY_NONE, DAY_NONE } })

struct plan_at {	     /* a plan as it stands in an address */
	struct str id, with; /* with: numbers changed, "path~value,path~value" */
	bool more;	     /* played more often */
};

struct need_at {	     /* a need as it stands in an address */
	struct str id, ages; /* ages: "11-15"; empty: all */
	bool districts;
};

struct request; /* http.h */

struct link link_home(void);
struct link link_worklist(const struct filters *f);
struct link link_list(enum work_list l, const struct filters *f, struct str after);
struct link link_work(enum work_list only, const struct filters *f);	/* all lists (0), or one */
struct link link_filters(enum work_list only, const struct filters *f); /* the same, with what to filter by */
struct link link_worklist_csv(enum work_list only, const struct filters *f);
struct link link_children(void);
struct link link_children_saved(void); /* something was saved, and its child is not shown any more */
struct link link_enter(void);	       /* a child who is not on record yet */
struct link link_child(int64_t person, struct when w);
struct link link_child_part(int64_t person, const char *part, struct when w);	 /* "happened", "looked" */
struct link link_child_mark(int64_t person, const char *part, const char *mark); /* "/child/ID/PART?MARK=1" */
struct link link_worker(int64_t person);					 /* naming a worker */
struct link link_child_saved(int64_t person, int64_t event);
struct link link_clock(int64_t person, struct str clock, struct when w);
struct link link_seal(int64_t person, int64_t event);
struct link link_sight_end(int64_t person, int64_t grant);
struct link link_emergency(void);
struct link link_oversight(void); /* what waits for an information governance lead */
struct link link_notices(void);
struct link link_copies(void);
struct link link_alerts(void);
struct link link_alert(int64_t alert);
struct link link_erase(int64_t person, int64_t event); /* event 0: the whole record */
struct link link_erasures(void);
struct link link_erasure(int64_t erasure);
struct link link_retention(int64_t from); /* 0: from the beginning */
struct link link_hold(int64_t person);
struct link link_notice(int64_t notice);
struct link link_looked_young(int64_t person);
struct link link_statement(int64_t person, struct str clock); /* what to say about whose days they were */
struct link link_record(int64_t person);
struct link link_record_kind(int64_t person, struct str kind);
/* The form with its codes filled in, or the page that chases the clock. */
struct link link_record_code(int64_t person, struct str kind, struct str code, struct str code2);
struct link link_next(int64_t person, struct str clock, const struct next_step *n);
struct link link_asked(int64_t person, struct str clock);    /* what is asked for about a clock */
struct link link_mint_for(int64_t person, struct str clock); /* where its form posts to */
struct link link_chases(void);
struct link link_chase_of(struct str recipient);
struct link link_chase(int64_t chase);
struct link link_chase_file(int64_t chase, const char *format);
struct link link_open_links(void);
struct link link_take_back(int64_t person, int64_t link);
struct link link_go_on(int64_t person, int64_t link);
struct link link_answer_at(struct str token);	/* a one-use link's own page */
struct link link_hand_back(struct str council); /* empty: choose */
struct link link_hand_back_file(struct str council, const char *format, day_t since);
struct link link_correct(int64_t person, int64_t event);
struct link link_error(int64_t person, int64_t event);
struct link link_imports(void);
struct link link_import_new(void);
struct link link_import_whole(void); /* the same form, where files can be said to be whole */
struct link link_import(int64_t load);
struct link link_kept_back(int64_t load, struct str file);
struct link link_template(struct str name);
struct link link_lists(void); /* councils' weekly lists */
struct link link_list_new(void);
struct link link_weekly(int64_t list);
struct link link_weekly_kept_back(int64_t list);
struct link link_weekly_child(int64_t list, struct str key, const char *what); /* what NULL: the first proposal */
struct link link_matching(void);
struct link link_pair(int64_t one, int64_t other);
struct link link_workbook(int64_t draft, size_t sheet, size_t from); /* the columns of a sheet, from one on */
struct link link_workbook_form(int64_t draft);
struct link link_mappings(void);
struct link link_mapping(struct str name);
struct link link_mapping_download(struct str name);
struct link link_returns(void); /* yearly returns */
struct link link_returned_new(void);
struct link link_returned(int64_t id);
struct link link_returned_rule(int64_t id, int64_t rule);
struct link link_returned_differences(int64_t id, int64_t after);
struct link link_returned_differences_csv(int64_t id);
struct link link_returned_write(struct str council, struct str year); /* empty: ask */
struct link link_returned_file(const char *file, struct str council, struct str year);
struct link link_rules(struct when w);
struct link link_rule(struct str document, struct when w);			   /* "standards/review.yaml" */
struct link link_rule_change(struct str document, const char *how, int64_t trial); /* how NULL, trial 0: none */
struct link link_rules_compare(struct str from);				   /* a hash or a day; empty: ask */
struct link link_rules_trial(int64_t trial);
struct link link_manifest(struct when w);
struct link link_measures(struct when w);
struct link link_measure(struct str id, const struct measure_at *m);
struct link link_measure_board(struct str id, const struct measure_at *m); /* its map as a board sees it */
struct link link_measure_children(struct str id, const struct measure_at *m);
struct link link_measure_csv(struct str id, const struct measure_at *m, bool shared);
struct link link_measure_file(struct str id);
struct link link_filed(struct str id, int64_t report);
struct link link_filed_csv(struct str id, int64_t report);
struct link link_shared_list(void); /* measures as a board sees them */
struct link link_shared(struct str measure, bool file);
struct link link_plans(void);
struct link link_plan_new(void);
struct link link_plan(const struct plan_at *p);
struct link link_plan_change(const struct plan_at *p, struct str part); /* part empty: choose */
struct link link_plan_change_form(const struct plan_at *p, struct str part);
struct link link_plan_file(const struct plan_at *p, const char *format);
struct link link_plan_save(const struct plan_at *p);
struct link link_plan_delete(struct str id);
struct link link_plan_compare(const struct plan_at *a, const struct plan_at *b); /* b NULL: choose */
struct link link_plan_compare_file(const struct plan_at *a, const struct plan_at *b, const char *format);
struct link link_needs(void);
struct link link_need(const struct need_at *n);
struct link link_need_file(const struct need_at *n, const char *format);
struct link link_recorded(const char *of, const char *format); /* format empty: the page */
struct link link_sites(void);
struct link link_site(const struct plan_at *p);			       /* more: played through as well */
struct link link_site_part(const struct plan_at *p, const char *part); /* "change" */
struct link link_site_form(const struct plan_at *p, const char *part); /* "save", "delete", "scenario" */
struct link link_site_file(const struct plan_at *p, const char *format);
struct link link_plan_stop(const char *run);
struct link link_sign_in(void);
struct link link_sign_out(void);
struct link link_code(struct str then);	  /* where a sign-in asks for its second factor */
struct link link_set_up(struct str then); /* where an authenticator app is set up before the first sign-in */
struct link link_join(struct str token);
struct link link_account(const char *done);	 /* done NULL: nothing was done just now */
struct link link_account_part(const char *part); /* "password" "app" "recovery" */
struct link link_own_session_end(int64_t session);
struct link link_people(void);
struct link link_roles(void);
struct link link_invite(void);
struct link link_person(int64_t account);
struct link link_people_withdraw(int64_t link);
struct link link_agreements(void);
struct link link_agreement(int64_t agreement); /* 0: a new one */
struct link link_static(const char *name);     /* "help" "definitions" "accessibility" "privacy" */
struct link link_book(void);
struct link link_book_pdf(void);
struct link link_place(const char *what, size_t n); /* "#chapter-3" of the same page */
struct link link_asset(const char *name);	    /* "linnet.css": the file with its hash */
struct link link_here(const struct request *q);	    /* the page's own path */
/* The address to return to after sign-in, if it is one of ours; else home. */
struct link link_return(struct str address);
/* Sign-in, remembering where to return to. */
struct link link_sign_in_for(struct str address);

#endif
