#include "exchange/synth/forms.h"

/* The yearly return of each council, of the last two whole years, as CSV tables and as
 * XML: codes, episodes and dates as the return's own checks want them. What is asked
 * there and not invented elsewhere (convictions, pupil numbers, postcode units) is
 * drawn here, by a stream of its own. */

enum { YEARS = 2, EPISODES_MAX = 64, XML_MAX = 1024 * 1024, POST_MAX = 12, OFSTED = 100000 };
enum table { HEADER, EPISODES, REVIEWS, UASC, OC2, OC3, AD1, PLACED, PREV_PERM, MISSING, WORKERS, TABLES };

static const char *const files[TABLES] = { "header.csv",
					   "episodes.csv",
					   "reviews.csv",
					   "uasc.csv",
					   "oc2.csv",
					   "oc3.csv",
					   "ad1.csv",
					   "placed_for_adoption.csv",
					   "previous_permanence.csv",
					   "missing.csv",
					   "sw_episodes.csv" };
static const char *const heads[TABLES] = {
	"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\r\n",
	"CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\r\n",
	"CHILD,DOB,REVIEW,REVIEW_CODE\r\n",
	"CHILD,SEX,DOB,DUC\r\n",
	("CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_"
	 "MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED\r\n"),
	"CHILD,DOB,IN_TOUCH,ACTIV,ACCOM\r\n",
	"CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR\r\n",
	"CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED\r\n",
	"CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM\r\n",
	"CHILD,DOB,MISSING,MIS_START,MIS_END\r\n",
	"CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\r\n",
};

struct year {
	day_t from, to; /* 1 April, 31 March */
	struct form_file csv[TABLES], xml;
};

struct returns {
	const struct synth_world *w;
	int folder;
	size_t council; /* whose files are open; SIZE_MAX: none */
	struct year years[YEARS];
};

struct episode {
	day_t from, to; /* to: DAY_NONE while it lasts */
	const char *why_new, *legal, *end;
	const struct stay *stay;
	bool moved; /* the placement ends with it */
};

/* One child in one year. */
struct row {
	const struct kid *k;
	struct year *y;
	struct rand r;
	struct episode episodes[EPISODES_MAX];
	size_t n;
	bool whole, uasc, breaks;
};

/* ---- XML beside CSV ---- */

static void tag(struct buf *b, const char *name, struct str v)
{
	buf_printf(b, "<%s>", name);
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] == '&')
			buf_puts(b, "&amp;");
		else if (v.p[i] == '<')
			buf_puts(b, "&lt;");
		else
			buf_putc(b, v.p[i]);
	buf_printf(b, "</%s>", name);
}

static void tag_day(struct buf *b, const char *name, day_t d)
{
	char text[FORM_DAY_MAX];
	tag(b, name, str_of(form_day_text(d, text)));
}

static struct csv_writer *begin_row(const struct row *o, enum table t, bool with_birth)
{
	struct csv_writer *w = &o->y->csv[t].w;
	csv_put(w, str_of(o->k->id));
	if (with_birth)
		form_put_day(w, o->k->born);
	return w;
}

/* ---- episodes ---- */

static day_t earlier_of(day_t a, day_t b)
{
	return a < b ? a : b;
}

/* The day on which something changes next after `on` in this period of care. */
static day_t next_change(const struct kid *k, const struct care_time *c, day_t on)
{
	day_t next = c->left;
	for (size_t i = 0; i < k->n_stays; i++)
		if (k->stays[i].period == c->number && k->stays[i].start > on)
			next = earlier_of(next, k->stays[i].start);
	for (size_t i = 0; i < k->n_legal; i++)
		if (k->legal[i].period == c->number && k->legal[i].from > on)
			next = earlier_of(next, k->legal[i].from);
	return next;
}

static void add_episode(struct row *o, const struct care_time *c, day_t from, day_t to)
{
	const struct kid *k = o->k;
	const struct stay *s = kid_stay_on(k, from);
	const char *legal = kid_legal_on(k, from);
	if (!s || !legal || o->n == EPISODES_MAX || from > o->y->to || (to < o->y->from))
		return;
	const char *was = from > c->entry ? kid_legal_on(k, from - 1) : NULL;
	bool place = s->start == from, law = was && strcmp(was, legal) != 0;
	bool ended = to <= o->y->to && to <= k->today;
	o->episodes[o->n++] = (struct episode){ .from = from,
						.to = ended ? to : DAY_NONE,
						.why_new = from == c->entry ? "S"
							   : place && law   ? "B"
							   : place	    ? "P"
									    : "L",
						.legal = legal,
						.end = !ended	       ? ""
						       : to == c->left ? c->why
								       : "X1",
						.stay = s,
						.moved = ended && to < c->left && s->stop == to };
}

static void make_episodes(struct row *o)
{
	const struct kid *k = o->k;
	for (size_t i = 0; i < k->n_cares; i++) {
		const struct care_time *c = &k->cares[i];
		if (c->short_breaks) {
			const struct stay *s = &k->stays[0];
			o->breaks = true;
			if (k->n_stays && c->entry <= o->y->to)
				o->episodes[o->n++] = (struct episode){ c->entry, DAY_NONE, "S", "V4", "", s, false };
			continue;
		}
		for (day_t from = c->entry; from < c->left && from <= o->y->to;) {
			day_t to = next_change(k, c, from);
			add_episode(o, c, from, to);
			from = to;
		}
	}
}

/* Letters that stand in the second half of a postcode; homes and placements use others. */
static void postcode(struct rand *r, const struct place_spot *spot, bool home, char out[POST_MAX + 4])
{
	static const char homes[] = "ABDEFGHJ", others[] = "LNPQRSTUWXYZ";
	const char *letters = home ? homes : others;
	int64_t most = home ? (int64_t)sizeof homes - 2 : (int64_t)sizeof others - 2;
	bool sector = memchr(spot->code.p, ' ', spot->code.n) != NULL;
	snprintf(out, POST_MAX + 4, STR_FMT "%s%c%c", STR_ARG(spot->code), sector ? "" : " 1",
		 letters[rand_int(r, 0, most)], letters[rand_int(r, 0, most)]);
}

static bool is_one_of(const char *code, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(code, list[i]) == 0)
			return true;
	return false;
}

/* Who provides it, of those who may provide such a placement. */
static const char *provider_of(const struct stay *s)
{
	static const char *const codes[PROVIDERS] = { "PR1", "PR2", "PR3", "PR4", "PR5", "PR0", "PR4" };
	static const char *const nhs[] = { "R2", "R5" }, *const families[] = { "A3", "A4", "A5", "A6", "K1", "K2",
									       "U1", "U2", "U3", "U4", "U5", "U6" };
	const char *code = codes[s->provider];
	if (strcmp(s->type, "P1") == 0)
		return "PR0";
	if (is_one_of(s->type, nhs, COUNT_OF(nhs)) && (code[2] == '1' || code[2] == '2' || code[2] == '0'))
		return "PR3";
	if (is_one_of(s->type, families, COUNT_OF(families)) && (code[2] == '3' || code[2] == '0'))
		return "PR4";
	return code[2] == '0' ? "PR4" : code;
}

static const char *place_of(const struct row *o, const struct stay *s)
{
	/* The code was split in the year to 31 March 2026. */
	return strcmp(s->type, "Z1") == 0 && day_ymd(o->y->to).year >= 2026 ? "Z11" : s->type;
}

static void ofsted(struct row *o, const struct episode *e, char out[16])
{
	static const char *const registered[] = { "K1", "K2", "K3", "R3", "S1" };
	struct rand r = rand_stream(o->k->w->o->seed, "ofsted", o->k->task->index * 64 + (uint64_t)e->stay->number);
	snprintf(out, 16, "XXXXXXX");
	if (is_one_of(e->stay->type, registered, COUNT_OF(registered)) || e->stay->kind == PLACE_FOSTER)
		snprintf(out, 16, "SC%06d", (int)rand_int(&r, OFSTED, 999999));
}

static void write_episode(struct row *o, const struct episode *e, struct buf *xml)
{
	static const char *const needs[NEEDS] = { "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8" };
	const struct kid *k = o->k;
	/* By placement, so that both years say the same. */
	struct rand r = rand_stream(k->w->o->seed, "postcode", k->task->index * 64 + (uint64_t)e->stay->number);
	struct rand family = rand_stream(k->w->o->seed, "home-postcode", k->task->leader);
	char home[POST_MAX + 4] = "", there[POST_MAX + 4] = "", urn[16] = "";
	const char *place = place_of(o, e->stay), *provider = place[0] == 'Z' ? "" : provider_of(e->stay);
	if (!o->breaks) {
		if (k->home)
			postcode(&family, k->home, true, home);
		else if (!o->uasc)
			postcode(&family, world_spot(k->w, &family, k->task->council), true, home);
		if (e->stay->spot)
			postcode(&r, e->stay->spot, false, there);
		ofsted(o, e, urn);
	}
	const char *why = e->moved ? (e->stay->why[0] ? e->stay->why : "CARPL") : "";
	struct csv_writer *w = begin_row(o, EPISODES, false);
	form_put_day(w, e->from);
	const char *const cells[] = { e->why_new, e->legal, needs[k->need], place, provider };
	for (size_t i = 0; i < COUNT_OF(cells); i++)
		csv_put(w, str_of(cells[i]));
	form_put_day(w, e->to);
	const char *const more[] = { e->end, why, home, there, urn };
	for (size_t i = 0; i < COUNT_OF(more); i++)
		csv_put(w, str_of(more[i]));
	csv_end_row(w);
	static const char *const tags[] = { "RNE", "LS", "CIN", "PL", "PLACE_PROVIDER" };
	static const char *const more_tags[] = { "REC", "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN" };
	buf_puts(xml, "<EPISODE>");
	tag_day(xml, "DECOM", e->from);
	for (size_t i = 0; i < COUNT_OF(tags); i++)
		tag(xml, tags[i], str_of(cells[i]));
	tag_day(xml, "DEC", e->to);
	for (size_t i = 0; i < COUNT_OF(more_tags); i++)
		tag(xml, more_tags[i], str_of(more[i]));
	buf_puts(xml, "</EPISODE>");
}

/* ---- the child ---- */

static const char *sex_of(const struct row *o)
{
	bool letters = day_ymd(o->y->to).year >= 2025; /* digits before */
	return o->k->sex[0] == 'F'   ? (letters ? "F" : "2")
	       : o->k->sex[0] == 'M' ? (letters ? "M" : "1")
				     : (letters ? "U" : "1");
}

static const char *ethnic_of(const struct kid *k)
{
	static const char *const codes[ETHNICS][5] = {
		{ "WBRI", "WBRI", "WBRI", "WBRI", "WOTH" }, { "MWBC", "MWBA", "MWAS", "MOTH", "MWBC" },
		{ "AIND", "APKN", "ABAN", "AOTH", "APKN" }, { "BCRB", "BAFR", "BAFR", "BOTH", "BAFR" },
		{ "OOTH", "OOTH", "OOTH", "OOTH", "CHNE" }, { "REFU", "NOBT", "REFU", "NOBT", "REFU" }
	};
	struct rand r = rand_stream(k->w->o->seed, "ethnic", k->task->index);
	return codes[k->ethnic][rand_int(&r, 0, 4)];
}

/* Of the right form, and nobody's: the part of the council is one that no council has. */
static void pupil_number(const struct row *o, char out[16])
{
	day_t four = day_birthday(o->k->born, 4);
	if (four > o->y->from - 214)
		snprintf(out, 16, "UN1");
	else
		snprintf(out, 16, "X000%09" PRIu64, o->k->task->index % 1000000000);
}

static void write_header(struct row *o, struct buf *xml)
{
	const struct kid *k = o->k;
	char upn[16] = "";
	bool girl = k->sex[0] == 'F', asked = o->n && !o->breaks;
	const char *mother = girl && asked ? "0" : "";
	if (asked || !o->n)
		pupil_number(o, upn);
	struct csv_writer *w = begin_row(o, HEADER, false);
	csv_put(w, str_of(sex_of(o)));
	form_put_day(w, k->born);
	csv_put(w, str_of(ethnic_of(k)));
	csv_put(w, str_of(upn));
	csv_put(w, str_of(mother));
	csv_put(w, STR(""));
	csv_end_row(w);
	tag(xml, "CHILDID", str_of(k->id));
	tag(xml, "UPN", str_of(upn));
	tag(xml, "SEX", str_of(sex_of(o)));
	tag_day(xml, "DOB", k->born);
	tag(xml, "ETHNIC", str_of(ethnic_of(k)));
	tag(xml, "MOTHER", str_of(mother));
	tag(xml, "MC_DOB", STR(""));
	tag(xml, "UASC", o->uasc ? STR("1") : STR("0"));
}

static void write_uasc(struct row *o, struct buf *xml)
{
	day_t until = day_birthday(o->k->born, 18);
	if (!o->uasc || !o->n)
		return;
	struct csv_writer *w = begin_row(o, UASC, false);
	csv_put(w, str_of(sex_of(o)));
	form_put_day(w, o->k->born);
	form_put_day(w, until);
	csv_end_row(w);
	tag_day(xml, "DUC", until);
}

static void write_reviews(struct row *o, struct buf *xml)
{
	const struct kid *k = o->k;
	for (size_t i = 0; !o->breaks && i < k->n_reviews; i++) {
		if (k->reviews[i].on < o->y->from || k->reviews[i].on > o->y->to)
			continue;
		struct csv_writer *w = begin_row(o, REVIEWS, true);
		form_put_day(w, k->reviews[i].on);
		csv_put(w, str_of(k->reviews[i].how));
		csv_end_row(w);
		buf_puts(xml, "<AREVIEW>");
		tag_day(xml, "REVIEW", k->reviews[i].on);
		tag(xml, "REVIEW_CODE", str_of(k->reviews[i].how));
		buf_puts(xml, "</AREVIEW>");
	}
}

/* ---- health of the year ---- */

static void score_of(const struct row *o, char score[8], const char **reason)
{
	const struct kid *k = o->k;
	score[0] = '\0';
	*reason = "";
	if (day_birthday(k->born, 4) > o->y->to || day_birthday(k->born, 17) < o->y->from)
		return;
	for (size_t i = k->n_scores; i-- > 0;)
		if (k->scores[i].on >= o->y->from && k->scores[i].on <= o->y->to) {
			snprintf(score, 8, "%d", k->scores[i].value);
			return;
		}
	*reason = "SDQ4";
}

static void write_oc2(struct row *o, struct buf *xml)
{
	static const char *const tags[] = { "SDQ_SCORE",	   "SDQ_REASON",       "CONVICTED",
					    "HEALTH_CHECK",	   "IMMUNISATIONS",    "TEETH_CHECK",
					    "HEALTH_ASSESSMENT",   "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED",
					    "INTERVENTION_OFFERED" };
	const struct kid *k = o->k;
	int years = kid_age(k, o->y->to), seen = 0;
	char score[8];
	const char *reason;
	if (!o->whole)
		return;
	for (size_t i = 0; i < k->n_seen; i++)
		seen += k->seen[i].on >= o->y->from && k->seen[i].on <= o->y->to;
	bool last = o->y->to == k->w->return_end;
	bool dental = last ? k->checked[0][0] : kid_year_met(k, o->y->to, H_DENTAL, H_COHORT);
	bool jabs = last ? k->checked[0][1] : kid_year_met(k, o->y->to, H_IMMUNISATIONS, H_COHORT);
	bool grows = last ? k->checked[0][2] : kid_year_met(k, o->y->to, H_DEVELOPMENT, H_UNDER_5);
	score_of(o, score, &reason);
	bool convicted = years >= 10 && rand_chance(&o->r, 0.02), drugs = years >= 10 && rand_chance(&o->r, 0.04);
	bool helped = drugs && rand_chance(&o->r, 0.6);
	const char *const cells[] = { score,
				      reason,
				      years < 10  ? ""
				      : convicted ? "1"
						  : "0",
				      years >= 5 ? ""
				      : grows	 ? "1"
						 : "0",
				      jabs ? "1" : "0",
				      dental ? "1" : "0",
				      seen >= (years < 5 ? 2 : 1) ? "1" : "0",
				      drugs ? "1" : "0",
				      !drugs   ? ""
				      : helped ? "1"
					       : "0",
				      !drugs || helped ? "" : "1" };
	struct csv_writer *w = begin_row(o, OC2, true);
	buf_puts(xml, "<OC2>");
	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		csv_put(w, str_of(cells[i]));
		tag(xml, tags[i], str_of(cells[i]));
	}
	csv_end_row(w);
	buf_puts(xml, "</OC2>");
}

/* ---- adoption ---- */

/* The day of the decision: that of the placement order, or the placement; DAY_NONE if none so far. */
static day_t decision(const struct row *o)
{
	const struct kid *k = o->k;
	day_t first = DAY_NONE;
	for (size_t i = 0; i < k->n_legal; i++)
		if (k->legal[i].code[0] == 'E' && (first == DAY_NONE || k->legal[i].from < first))
			first = k->legal[i].from;
	for (size_t i = 0; i < k->n_stays; i++)
		if (k->stays[i].kind == PLACE_ADOPTION && (first == DAY_NONE || k->stays[i].start < first))
			first = k->stays[i].start;
	return first == DAY_NONE || first > o->y->to ? DAY_NONE : first;
}

static void write_adoption(struct row *o, struct buf *xml)
{
	static const char *const tags[] = { "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR" };
	static const char *const cells[] = { "0", "2", "MF", "L11" };
	day_t on = o->breaks || !o->n ? DAY_NONE : decision(o);
	if (on == DAY_NONE)
		return;
	struct csv_writer *w = begin_row(o, PLACED, true);
	form_put_day(w, on);
	csv_put(w, STR(""));
	csv_put(w, STR(""));
	csv_end_row(w);
	buf_puts(xml, "<AD_PLACED>");
	tag_day(xml, "DATE_PLACED", on);
	buf_puts(xml, "</AD_PLACED>");
	if (strcmp(o->episodes[o->n - 1].end, "E11") != 0)
		return;
	w = begin_row(o, AD1, true);
	form_put_day(w, on);
	form_put_day(w, on);
	tag_day(xml, "DATE_INT", on);
	tag_day(xml, "DATE_MATCH", on);
	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		csv_put(w, str_of(cells[i]));
		tag(xml, tags[i], str_of(cells[i]));
	}
	csv_end_row(w);
}

/* ---- what else is asked ---- */

static void write_permanence(struct row *o, struct buf *xml)
{
	bool began = false;
	for (size_t i = 0; i < o->n; i++)
		began = began || o->episodes[i].why_new[0] == 'S';
	if (!began)
		return;
	struct csv_writer *w = begin_row(o, PREV_PERM, true);
	csv_put(w, STR("Z1"));
	csv_put(w, STR(""));
	csv_put(w, STR(""));
	csv_end_row(w);
	buf_puts(xml, "<PERMANENCE><PREV_PERM>Z1</PREV_PERM></PERMANENCE>");
}

/* A day or two away from one placement of the year. */
static void write_missing(struct row *o, struct buf *xml)
{
	const struct kid *k = o->k;
	if (o->breaks || !o->n || kid_age(k, o->y->from) < 11 || !rand_chance(&o->r, 0.08))
		return;
	const struct episode *e = &o->episodes[o->n - 1];
	day_t from = e->from > o->y->from ? e->from : o->y->from, to = e->to == DAY_NONE ? o->y->to : e->to;
	if (to - from < 12)
		return;
	day_t on = (day_t)rand_int(&o->r, from + 2, to - 8), back = on + (day_t)rand_int(&o->r, 1, 5);
	const char *how = rand_chance(&o->r, 0.7) ? "M" : "A";
	struct csv_writer *w = begin_row(o, MISSING, true);
	csv_put(w, str_of(how));
	form_put_day(w, on);
	form_put_day(w, back);
	csv_end_row(w);
	buf_puts(xml, "<AMISSING>");
	tag(xml, "MISSING", str_of(how));
	tag_day(xml, "MIS_START", on);
	tag_day(xml, "MIS_END", back);
	buf_puts(xml, "</AMISSING>");
}

static void write_workers(struct row *o, struct buf *xml)
{
	const struct kid *k = o->k;
	for (size_t i = 0; i < k->n_cares; i++) {
		const struct care_time *c = &k->cares[i];
		if (c->entry > o->y->to || (i + 1 < k->n_cares && k->cares[i + 1].entry <= o->y->from))
			continue;
		struct rand r = rand_stream(k->w->o->seed, "worker", k->task->leader * 4 + i);
		char id[16];
		snprintf(id, sizeof id, "SW%06d", (int)rand_int(&r, 100000, 999999));
		/* The last one stays, also for a young person who has left. */
		bool another = i + 1 < k->n_cares && k->cares[i + 1].entry <= o->y->to;
		day_t to = another ? k->cares[i + 1].entry : DAY_NONE;
		struct csv_writer *w = begin_row(o, WORKERS, true);
		csv_put(w, str_of(id));
		form_put_day(w, c->entry);
		form_put_day(w, to);
		csv_put(w, STR("FCONTA"));
		csv_end_row(w);
		buf_puts(xml, "<SWEPISODE>");
		tag(xml, "SW_ID", str_of(id));
		tag_day(xml, "SW_DECOM", c->entry);
		tag_day(xml, "SW_DEC", to);
		tag(xml, "SW_REASON", STR("FCONTA"));
		buf_puts(xml, "</SWEPISODE>");
	}
}

/* Turned 17 to 21 in the year, and was in care for 13 weeks after 14 and some time after 16. */
static bool is_leaver(const struct row *o)
{
	const struct kid *k = o->k;
	day_t fourteen = day_birthday(k->born, 14), sixteen = day_birthday(k->born, 16), days = 0;
	bool after = false, turned = false;
	if (o->n || k->died != DAY_NONE)
		return false;
	for (size_t i = 0; i < k->n_cares; i++) {
		const struct care_time *c = &k->cares[i];
		if (c->short_breaks || c->left >= o->y->from)
			return false;
		days += c->left > fourteen ? c->left - (c->entry > fourteen ? c->entry : fourteen) : 0;
		after = after || c->left > sixteen;
	}
	for (int years = 17; years <= 21; years++)
		turned =
		    turned || (day_birthday(k->born, years) >= o->y->from && day_birthday(k->born, years) <= o->y->to);
	return turned && after && days >= 91;
}

static void write_leaver(struct row *o, struct buf *xml)
{
	static const char *const tags[] = { "IN_TOUCH", "ACTIV", "ACCOM" };
	static const char *const cells[] = { "YES", "F2", "U1" };
	struct csv_writer *w = begin_row(o, OC3, true);
	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		csv_put(w, str_of(cells[i]));
		tag(xml, tags[i], str_of(cells[i]));
	}
	csv_end_row(w);
}

static enum rc write_child(const struct kid *k, struct year *y, struct err *e)
{
	struct row *o = xcalloc(1, sizeof *o);
	o->k = k;
	o->y = y;
	o->uasc = k->persona.uasc;
	o->r = rand_stream(k->w->o->seed, "return", k->task->index * 4096 + (uint64_t)day_ymd(y->to).year);
	make_episodes(o);
	o->whole = kid_whole_year(k, y->to);
	bool leaver = is_leaver(o);
	struct buf *xml = &y->xml.b;
	if (o->n || leaver) {
		buf_puts(xml, "<CHILD><HEADER>");
		write_header(o, xml);
		write_uasc(o, xml);
		write_adoption(o, xml);
		if (leaver)
			write_leaver(o, xml);
		write_reviews(o, xml);
		write_missing(o, xml);
		write_permanence(o, xml);
		write_oc2(o, xml);
		if (o->n)
			write_workers(o, xml);
		buf_puts(xml, "</HEADER>");
		for (size_t i = 0; i < o->n; i++)
			write_episode(o, &o->episodes[i], xml);
		buf_puts(xml, "</CHILD>\n");
	}
	free(o);
	enum rc rc = form_file_more(&y->xml, e);
	for (size_t t = 0; t < TABLES && rc == RC_OK; t++)
		rc = form_file_more(&y->csv[t], e);
	return rc;
}

/* ---- files ---- */

static void year_name(const struct year *y, char out[16])
{
	int to = day_ymd(y->to).year;
	snprintf(out, 16, "%04d-%02d", (to - 1) % 10000, to % 100);
}

static enum rc open_year(struct returns *s, int council, struct year *y, struct err *e)
{
	char name[16], xml[24];
	int folder AUTO(auto_close) = -1;
	year_name(y, name);
	snprintf(xml, sizeof xml, "%s.xml", name);
	(void)s;
	enum rc rc = form_folder(council, name, &folder, e);
	for (size_t t = 0; t < TABLES && rc == RC_OK; t++)
		rc = form_file_open(&y->csv[t], folder, files[t], heads[t], e);
	return rc == RC_OK ? form_file_open(&y->xml, council, xml,
					    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<EXPSSDA903>\n", e)
			   : rc;
}

static enum rc close_council(struct returns *s, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; i < YEARS; i++) {
		struct year *y = &s->years[i];
		if (y->xml.fd >= 0)
			buf_puts(&y->xml.b, "</EXPSSDA903>\n");
		for (size_t t = 0; t < TABLES; t++) {
			enum rc one = form_file_close(&y->csv[t], rc == RC_OK ? e : NULL);
			rc = rc == RC_OK ? one : rc;
		}
		enum rc one = form_file_close(&y->xml, rc == RC_OK ? e : NULL);
		rc = rc == RC_OK ? one : rc;
	}
	s->council = SIZE_MAX;
	return rc;
}

static enum rc open_council(struct returns *s, size_t council, struct err *e)
{
	char name[32];
	int folder AUTO(auto_close) = -1;
	snprintf(name, sizeof name, STR_FMT, STR_ARG(s->w->councils[council].code));
	enum rc rc = form_folder(s->folder, name, &folder, e);
	for (size_t i = 0; i < YEARS && rc == RC_OK; i++)
		rc = open_year(s, folder, &s->years[i], e);
	s->council = council;
	return rc;
}

static enum rc begin(const struct synth_world *w, int folder, void **state_out, struct err *e)
{
	struct returns *s = xcalloc(1, sizeof *s);
	(void)e;
	*s = (struct returns){ .w = w, .folder = folder, .council = SIZE_MAX };
	int last = day_ymd(w->return_end).year;
	for (int i = 0; i < YEARS; i++) {
		struct year *y = &s->years[i];
		y->from = day_of(last - YEARS + i, 4, 1);
		y->to = day_of(last - YEARS + 1 + i, 3, 31);
		y->xml = FORM_FILE_NONE;
		for (size_t t = 0; t < TABLES; t++)
			y->csv[t] = FORM_FILE_NONE;
	}
	*state_out = s;
	return RC_OK;
}

static enum rc child(void *state, const struct kid *k, struct err *e)
{
	struct returns *s = state;
	enum rc rc = RC_OK;
	if (k->task->role == SYNTH_PLACED_HERE) /* in their own council's return */
		return RC_OK;
	if (s->council != k->task->council) {
		rc = close_council(s, e);
		if (rc == RC_OK)
			rc = open_council(s, k->task->council, e);
	}
	for (size_t i = 0; i < YEARS && rc == RC_OK; i++)
		rc = write_child(k, &s->years[i], e);
	return rc;
}

static enum rc end(void *state, struct err *e)
{
	struct returns *s = state;
	enum rc rc = close_council(s, e);
	free(s);
	return rc;
}

const struct form form_ssda903 = { begin, child, end };
