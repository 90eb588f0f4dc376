// SPDX-License-Identifier: BSD-2-Clause
/* Setters of the option table: text in, struct setup filled. All have the prototype of
 * struct opt's `set`; CTX is a struct setup. ERR_SYNTAX and ERR_RANGE for values that
 * are refused, ERR_IO where a named file cannot be read. */
#ifndef CMD_SET_H
#define CMD_SET_H

#include "base/text.h"

#define SETTERS(X)                                                                                 \
    X(set_wordlist)                                                                                \
    X(set_domains)                                                                                 \
    X(set_names)                                                                                   \
    X(set_classify)                                                                                \
    X(set_no_crack)                                                                                \
    X(set_type)                                                                                    \
    X(set_scope)                                                                                   \
    X(set_exclude)                                                                                 \
    X(set_dedupe)                                                                                  \
    X(set_depth)                                                                                   \
    X(set_permute)                                                                                 \
    X(set_from)                                                                                    \
    X(set_mask)                                                                                    \
    X(set_charset1)                                                                                \
    X(set_charset2)                                                                                \
    X(set_charset3)                                                                                \
    X(set_charset4)                                                                                \
    X(set_increment)                                                                               \
    X(set_shallow)                                                                                 \
    X(set_sha1)                                                                                    \
    X(set_shard)                                                                                   \
    X(set_seed)                                                                                    \
    X(set_resolvers)                                                                               \
    X(set_trusted)                                                                                 \
    X(set_dnssec)                                                                                  \
    X(set_trust_anchor)                                                                            \
    X(set_direct)                                                                                  \
    X(set_server)                                                                                  \
    X(set_no_trust)                                                                                \
    X(set_port)                                                                                    \
    X(set_ipv4)                                                                                    \
    X(set_ipv6)                                                                                    \
    X(set_bind)                                                                                    \
    X(set_io)                                                                                      \
    X(set_own)                                                                                     \
    X(set_rate)                                                                                    \
    X(set_resolver_rate)                                                                           \
    X(set_zone_rate)                                                                               \
    X(set_in_flight)                                                                               \
    X(set_timeout)                                                                                 \
    X(set_tries)                                                                                   \
    X(set_max_time)                                                                                \
    X(set_max_queries)                                                                             \
    X(set_allow_unresolved)                                                                        \
    X(set_ixfr)                                                                                    \
    X(set_tsig)                                                                                    \
    X(set_tsig_file)                                                                               \
    X(set_tls)                                                                                     \
    X(set_tls_ca)                                                                                  \
    X(set_tls_host)                                                                                \
    X(set_slo)                                                                                     \
    X(set_max_rate)                                                                                \
    X(set_duration)                                                                                \
    X(set_warmup)                                                                                  \
    X(set_arrival)                                                                                 \
    X(set_proto)                                                                                   \
    X(set_connections)                                                                             \
    X(set_follow_tc)                                                                               \
    X(set_edns)                                                                                    \
    X(set_queries)                                                                                 \
    X(set_hits)                                                                                    \
    X(set_zipf)                                                                                    \
    X(set_calibrate)                                                                               \
    X(set_baseline)                                                                                \
    X(set_html)                                                                                    \
    X(set_hdr)                                                                                     \
    X(set_interval)                                                                                \
    X(set_max_records)                                                                             \
    X(set_max_size)                                                                                \
    X(set_missing)                                                                                 \
    X(set_threads)                                                                                 \
    X(set_output)                                                                                  \
    X(set_format)                                                                                  \
    X(set_also)                                                                                    \
    X(set_split)                                                                                   \
    X(set_show)                                                                                    \
    X(set_all)                                                                                     \
    X(set_hashes)                                                                                  \
    X(set_hash_format)                                                                             \
    X(set_unresolved)                                                                              \
    X(set_wildcards)                                                                               \
    X(set_keep_wildcard)                                                                           \
    X(set_stats)                                                                                   \
    X(set_progress)                                                                                \
    X(set_color)                                                                                   \
    X(set_dry_run)                                                                                 \
    X(set_quiet)                                                                                   \
    X(set_verbose)

#define X(setter) int setter(void *ctx, const char *value, struct text *why);
SETTERS(X)
#undef X

/* A file of its own; not stdout, which belongs to results. */
int set_file(const char **out, const char *value, struct text *why);

#endif
