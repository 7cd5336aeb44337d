/*
 * asks.h - what is asked of whose turn it is: the missing thing, as data.
 *
 * A turn of a standard says what its holder is asked for (`asks`, in the order in
 * which it usually comes); where it says nothing, it is what passes the turn on, or
 * what meets the clock. Each thing that is asked is a kind of event with its codes,
 * so that a button can lead to the one right form and a chase can name it.
 *
 * The last thing of a turn is what ends it: it is missing as long as the turn lasts.
 * What comes before it is missing until a fact of this clock shows it, and again
 * after the events that the standard names (`again-after`). What cannot be done before
 * a day that is agreed says so (`not-before`): until then the standard has other words.
 */
#ifndef LINNET_STANDARD_ASKS_H
#define LINNET_STANDARD_ASKS_H

#include "base/arena.h"
#include "record/fact.h"
#include "standard/rulebook.h"

enum { STANDARD_ASKS_MAX = 32 }; /* of all turns of a standard together: bits */

struct ask {
	uint16_t kind;	      /* what to record */
	uint16_t code, code2; /* the only code that fits; 0: several do, or none is asked for */
	struct str words;     /* to whoever is asked: "Give consent"; may be empty: the kind's title says it */
	struct str meanwhile; /* until the day of `not-before`, if that comes too late: "Find an earlier day" */
	uint16_t agreed_kind; /* with `meanwhile`: what to record then, and its only code */
	uint16_t agreed_code;
	int soon; /* a day that comes too late is waited for if it is no more than so many days ahead */
	uint8_t holder;	      /* of whom it is asked */
	int n_codes;	      /* how many first codes fit; 0: any */
};

/* Everything that a standard asks for, turn after turn. Returns how many. */
size_t standard_asks(const struct rulebook *rb, uint16_t standard);
void standard_ask(const struct rulebook *rb, uint16_t standard, size_t i, struct ask *out);
/* May this first (or second) code answer it? */
bool ask_takes_code(const struct rulebook *rb, uint16_t standard, size_t i, uint16_t code, bool second);
/* Does this fact answer it? */
bool ask_answered_by(const struct rulebook *rb, uint16_t standard, size_t i, const struct fact *f);
/* What is missing now, as bits of those; 0 unless the clock runs. Facts up to `as_of`. */
uint32_t clock_asks(const struct rulebook *rb, const struct child_facts *c, const struct clock *k, day_t as_of);
/* The day before which the first of these missing things cannot be: the latest day that the last
 * event of its `not-before` names. DAY_NONE: nothing is agreed. Facts up to `as_of`. */
day_t clock_agreed(const struct rulebook *rb, const struct child_facts *c, const struct clock *k, uint32_t asks,
		   day_t as_of);

#endif
