/* fake_kept.c - erasures, holds and what is due, of the invented children: nothing is kept. */
#include "base/text.h"
#include "work/oversee/alert.h"
#include "work/oversee/erase.h"
#include "work/see/child.h"

enum rc retention_read(struct app *app, struct arena *a, struct retention *out, struct err *e)
{
	static const struct retention_rule rule = { .id = { "case-record", 11 },
						    .title = { "Case record", 11 },
						    .source = { "Regulation 50", 13 },
						    .not_checked = { "from memory", 11 },
						    .from = RETENTION_BIRTH,
						    .who = RETENTION_EVERYBODY,
						    .years = 75,
						    .in_force = true };
	static const struct retention_word holds[] = { { { "court", 5 }, { "Proceedings", 11 }, { "", 0 }, false } };
	static const struct retention_word grounds[] = {
		{ { "unlawful", 8 }, { "Recorded unlawfully", 19 }, { "Article 17", 10 }, false },
		{ { "retention", 9 }, { "Its time has ended", 18 }, { "Article 5", 9 }, true }
	};
	(void)app;
	(void)a;
	(void)e;
	*out = (struct retention){ &rule, holds, grounds, 1, 1, 2, 30 };
	return RC_OK;
}

enum rc erase_about_see(struct app *app, const struct viewer *v, int64_t person, int64_t event, struct arena *a,
			struct erase_about *out, struct err *e)
{
	struct child_query q = { .person = person, .as_of = DAY_NONE, .known_ms = INT64_MAX };
	struct child_page p;
	enum rc rc = child_see(app, v, &q, a, &p, e);
	bool there = !event;
	for (size_t i = 0; rc == RC_OK && i < p.n_events; i++)
		there = there || p.events[i].id == event;
	if (rc == RC_OK && !there)
		return err_set(e, RC_NOT_FOUND, "That entry is not here to be erased.");
	if (rc == RC_OK)
		*out = (struct erase_about){ .person = person,
					     .event = event,
					     .record = STR("E10000012/E-1"),
					     .given = p.head.given,
					     .family = p.head.family,
					     .words = event ? STR("An entry") : STR(""),
					     .hold = STR(""),
					     .entries = (int64_t)p.n_events };
	return rc;
}

enum rc erase_ask(struct app *app, const struct viewer *v, const struct erase_ask *ask, int64_t *id_out,
		  const char **field_out, struct err *e)
{
	(void)app;
	(void)v;
	*field_out = ask->ground.n ? "why" : "ground";
	if (!ask->ground.n)
		return err_set(e, RC_BAD_INPUT, "Choose the ground of the law on which it is erased.");
	if (!str_trim(ask->why).n)
		return err_set(e, RC_BAD_INPUT, "Name the request or the decision, such as its number.");
	*id_out = 1;
	return RC_OK;
}

static const struct erasure one = { .id = 1,
				    .person = 2,
				    .asked_ms = 1763000000000,
				    .state = ERASURE_ASKED,
				    .record = { "E10000012/E-1", 13 },
				    .ground = { "Recorded unlawfully", 19 },
				    .why = { "Request 7", 9 },
				    .asked_by = { "Hetty Amberley", 14 },
				    .asked_org = { "Health team", 11 },
				    .decided_by = { "", 0 },
				    .decided_org = { "", 0 },
				    .decided_why = { "", 0 },
				    .may_decide = true };

enum rc erasure_list(struct app *app, const struct viewer *v, struct arena *a, const struct erasure **out,
		     size_t *n_out, struct err *e)
{
	(void)app;
	(void)v;
	(void)a;
	(void)e;
	*out = &one;
	*n_out = 1;
	return RC_OK;
}

enum rc erasure_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct erasure *out,
		    struct err *e)
{
	(void)app;
	(void)v;
	(void)a;
	if (id != 1)
		return err_set(e, RC_NOT_FOUND, "There is no such erasure.");
	*out = one;
	return RC_OK;
}

enum rc erase_decide(struct app *app, const struct viewer *v, int64_t id, bool approve, struct str why, struct err *e)
{
	(void)app;
	(void)v;
	(void)id;
	(void)approve;
	return str_trim(why).n ? RC_OK : err_set(e, RC_BAD_INPUT, "Say why, in a few words.");
}

enum rc retention_list(struct app *app, const struct viewer *v, int64_t after, struct arena *a,
		       const struct retention_item **out, size_t *n_out, int64_t *more_out, struct err *e)
{
	static struct retention_rule rule = { .title = { "Case record", 11 } };
	static const struct retention_item item = { .person = 2,
						    .council = { "E10000012", 9 },
						    .ref = { "E-1", 3 },
						    .born = -10000,
						    .due = 17000,
						    .rule = &rule,
						    .hold = { "", 0 } };
	(void)app;
	(void)v;
	(void)a;
	(void)e;
	*out = &item;
	*n_out = 1;
	*more_out = after ? 0 : 2;
	return RC_OK;
}

enum rc hold_put(struct app *app, const struct viewer *v, int64_t person, struct str kind, struct str why,
		 const char **field_out, struct err *e)
{
	(void)app;
	(void)v;
	(void)person;
	*field_out = kind.n ? "why" : "kind";
	return kind.n && str_trim(why).n ? RC_OK : err_set(e, RC_BAD_INPUT, "Choose what the record is held for.");
}

enum rc hold_end(struct app *app, const struct viewer *v, int64_t person, struct str why, struct err *e)
{
	(void)app;
	(void)v;
	(void)person;
	(void)why;
	return err_set(e, RC_CONFLICT, "This record is not held.");
}

static const struct alert told = { .id = 1,
				   .n = 12,
				   .from_ms = 1763000000000,
				   .to_ms = 1763001000000,
				   .rule = { "strangers", 9 },
				   .title = { "Many children", 13 },
				   .who = { "Wren Castleford", 15 },
				   .org = { "Health team", 11 },
				   .by = { "", 0 },
				   .note = { "", 0 } };

enum rc alerts_list(struct app *app, const struct viewer *v, struct arena *a, const struct alert **out, size_t *n_out,
		    struct err *e)
{
	(void)app;
	(void)v;
	(void)a;
	(void)e;
	*out = &told;
	*n_out = 1;
	return RC_OK;
}

enum rc alert_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct alert *out,
		  const struct alert_line **lines_out, size_t *n_out, struct err *e)
{
	static const struct alert_line line = {
		1763000000000, { "looked", 6 }, { "page", 4 }, { "ordinary work", 13 }, { "E10000012/E-1", 13 }
	};
	(void)app;
	(void)v;
	(void)a;
	if (id != 1)
		return err_set(e, RC_NOT_FOUND, "There is no such alert.");
	*out = told;
	*lines_out = &line;
	*n_out = 1;
	return RC_OK;
}

enum rc alert_acknowledge(struct app *app, const struct viewer *v, int64_t id, struct str note, struct err *e)
{
	(void)app;
	(void)v;
	(void)id;
	return str_trim(note).n ? RC_OK : err_set(e, RC_BAD_INPUT, "Say what came of it, in a few words.");
}
