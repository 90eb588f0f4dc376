// SPDX-License-Identifier: BSD-2-Clause
/* Parts of one length octet each: keys (with a 1 in front), a DS (2), records (3), and signatures
 * (4). Whatever they are, there is an answer and no more work than the bounds allow. */
#include <stdlib.h>

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/signature.h"

#define PARTS_MAX 16
#define NOW       1500000

static void check(bool holds)
{
    if (!holds)
        abort();
}

struct parts {
    struct rdata_view items[PARTS_MAX];
    size_t count;
};

static void keep(struct parts *parts, const uint8_t *data, size_t len)
{
    if (parts->count < PARTS_MAX)
        parts->items[parts->count++] = (struct rdata_view){data, len};
}

static void try_signature(const struct parts *records, const uint8_t *rrsig, size_t len,
                          const struct keys *keys)
{
    const struct rrset_view set = {.owner = (const uint8_t *)"\3www\7example",
                                   .type = TYPE_A,
                                   .items = records->items,
                                   .count = records->count};
    enum signature_state state = signature_check(&set, rrsig, len, keys, NOW);
    check(state <= SIGNATURE_UNFIT);
    check(records->count > 0 || state == SIGNATURE_UNFIT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes_reader r = bytes_reader_at(data, size, 0);
    struct parts parts[5] = {0};
    struct keys *keys;
    while (bytes_left(&r) > 1) {
        unsigned kind = bytes_u8(&r) % 5;
        size_t len = bytes_u8(&r);
        if (!bytes_skip(&r, len))
            break;
        keep(&parts[kind], r.data + r.offset - len, len);
    }
    int err = keys_create(&keys, (const uint8_t *)"\7example", parts[1].items, parts[1].count);
    check((keys != NULL) == (err == 0));
    if (err)
        return 0;
    for (size_t i = 0; i < parts[2].count; i++)
        (void)keys_match_ds(keys, parts[2].items[i].data, parts[2].items[i].len);
    for (size_t i = 0; i < parts[4].count; i++)
        try_signature(&parts[3], parts[4].items[i].data, parts[4].items[i].len, keys);
    keys_destroy(keys);
    return 0;
}
