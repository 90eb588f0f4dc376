// SPDX-License-Identifier: BSD-2-Clause
/* What a record's signature says of it, for walks of either kind. */
#include "scan/denial_proof.h"
#include "scan/walk.h"

bool walk_believes(struct walk *walk, const struct denial_record *record,
                   struct walk_refused *refused)
{
    switch (record->signature) {
    case DENIAL_SIGNED_GOOD:
        return true;
    case DENIAL_SIGNED_UNCHECKED:
        walk->unverified++;
        return true;
    case DENIAL_SIGNED_BY_OTHERS:
        refused->by_others++;
        return false;
    case DENIAL_SIGNED_EXPANDED:
        refused->expanded++;
        return false;
    case DENIAL_SIGNED_BOGUS:
        walk->bogus++;
        return false;
    case DENIAL_SIGNED_NOT:
        break;
    }
    refused->not_signed++;
    return false;
}
