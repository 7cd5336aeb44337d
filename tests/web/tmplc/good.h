/* Made by tools/tmplc. */
#ifndef LINNET_TEMPLATES_H
#define LINNET_TEMPLATES_H

#include "codec/html.h"
#include "web/pages/page.h"

void good_html(struct html_out *o, const struct view *v, int n);
void other_html(struct html_out *o, const struct view *v);

#endif
