/* linnet account ..., linnet agreement ...: the people who sign in, and what was agreed with organisations. */
#include "cmd/cmd.h"
#include "work/admin/staff.h"
#include "work/oversee/agreement.h"

int cmd_account_list(int argc, char **argv);
int cmd_account_invite(int argc, char **argv);
int cmd_account_change(int argc, char **argv);
int cmd_account_close(int argc, char **argv);
int cmd_account_link(int argc, char **argv);
int cmd_account_reset_factor(int argc, char **argv);
int cmd_account_reset_factors(int argc, char **argv);
int cmd_agreement_list(int argc, char **argv);
int cmd_agreement_write(int argc, char **argv);
int cmd_agreement_effect(int argc, char **argv);

/* ---- one account, named by its sign-in name ---- */

/* Reads options and opens; of whom the first word speaks, if there is one. False: k->status is the exit status. */
static bool account_begin(int argc, char **argv, const struct usage *u, struct call *k, int64_t *id_out)
{
	if (!cmd_begin(argc, argv, u, k))
		return false;
	if (k->n_words && staff_by_login(k->app, &k->v, str_of(k->words[0]), id_out, &k->e) != RC_OK) {
		k->status = cmd_fail(&k->e);
		return false;
	}
	return true;
}

/* Says what was done, or what was wrong. */
static int account_end(const struct call *k, enum rc rc, const char *words)
{
	char said[300];
	const char *login = k->n_words ? k->words[0] : "";
	const struct cmd_value values[] = { { "login", login, 0 }, { "done", words, 0 } };
	snprintf(said, sizeof said, "%.100s%s%s", login, *login ? ": " : "", words);
	return rc == RC_OK ? cmd_say(&k->c, said, values, COUNT_OF(values), 0) : cmd_fail(&k->e);
}

int cmd_account_list(int argc, char **argv)
{
	static const char *const names[] = { "login", "name", "role", "org", "manages", "second_factor", "state" };
	static const size_t widths[] = { 20, 26, 15, 14, 8, 13, 0 };
	const struct usage u = { "linnet account list [options]",
				 "Everybody who signs in, or did.",
				 "linnet account list --format csv",
				 NULL,
				 0,
				 false,
				 0,
				 0 };
	struct call k AUTO(cmd_end);
	const struct staff *s;
	size_t n;
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	if (staff_list(k.app, &k.v, &k.a, &s, &n, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	struct cmd_rows rows = { .c = &k.c, .b = &k.b, .names = names, .widths = widths, .n_cells = COUNT_OF(names) };
	for (size_t i = 0; i < n; i++) {
		const struct organisation *org = app_organisation(k.app, s[i].org);
		const struct str cells[] = { s[i].login,
					     s[i].name,
					     str_of(role_id(s[i].role)),
					     org ? org->code : STR("?"),
					     s[i].manages ? STR("yes") : STR("no"),
					     s[i].has_factor ? STR("yes") : STR("no"),
					     s[i].active ? STR("open") : STR("closed") };
		cmd_row(&rows, cells);
	}
	cmd_rows_done(&rows, "No accounts.\n");
	return cmd_print(&k.b, 0);
}

/* A link is printed once; with --address it can be opened as it stands. */
static int say_link(const struct call *k, const struct staff_made *made, const char *address, const char *words)
{
	char said[600], at[DAY_TEXT_MAX];
	instant_iso(made->expires_ms, at);
	const struct cmd_value values[] = { { "path", made->token, 0 }, { "expires", at, 0 } };
	snprintf(said, sizeof said, "%s%.200s/join/%s\nIt works once, until %s. It is not shown again.", words, address,
		 made->token, at);
	return cmd_say(&k->c, said, values, COUNT_OF(values), 0);
}

int cmd_account_invite(int argc, char **argv)
{
	const char *login = NULL, *name = NULL, *role = NULL, *org = NULL, *address = "", *field;
	bool manages = false;
	const struct option options[] = {
		{ "login", OPTION_TEXT, &login, "NAME", "what they will sign in with" },
		{ "name", OPTION_TEXT, &name, "WORDS", "their name, as colleagues see it" },
		{ "role", OPTION_TEXT, &role, "WORD",
		  "administrator, nurse, doctor, social-worker, clinician, governance, commissioner" },
		{ "org", OPTION_TEXT, &org, "CODE", "their organisation" },
		{ "manages", OPTION_FLAG, &manages, NULL, "they manage accounts of their organisation" },
		{ "address", OPTION_TEXT, &address, "URL", "where people open Linnet, to put before the link" },
	};
	const struct usage u = {
		"linnet account invite --login NAME --name WORDS --role WORD --org CODE [options]",
		"Makes a link with which somebody joins and chooses a password that nobody else knows.",
		"linnet account invite --login b.finch --name 'Bea Finch' --role nurse --org LAC-SET-DEMO --manages",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	struct staff_made made;
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	const struct staff_form f = { str_of(login), str_of(name), role_of(str_of(role)), str_of(org), manages };
	if (staff_invite(k.app, &k.v, &f, &made, &field, &k.e) != RC_OK) {
		err_say("linnet: --%s: %s\n", field, k.e.text);
		return 2;
	}
	return say_link(&k, &made, address, "Send this to them and to nobody else:\n");
}

int cmd_account_link(int argc, char **argv)
{
	const char *address = "";
	const struct option options[] = { { "address", OPTION_TEXT, &address, "URL",
					    "where people open Linnet, to put before the link" } };
	const struct usage u = {
		"linnet account link LOGIN [options]",
		"Makes a link with which somebody chooses a new password. It also ends the waiting after "
		"wrong tries.",
		"linnet account link b.finch --address https://linnet.example",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	int64_t id;
	struct staff_made made;
	if (!account_begin(argc, argv, &u, &k, &id))
		return k.status;
	if (staff_new_password(k.app, &k.v, id, &made, &k.e) != RC_OK)
		return account_end(&k, k.e.rc, "");
	return say_link(&k, &made, address, "Send this to them and to nobody else:\n");
}

int cmd_account_change(int argc, char **argv)
{
	const char *role = NULL;
	bool manages = false;
	const struct option options[] = {
		{ "role", OPTION_TEXT, &role, "WORD", "the role that they have from now on" },
		{ "manages", OPTION_FLAG, &manages, NULL,
		  "they manage accounts of their organisation; left out: they do not" },
	};
	const struct usage u = { "linnet account change LOGIN --role WORD [options]",
				 "Gives an account another role. It is signed out everywhere.",
				 "linnet account change b.finch --role doctor --manages",
				 options,
				 COUNT_OF(options),
				 false,
				 1,
				 1 };
	struct call k AUTO(cmd_end);
	int64_t id;
	if (!account_begin(argc, argv, &u, &k, &id))
		return k.status;
	enum rc rc = staff_change(k.app, &k.v, id, role_of(str_of(role)), manages, &k.e);
	return account_end(&k, rc, "the role is changed, and every session is ended");
}

int cmd_account_close(int argc, char **argv)
{
	const char *heir = NULL;
	const struct option options[] = { { "heir", OPTION_TEXT, &heir, "LOGIN", "who takes over what is open" } };
	const struct usage u = { "linnet account close LOGIN [options]",
				 "Closes the account of somebody who leaves: signed out at once, nothing is deleted.",
				 "linnet account close b.finch --heir w.wren",
				 options,
				 COUNT_OF(options),
				 false,
				 1,
				 1 };
	struct call k AUTO(cmd_end);
	int64_t id;
	int64_t to = 0;
	if (!account_begin(argc, argv, &u, &k, &id))
		return k.status;
	enum rc rc = heir ? staff_by_login(k.app, &k.v, str_of(heir), &to, &k.e) : RC_OK;
	if (rc == RC_OK)
		rc = staff_close(k.app, &k.v, id, to, &k.e);
	return account_end(&k, rc, "closed");
}

int cmd_account_reset_factor(int argc, char **argv)
{
	const struct usage u = {
		"linnet account reset-factor LOGIN [options]",
		"Takes an account's authenticator app and recovery codes away; another is set up at the next "
		"sign-in.",
		"linnet account reset-factor b.finch",
		NULL,
		0,
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	int64_t id;
	if (!account_begin(argc, argv, &u, &k, &id))
		return k.status;
	enum rc rc = staff_reset_factor(k.app, &k.v, id, &k.e);
	return account_end(&k, rc, "the second factor is reset");
}

int cmd_account_reset_factors(int argc, char **argv)
{
	const struct usage u = {
		"linnet account reset-factors [options]",
		"When the key file is lost: takes every authenticator app away. Recovery codes stay good. A new key "
		"is made when the first app is set up.",
		"linnet account reset-factors --store sqlite:restored.db",
		NULL,
		0,
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	enum rc rc = staff_reset_factors(k.app, &k.v, &k.e);
	return account_end(&k, rc, "Every second factor is reset.");
}

/* ---- agreements ---- */

int cmd_agreement_list(int argc, char **argv)
{
	static const char *const names[] = { "agreement", "org",     "from",	    "to",      "state",
					     "shares",	  "purpose", "controllers", "councils" };
	static const size_t widths[] = { 13, 14, 10, 10, 12, 30, 30, 30, 0 };
	static const char *const states[] = { "", "to-come", "in-force", "over" };
	const struct usage u = {
		"linnet agreement list [options]",
		"What was agreed with organisations, as it stands today. councils: codes of those whose "
		"children it covers; empty: every child of the organisation's circle.",
		"linnet agreement list --format json",
		NULL,
		0,
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	const struct agreement *g;
	size_t n;
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	if (agreement_list(k.app, &k.v, &k.a, &g, &n, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	struct cmd_rows rows = { .c = &k.c, .b = &k.b, .names = names, .widths = widths, .n_cells = COUNT_OF(names) };
	for (size_t i = 0; i < n; i++) {
		const struct organisation *org = app_organisation(k.app, g[i].org);
		char id[ID_TEXT_MAX], from[DAY_TEXT_MAX], to[DAY_TEXT_MAX];
		const struct str cells[] = { str_of(id_text(g[i].id, id)),
					     org ? org->code : STR("?"),
					     str_of(day_iso(g[i].from, from)),
					     str_of(day_iso(g[i].to, to)),
					     str_of(states[g[i].state]),
					     g[i].shares,
					     g[i].purpose,
					     g[i].controllers,
					     g[i].councils };
		cmd_row(&rows, cells);
	}
	cmd_rows_done(&rows, "No agreements.\n");
	return cmd_print(&k.b, 0);
}

int cmd_agreement_write(int argc, char **argv)
{
	const char *org = NULL, *from = NULL, *to = NULL, *purpose = NULL, *controllers = NULL, *shares = NULL,
		   *councils = NULL, *why = NULL, *id = NULL, *field;
	const struct option options[] = {
		{ "org", OPTION_TEXT, &org, "CODE", "the organisation, by its code or its name" },
		{ "from", OPTION_TEXT, &from, "DAY", "first day (2026-04-01)" },
		{ "to", OPTION_TEXT, &to, "DAY", "last day" },
		{ "purpose", OPTION_TEXT, &purpose, "WORDS", "for what data are shared" },
		{ "controllers", OPTION_TEXT, &controllers, "WORDS", "who the controllers are" },
		{ "shares", OPTION_TEXT, &shares, "WORDS",
		  "kinds of data of data/agreements.yaml, such as 'identity care'" },
		{ "councils", OPTION_TEXT, &councils, "CODES",
		  "councils whose children it covers, such as 'E10000012 E06000033'; without it: every child" },
		{ "agreement", OPTION_TEXT, &id, "ID", "one that is there already: how it stands from now on" },
		{ "why", OPTION_TEXT, &why, "WORDS", "why it is changed" },
	};
	const struct usage u = {
		"linnet agreement write --org CODE --from DAY --to DAY --purpose WORDS --controllers WORDS --shares "
		"WORDS [options]",
		"Writes down an agreement with an organisation, or how one stands from now on. Nothing is taken out.",
		"linnet agreement write --org E10000012 --from 2026-04-01 --to 2028-03-31 --purpose 'Health of "
		"looked-after "
		"children' --controllers 'Essex and the health team, jointly' --shares 'identity care health'",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	int64_t made, of = 0;
	char said[100], text[ID_TEXT_MAX];
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	if (id && id_parse(str_of(id), &of) != RC_OK) {
		err_say("linnet: --agreement: \"%.60s\" is not what `linnet agreement list` calls one\n", id);
		return 2;
	}
	const struct agreement_form f = { of,
					  str_of(org),
					  str_of(from),
					  str_of(to),
					  str_of(purpose),
					  str_of(controllers),
					  str_of(shares),
					  str_of(why),
					  str_of(councils) };
	if (agreement_say(k.app, &k.v, &f, &made, &field, &k.e) != RC_OK) {
		if (k.e.rc != RC_BAD_INPUT)
			return cmd_fail(&k.e);
		err_say("linnet: --%s: %s\n", field, k.e.text);
		return 2;
	}
	const struct cmd_value values[] = { { "agreement", id_text(made, text), 0 } };
	snprintf(said, sizeof said, "Written down: %s.", text);
	return cmd_say(&k.c, said, values, COUNT_OF(values), 0);
}

int cmd_agreement_effect(int argc, char **argv)
{
	static const char *const names[] = { "org", "people", "children", "enforced", "shown", "withheld", "councils" };
	static const size_t widths[] = { 14, 7, 9, 9, 10, 40, 0 };
	const struct usage u = {
		"linnet agreement effect [options]",
		"What agreements withhold from each organisation today, or would if they were enforced "
		"today: kinds of data that no agreement in force names and direct care does not need. Where less "
		"is withheld of the children of some councils, they have a row of their own: councils, their codes; "
		"empty: all others. "
		"Exit status 1 if something is withheld.",
		"linnet agreement effect --format csv",
		NULL,
		0,
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	struct agreement_effects f;
	if (!cmd_begin(argc, argv, &u, &k))
		return k.status;
	enum rc rc = agreement_effects(k.app, &k.v, &k.a, &f, &k.e);
	struct cmd_rows rows = { .c = &k.c, .b = &k.b, .names = names, .widths = widths, .n_cells = COUNT_OF(names) };
	int status = 0;
	for (size_t i = 0; rc == RC_OK && i < f.n; i++) {
		const struct agreement_effect *w = &f.rows[i];
		const struct str cells[] = { w->org->code,
					     arena_printf(&k.a, "%" PRId64, w->people),
					     arena_printf(&k.a, "%d%s",
							  (int)(w->children > EFFECT_CHILDREN_MAX ? EFFECT_CHILDREN_MAX
												  : w->children),
							  w->children > EFFECT_CHILDREN_MAX ? "+" : ""),
					     f.enforced ? STR("yes") : STR("no"),
					     w->nothing	   ? STR("nothing")
					     : w->withheld ? STR("in part")
							   : STR("all"),
					     w->words,
					     w->councils };
		cmd_row(&rows, cells);
		status |= w->nothing || w->withheld;
	}
	if (rc != RC_OK)
		return cmd_fail(&k.e);
	cmd_rows_done(&rows, "Nobody has an account, and there are no agreements.\n");
	return cmd_print(&k.b, status);
}
