/* linnet chase, linnet handback: what is sent to a council or provider. */
#include "cmd/cmd.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "work/chase/sheets.h"
#include "work/core/terms.h"

int cmd_chase(int argc, char **argv);
int cmd_handback(int argc, char **argv);

static const struct organisation *asked_for(const struct app *app, const char *who, struct err *e)
{
	const struct organisation *o = who ? app_organisation_named(app, str_of(who)) : NULL;
	if (who && !o)
		err_set(e, RC_BAD_INPUT,
			"There is no organisation \"%s\". Give its code or its name as in data/organisations.csv.",
			who);
	return o;
}

/* ---- chase ---- */

struct chase_asked {
	const char *org, *council, *format, *to, *address;
	bool record;
};

static enum rc recipients(struct app *app, const struct viewer *v, const char *format, struct arena *a, struct buf *b,
			  struct err *e)
{
	const struct chase_recipient *r;
	size_t n;
	char day[DAY_TEXT_MAX];
	bool json = strcmp(format, "json") == 0, csv = strcmp(format, "csv") == 0;
	struct csv_writer w = { .b = b };
	enum rc rc = chase_recipients(app, v, a, &r, &n, e);
	if (rc != RC_OK)
		return rc;
	if (json)
		buf_putc(b, '[');
	else if (csv)
		buf_puts(b, "recipient,name,items,late,last_asked\r\n");
	else
		buf_printf(b, "%-12s %-34s %7s %7s  %s\n", "code", "who", "with it", "late", "last asked");
	for (size_t i = 0; i < n; i++) {
		const char *last = r[i].last_ms ? day_iso(london_day(r[i].last_ms), day) : "-";
		if (json) {
			buf_printf(b,
				   "%s{\"recipient\":\"" STR_FMT "\",\"items\":%" PRId64 ",\"late\":%" PRId64
				   ",\"last_asked\":",
				   i ? "," : "", STR_ARG(r[i].org->code), r[i].n, r[i].late);
			if (r[i].last_ms)
				buf_printf(b, "\"%s\"}", last);
			else
				buf_puts(b, "null}");
			continue;
		}
		if (csv) {
			csv_put_safe(&w, r[i].org->code);
			csv_put_safe(&w, r[i].org->name);
			csv_put_int(&w, r[i].n);
			csv_put_int(&w, r[i].late);
			csv_put(&w, r[i].last_ms ? str_of(last) : STR(""));
			csv_end_row(&w);
			continue;
		}
		cmd_pad(b, r[i].org->code, 13);
		cmd_pad(b, r[i].org->short_name, 35);
		buf_printf(b, "%7" PRId64 " %7" PRId64 "  %s\n", r[i].n, r[i].late, last);
	}
	buf_puts(b, json ? "]\n" : "");
	return RC_OK;
}

static enum rc print_chase(struct app *app, const struct chase_asked *as, const struct chase *c, struct arena *a,
			   struct buf *b, struct err *e)
{
	struct str base = base_address(str_of(as->address), a), to = STR("");
	if (as->address && !base.n)
		return err_set(e, RC_BAD_INPUT, "--address is where the pages are, such as https://linnet.example");
	if (as->to) {
		struct chase_terms t;
		enum rc rc = chase_terms_of(app_rules(app), a, &t, e);
		if (rc == RC_OK)
			rc = address_check(&t, str_of(as->to), c->recipient->code, a, &to, e);
		if (rc != RC_OK)
			return rc;
	}
	if (strcmp(as->format, "text") == 0)
		chase_text(c, base, a, b);
	else if (strcmp(as->format, "eml") == 0)
		chase_eml(c, base, to, a, b);
	else if (strcmp(as->format, "csv") == 0)
		chase_csv(c, base, a, b);
	else if (strcmp(as->format, "xlsx") == 0)
		return chase_xlsx(c, base, STR(""), a, b, e);
	else
		chase_json(c, base, a, b);
	return buf_ok(b) ? RC_OK : err_set(e, RC_LIMIT, "The chase is too long for one text.");
}

/* Kept as sent only after all of it was handed over: on a full disk nobody is reminded of what they never got. */
static int one_chase(struct call *k, const struct chase_asked *as, const struct organisation *who)
{
	struct chase c;
	int64_t id = 0;
	enum rc rc = chase_draft(k->app, &k->v, who, &k->a, &c, &k->e);
	if (rc == RC_OK)
		rc = print_chase(k->app, as, &c, &k->a, &k->b, &k->e);
	int status = cmd_answer(k, rc, rc == RC_OK && !c.n);
	if (status != 0 || !as->record)
		return status;
	rc = chase_keep(k->app, &k->v, &c, &k->a, &id, &k->e);
	if (rc == RC_OK)
		rc = chase_see(k->app, &k->v, id, "downloaded", &k->a, &c, &k->e);
	return rc == RC_OK ? 0 : cmd_fail(&k->e);
}

static bool known_format(const char *f, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(f, *list) == 0)
			return true;
	return false;
}

int cmd_chase(int argc, char **argv)
{
	static const char *const formats[] = { "text", "eml", "csv", "xlsx", "json", NULL };
	struct chase_asked as = { .format = "text" };
	const struct option options[] = {
		{ "council", OPTION_TEXT, &as.council, "WHO",
		  "council or provider to ask, by code or name; else who has what" },
		{ "org", OPTION_TEXT, &as.org, "CODE", "who asks (else the region's health team)" },
		{ "format", OPTION_TEXT, &as.format, "WORD",
		  "text, eml (a draft for a mail program), csv, xlsx or json (text)" },
		{ "to", OPTION_TEXT, &as.to, "ADDRESS", "eml: whom it is for, at a domain of chase.yaml" },
		{ "address", OPTION_TEXT, &as.address, "URL", "where the pages are, for the links to act" },
		{ "record", OPTION_FLAG, &as.record, NULL, "it is sent: keep it, so that the next one is a reminder" },
	};
	const struct usage u = {
		"linnet chase [--council WHO] [options]",
		"What is with a council or provider: what is missing, since when, how late, by which rule. "
		"Children are named by number and initials only. Exit status 1: nothing is with it.",
		"linnet chase --council Essex --format eml --record > essex.eml",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (!known_format(as.format, formats)) {
		err_say("linnet: --format is text, eml, csv, xlsx or json, not \"%s\"\n", as.format);
		return 2;
	}
	if (!as.council && (strcmp(as.format, "eml") == 0 || strcmp(as.format, "xlsx") == 0)) {
		err_say("linnet: --format %s is of one chase: say --council WHO too\n", as.format);
		return 2;
	}
	if (!cmd_open(&k))
		return k.status;
	const struct organisation *team =
	    as.org ? app_organisation_by_code(k.app, str_of(as.org)) : app_health_team(k.app);
	const struct organisation *who = asked_for(k.app, as.council, &k.e);
	enum rc rc = as.council && !who ? RC_BAD_INPUT : RC_OK;
	if (rc == RC_OK && !team)
		rc = err_set(&k.e, RC_BAD_INPUT, "Say who asks: --org CODE, a code of data/organisations.csv.");
	if (rc == RC_OK)
		k.v.org = team->id;
	if (rc == RC_OK && who)
		return one_chase(&k, &as, who);
	if (rc == RC_OK)
		rc = recipients(k.app, &k.v, as.format, &k.a, &k.b, &k.e);
	return cmd_answer(&k, rc, 0);
}

/* ---- handback ---- */

static void json_rows(const struct handback *h, struct buf *b)
{
	size_t n = h->layout.n_columns;
	buf_putc(b, '[');
	for (size_t r = 0; r < h->n; r++) {
		buf_puts(b, r ? ",{" : "{");
		for (size_t i = 0; i < n; i++) {
			buf_puts(b, i ? "," : "");
			json_put_string(b, h->layout.columns[i].heading);
			buf_putc(b, ':');
			json_put_string(b, h->cells[r * n + i]);
		}
		buf_putc(b, '}');
	}
	buf_puts(b, "]\n");
}

int cmd_handback(int argc, char **argv)
{
	static const char *const formats[] = { "csv", "xlsx", "json", NULL };
	const char *council = NULL, *format = "csv", *since = NULL;
	const struct option options[] = {
		{ "council", OPTION_TEXT, &council, "WHO", "whose children, by code or name" },
		{ "format", OPTION_TEXT, &format, "WORD", "csv, xlsx or json (csv)" },
		{ "since", OPTION_TEXT, &since, "DAY", "only children with news after that day" },
	};
	const struct usage u = {
		"linnet handback --council WHO [options]",
		"The file for a council's own system: its children, with what health knows for it. Columns "
		"and headings are data (handback.yaml).",
		"linnet handback --council Essex --since 2026-11-01 > essex.csv",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	day_t from = DAY_NONE;
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (!known_format(format, formats) || (since && day_parse(str_of(since), &from) != RC_OK) || !council) {
		err_say(
		    "linnet: say --council WHO; --format is csv, xlsx or json; --since is a day such as 2026-11-22\n");
		return 2;
	}
	if (!cmd_open(&k))
		return k.status;
	struct handback h;
	const struct organisation *who = asked_for(k.app, council, &k.e);
	enum rc rc = who ? handback_make(k.app, &k.v, who, from, &k.a, &h, &k.e) : RC_BAD_INPUT;
	if (rc == RC_OK && strcmp(format, "csv") == 0)
		handback_csv(&h, &k.b);
	else if (rc == RC_OK && strcmp(format, "xlsx") == 0)
		rc = handback_xlsx(&h, app_now_ms(k.app), STR(""), &k.a, &k.b, &k.e);
	else if (rc == RC_OK)
		json_rows(&h, &k.b);
	return cmd_answer(&k, rc, 0);
}
