/*
 * shown_ids.h - the key under which ids are shown to people (base/id.h), kept in the store.
 */
#ifndef LINNET_WORK_CORE_SHOWN_IDS_H
#define LINNET_WORK_CORE_SHOWN_IDS_H

#include "store/store.h"

/* Sets the store's key for this program; the first who may write makes it. Where nothing can be written
 * ids are shown as they are, until somebody can. */
enum rc shown_ids_key(struct store *store, struct err *e) NODISCARD;

#endif
