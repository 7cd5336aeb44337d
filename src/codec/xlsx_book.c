#include "codec/xlsx_parts.h"

enum { RELATIONS_MAX = 4096, PATH_BYTES_MAX = 1024 };

static const char again[] = "Open it in your spreadsheet program and save it again as .xlsx";

static enum rc damaged(struct err *e, const char *words)
{
	return err_set(e, RC_BAD_INPUT, "the workbook is damaged: %s. %s", words, again);
}

/* ---- a part through the XML reader ---- */

static const struct xml_limits part_limits = {
	.depth_max = 32, .attributes_max = 128, .name_max = 128, .text_max = 256 * 1024, .bytes_max = (uint64_t)1 << 30
};

struct at_root {
	struct xlsx_part *part;
	bool seen;
};

static bool is_main(struct str space)
{
	return str_is(space, "http://schemas.openxmlformats.org/spreadsheetml/2006/main") ||
	       str_is(space, "http://purl.oclc.org/ooxml/spreadsheetml/main");
}

static enum rc look_at_root(struct xml *x, struct xlsx_part *part, const struct xml_element *el, struct err *e)
{
	if (!str_is(el->name, part->root) || (part->main && !is_main(el->space)) || el->space.n > sizeof part->space)
		return xml_refuse(x, e, RC_BAD_INPUT, "<%s> of a workbook is expected here", part->root);
	if (el->space.n)
		memcpy(part->space, el->space.p, el->space.n);
	part->n_space = el->space.n;
	return RC_OK;
}

static enum rc part_start(void *arg, struct xml *x, const struct xml_element *el, struct err *e)
{
	struct xlsx_part *part = arg;
	enum rc rc = el->depth == 1 ? look_at_root(x, part, el, e) : RC_OK;
	return rc == RC_OK && part->listener->start ? part->listener->start(part->listener->arg, x, el, e) : rc;
}

static enum rc part_text(void *arg, struct xml *x, struct str text, struct err *e)
{
	const struct xlsx_part *part = arg;
	return part->listener->text ? part->listener->text(part->listener->arg, x, text, e) : RC_OK;
}

static enum rc part_end(void *arg, struct xml *x, struct str name, int depth, struct err *e)
{
	const struct xlsx_part *part = arg;
	return part->listener->end ? part->listener->end(part->listener->arg, x, name, depth, e) : RC_OK;
}

enum rc xlsx_part_read(struct unzip *zip, struct str name, struct xlsx_part *part, struct err *e)
{
	const struct xml_listener l = { part_start, part_text, part_end, part };
	size_t i = unzip_find(zip, name);
	if (i == SIZE_MAX)
		return RC_NOT_FOUND;
	enum rc rc = unzip_start(zip, i, e);
	return rc == RC_OK ? xml_read(unzip_read, zip, &part_limits, &l, e) : rc;
}

enum rc xlsx_part_failed(struct err *e, const char *what)
{
	if (str_starts(str_of(e->text), "line "))
		return err_prefix(
		    e, "%s cannot be read (open the workbook in your spreadsheet program and save it again)", what);
	return err_prefix(e, "%s", what);
}

bool xlsx_is(const struct xlsx_part *part, const struct xml_element *el, const char *name)
{
	return str_is(el->name, name) && str_eq(el->space, (struct str){ part->space, part->n_space });
}

/* ---- relations ---- */

struct relations {
	struct xlsx_part part;
	struct arena *arena;
	struct str of; /* whose relations */
	struct xlsx_relations *out;
	size_t cap;
};

static struct str last_step(struct str path)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
	return slash ? (struct str){ slash + 1, path.n - (size_t)(slash + 1 - path.p) } : path;
}

/* Where `target`, seen from the part `of`, leads inside the file; {NULL,0} if out of it. */
static struct str resolve(struct arena *a, struct str of, struct str target)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, PATH_BYTES_MAX);
	if (target.n && target.p[0] != '/')
		buf_put(&b, of.p, of.n - last_step(of).n);
	bool inside = target.n > 0;
	for (struct str rest = target, step; rest.p && inside;) {
		step = str_cut(rest, '/', &rest);
		if (!step.n || str_is(step, "."))
			continue;
		if (str_is(step, "..")) {
			inside = b.n > 0; /* b ends with a slash: cut it and the step before */
			struct str up = { b.p, b.n ? b.n - 1 : 0 };
			b.n = up.n - last_step(up).n;
			continue;
		}
		buf_str(&b, step);
		if (rest.p)
			buf_putc(&b, '/');
	}
	return inside && buf_ok(&b) && b.n ? arena_str(a, buf_view(&b)) : (struct str){ NULL, 0 };
}

static enum rc on_relation(void *arg, struct xml *x, const struct xml_element *el, struct err *e)
{
	struct relations *r = arg;
	if (el->depth != 2 || !xlsx_is(&r->part, el, "Relationship") ||
	    str_is_nocase(xml_value(el, "TargetMode"), "External"))
		return RC_OK;
	if (r->out->n == RELATIONS_MAX)
		return xml_refuse(x, e, RC_LIMIT, "more than %d parts are named", RELATIONS_MAX);
	if (r->out->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 16;
		struct xlsx_relation *list = arena_array(r->arena, r->cap, sizeof *list);
		if (r->out->n)
			memcpy(list, r->out->list, r->out->n * sizeof *list);
		r->out->list = list;
	}
	struct str part = resolve(r->arena, r->of, xml_value(el, "Target"));
	if (part.p) /* what leads out of the file is as good as not there */
		r->out->list[r->out->n++] =
		    (struct xlsx_relation){ arena_str(r->arena, xml_value(el, "Id")),
					    arena_str(r->arena, last_step(xml_value(el, "Type"))), part };
	return RC_OK;
}

enum rc xlsx_relations_read(struct unzip *zip, struct str part, struct arena *a, struct xlsx_relations *out,
			    struct err *e)
{
	struct str file = last_step(part);
	struct relations r = { .arena = a, .of = part, .out = out };
	const struct xml_listener l = { on_relation, NULL, NULL, &r };
	r.part = (struct xlsx_part){ .root = "Relationships", .listener = &l };
	*out = (struct xlsx_relations){ NULL, 0 };
	struct str name = arena_printf(a, STR_FMT "_rels/" STR_FMT ".rels", (int)(part.n - file.n),
				       part.p ? part.p : "", STR_ARG(file));
	enum rc rc = xlsx_part_read(zip, name, &r.part, e);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	return rc == RC_OK ? rc : xlsx_part_failed(e, "the workbook's list of parts");
}

static struct str part_of_type(const struct xlsx_relations *r, const char *type)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_is(r->list[i].type, type))
			return r->list[i].part;
	return (struct str){ NULL, 0 };
}

/* ---- what kind of file it is ---- */

static const char macros[] =
    "the workbook holds macros (.xlsm), which are programs and are not taken: save it as .xlsx";

/* Parts by which other programs' files are known, and what to say of them. */
static const struct {
	const char *part;
	const char *words;
} strangers[] = {
	{ "xl/vbaProject.bin", macros },
	{ "xl/workbook.bin", "the file is a binary workbook (.xlsb): save it as .xlsx" },
	{ "content.xml", "the file is an OpenDocument file (.ods): save it as .xlsx" },
	{ "Index/Document.iwa", "the file was made by Numbers: export it as Excel (.xlsx) or CSV" },
	{ "Index.zip", "the file was made by Numbers: export it as Excel (.xlsx) or CSV" },
	{ "word/document.xml", "the file is a Word document: put its table into a spreadsheet and save it as .xlsx" },
	{ "ppt/presentation.xml", "the file is a presentation, not a spreadsheet" },
};

static enum rc on_content_type(void *arg, struct xml *x, const struct xml_element *el, struct err *e)
{
	struct str type = xml_value(el, "ContentType");
	(void)arg;
	(void)x;
	static const char word[] = "macroenabled";
	for (size_t i = 0; i + sizeof word - 1 <= type.n; i++)
		if (str_is_nocase((struct str){ type.p + i, sizeof word - 1 }, word))
			return err_set(e, RC_REFUSED, "%s", macros);
	return RC_OK;
}

static enum rc refuse_strangers(struct unzip *zip, struct err *e)
{
	const struct xml_listener l = { on_content_type, NULL, NULL, NULL };
	struct xlsx_part types = { .root = "Types", .listener = &l };
	for (size_t i = 0; i < COUNT_OF(strangers); i++)
		if (unzip_find(zip, str_of(strangers[i].part)) != SIZE_MAX)
			return err_set(e, RC_BAD_INPUT, "%s", strangers[i].words);
	enum rc rc = xlsx_part_read(zip, STR("[Content_Types].xml"), &types, e);
	if (rc == RC_REFUSED)
		return err_set(e, RC_BAD_INPUT, "%s", macros);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_BAD_INPUT,
			       "the file is a ZIP file, not a workbook: take the files out of it and load those");
	return rc == RC_OK ? rc : xlsx_part_failed(e, "the workbook's list of parts");
}

/* ---- the list of sheets ---- */

struct book {
	struct xlsx *x;
	struct xlsx_part part;
	struct xlsx_relations relations;
};

static bool is_true(struct str s)
{
	return str_is(s, "1") || str_is(s, "true") || str_is(s, "on");
}

/* The attribute r:id, whose namespace has two addresses. */
static struct str relation_id(const struct xml_element *el)
{
	struct str id = xml_value_in(el, "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "id");
	return id.p ? id : xml_value_in(el, "http://purl.oclc.org/ooxml/officeDocument/relationships", "id");
}

static enum rc take_sheet(struct book *b, const struct xml_element *el, struct err *e)
{
	struct xlsx *x = b->x;
	struct str id = relation_id(el), state = xml_value(el, "state");
	if (x->n_sheets == SHEETS_MAX)
		return err_set(e, RC_LIMIT, "the workbook has more than %d sheets. Divide it", SHEETS_MAX);
	for (size_t i = 0; i < b->relations.n; i++) {
		const struct xlsx_relation *r = &b->relations.list[i];
		if (!id.n || !str_eq(r->id, id))
			continue;
		x->sheets[x->n_sheets++] =
		    (struct xlsx_sheet){ .name = arena_str(&x->arena, xml_value(el, "name")),
					 .part = r->part,
					 .hidden = str_is(state, "hidden") || str_is(state, "veryHidden"),
					 .cells = str_is(r->type, "worksheet") };
		return RC_OK;
	}
	return damaged(e, "its list names a sheet that is not in the file");
}

static enum rc on_book(void *arg, struct xml *x, const struct xml_element *el, struct err *e)
{
	struct book *b = arg;
	(void)x;
	if (el->depth == 2 && xlsx_is(&b->part, el, "workbookPr"))
		b->x->from_1904 = is_true(xml_value(el, "date1904"));
	if (el->depth == 3 && xlsx_is(&b->part, el, "sheet"))
		return take_sheet(b, el, e);
	return RC_OK;
}

/* A part that is two sheets at once, or a sheet that is not there. */
static enum rc check_sheets(const struct xlsx *x, struct err *e)
{
	for (size_t i = 0; i < x->n_sheets; i++) {
		if (x->sheets[i].cells && unzip_find(x->zip, x->sheets[i].part) == SIZE_MAX)
			return damaged(e, "its list names a sheet that is not in the file");
		for (size_t k = 0; k < i; k++)
			if (str_eq(x->sheets[i].part, x->sheets[k].part))
				return damaged(e, "its list names one sheet twice");
	}
	if (!x->n_sheets)
		return damaged(e, "it has no sheets");
	return RC_OK;
}

static enum rc read_workbook(struct xlsx *x, struct str part, struct err *e)
{
	struct book b = { .x = x };
	const struct xml_listener l = { on_book, NULL, NULL, &b };
	b.part = (struct xlsx_part){ .root = "workbook", .main = true, .listener = &l };
	enum rc rc = xlsx_relations_read(x->zip, part, &x->arena, &b.relations, e);
	if (rc != RC_OK)
		return rc;
	x->strings_part = part_of_type(&b.relations, "sharedStrings");
	x->styles_part = part_of_type(&b.relations, "styles");
	err_clear(e);
	rc = xlsx_part_read(x->zip, part, &b.part, e);
	if (rc == RC_NOT_FOUND)
		return damaged(e, "its list of sheets is missing");
	if (rc != RC_OK && str_starts(str_of(e->text), "line "))
		return xlsx_part_failed(e, "the workbook's list of sheets");
	return rc == RC_OK ? check_sheets(x, e) : rc;
}

enum rc xlsx_book_read(struct xlsx *x, struct err *e)
{
	struct xlsx_relations package;
	enum rc rc = refuse_strangers(x->zip, e);
	if (rc == RC_OK)
		rc = xlsx_relations_read(x->zip, STR(""), &x->arena, &package, e);
	if (rc != RC_OK)
		return rc;
	struct str part = part_of_type(&package, "officeDocument");
	return read_workbook(x, part.p ? part : STR("xl/workbook.xml"), e);
}
