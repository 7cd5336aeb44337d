/*
 * xml.h - XML, read as it streams by.
 *
 * The reader walks a document once and tells what begins, what ends and what
 * text stands between; it holds one tag and one run of text, whatever the size
 * of the file. It takes UTF-8 and UTF-16 as XML 1.0 says (and ISO-8859-1 and
 * US-ASCII where the document declares them); what it hands over is UTF-8.
 *
 * Documents come from strangers: a DOCTYPE is refused before a word of it is
 * believed, so there are no entities but the five of XML itself and nothing is
 * ever fetched. Depth, attributes, names, text, bytes and the parser's own
 * memory have limits.
 *
 * Rules of use
 *  - Names are local names; the namespace stands beside them in `space`, empty
 *    if there is none. A prefix that nobody declared is an error.
 *  - The text between two tags comes in one piece, comments and CDATA marks
 *    taken out, blanks and line ends left in, and only if there is any.
 *  - Texts belong to the reader. Those of `start` last until it returns; those
 *    of `text` until the next `start` or the next `end` has returned, so that
 *    the text of a leaf may be kept until its `end`.
 *  - A listener that returns anything but RC_OK ends the reading with that.
 */
#ifndef LINNET_CODEC_XML_H
#define LINNET_CODEC_XML_H

#include "base/err.h"
#include "base/text.h"

struct xml; /* the reading under way */

struct xml_attribute {
	struct str space, name, value;
};

struct xml_element {
	struct str space, name;
	int depth; /* 1: the outermost */
	const struct xml_attribute *attributes;
	size_t n;
};

struct xml_limits {
	int depth_max;
	size_t attributes_max; /* of one element */
	size_t name_max;       /* bytes of a name, without its namespace */
	size_t text_max;       /* bytes of one attribute's value, or of the text between two tags */
	uint64_t bytes_max;    /* of the document */
};
/* 64 deep, 64 attributes, names of 128 bytes, texts of 64 KiB, 256 MiB in all. */
extern const struct xml_limits xml_usual;

/* Reads up to n bytes into p; *got_out 0 at the end. (csv_source has the same shape.) */
typedef enum rc xml_source(void *arg, void *p, size_t n, size_t *got_out, struct err *e);

struct xml_listener { /* what is NULL is not told */
	enum rc (*start)(void *arg, struct xml *x, const struct xml_element *element, struct err *e);
	enum rc (*text)(void *arg, struct xml *x, struct str text, struct err *e);
	enum rc (*end)(void *arg, struct xml *x, struct str name, int depth, struct err *e);
	void *arg;
};

/* RC_BAD_INPUT: not well-formed, an encoding we do not read, a DOCTYPE; RC_LIMIT:
 * over a limit. The text begins with line and column; it does not name the file. */
enum rc xml_read(xml_source *source, void *source_arg, const struct xml_limits *limits,
		 const struct xml_listener *listener, struct err *e) NODISCARD;
/* The same from memory. */
enum rc xml_read_text(struct str document, const struct xml_limits *limits, const struct xml_listener *listener,
		      struct err *e) NODISCARD;

/* The value of an attribute without a namespace, or with one; {NULL,0} if it is not there. */
struct str xml_value(const struct xml_element *element, const char *name);
struct str xml_value_in(const struct xml_element *element, const char *space, const char *name);

/* Where the reading stands: the tag or text that a listener is being told of.
 * Both count from 1; a column counts characters. */
int64_t xml_line(struct xml *x);
int64_t xml_column(struct xml *x);
/* For listeners: fills e with "line 3, column 7: words" and returns rc. */
enum rc xml_refuse(struct xml *x, struct err *e, enum rc rc, const char *fmt, ...) PRINTF_LIKE(4, 5);

#endif
