#include "work/oversee/alert.h"

#include "base/text.h"
#include "codec/yaml.h"
#include "store/sql.h"
#include "work/app.h"

/* A line is committed some moments after its own time; what was missed for long is looked at in steps. */
enum { LATE_MS = 60000, STEP_MS = 5 * 60000, STEPS_MAX = 2000, FOUND_MAX = 1000 };
#define MINUTE_MS INT64_C(60000)
#define DAY_MS	  (24 * 60 * MINUTE_MS)

/* ---- the rules ---- */

static enum rc read_hours(const struct yaml *y, struct alert_rule *r, struct err *e)
{
	const struct yaml *h = yaml_get(y, "outside-hours");
	if (!h)
		return RC_OK;
	if (h->n != 2 || str_to_int(h->child->text, 0, 23, &r->from_hour) != RC_OK ||
	    str_to_int(h->child->next->text, r->from_hour + 1, 24, &r->to_hour) != RC_OK)
		return yaml_error(h, e, "two hours are needed, such as [7, 20]");
	return RC_OK;
}

static enum rc read_rule(const struct yaml *y, struct alert_rule *r, struct err *e)
{
	static const char *const counts[] = { "new-children", "children",    "searches",
					      "emergencies",  "no-category", "export-bytes" };
	static const char *const keys[] = { "rule",	    "title",	     "counts", "at-least",    "within-minutes",
					    "not-for-days", "outside-hours", "source", "not-checked", NULL };
	struct str c = yaml_text(y, "counts");
	*r = (struct alert_rule){ .id = yaml_text(y, "rule"),
				  .title = yaml_text(y, "title"),
				  .source = yaml_text(y, "source"),
				  .not_checked = yaml_text(y, "not-checked") };
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		if (str_is(c, counts[i]))
			r->counts = (enum alert_counts)(i + 1);
	enum rc rc = yaml_only(y, keys, e);
	if (rc == RC_OK && (!r->id.n || !r->title.n || !r->source.n || !r->counts))
		rc = yaml_error(y, e,
				"a rule has its word, a title, a source, and counts one of the things that it may");
	if (rc == RC_OK)
		rc = yaml_int(y, "at-least", 1, INT64_MAX, 0, &r->least, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "within-minutes", 1, 7 * 1440, 0, &r->minutes, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "not-for-days", 1, 3650, 0, &r->not_for_days, e);
	if (rc == RC_OK && (!r->least || !r->minutes || (r->counts == ALERT_NEW_CHILDREN) != (r->not_for_days > 0)))
		rc = yaml_error(y, e,
				"\"at-least\" and \"within-minutes\" are needed, \"not-for-days\" for new-children");
	return rc == RC_OK ? read_hours(y, r, e) : rc;
}

enum rc alert_rules(struct app *app, struct arena *a, const struct alert_rule **out, size_t *n_out, struct err *e)
{
	const struct yaml *root;
	struct alert_rule *rules = arena_array(a, ALERT_RULES_MAX, sizeof *rules);
	size_t n = 0;
	enum rc rc = yaml_read_file(arena_printf(a, "%s/alerts.yaml", app_data_dir(app)).p, a, &root, e);
	const struct yaml *list = rc == RC_OK ? yaml_get(root, "rules") : NULL;
	for (const struct yaml *y = list ? list->child : NULL; rc == RC_OK && y; y = y->next)
		rc = n == ALERT_RULES_MAX ? yaml_error(y, e, "there are too many rules") : read_rule(y, &rules[n++], e);
	if (rc != RC_OK)
		return rc;
	*out = rules;
	*n_out = n;
	return RC_OK;
}

/* ---- looking ---- */

struct found { /* of one account */
	int64_t account, org, n, first_ms, last_ms, last_id;
};

struct sweep {
	struct app *app;
	struct db *db;
	const struct alert_rule *rules, *r;
	size_t n_rules;
	int64_t now, upto; /* end of the stretch that is looked at */
	int64_t fresh;
	struct found *found; /* [FOUND_MAX] */
	size_t n;
	struct arena *a;
};

/* The smallest id that could be given at an instant. */
static int64_t id_at(int64_t ms)
{
	struct id_source s;
	id_source_init(&s, 0);
	return id_new(&s, ms > 0 ? ms : 1);
}

static void take(struct sweep *k, struct found f)
{
	if (k->n < FOUND_MAX)
		k->found[k->n++] = f;
}

#define FIND(name, ...)                                                                                                \
	do {                                                                                                           \
		struct sql_rows *rows;                                                                                 \
		struct sql_##name##_out row;                                                                           \
		struct sql_##name##_in in = { __VA_ARGS__ };                                                           \
		enum rc got = sql_##name(k->db, &in, &rows, e);                                                        \
		if (got != RC_OK)                                                                                      \
			return got;                                                                                    \
		while ((got = sql_##name##_next(rows, &row, e)) == RC_OK)                                              \
			take(k,                                                                                        \
			     (struct found){ row.account, row.org, row.n, row.first_ms, row.last_ms, row.last_id });   \
		db_done(rows);                                                                                         \
		return got == RC_NOT_FOUND ? RC_OK : got;                                                              \
	} while (0)

static enum rc find_exports(struct sweep *k, int64_t from, int64_t until, int64_t account, struct err *e)
{
	struct sql_rows *rows;
	struct sql_alert_exports_out r;
	struct sql_alert_exports_in in = { from, until, account, k->r->least };
	enum rc rc = sql_alert_exports(k->db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_alert_exports_next(rows, &r, e)) == RC_OK) {
		struct found *same = k->n && k->found[k->n - 1].account == r.account ? &k->found[k->n - 1] : NULL;
		if (!same)
			take(k, (struct found){ r.account, r.org, r.n, r.at_ms, r.at_ms, r.id });
		else
			*same = (struct found){ r.account,	r.org,	 r.n > same->n ? r.n : same->n,
						same->first_ms, r.at_ms, r.id };
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc find_emergencies(struct sweep *k, int64_t from, int64_t until, int64_t account, struct err *e)
{
	const struct code_list *known = vocab_list(app_vocab(k->app), STR("emergency-reason"));
	struct sql_rows *rows;
	struct sql_alert_emergencies_out r;
	size_t kept = 0;
	struct sql_alert_emergencies_in in = { from, until, account };
	enum rc rc = sql_alert_emergencies(k->db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_alert_emergencies_next(rows, &r, e)) == RC_OK) {
		struct found *same = k->n && k->found[k->n - 1].account == r.account ? &k->found[k->n - 1] : NULL;
		if (k->r->counts == ALERT_NO_CATEGORY && known && code_list_find(known, r.category))
			continue;
		if (!same)
			take(k, (struct found){ r.account, r.org, 1, r.at_ms, r.at_ms, r.id });
		else
			*same = (struct found){ r.account, r.org, same->n + 1, same->first_ms, r.at_ms, r.id };
	}
	db_done(rows);
	for (size_t i = 0; i < k->n; i++)
		if (k->found[i].n >= k->r->least)
			k->found[kept++] = k->found[i];
	k->n = kept;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Accounts of which so much is there between two ids; account 0: of all. */
static enum rc find(struct sweep *k, int64_t from, int64_t until, int64_t account, struct err *e)
{
	const struct alert_rule *r = k->r;
	int64_t long_ago = r->not_for_days ? id_at(k->upto - r->not_for_days * DAY_MS) : 0;
	k->n = 0;
	switch (r->counts) {
	case ALERT_NEW_CHILDREN:
	case ALERT_CHILDREN: FIND(alert_children, from, until, account, long_ago, r->least);
	case ALERT_SEARCHES: FIND(alert_searches, from, until, account, r->least);
	case ALERT_EMERGENCIES:
	case ALERT_NO_CATEGORY: return find_emergencies(k, from, until, account, e);
	case ALERT_EXPORT_BYTES: return find_exports(k, from, until, account, e);
	}
	return RC_OK;
}

static enum rc put(struct sweep *k, const struct found *f, struct err *e)
{
	struct sql_alert_insert_in in = { .id = app_new_id(k->app),
					  .rule = k->r->id,
					  .account = f->account,
					  .org = f->org,
					  .from_ms = f->first_ms,
					  .to_ms = f->last_ms,
					  .last_id = f->last_id,
					  .n = f->n,
					  .found_ms = k->now };
	k->fresh++;
	return sql_alert_insert(k->db, &in, NULL, e);
}

/* One that goes on grows; one that was acknowledged counts what came after it. */
static enum rc settle(struct sweep *k, struct found f, int64_t from_ms, int64_t until, struct err *e)
{
	struct sql_alert_newest_out before;
	struct sql_alert_newest_in in = { k->r->id, f.account, from_ms };
	enum rc rc = sql_alert_newest(k->db, &in, k->a, &before, e);
	if (rc == RC_NOT_FOUND)
		return put(k, &f, e);
	if (rc != RC_OK || f.last_id <= before.last_id)
		return rc;
	if (before.acknowledged_ms == SQL_NULL) {
		struct sql_alert_grow_in more = { before.id, f.last_ms, f.last_id, f.n > before.n ? f.n : before.n };
		return sql_alert_grow(k->db, &more, NULL, e);
	}
	rc = find(k, before.last_id + 1, until, f.account, e);
	return rc == RC_OK && k->n ? put(k, &k->found[0], e) : rc;
}

/* The stretch that ends at k->upto, or what of it lies outside of the hours; false: nothing does. While the
 * doors are open nothing is looked at: what came before was looked at when it happened. */
static bool stretch(const struct sweep *k, int64_t *from_out)
{
	int64_t from = k->upto - k->r->minutes * MINUTE_MS;
	day_t day;
	int minute;
	*from_out = from;
	if (!k->r->to_hour)
		return true;
	london_of_ms(k->upto, &day, &minute);
	if (day_weekday(day) > 5)
		return true;
	int64_t closes = london_midnight_ms(day) + k->r->to_hour * 60 * MINUTE_MS;
	if (k->upto >= closes && from < closes)
		*from_out = closes;
	return minute < k->r->from_hour * 60 || minute >= k->r->to_hour * 60;
}

static enum rc look(struct sweep *k, struct err *e)
{
	int64_t from;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < k->n_rules; i++) {
		k->r = &k->rules[i];
		if (!stretch(k, &from))
			continue;
		int64_t until = id_at(k->upto + 1);
		if ((rc = find(k, id_at(from), until, 0, e)) != RC_OK)
			return rc;
		size_t n = k->n;
		struct found *all = arena_array(k->a, n, sizeof *all);
		if (n)
			memcpy(all, k->found, n * sizeof *all);
		for (size_t f = 0; rc == RC_OK && f < n; f++)
			rc = settle(k, all[f], from, until, e);
	}
	return rc;
}

static enum rc sweep_unit(struct db *db, void *arg, struct err *e)
{
	struct sweep *k = arg;
	struct sql_alert_sweep_begin_out before;
	arena_reset(k->a);
	k->db = db;
	k->fresh = 0;
	enum rc rc = alert_rules(k->app, k->a, &k->rules, &k->n_rules, e);
	if (rc == RC_OK)
		rc = sql_alert_sweep_begin(db, &(struct sql_alert_sweep_begin_in){ k->now }, k->a, &before, e);
	k->found = arena_array(k->a, FOUND_MAX, sizeof *k->found);
	/* Nothing was looked at yet: what is old is not news. */
	int64_t from = before.before_ms > 0 ? before.before_ms - LATE_MS : k->now;
	if (rc == RC_OK && k->now - from > STEPS_MAX * (int64_t)STEP_MS)
		from = k->now - STEPS_MAX * (int64_t)STEP_MS;
	for (k->upto = from + STEP_MS; rc == RC_OK && k->upto < k->now; k->upto += STEP_MS)
		rc = look(k, e);
	k->upto = k->now;
	return rc == RC_OK ? look(k, e) : rc;
}

enum rc alerts_sweep(struct app *app, int64_t *new_out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sweep k = { .app = app, .now = app_now_ms(app), .a = &a };
	enum rc rc = store_write(app_store(app), sweep_unit, &k, e);
	if (rc == RC_OK)
		*new_out = k.fresh;
	return rc;
}
