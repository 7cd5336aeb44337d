#include "work/viewer.h"

#include "base/text.h"

/* Roles grant kinds of act and kinds of data; the circle grants children. */
static const struct {
	const char *id, *title;
	bool may[ACT_ADMINISTER + 1];
	bool sensitive;
} roles[ROLE__COUNT] = {
	[ROLE_NONE] = { "none", "No role", { false }, false },
	[ROLE_ADMINISTRATOR] = { "administrator",
				 "Health team administrator",
				 { [ACT_SEE_WORKLIST] = true,
				   [ACT_SEE_CHILD] = true,
				   [ACT_RECORD] = true,
				   [ACT_LOAD] = true,
				   [ACT_CHANGE_RULES] = true,
				   [ACT_SEE_LOOKS] = true,
				   [ACT_CHASE] = true,
				   [ACT_HAND_BACK] = true,
				   [ACT_SEE_MEASURES] = true,
				   [ACT_PLAN] = true,
				   [ACT_MATCH] = true },
				 true },
	[ROLE_NURSE] = { "nurse",
			 "Looked-after children's nurse",
			 { [ACT_SEE_WORKLIST] = true,
			   [ACT_SEE_CHILD] = true,
			   [ACT_RECORD] = true,
			   [ACT_SEE_LOOKS] = true,
			   [ACT_CHASE] = true,
			   [ACT_HAND_BACK] = true,
			   [ACT_SEE_MEASURES] = true },
			 true },
	[ROLE_DOCTOR] = { "doctor",
			  "Doctor",
			  { [ACT_SEE_WORKLIST] = true,
			    [ACT_SEE_CHILD] = true,
			    [ACT_RECORD] = true,
			    [ACT_CHANGE_RULES] = true,
			    [ACT_SEE_LOOKS] = true,
			    [ACT_SEE_MEASURES] = true },
			  true },
	[ROLE_SOCIAL_WORKER] = { "social-worker",
				 "Social worker",
				 { [ACT_SEE_WORKLIST] = true,
				   [ACT_SEE_CHILD] = true,
				   [ACT_RECORD] = true,
				   [ACT_SEE_LOOKS] = true,
				   [ACT_HAND_BACK] = true,
				   [ACT_SEE_MEASURES] = true },
				 false },
	[ROLE_CLINICIAN] = { "clinician",
			     "Mental-health clinician",
			     { [ACT_SEE_WORKLIST] = true,
			       [ACT_SEE_CHILD] = true,
			       [ACT_RECORD] = true,
			       [ACT_SEE_LOOKS] = true,
			       [ACT_SEE_MEASURES] = true },
			     true },
	[ROLE_GOVERNANCE] = { "governance",
			      "Information governance lead",
			      { [ACT_SEE_CHILD] = true, [ACT_SEE_LOOKS] = true, [ACT_PLAN] = true },
			      false },
	[ROLE_OPERATOR] = { "operator",
			    "Operator of this machine",
			    { [ACT_SEE_WORKLIST] = true,
			      [ACT_SEE_CHILD] = true,
			      [ACT_RECORD] = true,
			      [ACT_LOAD] = true,
			      [ACT_SEE_LOOKS] = true,
			      [ACT_CHANGE_RULES] = true,
			      [ACT_CHASE] = true,
			      [ACT_HAND_BACK] = true,
			      [ACT_SEE_MEASURES] = true,
			      [ACT_MATCH] = true,
			      [ACT_PLAN] = true,
			      [ACT_ADMINISTER] = true },
			    true },
};

const char *role_id(enum role r)
{
	return (unsigned)r < ROLE__COUNT ? roles[r].id : roles[ROLE_NONE].id;
}

const char *role_title(enum role r)
{
	return (unsigned)r < ROLE__COUNT ? roles[r].title : roles[ROLE_NONE].title;
}

enum role role_of(struct str id)
{
	for (int r = ROLE_NONE + 1; r < ROLE__COUNT; r++)
		if (str_is(id, roles[r].id))
			return (enum role)r;
	return ROLE_NONE;
}

bool role_may(enum role r, enum act a)
{
	return (unsigned)r < ROLE__COUNT && (unsigned)a <= ACT_ADMINISTER && roles[r].may[a];
}

bool role_fits(enum role r, struct str organisation_kind)
{
	switch (r) {
	case ROLE_SOCIAL_WORKER: return str_is(organisation_kind, "council");
	case ROLE_CLINICIAN: return str_is(organisation_kind, "provider");
	case ROLE_ADMINISTRATOR:
	case ROLE_NURSE:
	case ROLE_DOCTOR: return !str_is(organisation_kind, "council");
	default: return r == ROLE_GOVERNANCE;
	}
}

bool role_sees_sensitive(enum role r)
{
	return (unsigned)r < ROLE__COUNT && roles[r].sensitive;
}
