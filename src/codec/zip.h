/*
 * zip.h - looking into a ZIP file that a stranger sent.
 *
 * A ZIP is a folder in one file, and a favourite place for tricks: a few
 * kilobytes that unpack to a disk full, two entries of one name, names that
 * climb out of their folder. Here nothing is ever unpacked to a place: an entry
 * is a stream of bytes, and everything about it has a limit. What is encrypted,
 * spread over several files, packed in an uncommon way, or inconsistent is
 * refused with one sentence.
 *
 * Rules of use
 *  - The whole file stands in memory (at most `file_max`), because a ZIP is
 *    read from its end; reading it asks the system for nothing, so it runs in
 *    the jail.
 *  - Names are compared without regard to the case of ASCII letters, as office
 *    programs do. A name is a key, never a path.
 *  - One entry is open at a time.
 */
#ifndef LINNET_CODEC_ZIP_H
#define LINNET_CODEC_ZIP_H

#include "base/err.h"
#include "base/text.h"

struct unzip;

struct unzip_limits {
	size_t file_max;     /* bytes of the file itself */
	size_t entries_max;  /* entries in it */
	uint64_t entry_max;  /* unpacked bytes of one entry */
	uint64_t total_max;  /* unpacked bytes of all that is read, as often as it is read */
	uint32_t ratio_max;  /* unpacked to packed bytes of an entry ... */
	uint64_t ratio_from; /* ... that has more unpacked bytes than this: small things do no harm */
};
/* 64 MiB; 4,096 entries; 1 GiB and 4 GiB unpacked; 250 to 1 from 16 MiB on. */
extern const struct unzip_limits unzip_usual;

/* The memory of `file` must outlive the result. RC_BAD_INPUT: not a ZIP, broken,
 * encrypted, a trick; RC_LIMIT: over a limit. */
enum rc unzip_open(struct str file, const struct unzip_limits *limits, struct unzip **out, struct err *e) NODISCARD;
void unzip_close(struct unzip *u);

size_t unzip_count(const struct unzip *u);
struct str unzip_name(const struct unzip *u, size_t i);	   /* as written; lasts as long as u */
size_t unzip_find(const struct unzip *u, struct str name); /* SIZE_MAX if there is none */

/* Streams the entry i: after unzip_start, unzip_read (an xml_source, with u as its
 * argument) gives bytes until *got_out is 0, by which the check sum was true. An
 * entry that was already being read is left. */
enum rc unzip_start(struct unzip *u, size_t i, struct err *e) NODISCARD;
enum rc unzip_read(void *u, void *p, size_t n, size_t *got_out, struct err *e) NODISCARD;

#endif
