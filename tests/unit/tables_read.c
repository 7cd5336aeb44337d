/* Reading tables: what a row means, what is kept back and with which words, hostile files. */
#include "base/hash.h"
#include "base/text.h"
#include "exchange/tables/tables.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct vocab *vocab;
static struct tables_spec *spec;
static char folder[] = "/tmp/linnet-tables-XXXXXX";
static day_t today;

/* ---- helpers ---- */

static void put_bytes(const char *name, const void *p, size_t n)
{
	char path[300];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

static void empty_folder(void)
{
	char command[200];
	snprintf(command, sizeof command, "rm -rf %s/*", folder);
	assert_int_equal(system(command), 0);
}

static struct tables_batch *read_by(int64_t two_from)
{
	struct tables_input in = { .folder = folder, .two_from = two_from };
	struct tables_batch *b = NULL;
	struct err e = { .rc = RC_OK };
	if (tables_read(spec, &in, today, NULL, NULL, &b, &e) != RC_OK)
		fail_msg("not read: %s (%s)", e.text, e.detail);
	return b;
}

static void must_say_the_same(const struct tables_batch *a, const struct tables_batch *b)
{
	assert_int_equal(a->n_children, b->n_children);
	assert_int_equal(a->n_drafts, b->n_drafts);
	for (size_t i = 0; i < a->n_drafts; i++) {
		const struct draft_row *x = batch_draft(a, i), *y = batch_draft(b, i);
		assert_true(x->child == y->child && x->file == y->file && x->line == y->line && x->flags == y->flags);
		assert_true(draft_hash(a, x) == draft_hash(b, y));
		assert_int_equal(batch_holds(a, x->child, draft_natural(a, x)), batch_holds(b, y->child, draft_natural(b, y)));
	}
	assert_int_equal(a->findings_total, b->findings_total);
	assert_int_equal(a->n_findings, b->n_findings);
	for (size_t i = 0; i < a->n_findings; i++) {
		const struct batch_finding *x = &a->findings[i], *y = &b->findings[i];
		assert_true(x->file == y->file && x->severity == y->severity && x->line == y->line);
		assert_true(str_eq(x->rule, y->rule) && str_eq(x->column, y->column) && str_eq(x->found, y->found));
		assert_true(str_eq(x->message, y->message) && str_eq(x->fix, y->fix) && str_eq(x->record, y->record));
	}
	assert_int_equal(a->n_councils, b->n_councils);
	assert_int_equal(a->n_files, b->n_files);
	for (size_t i = 0; i < a->n_files; i++) {
		const struct batch_file *x = &a->files[i], *y = &b->files[i];
		assert_true(x->rows_read == y->rows_read && x->rows_ok == y->rows_ok && x->partial == y->partial &&
			    x->refused == y->refused && x->unsure == y->unsure && x->covers_from == y->covers_from);
		assert_string_equal(x->hash, y->hash);
	}
}

/* By one parser, and by two beside one another: what they say is the same. */
static struct tables_batch *read_folder(void)
{
	struct tables_batch *b = read_by(-1), *two = read_by(1);
	must_say_the_same(b, two);
	tables_batch_free(two);
	return b;
}

static const struct batch_finding *find_rule(const struct tables_batch *b, const char *rule)
{
	for (size_t i = 0; i < b->n_findings; i++)
		if (str_is(b->findings[i].rule, rule))
			return &b->findings[i];
	for (size_t i = 0; i < b->n_findings; i++)
		print_message("  has: %.*s line %d: %.*s\n", STR_ARG(b->findings[i].rule), (int)b->findings[i].line,
			      STR_ARG(b->findings[i].message));
	fail_msg("no finding %s", rule);
	return NULL;
}

static size_t count_rule(const struct tables_batch *b, const char *rule)
{
	size_t n = 0;
	for (size_t i = 0; i < b->n_findings; i++)
		n += str_is(b->findings[i].rule, rule);
	return n;
}

static const struct draft_row *find_draft(const struct tables_batch *b, const char *natural)
{
	for (size_t i = 0; i < b->n_drafts; i++)
		if (str_is(draft_natural(b, batch_draft(b, i)), natural))
			return batch_draft(b, i);
	return NULL;
}

static const struct batch_file *file_of(const struct tables_batch *b, const char *name)
{
	for (size_t i = 0; i < b->n_files; i++)
		if (str_is(b->files[i].name, name))
			return &b->files[i];
	fail_msg("no file %s", name);
	return NULL;
}

#define CHILDREN   "council,child_id,given_name,family_name,birth_date\n"
#define WREN	   "Essex,E-1,Wren,Thistleby,14/03/2016\n"
#define PLACEMENTS "council,child_id,placement_id,start_date,type,emergency,area_council,end_date\n"

/* A folder of one child and one more file; `rule` must be found in it, with this severity, line and column. */
static struct tables_batch *with(const char *name, const char *text, const char *rule, enum severity severity,
				 int64_t line, const char *column)
{
	empty_folder();
	put("children.csv", CHILDREN WREN);
	put(name, text);
	struct tables_batch *b = read_folder();
	const struct batch_finding *f = find_rule(b, rule);
	assert_int_equal(f->severity, severity);
	assert_int_equal(f->line, line);
	assert_true(str_is(f->column, column));
	assert_true(f->message.n > 10 && f->fix.n > 5);
	/* Neither the name nor the date of birth is ever in the words. */
	assert_null(memmem(f->message.p, f->message.n, "Thistleby", 9));
	assert_null(memmem(f->message.p, f->message.n, "14/03/2016", 10));
	return b;
}

static void keeps_back(const char *name, const char *text, const char *rule, int64_t line, const char *column)
{
	struct tables_batch *b = with(name, text, rule, SEVERITY_KEPT_BACK, line, column);
	assert_int_equal(file_of(b, name)->rows_kept_back, 1);
	assert_true(find_rule(b, rule)->record.n > 0);
	tables_batch_free(b);
}

/* ---- templates and meaning ---- */

static void test_templates(void **state)
{
	struct tables_input in = { .folder = "data/tables/templates" };
	struct tables_batch *b;
	struct err e;
	(void)state;
	for (size_t t = 0; t < tables_count(spec); t++) {
		char path[200], text[4096];
		struct buf want;
		snprintf(path, sizeof path, "data/tables/templates/" STR_FMT ".csv", STR_ARG(tables_name(spec, t)));
		int fd = open(path, O_RDONLY);
		assert_true(fd >= 0);
		ssize_t n = read(fd, text, sizeof text);
		close(fd);
		buf_init(&want, 4096);
		tables_header_csv(spec, t, &want);
		tables_example_csv(spec, t, &want);
		assert_true(str_eq((struct str){ text, (size_t)n }, buf_view(&want)));
		buf_release(&want);
	}
	assert_int_equal(tables_read(spec, &in, today, NULL, NULL, &b, &e), RC_OK);
	assert_int_equal(b->n_files, tables_count(spec));
	assert_int_equal(b->n_findings, 0);
	for (size_t i = 0; i < b->n_files; i++)
		assert_int_equal(b->files[i].rows_ok, 1);
	assert_int_equal(b->n_children, 1);
	assert_int_equal(b->n_councils, 1);
	tables_batch_free(b);
}

/* What rows of mental-health tables mean: steps by their choice, times, what an empty cell leaves out. */
static void test_mental_health(void **state)
{
	(void)state;
	empty_folder();
	put("children.csv", CHILDREN WREN);
	put("contacts.csv",
	    "council,child_id,contact_id,referral_id,provider,contact_date,mode,attended,treatment,what\n"
	    "Essex,E-1,C1,M1,RAT,02/04/2026 11:00,01,yes,51484002,contact\n"
	    "Essex,E-1,C2,M1,RAT,03/04/2026,01,yes,,contact\n");
	put("referral_steps.csv",
	    "council,child_id,step_id,referral_id,provider,step_on,what,pause_reason,way_back_until\n"
	    "Essex,E-1,S1,M1,RAT,01/04/2026,paused,family-choice,\n"
	    "Essex,E-1,S2,M1,RAT,04/04/2026,resumed,,\n"
	    "Essex,E-1,S3,M1,RAT,05/04/2026,stay,,\n"
	    "Essex,E-1,S4,M1,RAT,06/05/2026,stepped-down,,06/11/2027\n");
	put("bed_stays.csv", "council,child_id,stay_id,provider,admitted_on,bed,discharged_on\n"
			     "Essex,E-1,B1,RAT,04/05/2026 21:40,300,\n");
	put("place_of_safety.csv",
	    "council,child_id,detention_id,provider,arrived_on,place,extended_on,left_on\n"
	    "Essex,E-1,D1,RAT,04/05/2026 02:15,police-station,04/05/2026 20:00,05/05/2026 03:00\n");
	put("cetrs.csv", "council,child_id,review_id,review_on,kind,declined\n"
			 "Essex,E-1,CR1,01/05/2026,community,no\n"
			 "Essex,E-1,CR2,08/05/2026,after-admission,yes\n");
	struct tables_batch *b = read_folder();
	assert_int_equal(b->n_findings, 0);
	const struct draft_row *d = find_draft(b, "contacts/M1/C1/contact-made");
	assert_true(d->code2 == vocab_code(vocab, STR("51484002")) && d->minute == 11 * 60);
	assert_int_equal(find_draft(b, "contacts/M1/C2/contact-made")->code2, 0);
	assert_int_equal(find_draft(b, "referral_steps/M1/S1/wait-paused")->code,
			 vocab_code(vocab, STR("family-choice")));
	assert_non_null(find_draft(b, "referral_steps/M1/S2/wait-resumed"));
	assert_non_null(find_draft(b, "referral_steps/M1/S3/referral-linked-to-stay"));
	assert_int_equal(find_draft(b, "referral_steps/M1/S4/stepped-down")->end_day, day_of(2027, 11, 6));
	assert_null(find_draft(b, "referral_steps/M1/S1/wait-resumed"));
	assert_int_equal(find_draft(b, "bed_stays/B1/bed-stay-started")->minute, 21 * 60 + 40);
	assert_null(find_draft(b, "bed_stays/B1/bed-stay-ended"));
	assert_int_equal(find_draft(b, "place_of_safety/D1/s136-extended")->minute, 20 * 60);
	assert_non_null(find_draft(b, "cetrs/CR1/cetr-held"));
	assert_non_null(find_draft(b, "cetrs/CR2/cetr-declined"));
	assert_null(find_draft(b, "cetrs/CR2/cetr-held"));
	tables_batch_free(b);
	keeps_back("bed_stays.csv",
		   "council,child_id,stay_id,provider,admitted_on,discharged_on\n"
		   "Essex,E-1,B1,RAT,04/05/2026,03/05/2026\n",
		   "end-before-start", 2, "discharged_on");
	keeps_back("tier4.csv",
		   "council,child_id,tier4_id,provider,referred_on,urgency\n"
		   "Essex,E-1,T1,RAT,04/05/2026,4\n",
		   "not-a-number", 2, "urgency");
}

static void test_meaning(void **state)
{
	struct event ev;
	struct str org;
	(void)state;
	empty_folder();
	put("children.csv", CHILDREN WREN);
	put("placements.csv", PLACEMENTS "Essex County Council,E-1,PL7,2026-02-01,U6,yes,southend,01/03/2026\n");
	put("about.csv", "table,partial,covers_from\nplacements,no,01/01/2024\n");
	struct tables_batch *b = read_folder();
	assert_int_equal(b->n_findings, 0);
	assert_int_equal(b->n_drafts, 3);
	assert_int_equal(file_of(b, "placements.csv")->covers_from, day_of(2024, 1, 1));
	assert_int_equal(strlen(file_of(b, "placements.csv")->hash), 64);

	const struct draft_row *d = find_draft(b, "children/person-details");
	assert_non_null(d);
	draft_event(b, d, &ev, &org);
	assert_int_equal(ev.at, DAY_NONE);
	assert_int_equal(ev.end_day, day_of(2016, 3, 14));
	assert_true(str_is(ev.body, "{\"given_name\":\"Wren\",\"family_name\":\"Thistleby\"}"));

	d = find_draft(b, "placements/PL7/placement-started");
	assert_non_null(d);
	draft_event(b, d, &ev, &org);
	assert_int_equal(ev.at, day_of(2026, 2, 1));
	assert_true(str_is(ev.code, "U6") && str_is(ev.ref, "PL7") && str_is(org, "E06000033"));
	assert_int_equal(ev.value, 1);
	assert_int_equal(ev.source_row, 2);
	uint64_t before = draft_hash(b, d);

	d = find_draft(b, "placements/PL7/placement-ended");
	assert_non_null(d);
	draft_event(b, d, &ev, &org);
	assert_int_equal(ev.at, day_of(2026, 3, 1));
	assert_true(ev.value == INT64_MIN && org.n == 0);
	tables_batch_free(b);

	/* The same said otherwise, on another line, is the same; a change is not. */
	put("placements.csv", PLACEMENTS "\nE10000012,E-1,PL7,01/02/2026,foster carer,Y,Southend-on-Sea,\n");
	b = read_folder();
	assert_true(draft_hash(b, find_draft(b, "placements/PL7/placement-started")) == before);
	assert_null(find_draft(b, "placements/PL7/placement-ended")); /* an empty cell says nothing */
	tables_batch_free(b);
	put("placements.csv", PLACEMENTS "E10000012,E-1,PL7,01/02/2026,U6,N,Southend-on-Sea,\n");
	b = read_folder();
	assert_true(draft_hash(b, find_draft(b, "placements/PL7/placement-started")) != before);
	tables_batch_free(b);
}

static void test_periods(void **state)
{
	static const char head[] =
	    "council,child_id,period_id,start_date,legal_status,legal_status_from,end_date,end_reason\n";
	char text[1000];
	struct event ev;
	struct str org;
	(void)state;
	empty_folder();
	put("children.csv", CHILDREN WREN);
	snprintf(text, sizeof text, "%s%s%s%s", head, "Essex,E-1,P1,01/02/2024,C1,01/05/2024,01/02/2026,E4A\n",
		 "Essex,E-1,P1,01/02/2024,V2,01/02/2024,01/02/2026,E4A\n", "Essex,E-1,P2,01/06/2026,C2,01/07/2026,,\n");
	put("periods_of_care.csv", text);
	struct tables_batch *b = read_folder();
	assert_int_equal(count_rule(b, "contradiction"), 0);
	/* One start (with the status at the start), one end, one change; and a start without a status. */
	assert_int_equal(b->n_drafts, 1 + 3 + 2);
	draft_event(b, find_draft(b, "periods_of_care/P1/care-started"), &ev, &org);
	assert_true(str_is(ev.code, "V2") && str_is(org, "E10000012"));
	assert_non_null(find_draft(b, "periods_of_care/P1/2024-05-01/legal-status-changed"));
	assert_non_null(find_draft(b, "periods_of_care/P1/care-ended"));
	draft_event(b, find_draft(b, "periods_of_care/P2/care-started"), &ev, &org);
	assert_true(ev.code.n == 0 && ev.at == day_of(2026, 6, 1));
	tables_batch_free(b);

	/* Two rows of a period with different starts cannot both be right. */
	snprintf(text, sizeof text, "%s%s%s", head, "Essex,E-1,P1,01/02/2024,V2,,,\n",
		 "Essex,E-1,P1,05/02/2024,C1,01/05/2024,,\n");
	put("periods_of_care.csv", text);
	b = read_folder();
	assert_int_equal(count_rule(b, "contradiction"), 2);
	assert_int_equal(b->n_drafts, 1);
	assert_int_equal(file_of(b, "periods_of_care.csv")->rows_kept_back, 2);
	tables_batch_free(b);
}

static void test_refusal_row(void **state)
{
	struct event ev;
	struct str org;
	(void)state;
	empty_folder();
	put("children.csv", CHILDREN "Essex,E-1,Wren,Thistleby,14/03/2009\n");
	put("appointments.csv",
	    "council,child_id,appointment_id,kind,booked_on,appointment_date,outcome,understood\n"
	    "Essex,E-1,A1,review,,05/01/2026,refused,yes\nEssex,E-1,A2,review,01/10/2026,05/12/2026 09:30,,\n");
	struct tables_batch *b = read_folder();
	assert_int_equal(file_of(b, "appointments.csv")->rows_kept_back, 0);
	const struct draft_row *d = find_draft(b, "appointments/A1/assessment-refused");
	assert_non_null(d);
	draft_event(b, d, &ev, &org);
	assert_true(ev.value == 1 && ev.ref.n == 0 && str_is(ev.code, "review"));
	assert_null(find_draft(b, "appointments/A1/appointment-booked"));
	d = find_draft(b, "appointments/A2/appointment-booked");
	assert_non_null(d);
	draft_event(b, d, &ev, &org);
	assert_int_equal(ev.end_day, day_of(2026, 12, 5));
	assert_null(find_draft(b, "appointments/A2/appointment-outcome"));
	tables_batch_free(b);
}

/* ---- findings, one each ---- */

static void test_cells(void **state)
{
	(void)state;
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,,01/02/2026,U6,,,\n", "missing-cell", 2, "placement_id");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,30/02/2026,U6,,,\n", "not-a-day", 2, "start_date");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,soon,U6,,,\n", "not-a-day", 2, "start_date");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,46000,U6,,,\n", "not-a-day", 2, "start_date");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/26,U6,,,\n", "two-digit-year", 2, "start_date");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/1026,U6,,,\n", "impossible-day", 2, "start_date");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2027,U6,,,\n", "future-day", 2, "start_date");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2026,U6,,,31/01/2026\n", "end-before-start", 2,
		   "end_date");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2026,U66,,,\n", "unknown-code", 2, "type");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2026,U6,maybe,,\n", "not-yes-or-no", 2, "emergency");
	keeps_back("placements.csv", PLACEMENTS "Narnia,E-1,P,01/02/2026,U6,,,\n", "unknown-council", 2, "council");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-2,P,01/02/2026,U6,,,\n", "child-not-listed", 2, "child_id");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2016,U6,,,\n", "before-birth", 2, "start_date");
	keeps_back("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2026,U6,,,,surplus\n", "too-many-cells", 2, "");
	keeps_back("sdq.csv", "council,child_id,completed_on,completed_by,score\nEssex,E-1,01/02/2026,carer,41\n",
		   "not-a-number", 2, "score");
	keeps_back("referrals.csv",
		   "council,child_id,referral_id,provider,received_on\nEssex,E-1,M1,Dr Who,01/02/2026\n",
		   "unknown-provider", 2, "provider");
	keeps_back("appointments.csv",
		   "council,child_id,appointment_id,kind,booked_on,appointment_date,outcome\nEssex,E-1,A,initial,,01/"
		   "12/2026,attended\n",
		   "future-day", 2, "appointment_date");
	keeps_back("notifications.csv", "council,child_id,placement_id,notified_on\nEssex,E-1,P,01/02/2026 half nine\n",
		   "not-a-time", 2, "notified_on");
}

static void test_words(void **state)
{
	(void)state;
	struct tables_batch *b = with("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2026,U66,,,\n", "unknown-code",
				      SEVERITY_KEPT_BACK, 2, "type");
	const struct batch_finding *f = find_rule(b, "unknown-code");
	assert_true(str_is(f->found, "U66"));
	assert_true(str_starts(f->fix, "Use one of A3, A4, A5"));
	assert_non_null(memmem(f->fix.p, f->fix.n, "The nearest is \"U6\"", 19));
	assert_true(str_is(f->record, "Essex,E-1,P,,01/02/2026,U66,,,,"));
	tables_batch_free(b);
}

static void warns(const char *name, const char *text, const char *rule, int64_t line, const char *column)
{
	struct tables_batch *b = with(name, text, rule, SEVERITY_WARNING, line, column);
	assert_int_equal(file_of(b, name)->rows_kept_back, 0);
	tables_batch_free(b);
}

static void test_warnings(void **state)
{
	(void)state;
	warns("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2026,U6,,Glasgow,\n", "unknown-council", 2,
	      "area_council");
	warns("placements.csv", PLACEMENTS "Essex,E-1,=P,01/02/2026,U6,,,\n", "formula", 2, "placement_id");
	warns("placements.csv", "colour," PLACEMENTS "red,Essex,E-1,P,01/02/2026,U6,,,\n", "extra-column", 1, "colour");
	warns("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2026,U6,,,\nEssex,E-1,P,1/2/2026,U6,,,\n", "row-twice", 3,
	      "");
	tables_batch_free(with("holidays.csv", "a,b\n1,2\n", "unknown-file", SEVERITY_WARNING, 0, ""));
}

static void test_children(void **state)
{
	(void)state;
	empty_folder();
	put("children.csv", "council,child_id,nhs_number,birth_date,sex\nEssex,E-1,999 000 1005,14/03/2016,F\n"
			    "Essex,E-2,9990001006,14/03/1999,girl\nEssex,E-3,,not known,F\n");
	put("placements.csv", PLACEMENTS "Essex,E-3,P,01/02/2026,U6,,,\n");
	struct tables_batch *b = read_folder();
	assert_int_equal(find_rule(b, "nhs-number")->severity, SEVERITY_WARNING);
	assert_int_equal(find_rule(b, "nhs-number")->line, 2);
	assert_int_equal(count_rule(b, "nhs-number"), 1);
	assert_int_equal(find_rule(b, "over-25")->line, 3);
	assert_int_equal(find_rule(b, "unknown-code")->line, 3);
	assert_int_equal(find_rule(b, "not-a-day")->line, 4);
	/* A child whose own row is kept back is still known: good rows go on. */
	assert_non_null(find_draft(b, "placements/P/placement-started"));
	assert_int_equal(count_rule(b, "child-not-listed"), 0);
	tables_batch_free(b);

	/* Two children with one number: nobody can say whose the other rows are. */
	put("children.csv", CHILDREN WREN "Essex,E-1,Robin,Sedgewell,01/01/2020\n");
	put("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2026,U6,,,\n");
	b = read_folder();
	assert_int_equal(count_rule(b, "same-number"), 2);
	assert_int_equal(count_rule(b, "child-twice"), 1);
	assert_int_equal(b->n_drafts, 0);
	assert_int_equal(file_of(b, "children.csv")->rows_kept_back, 2);
	assert_true(b->findings[0].record.n > 0 && b->findings[1].record.n > 0);
	tables_batch_free(b);
}

/* ---- columns ---- */

static void test_columns(void **state)
{
	(void)state;
	empty_folder();
	/* Swapped, in other case, with blanks, under other names, separated by semicolons. */
	put("children.csv", "Date of Birth;SURNAME; Given-Name ;LA;Child ID\n14/03/2016;Thistleby;Wren;Essex;E-1\n");
	struct tables_batch *b = read_folder();
	struct event ev;
	struct str org;
	assert_int_equal(b->n_findings, 0);
	draft_event(b, batch_draft(b, 0), &ev, &org);
	assert_true(str_is(ev.body, "{\"given_name\":\"Wren\",\"family_name\":\"Thistleby\"}"));
	tables_batch_free(b);
	b = with("placements.csv", "council,child_id,placement_id,type\nEssex,E-1,P,U6\n", "missing-column",
		 SEVERITY_FILE, 1, "start_date");
	assert_true(file_of(b, "placements.csv")->refused);
	assert_int_equal(b->n_drafts, 1); /* the other file went on */
	tables_batch_free(b);
	b = with("placements.csv", "council,child_id,placement_id,type,start,start date\nEssex,E-1,P,U6,01/02/2026,\n",
		 "column-twice", SEVERITY_FILE, 1, "start_date");
	tables_batch_free(b);
}

static void test_kept_back_again(void **state)
{
	(void)state;
	struct tables_batch *b = with("placements.csv",
				      PLACEMENTS "Essex,E-1,P,31/02/2026,U66,,,\nEssex,E-1,=Q,31/02/2026,U6,,\"a,b\",\n"
						 "Essex,E-1,R,01/02/2026,U6,,,\n",
				      "not-a-day", SEVERITY_KEPT_BACK, 2, "start_date");
	struct buf csv;
	buf_init(&csv, 10000);
	tables_rejected_csv(b, tables_find(spec, STR("placements")), &csv);
	assert_string_equal(
	    csv.p, "council,child_id,placement_id,period_id,start_date,type,emergency,area_council,end_date,end_reason,"
		   "line,problem\r\n"
		   "Essex,E-1,P,,31/02/2026,U66,,,,,2,\"start_date: This is not a date, or there is no such day; "
		   "type: \"\"type\"\" does not have this value among its codes\"\r\n"
		   "Essex,E-1,'=Q,,31/02/2026,U6,,\"a,b\",,,3,\"start_date: This is not a date, or there is no such "
		   "day\"\r\n");
	/* What is kept back is known, and its absence proves nothing. */
	assert_true(batch_holds(b, 0, STR("placements/P/placement-started")));
	assert_true(batch_holds(b, 0, STR("placements/=Q/placement-ended")));
	assert_false(batch_holds(b, 0, STR("placements/R/placement-started")));
	assert_false(batch_holds(b, 0, STR("placements/PP/placement-started")));
	assert_false(file_of(b, "placements.csv")->unsure);
	tables_batch_free(b);

	/* Corrected, it is loaded beside nothing: partial by its name. */
	empty_folder();
	for (char *p; (p = strstr(csv.p, "31/02/2026")) != NULL;)
		memcpy(p, "28/02/2026", 10);
	memcpy(strstr(csv.p, "U66"), "U6 ", 3);
	put("placements_kept_back.csv", csv.p);
	b = read_folder();
	assert_true(file_of(b, "placements_kept_back.csv")->partial);
	assert_int_equal(file_of(b, "placements_kept_back.csv")->rows_ok, 2);
	assert_non_null(find_draft(b, "placements/=Q/placement-started"));
	assert_int_equal(count_rule(b, "extra-column"), 0);
	assert_int_equal(b->n_councils, 0); /* no children.csv: complete for nobody */
	tables_batch_free(b);
	buf_release(&csv);
}

static void test_partial(void **state)
{
	(void)state;
	empty_folder();
	put("children.csv", CHILDREN WREN);
	put("placements.csv", PLACEMENTS "Essex,E-9,P,01/02/2026,U6,,,\n");
	put("about.csv", "Table,Partial,Covers from\nchildren.csv,yes,\nsdq,no,2024-02-30\nbeds,no,\n");
	struct tables_batch *b = read_folder();
	/* A partial list of children: everything is partial, and any child may have rows. */
	assert_true(file_of(b, "children.csv")->partial && file_of(b, "placements.csv")->partial);
	assert_int_equal(b->n_councils, 0);
	assert_non_null(find_draft(b, "placements/P/placement-started"));
	assert_int_equal(count_rule(b, "about"), 2);
	tables_batch_free(b);
	/* The same said by the person who loads. */
	empty_folder();
	put("children.csv", CHILDREN WREN);
	put("placements.csv", PLACEMENTS "Essex,E-1,P,01/02/2026,U6,,,\n");
	struct str partial = STR("placements");
	struct tables_input in = { .folder = folder, .partial = &partial, .n_partial = 1 };
	struct err e;
	assert_int_equal(tables_read(spec, &in, today, NULL, NULL, &b, &e), RC_OK);
	assert_true(file_of(b, "placements.csv")->partial && !file_of(b, "children.csv")->partial);
	assert_int_equal(b->n_councils, 1);
	tables_batch_free(b);
}

/* ---- hostile files ---- */

/* The file is refused with these words, and the child of the other file is still there. */
static void file_refused(const char *name, const char *words)
{
	struct tables_batch *b = read_folder();
	bool said = false;
	for (size_t i = 0; i < b->n_findings; i++)
		said = said || (b->findings[i].severity == SEVERITY_FILE &&
				memmem(b->findings[i].message.p, b->findings[i].message.n, words, strlen(words)));
	if (!said)
		find_rule(b, words);
	assert_true(file_of(b, name)->refused);
	assert_int_equal(b->n_drafts, 1);
	assert_non_null(find_draft(b, "children/person-details"));
	tables_batch_free(b);
}

static void hostile(const void *p, size_t n, const char *words)
{
	empty_folder();
	put("children.csv", CHILDREN WREN);
	put_bytes("placements.csv", p, n);
	file_refused("placements.csv", words);
}
#define HOSTILE(lit, words) hostile(lit, sizeof(lit) - 1, words)

static void test_hostile_bytes(void **state)
{
	(void)state;
	HOSTILE("", "The file is empty");
	HOSTILE("\xFF\xFE"
		"c\0o\0",
		"UTF-16");
	HOSTILE(PLACEMENTS "Essex,E-1,P,01/02/2026,U6,,,\nEssex,E-1,Zo\xEB,01/02/2026,U6,,,\n", "Line 3 is not UTF-8");
	HOSTILE(PLACEMENTS "Essex,E-1,P\0,01/02/2026,U6,,,\n", "Line 2 holds a NUL byte");
	HOSTILE(PLACEMENTS "Essex,E-1,P,01/02/2026,U6,,,\nEssex,\"E-1,P2,01/02/2026,U6,,,\n",
		"Line 3 has a quotation mark that is never closed");
	HOSTILE("PK\3\4zip", "a workbook");
	HOSTILE("<html><body>Sign in</body></html>\n", "This column is needed and is not there");
}

static void test_header_only(void **state)
{
	(void)state;
	empty_folder();
	put("children.csv", CHILDREN WREN);
	put("placements.csv", PLACEMENTS);
	struct tables_batch *b = read_folder();
	assert_false(file_of(b, "placements.csv")->refused);
	assert_int_equal(file_of(b, "placements.csv")->rows_read, 0);
	tables_batch_free(b);
}

static void test_not_files(void **state)
{
	char path[300];
	(void)state;
	snprintf(path, sizeof path, "%s/placements.csv", folder);
	empty_folder();
	put("children.csv", CHILDREN WREN);
	assert_int_equal(mkdir(path, 0755), 0);
	file_refused("placements.csv", "it is a folder, not a file");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("placements.csv", path), 0);
	file_refused("placements.csv", "a link that leads round in a circle");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("nowhere.csv", path), 0);
	file_refused("placements.csv", "a link to a file that is not there");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0644), 0);
	file_refused("placements.csv", "it is not an ordinary file");
	assert_int_equal(unlink(path), 0);
	if (geteuid() != 0) { /* root may read everything */
		put("placements.csv", PLACEMENTS);
		assert_int_equal(chmod(path, 0), 0);
		file_refused("placements.csv", "you may not read it");
	}
}

static void test_sparse_gigabyte(void **state)
{
	char path[300];
	(void)state;
	empty_folder();
	put("children.csv", CHILDREN WREN);
	put("placements.csv", PLACEMENTS "Essex,E-1,P");
	snprintf(path, sizeof path, "%s/placements.csv", folder);
	assert_int_equal(truncate(path, (off_t)1 << 30), 0);
	file_refused("placements.csv", "Line 2 holds a NUL byte");
}

static void test_gigabyte_line_through_pipe(void **state)
{
	int p[2];
	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid_t writer = fork();
	if (writer == 0) {
		static char much[65536];
		memset(much, 'x', sizeof much);
		close(p[0]);
		signal(SIGPIPE, SIG_DFL); /* the reader goes away: so do we */
		if (write(p[1], PLACEMENTS "Essex,E-1,", sizeof PLACEMENTS + 9) < 0)
			_exit(1);
		for (int i = 0; i < 16384; i++)
			if (write(p[1], much, sizeof much) < 0)
				_exit(1);
		_exit(0);
	}
	close(p[1]);
	struct table_upload up = { STR("placements.csv"), p[0] };
	struct tables_input in = { .uploads = &up, .n_uploads = 1 };
	struct tables_batch *b;
	struct err e;
	assert_int_equal(tables_read(spec, &in, today, NULL, NULL, &b, &e), RC_OK);
	close(p[0]);
	assert_true(b->files[0].refused);
	assert_non_null(memmem(b->findings[0].message.p, b->findings[0].message.n, "Line 2 is longer than 64 KiB", 28));
	tables_batch_free(b);
	int status;
	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_true(WIFSIGNALED(status)); /* it was not read to its end */
}

static void test_nothing(void **state)
{
	struct tables_batch *b;
	struct err e;
	struct tables_input in = { .folder = "/nonexistent" };
	(void)state;
	assert_int_equal(tables_read(spec, &in, today, NULL, NULL, &b, &e), RC_NOT_FOUND);
	in.folder = "data/tables.yaml";
	assert_int_equal(tables_read(spec, &in, today, NULL, NULL, &b, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "it is not a folder"));
	empty_folder();
	in.folder = folder;
	assert_int_equal(tables_read(spec, &in, today, NULL, NULL, &b, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "None of the files is one of the tables"));
}

/* More findings than are listed: they are counted, and the counts of rows are right. */
static void test_many_findings(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 64 << 20);
	buf_puts(&b, PLACEMENTS);
	for (int i = 0; i < TABLE_FINDINGS_MAX + 1000; i++)
		buf_printf(&b, "Essex,E-1,P%d,31/02/2026,U6,,,\n", i);
	empty_folder();
	put("children.csv", CHILDREN WREN);
	put_bytes("placements.csv", b.p, b.n);
	buf_release(&b);
	struct tables_batch *t = read_folder();
	assert_int_equal(file_of(t, "placements.csv")->rows_kept_back, TABLE_FINDINGS_MAX + 1000);
	assert_int_equal(t->n_findings, TABLE_FINDINGS_MAX);
	assert_int_equal(t->findings_total, TABLE_FINDINGS_MAX + 1000);
	tables_batch_free(t);
}

static int set_up(void **state)
{
	struct err e = { .rc = RC_OK };
	(void)state;
	today = day_of(2026, 11, 22);
	if (!mkdtemp(folder) || vocab_load("data", &vocab, &e) != RC_OK ||
	    tables_spec_load("data", vocab, &spec, &e) != RC_OK) {
		print_message("%s\n", e.text);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	empty_folder();
	rmdir(folder);
	tables_spec_free(spec);
	vocab_free(vocab);
	return 0;
}

/* Children that no list names, in both halves; one who has more entries than two may count apart. */
static void test_two_parsers(void **state)
{
	(void)state;
	struct buf rows;
	empty_folder();
	buf_init(&rows, 4 << 20);
	buf_puts(&rows, "council,child_id,placement_id,start_date,type\n");
	for (int i = 0; i < 60; i++)
		buf_printf(&rows, "Essex,E-%d,PL%d,06/01/2026,U6\n", i % 7, i);
	put("placements.csv", buf_view(&rows).p);
	buf_reset(&rows);
	buf_puts(&rows, "council,child_id,visited_on\n");
	for (int i = 0; i < 60; i++)
		buf_printf(&rows, "Essex,E-%d,%02d/01/2026\nThurrock,T-%d,07/02/2026\n", 3 + i % 9, 1 + i % 28, i % 5);
	buf_puts(&rows, "Essex,E-3,32/01/2026\nNowhere,E-3,01/01/2026\n");
	put("visits.csv", buf_view(&rows).p);
	struct tables_batch *b = read_folder();
	assert_int_equal(b->n_children, 17); /* E-0 to E-11, T-0 to T-4 */
	tables_batch_free(b);
	buf_reset(&rows);
	buf_puts(&rows, "council,child_id,visited_on\n");
	for (int i = 0; i < 12000; i++) {
		struct ymd d = day_ymd(day_of(1990, 1, 1) + i);
		buf_printf(&rows, "Essex,E-3,%02d/%02d/%04d\n", d.day, d.month, (int)d.year);
	}
	put("visits.csv", buf_view(&rows).p);
	buf_reset(&rows);
	buf_puts(&rows, "council,child_id,placement_id,start_date,type\n");
	for (int i = 0; i < 9000; i++)
		buf_printf(&rows, "Essex,E-3,PL%d,06/01/2026,U6\n", i);
	put("placements.csv", buf_view(&rows).p);
	buf_release(&rows);
	b = read_folder();
	assert_true(count_rule(b, "too-many-rows") > 0);
	tables_batch_free(b);
}

/* An empty cell does not remember the time of the row before. */
static void test_same_row_after_a_time(void **state)
{
	(void)state;
	empty_folder();
	put("tier4.csv",
	    "council,child_id,tier4_id,provider,referred_on,urgency,answered_on,answer\n"
	    "Essex,E-1,T1,North East London NHS Foundation Trust,04/05/2026,2,05/05/2026 16:00,accepted\n"
	    "Essex,E-2,T2,North East London NHS Foundation Trust,04/05/2026,2,,\n"
	    "Essex,E-3,T3,North East London NHS Foundation Trust,04/05/2026,2,05/05/2026 17:00,accepted\n"
	    "Essex,E-2,T2,North East London NHS Foundation Trust,04/05/2026,2,,\n");
	struct tables_batch *b = read_folder();
	find_rule(b, "row-twice");
	assert_int_equal(count_rule(b, "same-number"), 0);
	tables_batch_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_meaning),
		cmocka_unit_test(test_mental_health),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_refusal_row),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_children),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_kept_back_again),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_hostile_bytes),
		cmocka_unit_test(test_header_only),
		cmocka_unit_test(test_not_files),
		cmocka_unit_test(test_sparse_gigabyte),
		cmocka_unit_test(test_gigabyte_line_through_pipe),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_many_findings),
		cmocka_unit_test(test_two_parsers),
		cmocka_unit_test(test_same_row_after_a_time),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
