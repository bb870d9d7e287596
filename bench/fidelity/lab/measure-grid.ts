import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { kindOf, nameOf } from '../measured-cell.ts'
import { ALWAYS } from './always.ts'
import type { GridCell } from './grid.ts'
import { inside, makeNetwork, measureRoundTrip, type Network, removeNetwork } from './namespaces.ts'
import type { Programs } from './prepare-stacks.ts'
import type { Processes } from './processes.ts'

export interface MeasuredRow {
  readonly cell: GridCell
  readonly rttMs: number
  readonly repetition: number
  readonly value: number
}

export interface Bed {
  readonly folder: string
  readonly wan: 'relay' | 'netem'
  /** Whether both ends share the core that the relay leaves free, as on a wide-area link. */
  readonly isPinned: boolean
  readonly programs: Programs
  /** The end of measuring, by performance.now(). */
  readonly deadlineMs: number
}

/** The file to which the relay writes for how long it was paused. */
export const PAUSES = 'pauses'
/** The most repetitions of a transfer, in the mean, until the relay is not paused during one. */
const TRIES = 4
/** A time that no cell of the grid exceeds. */
const LONGEST_CELL_MS = 180_000
/** The time to wait for sshd, which does not report when it listens. */
const SSHD_START_MS = 500

/** Measures group by group, adds the values to `rows`, and returns the cells that could not be measured. */
export async function measureGrid(
  groups: readonly (readonly GridCell[])[],
  bed: Bed,
  rows: MeasuredRow[],
  processes: Processes,
): Promise<string[]> {
  const failures: string[] = []
  for (const cells of groups) {
    try {
      failures.push(...(await measureGroup(cells, bed, rows, processes)))
    } catch (error) {
      failures.push(`${cells.length} cells such as ${failureOf(cells[0], error)}`)
    } finally {
      await processes.stopAll()
      removeNetwork()
    }
  }
  return failures
}

async function measureGroup(
  cells: readonly GridCell[],
  bed: Bed,
  rows: MeasuredRow[],
  processes: Processes,
): Promise<string[]> {
  const left = () => bed.deadlineMs - performance.now()
  if (left() <= 0) throw new Error('no time left')
  const { wan, programs } = bed
  const isPinned = bed.isPinned && cells[0].rateMbps > 0
  // A relay ends by itself, whatever becomes of the lab.
  const seconds = Math.ceil(left() / 1000) + LONGEST_CELL_MS / 1000
  const relay = isPinned ? alone(programs.relay, bed.folder) : [programs.relay]
  const network = await makeNetwork(cells[0], { wan, relay, seconds }, processes)
  const rttMs = await measureRoundTrip(network, processes)
  const failures: string[] = []
  for (const stack of new Set(cells.map((cell) => cell.stack))) {
    const own = cells.filter((cell) => cell.stack === stack)
    const servers = await startServers(stack, own, network, { ...bed, isPinned }, processes)
    for (const cell of own) {
      try {
        if (left() <= 0) throw new Error('no time left')
        const values = await measureCell(cell, network, { ...bed, isPinned }, processes)
        rows.push(...values.map((value, repetition) => ({ cell, rttMs, repetition, value })))
        console.error(`${named(cell, rttMs)}: ${values.length} times, about ${middleOf(values)}`)
      } catch (error) {
        failures.push(failureOf(cell, error))
      }
    }
    for (const server of servers) await processes.stop(server)
  }
  return failures
}

async function startServers(
  stack: string,
  cells: readonly GridCell[],
  { node }: Network,
  { isPinned, programs }: Bed,
  processes: Processes,
) {
  const server = await processes.start(...inside(node, isPinned, programs.servers[stack]))
  if (programs.sshd === null || !cells.some(({ path }) => path.startsWith('ssh'))) return [server]
  const sshd = processes.launch(...inside(node, isPinned, programs.sshd))
  await sleep(SSHD_START_MS)
  return [server, sshd]
}

/** Returns the command of a relay that goes before all others on its core, and says in a file when it was paused. */
export function alone(relay: string, folder: string): string[] {
  return ['sh', '-c', `exec chrt ${ALWAYS.join(' ')} "$0" "$@" 2>${join(folder, PAUSES)}`, relay]
}

async function measureCell(cell: GridCell, network: Network, bed: Bed, processes: Processes): Promise<number[]> {
  const { repetitions } = cell
  if (!bed.isPinned || kindOf({ ...cell, rttMs: 0, values: [] }) !== 'throughput')
    return await ask(cell, repetitions, network, bed, processes)
  // A pause of the relay overflows a short queue, so transfers during which there was one do not count.
  const pauses = join(bed.folder, PAUSES)
  const pausesSoFar = () => (existsSync(pauses) ? readFileSync(pauses, 'utf8').length : 0)
  const values: number[] = []
  for (let tried = 0; values.length < repetitions; tried++) {
    if (tried === TRIES * repetitions) throw new Error('the relay is paused too often: this machine is too busy')
    const before = pausesSoFar()
    const [value] = await ask(cell, 1, network, bed, processes)
    if (pausesSoFar() === before) values.push(value)
  }
  return values
}

async function ask(
  { stack, path, what }: GridCell,
  repetitions: number,
  { master, address }: Network,
  { isPinned, programs }: Bed,
  processes: Processes,
): Promise<number[]> {
  const words = [...programs.clients[stack], address, path, what, `${repetitions}`]
  const lines = await processes.lines(...inside(master, isPinned, words), LONGEST_CELL_MS)
  const values = lines.map(Number)
  if (values.length !== repetitions || !values.every((value) => value > 0))
    throw new Error(`expected ${repetitions} figures: ${lines.slice(0, 3).join(' ')}`)
  return values
}

function failureOf(cell: GridCell, error: unknown): string {
  return `${named(cell, cell.onewayUs / 500)}: ${error instanceof Error ? error.message : String(error)}`
}

function named(cell: GridCell, rttMs: number): string {
  return nameOf({ ...cell, rttMs, values: [] })
}

function middleOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
