// SPDX-License-Identifier: BSD-2-Clause
/* Two octets of type, then rdata as it stands: text must be clean and bounded. */
#include <stdlib.h>
#include <string.h>

#include "dns/rdata.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[1 << 20], small[64];
    if (size < 2)
        return 0;
    uint16_t type = (uint16_t)(data[0] << 8 | data[1]);
    const uint8_t *rdata = data + 2;
    size_t len = size - 2;
    if (rdata_to_text(type, rdata, len, true, text, sizeof text) == 0) {
        check(*text != '\0');
        for (const char *c = text; *c; c++)
            check(*c >= 0x20 && *c < 0x7f);
        int error = rdata_to_text(type, rdata, len, true, small, sizeof small);
        check(error == (strlen(text) < sizeof small ? 0 : ERR_FULL));
        check(error || strcmp(text, small) == 0);
    }
    int error = rdata_to_text(type, rdata, len, false, text, sizeof text);
    check(error == 0 || error == ERR_FULL);
    (void)rdata_is_private_address(type, rdata, len);
    return 0;
}
