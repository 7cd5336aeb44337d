/*
 * frame.h - the rows of a return in memory, and how a cell becomes a number. For this room only.
 */
#ifndef LINNET_EXCHANGE_SSDA903_FRAME_H
#define LINNET_EXCHANGE_SSDA903_FRAME_H

#include "exchange/ssda903/spec.h"

struct frame_rows {
	int32_t *cells; /* n rows of `stride` */
	uint32_t *lines;
	uint8_t *files;
	size_t n, cap;
	uint32_t *first;  /* [n_children + 1]: where the rows of a child begin */
	uint32_t columns; /* bit c: the files have column c */
	bool there;
};

struct return_frame {
	const struct return_spec *spec;
	struct arena arena;
	int year;
	struct words words;
	struct frame_rows rows[2][RETURN_TABLES_MAX];
	uint32_t *children; /* words, sorted by text */
	size_t n_children;
	struct return_file files[RETURN_FILES_MAX];
	size_t n_files;
	struct return_trouble *troubles;
	size_t n_troubles;
	int64_t troubles_total;
	bool done;
};

struct return_frame *frame_new(const struct return_spec *s, int year);
/* `cells`: the table's columns. False if the table is full. */
bool frame_put(struct return_frame *f, int when, size_t table, const int32_t *cells, uint32_t line, uint8_t file);
void frame_trouble(struct return_frame *f, const struct return_trouble *t);
/* What `other`, which knows the same files, has read of one year: rows, troubles, files. Its rows are
 * f's from now on. False: f has too many words. */
bool frame_take_year(struct return_frame *f, struct return_frame *other, int when);

static inline const int32_t *frame_row(const struct return_frame *f, int when, size_t table, size_t row)
{
	return f->rows[when][table].cells + row * f->spec->tables[table].stride;
}

/* ---- cells.c ---- */
/* The number of what a cell says; words are added to `w`. */
int32_t cell_value(const struct return_spec *s, struct words *w, const struct rcolumn *c, struct str text);
/* As text: into `out` (24 bytes) for days and numbers. */
struct str cell_text(const struct words *w, enum cell_type type, int32_t v, char *out);
/* Is what a filled cell says what its column wants, in this year? */
bool cell_valid(const struct return_spec *s, const struct words *w, enum cell_type type, int set, int year, int32_t v);

#endif
