/* Makes ZIP files and small workbooks for tests, also such as no honest program would. */
#ifndef LINNET_TESTS_ZIPMAKE_H
#define LINNET_TESTS_ZIPMAKE_H

#include "base/text.h"

#include <zlib.h>

struct zipmake {
	struct buf file, directory;
	uint32_t n;
	/* what the next entries say of themselves, if not the truth */
	uint32_t lie_unpacked;	/* 0: the truth */
	uint16_t flags, method; /* 0: as it is */
	bool store;
	bool zip64; /* sizes and places in the long form */
};

static inline void zip_u16(struct buf *b, uint32_t v)
{
	buf_putc(b, (char)v);
	buf_putc(b, (char)(v >> 8));
}

static inline void zip_u32(struct buf *b, uint64_t v)
{
	zip_u16(b, (uint32_t)v);
	zip_u16(b, (uint32_t)(v >> 16));
}

static inline void zip_u64(struct buf *b, uint64_t v)
{
	zip_u32(b, v);
	zip_u32(b, v >> 32);
}

static inline void zip_begin(struct zipmake *z)
{
	*z = (struct zipmake){ .n = 0 };
	buf_init(&z->file, (size_t)256 << 20);
	buf_init(&z->directory, (size_t)64 << 20);
}

static inline void zip_release(struct zipmake *z)
{
	buf_release(&z->file);
	buf_release(&z->directory);
}

/* An entry whose packed bytes, check sum and size are given. */
static inline void zip_put_packed(struct zipmake *z, const char *name, struct str packed, uint16_t method, uint32_t crc,
				  uint64_t size)
{
	size_t at = z->file.n;
	uint16_t flags = z->flags;
	uint64_t says = z->lie_unpacked ? z->lie_unpacked : size;
	method = z->method ? z->method : method;
	zip_u32(&z->file, 0x04034b50);
	zip_u16(&z->file, z->zip64 ? 45 : 20);
	zip_u16(&z->file, flags);
	zip_u16(&z->file, method);
	zip_u32(&z->file, 0x00210000); /* 1 January 1980 */
	zip_u32(&z->file, crc);
	zip_u32(&z->file, z->zip64 ? UINT32_MAX : packed.n);
	zip_u32(&z->file, z->zip64 ? UINT32_MAX : says);
	zip_u16(&z->file, (uint32_t)strlen(name));
	zip_u16(&z->file, z->zip64 ? 20 : 0);
	buf_puts(&z->file, name);
	if (z->zip64) {
		zip_u16(&z->file, 1);
		zip_u16(&z->file, 16);
		zip_u64(&z->file, says);
		zip_u64(&z->file, packed.n);
	}
	buf_str(&z->file, packed);
	zip_u32(&z->directory, 0x02014b50);
	zip_u16(&z->directory, z->zip64 ? 45 : 20);
	zip_u16(&z->directory, z->zip64 ? 45 : 20);
	zip_u16(&z->directory, flags);
	zip_u16(&z->directory, method);
	zip_u32(&z->directory, 0x00210000);
	zip_u32(&z->directory, crc);
	zip_u32(&z->directory, z->zip64 ? UINT32_MAX : packed.n);
	zip_u32(&z->directory, z->zip64 ? UINT32_MAX : says);
	zip_u16(&z->directory, (uint32_t)strlen(name));
	zip_u16(&z->directory, z->zip64 ? 28 : 0);
	for (int i = 0; i < 5; i++)
		zip_u16(&z->directory, 0); /* comment, disk, attributes */
	zip_u32(&z->directory, z->zip64 ? UINT32_MAX : at);
	buf_puts(&z->directory, name);
	if (z->zip64) {
		zip_u16(&z->directory, 1);
		zip_u16(&z->directory, 24);
		zip_u64(&z->directory, says);
		zip_u64(&z->directory, packed.n);
		zip_u64(&z->directory, at);
	}
	z->n++;
}

/* Packs with deflate; a full flush lets the result be repeated. Free it. */
static inline struct str zip_deflate(struct str s, int flush)
{
	z_stream d = { .next_in = (Bytef *)(uintptr_t)s.p, .avail_in = (uInt)s.n };
	if (deflateInit2(&d, 6, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	size_t cap = deflateBound(&d, (uLong)s.n) + 64;
	char *out = xmalloc(cap);
	d.next_out = (Bytef *)out;
	d.avail_out = (uInt)cap;
	if (deflate(&d, flush) < 0)
		abort();
	struct str packed = { out, cap - d.avail_out };
	deflateEnd(&d);
	return packed;
}

static inline void zip_put(struct zipmake *z, const char *name, struct str data)
{
	uint32_t crc = (uint32_t)crc32(0, (const Bytef *)data.p, (uInt)data.n);
	if (z->store) {
		zip_put_packed(z, name, data, 0, crc, data.n);
		return;
	}
	struct str packed = zip_deflate(data, Z_FINISH);
	zip_put_packed(z, name, packed, 8, crc, data.n);
	free((char *)(uintptr_t)packed.p);
}

static inline struct str zip_end(struct zipmake *z)
{
	uint64_t at = z->file.n, size = z->directory.n;
	buf_str(&z->file, buf_view(&z->directory));
	if (z->zip64) {
		uint64_t end = z->file.n;
		zip_u32(&z->file, 0x06064b50);
		zip_u64(&z->file, 44);
		zip_u16(&z->file, 45);
		zip_u16(&z->file, 45);
		zip_u32(&z->file, 0);
		zip_u32(&z->file, 0);
		zip_u64(&z->file, z->n);
		zip_u64(&z->file, z->n);
		zip_u64(&z->file, size);
		zip_u64(&z->file, at);
		zip_u32(&z->file, 0x07064b50);
		zip_u32(&z->file, 0);
		zip_u64(&z->file, end);
		zip_u32(&z->file, 1);
	}
	zip_u32(&z->file, 0x06054b50);
	zip_u32(&z->file, 0);
	zip_u16(&z->file, z->zip64 ? UINT16_MAX : z->n);
	zip_u16(&z->file, z->zip64 ? UINT16_MAX : z->n);
	zip_u32(&z->file, z->zip64 ? UINT32_MAX : size);
	zip_u32(&z->file, z->zip64 ? UINT32_MAX : at);
	zip_u16(&z->file, 0);
	if (!buf_ok(&z->file) || !buf_ok(&z->directory))
		abort();
	return buf_view(&z->file);
}

/* ---- workbooks ---- */

#define OOXML_MAIN    "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OOXML_RELS    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define OOXML_PACKAGE "http://schemas.openxmlformats.org/package/2006/"

static const char book_types[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"" OOXML_PACKAGE "content-types\">"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>";
static const char book_rels[] =
    "<Relationships xmlns=\"" OOXML_PACKAGE "relationships\">"
    "<Relationship Id=\"rId1\" Type=\"" OOXML_RELS "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";

static inline void book_part(struct zipmake *z, const char *name, const char *text)
{
	zip_put(z, name, str_of(text));
}

/* Types, relations and a list of n sheets called S1, S2 ...; then put the sheets. */
static inline void book_begin(struct zipmake *z, int n, const char *workbook_pr)
{
	struct buf b, r;
	zip_begin(z);
	buf_init(&b, 64 << 20);
	buf_init(&r, 64 << 20);
	book_part(z, "[Content_Types].xml", book_types);
	book_part(z, "_rels/.rels", book_rels);
	buf_printf(&b, "<workbook xmlns=\"" OOXML_MAIN "\" xmlns:r=\"" OOXML_RELS "\">%s<sheets>", workbook_pr);
	buf_puts(&r, "<Relationships xmlns=\"" OOXML_PACKAGE "relationships\">"
		     "<Relationship Id=\"s\" Type=\"" OOXML_RELS "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
		     "<Relationship Id=\"f\" Type=\"" OOXML_RELS "/styles\" Target=\"/xl/styles.xml\"/>");
	for (int i = 1; i <= n; i++) {
		buf_printf(&b, "<sheet name=\"S%d\" sheetId=\"%d\" r:id=\"rId%d\"/>", i, i, i);
		buf_printf(&r,
			   "<Relationship Id=\"rId%d\" Type=\"" OOXML_RELS
			   "/worksheet\" Target=\"worksheets/sheet%d.xml\"/>",
			   i, i);
	}
	buf_puts(&b, "</sheets></workbook>");
	buf_puts(&r, "</Relationships>");
	book_part(z, "xl/workbook.xml", b.p);
	book_part(z, "xl/_rels/workbook.xml.rels", r.p);
	buf_release(&b);
	buf_release(&r);
}

static inline void book_sheet(struct zipmake *z, int i, const char *inside)
{
	struct buf b;
	char name[64];
	buf_init(&b, (size_t)256 << 20);
	snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", i);
	buf_puts(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"" OOXML_MAIN
		     "\" xmlns:r=\"" OOXML_RELS "\">");
	buf_puts(&b, inside);
	buf_puts(&b, "</worksheet>");
	book_part(z, name, b.p);
	buf_release(&b);
}

static inline void book_strings(struct zipmake *z, const char *inside)
{
	struct buf b;
	buf_init(&b, (size_t)64 << 20);
	buf_printf(&b, "<sst xmlns=\"" OOXML_MAIN "\">%s</sst>", inside);
	book_part(z, "xl/sharedStrings.xml", b.p);
	buf_release(&b);
}

static inline void book_styles(struct zipmake *z, const char *inside)
{
	struct buf b;
	buf_init(&b, (size_t)64 << 20);
	buf_printf(&b, "<styleSheet xmlns=\"" OOXML_MAIN "\">%s</styleSheet>", inside);
	book_part(z, "xl/styles.xml", b.p);
	buf_release(&b);
}

/* A workbook of one sheet with these rows; release z after use. */
static inline struct str book_of_rows(struct zipmake *z, const char *rows)
{
	struct buf b;
	buf_init(&b, (size_t)256 << 20);
	buf_printf(&b, "<sheetData>%s</sheetData>", rows);
	book_begin(z, 1, "");
	book_sheet(z, 1, b.p);
	buf_release(&b);
	return zip_end(z);
}

#endif
