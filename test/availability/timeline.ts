import { type Html, html } from '../../src/report/html/html.ts'

/** A row of a timeline: what became of requests, or the states of a node. Times are ticks. */
export interface TimelineRow {
  readonly label: string
  /** Requests that ended in time. */
  readonly ticks?: readonly number[]
  /** Requests that took more than a second. */
  readonly slow?: readonly (readonly [fromNs: number, toNs: number])[]
  /** Requests that failed. */
  readonly failed?: readonly (readonly [fromNs: number, toNs: number])[]
  /** The times in which the node is NotReady; absent for requests. */
  readonly lost?: readonly (readonly [fromNs: number, toNs: number])[]
  readonly marks?: readonly { readonly atNs: number; readonly text: string }[]
}

export interface TimelineBlock {
  readonly title: string
  readonly rows: readonly TimelineRow[]
}

export interface Timeline {
  readonly title: string
  readonly endNs: number
  /** The time that is shaded: the outage. */
  readonly shade: readonly [fromNs: number, toNs: number]
  readonly blocks: readonly TimelineBlock[]
}

const WIDTH = 860
const LEFT = 110
const RIGHT = 20
const ROW = 22
const TITLE = 24
const TOP = 64

/** Draws what happened over time: a block for each run, with a row for the node and for each kind of request. */
export function timelineDrawing({ title, endNs, shade, blocks }: Timeline): Html {
  const x = (ns: number) => Number((LEFT + (Math.min(ns, endNs) / endNs) * (WIDTH - LEFT - RIGHT)).toFixed(1))
  const tops = blocks.map((_, i) =>
    blocks.slice(0, i).reduce((sum, { rows }) => sum + TITLE + rows.length * ROW + 12, TOP),
  )
  const last = blocks[blocks.length - 1]
  const bottom = tops[tops.length - 1] + TITLE + last.rows.length * ROW
  const step = endNs > 2_000e9 ? 600e9 : endNs > 700e9 ? 200e9 : 100e9
  const times = Array.from({ length: Math.floor(endNs / step) + 1 }, (_, i) => i * step)
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${bottom + 34}" role="img" aria-label="${title}">
<text x="8" y="22" font-size="14" fill="var(--ink)">${title}</text>
${legend()}
<rect x="${x(shade[0])}" y="${TOP}" width="${(x(shade[1]) - x(shade[0])).toFixed(1)}" height="${bottom - TOP}" fill="var(--bad)" opacity="0.08"/>
${times.map(
  (
    ns,
  ) => html`<line x1="${x(ns)}" y1="${TOP}" x2="${x(ns)}" y2="${bottom}" stroke="var(--line)" stroke-width="0.7"/><text x="${x(ns)}" y="${bottom + 16}" font-size="11" text-anchor="middle" fill="var(--muted)">${ns / 1e9} s</text>
`,
)}
${blocks.map(({ title: name, rows }, i) => [
  html`<text x="8" y="${tops[i] + 16}" font-size="13" font-weight="600" fill="var(--ink)">${name}</text>
`,
  ...rows.map((row, nth) => rowDrawing(row, tops[i] + TITLE + nth * ROW + ROW / 2, endNs, x)),
])}
</svg>`
}

function legend(): Html {
  const y = 44
  return html`<line x1="12" y1="${y - 4}" x2="12" y2="${y + 4}" stroke="var(--series-3)" stroke-width="1.5"/><text x="20" y="${y + 4}" font-size="11" fill="var(--muted)">in time</text>
<line x1="80" y1="${y}" x2="106" y2="${y}" stroke="var(--series-2)" stroke-width="1.5"/><text x="112" y="${y + 4}" font-size="11" fill="var(--muted)">late: from its beginning to its end</text>
<line x1="302" y1="${y}" x2="322" y2="${y}" stroke="var(--bad)" stroke-width="1" opacity="0.3"/><path d="${cross(322, y)}" stroke="var(--bad)" stroke-width="1.5" fill="none"/><text x="332" y="${y + 4}" font-size="11" fill="var(--muted)">failed, after its wait</text>
<rect x="456" y="${y - 4}" width="22" height="8" fill="var(--bad)"/><text x="484" y="${y + 4}" font-size="11" fill="var(--muted)">NotReady</text>
`
}

/** Joins times that overlap: a line that is drawn over itself looks thicker than it is. */
function union(times: readonly (readonly [fromNs: number, toNs: number])[]): [fromNs: number, toNs: number][] {
  const joined: [number, number][] = []
  for (const [from, to] of [...times].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else joined.push([from, to])
  }
  return joined
}

function cross(x: number, y: number): string {
  return `M${x - 3} ${y - 3}L${x + 3} ${y + 3}M${x - 3} ${y + 3}L${x + 3} ${y - 3}`
}

function rowDrawing(row: TimelineRow, y: number, endNs: number, x: (ns: number) => number): Html {
  const { label, ticks = [], slow = [], failed = [], lost, marks = [] } = row
  const path = ticks.map((ns) => `M${x(ns)} ${y - 4}v8`).join('')
  const slowPath = slow.map(([from, to]) => `M${x(from)} ${y}H${x(to)}m0 -4v8`).join('')
  const crosses = failed.map(([, to]) => cross(x(to), y)).join('')
  const waits = union(failed)
    .map(([from, to]) => `M${x(from)} ${y}H${x(to)}`)
    .join('')
  return html`<text x="${LEFT - 10}" y="${y + 4}" font-size="12" text-anchor="end" fill="var(--muted)">${label}</text>
${lost === undefined ? null : html`<line x1="${x(0)}" y1="${y}" x2="${x(endNs)}" y2="${y}" stroke="var(--good)" stroke-width="4"/>`}
${(lost ?? []).map(([from, to]) => html`<rect x="${x(from)}" y="${y - 5}" width="${Math.max(1, x(to) - x(from)).toFixed(1)}" height="10" fill="var(--bad)"/>`)}
${path === '' ? null : html`<path d="${path}" stroke="var(--series-3)" stroke-width="1" fill="none"/>`}
${slowPath === '' ? null : html`<path d="${slowPath}" stroke="var(--series-2)" stroke-width="1" fill="none" opacity="0.8"/>`}
${waits === '' ? null : html`<path d="${waits}" stroke="var(--bad)" stroke-width="1" fill="none" opacity="0.3"/>`}
${crosses === '' ? null : html`<path d="${crosses}" stroke="var(--bad)" stroke-width="1.2" fill="none"/>`}
${marks.map(({ atNs, text }) => html`<line x1="${x(atNs)}" y1="${y - 9}" x2="${x(atNs)}" y2="${y + 7}" stroke="var(--ink)" stroke-width="1.5"/><text x="${x(atNs) + 4}" y="${y - 6}" font-size="10" fill="var(--ink)">${text}</text>`)}
`
}
