/* plan_scenario.c - scenarios checked, played through, compared, sized. */
#include "base/files.h"
#include "base/parallel.h"
#include "cmd/plan.h"
#include "plan/report.h"
#include "standard/holidays.h"

int cmd_plan_check(int argc, char **argv);
int cmd_plan_simulate(int argc, char **argv);
int cmd_plan_compare(int argc, char **argv);
int cmd_plan_size(int argc, char **argv);
int cmd_plan_before_after(int argc, char **argv);

enum { COMPARED_MAX = 8 };

/* Files are looked for beside the first, then among the plans that come with the program. */
struct shelf {
	struct arena a;
	char folder[3000], data[4096];
	struct holiday *holidays;
	struct workdays *workdays;
};

static void shelf_release(struct shelf *s)
{
	workdays_free(s->workdays);
	arena_release(&s->a);
}

static enum rc shelf_open(struct shelf *s, const struct common *c, struct err *e)
{
	size_t n;
	arena_init(&s->a);
	char found[4096];
	snprintf(s->data, sizeof s->data, "%s", cmd_data(c, found));
	enum rc rc = holidays_load(s->data, &s->a, &s->holidays, &n, e);
	if (rc == RC_OK)
		s->workdays = holidays_calendar(s->holidays, n, DAY_NEVER);
	return rc;
}

static enum rc read_near(struct shelf *s, const char *folder, const char *name, struct str *out, struct err *e)
{
	char path[8200];
	snprintf(path, sizeof path, "%s%s%s", folder, *folder ? "/" : "", name);
	return file_read(path, YAML_FILE_MAX, &s->a, out, e);
}

static enum rc look_up(void *arg, const char *name, struct str *out, struct err *e)
{
	struct shelf *s = arg;
	char plans[4200];
	struct err first = { 0 };
	if (name[0] == '/' || strstr(name, ".."))
		return err_set(e, RC_BAD_INPUT,
			       "a scenario names files beside it, in folders below it, or in "
			       "data/plans, and no others");
	snprintf(plans, sizeof plans, "%s/plans", s->data);
	if (read_near(s, s->folder, name, out, &first) == RC_OK || read_near(s, plans, name, out, e) == RC_OK)
		return RC_OK;
	if (e)
		*e = first;
	return RC_NOT_FOUND;
}

/* RC_BAD_INPUT: the mistakes are in `m`; with none there, `e` says why it could not be read. */
static enum rc read_scenario(struct shelf *s, const char *file, struct scenario **out, struct mistakes *m,
			     struct err *e)
{
	struct scenario_asks asks = { look_up, s, s->workdays };
	struct str text;
	const char *slash = strrchr(file, '/');
	snprintf(s->folder, sizeof s->folder, "%.*s", slash ? (int)(slash - file) : 0, file);
	m->n = 0;
	enum rc rc = file_read(file, YAML_FILE_MAX, &s->a, &text, e);
	if (rc != RC_OK && !slash && look_up(s, file, &text, &(struct err){ 0 }) == RC_OK)
		rc = RC_OK;
	return rc == RC_OK ? scenario_read(text, file, &asks, out, m) : rc;
}

/* The scenario, or says what is wrong; NULL then. */
static struct scenario *scenario_or_words(struct shelf *s, const char *file, int *status)
{
	struct mistakes m;
	struct err e = { 0 };
	struct scenario *out = NULL;
	enum rc rc = read_scenario(s, file, &out, &m, &e);
	if (rc == RC_OK)
		return out;
	*status = 2;
	if (m.n == 0) {
		cmd_fail(&e);
		return NULL;
	}
	struct buf b AUTO(buf_release);
	buf_init(&b, 1u << 20);
	report_mistakes(&b, &m, REPORT_TABLE);
	err_say(STR_FMT, STR_ARG(buf_view(&b)));
	err_say("linnet: %s is not played through: %zu mistake%s\n", file, m.n, m.n == 1 ? "" : "s");
	return NULL;
}

static enum report_form form_of(const struct common *c)
{
	return c->format == FORMAT_JSON ? REPORT_JSON : c->format == FORMAT_CSV ? REPORT_CSV : REPORT_TABLE;
}

/* ---- check ---- */

int cmd_plan_check(int argc, char **argv)
{
	const struct usage u = {
		"linnet plan check FILE... [options]",
		"Reads scenarios and says every mistake with file, line and column: what is wrong, and what "
		"to change. Exit status 1 if there is any.",
		"linnet plan check data/plans/east-midlands.yaml",
		NULL,
		0,
		false,
		1,
		64
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	struct shelf shelf AUTO(shelf_release) = { 0 };
	if (shelf_open(&shelf, &k.c, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	if (k.c.format == FORMAT_CSV)
		buf_puts(&k.b, "file,line,column,mistake\r\n");
	if (k.c.format == FORMAT_JSON)
		buf_puts(&k.b, "[\n");
	int status = 0;
	for (size_t i = 0; i < k.n_words; i++) {
		struct mistakes m;
		struct scenario *s = NULL;
		enum rc rc = read_scenario(&shelf, k.words[i], &s, &m, &k.e);
		if (rc == RC_OK) {
			report_check(&k.b, s, k.words[i], form_of(&k.c));
			scenario_free(s);
		} else if (m.n) {
			report_mistakes(&k.b, &m, form_of(&k.c));
			status = status ? status : 1;
		} else {
			status = cmd_fail(&k.e);
		}
	}
	if (k.c.format == FORMAT_JSON)
		buf_puts(&k.b, "\n]\n");
	return cmd_print(&k.b, status);
}

/* ---- simulate, compare ---- */

struct asked {
	int64_t replications, seed, threads, years;
	const char *out;
};

#define ASKED_OPTIONS(a)                                                                                               \
	{ "replications", OPTION_NUMBER, &(a).replications, "N",                                                       \
	  "how often it is played through (else as the scenario says)" },                                              \
	    { "seed", OPTION_NUMBER, &(a).seed, "N", "which chances (else as the scenario says)" },                    \
	    { "threads", OPTION_NUMBER, &(a).threads, "N", "how many at once; never changes a number" },               \
	    { "years", OPTION_NUMBER, &(a).years, "N", "how long each run lasts (else as the scenario says)" },        \
	    PLAN_OUT_OPTION(&(a).out)

/* What was not said. */
#define UNSAID	      INT64_MIN
#define ASKED_NOTHING ((struct asked){ .replications = UNSAID, .seed = UNSAID, .threads = UNSAID, .years = UNSAID })

static bool said_well(int64_t v, int64_t least, int64_t most, const char *words, int *status)
{
	if (v == UNSAID || (v >= least && v <= most))
		return true;
	err_say("linnet: %s\n", words);
	*status = 2;
	return false;
}

/* False: told. */
static bool asked_well(const struct asked *a, int *status)
{
	return said_well(a->replications, 2, SIM_REPLICATIONS_MAX, "Replications must be 2 to 100000.", status) &&
	       said_well(a->years, 1, 50, "Years must be 1 to 50.", status) &&
	       said_well(a->threads, 1, PARALLEL_THREADS_MAX, "Threads must be 1 to 64; leave --threads out for all.",
			 status);
}

static bool bar(void *arg, int64_t done, int64_t total)
{
	(void)arg;
	cmd_progress(NULL, "played through", done, total);
	return true;
}

static int64_t said_or(int64_t v, int64_t absent)
{
	return v == UNSAID ? absent : v;
}

static struct outlook_options options_of(const struct asked *a)
{
	return (struct outlook_options){ .seed = (uint64_t)said_or(a->seed, 0),
					 .own_seed = a->seed != UNSAID,
					 .replications = (int32_t)said_or(a->replications, 0),
					 .years = (int32_t)said_or(a->years, 0),
					 .threads = plan_threads(said_or(a->threads, 0)),
					 .progress = bar };
}

int cmd_plan_simulate(int argc, char **argv)
{
	struct asked asked = ASKED_NOTHING;
	const struct option options[] = { ASKED_OPTIONS(asked) };
	const struct usage u = {
		"linnet plan simulate FILE [options]",
		"Plays a scenario through many times: waits, beds in use, admissions out of the area, travel, "
		"cost and fairness, with intervals. The first line says which inputs are guesses.",
		"linnet plan simulate data/plans/east-midlands.yaml --replications 1000",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k) || !asked_well(&asked, &k.status))
		return k.status;
	struct shelf shelf AUTO(shelf_release) = { 0 };
	if (shelf_open(&shelf, &k.c, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	struct scenario *s = scenario_or_words(&shelf, k.words[0], &k.status);
	if (!s)
		return k.status;
	struct outlook_options o = options_of(&asked);
	struct outlook *r = NULL;
	if (outlook_run(s, &o, &r, &k.e) == RC_OK) {
		report_outlook(&k.b, r, form_of(&k.c));
		k.status = plan_answer(&k.b, asked.out, 0);
	} else {
		k.status = cmd_fail(&k.e);
	}
	outlook_free(r);
	scenario_free(s);
	return k.status;
}

int cmd_plan_compare(int argc, char **argv)
{
	struct asked asked = ASKED_NOTHING;
	const struct option options[] = { ASKED_OPTIONS(asked) };
	const struct usage u = {
		"linnet plan compare FILE FILE... [options]",
		"Plays scenarios through with the same children and the same draws of what is uncertain, and tells "
		"what "
		"each of the others changes against the first, with intervals.",
		"linnet plan compare data/plans/east-midlands.yaml data/plans/east-midlands-every-county.yaml",
		options,
		COUNT_OF(options),
		false,
		2,
		COMPARED_MAX
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k) || !asked_well(&asked, &k.status))
		return k.status;
	struct shelf shelf AUTO(shelf_release) = { 0 };
	struct scenario *s[COMPARED_MAX] = { 0 };
	struct outlook *r[COMPARED_MAX] = { 0 };
	if (shelf_open(&shelf, &k.c, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	for (size_t i = 0; i < k.n_words && k.status < 0; i++)
		if (!(s[i] = scenario_or_words(&shelf, k.words[i], &k.status)))
			break;
	for (size_t i = 0; i < k.n_words && k.status < 0; i++) {
		struct outlook_options o = options_of(&asked);
		if (i) { /* alike */
			o.own_seed = true;
			o.seed = r[0]->seed;
			o.replications = r[0]->replications;
			o.years = r[0]->years;
		}
		if (outlook_run(s[i], &o, &r[i], &k.e) != RC_OK)
			k.status = cmd_fail(&k.e);
	}
	if (k.status < 0) {
		report_comparison(&k.b, (const struct outlook *const *)r, k.n_words, form_of(&k.c));
		k.status = plan_answer(&k.b, asked.out, 0);
	}
	for (size_t i = 0; i < k.n_words; i++) {
		outlook_free(r[i]);
		scenario_free(s[i]);
	}
	return k.status;
}

/* ---- size ---- */

int cmd_plan_size(int argc, char **argv)
{
	struct asked asked = ASKED_NOTHING;
	const char *service = NULL;
	int64_t share = 95, most = 500;
	const struct option options[] = {
		{ "service", OPTION_TEXT, &service, "ID", "the service whose beds, places or slots are looked for" },
		{ "share", OPTION_NUMBER, &share, "PERCENT", "of children within its first target (95)" },
		{ "most", OPTION_NUMBER, &most, "N", "give up above so many (500)" },
		ASKED_OPTIONS(asked)
	};
	const struct usage u = {
		"linnet plan size FILE --service ID [options]",
		"How many beds, places or slots a week a service needs so that the wanted share of children "
		"begins within its target: by playing through one size after the other.",
		"linnet plan size data/plans/set-initial-health-assessments.yaml --service clinic-essex --share 95",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k) || !asked_well(&asked, &k.status))
		return k.status;
	if (!said_well(share, 1, 99, "--share is 1 to 99 (per cent).", &k.status) ||
	    !said_well(most, 1, 10000, "--most is 1 to 10000.", &k.status))
		return k.status;
	struct shelf shelf AUTO(shelf_release) = { 0 };
	if (shelf_open(&shelf, &k.c, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	struct scenario *s = scenario_or_words(&shelf, k.words[0], &k.status);
	if (!s)
		return k.status;
	int32_t at = service ? scenario_service(s, service) : -1;
	struct outlook_size z;
	struct outlook_options o = options_of(&asked);
	if (at < 0) {
		err_say("linnet: --service needs the id of a service of %s:", k.words[0]);
		for (size_t i = 0; i < s->n_services; i++)
			err_say(" " STR_FMT, STR_ARG(s->services[i].id));
		err_say("\n");
		k.status = 2;
	} else if (outlook_size(s, &o, at, (double)share / 100, (int32_t)most, &z, &k.e) == RC_OK) {
		report_size(&k.b, s, at, (double)share / 100, &z, form_of(&k.c));
		k.status = plan_answer(&k.b, asked.out, 0);
	} else {
		k.status = cmd_fail(&k.e);
	}
	scenario_free(s);
	return k.status;
}

/* ---- before and after ---- */

int cmd_plan_before_after(int argc, char **argv)
{
	const char *file = NULL;
	const struct option options[] = { PLAN_OUT_OPTION(&file) };
	const struct usage u = {
		"linnet plan before-after FILE [options]",
		"Counts before and after a change: rates and their ratio with exact intervals, and either a "
		"judgement or the reasons not to judge. Exit status 1 if it is not judged.",
		"linnet plan before-after data/plans/ash-villa.yaml",
		options,
		COUNT_OF(options),
		false,
		1,
		1
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	struct shelf shelf AUTO(shelf_release) = { 0 };
	struct str text, rules;
	struct mistakes m;
	struct change_judged *judged;
	char path[4200];
	if (shelf_open(&shelf, &k.c, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	snprintf(path, sizeof path, "%s/plans/judging.yaml", shelf.data);
	if (file_read(k.words[0], YAML_FILE_MAX, &shelf.a, &text, &k.e) != RC_OK ||
	    file_read(path, YAML_FILE_MAX, &shelf.a, &rules, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	if (change_read(text, k.words[0], rules, path, 0.95, &judged, &m) != RC_OK) {
		report_mistakes(&k.b, &m, REPORT_TABLE);
		err_say(STR_FMT, STR_ARG(buf_view(&k.b)));
		err_say("linnet: %s is not judged: %zu mistake%s\n", k.words[0], m.n, m.n == 1 ? "" : "s");
		return 2;
	}
	report_change(&k.b, judged, form_of(&k.c));
	k.status = plan_answer(&k.b, file, judged->n_reasons ? 1 : 0);
	change_free(judged);
	return k.status;
}
