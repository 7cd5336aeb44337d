#include "store/feed.h"

#include "base/text.h"

struct feed {
	const struct sql_feed *rows;
	enum rc refused; /* a row, and why */
	struct err why;
};

struct feed_table {
	sqlite3_vtab base; /* first: SQLite's own part */
	struct feed *feed;
};

struct feed_cursor {
	sqlite3_vtab_cursor base; /* first */
	struct feed *feed;
	size_t at;
	const char *row;
};

static int connect(sqlite3 *h, void *feed, int argc, const char *const *argv, sqlite3_vtab **out, char **why)
{
	struct buf sql AUTO(buf_release);
	(void)argc;
	(void)argv;
	(void)why;
	buf_init(&sql, 4096);
	buf_puts(&sql, "CREATE TABLE fed (");
	for (size_t i = 0; i < FEED_COLUMNS; i++)
		buf_printf(&sql, "%sc%zu", i ? ", " : "", i + 1);
	buf_puts(&sql, ")");
	int code = sqlite3_declare_vtab(h, buf_view(&sql).p);
	if (code != SQLITE_OK)
		return code;
	struct feed_table *t = xcalloc(1, sizeof *t);
	t->feed = feed;
	*out = &t->base;
	return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *t)
{
	free(t);
	return SQLITE_OK;
}

static int best_index(sqlite3_vtab *t, sqlite3_index_info *how)
{
	(void)t;
	how->estimatedCost = 1000;
	return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *t, sqlite3_vtab_cursor **out)
{
	struct feed_cursor *c = xcalloc(1, sizeof *c);
	c->feed = ((struct feed_table *)t)->feed;
	*out = &c->base;
	return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *c)
{
	free(c);
	return SQLITE_OK;
}

/* The row at hand, if there is one. What nobody has looked through is looked at now. */
static int take(struct feed_cursor *c)
{
	struct feed *f = c->feed;
	struct sql_value values[FEED_COLUMNS];
	if (!f->rows || c->at >= f->rows->n)
		return SQLITE_OK;
	if (!f->rows->good)
		f->refused = feed_row(f->rows, c->at, values, &f->why);
	c->row = (const char *)f->rows->rows + c->at * f->rows->size;
	return f->refused == RC_OK ? SQLITE_OK : SQLITE_ABORT;
}

static int filter(sqlite3_vtab_cursor *cursor, int how, const char *text, int argc, sqlite3_value **argv)
{
	struct feed_cursor *c = (struct feed_cursor *)cursor;
	(void)how;
	(void)text;
	(void)argc;
	(void)argv;
	c->at = 0;
	return take(c);
}

static int next(sqlite3_vtab_cursor *cursor)
{
	struct feed_cursor *c = (struct feed_cursor *)cursor;
	c->at++;
	return take(c);
}

static int at_end(sqlite3_vtab_cursor *cursor)
{
	const struct feed_cursor *c = (const struct feed_cursor *)cursor;
	return !c->feed->rows || c->at >= c->feed->rows->n;
}

/* Read where it lies: this is asked for each value of each row of a load. */
static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *to, int i)
{
	const struct feed_cursor *c = (const struct feed_cursor *)cursor;
	const struct sql_feed *rows = c->feed->rows;
	const void *at = c->row + rows->at[i];
	enum sql_type type = rows->st->in[i].type;
	if (type == SQL_INT) {
		int64_t n = *(const int64_t *)at;
		if (n != SQL_NULL) /* NULL, unless something is said */
			sqlite3_result_int64(to, n);
		return SQLITE_OK;
	}
	const struct str *s = at;
	const char *p = s->n ? s->p : "";
	if (!s->p)
		return SQLITE_OK;
	if (type == SQL_TEXT)
		sqlite3_result_text64(to, p, s->n, SQLITE_STATIC, SQLITE_UTF8);
	else
		sqlite3_result_blob64(to, p, s->n, SQLITE_STATIC);
	return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)((const struct feed_cursor *)cursor)->at;
	return SQLITE_OK;
}

struct feed *feed_new(sqlite3 *h)
{
	static const sqlite3_module module = { .xConnect = connect, /* no xCreate: it is there by its name alone */
					       .xBestIndex = best_index,
					       .xDisconnect = disconnect,
					       .xOpen = cursor_open,
					       .xClose = cursor_close,
					       .xFilter = filter,
					       .xNext = next,
					       .xEof = at_end,
					       .xColumn = column,
					       .xRowid = rowid };
	struct feed *f = xcalloc(1, sizeof *f);
	sqlite3_create_module(h, "fed", &module, f);
	return f;
}

/* "$3, 5" of the text becomes "c3, 5", or stays if it is the same in all rows. */
static void put_values(const char *from, const char *end, uint64_t same, struct buf *out)
{
	for (const char *p = from; p < end; p++) {
		size_t number = *p == '$' ? strtoul(p + 1, NULL, 10) : 0;
		bool stays = number && number <= FEED_COLUMNS && (same >> (number - 1) & 1);
		buf_putc(out, *p == '$' && !stays ? 'c' : *p);
	}
}

bool feed_insert(const char *text, size_t n_in, uint64_t same, struct buf *out)
{
	static const char values[] = "VALUES (";
	const char *at = strstr(text, values);
	if (!n_in || n_in > FEED_COLUMNS || strncmp(text, "INSERT INTO ", strlen("INSERT INTO ")) != 0 || !at)
		return false;
	const char *row = at + strlen(values), *end = row + strcspn(row, "(')");
	if (*end != ')' || strpbrk(end, "$?"))
		return false;
	buf_put(out, text, (size_t)(at - text));
	buf_puts(out, "SELECT ");
	put_values(row, end, same, out);
	/* WHERE: or ON CONFLICT would be taken for a join's ON. */
	buf_puts(out, " FROM fed WHERE true");
	buf_puts(out, end + 1);
	return buf_ok(out);
}

void feed_begin(struct feed *f, const struct sql_feed *rows)
{
	*f = (struct feed){ .rows = rows, .refused = RC_OK };
}

enum rc feed_end(struct feed *f, enum rc ran, struct err *e)
{
	enum rc refused = f->refused;
	if (refused != RC_OK && e)
		*e = f->why;
	f->rows = NULL;
	f->refused = RC_OK;
	return refused != RC_OK ? refused : ran;
}
