/*
 * server.h - the pages, served.
 *
 * One call starts a server on its own threads; `server_stop` lets what is being
 * answered finish. The front desk (server.c) does for every request what no
 * page should have to remember: finds the route (routes.def), the session, the
 * permission of the route, the token of a form; puts the strict headers on;
 * turns every struct err into the one error page; writes the access log, a line
 * a request with the route's pattern and never an address, a name or a query.
 */
#ifndef LINNET_WEB_SERVER_H
#define LINNET_WEB_SERVER_H

#include "web/http/http.h"
#include "work/viewer.h"

struct sign_in_shown {		   /* a demonstration sign-in */
	const char *login, *title; /* "priya", "health team administrator" */
};

struct server_settings {
	struct http_settings http;
	bool tls_in_front;		   /* a proxy speaks https for us: cookies are Secure */
	const char *data_dir;		   /* for the table templates; NULL: none are offered */
	const struct sign_in_shown *shown; /* on the sign-in page, of a demonstration store only */
	size_t n_shown;
	const char *shown_password;
	const char *public_address; /* "https://linnet.example", for links that are sent; NULL: as the browser says */
	FILE *access_log;	    /* NULL: none; also takes the detail of errors */
};

struct server;
enum rc server_start(struct app *app, const struct server_settings *s, struct server **out, struct err *e) NODISCARD;
int server_port(const struct server *s);
/* Goes on answering, but says so to whoever asks for its health, and ends each
 * connection after its answer: a proxy in front turns to others meanwhile. */
void server_leave(struct server *s);
void server_stop(struct server *s);

#endif
