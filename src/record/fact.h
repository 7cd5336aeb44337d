/*
 * fact.h - what rules see: a child's history after folding.
 *
 * A fact is an event that is believed at one instant of knowledge, with its
 * words turned into small numbers by the vocabulary (vocab.h). Facts of a child
 * are sorted by (day, minute, rank of kind, key, code, event order); a minute
 * that is not known sorts before every known minute of its day. 24 bytes, so
 * that England's 300 million facts fit in the memory of one machine.
 */
#ifndef LINNET_RECORD_FACT_H
#define LINNET_RECORD_FACT_H

#include "base/day.h"

struct fact {
	day_t day;	/* local day on which it happened */
	int16_t minute; /* local minute of that day, MINUTE_NONE if not known */
	uint16_t kind;	/* vocab: event kind */
	uint16_t code;	/* vocab: first code (legal status, outcome, reason ...), 0 none */
	uint16_t code2; /* vocab: second code (profession, team type ...), 0 none */
	uint16_t org;	/* organisation the fact is about (council, provider), 0 none */
	int32_t key;	/* dense number of its reference inside this child (placement, period,
			   request, appointment, assessment, referral), from 1; 0 none */
	int32_t value;	/* a number of the kind: yes/no, score, priority; a day for kinds with an end day */
};
_Static_assert(sizeof(struct fact) == 24, "a fact is 24 bytes");

/* Which tables can be believed when they say nothing: "no row" means "did not
 * happen" only from covered[e] on, where e is an evidence number of the
 * vocabulary. DAY_NONE: never loaded, absence means nothing ("not known").
 * covered[0] is no table: it is DAY_NONE only if no table at all was ever loaded,
 * so that the record is kept by hand and what it does not hold did not happen. */
enum { EVIDENCE_MAX = 32 };

struct child_facts {
	day_t born; /* DAY_NONE: not known */
	day_t died; /* DAY_NONE: alive, as far as known */
	const struct fact *facts;
	size_t n;
	uint16_t council; /* organisation whose number the child carries; 0 not said */
	day_t covered[EVIDENCE_MAX];
};

#endif
