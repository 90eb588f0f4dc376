// SPDX-License-Identifier: BSD-2-Clause
/* The decoders behind lines.c, which alone includes this: gzip, zstd and xz
 * streams, as many members, frames or streams in a row as there are. */
#ifndef BASE_LINES_CODEC_H
#define BASE_LINES_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum codec_form {
    CODEC_UNSURE, /* the bytes may yet become a magic number */
    CODEC_PLAIN,
    CODEC_GZIP,
    CODEC_ZSTD,
    CODEC_XZ,
};

struct codec; /* opaque */

/* By magic bytes; never CODEC_UNSURE when IS_ENDED. */
enum codec_form codec_form_of(const uint8_t *data, size_t len, bool is_ended);

MUST_CHECK int codec_create(struct codec **out, enum codec_form form);
void codec_destroy(struct codec *codec); /* NULL is fine */

/* Decodes from IN to OUT, moving both and lessening both lengths, until either is
 * used up. IS_ENDED: nothing comes after IN. With IS_ENDED and no output the stream is
 * complete. ERR_FORMAT for damaged, cut short, or a window over 128 MiB. */
MUST_CHECK int codec_decode(struct codec *codec, const uint8_t **in, size_t *in_len, uint8_t **out,
                            size_t *out_len, bool is_ended);

#endif
