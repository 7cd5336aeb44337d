#include "exchange/weekly/compare.h"

#include "base/text.h"
#include "exchange/weekly/match.h"

static const struct {
	const char *id, *title;
} kinds[PROPOSE__COUNT] = {
	[PROPOSE_NONE] = { "none", "Nothing" },
	[PROPOSE_WHO] = { "who", "Who is this child?" },
	[PROPOSE_NEW] = { "new", "New to us" },
	[PROPOSE_CAME] = { "came", "Came into care" },
	[PROPOSE_BACK] = { "back", "Came back into care" },
	[PROPOSE_MOVED] = { "moved", "Moved" },
	[PROPOSE_LEGAL] = { "legal", "Legal status changed" },
	[PROPOSE_LEFT] = { "left", "No longer on the list" },
	[PROPOSE_DETAILS] = { "details", "Details differ" },
	[PROPOSE_PLACED] = { "placement", "The placement differs" },
	[PROPOSE_START] = { "start", "Care began on another day" },
	[PROPOSE_STILL] = { "still", "Left care, and still on the list" },
};

const char *weekly_kind_id(enum weekly_kind k)
{
	return (unsigned)k < PROPOSE__COUNT ? kinds[k].id : "";
}

const char *weekly_kind_title(enum weekly_kind k)
{
	return (unsigned)k < PROPOSE__COUNT ? kinds[k].title : "";
}

enum weekly_kind weekly_kind_of(struct str id)
{
	for (int k = PROPOSE_WHO; k < PROPOSE__COUNT; k++)
		if (str_is(id, kinds[k].id))
			return (enum weekly_kind)k;
	return PROPOSE_NONE;
}

/* ---- what is known on a day ---- */

static void know_care(const struct vocab *v, const struct folded *f, day_t on, struct weekly_known *k)
{
	uint16_t started = vocab_kind(v, STR("care-started"));
	const struct span *next = NULL;
	for (size_t i = 0; i < f->n_spans; i++) {
		const struct span *s = &f->spans[i];
		if (s->kind != started)
			continue;
		if (s->from <= on && on < s->to)
			k->care = s;
		else if (s->from > on && (!next || s->from < next->from))
			next = s;
		else if (s->to <= on && (!k->ended || s->to > k->ended->to))
			k->ended = s;
	}
	if (!k->care && next) {
		k->care = next;
		k->care_later = true;
	}
}

static void know_legal(const struct vocab *v, const struct folded *f, day_t on, struct weekly_known *k)
{
	uint16_t changed = vocab_kind(v, STR("legal-status-changed"));
	if (!k->care)
		return;
	k->legal = v->codes[k->care->code];
	k->legal_from = k->care->from;
	for (size_t i = 0; i < f->child.n; i++) {
		const struct fact *t = &f->child.facts[i];
		if (t->kind != changed || t->day > on || t->day < k->care->from ||
		    !str_eq(f->refs[t->key], k->care->ref))
			continue;
		k->legal = v->codes[t->code];
		k->legal_from = t->day;
	}
}

void weekly_known_of(const struct vocab *v, const struct folded *f, day_t on, const struct weekly_row *row,
		     struct weekly_known *out)
{
	struct weekly_known k = { .there = true, .born = f->child.born, .died = f->child.died, .legal_from = DAY_NONE };
	uint16_t started = vocab_kind(v, STR("placement-started"));
	day_t listed = row ? weekly_day(row, WEEKLY_PLACEMENT_START) : DAY_NONE;
	know_care(v, f, on, &k);
	know_legal(v, f, on, &k);
	k.placement = folded_span(f, started, on);
	for (size_t i = 0; i < f->n_spans; i++) {
		const struct span *s = &f->spans[i];
		if (s->kind != started)
			continue;
		k.placed_later = k.placed_later || s->from > on;
		k.placed_before = k.placed_before || (k.placement && s->from == listed && s->from < k.placement->from);
	}
	if (k.placement)
		k.placement_type = v->codes[k.placement->code];
	*out = k;
}

/* ---- words ---- */

struct comparing {
	const struct vocab *v;
	const struct organisations *orgs;
	const struct weekly_row *row;
	const struct weekly_known *k;
	const struct weekly_when *when;
	struct arena *a;
	struct proposal *out;
	size_t n;
};

static const char *day_words(struct comparing *c, day_t d)
{
	return d == DAY_NONE ? "a day that is not known" : day_plain(d, arena_alloc(c->a, DAY_TEXT_MAX));
}

static struct str code_words(const struct comparing *c, const char *list, struct str code)
{
	const struct code_list *l = vocab_list(c->v, str_of(list));
	const struct code_entry *e = l && code.n ? code_list_find(l, code) : NULL;
	if (!code.n)
		return STR("not known");
	return e ? arena_printf(c->a, STR_FMT " (" STR_FMT ")", STR_ARG(e->title), STR_ARG(code)) : code;
}

static struct str area_words(const struct comparing *c, struct str code)
{
	const struct organisation_entry *o = code.n ? organisations_find(c->orgs, ORG_COUNCIL, code) : NULL;
	return o ? arena_printf(c->a, ", in " STR_FMT, STR_ARG(o->short_name)) : STR("");
}

static struct str placement_words(struct comparing *c, struct str type, struct str area, day_t since)
{
	return arena_printf(c->a, STR_FMT STR_FMT ", since %s", STR_ARG(code_words(c, "placement-type", type)),
			    STR_ARG(area_words(c, area)), day_words(c, since));
}

static struct str cell(const struct comparing *c, enum weekly_field f)
{
	return c->row->cell[f];
}

static struct proposal *propose(struct comparing *c, enum weekly_kind kind)
{
	struct proposal *p = &c->out[c->n++];
	*p = (struct proposal){
		.kind = kind, .sure = true, .day = DAY_NONE, .from = DAY_NONE, .to = c->when->listed_on
	};
	return p;
}

/* The first doubt is the one that is told. */
static void doubt(struct proposal *p, struct str words)
{
	p->sure = false;
	if (!p->doubt.n)
		p->doubt = words;
}

/* ---- details ---- */

struct detail {
	const char *words;
	enum weekly_field field;
	struct str known;
};

static void add_words(struct buf *b, const char *words, struct str value)
{
	buf_printf(b, "%s%s " STR_FMT, b->n ? ", " : "", words, STR_ARG(value.n ? value : STR("not known")));
}

static void compare_details(struct comparing *c)
{
	const struct weekly_known *k = c->k;
	char born[DAY_TEXT_MAX], iso[DAY_TEXT_MAX];
	const struct detail details[] = {
		{ "given name", WEEKLY_GIVEN, k->given },
		{ "family name", WEEKLY_FAMILY, k->family },
		{ "born", WEEKLY_BORN, k->born == DAY_NONE ? STR("") : str_of(day_iso(k->born, iso)) },
		{ "sex", WEEKLY_SEX, str_is(k->sex, "U") ? STR("") : k->sex },
		{ "NHS number", WEEKLY_NHS_NUMBER, k->nhs_number },
		{ "pupil number", WEEKLY_UPN, k->upn },
	};
	struct buf was AUTO(buf_release), is AUTO(buf_release), content AUTO(buf_release);
	bool any = false, replaces = false;
	buf_init(&was, 2048);
	buf_init(&is, 2048);
	buf_init(&content, 2048);
	for (size_t i = 0; i < COUNT_OF(details); i++) {
		struct str said = cell(c, details[i].field), known = details[i].known;
		bool name = details[i].field == WEEKLY_GIVEN || details[i].field == WEEKLY_FAMILY;
		if (!said.n || (details[i].field == WEEKLY_NHS_NUMBER && c->row->shared_number) ||
		    (details[i].field == WEEKLY_SEX && str_is(said, "U")))
			continue;
		if (name ? match_same_name(said, known) : str_eq(said, known))
			continue;
		any = true;
		replaces = replaces || known.n;
		if (details[i].field == WEEKLY_BORN) {
			add_words(&was, details[i].words,
				  k->born == DAY_NONE ? STR("") : str_of(day_plain(k->born, born)));
			add_words(&is, details[i].words, str_of(day_words(c, weekly_day(c->row, WEEKLY_BORN))));
		} else {
			add_words(&was, details[i].words, known);
			add_words(&is, details[i].words, said);
		}
		buf_printf(&content, "/%s=" STR_FMT, weekly_field_id(details[i].field), STR_ARG(said));
	}
	if (!any)
		return;
	struct proposal *p = propose(c, PROPOSE_DETAILS);
	p->day = c->when->listed_on;
	p->record_says = arena_str(c->a, buf_view(&was));
	p->list_says = arena_str(c->a, buf_view(&is));
	p->would = arena_printf(c->a, "The details with " STR_FMT, STR_ARG(p->list_says));
	p->content = arena_printf(c->a, "details" STR_FMT, STR_ARG(buf_view(&content)));
	struct match_side told = match_side_of(c->row), record = {
		.nhs_number = k->nhs_number, .given = k->given, .family = k->family, .born = k->born
	};
	if (match_another_child(&told, &record))
		doubt(p, STR("So much differs that this may be another child under the same number. Ask the council"));
	else if (replaces)
		doubt(p, STR("What the record holds would be replaced. Is the list right, or the record?"));
}

/* Name, birth and NHS number all speak of somebody else: nothing is proposed of care until that is settled. */
static bool may_be_another(const struct comparing *c)
{
	return c->n && c->out[0].kind == PROPOSE_DETAILS && !c->out[0].sure &&
	       str_starts(c->out[0].doubt, "So much differs");
}

/* ---- care ---- */

static struct str care_words(struct comparing *c)
{
	bool placed = cell(c, WEEKLY_PLACEMENT_TYPE).n || cell(c, WEEKLY_PLACEMENT_START).n || cell(c, WEEKLY_AREA).n;
	return arena_printf(
	    c->a, "In care since %s, " STR_FMT "%s" STR_FMT, day_words(c, weekly_day(c->row, WEEKLY_CARE_START)),
	    STR_ARG(code_words(c, "legal-status", cell(c, WEEKLY_LEGAL_STATUS))), placed ? ". Placed: " : "",
	    STR_ARG(placed ? placement_words(c, cell(c, WEEKLY_PLACEMENT_TYPE), cell(c, WEEKLY_AREA),
					     weekly_day(c->row, WEEKLY_PLACEMENT_START))
			   : STR("")));
}

static void began(struct comparing *c, enum weekly_kind kind, struct str record_says)
{
	struct proposal *p = propose(c, kind);
	day_t start = weekly_day(c->row, WEEKLY_CARE_START);
	bool placement = cell(c, WEEKLY_PLACEMENT_TYPE).n || cell(c, WEEKLY_AREA).n;
	p->day = start;
	p->from = c->k->ended ? c->k->ended->to : c->k->born;
	p->record_says = record_says;
	p->list_says = care_words(c);
	p->would =
	    arena_printf(c->a, "%sCame into care%s%s", kind == PROPOSE_NEW ? "A new record. " : "",
			 placement ? "; placement started" : "", start == DAY_NONE ? ", on a day to be stated" : "");
	p->content = arena_printf(c->a, "%s/" STR_FMT, weekly_kind_id(kind), STR_ARG(cell(c, WEEKLY_CARE_START)));
	if (start == DAY_NONE)
		doubt(p, STR("The list does not say since when. State the day, or ask the council"));
	else if (c->when->before != DAY_NONE && start < c->when->before && !c->when->on_before)
		doubt(p, arena_printf(
			     c->a,
			     "In care before the list of %s, and not on it. Is this child new, or has the council "
			     "given a new number?",
			     day_words(c, c->when->before)));
	if (!cell(c, WEEKLY_LEGAL_STATUS).n)
		doubt(p, STR("The list gives no legal status that is known here"));
	if (placement && weekly_day(c->row, WEEKLY_PLACEMENT_START) == DAY_NONE)
		doubt(p,
		      STR("The list does not say since when the child lives there: the start of care would be taken"));
}

static void still_listed(struct comparing *c)
{
	const struct span *s = c->k->ended;
	struct proposal *p = propose(c, PROPOSE_STILL);
	p->day = s->to;
	p->record_says = arena_printf(c->a, "Left care on %s (" STR_FMT ")", day_words(c, s->to),
				      STR_ARG(code_words(c, "care-end-reason", c->v->codes[s->end_code])));
	p->list_says = care_words(c);
	p->would = STR("That the child left care would be taken back");
	p->content = arena_printf(c->a, "still/" STR_FMT "/%d", STR_ARG(s->ref), (int)s->to);
	doubt(p, STR("The list may be behind, or the record wrong. Ask the council before taking it back"));
}

static bool known_to_have_ended(const struct comparing *c)
{
	day_t start = weekly_day(c->row, WEEKLY_CARE_START);
	return c->k->ended && (start == DAY_NONE || start < c->k->ended->to);
}

static void compare_care(struct comparing *c)
{
	const struct weekly_known *k = c->k;
	day_t start = weekly_day(c->row, WEEKLY_CARE_START);
	if (!k->there) {
		began(c, PROPOSE_NEW, STR("No record with this number"));
		return;
	}
	if (!k->care && !k->ended) {
		began(c, PROPOSE_CAME, STR("A record, and no care"));
		return;
	}
	if (!k->care && known_to_have_ended(c)) {
		still_listed(c);
		return;
	}
	if (!k->care) {
		began(c, PROPOSE_BACK, arena_printf(c->a, "Left care on %s", day_words(c, k->ended->to)));
		return;
	}
	if (start == DAY_NONE || start == k->care->from)
		return;
	struct proposal *p = propose(c, PROPOSE_START);
	p->day = start;
	p->from = k->born;
	p->record_says = arena_printf(c->a, "In care since %s", day_words(c, k->care->from));
	p->list_says = arena_printf(c->a, "In care since %s", day_words(c, start));
	p->would = arena_printf(c->a, "Correction: came into care on %s", day_words(c, start));
	p->content = arena_printf(c->a, "start/" STR_FMT, STR_ARG(cell(c, WEEKLY_CARE_START)));
	doubt(p, start > k->care->from
		     ? STR("The child may also have left and come back: then record that it left, not a correction")
		     : STR("Every clock of this period would be counted anew"));
}

static void compare_legal(struct comparing *c)
{
	struct str said = cell(c, WEEKLY_LEGAL_STATUS);
	day_t from = weekly_day(c->row, WEEKLY_LEGAL_FROM);
	if (!said.n || str_eq(said, c->k->legal))
		return;
	struct proposal *p = propose(c, PROPOSE_LEGAL);
	p->day = from;
	p->from = c->k->legal_from;
	p->record_says = arena_printf(c->a, STR_FMT ", since %s", STR_ARG(code_words(c, "legal-status", c->k->legal)),
				      day_words(c, c->k->legal_from));
	p->list_says = arena_printf(c->a, STR_FMT "%s%s", STR_ARG(code_words(c, "legal-status", said)),
				    from == DAY_NONE ? "" : ", since ", from == DAY_NONE ? "" : day_words(c, from));
	p->would = arena_printf(c->a, "Legal status changed: " STR_FMT, STR_ARG(code_words(c, "legal-status", said)));
	p->content =
	    arena_printf(c->a, "legal/" STR_FMT "/" STR_FMT, STR_ARG(said), STR_ARG(cell(c, WEEKLY_LEGAL_FROM)));
	if (from == DAY_NONE)
		doubt(p, STR("The list does not say since when. State the day, or ask the council"));
	else if (from < c->k->legal_from)
		doubt(p, STR("The record has a later change than this one"));
}

/* ---- placement ---- */

static void moved(struct comparing *c, day_t start)
{
	const struct weekly_known *k = c->k;
	struct proposal *p = propose(c, PROPOSE_MOVED);
	p->day = start;
	p->from = k->placement ? k->placement->from : k->care ? k->care->from : DAY_NONE;
	p->record_says = k->placement ? placement_words(c, k->placement_type, k->area, k->placement->from)
				      : STR("No placement on that day");
	p->list_says = placement_words(c, cell(c, WEEKLY_PLACEMENT_TYPE), cell(c, WEEKLY_AREA), start);
	p->would = arena_printf(c->a, "%sPlacement started: " STR_FMT,
				k->placement ? "The placement until now ended; " : "", STR_ARG(p->list_says));
	p->content =
	    arena_printf(c->a, "moved/" STR_FMT "/" STR_FMT "/" STR_FMT, STR_ARG(cell(c, WEEKLY_PLACEMENT_START)),
			 STR_ARG(cell(c, WEEKLY_PLACEMENT_TYPE)), STR_ARG(cell(c, WEEKLY_AREA)));
	if (start == DAY_NONE)
		doubt(p, STR("The list does not say since when. State the day, or ask the council"));
	else if (k->placed_later)
		doubt(p, STR("The record knows of a later placement than this one"));
	else if (k->care && !k->care_later && start < k->care->from)
		doubt(p, STR("The placement begins before this period of care"));
	if (!cell(c, WEEKLY_PLACEMENT_TYPE).n)
		doubt(p, STR("The list gives no kind of placement that is known here"));
}

static void placement_differs(struct comparing *c, day_t start)
{
	const struct weekly_known *k = c->k;
	struct str type = cell(c, WEEKLY_PLACEMENT_TYPE), area = cell(c, WEEKLY_AREA);
	bool other_type = type.n && !str_eq(type, k->placement_type), other_area = area.n && !str_eq(area, k->area),
	     other_start = start != DAY_NONE && start != k->placement->from;
	if (!other_type && !other_area && !other_start)
		return;
	struct proposal *p = propose(c, PROPOSE_PLACED);
	p->day = start == DAY_NONE ? k->placement->from : start;
	p->record_says = placement_words(c, k->placement_type, k->area, k->placement->from);
	p->list_says = placement_words(c, type.n ? type : k->placement_type, area.n ? area : k->area, p->day);
	p->would = arena_printf(c->a, "Correction: placement started: " STR_FMT, STR_ARG(p->list_says));
	p->content = arena_printf(c->a, "placement/" STR_FMT "/" STR_FMT "/" STR_FMT,
				  STR_ARG(cell(c, WEEKLY_PLACEMENT_START)), STR_ARG(type), STR_ARG(area));
	if (other_start)
		doubt(p, STR("The list has an earlier start than the record"));
	else if ((other_type && k->placement_type.n) || (other_area && k->area.n))
		doubt(p, STR("What the record holds would be replaced. Is the list right, or the record?"));
}

static void compare_placement(struct comparing *c)
{
	const struct weekly_known *k = c->k;
	day_t start = weekly_day(c->row, WEEKLY_PLACEMENT_START);
	struct str type = cell(c, WEEKLY_PLACEMENT_TYPE), area = cell(c, WEEKLY_AREA);
	if (start == DAY_NONE && !type.n && !area.n)
		return;
	if (!k->placement) {
		moved(c, start);
		return;
	}
	bool same_home = (!type.n || str_eq(type, k->placement_type)) && (!area.n || str_eq(area, k->area));
	if (start == DAY_NONE && !same_home)
		moved(c, DAY_NONE);
	else if (start != DAY_NONE && start > k->placement->from)
		moved(c, start);
	else if (start != DAY_NONE && !k->placed_before) /* else the list is behind the record */
		placement_differs(c, start);
}

/* ---- off the list ---- */

bool weekly_comes_and_goes(const struct vocab *v, struct str legal)
{
	const struct code_list *l = vocab_list(v, STR("comes-and-goes"));
	return l && legal.n && code_list_find(l, legal);
}

static void left(struct comparing *c)
{
	const struct weekly_known *k = c->k;
	const struct weekly_when *w = c->when;
	if (!k->care || k->care_later || weekly_comes_and_goes(c->v, k->legal))
		return;
	struct proposal *p = propose(c, PROPOSE_LEFT);
	p->from = w->last_on != DAY_NONE && w->last_on >= k->care->from ? w->last_on : k->care->from;
	p->record_says = arena_printf(c->a, "In care since %s, " STR_FMT, day_words(c, k->care->from),
				      STR_ARG(code_words(c, "legal-status", k->legal)));
	p->list_says = w->last_on == DAY_NONE ? arena_printf(c->a, "Not on the list of %s, nor on an earlier one",
							     day_words(c, w->listed_on))
					      : arena_printf(c->a, "On the list of %s, not on that of %s",
							     day_words(c, w->last_on), day_words(c, w->listed_on));
	p->would = STR("Left care, on a day to be stated");
	p->content = arena_printf(c->a, "left/" STR_FMT "/%d", STR_ARG(k->care->ref), (int)w->listed_on);
	doubt(p, STR("The list does not say when or why. State both, or ask the council"));
}

size_t weekly_compare(const struct vocab *v, const struct organisations *orgs, const struct weekly_row *row,
		      const struct weekly_known *k, const struct weekly_when *when, struct arena *a,
		      struct proposal out[PROPOSALS_A_CHILD])
{
	struct comparing c = { v, orgs, row, k, when, a, out, 0 };
	if (k->closed || (row && row->kept_back))
		return 0;
	if (!row) {
		left(&c);
		return c.n;
	}
	if (k->there)
		compare_details(&c);
	if (may_be_another(&c))
		return c.n;
	compare_care(&c);
	if (k->care && !k->care_later) {
		compare_legal(&c);
		compare_placement(&c);
	}
	return c.n;
}
