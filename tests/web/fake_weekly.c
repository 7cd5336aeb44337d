/*
 * fake_weekly.c - one weekly list and one pair of records, beside fake_work.c.
 *
 * Every kind of answer that the pages must show: sure, doubtful, to be matched,
 * alike, closed, stopped with a question.
 */
#include "tests/web/fake_work.h"
#include "work/load/weekly.h"

enum { LIST = 300, ASKED = 301, TODAY = 20780 };

static struct weekly_summary summary(struct app *app, int64_t id)
{
	return (struct weekly_summary){ .id = id,
					.name = STR("essex.csv"),
					.by = STR("Priya Okonjo-Bell"),
					.council = app_organisation(app, 2),
					.listed_on = TODAY,
					.before = id == LIST ? TODAY - 7 : DAY_NONE,
					.after = DAY_NONE,
					.asked = id == ASKED,
					.loaded_ms = (int64_t)TODAY * 86400000,
					.rows_read = 4,
					.rows_kept_back = 1,
					.missing = 3,
					.expected = 5 };
}

static struct weekly_item item(struct arena *a, enum weekly_kind kind, bool sure)
{
	struct weekly_proposal *p = arena_alloc(a, sizeof *p);
	struct weekly_row *row = arena_alloc(a, sizeof *row);
	*p = (struct weekly_proposal){ .p = { .kind = kind,
					      .sure = sure,
					      .doubt = sure ? STR("") : STR("The list does not say when or why"),
					      .record_says = STR("foster carer (U6), since 6 January 2026"),
					      .list_says = STR("children\u2019s home (K2), since 2 March 2026"),
					      .would = STR("Placement started"),
					      .day = sure ? TODAY - 3 : DAY_NONE,
					      .from = TODAY - 30,
					      .to = TODAY,
					      .content = STR("content") } };
	row->line = 2;
	row->cell[WEEKLY_CHILD] = STR("E-1");
	row->cell[WEEKLY_GIVEN] = STR("<b>Wren</b>");
	return (struct weekly_item){ .key = kind == PROPOSE_LEFT ? STR("left-1") : STR("row-2"),
				     .ref = STR("E-1"),
				     .given = STR("<b>Wren</b>"),
				     .family = STR("Brambleby-Example"),
				     .born = TODAY - 4000,
				     .row = kind == PROPOSE_LEFT ? NULL : row,
				     .proposals = p,
				     .n = kind != PROPOSE_WHO };
}

static struct match_record record(struct app *app, int64_t person)
{
	return (struct match_record){ .person = person,
				      .council = app_organisation(app, 2),
				      .ref = STR("E-7"),
				      .given = STR("Wren"),
				      .family = STR("Brambleby"),
				      .nhs_number = STR("9990001006"),
				      .born = TODAY - 4000,
				      .care = STR("No care recorded") };
}

static struct match_result result(void)
{
	return (struct match_result){ .points = 60,
				      .offered = true,
				      .disagrees = true,
				      .reasons = { { true, STR("The NHS number is the same") },
						   { false, STR("The given names differ") } },
				      .n = 2 };
}

static void page_of(struct app *app, int64_t id, struct arena *a, struct weekly_page *out)
{
	struct weekly_item *items = arena_array(a, 5, sizeof *items);
	struct match_candidate *c = arena_alloc(a, sizeof *c);
	struct batch_finding *f = arena_alloc(a, sizeof *f);
	items[0] = item(a, PROPOSE_MOVED, true);
	items[1] = item(a, PROPOSE_LEFT, false);
	items[2] = item(a, PROPOSE_WHO, false);
	items[2].key = STR("row-3");
	*c = (struct match_candidate){ record(app, 1), result(), false, 0 };
	items[2].candidates = c;
	items[2].n_candidates = 1;
	items[3] = item(a, PROPOSE_WHO, false);
	items[3].key = STR("row-4");
	items[3].blocked = true;
	items[4] = item(a, PROPOSE_WHO, false);
	items[4].key = STR("row-5");
	items[4].ref = STR("e-1");
	items[4].alike = STR("This number differs from E-1, which is on record, in small and capital letters only");
	*f = (struct batch_finding){ .severity = SEVERITY_KEPT_BACK,
				     .line = 5,
				     .column = STR("birth_date"),
				     .rule = STR("not-a-day"),
				     .found = STR("31/02/2020"),
				     .message = STR("There is no such day"),
				     .fix = STR("Ask the council") };
	*out = (struct weekly_page){ .list = summary(app, id), .findings = f, .n_findings = 1, .findings_total = 1 };
	if (id == ASKED)
		return;
	out->items = items;
	out->n = 5;
	out->sure = out->doubtful = out->blocked = 1;
	out->who = 2;
}

static enum rc none(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "There is no such list here.");
}

enum rc weekly_see(struct app *app, const struct viewer *v, int64_t list, struct arena *a, struct weekly_page *out,
		   struct err *e)
{
	(void)v;
	if (list != LIST && list != ASKED)
		return none(e);
	page_of(app, list, a, out);
	return RC_OK;
}

enum rc weekly_load(struct app *app, const struct viewer *v, const struct weekly_request *r, struct arena *a,
		    struct weekly_page *out, struct err *e)
{
	(void)r;
	return weekly_see(app, v, LIST, a, out, e);
}

enum rc weekly_lists(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		     const struct weekly_summary **out, size_t *n_out, struct err *e)
{
	(void)v, (void)limit, (void)e;
	struct weekly_summary *s = arena_array(a, 2, sizeof *s);
	s[0] = summary(app, LIST);
	s[1] = summary(app, ASKED);
	*out = s;
	*n_out = 2;
	return RC_OK;
}

enum rc weekly_confirm(struct app *app, const struct viewer *v, int64_t list, enum weekly_is is, struct err *e)
{
	(void)app, (void)v, (void)is;
	return list == ASKED ? RC_OK : none(e);
}

enum rc weekly_child(struct app *app, const struct viewer *v, int64_t list, struct str key,
		     const struct weekly_choice *c, struct arena *a, struct weekly_child_page *out, struct err *e)
{
	struct weekly_page p;
	(void)v, (void)c;
	if (list != LIST)
		return none(e);
	page_of(app, list, a, &p);
	for (size_t i = 0; i < p.n; i++)
		if (str_eq(p.items[i].key, key)) {
			*out = (struct weekly_child_page){ .list = p.list, .item = p.items[i], .day = DAY_NONE };
			out->chosen = p.items[i].n ? p.items[i].proposals : NULL;
			return RC_OK;
		}
	return none(e);
}

enum rc weekly_answer(struct app *app, const struct viewer *v, const struct weekly_choice *c, struct err *e)
{
	(void)app, (void)v;
	return c->list == LIST ? RC_OK : none(e);
}

enum rc weekly_accept_sure(struct app *app, const struct viewer *v, int64_t list, const struct str *keys, size_t n,
			   int64_t *accepted_out, int64_t *told_out, struct err *e)
{
	(void)app, (void)v, (void)keys;
	*accepted_out = (int64_t)n;
	*told_out = 0;
	return list == LIST ? RC_OK : none(e);
}

enum rc weekly_match(struct app *app, const struct viewer *v, int64_t list, struct str key, int64_t person,
		     struct str answer, struct str why, struct err *e)
{
	(void)app, (void)v, (void)key, (void)person, (void)answer, (void)why;
	return list == LIST ? RC_OK : none(e);
}

/* ---- pairs ---- */

static struct match_pair pair(struct app *app)
{
	return (
	    struct match_pair){ .one = record(app, 1), .other = record(app, 2), .result = result(), .answer = STR("") };
}

enum rc match_pairs(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		    const struct match_pair **out, size_t *n_out, struct err *e)
{
	(void)v, (void)limit, (void)e;
	struct match_pair *p = arena_alloc(a, sizeof *p);
	*p = pair(app);
	*out = p;
	*n_out = 1;
	return RC_OK;
}

enum rc match_pair_see(struct app *app, const struct viewer *v, int64_t one, int64_t other, struct arena *a,
		       struct match_pair *out, struct err *e)
{
	(void)v, (void)a;
	if (one != 1 || other != 2)
		return err_set(e, RC_NOT_FOUND, "There is no such child here.");
	*out = pair(app);
	return RC_OK;
}

enum rc match_pair_answer(struct app *app, const struct viewer *v, int64_t one, int64_t other, struct str answer,
			  struct str why, struct err *e)
{
	(void)app, (void)v, (void)one, (void)other, (void)answer;
	return why.n ? RC_OK : err_set(e, RC_BAD_INPUT, "Say why, in a few words.");
}
