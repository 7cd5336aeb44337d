#include "store/tool.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAID_MAX = 2000 };

extern char **environ;

/* The given settings, then what they leave of our own environment. The texts are not copied. */
static char **environment_with(char *const *settings, size_t n)
{
	size_t own = 0, k = n;
	while (environ[own])
		own++;
	char **env = xcalloc(own + n + 1, sizeof *env);
	for (size_t i = 0; i < n; i++)
		env[i] = settings[i];
	for (size_t i = 0; i < own; i++) {
		bool replaced = false;
		for (size_t j = 0; j < n; j++)
			replaced = replaced || strncmp(environ[i], settings[j], strcspn(settings[j], "=") + 1) == 0;
		if (!replaced)
			env[k++] = environ[i];
	}
	return env;
}

/* What it says, its end only: why it failed stands there. */
struct said {
	char p[SAID_MAX + 1];
	size_t n;
};

static void keep_end(struct said *s, const char *p, size_t n)
{
	size_t over = s->n + n > SAID_MAX ? s->n + n - SAID_MAX : 0;
	memmove(s->p, s->p + over, s->n - over);
	memcpy(s->p + s->n - over, p, n);
	s->n += n - over;
	s->p[s->n] = '\0';
}

/* Reads until it ends. */
static int wait_for(pid_t child, int from, struct said *said)
{
	char chunk[512];
	ssize_t n;
	int status = 0;
	while ((n = read(from, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			keep_end(said, chunk, (size_t)n);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* Its last line of its own: "pg_dump: error: WHY". What the server adds below one (DETAIL, CONTEXT) may quote
 * what people entered, which no message holds. */
static struct str last_error(const char *tool, const struct said *said)
{
	struct str why = { NULL, 0 }, rest;
	char begin[100];
	int n = snprintf(begin, sizeof begin, "%s: error: ", tool);
	for (struct str left = { said->p, said->n }; left.n; left = rest) {
		struct str line = str_cut(left, '\n', &rest);
		if (str_starts(line, begin))
			why = (struct str){ line.p + n, line.n - (size_t)n };
	}
	return why;
}

static enum rc tool_failed(const char *tool, const struct said *said, struct err *e)
{
	struct str why = last_error(tool, said);
	const char *full = strstr(said->p, "No space left") ? ". The disk is full: free some space and try again" : "";
	return why.n ? err_set(e, RC_IO, "%s failed: %.*s%s", tool, (int)(why.n < 300 ? why.n : 300), why.p, full)
		     : err_set(e, RC_IO, "%s failed and did not say why; LINNET_DEBUG=1 shows all that it said", tool);
}

enum rc tool_run(const char *const *argv, char *const *settings, size_t n, struct err *e)
{
	int ends[2], status = 0;
	pid_t child;
	posix_spawn_file_actions_t actions;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(e, RC_IO, "%s could not be started; too many files are open", argv[0]);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
	char **env = environment_with(settings, n);
	int number = posix_spawnp(&child, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, env);
	posix_spawn_file_actions_destroy(&actions);
	free(env);
	close(ends[1]);
	struct said said = { .n = 0 };
	if (number == 0)
		status = wait_for(child, ends[0], &said);
	close(ends[0]);
	enum rc rc = RC_OK;
	if (number != 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
		rc = err_set(e, RC_IO, "%s was not found; install it and try again", argv[0]);
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		rc = tool_failed(argv[0], &said, e);
	if (rc != RC_OK)
		err_detail(e, "%s: %.300s", argv[0], said.p);
	return rc;
}
