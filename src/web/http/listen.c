/*
 * listen.c - the server library at work; no other file sees its header.
 *
 * The library's own timeout is renewed by every byte, so a client that sends a
 * letter now and then stays for ever. A reaper thread therefore holds a deadline
 * for each connection, set anew when its phase changes (headers, body, answer,
 * idle), and shuts down the socket of whoever is past it.
 */
#include "web/http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTION_MEMORY = 32 * 1024,
	IDLE_SECONDS = 15,
	ANSWER_SECONDS = 30,
	STOP_SECONDS = 10,
	BYTES_A_SECOND = 32 * 1024, /* slower than this is too slow, both ways */
	LIBRARY_TIMEOUT = 30,
	FIELD_MAX = 64 * 1024,
};
#define NO_DEADLINE INT64_MAX

struct line { /* one connection */
	struct line *next, **at;
	int fd;
	int64_t deadline_ms;
	bool cut;
};

struct http_server {
	struct http_site site;
	struct http_settings set;
	struct MHD_Daemon *daemon;
	int port;
	pthread_t reaper;
	pthread_mutex_t lock; /* guards lines */
	pthread_cond_t wake;
	struct line *lines;
	bool stopping;
	atomic_int running; /* requests begun and not finished */
};

struct exchange { /* one request and its answer */
	struct http_server *server;
	struct request q;
	struct line *line;
	struct MHD_PostProcessor *post;
	struct buf form;  /* a form that came without files, until all of it is there */
	bool is_form;
	struct buf field; /* of one with files: value of the field being read */
	struct str field_name;
	bool field_open;
	int64_t body_bytes, file_bytes, started_ms;
	bool headers_read, answered;
	bool unframed; /* where this request ends is in doubt: nothing after it is read */
	bool files_allowed;
};

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- deadlines ---- */

static void deadline(struct http_server *h, struct line *l, int64_t ms)
{
	if (!l)
		return;
	pthread_mutex_lock(&h->lock);
	l->deadline_ms = ms == NO_DEADLINE ? ms : now_ms() + ms;
	pthread_mutex_unlock(&h->lock);
}

static void *reap(void *arg)
{
	struct http_server *h = arg;
	pthread_mutex_lock(&h->lock);
	while (!h->stopping) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 500000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&h->wake, &h->lock, &until);
		int64_t now = now_ms();
		for (struct line *l = h->lines; l; l = l->next) {
			if (l->deadline_ms >= now || l->cut)
				continue;
			l->cut = true;
			shutdown(l->fd, SHUT_RDWR);
		}
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static void on_connection(void *arg, struct MHD_Connection *c, void **context, enum MHD_ConnectionNotificationCode what)
{
	struct http_server *h = arg;
	struct line *l = *context;
	pthread_mutex_lock(&h->lock);
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		l = xcalloc(1, sizeof *l);
		l->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		l->deadline_ms = now_ms() + h->set.header_seconds * 1000;
		l->next = h->lines;
		l->at = &h->lines;
		if (l->next)
			l->next->at = &l->next;
		h->lines = l;
		*context = l;
	} else if (l) {
		*l->at = l->next;
		if (l->next)
			l->next->at = l->at;
		free(l);
		*context = NULL;
	}
	pthread_mutex_unlock(&h->lock);
}

/* ---- answering ---- */

static enum MHD_Result send_answer(struct exchange *x, struct MHD_Connection *c)
{
	struct http_server *h = x->server;
	struct response r = { .status = 500 };
	buf_init(&r.body, HTTP_RESPONSE_MAX);
	x->answered = true;
	deadline(h, x->line, NO_DEADLINE);
	int64_t from = now_ms();
	h->site.answer(h->site.arg, &x->q, &r);
	response_compress(&r, x->q.accept_encoding);
	if (r.close || x->unframed)
		response_header(&r, "Connection", "close");
	size_t n = r.still ? r.still_n : r.body.n;
	if (h->site.log)
		h->site.log(h->site.arg, &x->q, &r, now_ms() - from);
	struct MHD_Response *m;
	if (r.still)
		m = MHD_create_response_from_buffer(n, (void *)(uintptr_t)r.still, MHD_RESPMEM_PERSISTENT);
	else
		m = MHD_create_response_from_buffer(n, r.body.p,
						    r.body.p ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
	if (!m) {
		response_release(&r);
		return MHD_NO;
	}
	MHD_add_response_header(m, "Content-Type", r.type ? r.type : "text/html; charset=utf-8");
	for (size_t i = 0; i < r.n_headers; i++)
		MHD_add_response_header(m, r.headers[i].name, r.headers[i].value);
	deadline(h, x->line, ANSWER_SECONDS * 1000 + (int64_t)(n / BYTES_A_SECOND) * 1000);
	enum MHD_Result ok = MHD_queue_response(c, (unsigned)r.status, m);
	MHD_destroy_response(m);
	return ok;
}

static enum MHD_Result refuse(struct exchange *x, struct MHD_Connection *c, int status, const char *words)
{
	if (!x->q.fault) {
		x->q.fault = status;
		x->q.fault_words = words;
	}
	return send_answer(x, c);
}

/* ---- reading ---- */

static struct str header_of(struct exchange *x, struct MHD_Connection *c, const char *name)
{
	const char *v = MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
	struct str s = v ? arena_str(&x->q.arena, str_of(v)) : (struct str){ NULL, 0 };
	return utf8_bad_at(s) == SIZE_MAX ? s : (struct str){ NULL, 0 };
}

static void *on_address(void *arg, const char *uri, struct MHD_Connection *c)
{
	struct http_server *h = arg;
	struct exchange *x = xcalloc(1, sizeof *x);
	x->server = h;
	x->started_ms = now_ms();
	arena_init(&x->q.arena);
	buf_init(&x->field, FIELD_MAX);
	buf_init(&x->form, HTTP_FORM_MAX + FIELD_MAX);
	x->q.content_length = -1;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	x->line = info ? info->socket_context : NULL;
	atomic_fetch_add(&h->running, 1);
	/* The rest of the headers is owed from now on; what idled before is forgiven. */
	deadline(h, x->line, h->set.header_seconds * 1000);
	request_parse(&x->q, str_of(uri));
	return x;
}

static void on_done(void *arg, struct MHD_Connection *c, void **con, enum MHD_RequestTerminationCode why)
{
	(void)c;
	(void)why;
	struct http_server *h = arg;
	struct exchange *x = *con;
	if (!x)
		return;
	*con = NULL;
	if (x->post)
		MHD_destroy_post_processor(x->post);
	for (size_t i = 0; i < x->q.n_files; i++)
		if (x->q.files[i].fd >= 0)
			close(x->q.files[i].fd);
	buf_release(&x->field);
	buf_release(&x->form);
	arena_release(&x->q.arena);
	deadline(h, x->line, IDLE_SECONDS * 1000);
	free(x);
	atomic_fetch_sub(&h->running, 1);
}

static bool body_fault(struct exchange *x, int status, const char *words)
{
	if (!x->q.fault) {
		x->q.fault = status;
		x->q.fault_words = words;
	}
	return false;
}

/* Which answer is told by what was typed: the label that the person saw is the page's, and `name` is on no screen. */
static const char *control_words(struct str name, struct str v, struct arena *a)
{
	struct buf b AUTO(buf_release);
	size_t at = 0;
	while (!control_step(v.p + at, v.n - at))
		at++;
	size_t from = at > 30 ? at - 30 : 0;
	while (((unsigned char)v.p[from] & 0xC0) == 0x80)
		from++;
	buf_init(&b, 600);
	if (str_is(name, "password") || str_is(name, "old") || str_is(name, "new")) {
		buf_puts(&b, "The password");
	} else {
		buf_puts(&b, from ? "The answer \"…" : "The answer \"");
		buf_shown(&b, str_cut_to((struct str){ v.p + from, v.n - from }, 60));
		buf_puts(&b, "\"");
	}
	buf_puts(&b, " holds a control character, which no words need and a screen would obey. Go back, delete the "
		     "answer and type it anew.");
	return arena_str(a, buf_view(&b)).p;
}

static bool form_add(struct exchange *x, struct str name, struct str v)
{
	struct request *q = &x->q;
	if (v.n > FIELD_MAX)
		return body_fault(x, 413, "One of the answers in the form is too long.");
	if (utf8_bad_at(name) != SIZE_MAX || utf8_bad_at(v) != SIZE_MAX)
		return body_fault(x, 400, "The form holds characters that cannot be read.");
	if (text_has_control(name))
		return body_fault(x, 400, "The form holds characters that cannot be read.");
	if (text_has_control(v))
		return body_fault(x, 400, control_words(name, v, &q->arena));
	if (q->n_form == HTTP_PAIRS_MAX)
		return body_fault(x, 413, "The form has too many fields.");
	q->form[q->n_form++] = (struct pair){ name, v };
	return true;
}

/* The library reads such a form piece by piece, and loses the beginning of an answer whose first escape is cut in two
 * by the network: so it is read here, whole. */
static void form_read(struct exchange *x)
{
	bool good = true;
	for (struct str rest, left = str_trim(buf_view(&x->form)); good && left.n; left = rest) {
		struct str value, one = str_cut(left, '&', &rest), name = str_cut(one, '=', &value);
		if (one.n)
			good = form_add(x, form_decode(&x->q.arena, name), form_decode(&x->q.arena, value));
	}
}

static bool field_close(struct exchange *x)
{
	if (!x->field_open)
		return true;
	x->field_open = false;
	if (!buf_ok(&x->field))
		return body_fault(x, 413, "One of the answers in the form is too long.");
	if (!form_add(x, x->field_name, arena_str(&x->q.arena, buf_view(&x->field))))
		return false;
	buf_reset(&x->field);
	return true;
}

static int temporary_file(void)
{
	const char *dir = getenv("TMPDIR");
	char path[512];
	snprintf(path, sizeof path, "%s/linnet-upload-XXXXXX", dir && *dir ? dir : "/tmp");
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static bool file_begin(struct exchange *x, struct str field, struct str name)
{
	struct request *q = &x->q;
	int status = 413;
	if (!field_close(x))
		return false;
	if (!x->files_allowed &&
	    (!x->server->site.may_upload || !x->server->site.may_upload(x->server->site.arg, q, &status)))
		return body_fault(x, status, "This page takes no files from you.");
	x->files_allowed = true;
	if (q->n_files == HTTP_FILES_MAX)
		return body_fault(x, 413, "Too many files at once. Send at most 32.");
	int fd = temporary_file();
	if (fd < 0)
		return body_fault(x, 500, "The file could not be kept. Is there room on the server's disk?");
	q->files[q->n_files++] = (struct uploaded){ .field = field, .name = name, .fd = fd };
	return true;
}

static bool file_write(struct exchange *x, const char *data, size_t n)
{
	struct uploaded *u = &x->q.files[x->q.n_files - 1];
	u->size += (int64_t)n;
	x->file_bytes += (int64_t)n;
	if (u->size > HTTP_FILE_MAX || x->file_bytes > HTTP_UPLOAD_MAX)
		return body_fault(x, 413, "The files are too large. One file may have 1 GB, all together 2 GB.");
	while (n) {
		ssize_t k = write(u->fd, data, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return body_fault(x, 500, "The file could not be kept. Is there room on the server's disk?");
		data += k;
		n -= (size_t)k;
	}
	return true;
}

/* Nothing of it was there when it began, and now its bytes come. */
static bool file_goes_on(const struct request *q, struct str field, struct str name)
{
	const struct uploaded *last = q->n_files ? &q->files[q->n_files - 1] : NULL;
	return last && !last->size && str_eq(last->field, field) && str_eq(last->name, name);
}

static enum MHD_Result on_field(void *arg, enum MHD_ValueKind kind, const char *key, const char *filename,
				const char *type, const char *encoding, const char *data, uint64_t off, size_t n)
{
	(void)kind;
	(void)type;
	(void)encoding;
	struct exchange *x = arg;
	struct request *q = &x->q;
	if (q->fault)
		return MHD_NO;
	struct str name = str_of(key ? key : "");
	if (utf8_bad_at(name) != SIZE_MAX || (filename && utf8_bad_at(str_of(filename)) != SIZE_MAX))
		return body_fault(x, 400, "The form holds characters that cannot be read.") ? MHD_YES : MHD_NO;
	if (filename) {
		if (!*filename)
			return MHD_YES; /* a file field left empty */
		if (off == 0 && !file_goes_on(q, name, str_of(filename)) &&
		    !file_begin(x, arena_str(&q->arena, name), arena_str(&q->arena, str_of(filename))))
			return MHD_NO;
		return file_write(x, data, n) ? MHD_YES : MHD_NO;
	}
	/* The library says twice that an answer begins, if the network cut it after its first sign. */
	if (off == 0 && !(x->field_open && !x->field.n && str_eq(x->field_name, name))) {
		if (!field_close(x))
			return MHD_NO;
		x->field_name = arena_str(&q->arena, name);
		x->field_open = true;
	}
	buf_put(&x->field, data, n);
	return buf_ok(&x->field) || body_fault(x, 413, "One of the answers in the form is too long.") ? MHD_YES
												      : MHD_NO;
}

/* ---- what the library lets pass, and a proxy before it may read otherwise (RFC 9112) ---- */

struct framing {
	int lengths, codings, hosts;
	bool unknown_coding, bad_sign;
};

static bool is_token(const char *p, size_t n)
{
	bool good = n > 0;
	for (size_t i = 0; good && i < n; i++)
		good = (p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'z') || (p[i] >= 'A' && p[i] <= 'Z') ||
		       (p[i] && strchr("!#$%&'*+-.^_`|~", p[i]));
	return good;
}

static enum MHD_Result on_header(void *arg, enum MHD_ValueKind kind, const char *key, size_t n_key, const char *value,
				 size_t n)
{
	struct framing *f = arg;
	struct str name = { key, n_key }, v = { value, n };
	(void)kind;
	f->lengths += str_is_nocase(name, "Content-Length");
	f->hosts += str_is_nocase(name, "Host");
	if (str_is_nocase(name, "Transfer-Encoding")) {
		f->codings++;
		f->unknown_coding |= !str_is_nocase(v, "chunked");
	}
	f->bad_sign |= !is_token(key, n_key);
	for (size_t i = 0; i < n; i++)
		f->bad_sign |= ((unsigned char)v.p[i] < 0x20 && v.p[i] != '\t') || v.p[i] == 0x7f;
	return MHD_YES;
}

static void judge_framing(struct exchange *x, struct MHD_Connection *c)
{
	struct framing f = { .lengths = 0 };
	MHD_get_connection_values_n(c, MHD_HEADER_KIND, on_header, &f);
	bool doubtful = f.lengths > 1 || f.codings > 1 || (f.lengths && f.codings) || f.hosts > 1 || f.bad_sign;
	x->unframed = doubtful || f.unknown_coding;
	if (!x->unframed)
		return;
	x->q.fault = doubtful ? 400 : 501;
	x->q.fault_words = doubtful ? "The headers of the request contradict one another or cannot be read."
				    : "The request was sent in a coding that this site does not read.";
}

static void read_headers(struct exchange *x, struct MHD_Connection *c, const char *method)
{
	struct request *q = &x->q;
	q->head = !strcmp(method, "HEAD");
	q->method = !strcmp(method, "POST")		? METHOD_POST
		    : !strcmp(method, "GET") || q->head ? METHOD_GET
							: METHOD_OTHER;
	q->cookie = header_of(x, c, "Cookie");
	q->origin = header_of(x, c, "Origin");
	q->user_agent = header_of(x, c, "User-Agent");
	q->fetch_site = header_of(x, c, "Sec-Fetch-Site");
	q->host = header_of(x, c, "Host");
	q->content_type = header_of(x, c, "Content-Type");
	q->accept_encoding = header_of(x, c, "Accept-Encoding");
	q->if_none_match = header_of(x, c, "If-None-Match");
	struct str length = header_of(x, c, "Content-Length");
	if (length.p && str_to_int(length, 0, INT64_MAX, &q->content_length) != RC_OK)
		body_fault(x, 400, "The length of the request cannot be read.");
}

static bool content_type_is(struct str t, const char *want)
{
	struct str rest;
	return str_is_nocase(str_trim(str_cut(t, ';', &rest)), want);
}

/* What may be told of a body before it is read. */
static void judge_body(struct exchange *x, struct MHD_Connection *c)
{
	struct request *q = &x->q;
	bool files = content_type_is(q->content_type, "multipart/form-data");
	int status = 400;
	if (q->fault || q->method != METHOD_POST)
		return;
	if (!files && !content_type_is(q->content_type, "application/x-www-form-urlencoded")) {
		if (q->content_length != 0)
			body_fault(x, 415, "The form was sent in a way that this site does not read.");
		return;
	}
	if (x->server->site.may_send && !x->server->site.may_send(x->server->site.arg, q, &status)) {
		body_fault(
		    x, status,
		    "The form was not sent from a page of this site. Open the page again and send it from there.");
		return;
	}
	if (q->content_length > (files ? HTTP_UPLOAD_MAX + HTTP_FORM_MAX : HTTP_FORM_MAX)) {
		body_fault(x, 413, "What was sent is too large.");
		return;
	}
	x->is_form = !files;
	x->post = files ? MHD_create_post_processor(c, 16 * 1024, on_field, x) : NULL;
	if (files && !x->post)
		body_fault(x, 400, "The form cannot be read.");
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url, const char *method,
				  const char *version, const char *data, size_t *n, void **con)
{
	struct http_server *h = arg;
	struct exchange *x = *con;
	(void)url;
	(void)version;
	if (!x)
		return MHD_NO;
	if (!x->headers_read) {
		x->headers_read = true;
		deadline(h, x->line, h->set.body_seconds * 1000);
		judge_framing(x, c);
		read_headers(x, c, method);
		judge_body(x, c);
		/* Refused before the body is read: the library closes the connection. */
		bool now = x->unframed || (x->q.fault && x->q.method == METHOD_POST);
		return now ? refuse(x, c, x->q.fault, x->q.fault_words) : MHD_YES;
	}
	if (*n) {
		size_t k = *n;
		*n = 0;
		x->body_bytes += (int64_t)k;
		if (!x->files_allowed && x->body_bytes > HTTP_FORM_MAX + FIELD_MAX)
			body_fault(x, 413, "What was sent is too large.");
		if (!x->q.fault && x->is_form)
			buf_put(&x->form, data, k);
		if (!x->q.fault && x->post && MHD_post_process(x->post, data, k) != MHD_YES)
			body_fault(x, 400, "The form cannot be read.");
		if (x->q.fault && !x->answered) {
			/* An answer cannot be queued while a body arrives: cut the line once it is far over. Who sends
			 * slowly has until then as long as the whole form had, and no longer for each piece. */
			if (x->body_bytes > 4 * HTTP_FORM_MAX)
				deadline(h, x->line, 0);
		} else if (x->files_allowed) {
			int64_t due = x->started_ms + (h->set.body_seconds + x->body_bytes / BYTES_A_SECOND) * 1000;
			deadline(h, x->line, due - now_ms());
		}
		return MHD_YES;
	}
	if (x->answered)
		return MHD_YES;
	if (x->is_form && !x->q.fault)
		form_read(x);
	x->is_form = false;
	if (x->post) {
		MHD_destroy_post_processor(x->post);
		x->post = NULL;
		field_close(x);
		for (size_t i = 0; i < x->q.n_files; i++)
			if (lseek(x->q.files[i].fd, 0, SEEK_SET) != 0)
				body_fault(x, 500, "The file could not be read back.");
	}
	return send_answer(x, c);
}

/* ---- start and stop ---- */

static void silent(void *arg, const char *fmt, va_list ap)
{
	(void)arg;
	(void)fmt;
	(void)ap;
}

static enum rc address_of(const struct http_settings *s, struct sockaddr_storage *a, bool *v6, struct err *e)
{
	struct sockaddr_in *a4 = (struct sockaddr_in *)a;
	struct sockaddr_in6 *a6 = (struct sockaddr_in6 *)a;
	memset(a, 0, sizeof *a);
	if (s->port < 0 || s->port > 65535)
		return err_set(e, RC_BAD_INPUT, "A port is a number from 0 to 65535.");
	*v6 = false;
	if (inet_pton(AF_INET, s->address, &a4->sin_addr) == 1) {
		a4->sin_family = AF_INET;
		a4->sin_port = htons((uint16_t)s->port);
		return RC_OK;
	}
	if (inet_pton(AF_INET6, s->address, &a6->sin6_addr) == 1) {
		a6->sin6_family = AF_INET6;
		a6->sin6_port = htons((uint16_t)s->port);
		*v6 = true;
		return RC_OK;
	}
	return err_set(e, RC_BAD_INPUT, "%s is no address to listen on. Give one such as 127.0.0.1.", s->address);
}

static void settle(struct http_settings *s)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	if (!s->address)
		s->address = "127.0.0.1";
	if (s->threads < 4)
		s->threads = cpus > 2 ? (int)(cpus < 32 ? cpus * 2 : 64) : 4;
	if (!s->connections)
		s->connections = 1000;
	if (!s->per_address)
		s->per_address = 100;
	if (!s->header_seconds)
		s->header_seconds = 10;
	if (!s->body_seconds)
		s->body_seconds = 20;
}

static enum rc daemon_start(struct http_server *h, struct err *e)
{
	struct sockaddr_storage a;
	bool v6 = false;
	enum rc rc = address_of(&h->set, &a, &v6, e);
	if (rc != RC_OK)
		return rc;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG | MHD_USE_ITC | (v6 ? MHD_USE_IPv6 : 0U);
	errno = 0;
	h->daemon = MHD_start_daemon(
	    flags, 0, NULL, NULL, on_request, h, MHD_OPTION_EXTERNAL_LOGGER, silent, NULL, MHD_OPTION_SOCK_ADDR,
	    (struct sockaddr *)&a, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)h->set.threads, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)h->set.connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)h->set.per_address,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)LIBRARY_TIMEOUT, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_address, h,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, h, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_END);
	if (!h->daemon) {
		int why = errno;
		rc = err_set(e, RC_IO, "Cannot listen on %s port %d: %s. Is another program using it?", h->set.address,
			     h->set.port, why ? strerror(why) : "refused");
		return rc;
	}
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
	h->port = info ? info->port : h->set.port;
	return RC_OK;
}

enum rc http_start(const struct http_site *site, const struct http_settings *s, struct http_server **out, struct err *e)
{
	struct http_server *h = xcalloc(1, sizeof *h);
	h->site = *site;
	h->set = *s;
	settle(&h->set);
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->wake, NULL);
	enum rc rc = daemon_start(h, e);
	if (rc == RC_OK && pthread_create(&h->reaper, NULL, reap, h) != 0) {
		MHD_stop_daemon(h->daemon);
		rc = err_set(e, RC_IO, "Cannot start a thread. Is a limit on processes set too low?");
	}
	if (rc != RC_OK) {
		pthread_cond_destroy(&h->wake);
		pthread_mutex_destroy(&h->lock);
		free(h);
		return rc;
	}
	*out = h;
	return RC_OK;
}

int http_port(const struct http_server *h)
{
	return h->port;
}

void http_stop(struct http_server *h)
{
	if (!h)
		return;
	int listening = MHD_quiesce_daemon(h->daemon);
	if (listening >= 0)
		close(listening);
	int64_t until = now_ms() + STOP_SECONDS * 1000;
	while (atomic_load(&h->running) > 0 && now_ms() < until)
		nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	pthread_mutex_lock(&h->lock);
	h->stopping = true;
	for (struct line *l = h->lines; l; l = l->next)
		shutdown(l->fd, SHUT_RDWR);
	pthread_cond_signal(&h->wake);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->reaper, NULL);
	MHD_stop_daemon(h->daemon);
	pthread_cond_destroy(&h->wake);
	pthread_mutex_destroy(&h->lock);
	free(h);
}
