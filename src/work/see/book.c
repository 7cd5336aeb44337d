#include "work/see/book.h"

#include "codec/yaml.h"
#include "standard/holidays.h"
#include "work/app.h"

enum rc cases_proved(struct app *app, struct cases *c, size_t *fail_out, struct err *e)
{
	struct holiday *holidays;
	size_t n;
	enum rc rc = cases_load(c, app_data_dir(app), app_vocab(app), app_rulebook(app), e);
	if (rc == RC_OK)
		rc = holidays_load(app_data_dir(app), c->a, &holidays, &n, e);
	if (rc == RC_OK)
		*fail_out = cases_prove(c, app_rulebook(app), holidays, n);
	return rc;
}

enum rc book_see(struct app *app, struct str region, struct arena *a, struct book *out, struct err *e)
{
	struct cases *c = arena_alloc(a, sizeof *c);
	size_t fail;
	cases_init(c, a);
	enum rc rc = cases_proved(app, c, &fail, e);
	if (rc == RC_OK)
		book_make(app_vocab(app), app_rulebook(app), c, region, a, out);
	return rc;
}

enum rc book_region(struct app *app, const char *region, struct arena *a, struct str *out, struct err *e)
{
	char path[4096];
	const struct yaml *file;
	for (const char *p = region; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || *p == '-'))
			return err_set(e, RC_BAD_INPUT, "A region is named in small letters, such as set.");
	snprintf(path, sizeof path, "%s/regions/%s.yaml", app_data_dir(app), region);
	enum rc rc = yaml_read_file(path, a, &file, e);
	if (rc == RC_OK && !yaml_text(file, "name").n)
		rc = err_set(e, RC_BAD_INPUT, "%s: the name of the region is missing. Add: name: WORDS", path);
	if (rc == RC_OK)
		*out = yaml_text(file, "name");
	return rc;
}
