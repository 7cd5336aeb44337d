/*
 * qr.h - a short text as the dark and light squares of a QR code (ISO/IEC 18004).
 */
#ifndef LINNET_CODEC_QR_H
#define LINNET_CODEC_QR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

enum { QR_TEXT_MAX = 500, QR_QUIET = 4 /* light squares that must be left around it */ };

struct qr {
	int width;		   /* squares a side, without the quiet edge */
	const unsigned char *dark; /* width * width, by rows: 1 dark, 0 light */
};

/* Smallest code that holds the text, correction level M. RC_LIMIT for more than
 * QR_TEXT_MAX bytes. The squares live in `a`. */
enum rc qr_of(struct str text, struct arena *a, struct qr *out, struct err *e) NODISCARD;
/* One SVG path of all dark squares, in units of a square, with the quiet edge: "M4 4h7v1h-7z...". */
struct str qr_path(const struct qr *q, struct arena *a);

#endif
