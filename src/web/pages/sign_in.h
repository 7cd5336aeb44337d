/*
 * sign_in.h - signing in and out.
 */
#ifndef LINNET_WEB_PAGES_SIGN_IN_H
#define LINNET_WEB_PAGES_SIGN_IN_H

#include "web/pages/page.h"

struct sign_in_view {
	struct page page;
	struct str login, then, problem;
};

#endif
