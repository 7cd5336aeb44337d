#include "work/see/number.h"

#include "base/text.h"
#include "store/sql.h"

struct str nhs_typed(struct str words, char out[NHS_NUMBER_DIGITS])
{
	size_t n = 0;
	for (size_t i = 0; i < words.n; i++) {
		if (words.p[i] == ' ' || words.p[i] == '-' || words.p[i] == '\t')
			continue;
		if (words.p[i] < '0' || words.p[i] > '9' || n == NHS_NUMBER_DIGITS)
			return STR("");
		out[n++] = words.p[i];
	}
	return n == NHS_NUMBER_DIGITS ? (struct str){ out, n } : STR("");
}

enum rc numbered_nhs(struct db *db, struct str number, struct numbered *out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_search_nhs_out row;
	enum rc rc = sql_search_nhs(db, &(struct sql_search_nhs_in){ number, (int64_t)out->max }, &rows, e);
	if (rc != RC_OK)
		return rc;
	for (out->n = 0; out->n < out->max && (rc = sql_search_nhs_next(rows, &row, e)) == RC_OK;)
		out->ids[out->n++] = row.id;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc numbered_ref(struct app *app, struct db *db, struct str words, bool exact, struct arena *a,
		     struct numbered *out, struct err *e)
{
	struct str ref, code = str_capitals(str_trim(str_cut(words, '/', &ref)), a);
	const struct organisation *council = ref.p ? app_organisation_by_code(app, code) : NULL;
	struct sql_search_ref_in in = { str_trim(ref.p ? ref : words), exact, council ? council->id : -1,
					(int64_t)out->max };
	struct sql_rows *rows;
	struct sql_search_ref_out row;
	out->n = 0;
	if (ref.p && !council)
		return RC_OK;
	enum rc rc = sql_search_ref(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while (out->n < out->max && (rc = sql_search_ref_next(rows, &row, e)) == RC_OK)
		out->ids[out->n++] = row.id;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}
