#include "record/region.h"

#include "base/text.h"
#include "codec/yaml.h"

/* A list of words into `a`, at most `max`. */
static enum rc words(const struct yaml *list, size_t max, struct arena *a, const struct str **out, size_t *n_out,
		     struct err *e)
{
	struct str *all = arena_array(a, list ? list->n + 1 : 1, sizeof *all);
	size_t n = 0;
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		if (n == max || !y->text.n)
			return yaml_error(y, e, "a list of at most %zu codes is expected", max);
		all[n++] = y->text;
	}
	*out = all;
	*n_out = n;
	return RC_OK;
}

static enum rc read_teams(const struct yaml *root, struct arena *a, struct region *r, struct err *e)
{
	static const char *const allowed[] = { "team", "councils", NULL };
	const struct yaml *list = yaml_get(root, "health-teams");
	struct region_team *teams = arena_array(a, REGION_TEAMS_MAX, sizeof *teams);
	struct str *councils = arena_array(a, REGION_COUNCILS_MAX, sizeof *councils);
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		if (r->n_teams == REGION_TEAMS_MAX)
			return yaml_error(y, e, "more than %d health teams", REGION_TEAMS_MAX);
		struct region_team *t = &teams[r->n_teams++];
		t->team = yaml_text(y, "team");
		enum rc rc = yaml_only(y, allowed, e);
		if (rc == RC_OK)
			rc = words(yaml_get(y, "councils"), REGION_COUNCILS_MAX - r->n_councils, a, &t->councils, &t->n,
				   e);
		if (rc != RC_OK)
			return rc;
		if (!t->team.n || !t->n)
			return yaml_error(y, e, "a health team needs its code and its councils");
		for (size_t i = 0; i < t->n; i++) {
			for (size_t k = 0; k < r->n_councils; k++)
				if (str_eq(councils[k], t->councils[i]))
					return yaml_error(y, e, STR_FMT " has two health teams", STR_ARG(councils[k]));
			councils[r->n_councils++] = t->councils[i];
		}
	}
	r->teams = teams;
	r->councils = councils;
	return r->n_teams ? RC_OK : yaml_error(root, e, "a region needs its \"health-teams\" with their councils");
}

static enum rc read_providers(const struct yaml *root, struct arena *a, struct region *r, struct err *e)
{
	static const char *const allowed[] = { "provider", "boards", NULL };
	const struct yaml *list = yaml_get(root, "providers");
	struct region_provider *all = arena_array(a, REGION_BOARDS_MAX, sizeof *all);
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		if (r->n_providers == REGION_BOARDS_MAX)
			return yaml_error(y, e, "more than %d providers", REGION_BOARDS_MAX);
		struct region_provider *p = &all[r->n_providers++];
		p->provider = yaml_text(y, "provider");
		enum rc rc = yaml_only(y, allowed, e);
		if (rc == RC_OK)
			rc = words(yaml_get(y, "boards"), REGION_BOARDS_MAX, a, &p->boards, &p->n, e);
		if (rc != RC_OK)
			return rc;
		if (!p->provider.n || !p->n)
			return yaml_error(y, e, "a provider needs its code and its boards");
	}
	r->providers = all;
	return RC_OK;
}

/* A whole number between two limits, or absent. */
static enum rc number_text(const struct yaml *root, const char *key, int64_t min, int64_t max, struct str *out,
			   struct err *e)
{
	int64_t n;
	enum rc rc = yaml_int(root, key, min, max, min, &n, e);
	if (rc == RC_OK)
		*out = yaml_text(root, key);
	return rc;
}

static enum rc yes_text(const struct yaml *root, const char *key, struct str *out, struct err *e)
{
	bool yes;
	enum rc rc = yaml_bool(root, key, false, &yes, e);
	if (rc == RC_OK)
		*out = !yaml_get(root, key) ? (struct str){ NULL, 0 } : yes ? STR("yes") : STR("no");
	return rc;
}

static enum rc read_signing_in(const struct yaml *root, struct region *r, struct err *e)
{
	enum rc rc = yes_text(root, "second-factor", &r->second_factor, e);
	if (rc == RC_OK)
		rc = number_text(root, "idle-minutes", 1, 720, &r->idle_minutes, e);
	if (rc == RC_OK)
		rc = number_text(root, "session-hours", 1, 24, &r->session_hours, e);
	if (rc == RC_OK)
		rc = number_text(root, "invitation-days", 1, 30, &r->invitation_days, e);
	if (rc == RC_OK)
		rc = yes_text(root, "agreements-required", &r->agreements_required, e);
	day_t from;
	if (rc == RC_OK && (rc = yaml_day(root, "agreements-enforced-from", DAY_NONE, &from, e)) == RC_OK)
		r->agreements_from = yaml_text(root, "agreements-enforced-from");
	return rc;
}

static enum rc read_file(const struct yaml *root, struct arena *a, struct region *r, struct err *e)
{
	static const char *const allowed[] = { "region",
					       "name",
					       "demonstration",
					       "boards",
					       "health-teams",
					       "providers",
					       "valid-from",
					       "valid-until",
					       "successor",
					       "circle-after-days",
					       "emergency-hours",
					       "second-factor",
					       "idle-minutes",
					       "session-hours",
					       "invitation-days",
					       "agreements-required",
					       "agreements-enforced-from",
					       NULL };
	enum rc rc = yaml_only(root, allowed, e);
	r->word = yaml_text(root, "region");
	r->name = yaml_text(root, "name");
	r->successor = yaml_text(root, "successor");
	r->circle_after_days = yaml_text(root, "circle-after-days");
	r->emergency_hours = yaml_text(root, "emergency-hours");
	if (rc == RC_OK && (!r->name.n || !r->word.n))
		rc = yaml_error(root, e, "a region needs a \"region\" and a \"name\"");
	if (rc == RC_OK)
		rc = yaml_day(root, "valid-from", DAY_NONE, &r->from, e);
	if (rc == RC_OK)
		rc = yaml_day(root, "valid-until", DAY_NONE, &r->until, e);
	if (rc == RC_OK)
		rc = read_signing_in(root, r, e);
	if (rc == RC_OK)
		rc = words(yaml_get(root, "boards"), REGION_BOARDS_MAX, a, &r->boards, &r->n_boards, e);
	if (rc == RC_OK)
		rc = read_teams(root, a, r, e);
	return rc == RC_OK ? read_providers(root, a, r, e) : rc;
}

enum rc region_read(const char *data_dir, struct str word, struct arena *a, struct region *out, struct err *e)
{
	char path[4096];
	const struct yaml *root;
	struct region r = { .n_teams = 0 };
	for (size_t i = 0; i < word.n; i++)
		if (!((word.p[i] >= 'a' && word.p[i] <= 'z') || word.p[i] == '-'))
			word.n = 0;
	if (!word.n || word.n > 100)
		return err_set(e, RC_BAD_INPUT,
			       "A region is named in small letters, such as set or north-west-london.");
	snprintf(path, sizeof path, "%s/regions/" STR_FMT ".yaml", data_dir, STR_ARG(word));
	enum rc rc = yaml_read_file(path, a, &root, e);
	if (rc == RC_OK)
		rc = read_file(root, a, &r, e);
	if (rc == RC_OK)
		*out = r;
	return rc;
}

const struct region_team *region_team_of(const struct region *r, struct str council)
{
	for (size_t i = 0; i < r->n_teams; i++)
		for (size_t k = 0; k < r->teams[i].n; k++)
			if (str_eq(r->teams[i].councils[k], council))
				return &r->teams[i];
	return NULL;
}

struct str region_keeper(const struct region *r, struct str organisation)
{
	const struct region_team *t = region_team_of(r, organisation);
	for (size_t i = 0; !t && i < r->n_teams; i++)
		if (str_eq(r->teams[i].team, organisation))
			t = &r->teams[i];
	return t ? t->team : STR("");
}
