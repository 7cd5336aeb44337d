/* Other files of the same invented children: what the tables say when they are read is what was
 * invented; lists, returns and workbooks hold the same children. */
#include "base/files.h"
#include "base/text.h"
#include "codec/csv.h"
#include "codec/sheet_read.h"
#include "exchange/synth/synth.h"
#include "exchange/tables/tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>

static struct vocab *vocab;
static struct tables_spec *spec;
static char root[] = "/tmp/linnet-forms-XXXXXX";
static day_t today;
static struct err err;

static struct synth_counts write_as(enum synth_form form, const char *region, int64_t children, bool first,
				    const char *name, char *folder, size_t n)
{
	struct synth_counts c;
	snprintf(folder, n, "%s/%s", root, name);
	struct synth_options o = { .data_dir = "data",
				   .region = region,
				   .folder = folder,
				   .seed = 11,
				   .today = today,
				   .children = children,
				   .first = first,
				   .form = form };
	if (synth_write(&o, NULL, NULL, NULL, &c, NULL, NULL, &err) != RC_OK)
		fail_msg("%s", err.text);
	return c;
}

static struct tables_batch *read_from(const char *folder)
{
	struct tables_input in = { .folder = folder };
	struct tables_batch *b;
	if (tables_read(spec, &in, today, NULL, NULL, &b, &err) != RC_OK)
		fail_msg("%s (%s)", err.text, err.detail);
	return b;
}

/* ---- the truth ---- */

enum {
	T_COUNCIL,
	T_CHILD,
	T_BORN,
	T_SEX,
	T_DIED,
	T_IN_CARE,
	T_PERIOD,
	T_LEGAL,
	T_TYPE,
	T_AREA,
	T_START,
	T_LEFT,
	T_PERIODS,
	T_PLACEMENTS,
	T_ASSESSMENTS,
	T_LAST_SEEN,
	T_SCORES,
	T_LAST_SCORE,
	T_PLAN,
	T_COLUMNS
};

struct truth {
	const struct tables_batch *b;
	int64_t children;
};

struct believed { /* of one child, from the rows of its tables */
	day_t born, last_period, last_legal, last_placement, last_seen, last_score, left, plan;
	uint16_t legal, type;
	int64_t placements, assessments, scores, score;
};

static void later(day_t *d, day_t at)
{
	*d = *d == DAY_NONE || at > *d ? at : *d;
}

static struct believed believe(const struct tables_batch *b, const struct batch_child *c)
{
	struct believed x = { DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE,
			      DAY_NONE, 0,	  0,	    0,	      0,	0,	  0 };
	for (size_t i = c->first; i < c->first + c->n; i++) {
		const struct draft_row *d = batch_draft(b, i);
		struct str kind = vocab->kinds[d->kind].id;
		if (str_is(kind, "person-details"))
			x.born = d->end_day;
		if (str_is(kind, "care-started"))
			later(&x.last_period, d->at);
		if ((str_is(kind, "care-started") || str_is(kind, "legal-status-changed")) &&
		    (x.last_legal == DAY_NONE || d->at >= x.last_legal)) {
			x.last_legal = d->at;
			x.legal = d->code;
		}
		if (str_is(kind, "placement-started")) {
			x.placements++;
			if (x.last_placement == DAY_NONE || d->at >= x.last_placement) {
				x.last_placement = d->at;
				x.type = d->code;
			}
		}
		if (str_is(kind, "care-ended"))
			later(&x.left, d->at);
		if (str_is(kind, "assessment-seen")) {
			x.assessments++;
			later(&x.last_seen, d->at);
		}
		if (str_is(kind, "sdq-scored")) {
			x.scores++;
			if (x.last_score == DAY_NONE || d->at > x.last_score) {
				x.last_score = d->at;
				x.score = d->value;
			}
		}
	}
	return x;
}

static void same_day(struct str cell, day_t d, const char *what, struct str child)
{
	day_t want = DAY_NONE;
	if (cell.n)
		assert_int_equal(day_parse_iso(cell, &want), RC_OK);
	if (want != d)
		fail_msg("%s of %.*s", what, STR_ARG(child));
}

static void same_number(struct str cell, int64_t n, const char *what, struct str child)
{
	int64_t want;
	assert_int_equal(str_to_int(cell, 0, 1000, &want), RC_OK);
	if (want != n)
		fail_msg("%s of %.*s: %d told, %d read", what, STR_ARG(child), (int)want, (int)n);
}

static const struct batch_child *child_of(const struct tables_batch *b, struct str council, struct str ref)
{
	for (size_t i = 0; i < b->n_children; i++)
		if (str_eq(b->children[i].council, council) && str_eq(b->children[i].ref, ref))
			return &b->children[i];
	return NULL;
}

static enum rc on_truth(void *arg, const struct csv_row *row, struct err *e)
{
	struct truth *t = arg;
	const struct str *c = row->cells;
	(void)e;
	if (row->line == 1)
		return RC_OK;
	assert_int_equal(row->n, T_COLUMNS);
	const struct batch_child *child = child_of(t->b, c[T_COUNCIL], c[T_CHILD]);
	assert_non_null(child);
	struct believed x = believe(t->b, child);
	struct str id = c[T_CHILD];
	same_day(c[T_BORN], x.born, "birth", id);
	same_number(c[T_PLACEMENTS], x.placements, "placements", id);
	same_number(c[T_ASSESSMENTS], x.assessments, "assessments", id);
	same_day(c[T_LAST_SEEN], x.assessments ? x.last_seen : DAY_NONE, "last assessment", id);
	same_number(c[T_SCORES], x.scores, "scores", id);
	if (x.scores)
		same_number(c[T_LAST_SCORE], x.score, "last score", id);
	if (str_is(c[T_IN_CARE], "yes")) {
		same_day(c[T_PERIOD], x.last_period, "period of care", id);
		assert_int_equal(vocab_code(vocab, c[T_LEGAL]), x.legal);
		if (c[T_TYPE].n) { /* not between two short breaks */
			assert_int_equal(vocab_code(vocab, c[T_TYPE]), x.type);
			same_day(c[T_START], x.last_placement, "placement", id);
		}
	} else {
		same_day(c[T_LEFT], x.left, "end of care", id);
	}
	t->children++;
	return RC_OK;
}

static void truth_of(const char *region, int64_t children)
{
	char tables[300], folder[300], path[320];
	struct synth_counts c = write_as(SYNTH_FORM_TABLES, region, children, false, "tables", tables, sizeof tables);
	write_as(SYNTH_FORM_TRUTH, region, children, false, "truth", folder, sizeof folder);
	struct truth t = { .b = read_from(tables) };
	assert_int_equal(t.b->n_findings, 0);
	snprintf(path, sizeof path, "%s/truth.csv", folder);
	if (csv_read_file(path, on_truth, &t, &err) != RC_OK)
		fail_msg("%s", err.text);
	assert_int_equal(t.children, c.looked_after + c.short_breaks + c.left_care + c.placed_here);
	tables_batch_free((struct tables_batch *)(uintptr_t)t.b);
}

static void test_truth(void **state)
{
	(void)state;
	truth_of("set", 400);
	truth_of("england", 500);
}

/* A first delivery has the same children; some came into care on another day. */
static void test_first_delivery(void **state)
{
	char a[300], b[300];
	(void)state;
	write_as(SYNTH_FORM_TABLES, "set", 600, true, "first", a, sizeof a);
	write_as(SYNTH_FORM_TABLES, "set", 600, false, "second", b, sizeof b);
	struct tables_batch *x = read_from(a), *y = read_from(b);
	size_t differ = 0;
	assert_int_equal(x->n_findings, 0);
	assert_int_equal(x->n_children, y->n_children);
	for (size_t i = 0; i < x->n_children; i++) {
		struct believed p = believe(x, &x->children[i]), q = believe(y, &y->children[i]);
		assert_true(str_eq(x->children[i].ref, y->children[i].ref));
		differ += p.last_period != q.last_period;
		assert_true(p.last_period - q.last_period >= 0 && p.last_period - q.last_period <= 4);
		assert_int_equal(p.assessments, q.assessments);
	}
	assert_in_range(differ, 3, 40); /* about one in fifty */
	tables_batch_free(x);
	tables_batch_free(y);
}

/* ---- lists, returns, workbooks ---- */

static enum rc count_row(void *arg, const struct csv_row *row, struct err *e)
{
	(void)e;
	*(int64_t *)arg += row->line > 1;
	return RC_OK;
}

static int64_t rows_of(const char *folder, const char *name)
{
	char path[400];
	int64_t n = 0;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (csv_read_file(path, count_row, &n, &err) != RC_OK)
		fail_msg("%s: %s", name, err.text);
	return n;
}

static struct str file_of(const char *folder, const char *name, struct arena *a)
{
	char path[400];
	struct str s;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (file_read(path, 64 << 20, a, &s, &err) != RC_OK)
		fail_msg("%s", err.text);
	return s;
}

static size_t count(struct str s, const char *word)
{
	size_t n = 0;
	for (const char *p = s.p; (p = memmem(p, (size_t)(s.p + s.n - p), word, strlen(word))) != NULL;
	     p += strlen(word))
		n++;
	return n;
}

static void test_weekly(void **state)
{
	char folder[300];
	struct arena a AUTO(arena_release);
	(void)state;
	arena_init(&a);
	struct synth_counts c = write_as(SYNTH_FORM_WEEKLY, "set", 1500, false, "weekly", folder, sizeof folder);
	int64_t now = rows_of(folder, "E10000012-2026-11-22.csv") + rows_of(folder, "E06000033-2026-11-22.csv") +
		      rows_of(folder, "E06000034-2026-11-22.csv");
	/* All in care, and of those who come for short breaks the ones who stay today. */
	assert_in_range(now, c.looked_after, c.looked_after + c.short_breaks);
	struct str before = file_of(folder, "E10000012-2026-11-15.csv", &a),
		   after = file_of(folder, "E10000012-2026-11-22.csv", &a);
	assert_int_equal(count(before, "Child ID,Surname"), 1);
	assert_false(str_eq(before, after));
	assert_null(memmem(before.p, before.n, "22/11/2026", 10)); /* what has not happened yet */
	assert_true(file_of(folder, "E10000012-2026-11-22.xlsx", &a).n > 10000);
}

static void test_return(void **state)
{
	char folder[300], year[340];
	struct arena a AUTO(arena_release);
	(void)state;
	arena_init(&a);
	write_as(SYNTH_FORM_RETURN, "set", 900, false, "return", folder, sizeof folder);
	for (int y = 0; y < 2; y++) {
		snprintf(year, sizeof year, "%s/E10000012/%s", folder, y ? "2025-26" : "2024-25");
		int64_t children = rows_of(year, "header.csv"), episodes = rows_of(year, "episodes.csv"),
			whole = rows_of(year, "oc2.csv");
		assert_true(children > 200 && episodes > children && whole > 100 && whole < children);
		snprintf(year, sizeof year, "E10000012/%s.xml", y ? "2025-26" : "2024-25");
		struct str xml = file_of(folder, year, &a);
		assert_int_equal(count(xml, "<CHILD>"), children);
		assert_int_equal(count(xml, "<EPISODE>"), episodes);
		assert_int_equal(count(xml, "<OC2>"), whole);
		assert_int_equal(count(xml, "</EXPSSDA903>"), 1);
		assert_int_equal(count(xml, "<REC>X1</REC>") > 0, 1);
	}
}

struct sheets {
	int sheets, rows, merged, texts_like_days;
};

static enum rc on_sheet(void *arg, struct str name, bool hidden, bool *skip_out, struct err *e)
{
	(void)name, (void)hidden, (void)e;
	((struct sheets *)arg)->sheets++;
	*skip_out = false;
	return RC_OK;
}

static enum rc on_sheet_row(void *arg, int64_t line, const struct cell *cells, size_t n, struct err *e)
{
	struct sheets *s = arg;
	(void)line, (void)e;
	s->rows++;
	for (size_t i = 0; i < n; i++) {
		s->merged += cells[i].merged;
		s->texts_like_days += cells[i].kind == CELL_TEXT && cells[i].text.n == 10 && cells[i].text.p[2] == '/';
	}
	return RC_OK;
}

static void test_workbook(void **state)
{
	char folder[300];
	struct arena a AUTO(arena_release);
	struct sheets s = { 0, 0, 0, 0 };
	struct sheet_listener l = { on_sheet, on_sheet_row, &s };
	(void)state;
	arena_init(&a);
	struct synth_counts c = write_as(SYNTH_FORM_WORKBOOK, "set", 500, false, "book", folder, sizeof folder);
	struct str file = file_of(folder, "LAC-SET-DEMO.xlsx", &a);
	if (sheet_read_text(file, (struct str){ NULL, 0 }, &l, &err) != RC_OK)
		fail_msg("%s", err.text);
	/* Two sheets, each with two titles and a heading; a line for each of three councils. */
	assert_int_equal(s.sheets, 2);
	assert_int_equal(s.rows, c.looked_after + c.placed_here + 2 * 3 + 3);
	assert_true(s.merged >= 7 * 16);
	assert_true(s.texts_like_days > 10);
}

static int set_up(void **state)
{
	(void)state;
	today = day_of(2026, 11, 22);
	if (!mkdtemp(root) || vocab_load("data", &vocab, &err) != RC_OK ||
	    tables_spec_load("data", vocab, &spec, &err) != RC_OK) {
		print_message("%s\n", err.text);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	char command[100];
	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", root);
	tables_spec_free(spec);
	vocab_free(vocab);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truth),  cmocka_unit_test(test_first_delivery), cmocka_unit_test(test_weekly),
		cmocka_unit_test(test_return), cmocka_unit_test(test_workbook),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
