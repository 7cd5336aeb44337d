/*
 * fake_files.c - one yearly return, no workbook, beside fake_work.c.
 *
 * A return with a rule that found something, one that could not run, and a
 * difference; its texts try to be markup. Workbooks are dropped nowhere here:
 * the browser tests load real ones.
 */
#include "tests/web/fake_work.h"
#include "work/load/mappings.h"
#include "work/load/workbook.h"
#include "work/returned/returned.h"

enum { RETURN = 400, TODAY = 20780 };

/* ---- workbooks ---- */

bool workbook_is_one(struct app *app, struct str name, int fd)
{
	(void)app, (void)name, (void)fd;
	return false;
}

enum rc workbook_drop(struct app *app, const struct viewer *v, struct str name, int fd, int64_t *id_out, struct err *e)
{
	(void)app, (void)v, (void)name, (void)fd, (void)id_out;
	return err_set(e, RC_BAD_INPUT, "the file is not a spreadsheet");
}

enum rc workbook_drop_list(struct app *app, const struct viewer *v, const struct weekly_request *r, int64_t *id_out,
			   struct err *e)
{
	(void)app, (void)v, (void)r, (void)id_out;
	return err_set(e, RC_BAD_INPUT, "the file is not a spreadsheet");
}

enum rc workbook_try_list(struct app *app, const struct viewer *v, const struct workbook *w, struct arena *a,
			  struct weekly_page *out, struct err *e)
{
	(void)app, (void)v, (void)w, (void)a, (void)out;
	return err_set(e, RC_NOT_FOUND, "There is no such list");
}

enum rc workbook_load_list(struct app *app, const struct viewer *v, const struct workbook *w, struct arena *a,
			   int64_t *list_out, struct err *e)
{
	(void)app, (void)v, (void)w, (void)a, (void)list_out;
	return err_set(e, RC_NOT_FOUND, "There is no such list");
}

enum rc weekly_recognise(struct app *app, const struct viewer *v, struct str name, int fd, struct arena *a,
			 enum weekly_how *how_out, struct str *mapping_out, struct err *e)
{
	(void)app, (void)v, (void)name, (void)fd, (void)a, (void)e;
	*how_out = WEEKLY_BY_HEADINGS;
	*mapping_out = STR("");
	return RC_OK;
}

enum rc weekly_kept_back(struct app *app, const struct viewer *v, int64_t list, struct buf *out, struct err *e)
{
	(void)app, (void)v, (void)list, (void)e;
	buf_puts(out, "Ref,Born,line,problem\r\nE-1,soon,5,Born: This is not a date\r\n");
	return RC_OK;
}

enum rc workbook_take(struct app *app, const struct viewer *v, int64_t id, struct workbook *out, struct err *e)
{
	(void)app, (void)v, (void)id, (void)out;
	return err_set(e, RC_NOT_FOUND, "There is no such workbook");
}

void workbook_give(struct workbook *w)
{
	(void)w;
}

enum rc workbook_set_heading(struct app *app, const struct viewer *v, struct workbook *w, size_t sheet, int64_t line,
			     struct err *e)
{
	(void)app, (void)v, (void)w, (void)sheet, (void)line;
	return err_set(e, RC_NOT_FOUND, "There is no such workbook");
}

enum rc workbook_try(struct app *app, const struct viewer *v, const struct workbook *w, struct arena *a,
		     struct load_summary *out, struct err *e)
{
	(void)app, (void)v, (void)w, (void)a, (void)out;
	return err_set(e, RC_NOT_FOUND, "There is no such workbook");
}

enum rc workbook_save(struct app *app, const struct viewer *v, const struct workbook *w, struct err *e)
{
	(void)app, (void)v, (void)w;
	return err_set(e, RC_NOT_FOUND, "There is no such workbook");
}

enum rc workbook_load(struct app *app, const struct viewer *v, const struct workbook *w, int64_t *load_out,
		      struct err *e)
{
	(void)app, (void)v, (void)w, (void)load_out;
	return err_set(e, RC_NOT_FOUND, "There is no such workbook");
}

enum rc mappings_list(struct app *app, const struct viewer *v, struct arena *a, const struct saved_mapping **out,
		      size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)a, (void)out, (void)e;
	*n_out = 0;
	return RC_OK;
}

enum rc mappings_see(struct app *app, const struct viewer *v, struct str name, struct arena *a,
		     const struct saved_mapping **out, size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)name, (void)a, (void)out, (void)n_out;
	return err_set(e, RC_NOT_FOUND, "There is no such mapping");
}

size_t councils_served(struct app *app, const struct viewer *v, struct arena *a, const struct str **out)
{
	struct str *code = arena_alloc(a, sizeof *code);
	(void)v;
	*code = app_organisation(app, 2)->code;
	*out = code;
	return 1;
}

/* ---- returns ---- */

/* In an arena, because STR is no constant for the compiler. */
static const struct returned_rule *rules_of(struct arena *a)
{
	struct returned_rule *r = arena_array(a, 2, sizeof *r);
	r[0] = (struct returned_rule){ .n = 1,
				       .found = 2,
				       .rule = STR("101"),
				       .table = STR("Header"),
				       .title = STR("Sex is <b>blank</b>"),
				       .why = STR("SEX"),
				       .state = RETURNED_RAN,
				       .severe = true };
	r[1] = (struct returned_rule){ .n = 2,
				       .rule = STR("502"),
				       .table = STR("Episodes"),
				       .title = STR("An episode does not follow last year\u2019s"),
				       .why = STR("last year\u2019s return was not given"),
				       .state = RETURNED_NOT_RUN };
	return r;
}

static struct returned_summary summary(struct arena *a)
{
	return (struct returned_summary){ .id = RETURN,
					  .council = STR("Essex"),
					  .year = STR("2025-26"),
					  .state = STR("done"),
					  .message = STR(""),
					  .by = STR("Priya Okonjo-Bell"),
					  .started_ms = (int64_t)TODAY * 86400000,
					  .finished_ms = (int64_t)TODAY * 86400000 + 900,
					  .children = 3,
					  .wrong = 2,
					  .found = 2,
					  .differences = 1,
					  .official = 311,
					  .checked = 300,
					  .in_part = 4,
					  .rules = rules_of(a),
					  .n_rules = 2 };
}

static enum rc known(int64_t id, struct err *e)
{
	return id == RETURN ? RC_OK : err_set(e, RC_NOT_FOUND, "There is no such return");
}

enum rc returned_start(struct app *app, const struct viewer *v, const struct returned_request *r, int64_t *id_out,
		       struct err *e)
{
	(void)app, (void)v, (void)r, (void)e;
	*id_out = RETURN;
	return RC_OK;
}

enum rc returned_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct returned_summary *out,
		     struct err *e)
{
	(void)app, (void)v;
	if (known(id, e) == RC_OK)
		*out = summary(a);
	return known(id, e);
}

enum rc returned_list(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		      const struct returned_summary **out, size_t *n_out, struct err *e)
{
	struct returned_summary *one = arena_alloc(a, sizeof *one);
	(void)app, (void)v, (void)limit, (void)e;
	*one = summary(a);
	*out = one;
	*n_out = 1;
	return RC_OK;
}

enum rc returned_rows_csv(struct app *app, const struct viewer *v, int64_t id, int64_t rule, struct buf *out,
			  struct err *e)
{
	(void)app, (void)v, (void)rule;
	buf_puts(out, "file,row,CHILD,SEX\r\nheader.csv,2,E-1,\r\n");
	return known(id, e);
}

enum rc returned_differences(struct app *app, const struct viewer *v, int64_t id, int64_t after, size_t limit,
			     struct arena *a, const struct returned_difference **out, size_t *n_out, struct err *e)
{
	struct returned_difference *one = arena_alloc(a, sizeof *one);
	*one = (struct returned_difference){ .n = 1,
					     .person = 1,
					     .ref = STR("E-1"),
					     .name = STR("<b>Wren</b>"),
					     .what = STR("placement"),
					     .title = STR("Placement started"),
					     .told = STR("3 May 2026"),
					     .ours = STR("10 May 2026") };
	(void)app, (void)v, (void)limit;
	*out = one;
	*n_out = after < 1;
	return known(id, e);
}

enum rc returned_differences_csv(struct app *app, const struct viewer *v, int64_t id, struct buf *out, struct err *e)
{
	(void)app, (void)v;
	buf_puts(out, "child,what,return,record\r\nE-1,Placement started,03/05/2026,10/05/2026\r\n");
	return known(id, e);
}

struct str written_item(struct str column)
{
	return column;
}

enum rc returned_write(struct app *app, const struct viewer *v, struct str council, struct str year, struct arena *a,
		       struct written *out, struct err *e)
{
	(void)app, (void)v, (void)a, (void)e;
	*out = (struct written){ .year = year, .council = council, .children = 1, .in_care = 2 };
	buf_init(&out->oc2, 1024);
	buf_init(&out->header, 1024);
	buf_init(&out->episodes, 1024);
	buf_init(&out->xml, 1024);
	buf_puts(&out->oc2, "CHILD,DOB\r\n");
	return RC_OK;
}

void written_release(struct written *w)
{
	buf_release(&w->oc2);
	buf_release(&w->header);
	buf_release(&w->episodes);
	buf_release(&w->xml);
}

size_t returned_years(struct app *app, struct arena *a, const struct str **out, struct err *e)
{
	struct str *years = arena_array(a, 2, sizeof *years);
	(void)app, (void)e;
	years[0] = STR("2025-26");
	years[1] = STR("2024-25");
	*out = years;
	return 2;
}

size_t returned_councils(struct app *app, const struct viewer *v, struct arena *a, const struct organisation ***out)
{
	const struct organisation **one = arena_alloc(a, sizeof *one);
	(void)v;
	*one = app_organisation(app, 2);
	*out = one;
	return 1;
}
