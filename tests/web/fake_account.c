/* Accounts and agreements in memory: enough that every page can be had, and refused. */
#include "web/pages/page.h"
#include "work/admin/factor.h"
#include "work/admin/staff.h"
#include "work/oversee/agreement.h"

static enum rc none(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "There is no such thing here.");
}

enum rc session_list(struct app *app, const struct viewer *v, struct arena *a, const struct session_row **out,
		     size_t *n_out, struct err *e)
{
	static const struct session_row rows[] = { { 1, 1760000000000, 1760000600000, { "Firefox on <Linux>", 18 } } };
	(void)app, (void)v, (void)a, (void)e;
	*out = rows;
	*n_out = 1;
	return RC_OK;
}

enum rc session_end_one(struct app *app, const struct viewer *v, int64_t id, struct err *e)
{
	(void)app, (void)v, (void)id;
	return none(e);
}

enum rc factor_state_of(struct app *app, const struct viewer *v, struct factor_state *out, struct err *e)
{
	(void)app, (void)v, (void)e;
	*out = (struct factor_state){ true, true, 7 };
	return RC_OK;
}

enum rc factor_offer(struct app *app, const struct viewer *v, struct arena *a, struct factor_offer *out, struct err *e)
{
	(void)app, (void)v, (void)a, (void)e;
	snprintf(out->secret, sizeof out->secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	out->address = STR("otpauth://totp/Linnet:fake?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	return RC_OK;
}

enum rc factor_confirm(struct app *app, struct str token, struct str code, struct arena *a, struct session *out,
		       struct recovery_codes *codes, struct err *e)
{
	(void)app, (void)token, (void)code, (void)a, (void)out, (void)codes;
	return err_set(e, RC_BAD_INPUT, "That is not the code.");
}

enum rc factor_check(struct app *app, struct str token, struct str code, struct arena *a, struct session *out,
		     struct err *e)
{
	(void)app, (void)token, (void)code, (void)a, (void)out;
	return err_set(e, RC_BAD_INPUT, "That is not the code.");
}

enum rc recovery_renew(struct app *app, const struct viewer *v, struct recovery_codes *out, struct err *e)
{
	(void)app, (void)v, (void)out;
	return none(e);
}

static const struct staff people[] = {
	{ .id = 7,
	  .org = 1,
	  .login = { "b.finch", 7 },
	  .name = { "Bea <b>Finch</b>", 16 },
	  .role = ROLE_NURSE,
	  .active = true,
	  .may_change = true },
};

static enum rc manages(const struct viewer *v, struct err *e)
{
	return v->manages ? RC_OK : err_set(e, RC_REFUSED, "You do not manage accounts.");
}

enum rc staff_list(struct app *app, const struct viewer *v, struct arena *a, const struct staff **out, size_t *n_out,
		   struct err *e)
{
	(void)app, (void)a;
	*out = people;
	*n_out = COUNT_OF(people);
	return manages(v, e);
}

enum rc staff_links(struct app *app, const struct viewer *v, struct arena *a, const struct staff_link **out,
		    size_t *n_out, struct err *e)
{
	(void)app, (void)a;
	*out = NULL;
	*n_out = 0;
	return manages(v, e);
}

enum rc staff_get(struct app *app, const struct viewer *v, int64_t account, struct arena *a, struct staff *out,
		  struct err *e)
{
	(void)app, (void)a;
	enum rc rc = manages(v, e);
	if (rc == RC_OK && account != people[0].id)
		return none(e);
	*out = people[0];
	return rc;
}

enum rc staff_invite(struct app *app, const struct viewer *v, const struct staff_form *f, struct staff_made *out,
		     const char **field_out, struct err *e)
{
	(void)app, (void)v, (void)f, (void)out;
	*field_out = "name";
	return err_set(e, RC_BAD_INPUT, "Give their name");
}

enum rc staff_new_password(struct app *app, const struct viewer *v, int64_t account, struct staff_made *out,
			   struct err *e)
{
	(void)app, (void)v, (void)account, (void)out;
	return none(e);
}

enum rc staff_link_withdraw(struct app *app, const struct viewer *v, int64_t link, struct err *e)
{
	(void)app, (void)v, (void)link;
	return none(e);
}

enum rc staff_change(struct app *app, const struct viewer *v, int64_t account, enum role role, bool may_manage,
		     struct err *e)
{
	(void)app, (void)v, (void)account, (void)role, (void)may_manage;
	return none(e);
}

enum rc staff_reset_factor(struct app *app, const struct viewer *v, int64_t account, struct err *e)
{
	(void)app, (void)v, (void)account;
	return none(e);
}

enum rc staff_close(struct app *app, const struct viewer *v, int64_t account, int64_t heir, struct err *e)
{
	(void)app, (void)v, (void)account, (void)heir;
	return none(e);
}

enum rc join_open(struct app *app, struct str token, struct arena *a, struct join *out, struct err *e)
{
	(void)app, (void)a;
	if (!str_is(token, "good"))
		return none(e);
	*out = (struct join){ STR("b.finch"), STR("Bea Finch"), STR("A team"), ROLE_NURSE, true, 1790000000000 };
	return RC_OK;
}

enum rc join_use(struct app *app, struct str token, struct str password, struct str browser_words, struct arena *a,
		 struct session *out, struct err *e)
{
	(void)app, (void)token, (void)password, (void)browser_words, (void)a, (void)out;
	return none(e);
}

enum rc password_confirm(struct app *app, const struct viewer *v, struct str password, struct err *e)
{
	(void)app, (void)v;
	return str_is(password, "invented") ? RC_OK : err_set(e, RC_BAD_INPUT, "That is not your password");
}

enum rc password_change(struct app *app, const struct viewer *v, struct str token, struct str old_one,
			struct str new_one, struct arena *a, struct session *out, const char **field_out, struct err *e)
{
	(void)app, (void)v, (void)token, (void)old_one, (void)new_one, (void)a, (void)out;
	*field_out = "old";
	return err_set(e, RC_BAD_INPUT, "That is not your password");
}

bool agreement_may_write(const struct app *app, const struct viewer *v)
{
	(void)app;
	return role_may(v->role, ACT_AGREE);
}

enum rc agreement_require_writer(const struct app *app, const struct viewer *v, struct err *e)
{
	return agreement_may_write(app, v) ? RC_OK : err_set(e, RC_REFUSED, "Agreements are written down by others");
}

size_t agreement_kinds(struct agreement_kind *out)
{
	out[0] = (struct agreement_kind){ { "care", 4 }, { "Placements", 10 } };
	return 1;
}

enum rc agreement_effects(struct app *app, const struct viewer *v, struct arena *a, struct agreement_effects *out,
			  struct err *e)
{
	struct agreement_effect *rows = arena_array(a, 2, sizeof *rows);
	(void)v;
	(void)e;
	rows[0] = (struct agreement_effect){ .org = app_organisation(app, 1),
					     .people = 2,
					     .children = EFFECT_CHILDREN_MAX + 1,
					     .councils = { "", 0 },
					     .withheld = 8,
					     .words = { "Placements", 10 } };
	rows[1] = (struct agreement_effect){ .org = app_organisation(app, 1),
					     .children = 3,
					     .councils = { "", 0 },
					     .words = { "", 0 },
					     .nothing = true };
	*out = (struct agreement_effects){ DAY_NONE, false, rows, 2 };
	return RC_OK;
}

struct str council_names(struct app *app, struct str codes, struct arena *a)
{
	(void)app, (void)a;
	return codes;
}

enum rc agreement_list(struct app *app, const struct viewer *v, struct arena *a, const struct agreement **out,
		       size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)a, (void)e;
	*out = NULL;
	*n_out = 0;
	return RC_OK;
}

enum rc agreement_history(struct app *app, const struct viewer *v, int64_t id, struct arena *a,
			  const struct agreement **out, size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)id, (void)a, (void)out, (void)n_out;
	return none(e);
}

enum rc agreement_say(struct app *app, const struct viewer *v, const struct agreement_form *f, int64_t *id_out,
		      const char **field_out, struct err *e)
{
	(void)app, (void)v, (void)f, (void)id_out;
	*field_out = "org";
	return err_set(e, RC_BAD_INPUT, "Choose the organisation");
}
