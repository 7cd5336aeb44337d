/*
 * naive_child.h - random, hostile children made from the rules themselves.
 *
 * A child is invented around a few rules at a time: the kinds and codes that
 * those rules name, days at their edges (birthdays, 1 April, 1 September, clock
 * changes, ends of months, the last days of limits), several things on one day,
 * times and references that are missing, and now and then anything at all of
 * the vocabulary. The same seed gives the same child.
 */
#ifndef LINNET_TESTS_NAIVE_CHILD_H
#define LINNET_TESTS_NAIVE_CHILD_H

#include "naive.h"

enum { HOSTILE_FACTS_MAX = 40, HOSTILE_ORGS = 4 };

/* Invents the child of a seed into *c and f[HOSTILE_FACTS_MAX]; returns the day to look on. */
day_t hostile_child(const struct naive *n, uint64_t seed, struct child_facts *c, struct fact *f);
/* Sorts as fact.h says, drops what is told twice, finds the day of death. */
void hostile_sort(const struct vocab *v, struct child_facts *c, struct fact *f);
/* A number below n from a stream; *state is the stream. */
uint32_t hostile_chance(uint64_t *state, uint32_t n);

#endif
