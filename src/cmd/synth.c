#include "cmd/cmd.h"
#include "cmd/synth_report.h"
#include "exchange/synth/synth.h"

int cmd_synth(int argc, char **argv);

static void tell(void *arg, int64_t done, int64_t total)
{
	cmd_progress(arg, "Inventing children", done, total);
}

static bool form_of(const char *word, enum synth_form *out)
{
	for (int f = 0; f < SYNTH_FORM__COUNT; f++)
		if (strcmp(word, synth_form_id((enum synth_form)f)) == 0) {
			*out = (enum synth_form)f;
			return true;
		}
	return false;
}

static int say(const struct common *c, const struct synth_options *o, const struct synth_counts *made)
{
	char said[4600];
	const struct cmd_value values[] = {
		{ "looked_after", NULL, made->looked_after },
		{ "short_breaks", NULL, made->short_breaks },
		{ "left_care", NULL, made->left_care },
		{ "placed_here", NULL, made->placed_here },
		{ "rows", NULL, made->rows },
	};
	int n = snprintf(said, sizeof said,
			 "%" PRId64 " invented children in care, %" PRId64 " who come for short breaks, %" PRId64
			 " who left, %" PRId64 " placed here by others",
			 made->looked_after, made->short_breaks, made->left_care, made->placed_here);
	if (o->folder && o->form == SYNTH_FORM_TABLES)
		snprintf(said + n, sizeof said - (size_t)n, ": %" PRId64 " rows in %.4000s", made->rows, o->folder);
	else if (o->folder)
		snprintf(said + n, sizeof said - (size_t)n, ": %s in %.4000s", synth_form_id(o->form), o->folder);
	return cmd_say(c, said, values, COUNT_OF(values), 0);
}

static int run(const struct common *c, const struct synth_options *o, const char *report)
{
	struct err e = { 0 };
	struct arena a AUTO(arena_release);
	struct synth_counts made;
	const struct drawn *drawn;
	size_t n_drawn;
	arena_init(&a);
	enum rc rc = synth_write(o, tell, NULL, &a, &made, &drawn, &n_drawn, &e);
	cmd_progress_end();
	if (rc != RC_OK)
		return cmd_fail(&e);
	int status = say(c, o, &made);
	if (status == 0 && report && synth_report(drawn, n_drawn, o->region, report, &e) != RC_OK)
		return cmd_fail(&e);
	return status;
}

int cmd_synth(int argc, char **argv)
{
	const char *region = "set", *out = NULL, *today = NULL, *form = "tables", *report = NULL;
	int64_t seed = 1, children = 0, times = 0, threads = 0;
	bool mistakes = false, first = false;
	const struct option options[] = {
		{ "region", OPTION_TEXT, &region, "NAME", "a file of data/regions: set, london, england, ... (set)" },
		{ "out", OPTION_TEXT, &out, "FOLDER", "where the files go; made if missing" },
		{ "as", OPTION_TEXT, &form, "FORM", "tables, return, weekly, workbook, truth (tables)" },
		{ "seed", OPTION_NUMBER, &seed, "N", "the same seed and day give the same bytes (1)" },
		{ "today", OPTION_TEXT, &today, "DAY", "the day up to which they are invented (today)" },
		{ "children", OPTION_NUMBER, &children, "N", "how many looked-after children (the published number)" },
		{ "times", OPTION_NUMBER, &times, "K", "so many times the published number" },
		{ "report", OPTION_TEXT, &report, "FILE",
		  "lay what was drawn beside what is published, as CSV; --out is then not needed" },
		{ "threads", OPTION_NUMBER, &threads, "N", "at most so many (one for each processor)" },
		{ "mistakes", OPTION_FLAG, &mistakes, NULL, "with a few rows as people get them wrong" },
		{ "first", OPTION_FLAG, &first, NULL,
		  "as first delivered: some days wrong that the same without it puts right" },
	};
	const struct usage u = {
		"linnet synth --out FOLDER [options]",
		"Writes a health team's tables about invented children: as many as are published for each council of "
		"the region, and like them. Nobody in them exists.",
		"linnet synth --region set --out demo/tables --seed 1",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	struct synth_options o = { .region = region,
				   .folder = out,
				   .seed = (uint64_t)seed,
				   .children = children,
				   .times = times,
				   .threads = threads < 0 || threads > SYNTH_THREADS_MAX ? -1 : (int)threads,
				   .mistakes = mistakes,
				   .first = first };
	if (!out && !report) {
		err_say("linnet: say where the files go: --out FOLDER\n");
		return 2;
	}
	if (!form_of(form, &o.form)) {
		err_say("linnet: --as takes tables, return, weekly, workbook or truth, not \"%s\"\n", form);
		return 2;
	}
	if (!cmd_open_rules(&k))
		return k.status;
	o.data_dir = app_data_dir(k.app);
	o.today = app_today(k.app);
	if (today && day_parse(str_of(today), &o.today) != RC_OK) {
		err_say("linnet: --today needs a day such as 2026-11-22, not \"%s\"\n", today);
		return 2;
	}
	return run(&k.c, &o, report);
}
