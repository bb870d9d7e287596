import { formatNumber } from '../../src/report/format-number.ts'
import type { ScaleRow } from './scale-csv.ts'

/** The runs of the arithmetic. */
const MANY = 1_000_000

/** The cores of the arithmetic. */
const CORES = [1, 8, 64, 200, 1_000]

/** Returns the tables of the page about scale: what was measured, and the arithmetic from there to a million runs. */
export function scaleMarkdown(rows: readonly ScaleRow[]): string {
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))]
  return `${measured(rows)}\n${costs(rows, scenarios)}\n${million(rows, scenarios)}`
}

function measured(rows: readonly ScaleRow[]): string {
  const head = ['engine', 'scenario', 'runs at a time', 'runs', 'seconds', 'runs a second']
  const lines = rows
    .filter(({ engine }) => engine === 'threads' || engine === 'queue')
    .map((row) => [
      row.engine === 'threads' ? 'one machine' : 'queue',
      `\`${row.scenario}\``,
      row.workers,
      row.points,
      row.seconds,
      formatNumber(row.points / row.seconds),
    ])
  return table(head, lines)
}

function costs(rows: readonly ScaleRow[], scenarios: readonly string[]): string {
  const lines = scenarios.map((scenario) => {
    const find = (engine: ScaleRow['engine'], workers?: number) =>
      rows.find((row) => row.engine === engine && row.scenario === scenario && (workers ?? row.workers) === row.workers)
    const [threads, stored, shards, merge, queue] = [
      find('threads', 1),
      find('stored', 1),
      find('shards'),
      find('merge'),
      find('queue', 1),
    ]
    const aRun = (row: ScaleRow | undefined, base: ScaleRow | undefined) => {
      if (row === undefined || base === undefined) return 'not measured'
      const addedMs = ((row.seconds - base.seconds) / row.points) * 1_000
      return addedMs <= 0 ? 'below the noise' : `${formatNumber(addedMs)} ms`
    }
    const shard = shards && stored ? `${formatNumber((shards.seconds - stored.seconds) / (shards.workers - 1))} s` : ''
    const merging = merge ? `${formatNumber((merge.seconds / merge.points) * 1_000)} ms` : ''
    return [`\`${scenario}\``, aRun(stored, threads), shard, merging, aRun(queue, threads)]
  })
  return table(['scenario', 'storing a run', 'one more shard', 'merging a run', 'a run through the queue'], lines)
}

function million(rows: readonly ScaleRow[], scenarios: readonly string[]): string {
  const lines = scenarios.flatMap((scenario) => {
    const stored = rows.find((row) => row.engine === 'stored' && row.scenario === scenario)
    if (stored === undefined) return []
    const secondsOfRun = stored.seconds / stored.points
    return [
      [
        `\`${scenario}\``,
        `${formatNumber(secondsOfRun * 1_000)} ms`,
        ...CORES.map((cores) => duration((MANY * secondsOfRun) / cores)),
      ],
    ]
  })
  return table(
    ['a million runs of', 'a stored run', ...CORES.map((cores) => (cores === 1 ? '1 core' : `${cores} cores`))],
    lines,
  )
}

function duration(seconds: number): string {
  if (seconds < 120) return `${formatNumber(seconds)} s`
  if (seconds < 7_200) return `${formatNumber(seconds / 60)} min`
  return `${formatNumber(seconds / 3_600)} h`
}

function table(head: readonly string[], lines: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}
