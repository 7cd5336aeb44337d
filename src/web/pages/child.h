/*
 * child.h - one child's page, whole or one section of it.
 */
#ifndef LINNET_WEB_PAGES_CHILD_H
#define LINNET_WEB_PAGES_CHILD_H

#include "web/pages/bar.h"
#include "web/pages/page.h"
#include "work/record/proxy.h"
#include "work/see/child.h"

enum child_part { PART_ALL, PART_HAPPENED, PART_LOOKED };
enum clock_group { GROUP_OPEN, GROUP_NOT_KNOWN, GROUP_DONE, GROUP_CLOSED, GROUP_UNTOLD };
enum { EVENTS_SHOWN = 12, LOOKS_SHOWN = 5 };

struct child_view {
	struct page page;
	const struct child_page *c;
	struct str name;
	struct when when;
	enum child_part part;
	size_t counts[5]; /* of each clock_group */
	size_t late;
	bool holders[HOLDER__COUNT]; /* whose days are in the bars, for the key */
	bool saved;		     /* something was saved a moment ago */
	bool all_looks;		     /* not the newest alone */
};

enum clock_group clock_group(const struct child_clock *c);
const struct standard_info *clock_standard(const struct app *known, const struct clock *c);
struct str clock_reason(const struct app *known, const struct clock *c);
/* The event that this one corrects or takes back, NULL if it is not in the list. */
const struct child_event *event_of(const struct child_page *c, int64_t id);
struct str look_words(struct arena *a, const struct child_look *l); /* "looked at child's page" */
/* "1 clock is late, 3 are running, 1 is not known." */
struct str child_sentence(const struct child_view *v);
enum rc child_id(const struct visit *v, int64_t *out, struct err *e) NODISCARD;

#endif
