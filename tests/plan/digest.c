/* Prints two numbers made of every bit of results; tests/plan/compilers.sh builds it in several ways. */
#include "plan/features.h"

int main(void)
{
	uint64_t mixed = mixed_digest(2, SIM_FASTEST), features = features_digest(2);
	printf("%016" PRIx64 " %016" PRIx64 "\n", mixed, features);
	return mixed_digest(1, SIM_EVENTS) == mixed && features_digest(1) == features ? 0 : 1;
}
