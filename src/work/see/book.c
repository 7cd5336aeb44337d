#include "work/see/book.h"

#include "record/region.h"
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
	struct region r;
	enum rc rc = region_read(app_data_dir(app), str_of(region), a, &r, e);
	if (rc == RC_OK)
		*out = r.name;
	return rc;
}
