#include "plan/batch.h"

#include "plan/num.h"

enum { WIDE = 16 }; /* numbers in one block */

static void pairs_one_by_one(uint64_t seed, uint32_t replication, uint32_t last, const uint64_t *child, size_t n,
			     double *a, double *b)
{
	for (size_t i = 0; i < n; i++) {
		struct stream s = stream_of(seed, replication, child[i], 0, last >> 16, last >> 8 & 0xff);
		struct draw_pair p = stream_pair(&s);
		a[i] = p.a;
		b[i] = p.b;
	}
}

/* A loop of fixed length inside: the compiler makes wide steps of it by itself. */
static inline __attribute__((always_inline)) void exponentials(const double *u, size_t n, double *out)
{
	size_t i = 0;
	for (; i + WIDE <= n; i += WIDE)
		for (size_t k = 0; k < WIDE; k++)
			out[i + k] = -num_log(1 - u[i + k]);
	for (; i < n; i++)
		out[i] = -num_log(1 - u[i]);
}

#ifdef __x86_64__
#define AVX2 __attribute__((target("avx2")))
typedef uint64_t four __attribute__((vector_size(32))); /* a 32-bit word each, in the lower half; above it anything */
typedef int32_t eight __attribute__((vector_size(32)));
#ifdef __clang__
#define TIMES(x, m) (((x)&0xffffffffu) * (uint64_t)(m))
#else
#define TIMES(x, m) ((four)__builtin_ia32_pmuludq256((eight)(x), (eight)((four){ (m), (m), (m), (m) })))
#endif
#define ROUND(w)                                                                                                       \
	do {                                                                                                           \
		four x = TIMES((w)[0], 0xD2511F53u), y = TIMES((w)[2], 0xCD9E8D57u);                                   \
		(w)[0] = (y >> 32) ^ (w)[1] ^ k0;                                                                      \
		(w)[2] = (x >> 32) ^ (w)[3] ^ k1;                                                                      \
		(w)[1] = y;                                                                                            \
		(w)[3] = x;                                                                                            \
	} while (0)

/* Twice four children: while one four waits for its product, the other goes on. */
AVX2 static void eight_children(uint64_t seed, uint32_t replication, uint32_t last, const uint64_t *child, double *a,
				double *b)
{
	four w[2][4];
	uint64_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
	for (int i = 0; i < 2; i++) {
		four c;
		memcpy(&c, child + 4 * i, sizeof c);
		w[i][0] = c;
		w[i][1] = c >> 32 << 16;
		w[i][2] = (four){ replication, replication, replication, replication };
		w[i][3] = (four){ last, last, last, last };
	}
	for (int round = 0; round < 10; round++) {
		ROUND(w[0]);
		ROUND(w[1]);
		k0 = (uint32_t)(k0 + 0x9E3779B9u);
		k1 = (uint32_t)(k1 + 0xBB67AE85u);
	}
	for (int i = 0; i < 2; i++) {
		/* as unit_of: the upper 52 bits of both words, behind the point */
		four x = ((w[i][0] << 32) | (w[i][1] & 0xffffffffu)) >> 12 | UINT64_C(0x3ff0000000000000);
		four y = ((w[i][2] << 32) | (w[i][3] & 0xffffffffu)) >> 12 | UINT64_C(0x3ff0000000000000);
		memcpy(a + 4 * i, &x, sizeof x);
		memcpy(b + 4 * i, &y, sizeof y);
		for (int k = 4 * i; k < 4 * i + 4; k++) {
			a[k] -= 1 - 0x1p-53;
			b[k] -= 1 - 0x1p-53;
		}
	}
}

AVX2 static void pairs_wide(uint64_t seed, uint32_t replication, uint32_t last, const uint64_t *child, size_t n,
			    double *a, double *b)
{
	size_t i = 0;
	for (; i + 8 <= n; i += 8)
		eight_children(seed, replication, last, child + i, a + i, b + i);
	pairs_one_by_one(seed, replication, last, child + i, n - i, a + i, b + i);
}

AVX2 static void exponentials_wide(const double *u, size_t n, double *out)
{
	exponentials(u, n, out);
}

static bool is_wide(void)
{
	return __builtin_cpu_supports("avx2");
}
#else
#define pairs_wide	  pairs_one_by_one
#define exponentials_wide exponentials
static bool is_wide(void)
{
	return false;
}
#endif

void batch_pairs(uint64_t seed, uint32_t replication, uint32_t station, uint32_t purpose, const uint64_t *child,
		 size_t n, double *a, double *b)
{
	uint32_t last = station << 16 | purpose << 8;
	if (is_wide())
		pairs_wide(seed, replication, last, child, n, a, b);
	else
		pairs_one_by_one(seed, replication, last, child, n, a, b);
}

void batch_exponentials(const double *u, size_t n, double *out)
{
	if (is_wide())
		exponentials_wide(u, n, out);
	else
		exponentials(u, n, out);
}
