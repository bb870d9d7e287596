import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nameOfStream, type StreamCell } from '../kubectl/stream-cell.ts'
import { alone, PAUSES } from './measure-grid.ts'
import { inside, makeNetwork, measureRoundTrip, type Network, removeNetwork } from './namespaces.ts'
import type { Processes } from './processes.ts'

export interface StreamBed {
  readonly folder: string
  readonly relay: string
  /** The program of kubectl-stub.ts. */
  readonly stub: string
  readonly repetitions: number
  /** The end of measuring, by performance.now(). */
  readonly deadlineMs: number
}

/** A figure of each repetition. */
export interface MeasuredStream {
  readonly cell: StreamCell
  readonly figures: ReadonlyMap<string, readonly number[]>
}

const PORT = 6443
/** A time that no command of the grid exceeds. */
const LONGEST_COMMAND_MS = 120_000
/** The most repetitions of a command, in the mean, until the relay is not paused during one. */
const TRIES = 5
/** So many bytes fill no queue. */
const MOST_SMALL_BYTES = 10_000
/** An idle connection needs half a minute, and is the same each time. */
const IDLE_REPETITIONS = 2

/** Measures cells over one link after the other, adds them to `measured`, and returns those that could not be measured. */
export async function measureStreams(
  cells: readonly StreamCell[],
  bed: StreamBed,
  measured: MeasuredStream[],
  processes: Processes,
): Promise<string[]> {
  const failures: string[] = []
  const links = new Map<string, StreamCell[]>()
  for (const cell of cells) {
    const key = [cell.onewayUs, cell.rateMbps, cell.queuePackets, cell.cc].join()
    links.set(key, [...(links.get(key) ?? []), cell])
  }
  for (const group of links.values()) {
    try {
      failures.push(...(await measureLink(group, bed, measured, processes)))
    } catch (error) {
      failures.push(`${group.length} cells such as ${failureOf(group[0], error)}`)
    } finally {
      await processes.stopAll()
      removeNetwork()
    }
  }
  return failures
}

async function measureLink(
  cells: readonly StreamCell[],
  bed: StreamBed,
  measured: MeasuredStream[],
  processes: Processes,
): Promise<string[]> {
  const seconds = Math.ceil(Math.max(0, bed.deadlineMs - performance.now()) / 1000) + LONGEST_COMMAND_MS / 1000
  const how = { wan: 'relay', relay: alone(bed.relay, bed.folder), seconds } as const
  const network = await makeNetwork({ ...cells[0], loss: 0 }, how, processes)
  const rttMs = await measureRoundTrip(network, processes)
  await processes.start(...inside(network.node, true, [bed.stub, 'serve', bed.folder, `${network.address}:${PORT}`]))
  // The first command fills kubectl's cache of discovery.
  await runOnce({ ...cells[0], what: 'exec-tiny', protocol: 'ws', rttMs }, network, bed, processes)
  const failures: string[] = []
  for (const each of cells) {
    const cell = { ...each, rttMs }
    try {
      const figures = await measureCell(cell, network, bed, processes)
      measured.push({ cell, figures })
      console.error(
        `${nameOfStream(cell)}: ${['first_ms', 'last_ms'].map((name) => figures.get(name)?.join(' ')).join('; ')}`,
      )
    } catch (error) {
      failures.push(failureOf(cell, error))
    }
  }
  return failures
}

async function measureCell(
  cell: StreamCell,
  network: Network,
  bed: StreamBed,
  processes: Processes,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const repetitions = cell.what.endsWith('-idle') ? Math.min(IDLE_REPETITIONS, bed.repetitions) : bed.repetitions
  const figures = new Map<string, number[]>()
  const pauses = join(bed.folder, PAUSES)
  const pausesSoFar = () => (existsSync(pauses) ? readFileSync(pauses, 'utf8').length : 0)
  let counted = 0
  for (let tried = 0; counted < repetitions; tried++) {
    if (performance.now() > bed.deadlineMs) throw new Error('no time left')
    if (tried === TRIES * repetitions) throw new Error('the relay is paused too often: this machine is too busy')
    const before = pausesSoFar()
    const own = await runOnce(cell, network, bed, processes)
    // A pause of the relay overflows a queue, which few packets do not fill.
    if (pausesSoFar() !== before && cell.bytes > MOST_SMALL_BYTES) continue
    counted++
    for (const [name, value] of own) figures.set(name, [...(figures.get(name) ?? []), value])
  }
  return figures
}

async function runOnce(
  { what, protocol, bytes, rttMs }: StreamCell,
  { master, address }: Network,
  { stub, folder }: StreamBed,
  processes: Processes,
): Promise<[string, number][]> {
  const words = [stub, 'measure', folder, `${address}:${PORT}`, what, protocol, `${bytes}`, `${rttMs}`]
  const lines = await processes.lines(...inside(master, true, words), LONGEST_COMMAND_MS)
  return lines.map((line) => {
    const [name, value] = line.split(' ')
    return [name, Number(value)]
  })
}

function failureOf(cell: StreamCell, error: unknown): string {
  return `${nameOfStream(cell)}: ${error instanceof Error ? error.message : String(error)}`
}

/** Returns rows of a file of bench/fidelity/kubectl/, without the head. */
export function streamRows({ cell, figures }: MeasuredStream): string[] {
  const { what, protocol, onewayUs, rateMbps, queuePackets, cc, rttMs, bytes } = cell
  return [...figures]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([metric, values]) => {
      const ascending = [...values].sort((a, b) => a - b)
      const median = ascending[Math.floor((ascending.length - 1) / 2)]
      const about = [what, protocol, onewayUs, rateMbps, queuePackets, cc, rttMs, bytes, metric, values.length]
      return [
        ...about,
        ...[median, ascending[0], ascending.at(-1) ?? 0].map((value) => Number(value.toFixed(3))),
      ].join()
    })
}
