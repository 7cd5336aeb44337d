#include "base/rand.h"

#include <math.h>

static uint64_t splitmix(uint64_t *x)
{
	uint64_t z = *x += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

struct rand rand_stream(uint64_t seed, const char *purpose, uint64_t index)
{
	uint64_t x = seed;
	x = splitmix(&x);
	for (const char *c = purpose; *c; c++) {
		x ^= (unsigned char)*c;
		x = splitmix(&x);
	}
	x ^= index;
	struct rand r;
	for (size_t i = 0; i < 4; i++)
		r.s[i] = splitmix(&x);
	return r;
}

static uint64_t rotate(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

uint64_t rand_bits(struct rand *r)
{
	uint64_t *s = r->s, out = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return out;
}

int64_t rand_int(struct rand *r, int64_t min, int64_t max)
{
	uint64_t range = (uint64_t)max - (uint64_t)min + 1;
	if (range == 0)
		return (int64_t)rand_bits(r);
	/* Numbers of the last, incomplete round are drawn again. */
	uint64_t unfair = (UINT64_MAX - range + 1) % range, x;
	do
		x = rand_bits(r);
	while (x < unfair);
	return (int64_t)((uint64_t)min + x % range);
}

double rand_real(struct rand *r)
{
	return (double)(rand_bits(r) >> 11) * 0x1p-53;
}

bool rand_chance(struct rand *r, double p)
{
	return rand_real(r) < p;
}

/* Marsaglia's polar method; its second number is not kept, so that a stream has
 * no hidden state. */
double rand_normal(struct rand *r, double mean, double sd)
{
	double u, v, q;
	do {
		u = 2 * rand_real(r) - 1;
		v = 2 * rand_real(r) - 1;
		q = u * u + v * v;
	} while (q >= 1 || q <= 0);
	return mean + sd * u * sqrt(-2 * log(q) / q);
}

size_t rand_choice(struct rand *r, const double *weights, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += weights[i];
	double x = rand_real(r) * sum;
	size_t last = 0;
	for (size_t i = 0; i < n; i++) {
		if (weights[i] <= 0)
			continue;
		last = i;
		if (x < weights[i])
			return i;
		x -= weights[i];
	}
	return last;
}
