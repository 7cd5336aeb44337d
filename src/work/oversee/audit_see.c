/* audit_see.c - the lines of the audit, for people (audit.h). */
#include "work/oversee/audit.h"

#include "base/text.h"
#include "store/sql.h"
#include "work/core/write.h"

struct seeing {
	struct app *app;
	const struct audit_query *q;
	struct arena *a;
	struct audit_line *line;
	size_t n;
};

/* The smallest id that could be given on this day. */
static int64_t id_from(day_t d)
{
	struct id_source s;
	id_source_init(&s, 0);
	return id_new(&s, london_midnight_ms(d));
}

static enum rc account_of(struct db *db, struct str login, struct arena *a, int64_t *out, struct err *e)
{
	struct sql_account_by_login_out row;
	if (!login.n || str_is(login, "operator")) {
		*out = login.n ? 0 : -1;
		return RC_OK;
	}
	enum rc rc = sql_account_by_login(db, &(struct sql_account_by_login_in){ login }, a, &row, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_BAD_INPUT,
			       "There is no account \"" STR_FMT
			       "\". Give the name somebody signs in with, or operator.",
			       STR_ARG(login));
	if (rc == RC_OK)
		*out = row.id;
	return rc;
}

static struct audit_line line_of(const struct seeing *s, const struct sql_audit_read_out *r)
{
	const struct organisation *org = app_organisation(s->app, r->org);
	const struct organisation *council = r->person ? app_organisation(s->app, r->council) : NULL;
	char id[ID_TEXT_MAX];
	return (struct audit_line){ .id = r->id,
				    .at_ms = r->at_ms,
				    .person = r->person,
				    .entry = r->event > 0 ? r->event : 0,
				    .who = r->by_name.p ? arena_str(s->a, r->by_name)
					   : r->org	? STR("Somebody with a link")
							: STR("Operator of this machine"),
				    .org = org ? org->name : STR(""),
				    .act = arena_str(s->a, r->act),
				    .what = arena_str(s->a, r->what),
				    .reason = arena_str(s->a, r->reason),
				    .about = !r->person ? STR("")
					     : council ? arena_printf(s->a, STR_FMT "/" STR_FMT, STR_ARG(council->code),
								      STR_ARG(r->ref))
						       : arena_str(s->a, str_of(id_text(r->person, id))),
				    .sealed = r->seal > 0 };
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_rows *rows;
	struct sql_audit_read_out r;
	struct sql_audit_read_in in = { .from = s->q->from == DAY_NONE ? 0 : id_from(s->q->from),
					.before = s->q->to == DAY_NONE ? INT64_MAX : id_from(s->q->to + 1),
					.person = s->q->person,
					.limit = s->q->limit };
	enum rc rc = account_of(db, s->q->login, s->a, &in.account, e);
	if (rc == RC_OK)
		rc = sql_audit_read(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_audit_read_next(rows, &r, e)) == RC_OK && s->n < (size_t)s->q->limit)
		s->line[s->n++] = line_of(s, &r);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	const struct seeing *s = arg;
	struct viewer v = app_operator(s->app);
	return audit(s->app, db, &v, s->q->person, "looked", STR("the audit"), STR("ordinary work"), e);
}

enum rc audit_see(struct app *app, const struct viewer *v, const struct audit_query *q, struct arena *a,
		  const struct audit_line **out, size_t *n_out, struct err *e)
{
	if (v->role != ROLE_OPERATOR)
		return err_set(e, RC_REFUSED, "Only the operator reads the audit of all organisations.");
	if (q->limit < 1 || q->limit > AUDIT_LINES_MAX)
		return err_set(e, RC_BAD_INPUT, "From 1 to %d lines can be shown at a time.", AUDIT_LINES_MAX);
	struct seeing s = { .app = app, .q = q, .a = a };
	s.line = arena_array(a, (size_t)q->limit, sizeof *s.line);
	enum rc rc = store_read(app_store(app), see_unit, &s, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), look_unit, &s, e);
	if (rc == RC_OK) {
		*out = s.line;
		*n_out = s.n;
	}
	return rc;
}
