/* drafts.h - a change of the rules, as somebody types it, and how it is refused. */
#ifndef LINNET_TESTS_WORK_DRAFTS_H
#define LINNET_TESTS_WORK_DRAFTS_H

#include "work/help.h"

#include "work/admin/trial.h"

static inline const struct document *doc(struct app *of, const char *name)
{
	const struct document *d = rule_set_document(app_rules(of), str_of(name));
	assert_non_null(d);
	return d;
}

/* `text` with the first `from` after `after` replaced. */
static inline struct str replaced(struct str text, const char *after, const char *from, const char *to)
{
	struct str t = arena_str(&arena, text);
	const char *at = strstr(t.p, after);
	assert_non_null(at);
	const char *found = strstr(at, from);
	assert_non_null(found);
	size_t head = (size_t)(found - t.p);
	return arena_printf(&arena, "%.*s%s%s", (int)head, t.p, to, found + strlen(from));
}

static inline struct rules_draft draft_of(const char *name, struct str body)
{
	return (struct rules_draft){ .name = str_of(name),
				     .base = arena_str(&arena, str_of(doc(app, name)->hash)),
				     .body = body,
				     .why = STR("the law changed") };
}

/* Neither saved nor tried. */
static inline void refused(enum rc want, const struct viewer *v, const struct rules_draft *d, const char *words)
{
	int64_t documents = rows_of("document"), looks = rows_of("audit"), id;
	assert_rc(want, draft_save(app, v, d, &err));
	if (words)
		assert_words(words);
	err_clear(&err);
	assert_rc(want, trial_of_draft(app, v, d, &id, &err));
	err_clear(&err);
	assert_int_equal(rows_of("document"), documents);
	assert_int_equal(rows_of("audit"), looks);
}

#endif
