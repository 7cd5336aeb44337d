#include "record/nhs_number.h"

bool nhs_number_ok(const char d[NHS_NUMBER_DIGITS])
{
	int sum = 0;
	for (int i = 0; i < 9; i++)
		sum += (d[i] - '0') * (10 - i);
	int check = 11 - sum % 11;
	return check != 10 && check % 11 == d[9] - '0';
}

const char *nhs_number_read(struct str typed, char out[NHS_NUMBER_DIGITS])
{
	size_t n = 0;
	bool digits = true;
	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];
		if (c == ' ' || c == '-')
			continue;
		digits = digits && c >= '0' && c <= '9' && n < NHS_NUMBER_DIGITS;
		if (digits)
			out[n++] = c;
	}
	if (!digits || n != NHS_NUMBER_DIGITS)
		return "An NHS number has ten digits";
	return nhs_number_ok(out) ? NULL : "The last digit does not fit the others, so a digit is wrong";
}
