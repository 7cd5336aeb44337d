#include "work/admin/demonstration.h"

#include "base/text.h"
#include "codec/yaml.h"
#include "work/admin/staff.h"

/* The list of the region; NULL: it has none. */
static const struct yaml *accounts_of(const struct yaml *root, struct str region)
{
	const struct yaml *list = yaml_get(root, "regions");
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next)
		if (str_eq(yaml_text(y, "region"), region))
			return yaml_get(y, "accounts");
	return NULL;
}

enum rc demonstration_read(const char *data_dir, struct str region, struct arena *a, struct demonstration *out,
			   struct err *e)
{
	static const char *const words[] = { "password", "regions", NULL };
	char path[4096];
	const struct yaml *root;
	struct demonstration d = { .n = 0 };
	snprintf(path, sizeof path, "%s/demonstration.yaml", data_dir);
	enum rc rc = yaml_read_file(path, a, &root, e);
	if (rc == RC_OK)
		rc = yaml_only(root, words, e);
	if (rc != RC_OK)
		return rc;
	d.password = yaml_text(root, "password");
	const struct yaml *list = accounts_of(root, region);
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		if (d.n == DEMONSTRATION_MAX)
			return yaml_error(y, e, "more than %d accounts", DEMONSTRATION_MAX);
		struct demonstration_account *acc = &d.accounts[d.n++];
		*acc = (struct demonstration_account){ yaml_text(y, "login"), yaml_text(y, "name"), yaml_text(y, "org"),
						       role_of(yaml_text(y, "role")), false };
		if ((rc = yaml_bool(y, "manages", false, &acc->manages, e)) != RC_OK)
			return rc;
		if (!acc->login.n || !acc->name.n || !acc->org.n || acc->role == ROLE_NONE)
			return yaml_error(y, e, "an account needs login, name, role and org");
	}
	*out = d;
	return RC_OK;
}

static enum rc let_manage(struct app *app, const struct demonstration_account *acc, struct err *e)
{
	const struct viewer v = app_operator(app);
	int64_t id;
	enum rc rc = staff_by_login(app, &v, acc->login, &id, e);
	return rc == RC_OK ? staff_change(app, &v, id, acc->role, true, e) : rc;
}

enum rc demonstration_accounts(struct app *app, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct demonstration d;
	if (!app_is_demonstration(app))
		return err_set(e, RC_REFUSED, "These sign-ins are for a demonstration store only.");
	enum rc rc = demonstration_read(app_data_dir(app), app_region(app), &a, &d, e);
	for (size_t i = 0; rc == RC_OK && i < d.n; i++) {
		const struct demonstration_account *acc = &d.accounts[i];
		bool there;
		rc = account_exists(app, acc->login, &there, e);
		if (rc == RC_OK && !there)
			rc = account_add(app, acc->login, acc->name, acc->role, acc->org, d.password, e);
		if (rc == RC_OK && !there && acc->manages)
			rc = let_manage(app, acc, e);
	}
	return rc;
}
