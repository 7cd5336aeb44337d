#include "work/record/check.h"

#include "base/text.h"
#include "codec/json.h"
#include "work/record/proxy.h"
#include "work/see/head.h"

enum { PROBLEMS_MAX = 16, NOTE_MAX = 2000 };

struct checking {
	struct app *app;
	const struct draft *d;
	const struct kind *k;
	struct arena *a;
	struct event ev;
	struct draft_problem *problems;
	size_t n;
};

static void problem(struct checking *c, const char *field, struct str text)
{
	if (c->n < PROBLEMS_MAX)
		c->problems[c->n++] = (struct draft_problem){ str_of(field), text };
}

static bool check_day(struct checking *c, const char *field, struct str label, struct str typed, bool may_be_future,
		      day_t *out)
{
	struct str s = str_trim(typed);
	day_t today = app_today(c->app);
	if (!s.n) {
		problem(c, field, arena_printf(c->a, "Enter: " STR_FMT, STR_ARG(label)));
		return false;
	}
	if (day_parse(s, out) != RC_OK) {
		problem(c, field,
			arena_printf(c->a, STR_FMT " must be a real day, such as 22 11 2026", STR_ARG(label)));
		return false;
	}
	if (*out < day_of(1900, 1, 1) || *out > today + 3660) {
		problem(c, field, arena_printf(c->a, STR_FMT ": check the year", STR_ARG(label)));
		return false;
	}
	if (*out > today && !may_be_future) {
		problem(c, field, arena_printf(c->a, STR_FMT " must not lie in the future", STR_ARG(label)));
		return false;
	}
	return true;
}

static struct str check_code(struct checking *c, const char *field, const struct code_list *list, struct str typed)
{
	if (!list)
		return (struct str){ NULL, 0 };
	const struct code_entry *entry = code_list_find(list, str_trim(typed));
	if (!entry)
		problem(c, field, arena_printf(c->a, "Choose: " STR_FMT, STR_ARG(list->title)));
	return entry ? entry->id : (struct str){ NULL, 0 };
}

/* A label such as "Total difficulties, 0 to 40" states its limits; without a
 * comma the value is yes or no. */
static void check_value(struct checking *c)
{
	c->ev.value = INT64_MIN;
	if (!c->k->has_value)
		return;
	struct str limits, s = str_trim(c->d->value);
	struct str label = str_cut(c->k->value_label, ',', &limits);
	int64_t min = 0, max = 1;
	if (limits.p) {
		struct str rest = str_trim(limits), upper;
		struct str lower = str_cut(rest, ' ', &upper);
		if (str_starts(upper, "to "))
			upper = (struct str){ upper.p + 3, upper.n - 3 };
		if (str_to_int(lower, 0, 1000000, &min) != RC_OK || str_to_int(upper, 0, 1000000, &max) != RC_OK)
			return;
	}
	if (!s.n && !limits.p) {
		c->ev.value = 0; /* a box that was not ticked */
		return;
	}
	if (str_to_int(s, min, max, &c->ev.value) != RC_OK) {
		problem(c, "value",
			arena_printf(c->a, STR_FMT " must be a whole number from %d to %d", STR_ARG(label), (int)min,
				     (int)max));
		c->ev.value = INT64_MIN;
	}
}

static void check_minute(struct checking *c)
{
	int minute;
	struct str s = str_trim(c->d->minute);
	c->ev.minute = MINUTE_NONE;
	if (!s.n)
		return;
	if (minute_parse(s, &minute) != RC_OK)
		problem(c, "minute", STR("The time must be like 09:30, or empty"));
	else
		c->ev.minute = (int16_t)minute;
}

static void check_org(struct checking *c, const struct history *h)
{
	if (!c->k->has_org)
		return;
	struct str s = str_trim(c->d->org);
	const struct organisation *o = s.n ? app_organisation_by_code(c->app, s) : app_organisation(c->app, h->council);
	if (!o)
		problem(c, "org", arena_printf(c->a, "Choose: " STR_FMT, STR_ARG(c->k->org_label)));
	else
		c->ev.org = o->id;
}

static bool is_there(const struct history *h, struct str ref)
{
	for (size_t i = 0; i < h->n; i++)
		if (str_eq(h->events[i].ref, ref))
			return true;
	return false;
}

/* What starts something gets a number of its own; what goes on says of what. */
static void check_ref(struct checking *c, const struct history *h)
{
	struct str s = str_trim(c->d->ref);
	if (!c->k->ref_label.n || c->k->own_form)
		return;
	bool starts = &app_vocab(c->app)->kinds[c->k->ends] == c->k;
	if (s.n > EVENT_REF_MAX && !is_there(h, s)) {
		problem(c, "ref",
			arena_printf(c->a, STR_FMT " must have at most %d letters", STR_ARG(c->k->ref_label),
				     EVENT_REF_MAX));
	} else if (!s.n && !starts) {
		problem(c, "ref", arena_printf(c->a, "Choose: " STR_FMT, STR_ARG(c->k->ref_label)));
	} else if (!s.n) {
		char id[ID_TEXT_MAX];
		c->ev.ref = arena_printf(c->a, "L-%s", id_random(id));
	} else {
		c->ev.ref = s;
	}
}

static void check_words(struct checking *c, const struct event *was)
{
	struct str note = str_trim(c->d->note), why = str_trim(c->d->why);
	if (note.n > NOTE_MAX)
		problem(c, "note", arena_printf(c->a, "The note must have at most %d letters", NOTE_MAX));
	else
		c->ev.body = was ? was->body : (struct str){ NULL, 0 };
	if (c->d->change != CHANGE_RECORD && !why.n)
		problem(c, "why", STR("Say why, in a few words"));
	else if (why.n > EVENT_WHY_MAX)
		problem(c, "why", arena_printf(c->a, "The reason must have at most %d letters", EVENT_WHY_MAX));
	else
		c->ev.why = why;
}

/* The note goes into the body; what a file put there stays. */
static enum rc put_note(struct checking *c, struct err *e)
{
	struct str note = str_trim(c->d->note);
	struct buf b AUTO(buf_release);
	buf_init(&b, EVENT_BODY_MAX);
	if (c->n)
		return RC_OK; /* nothing will be written */
	enum rc rc = json_set_member(c->ev.body, "note", note, &b, e);
	if (rc == RC_OK)
		c->ev.body = b.n ? arena_str(c->a, buf_view(&b)) : (struct str){ NULL, 0 };
	return rc;
}

static void check_fields(struct checking *c, const struct history *h)
{
	check_day(c, "at", c->k->at_label, c->d->at, c->k->may_be_future, &c->ev.at);
	check_minute(c);
	c->ev.code = check_code(c, "code", c->k->codes, c->d->code);
	if (!c->k->code2_derived && (!c->k->code2_optional || str_trim(c->d->code2).n))
		c->ev.code2 = check_code(c, "code2", c->k->codes2, c->d->code2);
	check_value(c);
	if (c->k->has_end)
		check_day(c, "end", c->k->end_label, c->d->end, true, &c->ev.end_day);
	check_org(c, h);
	check_ref(c, h);
}

/* What the form alone cannot tell: whether anybody may be given access as a proxy. */
static void check_proxy(struct checking *c, const struct history *h)
{
	struct folded f;
	const char *field;
	if (!str_is(c->k->id, "proxy-given") || c->n)
		return;
	for (size_t i = 0; i < h->n; i++) {
		const struct event *x = &h->events[i];
		if (x->kind == c->ev.kind && x->id != c->ev.replaces && str_eq(x->ref, c->ev.ref) &&
		    standing_event(h, x->id))
			problem(c, "ref",
				STR("Another proxy has this number, and what is reviewed or ended under it is theirs. "
				    "Leave it empty: a new number is made"));
	}
	if (c->n)
		return;
	history_fold(c->app, h, KNOWN_NOW, c->a, &f);
	struct str no = proxy_refusal(c->app, &f, c->ev.at, c->ev.code2, &field);
	if (no.n)
		problem(c, field, no);
}

enum rc draft_check(struct app *app, const struct viewer *v, const struct draft *d, const struct history *h,
		    struct arena *a, struct event *event_out, const struct draft_problem **problems_out, size_t *n_out,
		    struct err *e)
{
	const struct vocab *voc = app_vocab(app);
	const struct event *was = NULL;
	enum rc rc;
	uint16_t kind = vocab_kind(voc, d->kind);
	if (d->change != CHANGE_RECORD) {
		was = standing_event(h, d->event);
		if (!was)
			return err_set(e, RC_CONFLICT,
				       "That entry has been changed meanwhile. Look at the record again.");
		kind = was->kind;
	}
	if (!kind || !may_record_kind(v, &voc->kinds[kind]) || (was && !viewer_sees_event(app, v, h, was)))
		return err_set(e, RC_REFUSED, "Your role does not record this.");
	if (!was && voc->kinds[kind].on_clock)
		return err_set(e, RC_REFUSED, "A statement about a clock is made on the page of that clock.");
	if (!was && voc->kinds[kind].own_form)
		return err_set(e, RC_REFUSED, "A worker is named on the page of the child, by the link for it.");
	int64_t now = app_now_ms(app), known = was && was->recorded_ms > now ? was->recorded_ms : now;
	struct checking c = { .app = app, .d = d, .k = &voc->kinds[kind], .a = a };
	c.problems = arena_array(a, PROBLEMS_MAX, sizeof *c.problems);
	c.ev = (struct event){ .person = d->person,
			       .kind = kind,
			       .at = DAY_NONE,
			       .minute = MINUTE_NONE,
			       .end_day = DAY_NONE,
			       .value = INT64_MIN,
			       .recorded_ms = known,
			       .written_ms = now,
			       .author = v->account,
			       .replaces = was ? was->id : 0 };
	if (d->change == CHANGE_VOID) {
		c.ev.voids = true;
		c.ev.at = was->at;
	} else {
		check_fields(&c, h);
		if (c.k->own_form) { /* who it is stays: naming somebody else is another entry */
			c.ev.ref = was->ref;
			c.ev.org = was->org;
		}
		check_proxy(&c, h);
	}
	check_words(&c, was);
	if (!c.ev.voids && (rc = put_note(&c, e)) != RC_OK)
		return rc;
	*event_out = c.ev;
	*problems_out = c.problems;
	*n_out = c.n;
	return RC_OK;
}
