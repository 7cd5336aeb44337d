/* linnet erase, linnet retention: lawful erasure, holds, what is due for disposal. */
#include "cmd/cmd.h"
#include "work/oversee/erase.h"
#include "work/oversee/sight.h"

int cmd_erase(int argc, char **argv);
int cmd_retention(int argc, char **argv);

enum { CELLS_MAX = 9 };

struct erase_asked {
	struct call *k;
	const char *ground, *why, *entry;
};

static struct cmd_rows rows_of(const struct erase_asked *as, const char *const *names, size_t n)
{
	struct call *k = as->k;
	return (struct cmd_rows){ .c = &k->c, .b = &k->b, .names = names, .n_cells = n };
}

static struct str id_str(int64_t id, struct arena *a)
{
	char text[ID_TEXT_MAX];
	return id ? arena_str(a, str_of(id_text(id, text))) : STR("");
}

static struct str day_str(int64_t ms, struct arena *a)
{
	char text[DAY_TEXT_MAX];
	return ms ? arena_str(a, str_of(day_iso(london_day(ms), text))) : STR("");
}

/* ---- erase ---- */

static enum rc record(const struct erase_asked *as, const char *word, int64_t *person_out)
{
	struct call *k = as->k;
	return sight_record(k->app, &k->v, str_of(word), person_out, &k->e);
}

static enum rc named(const struct erase_asked *as, int64_t *id_out)
{
	struct call *k = as->k;
	if (id_parse(str_of(k->words[1]), id_out) != RC_OK)
		return err_set(&k->e, RC_BAD_INPUT, "\"%s\" is no erasure. See: linnet erase list", k->words[1]);
	return RC_OK;
}

static enum rc ask(const struct erase_asked *as)
{
	struct call *k = as->k;
	const char *field;
	int64_t id;
	struct erase_ask what = { .ground = str_of(as->ground ? as->ground : ""),
				  .why = str_of(as->why ? as->why : "") };
	enum rc rc = record(as, k->words[1], &what.person);
	if (rc == RC_OK && as->entry && id_parse(str_of(as->entry), &what.event) != RC_OK)
		return err_set(&k->e, RC_BAD_INPUT, "\"%s\" is no entry", as->entry);
	if (rc == RC_OK)
		rc = erase_ask(k->app, &k->v, &what, &id, &field, &k->e);
	if (rc == RC_OK)
		buf_printf(&k->b,
			   "Asked for: " STR_FMT ". An information governance lead of who keeps the record decides.\n",
			   STR_ARG(id_str(id, &k->a)));
	return rc;
}

static enum rc list(const struct erase_asked *as)
{
	struct call *k = as->k;
	static const char *const names[] = { "erasure", "record", "what",     "ground",	   "why",
					     "asked",	"by",	  "decision", "decided_by" };
	struct cmd_rows r = rows_of(as, names, COUNT_OF(names));
	static const char *const states[] = { "", "waits", "refused", "erased" };
	const struct erasure *x;
	size_t n;
	enum rc rc = erasure_list(k->app, &k->v, &k->a, &x, &n, &k->e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct str cells[] = { id_str(x[i].id, &k->a),
				       x[i].record.n ? x[i].record : STR("erased"),
				       x[i].event ? STR("an entry") : STR("the whole record"),
				       x[i].ground,
				       x[i].why,
				       day_str(x[i].asked_ms, &k->a),
				       x[i].asked_by,
				       str_of(states[x[i].state]),
				       x[i].decided_by };
		cmd_row(&r, cells);
	}
	if (rc == RC_OK)
		cmd_rows_done(&r, "Nothing was asked for.\n");
	return rc;
}

static enum rc decide(const struct erase_asked *as)
{
	struct call *k = as->k;
	int64_t id;
	bool approve = strcmp(k->words[0], "approve") == 0;
	enum rc rc = named(as, &id);
	if (rc == RC_OK)
		rc = erase_decide(k->app, &k->v, id, approve, str_of(as->why ? as->why : ""), &k->e);
	if (rc == RC_OK)
		buf_puts(&k->b,
			 approve ? "Erased. The list of erasures has its line.\n" : "Refused. Nothing was erased.\n");
	return rc;
}

static enum rc lift(const struct erase_asked *as)
{
	struct call *k = as->k;
	int64_t id;
	enum rc rc = named(as, &id);
	if (rc == RC_OK)
		rc = erase_lift(k->app, &k->v, id, str_of(as->why ? as->why : ""), &k->e);
	if (rc == RC_OK)
		buf_puts(&k->b, "Files may bring it again.\n");
	return rc;
}

struct doing {
	const char *name;
	size_t words;
	enum rc (*run)(const struct erase_asked *as);
};

static int run_act(const struct doing *acts, size_t n_acts, int argc, char **argv, const struct usage *u,
		   struct erase_asked *as, const char *all)
{
	struct call k AUTO(cmd_end);
	size_t at = 0;
	if (!cmd_read(argc, argv, u, &k))
		return k.status;
	while (at < n_acts && strcmp(k.words[0], acts[at].name) != 0)
		at++;
	if (at == n_acts || acts[at].words != k.n_words) {
		err_set(&k.e, RC_BAD_INPUT, "Say %s.", all);
		return cmd_fail(&k.e);
	}
	if (!cmd_open(&k))
		return k.status;
	as->k = &k;
	return cmd_answer(&k, acts[at].run(as), 0);
}

int cmd_erase(int argc, char **argv)
{
	static const struct doing acts[] = { { "ask", 2, ask },
					     { "list", 1, list },
					     { "approve", 2, decide },
					     { "refuse", 2, decide },
					     { "lift", 2, lift } };
	struct erase_asked as = { .entry = NULL };
	const struct option options[] = {
		{ "ground", OPTION_TEXT, &as.ground, "WORD",
		  "ask: the ground of the law, a word of data/retention.yaml" },
		{ "why", OPTION_TEXT, &as.why, "WORDS", "the request or decision; no content of what is erased" },
		{ "entry", OPTION_TEXT, &as.entry, "ENTRY",
		  "ask: one entry with what belongs to it, not the whole record" },
	};
	const struct usage u = {
		"linnet erase ask CHILD|list|approve ERASURE|refuse ERASURE|lift ERASURE [options]",
		"Lawful erasure. One person asks, another decides: what is asked here is decided on the page Erasure, "
		"and the other way round. CHILD is council code and number. What is erased cannot be brought back; a "
		"backup that is restored later is put right by the list of erasures. lift: files may bring it again.",
		"linnet erase ask E10000012/E-104 --ground order --why 'Order of 3 March, CO/12'",
		options,
		COUNT_OF(options),
		false,
		1,
		2
	};
	return run_act(acts, COUNT_OF(acts), argc, argv, &u, &as,
		       "ask CHILD, list, approve ERASURE, refuse ERASURE or lift ERASURE");
}

/* ---- retention ---- */

static enum rc due(const struct erase_asked *as)
{
	struct call *k = as->k;
	static const char *const names[] = { "child", "born", "due_since", "rule", "held", "asked" };
	struct cmd_rows r = rows_of(as, names, COUNT_OF(names));
	const struct retention_item *x;
	size_t n;
	int64_t after = 0, more = 0;
	enum rc rc;
	do {
		rc = retention_list(k->app, &k->v, after, &k->a, &x, &n, &more, &k->e);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			char born[DAY_TEXT_MAX], since[DAY_TEXT_MAX];
			struct str cells[] = { arena_printf(&k->a, STR_FMT "/" STR_FMT, STR_ARG(x[i].council),
							    STR_ARG(x[i].ref)),
					       arena_str(&k->a, str_of(day_iso(x[i].born, born))),
					       arena_str(&k->a, str_of(day_iso(x[i].due, since))),
					       x[i].rule->title,
					       x[i].hold,
					       id_str(x[i].asked, &k->a) };
			cmd_row(&r, cells);
		}
		after = more;
	} while (rc == RC_OK && more);
	if (rc == RC_OK)
		cmd_rows_done(&r, "Nothing is due for disposal.\n");
	return rc;
}

static enum rc rules(const struct erase_asked *as)
{
	struct call *k = as->k;
	static const char *const names[] = { "rule", "title", "years", "from", "in_force", "source", "not_checked" };
	struct cmd_rows out = rows_of(as, names, COUNT_OF(names));
	static const char *const from[] = { "", "birth", "death", "the last entry" };
	struct retention r;
	enum rc rc = retention_read(k->app, &k->a, &r, &k->e);
	for (size_t i = 0; rc == RC_OK && i < r.n_rules; i++) {
		const struct retention_rule *x = &r.rules[i];
		struct str cells[] = { x->id,
				       x->title,
				       arena_printf(&k->a, "%" PRId64, x->years),
				       str_of(from[x->from]),
				       x->in_force ? STR("yes") : STR("no"),
				       x->source,
				       x->not_checked };
		cmd_row(&out, cells);
	}
	if (rc == RC_OK)
		cmd_rows_done(&out, "There are no rules.\n");
	return rc;
}

static enum rc hold(const struct erase_asked *as)
{
	struct call *k = as->k;
	const char *field;
	int64_t person;
	enum rc rc = record(as, k->words[1], &person);
	if (rc == RC_OK)
		rc = hold_put(k->app, &k->v, person, str_of(as->ground ? as->ground : ""),
			      str_of(as->why ? as->why : ""), &field, &k->e);
	if (rc == RC_OK)
		buf_puts(&k->b, "Held. Nothing of the record is erased.\n");
	return rc;
}

static enum rc let_go(const struct erase_asked *as)
{
	struct call *k = as->k;
	int64_t person;
	enum rc rc = record(as, k->words[1], &person);
	if (rc == RC_OK)
		rc = hold_end(k->app, &k->v, person, str_of(as->why ? as->why : ""), &k->e);
	if (rc == RC_OK)
		buf_puts(&k->b, "The hold has ended.\n");
	return rc;
}

int cmd_retention(int argc, char **argv)
{
	static const struct doing acts[] = {
		{ "due", 1, due }, { "rules", 1, rules }, { "hold", 2, hold }, { "end-hold", 2, let_go }
	};
	struct erase_asked as = { .entry = NULL };
	const struct option options[] = {
		{ "for", OPTION_TEXT, &as.ground, "WORD", "hold: inquiry, court, police or request" },
		{ "why", OPTION_TEXT, &as.why, "WORDS", "hold, end-hold: why, in a few words" },
	};
	const struct usage u = {
		"linnet retention due|rules|hold CHILD|end-hold CHILD [options]",
		"What is due for disposal, by the rules of data/retention.yaml, and what holds a record. "
		"Nothing is disposed of by itself: ask with linnet erase, and somebody else decides.",
		"linnet retention due --format csv",
		options,
		COUNT_OF(options),
		false,
		1,
		2
	};
	return run_act(acts, COUNT_OF(acts), argc, argv, &u, &as, "due, rules, hold CHILD or end-hold CHILD");
}
