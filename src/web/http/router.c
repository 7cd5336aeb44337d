/* Finding the route of a request. */
#include "web/http/http.h"

static bool fits(const char *pattern, struct request *q)
{
	struct str left = { pattern + 1, strlen(pattern) - 1 };
	size_t i = 0;
	q->n_params = 0;
	if (!left.n)
		return q->n_segments == 0;
	while (left.n) {
		struct str rest, part = str_cut(left, '/', &rest);
		left = rest;
		if (i == q->n_segments)
			return false;
		if (part.p[0] == ':')
			q->params[q->n_params++] = (struct pair){ { part.p + 1, part.n - 1 }, q->segments[i] };
		else if (!str_eq(part, q->segments[i]))
			return false;
		i++;
	}
	return i == q->n_segments;
}

enum route_found route_find(const struct route *routes, size_t n, struct request *q, const struct route **out)
{
	enum route_found found = ROUTE_NONE;
	for (size_t i = 0; i < n; i++) {
		if (!fits(routes[i].pattern, q))
			continue;
		if (routes[i].method == q->method) {
			*out = &routes[i];
			return ROUTE_FOUND;
		}
		found = ROUTE_OTHER_METHOD;
	}
	q->n_params = 0;
	return found;
}
