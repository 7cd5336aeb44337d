#include "work/admin/ready.h"

#include "work/app.h"

enum rc app_ready(struct app *app, struct err *e)
{
	return store_ready(app_store(app), e);
}

bool app_outgrown(struct app *app)
{
	return store_outgrown(app_store(app));
}
