/*
 * expr.h - the little language in which rules.yaml says what is wrong. For this room only.
 *
 *   any(Episodes where LS in {V3 V4} and DEC > row.MIS_START)
 *
 * A text is compiled into nodes once; running it touches only numbers. Values are
 * days, numbers or words; everything else is true or false. The words of the
 * language are told in docs/return.md.
 */
#ifndef LINNET_EXCHANGE_SSDA903_EXPR_H
#define LINNET_EXCHANGE_SSDA903_EXPR_H

#include "exchange/ssda903/spec.h"

enum op {
	OP_FALSE = 1,
	OP_AND,
	OP_OR,
	OP_NOT,
	OP_EQ, /* values a, b */
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_IN,	  /* value a, literal b */
	OP_BLANK, /* cell a */
	OP_FILLED,
	OP_VALID,
	OP_WRONG,
	OP_DIFFERS, /* cells a, b */
	OP_FIRST,
	OP_FINAL,
	OP_ANY, /* rows a, condition b (0: all) */
	OP_NONE,
	OP_DEFINED,  /* definition a */
	OP_REPEATED, /* column a of the row */
	/* values */
	OP_CELL, /* ref, column */
	OP_CONST,
	OP_BIRTHDAY,  /* cell a, years b */
	OP_PLUS_DAYS, /* value a, number in `value` */
	OP_PLUS_MONTHS,
	OP_YEAR_START,
	OP_YEAR_END,
	OP_YEAR_BEFORE,
	OP_COUNT,    /* rows a, condition b */
	OP_EARLIEST, /* rows a, condition b, column */
	OP_LATEST,
	OP_DAYS, /* rows a, condition b, from c, to d */
};
enum value_type { VALUE_NONE, VALUE_DAY, VALUE_NUMBER, VALUE_WORD };
enum ref {
	REF_HERE = 1,
	REF_ROW,
	REF_OUTER,
	REF_PREVIOUS,
	REF_PREVIOUS2,
	REF_NEXT,
	REF_HEADER,
	REF_LAST_HEADER,
	REF_LAST_EPISODE
};
enum { ROWS_NOW = 1, ROWS_LAST, ROWS_BOTH };

struct node {
	uint8_t op, type, ref, table;
	uint8_t rows;	/* ROWS_NOW ... */
	uint8_t cells;	/* enum cell_type of a cell */
	int16_t column; /* of the table of the ref */
	int16_t set;	/* code set of the column */
	int32_t value;
	uint32_t a, b, c, d;
};

/* What a compiled text asks for. */
struct compiled {
	uint32_t root;
	struct need needs[NEEDS_MAX];
	size_t n_needs;
	bool wants_last;
	int repeats;
};
/* `table`: whose rows it is about; SIZE_MAX: about a child, no row. `at` is for the error. */
enum rc expr_compile(struct return_spec *s, const struct yaml *at, struct str text, size_t table, struct compiled *out,
		     struct err *e) NODISCARD;

#endif
