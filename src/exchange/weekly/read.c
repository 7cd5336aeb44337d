/* read.c - a weekly list through the jail: parsed inside, checked outside. */
#include "base/hash.h"
#include "base/jail.h"
#include "base/text.h"
#include "codec/sheet_read.h"
#include "exchange/weekly/rows.h"
#include "record/nhs_number.h"

#include <errno.h>
#include <unistd.h>

/*
 * Messages: type (1 byte), number of texts (1), flags (1), severity (1), line (4),
 * then each text: length (2 bytes), bytes. All numbers as this machine keeps them:
 * both ends are one program.
 */
enum { ROW = 'R', RECORD = 'C', FINDING = 'F', END = 'E' };
enum {
	TEXTS_MAX = WEEKLY__FIELDS,
	MESSAGE_MAX = 8 + TEXTS_MAX * (2 + 1024),
	TEXT_MAX = 1024,
	RECORD_TEXT_MAX = 16 * 1024,
	PIPE_MAX = 64 * 1024
};
enum { KEPT_BACK = 1, REFUSED = 2, UNSURE = 4, MENDED = 8 };
/* A title is one cell, within the first lines of the sheet. */
enum { TITLE_CELLS = 1, TITLE_LINES = 20, WEEKLY_FILE_MAX = 32 << 20 };
struct head {
	uint8_t type, n, flags, severity;
	uint32_t line;
};
_Static_assert(sizeof(struct head) == 8, "no gaps");

/* ---- inside ---- */

struct inside {
	const struct weekly_spec *spec;
	const struct weekly_mapped *by; /* NULL: by its headings */
	struct str council;
	day_t today;
	int fd, out;
	bool broken;
	struct hash hash;
	struct weekly_rows rows;
	struct buf b;
};

static void flush(struct inside *in)
{
	for (size_t at = 0; at < in->b.n && !in->broken;) {
		ssize_t k = write(in->out, in->b.p + at, in->b.n - at);
		if (k < 0 && errno == EINTR)
			continue;
		in->broken = k <= 0;
		at += k > 0 ? (size_t)k : 0;
	}
	buf_reset(&in->b);
}

static void tell(struct inside *in, struct head h, const struct str *texts, size_t n)
{
	if (in->b.n + MESSAGE_MAX > PIPE_MAX)
		flush(in);
	h.n = (uint8_t)n;
	buf_put(&in->b, &h, sizeof h);
	for (size_t i = 0; i < n; i++) {
		size_t most = h.type == RECORD ? RECORD_TEXT_MAX : TEXT_MAX;
		uint16_t size = (uint16_t)(texts[i].n < most ? texts[i].n : 0);
		buf_put(&in->b, &size, sizeof size);
		buf_put(&in->b, texts[i].p, size);
	}
}

static void tell_row(void *arg, const struct weekly_row *r)
{
	struct head h = { .type = ROW, .flags = r->kept_back ? KEPT_BACK : 0, .line = (uint32_t)r->line };
	tell(arg, h, r->cell, WEEKLY__FIELDS);
}

static void tell_record(void *arg, int64_t line, struct str record)
{
	struct head h = { .type = RECORD, .line = (uint32_t)line };
	tell(arg, h, &record, 1);
}

static void tell_finding(void *arg, enum severity severity, int64_t line, struct str column, const char *rule,
			 struct str found, const char *message, const char *fix)
{
	struct head h = { .type = FINDING, .severity = (uint8_t)severity, .line = (uint32_t)line };
	struct str texts[] = { column, str_of(rule), found, str_of(message), str_of(fix) };
	for (size_t i = 0; i <= 2; i += 2) /* column and what was found are a stranger’s */
		if (texts[i].n > 200)
			texts[i].n = 200;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		while (texts[i].n && utf8_bad_at(texts[i]) != SIZE_MAX)
			texts[i].n--; /* not in the middle of a letter */
	tell(arg, h, texts, COUNT_OF(texts));
}

/* The whole file: its hash is of all its bytes, and a workbook is read from memory. */
static enum rc whole_file(struct inside *in, struct buf *b, struct err *e)
{
	char piece[PIPE_MAX];
	ssize_t k;
	while (buf_ok(b) && (k = read(in->fd, piece, sizeof piece)) != 0) {
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_set(e, RC_IO, "the file could not be read: %s", strerror(errno));
		buf_put(b, piece, (size_t)k);
	}
	if (!buf_ok(b))
		return err_set(e, RC_LIMIT, "it is larger than %d MB, more than any council's list",
			       WEEKLY_FILE_MAX >> 20);
	hash_add(&in->hash, b->p, b->n);
	return RC_OK;
}

/* The first sheet that shows has the list; others are notes and pivots. */
static enum rc on_sheet(void *arg, struct str name, bool hidden, bool *skip_out, struct err *e)
{
	struct inside *in = arg;
	(void)name, (void)e;
	*skip_out = hidden || in->rows.has_heading;
	return RC_OK;
}

static enum rc on_row(void *arg, int64_t line, const struct cell *cells, size_t n, struct err *e)
{
	struct inside *in = arg;
	struct str texts[SHEET_COLUMNS_MAX];
	size_t filled = 0;
	if (in->broken)
		return err_set(e, RC_IO, "nobody listens");
	if (in->rows.rows == WEEKLY_ROWS_MAX)
		return err_set(e, RC_LIMIT, "it has more than %d rows, more than any council looks after",
			       WEEKLY_ROWS_MAX);
	for (size_t i = 0; i < n; i++) {
		texts[i] = cells[i].text;
		filled += cells[i].text.n > 0 || cells[i].unworked;
	}
	if (filled == 0 || (!in->rows.has_heading && filled <= TITLE_CELLS && line <= TITLE_LINES))
		return RC_OK; /* a title above the heading */
	weekly_rows_take(&in->rows, line, texts, cells, n);
	return RC_OK;
}

static enum rc take_mapped(void *arg, const struct sheet_row *r, struct err *e)
{
	struct inside *in = arg;
	if (in->broken)
		return err_set(e, RC_IO, "nobody listens");
	if (in->rows.rows == WEEKLY_ROWS_MAX)
		return err_set(e, RC_LIMIT, "it has more than %d rows, more than any council looks after",
			       WEEKLY_ROWS_MAX);
	weekly_rows_take_mapped(&in->rows, r);
	return RC_OK;
}

static enum rc read_mapped(struct inside *in, struct err *e)
{
	const struct sheet_taker to = { take_mapped, in };
	const struct sheets_file f = { STR(""), in->fd };
	struct buf file AUTO(buf_release);
	buf_init(&file, WEEKLY_FILE_MAX);
	enum rc rc = whole_file(in, &file, e);
	return rc == RC_OK
		   ? sheets_rows(in->by->parts, &f, in->by->survey, in->by->mapping, in->today, &to, e)
		   : rc;
}

static enum rc read_list(struct inside *in, struct err *e)
{
	const struct sheet_listener listener = { on_sheet, on_row, in };
	struct buf file AUTO(buf_release);
	buf_init(&file, WEEKLY_FILE_MAX);
	enum rc rc = whole_file(in, &file, e);
	if (rc == RC_OK)
		rc = sheet_read_text(buf_view(&file), STR(""), &listener, e);
	if (rc == RC_OK && !in->rows.has_heading)
		rc = err_set(e, RC_BAD_INPUT, "it has no row of headings, such as child_id and start_date");
	return rc;
}

static int parse(int out_fd, void *arg)
{
	struct inside *in = arg;
	struct err e = { 0 };
	char hex[HASH_HEX_MAX];
	in->out = out_fd;
	buf_init(&in->b, 2 * PIPE_MAX);
	hash_begin(&in->hash);
	weekly_rows_begin(&in->rows, in->spec, in->council, in->today,
			  (struct weekly_teller){ tell_row, tell_record, tell_finding, in });
	if ((in->by ? read_mapped(in, &e) : read_list(in, &e)) != RC_OK) {
		in->rows.refused = true;
		tell_finding(in, SEVERITY_FILE, 0, STR(""), "unreadable", STR(""), e.text, "");
	}
	struct str texts[] = { str_of(hash_end(&in->hash, hex)) };
	struct head h = { .type = END,
			  .flags = (uint8_t)((in->rows.refused ? REFUSED : 0) | (in->rows.unsure ? UNSURE : 0) |
					     (in->rows.mended ? MENDED : 0)),
			  .line = (uint32_t)in->rows.rows };
	tell(in, h, texts, 1);
	flush(in);
	weekly_rows_end(&in->rows);
	buf_release(&in->b);
	return in->broken ? 1 : 0;
}

/* ---- outside ---- */

struct outside {
	struct arena *a;
	struct buf rest;
	struct weekly_row *rows;
	size_t n, cap;
	struct batch_finding *findings;
	size_t n_findings;
	int64_t findings_total, rows_read;
	struct weekly_record *records;
	size_t n_records, cap_records;
	struct str heading;
	bool ended, refused, unsure, mended;
	char hash[65];
};

static enum rc not_ours(struct err *e)
{
	return err_set(e, RC_BAD_INPUT, "The reader of the list said something that cannot be. Nothing was loaded.");
}

static bool digits_and(struct str s, const char *also)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < '0' || s.p[i] > '9') && !strchr(also, s.p[i]))
			return false;
	return true;
}

static bool cell_is_well(enum weekly_field f, struct str s)
{
	static const uint8_t days[] = { WEEKLY_BORN, WEEKLY_CARE_START, WEEKLY_LEGAL_FROM, WEEKLY_PLACEMENT_START };
	day_t d;
	if (!s.n)
		return true;
	for (size_t i = 0; i < COUNT_OF(days); i++)
		if (f == (enum weekly_field)days[i])
			return day_parse_iso(s, &d) == RC_OK;
	if (f == WEEKLY_NHS_NUMBER)
		return s.n == 10 && digits_and(s, "") && nhs_number_ok(s.p);
	if (f == WEEKLY_CHILD || f == WEEKLY_PLACEMENT)
		return s.n <= EVENT_REF_MAX;
	return s.n <= TEXT_CELL_MAX;
}

static enum rc take_row(struct outside *o, const struct head *h, const struct str *texts, struct err *e)
{
	if (h->n != WEEKLY__FIELDS || !texts[WEEKLY_CHILD].n || o->n > WEEKLY_ROWS_MAX)
		return not_ours(e);
	if (o->n == o->cap) {
		size_t cap = o->cap ? o->cap * 2 : 256;
		struct weekly_row *bigger = arena_array(o->a, cap, sizeof *bigger);
		if (o->n)
			memcpy(bigger, o->rows, o->n * sizeof *bigger);
		o->rows = bigger;
		o->cap = cap;
	}
	struct weekly_row *r = &o->rows[o->n++];
	*r = (struct weekly_row){ .line = h->line, .kept_back = h->flags & KEPT_BACK };
	for (size_t i = 0; i < WEEKLY__FIELDS; i++) {
		if (!cell_is_well((enum weekly_field)i, texts[i]))
			return not_ours(e);
		r->cell[i] = arena_str(o->a, texts[i]);
	}
	return RC_OK;
}

/* Of line 0: the headings. Rows come in the order of the file. */
static enum rc take_record(struct outside *o, const struct head *h, struct str text, struct err *e)
{
	if (h->n != 1 || o->n_records > WEEKLY_ROWS_MAX ||
	    (o->n_records && h->line <= (uint32_t)o->records[o->n_records - 1].line))
		return not_ours(e);
	if (!h->line) {
		o->heading = arena_str(o->a, text);
		return RC_OK;
	}
	if (o->n_records == o->cap_records) {
		size_t cap = o->cap_records ? o->cap_records * 2 : 256;
		struct weekly_record *bigger = arena_array(o->a, cap, sizeof *bigger);
		if (o->n_records)
			memcpy(bigger, o->records, o->n_records * sizeof *bigger);
		o->records = bigger;
		o->cap_records = cap;
	}
	o->records[o->n_records++] = (struct weekly_record){ h->line, arena_str(o->a, text) };
	return RC_OK;
}

static void add_finding(struct outside *o, enum severity severity, int64_t line, const struct str t[5])
{
	o->findings_total++;
	if (o->n_findings == WEEKLY_FINDINGS_MAX)
		return;
	o->findings[o->n_findings++] = (struct batch_finding){ .severity = severity,
							       .line = line,
							       .column = arena_str(o->a, t[0]),
							       .rule = arena_str(o->a, t[1]),
							       .found = arena_str(o->a, t[2]),
							       .message = arena_str(o->a, t[3]),
							       .fix = arena_str(o->a, t[4]) };
}

static enum rc take(struct outside *o, const struct head *h, const struct str *texts, struct err *e)
{
	if (o->ended)
		return not_ours(e);
	switch (h->type) {
	case ROW: return take_row(o, h, texts, e);
	case RECORD: return take_record(o, h, texts[0], e);
	case FINDING:
		if (h->n != 5 || h->severity < SEVERITY_KEPT_BACK || h->severity > SEVERITY_FILE)
			return not_ours(e);
		add_finding(o, (enum severity)h->severity, h->line, texts);
		return RC_OK;
	case END:
		if (h->n != 1 || texts[0].n != 64 || h->line > WEEKLY_ROWS_MAX)
			return not_ours(e);
		o->ended = true;
		o->refused = h->flags & REFUSED;
		o->unsure = h->flags & UNSURE;
		o->mended = h->flags & MENDED;
		o->rows_read = h->line;
		memcpy(o->hash, texts[0].p, 64);
		return RC_OK;
	default: return not_ours(e);
	}
}

/* The length of the message at p, 0 if its end is still to come. */
static size_t message_at(const char *p, size_t n, struct head *h, struct str *texts)
{
	size_t at = sizeof *h;
	if (n < at)
		return 0;
	memcpy(h, p, sizeof *h);
	for (size_t i = 0; i < h->n && i < TEXTS_MAX; i++) {
		uint16_t size;
		if (n < at + sizeof size)
			return 0;
		memcpy(&size, p + at, sizeof size);
		at += sizeof size;
		if (n < at + size)
			return 0;
		texts[i] = (struct str){ p + at, size };
		at += size;
	}
	return at;
}

static enum rc sink(void *arg, const void *p, size_t n, struct err *e)
{
	struct outside *o = arg;
	struct head h;
	struct str texts[TEXTS_MAX];
	buf_put(&o->rest, p, n);
	if (!buf_ok(&o->rest))
		return not_ours(e);
	size_t at = 0, size;
	enum rc rc = RC_OK;
	while (rc == RC_OK && (size = message_at(o->rest.p + at, o->rest.n - at, &h, texts)) > 0) {
		rc = h.n <= TEXTS_MAX ? RC_OK : not_ours(e);
		for (size_t i = 0; rc == RC_OK && i < h.n; i++)
			if (texts[i].n > (h.type == RECORD ? RECORD_TEXT_MAX : TEXT_MAX) || utf8_bad_at(texts[i]) != SIZE_MAX)
				rc = not_ours(e);
		if (rc == RC_OK)
			rc = take(o, &h, texts, e);
		at += size;
	}
	memmove(o->rest.p, o->rest.p + at, o->rest.n - at);
	o->rest.n -= at;
	return rc;
}

/* ---- rows of the whole list ---- */

/* In order of the file; those of one row as they were found. */
static void sort_findings(struct outside *o)
{
	for (size_t i = 1; i < o->n_findings; i++) {
		struct batch_finding f = o->findings[i];
		size_t at = i;
		for (; at && o->findings[at - 1].line > f.line; at--)
			o->findings[at] = o->findings[at - 1];
		o->findings[at] = f;
	}
}

static int by_ref(const void *x, const void *y)
{
	const struct weekly_row *a = x, *b = y;
	int c = str_cmp(a->cell[WEEKLY_CHILD], b->cell[WEEKLY_CHILD]);
	return c ? c : (a->line > b->line) - (a->line < b->line);
}

static bool same_cells(const struct weekly_row *a, const struct weekly_row *b)
{
	for (size_t i = 0; i < WEEKLY__FIELDS; i++)
		if (!str_eq(a->cell[i], b->cell[i]))
			return false;
	return true;
}

/* One row a number. Rows that agree are one; where they do not, none is believed. */
static void once_each(struct outside *o, int64_t *kept_back)
{
	size_t kept = 0;
	if (o->n)
		qsort(o->rows, o->n, sizeof *o->rows, by_ref);
	for (size_t i = 0; i < o->n; i++) {
		struct weekly_row *r = &o->rows[i], *before = kept ? &o->rows[kept - 1] : NULL;
		if (!before || !str_eq(before->cell[WEEKLY_CHILD], r->cell[WEEKLY_CHILD])) {
			o->rows[kept++] = *r;
			continue;
		}
		bool same = same_cells(before, r);
		const struct str words[] = { STR("child_id"), same ? STR("row-twice") : STR("same-number"),
					     r->cell[WEEKLY_CHILD],
					     same ? STR("The same row is there twice; one is read")
						  : STR("Two rows have this number and do not say the same: neither is "
							"believed"),
					     same ? STR("Nothing") : STR("Ask the council which row is right") };
		add_finding(o, same ? SEVERITY_WARNING : SEVERITY_KEPT_BACK, r->line, words);
		*kept_back += !same && !r->kept_back;
		if (!same && !before->kept_back) {
			(*kept_back)++;
			before->kept_back = true;
		}
	}
	o->n = kept;
}

static int by_nhs(const void *x, const void *y)
{
	const struct weekly_row *const *a = x, *const *b = y;
	return str_cmp((*a)->cell[WEEKLY_NHS_NUMBER], (*b)->cell[WEEKLY_NHS_NUMBER]);
}

/* Two children cannot share an NHS number: while two rows do, it says nothing of either. */
static void shared_numbers(struct outside *o)
{
	struct weekly_row **by = arena_array(o->a, o->n, sizeof *by);
	size_t n = 0;
	for (size_t i = 0; i < o->n; i++)
		if (o->rows[i].cell[WEEKLY_NHS_NUMBER].n)
			by[n++] = &o->rows[i];
	if (n)
		qsort(by, n, sizeof *by, by_nhs);
	for (size_t i = 1; i < n; i++) {
		if (!str_eq(by[i - 1]->cell[WEEKLY_NHS_NUMBER], by[i]->cell[WEEKLY_NHS_NUMBER]))
			continue;
		by[i - 1]->shared_number = by[i]->shared_number = true;
		const struct str words[] = { STR("nhs_number"), STR("shared-nhs-number"),
					     by[i]->cell[WEEKLY_NHS_NUMBER],
					     STR("Two rows have the same NHS number; it is not used for either"),
					     STR("Ask the council whose number it is") };
		add_finding(o, SEVERITY_WARNING, by[i]->line, words);
	}
}

static int by_line(const void *x, const void *y)
{
	const struct batch_finding *a = x, *b = y;
	return (a->line > b->line) - (a->line < b->line);
}

/* Only rows that were kept back are kept as they stood. */
static void keep_records(struct outside *o)
{
	size_t n = 0;
	for (size_t i = 0; i < o->n_records; i++) {
		bool back = false;
		struct batch_finding key = { .line = o->records[i].line };
		const struct batch_finding *f =
		    o->n_findings ? bsearch(&key, o->findings, o->n_findings, sizeof key, by_line) : NULL;
		for (; f && f > o->findings && f[-1].line == key.line;)
			f--;
		for (; f && f < o->findings + o->n_findings && f->line == key.line && !back; f++)
			back = f->severity == SEVERITY_KEPT_BACK;
		if (back)
			o->records[n++] = o->records[i];
	}
	o->n_records = n;
}

struct str weekly_list_record(const struct weekly_list *l, int64_t line)
{
	for (size_t lo = 0, hi = l->n_records; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;
		if (l->records[mid].line == line)
			return l->records[mid].text;
		if (l->records[mid].line < line)
			lo = mid + 1;
		else
			hi = mid;
	}
	return STR("");
}

static enum rc refused(const struct outside *o, struct err *e)
{
	for (size_t i = 0; i < o->n_findings; i++) {
		const struct batch_finding *f = &o->findings[i];
		if (f->severity == SEVERITY_FILE)
			return err_set(e, RC_BAD_INPUT, "The list was not read. " STR_FMT "%s" STR_FMT "%s" STR_FMT,
				       STR_ARG(f->column), f->column.n ? ": " : "", STR_ARG(f->message),
				       f->fix.n ? ". " : "", STR_ARG(f->fix));
	}
	return err_set(e, RC_BAD_INPUT, "The list was not read.");
}

static enum rc finish(struct outside *o, struct weekly_list *out, struct err *e)
{
	int64_t kept_back = 0;
	if (o->refused)
		return refused(o, e);
	if (!o->rows_read)
		return err_set(e, RC_BAD_INPUT, "The list has a heading and no row. Nothing was loaded.");
	for (size_t i = 0; i < o->n; i++)
		kept_back += o->rows[i].kept_back;
	/* Rows that came to nothing (another council, nobody’s) were kept back too. */
	kept_back += o->rows_read - (int64_t)o->n;
	once_each(o, &kept_back);
	shared_numbers(o);
	sort_findings(o);
	keep_records(o);
	*out = (struct weekly_list){ .rows = o->rows,
				     .n = o->n,
				     .findings = o->findings,
				     .n_findings = o->n_findings,
				     .findings_total = o->findings_total,
				     .rows_read = o->rows_read,
				     .rows_kept_back = kept_back,
				     .records = o->records,
				     .n_records = o->n_records,
				     .heading = o->heading,
				     .mended = o->mended,
				     .unsure = o->unsure };
	memcpy(out->hash, o->hash, sizeof out->hash);
	return RC_OK;
}

static void outside_init(struct outside *o, struct arena *a)
{
	memset(o, 0, sizeof *o);
	o->a = a;
	o->findings = arena_array(a, WEEKLY_FINDINGS_MAX, sizeof *o->findings);
	buf_init(&o->rest, 4 * PIPE_MAX);
}

static enum rc outside_end(struct outside *o, enum rc rc, struct weekly_list *out, struct err *e)
{
	if (rc == RC_OK && (!o->ended || o->rest.n))
		rc = err_set(e, RC_BAD_INPUT, "The reader of the list stopped before its end. Nothing was loaded.");
	buf_release(&o->rest);
	return rc == RC_OK ? finish(o, out, e) : rc;
}

enum rc weekly_messages(const void *bytes, size_t n, struct arena *a, struct weekly_list *out, struct err *e)
{
	struct outside o;
	outside_init(&o, a);
	return outside_end(&o, sink(&o, bytes, n, e), out, e);
}

/* Do "line" and "problem" stand behind its columns? */
static bool mapping_is_mended(const struct weekly_mapped *by)
{
	for (size_t i = 0; i < by->mapping->n_sheets; i++) {
		const struct mapped_sheet *m = &by->mapping->sheets[i];
		if (m->rows == ROWS_LEFT_OUT || m->at == SIZE_MAX)
			continue;
		const struct survey_sheet *s = &by->survey->sheets[m->at];
		return s->n_columns > 2 && str_is(s->columns[s->n_columns - 2].own, "line") &&
		       str_is(s->columns[s->n_columns - 1].own, "problem");
	}
	return false;
}

static enum rc read_it(const struct weekly_spec *s, const struct weekly_mapped *by, int fd, struct str council,
		       day_t today, struct arena *a, struct weekly_list *out, struct err *e)
{
	static const struct jail_limits limits = {
		.memory_max = 512u << 20, .cpu_seconds = 60, .wall_ms = 120 * 1000, .output_max = 256u << 20
	};
	struct inside *in AUTO(auto_free) = xcalloc(1, sizeof *in);
	struct outside o;
	outside_init(&o, a);
	in->spec = s;
	in->by = by;
	in->council = council;
	in->today = today;
	in->fd = fd;
	hash_ready();
	return outside_end(&o, jail_run("The list", &limits, &fd, 1, parse, in, sink, &o, e), out, e);
}

enum rc weekly_read(const struct weekly_spec *s, int fd, struct str council, day_t today, struct arena *a,
		    struct weekly_list *out, struct err *e)
{
	return read_it(s, NULL, fd, council, today, a, out, e);
}

enum rc weekly_read_mapped(const struct weekly_spec *s, const struct weekly_mapped *by, int fd, struct str council,
			   day_t today, struct arena *a, struct weekly_list *out, struct err *e)
{
	if (lseek(fd, 0, SEEK_SET) != 0)
		return err_set(e, RC_IO, "The list could not be read from its start: %s", strerror(errno));
	enum rc rc = read_it(s, by, fd, council, today, a, out, e);
	if (rc != RC_OK)
		return rc;
	struct buf b AUTO(buf_release);
	buf_init(&b, MAPPING_TEXT_MAX);
	sheets_list_heading_csv(by->mapping, &b);
	out->heading = arena_str(a, buf_view(&b));
	out->mended = mapping_is_mended(by);
	return RC_OK;
}
