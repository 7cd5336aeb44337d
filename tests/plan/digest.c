/* Prints one number made of every bit of a result; tests/plan/compilers.sh builds it in several ways. */
#include "plan/help.h"

int main(void)
{
	printf("%016" PRIx64 "\n", mixed_digest(2, SIM_FASTEST));
	return mixed_digest(1, SIM_EVENTS) == mixed_digest(2, SIM_FASTEST) ? 0 : 1;
}
