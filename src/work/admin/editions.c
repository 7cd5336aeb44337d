#include "work/admin/editions.h"

#include "codec/json.h"
#include "codec/yaml.h"
#include "store/sql.h"
#include "work/core/team.h"
#include "work/core/write.h"

static const char kind[] = "rule";

bool editions_may_change(const struct app *app, const struct viewer *v)
{
	return viewer_may(v, ACT_CHANGE_RULES) && team_keeps(app, v);
}

enum rc editions_require_change(const struct app *app, const struct viewer *v, struct err *e)
{
	if (editions_may_change(app, v))
		return RC_OK;
	return err_set(
	    e, RC_REFUSED,
	    "Rules are changed by doctors and administrators of a health team of this region. Your role (%s) at "
	    "your organisation does not allow it.",
	    role_title(v->role));
}

enum rc editions_places(struct app *app, const struct viewer *v, struct arena *a, const struct organisation ***out,
			size_t *n_out, struct err *e)
{
	const struct organisation *all;
	size_t n = app_organisations(app, &all), kept = 0;
	const struct organisation **list = arena_array(a, n + 1, sizeof *list);
	struct team t;
	enum rc rc = team_read(app, v, a, &t, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		if (!str_is(all[i].kind, "provider") && team_answers_for(&t, all[i].code))
			list[kept++] = &all[i];
	*out = list;
	*n_out = kept;
	return rc;
}

/* ---- what a document holds ---- */

static day_t day_in(const struct yaml *y, const char *key)
{
	day_t d;
	return day_parse_iso(yaml_text(y, key), &d) == RC_OK ? d : DAY_NONE;
}

static size_t parts_of_list(const struct yaml *list, struct edition_part *parts)
{
	size_t n = 0;
	for (const struct yaml *y = list->child; y; y = y->next) {
		struct edition_part *p = &parts[n++];
		int64_t edition;
		*p = (struct edition_part){ .id = yaml_text(y, "id"),
					    .title = yaml_text(y, "title"),
					    .reading = yaml_text(y, "reading"),
					    .limit = yaml_text(y, "limit"),
					    .source = yaml_text(y, "source"),
					    .not_checked = yaml_text(y, "not-checked"),
					    .from = day_in(y, "from"),
					    .until = day_in(y, "until") };
		if (!p->title.n)
			p->title = p->id;
		if (str_to_int(yaml_text(y, "edition"), 1, 1000, &edition) == RC_OK)
			p->edition = (int)edition;
	}
	return n;
}

static void fill_parts(struct edition_line *l, struct arena *a)
{
	static const char *const lists[] = { "standards", "parameters", "measures", "conditions" };
	const struct yaml *root;
	struct err e = { 0 };
	if (yaml_read(l->doc->body, l->doc->name.p, a, &root, &e) != RC_OK)
		return; /* a document in force can be read */
	if (yaml_text(root, "title").n)
		l->title = yaml_text(root, "title");
	for (size_t i = 0; i < COUNT_OF(lists) && !l->n_parts; i++) {
		const struct yaml *list = yaml_get(root, lists[i]);
		if (!list || list->type != YAML_LIST)
			continue;
		struct edition_part *parts = arena_array(a, list->n, sizeof *parts);
		l->parts = parts;
		l->n_parts = parts_of_list(list, parts);
	}
	for (size_t i = 0; i < l->n_parts; i++)
		l->not_checked += l->parts[i].not_checked.n > 0;
}

static struct edition_line line_of(const struct document *d, struct arena *a)
{
	struct str rest, folder = str_cut(d->name, '/', &rest);
	struct edition_line l = { .doc = d, .folder = rest.p ? folder : STR(""), .title = d->name };
	if (str_is(l.folder, "holidays"))
		l.title = STR("Bank holidays in England"); /* a table: it has no title of its own */
	else
		fill_parts(&l, a);
	if (str_eq(l.title, d->name) && l.n_parts && (l.n_parts == 1 || str_is(l.folder, "standards")))
		l.title = l.parts[0].title;
	return l;
}

enum rc editions_list(struct app *app, const struct viewer *v, int64_t known_ms, struct arena *a,
		      const struct edition_line **out, size_t *n_out, struct err *e)
{
	(void)v; /* everybody may read the rules */
	struct app *at;
	enum rc rc = app_known(app, known_ms, &at, e);
	if (rc != RC_OK)
		return rc;
	const struct document *docs;
	size_t n = rule_set_documents(app_rules(at), &docs);
	struct edition_line *lines = arena_array(a, n, sizeof *lines);
	for (size_t i = 0; i < n; i++)
		lines[i] = line_of(&docs[i], a);
	*out = lines;
	*n_out = n;
	return RC_OK;
}

/* ---- one document ---- */

struct seeing {
	struct arena *a;
	struct str name;
	struct edition_change *changes;
	size_t n;
	int64_t *instants;
};

static enum rc history_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_rows *rows;
	struct sql_document_history_out row;
	enum rc rc = sql_document_history(db, &(struct sql_document_history_in){ str_of(kind), s->name, CHANGES_SHOWN },
					  &rows, e);
	if (rc != RC_OK)
		return rc;
	for (s->n = 0; (rc = sql_document_history_next(rows, &row, e)) == RC_OK && s->n < CHANGES_SHOWN; s->n++) {
		struct edition_change *c = &s->changes[s->n];
		bool region = str_is(row.origin, "region");
		struct str by = row.by_name.p ? arena_str(s->a, row.by_name)
				: row.why.n   ? STR("Operator of this machine")
					      : STR("With the program");
		*c = (struct edition_change){ .known_ms = row.known_ms,
					      .region = region,
					      .withdrawn = row.withdrawn != 0,
					      .by = by,
					      .why = arena_str(s->a, row.why) };
		snprintf(c->hash, sizeof c->hash, STR_FMT, STR_ARG(row.hash));
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc editions_see(struct app *app, const struct viewer *v, struct str name, int64_t known_ms, struct arena *a,
		     struct edition_page *out, struct err *e)
{
	struct app *at;
	enum rc rc = app_known(app, known_ms, &at, e);
	if (rc != RC_OK)
		return rc;
	const struct document *d = rule_set_document(app_rules(at), name);
	if (!d)
		return err_set(e, RC_NOT_FOUND, "There is no document \"" STR_FMT "\" among the rules.", STR_ARG(name));
	struct seeing s = { .a = a, .name = name, .changes = arena_array(a, CHANGES_SHOWN, sizeof *s.changes) };
	if ((rc = store_read(app_store(app), history_unit, &s, e)) != RC_OK)
		return rc;
	const struct document *shipped;
	size_t n = library_shipped(app_library(app), &shipped);
	*out = (struct edition_page){
		.line = line_of(d, a), .changes = s.changes, .n_changes = s.n, .may_change = editions_may_change(app, v)
	};
	for (size_t i = 0; i < n; i++)
		if (str_eq(shipped[i].name, name))
			out->differs = strcmp(shipped[i].hash, d->hash) != 0;
	return RC_OK;
}

static enum rc instants_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_rows *rows;
	struct sql_document_changes_out row;
	enum rc rc =
	    sql_document_changes(db, &(struct sql_document_changes_in){ str_of(kind), CHANGES_SHOWN }, &rows, e);
	if (rc != RC_OK)
		return rc;
	for (s->n = 0; (rc = sql_document_changes_next(rows, &row, e)) == RC_OK && s->n < CHANGES_SHOWN;)
		s->instants[s->n++] = row.known_ms;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc editions_changes(struct app *app, struct arena *a, const int64_t **out, size_t *n_out, struct err *e)
{
	struct seeing s = { .a = a, .instants = arena_array(a, CHANGES_SHOWN, sizeof *s.instants) };
	enum rc rc = store_read(app_store(app), instants_unit, &s, e);
	if (rc != RC_OK)
		return rc;
	*out = s.instants;
	*n_out = s.n;
	return RC_OK;
}

static bool begins(const char *hash, struct str digits)
{
	return strncmp(hash, digits.p, digits.n) == 0;
}

/* The newest instant at which a set, or a document that was new then, has that hash. */
static enum rc instant_of_hash(struct app *app, struct str digits, int64_t *out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	const int64_t *instants;
	size_t n;
	enum rc rc = editions_changes(app, &a, &instants, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct rule_set *s;
		if ((rc = library_known(app_library(app), instants[i], &s, e)) != RC_OK)
			return rc;
		const struct document *docs;
		size_t n_docs = rule_set_documents(s, &docs);
		bool found = begins(rule_set_hash(s), digits);
		for (size_t k = 0; k < n_docs && !found; k++)
			found = docs[k].known_ms == instants[i] && begins(docs[k].hash, digits);
		rule_set_let_go(s);
		if (found) {
			*out = instants[i];
			return RC_OK;
		}
	}
	return rc == RC_OK ? err_set(e, RC_NOT_FOUND, "No rules here have a hash that begins with " STR_FMT ".",
				     STR_ARG(digits))
			   : rc;
}

enum rc editions_instant(struct app *app, struct str words, int64_t *known_ms_out, struct err *e)
{
	day_t day;
	int64_t ms;
	bool hex = words.n >= 6 && words.n < HASH_HEX_MAX;
	for (size_t i = 0; i < words.n; i++)
		hex = hex && strchr("0123456789abcdef", words.p[i]) && words.p[i];
	if (str_is(words, "now"))
		ms = KNOWN_NOW;
	else if (day_parse(words, &day) == RC_OK)
		ms = london_midnight_ms(day + 1) - 1;
	else if (hex)
		return instant_of_hash(app, words, known_ms_out, e);
	else if (instant_parse(words, &ms) != RC_OK)
		return err_set(e, RC_BAD_INPUT,
			       "\"" STR_FMT "\" is no day such as 2026-11-22, no instant, and no beginning of a hash.",
			       STR_ARG(words));
	*known_ms_out = ms;
	return RC_OK;
}

size_t editions_diff(const struct app *before, const struct app *after, struct arena *a,
		     const struct edition_diff **out)
{
	const struct document *x, *y;
	size_t nx = rule_set_documents(app_rules(before), &x), ny = rule_set_documents(app_rules(after), &y), n = 0;
	struct edition_diff *list = arena_array(a, nx + ny + 1, sizeof *list);
	for (size_t i = 0; i < nx; i++) {
		const struct document *other = rule_set_document(app_rules(after), x[i].name);
		if (!other || strcmp(other->hash, x[i].hash) != 0)
			list[n++] = (struct edition_diff){ arena_str(a, x[i].name), arena_str(a, x[i].body),
							   other ? arena_str(a, other->body) : STR("") };
	}
	for (size_t i = 0; i < ny; i++)
		if (!rule_set_document(app_rules(before), y[i].name))
			list[n++] = (struct edition_diff){ arena_str(a, y[i].name), STR(""), arena_str(a, y[i].body) };
	*out = list;
	return n;
}

/* ---- manifest ---- */

enum rc app_manifest(struct app *app, int64_t known_ms, day_t as_of, struct buf *out, struct err *e)
{
	struct app *at;
	char text[DAY_TEXT_MAX];
	enum rc rc = app_known(app, known_ms, &at, e);
	if (rc != RC_OK)
		return rc;
	const struct document *docs;
	size_t n = rule_set_documents(app_rules(at), &docs);
	buf_printf(out, "{\"program\":\"linnet %s\",\"as_of\":\"%s\"", LINNET_VERSION,
		   day_iso(as_of == DAY_NONE ? app_today(app) : as_of, text));
	if (known_ms == KNOWN_NOW)
		buf_puts(out, ",\"as_known_on\":null");
	else
		buf_printf(out, ",\"as_known_on\":\"%s\"", instant_iso(known_ms, text));
	buf_printf(out, ",\"rules\":\"%s\",\"documents\":[", rule_set_hash(app_rules(at)));
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "%s\n{\"name\":", i ? "," : "");
		json_put_string(out, docs[i].name);
		buf_printf(out, ",\"hash\":\"%s\",\"changed_here\":%s}", docs[i].hash,
			   docs[i].region ? "true" : "false");
	}
	buf_puts(out, "]}\n");
	return RC_OK;
}
