// SPDX-License-Identifier: BSD-2-Clause
/* The one table of error texts. A switch rather than an array, so that the
 * compiler tells of a value without its text. */
#include "base/err.h"

const char *err_text(int error)
{
    switch ((enum err)error) {
    case ERR_OK:
        return "no error";
    case ERR_NOMEM:
        return "out of memory";
    case ERR_IO:
        return "input/output error";
    case ERR_CLOSED:
        return "closed by its reader";
    case ERR_SYNTAX:
        return "not well formed";
    case ERR_RANGE:
        return "out of range";
    case ERR_FULL:
        return "no room left";
    case ERR_TRUNC:
        return "data end too early";
    case ERR_NOTSUP:
        return "not supported";
    case ERR_MISSING:
        return "does not exist";
    case ERR_FORMAT:
        return "compressed data are damaged";
    }
    return "unknown error";
}
