/*
 * audit.h - the audit as a whole: sealed, verified, read.
 *
 * Each look and each write leaves a line (audit() in work/core/write.h), free of any
 * chain, so that any number of servers write without waiting for one another. Later a
 * seal is put on what has none yet: the hashes of up to SEAL_ROWS_MAX lines, and the
 * hash of the seal before. Who alters, takes out, puts in or exchanges a sealed line, or
 * a seal, is found by audit_verify. Who makes the whole chain anew, or cuts off its end,
 * is found by comparing with a head that was kept elsewhere: `serve` says one each hour
 * on standard error.
 *
 * The hash of a line is made of what must stay (id, time, account, role, organisation, act)
 * and of the hash of its body (child, entry, what, reason) with a salt. After a lawful erasure
 * the hash of the body stands in place of the salt: the seal still verifies, and nobody
 * can find the body out by trying.
 */
#ifndef LINNET_WORK_OVERSEE_AUDIT_H
#define LINNET_WORK_OVERSEE_AUDIT_H

#include "base/hash.h"
#include "work/app.h"

enum { SEAL_ROWS_MAX = 500, AUDIT_LATE_MS = 24 * 3600 * 1000, AUDIT_FAULTS_MAX = 20, AUDIT_LINES_MAX = 5000 };

struct audit_head {
	int64_t seal; /* 0: nothing is sealed yet */
	int64_t at_ms;
	char hash[HASH_HEX_MAX];
};

/* Seals every line that has none. Any number of programs may do so at once.
 * *rows_out: sealed by this call. */
enum rc audit_seal_all(struct app *app, int64_t *rows_out, struct audit_head *head_out, struct err *e) NODISCARD;
/* Lines without a seal (at most `limit` are counted), and when the oldest of them was written. */
enum rc audit_unsealed(struct app *app, int64_t limit, int64_t *n_out, int64_t *oldest_ms_out, struct err *e) NODISCARD;

enum audit_wrong {
	AUDIT_ALTERED = 1, /* a line is not what was sealed */
	AUDIT_MISSING,	   /* a sealed line is gone */
	AUDIT_INSERTED,	   /* a line says it is under a seal that does not hold it */
	AUDIT_REORDERED,   /* two lines have changed places, or one was moved to another seal */
	AUDIT_SEAL_BROKEN, /* a seal is gone, altered, or does not follow the one before */
	AUDIT_CUT,	   /* the end of the chain is not the one that is known */
};
const char *audit_wrong_id(enum audit_wrong w); /* "altered" */

struct audit_fault {
	enum audit_wrong wrong;
	int64_t row, seal; /* row 0: about the seal itself */
	int64_t at_ms;	   /* of the line as it stands, or of the seal */
	struct str words;  /* a sentence */
};

struct audit_report {
	int64_t seals, rows, erased; /* under seals; of which the body was erased */
	int64_t late; /* sealed more than a day after they were written: a server was cut off, or a clock is wrong */
	int64_t not_sealed, oldest_ms;
	struct audit_head head;
	int64_t faults;
	const struct audit_fault *list; /* the first AUDIT_FAULTS_MAX, in order of the chain */
	size_t n;
};

/* Works every seal out again. `known`: a head that was kept elsewhere ("12:64 digits"), empty: none;
 * RC_BAD_INPUT if it is not of that form. Changes nothing. */
typedef void audit_progress(void *arg, const char *what, int64_t done, int64_t total);
enum rc audit_verify(struct app *app, struct str known, audit_progress *p, void *arg, struct arena *a,
		     struct audit_report *out, struct err *e) NODISCARD;

struct audit_query {
	int64_t person;	  /* 0: any */
	struct str login; /* empty: anybody; "operator": the command line */
	day_t from, to;	  /* DAY_NONE: without */
	int64_t limit;
};
struct audit_line {
	int64_t id, at_ms, person, entry; /* entry: that the line is about; 0: about none */
	struct str who, org, act, what, reason;
	struct str about; /* council's code and number; empty: no one child */
	bool sealed;
};
/* The newest first. For the operator only: it holds what all organisations did. */
enum rc audit_see(struct app *app, const struct viewer *v, const struct audit_query *q, struct arena *a,
		  const struct audit_line **out, size_t *n_out, struct err *e) NODISCARD;

#endif
