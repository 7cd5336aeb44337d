/*
 * Asks a running server for its pages as a browser would: signed in, over one
 * connection that is kept, one page after another.
 *
 *   pages --port N --login NAME --password WORDS [--rounds N]
 *   pages --port N --health             only an answer that asks nothing of the store
 *   pages --port N --login NAME --password WORDS --server PID [--seconds N]
 *       signing in again and again, then eight browsers that ask for pages as fast as
 *       they can: `pages_per_core_s` is pages a second of the server's own processor time
 *   pages ... [--rounds N] --processor PID
 *       the same pages, and of each what it took of that server's processor time: tells the
 *       same on a machine that has others to serve
 *
 * Prints lines of `name_p50_ms`, `name_p95_ms`, `name_n`: the worklist (home),
 * each of its lists, the dearest of the filtered lists that its panel offers, the
 * pages of children found in those lists, and searches by name (whole, begun, with a slip). The time is from sending
 * the request to the last byte of the answer, so it holds the server's time and the way over loopback (not with
 * --processor). Exit 2 if an answer was not 200.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { BODY_MAX = 4 << 20, LINKS_MAX = 2000, LINK_LEN = 300, SAMPLES_MAX = 20000, WALK_PAGES = 20 };

struct links {
	char s[LINKS_MAX][LINK_LEN];
	size_t n;
};

struct samples {
	double ms[SAMPLES_MAX];
	size_t n;
};

static int sock = -1;
static uint16_t port;
static char cookie[200];
static char *answer; /* head and body of the last one; ends with NUL */
static const char *body;
static size_t views;	  /* pages that were answered */
static int64_t processor; /* server whose processor time is measured; 0: by the clock */

static void fail(const char *what, const char *path)
{
	fprintf(stderr, "pages: %s: %s%s%s\n", path, what, errno ? ": " : "", errno ? strerror(errno) : "");
	exit(2);
}

static void dial(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1;
	if (sock >= 0)
		close(sock);
	sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (sock < 0 || connect(sock, (const struct sockaddr *)&to, sizeof to) != 0)
		fail("no server on that port", "127.0.0.1");
	setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void send_all(const char *s, size_t n, const char *path)
{
	while (n) {
		ssize_t k = send(sock, s, n, MSG_NOSIGNAL);
		if (k <= 0)
			fail("could not be asked for", path);
		s += k;
		n -= (size_t)k;
	}
}

/* Reads one answer with a Content-Length; its status. */
static int read_answer(const char *path)
{
	size_t n = 0, want = SIZE_MAX;
	body = NULL;
	while (n < want) {
		ssize_t k = recv(sock, answer + n, (size_t)BODY_MAX - n, 0);
		if (k <= 0)
			fail("the answer broke off", path);
		n += (size_t)k;
		answer[n] = 0;
		char *end = body ? NULL : strstr(answer, "\r\n\r\n");
		if (end) {
			const char *length = strstr(answer, "\r\nContent-Length:");
			body = end + 4;
			want = (size_t)(body - answer) + (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
		}
	}
	if (strstr(answer, "\r\nConnection: close"))
		dial();
	return (int)strtol(answer + 9, NULL, 10);
}

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* One number of a small file; 0: it is not there. */
static uint64_t number_in(const char *path)
{
	uint64_t n = 0;
	FILE *f = fopen(path, "r");
	if (f && fscanf(f, "%" SCNu64, &n) != 1)
		n = 0;
	if (f)
		fclose(f);
	return n;
}

/* Threads that answer pages are called so by their library; others seal, renew, count alerts. */
static bool answers(const char *of)
{
	char path[320], name[32] = "";
	snprintf(path, sizeof path, "%s/comm", of);
	FILE *f = fopen(path, "r");
	if (f && !fgets(name, sizeof name, f))
		name[0] = 0;
	if (f)
		fclose(f);
	return strncmp(name, "MHD", 3) == 0;
}

/* What a server has run until now to answer, as the scheduler counts it. */
static double run_ms(int64_t pid)
{
	char path[300], of[300];
	uint64_t sum = 0;
	snprintf(path, sizeof path, "/proc/%" PRId64 "/task", pid);
	DIR *threads = opendir(path);
	if (!threads)
		fail("no such process", path);
	for (struct dirent *t; (t = readdir(threads));) {
		snprintf(of, sizeof of, "/proc/%" PRId64 "/task/%.20s", pid, t->d_name);
		snprintf(path, sizeof path, "%.250s/schedstat", of);
		if (t->d_name[0] != '.' && answers(of))
			sum += number_in(path);
	}
	closedir(threads);
	return (double)sum / 1e6;
}

static double stamp_ms(void)
{
	return processor ? run_ms(processor) : now_ms();
}

static double get(const char *path)
{
	char head[1000];
	int n = snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nCookie: %s\r\n\r\n", path,
			 (unsigned)port, cookie);
	double t = stamp_ms();
	send_all(head, (size_t)n, path);
	int status = read_answer(path);
	t = stamp_ms() - t;
	errno = 0;
	if (status != 200)
		fail("the answer was not 200", path);
	views++;
	return t;
}

static void sign_in(const char *login, const char *password)
{
	char form[300], head[700];
	int f = snprintf(form, sizeof form, "login=%s&password=%s", login, password);
	int n = snprintf(
	    head, sizeof head,
	    "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: %d\r\n\r\n%s",
	    (unsigned)port, f, form);
	send_all(head, (size_t)n, "/sign-in");
	read_answer("/sign-in");
	const char *set = strstr(answer, "\r\nSet-Cookie: "), *end = set ? strpbrk(set + 14, ";\r") : NULL;
	errno = 0;
	if (!end || (size_t)(end - set - 14) >= sizeof cookie)
		fail("the sign-in was refused", login);
	snprintf(cookie, sizeof cookie, "%.*s", (int)(end - set - 14), set + 14);
}

/* Links of the page that was read last which begin so, each once; &amp; is read as &. */
static void collect(struct links *l, const char *begins)
{
	char mark[100];
	snprintf(mark, sizeof mark, "href=\"%s", begins);
	for (const char *p = body; (p = strstr(p, mark)) && l->n < LINKS_MAX; p++) {
		char *to = l->s[l->n];
		size_t n = 0;
		for (const char *c = p + 6; *c && *c != '"' && n + 1 < LINK_LEN; c++) {
			to[n++] = *c;
			if (strncmp(c, "&amp;", 5) == 0)
				c += 4;
		}
		to[n] = 0;
		bool seen = false;
		for (size_t i = 0; i < l->n && !seen; i++)
			seen = strcmp(l->s[i], to) == 0;
		l->n += !seen;
	}
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double at(struct samples *s, size_t percent)
{
	qsort(s->ms, s->n, sizeof *s->ms, by_size);
	return s->n ? s->ms[s->n * percent / 100] : 0;
}

static void add(struct samples *s, double ms)
{
	if (s->n < SAMPLES_MAX)
		s->ms[s->n++] = ms;
}

static void tell(const char *name, struct samples *s)
{
	printf("%s_p50_ms %.2f\n%s_p95_ms %.2f\n%s_n %zu\n", name, at(s, 50), name, at(s, 95), name, s->n);
	s->n = 0;
}

static void many(const char *name, const char *path, int rounds)
{
	static struct samples s;
	for (int i = 0; i < rounds; i++)
		add(&s, get(path));
	tell(name, &s);
}

/* Each filtered list as often, in turn, so that an unlucky moment meets them all; the one with the highest
 * p95 is told. */
static void dearest_filter(const struct links *filters, int rounds)
{
	static struct samples s, worst;
	size_t n = filters->n, each = (size_t)rounds;
	double *ms = xmalloc((n * each + 1) * sizeof *ms), most = -1;
	for (size_t i = 0; i < n * each; i++)
		ms[i % n * each + i / n] = get(filters->s[i % n]);
	for (size_t i = 0; i < n; i++) {
		s.n = 0;
		for (size_t r = 0; r < each; r++)
			add(&s, ms[i * each + r]);
		fprintf(stderr, "%-28s p50 %6.2f ms, p95 %6.2f ms\n", filters->s[i], at(&s, 50), at(&s, 95));
		if (at(&s, 95) > most) {
			most = at(&s, 95);
			worst = s;
		}
	}
	free(ms);
	tell("filter", &worst);
}

/* Why a date: the clocks that the pages of some children link to. */
static void explanations(const struct links *children, int rounds)
{
	static struct links clocks;
	static struct samples s;
	for (size_t i = 0; i < children->n && i < 40; i++) {
		get(children->s[i]);
		collect(&clocks, children->s[i]);
	}
	size_t kept = 0;
	for (size_t i = 0; i < clocks.n; i++)
		if (strstr(clocks.s[i], "/clock/"))
			memmove(clocks.s[kept++], clocks.s[i], LINK_LEN);
	if (!kept)
		fail("no clocks were found on the children's pages", "");
	for (int i = 0; i < rounds; i++)
		add(&s, get(clocks.s[(size_t)i * 7919 % kept]));
	tell("explanation", &s);
}

/* Children of the lists, page after page of each list. */
static void walk(struct links *children)
{
	static const char *const lists[] = { "/list/late", "/list/waiting", "/list/not-known", "/list/later" };
	static struct links next;
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		char path[LINK_LEN];
		snprintf(path, sizeof path, "%s", lists[i]);
		for (int k = 0; k < WALK_PAGES; k++) {
			char more[LINK_LEN];
			snprintf(more, sizeof more, "%s?after", lists[i]);
			get(path);
			collect(children, "/child/");
			next.n = 0;
			collect(&next, more);
			if (!next.n)
				break;
			snprintf(path, sizeof path, "%s", next.s[next.n - 1]);
		}
	}
	size_t kept = 0; /* the child's page only, not its clocks */
	for (size_t i = 0; i < children->n; i++)
		if (!strchr(children->s[i] + 7, '/') && !strchr(children->s[i], '?'))
			memmove(children->s[kept++], children->s[i], LINK_LEN);
	children->n = kept;
}

/* The name of each child that the page read last shows, as it goes into an address. */
static size_t names_shown(char names[][LINK_LEN], size_t n, size_t max)
{
	for (const char *p = body; (p = strstr(p, "href=\"/child/")) && n < max; p++) {
		const char *from = strchr(p, '>'), *to = from ? strchr(from, '<') : NULL;
		size_t k = 0;
		for (const char *c = from + 1; to && c < to && k + 4 < LINK_LEN / 2; c++)
			k += (size_t)snprintf(names[n] + k, 4, isalnum((unsigned char)*c) ? "%c" : "%%%02X",
					      (unsigned char)*c);
		n += k > 5 && strcspn(names[n], "%") > 3; /* its beginning is typed too */
	}
	return n;
}

/* As people search: a name; its beginning; with two letters swapped; one letter. */
static void searches(int rounds)
{
	static char names[400][LINK_LEN];
	static struct samples s;
	char path[2 * LINK_LEN];
	size_t n = 0;
	for (char c = 'a'; c <= 'z'; c++) {
		snprintf(path, sizeof path, "/children?q=%c", c);
		get(path);
		n = names_shown(names, n, COUNT_OF(names));
	}
	for (size_t i = 0; n && i < (size_t)rounds * 4; i++) {
		char *name = names[i * 7919 % n];
		snprintf(path, sizeof path, i % 4 == 1 ? "/children?q=%.3s" : "/children?q=%s", name);
		if (i % 4 == 2) { /* the second and the third letter */
			char *w = path + strlen("/children?q="), t = w[1];
			w[1] = w[2];
			w[2] = t;
		} else if (i % 4 == 3) {
			path[strlen("/children?q=") + 1] = 0;
		}
		add(&s, get(path));
	}
	tell("search", &s);
}

static void ask_all(int rounds, const char *login)
{
	static struct links filters, children;
	static struct samples pages;
	get("/?filters=1");
	collect(&filters, "/?clock");
	collect(&filters, "/?council");
	collect(&filters, "/?turn");
	collect(&filters, "/?area");
	walk(&children);
	many("home", "/", rounds);
	many("late", "/list/late", rounds);
	many("waiting", "/list/waiting", rounds);
	dearest_filter(&filters, rounds);
	errno = 0;
	if (!children.n)
		fail("no children were found in the lists", login);
	for (size_t i = 0; i < (size_t)rounds * 4; i++)
		add(&pages, get(children.s[i * 7919 % children.n]));
	tell("child", &pages);
	explanations(&children, rounds * 2);
	searches(rounds);
	printf("children %zu\nviews %zu\n", children.n, views);
}

/* Processor time of a process in ms, all its threads. */
static double cpu_ms(int64_t pid)
{
	char path[64], text[1024] = "";
	unsigned long user = 0, kernel = 0;
	snprintf(path, sizeof path, "/proc/%" PRId64 "/stat", pid);
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	if (f)
		fclose(f);
	const char *after = n ? strrchr(text, ')') : NULL; /* the name may hold blanks */
	if (!after || sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2)
		fail("no such process", path);
	return (double)(user + kernel) * 1e3 / (double)sysconf(_SC_CLK_TCK);
}

static void signing_in(const char *login, const char *password, int rounds)
{
	static struct samples s;
	for (int i = 0; i < rounds; i++) {
		double t = now_ms();
		sign_in(login, password);
		add(&s, now_ms() - t);
	}
	tell("sign_in", &s);
}

/* One of several browsers: pages of children and lists in turn, until the time is over. */
static int browse(const struct links *pages, double until, size_t from)
{
	int n = 0;
	dial();
	for (; now_ms() < until; n++)
		get(pages->s[(from + (size_t)n * 7919) % pages->n]);
	return n;
}

static void rate(int64_t server, int64_t seconds)
{
	enum { BROWSERS = 8 };
	static struct links pages;
	int line[2], n, total = 0;
	get("/list/late?filters=1"); /* with each of its filters */
	collect(&pages, "/child/");
	collect(&pages, "/list/");
	if (!pages.n || pipe(line) != 0)
		fail("no pages were found", "/list/late");
	double cpu = cpu_ms(server), begin = now_ms(), until = begin + (double)seconds * 1e3;
	for (size_t i = 0; i < BROWSERS; i++)
		if (fork() == 0) {
			n = browse(&pages, until, i * 31);
			_exit(write(line[1], &n, sizeof n) == sizeof n ? 0 : 2);
		}
	close(line[1]);
	while (read(line[0], &n, sizeof n) == sizeof n)
		total += n;
	double took = now_ms() - begin;
	cpu = cpu_ms(server) - cpu;
	for (int status; wait(&status) > 0;)
		if (status)
			exit(2);
	printf("pages_per_s %.0f\npages_per_core_s %.0f\n", total * 1e3 / took, cpu > 0 ? total * 1e3 / cpu : 0);
}

int main(int argc, char **argv)
{
	const char *login = "admin", *password = "";
	int64_t p = 0, rounds = 100, server = 0, seconds = 5;
	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--login") == 0)
			login = argv[i + 1];
		else if (strcmp(argv[i], "--password") == 0)
			password = argv[i + 1];
		else if (strcmp(argv[i], "--port") == 0)
			(void)!str_to_int(str_of(argv[i + 1]), 1, 65535, &p);
		else if (strcmp(argv[i], "--server") == 0)
			(void)!str_to_int(str_of(argv[i + 1]), 1, INT32_MAX, &server);
		else if (strcmp(argv[i], "--processor") == 0)
			(void)!str_to_int(str_of(argv[i + 1]), 1, INT32_MAX, &processor);
		else if (strcmp(argv[i], "--seconds") == 0)
			(void)!str_to_int(str_of(argv[i + 1]), 1, 600, &seconds);
		else if (strcmp(argv[i], "--rounds") == 0)
			(void)!str_to_int(str_of(argv[i + 1]), 1, SAMPLES_MAX, &rounds);
	}
	bool health = argc == 4 && strcmp(argv[3], "--health") == 0;
	if (!p) {
		fprintf(stderr, "usage: pages --port N --login NAME --password WORDS [--rounds N] [--processor PID] | "
				"pages --port N --health\n");
		return 2;
	}
	port = (uint16_t)p;
	answer = xmalloc((size_t)BODY_MAX + 1);
	dial();
	if (health) {
		many("health", "/health", (int)rounds);
	} else if (server) {
		signing_in(login, password, 20);
		rate(server, seconds);
	} else {
		sign_in(login, password);
		ask_all((int)rounds, login);
	}
	close(sock);
	free(answer);
	return 0;
}
