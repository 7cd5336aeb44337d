#include "exchange/tables/batch.h"

#include "base/text.h"

/* Messages come from a process that read strangers' files: every number in them
 * is checked against what it may be, every text is checked to be text. */

#define TEXT_BYTES_MAX 3000000000u

static enum rc nonsense(struct err *e, const char *what)
{
	err_set(
	    e, RC_BAD_INPUT,
	    "The files made the reader say something that cannot be (%s), so nothing was loaded. Please report this",
	    what);
	return RC_BAD_INPUT;
}

static enum rc keep_text(struct batch_own *o, const char *p, size_t n, struct span_of_text *out, struct err *e)
{
	if (o->n_text + n > TEXT_BYTES_MAX)
		return err_set(e, RC_LIMIT,
			       "The files hold more than can be loaded at once: load one council at a time");
	if (o->n_text + n > o->cap_text) {
		o->cap_text = o->cap_text ? o->cap_text * 2 : 1024 * 1024;
		if (o->cap_text < o->n_text + n)
			o->cap_text = o->n_text + n;
		o->text = xrealloc(o->text, o->cap_text);
	}
	if (n)
		memcpy(o->text + o->n_text, p, n);
	*out = (struct span_of_text){ (uint32_t)o->n_text, (uint32_t)n };
	o->n_text += n;
	return RC_OK;
}

/* Room for one more element. */
static void *grown(void *all, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return all;
	*cap = *cap ? *cap + *cap / 2 : 1024;
	return xrealloc(all, *cap * size);
}

struct message { /* cut into its fixed part and what follows */
	uint32_t type;
	const char *p;
	size_t n;
};

static bool take(struct message *m, void *fixed, size_t n)
{
	if (m->n < n)
		return false;
	memcpy(fixed, m->p, n);
	m->p += n;
	m->n -= n;
	return true;
}

static bool take_text(struct message *m, size_t n, struct str *out)
{
	if (m->n < n)
		return false;
	*out = (struct str){ m->p, n };
	m->p += n;
	m->n -= n;
	return utf8_bad_at(*out) == SIZE_MAX;
}

static enum rc on_file(struct collector *c, struct message *m, struct err *e)
{
	struct wire_file w;
	if (!take(m, &w, sizeof w) || w.file >= c->n_read)
		return nonsense(e, "file");
	c->files[w.file].partial = w.partial != 0;
	c->files[w.file].covers_from = w.covers_from;
	return RC_OK;
}

static enum rc on_child(struct telling *t, struct message *m, struct err *e)
{
	struct collector *c = t->c;
	struct wire_texts w;
	struct str council, ref;
	if (!take(m, &w, sizeof w) || !take_text(m, w.n[0], &council) || !take_text(m, w.n[1], &ref) || !ref.n ||
	    ref.n > EVENT_REF_MAX || !organisations_find(c->spec->orgs, ORG_COUNCIL, council) ||
	    c->n_children >= SECOND_PART - 1 || c->n_later >= SECOND_PART - 1 || (t->second && t->shared == UINT32_MAX))
		return nonsense(e, "child");
	struct raw_child *child;
	if (t->second) {
		c->later = grown(c->later, c->n_later, &c->cap_later, sizeof *c->later);
		child = &c->later[c->n_later++];
	} else {
		c->children = grown(c->children, c->n_children, &c->cap_children, sizeof *c->children);
		child = &c->children[c->n_children++];
	}
	*child = (struct raw_child){ .drafts = 0 };
	enum rc rc = keep_text(c->own, council.p, council.n, &child->council, e);
	return rc == RC_OK ? keep_text(c->own, ref.p, ref.n, &child->ref, e) : rc;
}

/* Two parsers may both name it. */
static uint16_t org_number(struct collector *c, struct str code)
{
	for (size_t i = 0; i < c->n_orgs; i++)
		if (c->orgs[i].p == code.p)
			return (uint16_t)(i + 1);
	c->orgs[c->n_orgs++] = code;
	return (uint16_t)c->n_orgs;
}

static enum rc on_org(struct telling *t, struct message *m, bool council, struct err *e)
{
	struct collector *c = t->c;
	struct wire_texts w;
	struct str code;
	if (!take(m, &w, sizeof w) || !take_text(m, w.n[0], &code))
		return nonsense(e, "organisation");
	const struct organisation_entry *org = organisations_find(c->spec->orgs, (enum organisation_kind)0, code);
	if (!org || t->n_orgs == ORGANISATIONS_MAX || c->n_orgs == ORGANISATIONS_MAX || c->n_councils == COUNT_OF(c->councils))
		return nonsense(e, "organisation");
	if (council) {
		c->councils[c->n_councils++] = org->code;
		return RC_OK;
	}
	if (!t->orgs)
		t->orgs = xcalloc(ORGANISATIONS_MAX, sizeof *t->orgs);
	t->orgs[t->n_orgs++] = org_number(c, org->code);
	return RC_OK;
}

static enum rc on_shared(struct telling *t, struct message *m, struct err *e)
{
	struct wire_shared w;
	if (!take(m, &w, sizeof w) || t->shared != UINT32_MAX || w.children >= SECOND_PART ||
	    (!t->second && w.children != t->c->n_children))
		return nonsense(e, "number of children");
	t->shared = w.children;
	return RC_OK;
}

/* The number by which a parser knows a child, made ours; false if it named no such child. */
static bool take_child(const struct telling *t, uint32_t *child)
{
	if (!t->second)
		return *child < t->c->n_children;
	if (t->shared == UINT32_MAX)
		return false;
	if (*child >= t->shared) {
		*child -= t->shared;
		if (*child >= t->c->n_later)
			return false;
		*child |= SECOND_PART;
	}
	return true;
}

static bool draft_possible(const struct telling *t, const struct draft_row *d)
{
	const struct collector *c = t->c;
	return d->kind > 0 && d->kind < c->spec->vocab->n_kinds &&
	       d->code < c->spec->vocab->n_codes && d->code2 < c->spec->vocab->n_codes && d->org <= t->n_orgs &&
	       d->file < c->n_read && d->minute >= MINUTE_NONE && d->minute < 1440 && d->natural_n > 0 &&
	       (size_t)d->ref_at + d->ref_n <= d->natural_n && d->row_event < EMITS_MAX &&
	       (d->at != DAY_NONE || d->flags & DRAFT_UNDATED);
}

static enum rc on_draft(struct telling *t, struct message *m, struct err *e)
{
	struct collector *c = t->c;
	struct draft_row d;
	struct str natural, body;
	if (!take(m, &d, sizeof d) || !draft_possible(t, &d) || !take_child(t, &d.child) || !take_text(m, d.natural_n, &natural) ||
	    !take_text(m, d.body_n, &body))
		return nonsense(e, "event");
	struct batch_own *o = c->own;
	if (o->n_drafts == TABLE_DRAFTS_MAX)
		return err_set(e, RC_LIMIT, "The files hold more than %d entries: load one council at a time",
			       TABLE_DRAFTS_MAX);
	struct span_of_text n, b;
	enum rc rc = keep_text(o, natural.p, natural.n, &n, e);
	if (rc == RC_OK)
		rc = keep_text(o, body.p, body.n, &b, e);
	if (rc != RC_OK)
		return rc;
	d.org = d.org ? t->orgs[d.org - 1] : 0;
	d.natural_at = n.at;
	d.body_at = b.at;
	o->drafts = grown(o->drafts, o->n_drafts, &o->cap_drafts, sizeof *o->drafts);
	o->drafts[o->n_drafts++] = d;
	return RC_OK;
}

static enum rc on_retract(struct collector *c, struct message *m, struct err *e)
{
	struct wire_row w;
	if (!take(m, &w, sizeof w) || w.file >= c->n_read)
		return nonsense(e, "row");
	c->retracted = grown(c->retracted, c->n_retracted, &c->cap_retracted, sizeof *c->retracted);
	c->retracted[c->n_retracted++] = w;
	return RC_OK;
}

static enum rc on_hold(struct telling *t, struct message *m, struct err *e)
{
	struct collector *c = t->c;
	struct wire_hold w;
	struct str prefix;
	if (!take(m, &w, sizeof w) || !take_child(t, &w.child) || !take_text(m, m->n, &prefix) || !prefix.n)
		return nonsense(e, "row kept back");
	struct batch_own *o = c->own;
	o->held = grown(o->held, o->n_held, &o->cap_held, sizeof *o->held);
	struct held *h = &o->held[o->n_held++];
	h->child = w.child;
	return keep_text(o, prefix.p, prefix.n, &h->prefix, e);
}

void collect_finding(struct collector *c, const struct batch_finding *f)
{
	struct arena *a = &c->own->arena;
	if (c->n_findings == TABLE_FINDINGS_MAX + TABLE_FILES_MAX)
		return;
	struct batch_finding *to = &c->findings[c->n_findings++];
	*to = (struct batch_finding){ f->file,
				      f->severity,
				      f->line,
				      arena_str(a, f->column),
				      arena_str(a, f->rule),
				      arena_str(a, f->found),
				      arena_str(a, f->message),
				      arena_str(a, f->fix),
				      f->record };
	if (f->record.n)
		to->record = arena_str(a, f->record);
}

/* All findings of a row share its text; only the first brings it. */
static void share_record(struct telling *t)
{
	struct collector *c = t->c;
	struct batch_finding *f = &c->findings[c->n_findings - 1];
	const struct batch_finding *last = t->finding ? &c->findings[t->finding - 1] : NULL;
	if (!f->record.n && f->severity == SEVERITY_KEPT_BACK && last && last->file == f->file && last->line == f->line)
		f->record = last->record;
	t->finding = c->n_findings;
}

static enum rc on_finding(struct telling *t, struct message *m, struct err *e)
{
	struct collector *c = t->c;
	struct wire_finding w;
	struct str s[FINDING_TEXTS];
	if (!take(m, &w, sizeof w) || (w.file != FILE_NONE && w.file >= c->n_read) || w.severity < SEVERITY_KEPT_BACK ||
	    w.severity > SEVERITY_FILE)
		return nonsense(e, "finding");
	for (size_t i = 0; i < FINDING_TEXTS; i++)
		if (!take_text(m, w.n[i], &s[i]))
			return nonsense(e, "finding");
	uint8_t file = (uint8_t)(w.file == FILE_NONE ? c->n_files : w.file);
	struct batch_finding f = { file, (enum severity)w.severity, w.line, s[0], s[1], s[2], s[3], s[4], s[5] };
	for (size_t i = 0; i < FINDING_TEXTS; i++)
		t->bytes_findings += s[i].n;
	size_t before = c->n_findings;
	if (t->bytes_findings < FINDING_BYTES_MAX)
		collect_finding(c, &f);
	if (c->n_findings > before)
		share_record(t);
	return RC_OK;
}

static enum rc on_progress(struct telling *t, struct message *m, struct err *e)
{
	struct collector *c = t->c;
	struct wire_progress w;
	if (!take(m, &w, sizeof w))
		return nonsense(e, "progress");
	t->done = w.done;
	if (c->progress && w.file < c->n_read) {
		char name[64];
		snprintf(name, sizeof name, STR_FMT, STR_ARG(c->files[w.file].name));
		c->progress(c->progress_arg, name, c->parts[0].done + c->parts[1].done, c->bytes_total);
	}
	return RC_OK;
}

static enum rc on_file_end(struct collector *c, struct message *m, struct err *e)
{
	struct wire_file_end w;
	if (!take(m, &w, sizeof w) || w.file >= c->n_read || w.rows_read < 0 || w.rows_kept_back < 0 ||
	    w.rows_kept_back > w.rows_read || memchr(w.hash, 0, 65) != w.hash + 64)
		return nonsense(e, "file");
	struct batch_file *f = &c->files[w.file];
	f->refused = w.refused != 0;
	f->unsure = w.unsure != 0;
	f->rows_read = w.rows_read;
	f->rows_kept_back = w.rows_kept_back;
	memcpy(f->hash, w.hash, sizeof f->hash);
	return RC_OK;
}

static enum rc on_message(struct telling *t, struct message *m, struct err *e)
{
	struct collector *c = t->c;
	if (t->ended)
		return nonsense(e, "more after the end");
	struct wire_end end;
	switch (m->type) {
	case WIRE_FILE: return on_file(c, m, e);
	case WIRE_CHILD: return on_child(t, m, e);
	case WIRE_ORG: return on_org(t, m, false, e);
	case WIRE_COUNCIL: return on_org(t, m, true, e);
	case WIRE_DRAFT: return on_draft(t, m, e);
	case WIRE_RETRACT: return on_retract(c, m, e);
	case WIRE_HOLD: return on_hold(t, m, e);
	case WIRE_FINDING: return on_finding(t, m, e);
	case WIRE_PROGRESS: return on_progress(t, m, e);
	case WIRE_FILE_END: return on_file_end(c, m, e);
	case WIRE_SHARED: return on_shared(t, m, e);
	case WIRE_END:
		if (!take(m, &end, sizeof end))
			return nonsense(e, "end");
		c->findings_total += end.findings_total;
		t->findings = end.findings_total;
		t->ended = true;
		return RC_OK;
	default: return nonsense(e, "message");
	}
}

/* Handles the whole messages in [p,p+n); *used_out bytes of it. */
static enum rc whole_messages(struct telling *t, const char *p, size_t n, size_t *used_out, struct err *e)
{
	size_t at = 0;
	struct wire_head h;
	while (n - at >= sizeof h) {
		memcpy(&h, p + at, sizeof h);
		if (h.n > WIRE_MESSAGE_MAX)
			return nonsense(e, "length");
		if (n - at - sizeof h < h.n)
			break;
		struct message m = { h.type, p + at + sizeof h, h.n };
		enum rc rc = on_message(t, &m, e);
		if (rc != RC_OK)
			return rc;
		at += sizeof h + h.n;
	}
	*used_out = at;
	return RC_OK;
}

static enum rc collect_piece(struct telling *t, const char *p, size_t n, struct err *e)
{
	size_t used = 0;
	if (t->rest.n) {
		buf_put(&t->rest, p, n);
		if (!buf_ok(&t->rest))
			return nonsense(e, "length");
		p = t->rest.p;
		n = t->rest.n;
	}
	enum rc rc = whole_messages(t, p, n, &used, e);
	if (rc != RC_OK)
		return rc;
	if (t->rest.n) {
		memmove(t->rest.p, t->rest.p + used, n - used);
		t->rest.n = n - used;
	} else {
		buf_put(&t->rest, p + used, n - used);
	}
	return RC_OK;
}

enum rc collect(void *telling, const void *p, size_t n, struct err *e)
{
	struct telling *t = telling;
	if (atomic_load(&t->c->stopped))
		return err_set(e, RC_BAD_INPUT, "The other half of the files could not be read");
	pthread_mutex_lock(&t->c->lock);
	enum rc rc = collect_piece(t, p, n, e);
	pthread_mutex_unlock(&t->c->lock);
	return rc;
}

bool collect_ended(const struct telling *t)
{
	return t->ended && !t->rest.n;
}
