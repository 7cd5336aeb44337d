#include "paper/plan.h"

static void table(struct pdf *p, const struct section *s)
{
	double shares[PDF_COLUMNS_MAX];
	struct str cells[PDF_COLUMNS_MAX];
	double first = s->n_columns > 6 ? 0.22 : 0.3;
	for (size_t c = 0; c < s->n_columns; c++) {
		shares[c] = c ? (1 - first) / (double)(s->n_columns - 1) : first;
		cells[c] = str_of(s->columns[c].title);
	}
	pdf_table(p, shares, s->n_columns);
	pdf_head(p, cells);
	for (size_t r = 0; r < s->n_rows; r++) {
		for (size_t c = 0; c < s->n_columns; c++)
			cells[c] = s->cells[r * s->n_columns + c].text;
		pdf_row(p, &(struct pdf_row){ cells, true, false, -1 });
	}
	pdf_table_end(p);
}

static void draw(struct pdf *p, const void *arg)
{
	const struct plan_paper *d = arg;
	pdf_title(p, d->title, d->below);
	if (d->stamp.n)
		pdf_text(p, PDF_SMALL, d->stamp);
	pdf_text(p, PDF_LEAD, d->headline);
	pdf_text(p, PDF_STRONG, d->guesses);
	pdf_text(p, PDF_SMALL, d->made);
	for (size_t i = 0; i < d->n; i++) {
		pdf_need(p, 120);
		pdf_heading(p, 2, d->sections[i].title);
		if (d->sections[i].words.n)
			pdf_text(p, PDF_SMALL, d->sections[i].words);
		table(p, &d->sections[i]);
		pdf_gap(p, 8);
	}
}

enum rc plan_paper_make(const struct plan_paper *p, struct buf *out, struct err *e)
{
	struct pdf_about about = { .title = p->title, .foot = p->stamp.n ? p->stamp : p->title, .day = DAY_NONE };
	return pdf_make(&about, draw, p, out, e);
}
