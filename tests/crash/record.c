/* For tests/crash/run: records entries, or erases children, until it is killed, and afterwards
 * tells whether the store kept what it had acknowledged.
 *
 *   record write STORE SEED    one line "PERSON EVENT" for each commit, after it
 *   record check STORE < LINES exit 0 if every line's event is in the store
 *   record erase STORE SEED    one line "PERSON" for each child erased, after its commit
 *   record gone STORE < LINES  exit 0 if nothing of any of these children is in the store
 *   record count STORE         events, how many are not a whole child's, loads cut off
 */
#include "base/rand.h"
#include "work/admin/staff.h"
#include "work/app.h"
#include "work/oversee/erase.h"
#include "work/record/record.h"

enum { CHILDREN_MAX = 500 };

struct asking {
	const char *sql;
	int64_t in[2];
	size_t n_in;
	int64_t *out;
	size_t max, n;
};

static enum rc ask_unit(struct db *db, void *arg, struct err *e)
{
	static const struct sql_param in[] = { { "a", SQL_INT }, { "b", SQL_INT } }, out[] = { { "n", SQL_INT } };
	struct asking *q = arg;
	struct sql_statement st = { "test", q->sql, in, q->n_in, out, 1, -1 };
	struct sql_value values[2] = { { .type = SQL_INT, .i = q->in[0] }, { .type = SQL_INT, .i = q->in[1] } }, v;
	struct sql_rows *rows;
	enum rc rc = db_query(db, &st, values, &rows, e);
	if (rc != RC_OK)
		return rc;
	for (q->n = 0; (rc = db_next(rows, &v, e)) == RC_OK && q->n < q->max; q->n++)
		q->out[q->n] = v.i;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static size_t ask(struct app *app, const char *sql, int64_t a, int64_t b, size_t n_in, int64_t *out, size_t max)
{
	struct err e = { 0 };
	struct asking q = { sql, { a, b }, n_in, out, max, 0 };
	if (store_read(app_store(app), ask_unit, &q, &e) != RC_OK) {
		fprintf(stderr, "record: %s %s\n", e.text, e.detail);
		exit(2);
	}
	return q.n;
}

static enum rc write_one(struct app *app, const struct viewer *v, int64_t person, struct rand *r, int64_t *event_out,
			 struct err *e)
{
	struct arena a AUTO(arena_release);
	struct child_page p;
	char value[8];
	arena_init(&a);
	snprintf(value, sizeof value, "%d", (int)rand_int(r, 0, 40));
	struct child_query q = { .person = person, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	enum rc rc = child_see(app, v, &q, &a, &p, e);
	struct draft d = { .change = CHANGE_RECORD,
			   .person = person,
			   .kind = STR("sdq-scored"),
			   .at = STR("01/03/2026"),
			   .code = STR("carer"),
			   .value = str_of(value) };
	if (rc != RC_OK)
		return rc;
	d.version = p.head.version;
	return record_save(app, v, &d, &a, event_out, e);
}

static bool begin(struct app *app, const char *seed, struct rand *r, int64_t *children, size_t *n_out)
{
	int64_t number;
	if (str_to_int(str_of(seed), 0, INT64_MAX, &number) != RC_OK)
		return false;
	*r = rand_stream((uint64_t)number, "crash", 0);
	*n_out = ask(app, "SELECT id AS n FROM person ORDER BY id LIMIT 500", 0, 0, 0, children, CHILDREN_MAX);
	return true;
}

static int write_on(struct app *app, const char *seed)
{
	static int64_t children[CHILDREN_MAX];
	struct viewer v = app_operator(app);
	struct rand r;
	size_t n;
	if (!begin(app, seed, &r, children, &n))
		return 2;
	while (n) {
		struct err e = { 0 };
		int64_t person = children[rand_int(&r, 0, (int64_t)n - 1)], event;
		enum rc rc = write_one(app, &v, person, &r, &event, &e);
		if (rc == RC_OK) {
			printf("%" PRId64 " %" PRId64 "\n", person, event);
			fflush(stdout);
		} else if (rc != RC_CONFLICT && rc != RC_BUSY) {
			fprintf(stderr, "record: %s %s\n", e.text, e.detail);
			return 1;
		}
	}
	return 2;
}

/* Somebody who asks; the operator, who did not, decides. */
static enum rc lead(struct app *app, struct viewer *out, struct err *e)
{
	static const char of_lead[] = "SELECT id AS n FROM account WHERE login = 'crash.lead'";
	const struct organisation *team = app_health_team(app);
	int64_t account = 0;
	enum rc rc = RC_OK;
	if (!ask(app, of_lead, 0, 0, 0, &account, 1)) {
		rc = account_add(app, STR("crash.lead"), STR("Robin Vale"), ROLE_GOVERNANCE, team->code,
				 STR("a long pass phrase"), e);
		ask(app, of_lead, 0, 0, 0, &account, 1);
	}
	*out =
	    (struct viewer){ .account = account, .org = team->id, .role = ROLE_GOVERNANCE, .name = STR("Robin Vale") };
	return rc;
}

static enum rc erase_one(struct app *app, const struct viewer *asker, int64_t person, struct err *e)
{
	struct viewer decider = app_operator(app);
	struct erase_ask what = { person, 0, STR("order"), STR("Order 1") };
	const char *field;
	int64_t id;
	enum rc rc = erase_ask(app, asker, &what, &id, &field, e);
	return rc == RC_OK ? erase_decide(app, &decider, id, true, STR("Nothing stands in the way"), e) : rc;
}

/* Children are erased one after another, in an order of the seed's, until none is left or the end comes. */
static int erase_on(struct app *app, const char *seed)
{
	static int64_t children[CHILDREN_MAX];
	struct viewer asker;
	struct err e = { 0 };
	struct rand r;
	size_t n;
	if (!begin(app, seed, &r, children, &n) || lead(app, &asker, &e) != RC_OK)
		return 2;
	while (n) {
		size_t at = (size_t)rand_int(&r, 0, (int64_t)n - 1);
		int64_t person = children[at];
		children[at] = children[--n];
		enum rc rc = erase_one(app, &asker, person, &e);
		if (rc == RC_OK) {
			printf("%" PRId64 "\n", person);
			fflush(stdout);
		} else if (rc != RC_CONFLICT && rc != RC_BUSY && rc != RC_NOT_FOUND) {
			/* a conflict: asked for by one who was killed; not found: of a council that the lead does not
			 * keep */
			fprintf(stderr, "record: %s %s\n", e.text, e.detail);
			return 1;
		}
		err_clear(&e);
	}
	return 0;
}

static int gone(struct app *app)
{
	static const char *const of_person[] = { "SELECT count(*) AS n FROM person WHERE id = $1",
						 "SELECT count(*) AS n FROM event WHERE person = $1",
						 "SELECT count(*) AS n FROM compact WHERE person = $1",
						 "SELECT count(*) AS n FROM work_row WHERE person = $1" };
	char line[100];
	int64_t lines = 0, left = 0, person;
	while (fgets(line, sizeof line, stdin)) {
		if (!strchr(line, '\n') || str_to_int(str_trim(str_of(line)), 1, INT64_MAX, &person) != RC_OK)
			continue;
		lines++;
		for (size_t i = 0; i < COUNT_OF(of_person); i++) {
			int64_t n = 1;
			ask(app, of_person[i], person, 0, 1, &n, 1);
			left += n != 0;
		}
	}
	printf("%" PRId64 " acknowledged as erased, %" PRId64 " left\n", lines, left);
	return left != 0;
}

static int check(struct app *app)
{
	char line[100];
	int64_t lines = 0, lost = 0;
	while (fgets(line, sizeof line, stdin)) {
		struct str rest, first = str_cut(str_trim(str_of(line)), ' ', &rest);
		int64_t person, event, n = 0;
		if (!strchr(line, '\n') || str_to_int(first, 1, INT64_MAX, &person) != RC_OK ||
		    str_to_int(rest, 1, INT64_MAX, &event) != RC_OK)
			continue; /* a line that was being written when the end came */
		ask(app, "SELECT count(*) AS n FROM event WHERE person = $1 AND id = $2", person, event, 2, &n, 1);
		lines++;
		lost += n != 1;
	}
	printf("%" PRId64 " acknowledged, %" PRId64 " lost\n", lines, lost);
	return lost != 0;
}

static int count(struct app *app)
{
	int64_t events = 0, alone = 0, unclocked = 0, cut = 0, between = 0;
	ask(app, "SELECT count(*) AS n FROM event", 0, 0, 0, &events, 1);
	ask(app, "SELECT count(*) AS n FROM event e WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.id = e.person)", 0,
	    0, 0, &alone, 1);
	ask(app,
	    "SELECT count(*) AS n FROM person p WHERE p.clocked_on IS NULL OR NOT EXISTS (SELECT 1 FROM event e WHERE "
	    "e.person = p.id)",
	    0, 0, 0, &unclocked, 1);
	ask(app, "SELECT count(*) AS n FROM load WHERE state = 'running'", 0, 0, 0, &cut, 1);
	ask(app, "SELECT count(*) AS n FROM load WHERE state = 'running' AND children_done > 0", 0, 0, 0, &between, 1);
	printf("%" PRId64 " events, %" PRId64 " half written, %" PRId64 " loads cut off, %" PRId64
	       " of them between two children\n",
	       events, alone + unclocked, cut, between);
	return alone + unclocked != 0;
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	struct app *app;
	int64_t now = 0;
	const char *told = getenv("LINNET_NOW");
	if (argc < 3 || (told && instant_parse(str_of(told), &now) != RC_OK))
		return 2;
	struct app_settings s = {
		.data_dir = "data", .store_url = argv[2], .now_ms = now, .erased_file = getenv("LINNET_ERASED")
	};
	if (app_open(&s, &app, &e) != RC_OK) {
		fprintf(stderr, "record: %s\n", e.text);
		return 2;
	}
	int status = 2;
	if (strcmp(argv[1], "write") == 0 && argc == 4)
		status = write_on(app, argv[3]);
	else if (strcmp(argv[1], "erase") == 0 && argc == 4)
		status = erase_on(app, argv[3]);
	else if (strcmp(argv[1], "gone") == 0)
		status = gone(app);
	else if (strcmp(argv[1], "check") == 0)
		status = check(app);
	else if (strcmp(argv[1], "count") == 0)
		status = count(app);
	app_close(app);
	return status;
}
