/*
 * compact.h - a child's whole history in a few hundred bytes.
 *
 * Reports read every child of a region at once, and need of each event only what
 * rules see: kind, day, minute, codes, number, reference, when it was recorded
 * and what it replaces. This is that, packed: a cache beside the events, made
 * again whenever the child is written, from which any earlier knowledge can be
 * folded as from the events themselves. Names, notes and sources are left out.
 *
 * Words are kept as hashes of 32 bits, so that the bytes mean the same whatever
 * numbers a vocabulary gives; a word that the vocabulary no longer has is read as
 * none, as from the events.
 */
#ifndef LINNET_RECORD_COMPACT_H
#define LINNET_RECORD_COMPACT_H

#include "base/arena.h"
#include "record/event.h"
#include "record/vocab.h"

enum { COMPACT_VERSION = 1 };

/* Packs events in the order given (by id). What is in the answer lives in `a`. */
struct str compact_write(const struct vocab *v, const struct event *ev, size_t n, struct arena *a);
/* Into events of `person`; they live in `a` and point into `bytes`. RC_BAD_INPUT if
 * the bytes are not whole. */
enum rc compact_read(const struct vocab *v, struct str bytes, int64_t person, struct arena *a, struct event **out,
		     size_t *n_out) NODISCARD;

#endif
