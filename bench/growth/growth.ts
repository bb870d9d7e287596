import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stringify } from 'csv-stringify/sync'
import { formatNumber } from '../../src/report/format-number.ts'
import { PLAIN_SCREEN } from '../../src/report/screen/screen.ts'
import { tableText } from '../../src/report/screen/table.ts'
import { writeWhole } from '../write-whole.ts'
import { growthPlot } from './growth-plot.ts'
import { type GrowthPart, type GrowthPoint, measureBusy, measureIdle } from './growth-point.ts'

const SIZES = [10, 100, 1_000, 10_000, 100_000]
const FOLDER = 'results/bench'
/** The heap that a hundred thousand nodes need while they are planned, in MB. */
const HEAP_MB = 8_192

/**
 * Measures how the costs of a simulation grow with the nodes of a cluster, each size in processes of its own: `npm run
 * bench -- growth`. A number is the largest size, as in `growth 10000`; `--write` replaces the committed figures.
 */
export function growth(words: readonly string[], isWriting: boolean): void {
  const most = Number(words[0] ?? SIZES[SIZES.length - 1])
  const points = SIZES.filter((nodes) => nodes <= most).map(measurePoint)
  const rows = points.map(({ nodes, eventNs, planS, planCpuS, idleMb }) =>
    [nodes, eventNs, planS, planCpuS, idleMb].map((value) => formatNumber(value)),
  )
  const head = ['nodes', 'an event, ns', 'load and plan, s', 'the same, s CPU', 'idle, MB']
  console.log(tableText({ head, rows, wordColumns: 0, keyColumns: 1 }, PLAIN_SCREEN))
  for (const sentence of sentences(points)) console.log(sentence)
  if (!isWriting) return
  mkdirSync(FOLDER, { recursive: true })
  writeWhole(`${FOLDER}/growth.csv`, csv(points))
  writeWhole(`${FOLDER}/growth.svg`, growthPlot(points))
  console.log(`${FOLDER}/growth.csv, growth.svg`)
}

/** Returns the ratios by which growth is judged: of the cost of an event, and the memory of one more idle node. */
function sentences(points: readonly GrowthPoint[]): string[] {
  const [first] = points
  const last = points[points.length - 1]
  const before = points.find(({ nodes }) => nodes * 10 === last.nodes)
  const ratio = `an event with ${last.nodes} nodes costs ${formatNumber(last.eventNs / first.eventNs)} times that with ${first.nodes}`
  if (before === undefined) return [ratio]
  const idleKb = ((last.idleMb - before.idleMb) * 1e3) / (last.nodes - before.nodes)
  return [ratio, `an idle node takes ${formatNumber(idleKb)} KB`]
}

function measurePoint(nodes: number): GrowthPoint {
  const idle = inProcess('idle', nodes) as Omit<GrowthPoint, 'nodes' | 'eventNs'>
  const busy = inProcess('busy', nodes) as Pick<GrowthPoint, 'eventNs'>
  return { nodes, ...idle, ...busy }
}

/** Measures in a process of its own, which runs this file. */
function inProcess(part: GrowthPart, nodes: number): unknown {
  const file = fileURLToPath(import.meta.url)
  const words = [`--max-old-space-size=${HEAP_MB}`, '--expose-gc', file, part, String(nodes)]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${part} ${nodes}: ${stderr}`)
  return JSON.parse(stdout)
}

function csv(points: readonly GrowthPoint[]): string {
  const columns = { nodes: 'nodes', eventNs: 'event_ns', planS: 'plan_s', planCpuS: 'plan_cpu_s', idleMb: 'idle_mb' }
  const rounded = points.map(({ nodes, eventNs, planS, planCpuS, idleMb }) => ({
    nodes,
    eventNs: eventNs.toFixed(0),
    planS: planS.toFixed(2),
    planCpuS: planCpuS.toFixed(2),
    idleMb: idleMb.toFixed(1),
  }))
  return stringify(rounded, {
    header: true,
    columns: Object.entries(columns).map(([key, header]) => ({ key, header })),
  })
}

const [, file, part, nodes] = process.argv
if (file === fileURLToPath(import.meta.url)) {
  const measured = part === 'idle' ? measureIdle(Number(nodes)) : measureBusy(Number(nodes))
  process.stdout.write(JSON.stringify(measured))
}
