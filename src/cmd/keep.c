/* keep.c - init, verify, rebuild, doctor, account. */
#include "codec/csv.h"
#include "codec/json.h"
#include "cmd/cmd.h"
#include "work/admin/demonstration.h"
#include "work/admin/keep.h"
#include "work/admin/staff.h"

int cmd_init(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_rebuild(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_account(int argc, char **argv);

int cmd_init(int argc, char **argv)
{
	const char *region = NULL, *copy_into = NULL;
	bool demonstration = false, other = false;
	const struct option options[] = {
		{ "backup-into", OPTION_TEXT, &copy_into, "FOLDER",
		  "on PostgreSQL, for a store of an earlier version: make a backup there first" },
		{ "region", OPTION_TEXT, &region, "NAME",
		  "a file of data/regions (else the store's own; set, if it has none)" },
		{ "change-region", OPTION_FLAG, &other, NULL,
		  "--region is another than that of a store in use, and is meant" },
		{ "demonstration", OPTION_FLAG, &demonstration, NULL,
		  "say on every page that the people are invented; sign-ins with a published password. Never for "
		  "a store that holds children or accounts" },
	};
	const struct usage u = { "linnet init [options]",
				 "Makes a store ready, or brings an older one up to date. Keeps what it holds.",
				 "linnet init --region set --store sqlite:linnet.db",
				 options,
				 COUNT_OF(options),
				 false,
				 0,
				 0 };
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	char data[4096];
	struct app_settings s = cmd_settings(&k.c, true, data);
	s.copy_into = copy_into;
	if (region && app_region_check(s.data_dir, region, &k.e) != RC_OK)
		return cmd_fail(&k.e); /* before a store is made */
	s.copying = cmd_copying;
	if (app_open(&s, &k.app, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	cmd_progress_end();
	struct str word = arena_str(&k.a, app_region(k.app)), before = arena_str(&k.a, app_region_name(k.app));
	enum rc rc = app_init_region(
	    k.app, region, (demonstration ? INIT_DEMONSTRATION : 0u) | (other ? INIT_OTHER_REGION : 0u), &k.e);
	if (rc == RC_OK && demonstration)
		rc = demonstration_accounts(k.app, &k.e);
	if (rc == RC_OK && demonstration)
		rc = demonstration_agreements(k.app, &k.e);
	if (rc != RC_OK)
		return cmd_fail(&k.e);
	const char *shown = store_url_shown(app_store(k.app)), *name = arena_str(&k.a, app_region_name(k.app)).p;
	const struct cmd_value values[] = { { "store", shown, 0 }, { "region", name, 0 } };
	bool moved = word.n && !str_eq(word, app_region(k.app));
	struct str was = moved ? arena_printf(&k.a, ". Until now its region was " STR_FMT, STR_ARG(before)) : STR("");
	return cmd_say(&k.c, arena_printf(&k.a, "Ready: %s, %s" STR_FMT, shown, name, STR_ARG(was)).p, values,
		       COUNT_OF(values), 0);
}

int cmd_verify(int argc, char **argv)
{
	const struct usage u = {
		"linnet verify [options]",
		"Works out every clock, circle and worklist anew and compares with what is stored. Changes nothing. That "
		"the entries themselves are as they were written it cannot say: compare with a backup.",
		"linnet verify --format json",
		NULL,
		0,
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	struct verify_report r;
	if (keep_verify(k.app, cmd_progress, NULL, &k.a, &r, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	cmd_progress_end();
	char id[ID_TEXT_MAX];
	const struct cmd_value values[] = { { "children", NULL, r.children },
					    { "out_of_date", NULL, r.out_of_date },
					    { "wrong", NULL, r.wrong } };
	int status = cmd_say(&k.c,
			     arena_printf(&k.a, "%" PRId64 " children: %s. %" PRId64 " wait to be brought up to date.",
					  r.children, r.wrong ? "NOT CLEAN" : "clean", r.out_of_date)
				 .p,
			     values, COUNT_OF(values), r.wrong ? 1 : 0);
	for (size_t i = 0; i < r.n_differences; i++)
		err_say("child %s: " STR_FMT "\n", id_text(r.differences[i].person, id),
			STR_ARG(r.differences[i].words));
	if (r.wrong)
		err_say(
		    "linnet: what is stored differs for %" PRId64
		    " children: what was worked out has changed, or an entry itself. A rebuild takes the entries for "
		    "true, so first compare with the last backup: linnet restore --drill FOLDER says whether it is "
		    "clean; restore it into another store and look at these children in both. linnet audit verify says "
		    "whether lines of the audit were changed too. Are the entries right? Run: linnet rebuild "
		    "--from-events. "
		    "If not: restore that backup\n",
		    r.wrong);
	return status;
}

int cmd_rebuild(int argc, char **argv)
{
	bool stale = false, from_events = false;
	const struct option options[] = {
		{ "only-stale", OPTION_FLAG, &stale, NULL, "only children whose rules, holidays or day have changed" },
		{ "from-events", OPTION_FLAG, &from_events, NULL,
		  "believe no fingerprint and no packed history: work everybody out from every entry (what verify "
		  "finds is mended)" },
	};
	const struct usage u = { "linnet rebuild [options]",
				 "Makes clocks, circles and worklists again from the record, a hundred children at a "
				 "time: nobody waits.",
				 "linnet rebuild",
				 options,
				 COUNT_OF(options),
				 false,
				 0,
				 0 };
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (stale && from_events) {
		err_say("linnet: --only-stale and --from-events do not go together: leave one out\n");
		return 2;
	}
	if (!cmd_open(&k))
		return k.status;
	int64_t children = 0, changed = 0;
	enum rc rc = stale	   ? keep_catch_up(k.app, cmd_progress, NULL, &changed, &k.e)
		     : from_events ? keep_rebuild_from_events(k.app, cmd_progress, NULL, &children, &changed, &k.e)
				   : keep_rebuild(k.app, cmd_progress, NULL, &children, &changed, &k.e);
	cmd_progress_end();
	if (rc != RC_OK)
		return cmd_fail(&k.e);
	char said[100];
	const struct cmd_value values[] = { { "changed", NULL, changed } };
	snprintf(said, sizeof said, "Rebuilt. %" PRId64 " children had rows that differed.", changed);
	return cmd_say(&k.c, said, values, COUNT_OF(values), 0);
}

int cmd_account(int argc, char **argv)
{
	const char *login = NULL, *name = NULL, *role = NULL, *org = NULL;
	const struct option options[] = {
		{ "login", OPTION_TEXT, &login, "NAME", "what they sign in with" },
		{ "name", OPTION_TEXT, &name, "WORDS", "their name, as colleagues see it" },
		{ "role", OPTION_TEXT, &role, "WORD",
		  "administrator, nurse, doctor, social-worker, clinician, governance, commissioner" },
		{ "org", OPTION_TEXT, &org, "CODE", "their organisation" },
	};
	const struct usage u = {
		"linnet account --login NAME --name WORDS --role WORD --org CODE [options]",
		"Adds an account. The password is read from standard input, one line.",
		"linnet account --login b.finch --name 'Bea Finch' --role nurse --org LAC-SET-DEMO < password.txt",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	char password[256];
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (!login || !name || !role || !org) {
		err_say("linnet: --login, --name, --role and --org are all needed\nUsage: %s\n", u.synopsis);
		return 2;
	}
	if (!fgets(password, sizeof password, stdin)) {
		err_say("linnet: no password came on standard input\n");
		return 2;
	}
	password[strcspn(password, "\r\n")] = '\0';
	if (!cmd_open(&k))
		return k.status;
	if (account_add(k.app, str_of(login), str_of(name), role_of(str_of(role)), str_of(org), str_of(password),
			&k.e) != RC_OK)
		return cmd_fail(&k.e);
	char said[200];
	const struct cmd_value values[] = { { "login", login, 0 }, { "role", role, 0 }, { "org", org, 0 } };
	snprintf(said, sizeof said, "Added %.100s.", login);
	return cmd_say(&k.c, said, values, COUNT_OF(values), 0);
}

int cmd_doctor(int argc, char **argv)
{
	const struct usage u = { "linnet doctor [options]",
				 "Says what is wrong with this installation, and what to do about it.",
				 "linnet doctor --store sqlite:linnet.db",
				 NULL,
				 0,
				 false,
				 0,
				 0 };
	static const char *const marks[] = { "good", "note", "BAD" };
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	const struct symptom *list;
	size_t n;
	int status = 0;
	if (keep_doctor(k.app, &k.a, &list, &n, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	struct csv_writer w = { .b = &k.b };
	if (k.c.format == FORMAT_CSV && n)
		buf_puts(&k.b, "health,what,words,remedy\r\n");
	for (size_t i = 0; i < n; i++) {
		const struct symptom *s = &list[i];
		if (k.c.format == FORMAT_CSV) {
			csv_put(&w, str_of(marks[s->health]));
			csv_put(&w, s->what);
			csv_put(&w, s->words);
			csv_put(&w, s->remedy);
			csv_end_row(&w);
		} else if (k.c.format == FORMAT_JSON) {
			buf_printf(&k.b, "%s{\"health\":\"%s\",\"what\":", i ? ",\n" : "[", marks[s->health]);
			json_put_string(&k.b, s->what);
			buf_puts(&k.b, ",\"words\":");
			json_put_string(&k.b, s->words);
			buf_puts(&k.b, ",\"remedy\":");
			json_put_string(&k.b, s->remedy);
			buf_puts(&k.b, i + 1 == n ? "}]\n" : "}");
		} else {
			buf_printf(&k.b, "%-5s %-24.*s " STR_FMT "%s" STR_FMT "\n", marks[s->health], STR_ARG(s->what),
				   STR_ARG(s->words), s->remedy.n ? "\n      What to do: " : "", STR_ARG(s->remedy));
		}
		if (s->health == HEALTH_BAD)
			status = 1;
	}
	return n ? cmd_print(&k.b, status) : status;
}
