#include "work/oversee/safety.h"

#include "base/files.h"
#include "base/text.h"
#include "codec/yaml.h"

struct reading {
	struct arena *a;
	struct str severity[SAFETY_SCALE], likelihood[SAFETY_SCALE];
	int64_t matrix[SAFETY_SCALE][SAFETY_SCALE]; /* [likelihood][severity] */
};

static enum rc texts(const struct yaml *list, struct arena *a, const struct str **out, size_t *n_out, struct err *e)
{
	struct str *all = arena_array(a, list ? list->n + 1 : 1, sizeof *all);
	size_t n = 0;
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		if (n == SAFETY_LIST_MAX || y->type != YAML_SCALAR || !y->text.n)
			return yaml_error(y, e, "a list of at most %d sentences is expected", SAFETY_LIST_MAX);
		all[n++] = y->text;
	}
	*out = all;
	*n_out = n;
	return RC_OK;
}

static enum rc needed(const struct yaml *map, const char *key, struct str *out, struct err *e)
{
	*out = yaml_text(map, key);
	return out->n ? RC_OK : yaml_error(map, e, "\"%s\" is missing", key);
}

/* ---- papers ---- */

static enum rc read_section(const struct yaml *y, struct arena *a, struct safety_section *out, struct err *e)
{
	static const char *const allowed[] = { "title", "text", "points", NULL };
	enum rc rc = yaml_only(y, allowed, e);
	if (rc == RC_OK)
		rc = needed(y, "title", &out->title, e);
	if (rc == RC_OK)
		rc = texts(yaml_get(y, "points"), a, &out->points, &out->n, e);
	out->text = yaml_text(y, "text");
	return rc == RC_OK && !out->text.n && !out->n ? yaml_error(y, e, "a section needs a text or points") : rc;
}

static enum rc read_paper(const char *path, struct arena *a, struct safety_paper *out, struct err *e)
{
	static const char *const allowed[] = { "title", "order", "status", "not-checked", "sections", NULL };
	const struct yaml *root;
	enum rc rc = yaml_read_file(path, a, &root, e);
	if (rc == RC_OK)
		rc = yaml_only(root, allowed, e);
	if (rc == RC_OK)
		rc = needed(root, "title", &out->title, e);
	if (rc == RC_OK)
		rc = needed(root, "status", &out->status, e);
	if (rc == RC_OK)
		rc = yaml_int(root, "order", 1, 1000, 1000, &out->order, e);
	if (rc != RC_OK)
		return rc;
	out->not_checked = yaml_text(root, "not-checked");
	const struct yaml *list = yaml_get(root, "sections");
	struct safety_section *s = arena_array(a, list ? list->n + 1 : 1, sizeof *s);
	for (const struct yaml *y = list ? list->child : NULL; y && rc == RC_OK; y = y->next)
		rc = read_section(y, a, &s[out->n++], e);
	out->sections = s;
	return rc;
}

static int by_order(const void *x, const void *y)
{
	const struct safety_paper *p = x, *q = y;
	return p->order < q->order ? -1 : p->order > q->order;
}

static enum rc read_papers(const char *folder, struct arena *a, struct safety_file *out, struct err *e)
{
	struct str *names;
	size_t n;
	enum rc rc = folder_list(folder, ".yaml", SAFETY_PAPERS_MAX, a, &names, &n, e);
	struct safety_paper *p = arena_array(a, SAFETY_PAPERS_MAX, sizeof *p);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		if (!str_is(names[i], "hazards.yaml"))
			rc = read_paper(arena_printf(a, "%s/" STR_FMT, folder, STR_ARG(names[i])).p, a,
					&p[out->n_papers++], e);
	qsort(p, out->n_papers, sizeof *p, by_order);
	out->papers = p;
	return rc;
}

/* ---- the hazard log ---- */

static enum rc read_scale(const struct yaml *scales, const char *key, struct str out[SAFETY_SCALE], struct err *e)
{
	const struct yaml *list = yaml_get(scales, key);
	size_t n = 0;
	if (!list || list->n != SAFETY_SCALE)
		return yaml_error(list ? list : scales, e, "\"%s\" needs %d words, the least first", key, SAFETY_SCALE);
	for (const struct yaml *y = list->child; y; y = y->next)
		out[n++] = y->text;
	return RC_OK;
}

static enum rc read_matrix(const struct yaml *root, struct reading *r, struct err *e)
{
	const struct yaml *matrix = yaml_get(root, "matrix"), *scales = yaml_get(root, "scales");
	if (!matrix || !scales)
		return yaml_error(root, e, "\"scales\" and \"matrix\" are needed");
	enum rc rc = read_scale(scales, "severity", r->severity, e);
	if (rc == RC_OK)
		rc = read_scale(scales, "likelihood", r->likelihood, e);
	for (size_t l = 0; rc == RC_OK && l < SAFETY_SCALE; l++) {
		const struct yaml *row = yaml_get(matrix, arena_str(r->a, r->likelihood[l]).p);
		size_t s = 0;
		if (!row || row->n != SAFETY_SCALE)
			return yaml_error(matrix, e, "the matrix needs %d numbers for \"" STR_FMT "\"", SAFETY_SCALE,
					  STR_ARG(r->likelihood[l]));
		for (const struct yaml *y = row->child; y; y = y->next)
			if (str_to_int(y->text, 1, SAFETY_SCALE, &r->matrix[l][s++]) != RC_OK)
				return yaml_error(y, e, "a risk is a number from 1 to %d", SAFETY_SCALE);
	}
	return rc;
}

static enum rc read_risk(const struct reading *r, const struct yaml *of, const char *key, struct safety_risk *out,
			 struct err *e)
{
	const struct yaml *y = yaml_get(of, key);
	size_t s = 0, l = 0;
	if (!y)
		return yaml_error(of, e, "\"%s\" is missing: {severity: WORD, likelihood: WORD}", key);
	out->severity = yaml_text(y, "severity");
	out->likelihood = yaml_text(y, "likelihood");
	while (s < SAFETY_SCALE && !str_eq(r->severity[s], out->severity))
		s++;
	while (l < SAFETY_SCALE && !str_eq(r->likelihood[l], out->likelihood))
		l++;
	if (s == SAFETY_SCALE || l == SAFETY_SCALE)
		return yaml_error(y, e, "severity and likelihood are words of \"scales\"");
	out->number = r->matrix[l][s];
	return RC_OK;
}

static enum rc read_controls(const struct reading *r, const struct yaml *of, struct hazard *out, struct err *e)
{
	static const char *const allowed[] = { "does", "tests", NULL };
	const struct yaml *list = yaml_get(of, "controls");
	struct safety_control *c = arena_array(r->a, list ? list->n + 1 : 1, sizeof *c);
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		struct safety_control *k = &c[out->n++];
		enum rc rc = yaml_only(y, allowed, e);
		if (rc == RC_OK)
			rc = needed(y, "does", &k->does, e);
		if (rc == RC_OK)
			rc = texts(yaml_get(y, "tests"), r->a, &k->tests, &k->n, e);
		if (rc != RC_OK)
			return rc;
		if (!k->n)
			return yaml_error(y, e, "a control needs a test that proves it");
	}
	out->controls = c;
	return out->n ? RC_OK : yaml_error(of, e, "a hazard needs a control");
}

static enum rc read_hazard(const struct reading *r, const struct yaml *y, struct hazard *out, struct err *e)
{
	static const char *const allowed[] = { "id",	   "title", "cause", "effect", "before",
					       "controls", "after", "left",  NULL };
	struct {
		const char *key;
		struct str *into;
	} const words[] = { { "id", &out->id },
			    { "title", &out->title },
			    { "cause", &out->cause },
			    { "effect", &out->effect },
			    { "left", &out->left } };
	enum rc rc = yaml_only(y, allowed, e);
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(words); i++)
		rc = needed(y, words[i].key, words[i].into, e);
	if (rc == RC_OK)
		rc = read_risk(r, y, "before", &out->before, e);
	if (rc == RC_OK)
		rc = read_risk(r, y, "after", &out->after, e);
	if (rc == RC_OK)
		rc = read_controls(r, y, out, e);
	return rc;
}

static enum rc read_log(const char *folder, struct arena *a, struct safety_file *out, struct err *e)
{
	static const char *const allowed[] = { "status", "source",	  "not-checked", "scales",
					       "matrix", "acceptable-to", "hazards",	 NULL };
	struct reading r = { .a = a };
	const struct yaml *root;
	enum rc rc = yaml_read_file(arena_printf(a, "%s/hazards.yaml", folder).p, a, &root, e);
	if (rc == RC_OK)
		rc = yaml_only(root, allowed, e);
	if (rc == RC_OK)
		rc = needed(root, "status", &out->status, e);
	if (rc == RC_OK)
		rc = read_matrix(root, &r, e);
	if (rc == RC_OK)
		rc = yaml_int(root, "acceptable-to", 1, SAFETY_SCALE, 1, &out->acceptable_to, e);
	if (rc != RC_OK)
		return rc;
	out->source = yaml_text(root, "source");
	out->not_checked = yaml_text(root, "not-checked");
	const struct yaml *list = yaml_get(root, "hazards");
	struct hazard *h = arena_array(a, list ? list->n + 1 : 1, sizeof *h);
	for (const struct yaml *y = list ? list->child : NULL; y && rc == RC_OK; y = y->next) {
		struct hazard *now = &h[out->n++];
		rc = read_hazard(&r, y, now, e);
		for (size_t i = 0; rc == RC_OK && i + 1 < out->n; i++)
			if (str_eq(h[i].id, now->id))
				rc = yaml_error(y, e, "hazard " STR_FMT " is there twice", STR_ARG(now->id));
		out->n_not_acceptable += rc == RC_OK && now->after.number > out->acceptable_to;
	}
	out->hazards = h;
	return rc;
}

enum rc safety_read(const char *data_dir, struct arena *a, struct safety_file *out, struct err *e)
{
	struct safety_file f = { .n = 0 };
	const char *folder = arena_printf(a, "%s/safety", data_dir).p;
	enum rc rc = read_papers(folder, a, &f, e);
	if (rc == RC_OK)
		rc = read_log(folder, a, &f, e);
	if (rc == RC_OK)
		*out = f;
	return rc;
}
