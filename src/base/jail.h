/*
 * jail.h - run a function where it can open nothing.
 *
 * What strangers send us is parsed in a process of its own that has only the
 * files it was given and a pipe back: no other file, no network, no program, no
 * more memory or time than allowed. If the parser has a fault, the fault stays
 * in there; the caller gets one sentence.
 *
 * Rules of use
 *  - The function runs in a fork of this process: it sees our memory as it was
 *    and changes nothing of it. It must not take locks that other threads may
 *    hold (no logging, no store), and writes its answer to `out_fd`. Libraries have
 *    such locks all the same: a reader that stands still for two seconds is begun
 *    again, if it has said nothing.
 *  - It has none of our environment, and UTC for its zone.
 *  - Everything it says comes from a stranger: the sink checks it.
 *  - Layers that the kernel refuses are left out; `jail_layers` tells which hold.
 */
#ifndef LINNET_BASE_JAIL_H
#define LINNET_BASE_JAIL_H

#include "base/err.h"

enum jail_layer {
	JAIL_FILES = 1,	   /* all files closed but those given */
	JAIL_LIMITS = 2,   /* memory, processor time, no new files, no dumps */
	JAIL_NO_GAIN = 4,  /* no new privileges */
	JAIL_LANDLOCK = 8, /* no path of the file system */
	JAIL_SECCOMP = 16, /* only the system calls of a parser */
	JAIL_ALL = 31
};

struct jail_limits {
	size_t memory_max; /* bytes more than at the start */
	int cpu_seconds;
	int64_t wall_ms;
	uint64_t output_max; /* bytes written to out_fd in all */
};

/* Runs inside. 0: well; anything else: it gave up. */
typedef int jail_fn(int out_fd, void *arg);
/* Runs outside for every piece of output. Anything but RC_OK ends the jail. */
typedef enum rc jail_sink(void *arg, const void *p, size_t n, struct err *e);

/* `what` is what the sentence is about ("The files"). fds are kept open inside,
 * with their numbers. RC_LIMIT: too much memory, time or output; RC_BAD_INPUT: it
 * crashed, tried something forbidden, or gave up; RC_BUSY: it stood still, and was begun
 * again in vain or too late; or what the sink returned. */
enum rc jail_run(const char *what, const struct jail_limits *limits, const int *fds, size_t n_fds, jail_fn *fn,
		 void *fn_arg, jail_sink *sink, void *sink_arg, struct err *e) NODISCARD;

/* A program of others, run so: it can read what the system installs, read and write
 * the one folder it is given (its working directory), and write to its standard
 * output, which goes to the sink. No other file, no network, no other program, none
 * of our environment; memory_max is then all that it may have, output_max also the
 * largest file that it may write. RC_NOT_FOUND: there is no such program. */
enum rc jail_program(const char *what, const struct jail_limits *limits, const char *path, char *const *argv,
		     const char *folder, jail_sink *sink, void *sink_arg, struct err *e) NODISCARD;

/* The layers that hold on this machine (enum jail_layer), tried once; 0 if no process can be made. */
unsigned jail_layers(void);
const char *jail_layer_title(enum jail_layer one);

/* Shuts this process, for good, before it begins threads: it starts no other program,
 * gains no rights, and changes no file but in the folders given (it may read as before,
 * make connections, and fork). For whoever serves strangers. At most eight folders; those
 * that are not there are left out. Returns the layers that hold: JAIL_NO_GAIN, JAIL_LANDLOCK, JAIL_SECCOMP. */
unsigned jail_serve(const char *const *folders, size_t n);
/* What jail_serve would put in place on this machine, tried in a process of its own. */
unsigned jail_serve_layers(void);

#endif
