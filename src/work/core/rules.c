#include "work/core/rules.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "standard/holidays.h"

enum { ENGINES_KEPT = 8, PATH_LEN = 4096 };

struct rule_set {
	atomic_int holders;
	struct arena arena; /* documents, holidays */
	struct document *docs;
	size_t n;
	char hash[HASH_HEX_MAX];
	uint64_t clock_hash;
	struct vocab *vocab;
	struct rulebook *rules;
	struct measures *measures;
	struct sharing_rule sharing;
	struct holiday *holidays;
	size_t n_holidays;
	struct workdays *workdays;
	pthread_mutex_t lock; /* guards the engines */
	struct engine *engines[ENGINES_KEPT];
	size_t n_engines;
};

/* Where documents of the rules are. `clocks`: clocks are made by them. */
static const struct {
	const char *folder, *ending;
	bool clocks;
} places[] = {
	{ "", "kinds.yaml", true },	 { "", "sharing.yaml", false },	   { "holidays/", ".csv", true },
	{ "measures/", ".yaml", false }, { "parameters/", ".yaml", true }, { "standards/", ".yaml", true },
};
enum { KINDS, SHARING, FOLDERS_FROM }; /* the first places are single documents */

static bool ends_with(struct str s, const char *ending)
{
	size_t n = strlen(ending);
	return s.n >= n && memcmp(s.p + s.n - n, ending, n) == 0;
}

/* Index into places; COUNT_OF(places) if it is none. */
static size_t place_of(struct str name)
{
	for (size_t i = 0; i < FOLDERS_FROM; i++)
		if (str_is(name, places[i].ending))
			return i;
	for (size_t i = FOLDERS_FROM; i < COUNT_OF(places); i++)
		if (str_starts(name, places[i].folder) && ends_with(name, places[i].ending) &&
		    name.n > strlen(places[i].folder) + strlen(places[i].ending))
			return i;
	return COUNT_OF(places);
}

static bool plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool document_name_ok(struct str name)
{
	size_t place = place_of(name);
	if (place == COUNT_OF(places) || name.n > DOCUMENT_NAME_MAX)
		return false;
	size_t from = strlen(places[place].folder), to = name.n - strlen(strrchr(places[place].ending, '.'));
	for (size_t i = from; i < to; i++)
		if (!plain(name.p[i]))
			return false;
	return true;
}

struct document document_of(struct arena *a, struct str name, struct str body)
{
	struct document d = { .name = arena_str(a, name), .body = arena_str(a, body) };
	hash_of(d.body.p, d.body.n, d.hash);
	return d;
}

/* ---- from files ---- */

static enum rc read_file(const char *dir, struct str name, struct arena *a, struct document *out, struct err *e)
{
	char path[PATH_LEN];
	snprintf(path, sizeof path, "%s/" STR_FMT, dir, STR_ARG(name));
	struct str body;
	enum rc rc = file_read(path, DOCUMENT_BYTES_MAX, a, &body, e);
	if (rc == RC_OK)
		*out = document_of(a, name, body);
	return rc;
}

static bool there_is(const char *dir, const char *name)
{
	char path[PATH_LEN];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

static enum rc read_folder(const char *dir, size_t place, struct arena *a, struct document *docs, size_t *n,
			   struct err *e)
{
	char path[PATH_LEN];
	struct str *names;
	size_t found = 0;
	snprintf(path, sizeof path, "%s/%s", dir, places[place].folder);
	enum rc rc = folder_list(path, strrchr(places[place].ending, '.'), DOCUMENTS_MAX, a, &names, &found, e);
	if (rc == RC_NOT_FOUND) /* a folder of measures or parameters need not be there */
		return RC_OK;
	for (size_t i = 0; rc == RC_OK && i < found; i++) {
		struct str name = arena_printf(a, "%s%s", places[place].folder, names[i].p);
		if (!document_name_ok(name))
			continue;
		if (*n == DOCUMENTS_MAX)
			rc = err_set(e, RC_LIMIT, "%s holds more than %d documents of the rules", dir, DOCUMENTS_MAX);
		else if ((rc = read_file(dir, name, a, &docs[*n], e)) == RC_OK)
			(*n)++;
	}
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct document *)a)->name, ((const struct document *)b)->name);
}

enum rc documents_read(const char *dir, struct arena *a, struct document **out, size_t *n_out, struct err *e)
{
	struct document *docs = arena_array(a, DOCUMENTS_MAX, sizeof *docs);
	size_t n = 0;
	enum rc rc = read_file(dir, str_of(places[KINDS].ending), a, &docs[n++], e);
	if (rc == RC_OK && there_is(dir, places[SHARING].ending))
		rc = read_file(dir, str_of(places[SHARING].ending), a, &docs[n++], e);
	for (size_t i = FOLDERS_FROM; rc == RC_OK && i < COUNT_OF(places); i++)
		rc = read_folder(dir, i, a, docs, &n, e);
	if (rc != RC_OK)
		return rc;
	qsort(docs, n, sizeof *docs, by_name);
	*out = docs;
	*n_out = n;
	return RC_OK;
}

/* ---- compiling ---- */

char *documents_hash(const struct document *docs, size_t n, char out[HASH_HEX_MAX])
{
	struct hash sum;
	hash_begin(&sum);
	for (size_t i = 0; i < n; i++) {
		hash_add(&sum, docs[i].name.p, docs[i].name.n);
		hash_add(&sum, "", 1);
		hash_add(&sum, docs[i].hash, strlen(docs[i].hash));
	}
	return hash_end(&sum, out);
}

static void copy_documents(struct rule_set *s, const struct document *docs, size_t n)
{
	s->docs = arena_array(&s->arena, n, sizeof *s->docs);
	s->n = n;
	for (size_t i = 0; i < n; i++) {
		s->docs[i] = docs[i];
		s->docs[i].name = arena_str(&s->arena, docs[i].name);
		s->docs[i].body = arena_str(&s->arena, docs[i].body);
		s->docs[i].why = arena_str(&s->arena, docs[i].why);
	}
	qsort(s->docs, n, sizeof *s->docs, by_name);
	documents_hash(s->docs, n, s->hash);
	for (size_t i = 0; i < n; i++) {
		size_t place = place_of(s->docs[i].name);
		if (place == COUNT_OF(places) || !places[place].clocks)
			continue;
		s->clock_hash = hash64(s->clock_hash, s->docs[i].name.p, s->docs[i].name.n);
		s->clock_hash = hash64(s->clock_hash, s->docs[i].hash, strlen(s->docs[i].hash));
	}
}

/* Parameters before the standards that name them. */
static enum rc compile_rulebook(struct rule_set *s, struct err *e)
{
	static const char *const order[] = { "parameters/", "standards/" };
	struct rulebook_file *files AUTO(auto_free) = xcalloc(s->n + 1, sizeof *files);
	size_t n = 0;
	for (size_t k = 0; k < COUNT_OF(order); k++)
		for (size_t i = 0; i < s->n; i++)
			if (str_starts(s->docs[i].name, order[k]))
				files[n++] = (struct rulebook_file){ s->docs[i].name.p, s->docs[i].body, k == 0 };
	return rulebook_load_documents(files, n, s->vocab, &s->rules, e);
}

static enum rc compile_holidays(struct rule_set *s, struct err *e)
{
	const struct document *d = rule_set_document(s, STR("holidays/england.csv"));
	if (!d)
		return err_set(e, RC_BAD_INPUT, "holidays/england.csv is missing: no working day could be counted");
	enum rc rc = holidays_read(d->body, d->name.p, &s->arena, &s->holidays, &s->n_holidays, e);
	if (rc == RC_OK)
		s->workdays = holidays_calendar(s->holidays, s->n_holidays, DAY_NEVER);
	return rc;
}

static enum rc compile_measures(struct rule_set *s, struct err *e)
{
	struct measure_file *files AUTO(auto_free) = xcalloc(s->n + 1, sizeof *files);
	const struct document *sharing = rule_set_document(s, STR("sharing.yaml"));
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (str_starts(s->docs[i].name, "measures/"))
			files[n++] = (struct measure_file){ s->docs[i].name.p, s->docs[i].body };
	enum rc rc = measures_load_documents(files, n, s->vocab, s->rules, &s->measures, e);
	s->sharing = SHARING_USUAL;
	return rc == RC_OK && sharing ? sharing_rule_read(sharing->body, sharing->name.p, &s->sharing, e) : rc;
}

static enum rc compile(struct rule_set *s, struct err *e)
{
	const struct document *kinds = rule_set_document(s, STR("kinds.yaml"));
	if (!kinds)
		return err_set(e, RC_BAD_INPUT, "kinds.yaml is missing: no event could be read");
	enum rc rc = vocab_read(kinds->body, kinds->name.p, &s->vocab, e);
	if (rc == RC_OK)
		rc = compile_rulebook(s, e);
	if (rc == RC_OK)
		rc = compile_measures(s, e);
	return rc == RC_OK ? compile_holidays(s, e) : rc;
}

enum rc rule_set_make(const struct document *docs, size_t n, struct rule_set **out, struct err *e)
{
	struct rule_set *s = xcalloc(1, sizeof *s);
	atomic_init(&s->holders, 1);
	arena_init(&s->arena);
	pthread_mutex_init(&s->lock, NULL);
	copy_documents(s, docs, n);
	enum rc rc = compile(s, e);
	if (rc == RC_OK)
		*out = s;
	else
		rule_set_let_go(s);
	return rc;
}

struct rule_set *rule_set_hold(struct rule_set *s)
{
	atomic_fetch_add(&s->holders, 1);
	return s;
}

void rule_set_let_go(struct rule_set *s)
{
	if (!s || atomic_fetch_sub(&s->holders, 1) > 1)
		return;
	for (size_t i = 0; i < s->n_engines; i++)
		engine_free(s->engines[i]);
	workdays_free(s->workdays);
	measures_free(s->measures);
	rulebook_free(s->rules);
	vocab_free(s->vocab);
	arena_release(&s->arena);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* ---- what is in it ---- */

size_t rule_set_documents(const struct rule_set *s, const struct document **out)
{
	*out = s->docs;
	return s->n;
}

const struct document *rule_set_document(const struct rule_set *s, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->docs[i].name, name))
			return &s->docs[i];
	return NULL;
}

const char *rule_set_hash(const struct rule_set *s)
{
	return s->hash;
}

uint64_t rule_set_clock_hash(const struct rule_set *s)
{
	return s->clock_hash;
}

const struct vocab *rule_set_vocab(const struct rule_set *s)
{
	return s->vocab;
}

const struct rulebook *rule_set_rulebook(const struct rule_set *s)
{
	return s->rules;
}

const struct measures *rule_set_measures(const struct rule_set *s)
{
	return s->measures;
}

struct sharing_rule rule_set_sharing(const struct rule_set *s)
{
	return s->sharing;
}

const struct workdays *rule_set_workdays(const struct rule_set *s)
{
	return s->workdays;
}

struct workdays *rule_set_workdays_known(const struct rule_set *s, day_t known_on)
{
	return holidays_calendar(s->holidays, s->n_holidays, known_on);
}

struct engine *rule_set_engine(struct rule_set *s, const struct workdays *w)
{
	struct engine *en = NULL;
	if (w == s->workdays) {
		pthread_mutex_lock(&s->lock);
		if (s->n_engines)
			en = s->engines[--s->n_engines];
		pthread_mutex_unlock(&s->lock);
	}
	return en ? en : engine_new(s->rules, w);
}

void rule_set_engine_back(struct rule_set *s, struct engine *en, const struct workdays *w)
{
	pthread_mutex_lock(&s->lock);
	bool kept = s->n_engines < ENGINES_KEPT && w == s->workdays;
	if (kept)
		s->engines[s->n_engines++] = en;
	pthread_mutex_unlock(&s->lock);
	if (!kept)
		engine_free(en);
}
