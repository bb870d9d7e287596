/** The colours, as variables with a light and a dark value. */
export const COLORS = `:root {
  color-scheme: light dark;
  --ink: #1b1f24; --muted: #5b6470; --line: #d9dde3; --paper: #ffffff; --panel: #f5f6f8; --link: #1f5fae;
  --bad: #b3261e; --bad-paper: #fbe9e7; --harmed: #8a5200; --harmed-paper: #fdf1dc;
  --good: #1d6b3a; --good-paper: #e6f4ea; --seen: #3f5675; --seen-paper: #e9eff7;
  --series-1: #2f6db5; --series-2: #c2571a; --series-3: #2a8f7d; --series-4: #8157a8; --series-5: #6b7280;
  --propagation: #b9c6d6; --serialization: #7fa3cc; --queueing: #e0a458; --window: #b59ad8;
  --handshake: #63b3a5; --retransmission: #e58a76; --cpu: #d9bf4f; --attacker: #ef9a93;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ed; --muted: #a0a9b5; --line: #343b45; --paper: #14171b; --panel: #1d2127; --link: #8ab8f2;
    --bad: #ff8a80; --bad-paper: #3a1c1b; --harmed: #f0b45a; --harmed-paper: #35280f;
    --good: #7dd49a; --good-paper: #17301f; --seen: #a9c3e6; --seen-paper: #1c2836;
    --series-1: #7fb0ea; --series-2: #f0965c; --series-3: #62c9b4; --series-4: #c09be6; --series-5: #a5adba;
    --propagation: #4a5a6e; --serialization: #3d6796; --queueing: #8f5f1e; --window: #6f51a0;
    --handshake: #2b6a5e; --retransmission: #9c3f2c; --cpu: #77651a; --attacker: #a83a32;
  }
}
`

/** The style rules for drawings of the network. */
export const TOPOLOGY_STYLE = `.topology text { text-anchor: middle; dominant-baseline: central; fill: var(--muted); }
.topology text.name { fill: var(--ink); font-weight: 600; font-size: 13px; }
.topology text.attacker, .topology text.broken { fill: var(--bad); font-weight: 600; }
.topology rect.host { fill: var(--panel); stroke: var(--line); }
.topology rect.segment { fill: var(--seen-paper); stroke: var(--line); }
.topology rect.attacked { stroke: var(--bad); stroke-width: 2; }
.topology .label rect { fill: var(--paper); }
.topology path.link { fill: none; stroke: var(--muted); stroke-width: 1.5; }
.topology path.taken { stroke: var(--bad); stroke-width: 3; }
.topology path.harmed { stroke: var(--harmed); stroke-width: 3; stroke-dasharray: 7 4; }
`

/**
 * The style sheet of a report. Colours are variables with a light and a dark value. No information is in colour alone.
 * Font sizes come from one scale: 12, 14, 17, 22 and 30 pixels.
 */
export const STYLE = `
${COLORS}* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 16px; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, header, footer { max-width: 1200px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; text-wrap: balance; }
h2 { font-size: 22px; font-weight: 650; margin: 56px 0 8px; }
h3 { font-size: 17px; font-weight: 600; margin: 28px 0 8px; }
h4 { font-size: 14px; font-weight: 600; margin: 16px 0 4px; }
p { margin: 0 0 12px; max-width: 76ch; }
a { color: var(--link); text-underline-offset: 3px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, pre { font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.skip { position: absolute; left: -9999px; }
.skip:focus { position: static; }
.about { color: var(--muted); margin: 0 0 12px; overflow-wrap: anywhere; }
.lead { color: var(--muted); }
.note { color: var(--muted); font-size: 12px; }
.verdict, .verdict.harmed { color: inherit; border-left: 6px solid var(--seen); padding: 4px 0 4px 20px; margin: 16px 0 28px; }
.verdict h1 { font-size: 30px; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
.verdict .word { font-size: 14px; font-weight: 650; margin: 0 0 6px; }
.verdict ul { margin: 12px 0 0; padding: 0; list-style: none; }
.verdict li { font-size: 17px; color: var(--muted); overflow-wrap: anywhere; }
.verdict.bad { border-color: var(--bad); } .verdict.bad .word { color: var(--bad); }
.verdict.harmed { border-color: var(--harmed); } .verdict.harmed .word { color: var(--harmed); }
.verdict.good { border-color: var(--good); } .verdict.good .word { color: var(--good); }
.facts { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px; margin: 0; background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.facts div { background: var(--paper); padding: 14px 16px; }
.facts dt { color: var(--muted); font-size: 12px; }
.facts dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
.facts dd.note { font-size: 12px; font-weight: 400; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 0; margin: 20px 0 0; list-style: none; }
.scroll { overflow-x: auto; margin: 12px 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); font-size: 12px; padding-bottom: 6px; }
th, td { text-align: left; vertical-align: top; padding: 7px 16px 7px 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
thead th { color: var(--muted); font-size: 12px; white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 500; }
td.number, th.number { text-align: right; white-space: nowrap; }
.figure { white-space: nowrap; }
tr.group th { padding-top: 18px; font-weight: 600; }
tr.group .note { font-weight: 400; }
td.name, th.name { overflow-wrap: break-word; min-width: 9ch; }
.status { font-weight: 600; white-space: nowrap; }
.taken, .status.bad { color: var(--bad); } .harmed, .status.harmed { color: var(--harmed); }
.nothing, .status.good { color: var(--good); } .seen { color: var(--seen); } .untried { color: var(--muted); }
figure { margin: 12px 0; }
figcaption { font-weight: 600; margin-bottom: 4px; overflow-wrap: anywhere; }
figcaption .note { font-weight: 400; display: block; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap: 16px 28px; }
svg.chart { display: block; width: 100%; max-width: 420px; height: auto; }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; background: var(--series-5); }
.key.s0 { background: var(--series-1); } .key.s1 { background: var(--series-2); } .key.s2 { background: var(--series-3); }
.key.s3 { background: var(--series-4); } .key.attack { background: var(--bad); opacity: 0.35; } .key.attack.throughout { opacity: 0.15; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 4px 0; padding: 0; list-style: none; font-size: 12px; color: var(--muted); }
.legend li { overflow-wrap: anywhere; }
.attackers { margin: 8px 0; padding: 0; list-style: none; overflow-wrap: anywhere; }
svg.topology { display: block; width: 100%; height: auto; max-width: var(--natural); min-width: calc(0.75 * var(--natural)); font: 12px system-ui, sans-serif; }
${TOPOLOGY_STYLE}svg.sequence { display: block; max-width: none; font: 12px system-ui, sans-serif; }
.sequence text { fill: var(--ink); text-anchor: middle; dominant-baseline: central; }
.sequence text.name { font-weight: 600; } .sequence text.time { fill: var(--muted); text-anchor: end; }
.sequence .life { stroke: var(--line); } .sequence .message { stroke: var(--muted); stroke-width: 1.5; }
.sequence .head { fill: var(--muted); } .sequence .evidence-row { fill: var(--seen-paper); }
.sequence .forged .message { stroke: var(--bad); stroke-dasharray: 6 3; } .sequence .forged .head, .sequence .forged text.text { fill: var(--bad); }
.matrix th, .matrix td { padding: 0; border: 0; }
.matrix td { height: 1px; }
.matrix table { border-collapse: separate; border-spacing: 4px; width: auto; }
.matrix thead th { padding: 4px 2px; max-width: 110px; white-space: normal; overflow-wrap: anywhere; color: var(--ink); }
.matrix tbody th { padding: 6px 12px 6px 0; min-width: 150px; max-width: 240px; overflow-wrap: anywhere; }
.matrix .note { display: block; font-weight: 400; }
.cell { display: block; min-width: 88px; max-width: 190px; min-height: 48px; height: 100%; padding: 6px; font-size: 12px; border-radius: 6px; border: 1px solid var(--line); text-decoration: none; font-weight: 600; }
.cell .note { color: inherit; }
.cell.taken { background: var(--bad-paper); border-color: var(--bad); border-width: 2px; }
.cell.harmed { background: var(--harmed-paper); border-color: var(--harmed); }
.cell.untried { border-style: dashed; }
.cell.nothing { background: var(--good-paper); border-color: transparent; }
.cell.seen { background: var(--seen-paper); border-color: transparent; }
a.cell:hover { text-decoration: underline; }
.none { color: var(--muted); text-align: center; }
.evidence { border: 1px solid var(--line); border-radius: 8px; padding: 4px 20px 16px; margin: 16px 0; background: var(--panel); display: none; }
.evidence:target { display: block; border-color: var(--link); }
.evidence h3 { margin-top: 16px; }
.findings { display: grid; grid-template-columns: max-content 1fr; gap: 2px 20px; margin: 8px 0; }
.findings dt { color: var(--muted); } .findings dd { margin: 0; overflow-wrap: anywhere; }
.steps { margin: 8px 0; padding-left: 20px; }
.steps li { margin: 6px 0; overflow-wrap: anywhere; }
.bar { display: flex; width: 100%; min-width: 300px; height: 20px; border-radius: 3px; overflow: hidden; background: var(--panel); }
.bar span { display: block; overflow: hidden; white-space: nowrap; font-size: 12px; line-height: 20px; padding-left: 4px; color: #10151b; border-right: 1px solid var(--paper); }
.bar span:last-child { border-right: 0; }
.scale { display: block; min-width: 300px; } .scale .bar { min-width: 0; }
.bar .thin { padding: 0; }
.propagation { background: var(--propagation); } .serialization { background: var(--serialization); }
.queueing { background: var(--queueing); } .window { background: var(--window); } .handshake { background: var(--handshake); }
.retransmission { background: var(--retransmission); } .cpu { background: var(--cpu); } .bar .attacker, .key.attacker { background: var(--attacker); }
details { margin: 8px 0; }
summary { cursor: pointer; color: var(--link); }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; margin: 6px 0 12px; overflow-x: auto; }
pre.command { white-space: pre-wrap; overflow-wrap: anywhere; }
footer { color: var(--muted); font-size: 12px; margin-top: 64px; padding-bottom: 40px; }
@media (prefers-color-scheme: dark) { .bar span { color: #f2f4f7; } }
@media (max-width: 760px) { .facts { grid-template-columns: 1fr 1fr; } }
@media (max-width: 600px) {
  main, header, footer { padding-left: 16px; padding-right: 16px; }
  .verdict h1 { font-size: 22px; } .verdict li { font-size: 14px; } .verdict { padding-left: 14px; }
  h2 { font-size: 17px; margin-top: 40px; } h3 { font-size: 14px; }
  .facts dd { font-size: 17px; }
  .findings { grid-template-columns: 1fr; } .findings dd { margin-bottom: 6px; }
  th, td { padding-right: 12px; }
  .scrolls .name { min-width: 16ch; }
  .cards thead { position: absolute; left: -9999px; }
  .cards table, .cards tbody, .cards tr, .cards th, .cards td { display: block; width: auto; }
  .cards tr { padding: 10px 0; border-bottom: 1px solid var(--line); }
  .cards th, .cards td, .cards td.number { border: 0; padding: 2px 0; text-align: left; white-space: normal; }
  .cards tbody th { font-weight: 600; } .cards th .note { font-weight: 400; }
  svg.topology { min-width: var(--natural); }
  .cards td::before { content: attr(data-head) ": "; color: var(--muted); font-size: 12px; }
  .bar { margin-top: 2px; } .bar, .scale { min-width: 0; }
}
@media print {
  :root { color-scheme: light; }
  @page { margin: 16mm; }
  body { font-size: 12px; }
  main, header, footer { max-width: none; padding: 0; }
  nav, .skip, .back { display: none; }
  h2, h3, h4, figcaption { break-after: avoid; }
  .legend { break-inside: avoid; }
  .lead, .legend, h3 + .note, tr.group, section > h2 + * { break-after: avoid; }
  figure, tr, li, .facts, .cell, .findings { break-inside: avoid; }
  footer { margin-top: 24px; break-before: avoid; }
  .facts { grid-template-columns: repeat(4, 1fr); }
  .matrix table { table-layout: fixed; width: 100%; border-spacing: 2px; }
  .matrix thead td { width: 13%; }
  .matrix thead th, .matrix tbody th, .cell { min-width: 0; max-width: none; padding: 3px 2px; overflow-wrap: anywhere; font-size: 8.5px; hyphens: auto; }
  .matrix .note { font-size: 8px; } .cell { min-height: 0; font-size: 7.5px; } .cell .figure { white-space: normal; }
  .evidence.shows { display: block; }
  .scroll { overflow: visible; }
  svg.topology { min-width: 0; } svg.sequence { max-width: 100%; height: auto; }
  .bar span { font-size: 9px; }
  .charts { grid-template-columns: repeat(2, 1fr); gap: 12px 28px; }
  .cell, .bar span, .key, .verdict, rect, .facts { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
}
`
