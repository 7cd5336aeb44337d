/*
 * spec.h - the set of tables as compiled from data/tables.yaml. For this room only.
 *
 * Columns are numbered inside their table; the common ones (council, child)
 * come first. -1 is "no such column".
 */
#ifndef LINNET_EXCHANGE_TABLES_SPEC_H
#define LINNET_EXCHANGE_TABLES_SPEC_H

#include "codec/yaml.h"
#include "exchange/tables/tables.h"

enum {
	COLUMN_COUNCIL = 0, /* the common columns, in this order */
	COLUMN_CHILD = 1,
	COMMON_COLUMNS = 2,
	EMITS_MAX = 8, /* events that a row may mean */
	KEY_COLUMNS_MAX = 3,
	CONDITIONS_MAX = 4,
	FIELDS_MAX = 12, /* fields of a body */
	TEXT_CELL_MAX = 200,
	NAME_FOLDED_MAX = 80,
};

enum column_type {
	TYPE_TEXT = 1,
	TYPE_REFERENCE,
	TYPE_DAY,
	TYPE_YES_NO,
	TYPE_NUMBER,
	TYPE_CODE,
	TYPE_CHOICE,
	TYPE_COUNCIL,
	TYPE_PROVIDER,
	TYPE_NHS_NUMBER
};

struct choice {
	struct str id, title;
};

struct column {
	struct str name, says, example;
	const struct str *names;    /* folded: its own and the other headings */
	const struct str *headings; /* the same as they are written */
	size_t n_names;
	enum column_type type;
	bool required, time, future, warn_unknown;
	int not_before, same_as_empty;
	int64_t min, max;
	const struct code_list *list; /* TYPE_CODE */
	const struct choice *choices; /* TYPE_CHOICE */
	size_t n_choices;
};

struct condition {
	int column;
	bool filled;	  /* any value will do */
	struct str value; /* the code, choice or "yes"/"no" it must have */
};

struct body_field {
	struct str name;
	int column;
};

struct emit {
	uint16_t kind;
	bool undated, future, says_less;
	bool shared; /* rows with different keys may say this same event */
	int at, end, code, code2, org, ref, value, unless;
	int key[KEY_COLUMNS_MAX];
	size_t n_key;
	struct condition conditions[CONDITIONS_MAX];
	size_t n_conditions;
	struct body_field fields[FIELDS_MAX];
	size_t n_fields;
	struct str kind_id;
};

struct table {
	struct str name, title, says;
	struct column columns[TABLE_COLUMNS_MAX];
	size_t n_columns;
	int key[KEY_COLUMNS_MAX];
	size_t n_key;
	struct emit emits[EMITS_MAX];
	size_t n_emits;
};

struct tables_spec {
	struct arena arena;
	const struct vocab *vocab;
	struct organisations *orgs;
	struct table tables[TABLES_MAX];
	size_t n;
	size_t children; /* index of the table "children" */
	int64_t missing_percent, missing_at_least; /* tables_hardly_whole */
};

/* Compiles the list "columns" of `y` into `t`, which lives as long as `s`. */
enum rc spec_read_columns(struct tables_spec *s, struct table *t, const struct yaml *y, struct err *e) NODISCARD;
/* A heading without case, blanks and punctuation. Into out[NAME_FOLDED_MAX]; n 0 if too long or empty. */
struct str heading_fold(struct str heading, char *out);
int table_column(const struct table *t, struct str folded); /* by folded heading; -1 */

#endif
