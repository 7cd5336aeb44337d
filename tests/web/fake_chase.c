/* Nobody has anything, and no link works: what pages of chases and links say then. */
#include "work/chase/handback.h"
#include "work/chase/item_link.h"
#include "work/chase/chase.h"

static enum rc none(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "There is no such thing here.");
}

enum rc chase_recipients(struct app *app, const struct viewer *v, struct arena *a, const struct chase_recipient **out,
			 size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)a, (void)e;
	*out = NULL;
	*n_out = 0;
	return RC_OK;
}

enum rc chase_list(struct app *app, const struct viewer *v, struct arena *a, const struct chase_done **out,
		   size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)a, (void)e;
	*out = NULL;
	*n_out = 0;
	return RC_OK;
}

enum rc chase_draft(struct app *app, const struct viewer *v, const struct organisation *recipient, struct arena *a,
		    struct chase *out, struct err *e)
{
	(void)app, (void)v, (void)recipient, (void)a, (void)out;
	return none(e);
}

enum rc chase_write(struct app *app, const struct viewer *v, const struct organisation *recipient, struct arena *a,
		    int64_t *id_out, struct err *e)
{
	(void)app, (void)v, (void)recipient, (void)a, (void)id_out;
	return none(e);
}

enum rc chase_write_all(struct app *app, const struct viewer *v, struct arena *a, size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)a, (void)e;
	*n_out = 0;
	return RC_OK;
}

enum rc chase_see(struct app *app, const struct viewer *v, int64_t id, const char *how, struct arena *a,
		  struct chase *out, struct err *e)
{
	(void)app, (void)v, (void)id, (void)how, (void)a, (void)out;
	return none(e);
}

enum rc item_see(struct app *app, const struct viewer *v, int64_t person, struct str clock_id, struct arena *a,
		 struct item_page *out, struct err *e)
{
	(void)app, (void)v, (void)person, (void)clock_id, (void)a, (void)out;
	return none(e);
}

enum rc item_link_make(struct app *app, const struct viewer *v, int64_t person, struct str clock_id, size_t ask,
		       struct str address, struct arena *a, struct link_made *out, struct err *e)
{
	(void)app, (void)v, (void)person, (void)clock_id, (void)ask, (void)address, (void)a, (void)out;
	return none(e);
}

enum rc item_link_take_back(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct err *e)
{
	(void)app, (void)v, (void)person, (void)id;
	return none(e);
}

enum rc item_link_go_on(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct err *e)
{
	(void)app, (void)v, (void)person, (void)id;
	return none(e);
}

enum rc item_links(struct app *app, const struct viewer *v, bool open, struct arena *a, const struct link_row **out,
		   size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)open, (void)a, (void)e;
	*out = NULL;
	*n_out = 0;
	return RC_OK;
}

enum rc item_link_open(struct app *app, struct str token, struct arena *a, struct link_page *out, struct err *e)
{
	(void)app, (void)token, (void)a, (void)out;
	return none(e);
}

bool item_link_form_ok(struct str token, struct str form)
{
	(void)token, (void)form;
	return false;
}

enum rc item_link_check(struct app *app, struct str token, const struct link_form *f, struct arena *a,
			struct link_page *out, struct err *e)
{
	(void)app, (void)token, (void)f, (void)a, (void)out;
	return none(e);
}

enum rc item_link_answer(struct app *app, struct str token, const struct link_form *f, struct err *e)
{
	(void)app, (void)token, (void)f;
	return none(e);
}

enum decline decline_of(struct str id)
{
	(void)id;
	return (enum decline)0;
}

enum rc item_link_decline(struct app *app, struct str token, enum decline how, struct str reason, struct err *e)
{
	(void)app, (void)token, (void)how, (void)reason;
	return none(e);
}

enum rc handback_make(struct app *app, const struct viewer *v, const struct organisation *council, day_t since,
		      struct arena *a, struct handback *out, struct err *e)
{
	(void)app, (void)v, (void)council, (void)since, (void)a, (void)out;
	return none(e);
}

enum rc hand_back_layout(struct app *app, const struct viewer *v, const struct organisation *council, struct arena *a,
			 struct handback_layout *out, struct err *e)
{
	(void)app, (void)v, (void)council, (void)a, (void)out;
	return none(e);
}
