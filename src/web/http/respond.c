/* Headers that every answer carries, and compression. */
#include "web/http/http.h"

#include <libdeflate.h>
#include <pthread.h>
#include <stdarg.h>

enum { COMPRESS_FROM = 1024, COMPRESS_LEVEL = 6 };

void response_header(struct response *r, const char *name, const char *fmt, ...)
{
	if (r->n_headers == HTTP_HEADERS_MAX)
		return;
	struct header *h = &r->headers[r->n_headers];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(h->value, sizeof h->value, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof h->value || strpbrk(h->value, "\r\n"))
		return;
	h->name = name;
	r->n_headers++;
}

void response_release(struct response *r)
{
	buf_release(&r->body);
}

void response_guard(struct response *r, bool tls)
{
	response_header(r, "Content-Security-Policy",
			"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
			"frame-ancestors 'none'; base-uri 'none'");
	response_header(r, "X-Content-Type-Options", "nosniff");
	response_header(r, "X-Frame-Options", "DENY");
	response_header(r, "Referrer-Policy", "no-referrer");
	response_header(r, "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
	response_header(r, "Cross-Origin-Opener-Policy", "same-origin");
	response_header(r, "Cross-Origin-Resource-Policy", "same-origin");
	response_header(r, "Cross-Origin-Embedder-Policy", "require-corp");
	response_header(r, "Cache-Control", "%s", r->keep ? "public, max-age=31536000, immutable" : "no-store");
	if (tls)
		response_header(r, "Strict-Transport-Security", "max-age=31536000");
}

/* "q=0", "q=0.000" */
static bool weighs_nothing(struct str w)
{
	if (!str_starts(w, "q=0"))
		return false;
	for (size_t i = 3; i < w.n; i++)
		if (w.p[i] != '.' && w.p[i] != '0')
			return false;
	return true;
}

/* "gzip" or "*" with a weight that is not 0. */
bool accepts_gzip(struct str left)
{
	while (left.n) {
		struct str rest, weight, one = str_trim(str_cut(left, ',', &rest));
		left = rest;
		struct str name = str_trim(str_cut(one, ';', &weight));
		if (!str_is_nocase(name, "gzip") && !str_is(name, "*"))
			continue;
		weight = str_trim(weight);
		return !weighs_nothing(weight);
	}
	return false;
}

/* One compressor a thread, freed when the thread ends. */
static pthread_key_t compressor_key;
static void compressor_free(void *z)
{
	libdeflate_free_compressor(z);
}

static void compressor_init(void)
{
	(void)pthread_key_create(&compressor_key, compressor_free);
}

static struct libdeflate_compressor *compressor(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, compressor_init);
	struct libdeflate_compressor *z = pthread_getspecific(compressor_key);
	if (!z) {
		z = libdeflate_alloc_compressor(COMPRESS_LEVEL);
		if (pthread_setspecific(compressor_key, z) != 0) {
			libdeflate_free_compressor(z);
			return NULL;
		}
	}
	return z;
}

void response_compress(struct response *r, struct str accept_encoding)
{
	const void *in = r->still ? r->still : (const void *)r->body.p;
	size_t n = r->still ? r->still_n : r->body.n;
	const char *type = r->type ? r->type : "text/html";
	if (n < COMPRESS_FROM || (strncmp(type, "text/", 5) && strcmp(type, "image/svg+xml")))
		return;
	response_header(r, "Vary", "Accept-Encoding");
	if (!accepts_gzip(accept_encoding))
		return;
	struct libdeflate_compressor *z = compressor();
	if (!z)
		return;
	struct buf out;
	buf_init(&out, HTTP_RESPONSE_MAX);
	out.cap = libdeflate_gzip_compress_bound(z, n) + 1;
	out.p = xmalloc(out.cap);
	out.n = libdeflate_gzip_compress(z, in, n, out.p, out.cap - 1);
	if (out.n == 0 || out.n >= n) {
		buf_release(&out);
		return;
	}
	buf_release(&r->body);
	r->body = out;
	r->still = NULL;
	response_header(r, "Content-Encoding", "gzip");
}
