/* write.c - the health items of a council's return, written from the record. */
#include "base/text.h"
#include "work/core/members.h"
#include "work/core/write.h"
#include "work/returned/council.h"
#include "work/returned/health_year.h"

enum { CHILDREN_A_UNIT = 200, BLANKS_MAX = 200000 };

struct writing {
	struct app *app;
	const struct viewer *v;
	const struct organisation *council;
	struct return_spec *s;
	int year;
	struct return_frame *care, *out; /* care: Header and Episodes; out: with OC2 */
	bool health;			 /* second round */
	struct str after;
	bool over;
	struct arena *a; /* of the answer */
	struct written_blank *blanks;
	size_t n_blanks, cap_blanks, n_oc2, in_care;
	int64_t *looked;	 /* whose health items were written */
	size_t cap_looked, told; /* told: looks in the audit */
};

struct str written_item(struct str column)
{
	static const struct {
		const char *column, *title;
	} items[] = { { "DOB", "Date of birth" },
		      { "HEALTH_ASSESSMENT", "Health assessment" },
		      { "TEETH_CHECK", "Dental check" },
		      { "IMMUNISATIONS", "Immunisations" },
		      { "HEALTH_CHECK", "Development checks" },
		      { "SDQ_SCORE", "Strengths and difficulties score" } };
	for (size_t i = 0; i < COUNT_OF(items); i++)
		if (str_is(column, items[i].column))
			return str_of(items[i].title);
	return column;
}

static void keep_blanks(struct writing *w, const struct blank *b, size_t n)
{
	for (size_t i = 0; i < n && w->n_blanks < BLANKS_MAX; i++) {
		if (w->n_blanks == w->cap_blanks) {
			w->cap_blanks = w->cap_blanks ? w->cap_blanks * 2 : 256;
			w->blanks = xrealloc(w->blanks, w->cap_blanks * sizeof *w->blanks);
		}
		w->blanks[w->n_blanks++] =
		    (struct written_blank){ b[i].person, arena_str(w->a, b[i].ref), b[i].item, b[i].why };
	}
}

static enum rc one_child(struct writing *w, struct db *db, int64_t person, struct arena *a, struct err *e)
{
	struct year_writing y = {
		w->app, w->s, w->year, return_year_first(w->s, w->year), return_year_last(w->s, w->year), a
	};
	struct blank blanks[BLANKS_A_CHILD_MAX];
	struct history h;
	struct folded own;
	enum rc rc = circle_check(w->app, db, w->v, person, e);
	if (rc == RC_NOT_FOUND)
		return RC_OK; /* not this viewer's child today */
	if (rc == RC_OK)
		rc = history_read(w->app, db, person, KNOWN_NOW, a, &h, e);
	if (rc != RC_OK)
		return rc;
	history_fold(w->app, &h, KNOWN_NOW, a, &own);
	if (!w->health) {
		year_put_care(&y, w->care, &h, &own);
		return RC_OK;
	}
	size_t child = return_child_find(w->care, h.ref);
	if (child == SIZE_MAX)
		return RC_OK;
	w->in_care++;
	year_put_care(&y, w->out, &h, &own);
	if (!return_is(w->care, child, STR("continuous")))
		return RC_OK;
	keep_blanks(w, blanks, year_put_health(&y, w->out, &h, &own, blanks));
	if (w->n_oc2 == w->cap_looked) {
		w->cap_looked = w->cap_looked ? w->cap_looked * 2 : 256;
		w->looked = xrealloc(w->looked, w->cap_looked * sizeof *w->looked);
	}
	w->looked[w->n_oc2++] = person;
	return RC_OK;
}

static enum rc unit(struct db *db, void *arg, struct err *e)
{
	struct writing *w = arg;
	struct arena a AUTO(arena_release), kept AUTO(arena_release);
	struct sql_person_refs_of_council_out found[CHILDREN_A_UNIT];
	size_t n = 0;
	arena_init(&a);
	arena_init(&kept);
	enum rc rc = app_coverage_refresh(w->app, db, e);
	if (rc == RC_OK)
		rc = refs_read(db, w->council->id, w->after, COUNT_OF(found), &kept, found, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		arena_reset(&a);
		rc = one_child(w, db, found[i].id, &a, e);
	}
	w->over = n < COUNT_OF(found);
	if (rc == RC_OK)
		refs_done(&w->after, found, n);
	return rc;
}

static enum rc round_of(struct writing *w, bool health, struct err *e)
{
	enum rc rc = RC_OK;
	w->health = health;
	w->after = (struct str){ xstrndup("", 0), 0 };
	for (w->over = false; rc == RC_OK && !w->over;)
		rc = store_read(app_store(w->app), unit, w, e);
	free((void *)(uintptr_t)w->after.p);
	return rc;
}

static enum rc audit_looks(struct db *db, void *arg, struct err *e)
{
	struct writing *w = arg;
	enum rc rc = RC_OK;
	for (size_t i = w->told; rc == RC_OK && i < w->n_oc2 && i < w->told + CHILDREN_A_UNIT; i++)
		rc = audit(w->app, db, w->v, w->looked[i], "looked", STR("yearly return"), STR("ordinary work"), e);
	return rc;
}

static enum rc check_and_print(struct writing *w, struct written *out, struct err *e)
{
	struct return_result *r;
	return_frame_done(w->out);
	enum rc rc = return_check(w->out, 1, &r, e);
	if (rc != RC_OK)
		return rc;
	out->findings = r->total;
	return_result_free(r);
	struct buf *files[] = { &out->oc2, &out->header, &out->episodes, &out->xml };
	for (size_t i = 0; i < COUNT_OF(files); i++)
		buf_init(files[i], (size_t)512 << 20);
	return_write_csv(w->out, return_table_find(w->s, STR("OC2")), &out->oc2);
	return_write_csv(w->out, return_table_find(w->s, STR("Header")), &out->header);
	return_write_csv(w->out, return_table_find(w->s, STR("Episodes")), &out->episodes);
	return_write_xml(w->out, &out->xml);
	for (size_t i = 0; i < COUNT_OF(files); i++)
		if (!buf_ok(files[i]))
			return err_set(e, RC_LIMIT, "The return is too large to be written at once");
	return RC_OK;
}

static void tables_there(struct return_frame *f)
{
	const struct return_spec *s = return_frame_spec(f);
	return_frame_table(f, RETURN_NOW, return_table_find(s, STR("Header")));
	return_frame_table(f, RETURN_NOW, return_table_find(s, STR("Episodes")));
	return_frame_table(f, RETURN_NOW, return_table_find(s, STR("OC2")));
}

enum rc returned_write(struct app *app, const struct viewer *v, struct str council, struct str year, struct arena *a,
		       struct written *out, struct err *e)
{
	struct writing w = { .app = app, .v = v, .a = a };
	struct written made = { 0 };
	enum rc rc = returned_council(app, v, council, &w.council, e);
	if (rc == RC_OK)
		rc = returned_spec(app, &w.s, e);
	if (rc == RC_OK)
		rc = returned_year(w.s, year, &w.year, e);
	if (rc == RC_OK && return_year_last(w.s, w.year) >= app_today(app))
		rc = err_set(e, RC_BAD_INPUT,
			     "The year " STR_FMT " has not ended; its return is written after 31 March", STR_ARG(year));
	if (rc == RC_OK) {
		w.care = return_frame_new(w.s, w.year);
		w.out = return_frame_new(w.s, w.year);
		tables_there(w.care);
		tables_there(w.out);
		rc = round_of(&w, false, e);
	}
	if (rc == RC_OK) {
		return_frame_done(w.care);
		rc = round_of(&w, true, e);
	}
	for (; rc == RC_OK && w.told < w.n_oc2; w.told += CHILDREN_A_UNIT)
		rc = store_write(app_store(app), audit_looks, &w, e);
	if (rc == RC_OK)
		rc = check_and_print(&w, &made, e);
	if (rc == RC_OK) {
		struct written_blank *blanks = arena_array(a, w.n_blanks + 1, sizeof *blanks);
		if (w.n_blanks)
			memcpy(blanks, w.blanks, w.n_blanks * sizeof *blanks);
		made.year = arena_str(a, year);
		made.council = arena_str(a, w.council->name);
		made.children = w.n_oc2;
		made.in_care = w.in_care;
		made.blanks = blanks;
		made.n_blanks = w.n_blanks;
		*out = made;
	} else {
		written_release(&made);
	}
	free(w.blanks);
	free(w.looked);
	return_frame_free(w.care);
	return_frame_free(w.out);
	return_spec_free(w.s);
	return rc;
}

void written_release(struct written *w)
{
	buf_release(&w->oc2);
	buf_release(&w->header);
	buf_release(&w->episodes);
	buf_release(&w->xml);
}
