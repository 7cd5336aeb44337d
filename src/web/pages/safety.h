/* safety.h - the safety and privacy file, and the self-audit of the installation. */
#ifndef LINNET_WEB_PAGES_SAFETY_H
#define LINNET_WEB_PAGES_SAFETY_H

#include "web/pages/page.h"
#include "work/admin/doctor.h"
#include "work/oversee/safety.h"

struct safety_view {
	struct page page;
	const struct safety_file *file;
};
struct self_audit_view {
	struct page page;
	const struct symptom *list; /* the worst first */
	size_t n, n_bad, n_note;
};

#endif
