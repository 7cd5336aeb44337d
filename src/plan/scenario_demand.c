/* Who comes: rates and their ups and downs, children who come together, and counts of days. */
#include <math.h>

#include "codec/csv.h"
#include "plan/scenario_inside.h"

enum { COUNT_DAYS_MAX = 4000, COUNT_MAX = 2000 };

/* ---- ups and downs ---- */

/* n multiples of the mean, brought to a mean of 1. */
static bool multiples(struct reading *r, const struct yaml *map, const char *field, int n, const char *words,
		      double *out)
{
	const struct yaml *list = yaml_get(map, field);
	double sum = 0;
	int i = 0;
	if (!list)
		return false;
	for (const struct yaml *c = list->child; c && i < n; c = c->next, i++) {
		if (c->type != YAML_SCALAR || !plain_number(c->text, UNIT_PLAIN, &out[i]) ||
		    !(out[i] >= 0 && out[i] <= 24))
			break;
		sum += out[i];
	}
	if (list->type != YAML_LIST || i != n || list->n != (size_t)n || !(sum > 0)) {
		mistake(r, list, "\"%s\" is %s", field, words);
		return false;
	}
	for (i = 0; i < n; i++)
		out[i] *= n / sum;
	return true;
}

static void read_profiles(struct reading *r, const struct yaml *map, struct plan_demand *d)
{
	d->monthly = multiples(r, map, "by-month", 12, "twelve multiples, January first, such as [1.1, 1, 0.9, ..]",
			       d->by_month);
	d->weekly = multiples(r, map, "by-weekday", 7, "seven multiples, Monday first, such as [1, 1, 1, 1, 1, 0, 0]",
			      d->by_weekday);
	d->hourly = multiples(r, map, "by-hour", 24, "24 multiples, the hour after midnight first", d->by_hour);
	const char *const fields[] = { "by-month", "by-weekday" };
	for (int i = 0; i < 2; i++)
		if (yaml_get(map, "counts") && yaml_get(map, fields[i]))
			mistake_at_key(r, yaml_get(map, fields[i]),
				       "counts have their own months and weekdays; take %s away", fields[i]);
}

static void read_together(struct reading *r, const struct yaml *map, struct plan_demand *d)
{
	const struct yaml *n = yaml_get(map, "together");
	double sum = 0;
	if (!n)
		return;
	if (yaml_get(map, "counts")) {
		mistake_at_key(r, n, "counts hold all who came; together: goes with per-year: or per-100000:");
		return;
	}
	for (const struct yaml *c = n->child; c && d->n_together < TOGETHER_MAX; c = c->next) {
		double share = -1;
		if (c->type != YAML_SCALAR || !plain_number(c->text, UNIT_SHARE, &share) || !(share >= 0 && share <= 1))
			break;
		d->together[d->n_together++] = share;
		sum += share;
	}
	if (n->type != YAML_LIST || n->n == 0 || (size_t)d->n_together != n->n || fabs(sum - 1) > 1e-6)
		mistake(
		    r, n,
		    "\"together\" is a list of at most %d shares that add up to 1: of one child alone, of two at once "
		    "..: [80 %%, 15 %%, 5 %%]",
		    TOGETHER_MAX);
}

/* ---- counts of days ---- */

struct counting {
	struct reading *r;
	struct plan_demand *d;
	const char *file;
	int32_t *counts; /* [days], or [area * COUNT_DAYS_MAX + days] */
	int column[3];	 /* day, count, area */
	day_t first, last;
	bool head;
};

static enum rc count_heading(struct counting *k, const struct csv_row *row, struct err *e)
{
	static const char *const names[] = { "day", "count", "area" };
	for (int i = 0; i < 3; i++)
		for (size_t c = 0; c < row->n && k->column[i] < 0; c++)
			k->column[i] = str_is(row->cells[c], names[i]) ? (int)c : -1;
	k->head = true;
	if (k->column[0] < 0 || k->column[1] < 0)
		return err_set(e, RC_BAD_INPUT,
			       "the heading needs the columns day and count, and area where the areas "
			       "are told apart");
	k->d->counts_by_area = k->column[2] >= 0;
	return RC_OK;
}

static enum rc count_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct counting *k = arg;
	if (!k->head)
		return count_heading(k, row, e);
	struct yaml cell = { .type = YAML_SCALAR, .file = k->file, .line = (int)row->line, .column = k->column[0] + 1 };
	struct str text[3] = { { 0 } };
	for (int i = 0; i < 3; i++)
		if (k->column[i] >= 0 && (size_t)k->column[i] < row->n)
			text[i] = row->cells[k->column[i]];
	day_t day;
	int64_t count;
	int32_t area = 0;
	if (day_parse_iso(text[0], &day) != RC_OK) {
		mistake(k->r, &cell, "\"day\" is written 2026-04-01");
		return RC_OK;
	}
	if (k->first == DAY_NONE)
		k->first = k->last = day;
	if (day < k->first || day - k->first >= COUNT_DAYS_MAX) {
		mistake(k->r, &cell, "days stand in their order, at most %d of them", COUNT_DAYS_MAX);
		return RC_OK;
	}
	if (day < k->last || (!k->d->counts_by_area && day == k->last && k->counts[day - k->first] >= 0)) {
		mistake(k->r, &cell, "days stand in their order, each once");
		return RC_OK;
	}
	k->last = day;
	cell.column = k->column[1] + 1;
	if (str_to_int(text[1], 0, COUNT_MAX, &count) != RC_OK) {
		mistake(k->r, &cell, "\"count\" is a whole number from 0 to %d", COUNT_MAX);
		return RC_OK;
	}
	if (k->d->counts_by_area) {
		cell.column = k->column[2] + 1;
		area = find_area(k->r->s, text[2]);
		if (area < 0 || !(k->d->areas >> area & 1)) {
			mistake(k->r, &cell, "\"" STR_FMT "\" is no area of this demand", STR_ARG(text[2]));
			return RC_OK;
		}
	}
	int32_t *at = &k->counts[(size_t)area * COUNT_DAYS_MAX + (size_t)(day - k->first)];
	if (*at >= 0)
		mistake(k->r, &cell, "this day and area are there twice");
	*at = (int32_t)count;
	return RC_OK;
}

/* Days that are left out had nobody, if areas are told apart; else they are missing. */
static void count_days(struct counting *k, const struct yaml *at, size_t areas)
{
	size_t days = (size_t)(k->last - k->first) + 1;
	int32_t *out = arena_array(k->r->a, areas * days, sizeof *out);
	int64_t all = 0;
	for (size_t i = 0; i < areas; i++)
		for (size_t t = 0; t < days; t++) {
			int32_t n = k->counts[i * COUNT_DAYS_MAX + t];
			char day[DAY_TEXT_MAX];
			if (n < 0 && !k->d->counts_by_area) {
				mistake(k->r, at, "%s has no line for %s: write 0 where nobody came", k->file,
					day_iso(k->first + (day_t)t, day));
				return;
			}
			out[i * days + t] = n < 0 ? 0 : n;
			all += n < 0 ? 0 : n;
		}
	if (all == 0)
		mistake(k->r, at, "nobody came on any day of %s", k->file);
	if (!k->d->drawn && (days % 7 || day_weekday(k->first) != day_weekday(k->r->s->start)))
		mistake(
		    k->r, at,
		    "%s is played day after day, and from the front again: it must hold whole weeks (it has %zu days) "
		    "and begin on the weekday of start:; or write order: drawn",
		    k->file, days);
	k->d->counts = out;
	k->d->n_counts = days;
}

static void read_counts(struct reading *r, const struct entry *en, struct plan_demand *d)
{
	static const char *const fields[] = { "file", "order", "source", "date", "guess", "note", NULL };
	const struct yaml *n = yaml_get(en->map, "counts"), *file = n;
	struct counting k = { .r = r, .d = d, .column = { -1, -1, -1 }, .first = DAY_NONE };
	struct str text;
	struct err e = { 0 };
	if (!n)
		return;
	struct prov p = en->prov;
	if (n->type == YAML_MAP) {
		only_fields(r, n, fields);
		p = prov_of(r, n, p);
		file = yaml_get(n, "file");
		struct str order = yaml_text(n, "order");
		if (order.n && !str_is(order, "as counted") && !str_is(order, "drawn"))
			mistake(r, yaml_get(n, "order"),
				"\"order\" is as counted (day after day) or drawn (days in any order)");
		d->drawn = str_is(order, "drawn");
	}
	if (!p.known)
		mistake(r, n,
			"\"counts\" says neither where it is from nor that it is a guess: add source: NAME or guess: "
			"yes");
	if (d->to < 0)
		mistake(r, n, "children as counted go to one service: name it in to:");
	if (!file) {
		mistake(r, n, "\"counts\" is the name of a file, or { file: NAME, order: drawn }");
		return;
	}
	if (!file_named(r, file, "the counts", &k.file, &text) || r->s->n_areas == 0)
		return;
	size_t before = r->told, cells = r->s->n_areas * COUNT_DAYS_MAX;
	k.counts = xcalloc(cells, sizeof *k.counts);
	for (size_t i = 0; i < cells; i++)
		k.counts[i] = -1;
	if (csv_read_text(text, count_row, &k, &e) != RC_OK)
		mistake(r, file, "the counts \"%s\": %.200s", k.file, e.text);
	else if (k.first == DAY_NONE && r->told == before)
		mistake(r, file, "the counts \"%s\" hold no day", k.file);
	if (r->told == before)
		count_days(&k, file, d->counts_by_area ? r->s->n_areas : 1);
	free(k.counts);
}

/* ---- demand ---- */

static void read_to(struct reading *r, const struct yaml *map, struct plan_demand *d)
{
	const struct yaml *n = yaml_get(map, "to");
	d->to = -1;
	if (!n || n->type != YAML_SCALAR) {
		mistake(r, n ? n : map, "\"to\" is a service, or nearest beds, nearest day-service ..");
		return;
	}
	struct str rest, head = str_cut(n->text, ' ', &rest);
	rest = str_trim(rest);
	if (!str_is(head, "nearest")) {
		d->to = service_named(r, n);
		return;
	}
	d->type = rest;
	for (int k = 0; k < SERVICE_KINDS; k++)
		if (str_is(rest, service_kind_name((enum service_kind)k))) {
			d->kind = (enum service_kind)k;
			d->type = (struct str){ 0 };
			return;
		}
	for (size_t i = 0; i < r->s->n_services; i++)
		if (rest.n && str_eq(r->s->services[i].type, rest))
			return;
	mistake(r, n, "no service is of the kind or type \"" STR_FMT "\"", STR_ARG(rest));
}

void read_demands(struct reading *r)
{
	static const char *const fields[] = { "id",	  "need",     "areas",	    "ages",    "per-year", "per-100000",
					      "counts",	  "by-month", "by-weekday", "by-hour", "together", "to",
					      "priority", "source",   "date",	    "guess",   "note",	   NULL };
	const struct yaml *n = section(r, "demand", DEMANDS_MAX, true);
	struct bounds many = { 0, 1e6, "must be 0 to 1,000,000 children a year" };
	for (const struct yaml *c = n ? n->child : NULL; c; c = c->next) {
		struct plan_demand *d = &r->s->demands[r->s->n_demands++];
		struct entry en = entry_of(r, c, "demand");
		const struct yaml *need = yaml_get(c, "need");
		only_fields(r, c, fields);
		*d = (struct plan_demand){ .id = yaml_text(c, "id"), .to_age = 17, .at = c };
		if (!need)
			mistake(r, c, "\"need\" is missing here");
		d->need = need ? need_named(r, need) : -1;
		d->areas = areas_field(r, c, "areas");
		ages_field(r, c, &d->from_age, &d->to_age);
		d->per_year = number(r, &en, "per-year", UNIT_PLAIN, many, false);
		d->per_100000 = number(r, &en, "per-100000", UNIT_PLAIN, many, false);
		int said = (yaml_get(c, "per-year") != NULL) + (yaml_get(c, "per-100000") != NULL) +
			   (yaml_get(c, "counts") != NULL);
		if (said != 1)
			mistake(
			    r, c,
			    "say per-year: (in all its areas together), per-100000: (of the children) or counts: (as "
			    "counted by day), one of them");
		read_profiles(r, c, d);
		read_to(r, c, d);
		read_together(r, c, d);
		read_counts(r, &en, d);
		d->priority = (int32_t)whole_field(r, c, "priority", 0, PRIORITIES - 1, -1);
	}
}
