/*
 * joint.h - one looked-after child drawn from figures that are published apart.
 *
 * A council's age, sex, legal status, placement and distance are published as
 * five tables; which of them go together is not. We begin with a pattern of our
 * own (babies are not in supported accommodation, children placed for adoption
 * have a placement order, most unaccompanied children are 16 or 17) and fit it to
 * the council's tables by iterative proportional fitting (Deming and Stephan
 * 1940), so that each table comes out as published whatever the pattern was.
 */
#ifndef LINNET_EXCHANGE_SYNTH_JOINT_H
#define LINNET_EXCHANGE_SYNTH_JOINT_H

#include "base/rand.h"
#include "exchange/synth/published.h"

enum { AGES = 5, SEXES = 2, UASCS = 2, LEGALS = 6, PLACES = 8, WHERES = 6, PROVIDERS = 7, NEEDS = 8, ETHNICS = 6 };
enum legal_kind { LEGAL_FULL, LEGAL_INTERIM, LEGAL_PLACEMENT_ORDER, LEGAL_S20, LEGAL_YOUTH_JUSTICE, LEGAL_DETAINED };
enum place_kind {
	PLACE_FOSTER,
	PLACE_HOME,
	PLACE_SUPPORTED,
	PLACE_PARENTS,
	PLACE_ADOPTION,
	PLACE_SCHOOL,
	PLACE_RESIDENTIAL,
	PLACE_OTHER
};
/* From home, and inside or outside the council's area. Near: 20 miles or less. */
enum where_kind {
	WHERE_INSIDE_NEAR,
	WHERE_INSIDE_FAR,
	WHERE_INSIDE_UNKNOWN,
	WHERE_OUTSIDE_NEAR,
	WHERE_OUTSIDE_FAR,
	WHERE_OUTSIDE_UNKNOWN
};
static inline bool where_outside(enum where_kind w)
{
	return w >= WHERE_OUTSIDE_NEAR;
}

struct persona {
	uint8_t age, female, uasc, legal, place, where; /* age: band */
};

struct joint; /* immutable once fitted */
/* From a council's figures; `f` with nobody looked after gives a joint that draws anything. */
struct joint *joint_fit(const struct figures *f);
void joint_free(struct joint *j);
struct persona joint_draw(const struct joint *j, struct rand *r);
/* Columns of the return given what was drawn: PR code, need code, ethnic group. */
size_t joint_provider(const struct joint *j, struct rand *r, enum place_kind place);
size_t joint_need(const struct joint *j, struct rand *r, bool uasc);
size_t joint_ethnic(const struct joint *j, struct rand *r, bool uasc);
/* Shares of all of this council: what is drawn in the long run. */
double joint_share(const struct joint *j, enum figure f);

#endif
