/* fake_enter.c - entering a child among the invented ones: one of them is always proposed for the
 * family name Brambleby; nothing is kept. */
#include "base/text.h"
#include "work/record/enter.h"

enum { KNOWN = 1 };

struct str enter_number(struct arena *a)
{
	(void)a;
	return STR("N-0000000000042");
}

size_t enter_kinds(struct app *app, const struct viewer *v, struct arena *a, const struct kind ***out)
{
	const struct vocab *voc = app_vocab(app);
	const struct kind **list = arena_array(a, voc->n_kinds, sizeof *list);
	size_t n = 0;
	for (size_t i = 1; i < voc->n_kinds; i++)
		if (voc->kinds[i].begins_record && (!voc->kinds[i].sensitive || role_sees_sensitive(v->role)))
			list[n++] = &voc->kinds[i];
	*out = list;
	return n;
}

static void propose(struct app *app, struct entry_page *p, struct arena *a)
{
	struct match_candidate *c = arena_alloc(a, sizeof *c);
	*c = (struct match_candidate){
		.record = { .person = KNOWN,
			    .council = app_organisation_by_code(app, STR("E10000012")),
			    .ref = STR("E-1"),
			    .given = STR("Wren"),
			    .family = STR("O’Finch <b>"),
			    .sex = STR("F"),
			    .nhs_number = STR("9990001006"),
			    .born = day_of(2016, 3, 14),
			    .care = STR("In the care of Essex since 6 January 2026") },
		.result = { .offered = true, .reasons = { { true, STR("The NHS number is the same") } }, .n = 1 }
	};
	p->candidates = c;
	p->n_candidates = 1;
}

enum rc enter_look(struct app *app, const struct viewer *v, const struct entry *n, enum entry_part part,
		   struct arena *a, struct entry_page *out, struct err *e)
{
	(void)v, (void)e;
	struct draft_problem *problems = arena_array(a, 4, sizeof *problems);
	struct entry_page p = { .problems = problems };
	day_t day;
	if (!n->family.n)
		problems[p.n_problems++] = (struct draft_problem){ STR("family"), STR("Enter a name") };
	if (!n->born_not_known && day_parse(n->born, &day) != RC_OK)
		problems[p.n_problems++] = (struct draft_problem){ STR("born"), STR("Enter the date of birth") };
	if (!n->kind.n)
		problems[p.n_problems++] = (struct draft_problem){ STR("kind"), STR("Choose what has begun") };
	p.n_about_who = p.n_problems;
	if (!p.n_problems && str_is(n->family, "Brambleby") && !n->different.n)
		propose(app, &p, a);
	if (part == ENTRY_WHOLE && !p.n_problems && day_parse(n->at, &day) != RC_OK)
		problems[p.n_problems++] = (struct draft_problem){ STR("at"), STR("Enter the day") };
	if (part == ENTRY_WHOLE && !p.n_problems && !p.n_candidates) {
		struct str *line = arena_alloc(a, sizeof *line);
		const struct organisation **own = arena_alloc(a, sizeof *own);
		*line = STR("Came into care, Friday 20 November 2026");
		*own = app_organisation_by_code(app, STR("E10000012"));
		p.events = line;
		p.circle = own;
		p.n_events = p.n_circle = 1;
	}
	*out = p;
	return RC_OK;
}

enum rc enter_save(struct app *app, const struct viewer *v, const struct entry *n, struct arena *a,
		   int64_t *person_out, int64_t *event_out, struct err *e)
{
	struct entry_page p;
	enum rc rc = enter_look(app, v, n, ENTRY_WHOLE, a, &p, e);
	if (rc == RC_OK && (p.n_problems || p.n_candidates))
		return err_set(e, p.n_problems ? RC_BAD_INPUT : RC_CONFLICT, "Nothing was saved.");
	*person_out = KNOWN;
	*event_out = 1000001;
	return rc;
}
