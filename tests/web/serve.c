/*
 * serve - the pages over invented children in memory, for tests:
 * `serve [--tls] [--fast]` prints its address and serves until SIGTERM.
 * --fast shortens the deadlines, so that slow clients can be tried in seconds.
 */
#include "tests/web/fake_work.h"
#include "web/server.h"

#include <signal.h>

static const struct sign_in_shown shown[] = {
	{ "admin", "Health team administrator" },
	{ "nurse", "Looked-after children’s nurse" },
	{ "social", "Social worker" },
	{ "governance", "Information governance lead" },
};

int main(int argc, char **argv)
{
	struct err e = { 0 };
	struct app *app = NULL;
	struct server *server = NULL;
	struct server_settings s = { .data_dir = "data",
				     .shown = shown,
				     .n_shown = COUNT_OF(shown),
				     .shown_password = "invented",
				     .access_log = stderr };
	for (int i = 1; i < argc; i++) {
		s.tls_in_front = s.tls_in_front || !strcmp(argv[i], "--tls");
		if (!strcmp(argv[i], "--fast"))
			s.http.header_seconds = s.http.body_seconds = 2;
	}
	sigset_t stop;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL); /* before any thread begins */
	signal(SIGPIPE, SIG_IGN);
	enum rc rc = fake_open("data", &app, &e);
	if (rc == RC_OK)
		rc = server_start(app, &s, &server, &e);
	if (rc != RC_OK) {
		fprintf(stderr, "serve: %s\n", e.text);
		return 2;
	}
	printf("http://127.0.0.1:%d/\n", server_port(server));
	fflush(stdout);
	int sig;
	sigwait(&stop, &sig);
	server_stop(server);
	fake_close(app);
	fake_plans_free();
	return 0;
}
