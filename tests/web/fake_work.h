/* fake_work.h - opens the invented children of fake_work.c. */
#ifndef LINNET_TESTS_WEB_FAKE_WORK_H
#define LINNET_TESTS_WEB_FAKE_WORK_H

#include "work/viewer.h"

enum rc fake_open(const char *data_dir, struct app **out, struct err *e);
/* The rules, in fake_rules.c: opened and closed with the rest. */
enum rc fake_rules_open(const char *data_dir, struct err *e);
void fake_rules_close(void);
void fake_close(struct app *app);

/* fake_measure.c */
enum rc fake_measures_load(const char *data_dir, const struct vocab *v, const struct rulebook *rb, struct err *e);
void fake_measures_free(void);

/* fake_plan.c */
void fake_plans_free(void);

#endif
