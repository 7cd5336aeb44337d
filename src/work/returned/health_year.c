#include "work/returned/health_year.h"

#include "base/text.h"
#include "work/core/project.h"

enum { CELLS_MAX = 24 };

struct row { /* of one table, cells by the names of its columns */
	const struct year_writing *w;
	size_t table;
	struct str cells[CELLS_MAX];
};

static struct row row_of(const struct year_writing *w, const char *table, struct str ref)
{
	struct row r = { .w = w, .table = return_table_find(w->s, str_of(table)) };
	r.cells[0] = ref;
	return r;
}

static void put(struct row *r, const char *column, struct str text)
{
	r->cells[return_column_find(r->w->s, r->table, str_of(column))] = text;
}

static void put_day(struct row *r, const char *column, day_t d)
{
	if (d == DAY_NONE || d == DAY_NEVER)
		return;
	struct ymd a = day_ymd(d);
	put(r, column, arena_printf(r->w->a, "%02d/%02d/%04d", a.day, a.month, a.year));
}

static void done(struct row *r, struct return_frame *f)
{
	return_frame_row(f, RETURN_NOW, r->table, r->cells, return_columns(r->w->s, r->table));
}

/* ---- care ---- */

struct change { /* a day on which an episode begins */
	day_t day;
	bool care, status, placement;
};

static int by_day(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	return (x->day > y->day) - (x->day < y->day);
}

static uint16_t status_on(const struct vocab *v, const struct folded *own, const struct span *care, day_t on)
{
	uint16_t started = vocab_kind(v, STR("care-started")), changed = vocab_kind(v, STR("legal-status-changed")),
		 code = 0;
	for (size_t i = 0; i < own->child.n; i++) {
		const struct fact *f = &own->child.facts[i];
		if ((f->kind == started || f->kind == changed) && f->day >= care->from && f->day <= on && f->code)
			code = f->code;
	}
	return code;
}

static size_t changes_of(const struct year_writing *w, const struct folded *own, const struct span *care,
			 struct change *out, size_t max)
{
	const struct vocab *v = app_vocab(w->app);
	uint16_t placed = vocab_kind(v, STR("placement-started")), changed = vocab_kind(v, STR("legal-status-changed"));
	size_t n = 0;
	out[n++] = (struct change){ .day = care->from, .care = true };
	for (size_t i = 0; i < own->n_spans && n + 1 < max; i++) {
		const struct span *p = &own->spans[i];
		if (p->kind != placed)
			continue;
		if (p->from > care->from && p->from < care->to)
			out[n++] = (struct change){ .day = p->from, .placement = true };
		if (p->to > care->from &&
		    p->to < care->to) /* where the child was then is not known, or told by the next */
			out[n++] = (struct change){ .day = p->to, .placement = true };
	}
	for (size_t i = 0; i < own->child.n && n < max; i++)
		if (own->child.facts[i].kind == changed && own->child.facts[i].day > care->from &&
		    own->child.facts[i].day < care->to)
			out[n++] = (struct change){ .day = own->child.facts[i].day, .status = true };
	qsort(out, n, sizeof *out, by_day);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (kept && out[kept - 1].day == out[i].day) {
			out[kept - 1].status |= out[i].status;
			out[kept - 1].placement |= out[i].placement;
		} else {
			out[kept++] = out[i];
		}
	return kept;
}

enum { CHANGES_MAX = 200 };

static void put_period(const struct year_writing *w, struct return_frame *f, const struct history *h,
		       const struct folded *own, const struct span *care)
{
	const struct vocab *v = app_vocab(w->app);
	uint16_t placed = vocab_kind(v, STR("placement-started"));
	struct change changes[CHANGES_MAX];
	size_t n = changes_of(w, own, care, changes, CHANGES_MAX);
	for (size_t i = 0; i < n; i++) {
		day_t to = i + 1 < n ? changes[i + 1].day : care->to;
		if (changes[i].day > w->last || to < w->first)
			continue;
		struct row r = row_of(w, "Episodes", h->ref);
		const struct span *p = folded_span(own, placed, changes[i].day);
		put_day(&r, "DECOM", changes[i].day);
		put(&r, "RNE",
		    changes[i].care				? STR("S")
		    : changes[i].status && changes[i].placement ? STR("B")
		    : changes[i].status				? STR("L")
								: STR("P"));
		put(&r, "LS", v->codes[status_on(v, own, care, changes[i].day)]);
		if (p)
			put(&r, "PLACE", v->codes[p->code]);
		if (to <= w->last) {
			put_day(&r, "DEC", to);
			put(&r, "REC", i + 1 < n ? STR("X1") : v->codes[care->end_code]);
			if (i + 1 < n && changes[i + 1].placement && p)
				put(&r, "REASON_PLACE_CHANGE", v->codes[p->end_code]);
		}
		done(&r, f);
	}
}

void year_put_care(const struct year_writing *w, struct return_frame *f, const struct history *h,
		   const struct folded *own)
{
	const struct vocab *v = app_vocab(w->app);
	uint16_t care = vocab_kind(v, STR("care-started"));
	bool any = false;
	for (size_t i = 0; i < own->n_spans; i++)
		if (own->spans[i].kind == care && own->spans[i].from <= w->last && own->spans[i].to >= w->first) {
			put_period(w, f, h, own, &own->spans[i]);
			any = true;
		}
	if (!any)
		return;
	struct row r = row_of(w, "Header", h->ref);
	struct details d;
	struct err e = { .rc = RC_OK };
	put_day(&r, "DOB", own->child.born);
	if (details_read(own, w->a, &d, &e) == RC_OK)
		put(&r, "SEX",
		    w->year > 0		 ? d.sex
		    : str_is(d.sex, "M") ? STR("1")
		    : str_is(d.sex, "F") ? STR("2")
					 : STR(""));
	done(&r, f);
}

/* ---- health ---- */

struct making {
	const struct year_writing *w;
	const struct history *h;
	const struct folded *own;
	struct row row;
	struct blank *blanks;
	size_t n;
};

static void leave_blank(struct making *m, const char *item, const char *why)
{
	if (m->n < BLANKS_A_CHILD_MAX)
		m->blanks[m->n++] = (struct blank){ m->h->person, m->h->ref, str_of(item), str_of(why) };
}

static bool covered(const struct making *m, const char *evidence)
{
	uint8_t e = vocab_evidence(app_vocab(m->w->app), str_of(evidence));
	return e && m->h->covered[e] != DAY_NONE && m->h->covered[e] <= m->w->first;
}

static bool kept_by_hand(const struct making *m)
{
	return m->h->covered[0] == DAY_NONE; /* what it does not hold did not happen */
}

static int count(const struct making *m, const char *kind, const char *code, const char *code2, day_t *latest)
{
	const struct vocab *v = app_vocab(m->w->app);
	uint16_t k = vocab_kind(v, str_of(kind)), a = code ? vocab_code(v, str_of(code)) : 0,
		 b = code2 ? vocab_code(v, str_of(code2)) : 0;
	int n = 0;
	for (size_t i = 0; i < m->own->child.n; i++) {
		const struct fact *f = &m->own->child.facts[i];
		if (f->kind != k || f->day < m->w->first || f->day > m->w->last || (a && f->code != a) ||
		    (b && f->code2 != b))
			continue;
		n++;
		*latest = f->day;
	}
	return n;
}

/* Under five: two in the year; from five: one. A child who turned five in the year
 * falls between two readings unless both are met, or neither. */
static void assessments(struct making *m)
{
	day_t on = DAY_NONE, fifth = day_birthday(m->own->child.born, 5);
	int n = count(m, "assessment-seen", NULL, NULL, &on);
	bool sure = covered(m, "assessments") || kept_by_hand(m);
	int most = fifth > m->w->first ? 2 : 1, least = fifth > m->w->last ? 2 : 1;
	if (n >= most)
		put(&m->row, "HEALTH_ASSESSMENT", STR("1"));
	else if (n < least && sure)
		put(&m->row, "HEALTH_ASSESSMENT", STR("0"));
	else if (n >= least)
		leave_blank(m, "HEALTH_ASSESSMENT",
			    "turned five in the year with one assessment: whether two were due is not certain");
	else
		leave_blank(m, "HEALTH_ASSESSMENT", "nobody sends the assessments of the whole year");
}

static void dentist(struct making *m)
{
	day_t on = DAY_NONE;
	int n = count(m, "check-done", "dental", NULL, &on) - count(m, "check-done", "dental", "check-refused", &on);
	if (n > 0)
		put(&m->row, "TEETH_CHECK", STR("1"));
	else if (covered(m, "checks") || kept_by_hand(m))
		put(&m->row, "TEETH_CHECK", STR("0"));
	else
		leave_blank(m, "TEETH_CHECK", "nobody sends the checks of the whole year");
}

/* Up to date is what somebody found who looked; no look is not known. */
static void found(struct making *m, const char *check, const char *column, const char *why)
{
	day_t good = DAY_NONE, bad = DAY_NONE;
	int complete = count(m, "check-done", check, "complete", &good),
	    missing = count(m, "check-done", check, "outstanding", &bad);
	if (complete && (!missing || good >= bad))
		put(&m->row, column, STR("1"));
	else if (missing)
		put(&m->row, column, STR("0"));
	else
		leave_blank(m, column, why);
}

static void sdq(struct making *m)
{
	const struct vocab *v = app_vocab(m->w->app);
	day_t born = m->own->child.born;
	/* From the year of the 4th birthday to the year of the 17th. */
	if (day_birthday(born, 4) > m->w->last || day_birthday(born, 17) < m->w->first)
		return;
	uint16_t scored = vocab_kind(v, STR("sdq-scored")), none = vocab_kind(v, STR("sdq-not-scored")), why = 0;
	uint16_t carer = vocab_code(v, STR("carer"));
	int score = -1;
	for (size_t i = 0; i < m->own->child.n; i++) {
		const struct fact *f = &m->own->child.facts[i];
		if (f->day < m->w->first || f->day > m->w->last)
			continue;
		if (f->kind == scored && f->code == carer && f->value >= 0)
			score = f->value;
		if (f->kind == none)
			why = f->code;
	}
	if (score >= 0)
		put(&m->row, "SDQ_SCORE", arena_printf(m->w->a, "%d", score));
	else if (why)
		put(&m->row, "SDQ_REASON", v->codes[why]);
	else
		leave_blank(m, "SDQ_SCORE", "no score by the main carer in the year, and no reason");
}

size_t year_put_health(const struct year_writing *w, struct return_frame *f, const struct history *h,
		       const struct folded *own, struct blank *blanks)
{
	struct making m = { .w = w, .h = h, .own = own, .row = row_of(w, "OC2", h->ref), .blanks = blanks };
	if (own->child.born == DAY_NONE) {
		leave_blank(&m, "DOB", "the date of birth is not known, so no item can be told");
		return m.n;
	}
	put_day(&m.row, "DOB", own->child.born);
	assessments(&m);
	dentist(&m);
	found(&m, "immunisations", "IMMUNISATIONS", "nobody looked through the immunisations in the year");
	if (day_birthday(own->child.born, 5) > w->last)
		found(&m, "development", "HEALTH_CHECK", "no development check in the year");
	sdq(&m);
	done(&m.row, f);
	return m.n;
}
