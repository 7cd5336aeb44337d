#include "codec/xlsx_parts.h"

/* Merged areas are listed behind the rows of a sheet, but are needed with them: so
 * the sheet is looked through beforehand, as bytes, and read as XML a second time
 * only if the word stands in it. Most sheets of data have none. */

static const char word[] = "mergeCell";

/* Does the part hold the word, or is it in UTF-16, where it looks otherwise? */
static enum rc holds_word(struct unzip *zip, size_t entry, bool *out, struct err *e)
{
	enum { BLOCK = 64 * 1024, KEEP = sizeof word - 2 };
	char *block AUTO(auto_free) = xmalloc(BLOCK + KEEP);
	size_t kept = 0, got = 1;
	bool found = false, first = true;
	enum rc rc = unzip_start(zip, entry, e);
	while (rc == RC_OK && got && !found) {
		rc = unzip_read(zip, block + kept, BLOCK, &got, e);
		if (rc != RC_OK)
			break;
		size_t n = kept + got;
		found = memmem(block, n, word, sizeof word - 1) != NULL ||
			(first && got && memchr(block, '\0', n < 64 ? n : 64) != NULL);
		first = false;
		kept = n < KEEP ? n : KEEP;
		memmove(block, block + n - kept, kept);
	}
	if (rc == RC_OK)
		*out = found;
	return rc;
}

struct merges {
	struct xlsx_merges *to;
	struct xlsx_part part;
};

static bool area_of(struct str ref, struct xlsx_area *out)
{
	struct str to, from = str_cut(ref, ':', &to);
	return xlsx_address(from, &out->top, &out->left) && to.p && xlsx_address(to, &out->bottom, &out->right) &&
	       out->top <= out->bottom && out->left <= out->right;
}

static enum rc on_start(void *arg, struct xml *xml, const struct xml_element *el, struct err *e)
{
	struct merges *m = arg;
	struct xlsx_area area;
	if (el->depth != 3 || !xlsx_is(&m->part, el, "mergeCell") || !area_of(xml_value(el, "ref"), &area) ||
	    area.left >= SHEET_COLUMNS_MAX)
		return RC_OK;
	if (area.right >= SHEET_COLUMNS_MAX)
		area.right = SHEET_COLUMNS_MAX - 1;
	if (m->to->n == XLSX_MERGES_MAX)
		return xml_refuse(xml, e, RC_LIMIT, "more than %d merged areas", XLSX_MERGES_MAX);
	if (m->to->n == m->to->cap) {
		m->to->cap = m->to->cap ? 2 * m->to->cap : 64;
		m->to->list = xrealloc(m->to->list, m->to->cap * sizeof *m->to->list);
	}
	m->to->list[m->to->n++] = area;
	return RC_OK;
}

static int by_top(const void *a, const void *b)
{
	const struct xlsx_area *x = a, *y = b;
	if (x->top != y->top)
		return x->top < y->top ? -1 : 1;
	return (x->left > y->left) - (x->left < y->left);
}

enum rc xlsx_merges_read(struct unzip *zip, struct str part, struct xlsx_merges *out, struct err *e)
{
	struct merges m = { .to = out };
	const struct xml_listener l = { on_start, NULL, NULL, &m };
	m.part = (struct xlsx_part){ .root = "worksheet", .main = true, .listener = &l };
	bool found = false;
	size_t entry = unzip_find(zip, part);
	enum rc rc = entry == SIZE_MAX ? RC_OK : holds_word(zip, entry, &found, e);
	if (rc == RC_OK && found)
		rc = xlsx_part_read(zip, part, &m.part, e);
	if (out->n)
		qsort(out->list, out->n, sizeof *out->list, by_top);
	return rc;
}

void xlsx_merges_release(struct xlsx_merges *m)
{
	free(m->list);
}

bool xlsx_merges_reach(struct xlsx_merges *m, int32_t row)
{
	size_t kept = 0;
	for (size_t i = 0; i < m->n_active; i++)
		if (m->list[m->active[i]].bottom >= row)
			m->active[kept++] = m->active[i];
	m->n_active = kept;
	for (; m->next < m->n && m->list[m->next].top <= row; m->next++) {
		if (m->list[m->next].bottom < row)
			continue;
		if (m->n_active == COUNT_OF(m->active))
			return false;
		m->active[m->n_active++] = m->next;
	}
	return true;
}
