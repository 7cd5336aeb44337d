#include "exchange/synth/synth.h"

#include "exchange/synth/form.h"
#include "exchange/synth/kid.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

/* Children are invented in blocks, by several threads; blocks are written in their
 * order, so that the bytes are the same however many threads there are. */

enum { BLOCK = 128, BUFFER_MAX = 64 * 1024 * 1024, SIBLINGS_MAX = 4, SEGMENTS_MAX = 3 * COUNCILS_MAX + 1 };

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

const char *synth_form_id(enum synth_form f)
{
	static const char *const ids[SYNTH_FORM__COUNT] = { "tables", "return", "weekly", "workbook", "truth" };
	return ids[f];
}

/* ---- who is invented ---- */

struct segment { /* children of one kind, one after the other */
	enum synth_role role;
	size_t council, tally;
	int64_t n;
};

struct roster {
	const struct synth_world *w;
	struct segment all[SEGMENTS_MAX];
	size_t n, at;
	int64_t given; /* of the segment at `at` */
	uint64_t next, leader;
};

/* The published numbers, or their shares of the number asked for (largest remainders). */
static void apportion(struct synth_world *w)
{
	int64_t published = 0, given = 0, left[COUNCILS_MAX];
	for (size_t i = 0; i < w->n_ours; i++)
		published += (int64_t)w->councils[w->ours[i]].f->v[F_LOOKED_AFTER];
	int64_t want = w->o->children ? w->o->children : published * (w->o->times > 1 ? w->o->times : 1);
	for (size_t i = 0; i < w->n_ours && published; i++) {
		int64_t exact = (int64_t)w->councils[w->ours[i]].f->v[F_LOOKED_AFTER] * want;
		w->councils[w->ours[i]].n = exact / published;
		left[i] = exact % published;
		given += exact / published;
	}
	for (; given < want && published; given++) {
		size_t most = 0;
		for (size_t i = 1; i < w->n_ours; i++)
			most = left[i] > left[most] ? i : most;
		w->councils[w->ours[most]].n++;
		left[most] = -1;
	}
}

static void add_segment(struct roster *r, enum synth_role role, size_t council, size_t tally, int64_t n)
{
	if (n > 0)
		r->all[r->n++] = (struct segment){ role, council, tally, n };
}

/* For eight in care one more of the last years: most left care, one in four comes for short
 * breaks. For sixteen one of another council, if there is any council that is not of the region. */
static void make_roster(struct roster *r, struct synth_counts *c)
{
	const struct synth_world *w = r->w;
	for (size_t i = 0; i < w->n_ours; i++) {
		int64_t n = w->councils[w->ours[i]].n, breaks = n / 32, left = n / 8 - breaks;
		add_segment(r, SYNTH_IN_CARE, w->ours[i], i, n);
		add_segment(r, SYNTH_LEFT_CARE, w->ours[i], i, left);
		add_segment(r, SYNTH_SHORT_BREAKS, w->ours[i], i, breaks);
		c->looked_after += n;
		c->left_care += left;
		c->short_breaks += breaks;
	}
	if (w->n_ours < w->n_councils)
		c->placed_here = c->looked_after / 16;
	add_segment(r, SYNTH_PLACED_HERE, 0, 0, c->placed_here);
}

/* The next child; false: all are given. */
static bool next_task(struct roster *r, struct synth_task *out)
{
	if (r->at == r->n)
		return false;
	const struct segment *s = &r->all[r->at];
	struct rand chance = rand_stream(r->w->o->seed, "sibling", r->next);
	/* One in four has a brother or sister in care, at most four together. */
	if (r->given == 0 || s->role == SYNTH_PLACED_HERE || r->next - r->leader >= SIBLINGS_MAX ||
	    !rand_chance(&chance, 0.27))
		r->leader = r->next;
	*out = (struct synth_task){ r->next, r->leader, s->role, s->council, s->council, s->tally };
	if (s->role == SYNTH_PLACED_HERE)
		world_placed_here(r->w, &chance, &out->here, &out->council);
	r->next++;
	if (++r->given == s->n) {
		r->at++;
		r->given = 0;
	}
	return true;
}

/* ---- threads ---- */

struct run {
	struct synth_world *w;
	struct roster roster;
	int fds[SYNTH_TABLES];
	bool write; /* else only counted */
	struct synth_forms *forms;
	pthread_mutex_t lock;
	pthread_cond_t turn;
	uint64_t next_block, next_written;
	struct synth_counts counts;
	struct synth_tally *tallies;
	int64_t done, total;
	synth_progress *progress;
	void *progress_arg;
	enum rc rc;
	struct err err;
};

static enum rc write_buffer(int fd, struct buf *b, const char *name, struct err *e)
{
	if (!buf_ok(b))
		return err_set(e, RC_LIMIT, "the rows of a few children are more than %d bytes", BUFFER_MAX);
	for (size_t done = 0; done < b->n;) {
		ssize_t k = write(fd, b->p + done, b->n - done);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return err_set(e, RC_IO, "%s could not be written: %s", name, strerror(errno));
		done += (size_t)k;
	}
	return RC_OK;
}

static void out_init(struct synth_out *o, size_t n_ours)
{
	for (size_t t = 0; t < SYNTH_TABLES; t++) {
		buf_init(&o->b[t], BUFFER_MAX);
		o->w[t].b = &o->b[t];
	}
	o->tallies = xcalloc(n_ours ? n_ours : 1, sizeof *o->tallies);
}

static void out_release(struct synth_out *o)
{
	for (size_t t = 0; t < SYNTH_TABLES; t++)
		buf_release(&o->b[t]);
	free(o->tallies);
}

static void out_reset(struct synth_out *o)
{
	for (size_t t = 0; t < SYNTH_TABLES; t++)
		buf_reset(&o->b[t]);
	o->counts = (struct synth_counts){ 0 };
}

/* In its turn: the rows into the files. The lock is held. */
static enum rc keep_block(struct run *run, struct synth_out *o, size_t n, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t t = 0; run->write && !run->forms && t < SYNTH_TABLES && rc == RC_OK; t++)
		rc = write_buffer(run->fds[t], &o->b[t], names[t], e);
	run->counts.rows += o->counts.rows;
	run->counts.wrong_rows += o->counts.wrong_rows;
	run->done += (int64_t)n;
	if (run->progress && run->next_written % 8 == 0)
		run->progress(run->progress_arg, run->done, run->total);
	return rc;
}

static enum rc invent(struct run *run, const struct synth_task *tasks, size_t n, struct synth_out *o, struct err *e)
{
	struct kid *k = xmalloc(sizeof *k);
	enum rc rc = RC_OK;
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		synth_child(run->w, &tasks[i], o, k);
		if (tasks[i].role == SYNTH_IN_CARE || tasks[i].role == SYNTH_LEFT_CARE)
			synth_tally_child(k, &o->tallies[tasks[i].tally]);
		if (run->forms) {
			rc = forms_child(run->forms, k, e);
			for (size_t t = 0; t < SYNTH_TABLES; t++)
				buf_reset(&o->b[t]);
		}
	}
	free(k);
	return rc;
}

static void *work(void *arg)
{
	struct run *run = arg;
	struct synth_out out = { .counts = { 0 } };
	struct synth_task tasks[BLOCK];
	struct err e = { 0 };
	out_init(&out, run->w->n_ours);
	pthread_mutex_lock(&run->lock);
	while (run->rc == RC_OK) {
		size_t n = 0;
		while (n < BLOCK && next_task(&run->roster, &tasks[n]))
			n++;
		if (!n)
			break;
		uint64_t block = run->next_block++;
		pthread_mutex_unlock(&run->lock);
		out_reset(&out);
		enum rc rc = invent(run, tasks, n, &out, &e);
		pthread_mutex_lock(&run->lock);
		while (run->rc == RC_OK && run->next_written != block)
			pthread_cond_wait(&run->turn, &run->lock);
		if (rc == RC_OK && run->rc == RC_OK)
			rc = keep_block(run, &out, n, &e);
		if (rc != RC_OK && run->rc == RC_OK) {
			run->rc = rc;
			run->err = e;
		}
		run->next_written++;
		pthread_cond_broadcast(&run->turn);
	}
	for (size_t i = 0; i < run->w->n_ours; i++)
		synth_tally_add(&run->tallies[i], &out.tallies[i]);
	pthread_mutex_unlock(&run->lock);
	out_release(&out);
	return NULL;
}

static enum rc run_all(struct run *run, struct err *e)
{
	pthread_t threads[SYNTH_THREADS_MAX];
	int64_t want = run->w->o->threads ? run->w->o->threads : sysconf(_SC_NPROCESSORS_ONLN);
	int n = want < 1 || run->forms ? 1 : want > SYNTH_THREADS_MAX ? SYNTH_THREADS_MAX : (int)want, made = 0;
	pthread_mutex_init(&run->lock, NULL);
	pthread_cond_init(&run->turn, NULL);
	while (made < n - 1 && pthread_create(&threads[made], NULL, work, run) == 0)
		made++;
	work(run); /* this one too */
	for (int i = 0; i < made; i++)
		pthread_join(threads[i], NULL);
	pthread_cond_destroy(&run->turn);
	pthread_mutex_destroy(&run->lock);
	if (run->rc != RC_OK)
		return err_set(e, run->rc, "%s", run->err.text);
	return RC_OK;
}

/* ---- files ---- */

static enum rc open_files(struct run *run, int folder, struct err *e)
{
	for (size_t t = 0; t < SYNTH_TABLES; t++) {
		char name[64];
		struct buf b AUTO(buf_release);
		buf_init(&b, 4096);
		snprintf(name, sizeof name, "%s.csv", names[t]);
		run->fds[t] = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		if (run->fds[t] < 0)
			return err_set(e, RC_IO, "%s/%s could not be written: %s", run->w->o->folder, name,
				       strerror(errno));
		buf_puts(&b, headings[t]);
		buf_puts(&b, "\r\n");
		enum rc rc = write_buffer(run->fds[t], &b, names[t], e);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc close_files(struct run *run, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t t = 0; t < SYNTH_TABLES; t++)
		if (run->fds[t] >= 0 && close(run->fds[t]) != 0 && rc == RC_OK)
			rc = err_set(e, RC_IO, "%s could not be written: %s", names[t], strerror(errno));
	return rc;
}

static enum rc write_about(const struct synth_options *o, int folder, struct err *e)
{
	int fd AUTO(auto_close) = openat(folder, "about.csv", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_set(e, RC_IO, "%s/about.csv could not be written: %s", o->folder, strerror(errno));
	struct buf b AUTO(buf_release);
	buf_init(&b, 64 * 1024);
	buf_puts(&b, "table,partial,covers_from\r\n");
	for (size_t t = 0; t < SYNTH_TABLES; t++) {
		char day[DAY_TEXT_MAX];
		buf_printf(&b, "%s,no,%s\r\n", names[t],
			   covers_days[t] ? day_iso(covers_from((enum synth_table)t, o->today), day) : "");
	}
	return write_buffer(fd, &b, "about.csv", e);
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

static enum rc write_folder(struct run *run, struct err *e)
{
	const struct synth_options *o = run->w->o;
	if (make_folders(o->folder) != 0)
		return err_set(e, RC_IO, "the folder %s could not be made: %s", o->folder, strerror(errno));
	int folder AUTO(auto_close) = open(o->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return err_set(e, RC_IO, "the folder %s could not be opened: %s", o->folder, strerror(errno));
	enum rc rc =
	    o->form == SYNTH_FORM_TABLES ? open_files(run, folder, e) : forms_begin(run->w, folder, &run->forms, e);
	if (rc == RC_OK)
		rc = run_all(run, e);
	if (o->form == SYNTH_FORM_TABLES)
		return rc == RC_OK ? write_about(o, folder, e) : rc;
	enum rc end = forms_end(run->forms, rc == RC_OK ? e : NULL);
	return rc == RC_OK ? end : rc;
}

/* ---- all of it ---- */

static enum rc check_options(const struct synth_options *o, struct err *e)
{
	if (o->children < 0 || o->children > SYNTH_CHILDREN_MAX)
		return err_set(e, RC_BAD_INPUT, "the number of children must be from 1 to %d", SYNTH_CHILDREN_MAX);
	if (o->times < 0 || o->times > 1000 || (o->times > 1 && o->children))
		return err_set(e, RC_BAD_INPUT,
			       "say how many children, or how many times the published number (1 to 1000), not both");
	if (o->threads < 0 || o->threads > SYNTH_THREADS_MAX)
		return err_set(e, RC_BAD_INPUT, "the number of threads must be from 1 to %d", SYNTH_THREADS_MAX);
	return RC_OK;
}

static enum rc make(struct run *run, struct err *e)
{
	struct synth_world *w = run->w;
	apportion(w);
	run->roster.w = w;
	make_roster(&run->roster, &run->counts);
	const struct synth_counts *c = &run->counts;
	run->total = c->looked_after + c->left_care + c->short_breaks + c->placed_here;
	if (c->looked_after > SYNTH_CHILDREN_MAX)
		return err_set(e, RC_BAD_INPUT, "that would be more than %d children", SYNTH_CHILDREN_MAX);
	run->write = w->o->folder != NULL;
	return run->write ? write_folder(run, e) : run_all(run, e);
}

enum rc synth_write(const struct synth_options *o, synth_progress *p, void *p_arg, struct arena *a,
		    struct synth_counts *out, const struct drawn **drawn_out, size_t *n_drawn_out, struct err *e)
{
	enum rc rc = check_options(o, e);
	if (rc != RC_OK)
		return rc;
	struct synth_world w;
	struct run *run = xcalloc(1, sizeof *run);
	run->w = &w;
	run->progress = p;
	run->progress_arg = p_arg;
	for (size_t t = 0; t < SYNTH_TABLES; t++)
		run->fds[t] = -1;
	rc = world_make(o, &w, e);
	if (rc == RC_OK) {
		run->tallies = xcalloc(w.n_ours, sizeof *run->tallies);
		rc = make(run, e);
	}
	enum rc closed = close_files(run, rc == RC_OK ? e : NULL);
	rc = rc == RC_OK ? closed : rc;
	if (rc == RC_OK && drawn_out)
		*n_drawn_out = synth_drawn(&w, run->tallies, a, drawn_out);
	if (rc == RC_OK)
		*out = run->counts;
	free(run->tallies);
	free(run);
	world_release(&w);
	return rc;
}
