#include "work/oversee/erase_unit.h"

#include "base/text.h"
#include "codec/csv.h"
#include "work/core/seal.h"
#include "work/core/write.h"
#include "work/oversee/audit_row.h"

enum { AUDIT_A_PAGE = 500, FINDINGS_A_PAGE = 500, PERSONS_MAX = 100 };

struct erasing {
	struct app *app;
	struct db *db;
	struct erased *x;
	char salt[ERASED_SALT_MAX];
	struct str said;	/* what stands in lines of the audit now */
	const int64_t *records; /* that go whole */
	size_t n_records;
	struct arena *a;
};

static struct str mark_of(const struct erasing *k, int64_t council, struct str ref, struct str natural)
{
	char hex[HASH_HEX_MAX];
	const struct organisation *o = app_organisation(k->app, council);
	return arena_str(k->a, str_of(erased_mark(k->salt, o ? o->code : STR(""), ref, natural, hex)));
}

static struct str record_mark(const struct erasing *k, const struct sql_person_get_out *p)
{
	char hex[ERASED_WAYS][HASH_HEX_MAX];
	const struct organisation *o = app_organisation(k->app, p->council);
	erased_record_marks(k->salt, o ? o->code : STR(""), p->ref, hex);
	return arena_str(k->a, str_of(hex[0]));
}

/* ---- the audit ---- */

static bool goes(const struct erasing *k, const struct sql_forget_audit_next_out *r)
{
	for (size_t i = 0; i < k->x->n; i++) {
		const struct erased_item *it = &k->x->items[i];
		if (it->event ? it->event == r->event : it->person == r->person)
			return true;
	}
	return false;
}

static struct sql_forget_audit_in blank(const struct erasing *k, const struct sql_forget_audit_next_out *r)
{
	char hex[HASH_HEX_MAX];
	const struct audit_row row = {
		.person = r->person, .event = r->event, .what = r->what, .reason = r->reason, .salt = r->salt
	};
	bool proven = r->seal > 0 && !audit_row_erased(&row);
	if (proven)
		audit_body_hash(&row, hex);
	return (struct sql_forget_audit_in){ r->id, k->said, arena_str(k->a, proven ? str_of(hex) : r->salt) };
}

/* Whoever seals waits: a line is not sealed with words that go meanwhile. */
static enum rc forget_audit(struct erasing *k, int64_t person, struct err *e)
{
	struct sql_audit_chain_lock_out chain;
	struct sql_forget_audit_in *gone = arena_array(k->a, AUDIT_A_PAGE, sizeof *gone);
	struct sql_audit_chain_lock_in now = { app_now_ms(k->app) };
	enum rc rc = sql_audit_chain_lock(k->db, &now, k->a, &chain, e);
	bool more = rc == RC_OK;
	for (int64_t after = 0; rc == RC_OK && more;) {
		struct sql_rows *rows;
		struct sql_forget_audit_next_out r;
		size_t n = 0, seen = 0;
		struct sql_forget_audit_next_in in = { person, after, AUDIT_A_PAGE };
		if ((rc = sql_forget_audit_next(k->db, &in, &rows, e)) != RC_OK)
			return rc;
		for (; (rc = sql_forget_audit_next_next(rows, &r, e)) == RC_OK && seen < AUDIT_A_PAGE; seen++) {
			after = r.id;
			if (goes(k, &r))
				gone[n++] = blank(k, &r);
		}
		db_done(rows);
		more = seen == AUDIT_A_PAGE;
		rc = rc == RC_NOT_FOUND || more ? RC_OK : rc;
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			rc = sql_forget_audit(k->db, &gone[i], NULL, e);
	}
	return rc;
}

/* ---- rows that were kept back ---- */

struct looking {
	const struct sql_person_get_out *p;
	struct str code;			 /* of its council */
	struct str given, family, whole, turned; /* names, folded: one, the other, both in one cell in either order */
	bool ref, council, other, number, is_given, is_family, born;
	struct arena *a;
};

static struct str folded(struct str name, struct arena *a)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 2000);
	text_fold(&b, name);
	return arena_str(a, buf_view(&b));
}

/* A number, however it is parted: "999 000 1006". */
static bool same_number(struct str cell, struct str number)
{
	size_t at = 0;
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == ' ' || cell.p[i] == '-' || cell.p[i] == '\t')
			continue;
		if (at == number.n || cell.p[i] != number.p[at++])
			return false;
	}
	return number.n && at == number.n;
}

static void look_at_name(struct looking *l, struct str cell)
{
	day_t day;
	if (cell.n > 200)
		return;
	struct str name = folded(cell, l->a);
	bool both = name.n && (str_eq(name, l->whole) || str_eq(name, l->turned));
	l->is_given = l->is_given || both || (name.n && str_eq(name, l->given));
	l->is_family = l->is_family || both || (name.n && str_eq(name, l->family));
	l->born = l->born || (l->p->born != SQL_NULL && day_parse(cell, &day) == RC_OK && day == l->p->born);
}

static enum rc look_at(void *arg, const struct csv_row *row, struct err *e)
{
	struct looking *l = arg;
	(void)e;
	for (size_t i = 0; i < row->n; i++) {
		struct str c = str_trim(row->cells[i]);
		l->ref = l->ref || str_eq(c, l->p->ref);
		l->council = l->council || str_eq(c, l->code);
		l->other = l->other || (c.n == 9 && c.p[0] == 'E' && c.p[1] == '0' && !str_eq(c, l->code));
		l->number = l->number || same_number(c, l->p->nhs_number) || same_number(c, l->p->upn);
		look_at_name(l, c);
	}
	return RC_OK;
}

/* A row is the child's by its NHS number or pupil number, by the council's number if no other council is named, or
 * by its names and its day of birth: a row without a number is kept back for that. */
static bool speaks_of(const struct erasing *k, const struct sql_person_get_out *p, struct str record)
{
	const struct organisation *o = app_organisation(k->app, p->council);
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct looking l = { .p = p,
			     .code = o ? o->code : STR(""),
			     .given = folded(p->given, &a),
			     .family = folded(p->family, &a),
			     .a = &a };
	l.whole = arena_printf(&a, STR_FMT " " STR_FMT, STR_ARG(l.given), STR_ARG(l.family));
	l.turned = arena_printf(&a, STR_FMT " " STR_FMT, STR_ARG(l.family), STR_ARG(l.given));
	struct err unread = { 0 };
	if (csv_read_record(record, ',', look_at, &l, &unread) != RC_OK) /* no row any more: by its letters */
		return p->ref.n && memmem(record.p, record.n, p->ref.p, p->ref.n);
	return l.number || (l.is_given && l.is_family && l.born) || (l.ref && (l.council || !l.other));
}

static enum rc forget_findings(struct erasing *k, const struct sql_person_get_out *p, struct err *e)
{
	struct sql_forget_findings_next_in at = { 0, 0, FINDINGS_A_PAGE };
	struct sql_forget_finding_in *gone = arena_array(k->a, FINDINGS_A_PAGE, sizeof *gone);
	enum rc rc = RC_OK;
	for (bool more = true; rc == RC_OK && more;) {
		struct sql_rows *rows;
		struct sql_forget_findings_next_out r;
		size_t n = 0, seen = 0;
		if ((rc = sql_forget_findings_next(k->db, &at, &rows, e)) != RC_OK)
			return rc;
		for (; (rc = sql_forget_findings_next_next(rows, &r, e)) == RC_OK && seen < FINDINGS_A_PAGE; seen++) {
			at.load = r.load;
			at.n = r.n;
			if (speaks_of(k, p, r.record.n ? r.record : r.found)) /* without a row: what it names */
				gone[n++] =
				    (struct sql_forget_finding_in){ r.load, arena_str(k->a, r.file), r.line, k->said };
		}
		db_done(rows);
		more = seen == FINDINGS_A_PAGE;
		rc = rc == RC_NOT_FOUND || more ? RC_OK : rc;
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			rc = sql_forget_finding(k->db, &gone[i], NULL, e);
	}
	return rc;
}

/* What lists, returns and matching keep of a child under the council's number. */
static enum rc forget_told(struct erasing *k, const struct sql_person_get_out *p, bool whole, struct err *e)
{
	const struct organisation *o = app_organisation(k->app, p->council);
	struct str name = arena_printf(k->a, STR_FMT "/" STR_FMT, STR_ARG(o ? o->code : STR("")), STR_ARG(p->ref));
	enum rc rc =
	    sql_forget_differences(k->db, &(struct sql_forget_differences_in){ p->id, p->council, p->ref }, NULL, e);
	if (rc == RC_OK)
		rc = sql_forget_return_rows(k->db, &(struct sql_forget_return_rows_in){ p->council, p->ref }, NULL, e);
	if (rc == RC_OK && !whole)
		rc =
		    sql_forget_weekly_words(k->db, &(struct sql_forget_weekly_words_in){ p->council, p->ref }, NULL, e);
	if (rc == RC_OK && whole)
		rc = sql_forget_weekly_rows(k->db, &(struct sql_forget_weekly_rows_in){ p->council, p->ref }, NULL, e);
	if (rc == RC_OK)
		rc = sql_forget_weekly_answers(k->db, &(struct sql_forget_weekly_answers_in){ p->council, p->ref },
					       NULL, e);
	if (rc == RC_OK && whole)
		rc = sql_forget_matches(k->db, &(struct sql_forget_matches_in){ name }, NULL, e);
	return rc == RC_OK ? forget_findings(k, p, e) : rc;
}

/* ---- a whole record ---- */

#define FORGET(name) sql_forget_##name(k->db, &(struct sql_forget_##name##_in){ person }, NULL, e)

static enum rc forget_rows(struct erasing *k, int64_t person, int64_t *events_out, struct err *e)
{
	enum rc rc = sql_forget_events(k->db, &(struct sql_forget_events_in){ person }, events_out, e);
	if (rc == RC_OK)
		rc = FORGET(compact);
	if (rc == RC_OK)
		rc = FORGET(open_clocks);
	if (rc == RC_OK)
		rc = FORGET(work);
	if (rc == RC_OK)
		rc = FORGET(chases);
	if (rc == RC_OK)
		rc = FORGET(links);
	if (rc == RC_OK)
		rc = FORGET(grants);
	if (rc == RC_OK)
		rc = FORGET(told);
	if (rc == RC_OK)
		rc = sql_circle_delete(k->db, &(struct sql_circle_delete_in){ person }, NULL, e);
	if (rc == RC_OK)
		rc = sql_search_name_delete(k->db, &(struct sql_search_name_delete_in){ person }, NULL, e);
	if (rc == RC_OK)
		rc = sql_named_worker_delete(k->db, &(struct sql_named_worker_delete_in){ person }, NULL, e);
	if (rc == RC_OK)
		rc = sql_hold_forget(k->db, &(struct sql_hold_forget_in){ person }, NULL, e);
	return rc == RC_OK ? FORGET(person) : rc;
}

static bool goes_too(const struct erasing *k, int64_t person)
{
	for (size_t i = 0; i < k->n_records; i++)
		if (k->records[i] == person)
			return true;
	return false;
}

/* Records that stay and are read with this one, as on a store from before they were taken apart. */
static enum rc joined_with(struct erasing *k, int64_t person, int64_t *out, size_t *n_out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_person_parts_out part;
	struct sql_person_main_out main;
	size_t n = 0;
	enum rc rc = sql_person_main(k->db, &(struct sql_person_main_in){ person }, k->a, &main, e);
	if (rc == RC_OK && !goes_too(k, main.main))
		out[n++] = main.main;
	if (rc == RC_OK)
		rc = sql_person_parts(k->db, &(struct sql_person_parts_in){ person }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_person_parts_next(rows, &part, e)) == RC_OK && n < PERSONS_MAX)
		if (!goes_too(k, part.id))
			out[n++] = part.id;
	db_done(rows);
	*n_out = n;
	return rc == RC_NOT_FOUND ? RC_OK
	       : rc == RC_OK	  ? err_set(e, RC_LIMIT, "Too many records are joined to this one.")
				  : rc;
}

/* They are children of their own from now on. */
static enum rc let_go(struct erasing *k, int64_t person, const int64_t *others, size_t n, struct err *e)
{
	char id[ID_TEXT_MAX];
	bool changed;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct sql_forget_joined_in in = { others[i], str_of(id_plain(person, id)) };
		if ((rc = sql_forget_joined(k->db, &in, NULL, e)) == RC_OK)
			rc = child_refresh(k->app, k->db, others[i], k->a, &changed, e);
	}
	return rc;
}

static enum rc erase_record(struct erasing *k, int64_t person, struct err *e)
{
	struct sql_person_lock_out lock;
	struct sql_person_get_out p;
	int64_t events = 0, others[PERSONS_MAX];
	size_t n_others = 0;
	enum rc rc = sql_person_lock(k->db, &(struct sql_person_lock_in){ person }, k->a, &lock, e);
	if (rc == RC_OK)
		rc = sql_person_get(k->db, &(struct sql_person_get_in){ person }, k->a, &p, e);
	if (rc == RC_OK)
		rc = joined_with(k, person, others, &n_others, e);
	if (rc != RC_OK)
		return rc;
	k->x->items[k->x->n++] = (struct erased_item){ person, 0, record_mark(k, &p) };
	if ((rc = forget_told(k, &p, true, e)) == RC_OK)
		rc = forget_rows(k, person, &events, e);
	if (rc == RC_OK)
		rc = let_go(k, person, others, n_others, e);
	if (rc == RC_OK)
		rc = forget_audit(k, person, e);
	if (rc == RC_OK)
		rc = sql_erasure_moot(k->db, &(struct sql_erasure_moot_in){ person, app_now_ms(k->app) }, NULL, e);
	k->x->entries += events;
	return rc;
}

static enum rc erase_whole(struct erasing *k, struct err *e)
{
	int64_t persons[PERSONS_MAX] = { k->x->person };
	size_t n = 1;
	struct sql_rows *rows;
	struct sql_person_parts_out part;
	enum rc rc = sql_person_parts(k->db, &(struct sql_person_parts_in){ k->x->person }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_person_parts_next(rows, &part, e)) == RC_OK && n < PERSONS_MAX)
		persons[n++] = part.id;
	db_done(rows);
	if (rc != RC_NOT_FOUND)
		return rc == RC_OK ? err_set(e, RC_LIMIT, "Too many records are joined to this one.") : rc;
	k->x->items = arena_array(k->a, n, sizeof *k->x->items);
	k->records = persons;
	k->n_records = n;
	rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = erase_record(k, persons[i], e);
	k->records = NULL;
	k->n_records = 0;
	return rc;
}

/* ---- an entry ---- */

static bool in_chain(const struct history *h, const bool *chain, int64_t id)
{
	for (size_t i = 0; i < h->n; i++)
		if (chain[i] && h->events[i].id == id)
			return true;
	return false;
}

static bool belongs(const struct app *app, const struct history *h, const bool *chain, const struct event *ev)
{
	int64_t of = clock_opened_by(app, ev);
	if (of && in_chain(h, chain, of))
		return true;
	if (ev->replaces && in_chain(h, chain, ev->replaces))
		return true;
	if ((ev->seal == SEAL_PUT || ev->seal == SEAL_TAKEN) && id_parse(ev->ref, &of) == RC_OK &&
	    in_chain(h, chain, of))
		return true;
	for (size_t i = 0; i < h->n; i++)
		if (chain[i] && h->events[i].replaces == ev->id)
			return true;
	return false;
}

/* The entry, what it corrected, what corrects it, that it was sealed, and what was said about a clock that it opened:
 * its seal hid that, and without the entry nothing would. */
static size_t chain_of(const struct app *app, const struct history *h, int64_t event, bool *chain)
{
	size_t n = 0;
	for (bool grew = true; grew;) {
		grew = false;
		for (size_t i = 0; i < h->n; i++) {
			const struct event *ev = &h->events[i];
			if (chain[i] || !(ev->id == event || belongs(app, h, chain, ev)))
				continue;
			chain[i] = grew = true;
			n++;
		}
	}
	return n;
}

/* What a file that tells this entry again would be known by: its key, or what it says. Not by what it says if a file
 * told the same and is not erased: that stays, and its row with it. */
static struct str told_as(struct erasing *k, const struct history *h, const bool *chain, const struct event *ev)
{
	const struct vocab *v = app_vocab(k->app);
	if (erased_told_by_file(ev))
		return ev->natural;
	struct str says = erased_content(v, ev, k->a);
	for (size_t i = 0; says.n && i < h->n; i++)
		if (!chain[i] && erased_told_by_file(&h->events[i]) && h->events[i].person == ev->person &&
		    str_eq(erased_content(v, &h->events[i], k->a), says))
			return STR("");
	return says;
}

static void note_item(struct erasing *k, const struct history *h, const bool *chain, const struct event *ev)
{
	int64_t council = h->council;
	struct str ref = h->ref;
	for (size_t i = 0; i < h->n_parts; i++)
		if (h->parts[i].person == ev->person) {
			council = h->parts[i].council;
			ref = h->parts[i].ref;
		}
	struct str told = told_as(k, h, chain, ev);
	k->x->items[k->x->n++] =
	    (struct erased_item){ ev->person, ev->id, told.n ? mark_of(k, council, ref, told) : STR("") };
}

/* Records under which an entry of this one was read, corrected, chased: itself, and those it is or was joined with. */
static enum rc read_under(struct erasing *k, int64_t person, int64_t out[PERSONS_MAX], size_t *n_out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_ever_joined_out r;
	size_t n = 0;
	out[n++] = person;
	enum rc rc = sql_ever_joined(k->db, &(struct sql_ever_joined_in){ person }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_ever_joined_next(rows, &r, e)) == RC_OK && n < PERSONS_MAX)
		if (id_parse(r.ref, &out[n]) == RC_OK)
			n++;
	db_done(rows);
	*n_out = n;
	return rc == RC_NOT_FOUND ? RC_OK
	       : rc == RC_OK	  ? err_set(e, RC_LIMIT, "Too many records were joined to this one.")
				  : rc;
}

static enum rc forget_one(struct erasing *k, const struct erased_item *it, struct err *e)
{
	int64_t gone = 0, under[PERSONS_MAX];
	size_t n = 0;
	enum rc rc = sql_forget_event(k->db, &(struct sql_forget_event_in){ it->person, it->event }, &gone, e);
	if (rc == RC_OK)
		rc = read_under(k, it->person, under, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = sql_forget_chases_of(k->db, &(struct sql_forget_chases_of_in){ under[i], it->event }, NULL, e);
		if (rc == RC_OK)
			rc = sql_forget_links_of(k->db, &(struct sql_forget_links_of_in){ under[i], it->event }, NULL,
						 e);
	}
	return rc;
}

static bool is_marked(const struct erasing *k, int64_t person, struct str mark)
{
	for (size_t i = 0; i < k->x->n; i++)
		if (k->x->items[i].person == person && str_eq(k->x->items[i].mark, mark))
			return true;
	return false;
}

/* That a file told what is erased, while it was sealed: keys name what they are of. */
static enum rc forget_told_sealed(struct erasing *k, int64_t person, const struct sql_person_get_out *p, struct err *e)
{
	struct sql_rows *rows;
	struct sql_told_sealed_of_out r;
	struct str *gone = arena_array(k->a, EVENTS_PER_CHILD_MAX, sizeof *gone);
	size_t n = 0;
	enum rc rc = sql_told_sealed_of(k->db, &(struct sql_told_sealed_of_in){ person }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_told_sealed_of_next(rows, &r, e)) == RC_OK && n < EVENTS_PER_CHILD_MAX)
		if (is_marked(k, person, mark_of(k, p->council, p->ref, r.natural_key)))
			gone[n++] = arena_str(k->a, r.natural_key);
	db_done(rows);
	rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = sql_forget_told_of(k->db, &(struct sql_forget_told_of_in){ person, gone[i] }, NULL, e);
	return rc;
}

/* Everything about one of the persons, after their entries have gone. */
static enum rc settle_person(struct erasing *k, int64_t person, int64_t since_ms, struct err *e)
{
	struct sql_person_get_out p;
	int64_t under[PERSONS_MAX];
	size_t n = 0;
	bool changed;
	enum rc rc = sql_person_get(k->db, &(struct sql_person_get_in){ person }, k->a, &p, e);
	if (rc == RC_OK)
		rc = forget_told(k, &p, false, e);
	if (rc == RC_OK)
		rc = forget_told_sealed(k, person, &p, e);
	if (rc == RC_OK)
		rc = read_under(k, person, under, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = sql_forget_chase_words(k->db, &(struct sql_forget_chase_words_in){ under[i], since_ms }, NULL, e);
		if (rc == RC_OK)
			rc = forget_audit(k, under[i], e);
	}
	return rc == RC_OK ? child_refresh(k->app, k->db, person, k->a, &changed, e) : rc;
}

static enum rc erase_entries(struct erasing *k, int64_t since_ms, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < k->x->n; i++)
		rc = forget_one(k, &k->x->items[i], e);
	for (size_t i = 0; rc == RC_OK && i < k->x->n; i++) {
		bool again = false;
		for (size_t j = 0; !again && j < i; j++)
			again = k->x->items[j].person == k->x->items[i].person;
		if (!again && (rc = settle_person(k, k->x->items[i].person, since_ms, e)) == RC_NOT_FOUND)
			rc = RC_OK; /* on a restored store: it is not there yet */
	}
	return rc;
}

static enum rc erase_entry(struct erasing *k, struct err *e)
{
	struct history h;
	int64_t since = INT64_MAX;
	enum rc rc = app_coverage_refresh(k->app, k->db, e);
	if (rc == RC_OK)
		rc = child_lock(k->app, k->db, k->x->person, k->a, &h, NULL, e);
	if (rc != RC_OK)
		return rc;
	bool *chain = arena_array(k->a, h.n, sizeof *chain);
	size_t n = chain_of(k->app, &h, k->x->event, chain);
	if (!n)
		return err_set(e, RC_NOT_FOUND, "That entry is not there any more.");
	const uint8_t *seals = seals_on(k->app, &h, k->a);
	k->x->items = arena_array(k->a, n, sizeof *k->x->items);
	for (size_t i = 0; i < h.n; i++) {
		if (!chain[i])
			continue;
		k->x->sealed = k->x->sealed || (seals && seals[i]);
		note_item(k, &h, chain, &h.events[i]);
		since = h.events[i].recorded_ms < since ? h.events[i].recorded_ms : since;
	}
	k->x->entries = (int64_t)n;
	return erase_entries(k, since, e);
}

/* ---- both ---- */

static enum rc keep_items(struct erasing *k, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < k->x->n; i++) {
		const struct erased_item *it = &k->x->items[i];
		struct sql_erasure_item_insert_in in = { k->x->id, it->person, it->event, it->mark };
		rc = sql_erasure_item_insert(k->db, &in, NULL, e);
	}
	return rc;
}

enum rc erase_now(struct app *app, struct db *db, struct erased *x, struct arena *a, struct err *e)
{
	struct erasing k = { .app = app, .db = db, .x = x, .said = audit_erased_words(x->id, a), .a = a };
	x->n = 0;
	x->entries = 0;
	enum rc rc = erased_salt(db, true, k.salt, e);
	if (rc == RC_OK)
		rc = x->event ? erase_entry(&k, e) : erase_whole(&k, e);
	return rc == RC_OK ? keep_items(&k, e) : rc;
}

/* By the items of the list: what the store that was restored does not hold is gone anyway. */
static enum rc erase_items(struct erasing *k, struct err *e)
{
	struct erased copy = *k->x;
	struct erased_item *items = arena_array(k->a, copy.n, sizeof *items);
	enum rc rc = app_coverage_refresh(k->app, k->db, e);
	memcpy(items, copy.items, copy.n * sizeof *items);
	copy.items = items;
	if (rc == RC_OK && copy.event) {
		k->x = &copy;
		return erase_entries(k, 0, e);
	}
	int64_t *records = arena_array(k->a, copy.n, sizeof *records);
	for (size_t i = 0; i < copy.n; i++)
		records[i] = items[i].person;
	k->records = records;
	k->n_records = copy.n;
	for (size_t i = 0; rc == RC_OK && i < copy.n; i++) {
		struct erased one = copy;
		one.n = 0;
		one.items = &items[i];
		k->x = &one;
		rc = erase_record(k, items[i].person, e);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	return rc;
}

enum rc erase_again(struct app *app, struct db *db, const struct erased *x, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct erased copy = *x;
	struct erasing k = { .app = app, .db = db, .x = &copy, .said = audit_erased_words(x->id, &a), .a = &a };
	struct viewer op = app_operator(app);
	enum rc rc = erased_salt(db, false, k.salt, e);
	if (rc == RC_OK)
		rc = erase_items(&k, e);
	k.x = &copy;
	struct sql_erasure_again_in row = { .id = x->id,
					    .person = x->person,
					    .event = x->event,
					    .ground = x->ground,
					    .why = x->why,
					    .asked_by = x->asked_by,
					    .asked_org = x->asked_org,
					    .asked_ms = x->asked_ms,
					    .decided_by = x->decided_by,
					    .decided_org = x->decided_org,
					    .decided_ms = x->decided_ms,
					    .entries = x->entries,
					    .again_ms = app_now_ms(app) };
	if (rc == RC_OK)
		rc = sql_erasure_again(db, &row, NULL, e);
	if (rc == RC_OK)
		rc = keep_items(&k, e);
	return rc == RC_OK
		   ? audit(app, db, &op, x->person, "erased again", k.said, STR("on a store that was restored"), e)
		   : rc;
}
