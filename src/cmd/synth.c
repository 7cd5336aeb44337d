#include "cmd/cmd.h"
#include "exchange/tables/synth.h"

int cmd_synth(int argc, char **argv);

static void tell(void *arg, int64_t done, int64_t total)
{
	cmd_progress(arg, "Inventing children", done, total);
}

int cmd_synth(int argc, char **argv)
{
	const char *region = "set", *out = NULL, *today = NULL;
	int64_t seed = 1, children = 0;
	bool mistakes = false;
	const struct option options[] = {
		{ "region", OPTION_TEXT, &region, "NAME", "a file of data/regions (set)" },
		{ "out", OPTION_TEXT, &out, "FOLDER", "where the tables go; made if missing" },
		{ "seed", OPTION_NUMBER, &seed, "N", "the same seed and day give the same bytes (1)" },
		{ "today", OPTION_TEXT, &today, "DAY", "the day up to which they are invented (today)" },
		{ "children", OPTION_NUMBER, &children, "N", "how many looked-after children (the published number)" },
		{ "mistakes", OPTION_FLAG, &mistakes, NULL, "with a few rows as people get them wrong" },
	};
	const struct usage u = {
		"linnet synth --out FOLDER [options]",
		"Writes a health team's tables about invented children: as many as are published for each council of "
		"the region. Nobody in them exists.",
		"linnet synth --region set --out demo/tables --seed 1",
		options,
		COUNT_OF(options),
		false,
		0,
		0
	};
	struct common c;
	size_t n;
	int status = cmd_options(argc, argv, &u, &c, NULL, &n);
	if (status >= 0)
		return status;
	if (!out) {
		fprintf(stderr, "linnet: say where the tables go: --out FOLDER\n");
		return 2;
	}
	struct app *app = cmd_open_rules(&c, &status);
	if (!app)
		return status;
	struct err e = { 0 };
	struct synth_options o = { .data_dir = app_data_dir(app),
				   .region = region,
				   .folder = out,
				   .seed = (uint64_t)seed,
				   .today = app_today(app),
				   .children = children,
				   .mistakes = mistakes };
	struct synth_counts made;
	if (today && day_parse(str_of(today), &o.today) != RC_OK) {
		fprintf(stderr, "linnet: --today needs a day such as 2026-11-22, not \"%s\"\n", today);
		app_close(app);
		return 2;
	}
	status = synth_write(&o, tell, NULL, &made, &e) == RC_OK ? 0 : cmd_fail(&e);
	cmd_progress_end();
	if (status == 0) {
		char said[4400];
		const struct cmd_value values[] = { { "looked_after", NULL, made.looked_after },
						    { "left_care", NULL, made.left_care },
						    { "placed_here", NULL, made.placed_here },
						    { "rows", NULL, made.rows } };
		snprintf(said, sizeof said,
			 "%" PRId64 " invented children in care, %" PRId64 " who left, %" PRId64
			 " placed here by others: %" PRId64 " rows in %.4000s",
			 made.looked_after, made.left_care, made.placed_here, made.rows, out);
		status = cmd_say(&c, said, values, COUNT_OF(values), 0);
	}
	app_close(app);
	return status;
}
