#include "web/pages/fields.h"

static void copy(char *out, struct str s)
{
	snprintf(out, DATE_PART_MAX, "%.*s", (int)(s.n < DATE_PART_MAX ? s.n : DATE_PART_MAX - 1), s.p ? s.p : "");
}

struct date_parts date_parts_of(struct str value)
{
	struct date_parts d = { .day = "" };
	day_t day;
	if (day_parse(value, &day) == RC_OK) {
		struct ymd y = day_ymd(day);
		snprintf(d.day, sizeof d.day, "%d", y.day);
		snprintf(d.month, sizeof d.month, "%d", y.month);
		snprintf(d.year, sizeof d.year, "%d", (int)y.year);
		return d;
	}
	struct str rest, year, first = str_cut(value, '/', &rest), second = str_cut(rest, '/', &year);
	copy(d.day, first);
	copy(d.month, second);
	copy(d.year, year);
	return d;
}

const char *label_of(struct arena *a, struct str label, struct str title)
{
	struct str s = arena_str(a, label.n ? label : title);
	char *p = arena_alloc(a, s.n + 1);
	memcpy(p, s.p, s.n);
	if (s.n && p[0] >= 'a' && p[0] <= 'z')
		p[0] = (char)(p[0] - 'a' + 'A');
	return p;
}

struct choice *fields_codes(struct arena *a, const struct code_list *l, size_t *n_out)
{
	*n_out = l ? l->n : 0;
	struct choice *c = arena_array(a, *n_out + 1, sizeof *c);
	for (size_t i = 0; i < *n_out; i++) {
		const struct code_entry *x = &l->entries[i];
		bool code = x->id.n <= 3 && x->title.n; /* a code of a national list is shown beside its words */
		c[i].id = x->id;
		c[i].words =
		    code ? arena_printf(a, STR_FMT " (" STR_FMT ")", STR_ARG(x->title), STR_ARG(x->id)) : x->title;
	}
	return c;
}

struct ranked {
	int rank; /* 0: of this viewer; 1: of the region; 2: elsewhere */
	struct choice c;
};

static int by_rank_and_name(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;
	return a->rank == b->rank ? str_cmp(a->c.words, b->c.words) : a->rank - b->rank;
}

/* A list of all of England's councils begins with those that are chosen nearly always. */
struct choice *fields_orgs(struct visit *v, const struct kind *k, size_t *n_out)
{
	const struct organisation *all;
	size_t n = app_organisations(v->app, &all), m = 0;
	int64_t own = viewer_of(v)->org;
	bool council = memmem(k->org_label.p, k->org_label.n, "ouncil", 6) != NULL;
	struct ranked *r = arena_array(v->a, n + 1, sizeof *r);
	for (size_t i = 0; i < n; i++)
		if (council == str_is(all[i].kind, "council") && !str_is(all[i].kind, "board"))
			r[m++] = (struct ranked){ all[i].id == own || all[i].served_by == own ? 0
						  : all[i].served_by			      ? 1
											      : 2,
						  { all[i].code, all[i].name } };
	qsort(r, m, sizeof *r, by_rank_and_name);
	struct choice *c = arena_array(v->a, m + 1, sizeof *c);
	for (size_t i = 0; i < m; i++)
		c[i] = r[i].c;
	*n_out = m;
	return c;
}
