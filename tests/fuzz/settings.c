/* The files of data/ that use cases and the program's edges read, with any bytes in one of
 * them (the first byte chooses which): read, or one sentence. */
#include "exchange/sheets/sheets.h"
#include "exchange/ssda903/ssda903.h"
#include "exchange/synth/published.h"
#include "exchange/weekly/weekly.h"
#include "help.h"
#include "record/adjoining.h"
#include "record/places.h"
#include "record/region.h"
#include "standard/cases.h"
#include "work/admin/demonstration.h"
#include "work/admin/editions.h"
#include "work/core/rules.h"
#include "work/core/terms.h"
#include "work/oversee/alert.h"
#include "work/oversee/retention.h"
#include "work/oversee/safety.h"
#include "yaml_leaks.h"

static char folder[256];
static struct app *app;
static struct vocab *vocab;
static struct tables_spec *tables;
static struct rulebook *rules;
static struct document *documents;
static size_t n_documents;

static enum rc alerts(struct str text, struct arena *a, struct err *e)
{
	const struct alert_rule *all;
	size_t n;
	(void)text;
	return alert_rules(app, a, &all, &n, e);
}

/* What is read can be asked when a record is due; never before somebody is born. */
static enum rc retention(struct str text, struct arena *a, struct err *e)
{
	struct retention r;
	const struct retention_rule *rule = NULL;
	(void)text;
	enum rc rc = retention_read(app, a, &r, e);
	for (int i = 0; rc == RC_OK && i < 4; i++) {
		day_t born = day_of(2010, 2, 28) + i, died = i % 2 ? born + 6000 : DAY_NONE;
		day_t due = retention_due(&r, born, died, born + 3000, &rule);
		if (due != DAY_NONE && due != DAY_NEVER && (due < born || !rule))
			abort();
	}
	return rc;
}

static enum rc safety(struct str text, struct arena *a, struct err *e)
{
	struct safety_file f;
	(void)text;
	return safety_read(folder, a, &f, e);
}

static enum rc demonstration(struct str text, struct arena *a, struct err *e)
{
	struct demonstration d;
	(void)text;
	return demonstration_read(folder, STR("set"), a, &d, e);
}

static enum rc region(struct str text, struct arena *a, struct err *e)
{
	struct region r;
	(void)text;
	return region_read(folder, STR("set"), a, &r, e);
}

static enum rc places(struct str text, struct arena *a, struct err *e)
{
	struct places *p;
	(void)text, (void)a;
	enum rc rc = places_load(folder, &p, e);
	if (rc == RC_OK)
		places_free(p);
	return rc;
}

static enum rc adjoining(struct str text, struct arena *a, struct err *e)
{
	struct adjoining *p;
	(void)text, (void)a;
	enum rc rc = adjoining_load(folder, &p, e);
	if (rc == RC_OK)
		adjoining_free(p);
	return rc;
}

static enum rc published(struct str text, struct arena *a, struct err *e)
{
	struct published *p;
	(void)text, (void)a;
	enum rc rc = published_load(folder, &p, e);
	if (rc == RC_OK)
		published_free(p);
	return rc;
}

static enum rc weekly(struct str text, struct arena *a, struct err *e)
{
	struct weekly_spec *s;
	(void)text, (void)a;
	enum rc rc = weekly_spec_load(folder, vocab, &s, e);
	if (rc == RC_OK)
		weekly_spec_free(s);
	return rc;
}

static enum rc workbooks(struct str text, struct arena *a, struct err *e)
{
	struct sheets_parts *p;
	(void)text, (void)a;
	enum rc rc = sheets_parts_load(folder, tables, &p, e);
	if (rc == RC_OK)
		sheets_parts_free(p);
	return rc;
}

static enum rc returned(struct str text, struct arena *a, struct err *e)
{
	struct return_spec *s;
	(void)text, (void)a;
	enum rc rc = return_spec_load(folder, &s, e);
	if (rc == RC_OK)
		return_spec_free(s);
	return rc;
}

static enum rc cases(struct str text, struct arena *a, struct err *e)
{
	struct cases c;
	cases_init(&c, a);
	enum rc rc = cases_read(&c, vocab, rules, text, "fuzz.case", e);
	if (rc == RC_OK && c.n < 20)
		cases_prove(&c, rules, NULL, 0);
	return rc;
}

/* As documents of a set of rules: what is compiled can be asked. */
static enum rc document(const char *name, struct str text, struct arena *a, struct err *e)
{
	struct document *all = arena_array(a, n_documents, sizeof *all);
	struct rule_set *set;
	memcpy(all, documents, n_documents * sizeof *all);
	for (size_t i = 0; i < n_documents; i++)
		if (str_is(all[i].name, name))
			all[i] = document_of(a, all[i].name, text);
	enum rc rc = rule_set_make(all, n_documents, &set, e);
	if (rc != RC_OK)
		return rc;
	struct chase_terms terms;
	struct handback_layout layout;
	fuzz_must(chase_terms_of(set, a, &terms, e), e);
	fuzz_must(handback_layout_of(set, STR("E10000012"), a, &layout, e), e);
	rule_set_let_go(set);
	return RC_OK;
}

static enum rc chase(struct str text, struct arena *a, struct err *e)
{
	return document("chase.yaml", text, a, e);
}

static enum rc handback(struct str text, struct arena *a, struct err *e)
{
	return document("handback.yaml", text, a, e);
}

static enum rc sharing(struct str text, struct arena *a, struct err *e)
{
	struct sharing_rule r;
	(void)a;
	return sharing_rule_read(text, "sharing.yaml", &r, e);
}

/* The text of parameters that a page changes: what comes out is parameters again. */
static enum rc parameters(struct str text, struct arena *a, struct err *e)
{
	struct str out, again;
	enum rc rc = draft_parameter(text, STR("iha-asked"), STR("20"), STR("1 4 2027"), STR(""), STR("A paper"),
				     a, &out, e);
	if (rc == RC_OK &&
	    draft_parameter(out, STR("iha-asked"), STR("20"), STR("1 4 2027"), STR(""), STR("A paper"), a,
			    &again, e) == RC_OK &&
	    again.n < out.n)
		abort();
	return rc;
}

static const struct kind_of_file {
	const char *file; /* of data/, which the bytes take the place of; NULL: given as they are */
	enum rc (*read)(struct str text, struct arena *a, struct err *e);
} kinds_of_file[] = {
	{ "alerts.yaml", alerts },
	{ "retention.yaml", retention },
	{ "safety/hazards.yaml", safety },
	{ "safety/purpose.yaml", safety },
	{ "demonstration.yaml", demonstration },
	{ "regions/set.yaml", region },
	{ "places/areas.csv", places },
	{ "places/arcs.csv", places },
	{ "places/boards.csv", places },
	{ "places/board_areas.csv", places },
	{ "places/districts.csv", places },
	{ "places/outlines.csv", places },
	{ "places/population.csv", places },
	{ "places/sectors.csv", places },
	{ "places/trusts.csv", places },
	{ "adjoining.csv", adjoining },
	{ "synth/published_2025.csv", published },
	{ "weekly-list.yaml", weekly },
	{ "workbooks.yaml", workbooks },
	{ "ssda903/tables.yaml", returned },
	{ "ssda903/rules.yaml", returned },
	{ "ssda903/rule_codes.csv", returned },
	{ NULL, cases },
	{ NULL, chase },
	{ NULL, handback },
	{ NULL, sharing },
	{ NULL, parameters },
};

/* data/ again, folder by folder, each file a link to its own. */
static void link_all(void)
{
	char command[1024];
	snprintf(command, sizeof command, "cp -rs \"$PWD\"/data/. '%s'", folder);
	if (system(command) != 0)
		abort();
}

static void put(const char *file, struct str text)
{
	char path[600];
	snprintf(path, sizeof path, "%s/%s", folder, file);
	if (unlink(path) != 0)
		abort();
	fuzz_file(folder, file, text);
}

static void put_back(const char *file)
{
	char path[600], from[4200], here[4096];
	snprintf(path, sizeof path, "%s/%s", folder, file);
	snprintf(from, sizeof from, "%s/data/%s", getcwd(here, sizeof here), file);
	if (unlink(path) != 0 || symlink(from, path) != 0)
		abort();
}

static void begin(void)
{
	static struct arena kept;
	struct err e = { .rc = RC_OK };
	fuzz_folder(folder);
	link_all();
	arena_init(&kept);
	struct app_settings s = { .data_dir = folder };
	fuzz_must(app_open_rules(&s, &app, &e), &e);
	fuzz_must(vocab_load("data", &vocab, &e), &e);
	fuzz_must(tables_spec_load("data", vocab, &tables, &e), &e);
	fuzz_must(rulebook_load("data", vocab, &rules, &e), &e);
	fuzz_must(documents_read("data", &kept, &documents, &n_documents, &e), &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .rc = RC_OK };
	struct arena a;
	if (!app)
		begin();
	if (!size)
		return 0;
	const struct kind_of_file *k = &kinds_of_file[data[0] % COUNT_OF(kinds_of_file)];
	struct str text = { (const char *)data + 1, size - 1 };
	arena_init(&a);
	if (k->file)
		put(k->file, text);
	if (k->read(text, &a, &e) != RC_OK && !e.text[0])
		abort();
	if (k->file)
		put_back(k->file);
	arena_release(&a);
	return 0;
}
