/* fake_access.c - seals, sight and emergency access of the invented children: nothing is kept. */
#include "base/text.h"
#include "work/admin/doctor.h"
#include "work/oversee/copies.h"
#include "work/oversee/sight.h"
#include "work/record/seal_entry.h"
#include "work/see/emergency.h"

static enum rc child_of(struct app *app, const struct viewer *v, int64_t person, struct arena *a,
			struct child_page *out, struct err *e)
{
	struct child_query q = { .person = person, .as_of = DAY_NONE, .known_ms = INT64_MAX };
	return child_see(app, v, &q, a, out, e);
}

enum rc seal_see(struct app *app, const struct viewer *v, int64_t person, int64_t event, struct arena *a,
		 struct seal_page *out, struct err *e)
{
	struct child_page p;
	enum rc rc = child_of(app, v, person, a, &p, e);
	for (size_t i = 0; rc == RC_OK && i < p.n_events; i++)
		if (p.events[i].id == event) {
			*out = (struct seal_page){
				.head = p.head, .event = event, .words = p.events[i].words, .sealed = STR("")
			};
			return RC_OK;
		}
	return err_set(e, RC_NOT_FOUND, "That entry is not here to be sealed.");
}

enum rc seal_save(struct app *app, const struct viewer *v, int64_t person, int64_t event, bool put, struct str why,
		  struct err *e)
{
	(void)app;
	(void)v;
	(void)person;
	(void)event;
	(void)put;
	return str_trim(why).n ? RC_OK : err_set(e, RC_BAD_INPUT, "Say why, in a few words.");
}

enum rc sight_list(struct app *app, const struct viewer *v, int64_t person, struct arena *a,
		   const struct sight_grant **out, size_t *n_out, struct err *e)
{
	static const struct sight_grant one = { .id = 77,
						.who = { "Wren Castleford", 15 },
						.org = { "Health team", 11 },
						.seal = { "addresses", 9 },
						.why = { "Visits", 6 },
						.by = { "Hetty Amberley", 14 },
						.from_ms = 1763000000000,
						.until_ms = 1795000000000,
						.live = true };
	struct child_page p;
	enum rc rc = child_of(app, v, person, a, &p, e);
	*out = &one;
	*n_out = 1;
	return rc;
}

enum rc sight_give(struct app *app, const struct viewer *v, const struct sight_give *g, const char **field_out,
		   struct err *e)
{
	(void)app;
	(void)v;
	*field_out = "why";
	return str_trim(g->why).n ? RC_OK : err_set(e, RC_BAD_INPUT, "Say why, in at most 500 letters");
}

enum rc sight_end(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct err *e)
{
	(void)app;
	(void)v;
	(void)person;
	return id == 77 ? RC_OK : err_set(e, RC_NOT_FOUND, "There is no such grant.");
}

int emergency_hours(const struct app *app)
{
	(void)app;
	return 12;
}

enum rc emergency_mine(struct app *app, const struct viewer *v, struct arena *a, const struct emergency_open **out,
		       size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)a, (void)e;
	*out = NULL;
	*n_out = 0;
	return RC_OK;
}

enum rc emergency_begin(struct app *app, const struct viewer *v, const struct emergency_ask *ask, int64_t *person_out,
			int64_t *until_out, const char **field_out, struct err *e)
{
	(void)app;
	(void)v;
	*until_out = *person_out = 0;
	*field_out = "child";
	if (!str_trim(ask->child).n)
		return err_set(e, RC_BAD_INPUT, "Enter the NHS number, or council code and number");
	return err_set(e, RC_NOT_FOUND, "There is no child here with this number and this day of birth.");
}

enum rc emergency_notices(struct app *app, const struct viewer *v, struct arena *a, const struct emergency_notice **out,
			  size_t *n_out, struct err *e)
{
	(void)app;
	(void)v;
	(void)a;
	(void)e;
	static const struct emergency_notice one = { .person = 1,
						     .id = 78,
						     .given = { "Robin", 5 },
						     .family = { "Example", 7 },
						     .who = { "Imani Larkspur", 14 },
						     .org = { "Trust", 5 },
						     .category = { "a mental-health crisis", 22 },
						     .why = { "On the bridge", 13 },
						     .from_ms = 1763000000000,
						     .until_ms = 1763043200000,
						     .may_review = true,
						     .theirs = true,
						     .opens = true };
	*out = &one;
	*n_out = 1;
	return RC_OK;
}

enum rc emergency_waiting(struct app *app, const struct viewer *v, struct arena *a, size_t *n_out, struct err *e)
{
	const struct emergency_notice *one;
	return emergency_notices(app, v, a, &one, n_out, e);
}

enum rc emergency_review(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct str outcome,
			 struct str words, struct err *e)
{
	(void)app;
	(void)v;
	(void)person;
	(void)id;
	if (!outcome.n)
		return err_set(e, RC_BAD_INPUT, "Choose what came of it.");
	return str_trim(words).n ? RC_OK : err_set(e, RC_BAD_INPUT, "Say what you found.");
}

static struct copy taken;

int64_t copy_number(struct app *app)
{
	(void)app;
	return 79;
}

enum rc copy_keep(struct app *app, const struct viewer *v, int64_t number, struct str name, struct str page,
		  struct str body, struct err *e)
{
	(void)app;
	(void)name;
	(void)page;
	(void)e;
	taken = (struct copy){ .id = number,
			       .at_ms = 1763000000000,
			       .bytes = (int64_t)body.n,
			       .who = { "Somebody", 8 },
			       .org = { "Health team", 11 },
			       .role = str_of(role_title(v->role)),
			       .name = { "worklist.csv", 12 },
			       .page = { "/worklist.csv", 13 } };
	return RC_OK;
}

enum rc copy_until(struct app *app, day_t *out, struct err *e)
{
	(void)app;
	(void)e;
	*out = day_of(2026, 4, 1);
	return RC_OK;
}

enum rc copies_list(struct app *app, const struct viewer *v, struct arena *a, const struct copy **out, size_t *n_out,
		    struct err *e)
{
	(void)app;
	(void)v;
	(void)a;
	(void)e;
	*out = &taken;
	*n_out = taken.id ? 1 : 0;
	return RC_OK;
}

enum rc self_audit(struct app *app, const struct viewer *v, struct arena *a, const struct symptom **out, size_t *n_out,
		   struct err *e)
{
	static const struct symptom list[] = {
		{ HEALTH_BAD, { "disk", 4 }, { "<b>7 MB</b> free", 16 }, { "Make room.", 10 } },
		{ HEALTH_GOOD, { "clock", 5 }, { "plausible", 9 }, { "", 0 } },
	};
	(void)app;
	(void)v;
	(void)a;
	(void)e;
	*out = list;
	*n_out = COUNT_OF(list);
	return RC_OK;
}
