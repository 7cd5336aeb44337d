/* linnet access: sight of sealed entries and closed records, notices of emergency access. */
#include "base/files.h"
#include "cmd/cmd.h"
#include "work/admin/demonstration.h"
#include "work/oversee/copies.h"
#include "work/oversee/sight.h"
#include "work/see/emergency.h"

int cmd_access(int argc, char **argv);

enum { FILE_MAX = 256 << 20, CELLS = 7 };

struct access_asked {
	struct call *k;
	const char *until, *why;
};

static struct str instant(int64_t ms, struct arena *a)
{
	day_t day;
	int minute;
	char text[DAY_TEXT_MAX];
	london_of_ms(ms, &day, &minute);
	return arena_printf(a, "%s %02d:%02d", day_iso(day, text), minute / 60, minute % 60);
}

static struct cmd_rows rows_of(const struct access_asked *as, const char *const names[CELLS])
{
	struct call *k = as->k;
	static const size_t widths[CELLS] = { 14, 25, 33, 17, 17, 0, 0 };
	size_t n = 0;
	while (n < CELLS && names[n])
		n++;
	return (struct cmd_rows){ .c = &k->c, .b = &k->b, .names = names, .widths = widths, .n_cells = n };
}

static enum rc notices(const struct access_asked *as)
{
	struct call *k = as->k;
	static const char *const names[CELLS] = { "notice", "who", "why", "from", "until", "review" };
	struct cmd_rows r = rows_of(as, names);
	const struct emergency_notice *list;
	size_t n;
	enum rc rc = emergency_notices(k->app, &k->v, &k->a, &list, &n, &k->e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		char *id = arena_alloc(&k->a, ID_TEXT_MAX);
		struct str cells[CELLS] = { str_of(id_text(list[i].id, id)),
					    list[i].who,
					    list[i].category,
					    instant(list[i].from_ms, &k->a),
					    instant(list[i].until_ms, &k->a),
					    list[i].reviewed_ms ? list[i].outcome : STR("waits") };
		cmd_row(&r, cells);
	}
	if (rc == RC_OK)
		cmd_rows_done(&r, "No emergency access.\n");
	return rc;
}

static enum rc grants(const struct access_asked *as)
{
	struct call *k = as->k;
	static const char *const names[CELLS] = { "grant", "who", "what", "from", "until", "why" };
	struct cmd_rows r = rows_of(as, names);
	const struct sight_grant *list;
	size_t n = 0;
	int64_t person;
	enum rc rc = sight_record(k->app, &k->v, str_of(k->words[1]), &person, &k->e);
	if (rc == RC_OK)
		rc = sight_list(k->app, &k->v, person, &k->a, &list, &n, &k->e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		char *id = arena_alloc(&k->a, ID_TEXT_MAX);
		struct str cells[CELLS] = {
			str_of(id_text(list[i].id, id)),  list[i].who, list[i].seal, instant(list[i].from_ms, &k->a),
			instant(list[i].until_ms, &k->a), list[i].why
		};
		cmd_row(&r, cells);
	}
	if (rc == RC_OK)
		cmd_rows_done(&r, "Nobody was given sight of anything.\n");
	return rc;
}

static enum rc give(const struct access_asked *as)
{
	struct call *k = as->k;
	const char *field;
	struct sight_give g = { 0, str_of(k->words[2]), str_of(k->words[3]), str_of(as->until ? as->until : ""),
				str_of(as->why ? as->why : "") };
	enum rc rc = sight_record(k->app, &k->v, str_of(k->words[1]), &g.person, &k->e);
	if (rc == RC_OK)
		rc = sight_give(k->app, &k->v, &g, &field, &k->e);
	if (rc == RC_OK)
		buf_puts(&k->b, "Given.\n");
	return rc;
}

static enum rc end(const struct access_asked *as)
{
	struct call *k = as->k;
	int64_t person, id;
	enum rc rc = sight_record(k->app, &k->v, str_of(k->words[1]), &person, &k->e);
	if (rc == RC_OK && id_parse(str_of(k->words[2]), &id) != RC_OK)
		return err_set(&k->e, RC_BAD_INPUT, "\"%s\" is no grant. See: linnet access grants %s", k->words[2],
			       k->words[1]);
	if (rc == RC_OK)
		rc = sight_end(k->app, &k->v, person, id, &k->e);
	if (rc == RC_OK)
		buf_puts(&k->b, "Ended.\n");
	return rc;
}

static enum rc copies(const struct access_asked *as)
{
	struct call *k = as->k;
	static const char *const names[CELLS] = { "copy", "who", "what", "when", "role", "delete_by", "page" };
	struct cmd_rows r = rows_of(as, names);
	const struct copy *list;
	size_t n;
	struct str file = STR("");
	bool one = strcmp(k->words[0], "copy") == 0;
	enum rc rc = one ? file_read(k->words[1], FILE_MAX, &k->a, &file, &k->e) : RC_OK;
	if (rc == RC_OK)
		rc = one ? copies_of(k->app, &k->v, file, &k->a, &list, &n, &k->e)
			 : copies_list(k->app, &k->v, &k->a, &list, &n, &k->e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		char *id = arena_alloc(&k->a, ID_TEXT_MAX), day[DAY_TEXT_MAX];
		struct str cells[CELLS] = { str_of(id_text(list[i].id, id)), list[i].who,  list[i].name,
					    instant(list[i].at_ms, &k->a),   list[i].role,
					    str_of(day_iso(list[i].until, day)), list[i].page };
		cmd_row(&r, cells);
	}
	if (rc == RC_OK)
		cmd_rows_done(&r, one ? "No copy has these bytes.\n" : "No copies.\n");
	return rc;
}

static enum rc demonstrate(const struct access_asked *as)
{
	struct call *k = as->k;
	enum rc rc = demonstration_sealed(k->app, &k->e);
	if (rc == RC_OK)
		buf_puts(&k->b, "There are sealed entries and one emergency access now, of an invented child.\n");
	return rc;
}

static const struct {
	const char *name;
	size_t words;
	enum rc (*run)(const struct access_asked *as);
} acts[] = { { "notices", 1, notices },
	     { "grants", 2, grants },
	     { "give", 4, give },
	     { "end", 3, end },
	     { "copies", 1, copies },
	     { "copy", 2, copies },
	     { "demonstrate", 1, demonstrate } };

int cmd_access(int argc, char **argv)
{
	struct access_asked as = { .until = NULL };
	const struct option options[] = {
		{ "until", OPTION_TEXT, &as.until, "DAY", "give: the last day" },
		{ "why", OPTION_TEXT, &as.why, "WORDS", "give: why they need it" },
	};
	const struct usage u = {
		"linnet access notices|grants CHILD|give CHILD LOGIN SEAL|end CHILD GRANT|copies|copy FILE|demonstrate "
		"[options]",
		"Who sees what others do not. CHILD is council code and number. SEAL is one of data/kinds.yaml, or "
		"closed: "
		"the whole record of a child who was adopted. copy: who took this file. demonstrate: something to try, "
		"in a demonstration store.",
		"linnet access give E10000012/E-104 doctor closed --until 2027-03-31 --why 'Complaint 12'",
		options,
		COUNT_OF(options),
		false,
		1,
		4
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	size_t at = 0;
	while (at < COUNT_OF(acts) && strcmp(k.words[0], acts[at].name) != 0)
		at++;
	if (at == COUNT_OF(acts) || acts[at].words != k.n_words) {
		err_set(&k.e, RC_BAD_INPUT,
			"Say notices, grants CHILD, give CHILD LOGIN SEAL, end CHILD GRANT, copies, copy FILE or "
			"demonstrate.");
		return cmd_fail(&k.e);
	}
	if (!cmd_open(&k))
		return k.status;
	as.k = &k;
	return cmd_answer(&k, acts[at].run(&as), 0);
}
