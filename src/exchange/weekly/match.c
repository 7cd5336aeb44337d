#include "exchange/weekly/match.h"

#include "base/text.h"

struct match_side match_side_of(const struct weekly_row *r)
{
	return (struct match_side){ .nhs_number = r->shared_number ? STR("") : r->cell[WEEKLY_NHS_NUMBER],
				    .upn = r->cell[WEEKLY_UPN],
				    .given = r->cell[WEEKLY_GIVEN],
				    .family = r->cell[WEEKLY_FAMILY],
				    .sex = r->cell[WEEKLY_SEX],
				    .born = weekly_day(r, WEEKLY_BORN) };
}

struct weighing {
	const struct weekly_spec *s;
	struct match_result *out;
	bool identifier;     /* an NHS or pupil number is the same */
	bool number_differs; /* ... or differs */
	bool given_alike, family_alike, swapped, given_differs;
	bool born_near, born_differs;
};

static void weigh(struct weighing *w, enum weekly_point p, bool for_it, const char *words)
{
	struct match_result *o = w->out;
	o->points += w->s->points[p];
	if (o->n < MATCH_REASONS_MAX)
		o->reasons[o->n++] = (struct match_reason){ for_it, str_of(words) };
}

/* ---- names ---- */

enum { NAME_MAX = 1024 };

static struct str fold(struct buf *b, struct str name)
{
	buf_init(b, NAME_MAX);
	text_fold(b, name);
	while (b->n && b->p[b->n - 1] == ' ')
		b->p[--b->n] = '\0';
	return buf_view(b);
}

static bool same_folded(struct str a, struct str b)
{
	struct buf x AUTO(buf_release), y AUTO(buf_release);
	return str_eq(fold(&x, a), fold(&y, b));
}

static struct str cut_word(struct str s, struct str *rest_out)
{
	size_t n = 0;
	while (n < s.n && s.p[n] != ' ' && s.p[n] != '-')
		n++;
	*rest_out = n < s.n ? (struct str){ s.p + n + 1, s.n - n - 1 } : (struct str){ NULL, 0 };
	return (struct str){ s.p, n };
}

/* A whole word of one is in the other: "Anne-Marie" and "Anne", a double family name. */
static bool share_word(struct str a, struct str b)
{
	for (struct str rest = a, word; rest.n;) {
		word = cut_word(rest, &rest);
		for (struct str left = b, other; left.n && word.n > 1;) {
			other = cut_word(left, &left);
			if (other.n > 1 && same_folded(word, other))
				return true;
		}
	}
	return false;
}

/* One letter changed, added, left out, or two neighbours swapped; only in longer names. */
static bool one_slip(struct str a, struct str b)
{
	if (a.n > b.n) {
		struct str t = a;
		a = b;
		b = t;
	}
	if (a.n < 5 || b.n - a.n > 1)
		return false;
	size_t i = 0, j = 0;
	while (i < a.n && a.p[i] == b.p[i])
		i++;
	while (j < a.n - i && a.p[a.n - 1 - j] == b.p[b.n - 1 - j])
		j++;
	if (b.n > a.n)
		return i + j >= a.n;
	return a.n - i - j <= 1 || (a.n - i - j == 2 && a.p[i] == b.p[i + 1] && a.p[i + 1] == b.p[i]);
}

enum likeness { UNLIKE, ALIKE, SAME };

static enum likeness likeness(struct str a, struct str b)
{
	struct buf x AUTO(buf_release), y AUTO(buf_release);
	struct str f = fold(&x, a), g = fold(&y, b);
	if (str_eq(f, g))
		return SAME;
	return one_slip(f, g) || share_word(a, b) ? ALIKE : UNLIKE;
}

static void weigh_names(struct weighing *w, const struct match_side *a, const struct match_side *b)
{
	if (a->given.n && a->family.n && b->given.n && b->family.n && likeness(a->given, b->given) != SAME &&
	    likeness(a->given, b->family) == SAME && likeness(a->family, b->given) == SAME) {
		w->swapped = true;
		weigh(w, POINT_NAMES_SWAPPED, true, "Given and family name are the same, the other way round");
		return;
	}
	if (a->given.n && b->given.n) {
		enum likeness l = likeness(a->given, b->given);
		w->given_alike = l != UNLIKE;
		w->given_differs = l == UNLIKE;
		if (l == SAME)
			weigh(w, POINT_GIVEN_SAME, true, "The given name is the same");
		else if (l == ALIKE)
			weigh(w, POINT_GIVEN_ALIKE, true, "The given names are nearly the same");
		else
			weigh(w, POINT_GIVEN_DIFFERS, false, "The given names differ");
	}
	if (a->family.n && b->family.n) {
		enum likeness l = likeness(a->family, b->family);
		w->family_alike = l != UNLIKE;
		if (l == SAME)
			weigh(w, POINT_FAMILY_SAME, true, "The family name is the same");
		else if (l == ALIKE)
			weigh(w, POINT_FAMILY_ALIKE, true, "The family names are nearly the same");
		else
			weigh(w, POINT_FAMILY_DIFFERS, false, "The family names differ");
	}
}

/* ---- the day of birth ---- */

day_t match_swapped(day_t d)
{
	if (d == DAY_NONE)
		return DAY_NONE;
	struct ymd y = day_ymd(d);
	day_t other = y.day <= 12 ? day_of(y.year, y.day, y.month) : DAY_NONE;
	return other == d ? DAY_NONE : other;
}

static bool one_digit_off(day_t a, day_t b)
{
	char x[DAY_TEXT_MAX], y[DAY_TEXT_MAX];
	int n = 0;
	day_iso(a, x);
	day_iso(b, y);
	for (size_t i = 0; i < 10; i++)
		n += x[i] != y[i];
	return n == 1;
}

static void weigh_birth(struct weighing *w, day_t a, day_t b)
{
	if (a == DAY_NONE || b == DAY_NONE)
		return;
	w->born_near = true;
	if (a == b) {
		weigh(w, POINT_BORN_SAME, true, "The date of birth is the same");
	} else if (match_swapped(a) == b) {
		weigh(w, POINT_BORN_SWAPPED, true, "The date of birth is the same with day and month swapped");
	} else if (one_digit_off(a, b)) {
		weigh(w, POINT_BORN_DIGIT, true, "One digit of the date of birth differs");
	} else {
		w->born_near = false;
		w->born_differs = true;
		weigh(w, POINT_BORN_DIFFERS, false, "The dates of birth differ");
	}
}

/* ---- numbers ---- */

static void weigh_numbers(struct weighing *w, const struct match_side *a, const struct match_side *b)
{
	if (a->nhs_number.n && b->nhs_number.n) {
		bool same = str_eq(a->nhs_number, b->nhs_number);
		w->identifier = same;
		w->number_differs = !same;
		weigh(w, same ? POINT_NHS_SAME : POINT_NHS_DIFFERS, same,
		      same ? "The NHS number is the same" : "The NHS numbers differ");
	}
	if (a->upn.n && b->upn.n) {
		bool same = str_eq(a->upn, b->upn);
		w->identifier = w->identifier || same;
		w->number_differs = w->number_differs || !same;
		weigh(w, same ? POINT_UPN_SAME : POINT_UPN_DIFFERS, same,
		      same ? "The pupil number is the same" : "The pupil numbers differ");
	}
}

void match_compare(const struct weekly_spec *s, const struct match_side *a, const struct match_side *b,
		   struct match_result *out)
{
	struct weighing w = { .s = s, .out = out };
	*out = (struct match_result){ .points = 0 };
	weigh_numbers(&w, a, b);
	weigh_names(&w, a, b);
	weigh_birth(&w, a->born, b->born);
	if (a->sex.n && b->sex.n && !str_is(a->sex, "U") && !str_is(b->sex, "U")) {
		bool same = str_eq(a->sex, b->sex);
		weigh(&w, same ? POINT_SEX_SAME : POINT_SEX_DIFFERS, same,
		      same ? "The sex is the same" : "The sex differs");
	}
	bool names = w.swapped || w.given_alike || (w.family_alike && (!a->given.n || !b->given.n));
	bool twins = w.given_differs && !w.swapped && !w.identifier;
	out->disagrees = (w.identifier && (w.born_differs || (w.given_differs && !w.swapped))) ||
			 (w.number_differs && names && w.born_near);
	/* A shared number is a question whatever else differs. */
	out->offered = w.identifier || (!twins && names && w.born_near && out->points >= s->shown_from);
}

/* ---- another child under one number ---- */

bool match_same_name(struct str a, struct str b)
{
	return same_folded(a, b);
}

static bool other_name(struct str told, struct str known)
{
	return told.n && known.n && !match_same_name(told, known);
}

bool match_another_child(const struct match_side *told, const struct match_side *known)
{
	if (told->born == DAY_NONE || known->born == DAY_NONE || told->born == known->born)
		return false;
	bool names = other_name(told->given, known->given) && other_name(told->family, known->family);
	return names || (told->nhs_number.n && known->nhs_number.n && !str_eq(told->nhs_number, known->nhs_number));
}
