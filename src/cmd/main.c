/* main.c - which subcommand was asked for. */
#include "cmd/cmd.h"

#include <fcntl.h>
#include <unistd.h>

#define COMMAND(name, function, help) int function(int argc, char **argv);
#include "cmd/commands.def"
#undef COMMAND

static const struct command commands[] = {
#define COMMAND(name, function, help) { name, function, help },
#include "cmd/commands.def"
#undef COMMAND
};

static int help(FILE *to)
{
	fprintf(to,
		"Linnet: who is due, who is late, whose turn it is, and why.\n\nUsage: linnet COMMAND [options]\n\n");
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		fprintf(to, "  %-22s %s\n", commands[i].name, commands[i].help);
	fprintf(to, "\nlinnet COMMAND --help explains one, with an example. Everywhere: --store sqlite:FILE or\n"
		    "postgres:URL, --format table, csv or json; to look back: --as-of DAY, --as-known-on DAY.\n");
	return to == stdout ? 0 : 2;
}

static bool asks_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Started without them, the next files to be opened would stand in their places: the store itself,
 * and what is said would be written over its first page. What stands there now can only fail. */
static bool standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	if (!standard_streams())
		return 2;
	if (argc < 2)
		return help(stderr);
	if (asks_help(argv[1]) || strcmp(argv[1], "help") == 0)
		return help(stdout);
	if (strcmp(argv[1], "--version") == 0) {
		printf("linnet %s\n", LINNET_VERSION);
		return 0;
	}
	const struct command *one = NULL, *two = NULL; /* commands of one word and of two that begin so */
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		const char *second = strchr(commands[i].name, ' ');
		size_t n = second ? (size_t)(second - commands[i].name) : strlen(commands[i].name);
		if (strlen(argv[1]) != n || memcmp(argv[1], commands[i].name, n) != 0)
			continue;
		if (second && argc > 2 && strcmp(argv[2], second + 1) == 0)
			return commands[i].run(argc - 2, argv + 2);
		*(second ? &two : &one) = &commands[i];
	}
	if (one)
		return one->run(argc - 1, argv + 1);
	if (two) {
		err_say("linnet: \"%s\" needs a second word:", argv[1]);
		size_t n = strlen(argv[1]), told = 0;
		for (size_t i = 0; i < COUNT_OF(commands); i++)
			if (strncmp(commands[i].name, argv[1], n) == 0 && commands[i].name[n] == ' ')
				err_say("%s linnet %s", told++ ? "," : "", commands[i].name);
		err_say("\n");
		return argc > 2 && asks_help(argv[2]) ? 0 : 2;
	}
	err_say("linnet: there is no command \"%s\". linnet --help lists them.\n", argv[1]);
	return 2;
}
