#include "store/engine.h"

static enum rc engine_open(const char *where, bool create, void **out, struct err *e)
{
	(void)where;
	(void)create;
	(void)out;
	return err_set(e, RC_REFUSED, "PostgreSQL is not part of this build");
}
const struct engine_ops postgres_ops = { .open = engine_open };
