/*
 * Any bytes as a packed history: refused, or events that fold without reading
 * outside them, and that pack and unpack to the same again.
 */
#include "record/compact.h"
#include "record/fold.h"
#include "help.h"

static struct vocab *vocab;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .rc = RC_OK };
	if (!vocab)
		fuzz_must(vocab_load("data", &vocab, &e), &e);
	struct arena a;
	struct event *ev, *again;
	size_t n, m;
	struct folded f;
	arena_init(&a);
	if (compact_read(vocab, (struct str){ (const char *)data, size }, 7, &a, &ev, &n) == RC_OK) {
		fold_events(vocab, ev, n, KNOWN_NOW, &a, &f);
		struct str bytes = compact_write(vocab, ev, n, &a);
		if (compact_read(vocab, bytes, 7, &a, &again, &m) != RC_OK || m != n)
			abort();
	}
	arena_release(&a);
	return 0;
}
