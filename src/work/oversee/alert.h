/*
 * alert.h - what in the audit is unusual, and told to the information governance leads of the
 * person's own organisation (rules: data/alerts.yaml).
 *
 * Any number of servers look each minute; one row is locked first, so one looks at a time. What
 * goes on is one alert that grows. Once it is acknowledged, what was counted is never counted
 * again: only as much once more makes another. Nobody acknowledges their own.
 */
#ifndef LINNET_WORK_OVERSEE_ALERT_H
#define LINNET_WORK_OVERSEE_ALERT_H

#include "work/viewer.h"

enum { ALERT_RULES_MAX = 50, ALERTS_SHOWN = 200, ALERT_LINES_SHOWN = 200, ALERT_NOTE_MAX = 1000 };

enum alert_counts {
	ALERT_NEW_CHILDREN = 1,
	ALERT_CHILDREN,
	ALERT_SEARCHES,
	ALERT_EMERGENCIES,
	ALERT_NO_CATEGORY,
	ALERT_EXPORT_BYTES,
};
struct alert_rule {
	struct str id, title, source, not_checked;
	enum alert_counts counts;
	int64_t least, minutes, not_for_days;
	int64_t from_hour, to_hour; /* outside of these; both 0: any time */
};
/* Texts in `a`. */
enum rc alert_rules(struct app *app, struct arena *a, const struct alert_rule **out, size_t *n_out,
		    struct err *e) NODISCARD;

/* Looks at what was written since it was looked last. *new_out: alerts that were not there before. */
enum rc alerts_sweep(struct app *app, int64_t *new_out, struct err *e) NODISCARD;

struct alert {
	int64_t id, account, n, from_ms, to_ms, found_ms, acknowledged_ms;
	struct str rule, title, who, org, by, note;
	enum alert_counts counts; /* what n counts; 0: the rule is no more, and nobody knows */
	bool own;		  /* the viewer's own lines: somebody else acknowledges */
};
struct alert_line {
	int64_t at_ms;
	struct str act, what, why, about; /* about: council's code and number; empty: no one child */
};
/* Of the viewer's organisation (the operator: of all), what waits first. RC_REFUSED without ACT_GIVE_SIGHT. */
enum rc alerts_list(struct app *app, const struct viewer *v, struct arena *a, const struct alert **out, size_t *n_out,
		    struct err *e) NODISCARD;
/* One with its lines, the first ALERT_LINES_SHOWN. That it was read is a line of the audit. */
enum rc alert_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct alert *out,
		  const struct alert_line **lines_out, size_t *n_out, struct err *e) NODISCARD;
/* RC_BAD_INPUT without a note; RC_REFUSED for one's own; RC_CONFLICT if somebody has already. */
enum rc alert_acknowledge(struct app *app, const struct viewer *v, int64_t id, struct str note,
			  struct err *e) NODISCARD;

#endif
