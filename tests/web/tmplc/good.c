/* Made by tools/tmplc. */
#include "codec/html.h"
#include "web/pages/page.h"
#include "pages/templates.h"

#line 1 "tests/web/tmplc/good.html"
void good_html(struct html_out *o, const struct view *v, int n)
{
	html_raw(o, "<p class=\"a ", 12);
#line 3 "tests/web/tmplc/good.html"
	html_show(o, (v->name));
	html_raw(o, "\">", 2);
#line 3 "tests/web/tmplc/good.html"
	html_show(o, (n));
	html_raw(o, " \"quoted\" \\ \?</p>\n", 18);
#line 4 "tests/web/tmplc/good.html"
	for (int i = 0; i < n; i++) {
	html_raw(o, "<a href=\"", 9);
#line 5 "tests/web/tmplc/good.html"
	html_link(o, (link_home()));
	html_raw(o, "\"", 1);
#line 5 "tests/web/tmplc/good.html"
	if (i) {
	html_raw(o, " hidden", 7);
#line 5 "tests/web/tmplc/good.html"
	}
	html_raw(o, ">", 1);
#line 5 "tests/web/tmplc/good.html"
	html_show(o, ("}}"));
	html_raw(o, "</a>\n", 5);
#line 6 "tests/web/tmplc/good.html"
	}
#line 7 "tests/web/tmplc/good.html"
	html_markup(o, (v->svg));
	html_raw(o, "\n<a href=\"#", 11);
#line 8 "tests/web/tmplc/good.html"
	html_show(o, (v->name));
	html_raw(o, "\">\303\251</a>\n", 9);
#line 9 "tests/web/tmplc/good.html"
	other_html(o, v);
}

#line 11 "tests/web/tmplc/good.html"
void other_html(struct html_out *o, const struct view *v)
{
	html_raw(o, "<textarea name='x'>", 19);
#line 12 "tests/web/tmplc/good.html"
	html_show(o, (v->name));
	html_raw(o, "</textarea>\n", 12);
}
