/* Addresses of plans. */
#include "web/pages/making.h"

static struct making begin_plan(struct str id, const char *what)
{
	struct making m = making_begin("/plan/");
	making_encoded(&m, id);
	making_words(&m, what);
	return m;
}

static void put_plan(struct making *m, const struct plan_at *p)
{
	making_query(m, "with", p->with);
	making_query(m, "more", p->more ? STR("yes") : STR(""));
}

struct link link_plans(void)
{
	return (struct link){ "/plan" };
}

struct link link_plan_new(void)
{
	return (struct link){ "/plan/new" };
}

struct link link_plan(const struct plan_at *p)
{
	struct making m = begin_plan(p->id, "");
	put_plan(&m, p);
	return making_done(&m);
}

struct link link_plan_change(const struct plan_at *p, struct str part)
{
	struct making m = begin_plan(p->id, "/change");
	if (part.n) {
		making_words(&m, "/");
		making_encoded(&m, part);
	}
	making_query(&m, "with", p->with);
	return making_done(&m);
}

struct link link_plan_change_form(const struct plan_at *p, struct str part)
{
	struct making m = begin_plan(p->id, "/change/");
	making_encoded(&m, part);
	return making_done(&m);
}

struct link link_plan_file(const struct plan_at *p, const char *format)
{
	struct making m = begin_plan(p->id, "/download/");
	making_words(&m, format);
	put_plan(&m, p);
	return making_done(&m);
}

struct link link_plan_save(const struct plan_at *p)
{
	struct making m = begin_plan(p->id, "/save");
	return making_done(&m);
}

struct link link_plan_delete(struct str id)
{
	struct making m = begin_plan(id, "/delete");
	return making_done(&m);
}

struct link link_plan_compare(const struct plan_at *a, const struct plan_at *b)
{
	struct making m = making_begin("/plan/compare");
	making_query(&m, "a", a->id);
	if (b) {
		making_query(&m, "b", b->id);
		making_query(&m, "more", b->more ? STR("yes") : STR(""));
	}
	return making_done(&m);
}

struct link link_plan_stop(const char *run)
{
	struct making m = making_begin("/plan/run/");
	making_encoded(&m, str_of(run));
	making_words(&m, "/stop");
	return making_done(&m);
}
