/* What is printed: the same words give the same bytes, with language and structure. */
#include "paper/pdf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "paper/pdf_catalog.h"

/* fontconfig keeps what it read of its settings. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}

static const char *find(const struct buf *b, const char *word)
{
	return memmem(b->p, b->n, word, strlen(word));
}

static size_t count(const struct buf *b, const char *word)
{
	size_t n = 0;
	for (const char *at = b->p; (at = memmem(at, (size_t)(b->p + b->n - at), word, strlen(word))); at++)
		n++;
	return n;
}

/* As many rows as *arg says: enough for some pages. */
static void draw(struct pdf *p, const void *arg)
{
	static const double shares[] = { 0.3, 0.7 };
	const int *rows = arg;
	const struct str head[] = { STR("Day"), STR("Words") };
	pdf_title(p, STR("A title"), STR("Below"));
	pdf_contents(p, STR("Contents"));
	pdf_page(p);
	pdf_page(p); /* an empty page is not turned again */
	pdf_heading(p, 1, STR("A chapter"));
	pdf_heading(p, 2, STR("A part"));
	pdf_text(p, PDF_BODY, STR("Words with letters of others: Łukasz, Zoë, “quoted” – and a dash."));
	pdf_mark(p, PDF_YELLOW, STR("Not checked"));
	pdf_table(p, shares, COUNT_OF(shares));
	pdf_head(p, head);
	for (int i = 0; i < *rows; i++) {
		const struct str cells[] = { STR("Mon 2 Nov 2026"), STR("Something happened") };
		pdf_row(p, &(struct pdf_row){ cells, true, i % 2 == 0, i % 3 - 1 });
	}
	pdf_table_end(p);
	const struct str items[] = { STR("One"), STR("Two") }, labels[] = { STR("Name"), STR("Date") };
	pdf_list(p, items, COUNT_OF(items));
	pdf_lines(p, labels, COUNT_OF(labels));
}

static void make(int rows, struct buf *out)
{
	struct err e = { 0 };
	const struct pdf_about about = { STR("A title (with “signs”)"), STR("At the foot"), day_of(2026, 11, 2) };
	buf_init(out, PAPER_BYTES_MAX);
	if (pdf_make(&about, draw, &rows, out, &e) != RC_OK)
		fail_msg("%s (%s)", e.text, e.detail);
}

static void the_same_bytes_twice(void **unused)
{
	(void)unused;
	struct buf a AUTO(buf_release), b AUTO(buf_release), c AUTO(buf_release);
	make(100, &a);
	make(100, &b);
	make(101, &c);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	assert_true(a.n != c.n || memcmp(a.p, c.p, a.n) != 0);
	assert_memory_equal(a.p, "%PDF-", 5);
	assert_non_null(find(&a, "/CreationDate (20261102"));
}

static void rows_fall_on_pages(void **unused)
{
	(void)unused;
	struct buf few AUTO(buf_release), many AUTO(buf_release);
	make(3, &few);
	make(400, &many);
	assert_int_equal(count(&few, "/Type /Page %"), 2);
	assert_true(count(&many, "/Type /Page %") > 9);
	assert_int_equal(count(&many, "/S /TR\n"), 401); /* the head that is repeated is not told again */
	assert_int_equal(count(&many, "/S /Document\n"), 1);
	assert_int_equal(count(&few, "/S /H1\n"), 3);
	assert_int_equal(count(&few, "/S /LI\n"), 2);
}

static void the_catalogue_is_complete(void **unused)
{
	(void)unused;
	struct buf a AUTO(buf_release);
	make(3, &a);
	assert_non_null(find(&a, "/Lang (en-GB)"));
	assert_non_null(find(&a, "/DisplayDocTitle true"));
	/* the end names its table, and the table names the object */
	const char *last = NULL;
	for (const char *at = a.p; (at = memmem(at, (size_t)(a.p + a.n - at), "startxref\n", 10)); at++)
		last = at;
	assert_non_null(last);
	size_t table = strtoul(last + 10, NULL, 10);
	assert_true(table < a.n);
	int object, first;
	size_t place;
	assert_int_equal(sscanf(a.p + table, "xref\n%d %d\n%zu", &object, &first, &place), 3);
	char want[40];
	snprintf(want, sizeof want, "%d 0 obj\n<<", object);
	assert_int_equal(first, 1);
	assert_memory_equal(a.p + place, want, strlen(want));
}

static void what_is_no_pdf_is_refused(void **unused)
{
	(void)unused;
	static const char *const wrong[] = {
		"", "%PDF-1.5", "trailer << /Size 3 /Root 1 0 R /Info 2 0 R >>\nstartxref\n9\n",
		"\n1 0 obj\n<< >>\nendobj\ntrailer << /Size 3 /Root 1 0 R >>\nstartxref\n9\n"
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct err e = { 0 };
		struct buf b AUTO(buf_release);
		buf_init(&b, 1000);
		buf_puts(&b, wrong[i]);
		assert_int_equal(pdf_catalog_complete(&b, STR("en-GB"), &e), RC_INTERNAL);
		assert_int_equal(b.n, strlen(wrong[i]));
	}
}

static void too_long_is_told(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	struct buf b AUTO(buf_release);
	int rows = 50;
	const struct pdf_about about = { STR("T"), STR("F"), DAY_NONE };
	buf_init(&b, 2000);
	assert_int_equal(pdf_make(&about, draw, &rows, &b, &e), RC_LIMIT);
	assert_non_null(strstr(e.text, "too long"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_same_bytes_twice),
					    cmocka_unit_test(rows_fall_on_pages),
					    cmocka_unit_test(the_catalogue_is_complete),
					    cmocka_unit_test(what_is_no_pdf_is_refused),
					    cmocka_unit_test(too_long_is_told) };
	return cmocka_run_group_tests_name("paper", tests, NULL, NULL);
}
