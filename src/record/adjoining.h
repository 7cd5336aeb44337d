/*
 * adjoining.h - which councils' areas touch.
 *
 * The law asks more of a council that places a child outside its own area, and
 * more again if the area does not even adjoin its own ("at a distance":
 * regulation 11 of the 2010 Regulations). Which councils adjoin is read from
 * data/adjoining.csv, a line for each pair, by ONS code. Areas that only face
 * each other across the sea or a wide estuary do not adjoin there. Immutable
 * after loading; any number of threads may read it.
 */
#ifndef LINNET_RECORD_ADJOINING_H
#define LINNET_RECORD_ADJOINING_H

#include "base/err.h"
#include "base/text.h"

enum { ADJOINING_MAX = 20000 };

struct adjoining;

/* Reads DIR/adjoining.csv. RC_BAD_INPUT names the file and line. Free with adjoining_free. */
enum rc adjoining_load(const char *data_dir, struct adjoining **out, struct err *e) NODISCARD;
void adjoining_free(struct adjoining *a);
size_t adjoining_count(const struct adjoining *a);  /* pairs */
uint64_t adjoining_hash(const struct adjoining *a); /* of all pairs, whatever their order in the file */
/* Do the areas of these two councils touch? In either order. */
bool adjoining_touch(const struct adjoining *a, struct str council, struct str other);

#endif
