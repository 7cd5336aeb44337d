#include "base/secret.h"

#include <pthread.h>
#include <sodium.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static int running;
enum { AT_A_TIME = 2, MEMORY = 19 * 1024 * 1024, PASSES = 2 };

static void enter(void)
{
	pthread_mutex_lock(&lock);
	while (running == AT_A_TIME)
		pthread_cond_wait(&freed, &lock);
	running++;
	pthread_mutex_unlock(&lock);
}

static void leave(void)
{
	pthread_mutex_lock(&lock);
	running--;
	pthread_cond_signal(&freed);
	pthread_mutex_unlock(&lock);
}

static void ready(void)
{
	if (sodium_init() < 0) {
		fprintf(stderr, "linnet: the system gives no random numbers\n");
		abort();
	}
}

enum rc password_hash(struct str password, char out[PASSWORD_HASH_MAX], struct err *e)
{
	ready();
	enter();
	int failed = crypto_pwhash_str(out, password.p, password.n, PASSES, MEMORY);
	leave();
	return failed ? err_set(e, RC_INTERNAL, "The password could not be hashed: not enough memory.") : RC_OK;
}

bool password_matches(const char *hash, struct str password)
{
	ready();
	enter();
	int differs = crypto_pwhash_str_verify(hash, password.p, password.n);
	leave();
	return differs == 0;
}

static char *hex(const unsigned char *p, size_t n, char *out)
{
	return sodium_bin2hex(out, n * 2 + 1, p, n);
}

void token_new(char out[TOKEN_HEX_MAX])
{
	unsigned char raw[32];
	ready();
	randombytes_buf(raw, sizeof raw);
	hex(raw, sizeof raw, out);
}

bool secret_equal(struct str a, struct str b)
{
	return a.n == b.n && a.n && sodium_memcmp(a.p, b.p, a.n) == 0;
}
