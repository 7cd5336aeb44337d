#include "web/pages/children.h"

#include "pages/templates.h"

enum rc page_children(struct visit *v, struct err *e)
{
	struct children_view view = { .page = { v, STR("Children"), MENU_CHILDREN },
				      .words = str_trim(request_query(v->req, "q")) };
	view.saved = request_query(v->req, "saved").n > 0;
	if (view.words.n > 200)
		return err_set(e, RC_BAD_INPUT, "That is too long for a name or number. Give part of the name.");
	if (view.words.n) {
		enum rc rc = child_search(v->app, viewer_of(v), view.words, FOUND_SHOWN, v->a, &view.found, &view.n,
					  &view.more, e);
		if (rc != RC_OK)
			return rc;
		view.searched = true;
		view.mistyped = nhs_number_mistyped(view.words);
	}
	children_html(&v->out, &view);
	return RC_OK;
}
