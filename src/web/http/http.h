/*
 * http.h - requests and responses, as pages see them.
 *
 * This folder knows no page. listen.c (the only file that sees the server
 * library) reads a request under strict limits and deadlines, checks it here,
 * and hands it to one function, `http_answer`, that the pages provide. A
 * request that breaks a rule of form (a path with .., a NUL, bad UTF-8) is given
 * to the same function with `fault` set, so that its error page looks like every
 * other page.
 *
 * Everything in a request lives in its arena and is valid UTF-8 without NUL.
 */
#ifndef LINNET_WEB_HTTP_HTTP_H
#define LINNET_WEB_HTTP_HTTP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

enum {
	HTTP_ADDRESS_MAX = 4096, /* path and query */
	HTTP_SEGMENTS_MAX = 16,
	HTTP_PAIRS_MAX = 200, /* of a query, or of a form */
	HTTP_FORM_MAX = 256 * 1024,
	HTTP_FILES_MAX = 32,
	HTTP_HEADERS_MAX = 24,
	HTTP_RESPONSE_MAX = 64 * 1024 * 1024,
};
#define HTTP_UPLOAD_MAX ((int64_t)2 << 30) /* all files of one request */
#define HTTP_FILE_MAX	((int64_t)1 << 30) /* one file */

enum method { METHOD_OTHER, METHOD_GET, METHOD_POST };

struct pair {
	struct str name, value;
};
struct uploaded {
	struct str field, name;
	int fd; /* an unlinked temporary file, at its start; -1 once somebody took it */
	int64_t size;
};

struct request {
	struct arena arena;
	enum method method;
	bool head;	    /* a GET whose body is not sent */
	struct str address; /* path and query as they came, for returning after sign-in; no fragment */
	struct str path;    /* decoded; begins with / */
	struct str segments[HTTP_SEGMENTS_MAX];
	size_t n_segments;
	struct pair query[HTTP_PAIRS_MAX];
	size_t n_query;
	struct pair form[HTTP_PAIRS_MAX];
	size_t n_form;
	struct uploaded files[HTTP_FILES_MAX];
	size_t n_files;
	struct str cookie, origin, fetch_site, host, content_type, accept_encoding, if_none_match, user_agent;
	int64_t content_length; /* -1 not said */
	int fault;		/* HTTP status of a broken rule, 0 none */
	const char *fault_words;
	struct pair params[HTTP_SEGMENTS_MAX]; /* filled by the router: ":id" -> its value */
	size_t n_params;
};

struct header {
	const char *name;
	char value[1024];
};

struct response {
	int status;
	const char *type;	    /* of the body; NULL: text/html */
	struct buf body;	    /* ours; handed on without a copy */
	const unsigned char *still; /* a body that is part of the program, instead of `body` */
	size_t still_n;
	bool keep;	   /* the address names the content: may be kept for ever */
	bool close;	   /* end the connection after this */
	const char *route; /* pattern for the log */
	struct header headers[HTTP_HEADERS_MAX];
	size_t n_headers;
};

/* Adds a header; what holds a line break is dropped. */
void response_header(struct response *r, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);
void response_release(struct response *r);
/* The headers that every answer carries: content policy, no sniffing, no
 * referrer, no caching of pages, isolation. `tls`: also ask for https. */
void response_guard(struct response *r, bool tls);
/* Compresses a body of 1 kB and more if the browser takes gzip. */
void response_compress(struct response *r, struct str accept_encoding);
bool accepts_gzip(struct str accept_encoding);

/* Splits and decodes an address. Sets fault and fault_words and returns false
 * if it breaks a rule: no empty, "." or ".." segment, no NUL or control
 * character, no encoded slash, UTF-8 only, within limits. */
bool request_parse(struct request *q, struct str address);
/* "a=b&c=d" with + and %xx. False if it breaks a rule. */
/* One name or value of a form that was sent as in an address: what is no escape is taken as it stands. */
struct str form_decode(struct arena *a, struct str s);
bool pairs_parse(struct arena *a, struct str s, struct pair *out, size_t max, size_t *n_out);
struct str request_query(const struct request *q, const char *name); /* {NULL,0} if absent */
struct str request_form(const struct request *q, const char *name);
struct str request_param(const struct request *q, const char *name);
struct str request_cookie(const struct request *q, const char *name);
/* A POST that another site sent: its Origin is not ours, or the browser says so. */
bool request_is_foreign(const struct request *q);

/* ---- routes ---- */
struct route {
	enum method method;
	const char *pattern; /* "/child/:id/clock/:clock" */
	bool upload;	     /* takes files */
};
enum route_found { ROUTE_FOUND, ROUTE_NONE, ROUTE_OTHER_METHOD };
/* The first route that fits; fills the request's params. */
enum route_found route_find(const struct route *routes, size_t n, struct request *q, const struct route **out);

/* ---- the server ---- */
struct http_site { /* what the pages provide; any thread, many at once */
	void *arg;
	/* Before a body is read: false refuses it (answered with status `*status_out`). */
	bool (*may_send)(void *arg, struct request *q, int *status_out);
	/* The first bytes of a file are here, the fields before it are in `form`. */
	bool (*may_upload)(void *arg, struct request *q, int *status_out);
	void (*answer)(void *arg, struct request *q, struct response *r);
	void (*log)(void *arg, const struct request *q, const struct response *r, int64_t ms);
};

struct http_settings {
	const char *address; /* "127.0.0.1" */
	int port;	     /* 0: any that is free */
	int threads;	     /* 0: 4, or twice the processors */
	int connections;     /* 0: 1000 in all */
	int per_address;     /* 0: 100 */
	int header_seconds;  /* 0: 10; a request's first line and headers must be there by then */
	int body_seconds;    /* 0: 20 for a form; a file gets longer as it grows, at 32 kB a second */
};

struct http_server;
enum rc http_start(const struct http_site *site, const struct http_settings *s, struct http_server **out,
		   struct err *e) NODISCARD;
int http_port(const struct http_server *h);
/* Takes no new connection, lets what is being answered finish (10 s), stops. */
void http_stop(struct http_server *h);

#endif
