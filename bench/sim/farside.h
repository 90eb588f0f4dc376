// SPDX-License-Identifier: BSD-2-Clause
/* The far side of a simulated scan: a lab (bench/lab) that answers on the simulated
 * network (tests/fake), in virtual time.
 *
 *   scanner --wire_send--> query --handle_query(now: the fake clock)--> net_reply(after
 *   the lab's delay) --> ... --> wire_receive
 *
 * What a query meets is what it meets in the lab over sockets: fleet, traits, lies,
 * forged packets, token buckets, sightings and all that is counted. What kernel and
 * sockets add there is not here: no buffer runs over, nothing takes time but what the
 * fleet says, and a TCP connection stands at once and is never closed for being idle. */
#ifndef SIM_FARSIDE_H
#define SIM_FARSIDE_H

#include <stdint.h>

#include "base/err.h"

/* Makes the lab that ARGV (options of dnstrawl-lab, ARGV[0] is nobody's) tells of, writes
 * its lists and installs it as the network. One at a time. Says on stderr what went
 * wrong; ERR_SYNTAX: the options' or a file's fault. To be followed by farside_close in
 * any case. */
MUST_CHECK int farside_open(int argc, char **argv);
/* The lab's --seed. */
uint64_t farside_seed(void);
/* Virtual time that the lab's --for gives. */
int64_t farside_duration_ns(void);
/* What was seen, as the lab's --report and --quiet say. */
MUST_CHECK int farside_report(void);
void farside_close(void);

#endif
