import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readTextFile } from '../../src/disk/read-text.ts'
import type { NodeResult, Result, WorkloadResult } from '../../src/measure/result.ts'
import { svgFile } from '../../src/report/html/svg-file.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'
import { HistoryRecorder, type RunHistory, type WorkloadHistory } from '../../src/simulation/run-history.ts'
import { type Timeline, type TimelineRow, timelineDrawing } from './timeline.ts'

/** The begin of each disturbance. */
const AT_NS = 60e9
const ERAS = ['1.6', '1.14', '1.24', '1.32']
/** The first release whose kubelets ask the apiserver who may do what, as kubeadm set them up. */
const REVIEW_ERAS = ['1.10', '1.14', '1.24', '1.32']
const SEEDS = Array.from({ length: 10 }, (_, i) => i + 1)

interface Observed {
  readonly title: string
  readonly result: Result
  readonly history: RunHistory
}

function observe(root: string, name: string, title: string, set: readonly string[] = []): Observed {
  const scenario = load(root, name, set)
  const recorders: HistoryRecorder[] = []
  const { result } = run(scenario, {
    observe: (simulation) => recorders.push(new HistoryRecorder(simulation)),
  })
  return { title, result, history: recorders[0].history() }
}

function load(root: string, name: string, set: readonly string[]) {
  const file = `${root}/scenarios/availability/${name}.yaml`
  const loaded = loadScenario({ file, text: readFileSync(file, 'utf8'), read: readTextFile }, { set })
  if (!loaded.ok) throw new Error(`${name}: ${loaded.problems[0].message}`)
  return loaded.scenario
}

const version = (text: string) => `kubernetes="${text}"`

/** The tables and pictures of the page, by name. */
export interface Figures {
  readonly tables: Readonly<Record<string, string>>
  readonly pictures: Readonly<Record<string, string>>
}

/** Runs all scenarios of the page. `root`: the folder of the repository. */
export function figures(root: string = fileURLToPath(new URL('../..', import.meta.url))): Figures {
  const cut = ERAS.map((era) => observe(root, 'cut', era, [version(era)]))
  const many = ERAS.map((era) => observe(root, 'cut-many', era, [version(era)]))
  const silent = ERAS.map((era) => observe(root, 'silent-drop', era, [version(era)]))
  const review = REVIEW_ERAS.map((era) => observe(root, 'review-cache', era, [version(era)]))
  const nat = ERAS.map((era) => observe(root, 'nat', era, [version(era)]))
  const tunnels = [
    observe(root, 'ssh-tunnel-reset', 'SSH tunnel, one RST'),
    observe(root, 'ssh-tunnel-silent-drop', 'SSH tunnel, dropped silently'),
    observe(root, 'konnectivity-reset', 'Konnectivity, one RST'),
    observe(root, 'konnectivity-silent-drop', 'Konnectivity, dropped silently'),
  ]
  const outage = ['1h', '30s'].map((keepalive) =>
    observe(root, 'konnectivity-outage', `keepalive ${keepalive}`, [`cluster.konnectivity.keepalive=${keepalive}`]),
  )
  return {
    tables: {
      cut: table(['', ...ERAS], CUT_ROWS, cut),
      'cut-many': table(['', ...ERAS], MANY_ROWS, many),
      'silent-drop': table(['', ...ERAS], SILENT_ROWS, silent),
      'review-cache': table(['', ...REVIEW_ERAS], REVIEW_ROWS, review),
      nat: natTable(root),
      tunnels: table(['', ...tunnels.map(({ title }) => title)], TUNNEL_ROWS, tunnels),
      'konnectivity-outage': table(['', ...outage.map(({ title }) => title)], OUTAGE_ROWS, outage),
    },
    pictures: {
      cut: picture('The link of a node is cut for ten minutes', cut, [AT_NS, 660e9], 1000e9),
      'cut-many': picture('Four nodes of ten are cut for eight minutes', many, [AT_NS, 540e9], 600e9),
      'silent-drop': picture('Connections of a node are dropped silently', silent, [AT_NS, AT_NS + 2e9], 1200e9),
      'review-cache': picture("A kubelet's connection is dropped silently", review, [AT_NS, AT_NS + 2e9], 1200e9),
      nat: picture('A NAT gateway forgets connections after 8 s', nat, [0, 0], 1500e9),
      tunnels: picture('A tunnel is reset, or dropped silently', tunnels, [AT_NS, AT_NS + 2e9], 1200e9),
      'konnectivity-outage': picture('Nothing passes for a minute', outage, [AT_NS, 120e9], 4200e9),
    },
  }
}

type Rows = readonly (readonly [label: string, cell: (observed: Observed) => string])[]

function table(head: readonly string[], rows: Rows, columns: readonly Observed[]): string {
  return markdown(
    head,
    rows.map(([label, cell]) => [label, ...columns.map(cell)]),
  )
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

const node = ({ result }: Observed): NodeResult => result.nodes[0]
const workload = ({ result }: Observed, name: string): WorkloadResult =>
  result.workloads.find((one) => one.name === name)!
const course = ({ history }: Observed, name: string): WorkloadHistory =>
  history.workloads.find((one) => one.name === name)!

/** A time since the disturbance began, to a tenth of a second. */
function since(ns: number | null | undefined, fromNs = AT_NS): string {
  return ns === null || ns === undefined ? 'never' : `${Number(((ns - fromNs) / 1e9).toFixed(1))} s`
}

const lostAt = (observed: Observed) => node(observed).transitions.find(({ ready }) => !ready)?.atNs
const backAt = (observed: Observed) => {
  const { transitions, ready } = node(observed)
  return ready ? transitions.at(-1)?.atNs : null
}

const READY_ROWS: Rows = [
  ['node NotReady after', (one) => since(lostAt(one))],
  ['node Ready again after', (one) => (lostAt(one) === undefined ? '-' : since(backAt(one)))],
  ['pods evicted after', (one) => since(node(one).evictedNs)],
]

const CHANGES_ROW = [
  'changes of pods reach the kubelet again after',
  (one: Observed) => {
    const { endNs, latencyNs } = course(one, 'changes')
    return since(endNs[latencyNs.findIndex((latency) => latency > 1e9)] ?? null)
  },
] as const

const CUT_ROWS: Rows = [
  ...READY_ROWS.slice(0, 1),
  ['taint after', (one) => since(node(one).taintedNs)],
  ...READY_ROWS.slice(2),
  ['node Ready again, after the link is back', (one) => since(backAt(one), 660e9)],
  [
    'changes of pods reach the kubelet again, after the link is back',
    (one) => {
      const { endNs, latencyNs } = course(one, 'changes')
      return since(endNs[latencyNs.findIndex((latency, i) => latency > 1e9 && endNs[i] > 660e9)] ?? null, 660e9)
    },
  ],
  ['requests for logs that fail', (one) => `${workload(one, 'logs').failed} of ${total(workload(one, 'logs'))}`],
  ['a session of exec', (one) => sessionText(one, 660e9)],
]

function total({ completed, failed, unfinished }: WorkloadResult): number {
  return completed + failed + unfinished
}

/** What became of a session: it goes on, with the delay of its first echo after a time, or ends. */
function sessionText(one: Observed, fromNs: number): string {
  const { failures, endNs, latencyNs } = course(one, 'session')
  if (failures.length > 0) return `ends after ${since(failures[0].endNs)}`
  const first = endNs[latencyNs.findIndex((latency, i) => latency > 1e9 && endNs[i] > fromNs)]
  return first === undefined ? 'goes on' : `goes on, ${since(first, fromNs)} after the link is back`
}

const MANY_ROWS: Rows = [
  ['NotReady after', ({ result }) => listOf(result.nodes.map(({ transitions }) => transitions[0]?.atNs ?? null))],
  ['taints after', ({ result }) => listOf(result.nodes.map(({ taintedNs }) => taintedNs))],
  ['evictions after', ({ result }) => listOf(result.nodes.map(({ evictedNs }) => evictedNs))],
]

function listOf(times: readonly (number | null)[]): string {
  const known = times.filter((ns) => ns !== null).sort((a, b) => a - b)
  return known.length === 0 ? 'none' : known.map((ns) => since(ns)).join(', ')
}

const SILENT_ROWS: Rows = [
  ...READY_ROWS,
  CHANGES_ROW,
  ['requests for logs that fail', (one) => `${workload(one, 'logs').failed} of ${total(workload(one, 'logs'))}`],
  ['a session of exec', (one) => sessionText(one, AT_NS)],
]

const REVIEW_ROWS: Rows = [
  ...READY_ROWS.slice(0, 2),
  [
    'requests for logs that fail',
    (one) => `${workload(one, 'read-logs').failed} of ${total(workload(one, 'read-logs'))}`,
  ],
  ['the first of them is sent after', (one) => since(course(one, 'read-logs').failures[0]?.startNs ?? null)],
  ['they fail after', (one) => since(course(one, 'read-logs').failures[0]?.endNs ?? null)],
]

const SESSIONS = /^session-/

function sessionsOf({ result }: Observed): readonly WorkloadResult[] {
  return result.workloads.filter(({ name }) => SESSIONS.test(name))
}

const TUNNEL_ROWS: Rows = [
  [
    'sessions of exec that are lost',
    (one) => `${sessionsOf(one).filter(({ failed }) => failed > 0).length} of ${sessionsOf(one).length}`,
  ],
  [
    'they end after',
    (one) => {
      const ends = one.history.workloads.flatMap(({ name, failures }) => (SESSIONS.test(name) ? failures : []))
      const first = ends.map(({ endNs }) => endNs).sort((a, b) => a - b)[0]
      return since(first ?? null)
    },
  ],
  [
    'requests for logs that fail',
    (one) => `${workload(one, 'read-logs').failed} of ${total(workload(one, 'read-logs'))}`,
  ],
  ['tunnels dialled again', ({ result }) => String(result.tunnels.reduce((sum, { dials }) => sum + dials - 1, 0))],
]

const OUTAGE_ROWS: Rows = [
  [
    'requests for logs that fail',
    (one) => `${workload(one, 'read-logs').failed} of ${total(workload(one, 'read-logs'))}`,
  ],
  [
    'the first that succeeds afterwards, after',
    (one) => {
      const last = course(one, 'read-logs').failures.at(-1)?.endNs ?? 0
      return since([...course(one, 'read-logs').endNs].find((ns) => ns > last) ?? null, 120e9)
    },
  ],
]

/** How often a node becomes NotReady in an hour, over seeds. */
function natTable(root: string): string {
  const rows = ['8s', '20s', '350s'].map((idle) => [
    idle,
    ...ERAS.map((era) => {
      const perHour = SEEDS.map((seed) => {
        const set = [version(era), `seed=${seed}`, `middleboxes.nat.idle=${idle}`]
        const { result } = run(load(root, 'nat', set))
        const times = result.nodes.flatMap(({ transitions }) => transitions.filter(({ ready }) => !ready)).length
        return (times * 3600e9) / result.simulatedNs
      })
      const flapping = perHour.filter((rate) => rate > 0)
      const most = Number(Math.max(...perHour).toFixed(1))
      return flapping.length === 0 ? 'never' : `${most} an hour (${flapping.length} of ${SEEDS.length})`
    }),
  ])
  return markdown(['forgets after', ...ERAS], rows)
}

const SLOW_NS = 1e9

function picture(title: string, runs: readonly Observed[], shade: Timeline['shade'], endNs: number): string {
  const blocks = runs.map((one) => ({ title: one.title, rows: rowsOf(one, endNs) }))
  return svgFile(timelineDrawing({ title, endNs, shade, blocks }))
}

function rowsOf(one: Observed, endNs: number): readonly TimelineRow[] {
  const isAboutNodes = one.history.workloads.every(({ name }) => !SESSIONS.test(name))
  const troubled = one.result.nodes.filter(
    ({ name, transitions }) => isAboutNodes && (transitions.length > 0 || name === 'node-1'),
  )
  const nodes = troubled.map((each) => nodeRow(each, endNs))
  const requests = one.history.workloads
    .filter(
      ({ name }, _, all) => ROWS.has(name) && (name !== 'logs' || !all.some((other) => other.name === 'read-logs')),
    )
    .map((each) => requestRow(ROWS.get(each.name) ?? '', each, endNs))
  return [...nodes, ...requests]
}

const ROWS: ReadonlyMap<string, string> = new Map([
  ['changes', 'pod changes'],
  ['logs', 'logs'],
  ['read-logs', 'logs'],
  ['session', 'exec'],
  ...Array.from({ length: 6 }, (_, i) => [`session-${i + 1}`, `exec ${i + 1}`] as const),
])

function nodeRow({ name, transitions, taintedNs, evictedNs }: NodeResult, endNs: number): TimelineRow {
  const lost = transitions.flatMap(({ atNs, ready }, i) =>
    ready || atNs > endNs ? [] : [[atNs, transitions[i + 1]?.atNs ?? endNs] as const],
  )
  const marks = [
    ...(taintedNs === null ? [] : [{ atNs: taintedNs, text: 'taint' }]),
    ...(evictedNs === null ? [] : [{ atNs: evictedNs, text: 'evicted' }]),
  ]
  return { label: name, lost, marks: marks.filter(({ atNs }) => atNs <= endNs) }
}

function requestRow(label: string, { endNs, latencyNs, failures }: WorkloadHistory, lastNs: number): TimelineRow {
  const ends = [...endNs].flatMap((end, i) => (end <= lastNs ? [{ end, latency: latencyNs[i] }] : []))
  return {
    label,
    ticks: ends.filter(({ latency }) => latency <= SLOW_NS).map(({ end }) => end),
    slow: ends.filter(({ latency }) => latency > SLOW_NS).map(({ end, latency }) => [end - latency, end] as const),
    failed: failures.filter((one) => one.endNs <= lastNs).map((one) => [one.startNs, one.endNs] as const),
  }
}
