// SPDX-License-Identifier: BSD-2-Clause
/* Fleet files and the built-in mixes, which are the same text (see fleet.h). */
#ifndef LAB_FLEETFILE_H
#define LAB_FLEETFILE_H

#include "bench/lab/fleet.h"

/* Fill groups and group_count; `count` of a group is 0 where a share is given. */
MUST_CHECK int fleetfile_read(struct fleet *fleet, const char *path,
                              char error_text[FLEET_ERROR_MAX]);
MUST_CHECK int fleetfile_read_mix(struct fleet *fleet, const char *mix,
                                  char error_text[FLEET_ERROR_MAX]);
/* Lines from the command line; the leading `group` may be left out. */
MUST_CHECK int fleetfile_read_lines(struct fleet *fleet, const char *const *lines, size_t count,
                                    char error_text[FLEET_ERROR_MAX]);

#endif
