// SPDX-License-Identifier: BSD-2-Clause
/* Three libraries behind one function.
 *
 * Each decoder knows whether it stands between members (`is_between`): there, and
 * only there, the input may end. A decoder that is given nothing new and gives
 * nothing has had all; if that is inside a member, the data were cut short. */
#include "base/lines_codec.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define WINDOW_LOG_MAX 27 /* 128 MiB, what zstd and xz themselves accept unasked */
#define XZ_MEMORY_MAX  ((1ull << WINDOW_LOG_MAX) + (1ull << 20)) /* a window and its decoder */
#define GZIP_WINDOW    (16 + MAX_WBITS) /* zlib's way to say: gzip header, any window */

struct codec {
    enum codec_form form;
    bool is_between; /* before the first byte of a member */
    bool is_holding; /* output was full: more may come without input */
    union {
        z_stream gzip;
        ZSTD_DStream *zstd;
        lzma_stream xz;
    };
};

enum codec_form codec_form_of(const uint8_t *data, size_t len, bool is_ended)
{
    static const struct {
        enum codec_form form;
        uint8_t len, magic[6];
    } forms[] = {
        {CODEC_GZIP, 3, {0x1f, 0x8b, 0x08}},
        {CODEC_ZSTD, 4, {0x28, 0xb5, 0x2f, 0xfd}},
        {CODEC_XZ, 6, {0xfd, '7', 'z', 'X', 'Z', 0}},
    };
    bool unsure = false;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t compared = len < forms[i].len ? len : forms[i].len;
        if (compared > 0 && memcmp(data, forms[i].magic, compared) != 0)
            continue;
        if (compared == forms[i].len)
            return forms[i].form;
        unsure = true;
    }
    return unsure && !is_ended ? CODEC_UNSURE : CODEC_PLAIN;
}

int codec_create(struct codec **out, enum codec_form form)
{
    bool started = false;
    *out = NULL;
    struct codec *codec = calloc(1, sizeof *codec);
    if (!codec)
        return ERR_NOMEM;
    codec->form = form;
    codec->is_between = true;
    if (form == CODEC_GZIP) {
        started = inflateInit2(&codec->gzip, GZIP_WINDOW) == Z_OK;
    } else if (form == CODEC_ZSTD) {
        codec->zstd = ZSTD_createDStream();
        started =
            codec->zstd &&
            !ZSTD_isError(ZSTD_DCtx_setParameter(codec->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX));
        if (!started)
            ZSTD_freeDStream(codec->zstd);
    } else if (form == CODEC_XZ) {
        codec->xz = (lzma_stream)LZMA_STREAM_INIT;
        started = lzma_stream_decoder(&codec->xz, XZ_MEMORY_MAX, LZMA_CONCATENATED) == LZMA_OK;
    }
    if (!started) {
        free(codec);
        return ERR_NOMEM;
    }
    *out = codec;
    return 0;
}

void codec_destroy(struct codec *codec)
{
    if (!codec)
        return;
    if (codec->form == CODEC_GZIP)
        inflateEnd(&codec->gzip);
    else if (codec->form == CODEC_ZSTD)
        ZSTD_freeDStream(codec->zstd);
    else
        lzma_end(&codec->xz);
    free(codec);
}

/* One call of a library: bytes taken and made, or an error. */
struct step {
    size_t taken, made;
    int error;
};

static struct step step_gzip(struct codec *codec, const uint8_t *in, size_t in_len, uint8_t *out,
                             size_t out_len)
{
    z_stream *z = &codec->gzip;
    struct step step = {0};
    if (codec->is_between) {
        /* Zero padding behind a member is taken away, as gzip does (tapes). */
        while (step.taken < in_len && in[step.taken] == 0)
            step.taken++;
        if (step.taken > 0 || in_len == 0)
            return step;
        inflateReset(z);
        codec->is_between = false;
    }
    z->next_in = (z_const Bytef *)in;
    z->avail_in = (uInt)in_len;
    z->next_out = out;
    z->avail_out = (uInt)out_len;
    int result = inflate(z, Z_NO_FLUSH);
    step.taken = in_len - z->avail_in;
    step.made = out_len - z->avail_out;
    if (result == Z_STREAM_END)
        codec->is_between = true;
    else if (result == Z_MEM_ERROR)
        step.error = ERR_NOMEM;
    else if (result != Z_OK && result != Z_BUF_ERROR) /* the latter: no progress, not damage */
        step.error = ERR_FORMAT;
    return step;
}

static struct step step_zstd(struct codec *codec, const uint8_t *in, size_t in_len, uint8_t *out,
                             size_t out_len)
{
    ZSTD_inBuffer from = {.src = in, .size = in_len};
    ZSTD_outBuffer to = {.dst = out, .size = out_len};
    if (codec->is_between && in_len == 0)
        return (struct step){0};
    size_t wanted = ZSTD_decompressStream(codec->zstd, &to, &from);
    codec->is_between = wanted == 0;
    struct step step = {.taken = from.pos, .made = to.pos};
    if (ZSTD_getErrorCode(wanted) == ZSTD_error_memory_allocation)
        step.error = ERR_NOMEM;
    else if (ZSTD_isError(wanted))
        step.error = ERR_FORMAT;
    return step;
}

static struct step step_xz(struct codec *codec, const uint8_t *in, size_t in_len, uint8_t *out,
                           size_t out_len, bool is_ended)
{
    lzma_stream *xz = &codec->xz;
    struct step step = {0};
    xz->next_in = in;
    xz->avail_in = in_len;
    xz->next_out = out;
    xz->avail_out = out_len;
    /* Concatenated streams: only the end of the input ends the last of them. */
    lzma_ret result = lzma_code(xz, is_ended ? LZMA_FINISH : LZMA_RUN);
    step.taken = in_len - xz->avail_in;
    step.made = out_len - xz->avail_out;
    codec->is_between = result == LZMA_STREAM_END;
    if (result == LZMA_MEM_ERROR)
        step.error = ERR_NOMEM;
    else if (result != LZMA_OK && result != LZMA_STREAM_END && result != LZMA_BUF_ERROR)
        step.error = ERR_FORMAT;
    return step;
}

int codec_decode(struct codec *codec, const uint8_t **in, size_t *in_len, uint8_t **out,
                 size_t *out_len, bool is_ended)
{
    for (;;) {
        struct step step;
        /* Asked without need, zstd takes the caller for stuck and fails. */
        if (*in_len == 0 && !is_ended && !codec->is_holding)
            return 0;
        if (codec->form == CODEC_GZIP)
            step = step_gzip(codec, *in, *in_len, *out, *out_len);
        else if (codec->form == CODEC_ZSTD)
            step = step_zstd(codec, *in, *in_len, *out, *out_len);
        else
            step = step_xz(codec, *in, *in_len, *out, *out_len, is_ended);
        *in += step.taken;
        *in_len -= step.taken;
        *out += step.made;
        *out_len -= step.made;
        codec->is_holding = *out_len == 0;
        if (step.error)
            return step.error;
        if (*out_len == 0)
            return 0;
        if (step.taken == 0 && step.made == 0)
            return is_ended && !codec->is_between ? ERR_FORMAT : 0;
    }
}
