#include "paper/standards.h"

/* What the draw function is given. Words made for a rule live until its page is told. */
struct sheet {
	const struct book *b;
	struct arena *a;
	struct str short_hash;
};

static struct str short_hash(struct str hash, struct arena *a)
{
	return arena_printf(a, "%.4s %.4s %.4s %.4s", hash.p, hash.p + 4, hash.p + 8, hash.p + 12);
}

/* ---- the first pages ---- */

static void title_page(struct pdf *p, const struct sheet *s)
{
	static const double shares[] = { 0.34, 0.66 };
	const struct book *b = s->b;
	char day[DAY_TEXT_MAX];
	pdf_title(p, STR("Standards book"), b->region.n ? b->region : STR("Linnet"));
	pdf_text(p, PDF_LEAD,
		 STR("Every rule by which Linnet counts: in the words of people, in words made from what the program "
		     "really does, with its source, what nobody has checked yet, and the worked cases that prove it."));
	pdf_text(
	    p, PDF_BODY,
	    STR("Read each chapter, write on it what is to change, and sign at its end; then sign the last page for "
		"the whole. A signature is for the rules whose name stands below and at the foot of each page. If "
		"any rule changes, its name changes."));
	pdf_gap(p, 10);
	const struct str rows[][2] = {
		{ STR("Region"), b->region.n ? b->region : STR("not said") },
		{ STR("Newest edition begins"), str_of(day_plain(b->day, day)) },
		{ STR("Rules"), arena_printf(s->a, "%zu, in %zu chapters", b->n_rules, b->n) },
		{ STR("Wording not yet checked"), arena_printf(s->a, "%zu of %zu", b->n_not_checked, b->n_rules) },
		{ STR("Worked cases"), arena_printf(s->a, "%zu; %zu of their %zu expectations hold", b->n_cases,
						    b->n_expects - b->n_fail, b->n_expects) },
		{ STR("Name of these rules"), b->hash },
	};
	pdf_table(p, shares, COUNT_OF(shares));
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		pdf_row(p, &(struct pdf_row){ rows[i], true, false, -1 });
	pdf_table_end(p);
}

static void contents_page(struct pdf *p)
{
	pdf_page(p);
	pdf_contents(p, STR("Contents"));
}

/* ---- a rule ---- */

static void does(struct pdf *p, const struct book_rule *r)
{
	static const double shares[] = { 0.2, 0.8 };
	const struct str head[] = { STR("Part"), STR("What the program does") };
	pdf_heading(p, 4, STR("What the program does"));
	pdf_table(p, shares, COUNT_OF(shares));
	pdf_head(p, head);
	for (size_t i = 0; i < r->n_does; i++)
		for (size_t k = 0; k < r->does[i].n; k++) {
			const struct str cells[] = { k ? STR("") : r->does[i].label, r->does[i].items[k] };
			pdf_row(p, &(struct pdf_row){ cells, !k, false, -1 });
		}
	pdf_table_end(p);
}

static void one_case(struct pdf *p, const struct book *b, const struct book_case *k, struct arena *a)
{
	static const double shares[] = { 0.22, 0.58, 0.2 };
	const struct str head[] = { STR("Day"), STR("What is so, and what should follow"), STR("Holds") };
	char day[DAY_TEXT_MAX];
	pdf_need(p, 90);
	pdf_text(p, PDF_STRONG, k->is->title);
	pdf_table(p, shares, COUNT_OF(shares));
	pdf_head(p, head);
	for (size_t i = 0; i < k->is->n_lines; i++) {
		const struct case_line *l = &k->is->lines[i];
		const struct str cells[] = { l->fact.kind ? str_of(day_short(l->fact.day, day)) : STR("The child"),
					     book_told(b, l, a), STR("") };
		pdf_row(p, &(struct pdf_row){ cells, false, false, -1 });
	}
	for (size_t i = 0; i < k->n; i++) {
		const struct case_expect *x = k->expect[i];
		const struct str cells[] = { arena_printf(a, "As of %s", day_short(x->as_of, day)), book_expected(x, a),
					     x->holds ? STR("Holds")
						      : arena_printf(a, "Does NOT hold: " STR_FMT, STR_ARG(x->why)) };
		pdf_row(p, &(struct pdf_row){ cells, false, true, x->holds ? PDF_GREEN : PDF_RED });
	}
	pdf_table_end(p);
}

static void rule(struct pdf *p, const struct book *b, const struct book_rule *r, struct arena *a)
{
	const struct standard_info *s = r->info;
	pdf_heading(p, 2, book_rule_title(r, a));
	pdf_text(p, PDF_SMALL,
		 arena_printf(a, STR_FMT ". " STR_FMT "; %s.", STR_ARG(s->id), STR_ARG(book_in_force(r, a)),
			      authority_words(s->authority)));
	pdf_text(p, PDF_STRONG, s->limit);
	pdf_text(p, PDF_BODY, s->words);
	if (s->not_counted.n)
		pdf_text(p, PDF_BODY, arena_printf(a, "Not counted: " STR_FMT, STR_ARG(s->not_counted)));
	pdf_text(p, PDF_BODY, arena_printf(a, "Source: " STR_FMT ".", STR_ARG(s->source)));
	pdf_mark(p, s->checked.n ? PDF_YELLOW : PDF_GREEN, book_mark(r, a));
	does(p, r);
	pdf_heading(p, 4, arena_printf(a, "Cases: " STR_FMT, STR_ARG(book_cases_line(r, a))));
	for (size_t i = 0; i < r->n_cases; i++)
		one_case(p, b, &r->cases[i], a);
}

static void signature(struct pdf *p, struct str heading, struct str words)
{
	const struct str labels[] = { STR("To be changed"), STR(""),	 STR("Name"),
				      STR("Role"),	    STR("Date"), STR("Signature") };
	pdf_need(p, 330);
	pdf_heading(p, 3, heading);
	pdf_text(p, PDF_BODY, words);
	pdf_lines(p, labels, COUNT_OF(labels));
}

/* ---- the book ---- */

static void draw(struct pdf *p, const void *arg)
{
	const struct sheet *s = arg;
	const struct book *b = s->b;
	title_page(p, s);
	contents_page(p);
	for (size_t i = 0; i < b->n; i++) {
		const struct book_chapter *c = &b->chapters[i];
		pdf_page(p);
		pdf_heading(p, 1, arena_printf(s->a, "%zu. " STR_FMT, i + 1, STR_ARG(c->title)));
		for (size_t k = 0; k < c->n; k++)
			rule(p, b, &c->rules[k], s->a);
		signature(p, arena_printf(s->a, "Signature for chapter %zu", i + 1),
			  arena_printf(s->a,
				       "I have read the rules of this chapter, known by " STR_FMT
				       ". Except where I have written otherwise they say what our region works by.",
				       STR_ARG(s->short_hash)));
	}
	pdf_page(p);
	pdf_heading(p, 1, STR("What several rules share"));
	for (size_t i = 0; i < b->n_shared; i++) {
		pdf_heading(p, 3, b->shared[i].label);
		pdf_list(p, b->shared[i].items, b->shared[i].n);
	}
	pdf_page(p);
	pdf_heading(p, 1, STR("Signature for the whole book"));
	signature(p, STR("The whole book"),
		  arena_printf(s->a,
			       "I have read these %zu rules, known by " STR_FMT
			       ". Except where I have written otherwise they say what our region works by.",
			       b->n_rules, STR_ARG(b->hash)));
}

enum rc paper_standards(const struct book *b, struct buf *out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sheet s = { b, &a, short_hash(b->hash, &a) };
	struct pdf_about about = {
		.title = arena_printf(&a, "Standards book%s" STR_FMT, b->region.n ? ", " : "", STR_ARG(b->region)),
		.day = b->day,
	};
	about.foot = arena_printf(&a, STR_FMT "; rules " STR_FMT, STR_ARG(about.title), STR_ARG(s.short_hash));
	return pdf_make(&about, draw, &s, out, e);
}
