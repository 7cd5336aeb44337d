/*
 * cmd.h - what every subcommand gets and how it reads its options.
 *
 * A subcommand is one file with one function and a line in commands.def. It
 * declares its options in a table (help comes from the same table), and holds a
 * `struct call` from its first line to its last. Exit status:
 * 0 done; 1 done, and the answer is no (differences, rows kept back, not found);
 * 2 could not, also for want of a file that was named. Errors go to standard error in one line.
 */
#ifndef LINNET_CMD_CMD_H
#define LINNET_CMD_CMD_H

#include "base/text.h"
#include "record/fold.h"
#include "work/app.h"

enum format { FORMAT_TABLE = 0, FORMAT_CSV, FORMAT_JSON };

/* Options that mean the same everywhere. */
struct common {
	const char *store;  /* --store, LINNET_STORE, or sqlite:linnet.db */
	const char *key;    /* --key, LINNET_KEY, or beside the store; NULL: not said */
	const char *erased; /* --erased, LINNET_ERASED, or beside the store; NULL: not said */
	const char *data;   /* --data, LINNET_DATA, or where the program finds it */
	enum format format;
	day_t as_of;	  /* DAY_NONE: today */
	int64_t known_ms; /* KNOWN_NOW */
};

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER };
struct option {
	const char *name; /* "dry-run" for --dry-run */
	enum option_type type;
	void *into;	   /* bool *, const char **, int64_t * */
	const char *value; /* what help calls it: "FOLDER" */
	const char *help;
};

struct command {
	const char *name; /* "import tables" */
	int (*run)(int argc, char **argv);
	const char *help; /* one line */
};

struct usage {
	const char *synopsis; /* "linnet worklist [options]" */
	const char *about;    /* a sentence or two */
	const char *example;  /* a line to copy */
	const struct option *options;
	size_t n_options;
	bool reads;		     /* takes --as-of, --as-known-on and --format */
	size_t min_words, max_words; /* plain arguments */
};

/* Where the files of data are: --data, or beside the program. May be `out`. */
const char *cmd_data(const struct common *c, char out[4096]);
/* What a program is opened with: the store, the files of data, LINNET_NOW. `data` is kept by the caller. */
struct app_settings cmd_settings(const struct common *c, bool create, char data[4096]);
/* One call of a subcommand: what it was told, and what it works with. It lives in the
 * subcommand, which gives it back by leaving: struct call k AUTO(cmd_end). */
struct call {
	struct common c;
	char **words; /* the plain arguments */
	size_t n_words;
	int status; /* the exit status, where one of the functions below said false */
	struct app *app;
	struct viewer v; /* the operator of this machine */
	struct arena a;
	struct buf b; /* what is printed */
	struct err e;
};
/* Reads the options. False after --help, or after saying what is wrong. Always the first. */
bool cmd_read(int argc, char **argv, const struct usage *u, struct call *k);
/* Opens the program; the second without a store, for its rules. False after saying why not. */
bool cmd_open(struct call *k);
bool cmd_open_rules(struct call *k);
/* Both for most subcommands: reads the options, opens the program. */
bool cmd_begin(int argc, char **argv, const struct usage *u, struct call *k);
/* Prints what stands in `b`, or says the error; returns the exit status (`status`, if all is well). */
int cmd_answer(const struct call *k, enum rc rc, int status);
void cmd_end(struct call *k);
/* Says the error and gives its exit status. */
int cmd_fail(const struct err *e);
/* Whether a file or folder that was named (NULL: none) is there. Says if not: that is status 2, not the answer "no". */
bool cmd_there(const char *path);
/* A bar on standard error when it is a terminal and more than a second has passed. */
void cmd_progress(void *arg, const char *what, int64_t done, int64_t total);
void cmd_progress_end(void);
void cmd_copying(void *arg, int64_t done, int64_t total); /* the same, of a copy of the store */
/* Appends `s` and blanks up to `width` letters: names are not ASCII. */
void cmd_pad(struct buf *b, struct str s, size_t width);
/* A short answer in the format asked for: the words, or its values as one JSON
 * object or one row of CSV. `text` NULL: the number. Returns the exit status. */
struct cmd_value {
	const char *name, *text;
	int64_t number;
};
int cmd_say(const struct common *c, const char *words, const struct cmd_value *values, size_t n, int status);
/* Writes what the answer was made by into FILE, as JSON; NULL: nothing is asked for. */
enum rc cmd_manifest(struct app *app, const struct common *c, const char *file, struct err *e) NODISCARD;
/* A list of rows in the format asked for. Set `c`, `b`, the columns; then a cmd_row each, then cmd_rows_done. What a
 * spreadsheet would take for a formula is guarded (csv_put_safe). */
enum { CMD_CELLS_MAX = 16 };
struct cmd_rows {
	const struct common *c;
	struct buf *b;
	const char *const *names; /* of the columns */
	const size_t *widths;	  /* in a table; 0: the rest of the line. NULL: each cell with its name before it */
	size_t n_cells, n;	  /* n: rows so far */
};
void cmd_row(struct cmd_rows *r, const struct str *cells);
/* A table of none says `none`; CSV has its heading also then. */
void cmd_rows_done(const struct cmd_rows *r, const char *none);
/* After `n` rows of a list, each begun with "[" or ",": closes the JSON; a table of none says `none`. */
void cmd_rows_end(const struct common *c, struct buf *b, size_t n, const char *none);
/* Writes all of it to standard output, a table or text without the control signs of its words (buf_shown); RC_IO is
 * said and answered with 2. */
int cmd_print(const struct buf *b, int status);

#endif
