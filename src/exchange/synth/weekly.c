#include "exchange/synth/forms.h"

#include "codec/xlsx_write.h"

/* Each council's list of the children it looks after, as its own system prints it: of
 * today and of seven days ago, as CSV and as a workbook, a row a child. Between the two
 * children have come, moved, changed their legal status and left. */

enum { WEEKS = 2, DAYS = 7, COLUMNS = 14 };

static const char *const titles[COLUMNS] = { "Child ID",
					     "Surname",
					     "Forename",
					     "DOB",
					     "Gender",
					     "NHS No",
					     "CLA Start Date",
					     "Legal Status",
					     "Placement Type",
					     "Placement Postcode",
					     "Placement LA",
					     "Placement Start",
					     "Placement Provider",
					     "Social Worker" };
static const int widths[COLUMNS] = { 12, 20, 16, 12, 8, 13, 14, 32, 32, 18, 24, 14, 20, 22 };

struct weekly {
	const struct synth_world *w;
	int folder;
	size_t council; /* whose lists are open; SIZE_MAX: none */
	day_t on[WEEKS];
	struct form_file csv[WEEKS];
	struct xlsx_writer *book[WEEKS];
};

/* As people's systems print it: the code and its words. */
static struct str words_of(const char *code)
{
	static const char *const all[][2] = { { "C1", "C1 - Interim care order" },
					      { "C2", "C2 - Full care order" },
					      { "E1", "E1 - Placement order granted" },
					      { "V2", "V2 - Single period of accommodation (S20)" },
					      { "V3", "V3 - Short breaks, individual" },
					      { "V4", "V4 - Short breaks, agreement" },
					      { "J1", "J1 - On remand" },
					      { "L1", "L1 - Police protection" },
					      { "L2", "L2 - Emergency protection order" },
					      { "A4", "A4 - Placed for adoption with consent" },
					      { "A6", "A6 - Placed for adoption with placement order" },
					      { "K1", "K1 - Secure children's home" },
					      { "K2", "K2 - Children's home" },
					      { "K3", "K3 - Supported accommodation" },
					      { "P1", "P1 - Placed with parents" },
					      { "R1", "R1 - Residential care home" },
					      { "R2", "R2 - NHS or other health establishment" },
					      { "R3", "R3 - Family centre or mother and baby unit" },
					      { "R5", "R5 - Young offender institution" },
					      { "S1", "S1 - Residential school" },
					      { "U1", "U1 - Foster, relative or friend, long term" },
					      { "U2", "U2 - Foster, relative or friend, for adoption" },
					      { "U3", "U3 - Foster, relative or friend" },
					      { "U4", "U4 - Foster, long term" },
					      { "U5", "U5 - Foster, for adoption" },
					      { "U6", "U6 - Foster placement" },
					      { "Z1", "Z1 - Other placement" } };
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (strcmp(all[i][0], code) == 0)
			return str_of(all[i][1]);
	return str_of(code);
}

struct line {
	struct str cells[COLUMNS];
	day_t days[COLUMNS]; /* DAY_NONE: the cell is a text */
	char worker[120], sector[24];
};

/* The same social worker for brothers and sisters of a period. */
static void worker_of(const struct kid *k, char *out, size_t n)
{
	struct rand r = rand_stream(k->w->o->seed, "worker-name", k->task->leader / 12);
	char family[96];
	synth_family_name(&r, family, sizeof family);
	snprintf(out, n, "%s %s", synth_given_name(&r), family);
}

static bool line_of(const struct kid *k, day_t on, struct line *l)
{
	static const char *const providers[PROVIDERS] = {
		"Own provision", "Other LA", "Other public", "Private", "Voluntary", "Parents", ""
	};
	const struct care_time *c = kid_care_on(k, on);
	const struct stay *s = kid_stay_on(k, on);
	const char *legal = kid_legal_on(k, on);
	if (!c || !s || !legal || k->born > on)
		return false;
	for (size_t i = 0; i < COLUMNS; i++)
		l->days[i] = DAY_NONE;
	worker_of(k, l->worker, sizeof l->worker);
	snprintf(l->sector, sizeof l->sector, STR_FMT, s->spot ? (int)s->spot->code.n : 0,
		 s->spot ? s->spot->code.p : "");
	const struct str cells[COLUMNS] = { str_of(k->id),
					    str_of(k->family),
					    str_of(k->given),
					    { NULL, 0 },
					    str_of(k->sex),
					    str_of(k->nhs),
					    { NULL, 0 },
					    words_of(legal),
					    words_of(s->type),
					    str_of(l->sector),
					    s->area == SIZE_MAX ? STR("") : k->w->councils[s->area].name,
					    { NULL, 0 },
					    str_of(providers[s->provider]),
					    str_of(l->worker) };
	memcpy(l->cells, cells, sizeof cells);
	l->days[3] = k->born;
	l->days[6] = c->entry;
	l->days[11] = s->start;
	return true;
}

static void put_line(struct csv_writer *csv, struct xlsx_writer *book, const struct line *l)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (l->days[i] != DAY_NONE) {
			form_put_day(csv, l->days[i]);
			xlsx_put_day(book, l->days[i], MINUTE_NONE);
		} else {
			csv_put(csv, l->cells[i]);
			xlsx_put_text(book, l->cells[i]);
		}
	csv_end_row(csv);
	xlsx_row_end(book);
}

/* ---- files ---- */

static enum rc open_council(struct weekly *s, size_t council, struct err *e)
{
	struct buf heading AUTO(buf_release);
	buf_init(&heading, 4096);
	for (size_t i = 0; i < COLUMNS; i++)
		buf_printf(&heading, "%s%s", titles[i], i + 1 < COLUMNS ? "," : "\r\n");
	enum rc rc = RC_OK;
	for (size_t i = 0; i < WEEKS && rc == RC_OK; i++) {
		char name[FORM_NAME_MAX], day[DAY_TEXT_MAX];
		struct xlsx_column columns[COLUMNS];
		struct xlsx_about about = { .title = "Children looked after",
					    .author = "invented",
					    .created_ms = (int64_t)s->on[i] * MS_PER_DAY };
		snprintf(name, sizeof name, STR_FMT "-%s.csv", STR_ARG(s->w->councils[council].code),
			 day_iso(s->on[i], day));
		rc = form_file_open(&s->csv[i], s->folder, name, heading.p, e);
		for (size_t c = 0; c < COLUMNS; c++)
			columns[c] = (struct xlsx_column){ titles[c], widths[c], false };
		s->book[i] = xlsx_writer_new(&about);
		xlsx_sheet_begin(s->book[i], STR("CLA list"), columns, COLUMNS);
	}
	s->council = council;
	return rc;
}

static enum rc close_book(struct weekly *s, size_t i, struct err *e)
{
	char name[FORM_NAME_MAX], day[DAY_TEXT_MAX];
	struct form_file f = FORM_FILE_NONE;
	snprintf(name, sizeof name, STR_FMT "-%s.xlsx", STR_ARG(s->w->councils[s->council].code),
		 day_iso(s->on[i], day));
	enum rc rc = form_file_open(&f, s->folder, name, "", e);
	if (rc == RC_OK)
		rc = xlsx_finish_fd(s->book[i], f.fd, e);
	enum rc closed = form_file_close(&f, rc == RC_OK ? e : NULL);
	return rc == RC_OK ? closed : rc;
}

static enum rc close_council(struct weekly *s, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; i < WEEKS; i++) {
		if (s->book[i] && rc == RC_OK)
			rc = close_book(s, i, e);
		xlsx_writer_free(s->book[i]);
		s->book[i] = NULL;
		enum rc closed = form_file_close(&s->csv[i], rc == RC_OK ? e : NULL);
		rc = rc == RC_OK ? closed : rc;
	}
	s->council = SIZE_MAX;
	return rc;
}

static enum rc begin(const struct synth_world *w, int folder, void **state_out, struct err *e)
{
	struct weekly *s = xcalloc(1, sizeof *s);
	(void)e;
	*s = (struct weekly){ .w = w, .folder = folder, .council = SIZE_MAX };
	for (int i = 0; i < WEEKS; i++) {
		s->on[i] = w->o->today - DAYS * (WEEKS - 1 - i);
		s->csv[i] = FORM_FILE_NONE;
	}
	*state_out = s;
	return RC_OK;
}

static enum rc child(void *state, const struct kid *k, struct err *e)
{
	struct weekly *s = state;
	enum rc rc = RC_OK;
	if (k->task->role == SYNTH_PLACED_HERE) /* on their own council's list */
		return RC_OK;
	if (s->council != k->task->council) {
		rc = close_council(s, e);
		if (rc == RC_OK)
			rc = open_council(s, k->task->council, e);
	}
	for (size_t i = 0; i < WEEKS && rc == RC_OK; i++) {
		struct line l;
		if (line_of(k, s->on[i], &l))
			put_line(&s->csv[i].w, s->book[i], &l);
		rc = form_file_more(&s->csv[i], e);
	}
	return rc;
}

static enum rc end(void *state, struct err *e)
{
	struct weekly *s = state;
	enum rc rc = close_council(s, e);
	free(s);
	return rc;
}

const struct form form_weekly = { begin, child, end };
