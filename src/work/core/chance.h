/*
 * chance.h - words that a store is given by chance, once: the key under which ids are shown, the salt
 * of the marks of what was erased. They stand among its settings, and in its backups.
 */
#ifndef LINNET_WORK_CORE_CHANCE_H
#define LINNET_WORK_CORE_CHANCE_H

#include "base/secret.h"
#include "store/store.h"

/* The store's word `name` (TOKEN_HEX_MAX). `make`: made now if there is none; of two programs at once
 * the first decides. Otherwise RC_NOT_FOUND. */
enum rc chance_word(struct db *db, struct str name, bool make, char out[TOKEN_HEX_MAX], struct err *e) NODISCARD;

/* Sets the key under which this program shows ids (base/id.h); the first who may write makes it. Where
 * nothing can be written ids are shown as they are, until somebody can. */
enum rc chance_ids_key(struct store *store, struct err *e) NODISCARD;

#endif
