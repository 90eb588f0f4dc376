// SPDX-License-Identifier: BSD-2-Clause
/* The `resolvers` command: what each resolver of a list is worth.
 *
 *   VET    every resolver gets the same checks (survey_checks.h), a few at a time
 *   JUDGE  what they said about one name is compared (survey_judge.c): who denies what
 *          exists, who gives data for what does not
 *   RATE   of those worth it: what rate each carries (verdict/ramp.h)
 *   SHARE  those with like limits are asked together (verdict/sharing.h): addresses that
 *          are one back end have one limit
 *   AGAIN  the checks once more, of those still good: some turn when they were asked a lot
 *   TELL   a line each, in the order of the list, and a summary
 *
 * One thread, the main one. Ceilings hold throughout. */
#ifndef SCAN_SURVEY_H
#define SCAN_SURVEY_H

#include "scan/params.h"

/* Of PARAMS: resolvers; patterns' zones and name_files as names to check by; limits;
 * output. */
enum scan_exit survey_run(const struct scan_params *params);

#endif
