/*
 * spec.h - the return's tables, codes and rules as compiled. For this room only.
 */
#ifndef LINNET_EXCHANGE_SSDA903_SPEC_H
#define LINNET_EXCHANGE_SSDA903_SPEC_H

#include "codec/yaml.h"
#include "exchange/ssda903/ssda903.h"
#include "exchange/ssda903/words.h"

enum {
	SETS_MAX = 40,
	FILE_WORDS_MAX = 4,
	RULE_FIELDS_MAX = 12, /* columns that a finding names */
	NODES_MAX = 60000,
	LITERALS_MAX = 2000, /* sets of codes written in rules */
	DEFINITIONS_MAX = 30,
	OFFICIAL_MAX = 800,
	CODE_WORDS_MAX = 4096, /* words of the spec: codes and literals */
	DERIVED_MAX = 4,
};

/* What is worked out of a child's episodes and stands behind their columns. */
enum derived { PERIOD_START, PERIOD_END, STATUS_START, STATUS_END };

enum cell_type {
	CELLS_ID = 1,
	CELLS_CODE,
	CELLS_DAY,
	CELLS_PART_DAY,
	CELLS_NUMBER,
	CELLS_TEXT,
	CELLS_POSTCODE,
	CELLS_UPN,
	CELLS_URN,
	CELLS_WORKER
};

/* A cell: 0 blank; a day, a number: 1 and more, moved up by DAY_ZERO and 1; a text or a
 * code: its word. Below 0: something is there that is no day or number; its word, negative. */
enum { DAY_ZERO = 1000000 };

struct set_code {
	uint32_t word;
	struct str title;
	int from, to; /* years */
};
struct code_set {
	struct str name;
	struct set_code *codes;
	size_t n;
};

struct rcolumn {
	struct str name, tag, says, why;
	enum cell_type type;
	int set; /* of CELLS_CODE */
	int64_t min, max;
	bool optional, keep;
};

struct rtable {
	struct str name, title, xml, flag;
	struct str files[FILE_WORDS_MAX];
	size_t n_files;
	int from;  /* first year */
	int order; /* column, -1 none */
	struct rcolumn columns[RETURN_COLUMNS_MAX];
	size_t n_columns;
	size_t stride; /* columns and what is derived */
};

struct need { /* what must be there for a rule to run */
	uint8_t when, table;
	int8_t column; /* -1: the table alone */
};
enum { NEEDS_MAX = 24 };

struct rrule {
	struct str code, title, todo, partly, needs_list, text;
	uint8_t table;
	uint8_t fields[RULE_FIELDS_MAX];
	size_t n_fields;
	int from, to;
	bool check;
	uint32_t root; /* node; 0 if needs_list */
	struct need needs[NEEDS_MAX];
	size_t n_needs;
	bool wants_last; /* looks at last year if it is there */
	int repeats;	 /* column whose repeated words it asks about, -1 none */
};

struct definition {
	struct str name, says;
	uint32_t root;
	struct need needs[NEEDS_MAX];
	size_t n_needs;
	bool wants_last;
};

struct official {
	struct str code;
	int from, to;
};

struct node; /* expr.h */
struct return_spec {
	struct arena arena;
	struct words words; /* codes and literals first: the same numbers everywhere */
	struct str years[RETURN_YEARS_MAX];
	int first_year[RETURN_YEARS_MAX]; /* 2025 of 2025-26 */
	size_t n_years;
	struct code_set sets[SETS_MAX];
	size_t n_sets;
	uint8_t *valid; /* [n_sets][CODE_WORDS_MAX]: bit y if the word is a code of year y */
	struct rtable tables[RETURN_TABLES_MAX];
	size_t n_tables;
	size_t header, episodes;
	struct rrule *rules;
	size_t n_rules;
	struct definition definitions[DEFINITIONS_MAX];
	size_t n_definitions;
	struct official *official;
	size_t n_official;
	struct node *nodes;
	size_t n_nodes;
	uint64_t (*literals)[CODE_WORDS_MAX / 64];
	size_t n_literals;
};

int column_named(const struct rtable *t, struct str name); /* -1: none; derived ones too */
/* The year that a word of a map names; `absent` if the word is not there. */
enum rc spec_year(const struct return_spec *s, const struct yaml *map, const char *word, int absent, int *out,
		  struct err *e) NODISCARD;
enum rc spec_each(const struct yaml *root, const char *word, struct return_spec *s,
		  enum rc (*read)(struct return_spec *, const struct yaml *, struct err *), struct err *e) NODISCARD;
/* Reads rules.yaml into the spec (rules.c). */
enum rc return_rules_read(struct return_spec *s, const char *data_dir, struct err *e) NODISCARD;

#endif
