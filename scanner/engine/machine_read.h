// SPDX-License-Identifier: BSD-2-Clause
/* What Linux writes about itself, read from text. Pure; lines that are not understood are passed
 * over, and numbers that are not there stay as they were. */
#ifndef ENGINE_MACHINE_READ_H
#define ENGINE_MACHINE_READ_H

#include "engine/machine.h"

/* /proc/net/snmp and /proc/net/snmp6: added to the UDP counters, an unknown one being 0 then. */
void machine_read_snmp(const char *text, struct machine_counts *into);
void machine_read_snmp6(const char *text, struct machine_counts *into);
/* /proc/net/softnet_stat: the second column of each line, hexadecimal. */
void machine_read_softnet(const char *text, struct machine_counts *into);
/* /proc/stat. */
void machine_read_stat(const char *text, struct machine_counts *into);
/* /proc/cpuinfo: the first core's name; "" when there is none. */
void machine_read_cpu(const char *text, char out[MACHINE_WORD]);
/* A file of one word or line, cut where it is too long. */
void machine_read_word(const char *text, char *out, size_t cap);
/* A file of one number; MACHINE_UNKNOWN. */
int64_t machine_read_number(const char *text);

#endif
