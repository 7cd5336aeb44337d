/* How many need something, written out. */
#include "plan/need_print.h"

#include <math.h>

#include "codec/csv.h"
#include "codec/json.h"

struct str need_about(double v, struct arena *a)
{
	if (v < 1000)
		return arena_printf(a, v < 10 ? "%.2f" : v < 100 ? "%.1f" : "%.0f", v);
	double unit = pow(10, floor(log10(v)) - 2);
	v = unit * floor(v / unit + 0.5);
	return v < 1e6
		   ? arena_printf(a, "%d,%03d", (int)(v / 1000), (int)fmod(v, 1000))
		   : arena_printf(a, "%d,%03d,%03d", (int)(v / 1e6), (int)(fmod(v, 1e6) / 1000), (int)fmod(v, 1000));
}

/* ---- CSV and JSON ---- */

void need_print_csv(struct buf *b, const struct need *n, const struct need_result *r)
{
	struct csv_writer w = { .b = b };
	buf_puts(b, "need,code,area,residents,expected,low,high,times_england\r\n");
	for (size_t i = 0; i <= r->n; i++) {
		const struct need_area *x = i < r->n ? &r->areas[i] : &r->all;
		char z[40];
		csv_put(&w, n->id);
		csv_put(&w, x->area ? x->area->code : STR(""));
		csv_put_safe(&w, x->area ? x->area->name : STR("All"));
		csv_put_int(&w, x->people);
		const double v[] = { x->value, x->low, x->high, x->relative };
		for (size_t k = 0; k < 4; k++) {
			snprintf(z, sizeof z, "%.6g", v[k]);
			csv_put(&w, str_of(z));
		}
		csv_end_row(&w);
	}
}

static void input_json(struct buf *b, const char *what, const struct need_input *in, bool *any)
{
	buf_puts(b, *any ? ",{\"input\":" : "{\"input\":");
	*any = true;
	json_put_string(b, str_of(what));
	buf_printf(b, ",\"value\":%.10g,\"low\":%.10g,\"high\":%.10g,\"source\":", in->value, in->low, in->high);
	json_put_string(b, in->source);
	buf_puts(b, ",\"date\":");
	json_put_string(b, in->date);
	buf_printf(b, ",\"guess\":%s,\"guess_interval\":%s}", in->guess ? "true" : "false",
		   in->guess_interval ? "true" : "false");
}

void need_print_json(struct buf *b, const struct need *n, const struct need_result *r, int64_t draws, int64_t seed,
		     struct arena *a)
{
	bool any = false;
	buf_puts(b, "{\"need\":");
	json_put_string(b, n->id);
	buf_puts(b, ",\"title\":");
	json_put_string(b, n->title);
	buf_printf(b, ",\"draws\":%" PRId64 ",\"seed\":%" PRId64 ",\"areas\":[", draws, seed);
	for (size_t i = 0; i <= r->n; i++) {
		const struct need_area *x = i < r->n ? &r->areas[i] : &r->all;
		buf_puts(b, i == r->n ? "],\"all\":{\"code\":" : i ? ",\n{\"code\":" : "\n{\"code\":");
		json_put_string(b, x->area ? x->area->code : STR(""));
		buf_puts(b, ",\"area\":");
		json_put_string(b, x->area ? x->area->name : STR("All"));
		buf_printf(b,
			   ",\"residents\":%" PRId64
			   ",\"expected\":%.6g,\"low\":%.6g,\"high\":%.6g,\"times_england\":%.6g}",
			   x->people, x->value, x->low, x->high, x->relative);
	}
	buf_puts(b, ",\"inputs\":[");
	for (size_t k = 0; k < n->n_parts; k++)
		input_json(b, arena_printf(a, "rate %d-%d", n->parts[k].from_age, n->parts[k].to_age).p,
			   &n->parts[k].rate, &any);
	if (n->has_stay)
		input_json(b, "stay-days", &n->stay, &any);
	if (n->has_deprivation)
		input_json(b, "deprivation", &n->deprivation, &any);
	buf_puts(b, "]}\n");
}

/* ---- by age ---- */

bool need_of_ages(const struct need *n, int from, int to, struct need *out)
{
	struct need of = *n;
	of.n_parts = 0;
	for (size_t k = 0; k < n->n_parts; k++) {
		struct need_part p = n->parts[k];
		p.from_age = p.from_age > from ? p.from_age : from;
		p.to_age = p.to_age < to ? p.to_age : to;
		if (p.from_age <= p.to_age)
			of.parts[of.n_parts++] = p;
	}
	*out = of;
	return of.n_parts > 0;
}

size_t need_by_age(const struct need *n, const struct places *places, const struct place_area *const *areas,
		   size_t n_areas, uint64_t seed, int draws, struct arena *a, struct need_band out[NEED_BANDS])
{
	static const int bands[NEED_BANDS][2] = { { 0, 4 }, { 5, 10 }, { 11, 15 }, { 16, 17 }, { 18, 25 } };
	size_t k = 0;
	for (size_t i = 0; i < NEED_BANDS; i++) {
		struct need of;
		struct need_result r;
		struct err ignored = { 0 };
		if (!need_of_ages(n, bands[i][0], bands[i][1], &of) ||
		    need_work_out(&of, places, areas, n_areas, seed, draws, a, &r, &ignored) != RC_OK)
			continue;
		out[k++] = (struct need_band){ of.parts[0].from_age, of.parts[of.n_parts - 1].to_age, r.all };
	}
	return k;
}

/* ---- tables ---- */

static struct section_cell words(struct str text)
{
	return (struct section_cell){ .text = text };
}

static struct section_cell number(struct str text, double v)
{
	return (struct section_cell){ .text = text, .number = v, .is_number = true };
}

static struct str interval(double low, double high, struct arena *a)
{
	return arena_printf(a, STR_FMT " to " STR_FMT, STR_ARG(need_about(low, a)), STR_ARG(need_about(high, a)));
}

static struct section *begin(struct section *s, enum section_kind kind, const char *title, size_t rows,
			     const struct section_column *columns, size_t n_columns, struct arena *a)
{
	*s = (struct section){ .kind = kind, .title = str_of(title), .words = STR(""), .n_columns = n_columns };
	memcpy(s->columns, columns, n_columns * sizeof *columns);
	s->cells = arena_array(a, rows * n_columns + 1, sizeof *s->cells);
	return s;
}

static void put(struct section *s, const struct section_cell *cells)
{
	memcpy(s->cells + s->n_rows++ * s->n_columns, cells, s->n_columns * sizeof *cells);
}

static void area_row(struct section *s, struct str name, const struct need_area *x, struct arena *a)
{
	double per = x->people > 0 ? 1000 * x->value / (double)x->people : 0;
	const struct section_cell cells[] = {
		words(name),
		number(need_about((double)x->people, a), (double)x->people),
		number(need_about(x->value, a), x->value),
		words(interval(x->low, x->high, a)),
		number(need_about(per, a), per),
		number(arena_printf(a, "%.2f", x->relative), x->relative),
	};
	put(s, cells);
}

static void by_area(struct section *s, const struct need_result *r, struct arena *a)
{
	static const struct section_column columns[] = {
		{ "Area", false },	  { "Residents of these ages", true }, { "Expected", true },
		{ "95% interval", true }, { "Per 1,000 residents", true },     { "Times England’s rate", true }
	};
	begin(s, SECTION_AREAS, "By area", r->n + 1, columns, 6, a);
	for (size_t i = 0; i < r->n; i++)
		area_row(s, r->areas[i].area->name, &r->areas[i], a);
	area_row(s, STR("All"), &r->all, a);
	s->words =
	    STR("The interval is of the expected number: how well the rate is known. What happens in one year "
		"scatters about it by chance besides. Intervals of areas move together, for they share the rates.");
}

static void by_age(struct section *s, const struct need_band *b, size_t n, struct arena *a)
{
	static const struct section_column columns[] = { { "Ages", false },
							 { "Residents", true },
							 { "Expected", true },
							 { "95% interval", true },
							 { "Per 1,000", true } };
	begin(s, SECTION_FAIR, "By age", n, columns, 5, a);
	for (size_t i = 0; i < n; i++) {
		const struct need_area *x = &b[i].all;
		double per = x->people > 0 ? 1000 * x->value / (double)x->people : 0;
		const struct section_cell cells[] = {
			words(arena_printf(a, "%d to %d", b[i].from, b[i].to)),
			number(need_about((double)x->people, a), (double)x->people),
			number(need_about(x->value, a), x->value),
			words(interval(x->low, x->high, a)),
			number(need_about(per, a), per),
		};
		put(s, cells);
	}
	s->words = STR("Where a rate is given for a range of ages, each age in it is taken to have that rate.");
}

static void input_row(struct section *s, struct str what, const struct need_input *in, bool share, struct arena *a)
{
	const struct section_cell cells[] = {
		words(what),
		number(arena_printf(a, "%g%s", in->value, share ? "%" : ""), in->value),
		words(arena_printf(a, "%g to %g", in->low, in->high)),
		words(in->source),
		words(in->date),
		words(in->guess		   ? STR("a guess")
		      : in->guess_interval ? STR("the interval is a guess")
					   : STR("from a source")),
	};
	put(s, cells);
}

static void rests(struct section *s, const struct need *n, int64_t draws, int64_t seed, struct arena *a)
{
	static const struct section_column columns[] = { { "What was taken as given", false },
							 { "Value", true },
							 { "95% interval", false },
							 { "Source", false },
							 { "Date", false },
							 { "Known?", false } };
	begin(s, SECTION_RESTS, "What this rests on", n->n_parts + 4, columns, 6, a);
	for (size_t k = 0; k < n->n_parts; k++) {
		const struct need_part *p = &n->parts[k];
		struct str of = n->share ? STR("in 100 residents") : arena_printf(a, "of each %.0f a year", n->per);
		input_row(s, arena_printf(a, "Ages %d to %d, " STR_FMT, p->from_age, p->to_age, STR_ARG(of)), &p->rate,
			  n->share, a);
	}
	if (n->has_stay)
		input_row(s, STR("Days of a stay"), &n->stay, false, a);
	if (n->has_deprivation)
		input_row(s, STR("The most deprived fifth against the least, times"), &n->deprivation, false, a);
	const struct section_cell people[] = { words(STR("Residents by single year of age")),
					       words(STR("-")),
					       words(STR("-")),
					       words(
						   STR("Office for National Statistics, mid-2023 as first published")),
					       words(STR("2023")),
					       words(STR("from a source")) };
	put(s, people);
	const struct section_cell score[] = {
		words(STR("Deprivation: mean score of small areas")), words(STR("-")),	  words(STR("-")),
		words(STR("Indices of Deprivation 2025, MHCLG")),     words(STR("2025")), words(STR("from a source"))
	};
	if (n->has_deprivation)
		put(s, score);
	s->words = arena_printf(
	    a, "Intervals are 95%%: %" PRId64 " draws of all inputs within their intervals (seed %" PRId64 ").", draws,
	    seed);
}

size_t need_sections(const struct need *n, const struct need_result *r, const struct need_band *bands, size_t n_bands,
		     int64_t draws, int64_t seed, struct arena *a, struct section out[NEED_SECTIONS_MAX])
{
	size_t k = 0;
	by_area(&out[k++], r, a);
	if (n_bands)
		by_age(&out[k++], bands, n_bands, a);
	rests(&out[k++], n, draws, seed, a);
	return k;
}

struct str need_guesses(const struct need *n, struct arena *a)
{
	size_t guess, all = need_inputs(n, &guess);
	if (!guess)
		return arena_printf(a, "All %zu inputs have a source, and so have their intervals.", all);
	return arena_printf(a, "%zu of %zu inputs %s, or the interval is.", guess, all,
			    guess == 1 ? "is a guess" : "are guesses");
}

struct str need_headline(const struct need *n, const struct need_result *r, struct str region, struct arena *a)
{
	const struct need_area *low = NULL, *high = NULL;
	for (size_t i = 0; i < r->n; i++) {
		const struct need_area *x = &r->areas[i];
		if (x->people <= 0)
			continue;
		double per = x->value / (double)x->people;
		low = !low || per < low->value / (double)low->people ? x : low;
		high = !high || per > high->value / (double)high->people ? x : high;
	}
	struct str most = low && high && r->n > 1
			      ? arena_printf(a,
					     " Of each 1,000 residents most in " STR_FMT " (" STR_FMT
					     "), fewest in " STR_FMT " (" STR_FMT ").",
					     STR_ARG(high->area->name),
					     STR_ARG(need_about(1000 * high->value / (double)high->people, a)),
					     STR_ARG(low->area->name),
					     STR_ARG(need_about(1000 * low->value / (double)low->people, a)))
			      : STR("");
	return arena_printf(
	    a, STR_FMT ": about " STR_FMT " " STR_FMT ", " STR_FMT " if we allow for what is not known." STR_FMT,
	    STR_ARG(region), STR_ARG(need_about(r->all.value, a)), STR_ARG(n->counts),
	    STR_ARG(interval(r->all.low, r->all.high, a)), STR_ARG(most));
}
