/*
 * Writes a team's workbook of invented children, to time what is made of it:
 *
 *   workbook CHILDREN FILE.xlsx
 *
 * One sheet with a row a child, one of assessments, one of questionnaires; dates as
 * days and as text, words as people write them. The same number gives the same bytes.
 */
#include "base/rand.h"
#include "codec/xlsx_write.h"

#include <fcntl.h>
#include <unistd.h>

static const char *const given[] = { "Wren", "Robin", "Fern", "Hazel", "Linnet", "Rowan", "Ivy", "Jay" };
static const char *const family[] = { "Brambleby-Example", "Thornfield-Example", "Mossley-Example", "Reedham-Example" };
static const char *const councils[] = { "Essex", "Southend-on-Sea", "Thurrock" };
static const char *const statuses[] = { "Section 20", "ICO", "FCO", "Placement order" };

struct making {
	struct xlsx_writer *w;
	struct rand r;
	day_t today;
};

static void put(struct making *m, const char *text)
{
	xlsx_put_text(m->w, str_of(text));
}

static int64_t draw(struct making *m, int64_t min, int64_t max)
{
	return rand_int(&m->r, min, max);
}

static void put_ref(struct making *m, int64_t i)
{
	char t[24];
	snprintf(t, sizeof t, "E-%" PRId64, 10000 + i);
	put(m, t);
}

/* A number of the range kept for tests, with its check digit. */
static void put_nhs(struct making *m, int64_t i)
{
	char t[32];
	for (int64_t n = 999000000 + i * 7;; n++) {
		int sum = 0;
		snprintf(t, sizeof t, "%09" PRId64, n);
		for (int k = 0; k < 9; k++)
			sum += (t[k] - '0') * (10 - k);
		int check = (11 - sum % 11) % 11;
		if (check < 10) {
			snprintf(t + 9, sizeof t - 9, "%d", check);
			break;
		}
	}
	put(m, t);
}

static void put_day(struct making *m, day_t day)
{
	xlsx_put_day(m->w, day, MINUTE_NONE);
}

static void children(struct making *m, int64_t n)
{
	static const char *const titles[] = { "Mosaic ID",
					      "NHS No",
					      "Surname",
					      "First name",
					      "DOB",
					      "Sex",
					      "LA",
					      "Date became LAC",
					      "Legal status",
					      "Placement type",
					      "Placement start",
					      "IHA requested",
					      "IHA consent received",
					      "IHA seen",
					      "IHA report sent",
					      "Dental check",
					      "Immunisations up to date on",
					      "Age",
					      "Social worker",
					      "Comments" };
	struct xlsx_column columns[COUNT_OF(titles)];
	for (size_t i = 0; i < COUNT_OF(titles); i++)
		columns[i] = (struct xlsx_column){ .title = titles[i] };
	xlsx_sheet_begin(m->w, STR("Caseload"), columns, COUNT_OF(columns));
	for (int64_t i = 0; i < n; i++) {
		day_t entry = m->today - (day_t)draw(m, 60, 1200);
		put_ref(m, i);
		put_nhs(m, i);
		put(m, family[draw(m, 0, COUNT_OF(family) - 1)]);
		put(m, given[draw(m, 0, COUNT_OF(given) - 1)]);
		put_day(m, entry - (day_t)draw(m, 400, 16 * 365));
		put(m, draw(m, 0, 1) ? "F" : "Male");
		put(m, councils[(size_t)i % COUNT_OF(councils)]);
		put_day(m, entry);
		put(m, statuses[draw(m, 0, COUNT_OF(statuses) - 1)]);
		put(m, draw(m, 0, 3) ? "Foster care" : "Residential");
		put_day(m, entry);
		put_day(m, entry + 2);
		put_day(m, entry + 5);
		put_day(m, entry + 20);
		put_day(m, entry + 25);
		put_day(m, m->today - (day_t)draw(m, 10, 300));
		put(m, draw(m, 0, 9) ? "" : "n/a");
		xlsx_put_int(m->w, draw(m, 0, 17));
		put(m, "A. Worker-Example");
		put(m, "nothing to add");
		xlsx_row_end(m->w);
	}
}

static void assessments(struct making *m, int64_t n)
{
	static const struct xlsx_column columns[] = { { .title = "Mosaic ID" }, { .title = "LA" },
						      { .title = "Type" },	{ .title = "Date seen" },
						      { .title = "Seen by" },	{ .title = "Report sent" } };
	xlsx_sheet_begin(m->w, STR("Reviews done"), columns, COUNT_OF(columns));
	for (int64_t i = 0; i < n * 2; i++) {
		day_t seen = m->today - (day_t)(40 + i % 2 * 190 + i % 7);
		put_ref(m, i / 2);
		put(m, councils[(size_t)(i / 2) % COUNT_OF(councils)]);
		put(m, i % 3 ? "RHA" : "RHA annual");
		put_day(m, seen);
		put(m, "LAC nurse");
		put_day(m, seen + 9);
		xlsx_row_end(m->w);
	}
}

int main(int argc, char **argv)
{
	int64_t n;
	struct err e = { .rc = RC_OK };
	if (argc != 3 || str_to_int(str_of(argv[1]), 1, 500000, &n) != RC_OK) {
		fputs("workbook CHILDREN FILE.xlsx\n", stderr);
		return 2;
	}
	struct making m = { .today = day_of(2026, 11, 22) };
	m.r = rand_stream(3, "workbook", 0);
	struct xlsx_about about = { .title = "Invented children", .created_ms = 0 };
	m.w = xlsx_writer_new(&about);
	children(&m, n);
	assessments(&m, n);
	int fd = open(argv[2], O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0 || xlsx_finish_fd(m.w, fd, &e) != RC_OK) {
		fprintf(stderr, "%s could not be written: %s\n", argv[2], e.text);
		return 2;
	}
	xlsx_writer_free(m.w);
	return close(fd) == 0 ? 0 : 2;
}
