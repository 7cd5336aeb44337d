/*
 * people.h - whom many tests of who may see what begin with: one child, people with accounts of their own, and how
 * one of them records something of the child.
 */
#ifndef LINNET_TESTS_WORK_PEOPLE_H
#define LINNET_TESTS_WORK_PEOPLE_H

#include "work/help.h"

static int64_t wren; /* the child that is looked at */
static struct viewer nurse, doctor, admin, worker, clinician, lead;

static inline void people_begin(void)
{
	wren = person(ESSEX "/E-1");
	nurse = somebody("nurse", ROLE_NURSE, TEAM);
	doctor = somebody("doctor", ROLE_DOCTOR, TEAM);
	admin = somebody("admin", ROLE_ADMINISTRATOR, TEAM);
	worker = somebody("worker", ROLE_SOCIAL_WORKER, ESSEX);
	clinician = somebody("clinician", ROLE_CLINICIAN, TRUST);
	lead = somebody("lead", ROLE_GOVERNANCE, TEAM);
}

/* Records of Wren what `d` says, on the page as it stands. */
static inline int64_t record_draft(const struct viewer *v, struct draft d)
{
	int64_t id = 0;
	d.change = CHANGE_RECORD;
	d.person = wren;
	d.version = page_as(v, wren, DAY_NONE, KNOWN_NOW).head.version;
	assert_ok(record_save(app, v, &d, &arena, &id, &err));
	return id;
}

static inline int64_t record_as(const struct viewer *v, const char *kind, const char *day, const char *code,
				const char *value, const char *note)
{
	return record_draft(v, (struct draft){ .kind = str_of(kind),
					       .at = str_of(day),
					       .code = str_of(code),
					       .value = str_of(value),
					       .note = str_of(note) });
}

static inline int64_t record_coded(const struct viewer *v, const char *kind, const char *day, const char *code,
				   const char *code2, const char *value, const char *ref)
{
	return record_draft(v, (struct draft){ .kind = str_of(kind),
					       .at = str_of(day),
					       .code = str_of(code),
					       .code2 = str_of(code2),
					       .value = str_of(value),
					       .ref = str_of(ref) });
}

#endif
