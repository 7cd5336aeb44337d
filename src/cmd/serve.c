#include "cmd/cmd.h"

#include <libgen.h>
#include <signal.h>
#include <unistd.h>

#include "base/jail.h"
#include "web/server.h"
#include "work/admin/demonstration.h"
#include "work/admin/keep.h"

int cmd_serve(int argc, char **argv);

static void say_where(const struct app *app, const char *address, int port, const struct demonstration *d)
{
	bool six = strchr(address, ':') != NULL;
	printf("Linnet for " STR_FMT " is at http://%s%s%s:%d/\n", STR_ARG(app_region_name(app)), six ? "[" : "",
	       address, six ? "]" : "", port);
	if (app_is_demonstration(app)) {
		printf("Every child and every person in it is invented. Sign in as one of these, password " STR_FMT
		       ":\n",
		       STR_ARG(d->password));
		for (size_t i = 0; i < d->n; i++)
			printf("  %-15.*s %s\n", STR_ARG(d->accounts[i].login), role_title(d->accounts[i].role));
	}
	printf("Stop it with Ctrl-C.\n");
	fflush(stdout);
}

/* Asked to stop: says so for a while to whoever asks for its health, so that a proxy in
 * front sends people elsewhere; a second signal ends the while. */
static void leave(struct server *server, const sigset_t *stop, int64_t seconds)
{
	const struct timespec while_ = { seconds, 0 };
	server_leave(server);
	if (seconds)
		sigtimedwait(stop, NULL, &while_);
	err_say("linnet: finishing what is being answered\n");
	server_stop(server);
}

static int serve(struct app *app, struct server_settings *s, const sigset_t *stop, int64_t drain,
		 const struct demonstration *d)
{
	struct err e = { 0 };
	struct server *server;
	struct keeper *keeper = NULL;
	if (server_start(app, s, &server, &e) != RC_OK)
		return cmd_fail(&e);
	/* Clocks made by earlier rules, or on an earlier day, are brought up to date
	 * beside the serving: pages say meanwhile what they know. */
	if (keeper_start(app, &keeper, &e) != RC_OK)
		err_say("linnet: %s\n", e.text);
	say_where(app, s->http.address, server_port(server), d);
	int sig;
	sigwait(stop, &sig);
	leave(server, stop, drain);
	keeper_stop(keeper);
	return 0;
}

/* From here on nothing is changed but the store's folder, temporary files, the folder of the
 * list of what was erased, and, until there is a key of second factors, the folder where it is
 * to be made. */
static void shut_in(const char *store, const char *key, const char *erased)
{
	char of_store[4096], of_key[4096], of_erased[4096];
	const char *temporary = getenv("TMPDIR"), *folders[4] = { temporary && *temporary ? temporary : "/tmp" };
	size_t n = 1;
	if (strncmp(store, "sqlite:", 7) == 0 && strlen(store + 7) < sizeof of_store) {
		snprintf(of_store, sizeof of_store, "%s", store + 7);
		folders[n++] = dirname(of_store);
	}
	if (key && *key && strlen(key) < sizeof of_key && access(key, F_OK) != 0) {
		snprintf(of_key, sizeof of_key, "%s", key);
		folders[n++] = dirname(of_key);
	}
	if (erased && *erased && strlen(erased) < sizeof of_erased) {
		snprintf(of_erased, sizeof of_erased, "%s", erased);
		folders[n++] = dirname(of_erased);
	}
	jail_serve(folders, n);
}

int cmd_serve(int argc, char **argv)
{
	int64_t port = 8040, drain = 0;
	bool tls = false, quiet = false, clock_right = false;
	const char *address = "127.0.0.1", *public = NULL;
	const struct option options[] = {
		{ "port", OPTION_NUMBER, &port, "N", "where to listen; 0 any that is free (8040)" },
		{ "address", OPTION_TEXT, &address, "IP",
		  "address to listen on (127.0.0.1); put a proxy with TLS in front" },
		{ "public-address", OPTION_TEXT, &public, "URL",
		  "where people find it, such as https://linnet.example: for links that are sent" },
		{ "tls-in-front", OPTION_FLAG, &tls, NULL, "a proxy speaks https for us: cookies are for https only" },
		{ "drain", OPTION_NUMBER, &drain, "SECONDS",
		  "when asked to stop, answer for so long and say \"leaving\" at /health, for a proxy (0)" },
		{ "clock-is-right", OPTION_FLAG, &clock_right, NULL,
		  "serve though the clock does not fit what was written here last" },
		{ "quiet", OPTION_FLAG, &quiet, NULL, "no access log" },
	};
	const struct usage u = { "linnet serve [options]",
				 "Serves the pages until it is stopped; what is being answered is finished first.",
				 "linnet serve --port 8040 --store sqlite:linnet.db",
				 options,
				 COUNT_OF(options),
				 false,
				 0,
				 0 };
	struct call k AUTO(cmd_end);
	if (!cmd_read(argc, argv, &u, &k))
		return k.status;
	if (port > 65535 || drain > 3600) {
		err_say("linnet: a port is 0 to 65535, and --drain at most 3600 seconds\n");
		return 2;
	}
	sigset_t stop;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL); /* before any thread begins */
	signal(SIGPIPE, SIG_IGN);
	shut_in(k.c.store, k.c.key ? k.c.key : getenv("LINNET_KEY"), k.c.erased ? k.c.erased : getenv("LINNET_ERASED"));
	if (!cmd_open(&k))
		return k.status;
	if (store_writes_refused(app_store(k.app), &k.e) != RC_OK) /* it would not notice when there is room again */
		return cmd_fail(&k.e);
	if (!clock_right && keep_clock(k.app, &k.e) != RC_OK)
		return cmd_fail(&k.e);
	struct demonstration d = { .n = 0 };
	struct sign_in_shown shown[DEMONSTRATION_MAX];
	if (app_is_demonstration(k.app) &&
	    demonstration_read(app_data_dir(k.app), app_region(k.app), &k.a, &d, &k.e) != RC_OK)
		err_say("linnet: %s\n", k.e.text);
	for (size_t i = 0; i < d.n; i++)
		shown[i] =
		    (struct sign_in_shown){ arena_str(&k.a, d.accounts[i].login).p, role_title(d.accounts[i].role) };
	struct server_settings s = { .http = { .address = address, .port = (int)port },
				     .tls_in_front = tls,
				     .public_address = public,
				     .data_dir = app_data_dir(k.app),
				     .shown = shown,
				     .n_shown = d.n,
				     .shown_password = d.n ? arena_str(&k.a, d.password).p : NULL,
				     .access_log = quiet ? NULL : stderr };
	return serve(k.app, &s, &stop, drain, &d);
}
