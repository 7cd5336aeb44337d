#include "work/core/shared.h"

#include "base/text.h"

/* Whose turn it is follows from who is responsible: every clock and every number rests on these two. */
#define ALWAYS_NEEDED (data_bit(DATA_IDENTITY) | data_bit(DATA_CARE))

uint32_t withheld_now(const struct viewer *v)
{
	return v->emergency_ms ? 0 : v->withheld;
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

enum rc shared_withheld(struct app *app, struct db *db, int64_t org, uint32_t *out, struct err *e)
{
	const struct organisation *o = app_organisation(app, org);
	uint32_t agreed = 0;
	struct sql_rows *rows;
	struct sql_agreement_shares_out row;
	enum rc rc = RC_OK;
	if (org && enforced(app) && rest_of(o, 0)) {
		struct sql_agreement_shares_in in = { org, app_today(app) };
		if ((rc = sql_agreement_shares(db, &in, &rows, e)) != RC_OK)
			return rc;
		while ((rc = sql_agreement_shares_next(rows, &row, e)) == RC_OK)
			agreed |= bits_of(row.shares);
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	if (rc == RC_OK)
		*out = org && enforced(app) ? rest_of(o, agreed) : 0;
	return rc;
}

static size_t place_of_org(const struct organisation *orgs, size_t n, int64_t org)
{
	size_t i = 0;
	while (i < n && orgs[i].id != org)
		i++;
	return i;
}

enum rc shared_withheld_each(struct app *app, struct db *db, bool as_if, struct arena *a, uint32_t **out, struct err *e)
{
	const struct organisation *orgs;
	size_t n = app_organisations(app, &orgs);
	uint32_t *bits = arena_array(a, n + 1, sizeof *bits); /* one more for whoever is not known */
	struct sql_rows *rows;
	struct sql_agreement_shares_all_out row;
	*out = bits;
	if (!as_if && !enforced(app))
		return RC_OK;
	enum rc rc = sql_agreement_shares_all(db, &(struct sql_agreement_shares_all_in){ app_today(app) }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_agreement_shares_all_next(rows, &row, e)) == RC_OK)
		bits[place_of_org(orgs, n, row.org)] |= bits_of(row.shares);
	db_done(rows);
	for (size_t i = 0; i < n; i++)
		bits[i] = rest_of(&orgs[i], bits[i]);
	bits[n] = DATA_ALL;
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

bool standard_withheld(const struct app *app, uint32_t withheld, size_t standard)
{
	if (!withheld || (withheld & ALWAYS_NEEDED))
		return withheld;
	return data_of_kinds(app, &rulebook_info(app_rulebook(app), (uint16_t)standard)->kinds) & withheld;
}

bool measure_withheld(const struct app *app, uint32_t withheld, const struct measure *m)
{
	if (!withheld || (withheld & ALWAYS_NEEDED))
		return withheld;
	return data_of_kinds(app, &m->kinds) & withheld;
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
