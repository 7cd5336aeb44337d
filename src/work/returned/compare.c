#include "work/returned/compare.h"

#include "base/text.h"
#include "work/core/project.h"
#include "work/load/second_hand.h"

static const struct {
	const char *what, *title;
} titles[] = {
	{ "not-in-record", "In the return, not in the record" },
	{ "not-in-return", "In care in the record, not in the return" },
	{ "born", "Date of birth" },
	{ "sex", "Sex" },
	{ "care", "Period of care" },
	{ "care-start", "Start of the period of care" },
	{ "care-end", "End of the period of care" },
	{ "care-reason", "Why care ended" },
	{ "status", "Legal status" },
	{ "placement", "Placement" },
	{ "placement-start", "Start of the placement" },
	{ "placement-end", "End of the placement" },
	{ "placement-type", "Kind of placement" },
	{ "assessment", "Health assessments of the year" },
	{ "dental", "Seen by a dentist in the year" },
	{ "immunisations", "Immunisations" },
	{ "development", "Development checks" },
	{ "sdq", "Strengths and difficulties questionnaire" },
};

struct str difference_title(struct str what)
{
	for (size_t i = 0; i < COUNT_OF(titles); i++)
		if (str_is(what, titles[i].what))
			return str_of(titles[i].title);
	return what;
}

void comparing_init(struct comparing *c, struct app *app, const struct return_frame *f, struct arena *a)
{
	const struct return_spec *s = return_frame_spec(f);
	*c = (struct comparing){ .app = app,
				 .f = f,
				 .v = app_vocab(app),
				 .first = return_year_first(s, return_frame_year(f)),
				 .last = return_year_last(s, return_frame_year(f)),
				 .life = xcalloc(1, sizeof *c->life),
				 .a = a };
}

void comparing_release(struct comparing *c)
{
	free(c->life);
}

static struct str plain(struct comparing *c, day_t d)
{
	char text[DAY_TEXT_MAX];
	return d == DAY_NEVER || d == DAY_NONE ? STR("still going on") : arena_str(c->a, str_of(day_plain(d, text)));
}

static void differ(struct comparing *c, const char *what, struct str told, struct str ours)
{
	if (c->n < DIFFERENCES_A_CHILD_MAX)
		c->out[c->n++] = (struct difference){ .what = str_of(what), .told = told, .ours = ours };
}

static struct str title(const struct comparing *c, const char *kind, struct str id)
{
	const struct code_list *l = c->v->kinds[vocab_kind(c->v, str_of(kind))].codes;
	const struct code_entry *e = code_list_find(l, id);
	return e && e->title.n ? e->title : id.n ? id : STR("not said");
}

/* ---- details ---- */

static void details(struct comparing *c, size_t child, const struct folded *own)
{
	const struct return_spec *s = return_frame_spec(c->f);
	size_t header = return_table_find(s, STR("Header")), first, n;
	return_rows_of(c->f, RETURN_NOW, header, child, &first, &n);
	if (!n || !own->details)
		return;
	day_t born = return_day(c->f, RETURN_NOW, header, first, return_column_find(s, header, STR("DOB")));
	if (born != DAY_NONE && own->child.born != DAY_NONE && born != own->child.born)
		differ(c, "born", plain(c, born), plain(c, own->child.born));
	char text[24];
	struct err e = { .rc = RC_OK };
	struct details d;
	struct str sex = return_cell(c->f, RETURN_NOW, header, first, return_column_find(s, header, STR("SEX")), text);
	const char *told = str_is(sex, "1") || str_is(sex, "M") ? "M" : str_is(sex, "2") || str_is(sex, "F") ? "F" : "";
	if (details_read(own, c->a, &d, &e) == RC_OK && *told && (str_is(d.sex, "M") || str_is(d.sex, "F")) &&
	    !str_is(d.sex, told))
		differ(c, "sex", str_is(str_of(told), "M") ? STR("male") : STR("female"),
		       str_is(d.sex, "M") ? STR("male") : STR("female"));
}

/* ---- periods and placements ---- */

static bool in_year(const struct comparing *c, day_t from, day_t to)
{
	return from <= c->last && to >= c->first;
}

/* The days that two spans share inside the year; 0 if they only touch. */
static int shared(const struct comparing *c, const struct return_span *t, const struct span *o)
{
	day_t from = t->from > o->from ? t->from : o->from, to = t->to < o->to ? t->to : o->to;
	from = from > c->first ? from : c->first;
	to = to < c->last + 1 ? to : c->last + 1;
	return to > from ? to - from : t->from == o->from ? 1 : 0;
}

static const struct span *nearest(const struct comparing *c, const struct return_span *t, const struct folded *own,
				  uint16_t kind)
{
	const struct span *best = NULL;
	int most = 0;
	for (size_t i = 0; i < own->n_spans; i++)
		if (own->spans[i].kind == kind && shared(c, t, &own->spans[i]) > most) {
			most = shared(c, t, &own->spans[i]);
			best = &own->spans[i];
		}
	return best;
}

static void ends(struct comparing *c, const struct return_span *t, const struct span *o, const char *what)
{
	/* Open in the return means: at the end of the year. */
	day_t told = t->to, ours = o->to > c->last ? DAY_NEVER : o->to;
	if (told != ours)
		differ(c, what,
		       told == DAY_NEVER ? arena_printf(c->a, "open on " STR_FMT, STR_ARG(plain(c, c->last)))
					 : plain(c, told),
		       plain(c, ours));
}

static struct str said(struct comparing *c, const char *kind, day_t from, day_t to, struct str code)
{
	return arena_printf(c->a, STR_FMT " from " STR_FMT "%s" STR_FMT, STR_ARG(title(c, kind, code)),
			    STR_ARG(plain(c, from)), to == DAY_NEVER ? "" : " to ",
			    STR_ARG(to == DAY_NEVER ? STR("") : plain(c, to)));
}

static void one_span(struct comparing *c, const struct return_span *t, const struct folded *own)
{
	const char *kind = t->care ? "care-started" : "placement-started";
	const struct span *o = nearest(c, t, own, vocab_kind(c->v, str_of(kind)));
	if (!o) {
		differ(c, t->care ? "care" : "placement", said(c, kind, t->from, t->to, t->code), STR("nothing"));
		return;
	}
	struct str code = c->v->codes[o->code];
	struct str told = said(c, kind, t->from, DAY_NEVER, t->code), ours = said(c, kind, o->from, DAY_NEVER, code);
	if (t->from != o->from && !(t->begun_earlier && o->from < t->from))
		differ(c, t->care ? "care-start" : "placement-start", told, ours);
	else if (!t->care && t->code.n && code.n && !str_eq(t->code, code))
		differ(c, "placement-type", told, ours);
	ends(c, t, o, t->care ? "care-end" : "placement-end");
	struct str reason = c->v->codes[o->end_code];
	if (t->care && t->to != DAY_NEVER && o->to == t->to && t->end.n && reason.n && !str_eq(t->end, reason))
		differ(c, "care-reason", title(c, "care-ended", t->end), title(c, "care-ended", reason));
}

/* Spans of the record that the return does not tell. */
static void untold(struct comparing *c, const struct folded *own)
{
	for (size_t i = 0; i < own->n_spans; i++) {
		const struct span *o = &own->spans[i];
		bool care = o->kind == vocab_kind(c->v, STR("care-started"));
		if (!in_year(c, o->from, o->to))
			continue;
		bool found = false;
		for (size_t k = 0; k < c->life->n && !found; k++)
			found = c->life->spans[k].care == care && shared(c, &c->life->spans[k], o) > 0;
		if (!found)
			differ(c, care ? "care" : "placement", STR("nothing"),
			       said(c, care ? "care-started" : "placement-started", o->from,
				    o->to > c->last ? DAY_NEVER : o->to, c->v->codes[o->code]));
	}
}

/* The status on the last day of the year, or on the last day in care. */
static void status(struct comparing *c, const struct folded *own)
{
	const struct return_life *l = c->life;
	const struct return_span *care = NULL;
	for (size_t i = 0; i < l->n; i++)
		if (l->spans[i].care && in_year(c, l->spans[i].from, l->spans[i].to))
			care = &l->spans[i];
	if (!care)
		return;
	day_t on = care->to == DAY_NEVER || care->to > c->last ? c->last : care->to - 1;
	struct str told = care->code, ours = STR("");
	for (size_t i = 0; i < l->n_statuses; i++)
		if (&l->spans[l->statuses[i].period] == care && l->statuses[i].from <= on)
			told = l->statuses[i].code;
	uint16_t started = vocab_kind(c->v, STR("care-started")),
		 changed = vocab_kind(c->v, STR("legal-status-changed"));
	const struct span *o = folded_span(own, started, on);
	for (size_t i = 0; o && i < own->child.n; i++) {
		const struct fact *f = &own->child.facts[i];
		if ((f->kind == started || f->kind == changed) && f->day >= o->from && f->day <= on && f->code)
			ours = c->v->codes[f->code];
	}
	if (told.n && ours.n && !str_eq(told, ours))
		differ(c, "status",
		       arena_printf(c->a, STR_FMT " on " STR_FMT, STR_ARG(title(c, "care-started", told)),
				    STR_ARG(plain(c, on))),
		       title(c, "care-started", ours));
}

static void lives(struct comparing *c, size_t child, const struct folded *own)
{
	return_life_of(c->f, child, c->life);
	for (size_t i = 0; i < c->life->n; i++)
		if (in_year(c, c->life->spans[i].from, c->life->spans[i].to))
			one_span(c, &c->life->spans[i], own);
	untold(c, own);
	status(c, own);
}

/* ---- the year's health items ---- */

static bool covered(const struct comparing *c, const struct folded *own, const char *evidence)
{
	uint8_t e = vocab_evidence(c->v, str_of(evidence));
	return e && own->child.covered[e] != DAY_NONE && own->child.covered[e] <= c->first;
}

struct year_facts {
	int assessments, dental, development;
	int immunisations, outstanding; /* checks found complete; not complete */
	int score;			/* latest of the year by the carer, -1 none */
	day_t scored;
};

static struct year_facts facts_of(const struct comparing *c, const struct folded *own)
{
	struct year_facts y = { .score = -1, .scored = DAY_NONE };
	const struct vocab *v = c->v;
	uint16_t seen = vocab_kind(v, STR("assessment-seen")), check = vocab_kind(v, STR("check-done")),
		 sdq = vocab_kind(v, STR("sdq-scored")), carer = vocab_code(v, STR("carer")),
		 refused = vocab_code(v, STR("check-refused"));
	for (size_t i = 0; i < own->child.n; i++) {
		const struct fact *f = &own->child.facts[i];
		if (f->day < c->first || f->day > c->last)
			continue;
		y.assessments += f->kind == seen;
		if (f->kind == check && f->code2 != refused) {
			bool done = f->code2 == vocab_code(v, STR("complete"));
			y.dental += f->code == vocab_code(v, STR("dental"));
			y.development += f->code == vocab_code(v, STR("development")) && done;
			if (f->code == vocab_code(v, STR("immunisations"))) {
				y.immunisations += done;
				y.outstanding += !done;
			}
		}
		if (f->kind == sdq && f->code == carer && f->value >= 0) { /* the return wants the main carer's */
			y.score = f->value;
			y.scored = f->day;
		}
	}
	return y;
}

static void flag(struct comparing *c, const char *what, struct str cell, int ours, bool sure)
{
	if (str_is(cell, "0") && ours > 0)
		differ(c, what, STR("no"), arena_printf(c->a, "%d in the year", ours));
	else if (str_is(cell, "1") && ours == 0 && sure)
		differ(c, what, STR("yes"), STR("none in the year"));
}

static void health(struct comparing *c, size_t child, const struct folded *own)
{
	const struct return_spec *s = return_frame_spec(c->f);
	size_t oc2 = return_table_find(s, STR("OC2")), first, n;
	return_rows_of(c->f, RETURN_NOW, oc2, child, &first, &n);
	if (n != 1)
		return;
	struct year_facts y = facts_of(c, own);
	char text[24];
#define CELL(name) return_cell(c->f, RETURN_NOW, oc2, first, return_column_find(s, oc2, STR(name)), text)
	flag(c, "assessment", CELL("HEALTH_ASSESSMENT"), y.assessments, covered(c, own, "assessments"));
	flag(c, "dental", CELL("TEETH_CHECK"), y.dental, covered(c, own, "checks"));
	flag(c, "development", CELL("HEALTH_CHECK"), y.development, covered(c, own, "checks"));
	if (str_is(CELL("IMMUNISATIONS"), "0") && y.immunisations && !y.outstanding)
		differ(c, "immunisations", STR("not up to date"), STR("found complete in the year"));
	if (str_is(CELL("IMMUNISATIONS"), "1") && y.outstanding && !y.immunisations)
		differ(c, "immunisations", STR("up to date"), STR("found not complete in the year"));
#undef CELL
	int told = return_number(c->f, RETURN_NOW, oc2, first, return_column_find(s, oc2, STR("SDQ_SCORE")));
	if (told >= 0 && y.score >= 0 && told != y.score)
		differ(c, "sdq", arena_printf(c->a, "score %d", told),
		       arena_printf(c->a, "score %d on " STR_FMT, y.score, STR_ARG(plain(c, y.scored))));
	else if (told >= 0 && y.score < 0 && covered(c, own, "sdq"))
		differ(c, "sdq", arena_printf(c->a, "score %d", told), STR("no score in the year"));
	else if (told < 0 && y.score >= 0)
		differ(c, "sdq", STR("no score"),
		       arena_printf(c->a, "score %d on " STR_FMT, y.score, STR_ARG(plain(c, y.scored))));
}

/* ---- a child ---- */

static bool in_care(const struct comparing *c, const struct folded *own)
{
	for (size_t i = 0; i < own->n_spans; i++)
		if (own->spans[i].kind == vocab_kind(c->v, STR("care-started")) &&
		    in_year(c, own->spans[i].from, own->spans[i].to))
			return true;
	return false;
}

void compare_child(struct comparing *c, size_t child, const struct history *h)
{
	struct folded own = { 0 };
	c->n = 0;
	c->out = arena_array(c->a, DIFFERENCES_A_CHILD_MAX, sizeof *c->out);
	if (h) {
		first_hand(c->app, h, c->a, &own);
		memcpy(own.child.covered, h->covered, sizeof own.child.covered);
	}
	bool known = h && (own.details || own.n_spans);
	if (child == SIZE_MAX) {
		if (known && in_care(c, &own))
			differ(c, "not-in-return", STR("nothing"), STR("in care in the year"));
	} else if (!known) {
		return_life_of(c->f, child, c->life);
		for (size_t i = 0; i < c->life->n; i++)
			if (c->life->spans[i].care && in_year(c, c->life->spans[i].from, c->life->spans[i].to)) {
				differ(c, "not-in-record",
				       said(c, "care-started", c->life->spans[i].from, c->life->spans[i].to,
					    c->life->spans[i].code),
				       c->alike.n ? arena_printf(c->a,
								 "nothing; it has " STR_FMT
								 ", which differs in small and capital letters only",
								 STR_ARG(c->alike))
						  : STR("nothing"));
				break;
			}
	} else {
		details(c, child, &own);
		lives(c, child, &own);
		health(c, child, &own);
	}
	for (size_t i = 0; i < c->n; i++) {
		c->out[i].ref = child == SIZE_MAX ? h->ref : arena_str(c->a, return_child(c->f, child));
		c->out[i].person = h ? h->person : c->alike_person;
	}
}
