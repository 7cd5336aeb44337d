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

/* Passwords are checked two at a time: RC_BUSY when there are more, or a place taken until _end. */
enum rc sign_in_check_begin(struct err *e) NODISCARD;
void sign_in_check_end(void);

#endif
