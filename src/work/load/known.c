#include "work/load/known.h"

#include "base/text.h"

bool known_by_nhs_number(struct str ref)
{
	return str_starts(ref, "NHS") && ref.n == 13;
}

enum rc known_person(struct db *db, int64_t council, struct str ref, bool by_nhs, struct arena *a, int64_t *id_out,
		     struct err *e)
{
	struct sql_person_by_ref_out p;
	enum rc rc = sql_person_by_ref(db, &(struct sql_person_by_ref_in){ council, ref }, a, &p, e);
	if (rc == RC_OK)
		*id_out = p.id;
	if (rc != RC_NOT_FOUND || !by_nhs)
		return rc;
	struct sql_rows *rows;
	struct sql_person_by_nhs_out row;
	struct sql_person_by_nhs_in in = { council, { ref.p + 3, 10 }, 2 };
	int64_t found = 0;
	size_t n = 0;
	if ((rc = sql_person_by_nhs(db, &in, &rows, e)) != RC_OK)
		return rc;
	while ((rc = sql_person_by_nhs_next(rows, &row, e)) == RC_OK && n++ < 2)
		found = row.id;
	db_done(rows);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (n != 1)
		return RC_NOT_FOUND;
	*id_out = found;
	return RC_OK;
}

enum rc known_alike(struct db *db, int64_t council, struct str ref, struct arena *a, int64_t *id_out,
		    struct str *ref_out, struct err *e)
{
	struct sql_person_by_ref_alike_out p;
	enum rc rc = sql_person_by_ref_alike(db, &(struct sql_person_by_ref_alike_in){ council, ref }, a, &p, e);
	if (rc == RC_OK) {
		*id_out = p.id;
		*ref_out = p.ref;
	}
	return rc;
}
