/*
 * pdf_catalog.h - what the drawing library leaves out of a PDF's catalogue.
 *
 * A reader should know the language of the text (for a voice to read it) and
 * show the title in its window rather than the name of the file. Both belong to
 * the catalogue object, which is written again behind the end of the file, as
 * PDF allows (ISO 32000-1, 7.5.6, incremental updates).
 */
#ifndef LINNET_PAPER_PDF_CATALOG_H
#define LINNET_PAPER_PDF_CATALOG_H

#include "base/err.h"
#include "base/text.h"

/* Appends to the whole file in *pdf. RC_INTERNAL if it is not built as expected. */
enum rc pdf_catalog_complete(struct buf *pdf, struct str language, struct err *e) NODISCARD;

#endif
