// SPDX-License-Identifier: BSD-2-Clause
/* The seam through which tests make writing fail. */
#ifndef OUT_SINK_INTERNAL_H
#define OUT_SINK_INTERNAL_H

#include "out/line_file.h"
#include "out/out.h"

/* From now on SINK writes through WRITER (what it points to outlives the sink). */
void out_sink_set_writer(struct out_sink *sink, struct line_writer writer);

#endif
