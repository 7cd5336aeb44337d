/*
 * scenario_inside.h - what the files that read a scenario share. Only they include this.
 */
#ifndef LINNET_PLAN_SCENARIO_INSIDE_H
#define LINNET_PLAN_SCENARIO_INSIDE_H

#include "plan/scenario.h"

/* Where a number is from: said on the number, or on what it stands in. */
struct prov {
	struct str source, date, note;
	bool guess, known;
};

struct reading {
	struct scenario *s;
	struct arena *a; /* that of s */
	const struct scenario_asks *asks;
	struct mistakes *out;
	size_t told;		 /* mistakes, those told before included */
	const struct yaml *root; /* with everything it extends */
	struct plan_source *sources;
	size_t n_sources;
	const char *trail[EXTENDS_MAX]; /* files followed, the first the one asked for */
	size_t n_trail;
	uint64_t changed; /* entries of `changes:` that some number took */
	struct hash hash;
};

/* ---- mistakes ---- */
void mistake(struct reading *r, const struct yaml *at, const char *fmt, ...) PRINTF_LIKE(3, 4);
void mistake_at_key(struct reading *r, const struct yaml *at, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* "linnet: file:3:4: words" of a reader of other files: taken over as it is. */
void mistake_of(struct reading *r, const struct yaml *at, const struct err *e);

/* ---- following `extends` and `like` ---- */
/* The document with all it extends, and its hash begun. NULL: told as mistakes. */
const struct yaml *follow(struct reading *r, struct str text, const char *name);

/* ---- words ---- */
struct entry { /* a map whose fields are read */
	const struct yaml *map;
	char path[96]; /* "services.beacon" */
	struct prov prov;
};
enum unit { UNIT_PLAIN, UNIT_WHOLE, UNIT_DAYS, UNIT_SHARE };
struct bounds {
	double least, most;
	const char *words; /* "must be more than 0 days: a stay cannot be negative" */
};

const char *unit_words(enum unit u);
/* Another file that the document names, its text hashed. False: told as a mistake. */
bool file_named(struct reading *r, const struct yaml *node, const char *what, const char **name_out,
		struct str *text_out);
/* A section that is a list of maps, each with an id of its own; NULL if absent or wrong. */
const struct yaml *section(struct reading *r, const char *name, size_t max, bool needed);
struct entry entry_of(struct reading *r, const struct yaml *map, const char *section_name);
void only_fields(struct reading *r, const struct yaml *map, const char *const *allowed);
struct prov prov_of(struct reading *r, const struct yaml *map, struct prov outer);
/* A field of an entry as an input; -1 if absent (a mistake, if it is needed) or wrong. */
input_t number(struct reading *r, const struct entry *en, const char *field, enum unit u, struct bounds b, bool needed);
input_t number_of(struct reading *r, const struct entry *en, const struct yaml *node, const char *field, enum unit u,
		  struct bounds b);
/* kind LENGTH_NONE if absent or wrong. */
struct plan_length length_field(struct reading *r, const struct entry *en, const char *field, bool needed,
				const char *what);
struct plan_length length_of(struct reading *r, const struct entry *en, const struct yaml *node, const char *field,
			     const char *what);
struct str text_field(struct reading *r, const struct yaml *map, const char *field, bool needed);
bool yes_field(struct reading *r, const struct yaml *map, const char *field, bool absent);
int64_t whole_field(struct reading *r, const struct yaml *map, const char *field, int64_t least, int64_t most,
		    int64_t absent);
bool plain_number(struct str s, enum unit u, double *out);
/* "13 to 17" */
bool ages_field(struct reading *r, const struct yaml *map, int *from, int *to);
/* "every day", "Monday to Friday 09:00 to 17:00", or a list of weekdays */
struct plan_hours open_field(struct reading *r, const struct yaml *map);
/* "52.65, -1.18" */
bool place_field(struct reading *r, const struct yaml *map, double *lat, double *lon);

/* ---- sections with files of their own ---- */
void read_targets(struct reading *r, const struct yaml *map, struct plan_service *v);
/* Waiting: who does not join, how many may, what follows, who interrupts whom. */
void read_waiting(struct reading *r, const struct entry *en, struct plan_service *v);
void read_later(struct reading *r, const struct entry *en, struct plan_service *v);
/* Services named by rules, which may stand further down. */
void read_ways(struct reading *r);
void read_demands(struct reading *r);

/* ---- names ---- */
int32_t find_service(const struct scenario *s, struct str id);
int32_t find_need(const struct scenario *s, struct str id);
int32_t find_area(const struct scenario *s, struct str id);
/* The same, and a mistake if there is none; -1 then. */
int32_t service_named(struct reading *r, const struct yaml *node);
int32_t need_named(struct reading *r, const struct yaml *node);
/* all: if absent. Counties count as all their areas. */
uint64_t areas_field(struct reading *r, const struct yaml *map, const char *field);
uint32_t needs_field(struct reading *r, const struct yaml *map);

/* What is impossible although each word is right. */
void check_together(struct reading *r);

#endif
