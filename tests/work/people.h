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

static inline int64_t record_as(const struct viewer *v, const char *kind, const char *day, const char *code,
				const char *value, const char *note)
{
	struct draft d = { .change = CHANGE_RECORD,
			   .person = wren,
			   .version = page_as(v, wren, DAY_NONE, KNOWN_NOW).head.version,
			   .kind = str_of(kind),
			   .at = str_of(day),
			   .code = str_of(code),
			   .value = str_of(value),
			   .note = str_of(note) };
	int64_t id = 0;
	assert_ok(record_save(app, v, &d, &arena, &id, &err));
	return id;
}

#endif
