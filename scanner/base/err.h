// SPDX-License-Identifier: BSD-2-Clause
/* One negative error enum for the whole program, and its texts.
 *
 * Functions that can fail return 0 (or a count) on success and one of these on
 * failure. ERR_IO and ERR_CLOSED leave the cause in errno. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define MUST_CHECK __attribute__((warn_unused_result))

enum err {
    ERR_OK = 0,
    ERR_NOMEM = -1,   /* allocation failed */
    ERR_IO = -2,      /* a system call failed; errno says why */
    ERR_CLOSED = -3,  /* the reader of our output went away (EPIPE) */
    ERR_SYNTAX = -4,  /* text that is not what it should be */
    ERR_RANGE = -5,   /* a value outside its limits */
    ERR_FULL = -6,    /* a bounded structure has no room; an ordinary condition */
    ERR_TRUNC = -7,   /* bytes end before what they announce */
    ERR_NOTSUP = -8,  /* known, but not built here */
    ERR_MISSING = -9, /* something named does not exist */
    ERR_FORMAT = -10, /* compressed data are damaged */
};

/* The text for ERROR, never NULL; static storage. */
const char *err_text(int error);

#endif
