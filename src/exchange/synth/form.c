#include "exchange/synth/form.h"

#include "exchange/synth/forms.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct synth_forms {
	const struct form *form;
	void *state;
};

static const struct form *const all[SYNTH_FORM__COUNT] = { [SYNTH_FORM_RETURN] = &form_ssda903,
							   [SYNTH_FORM_WEEKLY] = &form_weekly,
							   [SYNTH_FORM_WORKBOOK] = &form_workbook,
							   [SYNTH_FORM_TRUTH] = &form_truth };

enum rc forms_begin(const struct synth_world *w, int folder, struct synth_forms **out, struct err *e)
{
	const struct form *form = all[w->o->form];
	if (!form)
		return err_set(e, RC_BAD_INPUT, "this form is not written");
	struct synth_forms *f = xcalloc(1, sizeof *f);
	f->form = form;
	*out = f;
	return form->begin(w, folder, &f->state, e);
}

enum rc forms_child(struct synth_forms *f, const struct kid *k, struct err *e)
{
	return f->form->child(f->state, k, e);
}

enum rc forms_end(struct synth_forms *f, struct err *e)
{
	if (!f)
		return RC_OK;
	enum rc rc = f->state ? f->form->end(f->state, e) : RC_OK;
	free(f);
	return rc;
}

/* ---- files ---- */

enum rc form_file_open(struct form_file *f, int folder, const char *name, const char *heading, struct err *e)
{
	*f = (struct form_file){ .fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) };
	snprintf(f->name, sizeof f->name, "%s", name);
	buf_init(&f->b, FORM_BUFFER_MAX);
	f->w.b = &f->b;
	if (f->fd < 0)
		return err_set(e, RC_IO, "%s could not be written: %s", name, strerror(errno));
	buf_puts(&f->b, heading);
	return RC_OK;
}

static enum rc flush(struct form_file *f, struct err *e)
{
	if (!buf_ok(&f->b))
		return err_set(e, RC_LIMIT, "%s: the rows of one child are more than %d bytes", f->name,
			       FORM_BUFFER_MAX);
	for (size_t done = 0; done < f->b.n;) {
		ssize_t k = write(f->fd, f->b.p + done, f->b.n - done);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return err_set(e, RC_IO, "%s could not be written: %s", f->name, strerror(errno));
		done += (size_t)k;
	}
	buf_reset(&f->b);
	return RC_OK;
}

enum rc form_file_more(struct form_file *f, struct err *e)
{
	return f->b.n < FORM_BUFFER_MAX / 4 && buf_ok(&f->b) ? RC_OK : flush(f, e);
}

enum rc form_file_close(struct form_file *f, struct err *e)
{
	enum rc rc = RC_OK;
	if (f->fd < 0)
		return RC_OK;
	rc = flush(f, e);
	if (close(f->fd) != 0 && rc == RC_OK)
		rc = err_set(e, RC_IO, "%s could not be written: %s", f->name, strerror(errno));
	buf_release(&f->b);
	*f = FORM_FILE_NONE;
	return rc;
}

enum rc form_folder(int folder, const char *name, int *out, struct err *e)
{
	if (mkdirat(folder, name, 0755) != 0 && errno != EEXIST)
		return err_set(e, RC_IO, "the folder %s could not be made: %s", name, strerror(errno));
	int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, RC_IO, "the folder %s could not be opened: %s", name, strerror(errno));
	*out = fd;
	return RC_OK;
}

char *form_day_text(day_t d, char out[FORM_DAY_MAX])
{
	struct ymd a = day_ymd(d);
	if (d == DAY_NONE)
		out[0] = '\0';
	else
		snprintf(out, FORM_DAY_MAX, "%02d/%02d/%04d", a.day, a.month, (int)a.year % 10000);
	return out;
}

void form_put_day(struct csv_writer *w, day_t d)
{
	char text[FORM_DAY_MAX];
	csv_put(w, str_of(form_day_text(d, text)));
}
