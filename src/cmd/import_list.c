/* import_list.c - a council's weekly list, and who may be whom. */
#include "cmd/import.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/load/weekly.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int cmd_import_list(int argc, char **argv);
int cmd_match_list(int argc, char **argv);

enum { OUT_MAX = 64 << 20, PAIRS_MAX = 500 };

/* ---- a list ---- */

struct row { /* one line of the answer */
	const struct weekly_item *item;
	const struct weekly_proposal *p; /* NULL: who is it, alike or blocked */
};

static const char *kind_of(const struct row *r)
{
	if (r->p)
		return weekly_kind_id(r->p->p.kind);
	return r->item->blocked ? "not-here" : r->item->alike.n ? "alike" : weekly_kind_id(PROPOSE_WHO);
}

static struct str doubt_of(const struct row *r)
{
	if (r->p)
		return r->p->later ? STR("Put off until the next list") : r->p->p.doubt;
	return r->item->blocked	  ? STR("This number cannot be compared here: ask the information governance lead")
	       : r->item->alike.n ? r->item->alike
	       : r->item->waiting ? STR("The council was asked who this is")
				  : STR("Somebody must say whether a record is this child's");
}

static void put_table(struct buf *b, const struct row *r, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	const struct proposal *p = r->p ? &r->p->p : NULL;
	struct str name = arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(r->item->given), STR_ARG(r->item->family));
	cmd_pad(b, str_of(kind_of(r)), 10);
	cmd_pad(b, r->item->ref, 12);
	cmd_pad(b, name, 28);
	cmd_pad(b, str_of(p && p->sure ? "sure" : "look"), 6);
	cmd_pad(b, str_of(p && p->day != DAY_NONE ? day_iso(p->day, day) : "day?"), 12);
	if (p)
		buf_printf(b, STR_FMT " -> " STR_FMT, STR_ARG(p->record_says), STR_ARG(p->list_says));
	if (doubt_of(r).n)
		buf_printf(b, "%s" STR_FMT, p ? ". " : "", STR_ARG(doubt_of(r)));
	buf_putc(b, '\n');
}

static void put_csv(struct csv_writer *w, const struct row *r)
{
	char day[DAY_TEXT_MAX];
	const struct proposal *p = r->p ? &r->p->p : NULL;
	const struct str none = STR("");
	const struct str cells[] = { str_of(kind_of(r)),
				     r->item->key,
				     r->item->ref,
				     r->item->given,
				     r->item->family,
				     p && p->sure ? STR("yes") : STR("no"),
				     p && p->day != DAY_NONE ? str_of(day_iso(p->day, day)) : none,
				     p ? p->record_says : none,
				     p ? p->list_says : none,
				     p ? p->would : none,
				     doubt_of(r) };
	for (size_t i = 0; i < COUNT_OF(cells); i++)
		csv_put_safe(w, cells[i]);
	csv_end_row(w);
}

static void put_json(struct buf *b, const struct row *r, bool first)
{
	static const char *const names[] = { "kind",	    "key",	 "child_id", "given_name", "family_name",
					     "record_says", "list_says", "would",    "doubt" };
	char day[DAY_TEXT_MAX];
	const struct proposal *p = r->p ? &r->p->p : NULL;
	const struct str none = STR("");
	const struct str values[] = { str_of(kind_of(r)),      r->item->key,	    r->item->ref,
				      r->item->given,	       r->item->family,	    p ? p->record_says : none,
				      p ? p->list_says : none, p ? p->would : none, doubt_of(r) };
	buf_printf(b, "%s{\"sure\":%s,\"candidates\":%zu", first ? "" : ",\n", p && p->sure ? "true" : "false",
		   r->item->n_candidates);
	if (p && p->day != DAY_NONE)
		buf_printf(b, ",\"day\":\"%s\"", day_iso(p->day, day));
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		buf_printf(b, ",\"%s\":", names[i]);
		json_put_string(b, values[i]);
	}
	buf_putc(b, '}');
}

static void head(struct buf *b, const struct weekly_page *p)
{
	const struct weekly_summary *s = &p->list;
	char on[DAY_TEXT_MAX], before[DAY_TEXT_MAX];
	buf_printf(b, STR_FMT ", list of %s%s. %" PRId64 " rows read, %" PRId64 " kept back.\n",
		   STR_ARG(s->council->name), day_plain(s->listed_on, on), s->partial ? " (partial)" : "", s->rows_read,
		   s->rows_kept_back);
	if (s->mapping.n)
		buf_printf(b, "Read by the mapping \"" STR_FMT "\".\n", STR_ARG(s->mapping));
	if (s->again)
		buf_puts(b, "This list was loaded before: nothing is new.\n");
	if (s->before != DAY_NONE)
		buf_printf(b, "Compared with the record, and with the list of %s.\n", day_plain(s->before, before));
	if (s->after != DAY_NONE)
		buf_printf(b, "A list of %s is already here: where it has the same child, it speaks.\n",
			   day_plain(s->after, before));
	if (s->rows_elsewhere)
		buf_printf(b, "%" PRId64 " rows are of children who are not this team's. They were left out.\n",
			   s->rows_elsewhere);
	if (s->unsure)
		buf_puts(b, "A row without a number may be anybody's: nobody is proposed as having left.\n");
	if (s->asked)
		buf_printf(
		    b,
		    "STOPPED: %" PRId64 " of %" PRId64
		    " children expected are not on this list. If it is really whole, load it with --whole; if it is "
		    "one team's, with --partial.\n",
		    s->missing, s->expected);
}

static void print_findings(struct buf *b, const struct weekly_page *p)
{
	for (size_t i = 0; i < p->n_findings; i++) {
		const struct batch_finding *f = &p->findings[i];
		buf_printf(b, "row %" PRId64 "%s" STR_FMT ": " STR_FMT "%s" STR_FMT " [%s]\n", f->line,
			   f->column.n ? ", " : "", STR_ARG(f->column), STR_ARG(f->message), f->fix.n ? ". " : "",
			   STR_ARG(f->fix), severity_id(f->severity));
	}
}

static void print_list(struct buf *b, const struct weekly_page *p, enum format format, int64_t accepted,
		       struct arena *a)
{
	struct csv_writer w = { .b = b };
	char id[ID_TEXT_MAX], on[DAY_TEXT_MAX];
	bool first = true;
	if (format == FORMAT_TABLE)
		head(b, p);
	else if (format == FORMAT_CSV)
		buf_puts(b, "kind,key,child_id,given_name,family_name,sure,day,record_says,list_says,would,doubt\r\n");
	else
		buf_printf(b,
			   "{\"list\":\"%s\",\"listed_on\":\"%s\",\"partial\":%s,\"asked\":%s,\"again\":%s,\"rows_"
			   "read\":%" PRId64 ",\"rows_kept_back\":%" PRId64 ",\"same\":%" PRId64
			   ",\"accepted\":%" PRId64 ",\"missing\":%" PRId64 ",\"expected\":%" PRId64 ",\"proposals\":[",
			   p->list.id ? id_text(p->list.id, id) : "", day_iso(p->list.listed_on, on),
			   p->list.partial ? "true" : "false", p->list.asked ? "true" : "false",
			   p->list.again ? "true" : "false", p->list.rows_read, p->list.rows_kept_back, p->same,
			   accepted, p->list.missing, p->list.expected);
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->items[i].n ||
				   (k == 0 && (p->items[i].n_candidates || p->items[i].blocked || p->items[i].alike.n));
		     k++) {
			struct row r = { &p->items[i], k < p->items[i].n ? &p->items[i].proposals[k] : NULL };
			if (format == FORMAT_TABLE)
				put_table(b, &r, a);
			else if (format == FORMAT_CSV)
				put_csv(&w, &r);
			else
				put_json(b, &r, first);
			first = false;
		}
	if (format == FORMAT_JSON)
		buf_puts(b, "]}\n");
	if (format != FORMAT_TABLE)
		return;
	buf_printf(b,
		   "%" PRId64
		   " children as the record has them, %zu proposals are sure, %zu need thought, %zu children to "
		   "be matched.\n",
		   p->same, p->sure, p->doubtful, p->who);
	if (accepted)
		buf_printf(b, "%" PRId64 " sure proposals were accepted.\n", accepted);
	if (p->short_breaks)
		buf_printf(b, "%" PRId64 " children of short breaks are not on the list, which says nothing.\n",
			   p->short_breaks);
	print_findings(b, p);
}

struct list_options {
	const char *council, *on, *mapping, *kept_back;
	bool partial, whole, dry, accept;
};

/* The mapping that was named, or the one that the list is recognised by; none where its
 * headings are enough. */
static enum rc how_to_read(struct app *app, const struct viewer *v, const struct list_options *o,
			   struct weekly_request *r, struct arena *a, struct err *e)
{
	enum weekly_how how;
	if (o->mapping)
		return mapping_named(app, v, o->mapping, a, &r->mapping, e);
	enum rc rc = weekly_recognise(app, v, r->name, r->fd, a, &how, &r->mapping, e);
	if (rc != RC_OK || how != WEEKLY_TO_MAP)
		return rc;
	return err_set(
	    e, RC_BAD_INPUT,
	    "The columns of this list are not known: at least the council's number of the child (child_id) and "
	    "the date of birth (birth_date) are needed. Look at what would be proposed (linnet mapping propose "
	    "FILE --list > m.yaml), put it right, and give it (--mapping m.yaml); or keep it (linnet mapping "
	    "save m.yaml), and the list is recognised next week");
}

static enum rc run_list(struct app *app, const struct list_options *o, int fd, const char *name, day_t on,
			struct arena *a, struct weekly_page *p, int64_t *accepted, struct err *e)
{
	struct viewer v = app_operator(app);
	const char *base = strrchr(name, '/');
	struct weekly_request r = { .fd = fd,
				    .name = str_of(base ? base + 1 : name),
				    .council = str_of(o->council),
				    .listed_on = on,
				    .partial = o->partial,
				    .short_confirmed = o->whole,
				    .dry_run = o->dry };
	int64_t told = 0;
	enum rc rc = how_to_read(app, &v, o, &r, a, e);
	if (rc == RC_OK)
		rc = weekly_load(app, &v, &r, a, p, e);
	if (rc == RC_OK && p->list.asked && o->whole && !o->dry) {
		rc = weekly_confirm(app, &v, p->list.id, WEEKLY_IS_WHOLE, e);
		if (rc == RC_OK)
			rc = weekly_see(app, &v, p->list.id, a, p, e);
	}
	if (rc == RC_OK && o->accept && !o->dry && !p->list.asked) {
		rc = weekly_accept_sure(app, &v, p->list.id, NULL, 0, accepted, &told, e);
		if (rc == RC_OK)
			rc = weekly_see(app, &v, p->list.id, a, p, e);
	}
	return rc;
}

static int save_kept(struct app *app, const struct weekly_page *p, const char *folder, struct err *e)
{
	struct viewer v = app_operator(app);
	struct buf b AUTO(buf_release);
	buf_init(&b, OUT_MAX);
	if (!p->list.id || !p->list.rows_kept_back)
		return 0;
	if (weekly_kept_back(app, &v, p->list.id, &b, e) != RC_OK)
		return cmd_fail(e);
	return kept_back_save(&b, folder, p->list.name);
}

int cmd_import_list(int argc, char **argv)
{
	struct list_options o = { .council = NULL };
	const struct option options[] = {
		{ "council", OPTION_TEXT, &o.council, "COUNCIL", "whose list it is: a name or an ONS code" },
		{ "on", OPTION_TEXT, &o.on, "DAY", "the day of which the list speaks (today)" },
		{ "partial", OPTION_FLAG, &o.partial, NULL, "it does not hold every child: nobody left because of it" },
		{ "whole", OPTION_FLAG, &o.whole, NULL, "it is whole, though many children are missing" },
		{ "accept-sure", OPTION_FLAG, &o.accept, NULL, "accept the proposals that need no thought" },
		{ "dry-run", OPTION_FLAG, &o.dry, NULL, "compare, and keep nothing" },
		{ "mapping", OPTION_TEXT, &o.mapping, "NAME",
		  "the mapping to read it by, or a file of YAML; else it is recognised by its headings" },
		{ "kept-back", OPTION_TEXT, &o.kept_back, "FOLDER",
		  "write the rows kept back there, to correct and load again" },
	};
	const struct usage u = {
		"linnet import list FILE --council COUNCIL [options]",
		"Compares a council's weekly list of the children it looks after (CSV or XLSX, data/weekly-list.yaml) "
		"with the "
		"record and the list before, and says what would change. Nothing is recorded until somebody accepts, "
		"here or on the page Weekly lists. Exit status 1: there is something to decide, or a row was kept "
		"back.",
		"linnet import list essex-2-march.csv --council Essex --dry-run",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	day_t on = DAY_NONE;
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (!o.council) {
		err_say("linnet: --council is needed: whose list is it? For example --council Essex\n");
		return 2;
	}
	if (o.on && day_parse(str_of(o.on), &on) != RC_OK) {
		err_say("linnet: --on needs a day such as 2026-11-22, not \"%s\"\n", o.on);
		return 2;
	}
	if (o.partial && o.whole) {
		err_say("linnet: a list is --partial or --whole, not both\n");
		return 2;
	}
	if (!kept_back_possible(o.kept_back))
		return 2;
	int fd AUTO(auto_close) = open(k.words[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_say("linnet: could not open %s: %s\n", k.words[0], strerror(errno));
		return 2;
	}
	if (!cmd_open(&k))
		return k.status;
	struct weekly_page p;
	int64_t accepted = 0;
	if (run_list(k.app, &o, fd, k.words[0], on, &k.a, &p, &accepted, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	bool open_questions = p.n || p.list.asked || p.list.rows_kept_back;
	print_list(&k.b, &p, k.c.format, accepted, &k.a);
	int status = cmd_print(&k.b, open_questions ? 1 : 0);
	if (o.kept_back && status < 2 && save_kept(k.app, &p, o.kept_back, &k.e) != 0)
		status = 2;
	return status;
}

/* ---- pairs ---- */

static void print_pairs(struct buf *b, const struct match_pair *pairs, size_t n, enum format format)
{
	struct csv_writer w = { .b = b };
	char one[ID_TEXT_MAX], other[ID_TEXT_MAX];
	if (format == FORMAT_CSV)
		buf_puts(b, "state,one,one_council,one_number,other,other_council,other_number,points,reasons\r\n");
	else if (format == FORMAT_JSON)
		buf_puts(b, "[");
	for (size_t i = 0; i < n; i++) {
		const struct match_pair *p = &pairs[i];
		const char *state = p->joined ? "joined" : p->waiting ? "waiting" : "open";
		struct buf reasons AUTO(buf_release);
		buf_init(&reasons, 2048);
		for (size_t k = 0; k < p->result.n; k++)
			buf_printf(&reasons, "%s%s " STR_FMT, k ? "; " : "", p->result.reasons[k].for_it ? "+" : "-",
				   STR_ARG(p->result.reasons[k].words));
		id_text(p->one.person, one);
		id_text(p->other.person, other);
		if (format == FORMAT_CSV) {
			const struct str cells[] = { str_of(state), str_of(one),   p->one.council->code,
						     p->one.ref,    str_of(other), p->other.council->code,
						     p->other.ref };
			for (size_t k = 0; k < COUNT_OF(cells); k++)
				csv_put_safe(&w, cells[k]);
			csv_put_int(&w, p->result.points);
			csv_put_safe(&w, buf_view(&reasons));
			csv_end_row(&w);
		} else if (format == FORMAT_JSON) {
			buf_printf(b, "%s{\"state\":\"%s\",\"one\":\"%s\",\"other\":\"%s\",\"points\":%" PRId64,
				   i ? ",\n" : "", state, one, other, p->result.points);
			const struct str texts[] = { p->one.council->code, p->one.ref, p->other.council->code,
						     p->other.ref, buf_view(&reasons) };
			static const char *const names[] = { "one_council", "one_number", "other_council",
							     "other_number", "reasons" };
			for (size_t k = 0; k < COUNT_OF(texts); k++) {
				buf_printf(b, ",\"%s\":", names[k]);
				json_put_string(b, texts[k]);
			}
			buf_putc(b, '}');
		} else {
			buf_printf(b, "%-8s " STR_FMT "/" STR_FMT " and " STR_FMT "/" STR_FMT ": " STR_FMT "\n", state,
				   STR_ARG(p->one.council->code), STR_ARG(p->one.ref), STR_ARG(p->other.council->code),
				   STR_ARG(p->other.ref), STR_ARG(buf_view(&reasons)));
		}
	}
	if (format == FORMAT_JSON)
		buf_puts(b, "]\n");
	else if (format == FORMAT_TABLE && !n)
		buf_puts(b, "No two records look like one child.\n");
}

int cmd_match_list(int argc, char **argv)
{
	const struct usage u = {
		"linnet match list [options]",
		"Lists pairs of records that may be one child, those that wait for an answer, and those "
		"that were joined. Somebody who may see both decides, on the page Matching. A pair that "
		"nobody may see whole is for the information governance leads of both organisations. Exit "
		"status 1: there is something to decide.",
		"linnet match list --format csv",
		NULL,
		0,
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	const struct match_pair *pairs;
	size_t n;
	bool open_questions = false;
	if (match_pairs(k.app, &k.v, PAIRS_MAX, &k.a, &pairs, &n, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	for (size_t i = 0; i < n; i++)
		open_questions = open_questions || !pairs[i].joined;
	print_pairs(&k.b, pairs, n, k.c.format);
	return cmd_print(&k.b, open_questions ? 1 : 0);
}
