#include "codec/qr.h"

#include <qrencode.h>

enum { PATH_MAX_BYTES = 1 << 18 };

enum rc qr_of(struct str text, struct arena *a, struct qr *out, struct err *e)
{
	if (text.n > QR_TEXT_MAX)
		return err_set(e, RC_LIMIT, "A QR code holds at most %d letters here.", QR_TEXT_MAX);
	QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
	if (!code)
		return err_set(e, RC_INTERNAL, "The QR code could not be made.");
	size_t n = (size_t)code->width * (size_t)code->width;
	unsigned char *dark = arena_alloc(a, n);
	for (size_t i = 0; i < n; i++)
		dark[i] = code->data[i] & 1;
	*out = (struct qr){ code->width, dark };
	QRcode_free(code);
	return RC_OK;
}

struct str qr_path(const struct qr *q, struct arena *a)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, PATH_MAX_BYTES);
	for (int y = 0; y < q->width; y++) {
		const unsigned char *row = q->dark + y * q->width;
		for (int x = 0, n; x < q->width; x += n ? n : 1) {
			for (n = 0; x + n < q->width && row[x + n]; n++)
				;
			if (n)
				buf_printf(&b, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET, n, n);
		}
	}
	return arena_str(a, buf_view(&b));
}
