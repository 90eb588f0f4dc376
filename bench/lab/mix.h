// SPDX-License-Identifier: BSD-2-Clause
/* The built-in fleets: fleet files as text. */
#ifndef LAB_MIX_H
#define LAB_MIX_H

#define MIX_NAMES "clean, easy, lossy, public, harsh or hostile"

/* The lines of mix NAME, the last NULL; NULL when there is none. */
const char *const *mix_lines(const char *name);
void mix_print_help(void); /* all of them, on stdout */

#endif
