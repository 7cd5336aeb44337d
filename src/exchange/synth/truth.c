#include "exchange/synth/forms.h"

/* A row a child with what was invented of it, in the words of the record: so that
 * what an import made of the files can be held against it. */

static const char heading[] =
    "council,child_id,birth_date,sex,died_on,in_care,period_start,legal_status,placement_type,area_council,"
    "placement_start,left_on,periods,placements,assessments,last_assessment,scores,last_score,plan_on\r\n";

struct truth {
	struct form_file file;
};

static enum rc begin(const struct synth_world *w, int folder, void **state_out, struct err *e)
{
	struct truth *t = xcalloc(1, sizeof *t);
	(void)w;
	t->file = FORM_FILE_NONE;
	*state_out = t;
	return form_file_open(&t->file, folder, "truth.csv", heading, e);
}

static void put_iso(struct csv_writer *w, day_t d)
{
	char text[DAY_TEXT_MAX];
	csv_put(w, d == DAY_NONE ? STR("") : str_of(day_iso(d, text)));
}

static void put_now(struct csv_writer *w, const struct kid *k)
{
	const struct care_time *c = kid_care_on(k, k->today);
	const struct stay *s = kid_stay_on(k, k->today);
	csv_put(w, c ? STR("yes") : STR("no"));
	put_iso(w, c ? c->entry : DAY_NONE);
	csv_put(w, c ? str_of(kid_legal_on(k, k->today)) : STR(""));
	csv_put(w, s ? str_of(s->type) : STR(""));
	csv_put(w, s && s->area != SIZE_MAX ? k->w->councils[s->area].code : STR(""));
	put_iso(w, s ? s->start : DAY_NONE);
	put_iso(w, c || !k->n_cares ? DAY_NONE : k->cares[k->n_cares - 1].left);
}

static enum rc child(void *state, const struct kid *k, struct err *e)
{
	struct truth *t = state;
	struct csv_writer *w = &t->file.w;
	csv_put(w, k->council->code);
	csv_put(w, str_of(k->id));
	put_iso(w, k->born);
	csv_put(w, str_of(k->sex));
	put_iso(w, k->died);
	put_now(w, k);
	csv_put_int(w, (int64_t)k->n_cares);
	csv_put_int(w, (int64_t)k->n_stays);
	csv_put_int(w, (int64_t)k->n_seen);
	put_iso(w, k->last_seen);
	csv_put_int(w, (int64_t)k->n_scores);
	if (k->n_scores)
		csv_put_int(w, k->scores[k->n_scores - 1].value);
	else
		csv_put(w, STR(""));
	put_iso(w, k->plan_made);
	csv_end_row(w);
	return form_file_more(&t->file, e);
}

static enum rc end(void *state, struct err *e)
{
	struct truth *t = state;
	enum rc rc = form_file_close(&t->file, e);
	free(t);
	return rc;
}

const struct form form_truth = { begin, child, end };
