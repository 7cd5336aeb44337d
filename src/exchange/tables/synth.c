#include "exchange/tables/synth_child.h"

#include "codec/yaml.h"
#include "record/organisations.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FLUSH_AT = 1024 * 1024, FILE_BUFFER_MAX = 64 * 1024 * 1024 };

static const char *const names[SYNTH_TABLES] = { "children",
						 "periods_of_care",
						 "placements",
						 "notifications",
						 "requests",
						 "appointments",
						 "assessments",
						 "sdq",
						 "referrals",
						 "contacts",
						 "referral_steps",
						 "bed_stays",
						 "placement_told",
						 "placement_steps",
						 "reviews",
						 "visits",
						 "checks",
						 "sdq_reasons",
						 "leaving_care",
						 "passports",
						 "ehc",
						 "ehc_advice" };
static const char *const headings[SYNTH_TABLES] = {
	"council,child_id,nhs_number,given_name,family_name,birth_date,sex,died_on,language,interpreter",
	"council,child_id,period_id,start_date,legal_status,legal_status_from,end_date,end_reason",
	"council,child_id,placement_id,period_id,start_date,type,emergency,area_council,end_date,end_reason",
	"council,child_id,placement_id,notified_on",
	("council,child_id,request_id,kind,asked_on,consent_asked_on,consent_given_on,complete_on,returned_on,return_"
	 "reason"),
	"council,child_id,appointment_id,kind,booked_on,appointment_date,outcome,understood,agreed_again_on",
	"council,child_id,assessment_id,kind,seen_on,seen_by,returned_on",
	"council,child_id,completed_on,completed_by,score",
	"council,child_id,referral_id,provider,received_on,reason,team,priority,closed_on,end_reason",
	"council,child_id,contact_id,referral_id,provider,contact_date,mode,attended,treatment,what",
	"council,child_id,step_id,referral_id,provider,step_on,what,pause_reason,way_back_until",
	("council,child_id,stay_id,provider,admitted_on,bed,learning_need,council_told_on,discharged_on,discharge_"
	 "method,discharged_to"),
	"council,child_id,placement_id,who,told_on,not_told_reason",
	"council,child_id,placement_id,step,step_on",
	"council,child_id,what,held_on,participation",
	"council,child_id,visited_on",
	"council,child_id,kind,checked_on,result",
	"council,child_id,noted_on,reason",
	"council,child_id,step,step_on",
	"council,child_id,step,step_on",
	"council,child_id,request_id,step,step_on",
	"council,child_id,advice_id,asked_of,asked_on,outcome,answered_on",
};
/* From how many days back each table is complete, for about.csv; checks from an 1 April. */
static const int covers_days[SYNTH_TABLES] = { 0,
					       1826,
					       1826,
					       1095,
					       730,
					       1826,
					       1826,
					       1826,
					       730,
					       730,
					       730,
					       730,
					       SYNTH_TOLD_DAYS,
					       SYNTH_STEPS_DAYS,
					       SYNTH_HISTORY_DAYS,
					       SYNTH_VISITS_DAYS,
					       -1,
					       SYNTH_HISTORY_DAYS,
					       SYNTH_LEAVING_DAYS,
					       SYNTH_LEAVING_DAYS,
					       SYNTH_HISTORY_DAYS,
					       SYNTH_HISTORY_DAYS };

static day_t covers_from(enum synth_table t, day_t today)
{
	return covers_days[t] < 0 ? synth_checks_from(today) : today - covers_days[t];
}

/* ---- the region and its published figures ---- */

struct figures {
	struct synth_world *w;
	const struct organisations *orgs;
	struct arena *arena;
	bool heading_read;
};

enum { F_CODE = 0, F_LOOKED_AFTER = 2, F_AGES = 4, F_INSIDE = 11, F_SDQ = 24, F_COLUMNS = 25 };

static double number(struct str s)
{
	char text[32];
	snprintf(text, sizeof text, STR_FMT, STR_ARG(s));
	return strtod(text, NULL);
}

static enum rc on_figures(void *arg, const struct csv_row *row, struct err *e)
{
	struct figures *f = arg;
	if (!f->heading_read) {
		f->heading_read = true;
		return RC_OK;
	}
	int64_t n;
	if (row->n != F_COLUMNS || str_to_int(row->cells[F_LOOKED_AFTER], 1, SYNTH_CHILDREN_MAX, &n) != RC_OK)
		return err_set(e, RC_BAD_INPUT,
			       "line %" PRId64 ": %d columns are expected, the third a number of children", row->line,
			       F_COLUMNS);
	const struct organisation_entry *org = organisations_find(f->orgs, ORG_COUNCIL, row->cells[F_CODE]);
	for (size_t i = 0; org && i < f->w->n_councils; i++) {
		struct synth_council *c = &f->w->councils[i];
		if (!str_eq(c->name, org->short_name))
			continue;
		c->looked_after = n;
		c->inside = number(row->cells[F_INSIDE]) / (double)n;
		c->sdq_mean = number(row->cells[F_SDQ]);
		for (size_t k = 0; k < AGE_BANDS; k++)
			c->ages[k] = number(row->cells[F_AGES + k]);
	}
	return RC_OK;
}

static enum rc read_places(struct synth_world *w, const struct yaml *list, const struct organisations *orgs, bool ours,
			   struct arena *a, struct err *e)
{
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		const struct organisation_entry *org = organisations_find(orgs, ORG_COUNCIL, y->text);
		if (!org || (ours ? w->n_councils : w->n_neighbours) == PLACES_MAX)
			return yaml_error(y, e, "this is not the code of a council, or more than %d are named",
					  PLACES_MAX);
		struct str name = arena_str(a, org->short_name);
		if (!ours) {
			w->neighbours[w->n_neighbours++] = name;
			continue;
		}
		struct synth_council *c = &w->councils[w->n_councils++];
		c->name = name;
		snprintf(c->letter, sizeof c->letter, "%c", name.p[0]);
	}
	return RC_OK;
}

static enum rc read_region(struct synth_world *w, const struct organisations *orgs, struct arena *a, struct err *e)
{
	const struct synth_options *o = w->o;
	const struct yaml *root;
	char path[4096];
	snprintf(path, sizeof path, "%s/regions/%s.yaml", o->data_dir, o->region);
	enum rc rc = yaml_read_file(path, a, &root, e);
	if (rc == RC_OK)
		rc = read_places(w, yaml_get(root, "councils"), orgs, true, a, e);
	if (rc == RC_OK)
		rc = read_places(w, yaml_get(root, "neighbours"), orgs, false, a, e);
	if (rc != RC_OK)
		return rc;
	const struct organisation_entry *provider = organisations_find(orgs, ORG_PROVIDER, yaml_text(root, "provider"));
	if (!provider || !w->n_councils || !w->n_neighbours)
		return yaml_error(root, e, "a region names its councils, neighbours and a provider that is known");
	w->provider = arena_str(a, provider->name);
	struct figures f = { w, orgs, a, false };
	snprintf(path, sizeof path, "%s/synth/looked_after_2025.csv", o->data_dir);
	rc = csv_read_file(path, on_figures, &f, e);
	for (size_t i = 0; i < w->n_councils && rc == RC_OK; i++)
		if (!w->councils[i].looked_after)
			rc = err_set(e, RC_BAD_INPUT, "%s has no figures for " STR_FMT, path,
				     STR_ARG(w->councils[i].name));
	return rc;
}

/* ---- files ---- */

static enum rc flush(struct synth_file *f, const char *name, struct err *e)
{
	for (size_t done = 0; done < f->b.n;) {
		ssize_t k = write(f->fd, f->b.p + done, f->b.n - done);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return err_set(e, RC_IO, "%s could not be written: %s", name, strerror(errno));
		done += (size_t)k;
	}
	buf_reset(&f->b);
	return RC_OK;
}

static enum rc flush_full(struct synth_world *w, size_t at, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t t = 0; t < SYNTH_TABLES && rc == RC_OK; t++)
		if (w->files[t].b.n > at)
			rc = flush(&w->files[t], names[t], e);
	return rc;
}

static enum rc open_files(struct synth_world *w, int folder, struct err *e)
{
	for (size_t t = 0; t < SYNTH_TABLES; t++) {
		char name[64];
		snprintf(name, sizeof name, "%s.csv", names[t]);
		struct synth_file *f = &w->files[t];
		f->fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		if (f->fd < 0)
			return err_set(e, RC_IO, "%s/%s could not be written: %s", w->o->folder, name, strerror(errno));
		buf_puts(&f->b, headings[t]);
		buf_puts(&f->b, "\r\n");
	}
	return RC_OK;
}

static enum rc write_about(const struct synth_options *o, int folder, struct err *e)
{
	struct synth_file f = { .fd = openat(folder, "about.csv", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) };
	if (f.fd < 0)
		return err_set(e, RC_IO, "%s/about.csv could not be written: %s", o->folder, strerror(errno));
	buf_init(&f.b, FLUSH_AT);
	buf_puts(&f.b, "table,partial,covers_from\r\n");
	for (size_t t = 0; t < SYNTH_TABLES; t++) {
		char day[DAY_TEXT_MAX];
		buf_printf(&f.b, "%s,no,%s\r\n", names[t],
			   covers_days[t] ? day_iso(covers_from((enum synth_table)t, o->today), day) : "");
	}
	enum rc rc = flush(&f, "about.csv", e);
	buf_release(&f.b);
	close(f.fd);
	return rc;
}

/* ---- children ---- */

struct roster { /* where a council's children begin in the numbering of all */
	uint64_t next;
	int64_t total, done;
	synth_progress *progress;
	void *progress_arg;
};

static enum rc write_some(struct synth_world *w, struct roster *all, enum synth_role role, size_t council, int64_t n,
			  struct err *e)
{
	uint64_t leader = all->next;
	enum rc rc = RC_OK;
	for (int64_t i = 0; i < n && rc == RC_OK; i++) {
		struct rand r = rand_stream(w->o->seed, "sibling", all->next);
		/* One in four has a brother or sister in care, at most four together. */
		if (i == 0 || all->next - leader >= 4 || !rand_chance(&r, 0.27))
			leader = all->next;
		size_t from =
		    role == SYNTH_PLACED_HERE ? (size_t)rand_int(&r, 0, (int64_t)w->n_neighbours - 1) : council;
		synth_child(w, all->next, role == SYNTH_PLACED_HERE ? all->next : leader, role, from);
		all->next++;
		if (++all->done % 500 == 0 && all->progress)
			all->progress(all->progress_arg, all->done, all->total);
		rc = flush_full(w, FLUSH_AT, e);
	}
	return rc;
}

/* The published numbers, or their shares of the number asked for (largest remainders). */
static void apportion(const struct synth_world *w, int64_t *n)
{
	int64_t published = 0, given = 0;
	for (size_t i = 0; i < w->n_councils; i++)
		published += w->councils[i].looked_after;
	int64_t want = w->o->children ? w->o->children : published;
	int64_t left[PLACES_MAX];
	for (size_t i = 0; i < w->n_councils; i++) {
		int64_t exact = w->councils[i].looked_after * want;
		n[i] = exact / published;
		left[i] = exact % published;
		given += n[i];
	}
	for (; given < want; given++) {
		size_t most = 0;
		for (size_t i = 1; i < w->n_councils; i++)
			most = left[i] > left[most] ? i : most;
		n[most]++;
		left[most] = -1;
	}
}

static enum rc write_all(struct synth_world *w, synth_progress *p, void *p_arg, struct err *e)
{
	int64_t n[PLACES_MAX], ours = 0;
	apportion(w, n);
	for (size_t i = 0; i < w->n_councils; i++)
		ours += n[i];
	w->counts.looked_after = ours;
	struct roster all = { .total = ours + ours / 8 + ours / 16, .progress = p, .progress_arg = p_arg };
	enum rc rc = RC_OK;
	for (size_t i = 0; i < w->n_councils && rc == RC_OK; i++) {
		rc = write_some(w, &all, SYNTH_IN_CARE, i, n[i], e);
		if (rc == RC_OK)
			rc = write_some(w, &all, SYNTH_LEFT_CARE, i, n[i] / 8, e);
		w->counts.left_care += n[i] / 8;
	}
	w->counts.placed_here = ours / 16;
	if (rc == RC_OK)
		rc = write_some(w, &all, SYNTH_PLACED_HERE, 0, ours / 16, e);
	return rc == RC_OK ? flush_full(w, 0, e) : rc;
}

/* The folder and those above it that are missing. */
static int make_folders(const char *path)
{
	char part[4096];
	size_t n = strlen(path);
	if (n >= sizeof part) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0755) != 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

static enum rc write_folder(struct synth_world *w, synth_progress *p, void *p_arg, struct err *e)
{
	const struct synth_options *o = w->o;
	if (make_folders(o->folder) != 0)
		return err_set(e, RC_IO, "the folder %s could not be made: %s", o->folder, strerror(errno));
	int folder AUTO(auto_close) = open(o->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return err_set(e, RC_IO, "the folder %s could not be opened: %s", o->folder, strerror(errno));
	enum rc rc = open_files(w, folder, e);
	if (rc == RC_OK)
		rc = write_all(w, p, p_arg, e);
	return rc == RC_OK ? write_about(o, folder, e) : rc;
}

static bool plain_word(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_");
	return n > 0 && s[n] == '\0';
}

enum rc synth_write(const struct synth_options *o, synth_progress *p, void *p_arg, struct synth_counts *out,
		    struct err *e)
{
	if (!plain_word(o->region))
		return err_set(e, RC_BAD_INPUT, "a region is a word such as \"set\"");
	if (o->children < 0 || o->children > SYNTH_CHILDREN_MAX)
		return err_set(e, RC_BAD_INPUT, "the number of children must be from 1 to %d", SYNTH_CHILDREN_MAX);
	struct synth_world *w = xcalloc(1, sizeof *w);
	struct organisations *orgs = NULL;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	w->o = o;
	for (size_t t = 0; t < SYNTH_TABLES; t++) {
		w->files[t].fd = -1;
		buf_init(&w->files[t].b, FILE_BUFFER_MAX);
		w->files[t].w.b = &w->files[t].b;
	}
	enum rc rc = organisations_load(o->data_dir, &orgs, e);
	w->orgs = orgs;
	if (rc == RC_OK)
		rc = adjoining_load(o->data_dir, &w->adjoining, e);
	if (rc == RC_OK)
		rc = read_region(w, orgs, &a, e);
	if (rc == RC_OK)
		rc = write_folder(w, p, p_arg, e);
	for (size_t t = 0; t < SYNTH_TABLES; t++) {
		if (w->files[t].fd >= 0 && close(w->files[t].fd) != 0 && rc == RC_OK)
			rc = err_set(e, RC_IO, "%s could not be written: %s", names[t], strerror(errno));
		buf_release(&w->files[t].b);
	}
	if (rc == RC_OK)
		*out = w->counts;
	organisations_free(orgs);
	adjoining_free(w->adjoining);
	free(w);
	return rc;
}
