/*
 * forms.h - what each form of file brings: how it begins, takes a child, ends. For
 * form.c and the files that it calls.
 */
#ifndef LINNET_EXCHANGE_SYNTH_FORMS_H
#define LINNET_EXCHANGE_SYNTH_FORMS_H

#include "exchange/synth/kid.h"

struct form {
	/* *state_out is set also on failure, if there is something to free. */
	enum rc (*begin)(const struct synth_world *w, int folder, void **state_out, struct err *e);
	enum rc (*child)(void *state, const struct kid *k, struct err *e);
	enum rc (*end)(void *state, struct err *e); /* closes and frees */
};
extern const struct form form_truth, form_ssda903, form_weekly, form_workbook;

/* ---- for writing them ---- */

enum { FORM_BUFFER_MAX = 4 * 1024 * 1024, FORM_DAY_MAX = 24, FORM_NAME_MAX = 200 };
struct form_file { /* rows of CSV, or text, on their way to a file */
	int fd;
	struct buf b;
	struct csv_writer w;
	char name[FORM_NAME_MAX];
};
#define FORM_FILE_NONE ((struct form_file){ .fd = -1 })
enum rc form_file_open(struct form_file *f, int folder, const char *name, const char *heading, struct err *e) NODISCARD;
enum rc form_file_more(struct form_file *f, struct err *e) NODISCARD;  /* after a child: writes what is full */
enum rc form_file_close(struct form_file *f, struct err *e) NODISCARD; /* of FORM_FILE_NONE: nothing */
enum rc form_folder(int folder, const char *name, int *out, struct err *e) NODISCARD;
char *form_day_text(day_t d, char out[FORM_DAY_MAX]); /* dd/mm/yyyy; empty for DAY_NONE */
void form_put_day(struct csv_writer *w, day_t d);

#endif
