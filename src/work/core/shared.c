#include "work/core/shared.h"

#include "base/text.h"

/* Whose turn it is follows from who is responsible: every clock and every number rests on these two. */
#define ALWAYS_NEEDED (data_bit(DATA_IDENTITY) | data_bit(DATA_CARE))

uint32_t withheld_now(const struct viewer *v)
{
	return v->emergency_ms ? 0 : v->withheld;
}

uint32_t withheld_of(const struct viewer *v, int64_t home)
{
	for (size_t i = 0; i < v->n_councils; i++)
		if (v->councils[i].council == home)
			return v->emergency_ms ? 0 : v->councils[i].withheld;
	return withheld_now(v);
}

enum rc shared_towards(struct db *db, const struct viewer *v, int64_t person, struct viewer *out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct viewer as = *v;
	struct sql_person_home_out child = { 0 };
	enum rc rc = v->n_councils ? sql_person_home(db, &(struct sql_person_home_in){ person }, &a, &child, e) : RC_OK;
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	for (size_t i = 0; i < v->n_councils; i++)
		if (v->councils[i].council == child.home)
			as.withheld = v->councils[i].withheld;
	as.n_councils = 0;
	*out = as;
	return RC_OK;
}

struct str homes_shown(const struct viewer *v, uint32_t needs, struct arena *a, size_t *n_out)
{
	int64_t *ids = arena_array(a, v->n_councils + 1, sizeof *ids);
	*n_out = 0;
	for (size_t i = 0; i < v->n_councils; i++)
		if (!(v->councils[i].withheld & needs))
			ids[(*n_out)++] = v->councils[i].council;
	return ids_text(ids, *n_out, a);
}

/* ---- what agreements share ---- */

static uint32_t bits_of(struct str shares)
{
	uint32_t bits = 0;
	for (struct str rest = shares; rest.n;)
		bits |= data_bit(data_kind_of(str_cut(rest, ' ', &rest)));
	return bits & ~data_bit(DATA_UNSAID);
}

/* What is withheld from an organisation of whose agreements these bits are. */
static uint32_t rest_of(const struct organisation *o, uint32_t agreed)
{
	uint32_t shared = agreed | (o ? data_for_care(o->kind) : 0);
	/* Entries of a kind that says nothing are for those from whom no entry is withheld. */
	if ((shared | data_bit(DATA_UNSAID) | data_bit(DATA_NUMBERS)) == DATA_ALL)
		shared |= data_bit(DATA_UNSAID);
	return DATA_ALL & ~shared;
}

static bool enforced(const struct app *app)
{
	day_t from = app_signing_rules(app).agreements_from;
	return from != DAY_NONE && from <= app_today(app);
}

/* What the agreements of one organisation share: of every child, and of those of some councils. */
struct agreed {
	uint32_t all;
	uint32_t *of; /* by place in app_organisations; NULL: of no council by itself */
};

/* A council that is not known here has no children here. */
static void agreed_add(struct app *app, struct agreed *g, struct str shares, struct str councils, struct arena *a)
{
	const struct organisation *orgs;
	size_t n = app_organisations(app, &orgs);
	uint32_t bits = bits_of(shares);
	if (!councils.n)
		g->all |= bits;
	if (!councils.n || !(bits & ~g->all))
		return;
	if (!g->of)
		g->of = arena_array(a, n, sizeof *g->of);
	for (struct str rest = councils; rest.n;) {
		const struct organisation *o = app_organisation_by_code(app, str_cut(rest, ' ', &rest));
		if (o)
			g->of[o - orgs] |= bits;
	}
}

/* Into the viewer: councils of whose children no less is withheld need no mention. */
static void agreed_tell(struct app *app, const struct organisation *o, const struct agreed *g, struct viewer *v,
			struct arena *a)
{
	const struct organisation *orgs;
	size_t n = app_organisations(app, &orgs);
	struct withheld_of *list = g->of ? arena_array(a, n, sizeof *list) : NULL;
	v->withheld = rest_of(o, g->all);
	v->councils = list;
	v->n_councils = 0;
	for (size_t i = 0; list && i < n; i++) {
		uint32_t left = g->of[i] ? rest_of(o, g->all | g->of[i]) : v->withheld;
		if (left != v->withheld)
			list[v->n_councils++] = (struct withheld_of){ orgs[i].id, left };
	}
}

enum rc shared_withheld(struct app *app, struct db *db, struct arena *a, struct viewer *v, struct err *e)
{
	const struct organisation *o = app_organisation(app, v->org);
	struct agreed g = { 0 };
	struct sql_rows *rows;
	struct sql_agreement_shares_out row;
	enum rc rc = RC_OK;
	if (!v->org || !enforced(app)) {
		v->withheld = 0;
		v->n_councils = 0;
		return RC_OK;
	}
	if (rest_of(o, 0)) {
		struct sql_agreement_shares_in in = { v->org, app_today(app) };
		if ((rc = sql_agreement_shares(db, &in, &rows, e)) != RC_OK)
			return rc;
		while ((rc = sql_agreement_shares_next(rows, &row, e)) == RC_OK)
			agreed_add(app, &g, row.shares, row.councils, a);
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	if (rc == RC_OK)
		agreed_tell(app, o, &g, v, a);
	return rc;
}

static size_t place_of_org(const struct organisation *orgs, size_t n, int64_t org)
{
	size_t i = 0;
	while (i < n && orgs[i].id != org)
		i++;
	return i;
}

enum rc shared_withheld_each(struct app *app, struct db *db, bool as_if, struct arena *a, struct viewer **out,
			     struct err *e)
{
	const struct organisation *orgs;
	size_t n = app_organisations(app, &orgs);
	struct viewer *each = arena_array(a, n + 1, sizeof *each);
	struct agreed *g = arena_array(a, n + 1, sizeof *g);
	struct sql_rows *rows;
	struct sql_agreement_shares_all_out row;
	*out = each;
	if (!as_if && !enforced(app))
		return RC_OK;
	enum rc rc = sql_agreement_shares_all(db, &(struct sql_agreement_shares_all_in){ app_today(app) }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_agreement_shares_all_next(rows, &row, e)) == RC_OK)
		agreed_add(app, &g[place_of_org(orgs, n, row.org)], row.shares, row.councils, a);
	db_done(rows);
	for (size_t i = 0; i < n; i++) {
		each[i].org = orgs[i].id;
		agreed_tell(app, &orgs[i], &g[i], &each[i], a);
	}
	each[n].withheld = DATA_ALL;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- what entries, standards and measures are of ---- */

enum data_kind data_of_kind(const struct app *app, uint16_t kind)
{
	const struct vocab *v = app_vocab(app), *today = app_words_today(app);
	if (v != today)
		kind = kind ? vocab_kind(today, v->kinds[kind].id) : 0;
	return (enum data_kind)(kind ? today->kinds[kind].data : DATA_UNSAID);
}

static uint32_t data_of_kinds(const struct app *app, const struct kind_set *kinds)
{
	uint32_t bits = 0;
	for (uint16_t k = 1; k < app_vocab(app)->n_kinds; k++)
		if (kind_in(kinds, k))
			bits |= data_bit(data_of_kind(app, k));
	return bits;
}

uint32_t standard_needs(const struct app *app, size_t standard)
{
	return ALWAYS_NEEDED | data_of_kinds(app, &rulebook_info(app_rulebook(app), (uint16_t)standard)->kinds);
}

uint32_t measure_needs(const struct app *app, const struct measure *m)
{
	return ALWAYS_NEEDED | data_of_kinds(app, &m->kinds);
}

bool standard_withheld(const struct app *app, uint32_t withheld, size_t standard)
{
	return withheld && ((withheld & ALWAYS_NEEDED) || (withheld & standard_needs(app, standard)));
}

bool hides_title(const struct app *app, const struct viewer *v, struct str what)
{
	const struct vocab *voc = app_vocab(app);
	const struct rulebook *rb = app_rulebook(app);
	uint32_t withheld = withheld_now(v);
	bool hidden = false;
	if (role_sees_sensitive(v->role) && !withheld)
		return false;
	for (uint16_t i = 1; i < voc->n_kinds; i++)
		hidden = hidden || (((voc->kinds[i].sensitive && !role_sees_sensitive(v->role)) ||
				     (withheld & data_bit(data_of_kind(app, i)))) &&
				    str_eq(voc->kinds[i].title, what));
	for (uint16_t i = 0; withheld && i < rulebook_count(rb); i++) /* "chased", and by which clock */
		hidden = hidden || (str_eq(rulebook_info(rb, i)->title, what) && standard_withheld(app, withheld, i));
	return hidden;
}

bool measure_withheld(const struct app *app, uint32_t withheld, const struct measure *m)
{
	return withheld && ((withheld & ALWAYS_NEEDED) || (withheld & measure_needs(app, m)));
}

struct str data_words(uint32_t kinds, struct arena *a)
{
	struct str all = STR("");
	for (int d = DATA_IDENTITY; d < DATA__COUNT; d++)
		if (kinds & data_bit((enum data_kind)d))
			all = arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(all), all.n ? "; " : "",
					   STR_ARG(data_title((enum data_kind)d)));
	return all;
}
