import { COLORS, TOPOLOGY_STYLE } from '../report/html/style.ts'

/** The style sheet of the page, with the colours and drawings of the report. */
export const PAGE_STYLE = `
${COLORS}* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1, h2, p, ul, ol, figure { margin: 0; }
h1 { font-size: 24px; font-weight: 650; line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 14px; font-weight: 650; }
code, pre { font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
button, select, input { font: inherit; color: inherit; }
button, select, .file-button, input.seed { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; min-height: 32px; }
button { cursor: pointer; } button:hover, .file-button:hover { border-color: var(--muted); }
button.primary { background: var(--link); border-color: var(--link); color: var(--paper); font-weight: 650; }
button.plain { background: none; border: 0; padding: 0; min-height: 0; text-align: left; }
:focus-visible, .file-button:focus-within { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.note, .key { color: var(--muted); font-size: 12px; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 8px 16px; border-bottom: 1px solid var(--line); }
.top label { display: flex; align-items: center; gap: 6px; }
.brand { font-weight: 650; font-size: 17px; } .space { flex: 1; }
.top select { max-width: 200px; } input.seed { width: 72px; }
.file-button { cursor: pointer; position: relative; } .file-button input { position: absolute; inset: 0; opacity: 0; cursor: pointer; width: 100%; }
main { display: grid; grid-template-columns: minmax(0, 1fr) 400px; gap: 16px 24px; padding: 16px; max-width: 1600px; margin: 0 auto; align-items: start; }
.left, .right { display: grid; gap: 16px; min-width: 0; } .world, .controls { min-width: 0; } .below { grid-column: 1 / -1; min-width: 0; }
.verdict { border-left: 6px solid var(--seen); padding: 2px 0 2px 16px; }
.verdict.bad { border-color: var(--bad); } .verdict.bad .word { color: var(--bad); }
.verdict.harmed { border-color: var(--harmed); } .verdict.harmed .word { color: var(--harmed); }
.verdict.good { border-color: var(--good); } .verdict.good .word { color: var(--good); }
.verdict .word { font-weight: 650; margin-bottom: 4px; }
.verdict .note { margin-top: 6px; } .verdict .cause, .verdict .moved { margin-top: 8px; overflow-wrap: anywhere; } .cause { color: var(--muted); }
.buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 12px; }
.changes { margin-top: 12px; } .changes ol, .changes ul { padding-left: 20px; margin: 4px 0 8px; } .changes li { overflow-wrap: anywhere; margin: 4px 0; }
.guide { display: flex; justify-content: space-between; gap: 12px; background: var(--seen-paper); border-radius: 8px; padding: 8px 14px; margin-bottom: 8px; font-weight: 650; }
.guide button { color: var(--link); font-weight: 400; text-decoration: underline; }
.stage { overflow: auto; max-height: 560px; border: 1px solid var(--line); border-radius: 8px; }
.networks.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 12px; }
figcaption { font-size: 12px; font-weight: 650; margin-bottom: 4px; }
svg.topology { display: block; max-width: 100%; height: auto; min-width: 640px; margin: 0 auto; font: 12px system-ui, sans-serif; touch-action: pan-x pan-y; }
.networks.two svg.topology { min-width: 520px; }
${TOPOLOGY_STYLE}.topology .hit { fill: transparent; stroke: transparent; stroke-width: 14; pointer-events: all; }
.topology rect.hit { stroke-width: 2; }
.topology path.hit { fill: none; pointer-events: stroke; }
.spot { cursor: pointer; } .spot.held { cursor: grab; }
.spot:hover rect.hit, .spot:focus-visible rect.hit { stroke: var(--link); } .spot.chosen rect.hit { stroke: var(--link); stroke-width: 3; }
.spot:focus-visible { outline: none; } .spot:focus-visible rect.hit { stroke-width: 3; }
.packet { stroke: var(--paper); stroke-width: 1; pointer-events: none; }
.packet.data { fill: var(--series-1); } .packet.bare { fill: var(--series-5); } .packet.opening { fill: var(--series-3); }
.packet.forged { fill: var(--bad); } .packet.lost { fill: none; stroke: var(--harmed); stroke-width: 2; }
.topology .not-ready rect { fill: none; stroke: var(--harmed); stroke-width: 3; stroke-dasharray: 6 3; } .topology .not-ready text { fill: var(--harmed); font-weight: 650; }
.dragged { position: fixed; transform: translate(-50%, -120%); background: var(--bad); color: var(--paper); font-weight: 650; padding: 2px 8px; border-radius: 6px; pointer-events: none; z-index: 9; }
.attack-panel { border: 1px solid var(--link); border-radius: 8px; padding: 12px 16px; margin-top: 8px; }
.attack-panel header { display: flex; justify-content: space-between; align-items: center; gap: 12px; } .attack-panel > * + * { margin-top: 8px; }
.options { list-style: none; padding: 0; max-height: 240px; overflow: auto; } .options li { margin: 4px 0; }
.hint { margin-top: 6px; }
.timeline { margin-top: 12px; } .timeline .buttons { margin-top: 0; } .now { font-variant-numeric: tabular-nums; margin-left: auto; }
.slider { position: relative; padding-bottom: 12px; } .slider input { width: 100%; margin: 10px 0 0; }
svg.marks { position: absolute; left: 8px; right: 8px; bottom: 2px; width: calc(100% - 16px); height: 10px; }
.marks .dial { fill: var(--series-5); } .marks .attack { fill: var(--bad); } .marks .evidence { fill: var(--harmed); } .marks .not-ready { fill: var(--harmed); } .mark { min-height: 36px; overflow-wrap: anywhere; }
.split { display: grid; gap: 12px; } .side { border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; min-height: 120px; min-width: 0; }
.side.attacker { border-color: var(--bad); } .side.attacker h2 { color: var(--bad); }
.terminal { margin: 6px 0; padding: 6px 10px; background: var(--panel); border-radius: 6px; } .terminal code { display: block; font-size: 14px; font-weight: 650; overflow-wrap: anywhere; } .side.attacker .terminal { background: var(--bad-paper); } .side.attacker .terminal code { color: var(--bad); }
.lines { list-style: none; padding: 0; font: 12px/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.lines li { display: grid; grid-template-columns: 11ch 1fr; gap: 0 8px; } .lines .time { color: var(--muted); white-space: nowrap; } .lines .from { color: var(--muted); overflow-wrap: anywhere; } .lines .what { grid-column: 2; overflow-wrap: anywhere; }
.lines .forged .what { color: var(--bad); } .messages li { display: block; } .messages button { display: grid; grid-template-columns: 12ch 22ch 1fr; gap: 0 12px; width: 100%; font: inherit; } .messages .what { grid-column: auto; } .messages .later { border-left: 3px solid var(--line); padding-left: 6px; }
.notices { margin-top: 8px; padding: 6px 10px 6px 24px; background: var(--bad-paper); border-radius: 6px; overflow-wrap: anywhere; }
.controls { display: grid; gap: 12px; } summary { cursor: pointer; font-weight: 650; }
.sliders .row { display: grid; grid-template-columns: 130px repeat(3, minmax(0, 1fr)); gap: 4px 12px; align-items: center; } .row.heads { color: var(--muted); font-size: 12px; }
.row .name { overflow-wrap: anywhere; } .dial { display: grid; grid-template-columns: minmax(40px, 1fr) 8ch; gap: 6px; align-items: center; } .dial input { width: 100%; min-width: 0; } .dial .figure { font-size: 12px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.flags { list-style: none; padding: 0; columns: 320px; } .flags li { break-inside: avoid; padding: 2px 0 2px 24px; text-indent: -24px; overflow-wrap: anywhere; }
.tabs { display: flex; flex-wrap: wrap; gap: 4px; border-bottom: 1px solid var(--line); } .tabs button { border-radius: 6px 6px 0 0; border-bottom: 0; } .tabs [aria-selected="true"] { background: var(--paper); font-weight: 650; box-shadow: 0 2px 0 var(--link); }
#panel { padding: 12px 0; min-height: 260px; } .problems { list-style: none; padding: 0; margin-top: 6px; } .problems .error { color: var(--bad); } .problems .warning { color: var(--harmed); }
.scroll { overflow: auto; max-height: 480px; margin: 0; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } th, td { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; } thead th { color: var(--muted); font-size: 12px; } tbody th { font-weight: 500; }
.bars { width: 50%; } svg.bar { display: block; width: 100%; height: 16px; border-radius: 3px; } .legend { display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 0; list-style: none; font-size: 12px; color: var(--muted); margin-bottom: 8px; }
.legend .key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
${['propagation', 'serialization', 'queueing', 'window', 'handshake', 'retransmission', 'cpu', 'attacker'].map((part) => `rect.${part} { fill: var(--${part}); } .key.${part} { background: var(--${part}); }`).join('\n')}
.term, td[data-meaning] { cursor: help; } .term { text-decoration: underline dotted; text-decoration-color: var(--muted); text-underline-offset: 3px; text-decoration-thickness: 1px; }
.explanation { position: fixed; z-index: 9; max-width: min(320px, calc(100vw - 16px)); background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 6px 10px; font-size: 12px; box-shadow: 0 2px 8px rgb(0 0 0 / 0.2); pointer-events: none; }
svg.sequence { display: block; font: 11px system-ui, sans-serif; } .sequence text { fill: var(--ink); text-anchor: middle; } .sequence .host { font-weight: 650; font-size: 12px; } .sequence .life { stroke: var(--line); } .sequence line.now { stroke: var(--bad); stroke-width: 2; }
.sequence .message line { stroke: var(--series-1); stroke-width: 1.5; } .sequence .message path { fill: var(--series-1); } svg.sequence path.self { fill: none; stroke: var(--series-1); stroke-width: 1.5; } .sequence text.beside { text-anchor: start; } .sequence .later { opacity: 0.55; } .sequence .forged line { stroke: var(--bad); } .sequence .forged path, .sequence .forged text { fill: var(--bad); } .sequence .lost line { stroke-dasharray: 4 3; }
.digest { margin: 8px 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.outcomes td.taken { background: var(--bad-paper); color: var(--bad); } .outcomes td.harmed { background: var(--harmed-paper); color: var(--harmed); } .outcomes td.nothing { color: var(--good); } .outcomes td.seen { color: var(--seen); } .outcomes td.untried { color: var(--muted); } .outcomes td { padding-left: 6px; }
footer { padding: 8px 16px 24px; max-width: 1600px; margin: 0 auto; } footer p { min-height: 18px; }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 12px 24px; margin-top: 8px; } .charts figure { min-width: 0; overflow: hidden; } .uplot .u-legend { font-size: 11px; text-align: left; } .uplot .u-legend th { font-weight: 400; color: var(--muted); } .u-legend .u-marker { vertical-align: middle; } .uplot .u-legend th, .uplot .u-legend td { border: 0; padding: 1px 4px; }
.gains, .steps { list-style: none; padding: 0; } .gains > li, .steps > li { border-left: 4px solid var(--line); padding: 2px 0 2px 12px; margin: 10px 0; overflow-wrap: anywhere; }
.gains .taken { border-color: var(--bad); } .gains .harmed { border-color: var(--harmed); } .gains .seen { border-color: var(--seen); } .gains .closed { border-color: var(--good); color: var(--muted); }
.broken { color: var(--harmed); } .patch { margin-top: 8px; } .verdict.long h1 { font-size: 17px; }
.topology .broken rect.hit { stroke: var(--harmed); stroke-width: 4; stroke-dasharray: 3 5; }
.cluster { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 8px 32px; align-items: start; } .cluster section, .cluster pre { min-width: 0; }
@media (max-width: 900px) {
  main { grid-template-columns: minmax(0, 1fr); padding: 12px; }
  .left, .right { display: contents; } .verdict { order: 1; } .world { order: 2; } .split { order: 3; } .controls { order: 4; } .below { order: 5; }
  .top { padding: 8px 12px; } .space { display: none; } h1 { font-size: 20px; }
  .sliders .row { grid-template-columns: 1fr; border-top: 1px solid var(--line); padding: 6px 0; } .row.heads { display: none !important; }
  .messages button { grid-template-columns: 11ch 1fr; } .messages .what { grid-column: 1 / -1; } .messages li { border-bottom: 1px solid var(--line); padding: 4px 0; } button, select, .file-button { min-height: 40px; } button.plain { min-height: 24px; }
}
@media (prefers-reduced-motion: no-preference) { button { transition: border-color 0.1s; } }
`
