/*
 * password.h - which passwords are taken.
 *
 * Ten letters or more, no rules about capitals and signs, and nothing that is tried
 * first: no common password (data/passwords.txt), also with capitals, with digits for
 * letters, or with something put before or behind; nothing made of the sign-in name,
 * the person's name or the program's; no row of one or two letters.
 * (NCSC, "Three random words"; NIST SP 800-63B, 5.1.1.2.)
 */
#ifndef LINNET_WORK_ADMIN_PASSWORD_H
#define LINNET_WORK_ADMIN_PASSWORD_H

#include "work/app.h"

/* RC_BAD_INPUT says why not, never which word. */
enum rc password_good(struct app *app, struct str password, struct str login, struct str name, struct err *e) NODISCARD;
/* The same with the list given: one word a line, # begins a remark. */
enum rc password_judge(struct str list, struct str password, struct str login, struct str name,
		       struct err *e) NODISCARD;

#endif
