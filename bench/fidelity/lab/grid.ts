import { kindOf, type MeasuredCell, nameOf } from '../measured-cell.ts'

/** A cell to measure: its conditions and the number of repetitions. */
export interface GridCell extends Omit<MeasuredCell, 'values' | 'rttMs'> {
  readonly repetitions: number
}

/** The stacks that this machine can run. */
export interface Stacks {
  readonly go: boolean
  readonly ssh: boolean
}

const FEWER_LATENCIES = 15
const FEWER_TRANSFERS = 5
const FEWER_UNDER_LOSS = 15

/** The default one-way delays: loopback and a medium delay, which are typical of all. */
const DEFAULT_ONEWAYS_US: readonly number[] = [0, 10_000]

/**
 * Returns the cells of the committed file, and each cell of Go without SSH also for Node.js, which runs on every
 * machine. Cells whose stack this machine does not have are left out.
 */
export function gridOf(committed: readonly MeasuredCell[], isFull: boolean, stacks: Stacks): GridCell[] {
  const wanted = committed
    .flatMap((cell) => (isForNode(cell, committed) ? [cell, { ...cell, stack: 'nodejs' }] : [cell]))
    .filter(({ stack, path }) => (stack === 'nodejs' || stacks.go) && (!path.startsWith('ssh') || stacks.ssh))
    .filter(({ onewayUs }) => isFull || DEFAULT_ONEWAYS_US.includes(onewayUs))
  return wanted.map((cell) => ({ ...conditionsOf(cell), repetitions: isFull ? cell.values.length : fewer(cell) }))
}

function isForNode(cell: MeasuredCell, committed: readonly MeasuredCell[]): boolean {
  if (cell.stack !== 'go' || cell.path.startsWith('ssh')) return false
  const name = nameOf({ ...cell, stack: 'nodejs' })
  return !committed.some((other) => nameOf(other) === name)
}

function conditionsOf({ values: _, rttMs: __, ...conditions }: MeasuredCell): Omit<GridCell, 'repetitions'> {
  return conditions
}

function fewer(cell: MeasuredCell): number {
  const kind = kindOf(cell)
  const most = kind === 'latency' || kind === 'ssh set-up' ? FEWER_LATENCIES : FEWER_TRANSFERS
  return Math.min(cell.values.length, kind === 'throughput under loss' ? FEWER_UNDER_LOSS : most)
}

/** Groups cells with the same network conditions. */
export function byNetwork(cells: readonly GridCell[]): GridCell[][] {
  const groups = new Map<string, GridCell[]>()
  for (const cell of cells) {
    const { onewayUs, rateMbps, queuePackets, loss, cc } = cell
    const key = JSON.stringify({ onewayUs, rateMbps, queuePackets, loss, cc })
    const others = groups.get(key)
    if (others === undefined) groups.set(key, [cell])
    else others.push(cell)
  }
  return [...groups.values()]
}
