#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

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

void random_bytes(unsigned char *out, size_t n)
{
	ready();
	randombytes_buf(out, n);
}

/* ---- what is sealed with a key ---- */

enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
_Static_assert((SEALED_PLAIN_MAX + NONCE + TAG) * 2 + 1 <= SEALED_HEX_MAX, "room for what is sealed");
_Static_assert(SECRET_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the key of XChaCha20");

static enum rc make_key(const char *path, struct err *e)
{
	struct secret_key k;
	char text[SECRET_KEY_BYTES * 2 + 2];
	random_bytes(k.bytes, sizeof k.bytes);
	hex(k.bytes, sizeof k.bytes, text);
	text[SECRET_KEY_BYTES * 2] = '\n';
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST) /* another program made it meanwhile */
		return RC_OK;
	bool good = fd >= 0 && write(fd, text, SECRET_KEY_BYTES * 2 + 1) == SECRET_KEY_BYTES * 2 + 1 && fsync(fd) == 0;
	int why = errno;
	if (fd >= 0)
		close(fd);
	sodium_memzero(text, sizeof text);
	sodium_memzero(&k, sizeof k);
	if (good)
		return RC_OK;
	err_set(e, RC_IO, "The key file %s could not be written. Make its folder writable, or name another with --key.",
		path);
	err_detail(e, "%s", strerror(why));
	return RC_IO;
}

static enum rc read_key(const char *path, int fd, struct secret_key *out, struct err *e)
{
	char text[SECRET_KEY_BYTES * 2 + 1] = "";
	struct stat st;
	size_t n = 0;
	if (fstat(fd, &st) != 0 || st.st_mode & 077)
		return err_set(e, RC_REFUSED, "The key file %s can be read by others. Run: chmod 600 %s", path, path);
	if (read(fd, text, SECRET_KEY_BYTES * 2) != SECRET_KEY_BYTES * 2 ||
	    sodium_hex2bin(out->bytes, sizeof out->bytes, text, SECRET_KEY_BYTES * 2, NULL, &n, NULL) != 0 ||
	    n != SECRET_KEY_BYTES)
		return err_set(e, RC_BAD_INPUT, "%s is not a key file: 64 hexadecimal digits are expected.", path);
	sodium_memzero(text, sizeof text);
	return RC_OK;
}

enum rc secret_key_read(const char *path, bool make, struct secret_key *out, struct err *e)
{
	struct secret_key k;
	ready();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && make) {
		enum rc rc = make_key(path, e);
		if (rc != RC_OK)
			return rc;
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0)
		return err_set(e, errno == ENOENT ? RC_NOT_FOUND : RC_IO,
			       "The key file %s cannot be read. Put it back, or name where it is with --key.", path);
	enum rc rc = read_key(path, fd, &k, e);
	close(fd);
	if (rc == RC_OK)
		*out = k;
	return rc;
}

void secret_key_name(const struct secret_key *k, char out[17])
{
	static const unsigned char about[] = "linnet: the name of a key";
	unsigned char name[crypto_generichash_BYTES_MIN];
	ready();
	crypto_generichash(name, sizeof name, about, sizeof about - 1, k->bytes, sizeof k->bytes);
	hex(name, 8, out);
}

void secret_seal(const struct secret_key *k, struct str about, const unsigned char *p, size_t n,
		 char out[SEALED_HEX_MAX])
{
	unsigned char raw[NONCE + SEALED_PLAIN_MAX + TAG];
	unsigned long long sealed = 0;
	ready();
	if (n > SEALED_PLAIN_MAX)
		abort();
	randombytes_buf(raw, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(raw + NONCE, &sealed, p, n, (const unsigned char *)about.p, about.n,
						   NULL, raw, k->bytes);
	hex(raw, NONCE + (size_t)sealed, out);
}

bool secret_open(const struct secret_key *k, struct str about, struct str sealed, unsigned char *out, size_t n)
{
	unsigned char raw[NONCE + SEALED_PLAIN_MAX + TAG], plain[SEALED_PLAIN_MAX];
	size_t got = 0;
	unsigned long long opened = 0;
	ready();
	if (n > SEALED_PLAIN_MAX || sodium_hex2bin(raw, sizeof raw, sealed.p, sealed.n, NULL, &got, NULL) != 0 ||
	    got != NONCE + n + TAG)
		return false;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &opened, NULL, raw + NONCE, got - NONCE,
						       (const unsigned char *)about.p, about.n, raw, k->bytes) != 0)
		return false;
	memcpy(out, plain, n);
	sodium_memzero(plain, sizeof plain);
	return true;
}
