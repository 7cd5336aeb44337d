#include "base/base.h"

#include <unistd.h>

_Noreturn void base_oom(size_t wanted)
{
	fprintf(stderr, "linnet: out of memory (wanted %zu bytes more)\n", wanted);
	abort();
}

void *xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);
	if (!p)
		base_oom(n);
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);
	if (!p)
		base_oom(n * size);
	return p;
}

void *xrealloc(void *old, size_t n)
{
	void *p = realloc(old, n ? n : 1);
	if (!p)
		base_oom(n);
	return p;
}

char *xstrndup(const char *p, size_t n)
{
	char *s = xmalloc(n + 1);
	if (n)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}

void auto_free(void *pp)
{
	free(*(void **)pp);
}

void auto_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

void auto_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}
