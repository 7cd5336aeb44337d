#include "work/viewer.h"

#include "base/embed.h"
#include "base/text.h"
#include "codec/yaml.h"

#include <pthread.h>

/* Roles grant kinds of act and kinds of data; the circle grants children. Their words
 * stand here, what they grant in data/roles.yaml. What organisations are shown without an agreement stands in
 * data/agreements.yaml. `tools/embed` makes both part of the program. */
static const char *const role_words[ROLE__COUNT] = {
	[ROLE_NONE] = "none",
	[ROLE_ADMINISTRATOR] = "administrator",
	[ROLE_NURSE] = "nurse",
	[ROLE_DOCTOR] = "doctor",
	[ROLE_SOCIAL_WORKER] = "social-worker",
	[ROLE_CLINICIAN] = "clinician",
	[ROLE_GOVERNANCE] = "governance",
	[ROLE_COMMISSIONER] = "commissioner",
	[ROLE_OPERATOR] = "operator",
};
static const char *const act_words[ACT_ADMINISTER + 1] = {
	[ACT_SEE_WORKLIST] = "see-worklist",
	[ACT_SEE_CHILD] = "see-child",
	[ACT_RECORD] = "record",
	[ACT_LOAD] = "load",
	[ACT_SEE_LOOKS] = "see-looks",
	[ACT_CHANGE_RULES] = "change-rules",
	[ACT_SEE_MEASURES] = "see-measures",
	[ACT_MATCH] = "match",
	[ACT_CHASE] = "chase",
	[ACT_HAND_BACK] = "hand-back",
	[ACT_SEAL] = "seal",
	[ACT_GIVE_SIGHT] = "give-sight",
	[ACT_BREAK_GLASS] = "break-glass",
	[ACT_AGREE] = "agree",
	[ACT_PLAN] = "plan",
	[ACT_SEE_SHARED] = "see-shared",
	[ACT_ASK_ERASURE] = "ask-erasure",
	[ACT_ERASE] = "erase",
	[ACT_ENTER_CHILD] = "enter-child",
	[ACT_ADMINISTER] = "administer",
};
static const char *const organisation_kinds[] = { "council", "health-team", "provider", "board" };

static struct {
	const char *title[ROLE__COUNT], *act_title[ACT_ADMINISTER + 1];
	bool may[ROLE__COUNT][ACT_ADMINISTER + 1], grants[ROLE__COUNT][ROLE__COUNT], sensitive[ROLE__COUNT];
	bool fits[ROLE__COUNT][COUNT_OF(organisation_kinds)];
	bool each[ACT_ADMINISTER + 1];
	uint32_t needs[ACT_ADMINISTER + 1], for_care[COUNT_OF(organisation_kinds)];
	struct str data_title[DATA__COUNT];
	struct arena arena; /* titles; as long as the program */
} roles;

/* ---- read once, at the first question ---- */

/* Place of a word in a list; SIZE_MAX if it is not there. */
static size_t place_of(const char *const *words, size_t n, struct str word)
{
	for (size_t i = 0; i < n; i++)
		if (words[i] && str_is(word, words[i]))
			return i;
	return SIZE_MAX;
}

/* Marks in `into` the words of a list. */
static enum rc mark(const struct yaml *list, const char *const *words, size_t n, bool *into, struct err *e)
{
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		size_t at = place_of(words, n, y->text);
		if (at == SIZE_MAX)
			return yaml_error(y, e, "there is no \"" STR_FMT "\" here", STR_ARG(y->text));
		into[at] = true;
	}
	return RC_OK;
}

static enum rc read_role(const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "role", "title", "works-for", "sensitive", "may", "may-grant", NULL };
	size_t r = place_of(role_words, ROLE__COUNT, yaml_text(y, "role"));
	enum rc rc = yaml_only(y, keys, e);
	if (rc == RC_OK && (r == SIZE_MAX || r == ROLE_NONE || !yaml_text(y, "title").n || roles.title[r]))
		rc = yaml_error(y, e, "a role is one of the program's, once, with its title");
	if (rc != RC_OK)
		return rc;
	roles.title[r] = arena_str(&roles.arena, yaml_text(y, "title")).p;
	if ((rc = yaml_bool(y, "sensitive", false, &roles.sensitive[r], e)) == RC_OK)
		rc = mark(yaml_get(y, "may"), act_words, COUNT_OF(act_words), roles.may[r], e);
	if (rc == RC_OK)
		rc = mark(yaml_get(y, "may-grant"), role_words, ROLE__COUNT, roles.grants[r], e);
	if (rc == RC_OK)
		rc = mark(yaml_get(y, "works-for"), organisation_kinds, COUNT_OF(organisation_kinds), roles.fits[r], e);
	return rc;
}

/* Kinds of data, as bits. */
static enum rc read_data(const struct yaml *list, uint32_t *into, struct err *e)
{
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		enum data_kind d = data_kind_of(y->text);
		if (!d && !str_is(y->text, "everything"))
			return yaml_error(y, e, "there is no kind of data \"" STR_FMT "\"", STR_ARG(y->text));
		*into |= d ? data_bit(d) : DATA_ALL;
	}
	return RC_OK;
}

static enum rc read_act(const struct yaml *y, struct err *e)
{
	size_t a = place_of(act_words, COUNT_OF(act_words), yaml_text(y, "act"));
	if (a == SIZE_MAX || !yaml_text(y, "title").n)
		return yaml_error(y, e, "an act is one of the program's, with its title");
	roles.act_title[a] = arena_str(&roles.arena, yaml_text(y, "title")).p;
	enum rc rc = yaml_bool(y, "each", false, &roles.each[a], e);
	return rc == RC_OK ? read_data(yaml_get(y, "needs"), &roles.needs[a], e) : rc;
}

/* Of the files that are part of the program. */
static enum rc read_part(const char *name, struct arena *a, const struct yaml **root_out, struct err *e)
{
	for (size_t i = 0; i < role_files_count; i++)
		if (strstr(role_files[i].path, name))
			return yaml_read((struct str){ (const char *)role_files[i].bytes, role_files[i].size }, name, a,
					 root_out, e);
	return err_set(e, RC_NOT_FOUND, "%s is not part of the program", name);
}

/* What agreements can name, and what needs none. */
static enum rc read_sharing(struct err *e)
{
	static const char *const words[] = { "for", "kinds", "source", "not-checked", NULL };
	struct arena a AUTO(arena_release);
	arena_init(&a);
	const struct yaml *root;
	enum rc rc = read_part("agreements.yaml", &a, &root, e);
	const struct yaml *list = rc == RC_OK ? yaml_get(root, "kinds") : NULL;
	for (const struct yaml *y = list ? list->child : NULL; rc == RC_OK && y; y = y->next) {
		enum data_kind d = data_kind_of(yaml_text(y, "kind"));
		if (!d || !yaml_text(y, "title").n || roles.data_title[d].n)
			rc = yaml_error(y, e, "a kind of data is one of the program's, once, with its title");
		else
			roles.data_title[d] = arena_str(&roles.arena, yaml_text(y, "title"));
	}
	list = rc == RC_OK ? yaml_get(root, "for-care") : NULL;
	for (const struct yaml *y = list ? list->child : NULL; rc == RC_OK && y; y = y->next) {
		size_t k = place_of(organisation_kinds, COUNT_OF(organisation_kinds), yaml_text(y, "for"));
		rc = yaml_only(y, words, e);
		if (rc == RC_OK && k == SIZE_MAX)
			rc = yaml_error(y, e, "there is no such kind of organisation");
		if (rc == RC_OK)
			rc = read_data(yaml_get(y, "kinds"), &roles.for_care[k], e);
	}
	for (int d = DATA_IDENTITY; rc == RC_OK && d < DATA__COUNT; d++)
		if (!roles.data_title[d].n)
			rc = err_set(e, RC_BAD_INPUT, "agreements.yaml does not say what %s is",
				     data_kind_id((enum data_kind)d));
	return rc;
}

static enum rc read_roles(struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	const struct yaml *root;
	enum rc rc = read_part("roles.yaml", &a, &root, e);
	const struct yaml *list = rc == RC_OK ? yaml_get(root, "roles") : NULL;
	for (const struct yaml *y = list ? list->child : NULL; rc == RC_OK && y; y = y->next)
		rc = read_role(y, e);
	list = rc == RC_OK ? yaml_get(root, "acts") : NULL;
	for (const struct yaml *y = list ? list->child : NULL; rc == RC_OK && y; y = y->next)
		rc = read_act(y, e);
	for (int r = ROLE_NONE + 1; rc == RC_OK && r < ROLE__COUNT; r++)
		if (!roles.title[r])
			rc = err_set(e, RC_BAD_INPUT, "roles.yaml does not say what %s may do", role_words[r]);
	for (int act = ACT_SEE_WORKLIST; rc == RC_OK && act <= ACT_ADMINISTER; act++)
		if (!roles.act_title[act])
			rc = err_set(e, RC_BAD_INPUT, "roles.yaml does not say what %s is", act_words[act]);
	return rc;
}

/* The file was built in: what is wrong with it is wrong everywhere, and nothing may run. */
static void read_once(void)
{
	struct err e = { 0 };
	arena_init(&roles.arena);
	roles.title[ROLE_NONE] = "No role";
	if (read_roles(&e) != RC_OK || read_sharing(&e) != RC_OK) {
		err_say("linnet: %s\n", e.text);
		abort();
	}
}

static void ready(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, read_once);
}

/* ---- questions ---- */

const char *role_id(enum role r)
{
	return role_words[(unsigned)r < ROLE__COUNT ? r : ROLE_NONE];
}

const char *role_title(enum role r)
{
	ready();
	return roles.title[(unsigned)r < ROLE__COUNT ? r : ROLE_NONE];
}

enum role role_of(struct str id)
{
	size_t r = place_of(role_words, ROLE__COUNT, id);
	return r == SIZE_MAX ? ROLE_NONE : (enum role)r;
}

bool role_may(enum role r, enum act a)
{
	ready();
	return (unsigned)r < ROLE__COUNT && (unsigned)a <= ACT_ADMINISTER && roles.may[r][a];
}

bool role_fits(enum role r, struct str organisation_kind)
{
	ready();
	size_t k = place_of(organisation_kinds, COUNT_OF(organisation_kinds), organisation_kind);
	return (unsigned)r < ROLE__COUNT && k != SIZE_MAX && roles.fits[r][k];
}

bool role_sees_sensitive(enum role r)
{
	ready();
	return (unsigned)r < ROLE__COUNT && roles.sensitive[r];
}

bool role_may_grant(enum role by, enum role r)
{
	ready();
	return (unsigned)by < ROLE__COUNT && (unsigned)r < ROLE__COUNT && roles.grants[by][r];
}

const char *act_title(enum act a)
{
	ready();
	return (unsigned)a <= ACT_ADMINISTER && roles.act_title[a] ? roles.act_title[a] : "";
}

uint32_t act_needs(enum act a)
{
	ready();
	return (unsigned)a <= ACT_ADMINISTER ? roles.needs[a] : DATA_ALL;
}

bool viewer_shown(const struct viewer *v, uint32_t needs)
{
	bool shown = !(needs & v->withheld);
	for (size_t i = 0; !shown && i < v->n_councils; i++)
		shown = !(needs & v->councils[i].withheld);
	return shown;
}

bool viewer_may(const struct viewer *v, enum act a)
{
	if (!role_may(v->role, a))
		return false;
	return !(act_needs(a) & v->withheld) || (roles.each[a] && viewer_shown(v, act_needs(a)));
}

struct str data_title(enum data_kind d)
{
	ready();
	return (unsigned)d < DATA__COUNT ? roles.data_title[d] : (struct str){ NULL, 0 };
}

uint32_t data_for_care(struct str organisation_kind)
{
	ready();
	size_t k = place_of(organisation_kinds, COUNT_OF(organisation_kinds), organisation_kind);
	return k == SIZE_MAX ? 0 : roles.for_care[k];
}

const struct organisation *app_organisation_named(const struct app *app, struct str words)
{
	const struct organisation *by_code = app_organisation_by_code(app, words), *called = NULL;
	const struct organisation *orgs;
	size_t n = 0, n_orgs = app_organisations(app, &orgs);
	for (size_t i = 0; words.n && i < n_orgs; i++) {
		const struct organisation *o = &orgs[i];
		if (str_eq_nocase(o->code, words) || str_eq_nocase(o->name, words) ||
		    str_eq_nocase(o->short_name, words)) {
			called = o;
			n++;
		}
	}
	return by_code ? by_code : n == 1 ? called : NULL;
}
