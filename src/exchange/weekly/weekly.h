/*
 * weekly.h - a council's weekly list of the children it looks after, read safely.
 *
 * A list has one row a child: who it is, since when and under which law it is
 * looked after, where it lives. Columns and headings are data
 * (data/weekly-list.yaml). The file is parsed in a jail; what comes out are rows of
 * plain texts in one shape: codes, days as 2026-11-22, council codes. What a row
 * would change is found by comparing (compare.h), not here.
 *
 * Rules of use
 *  - A row that cannot be believed is kept back with findings, and still says that
 *    its child is on the list. If not even that can be told the list is `unsure`:
 *    that a child is not on it proves nothing.
 *  - Rows that name another council are left out with a finding.
 */
#ifndef LINNET_EXCHANGE_WEEKLY_WEEKLY_H
#define LINNET_EXCHANGE_WEEKLY_WEEKLY_H

#include "exchange/sheets/sheets.h"

enum weekly_field {
	WEEKLY_COUNCIL = 0,
	WEEKLY_CHILD,
	WEEKLY_NHS_NUMBER,
	WEEKLY_UPN,
	WEEKLY_GIVEN,
	WEEKLY_FAMILY,
	WEEKLY_BORN,
	WEEKLY_SEX,
	WEEKLY_CARE_START,
	WEEKLY_LEGAL_STATUS,
	WEEKLY_LEGAL_FROM,
	WEEKLY_PLACEMENT,
	WEEKLY_PLACEMENT_START,
	WEEKLY_PLACEMENT_TYPE,
	WEEKLY_AREA,
	WEEKLY_PROVIDER,
	WEEKLY_ADDRESS,
	WEEKLY_POSTCODE,
	WEEKLY_WORKER,
	WEEKLY_TEAM,
	WEEKLY__FIELDS
};
/* The column of data/weekly-list.yaml: "birth_date". */
const char *weekly_field_id(enum weekly_field f);

enum { WEEKLY_ROWS_MAX = 20000, WEEKLY_FINDINGS_MAX = 2000 };

struct weekly_row {
	struct str cell[WEEKLY__FIELDS]; /* empty: the list does not say */
	int64_t line;
	bool kept_back;
	bool shared_number; /* another row of the list has this NHS number: it proves nothing */
};
day_t weekly_day(const struct weekly_row *r, enum weekly_field f); /* DAY_NONE if empty */

enum weekly_point { /* of comparing two records (match.h) */
		    POINT_NHS_SAME = 0,
		    POINT_NHS_DIFFERS,
		    POINT_UPN_SAME,
		    POINT_UPN_DIFFERS,
		    POINT_GIVEN_SAME,
		    POINT_GIVEN_ALIKE,
		    POINT_GIVEN_DIFFERS,
		    POINT_FAMILY_SAME,
		    POINT_FAMILY_ALIKE,
		    POINT_FAMILY_DIFFERS,
		    POINT_NAMES_SWAPPED,
		    POINT_BORN_SAME,
		    POINT_BORN_SWAPPED,
		    POINT_BORN_DIGIT,
		    POINT_BORN_DIFFERS,
		    POINT_SEX_SAME,
		    POINT_SEX_DIFFERS,
		    POINT__COUNT
};

struct weekly_spec {
	struct tables_spec *columns; /* one table */
	int64_t missing_percent, missing_at_least;
	int64_t points[POINT__COUNT], shown_from;
};
/* Reads DIR/weekly-list.yaml and DIR/organisations.csv. The vocabulary must outlive it. */
enum rc weekly_spec_load(const char *data_dir, const struct vocab *v, struct weekly_spec **out,
			 struct err *e) NODISCARD;
void weekly_spec_free(struct weekly_spec *s);
/* Its headings, as a CSV line. */
void weekly_header_csv(const struct weekly_spec *s, struct buf *out);

struct weekly_record { /* a row as it stood in the file */
	int64_t line;
	struct str text;
};

struct weekly_list {		       /* lives in the arena it was read into */
	const struct weekly_row *rows; /* by the council's number; each number once */
	size_t n;
	const struct batch_finding *findings; /* in order of the file; `file` is 0 */
	size_t n_findings;
	const struct weekly_record *records; /* of rows kept back, by line */
	size_t n_records;
	struct str heading; /* of the records, as a line of CSV without its end */
	int64_t findings_total, rows_read, rows_kept_back;
	bool unsure;
	bool mended;   /* it is a file of rows kept back, corrected: never whole */
	char hash[65]; /* of the bytes */
};

/* Reads an open file. `council` is the code whose list it is, `today` the day of which
 * it speaks: later days are mistakes. RC_BAD_INPUT if it is no list at all: the words
 * say why; RC_LIMIT: too large. */
enum rc weekly_read(const struct weekly_spec *s, int fd, struct str council, day_t today, struct arena *a,
		    struct weekly_list *out, struct err *e) NODISCARD;

/* The row of a line as it stood; empty if it was not kept back. */
struct str weekly_list_record(const struct weekly_list *l, int64_t line);

/* By a mapping that fits (mapping_fit on its survey; parts of sheets_list_load). The file must
 * be one that can be read more than once. */
struct weekly_mapped {
	const struct sheets_parts *parts;
	const struct survey *survey;
	const struct mapping *mapping;
};
enum rc weekly_read_mapped(const struct weekly_spec *s, const struct weekly_mapped *by, int fd, struct str council,
			   day_t today, struct arena *a, struct weekly_list *out, struct err *e) NODISCARD;
/* Are the headings of the sheet those of data/weekly-list.yaml, so that no mapping is needed?
 * Columns that are none of ours are left out; *others_out says how many have something in
 * them, `other_out` (or NULL) marks them by column. */
bool weekly_headings_known(const struct weekly_spec *s, const struct survey_sheet *sheet, size_t *others_out,
			   bool *other_out);

/* A row as one JSON object, and back. */
void weekly_row_put(const struct weekly_row *r, struct buf *out);
enum rc weekly_row_get(struct str body, struct arena *a, struct weekly_row *out, struct err *e) NODISCARD;

#endif
