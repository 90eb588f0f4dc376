// SPDX-License-Identifier: BSD-2-Clause
/* The page's style: light and dark by the reader's setting, and for paper. Series are told apart by
 * hue, by shade and by dashes or marks; the hues (blue, orange, teal) are told apart by those who
 * see no red or no green. */
#include "out/bench_html.h"

#define DARK                                                                                       \
    "--bg:#0d1117;--card:#161b22;--fg:#e6edf3;--muted:#9da7b3;--line:#30363d;--faint:#21262d;"     \
    "--a:#6cb6ff;--b:#ffa657;--c:#56d4bc;--bad:#ff8b82;--badbg:#3a1513;"                           \
    "--warnbg:#33280d;--found:#e6edf3;"                                                            \
    "--h1:#12304f;--h2:#17456f;--h3:#1d5c93;--h4:#2a76b8;--h5:#4b93d6;--h6:#7db4e8;"               \
    "--h7:#b3d5f5;--h8:#eaf4fd"
#define LIGHT                                                                                      \
    "--bg:#fff;--card:#f6f8fa;--fg:#1b1f24;--muted:#57606a;--line:#cfd6dd;--faint:#e9edf1;"        \
    "--a:#0b62a8;--b:#b84a00;--c:#0b7a6b;--bad:#b42318;--badbg:#fdeceb;"                           \
    "--warnbg:#fff6dc;--found:#1b1f24;"                                                            \
    "--h1:#d9e8f5;--h2:#b5d3ec;--h3:#86b9e0;--h4:#559bd0;--h5:#2f7cbb;--h6:#165f9e;"               \
    "--h7:#0a447a;--h8:#062a4f"

const char bench_html_style[] =
    ":root{color-scheme:light dark;" LIGHT "}"
    "@media (prefers-color-scheme:dark){:root{" DARK "}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--bg);color:var(--fg);"
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',sans-serif}"
    "header,main,footer{max-width:1240px;margin:0 auto;padding:0 20px}"
    "header{padding-top:28px}h1{font-size:1.5rem;line-height:1.25;margin:0 0 4px;"
    "overflow-wrap:anywhere}"
    "h2{font-size:1.25rem;margin:36px 0 6px;overflow-wrap:anywhere}"
    "p{margin:6px 0;max-width:80ch;overflow-wrap:anywhere}"
    ".sub{color:var(--muted)}a{color:var(--a)}"
    ".note{border-left:4px solid var(--line);background:var(--warnbg);padding:8px 12px;"
    "margin:10px 0;max-width:none}"
    ".plain{background:var(--card)}.alarm{border-left-color:var(--bad);background:var(--badbg);"
    "font-weight:600}"
    ".answer{font-size:1.6rem;line-height:1.25;font-weight:600;margin:4px 0 2px}"
    ".answer small{font-size:1rem;font-weight:400;color:var(--muted)}"
    ".bad{color:var(--bad)}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:10px 0;"
    "max-width:100ch}dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}"
    ".charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,470px),1fr));"
    "gap:20px;margin:18px 0;align-items:start}"
    ".charts .stack{display:grid;gap:20px}"
    "figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;"
    "padding:12px}figcaption{font-size:.875rem;color:var(--muted);margin-top:6px}"
    "svg{display:block;width:100%;height:auto}svg text{font-size:13px;fill:var(--muted);"
    "font-variant-numeric:tabular-nums}"
    ".field text{fill:var(--fg);font-weight:600}.grid{stroke:var(--line);fill:none}"
    ".faint{stroke:var(--faint);fill:none}.lane{fill:var(--badbg)}"
    ".line{fill:none;stroke-width:2.25;stroke-linejoin:round}"
    ".line.a{stroke:var(--a)}.line.b{stroke:var(--b)}.line.c{stroke:var(--c)}"
    ".dashed{stroke-dasharray:8 4}.dotted{stroke-dasharray:2 4;stroke-linecap:round}"
    ".mark.a{fill:var(--a);stroke:var(--a)}.mark.b{fill:var(--b);stroke:var(--b)}"
    ".mark.c{fill:var(--c);stroke:var(--c)}.mark{stroke-width:1.5}"
    ".mark.hollow{fill:var(--card)}"
    ".found{stroke:var(--found);stroke-width:1.5;fill:none}.interval{fill:var(--found);opacity:.1}"
    ".limit{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:6 4;fill:none}"
    ".limit-label text{fill:var(--bad)}.lost{fill:var(--bad)}"
    ".heat path{shape-rendering:crispEdges}"
    ".h1{fill:var(--h1)}.h2{fill:var(--h2)}.h3{fill:var(--h3)}.h4{fill:var(--h4)}"
    ".h5{fill:var(--h5)}.h6{fill:var(--h6)}.h7{fill:var(--h7)}.h8{fill:var(--h8)}"
    ".scroll{overflow-x:auto;margin:14px 0}"
    "table{border-collapse:collapse;font-size:.9375rem;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;font-weight:600;padding:0 0 4px;white-space:nowrap}"
    "th,td{padding:4px 12px;text-align:right;border-bottom:1px solid var(--line);"
    "white-space:nowrap;vertical-align:top}"
    "thead th{color:var(--muted);font-weight:500;vertical-align:bottom}"
    "th:first-child{text-align:left;padding-left:0}"
    "th.words,td.words{text-align:left}tbody th{font-weight:500}"
    "td.words{white-space:normal;min-width:16ch;overflow-wrap:anywhere}"
    ".target{border-top:2px solid var(--line);margin-top:34px}"
    "footer{color:var(--muted);padding-top:24px;padding-bottom:36px;font-size:.875rem}"
    "@media (max-width:520px){header,main,footer{padding-left:12px;padding-right:12px}"
    "figure{padding:8px}svg text{font-size:17px}.answer{font-size:1.3rem}"
    "dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:6px}th,td{padding:4px 8px}}"
    "@media print{:root{color-scheme:light;" LIGHT "}body{font-size:11pt}"
    "header,main,footer{max-width:none;padding:0}figure,tr{break-inside:avoid}"
    "figcaption{font-size:8.5pt}h2,caption,.answer{break-after:avoid}.scroll{overflow:visible}"
    "table{font-size:8.5pt}"
    "th,td{padding:2px 6px}figure,.note{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    ".charts{grid-template-columns:1fr 1fr}}";
