#include "web/pages/book.h"

#include "pages/templates.h"
#include "paper/standards.h"
#include "work/see/book.h"

enum rc page_book(struct visit *v, struct err *e)
{
	struct book book;
	enum rc rc = book_see(v->app, app_region_name(v->app), v->a, &book, e);
	if (rc != RC_OK)
		return rc;
	struct book_view d = { { v, STR("Standards book"), MENU_NONE }, &book, v->a };
	book_html(&v->out, &d);
	return RC_OK;
}

enum rc page_book_pdf(struct visit *v, struct err *e)
{
	struct book book;
	struct buf b;
	buf_init(&b, PAPER_BYTES_MAX);
	enum rc rc = book_see(v->app, app_region_name(v->app), v->a, &book, e);
	if (rc == RC_OK)
		rc = paper_standards(&book, &b, e);
	if (rc == RC_OK)
		page_download(v, "application/pdf", STR("standards-book.pdf"), &b);
	buf_release(&b);
	return rc;
}
