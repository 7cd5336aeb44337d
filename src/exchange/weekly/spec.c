/* spec.c - data/weekly-list.yaml compiled, and rows as JSON. */
#include "base/text.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "exchange/tables/spec.h"
#include "exchange/weekly/rows.h"

static const char *const fields[WEEKLY__FIELDS] = {
	[WEEKLY_COUNCIL] = "council",
	[WEEKLY_CHILD] = "child_id",
	[WEEKLY_NHS_NUMBER] = "nhs_number",
	[WEEKLY_UPN] = "upn",
	[WEEKLY_GIVEN] = "given_name",
	[WEEKLY_FAMILY] = "family_name",
	[WEEKLY_BORN] = "birth_date",
	[WEEKLY_SEX] = "sex",
	[WEEKLY_CARE_START] = "care_start",
	[WEEKLY_LEGAL_STATUS] = "legal_status",
	[WEEKLY_LEGAL_FROM] = "legal_status_from",
	[WEEKLY_PLACEMENT] = "placement_id",
	[WEEKLY_PLACEMENT_START] = "placement_start",
	[WEEKLY_PLACEMENT_TYPE] = "placement_type",
	[WEEKLY_AREA] = "area_council",
	[WEEKLY_PROVIDER] = "provider",
	[WEEKLY_ADDRESS] = "address",
	[WEEKLY_POSTCODE] = "postcode",
	[WEEKLY_WORKER] = "social_worker",
	[WEEKLY_TEAM] = "team",
};
static const enum column_type types[WEEKLY__FIELDS] = {
	[WEEKLY_COUNCIL] = TYPE_COUNCIL,
	[WEEKLY_CHILD] = TYPE_REFERENCE,
	[WEEKLY_NHS_NUMBER] = TYPE_NHS_NUMBER,
	[WEEKLY_UPN] = TYPE_TEXT,
	[WEEKLY_GIVEN] = TYPE_TEXT,
	[WEEKLY_FAMILY] = TYPE_TEXT,
	[WEEKLY_BORN] = TYPE_DAY,
	[WEEKLY_SEX] = TYPE_CHOICE,
	[WEEKLY_CARE_START] = TYPE_DAY,
	[WEEKLY_LEGAL_STATUS] = TYPE_CODE,
	[WEEKLY_LEGAL_FROM] = TYPE_DAY,
	[WEEKLY_PLACEMENT] = TYPE_REFERENCE,
	[WEEKLY_PLACEMENT_START] = TYPE_DAY,
	[WEEKLY_PLACEMENT_TYPE] = TYPE_CODE,
	[WEEKLY_AREA] = TYPE_COUNCIL,
	[WEEKLY_PROVIDER] = TYPE_TEXT,
	[WEEKLY_ADDRESS] = TYPE_TEXT,
	[WEEKLY_POSTCODE] = TYPE_TEXT,
	[WEEKLY_WORKER] = TYPE_TEXT,
	[WEEKLY_TEAM] = TYPE_TEXT,
};
static const char *const points[POINT__COUNT] = {
	[POINT_NHS_SAME] = "nhs-number-same",
	[POINT_NHS_DIFFERS] = "nhs-number-differs",
	[POINT_UPN_SAME] = "upn-same",
	[POINT_UPN_DIFFERS] = "upn-differs",
	[POINT_GIVEN_SAME] = "given-name-same",
	[POINT_GIVEN_ALIKE] = "given-name-alike",
	[POINT_GIVEN_DIFFERS] = "given-name-differs",
	[POINT_FAMILY_SAME] = "family-name-same",
	[POINT_FAMILY_ALIKE] = "family-name-alike",
	[POINT_FAMILY_DIFFERS] = "family-name-differs",
	[POINT_NAMES_SWAPPED] = "names-swapped",
	[POINT_BORN_SAME] = "birth-same",
	[POINT_BORN_SWAPPED] = "birth-day-and-month-swapped",
	[POINT_BORN_DIGIT] = "birth-one-digit-differs",
	[POINT_BORN_DIFFERS] = "birth-differs",
	[POINT_SEX_SAME] = "sex-same",
	[POINT_SEX_DIFFERS] = "sex-differs",
};

const char *weekly_field_id(enum weekly_field f)
{
	return (unsigned)f < WEEKLY__FIELDS ? fields[f] : "";
}

/* The columns are numbered as the fields are: the program must know what each is for. */
static enum rc check_columns(const struct table *t, const struct yaml *y, struct err *e)
{
	if (t->n_columns != WEEKLY__FIELDS)
		return yaml_error(y, e, "%d columns are expected, there are %zu", WEEKLY__FIELDS, t->n_columns);
	for (size_t i = 0; i < WEEKLY__FIELDS; i++)
		if (!str_is(t->columns[i].name, fields[i]) || t->columns[i].type != types[i])
			return yaml_error(y, e, "column %zu should be \"%s\", of its own type", i + 1, fields[i]);
	if (!t->columns[WEEKLY_CHILD].required)
		return yaml_error(y, e, "\"child_id\" must be required");
	return RC_OK;
}

static enum rc read_numbers(struct weekly_spec *s, const struct yaml *root, struct err *e)
{
	static const char *const short_words[] = { "missing-percent", "at-least", NULL };
	const struct yaml *list = yaml_get(root, "short-list"), *p = yaml_get(root, "points");
	if (!list || list->type != YAML_MAP || !p || p->type != YAML_MAP)
		return yaml_error(root, e, "\"short-list\" and \"points\" are expected");
	enum rc rc = yaml_only(list, short_words, e);
	if (rc == RC_OK)
		rc = yaml_int(list, "missing-percent", 1, 100, 33, &s->missing_percent, e);
	if (rc == RC_OK)
		rc = yaml_int(list, "at-least", 1, 100000, 3, &s->missing_at_least, e);
	for (size_t i = 0; rc == RC_OK && i < POINT__COUNT; i++)
		rc = yaml_get(p, points[i]) ? yaml_int(p, points[i], -1000, 1000, 0, &s->points[i], e)
					    : yaml_error(p, e, "\"%s\" is missing", points[i]);
	if (rc == RC_OK && p->n != POINT__COUNT)
		rc = yaml_error(p, e, "there are points for something that is not compared");
	return rc == RC_OK ? yaml_int(root, "shown-from", -1000, 1000, 24, &s->shown_from, e) : rc;
}

static enum rc read_spec(struct weekly_spec *s, const char *data_dir, struct err *e)
{
	static const char *const words[] = { "columns", "short-list", "points", "shown-from", NULL };
	char path[4096];
	const struct yaml *root;
	snprintf(path, sizeof path, "%s/weekly-list.yaml", data_dir);
	struct table *t = &s->columns->tables[0];
	t->name = STR("weekly-list");
	s->columns->n = 1;
	enum rc rc = yaml_read_file(path, &s->columns->arena, &root, e);
	if (rc == RC_OK)
		rc = yaml_only(root, words, e);
	if (rc == RC_OK)
		rc = spec_read_columns(s->columns, t, root, e);
	if (rc == RC_OK)
		rc = check_columns(t, root, e);
	return rc == RC_OK ? read_numbers(s, root, e) : rc;
}

enum rc weekly_spec_load(const char *data_dir, const struct vocab *v, struct weekly_spec **out, struct err *e)
{
	struct weekly_spec *s = xcalloc(1, sizeof *s);
	s->columns = xcalloc(1, sizeof *s->columns);
	arena_init(&s->columns->arena);
	s->columns->vocab = v;
	enum rc rc = organisations_load(data_dir, &s->columns->orgs, e);
	if (rc == RC_OK)
		rc = read_spec(s, data_dir, e);
	if (rc == RC_OK)
		*out = s;
	else
		weekly_spec_free(s);
	return rc;
}

void weekly_spec_free(struct weekly_spec *s)
{
	if (!s)
		return;
	tables_spec_free(s->columns);
	free(s);
}

void weekly_header_csv(const struct weekly_spec *s, struct buf *out)
{
	tables_header_csv(s->columns, 0, out);
}

/* ---- rows ---- */

day_t weekly_day(const struct weekly_row *r, enum weekly_field f)
{
	day_t d;
	return r->cell[f].n && day_parse_iso(r->cell[f], &d) == RC_OK ? d : DAY_NONE;
}

void weekly_row_put(const struct weekly_row *r, struct buf *out)
{
	buf_putc(out, '{');
	buf_printf(out, "\"shared\":\"%s\"", r->shared_number ? "yes" : "no");
	for (size_t i = 0; i < WEEKLY__FIELDS; i++) {
		if (!r->cell[i].n)
			continue;
		buf_printf(out, ",\"%s\":", fields[i]);
		json_put_string(out, r->cell[i]);
	}
	buf_putc(out, '}');
}

enum rc weekly_row_get(struct str body, struct arena *a, struct weekly_row *out, struct err *e)
{
	const char *names[WEEKLY__FIELDS + 1];
	struct str got[WEEKLY__FIELDS + 1];
	struct weekly_row r = { .line = 0 };
	memcpy(names, fields, sizeof fields);
	names[WEEKLY__FIELDS] = "shared";
	enum rc rc = json_members(body, names, WEEKLY__FIELDS + 1, a, got, e);
	if (rc != RC_OK)
		return rc;
	memcpy(r.cell, got, sizeof r.cell);
	r.shared_number = str_is(got[WEEKLY__FIELDS], "yes");
	*out = r;
	return RC_OK;
}
