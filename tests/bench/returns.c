/*
 * Writes two looked-after returns of invented children, this year and last, in the
 * shape with which the councils' own checker was measured.
 *
 *   returns --children N --out FOLDER [--seed N]     into FOLDER/now and FOLDER/last
 *
 * Ages spread from 0 to 17; entries from April 2022 to February 2026; placements of
 * 20 to 700 days; one in four ends in the year leaves care; 6 % unaccompanied; health
 * items for those looked after all year; one in ten goes missing. Prints the rows.
 */
#include "base/day.h"
#include "base/rand.h"
#include "codec/csv.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/stat.h>

enum { EPISODES_MAX = 80, FILES = 10, YEARS = 2 };
enum { HEADER, EPISODES, REVIEWS, UASC, OC2, OC3, PREVPERM, MISSING, WORKERS, DECISIONS };

static const char *const names[FILES] = { "header", "episodes",	 "reviews", "uasc",	   "oc2",
					  "oc3",    "prev_perm", "missing", "sw_episodes", "placed_for_adoption" };
static const char *const headings[FILES] = {
	"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
	"CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN",
	"CHILD,DOB,REVIEW,REVIEW_CODE",
	"CHILD,SEX,DOB,DUC",
	"CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_"
	"MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
	"CHILD,DOB,IN_TOUCH,ACTIV,ACCOM",
	"CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM",
	"CHILD,DOB,MISSING,MIS_START,MIS_END",
	"CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
	"CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED",
};

struct year {
	day_t first, last;
	FILE *files[FILES];
};
static struct year years[YEARS];
static int64_t rows;

struct episode {
	day_t from, to; /* to: DAY_NONE while open */
	const char *rne, *ls, *place, *provider, *rec, *why;
	char post[10];
};

struct kid {
	struct rand r;
	char id[12], upn[14];
	day_t born;
	bool girl, uasc;
	const char *ethnic, *cin;
	char home[10];
	struct episode e[EPISODES_MAX];
	size_t n;
};

static const char *one_of(struct rand *r, const char *const *list, size_t n)
{
	return list[rand_int(r, 0, (int64_t)n - 1)];
}
#define ONE_OF(r, ...) one_of(r, (const char *const[]){ __VA_ARGS__ }, COUNT_OF(((const char *const[]){ __VA_ARGS__ })))

static const char *dmy(day_t d, char *out)
{
	struct ymd a = d == DAY_NONE ? (struct ymd){ 0 } : day_ymd(d);
	out[0] = '\0';
	if (d != DAY_NONE)
		snprintf(out, 16, "%02d/%02d/%04d", a.day, a.month, a.year);
	return out;
}

static void put(int y, int file, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void put(int y, int file, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vfprintf(years[y].files[file], fmt, ap);
	va_end(ap);
	rows++;
}

static void postcode(struct rand *r, char *out)
{
	static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";
	snprintf(out, 10, "%s%d %d%c%c", ONE_OF(r, "CM", "SS", "RM", "CO", "NG", "LE", "DE", "HA", "UB", "TW"),
		 (int)rand_int(r, 1, 20), (int)rand_int(r, 1, 9), letters[rand_int(r, 0, 19)],
		 letters[rand_int(r, 0, 19)]);
}

static const char *provider_of(struct rand *r, const char *place)
{
	if (place[0] == 'T' || place[0] == 'Z')
		return "";
	if (!strcmp(place, "P1"))
		return "PR0";
	return ONE_OF(r, "PR1", "PR4", "PR5");
}

/* The episodes of one period of care. */
static void live(struct kid *k)
{
	day_t start = day_of(2022, 4, 1) + (day_t)rand_int(&k->r, 0, day_of(2026, 2, 28) - day_of(2022, 4, 1));
	const char *ls = ONE_OF(&k->r, "V2", "C1", "C2", "C2", "V2");
	for (day_t at = start > k->born ? start : k->born; k->n < EPISODES_MAX && at <= years[0].last;) {
		struct episode *e = &k->e[k->n];
		bool odd = k->n && rand_chance(&k->r, 0.05);
		e->from = at;
		e->rne = k->n ? "P" : "S";
		e->place = odd ? ONE_OF(&k->r, "K1", "T0", "T3") : ONE_OF(&k->r, "U6", "U6", "U4", "U1", "K2", "U3");
		e->ls = ls;
		e->provider = provider_of(&k->r, e->place);
		postcode(&k->r, e->post);
		day_t to = at + (day_t)rand_int(&k->r, 20, 700);
		e->to = to > years[0].last ? DAY_NONE : to;
		e->rec = e->to == DAY_NONE ? "" : "X1";
		e->why = e->to == DAY_NONE ? "" : ONE_OF(&k->r, "CARPL", "CREQB", "OTHER", "LAREQ");
		k->n++;
		if (to >= years[0].first && to <= years[0].last && rand_chance(&k->r, 0.25)) {
			e->rec = ONE_OF(&k->r, "E4A", "E4B", "E8", "E45", "E17");
			e->why = "";
			return;
		}
		at = to;
	}
}

static bool touches(const struct episode *e, int y)
{
	return e->from <= years[y].last && (e->to == DAY_NONE || e->to >= years[y].first);
}

static bool all_year(const struct kid *k, int y)
{
	bool there = false;
	for (size_t i = 0; i < k->n; i++) {
		if (touches(&k->e[i], y))
			there = true;
		if (i == 0 && k->e[0].from > years[y].first)
			return false;
		if (k->e[i].to != DAY_NONE && strcmp(k->e[i].rec, "X1") != 0 && k->e[i].to < years[y].last)
			return false;
	}
	return there;
}

static void put_episodes(struct kid *k, int y)
{
	char from[16], to[16];
	for (size_t i = 0; i < k->n; i++) {
		const struct episode *e = &k->e[i];
		if (!touches(e, y))
			continue;
		bool open = e->to == DAY_NONE || e->to > years[y].last;
		put(y, EPISODES, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\r\n", k->id, dmy(e->from, from), e->rne, e->ls,
		    k->cin, e->place, e->provider, open ? "" : dmy(e->to, to), open ? "" : e->rec, open ? "" : e->why,
		    k->uasc ? "" : k->home, k->uasc ? "" : e->post, e->place[0] == 'T' ? "" : "1234567");
	}
}

static void put_health(struct kid *k, int y, const char *born)
{
	int age = day_age_years(k->born, years[y].last);
	bool scored = age >= 4 && age < 17 && rand_chance(&k->r, 0.78);
	char score[8] = "";
	if (scored)
		snprintf(score, sizeof score, "%d", (int)rand_int(&k->r, 0, 35));
	put(y, OC2, "%s,%s,%s,%s,%s,%s,%d,%d,%d,%d,%s,\r\n", k->id, born, score,
	    scored || age < 4 || age > 16 ? "" : ONE_OF(&k->r, "SDQ2", "SDQ4", "SDQ5"), age >= 10 ? "0" : "",
	    age < 5 ? "1" : "", rand_chance(&k->r, 0.85), rand_chance(&k->r, 0.8), rand_chance(&k->r, 0.9), 0, "");
}

static void put_year(struct kid *k, int y)
{
	char born[16], from[16], to[16];
	bool there = false;
	dmy(k->born, born);
	for (size_t i = 0; i < k->n; i++)
		there = there || touches(&k->e[i], y);
	if (!there)
		return;
	put(y, HEADER, "%s,%s,%s,%s,%s,%s,\r\n", k->id, k->girl ? "F" : "M", born, k->ethnic, k->upn,
	    k->girl ? "0" : "");
	put_episodes(k, y);
	put(y, PREVPERM, "%s,%s,Z1,,\r\n", k->id, born);
	for (int i = 0; i < 2; i++) {
		day_t on = years[y].first + (day_t)rand_int(&k->r, 0, 180) + i * 180;
		if (on >= k->e[0].from && on >= k->born && on <= years[y].last)
			put(y, REVIEWS, "%s,%s,%s,%s\r\n", k->id, born, dmy(on, from),
			    on < day_birthday(k->born, 4) ? "PN0" : ONE_OF(&k->r, "PN1", "PN3", "PN6"));
	}
	put(y, WORKERS, "%s,%s,SW%d,%s,,MANAGE\r\n", k->id, born, (int)rand_int(&k->r, 1000, 9999),
	    dmy(k->e[0].from, from));
	if (k->uasc)
		put(y, UASC, "%s,%s,%s,%s\r\n", k->id, k->girl ? "F" : "M", born, dmy(day_birthday(k->born, 18), from));
	if (all_year(k, y))
		put_health(k, y, born);
	if (rand_chance(&k->r, 0.1)) {
		day_t on = years[y].first + (day_t)rand_int(&k->r, 0, 300);
		put(y, MISSING, "%s,%s,M,%s,%s\r\n", k->id, born, dmy(on, from), dmy(on + 3, to));
	}
}

static void child(uint64_t seed, uint64_t i)
{
	static const char letters[] = "ABCDEFGHJKLMNPQRTUVWXYZ";
	struct kid k = { .r = rand_stream(seed, "return", i) };
	snprintf(k.id, sizeof k.id, "R%06u", (unsigned)i);
	snprintf(k.upn, sizeof k.upn, "%c%012u", letters[rand_int(&k.r, 0, 22)], (unsigned)i);
	k.born = years[0].last - (day_t)rand_int(&k.r, 30, 17 * 365 + 300);
	k.girl = rand_chance(&k.r, 0.45);
	k.uasc = rand_chance(&k.r, 0.06);
	k.ethnic = ONE_OF(&k.r, "WBRI", "WBRI", "WBRI", "BAFR", "MWBC", "AOTH");
	k.cin = ONE_OF(&k.r, "N1", "N1", "N5", "N4");
	postcode(&k.r, k.home);
	live(&k);
	for (int y = 0; y < YEARS; y++)
		put_year(&k, y);
}

static void leaver(uint64_t seed, uint64_t i)
{
	struct rand r = rand_stream(seed, "leaver", i);
	char born[16];
	day_t b = years[0].last - (day_t)rand_int(&r, 18 * 365, 21 * 365);
	dmy(b, born);
	put(0, HEADER, "L%06u,M,%s,WBRI,UN1,,\r\n", (unsigned)i, born);
	put(0, OC3, "L%06u,%s,YES,F4,U1\r\n", (unsigned)i, born);
}

static bool open_year(const char *out, int y, const char *folder)
{
	char path[2000];
	snprintf(path, sizeof path, "%s/%s", out, folder);
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return false;
	for (int f = 0; f < FILES; f++) {
		snprintf(path, sizeof path, "%s/%s/%s.csv", out, folder, names[f]);
		years[y].files[f] = fopen(path, "wb");
		if (!years[y].files[f])
			return false;
		fprintf(years[y].files[f], "%s\r\n", headings[f]);
	}
	return true;
}

int main(int argc, char **argv)
{
	int64_t n = 1000, seed = 1;
	const char *out = NULL;
	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--children") && str_to_int(str_of(argv[i + 1]), 1, 10000000, &n) != RC_OK)
			return 2;
		if (!strcmp(argv[i], "--seed") && str_to_int(str_of(argv[i + 1]), 0, INT32_MAX, &seed) != RC_OK)
			return 2;
		if (!strcmp(argv[i], "--out"))
			out = argv[i + 1];
	}
	years[0] = (struct year){ .first = day_of(2025, 4, 1), .last = day_of(2026, 3, 31) };
	years[1] = (struct year){ .first = day_of(2024, 4, 1), .last = day_of(2025, 3, 31) };
	if (!out || (mkdir(out, 0755) != 0 && errno != EEXIST) || !open_year(out, 0, "now") ||
	    !open_year(out, 1, "last")) {
		fprintf(stderr, "returns --children N --out FOLDER [--seed N]\n");
		return 2;
	}
	for (int64_t i = 0; i < n; i++)
		child((uint64_t)seed, (uint64_t)i);
	for (int64_t i = 0; i < n / 8; i++)
		leaver((uint64_t)seed, (uint64_t)i);
	for (int y = 0; y < YEARS; y++)
		for (int f = 0; f < FILES; f++)
			if (fclose(years[y].files[f]) != 0)
				return 2;
	printf("rows %" PRId64 "\n", rows);
	return 0;
}
