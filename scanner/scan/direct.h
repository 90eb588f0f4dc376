// SPDX-License-Identifier: BSD-2-Clause
/* --direct: each zone's own servers instead of resolvers.
 *
 * One fleet holds the servers of all zones, each an operator of its own; a zone has a set of
 * them, found before the first query (scan/servers.h), so that the plan tells whom it will
 * load. A task is sent to its zone's set alone; the pool's pick, made for thousands that are all
 * alike, plays no part. All workers share all servers and their rates.
 *
 * Their word stands: nobody is vetted, nothing is confirmed by another. But a server is
 * listened to only as the authority it is:
 *   - a denial or no data without AA comes from one that does not serve the zone (lame): another
 *     one is asked, and this one less;
 *   - a referral below the zone says that others serve the name: it stays unresolved, for its
 *     own zone's run. It is never a denial. */
#ifndef SCAN_DIRECT_H
#define SCAN_DIRECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "dns/reply.h"
#include "scan/params.h"

struct run;
struct worker;
struct task;
struct decision;
struct direct; /* opaque; const once created */

#define DIRECT_ZONES_MAX 1024 /* whose servers are looked for; one after the other */
#define DIRECT_DELEGATED "delegated elsewhere"

/* Finds the servers of RUN's zones and makes its fleet of them. Tells what went wrong; with
 * --dry-run nobody is asked, and the fleet stays empty. */
enum scan_exit direct_create(struct run *run);
void direct_destroy(struct direct *direct);

/* A server of the task's zone that may be asked now; POOL_NONE. */
uint32_t direct_choose(struct worker *worker, const struct task *task);
/* There is none just now: the ready task waits aside, or ends where the zone has no server.
 * False: it has to stay in front UNTIL then, for nothing else can be sent, or too many wait
 * aside. */
bool direct_wait(struct worker *worker, uint32_t index, mono_ns *until);
/* Servers of a zone that can be counted on; at least 1. */
uint32_t direct_operators(const struct worker *worker, uint32_t zone);
/* Amends the decision about REPLY, which nodata or no such name, or strange, would be. */
void direct_judge(const struct worker *worker, const struct reply *reply,
                  struct decision *decision);
/* Takes notice of whole replies by UDP, and of truncated ones that were then had by TCP: those of
 * a limiter make us ask slower. */
void direct_note_size(struct worker *worker, const struct reply *reply,
                      const struct decision *decision);

#endif
