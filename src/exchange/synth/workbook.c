#include "exchange/synth/forms.h"

#include "codec/xlsx_write.h"
#include "record/region.h"

/* The workbook in which a health team keeps its children, as such workbooks are: a row a
 * child with everything in it, two lines of title, a line for each council across all
 * columns, most days as days and some as text, notes that mean something to whoever
 * wrote them. One workbook a team, a sheet for the children and one for those placed
 * here by others. */

enum { COLUMNS = 17, TEAMS_MAX = REGION_TEAMS_MAX, NOTE_MAX = 200 };

static const struct xlsx_column columns[COLUMNS] = {
	{ "Mosaic/LCS ID", 12, false }, { "Name", 26, false },
	{ "D.O.B.", 12, false },	{ "M/F", 6, false },
	{ "NHS number", 14, false },	{ "Council", 16, false },
	{ "Became LAC", 12, false },	{ "Legal status", 10, false },
	{ "Placement", 10, false },	{ "Where placed", 20, false },
	{ "IHA seen", 12, false },	{ "IHA sent to council", 12, false },
	{ "Last RHA", 12, false },	{ "RHA due", 12, false },
	{ "Last SDQ", 12, false },	{ "SDQ score", 8, false },
	{ "Notes", 40, true }
};

struct book {
	struct str team, name;
	struct xlsx_writer *w;
	size_t council; /* whose line stands above; SIZE_MAX: none yet */
	bool others;	/* the sheet of children placed here has begun */
};

struct workbooks {
	const struct synth_world *w;
	int folder;
	struct arena arena;
	struct region region;
	struct book books[TEAMS_MAX];
};

/* The same day each as a person of the team would have typed it. */
static void put_day(struct xlsx_writer *w, struct rand *r, day_t d)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct ymd a = day_ymd(d);
	char text[40];
	int64_t how = d == DAY_NONE ? 0 : rand_int(r, 0, 19);
	if (how < 17) {
		xlsx_put_day(w, d, MINUTE_NONE);
		return;
	}
	if (how == 17)
		snprintf(text, sizeof text, "%02d/%02d/%04d", a.day, a.month, (int)a.year);
	else if (how == 18)
		snprintf(text, sizeof text, "%d.%d.%02d", a.day, a.month, (int)a.year % 100);
	else
		snprintf(text, sizeof text, "%d %s %04d", a.day, months[a.month - 1], (int)a.year);
	xlsx_put_text(w, str_of(text));
}

static void put_nhs(struct xlsx_writer *w, struct rand *r, const struct kid *k)
{
	char text[24] = "";
	if (k->nhs[0] && rand_chance(r, 0.5))
		snprintf(text, sizeof text, "%.3s %.3s %.4s", k->nhs, k->nhs + 3, k->nhs + 6);
	else
		snprintf(text, sizeof text, "%s", k->nhs);
	xlsx_put_text(w, str_of(text));
}

static const struct seen *last_seen(const struct kid *k, bool initial)
{
	for (size_t i = k->n_seen; i-- > 0;)
		if (k->seen[i].initial == initial)
			return &k->seen[i];
	return NULL;
}

static void put_notes(struct xlsx_writer *w, struct rand *r, const struct kid *k)
{
	static const char *const all[] = {
		"chased SW 12/3", "consent outstanding",	"carer prefers pm appts",      "interpreter booked",
		"see sibling",	  "OOA - hosted by other team", "moved, awaiting new address", "DNA x1",
		"tbc with IRO"
	};
	if (k->refuses)
		xlsx_put_text(w, STR("Declined RHA, has capacity"));
	else if (rand_chance(r, 0.18))
		xlsx_put_text(w, str_of(all[rand_int(r, 0, (int64_t)COUNT_OF(all) - 1)]));
	else
		xlsx_put_empty(w);
}

static void put_child(struct xlsx_writer *w, const struct kid *k, const struct care_time *c, const struct stay *s)
{
	struct rand r = rand_stream(k->w->o->seed, "workbook", k->task->index);
	char name[200];
	const struct seen *initial = last_seen(k, true), *review = last_seen(k, false),
			  *last = review ? review : initial;
	const struct score *score = k->n_scores ? &k->scores[k->n_scores - 1] : NULL;
	snprintf(name, sizeof name, "%s, %s", k->family, k->given);
	xlsx_put_text(w, str_of(k->id));
	xlsx_put_text(w, str_of(name));
	put_day(w, &r, k->born);
	xlsx_put_text(w, str_of(k->sex));
	put_nhs(w, &r, k);
	xlsx_put_text(w, k->council_name);
	put_day(w, &r, c->entry);
	xlsx_put_text(w, str_of(kid_legal_on(k, k->today)));
	xlsx_put_text(w, str_of(s ? s->type : ""));
	xlsx_put_text(w, !s || s->area == SIZE_MAX ? STR("?") : k->w->councils[s->area].name);
	put_day(w, &r, initial ? initial->on : DAY_NONE);
	put_day(w, &r, initial ? initial->back : DAY_NONE);
	put_day(w, &r, review ? review->on : DAY_NONE);
	put_day(w, &r, last ? day_add_months(last->on, kid_age(k, last->on) < 5 ? 6 : 12) : DAY_NONE);
	put_day(w, &r, score ? score->on : DAY_NONE);
	if (score)
		xlsx_put_int(w, score->value);
	else
		xlsx_put_empty(w);
	put_notes(w, &r, k);
	xlsx_row_end(w);
}

static struct book *book_of(struct workbooks *s, size_t council)
{
	const struct region_team *t = region_team_of(&s->region, s->w->councils[council].code);
	return t ? &s->books[t - s->region.teams] : NULL;
}

static void begin_sheet(struct workbooks *s, struct book *b, const char *name)
{
	char title[300], day[DAY_TEXT_MAX];
	snprintf(title, sizeof title, STR_FMT ": %s", STR_ARG(b->name), name);
	xlsx_title(b->w, str_of(title));
	snprintf(title, sizeof title, "Updated %s. Invented children only", day_plain(s->w->o->today, day));
	xlsx_title(b->w, str_of(title));
	xlsx_sheet_begin(b->w, str_of(name), columns, COLUMNS);
}

static enum rc child(void *state, const struct kid *k, struct err *e)
{
	struct workbooks *s = state;
	const struct care_time *c = kid_care_on(k, k->today);
	bool other = k->task->role == SYNTH_PLACED_HERE;
	struct book *b = book_of(s, other ? k->task->here : k->task->council);
	(void)e;
	if (!c || c->short_breaks || !b)
		return RC_OK;
	if (!b->w) {
		struct xlsx_about about = { .title = "Looked-after children",
					    .author = "invented",
					    .created_ms = (int64_t)s->w->o->today * MS_PER_DAY };
		b->w = xlsx_writer_new(&about);
		begin_sheet(s, b, "Our children");
	}
	if (other && !b->others) {
		b->others = true;
		begin_sheet(s, b, "Placed here by others");
	} else if (!other && b->council != k->task->council) {
		b->council = k->task->council;
		xlsx_put_across(b->w, k->council_name);
		xlsx_row_end(b->w);
	}
	put_child(b->w, k, c, kid_stay_on(k, k->today));
	return RC_OK;
}

static enum rc close_book(struct workbooks *s, struct book *b, struct err *e)
{
	char name[FORM_NAME_MAX];
	struct form_file f = FORM_FILE_NONE;
	snprintf(name, sizeof name, STR_FMT ".xlsx", STR_ARG(b->team));
	enum rc rc = form_file_open(&f, s->folder, name, "", e);
	if (rc == RC_OK)
		rc = xlsx_finish_fd(b->w, f.fd, e);
	enum rc closed = form_file_close(&f, rc == RC_OK ? e : NULL);
	return rc == RC_OK ? closed : rc;
}

static enum rc begin(const struct synth_world *w, int folder, void **state_out, struct err *e)
{
	struct workbooks *s = xcalloc(1, sizeof *s);
	s->w = w;
	s->folder = folder;
	arena_init(&s->arena);
	*state_out = s;
	enum rc rc = region_read(w->o->data_dir, str_of(w->o->region), &s->arena, &s->region, e);
	for (size_t i = 0; rc == RC_OK && i < s->region.n_teams; i++) {
		const struct organisation_entry *o =
		    organisations_find(w->orgs, ORG_HEALTH_TEAM, s->region.teams[i].team);
		s->books[i] = (struct book){ .team = s->region.teams[i].team,
					     .name = o ? o->short_name : s->region.teams[i].team,
					     .council = SIZE_MAX };
	}
	return rc;
}

static enum rc end(void *state, struct err *e)
{
	struct workbooks *s = state;
	enum rc rc = RC_OK;
	for (size_t i = 0; i < s->region.n_teams; i++) {
		if (s->books[i].w && rc == RC_OK)
			rc = close_book(s, &s->books[i], e);
		xlsx_writer_free(s->books[i].w);
	}
	arena_release(&s->arena);
	free(s);
	return rc;
}

const struct form form_workbook = { begin, child, end };
